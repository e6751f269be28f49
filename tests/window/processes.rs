//! The table of processes: as a tree and by program, details, a line of its own in the plots, ending one.

use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use crate::app_window::{LEAST_SIZE, SIZE, Window, click, click_role, folder, open, press, says, show_tab, shows, top, until};
use eframe::egui::{Key, Modifiers, accesskit::Role};
use egui_kittest::kittest::Queryable;
use tachograph::app::sample_waker;
use tachograph::sampler::{Config, Metric, ProcessRow, Sampler, Script, Snapshot, example};

pub fn samples(window: &mut Window, script: &Script, count: usize) {
    for _ in 0..count {
        assert!(script.step(), "the script has samples left");
        window.step();
    }
    window.run();
}

/// The names in the table, from the top.
fn order(window: &Window, names: &[&'static str]) -> Vec<&'static str> {
    let mut found: Vec<&str> = names.iter().copied().filter(|name| shows(window, name)).collect();
    found.sort_by(|a, b| top(window, a).total_cmp(&top(window, b)));
    found
}

#[test]
fn the_tree_shows_who_started_whom_and_is_folded() {
    let home = folder();
    let (mut window, script) = open(home.path(), SIZE, |_| {});
    samples(&mut window, &script, 2);
    let names = ["worker", "python3", "postgres", "init"];
    assert_eq!(order(&window, &names), ["postgres", "python3", "worker", "init"]);
    click_role(&mut window, Role::RadioButton, "Tree");
    assert_eq!(order(&window, &names), ["init", "postgres", "python3", "worker"]);
    click(&mut window, "Close what python3 900 started");
    assert_eq!(order(&window, &names), ["init", "postgres", "python3"]);
    click(&mut window, "Open what python3 900 started");
    assert_eq!(order(&window, &names), ["init", "postgres", "python3", "worker"]);
}

#[test]
fn processes_of_one_program_are_one_row() {
    let home = folder();
    let (mut window, script) = open_with(home.path(), |snapshot| {
        let row = |pid, memory| ProcessRow { pid, name: "browser".into(), cpu_percent: 2.5, memory, ..ProcessRow::default() };
        snapshot.processes = snapshot.processes.iter().cloned().chain([row(50, 1_000_000_000), row(51, 500_000_000)]).collect();
    });
    samples(&mut window, &script, 2);
    click_role(&mut window, Role::RadioButton, "Programs");
    for text in ["browser", "2 processes", "5.0 %", "1.5 GB"] {
        assert!(shows(&window, text), "{text}");
    }
    assert!(!shows(&window, "51"));
}

/// A window whose samples are those of the example, changed.
pub fn open_with(home: &std::path::Path, change: impl Fn(&mut Snapshot) + 'static) -> (Window, Script) {
    let (give, take) = std::sync::mpsc::channel();
    let (window, _) = open(home, SIZE, move |parts| {
        let mut snapshots = example(20);
        snapshots.iter_mut().for_each(change);
        let ctx = eframe::egui::Context::default();
        let (sampler, script) = Sampler::scripted(snapshots, Config::default(), sample_waker(&ctx)).expect("a thread");
        parts.sampler = sampler;
        give.send(script).expect("the test waits");
    });
    (window, take.recv().expect("the window was made"))
}

#[test]
fn details_are_shown_and_closed_and_a_process_gets_a_line() {
    let home = folder();
    let (mut window, script) = open(home.path(), LEAST_SIZE, |_| {});
    samples(&mut window, &script, 3);
    click_row(&mut window, "postgres");
    for text in ["Started by", "init (1)", "asha", "/usr/bin/postgres --example", "Address space"] {
        assert!(shows(&window, text), "{text}: {window:?}");
    }
    assert!(says(&window, " of one core"));
    click(&mut window, "Pin to plots");
    samples(&mut window, &script, 3);
    assert!(shows(&window, "postgres 412"), "its line is in the legend");
    let monitor = &window.state().state().monitor;
    assert_eq!(monitor.points(&Metric::ProcessMemory(412), -10.0, 1.0, 100).len(), 3);
    click(&mut window, "Unpin");
    assert!(!shows(&window, "postgres 412"));
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert!(!shows(&window, "Started by"));
}

/// Clicks the row that begins with this name.
pub fn click_row(window: &mut Window, name: &str) {
    let place = window.query_all_by(|node| node.value().as_deref() == Some(name)).next().expect("a row").rect().center();
    window.hover_at(place);
    for pressed in [true, false] {
        let modifiers = Modifiers::NONE;
        window.event(eframe::egui::Event::PointerButton {
            pos: place,
            button: eframe::egui::PointerButton::Primary,
            pressed,
            modifiers,
        });
        window.step();
    }
    window.run();
}

#[test]
fn cpu_use_is_shown_of_the_machine_or_of_one_core() {
    let home = folder();
    let (mut window, script) = open(home.path(), SIZE, |_| {});
    samples(&mut window, &script, 16);
    // The example has four cores, of which postgres takes half of 80 %.
    assert!(shows(&window, "40.0 %") && !shows(&window, "160.0 %"));
    show_tab(&mut window, "Settings");
    click_role(&mut window, Role::RadioButton, "One core");
    show_tab(&mut window, "Monitor");
    assert!(shows(&window, "160.0 %"));
}

/// Something that runs until it is ended, here at the latest.
pub struct Sleeper(Child);

impl Sleeper {
    pub fn start() -> Self {
        let sleep = Command::new("sleep").arg("600").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        Self(sleep.expect("sleep is there"))
    }

    pub fn pid(&self) -> u32 {
        self.0.id()
    }
}

/// Samples of now with one process, which runs.
pub fn change(pid: u32) -> impl Fn(&mut Snapshot) {
    move |snapshot| {
        snapshot.time = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").as_secs_f64();
        snapshot.processes = Arc::new([ProcessRow { pid, name: "sleep".into(), cpu_percent: 99.0, ..ProcessRow::default() }]);
    }
}

impl Drop for Sleeper {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn has_ended(child: &mut Child) -> bool {
    let end = Instant::now() + Duration::from_secs(20);
    while Instant::now() < end {
        if child.try_wait().expect("it can be asked").is_some() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    false
}

#[cfg(unix)]
#[test]
fn a_process_is_ended_after_a_question() {
    let home = folder();
    let mut sleeper = Sleeper::start();
    let pid = sleeper.0.id();
    let (mut window, script) = open_with(home.path(), change(sleeper.pid()));
    samples(&mut window, &script, 2);
    let number = pid.to_string();
    click_row(&mut window, "sleep");
    click(&mut window, "End process…");
    assert!(shows(&window, &format!("End sleep ({number})?")));
    click(&mut window, "Let it run");
    assert!(sleeper.0.try_wait().expect("it can be asked").is_none(), "it was let run");
    click(&mut window, "End process…");
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert!(!shows(&window, &format!("End sleep ({number})?")), "Esc lets it run");
    click(&mut window, "End process…");
    click(&mut window, "Ask it to end");
    until(&mut window, "the word on it", |window| says(window, "was asked to end"));
    assert!(has_ended(&mut sleeper.0));
    click(&mut window, "End process…");
    click(&mut window, "End at once");
    until(&mut window, "that it is gone", |window| says(window, "had ended already"));
}
