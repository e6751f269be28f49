//! Folded stacks: the files that tools write, and those that people edit.

use std::collections::BTreeMap;
use std::path::Path;

use tachograph::jobs::{Cancel, Explain, Progress};
use tachograph::profile::read::{detect, read, read_file};
use tachograph::profile::{Grouping, Groups, Limits, NodeId, Profile, ProfileError, StackId, Top, Tree};

fn parse(text: &[u8]) -> Result<Profile, ProfileError> {
    read(text, None, "x.folded", &Cancel::new(), &Progress::new(), &Limits::default())
}

fn good(text: &str) -> Profile {
    parse(text.as_bytes()).unwrap_or_else(|error| panic!("{error}"))
}

/// Each sample as `root;leaf values`.
fn samples(profile: &Profile) -> Vec<String> {
    (0..profile.samples.len())
        .map(|row| {
            let frames = profile.stacks.get(profile.samples.stack[row]).iter();
            let names: Vec<_> = frames.map(|frame| profile.function_name(profile.frames.function[frame.0 as usize])).collect();
            let values: Vec<_> = profile.samples.values.iter().map(|column| column[row].to_string()).collect();
            format!("{} {}", names.join(";"), values.join(" "))
        })
        .collect()
}

#[test]
fn names_with_blanks_other_line_ends_and_empty_lines() {
    let profile =
        good("\u{feff}main;operator new(unsigned long) 5\r\n\r\n  main;λ → µ;\tx 7  \r\n# a remark\r\nmain; 3\nidle 2\nmain;  1");
    assert_eq!(samples(&profile), ["main;operator new(unsigned long) 5", "main;λ → µ;x 7", "main 3", "idle 2", "main;<unknown> 1"]);
    assert_eq!(
        (profile.format.as_str(), profile.sample_type(0), profile.sample_types.len()),
        ("folded stacks", ("samples", "count"), 1)
    );
    assert_eq!(profile.warnings, ["Line 7 has a call without a name, which is shown as “<unknown>”."]);
    assert_eq!(profile.sample_count(), Some(18));
}

#[test]
fn the_same_stack_twice_is_two_samples_of_one_stack() {
    let profile = good("a;b 1\na;b 2\na 4\n");
    assert_eq!((profile.samples.len(), profile.stacks.len()), (3, 2));
    assert_eq!(profile.samples.stack, [StackId(0), StackId(0), StackId(1)]);
}

#[test]
fn flaws_are_told_with_their_line() {
    let profile = good("a;b 1\na;b 2.5\nno number here\na;;c 3\na 99999999999999999999\na;b 1\na;b 0.4\na;b 1.2.3\n");
    let values: Vec<_> = profile.samples.values[0].clone();
    assert_eq!(values, [1, 3, 3, i64::MAX, 1, 0, 0]);
    assert_eq!(samples(&profile)[2], "a;<unknown>;c 3");
    assert_eq!(
        profile.warnings,
        [
            "Line 3 does not end with a number and was left out (and one more line like it).",
            "Line 2 has a fraction, which was rounded to a whole number (and one more line like it).",
            "Line 5 has a number beyond 9.2 × 10^18, which was cut to that.",
            "Line 4 has a call without a name, which is shown as “<unknown>”.",
            "The values of “samples” add up to more than 9.2 × 10^18; sums are cut to that.",
        ]
    );
}

#[test]
fn two_numbers_are_before_and_after() {
    let profile = good("main;a 10 20\nmain;b c 5 0\nmain;d 0 7\n");
    assert_eq!(samples(&profile), ["main;a 10 20", "main;b c 5 0", "main;d 0 7"]);
    assert_eq!((profile.sample_type(0).0, profile.sample_type(1).0, profile.default_sample_type), ("before", "after", 1));
    assert_eq!((profile.total(0), profile.total(1)), (15, 27));
    // One line with one number: the other numbers belong to names.
    let profile = good("main;thread 10 20\nmain;b 5\n");
    assert_eq!(samples(&profile), ["main;thread 10 20", "main;b 5"]);
}

#[test]
fn a_file_with_nothing_in_it_or_something_else_is_refused() {
    for (text, message) in [
        (&b""[..], "x.folded is empty"),
        (b" \r\n \n", "x.folded is empty"),
        (b"hello\nworld\n", "x.folded cannot be opened as a profile: it seems to be text, but not folded stacks"),
        (b"a;b;c\n1;2;3\n", "x.folded cannot be opened as a profile: it seems to be a table (CSV)"),
    ] {
        let error = parse(text).expect_err("bad");
        assert_eq!(error.to_string(), message);
        assert!(error.next_step().ends_with('.'), "{}", error.next_step());
    }
}

#[test]
fn the_format_is_told_by_content_then_by_name() {
    let told = |head: &[u8], whole, name| detect(head, whole, name).map(|format| format.name);
    assert_eq!(told(b"main;a 1\nmain;b 2\n", true, "x"), Some("folded stacks"));
    assert_eq!(told(b"main 1\nidle 2\n", true, "x.folded"), Some("folded stacks"));
    assert_eq!(told(b"main 1\nidle 2\n", true, "x.txt"), None, "two words and numbers can be anything");
    assert_eq!(told(b"main;a 1", false, "x.folded"), None, "no line is whole yet");
    assert_eq!(told(&[0x0a, 4, 8, 1, 16, 2], true, "x.folded"), Some("pprof"), "content goes first");
}

#[test]
fn many_lines_are_within_memory_or_refused() {
    let text: String = (0..20_000).map(|n| format!("main;f{n};g{} 1\n", n % 7)).collect();
    let profile = good(&text);
    assert_eq!((profile.total(0), profile.functions.len()), (20_000, 20_008));
    let limits = Limits { table_bytes: 100_000, ..Limits::default() };
    let error = read(text.as_bytes(), None, "x.folded", &Cancel::new(), &Progress::new(), &limits).expect_err("too large");
    assert_eq!(error.to_string(), "x.folded is too large at line 1024: its tables in memory would exceed 100000 bytes");
    let limits = Limits { unpacked_bytes: 200_000, ..Limits::default() };
    let error = read(text.as_bytes(), None, "x.folded", &Cancel::new(), &Progress::new(), &limits).expect_err("too large");
    assert!(matches!(error, ProfileError::TooLarge { limit_bytes: 200_000, .. }), "{error}");
}

#[test]
fn a_real_file_adds_up_as_a_plain_count_does() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/profiles/vertx.folded");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: {} is not there", path.display());
        return;
    };
    let profile = read_file(&path, &Cancel::new(), &Progress::new(), &Limits::default()).expect("valid");
    // The plainest way to the same figures: sets of names per line.
    let (mut selfs, mut totals, mut all) = (BTreeMap::<&str, i64>::new(), BTreeMap::<&str, i64>::new(), 0);
    for line in text.lines() {
        let (stack, count) = line.rsplit_once(' ').expect("a count");
        let count: i64 = count.parse().expect("a number");
        let names: Vec<&str> = stack.split(';').map(|name| if name.trim().is_empty() { "<unknown>" } else { name }).collect();
        all += count;
        *selfs.entry(names.last().expect("a leaf")).or_default() += count;
        let distinct: std::collections::BTreeSet<_> = names.into_iter().collect();
        for name in distinct {
            *totals.entry(name).or_default() += count;
        }
    }
    let groups = Groups::new(&profile, Grouping::Name);
    let top = Top::new(&profile, &groups, 0);
    assert_eq!((top.total, top.rows.len(), profile.samples.len()), (all, totals.len(), text.lines().count()));
    for row in &top.rows {
        let name = groups.name(&profile, row.group);
        assert_eq!((row.self_value, row.total_value), (selfs.get(name).copied().unwrap_or(0), totals[name]), "{name}");
    }
    let tree = Tree::new(&profile, &groups, 0, &Cancel::new()).expect("not cancelled");
    assert_eq!(tree.total(NodeId::ROOT), all);
    let prefixes: std::collections::BTreeSet<&str> = text
        .lines()
        .filter_map(|line| line.rsplit_once(' '))
        .flat_map(|(stack, _)| stack.match_indices(';').map(|(at, _)| &stack[..at]).chain([stack]))
        .collect();
    assert_eq!(tree.len(), prefixes.len() + 1, "one node for each distinct beginning of a stack, and the root");
}
