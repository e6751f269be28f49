//! What other programs read from the tables of the tests, as `make_expected.py` wrote it down, and how ours is held against it.

pub mod cell;
pub mod sha256;

use std::path::{Path, PathBuf};

use serde::Deserialize;
use tachograph::data::{ColumnView, Table, Value};

/// A table as others have it.
#[derive(Debug, Deserialize)]
pub struct Expected {
    pub file: String,
    pub made_with: String,
    pub text: Option<Text>,
    pub sheets: Vec<Sheet>,
    #[serde(skip)]
    pub by_others: bool,
}

/// How a text table is to be read.
#[derive(Debug, Deserialize)]
pub struct Text {
    pub separator: char,
    pub encoding: String,
}

/// A sheet, or the whole of a text table.
#[derive(Debug, Deserialize)]
pub struct Sheet {
    pub sheet: Option<String>,
    pub first_row: Option<u64>,
    /// None where no cell has anything.
    pub header: Option<Vec<Cell>>,
    pub rows: Option<Vec<Vec<Cell>>>,
    pub count: Option<u64>,
    pub columns: Option<Vec<Sums>>,
}

/// A letter for the kind, a colon and the value; none for a blank.
pub type Cell = Option<String>;

/// A column of many rows.
#[derive(Debug, Deserialize)]
pub struct Sums {
    pub blank: usize,
    pub texts: String,
    pub numbers: Option<String>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference")
}

/// Everything that was written down: first of tables by others, then of our own.
pub fn all() -> Vec<Expected> {
    ["shared", "own"].into_iter().flat_map(of).collect()
}

fn of(whose: &str) -> Vec<Expected> {
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).expect("readable");
        let found = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Expected { by_others: whose == "shared", ..found }
    };
    let entries = std::fs::read_dir(folder().join("expected").join(whose)).expect("shipped");
    let mut all: Vec<Expected> = entries.map(|entry| read(entry.expect("an entry").path())).collect();
    all.sort_by(|a, b| a.file.cmp(&b.file));
    all
}

impl Expected {
    /// The table itself; says so where the folder with those by others is not there.
    pub fn path(&self) -> Option<PathBuf> {
        if self.by_others {
            return super::tables::shared(&self.file);
        }
        [folder().join(&self.file), super::tables::shipped(&self.file)].into_iter().find(|path| path.exists())
    }
}

impl Sheet {
    /// Number of rows below the header.
    pub fn len(&self) -> u64 {
        self.rows.as_ref().map_or(self.count.unwrap_or(0), |rows| rows.len() as u64)
    }

    /// What differs, at most a few of each column. `exact`: texts must be the same, and not only the numbers that they tell.
    pub fn faults(&self, table: &Table, exact: bool) -> Vec<String> {
        let (Some(header), views) = (&self.header, table.views()) else { return vec!["a table where there is none".into()] };
        if (views.len(), table.report.rows) != (header.len(), self.len()) {
            return vec![format!(
                "{} columns and {} rows, not {} and {}",
                views.len(),
                table.report.rows,
                header.len(),
                self.len()
            )];
        }
        let mut faults = name_faults(header, table);
        for (at, view) in views.iter().enumerate() {
            let name = format!("column {} “{}”", at + 1, table.report.columns[at].name);
            match (&self.rows, &self.columns) {
                (Some(rows), _) => faults.extend(self.cell_faults(rows, at, view, exact).map(|fault| format!("{name}, {fault}"))),
                (None, Some(sums)) => faults.extend(sums[at].faults(view, exact).map(|fault| format!("{name}: {fault}"))),
                (None, None) => panic!("neither rows nor sums"),
            }
        }
        faults
    }

    fn cell_faults(&self, rows: &[Vec<Cell>], at: usize, view: &ColumnView<'_>, exact: bool) -> impl Iterator<Item = String> {
        let first = self.first_row.expect("of a sheet with cells");
        let fault = move |(row, cells): (usize, &Vec<Cell>)| {
            let found = cell::fits(cells[at].as_deref(), view, row, exact).err()?;
            Some(format!("row {}: {found} instead of {:?}", row as u64 + first, cells[at]))
        };
        rows.iter().enumerate().filter_map(fault).take(3)
    }
}

impl Sheet {
    /// What differs in rows that were read from text again: a blank and an empty cell are the same there.
    pub fn text_faults(&self, rows: &[Vec<String>]) -> Vec<String> {
        if rows.len() as u64 != self.len() {
            return vec![format!("{} rows instead of {}", rows.len(), self.len())];
        }
        let wanted = |cell: &Cell| cell.as_deref().map_or("", |cell| &cell[2..]).to_owned();
        if let Some(expected) = &self.rows {
            let pairs = expected.iter().map(|row| row.iter().map(wanted).collect::<Vec<_>>()).zip(rows).enumerate();
            return pairs.filter(|(_, (own, its))| own != *its).map(|(row, pair)| format!("row {row}: {pair:?}")).take(3).collect();
        }
        let sums = self.columns.iter().flatten().enumerate();
        let differs = |(at, sums): (usize, &Sums)| {
            let mut texts = Vec::new();
            rows.iter().for_each(|cells| push_line(&mut texts, cells[at].as_bytes()));
            (sha256::hex(texts.get(1..).unwrap_or_default()) != sums.texts).then(|| format!("column {}: other texts", at + 1))
        };
        sums.filter_map(differs).collect()
    }
}

/// Blank names are made of the column's number, repeated ones get a number; all others stand as they are.
fn name_faults(header: &[Cell], table: &Table) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    let mut faults = Vec::new();
    for (at, (cell, report)) in header.iter().zip(&table.report.columns).enumerate() {
        let text = cell.as_deref().and_then(|cell| cell.split_once(':')).map_or("", |(_, text)| text);
        let wanted = if text.trim().is_empty() { format!("column_{}", at + 1) } else { text.to_owned() };
        let numbered =
            report.name.strip_prefix(&wanted).and_then(|rest| rest.strip_prefix('_')).is_some_and(|n| n.parse::<u32>().is_ok());
        let fits = if seen.contains(&wanted) { numbered } else { report.name == wanted };
        if !fits {
            faults.push(format!("column {} is named {:?} instead of {wanted:?}", at + 1, report.name));
        }
        seen.insert(report.name.clone());
    }
    faults
}

impl Sums {
    fn faults(&self, view: &ColumnView<'_>, exact: bool) -> impl Iterator<Item = String> {
        let (mut texts, mut numbers, mut blank) = (Vec::new(), Vec::new(), 0);
        let mut text = Vec::new();
        for row in 0..view.len() {
            text.clear();
            blank += usize::from(!view.write(row, &mut text));
            push_line(&mut texts, &text);
            if self.numbers.is_some() {
                let number = value_of(view, row).map_or_else(String::new, |value| format!("{:016x}", value.to_bits()));
                push_line(&mut numbers, number.as_bytes());
            }
        }
        let texts = (sha256::hex(texts.get(1..).unwrap_or_default()), sha256::hex(numbers.get(1..).unwrap_or_default()));
        let differs = |own: &str, wanted: &str, what: &str| (own != wanted).then(|| format!("other {what}"));
        [
            (blank != self.blank).then(|| format!("{blank} blank cells instead of {}", self.blank)),
            if exact || self.numbers.is_none() { differs(&texts.0, &self.texts, "texts") } else { None },
            self.numbers.as_ref().and_then(|wanted| differs(&texts.1, wanted, "numbers")),
        ]
        .into_iter()
        .flatten()
    }
}

/// Adds a line feed and a cell, whose own line feeds are written in another way.
fn push_line(out: &mut Vec<u8>, cell: &[u8]) {
    out.push(b'\n');
    for byte in cell {
        match byte {
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            other => out.push(*other),
        }
    }
}

/// The number that is stored; that of its text where it is stored as text.
fn value_of(view: &ColumnView<'_>, row: usize) -> Option<f64> {
    match view.value(row)? {
        Value::Int(value) => Some(value as f64),
        Value::Float(value) => Some(value),
        Value::Float32(value) => cell::number(&value.to_string()),
        Value::Text(text) => cell::number(std::str::from_utf8(text).ok()?),
        Value::Bool(_) => None,
    }
}
