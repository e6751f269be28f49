//! The processes that used most, minute by minute.
//!
//! A minute: its number of processes (u16), then for each its id (u32), its share of the CPU in percent (f32), its memory in bytes (u64) and
//! its name (u16 and so many bytes). An hour: for each minute where it begins (i64) and the minute. Both compressed.

use std::collections::HashMap;
use std::sync::Arc;

use super::codec::{Rest, pack, unpack};
use crate::sampler::ProcessRow;

/// Processes that are kept of each kind: those that used most CPU, and those that held most memory.
const KEPT: usize = 6;
/// Letters of a name, in bytes.
const NAME: usize = 120;

/// A process within a minute.
#[derive(Clone, Debug, PartialEq)]
pub struct TopProcess {
    /// Its number.
    pub pid: u32,
    /// Name of its program.
    pub name: Arc<str>,
    /// CPU use as a share of the whole machine, percent; the mean over what was measured of the minute.
    pub cpu_percent: f32,
    /// Physical memory in bytes, the largest of the minute.
    pub memory: u64,
}

/// The processes that used most CPU or memory in a minute, the most CPU first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TopMinute {
    /// Where it begins: milliseconds since 1970-01-01 UTC.
    pub start: i64,
    /// The processes.
    pub processes: Vec<TopProcess>,
}

impl TopMinute {
    fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend((self.processes.len() as u16).to_le_bytes());
        for process in &self.processes {
            bytes.extend(process.pid.to_le_bytes());
            bytes.extend(process.cpu_percent.to_le_bytes());
            bytes.extend(process.memory.to_le_bytes());
            bytes.extend((process.name.len() as u16).to_le_bytes());
            bytes.extend(process.name.as_bytes());
        }
    }

    fn read(start: i64, rest: &mut Rest<'_>) -> Option<Self> {
        let count = u16::from_le_bytes(rest.array()?);
        let process = |_| {
            let (pid, cpu_percent) = (u32::from_le_bytes(rest.array()?), f32::from_le_bytes(rest.array()?));
            let (memory, length) = (u64::from_le_bytes(rest.array()?), u16::from_le_bytes(rest.array()?));
            let name = std::str::from_utf8(rest.take(length.into())?).ok()?.into();
            Some(TopProcess { pid, name, cpu_percent, memory })
        };
        Some(Self { start, processes: (0..count).map(process).collect::<Option<_>>()? })
    }

    /// The minute as a row.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.write(&mut bytes);
        pack(&bytes)
    }

    /// The minute of a row; `None` when it is damaged.
    pub(super) fn from_bytes(start: i64, packed: &[u8]) -> Option<Self> {
        Self::read(start, &mut Rest(&unpack(packed)?))
    }
}

/// Minutes of an hour as one row.
pub fn hour_to_bytes(minutes: &[TopMinute]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for minute in minutes {
        bytes.extend(minute.start.to_le_bytes());
        minute.write(&mut bytes);
    }
    pack(&bytes)
}

/// The minutes of such a row; `None` when it is damaged.
pub fn hour_from_bytes(packed: &[u8]) -> Option<Vec<TopMinute>> {
    let bytes = unpack(packed)?;
    let (mut rest, mut minutes) = (Rest(&bytes), Vec::new());
    while !rest.0.is_empty() {
        let start = i64::from_le_bytes(rest.array()?);
        minutes.push(TopMinute::read(start, &mut rest)?);
    }
    Some(minutes)
}

/// Gathers what processes did within a minute.
#[derive(Debug, Default)]
pub struct Gathered {
    seen: HashMap<u32, Seen>,
    seconds: f64,
}

#[derive(Debug)]
struct Seen {
    name: Arc<str>,
    cpu: f64,
    memory: u64,
}

impl Gathered {
    /// Takes in a list of processes that tells of so many seconds.
    pub fn add(&mut self, rows: &[ProcessRow], seconds: f64) {
        self.seconds += seconds;
        for row in rows {
            let seen = self.seen.entry(row.pid).or_insert_with(|| Seen { name: Arc::clone(&row.name), cpu: 0.0, memory: 0 });
            seen.cpu += f64::from(row.cpu_percent) * seconds;
            seen.memory = seen.memory.max(row.memory);
            // A number is given to another program when its process has ended.
            if seen.name != row.name {
                seen.name = Arc::clone(&row.name);
            }
        }
    }

    /// Whether nothing was taken in.
    pub fn is_empty(&self) -> bool {
        self.seen.is_empty()
    }

    /// The minute that begins at `start`.
    pub fn minute(&self, start: i64) -> TopMinute {
        let process = |(pid, seen): (&u32, &Seen)| TopProcess {
            pid: *pid,
            name: shortened(&seen.name),
            cpu_percent: (seen.cpu / self.seconds.max(0.001)) as f32,
            memory: seen.memory,
        };
        let mut all: Vec<TopProcess> = self.seen.iter().map(process).collect();
        all.sort_by(|a, b| b.memory.cmp(&a.memory).then(a.pid.cmp(&b.pid)));
        let by_memory: Vec<u32> = all.iter().take(KEPT).map(|process| process.pid).collect();
        all.sort_by(|a, b| b.cpu_percent.total_cmp(&a.cpu_percent).then(b.memory.cmp(&a.memory)).then(a.pid.cmp(&b.pid)));
        let (mut row, busy) = (0, KEPT);
        all.retain(|process| {
            row += 1;
            row <= busy && process.cpu_percent > 0.0 || by_memory.contains(&process.pid)
        });
        TopMinute { start, processes: all }
    }
}

/// A name as it is kept.
pub fn shortened(name: &Arc<str>) -> Arc<str> {
    if name.len() <= NAME {
        return Arc::clone(name);
    }
    let end = (0..=NAME).rev().find(|end| name.is_char_boundary(*end)).unwrap_or(0);
    name.get(..end).unwrap_or_default().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(pid: u32, name: &str, cpu_percent: f32, memory: u64) -> ProcessRow {
        ProcessRow { pid, name: name.into(), cpu_percent, memory, ..ProcessRow::default() }
    }

    #[test]
    fn a_minute_keeps_who_used_most_of_either() {
        let mut gathered = Gathered::default();
        let many: Vec<ProcessRow> = (0..20).map(|pid| row(pid, "idle", 0.0, u64::from(pid) * 1000)).collect();
        gathered.add(&many, 1.0);
        gathered.add(&[row(100, "busy", 90.0, 5), row(101, "🦀 эмодзи", 30.0, 5)], 1.0);
        let minute = gathered.minute(60_000);
        let told: Vec<_> = minute.processes.iter().map(|process| (process.pid, process.cpu_percent)).collect();
        assert_eq!(told, [(100, 45.0), (101, 15.0), (19, 0.0), (18, 0.0), (17, 0.0), (16, 0.0), (15, 0.0), (14, 0.0)]);
        assert_eq!(TopMinute::from_bytes(60_000, &minute.to_bytes()), Some(minute.clone()));
        let hour = [minute.clone(), TopMinute { start: 120_000, processes: Vec::new() }];
        let bytes = hour_to_bytes(&hour);
        assert_eq!(hour_from_bytes(&bytes).as_deref(), Some(&hour[..]));
        assert_eq!(hour_from_bytes(&bytes[..bytes.len() - 3]), None);
    }

    #[test]
    fn long_names_end_at_a_letter() {
        let mut gathered = Gathered::default();
        gathered.add(&[row(1, &"温".repeat(50), 1.0, 1)], 1.0);
        assert_eq!(gathered.minute(0).processes[0].name.chars().count(), 40);
    }
}
