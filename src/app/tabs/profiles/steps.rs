//! Going back to what was shown before, and forward again.

use crate::operations::Asked;
use crate::profile::GroupId;

use super::against::Place;
use super::doc::{Order, ViewKind};

/// Steps that are kept; older ones are forgotten.
const MOST: usize = 200;

/// What was shown: enough to show it again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// How the profile was looked at.
    pub view: ViewKind,
    /// How the flame graph was laid out.
    pub order: Order,
    /// What was asked of the profile.
    pub asked: Asked,
    /// The functions from the outermost down to the zoomed call.
    pub path: Vec<GroupId>,
    /// The function that was looked at.
    pub selected: Option<GroupId>,
    /// What part of the time the flame graph in the order of time showed; `None` for all of it.
    pub part: Option<(i64, i64)>,
    /// Where one was in the graph of a comparison.
    pub changes: Place,
}

/// What was shown before, and what was gone back from.
#[derive(Clone, Debug, Default)]
pub struct Steps {
    past: Vec<Step>,
    future: Vec<Step>,
}

impl Steps {
    /// Something else is about to be shown than `now`.
    pub fn leave(&mut self, now: Step) {
        if self.past.last() != Some(&now) {
            self.past.push(now);
        }
        if self.past.len() > MOST {
            self.past.remove(0);
        }
        self.future.clear();
    }

    /// What to show instead of `now` when going back.
    pub fn back(&mut self, now: Step) -> Option<Step> {
        while let Some(step) = self.past.pop() {
            if step != now {
                self.future.push(now);
                return Some(step);
            }
        }
        None
    }

    /// What to show instead of `now` when going forward.
    pub fn forward(&mut self, now: Step) -> Option<Step> {
        let step = self.future.pop()?;
        self.past.push(now);
        Some(step)
    }

    /// Whether there is something to go back to.
    pub fn has_past(&self) -> bool {
        !self.past.is_empty()
    }

    /// Whether there is something to go forward to.
    pub fn has_future(&self) -> bool {
        !self.future.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(group: u32) -> Step {
        Step {
            view: ViewKind::Flame,
            order: Order::LeftHeavy,
            asked: Asked::default(),
            path: vec![GroupId(group)],
            selected: None,
            part: None,
            changes: Place::default(),
        }
    }

    #[test]
    fn back_and_forward_go_the_way_that_was_come() {
        let mut steps = Steps::default();
        steps.leave(step(1));
        steps.leave(step(2));
        steps.leave(step(2));
        assert_eq!(steps.back(step(3)), Some(step(2)));
        assert_eq!(steps.back(step(2)), Some(step(1)));
        assert_eq!((steps.has_past(), steps.has_future()), (false, true));
        assert_eq!(steps.forward(step(1)), Some(step(2)));
        steps.leave(step(2));
        assert_eq!(steps.forward(step(9)), None, "what was gone back from is forgotten once another way is taken");
        assert_eq!(steps.back(step(9)), Some(step(2)));
    }

    #[test]
    fn what_is_shown_already_is_passed_over() {
        let mut steps = Steps::default();
        steps.leave(step(1));
        assert_eq!(steps.back(step(1)), None);
    }
}
