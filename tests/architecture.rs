//! Keeps the house's floors: a part uses only parts below it, the window's libraries stay in `src/app`, files stay short.
//!
//! Reads the sources as text: comments and strings are blanked out, then every path that begins with `crate::` or climbs out with
//! `super::` is followed to the part that it names. The last tests show that each rule can fail.

#![allow(clippy::expect_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::fs;
use std::path::{Path, PathBuf};

/// The parts, ground first. Those on one floor do not know each other.
const FLOORS: [&[&str]; 6] = [
    &["jobs"],
    &["settings"],
    &["cache", "sampler", "data", "profile"],
    &["alerts", "bench", "history", "report", "remote"],
    &["operations"],
    &["cli", "app"],
];
/// The files that know all parts.
const ROOTS: [&str; 2] = ["main.rs", "lib.rs"];
/// These parts do work without knowing who asked for it: of the queue they see progress, cancelling and errors only.
const WORKERS: [&str; 2] = ["data", "profile"];
const OF_THE_QUEUE: [&str; 8] = ["Queue", "Ticket", "Priority", "JobId", "JobView", "Waker", "Slot", "SlotState"];
/// Libraries of the window.
const WINDOW: [&str; 7] = ["egui", "eframe", "egui_plot", "egui_extras", "egui_kittest", "epaint", "rfd"];
const MOST_LINES: usize = 600;
const MOST_LINES_OF_MAIN: usize = 60;

/// A word or a sign of the source, and its line.
#[derive(Clone, Debug, PartialEq)]
struct Token {
    text: String,
    line: usize,
}

/// A path in the source, from the crate's root, and its line.
#[derive(Clone, Debug, PartialEq)]
struct Use {
    path: Vec<String>,
    line: usize,
}

/// The source with comments, strings and character literals as blanks; lines stay where they are.
fn blank(source: &str) -> String {
    let chars: Vec<char> = source.chars().collect();
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    let mut out = String::with_capacity(source.len());
    let mut i = 0;
    while i < chars.len() {
        let end = match at(i) {
            '/' if at(i + 1) == '/' => (i..chars.len()).find(|j| at(*j) == '\n').unwrap_or(chars.len()),
            '/' if at(i + 1) == '*' => end_of_block(&chars, i),
            '"' => end_of_string(&chars, i),
            'r' if !in_word(&chars, i) && raw_start(&chars, i).is_some() => end_of_raw(&chars, i),
            // A lifetime has no closing quote near it.
            '\'' if at(i + 1) == '\\' => (i + 3..chars.len()).find(|j| at(*j) == '\'').map_or(chars.len(), |j| j + 1),
            '\'' if at(i + 2) == '\'' => i + 3,
            _ => i,
        };
        if end == i {
            out.push(at(i));
            i += 1;
        } else {
            out.extend((i..end).map(|j| if at(j) == '\n' { '\n' } else { ' ' }));
            i = end;
        }
    }
    out
}

fn in_word(chars: &[char], i: usize) -> bool {
    i > 0 && (chars[i - 1].is_alphanumeric() || chars[i - 1] == '_') && chars[i - 1] != 'b'
}

fn end_of_block(chars: &[char], start: usize) -> usize {
    let (mut depth, mut i) = (0, start);
    while i + 1 < chars.len() {
        match (chars[i], chars[i + 1]) {
            ('/', '*') => (depth, i) = (depth + 1, i + 2),
            ('*', '/') => (depth, i) = (depth - 1, i + 2),
            _ => i += 1,
        }
        if depth == 0 {
            return i;
        }
    }
    chars.len()
}

fn end_of_string(chars: &[char], start: usize) -> usize {
    let mut i = start + 1;
    while i < chars.len() && chars[i] != '"' {
        i += if chars[i] == '\\' { 2 } else { 1 };
    }
    (i + 1).min(chars.len())
}

/// Number of `#` of a raw string that begins here.
fn raw_start(chars: &[char], i: usize) -> Option<usize> {
    let hashes = chars[i + 1..].iter().take_while(|c| **c == '#').count();
    (chars.get(i + 1 + hashes) == Some(&'"')).then_some(hashes)
}

fn end_of_raw(chars: &[char], start: usize) -> usize {
    let hashes = raw_start(chars, start).unwrap_or(0);
    let body = start + 2 + hashes;
    let closes = |i: usize| chars[i] == '"' && chars[i + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes;
    (body..chars.len()).find(|i| closes(*i)).map_or(chars.len(), |i| i + 1 + hashes)
}

/// Words, `::` and single signs.
fn tokens(source: &str) -> Vec<Token> {
    let mut tokens = vec![];
    for (number, line) in blank(source).lines().enumerate() {
        let mut rest = line.trim_start();
        while let Some(first) = rest.chars().next() {
            let word = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            let length = if word > 0 {
                word
            } else if rest.starts_with("::") {
                2
            } else {
                first.len_utf8()
            };
            tokens.push(Token { text: rest[..length].to_owned(), line: number + 1 });
            rest = rest[length..].trim_start();
        }
    }
    tokens
}

/// All paths of a file that begin at the crate's root, or climb to it. `module` is the file's place, such as `["data", "read"]`.
fn uses(tokens: &[Token], module: &[String]) -> Vec<Use> {
    let text = |i: usize| tokens.get(i).map_or("", |t| t.text.as_str());
    let mut found = vec![];
    // Modules written inside of the file, each with the depth of braces that it began at.
    let (mut inner, mut depth): (Vec<(String, usize)>, usize) = (vec![], 0);
    for i in 0..tokens.len() {
        match text(i) {
            "mod" if text(i + 2) == "{" => inner.push((text(i + 1).to_owned(), depth)),
            "{" => depth += 1,
            "}" => {
                depth = depth.saturating_sub(1);
                inner.retain(|(_, began)| *began < depth);
            }
            "crate" if text(i + 1) == "::" => {
                expand(tokens, i + 2, &[], &mut found);
            }
            "super" if text(i + 1) == "::" && !(text(i.wrapping_sub(1)) == "::" && text(i.wrapping_sub(2)) == "super") => {
                let mut place: Vec<String> = module.iter().cloned().chain(inner.iter().map(|(name, _)| name.clone())).collect();
                let mut next = i;
                while text(next) == "super" {
                    place.pop();
                    next += 2;
                }
                expand(tokens, next, &place, &mut found);
            }
            _ => {}
        }
    }
    found
}

/// Adds the paths of a (use) tree that begins at token `i`; returns the token after it.
fn expand(tokens: &[Token], mut i: usize, before: &[String], found: &mut Vec<Use>) -> usize {
    let text = |i: usize| tokens.get(i).map_or("", |t| t.text.as_str());
    let line = tokens.get(i).map_or(0, |t| t.line);
    let mut path = before.to_vec();
    loop {
        match text(i) {
            "{" => {
                i += 1;
                while !matches!(text(i), "}" | "") {
                    let next = expand(tokens, i, &path, found);
                    i = if text(next) == "," || next == i { next + 1 } else { next };
                }
                return i + 1;
            }
            "self" => i += 1,
            "super" => {
                path.pop();
                i += 1;
            }
            word if word == "*" || word.starts_with(|c: char| c.is_alphabetic() || c == '_') => {
                path.push(word.to_owned());
                i += 1;
            }
            _ => break,
        }
        if text(i) != "::" {
            break;
        }
        i += 1;
    }
    if text(i) == "as" {
        i += 2;
    }
    found.push(Use { path, line });
    i
}

fn floor(part: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&part))
}

/// What is wrong with one source file. `path` is its path below `src`, with `/`.
fn faults(path: &str, source: &str) -> Vec<String> {
    let tokens = tokens(source);
    let module: Vec<String> = path
        .trim_end_matches(".rs")
        .trim_end_matches("/mod")
        .split('/')
        .filter(|name| !ROOTS.contains(&path) || name.is_empty())
        .map(str::to_owned)
        .collect();
    let mut faults = vec![];
    let lines = source.lines().count();
    let most = if path == "main.rs" { MOST_LINES_OF_MAIN } else { MOST_LINES };
    if lines > most {
        faults.push(format!("{path}:{lines}: longer than {most} lines"));
    }
    if ROOTS.contains(&path) {
        return faults;
    }
    let part = module.first().map_or("", String::as_str);
    let Some(own) = floor(part) else {
        faults.push(format!("{path}:1: “{part}” stands on no floor; add it to FLOORS"));
        return faults;
    };
    for used in uses(&tokens, &module) {
        let name = used.path.first().map_or("", String::as_str);
        let line = used.line;
        match floor(name) {
            _ if name == part => {}
            None => faults.push(format!("{path}:{line}: {part} uses “{name}” of the crate's root, which is not a part")),
            Some(other) if other > own => faults.push(format!("{path}:{line}: {part} uses {name}, which lies above it")),
            Some(other) if other == own => faults.push(format!("{path}:{line}: {part} uses {name}, its neighbour")),
            Some(_) => {
                let item = used.path.get(1).map_or("", String::as_str);
                if WORKERS.contains(&part) && name == "jobs" && (OF_THE_QUEUE.contains(&item) || item == "*") {
                    faults.push(format!("{path}:{line}: {part} uses jobs::{item}, but only works and knows no queue"));
                }
            }
        }
    }
    if part != "app" {
        let window = tokens.iter().filter(|token| WINDOW.contains(&token.text.as_str()));
        faults
            .extend(window.map(|token| format!("{path}:{}: {part} uses {}, which belongs to the window", token.line, token.text)));
    }
    faults.dedup();
    faults
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = vec![];
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.expect("entry").path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

#[test]
fn every_arrow_points_down() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = sources(&src);
    assert!(files.len() > 20, "the sources were not found");
    let mut all = vec![];
    for file in files {
        let name = file.strip_prefix(&src).expect("below src").to_string_lossy().replace('\\', "/");
        all.extend(faults(&name, &fs::read_to_string(&file).expect("source")));
    }
    assert!(all.is_empty(), "\n{}\n", all.join("\n"));
}

// The checker itself.

#[test]
fn an_arrow_that_climbs_or_goes_sideways_is_found() {
    let cases = [
        ("data/mod.rs", "use crate::report::Chart;", "data/mod.rs:1: data uses report, which lies above it"),
        ("jobs/queue.rs", "\n\nuse crate::settings::Settings;", "jobs/queue.rs:3: jobs uses settings, which lies above it"),
        ("data/read/csv.rs", "use crate::cache::Cache;", "data/read/csv.rs:1: data uses cache, its neighbour"),
        ("cli/mod.rs", "fn f() { crate::app::run(); }", "cli/mod.rs:1: cli uses app, its neighbour"),
        (
            "profile/mod.rs",
            "use crate::{\n    jobs::Progress,\n    sampler::{Snapshot, self},\n};",
            "profile/mod.rs:3: profile uses sampler, its neighbour",
        ),
        ("sampler/cpu.rs", "use super::super::operations::open;", "sampler/cpu.rs:1: sampler uses operations, which lies above it"),
        ("sampler/mod.rs", "use super::{data, jobs};", "sampler/mod.rs:1: sampler uses data, its neighbour"),
        (
            "sampler/cpu.rs",
            "mod tests { use super::super::super::cli; }",
            "sampler/cpu.rs:1: sampler uses cli, which lies above it",
        ),
        (
            "report/x.rs",
            "macro_rules! m { () => { $crate::operations::f() } }",
            "report/x.rs:1: report uses operations, which lies above it",
        ),
        ("report/x.rs", "use crate::*;", "report/x.rs:1: report uses “*” of the crate's root, which is not a part"),
        ("report/x.rs", "let c = 'a'; let s = \"\\\"\"; crate::remote::f();", "report/x.rs:1: report uses remote, its neighbour"),
        ("data/x.rs", "use crate::jobs::{Cancel, Queue};", "data/x.rs:1: data uses jobs::Queue, but only works and knows no queue"),
    ];
    for (path, source, expected) in cases {
        assert_eq!(faults(path, source), [expected], "{source}");
    }
}

#[test]
fn the_window_elsewhere_and_a_new_part_are_found() {
    assert_eq!(
        faults("report/png.rs", "fn f(ui: &mut egui::Ui) {}"),
        ["report/png.rs:1: report uses egui, which belongs to the window"]
    );
    assert_eq!(faults("cli/mod.rs", "use {rfd::FileDialog};"), ["cli/mod.rs:1: cli uses rfd, which belongs to the window"]);
    assert_eq!(faults("helpers.rs", ""), ["helpers.rs:1: “helpers” stands on no floor; add it to FLOORS"]);
}

#[test]
fn long_files_are_found() {
    assert_eq!(faults("main.rs", &"\n".repeat(61)), ["main.rs:61: longer than 60 lines"]);
    assert_eq!(faults("data/x.rs", &"\n".repeat(601)), ["data/x.rs:601: longer than 600 lines"]);
    assert!(faults("data/x.rs", &"\n".repeat(600)).is_empty());
}

#[test]
fn what_is_allowed_passes() {
    let cases = [
        (
            "app/tabs/data/mod.rs",
            "use crate::{data, operations::open as o, settings}; use egui::Ui; use super::super::View; use super::super::super::jobs::Slot;",
        ),
        (
            "data/read/csv.rs",
            "use super::super::Table; use super::sniff; use crate::data::error::E; use crate::jobs::{Cancel, Progress};",
        ),
        (
            "data/mod.rs",
            "// use crate::app;\n/* crate::cli /* egui */ crate::cli */ const S: &str = \"crate::app::egui\"; const R: &str = r#\"crate::\"app\"#;",
        ),
        (
            "data/mod.rs",
            "fn f<'a>(x: &'a str) -> char { 'x' } mod tests { use super::*; } pub(crate) fn g() {} pub(in crate::data) fn h() {}",
        ),
        ("cache/mod.rs", "mod a { mod b { use super::super::key; } use super::key; } use super::settings::Folders;"),
        ("main.rs", "use tachograph::{app, cli}; fn main() { eframe::run(); }"),
        ("lib.rs", "pub mod app; pub mod data;"),
    ];
    for (path, source) in cases {
        assert_eq!(faults(path, source), Vec::<String>::new(), "{source}");
    }
}
