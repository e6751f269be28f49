//! A file of any size in bounded memory: read once to learn what holds of each column, and a second time to make, compare and write
//! the final columns piece by piece.
//!
//! What is kept between the two are findings, not values: the kind of each column, its range, and its different texts while those
//! fit into a share of the memory.

mod survey;
#[cfg(test)]
mod tests;
mod write;

use std::io::Write;
use std::path::Path;
use std::time::Instant;

use super::DataError;
use super::merge::{Known, MergeRules, piece};
use super::optimise::{Options, in_time, with_source};
use super::parallel::Crew;
use super::read::{Source, batch_bytes};
use super::report;
use super::suggest::Advice;
use super::table::{Report, Seconds};
use crate::jobs::{Cancel, Progress};
use survey::Surveyed;

/// The least memory with which work is possible, in bytes.
pub const LEAST_MEMORY: u64 = 64 << 20;
/// What a batch takes at most while it is worked on, times its text: cells, values, texts numbered, the piece of the final column.
const BATCH_FACTOR: u64 = 10;

/// Where the final columns go.
pub struct Target<'a> {
    /// The target's name, for messages.
    pub name: &'a str,
    /// Takes the bytes of a Parquet file.
    pub out: &'a mut (dyn Write + Send),
}

/// Reads a file of any size with about `memory` bytes, and writes it as Parquet when there is a target. Every cell is compared with the
/// file before its column is written.
///
/// # Errors
/// As [`super::optimise()`], and when the target refuses; it then holds a part of the file.
pub fn stream(
    path: &Path,
    options: &Options,
    memory: u64,
    target: Option<Target<'_>>,
    cancel: &Cancel,
    progress: &Progress,
) -> Result<Report, DataError> {
    in_time(path, &options.limits, cancel, progress, |cancel| stream_within(path, options, memory, target, (cancel, progress)))
}

fn stream_within(
    path: &Path,
    options: &Options,
    memory: u64,
    target: Option<Target<'_>>,
    (cancel, progress): (&Cancel, &Progress),
) -> Result<Report, DataError> {
    let started = Instant::now();
    let survey = |source: &dyn Source| Work { source, options, memory, cancel, progress }.survey();
    let (source, surveyed) = with_source(path, options, cancel, progress, survey)?;
    Work { source: &*source, options, memory, cancel, progress }.finish(&surveyed, target, started)
}

struct Work<'a> {
    source: &'a dyn Source,
    options: &'a Options,
    memory: u64,
    cancel: &'a Cancel,
    progress: &'a Progress,
}

impl Work<'_> {
    fn rules(&self, column: usize) -> MergeRules {
        MergeRules::of(self.options, self.source, column)
    }

    /// Half of the memory is for batches, a quarter for different texts, the rest for what is being written.
    fn crew(&self) -> Crew {
        let batch = batch_bytes(self.source.header().len()) as u64 * BATCH_FACTOR;
        let batches = usize::try_from(self.memory / 2 / batch).unwrap_or(usize::MAX).clamp(1, self.options.threads + 2);
        Crew { threads: self.options.threads.min(batches), batches }
    }

    fn text_memory(&self) -> usize {
        usize::try_from(self.memory / 4).unwrap_or(usize::MAX)
    }

    fn frame_error(&self, source: polars::error::PolarsError) -> DataError {
        DataError::Frame { file: self.source.info().file.clone(), source }
    }

    fn changed(&self) -> DataError {
        DataError::Changed { file: self.source.info().file.clone() }
    }

    fn finish(&self, surveyed: &Surveyed, target: Option<Target<'_>>, started: Instant) -> Result<Report, DataError> {
        let read = started.elapsed().as_secs_f64();
        let empty = |(at, (name, known)): (usize, (&String, &Known))| {
            piece(name, None, &self.rules(at), known).map_err(|error| self.frame_error(error))?.ok_or_else(|| self.changed())
        };
        let columns = self.source.header().iter().zip(&surveyed.columns).enumerate();
        let whole = columns.map(empty).collect::<Result<Vec<_>, DataError>>()?;
        let comparison = self.write(surveyed, &whole, target)?;
        let seconds = Seconds { read, optimise: 0.0, verify: started.elapsed().as_secs_f64() - read };
        let bytes = surveyed.columns.iter().zip(&whole).map(|(known, column)| known.heap_bytes(&column.series));
        let rows = (surveyed.rows, surveyed.counts);
        Ok(report::report(self.source, self.options, rows, whole.iter().zip(bytes), comparison, Advice::default(), seconds))
    }
}
