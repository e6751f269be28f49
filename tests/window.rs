//! The window, driven by what a person and a screen reader find in it: accessible names, keys, typed text. Samples come from a script and the clock is the
//! test's own, so that every figure on screen is known.

#![cfg(feature = "gui")]
#![allow(clippy::expect_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::path::Path;
use std::time::Duration;

use eframe::egui::{
    Event, Key, Modifiers, Vec2,
    accesskit::{Action, Role},
};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use tachograph::app::{Parts, Places, Tab, TachographApp, sample_waker, waker};
use tachograph::jobs::{Failure, Queue};
use tachograph::sampler::{Config, Sampler, Script, example};
use tachograph::settings::{Folders, Settings, Store, Theme};

type Window = Harness<'static, TachographApp>;

/// A window of this size on 120 scripted samples, its settings in `home`.
fn open_with(home: &Path, size: Vec2, change: impl FnOnce(&mut Parts) + 'static) -> (Window, Script) {
    let (give, take) = std::sync::mpsc::channel();
    let store = Store::at(Folders::inside(home));
    let window = Harness::builder().with_size(size).with_max_steps(30).build_eframe(move |creation| {
        let ctx = &creation.egui_ctx;
        let (sampler, script) = Sampler::scripted(example(120), Config::default(), sample_waker(ctx)).expect("a thread");
        give.send(script).expect("the test waits");
        let places = Places {
            settings: Some(store.settings_path()),
            cache: store.folders().cache.clone(),
            data: store.folders().data.clone(),
        };
        let mut parts = Parts {
            settings: store.load().value,
            remembered: store.load_state().value,
            problems: Vec::new(),
            store: Some(store),
            places,
            queue: Queue::new(2, waker(ctx)).expect("threads"),
            sampler,
            system_dialogs: false,
            files: Vec::new(),
            started: None,
        };
        change(&mut parts);
        TachographApp::new(creation, parts)
    });
    (window, take.recv().expect("the window was made"))
}

fn open(home: &Path) -> (Window, Script) {
    open_with(home, Vec2::new(1280.0, 800.0), |_| {})
}

/// Lets the script give `count` samples and the window take them in.
fn samples(window: &mut Window, script: &Script, count: usize) {
    for _ in 0..count {
        assert!(script.step(), "the script has samples left");
        window.step();
    }
    window.run();
}

/// Steps until `done`, while jobs run on their own threads; fails after half a minute.
fn until(window: &mut Window, what: &str, done: impl Fn(&Window) -> bool) {
    for _ in 0..3000 {
        window.step();
        if done(window) {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("{what} did not come about: {window:?}");
}

/// Whether a label with this text is on screen.
fn shows(window: &Window, text: &str) -> bool {
    window.query_all_by(|node| node.value().as_deref() == Some(text)).next().is_some()
}

/// Clicks the control with this name; a text that says the same is not one.
fn click(window: &mut Window, name: &str) {
    let is_control =
        |node: &egui_kittest::kittest::AccessKitNode<'_>| node.role() != Role::Label && node.label().as_deref() == Some(name);
    let mut found = window.query_all_by(is_control);
    let control = found.next().unwrap_or_else(|| panic!("no control {name}: {window:?}"));
    assert!(found.next().is_none(), "{name} is the name of two controls");
    control.click();
    drop(found);
    window.run();
}

fn press(window: &mut Window, modifiers: Modifiers, key: Key) {
    window.key_press_modifiers(modifiers, key);
    window.run();
}

fn home() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder for the test")
}

#[test]
fn every_tab_is_reached_by_its_name_and_by_its_key() {
    let home = home();
    let (mut window, _script) = open(home.path());
    for tab in Tab::MAIN.into_iter().chain(Tab::PAGES) {
        window.get_by_role_and_label(Role::Tab, tab.name()).click();
        window.run();
        assert_eq!(window.state().state().tab, tab);
    }
    let keys = [
        (Key::Num1, Tab::Monitor),
        (Key::Num2, Tab::Data),
        (Key::Num3, Tab::Profiles),
        (Key::Num4, Tab::Cache),
        (Key::Comma, Tab::Settings),
    ];
    for (key, tab) in keys {
        press(&mut window, Modifiers::COMMAND, key);
        assert_eq!(window.state().state().tab, tab);
    }
    press(&mut window, Modifiers::NONE, Key::F1);
    assert_eq!(window.state().state().tab, Tab::Help);
}

#[test]
fn the_keyboard_alone_reaches_a_tab() {
    let home = home();
    let (mut window, _script) = open(home.path());
    press(&mut window, Modifiers::NONE, Key::Tab);
    press(&mut window, Modifiers::NONE, Key::Tab);
    assert!(window.get_by_role_and_label(Role::Tab, "Data").is_focused());
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(window.state().state().tab, Tab::Data);
}

#[test]
fn the_monitor_shows_the_figures_of_the_newest_sample() {
    let home = home();
    let (mut window, script) = open(home.path());
    assert!(shows(&window, "Taking the first sample…"));
    samples(&mut window, &script, 16);
    // Second 15 of the example: the machine at 80 %, 6 GiB + 15 MiB of 16 GiB in use.
    for text in [
        "80 %",
        "4 cores · load 1.25",
        "6.5 GB",
        "of 17.2 GB · 38 %",
        "2.5 MB/s",
        "/ 75 % full",
        "eth0",
        "101 MB",
        "12 threads · 2.5 ms a sample",
    ] {
        assert!(shows(&window, text), "{text} is not on screen: {window:?}");
    }
    assert!(shows(&window, "CPU at 80 %, memory at 38 %. Disk / is 75 % full."));
    assert!(shows(&window, "Tachograph: CPU 0.2 % · 101 MB"));
    for text in ["postgres", "412", "40.0 %", "944 MB", "1 KB/s", "1 h"] {
        assert!(shows(&window, text), "{text} is not in the table");
    }
}

#[test]
fn processes_are_found_and_sorted() {
    let home = home();
    let (mut window, script) = open(home.path());
    samples(&mut window, &script, 2);
    let first = |window: &Window| {
        let names = ["init", "postgres", "python3", "worker"];
        let top =
            |name: &str| window.query_all_by(|node| node.value().as_deref() == Some(name)).map(|node| node.rect().top()).next();
        names.into_iter().filter_map(|name| Some((top(name)?, name))).min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, name)| name)
    };
    assert_eq!(first(&window), Some("postgres"));
    window.get_by_role_and_label(Role::ColumnHeader, "Memory").click();
    window.run();
    assert_eq!(first(&window), Some("python3"));
    window.get_by_role_and_label(Role::ColumnHeader, "Memory, sorted, largest first").click();
    window.run();
    assert_eq!(first(&window), Some("init"));
    // Letter by letter, as a person types: the cross that comes with the first letter must not take the keyboard away.
    window.get_by_label("Search processes").focus();
    window.run();
    for letter in ["w", "o", "r", "k"] {
        window.event(Event::Text(letter.into()));
        window.run();
    }
    assert_eq!(first(&window), Some("worker"));
    assert!(!shows(&window, "postgres"));
    click(&mut window, "Clear: Search processes");
    assert!(shows(&window, "postgres"));
}

#[test]
fn a_paused_monitor_stands_still_and_goes_on() {
    let home = home();
    let (mut window, script) = open(home.path());
    samples(&mut window, &script, 16);
    click(&mut window, "Pause");
    samples(&mut window, &script, 15);
    assert!(shows(&window, "80 %"), "the figure stands still");
    assert!(shows(&window, "CPU at 50 %, memory at 38 %. Disk / is 75 % full."), "the status bar goes on");
    click(&mut window, "Resume");
    assert!(!shows(&window, "80 %") && shows(&window, "50 %"));
}

#[test]
fn range_interval_and_cores_are_chosen() {
    let home = home();
    let (mut window, script) = open(home.path());
    samples(&mut window, &script, 5);
    click(&mut window, "1 h");
    assert_eq!(window.state().state().monitor.window().range().seconds(), 3600.0);
    click(&mut window, "Per core");
    assert!(window.state().state().monitor.per_core());
    click(&mut window, "Sample interval");
    click(&mut window, "250 ms");
    assert_eq!(window.state().state().settings.sample_interval_ms, 250);
    until(&mut window, "the settings' file", |_| home.path().join("settings.ron").exists());
    until(&mut window, "the saved interval", |_| Store::at(Folders::inside(home.path())).load().value.sample_interval_ms == 250);
}

#[test]
fn a_chart_is_saved_where_the_field_says() {
    let home = home();
    let (mut window, script) = open(home.path());
    samples(&mut window, &script, 30);
    press(&mut window, Modifiers::COMMAND, Key::S);
    window.get_by_role_and_label(Role::RadioButton, "Memory").click();
    window.run();
    click(&mut window, "SVG…");
    until(&mut window, "the path field", |window| window.query_by_label("Path").is_some());
    let target = home.path().join("memory chart.svg");
    window.get_by_label("Path").set_text_value_accesskit(&target.display().to_string());
    window.run();
    click(&mut window, "OK");
    until(&mut window, "the message", |window| shows(window, "Saved “memory chart.svg”."));
    let svg = std::fs::read_to_string(&target).expect("the file is there");
    assert!(
        svg.starts_with("<svg") && svg.contains("Memory") && svg.contains("of 17.2 GB"),
        "{}",
        svg.chars().take(300).collect::<String>()
    );
}

#[test]
fn a_chart_is_copied_as_a_picture() {
    let home = home();
    let (mut window, script) = open(home.path());
    samples(&mut window, &script, 3);
    click(&mut window, "Disk chart");
    click(&mut window, "Copy picture");
    until(&mut window, "the message", |window| shows(window, "The picture is on the clipboard."));
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert!(!shows(&window, "The picture is on the clipboard."));
}

#[test]
fn failures_are_told_with_the_next_step_and_closed() {
    let home = home();
    let failure = Failure::new("“settings.ron” is damaged.", "Set what you need again.");
    let (mut window, _script) = open_with(home.path(), Vec2::new(1280.0, 800.0), move |parts| parts.problems.push(failure));
    assert!(shows(&window, "“settings.ron” is damaged.") && shows(&window, "Set what you need again."));
    click(&mut window, "Close message");
    assert!(!shows(&window, "“settings.ron” is damaged."));
}

#[test]
fn the_theme_is_chosen_and_all_is_reset() {
    let home = home();
    let (mut window, _script) = open(home.path());
    press(&mut window, Modifiers::COMMAND, Key::Comma);
    click(&mut window, "Light");
    assert_eq!(window.state().state().settings.theme, Theme::Light);
    assert!(!window.ctx.global_style().visuals.dark_mode);
    click(&mut window, "Reset to defaults");
    assert_eq!(window.state().state().settings, Settings::default());
}

#[test]
fn everything_fits_at_the_least_size_and_every_control_has_a_name() {
    let home = home();
    let (mut window, script) = open_with(home.path(), Vec2::new(1024.0, 700.0), |_| {});
    samples(&mut window, &script, 3);
    for tab in Tab::MAIN.into_iter().chain(Tab::PAGES) {
        window.get_by_role_and_label(Role::Tab, tab.name()).click();
        window.run();
        for node in window.query_all_by(|node| node.data().supports_action(Action::Click) && node.role() != Role::ScrollBar) {
            let (name, role) = (node.accesskit_node().label(), node.accesskit_node().role());
            assert!(
                name.is_some_and(|name| !name.trim().is_empty()),
                "{}: a {role:?} without a name at {:?}",
                tab.name(),
                node.rect()
            );
        }
    }
}
