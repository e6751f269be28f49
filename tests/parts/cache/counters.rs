//! What is counted, in this run and in all.

use std::time::Duration;

use tachograph::cache::{KindCounters, StatsHistory};

use super::*;

#[test]
fn a_script_of_questions_is_counted_exactly() {
    let fixture = Fixture::new();
    let cache = fixture.open();
    assert_eq!(cache.problem(), None);
    assert_eq!(cache.stats().memory.this_run.hit_rate(), None);
    assert_eq!(ask(&cache, "a", 1000), Origin::Made);
    assert_eq!(ask(&cache, "a", 1000), Origin::Memory);
    assert_eq!(ask(&cache, "b", 500), Origin::Made);
    assert_eq!(cache.clear(Level::Memory).expect("clear"), 2);
    assert_eq!(ask(&cache, "a", 1000), Origin::File);
    assert_eq!(ask(&cache, "a", 1000), Origin::Memory);
    let stats = cache.stats();
    let (memory, file) = (stats.memory, stats.file.expect("file level"));
    assert_eq!(counts(&memory.this_run), [2, 3, 0, 0, 0, 3, 0, 0]);
    assert_eq!(counts(&file.this_run), [1, 2, 0, 0, 0, 2, 0, 0]);
    assert_eq!((memory.items, memory.bytes, memory.limit_bytes, memory.limit_items), (1, 1000, 100_000_000, Some(1000)));
    let sizes: u64 = fixture.entries().iter().map(|path| fs::metadata(path).expect("metadata").len()).sum();
    assert_eq!((file.items, file.bytes, file.limit_bytes, file.limit_items), (2, sizes, 4_096_000_000, None));
    // The head of an entry is 112 + 2 + 5 + 2 + 1 + 32 bytes here.
    assert_eq!(sizes, 1500 + 2 * 154);
    assert_eq!(memory.this_run.hit_rate(), Some(0.4));
    assert_eq!(file.this_run.hit_rate(), Some(1.0 / 3.0));
    assert_eq!((memory.this_run.read.count(), memory.this_run.write.count()), (2, 3));
    assert_eq!((file.this_run.read.count(), file.this_run.write.count()), (1, 2));
    assert_eq!(memory.this_run.kinds.len(), 1);
    let KindCounters { hits, misses, .. } = memory.this_run.kinds["bytes"];
    assert_eq!((hits, misses), (2, 3));
}

#[test]
fn hits_save_what_making_took() {
    let fixture = Fixture::new();
    let cache = fixture.open();
    let slow = || {
        std::thread::sleep(Duration::from_millis(60));
        Ok(vec![1])
    };
    for expected in [Origin::Made, Origin::Memory] {
        assert_eq!(get(&cache, &CODEC, slow).expect("made").1, expected);
    }
    let making = cache.entries().expect("entries")[0].making;
    let counters = cache.stats().memory.this_run;
    let took = counters.read.mean().expect("one read");
    // Making is told in whole microseconds, so is what the hit took.
    assert!(making >= Duration::from_millis(60));
    let expected = making.as_micros() - took.as_micros();
    assert_eq!(u128::from(counters.saved_micros), expected);
    assert_eq!(u128::from(counters.kinds["bytes"].saved_micros), expected);
}

#[test]
fn values_outlive_the_program_and_so_do_counters() {
    let fixture = Fixture::new();
    let first = fixture.open();
    assert_eq!(ask(&first, "a", 10), Origin::Made);
    drop(first);
    let second = fixture.open();
    assert_eq!(file(&second).items, 1);
    assert_eq!(ask(&second, "a", 10), Origin::File);
    assert_eq!(ask(&second, "a", 10), Origin::Memory);
    let stats = second.stats();
    assert_eq!(counts(&stats.memory.this_run), [1, 1, 0, 0, 0, 1, 0, 0]);
    assert_eq!(counts(&stats.memory.all_runs), [1, 2, 0, 0, 0, 2, 0, 0]);
    assert_eq!(counts(&file(&second).all_runs), [1, 1, 0, 0, 0, 1, 0, 0]);
    second.sweep();
    assert_eq!(counts(&second.stats().memory.all_runs), [1, 2, 0, 0, 0, 2, 0, 0], "saved, not doubled");
    drop(second);
    let third = fixture.open();
    assert_eq!(counts(&third.stats().memory.all_runs), [1, 2, 0, 0, 0, 2, 0, 0]);
    assert_eq!(file(&third).all_runs.kinds["bytes"].hits, 1);
    assert_eq!(file(&third).all_runs.read.count(), 1);
}

#[test]
fn damaged_counters_start_again() {
    let fixture = Fixture::new();
    fs::write(fixture.folder.path().join("counters.ron"), "(memory: (hits: many))").expect("write");
    let cache = fixture.open();
    ask(&cache, "a", 10);
    drop(cache);
    assert_eq!(counts(&fixture.open().stats().memory.all_runs), [0, 1, 0, 0, 0, 1, 0, 0]);
}

#[test]
fn counters_that_cannot_be_saved_are_kept_for_the_next_time() {
    let fixture = Fixture::new();
    let cache = fixture.open();
    ask(&cache, "a", 10);
    let lock = fs::File::create(fixture.folder.path().join("counters.lock")).expect("lock file");
    lock.lock().expect("lock");
    cache.sweep();
    assert_eq!(counts(&cache.stats().memory.all_runs), [0, 1, 0, 0, 0, 1, 0, 0]);
    assert!(!fixture.folder.path().join("counters.ron").exists());
    drop(lock);
    drop(cache);
    assert_eq!(counts(&fixture.open().stats().memory.all_runs), [0, 1, 0, 0, 0, 1, 0, 0]);
}

#[test]
fn counters_of_two_programs_are_added() {
    let fixture = Fixture::new();
    let (one, two) = (fixture.open(), fixture.open());
    ask(&one, "a", 10);
    ask(&two, "b", 10);
    ask(&two, "b", 10);
    drop(one);
    drop(two);
    assert_eq!(counts(&fixture.open().stats().memory.all_runs), [1, 2, 0, 0, 0, 2, 0, 0]);
}

#[test]
fn history_keeps_the_latest_points() {
    let fixture = Fixture::new();
    let (cache, mut history) = (fixture.open(), StatsHistory::new(3));
    history.push(0.0, &cache.stats());
    for (n, name) in ["a", "a", "a"].into_iter().enumerate() {
        ask(&cache, name, 10);
        history.push(n as f64 + 1.0, &cache.stats());
    }
    assert_eq!(history.hit_rates(Level::Memory), [(1.0, 0.0), (2.0, 0.5), (3.0, 2.0 / 3.0)]);
    assert_eq!(history.hit_rates(Level::File), [(1.0, 0.0), (2.0, 0.0), (3.0, 0.0)]);
    assert_eq!(history.points().map(|point| point.memory).collect::<Vec<_>>(), [(0, 1), (1, 1), (2, 1)]);
}
