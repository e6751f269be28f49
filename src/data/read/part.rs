//! Some rows of a file, as they stand in it.

use std::ops::Range;
use std::path::Path;

use super::{Limits, ReadOptions, Source, open};
use crate::data::DataError;
use crate::data::cells::Cells;
use crate::jobs::{Cancel, Cancelled, Progress};

/// Rows of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceRows {
    /// The columns' names, as a table of the file has them.
    pub columns: Vec<String>,
    /// Number of the first of the rows, that of the table being 0.
    pub first: usize,
    /// The text of each cell; none where the file has none. Fewer rows than asked for where the file ends.
    pub rows: Vec<Vec<Option<String>>>,
    /// Rows of the pieces that the file was read in, as far as it was read: with them, reading the same file again passes over pieces
    /// without taking them apart.
    pub pieces: Vec<usize>,
}

/// Reads rows of a file and goes no further than they are. `pieces` are those of an earlier reading of the same file, or none.
///
/// # Errors
/// When the file cannot be read or is damaged before the end of these rows, and when cancelled.
pub fn source_rows(
    path: &Path,
    (options, limits): (&ReadOptions, &Limits),
    rows: Range<usize>,
    pieces: &[usize],
    cancel: &Cancel,
    progress: &Progress,
) -> Result<SourceRows, DataError> {
    let mut source = open(path, options, limits)?;
    loop {
        progress.phase("Reading the file", source.size());
        let result = of(&*source, rows.clone(), pieces, cancel, progress);
        match (&result, source.wider(cancel)) {
            (Err(_), Some(wider)) => source = wider?,
            _ => return result,
        }
    }
}

fn of(
    source: &dyn Source,
    wanted: Range<usize>,
    known: &[usize],
    cancel: &Cancel,
    progress: &Progress,
) -> Result<SourceRows, DataError> {
    let mut found = SourceRows { columns: source.header().to_vec(), first: wanted.start, rows: Vec::new(), pieces: Vec::new() };
    let (mut next, mut done) = (0, wanted.is_empty());
    let read = source.batches(cancel, progress, &mut |batch| {
        let passed = known.get(found.pieces.len()).copied().filter(|rows| next + rows <= wanted.start);
        let rows = match passed {
            Some(rows) => rows,
            None => {
                let (cells, _) = source.cells(batch)?;
                take(&cells, next, &wanted, &mut found.rows);
                cells.rows()
            }
        };
        found.pieces.push(rows);
        next += rows;
        done = next >= wanted.end;
        // The only way to end reading; nobody sees the error.
        if done { Err(Cancelled.into()) } else { Ok(()) }
    });
    match read {
        Err(DataError::Cancelled(_)) if done => {}
        other => other?,
    }
    Ok(found)
}

/// Takes the wanted ones of rows that begin with the row `first`.
fn take(cells: &Cells, first: usize, wanted: &Range<usize>, rows: &mut Vec<Vec<Option<String>>>) {
    let text = |row, column| cells.get(row, column).map(|text| String::from_utf8_lossy(text).into_owned());
    let from = wanted.start.saturating_sub(first);
    let to = wanted.end.saturating_sub(first).min(cells.rows());
    rows.extend((from..to).map(|row| (0..cells.columns()).map(|column| text(row, column)).collect()));
}
