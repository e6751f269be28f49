//! Two tables compared: every count and every place as pandas has them (`DataFrame.compare` and `merge`), by key and by order.
//!
//! Needs a Python with pandas, made by `packaging/test-python.sh`, or named by `TACHOGRAPH_PYTHON`; says so where there is none.

use std::path::Path;
use std::process::Command;

use crate::python::python;
use crate::tables::{Folder, Seeded, at, bills, csv, open, open_text, open_with};
use serde_json::{Value, json};
use tachograph::data::compare::{By, CellChange, Comparison};
use tachograph::data::{Level, Options, Table};
use tachograph::jobs::{Cancel, JobError, Progress};
use tachograph::operations::compare_tables;

fn pandas(python: &Path, key: &str, files: [&Path; 2]) -> Value {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tables/code/compare.py");
    let output = Command::new(python).args(["-X", "utf8"]).arg(script).arg(key).args(files).output().expect("Python starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn compare(a: &Table, b: &Table, by: &By) -> Comparison {
    compare_tables(a, b, by, &Options::default(), &Cancel::new(), &Progress::new()).expect("not cancelled")
}

/// Bills with changes of every kind: cells, spellings, rows that are gone and new, another order of rows and columns.
fn changed_bills(rows: u64, shuffled: bool) -> [String; 2] {
    let text = bills(rows);
    let mut table = csv::rows(&text, ',');
    let mut r = Seeded(11);
    for row in table.iter_mut().skip(1) {
        match r.below(40) {
            0 => row[4] = "Changed, by hand".into(),
            1 => row[5] = format!("{}0", row[5]),
            2 => row[9] = if row[9] == "Y" { "N".into() } else { "Y".into() },
            3 => row[6] = format!("{}.25", r.below(900)),
            4 => row[11] = String::new(),
            5 => row[3] = row[3].trim_start_matches('0').to_owned(),
            6 => row[10] = row[10].trim_end_matches(".0").to_owned(),
            _ => {}
        }
    }
    let header = table.remove(0);
    if shuffled {
        table.retain(|_| r.below(100) > 0);
        for number in 0..7 {
            let mut row = table[number].clone();
            row[0] = (rows + 100 + number as u64).to_string();
            row[15] = format!("new{number:09}");
            table.push(row);
        }
        for at in (1..table.len()).rev() {
            table.swap(at, r.below(at as u64 + 1) as usize);
        }
    }
    // The column of the division goes to the end, that of the currency is lost, and there is a new one.
    let columns: Vec<usize> = (0..header.len()).filter(|at| *at != 2 && *at != 13).chain([2]).collect();
    let line = |row: &[String], last: &str| {
        let cell = |at: &usize| {
            if row[*at].contains([',', '"']) { format!("\"{}\"", row[*at].replace('"', "\"\"")) } else { row[*at].clone() }
        };
        let cells: Vec<String> = columns.iter().map(cell).chain([last.to_owned()]).collect();
        cells.join(",") + "\n"
    };
    let other = line(&header, "extra") + &table.iter().map(|row| line(row, "1")).collect::<String>();
    [text, other]
}

fn told(found: &Comparison) -> Value {
    let shared = || found.columns.iter().filter(|column| column.sides.iter().all(Option::is_some));
    let cell = |change: &CellChange| {
        let text = |side: usize| change.texts[side].clone().unwrap_or_default();
        json!([change.rows[0], change.rows[1], found.columns[change.column].name, text(0), text(1)])
    };
    json!({
        "rows": found.rows,
        "paired": found.paired,
        "differing_rows": found.differing_rows,
        "respelled_rows": found.respelled_rows,
        "columns": shared().map(|column| (column.name.clone(), json!([column.differing, column.respelled]))).collect::<serde_json::Map<_, _>>(),
        "first": found.first.iter().map(cell).collect::<Vec<_>>(),
    })
}

/// At the level at which every cell keeps its spelling, which pandas reads from the file.
fn check(python: &Path, texts: &[String; 2], by: &By, key: &str) -> Comparison {
    let (folder, options) = (Folder::new(), at(Level::Conservative));
    let files = [folder.write("old.csv", &texts[0]), folder.write("new.csv", &texts[1])];
    let found = compare(&open_with(&files[0], &options), &open_with(&files[1], &options), by);
    let mut expected = pandas(python, key, [&files[0], &files[1]]);
    let object = expected.as_object_mut().expect("an object");
    let (only, statistics) = (object.remove("only").expect("rows"), object.remove("statistics").expect("figures"));
    assert_eq!(told(&found), expected);
    for (side, rows) in only.as_array().expect("two").iter().enumerate() {
        let rows: Vec<u64> = rows.as_array().expect("rows").iter().map(|row| row.as_u64().expect("a row")).collect();
        assert_eq!((found.only[side], &found.first_only[side][..]), (rows.len() as u64, &rows[..rows.len().min(100)]));
    }
    for column in found.columns.iter().filter(|column| column.sides.iter().all(Option::is_some)) {
        for (side, expected) in column.sides.iter().flatten().zip(statistics[&column.name].as_array().expect("two")) {
            let Some([least, most, mean]) = expected.as_array().map(Vec::as_slice) else { continue };
            if side.mean.is_none() {
                // Codes and words that look like numbers in one of the tables are kept as text there.
                assert!(side.kind == "String" || side.kind.starts_with("Enum"), "{}: {}", column.name, side.kind);
                continue;
            }
            let number = |text: &str| text.parse::<f64>().expect("a number");
            let same = |ours: &Option<String>, theirs: &Value| {
                number(ours.as_deref().expect("a number")) == number(theirs.as_str().expect("a number"))
            };
            assert!(same(&side.least, least) && same(&side.most, most), "{}: {side:?}, {expected}", column.name);
            let (ours, theirs) = (side.mean.expect("a mean"), mean.as_f64().expect("a mean"));
            assert!((ours - theirs).abs() <= theirs.abs() * 1e-12, "{}: {ours} {theirs}", column.name);
        }
    }
    found
}

#[test]
fn by_key_all_counts_and_places_are_those_of_pandas() {
    let Some(python) = python() else { return };
    let texts = changed_bills(3_000, true);
    let found = check(&python, &texts, &By::Best, "bill_no");
    assert_eq!(found.key.as_deref(), Some("bill_no"));
    assert!(found.keys.contains(&"note_uid".to_owned()), "{:?}", found.keys);
    assert!(found.differing_rows > 100 && found.respelled_rows > 50 && found.only[0] > 5 && found.only[1] == 7);
    let by_uid = check(&python, &texts, &By::Key("note_uid".into()), "note_uid");
    assert_eq!((by_uid.key.as_deref(), by_uid.paired), (Some("note_uid"), found.paired));
}

#[test]
fn by_order_all_counts_and_places_are_those_of_pandas() {
    let Some(python) = python() else { return };
    let found = check(&python, &changed_bills(20_000, false), &By::Order, "");
    assert_eq!((found.key, found.only), (None, [0, 0]));
    assert_eq!(found.first.len(), 500, "more are counted, not kept");
    check(&python, &changed_bills(500, true), &By::Order, "");
}

#[test]
fn columns_that_went_came_and_moved() {
    let [old, new] = changed_bills(300, true);
    let (a, b) = (open_text(&old, &Options::default()), open_text(&new, &Options::default()));
    let found = compare(&a, &b, &By::Best);
    let named = |wanted: &dyn Fn(&tachograph::data::compare::ColumnChange) -> bool| {
        found.columns.iter().filter(|column| wanted(column)).map(|column| column.name.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(named(&|column| column.moved), ["division"]);
    assert_eq!(named(&|column| column.sides[1].is_none()), ["currency"]);
    assert_eq!(named(&|column| column.sides[0].is_none()), ["extra"]);
    assert_eq!(found.columns.last().map(|column| column.name.as_str()), Some("extra"));
}

#[test]
fn equal_tables_have_nothing_to_tell() {
    let text = bills(400);
    let (a, b) = (open_text(&text, &Options::default()), open_text(&text, &Options::default()));
    for by in [By::Best, By::Order] {
        let found = compare(&a, &b, &by);
        assert_eq!((found.differing_cells(), found.respelled_cells(), found.only, found.paired), (0, 0, [0, 0], 400));
        assert!(found.columns.iter().all(|column| !column.is_changed()) && found.first.is_empty());
    }
}

#[test]
fn values_are_equal_whatever_type_and_style_they_have() {
    let a = "id,number,day,flag,code,text,na,big\n1,1.50,2024-12-31,Y,007,x,5,1\n2,2.25,2024-12-30,N,008,,NA,2\n\
        3,3.00,2024-12-29,N,009,\"\",7,9007199254740993\n";
    let b = "id,number,day,flag,code,text,na,big\n1,\"1,50\",31.12.2024,true,7,x,5,1\n2,\"2,25\",30.12.2024,true,008,\"\",,2\n\
        3,\"3,00\",29.12.2024,false,009,,7,9007199254740992\n";
    let (a, b) = (open_text(a, &Options::default()), open_text(b, &Options::default()));
    let found = compare(&a, &b, &By::Key("id".into()));
    let counts: Vec<(&str, u64, u64)> =
        found.columns.iter().map(|column| (column.name.as_str(), column.differing, column.respelled)).collect();
    assert_eq!(
        counts,
        [
            ("id", 0, 0),
            ("number", 0, 3),
            ("day", 0, 3),
            ("flag", 1, 2),
            ("code", 1, 0),
            ("text", 0, 2),
            ("na", 1, 0),
            ("big", 1, 0),
        ]
    );
    let texts: Vec<[Option<&str>; 2]> =
        found.first.iter().map(|change| [change.texts[0].as_deref(), change.texts[1].as_deref()]).collect();
    assert_eq!(
        texts,
        [
            [Some("007"), Some("7")],
            [Some("N"), Some("true")],
            [Some("NA"), None],
            [Some("9007199254740993"), Some("9007199254740992")],
        ]
    );
}

#[test]
fn a_column_with_twins_or_blanks_is_no_key() {
    let a = open_text("a,b,c\n1,x,1\n2,y,2\n2,z,3\n", &Options::default());
    let b = open_text("a,b,c\n1,x,3\n2,z,\n3,y,1\n", &Options::default());
    let found = compare(&a, &b, &By::Best);
    assert_eq!((found.key.as_deref(), found.paired), (Some("b"), 3));
    for by in [By::Key("a".into()), By::Key("c".into()), By::Key("none such".into())] {
        assert_eq!(compare(&a, &b, &by).key, None, "{by:?}");
    }
    let spelled = open_text("k\n1.0\n2\nx\n", &Options::default());
    let others = open_text("k\n2.0\ny\n1\n", &Options::default());
    let found = compare(&spelled, &others, &By::Best);
    assert_eq!((found.key.as_deref(), found.paired, found.only, found.respelled_rows), (Some("k"), 2, [1, 1], 2));
}

#[test]
fn a_cancelled_comparison_ends_so() {
    let folder = Folder::new();
    let table = open(&folder.write("a.csv", bills(100)));
    let cancel = Cancel::new();
    cancel.cancel();
    let ended = compare_tables(&table, &table, &By::Best, &Options::default(), &cancel, &Progress::new());
    assert_eq!(ended.expect_err("cancelled"), JobError::Cancelled);
}
