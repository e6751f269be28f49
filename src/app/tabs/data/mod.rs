//! The Data tab: a table from a file, how much smaller it became, why, and that nothing was lost.
//!
//! | file | what is in it |
//! |---|---|
//! | `mod.rs` | the state, the commands, what each does |
//! | `work.rs` | the jobs: open, sample, export |
//! | `wanted.rs`, `history.rs` | what a person chose about the table, and the undoing of it |
//! | `model.rs`, `findings.rs`, `columns.rs`, `types.rs`, `grid.rs` | what is said about a table, in words and figures, without egui |
//! | `batch/` | many files at once, as a list |
//! | `compare/` | the table held against a second file |
//! | `chart.rs` | the charts that can be saved |
//! | `told.rs` | what the Overview tab says of it |
//! | `opening/` | how a file is to be read, where that must be chosen; tables from the clipboard |
//! | `column/` | the panel about one column; `find/`: finding text; `cells/`: selecting, copying, the file's text beside |
//! | `takeaway/` | the dialog in which the table is saved, its code copied and its report written |
//! | `paint.rs` | the bar's buttons and the tab as a whole; `cards.rs`, `list.rs`, `column_menu.rs`, `preview.rs`, `working.rs` its pieces |

pub mod batch;
mod cards;
mod cells;
mod chart;
mod column;
mod column_menu;
mod columns;
pub mod compare;
mod find;
mod findings;
mod grid;
mod history;
mod list;
mod model;
mod opening;
pub mod paint;
mod preview;
mod scroll;
mod takeaway;
mod told;
mod types;
mod wanted;
mod work;
mod working;

use std::path::PathBuf;
use std::time::Duration;

use crate::app::Tools;
use crate::data::OutputFormat;
use crate::jobs::{JobId, Slot, SlotState};
use crate::settings::RecentKind;

pub use columns::Key;
pub use find::FindCommand;
pub use findings::Place;
pub use opening::{OpeningCommand, Setting};
pub use takeaway::TakeCommand;
pub use told::Told;
pub use wanted::Change;

use columns::ColumnList;
use history::History;
use model::Shown;
use opening::Opening;
use takeaway::TakeAway;
use wanted::Wanted;

/// What the Data tab shows.
#[derive(Default)]
pub struct DataTab {
    slot: Slot<Shown>,
    /// What was asked for last, which the controls show: it is ahead of the table while that is being made.
    wanted: Wanted,
    /// What led to it, since the file was opened.
    history: History,
    job: Option<JobId>,
    failure_closed: bool,
    list: ColumnList,
    preview_alone: bool,
    all_findings: bool,
    /// Counts the tables and the places gone to, so that the preview knows a new one from the one that it has been to.
    table_number: u64,
    jump: Option<(u64, Place)>,
    opening: Opening,
    takeaway: TakeAway,
    /// Many files at once.
    batch: batch::Batch,
    /// The comparison with a second file.
    compare: compare::Compare,
    column: column::ColumnPanel,
    find: find::Finder,
    grid: cells::GridState,
}

/// What the Data tab can be asked for.
#[derive(Debug)]
pub enum DataCommand {
    /// Open the sample.
    Sample,
    /// Change how the table is read or shrunk.
    Change(Change),
    /// Take the last change back.
    Undo,
    /// Make the change again that was taken back last.
    Redo,
    /// Stop opening or shrinking.
    Cancel,
    /// Take the message about the last failure away.
    CloseFailure,
    /// This recent file is no longer there.
    Gone(PathBuf),
    /// List only columns with this in name, type or reason.
    Filter(String),
    /// Sort the list of columns.
    SortBy(Key),
    /// Give the preview all the room, or not.
    PreviewAlone(bool),
    /// Show all findings, or the first ones.
    AllFindings(bool),
    /// Go to a place in the preview.
    Show(Place),
    /// For the panel about one column.
    Column(column::ColumnCommand),
    /// For finding text.
    Find(find::FindCommand),
    /// For the cells of the preview.
    Grid(cells::GridCommand),
    /// Save the table.
    Export(OutputFormat, PathBuf),
    /// For the dialog in which the table is taken away.
    TakeAway(TakeCommand),
    /// For the list of many files.
    Batch(batch::BatchCommand),
    /// For the comparison with a second file.
    Compare(compare::CompareCommand),
    /// Choose how a file is read, or paste a table.
    Opening(OpeningCommand),
}

impl DataTab {
    /// Does what was asked for.
    pub fn apply(&mut self, command: DataCommand, tools: &mut Tools) {
        match command {
            DataCommand::Sample => work::open_sample(tools),
            DataCommand::Change(change) => self.change(change, tools),
            DataCommand::Undo => self.history.undo().into_iter().for_each(|wanted| self.ask(wanted, tools)),
            DataCommand::Redo => self.history.redo().into_iter().for_each(|wanted| self.ask(wanted, tools)),
            DataCommand::Cancel => self.job.into_iter().for_each(|job| tools.queue.cancel(job)),
            DataCommand::CloseFailure => self.failure_closed = true,
            DataCommand::Gone(path) => tools.forget(&path),
            DataCommand::Filter(text) => self.list.filter = text,
            DataCommand::SortBy(key) => self.list.sort_by(key),
            DataCommand::PreviewAlone(alone) => self.preview_alone = alone,
            DataCommand::AllFindings(all) => self.all_findings = all,
            DataCommand::Show(place) => self.go_to(place),
            DataCommand::Column(command) => self.column.apply(&command, self.slot.value(), tools),
            DataCommand::Find(command) => {
                let place = self.find.apply(command, self.slot.value(), self.row(), tools);
                place.into_iter().for_each(|place| self.go_to(place));
            }
            DataCommand::Grid(command) => {
                let place = self.grid.apply(command, self.slot.value(), tools);
                place.into_iter().for_each(|place| self.go_to(place));
            }
            DataCommand::Export(format, target) => self.export(format, target, tools),
            DataCommand::TakeAway(command) => self.takeaway.apply(command, self.slot.value(), tools),
            DataCommand::Batch(command) => {
                self.batch.apply(command, tools).into_iter().for_each(|path| self.open(path, tools));
            }
            DataCommand::Compare(command) => self.compare.apply(command, self.slot.value(), tools),
            DataCommand::Opening(command) => self.apply_opening(command, tools),
        }
        self.arrange();
    }

    /// Opens several files or folders as a list, one file as the table.
    pub fn open_all(&mut self, paths: Vec<PathBuf>, tools: &mut Tools) {
        match <[PathBuf; 1]>::try_from(paths) {
            Ok([path]) => self.open(path, tools),
            Err(paths) => self.apply(DataCommand::Batch(batch::BatchCommand::Open(paths)), tools),
        }
    }

    /// Opens a file, all steps on, with the level in use. Where it is not clear how to read it, the person is asked first.
    pub fn open(&mut self, path: PathBuf, tools: &mut Tools) {
        self.batch.hide();
        let (read, choices) = self.opening.begin(&path);
        self.begin(Wanted { read, choices, ..Wanted::of(path, self.wanted.level) }, tools);
    }

    /// Opens a file that has no past.
    fn begin(&mut self, wanted: Wanted, tools: &mut Tools) {
        self.history = History::default();
        self.all_findings = false;
        self.ask(wanted, tools);
    }

    /// Changes one thing about the table, so that it can be undone.
    fn change(&mut self, change: Change, tools: &mut Tools) {
        if let (Change::Level(level), true) = (&change, self.wanted.path.as_os_str().is_empty()) {
            self.wanted.level = *level;
            return;
        }
        let (before, words) = (self.wanted.clone(), change.words());
        let after = before.with(change);
        if after == before || self.leaves_nothing(&after) {
            return;
        }
        self.history.changed(before, after.clone(), words);
        self.ask(after, tools);
    }

    /// A table without columns is none.
    fn leaves_nothing(&self, wanted: &Wanted) -> bool {
        self.slot.value().is_some_and(|shown| shown.report().columns.iter().all(|column| wanted.leave_out.contains(&column.name)))
    }

    fn ask(&mut self, wanted: Wanted, tools: &mut Tools) {
        if let SlotState::Ready(shown) = self.slot.state()
            && shown.wanted.differs_in_left_out(&wanted)
        {
            let shown = shown.leaving_out(wanted.clone());
            // What was found and counted in the cells, and which are selected, stays true.
            self.slot.put(shown);
            self.wanted = wanted;
            self.takeaway.follow(self.slot.value(), tools);
            return;
        }
        let again =
            self.slot.value().is_some_and(|shown| shown.wanted.path == wanted.path && shown.wanted.read.sheet == wanted.read.sheet);
        let ticket = work::open(if again { "Shrinking" } else { "Opening" }, &wanted, self.opening.looks(), tools);
        self.job = Some(ticket.id());
        self.failure_closed = false;
        self.slot.start(ticket);
        self.wanted = wanted;
    }

    /// Takes in what its jobs have made. Says whether there was something.
    pub fn take_news(&mut self, tools: &mut Tools) -> bool {
        let others = self.takeaway.poll() | self.batch.take_news(self.wanted.level, tools) | self.compare.take_news();
        let others = self.take_small_news() | self.opening.take_news() | others;
        if !self.slot.poll() {
            return others;
        }
        self.job = None;
        self.opening.ended(&self.wanted.path, matches!(self.slot.state(), SlotState::Failed { .. }));
        let finished = matches!(self.slot.state(), SlotState::Ready(shown) if shown.wanted == self.wanted);
        if finished {
            tools.remember(&self.wanted.path, RecentKind::Table);
            self.table_number += 1;
            self.compare.opened(&self.wanted.path);
            self.jump = None;
            self.follow(tools);
        } else if let Some(shown) = self.slot.value() {
            // Cancelled or failed: the controls show again what the table on screen was made with.
            self.wanted = shown.wanted.clone();
            self.history.fell_back(&self.wanted);
        } else {
            self.wanted = Wanted { level: self.wanted.level, ..Wanted::default() };
            self.history = History::default();
        }
        self.arrange();
        self.takeaway.follow(self.slot.value(), tools);
        true
    }

    /// Closes the dialog over the tab. Says whether there was one.
    pub fn close_dialog(&mut self) -> bool {
        self.takeaway.close()
    }

    /// What the panel, finding and the cells have.
    fn take_small_news(&mut self) -> bool {
        let (found, place) = self.find.take_news(self.slot.value(), self.row());
        place.into_iter().for_each(|place| self.go_to(place));
        [found, self.column.take_news(), self.grid.beside.take_news()].contains(&true)
    }

    /// Looks at the table that has just come where the one before was looked at.
    fn follow(&mut self, tools: &Tools) {
        self.grid.forget();
        if let Some(shown) = self.slot.value() {
            self.column.follow(shown, tools);
            self.find.follow(shown, tools);
        }
    }

    /// Shows a place in the preview and marks it.
    fn go_to(&mut self, place: Place) {
        self.jump = Some((self.jump.map_or(1, |(number, _)| number + 1), place));
        self.grid.go_to(place);
    }

    /// The row that the keys are in.
    fn row(&self) -> Option<usize> {
        self.grid.selection.map(|selection| selection.head().row)
    }

    /// Closes what lies beside the table. Says whether there was something.
    pub fn close_panel(&mut self) -> bool {
        self.find.close() || self.column.close()
    }

    fn arrange(&mut self) {
        if let Some(shown) = self.slot.value() {
            self.list.arrange(shown.report());
        }
    }

    fn export(&mut self, format: OutputFormat, target: PathBuf, tools: &mut Tools) {
        self.takeaway.close();
        if let Some(shown) = self.slot.value() {
            work::export(shown, format, target, tools);
        }
    }

    /// The number of the table in sight, unless it is the one before it, and how long it took to open.
    pub fn opened(&self) -> Option<(u64, Duration)> {
        if let SlotState::Ready(shown) = self.slot.state() { Some((self.table_number, shown.took)) } else { None }
    }

    /// The failure to show.
    fn failure(&self) -> Option<&crate::jobs::Failure> {
        match self.slot.state() {
            SlotState::Failed { failure, .. } if !self.failure_closed => Some(failure),
            _ => None,
        }
    }
}
