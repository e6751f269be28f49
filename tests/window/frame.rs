//! The window, driven by what a person and a screen reader find in it: accessible names, keys, typed text. Samples come from a script and the clock is the
//! test's own, so that every figure on screen is known.

use crate::app_window::{
    LEAST_SIZE, SIZE, Window, click, click_role, every_control_has_a_name, focus, folder, give_path, open, press, show_tab, shows,
    top, until,
};
use eframe::egui::{Event, Key, Modifiers, accesskit::Role};
use egui_kittest::kittest::Queryable;
use tachograph::app::Tab;
use tachograph::jobs::Failure;
use tachograph::sampler::Script;
use tachograph::settings::{Cores, Folders, Settings, Store, Theme};

/// Lets the script give `count` samples and the window take them in.
fn samples(window: &mut Window, script: &Script, count: usize) {
    for _ in 0..count {
        assert!(script.step(), "the script has samples left");
        window.step();
    }
    window.run();
}

#[test]
fn every_tab_is_reached_by_its_name_and_by_its_key() {
    let home = folder();
    let (mut window, _script) = open(home.path(), SIZE, |_| {});
    for tab in Tab::MAIN.into_iter().chain(Tab::PAGES) {
        show_tab(&mut window, tab.name());
        assert_eq!(window.state().state().tab, tab);
    }
    let keys = [
        (Key::Num1, Tab::Overview),
        (Key::Num2, Tab::Monitor),
        (Key::Num3, Tab::Data),
        (Key::Num4, Tab::Profiles),
        (Key::Num5, Tab::Cache),
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
    let home = folder();
    let (mut window, _script) = open(home.path(), SIZE, |_| {});
    press(&mut window, Modifiers::NONE, Key::Tab);
    press(&mut window, Modifiers::NONE, Key::Tab);
    press(&mut window, Modifiers::NONE, Key::Tab);
    assert!(window.get_by_role_and_label(Role::Tab, "Data").is_focused());
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(window.state().state().tab, Tab::Data);
}

#[test]
fn the_monitor_shows_the_figures_of_the_newest_sample() {
    let home = folder();
    let (mut window, script) = open(home.path(), SIZE, |_| {});
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
    let home = folder();
    let (mut window, script) = open(home.path(), SIZE, |_| {});
    samples(&mut window, &script, 2);
    let first = |window: &Window| {
        let names = ["init", "postgres", "python3", "worker"].into_iter().filter(|name| shows(window, name));
        names.min_by(|a, b| top(window, a).total_cmp(&top(window, b)))
    };
    assert_eq!(first(&window), Some("postgres"));
    click_role(&mut window, Role::ColumnHeader, "Memory");
    assert_eq!(first(&window), Some("python3"));
    click_role(&mut window, Role::ColumnHeader, "Memory, sorted, largest first");
    assert_eq!(first(&window), Some("init"));
    // Letter by letter, as a person types: the cross that comes with the first letter must not take the keyboard away.
    focus(&mut window, "Search processes");
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
    let home = folder();
    let (mut window, script) = open(home.path(), SIZE, |_| {});
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
    let home = folder();
    let (mut window, script) = open(home.path(), SIZE, |_| {});
    samples(&mut window, &script, 5);
    click(&mut window, "1 h");
    assert_eq!(window.state().state().monitor.window().range().seconds(), 3600.0);
    click(&mut window, "Per core");
    assert_eq!(window.state().state().monitor.cores(), Cores::Lines);
    click(&mut window, "Sample interval");
    click(&mut window, "250 ms");
    assert_eq!(window.state().state().settings.sample_interval_ms, 250);
    until(&mut window, "the settings' file", |_| home.path().join("settings.ron").exists());
    until(&mut window, "the saved interval", |_| Store::at(Folders::inside(home.path())).load().value.sample_interval_ms == 250);
}

#[test]
fn a_chart_is_saved_where_the_field_says() {
    let home = folder();
    let (mut window, script) = open(home.path(), SIZE, |_| {});
    samples(&mut window, &script, 30);
    press(&mut window, Modifiers::COMMAND, Key::S);
    click_role(&mut window, Role::RadioButton, "Memory");
    click(&mut window, "SVG…");
    let target = home.path().join("memory chart.svg");
    give_path(&mut window, &target);
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
    let home = folder();
    let (mut window, script) = open(home.path(), SIZE, |_| {});
    samples(&mut window, &script, 3);
    click(&mut window, "Disk chart");
    click(&mut window, "Copy picture");
    until(&mut window, "the message", |window| shows(window, "The picture is on the clipboard."));
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert!(!shows(&window, "The picture is on the clipboard."));
}

#[test]
fn failures_are_told_with_the_next_step_and_closed() {
    let home = folder();
    let failure = Failure::new("“settings.ron” is damaged.", "Set what you need again.");
    let (mut window, _script) = open(home.path(), SIZE, move |parts| parts.problems.push(failure));
    assert!(shows(&window, "“settings.ron” is damaged.") && shows(&window, "Set what you need again."));
    click(&mut window, "Close message");
    assert!(!shows(&window, "“settings.ron” is damaged."));
}

#[test]
fn the_theme_is_chosen_and_all_is_reset() {
    let home = folder();
    let (mut window, _script) = open(home.path(), SIZE, |_| {});
    press(&mut window, Modifiers::COMMAND, Key::Comma);
    click(&mut window, "Light");
    assert_eq!(window.state().state().settings.theme, Theme::Light);
    assert!(!window.ctx.global_style().visuals.dark_mode);
    click(&mut window, "Reset to defaults");
    assert_eq!(window.state().state().settings, Settings::default());
}

#[test]
fn everything_fits_at_the_least_size_and_every_control_has_a_name() {
    let home = folder();
    let (mut window, script) = open(home.path(), LEAST_SIZE, |_| {});
    samples(&mut window, &script, 3);
    for tab in Tab::MAIN.into_iter().chain(Tab::PAGES) {
        show_tab(&mut window, tab.name());
        every_control_has_a_name(&window, tab.name());
    }
}
