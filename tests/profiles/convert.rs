//! Writing profiles in formats of others, and reading them again: what the format can hold comes back.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::profiles::{Random, cuts_and_flips, data, folded, open, parse, sample_types, top};
use tachograph::jobs::{Cancel, Cancelled, Progress};
use tachograph::profile::read::{read, read_file};
use tachograph::profile::write::{Target, left_out, pprof_bytes, write};
use tachograph::profile::{
    FrameId, Interner, Limits, Mapping, MappingId, Profile, SampleType, Samples, StackId, StacksBuilder, StringId, Thread, ThreadId,
};

fn written(profile: &Profile, target: Target, sample_type: Option<usize>) -> Vec<u8> {
    write(profile, target, sample_type, Vec::new(), &Cancel::new(), &Progress::new()).expect("memory")
}

fn back(profile: &Profile, target: Target, sample_type: Option<usize>) -> Profile {
    let bytes = written(profile, target, sample_type);
    let name = format!("x{}", target.ending());
    let outcome = read(&bytes[..], Some(bytes.len() as u64), &name, &Cancel::new(), &Progress::new(), &Limits::default());
    let back = outcome.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(back.format, target.name());
    crate::profiles::check(&back);
    back
}

/// What stands for a name that no line can hold.
fn in_a_line(name: &str) -> String {
    let visible = |letter: char| match letter {
        '\t' => letter,
        '\0'..' ' => char::from_u32(0x2400 + letter as u32).expect("a picture"),
        '\u{7f}' => '\u{2421}',
        _ => letter,
    };
    named(&name.chars().map(visible).collect::<String>()).trim_matches(|letter: char| letter.is_ascii_whitespace()).to_owned()
}

fn named(name: &str) -> String {
    if name.trim_ascii().is_empty() { "<unknown>".into() } else { name.into() }
}

/// The top table, functions that come to bear one name added up.
fn table(profile: &Profile, sample_type: usize, rename: fn(&str) -> String) -> Vec<(i64, i64, String)> {
    let mut rows: Vec<_> = top(profile, sample_type).into_iter().map(|(own, total, name)| (rename(&name), own, total)).collect();
    rows.sort();
    rows.into_iter().map(|(name, own, total)| (own, total, name)).collect()
}

fn thread_sums(profile: &Profile, sample_type: usize) -> Vec<(String, Option<i64>, i64)> {
    let sums = profile.threads.iter().zip(profile.thread_totals(sample_type));
    let mut sums: Vec<_> =
        sums.filter(|(_, sum)| *sum != 0).map(|(thread, sum)| (profile.strings.get(thread.name).into(), thread.id, sum)).collect();
    sums.sort();
    sums
}

fn sorted<T: Ord>(mut items: Vec<T>) -> Vec<T> {
    items.sort();
    items
}

/// What pprof and speedscope must keep.
fn all_is_kept(before: &Profile, after: &Profile) {
    assert_eq!(sample_types(after), sample_types(before));
    assert_eq!(after.samples.len(), before.samples.len());
    for row in 0..before.sample_types.len() {
        assert_eq!(after.total(row), before.total(row));
        assert_eq!(table(after, row, named), table(before, row, named));
        assert_eq!(thread_sums(after, row), thread_sums(before, row));
        let stacks =
            |profile| sorted(folded(profile, row).into_iter().map(|line| line.replace("<unknown>", "")).collect::<Vec<_>>());
        assert_eq!(stacks(after), stacks(before));
    }
    let times = |profile: &Profile| {
        sorted(profile.samples.time_ns.iter().copied().filter(|&time| time != Samples::NO_TIME).collect::<Vec<_>>())
    };
    assert_eq!(times(after), times(before));
    assert_eq!((after.time_ns, after.duration_ns, after.period), (before.time_ns, before.duration_ns, before.period));
    assert_eq!(after.comments, before.comments);
    let kind = |profile: &Profile| {
        profile.period_type.map(|found| (profile.strings.get(found.name).to_owned(), profile.strings.get(found.unit).to_owned()))
    };
    assert_eq!(kind(after), kind(before));
    assert_eq!(after.sample_type(after.default_sample_type), before.sample_type(before.default_sample_type));
}

/// Files and lines of all frames that samples name.
fn places(profile: &Profile) -> BTreeSet<(String, String, u32)> {
    let stacks = profile.samples.stack.iter().flat_map(|&stack| profile.stacks.get(stack));
    stacks
        .map(|frame| {
            let at = frame.0 as usize;
            let function = profile.frames.function[at];
            let line = profile.frames.line[at];
            let start = profile.functions.start_line[function.0 as usize];
            let line = if line == 0 { start } else { line };
            (named(profile.function_name(function)), profile.function_file(function).to_owned(), line)
        })
        .collect()
}

/// Everything else that pprof keeps of each frame.
fn code(profile: &Profile) -> Vec<String> {
    let frames = profile.samples.stack.iter().flat_map(|&stack| profile.stacks.get(stack));
    let text = |id: StringId| profile.strings.get(id).to_owned();
    frames
        .map(|frame| {
            let at = frame.0 as usize;
            let function = profile.frames.function[at].0 as usize;
            let mapping = profile.frames.mapping.get(at).and_then(|id| profile.mappings.get(id.0 as usize));
            let mapping = mapping.map(|found| (text(found.file), text(found.build_id), found.start, found.end, found.offset));
            format!(
                "{} {} {} {mapping:?} {} {}",
                profile.frames.line[at],
                profile.frames.address[at],
                profile.frames.inlined[at],
                text(profile.functions.system_name[function]),
                profile.functions.start_line[function],
            )
        })
        .collect()
}

fn through_all(before: &Profile) {
    // Exact figures of calls are in no other format; what is written are the stacks estimated from them.
    let before = &Profile { graph: None, ..before.clone() };
    let after = back(before, Target::Pprof, None);
    all_is_kept(before, &after);
    assert_eq!(after.samples.time_ns, before.samples.time_ns);
    assert_eq!(places(&after), places(before));
    let after = back(before, Target::Speedscope, None);
    all_is_kept(before, &after);
    assert_eq!(places(&after), places(before));
    for row in 0..before.sample_types.len() {
        if before.samples.is_empty() {
            continue;
        }
        let after = back(before, Target::Folded, Some(row));
        assert_eq!((sample_types(&after), after.total(0)), (vec![before.sample_type(row)], before.total(row)));
        if before.total(row) < i64::MAX {
            // A stack of nothing has to be called something in a line.
            let named_rows =
                |rows: Vec<(i64, i64, String)>| -> Vec<_> { rows.into_iter().filter(|row| row.2 != "<unknown>").collect() };
            assert_eq!(named_rows(table(&after, 0, named)), named_rows(table(before, row, in_a_line)));
        }
    }
}

/// All files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_path_buf()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    sorted(found)
}

/// How many of the files below a folder are profiles, each taken through all formats.
fn all_below(folder: &Path) -> usize {
    let mut count = 0;
    for path in files(folder) {
        let outcome = read_file(&path, &Cancel::new(), &Progress::new(), &Limits::default());
        // What holds values over time alone has nothing that other formats could hold.
        if let Some(profile) = outcome.ok().filter(|profile| !profile.sample_types.is_empty()) {
            println!("{}: {}", path.display(), profile.format);
            through_all(&profile);
            count += 1;
        }
    }
    count
}

#[test]
fn every_file_of_ours_comes_back() {
    let count = all_below(&data(""));
    assert!(count >= 100, "{count}");
}

#[test]
fn every_file_of_others_comes_back() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/profiles");
    if !folder.exists() {
        println!("skipped: this needs shared/data");
        return;
    }
    let count = all_below(&folder);
    assert!(count >= 20, "{count}");
}

/// Names as they are met, and as they had better not be.
const NAMES: &[&str] = &[
    "main",
    "std::vector<int; 4>::push(a, b)",
    "<[u8; 4] as core::fmt::Debug>::fmt",
    "operator new(unsigned long) 12",
    "# remark",
    "λ → µ",
    "GC 5 7",
    "two\nlines\r\n",
    "\"quoted\" \\ back\\slash",
    "\u{1}\u{7f}\u{2028}",
    "[libc.so.6]",
    "a\tb",
    "-1",
    "；",
];
const VALUES: &[i64] = &[0, 0, 1, 1, 7, -3, 10_000_000, 9_007_199_254_740_993, -9_007_199_254_740_993, 4_000_000_000_000_000];
const UNITS: &[&str] = &["count", "nanoseconds", "bytes", "milliseconds", "seconds", "ns", "gas", ""];

/// A profile of anything that the model can hold.
fn random_profile(random: &mut Random) -> Profile {
    let mut texts = Interner::default();
    let mut text = |text: &str| texts.intern(text).expect("room");
    let names: Vec<StringId> = NAMES.iter().map(|name| text(name)).collect();
    let units: Vec<StringId> = UNITS.iter().map(|unit| text(unit)).collect();
    let files = ["", "a.c", "/x y/ü;.rs"].map(&mut text);
    let kinds = ["samples", "cpu", "alloc; space", "time 5"].map(&mut text);
    let mut profile = Profile::default();
    for _ in 0..1 + random.below(3) {
        profile.mappings.push(Mapping {
            file: random.pick(&files),
            build_id: random.pick(&files),
            start: random.below(9) as u64,
            end: u64::MAX - random.below(9) as u64,
            offset: random.below(9) as u64,
        });
    }
    for row in 0..1 + random.below(20) {
        let (name, system) = (random.pick(&names), random.pick(&names));
        Arc::make_mut(&mut profile.functions).push(name, system, random.pick(&files), (row % 3) as u32).expect("room");
    }
    for _ in 0..1 + random.below(40) {
        let function = tachograph::profile::FunctionId(random.below(profile.functions.len()) as u32);
        let address = if random.below(2) == 0 { 0 } else { u64::MAX - random.below(5) as u64 };
        Arc::make_mut(&mut profile.frames).push(function, random.below(4) as u32, address, false).expect("room");
        Arc::make_mut(&mut profile.frames).mapping.push(if random.below(3) == 0 {
            MappingId::NONE
        } else {
            MappingId(random.below(profile.mappings.len()) as u32)
        });
    }
    let mut stacks = StacksBuilder::default();
    for _ in 0..1 + random.below(30) {
        (0..random.below(12)).for_each(|_| stacks.push(FrameId(random.below(profile.frames.len()) as u32)));
        stacks.finish_stack().expect("room");
    }
    profile.stacks = stacks.finish().into();
    let types = 1 + random.below(4);
    for &name in kinds.iter().take(types) {
        profile.sample_types.push(SampleType { name, unit: random.pick(&units) });
    }
    profile.default_sample_type = random.below(types);
    for (row, &name) in kinds.iter().enumerate().take(random.below(4)) {
        let id = (random.below(2) == 0).then_some(row as i64 - 1);
        let process_id = (random.below(2) == 0).then_some(i64::MIN);
        profile.threads.push(Thread { name, id, process_name: random.pick(&files), process_id });
    }
    let times = random.below(2) == 0;
    profile.samples.values = vec![Vec::new(); types];
    for _ in 0..random.below(200) {
        profile.samples.stack.push(StackId(random.below(profile.stacks.len()) as u32));
        profile.samples.values.iter_mut().for_each(|column| column.push(random.pick(VALUES)));
        if !profile.threads.is_empty() {
            let thread = random.below(profile.threads.len() + 1);
            profile.samples.thread.push(profile.threads.get(thread).map_or(ThreadId::NONE, |_| ThreadId(thread as u32)));
        }
        if times {
            profile.samples.time_ns.push(random.pick(&[Samples::NO_TIME, 0, -5, 7, i64::MAX]));
        }
    }
    let maybe = |random: &mut Random| (random.below(2) == 0).then(|| 1 + random.below(1000) as i64);
    profile.time_ns = maybe(random);
    profile.duration_ns = maybe(random).map(i64::cast_unsigned);
    profile.period = maybe(random).map(|period| -period);
    profile.period_type = maybe(random).and(profile.sample_types.first().copied());
    profile.comments = (0..random.below(3)).map(|row| NAMES[row + 6].to_owned()).collect();
    profile.strings = texts.finish().into();
    profile
}

#[test]
fn random_profiles_come_back() {
    for seed in 1..400_u64 {
        let profile = random_profile(&mut Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
        if profile.samples.time_ns.iter().all(|&time| time == Samples::NO_TIME) {
            // A column that says nothing is not there when it comes back.
            through_all(&Profile { samples: Samples { time_ns: Vec::new(), ..profile.samples.clone() }, ..profile });
        } else {
            through_all(&profile);
        }
    }
}

#[test]
fn pprof_keeps_code_and_its_places() {
    for seed in 1..200_u64 {
        let profile = random_profile(&mut Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
        let after = back(&profile, Target::Pprof, None);
        assert_eq!(code(&after), code(&profile));
        let threads = |profile: &Profile| -> Vec<_> {
            let of = |row: usize| profile.samples.thread.get(row).and_then(|id| profile.threads.get(id.0 as usize)).copied();
            let told = |thread: Thread| {
                let text = |id| profile.strings.get(id).to_owned();
                (text(thread.name), thread.id, text(thread.process_name), thread.process_id)
            };
            (0..profile.samples.len()).map(|row| of(row).map(told).filter(|told| *told != Default::default())).collect()
        };
        assert_eq!(threads(&after), threads(&profile));
    }
}

#[test]
fn pprof_keeps_what_was_inlined() {
    let mut profile = lines("main;work;step;add 5\nmain;work 2\nmain;work;step 1\n");
    profile.mappings = vec![Mapping { start: 4, end: 9, ..Mapping::default() }];
    let frames = Arc::make_mut(&mut profile.frames);
    frames.address = vec![1, 7, 7, 7];
    frames.inlined = vec![false, false, true, true];
    frames.mapping = vec![MappingId::NONE, MappingId(0), MappingId(0), MappingId(0)];
    frames.line = vec![10, 20, 30, 40];
    let after = back(&profile, Target::Pprof, None);
    assert_eq!(code(&after), code(&profile));
    assert_eq!(folded(&after, 0), folded(&profile, 0));
    let lost = left_out(&profile, Target::Speedscope, None);
    assert_eq!(lost, ["addresses", "binaries", "which calls were inlined"]);
}

fn lines(text: &str) -> Profile {
    parse(text.as_bytes(), "x.folded").unwrap_or_else(|error| panic!("{error}"))
}

fn as_text(profile: &Profile, target: Target, sample_type: Option<usize>) -> String {
    String::from_utf8(written(profile, target, sample_type)).expect("text")
}

#[test]
fn folded_lines_are_plain() {
    let profile = lines("main;a 2\nmain;b 3\nmain;a 4\nmain;c 0\n");
    assert_eq!(as_text(&profile, Target::Folded, None), "main;a 6\nmain;b 3\n");
    let both = "main;a 10 20\nmain;b c 5 0\n";
    assert_eq!(as_text(&lines(both), Target::Folded, None), both, "a comparison stays one");
    assert_eq!(as_text(&lines(both), Target::Folded, Some(1)), "# sample type: after\n# unit: count\nmain;a 20\n");
    assert_eq!(as_text(&lines("a;b 0\nc 0\n"), Target::Folded, None), "a;b 0\nc 0\n", "all that is there");
    assert_eq!(as_text(&lines("a;b 1\na;b -3\n"), Target::Folded, None), "a;b 1\na;b -3\n", "sums as before");
    let numbers = lines("main;b 5\nmain;thread 10 20\n");
    assert_eq!(as_text(&numbers, Target::Folded, None), "# sample type: samples\n# unit: count\nmain;b 5\nmain;thread 10 20\n");
}

#[test]
fn a_semicolon_in_a_name_comes_back() {
    let profile = open_speedscope(r#"[{"name":"<[u8; 4] as Debug>::fmt"},{"name":"a;b"}]"#);
    let text = as_text(&profile, Target::Folded, None);
    assert_eq!(text.matches(';').count(), 1, "only the one between the two: {text}");
    assert_eq!(folded(&lines(&text), 0), ["<[u8; 4] as Debug>::fmt;a;b 5"]);
    assert_eq!(table(&lines(&text), 0, named), table(&profile, 0, named));
}

fn open_speedscope(frames: &str) -> Profile {
    let text = format!(
        r#"{{"$schema":"https://www.speedscope.app/file-format-schema.json","shared":{{"frames":{frames}}},"profiles":[{{"type":"sampled","name":"","unit":"none","startValue":0,"endValue":5,"samples":[[0,1]],"weights":[5]}}]}}"#
    );
    parse(text.as_bytes(), "x.json").unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn speedscope_is_as_the_schema_asks() {
    let profile = open(&data("speedscope/py-spy.speedscope.json.gz"));
    let json: serde_json::Value = serde_json::from_slice(&written(&profile, Target::Speedscope, None)).expect("JSON");
    let parts = json["profiles"].as_array().expect("profiles");
    assert_eq!((parts.len(), &json["activeProfileIndex"]), (2, &0.into()));
    let frames = json["shared"]["frames"].as_array().expect("frames").len() as u64;
    for part in parts {
        let (samples, weights) = (part["samples"].as_array().expect("samples"), part["weights"].as_array().expect("weights"));
        assert_eq!((samples.len(), &part["type"], &part["unit"]), (weights.len(), &"sampled".into(), &"nanoseconds".into()));
        assert!(
            samples
                .iter()
                .flat_map(|stack| stack.as_array().expect("a stack"))
                .all(|row| row.as_u64().is_some_and(|row| row < frames))
        );
        let sum: u64 = weights.iter().map(|weight| weight.as_u64().expect("not below 0")).sum();
        assert_eq!((&part["startValue"], &part["endValue"]), (&0.into(), &sum.into()));
    }
    assert_eq!(parts[1]["name"], "Thread 18547 \"helper\"");
    assert!(json["exporter"].as_str().expect("text").starts_with("tachograph@"));
}

#[test]
fn one_sample_type_alone() {
    let profile = open(&data("go-heap.pb.gz"));
    for target in Target::ALL {
        let after = back(&profile, target, Some(1));
        assert_eq!((sample_types(&after), after.default_sample_type), (vec![("alloc_space", "bytes")], 0));
        assert_eq!((table(&after, 0, named), after.total(0)), (table(&profile, 1, named), profile.total(1)));
    }
}

#[test]
fn what_a_format_cannot_hold_is_told() {
    let profile = open(&data("go-heap.pb.gz"));
    assert_eq!(left_out(&profile, Target::Pprof, None), Vec::<String>::new());
    let lost = left_out(&profile, Target::Speedscope, None);
    assert!(lost.contains(&"addresses".to_owned()) && lost.contains(&"binaries".to_owned()), "{lost:?}");
    let lost = left_out(&profile, Target::Folded, None);
    assert!(lost.contains(&"all sample types but one".to_owned()) && lost.contains(&"lines".to_owned()), "{lost:?}");
    assert!(!left_out(&profile, Target::Folded, Some(0)).contains(&"all sample types but one".to_owned()));
    let plain = lines("a;b 1\n");
    assert!(Target::ALL.iter().all(|&target| left_out(&plain, target, None).is_empty()));
}

#[test]
fn what_was_written_can_be_damaged() {
    for seed in [3, 5_u64] {
        let profile = random_profile(&mut Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
        for target in Target::ALL {
            cuts_and_flips(&written(&profile, target, None), &format!("x{}", target.ending()));
        }
    }
}

#[test]
fn writing_streams_stops_and_tells_errors() {
    struct Full(usize);
    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 = self.0.checked_sub(bytes.len()).ok_or_else(|| io::Error::from(io::ErrorKind::StorageFull))?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let text: String = (0..200_000).map(|n| format!("main;f{n};g{} 1\n", n * 7919 % 100_003)).collect();
    let outcome = read(text.as_bytes(), None, "x.folded", &Cancel::new(), &Progress::new(), &Limits::default());
    let profile = outcome.expect("valid");
    for target in Target::ALL {
        let progress = Progress::new();
        let error = write(&profile, target, None, Full(300_000), &Cancel::new(), &progress).map(drop).expect_err("full");
        assert_eq!(error.kind(), io::ErrorKind::StorageFull, "{target:?}");
        let fraction = progress.view().fraction.expect("known");
        assert!((0.0..0.9).contains(&fraction), "{target:?} wrote while it went: {fraction}");
        let cancel = Cancel::new();
        cancel.cancel();
        let error = write(&profile, target, None, io::sink(), &cancel, &Progress::new()).map(drop).expect_err("cancelled");
        assert!(error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<Cancelled>), "{target:?}");
    }
    assert!(!pprof_bytes(&profile).expect("memory").is_empty());
}
