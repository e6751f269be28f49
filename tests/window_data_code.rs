//! The Data tab's export menu: every format, and code for the clipboard.

#![cfg(feature = "gui")]
#![allow(clippy::expect_used, clippy::panic, reason = "a test stops at the first surprise")]

mod app_window;

use app_window::{SIZE, click, every_control_has_a_name, folder, open_files, sample, says, until};
use egui_kittest::kittest::Queryable;

#[test]
fn the_export_menu_copies_code_and_says_so() {
    let home = folder();
    let mut window = open_files(home.path(), SIZE, vec![sample("bills-sample.csv")]);
    until(&mut window, "the table", |window| window.query_by_label("Export…").is_some());
    click(&mut window, "Export…");
    for entry in ["Parquet", "Arrow", "CSV", "Workbook", "Copy code for polars", "Copy code for DuckDB", "Copy code for SQL"] {
        assert!(window.query_by_label(entry).is_some(), "{entry}");
    }
    every_control_has_a_name(&window, "the export menu");
    if let Some(target) = std::env::var_os("TACHOGRAPH_SHOTS") {
        window.run_steps(3);
        let picture = window.render().expect("a picture");
        picture.save(std::path::Path::new(&target).join("export-menu.png")).expect("saved");
    }
    click(&mut window, "Copy code for pandas");
    until(&mut window, "the message", |window| says(window, "The code for pandas is on the clipboard."));
    assert!(window.query_by_label("Copy code for polars").is_none(), "the menu is closed");
}

#[test]
fn a_workbook_has_no_code_and_the_next_step_is_told() {
    let home = folder();
    let mut window = open_files(home.path(), SIZE, vec![sample("bills-sample.xlsx")]);
    until(&mut window, "the table", |window| window.query_by_label("Export…").is_some());
    click(&mut window, "Export…");
    click(&mut window, "Copy code for SQL");
    until(&mut window, "the reason", |window| says(window, "code is written for text tables such as CSV"));
    assert!(says(&window, "Export the table as CSV, then ask for the code of that file."));
}
