//! Every cell of every table, held against what other programs read: see `tests/reference/make_expected.py`.

use std::path::PathBuf;

use crate::reference::sha256;
use crate::reference::{Expected, Sheet};
use crate::tables::{Folder, at, open_with, shared, try_open, written};
use tachograph::data::{DataError, Level, Limits, Options, ReadOptions, Table, sheet_names};
use tachograph::jobs::Explain;

/// Files that must be refused: their names, the error and what to do next, as the person reads them.
const REFUSED: [(&str, &str, &str); 2] = [
    (
        "password.xlsx",
        "“password.xlsx” is protected with a password",
        "In Excel choose File › Info › Protect Workbook and remove the password; in LibreOffice save it without one. Then try again.",
    ),
    (
        "hostile-dos.ods",
        "“hostile-dos.ods” is damaged at row 1: it has cells in columns beyond the last one that there can be",
        "Get a fresh copy, or open it in the program that made it and save it again.",
    ),
];

/// Cells that are others here on purpose: the file, the column from 0, the row, what the reference has, and what is right here.
const ON_PURPOSE: [(&str, usize, u64, &str, &str); 4] = [
    // pyxlsb does not tell how a number is shown, and LibreOffice does not find the formats of this small file: to both these days
    // are numbers, to the file they are dates (format `yyyy-mm-dd`).
    ("typed.xlsb", 1, 2, "n:45351", "d:2024-02-29"),
    ("typed.xlsb", 1, 3, "n:45352", "d:2024-03-01"),
    ("typed.xlsb", 1, 4, "n:45352.5", "d:2024-03-01 12:00:00"),
    // A duration in an OpenDocument file that has more digits than thousandths of a second stands as the file spells it.
    ("edges.ods", 4, 5, "u:918610000", "s:PT255H10M10.000000001S"),
];

/// What was expected, with the cells that are others here on purpose.
fn expected_cells() -> Vec<Expected> {
    let mut all = crate::reference::all();
    for (file, column, row, theirs, ours) in ON_PURPOSE {
        let expected = all.iter_mut().find(|expected| expected.file == file).expect("a file with a difference");
        let sheet = &mut expected.sheets[0];
        let row = (row - sheet.first_row.expect("cells")) as usize;
        let cell = &mut sheet.rows.as_mut().expect("a small sheet")[row][column];
        assert_eq!(cell.replace(ours.into()).as_deref(), Some(theirs), "{file}");
    }
    all
}

#[test]
fn every_table_has_been_read_by_others() {
    let Some(one) = shared("bom.csv") else { return };
    let known: Vec<String> =
        crate::reference::all().into_iter().filter(|expected| expected.by_others).map(|expected| expected.file).collect();
    for entry in std::fs::read_dir(one.parent().expect("a folder")).expect("readable") {
        let name = entry.expect("an entry").file_name().into_string().expect("UTF-8");
        assert!(known.contains(&name) || REFUSED.iter().any(|(refused, ..)| *refused == name), "nothing is known of {name}");
    }
}

#[test]
fn workbooks_have_the_cells_that_others_read() {
    let mut faults = Vec::new();
    for expected in expected_cells().iter().filter(|expected| expected.text.is_none()) {
        let Some(path) = expected.path() else { continue };
        let names = sheet_names(&path, &Limits::default()).unwrap_or_else(|error| panic!("{error}"));
        for level in Level::ALL {
            for sheet in &expected.sheets {
                let name = sheet.sheet.clone().expect("a sheet's name");
                let options = Options { read: ReadOptions { sheet: Some(name.clone()), ..ReadOptions::default() }, ..at(level) };
                let place = format!("{} “{name}”, {level:?}, against {}", expected.file, expected.made_with);
                match try_open(&path, &options) {
                    Ok(table) => faults.extend(held(sheet, &table, true, &place)),
                    Err(DataError::Empty { .. }) => assert!(sheet.header.is_none() && names.contains(&name), "{place} is empty"),
                    // xlrd and odfpy list charts among the sheets.
                    Err(DataError::NoSheet { .. }) => {
                        assert!(sheet.header.is_none() && !names.contains(&name), "{place} is missing");
                    }
                    Err(error) => panic!("{place}: {error}"),
                }
            }
        }
        let known = |name: &String| expected.sheets.iter().any(|sheet| sheet.sheet.as_ref() == Some(name));
        assert!(names.iter().all(known), "{}: {names:?}", expected.file);
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn text_tables_have_the_cells_that_others_read() {
    let (folder, mut faults) = (Folder::new(), Vec::new());
    for (expected, path) in text_tables(&folder) {
        for level in Level::ALL {
            let table = open_with(&path, &at(level));
            let place = format!("{}, {level:?}, against {}", expected.file, expected.made_with);
            let wanted = expected.text.as_ref().expect("text");
            assert_eq!(table.report.source.delimiter, Some(wanted.separator), "{place}");
            assert_eq!(table.report.source.encoding.as_deref(), Some(web_name(&wanted.encoding)), "{place}");
            let exact = level == Level::Conservative || table.report.verified.respelled == 0;
            faults.extend(held(&expected.sheets[0], &table, exact, &place));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

/// All text tables that are there, unpacked.
fn text_tables(folder: &Folder) -> Vec<(Expected, PathBuf)> {
    let unpacked = |expected: Expected| {
        let path = expected.path()?;
        let path = if expected.file.ends_with(".zip") { unpack(&path, folder) } else { path };
        Some((expected, path))
    };
    crate::reference::all().into_iter().filter(|expected| expected.text.is_some()).filter_map(unpacked).collect()
}

fn unpack(path: &std::path::Path, folder: &Folder) -> PathBuf {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(path).expect("the archive")).expect("a ZIP archive");
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut archive.by_index(0).expect("one file"), &mut bytes).expect("intact");
    folder.write("unpacked.csv", bytes)
}

/// The name that the web has for one of Python's encodings.
fn web_name(python: &str) -> &str {
    match python {
        "utf-16" => "UTF-16LE",
        "cp1252" => "windows-1252",
        "shift_jis" => "Shift_JIS",
        _ => "UTF-8",
    }
}

/// What is not as others have it.
fn held(sheet: &Sheet, table: &Table, exact: bool, place: &str) -> Vec<String> {
    let mut faults = sheet.faults(table, exact);
    if sheet.first_row.is_some_and(|row| row != table.report.first_row) {
        faults.push(format!("its first row is {} instead of {:?}", table.report.first_row, sheet.first_row));
    }
    faults.into_iter().map(|fault| format!("{place}: {fault}")).collect()
}

#[test]
fn what_the_strictest_level_writes_reads_as_the_source_does() {
    let folder = Folder::new();
    for (expected, path) in text_tables(&folder) {
        let table = open_with(&path, &at(Level::Conservative));
        let text = written(&table);
        let separator = expected.text.as_ref().expect("text").separator;
        let mut rows = crate::tables::csv::rows(&text, separator).into_iter();
        let header = rows.next().expect("a header");
        let rows: Vec<Vec<String>> = rows.collect();
        let names: Vec<&String> = table.report.columns.iter().map(|column| &column.name).collect();
        assert_eq!(header.iter().collect::<Vec<_>>(), names, "{}", expected.file);
        let faults = expected.sheets[0].text_faults(&rows);
        assert!(faults.is_empty(), "{}: {faults:#?}", expected.file);
    }
}

#[test]
fn files_that_must_be_refused_say_why() {
    for (name, error, next) in REFUSED {
        let Some(path) = shared(name) else { return };
        let refused = try_open(&path, &Options::default()).expect_err(name);
        assert_eq!((refused.to_string().as_str(), refused.next_step().as_str()), (error, next), "{name}");
    }
}

#[test]
fn the_hash_is_the_one_of_the_standard() {
    // hashlib.sha256 of Python 3.11 for the same bytes.
    let cases = [
        (0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (55, "463eb28e72f82e0a96c0a4cc53690c571281131f672aa229e0d45ae59b598b59"),
        (56, "da2ae4d6b36748f2a318f23e7ab1dfdf45acdc9d049bd80e59de82a60895f562"),
        (1_000, "a8af099bf2e878609558dbf69d8f88f4a31040a8cf84b549a0cfa912f12ffc3f"),
    ];
    for (length, hex) in cases {
        let bytes: Vec<u8> = (0..length).map(|byte| byte as u8).collect();
        assert_eq!(sha256::hex(&bytes), hex, "{length}");
    }
}
