//! What others make of what is written: code for pandas, polars, DuckDB and SQL, run by the real libraries, and Arrow files and
//! workbooks, read by PyArrow and openpyxl, give the types and values of the table.
//!
//! Needs a Python with these libraries, made by `packaging/test-python.sh`, or named by `TACHOGRAPH_PYTHON`; says so where there is none.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::python::python;
use crate::tables::{Folder, Seeded, at, bills, cell, open_with, shared};
use polars::prelude::{AnyValue, DataType, TimeUnit};
use serde_json::{Value, json};
use tachograph::data::{CodeError, CodeFor, Level, Options, OutputFormat, Quote, ReadOptions, Steps, Table, code, write};
use tachograph::jobs::{Cancel, Progress};

/// The table's columns as the script expects them.
fn expected(table: &Table) -> Value {
    let columns = table.frame.columns().iter().enumerate().map(|(at, column)| {
        let series = column.as_materialized_series();
        let (kind, unit) = match series.dtype() {
            DataType::Enum(..) => ("Enum".into(), None),
            DataType::Datetime(unit, _) => ("Datetime".into(), Some(unit)),
            other => (format!("{other:?}"), None),
        };
        let unit = unit.map(|unit| match unit {
            TimeUnit::Milliseconds => "ms",
            TimeUnit::Microseconds => "us",
            TimeUnit::Nanoseconds => "ns",
        });
        let values: Vec<Value> = series.iter().map(|value| plain(&value)).collect();
        json!({ "name": column.name().as_str(), "kind": kind, "unit": unit, "values": values,
            "texts": (0..table.rows()).map(|row| cell(table, at, row)).collect::<Vec<_>>() })
    });
    columns.collect()
}

fn plain(value: &AnyValue<'_>) -> Value {
    match value {
        AnyValue::Null => Value::Null,
        AnyValue::Boolean(yes) => json!(yes),
        AnyValue::String(text) => json!(text),
        AnyValue::Date(days) => json!(days.to_string()),
        AnyValue::Datetime(moment, ..) => json!(moment.to_string()),
        AnyValue::Float32(number) => json!(format!("{:08x}", number.to_bits())),
        AnyValue::Float64(number) => json!(format!("{:016x}", number.to_bits())),
        AnyValue::Enum(..) | AnyValue::EnumOwned(..) => json!(value.get_str()),
        other => json!(other.to_string()),
    }
}

/// Writes the code and has it run. Gives what was wrong.
fn check(python: &Path, table: &Table, path: &Path, language: CodeFor) -> Option<String> {
    let folder = Folder::new();
    let text = code(table, path, language).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let script = folder.write("code", &text);
    let wanted = folder.write("expected.json", serde_json::to_vec(&expected(table)).expect("JSON"));
    run(python, "check.py", language.name(), &[script, wanted]).map(|told| format!("{}: {told}", path.display()))
}

/// Runs one of the scripts beside this file. Gives what was wrong.
fn run(python: &Path, script: &str, what: &str, files: &[PathBuf]) -> Option<String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tables/code").join(script);
    let output = Command::new(python).args(["-X", "utf8"]).arg(script).arg(what).args(files).output().expect("Python starts");
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (!output.status.success()).then(|| format!("{what}:\n{}{}", said(&output.stdout), said(&output.stderr)))
}

/// Whether DuckDB, by which standard SQL is tried, reads the file as PostgreSQL does.
fn is_plain(table: &Table) -> bool {
    let text = code(table, Path::new("x"), CodeFor::Sql).expect("code");
    text.contains("'utf-8'") || text.contains("'latin-1'")
}

fn check_all(python: &Path, path: &Path, options: &Options, refused: &[CodeFor]) {
    let table = open_with(path, options);
    let mut faults = Vec::new();
    for language in CodeFor::ALL {
        if refused.contains(&language) {
            let error = code(&table, path, language).expect_err("not readable there");
            assert!(matches!(error, CodeError::Encoding { .. } | CodeError::Rows { .. }), "{error}");
        } else if language != CodeFor::Sql || is_plain(&table) {
            faults.extend(check(python, &table, path, language));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Every kind of column, values at every edge, and names that try to break out.
fn nasty() -> String {
    let mut text = String::from(
        "*,^a.*$,\"x\"\"); import os; os.abort() #\",\"it's'); DROP TABLE t; --\",\"two\nlines\",\"back\\slash\",A,a,,\u{202e}rtl,\u{1F600},bool,ja,date,minute,milli,nano,zulu,zeros,float,nan,edge,null,empty,na\n",
    );
    let mut r = Seeded(7);
    for row in 0..300u64 {
        let float = f64::from_bits(r.next());
        let float = if float.is_finite() { float } else { 0.5 };
        let exponent = format!("{float:e}");
        let (mantissa, power) = exponent.split_once('e').expect("an exponent");
        let power: i32 = power.parse().expect("a number");
        let float = match row % 3 {
            0 => format!("{mantissa}e{}{:02}", if power < 0 { '-' } else { '+' }, power.abs()),
            1 => format!("{}", (r.next() >> 12) as f64 / 1e6),
            _ => "-0.0".into(),
        };
        let cells = [
            format!("{row:05}"),
            ["", "\"\"", "NA", "\"a\"\"b\"", "\"c\nd\"", "'e'", "\\n", "é😀", "\"x,y\""][r.below(9) as usize].to_owned(),
            ["α", "\"β'\"", "\"γ\"\"\"", "\"δ\n\"", "ε\\"][r.below(5) as usize].to_owned(),
            [" lead", "trail ", "+1", "007", "1,5"].map(|t| format!("\"{t}\""))[r.below(5) as usize].clone(),
            (r.below(256) as i64 - 128).to_string(),
            r.below(256).to_string(),
            (r.below(65_536) as i64 - 32_768).to_string(),
            r.below(65_536).to_string(),
            (r.below(1 << 32) as i64 - (1 << 31)).to_string(),
            r.below(1 << 32).to_string(),
            [i64::MIN, i64::MAX, 9_007_199_254_740_993, -1, 0][r.below(5) as usize].to_string(),
            ["Y", "N", ""][r.below(3) as usize].to_owned(),
            ["Ja", "Nein"][r.below(2) as usize].to_owned(),
            ["0001-01-01", "9999-12-31", "2024-02-29", "1969-12-31", "NA"][r.below(5) as usize].to_owned(),
            ["1600-01-01 00:00", "2024-02-29 23:59", ""][r.below(3) as usize].to_owned(),
            ["0001-01-01 00:00:00.001", "9999-12-31 23:59:59.999"][r.below(2) as usize].to_owned(),
            ["1700-01-01T00:00:00.000000001", "2262-01-01T23:59:59.999999999"][r.below(2) as usize].to_owned(),
            ["2013-01-01T10:00:00.123456Z", "1969-12-31T23:59:59.999999Z"][r.below(2) as usize].to_owned(),
            [format!("{}.00", r.below(9_007_199_254_740_991)), String::new()][r.below(2) as usize].clone(),
            float,
            ["NaN".to_owned(), format!("{}", r.below(1_000) as f64 / 8.0)][r.below(2) as usize].clone(),
            ["1.5", "2.25", "1e-308", "0.30000000000000004"][r.below(4) as usize].to_owned(),
            ["-".to_owned(), r.below(40_000).to_string()][r.below(2) as usize].clone(),
            String::new(),
            "N/A".into(),
        ];
        text.push_str(&cells.join(","));
        text.push('\n');
        if row == 100 {
            // A blank line is no row.
            text.push('\n');
        }
    }
    text
}

#[test]
fn the_code_gives_the_types_and_values_of_nasty_tables() {
    let Some(python) = python() else { return };
    let folder = Folder::new();
    let path = folder.write("it's a \"na\\sty\" [1]* {name} 😀.csv", nasty());
    for options in [Options::default(), at(Level::Conservative), at(Level::Aggressive)] {
        check_all(&python, &path, &options, &[]);
    }
    let plain =
        Options { steps: "-integers,-booleans,-dates,-categories,-nulls".parse::<Steps>().expect("steps"), ..Options::default() };
    check_all(&python, &path, &plain, &[]);
}

/// Columns in the styles of offices, each with a cell that decides it.
fn offices() -> String {
    let mut text = String::from(
        "comma;german;english;indian;narrow;quote;percent;whole;zeros;dmy;mdy;ymd;short;mon;caps;blank;time;half;small;hour;nano;t;night;iso\n",
    );
    let mut r = Seeded(3);
    for row in 0..200u64 {
        let (day, month, year) = (if row == 0 { 28 } else { 1 + r.below(28) }, 1 + r.below(12), 1 + r.below(9_999));
        let (hour, minute, second) = (r.below(24), r.below(60), r.below(60));
        let (twelve, half) = ((hour + 11) % 12 + 1, if hour < 12 { "AM" } else { "PM" });
        let name = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][month as usize - 1];
        let (big, low) = (1 + r.below(99), r.below(1_000));
        let near = 1_700 + r.below(500);
        let date = format!("{day:02}/{month:02}/{year:04}");
        let cells = [
            format!("-{},{:02}", r.below(1 << 30), r.below(100)),
            if row % 7 == 1 { String::new() } else { format!("{big}.{low:03}.{low:03},{:03}", r.below(1_000)) },
            format!("{big},{low:03}.{:02}", r.below(100)),
            format!("{big},{:02},{low:03}.5", r.below(100)),
            format!("{big}\u{202f}{low:03},25"),
            format!("{big}'{low:03}'{low:03}"),
            if row % 5 == 1 { "NA".into() } else { format!("{},{} %", r.below(100), r.below(10)) },
            if row % 5 == 1 { "-".into() } else { format!("-{big}.{low:03}.{low:03}") },
            if row % 5 == 1 { String::new() } else { format!("{big}.{low:03},00") },
            if row % 5 == 1 { "NA".into() } else { date.clone() },
            format!("{month:02}/{day:02}/{year:04}"),
            format!("{year:04}/{month:02}/{day:02}"),
            format!("{month}-{day}-{year:04}"),
            if row % 5 == 1 { String::new() } else { format!("{day:02}-{name}-{year:04}") },
            format!("{day}.{}.{year:04} {hour}:{minute:02}", name.to_uppercase()),
            format!("{day} {name} {year:04} {hour:02}:{minute:02}"),
            format!("{date} {hour:02}:{minute:02}:{second:02}"),
            format!("{month}/{day}/{year:04} {twelve}:{minute:02} {half}"),
            format!("{month}/{day}/{year:04} {twelve:02}:{minute:02}:{second:02}.{low:03}{}", half.to_lowercase()),
            format!("{year:04}-{month}-{day} {hour}:{minute:02}:{second:02}.{low:03}"),
            format!("{day:02}.{month:02}.{near} {hour:02}:{minute:02}:{second:02}.{low:03}{low:03}001"),
            format!("{day:02}-{}-{year:04}T{hour:02}:{minute:02}Z", name.to_uppercase()),
            if row % 5 == 1 { String::new() } else { format!("{date} 0:00") },
            format!("{year:04}-{month:02}-{day:02} 00:00:00"),
        ];
        text.push_str(&cells.join(";"));
        text.push('\n');
    }
    text
}

#[test]
fn the_code_gives_the_types_and_values_of_what_offices_write() {
    let Some(python) = python() else { return };
    let folder = Folder::new();
    let path = folder.write("offices.csv", offices());
    for options in [Options::default(), at(Level::Conservative), at(Level::Aggressive)] {
        let table = open_with(&path, &options);
        for (name, kind) in crate::tables::types(&table) {
            assert!(!kind.starts_with("Enum") && kind != "String", "{name} {kind}");
        }
        check_all(&python, &path, &options, &[]);
    }
    // One column of each kind with the step off that would narrow it.
    let wide = Options { steps: "-integers".parse::<Steps>().expect("steps"), ..Options::default() };
    check_all(&python, &path, &wide, &[]);
}

#[test]
fn the_code_gives_the_types_and_values_of_odd_shapes() {
    let Some(python) = python() else { return };
    let folder = Folder::new();
    for (name, text) in [
        ("one.csv", "a\n1\n\n3\n"),
        ("one-text.csv", "a\nx\n\n\"\"\nx\n"),
        ("short.tsv", "a\tb\tc\n1\tx\n2\ty\tz\n\n3\n"),
        ("crlf.csv", "a,b\r\n1,\"x\r\ny\"\r\n2,z\r\n"),
        ("void.csv", "a,b\n,\n1,2\n,\n"),
        ("header.csv", "a,b\n"),
        ("bar.csv", "a|b\n1|'x'\n2|y\n"),
        ("end.csv", "a,b\n1,2\n3,4"),
    ] {
        let refused: &[CodeFor] = if name == "short.tsv" { &[CodeFor::Sql] } else { &[] };
        check_all(&python, &folder.write(name, text), &Options::default(), refused);
    }
    check_all(&python, &folder.write("late.csv", "\n\na,b\n1,x\n2,y\n"), &Options::default(), &[CodeFor::Sql]);
    let late = "Report\n\na,b,c\n1,x,y\n2,y,z\n";
    check_all(&python, &folder.write("title.csv", late), &Options::default(), &[CodeFor::Sql]);
    check_all(&python, &folder.write("headless.csv", "1.5,x\n2.25,y\n"), &Options::default(), &[]);
    check_all(&python, &folder.write("single.csv", "a,b\n'x,1',2\n'it''s',3\n"), &Options::default(), &[]);
    let long = "a,b\n1,2\n3,4,5\n";
    check_all(&python, &folder.write("long.csv", long), &Options::default(), &CodeFor::ALL);
    let none = ReadOptions { quote: Some(Quote::None), ..ReadOptions::default() };
    let none = Options { read: none, ..Options::default() };
    check_all(&python, &folder.write("none.csv", "a,b\n1,\"\n2,\"x\n"), &none, &[CodeFor::Sql]);
    check_all(&python, &folder.write("mark.csv", "\u{feff}a,b\n1,x\n2,y\n"), &Options::default(), &[]);
    let text = "größe;b\n1;ä\n2;ü\n";
    let latin: Vec<u8> = text.chars().map(|letter| letter as u8).collect();
    let read = ReadOptions { encoding: Some("windows-1252".into()), ..ReadOptions::default() };
    check_all(&python, &folder.write("latin.csv", latin), &Options { read: read.clone(), ..Options::default() }, &[]);
    let euro = b"a;b\n1;\x80\n2;\xfc\n";
    check_all(&python, &folder.write("euro.csv", euro), &Options { read, ..Options::default() }, &[CodeFor::DuckDb]);
    let wide: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    check_all(&python, &folder.write("wide.csv", wide), &Options::default(), &[CodeFor::Sql]);
}

#[test]
fn the_code_gives_the_types_and_values_of_real_files() {
    let Some(python) = python() else { return };
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/samples/bills-sample.csv");
    check_all(&python, &sample, &Options::default(), &[]);
    let folder = Folder::new();
    check_all(&python, &folder.write("bills.csv", bills(5_000)), &Options::default(), &[]);
    for (name, refused) in [
        ("leading-zeros.csv", &[][..]),
        ("zipcodes.csv", &[]),
        ("semicolon.csv", &[]),
        ("italian-latin1.csv", &[CodeFor::DuckDb]),
        ("boston311-dmy.csv", &[]),
        ("inpatients-utf16le.csv", &[CodeFor::Sql]),
        ("japanese.csv", &[]),
    ] {
        if let Some(path) = shared(name) {
            check_all(&python, &path, &Options::default(), refused);
        }
    }
}

#[test]
fn columns_that_are_left_out_are_not_loaded() {
    let Some(python) = python() else { return };
    let folder = Folder::new();
    let path = folder.write("bills.csv", bills(2_000));
    let whole = crate::tables::open(&path);
    let names: Vec<String> = whole.report.columns.iter().map(|column| column.name.clone()).collect();
    // The first, the last, and each third between them.
    let left_out = names.iter().enumerate().filter(|(at, _)| at % 3 == 0 || at + 1 == names.len());
    let table = whole.leaving_out(&left_out.map(|(_, name)| name.clone()).collect());
    let faults: Vec<String> =
        CodeFor::ALL.into_iter().filter_map(|language| check_kept(&python, &table, &path, language)).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// As [`check`], the code being that of the whole table and the columns those that are kept.
fn check_kept(python: &Path, table: &Table, path: &Path, language: CodeFor) -> Option<String> {
    let folder = Folder::new();
    let script = folder.write("code", code(table, path, language).expect("code"));
    let wanted = folder.write("expected.json", serde_json::to_vec(&expected(&table.kept())).expect("JSON"));
    run(python, "check.py", language.name(), &[script, wanted])
}

#[test]
fn what_code_cannot_load_is_told() {
    let folder = Folder::new();
    let path = folder.write("blanks.csv", "item,n\n sand ,1\nlime,2\n");
    let trim = ["item".to_owned()].into();
    let cut = open_with(&path, &Options { read: ReadOptions { trim, ..ReadOptions::default() }, ..Options::default() });
    assert_eq!(code(&cut, &path, CodeFor::Polars), Err(CodeError::Trimmed("blanks.csv".into())));
    let table = crate::tables::open(&crate::tables::shipped("merged.xlsx"));
    let refused = code(&table, Path::new("merged.xlsx"), CodeFor::Pandas).expect_err("a workbook");
    assert_eq!(refused, CodeError::NotText("merged.xlsx".into()));
    assert!("r".parse::<CodeFor>().is_err_and(|error| error.contains("pandas, polars, duckdb, sql")));
}

#[test]
fn arrow_files_and_workbooks_are_read_by_others() {
    let Some(python) = python() else { return };
    let folder = Folder::new();
    // Few control characters among much text: else the file would be taken for no text.
    let controls = format!("a,b\n\"x\ry\",_x0041_\n\"\u{1}\u{b}\",\"<&>\r\n\"\n=1+1,http://x.y/\n,{}\n", "long ".repeat(200));
    let tables = [
        ("nasty.csv", nasty()),
        ("bills.csv", bills(3_000)),
        ("controls.csv", controls),
        (
            "early.csv",
            "a,b\n1900-02-28,1900-02-28 23:59:59.999\n1900-03-01,1900-03-01 00:00:00.001\n1899-12-31,2024-02-29 12:34:56.789\n"
                .into(),
        ),
        ("header.csv", "a,b\n".into()),
        ("void.csv", "a,b\n,\n1,2\n,\n".into()),
    ];
    let mut faults = Vec::new();
    for (name, text) in tables {
        let path = folder.write(name, text);
        for options in [Options::default(), at(Level::Conservative), at(Level::Aggressive)] {
            let table = open_with(&path, &options);
            let wanted = folder.write("expected.json", serde_json::to_vec(&expected(&table)).expect("JSON"));
            for format in [OutputFormat::Arrow, OutputFormat::Xlsx] {
                let mut out = Vec::new();
                write(&table, format, &mut out, &Cancel::new(), &Progress::new()).expect("memory");
                let file = folder.write(&format!("out.{}", format.extension()), out);
                let told = run(&python, "files.py", format.extension(), &[file, wanted.clone()]);
                faults.extend(told.map(|told| format!("{name}: {told}")));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
