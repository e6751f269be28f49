//! Processes on Linux, read from `/proc`: `stat` and `io` of each, and once in its life its command line and user.

use std::collections::{HashMap, HashSet};
use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use sysinfo::System;

use super::procfs::{self, ProcessStat, SmallFile, Units, labelled, parse_number};
use super::rate::per_second;
use super::snapshot::ProcessRow;
use super::users::Users;

/// The kernel cuts names to this many bytes.
const CUT_NAME: usize = 15;

/// Reads all processes, and remembers of each what does not change and what its rates are counted from.
#[derive(Default)]
pub struct Reader {
    known: HashMap<u32, Known>,
    users: Users,
    files: Files,
    before: Option<Round>,
}

/// One reading of the whole list.
#[derive(Clone, Copy, Default)]
struct Round {
    number: u64,
    at: Duration,
    uptime: f64,
    cpus: f64,
}

/// What is remembered of a process from one reading to the next.
struct Known {
    stat: ProcessStat,
    texts: Texts,
    disk: Disk,
    round: u64,
}

/// What does not change in the life of a process, unless it becomes another program.
#[derive(Clone)]
struct Texts {
    name: Arc<str>,
    command: Option<Arc<str>>,
    user: Option<Arc<str>>,
}

impl Texts {
    /// Between its start as a copy of its parent and its own program a process has no command line for a moment.
    fn is_complete(&self, stat: &ProcessStat) -> bool {
        stat.kernel || self.command.is_some()
    }
}

/// Bytes that a process has read from and written to disks so far.
#[derive(Clone, Copy, PartialEq)]
enum Disk {
    /// Its figures are for others than this user; asking again would be for nothing.
    Denied,
    Bytes(u64, u64),
}

impl Reader {
    /// All processes `at` this time of the monotonic clock.
    pub fn read(&mut self, system: &mut System, at: Duration) -> Vec<ProcessRow> {
        let number = self.before.map_or(1, |before| before.number + 1);
        let cpus = super::cpu::count(system) as f64;
        let now = Round { number, at, uptime: procfs::uptime().unwrap_or(0.0), cpus };
        let alive: HashSet<u32> = process_numbers().collect();
        let inherited = self.inherited(&alive);
        let rows = alive.iter().filter_map(|&pid| self.row(pid, &now, inherited.get(&pid).copied().unwrap_or_default())).collect();
        self.known.retain(|_, known| known.round == number);
        self.before = Some(now);
        rows
    }

    /// How many processes run, without reading them.
    pub fn count() -> Option<u32> {
        u32::try_from(process_numbers().count()).ok().filter(|&count| count > 0)
    }

    /// When a process ends, the kernel adds what it has read and written to its parent's figures (`wait_task_zombie` in
    /// kernel/exit.c): a `make` would seem to read gigabytes the moment a compiler is done. This is what each parent
    /// was so given since the reading before, as far as it was known then.
    fn inherited(&self, alive: &HashSet<u32>) -> HashMap<u32, (u64, u64)> {
        let mut sums: HashMap<u32, (u64, u64)> = HashMap::new();
        for (_, known) in self.known.iter().filter(|(pid, _)| !alive.contains(pid)) {
            if let Disk::Bytes(read, written) = known.disk {
                let sum = sums.entry(known.stat.parent).or_default();
                *sum = (sum.0.saturating_add(read), sum.1.saturating_add(written));
            }
        }
        sums
    }

    /// One process; `None` when it has ended meanwhile.
    fn row(&mut self, pid: u32, now: &Round, inherited: (u64, u64)) -> Option<ProcessRow> {
        let stat = ProcessStat::parse(self.files.read(pid, "stat")?)?;
        let held = self.known.remove(&pid).filter(|held| held.stat.start_ticks == stat.start_ticks);
        let disk = self.files.disk(pid, held.as_ref().map(|held| held.disk));
        let texts = match &held {
            Some(held) if held.stat.name == stat.name && held.texts.is_complete(&stat) => held.texts.clone(),
            _ => self.describe(pid, &stat),
        };
        let mut row = row_of(pid, &stat, &texts, now.uptime);
        let elapsed = self.before.map(|before| now.at.saturating_sub(before.at)).unwrap_or_default();
        row.cpu_percent = cpu_percent(stat.cpu_ticks.saturating_sub(self.ticks_before(held.as_ref(), &stat)), elapsed, now.cpus);
        (row.read_per_s, row.written_per_s) = disk_rates(held.map(|held| held.disk), disk, inherited, elapsed);
        self.known.insert(pid, Known { stat, texts, disk, round: now.number });
        Some(row)
    }

    /// CPU time at the reading before. A process born since then had used none; of one seen for the first time that
    /// is older nothing is known, so that it counts as idle once.
    fn ticks_before(&self, held: Option<&Known>, stat: &ProcessStat) -> u64 {
        let born = seconds(stat.start_ticks);
        let newborn = self.before.is_some_and(|before| born >= before.uptime);
        held.map_or(if newborn { 0 } else { stat.cpu_ticks }, |held| held.stat.cpu_ticks)
    }

    fn describe(&mut self, pid: u32, stat: &ProcessStat) -> Texts {
        let command = if stat.kernel { None } else { self.files.command(pid) };
        let short = String::from_utf8_lossy(&stat.name);
        let name = full_name(&short, command.as_deref()).unwrap_or(&short);
        let name = Arc::from(name);
        let command = command.map(|command| Arc::from(command.trim_end_matches('\0').replace('\0', " ")));
        let user = self.files.read(pid, "status").and_then(|status| labelled(status, b"Uid:"));
        Texts { name, command, user: user.map(|user| self.users.name(user)) }
    }
}

fn row_of(pid: u32, stat: &ProcessStat, texts: &Texts, uptime: f64) -> ProcessRow {
    let Texts { name, command, user } = texts.clone();
    ProcessRow {
        pid,
        parent: (stat.parent != 0).then_some(stat.parent),
        name,
        command,
        memory: stat.resident_pages.saturating_mul(Units::here().page_bytes),
        virtual_memory: Some(stat.virtual_bytes),
        threads: Some(stat.threads),
        handles: open_files(pid),
        run_time_seconds: (uptime - seconds(stat.start_ticks)).max(0.0) as u64,
        user,
        ..ProcessRow::default()
    }
}

/// Share of the whole machine that `ticks` of CPU time are.
fn cpu_percent(ticks: u64, elapsed: Duration, cpus: f64) -> f32 {
    let elapsed = elapsed.as_secs_f64();
    if elapsed > 0.0 { (100.0 * seconds(ticks) / elapsed / cpus).min(100.0) as f32 } else { 0.0 }
}

fn disk_rates(before: Option<Disk>, now: Disk, inherited: (u64, u64), elapsed: Duration) -> (Option<f64>, Option<f64>) {
    let (Some(Disk::Bytes(read, written)), Disk::Bytes(read_now, written_now)) = (before, now) else { return (None, None) };
    // Children that the parent did not wait for leave nothing: then there is less than there seems to be inherited.
    let own = |before: u64, now: u64, given: u64| per_second(before, now.saturating_sub(given).max(before.min(now)), elapsed);
    (own(read, read_now, inherited.0), own(written, written_now, inherited.1))
}

fn open_files(pid: u32) -> Option<u32> {
    if procfs::tells_open_files() { procfs::open_files(&format!("/proc/{pid}/fd")) } else { None }
}

fn seconds(ticks: u64) -> f64 {
    ticks as f64 / Units::here().ticks_per_second as f64
}

/// The program's name as its command line has it, where the kernel has cut it: `/usr/bin/gnome-session-binary --x` for
/// `gnome-session-b`.
fn full_name<'a>(short: &str, command: Option<&'a str>) -> Option<&'a str> {
    let program = command?.split(['\0', ' ']).next()?;
    let name = program.rsplit('/').next()?;
    (short.len() >= CUT_NAME && name.starts_with(short)).then_some(name)
}

/// The folders in `/proc` whose names are numbers.
fn process_numbers() -> impl Iterator<Item = u32> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| parse_number(entry.file_name().as_encoded_bytes()).and_then(|number| u32::try_from(number).ok()))
}

/// Reads the files of one process after the other with one buffer and one path.
#[derive(Default)]
struct Files {
    file: SmallFile,
    path: String,
}

impl Files {
    fn read(&mut self, pid: u32, name: &str) -> Option<&[u8]> {
        self.try_read(pid, name).ok()
    }

    fn try_read(&mut self, pid: u32, name: &str) -> std::io::Result<&[u8]> {
        self.path.clear();
        // Writing to a string cannot fail.
        let _ = write!(self.path, "/proc/{pid}/{name}");
        self.file.read(&self.path)
    }

    /// The command line with its arguments still ended by NUL.
    fn command(&mut self, pid: u32) -> Option<String> {
        let bytes = self.read(pid, "cmdline").filter(|bytes| !bytes.is_empty())?;
        Some(String::from_utf8_lossy(bytes).into_owned())
    }

    /// What really went to and came from disks, not what came from the cache.
    fn disk(&mut self, pid: u32, before: Option<Disk>) -> Disk {
        if before == Some(Disk::Denied) {
            return Disk::Denied;
        }
        let Ok(text) = self.try_read(pid, "io") else { return Disk::Denied };
        match (labelled(text, b"read_bytes:"), labelled(text, b"write_bytes:")) {
            (Some(read), Some(written)) => Disk::Bytes(read, written),
            _ => Disk::Denied,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use sysinfo::System;

    use super::{Disk, Reader, cpu_percent, disk_rates, full_name};

    #[test]
    fn an_ended_process_is_forgotten() {
        let mut child = std::process::Command::new("sleep").arg("60").spawn().unwrap();
        let (mut reader, mut system) = (Reader::default(), System::new());
        reader.read(&mut system, Duration::ZERO);
        assert!(reader.known.contains_key(&child.id()));
        child.kill().unwrap();
        child.wait().unwrap();
        reader.read(&mut system, Duration::from_secs(1));
        assert!(!reader.known.contains_key(&child.id()));
    }

    #[test]
    fn names_that_the_kernel_cut_are_completed_from_the_command_line() {
        assert_eq!(full_name("gnome-session-b", Some("/usr/libexec/gnome-session-binary\0--x\0")), Some("gnome-session-binary"));
        assert_eq!(full_name("gnome-session-b", Some("/usr/bin/python3\0")), None);
        assert_eq!(full_name("python", Some("/usr/bin/python3\0")), None);
        assert_eq!(full_name("gnome-session-b", None), None);
    }

    #[test]
    fn all_cpus_busy_is_a_hundred_percent() {
        let ticks = 4 * super::Units::here().ticks_per_second;
        assert_eq!(cpu_percent(ticks, Duration::from_secs(1), 4.0), 100.0);
        assert_eq!(cpu_percent(ticks, Duration::from_secs(4), 4.0), 25.0);
        assert_eq!(cpu_percent(ticks, Duration::ZERO, 4.0), 0.0);
    }

    #[test]
    fn what_children_leave_behind_is_not_counted_as_the_parents() {
        let second = Duration::from_secs(1);
        let rates = |now, inherited| disk_rates(Some(Disk::Bytes(100, 100)), now, inherited, second);
        assert_eq!(rates(Disk::Bytes(1100, 350), (1000, 200)), (Some(0.0), Some(50.0)));
        assert_eq!(rates(Disk::Bytes(150, 150), (1000, 200)), (Some(0.0), Some(0.0)));
        assert_eq!(rates(Disk::Bytes(50, 150), (0, 0)), (None, Some(50.0)));
        assert_eq!(rates(Disk::Denied, (0, 0)), (None, None));
        assert_eq!(disk_rates(None, Disk::Bytes(1, 1), (0, 0), second), (None, None));
    }
}
