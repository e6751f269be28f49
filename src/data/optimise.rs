//! From a file to the smallest table that loses nothing: read and infer, make columns, compare with the source.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use super::DataError;
use super::choice::Choices;
use super::column::ColumnView;
use super::growing::GrowingKind;
use super::kind::{Kind, Rules};
use super::merge::{MergeRules, Merged, Outcome, merge};
use super::parallel::{Mapped, map_batches, map_items};
use super::part::Part;
use super::prints::{self, Print};
use super::read::{Limits, ReadOptions, RowCounts, Source, file_name, open};
use super::report;
use super::steps::{Level, Steps};
use super::suggest::{self, Advice, Subject};
use super::table::{Seconds, Table};
use super::verify::{Comparison, compare, says_all};
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
    /// Steps of single columns, by name, in place of those of the table.
    pub column_steps: BTreeMap<String, Steps>,
    /// Share of different texts up to which categories are considered, 0 to 1.
    pub category_threshold: f64,
    /// Bounds on the file.
    pub limits: Limits,
    /// Threads to work on.
    pub threads: usize,
    /// How cells are read that could be read in two ways.
    pub choices: Choices,
    /// Columns, by name, that are neither counted nor written.
    pub leave_out: BTreeSet<String>,
}

impl Default for Options {
    fn default() -> Self {
        let threads = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self {
            read: ReadOptions::default(),
            level: Level::default(),
            steps: Steps::ALL,
            column_steps: BTreeMap::new(),
            category_threshold: 0.5,
            limits: Limits::default(),
            threads,
            choices: Choices::default(),
            leave_out: BTreeSet::new(),
        }
    }
}

impl Options {
    /// Steps that are on for the column of this name.
    pub fn steps_of(&self, column: &str) -> Steps {
        self.column_steps.get(column).copied().unwrap_or(self.steps)
    }
}

/// Opens a file and makes the smallest table of it that loses nothing; every cell is then compared with the file.
///
/// # Errors
/// When the file cannot be read, is no table, is damaged, too large, takes too long, or changes meanwhile, and when cancelled.
pub fn optimise(path: &Path, options: &Options, cancel: &Cancel, progress: &Progress) -> Result<Table, DataError> {
    in_time(path, &options.limits, cancel, progress, |cancel| optimise_within(path, options, cancel, progress))
}

/// Does `work` on a file within the bound on time, which is a flag that sets itself: the work ends wherever it would end when cancelled.
///
/// # Errors
/// That of the work, and [`DataError::TooSlow`].
pub(super) fn in_time<T>(
    path: &Path,
    limits: &Limits,
    cancel: &Cancel,
    progress: &Progress,
    work: impl FnOnce(&Cancel) -> Result<T, DataError>,
) -> Result<T, DataError> {
    let bounded = cancel.within(limits.max_time());
    work(&bounded).map_err(|error| told_late(error, path, limits, (cancel, &bounded), progress))
}

fn told_late(
    error: DataError,
    path: &Path,
    limits: &Limits,
    (cancel, bounded): (&Cancel, &Cancel),
    progress: &Progress,
) -> DataError {
    match error {
        DataError::Cancelled(_) if bounded.is_late() && !cancel.is_cancelled() => {
            DataError::TooSlow { file: file_name(path), seconds: limits.max_seconds, progress: reached(progress) }
        }
        other => other,
    }
}

/// `reading had come to 43 %`.
fn reached(progress: &Progress) -> String {
    let view = progress.view();
    match view.fraction {
        Some(fraction) => format!("{} had come to {} %", view.phase.to_lowercase(), (fraction * 100.0) as u64),
        None => format!("{} had begun", view.phase.to_lowercase()),
    }
}

/// Opens a file and does `work` on its table; where that fails, again on the same table read in a more careful way, while there is
/// one. Gives the table on which the work succeeded, and what it made.
///
/// # Errors
/// Those of opening, and that of the work on the most careful way.
pub(super) fn with_source<T>(
    path: &Path,
    options: &Options,
    cancel: &Cancel,
    progress: &Progress,
    mut work: impl FnMut(&dyn Source) -> Result<T, DataError>,
) -> Result<(Box<dyn Source>, T), DataError> {
    progress.phase("Opening", 0);
    let mut source = open(path, &options.read, &options.limits)?;
    cancel.check()?;
    loop {
        let error = match work(&*source) {
            Ok(made) => return Ok((source, made)),
            Err(error) => error,
        };
        source = source.wider(cancel).unwrap_or(Err(error))?;
    }
}

fn optimise_within(path: &Path, options: &Options, cancel: &Cancel, progress: &Progress) -> Result<Table, DataError> {
    let started = Instant::now();
    let run = |source: &dyn Source| Work { source, options, cancel, progress }.run(started);
    with_source(path, options, cancel, progress, run).map(|(_, table)| table)
}

/// The table of a source that tests make up.
#[cfg(test)]
pub(super) fn optimise_source(source: &dyn Source, options: &Options) -> Result<Table, DataError> {
    Work { source, options, cancel: &Cancel::new(), progress: &Progress::new() }.run(Instant::now())
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
        let verified = Instant::now();
        let advice = self.advise(&merged)?;
        let optimise = (made.duration_since(started) + verified.elapsed()).as_secs_f64() - read_seconds;
        let seconds = Seconds { read: read_seconds, optimise, verify: verified.duration_since(made).as_secs_f64() };
        let rows = (read.rows(), read.counts);
        report::table(self.source, self.options, rows, merged, comparison, advice, seconds).map_err(|error| self.frame_error(error))
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
        let rules: Vec<Rules> = (0..self.source.header().len()).map(|at| self.rules(at).rules).collect();
        let known: Vec<Option<GrowingKind>> = known.into_iter().map(|kind| kind.map(GrowingKind::new)).collect();
        let cells_so_far = AtomicU64::new(0);
        self.progress.phase("Reading", self.source.size());
        let mapped = map_batches(self.source, self.options.threads, self.cancel, self.progress, &|_, batch| {
            let (cells, counts) = self.source.cells(batch)?;
            let count = (cells.rows() * cells.columns()) as u64;
            let total = cells_so_far.fetch_add(count, Ordering::Relaxed) + count;
            if total > self.options.limits.max_cells {
                return Err(DataError::too_many_cells(&self.source.info().file, "it", self.options.limits.max_cells));
            }
            let part = |(at, known): (usize, &Option<GrowingKind>)| Some(known.as_ref()?.part(cells.column(at), rules.get(at)?));
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
            let before = read.counts.before(read.rows(), self.source.first_row());
            let parts = result.map_err(|error| error.after(before))?;
            read.batch_rows.push(parts.rows);
            read.counts.join(&parts.counts, before);
            read.prints.push(parts.prints);
            for (column, part) in all.iter_mut().zip(parts.parts) {
                column.extend(part);
            }
        }
        mapped.reading?;
        Ok((read, all))
    }

    /// How a column is read and decided.
    fn rules(&self, column: usize) -> MergeRules {
        MergeRules::of(self.options, self.source, column)
    }

    fn merge(&self, columns: Vec<Vec<Part>>) -> Result<Vec<Outcome>, DataError> {
        let options = self.options;
        self.progress.phase("Making columns", columns.len() as u64);
        let items: Vec<(usize, (&String, Vec<Part>))> = self.source.header().iter().zip(columns).enumerate().collect();
        let merged = map_items(items, options.threads, &|(at, (name, parts))| {
            self.cancel.check()?;
            let outcome = merge(name, parts, &self.rules(at), options.choices.of(name)).map_err(|error| self.frame_error(error));
            self.progress.add(1);
            outcome
        });
        merged.into_iter().collect()
    }

    /// What a person may do, and what steps that are off would give.
    fn advise(&self, merged: &[Merged]) -> Result<Advice, DataError> {
        self.progress.phase("Looking for suggestions", 0);
        let named = self.source.header().iter().zip(merged).enumerate();
        let subjects: Option<Vec<Subject<'_>>> =
            named.map(|(at, (name, column))| Subject::new(name, column, self.rules(at))).collect();
        let (level, threads) = (self.options.level, self.options.threads);
        Ok(suggest::advise(&subjects.unwrap_or_default(), level, self.source.first_row(), threads, self.cancel)?)
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
            let equal = |(view, print): (&ColumnView<'_>, &Print)| {
                prints::of_stored(view, rows.clone()) == *print && says_all(view, rows.clone())
            };
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::jobs::Explain;

    fn table() -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.csv");
        std::fs::write(&path, "a\n1\n").expect("written");
        (folder, path)
    }

    #[test]
    fn a_table_that_takes_too_long_says_how_far_it_got_and_what_to_set() {
        let (_folder, path) = table();
        let options = Options { limits: Limits { max_seconds: 3_600, ..Limits::default() }, ..Options::default() };
        let (cancel, progress) = (Cancel::new(), Progress::new());
        let late = cancel.within(Some(Duration::ZERO));
        let error = optimise_within(&path, &options, &late, &progress).expect_err("its time is over");
        let error = told_late(error, &path, &options.limits, (&cancel, &late), &progress);
        assert_eq!(error.to_string(), "“a.csv” was not done after 3,600 seconds: opening had begun");
        assert!(error.next_step().contains("limits.max_read_seconds"), "{}", error.next_step());
        progress.phase("Reading", 200);
        progress.add(87);
        assert_eq!(reached(&progress), "reading had come to 43 %");
        assert_eq!(optimise(&path, &options, &cancel, &progress).map(|table| table.rows()).ok(), Some(1), "in time");
    }

    #[test]
    fn work_that_was_cancelled_is_not_told_to_be_late() {
        let (_folder, path) = table();
        let (cancel, options) = (Cancel::new(), Options::default());
        let late = cancel.within(Some(Duration::ZERO));
        cancel.cancel();
        let progress = Progress::new();
        let error = optimise_within(&path, &options, &late, &progress).expect_err("cancelled");
        let error = told_late(error, &path, &options.limits, (&cancel, &late), &progress);
        assert!(matches!(error, DataError::Cancelled(_)), "{error:?}");
    }
}
