//! Text tables: every form they come in, and that each cell comes back as it stood.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod tables;

use tables::{Folder, at, bills, cell, column, open, open_text, open_with, shared, shipped, texts, try_open, types, written};
use tachograph::data::{DataError, Level, Options, ReadOptions, Steps};

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
        (&["1,5"], "String"),
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
        (&["03/04/2024", "31/12/2024"], "String"),
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
fn short_rows_are_filled_and_counted_long_ones_named() {
    let table = default("a,b,c\n1,2,3\n4\n5,6\n7,8,9,,\n");
    assert_eq!(column(&table, "b"), [some("2"), None, some("6"), some("8")]);
    assert_eq!(table.report.warnings[0].text, "2 rows have fewer cells than the header; the missing ones are blank.");
    // The wrong row stands in the second block of the file, after blank lines.
    let mut text = String::from("\na,b\n\n");
    (0..600_000).for_each(|row| text.push_str(&format!("{row},{row}\n")));
    text.push_str("1,2,3\n4,5\n");
    let folder = Folder::new();
    match try_open(&folder.write("long.csv", text), &Options::default()) {
        Err(DataError::LongRow { row, cells, columns, file }) => {
            assert_eq!((row, cells, columns, file.as_str()), (600_004, 3, 2, "long.csv"));
        }
        other => panic!("{other:?}"),
    }
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
    let latin1: Vec<u8> = text.chars().map(|letter| letter as u8).collect();
    let marked = format!("\u{FEFF}{text}").into_bytes();
    let cases = [
        ("UTF-8", text.as_bytes().to_vec()),
        ("UTF-8", marked),
        ("UTF-16LE", utf16(false, true)),
        ("UTF-16BE", utf16(true, true)),
        ("UTF-16LE", utf16(false, false)),
        ("UTF-16BE", utf16(true, false)),
        ("windows-1252", latin1),
    ];
    for (name, bytes) in cases {
        let table = open(&folder.write("table.csv", bytes));
        assert_eq!(table.report.source.encoding.as_deref(), Some(name));
        assert_eq!(column(&table, "ville"), texts(&["Zürich", "Málaga", "Århus"]), "{name}");
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
            "UInt16",
            "Int64",
            "Enum(8)",
            item_codes,
            "Enum(4)",
            "Float64",
            "Float64",
            "Date",
            "Enum(2,016)",
            "Boolean",
            "UInt16",
            "Enum(2)",
            "Null",
            "Enum(1)",
            "Datetime",
            "String"
        ]
    );
    assert_eq!(table.report.verified.respelled, 0);
    let source = tables::csv::rows(&text, ',');
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
    let text = bills(3_000);
    same_cells(&text, &open_text(&text, &at(Level::Conservative)));
    for name in [
        "bom.csv",
        "boston311-dmy.csv",
        "italian-latin1.csv",
        "japanese.csv",
        "inpatients-utf16le.csv",
        "leading-zeros.csv",
        "semicolon.csv",
        "zipcodes.csv",
    ] {
        let Some(path) = shared(name) else { continue };
        let bytes = std::fs::read(&path).expect("readable");
        let table = open_with(&path, &at(Level::Conservative));
        let encoding = table.report.source.encoding.clone().expect("text");
        let (text, _, damaged) = encoding_rs::Encoding::for_label(encoding.as_bytes()).expect("known").decode(&bytes);
        assert!(!damaged, "{name}");
        same_cells(&text, &table);
    }
}

fn same_cells(source: &str, table: &tachograph::data::Table) {
    let delimiter = table.report.source.delimiter.expect("text");
    let [source, written] = [source.to_owned(), written(table)].map(|text| tables::csv::rows(&text, delimiter));
    assert_eq!(source.len(), written.len());
    // The header apart: blank names get one, repeated ones a number.
    let filled = |row: &Vec<String>| {
        row.iter().cloned().chain(std::iter::repeat(String::new())).take(table.report.columns.len()).collect::<Vec<_>>()
    };
    for (row, (read, wrote)) in source.iter().zip(&written).enumerate().skip(1) {
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
