//! Rows read once more from a table's file are what stands in it, wherever they are, and a changed file is told.

use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::tables::{Folder, bills, open};
use tachograph::data::read::{SourceRows, Stamp};
use tachograph::data::{Limits, ReadOptions, Table};
use tachograph::jobs::{Cancel, JobError, Progress};
use tachograph::operations::{SourceFile, read_again, source_rows};

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/samples").join(name)
}

fn rows_of(path: &Path, read: &ReadOptions, rows: Range<usize>, pieces: &[usize]) -> SourceRows {
    let file = SourceFile { path, read, limits: &Limits::default(), stamp: Stamp::of(path).ok() };
    source_rows(file, rows, pieces, &Cancel::new(), &Progress::new()).expect("the rows are read")
}

/// The lossless table's own cells.
fn cells(table: &Table, rows: Range<usize>) -> Vec<Vec<Option<String>>> {
    let views = table.views();
    let cell = |view: &tachograph::data::ColumnView<'_>, row| {
        let mut out = Vec::new();
        view.write(row, &mut out).then(|| String::from_utf8(out).expect("text"))
    };
    rows.map(|row| views.iter().map(|view| cell(view, row)).collect()).collect()
}

#[test]
fn rows_anywhere_in_a_large_text_are_read_and_pieces_are_passed_over() {
    let folder = Folder::new();
    let path = folder.write("bills.csv", bills(60_000));
    assert!(std::fs::metadata(&path).expect("the file").len() > 8 << 20, "more than two pieces");
    let table = open(&path);
    let read = read_again(&table.report);
    let first = rows_of(&path, &read, 59_990..60_050, &[]);
    assert_eq!((first.first, first.rows.len(), first.pieces.iter().sum::<usize>()), (59_990, 10, 60_000));
    assert_eq!(first.rows, cells(&table, 59_990..60_000));
    let again = rows_of(&path, &read, 59_990..60_050, &first.pieces);
    assert_eq!(again, first);
    let across = first.pieces[0] - 3..first.pieces[0] + 3;
    let middle = rows_of(&path, &read, across.clone(), &first.pieces);
    assert_eq!((middle.rows, middle.pieces.len()), (cells(&table, across), 2));
    assert_eq!(rows_of(&path, &read, 0..1, &[]).pieces.len(), 1, "no further than needed");
    assert!(rows_of(&path, &read, 5..5, &[]).rows.is_empty());
}

#[test]
fn a_file_is_read_again_as_it_was_read() {
    let folder = Folder::new();
    let odd = folder.write("odd.csv", "Export of today\n\nname;price\n'a;b';1,50\n'c''d';2,00\n'e';3,25\n");
    let latin = folder.write("latin.csv", b"stra\xdfe;zahl\nM\xfcnchen;1\nK\xf6ln;2\n\xc4ndern;3\n");
    let headless = folder.write("headless.csv", "1,2024-01-01\n2,2024-01-02\n3,2024-01-03\n");
    let ragged = folder.write("ragged.csv", format!("a,b\n{}1,2,3\n", "5,6\n".repeat(40)));
    for path in [odd, latin, headless, ragged, sample("bills-sample.xlsx"), sample("bills-sample.csv")] {
        let table = open(&path);
        let read = read_again(&table.report);
        let found = rows_of(&path, &read, 1..table.rows(), &[]);
        let names: Vec<&str> = table.report.columns.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(found.columns, names, "{}", path.display());
        assert_eq!(found.rows, cells(&table, 1..table.rows()), "{}", path.display());
    }
}

#[test]
fn a_file_that_was_changed_is_told() {
    let folder = Folder::new();
    let path = folder.write("a.csv", "a\n1\n2\n");
    let stamp = Stamp::of(&path).ok();
    folder.write("a.csv", "a\n1\n2\n3\n");
    let file = SourceFile { path: &path, read: &ReadOptions::default(), limits: &Limits::default(), stamp };
    let error = source_rows(file, 0..1, &[], &Cancel::new(), &Progress::new()).expect_err("changed");
    let JobError::Failed(failure) = error else { panic!("{error:?}") };
    assert_eq!(failure.message, "“a.csv” was changed since it was opened, so its text cannot be shown beside the table.");
    assert_eq!(failure.next_step, "Open the file again.");
    let cancel = Cancel::new();
    cancel.cancel();
    let file = SourceFile { stamp: None, ..file };
    assert!(matches!(source_rows(file, 0..2, &[], &cancel, &Progress::new()), Err(JobError::Cancelled)));
}
