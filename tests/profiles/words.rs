//! What is said of profiles in words. Every rule has a profile that triggers it and one that must not: recorded from real programs,
//! and beside them a few lines of folded stacks, written by hand, at the edges of a rule.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

use crate::profiles::{data, open, parse, shared};
use tachograph::jobs::{Cancel, Progress};
use tachograph::operations::{Finding, ProfileView, Severity};
use tachograph::profile::words::{Change, Comparison, Place, Rule, Verdict, comparison_findings};
use tachograph::profile::{Grouping, Groups, Profile, Top, words};

/// Where a profile comes from.
#[derive(Clone, Copy, Debug)]
enum Source {
    /// A file of `tests/data/profiles`, recorded from a program.
    Real(&'static str),
    /// The same, another sample type than the first shown.
    Type(&'static str, &'static str),
    /// A file of others that is not everywhere.
    Shared(&'static str),
    /// Folded stacks, written by hand.
    Crafted(&'static str),
}
use Source::{Crafted, Real, Shared, Type};

const SAMPLE: Source = Real("../../../assets/samples/sample.pb.gz");
const GO_JSON: Source = Real("words/go-json.pb.gz");
const GO_SORT: Source = Real("words/go-sort.pb.gz");
const GO_CLOCK: Source = Real("words/go-clock.pb.gz");

/// Each rule, what triggers it, what must not.
const RULES: &[(Rule, &[Source], &[Source])] = &[
    (Rule::HotPath, &[Real("js/node.cpuprofile.gz"), Real("php/xhprof.json")], &[Crafted("a;b 40\nc;d 40\ne;f 40\n")]),
    (Rule::SelfHeavy, &[Real("perf/kernel.data.gz"), Real("js/devtools.json.gz")], &[SAMPLE]),
    (
        Rule::Allocation,
        &[Real("words/go-tree.pb.gz"), Crafted("main;load;malloc;_int_malloc 30\nmain;run 70\n")],
        &[GO_SORT, Crafted("main;load;malloc 9\nmain;run 91\n")],
    ),
    (
        Rule::GarbageCollection,
        &[Real("words/node-gc.cpuprofile.gz"), Shared("sucrase.cpuprofile")],
        &[Real("js/node.cpuprofile.gz"), GO_SORT],
    ),
    (Rule::Growing, &[Real("jvm/jfr.jfr.gz"), Real("valgrind/dhat.rust.json")], &[GO_SORT]),
    (Rule::Locks, &[Real("words/go-lock.pb.gz"), Real("gperftools/go.mutex")], &[GO_CLOCK, Real("jvm/ap-cpu.jfr.gz")]),
    (Rule::Serialisation, &[GO_JSON], &[Real("words/go-regex.pb.gz"), Crafted("main;jsonify 60\nmain;run 60\n")]),
    (Rule::Regex, &[Real("words/go-regex.pb.gz")], &[GO_JSON]),
    (Rule::Formatting, &[Real("words/go-print.pb.gz")], &[GO_CLOCK]),
    (Rule::Hashing, &[SAMPLE], &[GO_SORT]),
    (
        Rule::Copying,
        &[Real("words/python-copy.prof"), Crafted("main;pack;__memmove_avx_unaligned_erms 30\nmain;run 90\n")],
        &[Real("words/python-log.prof")],
    ),
    (Rule::Sorting, &[GO_SORT, Real("valgrind/callgrind.plain.out")], &[GO_CLOCK]),
    (
        Rule::InputOutput,
        &[Shared("vertx.folded"), Crafted("main;save;std::fs::write;__write 30\nmain;run 90\n")],
        &[GO_SORT, Crafted("main.py:1;read (shop.py:3) 90\nmain.py:1;run (shop.py:9) 30\n")],
    ),
    (Rule::Compression, &[SAMPLE], &[GO_JSON]),
    (Rule::Cryptography, &[Real("words/go-sign.pb.gz")], &[GO_JSON]),
    (Rule::Clock, &[GO_CLOCK], &[GO_SORT]),
    (
        Rule::Logging,
        &[Real("words/python-log.prof")],
        &[Real("words/python-copy.prof"), Crafted("main;math.log 60\nmain;run 60\n")],
    ),
    (Rule::Exceptions, &[Real("words/go-panic.pb.gz"), Real("words/perf-plain-throw.script.txt.gz")], &[GO_JSON]),
    (Rule::Compiling, &[Real("jvm/ap-cpu.jfr.gz")], &[Shared("vertx.folded"), GO_JSON]),
    (Rule::Loading, &[Real("valgrind/callgrind.threads.out.gz"), Real("austin/cpu.austin.gz")], &[GO_SORT]),
    (Rule::Scheduling, &[Real("words/go-hand.pb.gz")], &[GO_SORT]),
    (
        Rule::PageFaults,
        &[Real("words/perf-plain-touch.script.txt.gz")],
        &[Real("perf/kernel.data.gz"), Real("words/perf-plain-throw.script.txt.gz")],
    ),
    (Rule::Kernel, &[Shared("forks.perf.txt"), Crafted("main;work;f_[k];g_[k] 60\nmain;run 60\n")], &[Real("perf/kernel.data.gz")]),
    (Rule::Idle, &[Real("jvm/ap-wall.jfr.gz"), Real("js/viztracer.json.gz")], &[GO_JSON, Real("jvm/ap-cpu.jfr.gz")]),
    (
        Rule::Recursion,
        &[Real("gperftools/cpu.prof.gz"), Real("speedscope/py-spy.speedscope.json.gz")],
        &[SAMPLE, Crafted("m;f;f;f;f;f;f;f 120\n")],
    ),
    (Rule::OneThread, &[Real("austin/cpu.austin.gz")], &[Real("perf/kernel.data.gz"), GO_JSON]),
    (
        Rule::DebugBuild,
        &[
            Shared("rust-mangled.perf.txt"),
            Crafted("main;std::vector<int>::size 20\nmain;std::forward<int&> 20\nmain;std::get<0ul> 20\nmain;run 60\n"),
        ],
        &[Real("perf/kernel.data.gz"), Crafted("main;std::map<int, int>::operator[] 60\nmain;run 60\n")],
    ),
    (
        Rule::CheckedBuild,
        &[Real("words/perf-asan-words.script.txt.gz"), Real("words/perf-tsan-words.script.txt.gz")],
        &[Real("words/go-lock.pb.gz"), Real("words/perf-plain-throw.script.txt.gz")],
    ),
    (Rule::Nameless, &[Real("web/firefox.gecko.json.gz"), Shared("ls.firefox.json")], &[GO_JSON, Real("gperftools/go.block")]),
    (Rule::Samples, &[Real("perf/jit.data.gz"), SAMPLE], &[Real("python/cprofile-3.11.prof"), Real("jvm/ap-alloc.folded.gz")]),
    (Rule::Memory, &[Real("go-heap.pb.gz"), Type("go-heap.pb.gz", "alloc_space"), Real("valgrind/massif.instr.out")], &[SAMPLE]),
    (Rule::SmallObjects, &[Type("go-heap.pb.gz", "alloc_space")], &[Real("gperftools/live.heap"), Real("go-heap.pb.gz")]),
    (Rule::ShortLived, &[Type("go-heap.pb.gz", "alloc_space")], &[Type("gperftools/live.heap", "alloc_space")]),
    (Rule::Growth, &[Real("python/memory.dat"), Real("valgrind/massif.pages.out")], &[Real("valgrind/massif.instr.out"), GO_JSON]),
];

fn path(name: &str) -> PathBuf {
    data(name)
}

fn view(from: Source) -> Option<ProfileView> {
    let (profile, wanted) = match from {
        Real(name) => (open(&path(name)), None),
        Type(name, wanted) => (open(&path(name)), Some(wanted)),
        Shared(name) => (open(&shared(name)?), None),
        Crafted(text) => (parse(text.as_bytes(), "crafted.folded").expect("folded stacks"), None),
    };
    let row = wanted.map(|wanted| profile.sample_type_named(wanted).expect("the sample type"));
    Some(seen(profile.into(), row))
}

fn seen(profile: Arc<Profile>, sample_type: Option<usize>) -> ProfileView {
    ProfileView::new(profile, sample_type, false, &Cancel::new(), &Progress::new()).expect("not cancelled")
}

fn texts(view: &ProfileView) -> Vec<String> {
    view.findings().iter().map(|found| format!("{}: {}", found.rule.id(), found.text)).collect()
}

#[test]
fn every_rule_is_triggered_and_is_not() {
    let mut faults = Vec::new();
    for (rule, yes, no) in RULES {
        for (from, wanted) in yes.iter().map(|from| (from, true)).chain(no.iter().map(|from| (from, false))) {
            let Some(view) = view(*from) else { continue };
            if view.findings().iter().any(|found| found.rule == *rule) != wanted {
                faults.push(format!("{} {wanted} of {from:?}: {:#?}", rule.id(), texts(&view)));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_rule_of_a_profile_is_in_the_table() {
    let told: HashSet<Rule> = RULES.iter().map(|(rule, _, _)| *rule).collect();
    assert_eq!(told.len(), RULES.len(), "one row each");
    assert_eq!(told.len(), 34);
}

/// Every file that is here, and every sample type.
#[test]
fn findings_of_all_files_are_sound() {
    let folders = std::fs::read_dir(data("")).expect("the folder").map(|entry| entry.expect("an entry").path());
    let mut files: Vec<PathBuf> = folders.flat_map(|path| if path.is_dir() { list(&path) } else { vec![path] }).collect();
    files.sort();
    let mut count = 0;
    for file in &files {
        let limits = tachograph::profile::Limits::default();
        let Ok(profile) = tachograph::profile::read::read_file(file, &Cancel::new(), &Progress::new(), &limits) else { continue };
        count += 1;
        let profile = Arc::new(profile);
        for row in 0..profile.sample_types.len().min(6) {
            check(&seen(Arc::clone(&profile), Some(row)), &file.display().to_string());
        }
    }
    assert!(count > 80, "{count}");
}

fn list(folder: &std::path::Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_file())
        .collect()
}

fn check(view: &ProfileView, name: &str) {
    let found = view.findings();
    let rules: HashSet<Rule> = found.iter().map(|found| found.rule).collect();
    assert!(rules.len() == found.len() && found.len() <= 8, "{name}: {:#?}", texts(view));
    let severities: Vec<Severity> = found.iter().map(|found| found.severity).collect();
    assert!(severities.windows(2).all(|pair| pair[0] >= pair[1]), "{name}: {severities:?}");
    for Finding { text, places, .. } in found {
        assert!(text.ends_with('.') && !text.contains("  ") && !text.contains("NaN") && !text.contains("inf %"), "{name}: {text}");
        for place in places {
            assert!(place.percent.is_finite() && place.percent >= 0.0, "{name}: {text}");
            match place.place {
                Place::Function(group) => assert!((group.0 as usize) < view.groups.len(), "{name}: {text}"),
                Place::Thread(thread) => assert!((thread.0 as usize) < view.profile.threads.len(), "{name}: {text}"),
                Place::Row(_) => panic!("{name}: a row of no table"),
            }
        }
    }
}

/// What somebody who reads the tables would say; each was compared with the top table by self and by total.
#[test]
fn ten_real_files_say_what_their_tables_say() {
    let expected: &[(Source, &[&str])] = &[
        (
            SAMPLE,
            &[
                "compression: Compression takes 47.6 % of the time, mostly in compress/gzip.(*Writer).Write; mostly called from main.store (43.2 %).",
                "serialisation: Serialisation (JSON, XML and their like) takes 30.0 % of the time",
                "hashing: Hashing (hash tables and checksums) takes 11.5 % of the time, mostly in crypto/sha256.Sum256",
            ],
        ),
        (
            Real("js/node.cpuprofile.gz"),
            &[
                "self-heavy: Three functions take 78.6 % of the time themselves: round 43.4 %, sorted 23.9 %, (anonymous program.js:15) 11.3 %.",
            ],
        ),
        (
            Real("jvm/ap-cpu.jfr.gz"),
            &[
                "self-heavy: Work.spin itself takes 38.2 % of all samples",
                "compiling: Compiling code while it runs takes 21.4 % of all samples",
                "recursion: Work.even calls itself",
            ],
        ),
        (Real("jvm/ap-wall.jfr.gz"), &["idle: The program mostly waits for work or sleeps: 89.8 %", "locks: Taking locks"]),
        (Shared("vertx.folded"), &["input-output: Input and output (files, connections, databases) takes 38.2 % of all samples"]),
        (Shared("sucrase.cpuprofile"), &["garbage-collection: Garbage collection takes 15.7 % of the time"]),
        (Shared("rust-mangled.perf.txt"), &["debug-build: This looks like a debug build: "]),
        (
            Real("valgrind/callgrind.plain.out"),
            &["sorting: Sorting takes about 78 % of all Ir, mostly in qsort; mostly called from sort(unsigned int) (about 78 %)."],
        ),
        (
            Type("go-heap.pb.gz", "alloc_space"),
            &[
                "memory: main.sorting allocates 94.1 % of the memory (73.99 MB).",
                "short-lived: Most of it does not live long: of 78.66 MB",
            ],
        ),
        (Real("python/memory.dat"), &["growth: Memory rose from 2.20 MB to 32.31 MB and did not come down again"]),
        (Real("web/firefox.gecko.json.gz"), &["nameless: 94.6 % is in functions whose names are not known, mostly in libc.so.6."]),
    ];
    for (from, sentences) in expected {
        let Some(view) = view(*from) else { continue };
        let said = texts(&view);
        for sentence in *sentences {
            assert!(said.iter().any(|said| said.contains(sentence)), "{from:?}: {sentence}\n{said:#?}");
        }
    }
}

#[test]
fn a_cancelled_look_ends() {
    let profile = open(&data("go-cpu.pb.gz"));
    let groups = Groups::new(&profile, Grouping::Name);
    let top = Top::new(&profile, &groups, 0);
    let cancel = Cancel::new();
    cancel.cancel();
    assert!(words::findings(&profile, &groups, &top, 0, &cancel).is_err());
}

#[test]
fn a_very_deep_stack_and_a_difference_do_no_harm() {
    let deep = "f;".repeat(300_000) + "g 200\n";
    let view = seen(parse(deep.as_bytes(), "deep.folded").expect("folded stacks").into(), None);
    assert!(texts(&view).iter().any(|text| text.starts_with("recursion: f calls itself")), "{:?}", texts(&view));
    let mut profile = parse(b"main;malloc 300\nmain;free 200\n", "a.folded").expect("folded stacks");
    profile.samples.values[0][1] = -200;
    check(&seen(profile.into(), None), "a difference");
}

#[test]
fn shares_of_a_program_that_waits_are_of_the_rest() {
    let view = view(Crafted("main;poll 900\nmain;run;json_parse 50\nmain;run;work 50\n")).expect("crafted");
    let said = texts(&view);
    assert!(said.iter().any(|text| text.contains("takes 50.0 % of all samples that are not waiting")), "{said:#?}");
}

fn row(before: f64, after: f64, verdict: Verdict) -> Change {
    Change { self_before: before, self_after: after, total_before: before, total_after: after, verdict }
}

#[test]
fn a_comparison_says_what_changed_and_whether_it_matters() {
    let rows = [
        row(10e9, 14e9, Verdict::Real),
        row(10e9, 10.5e9, Verdict::Noise),
        row(20e9, 15e9, Verdict::Real),
        row(0.0, 3e9, Verdict::Unknown),
        row(2e9, 0.0, Verdict::Unknown),
    ];
    let whole =
        Comparison { unit: "nanoseconds", before: 42e9, after: 42.5e9, normalised: false, verdict: Verdict::Real, rows: &rows };
    let said: Vec<String> = comparison_findings(&whole)
        .iter()
        .map(|found| {
            let name = |place| match place {
                Place::Row(row) => format!("f{row}"),
                _ => panic!("{place:?}"),
            };
            format!("{:?}: {}", found.rule, found.text.plain(name))
        })
        .collect();
    assert_eq!(
        said,
        [
            "Change: The whole went from 42.00 s to 42.50 s: 1.2 % more.",
            "Worse: These take more themselves: f0 +4.00 s (+9.5 % of the whole). That is more than chance.",
            "New: New: f3 +3.00 s (+7.1 % of the whole).",
            "Better: These take less themselves: f2 −5.00 s (−11.9 % of the whole). That is more than chance.",
            "Gone: Gone: f4 −2.00 s (−4.8 % of the whole).",
        ]
    );
    let noise = [row(10e9, 10.5e9, Verdict::Noise)];
    let whole = Comparison { rows: &noise, before: 10e9, after: 10.5e9, verdict: Verdict::Noise, ..whole };
    let rules: Vec<Rule> = comparison_findings(&whole).iter().map(|found| found.rule).collect();
    assert_eq!(rules, [Rule::Change, Rule::Unchanged]);
    let nothing = Comparison { before: 0.0, after: 0.0, rows: &[], ..whole };
    assert!(comparison_findings(&nothing).is_empty());
}
