//! What a series is called in the database. The names are kept for years: add to them, do not change them.

use std::sync::Arc;

use crate::sampler::Metric;

/// Names without anything behind them.
const PLAIN: [(&str, Metric); 28] = [
    ("cpu", Metric::CpuTotal),
    ("cpu busiest", Metric::CpuBusiest),
    ("load", Metric::Load),
    ("memory used", Metric::MemoryUsed),
    ("swap used", Metric::SwapUsed),
    ("disk read", Metric::DiskRead),
    ("disk written", Metric::DiskWritten),
    ("network received", Metric::NetReceived),
    ("network sent", Metric::NetSent),
    ("processes", Metric::Processes),
    ("own cpu", Metric::OwnCpu),
    ("own memory", Metric::OwnMemory),
    ("own threads", Metric::OwnThreads),
    ("sample cost", Metric::SampleCost),
    ("cpu frequency", Metric::CpuFrequency),
    ("context switches", Metric::ContextSwitches),
    ("cpu stall", Metric::CpuStall),
    ("memory stall", Metric::MemoryStall),
    ("memory stall all", Metric::MemoryStallAll),
    ("io stall", Metric::IoStall),
    ("io stall all", Metric::IoStallAll),
    ("page faults", Metric::PageFaults),
    ("major faults", Metric::MajorFaults),
    ("swap in", Metric::SwapIn),
    ("swap out", Metric::SwapOut),
    ("disk busy", Metric::DiskBusy),
    ("disk queue", Metric::DiskQueue),
    ("frame time", Metric::FrameTime),
];
const CORE: &str = "cpu core ";
const RECEIVED: &str = "received ";
const SENT: &str = "sent ";
const TEMPERATURE: &str = "temperature ";
const FREE: &str = "disk free ";
const BUSY: &str = "device busy ";
const QUEUE: &str = "device queue ";
const GPU_BUSY: &str = "gpu busy ";
const GPU_MEMORY: &str = "gpu memory ";
const GPU_TEMPERATURE: &str = "gpu temperature ";
/// Makes the metric of the thing of this name.
type OfThing = fn(Arc<str>) -> Metric;
/// Names with that of a thing behind them; none begins like another one.
const NAMED: [(&str, OfThing); 9] = [
    (RECEIVED, Metric::InterfaceReceived),
    (SENT, Metric::InterfaceSent),
    (TEMPERATURE, Metric::Temperature),
    (FREE, Metric::DiskFree),
    (BUSY, Metric::DeviceBusy),
    (QUEUE, Metric::DeviceQueue),
    (GPU_BUSY, Metric::GpuBusy),
    (GPU_MEMORY, Metric::GpuMemory),
    (GPU_TEMPERATURE, Metric::GpuTemperature),
];

/// The name of a metric; `None` for those that are not kept because they are of one run of one process.
pub fn name(metric: &Metric) -> Option<String> {
    Some(match metric {
        Metric::CpuCore(core) => format!("{CORE}{core}"),
        Metric::InterfaceReceived(name) => format!("{RECEIVED}{name}"),
        Metric::InterfaceSent(name) => format!("{SENT}{name}"),
        Metric::Temperature(name) => format!("{TEMPERATURE}{name}"),
        Metric::DiskFree(mount) => format!("{FREE}{mount}"),
        Metric::DeviceBusy(name) => format!("{BUSY}{name}"),
        Metric::DeviceQueue(name) => format!("{QUEUE}{name}"),
        Metric::GpuBusy(name) => format!("{GPU_BUSY}{name}"),
        Metric::GpuMemory(name) => format!("{GPU_MEMORY}{name}"),
        Metric::GpuTemperature(name) => format!("{GPU_TEMPERATURE}{name}"),
        Metric::ProcessCpu(_) | Metric::ProcessMemory(_) => return None,
        plain => PLAIN.iter().find(|(_, known)| known == plain)?.0.to_owned(),
    })
}

/// The metric of this name; `None` for one that this version does not know.
pub fn metric(name: &str) -> Option<Metric> {
    if let Some((_, metric)) = PLAIN.iter().find(|(known, _)| *known == name) {
        return Some(metric.clone());
    }
    let core = name.strip_prefix(CORE).and_then(|core| core.parse().ok()).map(Metric::CpuCore);
    core.or_else(|| NAMED.iter().find_map(|(prefix, metric)| Some(metric(Arc::from(name.strip_prefix(prefix)?)))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back_to_their_metrics() {
        let named = [
            Metric::CpuCore(63),
            Metric::InterfaceReceived(Arc::from("Wi-Fi 2")),
            Metric::InterfaceSent(Arc::from("")),
            Metric::Temperature(Arc::from("coretemp 温度")),
            Metric::DiskFree(Arc::from("C:\\")),
            Metric::DeviceBusy(Arc::from("nvme0n1")),
            Metric::DeviceQueue(Arc::from("sda")),
            Metric::GpuBusy(Arc::from("card0")),
            Metric::GpuMemory(Arc::from("card0")),
            Metric::GpuTemperature(Arc::from("card0")),
        ];
        for metric_of in PLAIN.iter().map(|(_, metric)| metric).chain(&named) {
            assert_eq!(name(metric_of).as_deref().and_then(metric).as_ref(), Some(metric_of));
        }
        assert_eq!((name(&Metric::ProcessCpu(1)), metric("something new"), metric("cpu core x")), (None, None, None));
    }
}
