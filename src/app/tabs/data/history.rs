//! What was changed about the table in sight, so that it can be undone and done again.

use super::wanted::Wanted;

/// Changes that are kept at most; the oldest go.
const MOST: usize = 200;

/// A change: what was wanted before and after it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Turn {
    before: Wanted,
    after: Wanted,
    words: String,
}

/// The changes that were made, and those that were undone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    done: Vec<Turn>,
    undone: Vec<Turn>,
}

impl History {
    /// A change was made. What was undone before cannot be done again.
    pub fn changed(&mut self, before: Wanted, after: Wanted, words: String) {
        if before == after {
            return;
        }
        self.undone.clear();
        if self.done.len() == MOST {
            self.done.remove(0);
        }
        self.done.push(Turn { before, after, words });
    }

    /// Undoes the last change. Returns what was wanted before it.
    pub fn undo(&mut self) -> Option<Wanted> {
        let turn = self.done.pop()?;
        let before = turn.before.clone();
        self.undone.push(turn);
        Some(before)
    }

    /// Does the last undone change again. Returns what was wanted after it.
    pub fn redo(&mut self) -> Option<Wanted> {
        let turn = self.undone.pop()?;
        let after = turn.after.clone();
        self.done.push(turn);
        Some(after)
    }

    /// The last request failed or was cancelled, and `wanted` holds again: the change that asked for it is taken back, or the undoing of it.
    pub fn fell_back(&mut self, wanted: &Wanted) {
        let was_undone = self.undone.iter().any(|turn| turn.after == *wanted);
        let was_changed = self.done.iter().any(|turn| turn.before == *wanted);
        while self.done.last().is_none_or(|turn| turn.after != *wanted) {
            let moved = match () {
                () if was_undone => self.redo().is_some(),
                () if was_changed => self.done.pop().is_some(),
                () => false,
            };
            if !moved {
                break;
            }
        }
    }

    /// What would be undone, in words.
    pub fn undo_words(&self) -> Option<&str> {
        self.done.last().map(|turn| turn.words.as_str())
    }

    /// What would be done again, in words.
    pub fn redo_words(&self) -> Option<&str> {
        self.undone.last().map(|turn| turn.words.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tabs::data::wanted::Change;
    use crate::data::{Level, Step};

    /// Three states, one change apart from each other.
    fn states() -> [Wanted; 3] {
        let start = Wanted::of("a.csv".into(), Level::Balanced);
        let next = start.with(Change::Step(Step::Dates, false));
        let last = next.with(Change::Level(Level::Aggressive));
        [start, next, last]
    }

    fn history() -> History {
        let [a, b, c] = states();
        let mut history = History::default();
        history.changed(a, b.clone(), "dates off".into());
        history.changed(b, c, "level".into());
        history
    }

    #[test]
    fn changes_are_undone_and_done_again_in_turn() {
        let ([a, b, c], mut history) = (states(), history());
        assert_eq!((history.undo_words(), history.redo_words()), (Some("level"), None));
        assert_eq!((history.undo(), history.undo(), history.undo()), (Some(b.clone()), Some(a.clone()), None));
        assert_eq!((history.undo_words(), history.redo_words()), (None, Some("dates off")));
        assert_eq!((history.redo(), history.redo(), history.redo()), (Some(b), Some(c), None));
    }

    #[test]
    fn a_new_change_ends_what_can_be_done_again() {
        let ([a, b, _], mut history) = (states(), history());
        history.undo();
        history.changed(b.clone(), a.clone(), "dates on".into());
        assert_eq!((history.redo(), history.undo()), (None, Some(b.clone())));
        history.changed(b.clone(), b, "nothing".into());
        assert_eq!(history.redo_words(), Some("dates on"), "what changes nothing is no change");
    }

    #[test]
    fn a_change_that_failed_is_no_change() {
        let ([a, b, c], mut all) = (states(), history());
        all.fell_back(&b);
        assert_eq!((all.undo_words(), all.redo_words()), (Some("dates off"), None));
        let mut all = history();
        all.undo();
        all.fell_back(&c);
        assert_eq!((all.undo_words(), all.redo_words()), (Some("level"), None), "undoing was cancelled");
        let mut all = history();
        all.undo();
        all.undo();
        all.fell_back(&c);
        assert_eq!(all, history(), "undoing twice was cancelled");
        let mut all = history();
        all.fell_back(&a);
        assert_eq!(all.undo_words(), None, "two quick changes failed together");
        let mut all = history();
        all.fell_back(&c);
        assert_eq!(all, history());
    }
}
