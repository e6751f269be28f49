//! Recordings of Linux perf: its text and its own files, held against what `perf report` prints of the same recordings.
//! `tests/data/profiles/perf/make.sh` makes both.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::PathBuf;

use crate::profiles::{cuts_and_flips, data, folded, open, parse, sample_type, sample_types, shared, top};
use tachograph::profile::Profile;

/// Samples and period of the recording of others, read off its bytes: perf 6.1 calls it incompatible.
const SLEEP: (i64, i64) = (7, 1 + 1 + 0xb + 0x13e + 0x299c + 0x19ff2 + 0x868e0);

fn perf(name: &str) -> PathBuf {
    data("perf").join(name)
}

/// The unpacked bytes of a kept file.
fn unpacked(name: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let packed = std::fs::File::open(perf(name)).expect("kept file");
    flate2::read::MultiGzDecoder::new(packed).read_to_end(&mut bytes).expect("gzip");
    bytes
}

/// One event as `perf report` prints it.
#[derive(Debug, Default)]
struct Report {
    event: String,
    samples: i64,
    /// Period of all samples.
    period: i64,
    /// Samples and period that each symbol has itself. Rows of one name are added up.
    own: BTreeMap<String, (i64, i64)>,
    /// Percent that each symbol has with all it calls.
    children: BTreeMap<String, f64>,
}

fn number(text: &str) -> i64 {
    text.trim().parse().unwrap_or_else(|_| panic!("{text}"))
}

/// What `perf report -t TAB` prints.
fn report(name: &str) -> Vec<Report> {
    let text = std::fs::read_to_string(perf(name)).expect("kept print");
    let mut reports: Vec<Report> = Vec::new();
    for line in text.lines() {
        if let Some(head) = line.strip_prefix("# Samples: ") {
            let (samples, event) = head.split_once("of event '").expect("an event");
            let event = event.trim_end_matches('\'').to_owned();
            reports.push(Report { event, samples: number(samples), ..Report::default() });
        } else if let Some(count) = line.strip_prefix("# Event count (approx.): ") {
            reports.last_mut().expect("an event").period = number(count);
        } else if !line.starts_with('#') && !line.trim().is_empty() {
            let columns: Vec<&str> = line.split('\t').map(str::trim).collect();
            let report = reports.last_mut().expect("an event");
            let [shares @ .., samples, period, symbol] = columns.as_slice() else { panic!("{line}") };
            let symbol = symbol.split_once("] ").expect("a kind").1.trim().to_owned();
            let own = report.own.entry(symbol.clone()).or_default();
            *own = (own.0 + number(samples), own.1 + number(period));
            if shares.len() == 2 {
                let share: f64 = shares[0].trim_end_matches('%').parse().expect("a share");
                *report.children.entry(symbol).or_default() += share;
            }
        }
    }
    reports
}

/// Holds every figure of an event against what perf prints. Names that perf does not know are only counted together.
fn equal(profile: &Profile, report: &Report, column: usize) {
    assert_eq!(profile.total(column), report.period, "{}", report.event);
    let values = profile.samples.column(column);
    assert_eq!(values.iter().filter(|&&value| value != 0).count() as i64, report.samples, "{}", report.event);
    let ours = top(profile, column);
    for (own, total, name) in &ours {
        let of_perf = report.own.get(name).map_or(0, |&(_, period)| period);
        assert_eq!(*own, of_perf, "{name} itself");
        if let Some(share) = report.children.get(name) {
            let exact = *total as f64 / report.period as f64 * 100.0;
            assert!((exact - share).abs() < 0.006, "{name} with all it calls: {exact} is not {share}");
        } else {
            assert!(report.children.is_empty(), "{name} is not in perf's list");
        }
    }
    for (name, &(_, period)) in &report.own {
        assert!(period == 0 && report.children.is_empty() || ours.iter().any(|row| row.2 == *name), "{name} is missing");
    }
}

#[test]
fn text_of_two_events_is_as_perf_reports_it() {
    for (name, ids) in [("two.script.txt.gz", false), ("two.mangled.script.txt.gz", true), ("two.all.script.txt.gz", false)] {
        let profile = open(&perf(name));
        assert_eq!(profile.format, "perf script", "{name}");
        assert_eq!(sample_types(&profile), [("cpu-clock:u", "nanoseconds"), ("task-clock:u", "nanoseconds")], "{name}");
        for print in ["two.children.txt", "two.no-children.txt"] {
            for (column, report) in report(print).iter().enumerate() {
                equal(&profile, report, column);
            }
        }
        let threads: Vec<(&str, bool)> =
            profile.threads.iter().map(|thread| (profile.strings.get(thread.name), thread.process_id.is_some())).collect();
        let sorted: std::collections::BTreeSet<_> = threads.into_iter().collect();
        assert_eq!(sorted.into_iter().collect::<Vec<_>>(), [("child", ids), ("helper one: two", ids), ("spin", ids)], "{name}");
        let times = &profile.samples.time_ns;
        assert!(times.is_sorted() && times[0] == 0 && times.len() == profile.samples.len());
        assert_eq!(profile.duration_ns, times.last().map(|&last| last as u64));
        assert_eq!(profile.warnings, Vec::<String>::new(), "{name}");
    }
}

#[test]
fn mangled_names_keep_what_the_linker_knows() {
    let profile = open(&perf("two.mangled.script.txt.gz"));
    let system: Vec<(&str, &str)> = profile
        .functions
        .name
        .iter()
        .zip(&profile.functions.system_name)
        .map(|(&name, &system)| (profile.strings.get(name), profile.strings.get(system)))
        .collect();
    assert!(system.contains(&("work::fib<int>", "_ZN4work3fibIiEET_S1_")), "{system:?}");
    assert!(system.contains(&("main", "")), "{system:?}");
}

#[test]
fn text_without_periods_counts_samples() {
    let profile = open(&perf("two.tid.script.txt.gz"));
    assert_eq!(sample_types(&profile), [("cpu-clock:u", "samples"), ("task-clock:u", "samples")]);
    for (column, report) in report("two.no-children.txt").iter().enumerate() {
        assert_eq!(profile.total(column), report.samples);
        for (own, _, name) in top(&profile, column) {
            assert_eq!(own, report.own.get(&name).map_or(0, |&(samples, _)| samples), "{name}");
        }
    }
}

#[test]
fn samples_of_one_line_have_one_call() {
    let profile = open(&perf("pipe.script.txt.gz"));
    assert_eq!(sample_types(&profile), [("samples", "count"), ("task-clock:u", "nanoseconds")]);
    assert_eq!(profile.default_sample_type, 1);
    let reports = report("pipe.no-children.txt");
    equal(&profile, &reports[0], 1);
    assert_eq!(profile.total(0), reports[0].samples);
    let mut deepest = profile.stacks.iter().map(<[_]>::len);
    assert!(deepest.all(|depth| depth == 1));
}

#[test]
fn lines_and_inlined_calls() {
    let profile = open(&perf("lines.script.txt.gz"));
    let reports = report("lines.children.txt");
    let column = sample_type(&profile, "cpu-clock:u");
    assert_eq!(profile.total(column), reports[0].period);
    let rows = top(&profile, column);
    let row = |name: &str| rows.iter().find(|row| row.2 == name).unwrap_or_else(|| panic!("{name}"));
    // perf counts what an inlined call has itself to the function it was inlined into; here the call has it.
    let (fold, mix) = (row("work::Matrix::fold"), row("work::Matrix::mix"));
    assert_eq!((fold.0, fold.1, mix.0), (mix.1, mix.1, 0));
    assert_eq!(mix.1, reports[0].own["work::Matrix::mix"].1);
    assert_eq!(row("main").0, reports[0].own["main"].1);
    let inlined: Vec<(&str, u32)> = (0..profile.frames.len())
        .filter(|&frame| profile.frames.inlined[frame])
        .map(|frame| (profile.function_name(profile.frames.function[frame]), profile.frames.line[frame]))
        .collect();
    assert!(inlined.contains(&("work::Matrix::fold", 31)), "{inlined:?}");
    let file = profile.frames.function.iter().map(|&function| profile.function_file(function)).find(|file| !file.is_empty());
    assert_eq!(file, Some("spin.cpp"));
    // Without lines the same calls.
    let plain = open(&perf("inlined.script.txt.gz"));
    assert_eq!(top(&plain, column), rows);
}

#[test]
fn tracepoints_tell_what_happened() {
    let profile = open(&perf("trace.script.txt.gz"));
    let names: Vec<&str> = sample_types(&profile).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names[..2], ["sched:sched_process_exec", "sched:sched_process_fork"]);
    assert_eq!(profile.markers.len(), profile.samples.len());
    let texts: Vec<&str> = profile.markers.iter().map(|marker| profile.strings.get(marker.text)).collect();
    assert!(texts.iter().any(|text| text.starts_with("filename=./spin pid=")), "{texts:?}");
    assert!(profile.markers.start_ns.is_sorted());
    assert!(top(&profile, 1).iter().any(|row| row.2 == "kernel_clone" && row.1 == 2));
}

#[test]
fn a_jit_is_named_by_its_map() {
    let profile = open(&perf("jit.script.txt.gz"));
    let report = &report("jit.children.txt")[0];
    let column = sample_type(&profile, "cpu-clock:u");
    assert_eq!(profile.total(column), report.period);
    let rows = top(&profile, column);
    let javascript: Vec<_> = rows.iter().filter(|row| row.2.starts_with("JS:")).collect();
    assert!(javascript.len() >= 3);
    for (own, _, name) in javascript {
        assert_eq!(*own, report.own[name].1, "{name}");
    }
}

#[test]
fn a_recording_is_as_perf_reports_it() {
    // The program lies beside it and is found by its build id: the recorded path does not exist.
    for (name, prints, events) in [
        ("two.data.gz", &["two.children.txt", "two.no-children.txt"][..], ["cpu-clock:u", "task-clock:u"]),
        ("pipe.data.gz", &["pipe.no-children.txt"], ["samples", "task-clock:u"]),
    ] {
        let profile = open(&perf(name));
        assert_eq!(profile.format, "perf.data");
        let types: Vec<&str> = sample_types(&profile).into_iter().map(|(name, _)| name).collect();
        assert_eq!(types, events, "{name}");
        for print in prints {
            for report in report(print) {
                equal(&profile, &report, sample_type(&profile, &report.event));
            }
        }
        assert_eq!(profile.warnings, Vec::<String>::new(), "{name}");
        assert!(profile.samples.time_ns.is_sorted() && profile.duration_ns > Some(100_000_000));
    }
}

#[test]
fn a_recording_and_its_text_are_the_same() {
    for name in ["two", "pipe", "kernel"] {
        let (recording, text) = (open(&perf(&format!("{name}.data.gz"))), open(&perf(&format!("{name}.script.txt.gz"))));
        assert_eq!(recording.samples.len(), text.samples.len(), "{name}");
        assert_eq!(recording.samples.values, text.samples.values, "{name}");
        // The text has six digits of the seconds.
        for (ours, theirs) in recording.samples.time_ns.iter().zip(&text.samples.time_ns) {
            assert!((ours - theirs).abs() < 1000, "{name}: {ours} is not {theirs}");
        }
        let threads = |profile: &Profile| -> Vec<(String, Option<i64>)> {
            let thread = |row: u32| profile.threads[row as usize];
            let all = profile.samples.thread.iter().map(|row| thread(row.0));
            all.map(|thread| (profile.strings.get(thread.name).to_owned(), thread.id)).collect()
        };
        assert_eq!(threads(&recording), threads(&text), "{name}");
        // What lies in the kernel has the names of the kernel it was recorded under only in the text.
        let stacks = |profile: &Profile| -> Vec<Vec<String>> {
            let frame = |frame: &tachograph::profile::FrameId| {
                let row = frame.0 as usize;
                let address = profile.frames.address[row];
                if address >> 63 == 1 {
                    format!("{address:x}")
                } else {
                    profile.function_name(profile.frames.function[row]).to_owned()
                }
            };
            let all = profile.samples.stack.iter().map(|&stack| profile.stacks.get(stack).iter().map(frame).collect());
            all.collect()
        };
        assert_eq!(stacks(&recording), stacks(&text), "{name}");
    }
}

#[test]
fn packed_records_and_the_kernel() {
    let profile = open(&perf("kernel.data.gz"));
    let print = std::fs::read_to_string(perf("kernel.dso.txt")).expect("kept print");
    let column = sample_type(&profile, "cpu-clock");
    let mut by_binary = BTreeMap::<String, i64>::new();
    for (stack, value) in profile.samples.iter(column) {
        let leaf = *profile.stacks.get(stack).last().expect("a call");
        let mapping = profile.mappings[profile.frames.mapping[leaf.0 as usize].0 as usize];
        let file = profile.strings.get(mapping.file).rsplit('/').next().expect("a name").to_owned();
        *by_binary.entry(file).or_default() += value;
    }
    for line in print.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let columns: Vec<&str> = line.split('\t').map(str::trim).collect();
        assert_eq!(by_binary.remove(columns[3]), Some(number(columns[2])), "{line}");
    }
    assert!(by_binary.is_empty(), "{by_binary:?}");
}

#[test]
fn a_recording_of_a_jit_is_named_by_its_map() {
    let profile = open(&perf("jit.data.gz"));
    let report = &report("jit.children.txt")[0];
    let column = sample_type(&profile, "cpu-clock:u");
    assert_eq!(profile.total(column), report.period);
    let rows = top(&profile, column);
    let javascript: Vec<_> = rows.iter().filter(|row| row.2.starts_with("JS:")).collect();
    assert!(javascript.len() >= 3, "{rows:?}");
    for (own, total, name) in javascript {
        assert_eq!(*own, report.own[name].1, "{name}");
        let share = *total as f64 / report.period as f64 * 100.0;
        assert!((share - report.children[name]).abs() < 0.006, "{name}: {share}");
    }
}

#[test]
fn a_recording_without_its_binaries_has_places() {
    let profile = parse(&unpacked("two.data.gz"), "perf.data").expect("valid");
    let rows = top(&profile, 0);
    assert!(rows.iter().all(|row| row.2.starts_with("[spin+0x")), "{rows:?}");
    let mapping = profile.mappings[0];
    assert_eq!(profile.strings.get(mapping.file), "/tmp/pf/spin");
    assert_eq!((profile.strings.get(mapping.build_id).len(), mapping.start), (40, 0x400000));
    assert_eq!(profile.comments.len(), 1, "{:?}", profile.comments);
    assert!(profile.warnings[0].starts_with("Functions have no names: "), "{:?}", profile.warnings);
}

#[test]
fn packed_records_that_unfold_without_end_are_refused() {
    let mut bytes = by_hand(false);
    let packed = zstd::bulk::compress(&vec![0; 200 << 20], 19).expect("packed");
    bytes.extend_from_slice(&[81, 0, 0, 0, 0, 0]);
    bytes.extend_from_slice(&(packed.len() as u16 + 8).to_le_bytes());
    bytes.extend_from_slice(&packed);
    let error = parse(&bytes, "perf.data").expect_err("too large");
    assert_eq!(error.to_string(), "perf.data is too large: its unpacked records would exceed 67108864 bytes");
}

#[test]
fn a_recording_of_others_is_read() {
    let Some(path) = shared("sleep.perf.data") else { return };
    let profile = open(&path);
    assert_eq!((profile.sample_type(1).0, profile.total(0), profile.total(1)), ("cycles:Pu", SLEEP.0, SLEEP.1));
}

#[test]
fn damaged_recordings() {
    for name in ["two.data.gz", "kernel.data.gz", "pipe.data.gz"] {
        cuts_and_flips(&unpacked(name), "perf.data");
    }
    // A header alone, an empty one, sections beyond the file.
    for bytes in [&b"PERFILE2"[..], &[b"PERFILE2".as_slice(), &[0xff; 96]].concat(), &[b"2ELIFREP".as_slice(), &[0; 96]].concat()] {
        assert!(parse(bytes, "perf.data").map_or(true, |profile| profile.samples.is_empty()));
    }
}

/// A recording through a pipe, made by hand: one event, one process, two samples out of order.
fn by_hand(is_big: bool) -> Vec<u8> {
    let u16 = |number: u16| if is_big { number.to_be_bytes() } else { number.to_le_bytes() };
    let u32 = |number: u32| if is_big { number.to_be_bytes() } else { number.to_le_bytes() };
    let u64 = |number: u64| if is_big { number.to_be_bytes() } else { number.to_le_bytes() };
    let record = |kind: u32, misc: u16, body: &[u8]| {
        let mut record = [&u32(kind)[..], &u16(misc)[..], &u16(body.len() as u16 + 8)[..]].concat();
        record.extend_from_slice(body);
        record
    };
    // cpu-clock, every 500; address, thread, time, chain; times in all records (bit 18, from the other end on such machines).
    let flags = 1_u64 << if is_big { 63 - 18 } else { 18 };
    let mut attr = [&u32(1)[..], &u32(64)].concat();
    [0, 500, 0x27, 0, flags, 0, 0].iter().for_each(|&number| attr.extend_from_slice(&u64(number)));
    let ids = |time: u64| [&u32(7)[..], &u32(7), &u64(time)].concat();
    let comm = [&u32(7)[..], &u32(7), b"main\0\0\0\0", &ids(1)].concat();
    let map = [&u32(7)[..], &u32(7), &u64(0x1000), &u64(0x1000), &u64(0x100), b"/bin/none\0\0\0\0\0\0\0", &ids(2)].concat();
    let sample = |time: u64, chain: &[u64]| {
        let mut body = [&u64(chain[1])[..], &u32(7), &u32(7), &u64(time), &u64(chain.len() as u64)].concat();
        chain.iter().for_each(|&address| body.extend_from_slice(&u64(address)));
        record(9, 2, &body)
    };
    let user = (-512_i64) as u64;
    let mut bytes = [if is_big { &b"2ELIFREP"[..] } else { b"PERFILE2" }, &u64(16)].concat();
    bytes.extend_from_slice(&record(64, 0, &attr));
    bytes.extend_from_slice(&sample(30, &[user, 0x1800, 0x1010]));
    bytes.extend_from_slice(&sample(20, &[user, 0x1004, 0x1010, 0x9999]));
    bytes.extend_from_slice(&record(3, 0, &comm));
    bytes.extend_from_slice(&record(1, 2, &map));
    bytes
}

#[test]
fn recordings_of_both_byte_orders() {
    for is_big in [false, true] {
        let bytes = by_hand(is_big);
        let profile = parse(&bytes, "perf.data").expect("valid");
        assert_eq!(sample_types(&profile), [("samples", "count"), ("cpu-clock", "nanoseconds")], "{is_big}");
        assert_eq!(folded(&profile, 1), ["[unknown];[none+0x110];[none+0x104] 500", "[none+0x110];[none+0x900] 500"]);
        assert_eq!((profile.samples.time_ns.as_slice(), profile.duration_ns), (&[0, 10][..], Some(10)));
        let thread = profile.threads[0];
        assert_eq!((profile.strings.get(thread.name), thread.id, thread.process_id), ("main", Some(7), Some(7)));
        cuts_and_flips(&bytes, "perf.data");
    }
}

#[test]
fn a_damaged_binary_beside_a_recording_only_lacks_names() {
    let folder = tempfile::tempdir().expect("a folder");
    let (recording, program) = (unpacked("two.data.gz"), std::fs::read(perf("spin")).expect("kept file"));
    let path = folder.path().join("perf.data");
    std::fs::write(&path, &recording).expect("written");
    let count = parse(&recording, "perf.data").expect("valid").samples.len();
    let mut random = 7_u64;
    for round in 0..300 {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let at = (random >> 33) as usize % program.len();
        let mut changed = program.clone();
        match round % 3 {
            0 => changed.truncate(at),
            1 => changed[at] ^= 1 << (random % 8),
            // The header, where sizes and places are.
            _ => changed[at % 64] = (random >> 20) as u8,
        }
        std::fs::write(folder.path().join("spin"), &changed).expect("written");
        assert_eq!(open(&path).samples.len(), count);
    }
    std::fs::write(folder.path().join("spin"), &program[..100]).expect("written");
    let profile = open(&path);
    assert_eq!(profile.warnings.len(), 1, "{:?}", profile.warnings);
    assert!(profile.warnings[0].starts_with("Functions of spin have no names: "), "{:?}", profile.warnings);
}

#[test]
fn recursion_counts_once() {
    let text = "a 1 1.0: 5 cycles:\n\t10 fib (/a)\n\t11 fib (/a)\n\t12 main (/a)\n\n";
    let profile = parse(text.as_bytes(), "x.txt").expect("valid");
    assert_eq!(top(&profile, 1), [(5, 5, "fib".into()), (0, 5, "main".into())]);
    assert_eq!(folded(&profile, 1), ["main;fib;fib 5"]);
}

#[test]
fn texts_without_times_or_blanks() {
    for text in [
        "java x 19 cycles:\nffff81 write_msr ([kernel.kallsyms])\n10 main (/a)\n\njava x 19 cycles:\n10 main (/a)\n",
        "java x 19 [001]\n\tffff81 write_msr ([kernel.kallsyms])\n\t10 main (/a)\n\njava x 19 [001]\n\t10 main (/a)",
    ] {
        let profile = parse(text.as_bytes(), "x").expect("valid");
        assert_eq!((profile.format.as_str(), sample_types(&profile)), ("perf script", vec![("samples", "count")]), "{text}");
        assert_eq!(folded(&profile, 0), ["main;write_msr 1", "main 1"], "{text}");
        assert_eq!(profile.strings.get(profile.threads[0].name), "java x");
        assert!(profile.samples.time_ns.is_empty() && profile.duration_ns.is_none());
    }
}

#[test]
fn texts_of_others_are_read() {
    if let Some(path) = shared("forks.perf.txt") {
        let profile = open(&path);
        // As `grep -c cpu-clock` and `awk '/cpu-clock/ { sum += $4 }'` count.
        let text = std::fs::read_to_string(&path).expect("text");
        let periods: i64 = text
            .lines()
            .filter(|line| line.contains("cpu-clock:"))
            .map(|line| number(line.split_ascii_whitespace().rev().nth(1).expect("a period")))
            .sum();
        assert_eq!((profile.total(1), profile.total(0)), (periods, text.matches("cpu-clock:").count() as i64));
        let rows = top(&profile, 0);
        for (name, symbol) in [("alpha", "_Z5alphav"), ("beta", "_Z4betav"), ("gamma", "_Z5gammav"), ("delta", "_Z5deltav")] {
            let blocks = text.split("\n\n");
            let (own, total) = blocks.fold((0, 0), |(own, total), block| {
                let mut calls = block.trim_start().lines().skip(1);
                let leaf = calls.clone().next().is_some_and(|line| line.contains(symbol));
                (own + i64::from(leaf), total + i64::from(calls.any(|line| line.contains(symbol))))
            });
            let ours = rows.iter().find(|row| row.2 == name).map_or((0, 0), |row| (row.0, row.1));
            assert_eq!(ours, (own, total), "{name}");
        }
        let commands: std::collections::BTreeSet<&str> =
            profile.threads.iter().map(|thread| profile.strings.get(thread.name)).collect();
        assert!(commands.contains("forks") && commands.contains("swapper"), "{commands:?}");
    }
    if let Some(path) = shared("rust-mangled.perf.txt") {
        let profile = open(&path);
        let text = std::fs::read_to_string(&path).expect("text");
        assert_eq!(profile.total(0), text.matches("task-clock:ppp:").count() as i64);
        let rows = top(&profile, 1);
        assert!(rows.iter().any(|row| row.2.starts_with("ppv_lite86::generic::dmap2::<")), "{:?}", &rows[..3]);
        assert!(rows.iter().all(|row| !row.2.starts_with("_R")));
    }
}

#[test]
fn flaws_are_told_with_their_line() {
    let text = "a 1 1.0: cycles:\n\t10 main (/a)\n\nhello\n\t11 main (/a)\n  b 2 [000] 2.0: cycles:\n\t\n\nb 2 3.0: PERF_RECORD_LOST lost 7\n";
    let profile = parse(text.as_bytes(), "x.txt").expect("valid");
    assert_eq!(sample_types(&profile), [("samples", "count")]);
    assert_eq!((profile.samples.len(), profile.comments.as_slice()), (2, ["event: cycles".to_owned()].as_slice()));
    assert_eq!(
        profile.warnings,
        [
            "perf lost 7 events while it recorded: figures are too small.",
            "Line 5 has a call that belongs to no sample and was left out.",
            "Line 4 is neither a sample nor a call of perf script and was left out.",
        ]
    );
}

#[test]
fn a_very_deep_stack_is_one_stack() {
    let mut text = b"a 1 1.0: cycles:\n".to_vec();
    for depth in 0..3_000_000 {
        text.extend_from_slice(if depth % 2 == 0 { b"\t1 f (a)\n" } else { b"\t2 g (a)\n" });
    }
    let profile = parse(&text, "x.txt").expect("valid");
    assert_eq!((profile.stacks.total_frames(), top(&profile, 0)), (3_000_000, vec![(1, 1, "f".into()), (0, 1, "g".into())]));
}

#[test]
fn damaged_texts() {
    for name in ["two.script.txt.gz", "trace.script.txt.gz", "lines.script.txt.gz", "pipe.script.txt.gz"] {
        let text = unpacked(name);
        cuts_and_flips(&text[..text.len().min(20_000)], "x.txt");
    }
}
