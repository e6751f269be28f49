//! The cache: what it keeps, what it counts, and that it never returns what was not stored.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tachograph::cache::{About, Cache, Codec, ContentHash, Counters, Key, Level, LevelStats, Origin};
use tachograph::jobs::{Cancel, JobError, Progress};
use tachograph::settings::CacheSettings;
use tempfile::TempDir;

mod at_once;
mod counters;
mod damage;
mod folder;
mod keys;
mod killed;
mod limits;

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

/// Asks for `a`, which `make` makes when nobody has it.
fn get(
    cache: &Cache,
    codec: &Codec<Bytes>,
    make: impl FnOnce() -> Result<Bytes, JobError>,
) -> Result<(Arc<Bytes>, Origin), JobError> {
    cache.get_or_make(key("a"), &about("a"), codec, &Cancel::new(), make)
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
