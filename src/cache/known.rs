//! Hashes of files that were hashed before and have not changed since, so that opening one again need not read it.
//!
//! What a file's system says of it decides, as in build tools: its size, the times of its last changes, its number. A file that changed a moment ago is
//! hashed each time, since within the steps of the file system's clock it could change again unseen (as `git` does, "racy" entries of its index).

use std::collections::HashMap;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use super::key::{ContentHash, HashError, hash_file};
use crate::jobs::{Cancel, Progress};

/// Coarsest step of a file system's clock: two seconds on FAT.
const SETTLED: Duration = Duration::from_secs(3);
/// Files that are remembered at most; when there are more, all are forgotten.
const MOST: usize = 1_000;

/// What was hashed, by path.
#[derive(Debug, Default)]
pub(super) struct Known(Mutex<HashMap<PathBuf, (Stamp, ContentHash)>>);

/// Differs when a file became another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    size: u64,
    changed: SystemTime,
    /// Device, number, and the time of the last change of anything about the file, which no program can set.
    system: [i64; 4],
}

impl Stamp {
    fn of(meta: &Metadata) -> Option<Self> {
        Some(Self { size: meta.len(), changed: meta.modified().ok()?, system: system(meta) })
    }
}

#[cfg(unix)]
fn system(meta: &Metadata) -> [i64; 4] {
    use std::os::unix::fs::MetadataExt;
    [meta.dev().cast_signed(), meta.ino().cast_signed(), meta.ctime(), meta.ctime_nsec()]
}

#[cfg(windows)]
fn system(meta: &Metadata) -> [i64; 4] {
    use std::os::windows::fs::MetadataExt;
    [meta.creation_time().cast_signed(), meta.last_write_time().cast_signed(), i64::from(meta.file_attributes()), 0]
}

#[cfg(not(any(unix, windows)))]
fn system(_: &Metadata) -> [i64; 4] {
    [0; 4]
}

impl Known {
    /// The hash of a file, remembered or made; `now` is the time of day.
    ///
    /// # Errors
    /// As [`hash_file`].
    pub fn hash(&self, path: &Path, now: SystemTime, cancel: &Cancel, progress: &Progress) -> Result<ContentHash, HashError> {
        let stamp = std::fs::metadata(path).ok().filter(Metadata::is_file).and_then(|meta| Stamp::of(&meta));
        if let Some(hash) = stamp.and_then(|stamp| self.find(path, &stamp)) {
            return Ok(hash);
        }
        let hash = hash_file(path, cancel, progress)?;
        let settled = |stamp: &Stamp| now.duration_since(stamp.changed).is_ok_and(|age| age >= SETTLED);
        if let Some(stamp) = stamp.filter(settled) {
            self.keep(path, stamp, hash);
        }
        Ok(hash)
    }

    fn find(&self, path: &Path, stamp: &Stamp) -> Option<ContentHash> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(path).filter(|(kept, _)| kept == stamp).map(|(_, hash)| *hash)
    }

    fn keep(&self, path: &Path, stamp: Stamp, hash: ContentHash) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(path.to_path_buf(), (stamp, hash));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Place {
        _folder: tempfile::TempDir,
        path: PathBuf,
        known: Known,
    }

    fn place() -> Place {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.csv");
        std::fs::write(&path, "a\n1\n").expect("written");
        Place { _folder: folder, path, known: Known::default() }
    }

    impl Place {
        /// The hash, and whether the file was read for it.
        fn hash(&self, now: SystemTime) -> (ContentHash, bool) {
            let progress = Progress::new();
            let hash = self.known.hash(&self.path, now, &Cancel::new(), &progress).expect("a hash");
            (hash, !progress.view().phase.is_empty())
        }
    }

    fn later() -> SystemTime {
        SystemTime::now() + Duration::from_secs(60)
    }

    #[test]
    fn a_file_that_did_not_change_is_read_once() {
        let place = place();
        let (hash, read) = place.hash(later());
        assert!(read);
        assert_eq!(place.hash(later()), (hash, false));
        assert_eq!(hash, hash_file(&place.path, &Cancel::new(), &Progress::new()).expect("a hash"));
    }

    #[test]
    fn a_file_that_changed_is_read_again_even_when_its_size_and_time_are_the_same() {
        let place = place();
        let (hash, _) = place.hash(later());
        let changed = std::fs::metadata(&place.path).and_then(|meta| meta.modified()).expect("a time");
        std::thread::sleep(Duration::from_millis(20));
        std::fs::write(&place.path, "a\n2\n").expect("written");
        if cfg!(unix) {
            let file = std::fs::File::options().write(true).open(&place.path).expect("open");
            file.set_modified(changed).expect("its old time");
        }
        let (other, read) = place.hash(later());
        assert!(read && other != hash);
    }

    #[test]
    fn a_file_that_changed_a_moment_ago_is_read_each_time() {
        let place = place();
        assert!(place.hash(SystemTime::now()).1);
        assert!(place.hash(SystemTime::now()).1);
        std::fs::remove_file(&place.path).expect("removed");
        assert!(place.known.hash(&place.path, later(), &Cancel::new(), &Progress::new()).is_err());
    }
}
