//! What of each stack is looked at.

use super::super::model::{FrameId, Profile, StackId};
use super::super::stacks::{Stacks, StacksBuilder};
use super::Filters;
use super::fold::Folds;
use super::marks::{FOCUS, FROM, FROM_ALL, HIDDEN, IGNORE, Mark, mark_of};
use crate::jobs::{Cancel, Cancelled};

/// A stack that was not looked at yet.
const NEW: u32 = u32::MAX;
/// A stack of which nothing is looked at.
const GONE: u32 = u32::MAX - 1;

/// Cuts stacks, each once.
pub(super) struct Cutter<'a> {
    profile: &'a Profile,
    marks: Vec<Mark>,
    folds: Folds,
    /// Whether stacks without a match, and those without frames, go.
    has_patterns: bool,
    needs_focus: bool,
    needs_from: bool,
    changes: bool,
    /// What became of each stack.
    cut: Vec<u32>,
    made: StacksBuilder,
    /// The frames of the present stack.
    frames: Vec<FrameId>,
}

impl<'a> Cutter<'a> {
    /// For stacks of this profile, with a mark for each frame.
    pub(super) fn new(profile: &'a Profile, filters: &Filters, marks: Vec<Mark>, cancel: &Cancel) -> Result<Self, Cancelled> {
        Ok(Self {
            profile,
            marks,
            folds: Folds::new(profile, filters, cancel)?,
            has_patterns: filters.has_patterns(),
            needs_focus: filters.focus.is_some(),
            needs_from: filters.show_from.is_some(),
            changes: filters.changes_stacks(),
            cut: vec![NEW; profile.stacks.len()],
            made: StacksBuilder::default(),
            frames: vec![],
        })
    }

    /// What a stack becomes; `None` when nothing of it is looked at.
    #[inline]
    pub(super) fn cut(&mut self, stack: StackId) -> Option<StackId> {
        let known = self.cut.get(stack.0 as usize).copied()?;
        let found = if known == NEW { self.cut_new(stack).map_or(GONE, |stack| stack.0) } else { known };
        if known == NEW
            && let Some(cut) = self.cut.get_mut(stack.0 as usize)
        {
            *cut = found;
        }
        (found != GONE).then_some(StackId(found))
    }

    /// The stacks that [`Cutter::cut`] gave numbers of; `None` when they are those of the profile.
    pub(super) fn finish(self) -> Option<Stacks> {
        self.changes.then(|| self.made.finish())
    }

    fn cut_new(&mut self, stack: StackId) -> Option<StackId> {
        let profile = self.profile;
        let frames = profile.stacks.get(stack);
        let all = frames.iter().fold(0, |all, frame| all | mark_of(&self.marks, *frame));
        if all & IGNORE != 0 || self.needs_focus && all & FOCUS == 0 || self.has_patterns && frames.is_empty() {
            return None;
        }
        if !self.changes {
            return Some(stack);
        }
        if all & HIDDEN == 0 && !self.needs_from && !self.folds.fold_any() {
            self.made.extend(frames);
            return self.made.finish_stack();
        }
        self.keep(frames, all);
        if self.frames.is_empty() && !frames.is_empty() {
            return None;
        }
        self.folds.fold(&mut self.frames);
        self.made.extend(&self.frames);
        self.made.finish_stack()
    }

    /// Puts what is not hidden into `self.frames`. `all` are the marks of all these frames.
    fn keep(&mut self, frames: &[FrameId], all: Mark) {
        self.frames.clear();
        if self.needs_from {
            self.from(frames, all);
        } else if all & HIDDEN != 0 {
            let marks = &self.marks;
            self.frames.extend(frames.iter().filter(|frame| mark_of(marks, **frame) & HIDDEN == 0));
        } else {
            self.frames.extend_from_slice(frames);
        }
    }

    /// The frames from the outermost place with a match on. Of a place only what was inlined from the match on is left, further in too:
    /// pprof cuts a place wherever it occurs.
    fn from(&mut self, frames: &[FrameId], all: Mark) {
        if all & (FROM | FROM_ALL) == 0 {
            return;
        }
        let (marks, mut rest, mut shown) = (&self.marks, frames, false);
        while !rest.is_empty() {
            let (place, behind) = rest.split_at(place_length(self.profile, rest));
            let visible = |frame: &&FrameId| mark_of(marks, **frame) & HIDDEN == 0;
            let begins = |frame: &FrameId| mark_of(marks, *frame) & (FROM | FROM_ALL) != 0;
            let first = place.iter().filter(visible).position(begins);
            shown |= first.is_some();
            if shown {
                self.frames.extend(place.iter().filter(visible).skip(first.unwrap_or(0)));
            }
            rest = behind;
        }
    }
}

/// How many of the first frames are one place: a frame and what was inlined into it at its address. 0 when there is none.
fn place_length(profile: &Profile, frames: &[FrameId]) -> usize {
    let tables = &profile.frames;
    let address = |frame: &FrameId| tables.address.get(frame.0 as usize);
    let belongs = |frame: &&FrameId| {
        tables.inlined.get(frame.0 as usize).is_some_and(|inlined| *inlined) && address(frame) == frames.first().and_then(address)
    };
    frames.len().min(1 + frames.iter().skip(1).take_while(belongs).count())
}
