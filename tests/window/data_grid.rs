//! The Data tab's preview and the panel about a column, driven by what a person and a screen reader find in them; what stands on screen is held
//! against what the engine says of the same file, and against the file's own text.

use std::path::Path;

use crate::app_window::{
    LEAST_SIZE, SIZE, Window, click, copied, every_control_has_a_name, focus, folder, open_files, press, sample, says, shows,
    type_into, until,
};
use eframe::egui::{Event, Key, Modifiers, PointerButton, Vec2, accesskit::Role};
use egui_kittest::kittest::{AccessKitNode, Queryable};
use tachograph::app::tabs::data::DataCommand;
use tachograph::app::{Command, TachographApp};
use tachograph::data::{self, ColumnStats, Options, Table, column_stats};
use tachograph::jobs::{Cancel, Progress};
use tachograph::operations::table_options;
use tachograph::report::{Kind, format};
use tachograph::settings::Settings;

fn window(home: &Path, file: &Path, size: Vec2) -> Window {
    let mut window = open_files(home, size, vec![file.to_path_buf()]);
    until(&mut window, "the table", |window| window.query_by_label("Export…").is_some());
    window
}

fn is_cell(node: &AccessKitNode<'_>, text: &str) -> bool {
    node.role() == Role::Cell && node.label().as_deref() == Some(text)
}

fn has_cell(window: &Window, text: &str) -> bool {
    window.query_all_by(|node| is_cell(node, text)).next().is_some()
}

fn engine(path: &Path) -> Table {
    let options: Options = table_options(&Settings::default());
    data::optimise(path, &options, &Cancel::new(), &Progress::new()).expect("the sample opens")
}

fn text(table: &Table, row: usize, column: usize) -> String {
    let mut out = Vec::new();
    table.views().get(column).expect("a column").write(row, &mut out);
    String::from_utf8(out).expect("text")
}

fn stats(table: &Table, name: &str) -> ColumnStats {
    let at = place(table, name);
    column_stats(table, at, 2, &Cancel::new(), &Progress::new()).expect("not cancelled").expect("the column")
}

fn place(table: &Table, name: &str) -> usize {
    table.report.columns.iter().position(|column| column.name == name).expect("a column of this name")
}

/// Presses the pointer on the first cell with this text, moves it to the other, and lets go.
fn drag(window: &mut Window, from: &str, to: &str) {
    let center = |window: &Window, text: &str| {
        window.query_all_by(|node| is_cell(node, text)).next().unwrap_or_else(|| panic!("no cell {text}")).rect().center()
    };
    let (from, to) = (center(window, from), center(window, to));
    let button = |pos, pressed| Event::PointerButton { pos, button: PointerButton::Primary, pressed, modifiers: Modifiers::NONE };
    for event in [Event::PointerMoved(from), button(from, true), Event::PointerMoved(to), button(to, false)] {
        window.event(event);
        window.step();
        window.step();
    }
    window.run();
}

fn state(window: &Window) -> &TachographApp {
    window.state()
}

/// A picture where `TACHOGRAPH_SHOTS` names a folder, to be looked at.
fn shot(window: &mut Window, name: &str) {
    if let Some(target) = std::env::var_os("TACHOGRAPH_SHOTS") {
        window.run_steps(3);
        let picture = window.render().expect("a picture");
        picture.save(Path::new(&target).join(name)).expect("saved");
    }
}

#[test]
fn a_row_is_gone_to_by_its_number_in_the_file() {
    let home = folder();
    let path = sample("bills-sample.csv");
    let mut window = window(home.path(), &path, SIZE);
    assert!(!has_cell(&window, "1,234"));
    press(&mut window, Modifiers::COMMAND, Key::G);
    window.get_by_label("Go to row").type_text("1,234");
    window.run();
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert!(has_cell(&window, "1,234"), "{window:?}");
    // The number is the file's: the header is row 1.
    let table = engine(&path);
    assert!(has_cell(&window, &text(&table, 1_232, place(&table, "bill_no"))));
    assert!(says(&window, "1 row × 19 columns selected"), "{window:?}");
    for wrong in ["none", "0"] {
        window.get_by_label("Go to row").focus();
        window.run();
        press(&mut window, Modifiers::COMMAND, Key::A);
        window.get_by_label("Go to row").type_text(wrong);
        window.run();
        press(&mut window, Modifiers::NONE, Key::Enter);
    }
    assert!(has_cell(&window, "2") && !has_cell(&window, "1,234"), "no number stays, 0 is the first row: {window:?}");
}

#[test]
fn text_is_found_in_all_columns_and_in_one() {
    let home = folder();
    let path = sample("bills-sample.csv");
    let table = engine(&path);
    let mut window = window(home.path(), &path, SIZE);
    let has = |row: usize, column: usize| text(&table, row, column).to_lowercase().contains("gsb");
    let all: Vec<usize> = (0..table.rows()).filter(|row| (0..19).any(|column| has(*row, column))).collect();
    assert!(all.len() > 3);
    press(&mut window, Modifiers::COMMAND, Key::F);
    window.get_by_label("Find in the table").type_text("gSb");
    let rows = format::counted(all.len() as u64, "row", "rows");
    until(&mut window, "the number of rows", |window| shows(window, &rows));
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert!(shows(&window, &format!("1 of {}", format::count(all.len() as u64))), "{window:?}");
    press(&mut window, Modifiers::NONE, Key::F3);
    press(&mut window, Modifiers::NONE, Key::F3);
    assert!(shows(&window, &format!("3 of {}", format::count(all.len() as u64))), "{window:?}");
    assert!(has_cell(&window, &format::count(all[2] as u64 + 2)), "the third row is in sight: {window:?}");
    shot(&mut window, "find.png");
    press(&mut window, Modifiers::SHIFT, Key::F3);
    click(&mut window, "Row before that has it");
    click(&mut window, "Row before that has it");
    let last = all.len();
    assert!(shows(&window, &format!("{} of {}", format::count(last as u64), format::count(last as u64))), "round: {window:?}");
    click(&mut window, "Find in column");
    click(&mut window, "division");
    until(&mut window, "the rows of one column", |window| shows(window, "no row"));
    every_control_has_a_name(&window, "the bar");
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert!(window.query_by_label("Find in the table").is_none(), "{window:?}");
}

#[test]
fn cells_are_selected_and_copied_as_the_file_spells_them() {
    let home = folder();
    let path = home.path().join("odd.csv");
    std::fs::write(&path, "code,note,amount\n007,\"two\nlines\",1.50\n008,\"5\"\" pipe\",\n009,plain,2.25\n").expect("written");
    let mut window = window(home.path(), &path, SIZE);
    drag(&mut window, "007", "5\" pipe");
    assert!(says(&window, "2 rows × 2 columns selected"), "{window:?}");
    let text = copied(&mut window, |window| {
        window.event(Event::Copy);
        window.step();
    });
    assert_eq!(text, "007\t\"two\nlines\"\n008\t\"5\"\" pipe\"");
    until(&mut window, "the message", |window| says(window, "Copied: 2 rows × 2 columns."));
    // With the keys: everything, and then down to the amounts.
    window.get_by_role(Role::Table).focus();
    window.run();
    press(&mut window, Modifiers::COMMAND, Key::A);
    click(&mut window, "Copy the selected cells");
    let text = copied(&mut window, |window| window.get_by_role_and_label(Role::Button, "Copy with the columns’ names").click());
    assert_eq!(text, "code\tnote\tamount\n007\t\"two\nlines\"\t1.50\n008\t\"5\"\" pipe\"\t\n009\tplain\t2.25");
    window.get_by_role(Role::Table).focus();
    window.run();
    for (modifiers, key) in [
        (Modifiers::NONE, Key::Home),
        (Modifiers::NONE, Key::ArrowLeft),
        (Modifiers::NONE, Key::ArrowLeft),
        (Modifiers::NONE, Key::ArrowDown),
        (Modifiers::SHIFT, Key::ArrowDown),
    ] {
        press(&mut window, modifiers, key);
    }
    let text = copied(&mut window, |window| {
        window.event(Event::Copy);
        window.step();
    });
    assert_eq!(text, "008\n009");
}

#[test]
fn the_files_own_text_stands_beside_what_is_kept() {
    let home = folder();
    let path = home.path().join("decimals.csv");
    let rows: String = (0..2_000).map(|n| format!("{n},{}.{}\n", n % 100, ["5", "50", "25"][n % 3])).collect();
    std::fs::write(&path, format!("n,price\n{rows}")).expect("written");
    let mut window = window(home.path(), &path, SIZE);
    assert!(has_cell(&window, "1.5") && !has_cell(&window, "1.50"), "kept without needless zeros");
    click(&mut window, "Show the file’s text beside the table");
    until(&mut window, "the file's text", |window| has_cell(window, "1.50"));
    assert!(has_cell(&window, "1.5"), "both are there");
    assert!(says(&window, "Above: as kept here. Below: as in “decimals.csv”"), "{window:?}");
    shot(&mut window, "beside.png");
    window.get_by_role(Role::Table).focus();
    window.run();
    press(&mut window, Modifiers::NONE, Key::End);
    until(&mut window, "the last rows' text", |window| has_cell(window, "99.5") && has_cell(window, "99.50"));
    click(&mut window, "Hide the file’s text");
    assert!(!has_cell(&window, "99.50"));
    std::fs::write(&path, "n,price\n1,2\n").expect("written");
    click(&mut window, "Show the file’s text beside the table");
    until(&mut window, "that it was changed", |window| says(window, "“decimals.csv” was changed since it was opened"));
}

#[test]
fn the_figures_of_a_column_are_the_engines() {
    let home = folder();
    let path = sample("bills-sample.csv");
    let table = engine(&path);
    let mut window = window(home.path(), &path, SIZE);
    click_label(&mut window, "amount");
    let amount = stats(&table, "amount");
    let spread = amount.spread.expect("numbers");
    let unique = format::count(amount.unique);
    until(&mut window, "the figures", |window| shows(window, "Standard deviation"));
    shot(&mut window, "column.png");
    assert!(shows(&window, &unique), "{window:?}");
    for number in [spread.min, spread.max] {
        let decimals = amount.decimals().map_or(0, usize::from);
        let text = format::grouped(number.as_f64(), decimals);
        assert!(shows(&window, &text), "{text}: {window:?}");
    }
    let bars = format!("Histogram of amount: {}", format::counted(amount.bins.len() as u64, "bar", "bars"));
    assert!(window.query_by_label(&bars).is_some(), "{bars}: {window:?}");
    let charts = {
        window.state().commands().send(Command::OfferCharts);
        window.run();
        state(&window).state().offer.as_ref().map(|offer| offer.charts.clone()).expect("charts")
    };
    let Some(Kind::Bins(bins)) = charts.first().map(|chart| &chart.kind) else { panic!("no histogram") };
    assert_eq!(
        bins.bars.iter().map(|bar| bar.count as u64).collect::<Vec<_>>(),
        amount.bins.iter().map(|bin| bin.count).collect::<Vec<_>>()
    );
    press(&mut window, Modifiers::NONE, Key::Escape);
    // Another column takes its place; a frequent value leads to its rows.
    click_label(&mut window, "division");
    let division = stats(&table, "division");
    let most = division.frequent.first().expect("a value");
    until(&mut window, "the frequent values", |window| window.query_by_label(&format!("Find {}", most.text)).is_some());
    click(&mut window, &format!("Find {}", most.text));
    until(&mut window, "its rows", |window| shows(window, &format!("1 of {}", format::count(most.count))));
    every_control_has_a_name(&window, "the panel");
    press(&mut window, Modifiers::NONE, Key::Escape);
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert!(!shows(&window, "Most frequent") && shows(&window, "Steps"), "closed: {window:?}");
}

/// Clicks a name in the list of columns, which is a text that can be clicked.
fn click_label(window: &mut Window, name: &str) {
    let node = window.query_all_by(|node| node.role() == Role::Label && node.label().as_deref() == Some(name)).next();
    node.unwrap_or_else(|| panic!("no {name}: {window:?}")).click();
    window.run();
}

#[test]
fn the_names_over_the_preview_open_the_panel_in_a_small_window_too() {
    let home = folder();
    let mut window = window(home.path(), &sample("bills-sample.csv"), LEAST_SIZE);
    let head = window.query_all_by(|node| is_cell(node, "bill_no")).next().expect("the name over the preview");
    head.click();
    window.run();
    until(&mut window, "the figures", |window| shows(window, "Different values"));
    focus(&mut window, "Go to row");
    press(&mut window, Modifiers::COMMAND, Key::F);
    type_into(&mut window, "Find in the table", "a");
    shot(&mut window, "small.png");
    every_control_has_a_name(&window, "a small window");
    click(&mut window, "Close the column");
    assert!(shows(&window, "Steps"));
    let command = Command::Data(DataCommand::PreviewAlone(true));
    window.state().commands().send(command);
    window.run();
    shot(&mut window, "alone.png");
}
