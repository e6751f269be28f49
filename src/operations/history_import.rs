//! An exported history back into the one that is kept here.

use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate, NaiveTime};

use super::history_export::name_of;
use super::history_table::cell_text;
use super::{kind, size_of};
use crate::data::read::{self, Batch, Limits, Quote, ReadOptions, Source};
use crate::history::{self, Bucket, HistoryError, Imported, Importer, Pen, Tier, TopProcess};
use crate::jobs::{Cancel, Cancelled, Failure, JobError, Progress};
use crate::report::format;

/// Bytes of a series' name.
const LONGEST_NAME: usize = 1000;
/// What one bucket measured at most, in seconds: a day.
const MOST_SECONDS: f32 = 86_400.0;
const NOTHING_CHANGED: &str =
    "Nothing was imported. Mend or remove that row, or export the file again with “tachograph history export”.";

/// What is imported, and where to.
#[derive(Clone, Debug)]
pub struct HistoryImport {
    /// A table that was exported, CSV or Parquet.
    pub file: PathBuf,
    /// The folder of the history.
    pub folder: PathBuf,
    /// That of this program's recorder, where there is one; its samples wait meanwhile.
    pub pen: Option<Pen>,
}

/// Merges an exported table into the history: what is there stays, what is not there is added. All of it, or nothing.
///
/// # Errors
/// When the file is no such table or has a row that cannot be right, when another program writes the history or it cannot be written, and when cancelled;
/// then nothing was changed.
pub fn import_history(import: &HistoryImport, limits: &Limits, cancel: &Cancel, progress: &Progress) -> Result<Imported, JobError> {
    // As it was exported: nothing has to be found out.
    let options = ReadOptions {
        delimiter: Some(b','),
        encoding: Some("utf-8".into()),
        header: Some(true),
        skip_lines: Some(0),
        quote: Some(Quote::Mark(b'"')),
        ..ReadOptions::default()
    };
    progress.operation(kind::IMPORT_HISTORY, size_of(&import.file));
    let source = read::open(&import.file, &options, limits)?;
    let table = Table::of(&*source)?;
    progress.phase("Importing", source.size());
    history::import(&import.folder, import.pen.as_ref(), |importer| table.read(&*source, importer, cancel, progress))
}

/// What an import did, as a sentence.
pub fn imported_words(file: &Path, imported: &Imported) -> String {
    let (name, rows) = (name_of(file), format::counted(imported.rows, "row", "rows"));
    match (imported.added, imported.there()) {
        (_, 0) => format!("Imported {rows} of “{name}”."),
        (0, _) => format!("Nothing of “{name}” was new: of its {rows} all are there already."),
        (added, _) => format!("Imported {} of {rows} of “{name}”; the others were there already.", format::count(added)),
    }
}

/// Where the columns are, by what the table tells.
enum Columns {
    Measured { time: usize, metric: usize, values: [usize; 4], bucket: usize },
    Processes { time: usize, pid: usize, name: usize, cpu: usize, memory: usize },
}

struct Table {
    file: String,
    header: Vec<String>,
    columns: Columns,
    /// Texts have apostrophes before what a spreadsheet would run.
    disarmed: bool,
    first_row: u64,
}

impl Table {
    fn of(source: &dyn Source) -> Result<Self, JobError> {
        let (file, header) = (source.info().file.clone(), source.header().to_vec());
        let columns = columns(&file, &header)?;
        Ok(Self { file, header, columns, disarmed: source.info().format == "csv", first_row: source.first_row() })
    }

    fn read(&self, source: &dyn Source, importer: &mut Importer<'_>, cancel: &Cancel, progress: &Progress) -> Result<(), JobError> {
        let (mut before, mut refused) = (self.first_row, None);
        let read = source.batches(cancel, progress, &mut |batch: Batch| {
            cancel.check()?;
            let (cells, counts) = source.cells(batch)?;
            for row in 0..cells.rows() {
                let cell = |column: usize| cells.get(row, column);
                if let Err(wrong) = self.take(&cell, importer) {
                    refused = Some(self.refusal(before + row as u64, wrong));
                    return Err(Cancelled.into());
                }
            }
            before += cells.rows() as u64 + counts.blank;
            Ok(())
        });
        match refused {
            Some(refused) => Err(refused),
            None => Ok(read?),
        }
    }

    fn refusal(&self, row: u64, wrong: Wrong) -> JobError {
        match wrong {
            Wrong::Cell(what) => {
                Failure::new(format!("“{}” was not imported: in row {row} {what}.", self.file), NOTHING_CHANGED).into()
            }
            Wrong::History(error @ HistoryError::TooMany { .. }) => {
                let failure = Failure::from_error(&error);
                Failure::new(format!("“{}” was not imported at row {row}: {}", self.file, failure.message), failure.next_step)
                    .into()
            }
            Wrong::History(error) => error.into(),
        }
    }

    fn take<'c>(&self, cell: &dyn Fn(usize) -> Option<&'c [u8]>, importer: &mut Importer<'_>) -> Result<(), Wrong> {
        let row = Cells { table: self, cell };
        match self.columns {
            Columns::Measured { time, metric, values: [min, mean, max, seconds], bucket } => {
                let tier = row.tier(bucket)?;
                let start = row.moment(time, tier)?;
                let name = row.text(metric)?;
                if name.is_empty() || name.len() > LONGEST_NAME {
                    return Err(row.wrong(metric, &format!("is no name of 1 to {LONGEST_NAME} letters")));
                }
                let (min, mean, max) = (row.number(min)?, row.number(mean)?, row.number(max)?);
                if min > mean || mean > max {
                    return Err(Wrong::Cell(format!("“min” {min}, “mean” {mean} and “max” {max} are not in this order")));
                }
                let bucket = Bucket { start, min, mean, max, seconds: row.seconds(seconds)? };
                Ok(importer.bucket(name, tier, bucket)?)
            }
            Columns::Processes { time, pid, name, cpu, memory } => {
                let start = row.moment(time, Tier::Minute)?;
                let process = TopProcess {
                    pid: row.whole(pid)?,
                    name: row.text(name)?.into(),
                    cpu_percent: row.number(cpu)?,
                    memory: row.whole(memory)?,
                };
                Ok(importer.process(start, process)?)
            }
        }
    }
}

/// Why a row is refused.
enum Wrong {
    Cell(String),
    History(HistoryError),
}

impl From<HistoryError> for Wrong {
    fn from(error: HistoryError) -> Self {
        Self::History(error)
    }
}

/// The cells of a row.
struct Cells<'t, 'c> {
    table: &'t Table,
    cell: &'t dyn Fn(usize) -> Option<&'c [u8]>,
}

impl<'c> Cells<'_, 'c> {
    fn raw(&self, column: usize) -> Result<&'c str, Wrong> {
        let bytes = (self.cell)(column).unwrap_or_default();
        std::str::from_utf8(bytes).map_err(|_| self.wrong(column, "is no text in UTF-8"))
    }

    fn text(&self, column: usize) -> Result<&'c str, Wrong> {
        let cell = self.raw(column)?;
        Ok(if self.table.disarmed { cell_text(cell) } else { cell })
    }

    fn number(&self, column: usize) -> Result<f32, Wrong> {
        let number = self.raw(column)?.parse::<f32>().ok().filter(|number| number.is_finite());
        number.ok_or_else(|| self.wrong(column, "is no number of this size"))
    }

    fn whole<T: std::str::FromStr>(&self, column: usize) -> Result<T, Wrong> {
        self.raw(column)?.parse().map_err(|_| self.wrong(column, "is no whole number of this size"))
    }

    fn seconds(&self, column: usize) -> Result<f32, Wrong> {
        let seconds = self.number(column)?;
        let is_right = seconds > 0.0 && seconds <= MOST_SECONDS;
        is_right.then_some(seconds).ok_or_else(|| self.wrong(column, "is not above 0 and at most a day"))
    }

    fn tier(&self, column: usize) -> Result<Tier, Wrong> {
        let seconds: i64 = self.whole(column)?;
        let tier = seconds.checked_mul(1000).and_then(Tier::of_width);
        tier.ok_or_else(|| self.wrong(column, "is none of 1, 10, 60 and 3600"))
    }

    /// A moment that buckets of this length begin at.
    fn moment(&self, column: usize, tier: Tier) -> Result<i64, Wrong> {
        let Some(at) = moment(self.raw(column)?) else {
            return Err(self.wrong(column, "is no time such as 2026-11-22T14:05:00Z"));
        };
        if !(0..history::LAST).contains(&at) {
            return Err(self.wrong(column, "lies before 1970 or after 9999"));
        }
        if at.rem_euclid(tier.width()) != 0 {
            let seconds = tier.width() / 1000;
            return Err(self.wrong(column, &format!("is not where a stretch of {seconds} s begins")));
        }
        Ok(at)
    }

    fn wrong(&self, column: usize, what: &str) -> Wrong {
        const SHOWN: usize = 60;
        let text = String::from_utf8_lossy((self.cell)(column).unwrap_or_default()).into_owned();
        let shown: String = text.chars().take(SHOWN).collect();
        let more = if text.chars().nth(SHOWN).is_some() { "…" } else { "" };
        let name = self.table.header.get(column).map_or("", String::as_str);
        Wrong::Cell(match shown.as_str() {
            "" => format!("“{name}” is empty"),
            _ => format!("“{name}” {what}: “{shown}{more}”"),
        })
    }
}

/// Milliseconds since 1970 of a moment with its zone, as RFC 3339 writes it, or of a day's first moment in UTC, as midnights come out of Parquet.
fn moment(text: &str) -> Option<i64> {
    if let Ok(day) = text.parse::<NaiveDate>() {
        return Some(day.and_time(NaiveTime::MIN).and_utc().timestamp_millis());
    }
    let moment = DateTime::parse_from_rfc3339(text).ok()?;
    (moment.timestamp_subsec_nanos() % 1_000_000 == 0).then(|| moment.timestamp_millis())
}

fn columns(file: &str, header: &[String]) -> Result<Columns, JobError> {
    let place = |name: &str| header.iter().position(|column| column == name);
    let need = |name: &str| {
        place(name).ok_or_else(|| {
            let columns = header.iter().take(12).map(|name| format!("“{name}”")).collect::<Vec<_>>().join(", ");
            let message = format!("“{file}” is no exported history: it has no column “{name}”, but {columns}.");
            JobError::from(Failure::new(message, "Choose a file that “tachograph history export” wrote."))
        })
    };
    if place("pid").is_some() && place("metric").is_none() {
        let (time, pid, name) = (need("time")?, need("pid")?, need("name")?);
        return Ok(Columns::Processes { time, pid, name, cpu: need("cpu_percent")?, memory: need("memory_bytes")? });
    }
    let (time, metric, bucket) = (need("time")?, need("metric")?, need("bucket_seconds")?);
    Ok(Columns::Measured { time, metric, values: [need("min")?, need("mean")?, need("max")?, need("seconds")?], bucket })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_need_a_zone_and_have_whole_milliseconds() {
        let at = Some(1_795_273_440_000);
        for text in ["2026-11-21T15:04:00Z", "2026-11-21 15:04:00.000Z", "2026-11-21T20:34:00+05:30", "2026-11-21T15:04:00.000000Z"]
        {
            assert_eq!(moment(text), at, "{text}");
        }
        assert_eq!(moment("2026-11-21"), Some(1_795_219_200_000));
        for text in ["", "2026-11-21T15:04:00", "1795273440", "2026-13-01", "2026-11-21T15:04:00.0001Z", "yesterday"] {
            assert_eq!(moment(text), None, "{text}");
        }
    }
}
