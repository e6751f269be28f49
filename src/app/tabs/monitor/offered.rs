//! What can be added to the plots: everything that is measured and not shown yet, by what it is about.

use crate::sampler::Metric;

use super::MonitorTab;
use super::cards::CardId;

/// The groups, in the order in which they are offered.
const GROUPS: [&str; 9] =
    ["Standard", "Processor", "Cores", "Memory", "Disks", "Network", "Temperatures", "Graphics", "This program"];

/// Plots of one kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// What they are about.
    pub name: &'static str,
    /// What each shows, and its title.
    pub plots: Vec<(CardId, String)>,
}

/// What can be added, of which the name or the group has `search` in it.
pub fn offered(tab: &MonitorTab, search: &str) -> Vec<Group> {
    let search = search.trim().to_lowercase();
    let shown: Vec<&CardId> = tab.layout().plots().collect();
    let measured =
        tab.history.metrics().into_iter().filter(|metric| !matches!(metric, Metric::ProcessCpu(_) | Metric::ProcessMemory(_)));
    let all = CardId::ALL.into_iter().chain(measured.map(CardId::Metric)).filter(|id| !shown.contains(&id));
    let mut groups = GROUPS.map(|name| Group { name, plots: Vec::new() });
    for id in all {
        let (group, title) = (group(&id), id.title().into_owned());
        let fits = search.is_empty() || title.to_lowercase().contains(&search) || group.to_lowercase().contains(&search);
        if let Some(group) = groups.iter_mut().find(|known| known.name == group && fits) {
            group.plots.push((id, title));
        }
    }
    groups.into_iter().filter(|group| !group.plots.is_empty()).collect()
}

fn group(id: &CardId) -> &'static str {
    let CardId::Metric(metric) = id else { return "Standard" };
    match metric {
        Metric::CpuCore(_) => "Cores",
        Metric::MemoryUsed | Metric::SwapUsed | Metric::SwapIn | Metric::SwapOut => "Memory",
        Metric::PageFaults | Metric::MajorFaults | Metric::MemoryStall | Metric::MemoryStallAll => "Memory",
        Metric::DiskRead | Metric::DiskWritten | Metric::DiskBusy | Metric::DiskQueue | Metric::DiskFree(_) => "Disks",
        Metric::DeviceBusy(_) | Metric::DeviceQueue(_) | Metric::IoStall | Metric::IoStallAll => "Disks",
        Metric::NetReceived | Metric::NetSent | Metric::InterfaceReceived(_) | Metric::InterfaceSent(_) => "Network",
        Metric::Temperature(_) => "Temperatures",
        Metric::GpuBusy(_) | Metric::GpuMemory(_) | Metric::GpuTemperature(_) => "Graphics",
        Metric::OwnCpu | Metric::OwnMemory | Metric::OwnThreads | Metric::SampleCost | Metric::FrameTime => "This program",
        _ => "Processor",
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::filled;
    use super::super::{LayoutCommand, MonitorCommand};
    use super::*;

    fn titles(groups: &[Group], name: &str) -> Vec<String> {
        let plots = groups.iter().filter(|group| group.name == name).flat_map(|group| &group.plots);
        plots.map(|(_, title)| title.clone()).collect()
    }

    #[test]
    fn everything_measured_is_offered_once_by_what_it_is_about() {
        let mut tab = filled(2);
        let all = offered(&tab, "");
        assert!(titles(&all, "Standard").is_empty(), "all of these are shown");
        assert_eq!(titles(&all, "Cores"), ["Core 1", "Core 2", "Core 3", "Core 4"]);
        assert_eq!(titles(&all, "Temperatures"), ["Temperature of coretemp Package id 0"]);
        assert_eq!(titles(&all, "Network"), ["Network received", "Network sent", "eth0 received", "eth0 sent"]);
        tab.change(MonitorCommand::Layout(LayoutCommand::Remove(CardId::Own)));
        tab.change(MonitorCommand::Layout(LayoutCommand::Add(CardId::Metric(Metric::CpuCore(1)))));
        let all = offered(&tab, "");
        assert_eq!((titles(&all, "Standard"), titles(&all, "Cores").len()), (vec!["This program".to_owned()], 3));
        assert_eq!(all.iter().map(|group| group.plots.len()).sum::<usize>(), tab.history.metrics().len());
    }

    #[test]
    fn what_is_offered_is_found_by_name_and_by_group() {
        let tab = filled(2);
        let found = offered(&tab, " CORE ");
        assert_eq!(titles(&found, "Cores").len(), 4);
        assert_eq!(titles(&found, "Processor"), ["All cores", "Busiest core"]);
        assert_eq!(titles(&offered(&tab, "swap in"), "Memory"), ["Swap in use"]);
        assert!(offered(&tab, "flux").is_empty());
    }
}
