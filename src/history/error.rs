//! What can go wrong with the history.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

use crate::jobs::{Cancelled, Explain, Failure, JobError};

/// Why the history cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// Its folder cannot be used.
    #[error("the folder “{}” for the history cannot be used: {source}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A newer version of this program wrote it.
    #[error("the history “{}” was written by a newer version of Tachograph (format {version})", path.display())]
    Newer {
        /// The database.
        path: PathBuf,
        /// The format's number.
        version: i64,
    },
    /// It is damaged.
    #[error("the history “{}” is damaged: {reason}", path.display())]
    Damaged {
        /// The database.
        path: PathBuf,
        /// What was found.
        reason: String,
    },
    /// The disk has no room for more of it.
    #[error("there is no room left on the disk for the history “{}”", path.display())]
    DiskFull {
        /// The database.
        path: PathBuf,
    },
    /// Nothing can be written there.
    #[error("the history “{}” cannot be written: {reason}", path.display())]
    ReadOnly {
        /// The database.
        path: PathBuf,
        /// What the database said.
        reason: String,
    },
    /// Another program writes it, or another window of this one.
    #[error("the history “{}” is being written by another window of Tachograph", path.display())]
    InUse {
        /// The database.
        path: PathBuf,
    },
    /// It was there and is there no more.
    #[error("the history “{}” is not there any more: its disk was disconnected, or it was moved", path.display())]
    Gone {
        /// The database.
        path: PathBuf,
    },
    /// Its disk does not answer.
    #[error("the disk of the history “{}” fails: {reason}", path.display())]
    Disk {
        /// The database.
        path: PathBuf,
        /// What the database said.
        reason: String,
    },
    /// Nothing has been kept so far.
    #[error("there is no history “{}” yet", path.display())]
    Nothing {
        /// The database that would have it.
        path: PathBuf,
    },
    /// There is no series of this name.
    #[error("the history has no metric “{name}”; it has: {known}")]
    NoMetric {
        /// The name.
        name: String,
        /// Those that there are.
        known: String,
    },
    /// More than the history keeps.
    #[error("the history keeps no more than {most} {what}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// The bound.
        most: usize,
    },
    /// Something else of the database.
    #[error("the history “{}” cannot be used: {reason}", path.display())]
    Database {
        /// The database.
        path: PathBuf,
        /// What the database said.
        reason: String,
    },
    /// Cancelled.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

impl HistoryError {
    /// What the database said about this file, put by kinds.
    pub(super) fn of(path: &Path, error: &rusqlite::Error) -> Self {
        let (path, reason) = (path.to_owned(), error.to_string());
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged { path, reason },
            Some(ErrorCode::SystemIoFailure) => Self::Disk { path, reason },
            Some(ErrorCode::DiskFull) => Self::DiskFull { path },
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => Self::ReadOnly { path, reason },
            _ => Self::Database { path, reason },
        }
    }
}

impl Explain for HistoryError {
    fn next_step(&self) -> String {
        match self {
            Self::Newer { .. } => "Use the newer version, or move the file away to begin a new history.".into(),
            Self::Folder { .. } | Self::ReadOnly { .. } => {
                "Check that you may write in its folder; until then nothing older than this run can be shown.".into()
            }
            Self::Damaged { .. } => "It is set aside and a new one begun when Tachograph starts again.".into(),
            Self::DiskFull { .. } => "Make room on the disk; what was measured meanwhile is kept in memory for an hour.".into(),
            Self::InUse { .. } => {
                "Close the other window first, or import in that window: “Import history…” in its settings.".into()
            }
            Self::Gone { .. } => {
                "Connect the disk again; what is measured meanwhile is kept in memory for an hour. Where it was moved on purpose, start Tachograph again.".into()
            }
            Self::Disk { .. } => "Check that the disk is connected; what is measured meanwhile is kept in memory for an hour.".into(),
            Self::Nothing { .. } => "Open the window with “Keep what was measured” on in its settings, and let it run.".into(),
            Self::NoMetric { .. } => "Choose one of these names; * at the end stands for all that begin so.".into(),
            Self::TooMany { .. } => "Leave out what is not needed, and try again.".into(),
            Self::Database { .. } | Self::Cancelled(_) => "Try again; if that fails, start Tachograph again.".into(),
        }
    }
}

impl From<HistoryError> for JobError {
    fn from(error: HistoryError) -> Self {
        match error {
            HistoryError::Cancelled(_) => Self::Cancelled,
            other => Self::Failed(Failure::from_error(&other)),
        }
    }
}
