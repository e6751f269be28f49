//! Readers: each turns a file into batches of text cells, in order, without holding the whole of it.

mod area;
mod arrow;
mod charset;
mod csv;
mod dialect;
mod header;
mod held;
mod packing;
mod pages;
mod parquet;
mod part;
mod preview;
mod refusal;
mod rows;
mod sample;
mod sniff;
mod spell;
mod tokenize;
mod transcode;
mod trim;
mod typed;
mod typed_source;
mod walk;
mod widen;
mod workbook;

use std::collections::BTreeSet;
use std::path::Path;

pub use area::Area;
pub use arrow::ArrowSource;
pub use csv::CsvSource;
pub use held::{Declared, Held};
pub use packing::Packing;
pub use parquet::ParquetSource;
pub use part::{SourceRows, source_rows};
pub use preview::{Beginning, Facts, Glimpse, begin};
pub use rows::{Places, RowCounts};
pub use sniff::{Content, sniff};
pub use workbook::{Piece as SheetPiece, WorkbookSource, sheet_names};

use super::DataError;
use super::cells::Cells;
use crate::jobs::{Cancel, Progress};

/// Bounds that keep a hostile or mistaken file from taking all memory or time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes that a packed file may unfold to.
    pub max_unpacked_bytes: u64,
    /// Rows times columns.
    pub max_cells: u64,
    /// Longest that reading, shrinking and comparing one file may take, in seconds; 0 for no bound.
    pub max_seconds: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_unpacked_bytes: 8 << 30, max_cells: 2_000_000_000, max_seconds: 0 }
    }
}

impl Limits {
    /// The bound on time, if there is one.
    pub fn max_time(&self) -> Option<std::time::Duration> {
        (self.max_seconds > 0).then(|| std::time::Duration::from_secs(self.max_seconds))
    }

    /// Bytes that a packed file of `size` bytes may unfold to: up to `harmless` at any ratio, above that `ratio` times its size.
    fn unfolding(&self, size: u64, harmless: u64, ratio: u64) -> u64 {
        self.max_unpacked_bytes.min(harmless.max(size.saturating_mul(ratio)))
    }
}

/// A piece of the file, cheap to make in order; [`Source::cells`] does the rest of the work on any thread.
pub enum Batch {
    /// Whole records of a text table.
    Text(Vec<u8>),
    /// Cells of a workbook.
    Cells(Cells),
    /// Rows of a sheet in XML.
    Sheet(SheetPiece),
}

/// A table in a file, open for reading from its start as often as wanted.
pub trait Source: Sync {
    /// Column names, unique, in order.
    fn header(&self) -> &[String];

    /// Number of the first row below the header, as a spreadsheet counts.
    fn first_row(&self) -> u64 {
        2
    }

    /// Whether taking the file apart is what takes the time, so that doing so twice should be avoided.
    fn slow(&self) -> bool {
        false
    }

    /// After [`Source::batches`] or [`Source::cells`] failed: the same table in a more careful way, where there is one, such as with
    /// bounds found by looking at all of it when a cell lay outside of those that the file declares.
    fn wider(&self, _cancel: &Cancel) -> Option<Result<Box<dyn Source>, DataError>> {
        None
    }

    /// The first rows, for which only as much of the file is read as is needed.
    ///
    /// # Errors
    /// As those of [`Source::batches`] and [`Source::cells`].
    fn glimpse(&self, cancel: &Cancel) -> Result<Glimpse, DataError> {
        preview::of_first_batches(self, cancel)
    }

    /// What a person should know of how the file was read: warnings of the table as a whole.
    fn notes(&self) -> Vec<String> {
        Vec::new()
    }

    /// After [`Source::batches`]: the columns as they would be held without this program, where that is known of the file itself.
    fn held(&self) -> Option<Vec<Held>> {
        None
    }

    /// What the file itself says of a column's type, the first column being 0.
    fn declared(&self, _column: usize) -> Declared {
        Declared::default()
    }

    /// What was found out about the file.
    fn info(&self) -> &SourceInfo;

    /// Gives all batches in order to `sink`, the same ones each time.
    ///
    /// # Errors
    /// When the file cannot be read, is damaged, or `sink` refuses.
    fn batches(
        &self,
        cancel: &Cancel,
        progress: &Progress,
        sink: &mut dyn FnMut(Batch) -> Result<(), DataError>,
    ) -> Result<(), DataError>;

    /// The cells of a batch, and what was special about its rows.
    ///
    /// # Errors
    /// When a record has more cells than the header, counted from the batch's first row, or holds invalid text.
    fn cells(&self, batch: Batch) -> Result<(Cells, RowCounts), DataError> {
        match batch {
            Batch::Cells(cells) => Ok((cells, RowCounts::default())),
            // Only text tables give text, and workbooks XML, and they have a way of their own.
            Batch::Text(_) | Batch::Sheet(_) => Ok((Cells::new(0, self.header().len()), RowCounts::default())),
        }
    }

    /// Bytes or cells that [`Source::batches`] reports as progress; 0 when not known.
    fn size(&self) -> u64;
}

/// What a table was read as.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SourceInfo {
    /// The file's name without folders.
    pub file: String,
    /// `csv`, `parquet`, `arrow`, or the ending that a workbook of its kind has.
    pub format: String,
    /// Name of the text encoding as the WHATWG writes it; none for workbooks.
    pub encoding: Option<String>,
    /// What separates cells; none for workbooks.
    pub delimiter: Option<char>,
    /// The sheet; none for text.
    pub sheet: Option<String>,
    /// All sheets with cells; empty for text.
    pub sheets: Vec<String>,
    /// The part of the sheet that was read, as Excel writes it; none for the whole of it.
    #[serde(default)]
    pub range: Option<String>,
    /// The mark around cells that hold separators; none where there is none, and for workbooks.
    pub quote: Option<char>,
    /// Inside of such marks a backslash stands before marks that are text.
    pub escaped: bool,
    /// The first row of a text is data: its columns are named by their place.
    pub headless: bool,
    /// Columns of a text that no header names, since only some rows are so long.
    pub unnamed: usize,
    /// Columns whose cells lost the blanks at their ends.
    #[serde(default)]
    pub trimmed: Vec<String>,
}

/// What a person chose about reading; what is not chosen is found out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ReadOptions {
    /// The sheet to read; the first one with cells when not given.
    pub sheet: Option<String>,
    /// The part of the sheet to read; all of it when not given. Text and Parquet have no such parts.
    pub range: Option<Area>,
    /// What separates cells.
    pub delimiter: Option<u8>,
    /// Name of the text encoding, as the WHATWG knows it (`utf-8`, `shift_jis`, `windows-1252`…), or `utf-32le` or `utf-32be`.
    pub encoding: Option<String>,
    /// Whether the first row of a text names the columns.
    pub header: Option<bool>,
    /// Lines of a text before its table.
    pub skip_lines: Option<u64>,
    /// What stands around cells that hold separators.
    pub quote: Option<Quote>,
    /// Columns, by name, whose cells lose the blanks at their ends.
    pub trim: BTreeSet<String>,
}

/// What stands around cells of a text that hold separators or line ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quote {
    /// Nothing: quotation marks are text.
    None,
    /// This sign of ASCII.
    Mark(u8),
}

/// Opens a file as a table, by its content.
///
/// # Errors
/// When it is no table that is known here, is damaged, or is larger than `limits`.
pub fn open(path: &Path, options: &ReadOptions, limits: &Limits) -> Result<Box<dyn Source>, DataError> {
    let source: Box<dyn Source> = match sniff(path)? {
        Content::Text(packing) => Box::new(CsvSource::open(path, packing, options, limits)?),
        Content::Parquet => Box::new(ParquetSource::open(path, limits)?),
        Content::Arrow => Box::new(ArrowSource::open(path, limits)?),
        content => Box::new(WorkbookSource::open(path, content, options, limits)?),
    };
    Ok(if options.trim.is_empty() { source } else { Box::new(trim::Trimmed::new(source, &options.trim)) })
}

/// Size and time of change of a file: another value later means that the file became another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    size: u64,
    changed: Option<std::time::SystemTime>,
}

impl Stamp {
    /// Of a file as it is now.
    ///
    /// # Errors
    /// What the system says when it does not tell.
    pub fn of(path: &Path) -> std::io::Result<Self> {
        let meta = std::fs::metadata(path)?;
        Ok(Self { size: meta.len(), changed: meta.modified().ok() })
    }

    /// Whether the file is still as it was.
    ///
    /// # Errors
    /// [`DataError::Changed`] when it is not.
    fn check(&self, path: &Path, file: &str) -> Result<(), DataError> {
        let now = Self::of(path).map_err(|source| DataError::Read { file: file.into(), source })?;
        if now == *self { Ok(()) } else { Err(DataError::Changed { file: file.into() }) }
    }
}

/// Bytes of a batch: many columns need large ones, so that a column's part of it is more than a few cells.
pub(super) fn batch_bytes(columns: usize) -> usize {
    const LEAST: usize = 4 << 20;
    const MOST: usize = 64 << 20;
    (columns * 1024).clamp(LEAST, MOST)
}

/// The file's name without its folders, as messages show it.
pub(super) fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

/// Column names: blank ones are named by position, repeated ones numbered.
fn unique_names(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    // The number to try next: all smaller ones are taken, and counting up to them again would take minutes where all names are equal.
    let mut numbers = std::collections::HashMap::new();
    names
        .enumerate()
        .map(|(at, name)| {
            let base = if name.trim().is_empty() { format!("column_{}", at + 1) } else { name };
            let mut unique = base.clone();
            while !seen.insert(unique.clone()) {
                let number = numbers.entry(base.clone()).or_insert(2u32);
                unique = format!("{base}_{number}");
                *number += 1;
            }
            unique
        })
        .collect()
}

/// The cells of a column, a line each.
#[cfg(test)]
pub(super) fn cells_of(lines: &str) -> Cells {
    tokenize::tokenize(lines.as_bytes().to_vec(), walk::Dialect::usual(b','), 1, 1).expect("one column").0
}

/// The cells of a text with commas.
#[cfg(test)]
pub(super) fn cells_of_table(text: &[u8], columns: usize) -> Cells {
    tokenize::tokenize(text.to_vec(), walk::Dialect::usual(b','), columns, columns).expect("a table").0
}

#[cfg(test)]
mod tests {
    use super::unique_names;

    #[test]
    fn names_become_unique() {
        let names = ["a", "", "a", "a_2", " "].map(String::from);
        assert_eq!(unique_names(names.into_iter()), ["a", "column_2", "a_2", "a_2_2", "column_5"]);
        let names = ["a_3", "a", "a", "a", "a"].map(String::from);
        assert_eq!(unique_names(names.into_iter()), ["a_3", "a", "a_2", "a_4", "a_5"]);
        let many = unique_names(std::iter::repeat_n("a".to_owned(), 65_536));
        assert_eq!((many.len(), many.last().map(String::as_str)), (65_536, Some("a_65536")));
    }
}
