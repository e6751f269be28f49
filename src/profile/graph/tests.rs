//! Estimated stacks: sums are kept, circles end, the size is bounded.

use super::*;
use crate::jobs::{Cancel, Progress};
use crate::profile::build::{At, Builder, Spot};
use crate::profile::model::{Limits, Profile, StringId};
use crate::profile::read::Context;

/// A profile of functions with what they took, and calls (from, to, what they took).
fn profile(own: &[(&str, i64)], edges: &[(&str, &str, i64)]) -> Profile {
    let (cancel, progress, limits) = (Cancel::new(), Progress::new(), Limits::default());
    let context = Context { file: "x", folder: None, cancel: &cancel, progress: &progress, limits: &limits, unpacked: false };
    let mut builder = Builder::new("test", context);
    builder.sample_type("cost", "count").expect("room");
    let mut calls = Calls::new(1);
    let mut function = |calls: &mut Calls, name: &str| {
        let name = builder.text(name).expect("room");
        let id = builder.function(name, StringId(0), 0).expect("room");
        calls.function(id)
    };
    for &(place, value) in own {
        // A line may stand behind the name.
        let (name, line) = place.split_once(':').unwrap_or((place, "1"));
        let function = function(&mut calls, name);
        calls.own(function, line.parse().expect("a line"), 0, &[value]);
    }
    for &(caller, callee, value) in edges {
        let (caller, callee) = (function(&mut calls, caller), function(&mut calls, callee));
        let edge = calls.edge(caller, callee);
        calls.add(edge, 1, &[value]);
    }
    let threads = [(At::default(), calls)];
    let graph = call_graph(&builder, &threads).expect("room");
    for (at, calls) in &threads {
        add_stacks(&mut builder, calls, *at, 1, |function| Spot { function, ..Spot::default() }).expect("room");
    }
    builder.finish(Some(graph))
}

fn folded(profile: &Profile) -> Vec<String> {
    let name = |frame: &crate::profile::FrameId| {
        profile.frames.function.get(frame.0 as usize).map_or("", |&function| profile.function_name(function))
    };
    let lines = profile.samples.iter(0);
    lines
        .map(|(stack, value)| format!("{} {value}", profile.stacks.get(stack).iter().map(name).collect::<Vec<_>>().join(";")))
        .collect()
}

/// Own and total by name.
fn figures(profile: &Profile) -> Vec<(String, i64, i64)> {
    let graph = profile.graph.as_ref().expect("a graph");
    let rows = (0..profile.functions.len() as u32).map(FunctionId);
    rows.map(|id| {
        let (own, total) = graph.figures(0, id);
        (profile.function_name(id).to_owned(), own, total)
    })
    .collect()
}

fn rows(rows: &[(&str, i64, i64)]) -> Vec<(String, i64, i64)> {
    rows.iter().map(|&(name, own, total)| (name.to_owned(), own, total)).collect()
}

#[test]
fn callers_have_their_part() {
    let profile = profile(
        &[("main", 10), ("a", 0), ("b", 0), ("shared", 40), ("leaf", 50)],
        &[("main", "a", 60), ("main", "b", 30), ("a", "shared", 60), ("b", "shared", 30), ("shared", "leaf", 50)],
    );
    let lines = ["main 10", "main;a;shared 27", "main;b;shared 13", "main;a;shared;leaf 33", "main;b;shared;leaf 17"];
    let mut ours = folded(&profile);
    ours.sort_unstable();
    let mut lines = lines.map(str::to_owned);
    lines.sort_unstable();
    assert_eq!(ours, lines);
    assert_eq!(figures(&profile)[3..], rows(&[("shared", 40, 90), ("leaf", 50, 50)]));
    assert_eq!(profile.warnings.len(), 1, "{:?}", profile.warnings);
}

#[test]
fn with_one_caller_each_nothing_is_estimated() {
    let profile = profile(&[("main", 1), ("a", 2), ("b", 3)], &[("main", "a", 2), ("main", "b", 3)]);
    assert_eq!(folded(&profile), ["main 1", "main;b 3", "main;a 2"]);
    assert_eq!(profile.warnings, [""; 0]);
}

#[test]
fn recursion_and_circles_are_once_in_totals_and_end_in_stacks() {
    // walk calls itself (30 in calls within calls), even and odd call each other.
    let profile = profile(
        &[("main", 1), ("walk", 9), ("even", 4), ("odd", 6), ("leaf", 5)],
        &[
            ("main", "walk", 9),
            ("walk", "walk", 30),
            ("main", "even", 15),
            ("even", "odd", 40),
            ("odd", "even", 35),
            ("odd", "leaf", 5),
        ],
    );
    let expected = [("main", 1, 25), ("walk", 9, 9), ("even", 4, 15), ("odd", 6, 15), ("leaf", 5, 5)];
    assert_eq!(figures(&profile), rows(&expected));
    let mut lines = folded(&profile);
    lines.sort_unstable();
    assert_eq!(lines, ["main 1", "main;even 4", "main;even;odd 6", "main;even;odd;leaf 5", "main;walk 9"]);
}

#[test]
fn a_circle_that_nothing_calls_and_functions_that_take_nothing() {
    let profile = profile(&[("a", 3), ("b", 0), ("alone", -7)], &[("a", "b", 9), ("b", "a", 9), ("b", "none", 0)]);
    assert_eq!(figures(&profile), rows(&[("a", 3, 3), ("b", 0, 3), ("alone", -7, -7), ("none", 0, 0)]));
    assert_eq!(profile.total(0), 10, "negative ones count without their sign");
    assert!(folded(&profile).contains(&"alone -7".to_owned()));
}

#[test]
fn contradicting_figures_keep_their_sums() {
    let edges = [("main", "a", i64::MAX), ("a", "b", i64::MAX), ("main", "b", -5), ("x", "b", i64::MAX)];
    let profile = profile(&[("main", 1), ("a", 2), ("b", 1000), ("x", 0)], &edges);
    assert_eq!(profile.total(0), 1003);
    let own: Vec<i64> = figures(&profile).iter().map(|(_, own, _)| *own).collect();
    assert_eq!(own, [1, 2, 1000, 0]);
}

#[test]
fn a_ladder_with_a_billion_chains_is_bounded() {
    // Two ways at each of 30 steps: 2^30 chains.
    let names: Vec<String> = (0..90).map(|n| format!("f{n}")).collect();
    let own: Vec<(&str, i64)> = names.iter().map(|name| (name.as_str(), 1_000_000)).collect();
    let mut edges = Vec::new();
    for step in 0..29 {
        let rest = 3_000_000 * (29 - step);
        let [from, left, right, to] = [step * 3, step * 3 + 1, step * 3 + 2, step * 3 + 3].map(|n: usize| names[n].as_str());
        edges.push((from, left, rest as i64 / 2 - 500_000));
        edges.push((from, right, rest as i64 / 2 - 500_000));
        edges.push((left, to, rest as i64 / 2 - 1_500_000));
        edges.push((right, to, rest as i64 / 2 - 1_500_000));
    }
    let profile = profile(&own, &edges);
    assert_eq!(profile.total(0), 90_000_000);
    assert!(profile.samples.len() < 70_000 && profile.samples.len() > 10_000, "{}", profile.samples.len());
}

#[test]
fn a_chain_of_a_hundred_thousand_functions_is_cut_in_depth_only() {
    let names: Vec<String> = (0..100_000).map(|n| format!("f{n}")).collect();
    let own: Vec<(&str, i64)> = names.iter().map(|name| (name.as_str(), 1)).collect();
    let calls = names.windows(2).enumerate();
    let edges: Vec<(&str, &str, i64)> = calls.map(|(n, pair)| (pair[0].as_str(), pair[1].as_str(), 99_999 - n as i64)).collect();
    let profile = profile(&own, &edges);
    assert_eq!((profile.total(0), profile.samples.len()), (100_000, 100_000));
    assert_eq!(profile.stacks.iter().map(<[_]>::len).max(), Some(500));
    assert_eq!(figures(&profile)[0].2, 100_000);
}

#[test]
fn a_large_circle_is_no_trouble() {
    let names: Vec<String> = (0..20_000).map(|n| format!("f{n}")).collect();
    let own: Vec<(&str, i64)> = names.iter().map(|name| (name.as_str(), 5)).collect();
    let next = |n: usize| names[n % 20_000].as_str();
    let edges: Vec<(&str, &str, i64)> =
        (0..20_000).flat_map(|n| [(next(n), next(n + 1), 90), (next(n), next(n + 77), 90)]).collect();
    let profile = profile(&own, &edges);
    assert_eq!(profile.total(0), 100_000);
    assert!(figures(&profile).iter().all(|(_, own, total)| *own == 5 && *total == 180));
}

#[test]
fn many_lines_in_many_chains_are_told_in_the_first_one() {
    let lines: Vec<String> = (0..2000).map(|line| format!("f:{line}")).collect();
    let callers: Vec<String> = (0..1500).map(|n| format!("caller{n}")).collect();
    let mut own: Vec<(&str, i64)> = lines.iter().map(|line| (line.as_str(), 7)).collect();
    own.push(("main", 1));
    let ups = callers.iter().map(|caller| ("main", caller.as_str(), if caller == "caller0" { 9508 } else { 3 }));
    let edges: Vec<(&str, &str, i64)> = ups.flat_map(|up| [up, (up.1, "f", up.2)]).collect();
    let profile = profile(&own, &edges);
    assert_eq!((profile.total(0), profile.samples.len()), (14_001, 1 + 2000 + 1499));
    let in_first = folded(&profile).iter().filter(|line| line.starts_with("main;caller0;f ")).count();
    assert_eq!(in_first, 2000);
}
