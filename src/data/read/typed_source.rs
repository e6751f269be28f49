//! A file whose columns have types already, as a table: all but how its columns are taken out of it.

use std::fmt::Debug;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use polars_arrow::datatypes::Field;

use super::held::{Declared, Held, Ledger};
use super::preview::{Glimpse, first_of};
use super::refusal::damaged;
use super::typed::{Values, push_rows};
use super::{Batch, Source, SourceInfo, Stamp, unique_names};
use crate::data::DataError;
use crate::jobs::{Cancel, Progress};

/// Takes the columns of some rows, and how many rows these are.
pub type Each<'a> = &'a mut dyn FnMut(&[Values], usize) -> Result<(), DataError>;

/// How a kind of such files holds its columns.
pub trait Layout: Debug + Sync + Sized {
    /// Gives all columns, some rows at a time.
    ///
    /// # Errors
    /// When the file cannot be read, is damaged, or `each` refuses.
    fn each(source: &TypedSource<Self>, each: Each<'_>) -> Result<(), DataError>;

    /// The same for whoever wants the first rows alone and refuses what comes after them.
    ///
    /// # Errors
    /// As [`Layout::each`].
    fn beginning(source: &TypedSource<Self>, each: Each<'_>) -> Result<(), DataError> {
        Self::each(source, each)
    }
}

/// A file whose columns have types.
#[derive(Debug)]
pub struct TypedSource<L> {
    pub(super) path: PathBuf,
    pub(super) info: SourceInfo,
    header: Vec<String>,
    pub(super) fields: Vec<Field>,
    /// Of the whole table.
    pub(super) rows: u64,
    pub(super) stamp: Stamp,
    pub(super) layout: L,
    ledger: Mutex<Ledger>,
}

impl<L> TypedSource<L> {
    /// Of what the file says of itself; its name and format are in `info`.
    pub(super) fn new(path: PathBuf, info: SourceInfo, fields: Vec<Field>, rows: u64, stamp: Stamp, layout: L) -> Self {
        let header = unique_names(fields.iter().map(|field| field.name.to_string()));
        Self { path, info, header, fields, rows, stamp, layout, ledger: Mutex::default() }
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<L: Layout> Source for TypedSource<L> {
    fn header(&self) -> &[String] {
        &self.header
    }

    fn first_row(&self) -> u64 {
        1
    }

    fn info(&self) -> &SourceInfo {
        &self.info
    }

    fn size(&self) -> u64 {
        self.rows
    }

    fn slow(&self) -> bool {
        true
    }

    fn held(&self) -> Option<Vec<Held>> {
        Some(self.ledger().held(&self.fields))
    }

    fn declared(&self, column: usize) -> Declared {
        self.fields.get(column).map_or_else(Declared::default, |field| Declared::of(&field.dtype))
    }

    fn glimpse(&self, cancel: &Cancel) -> Result<Glimpse, DataError> {
        first_of(self, cancel, |sink| {
            L::beginning(self, &mut |arrays, rows| {
                cancel.check()?;
                push_rows(&self.info.file, arrays, rows, cancel, &Progress::new(), sink)
            })
        })
    }

    fn batches(
        &self,
        cancel: &Cancel,
        progress: &Progress,
        sink: &mut dyn FnMut(Batch) -> Result<(), DataError>,
    ) -> Result<(), DataError> {
        cancel.check()?;
        *self.ledger() = Ledger::default();
        let mut seen = 0;
        L::each(self, &mut |arrays, rows| {
            seen += rows as u64;
            self.ledger().add(&self.fields, arrays, rows);
            push_rows(&self.info.file, arrays, rows, cancel, progress, sink)?;
            // Before more is read.
            Ok(cancel.check()?)
        })?;
        if seen != self.rows {
            return Err(damaged(&self.info.file, "it has fewer rows than it says".into()));
        }
        self.stamp.check(&self.path, &self.info.file)
    }
}
