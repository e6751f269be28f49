//! `tachograph profile` as scripts see it: exit codes, streams, the names of the JSON fields, the figures of Go's own tool.

use std::fs;
use std::path::{Path, PathBuf};

use crate::program::{Program, text};

fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/samples/sample.pb.gz")
}

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/profiles").join(name)
}

/// Self, total and name of each line that `go tool pprof -top` printed.
fn printed_by_go(name: &str) -> Vec<(i64, i64, String)> {
    let text = fs::read_to_string(data(name)).expect("the listing");
    let number = |cell: &str| cell.trim_end_matches(char::is_alphabetic).parse::<i64>().expect("a number");
    let table = text.lines().skip_while(|line| !line.trim_start().starts_with("flat ")).skip(1);
    let row = |line: &str| {
        let cells: Vec<&str> = line.split_whitespace().collect();
        (
            number(cells[0]),
            number(cells[3]),
            cells[5..].join(" ").trim_end_matches(" (inline)").trim_end_matches(" (partial-inline)").to_owned(),
        )
    };
    table.map(row).collect()
}

#[test]
fn every_function_has_the_figures_of_gos_own_tool() {
    let program = Program::with(&["profile"]);
    for (file, sample_type, listing) in [
        ("go-cpu.pb.gz", "cpu", "go-cpu.cpu.top.txt"),
        ("go-cpu.pb.gz", "samples", "go-cpu.samples.top.txt"),
        ("go-heap.pb.gz", "alloc_space", "go-heap.alloc_space.top.txt"),
        ("go-heap.pb.gz", "inuse_objects", "go-heap.inuse_objects.top.txt"),
    ] {
        let json = program.json(&[text(&data(file)), "--top", "0", "--sample-type", sample_type, "--json"]);
        let functions = json["functions"].as_array().expect("functions");
        let ours: Vec<(i64, i64, String)> = functions
            .iter()
            .map(|row| {
                (
                    row["self"].as_i64().expect("self"),
                    row["total"].as_i64().expect("total"),
                    row["name"].as_str().expect("name").to_owned(),
                )
            })
            .collect();
        assert_eq!(ours, printed_by_go(listing), "{listing}");
        assert_eq!(json["sample_type"], sample_type);
    }
}

#[test]
fn json_has_the_fields_of_the_contract() {
    let program = Program::with(&["profile"]);
    let json = program.json(&[text(&sample()), "--top", "2", "--json"]);
    for field in [
        "file",
        "format",
        "sample_types",
        "sample_type",
        "unit",
        "samples",
        "total",
        "duration_seconds",
        "threads",
        "functions",
        "findings",
        "warnings",
    ] {
        assert!(json.get(field).is_some(), "{field} is missing: {json}");
    }
    assert_eq!((&json["format"], &json["sample_type"], &json["unit"]), (&"pprof".into(), &"cpu".into(), &"nanoseconds".into()));
    assert_eq!((json["samples"].as_u64(), json["total"].as_i64()), (Some(523), Some(5_230_000_000)));
    assert_eq!(
        json["sample_types"],
        serde_json::json!([{ "name": "samples", "unit": "count" }, { "name": "cpu", "unit": "nanoseconds" }])
    );
    let functions = json["functions"].as_array().expect("functions");
    assert_eq!(functions.len(), 2);
    let first = &functions[0];
    for field in ["name", "file", "line", "self", "total", "self_percent", "total_percent"] {
        assert!(first.get(field).is_some(), "{field} is missing: {first}");
    }
    let share = first["self"].as_f64().expect("self") / 5_230_000_000.0 * 100.0;
    assert!((first["self_percent"].as_f64().expect("percent") - share).abs() < 1e-9);
    let findings = json["findings"].as_array().expect("findings");
    assert!(
        findings
            .iter()
            .all(|finding| finding["severity"].is_string() && finding["text"].is_string() && finding["evidence"].is_string())
    );
    assert!(!findings.is_empty());
}

#[test]
fn changes_are_those_of_gos_own_tool() {
    let program = Program::with(&["profile"]);
    let (new, base) = (data("compare/cpu-new.pb.gz"), data("compare/cpu-old.pb.gz"));
    let asked = [text(&new), "--diff", text(&base), "--top", "0", "--sample-type", "cpu", "--json"];
    let listings: [(&[&str], &str); 4] = [
        (&[], "compare/cpu.cpu.diff.txt"),
        (&["--normalize"], "compare/cpu.cpu.normalized.txt"),
        (&["--hide", "^runtime"], "compare/cpu.cpu.diff.hide.txt"),
        (&["--focus", "sort|sha256", "--ignore", "Sprintf"], "compare/cpu.cpu.diff.focus.txt"),
    ];
    for (more, listing) in listings {
        let args = [&asked[..], more].concat();
        let json = program.json(&args);
        let functions = json["functions"].as_array().expect("functions");
        let number = |row: &serde_json::Value, field: &str| row[field].as_i64().expect("a number");
        let change = |row: &serde_json::Value, now: &str, before: &str| number(row, now) - number(row, before);
        let ours: Vec<(i64, i64, String)> = functions
            .iter()
            .map(|row| {
                let name = row["name"].as_str().expect("name").to_owned();
                (change(row, "self", "self_base"), change(row, "total", "total_base"), name)
            })
            .filter(|(own, total, _)| *own != 0 || *total != 0)
            .collect();
        assert_eq!(ours, printed_by_go(listing), "{listing}");
        let first = &functions[0];
        for field in ["self_change_percent", "total_change_percent", "verdict", "interval", "file", "line"] {
            assert!(first.get(field).is_some(), "{field} is missing: {first}");
        }
    }
    let (code, message) = program.failure(&[text(&new), "--diff", text(&data("compare/heap-old.pb.gz"))]);
    assert_eq!(code, Some(1));
    assert!(message.contains("measure different things"), "{message}");
}

#[test]
fn a_part_of_both_sides_is_compared_and_handed_on_as_a_page() {
    let program = Program::with(&["profile"]);
    let (new, base) = (data("compare/cpu-new.pb.gz"), data("compare/cpu-old.pb.gz"));
    let page = program.home.path().join("changes.html");
    let asked = [text(&new), "--diff", text(&base), "--hide", "^runtime", "--html", text(&page), "--top", "1"];
    let told = program.text(&asked);
    assert!(told.starts_with("cpu-new.pb.gz compared with cpu-old.pb.gz: cpu, "), "{told}");
    assert!(told.contains(" In sight: hide ^runtime."), "{told}");
    let html = fs::read_to_string(&page).expect("the page");
    assert!(html.contains("cpu-new.pb.gz compared with cpu-old.pb.gz") && html.contains("Shown: <bdi>hide ^runtime</bdi>"));
    let row = html.split("<tr").find(|row| row.contains(">main.bubble<") && row.contains("less than before")).expect("its change");
    assert!(row.contains("−"), "{row}");
    // Of the seconds of a file that tells none nothing is compared, nor of a thread that neither has.
    let (code, message) = program.failure(&[text(&new), "--diff", text(&base), "--from", "1"]);
    assert!(code == Some(1) && message.contains("does not say when its samples were taken"), "{message}");
    let (code, message) = program.failure(&[text(&new), "--diff", text(&base), "--thread", "worker"]);
    assert!(code == Some(1) && message.contains("cpu-new.pb.gz has no thread “worker”"), "{message}");
    // As a flame graph whose colours tell what changed, in a browser and as a picture.
    let (graph, picture) = (program.home.path().join("changes.svg"), program.home.path().join("changes.png"));
    for target in [&graph, &picture] {
        program.text(&[text(&new), "--diff", text(&base), "--svg", text(target)]);
    }
    let svg = fs::read_to_string(&graph).expect("the graph");
    assert!(svg.contains("cpu-new.pb.gz compared with cpu-old.pb.gz") && svg.contains("Orange takes more than before, blue less"));
    let class = |name: &str| {
        let group = svg.split("<g class=\"frame ").find(|group| group.contains(&format!("<title>{name} · "))).expect("its box");
        group.split('"').next().unwrap_or_default().rsplit(' ').next().unwrap_or_default().to_owned()
    };
    assert_eq!([class("main.words"), class("main.hashNew")], ["l1", "m3"]);
    assert!(!svg.contains("<title>main.bubble"), "what is gone has no box");
    assert!(fs::read(&picture).expect("the picture").starts_with(b"\x89PNG"));
    // The page has the figures of one file.
    let (code, message) = program.failure(&[&asked[..], &["--with", text(&new)]].concat());
    assert!(code == Some(1) && message.contains("mean of several"), "{message}");
}

#[test]
fn the_same_seconds_of_two_recordings_are_compared() {
    let program = Program::with(&["profile"]);
    let path = data("perf/two.tid.script.txt.gz");
    let whole = program.json(&[text(&path), "--diff", text(&path), "--json"]);
    let part = program.json(&[text(&path), "--from", "0.5", "--to", "1.5", "--json"]);
    let both = program.json(&[text(&path), "--diff", text(&path), "--from", "0.5", "--to", "1.5", "--json"]);
    assert_eq!((&both["total"], &both["total_base"]), (&part["in_sight"], &part["in_sight"]));
    assert!(both["total"].as_i64() < whole["total"].as_i64() && both["total"].as_i64() > Some(0), "{both}");
    assert_eq!(both["filters"]["range"], "0.5–1.5 s");
}

#[test]
fn opened_again_it_comes_from_the_cache() {
    let program = Program::with(&["profile"]);
    let path = sample();
    let cache =
        |args: &[&str]| program.json(&[&[text(&path), "--json"], args].concat())["cache"].as_str().expect("text").to_owned();
    assert_eq!(cache(&["--no-cache"]), "miss");
    assert_eq!(cache(&[]), "miss");
    assert_eq!(cache(&[]), "file");
    assert_eq!(cache(&["--no-cache"]), "miss");
}

#[test]
fn the_table_is_for_people() {
    let program = Program::with(&["profile"]);
    let path = program.file("small.folded", b"main;load;parse 60\nmain;save 25\nidle 15\n");
    let table = program.text(&[text(&path), "--top", "2"]);
    assert!(table.starts_with("small.folded: folded stacks, samples 100, 100 samples."), "{table}");
    let lines: Vec<&str> = table.lines().skip_while(|line| !line.trim_start().starts_with("Self")).collect();
    let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(words(lines[1]), ["60", "60.0", "%", "60.0", "%", "60", "60.0", "%", "parse"]);
    assert_eq!(words(lines[2]), ["25", "25.0", "%", "85.0", "%", "25", "25.0", "%", "save"]);
    assert_eq!(lines[3], "… and 3 functions more; --top 0 shows all.");
}

#[test]
fn the_flame_graph_is_written() {
    let program = Program::with(&["profile"]);
    let target = program.home.path().join("graph.svg");
    let output = program.run(&[text(&sample()), "--svg", text(&target)]);
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("graph.svg"));
    let svg = fs::read_to_string(&target).expect("written");
    assert!(svg.contains("<svg") && svg.contains("main.load") && svg.contains("all · 5.23 s"));
    let nowhere = program.home.path().join("no folder/graph.svg");
    let output = program.run(&[text(&sample()), "--quiet", "--svg", text(&nowhere)]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no folder"));
}

#[test]
fn a_picture_and_a_page_are_written() {
    let program = Program::with(&["profile"]);
    let (picture, page) = (program.home.path().join("graph.PNG"), program.home.path().join("report.html"));
    let output = program.run(&[text(&sample()), "--svg", text(&picture), "--html", text(&page)]);
    assert!(output.status.success());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("graph.PNG") && said.contains("report.html"), "{said}");
    assert!(fs::read(&picture).expect("written").starts_with(b"\x89PNG"));
    let page = fs::read_to_string(&page).expect("written");
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("main.load") && page.contains("523 samples in 5.13 s"));
    let home = program.home.path().to_string_lossy();
    assert!(!page.contains(home.as_ref()), "a page that is mailed tells nothing of folders");
}

#[test]
fn bad_input_names_the_file_and_the_next_step() {
    let program = Program::with(&["profile"]);
    let whole = fs::read(sample()).expect("the sample");
    let cut = program.file("cut.pb.gz", &whole[..whole.len() / 2]);
    let empty = program.file("empty.pb.gz", b"");
    let noise: Vec<u8> = (0..5000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let noise = program.file("noise.pprof", &noise);
    let json = program.file("package.json", b"{\"name\": \"app\", \"version\": \"1.0.0\", \"dependencies\": {}}");
    let gone = program.home.path().join("gone.pb.gz");
    for (path, parts) in [
        (&cut, ["cut.pb.gz is damaged at byte", "Copy or download the file again"]),
        (&empty, ["empty.pb.gz is empty", "Record the profile again"]),
        (&noise, ["noise.pprof", "."]),
        (&json, ["package.json cannot be opened as a profile", "."]),
        (&gone, ["gone.pb.gz", "Check that the file has not been moved or renamed."]),
        (&program.home.path().to_path_buf(), ["is not a file", "Choose a file."]),
    ] {
        let (code, message) = program.failure(&[text(path)]);
        assert_eq!(code, Some(1));
        assert!(message.starts_with("tachograph: "), "{message}");
        assert!(parts.iter().all(|part| message.contains(part)), "{}: {message}", path.display());
    }
    let (code, message) = program.failure(&[text(&sample()), "--sample-type", "heap"]);
    assert_eq!(code, Some(1));
    assert!(message.contains("sample.pb.gz has no sample type “heap”. Choose one of: samples, cpu."), "{message}");
}

#[test]
fn wrong_use_is_exit_code_2() {
    let program = Program::with(&["profile"]);
    assert_eq!(program.run(&[]).status.code(), Some(2));
    assert_eq!(program.run(&[text(&sample()), "--top", "many"]).status.code(), Some(2));
    let help = program.run(&["--help"]);
    assert_eq!(help.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&help.stdout).contains("Example: tachograph profile"));
}
