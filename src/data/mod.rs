//! Tables: read from text and workbooks, shrunk without losing a character, compared with their source, written again.
//!
//! May use `jobs` (progress and cancelling). Knows no cache, no window and no command line, so that the same code serves all.
//!
//! A file becomes batches of text cells ([`read`]); each column of each batch takes the most special kind that gives every
//! cell's text again (`part`); the parts of a column become one series of the smallest type (`merge`), texts as numbers or dates
//! where all are written in one style of an office (`numeral`, `calendar`); then the file is read once more and every cell
//! compared (`verify`).

mod build;
mod calendar;
mod cells;
mod choice;
mod clip;
mod code;
mod codec;
mod column;
pub mod compare;
mod date;
mod error;
mod find;
mod format;
mod growing;
mod heap;
mod kind;
mod left_out;
mod merge;
mod narrow;
mod number;
mod numeral;
mod optimise;
mod parallel;
mod part;
mod peers;
mod preview;
mod prints;
pub mod read;
mod reason;
mod report;
mod small;
mod spelled;
mod stats;
mod steps;
mod stream;
mod suggest;
mod table;
mod validity;
mod verify;
mod witness;
mod words;
mod write;

pub use calendar::{DateOrder, DateStyle, DayOrder, HalfDay, MonthStyle};
pub use choice::{Choice, Choices, Reading};
pub use clip::{ClipError, MOST_CLIP_BYTES, clip};
pub use code::{CodeError, CodeFor, code};
pub use codec::{FORMAT_VERSION, decode, encode, memory_bytes};
pub use column::ColumnView;
pub use date::TimeStyle;
pub use error::DataError;
pub use find::{Needle, find};
pub use format::{Format, Spelling, Style, Value};
pub use numeral::{DecimalSign, Group, NumberStyle, Percent};
pub use optimise::{Options, optimise};
pub use preview::{ColumnLook, Detected, Doubt, Look, MOST_PREVIEW_COLUMNS, PREVIEW_ROWS, Preview, preview};
pub use read::{Area, Limits, Quote, ReadOptions, SourceInfo, sheet_names};
pub use stats::{Bin, ColumnStats, Frequent, MOST_BINS, MOST_FREQUENT, Measure, Number, QUANTILES, Spread, column_stats};
pub use steps::{Level, Step, Steps};
pub use stream::{LEAST_MEMORY, Target, stream};
pub use suggest::{Gain, LevelGain, Suggestion, SuggestionKind};
pub use table::{ColumnReport, Report, Seconds, Stored, Table, Verified, Warning};
pub use write::{CELL_LETTERS, OutputFormat, SHEET_COLUMNS, SHEET_ROWS, SheetFit, sheet_fit, write};

/// A text as a table, with the usual options.
#[cfg(test)]
fn table_of(text: &str) -> Table {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.csv");
    std::fs::write(&path, text).expect("written");
    optimise(&path, &Options::default(), &crate::jobs::Cancel::new(), &crate::jobs::Progress::new()).expect("a table")
}

/// A type's name as polars' documentation writes it.
fn type_title(kind: &polars::prelude::DataType) -> &'static str {
    use polars::prelude::DataType;
    match kind {
        DataType::Null => "Null",
        DataType::Boolean => "Boolean",
        DataType::UInt8 => "UInt8",
        DataType::UInt16 => "UInt16",
        DataType::UInt32 => "UInt32",
        DataType::UInt64 => "UInt64",
        DataType::Int8 => "Int8",
        DataType::Int16 => "Int16",
        DataType::Int32 => "Int32",
        DataType::Int64 => "Int64",
        DataType::Float32 => "Float32",
        DataType::Float64 => "Float64",
        DataType::String => "String",
        DataType::Date => "Date",
        DataType::Datetime(..) => "Datetime",
        DataType::Enum(..) => "Enum",
        _ => "other",
    }
}
