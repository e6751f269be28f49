//! Shows what became of each table, in the order in which they were given, and the list of all at the end.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use crate::cli::args::OptimizeArgs;
use crate::cli::{out, progress};
use crate::data::Report;
use crate::jobs::{Failure, JobError};
use crate::operations::batch::{Shrunk, Task};
use crate::report::format;

use super::plan::Entry;
use super::{json, print};

/// What is known of a table.
#[derive(Debug)]
enum State {
    Waiting,
    Done(Figures),
    Failed(Failure),
    Stopped,
    LeftOut(String),
}

/// What the totals are made of.
#[derive(Clone, Copy, Debug, Default)]
struct Figures {
    rows: u64,
    before: u64,
    after: u64,
    values: u64,
    differing: u64,
}

/// The tables of one command.
pub struct Show<'a> {
    args: &'a OptimizeArgs,
    entries: &'a [Entry],
    states: Vec<State>,
    /// Done, but not yet shown, since one before is not done.
    held: BTreeMap<usize, Shrunk>,
    shown: usize,
}

impl<'a> Show<'a> {
    /// Nothing is done yet.
    pub fn new(args: &'a OptimizeArgs, entries: &'a [Entry]) -> Self {
        let state = |entry: &Entry| match entry {
            Entry::Task(_) => State::Waiting,
            Entry::LeftOut(_, why) => State::LeftOut(why.clone()),
            Entry::Failed(_, _, failure) => State::Failed(failure.clone()),
        };
        Self { args, entries, states: entries.iter().map(state).collect(), held: BTreeMap::new(), shown: 0 }
    }

    /// A table has ended; it is shown when all before it are.
    pub fn ended(&mut self, place: usize, outcome: Result<Shrunk, JobError>) -> anyhow::Result<()> {
        let state = match outcome {
            Ok(shrunk) => {
                let figures = Figures::of(&shrunk.opened.value);
                self.held.insert(place, shrunk);
                State::Done(figures)
            }
            Err(JobError::Failed(failure)) => State::Failed(failure),
            Err(JobError::Cancelled) => State::Stopped,
        };
        if let Some(slot) = self.states.get_mut(place) {
            *slot = state;
        }
        self.known()
    }

    /// Shows what can be shown.
    pub fn known(&mut self) -> anyhow::Result<()> {
        while let (Some(entry), Some(state)) = (self.entries.get(self.shown), self.states.get(self.shown)) {
            match (state, entry) {
                (State::Waiting, _) => break,
                (State::Failed(failure), entry) => self.failed(entry, failure)?,
                (State::Done(_), Entry::Task(task)) => {
                    if let Some(shrunk) = self.held.remove(&self.shown) {
                        self.done(task, &shrunk)?;
                    }
                }
                _ => {}
            }
            self.shown += 1;
        }
        Ok(())
    }

    fn failed(&self, entry: &Entry, failure: &Failure) -> anyhow::Result<()> {
        crate::cli::report(&failure.clone().into());
        if self.args.json {
            let (file, sheet) = entry.file();
            out::json(&json::failed(file, sheet, &failure.to_string()))?;
        }
        Ok(())
    }

    fn done(&self, task: &Task, shrunk: &Shrunk) -> anyhow::Result<()> {
        if self.args.json {
            return Ok(out::json(&json::done(task, shrunk))?);
        }
        if let Some(code) = &shrunk.code {
            self.say_written(task);
            return Ok(out::line(code.trim_end())?);
        }
        if self.several() {
            out::line(&title(&task.file, task.sheet.as_deref()))?;
        }
        print::table(shrunk)?;
        self.say_written(task);
        if self.several() {
            out::line("")?;
        }
        Ok(())
    }

    fn say_written(&self, task: &Task) {
        if self.args.quiet {
            return;
        }
        if let Some((target, _)) = &task.target {
            progress::say(&format!("Written to {}.", target.display()));
        }
        if let Some(page) = &task.html {
            progress::say(&format!("Report written to {}.", page.display()));
        }
    }

    /// A single file needs no list.
    fn several(&self) -> bool {
        self.entries.len() > 1 || self.args.files.iter().any(|file| file.is_dir())
    }

    /// Ends with the list of all tables and the totals. Where standard output is for other programs, they are messages.
    pub fn finish(self) -> anyhow::Result<ExitCode> {
        let for_programs = self.args.json || self.args.code.is_some();
        if self.several() && !for_programs {
            out::line(&self.list())?;
        } else if self.several() && !self.args.quiet {
            progress::say(&self.list());
        }
        let count = |is: fn(&State) -> bool| self.states.iter().filter(|state| is(state)).count();
        anyhow::ensure!(count(|state| matches!(state, State::Stopped)) == 0, "Stopped.");
        Ok(ExitCode::from(u8::from(count(|state| matches!(state, State::Failed(_))) > 0)))
    }

    fn list(&self) -> String {
        let mut rows = vec![["File", "Result", "Before", "After", "Why"].map(String::from).to_vec()];
        for (entry, state) in self.entries.iter().zip(&self.states) {
            let (file, sheet) = entry.file();
            let [result, before, after, why] = state.row();
            rows.push(vec![title(file, sheet), result, before, after, why]);
        }
        format!("{}{}", out::columns(&rows, &[2, 3]), self.totals())
    }

    /// `3 tables done, 1 failed, 2 left out: 1,000 rows, 275 MB → 77 MB, 72 % less. 9,000 values compared with the files, 0 differ.`
    fn totals(&self) -> String {
        let (mut all, mut done, mut failed, mut stopped, mut out) = (Figures::default(), 0, 0, 0, 0);
        for state in &self.states {
            match state {
                State::Done(figures) => (all, done) = (all.and(figures), done + 1),
                State::Failed(_) => failed += 1,
                State::Stopped | State::Waiting => stopped += 1,
                State::LeftOut(_) => out += 1,
            }
        }
        let mut text = format!("{} done, {failed} failed, {out} left out", format::counted(done, "table", "tables"));
        if stopped > 0 {
            text.push_str(&format!(", {stopped} not done"));
        }
        format!("{text}: {}", all.told())
    }
}

impl State {
    /// Result, before, after, why.
    fn row(&self) -> [String; 4] {
        let plain = |result: &str, why: &str| [result.to_owned(), String::new(), String::new(), why.to_owned()];
        match self {
            Self::Done(Figures { before, after, .. }) => {
                ["done".into(), format::bytes(*before), format::bytes(*after), String::new()]
            }
            Self::Failed(failure) => plain("failed", &failure.message),
            Self::LeftOut(why) => plain("left out", why),
            Self::Waiting | Self::Stopped => plain("not done", ""),
        }
    }
}

impl Figures {
    fn of(report: &Report) -> Self {
        Self {
            rows: report.rows,
            before: report.before_bytes,
            after: report.after_bytes,
            values: report.verified.values,
            differing: report.verified.mismatches,
        }
    }

    fn and(self, other: &Self) -> Self {
        Self {
            rows: self.rows + other.rows,
            before: self.before + other.before,
            after: self.after + other.after,
            values: self.values + other.values,
            differing: self.differing + other.differing,
        }
    }

    fn told(&self) -> String {
        let saved = if self.before == 0 { 0.0 } else { (1.0 - self.after as f64 / self.before as f64) * 100.0 };
        format!(
            "{}, {} → {}, {} less. {} values compared with the files, {} differ.",
            format::counted(self.rows, "row", "rows"),
            format::bytes(self.before),
            format::bytes(self.after),
            format::percent(saved),
            format::count(self.values),
            format::count(self.differing),
        )
    }
}

fn title(file: &Path, sheet: Option<&str>) -> String {
    let sheet = sheet.map(|sheet| format!(", sheet “{sheet}”")).unwrap_or_default();
    format!("{}{sheet}", file.display()).replace(['\n', '\r', '\t'], " ")
}
