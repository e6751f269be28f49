//! Verdicts in words, and what they stand on.

use crate::operations::ProfileComparison;
use crate::profile::compare::statistics::{Judgement, Verdict};
use crate::profile::compare::{ChangeRow, Kind};
use crate::report::format;

/// What the table says of a change.
pub fn words(row: &ChangeRow) -> String {
    let verdict = row.self_judged.verdict;
    let seen = match row.kind() {
        Kind::Both => return verdict.words().to_owned(),
        Kind::New => "new",
        Kind::Gone => "gone",
    };
    match verdict {
        // That a function is there or not is told by the file; whether that was luck is another question.
        Verdict::MoreThanChance | Verdict::NotAvailable => seen.to_owned(),
        other => format!("{seen}, {}", other.words()),
    }
}

/// The figures and the method behind it, a line each.
pub fn lines(comparison: &ProfileComparison, row: &ChangeRow) -> Vec<String> {
    let own = judged(comparison, "Self", &row.self_judged);
    let total = judged(comparison, "With what it calls", &row.total_judged);
    vec![own, total, method(comparison, row.self_judged.verdict).to_owned()]
}

fn judged(comparison: &ProfileComparison, what: &str, judged: &Judgement) -> String {
    let mut text = format!("{what}: {}", judged.verdict.words());
    if let Some(interval) = &judged.interval {
        let [least, most] = interval.percent.map(percent);
        text.push_str(&format!("; changed by {} ({least} to {most})", comparison.show_interval(interval)));
    }
    if let Some(p) = judged.adjusted_p {
        text.push_str(&format!("; p {}", probability(p)));
    }
    text + "."
}

fn percent(percent: f64) -> String {
    if percent.is_finite() { format::percent_change(percent) } else { "any".into() }
}

fn probability(p: f64) -> String {
    if p < 0.001 { "< 0.001".into() } else { format!("= {p:.3}") }
}

fn method(comparison: &ProfileComparison, verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::NotAvailable => {
            "The files do not tell how many samples stand behind their values, so chance cannot be told from change."
        }
        Verdict::TooFewRuns => "With at least 3 files on each side it can be told how runs differ by chance.",
        Verdict::TooFewSamples => "With so few samples no change of this function could be told from chance.",
        _ if comparison.merged.runs == [1, 1] => {
            "From the numbers of samples on both sides (exact binomial test). p counts for all functions together: below 0.05 chance alone makes such a change in less than 5 of 100 comparisons."
        }
        _ => {
            "From how the runs of each side differ (Welch's test of logarithms, else by rank). p counts for all functions together: below 0.05 chance alone makes such a change in less than 5 of 100 comparisons."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::GroupId;
    use crate::profile::compare::Figures;

    fn row(new: i64, base: i64, verdict: Verdict) -> ChangeRow {
        let figures = |value| Figures { self_value: value, total_value: value };
        let judged = Judgement { verdict, ..Judgement::default() };
        ChangeRow { group: GroupId(0), new: figures(new), base: figures(base), self_judged: judged, total_judged: judged }
    }

    #[test]
    fn a_verdict_says_which_side_has_it() {
        use Verdict::{MoreThanChance, NotAvailable, TooFewRuns, WithinNoise};
        let words = |new, base, verdict| words(&row(new, base, verdict));
        assert_eq!(words(1, 1, MoreThanChance), "more than chance");
        assert_eq!([words(1, 0, MoreThanChance), words(0, 1, NotAvailable)], ["new", "gone"]);
        assert_eq!([words(1, 0, WithinNoise), words(0, 1, TooFewRuns)], ["new, within noise", "gone, not enough runs"]);
        assert_eq!(words(3, 2, NotAvailable), "not available");
    }
}
