//! The report on what was found and done, put together once all is known.

use polars::error::PolarsResult;
use polars::prelude::{Column, DataFrame, DataType, Series};

use super::column::ColumnView;
use super::format::Spelling;
use super::merge::Merged;
use super::optimise::Options;
use super::read::Source;
use super::reason::grouped;
use super::table::{ColumnReport, Report, Seconds, Stored, Table, Verified, Warning};
use super::verify::Comparison;

/// The finished table.
///
/// # Errors
/// When the frame library refuses.
pub fn table(
    source: &dyn Source,
    options: &Options,
    (rows, short_rows): (usize, u64),
    merged: Vec<Merged>,
    comparison: Vec<Comparison>,
    seconds: Seconds,
) -> PolarsResult<Table> {
    let names = source.header();
    let mut report = Report {
        source: source.info().clone(),
        rows: rows as u64,
        first_row: source.first_row(),
        level: options.level,
        steps: options.steps,
        seconds: seconds.rounded(),
        warnings: short_row_warning(short_rows),
        // The index that pandas adds to every frame.
        pandas_bytes: 132,
        ..Report::default()
    };
    let mut columns: Vec<Column> = Vec::with_capacity(merged.len());
    let held = source.held().unwrap_or_default();
    for (at, ((name, column), found)) in names.iter().zip(merged).zip(comparison).enumerate() {
        report.warnings.extend(warnings(name, &column, &found, source.first_row()));
        let mut told = column_report(name, &column, &found);
        if let Some(held) = held.get(at) {
            told.before = Stored { kind: held.kind.clone(), bytes: held.bytes };
        }
        report.add(told, &found);
        columns.push(column.series.into());
    }
    debug_assert_eq!(report.verified, Verified { values: rows as u64 * names.len() as u64, ..report.verified });
    Ok(Table { frame: DataFrame::new(rows, columns)?, report })
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

fn column_report(name: &str, column: &Merged, found: &Comparison) -> ColumnReport {
    let after = ColumnView::new(&column.series, column.format).map_or(0, |view| view.heap_bytes());
    ColumnReport {
        name: name.to_owned(),
        before: Stored { kind: column.engine.name().into(), bytes: column.engine_bytes },
        after: Stored { kind: type_name(&column.series, column.unique), bytes: after },
        step: column.step,
        lossless: found.mismatches == 0,
        note: column.reason.clone(),
        nulls: column.nulls as u64,
        unique: column.unique,
        format: column.format,
        pandas_bytes: column.pandas_bytes,
    }
}

/// The type as polars names it, without the list of categories.
fn type_name(series: &Series, unique: Option<u64>) -> String {
    match (series.dtype(), unique) {
        (DataType::Enum(..), Some(count)) => format!("Enum({})", grouped(count.into())),
        (DataType::Enum(..), None) => "Enum".into(),
        (kind, _) => super::type_title(kind).into(),
    }
}

fn short_row_warning(short_rows: u64) -> Vec<Warning> {
    let text = match short_rows {
        0 => return Vec::new(),
        1 => "One row has fewer cells than the header; the missing ones are blank.".into(),
        _ => format!("{} rows have fewer cells than the header; the missing ones are blank.", grouped(short_rows.into())),
    };
    vec![Warning { column: None, row: None, text }]
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
