//! The first rows of a file before it is opened: what they show must be what opening it gives.

use std::path::{Path, PathBuf};

use crate::tables::{Folder, at, cell, shared, shipped, try_open};
use tachograph::data::{
    Choices, DataError, DayOrder, DecimalSign, Doubt, Level, Limits, Look, MOST_PREVIEW_COLUMNS, Options, PREVIEW_ROWS, Preview,
    Quote, ReadOptions, Table, preview,
};
use tachograph::jobs::{Cancel, Progress};

fn look_with(path: &Path, read: &ReadOptions, choices: &Choices) -> Result<Preview, DataError> {
    preview(path, read, choices, &Limits::default(), &Cancel::new(), &Progress::new())
}

fn look(path: &Path, read: &ReadOptions) -> Preview {
    look_with(path, read, &Choices::default()).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn look_at(text: &str, read: &ReadOptions) -> Preview {
    look(&Folder::new().write("table.csv", text), read)
}

fn names(preview: &Preview) -> Vec<&str> {
    preview.columns.iter().map(|column| column.name.as_str()).collect()
}

/// Whether a cell of a preview, which is cut when it is long, is this text.
fn same(seen: Option<&str>, real: Option<&str>) -> bool {
    match (seen.and_then(|seen| seen.strip_suffix('…')), real) {
        (Some(start), Some(real)) if start.len() > 1_900 => real.starts_with(start),
        _ => seen == real,
    }
}

/// Names, rows and what the file is read as must be those of the table.
fn agrees(place: &str, preview: &Preview, table: &Table) {
    let report = &table.report;
    let all: Vec<&str> = report.columns.iter().map(|column| column.name.as_str()).take(MOST_PREVIEW_COLUMNS).collect();
    assert_eq!(names(preview), all, "{place}");
    assert_eq!(preview.column_count, report.columns.len(), "{place}");
    assert_eq!(preview.first_row, report.first_row, "{place}");
    assert_eq!(preview.source, tachograph::data::SourceInfo { unnamed: 0, ..report.source.clone() }, "{place}");
    assert_eq!(preview.rows.len(), table.rows().min(PREVIEW_ROWS), "{place}");
    for (row, cells) in preview.rows.iter().enumerate() {
        for (column, seen) in cells.iter().enumerate() {
            let real = cell(table, column, row);
            assert!(same(seen.as_deref(), real.as_deref()), "{place}, row {row}, column {column}: {seen:?} for {real:?}");
        }
    }
}

/// Holds the preview of a file against what opening it gives, for each of its sheets; how many were opened.
fn held(path: &Path) -> usize {
    let sheets = tachograph::data::sheet_names(path, &Limits::default()).unwrap_or_default();
    let choices = sheets.into_iter().map(Some).chain([None]);
    choices.filter(|sheet| held_with(path, &ReadOptions { sheet: sheet.clone(), ..ReadOptions::default() })).count()
}

fn held_with(path: &Path, read: &ReadOptions) -> bool {
    let place = format!("{} {read:?}", path.display());
    let options = Options { read: read.clone(), ..at(Level::Conservative) };
    match (try_open(path, &options), look_with(path, read, &Choices::default())) {
        (Ok(table), Ok(preview)) => {
            agrees(&place, &preview, &table);
            true
        }
        (Ok(_), Err(error)) => panic!("{place} opens, but has no preview: {error}"),
        // Damage behind the first rows is found when they are all read; before, it is the same.
        (Err(_), Ok(_)) => false,
        (Err(one), Err(other)) => {
            assert_eq!(one.to_string(), other.to_string(), "{place}");
            false
        }
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let mut all: Vec<PathBuf> = entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect();
    all.sort();
    all
}

#[test]
fn the_first_rows_of_every_table_are_those_of_the_opened_one() {
    let own = files(shipped("typed.ods").parent().expect("a folder")).iter().map(|path| held(path)).sum::<usize>();
    assert!(own > 30, "{own} tables of our own were opened");
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/samples");
    assert_eq!(["bills-sample.csv", "bills-sample.xlsx"].map(|name| held(&samples.join(name))), [1, 3]);
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/fuzz");
    let found = files(&fuzz).iter().filter(|path| !path.ends_with("folded")).map(|path| held(path)).sum::<usize>();
    assert!(found > 15, "{found} tables of the fuzz targets were opened");
    let Some(bom) = shared("bom.csv") else { return };
    let others = files(bom.parent().expect("a folder")).iter().map(|path| held(path)).sum::<usize>();
    assert!(others >= 20, "{others} tables by others were opened");
}

#[test]
fn what_was_chosen_is_seen_in_the_first_rows() {
    let folder = Folder::new();
    let text = folder.write("a.csv", "made by x\nname;town, state\n'Rao;1';Kota, RJ\nDas;Pune, MH\n");
    for delimiter in [None, Some(b';'), Some(b','), Some(b'|')] {
        for header in [None, Some(true), Some(false)] {
            for skip_lines in [None, Some(0), Some(1), Some(2)] {
                for quote in [None, Some(Quote::None), Some(Quote::Mark(b'\''))] {
                    held_with(&text, &ReadOptions { delimiter, header, skip_lines, quote, ..ReadOptions::default() });
                }
            }
        }
    }
    let semicolons =
        ReadOptions { delimiter: Some(b';'), skip_lines: Some(1), quote: Some(Quote::Mark(b'\'')), ..ReadOptions::default() };
    let seen = look(&text, &semicolons);
    assert_eq!((names(&seen), seen.skipped_lines, seen.first_row), (vec!["name", "town, state"], 1, 3));
    let latin = folder.write("latin.csv", b"name,town\nM\xFCller,K\xF6ln\nWei\xDF,G\xF6ttingen\n");
    for encoding in [None, Some("windows-1252"), Some("macintosh"), Some("windows-1251"), Some("utf-8"), Some("nothing")] {
        held_with(&latin, &ReadOptions { encoding: encoding.map(String::from), ..ReadOptions::default() });
    }
    assert_eq!(look(&latin, &ReadOptions::default()).rows[0][0].as_deref(), Some("Müller"));
}

#[test]
fn what_was_detected_is_told_beside_what_was_chosen() {
    let text = "day;amount;note\n31.12.2024;1.234,50;x\n01.01.2025;2,25;y\n";
    let chosen = ReadOptions { delimiter: Some(b'|'), header: Some(false), ..ReadOptions::default() };
    let seen = look_at(text, &chosen);
    assert_eq!((seen.source.delimiter, seen.source.headless), (Some('|'), true));
    let found = &seen.detected;
    assert_eq!((found.delimiter, found.header, found.quote, found.skipped_lines), (Some(';'), true, Some('"'), 0));
    assert_eq!(found.encoding.as_deref(), Some("UTF-8"));
    let seen = look_at(text, &ReadOptions::default());
    assert_eq!((seen.detected.decimal, seen.detected.dates), (Some(DecimalSign::Comma), Some(DayOrder::Dmy)));
    assert_eq!(seen.columns.iter().map(|column| column.look).collect::<Vec<_>>(), [Look::Date, Look::Number, Look::Text]);
    assert_eq!(seen.doubts, []);
}

#[test]
fn doubts_are_told_and_a_choice_ends_them() {
    let doubts = |text: &str, read: &ReadOptions| look_at(text, read).doubts;
    let none = ReadOptions::default();
    let rival = "name;town, state\nRao;Kota, RJ\nDas;Pune, MH\n";
    assert_eq!(doubts(rival, &none), [Doubt::Delimiter]);
    assert_eq!(doubts(rival, &ReadOptions { delimiter: Some(b';'), ..none.clone() }), []);
    let bare = "north,open\nsouth,closed\nnorth,closed\n";
    assert_eq!(doubts(bare, &none), [Doubt::Header]);
    assert_eq!(doubts(bare, &ReadOptions { header: Some(false), ..none.clone() }), []);
    assert_eq!(doubts("name,town\nRao,Kota\nDas,Pune\n", &none), []);
    let folder = Folder::new();
    let few = folder.write("few.csv", b"name,town\nM\xFCller,Bonn\n");
    assert_eq!(look(&few, &none).doubts, [Doubt::Encoding]);
    assert_eq!(look(&few, &ReadOptions { encoding: Some("windows-1252".into()), ..none.clone() }).doubts, []);
    let many = folder.write("many.csv", b"name,town\nM\xFCller,K\xF6ln\nWei\xDF,G\xF6ttingen\n");
    assert_eq!(look(&many, &none).doubts, []);
}

#[test]
fn dates_and_numbers_with_two_readings_are_told_until_one_is_chosen() {
    let folder = Folder::new();
    let path = folder.write("a.csv", "day,n\n03/04/2024,\"1,234\"\n05/06/2024,\"2,500\"\n");
    let seen = look(&path, &ReadOptions::default());
    let [Doubt::Dates { column, readings }, Doubt::Numbers { column: number, .. }] = &seen.doubts[..] else {
        panic!("{:?}", seen.doubts)
    };
    assert_eq!((column.as_str(), number.as_str()), ("day", "n"));
    let words: Vec<&str> = readings.iter().map(|reading| reading.words.as_str()).collect();
    assert_eq!(words, ["day first: 3 April 2024", "month first: 4 March 2024"]);
    assert_eq!((seen.columns[0].look, seen.columns[1].look), (Look::Text, Look::Text));
    let choices = Choices { dates: Some(DayOrder::Mdy), decimal: Some(DecimalSign::Point), ..Choices::default() };
    let seen = look_with(&path, &ReadOptions::default(), &choices).expect("a table");
    assert_eq!(seen.doubts, []);
    assert_eq!((seen.columns[0].look, seen.columns[1].look), (Look::Date, Look::Number));
    assert_eq!((seen.detected.dates, seen.detected.decimal), (None, None), "nothing tells by itself");
    let sure = look_at("day\n03/04/2024\n25/06/2024\n", &ReadOptions::default());
    assert_eq!((sure.doubts.len(), sure.detected.dates), (0, Some(DayOrder::Dmy)));
}

#[test]
fn sheets_with_cells_are_told_and_empty_ones_are_not_counted() {
    for name in ["sheets.xlsx", "sheets.ods", "sheets.xls"] {
        let seen = look(&shipped(name), &ReadOptions::default());
        let filled: Vec<String> = seen
            .source
            .sheets
            .iter()
            .filter(|sheet| {
                let read = ReadOptions { sheet: Some((*sheet).clone()), ..ReadOptions::default() };
                !matches!(try_open(&shipped(name), &Options { read, ..Options::default() }), Err(DataError::Empty { .. }))
            })
            .cloned()
            .collect();
        assert_eq!(seen.filled_sheets, filled, "{name}");
        assert_eq!(seen.doubts.contains(&Doubt::Sheets(filled.len())), filled.len() > 1, "{name}");
        let chosen = ReadOptions { sheet: filled.last().cloned(), ..ReadOptions::default() };
        let seen = look(&shipped(name), &chosen);
        assert_eq!((&seen.detected.sheet, &seen.source.sheet), (&filled.first().cloned(), &chosen.sheet), "{name}");
        assert!(!seen.doubts.iter().any(|doubt| matches!(doubt, Doubt::Sheets(_))), "{name}");
    }
}

#[test]
fn only_the_beginning_of_a_text_is_read() {
    let folder = Folder::new();
    // Behind the first megabytes stands what nothing could read.
    let rows = "1,x\n".repeat(6 << 20);
    let path = folder.write("long.csv", [b"a,b\n", rows.as_bytes(), b"2,\"open\n"].concat());
    assert!(matches!(try_open(&path, &Options::default()), Err(DataError::OpenQuote { .. })));
    let seen = look(&path, &ReadOptions::default());
    assert_eq!((names(&seen), seen.rows.len(), seen.bytes), (vec!["a", "b"], PREVIEW_ROWS, (4 + (24 << 20) + 8) as u64));
    let cut = "é".repeat(9 << 20);
    let path = folder.write("letters.csv", format!("a,b\nx,yy\n{cut},1\n"));
    let seen = look_with(&path, &ReadOptions { skip_lines: Some(0), ..ReadOptions::default() }, &Choices::default());
    let seen = seen.expect("UTF-8, though the part that is judged ends within a letter");
    assert_eq!((seen.source.encoding.as_deref(), seen.rows[0][0].as_deref()), (Some("UTF-8"), Some("x")));
}

#[test]
fn rows_longer_than_the_header_widen_the_preview_too() {
    let folder = Folder::new();
    let path = folder.write("a.csv", "a,b\n1,2\n3,4,5\n6,7\n8,9\n");
    assert!(held_with(&path, &ReadOptions::default()));
    let seen = look(&path, &ReadOptions::default());
    assert_eq!((names(&seen), seen.rows[1][2].as_deref()), (vec!["a", "b", "column_3"], Some("5")));
    let error = look_with(&path, &ReadOptions { sheet: None, skip_lines: Some(9), ..ReadOptions::default() }, &Choices::default());
    assert!(matches!(error, Err(DataError::NotATable { .. })));
}

#[test]
fn looking_is_cancelled() {
    let cancel = Cancel::new();
    cancel.cancel();
    for name in ["shift-jis.csv", "sheets.xlsx", "sheets.ods", "every.parquet", "every.arrow"] {
        let (read, choices) = (ReadOptions::default(), Choices::default());
        let seen = preview(&shipped(name), &read, &choices, &Limits::default(), &cancel, &Progress::new());
        assert!(matches!(seen, Err(DataError::Cancelled(_))), "{name}");
    }
}
