//! The Jobs tab: what is being done now, and the log of what was done, by the window and by the command line.
//!
//! `model.rs` what the rows and the plot show, without egui; `paint.rs`, `plot.rs`, `table.rs`, `details.rs` draw it. The log is read from disk as
//! a job, when the tab comes into sight and when an operation has ended.

mod details;
mod model;
pub mod paint;
mod plot;
mod table;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use crate::app::tabs::monitor::Mark;
use crate::app::widgets::Sort;
use crate::app::{Ask, Command, Filter, Notice, Tab, Tools};
use crate::history::{Archive, FILE, Operation, OperationResult};
use crate::jobs::{Cancel, Failure, Priority, Progress, Slot, SlotState};
use crate::operations::{OperationLog, export_page, log_csv};
use crate::report::format;

pub use model::{Column, Measure, Period, Spot, spots};

/// Operations that are listed: the newest.
const MOST: usize = 10_000;

/// What the Jobs tab shows.
pub struct JobsTab {
    log: Arc<OperationLog>,
    archive: Option<Archive>,
    operations: Slot<Vec<Operation>>,
    /// How many operations had ended when the log was read last. `None`: it was not read yet.
    read: Option<u64>,
    in_sight: bool,
    rows: Vec<usize>,
    search: String,
    failed_only: bool,
    sort: Sort<Column>,
    period: Period,
    measure: Measure,
    /// The operation whose details are shown.
    selected: Option<Operation>,
    told: Option<Failure>,
}

/// What the Jobs tab can be asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum JobsCommand {
    /// Show what was done in this time.
    ShowPeriod(Period),
    /// Plot this.
    ShowMeasure(Measure),
    /// List the operations with this in their words.
    Search(String),
    /// List those alone that failed, or all.
    FailedOnly(bool),
    /// Sort by this column; again turns the order round.
    SortBy(Column),
    /// Show the details of this one; `None`: of none.
    Select(Option<Operation>),
    /// Ask where to write the list.
    AskExport,
    /// Write the list to this file.
    Export(PathBuf),
}

impl JobsTab {
    /// The tab of what this log takes in; `history` is the folder of what was kept before.
    pub fn new(log: Arc<OperationLog>, history: Option<&PathBuf>) -> Self {
        Self {
            log,
            archive: history.map(|folder| Archive::at(&folder.join(FILE))),
            operations: Slot::default(),
            read: None,
            in_sight: false,
            rows: Vec::new(),
            search: String::new(),
            failed_only: false,
            sort: Sort::by(Column::When, true),
            period: Period::default(),
            measure: Measure::default(),
            selected: None,
            told: None,
        }
    }

    /// Keeps operations in this folder from now on, or in memory alone.
    pub fn keep_in(&self, folder: Option<&PathBuf>) {
        self.log.keep_in(folder.map(PathBuf::as_path));
    }

    /// Does what was asked for.
    pub fn apply(&mut self, command: JobsCommand, tools: &mut Tools) {
        match command {
            JobsCommand::ShowPeriod(period) => self.period = period,
            JobsCommand::ShowMeasure(measure) => self.measure = measure,
            JobsCommand::Search(text) => self.search = text,
            JobsCommand::FailedOnly(only) => self.failed_only = only,
            JobsCommand::SortBy(column) => self.sort = self.sort.clicked(column, column.largest_first()),
            JobsCommand::Select(operation) => self.selected = operation,
            JobsCommand::AskExport => tools.ask(self.ask_export(tools)),
            JobsCommand::Export(path) => self.export(path, tools),
        }
        self.arrange();
    }

    /// Takes in what was read, and has the log read when there is more in it. Whether anything changed.
    pub fn take_news(&mut self, tools: &mut Tools) -> bool {
        let in_sight = *tools.tab == Tab::Jobs;
        let came_into_sight = in_sight && !self.in_sight;
        self.in_sight = in_sight;
        let has_read = self.operations.poll();
        if has_read {
            self.arrange();
        }
        let failure = self.log.failure();
        if failure != self.told {
            failure.clone().into_iter().for_each(|failure| tools.tell(Notice::Failed(failure)));
            self.told = failure;
        }
        let count = self.log.count();
        let is_due = came_into_sight || (!self.operations.is_pending() && self.read != Some(count));
        has_read | (is_due && self.read(count, tools))
    }

    /// Has the log read; what is only in memory is there at once. Whether it is.
    fn read(&mut self, count: u64, tools: &Tools) -> bool {
        self.read = Some(count);
        let log = Arc::clone(&self.log);
        let Some(archive) = self.archive.clone() else {
            self.operations.put(log.held());
            self.arrange();
            return true;
        };
        let read = move |_: &Cancel, _: &Progress| {
            let mut operations = archive.operations((0.0, f64::MAX), MOST)?;
            operations.extend(log.held());
            Ok(operations)
        };
        self.operations.start(tools.submit("Reading the log", Priority::Normal, read));
        false
    }

    /// Why the log could not be read.
    pub fn failure(&self) -> Option<&Failure> {
        if let SlotState::Failed { failure, .. } = self.operations.state() { Some(failure) } else { None }
    }

    /// All operations that are known, the oldest first. `None` until the log was read.
    pub fn operations(&self) -> Option<&[Operation]> {
        self.operations.value().map(|operations| operations.as_slice())
    }

    /// The operations as marks in the monitor's plots.
    pub fn marks(&self) -> Arc<[Mark]> {
        let mark = |operation: &Operation| Mark {
            from: operation.started,
            to: operation.started + operation.seconds,
            name: Arc::from(operation.title.as_str()),
            failed: matches!(operation.result, OperationResult::Failed(_)),
        };
        self.operations().unwrap_or_default().iter().map(mark).collect()
    }

    /// The operation in this row of the table.
    pub fn row(&self, row: usize) -> Option<&Operation> {
        self.rows.get(row).and_then(|&at| self.operations()?.get(at))
    }

    /// Rows of the table.
    pub fn rows(&self) -> usize {
        self.rows.len()
    }

    /// The operations in the rows, in their order.
    pub fn listed(&self) -> impl Iterator<Item = &Operation> {
        (0..self.rows.len()).filter_map(|row| self.row(row))
    }

    /// What is searched for.
    pub fn search(&self) -> &str {
        &self.search
    }

    /// Whether only what failed is listed.
    pub fn failed_only(&self) -> bool {
        self.failed_only
    }

    /// Order of the table.
    pub fn sort(&self) -> Sort<Column> {
        self.sort
    }

    /// The time that is shown.
    pub fn period(&self) -> Period {
        self.period
    }

    /// What is plotted.
    pub fn measure(&self) -> Measure {
        self.measure
    }

    /// The operation whose details are shown.
    pub fn selected(&self) -> Option<&Operation> {
        self.selected.as_ref()
    }

    /// Takes the details away. Whether there were any.
    pub fn close_details(&mut self) -> bool {
        self.selected.take().is_some()
    }

    fn arrange(&mut self) {
        let now = now();
        let operations = self.operations.value().map_or(&[][..], |operations| operations.as_slice());
        self.rows = model::arrange(operations, now - self.period.seconds(), &self.search, self.failed_only, self.sort);
    }

    fn ask_export(&self, tools: &Tools) -> Ask {
        let filter = Filter::new("CSV", &["csv"]);
        let write = |path| Command::Jobs(JobsCommand::Export(path));
        Ask::save("Save the log of operations", "tachograph-operations.csv".to_owned(), vec![filter], write)
            .starting_in(&tools.places.data)
    }

    fn export(&self, path: PathBuf, tools: &mut Tools) {
        let operations: Vec<Operation> = self.listed().cloned().collect();
        tools.errand("Saving the log of operations", move |cancel, progress| {
            export_page(&log_csv(&operations), &path, cancel, progress)?;
            let rows = format::counted(operations.len() as u64, "operation", "operations");
            Ok(Command::Tell(Notice::Done { text: format!("{rows} saved."), place: Some(path) }))
        });
    }
}

/// Seconds since 1970.
pub(super) fn now() -> f64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64())
}
