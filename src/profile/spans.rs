//! Spans in a row that do not overlap: found by where they lie, drawn at the cost of pixels.
//!
//! The rows of a stack chart and the lanes of markers are such spans. Starts and ends both rise, so every question is a binary
//! search, and what is narrower than a pixel is put together without being looked at one by one.

use std::ops::Range;

/// Which part of an axis fills how many pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// What is at the left edge.
    pub from: i64,
    /// What is at the right edge, itself beyond it.
    pub to: i64,
    /// Pixels between them.
    pub width: f64,
    /// Pixels of one unit of the axis.
    factor: f64,
}

impl Scale {
    /// `range` in `width` pixels. A range that is empty or a width that is no number shows nothing.
    pub fn new(range: Range<i64>, width: f64) -> Self {
        let width = if width.is_finite() { width.max(0.0) } else { 0.0 };
        let (from, to) = (range.start, range.end.max(range.start));
        Self { from, to, width, factor: width / (to.abs_diff(from).max(1) as f64) }
    }

    /// Whether nothing can be seen in it.
    pub fn is_empty(&self) -> bool {
        self.to <= self.from || self.width <= 0.0
    }

    /// Pixels from the left edge, kept within the width.
    pub fn pixel(&self, at: i64) -> f64 {
        match at {
            at if at <= self.from => 0.0,
            at if at >= self.to => self.width,
            at => (at.abs_diff(self.from) as f64 * self.factor).min(self.width),
        }
    }

    /// What lies at a pixel, kept within the range: the opposite of [`Scale::pixel`].
    pub fn place(&self, pixel: f64) -> i64 {
        if self.is_empty() || pixel.is_nan() || pixel <= 0.0 {
            return self.from;
        }
        // A cast of a float keeps within the bounds of its type.
        let offset = (pixel / self.factor) as u64;
        self.from.saturating_add_unsigned(offset).min(self.to)
    }
}

/// Spans of which one stands for all where a search has to leap far.
const BLOCK: usize = 32;

/// Spans of one row, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spans {
    start: Vec<i64>,
    end: Vec<i64>,
    /// End of the last span of each whole block but the newest, so that a leap over thousands touches little memory.
    blocks: Vec<i64>,
}

/// What is drawn in one place: a span, or several that are too narrow to be told apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// The spans it stands for; more than one were put together, each narrower than a pixel and a half.
    pub spans: Range<usize>,
    /// Left edge in pixels.
    pub x0: f32,
    /// Right edge in pixels; equal to the left one for what has no length.
    pub x1: f32,
}

impl Spans {
    /// Adds a span behind the last. What would begin before the last one's end begins there.
    pub fn push(&mut self, start: i64, end: i64) {
        let start = self.end.last().map_or(start, |&last| start.max(last));
        if let Some(&last) = self.end.last().filter(|_| self.end.len().is_multiple_of(BLOCK)) {
            self.blocks.push(last);
        }
        self.start.push(start);
        self.end.push(end.max(start));
    }

    /// Moves the end of the last span.
    pub fn stretch(&mut self, end: i64) {
        if let Some(last) = self.end.last_mut() {
            *last = end.max(*last);
        }
    }

    /// Start and end of a span.
    pub fn get(&self, row: usize) -> Option<(i64, i64)> {
        Some((*self.start.get(row)?, *self.end.get(row)?))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.start.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.start.is_empty()
    }

    /// Where the last one ends.
    pub fn end(&self) -> Option<i64> {
        self.end.last().copied()
    }

    /// The span that holds `at`.
    pub fn at(&self, at: i64) -> Option<usize> {
        let row = self.end.partition_point(|&end| end <= at);
        self.start.get(row).filter(|&&start| start <= at).map(|_| row)
    }

    /// The spans that reach into a range.
    pub fn within(&self, range: Range<i64>) -> Range<usize> {
        // A span without length at the very beginning is seen.
        let by_end = self.end.partition_point(|&end| end <= range.start);
        let by_start = self.start.partition_point(|&start| start < range.start);
        let last = self.start.partition_point(|&start| start < range.end);
        by_end.min(by_start)..last.max(by_end.min(by_start))
    }

    /// What is seen of them. At most two boxes a pixel are given, each found by a search from the one before it.
    pub fn visible(&self, scale: &Scale) -> Vec<Seen> {
        let mut seen = Vec::new();
        if scale.is_empty() {
            return seen;
        }
        let rows = self.within(scale.from..scale.to);
        let mut row = rows.start;
        while let Some((start, end)) = self.get(row).filter(|_| row < rows.end) {
            let (x0, x1) = (scale.pixel(start), scale.pixel(end));
            let (next, x1) = if x1 - x0 < 1.0 { self.narrow(row, rows.end, x1, scale) } else { (row + 1, x1) };
            seen.push(Seen { spans: row..next, x0: x0 as f32, x1: x1 as f32 });
            row = next;
        }
        seen
    }

    /// The first span behind the narrow ones that begin with `row`, which ends at `x1`, and where the last of those ends: half a pixel
    /// to one and a half further on. Where there are many, a run ends with a block, as that needs no search within it.
    fn narrow(&self, row: usize, rows_end: usize, x1: f64, scale: &Scale) -> (usize, f64) {
        let edge = scale.place((x1 + 1.0).round());
        let blocks = self.blocks.get(row / BLOCK..).unwrap_or_default();
        let whole = leap(blocks, |&end| end <= edge);
        let next = if whole > 1 {
            ((row / BLOCK + whole) * BLOCK).min(rows_end)
        } else {
            row + 1 + leap(self.end.get(row + 1..rows_end).unwrap_or_default(), |&end| end <= edge)
        };
        (next, self.end.get(next - 1).map_or(x1, |&end| scale.pixel(end)))
    }

    /// Bytes held.
    pub fn memory_bytes(&self) -> usize {
        (self.start.capacity() + self.end.capacity() + self.blocks.capacity()) * 8
    }
}

/// As `partition_point`, for an answer that is likely near the beginning.
pub(super) fn leap<T>(values: &[T], is_before: impl Fn(&T) -> bool) -> usize {
    let mut reach = 1;
    while values.get(reach - 1).is_some_and(&is_before) {
        reach = reach.saturating_mul(2);
    }
    let from = reach / 2;
    from + values.get(from..reach.min(values.len())).unwrap_or_default().partition_point(is_before)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(of: &[(i64, i64)]) -> Spans {
        let mut spans = Spans::default();
        of.iter().for_each(|&(start, end)| spans.push(start, end));
        spans
    }

    #[test]
    fn a_leap_is_a_partition_point() {
        let values: Vec<u32> = (0..37).collect();
        for cut in 0..40 {
            assert_eq!(leap(&values, |&value| value < cut), values.partition_point(|&value| value < cut));
        }
        assert_eq!(leap::<u32>(&[], |_| true), 0);
    }

    #[test]
    fn narrow_ones_are_put_together_and_wide_ones_stay() {
        let spans = spans(&[(0, 1), (1, 2), (3, 4), (10, 30), (31, 31), (90, 200)]);
        let seen = spans.visible(&Scale::new(0..100, 10.0));
        let found: Vec<_> = seen.iter().map(|seen| (seen.spans.clone(), seen.x0, seen.x1)).collect();
        assert_eq!(found, [(0..3, 0.0, 0.4), (3..4, 1.0, 3.0), (4..5, 3.1, 3.1), (5..6, 9.0, 10.0)]);
        assert_eq!((spans.at(0), spans.at(2), spans.at(29), spans.at(30), spans.at(250)), (Some(0), None, Some(3), None, None));
        assert_eq!((spans.within(4..31), spans.within(31..32), spans.within(300..400)), (3..4, 4..5, 6..6));
    }

    #[test]
    fn crowds_are_seen_whole_at_the_cost_of_pixels() {
        let crowd: Vec<(i64, i64)> = (0..100_000).map(|row| (row * 10, row * 10 + 7)).collect();
        let spans = spans(&crowd);
        for width in [3.0, 10.0, 100.0, 5_000.0, 70_000.0] {
            let seen = spans.visible(&Scale::new(12_345..900_001, width));
            let rows: Vec<usize> = seen.iter().flat_map(|seen| seen.spans.clone()).collect();
            assert_eq!(rows, (1_234..90_001).collect::<Vec<_>>());
            assert!(
                seen.len() as f64 <= width * 2.0 + 2.0 && seen.iter().all(|seen| seen.x1 - seen.x0 <= 2.5 && seen.x0 <= seen.x1)
            );
        }
    }

    #[test]
    fn the_ends_of_numbers_and_no_room_are_borne() {
        let spans = spans(&[(i64::MIN, -1), (0, i64::MAX)]);
        let seen = spans.visible(&Scale::new(i64::MIN..i64::MAX, 100.0));
        assert_eq!(seen.len(), 2);
        assert_eq!(spans.visible(&Scale::new(5..5, 100.0)), []);
        assert_eq!(spans.visible(&Scale::new(0..9, f64::NAN)), []);
        let scale = Scale::new(i64::MIN..i64::MAX, 100.0);
        assert_eq!((scale.place(-1.0), scale.place(1e9), scale.place(f64::NAN)), (i64::MIN, i64::MAX, i64::MIN));
    }
}
