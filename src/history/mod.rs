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
//! What the program itself did for a person stands in the table `operations` ([`Operation`]).
//!
//! Uses [`crate::sampler`] for what a sample is and [`crate::jobs`] for cancelling and for the words of errors.

mod blocks;
mod bucket;
mod codec;
mod database;
mod error;
mod fold;
mod import;
mod info;
mod lock;
mod log;
mod names;
mod reader;
mod recent;
mod recorder;
mod rows;
mod stretch;
mod tier;
mod top;

pub use bucket::Bucket;
pub use error::HistoryError;
pub use import::{Imported, Importer, import};
pub use info::{Info, SeriesInfo, TierInfo};
pub use lock::Pen;
pub use log::{Asker, Operation, OperationResult};
pub use names::{metric as metric_named, name as name_of_metric};
pub use reader::Archive;
pub use recorder::{COMMIT, Config, Recorder, Status, StatusKind};
pub use rows::{LAST, Row, Sink, Wanted};
pub use stretch::{Line, Stretch};
pub use tier::Tier;
pub use top::{TopMinute, TopProcess};

use crate::sampler::Unit;

/// The database's name within the folder of its files.
pub const FILE: &str = "history.sqlite";

/// What the values of the series of this name are counted in; `None` for one that this version does not know.
pub fn unit(name: &str) -> Option<Unit> {
    names::metric(name).map(|metric| metric.unit())
}

/// Milliseconds since 1970-01-01 UTC, from seconds. What is no time is the beginning.
fn milliseconds(seconds: f64) -> i64 {
    // Casts of floats saturate.
    (seconds * 1000.0).round() as i64
}
