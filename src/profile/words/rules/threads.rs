//! What threads do: one that works among others that do not, and all that wait.

use super::super::super::model::ThreadId;
use super::super::category::{Category, Marks};
use super::super::finding::{Evidence, Finding, Place, Rule, Severity, say};
use super::super::measure::Measure;
use super::super::view::{Sums, View};
use crate::jobs::Cancelled;

const WAITING: Marks = Marks::of(&[Category::Waiting, Category::Idle]);
/// From this share on one thread does nearly all, in percent.
const NEARLY_ALL: f64 = 90.0;

/// Whether nearly all that is done is done on one of several threads.
pub fn one_thread(view: &View) -> Option<Finding> {
    if !matches!(view.measure, Measure::Time | Measure::Allocated) {
        return None;
    }
    let (busy, threads) = totals(view);
    let (row, most) = busy.iter().copied().enumerate().max_by_key(|(row, value)| (*value, std::cmp::Reverse(*row)))?;
    let percent = view.percent(most);
    if threads < 2 || percent < NEARLY_ALL {
        return None;
    }
    let thread = ThreadId(row as u32);
    let work = if view.measure == Measure::Time { "does nearly all the work" } else { "allocates nearly all of it" };
    Some(Finding {
        rule: Rule::OneThread,
        severity: Severity::Note,
        text: say![format!("One thread {work}: "), thread, "."],
        advice: "If this work can be divided, the other threads could help.",
        evidence: vec![Evidence { place: Place::Thread(thread), value: most, percent: view.top.percent(most) }],
        figures: format!("{} of {} on {threads} threads", view.show(most), view.show(view.base())),
        percent,
    })
}

/// What each thread did without waiting for work, and on how many threads anything was measured.
fn totals(view: &View) -> (Vec<i64>, usize) {
    let (mut busy, mut seen) = (vec![0_i64; view.profile.threads.len()], vec![false; view.profile.threads.len()]);
    for (thread, (stack, value)) in view.profile.samples.thread.iter().zip(view.profile.samples.iter(view.sample_type)) {
        let row = thread.0 as usize;
        let waits = view.measure == Measure::Time && view.stacks.get(stack.0 as usize) == Some(&Category::Waiting.into());
        if let (Some(sum), Some(seen)) = (busy.get_mut(row), seen.get_mut(row)) {
            *seen |= value != 0;
            *sum = sum.saturating_add(if waits { 0 } else { value.saturating_abs() });
        }
    }
    (busy, seen.iter().filter(|seen| **seen).count())
}

/// Whether there is little to do.
///
/// # Errors
/// When cancelled.
pub fn idle(view: &View) -> Result<Option<Finding>, Cancelled> {
    if !view.is_idle() {
        return Ok(None);
    }
    let mut sums = Sums::new(view.groups.len());
    for (stack, frames, value) in view.measured() {
        if view.stacks.get(stack.0 as usize) == Some(&Category::Waiting.into()) {
            sums.add(view.groups_of(frames).find(|group| view.mark(*group).has_any(WAITING)), value);
        }
    }
    let (ranked, percent) = (sums.ranked(), view.top.percent(view.waiting));
    let share = super::super::super::units::percent(percent);
    let mut text = say![format!("The program mostly waits for work or sleeps: {share} of what was measured")];
    if let Some((group, _)) = ranked.first() {
        text.push(", mostly in ");
        text.push(*group);
    }
    text.push(if percent >= 95.0 { ". It has next to nothing to do." } else { ". Other shares are of the rest." });
    Ok(Some(Finding {
        rule: Rule::Idle,
        severity: Severity::Note,
        text,
        advice: "This measures time on the clock. For what keeps the processor busy leave waiting out, or record processor time.",
        evidence: view.evidence(&ranked, 3),
        figures: format!("{} of {}", view.show(view.waiting), view.show(view.top.total)),
        percent,
    }))
}
