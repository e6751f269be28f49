//! The database: how it is opened, what tables it has, and what happens to a damaged one.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension, Transaction, TransactionBehavior, params};

use super::codec::Block;
use super::error::HistoryError;
use super::tier::Tier;
use super::top::{TopMinute, hour_from_bytes};

/// Raised when an older program could not read what is written.
const VERSION: i64 = 1;
/// Two programs that read and write wait for each other so long.
const PATIENCE: Duration = Duration::from_secs(5);
/// Set-aside databases that are kept.
const KEPT_ASIDE: usize = 2;
const ASIDE: &str = "history-damaged-";
/// Under this name stands whether the last program that wrote came to its end in order: 1, else 0.
pub const ENDED: &str = "ended in order";

const TABLES: &str = "
CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS series (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS recent (id INTEGER PRIMARY KEY, start INTEGER NOT NULL, end INTEGER NOT NULL, data BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS blocks (id INTEGER PRIMARY KEY, tier INTEGER NOT NULL, series INTEGER NOT NULL, start INTEGER NOT NULL, data BLOB NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS blocks_place ON blocks (tier, series, start);
CREATE TABLE IF NOT EXISTS minutes (start INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS hours (start INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS operations (
    id INTEGER PRIMARY KEY, start INTEGER NOT NULL, seconds REAL NOT NULL, kind TEXT NOT NULL, title TEXT NOT NULL,
    asker INTEGER NOT NULL, result INTEGER NOT NULL, message TEXT, bytes INTEGER, before INTEGER, after INTEGER);
CREATE INDEX IF NOT EXISTS operations_start ON operations (start);
";

/// An open database.
pub struct Database {
    /// The connection.
    pub connection: Connection,
    path: PathBuf,
}

impl Database {
    /// Opens the database for writing, and makes it where there is none. A thorough check is made unless the last program that wrote it came
    /// to its end in order.
    pub fn open(path: &Path) -> Result<Self, HistoryError> {
        let database = Self::open_beside(path)?;
        if database.state(ENDED)?.is_none_or(|value| value != 1) {
            database.check()?;
        }
        Ok(database)
    }

    /// The same without the check, for who writes a row while another program may be recording.
    pub fn open_beside(path: &Path) -> Result<Self, HistoryError> {
        let database = Self::with(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        database.run(|connection| {
            connection.execute_batch(
                "PRAGMA page_size = 4096; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 256; PRAGMA temp_store = MEMORY;",
            )
        })?;
        let version = database.check_version()?;
        database.run(|connection| connection.execute_batch(TABLES))?;
        if version != VERSION {
            database.run(|connection| connection.pragma_update(None, "user_version", VERSION))?;
        }
        Ok(database)
    }

    /// Opens the database for reading. `None` where there is none.
    pub fn open_to_read(path: &Path) -> Result<Option<Self>, HistoryError> {
        if !path.exists() {
            return Ok(None);
        }
        let database = Self::with(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        database.check_version()?;
        Ok(database.has_table("hours")?.then_some(database))
    }

    /// Whether there is this table: a file may have been begun by an older version, or a moment ago.
    pub fn has_table(&self, name: &str) -> Result<bool, HistoryError> {
        let select = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?1";
        self.run(|connection| connection.query_row(select, [name], |row| row.get::<_, i64>(0))).map(|count| count > 0)
    }

    fn with(path: &Path, flags: OpenFlags) -> Result<Self, HistoryError> {
        let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX);
        let connection = connection.map_err(|error| HistoryError::of(path, &error))?;
        let database = Self { connection, path: path.to_owned() };
        database.run(|connection| connection.busy_timeout(PATIENCE))?;
        Ok(database)
    }

    /// Does something with the connection; what goes wrong is told with the file's name.
    pub fn run<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, HistoryError> {
        work(&self.connection).map_err(|error| HistoryError::of(&self.path, &error))
    }

    /// Reads what belongs together: all of it is as it was at one moment, whoever writes meanwhile.
    pub fn reading<T, E: From<HistoryError>>(&self, work: impl FnOnce(&Connection) -> Result<T, E>) -> Result<T, E> {
        self.begin(TransactionBehavior::Deferred, work)
    }

    /// Writes in one transaction: all of it is kept, or nothing. Nobody else writes from its beginning on; one that only read first could
    /// not go on to write once another program has written meanwhile.
    pub fn writing<T, E: From<HistoryError>>(&self, work: impl FnOnce(&Connection) -> Result<T, E>) -> Result<T, E> {
        self.begin(TransactionBehavior::Immediate, work)
    }

    fn begin<T, E: From<HistoryError>>(
        &self,
        behavior: TransactionBehavior,
        work: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        let told = |error: rusqlite::Error| HistoryError::of(&self.path, &error);
        let transaction = Transaction::new_unchecked(&self.connection, behavior).map_err(told)?;
        let done = work(&transaction)?;
        transaction.commit().map_err(told)?;
        Ok(done)
    }

    /// The version of the file; 0 for a new one.
    fn check_version(&self) -> Result<i64, HistoryError> {
        let version: i64 = self.run(|connection| connection.query_row("PRAGMA user_version", [], |row| row.get(0)))?;
        if version > VERSION { Err(HistoryError::Newer { path: self.path.clone(), version }) } else { Ok(version) }
    }

    fn check(&self) -> Result<(), HistoryError> {
        let told: String = self.run(|connection| connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)))?;
        if told == "ok" { Ok(()) } else { Err(HistoryError::Damaged { path: self.path.clone(), reason: told }) }
    }

    /// A number that is kept under a name.
    pub fn state(&self, name: &str) -> Result<Option<i64>, HistoryError> {
        self.run(|connection| connection.query_row("SELECT value FROM state WHERE name = ?1", [name], |row| row.get(0)).optional())
    }

    /// Keeps a number under a name.
    pub fn set_state(&self, name: &str, value: i64) -> Result<(), HistoryError> {
        self.run(|connection| connection.execute("INSERT OR REPLACE INTO state VALUES (?1, ?2)", params![name, value]))?;
        Ok(())
    }

    /// Numbers of all series by their names.
    pub fn series(&self) -> Result<HashMap<String, u32>, HistoryError> {
        self.run(|connection| {
            let mut select = connection.prepare("SELECT name, id FROM series")?;
            let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            rows.collect()
        })
    }

    /// The number of the series of this name, which is made where there is none.
    pub fn series_number(&self, name: &str) -> Result<u32, HistoryError> {
        self.run(|connection| {
            connection.execute("INSERT OR IGNORE INTO series (name) VALUES (?1)", [name])?;
            connection.query_row("SELECT id FROM series WHERE name = ?1", [name], |row| row.get(0))
        })
    }

    /// The block of a series; an empty one where there is none, or where it is damaged.
    pub fn stored_block(&self, tier: Tier, series: u32, start: i64) -> Result<Block, HistoryError> {
        let data: Option<Vec<u8>> = self.run(|connection| {
            let select = "SELECT data FROM blocks WHERE tier = ?1 AND series = ?2 AND start = ?3";
            connection.query_row(select, params![tier.id(), series, start], |row| row.get(0)).optional()
        })?;
        Ok(data.and_then(|data| Block::from_bytes(&data, tier, start)).unwrap_or_default())
    }

    /// Keeps the block of a series in the place of what was there.
    pub fn store_block(&self, tier: Tier, series: u32, start: i64, block: &Block) -> Result<(), HistoryError> {
        let insert = "INSERT INTO blocks (tier, series, start, data) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (tier, series, start) DO UPDATE SET data = excluded.data";
        let data = block.to_bytes(tier, start);
        self.run(|connection| connection.execute(insert, params![tier.id(), series, start, data]))?;
        Ok(())
    }

    /// The minutes of an hour that is over, with the processes that used most; none where nothing was kept or the row is damaged.
    pub fn minutes_of(&self, hour: i64) -> Result<Vec<TopMinute>, HistoryError> {
        let data: Option<Vec<u8>> = self.run(|connection| {
            connection.query_row("SELECT data FROM hours WHERE start = ?1", [hour], |row| row.get(0)).optional()
        })?;
        Ok(data.and_then(|data| hour_from_bytes(&data)).unwrap_or_default())
    }

    /// The hours that have minutes with their processes, in order.
    pub fn process_hours(&self) -> Result<BTreeSet<i64>, HistoryError> {
        self.run(|connection| {
            let mut select = connection.prepare("SELECT start FROM hours UNION ALL SELECT start FROM minutes")?;
            let rows = select.query_map([], |row| row.get::<_, i64>(0))?;
            rows.map(|start| Ok(Tier::Hour.bucket_of(start?))).collect()
        })
    }

    /// All minutes of an hour with the processes that used most, in order, whether the hour is over or not.
    pub fn minutes_within(&self, hour: i64) -> Result<Vec<TopMinute>, HistoryError> {
        let rows: Vec<(i64, Vec<u8>)> = self.run(|connection| {
            let mut select = connection.prepare("SELECT start, data FROM minutes WHERE start >= ?1 AND start < ?2")?;
            let rows = select.query_map([hour, hour + Tier::Hour.width()], |row| Ok((row.get(0)?, row.get(1)?)))?;
            rows.collect()
        })?;
        let newer =
            rows.iter().filter_map(|(start, data)| TopMinute::from_bytes(*start, data)).map(|minute| (minute.start, minute));
        let mut minutes: BTreeMap<i64, TopMinute> =
            self.minutes_of(hour)?.into_iter().map(|minute| (minute.start, minute)).collect();
        minutes.extend(newer);
        Ok(minutes.into_values().collect())
    }

    /// The first and the last minute of which the processes are kept.
    pub fn process_span(&self) -> Result<Option<(i64, i64)>, HistoryError> {
        let (mut first, mut last) = (None, None);
        let hours = self.process_hours()?;
        for hour in &hours {
            first = self.minutes_within(*hour)?.first().map(|minute| minute.start);
            if first.is_some() {
                break;
            }
        }
        for hour in hours.iter().rev() {
            last = self.minutes_within(*hour)?.last().map(|minute| minute.start);
            if last.is_some() {
                break;
            }
        }
        Ok(first.zip(last))
    }

    /// Bytes of all blocks of this fineness.
    pub fn tier_bytes(&self, tier: Tier) -> Result<u64, HistoryError> {
        let select = "SELECT coalesce(sum(length(data)), 0) FROM blocks WHERE tier = ?1";
        let bytes: i64 = self.run(|connection| connection.query_row(select, [tier.id()], |row| row.get(0)))?;
        Ok(u64::try_from(bytes).unwrap_or(0))
    }

    /// Bytes that are in use, the log not counted.
    pub fn bytes(&self) -> Result<u64, HistoryError> {
        let pragma =
            |name: &str| self.run(|connection| connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, i64>(0)));
        let (pages, free, size) = (pragma("page_count")?, pragma("freelist_count")?, pragma("page_size")?);
        Ok(u64::try_from((pages - free).saturating_mul(size)).unwrap_or(0))
    }
}

/// Puts the database and what belongs to it aside, under a name with the moment in it. Of those that were set aside before, the newest stay.
pub fn set_aside(path: &Path, now: i64) -> Result<PathBuf, HistoryError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let aside = folder.join(format!("{ASIDE}{}.sqlite", now / 1000));
    let failed = |source| HistoryError::Folder { path: folder.to_owned(), source };
    fs::rename(path, &aside).map_err(failed)?;
    for end in ["-wal", "-shm"] {
        let beside = |path: &Path| PathBuf::from(format!("{}{end}", path.display()));
        // The log need not be there.
        let _ = fs::rename(beside(path), beside(&aside));
    }
    let mut old: Vec<PathBuf> = fs::read_dir(folder)
        .map_err(failed)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(ASIDE)))
        .filter(|path| path.extension().is_some_and(|end| end == "sqlite"))
        .collect();
    old.sort();
    for path in old.iter().rev().skip(KEPT_ASIDE) {
        for end in ["", "-wal", "-shm"] {
            // What cannot be removed stays.
            let _ = fs::remove_file(format!("{}{end}", path.display()));
        }
    }
    Ok(aside)
}
