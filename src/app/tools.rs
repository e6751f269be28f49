//! What the logic of a tab works with.

use std::time::SystemTime;

use eframe::egui::Context;

use crate::jobs::{Cancel, JobError, Priority, Progress, Queue, Ticket};
use crate::sampler::Sampler;
use crate::settings::{Plots, RecentKind, Settings, State as Remembered};

use super::command::{Command, Commands};
use super::dialogs::{Ask, Dialogs};
use super::errands::Errands;
use super::memory::Memory;
use super::notices::{Notice, Notices};
use super::shared_cache::SharedCache;
use super::state::Places;
use super::tabs::Tab;

/// What `logic` hands to the tab whose command it carries out. It is made of the engine's parts and of those of the state that are no tab's.
pub struct Tools<'a> {
    /// Long work goes here; see also [`Tools::submit`] and [`Tools::errand`].
    pub queue: &'a Queue,
    /// For work that wants to send commands while it runs.
    pub commands: &'a Commands,
    /// Where the snapshots come from.
    pub sampler: &'a mut Sampler,
    /// The cache that all tabs share.
    pub cache: &'a SharedCache,
    /// The settings in use.
    pub settings: &'a Settings,
    /// Folders of this program.
    pub places: &'a Places,
    /// The window's context, for the clipboard and the look.
    pub ctx: &'a Context,
    /// The tab in sight; a tab whose file is being opened shows itself.
    pub tab: &'a mut Tab,
    pub(super) errands: &'a mut Errands,
    pub(super) dialogs: &'a mut Dialogs,
    pub(super) notices: &'a mut Notices,
    pub(super) remembered: &'a mut Remembered,
    pub(super) memory: &'a mut Memory,
}

impl Tools<'_> {
    /// Starts a job whose result goes into a [`crate::jobs::Slot`]. `title` is shown in the status bar: `Opening bills.csv`.
    pub fn submit<T: Send + 'static>(
        &self,
        title: impl Into<String>,
        priority: Priority,
        work: impl FnOnce(&Cancel, &Progress) -> Result<T, JobError> + Send + 'static,
    ) -> Ticket<T> {
        self.queue.submit(title, priority, work)
    }

    /// Starts a job that ends in a command, such as [`Command::Tell`], or in none. Its failure becomes a message.
    pub fn errand<C: Into<Option<Command>>>(
        &mut self,
        title: impl Into<String>,
        work: impl FnOnce(&Cancel, &Progress) -> Result<C, JobError> + Send + 'static,
    ) {
        let ticket = self.queue.submit(title, Priority::High, move |cancel, progress| work(cancel, progress).map(Into::into));
        self.errands.add(ticket);
    }

    /// Asks the person for a file or folder; the answer comes as a command, or never.
    pub fn ask(&mut self, ask: Ask) {
        if let Some(ticket) = self.dialogs.open(ask) {
            self.errands.add(ticket);
        }
    }

    /// Shows a message.
    pub fn tell(&mut self, notice: Notice) {
        self.notices.add(notice, self.ctx.time());
    }

    /// Puts a file that was opened first in the list of recent ones.
    pub fn remember(&mut self, path: &std::path::Path, kind: RecentKind) {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        self.remembered.remember(path, kind, now.as_secs());
        self.memory.state_changed();
    }

    /// Takes a file that is gone out of that list.
    pub fn forget(&mut self, path: &std::path::Path) {
        self.remembered.forget(path);
        self.memory.state_changed();
    }

    /// What a table was last saved as.
    pub fn last_export(&self) -> Option<&str> {
        self.remembered.export.as_deref()
    }

    /// Keeps what a table was saved as.
    pub fn remember_export(&mut self, ending: &str) {
        if self.last_export() != Some(ending) {
            self.remembered.export = Some(ending.to_owned());
            self.memory.state_changed();
        }
    }

    /// Keeps which columns the table of processes shows.
    pub fn remember_process_columns(&mut self, columns: Vec<String>) {
        self.remembered.process_columns = Some(columns);
        self.memory.state_changed();
    }

    /// Keeps how the plots of the monitor are arranged.
    pub fn remember_plots(&mut self, plots: Plots) {
        if self.remembered.plots != plots {
            self.remembered.plots = plots;
            self.memory.state_changed();
        }
    }

    /// Shows this tab.
    pub fn show(&mut self, tab: Tab) {
        *self.tab = tab;
    }
}
