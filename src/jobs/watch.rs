//! Telling of operations that have ended, for their log.

use std::time::{Duration, SystemTime};

use super::JobError;
use super::progress::Operation;

/// How work ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// With its result.
    Done,
    /// With this message.
    Failed(String),
    /// It was asked to stop.
    Cancelled,
}

impl Outcome {
    pub(super) fn of<T>(outcome: &Result<T, JobError>) -> Self {
        match outcome {
            Ok(_) => Self::Done,
            Err(JobError::Cancelled) => Self::Cancelled,
            Err(JobError::Failed(failure)) => Self::Failed(failure.to_string()),
        }
    }
}

/// An operation that has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// What it said of itself.
    pub operation: Operation,
    /// What it was, for a person: `Opening bills.csv`.
    pub title: String,
    /// When a worker began with it.
    pub started: SystemTime,
    /// How long it took from then on.
    pub took: Duration,
    /// How it ended.
    pub outcome: Outcome,
    /// Bytes that this program held when it began and after it ended, by everything that ran meanwhile. `None` where that cannot be told.
    pub memory: Option<(u64, u64)>,
}

/// Is told of operations. Both functions are called from worker threads; a job counts as running until they return.
pub trait Watch: Send + Sync {
    /// Bytes that this program holds now. `None` where that cannot be told.
    fn memory(&self) -> Option<u64>;
    /// An operation has ended. Whoever waits for its result may have it already.
    fn ended(&self, ended: Ended);
}
