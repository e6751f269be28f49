//! The stop flag that long work looks at.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// A flag shared between the one who may stop the work and the work itself, perhaps with a time at which the work stops by itself.
/// Clones share the flag.
#[derive(Clone, Debug, Default)]
pub struct Cancel {
    flag: Arc<AtomicBool>,
    deadline: Option<Instant>,
}

/// The work ended because its [`Cancel`] was set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cancelled")]
pub struct Cancelled;

impl Cancel {
    /// A flag that is not set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks the work to stop; it does so at its next [`Cancel::check`].
    pub fn cancel(&self) {
        self.flag.store(true, Ordering::Relaxed);
    }

    /// The same flag for work that also has to stop after `time` from now; `None`: whenever it likes.
    pub fn within(&self, time: Option<Duration>) -> Self {
        let end = time.and_then(|time| Instant::now().checked_add(time));
        let deadline = [self.deadline, end].into_iter().flatten().min();
        Self { flag: Arc::clone(&self.flag), deadline }
    }

    /// Whether the work was asked to stop, or its time is over.
    pub fn is_cancelled(&self) -> bool {
        self.flag.load(Ordering::Relaxed) || self.is_late()
    }

    /// Whether the time of the work is over.
    pub fn is_late(&self) -> bool {
        self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }

    /// `Err(Cancelled)` once the work was asked to stop, for use with `?`.
    pub fn check(&self) -> Result<(), Cancelled> {
        if self.is_cancelled() { Err(Cancelled) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Cancel;

    #[test]
    fn work_stops_when_asked_and_when_its_time_is_over() {
        let all = Cancel::new();
        let (none, late, early) = (all.within(None), all.within(Some(Duration::ZERO)), all.within(Some(Duration::from_secs(3600))));
        assert_eq!([&all, &none, &late, &early].map(Cancel::is_cancelled), [false, false, true, false]);
        assert!(late.is_late() && late.within(Some(Duration::from_secs(9))).is_late(), "no later than the one it comes from");
        early.cancel();
        assert_eq!([&all, &none, &early].map(Cancel::is_cancelled), [true; 3]);
        assert!(!early.is_late());
        assert!(!Cancel::new().within(Some(Duration::MAX)).is_cancelled(), "a time beyond the clock is none");
    }
}
