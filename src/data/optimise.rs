//! From a file to the smallest table that loses nothing: read and infer, make columns, compare with the source.

use std::ops::Range;
use std::path::Path;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use super::DataError;
use super::column::ColumnView;
use super::kind::{Kind, Rules};
use super::merge::{MergeRules, Merged, Outcome, merge};
use super::parallel::{Mapped, map_batches, map_items};
use super::part::Part;
use super::prints::{self, Print};
use super::read::{Limits, ReadOptions, RowCounts, Source, open};
use super::reason::grouped;
use super::report;
use super::steps::{Level, Steps};
use super::table::{Seconds, Table};
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
    let mut source = open(path, &options.read, &options.limits)?;
    let first = Work { source: &*source, options, cancel, progress }.run(started);
    if let (Err(_), Some(wider)) = (&first, source.wider()) {
        source = wider?;
        return Work { source: &*source, options, cancel, progress }.run(started);
    }
    first
}

/// What reading found besides the columns.
struct Read {
    /// Rows of each batch.
    batch_rows: Vec<usize>,
    counts: RowCounts,
    /// Fingerprints of each batch's columns, where the source is slow to read again.
    prints: Vec<Vec<Print>>,
}

impl Read {
    fn rows(&self) -> usize {
        self.batch_rows.iter().sum()
    }

    /// The rows of each batch.
    fn ranges(&self) -> Vec<Range<usize>> {
        self.batch_rows.iter().scan(0, |end, rows| Some(std::mem::replace(end, *end + rows)..*end)).collect()
    }
}

/// One batch, read.
struct Parts {
    rows: usize,
    counts: RowCounts,
    parts: Vec<Option<Part>>,
    prints: Vec<Print>,
}

struct Work<'a> {
    source: &'a dyn Source,
    options: &'a Options,
    cancel: &'a Cancel,
    progress: &'a Progress,
}

impl Work<'_> {
    fn run(&self, started: Instant) -> Result<Table, DataError> {
        let (read, merged, read_seconds) = self.columns(started)?;
        let made = Instant::now();
        let comparison = self.verify(&read, &merged)?;
        let optimise = made.duration_since(started).as_secs_f64() - read_seconds;
        let seconds = Seconds { read: read_seconds, optimise, verify: made.elapsed().as_secs_f64() };
        let rows = (read.rows(), read.counts.short);
        report::table(self.source, self.options, rows, merged, comparison, seconds).map_err(|error| self.frame_error(error))
    }

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
        let again: Vec<Option<Kind>> =
            outcomes.iter().map(|outcome| matches!(outcome, Outcome::AsText).then_some(Kind::Text)).collect();
        if again.iter().any(Option::is_some) {
            let (_, parts) = self.read(again.clone())?;
            for (at, text) in self.merge(parts)?.into_iter().enumerate() {
                if let (Some(Some(_)), Some(outcome)) = (again.get(at), outcomes.get_mut(at)) {
                    *outcome = text;
                }
            }
        }
        let merged =
            outcomes.into_iter().filter_map(|outcome| if let Outcome::Done(merged) = outcome { Some(*merged) } else { None });
        Ok((read, merged.collect(), read_seconds))
    }

    /// Reads the columns that have a kind to start from; the others come out without values.
    fn read(&self, known: Vec<Option<Kind>>) -> Result<(Read, Vec<Vec<Part>>), DataError> {
        let rules = self.rules();
        let known: Vec<Option<Mutex<Kind>>> = known.into_iter().map(|kind| kind.map(Mutex::new)).collect();
        let cells_so_far = AtomicU64::new(0);
        self.progress.phase("Reading", self.source.size());
        let mapped = map_batches(self.source, self.options.threads, self.cancel, self.progress, &|_, batch| {
            let (cells, counts) = self.source.cells(batch)?;
            let count = (cells.rows() * cells.columns()) as u64;
            let total = cells_so_far.fetch_add(count, Ordering::Relaxed) + count;
            if total > self.options.limits.max_cells {
                return Err(DataError::TooLarge {
                    file: self.file(),
                    what: format!("it has more than {} cells", grouped(self.options.limits.max_cells.into())),
                });
            }
            let part = |(at, known): (usize, &Option<Mutex<Kind>>)| {
                let known = known.as_ref()?;
                let start = *known.lock().unwrap_or_else(PoisonError::into_inner);
                let part = Part::build(cells.column(at), start, &rules);
                let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
                *known = rules.join(*known, part.kind());
                Some(part)
            };
            let prints = if self.source.slow() {
                (0..cells.columns()).map(|at| prints::of_source(cells.column(at))).collect()
            } else {
                Vec::new()
            };
            Ok(Parts { rows: cells.rows(), counts, parts: known.iter().enumerate().map(part).collect(), prints })
        });
        self.gather(mapped, known.len())
    }

    /// Turns batches of columns into columns of batches; an error's row is counted from the file's start.
    fn gather(&self, mapped: Mapped<Parts>, columns: usize) -> Result<(Read, Vec<Vec<Part>>), DataError> {
        let mut read = Read { batch_rows: Vec::new(), counts: RowCounts::default(), prints: Vec::new() };
        let mut all: Vec<Vec<Part>> = (0..columns).map(|_| Vec::with_capacity(mapped.results.len())).collect();
        for result in mapped.results {
            let before = read.rows() as u64 + read.counts.blank + self.source.first_row() - 1;
            let parts = result.map_err(|error| error.after(before))?;
            read.batch_rows.push(parts.rows);
            read.counts.short += parts.counts.short;
            read.counts.blank += parts.counts.blank;
            read.prints.push(parts.prints);
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
        let rules =
            MergeRules { rules: self.rules(), level: self.options.level, category_threshold: self.options.category_threshold };
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

    /// Compares every cell with the source: by fingerprint where the source is slow to read and all agree, else by reading it again.
    fn verify(&self, read: &Read, merged: &[Merged]) -> Result<Vec<Comparison>, DataError> {
        let views: Vec<ColumnView<'_>> =
            merged.iter().filter_map(|column| ColumnView::new(&column.series, column.format)).collect();
        let equal = if self.source.slow() { self.compare_prints(read, &views)? } else { vec![false; views.len()] };
        let mut all: Vec<Comparison> =
            equal.iter().map(|equal| Comparison::equal(if *equal { read.rows() as u64 } else { 0 })).collect();
        if !equal.contains(&false) {
            return Ok(all);
        }
        let ranges = read.ranges();
        self.progress.phase("Comparing", self.source.size());
        let mapped = map_batches(self.source, self.options.threads, self.cancel, self.progress, &|index, batch| {
            let (cells, _) = self.source.cells(batch)?;
            let start = ranges.get(index).ok_or_else(|| DataError::Changed { file: self.file() })?.start;
            let compare = |(at, view): (usize, &ColumnView<'_>)| match equal.get(at) {
                Some(false) => compare(cells.column(at), view, at, start),
                _ => Comparison::default(),
            };
            Ok(views.iter().enumerate().map(compare).collect::<Vec<_>>())
        });
        for result in mapped.results {
            all.iter_mut().zip(result?).for_each(|(all, found)| all.add(found));
        }
        mapped.reading?;
        Ok(all)
    }

    /// Whether the texts that each finished column gives have the fingerprints of those that were read.
    fn compare_prints(&self, read: &Read, views: &[ColumnView<'_>]) -> Result<Vec<bool>, DataError> {
        self.progress.phase("Comparing", read.prints.len() as u64);
        let items: Vec<_> = read.ranges().into_iter().zip(&read.prints).collect();
        let batches = map_items(items, self.options.threads, &|(rows, prints)| {
            self.cancel.check()?;
            let equal = |(view, print): (&ColumnView<'_>, &Print)| prints::of_stored(view, rows.clone()) == *print;
            let equal: Vec<bool> = views.iter().zip(prints).map(equal).collect();
            self.progress.add(1);
            Ok::<_, DataError>(equal)
        });
        let mut all = vec![true; views.len()];
        for batch in batches {
            all.iter_mut().zip(batch?).for_each(|(all, equal)| *all &= equal);
        }
        Ok(all)
    }
}
