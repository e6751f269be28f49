//! Profiles of JavaScript engines, and traces in the Trace Event Format.

use std::collections::BTreeMap;

use crate::profiles::{cuts_and_flips, data, folded, open, parse, sample_type, sample_types, shared, top, try_bytes};
use tachograph::profile::Profile;

/// Figures by name.
type Figures = BTreeMap<String, (i64, i64)>;

/// Self, total and hits of each function as the script beside the files computes them.
fn reference(name: &str) -> BTreeMap<String, (i64, i64, i64)> {
    let text = std::fs::read_to_string(data(&format!("js/{name}"))).expect("is there");
    let rows = text.lines().map(|line| {
        let cells: Vec<&str> = line.split('\t').collect();
        let number = |at: usize| cells[at].parse::<i64>().expect("a number");
        (cells[3].to_string(), (number(0), number(1), number(2)))
    });
    rows.collect()
}

fn figures(profile: &Profile, name: &str) -> Figures {
    top(profile, sample_type(profile, name)).into_iter().map(|(own, total, name)| (name, (own, total))).collect()
}

/// Holds self and total of `value`, and self of `hits`, of every function against the reference.
fn assert_equals(profile: &Profile, value: &str, hits: &str, file: &str) {
    let expected = reference(file);
    let values: Figures = expected.iter().map(|(name, &(own, total, _))| (name.clone(), (own, total))).filter(not_zero).collect();
    assert_eq!(figures(profile, value), values, "{file}");
    let counts = figures(profile, hits);
    for (name, (_, _, count)) in expected {
        assert_eq!(counts.get(&name).map_or(0, |&(own, _)| own), count, "{hits} of {name} in {file}");
    }
}

fn not_zero(row: &(String, (i64, i64))) -> bool {
    row.1 != (0, 0)
}

fn good(text: &str) -> Profile {
    parse(text.as_bytes(), "x").unwrap_or_else(|error| panic!("{error}"))
}

fn place(profile: &Profile, name: &str) -> (String, u32) {
    let row =
        (0..profile.functions.len()).find(|&row| profile.strings.get(profile.functions.name[row]) == name).expect("a function");
    (profile.strings.get(profile.functions.file[row]).to_string(), profile.functions.start_line[row])
}

#[test]
fn node_cpu_profile_equals_the_reference() {
    let profile = open(&data("js/node.cpuprofile.gz"));
    assert_eq!(sample_types(&profile), [("samples", "count"), ("cpu", "nanoseconds"), ("wall", "nanoseconds")]);
    assert_equals(&profile, "wall", "samples", "node.cpuprofile.top.tsv");
    let (wall, cpu) = (figures(&profile, "wall"), figures(&profile, "cpu"));
    assert!(wall.contains_key("(idle)") && wall.contains_key("(garbage collector)") && !wall.contains_key("(root)"));
    let without: Figures = wall.clone().into_iter().filter(|(name, _)| name != "(idle)").collect();
    assert_eq!(cpu, without, "time in which nothing ran is no cpu time");
    assert_eq!(profile.sample_type(profile.default_sample_type).0, "cpu");
    assert_eq!(place(&profile, "fib"), ("file:///tmp/js/program.js".into(), 4));
    assert!(profile.samples.time_ns.is_sorted() && profile.samples.time_ns[0] > 0);
    assert_eq!(profile.warnings, [""; 0]);
}

#[test]
fn the_old_form_equals_the_reference() {
    let profile = open(&data("js/old.cpuprofile.gz"));
    assert_equals(&profile, "wall", "samples", "old.cpuprofile.top.tsv");
    assert_eq!(place(&profile, "fib"), ("/tmp/js/program.js".into(), 4), "lines count from 1 here");
    assert_eq!(profile.samples.time_ns[0], 0);
}

#[test]
fn node_heap_profile_equals_the_reference() {
    let profile = open(&data("js/node.heapprofile.gz"));
    assert_eq!(sample_types(&profile), [("samples", "count"), ("space", "bytes")]);
    assert_equals(&profile, "space", "samples", "node.heapprofile.top.tsv");
}

#[test]
fn profiles_of_others_open() {
    if let Some(path) = shared("sucrase.cpuprofile") {
        let profile = open(&path);
        assert_eq!(
            (profile.format.as_str(), profile.samples.len(), profile.sample_count()),
            ("V8 CPU profile", 17138, Some(17138))
        );
        assert_eq!(profile.duration_ns, Some(22_012_290_000));
    }
    if let Some(path) = shared("node.heapprofile") {
        let profile = open(&path);
        assert_eq!((profile.format.as_str(), sample_types(&profile)), ("V8 heap profile", vec![("space", "bytes")]));
        let own: i64 = std::fs::read_to_string(&path).expect("text").split("\"selfSize\":").skip(1).map(leading).sum();
        assert_eq!(profile.total(0), own);
    }
}

fn leading(text: &str) -> i64 {
    let end = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    text[..end].parse().expect("a number")
}

const SMALL: &str = r#"{"nodes":[
 {"id":1,"callFrame":{"functionName":"(root)","scriptId":"0","url":"","lineNumber":-1,"columnNumber":-1},"hitCount":0,"children":[2,4]},
 {"id":2,"callFrame":{"functionName":"a","url":"f.js","lineNumber":9},"hitCount":3,"children":[3],"positionTicks":[{"line":11,"ticks":2},{"line":13,"ticks":1}]},
 {"id":3,"callFrame":{"functionName":"","url":"x/f.js","lineNumber":0},"hitCount":1},
 {"id":4,"callFrame":{"functionName":"(program)","url":""},"hitCount":1}],
 "startTime":100,"endTime":190,"samples":[2,3,2,4,2],"timeDeltas":[10,10,20,30,-5]}"#;

#[test]
fn time_order_lines_and_the_last_sample() {
    let profile = good(SMALL);
    assert_eq!(folded(&profile, 0), ["a 1", "a;(anonymous f.js:1) 1", "a 1", "a 1", "(program) 1"]);
    // Taken at 110, 120, 140, 170 and, out of order, 165; until the next one, the last until the end at 190.
    assert_eq!(profile.samples.time_ns, [10_000, 20_000, 40_000, 65_000, 70_000]);
    assert_eq!(profile.samples.values[1], [10_000, 20_000, 25_000, 5_000, 20_000]);
    let lines: Vec<u32> =
        profile.stacks.iter().map(|stack| profile.frames.line[stack.last().expect("frames").0 as usize]).collect();
    assert_eq!(lines, [11, 0, 13, 0], "as many samples at each line as the node tells");
    assert_eq!((profile.duration_ns, sample_types(&profile).len()), (Some(90_000), 2));
}

#[test]
fn one_time_more_than_samples_is_the_end() {
    let tree = r#""head":{"functionName":"a","url":"","lineNumber":0,"id":1,"children":[]},"startTime":1,"endTime":1"#;
    let profile = good(&format!("{{{tree},\"samples\":[1,1],\"timestamps\":[1000005,1000015,1000018]}}"));
    assert_eq!((profile.samples.values[1].as_slice(), profile.duration_ns), (&[10_000, 3_000][..], Some(13_000)));
    assert_eq!(profile.warnings, [""; 0]);
}

#[test]
fn without_samples_hits_are_shared_out() {
    let text = r#"{"head":{"functionName":"(root)","url":"","lineNumber":0,"id":1,"hitCount":0,"children":[
        {"functionName":"a","url":"f.js","lineNumber":3,"id":2,"hitCount":3,"children":[]},
        {"functionName":"(idle)","url":"","lineNumber":0,"id":3,"hitCount":1,"children":[]}]},"startTime":1,"endTime":3}"#;
    let profile = good(text);
    assert_eq!(profile.samples.values, [vec![3, 1], vec![1_500_000_000, 0], vec![1_500_000_000, 500_000_000]]);
    assert_eq!(place(&profile, "a").1, 3);
}

#[test]
fn odd_cpu_profiles_are_read_as_far_as_possible() {
    // A circle, an unknown child, a second parent, an unknown sample, more samples than times.
    let profile = good(
        r#"{"nodes":[{"id":5,"callFrame":{"functionName":"a"},"children":[6]},{"id":6,"callFrame":{"functionName":"b"},"children":[5,9]},
        {"id":7,"callFrame":{"functionName":"c"},"children":[6]}],"samples":[6,5,8,7,7],"timeDeltas":[1,1,1,1]}"#,
    );
    assert_eq!(profile.samples.len(), 3);
    assert_eq!(profile.warnings.len(), 5, "{:?}", profile.warnings);
    let profile = good(r#"{"nodes":[],"samples":[],"timeDeltas":[]  ,"callFrame":0}"#);
    assert_eq!(profile.warnings, ["The file holds no samples."]);
    // Numbers of nodes that are far apart; times with fractions; parents in place of children; the list of samples first.
    let profile = good(
        r#"{"samples":[4000000000,7],"timeDeltas":[0.5,1.5],"startTime":0,"endTime":3,"nodes":[{"id":7,"callFrame":{"functionName":"m"}},
        {"id":4000000000,"parent":7,"callFrame":{"functionName":"n"}}]}"#,
    );
    assert_eq!(folded(&profile, 1), ["m;n 1500", "m 1000"]);
}

#[test]
fn a_tree_ten_million_deep_is_read() {
    let deep = |count: usize| {
        let mut text = String::from("{\"head\":");
        for _ in 0..count {
            text.push_str("{\"functionName\":\"f\",\"children\":[");
        }
        text.push_str("{\"functionName\":\"g\",\"id\":77777777,\"hitCount\":1}");
        text.push_str(&"]}".repeat(count));
        text.push_str(",\"samples\":[77777777],\"timestamps\":[5]}");
        text
    };
    let profile = good(&deep(100_000));
    assert_eq!(profile.stacks.total_frames(), 100_001);
    let text = deep(10_000_000);
    let limits = tachograph::profile::Limits::default();
    let (cancel, progress) = (tachograph::jobs::Cancel::new(), tachograph::jobs::Progress::new());
    let read = tachograph::profile::read::read(text.as_bytes(), None, "x", &cancel, &progress, &limits);
    assert_eq!(read.expect("fits").stacks.total_frames(), 10_000_001);
}

#[test]
fn cut_and_changed_v8_profiles_are_refused_or_sound() {
    cuts_and_flips(SMALL.as_bytes(), "small.cpuprofile");
    for name in ["node.cpuprofile.gz", "old.cpuprofile.gz", "node.heapprofile.gz"] {
        let bytes = std::fs::read(data(&format!("js/{name}"))).expect("is there");
        cuts_and_flips(&unpack(&bytes), name);
        try_bytes(&bytes[..bytes.len() / 2], name);
    }
}

fn unpack(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(bytes), &mut out).expect("gzip");
    out
}

#[test]
fn traces_of_node_and_viztracer_equal_the_reference() {
    for (file, figures) in [
        ("node-trace.json.gz", "node-trace.trace.tsv"),
        ("viztracer.json.gz", "viztracer.trace.tsv"),
        ("py-spy.json.gz", "py-spy.trace.tsv"),
    ] {
        let profile = open(&data(&format!("js/{file}")));
        assert_eq!(
            (profile.format.as_str(), sample_types(&profile)),
            ("Trace Event", vec![("time", "nanoseconds"), ("calls", "count")])
        );
        assert_equals(&profile, "time", "calls", figures);
    }
    let profile = open(&data("js/viztracer.json.gz"));
    let threads: Vec<_> =
        profile.threads.iter().map(|thread| (name(&profile, thread.name), name(&profile, thread.process_name))).collect();
    assert_eq!(threads, [("MainThread", "MainProcess"), ("other", "MainProcess")]);
    assert_eq!(place(&profile, "fib (/tmp/js/program.py:6)"), ("/tmp/js/program.py".into(), 6));
    let profile = open(&data("js/py-spy.json.gz"));
    assert_eq!(place(&profile, "pause"), ("/tmp/js/program.py".into(), 0));
    assert!(profile.frames.line.contains(&11), "the line that slept");
    let profile = open(&data("js/node-trace.json.gz"));
    assert!(!profile.markers.is_empty(), "asynchronous events and instants");
}

fn name(profile: &Profile, id: tachograph::profile::StringId) -> &str {
    profile.strings.get(id)
}

#[test]
fn a_devtools_trace_holds_a_cpu_profile_and_events() {
    let profile = open(&data("js/devtools.json.gz"));
    let names: Vec<_> = sample_types(&profile).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["samples", "cpu", "wall", "time", "calls"]);
    assert_eq!(profile.default_sample_type, 1);
    assert_equals(&profile, "wall", "samples", "devtools.json.top.tsv");
    assert_equals(&profile, "time", "calls", "devtools.trace.tsv");
    assert!(profile.frames.line.iter().any(|&line| line > 0), "lines of samples");
    let main =
        profile.threads.iter().position(|thread| name(&profile, thread.name) == "CrRendererMain").expect("the page's thread");
    assert_eq!(profile.thread_totals(0)[main], profile.total(0));
    let heap =
        profile.counters.iter().find(|counter| name(&profile, counter.name).starts_with("jsHeapSizeUsed")).expect("counters");
    assert!(heap.value.iter().all(|&value| value > 100_000.0) && heap.time_ns.iter().all(|&time| time >= 0));
}

#[test]
fn traces_of_others_open() {
    if let Some(path) = shared("chrome-116-trace.json") {
        let profile = open(&path);
        assert_eq!((profile.total(0), profile.markers.is_empty()), (1600, false));
        let cpu = figures(&profile, "cpu");
        assert!(cpu.contains_key("gamma") && !cpu.contains_key("(idle)"), "{cpu:?}");
        assert_eq!(profile.stacks.len() > 5, figures(&profile, "time").contains_key("RunTask"));
    }
    if let Some(path) = shared("trace-event-multiprocess.json") {
        let profile = open(&path);
        assert_eq!(profile.thread_totals(0), [1000; 8]);
        let named = |row: usize| (name(&profile, profile.threads[row].name), name(&profile, profile.threads[row].process_name));
        assert_eq!([named(0), named(1), named(4), named(7)], [("p0t0", "p0"), ("p0t1", "p0"), ("p2t0", ""), ("", "p3")]);
    }
    if let Some(path) = shared("trace-event-unbalanced.json") {
        // speedscope, which lets alpha last until the end because its end comes while beta is open, tells a total of 10 for it.
        let profile = open(&path);
        assert_eq!(folded(&profile, 0), ["alpha 1000", "alpha;beta 8000", "beta 1000"]);
        assert_eq!(profile.warnings.len(), 1);
    }
}

#[test]
fn durations_become_self_times() {
    let check = |events: &str, expected: &[&str]| {
        let profile = good(events);
        assert_eq!(folded(&profile, 0), expected, "{events}");
        profile
    };
    // Nested, out of order, with and without names at their ends, whole ones and pairs together.
    let text = r#"{"displayTimeUnit":"ns","traceEvents":[
        {"ph":"X","name":"b","pid":1,"tid":2,"ts":2,"dur":3},{"ph":"E","pid":1,"tid":2,"ts":10},
        {"ph":"B","name":"a","pid":1,"tid":2,"ts":0.001},{"ph":"B","name":"c","pid":1,"tid":2,"ts":6},
        {"ph":"E","name":"c","pid":1,"tid":2,"ts":"7.5"}],"otherData":{"version":"1"}}"#;
    let profile = check(text, &["a 1999", "a;b 3000", "a 1000", "a;c 1500", "a 2500"]);
    assert_eq!(profile.samples.values[1], [1, 1, 0, 1, 0], "calls");
    assert_eq!(profile.samples.time_ns, [0, 1999, 4999, 5999, 7499]);
    assert_eq!((profile.duration_ns, profile.warnings.len()), (Some(9999), 0));
    // Recursion counts once in totals.
    let profile = check(
        r#"[{"ph":"X","name":"f","ts":0,"dur":10},{"ph":"X","name":"f","ts":1,"dur":5},{"ph":"X","name":"f","ts":1,"dur":0}]"#,
        &["f 1000", "f;f 0", "f;f;f 0", "f;f 5000", "f 4000"],
    );
    assert_eq!(figures(&profile, "time")["f"], (10_000, 10_000));
    // An event that ends behind the one it began in.
    let profile = check(
        r#"[{"ph":"X","name":"a","ts":0,"dur":10},{"ph":"X","name":"b","ts":5,"dur":10}]"#,
        &["a 5000", "a;b 5000", "b 5000"],
    );
    assert_eq!(profile.warnings, ["The file has events that end behind those they began in."]);
    // An end before its beginning in the file, both of one time.
    let text =
        r#"[{"ph":"B","name":"a","ts":0},{"ph":"E","name":"c","ts":2},{"ph":"B","name":"c","ts":2},{"ph":"E","name":"a","ts":9}]"#;
    assert_eq!(check(text, &["a 2000", "a;c 0", "a 7000"]).warnings, [""; 0]);
    // The end of b was lost: it does not last longer than what it is in.
    let text = r#"[{"ph":"B","name":"a","ts":0},{"ph":"B","name":"b","ts":1},{"ph":"E","name":"a","ts":3},{"ph":"X","name":"c","ts":9,"dur":1}]"#;
    check(text, &["a 1000", "a;b 2000", "c 1000"]);
    // Ends that are missing or too many.
    let profile = check(
        r#"[{"ph":"E","name":"x","ts":0},{"ph":"B","name":"a","ts":1},{"ph":"B","name":"b","ts":3},{"ph":"E","name":"b","ts":5}]"#,
        &["a 2000", "a;b 2000"],
    );
    assert_eq!(profile.warnings.len(), 2);
    check(
        r#"[{"ph":"X","name":"a","ts":5,"dur":-3},{"ph":"X","ts":9},{"ph":"B","name":"no time"},{"ph":"?"},7]"#,
        &["a 0", "(unnamed) 0"],
    );
}

#[test]
fn a_list_may_be_cut_at_the_end() {
    let whole =
        "[{\"ph\":\"X\",\"name\":\"a\",\"pid\":1,\"ts\":1,\"dur\":2},\n{\"ph\":\"X\",\"name\":\"b\",\"pid\":1,\"ts\":4,\"dur\":1}";
    for end in ["]", "", ",", ",\n", "\n"] {
        let profile = good(&format!("{whole}{end}"));
        assert_eq!((folded(&profile, 0), profile.warnings.len()), (vec!["a 2000".to_string(), "b 1000".into()], 0), "{end:?}");
    }
    let profile = good(&format!("{whole},{{\"ph\":\"X\",\"na"));
    assert_eq!(profile.samples.len(), 2);
    assert!(profile.warnings[0].contains("cut off"), "{:?}", profile.warnings);
    let profile = good(&format!("{{\"traceEvents\":{whole}"));
    assert_eq!((profile.samples.len(), profile.warnings.len()), (2, 1));
}

#[test]
fn markers_and_counters() {
    let profile = good(
        r#"[{"ph":"b","cat":"net","id":"0x1","name":"load","pid":1,"tid":1,"ts":10},{"ph":"b","cat":"net","id":"0x1","name":"wait","pid":1,"tid":1,"ts":11},
        {"ph":"n","cat":"net","id":"0x1","name":"step","pid":1,"tid":1,"ts":12},{"ph":"e","cat":"net","id":"0x1","name":"wait","pid":1,"tid":3,"ts":13},
        {"ph":"e","cat":"net","id":"0x1","name":"load","pid":1,"tid":1,"ts":20},{"ph":"e","cat":"net","id":"0x9","name":"load","pid":1,"tid":1,"ts":21},
        {"ph":"S","cat":"old","id":7,"name":"open","pid":1,"tid":1,"ts":14},{"ph":"i","name":"mark","s":"g","pid":1,"tid":1,"ts":15},
        {"ph":"I","name":"old mark","pid":1,"tid":1,"ts":16},{"ph":"s","id":1,"name":"flow","pid":1,"tid":1,"ts":9},
        {"ph":"C","name":"mem","pid":1,"ts":12,"args":{"used":5,"free":3.5}},{"ph":"C","name":"mem","pid":1,"ts":11,"args":{"used":"4"}},
        {"ph":"C","name":"cpu","pid":2,"ts":30,"args":{"value":1}},{"ph":"M","name":"process_name","pid":2,"args":{"name":"two"}}]"#,
    );
    let markers: Vec<_> =
        profile.markers.iter().map(|marker| (name(&profile, marker.name), marker.start_ns, marker.end_ns)).collect();
    let open_end = 20_000;
    assert_eq!(
        markers,
        [
            ("load", 0, 10_000),
            ("wait", 1000, 3000),
            ("step", 2000, 2000),
            ("load", 0, 11_000),
            ("open", 4000, open_end),
            ("mark", 5000, 5000),
            ("old mark", 6000, 6000)
        ]
    );
    let counters: Vec<_> =
        profile.counters.iter().map(|counter| (name(&profile, counter.name), &counter.time_ns[..], &counter.value[..])).collect();
    assert_eq!(
        counters,
        [
            ("mem: used (1)", &[1000, 2000][..], &[4.0, 5.0][..]),
            ("mem: free (1)", &[2000], &[3.5]),
            ("cpu (two 2)", &[20_000], &[1.0])
        ]
    );
    assert_eq!(name(&profile, profile.markers.get(0).category), "net");
    assert_eq!(profile.warnings, ["The file holds no samples."]);
}

/// As Hermes writes it: numbers as texts, samples and frames beside the events.
const HERMES: &str = r#"{"traceEvents":[{"name":"process_name","ph":"M","cat":"__metadata","pid":75,"ts":"1000","tid":"-1","args":{"name":"hermes"}},
 {"name":"thread_name","ph":"M","cat":"__metadata","pid":75,"ts":"1000","tid":"9","args":{"name":"mqt_js"}}],
 "samples":[{"cpu":"-1","name":"","ts":"2000","pid":75,"tid":"9","weight":"1","sf":2},{"cpu":"-1","name":"","ts":"2010","pid":75,"tid":"9","weight":"1","sf":3},
 {"cpu":"-1","name":"","ts":"2030","pid":75,"tid":"9","weight":"1","sf":1}],
 "stackFrames":{"1":{"name":"[root]","category":"root"},"2":{"name":"run(http://localhost:8081/index.bundle?dev=true:10:4)","category":"JavaScript","parent":1},
 "3":{"name":"[GC Young Gen]","category":"Metadata","parent":2}}}"#;

#[test]
fn hermes_samples_and_events() {
    let profile = good(HERMES);
    assert_eq!(folded(&profile, 1), ["[root];run 10000", "[root];run;[GC Young Gen] 20000", "[root] 15000"]);
    assert_eq!(place(&profile, "run"), ("http://localhost:8081/index.bundle?dev=true".into(), 10));
    assert_eq!((name(&profile, profile.threads[0].name), profile.threads[0].id), ("mqt_js", Some(9)));
    // What hermes-profile-transformer makes of it: pairs whose arguments tell the place.
    let profile = good(
        r#"[{"pid":0,"tid":0,"ph":"B","name":"beta","ts":1,"args":{"line":54,"column":12,"name":"beta","url":"/a/require.js","allocatedName":"beta"}},
        {"pid":0,"tid":0,"ph":"E","name":"beta","ts":13,"args":{"line":54,"url":"/a/require.js"}}]"#,
    );
    assert_eq!((folded(&profile, 0), place(&profile, "beta")), (vec!["beta 12000".to_string()], ("/a/require.js".into(), 54)));
}

#[test]
fn deep_and_overlapping_events_stay_bounded() {
    let mut text = String::from("[");
    for nth in 0..100_000 {
        text.push_str(&format!("{{\"ph\":\"B\",\"name\":\"f\",\"ts\":{nth}}},\n"));
    }
    let limits = tachograph::profile::Limits::default();
    let (cancel, progress) = (tachograph::jobs::Cancel::new(), tachograph::jobs::Progress::new());
    let profile = tachograph::profile::read::read(text.as_bytes(), None, "x", &cancel, &progress, &limits).expect("fits");
    assert_eq!(profile.total(0), 99_999_000);
    assert!(profile.warnings.iter().any(|warning| warning.contains("10,000")), "{:?}", profile.warnings);
    let mut text = String::from("[");
    for nth in 0..50_000 {
        text.push_str(&format!("{{\"ph\":\"X\",\"name\":\"f{}\",\"ts\":{nth},\"dur\":40000}},\n", nth % 7));
    }
    let _ = parse(text.as_bytes(), "x");
}

#[test]
fn cut_and_changed_traces_are_refused_or_sound() {
    cuts_and_flips(HERMES.as_bytes(), "hermes.json");
    for name in ["node-trace.json.gz", "devtools.json.gz"] {
        let bytes = std::fs::read(data(&format!("js/{name}"))).expect("is there");
        cuts_and_flips(&unpack(&bytes), name);
        try_bytes(&bytes[..bytes.len() / 2], name);
    }
}

#[test]
fn a_processed_log_equals_what_node_prints() {
    let profile = open(&data("js/node.v8log.json.gz"));
    let text = std::fs::read_to_string(data("js/node.v8log.txt")).expect("is there");
    let mut expected = BTreeMap::<String, i64>::new();
    // Lines of the flat part: ticks, one or two shares, a name; scripts with a sign of how far they were compiled and a place.
    let flat = text.split("[Summary]").next().expect("a part");
    for line in flat.lines().filter(|line| line.contains('%')) {
        let name = line.rsplit("%  ").next().expect("a name").trim();
        let name = match name.strip_prefix("JS: ") {
            Some(script) => script.trim_start_matches(['*', '~', '^', '+']).split(" /").next().expect("a name"),
            None => name,
        };
        let ticks = line.split_whitespace().next().and_then(|ticks| ticks.parse::<i64>().ok()).expect("a number");
        *expected.entry(name.replace("<anonymous>", "(anonymous program.js:15)")).or_default() += ticks;
    }
    let number = |marker: &str| leading(text.split(marker).nth(1).expect("there").trim_start());
    let mut counts: BTreeMap<String, i64> =
        figures(&profile, "samples").into_iter().map(|(name, (own, _))| (name, own)).filter(|&(_, own)| own > 0).collect();
    // Ticks in code that the log does not know are told apart here by what V8 did.
    let states = ["(unknown)", "(garbage collector)", "(parser)", "(bytecode compiler)", "(compiler)", "(idle)"];
    let unknown: i64 = states.iter().filter_map(|state| counts.remove(*state)).sum();
    assert_eq!(unknown, number(" ticks, "));
    assert_eq!(counts, expected);
    assert_eq!(profile.total(0), number("v8.log, ("));
    // The heavy part tells under “UNKNOWN” who called.
    let totals = figures(&profile, "samples");
    assert!(totals["main"].1 > 100 && totals["main"].0 == 0, "{totals:?}");
    assert_eq!(place(&profile, "fib"), ("/tmp/js/program.js".into(), 4));
    assert_eq!(sample_types(&profile).len(), 3, "there is idle time");
}

const SAFARI: &str = r#"{"version":1,"recording":{"displayName":"Timeline Recording 1","startTime":4.0,"endTime":6.5,"discontinuities":[],
 "instrumentTypes":["timeline-record-type-script"],"records":[{"type":"timeline-record-type-cpu","timestamp":4.5,"usage":12.5,"threads":[]},
 {"type":"timeline-record-type-layout","eventType":"paint","startTime":4.25,"endTime":4.5,"quad":[0]},
 {"type":"timeline-record-type-memory","timestamp":5,"categories":[{"type":"javascript","size":1000}]}],
 "markers":[{"time":4.75,"type":"load-event"}],"memoryPressureEvents":[],"sampleStackTraces":[
 {"timestamp":5.0,"stackFrames":[{"sourceID":"7","name":"","line":2,"column":10,"url":"http://x/a.js","expressionLocation":{"line":34,"column":13}},
 {"sourceID":"7","name":"run","line":4294967295,"column":4294967295,"url":""}]},{"timestamp":5.002,"stackFrames":[]}],
 "sampleDurations":[0.001,0.0015]},"overview":{"secondsPerPixel":0.02}}"#;

#[test]
fn safari_timelines() {
    let profile = good(SAFARI);
    assert_eq!(folded(&profile, 1), ["run;(anonymous a.js:2) 1000000", " 1500000"]);
    assert_eq!(profile.samples.time_ns, [999_000_000, 1_000_500_000]);
    assert_eq!((profile.duration_ns, profile.format.as_str()), (Some(2_500_000_000), "Safari timeline"));
    assert!(profile.frames.line.contains(&34));
    let markers: Vec<_> =
        profile.markers.iter().map(|marker| (name(&profile, marker.name), marker.start_ns, marker.end_ns)).collect();
    assert_eq!(markers, [("paint", 250_000_000, 500_000_000), ("load-event", 750_000_000, 750_000_000)]);
    let counters: Vec<_> = profile.counters.iter().map(|counter| (name(&profile, counter.name), counter.value[0])).collect();
    assert_eq!(counters, [("cpu", 12.5), ("javascript", 1000.0)]);
}

#[test]
fn cut_and_changed_logs_and_timelines_are_refused_or_sound() {
    cuts_and_flips(SAFARI.as_bytes(), "safari.json");
    let log = r#"{"code":[{"name":"/usr/bin/node","type":"SHARED_LIB"},{"name":"f /a/b c.js:4:13","type":"JS","kind":"Opt","func":0},
        {"name":" node:x:1:1","type":"JS","kind":"Unopt","func":1},{"name":"Add","type":"CODE","kind":"Builtin"}],"functions":[],
        "ticks":[{"tm":100,"vm":0,"s":[3,5,1,2,2,1]},{"tm":300,"vm":1,"s":[-1,77,2,9]},{"tm":250,"vm":8,"s":[0,1]},{"tm":400,"vm":6,"s":[-1,4]}]}"#;
    let profile = good(log);
    assert_eq!(
        folded(&profile, 1),
        [
            "(anonymous node:x:1);f;Builtin: Add 150000",
            "(idle);/usr/bin/node 0",
            "(anonymous node:x:1);(garbage collector) 100000",
            "(unknown) 100000"
        ]
    );
    assert_eq!(place(&profile, "f"), ("/a/b c.js".into(), 4));
    cuts_and_flips(log.as_bytes(), "v8.json");
}

#[test]
fn the_format_is_told_by_content_whatever_the_name() {
    let told = |bytes: &[u8], name: &str| {
        let head = &bytes[..bytes.len().min(64 << 10)];
        tachograph::profile::read::detect(head, head.len() == bytes.len(), name).map(|format| format.name)
    };
    for (file, expected) in [
        ("node.cpuprofile.gz", "V8 CPU profile"),
        ("old.cpuprofile.gz", "V8 CPU profile"),
        ("node.heapprofile.gz", "V8 heap profile"),
        ("node.v8log.json.gz", "V8 log"),
        ("node-trace.json.gz", "Trace Event"),
        ("viztracer.json.gz", "Trace Event"),
        ("devtools.json.gz", "Trace Event"),
    ] {
        let bytes = unpack(&std::fs::read(data(&format!("js/{file}"))).expect("is there"));
        for name in ["x", "x.json", "x.cpuprofile", "x.heapprofile", "x.pb.gz", "x.folded", "x.csv"] {
            assert_eq!(told(&bytes, name), Some(expected), "{file} as {name}");
        }
    }
    assert_eq!((told(HERMES.as_bytes(), "x"), told(SAFARI.as_bytes(), "x.trace")), (Some("Trace Event"), Some("Safari timeline")));
    for text in [
        "{}",
        "[]",
        "[1,2]",
        "{\"ph\":1}",
        "{\"a\":\"traceEvents\",\"b\":\"nodes\",\"c\":\"callFrame\"}",
        "{\"code\":404,\"message\":\"not found\"}",
        "{\"recording\":1}",
        "{\"nodes\":[{\"id\":1}],\"links\":[]}",
    ] {
        assert_eq!(told(text.as_bytes(), "x.json"), None, "{text}");
    }
    for other in
        ["cpu.stackprof.json", "evented.speedscope.json", "ghc-json.prof", "ls.firefox.json", "two-sampled.speedscope.json"]
    {
        let Some(path) = shared(other) else { continue };
        let bytes = std::fs::read(path).expect("is there");
        let ours = ["V8 CPU profile", "V8 heap profile", "V8 log", "Trace Event", "Safari timeline"];
        assert!(told(&bytes, "x").is_none_or(|name| !ours.contains(&name)), "{other}");
    }
}

#[test]
fn profiles_in_traces_of_older_browsers() {
    // A whole profile as one event; another one whose first part comes before its beginning, from another thread, without numbers of hits.
    let profile = good(
        r#"[{"ph":"I","name":"CpuProfile","pid":1,"tid":2,"ts":5,"args":{"data":{"cpuProfile":{"nodes":[
        {"id":1,"callFrame":{"functionName":"(root)"},"children":[2]},{"id":2,"callFrame":{"functionName":"a","url":"u.js","lineNumber":4}}],
        "samples":[2,2],"timeDeltas":[10,20],"startTime":100,"endTime":150}}}},
        {"ph":"P","name":"ProfileChunk","id":"0x7","pid":1,"tid":9,"ts":120,"args":{"data":{"cpuProfile":{"nodes":[{"id":2,"parent":1,
        "callFrame":{"functionName":"b"}}],"samples":[2]},"timeDeltas":[5],"lines":[3]}}},
        {"ph":"P","name":"Profile","id":"0x7","pid":1,"tid":3,"ts":110,"args":{"data":{"startTime":110}}},
        {"ph":"P","name":"ProfileChunk","id":"0x7","pid":1,"tid":9,"ts":115,"args":{"data":{"cpuProfile":{"nodes":[{"id":1,
        "callFrame":{"functionName":"(root)"}}],"samples":[1],"endTime":131},"timeDeltas":[4]}}},
        {"ph":"M","name":"thread_name","pid":1,"tid":3,"args":{"name":"CrRendererMain"}}]"#,
    );
    assert_eq!(folded(&profile, 1), ["a 20000", "a 20000", "(root) 5000", "b 12000"]);
    assert_eq!(profile.samples.time_ns, [10_000, 30_000, 14_000, 19_000]);
    let threads: Vec<_> = profile.threads.iter().map(|thread| (thread.id, name(&profile, thread.name))).collect();
    assert_eq!(threads, [(Some(2), ""), (Some(3), "CrRendererMain")]);
    assert!(profile.frames.line.contains(&3));
}

#[test]
fn a_log_that_was_not_processed_says_what_to_do() {
    let error =
        parse(b"v8-version,11,3,244,8,-node.30,0\nshared-library,/usr/bin/node,0x400000,0x1000000,0\n", "v8.log").expect_err("raw");
    assert!(error.to_string().contains("a log of V8") && tachograph::jobs::Explain::next_step(&error).contains("--preprocess"));
}
