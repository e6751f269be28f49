//! Reading a profile: unpacks gzip, finds the format by content, then by name, and lets the format's reader fill the tables.

mod detect;
mod folded;
mod guess;
mod pprof;
mod pprof_samples;
mod pprof_tables;
mod source;
mod wire;

use std::io::Read;
use std::path::Path;

pub use detect::{Format, detect};

use super::error::{Place, ProfileError};
use super::model::{Limits, Profile};
use crate::jobs::{Cancel, Progress};
use source::Source;

/// What every reader needs to know besides the data.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    /// Name of the file, for messages.
    pub(super) file: &'a str,
    pub(super) cancel: &'a Cancel,
    pub(super) progress: &'a Progress,
    pub(super) limits: &'a Limits,
    /// Whether offsets are those of unpacked data.
    pub(super) unpacked: bool,
}

impl Context<'_> {
    /// An error at a byte of the (unpacked) data.
    pub(super) fn damaged(&self, at: u64, problem: impl Into<String>) -> ProfileError {
        ProfileError::Damaged { file: self.file.into(), place: self.place(at), problem: problem.into() }
    }

    /// The tables have grown beyond their limit at a byte of the (unpacked) data.
    pub(super) fn too_large(&self, place: Place) -> ProfileError {
        let limit_bytes = self.limits.table_bytes;
        ProfileError::TooLarge { file: self.file.into(), place, what: "its tables in memory", limit_bytes }
    }

    /// Place of a byte of the (unpacked) data.
    pub(super) fn place(&self, at: u64) -> Place {
        if self.unpacked { Place::UnpackedByte(at) } else { Place::Byte(at) }
    }
}

/// Reads a profile from `source`, which holds `size` bytes where that is known. `file` is its name: for messages, and as a hint
/// to the format. Memory stays within `limits`, whatever the data asks for.
///
/// # Errors
/// [`ProfileError`] names the file, the place and what to do; also when `cancel` is set.
pub fn read(
    source: impl Read,
    size: Option<u64>,
    file: &str,
    cancel: &Cancel,
    progress: &Progress,
    limits: &Limits,
) -> Result<Profile, ProfileError> {
    progress.phase("Reading", size.unwrap_or(0));
    let context = Context { file, cancel, progress, limits, unpacked: false };
    let (mut source, head) = Source::open(source, context)?;
    let context = Context { unpacked: source.is_unpacked(), ..context };
    match guess::format_or_error(&head, source.is_at_end(), file)? {
        Format::Pprof => {
            let data = source.read_all(size)?;
            drop(source);
            pprof::read(&data, context)
        }
        Format::Folded => folded::read(&mut source, &head, context),
    }
}

/// Reads the profile in the file at `path`.
///
/// # Errors
/// As [`read`], and when the file cannot be opened.
pub fn read_file(path: &Path, cancel: &Cancel, progress: &Progress, limits: &Limits) -> Result<Profile, ProfileError> {
    let file = path.file_name().map_or_else(|| path.to_string_lossy(), |name| name.to_string_lossy());
    let io = |source| ProfileError::Io { file: file.to_string(), source };
    let opened = std::fs::File::open(path).map_err(io)?;
    let size = opened.metadata().map_err(io)?.len();
    read(opened, Some(size), &file, cancel, progress, limits)
}

/// Profiles for the tests of the views.
#[cfg(test)]
pub(super) mod testing {
    use super::*;

    /// The profile of these folded lines.
    pub(crate) fn folded(text: &str) -> Profile {
        read(text.as_bytes(), None, "test.folded", &Cancel::new(), &Progress::new(), &Limits::default()).expect("valid")
    }
}
