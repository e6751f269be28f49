//! A table that is read twice in small batches is the table that is made at once.

use std::io::Cursor;

use polars::prelude::{DataFrame, DataType, ParquetReader, SerReader};

use super::*;
use crate::data::optimise::optimise_source;
use crate::data::read::{Batch, SourceInfo};
use crate::data::{Level, Steps, Table};

/// Columns of texts that come in batches of a few rows.
struct Chopped {
    header: Vec<String>,
    batches: Vec<String>,
    info: SourceInfo,
}

impl Chopped {
    /// Each column is a list of cells; all have the same length.
    fn new(columns: &[Vec<String>], rows: usize) -> Self {
        let header = (0..columns.len()).map(|at| format!("c{at}")).collect();
        let count = columns.first().map_or(0, Vec::len);
        let line = |row: usize| {
            columns
                .iter()
                .map(|cells| if cells[row].contains(',') { format!("\"{}\"", cells[row]) } else { cells[row].clone() })
                .collect::<Vec<_>>()
                .join(",")
                + "\n"
        };
        let batch = |start: usize| (start..(start + rows).min(count)).map(line).collect();
        let info = SourceInfo { file: "made up.csv".into(), format: "csv".into(), ..SourceInfo::default() };
        Self { header, batches: (0..count).step_by(rows).map(batch).collect(), info }
    }
}

impl Source for Chopped {
    fn header(&self) -> &[String] {
        &self.header
    }

    fn info(&self) -> &SourceInfo {
        &self.info
    }

    fn batches(
        &self,
        _cancel: &Cancel,
        _progress: &Progress,
        sink: &mut dyn FnMut(Batch) -> Result<(), DataError>,
    ) -> Result<(), DataError> {
        self.batches.iter().try_for_each(|batch| sink(Batch::Text(batch.clone().into_bytes())))
    }

    fn cells(&self, batch: Batch) -> Result<(crate::data::cells::Cells, crate::data::read::RowCounts), DataError> {
        let Batch::Text(text) = batch else { panic!("only text is made up") };
        Ok((crate::data::read::cells_of_table(&text, self.header.len()), crate::data::read::RowCounts::default()))
    }

    fn size(&self) -> u64 {
        0
    }
}

fn streamed(source: &dyn Source, options: &Options, memory: u64) -> (Report, DataFrame) {
    let mut out = Vec::new();
    let (cancel, progress) = (Cancel::new(), Progress::new());
    let work = Work { source, options, memory, cancel: &cancel, progress: &progress };
    let surveyed = work.survey().expect("readable");
    let report = work.finish(&surveyed, Some(Target { name: "out", out: &mut out }), Instant::now()).expect("memory");
    (report, ParquetReader::new(Cursor::new(out)).finish().expect("Parquet"))
}

/// Everything but times, counts and advice that only the whole table allows, and why a text stayed text.
fn comparable(mut report: Report) -> Report {
    report.seconds = Seconds::default();
    report.suggestions.clear();
    report.next_level = None;
    for column in &mut report.columns {
        column.possible = None;
        column.unique = column.unique.filter(|_| column.after.kind.starts_with("Enum"));
        if column.after.kind == "String" {
            column.note = String::new();
        }
    }
    report
}

fn assert_same(columns: &[Vec<String>], rows: usize, options: &Options) {
    let source = Chopped::new(columns, rows);
    let Table { frame, report } = optimise_source(&source, options).expect("readable");
    let (other, written) = streamed(&source, options, LEAST_MEMORY);
    assert_eq!(comparable(report), comparable(other), "{columns:?}");
    for (own, read) in frame.columns().iter().zip(written.columns()) {
        assert_eq!(own.dtype(), read.dtype(), "{columns:?}");
        let equal = own.as_materialized_series().equals_missing(read.as_materialized_series());
        assert!(equal || own.dtype() == &DataType::Null, "{own:?} {read:?}");
    }
    assert_eq!(written.height(), frame.height());
}

fn column(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|cell| (*cell).to_owned()).collect()
}

#[test]
fn findings_of_early_batches_hold_for_late_ones() {
    let columns = [
        column(&["1", "2", "3", "300", "70000", "-1", "", "5"]),
        column(&["1", "2", "3", "4", "5", "six", "7", "8"]),
        column(&["", "", "", "", "Y", "N", "", ""]),
        column(&["NA", "NA", "1.5", "2", "", "", "", ""]),
        column(&["1.50", "2.25", "3.00", "4.00", "5", "6", "7", "8"]),
        column(&["NA", "1", "-", "2", "3", "4", "5", "6"]),
        column(&["9007199254740993", "1", "2", "3", "1.5", "2", "3", "4"]),
        column(&["2024-02-29", "", "2024-03-01", "", "", "", "", "2023-01-01"]),
        column(&["1.234,50", "0,25", "12,00", "1.000.000,00", "", "-7,50", "1,00", "2,00"]),
        column(&["03/04/2024", "05/06/2024", "31/12/2023", "01/01/2024", "", "02/02/2024", "03/03/2024", "04/04/2024"]),
        column(&["03/04/2024", "05/06/2024", "01/12/2023", "01/01/2024", "", "02/02/2024", "03/03/2024", "04/04/2024"]),
        column(&["1 234", "5", "12 345 678", "-1 000", "", "7", "8", "NA"]),
        column(&["2024-02-29 00:00:00", "2024-03-01 00:00:00", "", "", "", "", "", "2023-01-01 00:00:00"]),
        column(&["12.0", "13.0", "14.0", "15.0", "16.0", "17.0", "", "1000.0"]),
    ];
    for rows in 1..=8 {
        for level in [Level::Conservative, Level::Balanced, Level::Aggressive] {
            assert_same(&columns, rows, &Options { level, threads: 2, ..Options::default() });
        }
    }
}

#[test]
fn random_tables_are_the_same_in_both_ways() {
    const POOLS: [&[&str]; 13] = [
        &["0", "1", "-5", "255", "256"],
        &["70000", "-3000000000", "9223372036854775807", "9007199254740993"],
        &["1.5", "2.25", "-0.5", "1.50", "1e-05", "16777217.5"],
        &["12.0", "-3.0", "0.0", "-0.0"],
        &["1.234,50", "0,25", "-7,50"],
        &["12,345", "1,234"],
        &["03/04/2024", "31/12/2023", "05/06/2024"],
        &["03/04/2024 10:00", "05/06/2024 23:59"],
        &["true", "false"],
        &["2024-02-29", "1969-12-31"],
        &["2024-02-29 10:00:00", "2024-02-29 10:00:00.5"],
        &["", "", "NA", "-"],
        &["north", "south", "a text of more than twelve bytes", "007", "東京"],
    ];
    let mut state = 42u64;
    let mut below = |end: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % end
    };
    for _ in 0..400 {
        let count = 1 + below(40);
        let mut made = || -> Vec<String> {
            // A pool for the rows before some row, and another from there on; now and then a blank.
            let (first, second, turn) = (POOLS[below(13)], POOLS[below(13)], below(count + 1));
            let second = if below(3) == 0 { first } else { second };
            let cell = |row| {
                let pool = if row < turn { first } else { second };
                if below(12) == 0 { String::new() } else { pool[below(pool.len())].to_owned() }
            };
            (0..count).map(cell).collect()
        };
        let columns: Vec<Vec<String>> = (0..3).map(|_| made()).collect();
        let level = [Level::Conservative, Level::Balanced, Level::Aggressive][below(3)];
        let steps = if below(4) == 0 { "-categories,-nulls,-integers".parse().expect("steps") } else { Steps::ALL };
        let options = Options { level, steps, threads: 1 + below(3), ..Options::default() };
        assert_same(&columns, 1 + below(12), &options);
    }
}

#[test]
fn texts_that_do_not_fit_into_the_memory_stay_text() {
    let ids: Vec<String> = (0..40_000).map(|row| format!("an identifier of some length {:06}", row / 2)).collect();
    let few: Vec<String> = (0..40_000).map(|row| format!("kind {}", row % 7)).collect();
    let source = Chopped::new(&[ids, few], 5_000);
    let options = Options { category_threshold: 1.0, ..Options::default() };
    // A quarter of this is less than the different ids take.
    let (report, written) = streamed(&source, &options, 4 << 20);
    assert_eq!((report.columns[0].after.kind.as_str(), report.columns[1].after.kind.as_str()), ("String", "Enum(7)"));
    assert_eq!(report.columns[0].note, "too many different texts to number within the memory limit");
    assert_eq!((report.verified.values, report.verified.mismatches, written.height()), (80_000, 0, 40_000));
}
