//! How much CPU time this thread has used. Elsewhere than on Linux a clock stands for it, which runs on while others have the CPU.

#[cfg(target_os = "linux")]
pub use here::CpuClock;
#[cfg(not(target_os = "linux"))]
pub use nowhere::CpuClock;

#[cfg(target_os = "linux")]
mod here {
    use std::time::{Duration, Instant};

    use crate::sampler::procfs::{KeptFile, first_number};

    /// Reads `/proc/thread-self/schedstat`, whose first figure is that time in nanoseconds (Documentation/scheduler/sched-stats.rst of the kernel).
    pub struct CpuClock {
        file: KeptFile,
        begun: Instant,
    }

    impl Default for CpuClock {
        fn default() -> Self {
            Self { file: KeptFile::new("/proc/thread-self/schedstat"), begun: Instant::now() }
        }
    }

    impl CpuClock {
        /// The time so far. It must always be the same thread that asks.
        pub fn now(&mut self) -> Duration {
            let used = self.file.read().and_then(first_number).filter(|&nanos| nanos > 0);
            used.map_or_else(|| self.begun.elapsed(), Duration::from_nanos)
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod nowhere {
    use std::time::{Duration, Instant};

    /// Reads the clock.
    pub struct CpuClock(Instant);

    impl Default for CpuClock {
        fn default() -> Self {
            Self(Instant::now())
        }
    }

    impl CpuClock {
        /// The time since it was made.
        pub fn now(&mut self) -> Duration {
            self.0.elapsed()
        }
    }
}
