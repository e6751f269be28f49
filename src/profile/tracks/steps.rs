//! A quantity that adds up along the time, read at the edges of bins.

use std::ops::Range;

use super::super::spans::leap;
use super::cover::Cover;
use super::points::Points;

/// Cells of a [`Grid`] that a bin must hold before what lies between two edges of cells is interpolated: what is then in the wrong bin
/// is less than an eighth of a pixel away from where it belongs.
const CELLS: u64 = 8;
/// Stretches or samples for each cell of a [`Grid`], on average.
const PER_CELL: usize = 2;

/// The edges of bins over a range of time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bins {
    from: i64,
    length: u64,
    bins: u64,
}

impl Bins {
    /// `bins` parts of a range; `None` when there is nothing to part.
    pub(super) fn new(range: &Range<i64>, bins: usize) -> Option<Self> {
        let length = if range.end > range.start { range.end.abs_diff(range.start) } else { 0 };
        (bins > 0 && length > 0).then_some(Self { from: range.start, length, bins: bins as u64 })
    }

    /// First moment of each bin and the one behind its last. Without a division for each; a bin is a nanosecond at least.
    pub(super) fn edges(self) -> impl Iterator<Item = (i64, i64)> {
        let (whole, part) = (self.length / self.bins, self.length % self.bins);
        let (mut offset, mut rest) = (0_u64, 0_u64);
        (0..self.bins).map(move |_| {
            let start = offset;
            (offset, rest) = (offset + whole, rest + part);
            if rest >= self.bins {
                (offset, rest) = (offset + 1, rest - self.bins);
            }
            (self.from.saturating_add_unsigned(start), self.from.saturating_add_unsigned(offset.max(start + 1)))
        })
    }

    fn shortest(self) -> u64 {
        self.length / self.bins
    }
}

/// What adds up.
#[derive(Clone, Copy, Debug)]
pub(super) enum Steps<'a> {
    /// Nanoseconds in which the thread was busy.
    Busy(&'a Cover),
    /// Values of samples, each at its time.
    Values(&'a Points),
}

impl Steps<'_> {
    fn times(&self) -> &[i64] {
        match self {
            Self::Busy(cover) => cover.starts(),
            Self::Values(points) => points.times(),
        }
    }

    /// The sum before `at`. `hint` as for [`Cover::until`].
    fn until(&self, at: i64, hint: &mut usize) -> f64 {
        match self {
            Self::Busy(cover) => cover.until(at, hint) as f64,
            Self::Values(points) => {
                *hint += leap(points.times().get(*hint..).unwrap_or_default(), |&time| time < at);
                points.sum_before(*hint) as f64
            }
        }
    }

    /// The sum within each bin, exactly.
    fn exact(&self, bins: Bins, mut give: impl FnMut(f64)) {
        let mut hint = self.times().partition_point(|&time| time < bins.from);
        let mut last = (bins.from, self.until(bins.from, &mut hint));
        for (start, end) in bins.edges() {
            // Bins of less than a nanosecond overlap.
            let before = if last.0 == start { last.1 } else { self.until(start, &mut 0) };
            let sum = self.until(end, &mut hint);
            give(sum - before);
            last = (end, sum);
        }
    }
}

/// The sum at moments of equal distance: a bin of many of them is read from two places in memory, whatever lies between.
#[derive(Clone, Debug, Default)]
pub(super) struct Grid {
    from: i64,
    /// A cell is 2 to the power of this many nanoseconds long.
    shift: u32,
    /// The sum before each edge of a cell.
    sums: Vec<f64>,
}

impl Grid {
    /// The grid of a quantity that adds up until `end`.
    pub(super) fn new(steps: Steps<'_>, end: i64) -> Self {
        let Some(&from) = steps.times().first() else { return Self::default() };
        let (length, most) = (end.max(from).abs_diff(from), (steps.times().len() / PER_CELL) as u64);
        let shift = (0..64).find(|shift| length >> shift <= most).unwrap_or(63);
        let mut hint = 0;
        // Two more than whole cells, so that the last edge lies behind all.
        let edges = (0..=(length >> shift) + 1).map(|cell| from.saturating_add_unsigned(cell.saturating_mul(1 << shift)));
        Self { from, shift, sums: edges.map(|edge| steps.until(edge, &mut hint)).collect() }
    }

    /// The sum within each bin: exactly where a bin holds few cells.
    pub(super) fn sums(&self, steps: Steps<'_>, bins: Bins, mut give: impl FnMut(f64)) {
        if bins.shortest() >> self.shift < CELLS || self.sums.is_empty() {
            return steps.exact(bins, give);
        }
        let mut last = self.until(bins.from);
        for (_, end) in bins.edges() {
            let sum = self.until(end);
            give(sum - last);
            last = sum;
        }
    }

    fn until(&self, at: i64) -> f64 {
        if at <= self.from {
            return 0.0;
        }
        let offset = at.abs_diff(self.from);
        let cell = (offset >> self.shift) as usize;
        match (self.sums.get(cell), self.sums.get(cell + 1)) {
            (Some(&before), Some(&after)) => {
                let size = 1_u64 << self.shift;
                before + (after - before) * ((offset & (size - 1)) as f64 / size as f64)
            }
            _ => self.sums.last().copied().unwrap_or(0.0),
        }
    }

    pub(super) fn memory_bytes(&self) -> usize {
        self.sums.capacity() * 8
    }
}
