//! When a thread was busy: the times that its samples cover, each moment once.

use super::super::spans::leap;

/// Disjoint stretches of time, and how much lies before each.
#[derive(Clone, Debug, Default)]
pub(super) struct Cover {
    start: Vec<i64>,
    /// Nanoseconds covered before each stretch; one more than stretches, the last is all of them.
    before: Vec<u64>,
}

impl Cover {
    /// From beginnings that do not fall, each with its length in nanoseconds. Overlaps count once; what has no length is left out.
    pub(super) fn new(stretches: impl Iterator<Item = (i64, i64)>) -> Self {
        let mut cover = Self { start: Vec::new(), before: vec![0] };
        let mut end = i64::MIN;
        for (start, length) in stretches {
            let (from, to) = (start.max(end), start.saturating_add(length));
            if length > 0 && to > from {
                cover.add(from, to, from == end);
                end = to;
            }
        }
        cover
    }

    /// Adds what lies behind all others, perhaps without a gap.
    fn add(&mut self, from: i64, to: i64, touches: bool) {
        let all = self.before.last().copied().unwrap_or(0).saturating_add(to.abs_diff(from));
        match self.before.last_mut().filter(|_| touches && !self.start.is_empty()) {
            Some(last) => *last = all,
            None => {
                self.start.push(from);
                self.before.push(all);
            }
        }
    }

    /// Nanoseconds covered before `at`. `hint` is where to look first, for questions in rising order, and is moved there.
    pub(super) fn until(&self, at: i64, hint: &mut usize) -> u64 {
        *hint += leap(self.start.get(*hint..).unwrap_or_default(), |&start| start < at);
        let Some(row) = hint.checked_sub(1) else { return 0 };
        let (Some(&start), Some(&before), Some(&after)) = (self.start.get(row), self.before.get(row), self.before.get(row + 1))
        else {
            return 0;
        };
        before.saturating_add(at.abs_diff(start).min(after - before))
    }

    /// Where each stretch begins.
    pub(super) fn starts(&self) -> &[i64] {
        &self.start
    }

    /// Where the last stretch ends.
    pub(super) fn end(&self) -> Option<i64> {
        let (start, before) = (self.start.last()?, self.before.last_chunk::<2>()?);
        Some(start.saturating_add_unsigned(before[1] - before[0]))
    }

    pub(super) fn memory_bytes(&self) -> usize {
        (self.start.capacity() + self.before.capacity()) * 8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(cover: &Cover, times: &[i64]) -> Vec<u64> {
        times.iter().map(|&time| cover.until(time, &mut 0)).collect()
    }

    #[test]
    fn overlaps_count_once() {
        let cover = Cover::new([(0, 10), (5, 10), (15, 5), (30, 10), (32, 2), (50, -4), (60, 0)].into_iter());
        assert_eq!(cover.starts(), [0, 30]);
        assert_eq!(at(&cover, &[-5, 0, 5, 12, 20, 25, 30, 31, 40, 99]), [0, 0, 5, 12, 20, 20, 20, 21, 30, 30]);
        assert_eq!(cover.end(), Some(40));
        let mut hint = 0;
        assert_eq!([1, 31, 99].map(|time| cover.until(time, &mut hint)), [1, 21, 30]);
    }

    #[test]
    fn the_ends_of_numbers_are_borne() {
        let cover = Cover::new([(i64::MIN + 1, i64::MAX), (-5, i64::MAX), (i64::MAX, 7)].into_iter());
        assert_eq!(cover.end(), Some(i64::MAX - 5));
        assert!(cover.until(i64::MAX, &mut 0) > u64::MAX / 2);
        assert_eq!((Cover::new([].into_iter()).end(), at(&Cover::default(), &[3])), (None, vec![0]));
    }
}
