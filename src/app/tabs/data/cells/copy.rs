//! Copying the selected cells.

use std::sync::Arc;

use crate::app::tabs::data::DataCommand;
use crate::app::tabs::data::model::Shown;
use crate::app::{Command, Tools};
use crate::data::{ClipError, clip};
use crate::jobs::{Failure, JobError};
use crate::report::format;

use super::GridCommand;
use super::select::Selection;

/// Writes the cells' text, which comes back as a command.
pub fn start(shown: &Arc<Shown>, selection: Selection, names: bool, tools: &mut Tools) {
    let (rows, columns) = (selection.rows(), selection.columns(shown.report().columns.len()));
    let words = words(rows.len(), columns.len());
    let table = Arc::clone(&shown.table);
    tools.errand(format!("Copying {words}"), move |cancel, progress| {
        let text = clip(&table, rows, columns, names, cancel, progress).map_err(|error| match error {
            ClipError::Cancelled(_) => JobError::Cancelled,
            other => JobError::Failed(Failure::from_error(&other)),
        })?;
        Ok(Command::Data(DataCommand::Grid(GridCommand::Put { text, words })))
    });
}

/// `3 rows × 2 columns`.
fn words(rows: usize, columns: usize) -> String {
    match (rows, columns) {
        (1, 1) => "1 cell".to_owned(),
        _ => format!("{} × {}", format::counted(rows as u64, "row", "rows"), format::counted(columns as u64, "column", "columns")),
    }
}
