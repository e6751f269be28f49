//! Office Open XML workbooks (.xlsx, .xlsm), one sheet at a time, streamed cell by cell.
//!
//! A cell's text is what its value says in one fixed spelling: numbers shortest, dates as ISO 8601, `TRUE` and `FALSE`.

use std::fs::File;
use std::io::{BufReader, Read, Write, copy, sink};
use std::path::{Path, PathBuf};

use calamine::{DataRef, ExcelDateTime, Reader, SheetType, Xlsx, XlsxError};

use super::{Batch, Limits, ReadOptions, Source, SourceInfo, file_name, unique_names};
use crate::data::DataError;
use crate::data::cells::Cells;
use crate::jobs::{Cancel, Progress};

type Workbook = Xlsx<BufReader<File>>;

/// Cells gathered before a worker gets them, in bytes.
const BATCH: usize = 4 << 20;
/// Rows and columns of the format itself.
const MAX_ROWS: u32 = 1_048_576;
const MAX_COLUMNS: u32 = 16_384;
/// A workbook that unfolds to more than this many times its size is made to do harm; real ones stay under 40.
const MAX_RATIO: u64 = 200;
/// Unfolding up to here is harmless at any ratio.
const SMALL: u64 = 256 << 20;

/// One sheet of a workbook.
#[derive(Debug)]
pub struct XlsxSource {
    path: PathBuf,
    info: SourceInfo,
    header: Vec<String>,
    first_row: u32,
    first_column: u32,
    rows: u64,
    max_cells: u64,
}

/// Names of the sheets that hold cells, in order.
///
/// # Errors
/// When the workbook cannot be opened.
pub fn sheet_names(path: &Path, limits: &Limits) -> Result<Vec<String>, DataError> {
    Ok(worksheets(&open(path, limits)?))
}

impl XlsxSource {
    /// Opens a sheet and reads its header, the first row with a cell in it.
    ///
    /// # Errors
    /// When the workbook is damaged, protected or too large, or has no such sheet.
    pub fn open(path: &Path, options: &ReadOptions, limits: &Limits) -> Result<Self, DataError> {
        let file = file_name(path);
        let mut book = open(path, limits)?;
        let sheets = worksheets(&book);
        let empty = || DataError::Empty { file: file.clone() };
        let chosen = match &options.sheet {
            Some(name) if !sheets.contains(name) => return Err(DataError::NoSheet { file, sheet: name.clone(), sheets }),
            Some(name) => vec![name.clone()],
            None => sheets.clone(),
        };
        for sheet in chosen {
            if let Some(extent) = Extent::of(&mut book, &sheet).map_err(|e| workbook_error(&file, e))? {
                let header = unique_names(extent.header());
                let info = SourceInfo { file, format: "xlsx".into(), sheet: Some(sheet), sheets, ..SourceInfo::default() };
                let rows = u64::from(extent.last_row - extent.first_row);
                return Ok(Self { path: path.into(), info, header, first_row: extent.first_row, first_column: extent.first_column, rows, max_cells: limits.max_cells });
            }
        }
        Err(empty())
    }

    fn damaged(&self, row: u32, reason: &str) -> DataError {
        DataError::Damaged { file: self.info.file.clone(), place: format!(" at row {}", u64::from(row) + 1), reason: reason.into() }
    }

    fn sheet(&self) -> &str {
        self.info.sheet.as_deref().unwrap_or_default()
    }
}

impl Source for XlsxSource {
    fn header(&self) -> &[String] {
        &self.header
    }

    fn info(&self) -> &SourceInfo {
        &self.info
    }

    fn size(&self) -> u64 {
        self.rows
    }

    fn batches(&self, cancel: &Cancel, progress: &Progress, sink: &mut dyn FnMut(Batch) -> Result<(), DataError>) -> Result<(), DataError> {
        let mut book = open_unchecked(&self.path)?;
        let to_error = |error| workbook_error(&self.info.file, error);
        let mut reader = book.worksheet_cells_reader(self.sheet()).map_err(to_error)?;
        let columns = self.header.len();
        let (mut cells, mut row, mut total) = (Cells::new(0, columns), self.first_row + 1, 0u64);
        let mut filled = 0;
        while let Some(cell) = reader.next_cell().map_err(to_error)? {
            let (at_row, at_column) = cell.get_position();
            if at_row <= self.first_row || is_blank(cell.get_value()) {
                continue;
            }
            let column = at_column.checked_sub(self.first_column).map(|column| column as usize).filter(|column| *column < columns);
            let Some(column) = column else { return Err(self.damaged(at_row, "a cell lies outside the sheet's own bounds")) };
            if at_row >= MAX_ROWS || at_row < row || (at_row == row && column < filled) {
                return Err(self.damaged(at_row, "cells are not in order"));
            }
            while row < at_row {
                (filled..columns).for_each(|_| cells.push_absent());
                (row, filled) = (row + 1, 0);
                total += columns as u64;
                if cells.size() > BATCH {
                    cancel.check()?;
                    progress.add(cells.rows() as u64);
                    sink(Batch::Cells(std::mem::replace(&mut cells, Cells::new(0, columns))))?;
                }
            }
            if total > self.max_cells {
                return Err(DataError::TooLarge { file: self.info.file.clone(), what: format!("its sheet has more than {} cells", self.max_cells) });
            }
            (filled..column).for_each(|_| cells.push_absent());
            cells.push_text(|out| write_cell(out, cell.get_value()));
            filled = column + 1;
        }
        if filled > 0 {
            (filled..columns).for_each(|_| cells.push_absent());
        }
        progress.add(cells.rows() as u64);
        if cells.rows() > 0 { sink(Batch::Cells(cells)) } else { Ok(()) }
    }

    fn cells(&self, batch: Batch) -> Result<(Cells, u64), DataError> {
        match batch {
            Batch::Cells(cells) => Ok((cells, 0)),
            Batch::Text(_) => Ok((Cells::new(0, self.header.len()), 0)),
        }
    }
}

/// Where a sheet's cells are.
struct Extent {
    first_row: u32,
    last_row: u32,
    first_column: u32,
    last_column: u32,
    names: Vec<(u32, String)>,
}

impl Extent {
    /// Reads the header row; the width comes from it and from the bounds that the sheet declares. Where it declares none, all
    /// cells are looked at. `None` for a sheet without cells.
    fn of(book: &mut Workbook, sheet: &str) -> Result<Option<Self>, XlsxError> {
        let mut reader = book.worksheet_cells_reader(sheet)?;
        let declared = reader.dimensions();
        let trusted = declared.end.1 > declared.start.1 && declared.end.1 < MAX_COLUMNS;
        let mut found: Option<Self> = None;
        while let Some(cell) = reader.next_cell()? {
            let (row, column) = cell.get_position();
            if is_blank(cell.get_value()) || column >= MAX_COLUMNS {
                continue;
            }
            let extent = found.get_or_insert_with(|| Self { first_row: row, last_row: row, first_column: column, last_column: column, names: Vec::new() });
            if row > extent.first_row && trusted {
                break;
            }
            extent.first_column = extent.first_column.min(column);
            extent.last_column = extent.last_column.max(column);
            extent.last_row = extent.last_row.max(row);
            if row == extent.first_row {
                let mut name = Vec::new();
                write_cell(&mut name, cell.get_value());
                extent.names.push((column, String::from_utf8_lossy(&name).into_owned()));
            }
        }
        if let (Some(extent), true) = (&mut found, trusted) {
            extent.first_column = extent.first_column.min(declared.start.1);
            extent.last_column = extent.last_column.max(declared.end.1);
            extent.last_row = extent.last_row.max(declared.end.0.min(MAX_ROWS - 1));
        }
        Ok(found)
    }

    fn header(&self) -> impl Iterator<Item = String> + '_ {
        let name = |column| self.names.iter().find(|(at, _)| *at == column).map(|(_, name)| name.clone()).unwrap_or_default();
        (self.first_column..=self.last_column).map(name)
    }
}

fn is_blank(value: &DataRef<'_>) -> bool {
    matches!(value, DataRef::Empty)
}

fn worksheets(book: &Workbook) -> Vec<String> {
    book.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet).map(|sheet| sheet.name.clone()).collect()
}

/// Opens a workbook after looking at how much it unfolds to.
fn open(path: &Path, limits: &Limits) -> Result<Workbook, DataError> {
    check_unpacked(path, limits)?;
    open_unchecked(path)
}

fn open_unchecked(path: &Path) -> Result<Workbook, DataError> {
    let file = file_name(path);
    let source = File::open(path).map_err(|source| DataError::Read { file: file.clone(), source })?;
    Xlsx::new(BufReader::new(source)).map_err(|error| workbook_error(&file, error))
}

/// Unfolds every part into nothing, counting: the sizes that an archive declares may lie.
fn check_unpacked(path: &Path, limits: &Limits) -> Result<(), DataError> {
    let file = file_name(path);
    let read_error = |source| DataError::Read { file: file.clone(), source };
    let damaged = |reason: String| DataError::Damaged { file: file.clone(), place: String::new(), reason };
    let source = File::open(path).map_err(read_error)?;
    let size = source.metadata().map_err(read_error)?.len();
    let most = limits.max_unpacked_bytes.min(SMALL.max(size.saturating_mul(MAX_RATIO)));
    let mut archive = zip::ZipArchive::new(BufReader::new(source)).map_err(|e| damaged(e.to_string()))?;
    let mut left = most;
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(|e| damaged(e.to_string()))?;
        let name = format!("{} of the archive", index + 1);
        let unpacked = copy(&mut entry.take(left + 1), &mut sink()).map_err(|e| damaged(format!("its part {name} cannot be unpacked ({e})")))?;
        left = left.checked_sub(unpacked).ok_or_else(|| DataError::TooLarge {
            file: file.clone(),
            what: format!("{size} bytes unfold to more than {most} bytes, which no real workbook does"),
        })?;
    }
    Ok(())
}

fn workbook_error(file: &str, error: XlsxError) -> DataError {
    match error {
        XlsxError::Password => DataError::Password { file: file.into() },
        XlsxError::Io(source) => DataError::Read { file: file.into(), source },
        XlsxError::NotAWorksheet(_) => DataError::Empty { file: file.into() },
        other => DataError::Damaged { file: file.into(), place: String::new(), reason: other.to_string() },
    }
}

/// Writes a value in its one spelling.
fn write_cell(out: &mut Vec<u8>, value: &DataRef<'_>) {
    match value {
        DataRef::Int(value) => out.extend_from_slice(itoa::Buffer::new().format(*value).as_bytes()),
        DataRef::Float(value) => write_number(out, *value),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => out.extend_from_slice(text.as_bytes()),
        DataRef::SharedString(text) => out.extend_from_slice(text.as_bytes()),
        DataRef::Bool(value) => out.extend_from_slice(if *value { b"TRUE" } else { b"FALSE" }),
        DataRef::DateTime(value) => write_date_time(out, value),
        DataRef::Error(error) => out.extend_from_slice(error.to_string().as_bytes()),
        DataRef::Empty => {}
    }
}

/// Whole numbers without a point, others with the fewest digits that give the value again.
fn write_number(out: &mut Vec<u8>, value: f64) {
    if value.fract() == 0.0 && value.abs() < 9e15 && (value != 0.0 || value.is_sign_positive()) {
        out.extend_from_slice(itoa::Buffer::new().format(value as i64).as_bytes());
    } else {
        // Writing into a vector cannot fail.
        let _ = write!(out, "{value}");
    }
}

/// `2024-02-29`, `2024-02-29 12:30:00`, with `.mmm` where there are milliseconds; times of day and durations as `H:MM:SS`.
fn write_date_time(out: &mut Vec<u8>, value: &ExcelDateTime) {
    let serial = value.as_f64();
    if value.is_duration() || (0.0..1.0).contains(&serial) {
        let millis = (serial * 86_400_000.0).round() as i64;
        let (seconds, rest) = (millis.abs() / 1000, millis.abs() % 1000);
        let sign = if millis < 0 { "-" } else { "" };
        let _ = write!(out, "{sign}{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
        if rest != 0 {
            let _ = write!(out, ".{rest:03}");
        }
        return;
    }
    let (year, month, day, hour, minute, second, milli) = value.to_ymd_hms_milli();
    let _ = write!(out, "{year:04}-{month:02}-{day:02}");
    if (hour, minute, second, milli) != (0, 0, 0, 0) {
        let _ = write!(out, " {hour:02}:{minute:02}:{second:02}");
        if milli != 0 {
            let _ = write!(out, ".{milli:03}");
        }
    }
}

