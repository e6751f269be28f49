//! Frames put together: recursion and neighbours of one module.

use super::super::groups::{Grouping, Groups};
use super::super::model::{FrameId, Profile};
use super::marks::Found;
use super::{Filters, Modules, Recursion};
use crate::jobs::{Cancel, Cancelled};

/// Folds the frames of one stack after another.
pub(super) struct Folds {
    recursion: Recursion,
    /// Which frames are of one function; empty when recursion stays.
    functions: Groups,
    /// Where each function was last put into a stack: believed only where it stands there in the present one.
    places: Vec<u32>,
    /// For each frame, the module it is folded into; 0 for none. Empty when modules stay.
    modules: Vec<u32>,
}

impl Folds {
    /// What these filters fold.
    pub(super) fn new(profile: &Profile, filters: &Filters, cancel: &Cancel) -> Result<Self, Cancelled> {
        let recursion = filters.fold_recursion;
        let functions = match recursion {
            Recursion::Keep => Groups::default(),
            _ => Groups::new(profile, Grouping::NameAndFile),
        };
        let places = if recursion == Recursion::Any { vec![0; functions.len()] } else { vec![] };
        Ok(Self { recursion, functions, places, modules: modules(profile, &filters.fold_modules, cancel)? })
    }

    /// Whether anything is folded.
    pub(super) fn fold_any(&self) -> bool {
        self.recursion != Recursion::Keep || !self.modules.is_empty()
    }

    /// Folds the frames of a stack, root first.
    pub(super) fn fold(&mut self, frames: &mut Vec<FrameId>) {
        match self.recursion {
            Recursion::Keep => {}
            Recursion::Direct => self.direct(frames),
            Recursion::Any => self.any(frames),
        }
        if !self.modules.is_empty() {
            let module = |frame: FrameId| self.modules.get(frame.0 as usize).copied().unwrap_or(0);
            frames.dedup_by(|inner, outer| module(*inner) != 0 && module(*inner) == module(*outer));
        }
    }

    fn direct(&self, frames: &mut Vec<FrameId>) {
        frames.dedup_by(|inner, outer| {
            let is_same = self.functions.of_frame(*inner) == self.functions.of_frame(*outer);
            if is_same {
                *outer = *inner;
            }
            is_same
        });
    }

    fn any(&mut self, frames: &mut Vec<FrameId>) {
        let mut length = 0_usize;
        for at in 0..frames.len() {
            let Some(&frame) = frames.get(at) else { return };
            let group = self.functions.of_frame(frame);
            let Some(place) = self.places.get_mut(group.0 as usize) else { continue };
            // Called before in this stack: back to there.
            let before = *place as usize;
            if before < length && frames.get(before).is_some_and(|&outer| self.functions.of_frame(outer) == group) {
                length = before;
            }
            *place = length as u32;
            if let Some(free) = frames.get_mut(length) {
                *free = frame;
            }
            length += 1;
        }
        frames.truncate(length);
    }
}

/// The module of each frame, counted from 1.
fn modules(profile: &Profile, wanted: &Modules, cancel: &Cancel) -> Result<Vec<u32>, Cancelled> {
    let count = profile.frames.len();
    match wanted {
        Modules::Keep => Ok(vec![]),
        Modules::All => {
            let groups = Groups::new(profile, Grouping::Module);
            Ok((0..count as u32).map(|frame| groups.of_frame(FrameId(frame)).0 + 1).collect())
        }
        Modules::Like(patterns) if patterns.is_empty() => Ok(vec![]),
        Modules::Like(patterns) => {
            let mut modules = vec![0; count];
            for (row, pattern) in patterns.iter().enumerate() {
                let found = Found::new(profile, pattern, cancel)?;
                for (frame, module) in modules.iter_mut().enumerate().filter(|(_, module)| **module == 0) {
                    if matches!(found.of_frame(profile, frame), (true, _) | (_, true)) {
                        *module = row as u32 + 1;
                    }
                }
            }
            Ok(modules)
        }
    }
}
