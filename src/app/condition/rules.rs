//! The thresholds, and what is said of what lies above them.

use std::collections::HashMap;
use std::time::Duration;

use crate::app::tabs::monitor::{cpu_percent, fullest};
use crate::report::{format, shorten};
use crate::sampler::{DiskUse, ProcessRow, Snapshot, Temperature};

use super::{Condition, Lasting, Level};

/// CPU of the machine in percent.
pub const CPU: f64 = 80.0;
/// Memory in use, in percent.
pub const MEMORY: f64 = 85.0;
/// Memory in use, in percent, of which so little is left that programs soon get none.
pub const MEMORY_NEARLY_ALL: f64 = 95.0;
/// A sensor in degrees Celsius.
pub const CELSIUS: f64 = 90.0;
/// A disk in use, in percent.
const DISK: f64 = 90.0;
/// Bytes free on a disk.
const DISK_FREE: u64 = 1_000_000_000;
/// A disk of fewer bytes need not have [`DISK_FREE`].
const LARGE_DISK: u64 = 10 * DISK_FREE;
/// Bytes that come into swap within a minute where memory does not suffice.
const SWAPPED: u64 = 64_000_000;
/// Letters of a name in a sentence.
const NAME: usize = 40;

/// Something above its threshold.
struct Finding {
    level: Level,
    text: String,
}

/// How the machine is at this sample.
pub fn condition(snapshot: &Snapshot, lasting: &Lasting) -> Condition {
    let found = [memory(snapshot, lasting), disk(snapshot), cpu(snapshot, lasting), warmth(snapshot, lasting)];
    let mut found: Vec<Finding> = found.into_iter().flatten().collect();
    found.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    let mut found = found.into_iter();
    match found.next() {
        Some(worst) => Condition { level: worst.level, sentence: worst.text, more: found.map(|finding| finding.text).collect() },
        None => Condition { level: Level::Good, sentence: quiet(snapshot), more: Vec::new() },
    }
}

/// What is so while nothing lies above its threshold.
fn quiet(snapshot: &Snapshot) -> String {
    let cpu = cpu_percent(f64::from(snapshot.cpu_percent));
    let memory = format::or_not_available(memory_percent(snapshot), format::percent);
    let disk = fullest(snapshot).map(|(disk, used)| format!(" Disk {} is {} full.", disk.mount, format::percent(used)));
    format!("CPU at {cpu}, memory at {memory}.{}", disk.unwrap_or_default())
}

/// Memory in use in percent; `None` where the system does not tell how much there is.
pub fn memory_percent(snapshot: &Snapshot) -> Option<f64> {
    let memory = snapshot.memory;
    (memory.total > 0).then(|| memory.used as f64 / memory.total as f64 * 100.0)
}

/// The sensor that tells most; of equal ones the first.
pub fn warmest(snapshot: &Snapshot) -> Option<&Temperature> {
    let sensors = snapshot.temperatures.iter().filter(|sensor| sensor.celsius.is_finite());
    sensors.reduce(|warmest, sensor| if sensor.celsius > warmest.celsius { sensor } else { warmest })
}

fn memory(snapshot: &Snapshot, lasting: &Lasting) -> Option<Finding> {
    let (percent, lasted) = (memory_percent(snapshot)?, lasting.memory?);
    let swaps = lasting.swapped > SWAPPED;
    let level = if swaps || lasting.memory_nearly_all.is_some() { Level::Bad } else { Level::Warn };
    let (place, left) = (if cfg!(windows) { "the page file" } else { "swap" }, format::bytes(snapshot.memory.available));
    let more = match level {
        _ if swaps => format!(", and {} went to {place} within a minute", format::bytes(lasting.swapped)),
        Level::Bad => format!(", {left} left"),
        _ => String::new(),
    };
    let holds = most(&snapshot.processes, |row| row.memory as f64);
    let holds = holds.map(|(name, bytes)| format!(": {name} holds {}", format::bytes(bytes as u64))).unwrap_or_default();
    Some(Finding { level, text: format!("Memory at {} for {}{more}{holds}.", format::percent(percent), minutes(lasted)) })
}

/// The disk that matters most: one that is about to be full, else the fullest.
fn disk(snapshot: &Snapshot) -> Option<Finding> {
    let is_short = |disk: &&DiskUse| disk.total >= LARGE_DISK && disk.available < DISK_FREE;
    if let Some(disk) = snapshot.disks.iter().filter(is_short).min_by_key(|disk| disk.available) {
        let text = format!("Disk {} has {} free: programs may soon fail to save.", disk.mount, format::bytes(disk.available));
        return Some(Finding { level: Level::Bad, text });
    }
    let (disk, used) = fullest(snapshot).filter(|(_, used)| *used > DISK)?;
    let text = format!("Disk {} is {} full, {} free.", disk.mount, format::percent(used), format::bytes(disk.available));
    Some(Finding { level: Level::Warn, text })
}

fn cpu(snapshot: &Snapshot, lasting: &Lasting) -> Option<Finding> {
    let lasted = minutes(lasting.cpu?);
    let uses = most(&snapshot.processes, |row| f64::from(row.cpu_percent));
    let uses = uses.map(|(name, share)| format!(": {name} uses {} of the machine", format::percent(share.min(100.0))));
    let now = cpu_percent(f64::from(snapshot.cpu_percent));
    Some(Finding { level: Level::Warn, text: format!("CPU at {now} for {lasted}{}.", uses.unwrap_or_default()) })
}

fn warmth(snapshot: &Snapshot, lasting: &Lasting) -> Option<Finding> {
    let (lasted, sensor) = (minutes(lasting.warmth?), warmest(snapshot)?);
    let text = format!("{} at {} °C for {lasted}.", shorten(&sensor.name, NAME), format::grouped(sensor.celsius.into(), 0));
    Some(Finding { level: Level::Warn, text })
}

/// A time in whole minutes: a sentence that counts seconds cannot be read.
fn minutes(time: Duration) -> String {
    format::span(Duration::from_secs(time.as_secs() / 60 * 60))
}

/// The program whose processes together have most of something, and how much that is. `None` where none has any.
fn most(processes: &[ProcessRow], of: impl Fn(&ProcessRow) -> f64) -> Option<(String, f64)> {
    let mut sums: HashMap<&str, f64> = HashMap::new();
    for row in processes {
        *sums.entry(&row.name).or_default() += of(row);
    }
    // Of two that have the same always the same one.
    let largest = sums.into_iter().filter(|(_, sum)| *sum > 0.0).max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(a.0)));
    largest.map(|(name, sum)| (shorten(name, NAME), sum))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sampler::{MemoryUse, example};

    const MINUTES: Option<Duration> = Some(Duration::from_secs(6 * 60 + 59));

    fn sample(change: impl Fn(&mut Snapshot)) -> Snapshot {
        let mut snapshot = example(1).remove(0);
        change(&mut snapshot);
        snapshot
    }

    fn memory_at(percent: u64) -> Snapshot {
        sample(|snapshot| {
            let (total, used) = (16_000_000_000, 160_000_000 * percent);
            snapshot.memory = MemoryUse { total, used, available: total - used };
        })
    }

    #[test]
    fn while_nothing_is_above_the_figures_are_told() {
        let found = condition(&sample(|_| ()), &Lasting::default());
        assert_eq!((found.level, found.sentence.as_str()), (Level::Good, "CPU at 50 %, memory at 38 %. Disk / is 75 % full."));
        let nothing = condition(&Snapshot::default(), &Lasting::default());
        assert_eq!(nothing.sentence, "CPU at 0 %, memory at not available.");
    }

    #[test]
    fn memory_names_the_program_that_holds_most() {
        let held = |snapshot: &Snapshot, lasting: Lasting| condition(snapshot, &Lasting { memory: MINUTES, ..lasting });
        let high = held(&memory_at(91), Lasting::default());
        assert_eq!((high.level, high.sentence.as_str()), (Level::Warn, "Memory at 91 % for 6 min: python3 holds 1.3 GB."));
        let all = held(&memory_at(96), Lasting { memory_nearly_all: MINUTES, ..Lasting::default() });
        assert_eq!(
            (all.level, all.sentence.as_str()),
            (Level::Bad, "Memory at 96 % for 6 min, 640 MB left: python3 holds 1.3 GB.")
        );
        let mut unlisted = memory_at(91);
        unlisted.processes = std::sync::Arc::default();
        assert_eq!(held(&unlisted, Lasting::default()).sentence, "Memory at 91 % for 6 min.", "what was not read is not told");
    }

    #[test]
    fn a_disk_is_told_by_what_is_used_and_by_what_is_free() {
        let disk = |total: u64, available: u64| {
            let snapshot = sample(|snapshot| {
                snapshot.disks.truncate(1);
                (snapshot.disks[0].total, snapshot.disks[0].available) = (total, available);
            });
            let found = condition(&snapshot, &Lasting::default());
            (found.level, found.sentence)
        };
        assert_eq!(disk(500_000_000_000, 50_000_000_000).0, Level::Good, "90 % is not above 90 %");
        assert_eq!(disk(500_000_000_000, 35_000_000_000), (Level::Warn, "Disk / is 93 % full, 35 GB free.".into()));
        let soon = "Disk / has 512 MB free: programs may soon fail to save.";
        assert_eq!(disk(500_000_000_000, 512_000_000), (Level::Bad, soon.into()));
        assert_eq!(disk(500_000_000, 200_000_000).0, Level::Good, "a small disk");
    }

    #[test]
    fn the_worst_comes_first_and_the_rest_is_kept() {
        let snapshot = sample(|snapshot| {
            snapshot.disks[1].available = 300_000_000;
            snapshot.temperatures[0].celsius = 93.4;
        });
        let found = condition(&snapshot, &Lasting { cpu: MINUTES, warmth: MINUTES, ..Lasting::default() });
        assert_eq!((found.level, found.level.word()), (Level::Bad, "Problem"));
        assert_eq!(found.sentence, "Disk /data has 300 MB free: programs may soon fail to save.");
        let more = ["CPU at 50 % for 6 min: postgres uses 25 % of the machine.", "coretemp Package id 0 at 93 °C for 6 min."];
        assert_eq!(found.more, more);
    }

    #[test]
    fn processes_of_one_program_count_together() {
        let row = |name: &str, memory| ProcessRow { name: name.into(), memory, ..ProcessRow::default() };
        let rows = [row("one", 5), row("many", 3), row("many", 3), row("none", 0)];
        assert_eq!(most(&rows, |row| row.memory as f64), Some(("many".into(), 6.0)));
        assert_eq!(most(&rows, |row| f64::from(row.cpu_percent)), None);
    }
}
