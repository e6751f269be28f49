//! The cache: what it keeps, what it counts, and that it never returns what was not stored.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::fs;
use std::io::{self, ErrorKind};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Barrier};
use std::time::{Duration, SystemTime};

use tachograph::cache::{
    About, Cache, Codec, ContentHash, Counters, HashError, Key, KindCounters, Level, LevelStats, Origin, StatsHistory, hash_file,
};
use tachograph::jobs::{Cancel, Cancelled, JobError, Progress};
use tachograph::settings::CacheSettings;
use tempfile::TempDir;

type Bytes = Vec<u8>;

const CODEC: Codec<Bytes> =
    Codec { encode: |value, file| file.write_all(value), decode: |payload| Ok(payload), size: |value| value.len() as u64 };

/// Start of the tests' time, in milliseconds.
const START: u64 = 1_700_000_000_000;

struct Fixture {
    folder: TempDir,
    time: Arc<AtomicU64>,
    settings: CacheSettings,
}

impl Fixture {
    fn new() -> Self {
        let settings = CacheSettings::default();
        Self { folder: tempfile::tempdir().expect("folder"), time: Arc::new(AtomicU64::new(START)), settings }
    }

    fn open(&self) -> Cache {
        let time = Arc::clone(&self.time);
        Cache::with_clock(&self.settings, self.folder.path(), Arc::new(move || time.load(Ordering::SeqCst)))
    }

    fn pass(&self, seconds: u64) {
        self.time.fetch_add(seconds * 1000, Ordering::SeqCst);
    }

    fn entries(&self) -> Vec<PathBuf> {
        let mut paths: Vec<PathBuf> =
            fs::read_dir(self.folder.path().join("entries-1")).expect("list").map(|entry| entry.expect("entry").path()).collect();
        paths.sort();
        paths
    }

    fn path(&self, key: Key) -> PathBuf {
        self.folder.path().join("entries-1").join(format!("{key}.entry"))
    }
}

fn key(name: &str) -> Key {
    Key::new(&ContentHash::of(name.as_bytes()), "bytes", "", 1)
}

fn about(description: &str) -> About {
    About { kind: "bytes", description: description.into(), ttl: None }
}

/// Asks for `name`; makes `length` bytes of a pattern when nobody has it.
fn ask(cache: &Cache, name: &str, length: usize) -> Origin {
    let result: Result<_, JobError> =
        cache.get_or_make(key(name), &about(name), &CODEC, &Cancel::new(), || Ok(content(name, length)));
    let (value, origin) = result.expect("made");
    assert!(*value == content(name, length), "{name} is what was made");
    origin
}

fn content(name: &str, length: usize) -> Bytes {
    name.bytes()
        .cycle()
        .zip(0_usize..)
        .map(|(byte, n)| byte.wrapping_add(u8::try_from(n / 256 % 251).unwrap_or(0)))
        .take(length)
        .collect()
}

fn counts(counters: &Counters) -> [u64; 8] {
    let Counters { hits, misses, evictions, expired, damaged, writes, write_failures, too_large, .. } = *counters;
    [hits, misses, evictions, expired, damaged, writes, write_failures, too_large]
}

fn file(cache: &Cache) -> LevelStats {
    cache.stats().file.expect("file level")
}

#[test]
fn keys_differ_in_every_part_and_survive_text() {
    let content = ContentHash::of(b"a");
    let keys = [
        Key::new(&content, "table", "x", 1),
        Key::new(&ContentHash::of(b"b"), "table", "x", 1),
        Key::new(&content, "profile", "x", 1),
        Key::new(&content, "tablex", "", 1),
        Key::new(&content, "table", "y", 1),
        Key::new(&content, "table", "x", 2),
    ];
    for (n, key) in keys.iter().enumerate() {
        assert_eq!(keys.iter().position(|other| other == key), Some(n));
        assert_eq!(key.to_string().parse::<Key>(), Ok(*key));
    }
    assert_eq!(keys[0].to_string().len(), 64);
    assert!("12".parse::<Key>().is_err() && "g".repeat(64).parse::<Key>().is_err());
}

/// The digests are those of the published BLAKE3 test vectors (input: bytes counting up to 250, again and again).
#[test]
fn content_hashes_are_blake3() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("input");
    for (length, expected) in [
        (0, "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"),
        (1, "2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213"),
        (102_400, "bc3e3d41a1146b069abffad3c0d44860cf664390afce4d9661f7902e7943e085"),
    ] {
        let input: Bytes = (0..length).map(|n: u32| (n % 251) as u8).collect();
        fs::write(&path, &input).expect("write");
        let progress = Progress::new();
        let hash = hash_file(&path, &Cancel::new(), &progress).expect("hash");
        assert_eq!(hash.to_string(), expected);
        assert_eq!(hash, ContentHash::of(&input));
        assert_eq!(progress.view().fraction, (length > 0).then_some(1.0));
    }
}

#[test]
fn hashing_says_why_it_cannot() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("input");
    assert!(matches!(hash_file(&path, &Cancel::new(), &Progress::new()), Err(HashError::Io { .. })));
    assert!(matches!(hash_file(folder.path(), &Cancel::new(), &Progress::new()), Err(HashError::NotAFile(_))));
    fs::write(&path, "x").expect("write");
    let cancel = Cancel::new();
    cancel.cancel();
    assert!(matches!(hash_file(&path, &cancel, &Progress::new()), Err(HashError::Cancelled)));
}

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
        Ok::<_, JobError>(vec![1])
    };
    for expected in [Origin::Made, Origin::Memory] {
        assert_eq!(cache.get_or_make(key("a"), &about("a"), &CODEC, &Cancel::new(), slow).expect("made").1, expected);
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

/// Every byte of an entry, each changed alone; and every shorter length. Never anything but a miss.
#[test]
fn damage_anywhere_is_a_miss_and_counted() {
    let fixture = Fixture::new();
    drop_after(&fixture, |cache| ask(cache, "a", 300));
    let path = fixture.path(key("a"));
    let good = fs::read(&path).expect("entry");
    assert_eq!(good.len(), 454);
    let flipped = (0..good.len()).map(|at| {
        let mut bad = good.clone();
        bad[at] ^= 1 << (at % 8);
        bad
    });
    let cut = (0..good.len()).map(|length| good[..length].to_vec());
    let longer = std::iter::once([good.as_slice(), b"x"].concat());
    let cache = fixture.open();
    let mut damaged = 0;
    for bad in flipped.chain(cut).chain(longer) {
        fs::write(&path, &bad).expect("write");
        cache.clear(Level::Memory).expect("clear");
        assert_eq!(ask(&cache, "a", 300), Origin::Made);
        damaged += 1;
        assert_eq!(file(&cache).this_run.damaged, damaged);
        let anew = fs::read(&path).expect("entry");
        assert!(anew.len() == good.len() && anew[154..] == good[154..], "written anew");
    }
    assert_eq!(counts(&file(&cache).this_run), [0, 909, 0, 0, 909, 909, 0, 0]);
    assert_eq!(cache.problem(), None);
}

fn drop_after<T>(fixture: &Fixture, work: impl FnOnce(&Cache) -> T) -> T {
    work(&fixture.open())
}

#[test]
fn damage_in_any_piece_of_a_large_entry_is_noticed() {
    let fixture = Fixture::new();
    let length = 5 * (1 << 20) + 12_345;
    drop_after(&fixture, |cache| ask(cache, "a", length));
    let path = fixture.path(key("a"));
    let good = fs::read(&path).expect("entry");
    let cache = fixture.open();
    assert_eq!(ask(&cache, "a", length), Origin::File);
    for piece in 0..6 {
        let mut bad = good.clone();
        bad[154 + piece * (1 << 20) + 7777] ^= 0x10;
        fs::write(&path, &bad).expect("write");
        cache.clear(Level::Memory).expect("clear");
        assert_eq!(ask(&cache, "a", length), Origin::Made, "piece {piece}");
    }
}

#[test]
fn an_entry_under_a_wrong_name_is_not_used() {
    let fixture = Fixture::new();
    drop_after(&fixture, |cache| ask(cache, "a", 10));
    fs::rename(fixture.path(key("a")), fixture.path(key("b"))).expect("rename");
    let cache = fixture.open();
    assert_eq!(ask(&cache, "b", 10), Origin::Made);
    assert_eq!(file(&cache).this_run.damaged, 1);
}

#[test]
fn what_the_decoder_does_not_understand_is_made_anew() {
    let fixture = Fixture::new();
    drop_after(&fixture, |cache| ask(cache, "a", 10));
    let cache = fixture.open();
    let codec = Codec { decode: |_| Err("unknown".into()), ..CODEC };
    let made = || Ok::<_, JobError>(vec![7]);
    let (value, origin) = cache.get_or_make(key("a"), &about("a"), &codec, &Cancel::new(), made).expect("made");
    assert_eq!((value.as_slice(), origin), ([7].as_slice(), Origin::Made));
    assert_eq!(counts(&file(&cache).this_run), [0, 1, 0, 0, 1, 1, 0, 0]);
}

#[test]
fn verifying_finds_all_damage_and_removes_it() {
    let fixture = Fixture::new();
    drop_after(&fixture, |cache| ["a", "b", "c"].map(|name| ask(cache, name, 3000)));
    let mut bad = fs::read(fixture.path(key("b"))).expect("entry");
    bad[2000] ^= 1;
    fs::write(fixture.path(key("b")), bad).expect("write");
    fs::write(fixture.path(key("c")), "short").expect("write");
    let (cache, progress) = (fixture.open(), Progress::new());
    let mut verified = cache.verify(&Cancel::new(), &progress).expect("verify");
    verified.sort_by_key(|entry| entry.damage.clone());
    let found: Vec<_> = verified.iter().map(|entry| (entry.key, entry.description.as_deref(), entry.damage.as_deref())).collect();
    let expected = [
        (key("a"), Some("a"), None),
        (key("b"), Some("b"), Some("its content is damaged")),
        (key("c"), None, Some("its length is wrong")),
    ];
    assert_eq!(found, expected);
    assert_eq!(fixture.entries(), [fixture.path(key("a"))]);
    assert_eq!((file(&cache).this_run.damaged, file(&cache).items), (2, 1));
    let cancel = Cancel::new();
    cancel.cancel();
    assert_eq!(cache.verify(&cancel, &progress).expect("verify"), []);
}

#[test]
fn the_list_of_entries_tells_where_they_are() {
    let fixture = Fixture::new();
    let cache = fixture.open();
    ask(&cache, "old.csv", 10);
    fixture.pass(100);
    ask(&cache, "new.csv", 20);
    ask(&cache, "new.csv", 20);
    cache.remove(&key("none")).expect("remove");
    drop(cache);
    let cache = fixture.open();
    ask(&cache, "new.csv", 20);
    ask(&cache, "new.csv", 20);
    let entries = cache.entries().expect("entries");
    let [new, old] = entries.as_slice() else { panic!("two expected: {entries:?}") };
    assert_eq!((new.key, new.kind.as_str(), new.description.as_str()), (key("new.csv"), "bytes", "new.csv"));
    assert_eq!((new.memory_bytes, new.file_bytes, new.hits), (Some(20), Some(20 + 160), 2));
    assert_eq!((old.memory_bytes, old.file_bytes, old.hits), (None, Some(10 + 160), 0));
    assert_eq!((new.age.as_secs(), old.age.as_secs()), (0, 100));
    assert_eq!((new.expires_in.as_secs(), old.expires_in.as_secs()), (2_592_000, 2_591_900));
    assert!(cache.remove(&key("new.csv")).expect("remove"));
    assert!(!cache.remove(&key("new.csv")).expect("remove"));
    assert_eq!(cache.entries().expect("entries").len(), 1);
    assert_eq!(ask(&cache, "new.csv", 20), Origin::Made);
    assert_eq!(cache.clear(Level::File).expect("clear"), 2);
    assert_eq!(fixture.entries(), [] as [PathBuf; 0]);
    assert_eq!((file(&cache).items, file(&cache).bytes, cache.stats().memory.items), (0, 0, 1));
}

#[test]
fn two_caches_share_a_folder() {
    let fixture = Fixture::new();
    let (one, two) = (fixture.open(), fixture.open());
    assert_eq!(ask(&one, "a", 10), Origin::Made);
    assert_eq!(ask(&two, "a", 10), Origin::File);
    assert_eq!(one.clear(Level::File).expect("clear"), 1);
    assert_eq!(ask(&two, "a", 10), Origin::Memory);
    two.clear(Level::Memory).expect("clear");
    assert_eq!(ask(&two, "a", 10), Origin::Made);
    assert_eq!(one.entries().expect("entries").len(), 1);
}

#[test]
fn two_caches_writing_and_evicting_at_once_never_mix_values() {
    let mut fixture = Fixture::new();
    (fixture.settings.file_limit_mb, fixture.settings.memory_items) = (1, 1);
    let caches = [fixture.open(), fixture.open()];
    std::thread::scope(|scope| {
        for (n, cache) in caches.iter().enumerate() {
            let fixture = &fixture;
            scope.spawn(move || {
                for round in 0..200 {
                    ask(cache, &format!("{}", (round * (n + 3)) % 17), 100_000);
                    fixture.time.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
    });
    for cache in &caches {
        let counters = file(cache).this_run;
        assert_eq!((counters.damaged, counters.write_failures, cache.problem()), (0, 0, None));
    }
    // Each knows of the other's entries only since its last look at the folder.
    caches[0].sweep();
    let verified = caches[0].verify(&Cancel::new(), &Progress::new()).expect("verify");
    assert!(verified.len() > 5 && verified.iter().all(|entry| entry.damage.is_none()));
    assert!(verified.iter().map(|entry| entry.bytes).sum::<u64>() <= 1_000_000);
}

#[test]
fn a_value_wanted_by_many_is_made_once() {
    let fixture = Fixture::new();
    let (cache, calls, barrier) = (fixture.open(), AtomicUsize::new(0), Barrier::new(8));
    let origins: Vec<Origin> = std::thread::scope(|scope| {
        let ask = || {
            barrier.wait();
            let make = || {
                calls.fetch_add(1, Ordering::SeqCst);
                std::thread::sleep(Duration::from_millis(100));
                Ok::<_, JobError>(vec![1, 2, 3])
            };
            let (value, origin) = cache.get_or_make(key("a"), &about("a"), &CODEC, &Cancel::new(), make).expect("made");
            assert_eq!(*value, [1, 2, 3]);
            origin
        };
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(ask)).collect();
        threads.into_iter().map(|thread| thread.join().expect("thread")).collect()
    });
    assert_eq!(calls.load(Ordering::SeqCst), 1);
    assert_eq!(origins.iter().filter(|&&origin| origin == Origin::Made).count(), 1);
    assert_eq!(counts(&cache.stats().memory.this_run), [7, 1, 0, 0, 0, 1, 0, 0]);
    assert_eq!(counts(&file(&cache).this_run), [0, 1, 0, 0, 0, 1, 0, 0]);
}

#[test]
fn a_value_too_large_for_memory_is_still_shared() {
    let mut fixture = Fixture::new();
    fixture.settings.memory_limit_mb = 1;
    let cache = fixture.open();
    let (started, has_started) = channel();
    let (go, may_go) = channel::<()>();
    std::thread::scope(|scope| {
        let cache = &cache;
        let maker = scope.spawn(move || {
            let make = || {
                started.send(()).expect("send");
                may_go.recv().expect("go");
                Ok::<_, JobError>(vec![9; 1_000_001])
            };
            cache.get_or_make(key("a"), &about("a"), &CODEC, &Cancel::new(), make).expect("made").1
        });
        has_started.recv().expect("started");
        let waiter = scope.spawn(move || {
            let make = || -> Result<Bytes, JobError> { panic!("made twice") };
            cache.get_or_make(key("a"), &about("a"), &CODEC, &Cancel::new(), make).expect("shared").1
        });
        std::thread::sleep(Duration::from_millis(30));
        go.send(()).expect("go");
        assert_eq!(maker.join().expect("maker"), Origin::Made);
        // Either it waited in time, or it came so late that the file was there.
        assert!(matches!(waiter.join().expect("waiter"), Origin::Memory | Origin::File));
    });
}

static ENCODING: Barrier = Barrier::new(2);

/// The maker is held up while it writes the file: those who come then get the value from it, though memory does not hold it.
#[test]
fn a_value_too_large_for_memory_is_shared_while_it_is_written() {
    let mut fixture = Fixture::new();
    fixture.settings.memory_limit_mb = 1;
    let cache = fixture.open();
    let encode: fn(&Bytes, &mut dyn io::Write) -> io::Result<()> = |value, file| {
        ENCODING.wait();
        ENCODING.wait();
        file.write_all(value)
    };
    let codec = Codec { encode, ..CODEC };
    let get = |make: fn() -> Result<Bytes, JobError>| cache.get_or_make(key("a"), &about("a"), &codec, &Cancel::new(), make);
    std::thread::scope(|scope| {
        let maker = scope.spawn(|| get(|| Ok(vec![9; 1_000_001])).expect("made").1);
        ENCODING.wait();
        let (value, origin) = get(|| Ok(vec![])).expect("shared");
        ENCODING.wait();
        assert_eq!((value.len(), origin), (1_000_001, Origin::Memory));
        assert_eq!(maker.join().expect("maker"), Origin::Made);
    });
    let memory = cache.stats().memory.this_run;
    assert_eq!(counts(&memory), [1, 1, 0, 0, 0, 0, 0, 1]);
    assert_eq!(memory.read.count(), 0, "waiting is not reading");
}

#[test]
fn a_failing_or_panicking_maker_leaves_the_turn_to_the_next() {
    let fixture = Fixture::new();
    let cache = fixture.open();
    let get = |make: fn() -> Result<Bytes, JobError>| cache.get_or_make(key("a"), &about("a"), &CODEC, &Cancel::new(), make);
    assert_eq!(get(|| Err(JobError::Cancelled)).expect_err("fails"), JobError::Cancelled);
    assert!(catch_unwind(AssertUnwindSafe(|| get(|| panic!("a fault")))).is_err());
    assert_eq!(get(|| Ok(vec![5])).expect("made").1, Origin::Made);
    assert_eq!(get(|| panic!("not asked")).expect("kept").1, Origin::Memory);
    assert_eq!(counts(&cache.stats().memory.this_run), [1, 3, 0, 0, 0, 1, 0, 0]);
}

#[test]
fn one_who_waits_for_a_failing_maker_makes_it_itself() {
    let fixture = Fixture::new();
    let cache = fixture.open();
    let (started, has_started) = channel();
    let (go, may_go) = channel::<()>();
    std::thread::scope(|scope| {
        let cache = &cache;
        let failing = scope.spawn(move || {
            let make = || {
                started.send(()).expect("send");
                may_go.recv().expect("go");
                Err::<Bytes, _>(JobError::Cancelled)
            };
            cache.get_or_make(key("a"), &about("a"), &CODEC, &Cancel::new(), make).is_err()
        });
        has_started.recv().expect("started");
        let other = scope.spawn(move || ask(cache, "a", 10));
        go.send(()).expect("go");
        assert!(failing.join().expect("thread"));
        assert_eq!(other.join().expect("thread"), Origin::Made);
    });
}

#[test]
fn one_who_waits_can_be_cancelled() {
    let fixture = Fixture::new();
    let cache = fixture.open();
    let (started, has_started) = channel();
    let (go, may_go) = channel::<()>();
    std::thread::scope(|scope| {
        let cache = &cache;
        let maker = scope.spawn(move || {
            let make = || {
                started.send(()).expect("send");
                may_go.recv().expect("go");
                Ok::<_, JobError>(vec![1])
            };
            cache.get_or_make(key("a"), &about("a"), &CODEC, &Cancel::new(), make).expect("made").1
        });
        has_started.recv().expect("started");
        let cancel = Cancel::new();
        cancel.cancel();
        let waiting = cache.get_or_make(key("a"), &about("a"), &CODEC, &cancel, || Err::<Bytes, _>(JobError::from(Cancelled)));
        assert_eq!(waiting.expect_err("cancelled"), JobError::Cancelled);
        go.send(()).expect("go");
        assert_eq!(maker.join().expect("maker"), Origin::Made);
    });
    assert_eq!(counts(&cache.stats().memory.this_run), [0, 1, 0, 0, 0, 1, 0, 0], "one who gave up asked nothing");
}

#[test]
fn a_folder_that_cannot_be_used_leaves_the_memory_level() {
    let fixture = Fixture::new();
    let below_a_file = fixture.folder.path().join("file");
    fs::write(&below_a_file, "content").expect("write");
    let cache = Cache::open(&fixture.settings, &below_a_file);
    let problem = cache.problem().expect("told");
    assert!(problem.message.contains("file") && problem.next_step.contains("choose another cache folder"), "{problem}");
    assert_eq!((ask(&cache, "a", 10), ask(&cache, "a", 10)), (Origin::Made, Origin::Memory));
    assert_eq!(cache.stats().file, None);
    assert_eq!(cache.clear(Level::File).expect("nothing to clear"), 0);
    assert_eq!(cache.entries().expect("entries").len(), 1);
    cache.sweep();
}

#[test]
fn a_file_that_cannot_be_written_is_told_until_one_can() {
    let fixture = Fixture::new();
    let cache = fixture.open();
    let entries = fixture.folder.path().join("entries-1");
    fs::remove_dir(&entries).expect("remove");
    fs::write(&entries, "in the way").expect("write");
    assert_eq!(ask(&cache, "a", 10), Origin::Made);
    let problem = cache.problem().expect("told");
    assert!(problem.message.contains("could not keep “a”") || problem.message.contains("could not be read"), "{problem}");
    assert_eq!(file(&cache).this_run.write_failures, 1);
    fs::remove_file(&entries).expect("remove");
    assert_eq!(ask(&cache, "b", 10), Origin::Made);
    assert_eq!(cache.problem(), None);
    assert_eq!(fixture.entries(), [fixture.path(key("b"))]);
}

#[test]
fn a_full_disk_is_told_and_leaves_no_file() {
    let fixture = Fixture::new();
    let cache = fixture.open();
    let encode: fn(&Bytes, &mut dyn io::Write) -> io::Result<()> =
        |value, file| file.write_all(value).and(Err(ErrorKind::StorageFull.into()));
    let codec = Codec { encode, ..CODEC };
    let make = || Ok::<_, JobError>(vec![0; 1_000_000]);
    assert_eq!(cache.get_or_make(key("a"), &about("a"), &codec, &Cancel::new(), make).expect("made").1, Origin::Made);
    assert!(cache.problem().expect("told").next_step.contains("free some space"));
    assert_eq!(fixture.entries(), [] as [PathBuf; 0]);
    assert_eq!(counts(&file(&cache).this_run), [0, 1, 0, 0, 0, 0, 1, 0]);
}

#[test]
fn leftovers_of_killed_programs_go_when_they_are_old() {
    let fixture = Fixture::new();
    let cache = fixture.open();
    ask(&cache, "a", 10);
    let folder = fixture.folder.path().join("entries-1");
    let (old, new) = (folder.join(".x.entry.tachograph-aaaaaa.tmp"), folder.join(".x.entry.tachograph-bbbbbb.tmp"));
    fs::write(&new, "half").expect("write");
    let day_ago = SystemTime::now() - Duration::from_hours(25);
    fs::File::create(&old).and_then(|file| file.set_modified(day_ago)).expect("old file");
    fs::write(folder.join("notes.txt"), "of a person").expect("write");
    cache.sweep();
    assert_eq!(fixture.entries(), [new, fixture.path(key("a")), folder.join("notes.txt")]);
    assert_eq!((file(&cache).items, file(&cache).bytes), (1, 10 + 154));
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
    use std::io::{BufRead, BufReader};
    let fixture = Fixture::new();
    for round in 0_u32..6 {
        let mut child = Command::new(std::env::current_exe().expect("test program"))
            .args(["--exact", "child_writes_until_it_is_killed", "--nocapture"])
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
