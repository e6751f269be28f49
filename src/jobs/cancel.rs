//! The stop flag that long work looks at.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// A flag shared between the one who may stop the work and the work itself, perhaps with a time at which the work stops by itself.
/// Clones share the flag.
#[derive(Clone, Debug, Default)]
pub struct Cancel {
    flag: Arc<AtomicBool>,
    /// Flags of work that this is a part of.
    above: Vec<Arc<AtomicBool>>,
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
        Self { deadline, ..self.clone() }
    }

    /// The same flag for work that is a part of what `whole` may stop: it stops with either, and `whole` does not stop with it.
    pub fn part_of(&self, whole: &Self) -> Self {
        let above = self.above.iter().chain(&whole.above).chain([&whole.flag]).map(Arc::clone).collect();
        let deadline = [self.deadline, whole.deadline].into_iter().flatten().min();
        Self { flag: Arc::clone(&self.flag), above, deadline }
    }

    /// Whether the work was asked to stop, or its time is over.
    pub fn is_cancelled(&self) -> bool {
        self.flag.load(Ordering::Relaxed) || self.above.iter().any(|flag| flag.load(Ordering::Relaxed)) || self.is_late()
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

    #[test]
    fn a_part_stops_with_the_whole_and_not_the_other_way() {
        let (whole, one, other) = (Cancel::new(), Cancel::new(), Cancel::new());
        let (first, second) = (one.part_of(&whole), other.part_of(&whole));
        let inner = Cancel::new().part_of(&first);
        one.cancel();
        assert_eq!([&first, &second, &whole, &inner].map(Cancel::is_cancelled), [true, false, false, true]);
        whole.cancel();
        assert_eq!([&second, &inner].map(Cancel::is_cancelled), [true; 2]);
        assert!(!other.is_cancelled());
        assert!(Cancel::new().part_of(&Cancel::new().within(Some(Duration::ZERO))).is_late());
    }
}
