//! Where a sheet's cells are, and its header.

use std::ops::ControlFlow;

use calamine::DataRef;

use super::book::{SheetCells, is_place};
use super::ods::Bounds;
use super::spelling::write_cell;
use super::{LARGEST_ROW, LONG_ROW, MAX_ROWS};
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
        let mut finder = Finder::new(cells.bounds(), trusting);
        while let Some(cell) = cells.next_cell()? {
            let ((row, column), value) = (cell.get_position(), cell.get_value());
            if matches!(value, DataRef::Empty) || !is_place(row, column) {
                continue;
            }
            if finder.look(row, column, |out| write_cell(out, value)).is_break() {
                break;
            }
        }
        match finder.names_bytes {
            0..=LARGEST_ROW => Ok(finder.found),
            _ => Err(DataError::TooLarge { file: cells.file.into(), what: LONG_ROW.into() }),
        }
    }

    /// Adds a cell; gives the bytes of its name, when it is one of the header.
    fn add(&mut self, row: u32, column: u32, write: impl FnOnce(&mut Vec<u8>)) -> usize {
        self.first_column = self.first_column.min(column);
        self.last_column = self.last_column.max(column);
        self.last_row = self.last_row.max(row);
        if row != self.first_row {
            return 0;
        }
        let mut name = Vec::new();
        write(&mut name);
        self.names.push((column, String::from_utf8_lossy(&name).into_owned()));
        name.len()
    }

    /// Names of all columns; blank where the header has no cell.
    pub fn header(&self) -> impl Iterator<Item = String> + '_ {
        let mut names = self.names.iter().peekable();
        (self.first_column..=self.last_column)
            .map(move |column| names.next_if(|(at, _)| *at == column).map(|(_, name)| name.clone()).unwrap_or_default())
    }
}

/// Finds out where the cells are, from those that have a value, in order.
pub struct Finder {
    declared: Option<Bounds>,
    trusting: bool,
    /// What was found so far.
    pub found: Option<Extent>,
    /// Bytes of all names; beyond [`LARGEST_ROW`] no more cells are looked at.
    pub names_bytes: usize,
}

impl Finder {
    /// For a sheet that declares these bounds.
    pub fn new(declared: Option<Bounds>, trusting: bool) -> Self {
        Self { declared, trusting, found: None, names_bytes: 0 }
    }

    /// Looks at a cell, whose text can be written; breaks when no more cells are needed.
    pub fn look(&mut self, row: u32, column: u32, write: impl FnOnce(&mut Vec<u8>)) -> ControlFlow<()> {
        let (trusting, declared) = (self.trusting, self.declared);
        let extent = self.found.get_or_insert_with(|| Extent {
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
            return ControlFlow::Break(());
        }
        self.names_bytes += extent.add(row, column, write);
        if self.names_bytes > LARGEST_ROW { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}
