//! Files of Python's profilers that mean harm, or were made by nobody.

use crate::profiles::{Random, check, parse, try_bytes};
use tachograph::jobs::{Cancel, Progress};
use tachograph::profile::read::read;
use tachograph::profile::{Limits, ProfileError};

/// A file of pstats with one function whose figures are `figures` (in marshal).
fn pstats(figures: &[u8]) -> Vec<u8> {
    let mut file = b"{(\x03\0\0\0".to_vec();
    file.extend(text("a.py"));
    file.extend(int(1));
    file.extend(text("f"));
    file.extend(figures);
    file.push(b'0');
    file
}

fn text(text: &str) -> Vec<u8> {
    [b"z", &[text.len() as u8][..], text.as_bytes()].concat()
}

fn int(number: i32) -> Vec<u8> {
    [b"i", &number.to_le_bytes()[..]].concat()
}

fn float(number: f64) -> Vec<u8> {
    [b"g", &number.to_le_bytes()[..]].concat()
}

fn figures(own: f64, total: f64) -> Vec<u8> {
    [b"(\x05\0\0\0".to_vec(), int(3), int(4), float(own), float(total), b"{0".to_vec()].concat()
}

#[test]
fn times_beyond_all_bounds_are_cut() {
    for (own, nanoseconds) in [
        (1e300, i64::MAX),
        (-1e300, i64::MIN),
        (f64::NAN, 0),
        (f64::INFINITY, i64::MAX),
        (1.5e-9, 2),
        (-0.0, 0),
        (3.25, 3_250_000_000),
    ] {
        let profile = parse(&pstats(&figures(own, own)), "x").expect("pstats");
        let graph = profile.graph.as_ref().expect("calls");
        assert_eq!(
            (graph.own[0][0], graph.total[0][0], graph.calls[0], graph.primitive_calls[0]),
            (nanoseconds, nanoseconds, 4, 3)
        );
        check(&profile);
    }
}

#[test]
fn long_numbers_and_other_kinds_of_marshal() {
    // 2^60 in digits of 15 bits; a set, a complex number, Ellipsis and a slice where nothing is expected of them.
    let long = b"l\x05\0\0\0\0\0\0\0\0\0\0\0\x01\0";
    let others = b"<\x02\0\0\0y0123456701234567.";
    let figures =
        [b"(\x05\0\0\0", &long[..], b"l\xff\xff\xff\xff\x05\0", &float(1.0), &float(2.0), b"{", others, b":NNN0"].concat();
    let profile = parse(&pstats(&figures), "x").expect("pstats");
    let graph = profile.graph.as_ref().expect("calls");
    assert_eq!((graph.primitive_calls[0], graph.calls[0]), (1 << 60, 0));
    assert_eq!(profile.warnings.len(), 1, "{:?}", profile.warnings);
    assert!(profile.warnings[0].contains("is no function that calls another"), "{:?}", profile.warnings);
}

#[test]
fn what_is_no_function_is_left_out_with_its_place() {
    let mut file = pstats(&figures(1.0, 2.0));
    file.pop();
    file.extend([b"(\x03\0\0\0".to_vec(), text("b.py"), int(2), text("g"), b"N0".to_vec()].concat());
    let profile = parse(&file, "x").expect("pstats");
    let at = memchr::memmem::find(&file, b"\x01g").expect("there") + 1;
    assert_eq!(
        profile.warnings,
        [format!("What is at byte {at} is no function with its calls, times and callers, and was left out.")]
    );
}

#[test]
fn a_sampling_profiler_marks_its_file() {
    // Python 3.15 adds `("__sampled__",): True`, which can stand anywhere.
    let marker = b"\xa9\x01\xda\x0b__sampled__T";
    let plain = pstats(&figures(1.0, 2.0));
    let (first, rest) = plain.split_at(1);
    for file in [[first, &marker[..], rest].concat(), [first, &rest[..rest.len() - 1], &marker[..], b"0"].concat()] {
        let profile = parse(&file, "x").expect("pstats");
        assert_eq!(profile.comments, ["A sampling profiler wrote the file: its calls are counts of samples."]);
        assert_eq!((profile.functions.len(), profile.warnings.len()), (1, 0), "{:?}", profile.warnings);
    }
}

#[test]
fn a_cut_file_of_pstats_shows_what_is_there() {
    let mut file = pstats(&figures(1.0, 2.0));
    file.pop();
    file.extend([b"(\x03\0\0\0".to_vec(), text("b.py"), int(2)].concat());
    let profile = parse(&file, "x").expect("a part");
    assert_eq!((profile.functions.len(), profile.total(0)), (1, 1_000_000_000));
    assert!(profile.warnings.contains(&format!("The file is cut off at byte {}: what stands before that is shown.", file.len())));
}

#[test]
fn references_to_nothing_and_to_themselves() {
    // A key that refers to a value that was not there.
    let error = parse(&[&b"{"[..], b"(\x03\0\0\0", &text("a"), b"r\x09\0\0\0"].concat(), "x").expect_err("no such value");
    assert_eq!(error.to_string(), "x is damaged at byte 9: it refers to value 9, but only 0 were there before");
    // The callers of a function are the dictionary that it stands in.
    let file = pstats(&[b"(\x05\0\0\0".to_vec(), int(1), int(1), float(1.0), float(1.0), b"r\0\0\0\0".to_vec()].concat());
    let file = [&[b'{' | 0x80], file.get(1..).expect("long")].concat();
    let profile = parse(&file, "x").expect("pstats");
    assert_eq!((profile.functions.len(), profile.graph.as_ref().expect("calls").edges.len()), (1, 1));
    check(&profile);
}

#[test]
fn code_is_refused() {
    let error = parse(&pstats(b"c\0\0\0\0"), "x").expect_err("code");
    assert!(error.to_string().contains("no kind of plain data"), "{error}");
}

#[test]
fn depth_costs_no_stack_and_promises_no_memory() {
    let limits = Limits::default();
    let long = |bytes: &[u8], name: &str| read(bytes, None, name, &Cancel::new(), &Progress::new(), &limits).map(|_| ());
    // Ten million tuples inside each other.
    drop(long(&pstats(&b"(\x01\0\0\0".repeat(10_000_000)), "deep.prof"));
    drop(long(&[b"\x80\x04\x8c\x0dline_profiler\x8c\x09LineStats\x93", &b"]"[..].repeat(10_000_000)[..]].concat(), "deep.lprof"));
    drop(long(&[b"\x80\x04\x8c\x0dline_profiler\x8c\x09LineStats\x93", &b"("[..].repeat(10_000_000)[..]].concat(), "marks.lprof"));
    // Four billion items and four gigabytes of text, and nothing behind.
    for figures in [&b"(\xff\xff\xff\xff"[..], b"[\xff\xff\xff\xff", b"s\xff\xff\xff\xff", b"l\xff\xff\xff\x7f"] {
        let mut file = pstats(figures);
        file.pop();
        let profile = parse(&file, "x").expect("cut off");
        assert!(profile.warnings.iter().any(|text| text.contains("cut off")), "{:?}", profile.warnings);
    }
    for instruction in [&b"X\xff\xff\xff\xff"[..], b"\x8d\xff\xff\xff\xff\xff\xff\xff\xff", b"\x8b\xff\xff\xff\xff"] {
        let error = parse(&[b"\x80\x04\x8c\x0dline_profiler\x8c\x09LineStats\x93", instruction].concat(), "x").expect_err("cut");
        assert!(error.to_string().contains("in the middle of a pickle"), "{error}");
    }
}

/// A pickle that begins as one of line_profiler and goes on with these instructions.
fn lines(instructions: &[u8]) -> Vec<u8> {
    [b"\x80\x02cline_profiler\nLineStats\n", instructions].concat()
}

#[test]
fn a_pickle_that_would_run_a_program_runs_nothing() {
    let marker = std::env::temp_dir().join(format!("tachograph-pickle-{}", std::process::id()));
    let command = format!("touch {}", marker.display());
    let program = [b"cos\nsystem\nX", &(command.len() as u32).to_le_bytes()[..], command.as_bytes(), b"\x85R."].concat();
    let error = parse(&lines(&program), "x.lprof").expect_err("no profile");
    assert!(error.to_string().contains("it holds no lines with times"), "{error}");
    assert!(!marker.exists());
}

#[test]
fn instructions_that_no_profile_has_are_refused_with_their_place() {
    for (code, shown) in
        [(b'Q', "0x51"), (b'P', "0x50"), (b'i', "0x69"), (b'o', "0x6f"), (0x82, "0x82"), (0x97, "0x97"), (0xff, "0xff")]
    {
        let file = lines(&[b')', code]);
        let error = parse(&file, "x.lprof").expect_err("unknown");
        let expected = format!("x.lprof is damaged at byte {}: instruction {shown} of", file.len() - 1);
        assert!(error.to_string().starts_with(&expected), "{error}");
    }
}

#[test]
fn a_pickle_that_takes_what_is_not_there_is_refused() {
    for instructions in
        [&b"00"[..], b"\x85\x87", b"a", b"s", b"u", b"(u", b"t", b"h\x07", b"j\xff\xff\xff\xff", b"(\x81", b"R", b"b", b"(a", b"."]
    {
        let error = parse(&lines(instructions), "x.lprof").expect_err("nothing there");
        assert!(matches!(error, ProfileError::Damaged { .. }), "{error}");
    }
}

#[test]
fn a_list_that_holds_itself_and_lines_without_figures() {
    // {"timings": {("f", 1, "g"): [[itself], (1, 2)]}, "unit": 1e-9}
    let timings = [&b"}X\x01\0\0\0fK\x01X\x01\0\0\0g\x87]q\x01(h\x01K\x01K\x02\x86es"[..]].concat();
    let state = [&b"}(X\x07\0\0\0timings"[..], &timings, b"X\x04\0\0\0unitG\x3e\x11\x2e\x0b\xe8\x26\xd6\x95u"].concat();
    let profile = parse(&lines(&[b")\x81", &state[..], b"b."].concat()), "x.lprof").expect("line_profiler");
    assert_eq!((profile.samples.len(), profile.functions.len()), (0, 1));
    assert!(profile.warnings[0].contains("has no hits and time"), "{:?}", profile.warnings);
}

#[test]
fn empty_pickles_are_empty_profiles() {
    let empty = b")\x81}(X\x07\0\0\0timings}X\x04\0\0\0unitG\x3e\x11\x2e\x0b\xe8\x26\xd6\x95ub.";
    let snapshot = b"\x80\x02ctracemalloc\nSnapshot\n)\x81}(X\x06\0\0\0traces)X\x0f\0\0\0traceback_limitK\x05ub.";
    for (bytes, format) in [(lines(empty), "line_profiler"), (snapshot.to_vec(), "tracemalloc")] {
        let profile = parse(&bytes, "x").expect("empty");
        assert_eq!((profile.format.as_str(), profile.samples.len()), (format, 0));
        assert_eq!(profile.warnings, ["The file holds no samples."]);
        check(&profile);
    }
}

#[test]
fn calls_of_memory_profiler_inside_each_other_beside_each_other_and_wrong() {
    let text = "CMDLINE x\nFUNC m.a 1.0 10.0 3.0 14.0 0\nFUNC m.b 1.0 10.0 2.5 12.0 1\nFUNC m.b 2.5 12.0 2.0 13.0 1\n\
                FUNC m.a 3.0 14.0 3.0 13.0 0\nFUNC m.c 1 2\nMEM x y\nMEM 1.0 9.5\nCHLD 7 2.0 9.75\nHELLO\n\nMEM 0.5";
    let profile = parse(text.as_bytes(), "x.dat").expect("memory_profiler");
    let mebibyte = 1 << 20;
    let sums: Vec<_> = crate::profiles::folded(&profile, 0);
    assert_eq!(
        sums,
        [format!("m.a;m.b {}", mebibyte * 3 / 2), format!("m.a;m.b {}", -mebibyte / 2), format!("m.a {mebibyte}"), "m.a 0".into()]
    );
    assert_eq!(profile.samples.values[1], [2_000_000_000, 1_000_000_000, 1_000_000_000, 0]);
    assert_eq!((profile.time_ns, profile.duration_ns), (Some(9_500_000_000), Some(4_500_000_000)));
    assert_eq!(profile.warnings, ["Line 6 is no line of mprof with its figures, and was left out (and 3 more lines like it)."]);
    check(&profile);
    let error = parse(b"CMDLINE python x.py\n", "x.dat").expect_err("nothing");
    assert!(error.to_string().contains("it holds no figures of memory"), "{error}");
}

#[test]
fn calls_of_memory_profiler_without_their_depth() {
    // As versions before 0.60 wrote them.
    let text = "FUNC a 1.0 10.0 2.0 20.0\nFUNC b 1.0 10.0 2.0 15.0\nFUNC a 2.0 15.0 2.0 20.0\nMEM 1.0 10.0\n";
    let profile = parse(text.as_bytes(), "x").expect("memory_profiler");
    assert_eq!(crate::profiles::folded(&profile, 1), ["a;b 5000000000", "a;a 5000000000", "a 0"]);
}

#[test]
fn many_calls_inside_each_other_stay_within_bounds() {
    let mut text = String::from("CMDLINE x\n");
    for depth in 0..200_000 {
        text.push_str(&format!("FUNC f 1.0 {}.0 1.0 {}.0 {depth}\n", 1000 + depth, 900_000 - depth));
    }
    let error = parse(text.as_bytes(), "x.dat").expect_err("20 billion frames");
    assert!(matches!(error, ProfileError::TooLarge { .. }), "{error}");
}

#[test]
fn random_bytes_behind_a_right_beginning() {
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    const WORDS: &[u8] = b"(ti{[)0NTFglsSzZrR\x80\x81\x85\x86\x87\x88\x8c\x93\x94\x95aesubqhj}]XKMJG.02\x00\x01\x03\xff";
    for _ in 0..3000 {
        let tail: Vec<u8> = (0..random.below(200)).map(|_| random.pick(WORDS)).collect();
        try_bytes(&pstats(&tail), "random.prof");
        try_bytes(&lines(&tail), "random.lprof");
        try_bytes(&[b"\x80\x04\x8c\x0btracemalloc\x8c\x08Snapshot\x93", &tail[..]].concat(), "random.snapshot");
    }
}
