//! Text tables: every form they come in, and that each cell comes back as it stood.

use crate::tables::{
    Folder, at, bills, cell, column, open, open_text, open_with, shared, shipped, texts, try_open, types, written,
};
use tachograph::data::{DataError, Level, Options, Quote, ReadOptions, Steps};
use tachograph::jobs::Explain;

fn default(text: &str) -> tachograph::data::Table {
    open_text(text, &Options::default())
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// Numbered rows of one cell.
fn column_of(name: &str, cells: &[&str]) -> String {
    cells.iter().enumerate().fold(format!("row,{name}\n"), |text, (row, cell)| format!("{text}{row},{cell}\n"))
}

#[test]
fn numbers_only_where_every_digit_comes_back() {
    let cases = [
        (&["0", "255"][..], "UInt8"),
        (&["-128", "127"], "Int8"),
        (&["0", "256"], "UInt16"),
        (&["-1", "128"], "Int16"),
        (&["4294967295", "0"], "UInt32"),
        (&["-1", "2147483647"], "Int32"),
        (&["4294967296"], "Int64"),
        (&["9007199254740993", "9223372036854775807", "-9223372036854775808"], "Int64"),
        (&["9223372036854775808"], "String"),
        (&["02494", "10115"], "String"),
        (&["+1", "2"], "String"),
        (&["1,5"], "Float64"),
        (&["1,500"], "String"),
        (&["1.5", "2.25"], "Float64"),
        (&["1.0", "2.0"], "UInt8"),
        (&["0.12345678901234567890"], "String"),
        (&["12E5", "13E5"], "String"),
        (&["1e-05", "2.5e+20"], "Float64"),
        (&["-0", "1"], "Float64"),
        (&["0x10"], "String"),
        (&["12 "], "String"),
        (&["१२"], "String"),
        (&["inf", "1.5"], "String"),
    ];
    for (cells, kind) in cases {
        let quoted: Vec<String> =
            cells.iter().map(|cell| if cell.contains(',') { format!("\"{cell}\"") } else { (*cell).to_owned() }).collect();
        let quoted: Vec<&str> = quoted.iter().map(String::as_str).collect();
        let table = default(&column_of("x", &quoted));
        assert_eq!(types(&table)[1].1, kind, "{cells:?}");
        assert_eq!(column(&table, "x"), texts(cells));
    }
}

#[test]
fn dates_only_in_the_order_that_cannot_be_misread() {
    let cases = [
        (&["2024-02-29", "1969-12-31"][..], "Date"),
        (&["03/04/2024", "31/12/2024"], "Date"),
        (&["03/04/2024", "01/12/2024"], "String"),
        (&["2024-02-30", "2024-02-01"], "String"),
        (&["2024-02-29 12:00:00", "2024-03-01 00:00:00"], "Datetime"),
        (&["2024-02-29T12:00:00Z"], "Datetime"),
        (&["2024-02-29 12:00", "2024-02-29 13:00:00"], "String"),
        (&["2024-02-29", "2024-02-29 00:00:00"], "String"),
    ];
    for (cells, kind) in cases {
        let table = default(&column_of("x", cells));
        assert_eq!((types(&table)[1].1, column(&table, "x")), (kind, texts(cells)));
    }
}

#[test]
fn levels_differ_in_padded_decimals() {
    let text = column_of("price", &["1.50", "2.00", "0.125"]);
    let open = |level| open_text(&text, &at(level));
    let (strict, usual, small) = (open(Level::Conservative), open(Level::Balanced), open(Level::Aggressive));
    assert_eq!([&strict, &usual, &small].map(|table| types(table)[1].1), ["String", "Float64", "Float32"]);
    assert_eq!([&strict, &usual, &small].map(|table| table.report.verified.respelled), [0, 2, 2]);
    assert_eq!(column(&strict, "price"), texts(&["1.50", "2.00", "0.125"]));
    assert_eq!(column(&usual, "price"), texts(&["1.5", "2.0", "0.125"]));
    // The same number of decimals in each cell loses nothing at any level.
    let even = open_text(&column_of("price", &["1.50", "2.00"]), &at(Level::Conservative));
    assert_eq!((types(&even)[1].1, column(&even, "price")), ("Float64", texts(&["1.50", "2.00"])));
    // 16777217.5 needs more digits than four bytes keep.
    assert_eq!(types(&open_text(&column_of("x", &["16777217.5", "0.5"]), &at(Level::Aggressive)))[1].1, "Float64");
}

#[test]
fn null_words_are_absent_values_of_one_word_only() {
    let table = default(&column_of("x", &["NA", "5", "NA"]));
    assert_eq!((types(&table)[1].1, table.report.columns[1].nulls), ("UInt8", 2));
    assert_eq!(column(&table, "x"), texts(&["NA", "5", "NA"]));
    for mixed in [&["NA", "", "5"][..], &["NA", "NULL", "5"], &["NA", "Nagpur"]] {
        let table = default(&column_of("x", mixed));
        assert_eq!(types(&table)[1].1, "String", "{mixed:?}");
    }
    let all = default(&column_of("x", &["NA", "NA"]));
    assert_eq!((types(&all)[1].1, column(&all, "x")), ("Null", texts(&["NA", "NA"])));
}

#[test]
fn blank_is_not_an_empty_text() {
    let table = default("a,b\n,\"\"\n\"\",x\n,y\n");
    assert_eq!(column(&table, "a"), [None, some(""), None]);
    assert_eq!(column(&table, "b"), texts(&["", "x", "y"]));
    assert_eq!(table.report.columns[0].nulls, 2);
    assert_eq!(written(&table), "a,b\n,\"\"\n\"\",x\n,y\n");
    let numbers = default("a,b\n1,\"\"\n2,5\n");
    assert_eq!(types(&numbers)[1].1, "String", "an empty text is no number");
}

#[test]
fn line_ends_quotes_and_blank_lines() {
    let table = default("\r\n\r\nname,note\r\n\"Rao, A\",\"said \"\"yes\"\"\r\nand left\"\r\n\r\nDas,5\" pipe");
    assert_eq!((table.report.rows, table.report.columns.len()), (2, 2));
    assert_eq!(column(&table, "name"), texts(&["Rao, A", "Das"]));
    assert_eq!(column(&table, "note"), texts(&["said \"yes\"\r\nand left", "5\" pipe"]));
    let old = default("a,b\r1,x\r2,y\r");
    assert_eq!((old.report.rows, column(&old, "b")), (2, texts(&["x", "y"])));
    let one = default("only\n1\n\n3");
    assert_eq!(column(&one, "only"), [some("1"), None, some("3")]);
    let header = default("a,b,c");
    assert_eq!((header.report.rows, types(&header)), (0, vec![("a", "Null"), ("b", "Null"), ("c", "Null")]));
}

#[test]
fn separators_and_header_names() {
    for (text, delimiter) in [("a;b\n1,5;2\n", ';'), ("a\tb\n1\t2\n", '\t'), ("a|b\n1|2\n", '|')] {
        let table = default(text);
        assert_eq!((table.report.source.delimiter, table.report.columns.len()), (Some(delimiter), 2), "{text}");
    }
    let chosen = Options { read: ReadOptions { delimiter: Some(b':'), ..ReadOptions::default() }, ..Options::default() };
    assert_eq!(column(&open_text("a:b\n1,2:3\n", &chosen), "a"), texts(&["1,2"]));
    let names: Vec<_> = default("x,x,,x_2\n1,2,3,4\n").report.columns.into_iter().map(|column| column.name).collect();
    assert_eq!(names, ["x", "x_2", "column_3", "x_2_2"]);
}

#[test]
fn short_rows_are_filled_and_long_ones_widen_the_table() {
    let text = "a,b,c\n1,2,3\n4\n5,6\n7,8,9,,\n";
    let table = default(text);
    assert_eq!(column(&table, "b"), [some("2"), None, some("6"), some("8")]);
    assert_eq!(notes(&table), ["2 rows have fewer cells than the header; the missing ones are blank (rows 3, 4)."]);
    // The long rows stand in the second block of the file, after blank lines.
    let mut text = String::from("\na,b\n\n");
    (0..600_000).for_each(|row| text.push_str(&format!("{row},{row}\n")));
    text.push_str("1,2,3\n4,5\n\n6,7,,8,\n");
    let table = open_text(&text, &at(Level::Conservative));
    assert_eq!(types(&table).into_iter().map(|(name, _)| name).collect::<Vec<_>>(), ["a", "b", "column_3", "column_4"]);
    assert_eq!((cell(&table, 2, 600_000), cell(&table, 2, 600_001), cell(&table, 3, 600_002)), (some("3"), None, some("8")));
    let told =
        "2 rows have more cells than the header; the columns “column_3” to “column_4” were added for them (rows 600,004, 600,007).";
    assert_eq!(notes(&table), [told]);
    same_cells(text.replace("\n\n", "\n").trim_start(), &table);
}

#[test]
fn a_file_whose_rows_are_mostly_longer_than_its_header_is_no_table() {
    let folder = Folder::new();
    match try_open(&folder.write("odd.csv", "a,b\n1,2,3\n\n4,5,6\n7,8\n9,10,11,12\n"), &Options::default()) {
        Err(error @ DataError::Ragged { row: 2, cells: 3, columns: 2, long: 3, rows: 4, .. }) => {
            assert!(error.to_string().contains("odd.csv") && error.next_step().contains("--skip-lines"), "{error}");
        }
        other => panic!("{other:?}"),
    }
}

/// What is said of the table as a whole.
fn notes(table: &tachograph::data::Table) -> Vec<&str> {
    table.report.warnings.iter().filter(|warning| warning.column.is_none()).map(|warning| warning.text.as_str()).collect()
}

fn reading(read: ReadOptions) -> Options {
    Options { read, ..at(Level::Conservative) }
}

#[test]
fn tables_without_a_header() {
    let text = "2024-01-05;shop;-12,50\n2024-01-06;rent;-800,00\n2024-01-07;\"a;b\";3,10\n";
    let table = open_text(text, &at(Level::Conservative));
    assert_eq!((table.report.rows, table.report.first_row), (3, 1));
    assert_eq!(column(&table, "column_2"), texts(&["shop", "rent", "a;b"]));
    assert_eq!(written(&table), text, "no header is written where there was none");
    // Chosen by the person, either way.
    let no = open_text("a,b\nx,y\n", &reading(ReadOptions { header: Some(false), ..ReadOptions::default() }));
    assert_eq!((column(&no, "column_1"), written(&no).as_str()), (texts(&["a", "x"]), "a,b\nx,y\n"));
    let yes = open_text("1.5,2\n3.5,4\n", &reading(ReadOptions { header: Some(true), ..ReadOptions::default() }));
    assert_eq!((yes.report.rows, column(&yes, "1.5")), (1, texts(&["3.5"])));
    // Years are names.
    assert_eq!(column(&default("item,2019,2020\nrice,5,6\ndal,7,8\n"), "2020"), texts(&["6", "8"]));
    // Rows are numbered from the first one.
    let short = open_text("1.5,2,3\n4.5,5\n", &at(Level::Conservative));
    assert_eq!(notes(&short), ["One row has fewer cells than the table has columns; the missing ones are blank (row 2)."]);
}

#[test]
fn lines_before_the_table_are_left_out_and_told() {
    let bank = "Account;DE12 3456\r\nFrom;1.1.2024\r\n\r\nDay;Text;Amount;Balance\r\n1.1.2024;rent;-1.200,50;8,00\r\n2.1.2024;\"a;b\";7,10;15,10\r\n3.1.2024\r\n";
    let table = open_text(bank, &at(Level::Conservative));
    assert_eq!(column(&table, "Amount"), [some("-1.200,50"), some("7,10"), None]);
    assert_eq!((table.report.first_row, table.report.source.delimiter), (5, Some(';')));
    assert_eq!(
        notes(&table),
        [
            "3 lines before the table were left out; they begin with “Account;DE12 3456”.",
            "One row has fewer cells than the header; the missing ones are blank (row 7)."
        ]
    );
    assert_eq!(
        written(&table),
        "Day;Text;Amount;Balance\n1.1.2024;rent;-1.200,50;8,00\n2.1.2024;\"a;b\";7,10;15,10\n3.1.2024;;;\n"
    );
    let excel = open_text("sep=|\r\na,1|b\r\n1,5|2\r\n", &at(Level::Conservative));
    assert_eq!((column(&excel, "a,1"), excel.report.first_row), (texts(&["1,5"]), 3));
    assert_eq!(notes(&excel), ["One line before the table was left out: “sep=|”."]);
    let comments = default("# made by a logger\n# unit: K\ntime,temp\n1,2.5\n2,3.5\n");
    assert_eq!((column(&comments, "temp"), comments.report.first_row), (texts(&["2.5", "3.5"]), 4));
    // Nothing is skipped when the person says so, and as much as the person says.
    let all = reading(ReadOptions { skip_lines: Some(0), ..ReadOptions::default() });
    assert_eq!(open_text("Report,,,\nName,Qty,Rate,Sum\nx,1,2,3\n", &all).report.rows, 2);
    assert_eq!(open_text("Report,,,\nName,Qty,Rate,Sum\nx,1,2,3\n", &at(Level::Conservative)).report.rows, 1);
    let two = reading(ReadOptions { skip_lines: Some(2), ..ReadOptions::default() });
    assert_eq!(column(&open_text("\"\nx,y\na,b\n1,2\n", &two), "b"), texts(&["2"]));
    let folder = Folder::new();
    let nine = reading(ReadOptions { skip_lines: Some(9), ..ReadOptions::default() });
    match try_open(&folder.write("short.csv", "a,b\n1,2\n"), &nine) {
        Err(error) => assert!(error.to_string().contains("short.csv") && error.next_step().contains("--skip-lines"), "{error}"),
        Ok(table) => panic!("{:?}", table.report),
    }
}

#[test]
fn other_quotation_marks() {
    let single = open_text("id,name\n'1','O''Neil, \"Jo\"'\n'2','x\ny'\n", &at(Level::Conservative));
    assert_eq!(column(&single, "name"), texts(&["O'Neil, \"Jo\"", "x\ny"]));
    assert_eq!(single.report.source.quote, Some('\''));
    assert_eq!(written(&single), "id,name\n1,\"O'Neil, \"\"Jo\"\"\"\n2,\"x\ny\"\n");
    let escaped = open_text("id,name\n1,\"say \\\"hi\\\", then\"\n2,\"C:\\\\\"\n", &at(Level::Conservative));
    assert_eq!(column(&escaped, "name"), texts(&["say \"hi\", then", "C:\\"]));
    let none = reading(ReadOptions { quote: Some(Quote::None), ..ReadOptions::default() });
    let none = open_text("id,name\n1,\"\n2,\"x\n", &none);
    assert_eq!((column(&none, "name"), none.report.source.quote), (texts(&["\"", "\"x"]), None));
    // A lone mark that opens a cell is told, with the way out.
    let folder = Folder::new();
    match try_open(&folder.write("lone.csv", "id,name\n1,\"\n2,x\n"), &Options::default()) {
        Err(error @ DataError::OpenQuote { row: 2, .. }) => assert!(error.next_step().contains("--quote none")),
        other => panic!("{other:?}"),
    }
}

#[test]
fn zeros_and_mixed_line_ends() {
    let text = format!("a,b\r\n1,x\0y\n2,\"z\r\nw\"\r\n3,{}", "long ".repeat(100));
    let table = open_text(&text, &at(Level::Conservative));
    assert_eq!(column(&table, "b")[..2], texts(&["x\0y", "z\r\nw"]));
    same_cells(&text, &table);
    // A carriage return within marks is kept, also where it ends the rows.
    let old = open_text("a,b\r1,\"x\ry\nz\"\r2,w\r", &at(Level::Conservative));
    assert_eq!(column(&old, "b"), texts(&["x\ry\nz", "w"]));
}

#[test]
fn bytes_that_are_no_text_are_told_by_their_row() {
    let folder = Folder::new();
    let refused = |bytes: &[u8], encoding: Option<&str>| {
        let read = ReadOptions { encoding: encoding.map(String::from), ..ReadOptions::default() };
        match try_open(&folder.write("odd.csv", bytes), &reading(read)) {
            Err(error @ DataError::NoText { .. }) => {
                assert!(error.next_step().contains("--encoding"));
                error.to_string()
            }
            other => panic!("{other:?}"),
        }
    };
    let utf8 = refused(b"a,b\n1,caf\xE9\n", Some("utf-8"));
    assert_eq!(utf8, "row 2 of “odd.csv” holds bytes that are no text in UTF-8");
    assert_eq!(refused(b"a,caf\xE9\n1,2\n", Some("utf-8")), "row 1 of “odd.csv” holds bytes that are no text in UTF-8");
    // Damage in a text that is UTF-8 otherwise does not turn its letters into others.
    let damaged = ["name,n\nJosé,1\nZoë,2\nMaría,3\nNuñez,4\n".as_bytes(), b"caf\xE9,5\n"].concat();
    assert_eq!(refused(&damaged, None), "row 6 of “odd.csv” holds bytes that are no text in UTF-8");
    let cut = "name,n\nJosé,1\nZoë".as_bytes();
    assert_eq!(refused(&cut[..cut.len() - 1], None), "row 3 of “odd.csv” holds bytes that are no text in UTF-8");
    assert_eq!(
        refused(b"a,b\r\n1,2\r\n\x81\x20,x\r\n", Some("shift_jis")),
        "row 3 of “odd.csv” holds bytes that are no text in Shift_JIS"
    );
    let lone: Vec<u8> =
        [0xFEFF, 0x61, 0x2c, 0x62, 0x0a, 0xD801, 0x2c, 0x31].iter().flat_map(|unit: &u16| unit.to_le_bytes()).collect();
    assert_eq!(refused(&lone, Some("utf-16le")), "row 2 of “odd.csv” holds bytes that are no text in UTF-16LE");
}

#[test]
fn a_surprise_in_the_last_row_is_not_lost() {
    let numbers = |last: &str| {
        let mut text = String::from("id,price\n");
        (0..600_000).for_each(|row| text.push_str(&format!("{},{}.{}0\n", 1_000_000 + row, row % 1000, row % 10)));
        text + last
    };
    let table = default(&numbers("n/k,see note\n"));
    assert_eq!(types(&table), [("id", "String"), ("price", "Enum(1,001)")]);
    assert_eq!((cell(&table, 0, 600_000), cell(&table, 1, 600_000)), (some("n/k"), some("see note")));
    assert_eq!((cell(&table, 0, 7), cell(&table, 1, 7)), (some("1000007"), some("7.70")));
    // A decimal of another length makes the first blocks' spelling wrong: they are read again.
    let table = open_text(&numbers("5,1.125\n"), &at(Level::Conservative));
    assert_eq!((types(&table)[1].1, cell(&table, 1, 7), table.report.verified.respelled), ("Enum(1,001)", some("7.70"), 0));
}

#[test]
fn wide_tables() {
    let header: Vec<String> = (0..20_000).map(|n| format!("column number {n}")).collect();
    let row = |row: usize| (0..20_000).map(|n| (n * row % 1000).to_string()).collect::<Vec<_>>().join(",");
    let table = default(&format!("{}\n{}\n{}\n", header.join(","), row(1), row(7)));
    assert_eq!((table.report.columns.len(), table.report.rows), (20_000, 2));
    assert_eq!((cell(&table, 19_999, 0), cell(&table, 19_999, 1)), (some("999"), some("993")));
}

#[test]
fn encodings_are_found() {
    let text = "ville,pays\nZürich,Österreich über\nMálaga,España\nÅrhus,Danmark\n";
    let folder = Folder::new();
    let utf16 = |big: bool, mark: bool| -> Vec<u8> {
        let units = mark.then_some('\u{FEFF}').into_iter().chain(text.chars()).collect::<String>();
        units.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    };
    let utf32 = |big: bool, mark: bool| -> Vec<u8> {
        let letters = mark.then_some('\u{FEFF}').into_iter().chain(text.chars());
        letters.flat_map(|letter| if big { u32::from(letter).to_be_bytes() } else { u32::from(letter).to_le_bytes() }).collect()
    };
    let latin1: Vec<u8> = text.chars().map(|letter| letter as u8).collect();
    let marked = format!("\u{FEFF}{text}").into_bytes();
    let cases = [
        ("UTF-8", text.as_bytes().to_vec()),
        ("UTF-8", marked),
        ("UTF-16LE", utf16(false, true)),
        ("UTF-16BE", utf16(true, true)),
        ("UTF-16LE", utf16(false, false)),
        ("UTF-16BE", utf16(true, false)),
        ("UTF-32LE", utf32(false, true)),
        ("UTF-32BE", utf32(true, true)),
        ("UTF-32LE", utf32(false, false)),
        ("UTF-32BE", utf32(true, false)),
        ("windows-1252", latin1),
    ];
    for (name, bytes) in cases {
        let table = open(&folder.write("table.csv", bytes));
        assert_eq!(table.report.source.encoding.as_deref(), Some(name));
        assert_eq!(column(&table, "ville"), texts(&["Zürich", "Málaga", "Århus"]), "{name}");
    }
    // What the letters suggest can be overruled.
    let mac: Vec<u8> = b"ville,n\nZ\x9Frich,1\n".to_vec();
    let chosen = reading(ReadOptions { encoding: Some("macintosh".into()), ..ReadOptions::default() });
    assert_eq!(column(&open_with(&folder.write("mac.csv", mac), &chosen), "ville"), texts(&["Zürich"]));
    for (name, encoding, cells) in [
        ("GBK", encoding_rs::GBK, ["钢筋混凝土结构工程", "水泥和砂石材料", "油漆粉刷工程", "中华人民共和国"]),
        ("EUC-JP", encoding_rs::EUC_JP, ["鉄筋コンクリート", "セメントと砂利", "塗装工事です", "日本語のテキスト"]),
        ("EUC-KR", encoding_rs::EUC_KR, ["철근 콘크리트 구조", "시멘트와 자갈", "페인트 공사입니다", "대한민국 서울"]),
        ("windows-1251", encoding_rs::WINDOWS_1251, ["Бетонные работы", "Цемент и песок", "Малярные работы", "Москва, Россия"]),
    ] {
        let text = cells.iter().fold(String::from("n;x\n"), |text, cell| format!("{text}1;{cell}\n"));
        let table = open(&folder.write("table.csv", encoding.encode(&text).0));
        let found = table.report.source.encoding.clone().expect("text").replace("gb18030", "GBK");
        assert_eq!((found.as_str(), column(&table, "x")), (name, texts(&cells)));
    }
    let japanese = open(&shipped("shift-jis.csv"));
    assert_eq!(japanese.report.source.encoding.as_deref(), Some("Shift_JIS"));
    assert_eq!(column(&japanese, "名称")[..4], texts(&["鉄筋", "セメント", "砂利", "塗装工事"]));
    assert_eq!((cell(&japanese, 0, 119), cell(&japanese, 2, 119)), (some("0120"), some("6000")));
}

#[test]
fn steps_that_are_off_change_nothing() {
    let text = "n,f,yes,day,word,blank\n".to_owned() + &"5,2.0,Y,2024-01-01,north,\n".repeat(2_000);
    let kinds = |steps: &str| {
        let table = open_text(&text, &Options { steps: steps.parse().expect("steps"), ..Options::default() });
        types(&table).into_iter().map(|(_, kind)| kind.to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(kinds(""), ["UInt8", "UInt8", "Boolean", "Date", "Enum(1)", "Null"]);
    assert_eq!(kinds("-integers"), ["Int64", "Float64", "Boolean", "Date", "Enum(1)", "Null"]);
    assert_eq!(kinds("-booleans,-dates"), ["UInt8", "UInt8", "Enum(1)", "Enum(1)", "Enum(1)", "Null"]);
    assert_eq!(kinds("-booleans,-dates,-categories"), ["UInt8", "UInt8", "String", "String", "String", "Null"]);
    assert_eq!(kinds("-nulls")[5], "String");
    assert_eq!(Steps::ALL, "".parse().expect("all"));
}

#[test]
fn bills_shrink_without_a_difference() {
    let text = bills(50_000);
    let table = default(&text);
    let kinds: Vec<&str> = types(&table).into_iter().map(|(_, kind)| kind).collect();
    let item_codes = "Enum(3,999)";
    assert_eq!(
        kinds,
        [
            "UInt16", "Int64", "Enum(8)", item_codes, "Enum(4)", "Float64", "Float64", "Date", "Date", "Boolean", "UInt16",
            "Enum(2)", "Null", "Enum(1)", "Datetime", "String"
        ]
    );
    assert_eq!(table.report.verified.respelled, 0);
    let source = crate::tables::csv::rows(&text, ',');
    for (name, at) in [("ledger_id", 1), ("item_code", 3)] {
        let cells: Vec<_> = source.iter().skip(1).map(|row| Some(row[at].clone())).collect();
        assert_eq!(column(&table, name), cells, "{name}");
    }
}

#[test]
fn what_is_written_at_the_strictest_level_is_what_was_read() {
    let small =
        ["a,b\n1.50,NA\n2.5,7\n", "a;b\n\"x;y\";\"\"\n007;1e-05\n", "t\n2024-01-01 10:00\n\"two\nlines\"\n", "n\n1.0\n2\n3.50\n"];
    for text in small {
        same_cells(text, &open_text(text, &at(Level::Conservative)));
    }
    for text in ["1.50,x\n2.255,\"a\"\"b\"\n", "a,b\n1,2\n3,4,5\n6\n", "name\nRao, A\nDas, B\n", "a\tb\n1,5\t\"x\ty\"\n"] {
        same_cells(text, &open_text(text, &at(Level::Conservative)));
    }
    let text = bills(3_000);
    same_cells(&text, &open_text(&text, &at(Level::Conservative)));
    for name in shared_texts() {
        let Some(path) = shared(&name) else { continue };
        let bytes = std::fs::read(&path).expect("readable");
        let table = open_with(&path, &at(Level::Conservative));
        let encoding = table.report.source.encoding.clone().expect("text");
        let (text, _, damaged) = encoding_rs::Encoding::for_label(encoding.as_bytes()).expect("known").decode(&bytes);
        assert!(!damaged, "{name}");
        same_cells(&text, &table);
    }
}

/// All text tables of the folder with real files.
fn shared_texts() -> Vec<String> {
    let Some(path) = shared("zipcodes.csv") else { return Vec::new() };
    let files = std::fs::read_dir(path.parent().expect("a folder")).expect("readable");
    let names = files.map(|file| file.expect("an entry").file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|name| name.ends_with(".csv")).collect();
    names.sort();
    assert!(names.len() >= 8, "{names:?}");
    names
}

fn same_cells(source: &str, table: &tachograph::data::Table) {
    let delimiter = table.report.source.delimiter.expect("text");
    let [source, written] =
        [source.trim_start_matches('\u{FEFF}').to_owned(), written(table)].map(|text| crate::tables::csv::rows(&text, delimiter));
    assert_eq!(source.len(), written.len());
    // The header apart: blank names get one, repeated ones a number.
    let filled = |row: &Vec<String>| {
        row.iter().cloned().chain(std::iter::repeat(String::new())).take(table.report.columns.len()).collect::<Vec<_>>()
    };
    for (row, (read, wrote)) in source.iter().zip(&written).enumerate().skip(usize::from(!table.report.source.headless)) {
        assert_eq!(&filled(read), wrote, "row {}", row + 1);
    }
}

#[test]
fn real_files_have_the_values_that_pandas_reads() {
    // pandas 3.1.1, read_csv(dtype=str, keep_default_na=False): rows, and of some columns first, last and number of blanks.
    let cases: [(&str, u64, &str, &str, &str, u64); 8] = [
        ("zipcodes.csv", 42_049, "zip_code", "00501", "99950", 0),
        ("zipcodes.csv", 42_049, "longitude", "-72.637078", "-131.432682", 0),
        ("italian-latin1.csv", 7_904, "Codice Regione", "01", "20", 0),
        ("italian-latin1.csv", 7_904, "Denominazione in italiano", "Agliè", "Villaspeciosa", 0),
        ("boston311-dmy.csv", 100, "open_dt", "21/01/2022 13:47:00", "03/01/2022 15:51:00", 0),
        ("boston311-dmy.csv", 100, "case_enquiry_id", "101004143000", "101004115066", 0),
        ("inpatients-utf16le.csv", 327, "Organisation_code", "5C1", "NYA04", 0),
        ("japanese.csv", 62, "科名", "ガガイモ科", "キジカクシ科（クサスギカズラ科）", 0),
    ];
    for (file, rows, name, first, last, blanks) in cases {
        let Some(path) = shared(file) else { continue };
        let table = open(&path);
        let cells = column(&table, name);
        assert_eq!((table.report.rows, cells.iter().filter(|cell| cell.is_none()).count() as u64), (rows, blanks), "{file}");
        assert_eq!((cells[0].as_deref(), cells[cells.len() - 1].as_deref()), (Some(first), Some(last)), "{file} {name}");
    }
}
