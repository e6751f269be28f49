//! Where each sample lies along the chart.

use std::ops::Range;

use crate::jobs::{Cancel, Cancelled};

use super::super::model::{Profile, Samples, ThreadId};
use super::super::units;
use super::Axis;

/// Rows between two looks at the cancel flag.
const BATCH: usize = 1 << 16;
/// Usual intervals between two samples beyond which nothing ran between them.
const GAP: i64 = 2;

/// One sample's place: its row in the profile, and where it begins and ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) row: u32,
    pub(super) start: i64,
    pub(super) end: i64,
}

/// The samples of one thread along an axis, one behind the other.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Layout {
    pub(super) axis: Axis,
    pub(super) places: Vec<Place>,
    pub(super) untimed: usize,
    pub(super) interval_ns: Option<i64>,
}

/// A sample with its time and value.
#[derive(Clone, Copy, Debug)]
struct Taken {
    row: u32,
    time: i64,
    value: i64,
}

impl Layout {
    /// Samples of `thread` that measured anything.
    pub(super) fn new(profile: &Profile, sample_type: usize, thread: ThreadId, cancel: &Cancel) -> Result<Self, Cancelled> {
        let samples = &profile.samples;
        let (mut all, mut untimed) = (Vec::new(), 0);
        for (row, &value) in samples.column(sample_type).iter().enumerate() {
            if row % BATCH == 0 {
                cancel.check()?;
            }
            let own = samples.thread.get(row).copied().unwrap_or(ThreadId::NONE);
            if value != 0 && own == thread {
                let time = samples.time_ns.get(row).copied().unwrap_or(Samples::NO_TIME);
                untimed += usize::from(time == Samples::NO_TIME);
                all.push(Taken { row: row as u32, time, value });
            }
        }
        if untimed == all.len() {
            return Ok(Self::by_value(&all));
        }
        all.retain(|taken| taken.time != Samples::NO_TIME);
        all.sort_by_key(|taken| taken.time);
        let factor = units::nanoseconds(profile.sample_type(sample_type).1);
        Ok(Self { untimed, ..Self::by_time(&all, factor) })
    }

    /// One behind the other, each as long as its value.
    fn by_value(all: &[Taken]) -> Self {
        let mut end = 0_i64;
        let place = |taken: &Taken| {
            let start = end;
            end = end.saturating_add(taken.value.saturating_abs());
            Place { row: taken.row, start, end }
        };
        Self { axis: Axis::Value, places: all.iter().map(place).collect(), untimed: 0, interval_ns: None }
    }

    /// Each from its time on. `factor`: nanoseconds of a unit of the values, if they are times.
    fn by_time(all: &[Taken], factor: Option<f64>) -> Self {
        let own = factor.filter(|_| !is_sampled(all)).map(|factor| factor as i64);
        let interval = interval(all);
        let mut layout = Self { axis: Axis::Time, places: Vec::with_capacity(all.len()), untimed: 0, interval_ns: None };
        layout.interval_ns = own.is_none().then_some(interval);
        let mut rest = all;
        while let Some(first) = rest.first() {
            let (equal, later) = rest.split_at(rest.partition_point(|taken| taken.time <= first.time).max(1));
            let next = later.first().map(|taken| taken.time);
            let end = match own {
                Some(factor) => until(equal, factor).min(next.unwrap_or(i64::MAX)),
                None => next
                    .filter(|next| next.saturating_sub(first.time) <= interval.saturating_mul(GAP))
                    .unwrap_or_else(|| first.time.saturating_add(interval)),
            };
            layout.share(equal, first.time..end);
            rest = later;
        }
        layout
    }

    /// Samples of one time share what lies until the next. Those for which not even a nanosecond is left are not seen.
    fn share(&mut self, equal: &[Taken], range: Range<i64>) {
        let length = u128::from(range.end.max(range.start).abs_diff(range.start));
        let count = equal.len().max(1) as u128;
        let edge = |nth: usize| range.start.saturating_add_unsigned((length * nth as u128 / count) as u64);
        let places = equal.iter().enumerate().map(|(nth, taken)| Place { row: taken.row, start: edge(nth), end: edge(nth + 1) });
        self.places.extend(places.filter(|place| place.end > place.start));
    }
}

/// When the longest of some samples of one time ends.
fn until(equal: &[Taken], factor: i64) -> i64 {
    let ends = equal.iter().map(|taken| taken.time.saturating_add(taken.value.saturating_mul(factor).max(0)));
    ends.max().unwrap_or(i64::MIN)
}

/// Whether values are the period of a sampler, as half of them are the same, rather than how long something took. A sampler is late
/// now and then, so its samples reach to the next.
fn is_sampled(all: &[Taken]) -> bool {
    let mut values: Vec<i64> = all.iter().map(|taken| taken.value).collect();
    let middle = values.len() / 2;
    if values.len() < 4 {
        return false;
    }
    // What half of them are is the one in the middle.
    let (_, &mut usual, _) = values.select_nth_unstable(middle);
    all.iter().filter(|taken| taken.value == usual).count() > middle
}

/// The usual time between two samples: half of the steps are longer, half shorter; 1 when all have one time.
fn interval(all: &[Taken]) -> i64 {
    let steps = all.iter().zip(all.iter().skip(1)).map(|(one, next)| next.time.saturating_sub(one.time));
    let mut steps: Vec<i64> = steps.filter(|&step| step > 0).collect();
    let middle = steps.len() / 2;
    if steps.is_empty() { 1 } else { *steps.select_nth_unstable(middle).1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(of: &[(i64, i64)]) -> Vec<Taken> {
        of.iter().enumerate().map(|(row, &(time, value))| Taken { row: row as u32, time, value }).collect()
    }

    fn spans(layout: &Layout) -> Vec<(u32, i64, i64)> {
        layout.places.iter().map(|place| (place.row, place.start, place.end)).collect()
    }

    #[test]
    fn a_sample_reaches_to_the_next_unless_that_is_far() {
        let all = taken(&[(0, 1), (10, 1), (21, 1), (30, 1), (90, 1)]);
        let layout = Layout::by_time(&all, None);
        assert_eq!(spans(&layout), [(0, 0, 10), (1, 10, 21), (2, 21, 30), (3, 30, 41), (4, 90, 101)]);
        assert_eq!(layout.interval_ns, Some(11));
        assert_eq!(spans(&Layout::by_time(&taken(&[(5, 1)]), None)), [(0, 5, 6)]);
    }

    #[test]
    fn a_sample_that_measures_time_is_as_long_as_it_says() {
        let all = taken(&[(0, 7), (10, 30), (20, 4), (50, 0), (60, 5)]);
        assert_eq!(spans(&Layout::by_time(&all, Some(1.0))), [(0, 0, 7), (1, 10, 20), (2, 20, 24), (4, 60, 65)]);
        let sampled = taken(&[(0, 10), (11, 10), (21, 10), (33, 20), (90, 10)]);
        assert_eq!(spans(&Layout::by_time(&sampled, Some(1.0)))[..3], [(0, 0, 11), (1, 11, 21), (2, 21, 33)]);
    }

    #[test]
    fn one_time_is_shared_and_the_ends_of_numbers_are_borne() {
        let all = taken(&[(0, 1), (0, 1), (0, 1), (10, 1), (20, 1)]);
        assert_eq!(spans(&Layout::by_time(&all, None))[..3], [(0, 0, 3), (1, 3, 6), (2, 6, 10)]);
        let wide = taken(&[(i64::MIN + 1, i64::MAX), (0, i64::MAX), (i64::MAX, 1)]);
        assert_eq!(spans(&Layout::by_time(&wide, Some(1e9))).len(), 2);
        assert_eq!(spans(&Layout::by_time(&wide, None)).len(), 2);
        let values = Layout::by_value(&taken(&[(0, -5), (0, 7), (0, i64::MIN), (0, 3)]));
        assert_eq!(spans(&values), [(0, 0, 5), (1, 5, 12), (2, 12, i64::MAX), (3, i64::MAX, i64::MAX)]);
    }
}
