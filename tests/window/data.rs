//! The Data tab, driven by what a person and a screen reader find in it. What stands on screen is held against what the engine says of the same file.

use std::path::{Path, PathBuf};

use crate::app_window::{
    LEAST_SIZE, SIZE, Window, click, click_role, every_control_has_a_name, folder, open, open_files, press, sample, says, show_tab,
    shows, top, type_into, until,
};
use eframe::egui::{Key, Modifiers, accesskit::Role};
use egui_kittest::kittest::{AccessKitNode, Queryable};
use polars::prelude::{DataType, ParquetReader, SerReader};
use tachograph::app::tabs::data::DataCommand;
use tachograph::app::{Command, Tab};
use tachograph::data::{self, Level, Options, OutputFormat, ReadOptions, Step, Steps, Table};
use tachograph::jobs::{Cancel, Priority, Progress};
use tachograph::operations::table_options;
use tachograph::report::format;
use tachograph::settings::{Folders, RecentKind, Settings};

/// A window that was started with this file.
fn window(home: &Path, file: &Path) -> Window {
    open_files(home, SIZE, vec![file.to_path_buf()])
}

/// Whether a cell of the preview with this text is on screen.
fn has_cell(window: &Window, text: &str) -> bool {
    window.query_all_by(|node| node.role() == Role::Cell && node.label().as_deref() == Some(text)).next().is_some()
}

/// What the engine makes of a file by itself.
fn engine(path: &Path, change: impl FnOnce(&mut Options)) -> Table {
    let mut options = table_options(&Settings::default());
    change(&mut options);
    data::optimise(path, &options, &Cancel::new(), &Progress::new()).expect("the sample opens")
}

fn sizes(table: &Table) -> String {
    format!("{} → {}", format::bytes(table.report.before_bytes), format::bytes(table.report.after_bytes))
}

/// Waits for a table with the sizes of `expected` and checks the cards' figures.
fn shows_table(window: &mut Window, expected: &Table) {
    let report = &expected.report;
    until(window, &format!("the table of {}", sizes(expected)), |window| shows(window, &sizes(expected)));
    assert!(shows(window, &format::percent_change(-report.saved_percent())), "{window:?}");
    assert!(shows(
        window,
        &format!("{} values compared, {} differ", format::count(report.verified.values), report.verified.mismatches)
    ));
    for step in Step::ALL {
        let saved = report.saved_by(step);
        assert!(saved == 0 || shows(window, &format::bytes_change(-saved)), "the gain of {step:?}: {window:?}");
    }
}

/// Opens a sample and compares title, cards, the list of columns and the first row with the engine's.
fn opens(name: &str) {
    let home = folder();
    let path = sample(name);
    let expected = engine(&path, |_| {});
    let mut window = window(home.path(), &path);
    shows_table(&mut window, &expected);
    assert_eq!(window.state().state().tab, Tab::Data);
    let sheet = expected.report.source.sheet.as_ref().map(|sheet| format!(" · sheet {sheet}")).unwrap_or_default();
    assert!(shows(&window, &format!("{name}{sheet} · 1,800 rows · 19 columns")));
    for column in expected.report.columns.iter().take(8) {
        assert!(shows(&window, &column.name), "{} is not listed", column.name);
    }
    for (view, column) in expected.views().iter().zip(&expected.report.columns).take(6) {
        let mut text = Vec::new();
        view.write(0, &mut text);
        let text = String::from_utf8(text).expect("text");
        assert!(has_cell(&window, &text), "{} of the first row is {text}: {window:?}", column.name);
    }
    let remembered = &window.state().state().remembered.recent;
    assert!(matches!(remembered.as_slice(), [recent] if recent.path == path && recent.kind == RecentKind::Table));
}

#[test]
fn a_csv_file_is_opened_and_its_figures_are_the_engines() {
    opens("bills-sample.csv");
}

#[test]
fn a_workbook_is_opened_and_its_figures_are_the_engines() {
    opens("bills-sample.xlsx");
}

#[test]
fn an_id_beyond_what_decimals_hold_and_a_code_with_zeros_stand_as_in_the_file() {
    let home = folder();
    let mut window = window(home.path(), &sample("bills-sample.csv"));
    until(&mut window, "the table", |window| has_cell(window, "9007199254740993"));
    assert!(has_cell(&window, "00294") && has_cell(&window, "Road \"GSB\" layer"));
}

#[test]
fn the_sample_is_tried_from_the_empty_tab_and_is_recent_then() {
    let home = folder();
    let mut window = open_files(home.path(), SIZE, Vec::new());
    show_tab(&mut window, "Data");
    assert!(shows(&window, "No table open"));
    click(&mut window, "Try a sample");
    let path = Folders::inside(home.path()).data.join("samples").join("bills-sample.xlsx");
    shows_table(&mut window, &engine(&sample("bills-sample.xlsx"), |_| {}));
    assert_eq!(
        std::fs::read(&path).expect("the sample was written"),
        std::fs::read(sample("bills-sample.xlsx")).expect("the sample")
    );
    click(&mut window, "Recent tables");
    assert!(window.query_by_role_and_label(Role::Button, "bills-sample.xlsx").is_some(), "{window:?}");
}

#[test]
fn a_step_is_switched_off_and_on() {
    let home = folder();
    let path = sample("bills-sample.csv");
    let (all, without) = (engine(&path, |_| {}), engine(&path, |options| options.steps = Steps::ALL.with(Step::Categories, false)));
    assert_ne!(sizes(&all), sizes(&without));
    let mut window = window(home.path(), &path);
    shows_table(&mut window, &all);
    click(&mut window, "Text to categories");
    shows_table(&mut window, &without);
    assert!(says(&window, "off"));
    click(&mut window, "Text to categories");
    shows_table(&mut window, &all);
    let from_cache = |window: &Window| {
        window.query_all_by(|node| node.value().is_some_and(|text| text.starts_with("From the cache: opened in"))).next().is_some()
    };
    assert!(from_cache(&window), "it was made before: {window:?}");
}

#[test]
fn the_level_is_changed() {
    let home = folder();
    let path = home.path().join("decimals.csv");
    // Some decimals lose padding zeros, which only the strict level refuses; all fit into four bytes.
    let rows: String = (0..2_000).map(|n| format!("{}.{}\n", n % 100, ["5", "50", "25"][n % 3])).collect();
    std::fs::write(&path, format!("price\n{rows}")).expect("written");
    let at = |level| engine(&path, |options| options.level = level);
    let (strict, balanced, aggressive) = (at(Level::Conservative), at(Level::Balanced), at(Level::Aggressive));
    assert!(sizes(&strict) != sizes(&balanced) && sizes(&balanced) != sizes(&aggressive));
    let mut window = window(home.path(), &path);
    shows_table(&mut window, &balanced);
    assert!(shows(
        &window,
        &format!(
            "{} cells are spelled shorter (1.50 as 1.5), of the same value. Your file was not touched.",
            format::count(balanced.report.verified.respelled)
        )
    ));
    click(&mut window, "Aggressive");
    shows_table(&mut window, &aggressive);
    click(&mut window, "Conservative");
    shows_table(&mut window, &strict);
}

#[test]
fn the_sheet_is_chosen() {
    let home = folder();
    let path = sample("bills-sample.xlsx");
    let sheets = engine(&path, |_| {}).report.source.sheets;
    let second = sheets.get(1).expect("two sheets").clone();
    let expected = engine(&path, |options| options.read = ReadOptions { sheet: Some(second.clone()), ..ReadOptions::default() });
    let mut window = window(home.path(), &path);
    until(&mut window, "the first sheet", |window| window.query_by_role_and_label(Role::ComboBox, "Sheet").is_some());
    click(&mut window, "Sheet");
    click(&mut window, &second);
    shows_table(&mut window, &expected);
    let rows = format::counted(expected.report.rows, "row", "rows");
    let columns = format::counted(expected.report.columns.len() as u64, "column", "columns");
    assert!(shows(&window, &format!("bills-sample.xlsx · sheet {second} · {rows} · {columns}")));
}

#[test]
fn columns_are_filtered_and_sorted() {
    let home = folder();
    let mut window = window(home.path(), &sample("bills-sample.csv"));
    until(&mut window, "the list", |window| shows(window, "bill_no"));
    assert!(top(&window, "bill_no") < top(&window, "amount"));
    click_role(&mut window, Role::ColumnHeader, "Column");
    assert!(top(&window, "amount") < top(&window, "bill_no"), "by name: {window:?}");
    type_into(&mut window, "Filter columns", "bill_");
    assert!(shows(&window, "Columns · 2 of 19") && shows(&window, "bill_date") && !shows(&window, "amount"));
    click(&mut window, "Clear: Filter columns");
    assert!(shows(&window, "Columns") && shows(&window, "amount"));
}

#[test]
fn the_preview_reaches_the_last_row_by_keys_and_a_column_by_its_finding() {
    let home = folder();
    let path = sample("bills-sample.csv");
    let table = engine(&path, |_| {});
    let mut window = window(home.path(), &path);
    until(&mut window, "the first row", |window| has_cell(window, "9007199254740993"));
    assert!(!has_cell(&window, "1,801"));
    window.get_by_role(Role::Table).focus();
    window.run();
    press(&mut window, Modifiers::NONE, Key::End);
    assert!(has_cell(&window, "1,801") && has_cell(&window, "1800"), "the last row: {window:?}");
    let (at, last) =
        table.report.columns.iter().enumerate().next_back().map(|(at, column)| (at, column.name.clone())).expect("columns");
    assert!(!has_cell(&window, &last));
    click(&mut window, "Show column: legacy_ref: Empty in every row. The column can go.");
    let empty = table.report.columns.iter().position(|column| column.name == "legacy_ref").expect("the empty column");
    assert!(empty < at && has_cell(&window, "legacy_ref") && has_cell(&window, "·"), "{window:?}");
}

#[test]
fn the_table_is_exported_and_reads_back_the_same() {
    let home = folder();
    let path = home.path().join("bills.csv");
    std::fs::copy(sample("bills-sample.csv"), &path).expect("copied");
    let before = std::fs::read(&path).expect("the source");
    let table = engine(&path, |_| {});
    let mut window = window(home.path(), &path);
    shows_table(&mut window, &table);
    let parquet = home.path().join("bills.parquet");
    export(&mut window, "Parquet", &parquet);
    let file = std::fs::File::open(&parquet).expect("the export");
    let frame = ParquetReader::new(file).finish().expect("parquet");
    let text = |frame: &polars::prelude::DataFrame| {
        frame.columns().iter().map(|column| column.cast(&DataType::String).expect("text")).collect::<Vec<_>>()
    };
    assert_eq!((frame.height(), frame.width()), (1_800, 19));
    assert!(text(&frame).iter().zip(text(&table.frame)).all(|(a, b)| a.equals_missing(&b)), "the same values");
    let csv = home.path().join("bills-optimised.csv");
    export(&mut window, "CSV", &csv);
    let again = engine(&csv, |_| {});
    assert_eq!(
        again.report.columns.iter().map(|column| &column.name).collect::<Vec<_>>(),
        table.report.columns.iter().map(|column| &column.name).collect::<Vec<_>>()
    );
    assert!(again.frame.equals_missing(&table.frame), "the same values");
    assert_eq!(std::fs::read(&path).expect("the source"), before, "the source is untouched");
}

/// Exports by the dialog, to the place that is offered.
fn export(window: &mut Window, format: &str, expected: &Path) {
    click(window, "Export…");
    click_role(window, Role::RadioButton, format);
    click(window, "Save as…");
    until(window, "the path field", |window| window.query_by_label("Path").is_some());
    assert_eq!(window.get_by_label("Path").value().map(PathBuf::from), Some(expected.to_path_buf()));
    click(window, "OK");
    let name = expected.file_name().expect("a name").to_string_lossy().into_owned();
    let is_told = |node: &AccessKitNode<'_>| node.value().is_some_and(|text| text.starts_with(&format!("Saved “{name}” (")));
    until(window, "the message", |window| window.query_all_by(is_told).next().is_some());
    assert!(window.query_by_label("Show in folder").is_some());
    press(window, Modifiers::NONE, Key::Escape);
}

#[test]
fn the_source_itself_is_never_written() {
    let home = folder();
    let path = home.path().join("bills.csv");
    std::fs::copy(sample("bills-sample.csv"), &path).expect("copied");
    let before = std::fs::read(&path).expect("the source");
    let mut window = window(home.path(), &path);
    until(&mut window, "the table", |window| has_cell(window, "9007199254740993"));
    window
        .state()
        .commands()
        .send(Command::Data(DataCommand::Export(OutputFormat::Parquet, home.path().join(".").join("bills.csv"))));
    until(&mut window, "the refusal", |window| {
        shows(window, "“bills.csv” is the file that this table came from; it is never overwritten.")
    });
    assert!(shows(&window, "Choose another name for the export."));
    assert_eq!(std::fs::read(&path).expect("the source"), before);
}

#[test]
fn an_empty_file_is_told_with_the_next_step_and_the_table_before_it_stays() {
    let home = folder();
    let empty = home.path().join("empty.csv");
    std::fs::write(&empty, "").expect("written");
    let path = sample("bills-sample.csv");
    let table = engine(&path, |_| {});
    let mut window = window(home.path(), &path);
    shows_table(&mut window, &table);
    window.state().commands().send(Command::Open(vec![empty]));
    until(&mut window, "the failure", |window| shows(window, "“empty.csv” is empty: it holds no header and no rows."));
    assert!(shows(&window, "Choose another file, or export this one again from the program that made it."));
    assert!(shows(&window, &sizes(&table)), "the table before it is still there");
    assert!(window.query_by_role_and_label(Role::Button, "Open another…").is_some());
    click(&mut window, "Close message");
    assert!(!shows(&window, "“empty.csv” is empty: it holds no header and no rows."));
    assert!(shows(&window, &sizes(&table)));
}

#[test]
fn a_workbook_with_a_password_is_told() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/tables/password.xlsx");
    if !path.exists() {
        println!("skipped: {} is not there", path.display());
        return;
    }
    let home = folder();
    let mut window = window(home.path(), &path);
    until(&mut window, "the failure", |window| shows(window, "“password.xlsx” is protected with a password."));
    assert!(shows(&window, "No table open"));
    assert!(window.state().state().remembered.recent.is_empty(), "what could not be opened is not remembered");
}

#[test]
fn a_file_that_is_gone_leaves_the_list_of_recent_ones() {
    let home = folder();
    let path = home.path().join("gone.csv");
    let gone = path.clone();
    let (mut window, _script) = open(home.path(), SIZE, move |parts| {
        parts.remembered.remember(&gone, RecentKind::Table, 0);
        parts.files = vec![gone];
    });
    until(&mut window, "the failure", |window| window.query_by_role_and_label(Role::Button, "Open another…").is_some());
    until(&mut window, "the shorter list", |window| window.state().state().remembered.recent.is_empty());
}

#[test]
fn opening_is_cancelled_and_the_table_before_it_comes_back() {
    let home = folder();
    let path = sample("bills-sample.csv");
    let table = engine(&path, |_| {});
    // Jobs that wait for the test keep the workers busy, so that the second file is under way for sure when it is cancelled: one from the start, the
    // other, of low priority, as soon as the first file is open.
    let (release, gate) = crossbeam_channel::bounded::<()>(0);
    let (begin, first) = crossbeam_channel::bounded::<()>(0);
    let files = vec![path.clone()];
    let (mut window, _script) = open(home.path(), SIZE, move |parts| {
        let wait = |gate: crossbeam_channel::Receiver<()>| move |_: &Cancel, _: &Progress| Ok(gate.recv().is_ok());
        drop(parts.queue.submit("first worker", Priority::High, wait(gate.clone())));
        drop(parts.queue.submit("second worker", Priority::High, wait(first)));
        drop(parts.queue.submit("second worker again", Priority::Low, wait(gate)));
        parts.files = files;
    });
    until(&mut window, "the panel", |window| shows(window, "Opening bills-sample.csv…") && shows(window, "Waiting for its turn"));
    drop(begin);
    shows_table(&mut window, &table);
    window.state().commands().send(Command::Open(vec![sample("bills-sample.xlsx")]));
    until(&mut window, "the panel", |window| window.query_by_label("Cancel: Opening bills-sample.xlsx").is_some());
    assert!(shows(&window, "Opening bills-sample.xlsx…") && shows(&window, &sizes(&table)));
    click(&mut window, "Cancel: Opening bills-sample.xlsx");
    drop(release);
    until(&mut window, "the end of it", |window| window.query_by_label("Cancel: Opening bills-sample.xlsx").is_none());
    assert!(shows(&window, "bills-sample.csv · 1,800 rows · 19 columns"));
    assert!(window.query_by_label("Open another…").is_none(), "being cancelled is no failure");
}

#[test]
fn charts_of_the_table_are_offered() {
    let home = folder();
    let mut window = window(home.path(), &sample("bills-sample.csv"));
    until(&mut window, "the table", |window| has_cell(window, "9007199254740993"));
    press(&mut window, Modifiers::COMMAND, Key::S);
    for title in ["Memory of bills-sample.csv", "Memory of each column of bills-sample.csv"] {
        assert!(window.query_by_role_and_label(Role::RadioButton, title).is_some(), "{title}: {window:?}");
    }
}

#[test]
fn every_control_has_a_name_in_a_small_window_too() {
    let home = folder();
    let mut window = open_files(home.path(), LEAST_SIZE, vec![sample("bills-sample.xlsx")]);
    until(&mut window, "the table", |window| has_cell(window, "Alwar"));
    every_control_has_a_name(&window, "Data");
}
