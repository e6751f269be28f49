//! The command line as scripts see it: exit codes, what goes to which stream, the names of the JSON fields.

use std::fs;
use std::path::{Path, PathBuf};

use crate::program::{Program, text};
use serde_json::Value;
use tachograph::history::{Archive, Asker, FILE, OperationResult};

const BILLS: &[u8] = b"code,paid,rate\n00042,Y,1.50\n00043,N,2.25\n00042,Y,\n";

#[test]
fn optimize_prints_the_contract() {
    let program = Program::new();
    let file = program.file("bills.csv", BILLS);
    let json = program.json(&["optimize", text(&file), "--json"]);
    assert_eq!(json["file"], text(&file));
    assert_eq!((&json["format"], &json["encoding"], &json["delimiter"]), (&"csv".into(), &"UTF-8".into(), &",".into()));
    assert_eq!((&json["sheet"], &json["rows"], &json["level"]), (&Value::Null, &3.into(), &"balanced".into()));
    assert_eq!(json["verified"], serde_json::json!({ "values": 9, "mismatches": 0, "respelled": 0 }));
    assert_eq!(json["cache"], "miss");
    let names: Vec<&Value> = json["columns"].as_array().expect("columns").iter().map(|column| &column["name"]).collect();
    assert_eq!(names, ["code", "paid", "rate"]);
    let rate = &json["columns"][2];
    assert_eq!(
        (&rate["before"]["type"], &rate["after"]["type"], &rate["nulls"], &rate["lossless"]),
        (&"Float64".into(), &"Float64".into(), &1.into(), &true.into())
    );
    assert_eq!(
        (&json["columns"][0]["before"]["type"], &json["columns"][0]["after"]["type"]),
        (&"Int64".into(), &"String".into()),
        "leading zeros stay"
    );
    assert_eq!((&json["columns"][1]["step"], &json["columns"][1]["after"]["type"]), (&"booleans".into(), &"Boolean".into()));
    for field in ["before_bytes", "after_bytes", "saved_percent", "pandas_bytes"] {
        assert!(json[field].is_number(), "{field}");
    }
    for field in ["read", "optimise", "verify", "write", "total"] {
        assert!(json["seconds"][field].is_number(), "{field}");
    }
    assert_eq!(json["peak_rss_bytes"].is_u64(), cfg!(target_os = "linux"));
    assert!(json["warnings"].as_array().is_some_and(Vec::is_empty));
}

#[test]
fn the_same_content_comes_from_the_cache_under_any_name() {
    let program = Program::new();
    let (first, second) = (program.file("a.csv", BILLS), program.file("b.csv", BILLS));
    assert_eq!(program.json(&["optimize", text(&first), "--json"])["cache"], "miss");
    let again = program.json(&["optimize", text(&second), "--json"]);
    assert_eq!((&again["cache"], &again["file"]), (&"file".into(), &text(&second).into()));
    assert_eq!(
        program.json(&["optimize", text(&second), "--json", "--level", "conservative"])["cache"],
        "miss",
        "other options, other result"
    );
    assert_eq!(program.json(&["optimize", text(&first), "--json", "--no-cache"])["cache"], "miss");
    let stats = program.json(&["cache", "stats", "--json"]);
    // Each table is kept with its report, which is all that is asked for here: two results, four entries.
    assert_eq!((&stats["file"]["items"], &stats["file"]["hits"], &stats["file"]["misses"]), (&4.into(), &1.into(), &4.into()));
    assert_eq!(program.json(&["cache", "clear", "--json"])["removed"], 4);
    assert_eq!(program.json(&["cache", "stats", "--json"])["file"]["items"], 0);
}

#[test]
fn suggestions_are_listed_and_at_most_ten_of_them() {
    let program = Program::new();
    let names = (0..12).map(|at| format!("c{at}")).collect::<Vec<_>>().join(",");
    let row = ["a"; 12].join(",");
    let file = program.file("same.csv", format!("id,{names}\n1,{row}\n2,{row}\n").as_bytes());
    let printed = program.text(&["optimize", text(&file), "--quiet"]);
    let listed: Vec<&str> = printed.lines().filter(|line| line.starts_with('?')).collect();
    assert_eq!((listed.len(), listed[10]), (11, "? and 2 more; --json lists all of them."));
    assert!(listed[0].starts_with("? c0: “a” in all 2 rows. The column can go when that is known anyway."), "{}", listed[0]);
    let json = program.json(&["optimize", text(&file), "--json", "--column-steps", "id=-integers"]);
    assert_eq!((&json["cache"], json["suggestions"].as_array().map(Vec::len)), (&"miss".into(), Some(12)));
    assert_eq!((&json["suggestions"][0]["kind"], &json["suggestions"][0]["columns"][0]), (&"constant".into(), &"c0".into()));
    let gain = serde_json::json!({ "step": "integers", "type": "UInt8", "bytes": 2, "lossless": true });
    assert_eq!((&json["columns"][0]["after"]["type"], &json["columns"][0]["possible"]), (&"Int64".into(), &gain));
    assert_eq!(json["next_level"], serde_json::json!({ "level": "aggressive", "saved_bytes": 0 }));
}

#[test]
fn columns_are_left_out_and_blanks_are_cut() {
    let program = Program::new();
    let file = program.file("bills.csv", b"item,n,legacy\n sand ,1,x\nlime, 2,x\nsand,3,x\n");
    let out = program.home.path().join("out.csv");
    let chosen = ["--leave-out", "legacy", "--trim", "item", "--trim", "n"];
    let args = [&["optimize", text(&file), "--out", text(&out)][..], &chosen].concat();
    let printed = program.text(&args);
    assert!(printed.contains("left out") && printed.contains("neither counted nor written, as was chosen"), "{printed}");
    assert!(!printed.contains("? legacy"), "nothing is suggested for it: {printed}");
    assert_eq!(fs::read_to_string(&out).expect("written"), "item,n\nsand,1\nlime,2\nsand,3\n");
    let json = program.json(&[&["optimize", text(&file), "--json", "--leave-out", "none such"][..], &chosen].concat());
    let after = |at: usize| json["columns"][at]["after"]["bytes"].as_u64().expect("bytes");
    assert_eq!((&json["columns"][2]["left_out"], json["after_bytes"].as_u64()), (&true.into(), Some(after(0) + after(1))));
    let told = json["warnings"].to_string();
    assert!(told.contains("There is no column “none such”, which was to be left out."), "{told}");
}

#[test]
fn a_table_is_written_in_the_format_that_its_name_says() {
    let program = Program::new();
    let file = program.file("bills.csv", BILLS);
    let (csv, folder) = (program.home.path().join("out.csv"), program.home.path().join("many"));
    program.text(&["optimize", text(&file), "--out", text(&csv), "--quiet"]);
    assert_eq!(fs::read(&csv).expect("written"), BILLS, "every cell as it stood");
    let other = program.file("other.csv", b"a\n1\n");
    program.text(&["optimize", text(&file), text(&other), "--out", text(&folder), "--quiet"]);
    let parquet = fs::read(folder.join("bills.parquet")).expect("written");
    assert_eq!((&parquet[..4], &parquet[parquet.len() - 4..]), (&b"PAR1"[..], &b"PAR1"[..]));
    assert!(folder.join("other.parquet").exists());
    assert_eq!(fs::read(&file).expect("still there"), BILLS, "the source is untouched");
}

#[test]
fn every_format_is_written_by_its_ending_and_by_its_name() {
    let program = Program::new();
    let file = program.file("bills.csv", BILLS);
    for (name, first) in [("a.arrow", &b"ARROW1"[..]), ("b.feather", b"ARROW1"), ("c.ipc", b"ARROW1"), ("d.xlsx", b"PK\x03\x04")] {
        let target = program.home.path().join(name);
        program.text(&["optimize", text(&file), "--out", text(&target), "--quiet"]);
        assert!(fs::read(&target).expect("written").starts_with(first), "{name}");
    }
    let folder = program.home.path().join("folder");
    fs::create_dir(&folder).expect("made");
    program.text(&["optimize", text(&file), "--out", text(&folder), "--format", "arrow", "--quiet"]);
    assert!(folder.join("bills.arrow").exists());
}

/// A table of several batches, in which some columns turn out to be other than they begin.
fn long_table() -> Vec<u8> {
    let mut text = String::from("id,code,late,note\n");
    for row in 0..300_000u32 {
        let late = if row == 299_990 { "none".to_owned() } else { (row % 90).to_string() };
        text.push_str(&format!("{row},{:05},{late},a remark of some length {}\n", row % 4_000, row % 3));
    }
    text.into_bytes()
}

#[test]
fn in_bounded_memory_a_table_becomes_the_same() {
    let program = Program::new();
    let file = program.file("long.csv", &long_table());
    let (bounded, at_once) = (program.home.path().join("bounded.parquet"), program.home.path().join("at-once.parquet"));
    let one = program.json(&["optimize", text(&file), "--memory-limit", "64", "--out", text(&bounded), "--json"]);
    let other = program.json(&["optimize", text(&file), "--no-cache", "--out", text(&at_once), "--json"]);
    for field in ["rows", "level", "verified", "warnings", "before_bytes", "after_bytes", "pandas_bytes"] {
        assert_eq!(one[field], other[field], "{field}");
    }
    let types = |json: &Value| -> Vec<Value> {
        json["columns"].as_array().expect("columns").iter().map(|column| column["after"].clone()).collect()
    };
    assert_eq!(types(&one), types(&other));
    assert_eq!(types(&one)[2]["type"], "Enum(91)", "one cell of text at the end");
    assert_eq!(one["verified"], serde_json::json!({ "values": 1_200_000, "mismatches": 0, "respelled": 0 }));
    // Both files hold the same table.
    let again = |path: &Path| program.json(&["optimize", text(path), "--no-cache", "--json"]);
    let (one, other) = (again(&bounded), again(&at_once));
    assert_eq!((&one["columns"], &one["rows"]), (&other["columns"], &300_000.into()));
}

#[test]
fn bounded_memory_has_bounds_of_its_own() {
    let program = Program::new();
    let file = program.file("bills.csv", BILLS);
    let (code, message) = program.failure(&["optimize", text(&file), "--memory-limit", "10"]);
    assert!(code == Some(2) && message.contains("64"), "{message}");
    let target = program.home.path().join("bills.xlsx");
    let (code, message) = program.failure(&["optimize", text(&file), "--memory-limit", "64", "--out", text(&target)]);
    assert!(code == Some(1) && message.contains("written as Parquet") && message.contains(".parquet"), "{message}");
    assert!(!target.exists());
    // Without a target it only looks and compares.
    let json = program.json(&["optimize", text(&file), "--memory-limit", "64", "--json"]);
    assert_eq!(json["verified"], serde_json::json!({ "values": 9, "mismatches": 0, "respelled": 0 }));
    let empty = program.file("only header.csv", b"a,b\n");
    let json = program.json(&["optimize", text(&empty), "--memory-limit", "64", "--json"]);
    assert_eq!((&json["rows"], json["columns"].as_array().map(Vec::len)), (&0.into(), Some(2)));
}

#[test]
fn code_is_printed_and_nothing_else() {
    let program = Program::new();
    let file = program.file("bills.csv", BILLS);
    for (language, line) in [
        ("pandas", "\"rate\": \"float64\""),
        ("polars", "pl.col(\"paid\").replace_strict({\"Y\": True, \"N\": False}"),
        ("duckdb", "CASE c2 WHEN 'Y' THEN true WHEN 'N' THEN false END AS \"paid\""),
        ("sql", "\"rate\" DOUBLE PRECISION"),
    ] {
        let code = program.text(&["optimize", text(&file), "--code", language]);
        assert!(code.contains(line) && code.contains(text(&file)), "{code}");
        assert!(code.starts_with("# For") || code.starts_with("-- For"), "{code}");
    }
    assert_eq!(program.failure(&["optimize", text(&file), "--code", "pandas", "--json"]).0, Some(2));
    assert_eq!(program.failure(&["optimize", text(&file), "--code", "julia"]).0, Some(2));
    let book = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/samples/bills-sample.xlsx");
    let (code, message) = program.failure(&["optimize", text(&book), "--code", "pandas", "--quiet"]);
    assert_eq!(code, Some(1));
    assert!(message.contains("bills-sample.xlsx") && message.contains("Export the table as CSV"), "{message}");
}

#[test]
fn the_source_is_never_overwritten() {
    let program = Program::new();
    let file = program.file("bills.csv", BILLS);
    let (code, message) = program.failure(&["optimize", text(&file), "--out", text(&file)]);
    assert_eq!(code, Some(1));
    assert!(message.contains("bills.csv") && message.contains("Choose another name"), "{message}");
    assert_eq!(fs::read(&file).expect("still there"), BILLS);
}

#[test]
fn what_cannot_be_opened_is_told_and_the_rest_is_done() {
    let program = Program::new();
    let (good, empty) = (program.file("good.csv", BILLS), program.file("empty.csv", b""));
    let junk =
        program.file("junk.csv", &(0..4096u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()).collect::<Vec<_>>());
    let cut = {
        let whole = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/samples/bills-sample.xlsx")).expect("the sample");
        program.file("cut.xlsx", &whole[..whole.len() / 2])
    };
    let output = program.run(&["optimize", "missing.csv", text(&empty), text(&junk), text(&cut), text(&good), "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).expect("text");
    for name in ["missing.csv", "empty.csv", "junk.csv", "cut.xlsx"] {
        let line = said.lines().find(|line| line.contains(name)).unwrap_or_else(|| panic!("nothing about {name} in {said}"));
        assert!(line.starts_with("tachograph: “") && line.ends_with('.'), "{line}");
    }
    let lines = String::from_utf8(output.stdout).expect("text");
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).expect("a document a line")).collect();
    assert_eq!((lines.len(), &lines[4]["rows"]), (5, &3.into()), "the good one");
}

#[test]
fn wrong_use_is_2_and_help_is_0() {
    let program = Program::new();
    assert_eq!(program.failure(&["optimize"]).0, Some(2));
    assert_eq!(program.failure(&["optimize", "a.csv", "--level", "strict"]).0, Some(2));
    assert_eq!(program.failure(&["monitor", "--interval", "7"]).0, Some(2));
    for command in ["optimize", "profile", "monitor", "cache", "settings"] {
        assert!(program.text(&[command, "--help"]).contains("Example: tachograph"), "{command}");
    }
}

#[test]
fn settings_are_shown_kept_and_reset() {
    let program = Program::new();
    let path = PathBuf::from(program.text(&["settings", "path"]).trim());
    assert_eq!(path, program.home.path().join("settings.ron"));
    fs::write(&path, "(sample_interval_ms: 250)").expect("written");
    assert!(program.text(&["settings", "show"]).contains("sample_interval_ms: 250"));
    program.text(&["settings", "reset"]);
    assert!(program.text(&["settings", "show"]).contains("sample_interval_ms: 1000"));
    fs::write(&path, "(sample_interval_ms: ").expect("written");
    let output = program.run(&["settings", "show"]);
    assert!(output.status.success() && String::from_utf8_lossy(&output.stderr).contains("settings.ron"), "a damaged file is told");
    let kept = fs::read_dir(program.home.path())
        .expect("a folder")
        .filter_map(Result::ok)
        .any(|entry| entry.file_name().to_string_lossy().contains("damaged"));
    assert!(kept, "and kept aside");
}

#[test]
fn monitor_prints_a_line_of_json_for_each_sample() {
    let program = Program::new();
    let text = program.text(&["monitor", "--interval", "100", "--duration", "1.2", "--processes", "3", "--json"]);
    let samples: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert!(samples.len() >= 2, "{}", samples.len());
    for sample in &samples {
        for field in [
            "time",
            "cpu_percent",
            "cpu_per_core",
            "load",
            "memory",
            "swap",
            "disks",
            "networks",
            "temperatures",
            "process_count",
            "processes",
            "self",
        ] {
            assert!(sample.get(field).is_some(), "{field}");
        }
        assert!(sample["processes"].as_array().expect("a list").len() <= 3);
        assert!(sample["memory"]["total"].as_u64() >= sample["memory"]["used"].as_u64());
        assert!(sample["self"]["memory"].as_u64().is_some_and(|bytes| bytes > 0));
    }
    let times: Vec<f64> = samples.iter().filter_map(|sample| sample["time"].as_f64()).collect();
    assert!(times.is_sorted() && times.len() == samples.len());
}

#[cfg(unix)]
#[test]
fn killed_while_writing_it_leaves_nothing_under_the_name() {
    use std::io::Write;
    use std::time::Duration;
    let program = Program::new();
    let source = program.home.path().join("large.csv");
    let mut file = std::io::BufWriter::new(fs::File::create(&source).expect("created"));
    writeln!(file, "id,text").expect("written");
    (0..60_000).for_each(|row| writeln!(file, "{row},row number {row} of a table that takes a while").expect("written"));
    drop(file);
    let before = fs::read(&source).expect("read");
    let target = program.home.path().join("target.csv");
    let whole = {
        program.text(&["optimize", text(&source), "--out", text(&target), "--quiet"]);
        fs::read(&target).expect("written")
    };
    fs::remove_file(&target).expect("removed");
    for attempt in 0..12u64 {
        let mut child = program
            .command(&["optimize", text(&source), "--out", text(&target), "--quiet"])
            .stdout(std::process::Stdio::null())
            .spawn()
            .expect("starts");
        std::thread::sleep(Duration::from_millis(attempt * 15));
        child.kill().expect("SIGKILL");
        child.wait().expect("ended");
        if target.exists() {
            assert_eq!(fs::read(&target).expect("read"), whole, "a file under the name is a whole one");
            fs::remove_file(&target).expect("removed");
        }
    }
    assert_eq!(fs::read(&source).expect("read"), before);
}

#[test]
fn what_was_done_stands_in_the_log_of_operations() {
    let program = Program::new();
    let good = program.file("bills.csv", BILLS);
    let bad = program.file("bad.parquet", b"PAR1 no table PAR1");
    assert!(program.run(&["optimize", text(&good), "--quiet"]).status.success());
    assert_eq!(program.run(&["optimize", text(&good), text(&bad), "--quiet"]).status.code(), Some(1));
    let kept = || {
        let archive = Archive::at(&program.home.path().join("history").join(FILE));
        archive.operations((0.0, f64::MAX), 100).expect("readable")
    };
    let told = kept();
    let kinds: Vec<_> = told.iter().map(|one| (one.kind.as_str(), one.title.as_str(), one.bytes)).collect();
    let size = Some(BILLS.len() as u64);
    assert_eq!(kinds, [("shrink files", "Optimising bills.csv", size), ("shrink files", "Optimising", size.map(|size| size + 18))]);
    assert_eq!((&told[0].result, told[0].asker), (&OperationResult::Done, Asker::CommandLine));
    assert!(
        matches!(&told[1].result, OperationResult::Failed(message) if message.starts_with("1 of 2 files failed. ")),
        "{told:?}"
    );
    fs::write(program.home.path().join("settings.ron"), "(history: (keep: false))").expect("written");
    assert!(program.run(&["optimize", text(&good), "--quiet"]).status.success());
    assert_eq!(kept().len(), 2, "it is not kept when it is not to be");
}
