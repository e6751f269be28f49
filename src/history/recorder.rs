//! The thread that writes.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use rusqlite::params;

use super::database::{Database, ENDED, set_aside};
use super::error::HistoryError;
use super::lock::{Pen, take_lock};
use super::recent::{self, Sample};
use super::tier::Tier;
use super::top::{Gathered, TopMinute};
use super::{FILE, fold, milliseconds, names};
use crate::jobs::Failure;
use crate::sampler::{Metric, ProcessRow, Snapshot};

/// Samples that wait for the thread; when there are more, the newest is lost and counted. Over a minute at the shortest interval.
const QUEUE: usize = 1024;
/// Samples are committed after so long, unless told otherwise.
pub const COMMIT: Duration = Duration::from_secs(8);
/// What could not be written waits in memory: at most so many samples, then the oldest are lost and counted. An hour at one a second.
const WAITING: usize = 3600;
/// After a failure it is tried again so much later.
const AGAIN: Duration = Duration::from_secs(10);
/// While others write it is tried again so much later.
const SOON: Duration = Duration::from_secs(1);
/// Minutes with their processes that wait to be written.
const WAITING_MINUTES: usize = 60;
/// A list of processes tells of at most so many seconds before it.
const LIST_SECONDS: f64 = 60.0;
/// Series that are kept; what has a name of its own each time (networks of containers) does not fill the database.
pub const MOST_SERIES: usize = 512;

/// What to record, and where.
#[derive(Clone, Debug)]
pub struct Config {
    /// The folder of the database; made where it is not there.
    pub folder: PathBuf,
    /// Bytes that the database may have.
    pub most_bytes: u64,
    /// Samples are committed after so long at the latest; what came after the last commit is lost when the program is killed.
    pub commit: Duration,
}

impl Config {
    /// Recording into this folder, committing every [`COMMIT`].
    pub fn new(folder: PathBuf, most_bytes: u64) -> Self {
        Self { folder, most_bytes, commit: COMMIT }
    }
}

/// How recording goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum StatusKind {
    /// The database is being opened.
    #[default]
    Opening,
    /// Samples are being kept.
    Recording,
    /// Another program that runs keeps them.
    ElsewhereRecorded,
    /// They cannot be kept now; it is tried again.
    Failing(Failure),
}

/// What there is to say of the recording.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// How it goes.
    pub kind: StatusKind,
    /// Bytes that the database has.
    pub bytes: u64,
    /// Samples that were lost because they could not be written.
    pub lost: u64,
    /// A damaged database was set aside under this name, and a new one begun.
    pub set_aside: Option<PathBuf>,
}

/// A running recorder. Dropping it writes what it has and ends its thread.
#[derive(Debug)]
pub struct Recorder {
    sender: Option<Sender<Message>>,
    status: Arc<Mutex<Status>>,
    pen: Pen,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
enum Message {
    Sample(Arc<Snapshot>),
    /// Keep so many bytes from now on.
    Limit(u64),
    /// Write all that there is, then answer.
    Write(Sender<()>),
}

impl Recorder {
    /// Starts recording. What is wrong with the database is told by [`Recorder::status`].
    ///
    /// # Errors
    /// When the system refuses a thread.
    pub fn start(config: Config) -> io::Result<Self> {
        let (sender, receiver) = bounded(QUEUE);
        let status = Arc::new(Mutex::new(Status::default()));
        let pen = Pen::default();
        let (told, own) = (Arc::clone(&status), pen.clone());
        let run = move || Worker::new(config, told, own).run(&receiver);
        let thread = std::thread::Builder::new().name("history".into()).spawn(run)?;
        Ok(Self { sender: Some(sender), status, pen, thread: Some(thread) })
    }

    /// What it writes with, for others of this program that want to write; samples wait meanwhile.
    pub fn pen(&self) -> Pen {
        self.pen.clone()
    }

    /// Takes a sample in. Never waits.
    pub fn push(&self, snapshot: &Arc<Snapshot>) {
        let sent = self.sender.as_ref().map(|sender| sender.try_send(Message::Sample(Arc::clone(snapshot))));
        if sent.is_some_and(|sent| sent.is_err()) {
            self.status.lock().unwrap_or_else(PoisonError::into_inner).lost += 1;
        }
    }

    /// The database may have so many bytes from now on.
    pub fn limit(&self, most_bytes: u64) {
        if let Some(sender) = &self.sender {
            // A thread that is behind by a whole queue has other worries; the next change finds it.
            let _ = sender.try_send(Message::Limit(most_bytes));
        }
    }

    /// How it goes.
    pub fn status(&self) -> Status {
        self.status.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until all that was pushed is written or could not be.
    pub fn write(&self) {
        let (answer, answered) = bounded(1);
        if self.sender.as_ref().is_some_and(|sender| sender.send(Message::Write(answer)).is_ok()) {
            // The thread answers or has ended.
            let _ = answered.recv();
        }
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.sender = None;
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has nothing more to write.
            let _ = thread.join();
        }
    }
}

/// What writing needs; there while the database is open.
struct Open {
    database: Database,
    /// What tells its file from others.
    file: Option<FileId>,
    /// Held for as long as this program records.
    _lock: File,
    /// Numbers of series by name.
    names: HashMap<String, u32>,
    /// And by metric, `None` for those that are not kept.
    numbers: HashMap<Metric, Option<u32>>,
}

/// A sample that waits to be written.
struct Taken {
    at: i64,
    interval: f32,
    values: Vec<(Metric, f32)>,
}

struct Worker {
    config: Config,
    status: Arc<Mutex<Status>>,
    pen: Pen,
    open: Option<Open>,
    /// Whether the database was open before: it is made where there is none, but not in the place of one that has gone.
    was_open: bool,
    /// When it may be tried again to open or to write.
    again: Option<Instant>,
    waiting: Vec<Taken>,
    since: Option<Instant>,
    minute: Option<i64>,
    gathered: Gathered,
    minutes: Vec<TopMinute>,
    list: Option<(Arc<[ProcessRow]>, f64)>,
    folded: Option<i64>,
}

impl Worker {
    fn new(config: Config, status: Arc<Mutex<Status>>, pen: Pen) -> Self {
        Self {
            config,
            status,
            pen,
            open: None,
            was_open: false,
            again: None,
            waiting: Vec::new(),
            since: None,
            minute: None,
            gathered: Gathered::default(),
            minutes: Vec::new(),
            list: None,
            folded: None,
        }
    }

    fn run(mut self, messages: &Receiver<Message>) {
        self.try_to(Self::begin);
        loop {
            match messages.recv_timeout(self.wait()) {
                Ok(Message::Sample(snapshot)) => self.take(&snapshot),
                Ok(Message::Limit(most_bytes)) => self.config.most_bytes = most_bytes,
                Ok(Message::Write(answer)) => {
                    self.again = None;
                    self.try_to(Self::write);
                    // Who does not wait any more does not need it.
                    let _ = answer.send(());
                }
                Err(RecvTimeoutError::Timeout) => self.try_to(Self::write),
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        let pen = self.pen.clone();
        let mut has_lock = pen.wait();
        self.write_with(Self::end);
        self.open = None;
        *has_lock = false;
    }

    /// How long there is nothing to be done by itself.
    fn wait(&self) -> Duration {
        let commit = self.since.map_or(self.config.commit, |since| self.config.commit.saturating_sub(since.elapsed()));
        let again = self.again.map_or(Duration::ZERO, |again| again.saturating_duration_since(Instant::now()));
        commit.max(again)
    }

    /// Does something with the database, which is opened first where it is not; tells how that went.
    fn try_to(&mut self, work: fn(&mut Self) -> Result<(), HistoryError>) {
        if self.again.is_some_and(|again| Instant::now() < again) {
            return;
        }
        let pen = self.pen.clone();
        match pen.take() {
            Some(mut has_lock) => *has_lock = self.write_with(work),
            None => self.again = Some(Instant::now() + SOON),
        }
    }

    /// The same, when nobody else writes. Whether the database is open then.
    fn write_with(&mut self, work: fn(&mut Self) -> Result<(), HistoryError>) -> bool {
        let done = self.ensure_open().and_then(|is_open| if is_open { work(self) } else { Ok(()) });
        self.again = None;
        let kind = match done {
            Ok(()) if self.open.is_some() => StatusKind::Recording,
            Ok(()) => {
                self.again = Some(Instant::now() + AGAIN);
                StatusKind::ElsewhereRecorded
            }
            Err(error) => {
                self.again = Some(Instant::now() + AGAIN);
                match error {
                    HistoryError::Damaged { .. } => self.replace_damaged(),
                    // There will be room, and others who write come to an end.
                    HistoryError::DiskFull { .. } | HistoryError::Database { .. } => {}
                    // What is on a disk that was away has to be opened anew.
                    _ => self.open = None,
                }
                StatusKind::Failing(Failure::from_error(&error))
            }
        };
        self.tell(|status| status.kind = kind);
        self.open.is_some()
    }

    /// Whether the database is open for this program, after trying.
    fn ensure_open(&mut self) -> Result<bool, HistoryError> {
        let path = self.path();
        if let Some(open) = &self.open {
            if open.file.is_none() || FileId::of(&path) == open.file {
                return Ok(true);
            }
            self.open = None;
        }
        if self.was_open && !path.exists() {
            return Err(HistoryError::Gone { path });
        }
        let folder = &self.config.folder;
        fs::create_dir_all(folder).map_err(|source| HistoryError::Folder { path: folder.clone(), source })?;
        let Some(lock) = take_lock(folder)? else {
            self.waiting.clear();
            self.minutes.clear();
            return Ok(false);
        };
        let database = match Database::open(&path) {
            Err(HistoryError::Damaged { .. }) => {
                let aside = set_aside(&path, now())?;
                self.tell(|status| status.set_aside = Some(aside));
                Database::open(&path)?
            }
            other => other?,
        };
        database.set_state(ENDED, 0)?;
        let names = database.series()?;
        self.open = Some(Open { database, file: FileId::of(&path), _lock: lock, names, numbers: HashMap::new() });
        self.was_open = true;
        Ok(true)
    }

    /// The database turned out to be damaged while it was in use.
    fn replace_damaged(&mut self) {
        self.open = None;
        self.again = None;
        self.was_open = false;
        if let Ok(aside) = set_aside(&self.path(), now()) {
            self.tell(|status| status.set_aside = Some(aside));
        }
    }

    fn begin(&mut self) -> Result<(), HistoryError> {
        let Some(open) = &self.open else { return Ok(()) };
        fold::fold(&open.database, now())?;
        fold::fold_minutes(&open.database, now())?;
        let bytes = open.database.bytes()?;
        self.tell(|status| status.bytes = bytes);
        Ok(())
    }

    fn take(&mut self, snapshot: &Arc<Snapshot>) {
        if !snapshot.time.is_finite() {
            return;
        }
        let at = milliseconds(snapshot.time);
        let mut values = Vec::new();
        snapshot.each_value(|metric, value| values.extend(value.filter(|value| value.is_finite()).map(|value| (metric, value))));
        self.waiting.push(Taken { at, interval: snapshot.interval_seconds as f32, values });
        self.gather(snapshot, at);
        let too_many = self.waiting.len().saturating_sub(WAITING);
        if too_many > 0 {
            self.waiting.drain(..too_many);
            self.tell(|status| status.lost += too_many as u64);
        }
        let since = *self.since.get_or_insert_with(Instant::now);
        if since.elapsed() >= self.config.commit {
            self.try_to(Self::write);
        }
    }

    /// Gathers what processes did; a list that is repeated tells nothing new.
    fn gather(&mut self, snapshot: &Snapshot, at: i64) {
        let minute = Tier::Minute.bucket_of(at);
        if self.minute.is_some_and(|held| held != minute) {
            self.end_minute();
            self.try_to(Self::keep_minutes);
        }
        self.minute = Some(minute);
        let is_new = self.list.as_ref().is_none_or(|(list, _)| !Arc::ptr_eq(list, &snapshot.processes));
        if snapshot.processes.is_empty() || !is_new {
            return;
        }
        let before = self.list.as_ref().map_or(snapshot.interval_seconds, |(_, time)| snapshot.time - time);
        self.gathered.add(&snapshot.processes, before.clamp(0.001, LIST_SECONDS));
        self.list = Some((Arc::clone(&snapshot.processes), snapshot.time));
    }

    /// What was gathered of a minute that is over waits to be written.
    fn end_minute(&mut self) {
        let gathered = std::mem::take(&mut self.gathered);
        if let Some(minute) = self.minute.filter(|_| !gathered.is_empty()) {
            self.minutes.push(gathered.minute(minute));
            let too_many = self.minutes.len().saturating_sub(WAITING_MINUTES);
            self.minutes.drain(..too_many);
        }
    }

    fn keep_minutes(&mut self) -> Result<(), HistoryError> {
        let Some(open) = &self.open else { return Ok(()) };
        while let Some(minute) = self.minutes.first() {
            fold::keep_minute(&open.database, minute)?;
            self.minutes.remove(0);
        }
        Ok(())
    }

    /// Writes what waits, and folds the spans that are over.
    fn write(&mut self) -> Result<(), HistoryError> {
        self.since = None;
        let Some(open) = &mut self.open else { return Ok(()) };
        if !self.waiting.is_empty() {
            open.write(&self.waiting)?;
            let newest = self.waiting.last().map(|taken| taken.at);
            self.waiting.clear();
            self.fold(newest.unwrap_or_else(now))?;
        }
        Ok(())
    }

    /// Folds when a new span has begun.
    fn fold(&mut self, at: i64) -> Result<(), HistoryError> {
        let Some(open) = &self.open else { return Ok(()) };
        let span = Tier::Second.block_of(at);
        if self.folded == Some(span) {
            return Ok(());
        }
        let is_first = self.folded.replace(span).is_none();
        fold::fold(&open.database, at)?;
        // A clock that is wrong when the machine starts is put right within minutes: until then nothing is dropped for its age.
        if !is_first {
            fold::drop_old(&open.database, at, self.config.most_bytes)?;
        }
        let bytes = open.database.bytes()?;
        self.tell(|status| status.bytes = bytes);
        Ok(())
    }

    fn end(&mut self) -> Result<(), HistoryError> {
        self.write()?;
        self.end_minute();
        self.keep_minutes()?;
        let Some(open) = &self.open else { return Ok(()) };
        open.database.set_state(ENDED, 1)?;
        // The log goes into the database; another program that reads may keep it from that, then it happens later.
        let _ = open.database.run(|connection| connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA optimize;"));
        Ok(())
    }

    fn path(&self) -> PathBuf {
        self.config.folder.join(FILE)
    }

    fn tell(&self, change: impl FnOnce(&mut Status)) {
        change(&mut self.status.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Open {
    /// Writes all of these samples, or none.
    fn write(&mut self, taken: &[Taken]) -> Result<(), HistoryError> {
        let samples = taken.iter().map(|taken| self.numbered(taken)).collect::<Result<Vec<_>, _>>()?;
        self.database.writing(|connection| {
            // A row lies within one span, and its times go up.
            let are_together = |a: &Sample, b: &Sample| a.at <= b.at && Tier::Second.block_of(a.at) == Tier::Second.block_of(b.at);
            for batch in samples.chunk_by(are_together) {
                let (Some(first), Some(last)) = (batch.first(), batch.last()) else { continue };
                let insert = "INSERT INTO recent (start, end, data) VALUES (?1, ?2, ?3)";
                let data = recent::to_bytes(batch);
                self.database.run(|_| connection.execute(insert, params![first.at, last.at, data]))?;
            }
            Ok(())
        })
    }

    fn numbered(&mut self, taken: &Taken) -> Result<Sample, HistoryError> {
        let mut sample = Sample { at: taken.at, interval: taken.interval, ..Sample::default() };
        for (metric, value) in &taken.values {
            if let Some(id) = self.number(metric)? {
                sample.values.insert(id, *value);
            }
        }
        Ok(sample)
    }

    /// The number of a metric's series; `None` where it is not kept.
    fn number(&mut self, metric: &Metric) -> Result<Option<u32>, HistoryError> {
        if let Some(number) = self.numbers.get(metric) {
            return Ok(*number);
        }
        let number = match names::name(metric) {
            Some(name) => self.number_of(name)?,
            None => None,
        };
        self.numbers.insert(metric.clone(), number);
        Ok(number)
    }

    fn number_of(&mut self, name: String) -> Result<Option<u32>, HistoryError> {
        if let Some(number) = self.names.get(&name) {
            return Ok(Some(*number));
        }
        if self.names.len() >= MOST_SERIES {
            return Ok(None);
        }
        let number = self.database.series_number(&name)?;
        self.names.insert(name, number);
        Ok(Some(number))
    }
}

/// What tells a file from another one that has taken its name, as on a disk that was put in the place of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct FileId(u64, u64);

impl FileId {
    /// Of the file of this name; `None` where there is none, and where the system does not tell.
    #[cfg(unix)]
    fn of(path: &Path) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        fs::metadata(path).ok().map(|meta| Self(meta.dev(), meta.ino()))
    }

    /// By when it was made.
    #[cfg(not(unix))]
    fn of(path: &Path) -> Option<Self> {
        let made = fs::metadata(path).ok()?.created().ok()?.duration_since(SystemTime::UNIX_EPOCH).ok()?;
        Some(Self(made.as_secs(), made.subsec_nanos().into()))
    }
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
