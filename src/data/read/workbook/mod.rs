//! Workbooks (.xlsx, .xlsm, .xlsb, .xls, .ods), one sheet at a time, cell by cell; all but .xls are streamed.
//!
//! A cell's text is what its value says in one fixed spelling: numbers shortest, dates as ISO 8601, `TRUE` and `FALSE`.

mod book;
mod extent;
mod guard;
mod ods;
mod records;
mod spelling;
mod xls;
mod xlsb;
mod xml;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use calamine::DataRef;

use self::book::Workbook;
use self::extent::Extent;
use self::spelling::{is_text, write_cell};
use super::{Batch, Content, Limits, ReadOptions, Source, SourceInfo, Stamp, batch_bytes, file_name, unique_names};
use crate::data::DataError;
use crate::data::cells::Cells;
use crate::data::reason::grouped;
use crate::jobs::{Cancel, Progress};

/// Rows and columns of the format itself.
const MAX_ROWS: u32 = 1_048_576;
const MAX_COLUMNS: u32 = 16_384;

/// One sheet of a workbook.
pub struct WorkbookSource {
    path: PathBuf,
    content: Content,
    info: SourceInfo,
    header: Vec<String>,
    extent: Extent,
    limits: Limits,
    stamp: Stamp,
    /// Kept open: its shared texts are unfolded only once.
    book: Mutex<Workbook>,
    /// A cell was found outside the bounds that the sheet declares.
    outside: AtomicBool,
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
        Self::open_with(path, content, options, limits, true)
    }

    fn open_with(path: &Path, content: Content, options: &ReadOptions, limits: &Limits, trusting: bool) -> Result<Self, DataError> {
        let file = file_name(path);
        let stamp = Stamp::of(path).map_err(|source| DataError::Read { file: file.clone(), source })?;
        let mut book = Workbook::open(path, content, limits)?;
        let sheets = book.sheets();
        let chosen = match &options.sheet {
            Some(name) if !sheets.contains(name) => return Err(DataError::NoSheet { file, sheet: name.clone(), sheets }),
            Some(name) => vec![name.clone()],
            None => sheets.clone(),
        };
        for sheet in chosen {
            let extent = match book.cells(&file, &sheet)? {
                Some(cells) => Extent::of(cells, trusting)?,
                None => None,
            };
            let Some(extent) = extent else { continue };
            let header = unique_names(extent.header());
            let (book, outside) = (Mutex::new(book.choose(&sheet)), AtomicBool::new(false));
            let info = SourceInfo { file, format: content.name().into(), sheet: Some(sheet), sheets, ..SourceInfo::default() };
            return Ok(Self { path: path.into(), content, info, header, extent, limits: *limits, stamp, book, outside });
        }
        Err(DataError::Empty { file })
    }

    fn damaged(&self, row: u32, reason: &str) -> DataError {
        DataError::Damaged { file: self.info.file.clone(), place: format!(" at row {}", u64::from(row) + 1), reason: reason.into() }
    }

    fn sheet(&self) -> &str {
        self.info.sheet.as_deref().unwrap_or_default()
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
        let mut book = self.book.lock().unwrap_or_else(PoisonError::into_inner);
        let empty = || DataError::Empty { file: self.info.file.clone() };
        let mut cells = book.cells(&self.info.file, self.sheet())?.ok_or_else(empty)?;
        let mut rows = Rows {
            source: self,
            cancel,
            progress,
            sink,
            cells: Cells::new(0, self.header.len()),
            row: self.extent.first_row + 1,
            filled: 0,
            total: 0,
        };
        while let Some(cell) = cells.next_cell()? {
            let ((row, column), value) = (cell.get_position(), cell.get_value());
            if row > self.extent.first_row && !matches!(value, DataRef::Empty) {
                rows.add(row, column, value)?;
            }
        }
        rows.finish()?;
        self.stamp.check(&self.path, &self.info.file)
    }

    fn wider(&self) -> Option<Result<Box<dyn Source>, DataError>> {
        let options = ReadOptions { sheet: self.info.sheet.clone(), ..ReadOptions::default() };
        let open = || {
            Self::open_with(&self.path, self.content, &options, &self.limits, false)
                .map(|source| Box::new(source) as Box<dyn Source>)
        };
        self.outside.load(Ordering::Relaxed).then(open)
    }
}

/// Gathers cells, which come one by one and not for every place, into whole rows.
struct Rows<'a> {
    source: &'a WorkbookSource,
    cancel: &'a Cancel,
    progress: &'a Progress,
    sink: &'a mut dyn FnMut(Batch) -> Result<(), DataError>,
    cells: Cells,
    /// The row being filled, and its cells so far.
    row: u32,
    filled: usize,
    total: u64,
}

impl Rows<'_> {
    fn add(&mut self, row: u32, column: u32, value: &DataRef<'_>) -> Result<(), DataError> {
        let columns = self.cells.columns();
        let column =
            column.checked_sub(self.source.extent.first_column).map(|column| column as usize).filter(|column| *column < columns);
        let Some(column) = column else {
            self.source.outside.store(true, Ordering::Relaxed);
            return Err(self.source.damaged(row, "a cell lies outside the sheet's own bounds"));
        };
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
        Ok(())
    }

    fn end_row(&mut self) -> Result<(), DataError> {
        let columns = self.cells.columns();
        (self.filled..columns).for_each(|_| self.cells.push_absent());
        (self.row, self.filled) = (self.row + 1, 0);
        self.total += columns as u64;
        if self.total > self.source.limits.max_cells {
            let what = format!("its sheet has more than {} cells", grouped(self.source.limits.max_cells.into()));
            return Err(DataError::TooLarge { file: self.source.info.file.clone(), what });
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
