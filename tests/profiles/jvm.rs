//! Recordings of Java and .NET: JDK Flight Recorder and async-profiler, EventPipe.

use std::collections::BTreeMap;
use std::io::Read;

use crate::profiles::{check, cuts_and_flips, data, open, parse, sample_type, top};
use tachograph::profile::Profile;

fn unpacked(name: &str) -> Vec<u8> {
    let packed = std::fs::read(data(&format!("jvm/{name}"))).expect("the file");
    let mut bytes = Vec::new();
    flate2::read::MultiGzDecoder::new(&packed[..]).read_to_end(&mut bytes).expect("gzip");
    bytes
}

/// What the reference adds up for one measure of one kind of event.
#[derive(Debug, Default)]
struct Expected {
    kind: String,
    column: String,
    events: i64,
    sum: i64,
    own: Vec<(i64, String)>,
    whole: Vec<(i64, String)>,
    threads: Vec<(i64, String)>,
    truncated: i64,
    lines: i64,
    /// First and last beginning, in nanoseconds since 1970.
    times: (i64, i64),
    frames: BTreeMap<String, i64>,
}

/// What `top.py` wrote.
fn expected(name: &str) -> Vec<Expected> {
    let text = std::fs::read_to_string(data(&format!("jvm/{name}"))).expect("the file");
    let mut all: Vec<Expected> = Vec::new();
    for line in text.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let number = |at: usize| words[at].parse::<i64>().expect(line);
        let rest = |at: usize| line.trim_start().splitn(at + 1, ' ').nth(at).expect(line).to_owned();
        if words[0] == "event" {
            let (kind, column) = (words[1].into(), words[2].into());
            all.push(Expected { kind, column, events: number(4), sum: number(9), ..Expected::default() });
            continue;
        }
        let last = all.last_mut().expect("an event");
        match words[0] {
            "self" => last.own.push((number(1), rest(2))),
            "total" => last.whole.push((number(1), rest(2))),
            "thread" => last.threads.push((number(1), rest(2))),
            "times" => last.times = (number(1), number(2)),
            "truncated" => (last.truncated, last.lines) = (number(1), number(5)),
            "frames" => _ = last.frames.insert(rest(2), number(1)),
            other => panic!("{other}"),
        }
    }
    all
}

/// The column of values for a measure of a kind of event.
fn column_of(kind: &str, column: &str) -> Option<&'static str> {
    Some(match (kind, column) {
        ("jdk.ExecutionSample", "count") => "samples",
        ("jdk.NativeMethodSample", "count") => "native_samples",
        ("jdk.ObjectAllocationSample", "count") => "alloc_samples",
        ("jdk.ObjectAllocationSample", "weight") => "alloc_space",
        ("jdk.ObjectAllocationInNewTLAB", "count") => "tlab_samples",
        ("jdk.ObjectAllocationInNewTLAB", "tlabSize") => "tlab_space",
        ("jdk.JavaMonitorEnter", "count") => "monitor_enters",
        ("jdk.JavaMonitorEnter", "duration") => "monitor_enter",
        ("jdk.JavaMonitorWait", "count") => "monitor_waits",
        ("jdk.JavaMonitorWait", "duration") => "monitor_wait",
        ("jdk.ThreadPark", "count") => "parks",
        ("jdk.ThreadPark", "duration") => "park",
        ("jdk.ThreadSleep", "count") => "sleeps",
        ("jdk.ThreadSleep", "duration") => "sleep",
        ("profiler.WallClockSample", "samples") => "wall_samples",
        ("profiler.WallClockSample", "timeSpan") => "wall",
        _ => return None,
    })
}

/// The largest values with their names, as `top.py` puts them in order.
fn largest(mut rows: Vec<(i64, String)>) -> Vec<(i64, String)> {
    rows.retain(|row| row.0 != 0);
    rows.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    rows.truncate(20);
    rows
}

fn threads(profile: &Profile, column: usize) -> Vec<(i64, String)> {
    let mut sums = BTreeMap::<&str, i64>::new();
    for (thread, total) in profile.threads.iter().zip(profile.thread_totals(column)) {
        *sums.entry(profile.strings.get(thread.name)).or_default() += total;
    }
    largest(sums.into_iter().map(|(name, sum)| (sum, name.to_owned())).collect())
}

/// Holds every kind of sample of a recording against what `jfr print` says; gives how many measures were held.
fn agrees(name: &str) -> usize {
    let profile = open(&data(&format!("jvm/{name}.jfr.gz")));
    check(&profile);
    let mut held = 0;
    for expected in expected(&format!("{name}.txt")) {
        let Some(column) = column_of(&expected.kind, &expected.column) else { continue };
        let column = sample_type(&profile, column);
        let what = format!("{name}: {} {}", expected.kind, expected.column);
        assert_eq!(profile.total(column), expected.sum, "{what}");
        let rows = top(&profile, column);
        assert_eq!(largest(rows.iter().map(|(own, _, name)| (*own, name.clone())).collect()), expected.own, "self of {what}");
        assert_eq!(largest(rows.into_iter().map(|(_, whole, name)| (whole, name)).collect()), expected.whole, "total of {what}");
        assert_eq!(threads(&profile, column), expected.threads, "threads of {what}");
        frames_agree(&profile, column, &expected);
        held += 1;
    }
    held
}

/// Holds times, lines and kinds of frames against the reference, which tells them with the last measure of a kind.
fn frames_agree(profile: &Profile, column: usize, expected: &Expected) {
    if expected.times == (0, 0) || profile.samples.column(column).contains(&0) && expected.column == "timeSpan" {
        return;
    }
    let rows = (0..profile.samples.len()).filter(|&row| profile.samples.values[column][row] != 0);
    let (mut times, mut lines, mut inlined) = (Vec::new(), 0, 0);
    for row in rows {
        times.push(profile.samples.time_ns[row] + profile.time_ns.expect("a beginning"));
        for frame in profile.stacks.get(profile.samples.stack[row]) {
            lines += i64::from(profile.frames.line[frame.0 as usize]);
            inlined += i64::from(profile.frames.inlined[frame.0 as usize]);
        }
    }
    assert_eq!((times.iter().min(), times.iter().max()), (Some(&expected.times.0), Some(&expected.times.1)), "{}", expected.kind);
    assert_eq!(inlined, expected.frames.get("Inlined").copied().unwrap_or(0), "{}", expected.kind);
    // What stands in the place of lines of machine code is no line.
    assert!(!profile.mappings.is_empty() || lines == expected.lines, "{}", expected.kind);
}

#[test]
fn recordings_of_the_jdk_agree_with_jfr_print() {
    for name in ["jfr", "jfr-two-chunks", "jfr-running"] {
        assert!(agrees(name) >= 10, "{name}");
    }
}

#[test]
fn recordings_of_async_profiler_agree_with_jfr_print() {
    assert_eq!(agrees("ap-cpu"), 7);
    assert_eq!(agrees("ap-wall"), 2);
}

/// Names as `jfrconv` writes them for collapsed stacks: with slashes, and an underscore with the kind of code behind.
fn as_collapsed(line: &str) -> String {
    let (stack, value) = line.rsplit_once(' ').expect("a value");
    let names = stack.split(';').map(|name| {
        let bare = name.strip_suffix(']').and_then(|name| name.rsplit_once("_[")).map_or(name, |(name, _)| name);
        bare.replace('/', ".")
    });
    format!("{} {value}", names.collect::<Vec<_>>().join(";"))
}

/// Stacks with the sums of their values.
fn summed(lines: impl Iterator<Item = String>) -> BTreeMap<String, i64> {
    let mut sums = BTreeMap::new();
    for line in lines {
        let (stack, value) = line.rsplit_once(' ').expect("a value");
        *sums.entry(stack.to_owned()).or_default() += value.parse::<i64>().expect("a number");
    }
    sums.retain(|_, sum| *sum != 0);
    sums
}

#[test]
fn whole_stacks_agree_with_the_converter_of_async_profiler() {
    for (recording, column, collapsed) in
        [("ap-cpu", "samples", "ap-cpu"), ("ap-wall", "wall_samples", "ap-wall"), ("ap-cpu", "tlab_space", "ap-alloc")]
    {
        let profile = open(&data(&format!("jvm/{recording}.jfr.gz")));
        let ours = crate::profiles::folded(&profile, sample_type(&profile, column));
        let collapsed = data(&format!("jvm/{collapsed}.folded.gz"));
        // What the converter writes opens as folded stacks.
        let theirs = open(&collapsed);
        assert_eq!(theirs.format, "folded stacks");
        let theirs = crate::profiles::folded(&theirs, 0);
        // Of allocations the converter shows the class as a call of its own at the end.
        let without_class = |line: String| match (column, line.rsplit_once(' ')) {
            ("tlab_space", Some((stack, value))) => format!("{} {value}", stack.rsplit_once(';').expect("a class").0),
            _ => line,
        };
        let theirs = summed(theirs.iter().map(|line| as_collapsed(&without_class(line.clone()))));
        assert_eq!(summed(ours.iter().map(|line| as_collapsed(line))), theirs, "{recording} {column}");
    }
}

#[test]
fn settings_marks_and_counters_of_a_recording() {
    let profile = open(&data("jvm/jfr.jfr.gz"));
    assert_eq!((profile.format.as_str(), profile.sample_type(profile.default_sample_type)), ("JFR", ("samples", "count")));
    let cpu = sample_type(&profile, "cpu");
    assert_eq!(profile.total(cpu), profile.total(sample_type(&profile, "samples")) * 1_000_000, "a sample each millisecond");
    assert_eq!((profile.period, profile.sample_type(cpu)), (Some(1_000_000), ("cpu", "nanoseconds")));
    assert!(profile.duration_ns.is_some_and(|duration| (2_500_000_000..4_000_000_000).contains(&duration)));
    let all = expected("jfr.txt");
    let of = |kind: &str, column: &str| all.iter().find(|e| e.kind == kind && e.column == column).expect("in the print");
    for (kind, name) in
        [("jdk.GarbageCollection", "Garbage Collection"), ("jdk.GCPhasePause", "GC Phase Pause"), ("example.Order", "Order")]
    {
        let marks: Vec<_> = profile.markers.iter().filter(|mark| profile.strings.get(mark.name) == name).collect();
        let expected = of(kind, "duration");
        assert_eq!(marks.iter().map(|mark| mark.end_ns - mark.start_ns).sum::<i64>(), expected.sum, "{kind}");
        assert_eq!(marks.len() as i64, expected.events, "{kind}");
    }
    let order = profile.markers.iter().filter(|mark| profile.strings.get(mark.name) == "Order").nth(2).expect("an order");
    assert_eq!(
        profile.strings.get(order.text),
        "Article: Käse 2, Size: 4 B, price: 0.5, letter: ß, paid: true, kind: java.util.List, buyer: main"
    );
    let heap = profile.counters.iter().find(|counter| profile.strings.get(counter.name) == "Heap used").expect("a counter");
    let expected = of("jdk.GCHeapSummary", "heapUsed");
    assert_eq!(heap.value.iter().sum::<f64>() as i64, expected.sum);
    assert_eq!((heap.time_ns.len() as i64, profile.strings.get(heap.unit)), (expected.events, "bytes"));
    assert_eq!(profile.time_ns.expect("a beginning") + heap.time_ns[0], expected.times.0);
    let cut: i64 = all.iter().filter(|e| column_of(&e.kind, &e.column).is_some() && e.times.0 > 0).map(|e| e.truncated).sum();
    let said = format!("The recorder kept only the innermost 64 calls of {cut} sample");
    assert!(profile.warnings.len() == 1 && profile.warnings[0].starts_with(&said), "{:?}", profile.warnings);
    let overloads = (0..profile.functions.len())
        .filter(|&row| profile.strings.get(profile.functions.name[row]) == "java.lang.StringConcatHelper.prepend");
    assert!(overloads.count() != 1, "methods of one name are told apart by their arguments");
}

#[test]
fn several_parts_and_files_behind_each_other() {
    let (one, two) = (unpacked("jfr.jfr.gz"), unpacked("jfr-two-chunks.jfr.gz"));
    let both = parse(&[one.clone(), two.clone()].concat(), "both.jfr").expect("two recordings");
    let (one, two) = (parse(&one, "one").expect("found by content"), parse(&two, "two.txt").expect("found by content"));
    for column in ["samples", "alloc_space", "park"] {
        let total = |profile: &Profile| profile.total(sample_type(profile, column));
        assert_eq!(total(&both), total(&one) + total(&two), "{column}");
    }
    assert_eq!(both.markers.len(), one.markers.len() + two.markers.len());
    assert_eq!(both.time_ns, one.time_ns);
    let last = both.samples.time_ns.iter().max().expect("samples");
    assert!(both.duration_ns.is_some_and(|duration| duration as i64 >= *last), "times go on over the parts");
}

#[test]
fn unfinished_and_cut_recordings_are_read_as_far_as_they_go() {
    let running = open(&data("jvm/jfr-running.jfr.gz"));
    assert!(running.warnings[0].starts_with("The recorder was still writing"), "{:?}", running.warnings);
    // A recording that ended without its header being written: neither size nor place of the metadata is told.
    let mut bytes = unpacked("jfr-running.jfr.gz");
    bytes[8..32].fill(0);
    let profile = parse(&bytes, "crashed.jfr").expect("readable");
    assert_eq!(profile.total(0), running.total(0));
    assert!(profile.warnings[0].starts_with("The recording was not finished or is cut off"), "{:?}", profile.warnings);
    // The second part of two is cut: the first is whole, and describes the classes of what is left of the second.
    let bytes = unpacked("jfr-two-chunks.jfr.gz");
    let whole = parse(&bytes, "x.jfr").expect("valid");
    let cut = parse(&bytes[..bytes.len() - 60_000], "x.jfr").expect("readable");
    assert!(cut.total(0) > 0 && cut.total(0) <= whole.total(0));
    assert!(cut.warnings[0].starts_with("The recording was not finished or is cut off"), "{:?}", cut.warnings);
    // Something else behind it.
    let mut bytes = unpacked("jfr.jfr.gz");
    let length = bytes.len();
    bytes.extend([7; 200]);
    let more = parse(&bytes, "x.jfr").expect("readable");
    let remark = format!("The recording is followed by something else, which was left out, at byte {length}.");
    assert!(more.warnings.contains(&remark), "{:?}", more.warnings);
}

#[test]
fn damaged_recordings_end_in_an_error_or_a_remark() {
    for name in ["ap-wall.jfr.gz", "jfr-two-chunks.jfr.gz"] {
        cuts_and_flips(&unpacked(name), "x.jfr");
    }
    cuts_and_flips(&unpacked("dotnet.nettrace.gz"), "x.nettrace");
    let packed = std::fs::read(data("jvm/ap-wall.jfr.gz")).expect("the file");
    cuts_and_flips(&packed, "x.jfr.gz");
}

/// What `nettrace_top.py`, another reader of the documented format, adds up.
fn second_reader(name: &str) -> (Vec<String>, Expected) {
    let text = std::fs::read_to_string(data(&format!("jvm/{name}"))).expect("the file");
    let (mut lines, mut expected) = (Vec::new(), Expected::default());
    for line in text.lines() {
        let rest = |at: usize| line.trim_start().splitn(at + 1, ' ').nth(at).expect(line).to_owned();
        let number = |at: usize| line.split_whitespace().nth(at).expect(line).parse::<i64>().expect(line);
        match line.split_whitespace().next().expect(line) {
            "self" => expected.own.push((number(1), rest(2))),
            "total" => expected.whole.push((number(1), rest(2))),
            "thread" => expected.threads.push((number(1), rest(2))),
            "samples" => expected.sum = number(1),
            "allocated" => expected.lines = number(1),
            _ => lines.push(line.to_owned()),
        }
    }
    (lines, expected)
}

#[test]
fn a_trace_of_dotnet_agrees_with_a_second_reader() {
    let profile = open(&data("jvm/dotnet.nettrace.gz"));
    check(&profile);
    assert_eq!(profile.format, ".NET trace");
    let (lines, expected) = second_reader("dotnet.txt");
    let column = sample_type(&profile, "samples");
    assert_eq!(profile.total(column), expected.sum);
    let rows = top(&profile, column);
    assert_eq!(largest(rows.iter().map(|(own, _, name)| (*own, name.clone())).collect()), expected.own);
    assert_eq!(largest(rows.into_iter().map(|(_, whole, name)| (whole, name)).collect()), expected.whole);
    let ids = profile.threads.iter().zip(profile.thread_totals(column));
    let ids = ids.map(|(thread, sum)| (sum, thread.id.expect("a number").to_string())).collect();
    assert_eq!(largest(ids), expected.threads);
    assert_eq!(profile.total(sample_type(&profile, "alloc_space")), expected.lines);
    let events = |id: &str| {
        let line = lines.iter().find(|line| line.ends_with(&format!(" Microsoft-Windows-DotNETRuntime {id}")));
        line.map_or(0, |line| line.split_whitespace().nth(1).expect("a count").parse::<i64>().expect("a number"))
    };
    for (column, id) in [("alloc_samples", "10"), ("exceptions", "80")] {
        assert_eq!(profile.total(sample_type(&profile, column)), events(id), "{column}");
    }
    let marks = |name: &str| profile.markers.iter().filter(|mark| profile.strings.get(mark.name) == name).count() as i64;
    // Threads are stopped for each collection; those times when the profiler stopped them are no marks.
    assert_eq!(
        (marks("Garbage collection"), marks("Exception"), marks("Threads stopped")),
        (events("2"), events("80"), events("2"))
    );
    assert_eq!(profile.counters[0].value.len() as i64, events("4"));
}

#[test]
fn thread_dumps_add_up_as_a_plain_count_does() {
    let profile = open(&data("jvm/threads.txt.gz"));
    check(&profile);
    assert_eq!((profile.format.as_str(), profile.sample_type(0)), ("Java thread dump", ("threads", "count")));
    let text = String::from_utf8(unpacked("threads.txt.gz")).expect("text");
    let (mut own, mut whole, mut threads, mut cpu) = (BTreeMap::<&str, i64>::new(), BTreeMap::<&str, i64>::new(), 0, 0.0);
    for block in text.split("\n\n").filter(|block| block.trim_start().starts_with('"')) {
        // Threads of the JVM itself follow each other without stacks.
        for line in block.lines().filter(|line| line.starts_with('"')) {
            threads += 1;
            cpu += line
                .split("cpu=")
                .nth(1)
                .and_then(|rest| rest.split("ms").next())
                .expect("a time")
                .parse::<f64>()
                .expect("a number");
        }
        let calls: Vec<&str> = block.lines().filter_map(|line| line.trim().strip_prefix("at ")).collect();
        let names: Vec<&str> = calls.iter().filter_map(|call| call.split('(').next()).collect();
        names.first().into_iter().for_each(|name| *own.entry(name).or_default() += 1);
        names.iter().collect::<std::collections::BTreeSet<_>>().into_iter().for_each(|name| *whole.entry(name).or_default() += 1);
    }
    assert_eq!((profile.total(0), profile.total(1)), (threads, (cpu * 1e6_f64).round() as i64));
    for (self_value, total, name) in top(&profile, 0) {
        let expected = (own.remove(name.as_str()).unwrap_or(0), whole.remove(name.as_str()).unwrap_or(0));
        assert_eq!((self_value, total), expected, "{name}");
    }
    assert!(whole.is_empty(), "{whole:?}");
    let work = (0..profile.functions.len()).find(|&row| profile.strings.get(profile.functions.name[row]) == "Work.waiting");
    assert_eq!(profile.strings.get(profile.functions.file[work.expect("there")]), "Work.java");
    assert!(profile.markers.iter().any(|mark| profile.strings.get(mark.name) == "TIMED_WAITING (on object monitor)"));
    cuts_and_flips(text.as_bytes(), "threads.txt");
}

#[test]
fn the_threads_of_a_deadlock_count_once() {
    let dump = "Full thread dump X:\n\n\"a \\\"b\\\"\" #1 cpu=1.5ms nid=0x1f runnable\n\tat a.B.c(app//a.x/B.java:7)\n\nFound one Java-level deadlock:\n\"a\":\n\tat a.B.c(B.java:7)\n";
    let profile = parse(dump.as_bytes(), "x").expect("a dump");
    assert_eq!((profile.total(0), profile.total(1), profile.threads[0].id), (1, 1_500_000, Some(31)));
    assert_eq!((crate::profiles::folded(&profile, 0), profile.frames.line.as_slice()), (vec!["a.B.c 1".to_owned()], &[7][..]));
    assert_eq!(profile.strings.get(profile.functions.file[0]), "B.java");
}
