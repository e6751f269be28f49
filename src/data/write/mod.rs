//! Writers: a table in a file format that others read.

mod arrow;
mod csv;
mod parquet;
mod sheet_fit;
mod xlsx;

pub use sheet_fit::{CELL_LETTERS, SHEET_COLUMNS, SHEET_ROWS, SheetFit, sheet_fit};

use std::io::{self, Write};
use std::str::FromStr;

use super::table::Table;
use crate::jobs::{Cancel, Progress};

/// Formats that a table is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputFormat {
    /// Apache Parquet, packed with Zstandard: small, keeps the types.
    Parquet,
    /// Arrow IPC, also known as Feather: opens without unpacking, keeps the types.
    Arrow,
    /// Text with the separator and the spelling of the source, in UTF-8.
    Csv,
    /// A workbook; ids of more than 15 digits as text, dates as dates.
    Xlsx,
}

impl OutputFormat {
    /// All formats.
    pub const ALL: [Self; 4] = [Self::Parquet, Self::Arrow, Self::Csv, Self::Xlsx];

    /// The file name's ending, and the format's name on the command line.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Parquet => "parquet",
            Self::Arrow => "arrow",
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    /// All endings that files of this format go by.
    pub fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Parquet => &["parquet"],
            Self::Arrow => &["arrow", "feather", "ipc"],
            Self::Csv => &["csv"],
            Self::Xlsx => &["xlsx"],
        }
    }
}

impl FromStr for OutputFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let is_meant = |format: &Self| format.extensions().iter().any(|ending| ending.eq_ignore_ascii_case(text));
        let known = Self::ALL.into_iter().find(is_meant);
        known.ok_or_else(|| {
            format!("a table cannot be written as “{text}”; the formats are {}", Self::ALL.map(Self::extension).join(", "))
        })
    }
}

/// Writes a table to `out`, without the columns that are left out; the caller sees to it that a half-written file does not stay.
///
/// # Errors
/// When `out` refuses, and when cancelled.
pub fn write(
    table: &Table,
    format: OutputFormat,
    out: &mut (dyn Write + Send),
    cancel: &Cancel,
    progress: &Progress,
) -> io::Result<()> {
    let mut out = Stoppable { out, cancel, refused: None };
    let table = &*table.kept();
    let written = match format {
        OutputFormat::Parquet => parquet::write(table, &mut out, progress),
        OutputFormat::Arrow => arrow::write(table, &mut out, progress),
        OutputFormat::Csv => csv::write(table, &mut out, cancel, progress),
        OutputFormat::Xlsx => xlsx::write(table, &mut out, cancel, progress),
    };
    written.map_err(|error| out.refused.unwrap_or(error))
}

/// Refuses to write once the work was cancelled.
struct Stoppable<'a> {
    out: &'a mut (dyn Write + Send),
    cancel: &'a Cancel,
    /// Why writing ended: some libraries only tell that it did.
    refused: Option<io::Error>,
}

impl Write for Stoppable<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.cancel.check().map_err(io::Error::other).and_then(|()| self.out.write(bytes));
        if let Err(error) = &written
            && error.kind() != io::ErrorKind::Interrupted
        {
            self.refused.get_or_insert_with(|| {
                error.raw_os_error().map_or_else(|| io::Error::new(error.kind(), error.to_string()), io::Error::from_raw_os_error)
            });
        }
        written
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
