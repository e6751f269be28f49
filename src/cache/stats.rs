//! What the cache did, counted by itself, level by level.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::jobs::Failure;

use super::histogram::Histogram;

/// A level of the cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Values as they are, in this program's memory; gone when it ends.
    Memory,
    /// Values as bytes in files; they stay.
    File,
}

/// What one level did. Each number only grows.
///
/// A level is asked only when the levels before it did not have the value, so the file level's hits and misses together are
/// at most the memory level's misses.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Counters {
    /// Times the level had what was asked for. Waiting for the same value that another thread is making is a hit in memory.
    pub hits: u64,
    /// Times it had not, or only expired or damaged.
    pub misses: u64,
    /// Entries removed to stay within the limits.
    pub evictions: u64,
    /// Entries removed because their time was over.
    pub expired: u64,
    /// Entries removed because they were not what was once written.
    pub damaged: u64,
    /// Entries written.
    pub writes: u64,
    /// Entries that could not be written, for example because the disk was full.
    pub write_failures: u64,
    /// Entries not kept because they alone are larger than the level's limit.
    pub too_large: u64,
    /// What hits saved, in microseconds: the time that making the value took once, less the time the hit took.
    pub saved_micros: u64,
    /// How long hits took, without those that waited for another thread. In memory: finding. In files: finding, reading, verifying and decoding.
    pub read: Histogram,
    /// How long writing entries took. In files: encoding, hashing and writing.
    pub write: Histogram,
    /// The same for each kind of entry.
    pub kinds: BTreeMap<String, KindCounters>,
}

/// What one level did for one kind of entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct KindCounters {
    /// As [`Counters::hits`].
    pub hits: u64,
    /// As [`Counters::misses`].
    pub misses: u64,
    /// As [`Counters::saved_micros`].
    pub saved_micros: u64,
}

impl Counters {
    /// Hits as a share of hits and misses, 0 to 1. `None` when nothing was asked for.
    pub fn hit_rate(&self) -> Option<f64> {
        rate(self.hits, self.misses)
    }

    /// What hits saved, in seconds.
    pub fn saved_seconds(&self) -> f64 {
        self.saved_micros as f64 / 1e6
    }

    /// Adds another count to this one.
    pub fn merge(&mut self, other: &Self) {
        for (mine, more) in [
            (&mut self.hits, other.hits),
            (&mut self.misses, other.misses),
            (&mut self.evictions, other.evictions),
            (&mut self.expired, other.expired),
            (&mut self.damaged, other.damaged),
            (&mut self.writes, other.writes),
            (&mut self.write_failures, other.write_failures),
            (&mut self.too_large, other.too_large),
            (&mut self.saved_micros, other.saved_micros),
        ] {
            *mine = mine.saturating_add(more);
        }
        self.read.merge(&other.read);
        self.write.merge(&other.write);
        for (kind, more) in &other.kinds {
            self.kind(kind).merge(*more);
        }
    }

    pub(super) fn hit(&mut self, kind: &str, took: Duration, making_micros: u64) {
        let saved = making_micros.saturating_sub(super::clock::micros(took));
        self.hits += 1;
        self.saved_micros = self.saved_micros.saturating_add(saved);
        self.read.record(took);
        self.kind(kind).merge(KindCounters { hits: 1, misses: 0, saved_micros: saved });
    }

    /// A hit by waiting for another thread: how long that took says nothing of this level.
    pub(super) fn shared_hit(&mut self, kind: &str) {
        self.hits += 1;
        self.kind(kind).hits += 1;
    }

    pub(super) fn miss(&mut self, kind: &str) {
        self.misses += 1;
        self.kind(kind).misses += 1;
    }

    pub(super) fn written(&mut self, took: Duration) {
        self.writes += 1;
        self.write.record(took);
    }

    fn kind(&mut self, kind: &str) -> &mut KindCounters {
        // Looked up before it is inserted: only the first of a kind needs a copy of its name.
        if !self.kinds.contains_key(kind) {
            self.kinds.insert(kind.to_owned(), KindCounters::default());
        }
        self.kinds.entry(kind.to_owned()).or_default()
    }
}

impl KindCounters {
    /// Hits as a share of hits and misses, 0 to 1. `None` when nothing was asked for.
    pub fn hit_rate(&self) -> Option<f64> {
        rate(self.hits, self.misses)
    }

    fn merge(&mut self, other: Self) {
        self.hits = self.hits.saturating_add(other.hits);
        self.misses = self.misses.saturating_add(other.misses);
        self.saved_micros = self.saved_micros.saturating_add(other.saved_micros);
    }
}

fn rate(hits: u64, misses: u64) -> Option<f64> {
    let asked = hits.saturating_add(misses);
    (asked > 0).then(|| hits as f64 / asked as f64)
}

/// One level as it is now.
#[derive(Clone, Debug, PartialEq)]
pub struct LevelStats {
    /// Entries held. In files: as of this program's last look at the folder, and what it did since.
    pub items: u64,
    /// Bytes held. In memory: as the values' makers reckon them. In files: the files' sizes.
    pub bytes: u64,
    /// Most bytes it may hold.
    pub limit_bytes: u64,
    /// Most entries it may hold; `None` when only bytes count.
    pub limit_items: Option<u64>,
    /// What it did since this program started.
    pub this_run: Counters,
    /// What it did in all runs of all programs that used the folder, as far as they have told: each tells at its end and at each
    /// clean-up; one that is killed does not tell the rest.
    pub all_runs: Counters,
}

/// The whole cache as it is now.
#[derive(Clone, Debug, PartialEq)]
pub struct Stats {
    /// The memory level.
    pub memory: LevelStats,
    /// The file level; `None` when its folder cannot be used.
    pub file: Option<LevelStats>,
    /// What is wrong with the file level at the moment.
    pub problem: Option<Failure>,
}

/// Counts of one level, for many threads: those of this run, and of them those not yet in the counters' file.
#[derive(Default)]
pub(super) struct Recorder(Mutex<Recorded>);

#[derive(Default)]
struct Recorded {
    run: Counters,
    unsaved: Counters,
}

impl Recorder {
    pub fn record(&self, count: impl Fn(&mut Counters)) {
        let mut recorded = self.lock();
        count(&mut recorded.run);
        count(&mut recorded.unsaved);
    }

    pub fn run(&self) -> Counters {
        self.lock().run.clone()
    }

    pub fn unsaved(&self) -> Counters {
        self.lock().unsaved.clone()
    }

    pub fn take_unsaved(&self) -> Counters {
        std::mem::take(&mut self.lock().unsaved)
    }

    /// Puts back what could not be saved.
    pub fn give_back(&self, counters: &Counters) {
        self.lock().unsaved.merge(counters);
    }

    fn lock(&self) -> MutexGuard<'_, Recorded> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Hits and misses over time, for a plot: the latest points, oldest first.
#[derive(Clone, Debug)]
pub struct StatsHistory {
    points: VecDeque<HistoryPoint>,
    capacity: usize,
}

/// Hits and misses of this run up to one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HistoryPoint {
    /// Seconds on the clock of whoever adds the points.
    pub seconds: f64,
    /// Hits and misses of the memory level.
    pub memory: (u64, u64),
    /// Hits and misses of the file level; zero when there is none.
    pub file: (u64, u64),
}

impl StatsHistory {
    /// A history of the latest `capacity` points.
    pub fn new(capacity: usize) -> Self {
        Self { points: VecDeque::new(), capacity: capacity.max(1) }
    }

    /// Adds the figures of a moment; the oldest point goes when there are too many.
    pub fn push(&mut self, seconds: f64, stats: &Stats) {
        let pair = |level: &LevelStats| (level.this_run.hits, level.this_run.misses);
        if self.points.len() == self.capacity {
            self.points.pop_front();
        }
        let file = stats.file.as_ref().map(pair).unwrap_or_default();
        self.points.push_back(HistoryPoint { seconds, memory: pair(&stats.memory), file });
    }

    /// All points, oldest first.
    pub fn points(&self) -> impl ExactSizeIterator<Item = &HistoryPoint> {
        self.points.iter()
    }

    /// The share of hits from this run's start to each point, 0 to 1; points before the first question are left out.
    pub fn hit_rates(&self, level: Level) -> Vec<(f64, f64)> {
        let of = |point: &HistoryPoint| if level == Level::Memory { point.memory } else { point.file };
        let rate_at = |point: &HistoryPoint| rate(of(point).0, of(point).1).map(|rate| (point.seconds, rate));
        self.points.iter().filter_map(rate_at).collect()
    }
}
