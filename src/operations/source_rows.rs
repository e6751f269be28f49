//! Rows of a table's file, read from it once more.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::Path;

use crate::data::read::{self, SourceRows, Stamp};
use crate::data::{DataError, Limits, Quote, ReadOptions, Report};
use crate::jobs::{Cancel, Failure, JobError, Progress};

/// A file that a table was made of.
#[derive(Clone, Copy, Debug)]
pub struct SourceFile<'a> {
    /// Where it is.
    pub path: &'a Path,
    /// How it was read.
    pub read: &'a ReadOptions,
    /// Bounds on it.
    pub limits: &'a Limits,
    /// What it was when the table was made; none when that is not known.
    pub stamp: Option<Stamp>,
}

/// Reads rows of the file that a table was made of, the table's first one being 0, and stops behind them. `pieces` are those of an
/// earlier [`SourceRows`] of this file, or empty.
///
/// # Errors
/// When the file is no longer what it was, cannot be read, or is damaged; and when cancelled.
pub fn source_rows(
    file: SourceFile<'_>,
    rows: Range<usize>,
    pieces: &[usize],
    cancel: &Cancel,
    progress: &Progress,
) -> Result<SourceRows, JobError> {
    let unchanged = || match (file.stamp, Stamp::of(file.path)) {
        (Some(then), Ok(now)) if then != now => Err(changed(file.path)),
        _ => Ok(()),
    };
    unchanged()?;
    let found = read::source_rows(file.path, (file.read, file.limits), rows, pieces, cancel, progress);
    unchanged()?;
    match found {
        Err(DataError::Changed { .. }) => Err(changed(file.path)),
        other => Ok(other?),
    }
}

fn changed(path: &Path) -> JobError {
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    let message = format!("“{name}” was changed since it was opened, so its text cannot be shown beside the table.");
    JobError::Failed(Failure::new(message, "Open the file again."))
}

/// The choices by which a table's file is read in the same way again, without finding anything out.
pub fn read_again(report: &Report) -> ReadOptions {
    let source = &report.source;
    if source.format != "csv" {
        let range = source.range.as_ref().and_then(|range| range.parse().ok());
        return ReadOptions { sheet: source.sheet.clone(), range, ..ReadOptions::default() };
    }
    let before = report.first_row.saturating_sub(if source.headless { 1 } else { 2 });
    ReadOptions {
        sheet: None,
        range: None,
        delimiter: source.delimiter.and_then(|sign| u8::try_from(sign).ok()),
        encoding: source.encoding.clone(),
        header: Some(!source.headless),
        skip_lines: (before > 0).then_some(before),
        quote: Some(source.quote.and_then(|sign| u8::try_from(sign).ok()).map_or(Quote::None, Quote::Mark)),
        // The text as it stands in the file.
        trim: BTreeSet::new(),
    }
}
