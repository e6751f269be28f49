//! What Python's profilers write, against what their own readers print of it.

use std::collections::BTreeMap;

use crate::profiles::{check, cuts_and_flips, data, open, parse, sample_types, top};
use tachograph::profile::{FunctionId, Grouping, Groups, Profile, Top};

const PSTATS: [&str; 9] = [
    "cprofile-2.7.prof",
    "cprofile-3.6.prof",
    "cprofile-3.11.prof",
    "cprofile-3.13.prof",
    "profile-2.7.pstats",
    "profile-3.11.pstats",
    "negative.prof",
    "marshal-0.prof",
    "marshal-1.prof",
];

fn python(name: &str) -> Profile {
    let profile = open(&data("python").join(name));
    check(&profile);
    profile
}

fn reference(name: &str) -> String {
    std::fs::read_to_string(data("python").join(name)).expect("beside the profile")
}

/// File, line and name as pstats has them.
type Key = (String, u32, String);

fn key(profile: &Profile, function: FunctionId) -> Key {
    let file = match profile.function_file(function) {
        "" if profile.function_name(function).starts_with('<') => "~",
        file => file,
    };
    let line = profile.functions.start_line[function.0 as usize];
    (file.to_owned(), line, profile.function_name(function).to_owned())
}

fn seconds(nanoseconds: i64) -> f64 {
    nanoseconds as f64 / 1e9
}

/// Whether the nanoseconds are those of the text: the nearest.
fn is_nearest(nanoseconds: i64, text: &str) -> bool {
    let expected: f64 = text.parse().expect("a number");
    (nanoseconds as f64 - expected * 1e9).abs() <= 0.5 + 1e-6
}

#[test]
fn every_figure_of_pstats_to_the_nanosecond() {
    for name in PSTATS {
        let profile = python(name);
        let graph = profile.graph.as_ref().expect("calls");
        let rows: BTreeMap<Key, FunctionId> =
            (0..profile.functions.len() as u32).map(|row| (key(&profile, FunctionId(row)), FunctionId(row))).collect();
        let edge = |caller, callee| {
            (0..graph.edges.len()).find(|&at| graph.edges.caller[at] == caller && graph.edges.callee[at] == callee).expect("a call")
        };
        let (mut callee, mut edges, mut functions) = (FunctionId(0), 0, 0);
        for line in reference(&format!("{name}.table.txt")).lines().filter(|line| !line.starts_with('#')) {
            let fields: Vec<_> = line.split('\t').collect();
            // A file without a name is a function's too: callers have a field more.
            let is_caller = fields.len() == 8;
            let fields = if is_caller { &fields[1..] } else { &fields[..] };
            let key = (fields[0].to_owned(), fields[1].parse().expect("a line"), fields[2].to_owned());
            let function = *rows.get(&key).unwrap_or_else(|| panic!("{name}: {key:?}"));
            if is_caller {
                let at = edge(function, callee);
                edges += 1;
                assert_eq!(graph.edges.calls[at].to_string(), fields[4], "{name}: {line}");
                assert!(fields[6] == "''" || is_nearest(graph.edges.values[0][at], fields[6]), "{name}: {line}");
                continue;
            }
            (callee, functions) = (function, functions + 1);
            let row = function.0 as usize;
            assert_eq!(graph.primitive_calls[row].to_string(), fields[3], "{name}: {line}");
            assert_eq!(graph.calls[row].to_string(), fields[4], "{name}: {line}");
            assert!(is_nearest(graph.own[0][row], fields[5]), "{name}: {line} / {}", graph.own[0][row]);
            assert!(is_nearest(graph.total[0][row], fields[6]), "{name}: {line} / {}", graph.total[0][row]);
        }
        assert_eq!((functions, edges), (profile.functions.len(), graph.edges.len()), "{name}");
        assert_eq!(profile.sample_type(0), ("time", "nanoseconds"));
        // The stacks are estimated, but nothing is lost or made up.
        assert_eq!(profile.samples.column(0).iter().sum::<i64>(), graph.own[0].iter().sum::<i64>(), "{name}");
        assert!(profile.stacks.iter().any(|stack| stack.len() > 3), "{name}");
        assert_eq!(
            profile.warnings.iter().any(|text| text.contains("module “profile”")),
            name.contains("pstats") || name == "negative.prof"
        );
    }
}

/// The lines of `print_stats` of pstats.
fn printed(name: &str) -> (String, Vec<String>) {
    let text = reference(name);
    let (head, rows) = text.split_once("filename:lineno(function)\n").expect("a table");
    let summary = head.lines().find(|line| line.contains("function calls")).expect("a summary").trim().to_owned();
    (summary, rows.lines().filter(|row| !row.is_empty()).map(str::to_owned).collect())
}

#[test]
fn top_20_as_pstats_prints_them() {
    for name in PSTATS {
        let profile = python(name);
        let (summary, expected) = printed(&format!("{name}.print.txt"));
        let graph = profile.graph.as_ref().expect("calls");
        let (calls, primitive): (u64, u64) = (graph.calls.iter().sum(), graph.primitive_calls.iter().sum());
        let total = seconds(graph.own[0].iter().sum());
        let ours = match calls == primitive {
            true => format!("{calls} function calls in {total:.3} seconds"),
            false => format!("{calls} function calls ({primitive} primitive calls) in {total:.3} seconds"),
        };
        assert_eq!(summary.replace("CPU ", ""), ours, "{name}");
        let mut ours: Vec<String> =
            (0..profile.functions.len() as u32).map(|row| row_as_printed(&profile, FunctionId(row))).collect();
        let mut expected = expected;
        ours.sort();
        expected.sort();
        assert_eq!(ours, expected, "{name}");
        let own: Vec<i64> = top(&profile, 0).iter().map(|row| row.0).collect();
        assert!(own.is_sorted_by_key(|own| std::cmp::Reverse(own.abs())), "{name}");
    }
}

/// A function as `print_stats` prints it.
fn row_as_printed(profile: &Profile, function: FunctionId) -> String {
    let graph = profile.graph.as_ref().expect("calls");
    let row = function.0 as usize;
    let (calls, primitive) = (graph.calls[row], graph.primitive_calls[row]);
    let groups = Groups::new(profile, Grouping::Name);
    let top = Top::new(profile, &groups, 0);
    let (own, total) = top.rows.iter().find(|row| row.function == function).map_or((0, 0), |row| (row.self_value, row.total_value));
    assert_eq!((own, total), (graph.own[0][row], graph.total[0][row]));
    let (own, total) = (seconds(own), seconds(total));
    let each = |time: f64, calls: u64| if calls == 0 { " ".repeat(8) } else { format!("{:8.3}", time / calls as f64) };
    let times = if calls == primitive { calls.to_string() } else { format!("{calls}/{primitive}") };
    let (file, line, name) = key(profile, function);
    let place = if file == "~" { format!("{{{}}}", name.trim_matches(['<', '>'])) } else { format!("{file}:{line}({name})") };
    format!("{times:>9} {own:8.3} {} {total:8.3} {} {place}", each(own, calls), each(total, primitive))
}

#[test]
fn recursion_in_pstats_counts_once_in_totals() {
    let profile = python("cprofile-3.11.prof");
    let graph = profile.graph.as_ref().expect("calls");
    let row = (0..profile.functions.len()).find(|&row| {
        let key = key(&profile, FunctionId(row as u32));
        key.0.ends_with("work.py") && key.2 == "fib"
    });
    let row = row.expect("fib");
    assert_eq!((graph.calls[row], graph.primitive_calls[row]), (3193, 1));
    assert_eq!(graph.own[0][row], graph.total[0][row]);
}

#[test]
fn an_empty_file_of_pstats_is_an_empty_profile() {
    let profile = python("empty.prof");
    assert_eq!((profile.format.as_str(), profile.samples.len()), ("pstats", 0));
    assert_eq!(profile.warnings, ["The file holds no samples."]);
    assert_eq!(parse(b"{0", "x").expect("empty").format, "pstats");
}

#[test]
fn damaged_files_do_no_harm() {
    let folder = data("python");
    for name in [
        "cprofile-2.7.prof",
        "cprofile-3.13.prof",
        "marshal-0.prof",
        "profile-3.11.pstats",
        "lines-5.lprof",
        "lines-protocol-2.lprof",
        "tracemalloc-3.11.snapshot",
        "tracemalloc-3.6.snapshot",
        "memory.dat",
        "memory-children.dat",
        "scalene-cpu.json.gz",
    ] {
        cuts_and_flips(&std::fs::read(folder.join(name)).expect("there"), name);
    }
}

/// Function, line, hits and time of each line that was hit, as `python -m line_profiler -u 1e-9` prints them.
fn printed_lines(name: &str) -> Vec<(String, u32, String, i64, f64)> {
    let text = reference(&format!("{name}.print.txt"));
    let (mut file, mut function, mut lines) = (String::new(), String::new(), Vec::new());
    for line in text.lines() {
        if let Some(text) = line.strip_prefix("File: ") {
            file = text.to_owned();
        } else if let Some(text) = line.strip_prefix("Function: ") {
            function = text.split(' ').next().expect("a name").to_owned();
        }
        let mut words = line.split_whitespace().map_while(|word| word.parse::<f64>().ok());
        if let (Some(number), Some(hits), Some(time)) = (words.next(), words.next(), words.next()) {
            lines.push((file.clone(), number as u32, function.clone(), hits as i64, time));
        }
    }
    lines
}

#[test]
fn every_line_of_line_profiler_as_it_prints_them() {
    for (name, print) in [
        ("lines-5.lprof", "lines-5.lprof"),
        ("lines-3.lprof", "lines-3.lprof"),
        ("lines-protocol-2.lprof", "lines-5.lprof"),
        ("lines-protocol-3.lprof", "lines-5.lprof"),
        ("lines-protocol-4.lprof", "lines-5.lprof"),
    ] {
        let profile = python(name);
        assert_eq!(sample_types(&profile), [("hits", "count"), ("time", "nanoseconds")]);
        assert_eq!(profile.default_sample_type, 1);
        let ours: Vec<_> = (0..profile.samples.len())
            .map(|row| {
                let &[frame] = profile.stacks.get(profile.samples.stack[row]) else { panic!("one frame") };
                let function = profile.frames.function[frame.0 as usize];
                let (file, _, function) = key(&profile, function);
                let values = &profile.samples.values;
                (file, profile.frames.line[frame.0 as usize], function, values[0][row], values[1][row] as f64)
            })
            .collect();
        let expected = printed_lines(print);
        assert!(expected.len() >= 13, "{name}: {expected:?}");
        assert_eq!(ours, expected, "{name}");
        // Also one that never ran is known, with its first line.
        let names: Vec<_> = (0..profile.functions.len() as u32).map(|row| key(&profile, FunctionId(row))).collect();
        assert!(names.contains(&("lines.py".into(), 28, "never".into())), "{names:?}");
    }
}

#[test]
fn functions_of_line_profiler_by_their_own_total() {
    let profile = python("lines-5.lprof");
    let printed = reference("lines-5.lprof.print.txt");
    let functions: BTreeMap<String, String> = printed
        .split("Total time: ")
        .skip(1)
        .map(|part| {
            let name = part.split_once("Function: ").expect("a function").1.split(' ').next().expect("a name");
            (name.to_owned(), part.split(' ').next().expect("seconds").to_owned())
        })
        .collect();
    let ours = top(&profile, 1);
    assert_eq!(ours.len(), 3);
    for (own, total, name) in ours {
        assert_eq!(own, total);
        let expected: f64 = functions[&name].parse().expect("a number");
        // Printed with six digits.
        assert!((seconds(own) - expected).abs() <= expected * 1e-5, "{name}: {own} {expected}");
    }
}

#[test]
fn peaks_of_memory_profiler_as_mprof_prints_them() {
    for name in ["memory.dat", "memory-children.dat", "memory-plain.dat"] {
        let profile = python(name);
        let printed = reference(&format!("{name}.peak.txt"));
        let peak = |counter: &tachograph::profile::Counter, window: (i64, i64)| {
            let pairs = counter.time_ns.iter().zip(&counter.value).filter(|(time, _)| (window.0..=window.1).contains(time));
            format!("{:.3} MiB", pairs.map(|(_, value)| value / 1_048_576.0).fold(0.0, f64::max))
        };
        let all = (0, i64::MAX);
        let mut expected = printed.lines();
        let main = &profile.counters[0];
        assert_eq!(profile.strings.get(main.unit), "bytes");
        assert!(expected.next().expect("a line").ends_with(&format!("\t{}", peak(main, all))), "{name}");
        for counter in &profile.counters[1..] {
            let process = profile.threads[counter.thread.0 as usize].process_id.expect("a number");
            let line = expected.next().expect("a child");
            assert_eq!(line.split_whitespace().collect::<Vec<_>>().join(" "), format!("Child {process} {}", peak(counter, all)));
        }
        let process = profile.threads[main.thread.0 as usize].process_name;
        assert!(profile.strings.get(process).contains("memory.py"), "{name}");
        // `mprof peak --func` takes all calls of a function together.
        for (function, line) in ["__main__.small", "__main__.large"].into_iter().zip(expected) {
            let calls = profile.markers.iter().filter(|marker| profile.strings.get(marker.name) == function);
            let peaks = calls.map(|marker| peak(main, (marker.start_ns, marker.end_ns)));
            assert!(line.ends_with(&peaks.max().expect("called")), "{name}: {line}");
        }
    }
}

/// Nanoseconds between the first and the last time of a file of mprof.
fn times_of(name: &str) -> u64 {
    let text = reference(name);
    let words = text.lines().filter(|line| !line.starts_with("CMDLINE")).flat_map(|line| line.split(' ').skip(1));
    // Times are the numbers beyond all memory; each has four places behind the point.
    let times = words.filter_map(|word| word.replace('.', "").parse::<u64>().ok().filter(|_| word.len() > 14));
    let times: Vec<u64> = times.collect();
    (times.iter().max().expect("a time") - times.iter().min().expect("a time")) * 100_000
}

#[test]
fn growth_in_functions_of_memory_profiler_without_the_calls_inside() {
    let profile = python("memory.dat");
    assert_eq!(sample_types(&profile), [("growth", "bytes"), ("time", "nanoseconds")]);
    let stacks: Vec<_> =
        crate::profiles::folded(&profile, 0).iter().map(|line| line.rsplit_once(' ').expect("a value").0.to_owned()).collect();
    let (inside, outside) = ("__main__.large;__main__.small", "__main__.small");
    assert_eq!(stacks, [inside, inside, inside, inside, "__main__.large", outside]);
    // All that large grew by is in its own and in what it called: line by line of the file.
    let mut calls = Vec::new();
    for line in reference("memory.dat").lines().filter(|line| line.starts_with("FUNC")) {
        let words: Vec<_> = line.split(' ').collect();
        let number = |at: usize| words[at].parse::<f64>().expect("a number");
        calls.push((words[1].to_owned(), (number(4) - number(2)) * 1_048_576.0, number(5) - number(3)));
    }
    for (own, total, name) in top(&profile, 0) {
        let expected: f64 = calls.iter().filter(|call| call.0 == name).map(|call| call.1).sum();
        assert!((total as f64 - expected).abs() <= 10.0, "{name}: {total} {expected}");
        assert_eq!(own == total, name == outside);
    }
    let (_, total, _) = top(&profile, 1).into_iter().find(|row| row.2 == "__main__.large").expect("called");
    let expected = calls.iter().find(|call| call.0 == "__main__.large").expect("called").2;
    assert!((seconds(total) - expected).abs() < 1e-3, "{total} {expected}");
    assert_eq!(profile.markers.len(), 6);
    assert_eq!(profile.duration_ns, Some(times_of("memory.dat")));
}

#[test]
fn statistics_of_tracemalloc_as_its_module_gives_them() {
    for name in ["tracemalloc-3.6.snapshot", "tracemalloc-3.8.snapshot", "tracemalloc-3.11.snapshot", "tracemalloc-1.snapshot"] {
        let profile = python(name);
        assert_eq!(sample_types(&profile), [("inuse_objects", "count"), ("inuse_space", "bytes")]);
        let mut expected: BTreeMap<&str, Vec<(i64, i64, String)>> = BTreeMap::new();
        let text = reference(&format!("{name}.table.txt"));
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let fields: Vec<_> = line.split('\t').collect();
            let (bytes, blocks) = (fields[1].parse().expect("bytes"), fields[2].parse().expect("blocks"));
            expected.entry(fields[0]).or_default().push((bytes, blocks, fields[3].to_owned()));
        }
        expected.values_mut().for_each(|rows| rows.sort());
        let mut by: BTreeMap<&str, BTreeMap<String, (i64, i64)>> = BTreeMap::new();
        for row in 0..profile.samples.len() {
            let place = |frame: tachograph::profile::FrameId| {
                let file = profile.function_file(profile.frames.function[frame.0 as usize]);
                (file.to_owned(), profile.frames.line[frame.0 as usize])
            };
            let stack: Vec<_> = profile.stacks.get(profile.samples.stack[row]).iter().map(|&frame| place(frame)).collect();
            let (file, line) = stack.last().expect("a frame");
            let whole: Vec<_> = stack.iter().map(|(file, line)| format!("{file}:{line}")).collect();
            for (kind, name) in
                [("filename", format!("{file}:0")), ("lineno", format!("{file}:{line}")), ("traceback", whole.join(";"))]
            {
                let sums = by.entry(kind).or_default().entry(name).or_default();
                sums.0 += profile.samples.values[1][row];
                sums.1 += profile.samples.values[0][row];
            }
        }
        let mut ours: BTreeMap<&str, Vec<(i64, i64, String)>> = BTreeMap::new();
        for (kind, rows) in by {
            let mut rows: Vec<_> = rows.into_iter().map(|(name, (bytes, blocks))| (bytes, blocks, name)).collect();
            rows.sort();
            ours.insert(kind, rows);
        }
        // Up to Python 3.6 the module tells the innermost frame of a traceback first.
        if name.contains("3.6") {
            let turned = |rows: &mut Vec<(i64, i64, String)>| {
                rows.iter_mut().for_each(|row| row.2 = row.2.split(';').rev().collect::<Vec<_>>().join(";"));
                rows.sort();
            };
            expected.get_mut("traceback").into_iter().for_each(turned);
        }
        assert_eq!(ours, expected, "{name}");
    }
}

/// Figures of the lines and functions that scalene prints: per cent in Python, native and in the system (lines only).
fn printed_percents(name: &str) -> (BTreeMap<u32, [i64; 3]>, BTreeMap<String, [i64; 2]>) {
    let text = reference(&format!("{name}.print.txt"));
    let percent = |text: &str| text.trim().trim_end_matches('%').parse::<i64>().unwrap_or(0);
    let (mut lines, mut functions) = (BTreeMap::new(), BTreeMap::new());
    for line in text.lines() {
        if let Some((name, figures)) = line.trim().split_once(" (line ") {
            let (_, figures) = figures.split_once("): ").expect("figures");
            let words: Vec<_> = figures.split(' ').collect();
            functions.insert(name.to_owned(), [percent(words[0]), percent(words[2])]);
        }
        let cells: Vec<_> = line.split('│').collect();
        if let (Some(Ok(number)), true) = (cells.first().map(|cell| cell.trim().parse::<u32>()), cells.len() > 4) {
            let figures = [percent(cells[1]), percent(cells[2]), percent(cells[3])];
            if figures != [0; 3] {
                lines.insert(number, figures);
            }
        }
    }
    (lines, functions)
}

#[test]
fn lines_and_functions_of_scalene_as_it_prints_them() {
    for (name, has_memory) in [("scalene.json.gz", true), ("scalene-cpu.json.gz", false)] {
        let profile = python(name);
        let names: Vec<_> = sample_types(&profile).iter().map(|kind| kind.0).collect();
        assert_eq!((names, profile.default_sample_type), (vec!["python", "native", "system", "malloc", "time"], 4));
        let (lines, functions) = printed_percents(name);
        assert!(lines.len() >= 2 && functions.len() == 2, "{name}: {lines:?} {functions:?}");
        let duration = profile.duration_ns.expect("told") as f64;
        let percent = |value: i64| value as f64 / duration * 100.0;
        let mut ours = BTreeMap::new();
        for row in 0..profile.samples.len() {
            let frame = profile.stacks.get(profile.samples.stack[row])[0];
            let values = [0, 1, 2].map(|kind| percent(profile.samples.values[kind][row]).round() as i64);
            if values != [0; 3] {
                ours.insert(profile.frames.line[frame.0 as usize], values);
            }
        }
        assert_eq!(ours, lines, "{name}");
        for (kind, nth) in [(0, 0), (1, 1)] {
            let rows = top(&profile, kind);
            for (function, figures) in &functions {
                let own = rows.iter().find(|row| row.2 == *function).map_or(0, |row| row.0);
                assert_eq!(percent(own).round() as i64, figures[nth], "{name}: {function}");
            }
        }
        assert_eq!(profile.total(3) > 0, has_memory, "{name}");
        assert_eq!(profile.counters.len(), usize::from(has_memory), "{name}");
        // All time is of some line.
        assert!((percent(profile.total(4)) - 100.0).abs() < 0.1, "{name}: {}", percent(profile.total(4)));
    }
}
