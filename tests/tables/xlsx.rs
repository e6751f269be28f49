//! Workbooks, against what openpyxl 3.1.5 reads from the same files (`load_workbook(data_only=True)`).

use crate::tables::{cell, column, open, open_with, shared, shipped, texts, try_open, types};
use tachograph::data::{DataError, Limits, Options, ReadOptions, sheet_names};

fn sheet(name: &str) -> Options {
    Options { read: ReadOptions { sheet: Some(name.into()), ..ReadOptions::default() }, ..Options::default() }
}

#[test]
fn every_type_of_cell() {
    let table = open(&shipped("typed.xlsx"));
    let report = &table.report;
    assert_eq!((report.rows, report.source.sheet.as_deref()), (5, Some("Bills")));
    assert_eq!(
        types(&table)[..9],
        [
            ("count", "UInt16"),
            ("price", "Float64"),
            ("code", "String"),
            ("day", "Date"),
            ("moment", "Datetime"),
            ("clock", "String"),
            ("yes", "Boolean"),
            ("mixed", "String"),
            ("large", "Float64")
        ]
    );
    let expected: [(&str, [&str; 5]); 11] = [
        ("count", ["0", "100", "200", "300", "400"]),
        ("price", ["0.1", "1.1", "2.1", "3.1", "4.1"]),
        ("code", ["00007", "00008", "00009", "00010", "00011"]),
        ("day", ["2024-02-27", "2024-02-28", "2024-02-29", "2024-03-01", "2024-03-02"]),
        (
            "moment",
            ["2024-02-29 12:30:15", "2024-03-01 00:30:15", "2024-03-01 12:30:15", "2024-03-02 00:30:15", "2024-03-02 12:30:15"],
        ),
        ("clock", ["9:05:00", "9:06:00", "9:07:00", "9:08:00", "9:09:00"]),
        ("yes", ["TRUE", "FALSE", "TRUE", "FALSE", "TRUE"]),
        ("mixed", ["0", "1", "2", "n/k", "4"]),
        ("large", ["1000000000000000", "9007199254740991", "1e+16", "1e+300", "1.5e-07"]),
        ("name", ["तकनीकी स्वीकृति", "東京都渋谷区", "Zürich", "naïve", "plain"]),
        (
            "fine",
            ["2024-01-01", "2024-01-01 00:00:01.250", "2024-01-01 00:00:02.500", "2024-01-01 00:00:03.750", "2024-01-01 00:00:04"],
        ),
    ];
    for (name, cells) in expected {
        assert_eq!(column(&table, name), texts(&cells), "{name}");
    }
    assert_eq!(column(&table, "blank"), vec![None; 5]);
    assert_eq!(column(&table, "error"), [None, Some("#DIV/0!".to_owned()), Some("#N/A".to_owned()), None, None]);
    assert_eq!(report.verified.respelled, 0);
}

#[test]
fn two_kinds_in_one_column_are_told_with_the_row() {
    let table = open(&shipped("typed.xlsx"));
    let warnings: Vec<_> = table.report.warnings.iter().map(|w| (w.column.as_deref(), w.row, w.text.as_str())).collect();
    let text = "Two kinds in one column, from this row on: text, and numbers or dates. The column is kept as text.";
    assert_eq!(warnings, [(Some("mixed"), Some(5), text)]);
}

#[test]
fn bounds_that_are_missing_or_too_small_lose_no_cell() {
    let whole = open(&shipped("typed.xlsx"));
    let missing = open(&shipped("no-dimension.xlsx"));
    assert_eq!((missing.report.rows, types(&missing)), (5, types(&whole)));
    let narrow = open(&shipped("narrow-dimension.xlsx"));
    assert_eq!((narrow.report.rows, narrow.report.columns.len()), (7, 16));
    assert_eq!(column(&narrow, "column_16"), [None, None, None, None, None, None, Some("7".to_owned())]);
    assert_eq!(column(&narrow, "count")[4..], [Some("400".to_owned()), None, None]);
}

#[test]
fn sheets_are_listed_and_chosen_by_name() {
    let path = shipped("sheets.xlsx");
    assert_eq!(sheet_names(&path, &Limits::default()).expect("a workbook"), ["Blank", "Data", "Hidden"]);
    let first = open(&path);
    assert_eq!(first.report.source.sheet.as_deref(), Some("Data"), "the first with cells");
    assert_eq!(column(&open_with(&path, &sheet("Hidden")), "secret"), texts(&["42"]));
    match try_open(&path, &sheet("Chart")) {
        Err(DataError::NoSheet { sheet, sheets, .. }) => {
            assert_eq!((sheet.as_str(), sheets), ("Chart", ["Blank", "Data", "Hidden"].map(String::from).into()));
        }
        other => panic!("{other:?}"),
    }
    assert!(matches!(try_open(&path, &sheet("Blank")), Err(DataError::Empty { .. })));
}

#[test]
fn a_table_need_not_start_in_the_corner_nor_be_dense() {
    let table = open(&shipped("sheets.xlsx"));
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(column(&table, "id"), [some("1"), None, some("2"), None, None, some("3")]);
    assert_eq!(column(&table, "text"), [some("one"), None, None, None, None, some("three")]);
}

#[test]
fn days_counted_from_1904() {
    let table = open(&shipped("date-1904.xlsx"));
    assert_eq!(types(&table), [("day", "Date")]);
    assert_eq!(column(&table, "day"), texts(&["1904-01-02", "2021-01-01", "2024-02-29"]));
}

#[test]
fn a_merged_cell_stands_in_its_first_row() {
    let table = open(&shipped("merged.xlsx"));
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(column(&table, "region"), [some("North"), None, some("South"), None]);
    assert_eq!(column(&table, "people"), texts(&["10", "20", "30", "40"]));
}

#[test]
fn before_is_what_a_workbook_reader_holds() {
    // Five rows: 8 bytes for a number or date, 16 for a text and more when it is longer than 12 bytes.
    let table = open(&shipped("typed.xlsx"));
    let before: Vec<_> = table.report.columns.iter().take(4).map(|c| (c.before.kind.as_str(), c.before.bytes)).collect();
    assert_eq!(before, [("Float64", 40), ("Float64", 40), ("String", 80), ("Datetime", 40)]);
}

#[test]
fn pandas_holds_texts_of_a_workbook_as_texts_and_dates_as_dates() {
    // pandas 3.1.1 with object strings, read_excel(…).memory_usage(deep=True) of the same columns.
    let table = open(&shipped("typed.xlsx"));
    let pandas: Vec<_> = table.report.columns.iter().take(5).map(|c| (c.name.as_str(), c.pandas_bytes)).collect();
    assert_eq!(pandas, [("count", 40), ("price", 40), ("code", 310), ("day", 40), ("moment", 40)]);
}

#[test]
fn real_mixed_types() {
    let Some(path) = shared("mixed.xlsx") else { return };
    let table = open(&path);
    assert_eq!(column(&table, "Employee ID"), texts(&["123456", "44333", "US00011", "135967", "IN86868"]));
    assert_eq!(column(&table, "Date"), texts(&["2023-07-21"; 5]));
    assert_eq!(column(&table, "Asset ID"), texts(&["84444", "84444", "84444", "84444", "ABC123"]));
    let warned: Vec<_> = table.report.warnings.iter().map(|w| (w.column.as_deref(), w.row)).collect();
    assert_eq!(warned, [(Some("Employee ID"), Some(4)), (Some("Asset ID"), Some(6))]);
}

#[test]
fn real_chart_and_hidden_sheets() {
    let Some(path) = shared("any-sheets.xlsx") else { return };
    assert_eq!(sheet_names(&path, &Limits::default()).expect("a workbook"), ["Visible", "Hidden", "VeryHidden"]);
    let table = open(&path);
    assert_eq!(table.report.columns[0].name, "1");
    assert_eq!(column(&table, "1")[..3], [Some("3".to_owned()), Some("5".to_owned()), None]);
}

#[test]
fn real_dates_from_1904() {
    let Some(path) = shared("date-1904.xlsx") else { return };
    let table = open(&path);
    // Its first row is taken for the header; openpyxl: 2021-01-02, and 10 days 15:10:10 as a duration.
    assert_eq!(table.report.columns[0].name, "2021-01-01");
    assert_eq!(column(&table, "2021-01-01"), texts(&["2021-01-02", "255:10:10"]));
    assert_eq!(column(&table, "15"), texts(&["16", "17"]));
}

#[test]
fn real_errors_large_numbers_and_merged_cells() {
    let Some(path) = shared("errors.xlsx") else { return };
    assert_eq!(column(&open(&path), "#DIV/0!"), texts(&["#NAME?", "#VALUE!", "#NULL!", "#REF!", "#NUM!", "#N/A"]));
    let Some(path) = shared("large-floats.xlsx") else { return };
    assert_eq!(column(&open(&path), "A"), texts(&["9.22337203685478e+19"]));
    let Some(path) = shared("merged-range.xlsx") else { return };
    let table = open_with(&path, &sheet("Sheet2"));
    assert_eq!(column(&table, "B1"), [None, Some("B3".to_owned()), Some("B4".to_owned())]);
}

#[test]
fn real_long_texts() {
    let Some(path) = shared("large-strings.xlsx") else { return };
    let table = open(&path);
    assert_eq!((table.report.rows, table.report.columns.len()), (9_998, 17));
    // The n-th row holds n letters.
    assert_eq!(cell(&table, 0, 0).as_deref(), Some("aa"));
    assert_eq!(cell(&table, 0, 997).map(|text| text.len()), Some(999));
    let words = open_with(&path, &sheet("longwordslist"));
    assert_eq!((words.report.rows, cell(&words, 0, 0).as_deref()), (17_618, Some("abberations")));
}
