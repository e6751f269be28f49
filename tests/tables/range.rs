//! A part of a sheet: the same cells as the whole sheet has there, and a clear answer where there are none.

use std::path::{Path, PathBuf};

use tachograph::data::read::open;
use tachograph::data::{DataError, Limits, Options, ReadOptions, optimise};
use tachograph::jobs::{Cancel, Explain, Progress};

type Row = Vec<Option<String>>;

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn options(range: &str) -> ReadOptions {
    ReadOptions { range: (!range.is_empty()).then(|| range.parse().expect("a range")), ..ReadOptions::default() }
}

/// Names and rows of the first sheet's part.
fn read(path: &Path, range: &str) -> Result<(Vec<String>, Vec<Row>), DataError> {
    let source = open(path, &options(range), &Limits::default())?;
    let mut rows = Vec::new();
    source.batches(&Cancel::new(), &Progress::new(), &mut |batch| {
        let (cells, _) = source.cells(batch)?;
        let text = |row, column| cells.get(row, column).map(|cell| String::from_utf8_lossy(cell).into_owned());
        rows.extend((0..cells.rows()).map(|row| (0..cells.columns()).map(|column| text(row, column)).collect::<Row>()));
        Ok(())
    })?;
    Ok((source.header().to_vec(), rows))
}

#[test]
fn a_part_holds_what_the_sheet_has_there() {
    for name in ["assets/samples/bills-sample.xlsx", "tests/data/tables/numbers-as-text.xlsx"] {
        let path = file(name);
        let (names, rows) = read(&path, "").expect("a workbook");
        assert!(names.len() > 3 && rows.len() > 5, "{name}: {} columns, {} rows", names.len(), rows.len());
        // Columns B to D, and the first four rows below the names.
        let (some_names, some) = read(&path, "B1:D5").expect("cells");
        assert_eq!(some_names, names[1..4], "{name}");
        let expected: Vec<Row> = rows[..4].iter().map(|row| row[1..4].to_vec()).collect();
        assert_eq!(some, expected, "{name}");
        // Without the first row the second one names the columns.
        let (second, rest) = read(&path, "2:6").expect("cells");
        let texts: Vec<String> = rows[0].iter().map(|cell| cell.clone().unwrap_or_default()).collect();
        let named = |name: &String| second.iter().any(|found| found == name || found.starts_with(&format!("{name}_")));
        assert!(texts.iter().filter(|text| !text.is_empty()).all(named), "{name}: {second:?} for {texts:?}");
        assert_eq!(rest, rows[1..5], "{name}");
        // Whole columns.
        let (_, column) = read(&path, "C:C").expect("cells");
        let expected: Vec<Row> = rows.iter().map(|row| vec![row[2].clone()]).collect();
        assert_eq!(column[..expected.len().min(column.len())], expected[..column.len()], "{name}");
    }
}

#[test]
fn every_kind_of_workbook_has_parts() {
    // A2:B3 of the sheet of merged cells, as openpyxl and LibreOffice show it.
    for kind in ["xlsx", "xls", "ods"] {
        let path = file(&format!("tests/data/tables/merged.{kind}"));
        let (whole_names, whole) = read(&path, "").expect("a workbook");
        let (names, rows) = read(&path, "A1:B3").expect("cells");
        assert_eq!(names, whole_names[..2], "{kind}");
        let expected: Vec<Row> = whole[..2].iter().map(|row| row[..2].to_vec()).collect();
        assert_eq!(rows, expected, "{kind}");
    }
}

#[test]
fn the_report_names_the_part_and_an_empty_one_is_told() {
    let path = file("assets/samples/bills-sample.xlsx");
    let with = |range| Options { read: options(range), ..Options::default() };
    let table = optimise(&path, &with("b1:d5"), &Cancel::new(), &Progress::new()).expect("cells");
    assert_eq!((table.rows(), table.report.columns.len()), (4, 3));
    assert_eq!(table.report.source.range.as_deref(), Some("B1:D5"));
    assert_eq!(table.report.verified.mismatches, 0);
    let error = optimise(&path, &with("XA9:XB20"), &Cancel::new(), &Progress::new()).expect_err("nothing there");
    assert_eq!(error.to_string(), "“bills-sample.xlsx” has no cells in XA9:XB20");
    assert!(error.next_step().ends_with('.'));
}
