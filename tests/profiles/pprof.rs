//! pprof files: the same figures as `go tool pprof`, every way to write the same file, and no harm from bad ones.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use flate2::Compression;
use flate2::write::GzEncoder;
use tachograph::jobs::{Cancel, Explain, Progress};
use tachograph::profile::read::{read, read_file};
use tachograph::profile::{
    Flame, FunctionId, Grouping, Groups, Limits, Matches, NodeId, Place, Profile, ProfileError, StackId, Top, Tree, codec, words,
    write,
};

/// Sample types of the Go profiles, and the unit in which their reference was printed.
const REFERENCES: [(&str, &str, &str); 6] = [
    ("go-cpu", "samples", "count"),
    ("go-cpu", "cpu", "ns"),
    ("go-heap", "alloc_objects", "count"),
    ("go-heap", "alloc_space", "B"),
    ("go-heap", "inuse_objects", "count"),
    ("go-heap", "inuse_space", "B"),
];

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/profiles").join(name)
}

fn open(path: &Path) -> Profile {
    read_file(path, &Cancel::new(), &Progress::new(), &Limits::default()).expect("a valid profile")
}

fn parse(bytes: &[u8]) -> Result<Profile, ProfileError> {
    read(bytes, Some(bytes.len() as u64), "x.pb.gz", &Cancel::new(), &Progress::new(), &Limits::default())
}

/// Self, total and name of each line that `go tool pprof -top` printed.
fn printed(text: &str) -> Vec<(i64, i64, String)> {
    let number = |text: &str| text.trim_end_matches(|c: char| c.is_ascii_alphabetic()).parse().expect("a whole number");
    let rows = text.lines().skip_while(|line| !line.trim_start().starts_with("flat ")).skip(1);
    rows.map(|line| {
        let mut fields = line.split_whitespace();
        let mut next = || fields.next().expect("five columns");
        let (flat, _, _, cum, _) = (next(), next(), next(), next(), next());
        let name = fields.collect::<Vec<_>>().join(" ");
        let name = name.strip_suffix(" (inline)").or(name.strip_suffix(" (partial-inline)")).unwrap_or(&name);
        (number(flat), number(cum), name.to_string())
    })
    .collect()
}

fn top(profile: &Profile, sample_type: usize) -> Vec<(i64, i64, String)> {
    let groups = Groups::new(profile, Grouping::Name);
    let top = Top::new(profile, &groups, sample_type);
    top.rows.iter().map(|row| (row.self_value, row.total_value, groups.name(profile, row.group).to_string())).collect()
}

/// What Go prints of a file now; `None` where there is no Go.
fn go_top(file: &Path, sample_type: &str, unit: &str) -> Option<String> {
    let out = Command::new("go")
        .args(["tool", "pprof", "-top", "-symbolize=none", "-nodecount=1000000", "-nodefraction=0", "-edgefraction=0"])
        .args([format!("-sample_index={sample_type}"), format!("-unit={unit}")])
        .arg(file)
        .output()
        .ok()?;
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    Some(String::from_utf8(out.stdout).expect("text"))
}

#[test]
fn every_function_as_go_prints_it() {
    for (name, sample_type, _) in REFERENCES {
        let profile = open(&data(&format!("{name}.pb.gz")));
        let row = profile.sample_type_named(sample_type).expect("the type is there");
        let reference = printed(&std::fs::read_to_string(data(&format!("{name}.{sample_type}.top.txt"))).expect("reference"));
        assert!(reference.len() > 10, "{name} {sample_type}: {} rows", reference.len());
        assert_eq!(top(&profile, row), reference, "{name} {sample_type}");
    }
}

#[test]
fn every_function_as_go_prints_it_now_also_of_what_is_written_here() {
    let folder = tempfile::tempdir().expect("folder");
    for (name, sample_type, unit) in REFERENCES {
        let path = data(&format!("{name}.pb.gz"));
        let Some(text) = go_top(&path, sample_type, unit) else {
            println!("skipped: Go is not installed");
            return;
        };
        let profile = open(&path);
        let row = profile.sample_type_named(sample_type).expect("the type is there");
        assert_eq!(top(&profile, row), printed(&text), "{name} {sample_type}");
        let written = folder.path().join("written.pb.gz");
        std::fs::write(&written, write::pprof_bytes(&profile).expect("bytes")).expect("file");
        let text = go_top(&written, sample_type, unit).expect("Go was there");
        assert_eq!(printed(&text), top(&profile, row), "{name} {sample_type}, written");
    }
}

#[test]
fn headers_and_threads() {
    let cpu = open(&data("go-cpu.pb.gz"));
    assert_eq!(
        (cpu.format.as_str(), cpu.sample_type(0), cpu.sample_type(1)),
        ("pprof", ("samples", "count"), ("cpu", "nanoseconds"))
    );
    assert_eq!((cpu.default_sample_type, cpu.period, cpu.sample_types.len()), (1, Some(10_000_000), 2));
    let text = std::fs::read_to_string(data("go-cpu.cpu.top.txt")).expect("reference");
    let total = format!("Total samples = {}ns", cpu.total(1));
    assert!(text.contains(&total), "{total}");
    assert_eq!(cpu.sample_count(), Some(cpu.total(1) / 10_000_000));
    let seconds = format!("Duration: {:.2}s", cpu.duration_ns.expect("told") as f64 / 1e9);
    assert!(text.contains(&seconds), "{seconds}");
    let mut names: Vec<_> = cpu.threads.iter().map(|thread| (cpu.strings.get(thread.name), thread.id)).collect();
    names.sort_unstable();
    assert_eq!(names, [("first", Some(7)), ("second", Some(7))]);
    let threads: i64 = cpu.thread_totals(0).iter().sum();
    assert!(threads > cpu.total(0) * 9 / 10 && threads < cpu.total(0), "{threads} of {}", cpu.total(0));
    let heap = open(&data("go-heap.pb.gz"));
    assert_eq!(heap.sample_type(heap.default_sample_type), ("inuse_space", "bytes"));
    assert_eq!(heap.threads, []);
}

#[test]
fn a_small_profile_of_another_producer() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/profiles/simple.pprof");
    if !path.exists() {
        println!("skipped: {} is not there", path.display());
        return;
    }
    let profile = open(&path);
    let Some(text) = go_top(&path, "cpu", "ns") else {
        println!("skipped: Go is not installed");
        return;
    };
    let row = profile.sample_type_named("cpu").expect("the type is there");
    assert_eq!(top(&profile, row), printed(&text));
}

/// Puts a protocol-buffer message together.
#[derive(Clone, Default)]
struct Message(Vec<u8>);

impl Message {
    fn varint(mut self, mut value: u64) -> Self {
        while value > 127 {
            self.0.push(value as u8 | 128);
            value >>= 7;
        }
        self.0.push(value as u8);
        self
    }
    fn number(self, field: u64, value: u64) -> Self {
        self.varint(field << 3).varint(value)
    }
    fn bytes(self, field: u64, bytes: &[u8]) -> Self {
        let mut out = self.varint(field << 3 | 2).varint(bytes.len() as u64);
        out.0.extend_from_slice(bytes);
        out
    }
    #[allow(clippy::needless_pass_by_value)]
    fn message(self, field: u64, inner: Self) -> Self {
        self.bytes(field, &inner.0)
    }
    fn packed(self, field: u64, values: &[u64]) -> Self {
        let inner = values.iter().fold(Self::default(), |message, &value| message.varint(value));
        self.message(field, inner)
    }
    fn strings(self, strings: &[&str]) -> Self {
        strings.iter().fold(self, |message, text| message.bytes(6, text.as_bytes()))
    }
}

fn new() -> Message {
    Message::default()
}

/// Strings 0 to 8 of the made-up profiles.
const STRINGS: [&str; 9] = ["", "cpu", "nanoseconds", "main", "leaf", "inner", "main.rs", "/lib/libc.so.6", "_Zleaf"];

/// Function `id`, location `id` that is it.
fn function(out: Message, id: u64, name: u64) -> Message {
    out.message(5, new().number(1, id).number(2, name).number(4, 6).number(5, 10 * id))
        .message(4, new().number(1, id).number(3, 0x1000 + id).message(4, new().number(1, id).number(2, 10 * id + 1)))
}

fn stacks(profile: &Profile) -> Vec<(Vec<String>, Vec<i64>)> {
    (0..profile.samples.len())
        .map(|row| {
            let frames = profile.stacks.get(profile.samples.stack[row]);
            let name =
                |frame: &tachograph::profile::FrameId| profile.function_name(profile.frames.function[frame.0 as usize]).to_string();
            (frames.iter().map(name).collect(), profile.samples.values.iter().map(|column| column[row]).collect())
        })
        .collect()
}

#[test]
fn the_same_profile_in_every_way_to_write_it() {
    let types = |out: Message| out.message(1, new().number(1, 1).number(2, 2));
    let tables = |out: Message| function(function(out, 1, 3), 2, 4);
    let packed = new().packed(1, &[2, 1]).packed(2, &[5]);
    let unpacked = new().number(1, 2).number(1, 1).number(2, 5);
    let mixed = new().number(1, 2).packed(2, &[5]).packed(1, &[1]);
    let usual = tables(types(new()).message(2, packed)).strings(&STRINGS);
    let strings_first = types(tables(new().strings(&STRINGS)).message(2, unpacked));
    let samples_first = types(tables(new().message(2, mixed).strings(&STRINGS)));
    // Fields from the future: a number, text, 32 and 64 bits.
    let mut unknown = types(new().number(100, 7).bytes(101, b"later"));
    unknown.0.extend([0xb5, 0x06, 1, 2, 3, 4, 0xb1, 0x06, 1, 2, 3, 4, 5, 6, 7, 8]);
    let unknown = types(new().bytes(15, b"later"))
        .0
        .into_iter()
        .chain(tables(new().message(2, new().packed(1, &[2, 1]).packed(2, &[5]).number(9, 1))).strings(&STRINGS).0);
    let expected = open_bytes(&usual.0);
    assert_eq!(stacks(&expected), [(vec!["main".to_string(), "leaf".into()], vec![5])]);
    for bytes in [strings_first.0, samples_first.0, unknown.collect()] {
        assert_eq!(stacks(&open_bytes(&bytes)), stacks(&expected));
    }
    assert_eq!((expected.frames.line.as_slice(), expected.frames.address.as_slice()), (&[11, 21][..], &[0x1001, 0x1002][..]));
    assert_eq!((expected.function_file(FunctionId(1)), expected.functions.start_line[1]), ("main.rs", 20));
    let gzip = |bytes: &[u8]| {
        let mut out = GzEncoder::new(Vec::new(), Compression::fast());
        out.write_all(bytes).expect("memory");
        out.finish().expect("memory")
    };
    assert_eq!(open_bytes(&gzip(&usual.0)), expected);
    let (first, second) = usual.0.split_at(usual.0.len() / 2);
    let members = [gzip(first), gzip(second)].concat();
    assert_eq!(open_bytes(&members), expected, "two gzip members");
}

fn open_bytes(bytes: &[u8]) -> Profile {
    parse(bytes).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn inlined_calls_sparse_ids_and_code_without_names() {
    const BIG: u64 = u64::MAX - 5;
    let types = new().message(1, new().number(1, 1).number(2, 2));
    let inlining = new().number(1, BIG).message(4, new().number(1, 9).number(2, 5)).message(4, new().number(1, BIG).number(2, 6));
    let out = types
        .message(3, new().number(1, 1).number(5, 7))
        .message(5, new().number(1, 9).number(2, 5))
        .message(5, new().number(1, BIG).number(3, 8))
        .message(4, inlining)
        .message(4, new().number(1, 3).number(2, 1).number(3, 0x7f00))
        .message(4, new().number(1, 4))
        .message(2, new().packed(1, &[BIG, 3, 4]).packed(2, &[2]))
        .strings(&STRINGS);
    let profile = open_bytes(&out.0);
    let expected: Vec<String> = ["<unknown>", "[libc.so.6]", "_Zleaf", "inner"].map(String::from).into();
    assert_eq!(stacks(&profile), [(expected, vec![2])]);
    assert_eq!(profile.frames.inlined, [true, false, false, false], "inner is inlined into _Zleaf");
    let top = top(&profile, 0);
    assert_eq!(top[0], (2, 2, "inner".to_string()), "self belongs to the inlined function");
    assert!(top[1..].iter().all(|row| (row.0, row.1) == (0, 2)), "{top:?}");
    let back = open_bytes(&write::pprof_bytes(&profile).expect("bytes"));
    assert_eq!(stacks(&back), stacks(&profile));
    let inlined = |profile: &Profile| -> Vec<bool> {
        profile.stacks.get(StackId(0)).iter().map(|frame| profile.frames.inlined[frame.0 as usize]).collect()
    };
    assert_eq!(inlined(&back), [false, false, false, true]);
}

#[test]
fn sums_beyond_64_bits_are_cut_and_said() {
    let types = new().message(1, new().number(1, 1).number(2, 2));
    let sample = || new().packed(1, &[1]).packed(2, &[i64::MAX as u64]);
    let out = function(types.message(2, sample()).message(2, sample()), 1, 3).strings(&STRINGS);
    let profile = open_bytes(&out.0);
    assert_eq!(top(&profile, 0), [(i64::MAX, i64::MAX, "main".to_string())]);
    assert_eq!(profile.warnings, ["The values of “cpu” add up to more than 9.2 × 10^18; sums are cut to that."]);
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let types = || new().message(1, new().number(1, 1).number(2, 2));
    let with = |sample: Message| function(types().message(2, sample), 1, 3).strings(&STRINGS).0;
    let group = [types().0, vec![0x13, 0x14]].concat();
    for (bytes, message) in [
        (
            with(new().packed(1, &[7]).packed(2, &[1])),
            "x.pb.gz is damaged at byte 8: location 7 is named, but the file does not have it",
        ),
        (
            with(new().packed(1, &[1]).packed(2, &[1, 2])),
            "x.pb.gz is damaged at byte 6: a sample has 2 values, but the file names 1 sample types",
        ),
        (
            types().message(5, new().number(1, 1).number(2, 99)).strings(&STRINGS).0,
            "x.pb.gz is damaged at byte 6: text number 99 is named, but the file has only 9 texts",
        ),
        (
            types().message(5, new().number(1, 1).number(2, u64::MAX)).strings(&STRINGS).0,
            "x.pb.gz is damaged at byte 6: text number -1 is named, but the file has only 9 texts",
        ),
        (
            types().message(4, new().number(1, 1).message(4, new().number(1, 5))).strings(&STRINGS).0,
            "x.pb.gz is damaged at byte 6: function 5 is named, but the file does not have it",
        ),
        (function(function(types(), 1, 3), 1, 4).strings(&STRINGS).0, "x.pb.gz is damaged at byte 29: function 1 occurs twice"),
        (
            types().number(9, 1).number(9, 2).0,
            "x.pb.gz is damaged at byte 8: a second profile begins there; only one can be in a file",
        ),
        (group, "x.pb.gz is damaged at byte 6: a field is of the outdated kind “group”, which profiles do not have"),
    ] {
        let error = parse(&bytes).expect_err("bad");
        assert_eq!(error.to_string(), message);
        assert!(!error.next_step().is_empty());
    }
}

/// Runs everything that looks at a profile, so that a wrong table would be met.
fn look_at(profile: &Profile) {
    for sample_type in 0..=profile.sample_types.len() {
        let groups = Groups::new(profile, Grouping::NameAndFile);
        let top = Top::new(profile, &groups, sample_type);
        let tree = Tree::new(profile, &groups, sample_type, &Cancel::new()).expect("not cancelled");
        assert!(!words::summary(profile, &groups, &top, sample_type).is_empty());
        assert!(Matches::find(profile, &groups, "main").total(&tree, NodeId::ROOT) <= tree.total(NodeId::ROOT).max(0));
        for rect in Flame::new(&tree, NodeId::ROOT, 300.0).rects(0..50) {
            assert!(rect.x1 - rect.x0 >= 0.999 && rect.x1 <= 300.0, "{rect:?}");
        }
    }
    assert_eq!(&codec::decode(&codec::encode(profile)).expect("sound"), profile);
}

/// Numbers that look random and are the same every time (Knuth's MMIX generator).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}

fn unpacked(name: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let file = std::fs::File::open(data(name)).expect("file");
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(file), &mut bytes).expect("gzip");
    bytes
}

#[test]
fn a_file_cut_anywhere_says_where() {
    let packed = std::fs::read(data("go-cpu.pb.gz")).expect("file");
    assert_eq!(parse(&[]).expect_err("empty").to_string(), "x.pb.gz is empty");
    for cut in 2..packed.len() {
        let error = parse(&packed[..cut]).expect_err("cut").to_string();
        assert!(
            error.starts_with(&format!("x.pb.gz is damaged at byte {cut}: the compressed data (gzip) is cut off there")),
            "{error}"
        );
    }
    let whole = unpacked("go-heap.pb.gz");
    let (mut good, mut bad) = (0, 0);
    for cut in 1..whole.len() {
        match parse(&whole[..cut]) {
            Ok(profile) => {
                good += 1;
                look_at(&profile);
            }
            Err(error) => {
                bad += 1;
                assert!(error.to_string().starts_with("x.pb.gz "), "{error}");
            }
        }
    }
    assert!(bad > 100 * good, "{good} of {} cuts were taken as whole", good + bad);
}

#[test]
fn flipped_bytes_do_no_harm() {
    let whole = unpacked("go-cpu.pb.gz");
    let (mut random, mut good, mut bad) = (Random(1), 0, 0);
    for _ in 0..3000 {
        let mut bytes = whole.clone();
        for _ in 0..=random.below(3) {
            let at = random.below(bytes.len());
            bytes[at] ^= 1 << random.below(8);
        }
        match parse(&bytes) {
            Ok(profile) => {
                good += 1;
                look_at(&profile);
            }
            Err(error) => {
                bad += 1;
                assert!(error.to_string().starts_with("x.pb.gz "), "{error}");
            }
        }
    }
    assert!(good > 100 && bad > 100, "{good} good, {bad} bad");
}

#[test]
fn junk_is_no_profile() {
    let mut random = Random(2);
    for length in (1..2000).step_by(7) {
        let bytes: Vec<u8> = (0..length).map(|_| random.below(256) as u8).collect();
        let error = parse(&bytes).map(|profile| profile.samples.len()).expect_err("junk");
        assert!(error.to_string().starts_with("x.pb.gz "), "{error}");
    }
}

#[test]
fn other_files_are_named_with_the_next_step() {
    for (bytes, seems, step) in [
        (&b"PK\x03\x04\x14\0\0\0"[..], "a workbook or a zip archive", "Data tab"),
        (b"[1, 2]", "JSON, but no profile that is known", "speedscope"),
        (b"\x7fELF\x02\x01\x01\0", "a program, not a recording of one", "Record the program"),
        (b"name,amount\nGr\xc3\xbc\xc3\x9fe,12\n", "a table (CSV)", "Data tab"),
        (b"<html><body>Not found</body></html>", "a web page", "Download the profile itself"),
    ] {
        let error = parse(bytes).expect_err("no profile");
        assert_eq!(error.to_string(), format!("x.pb.gz cannot be opened as a profile: it seems to be {seems}"));
        assert!(error.next_step().contains(step), "{}", error.next_step());
    }
}

#[test]
fn what_asks_for_too_much_is_refused() {
    let limited = |bytes: &[u8], limits: Limits| {
        read(bytes, None, "x.pb.gz", &Cancel::new(), &Progress::new(), &limits).expect_err("too large")
    };
    // 64 MB of zeros in 64 kB.
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(&new().message(1, new().number(1, 1)).varint(6 << 3 | 2).varint(64 << 20).0).expect("memory");
    gzip.write_all(&vec![0; 64 << 20]).expect("memory");
    let bomb = gzip.finish().expect("memory");
    let error = limited(&bomb, Limits { unpacked_bytes: 1 << 20, ..Limits::default() });
    assert!(
        matches!(error, ProfileError::TooLarge { place: Place::Byte(at), limit_bytes: 1_048_576, .. } if at < bomb.len() as u64),
        "{error}"
    );
    // One location of 1000 inlined calls, named 100,000 times in one stack.
    let lines = (0..1000).fold(new().number(1, 1), |out, _| out.message(4, new().number(1, 1)));
    let types = new().message(1, new().number(1, 1).number(2, 2)).message(5, new().number(1, 1).number(2, 3)).message(4, lines);
    let out = types.message(2, new().packed(1, &[1; 100_000]).packed(2, &[1])).strings(&STRINGS);
    let error = limited(&out.0, Limits { table_bytes: 1 << 20, ..Limits::default() });
    assert!(matches!(error, ProfileError::TooLarge { limit_bytes: 1_048_576, .. }), "{error}");
    // Lengths that nothing stands behind.
    let huge = new().message(1, new().number(1, 1)).varint(6 << 3 | 2).varint(u64::MAX / 2);
    assert!(parse(&huge.0).expect_err("huge").to_string().contains("only 0 are left"));
}

#[test]
fn cancelling_ends_the_reading() {
    let (cancel, bytes) = (Cancel::new(), std::fs::read(data("go-cpu.pb.gz")).expect("file"));
    cancel.cancel();
    let error = read(&bytes[..], None, "x", &cancel, &Progress::new(), &Limits::default()).expect_err("cancelled");
    assert!(matches!(error, ProfileError::Cancelled(_)), "{error}");
}

#[test]
fn stored_tables_are_read_back_or_refused() {
    let profile = open(&data("go-cpu.pb.gz"));
    let bytes = codec::encode(&profile);
    assert_eq!(codec::decode(&bytes).as_ref(), Ok(&profile));
    for cut in 0..bytes.len() {
        assert!(codec::decode(&bytes[..cut]).is_err(), "cut at {cut}");
    }
    let mut random = Random(3);
    let mut refused = 0;
    for _ in 0..3000 {
        let mut bytes = bytes.clone();
        let at = random.below(bytes.len());
        bytes[at] ^= 1 << random.below(8);
        match codec::decode(&bytes) {
            Ok(profile) => look_at(&profile),
            Err(_) => refused += 1,
        }
    }
    assert!(refused > 100, "{refused}");
}

#[test]
fn a_deep_recursion_is_read_and_shown() {
    let types = new().message(1, new().number(1, 1).number(2, 2));
    let out = function(types.message(2, new().packed(1, &vec![1; 300_000]).packed(2, &[3])), 1, 3).strings(&STRINGS);
    let profile = open_bytes(&out.0);
    assert_eq!(top(&profile, 0), [(3, 3, "main".to_string())], "recursion counts once");
    let tree = Tree::new(&profile, &Groups::new(&profile, Grouping::Name), 0, &Cancel::new()).expect("not cancelled");
    assert_eq!(tree.height(NodeId::ROOT), 300_000);
}

#[test]
fn functions_of_one_name_in_two_files_are_one_or_two() {
    let types = new().message(1, new().number(1, 1).number(2, 2));
    let out = types
        .message(5, new().number(1, 1).number(2, 3).number(4, 6))
        .message(5, new().number(1, 2).number(2, 3).number(4, 7))
        .message(4, new().number(1, 1).message(4, new().number(1, 1)))
        .message(4, new().number(1, 2).message(4, new().number(1, 2)))
        .message(2, new().packed(1, &[1, 2]).packed(2, &[3]))
        .strings(&STRINGS);
    let profile = open_bytes(&out.0);
    let figures = |grouping| {
        let groups = Groups::new(&profile, grouping);
        let top = Top::new(&profile, &groups, 0);
        top.rows.iter().fold(String::new(), |mut text, row| {
            let _ = write!(text, "{} {} {}; ", profile.function_file(row.function), row.self_value, row.total_value);
            text
        })
    };
    assert_eq!(figures(Grouping::Name), "main.rs 3 3; ");
    assert_eq!(figures(Grouping::NameAndFile), "main.rs 3 3; /lib/libc.so.6 0 3; ");
}
