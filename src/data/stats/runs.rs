//! Sorting in pieces on all cores, and counting what is equal.

use std::cmp::Ordering;
use std::ops::Range;

use crate::data::parallel::map_items;
use crate::jobs::{Cancel, Cancelled, Progress};

/// A key and how many rows have it.
pub type Run = (i64, u64);

/// Rows of a piece: enough to be worth a thread, few enough to stop soon when cancelled.
const PIECE: Range<usize> = 1 << 16..1 << 20;

/// How work on a column is done.
pub struct Work<'a> {
    /// Threads to work on.
    pub threads: usize,
    /// Stops the work.
    pub cancel: &'a Cancel,
    /// Counts rows.
    pub progress: &'a Progress,
}

impl Work<'_> {
    /// Calls `make` for each piece of the rows on several threads; the results in order.
    ///
    /// # Errors
    /// When cancelled.
    pub fn pieces<T: Send>(&self, rows: usize, make: &(dyn Fn(Range<usize>) -> T + Sync)) -> Result<Vec<T>, Cancelled> {
        let size = rows.div_ceil(self.threads.max(1)).clamp(PIECE.start, PIECE.end);
        let ranges: Vec<Range<usize>> = (0..rows).step_by(size).map(|start| start..rows.min(start + size)).collect();
        let done = map_items(ranges, self.threads, &|range: Range<usize>| {
            self.cancel.check()?;
            let made = make(range.clone());
            self.progress.add(range.len() as u64);
            Ok(made)
        });
        done.into_iter().collect()
    }

    /// Joins lists two by two until one is left.
    ///
    /// # Errors
    /// When cancelled.
    pub fn joined<T: Send>(
        &self,
        mut lists: Vec<Vec<T>>,
        join: &(dyn Fn(Vec<T>, Vec<T>) -> Vec<T> + Sync),
    ) -> Result<Vec<T>, Cancelled> {
        while lists.len() > 1 {
            self.cancel.check()?;
            let (mut pairs, mut rest) = (Vec::new(), lists.into_iter());
            while let Some(first) = rest.next() {
                pairs.push((first, rest.next()));
            }
            lists = map_items(pairs, self.threads, &|(first, second)| match second {
                Some(second) => join(first, second),
                None => first,
            });
        }
        Ok(lists.pop().unwrap_or_default())
    }
}

/// The different keys of all rows that have one, in ascending order, each with its number of rows.
///
/// # Errors
/// When cancelled.
pub fn sorted(rows: usize, work: &Work<'_>, key: &(impl Fn(usize) -> Option<i64> + Sync)) -> Result<Vec<Run>, Cancelled> {
    let parts = work.pieces(rows, &|range| {
        let mut keys: Vec<i64> = range.filter_map(key).collect();
        keys.sort_unstable();
        counted(&keys)
    })?;
    work.joined(parts, &merged)
}

fn counted(sorted: &[i64]) -> Vec<Run> {
    sorted.chunk_by(|a, b| a == b).filter_map(|equal| Some((*equal.first()?, equal.len() as u64))).collect()
}

fn merged(first: Vec<Run>, second: Vec<Run>) -> Vec<Run> {
    let mut all = Vec::with_capacity(first.len().max(second.len()));
    let (mut first, mut second) = (first.into_iter().peekable(), second.into_iter().peekable());
    while let (Some(a), Some(b)) = (first.peek().copied(), second.peek().copied()) {
        let order = a.0.cmp(&b.0);
        all.push(match order {
            Ordering::Less => a,
            Ordering::Equal => (a.0, a.1 + b.1),
            Ordering::Greater => b,
        });
        if order.is_le() {
            first.next();
        }
        if order.is_ge() {
            second.next();
        }
    }
    all.extend(first);
    all.extend(second);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_keys_of_all_pieces_are_counted_together() {
        let (cancel, progress) = (Cancel::new(), Progress::new());
        let work = Work { threads: 3, cancel: &cancel, progress: &progress };
        // Every seventh row has no key; the rest fall on 1,000 keys from above.
        let key = |row: usize| (!row.is_multiple_of(7)).then_some(-((row % 1_000) as i64));
        let rows = 300_001;
        let mut expected = std::collections::BTreeMap::new();
        (0..rows).filter_map(key).for_each(|key| *expected.entry(key).or_insert(0u64) += 1);
        assert_eq!(sorted(rows, &work, &key), Ok(expected.into_iter().collect()));
        assert_eq!(sorted(0, &work, &key), Ok(Vec::new()));
        cancel.cancel();
        assert!(sorted(rows, &work, &key).is_err());
    }
}
