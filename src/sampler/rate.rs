//! Rates from counters that only grow: bytes read, bytes sent.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::Duration;

/// No disk or network of today moves more than this many bytes per second; a figure above it comes from a counter that
/// began again under the same name.
const IMPLAUSIBLE: f64 = 1e12;

/// What a counter grew by per second. `None` when no time has passed, when it went backwards (it was reset, or wrapped),
/// or when the figure cannot be true.
pub fn per_second(before: u64, now: u64, elapsed: Duration) -> Option<f64> {
    let seconds = elapsed.as_secs_f64();
    let grown = now.checked_sub(before)?;
    (seconds > 0.0).then(|| grown as f64 / seconds).filter(|rate| *rate <= IMPLAUSIBLE)
}

/// Pairs of counters (in and out, read and written) by name, each with when it was read last.
#[derive(Debug)]
pub struct Rates<K> {
    known: HashMap<K, Reading>,
    round: u64,
}

#[derive(Clone, Copy, Debug)]
struct Reading {
    counters: (u64, u64),
    at: Duration,
    round: u64,
}

impl<K> Default for Rates<K> {
    fn default() -> Self {
        Self { known: HashMap::new(), round: 0 }
    }
}

impl<K: Eq + Hash + Clone> Rates<K> {
    /// Takes a reading made `at` this time of the monotonic clock, and tells both rates since the reading before it.
    /// `None` for the first reading of a name.
    pub fn update(&mut self, name: &K, counters: (u64, u64), at: Duration) -> (Option<f64>, Option<f64>) {
        let reading = Reading { counters, at, round: self.round };
        let Some(before) = self.known.get_mut(name) else {
            self.known.insert(name.clone(), reading);
            return (None, None);
        };
        let Reading { counters: old, at: then, .. } = std::mem::replace(before, reading);
        let elapsed = at.saturating_sub(then);
        (per_second(old.0, counters.0, elapsed), per_second(old.1, counters.1, elapsed))
    }

    /// Forgets the names that were not updated since this was called last: what vanished and comes back starts anew.
    pub fn forget_missing(&mut self) {
        let round = self.round;
        self.known.retain(|_, reading| reading.round == round);
        self.round += 1;
    }
}

/// The sum of those that are known; `None` when none is.
pub fn sum_known(rates: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    rates.flatten().fold(None, |sum, rate| Some(sum.unwrap_or(0.0) + rate))
}

/// One counter that only grows, with when it was read last.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rate(Option<(u64, Duration)>);

impl Rate {
    /// Takes a reading made `at` this time of the monotonic clock, and tells what it grew by per second since the reading before it.
    /// `None` for the first reading, and where there is none.
    pub fn update(&mut self, now: Option<u64>, at: Duration) -> Option<f64> {
        let before = std::mem::replace(&mut self.0, now.map(|now| (now, at)));
        let (before, then) = before?;
        per_second(before, now?, at.saturating_sub(then))
    }
}
