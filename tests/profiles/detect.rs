//! Files under wrong names, out of pipes, and files that are no profiles. Whatever lies in the folders of profiles takes part.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::profiles::{Random, SMALL, data, parse};
use tachograph::jobs::{Cancel, Explain, Progress};
use tachograph::profile::read::{formats, read};
use tachograph::profile::{Limits, Profile, ProfileError, codec};

/// What lies beside profiles and is none: programs that were recorded, scripts, and what references print.
const NO_PROFILES: [&str; 32] = [
    ".sh",
    ".py",
    ".go",
    "go.mod",
    ".rs",
    ".c",
    ".cc",
    ".cpp",
    ".h",
    ".js",
    ".mjs",
    ".cjs",
    ".ts",
    ".java",
    ".kt",
    ".cs",
    ".csproj",
    ".rb",
    ".pl",
    ".php",
    ".hs",
    ".swift",
    ".md",
    ".txt",
    ".toml",
    ".map",
    ".expected.json",
    ".tsv",
    ".jfc",
    ".html",
    ".txt.gz",
    ".gmon.out",
];

/// Formats of which no producer runs here: their files are put together in the tests of their readers.
const NO_FILE: [&str; 2] = ["Safari timeline", "threads"];

/// Wrong names: of other kinds of files, of none, and of other formats.
const NAMES: [&str; 10] =
    ["x.txt", "x.json", "x.csv", "x", "profile.xlsx", "x.folded", "x.cpuprofile", "x.prof", "a.b.pb.gz", "x.speedscope.json"];

fn files_below(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("readable").path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            files_below(&path, files);
        } else {
            files.push(path);
        }
    }
}

fn name(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).expect("a name")
}

/// All profiles in the folders: path, bytes and what is in them.
fn all_profiles() -> Vec<(PathBuf, Vec<u8>, Profile)> {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/profiles");
    if !shared.exists() {
        println!("skipped: files of others need shared/data");
    }
    let mut files = Vec::new();
    files_below(&data(""), &mut files);
    files_below(&shared, &mut files);
    let (mut profiles, mut problems) = (Vec::new(), Vec::new());
    for path in files {
        let bytes = std::fs::read(&path).expect("readable");
        match under(&bytes, name(&path)) {
            Ok(profile) => profiles.push((path, bytes, profile)),
            // All files of others are profiles.
            Err(error) if path.starts_with(&shared) => problems.push(format!("{}: {error}", path.display())),
            Err(error) => {
                let is_program = bytes.starts_with(b"\x7fELF") || bytes.starts_with(b"\xca\xfe\xba\xbe");
                if !is_program && !NO_PROFILES.iter().any(|ending| name(&path).ends_with(ending)) {
                    problems.push(format!("{}: {error}", path.display()));
                }
            }
        }
    }
    assert!(problems.is_empty(), "{problems:#?}");
    assert!(profiles.len() > 20);
    profiles
}

fn under(bytes: &[u8], name: &str) -> Result<Profile, ProfileError> {
    read(bytes, Some(bytes.len() as u64), name, &Cancel::new(), &Progress::new(), &Limits::default())
}

/// Gives a byte or so at a time, as a slow pipe does.
struct Pipe<'a>(&'a [u8], usize);

impl Read for Pipe<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let len = buffer.len().min(self.1);
        self.0.read(&mut buffer[..len])
    }
}

/// What is wrong with a file that was opened in another way; `None` when nothing is.
fn other(path: &Path, how: &str, expected: &[u8], found: Result<Profile, ProfileError>) -> Option<String> {
    let path = path.display();
    match found {
        Ok(found) if codec::encode(&found) == expected => None,
        Ok(found) => Some(format!("{path} {how} is something else: {} {:?}", found.format, found.warnings)),
        Err(error) => Some(format!("{path} {how}: {error}")),
    }
}

#[test]
fn a_wrong_name_or_none_changes_nothing() {
    let mut problems = Vec::new();
    for (path, bytes, profile) in all_profiles() {
        let expected = codec::encode(&profile);
        for name in NAMES {
            problems.extend(other(&path, &format!("as {name}"), &expected, under(&bytes, name)));
        }
    }
    assert!(problems.is_empty(), "{problems:#?}");
}

#[test]
fn a_pipe_changes_nothing() {
    let mut problems = Vec::new();
    for (path, bytes, profile) in all_profiles() {
        let step = if bytes.len() < 1 << 17 { 1 } else { 13 };
        let found = read(Pipe(&bytes, step), None, "-", &Cancel::new(), &Progress::new(), &Limits::default());
        problems.extend(other(&path, "from a pipe", &codec::encode(&profile), found));
    }
    assert!(problems.is_empty(), "{problems:#?}");
}

#[test]
fn every_format_has_a_file_and_an_ending() {
    let read: BTreeSet<String> = all_profiles().into_iter().map(|(_, _, profile)| profile.format).collect();
    let is_missing = |name: &&str| !read.contains(*name) && !NO_FILE.contains(name);
    let without: Vec<&str> = formats().map(|format| format.name).filter(is_missing).collect();
    assert!(without.is_empty(), "no file of {without:?} among {read:?}");
    assert!(formats().all(|format| !format.endings.is_empty()));
}

/// Bytes of files that are no profiles, with a usual name and what each should be told to be.
fn no_profiles() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let tables = |name: &str| std::fs::read(data("../tables").join(name)).expect("there");
    let text = |text: &str| text.as_bytes().to_vec();
    let lines = |line: fn(u32) -> String| (0..500).map(line).collect::<String>().into_bytes();
    let mut kinds = vec![
        ("people.csv", lines(|n| format!("Person {n},{n},\"Street {n}, 12\",2024-01-{:02}\n", n % 28 + 1)), "a table (CSV)"),
        ("sales.csv", lines(|n| format!("2024-01-{:02},{n},{}.5\n", n % 28 + 1, n * 3)), "a table (CSV)"),
        ("sales-de.csv", lines(|n| format!("Berlin;{n};{n},5\n")), "a table (CSV)"),
        ("table.tsv", lines(|n| format!("{n}\tname {n}\t{}\n", n * 7)), "a table (CSV)"),
        ("book.xlsx", tables("sheets.xlsx"), "a workbook or a zip archive"),
        ("book.xls", tables("sheets.xls"), "an Excel workbook of the old kind (.xls)"),
        ("book.ods", tables("sheets.ods"), "a workbook or a zip archive"),
        ("table.parquet", tables("typed.parquet"), "a Parquet table"),
        ("table.arrow", tables("every.arrow"), "an Arrow table"),
        (
            "page.html",
            text("<!DOCTYPE html>\n<html><head><title>x</title></head><body><p>Hello 12</p></body></html>\n"),
            "a web page",
        ),
        ("data.xml", text("<?xml version=\"1.0\"?>\n<list><item>1</item></list>\n"), "a web page or XML"),
        (
            "flame.svg",
            text("<?xml version=\"1.0\"?>\n<svg width=\"1200\"><g class=\"func_g\"><title>main (12 samples)</title></g></svg>"),
            "a flame graph as a picture (SVG)",
        ),
        ("picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0".to_vec(), "a picture"),
        ("picture.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0".to_vec(), "a picture"),
        (
            "program",
            std::fs::read(std::env::current_exe().expect("this test")).expect("readable"),
            "a program, not a recording of one",
        ),
        ("paper.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n".to_vec(), "a PDF document"),
        (
            "package.json",
            text(
                "{\n  \"name\": \"x\",\n  \"version\": \"1.0.0\",\n  \"scripts\": {\"test\": \"node\"},\n  \"dependencies\": {\"a\": \"^1\"}\n}\n",
            ),
            "a package.json of Node",
        ),
        ("random.json", text("{\"a\": [1, 2, {\"b\": null}], \"c\": \"d\"}"), "JSON, but no profile"),
        ("numbers.json", text("[1, 2, 3]"), "JSON, but no profile"),
        ("nothing.json", text("{}"), "JSON, but no profile"),
        ("rows.json", lines(|n| format!("{{\"id\": {n}, \"name\": \"x\"}}\n")), "JSON, but no profile"),
        ("map.geojson", text("{\"type\": \"FeatureCollection\", \"features\": []}"), "a map (GeoJSON)"),
        (
            "letter.txt",
            text(
                "Dear reader,\n\nthis is a letter. It has lines; some are long, some are short.\nIn 2024 there were 12\nof them.\n",
            ),
            "text",
        ),
        ("main.rs", text("use std::io;\n\nfn main() {\n    let x = 5;\n    println!(\"{x}\");\n}\n"), "source code"),
        ("main.c", text("#include <stdio.h>\n\nint main(void) {\n    int i = 0;\n    return 0;\n}\n"), "source code"),
        ("work.py", std::fs::read(data("python/work.py")).expect("there"), "source code"),
        ("run.sh", text("#!/bin/sh\nset -eu\necho 12\n"), "a script"),
        (
            "Cargo.toml",
            text("[package]\nname = \"x\"\nversion = \"0.1.0\"\n\n[dependencies]\nserde = \"1\"\n"),
            "a file of settings",
        ),
        ("app.yaml", text("name: x\nversion: 1\nlist:\n  - a\n  - b\n"), "a file of settings"),
        ("app.log", lines(|n| format!("2024-05-01 12:00:{:02},123 INFO [main] request {n} took {n}\n", n % 60)), "a log"),
        ("new.log", lines(|n| format!("[2024-05-01T12:00:{:02}Z] WARN request {n}\n", n % 60)), "a log"),
        ("syslog", lines(|n| format!("May  1 12:00:{:02} host cron[{n}]: job ended with code 0\n", n % 60)), "a log"),
        (
            "access.log",
            lines(|n| format!("10.0.0.{} - - [01/May/2024:12:00:00 +0000] \"GET /a;b HTTP/1.1\" 200 {n}\n", n % 250)),
            "a log",
        ),
        ("zeros.bin", vec![0; 100_000], "nothing but zeros"),
        ("ones.bin", vec![0xff; 100_000], "some other binary file"),
        ("archive.tar", [&b"file.txt"[..], &[0; 249], b"ustar\x0000", &[0; 300]].concat(), "a tar archive"),
        ("data.db", b"SQLite format 3\0\x10\0\x01\x01\0".to_vec(), "a database"),
        ("other.pickle", b"\x80\x04\x95\x0b\0\0\0\0\0\0\0]\x94(K\x01K\x02e.".to_vec(), "a pickle of Python"),
        (
            "memray-packed.bin",
            [&b"\x04\x22\x4d\x18@@\xc0u@\0\0\xf9\x05memray\0\x0d\0\0\0"[..], &[7; 64]].concat(),
            "a recording of memray",
        ),
        ("memray.bin", b"memray\0\x0c\0\0\0\0\0\0\0\0\0\0\0\0\0".to_vec(), "a recording of memray"),
        ("gmon.out", b"gmon\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0".to_vec(), "a recording for gprof (gmon.out)"),
        ("A.class", b"\xca\xfe\xba\xbe\0\0\0\x37\0\x10\x0a\0\x02\0\x03\x07\0\x04".to_vec(), "a Java class"),
        ("list.txt", lines(|n| format!("apples {n}\n")), "text"),
    ];
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let noise = (0..50_000).map(|_| random.number() as u8);
    kinds.push(("noise.bin", noise.collect(), "some other binary file"));
    kinds
}

#[test]
fn what_is_no_profile_is_told_for_what_it_is() {
    let mut problems = Vec::new();
    for (name, bytes, expected) in no_profiles() {
        for name in [name, "x", "x.json", "x.prof", "x.pb.gz", "x.cpuprofile"] {
            let error = match parse(&bytes, name) {
                Ok(profile) => {
                    problems.push(format!("{name} ({expected}) is opened as {}", profile.format));
                    continue;
                }
                Err(error) => error,
            };
            let ProfileError::NotAProfile { seems, advice, .. } = &error else {
                problems.push(format!("{name} ({expected}): {error}"));
                continue;
            };
            if !seems.starts_with(expected) {
                problems.push(format!("{name} ({expected}) seems to be {seems}"));
            }
            assert!(advice.ends_with('.') && error.next_step() == *advice, "{advice}");
            assert_eq!(error.to_string(), format!("{name} cannot be opened as a profile: it seems to be {seems}"));
        }
    }
    assert!(problems.is_empty(), "{problems:#?}");
}

#[test]
fn what_is_empty_is_told_to_be() {
    for bytes in [&b""[..], b"\n", b"  \r\n\t\n"] {
        for name in ["x", "x.prof", "x.folded", "x.json"] {
            let error = parse(bytes, name).expect_err("empty");
            assert_eq!(error.to_string(), format!("{name} is empty"));
        }
    }
}

#[test]
fn tables_of_the_data_tab_are_no_profiles() {
    let mut files = Vec::new();
    files_below(&data("../tables"), &mut files);
    for path in files.iter().filter(|path| !name(path).ends_with(".py")) {
        let bytes = std::fs::read(path).expect("readable");
        let outcome = read(&bytes[..], None, name(path), &Cancel::new(), &Progress::new(), &SMALL);
        assert!(outcome.is_err(), "{} is opened as {}", path.display(), outcome.expect("a profile").format);
    }
}

#[test]
fn the_document_names_all_formats() {
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/profile-formats.md");
    let text = std::fs::read_to_string(document).expect("the document");
    let rows = text.lines().filter_map(|line| line.strip_prefix("| ")).filter_map(|line| line.split(" | ").next());
    let told: BTreeSet<&str> = rows.filter(|name| *name != "format").collect();
    let known: BTreeSet<&str> = formats().map(|format| format.name).collect();
    assert_eq!(told, known);
}
