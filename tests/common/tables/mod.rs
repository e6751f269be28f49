//! What the tests of tables share.

#![allow(dead_code, reason = "each test file uses a part")]
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

pub mod allocator;
pub mod csv;

use std::path::{Path, PathBuf};

use tachograph::data::{DataError, Level, Options, Table, optimise};
use tachograph::jobs::{Cancel, Progress};

/// A folder that goes away with the test.
pub struct Folder(tempfile::TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder for the test"))
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, bytes).expect("a file for the test");
        path
    }
}

/// A small file that lies beside the tests.
pub fn shipped(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/tables").join(name)
}

/// A real file by others, where the folder with them is there; says so where it is not.
pub fn shared(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/tables").join(name);
    if !path.exists() {
        eprintln!("skipped: {} is not there", path.display());
        return None;
    }
    Some(path)
}

pub fn at(level: Level) -> Options {
    Options { level, ..Options::default() }
}

pub fn try_open(path: &Path, options: &Options) -> Result<Table, DataError> {
    optimise(path, options, &Cancel::new(), &Progress::new())
}

/// Opens a table and sees to it that the comparison with the source found nothing.
pub fn open_with(path: &Path, options: &Options) -> Table {
    let table = try_open(path, options).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert_eq!(table.report.verified.mismatches, 0, "{}: {:?}", path.display(), table.report.warnings);
    assert_eq!(table.report.verified.values, table.report.rows * table.report.columns.len() as u64);
    table
}

pub fn open(path: &Path) -> Table {
    open_with(path, &Options::default())
}

/// Opens a text table with these contents.
pub fn open_text(text: &str, options: &Options) -> Table {
    let folder = Folder::new();
    open_with(&folder.write("table.csv", text), options)
}

/// Names and types of all columns.
pub fn types(table: &Table) -> Vec<(&str, &str)> {
    table.report.columns.iter().map(|column| (column.name.as_str(), column.after.kind.as_str())).collect()
}

/// A cell's text as the source had it; `None` for an absent value.
pub fn cell(table: &Table, column: usize, row: usize) -> Option<String> {
    let mut out = Vec::new();
    let present = table.views()[column].write(row, &mut out);
    present.then(|| String::from_utf8(out).expect("UTF-8"))
}

/// All cells of a column.
pub fn column(table: &Table, name: &str) -> Vec<Option<String>> {
    let at = table.report.columns.iter().position(|column| column.name == name).unwrap_or_else(|| panic!("no column {name}"));
    (0..table.rows()).map(|row| cell(table, at, row)).collect()
}

pub fn texts(cells: &[&str]) -> Vec<Option<String>> {
    cells.iter().map(|cell| Some((*cell).to_owned())).collect()
}

/// Numbers that look random and are the same in every run (SplitMix64).
pub struct Seeded(pub u64);

impl Seeded {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }
}

/// The table as CSV.
pub fn written(table: &Table) -> String {
    let mut out = Vec::new();
    tachograph::data::write(table, tachograph::data::OutputFormat::Csv, &mut out, &Cancel::new(), &Progress::new())
        .expect("memory");
    String::from_utf8(out).expect("UTF-8")
}

/// Bills as an office keeps them: codes with leading zeros, numbers past 2^53, prices with two decimals, dates in two orders,
/// flags, repeated and unique texts, an empty and a constant column.
pub fn bills(rows: u64) -> String {
    use std::fmt::Write as _;
    let mut text = String::from(
        "bill_no,ledger_id,division,item_code,item,quantity,rate,bill_date,paid_on,is_final,measured_by_emp,remarks,legacy_ref,currency,created_at,note_uid\n",
    );
    let mut r = Seeded(2024);
    let division = ["Udaipur", "Jaipur", "Kota", "Ajmer", "Bikaner", "Jodhpur", "Alwar", "Sikar"];
    let items = ["Earthwork in excavation", "PCC 1:4:8", "\"Painting, two coats\"", "\"Road \"\"GSB\"\" layer\""];
    for row in 0..rows {
        let (year, month, day) = (2019 + r.below(6), 1 + r.below(12), 1 + r.below(28));
        let paid = if r.below(10) == 0 { String::new() } else { format!("{day:02}/{month:02}/{year}") };
        let employee = if r.below(7) == 0 { String::new() } else { format!("{}.0", 100 + r.below(300)) };
        writeln!(
            text,
            "{},{},{},{:05},{},{},{:.2},{year}-{month:02}-{day:02},{paid},{},{employee},{},,INR,{year}-{month:02}-{day:02} {:02}:{:02}:{:02},{:012x}",
            row + 1,
            9_007_199_254_740_993 + 7 * row,
            division[r.below(8) as usize],
            1 + r.below(3_999),
            items[r.below(4) as usize],
            r.below(1_000_000) as f64 / 1_000.0,
            r.below(1_000_000) as f64 / 100.0,
            ["Y", "N"][r.below(2) as usize],
            ["", "", "checked", "तकनीकी स्वीकृति"][r.below(4) as usize],
            r.below(24),
            r.below(60),
            r.below(60),
            r.below(1 << 48),
        )
        .expect("memory");
    }
    text
}

/// The cells of each column of the files `every.*`, as pyarrow has them.
pub fn every() -> Vec<(String, Vec<Option<String>>)> {
    let text = std::fs::read_to_string(shipped("every.json")).expect("shipped");
    serde_json::from_str::<std::collections::BTreeMap<_, _>>(&text).expect("columns of cells").into_iter().collect()
}
