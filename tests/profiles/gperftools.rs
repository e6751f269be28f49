//! The older formats of gperftools and the texts of Go, held against what `go tool pprof` and gperftools' own pprof print of the same files.
//! `tests/data/profiles/gperftools/make.sh` makes both.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::profiles::{cuts_and_flips, data, folded, open, parse, sample_type, sample_types, shared, top};
use tachograph::profile::{Profile, StackId};

fn kept(name: &str) -> PathBuf {
    data("gperftools").join(name)
}

type Stacks = BTreeMap<Vec<u64>, Vec<i64>>;

fn add(stacks: &mut Stacks, addresses: Vec<u64>, values: &[i64]) {
    // pprof drops samples of nothing and those without a stack; here the latter count in totals.
    if values.iter().all(|&value| value == 0) || addresses.is_empty() {
        return;
    }
    let sums = stacks.entry(addresses).or_insert_with(|| vec![0; values.len()]);
    sums.iter_mut().zip(values).for_each(|(sum, value)| *sum += value);
}

/// What `go tool pprof -raw` prints: the values of each stack of addresses, the innermost first.
fn raw(name: &str) -> (Vec<String>, Stacks) {
    let text = std::fs::read_to_string(kept(&format!("{name}.raw.txt"))).expect("kept print");
    let (samples, locations) = text.split_once("\nLocations\n").expect("locations");
    let mut address_of = BTreeMap::new();
    for line in locations.lines() {
        let mut words = line.split_ascii_whitespace();
        let id = words.next().expect("an id").trim_end_matches(':').to_owned();
        let address = words.next().and_then(|word| u64::from_str_radix(word.strip_prefix("0x")?, 16).ok()).expect("an address");
        address_of.insert(id, address);
    }
    let mut lines = samples.lines().skip_while(|line| *line != "Samples:").skip(1);
    let types =
        lines.next().expect("types").split_ascii_whitespace().map(|word| word.trim_end_matches("[dflt]").to_owned()).collect();
    let mut stacks = Stacks::new();
    // Labels stand in lines of their own.
    for (values, ids) in lines.filter(|line| !line.contains('[')).filter_map(|line| line.split_once(": ").or(line.split_once(':')))
    {
        let values: Vec<i64> = values.split_ascii_whitespace().map(|word| word.parse().expect("a value")).collect();
        add(&mut stacks, ids.split_ascii_whitespace().map(|id| address_of[id]).collect(), &values);
    }
    (types, stacks)
}

fn ours(profile: &Profile) -> (Vec<String>, Stacks) {
    let types = sample_types(profile).into_iter().map(|(name, unit)| format!("{name}/{unit}")).collect();
    let mut stacks = Stacks::new();
    for (row, &StackId(stack)) in profile.samples.stack.iter().enumerate() {
        let frames = profile.stacks.get(StackId(stack)).iter().rev();
        let addresses = frames.map(|frame| profile.frames.address[frame.0 as usize]).collect();
        let values: Vec<i64> = profile.samples.values.iter().map(|column| column[row]).collect();
        add(&mut stacks, addresses, &values);
    }
    (types, stacks)
}

fn equals_raw(path: &Path, name: &str) -> Profile {
    let profile = open(path);
    let ((our_types, our_stacks), (types, stacks)) = (ours(&profile), raw(name));
    assert_eq!(our_types, types, "{name}");
    assert_eq!(our_stacks.len(), stacks.len(), "{name}");
    for (addresses, values) in &stacks {
        assert_eq!(our_stacks.get(addresses), Some(values), "{name}: {addresses:x?}");
    }
    profile
}

/// Self and total by function of a print of gperftools' pprof: `14  70.0%  70.0%  14  70.0% work::mix`.
fn google(name: &str) -> Vec<(i64, i64, String)> {
    let text = std::fs::read_to_string(kept(name)).expect("kept print");
    let number = |word: &str| word.parse::<i64>().unwrap_or_else(|_| panic!("{word}"));
    let row = |line: &str| {
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        (number(words[0]), number(words[3]), words[5..].join(" "))
    };
    text.lines().skip(1).filter(|line| !line.trim().is_empty()).map(row).collect()
}

/// Holds the functions of the program itself against such a print; those of libraries have names on some machines only.
fn equals_google(profile: &Profile, column: usize, name: &str) {
    let mut ours = BTreeMap::<String, (i64, i64)>::new();
    for (own, total, function) in top(profile, column) {
        // gperftools' pprof leaves the parameters of templates out; no two of these call each other.
        let plain = function.split('<').next().unwrap_or_default().to_owned();
        let sums = ours.entry(plain).or_default();
        *sums = (sums.0 + own, sums.1 + total);
    }
    let expected = google(name);
    assert!(expected.iter().any(|row| row.2.starts_with("work::")));
    for (own, total, function) in expected.iter().filter(|row| row.2.starts_with("work::") || row.2 == "main") {
        assert_eq!(ours.get(function), Some(&(*own, *total)), "{name}: {function}");
    }
}

/// Self and total by function of a print of `go tool pprof -top`, in the smallest unit.
fn go_top(name: &str) -> BTreeMap<String, (i64, i64)> {
    let text = std::fs::read_to_string(kept(&format!("{name}.top.txt"))).expect("kept print");
    let number = |word: &str| word.trim_end_matches(|letter: char| letter.is_ascii_alphabetic()).parse::<i64>().expect("a number");
    let rows = text.lines().skip_while(|line| !line.trim_start().starts_with("flat ")).skip(1);
    rows.map(|line| {
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        (words[5..].join(" ").replace(" (inline)", ""), (number(words[0]), number(words[3])))
    })
    .collect()
}

#[test]
fn a_cpu_profile_is_as_pprof_reads_it() {
    let profile = equals_raw(&kept("cpu.prof.gz"), "cpu.prof");
    assert_eq!((profile.format.as_str(), profile.period), ("gperftools CPU profile", Some(5_000_000)));
    equals_google(&profile, sample_type(&profile, "samples"), "cpu.prof.top.txt");
    let mapping = profile.mappings.iter().map(|mapping| profile.strings.get(mapping.file)).find(|file| file.ends_with("/work"));
    assert_eq!(mapping, Some("/tmp/pf/work"));
}

#[test]
fn heap_profiles_are_as_pprof_reads_them() {
    let profile = equals_raw(&kept("live.heap"), "live.heap");
    assert_eq!(profile.sample_type(profile.default_sample_type), ("inuse_space", "bytes"));
    for name in ["inuse_objects", "inuse_space", "alloc_objects", "alloc_space"] {
        equals_google(&profile, sample_type(&profile, name), &format!("live.heap.{name}.top.txt"));
    }
    // Sampled ones are scaled up, with the rounding of pprof.
    equals_raw(&kept("sampled.heap"), "sampled.heap");
    // Where the heap grew: the allocator's own frames are left out at the end, as gperftools' pprof does.
    let growth = open(&kept("growth.heap"));
    let (types, stacks) = raw("growth.heap");
    assert_eq!(ours(&growth).0, types);
    let sum: i64 = stacks.values().map(|values| values[1]).sum();
    assert_eq!(growth.total(1), sum);
    equals_google(&growth, 1, "growth.heap.top.txt");
}

#[test]
fn texts_of_go_are_as_pprof_reads_them() {
    for (name, types) in [
        ("go.heap", &["alloc_objects", "alloc_space", "inuse_objects", "inuse_space"][..]),
        ("go.mutex", &["contentions", "delay"]),
        ("go.block", &["contentions", "delay"]),
        ("go.goroutine", &["goroutine"]),
    ] {
        let profile = equals_raw(&kept(name), name);
        for (column, sample_type) in types.iter().enumerate() {
            let print = if *sample_type == "goroutine" { "0" } else { sample_type };
            let expected = go_top(&format!("{name}.{print}"));
            let rows = top(&profile, column);
            // pprof had the program; the text itself names what is not the runtime's at the end of a stack.
            for (own, total, function) in rows.iter().filter(|row| !row.2.starts_with("0x")) {
                // pprof of Go 1.19 knows of no inlined functions and counts what they have to their callers; the text names them.
                let Some(&(of_pprof, total_of_pprof)) = expected.get(function) else {
                    assert!(function.starts_with("sync.(*Mutex)."), "{name}: {function}");
                    continue;
                };
                assert_eq!(*total, total_of_pprof, "{name}: {function}");
                assert!(*own == of_pprof || function == "main.contend" && *own == 0, "{name}: {function}");
            }
            assert!(rows.iter().any(|row| row.2.starts_with("main.")));
        }
        let lines = (0..profile.frames.len()).filter(|&frame| profile.frames.line[frame] > 0).count();
        assert!(lines > 0, "{name}");
    }
}

#[test]
fn files_of_others_are_as_pprof_reads_them() {
    for name in ["gobench.cpu", "gobench.heap", "cppbench.contention"] {
        if let Some(path) = shared(name) {
            equals_raw(&path, name);
        }
    }
    if let Some(path) = shared("cppbench.contention") {
        let profile = open(&path);
        assert_eq!((profile.duration_ns, profile.period), (Some(16_502_830_000_000), Some(100)));
        assert!(top(&profile, 0).iter().any(|row| row.2.starts_with("[cppbench_server_main+0x")));
    }
}

#[test]
fn cpu_profiles_of_all_widths_and_orders() {
    let words = [0_u64, 3, 0, 10_000, 0, 2, 3, 0x1000, 0x2001, 0x3001, 1, 2, 0x1500, 0x3001, 0, 1, 0];
    let forms: [fn(u64) -> Vec<u8>; 4] = [
        |word| word.to_le_bytes().to_vec(),
        |word| word.to_be_bytes().to_vec(),
        |word| (word as u32).to_le_bytes().to_vec(),
        |word| (word as u32).to_be_bytes().to_vec(),
    ];
    for form in forms {
        let mut bytes: Vec<u8> = words.iter().flat_map(|&word| form(word)).collect();
        bytes.extend_from_slice(b"1000-4000: /bin/none (@100)\n");
        let profile = parse(&bytes, "x").expect("valid");
        assert_eq!(folded(&profile, 0), ["[none+0x2100];[none+0x1100];[none+0x100] 2", "[none+0x2100];[none+0x600] 1"]);
        assert_eq!(profile.total(1), 30_000_000);
    }
}

#[test]
fn stacks_of_all_threads() {
    let text = "--- threadz 1 ---\n\n--- Thread 7f10 (name: main/123) stack: ---\n  0x1000 0x2001\n  0x3001\n\n\
                --- Thread 7f11 (name: pool/124) stack: ---\n  [same as previous thread]\n--- Thread 7f12 (name: b c/125) stack: ---\n 0x1000 PC\n\
                --- Memory map: ---\n  1000-4000: /bin/none\n";
    let profile = parse(text.as_bytes(), "x").expect("valid");
    assert_eq!(folded(&profile, 0), ["[none+0x2000];[none+0x1000];[none+0x0] 2", "[none+0x0] 1"]);
    let threads: Vec<_> = profile.threads.iter().map(|thread| (profile.strings.get(thread.name), thread.id)).collect();
    assert_eq!(threads, [("main", Some(123)), ("b c", Some(125))]);
}

#[test]
fn flaws_and_empty_ones() {
    let profile = parse(b"heap profile: 0: 0 [0: 0] @ heapprofile\n\nMAPPED_LIBRARIES:\n", "x.heap").expect("valid");
    assert_eq!((profile.samples.len(), profile.warnings.as_slice()), (0, ["The file holds no samples.".to_owned()].as_slice()));
    let profile = parse(b"heap profile: 1: 2 [1: 2] @ growthz\n1: 2 [1: 2] @ 0x10 what\nhello\n", "x").expect("valid");
    assert_eq!(
        profile.warnings,
        ["Line 2 has something else than addresses behind its counts.", "Line 3 is no sample of a heap profile and was left out.",]
    );
    assert_eq!(folded(&profile, 1), ["0xf 2"]);
    let profile = parse(b"threadcreate profile: total 2\n2 @ \n#\t0x0\n\n", "x").expect("valid");
    assert_eq!((profile.total(0), profile.sample_type(0)), (2, ("threadcreate", "count")));
}

#[test]
fn damaged_files() {
    let mut cpu = Vec::new();
    let packed = std::fs::File::open(kept("cpu.prof.gz")).expect("kept file");
    flate2::read::MultiGzDecoder::new(packed).read_to_end(&mut cpu).expect("gzip");
    cuts_and_flips(&cpu, "x.prof");
    for name in ["live.heap", "growth.heap", "go.heap", "go.mutex", "go.goroutine"] {
        cuts_and_flips(&std::fs::read(kept(name)).expect("kept file"), "x.txt");
    }
}
