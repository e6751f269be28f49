//! What the system's kernel does for all programs: page faults, swapping, context switches.
//!
//! Linux: `/proc/vmstat` and `/proc/stat`. Windows: `NtQuerySystemInformation`. Not available on macOS.

use std::time::Duration;

use super::rate::Rate;
use super::snapshot::Activity;

/// Counters since the system started; `None` what it does not tell. Swap in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Changes from one thread to another.
    pub switches: Option<u64>,
    /// Page faults, those included for which a disk was read.
    pub faults: Option<u64>,
    /// Page faults for which a disk was read.
    pub major_faults: Option<u64>,
    /// Read from swap.
    pub swapped_in: Option<u64>,
    /// Written to swap.
    pub swapped_out: Option<u64>,
}

/// Turns counters into rates.
#[derive(Default)]
pub struct Activities {
    switches: Rate,
    faults: Rate,
    major_faults: Rate,
    swapped_in: Rate,
    swapped_out: Rate,
}

impl Activities {
    /// The rates since the call before, from counters read `at` this time of the monotonic clock.
    pub fn rates_of(&mut self, counters: Counters, at: Duration) -> Activity {
        Activity {
            context_switches_per_s: self.switches.update(counters.switches, at),
            page_faults_per_s: self.faults.update(counters.faults, at),
            major_faults_per_s: self.major_faults.update(counters.major_faults, at),
            swap_in_per_s: self.swapped_in.update(counters.swapped_in, at),
            swap_out_per_s: self.swapped_out.update(counters.swapped_out, at),
        }
    }
}

#[cfg(target_os = "linux")]
pub use linux::Reader;
#[cfg(not(any(target_os = "linux", windows)))]
pub use nowhere::Reader;
#[cfg(windows)]
pub use windows::Reader;

#[cfg(target_os = "linux")]
mod linux {
    use super::Counters;
    use crate::sampler::procfs::{KeptFile, Units, parse_number};

    /// Reads `/proc/vmstat`.
    pub struct Reader(KeptFile);

    impl Default for Reader {
        fn default() -> Self {
            Self(KeptFile::new("/proc/vmstat"))
        }
    }

    impl Reader {
        /// The counters, and `switches` as `/proc/stat` tells them.
        pub fn read(&mut self, switches: Option<u64>) -> Counters {
            let text = self.0.read().unwrap_or_default();
            Counters { switches, ..parse(text, Units::here().page_bytes) }
        }
    }

    /// Lines of a name and a figure. The names are those of `enum vm_event_item` of the kernel; swapped are pages.
    pub fn parse(text: &[u8], page_bytes: u64) -> Counters {
        let mut counters = Counters::default();
        for line in text.split(|&byte| byte == b'\n') {
            // Few of two hundred lines are wanted: they all begin so.
            if !line.starts_with(b"p") {
                continue;
            }
            let place = match line.iter().position(|&byte| byte == b' ').and_then(|end| line.get(..end)) {
                Some(b"pgfault") => &mut counters.faults,
                Some(b"pgmajfault") => &mut counters.major_faults,
                Some(b"pswpin") => &mut counters.swapped_in,
                Some(b"pswpout") => &mut counters.swapped_out,
                _ => continue,
            };
            let figure = line.rsplit(|&byte| byte == b' ').next().and_then(parse_number);
            *place = figure;
        }
        let bytes = |pages: Option<u64>| pages.map(|pages| pages.saturating_mul(page_bytes));
        Counters { swapped_in: bytes(counters.swapped_in), swapped_out: bytes(counters.swapped_out), ..counters }
    }
}

#[cfg(windows)]
mod windows {
    use ntapi::ntexapi::{NtQuerySystemInformation, SYSTEM_PERFORMANCE_INFORMATION, SystemPerformanceInformation};

    use super::Counters;

    /// Asks the system, which counts in 32 bits: what has begun again is added up here.
    #[derive(Default)]
    pub struct Reader {
        switches: Wide,
        faults: Wide,
        major_faults: Wide,
    }

    impl Reader {
        /// The counters. What counts nothing at all is not counted: under Wine all of them are 0. Page files are not told.
        pub fn read(&mut self, _: Option<u64>) -> Counters {
            let Some(told) = performance() else { return Counters::default() };
            Counters {
                switches: self.switches.widen(told.ContextSwitches),
                faults: self.faults.widen(told.PageFaultCount),
                major_faults: self.major_faults.widen(told.PageReadIoCount),
                ..Counters::default()
            }
        }
    }

    /// A counter of 32 bits as one of 64.
    #[derive(Default)]
    struct Wide(Option<(u32, u64)>);

    impl Wide {
        fn widen(&mut self, now: u32) -> Option<u64> {
            let (before, sum) = self.0.unwrap_or((now, u64::from(now)));
            let sum = sum.saturating_add(u64::from(now.wrapping_sub(before)));
            self.0 = Some((now, sum));
            Some(sum).filter(|&sum| sum > 0)
        }
    }

    #[allow(unsafe_code, reason = "a system call")]
    fn performance() -> Option<SYSTEM_PERFORMANCE_INFORMATION> {
        // Newer systems know more figures than the structure has, and want room for all of them.
        const ROOM: usize = 1024;
        #[repr(C)]
        union Room {
            told: SYSTEM_PERFORMANCE_INFORMATION,
            bytes: [u8; ROOM],
        }
        let mut room = Room { bytes: [0; ROOM] };
        let mut length = 0;
        // SAFETY: the room is as large as is said, and writable; the system writes no further.
        let status =
            unsafe { NtQuerySystemInformation(SystemPerformanceInformation, (&raw mut room).cast(), ROOM as u32, &raw mut length) };
        // SAFETY: all of it was set to 0 before, and each figure may have any value.
        let told = unsafe { room.told };
        (status >= 0).then_some(told)
    }
}

#[cfg(not(any(target_os = "linux", windows)))]
mod nowhere {
    use super::Counters;

    /// Tells nothing.
    #[derive(Default)]
    pub struct Reader(());

    impl Reader {
        /// Nothing.
        pub fn read(&mut self, _: Option<u64>) -> Counters {
            Counters::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn rates_are_those_between_two_readings() {
        let counters = |factor: u64| Counters {
            switches: Some(1000 * factor),
            faults: Some(500 * factor),
            major_faults: Some(2 * factor),
            swapped_in: Some(8192 * factor),
            swapped_out: None,
        };
        let mut activities = Activities::default();
        assert_eq!(activities.rates_of(counters(1), Duration::from_secs(1)), Activity::default());
        let rates = activities.rates_of(counters(3), Duration::from_secs(3));
        let expected = Activity {
            context_switches_per_s: Some(1000.0),
            page_faults_per_s: Some(500.0),
            major_faults_per_s: Some(2.0),
            swap_in_per_s: Some(8192.0),
            swap_out_per_s: None,
        };
        assert_eq!(rates, expected);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_file_counts_pages() {
        let text = b"nr_free_pages 5\npgpgin 749296325\npswpin 3\npswpout 4\npgfault 2523369279\npgmajfault 1030475\npgfault_x 1\n";
        let expected = Counters {
            switches: None,
            faults: Some(2_523_369_279),
            major_faults: Some(1_030_475),
            swapped_in: Some(3 * 4096),
            swapped_out: Some(4 * 4096),
        };
        assert_eq!(linux::parse(text, 4096), expected);
        assert_eq!(linux::parse(b"pgfault many\n", 4096), Counters::default());
    }
}
