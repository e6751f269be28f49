//! The hot path: from where stacks begin down the calls that hold most, to where it splits.

use std::cmp::Reverse;

use super::super::super::groups::GroupId;
use super::super::super::model::FrameId;
use super::super::category::{Category, Marks};
use super::super::finding::{Finding, Rule, Sentence, Severity, say};
use super::super::measure::Measure;
use super::super::view::{Ranked, View};
use crate::jobs::Cancelled;

/// A call holds most when it has at least this share of its caller, and of all, in percent.
const OF_CALLER: f64 = 50.0;
const OF_ALL: f64 = 20.0;
/// Functions of the way that are named.
const NAMED: usize = 4;
/// Branches that are named where the way splits.
const BRANCHES: usize = 3;
/// Functions that say nothing of where the time goes.
const DULL: Marks = Marks::of(&[Category::Entry, Category::Dispatch, Category::Nameless]);

/// The calls from the outermost on, each with all that was measured in and below it, and what is below the last.
#[derive(Debug, Default)]
pub struct Path {
    /// The way down.
    pub steps: Ranked,
    /// What the last calls, the largest first.
    pub branches: Ranked,
    /// Measured in the last itself.
    pub own: i64,
}

/// Follows the calls that hold most.
///
/// # Errors
/// When cancelled.
pub fn path(view: &View) -> Result<Path, Cancelled> {
    let mut stacks: Vec<(&[FrameId], i64)> = view.busy().collect();
    let (mut path, mut sums) = (Path::default(), Level::new(view.groups.len()));
    let mut total = stacks.iter().fold(0_i64, |sum, (_, value)| sum.saturating_add(*value));
    for depth in 0.. {
        if depth % 1024 == 0 || stacks.len() > 100_000 {
            view.cancel.check()?;
        }
        let group = |frames: &[FrameId]| frames.get(depth).map(|&frame| view.groups.of_frame(frame));
        stacks.iter().for_each(|(frames, value)| sums.add(group(frames), *value));
        path.branches = sums.take();
        path.own = path.branches.iter().fold(total, |rest, (_, value)| rest.saturating_sub(*value));
        let Some(&(best, value)) = path.branches.first() else { break };
        let holds_most = value as f64 * 100.0 >= total as f64 * OF_CALLER && view.percent(value) >= OF_ALL;
        if !holds_most || value < path.own {
            break;
        }
        path.steps.push((best, value));
        stacks.retain(|(frames, _)| group(frames) == Some(best));
        total = value;
    }
    Ok(path)
}

/// Sums of the calls at one depth.
struct Level {
    sums: Vec<i64>,
    seen: Vec<GroupId>,
}

impl Level {
    fn new(groups: usize) -> Self {
        Self { sums: vec![0; groups], seen: Vec::new() }
    }

    fn add(&mut self, group: Option<GroupId>, value: i64) {
        let Some((group, sum)) = group.and_then(|group| Some((group, self.sums.get_mut(group.0 as usize)?))) else { return };
        if *sum == 0 {
            self.seen.push(group);
        }
        *sum = sum.saturating_add(value);
    }

    /// The sums, largest first; all are 0 again.
    fn take(&mut self) -> Ranked {
        let sums = &mut self.sums;
        let mut taken: Ranked = self
            .seen
            .drain(..)
            .filter_map(|group| sums.get_mut(group.0 as usize).map(|sum| (group, std::mem::take(sum))))
            .collect();
        taken.sort_unstable_by_key(|(group, value)| (Reverse(*value), *group));
        taken
    }
}

/// The hot path in one sentence.
pub fn hot_path(view: &View, path: &Path) -> Option<Finding> {
    let named = named(view, path);
    let &(last, value) = named.last()?;
    // The summary says it already.
    let is_told = named.len() == 1 && path.own >= value / 2;
    if view.mark(last).has(Category::Nameless) || is_told {
        return None;
    }
    let through = match (view.measure.is_memory(), view.whole().starts_with("all")) {
        (true, true) => "are allocated through ",
        (true, false) => "is allocated through ",
        (false, true) => "go through ",
        (false, false) => "goes through ",
    };
    let mut text = say![format!("{} of {} ", upper(&view.share(value)), view.whole()), through];
    let gap = named.len() < informative(view, path).count();
    for (n, (group, _)) in named.iter().enumerate() {
        if n > 0 {
            text.push(if n == 1 && gap { " → … → " } else { " → " });
        }
        text.push(*group);
    }
    end(view, path, last, &mut text);
    let percent = view.percent(value);
    let figures = format!("{} of {}", view.show(value), view.show(view.base()));
    let mut evidence = view.evidence(&named, NAMED);
    evidence.reverse();
    let advice = "Follow it in the flame graph: work saved on this way counts most.";
    Some(Finding { rule: Rule::HotPath, severity: Severity::Note, text, advice, evidence, figures, percent })
}

/// Where the way ends: in the function itself, or in branches.
fn end(view: &View, path: &Path, last: GroupId, text: &mut Sentence) {
    let branches: Vec<_> = path.branches.iter().filter(|(_, value)| view.percent(*value) >= 3.0).take(BRANCHES).collect();
    let is_own = path.branches.first().is_none_or(|(_, value)| path.own >= *value);
    if is_own {
        let verb = if view.measure == Measure::Time && !view.whole().starts_with("all") {
            " is spent in "
        } else if view.whole().starts_with("all") {
            " are in "
        } else {
            " is in "
        };
        text.push(format!("; {}{verb}", view.share(path.own)));
        text.push(last);
        text.push(" itself.");
        return;
    }
    for (n, (group, value)) in branches.iter().enumerate() {
        text.push(if n == 0 { "; there it splits: " } else { ", " });
        text.push(*group);
        text.push(format!(" {}", view.share(*value)));
    }
    text.push(".");
}

/// What says something of the way: the program's own functions and the last one.
fn informative<'a>(view: &'a View, path: &'a Path) -> impl Iterator<Item = (GroupId, i64)> + 'a {
    let last = path.steps.len().saturating_sub(1);
    let says = move |n: usize, group: GroupId| {
        let mark = view.mark(group);
        if n == last { !mark.has_any(DULL) || path.steps.len() == 1 } else { mark.is_none() }
    };
    let after = |n: usize| path.steps.get(n + 1).map(|step| step.0);
    let shown = move |n: usize, group: GroupId| says(n, group) && after(n) != Some(group);
    path.steps.iter().enumerate().filter(move |(n, (group, _))| shown(*n, *group)).map(|(_, step)| *step)
}

/// The first and the last of them.
fn named(view: &View, path: &Path) -> Ranked {
    let all: Ranked = informative(view, path).collect();
    if all.len() <= NAMED {
        return all;
    }
    let tail = all.len() - (NAMED - 1);
    all.iter().enumerate().filter(|(n, _)| *n == 0 || *n >= tail).map(|(_, step)| *step).collect()
}

/// `About 40 %` at the beginning of a sentence.
fn upper(text: &str) -> String {
    text.strip_prefix("about").map_or_else(|| text.to_owned(), |rest| format!("About{rest}"))
}
