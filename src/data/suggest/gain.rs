//! What steps that are off would give, and what the next level would.

use super::fit;
use super::subject::Subject;
use super::{Gain, LevelGain};
use crate::data::format::{Spelling, Value, widen};
use crate::data::heap::validity_bytes;
use crate::data::merge::{MergeRules, WHOLE_LIMIT};
use crate::data::narrow::widened;
use crate::data::small;
use crate::data::steps::{Level, Step};
use crate::data::table::Stored;

/// Decimals of a column that are printed to find out whether four bytes keep their digits, before that is left unknown.
const MOST_PRINTED: usize = 20_000;

/// The smallest of what switching on one more step would give. `None` when none would change the column.
pub fn possible(subject: &Subject<'_>) -> Option<Gain> {
    let steps = subject.rules.rules.steps;
    let gain = |step: Step| {
        let stored = switched_on(subject, step).filter(|stored| *stored != subject.stored)?;
        Some(Gain { step, kind: stored.kind, bytes: stored.bytes, lossless: true })
    };
    Step::ALL.into_iter().filter(|step| !steps.has(*step)).filter_map(gain).min_by_key(|gain| gain.bytes)
}

fn switched_on(subject: &Subject<'_>, step: Step) -> Option<Stored> {
    let rules = subject.rules_with(subject.rules.rules.steps.with(step, true));
    let walk = |each: &mut fit::Each<'_>| subject.each(each);
    match step {
        Step::Integers => whole(subject),
        Step::Floats if subject.rules.level == Level::Aggressive => in_four_bytes(subject, usize::MAX)?,
        Step::Floats => None,
        Step::Categories => subject.view.is_text().then(|| fit::as_text(subject.rows(), &walk, &rules)),
        Step::Booleans | Step::Dates | Step::Nulls if !subject.view.is_text() || subject.starts_with_text() => None,
        Step::Booleans | Step::Dates | Step::Nulls => fit::special(subject.rows(), &walk, &rules),
    }
}

/// Whole numbers of eight bytes, or decimals that are all whole, in as few bytes as they need.
fn whole(subject: &Subject<'_>) -> Option<Stored> {
    let mut range = None;
    for row in 0..subject.rows() {
        let value = match (subject.view.value(row), subject.view.spelling()) {
            (None, _) => continue,
            (Some(Value::Int(value)), Spelling::Int { .. }) => value,
            (Some(Value::Float(value)), Spelling::Fixed(_)) => whole_number(value)?,
            (Some(Value::Float32(value)), Spelling::Fixed(_)) => whole_number(widen(value))?,
            _ => return None,
        };
        range = widened(range, value);
    }
    range.is_some().then(|| stored(subject, fit::whole(range, true)))
}

fn whole_number(value: f64) -> Option<i64> {
    let whole = value.fract() == 0.0 && value.abs() <= WHOLE_LIMIT && (value != 0.0 || value.is_sign_positive());
    whole.then_some(value as i64)
}

/// A type of so many bytes a value, for as many rows as the column has.
fn stored(subject: &Subject<'_>, (kind, bytes): (&str, usize)) -> Stored {
    let rows = subject.rows();
    Stored { kind: kind.into(), bytes: (bytes * rows + validity_bytes(rows, subject.merged.nulls > 0)) as u64 }
}

/// A column of decimals in four bytes each, where all digits survive; the outer `None` when that would take too long to know.
fn in_four_bytes(subject: &Subject<'_>, budget: usize) -> Option<Option<Stored>> {
    if subject.stored.kind != "Float64" {
        return Some(None);
    }
    small::all_survive(&subject.view, budget).map(|small| small.then(|| stored(subject, ("Float32", 4))))
}

/// What the next level would save in this column; `None` when that would take too long to know.
pub fn at_next_level(subject: &Subject<'_>) -> Option<i64> {
    let next = match subject.rules.level {
        Level::Aggressive => None,
        Level::Balanced if !subject.rules.rules.steps.has(Step::Floats) => None,
        Level::Balanced => in_four_bytes(subject, MOST_PRINTED)?,
        Level::Conservative if !subject.view.is_text() || subject.starts_with_text() => None,
        Level::Conservative => {
            let rules = MergeRules { level: Level::Balanced, ..subject.rules };
            fit::special(subject.rows(), &|each| subject.each(each), &rules)
        }
    };
    Some(next.map_or(0, |next| subject.stored.bytes as i64 - next.bytes as i64))
}

/// The level after this one, and what all columns together would save there.
pub fn next_level(level: Level, saved: impl Iterator<Item = Option<i64>>) -> Option<LevelGain> {
    let next = Level::ALL.into_iter().skip_while(|other| *other != level).nth(1)?;
    let saved_bytes = saved.sum::<Option<i64>>()?;
    Some(LevelGain { level: next, saved_bytes })
}
