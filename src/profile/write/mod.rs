//! Writing a profile in a format of others. Each writer streams to its target, in one pass over the samples, and looks at the cancel flag.
//!
//! What a format cannot hold is told by [`left_out()`], never dropped in silence.

mod folded;
mod left_out;
mod message;
mod pprof;
mod speedscope;

use std::io::{self, Write};

use super::model::Profile;
use crate::jobs::{Cancel, Progress};

pub(super) use folded::{HIDDEN_REMARK, HIDDEN_SEMICOLON};
pub use left_out::left_out;

/// After so many rows the cancel flag is looked at.
const BATCH: u32 = 1024;

/// A format that can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Lines of `root;caller;leaf 123`: names and one sample type.
    Folded,
    /// Protocol buffers of google/pprof, packed with gzip: nearly everything.
    Pprof,
    /// JSON of speedscope: names, files and lines, threads, values.
    Speedscope,
}

impl Target {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Folded, Self::Pprof, Self::Speedscope];

    /// How names of such files end, with the first dot.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Folded => ".folded",
            Self::Pprof => ".pb.gz",
            Self::Speedscope => ".speedscope.json",
        }
    }

    /// What it is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Folded => "folded stacks",
            Self::Pprof => "pprof",
            Self::Speedscope => "speedscope",
        }
    }

    /// The format that a file of this name is to have; `None` for other endings.
    pub fn of_name(name: &str) -> Option<Self> {
        let lower = name.to_lowercase();
        Self::ALL.into_iter().find(|target| lower.strip_suffix(target.ending()).is_some_and(|stem| !stem.is_empty()))
    }
}

/// Writes the profile to `out`, which it hands back when all is flushed. With `sample_type`, a row of its sample types, only that one;
/// else all that the format can hold, which for folded stacks is the profile's own choice.
///
/// # Errors
/// Those of `out`; and when `cancel` is set, one that holds [`crate::jobs::Cancelled`].
pub fn write<W: Write>(
    profile: &Profile,
    target: Target,
    sample_type: Option<usize>,
    out: W,
    cancel: &Cancel,
    progress: &Progress,
) -> io::Result<W> {
    let types = match sample_type {
        Some(row) => vec![row],
        None => (0..profile.sample_types.len()).collect(),
    };
    let rounds = if target == Target::Speedscope { types.len() } else { 1 };
    progress.phase("Writing", profile.samples.len() as u64 * rounds as u64);
    let steps = Steps { cancel, progress, left: BATCH };
    cancel.check().map_err(io::Error::other)?;
    match target {
        Target::Folded => folded::write(profile, sample_type, out, steps),
        Target::Pprof => pprof::write(profile, &types, out, steps),
        Target::Speedscope => speedscope::write(profile, &types, out, steps),
    }
}

/// Writes the profile as pprof to `out`, which it hands back when all is flushed.
///
/// # Errors
/// Those of `out`.
pub fn write_pprof<W: Write>(profile: &Profile, out: W) -> io::Result<W> {
    write(profile, Target::Pprof, None, out, &Cancel::new(), &Progress::new())
}

/// The profile as the bytes of a `.pb.gz` file.
///
/// # Errors
/// None that memory can give; kept so that callers treat both alike.
pub fn pprof_bytes(profile: &Profile) -> io::Result<Vec<u8>> {
    write_pprof(profile, Vec::new())
}

/// Counts rows, ticks the progress and looks at the cancel flag.
struct Steps<'a> {
    cancel: &'a Cancel,
    progress: &'a Progress,
    left: u32,
}

impl Steps<'_> {
    /// To be called for each row that is written.
    fn step(&mut self) -> io::Result<()> {
        self.left -= 1;
        if self.left == 0 {
            self.left = BATCH;
            self.progress.add(u64::from(BATCH));
            self.cancel.check().map_err(io::Error::other)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Target;

    #[test]
    fn formats_are_told_by_their_endings() {
        assert_eq!(Target::of_name("a.Folded"), Some(Target::Folded));
        assert_eq!(Target::of_name("a.b.pb.gz"), Some(Target::Pprof));
        assert_eq!(Target::of_name("x.speedscope.json"), Some(Target::Speedscope));
        assert!([".folded", "folded", "a.json", "a.gz", "a.pb", ""].iter().all(|name| Target::of_name(name).is_none()));
    }
}
