//! The source text behind a profile's lines: looked for on this machine, never fetched, never run.

mod place;
mod search;
mod text;

use std::path::{Path, PathBuf};

use crate::jobs::{Cancel, Cancelled};
use crate::profile::{Lines, Profile, StringId};

/// Lines shown before the first and after the last line that has figures.
const AROUND: usize = 10;

/// Where to look for a source file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourcePlaces {
    /// The profile's own file: its folder and those around it are looked in.
    pub profile: Option<PathBuf>,
    /// A folder that a person chose: it and all folders in it are looked in, first of all.
    pub chosen: Option<PathBuf>,
}

/// One line of source with what was measured in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceLine {
    /// Its number, the first is 1.
    pub number: u32,
    /// Its text without the line break; tabs stay, what is not UTF-8 became `�`.
    pub text: String,
    /// Measured in the line itself; `None` when nothing was measured in it.
    pub self_value: Option<i64>,
    /// Measured in the line and what it calls.
    pub total_value: Option<i64>,
}

/// A piece of a source file around the lines that have figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceText {
    /// The file that was found.
    pub file: PathBuf,
    /// Its lines, from some before the first to some after the last one with figures.
    pub lines: Vec<SourceLine>,
    /// Lines of the whole file.
    pub file_lines: usize,
    /// Figures of lines that the piece does not hold: line, self and total. Line 0 is what no line is told of.
    pub elsewhere: Vec<(u32, i64, i64)>,
    /// What to know about it, in sentences: that it may be another version, that it was cut. Empty when all is well.
    pub notes: Vec<String>,
}

/// Why there is no source text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceMissing {
    /// The path that the profile tells; empty when it tells none.
    pub told: String,
    /// Where it was looked for, in this order.
    pub looked: Vec<String>,
    /// What stood in the way, as a sentence.
    pub why: String,
}

/// What looking for source gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// It was found.
    Found(SourceText),
    /// It was not.
    Missing(SourceMissing),
}

impl SourceMissing {
    /// All of it for a person: what is missing, where it was looked for, what to do.
    pub fn sentence(&self) -> String {
        if self.looked.is_empty() {
            return self.why.clone();
        }
        format!("{} Looked at: {}. Choose the folder that holds the source.", self.why, self.looked.join("; "))
    }
}

/// The source around the lines of `lines` that lie in `file`, with their figures. Belongs on a worker thread: it reads folders.
///
/// # Errors
/// When cancelled. A file that is not there or cannot be shown is no error but [`Source::Missing`].
pub fn profile_source(
    profile: &Profile,
    lines: &Lines,
    file: StringId,
    places: &SourcePlaces,
    cancel: &Cancel,
) -> Result<Source, Cancelled> {
    let told = profile.strings.get(file);
    let mut looked = Vec::new();
    let found = search::find(told, places, &mut looked, cancel)?;
    let missing = |why: String, looked| Ok(Source::Missing(SourceMissing { told: told.into(), looked, why }));
    let Some(path) = found else { return missing(why_not(told), looked) };
    match text::read(&path) {
        Ok(text) => Ok(Source::Found(piece(profile, lines, file, path, &text))),
        Err(why) => missing(why, looked),
    }
}

fn why_not(told: &str) -> String {
    match told {
        "" => "The profile does not tell in which file this function is.".into(),
        told if place::parts(told).is_none() => format!("“{told}” names no file of this machine."),
        told => format!("“{told}” was not found."),
    }
}

/// The part of the text that has figures, with them.
fn piece(profile: &Profile, lines: &Lines, file: StringId, path: PathBuf, text: &str) -> SourceText {
    let all: Vec<&str> = text.lines().collect();
    // Several functions of a file can share a line.
    let mut figures = std::collections::BTreeMap::<u32, (i64, i64)>::new();
    for row in lines.rows.iter().filter(|row| row.file == file) {
        let (own, total) = figures.entry(row.line).or_default();
        (*own, *total) = (own.saturating_add(row.self_value), total.saturating_add(row.total_value));
    }
    let shown = text::window(figures.keys().copied(), all.len(), AROUND);
    let mut notes = text::notes(&path, profile.time_ns, figures.keys().next_back().copied(), all.len());
    let is_shown = |line: u32| shown.contains(&(line as usize));
    let elsewhere: Vec<_> =
        figures.iter().filter(|(line, _)| !is_shown(**line)).map(|(&line, &(own, total))| (line, own, total)).collect();
    if elsewhere.iter().any(|&(line, ..)| line as usize >= shown.end && (line as usize) <= all.len()) {
        notes.push(format!("Only the first {} lines are shown.", text::MOST_LINES));
    }
    let lines = shown.filter_map(|number| {
        let figures = figures.get(&(number as u32));
        let text = text::cut_line(all.get(number.checked_sub(1)?)?);
        let (self_value, total_value) = (figures.map(|figures| figures.0), figures.map(|figures| figures.1));
        Some(SourceLine { number: number as u32, text, self_value, total_value })
    });
    SourceText { lines: lines.collect(), file: path, file_lines: all.len(), elsewhere, notes }
}

/// The folder that a file lies in.
fn folder(file: &Path) -> Option<&Path> {
    file.parent().map(|folder| if folder.as_os_str().is_empty() { Path::new(".") } else { folder })
}
