//! What heap profiles show: who holds the memory or makes it, how small the pieces are, what becomes of them, what rises.

use super::super::super::model::Profile;
use super::super::super::units::{format_value, is_bytes, percent as share_of, thousands};
use super::super::category::Category;
use super::super::finding::{Finding, Rule, Severity, say};
use super::super::measure::Measure;
use super::super::view::{Ranked, View, weights};
use crate::jobs::Cancelled;

/// From this share on a holder is named, in percent.
const WORTH_NAMING: f64 = 10.0;
/// Pieces smaller than this on average are small, when there are at least so many.
const SMALL: (f64, i64) = (100.0, 10_000);
/// Less than this share still in use means short-lived, when at least so many bytes were allocated.
const SHORT_LIVED: (f64, i64) = (10.0, 1_000_000);
/// Names of sample types that belong together: bytes and pieces.
const PIECES: [(&str, &str); 8] = [
    ("alloc_space", "alloc_objects"),
    ("inuse_space", "inuse_objects"),
    ("allocated", "allocations"),
    ("total", "total_blocks"),
    ("peak", "peak_blocks"),
    ("end", "end_blocks"),
    ("space", "objects"),
    ("bytes", "count"),
];
/// Allocated, and what is left of it.
const LEFT: [(&str, &str); 4] =
    [("alloc_space", "inuse_space"), ("total", "end"), ("allocated", "leaked"), ("native_allocations", "native_retained")];

/// Who holds the memory, or allocates it.
///
/// # Errors
/// When cancelled.
pub fn holders(view: &View) -> Result<Option<Finding>, Cancelled> {
    if !view.measure.is_memory() {
        return Ok(None);
    }
    let ranked = view.innermost(&view.weight)?;
    let named: Ranked = ranked.iter().copied().filter(|(_, value)| view.percent(*value) >= WORTH_NAMING).take(3).collect();
    let Some(&(first, value)) = named.first().filter(|(group, _)| !view.mark(*group).has(Category::Nameless)) else {
        return Ok(None);
    };
    let (verb, what) = words(view);
    let mut text = say![first, format!(" {verb} {} of {what} ({})", view.share(value), view.show(value))];
    for (n, (group, value)) in named.iter().skip(1).enumerate() {
        text.push(if n == 0 { "; then come " } else { " and " });
        text.push(*group);
        text.push(format!(" with {}", view.share(*value)));
    }
    text.push(".");
    if named.len() == 2 {
        text.pieces.iter_mut().for_each(|piece| {
            if *piece == "; then come ".into() {
                *piece = "; then comes ".into();
            }
        });
    }
    let advice = match view.measure {
        Measure::Held => "Look at what it keeps, and whether it still needs all of it.",
        _ => "Look whether it can reuse what it allocates.",
    };
    let figures = format!("{} in all", view.show(view.top.total));
    let (severity, percent) = (Severity::Note, view.percent(value));
    Ok(Some(Finding { rule: Rule::Memory, severity, text, advice, evidence: view.evidence(&named, 3), figures, percent }))
}

fn words(view: &View) -> (&'static str, &'static str) {
    let (name, unit) = view.profile.sample_type(view.sample_type);
    match (view.measure, is_bytes(unit)) {
        (Measure::Held, true) if name.starts_with("peak") => ("held", "the memory at its peak"),
        (Measure::Held, true) if name.starts_with("leaked") => ("allocated", "the memory that was never given back"),
        (Measure::Held, true) => ("holds", "the memory in use"),
        (Measure::Held, false) => ("holds", "the objects in use"),
        (_, true) => ("allocates", "the memory"),
        _ => ("makes", "the allocations"),
    }
}

/// The partner of the sample type in a list of pairs, whichever of both it is: rows of the first and of the second.
fn pair(profile: &Profile, sample_type: usize, pairs: &[(&str, &str)]) -> Option<(usize, usize)> {
    let (name, _) = profile.sample_type(sample_type);
    let (first, second) = pairs.iter().find(|(first, second)| *first == name || *second == name)?;
    Some((profile.sample_type_named(first)?, profile.sample_type_named(second)?))
}

/// Whether there are many small pieces.
///
/// # Errors
/// When cancelled.
pub fn small_objects(view: &View) -> Result<Option<Finding>, Cancelled> {
    let is_pair = |(bytes, _): &(usize, usize)| is_bytes(view.profile.sample_type(*bytes).1);
    let Some((bytes, pieces)) = pair(view.profile, view.sample_type, &PIECES).filter(is_pair) else { return Ok(None) };
    let (size, count) = (view.profile.total(bytes), view.profile.total(pieces));
    let mean = size as f64 / count.max(1) as f64;
    if !view.measure.is_memory() || count < SMALL.1 || mean > SMALL.0 {
        return Ok(None);
    }
    let ranked = view.innermost(&weights(view.profile, pieces))?;
    let mut text = say![format!("Objects are many and small: {} of {mean:.0} bytes on average", thousands(count))];
    if let Some((group, most)) = ranked.first() {
        text.push("; ");
        text.push(*group);
        text.push(format!(" makes {} of them", share_of(*most as f64 / count as f64 * 100.0)));
    }
    text.push(".");
    let percents = |mut all: Vec<super::super::finding::Evidence>| {
        all.iter_mut().for_each(|found| found.percent = found.value as f64 / count as f64 * 100.0);
        all
    };
    Ok(Some(Finding {
        rule: Rule::SmallObjects,
        severity: Severity::Note,
        text,
        advice: "Each costs time and some bytes of its own: put them together in larger pieces, or reuse them.",
        evidence: percents(view.evidence(&ranked, 3)),
        figures: format!("{} in {} objects", format_value(size, view.profile.sample_type(bytes).1), thousands(count)),
        percent: 50.0,
    }))
}

/// Whether little of what was allocated is still there.
///
/// # Errors
/// When cancelled.
pub fn short_lived(view: &View) -> Result<Option<Finding>, Cancelled> {
    let Some((allocated, left)) = pair(view.profile, view.sample_type, &LEFT) else { return Ok(None) };
    let unit = view.profile.sample_type(allocated).1;
    let (made, left) = (view.profile.total(allocated), view.profile.total(left));
    let percent = left as f64 / made.max(1) as f64 * 100.0;
    if !is_bytes(unit) || view.sample_type != allocated || made < SHORT_LIVED.1 || percent >= SHORT_LIVED.0 {
        return Ok(None);
    }
    let ranked = view.innermost(&view.weight)?;
    let shown = |value| format_value(value, unit);
    Ok(Some(Finding {
        rule: Rule::ShortLived,
        severity: Severity::Note,
        text: say![format!(
            "Most of it does not live long: of {} allocated, {} ({}) was still in use at the end.",
            shown(made),
            shown(left),
            share_of(percent)
        )],
        advice: "Reusing it would save the work of getting it, and of collecting it.",
        evidence: view.evidence(&ranked, 3),
        figures: String::new(),
        percent: 100.0 - percent,
    }))
}

/// Whether memory rose from the beginning to the end.
pub fn growth(view: &View) -> Option<Finding> {
    let profile = view.profile;
    let counters = profile.counters.iter().filter(|counter| is_bytes(profile.strings.get(counter.unit)));
    let rising = counters.filter_map(|counter| rise(&counter.value).map(|(first, last)| (counter, first, last)));
    let (counter, first, last) = rising.max_by(|a, b| (a.2 - a.1).total_cmp(&(b.2 - b.1)))?;
    let shown = |value: f64| format_value(value as i64, profile.strings.get(counter.unit));
    let name = profile.strings.get(counter.name);
    let name = if name.is_empty() { "memory" } else { name };
    Some(Finding {
        rule: Rule::Growth,
        severity: Severity::Note,
        text: say![format!("Memory rose from {} to {} and did not come down again (“{name}”).", shown(first), shown(last))],
        advice: "If it goes on like this, compare heap profiles from early and late to see what is kept.",
        evidence: Vec::new(),
        figures: String::new(),
        percent: 100.0 - first / last * 100.0,
    })
}

/// First and last value of a row that rises by half at least: its last third is above all of its first third.
fn rise(values: &[f64]) -> Option<(f64, f64)> {
    let third = values.len() / 3;
    let (first, last) = (*values.first()?, *values.last()?);
    let early = values.get(..third).filter(|early| early.len() >= 2)?.iter().copied().fold(f64::MIN, f64::max);
    let late = values.get(values.len() - third..)?.iter().copied().fold(f64::MAX, f64::min);
    (late > early && last >= first * 1.5 && last - first >= 1_000_000.0).then_some((first, last))
}

/// Who waits for locks, in a profile of nothing else.
///
/// # Errors
/// When cancelled.
pub fn locks(view: &View) -> Result<Option<Finding>, Cancelled> {
    if view.measure != Measure::Contention || view.top.total == 0 {
        return Ok(None);
    }
    let ranked = view.innermost(&view.weight)?;
    let Some(&(first, value)) = ranked.first().filter(|(group, _)| !view.mark(*group).has(Category::Nameless)) else {
        return Ok(None);
    };
    let is_time = super::super::super::units::is_time(view.profile.sample_type(view.sample_type).1);
    let begin = match is_time {
        true => format!("Threads waited {} for locks, added up; {} of it in ", view.show(view.top.total), view.share(value)),
        false => format!("Threads had to wait for a lock {} times; {} of them in ", thousands(view.top.total), view.share(value)),
    };
    Ok(Some(Finding {
        rule: Rule::Locks,
        severity: Severity::Note,
        text: say![begin, first, "."],
        advice: "Hold that lock for a shorter time, or split what it guards.",
        evidence: view.evidence(&ranked, 3),
        figures: String::new(),
        percent: view.percent(value),
    }))
}
