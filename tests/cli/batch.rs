//! Many files in one command: order, failures, folders, names of results, interruption, limits.

use std::fs;
use std::path::{Path, PathBuf};

use crate::program::{Program, text};
use serde_json::Value;

fn lines(stdout: &[u8]) -> Vec<Value> {
    let text = std::str::from_utf8(stdout).expect("text");
    text.lines().map(|line| serde_json::from_str(line).expect("a document a line")).collect()
}

/// Ten tables `t0.csv`… of 1 to 10 rows; the fourth opens a quotation mark and never closes it.
fn ten(program: &Program) -> Vec<PathBuf> {
    let table = |at: usize| {
        let rows: String = (0..=at).map(|row| format!("0{row},Y\n")).collect();
        let broken = if at == 3 { "1,\"2\n" } else { "" };
        program.file(&format!("t{at}.csv"), format!("code,paid\n{rows}{broken}").as_bytes())
    };
    (0..10).map(table).collect()
}

#[test]
fn one_bad_file_of_ten_stops_no_other_and_lines_come_in_order() {
    let program = Program::new();
    let files = ten(&program);
    let mut args = vec!["optimize", "--json"];
    args.extend(files.iter().map(|file| text(file)));
    let output = program.run(&args);
    assert_eq!(output.status.code(), Some(1));
    let lines = lines(&output.stdout);
    let names: Vec<&str> = lines.iter().map(|line| line["file"].as_str().expect("a name")).collect();
    assert_eq!(names, files.iter().map(|file| text(file)).collect::<Vec<_>>());
    for (at, line) in lines.iter().enumerate() {
        if at == 3 {
            let fields: Vec<&String> = line.as_object().expect("fields").keys().collect();
            assert_eq!(fields, ["error", "file"]);
            assert!(line["error"].as_str().expect("text").starts_with("in row 6 of “t3.csv” a quotation mark is opened"), "{line}");
        } else {
            assert_eq!((&line["rows"], &line["verified"]["values"]), (&(at + 1).into(), &(2 * (at + 1)).into()));
            assert_eq!((&line["error"], &line["verified"]["mismatches"]), (&Value::Null, &0.into()));
        }
    }
    let said = String::from_utf8(output.stderr).expect("text");
    assert!(said.contains("tachograph: in row 6 of “t3.csv” a quotation mark is opened"), "{said}");
    // 55 rows without the four of the broken table.
    assert!(said.contains("9 tables done, 1 failed, 0 left out: 51 rows, "), "{said}");
    assert!(said.contains("102 values compared with the files, 0 differ."), "{said}");
}

#[test]
fn the_list_at_the_end_says_what_became_of_each() {
    let program = Program::new();
    let folder = program.home.path().join("received");
    fs::create_dir_all(folder.join("older")).expect("made");
    let put = |name: &str, content: &[u8]| fs::write(folder.join(name), content).expect("written");
    put("b.csv", b"a,b\n1,2\n");
    put("a.tsv", b"a\tb\n1\t2\n3\t4\n");
    put("letter.pdf", b"%PDF-1.7\n");
    put("nothing.csv", b"");
    put("broken.xlsx", b"PK\x03\x04 and no more");
    put("older/c.csv", b"a\n1\n");
    let out = program.home.path().join("out");
    let output = program.run(&["optimize", text(&folder), "--out", text(&out), "--quiet"]);
    assert_eq!(output.status.code(), Some(1));
    let shown = String::from_utf8(output.stdout).expect("text");
    let (first, second) = (shown.find("a.tsv\nColumn").expect("the first"), shown.find("b.csv\nColumn").expect("the second"));
    assert!(first < second, "sorted by name: {shown}");
    let list = &shown[shown.find("File  ").expect("a list")..];
    let row = |name: &str| list.lines().find(|line| line.contains(name)).unwrap_or_else(|| panic!("no {name} in {list}"));
    assert!(row("a.tsv").contains("  done  ") && row("b.csv").contains("  done  "));
    assert!(row("broken.xlsx").contains("  failed  ") && row("broken.xlsx").contains("“broken.xlsx” is damaged"));
    assert!(row("letter.pdf").contains("  left out  ") && row("letter.pdf").contains("it looks like a PDF document"));
    assert!(row("nothing.csv").contains("it is empty") && row("older").contains("it is a folder"));
    assert!(list.contains("2 tables done, 1 failed, 3 left out: 3 rows, "), "{list}");
    assert!(list.contains("6 values compared with the files, 0 differ."), "{list}");
    assert_eq!(String::from_utf8_lossy(&output.stderr).lines().count(), 1, "the failure alone");
    assert_eq!(in_folder(&out), ["a.parquet", "b.parquet"]);

    fs::remove_file(folder.join("broken.xlsx")).expect("removed");
    let output = program.run(&["optimize", text(&folder), "--json"]);
    assert_eq!((output.status.code(), lines(&output.stdout).len()), (Some(0), 2), "what is left out is no failure and no line");
}

fn in_folder(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").file_name());
    let mut names: Vec<String> = names.map(|name| name.to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn two_results_of_one_name_are_refused_before_anything_is_written() {
    let program = Program::new();
    let home = program.home.path();
    for folder in ["a", "b"] {
        fs::create_dir(home.join(folder)).expect("made");
        fs::write(home.join(folder).join("x.csv"), format!("{folder}\n1\n")).expect("written");
    }
    let (one, two, three) = (home.join("a/x.csv"), home.join("b/x.csv"), program.file("X.tsv", b"c\td\n1\t2\n"));
    let out = home.join("out");
    for pair in [[&one, &two], [&one, &three]] {
        let (code, said) = program.failure(&["optimize", text(pair[0]), text(pair[1]), "--out", text(&out)]);
        assert_eq!(code, Some(1));
        assert!(pair.iter().all(|file| said.contains(&format!("“{}”", text(file)))), "{said}");
        assert!(said.contains("Nothing was begun.") && said.contains("a folder each"), "{said}");
        assert!(!out.exists());
    }
    let output = program.run(&["optimize", text(&one), text(&two), "--json"]);
    assert_eq!((output.status.code(), lines(&output.stdout).len()), (Some(0), 2), "nothing is written, so nothing collides");
}

#[test]
fn no_result_takes_the_place_of_any_source() {
    let program = Program::new();
    let folder = program.home.path().join("both");
    fs::create_dir(&folder).expect("made");
    let other = program.file("x.tsv", b"a\tb\n1\t2\n");
    let source = folder.join("x.csv");
    fs::write(&source, b"a,b\n5,6\n").expect("written");
    let output = program.run(&["optimize", text(&other), text(&source), "--out", text(&folder), "--format", "arrow", "--quiet"]);
    assert_eq!(output.status.code(), Some(1), "both would be x.arrow");
    fs::rename(&other, program.home.path().join("y.tsv")).expect("renamed");
    let other = program.home.path().join("y.tsv");
    let output = program.run(&["optimize", text(&other), text(&source), "--out", text(&folder), "--format", "csv", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let lines = lines(&output.stdout);
    assert_eq!(lines[0]["target"], text(&folder.join("y.csv")));
    assert!(lines[1]["error"].as_str().expect("text").contains("is a source itself, which is never changed"), "{}", lines[1]);
    assert_eq!(
        (fs::read(&source).expect("there"), in_folder(&folder)),
        (b"a,b\n5,6\n".to_vec(), vec!["x.csv".into(), "y.csv".into()])
    );
}

#[test]
fn sheets_of_several_workbooks_are_tables_of_their_own() {
    let program = Program::new();
    let book = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/samples/bills-sample.xlsx");
    let sheets = {
        let output = program.run(&["optimize", text(&book), "--all-sheets", "--json", "--no-cache"]);
        lines(&output.stdout).iter().map(|line| line["sheet"].as_str().expect("a name").to_owned()).collect::<Vec<_>>()
    };
    let csv = program.file("z.csv", b"a\n1\n");
    let out = program.home.path().join("out");
    let output = program.run(&["optimize", text(&book), text(&csv), "--all-sheets", "--out", text(&out), "--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let mut expected: Vec<String> = sheets.iter().map(|sheet| format!("bills-sample - {sheet}.parquet")).collect();
    expected.push("z.parquet".into());
    expected.sort();
    assert_eq!(in_folder(&out), expected);
    assert_eq!(lines(&output.stdout).len(), sheets.len() + 1);
}

#[test]
fn without_any_memory_the_files_are_done_one_at_a_time() {
    let program = Program::new();
    fs::write(program.home.path().join("settings.ron"), "(limits: (batch_memory_percent: 0))").expect("written");
    let files = ten(&program);
    let mut args = vec!["optimize", "--json", "--quiet"];
    args.extend(files.iter().map(|file| text(file)));
    let output = program.run(&args);
    assert_eq!((output.status.code(), lines(&output.stdout).len()), (Some(1), 10));
}

#[test]
fn code_for_several_files_is_all_that_is_printed() {
    let program = Program::new();
    let (one, two) = (program.file("a.csv", b"a\n1\n"), program.file("b.csv", b"b\n1\n"));
    let output = program.run(&["optimize", text(&one), text(&two), "--code", "pandas"]);
    let code = String::from_utf8(output.stdout).expect("text");
    assert_eq!((code.matches("import pandas").count(), code.contains("tables done")), (2, false), "{code}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("2 tables done"));
}

/// A table that takes a while.
#[cfg(target_os = "linux")]
fn large(path: &Path, rows: usize) {
    use std::io::Write;
    let mut file = std::io::BufWriter::new(fs::File::create(path).expect("created"));
    writeln!(file, "id,text,amount").expect("written");
    (0..rows).for_each(|row| writeln!(file, "{row},row number {row} of a table that takes a while,{row}.25").expect("written"));
}

/// SIGINT, or SIGTERM where the one who started this test has it ignored.
#[cfg(target_os = "linux")]
fn interruption() -> &'static str {
    let status = fs::read_to_string("/proc/self/status").expect("readable");
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).expect("a mask");
    let mask = u64::from_str_radix(ignored.trim(), 16).expect("a number");
    if mask & 0b10 == 0 { "-INT" } else { "-TERM" }
}

#[cfg(target_os = "linux")]
#[test]
fn interrupted_it_stops_and_leaves_no_half_files() {
    use std::io::{BufRead, BufReader, Read};
    use std::process::{Command, Stdio};
    let program = Program::new();
    fs::write(program.home.path().join("settings.ron"), "(limits: (batch_memory_percent: 0))").expect("written");
    let (folder, out) = (program.home.path().join("in"), program.home.path().join("out"));
    fs::create_dir(&folder).expect("made");
    fs::write(folder.join("a.csv"), b"a\n1\n").expect("written");
    ["b", "c", "d", "e"].iter().for_each(|name| large(&folder.join(format!("{name}.csv")), 600_000));
    let mut child = program
        .command(&["optimize", text(&folder), "--out", text(&out), "--format", "csv", "--json", "--no-cache"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("starts");
    let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
    let mut first = String::new();
    stdout.read_line(&mut first).expect("the first table is done");
    assert!(first.contains("a.csv"), "{first}");
    let sent = Command::new("kill").args([interruption(), &child.id().to_string()]).status().expect("kill runs");
    assert!(sent.success());
    let mut rest = String::new();
    stdout.read_to_string(&mut rest).expect("text");
    let output = child.wait_with_output().expect("ended");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "it ended by itself: {said}");
    assert!(said.contains("not done") && said.trim_end().ends_with("tachograph: Stopped."), "{said}");
    let done = 1 + rest.lines().count();
    assert!(done < 5, "it did not go on to the end");
    let names = in_folder(&out);
    assert_eq!(names.len(), done, "a file for each line and nothing half: {names:?}");
    for name in names {
        assert_eq!(fs::read(out.join(&name)).expect("read"), fs::read(folder.join(&name)).expect("read"), "{name} is whole");
    }
}
