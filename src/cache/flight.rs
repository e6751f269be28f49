//! Callers that want the same value at once: one makes it, the others wait.

use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::jobs::{Cancel, Cancelled};

use super::Key;
use super::memory::Value;

/// How often a waiting caller looks whether it was asked to stop.
const LOOK: Duration = Duration::from_millis(20);

/// The values being made.
#[derive(Default)]
pub(super) struct Flights(Mutex<HashMap<Key, Arc<Flight>>>);

#[derive(Default)]
struct Flight {
    state: Mutex<State>,
    news: Condvar,
}

#[derive(Default)]
enum State {
    #[default]
    Making,
    Made(Value),
    /// The maker failed, panicked or was cancelled: somebody else may try.
    Failed,
}

/// What a caller has to do.
pub(super) enum Turn<'a> {
    /// Make the value, and tell it with [`Making::made`].
    Make(Making<'a>),
    /// Use what another has made.
    Use(Value),
    /// Ask again: the other one failed.
    Again,
}

/// The right and duty to make a value. Dropped without having made it, it lets another caller try.
pub(super) struct Making<'a> {
    flights: &'a Flights,
    flight: Arc<Flight>,
    key: Key,
}

impl Flights {
    /// Joins those who want `key`; waits while another makes it.
    pub fn join(&self, key: Key, cancel: &Cancel) -> Result<Turn<'_>, Cancelled> {
        let mut flights = self.lock();
        if let Some(flight) = flights.get(&key).map(Arc::clone) {
            drop(flights);
            return flight.wait(cancel);
        }
        let flight = Arc::new(Flight::default());
        flights.insert(key, Arc::clone(&flight));
        Ok(Turn::Make(Making { flights: self, flight, key }))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Arc<Flight>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Flight {
    fn wait<'a>(&self, cancel: &Cancel) -> Result<Turn<'a>, Cancelled> {
        let mut state = self.lock();
        loop {
            match &*state {
                State::Made(value) => return Ok(Turn::Use(Arc::clone(value))),
                State::Failed => return Ok(Turn::Again),
                State::Making => cancel.check()?,
            }
            state = self.news.wait_timeout(state, LOOK).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Making<'_> {
    /// Hands the value to those who wait, and to those who ask until this is dropped.
    pub fn made(&self, value: Value) {
        *self.flight.lock() = State::Made(value);
        self.flight.news.notify_all();
    }
}

impl Drop for Making<'_> {
    fn drop(&mut self) {
        self.flights.lock().remove(&self.key);
        let mut state = self.flight.lock();
        if matches!(*state, State::Making) {
            *state = State::Failed;
        }
        drop(state);
        self.flight.news.notify_all();
    }
}
