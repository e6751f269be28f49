//! heaptrack, held against `heaptrack_print`.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;
use std::io::Read as _;

use tachograph::profile::{FrameId, Profile};

use super::{bytes, open, text};
use crate::profiles::{check, cuts_and_flips, data, parse, sample_type, sample_types, top};

const TYPES: [&str; 4] = ["allocations", "temporary", "peak", "leaked"];

/// Names of a chain that `heaptrack_print` wrote, sorted: of calls inlined at one place it writes the innermost first, and so in another order
/// than the rest. Its ends are sorted too.
fn printed(file: &str) -> Vec<(Vec<String>, i64)> {
    let line = |line: &str| {
        let (chain, value) = line.rsplit_once(' ')?;
        let names = chain.split(';').filter(|name| !name.is_empty());
        let mut names: Vec<String> = names
            .map(|name| name.rsplit_once(" (").filter(|(_, end)| is_file(end)).map_or(name, |(name, _)| name).to_owned())
            .collect();
        names.sort_unstable();
        Some((names, value.parse().ok()?))
    };
    let text = text(file);
    let mut chains: Vec<_> = text.lines().filter_map(line).filter(|(_, value)| *value != 0).collect();
    chains.sort_unstable();
    chains
}

/// `heap.cpp)`, not the end of a name such as `f(int) const (x)`.
fn is_file(end: &str) -> bool {
    end.strip_suffix(')').is_some_and(|file| file.contains('.') && !file.contains(['(', ' ']))
}

fn name(profile: &Profile, frame: FrameId) -> String {
    profile.function_name(profile.frames.function[frame.0 as usize]).to_owned()
}

/// Our chains in the same form: without what called main.
fn ours(profile: &Profile, sample_type: usize) -> Vec<(Vec<String>, i64)> {
    let chain = |(stack, value)| {
        let frames = profile.stacks.get(stack);
        let stop = frames.iter().enumerate().rposition(|(at, &frame)| {
            let is_main = ["main", "__libc_start_main"].contains(&name(profile, frame).as_str());
            is_main && frames.get(at + 1).is_none_or(|inner| !profile.frames.inlined[inner.0 as usize])
        });
        let mut names: Vec<String> = frames[stop.unwrap_or(0)..].iter().map(|&frame| name(profile, frame)).collect();
        names.sort_unstable();
        (names, value)
    };
    let mut chains: Vec<_> = profile.samples.iter(sample_type).filter(|(_, value)| *value != 0).map(chain).collect();
    chains.sort_unstable();
    chains
}

#[test]
fn every_chain_as_heaptrack_print_writes_it() {
    let profile = open("heaptrack.heap.zst");
    for name in TYPES {
        let row = sample_type(&profile, name);
        let printed = printed(&format!("heaptrack.heap.{name}.folded"));
        assert!(printed.len() > 2, "{name}");
        assert_eq!(ours(&profile, row), printed, "{name}");
        // Totals of functions, each once in a chain.
        let mut totals = BTreeMap::<&str, i64>::new();
        for (names, value) in &printed {
            for name in names.iter().collect::<BTreeSet<_>>() {
                *totals.entry(name).or_default() += value;
            }
        }
        let top = top(&profile, row);
        for (_, total, function) in top.iter().filter(|(_, _, function)| !function.contains("_start")) {
            assert_eq!(totals.get(function.as_str()), Some(total), "{name}: {function}");
        }
    }
}

#[test]
fn calls_of_each_place_and_sums_as_heaptrack_print_prints_them() {
    let (profile, printed) = (open("heaptrack.heap.zst"), text("heaptrack.heap.txt"));
    let section = printed.split("MOST CALLS TO").nth(1).and_then(|text| text.split("PEAK MEMORY").next()).expect("a section");
    let lines: Vec<&str> = section.lines().collect();
    let mut calls = BTreeMap::<&str, i64>::new();
    for pair in lines.windows(2) {
        if let Some((count, _)) = pair[0].split_once(" calls to allocation functions with ") {
            *calls.entry(pair[1]).or_default() += count.parse::<i64>().expect("a count");
        }
    }
    let selfs: BTreeMap<String, i64> =
        top(&profile, 0).into_iter().filter(|row| row.0 != 0).map(|(own, _, name)| (name, own)).collect();
    assert!(calls.len() > 10);
    assert_eq!(selfs.iter().map(|(name, own)| (name.as_str(), *own)).collect::<BTreeMap<_, _>>(), calls);
    let told = |start: &str| printed.lines().find_map(|line| line.strip_prefix(start)).expect("a sum").trim().to_owned();
    let short = |bytes: i64| format!("{:.2}K", bytes as f64 / 1000.0);
    let seconds = profile.duration_ns.expect("told") as f64 / 1e9;
    let [allocations, temporary, peak] =
        ["allocations", "temporary", "peak"].map(|name| profile.total(sample_type(&profile, name)));
    assert_eq!(told("calls to allocation functions:"), format!("{allocations} ({:.0}/s)", (allocations as f64 / seconds).floor()));
    assert_eq!(told("temporary memory allocations:"), format!("{temporary} ({:.0}/s)", (temporary as f64 / seconds).floor()));
    assert_eq!(told("peak heap memory consumption:"), short(peak));
    // What the system's libraries leak is left out by heaptrack's own list; there is nothing of it in this program.
    assert_eq!(told("total memory leaked:"), short(profile.total(sample_type(&profile, "leaked"))));
    let resident = &profile.counters[1];
    assert_eq!(profile.strings.get(resident.name), "resident memory");
    let most = resident.value.iter().copied().fold(0.0, f64::max);
    assert_eq!(told("peak RSS (including heaptrack overhead):"), format!("{:.2}M", most / 1e6));
}

#[test]
fn header_units_places_and_the_packed_one() {
    let profile = open("heaptrack.heap.zst");
    let expected =
        [("allocations", "count"), ("temporary", "count"), ("allocated", "bytes"), ("peak", "bytes"), ("leaked", "bytes")];
    assert_eq!((sample_types(&profile), profile.default_sample_type), (expected.to_vec(), 3));
    assert_eq!((&profile.comments[..], profile.warnings.len()), (&["Command: ./heap".to_owned()][..], 0));
    let packed = crate::profiles::open(&data("valgrind/heaptrack.heap.gz"));
    assert_eq!(profile.samples, packed.samples);
    let of = |name: &str| {
        let rows = 0..profile.frames.len();
        rows.filter(|&row| profile.function_name(profile.frames.function[row]) == name).collect::<Vec<_>>()
    };
    let [leak] = of("leak(unsigned long)")[..] else { panic!("one place") };
    assert_eq!(profile.function_file(profile.frames.function[leak]), "/tmp/v/heap.cpp");
    let mapping = profile.mappings[profile.frames.mapping[leak].0 as usize];
    assert_eq!((profile.strings.get(mapping.file), profile.frames.line[leak] > 10), ("/tmp/v/heap", true));
    assert!(of("join(std::vector<std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> >, std::allocator<std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> > > > const&)")
        .iter()
        .all(|&row| !profile.frames.inlined[row]));
    assert!(profile.frames.inlined.iter().any(|&inlined| inlined));
}

/// The recording as text.
fn unpacked() -> String {
    let mut text = String::new();
    let packed = bytes("heaptrack.heap.gz");
    flate2::read::GzDecoder::new(&packed[..])
        .read_to_string(&mut text)
        .map_or_else(|_| String::from_utf8(packed).expect("text"), |_| text)
}

/// The same recording as older versions wrote it.
fn older(version: u32) -> String {
    let (mut out, mut kinds, mut pointers, mut next) = (String::new(), Vec::new(), HashMap::<usize, Vec<u64>>::new(), 0x1000_u64);
    let number = |text: &str| usize::from_str_radix(text, 16).expect("a number");
    for line in unpacked().lines() {
        let (letter, rest) = line.split_once(' ').unwrap_or((line, ""));
        match (letter, version) {
            ("v", 0) => {}
            ("v", 1) => out.push_str("v 10200\n"),
            ("v", _) => writeln!(out, "v 10200 {version}").expect("memory"),
            ("s", _) => writeln!(out, "s {}", rest.split_once(' ').expect("a length").1).expect("memory"),
            ("a", 0) => kinds.push(rest.to_owned()),
            ("+", 0) => {
                next += 16;
                pointers.entry(number(rest)).or_default().push(next);
                writeln!(out, "+ {} {next:x}", kinds[number(rest)]).expect("memory");
            }
            ("-", 0) => {
                let pointer = pointers.get_mut(&number(rest)).and_then(Vec::pop).expect("allocated");
                writeln!(out, "- {pointer:x}").expect("memory");
            }
            _ => writeln!(out, "{line}").expect("memory"),
        }
    }
    out
}

#[test]
fn older_versions_give_the_same() {
    let profile = open("heaptrack.heap.zst");
    for version in [0, 1, 2] {
        let old = parse(older(version).as_bytes(), "old").unwrap_or_else(|error| panic!("{version}: {error}"));
        check(&old);
        assert_eq!((&old.format, &old.warnings), (&profile.format, &profile.warnings), "{version}");
        for name in ["allocations", "allocated", "peak", "leaked"] {
            let row = sample_type(&profile, name);
            assert_eq!(ours(&old, row), ours(&profile, row), "{version} {name}");
        }
        // Later versions count the first kind as temporary once, when it is freed behind something else.
        let temporary = sample_type(&profile, "temporary");
        assert_eq!(old.total(temporary), profile.total(temporary) - i64::from(version == 0), "{version}");
    }
}

#[test]
fn allocated_bytes_are_the_sum_of_all_sizes() {
    let (mut sizes, mut sum) = (Vec::new(), 0);
    for line in unpacked().lines() {
        let hexadecimal = |text: &str| i64::from_str_radix(text, 16).expect("a number");
        match line.split_once(' ') {
            Some(("a", rest)) => sizes.push(hexadecimal(rest.split_once(' ').expect("two").0)),
            Some(("+", rest)) => sum += sizes[hexadecimal(rest) as usize],
            _ => {}
        }
    }
    let profile = open("heaptrack.heap.zst");
    assert_eq!(profile.total(sample_type(&profile, "allocated")), sum);
}

#[test]
fn odd_recordings() {
    let start = "v 10400 3\nX a b\nI 1000 1\ns 1 f\ns 1 g\n";
    let profile = parse(
        format!(
            "{start}i 10 0 1\nt 1 0\nt 1 9\na 8 2\na ffffffffffffffff 1\n+ 0\n+ 7\n- 0\nc 5\nc 2\nt\nc ffffffffffffffff\ns 9 x\nz\n"
        )
        .as_bytes(),
        "x",
    );
    let profile = profile.expect("best effort");
    check(&profile);
    assert_eq!(crate::profiles::folded(&profile, 0), ["f 1"]);
    let cannot = "Line 8 cannot be understood and was left out (and 5 more lines like it).";
    assert!(profile.warnings.iter().any(|warning| warning == cannot), "{:?}", profile.warnings);
    let empty = parse(b"v 10400 3\nX a b\n", "x").expect("valid");
    assert_eq!((empty.samples.len(), &empty.warnings[..]), (0, &["The file holds no samples.".to_owned()][..]));
    let later = parse(b"v 20000 4\nX a b\n", "x").expect_err("later").to_string();
    assert_eq!(later, "x is damaged at line 1: it is of version 4, but only versions up to 3 are known");
    let raw = parse(b"v 10400 3\nx /usr/bin/a\nX a\nm 1\n", "x").expect_err("raw").to_string();
    assert_eq!(raw, "x cannot be opened as a profile: it seems to be a raw recording of heaptrack, which only it can interpret");
}

#[test]
fn a_chain_of_a_million_calls_is_read() {
    let mut text = String::from("v 10400 3\nX a\ns 1 f\ni 10 0 1 0 0\n");
    (0..1_000_000).for_each(|n| writeln!(text, "t 1 {n:x}").expect("memory"));
    text += "a 8 f4240\n+ 0\n";
    let profile = parse(text.as_bytes(), "x").expect("valid");
    assert_eq!((profile.stacks.total_frames(), top(&profile, 3)), (1_000_000, vec![(8, 8, "f".to_owned())]));
}

#[test]
fn cut_and_damaged_files_do_no_harm() {
    cuts_and_flips(unpacked().as_bytes(), "heaptrack.heap");
    cuts_and_flips(&bytes("heaptrack.heap.zst"), "heaptrack.heap.zst");
    cuts_and_flips(older(0).as_bytes(), "old");
}
