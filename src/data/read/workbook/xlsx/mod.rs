//! Workbooks in Office Open XML, read on all threads: one unfolds a sheet and cuts it at its rows, the others take the pieces apart.
//!
//! Only what nearly all programs write is read here. Whatever else comes up ends with [`Stop::Odd`], and the file is read by calamine
//! instead, which is slower, after all of it was measured. Nothing is ever read in two ways: tests compare the two.

mod cursor;
mod fill;
mod numbers;
mod pieces;
mod scan;
mod skeleton;
#[cfg(test)]
mod tests;
mod texts;

use std::io::Read;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

pub use self::fill::{Frame, Piece, fill};
pub use self::pieces::Stop;
pub use self::scan::Lookup;

use self::cursor::{Cursor, digits, place};
use self::fill::last_row;
use self::pieces::Pieces;
use self::scan::{Value, scan};
use self::skeleton::{Skeleton, find};
use self::texts::Texts;
use super::LARGEST_ROW;
use super::extent::{Extent, Finder};
use super::guard::{Check, Counted};
use super::ods::{Archive, Bounds};
use super::spelling::write_cell;
use crate::data::read::Limits;

const TEXTS: &str = "xl/sharedStrings.xml";
/// Bytes in which the header is looked for at once.
const HEAD: usize = 1 << 16;

/// An open workbook, and what its cells refer to.
pub struct QuickBook {
    archive: Mutex<Archive>,
    check: Check,
    /// Name and part of each sheet.
    sheets: Vec<(String, String)>,
    /// What cells refer to.
    pub lookup: Lookup,
}

impl QuickBook {
    /// Opens a workbook; its shared texts are read.
    ///
    /// # Errors
    /// When it cannot be read, or is not of the plain form.
    pub fn open(path: &Path, limits: &Limits) -> Result<Self, Stop> {
        let check = Check::new(path, limits).map_err(|_| Stop::Odd)?;
        let mut archive = check.archive().map_err(|_| Stop::Odd)?;
        let skeleton = Skeleton::read(&mut archive, &check)?;
        let texts = match find(&archive, TEXTS)? {
            Some(index) => Texts::read(Counted::new(archive.by_index(index).map_err(|_| Stop::Odd)?, &check))?,
            None => Texts::default(),
        };
        let lookup = Lookup { texts, styles: skeleton.styles, from_1904: skeleton.from_1904 };
        Ok(Self { archive: Mutex::new(archive), check, sheets: skeleton.sheets, lookup })
    }

    /// Names of the sheets that may hold cells, in order.
    pub fn sheets(&self) -> Vec<String> {
        self.sheets.iter().map(|(name, _)| name.clone()).collect()
    }

    /// Where the cells of a sheet are; see [`Extent::of`].
    ///
    /// # Errors
    /// When the sheet cannot be read, or is not of the plain form.
    pub fn extent(&self, sheet: &str, trusting: bool) -> Result<Option<Extent>, Stop> {
        self.unfold(sheet, |head, pieces| {
            let mut finder = Finder::new(Some(bounds(head)?), trusting);
            let mut look = |row, column, value: Value<'_>| {
                let write = |out: &mut Vec<u8>| match value {
                    Value::Here { text, .. } | Value::Text(text) => out.extend_from_slice(text.as_bytes()),
                    Value::Other(value) => write_cell(out, &value),
                };
                match finder.look(row, column, write) {
                    ControlFlow::Continue(()) => Ok(()),
                    ControlFlow::Break(()) => Err(Stop::Enough),
                }
            };
            while let Some(piece) = pieces.next(HEAD)? {
                match scan(&piece, &self.lookup, &mut look) {
                    Err(Stop::Enough) => break,
                    other => other?,
                }
            }
            if finder.names_bytes > LARGEST_ROW { Err(Stop::Odd) } else { Ok(finder.found) }
        })
    }

    /// Gives all pieces of a sheet to `sink`, in order, of about `goal` bytes each; the rows up to the header's are left out.
    ///
    /// # Errors
    /// When the sheet cannot be read or is not of the plain form, and [`Stop::Enough`] when `sink` breaks.
    pub fn pieces(
        &self,
        sheet: &str,
        goal: usize,
        frame: Frame,
        sink: &mut dyn FnMut(Piece) -> ControlFlow<()>,
    ) -> Result<(), Stop> {
        self.unfold(sheet, |_, pieces| {
            let mut from = frame.first_row + 1;
            while let Some(bytes) = pieces.next(goal)? {
                let end = last_row(&bytes)?.map_or(from, |row| from.max(row + 1));
                let piece = Piece { bytes, rows: from..end };
                if from == end {
                    // Nothing in it for the table: formats, or the header alone.
                    fill(piece, &self.lookup, frame)?;
                } else if sink(piece).is_break() {
                    return Err(Stop::Enough);
                }
                from = end;
            }
            Ok(())
        })
    }

    /// Unfolds a sheet from its start; `work` gets its head and its rows.
    fn unfold<T>(&self, sheet: &str, work: impl FnOnce(&[u8], &mut Pieces<&mut dyn Read>) -> Result<T, Stop>) -> Result<T, Stop> {
        let mut archive = self.archive.lock().unwrap_or_else(PoisonError::into_inner);
        let part = self.sheets.iter().find(|(name, _)| name == sheet).ok_or(Stop::Odd)?;
        let index = find(&archive, &part.1)?.ok_or(Stop::Odd)?;
        self.check.restart();
        let mut part = Counted::new(archive.by_index(index).map_err(|_| Stop::Odd)?, &self.check);
        let (head, mut pieces) = Pieces::open(&mut part as &mut dyn Read, b"<sheetData", b"<row ", b"</sheetData>")?;
        work(&head, &mut pieces)
    }
}

/// Where the cells are, as the head of a sheet says; the first cell where it does not.
fn bounds(head: &[u8]) -> Result<Bounds, Stop> {
    // Names of elements are compared as they stand: a prefix would make them others.
    if memchr::memmem::find(head, b"<worksheet").is_none() || !(head.ends_with(b"<sheetData>") || head.ends_with(b"<sheetData/>")) {
        return Err(Stop::Odd);
    }
    let Some(at) = memchr::memmem::find(head, b"<dimension") else { return Ok(((0, 0), (0, 0))) };
    let mut tag = Cursor::new(head);
    tag.advance(at + b"<dimension".len());
    let (name, value) = tag.attribute().ok_or(Stop::Odd)?;
    if name != b"ref" {
        return Err(Stop::Odd);
    }
    let corner = |text| place(text).and_then(|(row, column)| Some((digits(row)?.checked_sub(1)?, column)));
    let mut corners = value.split(|byte| *byte == b':').map(corner);
    let (start, end) = (corners.next().flatten().ok_or(Stop::Odd)?, corners.next());
    let end = end.map_or(Some(start), |end| end).filter(|end| end.0 >= start.0 && end.1 >= start.1).ok_or(Stop::Odd)?;
    if corners.next().is_some() { Err(Stop::Odd) } else { Ok((start, end)) }
}
