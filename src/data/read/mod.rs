//! Readers: each turns a file into batches of text cells, in order, without holding the whole of it.

mod csv;
mod packing;
mod parquet;
mod refusal;
mod sniff;
mod tokenize;
mod transcode;
mod workbook;

use std::path::Path;

pub use csv::CsvSource;
pub use packing::Packing;
pub use parquet::{Held, ParquetSource};
pub use sniff::{Content, sniff};
pub use workbook::{WorkbookSource, sheet_names};

use super::DataError;
use super::cells::Cells;
use crate::jobs::{Cancel, Progress};

/// Bounds that keep a hostile or mistaken file from taking all memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes that a packed file may unfold to.
    pub max_unpacked_bytes: u64,
    /// Rows times columns.
    pub max_cells: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_unpacked_bytes: 8 << 30, max_cells: 2_000_000_000 }
    }
}

impl Limits {
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
}

/// Rows of a batch that are not as they should be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RowCounts {
    /// Shorter than the header; filled with absent values.
    pub short: u64,
    /// Blank lines, which were skipped.
    pub blank: u64,
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

    /// After [`Source::batches`] failed: the same table with bounds found by looking at all of it, when a cell lay outside of
    /// those that the file declares.
    fn wider(&self) -> Option<Result<Box<dyn Source>, DataError>> {
        None
    }

    /// After [`Source::batches`]: the columns as they would be held without this program, where that is known of the file itself.
    fn held(&self) -> Option<Vec<Held>> {
        None
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
            // Only text tables give text, and they have a way of their own.
            Batch::Text(_) => Ok((Cells::new(0, self.header().len()), RowCounts::default())),
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
    /// `csv`, `parquet`, or the ending that a workbook of its kind has.
    pub format: String,
    /// Name of the text encoding as the WHATWG writes it; none for workbooks.
    pub encoding: Option<String>,
    /// What separates cells; none for workbooks.
    pub delimiter: Option<char>,
    /// The sheet; none for text.
    pub sheet: Option<String>,
    /// All sheets with cells; empty for text.
    pub sheets: Vec<String>,
}

/// What a person chose about reading; what is not chosen is found out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ReadOptions {
    /// The sheet to read; the first one with cells when not given.
    pub sheet: Option<String>,
    /// What separates cells.
    pub delimiter: Option<u8>,
    /// Name of the text encoding, as the WHATWG knows it (`utf-8`, `shift_jis`, `windows-1252`…).
    pub encoding: Option<String>,
}

/// Opens a file as a table, by its content.
///
/// # Errors
/// When it is no table that is known here, is damaged, or is larger than `limits`.
pub fn open(path: &Path, options: &ReadOptions, limits: &Limits) -> Result<Box<dyn Source>, DataError> {
    match sniff(path)? {
        Content::Text(packing) => Ok(Box::new(CsvSource::open(path, packing, options, limits)?)),
        Content::Parquet => Ok(Box::new(ParquetSource::open(path, options, limits)?)),
        content => Ok(Box::new(WorkbookSource::open(path, content, options, limits)?)),
    }
}

/// Size and time of change of a file: another value later means that the file became another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    size: u64,
    changed: Option<std::time::SystemTime>,
}

impl Stamp {
    fn of(path: &Path) -> std::io::Result<Self> {
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
fn batch_bytes(columns: usize) -> usize {
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
    names
        .enumerate()
        .map(|(at, name)| {
            let base = if name.trim().is_empty() { format!("column_{}", at + 1) } else { name };
            let mut unique = base.clone();
            let mut number = 2;
            while !seen.insert(unique.clone()) {
                unique = format!("{base}_{number}");
                number += 1;
            }
            unique
        })
        .collect()
}

/// The cells of a column, a line each.
#[cfg(test)]
pub(super) fn cells_of(lines: &str) -> Cells {
    tokenize::tokenize(lines.as_bytes().to_vec(), b',', 1).expect("one column").0
}

#[cfg(test)]
mod tests {
    use super::unique_names;

    #[test]
    fn names_become_unique() {
        let names = ["a", "", "a", "a_2", " "].map(String::from);
        assert_eq!(unique_names(names.into_iter()), ["a", "column_2", "a_2", "a_2_2", "column_5"]);
    }
}
