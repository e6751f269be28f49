//! The sections of the page, save for its tables.

use crate::operations::Severity;
use crate::operations::profile_flame::boxes;
use crate::profile::units;
use crate::report::html::Html;
use crate::report::{capitalised, format, moment};

use super::Made;

/// Letters of a name or a sentence from a file.
const NAME: usize = 200;
const SENTENCE: usize = 1_000;
/// Findings and warnings that are listed; what is left is counted.
const MOST_LISTED: usize = 100;
/// Least width of a box of the picture that shows without a script, as a part of all.
const NARROWEST: f64 = 0.002;

/// The file, its format, what is measured, how long and how often.
pub fn head(html: &mut Html, made: &Made<'_>) {
    let (view, about) = (made.view, made.about);
    let (name, unit) = view.profile.sample_type(view.sample_type);
    html.node("header", &[], |html| {
        html.node("h1", &[], |html| html.foreign(about.file, NAME));
        html.node("p", &[("class", "lead")], |html| {
            html.foreign(&view.profile.format, NAME);
            html.text(" · ");
            html.foreign(name, NAME);
            if !unit.is_empty() && unit != name {
                html.text(" (");
                html.foreign(unit, NAME);
                html.text(")");
            }
            let duration = view.duration_seconds().map_or_else(String::new, |seconds| format!(" in {}", format::seconds(seconds)));
            html.text(&format!(" · {}{duration}", format::counted(view.samples(), "sample", "samples")));
        });
        if !about.part.is_empty() {
            html.node("p", &[("class", "part")], |html| {
                html.text("Shown: ");
                html.foreign(about.part, SENTENCE);
            });
        }
    });
}

/// The total, the summary, and what else can be said.
pub fn words(html: &mut Html, made: &Made<'_>) {
    let view = made.view;
    html.node("section", &[("id", "words")], |html| {
        html.element("h2", &[], "In words");
        html.element("p", &[("class", "figure")], &view.show(view.top.total));
        html.node("p", &[], |html| html.foreign(&view.summary, SENTENCE));
        let findings = view.findings();
        html.node("ul", &[], |html| {
            for finding in findings.iter().take(MOST_LISTED) {
                html.node("li", &[("class", edge(finding.severity))], |html| {
                    html.foreign(&finding.text, SENTENCE);
                    if !finding.evidence.is_empty() {
                        html.text(" ");
                        html.node("span", &[("class", "muted")], |html| html.foreign(&finding.evidence, SENTENCE));
                    }
                });
            }
        });
        more(html, findings.len(), MOST_LISTED, ["finding", "findings"]);
    });
}

/// The class of a finding's coloured edge.
fn edge(severity: Severity) -> &'static str {
    if severity == Severity::Warning { "" } else { severity.name() }
}

/// What was wrong with the file.
pub fn warnings(html: &mut Html, made: &Made<'_>) {
    let warnings = &made.view.profile.warnings;
    if warnings.is_empty() {
        return;
    }
    html.node("section", &[("id", "warnings")], |html| {
        html.element("h2", &[], "About the file");
        html.node("ul", &[], |html| {
            for warning in warnings.iter().take(MOST_LISTED) {
                html.node("li", &[], |html| html.foreign(warning, SENTENCE));
            }
        });
        more(html, warnings.len(), MOST_LISTED, ["warning", "warnings"]);
    });
}

/// `… and 12 warnings more.`
pub fn more(html: &mut Html, all: usize, shown: usize, [one, many]: [&str; 2]) {
    if let Some(rest) = all.checked_sub(shown).filter(|rest| *rest > 0) {
        let words = format::counted(rest as u64, &format!("{one} more"), &format!("{many} more"));
        html.element("p", &[("class", "small muted")], &format!("… and {words}."));
    }
}

/// The flame graph with its choices and its search.
pub fn flame(html: &mut Html, made: &Made<'_>) {
    html.node("section", &[("id", "flame")], |html| {
        html.node("div", &[("class", "tools")], |html| {
            html.element("h2", &[], "Flame graph");
            html.node("div", &[("class", "choices live-only"), ("role", "group"), ("aria-label", "Order")], |html| {
                choice(html, "down", "Left heavy", true, "From where stacks begin to what was running");
                choice(html, "up", "Inverted", false, "From what was running to where its stacks begin");
            });
            if !made.down.changes.is_empty() {
                html.node("div", &[("class", "choices live-only"), ("role", "group"), ("aria-label", "Colours")], |html| {
                    choice(html, "by-change", "Changes", true, "Colours tell what changed");
                    choice(html, "by-module", "Modules", false, "Colours tell what belongs together");
                });
            }
            let field = [("type", "search"), ("id", "find"), ("class", "live-only"), ("placeholder", "Search: text or /pattern/")];
            html.void("input", &[&field[..], &[("aria-label", "Search functions in the flame graph")]].concat());
            html.element("button", &[("type", "button"), ("id", "reset"), ("class", "live-only")], "Reset");
            html.element("span", &[("id", "found"), ("class", "muted"), ("aria-live", "polite")], "");
        });
        html.element("p", &[("id", "told"), ("class", "live-only")], " ");
        html.flame(&boxes(made.view, &made.down, NARROWEST));
        if !made.down.changes.is_empty() {
            legend(
                html,
                if made.about.calls.is_some() {
                    "Each call against the base: "
                } else {
                    "Total of each function against the base: "
                },
            );
        }
        html.element("p", &[("id", "left-out"), ("class", "small muted")], &made.down.left_out);
        html.element(
            "p",
            &[("class", "small muted dead-only")],
            "Zoom, search and the call tree need a browser that runs scripts.",
        );
    });
}

fn choice(html: &mut Html, id: &str, words: &str, is_on: bool, title: &str) {
    let on = if is_on { "true" } else { "false" };
    html.element("button", &[("type", "button"), ("data-choice", id), ("aria-pressed", on), ("title", title)], words);
}

/// What the colours of changes mean.
fn legend(html: &mut Html, what: &str) {
    html.node("p", &[("class", "legend small muted")], |html| {
        html.text(what);
        for (class, words) in [
            ("less3", "half or less"),
            ("less1", "less"),
            ("all", "as before"),
            ("more1", "more"),
            ("more3", "twice or more, or new"),
        ] {
            html.element("span", &[("class", class)], "");
            html.text(&format!(" {words} "));
        }
    });
}

/// Where the script puts the call tree.
pub fn tree(html: &mut Html) {
    html.node("section", &[("id", "tree"), ("class", "live-only")], |html| {
        html.node("div", &[("class", "tools")], |html| {
            html.element("h2", &[], "Call tree");
            html.element("button", &[("type", "button"), ("id", "hot")], "Hot path");
            html.element("button", &[("type", "button"), ("id", "fold")], "Collapse all");
        });
        html.node("div", &[("class", "call head")], |html| {
            for words in ["Call", "Total", "%", "Self"] {
                html.element("span", &[], words);
            }
        });
        html.element("div", &[("id", "calls"), ("role", "tree"), ("aria-label", "Calls")], "");
    });
}

/// When and by what the page was written.
pub fn foot(html: &mut Html, made: &Made<'_>) {
    let calls = units::thousands(i64::try_from(made.down.calls).unwrap_or(i64::MAX));
    let words = format!(
        "{} · tachograph {} · this page holds {} of {calls} calls and fetches nothing",
        capitalised(&format!("written {}", moment(made.about.made))),
        env!("CARGO_PKG_VERSION"),
        format::count(made.down.nodes.len().saturating_sub(1) as u64),
    );
    html.element("footer", &[], &words);
}
