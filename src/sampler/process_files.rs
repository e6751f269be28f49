//! Linux: the files that `/proc` has for each process, read as cheaply as it goes.
//!
//! Opening such a file costs the kernel about as much as making its text. So `stat`, which is read each time, is kept open, for as many processes as
//! this program's limit of open files leaves room for. An open one also tells processes apart: once its process is gone it can no longer be read, whoever
//! gets the number.

use std::fmt::Write;
use std::fs::File;
use std::time::Duration;

use super::procfs::{self, ProcessStat, SmallFile, labelled};
use super::rate::per_second;

/// Files kept open at most; the kernel keeps a page of memory for each.
const MOST_KEPT: usize = 2048;
/// How often a process that does nothing is asked what it has read, written and open.
const SELDOM: Duration = Duration::from_secs(5);

/// Reads `stat` of one process after the other.
pub struct StatFiles {
    file: SmallFile,
    path: String,
    kept: usize,
    most: usize,
}

impl Default for StatFiles {
    fn default() -> Self {
        // Half is left to whatever else this program opens.
        let most = procfs::open_files_limit().map_or(0, |limit| limit / 2).min(MOST_KEPT);
        Self { file: SmallFile::default(), path: String::new(), kept: 0, most }
    }
}

impl StatFiles {
    /// Tells how many files are kept, before the next are read.
    pub fn count_kept(&mut self, kept: usize) {
        self.kept = kept;
    }

    /// What `stat` of this process tells, read from the file that was kept where there is one. `None` when the process has ended.
    pub fn read(&mut self, pid: u32, kept: &mut Option<File>) -> Option<ProcessStat<'_>> {
        *kept = kept.take().filter(|file| self.file.read_open(file).is_ok_and(|got| got > 0));
        if kept.is_none() {
            name(&mut self.path, pid, "stat");
            let file = File::open(&self.path).ok()?;
            self.file.read_open(&file).ok()?;
            *kept = (self.kept < self.most).then_some(file);
            self.kept += usize::from(kept.is_some());
        }
        ProcessStat::parse(self.file.text())
    }
}

/// Bytes that a process has read from and written to disks so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disk {
    /// Its figures are for others than this user; asking again would be for nothing.
    Denied,
    /// Read, written.
    Bytes(u64, u64),
}

/// Bytes read and written per second.
pub type DiskRates = (Option<f64>, Option<f64>);

impl Disk {
    /// The rates of a process that did nothing.
    pub fn at_rest(self) -> DiskRates {
        match self {
            Self::Denied => (None, None),
            Self::Bytes(..) => (Some(0.0), Some(0.0)),
        }
    }
}

/// What is asked of a process only while it does something, once after that, and else every few seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seldom {
    /// When it was asked, by the monotonic clock.
    pub at: Duration,
    /// What it has read and written by then.
    pub disk: Disk,
    /// How many files it has open.
    pub handles: Option<u32>,
    /// Whether it did something between the last two readings.
    pub was_active: bool,
}

impl Seldom {
    /// Whether a process that does nothing is to be asked again. Each has its turn at another time.
    pub fn is_due(&self, pid: u32, now: Duration) -> bool {
        let phase = u128::from(pid.wrapping_mul(7919)) % SELDOM.as_millis();
        let turn = |at: Duration| (at.as_millis() + phase) / SELDOM.as_millis();
        self.was_active || turn(now) != turn(self.at)
    }

    /// Rates since it was asked `before`, without what processes have left to it that it started.
    pub fn rates_since(&self, before: Option<Self>, inherited: (u64, u64)) -> DiskRates {
        let Some(before) = before else { return (None, None) };
        let (Disk::Bytes(read, written), Disk::Bytes(read_now, written_now)) = (before.disk, self.disk) else {
            return (None, None);
        };
        let elapsed = self.at.saturating_sub(before.at);
        // Children that the parent did not wait for leave nothing: then there is less than there seems to be inherited.
        let own = |before: u64, now: u64, given: u64| per_second(before, now.saturating_sub(given).max(before.min(now)), elapsed);
        (own(read, read_now, inherited.0), own(written, written_now, inherited.1))
    }
}

/// Reads the other files of one process after the other.
#[derive(Default)]
pub struct Files {
    file: SmallFile,
    path: String,
}

impl Files {
    /// The command line with its arguments still ended by NUL.
    pub fn command(&mut self, pid: u32) -> Option<String> {
        let bytes = self.read(pid, "cmdline").ok().filter(|bytes| !bytes.is_empty())?;
        Some(String::from_utf8_lossy(bytes).into_owned())
    }

    /// The number of the user it runs for.
    pub fn user(&mut self, pid: u32) -> Option<u64> {
        self.read(pid, "status").ok().and_then(|status| labelled(status, b"Uid:"))
    }

    /// What is asked seldom, with the rates that follow from it: new of a process that does something or has its turn, else what was answered `before`.
    /// `inherited` is what processes left to it that it started.
    pub fn ask(
        &mut self,
        pid: u32,
        at: Duration,
        before: Option<Seldom>,
        is_active: bool,
        inherited: Option<(u64, u64)>,
    ) -> (Seldom, DiskRates) {
        if let Some(before) = before.filter(|before| !is_active && inherited.is_none() && !before.is_due(pid, at)) {
            return (before, before.disk.at_rest());
        }
        let denied = before.is_some_and(|before| before.disk == Disk::Denied);
        let disk = if denied { Disk::Denied } else { self.disk(pid) };
        let seldom = Seldom { at, disk, handles: self.open_files(pid), was_active: is_active };
        (seldom, seldom.rates_since(before, inherited.unwrap_or_default()))
    }

    /// What really went to and came from disks, not what came from the cache.
    fn disk(&mut self, pid: u32) -> Disk {
        let Ok(text) = self.read(pid, "io") else { return Disk::Denied };
        match (labelled(text, b"read_bytes:"), labelled(text, b"write_bytes:")) {
            (Some(read), Some(written)) => Disk::Bytes(read, written),
            _ => Disk::Denied,
        }
    }

    fn open_files(&mut self, pid: u32) -> Option<u32> {
        if !procfs::tells_open_files() {
            return None;
        }
        name(&mut self.path, pid, "fd");
        procfs::open_files(&self.path)
    }

    fn read(&mut self, pid: u32, file: &str) -> std::io::Result<&[u8]> {
        name(&mut self.path, pid, file);
        self.file.read(&self.path)
    }
}

fn name(path: &mut String, pid: u32, file: &str) {
    path.clear();
    // Writing to a string cannot fail.
    let _ = write!(path, "/proc/{pid}/{file}");
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Disk, Seldom, StatFiles};

    fn asked(at: u64, disk: Disk) -> Seldom {
        Seldom { at: Duration::from_secs(at), disk, handles: None, was_active: false }
    }

    #[test]
    fn what_children_leave_behind_is_not_counted_as_the_parents() {
        let rates = |now, inherited| asked(2, now).rates_since(Some(asked(1, Disk::Bytes(100, 100))), inherited);
        assert_eq!(rates(Disk::Bytes(1100, 350), (1000, 200)), (Some(0.0), Some(50.0)));
        assert_eq!(rates(Disk::Bytes(150, 150), (1000, 200)), (Some(0.0), Some(0.0)));
        assert_eq!(rates(Disk::Bytes(50, 150), (0, 0)), (None, Some(50.0)));
        assert_eq!(rates(Disk::Denied, (0, 0)), (None, None));
        assert_eq!(asked(2, Disk::Bytes(1, 1)).rates_since(None, (0, 0)), (None, None));
    }

    #[test]
    fn rates_are_counted_over_the_time_that_was_not_asked() {
        let before = asked(1, Disk::Bytes(0, 0));
        assert_eq!(asked(6, Disk::Bytes(500, 50)).rates_since(Some(before), (0, 0)), (Some(100.0), Some(10.0)));
        assert_eq!((Disk::Bytes(9, 9).at_rest(), Disk::Denied.at_rest()), ((Some(0.0), Some(0.0)), (None, None)));
    }

    #[test]
    fn an_idle_process_has_its_turn_every_five_seconds_and_each_at_another_time() {
        let turns =
            |pid| (1..=20).filter(|at| asked(at - 1, Disk::Denied).is_due(pid, Duration::from_secs(*at))).collect::<Vec<u64>>();
        assert_eq!((turns(1).len(), turns(2).len()), (4, 4));
        assert_ne!(turns(1), turns(2));
        let active = Seldom { was_active: true, ..asked(1, Disk::Denied) };
        assert!(active.is_due(1, Duration::from_secs(1)), "once more after it did something");
    }

    #[test]
    fn a_file_that_was_kept_tells_when_its_process_has_ended() {
        let mut child = std::process::Command::new("sleep").arg("60").spawn().unwrap();
        let (mut stats, mut kept) = (StatFiles::default(), None);
        let first = stats.read(child.id(), &mut kept).map(|stat| (stat.name.to_vec(), stat.start_ticks));
        assert_eq!((kept.is_some(), stats.kept), (true, 1));
        let again = stats.read(child.id(), &mut kept).map(|stat| (stat.name.to_vec(), stat.start_ticks));
        assert!(first.is_some());
        assert_eq!(first.map(|(_, start)| start), again.map(|(_, start)| start));
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(stats.read(child.id(), &mut kept), None);
        assert!(kept.is_none());
    }

    #[test]
    fn no_more_files_are_kept_than_there_is_room_for() {
        let mut stats = StatFiles { most: 1, ..StatFiles::default() };
        let (mut one, mut two, own) = (None, None, std::process::id());
        assert!(stats.read(own, &mut one).is_some() && stats.read(own, &mut two).is_some());
        assert_eq!((one.is_some(), two.is_some()), (true, false));
    }
}
