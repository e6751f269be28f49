//! The quick way and the careful one give the same cells.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};

use zip::write::SimpleFileOptions;

use super::super::{Book, How, WorkbookSource};
use super::{QuickBook, fill};
use crate::data::DataError;
use crate::data::cells::Cells;
use crate::data::read::{Content, Limits, ReadOptions, Source};
use crate::jobs::{Cancel, Progress};

/// Header, number of the first row, and each cell's text with whether it is a number or the like.
type Table = (Vec<String>, u64, Vec<Vec<Option<(String, bool)>>>);

fn add(rows: &mut Vec<Vec<Option<(String, bool)>>>, cells: &Cells) {
    let cell = |row, column| {
        let text = cells.get(row, column)?;
        Some((String::from_utf8(text.to_vec()).expect("text"), cells.is_typed(row, column)))
    };
    rows.extend((0..cells.rows()).map(|row| (0..cells.columns()).map(|column| cell(row, column)).collect()));
}

fn open(path: &Path, sheet: Option<&str>, trusting: bool, quick: bool) -> Result<WorkbookSource, DataError> {
    let options = ReadOptions { sheet: sheet.map(str::to_owned), ..ReadOptions::default() };
    WorkbookSource::open_with(path, Content::Xlsx, &options, &Limits::default(), How { trusting, quick })
}

/// As the source gives it.
fn table(source: &dyn Source) -> Result<Table, DataError> {
    let mut rows = Vec::new();
    source.batches(&Cancel::new(), &Progress::new(), &mut |batch| {
        let (cells, _) = source.cells(batch)?;
        add(&mut rows, &cells);
        Ok(())
    })?;
    Ok((source.header().to_vec(), source.first_row(), rows))
}

/// Cut into pieces of about so many bytes; `None` when the quick way does not read it.
fn in_pieces(source: &WorkbookSource, goal: usize) -> Option<Table> {
    let Book::Quick(book) = &source.book else { return None };
    let (mut rows, mut odd) = (Vec::new(), false);
    let read = book.pieces(source.sheet(), goal, source.frame(), &mut |piece| {
        match fill(piece, &book.lookup, source.frame()) {
            Ok(cells) => add(&mut rows, &cells),
            Err(_) => odd = true,
        }
        std::ops::ControlFlow::Continue(())
    });
    (read.is_ok() && !odd).then(|| (source.header().to_vec(), source.first_row(), rows))
}

/// Reads a sheet in both ways, in large pieces and in small ones; whether the quick way could.
fn agree(path: &Path, sheet: Option<&str>, trusting: bool) -> bool {
    let Ok(careful) = open(path, sheet, trusting, false).and_then(|source| table(&source)) else {
        // What is refused in one way must not be given in the other.
        let quick = open(path, sheet, trusting, true).and_then(|source| table(&source));
        assert!(quick.is_err(), "{}", path.display());
        return false;
    };
    let quick = open(path, sheet, trusting, true).expect("what the careful reader opens");
    let mut all_quick = true;
    for goal in [1 << 22, 1 << 10, 64] {
        match in_pieces(&quick, goal) {
            Some(table) => assert!(table == careful, "{} {sheet:?}: {table:?}\n{careful:?}", path.display()),
            None => all_quick = false,
        }
    }
    all_quick
}

fn samples() -> Vec<PathBuf> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = [top.join("tests/data/tables"), top.join("../shared/data/tables")];
    let files = folders.iter().filter_map(|folder| std::fs::read_dir(folder).ok()).flatten().flatten();
    files.map(|file| file.path()).filter(|path| path.extension().is_some_and(|ending| ending == "xlsx")).collect()
}

#[test]
fn sample_workbooks_are_read_alike() {
    let mut quick = Vec::new();
    for path in samples() {
        let Ok(book) = QuickBook::open(&path, &Limits::default()) else { continue };
        for sheet in book.sheets() {
            if agree(&path, Some(&sheet), false) && agree(&path, Some(&sheet), true) {
                quick.push(format!("{} {sheet}", path.file_name().expect("a name").to_string_lossy()));
            }
        }
    }
    quick.sort();
    for known in
        ["date-1904.xlsx", "merged.xlsx", "no-dimension.xlsx Bills", "sheets.xlsx Data", "sheets.xlsx Hidden", "typed.xlsx Bills"]
    {
        assert!(quick.iter().any(|name| name.starts_with(known)), "{known}: {quick:?}");
    }
}

struct Seeded(u64);

impl Seeded {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }

    fn of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len())]
    }
}

const STYLES: &str = r##"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="4"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/><numFmt numFmtId="165" formatCode="[h]:mm:ss"/><numFmt numFmtId="166" formatCode="#,##0.00\ &quot;d&quot;"/><numFmt numFmtId="167" formatCode="dd/mm/yyyy\ hh:mm:ss.000"/></numFmts><cellStyleXfs count="1"><xf numFmtId="14"/></cellStyleXfs><cellXfs count="7"><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/><xf numFmtId="14"/><xf numFmtId="167"><alignment wrapText="1"/></xf><xf numFmtId="46"/></cellXfs></styleSheet>"##;
const TEXTS: &str = "<sst xmlns=\"x\" count=\"9\" uniqueCount=\"8\"><si><t>plain</t></si><si><t xml:space=\"preserve\"> kept </t></si>\
<si><t> cut \n</t></si><si><r><rPr><b/></rPr><t>two</t></r><r><t xml:space=\"preserve\"> kinds &amp; more</t></r></si>\
<si><t>\u{6771}\u{4eac}</t><rPh sb=\"0\" eb=\"2\"><t>toukyou</t></rPh><phoneticPr fontId=\"1\"/></si><si><t/></si>\
<si><t>a_x000D_b _x41_ &lt;&#233;&#x41;&gt;</t></si><si><t>0042</t></si></sst>";

fn workbook(sheet: &str, from_1904: bool) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let start = if from_1904 { "<workbookPr date1904=\"1\"/>" } else { "" };
    let parts = [
        (
            "_rels/.rels",
            format!(
                "<Relationships><Relationship Id=\"a\" Type=\"{kind}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns:r=\"{kind}\">{start}<sheets><sheet name=\"One &amp; all\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships><Relationship Id=\"r1\" Type=\"{kind}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
            ),
        ),
        ("xl/styles.xml", STYLES.to_owned()),
        ("xl/sharedStrings.xml", TEXTS.to_owned()),
        ("xl/worksheets/sheet1.xml", sheet.to_owned()),
    ];
    for (name, text) in parts {
        writer.start_file(name, SimpleFileOptions::default()).expect("memory");
        writer.write_all(text.as_bytes()).expect("memory");
    }
    writer.finish().expect("memory").into_inner()
}

fn column_name(mut column: usize) -> String {
    let mut name = String::new();
    loop {
        name.insert(0, char::from(b'A' + (column % 26) as u8));
        if column < 26 {
            return name;
        }
        column = column / 26 - 1;
    }
}

fn number(random: &mut Seeded) -> String {
    match random.below(9) {
        0 => random
            .of(&["0", "-0", "0.0", "-0.0", "1E3", "1.5e-7", "0.0001", "0.00012", "123456789012345", "1234567890123456789", "007"])
            .to_owned(),
        1 => format!("{}", random.below(100_000)),
        2 => format!("-{}.{:02}", random.below(10_000), random.below(100)),
        3 => format!("{}", 0.1 * random.below(1_000) as f64),
        4 => format!("{:.15}E{}", random.below(1 << 30) as f64 / 1e9, random.below(40)),
        5 => format!("{}.{}", random.below(50_000), random.below(100_000)),
        // Days, and days with a time.
        6 | 7 => format!("{}", 20_000 + random.below(40_000)),
        _ => format!("{}", 20_000.0 + random.below(40_000_000) as f64 / 1_440.0),
    }
}

/// A cell that a program might write, without anything that the quick way does not read.
fn cell(random: &mut Seeded, place: &str) -> String {
    let style = if random.below(2) == 0 { format!(" s=\"{}\"", random.below(9)) } else { String::new() };
    let head = format!("<c r=\"{place}\"{style}");
    let formula =
        random.of(&["", "<f>A1&amp;\"x\"</f>", "<f t=\"shared\" ref=\"A1:A9\" si=\"0\">B1*2</f>", "<f t=\"shared\" si=\"0\"/>"]);
    let text = random.of(&[
        "",
        "word",
        " blanks ",
        "\u{924}\u{915}",
        "a &lt;b&gt; &amp; &quot;c&quot;",
        "&#233;&#xE9;",
        "line\nline",
        "_x000D_x",
        "0042",
        "snake_x_case",
        "1.50",
    ]);
    match random.below(14) {
        0 => format!("{head}/>"),
        1 => format!("{head}></c>"),
        2 => format!("{head} t=\"s\"><v>{}</v></c>", random.below(8)),
        3 => format!("{head} t=\"b\">{formula}<v>{}</v></c>", random.below(2)),
        4 => format!(
            "{head} t=\"e\">{formula}<v>{}</v></c>",
            random.of(&["#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"])
        ),
        5 => format!("{head} t=\"str\">{formula}<v>{text}</v></c>"),
        6 => format!("{head} t=\"inlineStr\"><is><t>{text}</t></is></c>"),
        7 => format!("{head} t=\"inlineStr\"><is><t xml:space=\"preserve\">{text}</t></is></c>"),
        8 => format!("{head} t=\"d\"><v>{}</v></c>", random.of(&["2024-02-29", "2024-02-29T12:30:15", "2024-02-29T00:00:00"])),
        9 => format!("{head} t=\"n\"><v>{}</v></c>", number(random)),
        10 => format!("{head}>{formula}{}</c>", random.of(&["<v/>", "<v />"])),
        _ => format!("{head}>{formula}<v>{}</v></c>", number(random)),
    }
}

fn sheet(random: &mut Seeded) -> String {
    let (first_row, first_column, columns) = (1 + random.below(3), random.below(30), 1 + random.below(6));
    let space = random.of(&["", "", "\n", "\r\n  "]);
    let mut xml = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<worksheet xmlns=\"x\">".to_owned();
    let mut row = first_row;
    let mut rows = String::new();
    for at in 0..2 + random.below(40) {
        let _ = write!(rows, "{space}<row r=\"{row}\" spans=\"1:9\" x14ac:dyDescent='0.25'>");
        for column in 0..columns {
            let place = format!("{}{row}", column_name(first_column + column));
            if at == 0 {
                let _ = write!(rows, "<c r=\"{place}\" t=\"inlineStr\"><is><t>c{column}</t></is></c>");
            } else if random.below(4) > 0 {
                rows.push_str(&cell(random, &place));
                rows.push_str(space);
            }
        }
        rows.push_str("</row>");
        row += if random.below(6) == 0 { 1 + random.below(5) } else { 1 };
        if random.below(6) == 0 {
            let _ = write!(rows, "<row r=\"{row}\" ht=\"20\"/>");
            row += 1;
        }
    }
    // At most as wide as the header, exactly so, or not told.
    if random.below(3) > 0 {
        let (from, to) = (column_name(first_column), column_name(first_column + columns - 1));
        let _ = write!(xml, "<dimension ref=\"{from}{first_row}:{to}{row}\"/>");
    }
    let _ = write!(
        xml,
        "<sheetViews><sheetView/></sheetViews><sheetData>{rows}{space}</sheetData><rowBreaks count=\"1\"><brk id=\"2\"/></rowBreaks></worksheet>"
    );
    xml
}

#[test]
fn generated_sheets_are_read_alike() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("made.xlsx");
    let (mut random, mut quick) = (Seeded(3), 0);
    for _ in 0..400 {
        std::fs::write(&path, workbook(&sheet(&mut random), random.below(4) == 0)).expect("room");
        quick += u32::from(agree(&path, None, random.below(2) == 0));
    }
    assert!(quick > 350, "{quick}");
}

#[test]
fn what_is_unusual_is_read_in_the_careful_way() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("odd.xlsx");
    let rows = |more: &str| {
        format!(
            "<worksheet><dimension ref=\"A1:B9\"/><sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c><c r=\"B1\"><v>2</v></c></row><row r=\"2\"><c r=\"A2\"><v>3</v></c></row>{more}</sheetData></worksheet>"
        )
    };
    let plain = "<row r=\"3\"><c r=\"B3\" t=\"str\"><v>x</v></c></row>";
    std::fs::write(&path, workbook(&rows(plain), false)).expect("room");
    assert!(agree(&path, None, true), "without anything unusual");
    let odd = [
        "<row r=\"3\"><c r=\"B3\" t=\"str\"><v><![CDATA[x]]></v></c></row>",
        "<row r=\"3\"><!-- <c r=\"A3\"><v>9</v></c> --><c r=\"B3\" t=\"str\"><v>x</v></c></row>",
        "<x:row r=\"3\"><x:c r=\"B3\" t=\"str\"><x:v>x</x:v></x:c></x:row>",
        "<row><c t=\"str\"><v>x</v></c></row>",
        "<row r=\"3\"><c t=\"str\"><v>x</v></c></row>",
        "<row r=\"4\"><c r=\"B3\" t=\"str\"><v>x</v></c></row>",
        "<row r=\"3\"><c r=\"B3\" t=\"inlineStr\"><is><r><t>x</t></r><r><t>y</t></r></is></c></row>",
        "<row r=\"3\"><c r=\"B3\" t=\"str\"><v>&#55;&unknown;</v></c></row>",
        "<row r=\"3\"><c r=\"B3\"><v> 7 </v></c></row>",
        "<row r=\"3\"><c r=\"B3\"><v>n/k</v></c></row>",
        "<row r=\"3\"><c r=\"B3\" t=\"b\"><v>true</v></c></row>",
        "<row r=\"3\"><c r=\"B3\" t=\"s\"><v>99</v></c></row>",
        "<row r=\"3\"><c r=\"B3\" t=\"z\"><v>1</v></c></row>",
        "<row r=\"3\"><c r=\"B3\" t=\"str\"><v>a\rb</v></c></row>",
        "<row r=\"3\"><c r=\"B3\"><v>1</v></c><c r=\"A3\"><v>1</v></c></row>",
        "<row r=\"3\"><c r=\"B3\"><v>1</v></c></row><row r=\"3\"><c r=\"B3\"><v>1</v></c></row>",
        "<row r=\"9\"><c r=\"B9\"><v>1</v></c></row><row r=\"5\"><c r=\"B5\"><v>1</v></c></row>",
        "<row r=\"3\"><c r=\"b3\"><v>1</v></c></row>",
        "<row r=\"3\"><c r=\"B3\"><v>1</v><f>1</f></c></row>",
        "<row r=\"1048577\"><c r=\"A1048577\"><v>1</v></c></row>",
    ];
    for more in odd {
        std::fs::write(&path, workbook(&rows(more), false)).expect("room");
        assert!(!agree(&path, None, true), "{more}");
        // And from the start, when it is found while reading.
        let source: Box<dyn Source> = Box::new(open(&path, None, true, true).expect("its first rows are plain"));
        let first = table(&*source);
        let again = source.wider(&crate::jobs::Cancel::new()).map(|source| source.and_then(|source| table(&*source)));
        let careful = open(&path, None, true, false).and_then(|source| table(&source));
        match (first, again, careful) {
            (Err(_), Some(Ok(again)), Ok(careful)) => assert!(again == careful, "{more}"),
            (Err(_), Some(Err(_)), Err(_)) => {}
            (first, again, careful) => panic!("{more}: {first:?} {again:?} {careful:?}"),
        }
    }
}
