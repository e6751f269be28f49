//! The Jobs tab: what runs, and the log of what was done, in the window and on the command line.

use std::fs;

use crate::app_window::{
    LEAST_SIZE, SIZE, Window, click, click_role, every_control_has_a_name, folder, give_path, open, open_files, press, sample,
    says, settle, show_tab, shows, times, type_into, until,
};
use crate::processes::click_row;
use eframe::egui::{Key, Modifiers, accesskit::Role};
use egui_kittest::kittest::Queryable;
use tachograph::history::{Archive, Asker, FILE, Operation, OperationResult};

/// The titles in the rows, from the top.
fn listed(window: &Window) -> Vec<String> {
    window.state().state().log.listed().map(|operation| operation.title.clone()).collect()
}

fn read(window: &mut Window, count: usize) {
    until(window, "the log", |window| window.state().state().log.operations().is_some_and(|all| all.len() == count));
    settle(window);
}

/// A window that has opened a table and a profile, and failed to open something.
fn busy(home: &std::path::Path) -> Window {
    let bad = home.join("bad.parquet");
    fs::write(&bad, b"PAR1 no table PAR1").expect("written");
    let mut window = open_files(home, SIZE, vec![sample("bills-sample.xlsx"), sample("sample.pb.gz")]);
    settle(&mut window);
    show_tab(&mut window, "Data");
    press(&mut window, Modifiers::COMMAND, Key::O);
    give_path(&mut window, &bad);
    settle(&mut window);
    show_tab(&mut window, "Jobs");
    read(&mut window, 3);
    window
}

#[test]
fn before_anything_was_done_it_says_what_will_stand_here() {
    let home = folder();
    let (mut window, _script) = open(home.path(), LEAST_SIZE, |_| ());
    show_tab(&mut window, "Jobs");
    until(&mut window, "the empty log", |window| shows(window, "Nothing done yet"));
    settle(&mut window);
    assert!(says(&window, "Nothing runs now"));
    every_control_has_a_name(&window, "empty");
}

#[test]
fn each_operation_stands_there_with_what_it_took_and_how_it_ended() {
    let home = folder();
    let window = busy(home.path());
    let mut titles = listed(&window);
    titles.sort();
    assert_eq!(titles, ["Opening bad.parquet", "Opening bills-sample.xlsx", "Opening sample.pb.gz"]);
    let log = &window.state().state().log;
    let of = |title: &str| log.listed().find(|one| one.title.ends_with(title)).cloned().expect("listed");
    let (table, profile, bad) = (of("bills-sample.xlsx"), of("sample.pb.gz"), of("bad.parquet"));
    let size = |name: &str| fs::metadata(sample(name)).expect("there").len();
    assert_eq!((table.kind.as_str(), table.bytes), ("open table", Some(size("bills-sample.xlsx"))));
    assert_eq!((profile.kind.as_str(), profile.bytes), ("open profile", Some(size("sample.pb.gz"))));
    assert_eq!((bad.kind.as_str(), bad.bytes), ("open table", Some(18)));
    assert!(matches!(&bad.result, OperationResult::Failed(message) if message.contains("bad.parquet")), "{:?}", bad.result);
    assert_eq!((&table.result, &profile.result, table.asker), (&OperationResult::Done, &OperationResult::Done, Asker::Window));
    assert_eq!(table.memory.is_some(), cfg!(any(target_os = "linux", windows)));
    assert!(table.seconds > 0.0 && table.started > 1.7e9, "{table:?}");
    assert_eq!((times(&window, "Done"), times(&window, "Window")), (2, 3));
    every_control_has_a_name(&window, "full");
}

#[test]
fn it_is_searched_filtered_sorted_and_looked_at() {
    let home = folder();
    let mut window = busy(home.path());
    click_role(&mut window, Role::RadioButton, "Failed");
    assert_eq!(listed(&window), ["Opening bad.parquet"]);
    click_role(&mut window, Role::RadioButton, "All");
    type_into(&mut window, "Search operations", "PROFILES");
    assert_eq!(listed(&window), ["Opening sample.pb.gz"]);
    press(&mut window, Modifiers::COMMAND, Key::A);
    press(&mut window, Modifiers::NONE, Key::Backspace);
    click(&mut window, "Operation");
    assert_eq!(listed(&window), ["Opening bad.parquet", "Opening bills-sample.xlsx", "Opening sample.pb.gz"]);
    click_row(&mut window, "Opening bad.parquet");
    assert!(shows(&window, "Memory before") && shows(&window, "18 bytes") && says(&window, "bad.parquet"));
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert!(!shows(&window, "Memory before"), "Esc closes the details");
    for (measure, title) in [("Speed", "Speed of operations over time"), ("Memory", "Memory kept of operations over time")] {
        click_role(&mut window, Role::RadioButton, measure);
        assert!(window.query_by_label(title).is_some(), "{title}");
    }
    click_role(&mut window, Role::RadioButton, "24 h");
    assert_eq!(listed(&window).len(), 3);
}

#[test]
fn the_list_is_saved_as_it_is_shown() {
    let home = folder();
    let mut window = busy(home.path());
    click_role(&mut window, Role::RadioButton, "Failed");
    click(&mut window, "Export…");
    let target = home.path().join("log.csv");
    give_path(&mut window, &target);
    until(&mut window, "the file", |window| says(window, "1 operation saved"));
    let csv = fs::read_to_string(&target).expect("written");
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines.len(), 2, "{csv}");
    assert_eq!(lines[0], "time,kind,operation,from,seconds,bytes,memory_before,memory_after,memory_change,result,message");
    assert!(lines[1].contains(",open table,Opening bad.parquet,window,") && lines[1].contains(",failed,"), "{csv}");
}

#[test]
fn what_runs_is_shown_and_stopped() {
    let home = folder();
    let (mut window, _script) = open(home.path(), SIZE, |_| ());
    show_tab(&mut window, "Profiles");
    click(&mut window, "Record");
    click(&mut window, "For 10 seconds");
    show_tab(&mut window, "Jobs");
    until(&mut window, "the recording", |window| says(window, "Recording this program for"));
    let title = window.state().state().jobs[0].title.clone();
    click(&mut window, &format!("Cancel: {title}"));
    until(&mut window, "its end", |window| window.state().state().jobs.is_empty());
    read(&mut window, 1);
    assert!(shows(&window, "Cancelled") && says(&window, "Nothing runs now"));
}

#[test]
fn earlier_runs_and_the_command_line_are_in_it() {
    let home = folder();
    let kept = home.path().join("history");
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_secs_f64();
    let shell = |days: f64, title: &str| {
        let operation = Operation {
            started: now - days * 86_400.0,
            seconds: 2.0,
            kind: "shrink files".into(),
            title: title.into(),
            asker: Asker::CommandLine,
            result: OperationResult::Done,
            bytes: None,
            memory: None,
        };
        operation.keep(&kept.join(FILE)).expect("kept");
    };
    shell(1.0, "Optimising yesterday.csv");
    shell(20.0, "Optimising long-ago.csv");
    let place = kept.clone();
    let (mut window, _script) = open(home.path(), SIZE, move |parts| {
        parts.places.history = Some(place);
        parts.files = vec![sample("bills-sample.xlsx")];
    });
    settle(&mut window);
    show_tab(&mut window, "Jobs");
    read(&mut window, 3);
    assert_eq!(listed(&window), ["Opening bills-sample.xlsx", "Optimising yesterday.csv"]);
    assert!(shows(&window, "Command line"));
    click_role(&mut window, Role::RadioButton, "30 d");
    assert_eq!(listed(&window).len(), 3);
    // Another program does something meanwhile: it is seen when the tab is.
    shell(0.0, "Optimising now.csv");
    show_tab(&mut window, "Data");
    show_tab(&mut window, "Jobs");
    read(&mut window, 4);
    assert_eq!(Archive::at(&kept.join(FILE)).operations((0.0, f64::MAX), 10).expect("readable").len(), 4, "on disk");
}
