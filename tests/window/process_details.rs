//! The columns of the table of processes, and what is asked only of the process that is looked at.

use std::sync::Arc;
use std::time::Duration;

use crate::app_window::{LEAST_SIZE, SIZE, Window, click, click_role, folder, open, says, settle, shows, until};
use eframe::egui::accesskit::Role;
use tachograph::sampler::{Machine, ProcessRow, Processes, Source};
use tachograph::settings::{Folders, Store, Theme};

use super::processes::{Sleeper, change, click_row, open_with, samples};

#[test]
fn columns_are_chosen_and_remembered() {
    let home = folder();
    let (mut window, script) = open(home.path(), SIZE, |_| {});
    samples(&mut window, &script, 2);
    assert!(shows(&window, "412") && !shows(&window, "/usr/bin/postgres --example"));
    click(&mut window, "Columns");
    click_role(&mut window, Role::CheckBox, "Command line");
    assert!(shows(&window, "/usr/bin/postgres --example"), "{window:?}");
    click(&mut window, "Columns");
    click_role(&mut window, Role::CheckBox, "PID");
    settle(&mut window);
    let kept = Store::at(Folders::inside(home.path())).load_state().value.process_columns.expect("remembered");
    assert_eq!(kept, ["name", "cpu", "memory", "disk", "threads", "handles", "running", "command"]);

    let (mut window, script) = open(home.path(), SIZE, |_| {});
    samples(&mut window, &script, 2);
    assert!(shows(&window, "/usr/bin/postgres --example") && !shows(&window, "412"));
}

/// Of a process that this test started; its details are the system's.
#[cfg(target_os = "linux")]
#[test]
fn threads_and_open_files_are_those_of_the_process() {
    let home = folder();
    let sleeper = Sleeper::start();
    let (mut window, script) = open_with(home.path(), change(sleeper.pid()));
    samples(&mut window, &script, 2);
    click_row(&mut window, "sleep");
    let here = std::env::current_dir().expect("a folder").to_string_lossy().into_owned();
    until(&mut window, "its folder", move |window: &Window| shows(window, &here));
    click_role(&mut window, Role::RadioButton, "Open files");
    assert!(says(&window, " devices"), "{window:?}");
    assert!(shows(&window, "/dev/null"));
    click_role(&mut window, Role::RadioButton, "Threads");
    assert!(!shows(&window, "/dev/null"));
    click_role(&mut window, Role::RadioButton, "Facts");
    assert!(shows(&window, "Working folder"));
}

/// The example's processes do not exist: what only the system could tell is not claimed.
#[test]
fn what_is_not_told_is_not_available() {
    let home = folder();
    let (mut window, script) = open(home.path(), SIZE, |_| {});
    samples(&mut window, &script, 2);
    click_row(&mut window, "postgres");
    settle(&mut window);
    click_role(&mut window, Role::RadioButton, "Threads");
    assert!(shows(&window, "not available"), "{window:?}");
}

/// This program in the table and looked at, with all columns; to be looked at by people.
#[cfg(target_os = "linux")]
#[test]
#[ignore = "makes pictures to be looked at"]
fn pictures_of_a_process_that_is_looked_at() {
    let folder_of_pictures =
        std::path::PathBuf::from(std::env::var_os("TACHOGRAPH_PICTURES").expect("TACHOGRAPH_PICTURES names a folder"));
    std::fs::create_dir_all(&folder_of_pictures).expect("the folder");
    for (theme, size, look) in [(Theme::Dark, SIZE, "dark"), (Theme::Light, SIZE, "light"), (Theme::Dark, LEAST_SIZE, "dark-1024")]
    {
        let home = folder();
        let mut machine = Machine::new().expect("a thread");
        machine.prime(Processes::All);
        std::thread::sleep(Duration::from_millis(500));
        let real = machine.sample(Processes::All, Duration::from_secs(1)).expect("a sample");
        let is_own = |row: &&ProcessRow| row.pid == std::process::id();
        let own = real.processes.iter().find(is_own).expect("this program").clone();
        let others = real.processes.iter().filter(|row| !is_own(row)).take(12).cloned();
        let rows: Arc<[ProcessRow]> = [ProcessRow { cpu_percent: 100.0, ..own.clone() }].into_iter().chain(others).collect();
        let (mut window, script) = open_with(home.path(), move |snapshot| {
            snapshot.time = real.time;
            snapshot.processes = Arc::clone(&rows);
        });
        let chosen = if theme == Theme::Light { eframe::egui::Theme::Light } else { eframe::egui::Theme::Dark };
        window.ctx.set_theme(chosen);
        window.set_size(size);
        samples(&mut window, &script, 2);
        let take = |window: &mut Window, name: &str| {
            window.run();
            let path = folder_of_pictures.join(format!("process-{name}-{look}.png"));
            window.render().expect("a picture").save(&path).expect("saved");
        };
        click(&mut window, "Columns");
        take(&mut window, "columns-menu");
        click_role(&mut window, Role::CheckBox, "Command line");
        click(&mut window, "Columns");
        click_role(&mut window, Role::CheckBox, "User");
        take(&mut window, "columns");
        click_row(&mut window, &own.name);
        settle(&mut window);
        take(&mut window, "facts");
        for part in ["Threads", "Open files"] {
            click_role(&mut window, Role::RadioButton, part);
            take(&mut window, part);
        }
    }
}
