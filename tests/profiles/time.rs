//! What happened when: timelines of threads, counters, markers, flame graphs in the order of time.
//!
//! The reference is the file itself, taken apart here a second time and added up the plain way.

use std::io::Read;
use std::ops::Range;
use std::sync::Arc;
use std::time::Instant;

use serde_json::Value;
use tachograph::jobs::Cancel;
use tachograph::profile::tracks::NO_TIMES;
use tachograph::profile::{
    BoxId, Counter, FrameId, FunctionId, Grouping, Groups, Interner, Marker, Markers, Profile, SampleType, Samples, Scale,
    StackChart, StackId, StacksBuilder, StringId, Thread, ThreadId, Tracks,
};

fn tracks(profile: &Profile, sample_type: &str) -> Tracks {
    let sample_type = crate::profiles::sample_type(profile, sample_type);
    Tracks::new(profile, sample_type, &Cancel::new()).expect("not cancelled").expect("times")
}

fn unpacked(name: &str) -> String {
    let file = std::fs::File::open(crate::profiles::data(name)).expect("the file");
    let mut text = String::new();
    flate2::read::MultiGzDecoder::new(file).read_to_string(&mut text).expect("gzip");
    text
}

fn json(name: &str) -> Value {
    serde_json::from_str(&unpacked(name)).expect("JSON")
}

/// Ranges to ask for: all, pieces, nothing, the wrong way round.
fn ranges(end: i64) -> Vec<Range<i64>> {
    let part = |from: i64, to: i64| end / 100 * from..end / 100 * to;
    vec![0..end + 1, part(0, 50), part(25, 60), part(33, 34), part(90, 200), part(300, 400), part(50, 50), part(60, 40), -end..0]
}

/// Seconds with six digits as nanoseconds.
fn micros(text: &str) -> i64 {
    let (whole, part) = text.split_once('.').expect("seconds");
    (whole.parse::<i64>().expect("whole") * 1_000_000 + part.parse::<i64>().expect("part")) * 1000
}

#[test]
fn samples_of_perf_script_by_thread_and_range() {
    let text = unpacked("perf/two.tid.script.txt.gz");
    // `helper one: two 29115 37863.860693:  cpu-clock:u:`
    let taken: Vec<(i64, i64, bool)> = text
        .lines()
        .filter(|line| line.ends_with("-clock:u: "))
        .map(|line| {
            let words: Vec<&str> = line.split_whitespace().rev().collect();
            (words[2].parse().expect("a number"), micros(words[1].trim_end_matches(':')), words[0] == "cpu-clock:u:")
        })
        .collect();
    assert_eq!(taken.len(), 220);
    let first = taken.iter().map(|taken| taken.1).min().expect("samples");
    let profile = crate::profiles::open(&crate::profiles::data("perf/two.tid.script.txt.gz"));
    let tracks = tracks(&profile, "cpu-clock:u");
    for range in ranges(576_835_000) {
        let mut expected: Vec<(i64, i64)> = profile
            .threads
            .iter()
            .map(|thread| {
                let id = thread.id.expect("an id");
                let inside = taken.iter().filter(|taken| taken.0 == id && taken.2 && range.contains(&(taken.1 - first)));
                (inside.count() as i64, id)
            })
            .collect();
        expected.sort_by_key(|&(count, _)| std::cmp::Reverse(count));
        let busiest = tracks.busiest(range.clone());
        let id = |row: usize| profile.threads[tracks.tracks[row].thread.0 as usize].id.expect("an id");
        let found: Vec<(i64, i64)> = busiest.iter().map(|busy| (busy.total, id(busy.track))).collect();
        assert_eq!(found.iter().map(|found| found.0).collect::<Vec<_>>(), expected.iter().map(|found| found.0).collect::<Vec<_>>());
        assert!(found.iter().all(|found| expected.contains(found)), "{range:?}: {found:?} {expected:?}");
        assert!(busiest.iter().all(|busy| busy.is_idle == (busy.total == 0)));
    }
}

/// Times in which anything of a thread was open, from slices that say begin and end (`B`, `E`) or length (`X`).
fn open_times(events: &[Value], tid: i64) -> Vec<(i64, i64)> {
    let nanoseconds = |value: &Value| (value.as_f64().expect("a number") * 1000.0).round() as i64;
    let mut spans = Vec::new();
    let mut open = Vec::new();
    for event in events.iter().filter(|event| event["tid"].as_i64() == Some(tid)) {
        match event["ph"].as_str() {
            Some("X") => spans.push((nanoseconds(&event["ts"]), nanoseconds(&event["ts"]) + nanoseconds(&event["dur"]))),
            Some("B") => open.push(nanoseconds(&event["ts"])),
            Some("E") => spans.push((open.pop().expect("a begin"), nanoseconds(&event["ts"]))),
            _ => {}
        }
    }
    spans
}

/// How much of a range some spans cover, each moment once, counted edge by edge.
fn covered(spans: &[(i64, i64)], range: &Range<i64>) -> i64 {
    let mut edges: Vec<i64> = spans.iter().flat_map(|&(start, end)| [start, end]).chain([range.start, range.end]).collect();
    edges.sort_unstable();
    edges
        .windows(2)
        .filter(|edge| edge[0] >= range.start && edge[1] <= range.end)
        .filter(|edge| spans.iter().any(|&(start, end)| start <= edge[0] && edge[1] <= end))
        .map(|edge| edge[1] - edge[0])
        .sum()
}

#[test]
fn slices_of_traces_keep_threads_busy_as_long_as_they_last() {
    for name in ["js/py-spy.json.gz", "js/viztracer.json.gz"] {
        let all = json(name);
        let events = all.as_array().or(all["traceEvents"].as_array()).expect("events");
        let ids = |profile: &Profile| profile.threads.iter().map(|thread| thread.id.expect("an id")).collect::<Vec<_>>();
        let profile = crate::profiles::open(&crate::profiles::data(name));
        let times: Vec<_> = ids(&profile).into_iter().map(|id| open_times(events, id)).collect();
        let origin = times.iter().flatten().map(|span| span.0).min().expect("spans");
        let tracks = tracks(&profile, "time");
        for range in ranges(tracks.range.end) {
            for busy in tracks.busiest(range.clone()).iter().filter(|_| range.end > range.start) {
                let thread = tracks.tracks[busy.track].thread.0 as usize;
                let expected = covered(&times[thread], &(range.start + origin..range.end + origin));
                let found = busy.busy.expect("times") * (range.end - range.start) as f64;
                // Traces tell fractions of a microsecond as decimals.
                assert!((found - expected as f64).abs() <= 16.0, "{name} {range:?} {thread}: {found} {expected}");
            }
            let activity = tracks.activity(0, range.clone(), 50);
            let sum: f64 = activity.iter().map(|&share| f64::from(share)).sum::<f64>() / 50.0;
            let busy = tracks.busiest(range.clone()).into_iter().find(|busy| busy.track == 0).and_then(|busy| busy.busy);
            assert!(activity.is_empty() || (sum - busy.expect("times")).abs() < 1e-4, "{name} {range:?}: {sum} {busy:?}");
        }
    }
}

#[test]
fn events_of_speedscope_between_two_times() {
    let all = json("speedscope/viewer.speedscope.json.gz");
    let profile = crate::profiles::open(&crate::profiles::data("speedscope/viewer.speedscope.json.gz"));
    let tracks = tracks(&profile, "time");
    for (row, part) in all["profiles"].as_array().expect("profiles").iter().enumerate() {
        let events: Vec<(f64, i32)> = part["events"]
            .as_array()
            .expect("events")
            .iter()
            .map(|event| (event["at"].as_f64().expect("at"), if event["type"] == "O" { 1 } else { -1 }))
            .collect();
        for range in ranges(666_666_667) {
            let (mut open, mut last, mut sum) = (0, 0_i64, 0_i64);
            for &(at, step) in &events {
                let at = (at * 1e9).round() as i64;
                sum += if open > 0 && range.contains(&last) { at - last } else { 0 };
                (last, open) = (at, open + step);
            }
            let found = tracks.total(row, range.clone());
            assert!((found - sum).abs() <= 40, "{row} {range:?}: {found} {sum}");
        }
    }
    assert_eq!(tracks.name(0), "Thread 18544 \"MainThread\"");
    let busiest = tracks.busiest(600_000_000..666_666_667);
    assert_eq!(busiest.iter().map(|busy| (busy.track, busy.is_idle)).collect::<Vec<_>>(), [(0, false), (1, true)]);
}

#[test]
fn samples_of_node_and_of_firefox_between_two_times() {
    let all = json("js/node.cpuprofile.gz");
    let mut now = 0;
    let times: Vec<i64> = all["timeDeltas"]
        .as_array()
        .expect("times")
        .iter()
        .map(|step| {
            now += step.as_i64().expect("a step") * 1000;
            now
        })
        .collect();
    let profile = crate::profiles::open(&crate::profiles::data("js/node.cpuprofile.gz"));
    let node = tracks(&profile, "samples");
    for range in ranges(246_435_000) {
        assert_eq!(node.total(0, range.clone()), times.iter().filter(|time| range.contains(time)).count() as i64, "{range:?}");
    }
    assert!(!node.is_time && node.busiest(0..1_000_000_000)[0].busy.is_none());

    let profile = crate::profiles::open(&crate::profiles::data("web/crate.processed.json.gz"));
    let firefox = Tracks::new(&profile, 0, &Cancel::new()).expect("not cancelled").expect("times");
    let names: Vec<String> = (0..4).map(|row| firefox.name(row)).collect();
    // The main thread is called as its process is.
    assert_eq!(names, ["first", "first › worker", "second", "second › worker"]);
    for range in ranges(200_000_000) {
        for track in &firefox.tracks {
            let rows = (0..profile.samples.len())
                .filter(|&row| profile.samples.thread[row] == track.thread && range.contains(&profile.samples.time_ns[row]));
            let sum: i64 = rows.map(|row| profile.samples.values[0][row]).sum();
            assert_eq!(firefox.total(firefox.row_of(track.thread).expect("a row"), range.clone()), sum);
        }
    }
}

#[test]
fn a_counter_of_memory_and_the_calls_beside_it() {
    let text = std::fs::read_to_string(crate::profiles::data("python/memory.dat")).expect("the file");
    let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split(' ').collect()).collect();
    let nanoseconds = |text: &str| {
        let (whole, part) = text.split_once('.').expect("seconds");
        whole.parse::<i64>().expect("whole") * 1_000_000_000 + part.parse::<i64>().expect("part") * 100_000
    };
    let values: Vec<(i64, f64)> = rows
        .iter()
        .filter(|row| row[0] == "MEM")
        .map(|row| (nanoseconds(row[2]), (row[1].parse::<f64>().expect("MiB") * 1_048_576.0).round()))
        .collect();
    let origin = values.iter().map(|value| value.0).min().expect("values");
    let profile = crate::profiles::open(&crate::profiles::data("python/memory.dat"));
    let tracks = Tracks::new(&profile, 0, &Cancel::new()).expect("not cancelled").expect("times");
    let memory = &tracks.counters[0];
    for range in ranges(774_800_000).into_iter().filter(|range| range.end > range.start && range.start >= 0) {
        let held = values.iter().rfind(|value| value.0 - origin <= range.start);
        let inside = values.iter().filter(|value| range.contains(&(value.0 - origin))).chain(held);
        let (min, max) = inside.fold((f64::MAX, f64::MIN), |(min, max), value| (min.min(value.1), max.max(value.1)));
        let found = memory.within(range.clone()).expect("values");
        assert!((found.min - min).abs() <= 1.0 && (found.max - max).abs() <= 1.0, "{range:?}: {found:?} {min} {max}");
    }
    let plot = memory.plot(0..774_800_001, 300);
    assert_eq!(plot.iter().flatten().map(|part| part.max).fold(0.0, f64::max), memory.whole.max);
    let calls = rows.iter().filter(|row| row[0] == "FUNC").count();
    let lanes = &tracks.tracks[0].markers;
    let marks = lanes.marks(&Scale::new(tracks.range.clone(), 10_000.0));
    assert_eq!((calls, lanes.len(), marks.len(), lanes.count()), (6, 2, 6, 6));
    // `large` is around all calls of `small` but the last.
    assert_eq!(marks.iter().filter(|mark| mark.lane == 0).count(), 2);
    let few = lanes.marks(&Scale::new(tracks.range.clone(), 3.0));
    assert_eq!(few.iter().map(|mark| mark.count).sum::<u32>(), 6);
}

#[test]
fn a_part_of_a_profile_adds_up_to_what_the_timeline_tells() {
    for (name, kind) in [("jvm/jfr.jfr.gz", "alloc_space"), ("jvm/ap-wall.jfr.gz", "wall"), ("js/devtools.json.gz", "cpu")] {
        let profile = crate::profiles::open(&crate::profiles::data(name));
        let column = crate::profiles::sample_type(&profile, kind);
        let tracks = tracks(&profile, kind);
        for range in ranges(tracks.range.end) {
            for track in 0..tracks.tracks.len() {
                let is_in = |row: &usize| {
                    let own = profile.samples.thread.get(*row).copied().unwrap_or(ThreadId::NONE);
                    own == tracks.tracks[track].thread && range.contains(&profile.samples.time_ns[*row])
                };
                let sum: i64 = (0..profile.samples.len()).filter(is_in).map(|row| profile.samples.values[column][row]).sum();
                assert_eq!(tracks.total(track, range.clone()), sum, "{name} {range:?}");
            }
        }
    }
}

#[test]
fn a_profile_without_times_says_so() {
    let profile = crate::profiles::open(&crate::profiles::data("go-cpu.pb.gz"));
    assert!(Tracks::new(&profile, 0, &Cancel::new()).expect("not cancelled").is_none());
    assert!(NO_TIMES.contains("folded stacks"));
    let cancel = Cancel::new();
    cancel.cancel();
    let timed = crate::profiles::open(&crate::profiles::data("js/node.cpuprofile.gz"));
    assert!(Tracks::new(&timed, 0, &cancel).is_err());
    assert!(StackChart::new(&timed, &Groups::new(&timed, Grouping::Name), 0, None, &cancel).is_err());
}

/// A profile of samples with a thread, a time, a stack of functions and a value.
fn made(unit: &str, samples: &[(u32, i64, &[u32], i64)]) -> Profile {
    let mut names = Interner::default();
    let mut profile = Profile::default();
    let mut functions = tachograph::profile::Functions::default();
    let mut frames = tachograph::profile::Frames::default();
    let none = StringId(0);
    profile.sample_types = vec![SampleType { name: names.intern("time").expect("room"), unit: names.intern(unit).expect("room") }];
    for function in 0..100 {
        functions.push(names.intern(&format!("f{function}")).expect("room"), none, none, 0).expect("room");
        frames.push(FunctionId(function), 0, 0, false).expect("room");
    }
    let mut stacks = StacksBuilder::default();
    let mut columns = Samples { values: vec![Vec::new()], ..Samples::default() };
    for &(thread, time, stack, value) in samples {
        stack.iter().for_each(|&frame| stacks.push(FrameId(frame)));
        columns.stack.push(stacks.finish_stack().expect("room"));
        columns.thread.push(ThreadId(thread));
        columns.time_ns.push(time);
        columns.values[0].push(value);
    }
    let count = samples.iter().map(|sample| sample.0).filter(|&thread| thread != ThreadId::NONE.0).max().map_or(0, |most| most + 1);
    profile.threads = (0..count).map(|id| Thread { id: Some(id.into()), ..Thread::default() }).collect();
    profile.strings = names.finish().into();
    profile.functions = functions.into();
    profile.frames = frames.into();
    profile.stacks = stacks.finish().into();
    Profile { samples: columns, ..profile }
}

fn chart(profile: &Profile, thread: Option<u32>) -> StackChart {
    let groups = Groups::new(profile, Grouping::Name);
    StackChart::new(profile, &groups, 0, thread.map(ThreadId), &Cancel::new()).expect("not cancelled")
}

/// All boxes: row, function, start and end.
fn boxes(profile: &Profile, chart: &StackChart) -> Vec<(u32, String, i64, i64)> {
    let groups = Groups::new(profile, Grouping::Name);
    let mut all = Vec::new();
    for row in 0..chart.rows() {
        for nth in 0.. {
            let id = BoxId { row, nth };
            let (Some(group), Some(span)) = (chart.group(id), chart.span(id)) else { break };
            all.push((row, groups.name(profile, group).to_owned(), span.start, span.end));
        }
    }
    all
}

#[test]
fn a_chart_shows_what_followed_what_on_one_thread() {
    // The second thread is busier; its samples are out of order.
    let profile = made(
        "nanoseconds",
        &[
            (0, 0, &[1], 5),
            (1, 50, &[1, 2], 11),
            (1, 10, &[1, 2, 3], 20),
            (1, 30, &[1, 2], 7),
            (1, 37, &[1, 4], 3),
            (1, 70, &[5], 0),
            (1, 61, &[1, 2], 2),
        ],
    );
    let shown = chart(&profile, None);
    let expected =
        [(0, "f1", 10, 40), (0, "f1", 50, 63), (1, "f2", 10, 37), (1, "f4", 37, 40), (1, "f2", 50, 63), (2, "f3", 10, 30)];
    let found = boxes(&profile, &shown);
    assert_eq!(found.iter().map(|(row, name, start, end)| (*row, name.as_str(), *start, *end)).collect::<Vec<_>>(), expected);
    assert_eq!((shown.thread, shown.range.clone(), shown.samples, shown.deepest), (ThreadId(1), 10..63, 5, 3));
    let hit = shown.hit(25, 2).expect("a box");
    assert_eq!((shown.path(hit).len(), shown.length(hit), shown.hit(45, 0), shown.hit(25, 3)), (3, 20, None, None));
    assert_eq!(chart(&profile, Some(0)).range, 0..5);
    // Ten pixels for a hundred nanoseconds: what is narrower than a pixel is put together.
    let rects = shown.rects(0..100, 0..2, 10.0);
    assert_eq!(rects.iter().map(|rect| (rect.id.row, rect.count)).collect::<Vec<_>>(), [(0, 1), (0, 1), (1, 1), (1, 1), (1, 1)]);
    assert_eq!(shown.rects(0..1000, 0..2, 10.0).iter().map(|rect| (rect.id.row, rect.count)).collect::<Vec<_>>(), [(0, 2), (1, 3)]);
}

#[test]
fn boxes_add_up_to_the_samples_of_real_files() {
    for (name, kind) in [
        ("js/viztracer.json.gz", "time"),
        ("js/py-spy.json.gz", "time"),
        ("js/devtools.json.gz", "cpu"),
        ("js/node.cpuprofile.gz", "cpu"),
    ] {
        let profile = crate::profiles::open(&crate::profiles::data(name));
        let (groups, column) = (Groups::new(&profile, Grouping::Name), crate::profiles::sample_type(&profile, kind));
        let chart = StackChart::new(&profile, &groups, column, None, &Cancel::new()).expect("not cancelled");
        let is_shown = |row: &usize| profile.samples.thread.get(*row).is_none_or(|thread| *thread == chart.thread);
        for row in 0..chart.rows() {
            let mut sums = std::collections::HashMap::new();
            for sample in (0..profile.samples.len()).filter(is_shown) {
                if let Some(&frame) = profile.stacks.get(profile.samples.stack[sample]).get(row as usize) {
                    *sums.entry(groups.of_frame(frame)).or_insert(0) += profile.samples.values[column][sample];
                }
            }
            sums.retain(|_, sum| *sum != 0);
            let mut found = std::collections::HashMap::new();
            for nth in 0.. {
                let Some(group) = chart.group(BoxId { row, nth }) else { break };
                *found.entry(group).or_insert(0) += chart.length(BoxId { row, nth }) as i64;
            }
            assert_eq!(found, sums, "{name} row {row}");
        }
    }
}

#[test]
fn hostile_times_are_borne() {
    let extremes: &[(u32, i64, &[u32], i64)] = &[
        (0, i64::MAX, &[1], i64::MAX),
        (0, i64::MIN + 1, &[2], i64::MAX),
        (0, Samples::NO_TIME, &[3], 7),
        (0, 0, &[4], i64::MIN),
        (0, 0, &[5, 6], -3),
        (ThreadId::NONE.0, -9, &[7], 1),
        (3, 5, &[], 2),
        (3, 5, &[8], 2),
        (3, 5, &[9], 2),
    ];
    for unit in ["nanoseconds", "seconds", "count"] {
        let profile = made(unit, extremes);
        let tracks = Tracks::new(&profile, 0, &Cancel::new()).expect("not cancelled").expect("times");
        assert_eq!(tracks.range, i64::MIN + 1..i64::MAX);
        assert_eq!((tracks.tracks[0].untimed, tracks.tracks[0].untimed_samples), (7, 1));
        assert_eq!(tracks.tracks.len(), 5);
        for bins in [0, 1, 7, 1000] {
            let all: Vec<usize> = (0..9).collect();
            for range in [tracks.range.clone(), 0..10, 5..6, Range { start: 9, end: 3 }, i64::MIN..i64::MAX] {
                let activities = tracks.activities(&all, range.clone(), bins);
                assert!(activities.values.iter().chain(&activities.together).all(|value| value.is_finite() && *value >= 0.0));
                assert!(tracks.busiest(range).len() == 5);
            }
        }
        for thread in [0, 1, 3, 77, ThreadId::NONE.0] {
            let chart = chart(&profile, Some(thread));
            assert!(chart.rects(i64::MIN..i64::MAX, 0..u32::MAX, 1e6).len() <= 9);
        }
    }
    let none = made("nanoseconds", &[]);
    assert!(Tracks::new(&none, 0, &Cancel::new()).expect("not cancelled").is_none());
    assert_eq!((chart(&none, None).rows(), chart(&none, None).range), (0, 0..0));
    let one = made("count", &[(0, -5, &[1, 2], 4)]);
    let tracks = Tracks::new(&one, 0, &Cancel::new()).expect("not cancelled").expect("times");
    assert_eq!((tracks.range.clone(), tracks.activity(0, -5..-4, 3)), (-5..-4, vec![1.0; 3]));
    assert_eq!(boxes(&one, &chart(&one, None)), [(0, "f1".into(), -5, -4), (1, "f2".into(), -5, -4)]);
}

#[test]
fn counters_and_markers_alone_have_a_timeline() {
    let mut profile = made("count", &[(1, Samples::NO_TIME, &[1], 4)]);
    profile.counters = vec![Counter { time_ns: vec![5, 9], value: vec![1.0, 3.0], ..Counter::default() }];
    let mut markers = Markers::default();
    markers.push(Marker { thread: ThreadId(0), start_ns: 7, end_ns: 2, ..Marker::default() });
    markers.push(Marker { thread: ThreadId::NONE, start_ns: 1, end_ns: 3, ..Marker::default() });
    profile.markers = markers.into();
    profile.duration_ns = Some(50);
    let tracks = Tracks::new(&profile, 0, &Cancel::new()).expect("not cancelled").expect("times");
    assert!(!tracks.has_samples);
    assert_eq!((tracks.range.clone(), tracks.counters[0].at(7), tracks.tracks.len()), (0..50, Some(1.0), 3));
    assert_eq!(tracks.tracks.iter().map(|track| track.markers.count()).collect::<Vec<_>>(), [1, 0, 1]);
    assert_eq!((tracks.name(2), tracks.tracks[1].untimed), ("Without a thread".into(), 4));
}

#[test]
fn coarse_bins_lie_next_to_exact_ones() {
    let mut random = crate::profiles::Random(0x9e37_79b9_7f4a_7c15);
    let mut next = |below| random.below(below) as i64;
    let mut now = 1_000;
    let mut samples: Vec<(u32, i64, &[u32], i64)> = Vec::new();
    for row in 0..60_000 {
        // Rushes and long silences.
        now += if row % 5000 == 0 { 5_000_000 } else { next(2000) };
        samples.push((0, now, &[1], 1 + next(1500)));
    }
    for unit in ["nanoseconds", "count"] {
        let profile = made(unit, &samples);
        let tracks = Tracks::new(&profile, 0, &Cancel::new()).expect("not cancelled").expect("times");
        for (range, bins) in [(0..now, 1000), (now / 3..now / 2, 777), (now / 2..now / 2 + 100_000, 500), (0..now * 2, 10)] {
            let found = tracks.activities(&[0], range.clone(), bins);
            let length = (range.end - range.start) as f64 / bins as f64;
            let edge = |bin: usize| range.start + (length * bin as f64) as i64;
            let exact = |bin: usize| match unit {
                "count" => tracks.total(0, edge(bin)..edge(bin + 1)) as f64,
                _ => tracks.busiest(edge(bin)..edge(bin + 1))[0].busy.expect("times"),
            };
            let one = if unit == "count" { found.largest } else { 1.0 };
            for bin in 1..bins - 1 {
                let around: f64 = (bin - 1..bin + 2).map(exact).sum();
                let (found, wanted) = (f64::from(found.row(0)[bin]) * one, exact(bin));
                assert!((found - wanted).abs() <= around / 4.0 + one * 1e-3, "{unit} {range:?} {bin}: {found} {wanted}");
            }
        }
    }
}

/// 64 threads with a million samples each. Figures: `cargo test --release --test profiles time:: -- --ignored --nocapture`.
#[test]
#[ignore = "takes 5 GB of memory"]
fn many_threads_cost_their_pixels() {
    let (threads, each) = (64_u32, 1_000_000_usize);
    let mut profile = made("nanoseconds", &[(threads - 1, 0, &[1], 1)]);
    profile.samples = Samples { values: vec![Vec::new()], ..Samples::default() };
    let mut random = 1_u64;
    for row in 0..each * threads as usize {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        profile.samples.stack.push(StackId(0));
        profile.samples.thread.push(ThreadId(row as u32 % threads));
        profile.samples.time_ns.push((row / threads as usize) as i64 * 10_000 + (random >> 52) as i64);
        profile.samples.values[0].push(1 + (random >> 33) as i64 % 9_000);
    }
    for unit in ["nanoseconds", "count"] {
        let mut names = Interner::default();
        profile.sample_types = vec![SampleType { name: StringId(0), unit: names.intern(unit).expect("room") }];
        profile.strings = names.finish().into();
        let start = Instant::now();
        let tracks = Tracks::new(&profile, 0, &Cancel::new()).expect("not cancelled").expect("times");
        println!("{unit}: made in {:?}, {} MB", start.elapsed(), tracks.memory_bytes() / 1_000_000);
        let all: Vec<usize> = (0..threads as usize).collect();
        for share in [1, 3, 10, 50, 100, 1000, 100_000] {
            let range = 123_456..123_456 + tracks.range.end / share;
            let mut took: Vec<_> = (0..101)
                .map(|step| {
                    let start = Instant::now();
                    assert_eq!(
                        tracks.activities(&all, range.start + step * 1000..range.end + step * 1000, 1000).values.len(),
                        64_000
                    );
                    start.elapsed()
                })
                .collect();
            took.sort_unstable();
            println!("  1/{share} of the time, 1,000 bins × 64: shortest {:?}, median {:?}", took[0], took[50]);
        }
        let start = Instant::now();
        assert_eq!(tracks.busiest(1_000..tracks.range.end / 2).len(), 64);
        println!("  busiest {:?}", start.elapsed());
    }
}

/// Many samples with stacks of forty frames, and one stack of ten million.
#[test]
#[ignore = "takes seconds"]
fn long_and_deep_charts_cost_their_pixels() {
    let mut profile = made("count", &[]);
    let mut builder = StacksBuilder::default();
    let mut samples = Samples { values: vec![Vec::new()], ..Samples::default() };
    let (mut random, mut stack) = (7_u64, vec![FrameId(0); 40]);
    for row in 0..2_000_000 {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        // The leaf changes often, the root seldom.
        let from = 39 - (random >> 40).trailing_zeros().min(39) as usize * 2 % 40;
        stack[from..].iter_mut().enumerate().for_each(|(nth, frame)| *frame = FrameId((random >> (20 + nth % 30)) as u32 % 100));
        stack.iter().for_each(|&frame| builder.push(frame));
        samples.stack.push(builder.finish_stack().expect("room"));
        samples.time_ns.push(row * 1000);
        samples.values[0].push(1);
    }
    profile.stacks = Arc::new(builder.finish());
    profile.samples = samples;
    let start = Instant::now();
    let long = chart(&profile, None);
    println!("2 M samples: made in {:?}, {} boxes, {} MB", start.elapsed(), long.boxes(), long.memory_bytes() / 1_000_000);
    for share in [1, 10, 1000, 100_000] {
        let mut took = Vec::new();
        let mut rects = Vec::new();
        for _ in 0..31 {
            let start = Instant::now();
            rects = long.rects(0..long.range.end / share, 0..40, 1600.0);
            took.push(start.elapsed());
        }
        took.sort_unstable();
        println!("  1/{share}: {} boxes, shortest {:?}, median {:?}", rects.len(), took[0], took[15]);
        assert!(rects.len() <= 40 * 3200);
    }
    let mut deep = StacksBuilder::default();
    (0..10_000_000).for_each(|frame| deep.push(FrameId(frame % 100)));
    let id = deep.finish_stack().expect("room");
    profile.stacks = Arc::new(deep.finish());
    profile.samples = Samples { stack: vec![id; 3], values: vec![vec![1, 2, 3]], ..Samples::default() };
    let start = Instant::now();
    let deep = chart(&profile, None);
    println!("10 M frames: made in {:?}, {:?}", start.elapsed(), deep.cut());
    assert_eq!((deep.rows(), deep.boxes(), deep.deepest), (2000, 2000, 10_000_000));
    assert_eq!(deep.path(deep.hit(3, 1999).expect("a box")).len(), 2000);
}
