//! A stretch of the past as plots need it.

use std::collections::BTreeMap;

use super::bucket::{Bucket, folded};
use crate::sampler::{Extent, GAP_INTERVALS, Metric, Point};

/// What one series did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    /// In the order of time.
    pub buckets: Vec<Bucket>,
    /// Buckets that begin further apart than this, in milliseconds, have a gap between them.
    pub gap: i64,
}

/// What all series that were asked for did within a stretch of time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stretch {
    /// Where it begins: milliseconds since 1970-01-01 UTC.
    pub from: i64,
    /// Where it ends.
    pub to: i64,
    /// Length of a bucket in milliseconds.
    pub width: i64,
    /// The series that are there.
    pub lines: BTreeMap<Metric, Line>,
}

impl Line {
    /// The buckets as a line, gaps where they lie further apart than they should.
    pub(super) fn new(buckets: Vec<Bucket>, width: i64, interval: f32) -> Self {
        let usual = (f64::from(interval) * 1000.0).max(width as f64);
        Self { buckets, gap: (usual * GAP_INTERVALS) as i64 }
    }

    /// The same with fewer buckets: of `width` milliseconds.
    pub(super) fn coarser(self, width: i64) -> Self {
        Self { buckets: folded(&self.buckets, width), gap: self.gap.max((width as f64 * GAP_INTERVALS) as i64) }
    }
}

impl Stretch {
    /// What a plot from `from` to `to` (seconds since 1970) shows of a metric on about so many pixels, and one bucket more at either side.
    pub fn points(&self, metric: &Metric, from: f64, to: f64, pixels: usize) -> Vec<Point> {
        let Some(line) = self.lines.get(metric) else { return Vec::new() };
        let (from, to) = (super::milliseconds(from), super::milliseconds(to));
        let first = line.buckets.partition_point(|bucket| bucket.start < from).saturating_sub(1);
        let last = line.buckets.partition_point(|bucket| bucket.start < to).saturating_add(1).min(line.buckets.len());
        let seen = line.buckets.get(first..last).unwrap_or_default();
        let width = (to.saturating_sub(from) / pixels.max(1) as i64).max(1);
        let made;
        let (seen, width) = if width > self.width && seen.len() > pixels {
            made = folded(seen, width);
            (made.as_slice(), width)
        } else {
            (seen, self.width)
        };
        let gap = line.gap.max((width as f64 * GAP_INTERVALS) as i64);
        let mut before: Option<i64> = None;
        let point = |bucket: &Bucket| {
            let gap_before = before.replace(bucket.start).is_some_and(|before| bucket.start - before > gap);
            let (start, end) = (bucket.start as f64 / 1000.0, (bucket.start + width) as f64 / 1000.0);
            Point { start, end, min: bucket.min, max: bucket.max, last: bucket.mean, gap_before }
        };
        seen.iter().map(point).collect()
    }

    /// Smallest and largest value from `from` up to `to` (seconds since 1970), and the last mean.
    pub fn extent(&self, metric: &Metric, from: f64, to: f64) -> Option<Extent> {
        let (from, to) = (super::milliseconds(from), super::milliseconds(to));
        let inside = self.lines.get(metric)?.buckets.iter().filter(|bucket| bucket.start + self.width > from && bucket.start < to);
        inside.fold(None, |extent: Option<Extent>, bucket| {
            let (min, max) =
                extent.map_or((bucket.min, bucket.max), |extent| (extent.min.min(bucket.min), extent.max.max(bucket.max)));
            Some(Extent { min, max, last: bucket.mean })
        })
    }

    /// The bucket that holds this moment (seconds since 1970), or the nearest to it that is no further than a gap would be.
    pub fn nearest(&self, metric: &Metric, at: f64) -> Option<&Bucket> {
        let (line, at) = (self.lines.get(metric)?, super::milliseconds(at));
        let next = line.buckets.partition_point(|bucket| bucket.start <= at);
        let near = [next.checked_sub(1), Some(next)].into_iter().flatten().filter_map(|row| line.buckets.get(row));
        let distance =
            |bucket: &Bucket| if (bucket.start..bucket.start + self.width).contains(&at) { 0 } else { (bucket.start - at).abs() };
        near.min_by_key(|bucket| distance(bucket)).filter(|bucket| distance(bucket) <= line.gap)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stretch() -> Stretch {
        let bucket = |second: i64, value: f32| Bucket {
            start: second * 1000,
            min: value - 1.0,
            mean: value,
            max: value + 1.0,
            seconds: 1.0,
        };
        let buckets = (0..10).chain(20..30).map(|second| bucket(second, second as f32)).collect();
        let line = Line::new(buckets, 1000, 1.0);
        Stretch { from: 0, to: 30_000, width: 1000, lines: [(Metric::CpuTotal, line)].into() }
    }

    #[test]
    fn gaps_stay_gaps_and_pixels_hold_extremes() {
        let points = stretch().points(&Metric::CpuTotal, 5.0, 25.0, 1000);
        assert_eq!(points.len(), 12, "one more at either side");
        let gaps: Vec<_> = points.iter().filter(|point| point.gap_before).map(|point| point.start).collect();
        assert_eq!(gaps, [20.0]);
        let points = stretch().points(&Metric::CpuTotal, 0.0, 30.0, 6);
        let told: Vec<_> = points.iter().map(|point| (point.start, point.min, point.max, point.gap_before)).collect();
        assert_eq!(told, [(0.0, -1.0, 5.0, false), (5.0, 4.0, 10.0, false), (20.0, 19.0, 25.0, false), (25.0, 24.0, 30.0, false)]);
        assert!(stretch().points(&Metric::Load, 0.0, 30.0, 6).is_empty());
    }

    #[test]
    fn values_are_read_off_near_the_pointer() {
        let stretch = stretch();
        let near = |at| stretch.nearest(&Metric::CpuTotal, at).map(|bucket| bucket.mean);
        assert_eq!(
            [near(3.4), near(3.99), near(10.6), near(14.5), near(19.2)],
            [Some(3.0), Some(3.0), Some(9.0), None, Some(20.0)]
        );
        let extent = stretch.extent(&Metric::CpuTotal, 2.0, 5.0).expect("there");
        assert_eq!((extent.min, extent.max, extent.last), (1.0, 5.0, 4.0));
    }
}
