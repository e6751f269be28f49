//! What callers tell and are told about entries.

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

use crate::jobs::Explain;

use super::Key;
use super::clock::millis;

/// What a caller says about a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// What sort of value it is, short and fixed, such as `table`.
    pub kind: &'static str,
    /// What it is, in words for a person, such as `bills.csv`.
    pub description: String,
    /// How long it lives in memory; `None`: as the settings say. Files live as the settings say in any case.
    pub ttl: Option<Duration>,
}

/// How a type of value becomes bytes and back.
pub struct Codec<T> {
    /// Writes the value's bytes. Large slices are passed through without a copy.
    pub encode: fn(&T, &mut dyn Write) -> io::Result<()>,
    /// Makes the value from exactly the bytes written. An error says why it cannot; the entry is removed then.
    pub decode: fn(Vec<u8>) -> Result<T, String>,
    /// Bytes that the value takes in memory.
    pub size: fn(&T) -> u64,
}

impl<T> Clone for Codec<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Codec<T> {}

/// Where a value came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// It was made just now.
    Made,
    /// From memory, or from another thread that was making it.
    Memory,
    /// From its file.
    File,
}

/// What a level keeps beside the value.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Info {
    pub kind: String,
    pub description: String,
    /// Milliseconds since 1970-01-01 UTC.
    pub made_ms: u64,
    /// The first millisecond at which it is no longer valid.
    pub expires_ms: u64,
    /// What making it took.
    pub making_micros: u64,
}

impl Info {
    pub fn is_expired(&self, now: u64) -> bool {
        now >= self.expires_ms
    }

    /// The same for a level in which it lives this long from `now` on.
    pub fn living(&self, now: u64, ttl: Duration) -> Self {
        Self { expires_ms: now.saturating_add(millis(ttl)), ..self.clone() }
    }
}

/// An entry as a list shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct EntryView {
    /// Its key.
    pub key: Key,
    /// What sort of value it is.
    pub kind: String,
    /// What it is, in words.
    pub description: String,
    /// Bytes it takes in memory; `None` when it is not there.
    pub memory_bytes: Option<u64>,
    /// Size of its file in bytes; `None` when there is none.
    pub file_bytes: Option<u64>,
    /// Time since it was made.
    pub age: Duration,
    /// Time until the last level lets go of it; zero when it is over.
    pub expires_in: Duration,
    /// What making it took.
    pub making: Duration,
    /// Times it was found since this program started, in all levels.
    pub hits: u64,
}

/// A file as [`super::Cache::verify`] found it.
#[derive(Clone, Debug, PartialEq)]
pub struct VerifiedEntry {
    /// Its key.
    pub key: Key,
    /// What it is, in words; `None` when its head is damaged.
    pub description: Option<String>,
    /// Size of the file in bytes.
    pub bytes: u64,
    /// Why it was removed; `None` when it is whole.
    pub damage: Option<String>,
}

/// Why something could not be done to the cache's files.
#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    /// The folder cannot be made or read.
    #[error("the cache folder “{}” cannot be used: {source}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// An entry cannot be written.
    #[error("the cache could not keep “{description}” in “{}”: {source}", path.display())]
    Write {
        /// The folder.
        path: PathBuf,
        /// What the entry is.
        description: String,
        /// What the system or the encoder said.
        source: io::Error,
    },
    /// An entry cannot be read although it is there.
    #[error("the cache file “{}” could not be read: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// An entry cannot be removed.
    #[error("the cache file “{}” could not be removed: {source}", path.display())]
    Remove {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl Explain for CacheError {
    fn next_step(&self) -> String {
        let full = |error: &io::Error| matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded);
        match self {
            Self::Write { source, .. } if full(source) => {
                "Work goes on without keeping results in files; free some space, clear the cache or choose another cache folder in Settings."
            }
            Self::Folder { .. } | Self::Write { .. } => {
                "Work goes on without keeping results in files; choose another cache folder in Settings, or see that you may write there."
            }
            Self::Read { .. } | Self::Remove { .. } => "Check the permissions of the file, or remove it by hand.",
        }
        .into()
    }
}
