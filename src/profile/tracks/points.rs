//! Samples of one thread in the order of their times: exact sums over any range.

use std::ops::Range;

/// Values between two kept sums. Sums of 128 bits are exact for whatever a file holds, and kept for each block only.
const BLOCK: usize = 16;

/// Times and values, by column.
#[derive(Clone, Debug, Default)]
pub(super) struct Points {
    time: Vec<i64>,
    value: Vec<i64>,
    /// Sum of all values before each block.
    before: Vec<i128>,
}

impl Points {
    /// From times that do not fall.
    pub(super) fn new(sorted: &[(i64, i64)]) -> Self {
        let (time, value): (Vec<i64>, Vec<i64>) = sorted.iter().copied().unzip();
        let mut sum = 0_i128;
        let mut before = vec![0];
        before.extend(value.chunks(BLOCK).map(|block| {
            sum += add(block);
            sum
        }));
        Self { time, value, before }
    }

    /// Sum of the values whose time lies in the range.
    pub(super) fn sum(&self, range: Range<i64>) -> i128 {
        let rows = self.rows(range);
        self.sum_before(rows.end) - self.sum_before(rows.start)
    }

    /// The rows whose time lies in the range.
    pub(super) fn rows(&self, range: Range<i64>) -> Range<usize> {
        let start = self.time.partition_point(|&time| time < range.start);
        let end = self.time.partition_point(|&time| time < range.end);
        start..end.max(start)
    }

    /// Sum of the values of all rows before `row`.
    pub(super) fn sum_before(&self, row: usize) -> i128 {
        let block = row / BLOCK;
        let rest = self.value.get(block * BLOCK..row.min(self.value.len())).unwrap_or_default();
        self.before.get(block).or(self.before.last()).copied().unwrap_or(0) + add(rest)
    }

    pub(super) fn times(&self) -> &[i64] {
        &self.time
    }

    pub(super) fn memory_bytes(&self) -> usize {
        (self.time.capacity() + self.value.capacity()) * 8 + self.before.capacity() * 16
    }
}

fn add(values: &[i64]) -> i128 {
    values.iter().map(|&value| i128::from(value)).sum()
}

/// A sum as the other figures of a profile have it: cut to what 64 bits hold.
pub(super) fn cut(sum: i128) -> i64 {
    sum.clamp(i64::MIN.into(), i64::MAX.into()) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_exact_beyond_64_bits_and_at_every_row() {
        let points: Vec<(i64, i64)> = (0..200).map(|row| (row / 3, i64::MAX - row)).collect();
        let made = Points::new(&points);
        for (from, to) in [(0, 70), (3, 4), (66, 67), (-5, 1), (9, 9), (50, 20), (i64::MIN, i64::MAX)] {
            let inside = points.iter().filter(|(time, _)| (from..to).contains(time));
            let sum: i128 = inside.map(|&(_, value)| i128::from(value)).sum();
            assert_eq!(made.sum(from..to), sum, "{from}..{to}");
        }
        assert_eq!(cut(made.sum(0..70)), i64::MAX);
        assert_eq!(Points::new(&[]).sum(0..9), 0);
    }
}
