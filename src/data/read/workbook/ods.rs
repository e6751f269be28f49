//! OpenDocument spreadsheets (.ods), streamed row by row.
//!
//! Read here rather than by calamine, which holds all sheets at once and does not end where `content.xml` does before its tables.

use std::fs::File;
use std::io::BufReader;

use calamine::DataRef;
use zip::read::ZipFile;

use super::book::Cell;
use super::guard::{Check, Counted, part_error};
use super::xml::{Scanner, Token};
use super::{LARGEST_ROW, LONG_ROW, MAX_COLUMNS, MAX_ROWS};
use crate::data::DataError;
use crate::data::read::refusal::damaged;
use crate::data::reason::grouped;

/// Cells that a table may have by telling to repeat others.
const MAX_REPEATED: u64 = 50_000_000;
const CONTENT: &str = "content.xml";

pub type Archive = zip::ZipArchive<BufReader<File>>;

/// Where the cells of a sheet are: first and last, row before column.
pub type Bounds = ((u32, u32), (u32, u32));

/// The content of a spreadsheet's part.
pub type Part<'a> = BufReader<Counted<'a, ZipFile<'a, BufReader<File>>>>;

/// A spreadsheet, its sheets found.
pub struct Ods {
    archive: Archive,
    check: Check,
    /// Name and bounds of each, in order; no bounds where there are no cells.
    pub sheets: Vec<(String, Option<Bounds>)>,
}

impl Ods {
    /// Looks at all of the document to find its sheets and their bounds.
    ///
    /// # Errors
    /// When it is damaged, protected or too large.
    pub fn open(mut archive: Archive, check: Check) -> Result<Self, DataError> {
        if is_encrypted(&mut archive, &check)? {
            return Err(DataError::Password { file: check.file.clone() });
        }
        let mut sheets = Vec::new();
        let mut document = Document::open(&mut archive, &check)?;
        while let Some(name) = document.next_table()? {
            let mut bounds: Option<Bounds> = None;
            while document.next_row()? {
                let (row, last) = (document.row, document.last_row()?);
                for (column, _) in &document.cells {
                    let ((top, left), (_, right)) = *bounds.get_or_insert(((row, *column), (row, *column)));
                    bounds = Some(((top, left.min(*column)), (last, right.max(*column))));
                }
            }
            sheets.push((name, bounds));
        }
        drop(document);
        Ok(Self { archive, check, sheets })
    }

    /// The cells of a sheet.
    ///
    /// # Errors
    /// When the document cannot be read up to there.
    pub fn cells(&mut self, sheet: &str) -> Result<OdsCells<'_>, DataError> {
        let bounds = self.sheets.iter().find(|(name, _)| name == sheet).and_then(|(_, bounds)| *bounds);
        let mut document = Document::open(&mut self.archive, &self.check)?;
        while let Some(name) = document.next_table()? {
            if name == sheet {
                break;
            }
        }
        Ok(OdsCells { document, bounds, at: 0, left: 0 })
    }
}

/// Whether a part is encrypted, as the list of parts says, or all of them are.
fn is_encrypted(archive: &mut Archive, check: &Check) -> Result<bool, DataError> {
    if archive.by_name("encrypted-package").is_ok() {
        return Ok(true);
    }
    let Ok(part) = archive.by_name("META-INF/manifest.xml") else { return Ok(false) };
    let mut xml = Scanner::new(BufReader::new(Counted::new(part, check)));
    loop {
        match xml.next().map_err(|error| part_error(check, "META-INF/manifest.xml", &error))? {
            Token::Open if xml.name() == b"manifest:encryption-data" => return Ok(true),
            Token::End => return Ok(false),
            _ => {}
        }
    }
}

/// The cells of one sheet, in order.
pub struct OdsCells<'a> {
    document: Document<'a>,
    /// Where they are.
    pub bounds: Option<Bounds>,
    /// Place in the row.
    at: usize,
    /// How often the row comes once more.
    left: u32,
}

impl OdsCells<'_> {
    /// The next cell with its row and column.
    ///
    /// # Errors
    /// When the document is damaged.
    pub fn next_cell(&mut self) -> Result<Option<Cell<'static>>, DataError> {
        loop {
            if let Some((column, value)) = self.document.cells.get_mut(self.at) {
                self.at += 1;
                // Only a row that comes again needs its cells once more.
                let value = if self.left > 0 { value.clone() } else { std::mem::replace(value, DataRef::Empty) };
                return Ok(Some(Cell::new((self.document.row, *column), value)));
            }
            self.at = 0;
            if self.left > 0 {
                (self.left, self.document.row) = (self.left - 1, self.document.row + 1);
                continue;
            }
            if !self.document.next_row()? {
                return Ok(None);
            }
            self.left = self.document.last_row()? - self.document.row;
        }
    }
}

/// The tables of `content.xml`.
struct Document<'a> {
    xml: Scanner<Part<'a>>,
    check: &'a Check,
    /// The row that was read, and its cells.
    row: u32,
    cells: Vec<(u32, DataRef<'static>)>,
    /// The row after it.
    after: u64,
    repeated: u64,
    /// Bytes of the row's texts.
    row_bytes: usize,
}

impl<'a> Document<'a> {
    fn open(archive: &'a mut Archive, check: &'a Check) -> Result<Self, DataError> {
        let part = archive.by_name(CONTENT).map_err(|error| damaged(&check.file, error.to_string()))?;
        check.restart();
        let xml = Scanner::new(BufReader::with_capacity(1 << 16, Counted::new(part, check)));
        Ok(Self { xml, check, row: 0, cells: Vec::new(), after: 0, repeated: 0, row_bytes: 0 })
    }

    fn token(&mut self) -> Result<Token, DataError> {
        self.xml.next().map_err(|error| part_error(self.check, CONTENT, &error))
    }

    fn attribute(&self, name: &str) -> Result<Option<String>, DataError> {
        self.xml.attribute(name).map_err(|error| part_error(self.check, CONTENT, &error))
    }

    fn damaged(&self, reason: impl Into<String>) -> DataError {
        DataError::Damaged { file: self.check.file.clone(), place: format!(" at row {}", self.after + 1), reason: reason.into() }
    }

    /// Goes to the next sheet.
    fn next_table(&mut self) -> Result<Option<String>, DataError> {
        self.after = 0;
        self.cells.clear();
        loop {
            match self.token()? {
                Token::Open if self.xml.name() == b"table:table" => {
                    if let Some(name) = self.attribute("table:name")? {
                        return Ok(Some(name));
                    }
                    self.skip()?;
                }
                Token::End => return Ok(None),
                _ => {}
            }
        }
    }

    /// Goes to the end of the element that began.
    fn skip(&mut self) -> Result<(), DataError> {
        let mut depth = 1;
        while depth > 0 {
            match self.token()? {
                Token::Open => depth += 1,
                Token::Close => depth -= 1,
                Token::Text | Token::End => {}
            }
        }
        Ok(())
    }

    /// Reads the sheet's next row; `false` at its end.
    fn next_row(&mut self) -> Result<bool, DataError> {
        loop {
            match self.token()? {
                Token::Open if self.xml.name() == b"table:table-row" => break,
                Token::Open if matches!(self.xml.name(), b"table:shapes" | b"office:forms" | b"table:table-source") => {
                    self.skip()?;
                }
                Token::Close if self.xml.name() == b"table:table" => return Ok(false),
                Token::End => return Ok(false),
                _ => {}
            }
        }
        let times = self.repetition("table:number-rows-repeated")?;
        self.cells.clear();
        self.row_bytes = 0;
        let mut column = 0;
        loop {
            match self.token()? {
                Token::Open if matches!(self.xml.name(), b"table:table-cell" | b"table:covered-table-cell") => {
                    column = self.cell(column)?;
                }
                Token::Open => self.skip()?,
                Token::Close => break,
                Token::Text | Token::End => {}
            }
        }
        let start = self.after;
        self.after = start.saturating_add(times);
        // Beyond the last row only blank ones are told of.
        self.row = u32::try_from(start).unwrap_or(u32::MAX);
        self.repeat((times - 1).saturating_mul(self.cells.len() as u64))?;
        Ok(true)
    }

    /// The last of the rows that the one that was read stands for.
    fn last_row(&self) -> Result<u32, DataError> {
        if self.cells.is_empty() {
            return Ok(self.row);
        }
        let last = self.after.checked_sub(1).filter(|last| *last < u64::from(MAX_ROWS));
        let last = last.and_then(|last| u32::try_from(last).ok());
        last.ok_or_else(|| damaged(&self.check.file, "it has cells in rows beyond the last one that there can be".into()))
    }

    fn repetition(&self, name: &str) -> Result<u64, DataError> {
        match self.attribute(name)? {
            None => Ok(1),
            Some(times) => {
                times.parse().ok().filter(|times| *times > 0).ok_or_else(|| self.damaged("a number of repetitions is no number"))
            }
        }
    }

    fn repeat(&mut self, cells: u64) -> Result<(), DataError> {
        self.repeated = self.repeated.saturating_add(cells);
        if self.repeated > MAX_REPEATED {
            let what = format!("it repeats cells to more than {}", grouped(MAX_REPEATED.into()));
            return Err(DataError::TooLarge { file: self.check.file.clone(), what });
        }
        Ok(())
    }

    /// Reads the cell that began in `column`; returns the column after it.
    fn cell(&mut self, column: u64) -> Result<u64, DataError> {
        let times = self.repetition("table:number-columns-repeated")?;
        let after = column.saturating_add(times);
        let value = self.value()?;
        if matches!(value, DataRef::Empty) {
            return Ok(after);
        }
        if after > u64::from(MAX_COLUMNS) {
            return Err(self.damaged("it has cells in columns beyond the last one that there can be"));
        }
        self.repeat(times - 1)?;
        if let DataRef::String(text) = &value {
            self.row_bytes += text.len().saturating_mul((after - column) as usize);
        }
        if self.row_bytes > LARGEST_ROW {
            return Err(DataError::TooLarge { file: self.check.file.clone(), what: LONG_ROW.into() });
        }
        for column in column..after {
            self.cells.push((column as u32, value.clone()));
        }
        Ok(after)
    }

    /// The value of the cell that began, read to its end.
    fn value(&mut self) -> Result<DataRef<'static>, DataError> {
        let kind = self.attribute("office:value-type")?;
        let error = self.attribute("calcext:value-type")?.is_some_and(|kind| kind == "error");
        let value = match kind.as_deref() {
            Some("float" | "percentage" | "currency") => {
                self.attribute("office:value")?.map(|text| self.number(&text)).transpose()?
            }
            Some("date") => self.attribute("office:date-value")?.map(DataRef::DateTimeIso),
            Some("time") => self.attribute("office:time-value")?.map(DataRef::DurationIso),
            Some("boolean") => self.attribute("office:boolean-value")?.map(|word| DataRef::Bool(word == "true")),
            Some("string") => {
                self.attribute("office:string-value")?.filter(|text| !(error && text.is_empty())).map(DataRef::String)
            }
            // A formula's error in some programs: a value-less cell with its words.
            _ => None,
        };
        let text = self.text()?;
        Ok(match value {
            Some(value) => value,
            None if kind.is_some() || !text.is_empty() => DataRef::String(text),
            None => DataRef::Empty,
        })
    }

    fn number(&self, text: &str) -> Result<DataRef<'static>, DataError> {
        let number = text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
        number.map(DataRef::Float).ok_or_else(|| self.damaged("the value of a cell is no number"))
    }

    /// The paragraphs of a cell, read to its end; notes and pictures are not its text.
    fn text(&mut self) -> Result<String, DataError> {
        let (mut text, mut depth, mut paragraphs, mut inside) = (String::new(), 0, 0, 0);
        loop {
            match self.token()? {
                Token::Open => match self.xml.name() {
                    b"text:p" | b"text:h" => {
                        if paragraphs > 0 {
                            text.push('\n');
                        }
                        (paragraphs, inside, depth) = (paragraphs + 1, inside + 1, depth + 1);
                    }
                    b"text:s" => {
                        let count = self.attribute("text:c")?.map_or(Some(1), |count| count.parse().ok());
                        let count = count.filter(|count| *count <= 1 << 20);
                        let count = count.ok_or_else(|| self.damaged("a number of spaces is no number"))?;
                        text.extend(std::iter::repeat_n(' ', count));
                        depth += 1;
                    }
                    b"text:tab" => {
                        text.push('\t');
                        depth += 1;
                    }
                    b"text:line-break" => {
                        text.push('\n');
                        depth += 1;
                    }
                    b"text:span" | b"text:a" => depth += 1,
                    // Fields, such as a sheet's name or a date, hold their text.
                    name if name.starts_with(b"text:") && name != b"text:note" && name != b"text:ruby-text" => depth += 1,
                    _ => self.skip()?,
                },
                Token::Close if depth == 0 => return Ok(text),
                Token::Close => {
                    depth -= 1;
                    if matches!(self.xml.name(), b"text:p" | b"text:h") {
                        inside -= 1;
                    }
                }
                Token::Text if inside > 0 => {
                    text.push_str(&self.xml.text().map_err(|error| part_error(self.check, CONTENT, &error))?);
                }
                Token::Text | Token::End => {}
            }
            if text.len() > 32 << 20 {
                return Err(self.damaged("the text of a cell is longer than 32 MB"));
            }
        }
    }
}
