//! The inverted graph is that of speedscope: self and total of functions, and the callers of the largest, six calls deep, as its own code tells them
//! of the same files (`tests/data/profiles/speedscope/make.sh`).

use std::collections::BTreeMap;

use tachograph::jobs::{Cancel, Progress};
use tachograph::operations::{Asked, ProfileView};
use tachograph::profile::{Filters, GroupId, NodeId, Shape, Tree};

use crate::profiles::{data, open};

/// Rounding of weights that speedscope adds up as fractions.
const CLOSE: f64 = 1e-6;

/// One of its listings.
#[derive(Default)]
struct Told {
    profile: String,
    /// Name, self, total.
    frames: Vec<(String, f64, f64)>,
    /// Weight of each way up from a function, with names joined by semicolons.
    callers: BTreeMap<String, f64>,
}

fn told(listing: &str) -> Told {
    let text = std::fs::read_to_string(data(listing)).expect("the listing");
    let mut told = Told::default();
    let number = |cell: &str| cell.parse::<f64>().expect("a number");
    for line in text.lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        match cells[..] {
            ["profile", name] => told.profile = name.to_owned(),
            ["frame", own, total, name] => told.frames.push((name.to_owned(), number(own), number(total))),
            ["callers", weight, path] => {
                told.callers.insert(path.to_owned(), number(weight));
            }
            _ => panic!("{line}"),
        }
    }
    told
}

fn walk(view: &ProfileView, tree: &Tree, node: NodeId, path: &str, sums: &mut BTreeMap<String, i64>) {
    for child in tree.children(node) {
        let name = view.name(tree.group(child));
        let below = if path.is_empty() { name.to_owned() } else { format!("{path};{name}") };
        if below.matches(';').count() < 6 {
            *sums.entry(below.clone()).or_default() += tree.total(child);
            walk(view, tree, child, &below, sums);
        }
    }
}

/// `unit` is how many of our values one of its weights is.
fn agrees(file: &str, listing: &str, unit: f64) -> usize {
    let (told, profile) = (told(listing), open(&data(file)));
    let threads = if profile.threads.len() > 1 { profile.threads_named(&told.profile) } else { Vec::new() };
    assert!(profile.threads.len() < 2 || threads.len() == 1, "{file}: {} is no thread", told.profile);
    let asked = Asked { filters: Filters { threads, ..Filters::default() }, ..Asked::default() };
    let (cancel, progress) = (Cancel::new(), Progress::new());
    let view = ProfileView::of_asked(profile.into(), asked, true, &cancel, &progress).expect("not cancelled");
    let is = |ours: i64, theirs: f64| (ours as f64 - theirs * unit).abs() <= (theirs * unit * CLOSE).max(2.0);
    let inverted = view.shape(Shape::BottomUp, &cancel).expect("not cancelled");
    let own: BTreeMap<&str, i64> =
        inverted.children(NodeId::ROOT).map(|node| (view.name(inverted.group(node)), inverted.total(node))).collect();
    let group = |name: &str| (0..view.groups.len() as u32).map(GroupId).find(|group| view.name(*group) == name);
    let mut compared = 0;
    for (name, self_weight, total) in &told.frames {
        // What is only a number in the file has a name of the viewer's own.
        let Some(row) = view.top.rows.iter().find(|row| view.name(row.group) == *name) else { continue };
        assert!(is(row.self_value, *self_weight) && is(row.total_value, *total), "{file}: {name} {row:?} {self_weight} {total}");
        assert!(is(own.get(name.as_str()).copied().unwrap_or(0), *self_weight), "{file}: {name} inverted");
        let ways: BTreeMap<&str, f64> = told
            .callers
            .iter()
            .filter(|(path, _)| path.split(';').next() == Some(name))
            .map(|(path, weight)| (path.as_str(), *weight))
            .collect();
        if ways.is_empty() {
            continue;
        }
        let tree = view.shape(Shape::CallersOf(group(name).expect("there")), &cancel).expect("not cancelled");
        let mut ours = BTreeMap::new();
        walk(&view, &tree, NodeId::ROOT, "", &mut ours);
        ours.retain(|_, value| *value != 0);
        assert_eq!(ours.keys().map(String::as_str).collect::<Vec<_>>(), ways.keys().copied().collect::<Vec<_>>(), "{file}: {name}");
        for (path, weight) in ways {
            assert!(is(ours[path], weight), "{file}: {path} {} {weight}", ours[path]);
            compared += 1;
        }
    }
    compared
}

#[test]
fn callers_are_those_of_speedscope() {
    assert!(agrees("speedscope/py-spy.speedscope.json.gz", "speedscope/py-spy.callers.txt", 1e9) > 10);
    assert!(agrees("speedscope/pyinstrument.speedscope.json.gz", "speedscope/pyinstrument.callers.txt", 1e9) > 10);
    assert!(agrees("speedscope/austin.speedscope.json.gz", "speedscope/austin.callers.txt", 1e3) > 10);
}
