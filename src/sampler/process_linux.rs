//! Processes on Linux, read from `/proc`: `stat` of each with every reading; what it has read and written and how many files it has open while it does
//! something, and else every few seconds; and once in its life its command line and user.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::sync::Arc;
use std::time::Duration;

use sysinfo::System;

use super::process_files::{Disk, Files, Seldom, StatFiles};
use super::procfs::{self, ProcessStat, Units, parse_number};
use super::snapshot::ProcessRow;
use super::users::Users;

/// The kernel cuts names to this many bytes.
const CUT_NAME: usize = 15;

/// Reads all processes, and remembers of each what does not change and what its rates are counted from.
#[derive(Default)]
pub struct Reader {
    known: HashMap<u32, Known>,
    users: Users,
    stats: StatFiles,
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
    file: Option<File>,
    name: Box<[u8]>,
    parent: u32,
    start_ticks: u64,
    cpu_ticks: u64,
    faults: u64,
    texts: Texts,
    seldom: Seldom,
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

impl Reader {
    /// All processes `at` this time of the monotonic clock, on a machine of so many logical CPUs.
    pub fn read(&mut self, _: &mut System, cpus: usize, at: Duration) -> Vec<ProcessRow> {
        let number = self.before.map_or(1, |before| before.number + 1);
        let now = Round { number, at, uptime: procfs::uptime().unwrap_or(0.0), cpus: cpus as f64 };
        let alive: HashSet<u32> = process_numbers().collect();
        let inherited = self.inherited(&alive);
        self.stats.count_kept(self.known.values().filter(|known| known.file.is_some()).count());
        let rows = alive.iter().filter_map(|&pid| self.row(pid, &now, inherited.get(&pid).copied())).collect();
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
            if let Disk::Bytes(read, written) = known.seldom.disk {
                let sum = sums.entry(known.parent).or_default();
                *sum = (sum.0.saturating_add(read), sum.1.saturating_add(written));
            }
        }
        sums
    }

    /// One process; `None` when it has ended meanwhile. `inherited` is what processes left to it that it started.
    fn row(&mut self, pid: u32, now: &Round, inherited: Option<(u64, u64)>) -> Option<ProcessRow> {
        let mut held = self.known.remove(&pid);
        let mut file = held.as_mut().and_then(|held| held.file.take());
        let stat = self.stats.read(pid, &mut file)?;
        let held = held.filter(|held| held.start_ticks == stat.start_ticks);
        let texts = match &held {
            Some(held) if *held.name == *stat.name && held.texts.is_complete(&stat) => held.texts.clone(),
            _ => describe(&mut self.files, &mut self.users, pid, &stat),
        };
        let mut row = row_of(pid, &stat, &texts, now.uptime);
        let elapsed = self.before.map(|before| now.at.saturating_sub(before.at)).unwrap_or_default();
        let used = stat.cpu_ticks.saturating_sub(ticks_before(self.before, held.as_ref(), &stat));
        row.cpu_percent = cpu_percent(used, elapsed, now.cpus);
        let is_active = held.as_ref().is_none_or(|held| held.did_something(&stat));
        let (seldom, rates) = self.files.ask(pid, now.at, held.as_ref().map(|held| held.seldom), is_active, inherited);
        row.handles = seldom.handles;
        (row.read_per_s, row.written_per_s) = rates;
        let name = held.filter(|held| *held.name == *stat.name).map_or_else(|| stat.name.into(), |held| held.name);
        let ProcessStat { parent, start_ticks, cpu_ticks, faults, .. } = stat;
        let known = Known { file, name, parent, start_ticks, cpu_ticks, faults, texts, seldom, round: now.number };
        self.known.insert(pid, known);
        Some(row)
    }
}

/// CPU time at the reading before. A process born since then had used none; of one seen for the first time that is older nothing is known, so that it
/// counts as idle once.
fn ticks_before(before: Option<Round>, held: Option<&Known>, stat: &ProcessStat) -> u64 {
    let born = seconds(stat.start_ticks);
    let newborn = before.is_some_and(|before| born >= before.uptime);
    held.map_or(if newborn { 0 } else { stat.cpu_ticks }, |held| held.cpu_ticks)
}

impl Known {
    /// Whether the process has used CPU time or memory since the reading before, or does something right now.
    fn did_something(&self, stat: &ProcessStat) -> bool {
        self.cpu_ticks != stat.cpu_ticks || self.faults != stat.faults || matches!(stat.state, b'R' | b'D')
    }
}

fn describe(files: &mut Files, users: &mut Users, pid: u32, stat: &ProcessStat) -> Texts {
    let command = if stat.kernel { None } else { files.command(pid) };
    let short = String::from_utf8_lossy(stat.name);
    let name = Arc::from(full_name(&short, command.as_deref()).unwrap_or(&short));
    let command = command.map(|command| Arc::from(command.trim_end_matches('\0').replace('\0', " ")));
    Texts { name, command, user: files.user(pid).map(|user| users.name(user)) }
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use sysinfo::System;

    use super::{Reader, cpu_percent, full_name};

    #[test]
    fn an_ended_process_is_forgotten() {
        let mut child = std::process::Command::new("sleep").arg("60").spawn().unwrap();
        let (mut reader, mut system) = (Reader::default(), System::new());
        reader.read(&mut system, 1, Duration::ZERO);
        assert!(reader.known.contains_key(&child.id()));
        child.kill().unwrap();
        child.wait().unwrap();
        reader.read(&mut system, 1, Duration::from_secs(1));
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
}
