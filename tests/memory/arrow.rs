//! Arrow files and streams, against what pyarrow 26.0.1 says of the same values (`tests/data/tables/make_typed.py`), and against
//! the memory that polars' own readers take for them.

use std::path::Path;

use crate::tables::allocator::{alone, held, peak};
use crate::tables::{Folder, at, bills, column, every, open, open_text, open_with, shipped, texts, try_open, types, written};
use polars::prelude::{
    Categories, Column, CompatLevel, DataFrame, DataType, FrozenCategories, IntoColumn, IpcReader, IpcWriter, NamedFrom,
    ParquetReader, ParquetWriter, SerReader, SerWriter, Series,
};
use tachograph::data::{DataError, Level, Limits, Options, OutputFormat, Step, Steps, Table, write};
use tachograph::jobs::{Cancel, Explain, Progress};

const MB: u64 = 1 << 20;
const FORMS: [&str; 5] = ["every.arrow", "every-zstd.arrow", "every.feather", "every.arrows", "every-lz4.arrows"];

#[test]
fn every_type_in_every_form() {
    let _alone = alone();
    let expected = every();
    assert_eq!(expected.len(), 45);
    for form in FORMS {
        for level in Level::ALL {
            let table = open_with(&shipped(form), &at(level));
            assert_eq!((table.report.rows, table.report.columns.len(), table.report.first_row), (6, 45, 1));
            assert_eq!((table.report.source.format.as_str(), table.report.verified.respelled), ("arrow", 0));
            for (name, cells) in &expected {
                assert_eq!(column(&table, name), *cells, "{form}: {name}");
            }
        }
    }
}

#[test]
fn types_are_kept_where_they_are_smaller() {
    let _alone = alone();
    let none = Step::ALL.into_iter().fold(Steps::ALL, |steps, step| steps.with(step, false));
    for (level, steps) in [(Level::Conservative, Steps::ALL), (Level::Balanced, Steps::ALL), (Level::Balanced, none)] {
        let table = open_with(&shipped("every.arrow"), &Options { level, steps, ..Options::default() });
        let types = types(&table);
        let of = |name: &str| types.iter().find(|(column, _)| *column == name).expect("a column").1;
        assert_eq!([of("f16"), of("f32"), of("f32_wide"), of("f64")], ["Float32", "Float32", "Float32", "Float64"], "{level:?}");
    }
    let table = open(&shipped("every.arrow"));
    let before: Vec<_> = table.report.columns.iter().map(|column| (column.name.as_str(), column.before.kind.as_str())).collect();
    for (name, kind) in [
        ("u64", "UInt64"),
        ("f32", "Float32"),
        ("yes", "Boolean"),
        ("text", "String"),
        ("word", "Categorical"),
        ("number_word", "Int64"),
        ("day64", "Datetime"),
        ("clock_s", "Time"),
        ("span_ns", "Duration"),
        ("exact", "Decimal"),
        ("none", "Null"),
    ] {
        assert!(before.contains(&(name, kind)), "{name}: {before:?}");
    }
    let now = types(&table);
    for (name, kind) in
        [("yes", "Boolean"), ("day", "Date"), ("day64", "Date"), ("ns", "Datetime"), ("money", "Float64"), ("whole", "Int32")]
    {
        assert!(now.contains(&(name, kind)), "{name}: {now:?}");
    }
    // What the zone was is told, and only where it was another than UTC.
    let told: Vec<_> = table.report.warnings.iter().filter(|warning| warning.text.contains("zone")).collect();
    assert_eq!(told.iter().map(|warning| warning.column.as_deref()).collect::<Vec<_>>(), [Some("berlin"), Some("kolkata")]);
    assert!(told[0].text.contains("“Europe/Berlin”"), "{}", told[0].text);
}

fn frame(rows: u64) -> DataFrame {
    let mut random = crate::tables::Seeded(7);
    let mut numbers = |end: u64| (0..rows).map(|_| random.below(end)).collect::<Vec<u64>>();
    let word = |number: &u64| format!("a word that is quite long {number}");
    let words: Vec<String> = numbers(300).iter().map(word).collect();
    let more: Vec<String> = numbers(5_000).iter().map(word).collect();
    let kinds = FrozenCategories::new(["red", "green", "a colour that has a long name"]).expect("three words");
    let colours: Vec<&str> = numbers(3).iter().map(|at| ["red", "green", "a colour that has a long name"][*at as usize]).collect();
    let texts: Vec<Option<String>> = numbers(1 << 40).iter().map(|n| (n % 7 != 0).then(|| "x".repeat((n % 40) as usize))).collect();
    let cast =
        |name: &str, values: &[String], kind: DataType| Series::new(name.into(), values).cast(&kind).expect("words").into_column();
    let columns: Vec<Column> = vec![
        Series::new("id".into(), (0..rows as i64).map(|row| row * 40_000_000_007).collect::<Vec<_>>()),
        Series::new("u64".into(), numbers(1 << 40)),
        Series::new("small".into(), numbers(1 << 20).iter().map(|n| *n as f32 / 100.0).collect::<Vec<_>>()),
        Series::new("yes".into(), numbers(3).iter().map(|n| (*n < 2).then_some(*n == 0)).collect::<Vec<_>>()),
        Series::new("text".into(), texts),
    ]
    .into_iter()
    .map(IntoColumn::into_column)
    .chain([
        cast("word", &words, DataType::from_categories(Categories::global())),
        cast("more", &more, DataType::from_categories(Categories::global())),
        Series::new("colour".into(), colours).cast(&DataType::from_frozen_categories(kinds)).expect("colours").into_column(),
        Series::new("day".into(), numbers(20_000).iter().map(|n| *n as i32).collect::<Vec<_>>())
            .cast(&DataType::Date)
            .expect("days")
            .into_column(),
    ])
    .collect();
    DataFrame::new(rows as usize, columns).expect("columns of one length")
}

/// What polars holds of a file is what is told of it.
fn told_as_held(path: &Path, read: impl FnOnce(std::fs::File) -> DataFrame) {
    let table = open(path);
    let frame = read(std::fs::File::open(path).expect("just written"));
    let kinds: Vec<&str> = table.report.columns.iter().map(|column| column.before.kind.as_str()).collect();
    assert_eq!(kinds, ["Int64", "UInt64", "Float32", "Boolean", "String", "Categorical", "Categorical", "Enum", "Date"]);
    let (told, held) = (table.report.before_bytes, held(frame));
    let off = (told as f64 - held as f64) / held as f64 * 100.0;
    println!("{}: told {told}, held {held}, {off:+.2} %", path.display());
    assert!(off.abs() < 3.0, "{}: told {told}, held {held}", path.display());
    assert!(table.report.columns.iter().all(|column| column.after.bytes <= column.before.bytes), "{:#?}", table.report.columns);
}

#[test]
fn before_is_what_polars_holds() {
    let _alone = alone();
    let folder = Folder::new();
    for (name, compat) in [("views.arrow", CompatLevel::newest()), ("texts.arrow", CompatLevel::oldest())] {
        let mut bytes = Vec::new();
        IpcWriter::new(&mut bytes).with_compat_level(compat).finish(&mut frame(200_000)).expect("memory");
        told_as_held(&folder.write(name, bytes), |file| IpcReader::new(file).finish().expect("Arrow"));
    }
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).finish(&mut frame(200_000)).expect("memory");
    told_as_held(&folder.write("some.parquet", bytes), |file| {
        ParquetReader::new(file).set_rechunk(true).finish().expect("Parquet")
    });
}

#[test]
fn categories_stay_categories() {
    let _alone = alone();
    let folder = Folder::new();
    let mut bytes = Vec::new();
    IpcWriter::new(&mut bytes).finish(&mut frame(100_000)).expect("memory");
    // So strict a threshold leaves only columns of a single text as categories.
    let strict = Options { category_threshold: 0.0, ..Options::default() };
    let path = folder.write("some.arrow", bytes);
    let table = open_with(&path, &strict);
    assert_eq!(types(&table)[5..8], [("word", "Enum(300)"), ("more", "Enum(5,000)"), ("colour", "Enum(3)")]);
    assert_eq!(types(&open_text(&written(&table), &strict))[5..8], [("word", "String"), ("more", "String"), ("colour", "String")]);
}

fn packed(table: &Table) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(table, OutputFormat::Arrow, &mut bytes, &Cancel::new(), &Progress::new()).expect("memory");
    bytes
}

#[test]
fn what_was_written_is_read_again() {
    let _alone = alone();
    let folder = Folder::new();
    let conservative = at(Level::Conservative);
    let first = open_with(&folder.write("bills.csv", bills(60_000)), &conservative);
    // Its content says what it is, not its name.
    let again = open_with(&folder.write("bills.csv", packed(&first)), &conservative);
    assert_eq!((again.report.rows, again.report.source.format.as_str()), (60_000, "arrow"));
    // All but dates that are written in an office's way in the text: the file has days.
    for name in ["bill_no", "ledger_id", "division", "item_code", "item", "bill_date", "remarks", "created_at", "note_uid"] {
        assert!(column(&again, name) == column(&first, name), "{name}");
    }
    let third = open_with(&folder.write("again.arrow", packed(&again)), &conservative);
    assert!(written(&third) == written(&again));
}

#[test]
fn dictionaries_may_be_replaced_and_tables_empty() {
    let _alone = alone();
    let table = open(&shipped("replaced.arrows"));
    let expected: Vec<_> = [Some("a"), Some("b"), Some("c"), Some("b"), None, Some("d")].map(|word| word.map(str::to_owned)).into();
    assert_eq!(column(&table, "word"), expected);
    let names: Vec<String> = open(&shipped("every.arrow")).report.columns.into_iter().map(|column| column.name).collect();
    for name in ["rows-none.arrow", "rows-none.arrows"] {
        let table = open(&shipped(name));
        assert_eq!(table.report.rows, 0);
        assert_eq!(table.report.columns.into_iter().map(|column| column.name).collect::<Vec<_>>(), names, "{name}");
    }
    assert_eq!(column(&open(&shipped("every.arrows")), "i8")[..2], texts(&["1", "-128"]));
}

#[test]
fn columns_that_are_no_cells_are_told() {
    let _alone = alone();
    let folder = Folder::new();
    for (name, column, holds) in [
        ("no-cells-lists.arrow", "tags", "lists"),
        ("no-cells-records.arrow", "point", "records"),
        ("no-cells-bytes.arrow", "photo", "bytes"),
        ("no-cells-fixed.arrow", "key", "bytes"),
        ("no-cells-runs.arrow", "run", "runs of values"),
    ] {
        match try_open(&shipped(name), &Options::default()) {
            Err(DataError::NotATable { looks_like, next_step, .. }) => {
                assert_eq!(looks_like, format!("an Arrow file whose column “{column}” holds {holds}"));
                assert!(next_step.starts_with("Write it again"), "{next_step}");
            }
            other => panic!("{name}: {other:?}"),
        }
    }
    let old = folder.write("old.feather", b"FEA1\0\0\0\0FEA1");
    for (path, part) in [(shipped("twice.arrow"), "“same”"), (shipped("growing.arrows"), "dictionaries grow"), (old, "version 1")]
    {
        match try_open(&path, &Options::default()) {
            Err(DataError::NotATable { looks_like, .. }) => assert!(looks_like.contains(part), "{looks_like}"),
            other => panic!("{}: {other:?}", path.display()),
        }
    }
}

#[test]
fn cut_ones_are_refused() {
    let _alone = alone();
    let folder = Folder::new();
    for form in FORMS {
        let whole = std::fs::read(shipped(form)).expect("shipped");
        for percent in 0..100 {
            let path = folder.write("cut.arrow", &whole[..whole.len() * percent / 100]);
            let (result, most) = peak(|| try_open(&path, &Options::default()));
            let error = result.expect_err("cut");
            assert!(error.to_string().contains("cut.arrow") && error.next_step().ends_with('.'), "{error}");
            let expected =
                if percent == 0 { matches!(error, DataError::Empty { .. }) } else { matches!(error, DataError::Damaged { .. }) };
            assert!(expected && most < 4 * MB, "{form} at {percent} %: {error}, {most}");
        }
        // Only the mark for the end is missing.
        let result = try_open(&folder.write("cut.arrow", &whole[..whole.len() - 1]), &Options::default());
        assert!(matches!(result, Err(DataError::Damaged { .. })), "{form}: {result:?}");
    }
    let twice = std::fs::read(shipped("every.arrows")).expect("shipped").repeat(2);
    let result = try_open(&folder.write("twice.arrows", twice), &Options::default());
    assert!(matches!(result, Err(DataError::Damaged { .. })), "{result:?}");
}

/// An error that helps, or a table that was compared; and bounded memory.
fn survives(path: &Path, most: u64, what: &str) -> bool {
    let (result, peak) = peak(|| try_open(path, &Options::default()));
    assert!(peak < most, "{what}: {peak}");
    match result {
        Ok(table) => assert_eq!(table.report.verified.mismatches, 0, "{what}"),
        Err(error) => {
            assert!(error.to_string().contains("odd.arrow") && error.next_step().ends_with('.'), "{what}: {error}");
            return false;
        }
    }
    true
}

#[test]
fn flipped_bits_never_crash() {
    let _alone = alone();
    let folder = Folder::new();
    let (mut random, mut opened) = (crate::tables::Seeded(31), 0);
    for form in FORMS {
        let whole = std::fs::read(shipped(form)).expect("shipped");
        for _ in 0..300 {
            let mut bytes = whole.clone();
            let place = random.below(bytes.len() as u64) as usize;
            bytes[place] ^= 1 << random.below(8);
            opened += u32::from(survives(&folder.write("odd.arrow", bytes), 600 * MB, &format!("{form}, byte {place}")));
        }
    }
    // A bit of a value or between the parts.
    assert!(opened > 100, "{opened}");
}

#[test]
fn huge_claims_take_no_memory() {
    let _alone = alone();
    let folder = Folder::new();
    for form in ["every-zstd.arrow", "every-lz4.arrows", "every.arrow"] {
        let whole = std::fs::read(shipped(form)).expect("shipped");
        // Every number of the file that starts at such a place becomes a terabyte, and then less than nothing.
        for place in (0..whole.len() - 8).step_by(8) {
            for claim in [1i64 << 40, i64::MIN + 8] {
                let mut bytes = whole.clone();
                bytes[place..place + 8].copy_from_slice(&claim.to_le_bytes());
                survives(&folder.write("odd.arrow", bytes), 64 * MB, &format!("{form}, byte {place}, {claim}"));
            }
        }
    }
}

#[test]
fn limits_hold() {
    let _alone = alone();
    let too_large = |name: &str, limits: Limits| match try_open(&shipped(name), &Options { limits, ..Options::default() }) {
        Err(DataError::TooLarge { what, .. }) => what,
        other => panic!("{other:?}"),
    };
    assert_eq!(too_large("every.arrow", Limits { max_cells: 269, ..Limits::default() }), "it has more than 269 cells");
    assert_eq!(
        too_large("every-zstd.arrow", Limits { max_unpacked_bytes: 100, ..Limits::default() }),
        "it unfolds to more than 100 bytes"
    );
    // 335 MB of zeros.
    let folder = Folder::new();
    let mut bytes = Vec::new();
    let zeros = Series::new("zeros".into(), vec![0i64; 40 << 20]).into_column();
    let mut frame = DataFrame::new(40 << 20, vec![zeros]).expect("a column");
    let zstd = polars::prelude::IpcCompression::default();
    IpcWriter::new(&mut bytes)
        .with_compression(Some(zstd))
        .with_parallel(false)
        .with_record_batch_size(Some(40 << 20))
        .finish(&mut frame)
        .expect("memory");
    drop(frame);
    assert!(bytes.len() < 1 << 20, "{}", bytes.len());
    let path = folder.write("bomb.arrow", bytes);
    let (result, most) = peak(|| try_open(&path, &Options::default()));
    assert!(matches!(result, Err(DataError::TooLarge { .. })), "{:?}", result.map(|table| table.report.rows));
    assert!(most < 4 * MB, "{most}");
}
