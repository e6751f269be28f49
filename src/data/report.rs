//! The report on what was found and done, put together once all is known.

use polars::error::PolarsResult;
use polars::prelude::{Column, DataFrame, DataType, Series};

use super::column::ColumnView;
use super::format::Spelling;
use super::merge::Merged;
use super::optimise::Options;
use super::read::{Held, Places, RowCounts, Source};
use super::reason::grouped;
use super::suggest::Advice;
use super::table::{ColumnReport, Report, Seconds, Stored, Table, Verified, Warning};
use super::verify::Comparison;

/// The finished table.
///
/// # Errors
/// When the frame library refuses.
pub fn table(
    source: &dyn Source,
    options: &Options,
    (rows, counts): (usize, RowCounts),
    merged: Vec<Merged>,
    comparison: Vec<Comparison>,
    advice: Advice,
    seconds: Seconds,
) -> PolarsResult<Table> {
    let after = |column: &Merged| ColumnView::new(&column.series, column.format).map_or(0, |view| view.heap_bytes());
    let bytes: Vec<u64> = merged.iter().map(after).collect();
    let report = report(source, options, (rows, counts), merged.iter().zip(bytes), comparison, advice, seconds);
    let columns: Vec<Column> = merged.into_iter().map(|column| column.series.into()).collect();
    Ok(Table { frame: DataFrame::new(rows, columns)?, report })
}

/// The report alone, of finished columns and what each of them takes in memory.
pub fn report<'a>(
    source: &dyn Source,
    options: &Options,
    (rows, counts): (usize, RowCounts),
    merged: impl Iterator<Item = (&'a Merged, u64)>,
    comparison: Vec<Comparison>,
    advice: Advice,
    seconds: Seconds,
) -> Report {
    let names = source.header();
    let mut report = Report {
        source: source.info().clone(),
        rows: rows as u64,
        first_row: source.first_row(),
        level: options.level,
        steps: options.steps,
        seconds: seconds.rounded(),
        short_rows: counts.short.count,
        warnings: row_warnings(source, &counts),
        suggestions: advice.suggestions,
        next_level: advice.next_level,
        // The index that pandas adds to every frame.
        pandas_bytes: 132,
        ..Report::default()
    };
    report.warnings.extend(unknown_columns(names, options));
    let mut possible = advice.possible.into_iter();
    let held = source.held().unwrap_or_default();
    for (at, ((name, (column, bytes)), found)) in names.iter().zip(merged).zip(comparison).enumerate() {
        report.warnings.extend(warnings(name, column, &found, source.first_row()));
        let held = held.get(at);
        report.warnings.extend(held.and_then(|held| zone_warning(name, held)));
        let told = column_report(name, column, bytes, held, &found);
        report.add(ColumnReport { steps: options.steps_of(name), possible: possible.next().flatten(), ..told }, &found);
    }
    debug_assert_eq!(report.verified, Verified { values: rows as u64 * names.len() as u64, ..report.verified });
    report
}

impl Report {
    fn add(&mut self, column: ColumnReport, found: &Comparison) {
        self.verified.values += found.values;
        self.verified.mismatches += found.mismatches;
        self.verified.respelled += found.respelled;
        self.before_bytes += column.before.bytes;
        self.after_bytes += column.after.bytes;
        self.pandas_bytes += column.pandas_bytes;
        self.columns.push(column);
    }
}

/// `held` is what the file's own types take, where it has any; else `before` is what polars' reader of text would make.
fn column_report(name: &str, column: &Merged, after: u64, held: Option<&Held>, found: &Comparison) -> ColumnReport {
    let before = match held {
        Some(held) => Stored { kind: held.kind.clone(), bytes: held.bytes },
        None => Stored { kind: column.engine.name().into(), bytes: column.engine_bytes },
    };
    ColumnReport {
        name: name.to_owned(),
        before,
        after: Stored { kind: type_name(&column.series, column.unique), bytes: after },
        step: column.step,
        lossless: found.mismatches == 0,
        note: column.reason.clone(),
        nulls: column.nulls as u64,
        unique: column.unique,
        format: column.format,
        pandas_bytes: column.pandas_bytes,
        readings: column.readings.clone(),
        ..ColumnReport::default()
    }
}

/// The type as polars names it, without the list of categories.
pub(super) fn type_name(series: &Series, unique: Option<u64>) -> String {
    match (series.dtype(), unique) {
        (DataType::Enum(..), Some(count)) => format!("Enum({})", grouped(count.into())),
        (DataType::Enum(..), None) => "Enum".into(),
        (kind, _) => super::type_title(kind).into(),
    }
}

/// Steps that were chosen for columns that are not there.
fn unknown_columns(names: &[String], options: &Options) -> Vec<Warning> {
    let chosen = options.column_steps.keys().map(|name| (name, "for which steps were chosen"));
    let chosen = chosen.chain(options.read.trim.iter().map(|name| (name, "of which blanks were to be cut")));
    let unknown = chosen.filter(|(name, _)| !names.contains(name));
    let text = |(name, what): (&String, &str)| format!("There is no column “{name}”, {what}.");
    unknown.map(|unknown| Warning { column: None, row: None, text: text(unknown) }).collect()
}

/// What concerns the table as a whole: how it was read, and rows that are shorter or longer than the header.
fn row_warnings(source: &dyn Source, counts: &RowCounts) -> Vec<Warning> {
    let than = if source.info().headless { "the table has columns" } else { "the header" };
    let unnamed = source.header().get(source.header().len() - source.info().unnamed..).unwrap_or_default();
    let added = match unnamed {
        [one] => format!("the column “{one}” was added for them"),
        [first, .., last] => format!("the columns “{first}” to “{last}” were added for them"),
        [] => "columns were added for them".into(),
    };
    let texts = source.notes().into_iter();
    let texts = texts.chain(told(&counts.short, &format!("fewer cells than {than}; the missing ones are blank")));
    let texts = texts.chain(told(&counts.long, &format!("more cells than {than}; {added}")));
    texts.map(|text| Warning { column: None, row: None, text }).collect()
}

/// `7 rows have … (rows 2, 5, 9, 10, 12…).`
fn told(rows: &Places, what: &str) -> Option<String> {
    let numbers: Vec<String> = rows.first().iter().map(|row| grouped((*row).into())).collect();
    let more = if rows.count > numbers.len() as u64 { "…" } else { "" };
    match rows.count {
        0 => None,
        1 => Some(format!("One row has {what} (row {}).", numbers.concat())),
        count => Some(format!("{} rows have {what} (rows {}{more}).", grouped(count.into()), numbers.join(", "))),
    }
}

fn zone_warning(name: &str, held: &Held) -> Option<Warning> {
    let zone = held.zone.as_ref()?;
    let text = format!("Its moments are the same, written in UTC; that the file shows them in the zone “{zone}” is not kept.");
    Some(Warning { column: Some(name.to_owned()), row: None, text })
}

fn warnings(name: &str, merged: &Merged, found: &Comparison, first_row: u64) -> Vec<Warning> {
    let warning = |row: Option<usize>, text: String| Warning {
        column: Some(name.to_owned()),
        row: row.map(|row| row as u64 + first_row),
        text,
    };
    let differing = found
        .differing
        .iter()
        .map(|cell| warning(Some(cell.row), format!("The file has “{}”, the table “{}”.", cell.source, cell.stored)));
    let mut warnings: Vec<Warning> = differing.collect();
    if let Some(row) = merged.mixed {
        let text = match merged.format.spelling {
            Spelling::Text => "Two kinds in one column, from this row on: text, and numbers or dates. The column is kept as text.",
            _ => "Two kinds in one column, from this row on: numbers, and numbers stored as text. All are numbers here.",
        };
        warnings.push(warning(Some(row), text.into()));
    }
    warnings.extend(merged.remarks.iter().map(|(row, text)| warning(*row, text.clone())));
    match found.respelled {
        0 => {}
        1 => warnings.push(warning(None, "One number keeps its value and is spelled shorter (1.50 becomes 1.5).".into())),
        count => warnings.push(warning(
            None,
            format!("{} numbers keep their value and are spelled shorter (1.50 becomes 1.5).", grouped(count.into())),
        )),
    }
    warnings
}
