//! What a series is called in the database. The names are kept for years: add to them, do not change them.

use std::sync::Arc;

use crate::sampler::Metric;

/// Names without anything behind them.
const PLAIN: [(&str, Metric); 14] = [
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
];
const CORE: &str = "cpu core ";
const RECEIVED: &str = "received ";
const SENT: &str = "sent ";
const TEMPERATURE: &str = "temperature ";
const FREE: &str = "disk free ";

/// The name of a metric; `None` for those that are not kept because they are of one run of one process.
pub fn name(metric: &Metric) -> Option<String> {
    Some(match metric {
        Metric::CpuCore(core) => format!("{CORE}{core}"),
        Metric::InterfaceReceived(name) => format!("{RECEIVED}{name}"),
        Metric::InterfaceSent(name) => format!("{SENT}{name}"),
        Metric::Temperature(name) => format!("{TEMPERATURE}{name}"),
        Metric::DiskFree(mount) => format!("{FREE}{mount}"),
        Metric::ProcessCpu(_) | Metric::ProcessMemory(_) => return None,
        plain => PLAIN.iter().find(|(_, known)| known == plain)?.0.to_owned(),
    })
}

/// The metric of this name; `None` for one that this version does not know.
pub fn metric(name: &str) -> Option<Metric> {
    if let Some((_, metric)) = PLAIN.iter().find(|(known, _)| *known == name) {
        return Some(metric.clone());
    }
    let behind = |prefix: &str| name.strip_prefix(prefix).map(Arc::from);
    let core = name.strip_prefix(CORE).and_then(|core| core.parse().ok()).map(Metric::CpuCore);
    core.or_else(|| behind(RECEIVED).map(Metric::InterfaceReceived))
        .or_else(|| behind(SENT).map(Metric::InterfaceSent))
        .or_else(|| behind(TEMPERATURE).map(Metric::Temperature))
        .or_else(|| behind(FREE).map(Metric::DiskFree))
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
        ];
        for metric_of in PLAIN.iter().map(|(_, metric)| metric).chain(&named) {
            assert_eq!(name(metric_of).as_deref().and_then(metric).as_ref(), Some(metric_of));
        }
        assert_eq!((name(&Metric::ProcessCpu(1)), metric("something new"), metric("cpu core x")), (None, None, None));
    }
}
