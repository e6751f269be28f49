//! Tables written and read again: Parquet, Arrow, CSV, workbooks, and the bytes that a cache keeps.

use std::io::{self, Write};

use crate::tables::{bills, cell, open_text, shipped, types, written};
use polars::prelude::{DataType, IpcReader, ParquetReader, SerReader};
use tachograph::data::{Options, OutputFormat, Table, decode, encode, memory_bytes, write};
use tachograph::jobs::{Cancel, Progress};

fn table() -> Table {
    open_text(&bills(20_000), &Options::default())
}

fn parquet(table: &Table) -> Vec<u8> {
    let mut out = Vec::new();
    write(table, OutputFormat::Parquet, &mut out, &Cancel::new(), &Progress::new()).expect("memory");
    out
}

#[test]
fn parquet_keeps_values_and_types() {
    let table = table();
    let bytes = parquet(&table);
    let read = ParquetReader::new(io::Cursor::new(bytes)).finish().expect("Parquet");
    assert_eq!(read.shape(), (20_000, 16));
    for (own, other) in table.frame.columns().iter().zip(read.columns()) {
        assert_eq!((own.name(), own.dtype()), (other.name(), other.dtype()));
        assert!(own.as_materialized_series().equals_missing(other.as_materialized_series()), "{}", own.name());
    }
    assert!(matches!(read.column("division").expect("a column").dtype(), DataType::Enum(..)), "categories stay categories");
}

#[test]
fn arrow_keeps_values_and_types() {
    let table = table();
    let mut out = Vec::new();
    write(&table, OutputFormat::Arrow, &mut out, &Cancel::new(), &Progress::new()).expect("memory");
    let read = IpcReader::new(io::Cursor::new(out)).finish().expect("Arrow");
    assert_eq!(read.shape(), (20_000, 16));
    for (own, other) in table.frame.columns().iter().zip(read.columns()) {
        assert_eq!((own.name(), own.dtype()), (other.name(), other.dtype()));
        assert!(own.as_materialized_series().equals_missing(other.as_materialized_series()), "{}", own.name());
    }
}

#[test]
fn a_workbook_read_again_has_the_same_cells() {
    let table = table();
    let mut out = Vec::new();
    write(&table, OutputFormat::Xlsx, &mut out, &Cancel::new(), &Progress::new()).expect("memory");
    let folder = crate::tables::Folder::new();
    let again = crate::tables::open(&folder.write("bills.xlsx", out));
    assert_eq!(again.rows(), table.rows());
    for (at, column) in table.report.columns.iter().enumerate() {
        for row in 0..table.rows() {
            let (one, other) = (cell(&table, at, row), cell(&again, at, row));
            let number = |text: &Option<String>| text.as_ref().and_then(|text| text.parse::<f64>().ok());
            let is_equal = one == other || (number(&one).is_some() && number(&one) == number(&other));
            let is_bool = matches!((one.as_deref(), other.as_deref()), (Some("Y"), Some("TRUE")) | (Some("N"), Some("FALSE")));
            // A workbook's days are spelled in one way.
            let turned = |text: &str| text.split('/').rev().collect::<Vec<_>>().join("-");
            let is_day = column.name == "paid_on" && one.as_deref().map(turned) == other;
            assert!(is_equal || is_bool || is_day, "{} row {row}: {one:?} became {other:?}", column.name);
        }
    }
}

#[test]
fn what_a_sheet_cannot_hold_is_told() {
    let table = open_text(&format!("a\n{}\n", "x".repeat(32_768)), &Options::default());
    let error = write(&table, OutputFormat::Xlsx, &mut Vec::new(), &Cancel::new(), &Progress::new()).expect_err("too long");
    assert!(error.to_string().contains("column “a” has 32768"), "{error}");
}

#[test]
fn csv_read_again_is_the_same_table() {
    let text = bills(20_000);
    let table = open_text(&text, &Options::default());
    let again = open_text(&written(&table), &Options::default());
    assert_eq!(types(&table), types(&again));
    assert!(table.frame.equals_missing(&again.frame));
    // This source has no needless quotation marks, so that even its bytes come back.
    assert!(written(&table) == text, "the bytes differ");
}

#[test]
fn a_workbook_becomes_csv_with_commas() {
    let table = crate::tables::open(&shipped("merged.xlsx"));
    assert_eq!(written(&table), "region,town,people\nNorth,A,10\n,B,20\nSouth,C,30\n,D,40\n");
}

#[test]
fn what_a_cache_keeps_comes_back_whole() {
    let table = table();
    let mut bytes = Vec::new();
    encode(&table, &mut bytes).expect("memory");
    let again = decode(&bytes).expect("what was encoded");
    assert_eq!(table.report, again.report);
    assert!(table.frame.equals_missing(&again.frame));
    assert_eq!(
        (0..16).map(|column| cell(&again, column, 19_999)).collect::<Vec<_>>(),
        (0..16).map(|column| cell(&table, column, 19_999)).collect::<Vec<_>>()
    );
    assert!((table.report.after_bytes..table.report.after_bytes + 16 * 1024).contains(&memory_bytes(&table)));
}

#[test]
fn damaged_cache_bytes_are_refused() {
    let mut bytes = Vec::new();
    encode(&open_text("a,b\n1,x\n2,y\n", &Options::default()), &mut bytes).expect("memory");
    // Every cut; the end of Arrow's stream is marked, so none can pass for the whole.
    for length in 0..bytes.len() {
        assert!(decode(&bytes[..length]).is_err(), "{length} of {} bytes", bytes.len());
    }
    let mut huge = bytes.clone();
    huge[..8].copy_from_slice(&u64::MAX.to_le_bytes());
    assert!(decode(&huge).is_err());
}

/// Takes so many bytes and then refuses, as a full disk does.
struct Full(usize);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(self.0);
        self.0 -= taken;
        if taken == 0 { Err(io::ErrorKind::StorageFull.into()) } else { Ok(taken) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk_is_an_error() {
    let table = table();
    for format in OutputFormat::ALL {
        for room in [0, 10, 100_000] {
            let error = write(&table, format, &mut Full(room), &Cancel::new(), &Progress::new()).expect_err("no room");
            assert_eq!(error.kind(), io::ErrorKind::StorageFull, "{format:?} {room}: {error}");
        }
    }
}

/// Asks to stop once it has taken some bytes.
struct Stopping {
    cancel: Cancel,
    taken: usize,
}

impl Write for Stopping {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.taken += bytes.len();
        self.cancel.cancel();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn stopping_in_the_middle_is_an_error() {
    let table = table();
    for format in OutputFormat::ALL {
        let cancel = Cancel::new();
        let mut out = Stopping { cancel: cancel.clone(), taken: 0 };
        let error = write(&table, format, &mut out, &cancel, &Progress::new()).expect_err("stopped");
        assert!(error.to_string().contains("cancelled"), "{format:?}: {error}");
        assert!(out.taken < 100_000, "{format:?} wrote {} bytes after it was stopped", out.taken);
    }
}

#[test]
fn formats_are_named() {
    assert_eq!("PARQUET".parse(), Ok(OutputFormat::Parquet));
    assert_eq!("feather".parse(), Ok(OutputFormat::Arrow));
    assert!("xls".parse::<OutputFormat>().is_err_and(|error| error.contains("xls") && error.contains("parquet, arrow, csv, xlsx")));
}
