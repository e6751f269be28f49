//! `tachograph profile` with --convert, --thread and a pipe, as scripts see it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use crate::program::{Program, text};
use serde_json::Value;

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/profiles").join(name)
}

/// Runs with a file's content as standard input.
fn piped(program: &Program, path: &Path, args: &[&str]) -> Output {
    let file = fs::File::open(path).expect("the file");
    program.command(args).stdin(Stdio::from(file)).output().expect("the program starts")
}

/// What is to be equal of a profile and its copy.
fn figures(json: &Value) -> Value {
    let mut functions = json["functions"].as_array().expect("functions").clone();
    let figure = |row: &Value| (row["name"].as_str().expect("name").to_owned(), row["self"].as_i64(), row["total"].as_i64());
    functions.sort_by_key(figure);
    let functions: Vec<_> = functions.iter().map(figure).collect();
    serde_json::json!([json["sample_types"], json["total"], json["samples"], functions])
}

#[test]
fn what_is_converted_has_the_same_figures() {
    let program = Program::with(&["profile"]);
    let original = program.json(&[text(&data("go-cpu.pb.gz")), "--top", "0", "--json"]);
    for ending in ["pb.gz", "speedscope.json"] {
        let target = program.home.path().join(format!("copy.{ending}"));
        program.text(&[text(&data("go-cpu.pb.gz")), "--convert", text(&target)]);
        let copy = program.json(&[text(&target), "--top", "0", "--json"]);
        assert_eq!(figures(&copy), figures(&original), "{ending}");
        assert_eq!(copy["duration_seconds"], original["duration_seconds"]);
    }
    let target = program.home.path().join("copy.folded");
    let json = program.json(&[text(&data("go-cpu.pb.gz")), "--sample-type", "samples", "--convert", text(&target), "--json"]);
    assert_eq!((&json["converted"]["format"], &json["converted"]["file"]), (&"folded stacks".into(), &text(&target).into()));
    assert!(json["converted"]["left_out"].as_array().expect("a list").contains(&"lines".into()), "{json}");
    let lines = fs::read_to_string(&target).expect("written");
    let sum: i64 = lines.lines().map(|line| line.rsplit_once(' ').expect("a number").1.parse::<i64>().expect("a number")).sum();
    assert_eq!(Some(sum), json["total"].as_i64());
}

#[test]
fn what_is_left_out_is_said() {
    let program = Program::with(&["profile"]);
    let target = program.home.path().join("copy.folded");
    let output = program.run(&[text(&data("go-heap.pb.gz")), "--convert", text(&target)]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && said.contains("copy.folded as folded stacks."), "{said}");
    assert!(said.contains("Left out, because folded stacks cannot hold it: all sample types but one, files, lines"), "{said}");
    let output = program.run(&[text(&data("go-heap.pb.gz")), "--quiet", "--convert", text(&target)]);
    assert!(output.status.success() && output.stderr.is_empty());
}

#[test]
fn an_unknown_ending_is_wrong_use() {
    let program = Program::with(&["profile"]);
    let (code, message) = program.failure(&[text(&data("go-cpu.pb.gz")), "--convert", "out.json"]);
    assert_eq!(code, Some(2));
    assert!(message.contains(".folded, .pb.gz, .speedscope.json"), "{message}");
    let nowhere = program.home.path().join("no folder/x.folded");
    let (code, message) = program.failure(&[text(&data("go-cpu.pb.gz")), "--convert", text(&nowhere)]);
    assert_eq!(code, Some(1));
    assert!(message.contains("no folder"), "{message}");
}

#[test]
fn one_thread_alone() {
    let program = Program::with(&["profile"]);
    let path = data("speedscope/py-spy.speedscope.json.gz");
    let all = program.json(&[text(&path), "--json"]);
    let threads = all["threads"].as_array().expect("threads");
    assert_eq!(threads.len(), 2);
    for thread in threads {
        let name = thread["name"].as_str().expect("a name");
        let one = program.json(&[text(&path), "--thread", name, "--json"]);
        assert_eq!((&one["in_sight"], &one["thread"]), (&thread["total"], &name.into()));
        assert_eq!((&one["total"], &one["filters"].as_object().map(serde_json::Map::len)), (&all["total"], &Some(1)));
        let target = program.home.path().join("one.pb.gz");
        program.text(&[text(&path), "--thread", name, "--convert", text(&target)]);
        assert_eq!(program.json(&[text(&target), "--json"])["total"], thread["total"]);
    }
    let (code, message) = program.failure(&[text(&path), "--thread", "nobody"]);
    assert_eq!(code, Some(1));
    assert!(message.contains("has no thread “nobody”. Choose one of: Thread"), "{message}");
    let plain = program.file("plain.folded", b"main;a 1\n");
    let (code, message) = program.failure(&[text(&plain), "--thread", "main"]);
    assert_eq!(code, Some(1));
    assert!(message.contains("does not tell threads apart"), "{message}");
}

#[test]
fn a_pipe_is_read_as_a_file_is() {
    let program = Program::with(&["profile"]);
    for name in ["go-cpu.pb.gz", "speedscope/py-spy.speedscope.json.gz"] {
        let from_file = program.json(&[text(&data(name)), "--top", "0", "--json"]);
        let output = piped(&program, &data(name), &["-", "--top", "0", "--json"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let from_pipe: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!((figures(&from_pipe), &from_pipe["format"]), (figures(&from_file), &from_file["format"]));
        assert_eq!((&from_pipe["file"], &from_pipe["cache"]), (&"-".into(), &"miss".into()));
    }
    let folded = program.file("nameless", b"main;load;parse 60\nmain;save 25\n");
    let output = piped(&program, &folded, &["-"]);
    let table = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(table.starts_with("standard input: folded stacks, samples 85"), "{table}");
    let target = program.home.path().join("piped.speedscope.json");
    assert!(piped(&program, &folded, &["-", "--quiet", "--convert", text(&target)]).status.success());
    assert_eq!(program.json(&[text(&target), "--json"])["total"], 85);
}

#[test]
fn a_pipe_that_brings_no_profile_says_what_it_seems_to_be() {
    let program = Program::with(&["profile"]);
    for (content, parts) in [
        (&b""[..], ["standard input is empty", "."]),
        (b"id,name\n1,a\n2,b\n", ["standard input cannot be opened as a profile: it seems to be", "."]),
    ] {
        let output = piped(&program, &program.file("x", content), &["-"]);
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{message}");
        assert!(parts.iter().all(|part| message.contains(part)), "{message}");
    }
}
