//! What a person should look at, and what can be done about it with one click.

use crate::data::{ColumnReport, Report, Suggestion, SuggestionKind, Warning};
use crate::report::{capitalised, format};

use super::wanted::Change;

/// Findings made at most; what is left is counted.
const MOST_FINDINGS: usize = 40;
/// Findings in sight until a person asks for all.
pub const FIRST: usize = 4;
/// Columns that are named in one finding.
const MOST_NAMES: usize = 4;
/// Columns alike from which on they are one finding.
const TOGETHER: usize = 3;

/// How serious a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// Can be used to make the table smaller or clearer.
    Hint,
    /// To be known.
    Note,
    /// Must be looked at.
    Wrong,
}

/// What a person should look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How serious it is.
    pub weight: Weight,
    /// A sentence or two.
    pub text: String,
    /// The place in the table that it concerns.
    pub place: Option<Place>,
    /// What can be done about it.
    pub actions: Vec<Action>,
}

/// Something that can be done about a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// Two or three words: `Leave it out`.
    pub title: String,
    /// What it means, in a sentence.
    pub meaning: String,
    /// What it changes.
    pub change: Change,
}

/// A place in a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The column's number, when it is about one.
    pub column: Option<usize>,
    /// The row's number, the first being 0, when it is about one.
    pub row: Option<u64>,
}

impl Place {
    /// What showing it does.
    pub fn action(self) -> &'static str {
        if self.row.is_some() { "Show row" } else { "Show column" }
    }
}

/// All findings of a table, the most serious first. Nothing is said of columns that are left out.
pub fn findings(report: &Report) -> Vec<Finding> {
    let left_out = |name: &String| report.columns.iter().any(|column| column.left_out && column.name == *name);
    let warnings = report.warnings.iter().filter(|warning| !warning.column.as_ref().is_some_and(left_out));
    let mut all: Vec<Finding> = warnings.map(|warning| of_warning(report, warning)).collect();
    let open = report.open_suggestions();
    let mut grouped = Vec::new();
    for kind in [SuggestionKind::Empty, SuggestionKind::Constant] {
        let alike: Vec<&Suggestion> = open.iter().copied().filter(|one| one.kind == kind).collect();
        if alike.len() >= TOGETHER {
            all.push(together(report, &alike));
            grouped.push(kind);
        }
    }
    all.extend(open.into_iter().filter(|one| !grouped.contains(&one.kind)).map(|one| of_suggestion(report, one)));
    all.sort_by_key(|finding| std::cmp::Reverse(finding.weight as u8));
    let left = all.len().saturating_sub(MOST_FINDINGS);
    if left > 1 {
        all.truncate(MOST_FINDINGS);
        let text = format!("{} more like these.", format::count(left as u64));
        all.push(Finding { weight: Weight::Note, text, place: None, actions: Vec::new() });
    }
    all
}

fn of_warning(report: &Report, warning: &Warning) -> Finding {
    let at = warning.column.as_ref().and_then(|name| report.columns.iter().position(|column| column.name == *name));
    let column = at.and_then(|at| report.columns.get(at));
    let differs = warning.row.is_some() && column.is_some_and(|column| !column.lossless);
    let text = match (&warning.column, warning.row) {
        (Some(column), Some(row)) => format!("{column}, row {}: {}", format::count(row), warning.text),
        (Some(column), None) => format!("{column}: {}", warning.text),
        (None, Some(row)) => format!("Row {}: {}", format::count(row), warning.text),
        (None, None) => warning.text.clone(),
    };
    let row = warning.row.map(|row| row.saturating_sub(report.first_row));
    let place = (at.is_some() || row.is_some()).then_some(Place { column: at, row });
    let actions = column.map(|column| readings(column, warning)).unwrap_or_default();
    Finding { weight: if differs { Weight::Wrong } else { Weight::Note }, text, place, actions }
}

/// The ways in which a column can be read, where the warning is about that.
fn readings(column: &ColumnReport, warning: &Warning) -> Vec<Action> {
    let about = column.readings.iter().all(|reading| warning.text.contains(&reading.words));
    let action = |reading: &crate::data::Reading| Action {
        title: capitalised(reading.key.title()),
        meaning: format!("Read the cells with {}.", reading.words),
        change: Change::Read(column.name.clone(), Some(reading.key)),
    };
    if about { column.readings.iter().map(action).collect() } else { Vec::new() }
}

fn of_suggestion(report: &Report, one: &Suggestion) -> Finding {
    let name = one.columns.first().cloned().unwrap_or_default();
    let column = report.columns.iter().position(|column| column.name == name);
    let row = one.row.map(|row| row.saturating_sub(report.first_row));
    let saves = if one.saved_bytes > 0 { format!(" Saves {}.", format::bytes(one.saved_bytes)) } else { String::new() };
    let leave_out = |names: Vec<String>| Action {
        title: if names.len() == 1 { "Leave it out".into() } else { "Leave them out".into() },
        meaning: format!("Neither counted nor saved. It can be put back at any time.{saves}"),
        change: Change::LeaveOut(names),
    };
    let actions = match one.kind {
        SuggestionKind::Constant | SuggestionKind::Empty => vec![leave_out(one.columns.clone())],
        SuggestionKind::Equal => vec![leave_out(one.columns.iter().skip(1).cloned().collect())],
        SuggestionKind::Blanks => vec![Action {
            title: "Cut the blanks".into(),
            meaning: format!("Each cell loses the blanks at its ends; your file stays as it is.{saves}"),
            change: Change::Trim(name.clone(), true),
        }],
        SuggestionKind::TwoKinds | SuggestionKind::NumbersAsText | SuggestionKind::Spellings => Vec::new(),
    };
    let text = if one.kind == SuggestionKind::Equal { one.text.clone() } else { format!("{name}: {}", one.text) };
    Finding { weight: Weight::Hint, text, place: Some(Place { column, row }), actions }
}

/// Several columns that could go for the same reason.
fn together(report: &Report, alike: &[&Suggestion]) -> Finding {
    let names: Vec<String> = alike.iter().flat_map(|one| one.columns.clone()).collect();
    let what =
        if alike.iter().all(|one| one.kind == SuggestionKind::Empty) { "empty in every row" } else { "the same in every row" };
    let named = names.iter().take(MOST_NAMES).cloned().collect::<Vec<_>>().join(", ");
    let end = if names.len() > MOST_NAMES { "…" } else { "." };
    let column = names.first().and_then(|name| report.columns.iter().position(|column| column.name == *name));
    let action = Action {
        title: "Leave them out".into(),
        meaning: "Neither counted nor saved. Each can be put back at any time.".into(),
        change: Change::LeaveOut(names.clone()),
    };
    Finding {
        weight: Weight::Hint,
        text: format!("{} columns are {what}: {named}{end}", format::count(names.len() as u64)),
        place: Some(Place { column, row: None }),
        actions: vec![action],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Choice, Reading};

    fn report(names: &[&str]) -> Report {
        let column = |name: &&str| ColumnReport { name: (*name).into(), lossless: true, ..Default::default() };
        Report { rows: 1_000, first_row: 2, columns: names.iter().map(column).collect(), ..Report::default() }
    }

    fn suggestion(kind: SuggestionKind, columns: &[&str]) -> Suggestion {
        let columns = columns.iter().map(|name| (*name).to_owned()).collect();
        Suggestion { kind, columns, row: None, count: 1, saved_bytes: 8_000, becomes: None, text: "Said.".into() }
    }

    fn warning(column: &str, row: Option<u64>, text: &str) -> Warning {
        Warning { column: Some(column.into()), row, text: text.into() }
    }

    fn texts(found: &[Finding]) -> Vec<&str> {
        found.iter().map(|finding| finding.text.as_str()).collect()
    }

    #[test]
    fn findings_name_column_and_row_and_the_worst_comes_first() {
        let mut report = report(&["a", "b"]);
        report.warnings = vec![warning("b", None, "Two."), warning("b", Some(1_002), "Differs.")];
        report.columns[1].lossless = false;
        report.suggestions = vec![suggestion(SuggestionKind::Empty, &["a"]), suggestion(SuggestionKind::TwoKinds, &["b"])];
        let found = findings(&report);
        assert_eq!(texts(&found), ["b, row 1,002: Differs.", "b: Two.", "a: Said.", "b: Said."]);
        assert_eq!(found[0].place, Some(Place { column: Some(1), row: Some(1_000) }));
        assert_eq!(found[0].weight, Weight::Wrong);
        assert_eq!(found[2].place.map(Place::action), Some("Show column"));
        assert_eq!(found[2].actions[0].change, Change::LeaveOut(vec!["a".into()]));
        assert!(found[2].actions[0].meaning.ends_with("Saves 8 KB."), "{:?}", found[2].actions);
        assert!(found[3].actions.is_empty());
    }

    #[test]
    fn a_column_that_can_be_read_in_two_ways_offers_both() {
        let mut report = report(&["paid"]);
        let reading = |key, words: &str| Reading { key, words: words.into() };
        report.columns[0].readings =
            vec![reading(Choice::Dmy, "day first: 3 April 2024"), reading(Choice::Mdy, "month first: 4 March 2024")];
        report.warnings = vec![
            warning("paid", None, "“03/04/2024” is day first: 3 April 2024; month first: 4 March 2024."),
            warning("paid", None, "Something else."),
        ];
        let found = findings(&report);
        let titles: Vec<&str> = found[0].actions.iter().map(|action| action.title.as_str()).collect();
        assert_eq!(titles, ["Day first", "Month first"]);
        assert_eq!(found[0].actions[1].change, Change::Read("paid".into(), Some(Choice::Mdy)));
        assert!(found[1].actions.is_empty());
    }

    #[test]
    fn many_columns_alike_are_one_finding() {
        let mut report = report(&["a", "b", "c", "d", "e", "f"]);
        report.suggestions = ["a", "b", "c", "d", "e"].map(|name| suggestion(SuggestionKind::Empty, &[name])).into();
        report.suggestions.push(suggestion(SuggestionKind::Constant, &["f"]));
        let found = findings(&report);
        assert_eq!(texts(&found), ["5 columns are empty in every row: a, b, c, d…", "f: Said."]);
        assert_eq!(found[0].actions[0].change, Change::LeaveOut(["a", "b", "c", "d", "e"].map(String::from).into()));
        report.suggestions.drain(..2);
        assert_eq!(texts(&findings(&report))[0], "3 columns are empty in every row: c, d, e.");
    }

    #[test]
    fn what_is_left_out_is_not_told_of() {
        let mut report = report(&["a", "b", "c"]);
        report.warnings = vec![warning("a", None, "Said.")];
        let equal = suggestion(SuggestionKind::Equal, &["b", "c"]);
        report.suggestions = vec![suggestion(SuggestionKind::Constant, &["a"]), equal];
        assert_eq!(findings(&report)[2].actions[0].change, Change::LeaveOut(vec!["c".into()]));
        for column in [0, 2] {
            report.columns[column].left_out = true;
        }
        assert!(findings(&report).is_empty(), "{:?}", findings(&report));
    }

    #[test]
    fn many_findings_are_counted() {
        let mut report = report(&["a"]);
        report.warnings = (2..102).map(|row| warning("a", Some(row), "Differs.")).collect();
        let found = findings(&report);
        assert_eq!(found.len(), MOST_FINDINGS + 1);
        assert_eq!(found[MOST_FINDINGS].text, "60 more like these.");
    }
}
