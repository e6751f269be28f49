//! A profile as a file in a format of others; its threads by name.

use std::path::Path;

use crate::data::DataError;
use crate::jobs::{Cancel, Failure, JobError, Progress};
use crate::profile::write::{self, Target, left_out};
use crate::profile::{Profile, ThreadId};

use super::export::write_file;
use super::kind;

/// So many threads are named when the one that is asked for is not there.
const THREADS_NAMED: usize = 20;

/// Writes the profile to `path` in this format: with `sample_type`, a row of its sample types, only that one. Tells what the format
/// cannot hold and was left out, as parts of a sentence.
///
/// # Errors
/// When the profile has nothing that such a file could hold, when the target cannot be written, and when cancelled; then nothing was
/// changed.
pub fn convert_profile(
    profile: &Profile,
    path: &Path,
    format: Target,
    sample_type: Option<usize>,
    cancel: &Cancel,
    progress: &Progress,
) -> Result<Vec<String>, JobError> {
    progress.operation(kind::CONVERT_PROFILE, None);
    if profile.sample_types.is_empty() {
        let message = format!("This profile holds no stacks, so there is nothing to write as {}.", format.name());
        return Err(Failure::new(message, "Convert a profile that has stacks.").into());
    }
    write_file(path, cancel, progress, |file| {
        let written = write::write(profile, format, sample_type, file, cancel, progress).map(drop);
        written.map_err(|source| DataError::Write { file: path.display().to_string(), source })
    })?;
    Ok(left_out(profile, format, sample_type))
}

/// The name under which a profile is offered to be saved in this format.
pub fn converted_name(name: &str, format: Target) -> String {
    let stem = name.split('.').next().filter(|stem| !stem.is_empty()).unwrap_or("profile");
    format!("{stem}{}", format.ending())
}

/// The threads of this name or number, for [`crate::profile::Filters::threads`]. `file` is the profile's name, for messages.
///
/// # Errors
/// When there is no such thread.
pub fn threads_wanted(profile: &Profile, wanted: &str, file: &str) -> Result<Vec<ThreadId>, JobError> {
    let found = profile.threads_named(wanted);
    if !found.is_empty() {
        return Ok(found);
    }
    let first = (0..profile.threads.len().min(THREADS_NAMED) as u32).map(ThreadId);
    let names: Vec<String> = first.map(|thread| profile.thread_label(thread)).collect();
    let more = if profile.threads.len() > THREADS_NAMED { ", …" } else { "" };
    let next = match names.len() {
        0 => "The file does not tell threads apart; leave --thread out.".to_owned(),
        _ => format!("Choose one of: {}{more}.", names.join(", ")),
    };
    Err(Failure::new(format!("{file} has no thread “{wanted}”."), next).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Limits;
    use crate::profile::read::read;

    fn profile() -> Profile {
        let text = "main;load;parse 60\nmain;save 25\n";
        read(text.as_bytes(), None, "x.folded", &Cancel::new(), &Progress::new(), &Limits::default()).expect("valid")
    }

    #[test]
    fn a_converted_file_is_whole_or_not_there() {
        let folder = tempfile::tempdir().expect("a folder");
        let (cancel, progress) = (Cancel::new(), Progress::new());
        for format in Target::ALL {
            let path = folder.path().join(converted_name("cpu.folded", format));
            let lost = convert_profile(&profile(), &path, format, None, &cancel, &progress).expect("written");
            assert_eq!((lost.len(), path.exists()), (0, true));
        }
        let stopped = Cancel::new();
        stopped.cancel();
        let path = folder.path().join("stopped.folded");
        let outcome = convert_profile(&profile(), &path, Target::Folded, None, &stopped, &progress);
        assert!(matches!(outcome, Err(JobError::Cancelled)) && !path.exists());
    }

    #[test]
    fn a_thread_that_is_not_there_is_told() {
        let Err(JobError::Failed(failure)) = threads_wanted(&profile(), "main", "x.folded") else { panic!("no threads") };
        assert_eq!(failure.message, "x.folded has no thread “main”.");
        assert!(failure.next_step.contains("does not tell threads apart"));
    }
}
