//! The processes that used most in a minute that was chosen in a plot.

use std::sync::Arc;

use crate::app::Tools;
use crate::history::{Archive, TopMinute, TopProcess};
use crate::jobs::{Failure, Priority, Slot, SlotState};
use crate::sampler::ProcessRow;

/// The chosen moment, and what was kept of its minute.
#[derive(Default)]
pub struct Then {
    moment: Option<f64>,
    minute: Slot<Option<TopMinute>>,
    is_asked: bool,
    rows: Arc<[ProcessRow]>,
}

impl Then {
    /// The minute at this moment (seconds since 1970).
    pub fn at(moment: f64) -> Self {
        Self { moment: Some(moment), ..Self::default() }
    }

    /// The moment that was chosen, seconds since 1970.
    pub fn moment(&self) -> Option<f64> {
        self.moment
    }

    /// The processes; what was not kept of them is not told.
    pub fn processes(&self) -> Arc<[ProcessRow]> {
        Arc::clone(&self.rows)
    }

    /// Whether it is known that nothing was kept of the minute.
    pub fn is_unknown(&self) -> bool {
        matches!(self.minute.state(), SlotState::Ready(minute) if minute.is_none())
    }

    /// Why it could not be read.
    pub fn failure(&self) -> Option<&Failure> {
        match self.minute.state() {
            SlotState::Failed { failure, .. } => Some(failure),
            _ => None,
        }
    }

    /// Reads what is to be read, and takes it in. Whether anything changed.
    pub fn take_news(&mut self, archive: Option<&Archive>, tools: &Tools) -> bool {
        if let (Some(archive), Some(moment), false) = (archive, self.moment, self.is_asked) {
            self.is_asked = true;
            let archive = archive.clone();
            let read = move |_: &_, _: &_| archive.top_at(moment).map_err(|error| Failure::from_error(&error).into());
            self.minute.start(tools.submit("Reading the processes of a minute", Priority::High, read));
        }
        let changed = self.minute.poll();
        if changed {
            let kept = self.minute.value().and_then(|minute| minute.as_ref().as_ref());
            self.rows = kept.map(|minute| minute.processes.iter().map(row).collect()).unwrap_or_default();
        }
        changed
    }
}

fn row(process: &TopProcess) -> ProcessRow {
    let TopProcess { pid, name, cpu_percent, memory } = process;
    ProcessRow { pid: *pid, name: Arc::clone(name), cpu_percent: *cpu_percent, memory: *memory, ..ProcessRow::default() }
}
