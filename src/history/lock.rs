//! Who may write: one program at a time, told by a lock beside the database, and within a program one thread at a time.

use std::fs::{self, File, TryLockError};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::error::HistoryError;

/// Held by the one program that writes.
const LOCK: &str = "history.lock";

/// Takes the lock of the database in this folder; `None` while another program has it. It ends with the file, whatever ends the program.
pub fn take_lock(folder: &Path) -> Result<Option<File>, HistoryError> {
    let failed = |source| HistoryError::Folder { path: folder.to_owned(), source };
    let lock = File::options().create(true).truncate(false).write(true).open(folder.join(LOCK)).map_err(failed)?;
    match lock.try_lock() {
        Ok(()) => Ok(Some(lock)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}

/// What a recorder writes with. Whoever else of the same program wants to write borrows it, and the recorder's samples wait meanwhile.
/// Inside: whether the recorder has the lock.
#[derive(Clone, Debug, Default)]
pub struct Pen(Arc<Mutex<bool>>);

impl Pen {
    /// Waits for it.
    pub(super) fn wait(&self) -> MutexGuard<'_, bool> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes it; `None` while it is borrowed.
    pub(super) fn take(&self) -> Option<MutexGuard<'_, bool>> {
        match self.0.try_lock() {
            Ok(held) => Some(held),
            Err(std::sync::TryLockError::Poisoned(held)) => Some(held.into_inner()),
            Err(std::sync::TryLockError::WouldBlock) => None,
        }
    }
}

/// The right to write, for as long as it is held.
pub struct Turn<'a> {
    _pen: Option<MutexGuard<'a, bool>>,
    /// The lock, where no recorder of this program has it.
    pub lock: Option<File>,
}

impl<'a> Turn<'a> {
    /// Takes it, from the recorder of this program where there is one. The folder is made where it is not there.
    pub fn take(folder: &Path, pen: Option<&'a Pen>) -> Result<Self, HistoryError> {
        let pen = pen.map(Pen::wait);
        if pen.as_ref().is_some_and(|has_lock| **has_lock) {
            return Ok(Self { _pen: pen, lock: None });
        }
        fs::create_dir_all(folder).map_err(|source| HistoryError::Folder { path: folder.to_owned(), source })?;
        match take_lock(folder)? {
            Some(lock) => Ok(Self { _pen: pen, lock: Some(lock) }),
            None => Err(HistoryError::InUse { path: folder.join(super::FILE) }),
        }
    }
}
