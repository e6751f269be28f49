//! Writing results to files. A file gets its name only when it is whole.

use std::io::Write;
use std::path::Path;

use crate::data::{self, DataError, OutputFormat, Table};
use crate::jobs::{Cancel, Failure, JobError, Progress};
use crate::settings::AtomicFile;

use super::{kind, size_of};

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
    progress.operation(kind::EXPORT_TABLE, None);
    write_file(target, cancel, progress, |file| data::write(table, format, file, cancel, progress).map_err(refused(target)))
}

/// Writes bytes made before, such as a picture or a recording, to `target`.
///
/// # Errors
/// When the target cannot be written; then nothing was changed.
pub fn export_profile(bytes: &[u8], target: &Path, progress: &Progress) -> Result<(), JobError> {
    progress.operation(kind::SAVE_PAGE, None);
    write_file(target, &Cancel::new(), progress, |file| file.write_all(bytes).map_err(refused(target)))
}

/// Writes a page, such as the report on a table, to `target`.
///
/// # Errors
/// When the target cannot be written, and when cancelled; then nothing was changed.
pub fn export_page(page: &str, target: &Path, cancel: &Cancel, progress: &Progress) -> Result<(), JobError> {
    progress.operation(kind::SAVE_PAGE, None);
    write_file(target, cancel, progress, |file| file.write_all(page.as_bytes()).map_err(refused(target)))
}

fn refused(target: &Path) -> impl FnOnce(std::io::Error) -> DataError {
    move |source| DataError::Write { file: target.display().to_string(), source }
}

/// Writes `target` as `fill` does, which gives what it learned meanwhile. Its bytes are added to those of the operation that `progress` is of.
///
/// # Errors
/// That of `fill`, when the target cannot be written, and when cancelled; then nothing was changed.
pub(super) fn write_file<T, E>(
    target: &Path,
    cancel: &Cancel,
    progress: &Progress,
    fill: impl FnOnce(&mut (dyn Write + Send)) -> Result<T, E>,
) -> Result<T, JobError>
where
    JobError: From<E>,
{
    let explain = |error| JobError::Failed(Failure::from_error(&error));
    let mut file = AtomicFile::create(target).map_err(explain)?;
    let filled = fill(&mut file);
    cancel.check()?;
    let learned = filled?;
    file.commit().map_err(explain)?;
    progress.add_bytes(size_of(target).unwrap_or(0));
    Ok(learned)
}
