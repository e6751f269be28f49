//! A bounded column of values that answers "smallest, largest and last between here and there" at a cost that does not
//! grow with its length: over the values stand levels, each holding the answer for eight entries of the level below.

use std::collections::VecDeque;
use std::ops::Range;

/// How many entries of one level the next one sums up.
const FACTOR: u64 = 8;
/// 8^7 = two million values under one entry of the last level: 24 days at one a second.
const LEVELS: u32 = 7;

/// Smallest, largest and last value of a stretch. Missing values (`NaN`) do not count.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extent {
    /// The smallest value.
    pub min: f32,
    /// The largest value.
    pub max: f32,
    /// The value that came last.
    pub last: f32,
}

impl Extent {
    /// Of nothing: all `NaN`, and joined with anything gives that.
    const NOTHING: Self = Self { min: f32::NAN, max: f32::NAN, last: f32::NAN };

    fn of(value: f32) -> Self {
        Self { min: value, max: value, last: value }
    }

    /// Both together, `next` being the later one. (`f32::min` prefers the side that is a number.)
    fn join(self, next: Self) -> Self {
        let last = if next.last.is_nan() { self.last } else { next.last };
        Self { min: self.min.min(next.min), max: self.max.max(next.max), last }
    }

    fn known(self) -> Option<Self> {
        (!self.last.is_nan()).then_some(self)
    }
}

/// Entries of one level. Entry `i` sums up the values `i * size .. (i + 1) * size`, as far as they have been pushed.
#[derive(Clone, Debug, Default)]
struct Level {
    first: u64,
    entries: VecDeque<Extent>,
}

/// Values under running numbers: the first ever pushed has the number the column was started with, and keeps it when
/// older ones are dropped. `NaN` stands for a value that is not known.
#[derive(Clone, Debug)]
pub struct Column {
    first: u64,
    values: VecDeque<f32>,
    levels: Vec<Level>,
}

impl Column {
    /// An empty column whose first value will have the number `start`.
    pub fn starting_at(start: u64) -> Self {
        let levels = (1..=LEVELS).map(|k| Level { first: start / size_of_entry(k), entries: VecDeque::new() }).collect();
        Self { first: start, values: VecDeque::new(), levels }
    }

    /// The numbers of the values held.
    pub fn range(&self) -> Range<u64> {
        self.first..self.first + self.values.len() as u64
    }

    /// The value with this number. `None` when it is not held, or not known.
    pub fn get(&self, number: u64) -> Option<f32> {
        let at = usize::try_from(number.checked_sub(self.first)?).ok()?;
        self.values.get(at).copied().filter(|value| !value.is_nan())
    }

    /// Adds a value at the end; infinities count as not known.
    pub fn push(&mut self, value: f32) {
        let value = if value.is_finite() { value } else { f32::NAN };
        let number = self.range().end;
        self.values.push_back(value);
        for (level, k) in self.levels.iter_mut().zip(1..) {
            level.add(number / size_of_entry(k), Extent::of(value));
        }
    }

    /// Drops the values before `number`.
    pub fn drop_before(&mut self, number: u64) {
        let gone = number.min(self.range().end).saturating_sub(self.first);
        self.values.drain(..usize::try_from(gone).unwrap_or(usize::MAX).min(self.values.len()));
        self.first += gone;
        let first = self.first;
        for (level, k) in self.levels.iter_mut().zip(1..) {
            level.drop_before(first / size_of_entry(k));
        }
    }

    /// Drops the values from `number` on, and sums up again the entries that had counted them.
    pub fn drop_from(&mut self, number: u64) {
        let end = number;
        if end >= self.range().end {
            return;
        }
        if end <= self.first {
            *self = Self::starting_at(end);
            return;
        }
        self.values.truncate(usize::try_from(end - self.first).unwrap_or(usize::MAX));
        for k in 1..=LEVELS {
            let size = size_of_entry(k);
            let from = (end / size * size).max(self.first);
            let rest = (from < end).then(|| self.fold(from..end, k - 1));
            if let Some(level) = self.level_mut(k) {
                level.drop_from(end / size);
                if let Some(rest) = rest {
                    level.add(end / size, rest);
                }
            }
        }
    }

    /// Smallest, largest and last of the values with these numbers; `None` when none of them is held and known.
    /// Costs at most about sixteen steps per level, however long the range.
    pub fn extent(&self, numbers: Range<u64>) -> Option<Extent> {
        let held = self.range();
        self.fold(numbers.start.max(held.start)..numbers.end.min(held.end), LEVELS).known()
    }

    /// Joins values and entries of the levels up to `top`; the range must lie within what is held.
    fn fold(&self, numbers: Range<u64>, top: u32) -> Extent {
        let mut sum = Extent::NOTHING;
        let mut at = numbers.start;
        while at < numbers.end {
            let k = largest_entry(at, numbers.end, top);
            sum = sum.join(self.entry(k, at));
            at += size_of_entry(k);
        }
        sum
    }

    fn entry(&self, k: u32, number: u64) -> Extent {
        if k == 0 {
            return self.get(number).map_or(Extent::NOTHING, Extent::of);
        }
        self.levels.get(k as usize - 1).map_or(Extent::NOTHING, |level| level.get(number / size_of_entry(k)))
    }

    fn level_mut(&mut self, k: u32) -> Option<&mut Level> {
        self.levels.get_mut(k.checked_sub(1)? as usize)
    }
}

impl Level {
    fn add(&mut self, at: u64, extent: Extent) {
        if self.entries.is_empty() {
            self.first = at;
        }
        let end = self.first + self.entries.len() as u64;
        match self.entries.back_mut() {
            Some(back) if at + 1 == end => *back = back.join(extent),
            _ => self.entries.push_back(extent),
        }
    }

    fn get(&self, at: u64) -> Extent {
        let offset = at.checked_sub(self.first).and_then(|offset| usize::try_from(offset).ok());
        offset.and_then(|offset| self.entries.get(offset)).copied().unwrap_or(Extent::NOTHING)
    }

    fn drop_before(&mut self, at: u64) {
        while self.first < at && self.entries.pop_front().is_some() {
            self.first += 1;
        }
    }

    fn drop_from(&mut self, at: u64) {
        self.entries.truncate(usize::try_from(at.saturating_sub(self.first)).unwrap_or(usize::MAX));
    }
}

/// How many values an entry of level `k` sums up; level 0 are the values themselves.
fn size_of_entry(k: u32) -> u64 {
    FACTOR.pow(k)
}

/// The highest level, up to `top`, that has an entry starting at `at` and ending no later than `end`.
fn largest_entry(at: u64, end: u64, top: u32) -> u32 {
    (1..=top).take_while(|&k| at.is_multiple_of(size_of_entry(k)) && at + size_of_entry(k) <= end).last().unwrap_or(0)
}
