//! memory_profiler (<https://github.com/pythonprofilers/memory_profiler>): what `mprof run` writes.
//!
//! `CMDLINE command`, `MEM mebibytes seconds`, `CHLD process mebibytes seconds` and, for each call of a watched function, `FUNC name
//! mebibytes seconds mebibytes seconds depth` for its beginning and its end; seconds are those since 1970. Memory becomes counters in
//! bytes, rounded to whole ones; calls become markers, and samples of how much the memory grew in them (`mprof` writes four places
//! behind the point there: steps of 105 bytes) and how long they took, each without the calls inside.

use std::collections::HashMap;

use super::calls::{Call, Nest};
use super::values::NO_TEXT;
use crate::profile::build::Builder;
use crate::profile::error::{Place, ProfileError};
use crate::profile::model::{Profile, Thread, ThreadId};
use crate::profile::read::Context;
use crate::profile::read::decimal;
use crate::profile::read::head::Head;
use crate::profile::read::lines::Lines;
use crate::profile::read::source::Source;
use crate::profile::timeline::Marker;

const MEBIBYTE: f64 = 1_048_576.0;
const UNREADABLE: &str = "is no line of mprof with its figures, and was left out";

/// Whether the first lines are those of mprof.
pub(super) fn is_memory(head: &Head<'_>) -> bool {
    let mut lines = head.lines().filter(|line| !line.is_empty()).take(8).peekable();
    // The last line that is there can be cut off.
    lines.next().is_some_and(is_row) && lines.next().is_none_or(|line| is_row(line) || lines.next().is_none())
}

fn is_row(line: &[u8]) -> bool {
    let mut words = words(line);
    let numbers = match words.next() {
        Some(b"CMDLINE") => return words.next().is_some(),
        Some(b"MEM") => 2,
        Some(b"CHLD") => words.next().map_or(9, |_| 2),
        Some(b"FUNC") => words.next().map_or(9, |_| 4),
        _ => return false,
    };
    words.take(numbers).filter(|word| decimal::scaled(word, 0).is_some()).count() == numbers
}

fn words(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(|&byte| byte == b' ').map(<[u8]>::trim_ascii).filter(|word| !word.is_empty())
}

/// Reads a file of mprof.
pub(super) fn read(source: &mut Source<'_>, _: &Head<'_>, context: Context<'_>) -> Result<Profile, ProfileError> {
    let builder = Builder::new("memory_profiler", context);
    let mut reader = Reader {
        builder,
        command: Vec::new(),
        memory: None,
        children: HashMap::new(),
        calls: Vec::new(),
        first: i64::MAX,
        last: i64::MIN,
    };
    let mut lines = Lines::new(source);
    let mut number = 0;
    while let Some(line) = lines.next()? {
        number += 1;
        reader.builder.place = Place::Line(number);
        reader.line(line)?;
    }
    reader.finish()
}

struct Reader<'a> {
    builder: Builder<'a>,
    command: Vec<u8>,
    /// Row of the counter of the process itself.
    memory: Option<usize>,
    /// Rows of the counters of other processes, by their numbers.
    children: HashMap<i64, usize>,
    calls: Vec<Call>,
    /// Earliest and latest time.
    first: i64,
    last: i64,
}

impl Reader<'_> {
    fn line(&mut self, line: &[u8]) -> Result<(), ProfileError> {
        let mut words = words(line);
        let taken = match words.next() {
            None => Some(()),
            Some(b"CMDLINE") => {
                self.command = line.trim_ascii().get(b"CMDLINE".len()..).unwrap_or_default().trim_ascii().to_vec();
                Some(())
            }
            Some(b"MEM") => self.memory(words)?,
            Some(b"CHLD") => self.child(words)?,
            Some(b"FUNC") => self.call(words)?,
            Some(_) => None,
        };
        if taken.is_none() {
            self.builder.flaw(UNREADABLE);
        }
        Ok(())
    }

    fn memory<'l>(&mut self, mut words: impl Iterator<Item = &'l [u8]>) -> Result<Option<()>, ProfileError> {
        let Some((bytes, time)) = figures(&mut words) else { return Ok(None) };
        let row = match self.memory {
            Some(row) => row,
            None => *self.memory.insert(self.builder.counter("memory", "bytes", ThreadId::NONE)?),
        };
        self.count(row, time, bytes)
    }

    fn child<'l>(&mut self, mut words: impl Iterator<Item = &'l [u8]>) -> Result<Option<()>, ProfileError> {
        let Some(process) = words.next().and_then(|word| decimal::scaled(word, 0)) else { return Ok(None) };
        let Some((bytes, time)) = figures(&mut words) else { return Ok(None) };
        let row = match self.children.get(&process) {
            Some(&row) => row,
            None => {
                let thread = self.builder.thread(Thread { process_id: Some(process), ..Thread::default() })?;
                let row = self.builder.counter("memory", "bytes", thread)?;
                *self.children.entry(process).or_insert(row)
            }
        };
        self.count(row, time, bytes)
    }

    fn count(&mut self, row: usize, time: i64, bytes: i64) -> Result<Option<()>, ProfileError> {
        self.seen(time);
        self.builder.count(row, time, bytes as f64).map(Some)
    }

    fn call<'l>(&mut self, mut words: impl Iterator<Item = &'l [u8]>) -> Result<Option<()>, ProfileError> {
        let Some(name) = words.next() else { return Ok(None) };
        let (Some((before, start)), Some((after, end))) = (figures(&mut words), figures(&mut words)) else { return Ok(None) };
        let depth = words.next().and_then(|word| decimal::scaled(word, 0));
        let name = self.builder.text_bytes(name)?;
        self.calls.push(Call { name, start, end: end.max(start), growth: after.saturating_sub(before), depth });
        self.seen(start);
        self.seen(end);
        if self.calls.len().is_multiple_of(4096) {
            self.builder.has_room((self.calls.len() * size_of::<Call>() * 2) as u64)?;
        }
        self.builder.tick().map(Some)
    }

    fn seen(&mut self, time: i64) {
        self.first = self.first.min(time);
        self.last = self.last.max(time);
    }

    fn finish(mut self) -> Result<Profile, ProfileError> {
        if self.first > self.last {
            return Err(self.builder.damaged("it holds no figures of memory"));
        }
        self.times();
        let thread = self.process()?;
        self.functions(thread)?;
        Ok(self.builder.finish(None))
    }

    /// Makes times count from the first.
    fn times(&mut self) {
        let first = self.first;
        let times = self.builder.profile.counters.iter_mut().flat_map(|counter| counter.time_ns.iter_mut());
        times.for_each(|time| *time = time.saturating_sub(first));
        for call in &mut self.calls {
            call.start = call.start.saturating_sub(first);
            call.end = call.end.saturating_sub(first);
        }
        self.builder.profile.time_ns = Some(first);
        self.builder.profile.duration_ns = u64::try_from(self.last.saturating_sub(first)).ok();
    }

    /// The process itself, which has no number in the file.
    fn process(&mut self) -> Result<ThreadId, ProfileError> {
        let process_name = self.builder.text_bytes(&self.command)?;
        let thread = self.builder.thread(Thread { process_name, ..Thread::default() })?;
        if let Some(counter) = self.memory.and_then(|row| self.builder.profile.counters.get_mut(row)) {
            counter.thread = thread;
        }
        Ok(thread)
    }

    /// Markers and samples of the watched functions.
    fn functions(&mut self, thread: ThreadId) -> Result<(), ProfileError> {
        if self.calls.is_empty() {
            return Ok(());
        }
        self.builder.sample_type("growth", "bytes")?;
        self.builder.sample_type("time", "nanoseconds")?;
        let category = self.builder.text("function")?;
        for &Call { name, start: start_ns, end: end_ns, .. } in &self.calls {
            self.builder.marker(Marker { name, category, text: NO_TEXT, thread, start_ns, end_ns })?;
        }
        Nest::new(&mut self.builder, thread).add(&mut self.calls)
    }
}

/// Mebibytes and seconds as bytes and nanoseconds.
fn figures<'l>(words: &mut impl Iterator<Item = &'l [u8]>) -> Option<(i64, i64)> {
    let mebibytes: f64 = std::str::from_utf8(words.next()?).ok()?.parse().ok()?;
    let time = decimal::scaled(words.next()?, 9)?;
    mebibytes.is_finite().then(|| ((mebibytes * MEBIBYTE).round() as i64, time))
}
