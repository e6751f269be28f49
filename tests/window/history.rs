//! What the monitor shows of the time before this run: ranges from disk, and the processes of a minute of the past.

use std::path::Path;
use std::sync::Arc;

use crate::app_window::{
    LEAST_SIZE, SIZE, Window, click, click_role, folder, give_path, open, says, settle, show_tab, shows, until,
};
use eframe::egui::{Vec2, accesskit::Role};
use egui_kittest::kittest::Queryable;
use tachograph::history::{Archive, Config, FILE, Recorder, StatusKind};
use tachograph::jobs::Cancel;
use tachograph::sampler::{Metric, ProcessRow, Script, Snapshot, example};

/// When the samples of the script begin.
pub const NOW: f64 = 1_700_000_000.0;
const HOUR: f64 = 3600.0;
pub const DAY: f64 = 24.0 * HOUR;

/// A sample every minute of three days up to now, with twelve hours in which nothing ran; one program was busy then.
pub fn fill(home: &Path) {
    let recorder = Recorder::start(Config::new(home.join("history"), 150_000_000)).expect("a thread");
    for minute in 1..=3 * 24 * 60 {
        let back = f64::from(minute) * 60.0;
        if (24.0 * HOUR..36.0 * HOUR).contains(&(3.0 * DAY - back)) {
            continue;
        }
        let mut snapshot = Snapshot { time: NOW - 3.0 * DAY + back - 60.0, interval_seconds: 60.0, ..example(1).remove(0) };
        snapshot.cpu_percent = (minute % 100) as f32;
        let name = if back < 2.5 * DAY { "nightly-backup" } else { "बैकअप" };
        snapshot.processes =
            Arc::new([ProcessRow { pid: 4242, name: name.into(), cpu_percent: 61.0, memory: 3 << 30, ..ProcessRow::default() }]);
        recorder.push(&Arc::new(snapshot));
        if minute % 500 == 0 {
            recorder.write();
        }
    }
    recorder.write();
    assert_eq!((recorder.status().kind, recorder.status().lost), (StatusKind::Recording, 0));
}

/// A window with a history in `home`, that has taken a few samples.
pub fn window(home: &Path, size: Vec2) -> (Window, Script) {
    let kept = home.join("history");
    let (mut window, script) = open(home, size, move |parts| parts.places.history = Some(kept));
    for _ in 0..5 {
        assert!(script.step());
        window.step();
    }
    window.run();
    (window, script)
}

/// Chooses a range and waits for what it has of the past.
pub fn show(window: &mut Window, range: &str) {
    click_role(window, Role::RadioButton, range);
    until(window, "the past", |window| window.state().state().monitor.past().stretch().is_some());
    settle(window);
}

#[test]
fn a_range_beyond_this_run_shows_what_is_on_disk() {
    let home = folder();
    fill(home.path());
    let (mut window, _script) = window(home.path(), SIZE);
    show(&mut window, "7 d");
    let monitor = &window.state().state().monitor;
    let points = monitor.points(&Metric::CpuTotal, -7.0 * DAY, 0.001, 1200);
    let archive = Archive::at(&home.path().join("history").join(FILE));
    let end = monitor.end();
    let kept = archive.stretch(&[Metric::CpuTotal], (end - 7.0 * DAY, end), 1200, end, &Cancel::new()).expect("readable");
    let line = &kept.lines[&Metric::CpuTotal];
    let largest = line.buckets.iter().map(|bucket| bucket.max).fold(0.0, f32::max);
    assert_eq!((largest, monitor.largest(&Metric::CpuTotal, -7.0 * DAY, 0.0)), (99.0, Some(99.0)));
    assert!(points.len() > 200 && points[0].start >= NOW - 3.0 * DAY - 600.0, "{}", points.len());
    let gaps: Vec<f64> = points.iter().filter(|point| point.gap_before).map(|point| ((NOW - point.start) / HOUR).round()).collect();
    assert_eq!(gaps, [24.0], "it ends there");
    // Two days ago, at the mark of the minute.
    let at = NOW - 2.9 * DAY - end;
    let minute = ((3.0 * DAY + at + end - NOW) / 60.0).floor() as i32 + 1;
    let value = monitor.value_near(&Metric::CpuTotal, at).expect("known");
    assert!((value - f64::from(minute % 100)).abs() <= 10.0, "{value} {minute}");
    assert_eq!(monitor.value_near(&Metric::CpuTotal, NOW - 1.25 * DAY - end), None, "nothing is known of the gap");
}

#[test]
fn what_was_read_is_not_read_again_with_each_sample() {
    let home = folder();
    fill(home.path());
    let (mut window, script) = window(home.path(), SIZE);
    let asked = |window: &Window| window.state().state().monitor.past().asked().expect("asked");
    for range in ["5 min", "24 h"] {
        if range != "5 min" {
            show(&mut window, range);
        }
        let before = asked(&window);
        for _ in 0..5 {
            assert!(script.step());
            window.step();
        }
        assert_eq!(asked(&window), before, "{range}");
    }
}

#[test]
fn a_click_into_the_past_lists_the_processes_of_that_minute() {
    let home = folder();
    fill(home.path());
    let (mut window, _script) = window(home.path(), LEAST_SIZE);
    assert!(shows(&window, "postgres"));
    show(&mut window, "24 h");
    // Its middle: twelve hours ago.
    click(&mut window, "CPU over time");
    until(&mut window, "the processes of the minute", |window| shows(window, "बैकअप"));
    assert!(shows(&window, "Processes that used most") && shows(&window, "4242") && shows(&window, "61.0 %"));
    assert!(!shows(&window, "postgres"));
    assert!(!says(&window, "Running for 0"), "what is not kept is not told");
    click(&mut window, "Back to now");
    assert!(shows(&window, "postgres") && !shows(&window, "बैकअप"));
    // A week: its middle is in a time of which nothing is kept.
    show(&mut window, "7 d");
    click(&mut window, "Memory over time");
    until(&mut window, "the word on the minute", |window| says(window, "Nothing was kept of this minute"));
}

#[test]
fn what_this_run_measured_is_there_in_the_next() {
    let home = folder();
    {
        let (mut window, script) = window(home.path(), SIZE);
        for _ in 0..60 {
            assert!(script.step());
            window.step();
        }
    }
    let archive = Archive::at(&home.path().join("history").join(FILE));
    assert_eq!(archive.span().expect("readable"), Some((NOW, NOW + 64.0)), "what was taken in is written at the end");
    let (mut window, script) = window(home.path(), SIZE);
    for _ in 0..100 {
        script.step();
        window.step();
    }
    assert!(window.state().state().monitor.recording().is_some_and(|status| status.kind == StatusKind::Recording));
}

#[test]
fn keeping_is_switched_off_and_on() {
    let home = folder();
    let (mut window, _script) = window(home.path(), SIZE);
    show_tab(&mut window, "Settings");
    until(&mut window, "the recording", |window| says(window, "Seconds for a day, minutes for 90 days, hours for years;"));
    click(&mut window, "Keep what was measured");
    assert!(says(&window, "Off: plots reach back to the start of the program") && !window.state().state().settings.history.keep);
    assert!(window.state().state().monitor.recording().is_none());
    settle(&mut window);
    click(&mut window, "Keep what was measured");
    until(&mut window, "the recording", |window| says(window, "hours for years;"));
}

#[test]
fn a_history_that_cannot_be_kept_is_told_and_the_window_goes_on() {
    let home = folder();
    std::fs::write(home.path().join("history"), "in the way").expect("written");
    let (mut window, script) = window(home.path(), SIZE);
    until(&mut window, "the message", |window| says(window, "for the history cannot be used"));
    assert!(script.step());
    window.run();
    assert!(shows(&window, "postgres"));
}

#[test]
fn the_history_goes_out_and_in_from_the_settings() {
    let home = folder();
    fill(home.path());
    let other = folder();
    let file = home.path().join("mine.parquet");
    {
        let (mut window, _script) = window(home.path(), SIZE);
        show_tab(&mut window, "Settings");
        click(&mut window, "Export history…");
        give_path(&mut window, &home.path().join("mine.docx"));
        until(&mut window, "the word on the ending", |window| says(window, "its ending does not say the format"));
        click(&mut window, "Export history…");
        give_path(&mut window, &file);
        until(&mut window, "the word on the file", |window| says(window, "Saved “mine.parquet”: "));
        assert!(window_has(&window, "Show in folder"));
    }
    let (mut window, script) = window(other.path(), SIZE);
    show_tab(&mut window, "Settings");
    click(&mut window, "Import history…");
    give_path(&mut window, &file);
    until(&mut window, "the word on the rows", |window| says(window, " rows of “mine.parquet”."));
    assert!(says(&window, "Imported ") && window_has(&window, "Show in folder"));
    for _ in 0..5 {
        assert!(script.step());
        window.step();
    }
    show_tab(&mut window, "Monitor");
    show(&mut window, "7 d");
    let monitor = &window.state().state().monitor;
    assert_eq!(monitor.largest(&Metric::CpuTotal, -7.0 * DAY, 0.0), Some(99.0), "it is there as if it had been measured here");
    assert_eq!(monitor.recording().map(|status| (status.kind, status.lost)), Some((StatusKind::Recording, 0)));
    show_tab(&mut window, "Settings");
    click(&mut window, "Import history…");
    std::fs::write(other.path().join("prices.csv"), "name,price\nbread,3\n").expect("written");
    give_path(&mut window, &other.path().join("prices.csv"));
    until(&mut window, "why not", |window| says(window, "“prices.csv” is no exported history"));
}

/// Whether there is a control of this name.
fn window_has(window: &Window, name: &str) -> bool {
    window.query_by_label(name).is_some()
}
