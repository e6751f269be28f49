//! The process whose details are shown: what is asked of it alone, by a job, as long as it is looked at.

use crate::app::Tools;
use crate::jobs::{Priority, Slot};
use crate::sampler::{ProcessDetails, ProcessId, process_details};

/// How old the details may get, in seconds of the samples' clock.
const FRESH: f64 = 3.0;
/// Seconds by which the beginning of one process may be told differently.
const NEAR: u64 = 3;

/// What of the details is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Part {
    /// Figures, command line, folder.
    #[default]
    Facts,
    /// Its threads.
    Threads,
    /// What it has open.
    Files,
}

impl Part {
    /// All, with their names.
    pub const ALL: [(Self, &'static str); 3] = [(Self::Facts, "Facts"), (Self::Threads, "Threads"), (Self::Files, "Open files")];
}

/// What is known of the process that is looked at.
#[derive(Default)]
pub struct Looked {
    /// What of it is shown.
    pub part: Part,
    process: Option<ProcessId>,
    details: Slot<Option<ProcessDetails>>,
    asked: Option<f64>,
}

impl Looked {
    /// The details, as they were read last. `None` until they are, and where the process has ended.
    pub fn details(&self) -> Option<&ProcessDetails> {
        self.details.value().and_then(|details| details.as_ref().as_ref())
    }

    /// Whether it is still to be read for the first time.
    pub fn is_being_read(&self) -> bool {
        self.details.value().is_none()
    }

    /// Takes in what was read, and has the details of `selected` read anew where they have aged by the sample of this time. Whether anything changed.
    pub fn take_news(&mut self, selected: Option<ProcessId>, now: f64, tools: &Tools) -> bool {
        if !is_same(self.process.as_ref(), selected.as_ref()) {
            self.details.clear();
            (self.process, self.asked) = (selected, None);
        }
        let changed = self.details.poll();
        let has_aged = self.asked.is_none_or(|asked| (now - asked).abs() >= FRESH);
        if let Some(process) = self.process.clone().filter(|_| has_aged && !self.details.is_pending()) {
            self.asked = Some(now);
            let before = self.details.value().cloned();
            let read = move |_: &_, _: &_| Ok(process_details(&process, before.as_deref().and_then(Option::as_ref)));
            self.details.start(tools.submit("Reading a process", Priority::High, read));
        }
        changed
    }
}

fn is_same(one: Option<&ProcessId>, other: Option<&ProcessId>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one.pid == other.pid && one.started.abs_diff(other.started) <= NEAR,
        (None, None) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_was_given_again_is_another_process() {
        let id = |pid, started| ProcessId { pid, name: "x".into(), started };
        assert!(is_same(Some(&id(1, 1000)), Some(&id(1, 1001))));
        assert!(!is_same(Some(&id(1, 1000)), Some(&id(1, 1010))));
        assert!(!is_same(Some(&id(1, 1000)), Some(&id(2, 1000))));
        assert!(!is_same(Some(&id(1, 1000)), None) && is_same(None, None));
    }
}
