//! Many files at once: one list in which each is shrunk, several at a time, and what became of each.
//!
//! | file | what is in it |
//! |---|---|
//! | `mod.rs` | the state, the commands, what each does |
//! | `work.rs` | the jobs |
//! | `model.rs` | the rows, their order and totals; `report.rs`: the list to take away |
//! | `paint.rs` | the list and its cards; `row.rs`: one file |

mod model;
pub mod paint;
mod report;
mod row;
mod work;

use std::path::PathBuf;
use std::time::Duration;

use crate::app::{Ask, Command, Filter, Notice, Tab, Tools};
use crate::data::{Level, OutputFormat};
use crate::jobs::{Failure, JobError, Ticket};
use crate::operations::batch::{Handle, Listed, Shrunk, Task};
use crate::report::format;

use super::DataCommand;
use model::{Figures, Key, List, Row, State};
use work::{Found, Plan, Run};

/// The list of many files.
#[derive(Default)]
pub struct Batch {
    list: List,
    look: Option<Ticket<Found>>,
    run: Option<Run>,
    /// Whether the list is shown, and not a single table.
    in_sight: bool,
    /// How all files are shrunk.
    level: Level,
    /// How long the runs that are over took.
    spent: Duration,
}

/// What the list can be asked for. Files are named by their places.
#[derive(Debug)]
pub enum BatchCommand {
    /// Shrink all tables of these files and folders.
    Open(Vec<PathBuf>),
    /// Ask for a folder to open.
    AskFolder,
    /// Show the list again.
    Back,
    /// Take the list away.
    Close,
    /// Stop everything.
    StopAll,
    /// Leave this file out.
    Skip(usize),
    /// Do this file once more.
    Retry(usize),
    /// Do all files once more that failed, were left out or stopped.
    RetryAll,
    /// Show this file as the single table.
    OpenRow(usize),
    /// Take this file off the list.
    Remove(usize),
    /// Sort the list.
    SortBy(Key),
    /// Ask for a folder to write all tables to.
    AskExport(OutputFormat),
    /// Write all tables to this folder.
    Export(OutputFormat, PathBuf),
    /// Write them to these files.
    Planned(Plan),
    /// Put the summary on the clipboard.
    CopySummary,
    /// Ask where to save the list.
    AskList,
    /// Save the list.
    SaveList(PathBuf),
}

impl Batch {
    /// Whether the list is what the tab shows.
    pub fn is_in_sight(&self) -> bool {
        self.in_sight
    }

    /// Whether there is a list, in sight or behind the table.
    pub fn exists(&self) -> bool {
        self.list.rows().next().is_some()
    }

    /// Whether files are being worked on.
    fn is_running(&self) -> bool {
        self.run.is_some()
    }

    /// A single table is shown from now on.
    pub fn hide(&mut self) {
        self.in_sight = false;
    }

    /// Does what was asked for. Returns the file to open as the single table, if one is.
    pub fn apply(&mut self, command: BatchCommand, tools: &mut Tools) -> Option<PathBuf> {
        match command {
            BatchCommand::Open(paths) => self.open(paths, tools),
            BatchCommand::AskFolder => tools.ask(Ask::folder("Open folder", |folder| send(BatchCommand::Open(vec![folder])))),
            BatchCommand::Back => self.in_sight = self.exists(),
            BatchCommand::Close => self.close(),
            BatchCommand::StopAll => self.run.iter().for_each(|run| run.ticket.cancel()),
            BatchCommand::Skip(place) => self.skip(place),
            BatchCommand::Retry(place) => self.retry(&[place], tools),
            BatchCommand::RetryAll => self.retry(&self.places(Row::can_retry), tools),
            BatchCommand::OpenRow(place) => return self.list.row(place).map(|row| row.path.clone()),
            BatchCommand::Remove(place) => self.remove(place),
            BatchCommand::SortBy(key) => self.list.sort_by(key),
            other => self.apply_taking_away(other, tools),
        }
        self.list.arrange();
        None
    }

    /// What brings results out of the window.
    fn apply_taking_away(&mut self, command: BatchCommand, tools: &mut Tools) {
        match command {
            BatchCommand::AskExport(format) => {
                let ask = Ask::folder("Folder for the tables", move |folder| send(BatchCommand::Export(format, folder)));
                tools.ask(ask.starting_in(self.list.folder()));
            }
            BatchCommand::Export(format, folder) => self.plan(format, folder, tools),
            BatchCommand::Planned(plan) => self.export(plan, tools),
            BatchCommand::CopySummary => {
                tools.ctx.copy_text(report::summary(&self.list));
                tools.tell(Notice::done("The summary is on the clipboard."));
            }
            BatchCommand::AskList => {
                let filters = vec![Filter::new("CSV", &["csv"])];
                let ask = Ask::save("Save list", "batch.csv", filters, |path| send(BatchCommand::SaveList(path)));
                tools.ask(ask.starting_in(self.list.folder()));
            }
            BatchCommand::SaveList(target) => work::save_list(report::csv(&self.list), target, self.sources(), tools),
            // Carried out by `apply`.
            _ => {}
        }
    }

    /// Looks at what was given. While files are being worked on, more are added to them; else a new list begins.
    fn open(&mut self, paths: Vec<PathBuf>, tools: &mut Tools) {
        tools.show(Tab::Data);
        if let Some(before) = self.look.replace(work::look(paths, tools)) {
            before.cancel();
        }
    }

    fn close(&mut self) {
        self.run.iter().for_each(|run| run.ticket.cancel());
        *self = Self::default();
    }

    fn skip(&mut self, place: usize) {
        let Some(row) = self.list.row_mut(place).filter(|row| row.state == State::Pending) else { return };
        row.handle.iter().for_each(Handle::leave_out);
        // One that is being worked on says itself when it has stopped.
        if row.progress().is_none() {
            row.state = State::Skipped;
        }
    }

    fn remove(&mut self, place: usize) {
        if let Some(row) = self.list.row_mut(place) {
            row.handle.iter().for_each(Handle::leave_out);
            row.removed = true;
        }
        if !self.exists() {
            self.close();
        }
    }

    fn places(&self, wanted: impl Fn(&Row) -> bool) -> Vec<usize> {
        self.list.rows().filter(|(_, row)| wanted(row)).map(|(place, _)| place).collect()
    }

    fn sources(&self) -> Vec<PathBuf> {
        self.list.rows().map(|(_, row)| row.path.clone()).collect()
    }

    fn retry(&mut self, places: &[usize], tools: &Tools) {
        for place in places {
            if let Some(row) = self.list.row_mut(*place).filter(|row| row.can_retry()) {
                row.state = State::Pending;
                // What a run before may still tell of it is no longer of interest.
                row.handle = None;
            }
        }
        self.go_on(tools);
    }

    fn plan(&self, format: OutputFormat, folder: PathBuf, tools: &mut Tools) {
        let done = self.list.rows().filter(|(_, row)| row.state == State::Done);
        let files = done.map(|(place, row)| (place, row.path.clone())).collect();
        work::plan(files, self.sources(), format, folder, tools);
    }

    fn export(&mut self, plan: Plan, tools: &Tools) {
        for (place, target) in plan.targets {
            if let Some(row) = self.list.row_mut(place).filter(|row| row.state == State::Done) {
                (row.state, row.written, row.target) = (State::Pending, false, Some((target, plan.format)));
            }
        }
        self.go_on(tools);
    }

    /// Begins with the files that wait for a run, unless one is going on: then they come after it.
    fn go_on(&mut self, tools: &Tools) {
        let places = self.places(|row| row.state == State::Pending && row.handle.is_none());
        if self.is_running() || places.is_empty() {
            return;
        }
        let task = |place: usize| {
            let row = self.list.row(place)?;
            Some((
                place,
                Task { file: row.path.clone(), sheet: None, target: row.target.clone(), code: None, html: None, memory: None },
            ))
        };
        let tasks: Vec<(usize, Task)> = places.into_iter().filter_map(task).collect();
        let folder = tasks.iter().find_map(|(_, task)| task.target.as_ref()?.0.parent()).map(PathBuf::from);
        let run = work::start(tasks, folder, self.level, tools);
        for (place, handle) in run.places.iter().zip(&run.handles) {
            self.list.row_mut(*place).into_iter().for_each(|row| row.handle = Some(handle.clone()));
        }
        self.run = Some(run);
    }

    /// Takes in what its jobs have made; `level` is the one in use, for a new list. Says whether there was something.
    pub fn take_news(&mut self, level: Level, tools: &mut Tools) -> bool {
        let found = self.look.as_ref().and_then(Ticket::poll);
        let looked = found.is_some();
        if let Some(found) = found {
            self.look = None;
            self.take_found(found, level, tools);
        }
        // The end of the job is asked for first: all that it tells comes before its end.
        let over = self.run.as_ref().and_then(|run| run.ticket.poll());
        let mut news = looked | over.is_some();
        while let Some((place, outcome)) = self.next_ended() {
            self.end(place, outcome);
            news = true;
        }
        if let Some(outcome) = over {
            self.finish(&outcome, tools);
        }
        if news {
            self.list.arrange();
        }
        news
    }

    fn take_found(&mut self, found: Result<Found, JobError>, level: Level, tools: &mut Tools) {
        let found = match found {
            Ok(found) => found,
            Err(JobError::Failed(failure)) => return tools.tell(Notice::Failed(failure)),
            Err(JobError::Cancelled) => return,
        };
        if found.iter().all(|(listed, _)| matches!(listed, Listed::LeftOut(..))) {
            return tools.tell(Notice::Failed(no_tables(&found)));
        }
        if !self.is_running() {
            *self = Self { level, ..Self::default() };
        }
        for (listed, size) in found {
            match listed {
                Listed::Table(path) => self.list.add(Row::new(path, size)),
                Listed::LeftOut(path, why) => self.list.left_out.push((path, why)),
                Listed::Failed(path, failure) => {
                    self.list.add(Row { state: State::Failed(failure), ..Row::new(path, size) });
                }
            }
        }
        self.in_sight = true;
        self.list.arrange();
        self.go_on(tools);
    }

    fn next_ended(&self) -> Option<(usize, Result<Shrunk, JobError>)> {
        let run = self.run.as_ref()?;
        let (at, outcome) = run.ended.try_recv().ok()?;
        Some((*run.places.get(at)?, outcome))
    }

    fn end(&mut self, place: usize, outcome: Result<Shrunk, JobError>) {
        let Some(row) = self.list.row_mut(place) else { return };
        // Without a handle it waits for the next run: a person asked for it once more.
        let Some(handle) = row.handle.take() else { return };
        row.state = match outcome {
            Ok(shrunk) => {
                row.figures = Some(Figures::of(&shrunk.opened.value));
                row.written = row.target.is_some();
                State::Done
            }
            Err(JobError::Failed(failure)) => State::Failed(failure),
            Err(JobError::Cancelled) if handle.is_left_out() => State::Skipped,
            Err(JobError::Cancelled) => State::Stopped,
        };
    }

    /// The job is over: what it did not come to was stopped, or failed with it.
    fn finish(&mut self, outcome: &Result<(), JobError>, tools: &mut Tools) {
        let Some(run) = self.run.take() else { return };
        self.spent += run.time();
        for place in &run.places {
            let error = if let Err(error) = outcome { error.clone() } else { JobError::Cancelled };
            self.end(*place, Err(error));
        }
        if matches!(outcome, Err(JobError::Cancelled)) {
            // What was to come after it was stopped with it.
            let waiting = self.places(|row| row.state == State::Pending);
            waiting.into_iter().for_each(|place| self.list.row_mut(place).into_iter().for_each(|row| row.state = State::Stopped));
        }
        self.list.arrange();
        self.tell(&run, tools);
        self.go_on(tools);
    }

    /// Says what a person who looks elsewhere should know.
    fn tell(&self, run: &Run, tools: &mut Tools) {
        if let Some(folder) = &run.folder {
            let written = run.places.iter().filter(|place| self.list.row(**place).is_some_and(|row| row.written)).count();
            if written > 0 {
                let text = format!("Saved {}.", format::counted(written as u64, "table", "tables"));
                tools.tell(Notice::Done { text, place: Some(folder.clone()) });
            }
        } else if !self.in_sight || *tools.tab != Tab::Data {
            let totals = self.list.totals();
            let rest = Some(totals.rest_words()).filter(|words| !words.is_empty()).map(|words| format!(", {words}"));
            let text = format!("The batch has ended: {}{}.", totals.done_words(), rest.unwrap_or_default());
            tools.tell(Notice::done(text));
        }
    }

    /// How long all runs took.
    fn time(&self) -> Duration {
        self.spent + self.run.as_ref().map(Run::time).unwrap_or_default()
    }
}

fn send(command: BatchCommand) -> Command {
    Command::Data(DataCommand::Batch(command))
}

/// That nothing given is a table, and what the first is instead.
fn no_tables(found: &Found) -> Failure {
    let first = found.iter().find_map(|(listed, _)| match listed {
        Listed::LeftOut(path, why) => Some(format!(" “{}” was left out: {why}.", super::work::name_of(path))),
        _ => None,
    });
    let message = format!("There is no table among these files.{}", first.unwrap_or_default());
    Failure::new(message, "Choose another folder, or the files themselves.")
}
