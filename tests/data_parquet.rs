//! Parquet files, against what pyarrow 26.0.1 reads from the same file (`read_table(…).to_pylist()`).

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod tables;

use tables::allocator::{Counting, alone, peak};
use tables::{Folder, bills, column, open, open_with, shipped, try_open, types, written};
use tachograph::data::{DataError, Level, Limits, Options, OutputFormat, write};
use tachograph::jobs::{Cancel, Explain, Progress};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn every_type_of_column() {
    let _alone = alone();
    let table = open(&shipped("typed.parquet"));
    assert_eq!((table.report.rows, table.report.first_row, &*table.report.source.format), (3, 1, "parquet"));
    let expected: [(&str, [Option<&str>; 3]); 15] = [
        ("i8", [Some("1"), Some("-128"), None]),
        ("i64", [Some("9007199254740993"), Some("-9223372036854775808"), Some("9223372036854775807")]),
        ("u64", [Some("0"), Some("18446744073709551615"), None]),
        ("f32", [Some("0.1"), Some("16777216"), None]),
        ("f64", [Some("0.1"), Some("1e+300"), Some("-0")]),
        ("odd", [Some("NaN"), Some("inf"), Some("1.5")]),
        ("yes", [Some("true"), None, Some("false")]),
        ("text", [Some("00007"), Some(""), None]),
        ("word", [Some("a"), Some("b"), Some("a")]),
        ("day", [Some("2024-02-29"), Some("0001-01-01"), None]),
        ("ms", [Some("2024-02-29 12:30:15.250"), Some("2024-02-29"), None]),
        ("us", [Some("2024-02-29 12:30:15.000001"), Some("1969-12-31 23:59:59"), None]),
        ("utc", [Some("2024-02-29 12:30:15Z"); 3]),
        ("clock", [Some("9:05:00"), Some("23:59:59.500000000"), None]),
        ("none", [None; 3]),
    ];
    for (name, cells) in expected {
        assert_eq!(column(&table, name), cells.map(|cell| cell.map(str::to_owned)), "{name}");
    }
    let kinds = types(&table);
    assert_eq!(kinds[..2], [("i8", "Int8"), ("i64", "Int64")]);
    assert_eq!(kinds[6], ("yes", "Boolean"));
    assert_eq!(kinds[9..13], [("day", "Date"), ("ms", "Datetime"), ("us", "Datetime"), ("utc", "Datetime")]);
}

fn packed(table: &tachograph::data::Table) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(table, OutputFormat::Parquet, &mut bytes, &Cancel::new(), &Progress::new()).expect("memory");
    bytes
}

#[test]
fn what_was_written_is_read_again() {
    let _alone = alone();
    let folder = Folder::new();
    let conservative = Options { level: Level::Conservative, ..Options::default() };
    let first = open_with(&folder.write("bills.csv", bills(60_000)), &conservative);
    let again = open_with(&folder.write("bills.parquet", packed(&first)), &conservative);
    assert_eq!(again.report.rows, 60_000);
    // Texts that numbers were written with are the CSV's; their values are in the Parquet file.
    for name in
        ["bill_no", "ledger_id", "division", "item_code", "item", "bill_date", "paid_on", "remarks", "created_at", "note_uid"]
    {
        assert!(column(&again, name) == column(&first, name), "{name}");
    }
    let third = open_with(&folder.write("again.parquet", packed(&again)), &conservative);
    assert!(written(&third) == written(&again));
}

#[test]
fn columns_that_are_no_cells_are_told() {
    let _alone = alone();
    match try_open(&shipped("lists.parquet"), &Options::default()) {
        Err(DataError::NotATable { looks_like, .. }) => assert!(looks_like.contains("“tags”"), "{looks_like}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn more_cells_than_allowed_are_refused_before_they_are_read() {
    let _alone = alone();
    let options = Options { limits: Limits { max_cells: 44, ..Limits::default() }, ..Options::default() };
    assert!(matches!(try_open(&shipped("typed.parquet"), &options), Err(DataError::TooLarge { .. })));
}

#[test]
fn cut_and_flipped_files_never_crash() {
    let _alone = alone();
    let folder = Folder::new();
    let whole = std::fs::read(shipped("typed.parquet")).expect("shipped");
    for percent in 0..100 {
        let error =
            try_open(&folder.write("cut.parquet", &whole[..whole.len() * percent / 100]), &Options::default()).expect_err("cut");
        assert!(error.to_string().contains("cut.parquet") && error.next_step().ends_with('.'), "{error}");
    }
    let mut random = tables::Seeded(29);
    for _ in 0..600 {
        let mut bytes = whole.clone();
        let place = random.below(bytes.len() as u64) as usize;
        bytes[place] ^= 1 << random.below(8);
        let (result, most) = peak(|| try_open(&folder.write("flipped.parquet", bytes), &Options::default()));
        assert!(most < 3 << 30, "byte {place}: {most}");
        match result {
            Ok(table) => assert_eq!(table.report.verified.mismatches, 0),
            Err(error) => assert!(error.to_string().contains("flipped.parquet") && error.next_step().ends_with('.'), "{error}"),
        }
    }
}
