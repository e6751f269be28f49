//! The Cache tab, driven by what a person and a screen reader find in it.

use std::path::{Path, PathBuf};

use crate::app_window::{SIZE, Window, click, folder, open_files, press, sample, says, show_tab, shows, times, type_into, until};
use eframe::egui::{Key, Modifiers};
use tachograph::app::Command;
use tachograph::cache::Stats;

fn window(home: &Path) -> Window {
    open_files(home, SIZE, Vec::new())
}

fn stats(window: &Window) -> Option<Stats> {
    window.state().state().shared_cache.get().map(tachograph::cache::Cache::stats)
}

/// Opens a sample and waits until the cache has been asked `asked` times in all and holds `items` in both levels.
fn open(window: &mut Window, name: &str, asked: u64, items: u64) {
    window.state().commands().send(Command::Open(vec![sample(name)]));
    let done = move |stats: &Stats| {
        let run = &stats.memory.this_run;
        let held = stats.file.as_ref().map(|file| file.items);
        run.hits + run.misses == asked && stats.memory.items == items && held == Some(items)
    };
    until(window, name, |window| stats(window).as_ref().is_some_and(done));
}

/// Shows the tab and waits until it lists so many entries.
fn show_cache(window: &mut Window, entries: usize) {
    show_tab(window, "Cache");
    listed(window, entries);
}

fn listed(window: &mut Window, entries: usize) {
    let all = move |window: &Window| window.state().state().cache.entries().value().is_some_and(|list| list.len() == entries);
    until(window, "the list of entries", move |window| all(window) && !window.state().state().cache.entries().is_pending());
}

#[test]
fn an_unused_cache_says_what_it_is_for() {
    let home = folder();
    let mut window = window(home.path());
    show_cache(&mut window, 0);
    assert_eq!(times(&window, "not asked yet"), 2, "{window:?}");
    for text in ["Nothing kept yet", "Nothing asked yet", "0 B of 100 MB · 0 of 1,000 items"] {
        assert!(shows(&window, text), "{text}: {window:?}");
    }
}

#[test]
fn the_same_table_opened_twice_is_one_hit_and_clearing_leaves_nothing() {
    let home = folder();
    let mut window = window(home.path());
    open(&mut window, "bills-sample.csv", 1, 1);
    open(&mut window, "bills-sample.csv", 2, 1);
    show_cache(&mut window, 1);
    for text in [
        "1 hit of 2 since the start",
        "0 hits of 1 since the start",
        "50.0 %",
        "bills-sample.csv",
        "Table",
        "memory, file",
        "Tables",
    ] {
        assert!(shows(&window, text), "{text}: {window:?}");
    }
    click(&mut window, "Clear memory");
    assert!(shows(&window, "Clear memory?"));
    click(&mut window, "Keep");
    assert!(!shows(&window, "Clear memory?"), "{window:?}");
    assert_eq!(stats(&window).map(|stats| stats.memory.items), Some(1));
    click(&mut window, "Clear memory");
    click(&mut window, "Clear");
    until(&mut window, "the message", |window| shows(window, "1 item removed from memory."));
    assert!(says(&window, "0 B of 100 MB · 0 of 1,000 items"), "{window:?}");
    until(&mut window, "the entry in its file alone", |window| shows(window, "file"));
    click(&mut window, "Clear the files");
    click(&mut window, "Clear");
    until(&mut window, "the message", |window| shows(window, "1 item removed from the files."));
    listed(&mut window, 0);
    assert!(shows(&window, "Nothing kept yet"), "{window:?}");
}

#[test]
fn entries_are_found_verified_purged_and_removed() {
    let home = folder();
    let mut window = window(home.path());
    open(&mut window, "bills-sample.csv", 1, 1);
    open(&mut window, "sample.pb.gz", 2, 2);
    show_cache(&mut window, 2);
    type_into(&mut window, "Search entries", "PROFILE");
    assert!(shows(&window, "1 found") && shows(&window, "sample.pb.gz") && !shows(&window, "bills-sample.csv"), "{window:?}");
    click(&mut window, "Clear: Search entries");
    click(&mut window, "Verify");
    until(&mut window, "the outcome", |window| says(window, "verified: all whole."));
    assert!(says(&window, "2 files ("), "{window:?}");
    click(&mut window, "Purge expired");
    until(&mut window, "the outcome", |window| shows(window, "Nothing had expired."));
    click(&mut window, "Remove bills-sample.csv");
    listed(&mut window, 1);
    assert!(!shows(&window, "bills-sample.csv") && shows(&window, "sample.pb.gz"), "{window:?}");
}

#[test]
fn a_damaged_file_is_found_and_told() {
    let home = folder();
    let mut window = window(home.path());
    open(&mut window, "sample.pb.gz", 1, 1);
    let file = std::fs::read_dir(home.path().join("cache"))
        .expect("the folder")
        .flatten()
        .flat_map(|entry| files(&entry.path()))
        .max_by_key(|(size, _)| *size);
    let (size, path) = file.expect("a file");
    let mut bytes = std::fs::read(&path).expect("read");
    bytes[size as usize / 2] ^= 0x55;
    std::fs::write(&path, bytes).expect("written");
    show_cache(&mut window, 1);
    click(&mut window, "Verify");
    until(&mut window, "the outcome", |window| says(window, "1 of 1 file damaged"));
}

/// Files below a path, with their sizes.
fn files(path: &Path) -> Vec<(u64, PathBuf)> {
    match std::fs::read_dir(path) {
        Ok(folder) => folder.flatten().flat_map(|entry| files(&entry.path())).collect(),
        Err(_) => vec![(std::fs::metadata(path).map_or(0, |data| data.len()), path.to_path_buf())],
    }
}

#[test]
fn the_hit_rate_is_offered_for_saving() {
    let home = folder();
    let mut window = window(home.path());
    open(&mut window, "sample.pb.gz", 1, 1);
    show_cache(&mut window, 1);
    press(&mut window, Modifiers::COMMAND, Key::S);
    let offer = window.state().state().offer.as_ref().expect("charts are offered");
    assert_eq!(offer.charts.iter().map(|chart| chart.title.as_str()).collect::<Vec<_>>(), ["Cache hit rate"]);
}
