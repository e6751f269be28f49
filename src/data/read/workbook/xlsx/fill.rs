//! Cells of a piece of a sheet, as rows of a table.

use std::ops::Range;

use memchr::memmem;

use super::super::spelling::{is_text, write_cell};
use super::cursor::{Cursor, digits};
use super::pieces::Stop;
use super::scan::{Lookup, Value, scan};
use crate::data::cells::Cells;

/// Cells and bytes that one piece may become; sheets with larger gaps, or with texts that are shared more, are read bit by bit.
const MOST_CELLS: u64 = 8 << 20;
const MOST_BYTES: usize = 128 << 20;

/// Rows of a sheet in XML.
pub struct Piece {
    /// Whole rows.
    pub bytes: Vec<u8>,
    /// The rows of the sheet that are to be made of it: after those of the piece before, up to its last one with a value.
    pub rows: Range<u32>,
}

/// Where the table is in the sheet.
#[derive(Clone, Copy, Debug)]
pub struct Frame {
    /// Row of the header.
    pub first_row: u32,
    /// The first column.
    pub first_column: u32,
    /// How many there are.
    pub columns: usize,
}

/// The last row of a piece in which a value stands.
///
/// # Errors
/// When it has no number.
pub fn last_row(piece: &[u8]) -> Result<Option<u32>, Stop> {
    let (mark, value, inline) = (memmem::FinderRev::new(b"<row "), memmem::Finder::new(b"</v>"), memmem::Finder::new(b"</is>"));
    let mut rest = piece;
    while let Some(start) = mark.rfind(rest) {
        let (before, row) = rest.split_at_checked(start).ok_or(Stop::Odd)?;
        if value.find(row).is_some() || inline.find(row).is_some() {
            let mut tag = Cursor::new(row);
            tag.advance(b"<row".len());
            let number = std::iter::from_fn(|| tag.attribute()).find(|(name, _)| *name == b"r");
            let number = number.and_then(|(_, value)| digits(value)?.checked_sub(1));
            return number.map(Some).ok_or(Stop::Odd);
        }
        rest = before;
    }
    Ok(None)
}

/// The rows of a piece.
///
/// # Errors
/// When it is not of the plain form, a cell lies outside of the frame, or it becomes too much.
pub fn fill(piece: Piece, lookup: &Lookup, frame: Frame) -> Result<Cells, Stop> {
    let Piece { bytes, rows } = piece;
    if u64::from(rows.end.saturating_sub(rows.start)) * frame.columns as u64 > MOST_CELLS {
        return Err(Stop::Odd);
    }
    let mut table = Filling { cells: Cells::new(bytes.len(), frame.columns), frame, row: rows.start, filled: 0, rows };
    scan(&bytes, lookup, &mut |row, column, value| if row > frame.first_row { table.add(row, column, value) } else { Ok(()) })?;
    let mut cells = table.finish()?;
    cells.set_bytes(bytes);
    Ok(cells)
}

struct Filling {
    cells: Cells,
    frame: Frame,
    rows: Range<u32>,
    /// The row being filled, and its cells so far.
    row: u32,
    filled: usize,
}

impl Filling {
    #[inline]
    fn add(&mut self, row: u32, column: u32, value: Value<'_>) -> Result<(), Stop> {
        let place = column.checked_sub(self.frame.first_column).map(|column| column as usize);
        let column = place.filter(|column| *column < self.frame.columns).ok_or(Stop::Outside(row))?;
        if row < self.row || row >= self.rows.end {
            return Err(Stop::Odd);
        }
        while self.row < row {
            self.end_row()?;
        }
        (self.filled..column).for_each(|_| self.cells.push_absent());
        self.filled = column + 1;
        match value {
            Value::Here { start, text, typed } => {
                self.cells.push_slice(start, start + text.len(), true);
                if typed {
                    self.cells.mark_typed();
                }
            }
            Value::Text(text) if text.len() > MOST_BYTES.saturating_sub(self.cells.size()) => return Err(Stop::Odd),
            Value::Text(text) => self.cells.push_text(|out| out.extend_from_slice(text.as_bytes())),
            Value::Other(value) => {
                self.cells.push_text(|out| write_cell(out, &value));
                if !is_text(&value) {
                    self.cells.mark_typed();
                }
            }
        }
        Ok(())
    }

    fn end_row(&mut self) -> Result<(), Stop> {
        (self.filled..self.frame.columns).for_each(|_| self.cells.push_absent());
        (self.row, self.filled) = (self.row + 1, 0);
        if self.cells.size() > MOST_BYTES { Err(Stop::Odd) } else { Ok(()) }
    }

    /// The last row is the one that was found to have a value.
    fn finish(mut self) -> Result<Cells, Stop> {
        if self.filled > 0 {
            self.end_row()?;
        }
        if self.row == self.rows.end { Ok(self.cells) } else { Err(Stop::Odd) }
    }
}
