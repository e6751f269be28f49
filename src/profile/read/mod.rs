//! Reading a profile: unpacks gzip, zstd and ZIP, finds the format by content, then by name, and lets the format's reader fill the tables.

mod austin;
mod binaries;
mod bytes;
mod callgrind;
mod decimal;
mod demangle;
mod detect;
mod dhat;
mod expand;
mod firefox;
mod folded;
mod formats;
mod ghc;
mod gperftools;
mod gprof;
mod guess;
mod head;
mod heaptrack;
mod hprof;
mod instruments;
mod jfr;
mod json;
mod jstack;
mod kinds;
mod lines;
mod massif;
mod nettrace;
mod perf_data;
mod perf_events;
mod perf_script;
mod places;
mod pprof;
mod pprof_samples;
mod pprof_tables;
mod pyinstrument;
mod python;
mod safari;
mod serialized;
mod source;
mod speedscope;
mod stackprof;
mod trace;
mod tracy;
mod v8;
mod wire;
mod xhprof;
mod zipped;

use std::io::Read;
use std::path::Path;

pub use formats::{Format, detect, formats};

use super::error::{Place, ProfileError};
use super::model::{Limits, Profile};
use crate::jobs::{Cancel, Progress};
use head::Head;
use source::Source;

/// What every reader needs to know besides the data.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    /// Name of the file, for messages.
    pub(super) file: &'a str,
    /// Folder of the file, where it is one: programs that a recording names are looked for there too. `None` keeps a reader from opening
    /// any other file.
    pub(super) folder: Option<&'a Path>,
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
    mut source: impl Read,
    size: Option<u64>,
    file: &str,
    cancel: &Cancel,
    progress: &Progress,
    limits: &Limits,
) -> Result<Profile, ProfileError> {
    read_in(&mut source, size, Context { file, folder: None, cancel, progress, limits, unpacked: false })
}

fn read_in(source: &mut dyn Read, size: Option<u64>, context: Context<'_>) -> Result<Profile, ProfileError> {
    context.progress.phase("Reading", size.unwrap_or(0));
    let (mut source, head) = Source::open(source, size, context)?;
    let context = Context { unpacked: source.is_unpacked(), ..context };
    let head = Head { bytes: &head, whole: source.is_at_end(), name: context.file };
    let format = guess::format_or_error(&head).map_err(|error| source.early_end().unwrap_or(error))?;
    let mut profile = (format.read)(&mut source, &head, context)?;
    profile.warnings.extend(source.remark().map(str::to_owned));
    Ok(profile)
}

/// Reads the profile in the file at `path`.
///
/// # Errors
/// As [`read`], and when the file cannot be opened.
pub fn read_file(path: &Path, cancel: &Cancel, progress: &Progress, limits: &Limits) -> Result<Profile, ProfileError> {
    let file = path.file_name().map_or_else(|| path.to_string_lossy(), |name| name.to_string_lossy());
    let io = |source| ProfileError::Io { file: file.to_string(), source };
    let mut opened = std::fs::File::open(path).map_err(io)?;
    let size = opened.metadata().map_err(io)?.len();
    let folder = path.parent();
    read_in(&mut opened, Some(size), Context { file: &file, folder, cancel, progress, limits, unpacked: false })
}

/// How sure it is that a file is a profile, by its beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// No other kind of file begins so.
    Surely,
    /// It has the shape of one, which other files could have by chance.
    Likely,
    /// It is none that is known, or cannot be read.
    No,
}

/// Whether the file at `path` is a profile, from its first bytes.
pub fn is_profile(path: &Path, cancel: &Cancel) -> Told {
    let (progress, limits) = (Progress::new(), Limits::default());
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let context = Context { file: &name, folder: None, cancel, progress: &progress, limits: &limits, unpacked: false };
    let Ok(mut file) = std::fs::File::open(path) else { return Told::No };
    let Ok((source, head)) = Source::open(&mut file, None, context) else { return Told::No };
    let head = Head { bytes: &head, whole: source.is_at_end(), name: &name };
    match () {
        () if formats::sure(&head).is_some() => Told::Surely,
        () if formats::likely(&head).is_some() => Told::Likely,
        () => Told::No,
    }
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
