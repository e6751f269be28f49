//! How large a file will be and how long writing it will take, from a few slices of the table that are written to nowhere.
//!
//! Size is taken to grow in a line with the rows: a few slices apart and all of them together give two points of it, which tells what is
//! written once (names of columns, texts of categories) from what every row adds. Parquet begins anew with each group of rows.

use std::io::{self, Write};
use std::time::Instant;

use crate::data::{self, DataError, OutputFormat, Table};
use crate::jobs::{Cancel, JobError, Progress};

/// Slices, from the first rows to the last.
const SLICES: usize = 3;
/// Rows of a slice when all are written together.
const ROWS: usize = 10_000;
/// Rows of a slice that is written alone.
const ROWS_ALONE: usize = 5_000;
/// Rows of which the Parquet writer makes a group.
const ROW_GROUP: usize = 512 * 512;
/// Rows that one thread makes into text at a time.
const CSV_STRIDE: usize = 16_384;

/// What writing a table will take.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Size of the file in bytes.
    pub bytes: u64,
    /// Seconds of work; a slow drive adds its own.
    pub seconds: f64,
    /// Whether the size was found out by writing all of it.
    pub exact: bool,
}

/// Writes slices of the table in this format, keeps nothing of them, and reckons what the whole takes. A table of up to 30,000 rows
/// is written as a whole.
///
/// # Errors
/// When the format cannot hold the table, and when cancelled.
pub fn estimate_export(table: &Table, format: OutputFormat, cancel: &Cancel) -> Result<Estimate, JobError> {
    let table = &*table.kept();
    let rows = table.rows();
    if rows <= SLICES * ROWS {
        let whole = written(table, format, cancel)?;
        return Ok(Estimate { bytes: whole.bytes, seconds: whole.seconds, exact: true });
    }
    let mut alone = 0;
    for slice in 0..SLICES {
        alone += written(&slices(table, ROWS_ALONE, slice..=slice)?, format, cancel)?.bytes;
    }
    let together = written(&slices(table, ROWS, 0..=SLICES - 1)?, format, cancel)?;
    let line = Line::through((ROWS_ALONE, alone as f64 / SLICES as f64), (SLICES * ROWS, together.bytes as f64));
    let bytes = line.at(rows, groups(rows, format));
    Ok(Estimate { bytes: bytes.round() as u64, seconds: together.seconds * rows as f64 / speed_up(rows, format), exact: false })
}

/// Size over rows.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Line {
    /// Bytes that are there without any row.
    once: f64,
    /// Bytes that each row adds.
    each: f64,
}

impl Line {
    /// Through two points of rows and bytes, the first with fewer rows. Nothing less than nothing is written once.
    fn through((few, small): (usize, f64), (many, large): (usize, f64)) -> Self {
        let each = (large - small) / (many - few) as f64;
        let once = small - each * few as f64;
        if once < 0.0 { Self { once: 0.0, each: large / many as f64 } } else { Self { once, each: each.max(0.0) } }
    }

    fn at(self, rows: usize, groups: usize) -> f64 {
        self.once * groups as f64 + self.each * rows as f64
    }
}

/// How often what is written once is written.
fn groups(rows: usize, format: OutputFormat) -> usize {
    if format == OutputFormat::Parquet { (rows / ROW_GROUP).max(1) } else { 1 }
}

/// Rows that were written together, times how much faster the whole goes because it keeps more threads busy.
fn speed_up(rows: usize, format: OutputFormat) -> f64 {
    let sample = SLICES * ROWS;
    if format != OutputFormat::Csv {
        return sample as f64;
    }
    let threads = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let busy = |rows: usize| rows.div_ceil(CSV_STRIDE).clamp(1, threads) as f64;
    sample as f64 * busy(rows) / busy(sample)
}

/// These of the slices, one after the other, as a table.
fn slices(table: &Table, rows: usize, which: std::ops::RangeInclusive<usize>) -> Result<Table, JobError> {
    let refused = |source| JobError::from(DataError::Frame { file: table.report.source.file.clone(), source });
    let start = |slice: usize| ((table.rows() - rows) * slice / (SLICES - 1)) as i64;
    let mut frame = table.frame.slice(start(*which.start()), rows);
    for slice in which.skip(1) {
        frame.vstack_mut(&table.frame.slice(start(slice), rows)).map_err(refused)?;
    }
    frame.rechunk_mut();
    Ok(Table { frame, report: table.report.clone() })
}

/// What was written, and how long it took.
struct Written {
    bytes: u64,
    seconds: f64,
}

fn written(table: &Table, format: OutputFormat, cancel: &Cancel) -> Result<Written, JobError> {
    let (mut count, started) = (Count(0), Instant::now());
    let done = data::write(table, format, &mut count, cancel, &Progress::new());
    cancel.check()?;
    done.map_err(|source| JobError::from(DataError::Write { file: table.report.source.file.clone(), source }))?;
    Ok(Written { bytes: count.0, seconds: started.elapsed().as_secs_f64() })
}

/// Takes everything and keeps only how much it was.
struct Count(u64);

impl Write for Count {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_once_is_told_from_what_each_row_adds() {
        let line = Line::through((5_000, 60_000.0), (30_000, 110_000.0));
        assert_eq!(line, Line { once: 50_000.0, each: 2.0 });
        assert_eq!(line.at(1_000_000, 1), 2_050_000.0);
        assert_eq!(line.at(1_000_000, groups(1_000_000, OutputFormat::Parquet)), 2_150_000.0);
        // More than in proportion: no size below nothing at the start.
        assert_eq!(Line::through((10, 10.0), (20, 40.0)), Line { once: 0.0, each: 2.0 });
    }

    #[test]
    fn groups_are_those_of_the_writer() {
        assert_eq!([1, 262_143, 524_287, 524_288].map(|rows| groups(rows, OutputFormat::Parquet)), [1, 1, 1, 2]);
        assert_eq!(groups(10_000_000, OutputFormat::Arrow), 1);
    }
}
