//! DHAT, held against a reckoning of `dhat_top.py` from the JSON alone, and against the sums that DHAT itself prints.

use std::collections::BTreeMap;

use super::{bytes, open, text};
use crate::profiles::{cuts_and_flips, folded, parse, sample_type, sample_types, top};

/// Sum of each key, and self and total by function.
type Printed = BTreeMap<String, (i64, BTreeMap<String, (i64, i64)>)>;

fn printed(text: &str) -> Printed {
    let mut keys = Printed::new();
    let mut last = String::new();
    for line in text.lines() {
        if let Some((key, sum)) = line.strip_prefix("# ").and_then(|line| line.split_once(' ')) {
            last = key.to_owned();
            keys.insert(last.clone(), (sum.parse().expect("a sum"), BTreeMap::new()));
            continue;
        }
        let fields: Vec<&str> = line.splitn(3, '\t').collect();
        let [own, total, name] = fields[..] else { panic!("{line}") };
        let figures = (own.parse().expect("a number"), total.parse().expect("a number"));
        keys.get_mut(&last).expect("a key").1.insert(name.to_owned(), figures);
    }
    keys
}

/// Our names of the keys, in the order of the sample types.
const NAMES: [(&str, &str); 11] = [
    ("tb", "total"),
    ("tbk", "total_blocks"),
    ("gb", "peak"),
    ("gbk", "peak_blocks"),
    ("eb", "end"),
    ("ebk", "end_blocks"),
    ("mb", "largest"),
    ("mbk", "largest_blocks"),
    ("rb", "reads"),
    ("wb", "writes"),
    ("tl", "lifetimes"),
];

#[test]
fn every_function_as_reckoned_from_the_json() {
    for (file, blocks) in
        [("dhat.heap.json", "blocks"), ("dhat.copy.json", "blocks"), ("dhat.ad-hoc.json", "events"), ("dhat.rust.json", "blocks")]
    {
        let (profile, keys) = (open(file), printed(&text(&format!("{file}.txt"))));
        assert_eq!(profile.sample_types.len(), keys.len(), "{file}");
        for (key, (sum, functions)) in keys {
            let name = NAMES.iter().find(|(known, _)| *known == key).expect("a key").1.replace("blocks", blocks);
            let row = sample_type(&profile, &name);
            assert_eq!(profile.total(row), sum, "{file} {key}");
            // Code without a name is told apart by its library here, so it is put together again.
            let mut ours = BTreeMap::<String, (i64, i64)>::new();
            for (own, total, name) in top(&profile, row).into_iter().filter(|(.., name)| !name.starts_with("???")) {
                ours.insert(name, (own, total));
            }
            let known: BTreeMap<String, (i64, i64)> =
                functions.into_iter().filter(|(name, figures)| *figures != (0, 0) && name != "???").collect();
            assert_eq!(ours, known, "{file} {key}");
        }
        assert_eq!(profile.warnings, [""; 0], "{file}");
    }
}

#[test]
fn sums_as_dhat_printed_them_at_the_end_of_the_run() {
    let profile = open("dhat.heap.json");
    let number = |text: &str| text.replace(',', "").parse::<i64>().expect("a number");
    let mut seen = 0;
    for line in text("dhat.heap.run.txt").lines() {
        let words: Vec<&str> = line.split_whitespace().skip(1).collect();
        let (names, at): (&[&str], usize) = match words[..] {
            ["Total:", ..] => (&["total", "total_blocks"], 1),
            ["At", "t-gmax:", ..] => (&["peak", "peak_blocks"], 2),
            ["At", "t-end:", ..] => (&["end", "end_blocks"], 2),
            ["Reads:", ..] => (&["reads"], 1),
            ["Writes:", ..] => (&["writes"], 1),
            _ => continue,
        };
        for (nth, name) in names.iter().enumerate() {
            assert_eq!(profile.total(sample_type(&profile, name)), number(words[at + nth * 3]), "{line}");
            seen += 1;
        }
    }
    assert_eq!(seen, 8);
}

#[test]
fn units_and_times_of_each_mode() {
    let heap = open("dhat.heap.json");
    assert_eq!(
        (sample_types(&heap)[0], sample_types(&heap)[1], sample_types(&heap)[10]),
        (("total", "bytes"), ("total_blocks", "count"), ("lifetimes", "instrs"))
    );
    assert_eq!((heap.duration_ns, &heap.comments[..2]), (None, &["Mode: heap".to_owned(), "Command: ./heap".to_owned()][..]));
    assert_eq!(sample_types(&open("dhat.copy.json")), [("total", "bytes"), ("total_blocks", "count")]);
    assert_eq!(sample_types(&open("dhat.ad-hoc.json")), [("total", "units"), ("total_events", "count")]);
    let rust = open("dhat.rust.json");
    assert_eq!(sample_types(&rust)[8], ("lifetimes", "microseconds"));
    assert!(rust.duration_ns.is_some_and(|ns| ns > 1000));
}

#[test]
fn inlined_calls_binaries_and_lines() {
    let profile = open("dhat.heap.json");
    let frames = &profile.frames;
    let of = |name: &str| (0..frames.len()).find(|&row| profile.function_name(frames.function[row]) == name).expect(name);
    let (inlined, grow) = (of("operator()"), of("grow()"));
    assert!(frames.inlined[inlined] && !frames.inlined[grow] && frames.line[grow] > 20 && frames.address[grow] > 0x1000);
    assert_eq!(profile.function_file(frames.function[grow]), "heap.cpp");
    let malloc = profile.mappings[frames.mapping[of("malloc")].0 as usize];
    assert!(profile.strings.get(malloc.file).contains("vgpreload_dhat"));
    let rust = open("dhat.rust.json");
    assert!(rust.frames.inlined.iter().any(|&inlined| inlined) && rust.frames.line.iter().any(|&line| line > 0));
}

#[test]
fn odd_files() {
    let head = r#"{"dhatFileVersion":2,"mode":"heap","verb":"Allocated","bklt":true,"tu":"s","te":5,"#;
    let text = format!(
        r#"{head}"ftbl":["[root]","0x1: f (a.rs:3:4)","0x1: g (a.rs:9:1)"],"pps":[{{"tb":-5,"fs":[1,2,2,1]}},{{"tb":7,"tbk":1,"fs":[9]}},{{"fs":[]}},3]}}"#
    );
    let profile = parse(text.as_bytes(), "x").expect("valid");
    crate::profiles::check(&profile);
    assert_eq!(folded(&profile, 0), ["f;g;g;f -5", "??? 7", "??? 0"]);
    assert_eq!(top(&profile, 0)[1], (-5, -5, "f".to_owned()));
    assert_eq!(profile.warnings, ["Some places are not in the file's table of places; they are shown as “???”."]);
    let empty = parse(format!(r#"{head}"pps":[],"ftbl":["[root]"]}}"#).as_bytes(), "x").expect("valid");
    assert_eq!((empty.samples.len(), &empty.warnings[..]), (0, &["The file holds no samples.".to_owned()][..]));
    let later = parse(br#"{"dhatFileVersion":3}"#, "x").expect_err("later").to_string();
    assert_eq!(later, "x is damaged at byte 20: it is of version 3, but only versions up to 2 are known");
    let whole = bytes("dhat.heap.json");
    let cut = parse(&whole[..whole.len() - 700], "x").expect("what is there");
    assert!(
        cut.warnings[0].starts_with("x is damaged at byte ") && cut.warnings[0].ends_with("What stands before is shown."),
        "{:?}",
        cut.warnings
    );
    assert!(parse(&whole[..whole.len() / 4], "x").expect_err("no names").to_string().contains("cut off"));
}

#[test]
fn cut_and_damaged_files_do_no_harm() {
    for name in ["dhat.heap.json", "dhat.copy.json", "dhat.ad-hoc.json", "dhat.rust.json"] {
        cuts_and_flips(&bytes(name), name);
    }
}
