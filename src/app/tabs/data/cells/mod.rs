//! The cells of the preview: which are selected, copying them, going to a row, and the file's text beside them.
//!
//! | file | what is in it |
//! |---|---|
//! | `mod.rs` | the state and the commands |
//! | `select.rs` | which cells are selected, without egui |
//! | `copy.rs`, `beside.rs` | the jobs: text for the clipboard, the file's own text |
//! | `input.rs`, `paint.rs`, `controls.rs` | pointer and keys, the cells, the controls in the card's head |

pub mod beside;
pub mod controls;
mod copy;
pub mod input;
pub mod paint;
pub mod select;

use std::ops::Range;
use std::sync::Arc;

use crate::app::{Notice, Tools};

use super::findings::Place;
use super::model::Shown;
use beside::Beside;
use select::{Cell, Selection};

/// What the preview's cells are in the middle of.
#[derive(Debug, Default)]
pub struct GridState {
    /// The selected cells.
    pub selection: Option<Selection>,
    /// The row that was gone to, until another one is selected.
    pub mark: Option<usize>,
    /// What stands in the field for a row.
    pub go: String,
    /// The file's text.
    pub beside: Beside,
}

/// What the cells can be asked for.
#[derive(Debug)]
pub enum GridCommand {
    /// Select these.
    Select(Selection),
    /// Copy the selected ones, with the names of their columns or without.
    Copy {
        /// Whether a line with the names comes first.
        names: bool,
    },
    /// Put this text on the clipboard.
    Put {
        /// The text.
        text: String,
        /// What it is: `3 rows × 2 columns`.
        words: String,
    },
    /// The field for a row was edited.
    GoText(String),
    /// Go to the row in that field.
    Go,
    /// Show the file's text beside the cells, or not.
    Beside(bool),
    /// Read these blocks of the file.
    Read(Range<usize>),
}

impl GridState {
    /// Does what was asked for. Gives the place to go to, if there is one.
    pub fn apply(&mut self, command: GridCommand, shown: Option<&Arc<Shown>>, tools: &mut Tools) -> Option<Place> {
        let shown = shown?;
        match command {
            GridCommand::Select(selection) => {
                self.mark = self.mark.filter(|row| *row == selection.head().row);
                self.selection = Some(selection);
            }
            GridCommand::Copy { names } => match self.selection {
                Some(selection) => copy::start(shown, selection, names, tools),
                None => tools.tell(Notice::done("Select cells first: drag over them, or click a row’s number.")),
            },
            GridCommand::Put { text, words } => {
                tools.ctx.copy_text(text);
                tools.tell(Notice::done(format!("Copied: {words}.")));
            }
            GridCommand::GoText(text) => self.go = text,
            GridCommand::Go => return self.wanted_row(shown).map(|row| Place { column: None, row: Some(row) }),
            GridCommand::Beside(on) => self.beside.switch(on),
            GridCommand::Read(blocks) => self.beside.ask(blocks, shown, tools),
        }
        None
    }

    /// The row in the field, as the file counts; the nearest one where the table has no such.
    fn wanted_row(&self, shown: &Shown) -> Option<u64> {
        let row = row_number(&self.go)?;
        let last = (shown.table.rows() as u64).checked_sub(1)?;
        Some(row.saturating_sub(shown.report().first_row).min(last))
    }

    /// Selects and marks a place that was gone to.
    pub fn go_to(&mut self, place: Place) {
        let Some(row) = place.row.and_then(|row| usize::try_from(row).ok()) else { return };
        self.mark = Some(row);
        self.selection = Some(place.column.map_or(Selection::row(row), |column| Selection::cell(Cell { row, column })));
    }

    /// Another table came.
    pub fn forget(&mut self) {
        (self.selection, self.mark) = (None, None);
        self.beside.forget();
    }
}

/// A row's number as a person types it: `1,000,000`, `1 000 000`.
fn row_number(text: &str) -> Option<u64> {
    let digits: String =
        text.chars().filter(|letter| !matches!(letter, ',' | '.' | '’' | '\'' | '_') && !letter.is_whitespace()).collect();
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(digits.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::row_number;

    #[test]
    fn a_row_is_typed_in_many_ways() {
        for text in ["1000000", "1,000,000", " 1 000 000 ", "1.000.000", "1’000’000"] {
            assert_eq!(row_number(text), Some(1_000_000), "{text}");
        }
        assert_eq!((row_number(""), row_number("-1"), row_number("1e3"), row_number(" ")), (None, None, None, None));
        assert_eq!(row_number("99999999999999999999999"), Some(u64::MAX));
    }
}
