//! Values over time, as plots need them: appended at the end, the oldest dropped at the front, and read as so many points
//! as there are pixels.

use std::collections::VecDeque;
use std::ops::Range;

use super::pyramid::{Column, Extent};

/// How many intervals may lie between two samples before the line between them is broken.
pub const GAP_INTERVALS: f64 = 3.0;

/// What a plot draws at one place: one sample, or the extent of several that fall on the same pixel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Time of the first sample in it, in seconds.
    pub start: f64,
    /// Time of the last sample in it; equal to `start` when it is a single sample.
    pub end: f64,
    /// Smallest value.
    pub min: f32,
    /// Largest value.
    pub max: f32,
    /// The value that came last.
    pub last: f32,
    /// Whether nothing is known between this point and the one before it: no line may join them.
    pub gap_before: bool,
}

/// The times of the samples, ascending, each under a running number that stays when older ones are dropped.
#[derive(Clone, Debug)]
pub struct Timeline {
    capacity: usize,
    first: u64,
    times: VecDeque<f64>,
    gaps: VecDeque<u64>,
}

impl Timeline {
    /// An empty one that keeps the last `capacity` times, at least 1.
    pub fn new(capacity: usize) -> Self {
        Self { capacity: capacity.max(1), first: 0, times: VecDeque::new(), gaps: VecDeque::new() }
    }

    /// The numbers of the times held.
    pub fn range(&self) -> Range<u64> {
        self.first..self.first + self.times.len() as u64
    }

    /// Time of the oldest and of the newest sample. `None` while there is none.
    pub fn span(&self) -> Option<(f64, f64)> {
        Some((*self.times.front()?, *self.times.back()?))
    }

    /// The time with this number.
    pub fn time(&self, number: u64) -> Option<f64> {
        self.times.get(usize::try_from(number.checked_sub(self.first)?).ok()?).copied()
    }

    /// How many times it keeps.
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// Number of the time nearest to `time`; of two equally near the earlier.
    pub fn nearest(&self, time: f64) -> Option<u64> {
        let after = self.at_or_after(time);
        let candidates = [after.checked_sub(1), Some(after)].into_iter().flatten();
        let near = candidates.filter_map(|number| Some((number, (self.time(number)? - time).abs())));
        near.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(number, _)| number)
    }

    /// Number of the first time that is not before `time`.
    pub fn at_or_after(&self, time: f64) -> u64 {
        self.first + self.times.partition_point(|&held| held < time) as u64
    }

    /// Adds a time. When the clock was set back, what lies at or after `time` goes first: its times were wrong.
    /// There is a gap before it when the one before lies more than [`GAP_INTERVALS`] times `interval` back.
    fn push(&mut self, time: f64, interval: f64) {
        self.drop_from(self.at_or_after(time));
        if self.times.back().is_some_and(|back| time - back > GAP_INTERVALS * interval) {
            self.gaps.push_back(self.range().end);
        }
        self.times.push_back(time);
        while self.times.len() > self.capacity {
            self.times.pop_front();
            self.first += 1;
        }
        while self.gaps.front().is_some_and(|&gap| gap <= self.first) {
            self.gaps.pop_front();
        }
    }

    fn drop_from(&mut self, number: u64) {
        self.times.truncate(usize::try_from(number.saturating_sub(self.first)).unwrap_or(usize::MAX));
        while self.gaps.back().is_some_and(|&gap| gap >= number) {
            self.gaps.pop_back();
        }
    }

    /// Whether there is a gap between the samples `before` and `after`.
    fn gap_between(&self, before: u64, after: u64) -> bool {
        let next = self.gaps.partition_point(|&gap| gap <= before);
        self.gaps.get(next).is_some_and(|&gap| gap <= after)
    }

    /// The points of `column` from `from` to `to` in at most about `buckets` pieces of time, and one sample more at
    /// either side so that the line leaves the picture. The pieces lie at multiples of their length, so that they
    /// hold the same samples while the picture moves on. The cost follows `buckets`, not the length of the history.
    pub fn points(&self, column: &Column, from: f64, to: f64, buckets: usize) -> Vec<Point> {
        let width = (to - from) / buckets.max(1) as f64;
        if !width.is_finite() || width <= 0.0 {
            return Vec::new();
        }
        let inside = self.at_or_after(from)..self.at_or_after(to);
        let mut points = Points { line: self, column, list: Vec::new(), before: None };
        if let Some(left) = inside.start.checked_sub(1).filter(|left| self.range().contains(left)) {
            points.add(left..left + 1);
        }
        let mut at = inside.start;
        while at < inside.end {
            let next = self.end_of_bucket(at, width).min(inside.end);
            points.add(at..next);
            at = next;
        }
        if self.range().contains(&inside.end) {
            points.add(inside.end..inside.end + 1);
        }
        points.list
    }

    /// Number of the first sample after `at` that no longer falls on the same piece of time.
    fn end_of_bucket(&self, at: u64, width: f64) -> u64 {
        let time = self.time(at).unwrap_or(0.0);
        let end = ((time / width).floor() + 1.0) * width;
        self.at_or_after(end).max(at + 1)
    }
}

/// Points as they are gathered from left to right.
struct Points<'a> {
    line: &'a Timeline,
    column: &'a Column,
    list: Vec<Point>,
    before: Option<u64>,
}

impl Points<'_> {
    /// Adds the point of these samples. Where nothing is known of them, the line breaks.
    fn add(&mut self, numbers: Range<u64>) {
        let times = self.line.time(numbers.start).zip(self.line.time(numbers.end - 1));
        let (Some((start, end)), Some(extent)) = (times, self.column.extent(numbers.clone())) else {
            self.before = None;
            return;
        };
        let gap_before = self.before.is_none_or(|before| self.line.gap_between(before, numbers.start));
        let Extent { min, max, last } = extent;
        self.list.push(Point { start, end, min, max, last, gap_before: gap_before && !self.list.is_empty() });
        self.before = Some(numbers.end - 1);
    }
}

/// One series of values with times of its own.
#[derive(Clone, Debug)]
pub struct Series {
    line: Timeline,
    column: Column,
}

impl Series {
    /// An empty one that keeps the last `capacity` values.
    pub fn new(capacity: usize) -> Self {
        Self { line: Timeline::new(capacity), column: Column::starting_at(0) }
    }

    /// Adds a value (`None` when it is not known) at `time` in seconds. `interval`, in seconds, is how far apart values
    /// are meant to be: where they lie more than [`GAP_INTERVALS`] times that apart, the line breaks. A time before the
    /// newest one means that the clock was set back: what lies after it is dropped.
    pub fn push(&mut self, time: f64, value: Option<f32>, interval: f64) {
        if !time.is_finite() {
            return;
        }
        push_time(&mut self.line, std::slice::from_mut(&mut self.column).iter_mut(), time, interval);
        self.column.push(value.unwrap_or(f32::NAN));
        self.column.drop_before(self.line.range().start);
    }

    /// How many values are held.
    pub fn len(&self) -> usize {
        self.line.times.len()
    }

    /// Whether no value is held.
    pub fn is_empty(&self) -> bool {
        self.line.times.is_empty()
    }

    /// Time of the oldest and of the newest value.
    pub fn span(&self) -> Option<(f64, f64)> {
        self.line.span()
    }

    /// The newest value, if it is known.
    pub fn latest(&self) -> Option<f32> {
        self.column.get(self.line.range().end.checked_sub(1)?)
    }

    /// What a plot from `from` to `to` shows on `buckets` pixels; see [`Timeline::points`].
    pub fn visible(&self, from: f64, to: f64, buckets: usize) -> Vec<Point> {
        self.line.points(&self.column, from, to, buckets)
    }

    /// Smallest, largest and last value from `from` up to, not including, `to`.
    pub fn extent(&self, from: f64, to: f64) -> Option<Extent> {
        self.column.extent(self.line.at_or_after(from)..self.line.at_or_after(to))
    }
}

/// Adds `time` to the line, having dropped from the columns what the line drops because the clock was set back.
pub(super) fn push_time<'a>(line: &mut Timeline, columns: impl Iterator<Item = &'a mut Column>, time: f64, interval: f64) {
    let keep = line.at_or_after(time);
    if keep < line.range().end {
        columns.for_each(|column| column.drop_from(keep));
    }
    line.push(time, interval);
}
