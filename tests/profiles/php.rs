//! XHProf of PHP, against what its own library adds up.

use std::collections::BTreeMap;

use crate::profiles::{check, cuts_and_flips, data, open, parse, sample_types, top};

/// Calls, and inclusive and exclusive figures of the four kinds, by function.
fn reference() -> BTreeMap<String, (u64, Vec<(i64, i64)>)> {
    let text = std::fs::read_to_string(data("php/xhprof.top.txt")).expect("beside the profile");
    let rows = text.lines().map(|line| {
        let fields: Vec<_> = line.split('\t').collect();
        let number = |at: usize| fields[at].parse::<i64>().expect("a number");
        let kinds = [3, 5, 7, 9].map(|at| (number(at), number(at + 1))).to_vec();
        (fields[0].to_owned(), (fields[1].parse().expect("calls"), kinds))
    });
    rows.collect()
}

#[test]
fn every_figure_as_the_library_of_xhprof_adds_it_up() {
    for name in ["xhprof.json", "xhprof.ser"] {
        let profile = open(&data("php").join(name));
        check(&profile);
        let kinds = [("wall", "nanoseconds"), ("cpu", "nanoseconds"), ("memory", "bytes"), ("peak memory", "bytes")];
        assert_eq!(sample_types(&profile), kinds);
        let expected = reference();
        assert!(expected.len() > 20);
        assert_eq!(profile.functions.len(), expected.len());
        let graph = profile.graph.as_ref().expect("calls");
        for (row, &function) in profile.functions.name.iter().enumerate() {
            let (calls, figures) = &expected[profile.strings.get(function)];
            assert_eq!(graph.calls[row], *calls);
            for (kind, &(total, own)) in figures.iter().enumerate() {
                let factor = if kind < 2 { 1000 } else { 1 };
                assert_eq!((graph.own[kind][row], graph.total[kind][row]), (own * factor, total * factor), "{name} {kind}");
            }
        }
        for kind in 0..4 {
            let rows = top(&profile, kind);
            let known = |row: &(i64, i64, String)| {
                let (total, own) = expected[&row.2].1[kind];
                let factor = if kind < 2 { 1000 } else { 1 };
                (row.0, row.1) == (own * factor, total * factor)
            };
            assert!(rows.iter().take(20).all(known), "{name} {kind}");
        }
    }
}

#[test]
fn a_function_that_calls_itself_without_numbers_counts_once() {
    let text = r#"{"main()": {"ct": 1, "wt": 10}, "main()==>f": {"ct": 1, "wt": 8}, "f==>f": {"ct": 3, "wt": 6}, "x": 5, "f==>": {"ct": "2", "wt": -1}}"#;
    let profile = parse(text.as_bytes(), "x").expect("XHProf");
    assert_eq!(sample_types(&profile), [("wall", "nanoseconds")]);
    let rows = top(&profile, 0);
    assert_eq!(rows, [(9000, 8000, "f".into()), (2000, 10_000, "main()".into()), (-1000, -1000, "<unknown>".into())]);
    let graph = profile.graph.as_ref().expect("calls");
    assert_eq!(graph.calls, [1, 4, 0, 2]);
    assert!(profile.warnings[0].contains("is no list of what calls took"), "{:?}", profile.warnings);
}

#[test]
fn damaged_files_do_no_harm() {
    for name in ["xhprof.json", "xhprof.ser"] {
        cuts_and_flips(&std::fs::read(data("php").join(name)).expect("there"), name);
    }
    for (text, message) in [
        (
            "a:1:{s:6:\"main()\";a:2:{s:2:\"ct\";i:1;s:2:\"wt\";O:3:\"abc\":0:{}}}",
            "x is damaged at byte 45: something else stands where a number should be",
        ),
        (
            "a:1:{s:6:\"main()\";a:2:{s:2:\"ct\";i:1;s:99999999999999999999:\"",
            "x is damaged at byte 60: the data ends there, where a text of the length told should be",
        ),
    ] {
        let error = parse(text.as_bytes(), "x").expect_err("damaged");
        assert_eq!(error.to_string(), message);
    }
}
