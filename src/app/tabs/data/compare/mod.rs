//! The open table held against a second file.
//!
//! | file | what is in it |
//! |---|---|
//! | `mod.rs` | the state, the commands, the job |
//! | `model.rs` | what is said about the two, in words and figures, without egui |
//! | `paint.rs` | the drawing |

mod model;
pub mod paint;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::app::tabs::OPENED_TABLES;
use crate::app::{Ask, Command, Filter, Tools};
use crate::data::Options;
use crate::data::compare::By;
use crate::jobs::{Failure, JobId, Priority, Slot, SlotState};
use crate::operations::{compare_tables, open_table, table_options};

use super::DataCommand;
use super::model::Shown;
use super::work::name_of;
use model::Compared;

/// The comparison with a second file.
#[derive(Default)]
pub struct Compare {
    slot: Slot<Compared>,
    job: Option<JobId>,
    /// The file of the open table.
    first: PathBuf,
    /// The second file; none while nothing is compared.
    other: Option<PathBuf>,
    view: What,
    all_columns: bool,
}

/// What is listed of a comparison.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum What {
    /// Cells and rows that differ.
    #[default]
    Differences,
    /// Cells of equal value that are spelled in another way.
    Spellings,
    /// The columns.
    Columns,
}

/// What the comparison can be asked for.
#[derive(Debug)]
pub enum CompareCommand {
    /// Ask for the second file.
    Ask,
    /// Compare with this file.
    With(PathBuf),
    /// Find the rows in another way.
    By(By),
    /// List this.
    List(What),
    /// List all columns, or only those that changed.
    AllColumns(bool),
    /// Stop comparing.
    Cancel,
    /// Show the columns again.
    Close,
}

impl Compare {
    /// Whether there is something to show: a comparison, one under way, or why there is none.
    pub fn is_shown(&self) -> bool {
        self.other.is_some()
    }

    /// Does what was asked for, with the table that is open.
    pub fn apply(&mut self, command: CompareCommand, shown: Option<&Arc<Shown>>, tools: &mut Tools) {
        match command {
            CompareCommand::Ask => ask(shown, tools),
            CompareCommand::With(path) => shown.into_iter().for_each(|shown| self.start(path.clone(), By::Best, shown, tools)),
            CompareCommand::By(by) => {
                if let (Some(path), Some(shown)) = (self.other.clone(), shown) {
                    self.start(path, by, shown, tools);
                }
            }
            CompareCommand::List(what) => self.view = what,
            CompareCommand::AllColumns(all) => self.all_columns = all,
            CompareCommand::Cancel => self.job.into_iter().for_each(|job| tools.queue.cancel(job)),
            CompareCommand::Close => self.close(),
        }
    }

    fn close(&mut self) {
        self.slot.clear();
        *self = Self::default();
    }

    /// Another table was opened: what was found of the one before is no longer of interest.
    pub fn opened(&mut self, path: &Path) {
        if self.is_shown() && self.first != path {
            self.close();
        }
    }

    fn start(&mut self, path: PathBuf, by: By, shown: &Arc<Shown>, tools: &Tools) {
        if self.other.as_ref() != Some(&path) {
            self.close();
        }
        (self.other, self.first) = (Some(path.clone()), shown.path.clone());
        let (shown, report) = (Arc::clone(shown), shown.report());
        let options = Options { level: report.level, steps: report.steps, ..table_options(tools.settings) };
        let (cache, cache_settings) = (tools.cache.clone(), tools.settings.cache.clone());
        let title = format!("Comparing with {}", name_of(&path));
        let ticket = tools.submit(title, Priority::High, move |cancel, progress| {
            let other = open_table(&path, &options, Some((cache.open(), &cache_settings)), cancel, progress)?;
            let found = compare_tables(&shown.table, &other.value, &by, &options, cancel, progress)?;
            Ok(Compared::new([shown.report(), &other.value.report], found))
        });
        self.job = Some(ticket.id());
        self.slot.start(ticket);
    }

    /// Takes in what its job has made. Says whether there was something.
    pub fn take_news(&mut self) -> bool {
        if !self.slot.poll() {
            return false;
        }
        self.job = None;
        match self.slot.state() {
            SlotState::Empty => self.close(),
            SlotState::Ready(compared) => self.view = compared.best_list(self.view),
            _ => {}
        }
        true
    }

    fn failure(&self) -> Option<&Failure> {
        if let SlotState::Failed { failure, .. } = self.slot.state() { Some(failure) } else { None }
    }
}

fn ask(shown: Option<&Arc<Shown>>, tools: &mut Tools) {
    let Some(shown) = shown else { return };
    let ask = Ask::open("Compare with", vec![Filter::new("Tables", &OPENED_TABLES)], |paths| {
        let path = paths.into_iter().next().unwrap_or_default();
        Command::Data(DataCommand::Compare(CompareCommand::With(path)))
    });
    tools.ask(ask.starting_in(shown.path.parent().map(Path::to_path_buf).unwrap_or_default()));
}
