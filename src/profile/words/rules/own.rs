//! Functions that hold much themselves.

use super::super::super::groups::GroupId;
use super::super::category::{Category, Marks};
use super::super::finding::{Finding, Rule, Sentence, Severity, say};
use super::super::measure::Measure;
use super::super::view::{Ranked, View};
use super::path::Path;

/// From this share on a function is heavy, alone or beside others, in percent.
const ALONE: f64 = 20.0;
const AMONG: f64 = 10.0;
/// Functions that are named.
const MOST: usize = 3;
/// Of these something else is said.
const TOLD_ELSEWHERE: Marks = Marks::of(&[Category::Waiting, Category::Idle, Category::Nameless, Category::Dispatch]);

/// Functions that hold much themselves, without those of kinds of which it is `said`.
pub fn self_heavy(view: &View, path: &Path, said: Marks) -> Option<Finding> {
    if view.measure.is_memory() || view.measure == Measure::Contention {
        return None;
    }
    let is_told = |group: GroupId| view.mark(group).has_any(said.and(TOLD_ELSEWHERE));
    let own = view.own_values().into_iter();
    let heavy = own.filter(|(group, value)| view.percent(*value) >= AMONG && !is_told(*group));
    let heavy: Ranked = heavy.take(MOST).collect();
    let text = match heavy.as_slice() {
        [] => return None,
        [(group, value)] => {
            let is_end = path.steps.last().is_some_and(|(last, _)| last == group);
            if is_end || view.percent(*value) < ALONE {
                return None;
            }
            say![*group, format!(" itself takes {} of {}, without what it calls.", exact(view, *value), view.whole())]
        }
        several => list(view, several),
    };
    let sum = heavy.iter().fold(0_i64, |sum, (_, value)| sum.saturating_add(*value));
    Some(Finding {
        rule: Rule::SelfHeavy,
        severity: Severity::Note,
        text,
        advice: "Look at the lines of these functions: what is saved there counts at once.",
        evidence: view.evidence(&heavy, MOST),
        figures: format!("{} of {}", view.show(sum), view.show(view.base())),
        percent: view.percent(sum),
    })
}

fn list(view: &View, heavy: &[(GroupId, i64)]) -> Sentence {
    let sum = heavy.iter().fold(0_i64, |sum, (_, value)| sum.saturating_add(*value));
    let count = if heavy.len() == 2 { "Two" } else { "Three" };
    let mut text = say![format!("{count} functions take {} of {} themselves: ", exact(view, sum), view.whole())];
    for (n, (group, value)) in heavy.iter().enumerate() {
        if n > 0 {
            text.push(", ");
        }
        text.push(*group);
        text.push(format!(" {}", exact(view, *value)));
    }
    text.push(".");
    text
}

/// Self figures are exact, even where stacks are estimated.
fn exact(view: &View, value: i64) -> String {
    super::super::super::units::percent(view.percent(value))
}
