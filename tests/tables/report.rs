//! The report on a table as a page: whole, safe whatever the file's names are, and with the figures of the engine.
//!
//! A Python, where there is one, reads the page with the parser of its standard library.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::program::{Program, text};
use crate::tables::{Folder, bills, open, open_with, shipped};
use serde_json::Value;
use tachograph::data::{CodeFor, Options, Steps, Table, code};
use tachograph::jobs::Cancel;
use tachograph::operations::table_report_html;
use tachograph::report::format;

/// Elements that have no end.
const VOID: [&str; 1] = ["meta"];

fn made() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_795_273_440)
}

fn page(table: &Table) -> String {
    table_report_html(table, made(), &Cancel::new()).expect("a page")
}

/// Goes through all tags; fails at one that is not closed in its place, and at what a page for the mail must not have.
fn is_whole(page: &str) {
    let (mut open, mut rest) = (Vec::new(), page);
    while let Some(start) = rest.find('<') {
        let end = start + rest[start..].find('>').expect("each tag ends");
        let tag = &rest[start + 1..end];
        rest = &rest[end + 1..];
        let name = tag.trim_start_matches('/').split(|c: char| !c.is_ascii_alphanumeric()).next().expect("a name");
        assert!(!["script", "iframe", "img", "link", "object", "form", "base"].contains(&name), "<{tag}>");
        assert!(!tag.split('"').step_by(2).any(|names| names.contains(" on")), "<{tag}> would run something");
        match tag {
            _ if tag.starts_with('!') || tag.ends_with('/') || VOID.contains(&name) => {}
            _ if tag.starts_with('/') => assert_eq!(open.pop(), Some(name), "</{name}>"),
            _ => open.push(name),
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

/// What Python's parser finds: the texts of the elements of each kind, links and scripts.
fn read(page: &str) -> Option<Value> {
    let made = std::env::var_os("HOME").map(|home| Path::new(&home).join(".cache/tachograph-python/bin/python"));
    let named = std::env::var_os("TACHOGRAPH_PYTHON").map(PathBuf::from);
    let Some(python) = named.or(made).filter(|python| python.exists()) else {
        eprintln!("skipped: no Python; make one with packaging/test-python.sh");
        return None;
    };
    let file = Folder::new();
    let file = (file.write("page.html", page), file);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tables/report/read.py");
    let output = Command::new(python).args(["-X", "utf8"]).arg(script).arg(&file.0).output().expect("Python starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(serde_json::from_slice(&output.stdout).expect("JSON"))
}

/// Names that try to break out, and names of other scripts.
const NAMES: [&str; 8] = [
    "<script>alert('1')</script>",
    "\"& onclick='x'>",
    "</td></table><h1>",
    "तकनीकी स्वीकृति",
    "日本語の列",
    "שם העמודה",
    "العمود (أ)",
    "<!-- &lt; ]]> {{x}}",
];

#[test]
fn names_from_the_file_are_text_and_nothing_else() {
    let folder = Folder::new();
    let header = NAMES.map(|name| format!("\"{}\"", name.replace('"', "\"\""))).join(",");
    let rows: String = (0..50).map(|row| format!("{row},00{row:02},<b>,\"&amp;\",x,,\"a\"\"b\",{row}.5\n")).collect();
    let table = open_with(&folder.write("<i>&amp;.csv", format!("{header}\n{rows}")), &Options::default());
    let page = page(&table);
    is_whole(&page);
    let Some(found) = read(&page) else { return };
    let names: Vec<&str> = found["names"].as_array().expect("names").iter().map(|name| name.as_str().expect("text")).collect();
    assert_eq!(names, NAMES, "each name as it is, in its row of the table");
    assert_eq!((&found["h1"], &found["title"]), (&"<i>&amp;.csv".into(), &"<i>&amp;.csv: memory report".into()));
    assert_eq!(found["scripts"], 0);
    assert_eq!(found["fetched"], serde_json::json!([]));
    for (program, shown) in CodeFor::ALL.iter().zip(found["code"].as_array().expect("code")) {
        let expected = code(&table, Path::new("<i>&amp;.csv"), *program).expect("code");
        assert_eq!(shown.as_str().expect("text").trim_end(), expected.trim_end(), "{program:?}");
    }
}

#[test]
fn the_figures_are_those_of_the_engine() {
    let folder = Folder::new();
    let table = open(&folder.write("bills.csv", bills(3_000)));
    let (page, report) = (page(&table), &table.report);
    is_whole(&page);
    for part in [
        "3,000 rows × 16 columns · text in UTF-8, separated by commas · 2026-11-21 15:04 UTC".to_owned(),
        format!("<p class=\"figure good\">{}</p>", format::percent_change(-report.saved_percent())),
        format!("{} → {}", format::bytes(report.before_bytes), format::bytes(report.after_bytes)),
        format!("pandas would hold {}: ", format::bytes(report.pandas_bytes)),
        "48,000 values compared with the file, 0 differ.".to_owned(),
        "Memory of each column of bills.csv".to_owned(),
    ] {
        assert!(page.contains(&part), "{part}");
    }
    for column in &report.columns {
        assert!(page.contains(&format!("<td class=\"name\"><bdi>{}</bdi></td>", column.name)), "{}", column.name);
        assert!(page.contains(&format!("<td class=\"number\">{}</td>", format::bytes_change(-column.saved_bytes()))));
    }
    for suggestion in &report.suggestions {
        let text = suggestion.text.replace('\'', "&#39;");
        assert!(page.contains(&text), "{text}");
    }
    assert!(!page.contains(folder.path().to_str().expect("text")), "nothing of this computer");
}

#[test]
fn a_workbook_has_a_report_that_says_why_there_is_no_code() {
    let page = page(&open(&shipped("merged.xlsx")));
    is_whole(&page);
    assert!(page.contains("workbook (xlsx)") && page.contains("Sheet <bdi>"));
    assert!(page.contains("Export the table as CSV, then ask for the code of that file."));
}

#[test]
fn a_step_that_is_off_is_told() {
    let folder = Folder::new();
    let steps: Steps = "-categories".parse().expect("a step");
    let table = open_with(&folder.write("b.csv", bills(500)), &Options { steps, ..Options::default() });
    assert!(page(&table).contains("<td class=\"number\">off</td>"));
}

#[test]
fn the_command_line_writes_the_report() {
    let program = Program::new();
    let file = program.file("bills.csv", bills(400).as_bytes());
    let target = program.home.path().join("report.html");
    let json = program.json(&["optimize", text(&file), "--html", text(&target), "--json"]);
    assert_eq!((&json["html"], &json["target"]), (&text(&target).into(), &Value::Null));
    let page = std::fs::read_to_string(&target).expect("written");
    is_whole(&page);
    let size = |field: &str| format::bytes(json[field].as_u64().expect("bytes"));
    assert!(page.contains(&format!("{} → {}", size("before_bytes"), size("after_bytes"))));
    assert!(page.contains("<summary>pandas</summary>"));
    let output = program.run(&["optimize", text(&file), "--html", text(&target)]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("Report written to "));
    // Bounded memory has the report without the code.
    program.json(&["optimize", text(&file), "--html", text(&target), "--memory-limit", "400", "--json"]);
    let page = std::fs::read_to_string(&target).expect("written");
    assert!(page.contains("6,400 values compared with the file, 0 differ.") && !page.contains("<summary>"));
}

#[test]
fn reports_on_several_files_go_into_a_folder_and_never_over_a_source() {
    let program = Program::new();
    let (first, second) = (program.file("a.csv", b"x\n1\n"), program.file("b.csv", b"y\n2\n"));
    let folder = program.home.path().join("reports");
    program.text(&["optimize", text(&first), text(&second), "--html", text(&folder), "--quiet"]);
    for name in ["a.html", "b.html"] {
        is_whole(&std::fs::read_to_string(folder.join(name)).expect(name));
    }
    let output = program.run(&["optimize", text(&first), "--html", text(&first)]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("is a source itself, which is never changed."));
    assert_eq!(std::fs::read(&first).expect("the source"), b"x\n1\n");
    let both = program.home.path().join("both");
    let output = program.run(&["optimize", text(&first), "--format", "csv", "--out", text(&both), "--html", text(&both)]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("Table and report would both become"));
    assert!(!both.exists());
}

#[test]
fn a_path_of_windows_is_right_in_the_code() {
    let folder = Folder::new();
    let table = open(&folder.write("new.csv", "a,b\n1,x\n2,y\n"));
    let path = Path::new(r"C:\Users\नया\new.csv");
    for (program, literal) in [
        (CodeFor::Pandas, r#""C:\\Users\\नया\\new.csv""#),
        (CodeFor::Polars, r#""C:\\Users\\नया\\new.csv""#),
        (CodeFor::DuckDb, r"'C:\Users\नया\new.csv'"),
        (CodeFor::Sql, r"'C:\Users\नया\new.csv'"),
    ] {
        let code = tachograph::operations::table_code(&table, path, program).expect("code");
        assert!(code.contains(literal), "{code}");
    }
}
