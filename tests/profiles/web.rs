//! Profiles of browsers, of Ruby, Haskell and others: held against what their own tools print.

use std::collections::HashMap;
use std::fs;
use std::io::Read as _;

use crate::profiles::{check, cuts_and_flips, data, open, parse, sample_type, sample_types, shared, top};
use tachograph::profile::{Grouping, Groups, Profile, ThreadId, Top};

/// The bytes of a packed file under `tests/data/profiles/web`.
fn unpacked(name: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let file = fs::File::open(data(&format!("web/{name}"))).expect("there");
    flate2::read::GzDecoder::new(file).read_to_end(&mut bytes).expect("gzip");
    bytes
}

fn read(name: &str) -> Profile {
    let profile = open(&data(&format!("web/{name}")));
    check(&profile);
    profile
}

/// Only the samples of one thread.
fn of_thread(profile: &Profile, thread: ThreadId) -> Profile {
    let mut only = profile.clone();
    for column in &mut only.samples.values {
        for (value, own) in column.iter_mut().zip(&profile.samples.thread) {
            if *own != thread {
                *value = 0;
            }
        }
    }
    only
}

/// Self and total by name and file.
fn figures(profile: &Profile, sample_type: usize) -> HashMap<(String, String), (i64, i64)> {
    let groups = Groups::new(profile, Grouping::NameAndFile);
    let rows = Top::new(profile, &groups, sample_type).rows;
    let named = rows.iter().map(|row| {
        let name = profile.function_name(row.function).to_owned();
        ((name, profile.function_file(row.function).to_owned()), (row.self_value, row.total_value))
    });
    named.collect()
}

/// Holds a profile against what `profiler-cli` prints: lines of thread, process, name, library, self and total, the latter two in units
/// of `scale`. Threads of the print are in the order of the profile's threads; `threads` are those to look at. Gives the number of lines
/// compared.
fn against_firefox(profile: &Profile, sample_type: usize, print: &str, threads: &[&str], scale: i64) -> usize {
    let own = threads_with(profile, sample_type);
    assert_eq!(own.len(), threads.len());
    for (own, thread) in own.iter().zip(threads) {
        let found = figures(&of_thread(profile, *own), sample_type);
        for line in print.lines().filter(|line| line.split('\t').next() == Some(thread)) {
            let cells: Vec<&str> = line.split('\t').collect();
            let &[_, _, name, library, self_value, total] = cells.as_slice() else { panic!("{line}") };
            let name = if name.starts_with("0x") && !library.is_empty() { format!("{library}!{name}") } else { name.to_owned() };
            let number = |text: &str| text.parse::<i64>().expect("number") * scale;
            let expected = (number(self_value), number(total));
            // The tool tells the library of a function whose source is known, too.
            let same_name = || found.iter().find(|((known, _), _)| *known == name).map(|(_, figures)| *figures);
            let figures = found.get(&(name.clone(), library.to_owned())).copied().or_else(same_name);
            assert_eq!(figures.unwrap_or_default(), expected, "{line}");
        }
    }
    print.lines().filter(|line| threads.iter().any(|thread| line.starts_with(thread))).count()
}

/// Threads that have any value.
fn threads_with(profile: &Profile, sample_type: usize) -> Vec<ThreadId> {
    let totals = profile.thread_totals(sample_type);
    let rows = totals.iter().enumerate().filter(|(_, total)| **total != 0);
    rows.map(|(row, _)| ThreadId(row as u32)).collect()
}

fn text(name: &str) -> String {
    fs::read_to_string(data(&format!("web/{name}"))).expect("there")
}

#[test]
fn a_recording_of_firefox_equals_its_own_tool() {
    let profile = read("firefox.gecko.json.gz");
    assert_eq!(profile.format, "Gecko profile");
    assert_eq!(sample_types(&profile), [("samples", "count"), ("cpu", "nanoseconds")]);
    let compared = against_firefox(&profile, 0, &text("firefox.gecko.timing.tsv"), &["t-0", "t-1"], 1);
    assert!(compared > 150, "{compared}");
    let print = text("firefox.gecko.timing.tsv");
    let cpu = print.lines().filter_map(|line| line.strip_prefix("# cpu ms\t")?.parse::<f64>().ok());
    let cpu: Vec<i64> = cpu.map(|milliseconds| (milliseconds * 1e6).round() as i64).collect();
    assert_eq!(profile.thread_totals(1), cpu);
    let names: Vec<_> = profile.threads.iter().map(|thread| profile.strings.get(thread.process_name)).collect();
    assert_eq!(names, ["Parent Process", "file:// Content"]);
    assert!(profile.period == Some(20_000_000) && profile.duration_ns.is_some() && profile.time_ns.is_some());
    assert!(profile.markers.len() > 60 && profile.markers.iter().any(|marker| marker.end_ns > marker.start_ns));
    assert!(profile.mappings.iter().any(|mapping| profile.strings.get(mapping.file).ends_with("libxul.so")));
    assert_eq!(profile.warnings, Vec::<String>::new());
}

#[test]
fn a_processed_profile_of_others_equals_the_tool() {
    let Some(path) = shared("ls.firefox.json") else { return };
    let profile = open(&path);
    check(&profile);
    assert_eq!((profile.format.as_str(), &profile.warnings), ("Firefox Profiler", &vec![]));
    let print = text("ls.firefox.timing.tsv");
    assert!(against_firefox(&profile, 0, &print, &["t-1"], 1) > 100);
}

#[test]
fn what_samply_writes_equals_the_tool() {
    let profile = read("crate.processed.json.gz");
    let types = ["samples", "time", "size", "cpu", "native_allocations", "native_deallocations", "native_retained"];
    assert_eq!(type_names(&profile), types);
    let print = text("crate.processed.timing.tsv");
    for (name, threads, scale) in [("samples", &["t-0", "t-1"][..], 1), ("time", &["t-2"], 1_000_000), ("size", &["t-3"], 1)] {
        assert!(against_firefox(&profile, sample_type(&profile, name), &print, threads, scale) >= 9);
    }
    for (name, file) in [
        ("native_allocations", "native-allocations"),
        ("native_deallocations", "native-deallocations-sites"),
        ("native_retained", "native-retained-allocations"),
    ] {
        let print = text(&format!("crate.processed.{file}.tsv"));
        assert!(against_firefox(&profile, sample_type(&profile, name), &print, &["t-0"], 1) >= 9);
    }
    let markers: Vec<_> = profile.markers.iter().map(|marker| (marker.start_ns / 100_000, marker.end_ns / 100_000)).collect();
    assert_eq!(markers, [(30, 30), (40, 95), (100, 300), (400, 400)]);
    assert_eq!(profile.strings.get(profile.markers.get(0).text), "name: some details");
    assert_eq!((profile.counters.len(), profile.counters[0].time_ns.len()), (2, 20));
    let processes: Vec<_> = profile.threads.iter().map(|thread| (thread.process_id, thread.id)).collect();
    assert_eq!(processes, [(Some(100), Some(100)), (Some(100), Some(101)), (Some(200), Some(200)), (Some(200), Some(201))]);
}

#[test]
fn tables_that_all_threads_share_equal_the_tool() {
    let profile = read("shared.processed.json");
    assert_eq!(against_firefox(&profile, 0, &text("shared.processed.timing.tsv"), &["t-0", "t-1"], 1), 8);
    let js = sample_type(&profile, "js_allocations");
    assert_eq!(against_firefox(&profile, js, &text("shared.processed.js-allocations.tsv"), &["t-0"], 1), 4);
    assert_eq!(profile.samples.time_ns[..4], [1_000_000, 2_000_000, 5_500_000, 6_500_000]);
    let inlined = (0..profile.frames.len()).find(|&row| profile.frames.inlined[row]).expect("one");
    assert_eq!((profile.function_name(profile.frames.function[inlined]), profile.frames.line[inlined]), ("inlined", 22));
    assert_eq!(profile.frames.address[inlined], 36);
    let mapping = profile.frames.mapping[inlined];
    assert_eq!(profile.strings.get(profile.mappings[mapping.0 as usize].build_id), "11");
    assert_eq!(profile.total(sample_type(&profile, "cpu")), 502_000);
}

#[test]
fn odd_profiles_of_firefox() {
    let made = |middle: &str| {
        format!(
            r#"{{"meta":{{"preprocessedProfileVersion":20,"interval":1}},"threads":[{{"name":"a","stringArray":["f","g"],
            "frameTable":{{"func":[0,1,9]}},"funcTable":{{"name":[0,1]}},{middle}}}]}}"#
        )
    };
    let cycle = made(r#""stackTable":{"prefix":[1,0,2],"frame":[0,1,0]},"samples":{"stack":[0,1,2],"time":[1,2,3]}"#);
    let profile = parse(cycle.as_bytes(), "a.json").expect("best effort");
    assert_eq!(top(&profile, 0), [(2, 3, "f".into()), (1, 1, "g".into())]);
    assert_eq!(profile.warnings, ["The file has stacks whose caller is told behind them; they were cut there."]);
    let missing = made(r#""stackTable":{"prefix":[null],"frame":[2]},"samples":{"stack":[0,7],"time":[1,2]}"#);
    let profile = parse(missing.as_bytes(), "a.json").expect("best effort");
    assert_eq!((top(&profile, 0), profile.warnings.len()), (vec![(1, 1, "<unknown>".into())], 2));
    let empty = made(r#""stackTable":{"prefix":[],"frame":[]},"samples":{"stack":[],"time":[]}"#);
    let profile = parse(empty.as_bytes(), "a.json").expect("empty");
    assert_eq!(profile.warnings, ["The file holds no samples."]);
    let error = parse(br#"{"meta":{"preprocessedProfileVersion":20}}"#, "a.json").expect_err("no threads");
    assert!(error.to_string().contains("no list of threads"), "{error}");
}

#[test]
fn a_stack_of_a_million_frames_and_a_cut_profile() {
    let rows = 1_000_000;
    let mut prefix = String::from("null");
    let mut frame = String::from("0");
    for row in 0..rows {
        prefix.push_str(&format!(",{row}"));
        frame.push_str(",0");
    }
    let text = format!(
        r#"{{"meta":{{"preprocessedProfileVersion":20}},"threads":[{{"stringArray":["f"],"frameTable":{{"func":[0]}},
        "funcTable":{{"name":[0]}},"samples":{{"stack":[{rows}]}},"stackTable":{{"prefix":[{prefix}],"frame":[{frame}]}}}}]}}"#
    );
    let profile = parse(text.as_bytes(), "deep").expect("bounded");
    assert_eq!(top(&profile, 0), [(1, 1, "f".into())]);
    let cut = parse(&text.as_bytes()[..text.len() - 1], "deep").expect("best effort");
    assert_eq!(top(&cut, 0), [(1, 1, "f".into())]);
    assert!(cut.warnings[0].contains("in the middle of the profile"), "{:?}", cut.warnings);
}

/// A small profile in Gecko's form, with everything that the recording has not.
const GECKO: &str = r#"{"meta":{"version":13,"interval":1,"stackwalk":1,"startTime":1000},
"libs":[{"start":4096,"end":8192,"offset":0,"name":"libx.so","path":"/lib/libx.so","debugName":"x","breakpadId":"A0"}],
"counters":[{"name":"malloc","category":"Memory","sample_groups":[{"id":0,"samples":{"schema":{"time":0,"number":1,"count":2},
"data":[[1,1,100],[2,2,-40]]}}]}],
"threads":[{"name":"GeckoMain","pid":5,"tid":5,"stringTable":["(root)","0x1010","f (http://a/b.js:3:4)","GC","Text","mark"],
"frameTable":{"schema":{"location":0,"implementation":1,"line":4},"data":[[0],[1],[2,null,null,null,7]]},
"stackTable":{"schema":{"frame":1,"prefix":0},"data":[[null,0],[0,1],[1,2]]},
"samples":{"schema":{"stack":0,"time":1},"data":[[2,1],[null,2],[2,3],[1,4]]},
"markers":{"schema":{"name":0,"startTime":1,"endTime":2,"phase":3,"category":4,"data":5},"data":[
[3,1,null,0,0,{"type":"Native allocation","size":64,"memoryAddress":16,
"stack":{"name":"SyncProfile","samples":{"schema":{"stack":0,"time":1},"data":[[2,1]]}}}],
[3,2,null,0,0,{"type":"Native allocation","size":32,"memoryAddress":32,"stack":{"samples":{"schema":{"stack":0},"data":[[1,1]]}}}],
[3,3,null,0,0,{"type":"Native allocation","size":-64,"memoryAddress":16,"stack":{"samples":{"schema":{"stack":0},"data":[[0,1]]}}}],
[3,3,null,0,0,{"type":"JS allocation","size":8,"stack":{"samples":{"schema":{"stack":0},"data":[[2,1]]}}}],
[5,4,null,2,0,null],[5,null,6,3,0,{"type":"tracing","size":7}]]}}],
"processes":[{"meta":{"startTime":1010},"libs":[],"threads":[{"name":"GeckoMain","pid":6,"tid":6,"stringTable":["(root)"],
"frameTable":{"schema":{"location":0},"data":[[0]]},"stackTable":{"schema":{"prefix":0,"frame":1},"data":[[null,0]]},
"samples":{"schema":{"stack":0,"time":1},"data":[[0,1]]},"markers":{"schema":{"name":0,"time":1,"data":2},"data":[]}}]}]}"#;

#[test]
fn allocations_counters_and_child_processes_of_gecko() {
    let profile = parse(GECKO.as_bytes(), "gecko").expect("valid");
    check(&profile);
    assert_eq!((profile.format.as_str(), &profile.warnings), ("Gecko profile", &vec![]));
    let types = ["samples", "js_allocations", "native_allocations", "native_deallocations", "native_retained"];
    assert_eq!(type_names(&profile), types);
    let rows = [(2, 2, "f".to_owned()), (1, 4, "(root)".into()), (1, 3, "libx.so!0x1010".into())];
    assert_eq!(top(&profile, 0), rows);
    assert_eq!((1..5).map(|row| profile.samples.column(row).iter().sum::<i64>()).collect::<Vec<_>>(), [8, 96, -64, 32]);
    assert_eq!(profile.thread_totals(0), [3, 1]);
    assert_eq!(profile.samples.time_ns.last(), Some(&11_000_000), "its process began 10 ms later");
    assert_eq!(profile.counters[0].value, [100.0, 60.0]);
    let marker = profile.markers.get(0);
    assert_eq!((profile.markers.len(), marker.start_ns, marker.end_ns), (1, 4_000_000, 6_000_000));
    let script = profile.functions.start_line.iter().position(|line| *line == 3).expect("told by its place");
    assert_eq!(profile.strings.get(profile.functions.file[script]), "http://a/b.js");
    assert!(profile.frames.line.contains(&7) && profile.frames.address.contains(&0x1010));
}

#[test]
fn damaged_profiles_of_firefox() {
    cuts_and_flips(&fs::read(data("web/shared.processed.json")).expect("there"), "shared.json");
    let packed = fs::read(data("web/firefox.gecko.json.gz")).expect("there");
    for part in 0..100 {
        crate::profiles::try_bytes(&packed[..packed.len() * part / 100], "a.json.gz");
    }
    // Child processes and allocations among the markers stand at the end of this one.
    cuts_and_flips(GECKO.as_bytes(), "gecko.json");
    cuts_and_flips(&unpacked("firefox.gecko.json.gz")[..200_000], "a.json");
}

/// Holds a profile against `stackprof --text`: total and self of every method, those of one name in the order of their sizes.
fn against_stackprof(profile: &Profile, print: &str) {
    let lines = print.lines().skip_while(|line| !line.contains("TOTAL")).skip(1);
    let mut expected: Vec<(i64, i64, String)> = lines
        .map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            (words[0].parse().expect("total"), words[2].parse().expect("self"), words[4..].join(" "))
        })
        .collect();
    let figures = figures(profile, 0).into_iter().map(|((name, _), (own, total))| (total, own, name));
    let mut found: Vec<_> = figures.collect();
    expected.sort();
    found.sort();
    assert_eq!(found, expected);
}

#[test]
fn stackprof_with_stacks_equals_its_own_print() {
    for (name, kind) in [("stackprof-raw", "wall"), ("stackprof-object", "object")] {
        let json = read(&format!("{name}.json.gz"));
        against_stackprof(&json, &text(&format!("{name}.txt")));
        assert_eq!((json.format.as_str(), &json.warnings, json.graph.is_none()), ("stackprof", &vec![], true));
        let dump = read(&format!("{name}.dump.gz"));
        assert!(dump == json, "the dump differs");
        assert_eq!(type_names(&json), if kind == "wall" { vec!["samples", "wall"] } else { vec!["samples"] });
    }
    let wall = read("stackprof-raw.json.gz");
    let total = wall.total(sample_type(&wall, "wall"));
    assert!(wall.duration_ns == Some(total as u64) && (500_000_000..900_000_000).contains(&total), "{total}");
    assert!(wall.samples.time_ns.is_sorted() && wall.period == Some(1_000_000));
}

/// Names of the sample types.
fn type_names(profile: &Profile) -> Vec<&str> {
    sample_types(profile).into_iter().map(|(name, _)| name).collect()
}

#[test]
fn stackprof_without_stacks_equals_its_own_print() {
    for name in ["stackprof-plain.json.gz", "stackprof-plain.dump.gz"] {
        let profile = read(name);
        against_stackprof(&profile, &text("stackprof-plain.txt"));
        assert!(profile.graph.as_ref().is_some_and(|graph| graph.edges.len() > 10));
        assert!(profile.warnings[0].contains("raw: true"), "{:?}", profile.warnings);
        let stacks = crate::profiles::folded(&profile, 0);
        assert!(stacks.iter().any(|stack| stack.contains("Object#work;Object#middle;Object#inner")), "{stacks:?}");
    }
    let Some(path) = shared("cpu.stackprof.json") else { return };
    let profile = open(&path);
    check(&profile);
    let rows = top(&profile, 0);
    let row = |name: &str| rows.iter().find(|(_, _, found)| found == name).map(|row| (row.0, row.1));
    // What the file itself tells of each method.
    assert_eq!((row("Object#d"), row("Object#b"), row("Object#a")), (Some((331, 331)), Some((0, 154)), Some((0, 410))));
    assert_eq!(profile.total(0), 489);
}

#[test]
fn damaged_dumps_of_stackprof() {
    cuts_and_flips(&unpacked("stackprof-plain.dump.gz"), "a.dump");
    cuts_and_flips(&unpacked("stackprof-plain.json.gz"), "a.json");
    cuts_and_flips(&unpacked("stackprof-object.dump.gz"), "a.dump");
    // A list that says it has a billion items, lists in lists, and a stack longer than the list.
    for bytes in [
        &b"\x04\x08{\x07:\x09mode:\x09wall:\x0dinterval[\x04\x00\xca\x9a\x3b"[..],
        b"\x04\x08{\x07:\x09mode:\x09wall:\x0dinterval[\x06[\x06[\x06[\x06",
        b"\x04\x08{\x08:\x09mode:\x09wall:\x0dintervali\x06:\x08raw[\x07i\x0ai\x06",
    ] {
        crate::profiles::try_bytes(bytes, "a.dump");
    }
}

/// Holds a profile against lines of function, file, line, self and total in seconds.
fn against_pyinstrument(profile: &Profile, print: &str, slack_ns: i64) {
    let found = figures(profile, 0);
    let mut compared = 0;
    for line in print.lines().filter(|line| !line.contains("\t<thread>\t")) {
        let cells: Vec<&str> = line.split('\t').collect();
        let &[function, file, _, own, total] = cells.as_slice() else { panic!("{line}") };
        let nanoseconds = |text: &str| (text.parse::<f64>().expect("seconds") * 1e9).round() as i64;
        let Some(&(own_found, total_found)) = found.get(&(function.to_owned(), file.to_owned())) else { continue };
        let near = |a: i64, b: i64| (a - b).abs() <= slack_ns;
        assert!(near(own_found, nanoseconds(own)) && near(total_found, nanoseconds(total)), "{line}: {own_found} {total_found}");
        compared += 1;
    }
    assert!(compared >= 10, "{compared}");
}

#[test]
fn pyinstrument_equals_its_own_figures() {
    let session = read("pyinstrument.pyisession.gz");
    // The print has 9 digits behind the point, of sums of hundreds of floats.
    against_pyinstrument(&session, &text("pyinstrument.tsv"), 2_000);
    assert_eq!(session.strings.get(session.threads[0].name), "MainThread");
    assert!(session.samples.time_ns.is_sorted() && session.samples.len() > 100);
    let report = read("pyinstrument.json.gz");
    // The report has microseconds for each of its frames, and leaves frames of less than a thousandth out.
    against_pyinstrument(&report, &text("pyinstrument.tsv"), 1_000_000);
    assert_eq!((report.format.as_str(), &report.warnings), ("pyinstrument", &vec![]));
    let recursive = top(&report, 0).into_iter().find(|(_, _, name)| name == "factorial").expect("there");
    assert!(recursive.0 == 0 && recursive.1 < report.total(0), "counted once: {recursive:?}");
}

#[test]
fn damaged_and_odd_reports_of_pyinstrument() {
    cuts_and_flips(&unpacked("pyinstrument.json.gz"), "a.json");
    cuts_and_flips(&unpacked("pyinstrument.pyisession.gz")[..20_000], "a.json");
    let report = r#"{"sample_count": 2, "root_frame": {"function": "a", "time": 3, "children": [
        {"function": "[self]", "file_path": "", "time": 1}, {"time": 2, "class_name": "C", "function": "b", "children": []}]}}"#;
    let profile = parse(report.as_bytes(), "a.json").expect("valid");
    assert_eq!(crate::profiles::folded(&profile, 0), ["a 1000000000", "a;C.b 2000000000"]);
    let depth = 200_000;
    let deep = r#"{"sample_count":1,"root_frame":"#.to_owned()
        + &r#"{"function":"f","time":1,"children":["#.repeat(depth)
        + r#"{"function":"g","time":1}"#
        + &"]}".repeat(depth)
        + "}";
    assert_eq!(top(&parse(deep.as_bytes(), "a.json").expect("bounded"), 0).len(), 2);
    let empty = r#"{"sample_count": 0, "start_time": 1, "root_frame": null}"#;
    assert_eq!(parse(empty.as_bytes(), "a.json").expect("empty").warnings, ["The file holds no samples."]);
}

#[test]
fn text_profiles_of_ghc_equal_their_own_table() {
    let exact = read("ghc-pa.prof.gz");
    assert_eq!((exact.format.as_str(), &exact.warnings), ("GHC profile", &vec![]));
    assert_eq!(type_names(&exact), ["time", "ticks", "alloc", "entries"]);
    let print = String::from_utf8(unpacked("ghc-pa.prof.gz")).expect("text");
    let mut own: HashMap<String, [i64; 2]> = HashMap::new();
    let rows = print.lines().skip_while(|line| !line.starts_with("COST CENTRE")).skip(2).take_while(|line| !line.is_empty());
    for line in rows {
        let words: Vec<&str> = line.split_whitespace().collect();
        let name = if words[0] == words[1] { words[0].to_owned() } else { format!("{}.{}", words[1], words[0]) };
        let number = |back: usize| words[words.len() - back].parse::<i64>().expect("number");
        own.insert(name, [number(2), number(1)]);
    }
    for (nth, kind) in ["ticks", "alloc"].into_iter().enumerate() {
        let found: HashMap<String, i64> = top(&exact, sample_type(&exact, kind)).into_iter().map(|row| (row.2, row.0)).collect();
        for (name, figures) in &own {
            assert_eq!(found.get(name).copied().unwrap_or(0), figures[nth], "{name}");
        }
    }
    assert_eq!(exact.total(0), exact.total(1) * 1_000_000);
    let rounded = read("ghc-p.prof.gz");
    assert!(rounded.warnings[0].contains("-pa"), "{:?}", rounded.warnings);
    let print = String::from_utf8(unpacked("ghc-p.prof.gz")).expect("text");
    let before = print.split(" ticks @").next().and_then(|text| text.rsplit('(').next()).expect("ticks");
    let ticks: f64 = before.parse().expect("number");
    let rows = top(&rounded, sample_type(&rounded, "ticks"));
    for name in ["isEven", "isOdd", "fib"] {
        let line = print.lines().filter(|line| line.trim_start().starts_with(name)).nth(1).expect("in the tree");
        let words: Vec<&str> = line.split_whitespace().collect();
        let percent: f64 = words[words.len() - 2].parse().expect("number");
        let total = rows.iter().find(|row| row.2 == format!("Main.{name}")).expect("there").1;
        // Each of the parts is rounded to a tick.
        assert!((total as f64 - percent * ticks / 100.0).abs() <= 1.5, "{line}: {total}");
    }
}

#[test]
fn json_profiles_of_ghc_equal_their_own_sums() {
    let own = read("ghc-pj.prof.gz");
    let text = String::from_utf8(unpacked("ghc-pj.prof.gz")).expect("text");
    let number = |key: &str| {
        let rest = text.split(&format!("\"{key}\":")).nth(1).expect("there").trim_start();
        rest.split(|letter: char| !letter.is_ascii_digit()).next().expect("digits").parse::<i64>().expect("number")
    };
    assert_eq!((own.total(1), own.total(2)), (number("total_ticks"), number("total_alloc")));
    let fib = top(&own, 3).into_iter().find(|row| row.2 == "Main.fib").expect("there");
    assert_eq!(fib.0, 1_028_457, "every call of fib 28 is an entry");
    let Some(path) = shared("ghc-json.prof") else { return };
    let profile = open(&path);
    check(&profile);
    assert_eq!((profile.total(1), profile.total(2)), (798, 1_921_672_664));
    let rows: Vec<_> = top(&profile, 1).into_iter().take(4).map(|row| (row.2, row.0)).collect();
    let expected = [("Main.make", 406), ("Main.check", 320), ("GC", 46), ("SYSTEM", 19)];
    assert_eq!(rows, expected.map(|(name, ticks)| (name.to_owned(), ticks)));
    assert_eq!(profile.total(0), 798_000_000);
}

#[test]
fn damaged_profiles_of_ghc() {
    for name in ["ghc-p.prof.gz", "ghc-pa.prof.gz", "ghc-pj.prof.gz"] {
        cuts_and_flips(&unpacked(name), "a.prof");
    }
}

/// The file that others made holds what it took itself beside each node; the tool prints no sums of it.
#[test]
fn a_deep_copy_of_instruments_has_the_figures_of_its_lines() {
    for (name, own, total, unit) in [
        ("instruments-bytes.txt", 9984, "make", ("bytes", "bytes")),
        ("instruments-cycles.txt", 34_350_000, "work(int, char)", ("cycles", "cycles")),
    ] {
        let profile = open(&data(&format!("web/{name}")));
        check(&profile);
        assert_eq!((profile.format.as_str(), profile.total(0)), ("Instruments deep copy", own));
        assert_eq!((top(&profile, 0)[0].2.as_str(), profile.sample_type(0)), (total, unit));
        assert_eq!(profile.warnings, Vec::<String>::new());
    }
    let bytes = open(&data("web/instruments-bytes.txt"));
    let rows = top(&bytes, 0);
    // 6 KB of which 1.5 KB by itself called again: once.
    assert_eq!(rows[0], (6144, 6144, "make".into()));
    assert_eq!(top(&bytes, 1)[0], (40, 40, "make".into()));
    let Some(path) = shared("instruments-deep-copy.txt") else { return };
    let profile = open(&path);
    check(&profile);
    let text = fs::read_to_string(&path).expect("there");
    let mut own: HashMap<&str, i64> = HashMap::new();
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let (number, unit) = cells[1].split_once(' ').expect("a unit");
        let scale = match unit {
            "s" => 1e9,
            "ms" => 1e6,
            other => panic!("{other}"),
        };
        *own.entry(cells[2].trim()).or_default() += (number.parse::<f64>().expect("number") * scale).round() as i64;
    }
    let found: HashMap<String, i64> = top(&profile, 0).into_iter().map(|row| (row.2, row.0)).collect();
    for (name, expected) in own {
        assert_eq!(found.get(name).copied().unwrap_or(0), expected, "{name}");
    }
    // The first line says 4.93 s, rounded.
    assert_eq!((profile.total(0) + 5_000_000) / 10_000_000, 493);
}

/// Written after the source of `tracy-csvexport`, for want of a program that can be had from a registry.
#[test]
fn tables_of_tracy() {
    let sums = open(&data("web/tracy-sums.csv"));
    check(&sums);
    let find = "std::map<int, float>::find";
    let expected = [(5000, 5000, "frame".to_owned()), (1200, 1200, find.into()), (900, 900, "draw".into())];
    assert_eq!(top(&sums, 0), expected);
    assert_eq!(top(&sums, 1)[0], (3, 3, find.into()));
    assert!(sums.warnings[0].contains("--unwrap"), "{:?}", sums.warnings);
    let zones = open(&data("web/tracy-zones.csv"));
    check(&zones);
    let mut rows = top(&zones, 0);
    rows.sort_by_key(|row| -row.1);
    // `find` ran in `draw` once, so that `draw` took 500 itself.
    let expected = [(3800, 5000, "frame".to_owned()), (1200, 1200, find.into()), (500, 900, "draw".into())];
    assert_eq!(rows, expected);
    assert_eq!(crate::profiles::folded(&zones, 0)[4], format!("frame;draw;{find} 400"));
    assert_eq!((zones.threads.len(), zones.duration_ns), (2, Some(6000)));
    let file = zones.functions.file.iter().find(|file| zones.strings.get(**file).ends_with("cpp"));
    assert!(file.is_some() && zones.functions.start_line.contains(&20));
    let graphics = b"name;src_file;Time from start of program;GPU execution time\na;b.cpp;5;7\n";
    assert_eq!(top(&parse(graphics, "x").expect("valid"), 0), [(7, 7, "a".into())]);
}

/// Written after the documentation of the agent, which is gone since Java 9.
#[test]
fn text_of_hprof() {
    let cpu = open(&data("web/hprof-cpu.txt"));
    check(&cpu);
    assert_eq!((cpu.format.as_str(), cpu.total(0), &cpu.warnings), ("hprof text", 100, &vec![]));
    let expected = [
        (55, 55, "app.Parser.next".to_owned()),
        (40, 40, "java.io.FileInputStream.readBytes".into()),
        (5, 5, "java.lang.Shutdown.halt".into()),
        (0, 55, "app.Main.main".into()),
        (0, 95, "app.Parser.parse".into()),
    ];
    assert_eq!(top(&cpu, 0), expected);
    assert_eq!(cpu.thread_totals(0), [60, 40]);
    assert_eq!(cpu.strings.get(cpu.threads[1].name), "worker");
    let both = open(&data("web/hprof-times-sites.txt"));
    check(&both);
    let types = ["time", "calls", "inuse_space", "inuse_objects", "alloc_space", "alloc_objects"];
    assert_eq!(type_names(&both), types);
    assert_eq!(top(&both, 0)[0], (1_500_000_000, 1_500_000_000, "app.List.add".into()));
    assert_eq!(both.total(1), 151);
    assert_eq!(top(&both, 2)[..2], [(8000, 8000, "java.lang.Object[]".into()), (2000, 2000, "byte[]".into())]);
    assert_eq!((both.total(4), both.total(5)), (18_000, 250));
    // More time than there are nanoseconds for is no time: the line is left out and told.
    let text = fs::read_to_string(data("web/hprof-times-sites.txt")).expect("there");
    for (from, to) in [("75.00%", "92233720368547758.07%"), ("total = 2000", "total = 9223372036854775807")] {
        let endless = parse(text.replace(from, to).as_bytes(), "a.txt").expect("the rest is there");
        assert!(endless.warnings.iter().any(|warning| warning.contains("is no line of its table and was left out")), "{from}");
    }
    let both = text.replace("75.00%", "92233720368547758.07%").replace("total = 2000", "total = 9223372036854775807");
    assert!(parse(both.as_bytes(), "a.txt").is_ok());
}

#[test]
fn damaged_texts() {
    for name in [
        "hprof-cpu.txt",
        "hprof-times-sites.txt",
        "tracy-sums.csv",
        "tracy-zones.csv",
        "instruments-bytes.txt",
        "instruments-cycles.txt",
    ] {
        cuts_and_flips(&fs::read(data(&format!("web/{name}"))).expect("there"), "a.txt");
    }
}

#[test]
fn every_format_is_told_by_its_content() {
    for (name, format) in [
        ("firefox.gecko.json.gz", "Gecko profile"),
        ("crate.processed.json.gz", "Firefox Profiler"),
        ("stackprof-raw.json.gz", "stackprof"),
        ("stackprof-plain.dump.gz", "stackprof"),
        ("pyinstrument.json.gz", "pyinstrument"),
        ("pyinstrument.pyisession.gz", "pyinstrument"),
        ("ghc-p.prof.gz", "GHC profile"),
        ("ghc-pj.prof.gz", "GHC profile"),
    ] {
        for wrong in ["", "a.pb.gz", "a.folded", "a.csv"] {
            assert_eq!(parse(&unpacked(name), wrong).expect("told by its content").format, format, "{name} as {wrong}");
        }
    }
    for (name, format) in
        [("hprof-cpu.txt", "hprof text"), ("tracy-zones.csv", "Tracy CSV"), ("instruments-bytes.txt", "Instruments deep copy")]
    {
        let bytes = fs::read(data(&format!("web/{name}"))).expect("there");
        assert_eq!(parse(&bytes, "a.folded").expect("told by its content").format, format);
    }
}
