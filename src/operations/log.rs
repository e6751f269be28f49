//! The log of operations, as the queue of the window and that of the command line tell of them.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use crate::history::{Asker, FILE, Operation, OperationResult};
use crate::jobs::{Ended, Failure, Outcome, Watch};
use crate::sampler::own_memory_bytes;

/// Operations that are held in memory because they cannot be written, or are not to be.
const MOST_HELD: usize = 10_000;

/// Takes in operations that have ended, and keeps them on disk where that is wanted.
pub struct OperationLog {
    asker: Asker,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The history's file. `None`: nothing is kept.
    file: Option<PathBuf>,
    /// What is not on disk, oldest first.
    held: Vec<Operation>,
    /// Operations so far.
    count: u64,
    /// Why the last one could not be written.
    failure: Option<Failure>,
}

impl OperationLog {
    /// A log that holds what it is told in memory, until [`OperationLog::keep_in`] says where to keep it.
    pub fn new(asker: Asker) -> Self {
        Self { asker, state: Mutex::default() }
    }

    /// Keeps what comes from now on in the history of this folder; `None`: only in memory. What could not be written before stays in memory
    /// until the next operation is written.
    pub fn keep_in(&self, folder: Option<&Path>) {
        self.lock().file = folder.map(|folder| folder.join(FILE));
    }

    /// Operations that have ended since the program began. It grows with each.
    pub fn count(&self) -> u64 {
        self.lock().count
    }

    /// The operations that are not on disk, oldest first.
    pub fn held(&self) -> Vec<Operation> {
        self.lock().held.clone()
    }

    /// Why the last operation could not be written.
    pub fn failure(&self) -> Option<Failure> {
        self.lock().failure.clone()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watch for OperationLog {
    fn memory(&self) -> Option<u64> {
        own_memory_bytes()
    }

    fn ended(&self, ended: Ended) {
        let mut state = self.lock();
        state.held.push(operation(ended, self.asker));
        state.count += 1;
        state.write();
    }
}

impl State {
    /// Writes what is held. What cannot be written waits for the next time.
    fn write(&mut self) {
        if let Some(file) = &self.file {
            let (mut written, mut failure) = (0, None);
            for operation in &self.held {
                match operation.keep(file) {
                    Ok(()) => written += 1,
                    Err(error) => {
                        failure = Some(Failure::from_error(&error));
                        break;
                    }
                }
            }
            self.held.drain(..written);
            self.failure = failure;
        }
        let too_many = self.held.len().saturating_sub(MOST_HELD);
        self.held.drain(..too_many);
    }
}

fn operation(ended: Ended, asker: Asker) -> Operation {
    let since = ended.started.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Operation {
        // To the millisecond, as it is kept.
        started: since.as_millis() as f64 / 1000.0,
        seconds: ended.took.as_secs_f64(),
        kind: ended.operation.kind.to_owned(),
        title: ended.title,
        asker,
        result: match ended.outcome {
            Outcome::Done => OperationResult::Done,
            Outcome::Failed(message) => OperationResult::Failed(message),
            Outcome::Cancelled => OperationResult::Cancelled,
        },
        bytes: ended.operation.bytes,
        memory: ended.memory,
    }
}
