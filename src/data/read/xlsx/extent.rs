//! Where a sheet's cells are, and its header.

use calamine::{DataRef, XlsxError};

use super::guard::Workbook;
use super::spelling::write_cell;
use super::{MAX_COLUMNS, MAX_ROWS};

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
    pub fn of(book: &mut Workbook, sheet: &str, trusting: bool) -> Result<Option<Self>, XlsxError> {
        let mut reader = match book.worksheet_cells_reader(sheet) {
            Err(XlsxError::NotAWorksheet(_)) => return Ok(None),
            reader => reader?,
        };
        let declared = reader.dimensions();
        let mut found: Option<Self> = None;
        while let Some(cell) = reader.next_cell()? {
            let (row, column) = cell.get_position();
            if matches!(cell.get_value(), DataRef::Empty) || column >= MAX_COLUMNS || row >= MAX_ROWS {
                continue;
            }
            let extent = found.get_or_insert_with(|| Self {
                first_row: row,
                last_row: row,
                first_column: column,
                last_column: column,
                names: Vec::new(),
            });
            let fits = (extent.first_column, extent.last_column) == (declared.start.1, declared.end.1);
            if row > extent.first_row && trusting && fits {
                extent.last_row = declared.end.0.clamp(row, MAX_ROWS - 1);
                break;
            }
            extent.add(row, column, cell.get_value());
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
