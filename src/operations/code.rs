//! Code that loads a table elsewhere.

use std::path::Path;

use crate::data::{self, CodeFor, Table};
use crate::jobs::{Failure, JobError};

/// Code that loads the file at `path`, from which `table` was made, with the types that were found.
///
/// # Errors
/// When that file cannot be read by such code, in words for a person.
pub fn table_code(table: &Table, path: &Path, code: CodeFor) -> Result<String, JobError> {
    data::code(table, path, code).map_err(|error| JobError::Failed(Failure::from_error(&error)))
}
