//! Memory as reported, held against what the allocator gave out.

use std::fmt::Write as _;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use crate::tables::allocator::{alone, held};
use crate::tables::{Folder, Seeded, at, open, open_with, shared};
use polars::prelude::{CsvReadOptions, DataFrame, DataType, SerReader, Series};
use polars_arrow::array::{Array, Utf8ViewArray};
use polars_arrow::datatypes::ArrowDataType;
use tachograph::data::{ColumnView, Format, Level, Report};

const ROWS: u64 = 100_000;
/// Names, pointers and counters of a column.
const BESIDES: u64 = 700;

/// A column: its name, its type once shrunk, and the text of a cell.
type Column = (&'static str, &'static str, fn(&mut Seeded, u64) -> String);

const COLUMNS: [Column; 44] = [
    ("u8", "UInt8", |r, _| r.below(256).to_string()),
    ("u8_gaps", "UInt8", |r, _| gap(r, |r| r.below(256).to_string())),
    ("i8", "Int8", |r, _| (r.below(256) as i64 - 128).to_string()),
    ("i8_gaps", "Int8", |r, _| gap(r, |r| (r.below(256) as i64 - 128).to_string())),
    ("u16", "UInt16", |r, _| r.below(65_536).to_string()),
    ("u16_gaps", "UInt16", |r, _| gap(r, |r| r.below(65_536).to_string())),
    ("i16", "Int16", |r, _| (r.below(60_000) as i64 - 30_000).to_string()),
    ("i16_gaps", "Int16", |r, _| gap(r, |r| (r.below(60_000) as i64 - 30_000).to_string())),
    ("u32", "UInt32", |r, _| r.below(1 << 32).to_string()),
    ("u32_gaps", "UInt32", |r, _| gap(r, |r| r.below(1 << 32).to_string())),
    ("i32", "Int32", |r, _| (r.below(1 << 32) as i64 - (1 << 31)).to_string()),
    ("i32_gaps", "Int32", |r, _| gap(r, |r| (r.below(1 << 31) as i64 - (1 << 30)).to_string())),
    ("i64", "Int64", |r, _| (r.next() as i64).to_string()),
    ("i64_gaps", "Int64", |r, _| gap(r, |r| (r.next() as i64).to_string())),
    ("word_gaps", "UInt8", |r, _| if r.below(10) == 0 { "NA".into() } else { r.below(256).to_string() }),
    ("float", "Float64", |r, _| format!("{:.2}", r.below(1_000_000) as f64 / 100.0)),
    ("float_gaps", "Float64", |r, _| gap(r, |r| format!("{:.5}", r.below(1_000_000) as f64 / 1e5))),
    ("whole_gaps", "UInt16", |r, _| gap(r, |r| format!("{}.0", 256 + r.below(4_000)))),
    ("yes", "Boolean", |r, _| ["Y", "N"][r.below(2) as usize].into()),
    ("yes_gaps", "Boolean", |r, _| gap(r, |r| ["true", "false"][r.below(2) as usize].into())),
    ("day", "Date", |r, _| format!("20{:02}-{:02}-{:02}", r.below(90) + 10, r.below(12) + 1, r.below(28) + 1)),
    ("day_gaps", "Date", |r, _| gap(r, |r| format!("20{:02}-{:02}-{:02}", r.below(90) + 10, r.below(12) + 1, r.below(28) + 1))),
    ("moment", "Datetime", |r, _| {
        format!("2024-05-{:02} {:02}:{:02}:{:02}", r.below(28) + 1, r.below(24), r.below(60), r.below(60))
    }),
    ("moment_gaps", "Datetime", |r, _| gap(r, |r| format!("2024-05-{:02}T{:02}:30", r.below(28) + 1, r.below(24)))),
    ("moment_fine", "Datetime", |r, _| format!("2024-05-{:02}T12:00:00.{:06}Z", r.below(28) + 1, r.below(1_000_000))),
    ("moment_finest", "Datetime", |r, _| {
        gap(r, |r| format!("2024-05-{:02} 12:00:00.{:09}", r.below(28) + 1, r.below(1_000_000_000)))
    }),
    ("words_3", "Enum(3)", |r, _| ["red", "green", "a colour with a long name"][r.below(3) as usize].into()),
    ("words_3_gaps", "Enum(3)", |r, _| gap(r, |r| ["red", "green", "blue"][r.below(3) as usize].into())),
    // The most that one byte numbers, one more, and the most that polars' own one-byte type would hold.
    ("words_255", "Enum(255)", |_, row| format!("place {:03}", row * 7_919 % 255)),
    ("words_256", "Enum(256)", |_, row| format!("place {:03}", row * 7_919 % 256)),
    ("words_257", "Enum(257)", |_, row| format!("place {:03}", row * 7_919 % 257)),
    ("words_300", "Enum(300)", |_, row| format!("place {:03}", row * 7_919 % 300)),
    ("words_300_gaps", "Enum(300)", |r, row| gap(r, |_| format!("place {:03}", row * 7_919 % 300))),
    ("words_4000", "Enum(4,000)", |_, row| format!("{:05}", row * 7_919 % 4_000)),
    ("words_4000_long", "Enum(4,000)", |_, row| format!("an item of the long list {:05}", row * 7_919 % 4_000)),
    ("words_mixed_gaps", "Enum(4,000)", |r, row| {
        gap(r, |_| format!("{} {:05}", ["an item", "one of the other list"][row as usize % 2], row * 7_919 % 4_000))
    }),
    ("short_unique", "String", |r, _| format!("{:012x}", r.below(1 << 48))),
    ("short_gaps", "String", |r, _| gap(r, |r| format!("{:012x}", r.below(1 << 48)))),
    ("long_unique", "String", |r, row| format!("{:016x} and row {row}", r.next())),
    ("long_gaps", "String", |r, row| gap(r, |r| format!("remark {:016x} {row}", r.next()))),
    ("lengths", "String", |r, row| "x".repeat(r.below(24) as usize) + &format!("{row:x}")),
    ("nothing", "Null", |_, _| String::new()),
    ("nothing_but_na", "Null", |_, _| "NA".into()),
    ("always", "Enum(1)", |_, _| "INR".into()),
];

/// Columns that are texts of more than 12 bytes to polars' reader.
const LONG_TEXTS: [&str; 10] = [
    "moment",
    "moment_gaps",
    "moment_fine",
    "moment_finest",
    "words_3",
    "words_4000_long",
    "words_mixed_gaps",
    "long_unique",
    "long_gaps",
    "lengths",
];

/// One cell in ten is blank.
fn gap(random: &mut Seeded, text: impl FnOnce(&mut Seeded) -> String) -> String {
    if random.below(10) == 0 { String::new() } else { text(random) }
}

/// A table of the columns, with a first one that keeps blank lines from being skipped.
fn table_of(columns: &[Column], rows: u64) -> String {
    let mut text = String::from("row");
    columns.iter().for_each(|column| write!(text, ",{}", column.0).expect("memory"));
    let mut random = Seeded(7);
    for row in 0..rows {
        write!(text, "\n{row}").expect("memory");
        columns.iter().for_each(|column| write!(text, ",{}", column.2(&mut random, row)).expect("memory"));
    }
    text + "\n"
}

/// What is wrong when the two are not within `percent`; what every column takes besides its values is left out.
fn off(told: u64, held: u64, percent: f64, what: &str) -> Option<String> {
    let off = (told as f64 - held as f64) / held as f64 * 100.0;
    println!("{what}: told {told}, held {held}, {off:+.2} %");
    (told.abs_diff(held) > BESIDES && off.abs() > percent).then(|| format!("{what}: told {told}, held {held}, {off:+.2} %"))
}

fn close(told: u64, held: u64, percent: f64, what: &str) {
    assert_eq!(off(told, held, percent, what), None);
}

/// The frame that polars' own reader makes when it looks at every row.
fn read_by_polars(path: &Path) -> DataFrame {
    let options = CsvReadOptions::default().with_infer_schema_length(None).with_rechunk(true);
    options.try_into_reader_with_file_path(Some(path.into())).and_then(SerReader::finish).expect("a table to polars")
}

/// Bytes of a frame that hold something. polars' reader gathers long texts in blocks of which it leaves up to half unused;
/// how much depends on the number of cores, so the report leaves that out.
fn used_bytes(frame: &DataFrame) -> u64 {
    let arrays = frame.columns().iter().flat_map(|column| column.as_materialized_series().chunks());
    let bytes = |array: &dyn Array| {
        let validity = array.validity().map_or(0, |bits| bits.len().div_ceil(8));
        validity
            + match array.dtype() {
                ArrowDataType::Boolean => array.len().div_ceil(8),
                ArrowDataType::Utf8View => {
                    array.len() * 16 + text_of(array).data_buffers().iter().map(|buffer| buffer.as_slice().len()).sum::<usize>()
                }
                _ => array.len() * 8,
            }
    };
    arrays.map(|array| bytes(array.as_ref())).sum::<usize>() as u64
}

fn text_of(array: &dyn Array) -> &Utf8ViewArray {
    array.as_any().downcast_ref().expect("texts")
}

#[test]
fn each_type_is_told_within_two_percent() {
    let _alone = alone();
    let folder = Folder::new();
    let mut wrong = Vec::new();
    for column in COLUMNS {
        // With a bit a value, what a column takes besides would be much.
        let rows = if column.1 == "Boolean" { ROWS * 8 } else { ROWS };
        let path = folder.write("one.csv", table_of(&[column], rows));
        let table = open(&path);
        let report = table.report.columns[1].clone();
        assert_eq!(report.after.kind, column.1, "{}", column.0);
        let mut frame = table.frame;
        frame.drop_in_place("row").expect("the first column");
        let mut before = read_by_polars(&path);
        assert_eq!(report.before.kind, polars_name(before.columns()[1].dtype()), "{}", column.0);
        before.drop_in_place("row").expect("the first column");
        let used = used_bytes(&before);
        wrong.extend((report.before.bytes != used).then(|| format!("{}: {} told, {used} used", column.0, report.before.bytes)));
        let name = format!("{} as {}", column.0, report.before.kind);
        if !LONG_TEXTS.contains(&column.0) {
            wrong.extend(off(used, held(before), 5.0, &name));
        }
        wrong.extend(off(report.after.bytes, held(frame), 2.0, &format!("{} as {}", column.0, column.1)));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn many_words_are_told_within_two_percent() {
    let _alone = alone();
    let folder = Folder::new();
    // So many different texts are worth it only in a long table.
    let columns: [Column; 4] = [
        ("words_70000", "Enum(70,000)", |_, row| {
            format!("a name that is quite long of {:05} others like it", row * 7_919 % 70_000)
        }),
        ("words_70000_gaps", "Enum(70,000)", |r, row| {
            gap(r, |_| format!("{:05} is the number of a name that is quite long", row * 7_919 % 70_000))
        }),
        ("words_65535", "Enum(65,535)", |_, row| format!("{:05} is the number of a name that is quite long", row * 7_919 % 65_535)),
        ("words_65536", "Enum(65,536)", |_, row| format!("{:05} is the number of a name that is quite long", row * 7_919 % 65_536)),
    ];
    let mut wrong = Vec::new();
    for column in columns {
        let table = open(&folder.write("one.csv", table_of(&[column], 400_000)));
        assert_eq!(table.report.columns[1].after.kind, column.1, "{}", column.0);
        wrong.extend(off(table.report.after_bytes, held(table.frame), 2.0, column.0));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn floats_of_four_bytes_are_told_within_two_percent() {
    let _alone = alone();
    let folder = Folder::new();
    let columns: [Column; 2] = [
        ("small", "Float32", |r, _| format!("{:.2}", r.below(100_000) as f64 / 100.0)),
        ("small_gaps", "Float32", |r, _| gap(r, |r| format!("{:.2}", r.below(100_000) as f64 / 100.0))),
    ];
    for column in columns {
        let table = open_with(&folder.write("one.csv", table_of(&[column], ROWS)), &at(Level::Aggressive));
        assert_eq!(table.report.columns[1].after.kind, column.1);
        close(table.report.after_bytes, held(table.frame), 2.0, column.0);
    }
}

#[test]
fn columns_of_nothing_share_their_bits_until_they_are_long() {
    let _alone = alone();
    for rows in [1_000_000, 8 << 23, (8 << 23) + 1, 100_000_000] {
        let series = Series::full_null("x".into(), rows, &DataType::Null);
        let told = ColumnView::new(&series, Format::default()).expect("a type of ours").heap_bytes();
        // What all columns share is made once.
        drop(series.clone());
        close(told, held(series), 2.0, &format!("{rows} rows of nothing"));
    }
}

#[test]
fn a_whole_table_is_told_within_two_percent() {
    let _alone = alone();
    let folder = Folder::new();
    let path = folder.write("all.csv", table_of(&COLUMNS, ROWS));
    let table = open(&path);
    let told = (table.report.before_bytes, table.report.after_bytes);
    close(told.1, held(table.frame), 2.0, "after");
    let frame = read_by_polars(&path);
    for (own, column) in table.report.columns.iter().zip(frame.columns()) {
        assert_eq!(own.before.kind, polars_name(column.dtype()), "{}", own.name);
    }
    assert_eq!(told.0, used_bytes(&frame));
    let held = held(frame);
    assert!((told.0..told.0 * 3 / 2).contains(&held), "before: told {}, held {held}", told.0);
}

fn polars_name(kind: &DataType) -> &'static str {
    match kind {
        DataType::Int64 => "Int64",
        DataType::Float64 => "Float64",
        DataType::Boolean => "Boolean",
        DataType::String => "String",
        other => panic!("polars' reader made {other}"),
    }
}

#[test]
fn real_flights_are_told_within_two_percent() {
    let Some(packed) = shared("flights-2013.csv.zip") else { return };
    let _alone = alone();
    let folder = Folder::new();
    let path = unpack(&packed, &folder);
    let table = open(&path);
    assert_eq!((table.report.rows, table.report.columns.len()), (336_776, 19));
    let report = table.report.clone();
    close(report.after_bytes, held(table.frame), 2.0, "flights after");
    let frame = read_by_polars(&path);
    same_before(&report, &frame);
    close(report.before_bytes, held(frame), 5.0, "flights before");
}

#[test]
fn before_is_what_polars_makes_of_each_column_of_real_tables() {
    let _alone = alone();
    for name in ["zipcodes.csv", "boston311-dmy.csv", "japanese.csv", "bom.csv", "leading-zeros.csv"] {
        let Some(path) = shared(name) else { return };
        same_before(&open(&path).report, &read_by_polars(&path));
    }
    let bills = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/bills-500.csv");
    same_before(&open(&bills).report, &read_by_polars(&bills));
}

/// Each column has the type and the bytes that polars' own reader gives it.
fn same_before(report: &Report, frame: &DataFrame) {
    for (own, column) in report.columns.iter().zip(frame.columns()) {
        let alone = DataFrame::new(frame.height(), vec![column.clone()]).expect("one column");
        let place = format!("{}: {}", report.source.file, own.name);
        assert_eq!((&*own.before.kind, own.before.bytes), (polars_name(column.dtype()), used_bytes(&alone)), "{place}");
    }
    assert_eq!(report.before_bytes, used_bytes(frame), "{}", report.source.file);
}

fn unpack(packed: &Path, folder: &Folder) -> PathBuf {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(packed).expect("the archive")).expect("a ZIP archive");
    let mut bytes = Vec::new();
    archive.by_index(0).expect("one file").read_to_end(&mut bytes).expect("intact");
    folder.write("flights.csv", bytes)
}

#[test]
fn a_table_out_of_the_cache_holds_what_it_held_before() {
    let _alone = alone();
    let folder = Folder::new();
    let table = open(&folder.write("all.csv", table_of(&COLUMNS, ROWS)));
    let mut bytes = Vec::new();
    tachograph::data::encode(&table, &mut bytes).expect("memory");
    let told = table.report.after_bytes;
    drop(table);
    close(told, held(tachograph::data::decode(&bytes).expect("what was encoded").frame), 5.0, "decoded");
}
