//! Recordings of Austin, held against what `go tool pprof` prints of what Austin's own converter makes of them
//! (`tests/data/profiles/austin/make.sh` makes both); of py-spy; and folded stacks of differences.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::PathBuf;

use crate::profiles::{cuts_and_flips, data, folded, open, parse, sample_type, sample_types, top};
use tachograph::profile::Profile;

fn austin(name: &str) -> PathBuf {
    data("austin").join(name)
}

fn unpacked(path: PathBuf) -> Vec<u8> {
    let mut bytes = Vec::new();
    let packed = std::fs::File::open(path).expect("kept file");
    flate2::read::MultiGzDecoder::new(packed).read_to_end(&mut bytes).expect("gzip");
    bytes
}

/// Self and total by function, and the total of the profile, of a print of `go tool pprof -top`.
fn go_top(name: &str) -> (BTreeMap<String, (i64, i64)>, i64) {
    let text = std::fs::read_to_string(austin(&format!("{name}.top.txt"))).expect("kept print");
    let number = |word: &str| word.trim_end_matches(|letter: char| letter.is_ascii_alphabetic()).parse::<i64>().expect("a number");
    let total = text.lines().find_map(|line| line.split_once("% of ")).expect("a total").1;
    let total = number(total.split(' ').next().expect("a total"));
    let rows = text.lines().skip_while(|line| !line.trim_start().starts_with("flat ")).skip(1);
    let rows = rows.map(|line| {
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        (words[5..].join(" "), (number(words[0]), number(words[3])))
    });
    (rows.collect(), total)
}

fn equals(profile: &Profile, column: usize, name: &str) {
    let (expected, total) = go_top(name);
    assert_eq!(profile.total(column), total, "{name}");
    let rows = top(profile, column);
    assert_eq!(rows.len(), expected.len(), "{name}: {rows:?}");
    for (own, total, function) in &rows {
        assert_eq!(expected.get(function), Some(&(*own, *total)), "{name}: {function}");
    }
}

#[test]
fn texts_are_as_austins_converter_reads_them() {
    let wall = open(&austin("wall.austin.gz"));
    assert_eq!((wall.format.as_str(), sample_types(&wall)), ("Austin", vec![("wall", "microseconds")]));
    equals(&wall, 0, "wall");
    assert_eq!((wall.period, wall.warnings.len()), (Some(4000), 0));
    let processes: std::collections::BTreeSet<_> = wall.threads.iter().map(|thread| thread.process_id).collect();
    assert_eq!((processes.len(), wall.threads.len()), (2, 4), "two processes of two threads");
    let main = wall.functions.name.iter().position(|&name| wall.strings.get(name) == "main").expect("main");
    assert_eq!(wall.strings.get(wall.functions.file[main]), "/tmp/pf/work.py");
    equals(&open(&austin("cpu.austin.gz")), 0, "cpu");
    let full = open(&austin("full.austin.gz"));
    let types = [("cpu", "microseconds"), ("wall", "microseconds"), ("allocated", "bytes"), ("freed", "bytes")];
    assert_eq!(sample_types(&full), types);
    for column in 0..4 {
        equals(&full, column, &format!("full.{column}"));
    }
}

#[test]
fn memory_is_what_was_taken_and_given_back() {
    let profile = open(&austin("memory.austin.gz"));
    assert_eq!(sample_types(&profile), [("allocated", "bytes"), ("freed", "bytes")]);
    // The converter fails over this mode; the sums are those of the lines.
    let text = String::from_utf8(unpacked(austin("memory.austin.gz"))).expect("text");
    let lines = text.lines().filter(|line| line.starts_with('P'));
    let bytes: Vec<i64> = lines.map(|line| line.rsplit(' ').next().expect("a number").parse().expect("a number")).collect();
    let sum = |sign: i64| bytes.iter().map(|bytes| (bytes * sign).max(0)).sum::<i64>();
    assert_eq!((profile.total(0), profile.total(1)), (sum(1), sum(-1)));
    assert!(sum(-1) > 0);
}

#[test]
fn texts_of_version_one() {
    for (name, columns) in [("old.austin.gz", 1), ("old-m.austin.gz", 1), ("old-f.austin.gz", 3)] {
        let profile = open(&austin(name));
        assert_eq!(profile.sample_types.len(), columns, "{name}");
        let text = String::from_utf8_lossy(&unpacked(austin(name))).into_owned();
        // The first of the numbers behind the last closing bracket, line number or thread.
        let numbers = |line: &str| -> Option<Vec<i64>> {
            let words: Vec<&str> = line.split(' ').collect();
            let behind: Vec<i64> = words.iter().rev().map_while(|word| word.parse().ok()).collect();
            (!behind.is_empty()).then(|| behind.into_iter().rev().collect())
        };
        let lines = text.lines().filter(|line| line.contains(";Thread "));
        let sum: i64 = lines.filter_map(numbers).map(|numbers| numbers[0]).sum();
        assert_eq!(profile.total(0), sum, "{name}");
        let rows = top(&profile, 0);
        assert!(rows.iter().any(|row| row.2 == "main"), "{name}: {rows:?}");
        let main = profile.functions.name.iter().position(|&name| profile.strings.get(name) == "main").expect("main");
        assert!(profile.strings.get(profile.functions.file[main]).ends_with("work.py"), "{name}");
        assert!(profile.frames.line.contains(&33), "{name}");
    }
    let mixed = parse(b"Thread 7f12;a b (x.py);L3;c (<frozen d>);L4 10\nThread 7f12 5\n", "x").expect("valid");
    assert_eq!(folded(&mixed, 0), ["a b;c 10", " 5"]);
}

#[test]
fn the_binary_format_is_as_austins_reader_reads_it() {
    let wall = open(&austin("wall.mojo.gz"));
    assert_eq!(wall.format, "Austin MOJO");
    let (expected, total) = go_top("wall.mojo");
    assert_eq!(wall.total(0), total);
    // The converter leaves frames out that could not be read; here they are called INVALID.
    for (own, total, function) in top(&wall, 0).iter().filter(|row| row.2 != "INVALID") {
        assert_eq!(expected.get(function), Some(&(*own, *total)), "{function}");
    }
    let full = open(&austin("full.mojo.gz"));
    let sums: BTreeMap<String, i64> = std::fs::read_to_string(austin("full.mojo.sums.txt"))
        .expect("kept print")
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(name, sum)| (name.to_owned(), sum.parse().expect("a number")))
        .collect();
    assert_eq!(full.samples.len() as i64, sums["samples"]);
    assert_eq!(full.total(sample_type(&full, "wall")), sums["time"]);
    assert_eq!(full.total(sample_type(&full, "cpu")), sums["time"] - sums["idle"]);
    assert_eq!(full.total(sample_type(&full, "allocated")), sums["allocated"]);
    assert_eq!(full.total(sample_type(&full, "freed")), sums["freed"]);
}

#[test]
fn newer_streams_repeat_outer_frames() {
    // Version 4: two frames; a sample with both; one that repeats the outer one and adds a frame; a task whose frame is not the sample's.
    let mut bytes = b"MOJ\x04\x01mode\0wall\0".to_vec();
    bytes.extend_from_slice(b"\x02\x07\x001f\0\x0b\x02a.py\0\x0b\x03main\0\x0b\x04leaf\0");
    bytes.extend_from_slice(b"\x03\x0a\x02\x03\x05\x00\x00\x00\x03\x0b\x02\x04\x06\x00\x00\x00\x05\x0a\x09\x14");
    bytes.extend_from_slice(b"\x02\x07\x001f\0\x05\x0b\x0d\x0e\x01\x00\x01\x05\x0b\x09\xaa\x01");
    let profile = parse(&bytes, "x").expect("valid");
    assert_eq!(folded(&profile, 0), ["main 20", "main;leaf 106"]);
    assert_eq!((profile.threads[0].id, profile.threads[0].process_id), (Some(31), Some(7)));
}

#[test]
fn recordings_of_py_spy_are_folded_stacks() {
    for name in ["raw.txt.gz", "function.txt.gz"] {
        let path = data("py-spy").join(name);
        let profile = open(&path);
        assert_eq!((profile.format.as_str(), profile.warnings.as_slice()), ("folded stacks", [].as_slice()), "{name}");
        let text = String::from_utf8(unpacked(path)).expect("text");
        let sum: i64 = text.lines().map(|line| line.rsplit(' ').next().expect("a count").parse::<i64>().expect("a count")).sum();
        assert_eq!(profile.total(0), sum, "{name}");
        assert!(top(&profile, 0).iter().any(|row| row.2.starts_with("fib (work.py:")), "{name}");
    }
}

#[test]
fn differences_can_be_negative() {
    // As difffolded.pl and inferno-diff-folded write: before and after.
    let profile = parse(b"main;a 10 20\nmain;b 5 0\n", "x.folded").expect("valid");
    assert_eq!(sample_types(&profile), [("before", "count"), ("after", "count")]);
    // As tools that subtract write.
    let profile = parse(b"main;a -10\nmain;b 5\n", "x.folded").expect("valid");
    assert_eq!(folded(&profile, 0), ["main;a -10", "main;b 5"]);
    assert_eq!(
        (profile.total(0), top(&profile, 0)),
        (15, vec![(-10, -10, "a".into()), (5, 5, "b".into()), (0, -5, "main".into())])
    );
    let profile = parse(b"main;a 10 -20\nmain;b 5 7\n", "x.folded").expect("valid");
    assert_eq!(profile.samples.values, [vec![10, 5], vec![-20, 7]]);
}

#[test]
fn flaws_are_told() {
    let profile = parse(b"# austin: 3.7.0\n# mode: wall\n\nP1;T0:2;a.py:f:1 5\nhello\nP1;T0:2;a.py:f:1 x\n# duration: 7\n", "x")
        .expect("valid");
    assert_eq!(
        profile.warnings,
        ["Line 6 does not end with the figures of a sample and was left out.", "Line 5 is no sample of Austin and was left out.",]
    );
    assert_eq!((profile.duration_ns, profile.comments.as_slice()), (Some(7000), ["austin: 3.7.0".to_owned()].as_slice()));
    let empty = parse(b"# austin: 3.7.0\n# mode: memory\n\n# duration: 7\n", "x").expect("valid");
    assert_eq!((sample_types(&empty).len(), empty.warnings.len()), (2, 1));
}

#[test]
fn damaged_files() {
    for name in ["wall.austin.gz", "full.austin.gz", "old-f.austin.gz", "wall.mojo.gz", "full.mojo.gz"] {
        let bytes = unpacked(austin(name));
        cuts_and_flips(&bytes[..bytes.len().min(20_000)], if name.contains("mojo") { "x.mojo" } else { "x.txt" });
    }
}
