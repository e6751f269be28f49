//! Many files in the Data tab, driven by what a person and a screen reader find in it: one broken file among ten, stop, skip, retry, open one and
//! come back, export all. Figures are held against the engine's.

use std::path::{Path, PathBuf};

use crate::app_window::{
    LEAST_SIZE, SIZE, Window, click, every_control_has_a_name, folder, give_path, open, open_files, sample, says, shows, times,
    top, until,
};
use crossbeam_channel::{Receiver, Sender, bounded};
use eframe::egui::accesskit::Role;
use egui_kittest::kittest::Queryable;
use tachograph::app::{Command, Parts, SettingsCommand};
use tachograph::data::{self, DataError, Table};
use tachograph::jobs::{Cancel, Explain, Priority, Progress};
use tachograph::operations::table_options;
use tachograph::report::format;
use tachograph::settings::{Settings, Theme};

const BROKEN: &str = "d-broken.xlsx";

fn try_engine(path: &Path) -> Result<Table, DataError> {
    data::optimise(path, &table_options(&Settings::default()), &Cancel::new(), &Progress::new())
}

fn engine(path: &Path) -> Table {
    try_engine(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A table of so many rows, each file with values of its own.
fn csv(seed: usize, rows: usize) -> String {
    let row = |row: usize| format!("{},{:05},word {},{}.50\n", row * seed, row, (row * seed) % 7, row % 90);
    format!("number,code,word,price\n{}", (0..rows).map(row).collect::<String>())
}

/// Nine tables and a workbook that breaks off, in their order.
fn ten(home: &Path) -> Vec<PathBuf> {
    let at = |name: &str| home.join("in").join(name);
    std::fs::create_dir(home.join("in")).expect("made");
    let names = ["a.csv", "b.csv", "c.csv", BROKEN, "e.csv", "f.csv", "g.csv", "h.csv", "i.csv", "j.csv"];
    for (number, name) in names.iter().enumerate() {
        let content = if *name == BROKEN { "PK\u{3}\u{4} and no more".to_owned() } else { csv(number + 1, 400 + 90 * number) };
        std::fs::write(at(name), content).expect("written");
    }
    names.iter().map(|name| at(name)).collect()
}

fn sizes(table: &Table) -> String {
    format!("{} → {}", format::bytes(table.report.before_bytes), format::bytes(table.report.after_bytes))
}

fn ended(window: &mut Window, words: &str) {
    until(window, words, |window| shows(window, words) && window.query_by_label("Stop all").is_none());
}

/// The list of the ten files, all of them ended.
fn ten_ended(home: &Path) -> (Window, Vec<PathBuf>) {
    let files = ten(home);
    let mut window = open_files(home, SIZE, files.clone());
    ended(&mut window, "9 of 10 done");
    (window, files)
}

fn picture(window: &mut Window, name: &str) {
    if let Some(target) = std::env::var_os("TACHOGRAPH_SHOTS") {
        window.run_steps(3);
        window.render().expect("a picture").save(Path::new(&target).join(format!("{name}.png"))).expect("saved");
    }
}

#[test]
fn one_broken_file_among_ten_is_a_row_and_nine_are_done() {
    let home = folder();
    let (mut window, files) = ten_ended(home.path());
    assert!(shows(&window, "1 failed") && shows(&window, "Files · 10"), "{window:?}");
    let (mut before, mut after, mut rows) = (0, 0, 0);
    for path in files.iter().filter(|path| !path.ends_with(BROKEN)) {
        let table = engine(path);
        assert!(shows(&window, &sizes(&table)), "{}: {window:?}", path.display());
        assert!(shows(&window, &format::count(table.report.rows)), "rows of {}", path.display());
        before += table.report.before_bytes;
        after += table.report.after_bytes;
        rows += table.report.rows;
    }
    assert!(shows(&window, &format!("{} → {}", format::bytes(before), format::bytes(after))), "{window:?}");
    let change = -(before as f64 - after as f64) / before as f64 * 100.0;
    assert!(shows(&window, &format::percent_change(change)));
    assert!(says(&window, &format!("{} rows · ", format::count(rows))));
    assert_eq!((times(&window, "Done"), times(&window, "Failed")), (10, 1), "nine rows and the card's title");
    let error = try_engine(&files[3]).expect_err("broken");
    assert!(shows(&window, &format!("{error}.")) && shows(&window, &error.next_step()), "{window:?}");
    every_control_has_a_name(&window, "the list");
    picture(&mut window, "batch");
}

#[test]
fn a_mended_file_is_tried_again_and_the_list_is_sorted() {
    let home = folder();
    let (mut window, files) = ten_ended(home.path());
    assert!(top(&window, "a.csv") < top(&window, "b.csv"));
    click(&mut window, "File");
    click(&mut window, "File, sorted, smallest first");
    assert!(top(&window, "j.csv") < top(&window, BROKEN) && top(&window, BROKEN) < top(&window, "a.csv"));
    click(&mut window, "Size");
    assert!(top(&window, "j.csv") < top(&window, "a.csv"), "the largest first");
    std::fs::copy(sample("bills-sample.xlsx"), &files[3]).expect("mended");
    click(&mut window, &format!("Retry: {BROKEN}"));
    ended(&mut window, "10 of 10 done");
    assert!(!shows(&window, "1 failed") && shows(&window, &sizes(&engine(&files[3]))), "{window:?}");
    click(&mut window, "Saving");
    let best = files.iter().max_by(|a, b| engine(a).report.saved_percent().total_cmp(&engine(b).report.saved_percent()));
    let best = best.and_then(|path| path.file_name()).expect("a name").to_string_lossy().into_owned();
    let first = ["a.csv", "e.csv", "j.csv"].iter().all(|name| top(&window, &best) <= top(&window, name));
    assert!(first, "{best} saves most: {window:?}");
}

/// Keeps both workers busy until the senders are dropped: the second one after the first job of the window.
fn hold(parts: &mut Parts) -> (Sender<()>, Sender<()>) {
    let (begin, first) = bounded::<()>(0);
    let (release, gate) = bounded::<()>(0);
    let wait = |gate: Receiver<()>| move |_: &Cancel, _: &Progress| Ok(gate.recv().is_ok());
    drop(parts.queue.submit("first worker", Priority::High, wait(gate.clone())));
    drop(parts.queue.submit("second worker", Priority::High, wait(first)));
    drop(parts.queue.submit("second worker again", Priority::Low, wait(gate)));
    (begin, release)
}

/// A window with these files whose list is there, while the work on them waits.
fn waiting(home: &Path, files: Vec<PathBuf>) -> (Window, Sender<()>) {
    let (give, take) = std::sync::mpsc::channel();
    let (mut window, _script) = open(home, SIZE, move |parts| {
        parts.files = files;
        give.send(hold(parts)).expect("the test waits");
    });
    let (begin, release) = take.recv().expect("held");
    drop(begin);
    until(&mut window, "the list", |window| says(window, "Files · "));
    (window, release)
}

#[test]
fn a_file_is_skipped_and_all_are_stopped_and_done_in_the_end() {
    let home = folder();
    let files = ten(home.path());
    let (mut window, release) = waiting(home.path(), files);
    assert_eq!(times(&window, "Waiting"), 10, "{window:?}");
    click(&mut window, "Skip: b.csv");
    assert_eq!((times(&window, "Waiting"), times(&window, "Skipped")), (9, 1));
    click(&mut window, "Remove from the list: a.csv");
    assert!(shows(&window, "Files · 9") && window.query_by_label("Skip: a.csv").is_none());
    click(&mut window, "Stop all");
    drop(release);
    until(&mut window, "the end", |window| times(window, "Stopped") == 8);
    assert!(shows(&window, "0 of 9 done") && shows(&window, "9 not done") && times(&window, "Skipped") == 1, "{window:?}");
    click(&mut window, "Retry: b.csv");
    ended(&mut window, "1 of 9 done");
    click(&mut window, "Retry all");
    ended(&mut window, "8 of 9 done");
    assert!(shows(&window, "1 failed"));
}

#[test]
fn the_status_bar_stops_the_batch() {
    let home = folder();
    let (mut window, release) = waiting(home.path(), ten(home.path()));
    let id = window.state().state().jobs.iter().find(|job| job.title == "Shrinking 10 files").map(|job| job.id);
    window.state().commands().send(Command::CancelJob(id.expect("the batch is a job")));
    window.step();
    drop(release);
    until(&mut window, "the end", |window| times(window, "Stopped") == 10);
}

#[test]
fn of_a_thousand_files_only_those_in_sight_are_drawn() {
    let home = folder();
    let files: Vec<PathBuf> = (0..1_000).map(|number| home.path().join(format!("file-{number:04}.csv"))).collect();
    files.iter().for_each(|file| std::fs::write(file, "a\n1\n").expect("written"));
    let (mut window, _release) = waiting(home.path(), files);
    let drawn = times(&window, "Waiting");
    assert!((5..40).contains(&drawn), "{drawn} rows");
    click(&mut window, "File");
    click(&mut window, "File, sorted, smallest first");
    assert!(shows(&window, "file-0999.csv") && !shows(&window, "file-0000.csv"), "{window:?}");
}

#[test]
fn one_is_opened_as_the_table_and_the_list_is_still_there() {
    let home = folder();
    let (mut window, files) = ten_ended(home.path());
    let table = engine(&files[4]);
    click(&mut window, "Open: e.csv");
    until(&mut window, "the table", |window| says(window, &format!("e.csv · {} rows", format::count(table.report.rows))));
    assert!(says(&window, "From the cache"), "the batch has made it: {window:?}");
    assert!(shows(&window, &sizes(&table)) && window.query_by_label("Retry: d-broken.xlsx").is_none());
    click(&mut window, "Back to the list");
    assert!(shows(&window, "9 of 10 done") && window.query_by_label("Retry: d-broken.xlsx").is_some());
    click(&mut window, &format!("Open: {BROKEN}"));
    let error = try_engine(&files[3]).expect_err("broken");
    until(&mut window, "the failure", |window| shows(window, &format!("{error}.")));
    assert!(window.query_by_label("Open another…").is_some() && shows(&window, &sizes(&table)), "the table before it stays");
    click(&mut window, "Back to the list");
    click(&mut window, "Close the list");
    assert!(shows(&window, &sizes(&table)) && window.query_by_label("Back to the list").is_none());
}

/// All cells of a table as text.
fn cells(table: &Table) -> Vec<Vec<(bool, Vec<u8>)>> {
    let cell = |view: &data::ColumnView<'_>, row| {
        let mut text = Vec::new();
        (view.write(row, &mut text), text)
    };
    table.views().iter().map(|view| (0..table.rows()).map(|row| cell(view, row)).collect()).collect()
}

#[test]
fn all_tables_are_written_to_a_folder_and_opened_again() {
    let home = folder();
    let (mut window, files) = ten_ended(home.path());
    let before: Vec<Vec<u8>> = files.iter().map(|file| std::fs::read(file).expect("a source")).collect();
    let out = home.path().join("out");
    let export = |window: &mut Window, format: &str, target: &Path| {
        click(window, "Export all…");
        click(window, format);
        give_path(window, target);
    };
    export(&mut window, "Parquet…", &out);
    until(&mut window, "the message", |window| says(window, "Saved 9 tables."));
    assert_eq!((times(&window, "Exported"), times(&window, "a.parquet")), (9, 1), "{window:?}");
    assert!(shows(&window, "9 of 10 done") && shows(&window, "1 failed"));
    picture(&mut window, "batch-exported");
    for file in files.iter().filter(|file| !file.ends_with(BROKEN)) {
        let target = out.join(file.file_name().expect("a name")).with_extension("parquet");
        let (source, written) = (engine(file), engine(&target));
        assert_eq!(source.report.rows, written.report.rows);
        // Fixed decimals are spelled anew by a file of numbers; all other columns are the same letter for letter.
        assert_eq!(cells(&source)[..3], cells(&written)[..3], "{}", target.display());
    }
    assert_eq!(std::fs::read_dir(&out).expect("a folder").count(), 9);
    export(&mut window, "Parquet…", &out);
    until(&mut window, "the refusal", |window| {
        says(window, "Files are in this folder already: “a.parquet”, “b.parquet”, “c.parquet”…")
    });
    export(&mut window, "CSV…", &home.path().join("in"));
    until(&mut window, "the refusal", |window| says(window, "is a source itself, which is never changed."));
    let after: Vec<Vec<u8>> = files.iter().map(|file| std::fs::read(file).expect("a source")).collect();
    assert_eq!(before, after);
}

#[test]
fn the_list_is_saved_and_the_summary_copied() {
    let home = folder();
    let (mut window, files) = ten_ended(home.path());
    click(&mut window, "Save list…");
    let target = home.path().join("list.csv");
    give_path(&mut window, &target);
    until(&mut window, "the message", |window| says(window, "Saved “list.csv”."));
    let text = std::fs::read_to_string(&target).expect("saved");
    let lines: Vec<&str> = text.trim_start_matches('\u{feff}').split_terminator("\r\n").collect();
    assert_eq!((lines.len(), lines[0]), (11, "file,state,rows,before,after,saved,warnings,error,written to"));
    for (path, line) in files.iter().zip(&lines[1..]) {
        let expected = match try_engine(path) {
            Ok(Table { report, .. }) => {
                let saved = report.before_bytes as i64 - report.after_bytes as i64;
                let figures =
                    format!("{},{},{},{saved},{}", report.rows, report.before_bytes, report.after_bytes, report.warnings.len());
                format!("{},done,{figures},,", path.display())
            }
            Err(_) => format!("{},failed,,,,,,", path.display()),
        };
        assert!(line.starts_with(&expected), "{line}, but {expected}");
    }
    click(&mut window, "Copy summary");
    until(&mut window, "the message", |window| says(window, "The summary is on the clipboard."));
}

#[test]
fn a_folder_stands_for_its_tables_also_in_a_small_window() {
    let home = folder();
    let files = ten(home.path());
    let parent = files[0].parent().expect("a folder").to_path_buf();
    std::fs::write(parent.join("k.pdf"), "%PDF-1.7").expect("written");
    let mut window = open_files(home.path(), LEAST_SIZE, vec![parent]);
    let light = Settings { theme: Theme::Light, ..Settings::default() };
    window.state().commands().send(Command::Settings(SettingsCommand::Use(Box::new(light))));
    ended(&mut window, "9 of 10 done");
    assert!(shows(&window, "1 other file left out"), "{window:?}");
    every_control_has_a_name(&window, "the list");
    picture(&mut window, "batch-small");
    let others = home.path().join("others");
    std::fs::create_dir(&others).expect("made");
    std::fs::write(others.join("z.csv"), csv(3, 10)).expect("written");
    click(&mut window, "Recent tables");
    assert!(window.query_by_role_and_label(Role::Button, "Compare with…").is_none(), "no table is in sight");
    click(&mut window, "Open folder…");
    give_path(&mut window, &others);
    ended(&mut window, "1 of 1 done");
    assert!(shows(&window, "z.csv") && !shows(&window, "a.csv"), "a new list");
    let pictures = home.path().join("pictures");
    std::fs::create_dir(&pictures).expect("made");
    std::fs::write(pictures.join("k.pdf"), "%PDF-1.7").expect("written");
    window.state().commands().send(Command::Open(vec![pictures]));
    until(&mut window, "the message", |window| says(window, "There is no table among these files."));
}
