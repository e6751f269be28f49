//! What only Linux tells with each sample: stalls, and the counters of disks. Elsewhere nothing stands in their place.

#[cfg(target_os = "linux")]
pub use super::pressure::Pressures;
#[cfg(target_os = "linux")]
pub use here::DiskCounters;
#[cfg(not(target_os = "linux"))]
pub use nowhere::{DiskCounters, Pressures};

#[cfg(target_os = "linux")]
mod here {
    use crate::sampler::disk::{Counters, parse_diskstats};
    use crate::sampler::procfs::KeptFile;

    /// Reads `/proc/diskstats`.
    pub struct DiskCounters(KeptFile);

    impl Default for DiskCounters {
        fn default() -> Self {
            Self(KeptFile::new("/proc/diskstats"))
        }
    }

    impl DiskCounters {
        /// What is counted for each device now.
        pub fn read(&mut self) -> Vec<Counters> {
            parse_diskstats(&String::from_utf8_lossy(self.0.read().unwrap_or_default()))
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod nowhere {
    use std::time::Duration;

    use crate::sampler::disk::Counters;
    use crate::sampler::snapshot::Pressure;

    /// Tells nothing: traffic comes with the volumes.
    #[derive(Default)]
    pub struct DiskCounters(());

    impl DiskCounters {
        /// Nothing.
        pub fn read(&mut self) -> Vec<Counters> {
            Vec::new()
        }
    }

    /// Tells nothing.
    #[derive(Default)]
    pub struct Pressures(());

    impl Pressures {
        /// Nothing.
        pub fn read(&mut self, _: Duration) -> Pressure {
            Pressure::default()
        }
    }
}
