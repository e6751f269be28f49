//! What the libraries that take files apart say when they give up, as errors for a person.

use crate::data::DataError;
use crate::jobs::catch_quietly;

/// What a library says of a file that it cannot read.
pub trait Refusal {
    /// In words for the person who opened the file.
    fn told(self, file: &str) -> DataError;
}

/// Runs a library that takes a file apart. It gives up on some damaged files by panicking, which is no fault of this program and
/// so not printed as one.
pub fn caught<T, E: Refusal>(file: &str, work: impl FnOnce() -> Result<T, E>) -> Result<T, DataError> {
    match catch_quietly(work) {
        Ok(result) => result.map_err(|error| error.told(file)),
        Err(_) => Err(damaged(file, "its parts contradict each other".into())),
    }
}

/// That a file breaks off or contradicts itself.
pub fn damaged(file: &str, reason: String) -> DataError {
    DataError::Damaged { file: file.into(), place: String::new(), reason }
}
