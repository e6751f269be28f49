//! What stands in a file, as it stands there: processes with threads, and their tables as columns.

use super::columns;
use super::store::Store;
use super::table::Table;
use crate::profile::error::ProfileError;
use crate::profile::model::StringId;
use crate::profile::read::json::{Json, Kind};

/// What stacks are made of.
#[derive(Debug)]
pub(super) struct Tables {
    pub(super) stacks: Table,
    pub(super) frames: Table,
    pub(super) funcs: Table,
    pub(super) resources: Table,
    pub(super) sources: Table,
    /// All texts; `None` when the file has none here.
    pub(super) strings: Option<Vec<StringId>>,
}

impl Default for Tables {
    fn default() -> Self {
        Self {
            stacks: Table::new(columns::STACKS),
            frames: Table::new(columns::FRAMES),
            funcs: Table::new(columns::FUNCS),
            resources: Table::new(columns::RESOURCES),
            sources: Table::new(columns::SOURCES),
            strings: None,
        }
    }
}

impl Tables {
    /// Reads the table of this key, if it is one of these; whether it was.
    pub(super) fn read(&mut self, key: &str, json: &mut Json<'_, '_>, store: &mut Store<'_, '_>) -> Result<bool, ProfileError> {
        match key {
            "stackTable" => self.stacks.read(json, store)?,
            "frameTable" => self.frames.read(json, store)?,
            "funcTable" => self.funcs.read(json, store)?,
            "resourceTable" => self.resources.read(json, store)?,
            "sources" => self.sources.read(json, store)?,
            "stringArray" | "stringTable" => self.texts(json, store)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn texts(&mut self, json: &mut Json<'_, '_>, store: &mut Store<'_, '_>) -> Result<(), ProfileError> {
        if !json.try_array()? {
            return Ok(());
        }
        let strings = self.strings.insert(Vec::new());
        while json.next_item()? {
            strings.push(store.builder.text(json.maybe_text()?.unwrap_or_default())?);
            store.keep(4)?;
        }
        Ok(())
    }
}

/// A library.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Lib {
    pub(super) name: StringId,
    pub(super) path: StringId,
    pub(super) build_id: StringId,
    /// Where it lay in memory; 0 when not told.
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) offset: u64,
}

/// A value over time.
#[derive(Debug)]
pub(super) struct Counted {
    pub(super) name: StringId,
    pub(super) category: String,
    pub(super) process: Option<i64>,
    pub(super) samples: Table,
}

/// A thread.
#[derive(Debug)]
pub(super) struct Thread {
    pub(super) name: StringId,
    pub(super) process_name: StringId,
    pub(super) id: Option<i64>,
    pub(super) process_id: Option<i64>,
    pub(super) tables: Tables,
    pub(super) samples: Table,
    pub(super) js: Table,
    pub(super) native: Table,
    pub(super) markers: Table,
    pub(super) libs: Vec<Lib>,
}

impl Default for Thread {
    fn default() -> Self {
        Self {
            name: StringId(0),
            process_name: StringId(0),
            id: None,
            process_id: None,
            tables: Tables::default(),
            samples: Table::new(columns::SAMPLES),
            js: Table::new(columns::SAMPLES),
            native: Table::new(columns::SAMPLES),
            markers: Table::new(columns::MARKERS),
            libs: Vec::new(),
        }
    }
}

/// What the `meta` of a process says. Times are milliseconds.
#[derive(Debug, Default)]
pub(super) struct Meta {
    pub(super) interval: Option<f64>,
    /// Since 1970.
    pub(super) start: Option<f64>,
    pub(super) profiling: [Option<f64>; 2],
    pub(super) categories: Vec<StringId>,
    /// Unit of the processor times; empty when not told.
    pub(super) cpu_unit: String,
    /// Unit of the times, which are places in a file for `bytes`.
    pub(super) time_unit: String,
    pub(super) product: String,
    pub(super) processed: Option<i64>,
}

/// A process: the file itself, or one of those it holds.
#[derive(Debug, Default)]
pub(super) struct Process {
    pub(super) meta: Meta,
    pub(super) libs: Vec<Lib>,
    pub(super) shared: Tables,
    pub(super) threads: Vec<Thread>,
    pub(super) counters: Vec<Counted>,
    pub(super) has_threads: bool,
}

/// A number that may also be written as a text, with something behind it: `"1234.1"` is the second process with number 1234.
pub(super) fn number(json: &mut Json<'_, '_>) -> Result<Option<i64>, ProfileError> {
    if json.kind()? != Kind::Text {
        return json.maybe_integer();
    }
    let text = json.text()?;
    let digits = text.find(|letter: char| !letter.is_ascii_digit()).map_or(text, |end| text.get(..end).unwrap_or_default());
    Ok(digits.parse().ok())
}

/// A text; empty for any other value.
pub(super) fn text(json: &mut Json<'_, '_>, store: &mut Store<'_, '_>) -> Result<StringId, ProfileError> {
    store.builder.text(json.maybe_text()?.unwrap_or_default())
}
