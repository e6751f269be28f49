//! A counter over time, drawn at the cost of pixels: smallest and largest values of runs, of runs of runs, and so on.

use std::ops::Range;

use super::super::model::{StringId, ThreadId};
use super::super::timeline::Counter;
use super::steps::Bins;

/// Values that one of the next level stands for.
const RUN: usize = 8;

/// Smallest and largest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MinMax {
    /// The smallest.
    pub min: f64,
    /// The largest.
    pub max: f64,
}

/// A counter whose values can be asked for by time. A value holds until the next.
#[derive(Clone, Debug)]
pub struct CounterTrack {
    /// Its name.
    pub name: StringId,
    /// Unit of the values; empty when not told.
    pub unit: StringId,
    /// The thread it belongs to, if to one.
    pub thread: ThreadId,
    /// Smallest and largest value of all.
    pub whole: MinMax,
    time: Vec<i64>,
    value: Vec<f64>,
    /// Runs of values, then runs of those, …
    levels: Vec<Vec<MinMax>>,
}

impl MinMax {
    fn of(value: f64) -> Self {
        Self { min: value, max: value }
    }

    fn with(self, other: Self) -> Self {
        Self { min: self.min.min(other.min), max: self.max.max(other.max) }
    }
}

fn join(values: impl Iterator<Item = MinMax>) -> Option<MinMax> {
    values.reduce(MinMax::with)
}

impl CounterTrack {
    /// The values that are numbers, in the order of their times; `None` when there is none.
    pub(super) fn new(counter: &Counter) -> Option<Self> {
        let all = counter.time_ns.iter().copied().zip(counter.value.iter().copied());
        let mut points: Vec<(i64, f64)> = all.filter(|(_, value)| value.is_finite()).collect();
        points.sort_by_key(|&(time, _)| time);
        let (time, value): (Vec<i64>, Vec<f64>) = points.into_iter().unzip();
        let whole = join(value.iter().copied().map(MinMax::of))?;
        let levels = levels(&value);
        Some(Self { name: counter.name, unit: counter.unit, thread: counter.thread, whole, time, value, levels })
    }

    /// What it was at a moment; `None` before its first value.
    pub fn at(&self, time_ns: i64) -> Option<f64> {
        let next = self.time.partition_point(|&time| time <= time_ns);
        next.checked_sub(1).and_then(|row| self.value.get(row)).copied()
    }

    /// What it was within each of `bins` parts of a range, from smallest to largest; `None` before its first value.
    pub fn plot(&self, range: Range<i64>, bins: usize) -> Vec<Option<MinMax>> {
        let Some(edges) = Bins::new(&range, bins) else { return Vec::new() };
        edges.edges().map(|(start, end)| self.within(start..end)).collect()
    }

    /// From smallest to largest within a range, the value that holds at its beginning included.
    pub fn within(&self, range: Range<i64>) -> Option<MinMax> {
        let next = self.time.partition_point(|&time| time <= range.start);
        let end = self.time.partition_point(|&time| time < range.end);
        self.min_max(next.saturating_sub(1)..end.max(next))
    }

    /// When the first and the last value were taken.
    pub fn times(&self) -> Option<(i64, i64)> {
        self.time.first().copied().zip(self.time.last().copied())
    }

    /// How many values there are.
    pub fn len(&self) -> usize {
        self.time.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.time.is_empty()
    }

    /// Climbs while there are whole runs between the two ends: twice a run's length is looked at on each level.
    fn min_max(&self, rows: Range<usize>) -> Option<MinMax> {
        let Range { mut start, mut end } = rows;
        let (left, right) = ends(&mut start, &mut end);
        let values = |rows: Range<usize>| join(self.value.get(rows).unwrap_or_default().iter().copied().map(MinMax::of));
        let mut found = [values(left), values(right)];
        for level in &self.levels {
            let (left, right) = ends(&mut start, &mut end);
            let runs = |rows: Range<usize>| join(level.get(rows).unwrap_or_default().iter().copied());
            found = [join(found[0].into_iter().chain(runs(left))), join(found[1].into_iter().chain(runs(right)))];
        }
        join(found.into_iter().flatten())
    }

    pub(super) fn memory_bytes(&self) -> usize {
        let runs: usize = self.levels.iter().map(|level| level.capacity() * size_of::<MinMax>()).sum();
        size_of::<Self>() + self.time.capacity() * 8 + self.value.capacity() * 8 + runs
    }
}

/// The rows at both ends that make no whole run; what is between them are then runs, rows of the next level.
fn ends(start: &mut usize, end: &mut usize) -> (Range<usize>, Range<usize>) {
    let (from, to) = (*start, *end);
    let (first, last) = (from.div_ceil(RUN), to / RUN);
    if first >= last {
        (*start, *end) = (0, 0);
        return (from..to.max(from), 0..0);
    }
    (*start, *end) = (first, last);
    (from..first * RUN, last * RUN..to)
}

fn levels(values: &[f64]) -> Vec<Vec<MinMax>> {
    let first = values.chunks(RUN).filter_map(|run| join(run.iter().copied().map(MinMax::of)));
    let mut levels: Vec<Vec<MinMax>> = vec![first.collect()];
    while let Some(last) = levels.last().filter(|level| level.len() > 1) {
        let next = last.chunks(RUN).filter_map(|run| join(run.iter().copied())).collect();
        levels.push(next);
    }
    levels
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counter(points: impl Iterator<Item = (i64, f64)>) -> Counter {
        let (time_ns, value) = points.unzip();
        Counter { time_ns, value, ..Counter::default() }
    }

    #[test]
    fn every_range_has_its_smallest_and_largest() {
        let value = |row: i64| ((row * 7919) % 1009) as f64;
        let track = CounterTrack::new(&counter((0..700).map(|row| (row * 10, value(row))))).expect("values");
        for (from, to) in [(0, 7000), (5, 6), (10, 11), (64, 640), (1280, 2561), (-50, 3), (6990, 9000), (8000, 9000), (0, 5121)] {
            let held = track.at(from);
            let inside = (0..700).filter(|row| (from..to).contains(&(row * 10))).map(value).chain(held);
            assert_eq!(track.within(from..to), join(inside.map(MinMax::of)), "{from}..{to}");
        }
        assert_eq!(track.within(-9..0), None);
        let plot = track.plot(-1000..7000, 8);
        assert_eq!((plot[0], plot[1]), (None, track.within(0..1000)));
    }

    #[test]
    fn what_is_no_number_or_out_of_order_does_no_harm() {
        let points = [(30, 3.0), (10, f64::NAN), (20, f64::INFINITY), (10, 1.0), (i64::MIN, 9.0), (i64::MAX, -4.0)];
        let track = CounterTrack::new(&counter(points.into_iter())).expect("values");
        assert_eq!((track.at(0), track.at(10), track.at(29), track.at(i64::MAX)), (Some(9.0), Some(1.0), Some(1.0), Some(-4.0)));
        assert_eq!(track.whole, MinMax { min: -4.0, max: 9.0 });
        assert!(CounterTrack::new(&counter([(1, f64::NAN)].into_iter())).is_none());
        assert!(track.plot(5..5, 10).is_empty());
    }
}
