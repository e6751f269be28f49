//! The list of files of a batch: what is known of each, their order, and the totals; no drawing here.

use std::cmp::Ordering;
use std::path::{Path, PathBuf};

use crate::app::widgets::Sort;
use crate::data::{OutputFormat, Report};
use crate::jobs::{Failure, ProgressView};
use crate::operations::batch::Handle;
use crate::report::format;

/// Warnings of a file whose words are kept; the others are counted.
const KEPT_WARNINGS: usize = 4;

/// How a file of the list stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// Its turn comes, or it is being worked on.
    #[default]
    Pending,
    /// Its table was made; written too, when it was to be written.
    Done,
    /// It failed, and why.
    Failed(Failure),
    /// A person left it out.
    Skipped,
    /// The whole batch was stopped before it was done.
    Stopped,
}

/// What is known of a table that was made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Rows without the header.
    pub rows: u64,
    /// Its columns.
    pub columns: u64,
    /// Bytes of memory before.
    pub before: u64,
    /// Bytes of memory after.
    pub after: u64,
    /// Values that differ from the source.
    pub differing: u64,
    /// How many warnings there are.
    pub warnings: u64,
    /// The first of them, in words.
    pub first_warnings: Vec<String>,
}

impl Figures {
    /// Those of a report.
    pub fn of(report: &Report) -> Self {
        let words = |warning: &crate::data::Warning| match (&warning.column, warning.row) {
            (Some(column), Some(row)) => format!("{column}, row {}: {}", format::count(row), warning.text),
            (Some(column), None) => format!("{column}: {}", warning.text),
            (None, Some(row)) => format!("Row {}: {}", format::count(row), warning.text),
            (None, None) => warning.text.clone(),
        };
        Self {
            rows: report.rows,
            columns: report.columns.len() as u64,
            before: report.before_bytes,
            after: report.after_bytes,
            differing: report.verified.mismatches,
            warnings: report.warnings.len() as u64,
            first_warnings: report.warnings.iter().take(KEPT_WARNINGS).map(words).collect(),
        }
    }

    /// Bytes saved; negative where the exact table needs more.
    pub fn saved(&self) -> i64 {
        self.before as i64 - self.after as i64
    }
}

/// A file of the list.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// Where it is.
    pub path: PathBuf,
    /// Its size on the disk, in bytes.
    pub size: u64,
    /// How it stands.
    pub state: State,
    /// The way to the work on it, while a batch holds it.
    pub handle: Option<Handle>,
    /// What is known of its table, once that was made.
    pub figures: Option<Figures>,
    /// Where its table is to be written, or was.
    pub target: Option<(PathBuf, OutputFormat)>,
    /// Whether it was written there.
    pub written: bool,
    /// Taken off the list; rows keep their places, which running work knows them by.
    pub removed: bool,
}

impl Row {
    /// A file that waits.
    pub fn new(path: PathBuf, size: u64) -> Self {
        Self { path, size, ..Self::default() }
    }

    /// Its name without the folders.
    pub fn name(&self) -> String {
        self.path.file_name().unwrap_or(self.path.as_os_str()).to_string_lossy().into_owned()
    }

    /// How far work on it is, when it was begun.
    pub fn progress(&self) -> Option<ProgressView> {
        self.handle.as_ref().and_then(Handle::view)
    }

    /// Its state in a word or two: `Waiting`, `Reading 43 %`, `Done`.
    pub fn words(&self) -> String {
        match &self.state {
            State::Pending => pending(self.progress(), self.handle.as_ref().is_some_and(Handle::is_left_out)),
            State::Done if self.figures.as_ref().is_some_and(|figures| figures.differing > 0) => "Values differ".into(),
            State::Done if self.written => "Exported".into(),
            State::Done => "Done".into(),
            State::Failed(_) => "Failed".into(),
            State::Skipped => "Skipped".into(),
            State::Stopped => "Stopped".into(),
        }
    }

    /// Whether a person may ask for it once more.
    pub fn can_retry(&self) -> bool {
        matches!(self.state, State::Failed(_) | State::Skipped | State::Stopped)
    }
}

fn pending(progress: Option<ProgressView>, left_out: bool) -> String {
    let Some(progress) = progress else { return "Waiting".into() };
    if left_out {
        return "Stopping…".into();
    }
    let phase = if progress.phase.is_empty() { "Beginning" } else { &progress.phase };
    match progress.fraction {
        Some(fraction) => format!("{phase} {:.0} %", (fraction * 100.0).floor()),
        None => format!("{phase}…"),
    }
}

/// What the list can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// As they were given.
    Place,
    /// Name, A first.
    Name,
    /// Size of the file.
    Size,
    /// Share of the memory that was saved.
    Saving,
}

impl Key {
    fn compare(self, a: &Row, b: &Row) -> Ordering {
        match self {
            Self::Place => Ordering::Equal,
            Self::Name => a.name().to_lowercase().cmp(&b.name().to_lowercase()),
            Self::Size => a.size.cmp(&b.size),
            Self::Saving => share(a).total_cmp(&share(b)),
        }
    }

    /// Whether the largest comes first when it is chosen.
    pub const fn largest_first(self) -> bool {
        matches!(self, Self::Size | Self::Saving)
    }
}

fn share(row: &Row) -> f64 {
    row.figures.as_ref().map_or(f64::NEG_INFINITY, |figures| saved_percent(figures.before, figures.after))
}

/// How much less `after` is than `before`, in percent; 0 of nothing.
pub fn saved_percent(before: u64, after: u64) -> f64 {
    if before == 0 { 0.0 } else { (before as f64 - after as f64) / before as f64 * 100.0 }
}

/// The files, their order, and what all of them make together.
#[derive(Clone, Debug)]
pub struct List {
    rows: Vec<Row>,
    /// Files that are no tables, and why.
    pub left_out: Vec<(PathBuf, String)>,
    sort: Sort<Key>,
    order: Vec<usize>,
    totals: Totals,
}

impl Default for List {
    fn default() -> Self {
        let (rows, left_out, order) = (Vec::new(), Vec::new(), Vec::new());
        Self { rows, left_out, sort: Sort::by(Key::Place, false), order, totals: Totals::default() }
    }
}

impl List {
    /// Places of the rows in the order in which they are shown.
    pub fn order(&self) -> &[usize] {
        &self.order
    }

    /// The order.
    pub fn sort(&self) -> Sort<Key> {
        self.sort
    }

    /// What all make together.
    pub fn totals(&self) -> &Totals {
        &self.totals
    }

    /// The row of this place.
    pub fn row(&self, place: usize) -> Option<&Row> {
        self.rows.get(place).filter(|row| !row.removed)
    }

    /// The row of this place, to be changed; [`List::arrange`] then brings order and totals up to date.
    pub fn row_mut(&mut self, place: usize) -> Option<&mut Row> {
        self.rows.get_mut(place)
    }

    /// The rows with their places.
    pub fn rows(&self) -> impl Iterator<Item = (usize, &Row)> {
        self.rows.iter().enumerate().filter(|(_, row)| !row.removed)
    }

    /// Adds a file that is not on the list yet.
    pub fn add(&mut self, row: Row) {
        if !self.rows().any(|(_, other)| other.path == row.path) {
            self.rows.push(row);
        }
    }

    /// Sorts by `key`; again turns the order round.
    pub fn sort_by(&mut self, key: Key) {
        self.sort = self.sort.clicked(key, key.largest_first());
    }

    /// Sorts and sums anew.
    pub fn arrange(&mut self) {
        let Sort { column: key, descending } = self.sort;
        let mut order: Vec<(usize, &Row)> = self.rows().collect();
        order.sort_by(|(place, a), (other, b)| {
            let found = if key == Key::Place { place.cmp(other) } else { key.compare(a, b) };
            if descending { found.reverse() } else { found }
        });
        let order = order.into_iter().map(|(place, _)| place).collect();
        self.totals = Totals::of(self.rows().map(|(_, row)| row));
        self.order = order;
    }

    /// The folder that most people would call the list's: that of its first file.
    pub fn folder(&self) -> PathBuf {
        self.rows().next().and_then(|(_, row)| row.path.parent()).map(Path::to_path_buf).unwrap_or_default()
    }
}

/// What all files make together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// All files.
    pub files: u64,
    /// Files that are done.
    pub done: u64,
    /// Files that failed.
    pub failed: u64,
    /// Files that were left out or stopped.
    pub not_done: u64,
    /// Rows of all tables.
    pub rows: u64,
    /// Bytes of memory before.
    pub before: u64,
    /// Bytes of memory after.
    pub after: u64,
    /// Warnings of all tables.
    pub warnings: u64,
    /// The most bytes that a table takes, before or after.
    pub widest: u64,
}

impl Totals {
    fn of<'a>(rows: impl Iterator<Item = &'a Row>) -> Self {
        let mut all = Self::default();
        for row in rows {
            all.files += 1;
            match row.state {
                State::Pending => {}
                State::Done => all.done += 1,
                State::Failed(_) => all.failed += 1,
                State::Skipped | State::Stopped => all.not_done += 1,
            }
            if let Some(figures) = &row.figures {
                all.rows += figures.rows;
                all.before += figures.before;
                all.after += figures.after;
                all.warnings += figures.warnings;
                all.widest = all.widest.max(figures.before).max(figures.after);
            }
        }
        all
    }

    /// Files whose end is known.
    pub fn ended(&self) -> u64 {
        self.done + self.failed + self.not_done
    }

    /// `9 of 10 done`.
    pub fn done_words(&self) -> String {
        format!("{} of {} done", format::count(self.done), format::count(self.files))
    }

    /// What became of the others: `1 failed, 2 not done`; empty when nothing did.
    pub fn rest_words(&self) -> String {
        let failed = (self.failed > 0).then(|| format!("{} failed", format::count(self.failed)));
        let not_done = (self.not_done > 0).then(|| format!("{} not done", format::count(self.not_done)));
        [failed, not_done].into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    /// `325 MB → 78 MB`.
    pub fn sizes(&self) -> String {
        format!("{} → {}", format::bytes(self.before), format::bytes(self.after))
    }

    /// `−76 %`.
    pub fn change(&self) -> String {
        format::percent_change(-saved_percent(self.before, self.after))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn done(name: &str, size: u64, before: u64, after: u64) -> Row {
        let figures = Figures { rows: 10, before, after, warnings: 1, ..Figures::default() };
        Row { state: State::Done, figures: Some(figures), ..Row::new(name.into(), size) }
    }

    fn list() -> List {
        let mut list = List::default();
        list.add(done("x/b.csv", 500, 1_000, 900));
        list.add(done("x/C.csv", 100, 2_000, 500));
        list.add(Row { state: State::Failed(Failure::new("Broken.", "Mend it.")), ..Row::new("x/a.csv".into(), 900) });
        list.add(Row { state: State::Stopped, ..Row::new("x/d.csv".into(), 5) });
        list.add(Row::new("x/d.csv".into(), 5));
        list.arrange();
        list
    }

    fn names(list: &List) -> String {
        list.order().iter().filter_map(|place| list.row(*place)).map(Row::name).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn sorted_by_each_key_and_turned_round() {
        let mut list = list();
        assert_eq!(names(&list), "b.csv C.csv a.csv d.csv", "as they were given, the same file once");
        let mut order = |key| {
            list.sort_by(key);
            list.arrange();
            names(&list)
        };
        assert_eq!(order(Key::Name), "a.csv b.csv C.csv d.csv");
        assert_eq!(order(Key::Name), "d.csv C.csv b.csv a.csv");
        assert_eq!(order(Key::Size), "a.csv b.csv C.csv d.csv");
        assert_eq!(order(Key::Saving), "C.csv b.csv a.csv d.csv");
    }

    #[test]
    fn totals_count_what_is_on_the_list() {
        let mut list = list();
        let totals = list.totals().clone();
        assert_eq!((totals.files, totals.done, totals.failed, totals.not_done, totals.ended()), (4, 2, 1, 1, 4));
        assert_eq!((totals.sizes().as_str(), totals.change().as_str()), ("3 KB → 1.4 KB", "−53 %"));
        assert_eq!((totals.rows, totals.warnings, totals.widest), (20, 2, 2_000));
        assert_eq!(totals.done_words(), "2 of 4 done");
        assert_eq!(totals.rest_words(), "1 failed, 1 not done");
        list.row_mut(1).expect("there").removed = true;
        list.arrange();
        assert_eq!((list.totals().files, list.totals().before, names(&list).as_str()), (3, 1_000, "b.csv a.csv d.csv"));
    }

    #[test]
    fn a_file_says_how_it_stands() {
        let mut row = Row::new("a.csv".into(), 1);
        assert_eq!(row.words(), "Waiting");
        let progress = |phase: &str, fraction| Some(ProgressView { phase: phase.into(), fraction, left: None });
        assert_eq!(pending(progress("Reading", Some(0.439)), false), "Reading 43 %");
        assert_eq!(pending(progress("", None), false), "Beginning…");
        assert_eq!(pending(progress("Reading", Some(0.5)), true), "Stopping…");
        row.state = State::Skipped;
        assert_eq!((row.words().as_str(), row.can_retry()), ("Skipped", true));
        let mut row = done("a.csv", 1, 2, 1);
        assert_eq!((row.words().as_str(), row.can_retry()), ("Done", false));
        row.written = true;
        assert_eq!(row.words(), "Exported");
        row.figures.as_mut().expect("figures").differing = 1;
        assert_eq!(row.words(), "Values differ");
    }
}
