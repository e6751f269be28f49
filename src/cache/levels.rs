//! The levels together.

use std::any::Any;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::jobs::{Cancel, Cancelled, Failure, Progress};
use crate::settings::CacheSettings;

use super::clock::{Clock, micros, moment, system};
use super::counters::{CountersFile, Saved};
use super::files::{Files, Written};
use super::flight::{Flights, Making, Turn};
use super::known::Known;
use super::memory::{Limits, Memory, Value};
use super::stats::{Counters, Level, LevelStats, Stats};
use super::{About, CacheError, Codec, ContentHash, EntryView, HashError, Info, Key, Origin, VerifiedEntry};

/// The cache: a memory level, and a file level where its folder allows. Shared between threads as `Arc<Cache>` or `&Cache`.
///
/// Dropping it saves the counters.
pub struct Cache {
    inner: Arc<Inner>,
    sweeper: Option<Sweeper>,
}

struct Inner {
    memory: Memory,
    known: Known,
    files: Option<FileLevel>,
    flights: Flights,
    settings: Mutex<CacheSettings>,
    problem: Mutex<Option<Failure>>,
    /// Last clean-up by this program, milliseconds since 1970-01-01 UTC.
    swept_ms: AtomicU64,
    clock: Clock,
}

struct FileLevel {
    files: Files,
    counters: CountersFile,
}

impl Cache {
    /// The cache in `folder`, which is made when it is not there; looks through its files, so not for the window's thread.
    ///
    /// Never fails: when the folder cannot be used, [`Cache::problem`] says so and the memory level works alone. A thread
    /// cleans up every `sweep_seconds`, counted over all programs that use the folder.
    pub fn open(settings: &CacheSettings, folder: &Path) -> Self {
        let mut cache = Self::with_clock(settings, folder, system());
        cache.sweeper = Sweeper::start(&cache.inner);
        cache
    }

    /// The same with a clock of one's own and without the cleaning thread: [`Cache::sweep`] does that work.
    pub fn with_clock(settings: &CacheSettings, folder: &Path, clock: Clock) -> Self {
        let (files, problem) = open_files(settings, folder, &clock);
        let inner = Inner {
            memory: Memory::new(limits(settings), Arc::clone(&clock)),
            known: Known::default(),
            files,
            flights: Flights::default(),
            settings: Mutex::new(settings.clone()),
            problem: Mutex::new(problem),
            swept_ms: AtomicU64::new(0),
            clock,
        };
        Self { inner: Arc::new(inner), sweeper: None }
    }

    /// The value of `key`, from the first level that has it, else from `make`; then it is kept in all levels.
    ///
    /// Callers of one key at once share one making. When that fails or panics, the next of them tries with its own `make`.
    /// `make` must not ask for its own key. That a value could not be kept is no error, see [`Cache::problem`].
    ///
    /// # Errors
    /// What `make` returns, or [`Cancelled`] while waiting for another caller.
    pub fn get_or_make<T, E>(
        &self,
        key: Key,
        about: &About,
        codec: &Codec<T>,
        cancel: &Cancel,
        make: impl FnOnce() -> Result<T, E>,
    ) -> Result<(Arc<T>, Origin), E>
    where
        T: Any + Send + Sync,
        E: From<Cancelled>,
    {
        let (inner, request) = (&*self.inner, Request { key, about, codec });
        loop {
            if let Some(value) = inner.find_in_memory(&request) {
                return Ok((value, Origin::Memory));
            }
            match inner.flights.join(key, cancel)? {
                Turn::Make(making) => return inner.make(&request, &making, make),
                Turn::Again => {}
                Turn::Use(value) => {
                    return match value.downcast() {
                        Ok(value) => {
                            inner.memory.recorder.record(|counters| counters.shared_hit(about.kind));
                            Ok((value, Origin::Memory))
                        }
                        // Two types under one key: each makes its own.
                        Err(_) => make().map(|value| (Arc::new(value), Origin::Made)),
                    };
                }
            }
        }
    }

    /// Hash of a file's content; a file that this program has hashed before and that has not changed since is not read again.
    ///
    /// # Errors
    /// [`HashError`] when it cannot be read, changes meanwhile, or `cancel` is set.
    pub fn hash_file(&self, path: &Path, cancel: &Cancel, progress: &Progress) -> Result<ContentHash, HashError> {
        self.inner.known.hash(path, moment((self.inner.clock)()), cancel, progress)
    }

    /// What is wrong with the file level at the moment; `None` when it works.
    pub fn problem(&self) -> Option<Failure> {
        self.inner.problem_lock().clone()
    }

    /// Uses other sizes and lifetimes from now on; what is too much is evicted.
    pub fn apply(&self, settings: &CacheSettings) {
        *self.inner.settings_lock() = settings.clone();
        self.inner.memory.set_limits(limits(settings));
        if let Some(level) = &self.inner.files {
            level.files.set_limit(settings.file_limit_bytes());
        }
    }

    /// What the cache holds and did. Cheap: looks at no file.
    pub fn stats(&self) -> Stats {
        let inner = &*self.inner;
        let saved = inner.files.as_ref().map(|level| level.counters.last()).unwrap_or_default();
        let file = inner.files.as_ref().map(|level| level.stats(&saved));
        Stats { memory: inner.memory_stats(&saved), file, problem: self.problem() }
    }

    /// All entries, the latest made first. Reads the head of every file, so not for the window's thread.
    ///
    /// # Errors
    /// [`CacheError::Folder`] when the folder cannot be read.
    pub fn entries(&self) -> Result<Vec<EntryView>, CacheError> {
        let now = (self.inner.clock)();
        let mut views = BTreeMap::new();
        for (head, bytes, hits) in self.inner.files.as_ref().map_or(Ok(Vec::new()), |level| level.files.list())? {
            let view = EntryView { file_bytes: Some(bytes), hits, ..view(head.key, &head.info, now) };
            views.insert(head.key, view);
        }
        for listed in self.inner.memory.list() {
            let fresh = view(listed.key, &listed.info, now);
            let entry = views.entry(listed.key).or_insert_with(|| fresh.clone());
            entry.memory_bytes = Some(listed.bytes);
            entry.hits += listed.hits;
            entry.expires_in = entry.expires_in.max(fresh.expires_in);
        }
        let mut views: Vec<EntryView> = views.into_values().collect();
        views.sort_by_key(|view| (view.age, view.key));
        Ok(views)
    }

    /// Removes one entry from all levels. `false` when none had it.
    ///
    /// # Errors
    /// [`CacheError::Remove`] when its file cannot be removed.
    pub fn remove(&self, key: &Key) -> Result<bool, CacheError> {
        let in_memory = self.inner.memory.remove(key);
        let in_files = self.inner.files.as_ref().map_or(Ok(false), |level| level.files.remove(key))?;
        Ok(in_memory || in_files)
    }

    /// Removes all entries of a level and returns how many there were. The counters stay.
    ///
    /// # Errors
    /// [`CacheError`] when a file cannot be removed.
    pub fn clear(&self, level: Level) -> Result<u64, CacheError> {
        match level {
            Level::Memory => Ok(self.inner.memory.clear()),
            Level::File => self.inner.files.as_ref().map_or(Ok(0), |level| level.files.clear()),
        }
    }

    /// Removes what has expired from all levels; returns how many entries of memory and how many files.
    ///
    /// # Errors
    /// [`CacheError::Folder`] when the folder cannot be read.
    pub fn purge_expired(&self) -> Result<(u64, u64), CacheError> {
        self.inner.purge_expired()
    }

    /// Reads every file whole; damaged ones are removed, counted and told. Progress counts bytes.
    ///
    /// # Errors
    /// [`CacheError::Folder`] when the folder cannot be read.
    pub fn verify(&self, cancel: &Cancel, progress: &Progress) -> Result<Vec<VerifiedEntry>, CacheError> {
        self.inner.files.as_ref().map_or(Ok(Vec::new()), |level| level.files.verify(cancel, progress))
    }

    /// Cleans up: expired entries, left-over temporary files, what is above the limit; and saves the counters.
    pub fn sweep(&self) {
        self.inner.sweep();
    }
}

impl Drop for Cache {
    fn drop(&mut self) {
        // First the sweeper: it may be saving counters itself.
        self.sweeper = None;
        self.inner.save_counters(None);
    }
}

/// What a caller asks for.
struct Request<'a, T> {
    key: Key,
    about: &'a About,
    codec: &'a Codec<T>,
}

impl Inner {
    /// A hit in memory is counted, a miss not yet: another thread may be making the value.
    fn find_in_memory<T: Any + Send + Sync>(&self, request: &Request<T>) -> Option<Arc<T>> {
        let started = Instant::now();
        let (value, info) = self.memory.get(&request.key)?;
        let value = value.downcast().ok()?;
        let took = started.elapsed();
        self.memory.recorder.record(|counters| counters.hit(request.about.kind, took, info.making_micros));
        Some(value)
    }

    fn make<T: Any + Send + Sync, E>(
        &self,
        request: &Request<T>,
        making: &Making,
        make: impl FnOnce() -> Result<T, E>,
    ) -> Result<(Arc<T>, Origin), E> {
        // Another thread may have been done between the look into memory and the turn to make.
        if let Some(value) = self.find_in_memory(request) {
            return Ok((value, Origin::Memory));
        }
        self.memory.recorder.record(|counters| counters.miss(request.about.kind));
        if let Some((value, info)) = self.find_in_file(request) {
            self.keep_in_memory(request, &value, &info);
            making.made(Arc::clone(&value) as Value);
            return Ok((value, Origin::File));
        }
        let started = Instant::now();
        let value = Arc::new(make()?);
        let info = self.info(request.about, started.elapsed());
        self.keep_in_memory(request, &value, &info);
        making.made(Arc::clone(&value) as Value);
        self.keep_in_file(request, &value, &info);
        Ok((value, Origin::Made))
    }

    fn info(&self, about: &About, took: Duration) -> Info {
        let made_ms = (self.clock)();
        let (kind, description) = (about.kind.to_owned(), about.description.clone());
        Info { kind, description, made_ms, expires_ms: made_ms, making_micros: micros(took) }
    }

    fn keep_in_memory<T: Any + Send + Sync>(&self, request: &Request<T>, value: &Arc<T>, info: &Info) {
        let started = Instant::now();
        let ttl = request.about.ttl.unwrap_or_else(|| self.settings_lock().ttl());
        let info = info.living((self.clock)(), ttl);
        let kept = self.memory.put(request.key, Arc::clone(value) as Value, info, (request.codec.size)(value));
        let took = started.elapsed();
        self.memory.recorder.record(|counters| if kept { counters.written(took) } else { counters.too_large += 1 });
    }

    fn find_in_file<T>(&self, request: &Request<T>) -> Option<(Arc<T>, Info)> {
        let files = &self.files.as_ref()?.files;
        let started = Instant::now();
        let read = files.read(&request.key).unwrap_or_else(|error| {
            self.report(&error);
            None
        });
        let decoded = read.and_then(|(info, payload)| {
            let value = (request.codec.decode)(payload).inspect_err(|_| files.remove_damaged(&request.key));
            value.ok().map(|value| (Arc::new(value), info))
        });
        let (kind, took) = (request.about.kind, started.elapsed());
        match &decoded {
            Some((_, info)) => {
                files.note_hit(&request.key);
                files.recorder.record(|counters| counters.hit(kind, took, info.making_micros));
            }
            None => files.recorder.record(|counters| counters.miss(kind)),
        }
        decoded
    }

    fn keep_in_file<T>(&self, request: &Request<T>, value: &T, info: &Info) {
        let Some(level) = &self.files else { return };
        let started = Instant::now();
        let info = info.living((self.clock)(), self.settings_lock().file_ttl());
        let written = level.files.write(&request.key, &info, |file| (request.codec.encode)(value, file));
        let took = started.elapsed();
        level.files.recorder.record(|counters| match &written {
            Ok(Written::Kept) => counters.written(took),
            Ok(Written::TooLarge) => counters.too_large += 1,
            Err(_) => counters.write_failures += 1,
        });
        match written {
            Ok(Written::Kept) => *self.problem_lock() = None,
            Ok(Written::TooLarge) => {}
            Err(error) => self.report(&error),
        }
    }

    fn report(&self, error: &CacheError) {
        *self.problem_lock() = Some(Failure::from_error(error));
    }

    fn purge_expired(&self) -> Result<(u64, u64), CacheError> {
        let memory = self.memory.purge_expired();
        let files = self.files.as_ref().map_or(Ok(0), |level| level.files.purge_expired())?;
        Ok((memory, files))
    }

    fn sweep(&self) {
        if let Err(error) = self.purge_expired() {
            self.report(&error);
        }
        if let Some(level) = &self.files {
            level.files.shrink();
        }
        let now = (self.clock)();
        self.swept_ms.store(now, Ordering::Relaxed);
        self.save_counters(Some(now));
    }

    fn save_counters(&self, swept_ms: Option<u64>) {
        if let Some(level) = &self.files {
            // Kept in this program until the next time; a folder that cannot be written to is told by the entries' writing.
            let _ = level.counters.save(&self.memory.recorder, &level.files.recorder, swept_ms);
        }
    }

    fn memory_stats(&self, saved: &Saved) -> LevelStats {
        let (items, bytes, limits) = self.memory.size();
        let all_runs = sum(&saved.memory, &self.memory.recorder.unsaved());
        let this_run = self.memory.recorder.run();
        LevelStats { items, bytes, limit_bytes: limits.bytes, limit_items: Some(limits.items), this_run, all_runs }
    }

    fn settings_lock(&self) -> MutexGuard<'_, CacheSettings> {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn problem_lock(&self) -> MutexGuard<'_, Option<Failure>> {
        self.problem.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl FileLevel {
    fn stats(&self, saved: &Saved) -> LevelStats {
        let (size, limit_bytes) = self.files.size();
        let all_runs = sum(&saved.file, &self.files.recorder.unsaved());
        let this_run = self.files.recorder.run();
        LevelStats { items: size.items, bytes: size.bytes, limit_bytes, limit_items: None, this_run, all_runs }
    }
}

fn open_files(settings: &CacheSettings, folder: &Path, clock: &Clock) -> (Option<FileLevel>, Option<Failure>) {
    match Files::open(folder, settings.file_limit_bytes(), Arc::clone(clock)) {
        Ok(files) => {
            // A folder that can only be read still serves what it holds.
            let problem = files.probe().err().map(|error| Failure::from_error(&error));
            (Some(FileLevel { files, counters: CountersFile::open(folder) }), problem)
        }
        Err(error) => (None, Some(Failure::from_error(&error))),
    }
}

fn limits(settings: &CacheSettings) -> Limits {
    Limits { bytes: settings.memory_limit_bytes(), items: settings.memory_items }
}

fn sum(saved: &Counters, unsaved: &Counters) -> Counters {
    let mut all = saved.clone();
    all.merge(unsaved);
    all
}

fn view(key: Key, info: &Info, now: u64) -> EntryView {
    EntryView {
        key,
        kind: info.kind.clone(),
        description: info.description.clone(),
        memory_bytes: None,
        file_bytes: None,
        age: Duration::from_millis(now.saturating_sub(info.made_ms)),
        expires_in: Duration::from_millis(info.expires_ms.saturating_sub(now)),
        making: Duration::from_micros(info.making_micros),
        hits: 0,
    }
}

/// The thread that cleans up. Dropping it ends it.
struct Sweeper {
    stop: Arc<(Mutex<bool>, Condvar)>,
    thread: Option<JoinHandle<()>>,
}

impl Sweeper {
    /// `None` when the system refuses a thread: then entries are only cleaned up when they are asked for or room is needed.
    fn start(inner: &Arc<Inner>) -> Option<Self> {
        let stop = Arc::new((Mutex::new(false), Condvar::new()));
        let (inner, flag) = (Arc::downgrade(inner), Arc::clone(&stop));
        let thread = std::thread::Builder::new().name("cache-sweep".into()).spawn(move || sweep_often(&inner, &flag)).ok()?;
        Some(Self { stop, thread: Some(thread) })
    }
}

impl Drop for Sweeper {
    fn drop(&mut self) {
        *self.stop.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.stop.1.notify_all();
        // It catches nothing and holds nothing: one that panicked has nothing left to wait for.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

fn sweep_often(inner: &Weak<Inner>, stop: &(Mutex<bool>, Condvar)) {
    let mut stopped = stop.0.lock().unwrap_or_else(PoisonError::into_inner);
    while let Some(wait) = inner.upgrade().map(|inner| inner.until_sweep()) {
        stopped = stop.1.wait_timeout_while(stopped, wait, |stopped| !*stopped).unwrap_or_else(PoisonError::into_inner).0;
        if *stopped {
            break;
        }
        // The lock is let go meanwhile, so that whoever drops the cache is not held up in setting the flag.
        drop(stopped);
        if let Some(inner) = inner.upgrade().filter(|inner| inner.until_sweep().is_zero()) {
            inner.sweep();
        }
        stopped = stop.0.lock().unwrap_or_else(PoisonError::into_inner);
    }
}

impl Inner {
    /// Time until the next clean-up is due, at most a minute, as the settings may change meanwhile.
    fn until_sweep(&self) -> Duration {
        let now = (self.clock)();
        let by_others = self.files.as_ref().map_or(0, |level| level.counters.last().swept_ms);
        // A time still to come was told by a clock that was set back since.
        let swept = [by_others, self.swept_ms.load(Ordering::Relaxed)].into_iter().filter(|&ms| ms <= now).max();
        let since = Duration::from_millis(now.saturating_sub(swept.unwrap_or(0)));
        self.settings_lock().sweep().saturating_sub(since).min(Duration::from_mins(1))
    }
}
