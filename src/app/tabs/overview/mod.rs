//! The Overview tab, for a glance: how the machine is, its last five minutes, what runs on it, what was opened, and what was found.
//!
//! `model/` what each card says, without egui; `paint/` draws it. The tab keeps only what the last five minutes measured; all else stands in the
//! state of the other tabs, to which each piece of it leads.

pub mod model;
pub mod paint;

use std::sync::Arc;

use crate::app::condition::{Condition, Watch};
use crate::report::Chart;
use crate::report::theme::Look;
use crate::sampler::Snapshot;

use model::{Measure, Running, Sparks};

/// What the Overview tab shows.
#[derive(Default)]
pub struct OverviewTab {
    watch: Watch,
    sparks: Sparks,
    running: Running,
    newest: Option<Arc<Snapshot>>,
}

impl OverviewTab {
    /// Takes a sample in.
    pub fn take_sample(&mut self, snapshot: &Arc<Snapshot>) {
        self.watch.take(snapshot);
        self.sparks.take(snapshot);
        self.running.take(snapshot);
        self.newest = Some(Arc::clone(snapshot));
    }

    /// Puts in order what runs here: for the tab in sight alone, for there can be thousands of processes.
    pub fn arrange(&mut self) {
        if let Some(newest) = &self.newest {
            self.running.arrange(newest.memory.total);
        }
    }

    /// How the machine is; `None` before the first sample.
    pub fn condition(&self) -> Option<&Condition> {
        self.watch.condition()
    }

    /// Bytes that went to swap within the last minute.
    pub fn swapped(&self) -> u64 {
        self.watch.swapped()
    }

    /// The last five minutes.
    pub fn sparks(&self) -> &Sparks {
        &self.sparks
    }

    /// What runs on the machine.
    pub fn running(&self) -> &Running {
        &self.running
    }

    /// The newest sample.
    pub fn newest(&self) -> Option<&Snapshot> {
        self.newest.as_deref()
    }
}

/// The charts that can be saved.
pub fn charts(tab: &OverviewTab, look: Look) -> Vec<Chart> {
    let Some(newest) = tab.newest() else { return Vec::new() };
    Measure::ALL.into_iter().map(|measure| tab.sparks.chart(measure, newest, look)).collect()
}
