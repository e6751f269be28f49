//! Many files: which tables there are, where their results go, and the work on several of them at a time.
//!
//! [`list()`] says what the given files and folders hold, [`name_targets`] where results go, and [`run()`] does the work, as many
//! files at a time as cores and free memory allow. A file that fails ends with its reason and does not stop the others.
//! With [`run_held()`] each file has a [`Handle`], by which it is watched and left out while the others go on.

mod handle;
mod list;
mod names;
mod need;
mod run;
mod schedule;

pub use handle::Handle;
pub use list::{Listed, list};
pub use names::{name_pages, name_targets, refuse_sources};
pub use need::{need_of, usable_bytes};
pub use run::{Item, Room, run, run_held};

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

use super::{
    CacheUse, Opened, export_page, export_table, open_table, report_html, report_table, stream_table, table_code, table_report_html,
};
use crate::cache::Origin;
use crate::data::{CodeFor, Options, OutputFormat, Report};
use crate::jobs::{Cancel, JobError, Progress};

/// One table to shrink.
#[derive(Clone, Debug)]
pub struct Task {
    /// The file that it is in.
    pub file: PathBuf,
    /// Its sheet; the first one with cells when not given.
    pub sheet: Option<String>,
    /// The file to write it to, if it is to be written.
    pub target: Option<(PathBuf, OutputFormat)>,
    /// The code to make, if there is to be any.
    pub code: Option<CodeFor>,
    /// The file to write the report on it to, if there is to be one.
    pub html: Option<PathBuf>,
    /// Bytes of memory to do it in, whatever the table's size; it is then written as Parquet.
    pub memory: Option<u64>,
}

/// What became of a table. The table itself is no longer in memory, unless the cache keeps it within its own limits.
#[derive(Clone, Debug)]
pub struct Shrunk {
    /// Its report.
    pub opened: Opened<Report>,
    /// Code that loads the file, when it was asked for.
    pub code: Option<String>,
    /// Seconds that writing took, when the table was written.
    pub write_seconds: Option<f64>,
    /// Seconds in all.
    pub total_seconds: f64,
}

/// Does one task: opens the table, writes it where it is to be written, and gives its memory back.
///
/// # Errors
/// As [`open_table`] and [`export_table`]; then nothing stands under the target's name that was not there before.
pub fn shrink(
    task: &Task,
    options: &Options,
    cache: CacheUse<'_>,
    cancel: &Cancel,
    progress: &Progress,
) -> Result<Shrunk, JobError> {
    let started = Instant::now();
    let mut options = options.clone();
    options.read.sheet.clone_from(&task.sheet);
    if let Some(memory) = task.memory {
        let target = task.target.as_ref().map(|(target, _)| &**target);
        let report = stream_table(&task.file, &options, memory, target, cancel, progress)?;
        if let Some(page) = &task.html {
            export_page(&report_html(&report, &[], SystemTime::now())?, page, cancel, progress)?;
        }
        let took = started.elapsed();
        let opened = Opened { value: Arc::new(report), origin: Origin::Made, took };
        return Ok(Shrunk { opened, code: None, write_seconds: None, total_seconds: took.as_secs_f64() });
    }
    if task.target.is_none() && task.code.is_none() && task.html.is_none() {
        let opened = report_table(&task.file, &options, cache, cancel, progress)?;
        return Ok(Shrunk { opened, code: None, write_seconds: None, total_seconds: started.elapsed().as_secs_f64() });
    }
    let table = open_table(&task.file, &options, cache, cancel, progress)?;
    let writing = Instant::now();
    if let Some((target, format)) = &task.target {
        export_table(&table.value, target, *format, cancel, progress)?;
    }
    let write_seconds = task.target.is_some().then(|| writing.elapsed().as_secs_f64());
    if let Some(page) = &task.html {
        export_page(&table_report_html(&table.value, SystemTime::now(), cancel)?, page, cancel, progress)?;
    }
    let code = task.code.map(|code| table_code(&table.value, &task.file, code)).transpose()?;
    let opened = Opened { value: Arc::new(table.value.report.clone()), origin: table.origin, took: table.took };
    Ok(Shrunk { opened, code, write_seconds, total_seconds: started.elapsed().as_secs_f64() })
}
