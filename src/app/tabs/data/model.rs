//! What the Data tab says about a table, in words and figures; no drawing here.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::cache::Origin;
use crate::data::read::Stamp;
use crate::data::{Level, Report, Step, Table};
use crate::operations::Opened;
use crate::report::format;

use super::findings::{Finding, findings};
use super::grid::Grid;
use super::opening::is_pasted;
use super::wanted::Wanted;

/// A table in the tab, with all that is said about it.
#[derive(Debug)]
pub struct Shown {
    /// Where its file is.
    pub path: PathBuf,
    /// What it was made with.
    pub wanted: Wanted,
    /// How long it took to open.
    pub took: Duration,
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
    /// What the next level would save, and that level.
    pub next_level: Option<(Level, String)>,
    /// Layout of the preview.
    pub grid: Grid,
    /// What the file was then; none when the system does not tell.
    pub stamp: Option<Stamp>,
}

impl Shown {
    /// Says everything about a table that was opened. Looks into some of its rows: for a job.
    pub fn new(wanted: Wanted, opened: &Opened<Table>) -> Self {
        let table = Arc::clone(&opened.value);
        let proof = Proof::of(&table.report, opened.origin, opened.took);
        let (grid, stamp) = (Grid::of(&table), Stamp::of(&wanted.path).ok());
        Self::told(wanted, table, proof, grid, stamp, opened.took)
    }

    /// The same with other columns left out: nothing of the table is made anew.
    pub fn leaving_out(&self, wanted: Wanted) -> Self {
        let table = Arc::new(self.table.leaving_out(&wanted.leave_out));
        Self::told(wanted, table, self.proof.clone(), self.grid.clone(), self.stamp, self.took)
    }

    /// What follows from the report is said anew; the rest is given.
    fn told(wanted: Wanted, table: Arc<Table>, proof: Proof, grid: Grid, stamp: Option<Stamp>, took: Duration) -> Self {
        let report = &table.report;
        Self {
            path: wanted.path.clone(),
            memory: Memory::of(report),
            proof,
            findings: findings(report),
            gains: STEPS.iter().map(|&step| Gain::of(report, step)).collect(),
            next_level: next_level(report),
            grid,
            stamp,
            table,
            wanted,
            took,
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
        let cells = report.source.range.as_ref().map(|range| format!("cells {range}"));
        let rows = format::counted(report.rows, "row", "rows");
        let columns = format::counted(report.columns.len() as u64, "column", "columns");
        let file = if is_pasted(&self.path) { "Pasted table".to_owned() } else { report.source.file.clone() };
        [Some(file), sheet, cells, Some(rows), Some(columns)].into_iter().flatten().collect::<Vec<_>>().join(" · ")
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
    /// That columns are left out, when some are.
    pub left_out: Option<String>,
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
            left_out: left_out(report.left_out()),
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

fn left_out(columns: usize) -> Option<String> {
    match columns {
        0 => None,
        1 => Some("1 column is left out, as you chose.".into()),
        several => Some(format!("{} columns are left out, as you chose.", format::count(several as u64))),
    }
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
        Origin::Memory | Origin::File if took < made => {
            format!("From the cache: opened in {took_words} instead of {made_words}{}.", faster(made / took))
        }
        Origin::Memory | Origin::File => format!("From the cache: opened in {took_words}."),
    }
}

/// `, 12 times faster`; nothing where that is not worth telling.
fn faster(times: f64) -> String {
    if times >= 1.95 && times.is_finite() {
        format!(", {} times faster", format::grouped(two_digits(times), 0))
    } else {
        String::new()
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
            () if !report.steps.has(step) => match would_save(report, step) {
                0 => "off".to_owned(),
                bytes => format!("off ({} possible)", format::bytes_change(-bytes)),
            },
            () if saved == 0 => "no gain".to_owned(),
            () => format::bytes_change(-saved),
        };
        let gained = saved > 0 && report.steps.has(step);
        Self { step, text, gained }
    }
}

/// What a step that is off would save, as far as that is known.
fn would_save(report: &Report, step: Step) -> i64 {
    let columns = report.columns.iter().filter(|column| !column.left_out);
    let gains = columns.filter_map(|column| Some((column, column.possible.as_ref().filter(|gain| gain.step == step)?)));
    gains.map(|(column, gain)| column.after.bytes as i64 - gain.bytes as i64).sum::<i64>().max(0)
}

/// What the next level would save, where that is worth telling: a hundredth of the table.
fn next_level(report: &Report) -> Option<(Level, String)> {
    let gain = report.next_level.filter(|gain| gain.saved_bytes > 0 && gain.saved_bytes as u64 * 100 >= report.after_bytes)?;
    let (_, title) = LEVELS.iter().find(|(level, _)| *level == gain.level)?;
    Some((gain.level, format!("{title} would save {} more", format::bytes(gain.saved_bytes.unsigned_abs()))))
}

pub use crate::operations::{level_words, step_words};

/// The levels with their titles.
pub const LEVELS: [(Level, &str); 3] =
    [(Level::Conservative, "Conservative"), (Level::Balanced, "Balanced"), (Level::Aggressive, "Aggressive")];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{ColumnReport, Stored, Verified};

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
        assert_eq!(time(Origin::File, 0.2, 2.5), "From the cache: opened in 200 ms instead of 2.5 s, 13 times faster.");
        assert_eq!(time(Origin::Memory, 0.000_4, 1.3), "From the cache: opened in 400 µs instead of 1.3 s, 3,300 times faster.");
        assert_eq!(time(Origin::File, 0.2, 0.3), "From the cache: opened in 200 ms instead of 300 ms.");
        assert_eq!(time(Origin::Memory, 0.003, 0.002), "From the cache: opened in 3 ms.");
        assert_eq!(time(Origin::Made, 123.4, 123.4), "Opened, shrunk and compared in 120 s.");
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
