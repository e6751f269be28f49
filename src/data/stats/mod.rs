//! What the values of a column are: how many, which, how they spread, and which come most often. All figures are of every row.
//!
//! Values are sorted in pieces on all cores and counted where they are equal (`runs`, `texts`); everything else is read off those
//! runs (`spread`, `frequent`, `bins`).

mod bins;
mod calendar_bins;
mod frequent;
mod key;
mod runs;
mod spread;
mod texts;

use super::column::ColumnView;
use super::format::{Format, Spelling, Style, Value};
use super::table::Table;
use crate::jobs::{Cancel, Cancelled, Progress};

pub use bins::{Bin, MOST_BINS};
pub use frequent::{Frequent, MOST_FREQUENT};
pub use spread::{QUANTILES, Spread};

use key::Keys;
use runs::{Run, Work};

/// What is known of the values of a column.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnStats {
    /// Rows of the table.
    pub rows: u64,
    /// Rows without a value.
    pub nulls: u64,
    /// Different values, counted exactly; blank is none.
    pub unique: u64,
    /// What `spread` and `bins` are of.
    pub measure: Measure,
    /// How the values, or the lengths of texts, spread; none where there are none, and for columns of two words.
    pub spread: Option<Spread>,
    /// The values that come most often, at most [`MOST_FREQUENT`], the most frequent first.
    pub frequent: Vec<Frequent>,
    /// How many values lie between round edges, at most [`MOST_BINS`] bins side by side; empty where there is no spread.
    pub bins: Vec<Bin>,
    format: Format,
}

/// What the figures of a column count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Numbers.
    Number,
    /// Days since 1970-01-01.
    Days,
    /// Time since 1970-01-01 00:00.
    Moment {
        /// Units of the figures in a second.
        per_second: i64,
    },
    /// Letters (Unicode characters) of a text.
    Length,
    /// Nothing: two words have no spread.
    Nothing,
}

/// A figure: whole numbers stay whole, whatever their size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// A whole number, days, or a time in its column's unit.
    Int(i64),
    /// Any other.
    Float(f64),
}

impl Number {
    /// The nearest decimal number.
    pub fn as_f64(self) -> f64 {
        match self {
            Self::Int(value) => value as f64,
            Self::Float(value) => value,
        }
    }
}

impl ColumnStats {
    /// Rows with a value.
    pub fn values(&self) -> u64 {
        self.rows - self.nulls
    }

    /// Whether figures of this column are written as its cells are: dates, and numbers in an office's style.
    pub fn is_written_as_cells(&self) -> bool {
        match self.measure {
            Measure::Days | Measure::Moment { .. } => true,
            Measure::Number => self.format.style != Style::Plain,
            Measure::Length | Measure::Nothing => false,
        }
    }

    /// A figure as a cell of the column would be written; a date between two is the earlier one.
    pub fn cell_text(&self, number: Number) -> String {
        let value = match (number, self.measure) {
            (Number::Float(value), Measure::Days | Measure::Moment { .. }) => Value::Int(value.floor() as i64),
            (Number::Float(value), _) => Value::Float(value),
            (Number::Int(value), _) => Value::Int(value),
        };
        let mut out = Vec::new();
        self.format.write(&mut out, Some(value));
        String::from_utf8_lossy(&out).into_owned()
    }

    /// Digits after the point that all decimal numbers of the column have; none for other columns.
    pub fn decimals(&self) -> Option<u8> {
        match self.format.spelling {
            Spelling::Fixed(decimals) => Some(decimals),
            _ => None,
        }
    }
}

/// The statistics of a column; none where the table has no such column. Works on up to `threads` threads; takes memory for each
/// different value.
///
/// # Errors
/// When cancelled.
pub fn column_stats(
    table: &Table,
    column: usize,
    threads: usize,
    cancel: &Cancel,
    progress: &Progress,
) -> Result<Option<ColumnStats>, Cancelled> {
    let series = table.frame.columns().get(column).map(polars::prelude::Column::as_materialized_series);
    let named = series.zip(table.report.columns.get(column));
    let Some(view) = named.and_then(|(series, report)| ColumnView::new(series, report.format)) else { return Ok(None) };
    progress.phase("Counting", view.len() as u64);
    let work = Work { threads, cancel, progress };
    Ok(Some(if view.is_text() { of_texts(&view, &work)? } else { of_values(&view, &work)? }))
}

/// A column of texts, as they are or as categories.
fn of_texts(view: &ColumnView<'_>, work: &Work<'_>) -> Result<ColumnStats, Cancelled> {
    let counted = texts::counted(view, work)?;
    let values: u64 = counted.iter().map(|(_, count)| count).sum();
    let lengths = texts::lengths(&counted);
    let frequent = frequent::most_frequent(counted.iter().map(|&(text, count)| (count, text)), Ord::cmp);
    Ok(ColumnStats {
        rows: view.len() as u64,
        nulls: view.len() as u64 - values,
        unique: counted.len() as u64,
        measure: Measure::Length,
        spread: Spread::of(&lengths, Keys::Int),
        frequent: frequent.into_iter().map(|(count, text)| Frequent::new(text, count)).collect(),
        bins: bins::of_ints(&lengths),
        format: *view.format(),
    })
}

/// A column of numbers, dates or two words.
fn of_values(view: &ColumnView<'_>, work: &Work<'_>) -> Result<ColumnStats, Cancelled> {
    let keys = Keys::of(view);
    let runs = runs::sorted(view.len(), work, &|row| view.value(row).and_then(key::of_value))?;
    let values: u64 = runs.iter().map(|(_, count)| count).sum();
    let measure = measure(view);
    let frequent = frequent::most_frequent(runs.iter().map(|&(key, count)| (count, key)), i64::cmp);
    let text = |key: i64| {
        let mut out = Vec::new();
        view.format().write(&mut out, Some(keys.value(key)));
        out
    };
    Ok(ColumnStats {
        rows: view.len() as u64,
        nulls: view.len() as u64 - values,
        unique: runs.len() as u64,
        measure,
        spread: if measure == Measure::Nothing { None } else { Spread::of(&runs, keys) },
        frequent: frequent.into_iter().map(|(count, key)| Frequent::new(&text(key), count)).collect(),
        bins: bins_of(&runs, keys, measure),
        format: *view.format(),
    })
}

fn bins_of(runs: &[Run], keys: Keys, measure: Measure) -> Vec<Bin> {
    match measure {
        Measure::Nothing => Vec::new(),
        Measure::Days => calendar_bins::of_times(runs, None),
        Measure::Moment { per_second } => calendar_bins::of_times(runs, Some(per_second)),
        Measure::Number | Measure::Length if keys == Keys::Int => bins::of_ints(runs),
        Measure::Number | Measure::Length => bins::of_floats(runs, keys),
    }
}

fn measure(view: &ColumnView<'_>) -> Measure {
    match view.spelling() {
        Spelling::Bool(_) => Measure::Nothing,
        Spelling::Date | Spelling::Midnight(_) => Measure::Days,
        Spelling::Time { style, .. } => Measure::Moment { per_second: style.per_second() },
        Spelling::Text | Spelling::Int { .. } | Spelling::Fixed(_) | Spelling::Shortest { .. } => Measure::Number,
    }
}
