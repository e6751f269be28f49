//! The Overview tab: its figures are those of the samples, and each piece leads where it says.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Sender, channel};

use crate::app_window::{
    LEAST_SIZE, SIZE, Window, click, every_control_has_a_name, folder, give_path, open, press, profile_data, sample, says, settle,
    show_tab, shows, times, top, until,
};
use eframe::egui::{Key, Modifiers, Vec2, accesskit::Role};
use egui_kittest::kittest::{NodeT, Queryable};
use tachograph::app::tabs::monitor::Arrangement;
use tachograph::app::{Parts, Tab, sample_waker};
use tachograph::jobs::Priority;
use tachograph::sampler::{Config, ProcessRow, Sampler, Script, Snapshot, example};
use tachograph::settings::{Folders, RecentKind, Store};

pub fn samples(window: &mut Window, script: &Script, count: usize) {
    for _ in 0..count {
        assert!(script.step(), "the script has samples left");
        window.step();
    }
    window.run();
}

/// A window as a first start shows it, with samples of the example, changed.
fn first_start(home: &Path, size: Vec2, change: impl Fn(usize, &mut Snapshot) + 'static) -> (Window, Script) {
    start_with(home, size, change, |_| ())
}

pub fn start_with(
    home: &Path,
    size: Vec2,
    change: impl Fn(usize, &mut Snapshot) + 'static,
    parts: impl FnOnce(&mut Parts) + 'static,
) -> (Window, Script) {
    let (give, take) = channel();
    let (window, _) = open(home, size, move |all| {
        all.remembered.tab = None;
        let mut snapshots = example(120);
        snapshots.iter_mut().enumerate().for_each(|(at, snapshot)| change(at, snapshot));
        let ctx = eframe::egui::Context::default();
        let (sampler, script) = Sampler::scripted(snapshots, Config::default(), sample_waker(&ctx)).expect("a thread");
        all.sampler = sampler;
        parts(all);
        give.send(script).expect("the test waits");
    });
    (window, take.recv().expect("the window was made"))
}

fn tab(window: &Window) -> Tab {
    window.state().state().tab
}

#[test]
fn a_first_start_shows_it_and_claims_nothing_before_the_first_sample() {
    let home = folder();
    let (window, _script) = first_start(home.path(), SIZE, |_, _| ());
    assert_eq!(tab(&window), Tab::Overview);
    assert!(shows(&window, "Measuring") && times(&window, "Taking the first sample…") == 2);
    assert!(!shows(&window, "Normal") && !shows(&window, "Memory available"));
    for text in ["Nothing was opened yet.", "Nothing is open yet.", "nothing under way", "Reading the list of processes…"] {
        assert!(shows(&window, text), "{text}: {window:?}");
    }
}

#[test]
fn the_next_start_shows_the_tab_that_was_shown_last() {
    let home = folder();
    Store::at(Folders::inside(home.path()))
        .save_state(&tachograph::settings::State { tab: Some("Data".into()), ..Default::default() })
        .expect("written");
    let (window, _script) = open(home.path(), SIZE, |_| ());
    assert_eq!(tab(&window), Tab::Data);
}

#[test]
fn its_figures_are_those_of_the_newest_sample() {
    let home = folder();
    let (mut window, script) = first_start(home.path(), SIZE, |_, _| ());
    samples(&mut window, &script, 16);
    // Second 15 of the example: 80 % of the machine, of which postgres takes half; 6 GiB + 15 MiB of 16 GiB in use.
    for text in ["80 %", "6.5 GB", "2.5 MB/s", "1.4 MB/s", "of 17.2 GB · 38 %", "4 cores", "/ 75 % full"] {
        assert!(shows(&window, text), "{text} is not on screen: {window:?}");
    }
    for text in ["50 % to 80 % in 15 s", "6.4 GB to 6.5 GB in 15 s", "2.5 MB/s to 4.5 MB/s in 15 s", "1.3 MB/s to 1.4 MB/s in 15 s"]
    {
        assert!(shows(&window, text), "{text} is not on screen: {window:?}");
    }
    for text in ["Normal", "10.7 GB", "268 MB", "of 2.1 GB", "75 %", "/ · 137 GB free", "54 °C", "1 day"] {
        assert!(shows(&window, text), "{text} is not on screen: {window:?}");
    }
    for text in ["postgres", "40.0 %", "944 MB", "4 processes · read every 10 s"] {
        assert!(shows(&window, text), "{text} is not on screen: {window:?}");
    }
    let sentence = "CPU at 80 %, memory at 38 %. Disk / is 75 % full.";
    assert_eq!(times(&window, sentence), 2, "the card and the status bar say the same");
}

#[test]
fn what_matters_most_is_told_in_both_places() {
    let home = folder();
    let (mut window, script) = first_start(home.path(), LEAST_SIZE, |_, snapshot| {
        let total = snapshot.memory.total;
        (snapshot.memory.used, snapshot.memory.available) = (total / 100 * 91, total / 100 * 9);
        snapshot.disks[1].available = 512_000_000;
    });
    samples(&mut window, &script, 60);
    let disk = "Disk /data has 512 MB free: programs may soon fail to save.";
    assert_eq!((times(&window, "Problem"), times(&window, disk)), (2, 2), "a disk waits for nothing: {window:?}");
    assert!(!says(&window, "Memory at 91 %"), "59 seconds are no minute");
    samples(&mut window, &script, 1);
    assert!(shows(&window, "Memory at 91 % for 1 min: python3 holds 1.3 GB."), "{window:?}");
    show_tab(&mut window, "Data");
    assert_eq!((times(&window, "Problem"), times(&window, disk)), (1, 1), "the status bar says it everywhere");
}

#[test]
fn what_the_system_does_not_tell_is_said_so() {
    let home = folder();
    let (mut window, script) = first_start(home.path(), SIZE, |_, snapshot| {
        snapshot.temperatures.clear();
        snapshot.disks.clear();
        snapshot.disk_total = Default::default();
        snapshot.swap = Default::default();
    });
    samples(&mut window, &script, 3);
    assert_eq!(times(&window, "not available"), 3, "disk traffic, the fullest disk, the temperature: {window:?}");
    assert!(shows(&window, "none"));
}

#[test]
fn each_line_leads_to_the_monitor() {
    let home = folder();
    let (mut window, script) = first_start(home.path(), SIZE, |_, _| ());
    samples(&mut window, &script, 3);
    for name in ["CPU", "Memory", "Disk", "Network"] {
        click(&mut window, &format!("Show {name} in Monitor"));
        assert_eq!(tab(&window), Tab::Monitor, "{name}");
        press(&mut window, Modifiers::COMMAND, Key::Num1);
        assert_eq!(tab(&window), Tab::Overview);
    }
}

#[test]
fn a_program_is_found_in_the_monitor() {
    let home = folder();
    let (mut window, script) = first_start(home.path(), SIZE, |_, snapshot| {
        let row = |pid| ProcessRow {
            pid, name: "ब्राउज़र".into(), cpu_percent: 2.5, memory: 3 << 30, ..ProcessRow::default()
        };
        snapshot.processes = snapshot.processes.iter().cloned().chain([row(50), row(51)]).collect();
    });
    samples(&mut window, &script, 3);
    let names = ["ब्राउज़र", "postgres", "python3", "worker", "init"];
    let mut shown = names;
    shown.sort_by(|a, b| top(&window, a).total_cmp(&top(&window, b)));
    // CPU and memory in percent together: 5 + 37.5, 28 + 5.5, 14 + 7.3, 7 + 0.5, 0 + 0.1.
    assert_eq!(shown, names);
    assert!(shows(&window, "× 2") && shows(&window, "5.0 %") && shows(&window, "6.4 GB"));
    click(&mut window, "Show postgres in Monitor");
    assert_eq!(tab(&window), Tab::Monitor);
    let monitor = &window.state().state().monitor;
    assert_eq!((monitor.table().search.as_str(), monitor.selected().map(|row| row.pid)), ("postgres", Some(412)));
    assert!(shows(&window, "/usr/bin/postgres --example") && !shows(&window, "python3"));
    click(&mut window, "Pause");
    press(&mut window, Modifiers::COMMAND, Key::Num1);
    click(&mut window, "Show ब्राउज़र in Monitor");
    let monitor = &window.state().state().monitor;
    assert!(!monitor.is_paused() && monitor.selected().is_none() && monitor.table().arrangement == Arrangement::List);
    assert!(shows(&window, "50") && shows(&window, "51"));
}

#[test]
fn processes_are_read_seldom_for_it() {
    let home = folder();
    let (mut window, script) = first_start(home.path(), SIZE, |_, _| ());
    samples(&mut window, &script, 2);
    // What is put in order is what the sample of now has; the tab beside it has none.
    assert_eq!(window.state().state().overview.running().programs().len(), 4);
    show_tab(&mut window, "Data");
    samples(&mut window, &script, 2);
    assert!(window.state().state().overview.newest().is_some_and(|newest| newest.processes.is_empty()));
    show_tab(&mut window, "Overview");
    samples(&mut window, &script, 2);
    assert!(shows(&window, "postgres"));
}

/// Keeps a worker busy until the sender is dropped or the job is cancelled.
pub fn busy(parts: &Parts, title: &str) -> (Sender<()>, tachograph::jobs::Ticket<()>) {
    let (release, gate) = channel::<()>();
    let ticket = parts.queue.submit(title, Priority::Normal, move |cancel, progress| {
        progress.phase("Reading", 100);
        progress.add(64);
        while gate.recv_timeout(std::time::Duration::from_millis(5)) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
            cancel.check()?;
        }
        Ok(())
    });
    (release, ticket)
}

#[test]
fn jobs_are_shown_and_cancelled() {
    let home = folder();
    let (give, take) = channel();
    let (mut window, _script) = start_with(
        home.path(),
        SIZE,
        |_, _| (),
        move |parts| {
            give.send([busy(parts, "Opening बिल.csv"), busy(parts, "Verifying दूसरा.xlsx")]).expect("the test waits");
        },
    );
    let [(_one, cancelled), (other, _ticket)] = take.recv().expect("the window was made");
    until(&mut window, "both jobs", |window| window.query_by_label("Cancel: Verifying दूसरा.xlsx").is_some());
    assert!(says(&window, "Reading · 64 %"));
    click(&mut window, "Cancel: Opening बिल.csv");
    assert!(cancelled.wait().is_err(), "it was cancelled");
    until(&mut window, "its end", |window| window.query_by_label("Cancel: Opening बिल.csv").is_none());
    assert!(window.query_by_label("Cancel: Verifying दूसरा.xlsx").is_some(), "the other one goes on");
    drop(other);
    until(&mut window, "the end of all", |window| shows(window, "nothing under way"));
}

#[test]
fn a_recent_file_is_opened_as_what_it_was() {
    let home = folder();
    let (table, profile) = (sample("bills-sample.csv"), home.path().join("profile without ending"));
    std::fs::copy(sample("sample.pb.gz"), &profile).expect("copied");
    let files = [(table.clone(), RecentKind::Table), (profile.clone(), RecentKind::Profile)];
    let (mut window, _script) = start_with(
        home.path(),
        SIZE,
        |_, _| (),
        move |parts| {
            for (path, kind) in files {
                let day =
                    std::time::SystemTime::now().duration_since(std::time::SystemTime::UNIX_EPOCH).expect("after 1970").as_secs();
                parts.remembered.remember(&path, kind, day - 3 * 3600);
            }
        },
    );
    assert!(shows(&window, "bills-sample.csv") && times(&window, "3 h ago") == 2, "{window:?}");
    let spoken = |path: &Path| {
        let name = path.file_name().expect("a name").to_string_lossy();
        format!("Open {name}, {}", path.parent().expect("a folder").display())
    };
    click(&mut window, &spoken(&profile));
    until(&mut window, "the profile", |window| window.state().state().profiles.shown().is_some());
    assert_eq!(tab(&window), Tab::Profiles);
    show_tab(&mut window, "Overview");
    click(&mut window, &spoken(&table));
    until(&mut window, "the table", |window| says(window, "values compared"));
    assert_eq!(tab(&window), Tab::Data);
    show_tab(&mut window, "Overview");
    assert_eq!(times(&window, "just now"), 2);
    assert!(top(&window, "bills-sample.csv") < top(&window, "profile without ending"), "the latest first");
}

#[test]
fn a_recent_file_that_is_gone_says_so() {
    let home = folder();
    for (name, kind, said) in [("gone.csv", RecentKind::Table, "gone.csv"), ("gone.pb.gz", RecentKind::Profile, "gone.pb.gz")] {
        let path = home.path().join(name);
        let gone = path.clone();
        let (mut window, _script) =
            start_with(home.path(), SIZE, |_, _| (), move |parts| parts.remembered.remember(&gone, kind, 0));
        click(&mut window, &format!("Open {name}, {}", home.path().display()));
        until(&mut window, "the word on it", |window| window.query_by_label("Close message").is_some() && says(window, said));
        until(&mut window, "the shorter list", |window| window.state().state().remembered.recent.is_empty());
    }
}

#[test]
fn nothing_opened_says_what_to_do() {
    let home = folder();
    let (mut window, _script) = first_start(home.path(), LEAST_SIZE, |_, _| ());
    assert!(says(&window, "drop it anywhere on this window"));
    click(&mut window, "Open a file…");
    give_path(&mut window, &sample("bills-sample.csv"));
    until(&mut window, "the table", |window| says(window, "values compared"));
    press(&mut window, Modifiers::COMMAND, Key::Num1);
    assert!(shows(&window, "bills-sample.csv") && !shows(&window, "Nothing was opened yet."));
}

#[test]
fn findings_lead_to_where_they_are() {
    let home = folder();
    let files: Vec<PathBuf> = vec![profile_data("lines/cpu.pb.gz"), sample("bills-sample.xlsx")];
    let (mut window, _script) = start_with(home.path(), SIZE, |_, _| (), move |parts| parts.files = files);
    until(&mut window, "both", |window| {
        let state = window.state().state();
        state.profiles.docs().len() == 1 && state.data.told().is_some()
    });
    settle(&mut window);
    press(&mut window, Modifiers::COMMAND, Key::Num1);
    let state = window.state().state();
    let told = state.data.told().expect("a table");
    let (result, finding) = (told.result.clone(), told.findings.first().map(|(_, text, _)| (*text).to_owned()));
    let summary = state.profiles.shown().expect("a profile").view.summary.clone();
    assert!(shows(&window, &result) && result.contains(" less memory: ") && result.contains("0 differ"), "{result}");
    assert!(shows(&window, &summary), "{summary}: {window:?}");
    let finding = finding.expect("the sample has findings");
    click(&mut window, &format!("Show in Data: {finding}"));
    assert_eq!(tab(&window), Tab::Data);
    press(&mut window, Modifiers::COMMAND, Key::Num1);
    click(&mut window, &format!("Show in Profiles: {summary}"));
    assert_eq!(tab(&window), Tab::Profiles);
}

#[test]
fn samples_are_offered_while_nothing_is_open() {
    for (name, wanted) in [("Try a sample table", Tab::Data), ("Try a sample profile", Tab::Profiles)] {
        let home = folder();
        let (mut window, _script) = first_start(home.path(), SIZE, |_, _| ());
        click(&mut window, name);
        until(&mut window, name, |window| {
            let state = window.state().state();
            state.tab == wanted && (state.data.told().is_some() || state.profiles.shown().is_some())
        });
        settle(&mut window);
    }
}

#[test]
fn its_four_lines_are_charts() {
    let home = folder();
    let (mut window, script) = first_start(home.path(), SIZE, |_, _| ());
    samples(&mut window, &script, 30);
    click(&mut window, "Snapshot");
    for name in ["CPU", "Memory", "Disk", "Network"] {
        assert!(window.query_by_role_and_label(Role::RadioButton, name).is_some(), "{name}");
    }
    window.get_by_role_and_label(Role::RadioButton, "Network").click();
    window.run();
    click(&mut window, "CSV…");
    let target = home.path().join("network.csv");
    give_path(&mut window, &target);
    until(&mut window, "the message", |window| shows(window, "Saved “network.csv”."));
    let text = std::fs::read_to_string(&target).expect("the file is there");
    assert_eq!(text.lines().count(), 31, "{text}");
    assert!(text.lines().next().is_some_and(|head| head.contains("Network")), "{text}");
}

#[test]
fn all_of_it_is_reached_by_keys() {
    let home = folder();
    let (mut window, script) = first_start(home.path(), SIZE, |_, _| ());
    samples(&mut window, &script, 3);
    let focused = |window: &Window| {
        window
            .query_all_by(|node| node.is_focused() && !node.is_hidden())
            .next()
            .and_then(|node| node.accesskit_node().label())
            .unwrap_or_default()
    };
    let mut reached = Vec::new();
    for _ in 0..40 {
        press(&mut window, Modifiers::NONE, Key::Tab);
        reached.push(focused(&window));
    }
    for name in ["Open…", "Snapshot", "Show CPU in Monitor", "Show postgres in Monitor", "Open a file…", "Try a sample table"] {
        assert!(reached.iter().any(|at| at == name), "{name}: {reached:?}");
    }
    window.get_by_label("Show postgres in Monitor").focus();
    window.run();
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!((tab(&window), window.state().state().monitor.table().search.as_str()), (Tab::Monitor, "postgres"));
}

#[test]
fn it_fits_from_small_to_large_with_long_names() {
    let home = folder();
    for size in [LEAST_SIZE, SIZE, Vec2::new(2560.0, 1440.0)] {
        let long = format!("/data/{}/एक बहुत लंबा फ़ोल्डर/विभाग 2026 का बिल {}.xlsx", "folder/".repeat(20), "x".repeat(80));
        let (mut window, script) = start_with(
            home.path(),
            size,
            |_, snapshot| {
                let name = "a-program-with-a-name-that-does-not-fit-into-any-card-of-any-width".repeat(2);
                let row = ProcessRow { pid: 7, name: name.into(), cpu_percent: 55.0, ..ProcessRow::default() };
                snapshot.processes = snapshot.processes.iter().cloned().chain([row]).collect();
                snapshot.disks[0].mount = "/media/asha/a very long name of a disk that somebody gave it".into();
            },
            move |parts| parts.remembered.remember(Path::new(&long), RecentKind::Table, 0),
        );
        samples(&mut window, &script, 3);
        every_control_has_a_name(&window, "Overview");
        let area = window.ctx.content_rect();
        for node in window.query_all_by(|node| node.role() == Role::Button) {
            let rect = node.rect();
            assert!(area.contains_rect(rect), "{:?} at {rect:?} of {area:?}", node.accesskit_node().label());
        }
    }
}
