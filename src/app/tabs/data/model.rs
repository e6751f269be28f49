//! What the Data tab says about a table, in words and figures; no drawing here.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::cache::Origin;
use crate::data::{Level, Report, Step, Table};
use crate::operations::Opened;
use crate::report::format;

use super::grid::Grid;

/// Findings shown at most; what is left is counted.
const MOST_FINDINGS: usize = 6;
/// Columns that are named in one finding.
const MOST_NAMES: usize = 4;

/// A table in the tab, with all that is said about it.
#[derive(Debug)]
pub struct Shown {
    /// Where its file is.
    pub path: PathBuf,
    /// The table.
    pub table: Arc<Table>,
    /// Memory before and after.
    pub memory: Memory,
    /// The comparison with the source.
    pub proof: Proof,
    /// What a person should look at.
    pub findings: Vec<Finding>,
    /// What the steps gained, in the order of [`STEPS`].
    pub gains: Vec<Gain>,
    /// Layout of the preview.
    pub grid: Grid,
}

impl Shown {
    /// Says everything about a table that was opened. Looks into some of its rows: for a job.
    pub fn new(path: &Path, opened: &Opened<Table>) -> Self {
        let table = Arc::clone(&opened.value);
        let report = &table.report;
        Self {
            path: path.to_path_buf(),
            memory: Memory::of(report),
            proof: Proof::of(report, opened.origin, opened.took),
            findings: findings(report),
            gains: STEPS.iter().map(|&step| Gain::of(report, step)).collect(),
            grid: Grid::of(&table),
            table,
        }
    }

    /// The report of the table.
    pub fn report(&self) -> &Report {
        &self.table.report
    }

    /// `bills.xlsx · sheet Bills · 1,000,000 rows · 19 columns`.
    pub fn title(&self) -> String {
        let report = self.report();
        let sheet = report.source.sheet.as_ref().map(|sheet| format!("sheet {sheet}"));
        let rows = format::counted(report.rows, "row", "rows");
        let columns = format::counted(report.columns.len() as u64, "column", "columns");
        [Some(report.source.file.clone()), sheet, Some(rows), Some(columns)].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }
}

/// The Memory card.
#[derive(Clone, Debug, PartialEq)]
pub struct Memory {
    /// `−76 %`.
    pub change: String,
    /// Whether the table became smaller.
    pub smaller: bool,
    /// `325 MB → 78 MB`.
    pub sizes: String,
    /// `325 MB`.
    pub before: String,
    /// `78 MB`.
    pub after: String,
    /// Lengths of the two bars, 0 to 1.
    pub bars: [f32; 2],
    /// What pandas would hold.
    pub pandas: String,
}

impl Memory {
    fn of(report: &Report) -> Self {
        let (before, after) = (report.before_bytes, report.after_bytes);
        let most = before.max(after).max(1) as f64;
        Self {
            change: format::percent_change(-report.saved_percent()),
            smaller: after < before,
            sizes: format!("{} → {}", format::bytes(before), format::bytes(after)),
            before: format::bytes(before),
            after: format::bytes(after),
            bars: [before as f64 / most, after as f64 / most].map(|share| share as f32),
            pandas: pandas(report.pandas_bytes, after),
        }
    }
}

fn pandas(pandas: u64, after: u64) -> String {
    let size = format::bytes(pandas);
    if pandas <= after {
        return format!("pandas would hold {size}.");
    }
    let less = (pandas - after) as f64 / pandas as f64 * 100.0;
    format!("pandas would hold {size}: {} less than that.", format::percent(less))
}

/// The card that says whether something was lost.
#[derive(Clone, Debug, PartialEq)]
pub struct Proof {
    /// Whether every value is the source's.
    pub lossless: bool,
    /// `19,000,000 values compared, 0 differ`.
    pub compared: String,
    /// How many cells are spelled in another way.
    pub spelling: String,
    /// How long it took, and whether the cache helped.
    pub time: String,
}

impl Proof {
    fn of(report: &Report, origin: Origin, took: Duration) -> Self {
        let verified = report.verified;
        let differ = if verified.mismatches == 1 {
            "1 differs".to_owned()
        } else {
            format!("{} differ", format::count(verified.mismatches))
        };
        let made = report.seconds.read + report.seconds.optimise + report.seconds.verify;
        let spelling = match verified.respelled {
            0 => "No spelling changed.".to_owned(),
            cells => format!(
                "{} spelled shorter (1.50 as 1.5), of the same value.",
                if cells == 1 { "1 cell is".to_owned() } else { format!("{} cells are", format::count(cells)) }
            ),
        };
        Self {
            lossless: verified.mismatches == 0,
            compared: format!("{} compared, {differ}", format::counted(verified.values, "value", "values")),
            spelling,
            time: time(origin, took.as_secs_f64(), made),
        }
    }
}

fn time(origin: Origin, took: f64, made: f64) -> String {
    let (took_words, made_words) = (format::seconds(two_digits(took)), format::seconds(two_digits(made)));
    match origin {
        Origin::Made => format!("Opened, shrunk and compared in {took_words}."),
        Origin::Memory | Origin::File if took < made => format!("From the cache: opened in {took_words} instead of {made_words}."),
        Origin::Memory | Origin::File => format!("From the cache: opened in {took_words}."),
    }
}

/// A measured time needs no more than two digits.
fn two_digits(seconds: f64) -> f64 {
    if !seconds.is_finite() || seconds <= 0.0 {
        return seconds;
    }
    let unit = 10f64.powf(seconds.log10().floor() - 1.0);
    (seconds / unit).round() * unit
}

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

fn findings(report: &Report) -> Vec<Finding> {
    let mut all: Vec<Finding> = report.warnings.iter().map(|warning| of_warning(report, warning)).collect();
    all.extend(about_columns(report));
    all.sort_by_key(|finding| std::cmp::Reverse(finding.weight as u8));
    let left = all.len().saturating_sub(MOST_FINDINGS);
    if left > 1 {
        all.truncate(MOST_FINDINGS);
        all.push(Finding { weight: Weight::Note, text: format!("{} more like these.", format::count(left as u64)), place: None });
    }
    all
}

fn of_warning(report: &Report, warning: &crate::data::Warning) -> Finding {
    let column = warning.column.as_ref().and_then(|name| report.columns.iter().position(|column| column.name == *name));
    let differs = warning.row.is_some() && column.and_then(|at| report.columns.get(at)).is_some_and(|column| !column.lossless);
    let text = match (&warning.column, warning.row) {
        (Some(column), Some(row)) => format!("{column}, row {}: {}", format::count(row), warning.text),
        (Some(column), None) => format!("{column}: {}", warning.text),
        (None, Some(row)) => format!("Row {}: {}", format::count(row), warning.text),
        (None, None) => warning.text.clone(),
    };
    let row = warning.row.map(|row| row.saturating_sub(report.first_row));
    let place = (column.is_some() || row.is_some()).then_some(Place { column, row });
    Finding { weight: if differs { Weight::Wrong } else { Weight::Note }, text, place }
}

/// Columns without any value, or with one and the same: each by its name, or together when there are many.
fn about_columns(report: &Report) -> Vec<Finding> {
    let all = || report.columns.iter().enumerate();
    let empty: Vec<(usize, &str)> =
        all().filter(|(_, c)| report.rows > 0 && c.nulls == report.rows).map(|(at, c)| (at, c.name.as_str())).collect();
    let same = all().filter(|(_, c)| report.rows > 1 && c.nulls == 0 && c.unique == Some(1)).map(|(at, c)| (at, c.name.as_str()));
    let mut found = together(&empty, "empty in every row");
    found.extend(together(&same.collect::<Vec<_>>(), "the same in every row"));
    found
}

fn together(columns: &[(usize, &str)], what: &str) -> Vec<Finding> {
    let hint = |at: usize, text: String| Finding { weight: Weight::Hint, text, place: Some(Place { column: Some(at), row: None }) };
    match columns {
        [(first, _), _, _, ..] => {
            let names: Vec<&str> = columns.iter().take(MOST_NAMES).map(|(_, name)| *name).collect();
            let more = if columns.len() > MOST_NAMES { "…" } else { "" };
            let text = format!("{} columns are {what}: {}{more}", format::count(columns.len() as u64), names.join(", "));
            vec![hint(*first, if more.is_empty() { text + "." } else { text })]
        }
        few => few.iter().map(|(at, name)| hint(*at, format!("{name} is {what}."))).collect(),
    }
}

/// The steps in the order of the card: those that usually gain most first.
pub const STEPS: [Step; 6] = [Step::Categories, Step::Integers, Step::Dates, Step::Booleans, Step::Nulls, Step::Floats];

/// A step and what it did.
#[derive(Clone, Debug, PartialEq)]
pub struct Gain {
    /// The step.
    pub step: Step,
    /// `−31 MB`, or why there is no figure.
    pub text: String,
    /// Whether it made the table smaller.
    pub gained: bool,
}

impl Gain {
    fn of(report: &Report, step: Step) -> Self {
        let saved = report.saved_by(step);
        let text = match () {
            () if step == Step::Floats && report.level != Level::Aggressive => "when aggressive".to_owned(),
            () if !report.steps.has(step) => "off".to_owned(),
            () if saved == 0 => "no gain".to_owned(),
            () => format::bytes_change(-saved),
        };
        let gained = saved > 0 && report.steps.has(step);
        Self { step, text, gained }
    }
}

/// What a level means, in a sentence.
pub fn level_words(level: Level) -> &'static str {
    match level {
        Level::Conservative => "Conservative: every cell can be written again letter for letter.",
        Level::Balanced => "Balanced: every value stays the same; 1.50 may be kept as 1.5.",
        Level::Aggressive => "Aggressive: as balanced; decimals in 4 bytes where all their digits survive.",
    }
}

/// What a step does, in a sentence.
pub fn step_words(step: Step) -> &'static str {
    match step {
        Step::Integers => "Whole numbers in as few bytes as their range needs, also those that hide in decimals.",
        Step::Floats => "Decimal numbers in 4 bytes where all their digits survive. Works at the level Aggressive only.",
        Step::Booleans => "Columns of two words, such as Y and N, as one bit each.",
        Step::Dates => "Dates written as 2026-11-21, with or without time, as numbers.",
        Step::Categories => "Texts that repeat are stored once; each row holds a small number.",
        Step::Nulls => "Columns without any value take no memory.",
    }
}

/// The levels with their titles.
pub const LEVELS: [(Level, &str); 3] =
    [(Level::Conservative, "Conservative"), (Level::Balanced, "Balanced"), (Level::Aggressive, "Aggressive")];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{ColumnReport, Stored, Verified, Warning};

    fn column(name: &str, before: u64, after: u64, step: Option<Step>) -> ColumnReport {
        let stored = |kind: &str, bytes| Stored { kind: kind.into(), bytes };
        ColumnReport {
            name: name.into(),
            before: stored("Int64", before),
            after: stored("UInt16", after),
            step,
            lossless: true,
            ..Default::default()
        }
    }

    fn report() -> Report {
        Report {
            rows: 1_000_000,
            first_row: 2,
            columns: vec![
                column("a", 300_000_000, 70_000_000, Some(Step::Integers)),
                column("b", 25_000_000, 8_000_000, Some(Step::Dates)),
            ],
            before_bytes: 325_000_000,
            after_bytes: 78_000_000,
            pandas_bytes: 714_000_000,
            verified: Verified { values: 19_000_000, mismatches: 0, respelled: 0 },
            ..Report::default()
        }
    }

    #[test]
    fn memory_is_told_in_percent_and_sizes() {
        let memory = Memory::of(&report());
        assert_eq!((memory.change.as_str(), memory.sizes.as_str()), ("−76 %", "325 MB → 78 MB"));
        assert_eq!(memory.pandas, "pandas would hold 714 MB: 89 % less than that.");
        assert_eq!(memory.bars, [1.0, 0.24]);
        assert!(memory.smaller);
        let nothing = Memory::of(&Report::default());
        assert_eq!((nothing.change.as_str(), nothing.smaller, nothing.bars), ("0 %", false, [0.0, 0.0]));
        let larger = Memory::of(&Report { before_bytes: 100, after_bytes: 125, ..Report::default() });
        assert_eq!((larger.change.as_str(), larger.bars), ("+25 %", [0.8, 1.0]));
    }

    #[test]
    fn the_proof_counts_what_differs() {
        let proof = Proof::of(&report(), Origin::Made, Duration::from_millis(2_512));
        assert_eq!(proof.compared, "19,000,000 values compared, 0 differ");
        assert_eq!(proof.spelling, "No spelling changed.");
        assert_eq!(proof.time, "Opened, shrunk and compared in 2.5 s.");
        let verified = Verified { values: 1, mismatches: 1, respelled: 2 };
        let proof = Proof::of(&Report { verified, ..report() }, Origin::Made, Duration::ZERO);
        assert!(!proof.lossless);
        assert_eq!(proof.compared, "1 value compared, 1 differs");
        assert_eq!(proof.spelling, "2 cells are spelled shorter (1.50 as 1.5), of the same value.");
    }

    #[test]
    fn the_cache_is_only_praised_when_it_was_faster() {
        assert_eq!(time(Origin::File, 0.2, 2.5), "From the cache: opened in 200 ms instead of 2.5 s.");
        assert_eq!(time(Origin::Memory, 0.003, 0.002), "From the cache: opened in 3 ms.");
        assert_eq!(time(Origin::Made, 123.4, 123.4), "Opened, shrunk and compared in 120 s.");
    }

    #[test]
    fn findings_name_column_and_row_and_the_worst_comes_first() {
        let mut report = report();
        report.warnings = vec![
            Warning { column: Some("b".into()), row: None, text: "Two.".into() },
            Warning { column: Some("b".into()), row: Some(1_002), text: "Differs.".into() },
        ];
        report.columns[0].nulls = 1_000_000;
        report.columns[1].lossless = false;
        report.columns[1].unique = Some(1);
        let found = findings(&report);
        let texts: Vec<&str> = found.iter().map(|finding| finding.text.as_str()).collect();
        assert_eq!(texts, ["b, row 1,002: Differs.", "b: Two.", "a is empty in every row.", "b is the same in every row."]);
        assert_eq!(found[0].place, Some(Place { column: Some(1), row: Some(1_000) }));
        assert_eq!(found[0].weight, Weight::Wrong);
        assert_eq!(found[2].place.map(Place::action), Some("Show column"));
    }

    #[test]
    fn many_columns_alike_are_one_finding() {
        let columns = ["a", "b", "c", "d", "e"];
        let names = |count: usize| columns.iter().copied().enumerate().take(count).collect::<Vec<_>>();
        let texts = |count| together(&names(count), "empty in every row").into_iter().map(|found| found.text).collect::<Vec<_>>();
        assert_eq!(texts(2), ["a is empty in every row.", "b is empty in every row."]);
        assert_eq!(texts(3), ["3 columns are empty in every row: a, b, c."]);
        assert_eq!(texts(5), ["5 columns are empty in every row: a, b, c, d…"]);
        assert!(texts(0).is_empty());
    }

    #[test]
    fn many_findings_are_counted() {
        let mut report = report();
        report.warnings =
            (2..102).map(|row| Warning { column: Some("a".into()), row: Some(row), text: "Differs.".into() }).collect();
        let found = findings(&report);
        assert_eq!(found.len(), MOST_FINDINGS + 1);
        assert_eq!(found[MOST_FINDINGS].text, "94 more like these.");
    }

    #[test]
    fn gains_are_told_or_why_there_is_none() {
        let mut report = report();
        assert_eq!(Gain::of(&report, Step::Integers), Gain { step: Step::Integers, text: "−230 MB".into(), gained: true });
        assert_eq!(Gain::of(&report, Step::Booleans).text, "no gain");
        assert_eq!(Gain::of(&report, Step::Floats).text, "when aggressive");
        report.steps = report.steps.with(Step::Integers, false);
        assert_eq!(Gain::of(&report, Step::Integers), Gain { step: Step::Integers, text: "off".into(), gained: false });
    }
}
