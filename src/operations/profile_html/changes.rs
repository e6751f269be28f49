//! What a comparison hands to a page.

use std::cmp::Ordering;

use crate::profile::{NodeId, Tree};
use crate::report::CHANGE_STEPS;

/// What changed from a base to the profile of a page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes {
    /// What it is compared with, such as the base's file name.
    pub base: String,
    /// What changed, in a sentence or two; empty when there is none.
    pub summary: String,
    /// A row for each function, in the order in which they are shown.
    pub rows: Vec<Change>,
}

/// The calls of both profiles in one tree. Functions are told by the groups of the view that the page is made of.
#[derive(Clone, Copy)]
pub struct Shaded<'a> {
    /// The tree.
    pub tree: &'a Tree,
    /// How a call changed: the difference divided by the larger of both values, from −1 (vanished) over 0 (as before) to 1 (new).
    pub shade: &'a dyn Fn(NodeId) -> f32,
    /// By how much it changed, in the unit of the page's sample type.
    pub difference: &'a dyn Fn(NodeId) -> i64,
}

impl Shaded<'_> {
    /// The step of colour of a call.
    pub(crate) fn step(&self, node: NodeId) -> i8 {
        step((self.shade)(node))
    }
}

impl std::fmt::Debug for Shaded<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shaded").field("tree", self.tree).finish_non_exhaustive()
    }
}

/// One function in both profiles, in the unit of the page's sample type; normalised where the comparison is.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Its name.
    pub name: String,
    /// Measured in it itself, in the base.
    pub self_base: i64,
    /// Measured in it itself, in the page's profile.
    pub self_new: i64,
    /// Measured in it and all it calls, in the base.
    pub total_base: i64,
    /// Measured in it and all it calls, in the page's profile.
    pub total_new: i64,
    /// Whether it changed.
    pub verdict: Verdict,
    /// What the verdict stands on, such as an interval, or why there is none; empty when there is nothing to be told.
    pub evidence: String,
}

/// Whether a function changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It has more than before, by more than chance.
    More,
    /// It has less than before, by more than chance.
    Less,
    /// What differs may be chance.
    WithinNoise,
    /// The files do not hold what would tell it.
    #[default]
    NotTold,
}

impl Verdict {
    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::More => "more than before",
            Self::Less => "less than before",
            Self::WithinNoise => "within noise",
            Self::NotTold => "not tested",
        }
    }
}

impl Change {
    /// The change of its total as a step of colour: 1 from 1 %, 2 from 10 %, 3 from half of the larger side; 0 within noise.
    pub(super) fn step(&self) -> i8 {
        let (base, new) = ((self.total_base as f64).abs(), (self.total_new as f64).abs());
        let larger = new.max(base);
        if self.verdict == Verdict::WithinNoise || larger == 0.0 { 0 } else { step(((new - base) / larger) as f32) }
    }
}

/// The step of colour of a shade from −1 to 1.
pub(super) fn step(shade: f32) -> i8 {
    let size = [0.01, 0.1, 0.5].iter().filter(|least| shade.abs() >= **least).count() as i8;
    let size = size.min(CHANGE_STEPS);
    if shade < 0.0 { -size } else { size }
}

/// `+12.4 %`; `new` and `gone` where one side has nothing.
pub(super) fn relative(base: i64, new: i64) -> String {
    match (base, new) {
        (0, 0) => "–".to_owned(),
        (0, _) => "new".to_owned(),
        (_, 0) => "gone".to_owned(),
        _ => signed(change_percent(base, new).unwrap_or(0.0)),
    }
}

/// The change in percent of the base; `None` when the base has nothing.
pub(crate) fn change_percent(base: i64, new: i64) -> Option<f64> {
    (base != 0).then(|| (new as f64 - base as f64) / (base as f64).abs() * 100.0)
}

fn signed(percent: f64) -> String {
    let text = crate::profile::units::percent(percent.abs());
    match percent.partial_cmp(&0.0) {
        Some(Ordering::Greater) => format!("+{text}"),
        Some(Ordering::Less) => format!("−{text}"),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(total_base: i64, total_new: i64, verdict: Verdict) -> Change {
        Change { name: "f".into(), self_base: 0, self_new: 0, total_base, total_new, verdict, evidence: String::new() }
    }

    #[test]
    fn colours_follow_the_change() {
        let steps = [(100, 100), (100, 102), (100, 80), (100, 250), (0, 5), (5, 0), (0, 0), (1000, 1001)];
        let steps = steps.map(|(base, new)| change(base, new, Verdict::NotTold).step());
        assert_eq!(steps, [0, 1, -2, 3, 3, -3, 0, 0]);
        assert_eq!(change(100, 900, Verdict::WithinNoise).step(), 0);
        assert_eq!(change(i64::MIN, i64::MAX, Verdict::More).step(), 0);
    }

    #[test]
    fn changes_in_words() {
        let texts = [(0, 0), (0, 3), (3, 0), (100, 112), (100, 50), (7, 7), (-100, -150)].map(|(base, new)| relative(base, new));
        assert_eq!(texts, ["–", "new", "gone", "+12.0 %", "−50.0 %", "0 %", "−50.0 %"]);
    }
}
