//! Names of entries: a hash of the content they were made from and of how.

use std::fmt;
use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use blake3::{Hash, Hasher};

use crate::jobs::{Cancel, Explain, Progress};

use super::digest::{Watch, hash_part};

/// Separates these keys from all other uses of BLAKE3; changed when what goes into a key changes.
const CONTEXT: &str = "tachograph cache key, version 1";

/// BLAKE3 hash of a file's or buffer's bytes: the same content has the same hash wherever it lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ContentHash(Hash);

/// Name of an entry: 32 bytes, shown as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key([u8; 32]);

/// A text that is not a key: not 64 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a key has 64 hexadecimal digits")]
pub struct NotAKey;

/// Why a file's content could not be hashed.
#[derive(Debug, thiserror::Error)]
pub enum HashError {
    /// It was asked to stop.
    #[error("cancelled")]
    Cancelled,
    /// It is a folder, device or pipe.
    #[error("“{}” is not a file", .0.display())]
    NotAFile(PathBuf),
    /// It was written to meanwhile.
    #[error("“{}” changed while it was being read", .0.display())]
    Changed(PathBuf),
    /// The system refused.
    #[error("“{}” could not be read: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl Explain for HashError {
    fn next_step(&self) -> String {
        match self {
            Self::Cancelled => "Start again when you want it.",
            Self::NotAFile(_) => "Choose a file.",
            Self::Changed(_) => "Wait until the program that writes it is done, then try again.",
            Self::Io { source, .. } if source.kind() == ErrorKind::NotFound => "Check that the file has not been moved or renamed.",
            Self::Io { source, .. } if source.kind() == ErrorKind::PermissionDenied => "Check that you may read the file.",
            Self::Io { .. } => "Check that the disk is connected, then try again.",
        }
        .into()
    }
}

impl ContentHash {
    /// Hash of bytes in memory.
    pub fn of(bytes: &[u8]) -> Self {
        Self(blake3::hash(bytes))
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_hex())
    }
}

impl Key {
    /// The key of what a codec of `version` keeps as `kind`, made from `content` with `options`.
    ///
    /// `kind` is short and fixed, such as `table`; `options` is any text that differs when the result would; `version` grows
    /// when the meaning of the stored bytes or the way of making them changes.
    pub fn new(content: &ContentHash, kind: &str, options: &str, version: u32) -> Self {
        let mut hasher = Hasher::new_derive_key(CONTEXT);
        hasher.update(content.0.as_bytes()).update(&version.to_le_bytes());
        // With their lengths, so that no two pairs of texts are the same bytes.
        for text in [kind, options] {
            hasher.update(&(text.len() as u64).to_le_bytes()).update(text.as_bytes());
        }
        Self(*hasher.finalize().as_bytes())
    }

    pub(super) fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub(super) fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Hash::from_bytes(self.0).to_hex())
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({self})")
    }
}

impl FromStr for Key {
    type Err = NotAKey;

    fn from_str(text: &str) -> Result<Self, NotAKey> {
        Hash::from_hex(text).map(|hash| Self(*hash.as_bytes())).map_err(|_| NotAKey)
    }
}

/// Hash of a file's content, read by up to four threads in pieces of 1 MiB. Progress counts bytes.
///
/// # Errors
/// [`HashError`] when it cannot be read, changes meanwhile, or `cancel` is set.
pub fn hash_file(path: &Path, cancel: &Cancel, progress: &Progress) -> Result<ContentHash, HashError> {
    let failed = |source: io::Error| match source.kind() {
        ErrorKind::Interrupted => HashError::Cancelled,
        ErrorKind::UnexpectedEof => HashError::Changed(path.to_path_buf()),
        _ => HashError::Io { path: path.to_path_buf(), source },
    };
    let before = std::fs::metadata(path).map_err(failed)?;
    if !before.is_file() {
        return Err(HashError::NotAFile(path.to_path_buf()));
    }
    let file = File::open(path).map_err(failed)?;
    progress.phase("Recognising", before.len());
    let hash = hash_part(&file, 0, before.len(), Some(Watch { cancel, progress })).map_err(failed)?;
    let after = file.metadata().map_err(failed)?;
    if after.len() != before.len() || after.modified().ok() != before.modified().ok() {
        return Err(HashError::Changed(path.to_path_buf()));
    }
    Ok(ContentHash(hash))
}
