//! The Cache tab: what is kept of opened files, and what that saved.
//!
//! `model.rs` what the cards and the table show, without egui; `paint.rs`, `plot.rs`, `table.rs` draw it. Everything that touches the cache's
//! files runs as a job; only the counters are read here.

mod model;
pub mod paint;
mod plot;
mod table;

use std::time::Duration;

use crate::app::widgets::Sort;
use crate::app::{Command, Notice, SharedCache, Tab, Tools};
use crate::cache::{Cache, CacheError, EntryView, Key, Level, Stats, StatsHistory};
use crate::jobs::{Cancel, Failure, JobError, Priority, Progress, Slot};
use crate::report::{format, shorten};

pub use model::{Column, LevelCard, Saved};

/// Seconds between two points of the history.
const INTERVAL: f64 = 1.0;
/// Points of the history: an hour.
const POINTS: usize = 3600;

/// What the Cache tab shows.
pub struct CacheTab {
    stats: Option<Stats>,
    history: StatsHistory,
    /// When the last point of the history was taken, on the window's clock.
    sampled: Option<f64>,
    entries: Slot<Vec<EntryView>>,
    /// When the entries were listed, on the window's clock, and what the counters said then.
    listed: Option<(f64, Vec<u64>)>,
    rows: Vec<usize>,
    search: String,
    sort: Sort<Column>,
    asking: Option<Level>,
    in_sight: bool,
    closed: Option<Failure>,
}

/// What the Cache tab can be asked for.
#[derive(Debug)]
pub enum CacheCommand {
    /// The tab has come into sight.
    Show,
    /// Ask whether to empty this level.
    AskClear(Level),
    /// Do not empty it.
    KeepAll,
    /// Empty this level.
    Clear(Level),
    /// Remove what has expired.
    Purge,
    /// Read all files and remove the damaged ones.
    Verify,
    /// Remove this entry, which is so called.
    Remove(Key, String),
    /// List the entries with this in their name or kind.
    Search(String),
    /// Sort by this column; again turns the order round.
    SortBy(Column),
    /// The cache is another one now; what was done, in a sentence, where that is worth one.
    Changed(Option<String>),
    /// Take the message on the file level away.
    CloseProblem,
}

impl Default for CacheTab {
    fn default() -> Self {
        Self {
            stats: None,
            history: StatsHistory::new(POINTS),
            sampled: None,
            entries: Slot::default(),
            listed: None,
            rows: Vec::new(),
            search: String::new(),
            sort: Sort::by(Column::Age, false),
            asking: None,
            in_sight: false,
            closed: None,
        }
    }
}

impl CacheTab {
    /// Does what was asked for.
    pub fn apply(&mut self, command: CacheCommand, tools: &mut Tools) {
        match command {
            CacheCommand::Show => {
                self.in_sight = true;
                self.sample(tools);
                self.list(tools);
            }
            CacheCommand::AskClear(level) => self.asking = Some(level),
            CacheCommand::KeepAll => self.asking = None,
            CacheCommand::Clear(level) => self.clear(level, tools),
            CacheCommand::Purge => errand(tools, "Removing what has expired", |cache, _, _| {
                cache.purge_expired().map(|(memory, files)| purged(memory, files))
            }),
            CacheCommand::Verify => errand(tools, "Verifying the cache’s files", |cache, cancel, progress| {
                cache.verify(cancel, progress).map(|entries| Some(model::verified(&entries)))
            }),
            CacheCommand::Remove(key, name) => {
                errand(tools, &format!("Removing {}", shorten(&name, 60)), move |cache, _, _| cache.remove(&key).map(|_| None));
            }
            CacheCommand::Search(text) => {
                self.search = text;
                self.arrange();
            }
            CacheCommand::SortBy(column) => {
                self.sort = self.sort.clicked(column, column.largest_first());
                self.arrange();
            }
            CacheCommand::Changed(words) => {
                words.into_iter().for_each(|words| tools.tell(Notice::done(words)));
                self.sample(tools);
                self.list(tools);
            }
            CacheCommand::CloseProblem => self.closed = self.stats.as_ref().and_then(|stats| stats.problem.clone()),
        }
    }

    /// Takes in what its jobs have made, and the counters once a second. Says whether there was something.
    pub fn take_news(&mut self, tools: &mut Tools) -> bool {
        self.in_sight &= *tools.tab == Tab::Cache;
        let listed = self.entries.poll();
        if listed {
            self.arrange();
            self.sample(tools);
        }
        let now = tools.ctx.time();
        let is_due = self.sampled.is_none_or(|sampled| now - sampled >= INTERVAL);
        if is_due && tools.cache.get().is_some() {
            self.sample(tools);
            if self.in_sight && self.listed.as_ref().map(|(_, counters)| counters) != Some(&self.counters()) {
                self.list(tools);
            }
        }
        listed
    }

    /// The counters, when the cache was opened.
    pub fn stats(&self) -> Option<&Stats> {
        self.stats.as_ref()
    }

    /// Hits and misses over time.
    pub fn history(&self) -> &StatsHistory {
        &self.history
    }

    /// The entries in sight, in their order.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = Option<&EntryView>> {
        self.rows.iter().map(|&row| self.entries.value().and_then(|entries| entries.get(row)))
    }

    /// The entry in this row of the table.
    pub fn row(&self, row: usize) -> Option<&EntryView> {
        self.rows.get(row).and_then(|&row| self.entries.value()?.get(row))
    }

    /// All entries, when they were listed.
    pub fn entries(&self) -> &Slot<Vec<EntryView>> {
        &self.entries
    }

    /// Time since the entries were listed, at the moment `now` of the window's clock.
    pub fn since_listed(&self, now: f64) -> Duration {
        Duration::try_from_secs_f64(now - self.listed.as_ref().map_or(now, |(at, _)| *at)).unwrap_or_default()
    }

    /// What is searched for.
    pub fn search(&self) -> &str {
        &self.search
    }

    /// Order of the table.
    pub fn sort(&self) -> Sort<Column> {
        self.sort
    }

    /// The level that the person is asked about.
    pub fn asking(&self) -> Option<Level> {
        self.asking
    }

    /// Takes the question away whether to empty a level, which then keeps what it has. Whether there was one.
    pub fn close_question(&mut self) -> bool {
        self.asking.take().is_some()
    }

    /// Whether the tab knows that it is in sight.
    pub fn is_in_sight(&self) -> bool {
        self.in_sight
    }

    /// What is wrong with the file level, until that was closed.
    pub fn problem(&self) -> Option<&Failure> {
        self.stats.as_ref()?.problem.as_ref().filter(|problem| self.closed.as_ref() != Some(problem))
    }

    fn sample(&mut self, tools: &Tools) {
        let Some(cache) = tools.cache.get() else { return };
        let (now, stats) = (tools.ctx.time(), cache.stats());
        self.history.push(now, &stats);
        self.sampled = Some(now);
        self.stats = Some(stats);
    }

    fn counters(&self) -> Vec<u64> {
        self.stats.as_ref().map(model::counters).unwrap_or_default()
    }

    fn list(&mut self, tools: &Tools) {
        self.listed = Some((tools.ctx.time(), self.counters()));
        let cache = tools.cache.clone();
        let work = move |_: &Cancel, _: &Progress| cache.open().entries().map_err(|error| failed(&error));
        self.entries.start(tools.submit("Listing the cache", Priority::High, work));
    }

    fn arrange(&mut self) {
        let entries = self.entries.value().map_or(&[][..], |entries| entries.as_slice());
        self.rows = model::arrange(entries, &self.search, self.sort);
    }

    fn clear(&mut self, level: Level, tools: &mut Tools) {
        self.asking = None;
        errand(tools, "Clearing the cache", move |cache, _, _| {
            let removed = cache.clear(level)?;
            Ok(Some(format!("{} removed from {}.", format::counted(removed, "item", "items"), model::place(level))))
        });
    }
}

/// Does something to the cache that may touch its files; ends in a sentence.
fn errand(
    tools: &mut Tools,
    title: &str,
    work: impl FnOnce(&Cache, &Cancel, &Progress) -> Result<Option<String>, CacheError> + Send + 'static,
) {
    let cache: SharedCache = tools.cache.clone();
    tools.errand(title.to_owned(), move |cancel, progress| {
        let words = work(cache.open(), cancel, progress).map_err(|error| failed(&error))?;
        cancel.check()?;
        Ok(Command::Cache(CacheCommand::Changed(words)))
    });
}

fn failed(error: &CacheError) -> JobError {
    JobError::Failed(Failure::from_error(error))
}

fn purged(memory: u64, files: u64) -> Option<String> {
    Some(match memory + files {
        0 => "Nothing had expired.".to_owned(),
        _ => format!(
            "What had expired was removed: {} in memory, {}.",
            format::count(memory),
            format::counted(files, "file", "files")
        ),
    })
}
