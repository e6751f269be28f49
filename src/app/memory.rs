//! Keeping settings and recent files on disk: in the background, one write at a time, the newest wins.

use std::sync::Arc;

use crate::jobs::{Failure, JobError, Priority, Queue, Ticket};
use crate::settings::{Settings, State, Store};

/// What has to be written, and the write under way.
#[derive(Default)]
pub struct Memory {
    store: Option<Arc<Store>>,
    settings_changed: bool,
    state_changed: bool,
    writing: Option<Ticket<()>>,
}

impl Memory {
    /// Keeps things in `store`; without one nothing is kept.
    pub fn new(store: Option<Store>) -> Self {
        Self { store: store.map(Arc::new), ..Self::default() }
    }

    /// The settings are others now.
    pub fn settings_changed(&mut self) {
        self.settings_changed = true;
    }

    /// The recent files are others now.
    pub fn state_changed(&mut self) {
        self.state_changed = true;
    }

    /// Starts a write when there is something to write and none is under way. Returns what the last one failed with.
    pub fn keep(&mut self, queue: &Queue, settings: &Settings, state: &State) -> Option<Failure> {
        let failure = self.finished();
        let idle = self.writing.is_none();
        if let Some(store) = self.store.clone().filter(|_| idle && (self.settings_changed || self.state_changed)) {
            let settings = std::mem::take(&mut self.settings_changed).then(|| settings.clone());
            let state = std::mem::take(&mut self.state_changed).then(|| state.clone());
            let work = move || write(&store, settings.as_ref(), state.as_ref()).map_err(JobError::Failed);
            self.writing = Some(queue.submit("Saving settings", Priority::High, move |_, _| work()));
        }
        failure
    }

    fn finished(&mut self) -> Option<Failure> {
        let outcome = self.writing.as_ref()?.poll()?;
        self.writing = None;
        match outcome {
            Err(JobError::Failed(failure)) => Some(failure),
            _ => None,
        }
    }

    /// Writes what is still to be written, here and now: for the end of the program, when no window waits any more.
    pub fn finish(&mut self, settings: &Settings, state: &State) {
        if let Some(writing) = self.writing.take() {
            // What it failed with was worth a message while there was a window.
            let _ = writing.wait();
        }
        if let Some(store) = &self.store {
            let _ = write(store, self.settings_changed.then_some(settings), self.state_changed.then_some(state));
        }
    }
}

fn write(store: &Store, settings: Option<&Settings>, state: Option<&State>) -> Result<(), Failure> {
    let settings = settings.map_or(Ok(()), |settings| store.save(settings));
    let state = state.map_or(Ok(()), |state| store.save_state(state));
    settings.and(state).map_err(|error| Failure::from_error(&error))
}
