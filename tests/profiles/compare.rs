//! Two profiles compared: the same figures as `go tool pprof -diff_base`, one structure for both sides whatever their formats, verdicts that
//! chance does not fool.

use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use tachograph::jobs::{Cancel, Explain, Progress};
use tachograph::profile::compare::statistics::Verdict;
use tachograph::profile::compare::{ChangeRow, CompareError, Comparison, DiffTree, Kind, Layout, Measure, Merged, Options, Sides};
use tachograph::profile::write::{Target, write};
use tachograph::profile::{Flame, Grouping, Groups, NodeId, Profile, Shape, StringId, Tree};

/// Pairs of recordings, and the unit in which their reference was printed.
const PAIRS: [(&str, &str); 5] =
    [("cpu", "cpu"), ("cpu", "samples"), ("heap", "alloc_space"), ("heap", "inuse_objects"), ("heap", "inuse_space")];

fn data(name: &str) -> PathBuf {
    crate::profiles::data(&format!("compare/{name}"))
}

fn open(name: &str) -> Arc<Profile> {
    crate::profiles::open(&data(name)).into()
}

fn folded(text: &str) -> Arc<Profile> {
    crate::profiles::parse(text.as_bytes(), "x.folded").expect("valid").into()
}

/// Both sides with the table of their changes.
struct Compared {
    merged: Merged,
    groups: Groups,
    table: Comparison,
}

impl Compared {
    fn new(sides: &Sides, options: Options) -> Self {
        let merged = Merged::new(sides, options, &Cancel::new(), &Progress::new()).expect("comparable");
        let groups = Groups::new(&merged.profile, Grouping::Name);
        let table = Comparison::new(&merged, &groups, &Cancel::new()).expect("not cancelled");
        Self { merged, groups, table }
    }

    fn pair(new: &Arc<Profile>, base: &Arc<Profile>) -> Self {
        Self::new(&Sides::pair(Arc::clone(new), Arc::clone(base)), Options::default())
    }

    fn name(&self, row: &ChangeRow) -> &str {
        self.groups.name(&self.merged.profile, row.group)
    }

    /// Change of self, change of total and name of what changed.
    fn changes(&self) -> Vec<(i64, i64, String)> {
        let changed = self.table.rows.iter().filter(|row| row.self_change() != 0 || row.total_change() != 0);
        changed.map(|row| (row.self_change(), row.total_change(), self.name(row).to_owned())).collect()
    }

    fn row(&self, name: &str) -> ChangeRow {
        *self.table.rows.iter().find(|row| self.name(row) == name).unwrap_or_else(|| panic!("no {name}"))
    }

    fn tree(&self, shape: Shape, layout: Layout) -> DiffTree {
        DiffTree::new(&self.merged, &self.groups, shape, layout, &Cancel::new()).expect("not cancelled")
    }

    /// Indented lines of name, newer and older total.
    fn lines(&self, tree: &DiffTree) -> Vec<String> {
        (1..tree.tree.len() as u32)
            .map(NodeId)
            .map(|node| {
                let indent = " ".repeat(tree.tree.depth(node) as usize - 1);
                let [new, base] = tree.totals(node);
                format!("{indent}{} {new}/{base}", self.groups.name(&self.merged.profile, tree.tree.group(node)))
            })
            .collect()
    }
}

/// Flat, cumulative and name of each line that `go tool pprof -top` printed.
fn printed(text: &str) -> Vec<(i64, i64, String)> {
    let number = |text: &str| text.trim_end_matches(|c: char| c.is_ascii_alphabetic()).parse().expect("a whole number");
    let rows = text.lines().skip_while(|line| !line.trim_start().starts_with("flat ")).skip(1);
    rows.map(|line| {
        let cells: Vec<&str> = line.split_whitespace().collect();
        let name = cells[5..].join(" ");
        let name = name.strip_suffix(" (inline)").or(name.strip_suffix(" (partial-inline)")).unwrap_or(&name);
        (number(cells[0]), number(cells[3]), name.to_owned())
    })
    .collect()
}

fn reference(name: &str) -> Vec<(i64, i64, String)> {
    printed(&std::fs::read_to_string(data(name)).expect("reference"))
}

fn typed(new: &Arc<Profile>, base: &Arc<Profile>, sample_type: &str, normalised: bool) -> Compared {
    let row = new.sample_type_named(sample_type);
    assert!(row.is_some(), "{sample_type}");
    Compared::new(&Sides::pair(Arc::clone(new), Arc::clone(base)), Options { new_type: row, base_type: None, normalised })
}

#[test]
fn every_change_as_go_prints_it() {
    for (kind, sample_type) in PAIRS {
        let (new, base) = (open(&format!("{kind}-new.pb.gz")), open(&format!("{kind}-old.pb.gz")));
        let compared = typed(&new, &base, sample_type, false);
        let changes = compared.changes();
        assert!(!changes.is_empty(), "{kind} {sample_type}");
        assert_eq!(changes, reference(&format!("{kind}.{sample_type}.diff.txt")), "{kind} {sample_type}");
        assert_eq!(changes, reference(&format!("{kind}.{sample_type}.base.txt")), "{kind} {sample_type}");
    }
}

#[test]
fn every_change_of_shares_as_go_prints_it() {
    for (kind, sample_type) in [("cpu", "cpu"), ("heap", "alloc_space"), ("heap", "inuse_space")] {
        let (new, base) = (open(&format!("{kind}-new.pb.gz")), open(&format!("{kind}-old.pb.gz")));
        let compared = typed(&new, &base, sample_type, true);
        assert_eq!(compared.changes(), reference(&format!("{kind}.{sample_type}.normalized.txt")), "{kind} {sample_type}");
    }
}

#[test]
fn totals_as_go_prints_them() {
    let (new, base) = (open("cpu-new.pb.gz"), open("cpu-old.pb.gz"));
    let compared = Compared::pair(&new, &base);
    let text = std::fs::read_to_string(data("cpu.cpu.diff.txt")).expect("reference");
    assert!(text.contains(&format!("Total samples = {}ns", compared.table.totals[1])), "{:?}", compared.table.totals);
    assert_eq!(compared.table.totals, [new.total(1), base.total(1)]);
}

#[test]
fn every_change_as_go_prints_it_now() {
    for (new, base, sample_type, unit) in [
        ("compare/cpu-old.pb.gz", "compare/cpu-new.pb.gz", "cpu", "ns"),
        ("go-cpu.pb.gz", "compare/cpu-new.pb.gz", "samples", "count"),
        ("go-heap.pb.gz", "compare/heap-old.pb.gz", "alloc_space", "B"),
    ] {
        for normalised in [false, true] {
            // Counts are so coarse that rounding each of them, as Go does, tells nothing of the shares.
            if normalised && sample_type == "samples" {
                continue;
            }
            let Some(text) = go_diff(new, base, sample_type, unit, normalised) else {
                println!("skipped: Go is not installed");
                return;
            };
            let (newer, older) = (
                crate::profiles::open(&crate::profiles::data(new)).into(),
                crate::profiles::open(&crate::profiles::data(base)).into(),
            );
            let ours = typed(&newer, &older, sample_type, normalised).changes();
            assert_eq!(ours, printed(&text), "{new} {base} {sample_type} {normalised}");
        }
    }
}

fn go_diff(new: &str, base: &str, sample_type: &str, unit: &str, normalised: bool) -> Option<String> {
    let out = Command::new("go")
        .args(["tool", "pprof", "-top", "-symbolize=none", "-nodecount=1000000", "-nodefraction=0", "-edgefraction=0"])
        .args([format!("-sample_index={sample_type}"), format!("-unit={unit}")])
        .args(normalised.then_some("-normalize"))
        .args(["-diff_base".into(), crate::profiles::data(base).into_os_string(), crate::profiles::data(new).into_os_string()])
        .output()
        .ok()?;
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    Some(String::from_utf8(out.stdout).expect("text"))
}

/// The profile in another format, read again.
fn as_format(profile: &Profile, target: Target, sample_type: usize) -> Arc<Profile> {
    let bytes = write(profile, target, Some(sample_type), Vec::new(), &Cancel::new(), &Progress::new()).expect("bytes");
    crate::profiles::parse(&bytes, &format!("x{}", target.ending())).expect("valid").into()
}

#[test]
fn the_same_run_in_two_formats_has_not_changed() {
    let pprof = open("cpu-new.pb.gz");
    for (target, sample_type) in [(Target::Folded, "samples"), (Target::Folded, "cpu"), (Target::Speedscope, "cpu")] {
        let row = pprof.sample_type_named(sample_type).expect("there");
        let other = as_format(&pprof, target, row);
        let options =
            Options { new_type: None, base_type: Some(row), normalised: sample_type == "cpu" && target == Target::Folded };
        let compared = Compared::new(&Sides::pair(Arc::clone(&other), Arc::clone(&pprof)), options);
        assert_eq!(compared.changes(), [], "{target:?} {sample_type}");
        assert!(compared.table.rows.len() > 50);
        let tree = compared.tree(Shape::TopDown, Layout::Larger);
        assert!((0..tree.tree.len() as u32).map(NodeId).all(|node| tree.shade(node, Measure::Total) == 0.0));
        assert!(compared.table.rows.iter().all(|row| row.self_judged.verdict != Verdict::MoreThanChance));
    }
}

#[test]
fn formats_may_spell_names_differently() {
    let java = folded("java/lang/Thread.run_[j];app/Work.run_[j];app/Work.hash_[j] 60\njava/lang/Thread.run_[j];app/Work.run 40\n");
    let mut other = crate::profiles::parse(
        b"java.lang.Thread.run;app.Work.run;app.Work.hash 60\njava.lang.Thread.run;app.Work.run 40\n",
        "y.folded",
    )
    .expect("valid");
    let same_format = Compared::pair(&java, &Arc::new(other.clone()));
    assert!(same_format.table.rows.iter().any(|row| row.kind() == Kind::New), "one format spells names one way");
    other.format = "Java Flight Recorder".into();
    let compared = Compared::pair(&java, &other.into());
    assert_eq!(compared.changes(), []);
    assert_eq!(compared.table.rows.len(), 3);
    assert_eq!(compared.merged.notes.len(), 1, "{:?}", compared.merged.notes);
}

#[test]
fn vanished_and_new_functions() {
    let compared = Compared::pair(&folded("main;a 5\nmain;fresh 3\n"), &folded("main;a 4\nmain;old;deep 6\n"));
    let row = compared.row("fresh");
    assert_eq!((row.kind(), row.self_change(), row.self_percent()), (Kind::New, 3, None));
    let row = compared.row("old");
    assert_eq!((row.kind(), row.total_change(), row.self_percent(), row.total_percent()), (Kind::Gone, -6, None, Some(-100.0)));
    let row = compared.row("a");
    assert_eq!((row.kind(), row.self_change(), row.self_percent()), (Kind::Both, 1, Some(25.0)));
    assert_eq!(compared.changes()[0], (-6, -6, "deep".to_owned()));
    assert_eq!((compared.table.totals, compared.table.percent(-6)), ([8, 10], -60.0));
}

#[test]
fn the_flame_graph_shows_either_side_or_both() {
    let compared = Compared::pair(&folded("main;a 5\nmain;fresh;x 3\nmain 1\n"), &folded("main;a 4\nmain;old;deep 6\n"));
    let tree = compared.tree(Shape::TopDown, Layout::New);
    assert_eq!(compared.lines(&tree), ["main 9/10", " a 5/4", " fresh 3/0", "  x 3/0", " old 0/6", "  deep 0/6"]);
    let boxes = |tree: &DiffTree| Flame::new(&tree.tree, NodeId::ROOT, 160.0).rects(0..9).len();
    assert_eq!(boxes(&tree), 5, "what vanished has no width");
    let tree = tree.laid_out(Layout::Base, &Cancel::new()).expect("not cancelled");
    assert_eq!(compared.lines(&tree), ["main 9/10", " old 0/6", "  deep 0/6", " a 5/4", " fresh 3/0", "  x 3/0"]);
    assert_eq!(boxes(&tree), 5);
    let tree = tree.laid_out(Layout::Larger, &Cancel::new()).expect("not cancelled");
    assert_eq!((boxes(&tree), tree.tree.total(NodeId::ROOT)), (7, 5 + 3 + 1 + 6));
    let shades: Vec<f32> = (0..7).map(|row| tree.shade(NodeId(row), Measure::Total)).collect();
    assert_eq!(shades, [-0.1, -0.1, -1.0, -1.0, 0.2, 1.0, 1.0]);
    assert_eq!(tree.values(NodeId(1), Measure::Own), [1, 0]);
    let up = compared.tree(Shape::BottomUp, Layout::Larger);
    let expected = ["deep 0/6", " old 0/6", "  main 0/6", "a 5/4", " main 5/4", "x 3/0", " fresh 3/0", "  main 3/0", "main 1/0"];
    assert_eq!(compared.lines(&up), expected);
    let a = compared.row("a").group;
    let around = compared.tree(Shape::CallersOf(a), Layout::New);
    assert_eq!(compared.lines(&around), ["a 5/4", " main 5/4"]);
    assert_eq!(around.totals(NodeId::ROOT), [5, 4]);
}

#[test]
fn every_node_of_real_files_has_what_each_side_has_there() {
    for (kind, sample_type) in PAIRS {
        let (new, base) = (open(&format!("{kind}-new.pb.gz")), open(&format!("{kind}-old.pb.gz")));
        let compared = typed(&new, &base, sample_type, false);
        for shape in [Shape::TopDown, Shape::BottomUp] {
            let tree = compared.tree(shape, Layout::Larger);
            let side = |column| {
                let tree = Tree::of_shape(&compared.merged.profile, &compared.groups, column, shape, &Cancel::new()).expect("done");
                let mut paths: Vec<_> = (0..tree.len() as u32)
                    .map(NodeId)
                    .map(|node| {
                        (tree.path(node).iter().skip(1).map(|node| tree.group(*node)).collect::<Vec<_>>(), tree.total(node))
                    })
                    .filter(|(_, total)| *total != 0)
                    .collect();
                paths.sort();
                paths
            };
            let ours = |column: usize| {
                let mut paths: Vec<_> = (0..tree.tree.len() as u32)
                    .map(NodeId)
                    .map(|node| {
                        let path: Vec<_> = tree.tree.path(node).iter().skip(1).map(|node| tree.tree.group(*node)).collect();
                        (path, tree.totals(node)[column])
                    })
                    .filter(|(_, total)| *total != 0)
                    .collect();
                paths.sort();
                paths
            };
            assert!(ours(0) == side(0) && ours(1) == side(1), "{kind} {sample_type} {shape:?}");
            for node in (0..tree.tree.len() as u32).map(NodeId) {
                let below: i64 = tree.tree.children(node).map(|child| tree.tree.total(child)).sum();
                let larger = tree.totals(node).into_iter().max().unwrap_or(0);
                assert!(tree.tree.total(node) >= below.max(larger), "{kind} {sample_type} {node:?}");
            }
        }
    }
}

#[test]
fn units_of_one_kind_are_converted_and_others_refused() {
    // The unit is taken from among the texts: a function of value 0 has its name.
    let with_unit = |unit: &str, text: &str| {
        let mut profile = crate::profiles::parse(format!("{text}{unit} 0\n").as_bytes(), "x.folded").expect("valid");
        let text = (0..profile.strings.len() as u32).map(StringId).find(|id| profile.strings.get(*id) == unit);
        profile.sample_types[0].unit = text.expect("the name of a function");
        Arc::new(profile)
    };
    let compared = Compared::pair(&with_unit("milliseconds", "a 3\nb 2\n"), &with_unit("nanoseconds", "a 1000000\nb 2000000\n"));
    assert_eq!((compared.changes(), compared.merged.unit.as_str()), (vec![(2_000_000, 2_000_000, "a".into())], "nanoseconds"));
    let compared = Compared::pair(&with_unit("bytes", "a 2048\n"), &with_unit("kilobytes", "a 1\n"));
    assert_eq!((compared.changes(), compared.merged.unit.as_str()), (vec![(1024, 1024, "a".into())], "bytes"));
    let sides = Sides::pair(with_unit("bytes", "a 2048\n"), with_unit("seconds", "a 1\n"));
    let error = Merged::new(&sides, Options::default(), &Cancel::new(), &Progress::new()).expect_err("bytes and seconds");
    assert!(matches!(error, CompareError::DifferentKinds { .. }), "{error}");
    let text = "The profiles measure different things: samples (bytes) on the newer side, samples (seconds) on the older one";
    assert_eq!(error.to_string(), text);
    assert!(error.next_step().ends_with('.'));
}

#[test]
fn sides_of_nothing() {
    let (nothing, some) = (folded("a 0\n"), folded("a 5\n"));
    let compared = Compared::pair(&nothing, &some);
    assert_eq!((compared.changes(), compared.row("a").kind()), (vec![(-5, -5, "a".into())], Kind::Gone));
    let compared = Compared::pair(&some, &nothing);
    assert_eq!((compared.changes(), compared.table.percent(5)), (vec![(5, 5, "a".into())], 100.0));
    let compared = Compared::pair(&nothing, &nothing);
    assert!(compared.table.rows.is_empty() && compared.tree(Shape::TopDown, Layout::Larger).tree.is_empty());
    for (new, base) in [(&nothing, &some), (&some, &nothing), (&nothing, &nothing)] {
        let sides = Sides::pair(Arc::clone(new), Arc::clone(base));
        let compared = Compared::new(&sides, Options { normalised: true, ..Options::default() });
        assert!(compared.table.rows.len() <= 1);
    }
    for sides in [Sides::default(), Sides { new: vec![Arc::clone(&some)], base: vec![] }] {
        let error = Merged::new(&sides, Options::default(), &Cancel::new(), &Progress::new()).expect_err("a side is missing");
        assert_eq!(error, CompareError::NoProfile);
    }
}

#[test]
fn huge_and_negative_values() {
    let most = i64::MAX;
    let (huge, less) = (folded(&format!("a;b {most}\na;c {most}\n")), folded(&format!("a;b -{most}\na;d -5\n")));
    for (new, base) in [(&huge, &less), (&less, &huge)] {
        for normalised in [false, true] {
            let sides = Sides::pair(Arc::clone(new), Arc::clone(base));
            let compared = Compared::new(&sides, Options { normalised, ..Options::default() });
            for layout in [Layout::New, Layout::Base, Layout::Larger] {
                let tree = compared.tree(Shape::BottomUp, layout);
                assert!((0..tree.tree.len() as u32).all(|row| tree.shade(NodeId(row), Measure::Own).abs() <= 1.0));
                drop(Flame::new(&tree.tree, NodeId::ROOT, 100.0).rects(0..9));
            }
            assert!(compared.table.rows.iter().all(|row| row.self_judged.verdict == Verdict::NotAvailable));
        }
    }
    let compared = Compared::pair(&huge, &less);
    assert_eq!(compared.row("b").self_change(), most, "cut");
    let compared = Compared::pair(&folded("a -3\n"), &folded("a -5\n"));
    assert_eq!((compared.row("a").self_change(), compared.row("a").self_percent()), (2, Some(40.0)));
}

#[test]
fn cancelled_work_stops() {
    let cancel = Cancel::new();
    cancel.cancel();
    let sides = Sides::pair(folded("a 1\n"), folded("a 2\n"));
    let error = Merged::new(&sides, Options::default(), &cancel, &Progress::new()).expect_err("cancelled");
    assert!(matches!(error, CompareError::Cancelled(_)));
}

#[test]
fn exact_figures_of_call_graphs_are_compared_as_they_are() {
    let folder = std::fs::read_dir(crate::profiles::data("valgrind")).expect("folder");
    let mut files: Vec<_> = folder.map(|entry| entry.expect("entry").path()).collect();
    files.sort();
    let graphs: Vec<_> = files
        .iter()
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("callgrind")))
        .filter(|path| !path.to_string_lossy().ends_with(".txt"))
        .filter_map(|path| crate::profiles::parse(&std::fs::read(path).ok()?, "callgrind.out.gz").ok())
        .filter(|profile| profile.graph.is_some())
        .collect();
    assert!(!graphs.is_empty(), "callgrind files");
    for graph in graphs {
        let top = crate::profiles::top(&graph, graph.default_sample_type);
        let graph = Arc::new(graph);
        let compared = Compared::pair(&graph, &graph);
        assert_eq!(compared.changes(), []);
        let mut ours: Vec<_> = compared
            .table
            .rows
            .iter()
            .map(|row| (row.new.self_value, row.new.total_value, compared.name(row).to_owned()))
            .collect();
        let mut theirs: Vec<_> = top.into_iter().filter(|(own, total, _)| *own != 0 || *total != 0).collect();
        ours.sort();
        theirs.sort();
        assert_eq!(ours, theirs);
    }
}
