//! The Profiles tab, driven by what a person and a screen reader find in it. What stands on screen is held against what the engine says of the
//! same file, and against what Go's own tool printed of it.

use std::path::Path;
use std::sync::Arc;

use crate::app_window::{
    LEAST_SIZE, SIZE, Window, click, click_role, folder, give_path, open_files, open_profiles, press, profile, profile_data,
    sample, says, settle, show_tab, shows, top, type_into, until,
};
use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;
use tachograph::app::{Command, Tab};
use tachograph::jobs::{Cancel, Progress};
use tachograph::operations::{self, ProfileView, compare_profiles};
use tachograph::profile::compare::{Options, Sides};
use tachograph::profile::units::{format_value, percent};
use tachograph::profile::{Grouping, Matches, NodeId, record};
use tachograph::settings::{Folders, RecentKind, Store};

/// Clicks the first box of the graph with this name, and waits for what is told of it: while jobs run, the keys that go back do nothing.
fn click_box(window: &mut Window, name: &str) {
    window.query_all_by_role_and_label(Role::Button, name).next().unwrap_or_else(|| panic!("no box {name}: {window:?}")).click();
    settle(window);
}

/// What the engine makes of a file by itself.
fn engine(path: &Path, sample_type: Option<&str>) -> ProfileView {
    let (cancel, progress) = (Cancel::new(), Progress::new());
    let profile = profile(path);
    let row = sample_type.map(|name| profile.sample_type_named(name).expect("there"));
    ProfileView::new(Arc::clone(&profile), row, true, &cancel, &progress).expect("not cancelled")
}

fn root(window: &Window) -> NodeId {
    window.state().state().profiles.zoom().root()
}

/// Name, self and total of the first lines that `go tool pprof -top` printed.
fn printed_by_go(name: &str, lines: usize) -> Vec<(String, i64, i64)> {
    let text = std::fs::read_to_string(profile_data(name)).expect("the listing");
    let table = text.lines().skip_while(|line| !line.trim_start().starts_with("flat ")).skip(1);
    let number = |cell: &str| cell.trim_end_matches(|c: char| c.is_alphabetic()).parse::<i64>().expect("a number");
    let row = |line: &str| {
        let mut cells = line.split_whitespace();
        let (own, total) = (cells.next().map(number), cells.nth(2).map(number));
        let name = cells.nth(1).expect("a name").to_owned();
        (name, own.expect("self"), total.expect("total"))
    };
    table.take(lines).map(row).collect()
}

/// The rows of the table in sight are those that Go printed.
fn agrees_with_go(window: &Window, listing: &str, unit: &str) {
    let rows = printed_by_go(listing, 5);
    assert_eq!(rows.len(), 5);
    for (name, own, total) in rows {
        let short = |value| format_value(value, unit).replacen(".00 ", " ", 1);
        assert!(shows(window, &name), "{name} is not listed: {window:?}");
        for text in [short(own), short(total)] {
            assert!(shows(window, &text), "{text} of {name} is not on screen: {window:?}");
        }
    }
}

#[test]
fn the_sample_shows_what_the_engine_says_of_it() {
    let home = folder();
    let (window, expected) = (open_profiles(home.path(), &[sample("sample.pb.gz")]), engine(&sample("sample.pb.gz"), None));
    let state = window.state().state();
    assert_eq!(state.tab, Tab::Profiles);
    assert!(shows(&window, "sample.pb.gz · pprof · 5.13 s · 523 samples"), "{window:?}");
    assert!(shows(&window, &expected.summary));
    for row in expected.top.rows.iter().take(5) {
        for text in [expected.name(row.group).to_owned(), expected.show(row.self_value), expected.show(row.total_value)] {
            assert!(shows(&window, &text), "{text} is not on screen: {window:?}");
        }
    }
    let recent = &state.remembered.recent;
    assert!(matches!(recent.as_slice(), [one] if one.path == sample("sample.pb.gz") && one.kind == RecentKind::Profile));
}

#[test]
fn the_table_is_that_of_gos_own_tool_for_each_sample_type() {
    let home = folder();
    let mut window = open_profiles(home.path(), &[profile_data("go-cpu.pb.gz")]);
    agrees_with_go(&window, "go-cpu.cpu.top.txt", "nanoseconds");
    click(&mut window, "Sample type");
    click(&mut window, "samples");
    until(&mut window, "the other sample type", |window| {
        window.state().state().profiles.shown().is_some_and(|shown| shown.view.sample_type == 0)
    });
    settle(&mut window);
    agrees_with_go(&window, "go-cpu.samples.top.txt", "count");
}

#[test]
fn where_memory_is_held_is_asked_by_clicks() {
    let home = folder();
    let mut window = open_profiles(home.path(), &[profile_data("go-heap.pb.gz")]);
    click(&mut window, "Functions");
    for (clicks, name) in [
        (&["Allocated"][..], "alloc_space"),
        (&["Objects"], "alloc_objects"),
        (&["In use"], "inuse_objects"),
        (&["Bytes"], "inuse_space"),
    ] {
        for name in clicks {
            click(&mut window, name);
            settle(&mut window);
        }
        let expected = engine(&profile_data("go-heap.pb.gz"), Some(name));
        let shown = window.state().state().profiles.shown().expect("a profile");
        assert_eq!((shown.view.sample_type, &shown.view.top.rows), (expected.sample_type, &expected.top.rows), "{name}");
        agrees_with_go(&window, &format!("go-heap.{name}.top.txt"), if name.ends_with("space") { "bytes" } else { "count" });
    }
    // By site: the lines that asked for it.
    click(&mut window, "By line");
    settle(&mut window);
    let view = &window.state().state().profiles.shown().expect("a profile").view;
    assert_eq!(view.asked.grouping, Grouping::Line);
    let largest = view.top.rows.iter().max_by_key(|row| row.self_value).expect("a row");
    assert!(shows(&window, view.name(largest.group)), "{}", view.name(largest.group));
    // What grew is asked of an earlier profile.
    let base = profile_data("compare/heap-old.pb.gz");
    let mut window = open_profiles(home.path(), &[profile_data("compare/heap-new.pb.gz")]);
    click(&mut window, "Growth since…");
    give_path(&mut window, &base);
    settle(&mut window);
    let sides = Sides::pair(profile(&profile_data("compare/heap-new.pb.gz")), profile(&base));
    let expected = compare_profiles(&sides, Options::default(), &Cancel::new(), &Progress::new()).expect("comparable");
    assert!(shows(&window, &expected.summary), "{}", expected.summary);
}

#[test]
fn what_measures_no_memory_has_no_questions_about_it() {
    let home = folder();
    let window = open_profiles(home.path(), &[sample("sample.pb.gz")]);
    assert!(window.query_by_label("In use").is_none() && window.query_by_label("Growth since…").is_none());
}

#[test]
fn folded_stacks_open_and_sort() {
    let home = folder();
    let path = home.path().join("small.folded");
    std::fs::write(&path, "main;load;parse 60\nmain;save 25\nidle 15\n").expect("written");
    let mut window = open_profiles(home.path(), &[&path]);
    for text in ["small.folded · folded stacks · 100 samples", "parse", "60", "85"] {
        assert!(shows(&window, text), "{text}: {window:?}");
    }
    assert!(top(&window, "parse") < top(&window, "idle"));
    click_role(&mut window, Role::ColumnHeader, "Function");
    settle(&mut window);
    assert!(top(&window, "idle") < top(&window, "load") && top(&window, "load") < top(&window, "parse"));
    click_role(&mut window, Role::ColumnHeader, "Total");
    settle(&mut window);
    assert!(top(&window, "main") < top(&window, "load") && top(&window, "save") < top(&window, "idle"));
}

#[test]
fn search_highlights_filters_and_tells_the_share() {
    let home = folder();
    let (mut window, expected) = (open_profiles(home.path(), &[sample("sample.pb.gz")]), engine(&sample("sample.pb.gz"), None));
    let matches = Matches::find(&expected.profile, &expected.groups, "SHA256");
    let tree = expected.tree.as_ref().expect("a tree");
    let share = percent(expected.top.percent(matches.total(tree, NodeId::ROOT)));
    let found = expected.top.rows.iter().filter(|row| matches.contains(row.group)).count();
    assert!(found > 0 && found < expected.top.rows.len());
    type_into(&mut window, "Search functions", "SHA256");
    settle(&mut window);
    assert!(shows(&window, &share), "{share}: {window:?}");
    assert!(shows(&window, &format!("{found} of {} functions", expected.top.rows.len())), "{window:?}");
    assert!(shows(&window, "crypto/sha256.block") && !shows(&window, "runtime.memclrNoHeapPointers"));
    click(&mut window, "Clear: Search functions");
    settle(&mut window);
    assert!(shows(&window, "runtime.memclrNoHeapPointers"));
}

#[test]
fn a_click_zooms_and_there_are_ways_back() {
    let home = folder();
    let mut window = open_profiles(home.path(), &[sample("sample.pb.gz")]);
    let zoomed = |window: &Window| window.state().state().profiles.zoom().is_part();
    click_box(&mut window, "main.load");
    assert!(zoomed(&window));
    let deeper = root(&window);
    click_box(&mut window, "encoding/json.(*Decoder).Decode");
    assert_ne!(root(&window), deeper);
    press(&mut window, Modifiers::NONE, Key::Backspace);
    assert_eq!(root(&window), deeper);
    settle(&mut window);
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert!(!zoomed(&window));
    click_box(&mut window, "main.load");
    click(&mut window, "Back to main.main");
    settle(&mut window);
    assert!(zoomed(&window) && root(&window) < deeper);
    click(&mut window, "Reset");
    assert!(!zoomed(&window));
}

#[test]
fn the_keyboard_moves_the_selection_and_zooms() {
    let home = folder();
    let (mut window, expected) = (open_profiles(home.path(), &[sample("sample.pb.gz")]), engine(&sample("sample.pb.gz"), None));
    window.get_by_role_and_label(Role::Image, "Flame graph").focus();
    window.run();
    let selected = |window: &Window| {
        let selection = window.state().state().profiles.selection();
        selection.map(|selection| expected.name(selection.group).to_owned())
    };
    let steps = [
        (Key::ArrowDown, Some("runtime.main")),
        (Key::ArrowDown, Some("main.main")),
        (Key::ArrowDown, Some("main.settle")),
        (Key::ArrowDown, Some("main.store")),
        (Key::ArrowRight, Some("main.load")),
        (Key::ArrowLeft, Some("main.store")),
        (Key::ArrowUp, Some("main.settle")),
    ];
    for (at, (key, name)) in steps.into_iter().enumerate() {
        press(&mut window, Modifiers::NONE, key);
        assert_eq!(selected(&window).as_deref(), name, "after step {at}");
    }
    press(&mut window, Modifiers::NONE, Key::Enter);
    let tree = expected.tree.as_ref().expect("a tree");
    assert_eq!(expected.name(tree.group(root(&window))), "main.settle");
}

#[test]
fn a_selected_function_tells_its_callers_and_callees() {
    let home = folder();
    let path = home.path().join("small.folded");
    std::fs::write(&path, "main;load;parse 60\nmain;save;parse 20\nmain;load 20\n").expect("written");
    let mut window = open_profiles(home.path(), &[&path]);
    window
        .query_all_by(|node| node.role() == Role::Label && node.value().as_deref() == Some("parse"))
        .next()
        .expect("a row")
        .click();
    settle(&mut window);
    let selection = window.state().state().profiles.selection().expect("something is selected");
    assert_eq!(selection.node, None);
    for text in ["80 · 80.0 %", "Called by", "75.0 %", "25.0 %", "Calls nothing else"] {
        assert!(shows(&window, text), "{text}: {window:?}");
    }
    window
        .query_all_by(|node| node.role() == Role::Link && node.label().as_deref() == Some("load"))
        .next()
        .expect("a link")
        .click();
    settle(&mut window);
    assert!(shows(&window, "20 · 20.0 %") && shows(&window, "80 · 80.0 %"), "{window:?}");
}

#[test]
fn a_cut_file_is_told_with_the_next_step_and_does_no_harm() {
    let home = folder();
    let mut window = open_profiles(home.path(), &[sample("sample.pb.gz")]);
    let cut = home.path().join("cut.pb.gz");
    let whole = std::fs::read(sample("sample.pb.gz")).expect("the sample");
    std::fs::write(&cut, &whole[..whole.len() / 2]).expect("written");
    window.state().commands().send(Command::Open(vec![cut]));
    until(&mut window, "the failure", |window| window.state().state().profiles.failure().is_some());
    assert!(says(&window, "cut.pb.gz is damaged at byte"), "{window:?}");
    assert!(shows(&window, "Copy or download the file again, or record the profile again."));
    assert!(shows(&window, "crypto/sha256.block"), "the profile before it is still there");
    click(&mut window, "Close message");
    assert!(!says(&window, "cut.pb.gz is damaged"));
    window.state().commands().send(Command::Open(vec![home.path().join("gone.folded")]));
    until(&mut window, "the failure", |window| window.state().state().profiles.failure().is_some());
    assert!(says(&window, "gone.folded"), "{window:?}");
}

#[test]
fn the_empty_tab_offers_a_sample_and_recent_files() {
    let home = folder();
    let mut window = open_files(home.path(), LEAST_SIZE, Vec::new());
    show_tab(&mut window, "Profiles");
    assert!(shows(&window, "No profile open"));
    click(&mut window, "Try a sample");
    until(&mut window, "the sample", |window| window.state().state().profiles.shown().is_some());
    let copy = home.path().join("data/sample.pb.gz");
    assert_eq!(std::fs::read(&copy).expect("it was put there"), std::fs::read(sample("sample.pb.gz")).expect("the sample"));
    settle(&mut window);
    drop(window);
    // The file of recent ones is written in the background, at the latest when the window closes.
    Store::at(Folders::inside(home.path()))
        .save_state(&tachograph::settings::State {
            recent: vec![tachograph::settings::Recent { path: copy, kind: RecentKind::Profile, opened: None }],
            ..Default::default()
        })
        .expect("written");
    let mut window = open_files(home.path(), LEAST_SIZE, Vec::new());
    show_tab(&mut window, "Profiles");
    click(&mut window, "sample.pb.gz");
    until(&mut window, "the profile", |window| window.state().state().profiles.shown().is_some());
}

#[test]
fn the_graph_and_the_table_are_exported() {
    let home = folder();
    let mut window = open_profiles(home.path(), &[sample("sample.pb.gz")]);
    for (entry, name) in
        [("Top functions as CSV…", "top.csv"), ("Flame graph as SVG…", "graph.svg"), ("Flame graph as PNG…", "graph.png")]
    {
        let target = home.path().join(name);
        click(&mut window, "Export…");
        click(&mut window, entry);
        give_path(&mut window, &target);
        until(&mut window, name, |_| target.exists());
    }
    let csv = std::fs::read_to_string(home.path().join("top.csv")).expect("the table");
    assert_eq!(csv, operations::top_csv(&engine(&sample("sample.pb.gz"), None)));
    let svg = std::fs::read_to_string(home.path().join("graph.svg")).expect("the graph");
    assert!(svg.starts_with("<svg") || svg.starts_with("<?xml"), "{}", &svg[..40]);
    assert!(svg.contains("encoding/json.(*Decoder).Decode"));
    assert!(std::fs::read(home.path().join("graph.png")).expect("the picture").starts_with(b"\x89PNG"));
}

#[test]
fn recording_opens_what_was_recorded_or_says_why_not() {
    let home = folder();
    let mut window = open_files(home.path(), SIZE, Vec::new());
    show_tab(&mut window, "Profiles");
    click(&mut window, "Record");
    if !record::is_available() {
        assert!(says(&window, "works on Linux and macOS only"));
        return;
    }
    click(&mut window, "For 2 seconds");
    until(&mut window, "the recording", |window| window.state().state().profiles.has_unsaved_recording());
    settle(&mut window);
    assert!(says(&window, "This program · recording of this program · 2"), "{window:?}");
    click(&mut window, "Save recording…");
    let target = home.path().join("own.pb.gz");
    give_path(&mut window, &target);
    until(&mut window, "the saved recording", |window| !window.state().state().profiles.has_unsaved_recording());
    let (saved, shown) = (engine(&target, None), window.state().state().profiles.shown().cloned().expect("the recording"));
    assert_eq!(saved.top.total, shown.view.top.total);
    assert_eq!(saved.profile.sample_types.len(), 2);
}

#[test]
fn nothing_measured_and_endless_names_are_shown_calmly() {
    let home = folder();
    let name = "std::vector<std::map<int, std::pair<std::string, acme::billing::Invoice> > >::push_back(int const&)".repeat(40);
    for (file, text) in [("long.folded", format!("main;{name} 9\n{name};{name} 4\n")), ("zero.folded", "main;a 0\n".to_owned())] {
        let path = home.path().join(file);
        std::fs::write(&path, text).expect("written");
        let mut window = open_files(home.path(), LEAST_SIZE, vec![path]);
        until(&mut window, file, |window| window.state().state().profiles.shown().is_some());
        settle(&mut window);
        assert!(says(&window, file));
    }
}

#[test]
fn a_profile_under_a_wrong_name_or_none_goes_to_its_tab() {
    let home = folder();
    for (file, name) in [
        ("valgrind/callgrind.plain.out", "figures.csv"),
        ("python/cprofile-3.11.prof", "report.xlsx"),
        ("go-cpu.pb.gz", "recording"),
        ("js/node.cpuprofile.gz", "notes.txt"),
    ] {
        let path = home.path().join(name);
        std::fs::copy(profile_data(file), &path).expect("a copy");
        let window = open_profiles(home.path(), &[&path]);
        let state = window.state().state();
        assert_eq!(state.tab, Tab::Profiles, "{name}");
        let shown = state.profiles.shown().expect("a profile");
        assert_eq!(shown.view.top.rows, engine(&path, None).top.rows, "{name}");
    }
}
