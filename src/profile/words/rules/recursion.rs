//! Functions that call themselves again and again.

use super::super::super::groups::GroupId;
use super::super::category::{Category, Marks};
use super::super::finding::{Finding, Rule, Severity, say};
use super::super::view::{Sums, View};
use crate::jobs::Cancelled;

/// So often in one stack is deep.
const DEEP: u32 = 8;
/// So often is deep even when it is rare.
const VERY_DEEP: u32 = 200;
/// From this share on it is said, and from this one on when it is very deep, in percent.
const FROM: (f64, f64) = (10.0, 1.0);
/// These stand many times in a stack without calling themselves.
const SHARED: Marks =
    Marks::of(&[Category::Dispatch, Category::Entry, Category::Nameless, Category::Kernel, Category::Waiting, Category::Idle]);

/// The function that is many times in the stacks that hold most.
///
/// # Errors
/// When cancelled.
pub fn recursion(view: &View) -> Result<Option<Finding>, Cancelled> {
    if view.profile.graph.is_some() {
        // Its stacks are estimated: how deep they go is not known.
        return Ok(None);
    }
    let mut counts = Counts::new(view.groups.len());
    let mut sums = Sums::new(view.groups.len());
    for (n, (frames, value)) in view.busy().enumerate() {
        if n % 4096 == 0 {
            view.cancel.check()?;
        }
        if frames.len() >= DEEP as usize {
            counts.of(view.groups_of(frames)).into_iter().for_each(|group| sums.add(Some(group), value));
        }
    }
    let is_said = |&(group, value): &(GroupId, i64)| {
        let from = if counts.deepest(group) >= VERY_DEEP { FROM.1 } else { FROM.0 };
        view.percent(value) >= from && !view.mark(group).has_any(SHARED)
    };
    let ranked = sums.ranked();
    Ok(ranked.iter().copied().find(is_said).map(|(group, value)| finding(view, group, value, counts.deepest(group))))
}

fn finding(view: &View, group: GroupId, value: i64, deepest: u32) -> Finding {
    let text = say![
        group,
        format!(
            " calls itself, directly or through others: it stands up to {deepest} times in one stack, and at least {DEEP} times in {} of {}.",
            view.share(value),
            view.whole()
        ),
    ];
    Finding {
        rule: Rule::Recursion,
        severity: Severity::Note,
        text,
        advice: "Is the depth what the data asks for? Fold recursion in the flame graph to read it more easily.",
        evidence: view.evidence(&[(group, value)], 1),
        figures: String::new(),
        percent: view.percent(value),
    }
}

/// How often each group is in one stack.
struct Counts {
    count: Vec<u32>,
    deepest: Vec<u32>,
}

impl Counts {
    fn new(groups: usize) -> Self {
        Self { count: vec![0; groups], deepest: vec![0; groups] }
    }

    fn deepest(&self, group: GroupId) -> u32 {
        self.deepest.get(group.0 as usize).copied().unwrap_or_default()
    }

    /// Counts a stack and gives the groups that are deep in it.
    fn of(&mut self, groups: impl Iterator<Item = GroupId> + Clone) -> Vec<GroupId> {
        let mut deep = Vec::new();
        for group in groups.clone() {
            let row = group.0 as usize;
            if let (Some(count), Some(deepest)) = (self.count.get_mut(row), self.deepest.get_mut(row)) {
                *count = count.saturating_add(1);
                *deepest = (*deepest).max(*count);
                if *count == DEEP {
                    deep.push(group);
                }
            }
        }
        for group in groups {
            if let Some(count) = self.count.get_mut(group.0 as usize) {
                *count = 0;
            }
        }
        deep
    }
}
