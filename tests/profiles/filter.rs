//! Filters of a profile: the same figures as `go tool pprof` with its options of the same names; threads and times; folded frames; and no
//! harm from what is made to do harm.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::profiles::{Random, check, data, folded, open, parse, shared};
use tachograph::jobs::{Cancel, Cancelled, Progress};
use tachograph::operations::{Asked, ProfileView};
use tachograph::profile::{
    Filters, FrameId, Grouping, Groups, Modules, NodeId, Pattern, Profile, Recursion, Samples, Shape, StackId, StacksBuilder,
    ThreadId, Top,
};

/// Flat, cum and name of a function.
type Row = (i64, i64, String);

/// One question to pprof.
struct Case {
    line: String,
    profile: String,
    sample_type: String,
    unit: String,
    options: Vec<String>,
}

impl Case {
    fn of(line: &str) -> Self {
        let mut words = line.split(' ').map(str::to_owned);
        let mut next = || words.next().expect("a word");
        let (profile, sample_type, unit) = (next(), next(), next());
        Self { line: line.to_owned(), profile, sample_type, unit, options: words.collect() }
    }

    fn filters(&self) -> Filters {
        let mut filters = Filters::default();
        for option in &self.options {
            let (name, expression) = option.split_once('=').expect("an option");
            let pattern = Some(Pattern::regex(expression).unwrap_or_else(|error| panic!("{expression}: {error}")));
            match name {
                "-focus" => filters.focus = pattern,
                "-ignore" => filters.ignore = pattern,
                "-hide" => filters.hide = pattern,
                "-show" => filters.show = pattern,
                "-show_from" => filters.show_from = pattern,
                _ => panic!("{name}"),
            }
        }
        filters
    }

    /// The unit's size in the unit of the file.
    fn scale(&self) -> i64 {
        if self.unit == "ms" { 1_000_000 } else { 1 }
    }
}

fn path_of(profile: &str) -> Option<PathBuf> {
    let own = [data(profile), Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/samples").join(profile)];
    own.into_iter().find(|path| path.exists()).or_else(|| shared(profile))
}

fn number(text: &str) -> i64 {
    text.trim_end_matches(|c: char| c.is_ascii_alphabetic()).parse().expect("a whole number")
}

/// A row as kept: flat, cum and name.
fn kept_row(line: &str) -> Row {
    let mut words = line.splitn(3, ' ');
    let mut next = || words.next().expect("three words");
    let (flat, cum, name) = (number(next()), number(next()), next());
    let name = name.strip_suffix(" (inline)").or(name.strip_suffix(" (partial-inline)")).unwrap_or(name);
    (flat, cum, name.to_owned())
}

/// The kept answers, each behind its question.
fn printed() -> Vec<(Case, Vec<Row>)> {
    let packed = std::fs::File::open(data("filters/printed.txt.gz")).expect("kept answers");
    let mut text = String::new();
    flate2::read::GzDecoder::new(packed).read_to_string(&mut text).expect("text");
    let mut answers: Vec<(Case, Vec<Row>)> = Vec::new();
    for line in text.lines() {
        match (line.strip_prefix("# "), answers.last_mut()) {
            (Some(question), _) => answers.push((Case::of(question), vec![])),
            (None, Some((_, rows))) => rows.push(kept_row(line)),
            (None, None) => panic!("an answer before its question"),
        }
    }
    answers
}

fn apply(filters: &Filters, profile: &Profile) -> Profile {
    filters.apply(profile, &Cancel::new()).expect("not cancelled")
}

/// Self, total and name of each row.
fn rows(profile: &Profile, sample_type: usize, grouping: Grouping) -> Vec<Row> {
    let groups = Groups::new(profile, grouping);
    let top = Top::new(profile, &groups, sample_type);
    top.rows.iter().map(|row| (row.self_value, row.total_value, groups.name(profile, row.group).to_owned())).collect()
}

/// What our filters make of a question, in pprof's unit.
fn answer(case: &Case, profile: &Profile) -> Vec<Row> {
    let sample_type = profile.sample_type_named(&case.sample_type).expect("the type is there");
    let scale = case.scale();
    let part = apply(&case.filters(), profile);
    // pprof adds places without names up by their binary.
    let grouping = if case.profile.contains(".pb") || case.profile == "simple.pprof" { Grouping::Name } else { Grouping::Binary };
    let name = |name: String| if grouping == Grouping::Name { name } else { format!("[{name}]") };
    rows(&part, sample_type, grouping).into_iter().map(|(own, total, text)| (own / scale, total / scale, name(text))).collect()
}

#[test]
fn every_row_as_pprof_prints_it() {
    let answers = printed();
    let mut compared = 0;
    for (case, expected) in &answers {
        let Some(path) = path_of(&case.profile) else { continue };
        let profile = open(&path);
        assert_eq!(&answer(case, &profile), expected, "{}", case.line);
        check(&apply(&case.filters(), &profile));
        compared += expected.len();
    }
    assert!(answers.len() > 35 && compared > 1700, "{} answers, {compared} rows", answers.len());
}

/// What Go prints now; `None` where there is no Go.
fn go_top(case: &Case, path: &Path, more: &[&str]) -> Option<Vec<Row>> {
    let out = Command::new("go")
        .args(["tool", "pprof", "-top", "-symbolize=none", "-nodecount=1000000", "-nodefraction=0", "-edgefraction=0"])
        .args([format!("-sample_index={}", case.sample_type), format!("-unit={}", case.unit)])
        .args(more)
        .args(&case.options)
        .arg(path)
        .output()
        .ok()?;
    assert!(out.status.success(), "{}: {}", case.line, String::from_utf8_lossy(&out.stderr));
    let text = String::from_utf8(out.stdout).expect("text");
    let lines = text.lines().skip_while(|line| !line.trim_start().starts_with("flat ")).skip(1);
    let compact = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        kept_row(&format!("{} {} {}", words[0], words[3], words[5..].join(" ")))
    };
    Some(lines.map(compact).collect())
}

#[test]
fn any_mix_of_options_as_pprof_answers_it_now() {
    let pieces = [
        "runtime",
        "main\\.",
        "json",
        "flate",
        "sha256",
        "malloc",
        "^run",
        "[a-z]+\\.go$",
        "small|inlines",
        "\\(\\*",
        "asm",
        "fib",
        "sort",
        "main\\.main",
        "block$",
        "strconv|regexp",
        "proc\\.go",
        "program|sample",
        "nothing_here",
        "i",
        "init",
        "Decode",
        "find|fill",
    ];
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let rounds = std::env::var("TACHOGRAPH_FILTER_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(12);
    for (name, sample_type, unit) in [
        ("sample.pb.gz", "cpu", "ns"),
        ("go-cpu.pb.gz", "cpu", "ns"),
        ("go-heap.pb.gz", "alloc_space", "B"),
        ("simple.pprof", "cpu", "ms"),
    ] {
        let Some(path) = path_of(name) else { continue };
        let profile = open(&path);
        for _ in 0..rounds {
            let mut line = format!("{name} {sample_type} {unit}");
            for option in ["focus", "ignore", "hide", "show", "show_from"] {
                if random.below(5) < 2 {
                    line += &format!(" -{option}={}", pieces[random.below(pieces.len())]);
                }
            }
            let case = Case::of(&line);
            let Some(expected) = go_top(&case, &path, &[]) else {
                println!("skipped: Go is not installed");
                return;
            };
            assert_eq!(answer(&case, &profile), expected, "{line}");
        }
    }
}

#[test]
fn lines_are_grouped_as_pprof_groups_them() {
    for name in ["sample.pb.gz", "go-cpu.pb.gz"] {
        let path = path_of(name).expect("own file");
        let Some(mut expected) = go_top(&Case::of(&format!("{name} cpu ns")), &path, &["-lines"]) else {
            println!("skipped: Go is not installed");
            return;
        };
        // pprof puts the file between name and line.
        for (_, _, name) in &mut expected {
            let (function, place) = name.rsplit_once(' ').expect("a place");
            *name = format!("{function}:{}", place.rsplit_once(':').expect("a line").1);
        }
        let profile = open(&path);
        let mut found = rows(&profile, profile.sample_type_named("cpu").expect("cpu"), Grouping::Line);
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn filters_on_filters_are_filters_together() {
    let profile = open(&data("go-cpu.pb.gz"));
    let pattern = |text| Some(Pattern::regex(text).expect("valid"));
    let focus = Filters { focus: pattern("main"), ..Filters::default() };
    let ignore = Filters { ignore: pattern("fib"), ..Filters::default() };
    let both = Filters { focus: pattern("main"), ignore: pattern("fib"), ..Filters::default() };
    assert_eq!(folded(&apply(&ignore, &apply(&focus, &profile)), 1), folded(&apply(&both, &profile), 1));
    let everything = Filters::default();
    assert!(everything.is_everything() && !both.is_everything());
    let shared = Arc::new(profile);
    assert!(Arc::ptr_eq(&everything.apply_shared(&shared, &Cancel::new()).expect("not cancelled"), &shared));
    let part = apply(&both, &shared);
    assert!(Arc::ptr_eq(&part.stacks, &shared.stacks) && Arc::ptr_eq(&part.frames, &shared.frames));
}

/// Three threads, a sample each 10 ns, a counter and markers.
fn timed() -> Profile {
    let mut profile = parse(b"main;a 1\nmain;b 2\nmain;c 4\nidle 8\nmain;d 16\n", "x.folded").expect("valid");
    profile.threads = vec![Default::default(); 3];
    profile.samples.thread = [0, 1, 0, 2, u32::MAX].map(ThreadId).to_vec();
    // Folded stacks keep the file's order.
    profile.samples.time_ns = vec![0, 10, 20, 30, Samples::NO_TIME];
    profile.duration_ns = Some(40);
    let counter = tachograph::profile::Counter {
        thread: ThreadId(0),
        time_ns: vec![0, 15, 30],
        value: vec![1.0, 2.0, 3.0],
        ..Default::default()
    };
    profile.counters = vec![counter];
    let mut markers = tachograph::profile::Markers::default();
    for (thread, start_ns, end_ns) in [(0, 0, 10), (0, 5, 15), (1, 12, 12), (2, 20, 20)] {
        markers.push(tachograph::profile::Marker { thread: ThreadId(thread), start_ns, end_ns, ..Default::default() });
    }
    profile.markers = markers.into();
    profile
}

#[test]
fn times_and_threads_choose_samples_counters_and_markers() {
    let profile = timed();
    let of = |threads: &[u32], range_ns| {
        let threads = threads.iter().copied().map(ThreadId).collect();
        let part = apply(&Filters { threads, range_ns, ..Filters::default() }, &profile);
        let counters: Vec<_> = part.counters.iter().flat_map(|counter| counter.time_ns.clone()).collect();
        (part.samples.values[0].clone(), counters, part.markers.start_ns.clone(), part.duration_ns)
    };
    assert_eq!(of(&[], Some((10, 20))), (vec![2], vec![15], vec![5, 12], Some(10)));
    assert_eq!(of(&[], profile.time_span()), (vec![1, 2, 4, 8], vec![0, 15, 30], vec![0, 5, 12, 20], Some(31)));
    assert_eq!(of(&[0], None), (vec![1, 4], vec![0, 15, 30], vec![0, 5], Some(40)));
    assert_eq!(of(&[0, 2], Some((15, i64::MAX))), (vec![4, 8], vec![15, 30], vec![20], Some(25)));
    assert_eq!(of(&[1], Some((i64::MIN, 10))), (vec![], vec![], vec![], Some(10)));
    assert_eq!(of(&[], Some((20, 10))), (vec![], vec![], vec![], Some(0)));
    assert_eq!(of(&[9], None).0, Vec::<i64>::new());
    // Neighbouring ranges make up the whole.
    let parts: i64 = [(0, 15), (15, 30), (30, 45)].iter().map(|range| of(&[], Some(*range)).0.iter().sum::<i64>()).sum();
    assert_eq!(parts, 15);
}

#[test]
fn a_range_of_a_real_file_adds_up() {
    let profile = open(&data("web/shared.processed.json"));
    let (from, to) = profile.time_span().expect("Firefox tells times");
    let of = |range| {
        let part = apply(&Filters { range_ns: Some(range), ..Filters::default() }, &profile);
        check(&part);
        let inside = part.samples.time_ns.iter().all(|time| (range.0..range.1).contains(time));
        assert!(inside && part.markers.iter().all(|marker| marker.start_ns < range.1 && marker.end_ns >= range.0));
        (part.samples.len(), part.total(0))
    };
    let middle = from + (to - from) / 2;
    let (first, second, both) = (of((from, middle)), of((middle, to)), of((from, to)));
    assert_eq!((first.0 + second.0, first.1 + second.1), both);
    let timed = profile.samples.time_ns.iter().filter(|time| **time != Samples::NO_TIME).count();
    assert_eq!(both.0, timed);
    assert!(timed > 1, "{timed}");
}

#[test]
fn every_thread_of_a_real_file_has_its_sum() {
    for name in ["web/crate.processed.json.gz", "web/firefox.gecko.json.gz", "speedscope/py-spy.speedscope.json.gz"] {
        let profile = open(&data(name));
        let totals = profile.thread_totals(0);
        assert!(totals.iter().any(|total| *total != 0), "{name}");
        for (row, total) in totals.into_iter().enumerate() {
            let threads = vec![ThreadId(row as u32)];
            let part = apply(&Filters { threads, ..Filters::default() }, &profile);
            assert_eq!(part.total(0), total, "{name} {row}");
            check(&part);
        }
    }
}

#[test]
fn exact_figures_of_a_part_are_not_told() {
    let Some(path) = shared("callgrind-multi.out") else { return };
    let profile = open(&path);
    assert!(profile.graph.is_some());
    let part = apply(&Filters { focus: Some(Pattern::text("main")), ..Filters::default() }, &profile);
    assert!(part.graph.is_none() && part.warnings.iter().any(|text| text.contains("are estimated")), "{:?}", part.warnings);
}

fn view(profile: Profile, asked: Asked) -> ProfileView {
    ProfileView::of_asked(Arc::new(profile), asked, true, &Cancel::new(), &Progress::new()).expect("not cancelled")
}

#[test]
fn shares_are_of_the_whole_and_what_is_in_sight_is_told() {
    let profile = parse(b"main;a;x 30\nmain;b 50\nmain;a 20\n", "x.folded").expect("valid");
    let focus = |text| Asked { filters: Filters { focus: Some(Pattern::text(text)), ..Filters::default() }, ..Asked::default() };
    let whole = view(profile, Asked::default());
    assert_eq!((whole.in_sight, whole.in_sight_words()), (100, None));
    assert!(Arc::ptr_eq(&whole.profile, &whole.whole));
    let part = whole.ask(focus("a"), &Cancel::new(), &Progress::new()).expect("not cancelled");
    // “a” is in main, too.
    assert_eq!((part.in_sight, part.top.total), (100, 100));
    let part = whole.ask(focus("x"), &Cancel::new(), &Progress::new()).expect("not cancelled");
    assert_eq!((part.in_sight, part.top.total, part.in_sight_words()), (30, 100, Some("30 of 100, 30.0 %".into())));
    assert!(Arc::ptr_eq(&part.whole, &whole.whole) && Arc::ptr_eq(&part.groups, &whole.groups));
    let main = part.top.rows.iter().find(|row| part.name(row.group) == "main").expect("main");
    assert_eq!((main.total_value, part.share(main.total_value)), (30, "30.0 %".to_owned()));
    let again = part.with_sample_type(0, &Cancel::new(), &Progress::new()).expect("not cancelled");
    assert!(Arc::ptr_eq(&again.profile, &part.profile) && again.asked.sample_type == Some(0));
    let back = part.ask(Asked::default(), &Cancel::new(), &Progress::new()).expect("not cancelled");
    assert!(Arc::ptr_eq(&back.profile, &whole.whole));
    let nothing = whole.ask(focus("y"), &Cancel::new(), &Progress::new()).expect("not cancelled");
    assert!(nothing.nothing_in_sight() && nothing.summary.starts_with("Nothing is in sight"), "{}", nothing.summary);
    assert_eq!((nothing.in_sight, nothing.top.rows.len(), nothing.tree.map(|tree| tree.len())), (0, 0, Some(1)));
    let told = &nothing.profile.warnings;
    assert!(told.iter().any(|text| text == "Nothing in this profile is named like “y” (focus)."), "{told:?}");
}

#[test]
fn inverted_totals_are_the_self_figures() {
    for name in ["sample.pb.gz", "go-cpu.pb.gz"] {
        let whole = view(open(&path_of(name).expect("own file")), Asked::default());
        let filters = Filters { focus: Some(Pattern::text("main.")), hide: Some(Pattern::text("runtime.")), ..Filters::default() };
        let part = whole.ask(Asked { filters, ..Asked::default() }, &Cancel::new(), &Progress::new()).expect("not cancelled");
        for view in [whole, part] {
            let tree = view.shape(Shape::BottomUp, &Cancel::new()).expect("not cancelled");
            let mut shown: Vec<Row> =
                tree.children(NodeId::ROOT).map(|node| (tree.total(node), 0, view.name(tree.group(node)).to_owned())).collect();
            let own = view.top.rows.iter().filter(|row| row.self_value != 0);
            let mut expected: Vec<Row> = own.map(|row| (row.self_value, 0, view.name(row.group).to_owned())).collect();
            shown.sort_unstable();
            expected.sort_unstable();
            assert_eq!(shown, expected, "{name}");
            let hot = view.top.rows.first().expect("a row");
            let callees = view.shape(Shape::CalleesOf(hot.group), &Cancel::new()).expect("not cancelled");
            let callers = view.shape(Shape::CallersOf(hot.group), &Cancel::new()).expect("not cancelled");
            assert_eq!([callees.total(NodeId::ROOT), callers.total(NodeId::ROOT)], [hot.total_value; 2], "{name}");
        }
    }
}

/// A profile of one stack: frames of as many functions as `pattern` has letters, again and again.
fn deep(pattern: &[u32], depth: usize) -> Profile {
    let mut profile = parse(b"a;b;c;d 1\n", "x.folded").expect("valid");
    let mut stacks = StacksBuilder::default();
    (0..depth).for_each(|at| stacks.push(FrameId(pattern[at % pattern.len()])));
    profile.samples.stack = vec![stacks.finish_stack().expect("room")];
    profile.stacks = stacks.finish().into();
    profile
}

#[test]
fn ten_million_frames_deep() {
    let profile = deep(&[0, 1, 1, 2, 3], 10_000_000);
    let all = |recursion, modules| Filters {
        hide: Some(Pattern::exact("d")),
        show_from: Some(Pattern::regex("^b$").expect("valid")),
        fold_recursion: recursion,
        fold_modules: modules,
        ..Filters::default()
    };
    let length = |filters: &Filters| {
        let part = apply(filters, &profile);
        part.stacks.get(part.samples.stack[0]).len()
    };
    assert_eq!(length(&all(Recursion::Keep, Modules::Keep)), 7_999_999);
    assert_eq!(length(&all(Recursion::Direct, Modules::Keep)), 5_999_999);
    assert_eq!(length(&all(Recursion::Any, Modules::Keep)), 2);
    assert_eq!(length(&all(Recursion::Keep, Modules::Like(vec![Pattern::text("b"), Pattern::text("c")]))), 5_999_999);
}

#[test]
fn empty_profiles_and_stacks_stay_what_they_are() {
    let all = Filters {
        threads: vec![ThreadId(0), ThreadId(u32::MAX)],
        range_ns: Some((i64::MIN, i64::MAX)),
        focus: Some(Pattern::text("x")),
        ignore: Some(Pattern::exact("y")),
        hide: Some(Pattern::text("")),
        show: Some(Pattern::regex("").expect("valid")),
        show_from: Some(Pattern::regex("z*").expect("valid")),
        hide_system: true,
        fold_recursion: Recursion::Any,
        fold_modules: Modules::All,
    };
    let part = apply(&all, &Profile::default());
    assert!(part.samples.is_empty() && part.stacks.is_empty());
    // A sample that points nowhere, and one of a stack without frames.
    let mut profile = deep(&[0], 0);
    profile.samples.stack.push(StackId(77));
    profile.samples.values[0].push(5);
    let folds = Filters { fold_recursion: Recursion::Any, ..Filters::default() };
    assert_eq!(apply(&folds, &profile).samples.len(), 1);
    assert_eq!(apply(&all, &profile).samples.len(), 0);
}

#[test]
fn a_cancelled_filter_stops() {
    let stopped = Cancel::new();
    stopped.cancel();
    let filters = Filters { focus: Some(Pattern::text("a")), ..Filters::default() };
    assert_eq!(filters.apply(&deep(&[0], 9), &stopped).map(drop), Err(Cancelled));
}

#[test]
fn an_expression_made_to_exhaust_takes_its_time_by_name_only() {
    let name = "x".repeat(10_000);
    let lines: String = (0..50).map(|row| format!("{name}{row};{name} 1\n")).collect();
    let profile = parse(lines.as_bytes(), "x.folded").expect("valid");
    let started = Instant::now();
    let filters = Filters { focus: Some(Pattern::regex("(x+x+)+y|(x*)*z").expect("small")), ..Filters::default() };
    assert!(apply(&filters, &profile).samples.is_empty());
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
    assert!(Pattern::regex("((x{500}){500}){500}").is_err());
}

/// A million samples of twenty frames each, all of different stacks: for `cargo test --release -- --ignored --nocapture`.
#[test]
#[ignore = "measures; for a release build"]
fn a_million_samples_of_twenty_frames() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let names: Vec<String> = (0..20_000).map(|row| format!("package{}/part.(*Type{}).function{row}", row % 97, row % 31)).collect();
    let one_each: String = names.iter().map(|name| format!("{name} 1\n")).collect();
    let mut profile = parse(one_each.as_bytes(), "x.folded").expect("valid");
    let (mut stacks, mut samples) = (StacksBuilder::default(), Vec::new());
    for _ in 0..1_000_000 {
        (0..20).for_each(|depth| stacks.push(FrameId(random.below(1 + 1000 * (depth + 1)) as u32 % 20_000)));
        samples.push(stacks.finish_stack().expect("room"));
    }
    profile.stacks = stacks.finish().into();
    profile.samples =
        Samples { values: vec![vec![1; samples.len()]], time_ns: (0..1_000_000).collect(), stack: samples, ..Samples::default() };
    println!("{} stacks, {} frames", profile.stacks.len(), profile.stacks.total_frames());
    let regex = |text| Some(Pattern::regex(text).expect("valid"));
    let measured = [
        ("range", Filters { range_ns: Some((100, 900_000)), ..Filters::default() }),
        ("focus text", Filters { focus: Some(Pattern::text("FUNCTION77")), ..Filters::default() }),
        ("focus", Filters { focus: regex("function77"), ..Filters::default() }),
        ("hide", Filters { hide: regex("package1[0-9]/"), ..Filters::default() }),
        ("show_from", Filters { show_from: regex("package1[0-9]/"), ..Filters::default() }),
        ("hide_system", Filters { hide_system: true, ..Filters::default() }),
        ("fold direct", Filters { fold_recursion: Recursion::Direct, ..Filters::default() }),
        ("fold any", Filters { fold_recursion: Recursion::Any, ..Filters::default() }),
        ("fold modules", Filters { fold_modules: Modules::All, ..Filters::default() }),
    ];
    // A busy machine makes a clock tell little; Linux tells how long this thread was running.
    let running = || {
        let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
        Duration::from_nanos(told.split(' ').next().and_then(|ns| ns.parse().ok()).unwrap_or(0))
    };
    for (name, filters) in measured {
        let (started, ran) = (Instant::now(), running());
        let part = apply(&filters, &profile);
        let (took, ran) = (started.elapsed(), running() - ran);
        println!("{name}: {took:?} (running {ran:?}), {} samples, {} frames left", part.samples.len(), part.stacks.total_frames());
    }
    for grouping in Grouping::ALL {
        let started = Instant::now();
        let groups = Groups::new(&profile, grouping);
        println!("{}: {:?}, {} groups", grouping.name(), started.elapsed(), groups.len());
    }
}
