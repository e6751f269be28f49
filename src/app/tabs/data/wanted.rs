//! What a person wants of a table: the file, and everything that was chosen about reading and shrinking it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use crate::data::{Choice, Choices, Level, Options, ReadOptions, Step, Steps};

/// A file, and how it is to be read and shrunk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The file.
    pub path: PathBuf,
    /// How it is read.
    pub read: ReadOptions,
    /// How cells are read that could be read in two ways.
    pub choices: Choices,
    /// How strict to be.
    pub level: Level,
    /// Steps that are on.
    pub steps: Steps,
    /// Steps of single columns, by name, in place of those of the table.
    pub column_steps: BTreeMap<String, Steps>,
    /// Columns, by name, that are neither counted nor saved.
    pub leave_out: BTreeSet<String>,
}

impl Wanted {
    /// A file as it comes, at a level.
    pub fn of(path: PathBuf, level: Level) -> Self {
        Self { path, level, ..Self::default() }
    }

    /// The options of the engine for it, on top of what the settings say.
    pub fn options(&self, usual: &Options) -> Options {
        Options {
            read: self.read.clone(),
            choices: self.choices.clone(),
            level: self.level,
            steps: self.steps,
            column_steps: self.column_steps.clone(),
            leave_out: self.leave_out.clone(),
            category_threshold: usual.category_threshold,
            limits: usual.limits,
            threads: usual.threads,
        }
    }

    /// Whether `other` is the same table but for the columns that are left out, so that nothing has to be made anew.
    pub fn differs_in_left_out(&self, other: &Self) -> bool {
        let same = Self { leave_out: other.leave_out.clone(), ..self.clone() };
        same == *other && self.leave_out != other.leave_out
    }

    /// The same with one change.
    #[must_use]
    pub fn with(&self, change: Change) -> Self {
        let mut wanted = self.clone();
        match change {
            Change::Level(level) => wanted.level = level,
            Change::Step(step, on) => wanted.steps = wanted.steps.with(step, on),
            Change::Sheet(sheet) => wanted.other_sheet(sheet),
            Change::LeaveOut(names) => wanted.leave_out.extend(names),
            Change::PutBack(name) => drop(wanted.leave_out.remove(&name)),
            Change::ColumnSteps(name, Some(steps)) => drop(wanted.column_steps.insert(name, steps)),
            Change::ColumnSteps(name, None) => drop(wanted.column_steps.remove(&name)),
            Change::Read(name, Some(choice)) => drop(wanted.choices.columns.insert(name, choice)),
            Change::Read(name, None) => drop(wanted.choices.columns.remove(&name)),
            Change::Trim(name, true) => drop(wanted.read.trim.insert(name)),
            Change::Trim(name, false) => drop(wanted.read.trim.remove(&name)),
            Change::Reading(read, choices) => (wanted.read, wanted.choices) = (*read, *choices),
        }
        wanted
    }

    /// Another sheet has other columns: what was chosen for single ones goes.
    fn other_sheet(&mut self, sheet: Option<String>) {
        self.read = ReadOptions { sheet, range: None, trim: BTreeSet::new(), ..std::mem::take(&mut self.read) };
        self.choices.columns.clear();
        self.column_steps.clear();
        self.leave_out.clear();
    }
}

/// One thing that a person changes about a table. Each can be undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Shrink with this level.
    Level(Level),
    /// Shrink with this step on or off.
    Step(Step, bool),
    /// Show this sheet of the workbook; none for the first one.
    Sheet(Option<String>),
    /// Leave these columns out.
    LeaveOut(Vec<String>),
    /// Put this column back.
    PutBack(String),
    /// Shrink this column with these steps; with those of the table when none are given.
    ColumnSteps(String, Option<Steps>),
    /// Read the cells of this column in this way; as text where it is in doubt when none is given.
    Read(String, Option<Choice>),
    /// Cut the blanks at the ends of this column's cells, or keep them.
    Trim(String, bool),
    /// Read the file in this way.
    Reading(Box<ReadOptions>, Box<Choices>),
}

impl Change {
    /// What it does, after `Undo:`.
    pub fn words(&self) -> String {
        match self {
            Self::Level(level) => format!("level {}", level.name()),
            Self::Step(step, on) => format!("{} {}", step.title(), if *on { "on" } else { "off" }),
            Self::Sheet(Some(sheet)) => format!("sheet {sheet}"),
            Self::Sheet(None) => "first sheet".into(),
            Self::LeaveOut(names) => match names.as_slice() {
                [one] => format!("{one} left out"),
                several => format!("{} columns left out", several.len()),
            },
            Self::PutBack(name) => format!("{name} put back"),
            Self::ColumnSteps(name, Some(Steps::NONE)) => format!("{name} kept as loaded"),
            Self::ColumnSteps(name, Some(_)) => format!("steps of {name}"),
            Self::ColumnSteps(name, None) => format!("{name} with the steps of the table"),
            Self::Read(name, Some(choice)) => format!("{name} read with {}", choice.title()),
            Self::Read(name, None) => format!("{name} read without a choice"),
            Self::Trim(name, true) => format!("blanks of {name} cut"),
            Self::Trim(name, false) => format!("blanks of {name} kept"),
            Self::Reading(..) => "how the file is read".into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_change_can_be_told_and_taken_back() {
        let start = Wanted::of("a.csv".into(), Level::Balanced);
        let name = || "paid".to_owned();
        for (there, back, words) in [
            (Change::Level(Level::Aggressive), Change::Level(Level::Balanced), "level aggressive"),
            (Change::Step(Step::Dates, false), Change::Step(Step::Dates, true), "Dates from text off"),
            (Change::LeaveOut(vec![name()]), Change::PutBack(name()), "paid left out"),
            (Change::ColumnSteps(name(), Some(Steps::NONE)), Change::ColumnSteps(name(), None), "paid kept as loaded"),
            (Change::Read(name(), Some(Choice::Dmy)), Change::Read(name(), None), "paid read with day first"),
            (Change::Trim(name(), true), Change::Trim(name(), false), "blanks of paid cut"),
            (Change::Sheet(Some("May".into())), Change::Sheet(None), "sheet May"),
        ] {
            assert_eq!(there.words(), words);
            let changed = start.with(there);
            assert_ne!(changed, start, "{words}");
            assert_eq!(changed.with(back), start, "{words}");
        }
    }

    #[test]
    fn what_is_left_out_needs_no_new_table() {
        let start = Wanted::of("a.csv".into(), Level::Balanced);
        let without = start.with(Change::LeaveOut(vec!["paid".into()]));
        assert!(start.differs_in_left_out(&without) && without.differs_in_left_out(&start));
        assert!(!start.differs_in_left_out(&start));
        assert!(!start.differs_in_left_out(&without.with(Change::Level(Level::Aggressive))));
    }

    #[test]
    fn another_sheet_forgets_what_was_chosen_for_columns() {
        let start = Wanted::of("a.xlsx".into(), Level::Balanced).with(Change::Step(Step::Dates, false));
        let chosen = start.with(Change::Read("paid".into(), Some(Choice::Dmy))).with(Change::Trim("item".into(), true));
        assert_eq!(chosen.with(Change::Sheet(Some("May".into()))), start.with(Change::Sheet(Some("May".into()))));
    }
}
