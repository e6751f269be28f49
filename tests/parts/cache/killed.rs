//! A program that is killed while it writes.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::*;

const CHILD_FOLDER: &str = "TACHOGRAPH_TEST_CACHE_FOLDER";
const CHILD_LENGTH: usize = 700_000;

/// Not a test by itself: the program that [`a_killed_program_leaves_only_whole_entries`] kills.
#[test]
fn child_writes_until_it_is_killed() {
    let Some(folder) = std::env::var_os(CHILD_FOLDER) else { return };
    let settings = CacheSettings { file_limit_mb: 8, memory_items: 1, ..CacheSettings::default() };
    let cache = Cache::open(&settings, Path::new(&folder));
    for n in (0..40).cycle() {
        ask(&cache, &n.to_string(), CHILD_LENGTH);
        println!("{n}");
    }
}

#[test]
fn a_killed_program_leaves_only_whole_entries() {
    let fixture = Fixture::new();
    for round in 0_u32..6 {
        let mut child = Command::new(std::env::current_exe().expect("test program"))
            .args(["--exact", "cache::killed::child_writes_until_it_is_killed", "--nocapture"])
            .env(CHILD_FOLDER, fixture.folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("child");
        let mut lines = BufReader::new(child.stdout.take().expect("output")).lines();
        // The first lines are the test harness's; then one for each value.
        let numbers = lines.by_ref().map_while(Result::ok).filter(|line| line.parse::<u32>().is_ok());
        let wanted = 5 + round as usize;
        assert_eq!(numbers.take(wanted).count(), wanted);
        std::thread::sleep(Duration::from_micros(700) * round);
        child.kill().expect("kill");
        child.wait().expect("wait");
        let cache = Cache::with_clock(&CacheSettings::default(), fixture.folder.path(), Arc::new(|| START));
        let verified = cache.verify(&Cancel::new(), &Progress::new()).expect("verify");
        assert!(!verified.is_empty());
        assert!(verified.iter().all(|entry| entry.damage.is_none()), "{verified:?}");
    }
    let cache = Cache::open(&CacheSettings::default(), fixture.folder.path());
    let names: Vec<String> = cache.entries().expect("entries").into_iter().map(|entry| entry.description).collect();
    for name in names {
        assert_eq!(ask(&cache, &name, CHILD_LENGTH), Origin::File);
    }
}
