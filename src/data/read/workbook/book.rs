//! A workbook of any kind: its sheets, and the cells of one of them in order.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use calamine::{Data, DataRef, Reader, SheetType, Xls, XlsError, Xlsb, XlsbError, Xlsx, XlsxCellReader, XlsxError};

use super::guard::{Check, read_error};
use super::ods::{Archive, Bounds, Ods, OdsCells};
use super::xlsb::{Missed, sheet_parts};
use super::{MAX_COLUMNS, MAX_ROWS, xls};
use crate::data::DataError;
use crate::data::read::refusal::{Refusal, caught, damaged};
use crate::data::read::{Area, Content, Limits};

type Input = BufReader<File>;

/// The largest workbook of Excel 97–2003 that is opened; it is held as a whole.
const LARGEST_XLS: u64 = 1 << 30;

/// An open workbook.
pub enum Workbook {
    /// Office Open XML.
    Xlsx(Box<Xlsx<Input>>),
    /// Its binary form.
    Xlsb(Box<BinaryBook>),
    /// Excel 97–2003: all is in memory, and the sheet that was asked for last once more.
    Xls(Option<Box<Xls<Input>>>, String, calamine::Range<Data>),
    /// OpenDocument.
    Ods(Box<Ods>),
}

/// A binary workbook, and what is needed to find the cells that the library passes over.
pub struct BinaryBook {
    book: Xlsb<Input>,
    archive: Archive,
    check: Check,
    parts: std::collections::HashMap<String, String>,
}

impl Workbook {
    /// Opens a workbook of the kind that its content says; what it asks for is measured first.
    ///
    /// # Errors
    /// When it is damaged, protected or too large.
    pub fn open(path: &Path, content: Content, limits: &Limits) -> Result<Self, DataError> {
        let check = Check::new(path, limits)?;
        let file = check.file.clone();
        let input = || File::open(path).map(BufReader::new).map_err(|source| read_error(&file, source));
        match content {
            Content::Xlsb => {
                let book = check.beside(|| input().and_then(|input| caught(&file, || Xlsb::new(input))))?;
                let mut archive = check.archive()?;
                let parts = sheet_parts(&mut archive, &check)?;
                Ok(Self::Xlsb(Box::new(BinaryBook { book, archive, check, parts })))
            }
            Content::Xls => {
                let most = LARGEST_XLS.min(limits.max_unpacked_bytes);
                let mut bytes = Vec::new();
                input()?.take(most + 1).read_to_end(&mut bytes).map_err(|source| read_error(&file, source))?;
                if bytes.len() as u64 > most {
                    let what = format!("a workbook of this kind may have {most} bytes");
                    return Err(DataError::TooLarge { file, what });
                }
                xls::check(&file, &bytes, limits)?;
                drop(bytes);
                let input = input()?;
                caught(&file, || Xls::new(input))
                    .map(|book| Self::Xls(Some(Box::new(book)), String::new(), calamine::Range::empty()))
            }
            Content::Ods => Ok(Self::Ods(Box::new(Ods::open(check.archive()?, check)?))),
            _ => {
                check.beside(|| input().and_then(|input| caught(&file, || Xlsx::new(input)))).map(|book| Self::Xlsx(Box::new(book)))
            }
        }
    }

    /// Names of the sheets that may hold cells, in order.
    pub fn sheets(&self) -> Vec<String> {
        let sheets = match self {
            Self::Xlsx(book) => book.sheets_metadata(),
            Self::Xlsb(book) => book.book.sheets_metadata(),
            Self::Xls(Some(book), ..) => book.sheets_metadata(),
            Self::Xls(None, name, _) => return vec![name.clone()],
            Self::Ods(book) => return book.sheets.iter().map(|(name, _)| name.clone()).collect(),
        };
        sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet).map(|sheet| sheet.name.clone()).collect()
    }

    /// Lets go of all sheets but this one, where they are held, once its cells were asked for.
    pub fn choose(self, sheet: &str) -> Self {
        match self {
            Self::Xls(_, name, range) if name == sheet => Self::Xls(None, name, range),
            other => other,
        }
    }

    /// The cells of a sheet, or those of a part of it; `None` when it is none with cells.
    ///
    /// # Errors
    /// When the workbook is damaged there.
    pub fn cells<'a>(&'a mut self, file: &'a str, sheet: &str, area: Option<Area>) -> Result<Option<SheetCells<'a>>, DataError> {
        let reader = match self {
            Self::Xlsx(book) => match caught(file, || book.worksheet_cells_reader(sheet).map_or_else(no_sheet, |it| Ok(Some(it))))?
            {
                Some(reader) => Cells::Xlsx(Box::new(reader)),
                None => return Ok(None),
            },
            Self::Xlsb(book) => {
                let mut reader = caught(file, || book.book.worksheet_cells_reader(sheet))?;
                let declared = reader.dimensions();
                let read = Box::new(move || caught(file, || reader.next_cell()));
                let missed = Missed::open(&mut book.archive, book.parts.get(sheet), &book.check)?;
                Cells::Xlsb(Box::new(Merged { read, declared, missed, next: None, next_missed: None, begun: false }))
            }
            Self::Xls(book, name, range) => {
                if let Some(book) = book
                    && name != sheet
                {
                    (*name, *range) = (sheet.into(), calamine::Range::empty());
                    *range = caught(file, || book.worksheet_range(sheet))?;
                }
                Cells::Sheet(range, 0)
            }
            Self::Ods(book) => Cells::Ods(Box::new(book.cells(sheet)?)),
        };
        Ok(Some(SheetCells { file, reader, area }))
    }
}

fn no_sheet<T>(error: XlsxError) -> Result<Option<T>, XlsxError> {
    if matches!(error, XlsxError::NotAWorksheet(_)) { Ok(None) } else { Err(error) }
}

/// The cells of a sheet, one by one.
pub struct SheetCells<'a> {
    /// The file's name, for messages.
    pub file: &'a str,
    reader: Cells<'a>,
    area: Option<Area>,
}

enum Cells<'a> {
    Xlsx(Box<XlsxCellReader<'a, Input>>),
    Xlsb(Box<Merged<'a>>),
    Ods(Box<OdsCells<'a>>),
    /// And the place of the next cell, row by row.
    Sheet(&'a calamine::Range<Data>, usize),
}

/// A cell with its row and column.
pub type Cell<'a> = calamine::Cell<DataRef<'a>>;

impl<'a> SheetCells<'a> {
    /// Where the cells are, as the file says or as was found out.
    pub fn bounds(&self) -> Option<Bounds> {
        let bounds = self.declared();
        self.area.map_or(bounds, |area| area.of(bounds?))
    }

    fn declared(&self) -> Option<Bounds> {
        let dimensions = match &self.reader {
            Cells::Xlsx(reader) => reader.dimensions(),
            Cells::Xlsb(merged) => merged.declared,
            Cells::Ods(reader) => return reader.bounds,
            Cells::Sheet(range, _) => return range.start().zip(range.end()),
        };
        Some((dimensions.start, dimensions.end))
    }

    /// The next cell in the order of the file.
    ///
    /// # Errors
    /// When the file is damaged there.
    pub fn next_cell(&mut self) -> Result<Option<Cell<'a>>, DataError> {
        loop {
            let cell = self.any_cell()?;
            let (Some(area), Some((row, column))) = (self.area, cell.as_ref().map(Cell::get_position)) else { return Ok(cell) };
            if area.holds(row, column) {
                return Ok(cell);
            }
            if area.ends_before(row) {
                return Ok(None);
            }
        }
    }

    fn any_cell(&mut self) -> Result<Option<Cell<'a>>, DataError> {
        let file = self.file;
        match &mut self.reader {
            Cells::Xlsx(reader) => caught(file, || reader.next_cell()),
            Cells::Xlsb(merged) => merged.next_cell(),
            Cells::Ods(reader) => reader.next_cell(),
            Cells::Sheet(range, at) => Ok(next_of(range, at)),
        }
    }
}

/// Two streams of cells in the order of their places.
struct Merged<'a> {
    /// The library's; its type has no name outside of it.
    read: Box<dyn FnMut() -> Result<Option<Cell<'a>>, DataError> + 'a>,
    declared: calamine::Dimensions,
    missed: Missed<'a>,
    next: Option<Cell<'a>>,
    next_missed: Option<Cell<'a>>,
    begun: bool,
}

impl<'a> Merged<'a> {
    fn next_cell(&mut self) -> Result<Option<Cell<'a>>, DataError> {
        if !std::mem::replace(&mut self.begun, true) {
            self.next = (self.read)()?;
            self.next_missed = self.missed.next_cell()?;
        }
        let place = |cell: &Option<Cell<'_>>| cell.as_ref().map_or((u32::MAX, u32::MAX), Cell::get_position);
        if self.next_missed.is_some() && place(&self.next_missed) < place(&self.next) {
            let next = self.missed.next_cell()?;
            return Ok(std::mem::replace(&mut self.next_missed, next));
        }
        let next = if self.next.is_some() { (self.read)()? } else { None };
        Ok(std::mem::replace(&mut self.next, next))
    }
}

/// The next cell of a rectangle that is not blank.
fn next_of<'a>(range: &'a calamine::Range<Data>, at: &mut usize) -> Option<Cell<'a>> {
    let (start, (_, width)) = (range.start()?, range.get_size());
    loop {
        let (row, column) = (*at / width, *at % width);
        let value = range.get((row, column))?;
        *at += 1;
        let value = match value {
            Data::Empty => continue,
            Data::Int(value) => DataRef::Int(*value),
            Data::Float(value) => DataRef::Float(*value),
            Data::String(text) => DataRef::SharedString(text),
            Data::Bool(value) => DataRef::Bool(*value),
            Data::DateTime(value) => DataRef::DateTime(*value),
            Data::DateTimeIso(text) => DataRef::DateTimeIso(text.clone()),
            Data::DurationIso(text) => DataRef::DurationIso(text.clone()),
            Data::Error(error) => DataRef::Error(error.clone()),
        };
        return Some(Cell::new((start.0 + row as u32, start.1 + column as u32), value));
    }
}

/// Whether there can be a cell at this place.
pub fn is_place(row: u32, column: u32) -> bool {
    row < MAX_ROWS && column < MAX_COLUMNS
}

impl Refusal for XlsxError {
    fn told(self, file: &str) -> DataError {
        match self {
            Self::Password => DataError::Password { file: file.into() },
            Self::Io(source) => read_error(file, source),
            Self::NotAWorksheet(_) => DataError::Empty { file: file.into() },
            other => damaged(file, other.to_string()),
        }
    }
}

impl Refusal for XlsbError {
    fn told(self, file: &str) -> DataError {
        match self {
            Self::Password => DataError::Password { file: file.into() },
            Self::Io(source) => read_error(file, source),
            other => damaged(file, other.to_string()),
        }
    }
}

impl Refusal for XlsError {
    fn told(self, file: &str) -> DataError {
        match self {
            Self::Password => DataError::Password { file: file.into() },
            Self::Io(source) => read_error(file, source),
            other => damaged(file, other.to_string()),
        }
    }
}
