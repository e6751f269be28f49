//! The first records of a text table, taken apart to judge what the file is.

use super::walk::{Dialect, Open, walk};

/// Records looked at.
pub const RECORDS: usize = 300;

/// A cell: where it stands, and what is around it.
#[derive(Clone, Copy, Debug)]
pub struct Piece {
    start: usize,
    end: usize,
    /// Began with a quotation mark.
    pub quoted: bool,
    /// Marks stand around all of it.
    pub clean: bool,
}

/// The first records that are not blank.
pub struct Sample<'t> {
    /// What they were taken from.
    pub text: &'t [u8],
    /// The signs that they were taken apart by.
    pub dialect: Dialect,
    pieces: Vec<Piece>,
    /// Where each record's cells end in `pieces`.
    ends: Vec<usize>,
    /// The text ends inside quotation marks.
    pub open: bool,
}

impl<'t> Sample<'t> {
    /// Takes apart the start of `text`. A record that has no end in it is left out.
    pub fn take(text: &'t [u8], dialect: Dialect) -> Self {
        let mut sample = Self { text, dialect, pieces: Vec::new(), ends: Vec::new(), open: false };
        let walked = walk(text, dialect, |open, end, ends_row| sample.add(open, end, ends_row));
        sample.open = walked == Ok(true);
        let complete = sample.ends.last().copied().unwrap_or(0);
        sample.pieces.truncate(complete);
        sample
    }

    /// A cell; an error once there are enough records.
    fn add(&mut self, open: &Open, end: usize, ends_row: bool) -> Result<(), ()> {
        let start = open.start;
        self.pieces.push(Piece { start, end, quoted: open.quoted, clean: open.is_clean(end) });
        if !ends_row {
            return Ok(());
        }
        let before = self.ends.last().copied().unwrap_or(0);
        let alone = self.pieces.len() == before + 1 && !open.quoted;
        if alone && self.text.get(start..end).unwrap_or_default().iter().all(u8::is_ascii_whitespace) {
            self.pieces.pop();
            return Ok(());
        }
        self.ends.push(self.pieces.len());
        if self.ends.len() < RECORDS { Ok(()) } else { Err(()) }
    }

    /// Number of records.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Cells of a record.
    pub fn record(&self, at: usize) -> &[Piece] {
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.ends.get(at).and_then(|end| self.pieces.get(start..*end)).unwrap_or_default()
    }

    /// All cells.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// Cells of a record, the blank ones at its end too.
    pub fn width(&self, at: usize) -> usize {
        self.record(at).len()
    }

    /// Cells of a record up to the last one that is not blank.
    pub fn filled(&self, at: usize) -> usize {
        self.record(at).iter().rposition(|piece| !self.is_blank(*piece)).map_or(0, |last| last + 1)
    }

    /// Whether nothing stands in a cell.
    pub fn is_blank(&self, piece: Piece) -> bool {
        self.text_of(piece).iter().all(u8::is_ascii_whitespace)
    }

    /// The text of a cell between its marks; doubled marks are left as they are.
    pub fn text_of(&self, piece: Piece) -> &'t [u8] {
        let inner = if piece.clean { piece.start + 1..piece.end - 1 } else { piece.start..piece.end };
        self.text.get(inner).unwrap_or_default()
    }

    /// Whether a record makes a row of so many columns: its values fit, and it has a cell for each.
    fn fits(&self, at: usize, columns: usize) -> bool {
        self.width(at) >= columns && self.filled(at) <= columns
    }

    /// Whether nine in ten records from `from` on make rows of so many columns; of a few records, all but one.
    pub fn is_even(&self, from: usize, columns: usize) -> bool {
        let all = self.len().saturating_sub(from);
        let fitting = (from..self.len()).filter(|at| self.fits(*at, columns)).count();
        fitting * 10 >= all * 9 || (fitting > 2 && all - fitting == 1)
    }

    /// Whether all records from `from` on have so many cells.
    pub fn is_exact(&self, from: usize, columns: usize) -> bool {
        (from..self.len()).all(|at| self.width(at) == columns)
    }

    /// Lines before a record, counted from the start of the text.
    pub fn lines_before(&self, at: usize) -> u64 {
        let start = self.record(at).first().map_or(0, |piece| piece.start);
        memchr::memchr_iter(self.dialect.line_end, self.text.get(..start).unwrap_or_default()).count() as u64
    }
}
