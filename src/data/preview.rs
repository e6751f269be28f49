//! The first rows of a file as they would be read, before it is read: for choosing how.

use std::path::Path;

use polars::error::PolarsResult;
use polars::prelude::DataType;

use super::DataError;
use super::calendar::{DateOrder, DayOrder};
use super::cells::Cells;
use super::choice::{Choice, Choices, Reading};
use super::format::Style;
use super::kind::Kind;
use super::merge::{MergeRules, Merged, Outcome, merge};
use super::numeral::DecimalSign;
use super::optimise::{Options, in_time};
use super::part::Part;
use super::read::{Beginning, Facts, Limits, ReadOptions, Source, SourceInfo, begin};
use crate::jobs::{Cancel, Progress};

/// Rows of a preview at most.
pub const PREVIEW_ROWS: usize = 50;
/// Columns of a preview at most; there may be more in the table.
pub const MOST_PREVIEW_COLUMNS: usize = 1_000;
/// Bytes of a cell that a preview shows; longer ones end in `…`.
const CELL_BYTES: usize = 2_000;

/// The beginning of a table, and what was found out about it.
#[derive(Clone, Debug, Default)]
pub struct Preview {
    /// What the file is read as, with what was chosen.
    pub source: SourceInfo,
    /// Lines before the table that are left out; 0 for all but texts.
    pub skipped_lines: u64,
    /// Number of the first row below the header, as a spreadsheet counts.
    pub first_row: u64,
    /// Size of the file in bytes.
    pub bytes: u64,
    /// The first columns, in order.
    pub columns: Vec<ColumnLook>,
    /// All columns, as far as these rows tell.
    pub column_count: usize,
    /// The first rows: for each of `columns` the cell's text, `None` for an absent one.
    pub rows: Vec<Vec<Option<String>>>,
    /// What would be found out if nothing was chosen.
    pub detected: Detected,
    /// Sheets of a workbook in which a cell stands.
    pub filled_sheets: Vec<String>,
    /// What was not chosen and could well be otherwise.
    pub doubts: Vec<Doubt>,
}

/// A column as its first rows make it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnLook {
    /// Its name.
    pub name: String,
    /// What its cells are read as.
    pub look: Look,
    /// The ways in which its texts can be read, were one chosen; empty where there is no choice.
    pub readings: Vec<Reading>,
}

/// What the cells of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// No cell has a value.
    Empty,
    /// Numbers.
    Number,
    /// Days or moments.
    Date,
    /// One of two words.
    YesNo,
    /// Anything else.
    Text,
}

/// What is found out about a file by itself; none where there is nothing to find, or nothing tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Detected {
    /// Name of a text's encoding.
    pub encoding: Option<String>,
    /// What separates the cells of a text.
    pub delimiter: Option<char>,
    /// The mark around cells of a text.
    pub quote: Option<char>,
    /// The first row of a text names its columns.
    pub header: bool,
    /// Lines before the table.
    pub skipped_lines: u64,
    /// The sheet of a workbook.
    pub sheet: Option<String>,
    /// What stands before the decimals of its numbers.
    pub decimal: Option<DecimalSign>,
    /// What comes first in its dates.
    pub dates: Option<DayOrder>,
}

/// Something that was found out with little evidence, or that only a person can know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// Cells stand in so many sheets.
    Sheets(usize),
    /// Another sign could separate the cells.
    Delimiter,
    /// The encoding could be another one.
    Encoding,
    /// The first row could be names or data.
    Header,
    /// The dates of a column can be read in two ways.
    Dates {
        /// Its name.
        column: String,
        /// The ways.
        readings: Vec<Reading>,
    },
    /// The numbers of a column can be read in two ways.
    Numbers {
        /// Its name.
        column: String,
        /// The ways.
        readings: Vec<Reading>,
    },
}

/// Reads the beginning of a file as [`super::optimise()`] would with the same choices, on one thread and within the limits.
///
/// # Errors
/// As [`super::optimise()`], as far as the beginning of the file shows them.
pub fn preview(
    path: &Path,
    read: &ReadOptions,
    choices: &Choices,
    limits: &Limits,
    cancel: &Cancel,
    progress: &Progress,
) -> Result<Preview, DataError> {
    in_time(path, limits, cancel, progress, |cancel| {
        let begun = begin(path, read, limits, cancel)?;
        let options = Options { read: read.clone(), choices: choices.clone(), limits: *limits, ..Options::default() };
        let columns = looks(&begun, &options, cancel)?;
        let automatic = Options { choices: Choices::default(), ..options };
        let told = if *choices == Choices::default() { Told::of(&columns) } else { Told::of(&looks(&begun, &automatic, cancel)?) };
        let bytes = std::fs::metadata(path).map_or(0, |file| file.len());
        Ok(Preview {
            doubts: doubts(&begun, read, &columns),
            first_row: begun.source.first_row(),
            bytes,
            column_count: begun.glimpse.names.len(),
            rows: rows(&begun.glimpse.cells),
            columns: columns.into_iter().map(|column| column.look).collect(),
            detected: detected(begun.detected.unwrap_or_default(), told),
            source: begun.facts.info,
            skipped_lines: begun.facts.skipped_lines,
            filled_sheets: begun.facts.filled_sheets,
        })
    })
}

/// A column, and what its texts tell of how all are written.
struct Column {
    look: ColumnLook,
    style: Style,
    /// Numbers with a point.
    pointed: bool,
}

/// What columns would become, if these rows were all.
fn looks(begun: &Beginning, options: &Options, cancel: &Cancel) -> Result<Vec<Column>, DataError> {
    let names = begun.glimpse.names.iter().take(MOST_PREVIEW_COLUMNS).enumerate();
    let look = |(at, name): (usize, &String)| {
        cancel.check()?;
        let merged = column(&*begun.source, &begun.glimpse.cells, (at, name.as_str()), options);
        let merged = merged.map_err(|source| DataError::Frame { file: begun.facts.info.file.clone(), source })?;
        Ok(Column::of(name, merged))
    };
    names.map(look).collect()
}

fn column(source: &dyn Source, cells: &[Cells], (at, name): (usize, &str), options: &Options) -> PolarsResult<Option<Merged>> {
    let rules = MergeRules::of(options, source, at);
    let made = |kind| {
        let parts = cells.iter().map(|cells| Part::build(cells.column(at), kind, &rules.rules)).collect();
        merge(name, parts, &rules, options.choices.of(name))
    };
    match made(Kind::Nothing)? {
        Outcome::Done(merged) => Ok(Some(*merged)),
        Outcome::AsText => match made(Kind::Text)? {
            Outcome::Done(merged) => Ok(Some(*merged)),
            Outcome::AsText => Ok(None),
        },
    }
}

impl Column {
    fn of(name: &str, merged: Option<Merged>) -> Self {
        let look = merged.as_ref().map_or(Look::Text, |merged| match merged.series.dtype() {
            DataType::Null => Look::Empty,
            DataType::Boolean => Look::YesNo,
            DataType::Date | DataType::Datetime(..) => Look::Date,
            kind if kind.is_primitive_numeric() => Look::Number,
            _ => Look::Text,
        });
        let float = merged.as_ref().is_some_and(|merged| merged.series.dtype().is_float());
        let style = merged.as_ref().map(|merged| merged.format.style).unwrap_or_default();
        let readings = merged.map(|merged| merged.readings).unwrap_or_default();
        Self { look: ColumnLook { name: name.to_owned(), look, readings }, style, pointed: float && style == Style::Plain }
    }

    fn decimal(&self) -> Option<DecimalSign> {
        match self.style {
            Style::Number(style) => Some(style.decimal),
            _ => self.pointed.then_some(DecimalSign::Point),
        }
    }

    fn dates(&self) -> Option<DayOrder> {
        let Style::Date(style) = self.style else { return None };
        match style.order {
            DateOrder::Dmy => Some(DayOrder::Dmy),
            DateOrder::Mdy => Some(DayOrder::Mdy),
            DateOrder::Ymd => None,
        }
    }
}

/// What all columns together tell.
#[derive(Clone, Copy, Debug, Default)]
struct Told {
    decimal: Option<DecimalSign>,
    dates: Option<DayOrder>,
}

impl Told {
    fn of(columns: &[Column]) -> Self {
        Self {
            decimal: agreed(columns.iter().filter_map(Column::decimal)),
            dates: agreed(columns.iter().filter_map(Column::dates)),
        }
    }
}

/// What all say; none where they say different things.
fn agreed<T: PartialEq>(mut all: impl Iterator<Item = T>) -> Option<T> {
    let first = all.next()?;
    all.all(|other| other == first).then_some(first)
}

fn detected(facts: Facts, told: Told) -> Detected {
    let SourceInfo { encoding, delimiter, quote, headless, sheet, .. } = facts.info;
    let Told { decimal, dates } = told;
    Detected { encoding, delimiter, quote, header: !headless, skipped_lines: facts.skipped_lines, sheet, decimal, dates }
}

fn doubts(begun: &Beginning, read: &ReadOptions, columns: &[Column]) -> Vec<Doubt> {
    let sheets = begun.facts.filled_sheets.len();
    let several = (sheets > 1 && read.sheet.is_none()).then_some(Doubt::Sheets(sheets));
    let encoding = begun.doubtful_encoding.then_some(Doubt::Encoding);
    let delimiter = begun.doubts.delimiter.then_some(Doubt::Delimiter);
    let header = begun.doubts.header.then_some(Doubt::Header);
    let open = |dates: bool| {
        let is_date = |reading: &Reading| matches!(reading.key, Choice::Dmy | Choice::Mdy);
        columns.iter().map(|column| &column.look).find(|look| look.readings.first().is_some_and(|first| is_date(first) == dates))
    };
    let of = |look: &ColumnLook| (look.name.clone(), look.readings.clone());
    let dates = open(true).map(of).map(|(column, readings)| Doubt::Dates { column, readings });
    let numbers = open(false).map(of).map(|(column, readings)| Doubt::Numbers { column, readings });
    [several, delimiter, encoding, header, dates, numbers].into_iter().flatten().collect()
}

fn rows(cells: &[Cells]) -> Vec<Vec<Option<String>>> {
    let rows = cells.iter().flat_map(|cells| (0..cells.rows()).map(move |row| (cells, row)));
    let cells_of = |(cells, row): (&Cells, usize)| {
        let columns = cells.columns().min(MOST_PREVIEW_COLUMNS);
        (0..columns).map(|column| cells.get(row, column).map(shown)).collect()
    };
    rows.take(PREVIEW_ROWS).map(cells_of).collect()
}

/// A cell's text, cut where it is too long to be looked at.
fn shown(cell: &[u8]) -> String {
    let Some((start, _)) = cell.split_at_checked(CELL_BYTES).filter(|(_, rest)| !rest.is_empty()) else {
        return String::from_utf8_lossy(cell).into_owned();
    };
    let whole = std::str::from_utf8(start).map_or_else(|error| error.valid_up_to(), str::len);
    String::from_utf8_lossy(start.get(..whole).unwrap_or_default()).into_owned() + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_cells_are_cut_between_letters() {
        assert_eq!(shown("क".repeat(3).as_bytes()), "ककक");
        assert_eq!(shown(&b"x".repeat(CELL_BYTES)), "x".repeat(CELL_BYTES));
        let cut = shown("क".repeat(CELL_BYTES).as_bytes());
        assert_eq!((cut.chars().count(), cut.chars().last()), (CELL_BYTES / 3 + 1, Some('…')));
    }

    #[test]
    fn only_what_all_columns_say_is_told() {
        assert_eq!(agreed([1, 1].into_iter()), Some(1));
        assert_eq!(agreed([1, 2].into_iter()), None);
        assert_eq!(agreed(std::iter::empty::<u8>()), None);
    }
}
