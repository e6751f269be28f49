//! The memory level: values as they are, the least recently used going first.
//!
//! One map under one lock: both limits (bytes and entries) hold exactly, what is evicted is given back at once, and the clock
//! can be set by a test. Lookups take well under a microsecond; the values are large and few.

use std::any::Any;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::clock::Clock;
use super::stats::Recorder;
use super::{Info, Key};

/// A value of any type.
pub(super) type Value = Arc<dyn Any + Send + Sync>;

/// Most bytes and most entries that the level holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Limits {
    pub bytes: u64,
    pub items: u64,
}

pub(super) struct Memory {
    state: Mutex<State>,
    clock: Clock,
    pub recorder: Recorder,
}

struct State {
    entries: HashMap<Key, Held>,
    /// Number of the last use → key: the first is the least recently used.
    uses: BTreeMap<u64, Key>,
    next_use: u64,
    bytes: u64,
    limits: Limits,
}

struct Held {
    value: Value,
    info: Info,
    bytes: u64,
    used: u64,
    hits: u64,
}

/// An entry as the list of entries shows it.
pub(super) struct Listed {
    pub key: Key,
    pub info: Info,
    pub bytes: u64,
    pub hits: u64,
}

/// What was removed; dropped only after the lock is released, as giving back large values takes time.
type Removed = Vec<Held>;

impl Memory {
    pub fn new(limits: Limits, clock: Clock) -> Self {
        let state = State { entries: HashMap::new(), uses: BTreeMap::new(), next_use: 0, bytes: 0, limits };
        Self { state: Mutex::new(state), clock, recorder: Recorder::default() }
    }

    /// The value and what is known of it; an expired one is removed. Counts nothing but expiry.
    pub fn get(&self, key: &Key) -> Option<(Value, Info)> {
        let now = (self.clock)();
        let mut state = self.lock();
        if state.entries.get(key)?.info.is_expired(now) {
            let removed = state.remove(key);
            drop(state);
            drop(removed);
            self.recorder.record(|counters| counters.expired += 1);
            return None;
        }
        state.touch(key)
    }

    /// Keeps a value, making room for it. `false` when it alone is larger than the level.
    pub fn put(&self, key: Key, value: Value, info: Info, bytes: u64) -> bool {
        let mut state = self.lock();
        let replaced = state.remove(&key);
        if bytes > state.limits.bytes {
            return false;
        }
        let removed = state.insert(key, Held { value, info, bytes, used: 0, hits: 0 });
        drop(state);
        self.evicted(&removed);
        drop(replaced);
        true
    }

    /// Removes one entry.
    pub fn remove(&self, key: &Key) -> bool {
        let removed = self.lock().remove(key);
        removed.is_some()
    }

    /// Removes all entries and returns how many there were.
    pub fn clear(&self) -> u64 {
        let mut state = self.lock();
        let removed = std::mem::take(&mut state.entries);
        state.uses.clear();
        state.bytes = 0;
        drop(state);
        removed.len() as u64
    }

    /// Removes what has expired and returns how many entries that were.
    pub fn purge_expired(&self) -> u64 {
        let now = (self.clock)();
        let mut state = self.lock();
        let keys: Vec<Key> = state.entries.iter().filter(|(_, held)| held.info.is_expired(now)).map(|(key, _)| *key).collect();
        let removed: Removed = keys.iter().filter_map(|key| state.remove(key)).collect();
        drop(state);
        let count = removed.len() as u64;
        self.recorder.record(|counters| counters.expired += count);
        count
    }

    /// Sets other limits, evicting what is too much.
    pub fn set_limits(&self, limits: Limits) {
        let mut state = self.lock();
        state.limits = limits;
        let removed = state.shrink();
        drop(state);
        self.evicted(&removed);
    }

    /// Entries, bytes and limits as they are now.
    pub fn size(&self) -> (u64, u64, Limits) {
        let state = self.lock();
        (state.entries.len() as u64, state.bytes, state.limits)
    }

    /// All entries, expired ones too, in no order.
    pub fn list(&self) -> Vec<Listed> {
        let listed = |(key, held): (&Key, &Held)| Listed { key: *key, info: held.info.clone(), bytes: held.bytes, hits: held.hits };
        self.lock().entries.iter().map(listed).collect()
    }

    fn evicted(&self, removed: &Removed) {
        let count = removed.len() as u64;
        if count > 0 {
            self.recorder.record(|counters| counters.evictions += count);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn touch(&mut self, key: &Key) -> Option<(Value, Info)> {
        let held = self.entries.get_mut(key)?;
        self.uses.remove(&held.used);
        held.used = self.next_use;
        held.hits += 1;
        self.uses.insert(held.used, *key);
        self.next_use += 1;
        Some((Arc::clone(&held.value), held.info.clone()))
    }

    fn insert(&mut self, key: Key, mut held: Held) -> Removed {
        held.used = self.next_use;
        self.next_use += 1;
        self.bytes = self.bytes.saturating_add(held.bytes);
        self.uses.insert(held.used, key);
        self.entries.insert(key, held);
        self.shrink()
    }

    fn remove(&mut self, key: &Key) -> Option<Held> {
        let held = self.entries.remove(key)?;
        self.uses.remove(&held.used);
        self.bytes = self.bytes.saturating_sub(held.bytes);
        Some(held)
    }

    fn shrink(&mut self) -> Removed {
        let mut removed = Removed::new();
        while self.bytes > self.limits.bytes || self.entries.len() as u64 > self.limits.items {
            let Some(oldest) = self.uses.first_key_value().map(|(_, key)| *key) else { break };
            removed.extend(self.remove(&oldest));
        }
        removed
    }
}
