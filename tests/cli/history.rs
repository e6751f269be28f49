//! `tachograph history`, as a script runs it.

use std::fs;

use crate::program::{Program, text};

const MEASURED: &str = "time,metric,min,mean,max,seconds,bucket_seconds,unit\n\
    2023-11-15T00:00:00.000Z,cpu,1,2.5,4,60,60,%\n\
    2023-11-15T00:01:00.000Z,cpu,1,1,1,30,60,%\n\
    2023-11-15T00:00:00.000Z,memory used,4000000000,4000000000,4000000000,60,60,B\n";

#[test]
fn a_file_goes_in_and_comes_out() {
    let program = Program::new();
    let (file, out) = (program.file("in.csv", MEASURED.as_bytes()), program.home.path().join("out.csv"));
    let told = program.json(&["history", "import", text(&file), "--json"]);
    assert_eq!(told, serde_json::json!({ "file": text(&file), "rows": 3, "added": 3, "there": 0 }));
    let export = ["history", "export", "--output", text(&out)];
    let told = program.json(&[&export[..], &["--step", "1m", "--json"]].concat());
    let expected = serde_json::json!({
        "file": text(&out), "kind": "measured", "rows": 3, "series": 2,
        "first": "2023-11-15T00:00:00.000Z", "last": "2023-11-15T00:01:00.000Z",
    });
    assert_eq!(told, expected);
    assert_eq!(fs::read_to_string(&out).expect("written"), MEASURED);
    let asked = ["--metric", "cpu", "--from", "2023-11-15T00:01:00Z", "--to", "2023-11-15T05:32:00+05:30", "--quiet"];
    let output = program.run(&[&export[..], &asked].concat());
    assert_eq!((output.status.code(), output.stdout.len(), output.stderr.len()), (Some(0), 0, 0));
    let row = fs::read_to_string(&out).expect("written");
    assert_eq!(row.lines().skip(1).collect::<Vec<_>>(), ["2023-11-15T00:01:00.000Z,cpu,1,1,1,30,60,%"]);
    let again = program.run(&["history", "import", text(&file)]);
    assert!(String::from_utf8_lossy(&again.stderr).contains("Nothing of “in.csv” was new: of its 3 rows all are there already."));
    let empty = program.run(&[&export[..], &["--from", "-2h"]].concat());
    assert!(String::from_utf8_lossy(&empty.stderr).contains("without rows: nothing is kept of that time so finely."));
}

#[test]
fn times_without_a_zone_are_of_the_clock_here() {
    let program = Program::new();
    let (file, out) = (program.file("in.csv", MEASURED.as_bytes()), program.home.path().join("out.csv"));
    program.text(&["history", "import", text(&file)]);
    let args = ["history", "export", "--output", text(&out), "--from", "2023-11-15T05:31", "--to", "2023-11-15T05:32", "--json"];
    let output = program.command(&args).env("TZ", "Asia/Kolkata").output().expect("it starts");
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((&told["rows"], &told["first"]), (&1.into(), &"2023-11-15T00:01:00.000Z".into()));
}

#[test]
fn what_is_kept_is_told() {
    let program = Program::new();
    let (code, words) = program.failure(&["history", "info"]);
    assert!(code == Some(1) && words.contains("there is no history") && words.contains("Open the window"), "{words}");
    let file = program.file("in.csv", MEASURED.as_bytes());
    program.text(&["history", "import", text(&file)]);
    let told = program.json(&["history", "info", "--json"]);
    assert_eq!((&told["first"], &told["last"]), (&"2023-11-15T00:00:00.000Z".into(), &"2023-11-15T00:01:00.000Z".into()));
    let widths: Vec<_> = told["tiers"].as_array().expect("tiers").iter().map(|tier| tier["bucket_seconds"].clone()).collect();
    assert_eq!(widths, [60, 3600]);
    assert_eq!(told["series"][1]["name"], "memory used");
    assert_eq!((&told["series"][0]["unit"], &told["processes"]), (&"%".into(), &serde_json::Value::Null));
    assert!(told["bytes"].as_u64().is_some_and(|bytes| bytes > 4_096));
    let shown = program.text(&["history", "info"]);
    assert!(shown.contains("history.sqlite") && shown.contains("minutes") && shown.contains("memory used  B"), "{shown}");
}

#[test]
fn what_cannot_be_done_is_told_with_a_next_step() {
    let program = Program::new();
    let out = program.home.path().join("out.csv");
    let (code, words) = program.failure(&["history", "export", "--output", text(&out)]);
    assert!(code == Some(1) && words.contains("there is no history") && !out.exists(), "{words}");
    for wrong in [
        &["history", "export", "--output", "a.xlsx"][..],
        &["history", "export", "--output", "a.csv", "--from", "yesterday"],
        &["history", "export", "--output", "a.csv", "--step", "5s"],
        &["history"],
    ] {
        assert_eq!(program.run(wrong).status.code(), Some(2), "{wrong:?}");
    }
    let bad = program.file("bad.csv", MEASURED.replace("2.5", "many").as_bytes());
    let (code, words) = program.failure(&["history", "import", text(&bad)]);
    assert!(code == Some(1) && words.contains("“bad.csv” was not imported: in row 2 “mean” is no number"), "{words}");
    assert!(words.contains("Nothing was imported."), "{words}");
    for command in ["export", "import", "info"] {
        let help = program.text(&["history", command, "--help"]);
        assert!(help.contains(&format!("Example: tachograph history {command}")), "{help}");
    }
}
