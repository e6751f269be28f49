//! What must hold for every file, whatever is in it. Used by the fuzz targets, and by the test that replays what they found.

use std::path::Path;

use tachograph::data::read::{CsvSource, Packing, Source, open};
use tachograph::data::{DataError, Level, Limits, Options, OutputFormat, ReadOptions, Table, optimise, write};
use tachograph::jobs::{Cancel, Explain, Progress};
use tachograph::profile::{self, Flame, FrameId, Grouping, Groups, NodeId, Profile, ProfileError, Top, Tree};

/// Small bounds, so that no file keeps one try busy for long.
const LIMITS: Limits = Limits { max_unpacked_bytes: 32 << 20, max_cells: 200_000, max_seconds: 0 };
const PROFILE_LIMITS: profile::Limits = profile::Limits { unpacked_bytes: 32 << 20, table_bytes: 64 << 20 };
/// Sample types of a profile of which the views are made.
const SAMPLE_TYPES: usize = 3;

type Row = Vec<Option<Vec<u8>>>;

/// Opens a file as a table at these levels, which must all say the same of it. Gives its rows and columns, or why it is none.
pub fn table(path: &Path, levels: &[Level]) -> String {
    let mut outcomes = levels.iter().map(|level| table_at(path, *level));
    let first = outcomes.next().expect("a level");
    outcomes.for_each(|other| assert_eq!(first, other, "one level says otherwise than another"));
    first
}

fn table_at(path: &Path, level: Level) -> String {
    let options = Options { level, limits: LIMITS, threads: 1, ..Options::default() };
    match optimise(path, &options, &Cancel::new(), &Progress::new()) {
        Ok(table) => {
            compare(path, &table);
            if level == Level::Conservative {
                write_and_read(path, &table);
            }
            format!("{} rows, {} columns", table.rows(), table.frame.width())
        }
        Err(error) => {
            let fault = matches!(
                error,
                DataError::Frame { .. } | DataError::Changed { .. } | DataError::Cancelled(_) | DataError::Read { .. }
            );
            refusal(path, &error, fault)
        }
    }
}

/// The words of an error, which must name the file and say what to do. The file is there and nobody touches it, so an error of the
/// system is a `fault`.
fn refusal(path: &Path, error: &impl Explain, fault: bool) -> String {
    let (text, next) = (error.to_string(), error.next_step());
    let file = path.file_name().expect("a file").to_string_lossy();
    assert!(!fault && text.contains(&*file) && next.ends_with('.'), "{text} / {next}");
    text
}

/// Compares each cell of a table with the file, in another way than the engine does.
fn compare(path: &Path, table: &Table) {
    let (verified, views) = (table.report.verified, table.views());
    assert_eq!(verified.mismatches, 0, "{:?}", table.report.warnings);
    assert_eq!(verified.values, (table.rows() * views.len()) as u64);
    assert!(verified.respelled == 0 || table.report.level != Level::Conservative, "{:?}", table.report.warnings);
    if verified.respelled > 0 {
        return;
    }
    let source = open(path, &ReadOptions::default(), &LIMITS).expect("it was opened before");
    assert_same(&rows(source), table);
}

/// Writes a table as text, which must give the same names and cells when it is read.
fn write_and_read(path: &Path, table: &Table) {
    let mut text = Vec::new();
    write(table, OutputFormat::Csv, &mut text, &Cancel::new(), &Progress::new()).expect("memory");
    let copy = path.with_extension("copy.csv");
    std::fs::write(&copy, text).expect("room");
    let delimiter = table.report.source.delimiter.map_or(b',', |delimiter| delimiter as u8);
    let options = ReadOptions {
        delimiter: Some(delimiter),
        encoding: Some("utf-8".into()),
        // A table that came without names goes without them.
        header: Some(!table.report.source.headless),
        skip_lines: Some(0),
        ..ReadOptions::default()
    };
    let source = CsvSource::open(&copy, Packing::None, &options, &LIMITS).expect("text that was written here");
    let names: Vec<&str> = table.report.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(source.header(), names);
    assert_same(&rows(Box::new(source)), table);
}

fn assert_same(rows: &[Row], table: &Table) {
    let (views, mut text) = (table.views(), Vec::new());
    assert_eq!(rows.len(), table.rows());
    for (number, row) in rows.iter().enumerate() {
        assert_eq!(row.len(), views.len());
        for (column, (cell, view)) in row.iter().zip(&views).enumerate() {
            text.clear();
            let stored = view.write(number, &mut text).then(|| String::from_utf8_lossy(&text));
            let cell = cell.as_deref().map(String::from_utf8_lossy);
            assert_eq!(cell, stored, "row {number}, column {column}");
        }
    }
}

/// All cells of a file that is a table.
fn rows(mut source: Box<dyn Source>) -> Vec<Row> {
    loop {
        let mut all = Vec::new();
        let read = source.batches(&Cancel::new(), &Progress::new(), &mut |batch| {
            let (cells, _) = source.cells(batch)?;
            let row = |row| (0..cells.columns()).map(|column| cells.get(row, column).map(<[u8]>::to_vec)).collect();
            all.extend((0..cells.rows()).map(row));
            Ok(())
        });
        match (read, source.wider(&Cancel::new())) {
            (Ok(()), _) => return all,
            (Err(_), Some(wider)) => source = wider.expect("it was opened before"),
            (Err(error), None) => panic!("it was read before: {error}"),
        }
    }
}

/// Reads a file as a profile. Gives its samples, stacks and functions, or why it is none.
pub fn profile(path: &Path) -> String {
    match profile::read::read_file(path, &Cancel::new(), &Progress::new(), &PROFILE_LIMITS) {
        Ok(profile) => {
            sound(&profile);
            views(&profile);
            kept(&profile);
            let (samples, stacks, functions) = (profile.samples.len(), profile.stacks.len(), profile.functions.len());
            format!("{samples} samples, {stacks} stacks, {functions} functions")
        }
        Err(error) => refusal(path, &error, matches!(error, ProfileError::Io { .. } | ProfileError::Cancelled(_))),
    }
}

/// Each row that a table names is there.
fn sound(profile: &Profile) {
    let (strings, functions, frames) = (profile.strings.len(), profile.functions.len(), profile.frames.len());
    let texts = [&profile.functions.name, &profile.functions.system_name, &profile.functions.file];
    for column in texts {
        assert_eq!(column.len(), functions);
        assert!(column.iter().all(|text| (text.0 as usize) < strings.max(1)));
    }
    assert_eq!([profile.frames.line.len(), profile.frames.address.len(), profile.frames.inlined.len()], [frames; 3]);
    assert!(profile.frames.function.iter().all(|function| (function.0 as usize) < functions));
    assert!(profile.stacks.iter().flatten().all(|frame| (frame.0 as usize) < frames));
    assert!(profile.samples.stack.iter().all(|stack| (stack.0 as usize) < profile.stacks.len()));
    assert_eq!(profile.samples.values.len(), profile.sample_types.len());
    assert!(profile.samples.values.iter().all(|column| column.len() == profile.samples.len()));
    let types = profile.sample_types.iter().chain(&profile.period_type);
    assert!(types.flat_map(|found| [found.name, found.unit]).all(|text| (text.0 as usize) < strings.max(1)));
    assert!(profile.default_sample_type < profile.sample_types.len().max(1));
}

/// The views can be made, and agree with each other.
fn views(profile: &Profile) {
    for grouping in [Grouping::Name, Grouping::NameAndFile] {
        let groups = Groups::new(profile, grouping);
        for sample_type in 0..profile.sample_types.len().min(SAMPLE_TYPES) {
            let top = Top::new(profile, &groups, sample_type);
            assert_eq!(top.total, profile.total(sample_type));
            let tree = Tree::new(profile, &groups, sample_type, &Cancel::new()).expect("nobody cancels");
            let column = profile.samples.column(sample_type);
            // Sums are cut to what fits, and in another order to something else.
            if column.iter().map(|value| i128::from(*value).abs()).sum::<i128>() <= i128::from(i64::MAX) {
                assert_eq!(tree.total(NodeId::ROOT), column.iter().sum::<i64>());
            }
            let rects = Flame::new(&tree, NodeId::ROOT, 500.0).rects(0..64);
            assert!(rects.iter().all(|rect| (rect.node.0 as usize) < tree.len().max(1)));
            assert!(!profile::words::summary(profile, &groups, &top, sample_type).is_empty());
        }
    }
}

/// It comes back from the cache as it was, and from pprof with the same samples.
fn kept(profile: &Profile) {
    assert_eq!(profile::codec::decode(&profile::codec::encode(profile)).as_ref(), Ok(profile));
    // A file in which nothing stands is no pprof profile.
    if profile.sample_types.is_empty() && profile.functions.is_empty() {
        return;
    }
    let bytes = profile::write::pprof_bytes(profile).expect("memory");
    let (cancel, progress) = (Cancel::new(), Progress::new());
    let limits = profile::Limits { unpacked_bytes: 1 << 30, table_bytes: 1 << 30 };
    let again = profile::read::read(&bytes[..], None, "again.pb.gz", &cancel, &progress, &limits).expect("written here");
    assert_eq!(samples(profile), samples(&again));
}

fn samples(profile: &Profile) -> Vec<(Vec<&str>, Vec<i64>)> {
    let sample = |row: usize| {
        let stack = profile.stacks.get(profile.samples.stack[row]).iter();
        let name = |frame: &FrameId| profile.function_name(profile.frames.function[frame.0 as usize]);
        // A function without a name is one of which nothing is known.
        let names = stack.map(name).map(|name| if name.is_empty() { "<unknown>" } else { name });
        (names.collect(), profile.samples.values.iter().map(|column| column[row]).collect())
    };
    (0..profile.samples.len()).map(sample).collect()
}
