//! callgrind and cachegrind, held against `callgrind_annotate` and `cg_annotate`.

use std::collections::{BTreeMap, HashSet};

use tachograph::profile::{Grouping, Groups, Profile, Top};

use super::{bytes, open, text};
use crate::profiles::{cuts_and_flips, folded, parse, sample_types, shared};

/// Rows of a table that `callgrind_annotate` or `cg_annotate` printed: costs by `file:function`.
fn printed(text: &str) -> (Vec<i64>, BTreeMap<String, Vec<i64>>) {
    let events = text.lines().find_map(|line| line.strip_prefix("Events shown:")).expect("events").split_whitespace().count();
    let (mut totals, mut rows, mut is_table) = (Vec::new(), BTreeMap::new(), false);
    for line in text.lines() {
        is_table |= line.contains("file:function");
        let Some((costs, name)) = costs(line, events) else { continue };
        if name == "PROGRAM TOTALS" {
            totals = costs;
        } else if is_table {
            let name = name.rfind(" [").filter(|_| name.ends_with(']')).map_or(name, |at| &name[..at]);
            let sums: &mut Vec<i64> = rows.entry(name.to_string()).or_insert_with(|| vec![0; events]);
            sums.iter_mut().zip(costs).for_each(|(sum, cost)| *sum += cost);
        }
    }
    (totals, rows)
}

/// `1,234 (12.3%)` or `.` for each event, then a name.
fn costs(line: &str, events: usize) -> Option<(Vec<i64>, &str)> {
    let (mut rest, mut costs) = (line.trim_start(), Vec::new());
    for _ in 0..events {
        let (word, behind) = rest.split_once(' ')?;
        costs.push(if word == "." { 0 } else { word.replace(',', "").parse().ok()? });
        rest = behind.trim_start();
        if rest.starts_with('(') && rest.split_once(')').is_some_and(|(inside, _)| inside.ends_with('%')) {
            rest = rest.split_once(')')?.1.trim_start();
        }
    }
    Some((costs, rest))
}

/// Self and total of each function by `file:function`, for each sample type.
fn ours(profile: &Profile) -> BTreeMap<String, (Vec<i64>, Vec<i64>)> {
    let groups = Groups::new(profile, Grouping::Name);
    let types = profile.sample_types.len();
    let mut rows = BTreeMap::new();
    for sample_type in 0..types {
        for row in Top::new(profile, &groups, sample_type).rows {
            let name = format!("{}:{}", profile.function_file(row.function), profile.function_name(row.function));
            let (own, total): &mut (Vec<i64>, Vec<i64>) = rows.entry(name).or_insert_with(|| (vec![0; types], vec![0; types]));
            own[sample_type] += row.self_value;
            total[sample_type] += row.total_value;
        }
    }
    rows
}

/// Functions that call themselves, directly or through others.
fn recursive(profile: &Profile) -> HashSet<String> {
    let edges = &profile.graph.as_ref().expect("a call graph").edges;
    let name = |row: u32| {
        let id = tachograph::profile::FunctionId(row);
        format!("{}:{}", profile.function_file(id), profile.function_name(id))
    };
    let mut callees = BTreeMap::<u32, Vec<u32>>::new();
    for (caller, callee) in edges.caller.iter().zip(&edges.callee) {
        callees.entry(caller.0).or_default().push(callee.0);
    }
    let mut found = HashSet::new();
    for &start in callees.keys() {
        let (mut open, mut seen) = (callees[&start].clone(), HashSet::new());
        while let Some(next) = open.pop() {
            if seen.insert(next) {
                open.extend(callees.get(&next).into_iter().flatten());
            }
        }
        if seen.contains(&start) {
            found.insert(name(start));
        }
    }
    found
}

/// Sum of the samples of each sample type.
fn sums(profile: &Profile) -> Vec<i64> {
    (0..profile.sample_types.len()).map(|row| profile.total(row)).collect()
}

/// Files that `callgrind_annotate` reads rightly.
const FILES: [&str; 6] = ["plain", "instr", "names", "recs", "callers", "threads"];

#[test]
fn every_function_as_callgrind_annotate_prints_it() {
    for name in FILES {
        let file = format!("callgrind.{name}.out");
        let profile = open(&file);
        compare(&profile, &file, name != "threads");
    }
}

/// Holds a profile against what was printed of a file. The tool takes the last part's sum for that of the program when there are several.
fn compare(profile: &Profile, file: &str, has_sums: bool) {
    let (ours, recursive) = (ours(profile), recursive(profile));
    let (totals, own) = printed(&text(&format!("{file}.self.txt")));
    let (_, inclusive) = printed(&text(&format!("{file}.inclusive.txt")));
    assert!(own.len() > 15 && inclusive.len() > 15, "{file}: {} and {}", own.len(), inclusive.len());
    if has_sums {
        assert_eq!(sums(profile), totals, "{file}");
    }
    for (function, costs) in &own {
        assert_eq!(&ours[function].0, costs, "{file}: self of {function}");
    }
    let mut exact = 0;
    for (function, costs) in &inclusive {
        let total = &ours[function].1;
        if recursive.contains(function) {
            // The tool counts a call within a call of the same function twice, and so shows more than all there is.
            assert!(total.iter().zip(costs).all(|(ours, theirs)| ours <= theirs), "{file}: {function} {total:?} {costs:?}");
            assert!(total.iter().zip(sums(profile)).all(|(ours, all)| *ours <= all), "{file}: {function} {total:?}");
        } else if function.ends_with("clone.S:clone") && !has_sums {
            // Called on one thread, where another begins: the tool leaves out what it is not called for.
            assert_eq!((costs[0], total[0]), (18, 18 + profile.thread_totals(0)[1]), "{file}");
        } else {
            assert_eq!(total, costs, "{file}: total of {function}");
            exact += 1;
        }
    }
    assert!(exact >= 15, "{file}: {exact}");
}

#[test]
fn a_file_of_several_parts_adds_up_to_the_same_program_in_one_part() {
    // The tool takes the cost of calls that a part did not begin (`calls=0`) for the caller's own, so it is not asked here.
    let profile = open("callgrind.parts.out");
    compare(&profile, "callgrind.names.out", true);
    assert_eq!((profile.threads.len(), profile.format.as_str()), (0, "callgrind"));
}

#[test]
fn threads_are_told_apart() {
    let profile = open("callgrind.threads.out");
    let of_file = text("callgrind.threads.out");
    let told: Vec<i64> =
        of_file.lines().filter_map(|line| line.strip_prefix("totals: ")).map(|sum| sum.parse().expect("sum")).collect();
    assert_eq!((profile.thread_totals(0), told.len()), (told, 2));
    let ids: Vec<_> = profile.threads.iter().map(|thread| (thread.id, thread.process_id.is_some())).collect();
    assert_eq!(ids, [(Some(1), true), (Some(2), true)]);
}

#[test]
fn every_function_as_cg_annotate_prints_it() {
    let profile = open("cachegrind.out");
    let (totals, own) = printed(&text("cachegrind.out.txt"));
    let ours = ours(&profile);
    assert_eq!((sums(&profile), own.len()), (totals, ours.len()));
    for (function, costs) in &own {
        assert_eq!(&ours[function], &(costs.clone(), costs.clone()), "{function}");
    }
    assert_eq!((profile.format.as_str(), profile.warnings.len()), ("cachegrind", 0));
    assert_eq!(&sample_types(&profile)[..3], [("Ir", "instructions"), ("I1mr", "count"), ("ILmr", "count")]);
}

#[test]
fn estimated_stacks_keep_what_each_function_and_line_took() {
    for name in FILES {
        let profile = open(&format!("callgrind.{name}.out"));
        let graph = profile.graph.as_ref().expect("a call graph");
        for sample_type in 0..profile.sample_types.len() {
            let mut own = vec![0; profile.functions.len()];
            for (stack, value) in profile.samples.iter(sample_type) {
                let leaf = profile.stacks.get(stack).last().expect("a leaf");
                own[profile.frames.function[leaf.0 as usize].0 as usize] += value;
            }
            assert_eq!(own, graph.own[sample_type], "{name}");
        }
    }
}

/// Own cost of each line of a file, as the lines of the text say.
fn by_line(text: &str, of: &str) -> BTreeMap<u32, i64> {
    let (mut lines, mut is_here, mut is_call) = (BTreeMap::new(), false, false);
    for line in text.lines() {
        match line.split_once('=') {
            Some(("fl" | "fi" | "fe", file)) => is_here = file == of,
            Some(("calls", _)) => is_call = true,
            None if line.starts_with(|letter: char| letter.is_ascii_digit()) && !std::mem::take(&mut is_call) && is_here => {
                let mut numbers = line.split(' ').map(|number| number.parse::<i64>().expect("a number"));
                let (line, cost) = (numbers.next().expect("a line"), numbers.next().unwrap_or(0));
                *lines.entry(line as u32).or_default() += cost;
            }
            _ => {}
        }
    }
    lines
}

#[test]
fn each_line_has_its_cost() {
    let profile = open("callgrind.names.out");
    for file in ["/tmp/v/work.cpp", "/tmp/v/mix.h"] {
        let mut lines = BTreeMap::new();
        for (stack, value) in profile.samples.iter(0) {
            let leaf = profile.stacks.get(stack).last().expect("a leaf").0 as usize;
            if profile.function_file(profile.frames.function[leaf]) == file {
                *lines.entry(profile.frames.line[leaf]).or_default() += value;
            }
        }
        assert_eq!(lines, by_line(&text("callgrind.names.out"), file), "{file}");
    }
}

#[test]
fn inlined_code_and_binaries_and_addresses_are_told() {
    let profile = open("callgrind.instr.out");
    let frames = &profile.frames;
    let of = |file: &str, name: &str| {
        let is = |row: &usize| {
            profile.function_file(frames.function[*row]) == file && profile.function_name(frames.function[*row]) == name
        };
        (0..frames.len()).filter(is).collect::<Vec<_>>()
    };
    let part = of("/tmp/v/mix.h", "sort(unsigned int)");
    assert!(!part.is_empty() && part.iter().all(|&row| frames.inlined[row]));
    let whole = of("/tmp/v/work.cpp", "sort(unsigned int)");
    assert!(whole.iter().all(|&row| !frames.inlined[row]) && whole.iter().any(|&row| frames.address[row] > 0x1000));
    let binary = |row: usize| profile.strings.get(profile.mappings[frames.mapping[row].0 as usize].file);
    assert!(part.iter().chain(&whole).all(|&row| binary(row) == "/tmp/v/work"));
    let told = ["Written by callgrind-", "Command: ./work", "Timerange: Basic block ", "Trigger: Program termination"];
    assert!(profile.comments.iter().zip(told).all(|(comment, told)| comment.starts_with(told)) && profile.comments.len() == 4);
    // The part is below the function that it was inlined into.
    let lines = folded(&profile, 0);
    assert!(lines.iter().any(|line| line.contains(";run(unsigned int);sort(unsigned int);sort(unsigned int) ")), "{lines:#?}");
}

#[test]
fn a_file_of_xdebug_has_its_units() {
    let Some(path) = shared("callgrind-multi.out") else { return };
    let profile = crate::profiles::open(&path);
    crate::profiles::check(&profile);
    assert_eq!(sample_types(&profile), [("Time", "nanoseconds"), ("Memory", "bytes")]);
    // `callgrind_annotate --inclusive=yes` prints 820, 400 and 700, in units of 10 ns.
    let rows = ours(&profile);
    let row = |name: &str| rows[name].clone();
    assert_eq!(row("file1.c:main"), (vec![200, 15_000], vec![8_200, 38_000]));
    assert_eq!(row("file1.c:func1"), (vec![1_000, 15_000], vec![4_000, 20_000]));
    assert_eq!(row("file2.c:func2"), (vec![7_000, 8_000], vec![7_000, 8_000]));
    assert_eq!(sums(&profile), [8_200, 38_000]);
    let older = good("version: 1\ncreator: xdebug 2.9.0\ncmd: x\npositions: line\nevents: Time Memory\nfl=a.php\nfn=main\n1 5 6\n");
    assert_eq!(sample_types(&older), [("Time", "microseconds"), ("Memory", "bytes")]);
    assert_eq!(profile.comments, ["Written by xdebug 3.0.2 (PHP 7.4.14)", "Command: /var/www/html/index.php"]);
}

#[test]
fn what_go_makes_of_a_profile_has_the_same_figures_as_go_prints() {
    let profile = open("callgrind.go.out");
    let printed = std::fs::read_to_string(crate::profiles::data("go-cpu.cpu.top.txt")).expect("reference");
    let number = |text: &str| text.trim_end_matches("ns").parse::<i64>().expect("a number");
    let mut selfs = BTreeMap::<String, i64>::new();
    for row in Top::new(&profile, &Groups::new(&profile, Grouping::Name), 0).rows {
        *selfs.entry(profile.function_name(row.function).to_owned()).or_default() += row.self_value;
    }
    let mut rows = 0;
    for line in printed.lines().skip_while(|line| !line.trim_start().starts_with("flat ")).skip(1) {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let name = fields[5..].join(" ").replace(" (inline)", "").replace(" (partial-inline)", "");
        assert_eq!(selfs[&name], number(fields[0]), "{name}");
        rows += 1;
    }
    assert!(rows > 20 && profile.mappings.len() == 1, "{rows}");
    assert_eq!(sample_types(&profile), [("cpu", "nanoseconds")]);
}

fn good(text: &str) -> Profile {
    let profile = parse(text.as_bytes(), "x").unwrap_or_else(|error| panic!("{error}"));
    crate::profiles::check(&profile);
    profile
}

#[test]
fn every_way_to_write_the_same() {
    let text = "version: 1\npositions: instr line\nevents: Ir Dr\nevent: Sum = Ir + 2 Dr : everything\n\
                fl=(1) a.c\nfn=(1) main\n0x10 5 0x0a 2\n+4 * 1\n+0x4 +1 3\njcnd=2/3 +8 -1\n* *\n\
                cob=(9) lib.so\ncfi=(2) b.c\ncfn=(2) f\ncalls=2 0x90 3\n* * 40 4\n\n\
                ob=(9)\nfl=(2)\nfn=(2)\n0x90 3 40 4\ntotals: 54 6\n";
    let profile = good(text);
    let rows = ours(&profile);
    assert_eq!(rows["a.c:main"], (vec![14, 2, 18], vec![54, 6, 66]));
    assert_eq!(rows["b.c:f"], (vec![40, 4, 48], vec![40, 4, 48]));
    assert_eq!(sample_types(&profile)[2], ("Sum", "count"));
    assert_eq!((profile.warnings.len(), profile.comments.join("/")), (0, "Sum: everything".into()), "{:?}", profile.warnings);
    let lines: Vec<(u32, u64)> = profile.frames.line.iter().copied().zip(profile.frames.address.iter().copied()).collect();
    for place in [(5, 0x10), (5, 0x14), (6, 0x18), (3, 0x90)] {
        assert!(lines.contains(&place), "{place:?} {lines:?}");
    }
}

#[test]
fn odd_files_are_read_as_far_as_they_go() {
    let profile =
        good("events: Ir\n1 1\nfn=(3)\n2 5 9\n3 99999999999999999999\n4 x\nwhat is this\ncalls=1 2\n5 6\nfn=g\n+1 7\ntotals: 3\n");
    let lines = [
        "Line 2 has costs before any function began, which were left out.",
        "Line 3 has the number of a name that was not told before; the number is shown instead.",
        "Line 5 has a cost beyond 9.2 × 10^18, which was cut to that.",
        "Line 4 has a cost that is no number or one too many; it was left out (and one more line like it).",
        "Line 8 has calls of no function or no count of them; what they took was left out.",
        "Line 7 is of a kind that is not known and was left out.",
        "Line 12 has a sum that differs from what the lines before it add up to; the lines are believed.",
    ];
    for line in lines {
        assert!(profile.warnings.iter().any(|warning| warning == line), "{line} in {:#?}", profile.warnings);
    }
    assert_eq!(folded(&profile, 0), ["(3) 5", "(3) 9223372036854775807", "g 7"]);
}

#[test]
fn empty_ones_and_ones_without_events_and_later_versions() {
    let profile = good("# callgrind format\nevents: Ir\n");
    assert_eq!((profile.samples.len(), &profile.warnings[..]), (0, &["The file holds no samples.".to_owned()][..]));
    for (text, message) in [
        ("# callgrind format\nversion: 1\nfn=main\n1 2\n", "x is damaged at line 4: no line “events:” says what was measured"),
        (
            "# callgrind format\nversion: 2\nevents: Ir\n",
            "x is damaged at line 2: it is of a later version than 1, which is not known",
        ),
    ] {
        assert_eq!(parse(text.as_bytes(), "x").expect_err("bad").to_string(), message);
    }
    let many: String = (0..99).map(|n| format!(" e{n}")).collect();
    let error = parse(format!("events:{many}\n").as_bytes(), "x").expect_err("too many").to_string();
    assert_eq!(error, "x is damaged at line 1: it names more than 64 events");
}

#[test]
fn cut_and_damaged_files_do_no_harm() {
    for name in ["callgrind.recs.out", "callgrind.instr.out", "cachegrind.out", "callgrind.threads.out"] {
        let bytes = bytes(name);
        cuts_and_flips(&bytes[..bytes.len().min(10_000)], name);
    }
}

#[test]
fn what_asks_for_too_much_is_refused_or_small() {
    // Names with huge numbers, many threads, many functions in many threads.
    let mut text = String::from("events: Ir\n");
    for n in 0..20_000_u64 {
        text += &format!("thread: {n}\nfn=({}) f{n}\n1 1\n", n * 0x1_0000_0001);
    }
    let profile = good(&text);
    assert_eq!((profile.total(0), profile.threads.len()), (20_000, 20_000));
    let wide = format!("events: {}\n", (0..64).map(|n| format!("e{n} ")).collect::<String>());
    let rows: String = (0..400_000).map(|n| format!("fn=f{n}\n{n} 1\n")).collect();
    let error = parse((wide + &rows).as_bytes(), "x").expect_err("64 × 400,000 values are too many").to_string();
    assert!(error.contains("too large"), "{error}");
}
