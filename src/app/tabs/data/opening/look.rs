//! The jobs that look at the first rows of a file. What is here runs on a worker's thread, save for starting them.

use std::path::Path;

use crate::app::tabs::is_profile;
use crate::app::{Command, Commands, Tools};
use crate::data::read::{Content, sniff};
use crate::data::{Choices, DataError, Limits, Look, Preview, ReadOptions};
use crate::jobs::{Cancel, JobError, Priority, Progress, Ticket};
use crate::operations::{preview_table, table_limits};

use super::super::grid::{Grid, units};
use super::super::types::Kind;
use super::super::{DataCommand, work};
use super::{OpeningCommand, words};

/// Workbooks of kinds that are read as a whole to see their first rows are not looked at before they are opened when they are larger.
const LARGEST_WHOLE: u64 = 8 << 20;

/// The first rows of a file, and how they are laid out.
#[derive(Debug)]
pub struct Seen {
    pub preview: Preview,
    pub grid: Grid,
}

impl Seen {
    /// Lays out the columns of a preview.
    pub fn new(preview: Preview) -> Self {
        let widths = preview.columns.iter().enumerate().map(|(at, column)| {
            let texts = preview.rows.iter().filter_map(|row| row.get(at)?.as_deref());
            let kind = if column.look == Look::Number { Kind::Number } else { Kind::Text };
            let names = [column.name.as_str(), words::look(column)];
            (kind, texts.chain(names).map(|text| units(text.get(..200).unwrap_or(text))).fold(0.0, f32::max))
        });
        Self { grid: Grid::of_letters(widths), preview }
    }
}

/// Starts to look at the first rows of a file.
pub fn look(path: &Path, read: &ReadOptions, choices: &Choices, tools: &Tools) -> Ticket<Seen> {
    let (path, read, choices) = (path.to_path_buf(), read.clone(), choices.clone());
    let limits = table_limits(tools.settings);
    tools.submit(format!("Looking at {}", work::name_of(&path)), Priority::High, move |cancel, progress| {
        preview_table(&path, &read, &choices, &limits, cancel, progress).map(Seen::new)
    })
}

/// Looks at a file that is about to be opened. Where it can be read in several ways the person is asked, and what is a profile is handed to
/// the other tab; then the work ends as if cancelled.
pub fn look_first(
    asked: u64,
    path: &Path,
    limits: &Limits,
    commands: &Commands,
    cancel: &Cancel,
    progress: &Progress,
) -> Result<(), JobError> {
    let content = sniff(path);
    // Looking into an archive unpacks it, and what is known to be a table of another kind need not be looked into.
    if matches!(content, Ok(Content::Text(_)) | Err(_)) && is_profile(path, cancel) {
        commands.send(Command::OpenProfile(path.to_path_buf()));
        return Err(JobError::Cancelled);
    }
    if !is_looked_at(path, &content) {
        return Ok(());
    }
    match preview_table(path, &ReadOptions::default(), &Choices::default(), limits, cancel, progress) {
        Err(JobError::Cancelled) => Err(JobError::Cancelled),
        Ok(preview) if !preview.doubts.is_empty() => {
            let (path, preview) = (path.to_path_buf(), Box::new(preview));
            commands.send(Command::Data(DataCommand::Opening(OpeningCommand::Doubtful { asked, path, preview })));
            Err(JobError::Cancelled)
        }
        // Opening says what is wrong with it.
        Ok(_) | Err(JobError::Failed(_)) => Ok(()),
    }
}

/// Whether looking at the first rows is quick, and there is something to choose.
fn is_looked_at(path: &Path, content: &Result<Content, DataError>) -> bool {
    let small = || std::fs::metadata(path).is_ok_and(|file| file.len() <= LARGEST_WHOLE);
    match content {
        Ok(Content::Text(_) | Content::Xlsx) => true,
        Ok(Content::Xlsb | Content::Xls | Content::Ods) => small(),
        Ok(Content::Parquet | Content::Arrow) | Err(_) => false,
    }
}
