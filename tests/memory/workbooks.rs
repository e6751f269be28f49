//! Workbooks that are not Office Open XML: binary ones, those of Excel 97–2003, and OpenDocument spreadsheets.

use std::io::{Read, Write};

use crate::tables::allocator::{alone, peak};
use crate::tables::{Folder, column, open, open_with, shared, shipped, texts, try_open, types};
use tachograph::data::{DataError, Limits, Options, ReadOptions, sheet_names};
use tachograph::jobs::Explain;

fn sheet(name: &str) -> Options {
    Options { read: ReadOptions { sheet: Some(name.into()), ..ReadOptions::default() }, ..Options::default() }
}

#[test]
fn real_mixed_types_are_what_the_xlsx_of_the_same_table_gives() {
    let _alone = alone();
    let Some(xlsx) = shared("mixed.xlsx") else { return };
    let xlsx = open(&xlsx);
    for name in ["mixed.xlsb", "mixed.ods"] {
        let Some(path) = shared(name) else { return };
        let table = open(&path);
        assert_eq!(types(&table), types(&xlsx), "{name}");
        for report in &xlsx.report.columns {
            assert_eq!(column(&table, &report.name), column(&xlsx, &report.name), "{name}: {}", report.name);
        }
    }
}

#[test]
fn real_dates_from_1904() {
    let _alone = alone();
    let Some(path) = shared("date-1904.xls") else { return };
    let table = open(&path);
    // xlrd 2.0.2: 42735, 42736 and 10.632060185185185 days, counted from 1904-01-01.
    assert_eq!(table.report.columns[0].name, "2021-01-01");
    assert_eq!(column(&table, "2021-01-01"), texts(&["2021-01-02", "255:10:10"]));
    assert_eq!(column(&table, "15"), texts(&["16", "17"]));
    assert_eq!(table.report.source.format, "xls");
}

#[test]
fn a_real_workbook_whose_bounds_are_wrong() {
    let _alone = alone();
    let Some(path) = shared("hostile-alloc.xls") else { return };
    let names = sheet_names(&path, &Limits::default()).expect("a workbook");
    assert_eq!(names.len(), 10, "{names:?}");
    // xlrd 2.0.2 has 77 rows here.
    let table = open_with(&path, &sheet("Data"));
    assert_eq!(table.report.rows, 76);
    assert_eq!(table.report.columns[0].name, "New Deals");
    assert_eq!(column(&table, "New Deals")[..3], texts(&["Physical Gas", "Financial Gas", "Physical Power"]));
}

#[test]
fn the_same_table_gives_the_same_texts_in_every_format() {
    let _alone = alone();
    let xlsx = open(&shipped("typed.xlsx"));
    for name in ["typed.xls", "typed.ods"] {
        let table = open(&shipped(name));
        for report in &xlsx.report.columns {
            // LibreOffice keeps the yes and no of the XLSX as a formula that gives 1 and 0 in an OpenDocument file.
            if (name, report.name.as_str()) != ("typed.ods", "yes") {
                assert_eq!(column(&table, &report.name), column(&xlsx, &report.name), "{name}: {}", report.name);
            }
        }
        assert_eq!((table.report.rows, &*table.report.source.format), (5, &name[6..]));
        assert_eq!(table.report.source.sheet.as_deref(), Some("Bills"));
        let mixed: Vec<_> = table.report.warnings.iter().map(|w| (w.column.as_deref(), w.row)).collect();
        assert_eq!(mixed, [(Some("mixed"), Some(5))], "{name}");
    }
    assert_eq!(column(&open(&shipped("typed.ods")), "yes"), texts(&["1", "0", "1", "0", "1"]));
}

#[test]
fn every_record_of_a_binary_workbook() {
    let _alone = alone();
    // pyxlsb 1.0.10 gives these numbers, texts and error codes (0x2a, 0x7, 0x2a), and passes over the texts that stand in the cell;
    // LibreOffice 7.4 has those.
    let table = open(&shipped("typed.xlsb"));
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(table.report.source.format, "xlsb");
    assert_eq!(column(&table, "number"), [some("7"), some("1.5"), some("0.1"), None, some("1e+300")]);
    assert_eq!(column(&table, "date"), [some("2024-02-29"), some("2024-03-01"), some("2024-03-01 12:00:00"), None, None]);
    assert_eq!(column(&table, "text"), [some("naïve"), some("plain"), some("rich"), None, some("made")]);
    assert_eq!(column(&table, "error"), [some("#N/A"), some("#DIV/0!"), some("#N/A"), None, some("TRUE")]);
}

#[test]
fn sheets_are_listed_and_chosen_by_name() {
    let _alone = alone();
    let some = |text: &str| Some(text.to_owned());
    for name in ["sheets.xls", "sheets.ods"] {
        let path = shipped(name);
        let names = sheet_names(&path, &Limits::default()).expect("a workbook");
        assert_eq!(names[..3], ["Blank", "Data", "Hidden"], "{name}");
        let first = open(&path);
        assert_eq!(first.report.source.sheet.as_deref(), Some("Data"), "{name}: the first with cells");
        assert_eq!(column(&first, "id"), [some("1"), None, some("2"), None, None, some("3")], "{name}");
        assert_eq!(column(&first, "text"), [some("one"), None, None, None, None, some("three")], "{name}");
        assert_eq!(first.report.first_row, 5, "{name}");
        assert_eq!(column(&open_with(&path, &sheet("Hidden")), "secret"), texts(&["42"]), "{name}");
        assert!(matches!(try_open(&path, &sheet("Blank")), Err(DataError::Empty { .. })), "{name}");
        match try_open(&path, &sheet("No")) {
            Err(DataError::NoSheet { sheet, sheets, .. }) => assert_eq!((sheet.as_str(), sheets), ("No", names)),
            other => panic!("{name}: {other:?}"),
        }
    }
}

#[test]
fn a_merged_cell_stands_in_its_first_row() {
    let _alone = alone();
    let some = |text: &str| Some(text.to_owned());
    for name in ["merged.xls", "merged.ods"] {
        let table = open(&shipped(name));
        assert_eq!(column(&table, "region"), [some("North"), None, some("South"), None], "{name}");
        assert_eq!(column(&table, "people"), texts(&["10", "20", "30", "40"]), "{name}");
    }
}

/// An OpenDocument spreadsheet of these rows.
fn spreadsheet(rows: &str) -> Vec<u8> {
    let head = "<?xml version=\"1.0\"?><office:document-content><office:body><office:spreadsheet>";
    let tail = "</office:spreadsheet></office:body></office:document-content>";
    let content = format!("{head}<table:table table:name=\"A &amp; B\">{rows}</table:table>{tail}");
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (name, text) in [
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", "<manifest:manifest/>"),
        ("content.xml", &content),
    ] {
        writer.start_file(name, options).expect("memory");
        writer.write_all(text.as_bytes()).expect("memory");
    }
    writer.finish().expect("memory").into_inner()
}

const HEADER: &str = "<table:table-row><table:table-cell office:value-type=\"string\"><text:p>a</text:p></table:table-cell>\
    <table:table-cell office:value-type=\"string\"><text:p>b</text:p></table:table-cell></table:table-row>";

#[test]
fn every_kind_of_cell_of_a_spreadsheet() {
    let _alone = alone();
    let folder = Folder::new();
    let cells = [
        ("office:value-type=\"boolean\" office:boolean-value=\"true\"><text:p>yes</text:p>", Some("TRUE")),
        ("office:value-type=\"percentage\" office:value=\"0.155\"><text:p>15,50 %</text:p>", Some("0.155")),
        ("office:value-type=\"currency\" office:currency=\"EUR\" office:value=\"12.5\"><text:p>12,50 €</text:p>", Some("12.5")),
        ("office:value-type=\"float\" office:value=\"1E+016\"><text:p/>", Some("1e+16")),
        (
            "office:value-type=\"string\"><text:p>two</text:p><text:p>lines<text:s text:c=\"3\"/>&lt;x<text:tab/>y</text:p>",
            Some("two\nlines   <x\ty"),
        ),
        (
            "office:value-type=\"string\"><office:annotation><text:p>a note</text:p></office:annotation><text:p>a <text:span>part</text:span></text:p>",
            Some("a part"),
        ),
        ("office:value-type=\"string\" office:string-value=\"in full\"><text:p>in…</text:p>", Some("in full")),
        (
            "office:value-type=\"string\" office:string-value=\"\" calcext:value-type=\"error\"><text:p>#REF!</text:p>",
            Some("#REF!"),
        ),
        ("office:value-type=\"time\" office:time-value=\"PT255H10M10S\"><text:p>x</text:p>", Some("255:10:10")),
        ("office:value-type=\"string\"><text:p/>", Some("")),
        ("table:style-name=\"ce1\">", None),
    ];
    let row = |(cell, _): &(&str, Option<&str>)| {
        format!(
            "<table:table-row><table:table-cell {cell}</table:table-cell><table:covered-table-cell/>\
            <table:table-cell table:number-columns-repeated=\"16000\"/></table:table-row>"
        )
    };
    let rows: String = cells.iter().map(row).collect();
    let last = "<table:table-row table:number-rows-repeated=\"3\"><table:table-cell table:number-columns-repeated=\"2\" \
        office:value-type=\"float\" office:value=\"7\"/></table:table-row><table:table-row table:number-rows-repeated=\"1048000\"/>";
    let table = open(&folder.write("kinds.ods", spreadsheet(&format!("{HEADER}{rows}{last}"))));
    let mut expected: Vec<_> = cells.iter().map(|(_, text)| text.map(str::to_owned)).collect();
    expected.extend(texts(&["7", "7", "7"]));
    assert_eq!(column(&table, "a"), expected);
    assert_eq!(column(&table, "b")[10..], [None, Some("7".to_owned()), Some("7".to_owned()), Some("7".to_owned())]);
    assert_eq!(table.report.source.sheet.as_deref(), Some("A & B"));
}

#[test]
fn spreadsheets_made_to_do_harm() {
    let _alone = alone();
    let folder = Folder::new();
    let cell = "<table:table-cell office:value-type=\"float\" office:value=\"1\"/>";
    let wide = |times: &str| {
        format!(
            "{HEADER}<table:table-row><table:table-cell table:number-columns-repeated=\"{times}\" office:value-type=\"float\" office:value=\"1\"/></table:table-row>"
        )
    };
    let tall = |times: &str, cell: &str| {
        format!("{HEADER}<table:table-row table:number-rows-repeated=\"{times}\">{cell}</table:table-row>")
    };
    let deep = format!("{HEADER}<table:table-row><table:table-cell>{}", "<text:p>".repeat(3_000_000));
    let wide_and_tall =
        tall("1000000", &wide("16000").replace(HEADER, "").replace("<table:table-row>", "").replace("</table:table-row>", ""));
    for (rows, large) in [
        (wide("99999999"), false),
        (wide("99999999999999999999999"), false),
        (wide("-1"), false),
        (tall("99999999", cell), true),
        (tall("2000000", cell), false),
        (tall("0", cell), false),
        (wide_and_tall, true),
        (deep, false),
        (
            format!(
                "{HEADER}<table:table-row>&evil;</table:table-row><table:table-row><table:table-cell office:value-type=\"string\"><text:p>&evil;"
            ),
            false,
        ),
        (
            format!(
                "{HEADER}<table:table-row><table:table-cell office:value-type=\"string\"><text:p><text:s text:c=\"999999999999\"/></text:p></table:table-cell></table:table-row>"
            ),
            false,
        ),
        (
            format!(
                "{HEADER}<table:table-row><table:table-cell office:value-type=\"float\" office:value=\"NaN\"/></table:table-row>"
            ),
            false,
        ),
    ] {
        let path = folder.write("harm.ods", spreadsheet(&rows));
        let (result, most) = peak(|| try_open(&path, &Options::default()));
        let error = result.expect_err("refused");
        assert_eq!(matches!(error, DataError::TooLarge { .. }), large, "{error}");
        assert!(error.to_string().contains("harm.ods") && error.next_step().ends_with('.'), "{error}");
        assert!(most < 16 << 20, "{most}: {error}");
    }
    // A document that ends before its tables do, in an archive that is whole.
    let whole = spreadsheet(HEADER);
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(whole)).expect("an archive");
    let mut content = String::new();
    archive.by_name("content.xml").expect("there").read_to_string(&mut content).expect("text");
    for end in
        [content.find("<table:table-cell").expect("a cell"), content.find("</table:table-row").expect("a row"), content.len() - 3]
    {
        let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        writer.start_file("content.xml", zip::write::SimpleFileOptions::default()).expect("memory");
        writer.write_all(&content.as_bytes()[..end]).expect("memory");
        let path = folder.write("ends.ods", writer.finish().expect("memory").into_inner());
        assert!(matches!(try_open(&path, &Options::default()), Err(DataError::Damaged { .. })));
    }
}

#[test]
fn cut_and_flipped_workbooks_never_crash() {
    let _alone = alone();
    let folder = Folder::new();
    for (name, most) in [("typed.xlsb", 64 << 20), ("typed.xls", 96 << 20), ("typed.ods", 64 << 20)] {
        let whole = std::fs::read(shipped(name)).expect("shipped");
        for percent in 0..100 {
            let path = folder.write(name, &whole[..whole.len() * percent / 100]);
            let (result, held) = peak(|| try_open(&path, &Options::default()));
            assert!(held < most, "{name} at {percent} %: {held}");
            match result {
                Err(error) => assert!(error.to_string().contains(name) && error.next_step().ends_with('.'), "{error}"),
                // What follows the sheets of an XLS file is not needed to read them.
                Ok(table) => assert!(name == "typed.xls" && table.report.rows == 5, "{name} at {percent} %"),
            }
        }
        let (mut random, mut opened) = (crate::tables::Seeded(17), 0);
        for _ in 0..600 {
            let mut bytes = whole.clone();
            let place = random.below(bytes.len() as u64) as usize;
            bytes[place] ^= 1 << random.below(8);
            let (result, held) = peak(|| try_open(&folder.write(name, bytes), &Options::default()));
            assert!(held < 700 << 20, "{name}, byte {place}: {held}");
            match result {
                Ok(table) => {
                    opened += 1;
                    assert_eq!(table.report.verified.mismatches, 0);
                }
                Err(error) => assert!(error.to_string().contains(name) && error.next_step().ends_with('.'), "{error}"),
            }
        }
        assert!((1..600).contains(&opened), "{name}: {opened}");
    }
}

/// Where the sheets begin in a small XLS file: the place of a record in the file, found by its first bytes.
fn find(bytes: &[u8], record: &[u8]) -> usize {
    let at = bytes.windows(record.len()).position(|some| some == record);
    at.unwrap_or_else(|| panic!("no record {record:x?}"))
}

#[test]
fn old_workbooks_made_to_do_harm() {
    let _alone = alone();
    let folder = Folder::new();
    let whole = std::fs::read(shipped("typed.xls")).expect("shipped");
    let refused = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = whole.clone();
        change(&mut bytes);
        let (result, held) = peak(|| try_open(&folder.write("harm.xls", bytes), &Options::default()));
        assert!(held < 16 << 20, "{held}");
        let error = result.expect_err("refused");
        assert!(error.to_string().contains("harm.xls") && error.next_step().ends_with('.'), "{error}");
        error
    };
    // A record that tells of a password in place of the one that tells of the letters.
    let letters = find(&whole, &[0x42, 0x00, 2, 0]);
    assert!(matches!(refused(&|bytes| bytes[letters] = 0x2F), DataError::Password { .. }));
    let dimensions = find(&whole, &[0x00, 0x02, 14, 0]) + 4;
    // Room for 2^31 rows.
    refused(&|bytes| bytes[dimensions + 4..dimensions + 8].copy_from_slice(&0x8000_0000u32.to_le_bytes()));
    // The first row after the last.
    refused(&|bytes| bytes[dimensions..dimensions + 4].copy_from_slice(&60_000u32.to_le_bytes()));
    // A cell in column 60,000.
    let number = find(&whole, &[0x03, 0x02, 14, 0]) + 4;
    refused(&|bytes| bytes[number + 2..number + 4].copy_from_slice(&60_000u16.to_le_bytes()));
    // Chains of blocks that lead back: each block of the list follows itself.
    let list = 512 * (1 + u32::from_le_bytes(whole[76..80].try_into().expect("four bytes")) as usize);
    refused(&|bytes| {
        for block in 0..128u32 {
            bytes[list + 4 * block as usize..][..4].copy_from_slice(&block.to_le_bytes());
        }
    });
    // The list of lists is its own successor.
    refused(&|bytes| {
        bytes[68..72].copy_from_slice(&0u32.to_le_bytes());
        bytes[512 + 508..1024].copy_from_slice(&0u32.to_le_bytes());
    });
}
