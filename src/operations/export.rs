//! Writing results to files. A file gets its name only when it is whole.

use std::io::Write;
use std::path::Path;

use crate::data::{self, DataError, OutputFormat, Table};
use crate::jobs::{Cancel, Failure, JobError, Progress};
use crate::settings::AtomicFile;

/// Writes a table to `target`. A file that was there before stays until the new one is complete.
///
/// # Errors
/// When the target cannot be written, and when cancelled; then nothing was changed.
pub fn export_table(
    table: &Table,
    target: &Path,
    format: OutputFormat,
    cancel: &Cancel,
    progress: &Progress,
) -> Result<(), JobError> {
    write_file(target, cancel, |file| data::write(table, format, file, cancel, progress))
}

/// Writes bytes made before, such as a picture or a recording, to `target`.
///
/// # Errors
/// When the target cannot be written; then nothing was changed.
pub fn export_profile(bytes: &[u8], target: &Path) -> Result<(), JobError> {
    write_file(target, &Cancel::new(), |file| file.write_all(bytes))
}

fn write_file(
    target: &Path,
    cancel: &Cancel,
    fill: impl FnOnce(&mut (dyn Write + Send)) -> std::io::Result<()>,
) -> Result<(), JobError> {
    let explain = |error| JobError::Failed(Failure::from_error(&error));
    let mut file = AtomicFile::create(target).map_err(explain)?;
    let written = fill(&mut file);
    cancel.check()?;
    written.map_err(|source| JobError::from(DataError::Write { file: target.display().to_string(), source }))?;
    file.commit().map_err(explain)
}
