//! massif, held against `ms_print`.

use std::collections::BTreeMap;

use tachograph::profile::Profile;

use super::{bytes, open, text};
use crate::profiles::{cuts_and_flips, folded, parse, sample_types, top};

/// A row of the table of snapshots: number, time, total, useful heap, extra heap, stacks.
fn rows(printed: &str) -> Vec<[i64; 6]> {
    let row = |line: &str| {
        let numbers: Vec<i64> = line.split_whitespace().map(|word| word.replace(',', "").parse().ok()).collect::<Option<_>>()?;
        numbers.try_into().ok()
    };
    printed.lines().filter_map(row).collect()
}

/// The tree of the peak as printed: depth, percentage as text, bytes, place.
fn tree(printed: &str, peak: i64) -> Vec<(usize, String, i64, String)> {
    let lines = printed.lines().skip_while(|line| !line.trim_start().starts_with(&format!("{peak} "))).skip(1);
    let lines = lines.skip_while(|line| !line.contains('%')).take_while(|line| !line.starts_with("-----"));
    let parse = |line: &str| {
        let at = line.find(|letter: char| letter.is_ascii_digit())?;
        let (percent, rest) = line[at..].split_once("% (")?;
        let (bytes, place) = rest.split_once("B)")?;
        Some((at / 2, percent.to_owned(), bytes.replace(',', "").parse().ok()?, place.trim().to_owned()))
    };
    lines.filter_map(parse).collect()
}

/// The name that a place has here.
fn name(place: &str) -> String {
    if place.starts_with("in ") {
        return "(places below the threshold)".into();
    }
    let place = place.split_once(": ").map_or(place, |(_, place)| place);
    match place.rsplit_once(" (") {
        Some(("???", object)) => format!("??? (in {}", object.rsplit('/').next().expect("a file")),
        Some((name, _)) => name.to_owned(),
        None => place.to_owned(),
    }
}

fn figures(profile: &Profile) -> BTreeMap<String, (i64, i64)> {
    top(profile, 0).into_iter().map(|(own, total, name)| (name, (own, total))).collect()
}

#[test]
fn every_place_of_the_peak_as_ms_print_prints_it() {
    for file in ["massif.instr.out", "massif.stacks.out", "massif.pages.out"] {
        let (profile, printed) = (open(file), text(&format!("{file}.txt")));
        let rows = rows(&printed);
        let peak = printed.split("(peak)").next().and_then(|text| text.rsplit([' ', '[']).find(|word| !word.is_empty()));
        let peak: i64 = peak.expect("a peak").parse().expect("a number");
        let row = rows.iter().find(|row| row[0] == peak).expect("the row of the peak");
        assert_eq!(profile.total(0), row[2], "{file}: total");
        let tree = tree(&printed, peak);
        assert!(tree.len() > 8 && tree[0].2 == row[3], "{file}: {tree:?}");
        // Each printed place in the order of the file, with all that it was called from, is a chain of our stacks.
        let (mut path, mut selfs, mut totals) =
            (Vec::<String>::new(), BTreeMap::<String, i64>::new(), BTreeMap::<String, i64>::new());
        let mut chains = BTreeMap::<String, i64>::new();
        for (at, (depth, percent, bytes, place)) in tree.iter().enumerate().skip(1) {
            assert_eq!(*percent, format!("{:05.2}", *bytes as f64 * 100.0 / row[2] as f64), "{file}: {place}");
            path.truncate(depth - 1);
            let name = name(place);
            if !path.contains(&name) {
                *totals.entry(name.clone()).or_default() += bytes;
            }
            if path.is_empty() {
                *selfs.entry(name.clone()).or_default() += bytes;
            }
            path.push(name);
            if tree.get(at + 1).is_none_or(|(next, ..)| next <= depth) {
                let chain: Vec<&str> = path.iter().rev().map(String::as_str).collect();
                *chains.entry(chain.join(";")).or_default() += bytes;
            }
        }
        let ours = figures(&profile);
        for (name, total) in &totals {
            assert_eq!(ours[name], (selfs.get(name).copied().unwrap_or(0), *total), "{file}: {name}");
        }
        let mut stacks = BTreeMap::<String, i64>::new();
        for line in folded(&profile, 0).iter().filter(|line| !line.starts_with('[')) {
            let (stack, bytes) = line.rsplit_once(' ').expect("a value");
            *stacks.entry(stack.to_owned()).or_default() += bytes.parse::<i64>().expect("a number");
        }
        assert_eq!(stacks, chains, "{file}");
        for (name, size) in [("[heap administration]", row[4]), ("[stacks]", row[5])] {
            assert_eq!(ours.get(name).copied().unwrap_or_default(), (size, size), "{file}: {name}");
        }
    }
}

#[test]
fn sizes_over_time() {
    for (file, factor) in [("massif.instr.out", 1), ("massif.stacks.out", 1), ("massif.pages.out", 1_000_000)] {
        let (profile, rows) = (open(file), rows(&text(&format!("{file}.txt"))));
        let names: Vec<&str> = profile.counters.iter().map(|counter| profile.strings.get(counter.name)).collect();
        assert_eq!(names, ["memory", "heap", "heap administration", "stacks"]);
        for (counter, column) in profile.counters.iter().zip(2..) {
            let expected: Vec<(i64, f64)> = rows.iter().map(|row| (row[1] * factor, row[column] as f64)).collect();
            let ours: Vec<(i64, f64)> = counter.time_ns.iter().copied().zip(counter.value.iter().copied()).collect();
            assert_eq!(ours, expected, "{file}");
        }
        assert_eq!(profile.duration_ns.is_some(), factor > 1, "{file}");
        assert_eq!((sample_types(&profile), profile.format.as_str()), (vec![("peak", "bytes")], "massif"));
    }
}

#[test]
fn inlined_calls_are_told_and_recursion_is_not_taken_for_it() {
    let profile = open("massif.instr.out");
    let inlined = |name: &str| {
        let frames = &profile.frames;
        let of: Vec<bool> = (0..frames.len())
            .filter(|&row| profile.function_name(frames.function[row]) == name)
            .map(|row| frames.inlined[row])
            .collect();
        assert!(!of.is_empty(), "{name}");
        of.into_iter().all(|inlined| inlined)
    };
    assert!(inlined("operator()") && !inlined("work()") && !inlined("main"));
    let text = "desc: x\ncmd: x\ntime_unit: s\nsnapshot=0\ntime=1.5\nmem_heap_B=7\nmem_heap_extra_B=0\nmem_stacks_B=0\nheap_tree=detailed\n\
                n1: 7 (heap)\n n1: 7 0x10: f (a.c:1)\n  n1: 7 0x10: f (a.c:1)\n   n1: 5 0x10: g (a.c:2)\n    n0: 5 0x20: main (a.c:9)\n";
    let profile = parse(text.as_bytes(), "x").expect("valid");
    assert_eq!(folded(&profile, 0), ["main;g;f;f 5", "f;f 2"]);
    let chain: Vec<bool> =
        profile.stacks.iter().next().expect("a stack").iter().map(|frame| profile.frames.inlined[frame.0 as usize]).collect();
    assert_eq!(chain, [false, false, true, false]);
    assert_eq!((top(&profile, 0)[0].clone(), profile.duration_ns), ((7, 7, "f".to_owned()), Some(1_500_000_000)));
}

#[test]
fn snapshots_without_trees_and_none_at_all() {
    let start = "cmd: x\ntime_unit: i\n";
    let profile = parse(start.as_bytes(), "x").expect("valid");
    assert_eq!((profile.samples.len(), &profile.warnings[..]), (0, &["The file holds no samples.".to_owned()][..]));
    let text =
        format!("{start}snapshot=0\ntime=1\nmem_heap_B=7\nmem_heap_extra_B=1\nmem_stacks_B=2\nheap_tree=empty\nwhat\n n1: x\n");
    let profile = parse(text.as_bytes(), "x").expect("valid");
    assert_eq!(folded(&profile, 0), ["[heap] 7", "[heap administration] 1", "[stacks] 2"]);
    assert_eq!(profile.warnings.len(), 2, "{:?}", profile.warnings);
}

#[test]
fn cut_and_damaged_files_do_no_harm() {
    for name in ["massif.instr.out", "massif.stacks.out", "massif.pages.out"] {
        cuts_and_flips(&bytes(name), name);
    }
}
