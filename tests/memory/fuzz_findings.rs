//! Replays what the fuzz targets found and what they start from: the checks are theirs, see `fuzz/README.md`.

#[path = "../../fuzz/src/checks.rs"]
mod checks;

use std::path::{Path, PathBuf};

use crate::tables::allocator::{alone, peak};
use tachograph::data::Level;

/// What one file may take, as in the fuzz targets.
const MOST_BYTES: u64 = 300 << 20;

/// Each file, and what must come of it.
const FILES: [(&str, &str); 28] = [
    ("csv/types.csv", "4 rows, 10 columns"),
    ("csv/semicolons.csv", "3 rows, 3 columns"),
    ("csv/utf-16.csv", "2 rows, 2 columns"),
    ("csv/old-line-ends.csv", "3 rows, 2 columns"),
    ("csv/one-column.csv", "8 rows, 1 columns"),
    // Found: a name that begins with U+FEFF, behind the mark of the encoding, lost it when the table was written as CSV.
    ("csv/two-marks.csv", "1 rows, 1 columns"),
    // Found: the check took the first row of what has no names for names.
    ("csv/no-names.csv", "5 rows, 9 columns"),
    ("gz/types.csv.gz", "4 rows, 10 columns"),
    ("zst/types.csv.zst", "4 rows, 10 columns"),
    // Found: texts such as “2024-01-01 00:00:04.000” among a workbook's moments came back without their zeros; fractions of several
    // lengths, and moments that 64 bits do not hold in nanoseconds, came back as others.
    ("ods/moments-as-text.ods", "2 rows, 4 columns"),
    // A text of 10,000 letters that 16,384 cells share or repeat would take 160 MB for a row, and a longer one all there is.
    ("ods/long-text-repeated.ods", "“long-text-repeated.ods” is too large to open: one of its rows is longer than 64 MB"),
    ("xlsx/long-text-shared.xlsx", "“long-text-shared.xlsx” is too large to open: one of its rows is longer than 64 MB"),
    ("xlsx/long-name-shared.xlsx", "“long-name-shared.xlsx” is too large to open: one of its rows is longer than 64 MB"),
    // Two million brackets behind an open quotation mark, for each of which all before it were looked at again.
    ("ods/open-quote.ods", "“open-quote.ods” is damaged: its part content.xml cannot be unpacked (its XML breaks off)"),
    // Found: decimals said to have 125 million digits after the point took 750 MB for six rows.
    (
        "arrow/decimal-scale.arrow",
        "“decimal-scale.arrow” is damaged: its decimals are said to have 149946388 digits after the point, where there can be 76",
    ),
    ("parquet/plain.parquet", "3 rows, 7 columns"),
    ("parquet/dictionary.parquet", "3 rows, 7 columns"),
    ("parquet/pages-v2.parquet", "3 rows, 7 columns"),
    ("parquet/groups.parquet", "3 rows, 7 columns"),
    ("parquet/snappy.parquet", "3 rows, 7 columns"),
    ("parquet/delta.parquet", "3 rows, 2 columns"),
    ("parquet/delta-text.parquet", "3 rows, 1 columns"),
    ("parquet/split.parquet", "3 rows, 1 columns"),
    // Found: a page of -3 values asked for 2 EB, which ended the program.
    ("parquet/negative-count.parquet", "“negative-count.parquet” is damaged: one of its pages has a size below zero"),
    // Found: a column far behind the file's end was told as a drive that cannot be read.
    ("parquet/column-outside.parquet", "“column-outside.parquet” is damaged: one of its columns lies outside of it"),
    // Found: a list that claimed billions of things ended the program, for want of 27 GB.
    (
        "parquet/list-of-billions.parquet",
        "“list-of-billions.parquet” is damaged: the description of its columns at its end breaks off or is none",
    ),
    ("folded/plain.folded", "4 samples, 4 stacks, 7 functions"),
    ("folded/two-numbers.folded", "3 samples, 3 stacks, 3 functions"),
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/fuzz")
}

/// A copy in a folder of its own: the checks write beside the file.
fn outcome(name: &str) -> String {
    let own = crate::tables::Folder::new();
    let bytes = std::fs::read(folder().join(name)).expect("a file beside the tests");
    let path = own.write(Path::new(name).file_name().unwrap().to_str().unwrap(), bytes);
    let profile = name.starts_with("pprof/") || name.starts_with("folded/");
    let (outcome, most) = peak(|| if profile { checks::profile(&path) } else { checks::table(&path, &Level::ALL) });
    assert!(most <= MOST_BYTES, "{name} took {most} bytes");
    outcome
}

#[test]
fn every_file_is_a_table_or_is_refused_as_it_should() {
    let _alone = alone();
    for (name, expected) in FILES {
        assert_eq!(outcome(name), expected, "{name}");
    }
}

#[test]
fn no_file_is_forgotten() {
    let files = |folder: PathBuf| std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let found = files(folder()).flat_map(|target| {
        let target_name = target.file_name().unwrap().to_string_lossy().into_owned();
        files(target).map(move |path| format!("{target_name}/{}", path.file_name().unwrap().to_string_lossy()))
    });
    let mut found: Vec<String> = found.collect();
    found.sort_unstable();
    let mut listed: Vec<&str> = FILES.iter().map(|(name, _)| *name).collect();
    listed.sort_unstable();
    assert_eq!(found, listed);
}
