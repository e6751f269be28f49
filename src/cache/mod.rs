//! What was computed once, kept under the hash of what it was computed from: first in memory, then in files.
//!
//! A value is asked for with [`Cache::get_or_make`]: found in memory, else read from its file (verified, then kept in memory
//! too), else made and stored in both. A key holds the content's hash, so an entry is never out of date; its time to live only
//! keeps the cache tidy. What goes wrong with the file level is never an error for whoever asks: the value is made then.
//!
//! The file level keeps one file per entry, not a database: values are tens of megabytes, written whole and read whole; a
//! file can be streamed into without a copy, verified in parallel and removed at once, and several programs can share
//! the folder without a lock. An entry gets its name only when it is written whole.
//!
//! Uses [`crate::settings`] and [`crate::jobs`].

mod clock;
mod counters;
mod digest;
mod entry;
mod files;
mod flight;
mod format;
mod histogram;
mod key;
mod known;
mod levels;
mod memory;
mod stats;

pub use clock::Clock;
pub use entry::{About, CacheError, Codec, EntryView, Origin, VerifiedEntry};
pub use histogram::Histogram;
pub use key::{ContentHash, HashError, Key, NotAKey, hash_file};
pub use levels::Cache;
pub use stats::{Counters, HistoryPoint, KindCounters, Level, LevelStats, Stats, StatsHistory};

use entry::Info;
