//! The statistics of columns against pandas, NumPy and exact fractions, and against a plain count of the same cells.
//!
//! The comparison needs a Python with pandas, made by `packaging/test-python.sh`, or named by `TACHOGRAPH_PYTHON`; says so where there is none.

use std::path::Path;
use std::process::Command;

use crate::python::python;
use crate::tables::{Folder, Seeded, bills, open_text, open_with};
use serde_json::{Value, json};
use tachograph::data::{ColumnStats, Measure, Number, Options, Step, Steps, Table, column_stats};
use tachograph::jobs::{Cancel, Progress};

fn stats(table: &Table, column: usize) -> ColumnStats {
    column_stats(table, column, 2, &Cancel::new(), &Progress::new()).expect("not cancelled").expect("there is such a column")
}

/// A figure with all its digits.
fn number(number: Number) -> String {
    match number {
        Number::Int(value) => value.to_string(),
        Number::Float(value) => format!("{value:?}"),
    }
}

fn kind(stats: &ColumnStats) -> &'static str {
    match (stats.measure, stats.spread.map(|spread| spread.min)) {
        (Measure::Days, _) => "date",
        (Measure::Moment { .. }, _) => "moment",
        (Measure::Length, _) => "text",
        (Measure::Nothing, _) => "flag",
        (Measure::Number, Some(Number::Int(_))) => "int",
        (Measure::Number, _) => "float",
    }
}

fn figures(table: &Table) -> Vec<Value> {
    let column = |(at, report): (usize, &tachograph::data::ColumnReport)| {
        let stats = stats(table, at);
        let spread = stats.spread;
        json!({
            "name": report.name, "kind": kind(&stats), "rows": stats.rows, "nulls": stats.nulls, "unique": stats.unique,
            "frequent": stats.frequent.iter().map(|frequent| json!([frequent.text, frequent.count])).collect::<Vec<_>>(),
            "min": spread.map(|spread| number(spread.min)), "max": spread.map(|spread| number(spread.max)),
            "mean": spread.map(|spread| spread.mean), "deviation": spread.and_then(|spread| spread.deviation),
            "quantiles": spread.map(|spread| spread.quantiles.map(number)),
            "bins": stats.bins.iter().map(|bin| json!([number(bin.from), number(bin.to), bin.count])).collect::<Vec<_>>(),
        })
    };
    table.report.columns.iter().enumerate().map(column).collect()
}

/// Has pandas look at the same file, and fails with what it says otherwise.
fn agrees(python: &Path, folder: &Folder, path: &Path, table: &Table) {
    let figures = folder.write("figures.json", serde_json::to_vec(&figures(table)).expect("JSON"));
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tables/stats/check.py");
    let output = Command::new(python).args(["-X", "utf8"]).arg(script).args([path, &figures]).output().expect("Python starts");
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}{}", said(&output.stdout), said(&output.stderr));
}

/// Columns of every kind, with gaps, beyond 53 bits, on both sides of zero, and with letters of several bytes.
fn every_kind(rows: u64) -> String {
    let mut r = Seeded(11);
    let mut text = String::from("small,gaps,id,wide,money,loose,day,moment,word,name,flag,one\n");
    for row in 0..rows {
        let gap = |r: &mut Seeded, cell: String| if r.below(5) == 0 { String::new() } else { cell };
        let words = ["Süd", "Nord", "East", "West-Ost"];
        let cells = [
            format!("{}", r.below(9)),
            {
                let cell = format!("{}", r.below(60_000) as i64 - 30_000);
                gap(&mut r, cell)
            },
            format!("{}", 9_007_199_254_740_993 + r.below(4_000_000_000_000)),
            format!("{}", (r.next() >> 1) as i64 - (1 << 61)),
            format!("{}.{:02}", r.below(100_000), r.below(100)),
            format!("{}{}.{}", if r.below(2) == 0 { "-" } else { "" }, r.below(1_000), 1 + r.below(9)),
            {
                let cell = format!("20{:02}-{:02}-{:02}", 10 + r.below(9), 1 + r.below(12), 1 + r.below(28));
                gap(&mut r, cell)
            },
            format!("2024-03-{:02} {:02}:{:02}:{:02}", 1 + r.below(5), r.below(24), r.below(60), r.below(60)),
            words[(r.below(16) as f64).sqrt() as usize].to_owned(),
            format!("naïve {} 日本 {row}", r.below(1_000_000)),
            ["Y", "N", "N"][r.below(3) as usize].to_owned(),
            "7".to_owned(),
        ];
        text += &cells.join(",");
        text.push('\n');
    }
    text
}

#[test]
fn all_figures_are_those_of_pandas() {
    let Some(python) = python() else { return };
    let folder = Folder::new();
    for (name, text) in [("every.csv", every_kind(5_000)), ("few.csv", every_kind(7)), ("single.csv", every_kind(1))] {
        let path = folder.write(name, text);
        let table = open_with(&path, &Options::default());
        agrees(&python, &folder, &path, &table);
    }
}

#[test]
fn figures_do_not_depend_on_how_a_column_is_stored() {
    let folder = Folder::new();
    let path = folder.write("bills.csv", bills(3_000));
    let steps = Steps::ALL.with(Step::Categories, false);
    let (small, plain) = (open_with(&path, &Options::default()), open_with(&path, &Options { steps, ..Options::default() }));
    assert_ne!(
        small.report.columns.iter().map(|column| &column.after.kind).collect::<Vec<_>>(),
        plain.report.columns.iter().map(|column| &column.after.kind).collect::<Vec<_>>()
    );
    assert_eq!(figures(&small), figures(&plain));
}

#[test]
fn a_million_texts_in_pieces_count_as_one_list_does() {
    let mut r = Seeded(3);
    let names: Vec<String> = (0..200_000).map(|_| format!("name {}", r.below(90_000))).collect();
    let table = open_text(&format!("name\n{}\n", names.join("\n")), &Options::default());
    let mut counts = std::collections::BTreeMap::new();
    names.iter().for_each(|name| *counts.entry(name.as_str()).or_insert(0u64) += 1);
    let found = stats(&table, 0);
    assert_eq!((found.unique, found.nulls), (counts.len() as u64, 0));
    let mut most: Vec<(&str, u64)> = counts.into_iter().collect();
    most.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let frequent: Vec<(&str, u64)> = found.frequent.iter().map(|frequent| (frequent.text.as_str(), frequent.count)).collect();
    assert_eq!(frequent, most[..10]);
}

#[test]
fn empty_columns_and_columns_that_are_not_there() {
    let table = open_text("a,b\n1,\n2,\n", &Options::default());
    let empty = stats(&table, 1);
    assert_eq!((empty.rows, empty.nulls, empty.unique, empty.values()), (2, 2, 0, 0));
    assert!(empty.spread.is_none() && empty.frequent.is_empty() && empty.bins.is_empty());
    let none = column_stats(&table, 2, 1, &Cancel::new(), &Progress::new()).expect("not cancelled");
    assert_eq!(none, None);
    let cancel = Cancel::new();
    cancel.cancel();
    assert!(column_stats(&table, 0, 1, &cancel, &Progress::new()).is_err());
}

#[test]
fn figures_are_written_as_the_cells_are() {
    let table = open_text("day\n31.12.2023\n01.01.2024\n15.06.2024\n", &Options::default());
    let found = stats(&table, 0);
    assert_eq!(table.report.columns[0].after.kind, "Date");
    let spread = found.spread.expect("days");
    assert!(found.is_written_as_cells());
    assert_eq!([spread.min, spread.max].map(|day| found.cell_text(day)), ["31.12.2023", "15.06.2024"]);
}
