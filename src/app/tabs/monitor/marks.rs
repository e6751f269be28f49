//! Marks of what was done, along the time of the plots.

use std::ops::Range;
use std::sync::Arc;

use crate::report::format;

/// Flags stand at least this far apart, in points.
pub const APART: f32 = 12.0;
/// Names that are told of marks that lie together.
const NAMED: usize = 4;

/// Something that was done: an opening, an operation, a recording.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// When it began, seconds since 1970.
    pub from: f64,
    /// When it ended, seconds since 1970; equal to `from` for a moment.
    pub to: f64,
    /// What it was: `Opening bills.csv`.
    pub name: Arc<str>,
    /// Whether it did not succeed.
    pub failed: bool,
}

/// All marks, in the order in which they began.
#[derive(Clone, Debug, Default)]
pub struct Marks {
    list: Arc<[Mark]>,
    /// For each mark, when the last of those up to it ended.
    ends: Vec<f64>,
    /// For each mark, how many before it failed; one more at the end.
    failures: Vec<u32>,
}

/// A flag at the upper edge of a plot, for one mark or for several that lie together.
#[derive(Clone, Debug, PartialEq)]
pub struct Flag {
    /// Where it stands, in points from the plot's left edge.
    pub x: f32,
    /// Where what it stands for ended.
    pub end: f32,
    /// Which marks it stands for.
    pub marks: Range<usize>,
    /// Whether one of them failed.
    pub failed: bool,
}

impl Marks {
    /// These marks; those whose times are none are left out.
    pub fn new(list: Arc<[Mark]>) -> Self {
        let is_time = |mark: &Mark| mark.from.is_finite() && mark.to.is_finite();
        let is_fit = list.iter().all(is_time) && list.is_sorted_by(|one, next| one.from <= next.from);
        let list = if is_fit { list } else { sorted(list.iter().filter(|mark| is_time(mark)).cloned().collect()) };
        let mut latest = f64::NEG_INFINITY;
        let ends = list.iter().map(|mark| {
            latest = latest.max(mark.to);
            latest
        });
        let ends = ends.collect();
        let mut failed = 0;
        let mut failures = vec![0];
        failures.extend(list.iter().map(|mark| {
            failed += u32::from(mark.failed);
            failed
        }));
        Self { list, ends, failures }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The flags of what was done from `from` to `to` (seconds since 1970) on so many points. The cost follows the points, not the marks.
    pub fn flags(&self, from: f64, to: f64, width: f32) -> Vec<Flag> {
        let scale = f64::from(width) / (to - from);
        if !scale.is_finite() || scale <= 0.0 {
            return Vec::new();
        }
        let mut flags = Vec::new();
        let mut at = self.list.partition_point(|mark| mark.from < from);
        // What began before and is still going on stands at the left edge.
        if let Some(first) = self.running_at(from, at) {
            let next = at + self.rest(at).partition_point(|mark| (mark.from - from) * scale < f64::from(APART) && mark.from <= to);
            // What is over before the plot begins is no matter of it.
            let running = self.list.get(first..at).unwrap_or_default().iter().filter(|mark| mark.to >= from);
            let failed = running.clone().any(|mark| mark.failed) || self.failed(at..next);
            let first = if running.count() == 1 && next == at { first..first + 1 } else { first..next };
            flags.push(Flag { failed, ..self.flag(first, from, scale) });
            at = next;
        }
        while let Some(mark) = self.list.get(at).filter(|mark| mark.from <= to) {
            let next = at + self.rest(at).partition_point(|other| (other.from - mark.from) * scale < f64::from(APART)).max(1);
            let next = next.min(self.list.partition_point(|other| other.from <= to).max(at + 1));
            flags.push(self.flag(at..next, from, scale));
            at = next;
        }
        flags
    }

    /// Names of what was done within `reach` seconds of this moment (seconds since 1970), a line for each and one for how many more there are.
    pub fn told(&self, at: f64, reach: f64) -> Vec<String> {
        let end = self.list.partition_point(|mark| mark.from <= at + reach);
        let first = self.ends.partition_point(|latest| *latest < at - reach);
        let near = self.list.get(first..end).unwrap_or_default().iter().filter(|mark| mark.to >= at - reach);
        let mut told: Vec<String> = near.clone().take(NAMED).map(Mark::words).collect();
        let more = near.count() - told.len();
        told.extend((more > 0).then(|| format!("and {} more", format::count(more as u64))));
        told
    }

    fn rest(&self, at: usize) -> &[Mark] {
        self.list.get(at..).unwrap_or_default()
    }

    /// The first of the marks up to `end` that had not ended at this moment.
    fn running_at(&self, moment: f64, end: usize) -> Option<usize> {
        let first = self.ends.partition_point(|latest| *latest < moment);
        (first..end).find(|at| self.list.get(*at).is_some_and(|mark| mark.to >= moment))
    }

    /// Whether one of these failed.
    fn failed(&self, marks: Range<usize>) -> bool {
        let before = |at: usize| self.failures.get(at).copied().unwrap_or_default();
        before(marks.end) > before(marks.start)
    }

    fn flag(&self, marks: Range<usize>, from: f64, scale: f64) -> Flag {
        let x = |at: Option<f64>| ((at.unwrap_or(from) - from) * scale).max(0.0) as f32;
        let begins = self.list.get(marks.start).map(|mark| mark.from);
        let ends = marks.end.checked_sub(1).and_then(|last| self.list.get(last)).map(|mark| mark.to);
        let own = self.list.get(marks.start).map(|mark| mark.to);
        let failed = self.failed(marks.clone());
        Flag { x: x(begins), end: x(own).max(x(ends)), marks, failed }
    }
}

impl Mark {
    /// `Opening bills.csv, 2.3 s`.
    pub fn words(&self) -> String {
        let length = (self.to > self.from).then(|| format!(", {}", format::seconds(self.to - self.from)));
        let failed = if self.failed { ", failed" } else { "" };
        format!("{}{}{failed}", self.name, length.unwrap_or_default())
    }
}

fn sorted(mut list: Vec<Mark>) -> Arc<[Mark]> {
    list.sort_by(|one, other| one.from.total_cmp(&other.from));
    list.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(from: f64, to: f64, name: &str) -> Mark {
        Mark { from, to, name: name.into(), failed: name == "bad" }
    }

    fn places(marks: &Marks, from: f64, to: f64, width: f32) -> Vec<(f32, f32, usize, bool)> {
        let flags = marks.flags(from, to, width).into_iter();
        flags.map(|flag| (flag.x, flag.end, flag.marks.len(), flag.failed)).collect()
    }

    #[test]
    fn flags_stand_where_things_were_done_and_never_on_each_other() {
        let list = [mark(250.0, 250.0, "bad"), mark(110.0, 120.0, "a"), mark(252.0, 260.0, "b"), mark(f64::NAN, 3.0, "no time")];
        let marks = Marks::new(list.to_vec().into());
        assert_eq!(places(&marks, 100.0, 300.0, 400.0), [(20.0, 40.0, 1, false), (300.0, 320.0, 2, true)]);
        // What has begun before is at the edge; what is over is not there.
        assert_eq!(places(&marks, 115.0, 215.0, 100.0), [(0.0, 5.0, 1, false)]);
        assert!(places(&marks, 121.0, 200.0, 100.0).is_empty() && marks.flags(5.0, 5.0, 100.0).is_empty());
        assert!(places(&Marks::default(), 0.0, 1.0, 100.0).is_empty());
    }

    #[test]
    fn what_is_over_before_the_plot_begins_is_no_matter_of_it() {
        let list = [mark(0.0, 500.0, "Recording"), mark(10.0, 11.0, "bad"), mark(205.0, 206.0, "a")];
        let marks = Marks::new(list.to_vec().into());
        assert_eq!(places(&marks, 100.0, 200.0, 100.0), [(0.0, 400.0, 1, false)]);
        assert_eq!(places(&marks, 200.0, 300.0, 100.0), [(0.0, 300.0, 3, false)]);
        assert_eq!(places(&marks, 5.0, 105.0, 100.0), [(0.0, 495.0, 2, true)]);
    }

    #[test]
    fn ten_thousand_marks_are_as_many_flags_as_there_is_room_for() {
        let list: Vec<Mark> = (0..10_000).map(|n| mark(f64::from(n), f64::from(n) + 0.5, "a")).collect();
        let flags = Marks::new(list.into()).flags(0.0, 10_000.0, 1200.0);
        assert!(flags.len() <= 100 && flags.iter().map(|flag| flag.marks.len()).sum::<usize>() == 10_000, "{}", flags.len());
        assert!(flags.windows(2).all(|pair| pair[1].x - pair[0].x >= APART));
    }

    #[test]
    fn names_are_told_near_the_pointer() {
        let list = [mark(0.0, 500.0, "Recording"), mark(10.0, 12.3, "Opening bills.csv"), mark(10.5, 10.5, "bad")];
        let marks = Marks::new(list.to_vec().into());
        assert_eq!(marks.told(11.0, 1.0), ["Recording, 500 s", "Opening bills.csv, 2.3 s", "bad, failed"]);
        assert_eq!(marks.told(100.0, 1.0), ["Recording, 500 s"]);
        assert!(marks.told(600.0, 1.0).is_empty());
        let many = Marks::new((0..7).map(|n| mark(f64::from(n) / 10.0, 1.0, "x")).collect());
        assert_eq!(many.told(0.5, 1.0).last().map(String::as_str), Some("and 3 more"));
    }
}
