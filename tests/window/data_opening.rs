//! How a file is read, chosen in the window: what a person finds before a file is loaded, and tables from the clipboard.

use std::path::{Path, PathBuf};

use crate::app_window::{
    LEAST_SIZE, SIZE, Window, click, click_role, every_control_has_a_name, folder, give_path, open_files, press, sample, says,
    settle, show_tab, shows, until,
};
use eframe::egui::{Event, Key, Modifiers, accesskit::Role};
use egui_kittest::kittest::{NodeT, Queryable};
use tachograph::app::Command;
use tachograph::app::tabs::data::{DataCommand, OpeningCommand};
use tachograph::settings::Folders;

/// Two signs split this text evenly.
const TOWNS: &str = "name;town, state\nRao;Kota, RJ\nDas;Pune, MH\n";

fn written(home: &Path, name: &str, text: &str) -> PathBuf {
    let path = home.join(name);
    std::fs::write(&path, text).expect("written");
    path
}

fn window(home: &Path, file: &Path) -> Window {
    open_files(home, SIZE, vec![file.to_path_buf()])
}

/// How often a cell with this text is on screen.
fn cells(window: &Window, text: &str) -> usize {
    window.query_all_by(|node| node.role() == Role::Cell && node.label().as_deref() == Some(text)).count()
}

/// The names over the first rows, from left to right: those below the choices, as the table in sight has heads too.
fn names(window: &Window) -> Vec<String> {
    let Some(choices) = window.query_by_role_and_label(Role::ComboBox, "Dates") else { return Vec::new() };
    let below = choices.rect().bottom();
    let heads = window.query_all_by(|node| node.role() == Role::ColumnHeader && node.label().is_some());
    let heads = heads.filter(|node| node.rect().top() > below);
    let mut heads: Vec<(f32, String)> =
        heads.map(|node| (node.rect().left(), node.accesskit_node().label().unwrap_or_default())).collect();
    heads.sort_by(|a, b| a.0.total_cmp(&b.0));
    heads.into_iter().map(|(_, name)| name).collect()
}

fn is_asked(window: &Window) -> bool {
    window.query_by_role_and_label(Role::Button, "Open").is_some()
}

fn until_asked(window: &mut Window) {
    until(window, "the sheet of choices", is_asked);
    // A job that has not ended yet has a Cancel of its own.
    settle(window);
}

fn until_open(window: &mut Window, title: &str) {
    until(window, title, |window| shows(window, title) && !is_asked(window));
}

fn send(window: &mut Window, command: OpeningCommand) {
    window.state().commands().send(Command::Data(DataCommand::Opening(command)));
    window.run();
}

fn choose(window: &mut Window, list: &str, entry: &str) {
    click_role(window, Role::ComboBox, list);
    click(window, entry);
}

fn paste(window: &mut Window, text: &str) {
    window.event(Event::Paste(text.to_owned()));
    window.run();
}

#[test]
fn a_file_that_is_clear_is_opened_without_asking() {
    let home = folder();
    let mut window = window(home.path(), &written(home.path(), "clear.csv", "name,amount\nRao,5\nDas,7\n"));
    until_open(&mut window, "clear.csv · 2 rows · 2 columns");
}

#[test]
fn a_file_in_doubt_is_asked_about_and_read_as_chosen() {
    let home = folder();
    let path = written(home.path(), "towns.csv", TOWNS);
    let mut window = window(home.path(), &path);
    until_asked(&mut window);
    assert!(shows(&window, "How is “towns.csv” to be read?") && says(&window, "More than one sign could separate the columns."));
    assert_eq!(names(&window), ["name;town", " state"], "as it was found");
    assert_eq!((cells(&window, "Rao;Kota"), cells(&window, "Kota, RJ")), (1, 0));
    choose(&mut window, "Separator", "Semicolon");
    until(&mut window, "the other columns", |window| names(window) == ["name", "town, state"]);
    assert_eq!((cells(&window, "Rao;Kota"), cells(&window, "Kota, RJ")), (0, 1));
    assert!(!says(&window, "More than one sign"), "what was chosen is in no doubt");
    click(&mut window, "Open");
    until_open(&mut window, "towns.csv · 2 rows · 2 columns");
    assert_eq!((cells(&window, "Kota, RJ"), cells(&window, "town, state")), (1, 1));
    assert!(window.state().state().remembered.recent.iter().any(|recent| recent.path == path));
    // The same file again is not asked about again.
    window.state().commands().send(Command::Open(vec![written(home.path(), "other.csv", "a,b\n1,2\n")]));
    until_open(&mut window, "other.csv · 1 row · 2 columns");
    window.state().commands().send(Command::Open(vec![path]));
    until_open(&mut window, "towns.csv · 2 rows · 2 columns");
    assert_eq!(cells(&window, "Kota, RJ"), 1);
}

#[test]
fn enter_takes_what_was_found_and_escape_leaves_all_as_it_was() {
    let home = folder();
    let before = written(home.path(), "before.csv", "name,amount\nRao,5\n");
    let path = written(home.path(), "towns.csv", TOWNS);
    let mut window = window(home.path(), &before);
    until_open(&mut window, "before.csv · 1 row · 2 columns");
    for leave in [|window: &mut Window| press(window, Modifiers::NONE, Key::Escape), |window: &mut Window| click(window, "Cancel")]
    {
        window.state().commands().send(Command::Open(vec![path.clone()]));
        until_asked(&mut window);
        leave(&mut window);
        assert!(!is_asked(&window) && shows(&window, "before.csv · 1 row · 2 columns"), "{window:?}");
    }
    window.state().commands().send(Command::Open(vec![path]));
    until_asked(&mut window);
    press(&mut window, Modifiers::NONE, Key::Enter);
    until_open(&mut window, "towns.csv · 2 rows · 2 columns");
    assert_eq!(cells(&window, "Rao;Kota"), 1);
}

#[test]
fn names_lines_marks_and_encoding_are_chosen_and_taken_back() {
    let home = folder();
    let path = home.path().join("list.csv");
    std::fs::write(&path, b"north,'M\xFCller'\nsouth,'Wei\xDF'\nnorth,'K\xF6ln'\n").expect("written");
    let mut window = window(home.path(), &path);
    until_asked(&mut window);
    assert!(says(&window, "The first row could be names of columns, or data."));
    assert_eq!(names(&window), ["north", "Müller"]);
    click(&mut window, "First row has names");
    until(&mut window, "three rows", |window| cells(window, "north") == 2);
    assert_eq!(names(&window), ["column_1", "column_2"]);
    click(&mut window, "One line more");
    until(&mut window, "a line less", |window| cells(window, "Müller") == 0 && cells(window, "north") == 1);
    choose(&mut window, "Marks around text", "None");
    until(&mut window, "the marks", |window| cells(window, "'Köln'") == 1);
    choose(&mut window, "Encoding", "Cyrillic (Windows-1251)");
    until(&mut window, "other letters", |window| cells(window, "'Kцln'") == 1);
    click(&mut window, "Encoding as detected: Western Europe (Windows-1252)");
    until(&mut window, "the letters again", |window| cells(window, "'Köln'") == 1);
    click(&mut window, "All as detected");
    until(&mut window, "all again", |window| names(window) == ["north", "Müller"]);
    assert!(window.query_by_label("All as detected").is_none());
}

#[test]
fn a_separator_is_typed_and_a_reading_that_makes_no_table_is_told() {
    let home = folder();
    let path = written(home.path(), "odd.csv", "a~b~c,d\n1~2~3,4\n5~6~7,8\n");
    let mut window = window(home.path(), &path);
    until_open(&mut window, "odd.csv · 2 rows · 2 columns");
    click(&mut window, "Reading choices…");
    until(&mut window, "the first rows", |window| cells(window, "1~2~3") == 2);
    choose(&mut window, "Separator", "Another sign…");
    crate::app_window::type_into(&mut window, "Sign that separates", "~");
    until(&mut window, "three columns", |window| names(window) == ["a", "b", "c,d"]);
    assert_eq!(cells(&window, "3,4"), 1);
    for _ in 0..9 {
        click(&mut window, "One line more");
    }
    until(&mut window, "the refusal", |window| says(window, "text without a table behind its first 9 lines"));
    click(&mut window, "Leave out above as detected: 0");
    until(&mut window, "the rows again", |window| cells(window, "3,4") == 1);
    click(&mut window, "Open");
    until_open(&mut window, "odd.csv · 2 rows · 3 columns");
    assert_eq!(cells(&window, "3,4"), 1);
}

#[test]
fn dates_with_two_readings_are_asked_about_and_become_dates() {
    let home = folder();
    let path = written(home.path(), "paid.csv", "name,paid\nRao,03/04/2024\nDas,05/06/2024\n");
    let mut window = window(home.path(), &path);
    until_asked(&mut window);
    assert!(says(&window, "The dates in “paid” can be read in two ways (day first: 3 April 2024; month first: 4 March 2024)."));
    choose(&mut window, "Dates", "Month first: 12/31");
    until(&mut window, "no doubt", |window| !says(window, "can be read in two ways"));
    click(&mut window, "Open");
    until_open(&mut window, "paid.csv · 2 rows · 2 columns");
    assert!(shows(&window, "Date"), "the column's type: {window:?}");
    assert_eq!(cells(&window, "03/04/2024"), 1, "as the file spells it");
}

#[test]
fn the_sheet_of_a_workbook_is_chosen_before_it_is_loaded() {
    let home = folder();
    let path = home.path().join("bills.xlsx");
    std::fs::copy(sample("bills-sample.xlsx"), &path).expect("copied");
    let mut window = window(home.path(), &path);
    until_asked(&mut window);
    assert!(says(&window, "2 sheets of this workbook hold cells."));
    let found = tachograph::data::sheet_names(&path, &tachograph::data::Limits::default()).expect("sheets");
    let [first, second] = &found[..] else { panic!("{found:?}") };
    let columns = names(&window);
    choose(&mut window, "Sheet to read", second);
    until(&mut window, "the other sheet", |window| names(window) != columns);
    click(&mut window, &format!("Sheet to read as detected: {first}"));
    until(&mut window, "the first sheet", |window| names(window) == columns);
    choose(&mut window, "Sheet to read", second);
    click(&mut window, "Open");
    until(&mut window, "the second sheet", |window| says(window, &format!("bills.xlsx · sheet {second} · ")) && !is_asked(window));
}

#[test]
fn the_sample_and_a_workbook_with_one_sheet_are_not_asked_about() {
    let home = folder();
    let mut window = window(home.path(), &sample("bills-sample.xlsx"));
    until(&mut window, "the table", |window| says(window, "bills-sample.xlsx · sheet ") && !is_asked(window));
}

#[test]
fn a_table_in_sight_is_read_anew_and_keeps_its_steps() {
    let home = folder();
    let rows: String = (0..500).map(|n| format!("\"{n}\";\"{}\"\n", ["x", "y"][n % 2])).collect();
    let mut window = window(home.path(), &written(home.path(), "a.csv", &format!("n;kind\n{rows}")));
    until_open(&mut window, "a.csv · 500 rows · 2 columns");
    click(&mut window, "Text to categories");
    until(&mut window, "the step off", |window| says(window, "off ("));
    click(&mut window, "Reading choices…");
    until(&mut window, "the first rows", |window| says(window, "Text table"));
    assert!(shows(&window, "Read “a.csv” in another way"));
    click(&mut window, "First row has names");
    until(&mut window, "no names", |window| names(window) == ["column_1", "column_2"]);
    click(&mut window, "Open");
    until_open(&mut window, "a.csv · 501 rows · 2 columns");
    assert!(says(&window, "off ("), "the step is still off");
}

#[test]
fn a_file_is_opened_with_choices_from_the_menu() {
    let home = folder();
    let path = written(home.path(), "clear.csv", "name,amount\nRao,5\nDas,7\n");
    let mut window = open_files(home.path(), SIZE, Vec::new());
    show_tab(&mut window, "Data");
    click(&mut window, "Recent tables");
    click(&mut window, "Open with choices…");
    give_path(&mut window, &path);
    until(&mut window, "the first rows", |window| cells(window, "Rao") == 1);
    assert!(says(&window, "All was found out from the file. Change what is wrong."));
    click(&mut window, "Open");
    until_open(&mut window, "clear.csv · 2 rows · 2 columns");
}

#[test]
fn a_pasted_range_is_a_table_with_the_same_cells() {
    let home = folder();
    let mut window = open_files(home.path(), SIZE, Vec::new());
    show_tab(&mut window, "Data");
    let range = "code\titem\tnote\r\n00294\tRoad \"GSB\" layer\t\"two\nlines\"\r\n00017\t\"\"\"all\"\"\"\tतकनीकी\r\n\t\"tab\there\"\t5\" pipe\r\n";
    paste(&mut window, range);
    until_open(&mut window, "Pasted table · 3 rows · 3 columns");
    for text in ["00294", "Road \"GSB\" layer", "two lines", "00017", "\"all\"", "तकनीकी", "tab here", "5\" pipe"] {
        assert_eq!(cells(&window, text), 1, "{text}: {window:?}");
    }
    let file = Folders::inside(home.path()).data.join("pasted").join("Pasted table.csv");
    let text = std::fs::read_to_string(&file).expect("the file");
    assert_eq!(
        text,
        "\"code\",\"item\",\"note\"\n\"00294\",\"Road \"\"GSB\"\" layer\",\"two\nlines\"\n\"00017\",\"\"\"all\"\"\",\"तकनीकी\"\n,\"tab\there\",\"5\"\" pipe\"\n"
    );
    paste(&mut window, "a;b\n1,5;2,5\n3,5;4,5\n");
    until_open(&mut window, "Pasted table · 2 rows · 2 columns");
    paste(&mut window, "a\tb\n1\t2\n");
    until_open(&mut window, "Pasted table · 1 row · 2 columns");
}

#[test]
fn what_is_no_table_is_refused_and_a_field_keeps_what_is_pasted_into_it() {
    let home = folder();
    let mut window = window(home.path(), &written(home.path(), "clear.csv", "name,amount\nRao,5\n"));
    until_open(&mut window, "clear.csv · 1 row · 2 columns");
    crate::app_window::focus(&mut window, "Filter columns");
    paste(&mut window, "am\tount");
    assert!(shows(&window, "clear.csv · 1 row · 2 columns"));
    press(&mut window, Modifiers::NONE, Key::Escape);
    paste(&mut window, "hello");
    until(&mut window, "the refusal", |window| shows(window, "What was pasted is one line without columns, and no table."));
    assert!(shows(&window, "clear.csv · 1 row · 2 columns"));
}

#[test]
fn a_text_that_cannot_be_opened_is_read_with_other_choices() {
    let home = folder();
    let mut window = window(home.path(), &written(home.path(), "open.csv", "name,size\n\"open,1\nshut,2\n"));
    let message = "in row 2 of “open.csv” a quotation mark is opened and never closed.";
    until(&mut window, "the failure", |window| shows(window, message));
    click(&mut window, "Choose how to read it…");
    until(&mut window, "the refusal", |window| says(window, "Read so, the file makes no table."));
    choose(&mut window, "Marks around text", "None");
    until(&mut window, "the rows", |window| cells(window, "\"open") == 1);
    assert_eq!(names(&window), ["name", "size"]);
    click(&mut window, "Open");
    until_open(&mut window, "open.csv · 2 rows · 2 columns");
    assert!(!shows(&window, message) && window.query_by_label("Choose how to read it…").is_none());
}

#[test]
fn an_answer_about_an_earlier_file_is_dropped() {
    let home = folder();
    let mut window = window(home.path(), &written(home.path(), "clear.csv", "name,amount\nRao,5\n"));
    until_open(&mut window, "clear.csv · 1 row · 2 columns");
    let late = OpeningCommand::Doubtful { asked: 0, path: home.path().join("late.csv"), preview: Box::default() };
    send(&mut window, late);
    assert!(!is_asked(&window) && shows(&window, "clear.csv · 1 row · 2 columns"));
}

#[test]
fn every_control_of_the_sheet_has_a_name_in_a_small_window_too() {
    let home = folder();
    let path = written(home.path(), "towns.csv", TOWNS);
    let mut window = open_files(home.path(), LEAST_SIZE, vec![path]);
    until_asked(&mut window);
    choose(&mut window, "Separator", "Another sign…");
    every_control_has_a_name(&window, "Choices");
}
