//! From a file to the smallest table that loses nothing: read and infer, make columns, compare with the source.

use std::path::Path;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use polars::prelude::{Column, DataFrame, Series};

use super::DataError;
use super::column::ColumnView;
use super::format::Spelling;
use super::kind::{Kind, Rules};
use super::merge::{MergeRules, Merged, Outcome, merge};
use super::parallel::{Mapped, map_batches, map_items};
use super::part::Part;
use super::read::{Limits, ReadOptions, Source, open};
use super::reason::grouped;
use super::steps::{Level, Steps};
use super::table::{ColumnReport, Report, Seconds, Stored, Table, Verified, Warning};
use super::verify::{Comparison, compare};
use crate::jobs::{Cancel, Progress};

/// What to do with a file.
#[derive(Clone, Debug)]
pub struct Options {
    /// How to read it.
    pub read: ReadOptions,
    /// How strict to be.
    pub level: Level,
    /// Steps that are on.
    pub steps: Steps,
    /// Share of different texts up to which categories are considered, 0 to 1.
    pub category_threshold: f64,
    /// Bounds on the file.
    pub limits: Limits,
    /// Threads to work on.
    pub threads: usize,
}

impl Default for Options {
    fn default() -> Self {
        let threads = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self {
            read: ReadOptions::default(),
            level: Level::default(),
            steps: Steps::ALL,
            category_threshold: 0.5,
            limits: Limits::default(),
            threads,
        }
    }
}

/// Opens a file and makes the smallest table of it that loses nothing; every cell is then compared with the file.
///
/// # Errors
/// When the file cannot be read, is no table, is damaged, too large, or changes meanwhile, and when cancelled.
pub fn optimise(path: &Path, options: &Options, cancel: &Cancel, progress: &Progress) -> Result<Table, DataError> {
    let started = Instant::now();
    progress.phase("Opening", 0);
    let source = open(path, &options.read, &options.limits)?;
    let work = Work { source: &*source, options, cancel, progress };
    let (read, merged, read_seconds) = work.columns(started)?;
    let made = Instant::now();
    let seconds = Seconds { read: read_seconds, optimise: made.duration_since(started).as_secs_f64() - read_seconds, verify: 0.0 };
    let comparison = work.verify(&read, &merged)?;
    let seconds = Seconds { verify: made.elapsed().as_secs_f64(), ..seconds };
    work.table(&read, merged, comparison, seconds)
}

/// What reading found besides the columns.
struct Read {
    /// Rows of each batch.
    batch_rows: Vec<usize>,
    short_rows: u64,
}

impl Read {
    fn rows(&self) -> usize {
        self.batch_rows.iter().sum()
    }
}

/// One batch, read.
struct Parts {
    rows: usize,
    short_rows: u64,
    parts: Vec<Option<Part>>,
}

struct Work<'a> {
    source: &'a dyn Source,
    options: &'a Options,
    cancel: &'a Cancel,
    progress: &'a Progress,
}

impl Work<'_> {
    fn file(&self) -> String {
        self.source.info().file.clone()
    }

    fn frame_error(&self, source: polars::error::PolarsError) -> DataError {
        DataError::Frame { file: self.file(), source }
    }

    /// Reads the file, once, or twice where a column turns out to be text only near its end.
    fn columns(&self, started: Instant) -> Result<(Read, Vec<Merged>, f64), DataError> {
        let columns = self.source.header().len();
        let (read, parts) = self.read(vec![Some(Kind::Nothing); columns])?;
        let read_seconds = started.elapsed().as_secs_f64();
        let mut outcomes = self.merge(parts)?;
        let again: Vec<Option<Kind>> = outcomes.iter().map(|outcome| matches!(outcome, Outcome::AsText).then_some(Kind::Text)).collect();
        if again.iter().any(Option::is_some) {
            let (_, parts) = self.read(again.clone())?;
            for (at, text) in self.merge(parts)?.into_iter().enumerate() {
                if let (Some(Some(_)), Some(outcome)) = (again.get(at), outcomes.get_mut(at)) {
                    *outcome = text;
                }
            }
        }
        let merged = outcomes.into_iter().filter_map(|outcome| if let Outcome::Done(merged) = outcome { Some(*merged) } else { None });
        Ok((read, merged.collect(), read_seconds))
    }

    /// Reads the columns that have a kind to start from; the others come out without values.
    fn read(&self, known: Vec<Option<Kind>>) -> Result<(Read, Vec<Vec<Part>>), DataError> {
        let rules = self.rules();
        let known: Vec<Option<Mutex<Kind>>> = known.into_iter().map(|kind| kind.map(Mutex::new)).collect();
        let cells_so_far = AtomicU64::new(0);
        self.progress.phase("Reading", self.source.size());
        let mapped = map_batches(self.source, self.options.threads, self.cancel, self.progress, &|_, batch| {
            let (cells, short_rows) = self.source.cells(batch)?;
            let count = (cells.rows() * cells.columns()) as u64;
            let total = cells_so_far.fetch_add(count, Ordering::Relaxed) + count;
            if total > self.options.limits.max_cells {
                return Err(DataError::TooLarge { file: self.file(), what: format!("it has more than {} cells", grouped(self.options.limits.max_cells.into())) });
            }
            let part = |(at, known): (usize, &Option<Mutex<Kind>>)| {
                let known = known.as_ref()?;
                let start = *known.lock().unwrap_or_else(PoisonError::into_inner);
                let part = Part::build(cells.column(at), start, &rules);
                let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
                *known = rules.join(*known, part.kind());
                Some(part)
            };
            Ok(Parts { rows: cells.rows(), short_rows, parts: known.iter().enumerate().map(part).collect() })
        });
        self.gather(mapped, known.len())
    }

    /// Turns batches of columns into columns of batches; an error's row is counted from the file's start.
    fn gather(&self, mapped: Mapped<Parts>, columns: usize) -> Result<(Read, Vec<Vec<Part>>), DataError> {
        let mut read = Read { batch_rows: Vec::new(), short_rows: 0 };
        let mut all: Vec<Vec<Part>> = (0..columns).map(|_| Vec::with_capacity(mapped.results.len())).collect();
        for result in mapped.results {
            let parts = result.map_err(|error| match error {
                DataError::LongRow { file, row, cells, columns } => DataError::LongRow { file, row: row + read.rows() as u64 + 1, cells, columns },
                other => other,
            })?;
            read.batch_rows.push(parts.rows);
            read.short_rows += parts.short_rows;
            for (column, part) in all.iter_mut().zip(parts.parts) {
                column.extend(part);
            }
        }
        mapped.reading?;
        Ok((read, all))
    }

    fn rules(&self) -> Rules {
        Rules { steps: self.options.steps, typed: self.source.info().format != "csv" }
    }

    fn merge(&self, columns: Vec<Vec<Part>>) -> Result<Vec<Outcome>, DataError> {
        let rules = MergeRules { rules: self.rules(), level: self.options.level, category_threshold: self.options.category_threshold };
        self.progress.phase("Making columns", columns.len() as u64);
        let items: Vec<(&String, Vec<Part>)> = self.source.header().iter().zip(columns).collect();
        let merged = map_items(items, self.options.threads, &|(name, parts)| {
            self.cancel.check()?;
            let outcome = merge(name, parts, &rules).map_err(|error| self.frame_error(error));
            self.progress.add(1);
            outcome
        });
        merged.into_iter().collect()
    }

    fn verify(&self, read: &Read, merged: &[Merged]) -> Result<Vec<Comparison>, DataError> {
        let views: Vec<ColumnView<'_>> = merged.iter().filter_map(|column| ColumnView::new(&column.series, column.format)).collect();
        let starts: Vec<usize> = read.batch_rows.iter().scan(0, |row, rows| Some(std::mem::replace(row, *row + rows))).collect();
        self.progress.phase("Comparing", self.source.size());
        let mapped = map_batches(self.source, self.options.threads, self.cancel, self.progress, &|index, batch| {
            let (cells, _) = self.source.cells(batch)?;
            let start = *starts.get(index).ok_or_else(|| DataError::Changed { file: self.file() })?;
            Ok(views.iter().enumerate().map(|(at, view)| compare(cells.column(at), view, at, start)).collect::<Vec<_>>())
        });
        let mut all = vec![Comparison::default(); merged.len()];
        for result in mapped.results {
            all.iter_mut().zip(result?).for_each(|(all, found)| all.add(found));
        }
        mapped.reading?;
        Ok(all)
    }

    fn table(&self, read: &Read, merged: Vec<Merged>, comparison: Vec<Comparison>, seconds: Seconds) -> Result<Table, DataError> {
        let rows = read.rows();
        let names = self.source.header();
        let mut report = Report {
            source: self.source.info().clone(),
            rows: rows as u64,
            level: self.options.level,
            steps: self.options.steps,
            seconds,
            warnings: short_row_warning(read.short_rows),
            ..Report::default()
        };
        let mut series: Vec<Series> = Vec::with_capacity(merged.len());
        for ((name, column), found) in names.iter().zip(merged).zip(comparison) {
            report.warnings.extend(warnings(name, &column, &found));
            report.verified.values += found.values;
            report.verified.mismatches += found.mismatches;
            report.verified.respelled += found.respelled;
            let column_report = column_report(name, &column, &found);
            report.before_bytes += column_report.before.bytes;
            report.after_bytes += column_report.after.bytes;
            report.pandas_bytes += column_report.pandas_bytes;
            report.columns.push(column_report);
            series.push(column.series);
        }
        // The index that pandas adds to every frame.
        report.pandas_bytes += 132;
        let frame = DataFrame::new(rows, series.into_iter().map(Column::from).collect()).map_err(|error| self.frame_error(error))?;
        debug_assert_eq!(report.verified, Verified { values: rows as u64 * names.len() as u64, ..report.verified });
        Ok(Table { frame, report })
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
    use polars::prelude::DataType;
    match (series.dtype(), unique) {
        (DataType::Enum(..), Some(count)) => format!("Enum({})", grouped(count.into())),
        (DataType::Enum(..), None) => "Enum".into(),
        (kind, _) => super::type_title(kind).into(),
    }
}

fn short_row_warning(short_rows: u64) -> Vec<Warning> {
    if short_rows == 0 {
        return Vec::new();
    }
    let text = format!("{} rows have fewer cells than the header; the missing ones are blank.", grouped(short_rows.into()));
    vec![Warning { column: None, row: None, text }]
}

fn warnings(name: &str, merged: &Merged, found: &Comparison) -> Vec<Warning> {
    let column = Some(name.to_owned());
    let mut warnings: Vec<Warning> = found
        .differing
        .iter()
        .map(|cell| {
            let text = format!("The file has “{}”, the table “{}”.", cell.source, cell.stored);
            Warning { column: column.clone(), row: Some(cell.row as u64 + 2), text }
        })
        .collect();
    if let Some(row) = merged.mixed {
        let text = match merged.format.spelling {
            Spelling::Text => "Some cells are text and others numbers or dates, from this row on: the column is kept as text.",
            _ => "Some cells are numbers stored as text, from this row on: they are numbers here.",
        };
        warnings.push(Warning { column: column.clone(), row: Some(row as u64 + 2), text: text.into() });
    }
    if found.respelled > 0 {
        let text = format!("{} numbers keep their value and lose padding zeros (1.50 becomes 1.5).", grouped(found.respelled.into()));
        warnings.push(Warning { column, row: None, text });
    }
    warnings
}
