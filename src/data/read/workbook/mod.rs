//! Workbooks (.xlsx, .xlsm, .xlsb, .xls, .ods), one sheet at a time, cell by cell; all but .xls are streamed.
//!
//! A cell's text is what its value says in one fixed spelling: numbers shortest, dates as ISO 8601, `TRUE` and `FALSE`.

mod book;
mod extent;
mod guard;
mod ods;
mod records;
mod rows;
mod spelling;
mod xls;
mod xlsb;
mod xlsx;
mod xml;

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use self::book::Workbook;
use self::extent::Extent;
use self::rows::Sink;
use self::xlsx::{Frame, QuickBook, Stop, fill};
use super::refusal::damaged;
use super::{
    Area, Batch, Content, Limits, ReadOptions, RowCounts, Source, SourceInfo, Stamp, batch_bytes, file_name, unique_names,
};
use crate::data::DataError;
use crate::data::cells::Cells;
use crate::jobs::{Cancel, Progress};

pub use self::xlsx::Piece;

/// Rows and columns of the format itself.
const MAX_ROWS: u32 = 1_048_576;
const MAX_COLUMNS: u32 = 16_384;

/// Bytes of a row's texts; as many as a line of a text table may have. Cells that share or repeat a text need few bytes of the file.
const LARGEST_ROW: usize = 64 << 20;
const LONG_ROW: &str = "one of its rows is longer than 64 MB";

/// One sheet of a workbook.
pub struct WorkbookSource {
    path: PathBuf,
    content: Content,
    info: SourceInfo,
    header: Vec<String>,
    extent: Extent,
    area: Option<Area>,
    limits: Limits,
    stamp: Stamp,
    book: Book,
    how: How,
    /// A cell was found outside the bounds that the sheet declares.
    outside: AtomicBool,
    /// Something was found that the quick way does not read.
    odd: AtomicBool,
}

/// How a workbook is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct How {
    /// The bounds that a sheet declares are believed.
    trusting: bool,
    /// On all threads, where that can be done.
    quick: bool,
}

/// An open workbook, kept: its shared texts are unfolded only once.
enum Book {
    Careful(Mutex<Workbook>),
    Quick(Box<QuickBook>),
}

impl Book {
    fn sheets(&self) -> Vec<String> {
        match self {
            Self::Careful(book) => book.lock().unwrap_or_else(PoisonError::into_inner).sheets(),
            Self::Quick(book) => book.sheets(),
        }
    }

    /// Where the cells of a sheet are; the quick way knows no areas.
    fn extent(&self, file: &str, sheet: &str, area: Option<Area>, trusting: bool) -> Result<Option<Extent>, DataError> {
        match self {
            Self::Careful(book) => match book.lock().unwrap_or_else(PoisonError::into_inner).cells(file, sheet, area)? {
                Some(cells) => Extent::of(cells, trusting),
                None => Ok(None),
            },
            Self::Quick(book) => book.extent(sheet, trusting).map_err(|_| not_plain(file)),
        }
    }

    /// Lets go of what other sheets need.
    fn choose(self, sheet: &str) -> Self {
        match self {
            Self::Careful(book) => {
                let book = book.into_inner().unwrap_or_else(PoisonError::into_inner);
                Self::Careful(Mutex::new(book.choose(sheet)))
            }
            quick @ Self::Quick(_) => quick,
        }
    }
}

/// Seen by nobody but [`Source::wider`]'s caller, who reads the file in the careful way then.
fn not_plain(file: &str) -> DataError {
    damaged(file, "it is written in an unusual way".into())
}

/// Names of the sheets that hold cells, in order; none for a file that is no workbook.
///
/// # Errors
/// When the workbook cannot be opened.
pub fn sheet_names(path: &Path, limits: &Limits) -> Result<Vec<String>, DataError> {
    match super::sniff(path)? {
        content if content.is_workbook() => Ok(Workbook::open(path, content, limits)?.sheets()),
        _ => Ok(Vec::new()),
    }
}

impl WorkbookSource {
    /// Opens a sheet and reads its header, the first row with a cell in it.
    ///
    /// # Errors
    /// When the workbook is damaged, protected or too large, or has no such sheet.
    pub fn open(path: &Path, content: Content, options: &ReadOptions, limits: &Limits) -> Result<Self, DataError> {
        Self::open_with(path, content, options, limits, How { trusting: true, quick: true })
    }

    fn open_with(path: &Path, content: Content, options: &ReadOptions, limits: &Limits, how: How) -> Result<Self, DataError> {
        let stamp = Stamp::of(path).map_err(|source| DataError::Read { file: file_name(path), source })?;
        let quick = how.quick && content == Content::Xlsx && options.range.is_none();
        let book = if quick { QuickBook::open(path, limits).ok() } else { None };
        // What the quick way cannot read, the careful one reads or refuses.
        if let Some(book) = book
            && let Ok(source) = Self::open_sheet(path, content, options, limits, how, stamp, Book::Quick(Box::new(book)))
        {
            return Ok(source);
        }
        let book = Book::Careful(Mutex::new(Workbook::open(path, content, limits)?));
        Self::open_sheet(path, content, options, limits, How { quick: false, ..how }, stamp, book)
    }

    fn open_sheet(
        path: &Path,
        content: Content,
        options: &ReadOptions,
        limits: &Limits,
        how: How,
        stamp: Stamp,
        book: Book,
    ) -> Result<Self, DataError> {
        let (file, sheets) = (file_name(path), book.sheets());
        let chosen = match &options.sheet {
            Some(name) if !sheets.contains(name) => return Err(DataError::NoSheet { file, sheet: name.clone(), sheets }),
            Some(name) => vec![name.clone()],
            None => sheets.clone(),
        };
        for sheet in chosen {
            let Some(extent) = book.extent(&file, &sheet, options.range, how.trusting)? else { continue };
            let header = unique_names(extent.header());
            let (book, outside, odd) = (book.choose(&sheet), AtomicBool::new(false), AtomicBool::new(false));
            let (format, range) = (content.name().into(), options.range.map(|area| area.to_string()));
            let info = SourceInfo { file, format, sheet: Some(sheet), sheets, range, ..SourceInfo::default() };
            let (path, limits, area) = (path.into(), *limits, options.range);
            return Ok(Self { path, content, info, header, extent, area, limits, stamp, book, how, outside, odd });
        }
        Err(options
            .range
            .map_or(DataError::Empty { file: file.clone() }, |area| DataError::NoCells { file, area: area.to_string() }))
    }

    /// The sheets in which a cell stands, and those that cannot be told without reading them whole.
    ///
    /// # Errors
    /// When the file cannot be opened once more, where that is needed, and when cancelled.
    pub fn filled_sheets(&self, cancel: &Cancel) -> Result<Vec<String>, DataError> {
        let (file, sheets) = (&self.info.file, &self.info.sheets);
        if sheets.len() < 2 {
            return Ok(sheets.clone());
        }
        // Of this kind only the sheet that was chosen is still held.
        let again = match self.content {
            Content::Xls => Some(Book::Careful(Mutex::new(Workbook::open(&self.path, self.content, &self.limits)?))),
            _ => None,
        };
        let book = again.as_ref().unwrap_or(&self.book);
        let mut filled = Vec::new();
        for sheet in sheets {
            cancel.check()?;
            if sheet == self.sheet() || !matches!(book.extent(file, sheet, None, true), Ok(None)) {
                filled.push(sheet.clone());
            }
        }
        Ok(filled)
    }

    fn damaged(&self, row: u32, reason: &str) -> DataError {
        DataError::Damaged { file: self.info.file.clone(), place: format!(" at row {}", u64::from(row) + 1), reason: reason.into() }
    }

    fn sheet(&self) -> &str {
        self.info.sheet.as_deref().unwrap_or_default()
    }

    fn frame(&self) -> Frame {
        let Extent { first_row, first_column, .. } = self.extent;
        Frame { first_row, first_column, columns: self.header.len() }
    }

    fn outside(&self, row: u32) -> DataError {
        self.outside.store(true, Ordering::Relaxed);
        self.damaged(row, "a cell lies outside the sheet's own bounds")
    }

    fn too_many_cells(&self) -> DataError {
        DataError::too_many_cells(&self.info.file, "its sheet", self.limits.max_cells)
    }

    /// Why the quick way ended.
    fn stopped(&self, stop: Stop) -> DataError {
        match stop {
            Stop::Outside(row) => self.outside(row),
            Stop::Odd | Stop::Enough => {
                self.odd.store(true, Ordering::Relaxed);
                not_plain(&self.info.file)
            }
        }
    }

    /// Rows in XML, which [`Source::cells`] takes apart on other threads.
    fn quick(&self, book: &QuickBook, cancel: &Cancel, progress: &Progress, sink: Sink<'_>) -> Result<(), DataError> {
        let columns = self.header.len();
        let (mut total, mut refused) = (0, Ok(()));
        let mut give = |piece: Piece| {
            cancel.check()?;
            let rows = u64::from(piece.rows.end - piece.rows.start);
            total += rows * columns as u64;
            if total > self.limits.max_cells {
                return Err(self.too_many_cells());
            }
            progress.add(rows);
            sink(Batch::Sheet(piece))
        };
        let result = book.pieces(self.sheet(), batch_bytes(columns), self.frame(), &mut |piece| {
            refused = give(piece);
            if refused.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        refused.and_then(|()| result.map_err(|stop| self.stopped(stop)))
    }
}

impl Source for WorkbookSource {
    fn header(&self) -> &[String] {
        &self.header
    }

    fn first_row(&self) -> u64 {
        u64::from(self.extent.first_row) + 2
    }

    fn info(&self) -> &SourceInfo {
        &self.info
    }

    fn size(&self) -> u64 {
        u64::from(self.extent.last_row - self.extent.first_row)
    }

    fn slow(&self) -> bool {
        true
    }

    fn batches(
        &self,
        cancel: &Cancel,
        progress: &Progress,
        sink: &mut dyn FnMut(Batch) -> Result<(), DataError>,
    ) -> Result<(), DataError> {
        match &self.book {
            Book::Careful(book) => {
                rows::give(self, &mut book.lock().unwrap_or_else(PoisonError::into_inner), cancel, progress, sink)?;
            }
            Book::Quick(book) => self.quick(book, cancel, progress, sink)?,
        }
        self.stamp.check(&self.path, &self.info.file)
    }

    fn cells(&self, batch: Batch) -> Result<(Cells, RowCounts), DataError> {
        let cells = match (batch, &self.book) {
            (Batch::Cells(cells), _) => cells,
            (Batch::Sheet(piece), Book::Quick(book)) => {
                fill(piece, &book.lookup, self.frame()).map_err(|stop| self.stopped(stop))?
            }
            _ => Cells::new(0, self.header.len()),
        };
        Ok((cells, RowCounts::default()))
    }

    fn wider(&self, _cancel: &Cancel) -> Option<Result<Box<dyn Source>, DataError>> {
        let How { trusting, quick } = self.how;
        let how = match () {
            () if self.odd.load(Ordering::Relaxed) && quick => How { trusting, quick: false },
            () if self.outside.load(Ordering::Relaxed) && trusting => How { trusting: false, quick },
            () => return None,
        };
        let options = ReadOptions { sheet: self.info.sheet.clone(), range: self.area, ..ReadOptions::default() };
        let source = Self::open_with(&self.path, self.content, &options, &self.limits, how);
        Some(source.map(|source| Box::new(source) as Box<dyn Source>))
    }
}
