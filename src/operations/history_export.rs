//! The monitor's history as a file that other programs read.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use super::export::write_file;
use super::history_table::{Cell, HistoryFormat, MEASURED, PROCESSES, TableWriter, moment_text};
use super::kind;
use crate::data::DataError;
use crate::history::{self, Archive, HistoryError, Row, TopMinute, Wanted};
use crate::jobs::{Cancel, JobError, Progress};
use crate::report::{clean, format};
use crate::sampler::Unit;

/// What of the history is exported.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HistoryPart {
    /// From when to when, which series, how fine.
    pub wanted: Wanted,
    /// The processes that used most in each minute, in the place of what was measured.
    pub processes: bool,
}

/// What was exported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HistoryExported {
    /// Rows of the table.
    pub rows: u64,
    /// Series that were looked at; none for processes.
    pub series: usize,
    /// First and last moment in it, milliseconds since 1970-01-01 UTC.
    pub span: Option<(i64, i64)>,
}

/// Writes a part of the history to `target`, a piece at a time. A moment of which nothing is known has no row.
///
/// # Errors
/// When there is no history or none of a wanted name, when it cannot be read or the target not be written, and when cancelled; then nothing
/// was changed.
pub fn export_history(
    archive: &Archive,
    part: &HistoryPart,
    (target, format): (&Path, HistoryFormat),
    cancel: &Cancel,
    progress: &Progress,
) -> Result<HistoryExported, JobError> {
    let refused = |source| JobError::from(DataError::Write { file: target.display().to_string(), source });
    let told = RefCell::new(HistoryExported::default());
    progress.operation(kind::EXPORT_HISTORY, None);
    write_file(target, cancel, progress, |file| {
        let columns: &'static [_] = if part.processes { &PROCESSES } else { &MEASURED };
        let mut table = TableWriter::new(columns, format, file).map_err(refused)?;
        let note = |at: i64| {
            let mut told = told.borrow_mut();
            told.span = Some(told.span.map_or((at, at), |(first, last)| (first.min(at), last.max(at))));
        };
        if part.processes {
            archive.each_minute((part.wanted.from, part.wanted.to), (cancel, progress), &mut |minute| {
                note(minute.start);
                put_minute(&mut table, minute).map_err(refused)
            })?;
        } else {
            let mut names = Names::default();
            let series = archive.each_bucket(&part.wanted, (cancel, progress), &mut |name, rows| {
                rows.iter().for_each(|(_, bucket)| note(bucket.start));
                names.put(&mut table, name, rows).map_err(refused)
            })?;
            told.borrow_mut().series = series;
        }
        told.borrow_mut().rows = table.finish().map_err(refused)?;
        Ok::<_, JobError>(())
    })?;
    Ok(told.into_inner())
}

/// Texts that come again in each row.
#[derive(Default)]
struct Names(HashMap<String, (Arc<str>, Arc<str>)>);

impl Names {
    fn put(&mut self, table: &mut TableWriter<'_>, name: &str, rows: &[Row]) -> std::io::Result<()> {
        if !self.0.contains_key(name) {
            self.0.insert(name.to_owned(), (name.into(), unit_text(name).into()));
        }
        let Some((name, unit)) = self.0.get(name) else { return Ok(()) };
        for (tier, bucket) in rows {
            table.row([
                Cell::Moment(bucket.start),
                Cell::Text(Arc::clone(name)),
                Cell::Number(bucket.min),
                Cell::Number(bucket.mean),
                Cell::Number(bucket.max),
                Cell::Number(bucket.seconds),
                Cell::Whole((tier.width() / 1000).unsigned_abs()),
                Cell::Text(Arc::clone(unit)),
            ])?;
        }
        Ok(())
    }
}

fn put_minute(table: &mut TableWriter<'_>, minute: &TopMinute) -> std::io::Result<()> {
    minute.processes.iter().try_for_each(|process| {
        table.row([
            Cell::Moment(minute.start),
            Cell::Whole(process.pid.into()),
            Cell::Text(Arc::clone(&process.name)),
            Cell::Number(process.cpu_percent),
            Cell::Whole(process.memory),
        ])
    })
}

/// What the values of a series are counted in: `%`, `B`, `B/s`, `°C`, `ms`; nothing for numbers of things and where it is not known.
pub fn unit_text(series: &str) -> &'static str {
    match history::unit(series) {
        Some(Unit::Percent) => "%",
        Some(Unit::Bytes) => "B",
        Some(Unit::BytesPerSecond) => "B/s",
        Some(Unit::Celsius) => "°C",
        Some(Unit::Milliseconds) => "ms",
        _ => "",
    }
}

/// What was exported, as a sentence.
pub fn exported_words(file: &Path, exported: &HistoryExported) -> String {
    let name = name_of(file);
    match exported.span {
        Some((first, last)) => {
            let rows = format::counted(exported.rows, "row", "rows");
            format!("Saved “{name}”: {rows} from {} to {}.", moment_text(first), moment_text(last))
        }
        None => format!("Saved “{name}” without rows: nothing is kept of that time so finely."),
    }
}

/// A file's name as sentences show it.
pub(super) fn name_of(file: &Path) -> String {
    clean(&file.file_name().unwrap_or(file.as_os_str()).to_string_lossy())
}

/// The history in this folder.
pub fn history_in(folder: &Path) -> Archive {
    Archive::at(&folder.join(history::FILE))
}

/// What is kept in this folder.
///
/// # Errors
/// When there is no history, or it cannot be read.
pub fn history_info(folder: &Path) -> Result<history::Info, HistoryError> {
    history_in(folder).info()
}
