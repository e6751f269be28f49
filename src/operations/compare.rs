//! Comparing two tables.

use crate::data::compare::{self, By, Comparison};
use crate::data::{Options, Table};
use crate::jobs::{Cancel, JobError, Progress};

/// What became of the columns, rows and cells of `first` in `other`; see [`mod@compare`]. Of `options` the threads are used.
///
/// # Errors
/// When cancelled.
pub fn compare_tables(
    first: &Table,
    other: &Table,
    by: &By,
    options: &Options,
    cancel: &Cancel,
    progress: &Progress,
) -> Result<Comparison, JobError> {
    progress.operation(super::kind::COMPARE_TABLES, None);
    Ok(compare::compare([first, other], by, options.threads, cancel, progress)?)
}
