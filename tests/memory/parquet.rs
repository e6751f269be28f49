//! Parquet files, against what pyarrow 26.0.1 reads from the same file (`read_table(…).to_pylist()`), or says of the values that it
//! wrote (`tests/data/tables/make_typed.py`).

use crate::tables::allocator::{alone, peak};
use crate::tables::{Folder, at, bills, column, every, open, open_with, shipped, try_open, types, written};
use tachograph::data::{DataError, Level, Limits, Options, OutputFormat, write};
use tachograph::jobs::{Cancel, Explain, Progress};

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
        ("clock", [Some("9:05:00"), Some("23:59:59.500"), None]),
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

#[test]
fn every_type_and_exact_decimals() {
    let _alone = alone();
    for level in Level::ALL {
        let table = open_with(&shipped("every.parquet"), &at(level));
        assert_eq!((table.report.rows, table.report.columns.len(), table.report.verified.respelled), (6, 45, 0));
        for (name, cells) in every() {
            assert_eq!(column(&table, &name), cells, "{name}");
        }
        let types = types(&table);
        for (name, kind) in
            [("f16", "Float32"), ("f32", "Float32"), ("f32_wide", "Float32"), ("yes", "Boolean"), ("whole", "Int32")]
        {
            assert!(types.contains(&(name, kind)), "{name}: {types:?}");
        }
        let before = |name: &str| table.report.columns.iter().find(|column| column.name == name).expect("a column").before.clone();
        assert_eq!((before("exact").kind.as_str(), before("exact").bytes), ("Decimal", 6 * 16 + 1));
        assert_eq!(before("word").kind, "Categorical");
    }
    // Decimals as whole numbers, and nothing that only Arrow knows: spans of time are mere numbers there.
    let table = open(&shipped("every-plain.parquet"));
    for (name, cells) in every().into_iter().filter(|(name, _)| !name.starts_with("span_") && name != "f16") {
        assert_eq!(column(&table, &name), cells, "{name}");
    }
    assert_eq!(open(&shipped("rows-none.parquet")).report.rows, 0);
}

#[test]
fn old_moments_are_exact_or_refused() {
    let _alone = alone();
    let ns = every().into_iter().find(|(name, _)| name == "ns").expect("moments").1;
    assert_eq!(column(&open(&shipped("int96.parquet")), "old"), ns[..4]);
    match try_open(&shipped("int96-far.parquet"), &Options::default()) {
        Err(DataError::NotATable { looks_like, .. }) => {
            assert!(looks_like.contains("“old”") && looks_like.contains("INT96"), "{looks_like}");
        }
        other => panic!("{other:?}"),
    }
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
    // The texts that numbers and days are written with are the CSV's; their values are in the Parquet file.
    assert!(again.frame.column("paid_on").expect("there").equals_missing(first.frame.column("paid_on").expect("there")));
    for name in ["bill_no", "ledger_id", "division", "item_code", "item", "bill_date", "remarks", "created_at", "note_uid"] {
        assert!(column(&again, name) == column(&first, name), "{name}");
    }
    let third = open_with(&folder.write("again.parquet", packed(&again)), &conservative);
    assert!(written(&third) == written(&again));
}

#[test]
fn columns_that_are_no_cells_are_told() {
    let _alone = alone();
    for (name, column, holds) in [
        ("lists.parquet", "tags", "lists"),
        ("no-cells-records.parquet", "point", "records"),
        ("no-cells-bytes.parquet", "photo", "bytes"),
        ("no-cells-fixed.parquet", "key", "bytes"),
    ] {
        match try_open(&shipped(name), &Options::default()) {
            Err(DataError::NotATable { looks_like, .. }) => {
                assert_eq!(looks_like, format!("a Parquet file whose column “{column}” holds {holds}"));
            }
            other => panic!("{name}: {other:?}"),
        }
    }
    match try_open(&shipped("twice.parquet"), &Options::default()) {
        Err(DataError::NotATable { looks_like, .. }) => assert!(looks_like.contains("same"), "{looks_like}"),
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
    let mut random = crate::tables::Seeded(29);
    let files =
        ["typed.parquet", "every.parquet", "every-plain.parquet"].map(|name| std::fs::read(shipped(name)).expect("shipped"));
    for whole in &files {
        for percent in 0..100 {
            let cut = folder.write("cut.parquet", &whole[..whole.len() * percent / 100]);
            let error = try_open(&cut, &Options::default()).expect_err("cut");
            assert!(error.to_string().contains("cut.parquet") && error.next_step().ends_with('.'), "{error}");
        }
    }
    for turn in 0..1_200 {
        let mut bytes = files[turn % files.len()].clone();
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
