//! Taking a table away: saved as a file, as code that loads it, as a report to be mailed.
//!
//! | file | what is in it |
//! |---|---|
//! | `mod.rs` | what the dialog is about, its commands, what each does |
//! | `choice.rs` | what a table can be saved as, in words |
//! | `work.rs` | the jobs: what saving will take, the code, the report |
//! | `paint.rs`, `code.rs` | the dialog, and its pane with the code |

mod choice;
mod code;
pub mod paint;
mod work;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::app::{Ask, Command, Filter, Notice, Tools};
use crate::data::CodeFor;
use crate::jobs::Slot;

use super::DataCommand;
use super::model::Shown;
use choice::Choice;
use work::{Code, Expected};

/// The two halves of the dialog.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pane {
    /// Files to save.
    #[default]
    File,
    /// Code to copy.
    Code,
}

/// The dialog.
pub struct TakeAway {
    open: bool,
    pane: Pane,
    choice: Choice,
    /// What saving will take, in the order of [`Choice::ALL`].
    expected: [Slot<Expected>; Choice::ALL.len()],
    program: CodeFor,
    code: Slot<Code>,
}

impl Default for TakeAway {
    fn default() -> Self {
        let (open, pane, choice, program) = (false, Pane::default(), Choice::default(), CodeFor::Pandas);
        Self { open, pane, choice, expected: Default::default(), program, code: Slot::default() }
    }
}

/// What the dialog can be asked for.
#[derive(Debug)]
pub enum TakeCommand {
    /// Show it.
    Open,
    /// Take it away.
    Close,
    /// Show this half of it.
    Pane(Pane),
    /// Save as this.
    Choose(Choice),
    /// Ask where to save, and save.
    SaveAs,
    /// Write the report to this file.
    WriteReport(PathBuf),
    /// Show the code for this.
    Program(CodeFor),
    /// Put the code on the clipboard.
    CopyCode,
}

impl TakeAway {
    /// Does what was asked for. `shown` is the table that the dialog is about.
    pub fn apply(&mut self, command: TakeCommand, shown: Option<&Arc<Shown>>, tools: &mut Tools) {
        let Some(shown) = shown else { return };
        match command {
            TakeCommand::Open => self.show(shown, tools),
            TakeCommand::Close => {
                self.close();
            }
            TakeCommand::Pane(pane) => {
                self.pane = pane;
                self.reckon(shown, tools);
            }
            TakeCommand::Choose(choice) => self.choice = choice,
            TakeCommand::SaveAs => self.ask_where(shown, tools),
            TakeCommand::WriteReport(target) => {
                self.close();
                work::write_report(shown, target, tools);
            }
            TakeCommand::Program(program) => {
                self.program = program;
                self.code.start(work::code(shown, program, tools));
            }
            TakeCommand::CopyCode => self.copy(tools),
        }
    }

    fn show(&mut self, shown: &Arc<Shown>, tools: &Tools) {
        self.open = true;
        self.pane = Pane::File;
        self.choice = tools.last_export().and_then(Choice::of_ending).unwrap_or_default();
        self.reckon(shown, tools);
    }

    /// Closes it; what was being found out for it is given up. Says whether it was open.
    pub fn close(&mut self) -> bool {
        self.expected.iter_mut().for_each(Slot::clear);
        self.code.clear();
        std::mem::take(&mut self.open)
    }

    /// Takes in what its jobs have found out. Says whether there was something.
    pub fn poll(&mut self) -> bool {
        let mut any = self.code.poll();
        for slot in &mut self.expected {
            any |= slot.poll();
        }
        any
    }

    /// The table is another one from now on.
    pub fn follow(&mut self, shown: Option<&Arc<Shown>>, tools: &Tools) {
        if let (true, Some(shown)) = (self.open, shown) {
            self.expected.iter_mut().for_each(Slot::clear);
            self.code.clear();
            self.reckon(shown, tools);
        }
    }

    /// Finds out what the half in sight needs and does not have.
    fn reckon(&mut self, shown: &Arc<Shown>, tools: &Tools) {
        match self.pane {
            Pane::File => {
                for (choice, slot) in Choice::ALL.into_iter().zip(&mut self.expected) {
                    if slot.value().is_none() && !slot.is_pending() {
                        slot.start(work::expected(shown, choice, tools));
                    }
                }
            }
            Pane::Code if self.code.value().is_none() => self.code.start(work::code(shown, self.program, tools)),
            Pane::Code => {}
        }
    }

    fn ask_where(&self, shown: &Shown, tools: &mut Tools) {
        let choice = self.choice;
        tools.remember_export(choice.ending());
        let name = work::name_of(&shown.path, shown.report().source.sheet.as_deref(), choice);
        let then = move |path| {
            Command::Data(match choice {
                Choice::Table(format) => DataCommand::Export(format, path),
                Choice::Report => DataCommand::TakeAway(TakeCommand::WriteReport(path)),
            })
        };
        let ask = Ask::save(choice.question(), name, vec![Filter::new(choice.name(), choice.endings())], then);
        tools.ask(ask.starting_in(shown.path.parent().map(Path::to_path_buf).unwrap_or_default()));
    }

    fn copy(&self, tools: &mut Tools) {
        if let Some(code) = self.code.value() {
            tools.ctx.copy_text(code.text.clone());
            tools.tell(Notice::done(format!("The code for {} is on the clipboard.", code.program.title())));
        }
    }
}
