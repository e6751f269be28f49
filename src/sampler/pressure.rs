//! Pressure stall information of Linux: how much of the time work stood still for want of CPU, memory or disks.
//!
//! Format and meaning: Documentation/accounting/psi.rst of the kernel. Kernels built without it have no such files.

use std::time::Duration;

use super::procfs::KeptFile;
use super::rate::Rate;
use super::snapshot::{Pressure, Stall};

/// Reads `/proc/pressure`, and reckons shares of the time between two readings from its running totals.
pub struct Pressures {
    cpu: StallReader,
    memory: StallReader,
    io: StallReader,
}

impl Default for Pressures {
    fn default() -> Self {
        let of = |path| StallReader { file: KeptFile::new(path), stalls: Stalls::default() };
        Self { cpu: of("/proc/pressure/cpu"), memory: of("/proc/pressure/memory"), io: of("/proc/pressure/io") }
    }
}

impl Pressures {
    /// The figures `at` this time of the monotonic clock.
    pub fn read(&mut self, at: Duration) -> Pressure {
        // Of a machine as a whole it is not defined that all threads wait for a CPU: the kernel gives 0.
        let cpu = self.cpu.read(at).map(|stall| Stall { full_avg10: None, full_percent: None, ..stall });
        Pressure { cpu, memory: self.memory.read(at), io: self.io.read(at) }
    }
}

struct StallReader {
    file: KeptFile,
    stalls: Stalls,
}

impl StallReader {
    fn read(&mut self, at: Duration) -> Option<Stall> {
        self.stalls.take(std::str::from_utf8(self.file.read()?).ok()?, at)
    }
}

/// What was told of one resource the last time.
#[derive(Default)]
struct Stalls {
    some: Rate,
    full: Rate,
}

impl Stalls {
    /// Takes the text of a file that was read `at` this time.
    fn take(&mut self, text: &str, at: Duration) -> Option<Stall> {
        let line = |label: &str| text.lines().find_map(|line| parse(line.strip_prefix(label)?));
        let (some, full) = (line("some ")?, line("full "));
        Some(Stall {
            some_avg10: some.avg10,
            full_avg10: full.map(|full| full.avg10),
            some_percent: share(self.some.update(Some(some.total), at)),
            full_percent: share(self.full.update(full.map(|full| full.total), at)),
        })
    }
}

/// One line of such a file.
#[derive(Clone, Copy)]
struct Line {
    /// Share of the last ten seconds, percent.
    avg10: f32,
    /// Time since boot, microseconds.
    total: u64,
}

fn parse(fields: &str) -> Option<Line> {
    let value = |label: &str| fields.split_ascii_whitespace().find_map(|field| field.strip_prefix(label));
    Some(Line { avg10: value("avg10=")?.parse().ok()?, total: value("total=")?.parse().ok()? })
}

/// Microseconds per second as percent. Clock and total are read one after the other, so that it can seem to be a little more than all.
fn share(per_second: Option<f64>) -> Option<f32> {
    per_second.map(|micros| (micros / 1e4).min(100.0) as f32)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Stall, Stalls};

    #[test]
    fn shares_come_from_the_totals_and_not_from_the_means() {
        let mut stalls = Stalls::default();
        let first = "some avg10=7.02 avg60=7.87 avg300=6.72 total=1000000\nfull avg10=0.15 avg60=0.15 avg300=1.01 total=500000\n";
        let stall = stalls.take(first, Duration::from_secs(1));
        let expected = Stall { some_avg10: 7.02, full_avg10: Some(0.15), some_percent: None, full_percent: None };
        assert_eq!(stall, Some(expected));
        let second = "some avg10=9.00 avg60=7.87 avg300=6.72 total=1250000\nfull avg10=0.20 avg60=0.15 avg300=1.01 total=500000\n";
        let stall = stalls.take(second, Duration::from_secs(2));
        let expected = Stall { some_avg10: 9.0, full_avg10: Some(0.2), some_percent: Some(25.0), full_percent: Some(0.0) };
        assert_eq!(stall, Some(expected));
        let third = "some avg10=9.00 avg60=7.87 avg300=6.72 total=2260000\n";
        let stall = stalls.take(third, Duration::from_secs(3)).unwrap();
        assert_eq!((stall.some_percent, stall.full_avg10, stall.full_percent), (Some(100.0), None, None));
    }

    #[test]
    fn what_is_no_such_file_tells_nothing() {
        assert_eq!(Stalls::default().take("", Duration::ZERO), None);
        assert_eq!(Stalls::default().take("some avg10=x total=1\n", Duration::ZERO), None);
    }
}
