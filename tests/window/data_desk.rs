//! What a person changes about a table in the Data tab: steps and columns, readings and suggestions, each undone and done again. What stands on
//! screen is held against what the engine says of the same file with the same options.

use std::path::{Path, PathBuf};

use crate::app_window::{SIZE, Window, click, folder, give_path, open_files, press, says, shows, until};
use eframe::egui::{Key, Modifiers, accesskit::Role};
use egui_kittest::kittest::Queryable;
use tachograph::data::{self, Choice, Options, Step, Steps, Table};
use tachograph::jobs::{Cancel, Progress};
use tachograph::operations::table_options;
use tachograph::report::format;
use tachograph::settings::Settings;

/// A file of which each column is of its own sort.
fn desk(home: &Path) -> PathBuf {
    let row = |n: u32| {
        let item = ["sand", " cement", "gravel ", "lime"][n as usize % 4];
        format!("{},{:02}/{:02}/2024,{item},INR,,{}.5\n", 100_000 + n, n % 12 + 1, n % 11 + 1, n % 400)
    };
    let path = home.join("desk.csv");
    let rows: String = (0..3_000).map(row).collect();
    std::fs::write(&path, format!("bill,paid,item,currency,legacy,amount\n{rows}")).expect("written");
    path
}

/// What the engine makes of a file by itself.
fn engine(path: &Path, change: impl FnOnce(&mut Options)) -> Table {
    let mut options = table_options(&Settings::default());
    change(&mut options);
    let table = data::optimise(path, &options, &Cancel::new(), &Progress::new()).expect("the file opens");
    table.leaving_out(&options.leave_out)
}

fn sizes(table: &Table) -> String {
    format!("{} → {}", format::bytes(table.report.before_bytes), format::bytes(table.report.after_bytes))
}

fn until_sizes(window: &mut Window, what: &str, table: &Table) {
    until(window, &format!("{what}: {}", sizes(table)), |window| shows(window, &sizes(table)));
}

fn names(names: &[&str]) -> std::collections::BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// A window with this file open; where the file is in doubt, nothing is chosen before it is loaded.
fn opened(home: &Path, path: PathBuf) -> Window {
    let mut window = open_files(home, SIZE, vec![path]);
    read_as_found(&mut window);
    window
}

/// Waits for the sheet of choices, where there is one, or for the table, and opens it as it was found.
fn read_as_found(window: &mut Window) {
    let asked = |window: &Window| window.query_by_role_and_label(Role::Button, "Open").is_some();
    until(window, "the table or the choices", |window| asked(window) || says(window, "values compared"));
    if asked(window) {
        press(window, Modifiers::NONE, Key::Enter);
    }
}

/// Clicks the switch of a step, which may lie below what is in sight.
fn switch(window: &mut Window, step: &str) {
    window.get_by_role_and_label(Role::Switch, step).scroll_to_me();
    window.run();
    click(window, step);
}

/// Clicks what has such a name, which may lie below what is in sight.
fn click_first(window: &mut Window, is_meant: impl Fn(&str) -> bool) {
    let found = |window: &mut Window, act: &dyn Fn(&egui_kittest::Node<'_>)| {
        let node = window.query_all_by(|node| node.label().is_some_and(|label| is_meant(&label))).next();
        act(&node.expect("a choice"));
    };
    found(window, &|node| node.scroll_to_me());
    window.run();
    found(window, &|node| node.click());
    window.run();
}

#[test]
fn each_step_is_switched_off_and_undone() {
    let home = folder();
    let path = desk(home.path());
    let all = engine(&path, |_| {});
    let mut window = opened(home.path(), path.clone());
    until_sizes(&mut window, "the table", &all);
    let mut changed = 0;
    for step in Step::ALL.into_iter().filter(|step| *step != Step::Floats) {
        let without = engine(&path, |options| options.steps = Steps::ALL.with(step, false));
        changed += u32::from(sizes(&without) != sizes(&all));
        switch(&mut window, step.title());
        until_sizes(&mut window, &format!("without {step:?}"), &without);
        click(&mut window, "Undo");
        until_sizes(&mut window, &format!("{step:?} again"), &all);
    }
    assert!(changed >= 2, "switching steps changes something");
}

#[test]
fn changes_are_undone_and_done_again_by_keys() {
    let home = folder();
    let path = desk(home.path());
    let all = engine(&path, |_| {});
    let no_categories = Steps::ALL.with(Step::Categories, false);
    let first = engine(&path, |options| options.steps = no_categories);
    let second = engine(&path, |options| options.steps = no_categories.with(Step::Integers, false));
    let mut window = opened(home.path(), path);
    until_sizes(&mut window, "the table", &all);
    switch(&mut window, "Text to categories");
    until_sizes(&mut window, "one step off", &first);
    switch(&mut window, "Smaller numbers");
    until_sizes(&mut window, "two steps off", &second);
    press(&mut window, Modifiers::COMMAND, Key::Z);
    until_sizes(&mut window, "undone", &first);
    press(&mut window, Modifiers::COMMAND, Key::Z);
    until_sizes(&mut window, "undone twice", &all);
    press(&mut window, Modifiers::COMMAND, Key::Z);
    press(&mut window, Modifiers::COMMAND, Key::Y);
    until_sizes(&mut window, "done again", &first);
    press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    until_sizes(&mut window, "done again twice", &second);
}

#[test]
fn a_column_is_kept_as_loaded_and_has_steps_of_its_own() {
    let home = folder();
    let path = desk(home.path());
    let all = engine(&path, |_| {});
    let own = |steps: Steps| engine(&path, move |options| options.column_steps = [("bill".to_owned(), steps)].into());
    let kept = own(Steps::NONE);
    assert_ne!(sizes(&kept), sizes(&all));
    let mut window = opened(home.path(), path.clone());
    until_sizes(&mut window, "the table", &all);
    click(&mut window, "Shrink bill");
    until_sizes(&mut window, "bill as loaded", &kept);
    click(&mut window, "Shrink bill");
    until_sizes(&mut window, "bill shrunk", &all);
    let no_categories = Steps::ALL.with(Step::Categories, false);
    click(&mut window, "Choices for item");
    click(&mut window, "Text to categories for item");
    let item = engine(&path, |options| options.column_steps = [("item".to_owned(), no_categories)].into());
    until_sizes(&mut window, "item without categories", &item);
    assert_ne!(sizes(&item), sizes(&all));
    press(&mut window, Modifiers::NONE, Key::Escape);
    press(&mut window, Modifiers::COMMAND, Key::Z);
    until_sizes(&mut window, "undone", &all);
}

#[test]
fn a_suggestion_is_followed_and_the_column_put_back() {
    let home = folder();
    let path = desk(home.path());
    let all = engine(&path, |_| {});
    let without = engine(&path, |options| options.leave_out = names(&["currency"]));
    assert_ne!(sizes(&without), sizes(&all));
    let mut window = opened(home.path(), path);
    until_sizes(&mut window, "the table", &all);
    let suggestion = "Leave it out: currency: “INR” in all 3,000 rows. The column can go when that is known anyway.";
    click_first(&mut window, |label| label == suggestion);
    assert!(shows(&window, &sizes(&without)), "at once: {window:?}");
    assert!(shows(&window, "1 column is left out, as you chose."));
    assert!(shows(&window, "Left out, as you chose: neither counted nor saved."));
    click(&mut window, "Choices for currency");
    click(&mut window, "Put it back");
    assert!(shows(&window, &sizes(&all)) && !shows(&window, "1 column is left out, as you chose."));
    click(&mut window, "Undo");
    assert!(shows(&window, &sizes(&without)), "putting back is undone");
    let target = home.path().join("out.csv");
    click(&mut window, "Export…");
    click(&mut window, "CSV");
    click(&mut window, "Save as…");
    give_path(&mut window, &target);
    until(&mut window, "the message", |window| says(window, "Saved “out.csv” ("));
    let header = std::fs::read_to_string(&target).expect("the export").lines().next().map(str::to_owned);
    assert_eq!(header.as_deref(), Some("bill,paid,item,legacy,amount"));
}

#[test]
fn the_last_column_stays() {
    let home = folder();
    let path = home.path().join("one.csv");
    std::fs::write(&path, "currency\nINR\nINR\n").expect("written");
    let table = engine(&path, |_| {});
    let mut window = opened(home.path(), path);
    until_sizes(&mut window, "the table", &table);
    click(&mut window, "Choices for currency");
    click(&mut window, "Leave it out");
    assert!(shows(&window, &sizes(&table)) && !says(&window, "left out, as you chose"));
}

#[test]
fn dates_that_can_be_read_in_two_ways_are_read_as_chosen() {
    let home = folder();
    let path = desk(home.path());
    let all = engine(&path, |_| {});
    assert_eq!(all.report.columns[1].readings.len(), 2, "{:?}", all.report.columns[1]);
    let month_first = engine(&path, |options| options.choices.columns = [("paid".to_owned(), Choice::Mdy)].into());
    assert_eq!(month_first.report.columns[1].after.kind, "Date");
    let mut window = opened(home.path(), path);
    until_sizes(&mut window, "the table", &all);
    click_first(&mut window, |label| label.starts_with("Month first: paid: "));
    until_sizes(&mut window, "the dates", &month_first);
    assert!(shows(&window, &format!("{} values compared, 0 differ", format::count(month_first.report.verified.values))));
    click(&mut window, "Undo");
    until_sizes(&mut window, "text again", &all);
}

#[test]
fn blanks_are_cut_where_that_is_chosen() {
    let home = folder();
    let path = desk(home.path());
    let all = engine(&path, |_| {});
    let cut = engine(&path, |options| options.read.trim = names(&["item"]));
    let mut window = opened(home.path(), path);
    until_sizes(&mut window, "the table", &all);
    let is_choice = |label: &str| label.starts_with("Cut the blanks: item: ");
    click_first(&mut window, is_choice);
    until(&mut window, "the cut cells", |window| {
        shows(window, "1,500 cells of “item” lost the blanks at their ends, as was chosen.")
    });
    assert!(shows(&window, &sizes(&cut)));
    assert!(shows(&window, &format!("{} values compared, 0 differ", format::count(cut.report.verified.values))));
}

#[test]
fn another_file_begins_without_a_past() {
    let home = folder();
    let path = desk(home.path());
    let other = home.path().join("other.csv");
    std::fs::copy(&path, &other).expect("copied");
    let all = engine(&path, |_| {});
    let without = engine(&path, |options| options.steps = Steps::ALL.with(Step::Categories, false));
    let mut window = opened(home.path(), path);
    until_sizes(&mut window, "the table", &all);
    switch(&mut window, "Text to categories");
    until_sizes(&mut window, "one step off", &without);
    window.state().commands().send(tachograph::app::Command::Open(vec![other]));
    until(&mut window, "the choices", |window| window.query_by_role_and_label(Role::Button, "Open").is_some());
    press(&mut window, Modifiers::NONE, Key::Enter);
    until(&mut window, "the other file", |window| says(window, "other.csv · 3,000 rows"));
    assert!(shows(&window, &sizes(&all)), "all steps are on for it");
    press(&mut window, Modifiers::COMMAND, Key::Z);
    assert!(shows(&window, &sizes(&all)) && says(&window, "other.csv"), "nothing to undo");
}
