//! The kind of a column as far as it is known, while several threads read parts of it.

use std::sync::{Mutex, PoisonError};

use super::cells::Column;
use super::kind::{Kind, Rules};
use super::part::Part;

/// Begins each part with what the ones before were, so that few have to be begun again.
#[derive(Debug)]
pub struct GrowingKind(Mutex<Kind>);

impl GrowingKind {
    /// What is known before the first part.
    pub fn new(kind: Kind) -> Self {
        Self(Mutex::new(kind))
    }

    /// What is known now.
    pub fn get(&self) -> Kind {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads a part of the column, and keeps what it is.
    pub fn part(&self, column: Column<'_>, rules: &Rules) -> Part {
        let part = Part::build(column, self.get(), rules);
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *known = rules.join(*known, part.kind());
        part
    }
}
