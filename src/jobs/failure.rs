//! Errors as a person reads them.

use super::Cancelled;

/// An error of a part that also knows what a person can do about it.
pub trait Explain: std::error::Error {
    /// One sentence: what to do next. Never empty.
    fn next_step(&self) -> String;
}

/// What went wrong and what to do next, in words for the person at the screen.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message} {next_step}")]
pub struct Failure {
    /// What happened, naming the file and the place in it. A whole sentence.
    pub message: String,
    /// What to do next. A whole sentence.
    pub next_step: String,
}

impl Failure {
    /// A failure with its next step.
    pub fn new(message: impl Into<String>, next_step: impl Into<String>) -> Self {
        Self { message: message.into(), next_step: next_step.into() }
    }

    /// The failure that `error` explains; a full stop is added to its message where it lacks one.
    pub fn from_error(error: &impl Explain) -> Self {
        let mut message = error.to_string();
        if !message.ends_with(['.', '!', '?']) {
            message.push('.');
        }
        Self { message, next_step: error.next_step() }
    }
}

/// How a job ended when it did not end with its result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JobError {
    /// It was asked to stop, and did.
    #[error("cancelled")]
    Cancelled,
    /// It failed; the reason is for the person.
    #[error(transparent)]
    Failed(#[from] Failure),
}

impl From<Cancelled> for JobError {
    fn from(_: Cancelled) -> Self {
        Self::Cancelled
    }
}
