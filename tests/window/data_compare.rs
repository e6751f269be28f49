//! The open table held against a second file, driven by what a person and a screen reader find in the window.

use std::path::{Path, PathBuf};

use crate::app_window::{
    LEAST_SIZE, SIZE, Window, click, click_role, every_control_has_a_name, folder, give_path, open_files, sample, says, shows,
    until,
};
use eframe::egui::{Vec2, accesskit::Role};
use egui_kittest::kittest::{AccessKitNode, Queryable};
use tachograph::app::Command;

const ROWS: usize = 500;

/// Bills with a price that is `price` of their number.
fn bills(price: impl Fn(usize) -> String, numbers: impl Iterator<Item = usize>) -> String {
    let rows: String = numbers.map(|number| format!("{number},{},part {}\n", price(number), number % 9)).collect();
    format!("bill,price,part\n{rows}")
}

/// The old file and the new one: every hundredth price changed, bill 3 gone, two new ones at the top.
fn files(home: &Path) -> [PathBuf; 2] {
    let [old, new] = ["old.csv", "new.csv"].map(|name| home.join(name));
    let price = |number: usize| format!("{}.25", number * 3);
    std::fs::write(&old, bills(price, 1..=ROWS)).expect("written");
    let changed = |number: usize| if number.is_multiple_of(100) { "9999.75".to_owned() } else { price(number) };
    let numbers = [1001, 1002].into_iter().chain((1..=ROWS).filter(|number| *number != 3));
    std::fs::write(&new, bills(changed, numbers)).expect("written");
    [old, new]
}

fn compared(home: &Path, size: Vec2, files: &[PathBuf; 2]) -> Window {
    let mut window = open_files(home, size, vec![files[0].clone()]);
    until(&mut window, "the table", |window| window.query_by_label("Export…").is_some());
    click(&mut window, "Recent tables");
    click(&mut window, "Compare with…");
    give_path(&mut window, &files[1]);
    until(&mut window, "the comparison", |window| says(window, "Same "));
    window
}

fn has_cell(window: &Window, text: &str) -> bool {
    window
        .query_all_by(|node: &AccessKitNode<'_>| node.role() == Role::Cell && node.label().as_deref() == Some(text))
        .next()
        .is_some()
}

fn picture(window: &mut Window, name: &str) {
    if let Some(target) = std::env::var_os("TACHOGRAPH_SHOTS") {
        window.run_steps(3);
        window.render().expect("a picture").save(Path::new(&target).join(format!("{name}.png"))).expect("saved");
    }
}

#[test]
fn what_differs_is_told_and_a_row_is_shown() {
    let home = folder();
    let files = files(home.path());
    let mut window = compared(home.path(), SIZE, &files);
    assert!(shows(&window, "Same 3 columns.") && shows(&window, "Compared with new.csv"), "{window:?}");
    assert!(shows(&window, "5 of 499 rows differ; 1 row only in old.csv; 2 rows only in new.csv."), "{window:?}");
    assert!(window.query_by_label("Rows found by bill").is_some());
    // Bill 100 stands in row 101 of the old file and, two more above it and one less, in row 102 of the new one.
    assert!(shows(&window, "101 / 102") && shows(&window, "300.25") && shows(&window, "9999.75"), "{window:?}");
    assert!(window.query_by_role_and_label(Role::RadioButton, "Differences · 8").is_some(), "{window:?}");
    assert!(window.query_by_role_and_label(Role::RadioButton, "Columns · 2").is_some(), "bill and price: {window:?}");
    assert!(!has_cell(&window, "1500.25"), "the preview is at the top");
    picture(&mut window, "compare");
    click(&mut window, "Show row 501 / 502, price");
    assert!(has_cell(&window, "1500.25"), "the preview shows bill 500: {window:?}");
    every_control_has_a_name(&window, "the comparison");
}

#[test]
fn columns_are_listed_with_what_changed_or_all_of_them() {
    let home = folder();
    let mut window = compared(home.path(), LEAST_SIZE, &files(home.path()));
    click_role(&mut window, Role::RadioButton, "Columns · 2");
    let part = |window: &Window| {
        let is_part = |node: &AccessKitNode<'_>| node.value().as_deref() == Some("part");
        window.query_all_by(is_part).count()
    };
    assert!(says(&window, "largest 500 → 1002") && says(&window, "largest 1500.25 → 9999.75"), "{window:?}");
    let before = part(&window);
    click(&mut window, "All columns");
    assert_eq!(part(&window), before + 1, "the column without a change is listed too: {window:?}");
    picture(&mut window, "compare-columns-small");
    click(&mut window, "Close the comparison");
    assert!(window.query_by_label("Filter columns").is_some(), "the list of columns is back");
}

#[test]
fn rows_are_found_by_their_order_when_a_person_says_so() {
    let home = folder();
    let mut window = compared(home.path(), SIZE, &files(home.path()));
    click(&mut window, "Rows found by bill");
    click(&mut window, "By their order");
    until(&mut window, "the rows in order", |window| window.query_by_label("Rows found by their order").is_some());
    assert!(says(&window, "of 500 rows differ; 1 row only in new.csv."), "{window:?}");
    assert!(shows(&window, "Rows are compared in their order: a row more at the top makes all after it differ."));
}

#[test]
fn equal_files_and_a_second_file_that_is_none() {
    let home = folder();
    let [old, new] = files(home.path());
    std::fs::copy(&old, &new).expect("copied");
    let mut window = compared(home.path(), SIZE, &[old, new.clone()]);
    assert!(shows(&window, "All 500 rows have the same values."), "{window:?}");
    assert!(shows(&window, "No column has changed in anything."));
    std::fs::write(&new, "").expect("written");
    click(&mut window, "Recent tables");
    click(&mut window, "Compare with…");
    give_path(&mut window, &new);
    until(&mut window, "the failure", |window| shows(window, "“new.csv” is empty: it holds no header and no rows."));
    assert!(shows(&window, "Choose another file, or export this one again from the program that made it."));
    window.state().commands().send(Command::Open(vec![sample("bills-sample.csv")]));
    until(&mut window, "the other table", |window| has_cell(window, "9007199254740993"));
    assert!(window.query_by_label("Close the comparison").is_none(), "the comparison was of the table before");
}
