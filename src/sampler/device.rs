//! How busy each disk is, and how many requests wait for it.
//!
//! Linux counts the milliseconds in which a disk had something to do, and those that requests have spent in it, in `/proc/diskstats`; grown by so
//! much per second they are what `iostat -x` calls `%util` and `aqu-sz`. Windows tells the same of each drive, save that it counts idle time.
//! Not available on macOS.

use std::time::Duration;

use super::rate::Rates;
use super::snapshot::DeviceUse;

/// What is counted for one disk since the system started, in milliseconds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// The system's name for it.
    pub name: String,
    /// Time in which it had something to do.
    pub busy_ms: u64,
    /// Time spent by all requests together.
    pub queued_ms: u64,
}

/// Turns times into shares and lengths.
#[derive(Default)]
pub struct Devices {
    rates: Rates<String>,
}

impl Devices {
    /// Every disk, from times read `at` this time of the monotonic clock.
    pub fn uses_of(&mut self, times: &[Times], at: Duration) -> Vec<DeviceUse> {
        let uses = times.iter().map(|one| self.use_of(one, at)).collect();
        self.rates.forget_missing();
        uses
    }

    fn use_of(&mut self, one: &Times, at: Duration) -> DeviceUse {
        let (busy, queued) = self.rates.update(&one.name, (one.busy_ms, one.queued_ms), at);
        DeviceUse {
            name: one.name.clone(),
            // Times and clock are read one after the other, so that it can seem to be a little more than all.
            busy_percent: busy.map(|millis| (millis / 10.0).min(100.0) as f32),
            queue_length: queued.map(|millis| (millis / 1000.0) as f32),
        }
    }
}

/// The share of the busiest disk, and the queues of all together; `None` where none is told.
pub fn together(devices: &[DeviceUse]) -> (Option<f32>, Option<f32>) {
    let busiest = devices.iter().filter_map(|one| one.busy_percent).reduce(f32::max);
    (busiest, devices.iter().filter_map(|one| one.queue_length).reduce(|sum, length| sum + length))
}

#[cfg(windows)]
pub use windows::drives;

#[cfg(windows)]
mod windows {
    use std::fs::{File, OpenOptions};
    use std::os::windows::fs::OpenOptionsExt;
    use std::os::windows::io::AsRawHandle;

    use windows_sys::Win32::Storage::FileSystem::{FILE_SHARE_READ, FILE_SHARE_WRITE};
    use windows_sys::Win32::System::IO::DeviceIoControl;
    use windows_sys::Win32::System::Ioctl::{DISK_PERFORMANCE, IOCTL_DISK_PERFORMANCE};

    use super::Times;

    /// Drives are numbered from 0; one that was taken out leaves a hole.
    const MOST: u32 = 32;

    /// What is counted for each drive of the machine that tells it; Wine's do not.
    pub fn drives() -> Vec<Times> {
        (0..MOST).filter_map(|number| times(number, &performance(&open(number)?)?)).collect()
    }

    /// Its figures may be asked for without the right to read it.
    fn open(number: u32) -> Option<File> {
        let mut options = OpenOptions::new();
        options.access_mode(0).share_mode(FILE_SHARE_READ | FILE_SHARE_WRITE);
        options.open(format!(r"\\.\PhysicalDrive{number}")).ok()
    }

    /// Times come in units of 100 ns. `QueryTime` is the clock at which the others were read.
    fn times(number: u32, told: &DISK_PERFORMANCE) -> Option<Times> {
        let millis = |units: i64| u64::try_from(units / 10_000).ok();
        let busy = told.QueryTime.checked_sub(told.IdleTime)?;
        let queued = told.ReadTime.checked_add(told.WriteTime)?;
        Some(Times { name: format!("disk {number}"), busy_ms: millis(busy)?, queued_ms: millis(queued)? })
    }

    #[allow(unsafe_code, reason = "a system call")]
    fn performance(drive: &File) -> Option<DISK_PERFORMANCE> {
        const SIZE: u32 = size_of::<DISK_PERFORMANCE>() as u32;
        let (mut told, mut length) = (DISK_PERFORMANCE::default(), 0);
        // SAFETY: the handle is open, and what is written goes into a structure of the size that is said.
        let done = unsafe {
            DeviceIoControl(
                drive.as_raw_handle(),
                IOCTL_DISK_PERFORMANCE,
                std::ptr::null(),
                0,
                (&raw mut told).cast(),
                SIZE,
                &raw mut length,
                std::ptr::null_mut(),
            )
        };
        (done != 0 && length >= SIZE).then_some(told)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Devices, Times, together};

    fn times(name: &str, busy_ms: u64, queued_ms: u64) -> Times {
        Times { name: name.into(), busy_ms, queued_ms }
    }

    #[test]
    fn shares_and_lengths_are_what_the_times_grew_by() {
        let mut devices = Devices::default();
        let first = devices.uses_of(&[times("sda", 1000, 5000), times("sdb", 0, 0)], Duration::from_secs(1));
        assert_eq!(together(&first), (None, None));
        let second = devices.uses_of(&[times("sda", 1500, 8000), times("sdb", 2002, 500)], Duration::from_secs(3));
        let told: Vec<_> = second.iter().map(|one| (one.name.as_str(), one.busy_percent, one.queue_length)).collect();
        assert_eq!(told, [("sda", Some(25.0), Some(1.5)), ("sdb", Some(100.0), Some(0.25))]);
        assert_eq!(together(&second), (Some(100.0), Some(1.75)));
        let third = devices.uses_of(&[times("sda", 10, 9000)], Duration::from_secs(4));
        assert_eq!((third[0].busy_percent, third[0].queue_length), (None, Some(1.0)), "its counter began again");
        assert_eq!(together(&[]), (None, None));
    }
}
