//! What a comparison of two profiles shows, in words. The figures are computed elsewhere and handed over as plain rows.

use super::super::units::{format_value, percent as share_of};
use super::finding::{Evidence, Finding, Piece, Place, Rule, Sentence, Severity, say};

/// Whether a change can be trusted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Verdict {
    /// More than chance.
    Real,
    /// Within what chance does.
    Noise,
    /// Not known: the files do not tell counts.
    #[default]
    Unknown,
}

/// One function's figures, before and after, in the unit of the comparison; scaled already where the comparison is normalised.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Change {
    /// Measured in the function itself.
    pub self_before: f64,
    /// The same afterwards.
    pub self_after: f64,
    /// Measured in the function and all it calls.
    pub total_before: f64,
    /// The same afterwards.
    pub total_after: f64,
    /// Whether the change of its own figure can be trusted.
    pub verdict: Verdict,
}

/// Two profiles, function by function.
#[derive(Clone, Copy, Debug)]
pub struct Comparison<'a> {
    /// Unit of all values, such as `nanoseconds`.
    pub unit: &'a str,
    /// Sum of the first profile.
    pub before: f64,
    /// Sum of the second profile, scaled to the first where `normalised`.
    pub after: f64,
    /// Whether the second was scaled, so that only shares are compared.
    pub normalised: bool,
    /// Whether the change of the whole can be trusted.
    pub verdict: Verdict,
    /// Functions, in any order: findings name them by their place here.
    pub rows: &'a [Change],
}

/// Below this share of the larger whole a change does not matter, in percent.
const MATTERS: f64 = 1.0;
/// Functions that are named in one sentence.
const NAMED: usize = 3;

/// What changed most, and whether it matters. In the evidence `value` is the change, and `percent` its share of the first profile.
pub fn comparison_findings(of: &Comparison) -> Vec<Finding> {
    let whole = of.before.max(of.after);
    if whole <= 0.0 {
        return Vec::new();
    }
    let mut found = vec![overall(of)];
    let change = |row: &Change| row.self_after - row.self_before;
    let matters = |row: &Change| change(row).abs() * 100.0 >= whole * MATTERS && row.verdict != Verdict::Noise;
    let is_new = |row: &Change| row.total_before <= 0.0;
    let is_gone = |row: &Change| row.total_after <= 0.0;
    let pick = |keep: &dyn Fn(&Change) -> bool| {
        let rows = of.rows.iter().enumerate().filter(|(_, row)| matters(row) && keep(row));
        let mut rows: Vec<(usize, f64)> = rows.map(|(n, row)| (n, change(row))).collect();
        rows.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
        rows
    };
    found.extend(list(of, Rule::Worse, &pick(&|row| change(row) > 0.0 && !is_new(row))));
    found.extend(list(of, Rule::New, &pick(&|row| is_new(row) && !is_gone(row))));
    found.extend(list(of, Rule::Better, &pick(&|row| change(row) < 0.0 && !is_gone(row))));
    found.extend(list(of, Rule::Gone, &pick(&|row| is_gone(row) && !is_new(row))));
    if found.len() == 1 {
        found.extend(nothing(of, whole));
    }
    found
}

/// The whole, before and after.
fn overall(of: &Comparison) -> Finding {
    let change = of.after - of.before;
    let percent = if of.before > 0.0 { change / of.before * 100.0 } else { 100.0 };
    let small = percent.abs() < MATTERS || of.verdict == Verdict::Noise;
    let shown = |value: f64| format_value(value.round() as i64, of.unit);
    let text = match () {
        () if of.normalised => "Both profiles are scaled to the same sum: shares are compared, not amounts.".to_owned(),
        () if of.verdict == Verdict::Noise => {
            format!("The whole went from {} to {}, which can be chance.", shown(of.before), shown(of.after))
        }
        () if small => format!("The whole stayed about the same: {} and {}.", shown(of.before), shown(of.after)),
        () => {
            let way = if change > 0.0 { "more" } else { "less" };
            let doubt = if of.verdict == Verdict::Unknown { ", if both recorded the same work" } else { "" };
            format!("The whole went from {} to {}: {} {way}{doubt}.", shown(of.before), shown(of.after), share_of(percent.abs()))
        }
    };
    let worse = !of.normalised && !small && change > 0.0;
    Finding {
        rule: Rule::Change,
        severity: if worse { Severity::Warning } else { Severity::Note },
        text: say![text],
        advice: "",
        evidence: Vec::new(),
        figures: String::new(),
        percent: percent.abs(),
    }
}

fn list(of: &Comparison, rule: Rule, rows: &[(usize, f64)]) -> Option<Finding> {
    let sum: f64 = rows.iter().map(|(_, change)| change).sum();
    let share = |change: f64| change / of.before.max(f64::MIN_POSITIVE) * 100.0;
    rows.first()?;
    let begin = match rule {
        Rule::Worse => "These take more themselves: ",
        Rule::New => "New: ",
        Rule::Gone => "Gone: ",
        _ => "These take less themselves: ",
    };
    let mut text = say![begin];
    for (n, (row, change)) in rows.iter().take(NAMED).enumerate() {
        if n > 0 {
            text.push(", ");
        }
        text.pieces.push(Piece::Name(Place::Row(*row)));
        text.push(format!(" {}", signed(of, *change)));
    }
    end(of, rows, &mut text);
    let evidence = rows.iter().take(NAMED).map(|(row, change)| Evidence {
        place: Place::Row(*row),
        value: change.round() as i64,
        percent: share(*change),
    });
    Some(Finding {
        rule,
        severity: if rule == Rule::Worse && share(sum) >= 5.0 { Severity::Warning } else { Severity::Note },
        text,
        advice: if rule == Rule::Worse { "Look at who calls them and whether they are called more often." } else { "" },
        evidence: evidence.collect(),
        figures: format!("{} in all", signed(of, sum)),
        percent: share(sum).abs(),
    })
}

fn end(of: &Comparison, rows: &[(usize, f64)], text: &mut Sentence) {
    if let Some(more) = rows.len().checked_sub(NAMED).filter(|more| *more > 0) {
        text.push(format!(" and {more} more"));
    }
    let named = rows.iter().take(NAMED).filter_map(|(row, _)| of.rows.get(*row));
    let known = named.clone().all(|row| row.verdict == Verdict::Real);
    text.push(if known { ". That is more than chance." } else { "." });
}

/// `+1.20 s (+4.1 %)`.
fn signed(of: &Comparison, change: f64) -> String {
    let sign = if change > 0.0 { "+" } else { "−" };
    let value = format_value(change.abs().round() as i64, of.unit);
    if of.before <= 0.0 {
        return format!("{sign}{value}");
    }
    format!("{sign}{value} ({sign}{} of the whole)", share_of(change.abs() / of.before * 100.0))
}

/// No function changed in a way that matters.
fn nothing(of: &Comparison, whole: f64) -> Option<Finding> {
    let noisy =
        |row: &&Change| row.verdict == Verdict::Noise && (row.self_after - row.self_before).abs() * 100.0 >= whole * MATTERS;
    let noise = of.rows.iter().filter(noisy).count();
    let text = match noise {
        0 => "No function changed by 1 % of the whole or more.".to_owned(),
        1 => "No change matters: one function differs by 1 % of the whole or more, which can be chance.".to_owned(),
        n => format!("No change matters: {n} functions differ by 1 % of the whole or more, all of which can be chance."),
    };
    Some(Finding {
        rule: Rule::Unchanged,
        severity: Severity::Good,
        text: say![text],
        advice: "",
        evidence: Vec::new(),
        figures: String::new(),
        percent: 0.0,
    })
}
