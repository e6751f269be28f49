//! Which cells are selected: a rectangle between two cells, or whole rows.

use std::ops::Range;

/// A cell's place: row and column, the first being 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// Its row.
    pub row: usize,
    /// Its column.
    pub column: usize,
}

/// Selected cells. There is always at least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Selection {
    /// Where it began; stays when it is extended.
    anchor: Cell,
    /// Where it ends; the keys move it.
    head: Cell,
    /// All columns of its rows.
    whole_rows: bool,
}

/// A move by keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// So many rows down and columns to the right.
    By(i64, i64),
    /// To the first row.
    First,
    /// To the last row.
    Last,
}

/// Rows and columns of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Rows.
    pub rows: usize,
    /// Columns.
    pub columns: usize,
}

impl Selection {
    /// One cell.
    pub fn cell(cell: Cell) -> Self {
        Self { anchor: cell, head: cell, whole_rows: false }
    }

    /// A whole row.
    pub fn row(row: usize) -> Self {
        Self { whole_rows: true, ..Self::cell(Cell { row, column: 0 }) }
    }

    /// Every cell; none of a table without any.
    pub fn all(size: Size) -> Option<Self> {
        let head = Cell { row: size.rows.checked_sub(1)?, column: size.columns.checked_sub(1)? };
        Some(Self { anchor: Cell::default(), head, whole_rows: true })
    }

    /// Where the keys are.
    pub fn head(&self) -> Cell {
        self.head
    }

    /// From the same anchor to another cell.
    pub fn to(self, head: Cell) -> Self {
        Self { head, ..self }
    }

    /// After a key, which `extends` it or not, within a table of this size.
    pub fn moved(self, step: Step, extends: bool, size: Size) -> Self {
        let within = |place: usize, by: i64, end: usize| {
            place.saturating_add_signed(isize::try_from(by).unwrap_or(0)).min(end.saturating_sub(1))
        };
        let head = match step {
            Step::By(rows, columns) => {
                Cell { row: within(self.head.row, rows, size.rows), column: within(self.head.column, columns, size.columns) }
            }
            Step::First => Cell { row: 0, ..self.head },
            Step::Last => Cell { row: size.rows.saturating_sub(1), ..self.head },
        };
        if extends { self.to(head) } else { Self::cell(head) }
    }

    /// Its rows.
    pub fn rows(&self) -> Range<usize> {
        self.anchor.row.min(self.head.row)..self.anchor.row.max(self.head.row) + 1
    }

    /// Its columns, of a table with so many.
    pub fn columns(&self, all: usize) -> Range<usize> {
        match self.whole_rows {
            true => 0..all,
            false => self.anchor.column.min(self.head.column)..self.anchor.column.max(self.head.column) + 1,
        }
    }

    /// Whether the row is selected as a whole.
    pub fn has_row(&self, row: usize) -> bool {
        self.whole_rows && self.rows().contains(&row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: Size = Size { rows: 100, columns: 5 };

    #[test]
    fn a_selection_grows_from_its_anchor_and_stays_within_the_table() {
        let start = Selection::cell(Cell { row: 10, column: 2 });
        let grown = start.moved(Step::By(-3, 9), true, SIZE);
        assert_eq!((grown.rows(), grown.columns(5), grown.head()), (7..11, 2..5, Cell { row: 7, column: 4 }));
        assert_eq!(grown.moved(Step::By(0, -1), false, SIZE), Selection::cell(Cell { row: 7, column: 3 }));
        assert_eq!(start.moved(Step::By(i64::MIN, 0), true, SIZE).rows(), 0..11);
        assert_eq!(start.moved(Step::Last, true, SIZE).rows(), 10..100);
        assert_eq!(start.moved(Step::First, false, SIZE).rows(), 0..1);
    }

    #[test]
    fn whole_rows_have_all_columns() {
        let rows = Selection::row(4).moved(Step::By(2, 0), true, SIZE);
        assert_eq!((rows.rows(), rows.columns(5), rows.has_row(6), rows.has_row(7)), (4..7, 0..5, true, false));
        assert_eq!(Selection::all(SIZE).map(|all| (all.rows(), all.columns(5))), Some((0..100, 0..5)));
        assert_eq!(Selection::all(Size { rows: 0, columns: 5 }), None);
    }
}
