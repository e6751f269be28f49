//! Samples one after the other: which node ran, and when.

use super::nodes::Nodes;
use crate::profile::build::{At, Builder};
use crate::profile::error::ProfileError;
use crate::profile::model::ThreadId;
use crate::profile::read::json::Json;

/// The lists of a CPU profile.
#[derive(Default)]
pub(in super::super) struct Timeline {
    /// Number of the node of each sample.
    pub(in super::super) samples: Vec<u32>,
    /// Nanoseconds since the sample before, the first since `start_ns`.
    pub(in super::super) deltas: Vec<i64>,
    /// When each sample was taken, in nanoseconds, in place of `deltas`.
    pub(in super::super) times: Vec<i64>,
    /// Line of each sample; 0 or missing where it is not told.
    pub(in super::super) lines: Vec<u32>,
    /// When sampling began, by the clock of the samples.
    pub(in super::super) start_ns: Option<i64>,
    /// When it ended.
    pub(in super::super) end_ns: Option<i64>,
}

/// The columns of values that samples of time have.
#[derive(Clone, Copy)]
pub(in super::super) struct Kinds {
    samples: usize,
    cpu: usize,
    wall: Option<usize>,
}

impl Kinds {
    /// Adds the columns. Time in which nothing ran is left out of `cpu`, of which the developer tools reckon shares; there is a second
    /// column with it where there is such time.
    pub(in super::super) fn new(builder: &mut Builder<'_>, is_idle_known: bool) -> Result<Self, ProfileError> {
        let samples = builder.sample_type("samples", "count")?;
        let cpu = builder.sample_type("cpu", "nanoseconds")?;
        builder.profile.default_sample_type = cpu;
        let wall = if is_idle_known { Some(builder.sample_type("wall", "nanoseconds")?) } else { None };
        Ok(Self { samples, cpu, wall })
    }

    /// The values of samples.
    pub(in super::super) fn values(self, samples: i64, duration_ns: i64, idle: bool) -> [i64; 3] {
        let mut values = [0; 3];
        let told = [(Some(self.samples), samples), (Some(self.cpu), if idle { 0 } else { duration_ns }), (self.wall, duration_ns)];
        for (column, value) in told {
            if let Some(free) = column.and_then(|column| values.get_mut(column)) {
                *free = value;
            }
        }
        values
    }
}

/// How long each sample lasted, in nanoseconds: until the next one, the last until `end`, or, when that is not known, as long as the others on
/// average (as the developer tools have it). `times` rise.
pub(super) fn intervals(times: &[i64], end: Option<i64>) -> impl Iterator<Item = i64> {
    let (first, last) = (times.first().copied().unwrap_or(0), times.last().copied().unwrap_or(0));
    let mean = last.saturating_sub(first) / (times.len() as i64 - 1).max(1);
    let end = end.filter(|&end| end > last).unwrap_or(last.saturating_add(mean));
    times
        .iter()
        .zip(times.iter().skip(1).chain(std::iter::once(&end)).copied().collect::<Vec<_>>())
        .map(|(at, next)| next.saturating_sub(*at))
}

impl Timeline {
    /// Bytes held.
    pub(in super::super) fn bytes(&self) -> u64 {
        ((self.samples.capacity() + self.lines.capacity()) * 4 + (self.deltas.capacity() + self.times.capacity()) * 8) as u64
    }

    /// Reads a list of whole numbers, such as nodes or lines.
    pub(in super::super) fn read_rows(
        json: &mut Json<'_, '_>,
        builder: &mut Builder<'_>,
        out: &mut Vec<u32>,
    ) -> Result<(), ProfileError> {
        if json.try_array()? {
            while json.next_item()? {
                out.push(json.maybe_row()?.unwrap_or(0));
                check(builder, out.len(), 4)?;
            }
        }
        Ok(())
    }

    /// Reads a list of microseconds.
    pub(in super::super) fn read_times(
        json: &mut Json<'_, '_>,
        builder: &mut Builder<'_>,
        out: &mut Vec<i64>,
    ) -> Result<(), ProfileError> {
        if json.try_array()? {
            while json.next_item()? {
                out.push(json.maybe_scaled(3)?.unwrap_or(0));
                check(builder, out.len(), 8)?;
            }
        }
        Ok(())
    }

    /// Time of each sample, or of as many as the file tells.
    fn sample_times(&mut self, builder: &mut Builder<'_>) -> Vec<i64> {
        let start = self.start_ns.unwrap_or(0);
        let mut times = std::mem::take(&mut self.times);
        if times.is_empty() {
            times = std::mem::take(&mut self.deltas);
            times.iter_mut().fold(start, |at, delta| {
                *delta = at.saturating_add(*delta);
                *delta
            });
        }
        let count = self.samples.len();
        if times.is_empty() && count > 0 {
            let whole = self.end_ns.map_or(0, |end| end.saturating_sub(start)).max(0);
            times = (0..count as i64)
                .map(|nth| start.saturating_add((i128::from(whole) * i128::from(nth) / count as i128) as i64))
                .collect();
            builder.flaw("does not tell when samples were taken; they are spread evenly");
        } else if times.len() == count + 1 {
            // One more tells when the last sample ended.
            self.end_ns = times.pop();
        } else if times.len() != count {
            builder.flaw("has lists of samples and of times that are not equally long; what only one of them has was left out");
            self.samples.truncate(times.len());
            times.truncate(count);
        }
        times
    }

    /// Puts the samples into the order of their times.
    fn sort(&mut self, times: &mut Vec<i64>) {
        if times.is_sorted() {
            return;
        }
        let mut order: Vec<u32> = (0..times.len() as u32).collect();
        order.sort_by_key(|&row| times.get(row as usize));
        let pick = |column: &[u32]| order.iter().map(|&row| column.get(row as usize).copied().unwrap_or(0)).collect();
        self.samples = pick(&self.samples);
        self.lines = if self.lines.is_empty() { Vec::new() } else { pick(&self.lines) };
        *times = order.iter().filter_map(|&row| times.get(row as usize).copied()).collect();
    }

    /// Adds the samples, with times since `origin_ns`.
    pub(in super::super) fn add(
        mut self,
        builder: &mut Builder<'_>,
        nodes: &mut Nodes,
        kinds: Kinds,
        thread: Option<ThreadId>,
        origin_ns: Option<i64>,
    ) -> Result<(), ProfileError> {
        let mut times = self.sample_times(builder);
        builder.has_room(self.bytes() + times.len() as u64 * 24)?;
        self.sort(&mut times);
        let first = times.first().copied().unwrap_or(0);
        let origin = origin_ns.or(self.start_ns.filter(|&start| start <= first)).unwrap_or(first);
        let lengths = intervals(&times, self.end_ns);
        for ((nth, (&id, &time)), length) in self.samples.iter().zip(&times).enumerate().zip(lengths) {
            let Some(row) = nodes.row(id) else {
                builder.flaw("has samples of calls that are not in it; they were left out");
                continue;
            };
            let told = self.lines.get(nth).copied().unwrap_or(0);
            let line = if told > 0 { told } else { nodes.next_line(row) };
            let stack = nodes.stack(builder, row, line)?;
            let values = kinds.values(1, length, nodes.is_idle(row));
            builder.sample(stack, &values, At { thread, time_ns: Some(time.saturating_sub(origin)) })?;
        }
        Ok(())
    }
}

/// Looks at the memory now and then while a list grows.
fn check(builder: &mut Builder<'_>, count: usize, size: u64) -> Result<(), ProfileError> {
    if count.is_multiple_of(1 << 16) { builder.has_room(count as u64 * size) } else { Ok(()) }
}
