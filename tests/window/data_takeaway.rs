//! The dialog in which a table is taken away, driven by what a person and a screen reader find in it: what each format takes and what to
//! know of it, saving and reading back, code, the report.

use std::path::{Path, PathBuf};

use crate::app_window::{
    LEAST_SIZE, SIZE, Window, click, click_role, copied, every_control_has_a_name, folder, give_path, open_files, press, sample,
    says, shows, until,
};
use eframe::egui::{Key, Modifiers, accesskit::Role};
use egui_kittest::kittest::{NodeT, Queryable};
use polars::prelude::{DataFrame, DataType, IpcReader, ParquetReader, SerReader};
use tachograph::app::{Command, SettingsCommand};
use tachograph::data::{self, CodeFor, OutputFormat, Table};
use tachograph::jobs::{Cancel, Progress};
use tachograph::operations::{estimate_export, table_code, table_options};
use tachograph::report::format;
use tachograph::settings::{Folders, Settings, Store};

/// What the engine makes of a file by itself.
fn engine(path: &Path) -> Table {
    data::optimise(path, &table_options(&Settings::default()), &Cancel::new(), &Progress::new()).expect("it opens")
}

/// A window of a copy of the sample in `home`, with the dialog open, and that copy.
fn dialog(home: &Path, name: &str, size: eframe::egui::Vec2) -> (Window, PathBuf) {
    let path = home.join(name);
    std::fs::copy(sample(name), &path).expect("copied");
    let mut window = open_files(home, size, vec![path.clone()]);
    until(&mut window, "the table", |window| window.query_by_label("Export…").is_some());
    click(&mut window, "Export…");
    (window, path)
}

fn is_open(window: &Window) -> bool {
    window.query_by_role_and_label(Role::Button, "Save as…").is_some()
}

fn choose(window: &mut Window, format: &str) {
    click_role(window, Role::RadioButton, format);
}

fn is_chosen(window: &Window, format: &str) -> bool {
    use eframe::egui::accesskit::Toggled;
    window.get_by_role_and_label(Role::RadioButton, format).accesskit_node().toggled() == Some(Toggled::True)
}

/// Saves as this, to the place that is offered.
fn save(window: &mut Window, format: &str, expected: &Path) {
    if !is_open(window) {
        click(window, "Export…");
    }
    choose(window, format);
    click(window, "Save as…");
    until(window, "the path field", |window| window.query_by_label("Path").is_some());
    assert_eq!(window.get_by_label("Path").value().map(PathBuf::from), Some(expected.to_path_buf()));
    click(window, "OK");
    let name = expected.file_name().expect("a name").to_string_lossy().into_owned();
    until(window, "the message", |window| says(window, &format!("Saved “{name}” (")));
    assert!(!is_open(window), "the dialog has done its work");
    press(window, Modifiers::NONE, Key::Escape);
}

/// Takes a picture where a folder for it is named.
fn picture(window: &mut Window, name: &str) {
    if let Some(target) = std::env::var_os("TACHOGRAPH_SHOTS") {
        window.run_steps(3);
        let picture = window.render().expect("a picture");
        picture.save(Path::new(&target).join(format!("{name}.png"))).expect("saved");
    }
}

#[test]
fn each_format_tells_what_it_is_good_for_and_what_it_takes() {
    let home = folder();
    let (mut window, path) = dialog(home.path(), "bills-sample.csv", SIZE);
    let table = engine(&path);
    for (format, name, words) in [
        (OutputFormat::Parquet, "Parquet", "Small, keeps the types. For pandas, polars, DuckDB, Power BI."),
        (OutputFormat::Arrow, "Arrow", "Opens at once, keeps the types. For Python, R and Julia."),
        (OutputFormat::Csv, "CSV", "Text that every program opens, Excel too. Larger, without types."),
        (OutputFormat::Xlsx, "Workbook", "For Excel and LibreOffice. Long ids stay whole, as text."),
    ] {
        assert!(window.query_by_role_and_label(Role::RadioButton, name).is_some() && shows(&window, words), "{name}");
        let bytes = estimate_export(&table, format, &Cancel::new()).expect("an estimate").bytes;
        // A workbook holds the moment at which it was made, packed.
        let sizes = [bytes - 64, bytes, bytes + 64].map(|bytes| format!("{}, ", format::bytes(bytes)));
        until(&mut window, name, |window| sizes.iter().any(|size| says(window, size)));
    }
    assert!(window.query_by_role_and_label(Role::RadioButton, "HTML report").is_some());
    until(&mut window, "all estimates", |window| !shows(window, "…"));
    assert!(!says(&window, "Types are not kept"), "it is about CSV, and Parquet is chosen");
    picture(&mut window, "export-file-dark");
    choose(&mut window, "CSV");
    assert!(is_chosen(&window, "CSV") && !is_chosen(&window, "Parquet"));
    assert!(shows(&window, "Types are not kept: the program that opens it decides anew what is a number, a date or a text."));
    picture(&mut window, "export-csv-dark");
    choose(&mut window, "Workbook");
    assert!(says(&window, "Numbers of more than 15 digits become text, so that none is lost: “"));
    every_control_has_a_name(&window, "the dialog");
}

#[test]
fn what_a_format_cannot_hold_is_not_saved_as_it() {
    let home = folder();
    let path = home.path().join("long.csv");
    std::fs::write(&path, format!("id,text\n1,{}\n", "x".repeat(32_768))).expect("written");
    let mut window = open_files(home.path(), SIZE, vec![path]);
    until(&mut window, "the table", |window| window.query_by_label("Export…").is_some());
    click(&mut window, "Export…");
    choose(&mut window, "Workbook");
    until(&mut window, "the reason", |window| says(window, "A cell holds 32,767 letters, and a text of “text” has more."));
    assert!(shows(&window, "not possible"));
    assert!(window.get_by_role_and_label(Role::Button, "Save as…").accesskit_node().is_disabled());
    choose(&mut window, "CSV");
    assert!(!window.get_by_role_and_label(Role::Button, "Save as…").accesskit_node().is_disabled());
}

/// The cells of two frames as text.
fn same_values(one: &DataFrame, other: &DataFrame) -> bool {
    let text =
        |frame: &DataFrame| frame.columns().iter().map(|column| column.cast(&DataType::String).expect("text")).collect::<Vec<_>>();
    one.shape() == other.shape() && text(one).iter().zip(text(other)).all(|(one, other)| one.equals_missing(&other))
}

#[test]
fn each_format_is_saved_and_reads_back_the_same() {
    let home = folder();
    let (mut window, path) = dialog(home.path(), "bills-sample.csv", SIZE);
    let (table, before) = (engine(&path), std::fs::read(&path).expect("the source"));
    let file = |name: &str| home.path().join(name);
    save(&mut window, "Parquet", &file("bills-sample.parquet"));
    let parquet = std::fs::File::open(file("bills-sample.parquet")).expect("the export");
    assert!(same_values(&ParquetReader::new(parquet).finish().expect("Parquet"), &table.frame));
    save(&mut window, "Arrow", &file("bills-sample.arrow"));
    let arrow = std::fs::File::open(file("bills-sample.arrow")).expect("the export");
    assert!(same_values(&IpcReader::new(arrow).finish().expect("Arrow"), &table.frame));
    save(&mut window, "CSV", &file("bills-sample-optimised.csv"));
    assert!(engine(&file("bills-sample-optimised.csv")).frame.equals_missing(&table.frame));
    save(&mut window, "Workbook", &file("bills-sample.xlsx"));
    same_cells(&engine(&file("bills-sample.xlsx")), &table);
    assert_eq!(std::fs::read(&path).expect("the source"), before, "the source is untouched");
}

/// Every cell of the workbook says what the table says, in the spelling of workbooks.
fn same_cells(book: &Table, table: &Table) {
    assert_eq!((book.rows(), book.report.columns.len()), (table.rows(), table.report.columns.len()));
    for (at, (ours, theirs)) in table.views().iter().zip(book.views()).enumerate() {
        let name = &table.report.columns[at].name;
        assert_eq!(&book.report.columns[at].name, name);
        for row in 0..table.rows() {
            let text = |view: &data::ColumnView<'_>| {
                let mut text = Vec::new();
                view.write(row, &mut text);
                String::from_utf8(text).expect("text")
            };
            let (own, other) = (text(ours), text(&theirs));
            let number = |text: &str| text.parse::<f64>().ok();
            let is_equal = own == other || (number(&own).is_some() && number(&own) == number(&other));
            let is_word = matches!((own.as_str(), other.as_str()), ("Y", "TRUE") | ("N", "FALSE"));
            // A workbook's days are spelled in one way.
            let is_day = own.split('/').rev().collect::<Vec<_>>().join("-") == other;
            assert!(is_equal || is_word || is_day, "{name}, row {row}: {own} became {other}");
        }
    }
}

#[test]
fn the_choice_is_kept_for_the_next_time_and_for_the_next_window() {
    let home = folder();
    let (mut window, path) = dialog(home.path(), "bills-sample.csv", SIZE);
    assert!(is_chosen(&window, "Parquet"), "the first time");
    save(&mut window, "Arrow", &home.path().join("bills-sample.arrow"));
    click(&mut window, "Export…");
    assert!(is_chosen(&window, "Arrow"));
    let kept = || Store::at(Folders::inside(home.path())).load_state().value.export;
    until(&mut window, "the state on disk", |_| kept().as_deref() == Some("arrow"));
    drop(window);
    let mut window = open_files(home.path(), SIZE, vec![path]);
    until(&mut window, "the table", |window| window.query_by_label("Export…").is_some());
    click(&mut window, "Export…");
    assert!(is_chosen(&window, "Arrow"));
}

#[test]
fn it_is_closed_by_its_button_by_escape_and_by_a_refused_path_it_stays() {
    let home = folder();
    let (mut window, _) = dialog(home.path(), "bills-sample.csv", SIZE);
    click(&mut window, "Close");
    assert!(!is_open(&window));
    click(&mut window, "Export…");
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert!(!is_open(&window));
    click(&mut window, "Export…");
    // The status bar has a Cancel of its own while they are found out.
    until(&mut window, "all estimates", |window| !shows(window, "…") && shows(window, "No jobs running"));
    click(&mut window, "Save as…");
    // The status bar has a Cancel of its own as long as a job runs.
    until(&mut window, "the path field alone", |window| {
        window.query_by_label("Path").is_some() && shows(window, "No jobs running")
    });
    click(&mut window, "Cancel");
    assert!(window.query_by_label("Path").is_none() && is_open(&window), "one may choose again");
}

#[test]
fn another_table_opened_meanwhile_is_what_is_told() {
    let home = folder();
    let (mut window, _) = dialog(home.path(), "bills-sample.csv", SIZE);
    let other = home.path().join("other.csv");
    std::fs::write(&other, "a,b\n1,2\n").expect("written");
    window.state().commands().send(Command::Open(vec![other]));
    until(&mut window, "the other table", |window| says(window, "Export other.csv"));
    until(&mut window, "its size as CSV", |window| shows(window, "8 B, under 1 s"));
}

#[test]
fn the_source_is_refused_as_the_place_of_the_report() {
    let home = folder();
    let (mut window, path) = dialog(home.path(), "bills-sample.csv", SIZE);
    let before = std::fs::read(&path).expect("the source");
    choose(&mut window, "HTML report");
    click(&mut window, "Save as…");
    give_path(&mut window, &path);
    until(&mut window, "the refusal", |window| says(window, "is the file that this table came from; it is never overwritten."));
    assert_eq!(std::fs::read(&path).expect("the source"), before);
}

#[test]
fn the_report_has_the_figures_of_the_engine() {
    let home = folder();
    let (mut window, path) = dialog(home.path(), "bills-sample.csv", SIZE);
    let target = home.path().join("bills-sample-report.html");
    save(&mut window, "HTML report", &target);
    let (page, report) = (std::fs::read_to_string(&target).expect("the report"), engine(&path).report);
    for part in [
        "1,800 rows × 19 columns".to_owned(),
        format::percent_change(-report.saved_percent()),
        format!("{} → {}", format::bytes(report.before_bytes), format::bytes(report.after_bytes)),
        format!("pandas would hold {}", format::bytes(report.pandas_bytes)),
        format!("{} values compared with the file, 0 differ.", format::count(report.verified.values)),
    ] {
        assert!(page.contains(&part), "{part}");
    }
}

#[test]
fn code_is_shown_and_copied_as_the_engine_writes_it() {
    let home = folder();
    let (mut window, path) = dialog(home.path(), "bills-sample.csv", SIZE);
    let table = engine(&path);
    click_role(&mut window, Role::RadioButton, "Code");
    for program in CodeFor::ALL {
        choose_program(&mut window, program);
        let code = table_code(&table, &path, program).expect("code");
        let first: Vec<&str> = code.lines().filter(|line| !line.is_empty()).take(10).collect();
        until(&mut window, program.title(), |window| first.iter().all(|line| shows(window, line)));
        assert_eq!(copied(&mut window, |window| window.get_by_role_and_label(Role::Button, "Copy").click()), code);
        assert!(says(&window, &format!("The code for {} is on the clipboard.", program.title())));
        picture(&mut window, &format!("export-code-{}", program.name()));
    }
    every_control_has_a_name(&window, "the code");
}

fn choose_program(window: &mut Window, program: CodeFor) {
    if !is_chosen(window, program.title()) {
        click_role(window, Role::RadioButton, program.title());
    }
}

#[test]
fn a_workbook_has_no_code_and_the_next_step_is_told() {
    let home = folder();
    let (mut window, _) = dialog(home.path(), "bills-sample.xlsx", LEAST_SIZE);
    click_role(&mut window, Role::RadioButton, "Code");
    until(&mut window, "the reason", |window| says(window, "Code is written for text tables such as CSV"));
    assert!(says(&window, "Export the table as CSV, then ask for the code of that file."));
    assert!(window.get_by_role_and_label(Role::Button, "Copy").accesskit_node().is_disabled());
    picture(&mut window, "export-no-code-small");
}

#[test]
fn both_charts_are_saved_and_copied() {
    let home = folder();
    let path = sample("bills-sample.csv");
    let mut window = open_files(home.path(), SIZE, vec![path]);
    until(&mut window, "the table", |window| window.query_by_label("Export…").is_some());
    for (number, title) in ["Memory of bills-sample.csv", "Memory of each column of bills-sample.csv"].into_iter().enumerate() {
        press(&mut window, Modifiers::COMMAND, Key::S);
        choose(&mut window, title);
        click(&mut window, "SVG…");
        let target = home.path().join(format!("{number}.svg"));
        give_path(&mut window, &target);
        until(&mut window, "the file", |_| target.exists());
        let svg = std::fs::read_to_string(&target).expect("the chart");
        assert!(svg.contains(&format!("<title>{title}</title>")), "{svg}");
        press(&mut window, Modifiers::COMMAND, Key::S);
        choose(&mut window, title);
        click(&mut window, "Copy picture");
        until(&mut window, "the message", |window| shows(window, "The picture is on the clipboard."));
        press(&mut window, Modifiers::NONE, Key::Escape);
        press(&mut window, Modifiers::NONE, Key::Escape);
    }
}

#[test]
fn the_dialog_fits_into_a_small_window_in_the_light_look() {
    let home = folder();
    let path = sample("bills-sample.csv");
    let mut window = open_files(home.path(), LEAST_SIZE, vec![path]);
    until(&mut window, "the table", |window| window.query_by_label("Export…").is_some());
    let light = Settings { theme: tachograph::settings::Theme::Light, ..Settings::default() };
    window.state().commands().send(Command::Settings(SettingsCommand::Use(Box::new(light))));
    window.run();
    click(&mut window, "Export…");
    choose(&mut window, "CSV");
    until(&mut window, "all estimates", |window| !shows(window, "…"));
    let button = window.get_by_role_and_label(Role::Button, "Save as…").rect();
    assert!(button.right() < LEAST_SIZE.x && button.bottom() < LEAST_SIZE.y, "{button:?}");
    picture(&mut window, "export-file-light-small");
    click_role(&mut window, Role::RadioButton, "Code");
    until(&mut window, "the code", |window| says(window, "import pandas as pd"));
    picture(&mut window, "export-code-light-small");
}
