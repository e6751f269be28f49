//! Files of speedscope, held against what the viewer's own code makes of them.

use std::collections::BTreeMap;

use crate::profiles::{cuts_and_flips, data, folded, open, parse, sample_types, shared, top};
use tachograph::jobs::{Cancel, Progress};
use tachograph::profile::read::{detect, read};
use tachograph::profile::{Limits, Profile, ProfileError, Samples, ThreadId};

/// What the viewer shows of one profile of a file: each frame's own and total weight in nanoseconds, by name, file and line.
struct Viewed {
    name: String,
    /// Nanoseconds in one of the file's units.
    unit: f64,
    frames: BTreeMap<(String, String, u32), (f64, f64)>,
}

fn viewed(name: &str) -> Vec<Viewed> {
    let text = std::fs::read_to_string(data(name)).expect("the viewer's print");
    let mut all: Vec<Viewed> = Vec::new();
    for line in text.lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        if cells[0] == "profile" {
            let unit = match cells[2] {
                "seconds" => 1e9,
                "milliseconds" => 1e6,
                "microseconds" => 1e3,
                _ => 1.0,
            };
            all.push(Viewed { name: cells[1].into(), unit, frames: BTreeMap::new() });
        } else {
            let last = all.last_mut().expect("a profile before its frames");
            let key = (cells[3].to_owned(), cells[4].to_owned(), cells[5].parse().unwrap_or(0));
            let sum = last.frames.entry(key).or_default();
            sum.0 += cells[1].parse::<f64>().expect("a weight");
            sum.1 += cells[2].parse::<f64>().expect("a weight");
        }
    }
    all
}

/// The same figures from our tables, for one thread.
fn ours(profile: &Profile, thread: ThreadId) -> BTreeMap<(String, String, u32), (i64, i64)> {
    let mut frames = BTreeMap::<_, (i64, i64)>::new();
    for row in (0..profile.samples.len()).filter(|&row| profile.samples.thread.get(row) == Some(&thread)) {
        let value = profile.samples.values[profile.default_sample_type][row];
        let stack = profile.stacks.get(profile.samples.stack[row]);
        let keys: Vec<_> = stack
            .iter()
            .map(|frame| {
                let function = profile.frames.function[frame.0 as usize];
                let (name, file) = (profile.function_name(function), profile.function_file(function));
                (name.to_owned(), file.to_owned(), profile.frames.line[frame.0 as usize])
            })
            .collect();
        let distinct: std::collections::BTreeSet<_> = keys.iter().cloned().collect();
        distinct.into_iter().for_each(|key| frames.entry(key).or_default().1 += value);
        if let Some(leaf) = keys.last() {
            frames.entry(leaf.clone()).or_default().0 += value;
        }
    }
    frames
}

/// Holds a file against the viewer. Each of its weights is rounded to a nanosecond, and the viewer adds up binary fractions.
fn as_the_viewer(profile: &Profile, print: &str) {
    let viewed = viewed(print);
    assert_eq!(profile.threads.len(), viewed.len(), "{print}");
    for (row, viewed) in viewed.iter().enumerate() {
        assert_eq!(profile.strings.get(profile.threads[row].name), viewed.name);
        let ours = ours(profile, ThreadId(row as u32));
        let samples = profile.samples.thread.iter().filter(|thread| thread.0 == row as u32).count();
        let slack = if viewed.unit == 1.0 { 0.0 } else { samples as f64 / 2.0 + 1.0 };
        for (key, &(own, total)) in &viewed.frames {
            let (our_own, our_total) = ours.get(key).copied().unwrap_or_default();
            let near = |ours: i64, theirs: f64| (ours as f64 - theirs * viewed.unit).abs() <= slack;
            assert!(near(our_own, own) && near(our_total, total), "{print} {key:?}: {our_own} {our_total}, not {own} {total}");
        }
        assert!(ours.keys().all(|key| viewed.frames.contains_key(key)), "{print}: frames the viewer has not");
    }
}

#[test]
fn files_of_all_producers_have_the_figures_of_the_viewer() {
    for (name, written_by, threads) in [
        ("py-spy", "py-spy@0.4.3", 2),
        ("pyinstrument", "pyinstrument", 1),
        ("pyspeedscope", "pyspeedscope", 1),
        ("austin", "Austin2Speedscope Converter 0.2.1", 2),
        ("viewer", "speedscope@1.25.0", 2),
    ] {
        let profile = open(&data(&format!("speedscope/{name}.speedscope.json.gz")));
        assert_eq!((profile.format.as_str(), &profile.warnings), ("speedscope", &Vec::new()), "{name}");
        assert_eq!(profile.comments, [format!("Written by {written_by}")]);
        assert_eq!((sample_types(&profile), profile.threads.len()), (vec![("time", "nanoseconds")], threads), "{name}");
        assert!(profile.samples.time_ns.iter().all(|&time| (0..10_000_000_000).contains(&time)), "{name}");
        as_the_viewer(&profile, &format!("speedscope/{name}.top.txt"));
        crate::profiles::check(&profile);
    }
}

#[test]
fn recursion_counts_once() {
    let profile = open(&data("speedscope/pyspeedscope.speedscope.json.gz"));
    // The viewer's print, for the one function of each name.
    assert_eq!(
        top(&profile, 0),
        [
            (95_963, 127_519, "squares".to_owned()),
            (47_340, 47_340, "fibonacci".to_owned()),
            (31_556, 31_556, "<genexpr>".to_owned())
        ]
    );
    assert_eq!(profile.duration_ns, Some(199_716), "from startValue to endValue");
}

#[test]
fn two_profiles_are_two_threads() {
    let Some(path) = shared("two-sampled.speedscope.json") else { return };
    let profile = open(&path);
    assert_eq!(
        (sample_types(&profile), profile.total(0), profile.samples.len()),
        (vec![("time", "nanoseconds")], 28_000_000_000, 10)
    );
    assert_eq!(profile.thread_totals(0), [14_000_000_000; 2]);
    let second = 2_000_000_000;
    assert_eq!(top(&profile, 0)[0], (5 * second, 14 * second, "b".to_owned()));
    assert_eq!(profile.samples.time_ns[..5], [0, 1, 2, 6, 9].map(|at| at * 1_000_000_000));
    assert_eq!(profile.duration_ns, Some(14_000_000_000));
}

#[test]
fn the_oldest_form_has_its_unit_behind_the_events() {
    let Some(path) = shared("evented.speedscope.json") else { return };
    let profile = open(&path);
    assert_eq!((sample_types(&profile), profile.warnings.len()), (vec![("weight", "count")], 0));
    assert_eq!(folded(&profile, 0), ["a;b;c 2", "a;b;d 4", "a;b;c 3", "a;b 5"]);
    assert_eq!(top(&profile, 0), [(5, 14, "b".into()), (5, 5, "c".into()), (4, 4, "d".into()), (0, 14, "a".into())]);
    assert!(profile.samples.time_ns.is_empty(), "what has no unit is no time");
}

fn good(text: &str) -> Profile {
    parse(text.as_bytes(), "x.speedscope.json").unwrap_or_else(|error| panic!("{error}"))
}

/// A file of these frames with one profile of these fields.
fn file(fields: &str) -> String {
    format!(r#"{{"version":"0.1.2","shared":{{"frames":[{{"name":"a"}},{{"name":"b"}}]}},"profiles":[{{"name":"p",{fields}}}]}}"#)
}

#[test]
fn units() {
    let samples = |unit: &str, weights: &str| {
        let profile = good(&file(&format!(
            r#""type":"sampled","unit":"{unit}","startValue":0,"endValue":9,"samples":[[0],[0,1],[]],"weights":{weights}"#
        )));
        let (name, unit) = profile.sample_type(0);
        let told = format!("{name} {unit} {:?} {:?}", profile.samples.values[0], profile.samples.time_ns);
        told
    };
    assert_eq!(samples("none", "[3,0,-2]"), "samples count [3, 0, -2] []");
    assert_eq!(samples("bytes", "[3,9007199254740993,2]"), "memory bytes [3, 9007199254740993, 2] []");
    assert_eq!(samples("nanoseconds", "[3,0,2]"), "time nanoseconds [3, 0, 2] [0, 3, 3]");
    assert_eq!(samples("microseconds", "[3,0.5,2]"), "time nanoseconds [3000, 500, 2000] [0, 3000, 3500]");
    assert_eq!(samples("milliseconds", "[3,-1,1e-3]"), "time nanoseconds [3000000, -1000000, 1000] [0, 3000000, 3000000]");
    assert_eq!(
        samples("seconds", "[0.1,0.2,1e99]"),
        "time nanoseconds [100000000, 200000000, 9223372036854775807] [0, 100000000, 300000000]"
    );
    assert_eq!(samples("gas", "[1,2,3]"), "weight gas [1, 2, 3] []");
}

#[test]
fn profiles_of_different_units_are_different_sample_types() {
    let one = |name: &str, unit: &str| {
        format!(r#"{{"type":"sampled","name":"{name}","unit":"{unit}","startValue":5,"endValue":9,"samples":[[0]],"weights":[4]}}"#)
    };
    let profile = good(&format!(
        r#"{{"profiles":[{},{}],"activeProfileIndex":1,"shared":{{"frames":[{{"name":"a","file":"a.c","line":7,"col":3}}]}}}}"#,
        one("x", "milliseconds"),
        one("y", "bytes")
    ));
    assert_eq!((sample_types(&profile), profile.default_sample_type), (vec![("time", "nanoseconds"), ("memory", "bytes")], 1));
    assert_eq!(profile.samples.values, [[4_000_000, 0], [0, 4]]);
    assert_eq!(profile.samples.time_ns, [0, Samples::NO_TIME]);
    assert_eq!((profile.frames.line[0], profile.function_file(profile.frames.function[0])), (7, "a.c"));
}

#[test]
fn events_that_do_not_fit_are_told() {
    let events = |events: &str| {
        let profile = good(&file(&format!(r#""type":"evented","unit":"none","startValue":0,"endValue":100,"events":[{events}]"#)));
        (folded(&profile, 0), profile.warnings)
    };
    let open = |frame: u32, at: u32| format!(r#"{{"type":"O","frame":{frame},"at":{at}}}"#);
    let close = |frame: u32, at: u32| format!(r#"{{"type":"C","frame":{frame},"at":{at}}}"#);
    // The viewer refuses these three.
    let (stacks, warnings) = events(&open(0, 0));
    assert_eq!((stacks.len(), warnings.len()), (0, 2), "{warnings:?}");
    assert!(warnings[0].contains("calls do not end"), "{warnings:?}");
    let (stacks, warnings) = events(&[open(0, 0), open(1, 2), close(0, 5), close(1, 7)].join(","));
    assert_eq!(stacks, ["a 2", "a;b 3"]);
    assert!(warnings[0].contains("ends a call before those it made") && warnings[1].contains("did not begin"), "{warnings:?}");
    let (stacks, warnings) = events(&[open(0, 5), open(1, 3), close(1, 8), close(0, 9)].join(","));
    assert_eq!(stacks, ["a;b 3", "a 1"]);
    assert!(warnings[0].contains("is an event before the one"), "{warnings:?}");
    let (stacks, warnings) = events(&[open(0, 5), r#"{"type":"X","at":6}"#.into(), close(0, 9)].join(","));
    assert_eq!(stacks, ["a 4"]);
    assert!(warnings[0].contains("without a kind, time or frame"), "{warnings:?}");
}

#[test]
fn lists_that_do_not_fit_are_told() {
    let list = |lists: &str| {
        let profile = good(&file(&format!(r#""type":"sampled","unit":"none","startValue":0,"endValue":9,{lists}"#)));
        (folded(&profile, 0), profile.warnings.concat())
    };
    let (stacks, warnings) = list(r#""samples":[[0],[1]],"weights":[5]"#);
    assert!(stacks == ["a 5"] && warnings.contains("not as many weights as samples"), "{warnings}");
    let (stacks, warnings) = list(r#""samples":[[0],[1]]"#);
    assert!(stacks == ["a 1", "b 1"] && warnings.contains("without weights"), "{warnings}");
    let (stacks, warnings) = list(r#""weights":[1,"2",null],"samples":[[0,null],7,[1]]"#);
    assert!(
        stacks == ["a 1", " 2", "b 0"]
            && warnings.contains("no number of a frame")
            && warnings.contains("weight that is no number"),
        "{warnings}"
    );
    let (stacks, warnings) = list(r#""samples":[[0],[1]],"weights":[1.0,1.5]"#);
    assert!(stacks == ["a 1", "b 2"] && warnings.contains("weight with a fraction"), "{warnings}");
    let (stacks, warnings) = list(r#""stacks":[]"#);
    assert!(stacks.is_empty() && warnings.contains("neither samples nor events"), "{warnings}");
    assert!(good(r#"{"shared":{"frames":[]},"profiles":[]}"#).warnings == ["The file holds no samples."]);
}

#[test]
fn errors_name_the_place() {
    let error = |text: &str| parse(text.as_bytes(), "x.speedscope.json").expect_err("bad").to_string();
    let named = file(r#""type":"sampled","unit":"none","samples":[[0],[2]],"weights":[1,1]"#);
    assert!(error(&named).ends_with("frame 2 is named, but the file has only 2"), "{}", error(&named));
    let missing = r#"{"profiles":[{"name":"p","unit":"none","samples":[[0]],"weights":[1]}]}"#;
    assert!(error(missing).contains("byte 52") && error(missing).contains("no list of frames"), "{}", error(missing));
    let late =
        r#"{"profiles":[{"name":"p","unit":"none","samples":[[0],[9]],"weights":[1,1]}],"shared":{"frames":[{"name":"a"}]}}"#;
    assert!(error(late).ends_with("frame 9 is named, but the file has only 1"), "{}", error(late));
    assert!(error(r#"{"name":"x"}"#).contains("it holds no profiles"));
    let many = (0..70).map(|n| format!(r#"{{"unit":"u{n}","samples":[],"weights":[]}}"#)).collect::<Vec<_>>().join(",");
    assert!(error(&format!(r#"{{"profiles":[{many}],"shared":{{"frames":[]}}}}"#)).contains("more than 64 kinds"));
}

#[test]
fn a_file_that_was_cut_off_shows_what_is_there() {
    let whole = file(r#""type":"sampled","unit":"none","startValue":0,"endValue":9,"samples":[[0],[0,1]],"weights":[4,5]"#);
    let profile = good(&whole[..whole.len() - 5]);
    assert_eq!(folded(&profile, 0), ["a 4"], "the other one's weight is not there");
    assert!(profile.warnings.concat().contains("cut off"), "{:?}", profile.warnings);
    // Without names nothing can be shown.
    let error = parse(br#"{"profiles":[{"unit":"none","samples":[[0],[0,1"#, "x.speedscope.json").expect_err("cut");
    assert!(error.to_string().contains("cut off"), "{error}");
}

#[test]
fn told_by_content_or_by_name() {
    let named = |text: &str, name: &str| detect(text.as_bytes(), true, name).map(|format| format.name);
    let plain = r#"{"profiles":[{"type":"sampled","endValue":9}],"shared":{}}"#;
    assert_eq!(named(plain, "x.txt"), Some("speedscope"));
    assert_eq!(named(r#"{"$schema":"https://www.speedscope.app/file-format-schema.json"}"#, "x"), Some("speedscope"));
    assert_eq!(named(r#"{"exporter":"me"}"#, "x.Speedscope.json"), Some("speedscope"));
    assert_eq!(named(r#"{"exporter":"me"}"#, "x.speedscope.json.gz"), Some("speedscope"));
    assert_eq!(named(r#"{"profiles":[],"shared":{"stringArray":[]}}"#, "x.json"), None);
    assert_eq!(named("main;speedscope.app/file-format-schema.json 1\na;b 2\n", "x"), Some("folded stacks"));
}

#[test]
fn damaged_files() {
    for name in ["py-spy", "pyspeedscope", "austin"] {
        let packed = std::fs::read(data(&format!("speedscope/{name}.speedscope.json.gz"))).expect("the file");
        cuts_and_flips(&packed, "x.speedscope.json.gz");
        let mut plain = String::new();
        std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(&packed[..]), &mut plain).expect("gzip");
        cuts_and_flips(plain.as_bytes(), "x.speedscope.json");
    }
    for name in ["two-sampled.speedscope.json", "evented.speedscope.json"] {
        let Some(path) = shared(name) else { return };
        cuts_and_flips(&std::fs::read(path).expect("the file"), name);
    }
}

#[test]
fn depth_and_claims_are_bounded() {
    let limited = |text: &str, table_bytes: u64| {
        let limits = Limits { table_bytes, ..Limits::default() };
        read(text.as_bytes(), None, "x.speedscope.json", &Cancel::new(), &Progress::new(), &limits)
    };
    // Ten million frames in one stack.
    let stack = "0,".repeat(10_000_000);
    let deep = file(&format!(r#""type":"sampled","unit":"none","samples":[[{stack}1]],"weights":[3]"#));
    let profile = limited(&deep, 1 << 30).expect("deep, but not too large");
    assert_eq!((top(&profile, 0), profile.stacks.total_frames()), (vec![(3, 3, "b".into()), (0, 3, "a".into())], 10_000_001));
    // A call in a call in a call; only the deepest stacks of a few are kept.
    let opens: String = (0..1_000_000).map(|_| r#"{"type":"O","frame":0,"at":0},"#).collect();
    let closes = r#"{"type":"C","frame":0,"at":1},"#.repeat(1_000_000);
    let profile = limited(&file(&format!(r#""type":"evented","unit":"none","events":[{opens}{closes}]"#)), 1 << 30).expect("deep");
    assert_eq!(top(&profile, 0), [(1, 1, "a".into())]);
    // Time passes in each of them: a table that grows with the square of the file.
    let opens: String = (0..100_000).map(|at| format!(r#"{{"type":"O","frame":0,"at":{at}}},"#)).collect();
    let outcome = limited(&file(&format!(r#""type":"evented","unit":"none","events":[{opens}]"#)), 64 << 20);
    assert!(matches!(outcome, Err(ProfileError::TooLarge { .. })), "{outcome:?}");
    // A frame number that no list could reach.
    let outcome = limited(&file(r#""type":"sampled","unit":"none","samples":[[4294967295]],"weights":[3]"#), 1 << 20);
    assert!(matches!(outcome, Err(ProfileError::Damaged { .. })), "{outcome:?}");
}

#[test]
fn cancelling_stops_reading() {
    let cancel = Cancel::new();
    cancel.cancel();
    let text = file(r#""samples":[],"weights":[]"#);
    let outcome = read(text.as_bytes(), None, "x.speedscope.json", &cancel, &Progress::new(), &Limits::default());
    assert!(matches!(outcome, Err(ProfileError::Cancelled(_))), "{outcome:?}");
}
