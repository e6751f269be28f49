//! The things that are measured over time: what each is called, and what its values are counted in.

use std::borrow::Cow;
use std::sync::Arc;

/// One thing that is measured over time.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Metric {
    /// CPU use of the machine, percent.
    CpuTotal,
    /// CPU use of the logical CPU that has most to do, which may be another one each time, percent.
    CpuBusiest,
    /// CPU use of one logical CPU, percent; counted from 0.
    CpuCore(u16),
    /// Clock of the logical CPUs, their mean, megahertz.
    CpuFrequency,
    /// Load average over one minute.
    Load,
    /// Changes from one thread to another on all CPUs, per second.
    ContextSwitches,
    /// Share of the time in which some thread that could run waited for a CPU, percent.
    CpuStall,
    /// Physical memory in use, bytes.
    MemoryUsed,
    /// Swap in use, bytes.
    SwapUsed,
    /// Read from swap, bytes per second.
    SwapIn,
    /// Written to swap, bytes per second.
    SwapOut,
    /// Page faults of all processes, per second.
    PageFaults,
    /// Page faults for which something had to be read from a disk, per second.
    MajorFaults,
    /// Share of the time in which some thread waited for memory, percent.
    MemoryStall,
    /// Share of the time in which all threads that had something to do waited for memory, percent.
    MemoryStallAll,
    /// Read from all disks, bytes per second.
    DiskRead,
    /// Written to all disks, bytes per second.
    DiskWritten,
    /// Share of the time in which the busiest disk had something to do, percent.
    DiskBusy,
    /// Requests that wait for all disks or are carried out by them, mean number.
    DiskQueue,
    /// Share of the time in which one disk had something to do, percent; by the system's name for it.
    DeviceBusy(Arc<str>),
    /// Requests that wait for one disk or are carried out by it, mean number.
    DeviceQueue(Arc<str>),
    /// Share of the time in which some thread waited for a disk, percent.
    IoStall,
    /// Share of the time in which all threads that had something to do waited for a disk, percent.
    IoStallAll,
    /// Received over all networks, bytes per second.
    NetReceived,
    /// Sent over all networks, bytes per second.
    NetSent,
    /// Received over one interface, bytes per second.
    InterfaceReceived(Arc<str>),
    /// Sent over one interface, bytes per second.
    InterfaceSent(Arc<str>),
    /// Room on one disk, by where it is mounted, bytes.
    DiskFree(Arc<str>),
    /// One sensor, degrees Celsius.
    Temperature(Arc<str>),
    /// Share of the time in which one graphics card had something to do, percent.
    GpuBusy(Arc<str>),
    /// Memory of one graphics card in use, bytes.
    GpuMemory(Arc<str>),
    /// Temperature of one graphics card, degrees Celsius.
    GpuTemperature(Arc<str>),
    /// Number of processes.
    Processes,
    /// CPU use of this program, percent of the whole machine.
    OwnCpu,
    /// Physical memory of this program, bytes.
    OwnMemory,
    /// Threads of this program.
    OwnThreads,
    /// How long taking a sample takes, milliseconds.
    SampleCost,
    /// CPU time of the window's longest frame since the sample before, milliseconds.
    FrameTime,
    /// CPU use of a watched process, percent of the whole machine.
    ProcessCpu(u32),
    /// Physical memory of a watched process, bytes.
    ProcessMemory(u32),
}

/// What the values of a metric are counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// 0 to 100.
    Percent,
    /// Bytes.
    Bytes,
    /// Bytes per second.
    BytesPerSecond,
    /// Degrees Celsius.
    Celsius,
    /// Milliseconds.
    Milliseconds,
    /// Megahertz.
    Megahertz,
    /// A number of things.
    Count,
    /// How often something happens in a second.
    PerSecond,
}

impl Metric {
    /// What its values are counted in.
    pub fn unit(&self) -> Unit {
        match self {
            Self::CpuTotal | Self::CpuBusiest | Self::CpuCore(_) | Self::OwnCpu | Self::ProcessCpu(_) => Unit::Percent,
            Self::CpuStall | Self::MemoryStall | Self::MemoryStallAll | Self::IoStall | Self::IoStallAll => Unit::Percent,
            Self::DiskBusy | Self::DeviceBusy(_) | Self::GpuBusy(_) => Unit::Percent,
            Self::MemoryUsed | Self::SwapUsed | Self::DiskFree(_) | Self::GpuMemory(_) => Unit::Bytes,
            Self::OwnMemory | Self::ProcessMemory(_) => Unit::Bytes,
            Self::DiskRead | Self::DiskWritten | Self::SwapIn | Self::SwapOut => Unit::BytesPerSecond,
            Self::NetReceived | Self::NetSent | Self::InterfaceReceived(_) | Self::InterfaceSent(_) => Unit::BytesPerSecond,
            Self::Temperature(_) | Self::GpuTemperature(_) => Unit::Celsius,
            Self::SampleCost | Self::FrameTime => Unit::Milliseconds,
            Self::CpuFrequency => Unit::Megahertz,
            Self::Load | Self::Processes | Self::OwnThreads | Self::DiskQueue | Self::DeviceQueue(_) => Unit::Count,
            Self::PageFaults | Self::MajorFaults | Self::ContextSwitches => Unit::PerSecond,
        }
    }

    /// What it is called, in plain words.
    pub fn title(&self) -> Cow<'static, str> {
        let plain = match self {
            Self::CpuCore(core) => return format!("Core {}", u32::from(*core) + 1).into(),
            Self::DeviceBusy(name) => return format!("{name} busy").into(),
            Self::DeviceQueue(name) => return format!("{name} queue").into(),
            Self::InterfaceReceived(name) => return format!("{name} received").into(),
            Self::InterfaceSent(name) => return format!("{name} sent").into(),
            Self::DiskFree(mount) => return format!("Free on {mount}").into(),
            Self::Temperature(name) => return format!("Temperature of {name}").into(),
            Self::GpuBusy(name) => return format!("{name} busy").into(),
            Self::GpuMemory(name) => return format!("{name} memory").into(),
            Self::GpuTemperature(name) => return format!("{name} temperature").into(),
            Self::ProcessCpu(pid) => return format!("CPU of process {pid}").into(),
            Self::ProcessMemory(pid) => return format!("Memory of process {pid}").into(),
            Self::CpuTotal => "CPU",
            Self::CpuBusiest => "Busiest core",
            Self::CpuFrequency => "CPU frequency",
            Self::Load => "Load average",
            Self::ContextSwitches => "Context switches",
            Self::CpuStall => "Waiting for CPU",
            Self::MemoryUsed => "Memory in use",
            Self::SwapUsed => "Swap in use",
            Self::SwapIn => "Read from swap",
            Self::SwapOut => "Written to swap",
            Self::PageFaults => "Page faults",
            Self::MajorFaults => "Page faults from disk",
            Self::MemoryStall => "Waiting for memory",
            Self::MemoryStallAll => "All waiting for memory",
            Self::DiskRead => "Disk read",
            Self::DiskWritten => "Disk written",
            Self::DiskBusy => "Disk busy",
            Self::DiskQueue => "Disk queue",
            Self::IoStall => "Waiting for disks",
            Self::IoStallAll => "All waiting for disks",
            Self::NetReceived => "Network received",
            Self::NetSent => "Network sent",
            Self::Processes => "Processes",
            Self::OwnCpu => "CPU of this program",
            Self::OwnMemory => "Memory of this program",
            Self::OwnThreads => "Threads of this program",
            Self::SampleCost => "Time for a sample",
            Self::FrameTime => "Time for a frame",
        };
        Cow::Borrowed(plain)
    }
}

#[cfg(test)]
mod tests {
    use super::{Metric, Unit};

    #[test]
    fn each_metric_has_a_title_and_a_unit() {
        let told = |metric: &Metric| (metric.title().into_owned(), metric.unit());
        assert_eq!(told(&Metric::CpuCore(0)), ("Core 1".into(), Unit::Percent));
        assert_eq!(told(&Metric::CpuCore(u16::MAX)), ("Core 65536".into(), Unit::Percent));
        assert_eq!(told(&Metric::DeviceQueue("sda".into())), ("sda queue".into(), Unit::Count));
        assert_eq!(told(&Metric::MajorFaults), ("Page faults from disk".into(), Unit::PerSecond));
        assert_eq!(told(&Metric::CpuFrequency), ("CPU frequency".into(), Unit::Megahertz));
    }
}
