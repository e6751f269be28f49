//! One file of a running batch, seen from outside.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::jobs::{Cancel, Progress, ProgressView};

/// Tells how far a file of a batch is, and leaves it out. Clones share the file.
#[derive(Clone, Debug, Default)]
pub struct Handle {
    out: Cancel,
    progress: Arc<Mutex<Option<Progress>>>,
}

impl Handle {
    /// The handle of a file that waits.
    pub fn new() -> Self {
        Self::default()
    }

    /// Leaves the file out: it is not begun, or stops at its next look at the flag.
    pub fn leave_out(&self) {
        self.out.cancel();
    }

    /// Whether it was left out.
    pub fn is_left_out(&self) -> bool {
        self.out.is_cancelled()
    }

    /// How far work on it is; `None` before it was begun.
    pub fn view(&self) -> Option<ProgressView> {
        self.lock().as_ref().map(Progress::view)
    }

    /// Work on it begins and is counted by `progress`.
    pub(super) fn begin(&self, progress: Progress) -> Progress {
        self.lock().replace(progress.clone());
        progress
    }

    /// What stops work on it: leaving it out, or `whole`, which stops the batch.
    pub(super) fn cancel(&self, whole: &Cancel) -> Cancel {
        self.out.part_of(whole)
    }

    fn lock(&self) -> MutexGuard<'_, Option<Progress>> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
