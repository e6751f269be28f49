//! What known kinds of functions cost: allocation, locks, serialisation and so on.

use super::super::super::units;
use super::super::category::{Category, Marks};
use super::super::finding::{Finding, Rule, Sentence, Severity, say};
use super::super::measure::Measure;
use super::super::view::{Behind, Ranked, View};
use crate::jobs::Cancelled;

/// One kind of finding about what functions are known to do.
#[derive(Clone, Copy)]
struct Kind {
    rule: Rule,
    marks: Marks,
    /// From this share on it is said, and from this one on it is a warning, in percent.
    from: (f64, f64),
    /// How the sentence begins.
    doing: &'static str,
    advice: &'static str,
    /// Whether it can allocate memory worth telling.
    allocates: bool,
}

/// A share that no kind reaches.
const NEVER: f64 = f64::INFINITY;

const KINDS: [Kind; 21] = [
    kind(
        Rule::Allocation,
        &[Category::Allocation],
        (10.0, 30.0),
        "Getting and giving back memory",
        "Reuse buffers and objects, or allocate fewer and larger ones; a heap profile shows which.",
    ),
    kind(
        Rule::GarbageCollection,
        &[Category::Garbage],
        (10.0, 30.0),
        "Garbage collection",
        "Allocate less: a profile of allocations shows where. Or give the collector more memory.",
    ),
    also(kind(
        Rule::Growing,
        &[Category::Growing],
        (8.0, 40.0),
        "Growing lists, maps and texts step by step",
        "Give them their size at the beginning, where it is known.",
    )),
    kind(
        Rule::Locks,
        &[Category::Lock],
        (5.0, 20.0),
        "Taking locks and waiting for them",
        "Hold locks for a shorter time, or split what they guard.",
    ),
    also(kind(
        Rule::Serialisation,
        &[Category::Serialisation],
        (5.0, NEVER),
        "Serialisation (JSON, XML and their like)",
        "Convert less and only once, keep the result, or use a faster library or a compact format.",
    )),
    also(kind(
        Rule::Regex,
        &[Category::Regex],
        (5.0, NEVER),
        "Matching regular expressions",
        "Compile each expression once, outside of loops, and use plain text search where it will do.",
    )),
    also(kind(
        Rule::Formatting,
        &[Category::Formatting],
        (8.0, NEVER),
        "Turning values into text and back",
        "Do it only for what is really shown or stored.",
    )),
    kind(
        Rule::Hashing,
        &[Category::Hashing],
        (10.0, NEVER),
        "Hashing (hash tables and checksums)",
        "Look things up once and keep the result, use smaller keys, or a faster hash.",
    ),
    kind(
        Rule::Copying,
        &[Category::Copying],
        (10.0, NEVER),
        "Copying, clearing or comparing memory",
        "Pass references instead of copies, and avoid filling what is overwritten anyway.",
    ),
    kind(
        Rule::Sorting,
        &[Category::Sorting],
        (10.0, NEVER),
        "Sorting",
        "Sort once, sort fewer things, or keep them in order. An expensive comparison counts here too.",
    ),
    kind(
        Rule::InputOutput,
        &[Category::Files, Category::Network, Category::Database],
        (10.0, NEVER),
        "Input and output (files, connections, databases)",
        "Do it less often and in larger pieces, keep results, or do something else meanwhile.",
    ),
    kind(
        Rule::Compression,
        &[Category::Compression],
        (10.0, NEVER),
        "Compression",
        "A lower level or another method may do for less.",
    ),
    kind(
        Rule::Cryptography,
        &[Category::Cryptography],
        (10.0, NEVER),
        "Cryptography",
        "Keep connections open rather than opening new ones; see whether the processor’s own instructions are used.",
    ),
    kind(
        Rule::Clock,
        &[Category::Clock],
        (3.0, 20.0),
        "Asking for the time",
        "Ask less often: once for many events, or with a coarser clock.",
    ),
    also(kind(
        Rule::Logging,
        &[Category::Logging],
        (5.0, 30.0),
        "Logging",
        "Log less in what runs often, and make the text only when the level is on.",
    )),
    also(kind(
        Rule::Exceptions,
        &[Category::Exceptions],
        (3.0, 15.0),
        "Throwing and catching exceptions",
        "Do not use exceptions for what is usual; return a result instead.",
    )),
    also(kind(
        Rule::Compiling,
        &[Category::Compiling],
        (15.0, NEVER),
        "Compiling code while it runs",
        "Measure for longer, after the start, if the start is not what you are after.",
    )),
    also(kind(
        Rule::Loading,
        &[Category::Loading],
        (10.0, NEVER),
        "Loading code (modules, classes, libraries)",
        "Measure for longer, after the start; or load less, and later.",
    )),
    kind(
        Rule::Scheduling,
        &[Category::Scheduling],
        (10.0, NEVER),
        "Deciding which thread or task runs next",
        "Give each task more to do at once, or use fewer threads.",
    ),
    kind(
        Rule::PageFaults,
        &[Category::PageFaults],
        (8.0, NEVER),
        "Touching memory for the first time (page faults)",
        "Reuse memory instead of giving it back and getting it anew.",
    ),
    kind(
        Rule::Kernel,
        &[Category::Kernel],
        (25.0, NEVER),
        "The operating system",
        "See which calls lead there: fewer and larger ones cost less.",
    ),
];

/// What is not worth saying beside what says the same: the inner kind, when most of it happens within the outer.
const WITHIN: [(Rule, Rule); 25] = [
    (Rule::Formatting, Rule::Logging),
    (Rule::Clock, Rule::Logging),
    (Rule::InputOutput, Rule::Logging),
    (Rule::Locks, Rule::Logging),
    (Rule::Kernel, Rule::InputOutput),
    (Rule::Kernel, Rule::Locks),
    (Rule::Kernel, Rule::PageFaults),
    (Rule::Kernel, Rule::Scheduling),
    (Rule::Kernel, Rule::Clock),
    (Rule::Kernel, Rule::Loading),
    (Rule::Kernel, Rule::Allocation),
    (Rule::Copying, Rule::Growing),
    (Rule::Copying, Rule::InputOutput),
    (Rule::Allocation, Rule::Growing),
    (Rule::Locks, Rule::Allocation),
    (Rule::Locks, Rule::GarbageCollection),
    (Rule::Locks, Rule::Scheduling),
    (Rule::PageFaults, Rule::Allocation),
    (Rule::PageFaults, Rule::Loading),
    (Rule::InputOutput, Rule::Loading),
    (Rule::Compiling, Rule::Loading),
    (Rule::Serialisation, Rule::Loading),
    (Rule::GarbageCollection, Rule::Loading),
    (Rule::Cryptography, Rule::InputOutput),
    (Rule::Hashing, Rule::Cryptography),
];
/// How much of the inner kind must be within the outer, of 1.
const MOST: f64 = 0.7;
/// A caller is named from this part of what the kind takes on, of 1.
const WORTH_NAMING: f64 = 0.2;

const fn kind(rule: Rule, categories: &'static [Category], from: (f64, f64), doing: &'static str, advice: &'static str) -> Kind {
    Kind { rule, marks: Marks::of(categories), from, doing, advice, allocates: false }
}

const fn also(kind: Kind) -> Kind {
    Kind { allocates: true, ..kind }
}

/// What known kinds of functions cost. The second is all that was said something about.
///
/// # Errors
/// When cancelled.
pub fn categories(view: &View) -> Result<(Vec<Finding>, Marks), Cancelled> {
    let is_asked = |kind: &&Kind| match view.measure {
        Measure::Time => true,
        Measure::Allocated => kind.allocates,
        _ => false,
    };
    let large = KINDS.iter().filter(is_asked).map(|kind| (kind, view.sum(kind.marks)));
    let large: Vec<(&Kind, i64)> = large.filter(|(kind, value)| view.percent(*value) >= kind.from.0).collect();
    let (mut findings, mut said) = (Vec::new(), Marks::NONE);
    for &(kind, value) in &large {
        said = said.and(kind.marks);
        if !is_within(view, kind, value, &large) {
            findings.push(finding(view, kind, value)?);
        }
    }
    join_garbage(view, &mut findings)?;
    Ok((findings, said))
}

fn is_within(view: &View, inner: &Kind, value: i64, large: &[(&Kind, i64)]) -> bool {
    let outer = large.iter().filter(|(outer, _)| WITHIN.contains(&(inner.rule, outer.rule)));
    let marks = outer.fold(Marks::NONE, |marks, (outer, _)| marks.and(outer.marks));
    !marks.is_none() && view.both(inner.marks, marks) as f64 >= value as f64 * MOST
}

fn finding(view: &View, kind: &Kind, value: i64) -> Result<Finding, Cancelled> {
    let Behind { callers, functions } = view.behind(kind.marks)?;
    let verb = if view.measure == Measure::Allocated { "allocates" } else { "takes" };
    let mut text = say![kind.doing, format!(" {verb} {} of {}", view.share(value), view.whole())];
    if let Some((function, _)) = functions.first().filter(|(_, part)| part.saturating_mul(2) >= value) {
        text.push(", mostly in ");
        text.push(*function);
    }
    called_from(view, &mut text, &callers, value);
    text.push(".");
    let mut evidence = view.evidence(&callers, 3);
    evidence.extend(view.evidence(&functions, 3));
    let percent = view.percent(value);
    let severity = if percent >= kind.from.1 { Severity::Warning } else { Severity::Note };
    let figures = format!("{} of {}", view.show(value), view.show(view.base()));
    Ok(Finding { rule: kind.rule, severity, text, advice: kind.advice, evidence, figures, percent })
}

/// Says who calls most of what takes `value`; nothing where it comes from everywhere.
fn called_from(view: &View, text: &mut Sentence, callers: &Ranked, value: i64) {
    let Some((caller, part)) = callers.first().filter(|(_, part)| *part as f64 >= value as f64 * WORTH_NAMING) else { return };
    text.push(if part.saturating_mul(2) >= value { "; mostly called from " } else { "; most often called from " });
    text.push(*caller);
    text.push(format!(" ({})", view.share(*part)));
}

/// Allocating makes garbage: where both are large they are told together.
fn join_garbage(view: &View, findings: &mut Vec<Finding>) -> Result<(), Cancelled> {
    let row_of = |rule| findings.iter().position(|finding| finding.rule == rule);
    let (Some(_), Some(garbage)) = (row_of(Rule::Allocation), row_of(Rule::GarbageCollection)) else { return Ok(()) };
    let garbage = findings.remove(garbage);
    let both = Marks::of(&[Category::Allocation, Category::Garbage]);
    let (sum, callers) = (view.sum(both), view.behind(both)?.callers);
    let Some(joined) = findings.iter_mut().find(|finding| finding.rule == Rule::Allocation) else { return Ok(()) };
    let alone = units::percent(garbage.percent);
    joined.text = say![format!(
        "Allocating and collecting memory takes {} of {} (garbage collection alone {alone})",
        view.share(sum),
        view.whole()
    )];
    called_from(view, &mut joined.text, &callers, sum);
    joined.text.push(".");
    joined.percent = view.percent(sum);
    joined.severity = if joined.percent >= 30.0 { Severity::Warning } else { Severity::Note };
    joined.advice = "Allocate less: reuse buffers and objects. A profile of allocations shows where they are made.";
    joined.figures = format!("{} of {}", view.show(sum), view.show(view.base()));
    joined.evidence.extend(garbage.evidence.into_iter().next_back());
    Ok(())
}
