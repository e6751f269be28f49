//! Cells that come one by one, gathered into rows on the thread that reads.

use calamine::DataRef;

use super::book::Workbook;
use super::spelling::{is_text, write_cell};
use super::{LARGEST_ROW, LONG_ROW, MAX_ROWS, WorkbookSource};
use crate::data::DataError;
use crate::data::cells::Cells;
use crate::data::read::{Batch, batch_bytes};
use crate::jobs::{Cancel, Progress};

/// Where batches go.
pub type Sink<'a> = &'a mut dyn FnMut(Batch) -> Result<(), DataError>;

/// Gives all rows below the header.
///
/// # Errors
/// When the workbook is damaged, a cell lies outside of the sheet's bounds, or `sink` refuses.
pub fn give(
    source: &WorkbookSource,
    book: &mut Workbook,
    cancel: &Cancel,
    progress: &Progress,
    sink: Sink<'_>,
) -> Result<(), DataError> {
    let empty = || DataError::Empty { file: source.info.file.clone() };
    let mut cells = book.cells(&source.info.file, source.sheet(), source.area)?.ok_or_else(empty)?;
    let mut rows = Rows::new(source, cancel, progress, sink);
    while let Some(cell) = cells.next_cell()? {
        let ((row, column), value) = (cell.get_position(), cell.get_value());
        if row > source.extent.first_row && !matches!(value, DataRef::Empty) {
            rows.add(row, column, value)?;
        }
    }
    rows.finish()
}

/// Gathers cells, which come one by one and not for every place, into whole rows.
struct Rows<'a> {
    source: &'a WorkbookSource,
    cancel: &'a Cancel,
    progress: &'a Progress,
    sink: Sink<'a>,
    cells: Cells,
    /// The row being filled, and its cells so far.
    row: u32,
    filled: usize,
    total: u64,
}

impl<'a> Rows<'a> {
    fn new(source: &'a WorkbookSource, cancel: &'a Cancel, progress: &'a Progress, sink: Sink<'a>) -> Self {
        let (cells, row) = (Cells::new(0, source.header.len()), source.extent.first_row + 1);
        Self { source, cancel, progress, sink, cells, row, filled: 0, total: 0 }
    }

    fn add(&mut self, row: u32, column: u32, value: &DataRef<'_>) -> Result<(), DataError> {
        let columns = self.cells.columns();
        let column =
            column.checked_sub(self.source.extent.first_column).map(|column| column as usize).filter(|column| *column < columns);
        let Some(column) = column else { return Err(self.source.outside(row)) };
        if row >= MAX_ROWS || row < self.row || (row == self.row && column < self.filled) {
            return Err(self.source.damaged(row, "cells are not in order"));
        }
        while self.row < row {
            self.end_row()?;
        }
        (self.filled..column).for_each(|_| self.cells.push_absent());
        self.cells.push_text(|out| write_cell(out, value));
        if !is_text(value) {
            self.cells.mark_typed();
        }
        self.filled = column + 1;
        if self.cells.size() > batch_bytes(columns) + LARGEST_ROW {
            return Err(DataError::TooLarge { file: self.source.info.file.clone(), what: LONG_ROW.into() });
        }
        Ok(())
    }

    fn end_row(&mut self) -> Result<(), DataError> {
        let columns = self.cells.columns();
        (self.filled..columns).for_each(|_| self.cells.push_absent());
        (self.row, self.filled) = (self.row + 1, 0);
        self.total += columns as u64;
        if self.total > self.source.limits.max_cells {
            return Err(self.source.too_many_cells());
        }
        if self.cells.size() > batch_bytes(columns) {
            self.cancel.check()?;
            self.hand_over(Cells::new(0, columns))?;
        }
        Ok(())
    }

    fn finish(mut self) -> Result<(), DataError> {
        if self.filled > 0 {
            self.end_row()?;
        }
        if self.cells.rows() > 0 { self.hand_over(Cells::default()) } else { Ok(()) }
    }

    fn hand_over(&mut self, next: Cells) -> Result<(), DataError> {
        self.progress.add(self.cells.rows() as u64);
        (self.sink)(Batch::Cells(std::mem::replace(&mut self.cells, next)))
    }
}
