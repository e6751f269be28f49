//! What was measured, kept on disk: it outlives the program, a crash and a year.
//!
//! One thread, [`Recorder`], writes; whoever wants to look back opens an [`Archive`] of the same file and reads meanwhile. The file is a
//! SQLite database with a write-ahead log, so what was committed survives the end of the program at any moment; the samples of at most ten
//! seconds are not yet committed.
//!
//! Samples come in as they are and are kept as such for up to ten minutes (table `recent`). Then they are folded into buckets: of a
//! second for a day, of ten seconds for a week, of a minute for 90 days, of an hour for ever ([`Tier`]). A bucket has the smallest value,
//! the mean over the time that was measured, the largest, and how many seconds were measured: a gap stays a gap. The buckets of a stretch of time
//! stand in one compressed row for each series (table `blocks`). Folding starts from what is stored, never from what is only in memory, so a
//! program that ends half way through an hour goes on where it was. Beside the series each minute keeps the processes that used most
//! (tables `minutes` and `hours`).
//!
//! Uses [`crate::sampler`] for what a sample is and [`crate::jobs`] for cancelling and for the words of errors.

mod bucket;
mod codec;
mod database;
mod error;
mod fold;
mod names;
mod reader;
mod recent;
mod recorder;
mod stretch;
mod tier;
mod top;

pub use bucket::Bucket;
pub use error::HistoryError;
pub use reader::Archive;
pub use recorder::{COMMIT, Config, Recorder, Status, StatusKind};
pub use stretch::{Line, Stretch};
pub use tier::Tier;
pub use top::{TopMinute, TopProcess};

/// The database's name within the folder of its files.
pub const FILE: &str = "history.sqlite";

/// Milliseconds since 1970-01-01 UTC, from seconds. What is no time is the beginning.
fn milliseconds(seconds: f64) -> i64 {
    // Casts of floats saturate.
    (seconds * 1000.0).round() as i64
}
