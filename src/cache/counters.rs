//! Counters of all runs, in a small file beside the entries.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::settings::AtomicFile;

use super::stats::{Counters, Recorder};

const FILE: &str = "counters.ron";
const LOCK: &str = "counters.lock";
/// Another program holds the lock for about a millisecond.
const ATTEMPTS: u32 = 50;
const BETWEEN: Duration = Duration::from_millis(10);

/// What is in the counters' file.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Saved {
    pub memory: Counters,
    pub file: Counters,
    /// Milliseconds since 1970-01-01 UTC of the last clean-up by any program.
    pub swept_ms: u64,
}

/// The counters' file, and what it said last.
pub(super) struct CountersFile {
    folder: PathBuf,
    last: Mutex<Saved>,
}

impl CountersFile {
    /// Reads the file; a missing or damaged one counts from zero.
    pub fn open(folder: &Path) -> Self {
        Self { folder: folder.to_path_buf(), last: Mutex::new(read(folder)) }
    }

    /// What the file said when it was last read or written.
    pub fn last(&self) -> Saved {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Adds what was not saved yet to the file, together with what other programs added meanwhile.
    ///
    /// # Errors
    /// When the folder cannot be written or another program holds the lock; nothing is lost then.
    pub fn save(&self, memory: &Recorder, file: &Recorder, swept_ms: Option<u64>) -> io::Result<()> {
        let (more_memory, more_file) = (memory.take_unsaved(), file.take_unsaved());
        let saved = self.add(&more_memory, &more_file, swept_ms);
        if saved.is_err() {
            memory.give_back(&more_memory);
            file.give_back(&more_file);
        }
        saved
    }

    fn add(&self, memory: &Counters, file: &Counters, swept_ms: Option<u64>) -> io::Result<()> {
        let _lock = lock(&self.folder)?;
        let mut saved = read(&self.folder);
        saved.memory.merge(memory);
        saved.file.merge(file);
        saved.swept_ms = swept_ms.unwrap_or(saved.swept_ms);
        write(&self.folder, &saved)?;
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = saved;
        Ok(())
    }
}

fn read(folder: &Path) -> Saved {
    fs::read_to_string(folder.join(FILE)).ok().and_then(|text| ron::from_str(&text).ok()).unwrap_or_default()
}

fn write(folder: &Path, saved: &Saved) -> io::Result<()> {
    let text = ron::to_string(saved).map_err(io::Error::other)?;
    let mut file = AtomicFile::create(&folder.join(FILE))?;
    file.write_all(text.as_bytes())?;
    // Counters are not worth waiting for the disk.
    Ok(file.commit_unsynced()?)
}

/// Held while the returned file lives; the system lets go of it when the program is killed.
fn lock(folder: &Path) -> io::Result<File> {
    let file = File::options().create(true).truncate(false).write(true).open(folder.join(LOCK))?;
    for _ in 0..ATTEMPTS {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => std::thread::sleep(BETWEEN),
            // Some network disks have no locks: a count lost now and then is no harm.
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => return Ok(file),
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
    Err(io::ErrorKind::WouldBlock.into())
}
