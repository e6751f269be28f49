//! What the machine and this program do: CPU, memory, disks, networks, processes, sampled on a thread of its own and
//! sent as [`Snapshot`]s over a bounded channel; and [`History`], which keeps them as series for plots.
//!
//! Uses of this program only [`crate::jobs`], for the words of errors. One [`sysinfo::System`] is kept for ever, and only what is shown is refreshed; where
//! sysinfo tells less than the system or costs much more (processes, network and disk traffic on Linux), the small files of
//! `/proc` are read directly.
//!
//! What a sample costs, measured on Linux 6.18 with 82 processes at one sample a second, so with cold caches, in
//! microseconds on one core of a virtual machine:
//!
//! | part | as done here | with sysinfo |
//! |---|---|---|
//! | processes | 1800 | 4600 |
//! | disk traffic | 440 | the same file |
//! | networks | 55 | 850 |
//! | CPU, memory, load, uptime | 115 | 115 |
//! | this program itself | 40 | 60 |
//! | disk space and sensors, every 5 s | 115 | 115 |
//!
//! Together 0.2 to 0.3 % of one core; at most 0.1 % with [`Processes::Off`]; 1.3 % at the shortest interval of 100 ms.

mod cpu;
mod disk;
mod end;
mod history;
mod memory;
mod network;
mod own;
mod process;
#[cfg(not(target_os = "linux"))]
mod process_elsewhere;
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
pub use history::{DEFAULT_CAPACITY, History, Metric, Unit};
pub use process::{PROCESS_INTERVAL, Processes, SELDOM};
pub use pyramid::{Column, Extent};
pub use rate::{Rates, per_second};
pub use schedule::{MAX_INTERVAL, MIN_INTERVAL, Schedule, WARM_UP, clamp_interval};
pub use scripted::{Script, Scripted, example};
pub use series::{GAP_INTERVALS, Point, Series, Timeline};
pub use snapshot::{DiskRates, DiskUse, MemoryUse, NetworkRates, NetworkUse, OwnUse, ProcessRow, Snapshot, SwapUse, Temperature};
pub use source::{Machine, Source};
pub use thread::{CHANNEL_CAPACITY, Config, Sampler, Waker};
