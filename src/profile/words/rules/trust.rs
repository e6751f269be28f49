//! How far the figures can be trusted: samples, names, the way the program was built.

use std::collections::HashMap;

use super::super::super::model::{FrameId, MappingId};
use super::super::super::units::{percent as share_of, thousands};
use super::super::category::{Category, Marks};
use super::super::finding::{Finding, Rule, Severity, say};
use super::super::measure::Measure;
use super::super::view::{Sums, View};

/// Fewer samples than this say little.
const FEW_SAMPLES: i64 = 100;
/// Share without a name from which on it is said, and is a warning, in percent.
const NAMELESS: (f64, f64) = (10.0, 30.0);
/// Share of small functions that a compiler would have removed, and how many different ones, from which on it is no accident.
const DEBUG: (f64, usize) = (10.0, 3);
/// Share of checks from which on they distort, in percent.
const CHECKED: f64 = 2.0;

/// How many samples there are. Numbers in folded stacks can be anything, so of many nothing is concluded there.
pub fn samples(view: &View) -> Option<Finding> {
    let count = view.profile.sample_count()?;
    let finding = |severity, text: String, advice, figures| Finding {
        rule: Rule::Samples,
        severity,
        text: say![text],
        advice,
        evidence: Vec::new(),
        figures,
        percent: 100.0,
    };
    if count < FEW_SAMPLES {
        let unit = if count == 1 { "sample" } else { "samples" };
        let text = "Few samples: record for longer before you trust small differences.".to_owned();
        return Some(finding(Severity::Warning, text, "", format!("{} {unit}", thousands(count))));
    }
    if view.profile.format == "folded stacks" {
        return None;
    }
    // Twice the standard error of a share of a half, the largest there is: 2 × √(¼ ÷ n).
    let points = (100.0 / (count as f64).sqrt()).max(0.1);
    let points = if points < 0.95 { format!("{points:.1}") } else { format!("{points:.0}") };
    let text = format!("{} samples: shares are exact to about ±{points} percentage points.", thousands(count));
    Some(finding(Severity::Good, text, "", String::new()))
}

/// Whether much is in functions of which only the address is known.
pub fn nameless(view: &View) -> Option<Finding> {
    let mut own = Sums::new(view.groups.len());
    let mut binaries: HashMap<MappingId, i64> = HashMap::new();
    let mut sum = 0_i64;
    for (_, frames, value) in view.measured() {
        let Some(&leaf) = frames.last() else { continue };
        let group = view.groups.of_frame(leaf);
        if view.mark(group).has(Category::Nameless) {
            own.add(Some(group), value);
            sum = sum.saturating_add(value);
            *binaries.entry(mapping(view, leaf)).or_default() += value;
        }
    }
    let share = view.top.percent(sum);
    if share < NAMELESS.0 {
        return None;
    }
    let mut text = say![format!("{} is in functions whose names are not known", share_of(share))];
    if let Some(file) = largest(view, &binaries) {
        text.push(format!(", mostly in {file}"));
    }
    text.push(".");
    Some(Finding {
        rule: Rule::Nameless,
        severity: if share >= NAMELESS.1 { Severity::Warning } else { Severity::Note },
        text,
        advice: "Build with debug information, do not strip, and open the profile where the program and its libraries are.",
        evidence: view.evidence(&own.ranked(), 3),
        figures: format!("{} of {}", view.show(sum), view.show(view.top.total)),
        percent: share,
    })
}

fn mapping(view: &View, frame: FrameId) -> MappingId {
    view.profile.frames.mapping.get(frame.0 as usize).copied().unwrap_or(MappingId::NONE)
}

/// Name of the binary that most is in.
fn largest<'a>(view: &View<'a>, binaries: &HashMap<MappingId, i64>) -> Option<&'a str> {
    let (mapping, _) = binaries.iter().max_by_key(|(mapping, value)| (**value, mapping.0))?;
    let file = view.profile.strings.get(view.profile.mappings.get(mapping.0 as usize)?.file);
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    (!name.is_empty()).then_some(name)
}

/// Whether functions were running that an optimising compiler removes.
pub fn debug_build(view: &View) -> Option<Finding> {
    let mut sums = Sums::new(view.groups.len());
    let mut sum = 0_i64;
    for (frames, value) in view.busy() {
        let Some(&leaf) = frames.last() else { continue };
        let is_inlined = view.profile.frames.inlined.get(leaf.0 as usize) == Some(&true);
        let group = view.groups.of_frame(leaf);
        if !is_inlined && view.mark(group).has(Category::Unoptimised) {
            sums.add(Some(group), value);
            sum = sum.saturating_add(value);
        }
    }
    let (ranked, percent) = (sums.ranked(), view.percent(sum));
    let (first, _) = ranked.first()?;
    if view.measure != Measure::Time || percent < DEBUG.0 || ranked.len() < DEBUG.1 {
        return None;
    }
    let text = say![
        format!(
            "This looks like a debug build: {} of {} is in small functions that optimising removes, such as ",
            share_of(percent),
            view.whole()
        ),
        *first,
        ".",
    ];
    Some(Finding {
        rule: Rule::DebugBuild,
        severity: Severity::Warning,
        text,
        advice: "Measure an optimised build: -O2, --release.",
        evidence: view.evidence(&ranked, 3),
        figures: format!("{} in {} such functions", view.show(sum), ranked.len()),
        percent,
    })
}

/// Whether checks for testing are built in or on.
pub fn checked_build(view: &View) -> Option<Finding> {
    let kind = Marks::from(Category::Checked);
    let percent = view.percent(view.sum(kind));
    if view.measure != Measure::Time || percent < CHECKED {
        return None;
    }
    let behind = view.behind(kind).ok()?;
    let (first, _) = behind.functions.first()?;
    Some(Finding {
        rule: Rule::CheckedBuild,
        severity: Severity::Warning,
        text: say![
            format!("Checks for testing are on and take {} of {}, such as ", view.share(view.sum(kind)), view.whole()),
            *first,
            "; they slow other functions down too.",
        ],
        advice: "Measure without sanitizers, race detector, coverage and tracing.",
        evidence: view.evidence(&behind.functions, 3),
        figures: String::new(),
        percent,
    })
}
