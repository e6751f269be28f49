//! What is special about the rows of a text table.

/// Rows of which the numbers are kept; the others are only counted.
const KEPT: usize = 5;

/// How many rows are of some sort, and the numbers of the first ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// All of them.
    pub count: u64,
    first: [u64; KEPT],
}

impl Places {
    /// One more, which comes after those that are there.
    pub fn add(&mut self, row: u64) {
        if let Some(place) = usize::try_from(self.count).ok().and_then(|at| self.first.get_mut(at)) {
            *place = row;
        }
        self.count += 1;
    }

    /// Numbers of the first rows, in order.
    pub fn first(&self) -> &[u64] {
        self.first.get(..KEPT.min(usize::try_from(self.count).unwrap_or(KEPT))).unwrap_or_default()
    }

    /// Adds those of a part that begins `before` rows later.
    fn join(&mut self, later: &Self, before: u64) {
        let count = self.count + later.count;
        later.first().iter().for_each(|row| self.add(row + before));
        self.count = count;
    }
}

/// Rows of a batch that are not as they should be, numbered within it from 1, blank lines counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RowCounts {
    /// Shorter than the header; filled with absent values.
    pub short: Places,
    /// Longer than the header, in a table that was made as wide as they are.
    pub long: Places,
    /// Blank lines, which were skipped.
    pub blank: u64,
}

impl RowCounts {
    /// The number of the last row of a file before the next batch, after `rows` rows of the table, which begins at `first_row`.
    pub fn before(&self, rows: usize, first_row: u64) -> u64 {
        rows as u64 + self.blank + first_row - 1
    }

    /// Adds those of a batch that begins `before` rows later.
    pub fn join(&mut self, later: &Self, before: u64) {
        self.short.join(&later.short, before);
        self.long.join(&later.long, before);
        self.blank += later.blank;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_rows_are_kept_and_all_are_counted() {
        let part = |rows: &[u64]| {
            let mut part = RowCounts { blank: 1, ..RowCounts::default() };
            rows.iter().for_each(|row| part.short.add(*row));
            part
        };
        let mut all = part(&[2, 3]);
        all.join(&part(&[1, 4, 5, 6, 7, 8]), 100);
        assert_eq!((all.short.count, all.short.first(), all.blank), (8, &[2, 3, 101, 104, 105][..], 2));
        assert_eq!(all.before(8, 2), 11, "the header, eight rows and two blank lines");
        all.join(&part(&[1]), 200);
        assert_eq!((all.short.count, all.short.first().len(), all.long.first()), (9, 5, &[][..]));
    }
}
