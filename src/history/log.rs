//! The log of operations: what this program did for a person, how long it took and what it held afterwards.
//!
//! A row each (table `operations`), written at once by whoever did it, the window or the command line, beside the recorder and whether
//! or not one runs.

use std::fs;
use std::path::Path;

use rusqlite::{Row, params};

use super::database::Database;
use super::error::HistoryError;
use super::milliseconds;
use super::reader::Archive;

/// Operations that are kept, the newest: some 200 bytes each.
const MOST: i64 = 100_000;
/// Of a title or a reason so many bytes are kept.
const MOST_TEXT: usize = 2000;

/// From where an operation was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asker {
    /// The window.
    Window,
    /// The command line.
    CommandLine,
}

/// How an operation ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OperationResult {
    /// With what was asked for.
    Done,
    /// With this message.
    Failed(String),
    /// A person stopped it.
    Cancelled,
}

/// An operation that has ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    /// When it began, seconds since 1970-01-01 UTC, to the millisecond.
    pub started: f64,
    /// How long it took, seconds.
    pub seconds: f64,
    /// Its kind, such as `open table`.
    pub kind: String,
    /// What it was, for a person: `Opening bills.csv`.
    pub title: String,
    /// From where it was asked for.
    pub asker: Asker,
    /// How it ended.
    pub result: OperationResult,
    /// Bytes that it read or wrote. `None` where that says nothing of it.
    pub bytes: Option<u64>,
    /// Bytes that the program held when it began and after it ended. `None` where the system does not tell.
    pub memory: Option<(u64, u64)>,
}

impl Operation {
    /// Bytes that the program holds more than before; fewer are negative. `None` where the system does not tell.
    pub fn memory_change(&self) -> Option<i64> {
        self.memory.map(|(before, after)| i64::try_from(i128::from(after) - i128::from(before)).unwrap_or(i64::MAX))
    }

    /// Writes it to the log in this file, which is made where there is none.
    ///
    /// # Errors
    /// When the file cannot be written, or is of a newer version.
    pub fn keep(&self, path: &Path) -> Result<(), HistoryError> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|source| HistoryError::Folder { path: folder.to_owned(), source })?;
        }
        let database = Database::open_beside(path)?;
        let (result, message) = match &self.result {
            OperationResult::Done => (0, None),
            OperationResult::Failed(message) => (1, Some(cut(message))),
            OperationResult::Cancelled => (2, None),
        };
        let [bytes, before, after] =
            [self.bytes, self.memory.map(|memory| memory.0), self.memory.map(|memory| memory.1)].map(stored);
        let asker = match self.asker {
            Asker::Window => 0,
            Asker::CommandLine => 1,
        };
        database.run(|connection| {
            let insert = "INSERT INTO operations (start, seconds, kind, title, asker, result, message, bytes, before, after)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
            let start = milliseconds(self.started);
            let title = cut(&self.title);
            connection
                .execute(insert, params![start, self.seconds, self.kind, title, asker, result, message, bytes, before, after])?;
            let newest = connection.last_insert_rowid();
            connection.execute("DELETE FROM operations WHERE id <= ?1", [newest - MOST])
        })?;
        Ok(())
    }

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let number = |at: usize| row.get::<_, Option<i64>>(at).map(|value| value.and_then(|value| u64::try_from(value).ok()));
        let (before, after) = (number(8)?, number(9)?);
        Ok(Self {
            started: row.get::<_, i64>(0)? as f64 / 1000.0,
            seconds: row.get(1)?,
            kind: row.get(2)?,
            title: row.get(3)?,
            asker: if row.get::<_, i64>(4)? == 0 { Asker::Window } else { Asker::CommandLine },
            result: match row.get::<_, i64>(5)? {
                0 => OperationResult::Done,
                1 => OperationResult::Failed(row.get::<_, Option<String>>(6)?.unwrap_or_default()),
                _ => OperationResult::Cancelled,
            },
            bytes: number(7)?,
            memory: before.zip(after),
        })
    }
}

impl Archive {
    /// The operations that began from `from` to before `to` (seconds since 1970), the newest `most` of them, the oldest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn operations(&self, (from, to): (f64, f64), most: usize) -> Result<Vec<Operation>, HistoryError> {
        let Some(database) = Database::open_to_read(self.path())? else { return Ok(Vec::new()) };
        if !database.has_table("operations")? {
            return Ok(Vec::new());
        }
        let mut operations: Vec<Operation> = database.run(|connection| {
            let select = "SELECT start, seconds, kind, title, asker, result, message, bytes, before, after FROM operations
                WHERE start >= ?1 AND start < ?2 ORDER BY start DESC, id DESC LIMIT ?3";
            let mut select = connection.prepare(select)?;
            let most = i64::try_from(most).unwrap_or(i64::MAX);
            let rows = select.query_map(params![milliseconds(from), milliseconds(to), most], Operation::read)?;
            rows.collect()
        })?;
        operations.reverse();
        Ok(operations)
    }
}

/// SQLite's whole numbers have a sign.
fn stored(number: Option<u64>) -> Option<i64> {
    number.and_then(|number| i64::try_from(number).ok())
}

fn cut(text: &str) -> &str {
    let mut end = text.len().min(MOST_TEXT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}
