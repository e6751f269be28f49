//! What expires, and what makes room for what.

use super::*;

#[test]
fn entries_expire_to_the_second_in_each_level() {
    let mut fixture = Fixture::new();
    fixture.settings.ttl_seconds = 100;
    fixture.settings.file_ttl_seconds = 1000;
    let cache = fixture.open();
    assert_eq!(ask(&cache, "a", 10), Origin::Made);
    fixture.pass(99);
    assert_eq!(ask(&cache, "a", 10), Origin::Memory);
    fixture.pass(1);
    assert_eq!(ask(&cache, "a", 10), Origin::File, "gone from memory, which has it again for 100 s");
    fixture.pass(99);
    assert_eq!(ask(&cache, "a", 10), Origin::Memory);
    fixture.pass(801);
    assert_eq!(ask(&cache, "a", 10), Origin::Made, "gone from both");
    assert_eq!(counts(&cache.stats().memory.this_run), [2, 3, 0, 2, 0, 3, 0, 0]);
    assert_eq!(counts(&file(&cache).this_run), [1, 2, 0, 1, 0, 2, 0, 0]);
}

#[test]
fn a_caller_can_set_the_time_in_memory() {
    let fixture = Fixture::new();
    let cache = fixture.open();
    let about = About { kind: "workbook", description: "a".into(), ttl: Some(fixture.settings.workbook_ttl()) };
    let get = || cache.get_or_make(key("a"), &about, &CODEC, &Cancel::new(), || Ok::<_, JobError>(vec![1])).expect("made").1;
    assert_eq!(get(), Origin::Made);
    fixture.pass(1799);
    assert_eq!(get(), Origin::Memory);
    fixture.pass(1);
    assert_eq!(get(), Origin::File);
}

#[test]
fn purging_removes_what_has_expired_and_only_that() {
    let fixture = Fixture::new();
    let cache = fixture.open();
    ask(&cache, "old", 10);
    fixture.pass(3600);
    ask(&cache, "new", 10);
    assert_eq!(cache.purge_expired().expect("purge"), (1, 0));
    assert_eq!(cache.stats().memory.items, 1);
    fixture.pass(30 * 24 * 3600 - 3600);
    assert_eq!(cache.purge_expired().expect("purge"), (1, 1));
    assert_eq!(fixture.entries(), [fixture.path(key("new"))]);
    assert_eq!((cache.stats().memory.this_run.expired, file(&cache).this_run.expired, file(&cache).items), (2, 1, 1));
}

#[test]
fn memory_keeps_the_latest_used_within_its_bytes() {
    let mut fixture = Fixture::new();
    fixture.settings.memory_limit_mb = 1;
    let cache = fixture.open();
    for name in ["a", "b", "c", "d"] {
        ask(&cache, name, 250_000);
    }
    assert_eq!((cache.stats().memory.items, cache.stats().memory.bytes), (4, 1_000_000));
    assert_eq!(ask(&cache, "a", 250_000), Origin::Memory);
    ask(&cache, "e", 250_001);
    // Least recently used were b and c: without both the five would not fit.
    let stats = cache.stats().memory;
    assert_eq!((stats.items, stats.bytes, stats.this_run.evictions), (3, 750_001, 2));
    for (name, length, expected) in [("a", 250_000, Origin::Memory), ("d", 250_000, Origin::Memory), ("e", 250_001, Origin::Memory)]
    {
        assert_eq!(ask(&cache, name, length), expected, "{name}");
    }
    assert_eq!(ask(&cache, "b", 250_000), Origin::File);
}

#[test]
fn memory_keeps_its_number_of_items() {
    let mut fixture = Fixture::new();
    fixture.settings.memory_items = 3;
    let cache = fixture.open();
    for name in ["a", "b", "c", "a", "d"] {
        ask(&cache, name, 10);
    }
    assert_eq!((cache.stats().memory.items, cache.stats().memory.this_run.evictions), (3, 1));
    assert_eq!(ask(&cache, "a", 10), Origin::Memory);
    assert_eq!(ask(&cache, "b", 10), Origin::File);
    fixture.settings.memory_items = 1;
    cache.apply(&fixture.settings);
    assert_eq!((cache.stats().memory.items, cache.stats().memory.this_run.evictions), (1, 4));
    assert_eq!(ask(&cache, "b", 10), Origin::Memory);
}

#[test]
fn what_is_too_large_for_a_level_is_not_kept_there() {
    let mut fixture = Fixture::new();
    (fixture.settings.memory_limit_mb, fixture.settings.file_limit_mb) = (1, 2);
    let cache = fixture.open();
    ask(&cache, "small", 10);
    assert_eq!(ask(&cache, "large", 1_000_001), Origin::Made);
    assert_eq!(ask(&cache, "large", 1_000_001), Origin::File);
    assert_eq!(ask(&cache, "huge", 2_000_000), Origin::Made);
    assert_eq!(ask(&cache, "huge", 2_000_000), Origin::Made);
    assert_eq!(counts(&cache.stats().memory.this_run), [0, 5, 0, 0, 0, 1, 0, 4]);
    assert_eq!(counts(&file(&cache).this_run), [1, 4, 0, 0, 0, 2, 0, 2]);
    assert_eq!(ask(&cache, "small", 10), Origin::Memory, "nothing was evicted for them");
    assert_eq!(fixture.entries().len(), 2, "and no temporary file is left");
    assert_eq!(cache.problem(), None);
}

#[test]
fn files_keep_the_latest_used_within_their_bytes() {
    let mut fixture = Fixture::new();
    fixture.settings.file_limit_mb = 1;
    let cache = fixture.open();
    // With its head of 154 bytes an entry is 200,154 bytes: four fit.
    for name in ["a", "b", "c", "d"] {
        ask(&cache, name, 200_000);
        fixture.pass(1);
    }
    cache.clear(Level::Memory).expect("clear");
    assert_eq!(ask(&cache, "a", 200_000), Origin::File);
    fixture.pass(1);
    ask(&cache, "e", 200_000);
    let stats = file(&cache);
    assert_eq!((stats.items, stats.bytes, stats.this_run.evictions), (4, 800_616, 1));
    drop(cache);
    let cache = fixture.open();
    for (name, expected) in
        [("a", Origin::File), ("c", Origin::File), ("d", Origin::File), ("e", Origin::File), ("b", Origin::Made)]
    {
        assert_eq!(ask(&cache, name, 200_000), expected, "{name}");
    }
}

#[test]
fn a_smaller_file_limit_evicts_at_once() {
    let mut fixture = Fixture::new();
    let cache = fixture.open();
    for name in ["a", "b", "c"] {
        ask(&cache, name, 600_000);
        fixture.pass(1);
    }
    fixture.settings.file_limit_mb = 1;
    cache.apply(&fixture.settings);
    assert_eq!(fixture.entries(), [fixture.path(key("c"))]);
    assert_eq!((file(&cache).items, file(&cache).bytes, file(&cache).this_run.evictions), (1, 600_154, 2));
}
