//! What the machine and this program do: CPU, memory, disks, networks, processes, sampled on a thread of its own and
//! sent as [`Snapshot`]s over a bounded channel; and [`History`], which keeps them as series for plots.
//!
//! Uses of this program only [`crate::jobs`], for the words of errors. One [`sysinfo::System`] is kept for ever, and only what is shown is refreshed; where
//! sysinfo tells less than the system or costs much more (processes, network and disk traffic on Linux), the small files of
//! `/proc` are read directly.
//!
//! What it costs, in percent of one core of a virtual machine with Linux 6.18, `monitor --processes 40` beside btop with the same processes:
//!
//! | processes | every second | every 0.1 s | btop, every second |
//! |---|---|---|---|
//! | 115 | 0.23 | 0.63 | 0.67 |
//! | 1,001 | 1.10 | 1.70 | 2.05 |
//! | 10,000 | 4.7 | | |
//!
//! Nearly all of it is the kernel writing `/proc/PID/stat`. Opening such a file costs more than reading it, so they are kept open as far as the limit of
//! open files allows (`process_files.rs`); of very many processes the list is read less often (`process.rs`).

mod activity;
mod cpu;
mod cpu_clock;
#[cfg(not(target_os = "linux"))]
mod cpu_elsewhere;
#[cfg(target_os = "linux")]
mod cpu_linux;
mod device;
mod disk;
mod end;
mod gpu;
mod history;
mod kernel;
mod memory;
mod metric;
mod network;
mod own;
mod own_memory;
#[cfg(target_os = "linux")]
mod pressure;
mod process;
mod process_details;
#[cfg(not(target_os = "linux"))]
mod process_elsewhere;
#[cfg(target_os = "linux")]
mod process_files;
#[cfg(target_os = "linux")]
mod process_linux;
#[cfg(target_os = "linux")]
mod procfs;
mod pyramid;
mod rate;
mod schedule;
mod scripted;
mod series;
mod slow;
mod snapshot;
mod source;
mod temperature;
mod thread;
#[cfg(target_os = "linux")]
mod users;
mod values;

pub use end::{EndError, Ending, ProcessId, end_process};
pub use history::{DEFAULT_CAPACITY, History};
pub use metric::{Metric, Unit};
pub use own_memory::{own_memory_bytes, peak_memory_bytes};
pub use process::{PROCESS_INTERVAL, Processes, SELDOM};
pub use process_details::{FileKind, MOST_LISTED, OpenFile, OpenFiles, ProcessDetails, ThreadRow, process_details};
pub use pyramid::{Column, Extent};
pub use rate::{Rates, per_second};
pub use schedule::{MAX_INTERVAL, MIN_INTERVAL, Schedule, WARM_UP, clamp_interval};
pub use scripted::{Script, Scripted, example};
pub use series::{GAP_INTERVALS, Point, Series, Timeline};
pub use snapshot::{
    Activity, DeviceUse, DiskRates, DiskUse, GpuUse, MemoryUse, NetworkRates, NetworkUse, OwnUse, Pressure, ProcessRow, Snapshot,
    Stall, SwapUse, Temperature,
};
pub use source::{Machine, Source};
pub use thread::{CHANNEL_CAPACITY, Config, Sampler, Waker};
