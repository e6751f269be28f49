//! gprof's text, held against its own columns.

use std::collections::BTreeMap;

use tachograph::profile::{FunctionId, Profile};

use super::{bytes, open, text};
use crate::profiles::{cuts_and_flips, folded, parse, sample_types, top};

const FILES: [&str; 4] = ["gprof.full.txt", "gprof.brief.txt", "gprof.lines.txt", "gprof.zero.txt"];

/// Hundredths of a second as nanoseconds.
fn ns(text: &str) -> i64 {
    text.replace('.', "").parse::<i64>().expect("two digits behind the point") * 10_000_000
}

/// Name of a function without its place, its circle and its number.
fn plain(words: &[&str]) -> String {
    (*words.first().expect("a name")).to_owned()
}

/// Self and self + children of each function of the call graph, and what calls of it took by caller.
type Printed = (BTreeMap<String, (i64, i64)>, BTreeMap<(String, String), (u64, i64)>);

fn printed(text: &str) -> Printed {
    let (mut functions, mut edges, mut caller) = (BTreeMap::new(), BTreeMap::new(), None);
    let is_time = |word: &str| word.split_once('.').is_some_and(|(_, digits)| digits.len() == 2);
    for line in text
        .lines()
        .skip_while(|line| !line.starts_with("index % time"))
        .take_while(|line| !line.starts_with(" This table") && !line.starts_with("Index by"))
        .skip(1)
    {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            [first, ..] if first.starts_with("-----") => caller = None,
            [first, _, own, children, ref rest @ ..] if first.starts_with('[') => {
                let rest = if rest[0].starts_with(|letter: char| letter.is_ascii_digit()) { &rest[1..] } else { rest };
                let name = plain(rest);
                if name != "<cycle" {
                    functions.insert(name.clone(), (ns(own), ns(own) + ns(children)));
                    caller = Some(name);
                }
            }
            [own, children, calls, ref rest @ ..] if is_time(own) => {
                if let Some(caller) = &caller {
                    let calls = calls.split('/').next().expect("a count").parse().expect("a number");
                    edges.insert((caller.clone(), plain(rest)), (calls, ns(own) + ns(children)));
                }
            }
            [calls, ref rest @ ..] if calls.bytes().all(|byte| byte.is_ascii_digit()) => {
                if let Some(caller) = &caller {
                    edges.insert((caller.clone(), plain(rest)), (calls.parse().expect("a number"), 0));
                }
            }
            _ => {}
        }
    }
    (functions, edges)
}

fn edges(profile: &Profile) -> BTreeMap<(String, String), (u64, i64)> {
    let edges = &profile.graph.as_ref().expect("a call graph").edges;
    let name = |id: FunctionId| profile.function_name(id).to_owned();
    (0..edges.len())
        .map(|row| ((name(edges.caller[row]), name(edges.callee[row])), (edges.calls[row], edges.values[0][row])))
        .collect()
}

#[test]
fn every_function_and_call_as_printed() {
    for file in FILES {
        let (profile, (functions, calls)) = (open(file), printed(&text(file)));
        assert!(functions.len() >= 6 && calls.len() >= 9, "{file}: {functions:?} {calls:?}");
        let ours: BTreeMap<String, (i64, i64)> =
            top(&profile, 0).into_iter().map(|(own, total, name)| (name, (own, total))).collect();
        let known: BTreeMap<String, (i64, i64)> = functions.into_iter().filter(|(_, figures)| *figures != (0, 0)).collect();
        assert_eq!(ours, known, "{file}");
        assert_eq!(edges(&profile), calls, "{file}");
        let flat = text(file)
            .lines()
            .find(|line| line.trim_end().ends_with("burn") || line.contains(" burn ("))
            .map(str::to_owned)
            .expect("a row");
        assert_eq!(profile.total(0), ns(flat.split_whitespace().nth(1).expect("cumulative seconds")), "{file}");
        assert_eq!((sample_types(&profile), profile.period), (vec![("time", "nanoseconds")], Some(10_000_000)));
    }
}

#[test]
fn stacks_go_through_recursion_and_circles_once() {
    let profile = open("gprof.brief.txt");
    let lines: BTreeMap<String, i64> = folded(&profile, 0)
        .into_iter()
        .map(|line| {
            line.rsplit_once(' ').map(|(stack, value)| (stack.to_owned(), value.parse().expect("a number"))).expect("a value")
        })
        .collect();
    for stack in ["main;parse;walk;burn", "main;parse;burn", "main;ping;burn", "main;ping;pong;burn"] {
        assert!(lines.get(stack).is_some_and(|value| *value > 0), "{stack} in {lines:?}");
    }
    assert_eq!(lines.values().sum::<i64>(), profile.total(0));
    assert_eq!(profile.warnings.len(), 1, "{:?}", profile.warnings);
    // Compiled with -pg, line by line.
    let profile = open("gprof.lines.txt");
    let burn = (0..profile.frames.len()).filter(|&row| profile.function_name(profile.frames.function[row]) == "burn");
    let places: Vec<(u32, u64)> = burn.map(|row| (profile.frames.line[row], profile.frames.address[row])).collect();
    assert!(places.iter().any(|&(line, address)| line == 4 && address > 0x40_0000), "{places:?}");
}

#[test]
fn parts_of_the_print_alone() {
    let whole = text("gprof.brief.txt");
    let (flat, graph) = whole.split_at(whole.find("\t\t\tCall graph").expect("a call graph"));
    let profile = parse(flat.as_bytes(), "x").expect("valid");
    crate::profiles::check(&profile);
    let all = profile.total(0);
    assert_eq!((top(&profile, 0), profile.warnings.len()), (vec![(all, all, "burn".to_owned())], 0));
    let profile = parse(graph.as_bytes(), "x").expect("valid");
    assert_eq!(top(&profile, 0), top(&open("gprof.brief.txt"), 0));
    let none = "Flat profile:\n\nEach sample counts as 0.01 seconds.\n no time accumulated\n\n  %   cumulative   self              self     total           \n \
                time   seconds   seconds    calls  Ts/call  Ts/call  name    \n  0.00      0.00     0.00        3     0.00     0.00  f\n\n";
    let profile = parse(none.as_bytes(), "x").expect("valid");
    assert_eq!((profile.total(0), profile.warnings.len()), (0, 2), "{:?}", profile.warnings);
}

#[test]
fn cut_and_damaged_files_do_no_harm() {
    for name in ["gprof.full.txt", "gprof.lines.txt"] {
        cuts_and_flips(&bytes(name), name);
    }
}
