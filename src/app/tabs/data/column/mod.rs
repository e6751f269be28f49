//! The panel about one column: its figures, a histogram, its type in plain words, and its most frequent values.
//!
//! | file | what is in it |
//! |---|---|
//! | `mod.rs` | which column, the job that counts, the commands |
//! | `model.rs` | the figures in words, without egui |
//! | `paint.rs`, `histogram.rs` | the drawing |

mod histogram;
mod model;
pub mod paint;

use std::sync::Arc;

use crate::app::Tools;
use crate::data::column_stats;
use crate::jobs::{Failure, JobError, JobId, Priority, Slot, SlotState};
use crate::operations::table_options;
use crate::report::Chart;
use crate::report::theme::Look;

use super::model::Shown;
use model::Described;

/// The column that is looked at, if one is.
#[derive(Default)]
pub struct ColumnPanel {
    /// Its name, which stays when the table is made anew with other types.
    name: Option<String>,
    slot: Slot<Described>,
    job: Option<JobId>,
}

/// What the panel can be asked for.
#[derive(Debug)]
pub enum ColumnCommand {
    /// Look at the column of this number.
    Open(usize),
    /// Close the panel.
    Close,
}

impl ColumnPanel {
    /// Does what was asked for; `shown` is the table in sight.
    pub fn apply(&mut self, command: &ColumnCommand, shown: Option<&Arc<Shown>>, tools: &Tools) {
        match command {
            ColumnCommand::Open(at) => shown.into_iter().for_each(|shown| self.open(*at, shown, tools)),
            ColumnCommand::Close => drop(self.close()),
        }
    }

    fn open(&mut self, at: usize, shown: &Arc<Shown>, tools: &Tools) {
        let Some(report) = shown.report().columns.get(at) else { return };
        let threads = table_options(tools.settings).threads;
        let (table, name) = (Arc::clone(&shown.table), report.name.clone());
        let ticket = tools.submit(format!("Counting the values of {name}"), Priority::High, move |cancel, progress| {
            let stats = column_stats(&table, at, threads, cancel, progress)?;
            let described = stats.and_then(|stats| Described::new(&table, at, &stats));
            described.ok_or_else(|| JobError::Failed(Failure::new("This column is not there any more.", "Choose another one.")))
        });
        self.job = Some(ticket.id());
        self.slot.start(ticket);
        self.name = Some(name);
    }

    /// Looks at the column of the same name in a table that took the place of the one before, or closes when there is none.
    pub fn follow(&mut self, shown: &Arc<Shown>, tools: &Tools) {
        let Some(name) = &self.name else { return };
        match shown.report().columns.iter().position(|column| column.name == *name) {
            Some(at) => self.open(at, shown, tools),
            None => drop(self.close()),
        }
    }

    /// Closes the panel. Says whether it was open.
    pub fn close(&mut self) -> bool {
        self.slot.clear();
        self.job = None;
        self.name.take().is_some()
    }

    /// Takes in what was counted. Says whether there was something.
    pub fn take_news(&mut self) -> bool {
        let news = self.slot.poll();
        if news {
            self.job = None;
            // Cancelled before there was something to show.
            if matches!(self.slot.state(), SlotState::Empty) {
                self.name = None;
            }
        }
        news
    }

    /// Whether the panel is open.
    pub fn is_open(&self) -> bool {
        self.name.is_some()
    }

    /// The name of the column that the panel is about.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The histogram, once it is there.
    pub fn chart(&self, look: Look) -> Option<Chart> {
        self.name.as_ref()?;
        self.slot.value().and_then(|described| described.chart(look))
    }
}
