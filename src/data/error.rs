//! What can go wrong with a table, in words for the person who opened it.

use std::io;

use super::reason::grouped;
use crate::jobs::{Cancelled, Explain, JobError};

/// An error of reading, shrinking or writing a table. Each message names the file and, where there is one, the place in it.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// The file could not be opened or read.
    #[error("“{file}” could not be read: {source}")]
    Read {
        /// The file's name.
        file: String,
        /// What the system said.
        source: io::Error,
    },
    /// The target could not be written.
    #[error("“{file}” could not be written: {source}")]
    Write {
        /// The target's name.
        file: String,
        /// What the system said.
        source: io::Error,
    },
    /// The file holds nothing.
    #[error("“{file}” is empty: it holds no header and no rows")]
    Empty {
        /// The file's name.
        file: String,
    },
    /// The file is of a kind that is not opened as a table.
    #[error("“{file}” is not a table that can be opened here: it looks like {looks_like}")]
    NotATable {
        /// The file's name.
        file: String,
        /// What it seems to be.
        looks_like: String,
        /// What the person can do about it.
        next_step: String,
    },
    /// The workbook is encrypted.
    #[error("“{file}” is protected with a password")]
    Password {
        /// The file's name.
        file: String,
    },
    /// The file breaks off or contradicts itself.
    #[error("“{file}” is damaged{place}: {reason}")]
    Damaged {
        /// The file's name.
        file: String,
        /// Where, such as ` at row 7`; empty when it concerns the whole file.
        place: String,
        /// What is wrong there.
        reason: String,
    },
    /// A row has more cells than the header names.
    #[error("row {row} of “{file}” has {cells} cells, but the header names {columns} columns")]
    LongRow {
        /// The file's name.
        file: String,
        /// Row number as a spreadsheet counts, the header being row 1.
        row: u64,
        /// Cells found in it.
        cells: usize,
        /// Columns in the header.
        columns: usize,
    },
    /// Many rows have more cells than the header names.
    #[error(
        "“{file}” makes no table: {long} of its {rows} rows have more cells than the {columns} of its header, row {row} is the first with {cells}"
    )]
    Ragged {
        /// The file's name.
        file: String,
        /// The first of these rows as a spreadsheet counts, the header being row 1.
        row: u64,
        /// Cells found in it.
        cells: usize,
        /// Columns in the header.
        columns: usize,
        /// How many such rows there are.
        long: u64,
        /// All rows.
        rows: u64,
    },
    /// Bytes that are no text in the encoding that was found or chosen.
    #[error("row {row} of “{file}” holds bytes that are no text in {encoding}")]
    NoText {
        /// The file's name.
        file: String,
        /// Line number in the file, the first being 1.
        row: u64,
        /// The encoding's name.
        encoding: &'static str,
    },
    /// A quotation mark opens a cell and none closes it.
    #[error("in row {row} of “{file}” a quotation mark is opened and never closed")]
    OpenQuote {
        /// The file's name.
        file: String,
        /// Row number as a spreadsheet counts, the header being row 1.
        row: u64,
    },
    /// A bound that protects this computer's memory was reached.
    #[error("“{file}” is too large to open: {what}")]
    TooLarge {
        /// The file's name.
        file: String,
        /// Which bound, with its figures.
        what: String,
    },
    /// The bound on time was reached.
    #[error("“{file}” was not done after {}: {progress}", seconds_text(*.seconds))]
    TooSlow {
        /// The file's name.
        file: String,
        /// The bound.
        seconds: u64,
        /// How far the work had come, such as `reading had come to 43 %`.
        progress: String,
    },
    /// There is no such sheet.
    #[error("“{file}” has no sheet “{sheet}”; it has {}", sheet_list(.sheets))]
    NoSheet {
        /// The file's name.
        file: String,
        /// What was asked for.
        sheet: String,
        /// What there is.
        sheets: Vec<String>,
    },
    /// No cell stands in the part of the workbook that was asked for.
    #[error("“{file}” has no cells in {area}")]
    NoCells {
        /// The file's name.
        file: String,
        /// The part that was asked for.
        area: String,
    },
    /// The file became another while it was read.
    #[error("“{file}” was changed by another program while it was being read")]
    Changed {
        /// The file's name.
        file: String,
    },
    /// The frame library refused; a fault of ours.
    #[error("“{file}” could not be turned into a table: {source}")]
    Frame {
        /// The file's name.
        file: String,
        /// What the library said.
        source: polars::error::PolarsError,
    },
    /// The work was stopped on request.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

fn seconds_text(seconds: u64) -> String {
    let unit = if seconds == 1 { "second" } else { "seconds" };
    format!("{} {unit}", grouped(seconds.into()))
}

fn sheet_list(sheets: &[String]) -> String {
    if sheets.is_empty() {
        return "no sheet with cells".into();
    }
    sheets.iter().map(|sheet| format!("“{sheet}”")).collect::<Vec<_>>().join(", ")
}

impl DataError {
    /// That `what` of a file, `it` or `its sheet`, has more cells than the limits allow.
    pub(super) fn too_many_cells(file: &str, what: &str, most: u64) -> Self {
        Self::TooLarge { file: file.into(), what: format!("{what} has more than {} cells", grouped(most.into())) }
    }

    /// The same with its row counted from `before` rows earlier.
    pub(super) fn after(self, before: u64) -> Self {
        match self {
            Self::LongRow { file, row, cells, columns } => Self::LongRow { file, row: row + before, cells, columns },
            Self::OpenQuote { file, row } => Self::OpenQuote { file, row: row + before },
            Self::NoText { file, row, encoding } => Self::NoText { file, row: row + before, encoding },
            other => other,
        }
    }
}

impl Explain for DataError {
    fn next_step(&self) -> String {
        match self {
            Self::Read { source, .. } if source.kind() == io::ErrorKind::NotFound => {
                "Check the name, or choose the file again.".into()
            }
            Self::Read { source, .. } if source.kind() == io::ErrorKind::PermissionDenied => {
                "Close it in other programs, or ask its owner for permission to read it.".into()
            }
            Self::Read { .. } => "Check that the drive is connected and try again.".into(),
            Self::Write { .. } => "Choose another folder, or free space there; nothing was left behind.".into(),
            Self::Empty { .. } => "Choose another file, or export this one again from the program that made it.".into(),
            Self::NotATable { next_step, .. } => next_step.clone(),
            Self::Password { .. } => {
                "In Excel choose File › Info › Protect Workbook and remove the password; in LibreOffice save it without one. Then try again.".into()
            }
            Self::Damaged { .. } => "Get a fresh copy, or open it in the program that made it and save it again.".into(),
            Self::LongRow { row, .. } => {
                format!("Look at row {row} in a text editor: a stray separator or quotation mark there splits a cell in two.")
            }
            Self::Ragged { .. } => {
                "If the header stands further down, say how many lines to skip (--skip-lines); if it is none, say so (--header no); if another sign separates cells, name it (--delimiter).".into()
            }
            Self::NoText { .. } => {
                "Name the encoding of the file (--encoding, such as windows-1252), or get a fresh copy of it.".into()
            }
            Self::OpenQuote { row, .. } => {
                format!(
                    "Look at row {row} in a text editor: add the missing quotation mark at the cell's end, or remove the one at its start. Where such marks are text in all cells, say so (--quote none)."
                )
            }
            Self::TooLarge { .. } => "Split the file, or raise the limit in the settings.".into(),
            Self::TooSlow { .. } => {
                "Split the file, or raise limits.max_read_seconds in the settings (0: no bound); “tachograph settings path” says where they are.".into()
            }
            Self::NoSheet { .. } => "Choose one of these sheets.".into(),
            Self::NoCells { .. } => "Choose other cells (such as B2:F100), another sheet, or leave the range out.".into(),
            Self::Changed { .. } => "Wait until the other program has finished and open the file again.".into(),
            Self::Frame { .. } => "Please report this together with the file.".into(),
            Self::Cancelled(_) => "Start it again when you are ready.".into(),
        }
    }
}

impl From<DataError> for JobError {
    fn from(error: DataError) -> Self {
        match error {
            DataError::Cancelled(_) => Self::Cancelled,
            other => Self::Failed(crate::jobs::Failure::from_error(&other)),
        }
    }
}
