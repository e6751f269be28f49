//! Comparing profiles in the window, driven by what a person and a screen reader find in it. What stands on screen is held against what the
//! engine says of the same files.

use std::path::{Path, PathBuf};

use crate::app_window::{
    Window, click, click_role, every_control_has_a_name, folder, give_path, open_profiles, press, profile, profile_data, says,
    settle, shows, top, type_into, until,
};
use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;
use tachograph::app::Command;
use tachograph::app::tabs::profiles::ProfilesCommand;
use tachograph::jobs::{Cancel, Progress};
use tachograph::operations::{self, ProfileComparison};
use tachograph::profile::compare::{ChangeRow, Kind, Options, Sides};

fn data(name: &str) -> PathBuf {
    profile_data("compare").join(name)
}

/// What the engine makes of two files by itself.
fn engine(new: &Path, base: &Path, normalised: bool) -> ProfileComparison {
    let options = Options { normalised, ..Options::default() };
    let sides = Sides::pair(profile(new), profile(base));
    operations::compare_profiles(&sides, options, &Cancel::new(), &Progress::new()).expect("comparable")
}

fn choose(window: &mut Window, entry: &str, path: &Path) {
    click(window, "Compare with…");
    click(window, entry);
    give_path(window, path);
    settle(window);
}

/// A window with the newer profile, compared with the older one.
fn comparing(home: &Path) -> Window {
    let mut window = open_profiles(home, &[data("cpu-new.pb.gz")]);
    choose(&mut window, "Choose file…", &data("cpu-old.pb.gz"));
    window
}

/// The first lines of the table and the sentence are the engine's.
fn agrees(window: &Window, expected: &ProfileComparison) {
    assert!(shows(window, &expected.summary), "{}: {window:?}", expected.summary);
    for row in expected.table.rows.iter().take(5) {
        for text in [
            expected.name(row).to_owned(),
            expected.show_change(row.self_change()),
            expected.show(row.new.self_value),
            expected.show(row.base.self_value),
            expected.show_change(row.total_change()),
            expected.show_self_percent(row),
        ] {
            assert!(text.is_empty() || shows(window, &text), "{text} is not on screen: {window:?}");
        }
    }
}

fn boxes(window: &Window, name: &str) -> usize {
    window.query_all_by_role_and_label(Role::Button, name).count()
}

#[test]
fn what_changed_is_what_the_engine_says() {
    let home = folder();
    let (mut window, expected) = (comparing(home.path()), engine(&data("cpu-new.pb.gz"), &data("cpu-old.pb.gz"), false));
    agrees(&window, &expected);
    every_control_has_a_name(&window, "the changes");
    let rows = &expected.table.rows;
    let first = |row: usize| expected.name(&rows[row]).to_owned();
    assert!(top(&window, &first(1)) < top(&window, &first(3)), "largest change first");
    assert!(shows(&window, "within noise") && shows(&window, "cpu-old.pb.gz"));

    // What grew most stands first after a click on the title.
    let grown = rows.iter().max_by_key(|row| row.self_change()).expect("rows");
    click_role(&mut window, Role::ColumnHeader, "Self change");
    settle(&mut window);
    let listed = window.state().state().profiles.doc().unwrap().against().rows().unwrap().rows.clone();
    assert_eq!(rows[listed[0] as usize].self_change(), grown.self_change());
    click_role(&mut window, Role::ColumnHeader, "Self change, sorted, largest first");
    settle(&mut window);
    let listed = window.state().state().profiles.doc().unwrap().against().rows().unwrap().rows.clone();
    assert_eq!(rows[listed[0] as usize].self_change(), rows.iter().map(ChangeRow::self_change).min().unwrap());

    type_into(&mut window, "Search functions", "sha256");
    settle(&mut window);
    let found = rows.iter().filter(|row| expected.name(row).contains("sha256")).count();
    assert!(found > 0 && shows(&window, &format!("{found} of {} functions", rows.len())), "{window:?}");
}

#[test]
fn a_row_shows_both_sides_of_its_function() {
    let home = folder();
    let (mut window, expected) = (comparing(home.path()), engine(&data("cpu-new.pb.gz"), &data("cpu-old.pb.gz"), false));
    let row = expected.table.rows.iter().find(|row| row.kind() == Kind::Both && row.self_change() != 0).expect("one");
    let name = expected.name(row);
    window.query_all_by(|node| node.value().as_deref() == Some(name)).last().expect("a row").click();
    settle(&mut window);
    let sides = format!("{} → {}", expected.show(row.base.self_value), expected.show(row.new.self_value));
    assert!(shows(&window, &sides), "{sides}: {window:?}");
    assert!(window.state().state().profiles.selection().is_some());
}

#[test]
fn what_vanished_is_under_before_and_both() {
    let home = folder();
    let (mut window, expected) = (comparing(home.path()), engine(&data("cpu-new.pb.gz"), &data("cpu-old.pb.gz"), false));
    let gone = expected.table.rows.iter().find(|row| row.kind() == Kind::Gone).expect("something vanished");
    let name = expected.name(gone).to_owned();
    click(&mut window, "Graph");
    settle(&mut window);
    assert_eq!(boxes(&window, &name), 0, "{name} is not there now");
    assert!(says(&window, "less") && says(&window, "more"));
    for layout in ["Before", "Both"] {
        click(&mut window, layout);
        settle(&mut window);
        assert!(boxes(&window, &name) > 0, "{name} under {layout}: {window:?}");
    }
    window.query_all_by_role_and_label(Role::Button, &name).next().expect("a box").click();
    settle(&mut window);
    assert!(shows(&window, "It is gone: only the older side has it."), "{window:?}");
    let zoomed = |window: &Window| window.state().state().profiles.doc().is_some_and(|doc| doc.against().zoom().is_part());
    assert!(zoomed(&window));
    press(&mut window, Modifiers::NONE, Key::Backspace);
    settle(&mut window);
    assert!(!zoomed(&window));
    click(&mut window, "Inverted");
    settle(&mut window);
    assert!(boxes(&window, &name) > 0, "{window:?}");
}

#[test]
fn sides_are_swapped_scaled_and_left() {
    let home = folder();
    let (new, old) = (data("cpu-new.pb.gz"), data("cpu-old.pb.gz"));
    let mut window = comparing(home.path());
    click(&mut window, "Swap sides");
    settle(&mut window);
    agrees(&window, &engine(&old, &new, false));
    click(&mut window, "Swap sides");
    settle(&mut window);
    click(&mut window, "Same total");
    settle(&mut window);
    agrees(&window, &engine(&new, &old, true));
    click(&mut window, "Stop comparing");
    settle(&mut window);
    assert!(!shows(&window, "Compared with") && shows(&window, "Flame graph"), "{window:?}");
    assert!(window.query_by_label("Changes").is_none());
}

#[test]
fn an_open_profile_is_chosen_by_its_name() {
    let home = folder();
    let mut window = open_profiles(home.path(), &[data("cpu-old.pb.gz"), data("cpu-new.pb.gz")]);
    let open = window.state().state().profiles.shown().expect("shown").name.clone();
    let other = if open == "cpu-new.pb.gz" { "cpu-old.pb.gz" } else { "cpu-new.pb.gz" };
    click(&mut window, "Compare with…");
    window.query_all_by_role_and_label(Role::Button, other).next().expect("an entry").click();
    window.run();
    settle(&mut window);
    agrees(&window, &engine(&data(&open), &data(other), false));
}

#[test]
fn time_and_memory_are_refused_in_words() {
    let home = folder();
    let mut window = open_profiles(home.path(), &[data("cpu-new.pb.gz")]);
    choose(&mut window, "Choose file…", &data("heap-old.pb.gz"));
    let failure = window.state().state().profiles.failure().expect("refused").clone();
    assert!(
        failure.message.starts_with("The profiles measure different things: cpu (nanoseconds) on the newer side"),
        "{failure:?}"
    );
    assert!(says(&window, "The profiles measure different things"), "{window:?}");
    assert!(!shows(&window, "Compared with"));
    choose(&mut window, "Choose file…", &data("cpu-old.pb.gz"));
    agrees(&window, &engine(&data("cpu-new.pb.gz"), &data("cpu-old.pb.gz"), false));
    assert!(window.state().state().profiles.failure().is_none());
}

#[test]
fn runs_are_added_to_both_sides() {
    let home = folder();
    let run = |name: &str, parse: u32| {
        let path = home.path().join(name);
        std::fs::write(&path, format!("main;parse {parse}\nmain;draw 80000\n")).expect("written");
        path
    };
    let [a, b, c] = [("a.folded", 50_000), ("b.folded", 50_400), ("c.folded", 49_800)].map(|(name, parse)| run(name, parse));
    let [d, e, f] = [("d.folded", 40_000), ("e.folded", 40_300), ("f.folded", 39_900)].map(|(name, parse)| run(name, parse));
    let mut window = open_profiles(home.path(), &[a]);
    choose(&mut window, "Choose file…", &d);
    choose(&mut window, "Add a run of this side…", &b);
    assert!(says(&window, "Not enough runs") && says(&window, "2 files on the newer side, 1 file on the older one"), "{window:?}");
    assert!(shows(&window, "not enough runs"), "{window:?}");
    choose(&mut window, "Add a run of this side…", &c);
    choose(&mut window, "Add a run of the other side…", &e);
    choose(&mut window, "Add a run of the other side…", &f);
    assert!(shows(&window, "more than chance") && shows(&window, "within noise"), "{window:?}");
    assert!(says(&window, "a.folded and 2 more runs"), "{window:?}");
}

#[test]
fn the_changes_are_saved_as_a_table() {
    let home = folder();
    let (mut window, expected) = (comparing(home.path()), engine(&data("cpu-new.pb.gz"), &data("cpu-old.pb.gz"), false));
    let path = home.path().join("changes.csv");
    click(&mut window, "Export…");
    click(&mut window, "Changes as CSV…");
    give_path(&mut window, &path);
    until(&mut window, "the file", |_| path.exists());
    assert_eq!(std::fs::read_to_string(&path).expect("readable"), operations::changes_csv(&expected));
}

#[test]
fn the_report_tells_what_changed_in_the_part_that_is_looked_at() {
    let home = folder();
    let mut window = comparing(home.path());
    let path = home.path().join("report.html");
    click(&mut window, "Export…");
    click(&mut window, "Report as HTML…");
    give_path(&mut window, &path);
    until(&mut window, "the file", |_| path.exists());
    let html = std::fs::read_to_string(&path).expect("readable");
    assert!(html.contains("cpu-new.pb.gz compared with cpu-old.pb.gz"));
    let row = html.split("<tr").find(|row| row.contains(">main.bubble<") && row.contains("less than before"));
    assert!(row.is_some(), "{}", html.len());
}

#[test]
fn the_same_seconds_of_both_are_compared() {
    let home = folder();
    let path = profile_data("perf/two.tid.script.txt.gz");
    let mut window = open_profiles(home.path(), &[&path]);
    let open = |window: &Window| window.state().state().profiles.shown().expect("a profile").view.clone();
    let asked = open(&window).asked.with(|filters| filters.range_ns = Some((500_000_000, 1_500_000_000)));
    window.state().commands().send(Command::Profiles(ProfilesCommand::Ask(Box::new(asked))));
    settle(&mut window);
    choose(&mut window, "Choose file…", &path);
    let in_sight = open(&window).in_sight;
    let compared = window.state().state().profiles.doc().expect("a profile").against().compared().cloned().expect("compared");
    assert!(in_sight > 0 && in_sight < open(&window).top.total);
    assert_eq!(compared.comparison.table.totals, [in_sight; 2]);
    // A file that tells no times has no such seconds.
    choose(&mut window, "Choose file…", &data("cpu-old.pb.gz"));
    assert!(says(&window, "does not say when its samples were taken"), "{window:?}");
}
