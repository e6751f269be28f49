//! Finding text in the table: what is looked for, the job that looks, and the rows that have it.
//!
//! | file | what is in it |
//! |---|---|
//! | `mod.rs` | the state and the commands |
//! | `bar.rs` | the bar over the preview |

pub mod bar;

use std::sync::Arc;

use crate::app::Tools;
use crate::data::{Needle, find};
use crate::jobs::{JobId, Priority, Slot, SlotState};
use crate::operations::table_options;
use crate::report::format;

use super::findings::Place;
use super::model::Shown;

/// What is looked for, and what was found.
#[derive(Debug, Default)]
pub struct Finder {
    open: bool,
    text: String,
    column: Option<usize>,
    whole: bool,
    /// What is marked in the cells.
    needle: Option<Needle>,
    /// The rows that have it, in order.
    slot: Slot<Vec<u32>>,
    job: Option<JobId>,
    /// Which of them was gone to.
    current: Option<usize>,
    /// To go on to once the rows are known.
    wish: Option<Direction>,
}

/// The next or the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Down.
    Next,
    /// Up.
    Previous,
}

/// What finding can be asked for.
#[derive(Debug)]
pub enum FindCommand {
    /// Show the bar.
    Open,
    /// Take it away.
    Close,
    /// Look for this.
    Text(String),
    /// Look in this column only, or in all.
    Column(Option<usize>),
    /// Compare whole cells, letter for letter, or parts of them.
    Whole(bool),
    /// Go to another row that has it.
    Go(Direction),
    /// Find the rows of a value and go to the first.
    Value {
        /// The column.
        column: usize,
        /// The value's text.
        text: String,
        /// It is the whole of a cell.
        whole: bool,
    },
}

impl Finder {
    /// Does what was asked for; `row` is the selected one. Gives the place to go to, if there is one.
    pub fn apply(&mut self, command: FindCommand, shown: Option<&Arc<Shown>>, row: Option<usize>, tools: &Tools) -> Option<Place> {
        match command {
            FindCommand::Open => self.open = true,
            FindCommand::Close => drop(self.close()),
            FindCommand::Go(direction) => return self.go(direction, shown?, row),
            FindCommand::Text(text) => self.look(shown?, tools, |finder| finder.text = text),
            FindCommand::Column(column) => self.look(shown?, tools, |finder| finder.column = column),
            FindCommand::Whole(whole) => self.look(shown?, tools, |finder| finder.whole = whole),
            FindCommand::Value { column, text, whole } => {
                self.look(shown?, tools, |finder| {
                    (finder.open, finder.text, finder.column, finder.whole) = (true, text, Some(column), whole);
                });
                self.wish = Some(Direction::Next);
            }
        }
        None
    }

    /// Changes what is looked for and looks anew; what is being looked for is given up.
    fn look(&mut self, shown: &Arc<Shown>, tools: &Tools, change: impl FnOnce(&mut Self)) {
        change(self);
        (self.current, self.wish, self.job) = (None, None, None);
        // An empty field is no question, not one for empty cells.
        self.needle = if self.text.is_empty() { None } else { Needle::new(&self.text, self.whole) };
        let Some(needle) = self.needle.clone() else { return self.slot.clear() };
        let (table, column, threads) = (Arc::clone(&shown.table), self.column, table_options(tools.settings).threads);
        let ticket = tools.submit(format!("Finding “{}”", short(&self.text)), Priority::High, move |cancel, progress| {
            Ok(find(&table, &needle, column, threads, cancel, progress)?)
        });
        self.job = Some(ticket.id());
        self.slot.start(ticket);
    }

    /// Looks through a table that took the place of the one before.
    pub fn follow(&mut self, shown: &Arc<Shown>, tools: &Tools) {
        self.column = self.column.filter(|column| *column < shown.report().columns.len());
        if self.open && !self.text.is_empty() {
            self.look(shown, tools, |_| ());
        }
    }

    /// Takes the bar away. Says whether it was there.
    pub fn close(&mut self) -> bool {
        self.slot.clear();
        (self.current, self.wish, self.needle, self.job) = (None, None, None, None);
        self.text.clear();
        (self.column, self.whole) = (None, false);
        std::mem::take(&mut self.open)
    }

    /// Takes in what was found. Says whether there was something, and the place to go to.
    pub fn take_news(&mut self, shown: Option<&Arc<Shown>>, row: Option<usize>) -> (bool, Option<Place>) {
        if !self.slot.poll() {
            return (false, None);
        }
        self.job = None;
        let wish = self.wish.take();
        (true, wish.zip(shown).and_then(|(wish, shown)| self.go(wish, shown, row)))
    }

    fn go(&mut self, direction: Direction, shown: &Shown, row: Option<usize>) -> Option<Place> {
        if self.slot.is_pending() {
            self.wish = Some(direction);
            return None;
        }
        let rows = self.rows()?;
        let at = after(rows, row, self.current.is_some(), direction)?;
        let found = *rows.get(at)? as usize;
        self.current = Some(at);
        Some(Place { column: self.column_in(shown, found), row: Some(found as u64) })
    }

    fn rows(&self) -> Option<&[u32]> {
        match self.slot.state() {
            SlotState::Ready(rows) => Some(rows),
            _ => None,
        }
    }

    /// The first column of a row that has it.
    fn column_in(&self, shown: &Shown, row: usize) -> Option<usize> {
        let (needle, mut text) = (self.needle.as_ref()?, Vec::new());
        let mut has = |view: &crate::data::ColumnView<'_>| {
            text.clear();
            view.write(row, &mut text) && needle.is_in(&text)
        };
        self.column.or_else(|| shown.table.views().iter().position(&mut has))
    }

    /// Whether the bar is there.
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// What is to be marked in the cells of a column.
    pub fn marks(&self, column: usize) -> Option<&Needle> {
        self.needle.as_ref().filter(|_| self.open && self.column.is_none_or(|chosen| chosen == column))
    }

    /// `3 of 412`, `412 rows`, `no row`; empty while nothing is looked for.
    fn words(&self) -> String {
        match (self.rows(), self.current) {
            (Some([]), _) => "no row".to_owned(),
            (Some(rows), Some(at)) => format!("{} of {}", format::count(at as u64 + 1), format::count(rows.len() as u64)),
            (Some(rows), None) => format::counted(rows.len() as u64, "row", "rows"),
            (None, _) => String::new(),
        }
    }
}

/// Which of the rows comes after (or before) the selected one; beyond the last the first comes again. The selected row itself is one to go
/// to only before any was `gone` to.
fn after(rows: &[u32], selected: Option<usize>, gone: bool, direction: Direction) -> Option<usize> {
    let last = rows.len().checked_sub(1)?;
    let Some(selected) = selected else { return Some(if direction == Direction::Next { 0 } else { last }) };
    let before = |row: &u32| (*row as usize) < selected || gone && *row as usize == selected;
    Some(match direction {
        Direction::Next => rows.partition_point(before) % rows.len(),
        Direction::Previous => rows.partition_point(|row| (*row as usize) < selected).checked_sub(1).unwrap_or(last),
    })
}

/// A text for the status bar.
fn short(text: &str) -> String {
    if text.chars().count() > 24 { text.chars().take(23).chain(['…']).collect() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_gone_to_in_a_circle_from_the_selected_one() {
        let rows = [3, 7, 9];
        let next = |selected, gone| after(&rows, selected, gone, Direction::Next);
        let previous = |selected| after(&rows, selected, true, Direction::Previous);
        assert_eq!([next(None, false), next(Some(3), false), next(Some(3), true)], [Some(0), Some(0), Some(1)]);
        assert_eq!([next(Some(9), true), next(Some(8), false), next(Some(10), false)], [Some(0), Some(2), Some(0)]);
        assert_eq!([previous(None), previous(Some(3)), previous(Some(8))], [Some(2), Some(2), Some(1)]);
        assert_eq!(after(&[], Some(1), false, Direction::Next), None);
    }
}
