//! Opening a table.

use std::path::Path;
use std::time::Instant;

use crate::cache::{About, Cache, Codec, Key, hash_file};
use crate::data::{self, Options, Table};
use crate::jobs::{Cancel, JobError, Progress};
use crate::settings::CacheSettings;

use super::{Opened, hash_error};

const CODEC: Codec<Table> = Codec {
    encode: |table, out| data::encode(table, out),
    decode: |bytes| data::decode(&bytes).map_err(|error| error.to_string()),
    size: data::memory_bytes,
};

/// Opens a file as the smallest table that loses nothing; the same content with the same options comes from the cache.
///
/// # Errors
/// When the file is no table, damaged, or too large, in words for a person; and when cancelled.
pub fn open_table(
    path: &Path,
    options: &Options,
    cache: Option<(&Cache, &CacheSettings)>,
    cancel: &Cancel,
    progress: &Progress,
) -> Result<Opened<Table>, JobError> {
    let started = Instant::now();
    let make = || data::optimise(path, options, cancel, progress).map_err(JobError::from);
    let Some((cache, settings)) = cache else {
        return make().map(|table| Opened { value: table.into(), origin: crate::cache::Origin::Made, took: started.elapsed() });
    };
    // A file that is no table is told so at once, before its content is looked at as a whole.
    let content = data::read::sniff(path).map_err(JobError::from)?;
    let workbook = content == data::read::Content::Xlsx;
    let hash = hash_file(path, cancel, progress).map_err(hash_error)?;
    let about = About {
        kind: if workbook { "workbook" } else { "table" },
        description: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        ttl: workbook.then(|| settings.workbook_ttl()),
    };
    let key = Key::new(&hash, about.kind, &key_of(options), data::FORMAT_VERSION);
    let (value, origin) = cache.get_or_make(key, &about, &CODEC, cancel, make)?;
    let value = renamed(value, path);
    Ok(Opened { value, origin, took: started.elapsed() })
}

/// All that changes the result, as text.
fn key_of(options: &Options) -> String {
    let Options { read, level, steps, category_threshold, limits: _, threads: _ } = options;
    format!("{read:?} {level:?} {steps:?} {category_threshold}")
}

/// The same content may lie under another name than the one it was first opened by.
fn renamed(table: std::sync::Arc<Table>, path: &Path) -> std::sync::Arc<Table> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if table.report.source.file == name {
        return table;
    }
    let mut other = Table::clone(&table);
    other.report.source.file = name.into_owned();
    other.into()
}
