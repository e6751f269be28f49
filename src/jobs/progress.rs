//! How far long work has come. Cheap to tick from many threads, read a few times a second by whoever shows it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The counter that work ticks and a status bar or terminal reads. Clones share the counter.
#[derive(Clone, Debug)]
pub struct Progress(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    done: AtomicU64,
    total: AtomicU64,
    phase: Mutex<Phase>,
    operation: Mutex<Option<Operation>>,
    problem: Mutex<Option<String>>,
}

/// What work says of itself for the log of operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operation {
    /// Its kind, such as `open table`. These names are kept for years: they are what operations are compared by.
    pub kind: &'static str,
    /// Bytes that it read or wrote. `None` where that says nothing of it.
    pub bytes: Option<u64>,
}

#[derive(Debug)]
struct Phase {
    name: String,
    started: Instant,
}

/// What a [`Progress`] said at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct ProgressView {
    /// What is being done now, such as `Reading`. Empty when the work has not said.
    pub phase: String,
    /// Part of the phase that is done, 0 to 1. `None` when the size of the work is not known.
    pub fraction: Option<f64>,
    /// Time left in this phase, from its pace so far. `None` while that is a guess.
    pub left: Option<Duration>,
}

impl Default for Progress {
    fn default() -> Self {
        let phase = Phase { name: String::new(), started: Instant::now() };
        Self(Arc::new(Inner {
            done: AtomicU64::new(0),
            total: AtomicU64::new(0),
            phase: Mutex::new(phase),
            operation: Mutex::new(None),
            problem: Mutex::new(None),
        }))
    }
}

impl Progress {
    /// A counter that stands at nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Starts a new phase of `total` units (bytes, rows…; 0 when not known).
    pub fn phase(&self, name: &str, total: u64) {
        let mut phase = self.lock();
        name.clone_into(&mut phase.name);
        phase.started = Instant::now();
        self.0.done.store(0, Ordering::Relaxed);
        self.0.total.store(total, Ordering::Relaxed);
    }

    /// Gives the phase another name; what is done of it and its time stay.
    pub fn rename(&self, name: &str) {
        name.clone_into(&mut self.lock().name);
    }

    /// `units` more of the phase are done.
    pub fn add(&self, units: u64) {
        self.0.done.fetch_add(units, Ordering::Relaxed);
    }

    /// Says that this work is an operation of this kind, on so many bytes. Of several, as when files are opened to be compared, the last
    /// kind counts and the bytes are added up. Work that never says so does not come into the log.
    pub fn operation(&self, kind: &'static str, bytes: Option<u64>) {
        let mut operation = self.0.operation.lock().unwrap_or_else(PoisonError::into_inner);
        let before = operation.and_then(|operation| operation.bytes);
        let bytes = before.into_iter().chain(bytes).reduce(u64::saturating_add);
        *operation = Some(Operation { kind, bytes });
    }

    /// The operation has read or written so many bytes more. Nothing where it has not said what it is.
    pub fn add_bytes(&self, bytes: u64) {
        if let Some(operation) = self.said_operation() {
            self.operation(operation.kind, Some(bytes));
        }
    }

    /// Says for the log what went wrong with a part of the operation, or with all of it, where it ends with a result all the same.
    pub fn problem(&self, message: String) {
        *self.0.problem.lock().unwrap_or_else(PoisonError::into_inner) = Some(message);
    }

    /// What the work said that went wrong.
    pub(super) fn said_problem(&self) -> Option<String> {
        self.0.problem.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What the work said of itself for the log.
    pub fn said_operation(&self) -> Option<Operation> {
        *self.0.operation.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the counter says now.
    pub fn view(&self) -> ProgressView {
        let phase = self.lock();
        let (done, total) = (self.0.done.load(Ordering::Relaxed), self.0.total.load(Ordering::Relaxed));
        let fraction = (total > 0).then(|| (done as f64 / total as f64).min(1.0));
        ProgressView { phase: phase.name.clone(), fraction, left: fraction.and_then(|f| left(phase.started.elapsed(), f)) }
    }

    fn lock(&self) -> MutexGuard<'_, Phase> {
        self.0.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Time left when `fraction` of the work took `elapsed`; none in the first half second or the first hundredth.
fn left(elapsed: Duration, fraction: f64) -> Option<Duration> {
    if elapsed < Duration::from_millis(500) || fraction < 0.01 {
        return None;
    }
    Some(elapsed.mul_f64((1.0 - fraction) / fraction))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fraction_is_unknown_without_a_total_and_never_above_one() {
        let progress = Progress::new();
        progress.add(5);
        assert_eq!(progress.view().fraction, None);
        progress.phase("Reading", 4);
        assert_eq!(progress.view(), ProgressView { phase: "Reading".into(), fraction: Some(0.0), left: None });
        progress.add(9);
        assert_eq!(progress.view().fraction, Some(1.0));
    }

    #[test]
    fn the_last_kind_counts_and_bytes_add_up() {
        let progress = Progress::new();
        assert_eq!(progress.said_operation(), None);
        progress.operation("open table", Some(3));
        progress.operation("open table", Some(4));
        progress.operation("compare tables", None);
        assert_eq!(progress.said_operation(), Some(Operation { kind: "compare tables", bytes: Some(7) }));
    }

    #[test]
    fn time_left_follows_the_pace() {
        assert_eq!(left(Duration::from_secs(3), 0.75), Some(Duration::from_secs(1)));
        assert_eq!(left(Duration::from_millis(100), 0.5), None);
        assert_eq!(left(Duration::from_secs(9), 0.001), None);
    }
}
