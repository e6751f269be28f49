//! How wide a table is whose rows are longer than its header.

use std::convert::Infallible;

use super::walk::{Dialect, walk};

/// Cells that a table may have for each one that is in the file, above a few that do no harm.
const MOST_EMPTY: (u64, u64) = (8, 1 << 20);

/// Lengths of all rows.
#[derive(Debug, Default)]
pub struct Widths {
    /// Columns that the header names.
    named: usize,
    /// Rows, blank lines apart.
    pub rows: u64,
    /// Rows with more cells than the header.
    pub long: u64,
    /// The first of them, counted from 1 with blank lines, and its cells.
    pub first_long: Option<(u64, usize)>,
    /// Cells of the longest row.
    pub widest: usize,
    cells: u64,
    blank: u64,
}

impl Widths {
    /// For a header that names so many columns.
    pub fn new(named: usize) -> Self {
        Self { named, ..Self::default() }
    }

    /// Adds whole records, of which the last may have no end.
    pub fn add(&mut self, mut text: Vec<u8>, dialect: Dialect) {
        if text.last().is_some_and(|byte| *byte != dialect.line_end) {
            text.push(dialect.line_end);
        }
        let (mut width, mut filled) = (0, 0);
        let walked: Result<bool, Infallible> = walk(&text, dialect, |open, end, ends_row| {
            width += 1;
            if open.quoted || end > open.start {
                filled = width;
            }
            if ends_row {
                self.add_row(width, filled);
                (width, filled) = (0, 0);
            }
            Ok(())
        });
        debug_assert!(walked.is_ok());
    }

    fn add_row(&mut self, width: usize, filled: usize) {
        if width == 1 && filled == 0 {
            self.blank += 1;
            return;
        }
        self.rows += 1;
        self.cells += width as u64;
        if filled > self.named {
            self.long += 1;
            self.widest = self.widest.max(filled);
            self.first_long.get_or_insert((self.rows + self.blank, filled));
        }
    }

    /// Whether most rows are as the header says, and the table is not made of blanks when it is as wide as the longest.
    pub fn make_a_table(&self) -> bool {
        let cells = self.rows.saturating_mul(self.widest as u64);
        self.long * 2 <= self.rows && cells <= self.cells.saturating_mul(MOST_EMPTY.0) + MOST_EMPTY.1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_counted_without_blank_ends() {
        let usual = Dialect::usual(b',');
        let mut widths = Widths::new(2);
        widths.add(b"1,2\n\n3,4,5,,\n6\n".to_vec(), usual);
        widths.add(b"\"a,b\nc\",,,\n7,8,9,\"\"".to_vec(), usual);
        assert_eq!((widths.rows, widths.long, widths.first_long, widths.widest), (5, 2, Some((3, 3)), 4));
        assert!(widths.make_a_table());
        widths.add(b"1,2,3\n1,2,3\n1,2,3\n".to_vec(), usual);
        assert!(!widths.make_a_table());
        let mut widths = Widths::new(1);
        widths.add([b"1\n".repeat(100_000), b",".repeat(60_000), b"1\n".to_vec()].concat(), usual);
        assert!(!widths.make_a_table(), "6,000 million cells of which 160,000 are there");
    }
}
