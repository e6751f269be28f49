//! Why a profile could not be read, for a person: the file, the place, what to do next.

use std::fmt;

use crate::jobs::{Cancelled, Explain};

/// Where in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Nowhere in particular.
    File,
    /// So many bytes from the beginning of the file as it lies on the disk.
    Byte(u64),
    /// So many bytes from the beginning of what the file unpacks to.
    UnpackedByte(u64),
    /// Line, the first is 1.
    Line(u64),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File => Ok(()),
            Self::Byte(at) => write!(f, " at byte {at}"),
            Self::UnpackedByte(at) => write!(f, " at byte {at} of the unpacked data"),
            Self::Line(line) => write!(f, " at line {line}"),
        }
    }
}

/// Why a profile could not be read, written or recorded.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// The work was asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// The system would not read or write.
    #[error("{file} could not be read: {source}")]
    Io {
        /// Name of the file.
        file: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// There is nothing in the file.
    #[error("{file} is empty")]
    Empty {
        /// Name of the file.
        file: String,
    },
    /// It is no profile of a kind that can be read.
    #[error("{file} cannot be opened as a profile: it seems to be {seems}")]
    NotAProfile {
        /// Name of the file.
        file: String,
        /// What it looks like: `a Chrome trace (JSON)`.
        seems: String,
        /// What to do next. A whole sentence.
        advice: String,
    },
    /// It is such a profile, but a part of it is wrong.
    #[error("{file} is damaged{place}: {problem}")]
    Damaged {
        /// Name of the file.
        file: String,
        /// Where.
        place: Place,
        /// What is wrong there.
        problem: String,
    },
    /// It asks for more than [`super::Limits`] allow.
    #[error("{file} is too large{place}: {what} would exceed {limit_bytes} bytes")]
    TooLarge {
        /// Name of the file.
        file: String,
        /// Where the limit was reached.
        place: Place,
        /// What would.
        what: &'static str,
        /// The limit, in bytes.
        limit_bytes: u64,
    },
    /// Recording did not work.
    #[error("recording this program did not work: {problem}")]
    Record {
        /// Why.
        problem: String,
    },
}

impl Explain for ProfileError {
    fn next_step(&self) -> String {
        match self {
            Self::Cancelled(_) => "Start again when you want the result.".into(),
            Self::Io { .. } => "Check that the file is there and that you may read it, then open it again.".into(),
            Self::Empty { .. } => {
                "Record the profile again; the program that wrote it probably ended before it could save anything.".into()
            }
            Self::NotAProfile { advice, .. } => advice.clone(),
            Self::Damaged { .. } => "Copy or download the file again, or record the profile again.".into(),
            Self::TooLarge { .. } => "Record for a shorter time or at a lower sampling rate.".into(),
            Self::Record { .. } => "Try again, or use a profiler of the system (such as perf) and open what it wrote here.".into(),
        }
    }
}
