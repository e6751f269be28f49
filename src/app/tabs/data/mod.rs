//! The Data tab: a table from a file, how much smaller it became, why, and that nothing was lost.
//!
//! | file | what is in it |
//! |---|---|
//! | `mod.rs` | the state, the commands, what each does |
//! | `work.rs` | the jobs: open, sample, export |
//! | `model.rs`, `columns.rs`, `types.rs`, `grid.rs` | what is said about a table, in words and figures, without egui |
//! | `chart.rs` | the charts that can be saved |
//! | `paint.rs` | the bar's buttons and the tab as a whole; `cards.rs`, `list.rs`, `preview.rs`, `working.rs` its pieces |

mod cards;
mod chart;
mod columns;
mod grid;
mod list;
mod model;
pub mod paint;
mod preview;
mod scroll;
mod types;
mod work;
mod working;

use std::path::{Path, PathBuf};

use crate::app::{Ask, Command, Filter, Notice, Tools};
use crate::data::{CodeFor, Level, OutputFormat, Step, Steps};
use crate::jobs::{JobId, Slot, SlotState};
use crate::settings::RecentKind;

use columns::{ColumnList, Key};
use model::{Place, Shown};

/// What the Data tab shows.
#[derive(Default)]
pub struct DataTab {
    slot: Slot<Shown>,
    /// What was asked for last, which the controls show: it is ahead of the table while that is being made.
    wanted: Wanted,
    job: Option<JobId>,
    failure_closed: bool,
    list: ColumnList,
    preview_alone: bool,
    /// Counts the tables and the places gone to, so that the preview knows a new one from the one that it has been to.
    table_number: u64,
    jump: Option<(u64, Place)>,
}

/// A file, and how it is to be read and shrunk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Wanted {
    path: PathBuf,
    sheet: Option<String>,
    level: Level,
    steps: Steps,
}

/// What the Data tab can be asked for.
#[derive(Debug)]
pub enum DataCommand {
    /// Open the sample.
    Sample,
    /// Shrink with this level.
    Level(Level),
    /// Shrink with this step on or off.
    Step(Step, bool),
    /// Show this sheet of the workbook.
    Sheet(String),
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
    /// Go to a place in the preview.
    Show(Place),
    /// Ask where to save the table.
    AskExport(OutputFormat),
    /// Save the table.
    Export(OutputFormat, PathBuf),
    /// Write code that loads the file.
    CopyCode(CodeFor),
    /// Put that code on the clipboard.
    PutCode(CodeFor, String),
}

impl DataTab {
    /// Does what was asked for.
    pub fn apply(&mut self, command: DataCommand, tools: &mut Tools) {
        match command {
            DataCommand::Sample => work::open_sample(tools),
            DataCommand::Level(level) => self.ask(Wanted { level, ..self.wanted.clone() }, tools),
            DataCommand::Step(step, on) => {
                self.ask(Wanted { steps: self.wanted.steps.with(step, on), ..self.wanted.clone() }, tools);
            }
            DataCommand::Sheet(sheet) => self.show_sheet(sheet, tools),
            DataCommand::Cancel => self.job.into_iter().for_each(|job| tools.queue.cancel(job)),
            DataCommand::CloseFailure => self.failure_closed = true,
            DataCommand::Gone(path) => tools.forget(&path),
            DataCommand::Filter(text) => self.list.filter = text,
            DataCommand::SortBy(key) => self.list.sort_by(key),
            DataCommand::PreviewAlone(alone) => self.preview_alone = alone,
            DataCommand::Show(place) => self.jump = Some((self.jump.map_or(1, |(number, _)| number + 1), place)),
            DataCommand::AskExport(format) => self.ask_where(format, tools),
            DataCommand::Export(format, target) => self.export(format, target, tools),
            DataCommand::CopyCode(code) => self.slot.value().into_iter().for_each(|shown| work::copy_code(shown, code, tools)),
            DataCommand::PutCode(code, text) => {
                tools.ctx.copy_text(text);
                tools.tell(Notice::done(format!("The code for {} is on the clipboard.", code.title())));
            }
        }
        self.arrange();
    }

    /// Opens a file, all steps on, with the level in use.
    pub fn open(&mut self, path: PathBuf, tools: &mut Tools) {
        self.ask(Wanted { path, sheet: None, level: self.wanted.level, steps: Steps::ALL }, tools);
    }

    fn show_sheet(&mut self, sheet: String, tools: &mut Tools) {
        let Some(shown) = self.slot.value() else { return };
        let sheet = work::chosen_sheet(shown, sheet);
        self.ask(Wanted { sheet, ..self.wanted.clone() }, tools);
    }

    fn ask(&mut self, wanted: Wanted, tools: &mut Tools) {
        if wanted.path.as_os_str().is_empty() {
            self.wanted.level = wanted.level;
            return;
        }
        let again =
            self.slot.value().is_some_and(|shown| shown.path == wanted.path && work::wanted_of(shown).sheet == wanted.sheet);
        let ticket = work::open(if again { "Shrinking" } else { "Opening" }, &wanted, tools);
        self.job = Some(ticket.id());
        self.failure_closed = false;
        self.slot.start(ticket);
        self.wanted = wanted;
    }

    /// Takes in what its jobs have made. Says whether there was something.
    pub fn take_news(&mut self, tools: &mut Tools) -> bool {
        if !self.slot.poll() {
            return false;
        }
        self.job = None;
        let finished = matches!(self.slot.state(), SlotState::Ready(shown) if work::wanted_of(shown) == self.wanted);
        if finished {
            tools.remember(&self.wanted.path, RecentKind::Table);
            self.table_number += 1;
            self.jump = None;
        } else if let Some(shown) = self.slot.value() {
            // Cancelled or failed: the controls show again what the table on screen was made with.
            self.wanted = work::wanted_of(shown);
        } else {
            self.wanted = Wanted { level: self.wanted.level, ..Wanted::default() };
        }
        self.arrange();
        true
    }

    fn arrange(&mut self) {
        if let Some(shown) = self.slot.value() {
            self.list.arrange(shown.report());
        }
    }

    fn ask_where(&self, format: OutputFormat, tools: &mut Tools) {
        let Some(shown) = self.slot.value() else { return };
        let name = work::export_name(&shown.path, shown.report().source.sheet.as_deref(), format);
        let (title, kind) = match format {
            OutputFormat::Parquet => ("Export to Parquet", "Parquet"),
            OutputFormat::Arrow => ("Export to Arrow", "Arrow"),
            OutputFormat::Csv => ("Export to CSV", "CSV"),
            OutputFormat::Xlsx => ("Export to a workbook", "Workbook"),
        };
        let ask = Ask::save(title, name, vec![Filter::new(kind, format.extensions())], move |path| {
            Command::Data(DataCommand::Export(format, path))
        });
        let folder = shown.path.parent().map(Path::to_path_buf).unwrap_or_default();
        tools.ask(ask.starting_in(folder));
    }

    fn export(&self, format: OutputFormat, target: PathBuf, tools: &mut Tools) {
        if let Some(shown) = self.slot.value() {
            work::export(shown, format, target, tools);
        }
    }

    /// The failure to show.
    fn failure(&self) -> Option<&crate::jobs::Failure> {
        match self.slot.state() {
            SlotState::Failed { failure, .. } if !self.failure_closed => Some(failure),
            _ => None,
        }
    }
}
