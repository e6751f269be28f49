//! Opening a table.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::cache::{About, Cache, Codec, ContentHash, Key, Origin};
use crate::data::{self, Choices, Limits, Options, Preview, ReadOptions, Report, Table, Target};
use crate::jobs::{Cancel, JobError, Progress};
use crate::settings::CacheSettings;

use super::export::write_file;
use super::{Opened, hash_error, kind, size_of};

const CODEC: Codec<Table> = Codec {
    encode: |table, out| data::encode(table, out),
    decode: |bytes| data::decode(&bytes).map_err(|error| error.to_string()),
    size: data::memory_bytes,
};

const REPORT_CODEC: Codec<Report> = Codec {
    encode: |report, out| Ok(serde_json::to_writer(out, report)?),
    decode: |bytes| serde_json::from_slice(&bytes).map_err(|error| error.to_string()),
    size: |report| (report.columns.len() * 512) as u64,
};

/// The cache with its settings, unless it is not to be used.
pub type CacheUse<'a> = Option<(&'a Cache, &'a CacheSettings)>;

/// Opens a file as the smallest table that loses nothing; the same content with the same options comes from the cache.
///
/// # Errors
/// When the file is no table, damaged, or too large, in words for a person; and when cancelled.
pub fn open_table(
    path: &Path,
    options: &Options,
    cache: CacheUse<'_>,
    cancel: &Cancel,
    progress: &Progress,
) -> Result<Opened<Table>, JobError> {
    let started = Instant::now();
    progress.operation(kind::OPEN_TABLE, size_of(path));
    let make = || data::optimise(path, options, cancel, progress).map_err(JobError::from);
    let (value, origin) = match cache {
        None => (make()?.into(), Origin::Made),
        Some((cache, settings)) => {
            let place = Place::of(path, (cache, settings), cancel, progress)?;
            cache.get_or_make(place.key(place.kind, options), &place.about(place.kind), &CODEC, cancel, make)?
        }
    };
    Ok(Opened { value: leaving_out(renamed(value, path), options), origin, took: started.elapsed() })
}

/// The first rows of a file as they would be read, and what of it was found out; only as much is read as that needs.
///
/// # Errors
/// As [`open_table`], as far as the beginning of the file shows them.
pub fn preview_table(
    path: &Path,
    read: &ReadOptions,
    choices: &Choices,
    limits: &Limits,
    cancel: &Cancel,
    progress: &Progress,
) -> Result<Preview, JobError> {
    progress.phase("Looking at the first rows", 0);
    Ok(data::preview(path, read, choices, limits, cancel, progress)?)
}

/// What [`open_table`] would report, without the table where the cache knows the report: it is a thousand times smaller.
///
/// # Errors
/// As [`open_table`].
pub fn report_table(
    path: &Path,
    options: &Options,
    cache: CacheUse<'_>,
    cancel: &Cancel,
    progress: &Progress,
) -> Result<Opened<Report>, JobError> {
    let started = Instant::now();
    // A table that is opened counts its bytes itself.
    progress.operation(kind::OPEN_TABLE, None);
    let mut inner = Origin::Made;
    let mut make = || {
        let whole = Options { leave_out: BTreeSet::new(), ..options.clone() };
        let table = open_table(path, &whole, cache, cancel, progress)?;
        inner = table.origin;
        Ok::<_, JobError>(table.value.report.clone())
    };
    let (value, origin) = match cache {
        None => (make()?.into(), Origin::Made),
        Some((cache, settings)) => {
            let place = Place::of(path, (cache, settings), cancel, progress)?;
            cache.get_or_make(place.key("report", options), &place.about("report"), &REPORT_CODEC, cancel, make)?
        }
    };
    let mut report = Arc::unwrap_or_clone(value);
    report.source.file = name_of(path);
    report.leave_out(&options.leave_out);
    if origin != Origin::Made {
        progress.add_bytes(size_of(path).unwrap_or(0));
    }
    Ok(Opened { value: report.into(), origin: if origin == Origin::Made { inner } else { origin }, took: started.elapsed() })
}

/// Reads a table of any size with about `memory` bytes, compares every cell, and writes it to `target` as Parquet when there is one.
/// Nothing is kept in the cache.
///
/// # Errors
/// As [`open_table`], and when the target cannot be written; then nothing was changed.
pub fn stream_table(
    path: &Path,
    options: &Options,
    memory: u64,
    target: Option<&Path>,
    cancel: &Cancel,
    progress: &Progress,
) -> Result<Report, JobError> {
    progress.operation(kind::STREAM_TABLE, size_of(path));
    let stream = |target: Option<Target<'_>>| data::stream(path, options, memory, target, cancel, progress);
    let Some(target) = target else { return Ok(stream(None)?) };
    let name = target.display().to_string();
    write_file(target, cancel, progress, |out| stream(Some(Target { name: &name, out })))
}

/// Where the cache keeps what belongs to a file.
struct Place {
    hash: ContentHash,
    kind: &'static str,
    name: String,
    ttl: Option<Duration>,
}

impl Place {
    fn of(
        path: &Path,
        (cache, settings): (&Cache, &CacheSettings),
        cancel: &Cancel,
        progress: &Progress,
    ) -> Result<Self, JobError> {
        // A file that is no table is told so at once, before its content is looked at as a whole.
        let workbook = data::read::sniff(path).map_err(JobError::from)?.is_workbook();
        let hash = cache.hash_file(path, cancel, progress).map_err(hash_error)?;
        let kind = if workbook { "workbook" } else { "table" };
        Ok(Self { hash, kind, name: name_of(path), ttl: workbook.then(|| settings.workbook_ttl()) })
    }

    fn key(&self, kind: &str, options: &Options) -> Key {
        Key::new(&self.hash, kind, &key_of(options), data::FORMAT_VERSION)
    }

    fn about(&self, kind: &'static str) -> About {
        About { kind, description: self.name.clone(), ttl: self.ttl }
    }
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// All that changes the result, as text.
fn key_of(options: &Options) -> String {
    let Options { read, level, steps, column_steps, category_threshold, choices, limits: _, threads: _, leave_out: _ } = options;
    format!("{read:?} {level:?} {steps:?} {column_steps:?} {category_threshold} {choices:?}")
}

/// What is left out costs nothing to put back, so the cache keeps whole tables.
fn leaving_out(table: Arc<Table>, options: &Options) -> Arc<Table> {
    if options.leave_out.is_empty() { table } else { table.leaving_out(&options.leave_out).into() }
}

/// The same content may lie under another name than the one it was first opened by.
fn renamed(table: Arc<Table>, path: &Path) -> Arc<Table> {
    let name = name_of(path);
    if table.report.source.file == name {
        return table;
    }
    let mut other = Table::clone(&table);
    other.report.source.file = name;
    other.into()
}
