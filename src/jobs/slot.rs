//! A place for the latest result of one kind of work.

use std::sync::Arc;

use super::{Failure, JobError, Ticket};

/// What a [`Slot`] holds.
#[derive(Clone, Debug, Default)]
pub enum SlotState<T> {
    /// Nothing was asked for yet.
    #[default]
    Empty,
    /// The first or a new result is being made; the old one can still be shown, dimmed.
    Pending {
        /// The result before this one.
        previous: Option<Arc<T>>,
    },
    /// The result.
    Ready(Arc<T>),
    /// The work failed; the old result can still be shown.
    Failed {
        /// Why, and what to do next.
        failure: Failure,
        /// The result before this one.
        previous: Option<Arc<T>>,
    },
}

/// Holds the newest result. Starting new work cancels the work before it, whose late answer is dropped.
#[derive(Debug)]
pub struct Slot<T> {
    state: SlotState<T>,
    ticket: Option<Ticket<T>>,
}

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self { state: SlotState::Empty, ticket: None }
    }
}

impl<T> Slot<T> {
    /// What the slot holds now.
    pub fn state(&self) -> &SlotState<T> {
        &self.state
    }

    /// The result to show: the ready one, or the one before while a new one is made or after it failed.
    pub fn value(&self) -> Option<&Arc<T>> {
        match &self.state {
            SlotState::Ready(value) => Some(value),
            SlotState::Pending { previous } | SlotState::Failed { previous, .. } => previous.as_ref(),
            SlotState::Empty => None,
        }
    }

    /// Whether work is under way for this slot.
    pub fn is_pending(&self) -> bool {
        self.ticket.is_some()
    }

    /// Waits for `ticket` from now on; the work before it is cancelled.
    pub fn start(&mut self, ticket: Ticket<T>) {
        if let Some(old) = self.ticket.replace(ticket) {
            old.cancel();
        }
        self.state = SlotState::Pending { previous: self.value().cloned() };
    }

    /// Holds this result from now on; work under way is cancelled.
    pub fn put(&mut self, value: T) {
        self.clear();
        self.state = SlotState::Ready(Arc::new(value));
    }

    /// Takes the result in when it has come. Returns whether the slot changed.
    pub fn poll(&mut self) -> bool {
        let Some(outcome) = self.ticket.as_ref().and_then(Ticket::poll) else { return false };
        self.ticket = None;
        let previous = self.value().cloned();
        self.state = match outcome {
            Ok(value) => SlotState::Ready(Arc::new(value)),
            Err(JobError::Failed(failure)) => SlotState::Failed { failure, previous },
            Err(JobError::Cancelled) => previous.map_or(SlotState::Empty, SlotState::Ready),
        };
        true
    }

    /// Forgets the result and cancels work under way.
    pub fn clear(&mut self) {
        if let Some(ticket) = self.ticket.take() {
            ticket.cancel();
        }
        self.state = SlotState::Empty;
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Priority, Queue};
    use super::*;

    fn settle<T>(slot: &mut Slot<T>) {
        while !slot.poll() {
            std::thread::yield_now();
        }
    }

    #[test]
    fn the_latest_request_wins_and_the_old_value_stays_meanwhile() {
        let queue = Queue::new(2, Arc::new(|| {})).expect("threads");
        let mut slot = Slot::default();
        slot.start(queue.submit("one", Priority::Normal, |_, _| Ok(1)));
        settle(&mut slot);
        assert_eq!(slot.value().map(|v| **v), Some(1));
        let (open, gate) = crossbeam_channel::bounded::<()>(1);
        slot.start(queue.submit("stale", Priority::Normal, move |_, _| {
            let _ = gate.recv();
            Ok(2)
        }));
        slot.start(queue.submit("three", Priority::Normal, |_, _| Ok(3)));
        assert_eq!(slot.value().map(|v| **v), Some(1), "the old value is still there");
        open.send(()).expect("gate");
        settle(&mut slot);
        assert_eq!(slot.value().map(|v| **v), Some(3));
        assert!(!slot.poll(), "the stale answer is dropped");
    }

    #[test]
    fn a_failure_keeps_the_previous_value() {
        let queue = Queue::new(1, Arc::new(|| {})).expect("threads");
        let mut slot = Slot::default();
        slot.start(queue.submit("one", Priority::Normal, |_, _| Ok(1)));
        settle(&mut slot);
        slot.start(queue.submit("bad", Priority::Normal, |_, _| Err(Failure::new("No.", "Do x.").into())));
        settle(&mut slot);
        assert!(matches!(slot.state(), SlotState::Failed { previous: Some(v), .. } if **v == 1));
    }
}
