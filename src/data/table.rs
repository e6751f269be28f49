//! A shrunk table and what is known about it.

use polars::prelude::DataFrame;
use serde::{Deserialize, Serialize};

use super::choice::Reading;
use super::column::ColumnView;
use super::format::Format;
use super::read::SourceInfo;
use super::steps::{Level, Step, Steps};
use super::suggest::{Gain, LevelGain, Suggestion};

/// A table in its smallest lossless form, with the report on how it came about.
#[derive(Clone, Debug)]
pub struct Table {
    /// The columns, each in one chunk.
    pub frame: DataFrame,
    /// What was found and done.
    pub report: Report,
}

impl Table {
    /// Columns to read cell by cell, in order.
    pub fn views(&self) -> Vec<ColumnView<'_>> {
        let series = self.frame.columns().iter().map(polars::prelude::Column::as_materialized_series);
        series.zip(&self.report.columns).filter_map(|(series, report)| ColumnView::new(series, report.format)).collect()
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.frame.height()
    }
}

/// What was found and done; all sizes in bytes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// What the file was read as.
    pub source: SourceInfo,
    /// Rows without the header.
    pub rows: u64,
    /// Number of the first of them as a spreadsheet counts: 2 where the header is in row 1.
    pub first_row: u64,
    /// Rows with fewer cells than the header.
    pub short_rows: u64,
    /// How strict shrinking was.
    pub level: Level,
    /// Steps that were on, save for columns that have their own.
    pub steps: Steps,
    /// One entry for each column, in order.
    pub columns: Vec<ColumnReport>,
    /// Memory of the frame that polars' own reader makes.
    pub before_bytes: u64,
    /// Memory of ours.
    pub after_bytes: u64,
    /// Memory of a pandas frame with object strings, `memory_usage(deep=True)`.
    pub pandas_bytes: u64,
    /// The comparison with the source.
    pub verified: Verified,
    /// What a person should look at.
    pub warnings: Vec<Warning>,
    /// What a person may do to make the table smaller or cleaner, what saves most first.
    #[serde(default)]
    pub suggestions: Vec<Suggestion>,
    /// What the next level would save, where that is cheap to know.
    #[serde(default)]
    pub next_level: Option<LevelGain>,
    /// How long it took.
    pub seconds: Seconds,
}

impl Report {
    /// How much smaller the table became, in percent of before; 0 for an empty one.
    pub fn saved_percent(&self) -> f64 {
        if self.before_bytes == 0 {
            return 0.0;
        }
        (self.before_bytes as f64 - self.after_bytes as f64) / self.before_bytes as f64 * 100.0
    }

    /// What all columns that a step changed save together.
    pub fn saved_by(&self, step: Step) -> i64 {
        self.columns.iter().filter(|column| column.step == Some(step)).map(ColumnReport::saved_bytes).sum()
    }
}

/// A type and what it takes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    /// The type's name as polars writes it.
    #[serde(rename = "type")]
    pub kind: String,
    /// Memory.
    pub bytes: u64,
}

/// What happened to one column.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ColumnReport {
    /// Its name in the frame.
    pub name: String,
    /// As polars' own reader makes it.
    pub before: Stored,
    /// As it is now.
    pub after: Stored,
    /// The step that made it smaller.
    pub step: Option<Step>,
    /// Whether every value was found equal to the source's.
    pub lossless: bool,
    /// Why it has this type, in words.
    pub note: String,
    /// Rows without a value.
    pub nulls: u64,
    /// Different values, where they could be counted.
    pub unique: Option<u64>,
    /// How its values are spelled in the source.
    pub format: Format,
    /// What pandas takes for it.
    pub pandas_bytes: u64,
    /// The ways in which a column that stayed text could be read, were one chosen; empty where there is no doubt.
    pub readings: Vec<Reading>,
    /// Steps that were on for it.
    #[serde(default)]
    pub steps: Steps,
    /// What a step that was off would give; the smallest where several would. Not told for dates and numbers in an office's spelling.
    #[serde(default)]
    pub possible: Option<Gain>,
    /// Whether a person leaves it out: it is in the frame, but neither counted in what the table takes nor written.
    #[serde(default)]
    pub left_out: bool,
}

impl ColumnReport {
    /// Bytes saved; negative where the exact type needs more than the usual one.
    pub fn saved_bytes(&self) -> i64 {
        self.before.bytes as i64 - self.after.bytes as i64
    }
}

/// The comparison of every cell with the source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verified {
    /// Cells compared.
    pub values: u64,
    /// Cells whose value differs.
    pub mismatches: u64,
    /// Cells of equal value that would be spelled in another way.
    pub respelled: u64,
}

/// Something a person should look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// The column it concerns, if one.
    pub column: Option<String>,
    /// The row as a spreadsheet counts, the header being row 1, if one.
    pub row: Option<u64>,
    /// A sentence.
    pub text: String,
}

/// How long each part of the work took, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Seconds {
    /// Reading the file and finding out what its cells are.
    pub read: f64,
    /// Making the columns.
    pub optimise: f64,
    /// Comparing with the source.
    pub verify: f64,
}

impl Seconds {
    /// To the microsecond: all that a clock means, and few enough digits to come back from JSON as they were.
    pub fn rounded(self) -> Self {
        let round = |seconds: f64| (seconds * 1e6).round() / 1e6;
        Self { read: round(self.read), optimise: round(self.optimise), verify: round(self.verify) }
    }
}
