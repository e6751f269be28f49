//! Recordings of Java and traces of .NET made by hand: what real ones rarely hold, and what only an attacker would write.

use crate::profiles::{check, folded, parse, sample_type, sample_types, top, try_bytes};
use tachograph::jobs::{Cancel, Explain, Progress};
use tachograph::profile::read::read;
use tachograph::profile::{Limits, Profile, ProfileError};

/// Bytes of a recording or trace that is being made.
#[derive(Clone, Default)]
struct Out(Vec<u8>);

impl Out {
    fn packed(mut self, mut number: u64) -> Self {
        while number > 127 {
            self.0.push(number as u8 | 128);
            number >>= 7;
        }
        self.0.push(number as u8);
        self
    }

    fn numbers(self, numbers: &[u64]) -> Self {
        numbers.iter().fold(self, |out, &number| out.packed(number))
    }

    fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.extend(bytes);
        self
    }

    /// A text of JFR, in UTF-8.
    fn text(self, text: &str) -> Self {
        self.bytes(&[3]).packed(text.len() as u64).bytes(text.as_bytes())
    }

    /// A text of EventPipe.
    fn utf16(mut self, text: &str) -> Self {
        text.encode_utf16().chain([0]).for_each(|unit| self.0.extend(unit.to_le_bytes()));
        self
    }

    fn u16(self, number: u16) -> Self {
        self.bytes(&number.to_le_bytes())
    }

    fn u32(self, number: u32) -> Self {
        self.bytes(&number.to_le_bytes())
    }

    fn u64(self, number: u64) -> Self {
        self.bytes(&number.to_le_bytes())
    }
}

/// A class of a recording: number, name, class above it, fields.
type Class = (u64, &'static str, &'static str, &'static [Field]);
/// A field: name, number of its class, what else is told of it.
type Field = (&'static str, u64, &'static [(&'static str, &'static str)]);

const POOLED: &[(&str, &str)] = &[("constantPool", "true")];
const ARRAY: &[(&str, &str)] = &[("dimension", "1")];

const CLASSES: &[Class] = &[
    (4, "boolean", "", &[]),
    (5, "char", "", &[]),
    (10, "int", "", &[]),
    (11, "long", "", &[]),
    (20, "java.lang.String", "", &[]),
    (21, "java.lang.Class", "", &[("name", 31, POOLED)]),
    (22, "java.lang.Thread", "", &[("osName", 20, &[]), ("osThreadId", 11, &[]), ("javaName", 20, &[]), ("javaThreadId", 11, &[])]),
    (26, "jdk.types.StackTrace", "", &[("truncated", 4, &[]), ("frames", 27, ARRAY)]),
    (27, "jdk.types.StackFrame", "", &[("method", 28, POOLED), ("lineNumber", 10, &[]), ("type", 29, POOLED)]),
    (28, "jdk.types.Method", "", &[("type", 21, POOLED), ("name", 31, POOLED), ("descriptor", 31, POOLED)]),
    (29, "jdk.types.FrameType", "", &[("description", 20, &[])]),
    (31, "jdk.types.Symbol", "", &[("string", 20, &[])]),
    (
        101,
        "jdk.ExecutionSample",
        "jdk.jfr.Event",
        &[("startTime", 11, &[]), ("sampledThread", 22, POOLED), ("stackTrace", 26, POOLED), ("state", 20, &[])],
    ),
];

/// The metadata event of some classes.
fn metadata(classes: &[Class]) -> Vec<u8> {
    let mut strings: Vec<String> = Vec::new();
    let mut number = |text: &str| {
        strings.iter().position(|known| known == text).unwrap_or_else(|| {
            strings.push(text.to_owned());
            strings.len() - 1
        }) as u64
    };
    let mut tree = Out::default().numbers(&[number("root"), 0, 1, number("metadata"), 0, classes.len() as u64]);
    for (id, name, above, fields) in classes {
        let attributes = [("id", id.to_string()), ("name", (*name).to_owned()), ("superType", (*above).to_owned())];
        tree = tree.numbers(&[number("class"), 3]);
        for (key, value) in attributes {
            tree = tree.numbers(&[number(key), number(&value)]);
        }
        tree = tree.packed(fields.len() as u64);
        for (name, class, more) in *fields {
            tree = tree.numbers(&[number("field"), 2 + more.len() as u64, number("name"), number(name), number("class")]);
            tree = tree.packed(number(&class.to_string()));
            for (key, value) in *more {
                tree = tree.numbers(&[number(key), number(value)]);
            }
            tree = tree.packed(0);
        }
    }
    let head = Out::default().numbers(&[0, 0, 0, strings.len() as u64]);
    let head = strings.iter().fold(head, |out, text| out.text(text));
    event(0, &head.bytes(&tree.0).0)
}

/// An event; its length in five bytes, as the JVM writes it.
fn event(class: u64, payload: &[u8]) -> Vec<u8> {
    let body = Out::default().packed(class).bytes(payload).0;
    let size = body.len() + 5;
    let padded = (0..5).map(|nth| (size >> (7 * nth)) as u8 & 127 | if nth < 4 { 128 } else { 0 });
    padded.chain(body).collect()
}

/// A checkpoint event of pools: class, how many it says there are, bytes.
fn checkpoint(pools: &[(u64, u64, Out)]) -> Vec<u8> {
    let head = Out::default().numbers(&[0, 0, 0, 0, pools.len() as u64]);
    event(1, &pools.iter().fold(head, |out, (class, count, bytes)| out.numbers(&[*class, *count]).bytes(&bytes.0)).0)
}

/// A chunk of events.
fn chunk(events: &[Vec<u8>]) -> Vec<u8> {
    let body = events.concat();
    let long = |number: u64| number.to_be_bytes();
    let words = [body.len() as u64 + 68, 0, 0, 1_700_000_000_000_000_000, 5_000_000_000, 1000, 1_000_000_000].map(long);
    [b"FLR\0\0\x02\0\x01", words.concat().as_slice(), &[0, 0, 0, 1], &body].concat()
}

/// Pools of two threads, two methods and a stack of the frames given as method, line and kind.
fn pools(frames: &[[u64; 3]]) -> Vec<u8> {
    let symbols = ["a/B", "run", "()V", "", "native_call"];
    let symbols = symbols.iter().zip(1_u64..).fold(Out::default(), |out, (text, key)| out.packed(key).text(text));
    let kinds = ["Interpreted", "Inlined", "Kernel"];
    let kinds = kinds.iter().zip(1_u64..).fold(Out::default(), |out, (text, key)| out.packed(key).text(text));
    let threads = Out::default().packed(1).text("os 1").packed(77).text("worker").packed(1);
    let threads = threads.packed(2).text("os 2").packed(78).bytes(&[0]).packed(0);
    let stack = Out::default().numbers(&[9, 0, frames.len() as u64]);
    let stack = frames.iter().fold(stack, |out, frame| out.numbers(frame));
    checkpoint(&[
        (31, 5, symbols),
        (29, 3, kinds),
        (22, 2, threads),
        (21, 2, Out::default().numbers(&[1, 1, 2, 4])),
        (28, 2, Out::default().numbers(&[1, 1, 2, 3, 2, 2, 5, 3])),
        (26, 1, stack),
    ])
}

fn sample(thread: u64, stack: u64) -> Vec<u8> {
    event(101, &Out::default().numbers(&[1500, thread, stack]).text("RUNNABLE").0)
}

fn jfr(events: &[Vec<u8>]) -> Profile {
    let profile = parse(&chunk(events), "x.jfr").unwrap_or_else(|error| panic!("{error}"));
    check(&profile);
    profile
}

fn refused(bytes: &[u8], name: &str) -> String {
    let error = parse(bytes, name).expect_err("bad");
    assert!(error.next_step().ends_with('.') && !matches!(error, ProfileError::Io { .. }));
    error.to_string()
}

#[test]
fn recursion_inlined_and_native_frames_and_threads() {
    let stack = pools(&[[2, 9, 3], [1, 12, 2], [1, 11, 1], [1, 11, 1]]);
    let profile = jfr(&[metadata(CLASSES), stack, sample(1, 9), sample(2, 9), sample(3, 0), sample(0, 55)]);
    assert_eq!(folded(&profile, 0), ["a.B.run;a.B.run;a.B.run;native_call 1", "a.B.run;a.B.run;a.B.run;native_call 1", " 1", " 1"]);
    assert_eq!(top(&profile, 0), [(2, 2, "native_call".into()), (0, 2, "a.B.run".into())], "recursion counts once");
    let names: Vec<_> = profile.threads.iter().map(|thread| (profile.strings.get(thread.name), thread.id)).collect();
    assert_eq!(names, [("worker", Some(77)), ("os 2", Some(78))]);
    assert_eq!(profile.samples.time_ns, [500; 4], "ticks from the beginning of the chunk");
    assert_eq!((profile.frames.line.as_slice(), profile.frames.inlined.as_slice()), (&[11, 12, 0][..], &[false, true, false][..]));
    assert!(
        profile.warnings[0].contains("is an event whose stack is not in the file; it counts without one"),
        "{:?}",
        profile.warnings
    );
    assert_eq!(sample_types(&profile), [("samples", "count")], "no settings, no period");
}

#[test]
fn chunks_without_samples_events_or_end() {
    let profile = jfr(&[metadata(CLASSES)]);
    assert_eq!((profile.samples.len(), profile.warnings.as_slice()), (0, &["The file holds no samples.".to_owned()][..]));
    assert_eq!(
        refused(&chunk(&[]), "x.jfr"),
        "x.jfr is damaged at byte 0: the description of the events is missing from this part of the recording"
    );
    assert_eq!(refused(&chunk(&[])[..40], "x.jfr"), "x.jfr is damaged: it ends inside the header of its first part");
    let mut old = chunk(&[]);
    old[4..8].copy_from_slice(&[0, 0, 0, 9]);
    assert_eq!(
        refused(&old, "x.jfr"),
        "x.jfr cannot be opened as a profile: it seems to be a recording of Java Flight Recorder of version 0.9; versions 1 and 2 can be read"
    );
    // An event that is longer than its chunk, and one without a length.
    let mut long = chunk(&[metadata(CLASSES), pools(&[[1, 1, 1]]), sample(1, 9), event(101, &[7; 40])]);
    let length = long.len();
    long[length - 46] = 200;
    let profile = parse(&long, "x.jfr").expect("what is before it");
    assert_eq!(profile.total(0), 1);
    assert!(profile.warnings[0].contains("an event says it is"), "{:?}", profile.warnings);
    let zero = [metadata(CLASSES), pools(&[[1, 1, 1]]), sample(1, 9), vec![0; 30]];
    assert_eq!(parse(&chunk(&zero), "x.jfr").expect("what is before it").total(0), 1);
}

#[test]
fn a_damaged_event_is_left_out() {
    let short = event(101, &[3]);
    let profile = jfr(&[metadata(CLASSES), pools(&[[1, 1, 1]]), sample(1, 9), short, sample(1, 9)]);
    assert_eq!(profile.total(0), 2);
    assert!(profile.warnings[0].ends_with("is an event that is damaged, and was left out."), "{:?}", profile.warnings);
}

#[test]
fn numbers_of_full_width() {
    // The same values, but nothing compressed: an event's length takes four bytes and its class eight.
    let text = |text: &str| [&[3][..], &(text.len() as u32).to_be_bytes(), text.as_bytes()].concat();
    let int = |number: u32| number.to_be_bytes().to_vec();
    let long = |number: u64| number.to_be_bytes().to_vec();
    let event = |class: u64, payload: Vec<u8>| [int(payload.len() as u32 + 12), long(class), payload].concat();
    let strings = [
        "root",
        "metadata",
        "class",
        "id",
        "11",
        "name",
        "long",
        "101",
        "jdk.ExecutionSample",
        "superType",
        "jdk.jfr.Event",
        "field",
        "startTime",
    ];
    let class = |id: u32, name: u32, fields: u32| [2, 3, 3, id, 5, name, 9, 10, fields].map(u32::to_be_bytes).concat();
    let field = [11, 2, 5, 12, 2, 4, 0].map(u32::to_be_bytes).concat();
    let tree = [[0, 0, 1, 1, 0, 2].map(u32::to_be_bytes).concat(), class(4, 6, 0), class(7, 8, 1), field].concat();
    let head = [long(0), long(0), long(0), int(strings.len() as u32), strings.map(text).concat(), tree].concat();
    let mut bytes = chunk(&[event(0, head), event(101, long(1500))]);
    bytes[67] = 0;
    let profile = parse(&bytes, "x.jfr").unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((profile.total(0), profile.samples.time_ns.as_slice()), (1, &[500][..]));
}

#[test]
fn classes_that_hold_each_other_and_pools_that_claim_billions() {
    // A class within itself, and many within many: no recursion, and an end.
    let itself: &[Class] = &[
        (11, "long", "", &[]),
        (50, "a.A", "", &[("a", 50, &[])]),
        (101, "jdk.ExecutionSample", "jdk.jfr.Event", &[("startTime", 50, &[])]),
    ];
    let profile = jfr(&[metadata(itself), sample(1, 9)]);
    assert!(profile.warnings[0].contains("is nested too deep"), "{:?}", profile.warnings);
    let wide: &[Class] = &[
        (11, "long", "", &[]),
        (
            50,
            "a.A",
            "",
            &[("a", 51, ARRAY), ("b", 51, ARRAY), ("c", 51, ARRAY), ("d", 51, ARRAY), ("e", 51, ARRAY), ("f", 51, ARRAY)],
        ),
        (
            51,
            "a.B",
            "",
            &[("a", 50, ARRAY), ("b", 50, ARRAY), ("c", 50, ARRAY), ("d", 50, ARRAY), ("e", 50, ARRAY), ("f", 50, ARRAY)],
        ),
        (101, "jdk.ExecutionSample", "jdk.jfr.Event", &[("startTime", 50, &[])]),
    ];
    let profile = jfr(&[metadata(wide), sample(1, 9)]);
    assert!(
        profile.warnings[0].contains("is nested too deep") || profile.warnings[0].contains("too many"),
        "{:?}",
        profile.warnings
    );
    for count in [1 << 20, u64::from(u32::MAX), u64::MAX >> 1] {
        let claims = checkpoint(&[(31, count, Out::default().packed(1).text("a"))]);
        let profile = jfr(&[metadata(CLASSES), claims, sample(1, 9)]);
        assert!(profile.warnings.iter().any(|warning| warning.contains("should follow, but only")), "{:?}", profile.warnings);
        let stack = checkpoint(&[(26, 1, Out::default().numbers(&[9, 0, count]))]);
        jfr(&[metadata(CLASSES), stack, sample(1, 9)]);
    }
    // A text of the pool of texts that stands for itself.
    let circle = checkpoint(&[(20, 1, Out::default().packed(4).bytes(&[2, 4])), (31, 1, Out::default().packed(1).bytes(&[2, 4]))]);
    jfr(&[metadata(CLASSES), circle, sample(1, 9)]);
    // A chunk that claims to be as large as can be.
    let mut bytes = chunk(&[metadata(CLASSES), pools(&[[1, 1, 1]]), sample(1, 9)]);
    bytes[8..16].fill(0xff);
    assert_eq!(parse(&bytes, "x.jfr").expect("what is there").total(0), 1);
}

#[test]
fn a_stack_of_millions_of_calls() {
    let frames = vec![[1, 7, 1]; 10_000_000];
    let bytes = chunk(&[metadata(CLASSES), pools(&frames), sample(1, 9)]);
    let profile = read(&bytes[..], None, "x.jfr", &Cancel::new(), &Progress::new(), &Limits::default()).expect("valid");
    assert_eq!(top(&profile, 0), [(1, 1, "a.B.run".into())]);
    assert_eq!(profile.stacks.total_frames(), 10_000_000);
}

#[test]
fn much_of_what_a_recording_has_little_of() {
    // One text of a megabyte that is named again and again, by as many classes as fit.
    let long = "x".repeat(1 << 20);
    let class = Out::default().numbers(&[2, 3, 3, 1, 4, 1, 5, 1, 0]).0;
    let strings =
        ["root", &long, "class", "id", "name", "superType"].iter().fold(Out::default().packed(6), |out, text| out.text(text));
    let tree = Out::default().numbers(&[0, 0, 1, 0, 0, 200_000]).bytes(&class.repeat(200_000));
    let bytes = chunk(&[event(0, &Out::default().numbers(&[0, 0, 0]).bytes(&strings.0).bytes(&tree.0).0)]);
    assert!(refused(&bytes, "x.jfr").ends_with("more classes are described than any JVM has"));
    // Many small parts without a description, behind one with.
    let parts = [chunk(&[metadata(CLASSES), pools(&[[1, 1, 1]]), sample(1, 9)]), chunk(&[event(7, &[1])]).repeat(20_000)].concat();
    let profile = parse(&parts, "x.jfr").expect("the first part");
    assert_eq!((profile.total(0), profile.warnings.len()), (1, 16), "not a remark for each");
    // Events of as many classes as there are events.
    let events: Vec<Vec<u8>> = (0..100_000).map(|class| event(1000 + class, &[])).collect();
    let profile = jfr(&[metadata(CLASSES), pools(&[[1, 1, 1]]), sample(1, 9), events.concat()]);
    assert_eq!(profile.total(0), 1);
}

/// A block of a trace before version 6.
fn object(name: &str, at: usize, payload: &[u8]) -> Vec<u8> {
    let head = Out::default().bytes(&[5, 5, 1]).u32(2).u32(2).u32(name.len() as u32).bytes(name.as_bytes()).bytes(&[6]);
    let head = if name == "Trace" { head } else { head.u32(payload.len() as u32) };
    let padding = if name == "Trace" { 0 } else { (4 - (at + head.0.len()) % 4) % 4 };
    head.bytes(&vec![0; padding]).bytes(payload).bytes(&[6]).0
}

/// A trace before version 6 of these blocks.
fn nettrace(blocks: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let date = [2024_u16, 5, 3, 1, 12, 0, 0, 0].map(u16::to_le_bytes).concat();
    let trace = Out(date).u64(100).u64(10_000_000).u32(8).u32(4321).u32(2).u32(1_000_000);
    let mut out = Out::default().bytes(b"Nettrace").u32(20).bytes(b"!FastSerialization.1");
    let mut blocks = blocks.to_vec();
    blocks.insert(0, ("Trace", trace.0));
    for (name, payload) in blocks {
        let object = object(name, out.0.len(), &payload);
        out = out.bytes(&object);
    }
    out.bytes(&[1]).0
}

/// A block of rows that are not packed: metadata, thread, stack, time, payload.
fn plain_rows(rows: &[(u32, u64, u32, u64, Vec<u8>)]) -> Vec<u8> {
    let head = Out::default().u16(20).u16(0).u64(0).u64(0);
    let rows = rows.iter().fold(head, |out, (metadata, thread, stack, time, payload)| {
        let row = out.u32(0).u32(*metadata).u32(0).u64(*thread).u64(0).u32(0).u32(*stack).u64(*time).bytes(&[0; 32]);
        let row = row.u32(payload.len() as u32).bytes(payload);
        let padding = (4 - row.0.len() % 4) % 4;
        row.bytes(&vec![0; padding])
    });
    rows.0
}

fn described(number: u32, provider: &str, id: u32, version: u32) -> (u32, u64, u32, u64, Vec<u8>) {
    let payload = Out::default().u32(number).utf16(provider).u32(id).utf16("").u64(0).u32(version).u32(5).u32(0);
    (0, 0, 0, 0, payload.0)
}

fn method(start: u64, name: &str, module: u64) -> Vec<u8> {
    let head = Out::default().u64(1).u64(module).u64(start).u32(100).u32(0).u32(0);
    head.utf16("Shop.Order").utf16(name).utf16("void  (int32)").u16(0).0
}

fn stacks(first: u32, stacks: &[&[u64]]) -> Vec<u8> {
    let head = Out::default().u32(first).u32(stacks.len() as u32);
    let all = stacks.iter().fold(head, |out, stack| stack.iter().fold(out.u32(stack.len() as u32 * 8), |out, &at| out.u64(at)));
    all.0
}

const RUNTIME: &str = "Microsoft-Windows-DotNETRuntime";

fn small_trace() -> Vec<u8> {
    let metadata = plain_rows(&[
        described(1, "Microsoft-DotNETCore-SampleProfiler", 0, 0),
        described(2, "Microsoft-Windows-DotNETRuntimeRundown", 144, 1),
        described(3, RUNTIME, 91, 1),
    ]);
    let managed = 2_u32.to_le_bytes().to_vec();
    let events = plain_rows(&[
        (1, 5, 1, 1_100, managed.clone()),
        (1, 5, 2, 1_200, 1_u32.to_le_bytes().to_vec()),
        (3, 6, 2, 1_300, Out::default().bytes(&[0, 0, 0]).bytes(&2500.0_f64.to_le_bytes()).0),
    ]);
    let later = plain_rows(&[
        (1, 6, 1, 2_100, managed),
        (2, 6, 0, 2_200, method(0x1000, "Total", 9)),
        (2, 6, 0, 2_200, method(0x2000, "Main", 9)),
    ]);
    nettrace(&[
        ("MetadataBlock", metadata),
        ("StackBlock", stacks(1, &[&[0x1010, 0x1020, 0x2000], &[0x2063, 0x2064]])),
        ("EventBlock", events),
        ("SPBlock", vec![0; 12]),
        ("NewBlock", vec![1, 2, 3]),
        ("StackBlock", stacks(1, &[&[0x2010]])),
        ("EventBlock", later),
    ])
}

#[test]
fn a_trace_with_plain_rows_and_stacks_that_are_numbered_anew() {
    let profile = parse(&small_trace(), "x.nettrace").unwrap_or_else(|error| panic!("{error}"));
    check(&profile);
    let main = "Shop.Order.Main";
    let all = [
        format!("{main};Shop.Order.Total;Shop.Order.Total 1"),
        format!("<unknown>;{main} 1"),
        format!("<unknown>;{main} 0"),
        format!("{main} 1"),
    ];
    assert_eq!(folded(&profile, 0), all);
    assert_eq!(top(&profile, 0)[0], (2, 3, main.into()));
    assert_eq!(
        sample_types(&profile),
        [("samples", "count"), ("managed", "count"), ("contentions", "count"), ("contention", "nanoseconds")]
    );
    assert_eq!((profile.total(sample_type(&profile, "managed")), profile.total(sample_type(&profile, "contention"))), (2, 2500));
    assert_eq!((profile.time_ns, profile.samples.time_ns[0]), (Some(1_714_564_800_000_000_000), 100_000));
    assert_eq!((profile.threads[0].id, profile.threads[0].process_id, profile.period), (Some(5), Some(4321), Some(1_000_000)));
    assert_eq!(profile.frames.address[0], 0x2000);
}

#[test]
fn cut_and_changed_traces() {
    let bytes = small_trace();
    crate::profiles::cuts_and_flips(&bytes, "x.nettrace");
    assert_eq!(refused(&bytes[..20], "x.nettrace"), "x.nettrace is damaged: it ends before the first event");
    let cut = parse(&bytes[..bytes.len() - 40], "x.nettrace").expect("readable");
    assert!(cut.warnings[0].starts_with("The trace was not finished or is cut off."), "{:?}", cut.warnings);
    // Blocks, stacks and payloads that claim billions of bytes.
    for at in 0..bytes.len() - 4 {
        let mut changed = bytes.clone();
        changed[at..at + 4].fill(0xff);
        try_bytes(&changed, "x.nettrace");
    }
}

/// A block of version 6.
fn block(kind: u8, payload: &Out) -> Vec<u8> {
    let size = (payload.0.len() as u32).to_le_bytes();
    [&size[..3], &[kind], &payload.0].concat()
}

fn utf8(out: Out, text: &str) -> Out {
    out.packed(text.len() as u64).bytes(text.as_bytes())
}

#[test]
fn a_trace_of_version_six_of_two_processes() {
    let sized = |row: Out| Out::default().u16(row.0.len() as u16).bytes(&row.0);
    let about = |provider: &str, number: u64, name: &str| {
        let row = utf8(utf8(Out::default().packed(number), provider).packed(0), name).u16(0).u16(2).bytes(&[9, 1]);
        sized(row)
    };
    let date = [2024_u16, 5, 3, 1, 12, 0, 0, 0].map(u16::to_le_bytes).concat();
    let head = utf8(utf8(Out(date).u64(100).u64(1_000_000_000).u32(8).u32(1), "ProcessId"), "0");
    let metadata = [
        about("Universal.Events", 1, "cpu"),
        about("Universal.System", 2, "ProcessMapping"),
        about("Universal.System", 3, "ProcessSymbol"),
    ];
    let metadata = metadata.iter().fold(Out::default().u16(0), |out, row| out.bytes(&row.0));
    let thread = |index: u64, name: &str, process: u64, id: u64| {
        sized(utf8(Out::default().packed(index).bytes(&[1]), name).bytes(&[2]).packed(process).bytes(&[3]).packed(id))
    };
    let threads = thread(1, "shop", 10, 11).bytes(&thread(2, "mail", 20, 21).0);
    // Packed rows: flags, then what they say is there.
    let row = |out: Out, metadata: u64, thread: u64, stack: u64, payload: &Out| {
        let head = out.bytes(&[1 | 4 | 8 | 128]).numbers(&[metadata, thread, stack, 50, payload.0.len() as u64]);
        head.bytes(&payload.0)
    };
    let named = |out: Out, text: &str| out.u16(text.len() as u16).bytes(text.as_bytes());
    let mapping =
        |id: u64, process: u64, file: &str| named(Out::default().numbers(&[id, process, 0x1000, 0x9000, 0]), file).packed(0);
    let symbol = |mapping: u64, name: &str| named(Out::default().numbers(&[1, mapping, 0x1000, 0x2000]), name);
    let weight = Out::default().packed(3);
    let events = Out::default().u16(20).u16(1).u64(0).u64(0);
    let events = row(events, 2, 1, 0, &mapping(1, 10, "/usr/bin/shop"));
    let events = row(events, 2, 2, 0, &mapping(2, 20, "/usr/bin/mail"));
    let events = row(row(events, 3, 1, 0, &symbol(1, "sell")), 3, 2, 0, &symbol(2, "send"));
    let events = row(row(row(events, 1, 1, 1, &weight), 1, 2, 1, &weight), 1, 2, 1, &weight);
    let stacks = Out(stacks(1, &[&[0x1234]]));
    let blocks =
        [block(1, &head), block(3, &metadata), block(6, &threads), block(5, &stacks), block(99, &weight), block(2, &events)];
    let bytes = Out::default().bytes(b"Nettrace").u32(0).u32(6).u32(0).bytes(&blocks.concat()).u32(0).0;
    let profile = parse(&bytes, "x").unwrap_or_else(|error| panic!("{error}"));
    check(&profile);
    assert_eq!(folded(&profile, 0), ["sell 3", "send 3", "send 3"], "one address, two processes");
    let threads: Vec<_> = profile.threads.iter().map(|t| (profile.strings.get(t.name), t.id, t.process_id)).collect();
    assert_eq!(threads, [("shop", Some(11), Some(10)), ("mail", Some(21), Some(20))]);
    let files: Vec<_> = profile.mappings.iter().map(|mapping| profile.strings.get(mapping.file)).collect();
    assert_eq!((files.as_slice(), profile.total(0)), (&["/usr/bin/shop", "/usr/bin/mail"][..], 9));
    crate::profiles::cuts_and_flips(&bytes, "x.nettrace");
    let newer = Out::default().bytes(b"Nettrace").u32(0).u32(7).u32(0).0;
    assert_eq!(refused(&newer, "x.nettrace"), "x.nettrace is damaged at byte 12: it is of version 7; versions 4 to 6 can be read");
}

#[test]
fn neighbours_are_told_apart() {
    for (bytes, seems) in [
        (&b"JAVA PROFILE 1.0.2\0\0\0\0\x08\0\0\x01\x8f"[..], "a heap dump of Java (hprof, binary): objects, not a profile"),
        (b"go 1.22 trace\0\0\0\x01\x02", "an execution trace of Go, not a profile"),
        (b"\x14\0\0\0!FastSerialization.1\x05\x05\x01", "a trace of .NET Core 2 (.netperf)"),
        (b"\x04\x22\x4d\x18\x64\x40\xa7\x01\x02\x03\x04\x05\x06\x07\x08", "data packed with lz4"),
    ] {
        assert_eq!(refused(bytes, "x.jfr"), format!("x.jfr cannot be opened as a profile: it seems to be {seems}"));
    }
}
