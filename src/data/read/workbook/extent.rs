//! Where a sheet's cells are, and its header.

use calamine::DataRef;

use super::MAX_ROWS;
use super::book::{SheetCells, is_place};
use super::spelling::write_cell;
use crate::data::DataError;

/// Where a sheet's cells are.
#[derive(Debug)]
pub struct Extent {
    /// Row of the header, the sheet's first being 0.
    pub first_row: u32,
    /// The last row with a cell, as far as is known; at least `first_row`.
    pub last_row: u32,
    /// The first column with a cell.
    pub first_column: u32,
    last_column: u32,
    names: Vec<(u32, String)>,
}

impl Extent {
    /// Reads the header row. Where it is as wide as the sheet says to be, that is believed; otherwise, and when not `trusting`,
    /// all cells are looked at. `None` for a sheet without cells.
    ///
    /// # Errors
    /// When the sheet is damaged.
    pub fn of(mut cells: SheetCells<'_>, trusting: bool) -> Result<Option<Self>, DataError> {
        let declared = cells.bounds();
        let mut found: Option<Self> = None;
        while let Some(cell) = cells.next_cell()? {
            let ((row, column), value) = (cell.get_position(), cell.get_value());
            if matches!(value, DataRef::Empty) || !is_place(row, column) {
                continue;
            }
            let extent = found.get_or_insert_with(|| Self {
                first_row: row,
                last_row: row,
                first_column: column,
                last_column: column,
                names: Vec::new(),
            });
            if row > extent.first_row
                && trusting
                && let Some((start, end)) = declared
                && (extent.first_column, extent.last_column) == (start.1, end.1)
            {
                extent.last_row = end.0.clamp(row, MAX_ROWS - 1);
                break;
            }
            extent.add(row, column, value);
        }
        Ok(found)
    }

    fn add(&mut self, row: u32, column: u32, value: &DataRef<'_>) {
        self.first_column = self.first_column.min(column);
        self.last_column = self.last_column.max(column);
        self.last_row = self.last_row.max(row);
        if row == self.first_row {
            let mut name = Vec::new();
            write_cell(&mut name, value);
            self.names.push((column, String::from_utf8_lossy(&name).into_owned()));
        }
    }

    /// Names of all columns; blank where the header has no cell.
    pub fn header(&self) -> impl Iterator<Item = String> + '_ {
        let mut names = self.names.iter().peekable();
        (self.first_column..=self.last_column)
            .map(move |column| names.next_if(|(at, _)| *at == column).map(|(_, name)| name.clone()).unwrap_or_default())
    }
}
