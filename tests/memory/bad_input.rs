//! Files that are no tables, are damaged, or are made to do harm: each gives an error that names the file and says what to do,
//! and none takes more memory than it may.

use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};

use crate::tables::allocator::{alone, peak};
use crate::tables::{Folder, bills, open, shared, shipped, try_open};
use tachograph::data::{DataError, Limits, Options, sheet_names};
use tachograph::jobs::{Cancel, Explain, Progress};

const MB: u64 = 1 << 20;

/// The error, which names the file and the next step; no more than `most` bytes were held meanwhile.
fn refused(path: &Path, most: u64) -> DataError {
    let (result, peak) = peak(|| try_open(path, &Options::default()));
    let error = match result {
        Err(error) => error,
        Ok(table) => panic!("{} was opened: {:?}", path.display(), table.report),
    };
    let name = path.file_name().expect("a name").to_string_lossy();
    assert!(error.to_string().contains(&*name), "{error}");
    assert!(error.next_step().ends_with('.'), "{}", error.next_step());
    assert!(peak <= most, "{} took {} MB", path.display(), peak / MB);
    error
}

fn looks_like(error: &DataError) -> &str {
    if let DataError::NotATable { looks_like, .. } = error { looks_like } else { panic!("{error}") }
}

#[test]
fn files_that_are_no_tables() {
    let _alone = alone();
    let folder = Folder::new();
    for (name, bytes) in [("empty.csv", &b""[..]), ("blank.csv", b" \r\n\t\n\n")] {
        assert!(matches!(refused(&folder.write(name, bytes), MB), DataError::Empty { .. }), "{name}");
    }
    let mut random = crate::tables::Seeded(5);
    let junk: Vec<u8> = (0..100_000).map(|_| random.next() as u8).collect();
    let cases: [(&str, &[u8], &str); 5] = [
        ("junk.csv", &junk, "binary data"),
        ("program.csv", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0>\0", "binary data"),
        ("paper.csv", b"%PDF-1.7\n%\xE2\xE3", "a PDF document"),
        ("store.csv", b"SQLite format 3\0", "an SQLite database"),
        ("empty.xlsx", b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "an empty ZIP archive"),
    ];
    for (name, bytes, kind) in cases {
        assert_eq!(looks_like(&refused(&folder.write(name, bytes), 2 * MB)), kind, "{name}");
    }
    assert_eq!(looks_like(&refused(folder.path(), MB)), "a folder");
    // Known by their first bytes, and nothing behind them.
    let heads: [(&str, &[u8]); 4] = [
        ("old.xls", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0\0"),
        ("packed.csv", b"\x1f\x8b\x08\0\0\0\0\0"),
        ("packed.tsv", b"\x28\xB5\x2F\xFD\0\0\0"),
        ("table.parquet", b"PAR1\0\0\0\0PAR1"),
    ];
    for (name, bytes) in heads {
        let error = refused(&folder.write(name, bytes), 4 * MB);
        assert!(matches!(error, DataError::Damaged { .. }), "{name}: {error}");
    }
    match refused(&folder.path().join("missing.csv"), MB) {
        DataError::Read { source, .. } => assert_eq!(source.kind(), std::io::ErrorKind::NotFound),
        other => panic!("{other}"),
    }
}

#[test]
fn a_stray_control_character_does_not_make_a_file_binary() {
    let _alone = alone();
    let folder = Folder::new();
    for text in ["a,b\n1,\u{1}2\n", "a,b\n\u{1f}x\u{7},तकनीकी\n", "a\u{b}b\n1\n"] {
        let table = open(&folder.write("stray.csv", text));
        assert_eq!(crate::tables::written(&table), text);
    }
    // At the end of the old system's text files.
    assert_eq!(open(&folder.write("dos.csv", "a,b\r\n1,2\r\n\u{1a}")).report.columns.len(), 2);
    let icon = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/icon/tachograph-16.png")).expect("an icon");
    let mut real = vec![("icon", icon.clone()), ("controls", b"\x01\x02\x03".to_vec())];
    real.extend(std::fs::read("/bin/ls").ok().map(|program| ("program", program)));
    let mut random = crate::tables::Seeded(17);
    real.extend([16, 100, 1_000, 70_000].map(|length| ("random", (0..length).map(|_| random.next() as u8).collect())));
    for (name, bytes) in real {
        let error = refused(&folder.write("binary.csv", &bytes), 2 * MB);
        assert_eq!(looks_like(&error), "binary data", "{name}");
        for kind in ["CSV", "XLSX", "ODS", "Parquet", "Arrow"] {
            assert!(error.next_step().contains(kind), "{}", error.next_step());
        }
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gz.write_all(&bytes).expect("memory");
        let error = refused(&folder.write("binary.csv.gz", gz.finish().expect("memory")), 4 * MB);
        assert_eq!(looks_like(&error), "a file packed with gzip that holds no text", "{name}");
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read() {
    let _alone = alone();
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let path = folder.write("closed.csv", "a,b\n1,2\n");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).expect("own file");
    if std::fs::File::open(&path).is_ok() {
        println!("skipped: this user may read everything");
        return;
    }
    match try_open(&path, &Options::default()) {
        Err(DataError::Read { source, .. }) => assert_eq!(source.kind(), std::io::ErrorKind::PermissionDenied),
        other => panic!("{other:?}"),
    }
}

#[test]
fn real_hostile_and_protected_files() {
    let _alone = alone();
    let Some(path) = shared("password.xlsx") else { return };
    assert!(matches!(refused(&path, 8 * MB), DataError::Password { .. }));
    // Rows and columns repeated 999,999,999 times.
    let Some(path) = shared("hostile-dos.ods") else { return };
    assert!(matches!(refused(&path, 8 * MB), DataError::Damaged { .. }));
}

/// The parts of a workbook that is made here, to change one of them.
fn parts() -> Vec<(String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(shipped("typed.xlsx")).expect("shipped")).expect("a workbook");
    let count = archive.len();
    let part = |index| {
        let mut part = archive.by_index(index).expect("a part");
        let name = part.name().expect("a name").to_string();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).expect("intact");
        (name, bytes)
    };
    (0..count).map(part).collect()
}

/// A workbook of these parts; `filler` bytes of zeros or blanks go into the middle of the named part.
fn packed(parts: &[(String, Vec<u8>)], stuffed: Option<(&str, &str, u64)>) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated).large_file(true);
    for (name, bytes) in parts {
        writer.start_file(name.as_str(), options).expect("memory");
        match stuffed {
            Some((part, after, filler)) if part == name => {
                let text = std::str::from_utf8(bytes).expect("XML");
                let at = text.find(after).expect("the place") + after.len();
                writer.write_all(&bytes[..at]).expect("memory");
                std::io::copy(&mut std::io::repeat(b'0').take(filler), &mut writer).expect("memory");
                writer.write_all(&bytes[at..]).expect("memory");
            }
            _ => writer.write_all(bytes).expect("memory"),
        }
    }
    writer.finish().expect("memory").into_inner()
}

fn with_part(name: &str, change: impl Fn(&str) -> String) -> Vec<u8> {
    let changed = |(part, bytes): (String, Vec<u8>)| {
        let bytes = if part == name { change(std::str::from_utf8(&bytes).expect("XML")).into_bytes() } else { bytes };
        (part, bytes)
    };
    packed(&parts().into_iter().map(changed).collect::<Vec<_>>(), None)
}

#[test]
fn bombs_are_refused_before_they_unfold() {
    let _alone = alone();
    let folder = Folder::new();
    for (name, part, after) in [("texts.xlsx", "xl/sharedStrings.xml", "<t>"), ("sheet.xlsx", "xl/worksheets/sheet1.xml", "<v>")] {
        let bomb = packed(&parts(), Some((part, after, 2 << 30)));
        assert!(bomb.len() < 8 << 20, "it is small: {}", bomb.len());
        let path = folder.write(name, bomb);
        assert!(matches!(refused(&path, 32 * MB), DataError::TooLarge { .. }), "{name}");
        assert!(matches!(sheet_names(&path, &Limits::default()), Err(DataError::TooLarge { .. })));
    }
}

#[test]
fn claims_that_are_not_true_take_no_memory() {
    let _alone = alone();
    let folder = Folder::new();
    // Room for 4,000,000,000,000 texts would be asked of the system, which ends the program.
    let claim = with_part("xl/sharedStrings.xml", |xml| {
        let at = xml.find("uniqueCount=\"").expect("a claim") + "uniqueCount=\"".len();
        format!("{}4000000000{}", &xml[..at], &xml[at..])
    });
    assert!(matches!(refused(&folder.write("claim.xlsx", claim), 8 * MB), DataError::Damaged { .. }));
    // Bounds of all the rows and columns there can be, around five rows.
    let bounds = with_part("xl/worksheets/sheet1.xml", |xml| xml.replace("A1:M6", "A1:XFD1048576"));
    let (table, most) = peak(|| open(&folder.write("bounds.xlsx", bounds)));
    assert_eq!((table.report.rows, table.report.columns.len()), (5, 13));
    assert!(most < 16 * MB, "{most}");
    // One cell in the last corner makes 17 thousand million cells.
    let corner = with_part("xl/worksheets/sheet1.xml", |xml| {
        xml.replace("</sheetData>", "<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row></sheetData>")
    });
    let options = Options { limits: Limits { max_cells: 20_000_000, ..Limits::default() }, ..Options::default() };
    let (result, most) = peak(|| try_open(&folder.write("corner.xlsx", corner), &options));
    assert!(matches!(result, Err(DataError::TooLarge { .. })), "{result:?}");
    assert!(most < 600 * MB, "{most}");
    // Places that do not exist.
    for place in ["XFE9", "A1048577", "ZZZZZZZZZZ9999999999", "1A", "A0"] {
        let odd = with_part("xl/worksheets/sheet1.xml", |xml| {
            xml.replace("</sheetData>", &format!("<row r=\"9\"><c r=\"{place}\"><v>1</v></c></row></sheetData>"))
        });
        assert!(matches!(refused(&folder.write("place.xlsx", odd), 16 * MB), DataError::Damaged { .. }), "{place}");
    }
}

#[test]
fn a_header_that_shares_a_long_text_is_refused() {
    let _alone = alone();
    let folder = Folder::new();
    let cell = |place: String| format!("<c r=\"{place}1\" t=\"s\"><v>0</v></c>");
    let cells: String = ('A'..='Z').flat_map(|a| ('A'..='D').map(move |b| cell(format!("{a}{b}")))).collect();
    let sheet = format!("<worksheet><sheetData><row r=\"1\">{cells}</row></sheetData></worksheet>");
    let texts = format!("<sst uniqueCount=\"1\"><si><t>{}</t></si></sst>", "x".repeat(1 << 20));
    let changed = |(name, bytes): (String, Vec<u8>)| match &*name {
        "xl/sharedStrings.xml" => (name, texts.clone().into_bytes()),
        "xl/worksheets/sheet1.xml" => (name, sheet.clone().into_bytes()),
        _ => (name, bytes),
    };
    let parts: Vec<_> = parts().into_iter().map(changed).collect();
    let error = refused(&folder.write("header.xlsx", packed(&parts, None)), 160 * MB);
    assert!(error.to_string().contains("longer than 64 MB"), "{error}");
}

#[test]
fn cut_and_flipped_workbooks_never_crash() {
    let _alone = alone();
    let folder = Folder::new();
    let whole = std::fs::read(shipped("typed.xlsx")).expect("shipped");
    for percent in (0..100).step_by(2) {
        let path = folder.write("cut.xlsx", &whole[..whole.len() * percent / 100]);
        let error = refused(&path, 32 * MB);
        let expected =
            if percent == 0 { matches!(error, DataError::Empty { .. }) } else { matches!(error, DataError::Damaged { .. }) };
        assert!(expected, "{percent} %: {error}");
    }
    let expected = open(&shipped("typed.xlsx"));
    let (mut random, mut opened) = (crate::tables::Seeded(11), 0);
    for _ in 0..400 {
        let mut bytes = whole.clone();
        let place = random.below(bytes.len() as u64) as usize;
        bytes[place] ^= 1 << random.below(8);
        let (result, most) = peak(|| try_open(&folder.write("flipped.xlsx", bytes), &Options::default()));
        assert!(most < 64 * MB, "{most}");
        match result {
            // A flip in what the table does not use, such as the properties.
            Ok(table) => {
                opened += 1;
                assert_eq!(table.report.verified.mismatches, 0);
                assert_eq!(table.report.rows, expected.report.rows);
            }
            Err(error) => assert!(error.to_string().contains("flipped.xlsx") && !error.next_step().is_empty(), "{error}"),
        }
    }
    assert!((1..400).contains(&opened), "{opened}");
}

#[test]
fn flipped_texts_are_tables_or_errors() {
    let _alone = alone();
    let folder = Folder::new();
    let whole = bills(200).into_bytes();
    let mut random = crate::tables::Seeded(13);
    for _ in 0..300 {
        let mut bytes = whole.clone();
        let place = random.below(bytes.len() as u64) as usize;
        bytes[place] = random.next() as u8;
        match try_open(&folder.write("flipped.csv", bytes), &Options::default()) {
            Ok(table) => assert_eq!(table.report.verified.mismatches, 0),
            Err(error) => assert!(error.to_string().contains("flipped.csv") && !error.next_step().is_empty(), "{error}"),
        }
    }
}

#[test]
fn an_open_quotation_mark_is_named_by_its_row() {
    let _alone = alone();
    let folder = Folder::new();
    let row_of = |text: String| match refused(&folder.write("quote.csv", text), 400 * MB) {
        DataError::OpenQuote { row, .. } => row,
        other => panic!("{other}"),
    };
    assert_eq!(row_of("a,b\n1,2\n3,\"four\n5,6\n7,8\n".into()), 3);
    assert_eq!(row_of("\"a,b\n1,2\n".into()), 1);
    // In the second block, and so long that its end is not looked for.
    let rows = |count: usize| "12345,abcdefgh\n".repeat(count);
    assert_eq!(row_of(format!("a,b\n{}5,\"open\n{}", rows(400_000), rows(1_000))), 400_002);
    assert_eq!(row_of(format!("a,b\n{}5,\"open\n{}", rows(400_000), rows(6_000_000))), 400_002);
}

#[test]
fn a_line_without_an_end_takes_bounded_memory() {
    let _alone = alone();
    let folder = Folder::new();
    let path = folder.path().join("line.csv");
    let mut file = std::fs::File::create(&path).expect("a file");
    file.write_all(b"a,b\n1,2\n").expect("room");
    std::io::copy(&mut std::io::repeat(b'x').take(1 << 30), &mut file).expect("room");
    match refused(&path, 300 * MB) {
        DataError::Damaged { reason, .. } => assert_eq!(reason, "one of its lines is longer than 64 MB"),
        other => panic!("{other}"),
    }
}

#[test]
fn text_that_is_not_of_the_encoding_asked_for() {
    let _alone = alone();
    let folder = Folder::new();
    let mut options = Options::default();
    options.read.encoding = Some("utf-8".into());
    let path = folder.write("latin.csv", b"a,b\n1,caf\xE9\n");
    assert!(matches!(try_open(&path, &options), Err(DataError::NoText { row: 2, .. })));
    options.read.encoding = Some("klingon".into());
    match try_open(&path, &options) {
        Err(error) => assert!(error.to_string().contains("klingon") && error.next_step().contains("utf-8"), "{error}"),
        Ok(_) => panic!("there is no such encoding"),
    }
}

#[test]
fn a_file_that_grows_while_it_is_read_is_told() {
    let _alone = alone();
    let folder = Folder::new();
    let path = folder.write("growing.csv", bills(60_000));
    let progress = Progress::new();
    let stop = std::sync::atomic::AtomicBool::new(false);
    let result = std::thread::scope(|scope| {
        scope.spawn(|| grow(&path, &stop));
        let result = tachograph::data::optimise(&path, &Options::default(), &Cancel::new(), &progress);
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
        result
    });
    match result {
        Err(DataError::Changed { file }) => assert_eq!(file, "growing.csv"),
        other => panic!("{:?}", other.map(|table| table.report.rows)),
    }
}

/// Adds rows until told to stop.
fn grow(path: &PathBuf, stop: &std::sync::atomic::AtomicBool) {
    let mut file = std::fs::OpenOptions::new().append(true).open(path).expect("the file");
    while !stop.load(std::sync::atomic::Ordering::Relaxed) {
        file.write_all(b"1,2\n").expect("room");
    }
}

#[test]
fn stopping_ends_the_work() {
    let _alone = alone();
    let folder = Folder::new();
    let path = folder.write("bills.csv", bills(2_000));
    let cancel = Cancel::new();
    cancel.cancel();
    for path in [path, shipped("typed.xlsx")] {
        let result = tachograph::data::optimise(&path, &Options::default(), &cancel, &Progress::new());
        assert!(matches!(result, Err(DataError::Cancelled(_))));
    }
}

#[test]
fn too_many_cells_are_refused() {
    let _alone = alone();
    let folder = Folder::new();
    let options = Options { limits: Limits { max_cells: 1_000, ..Limits::default() }, ..Options::default() };
    let path = folder.write("bills.csv", bills(2_000));
    match try_open(&path, &options) {
        Err(DataError::TooLarge { what, .. }) => assert_eq!(what, "it has more than 1,000 cells"),
        other => panic!("{:?}", other.map(|table| table.report.rows)),
    }
}
