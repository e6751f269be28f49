//! The lines of the selected function with what was measured in them, beside their text when its file is found on this machine.

pub mod paint;

use std::path::PathBuf;
use std::sync::Arc;

use crate::app::{Ask, Command, Tools};
use crate::jobs::{Cancel, JobError, Priority, Slot, Ticket};
use crate::operations::{Source, SourceLine, SourcePlaces, profile_source};
use crate::profile::{GroupId, Lines, StringId};

use super::{ProfilesCommand, Shown};

/// The listing of a function in one file.
#[derive(Debug)]
pub struct Listing {
    serial: u64,
    group: GroupId,
    /// Files that the function has code in, the one that holds most first.
    pub files: Vec<StringId>,
    /// The file that is listed, a place in `files`.
    pub file: usize,
    /// Figures of all lines.
    pub lines: Lines,
    /// The text around them, or why there is none.
    pub source: Source,
    /// What is listed: text with figures, or figures alone.
    pub rows: Vec<SourceLine>,
    /// The largest own value of a line of this file, and the largest total.
    pub most: (i64, i64),
}

/// What the listing can be asked for.
#[derive(Clone, Debug)]
pub enum SourceCommand {
    /// List the lines of this function.
    Of(GroupId),
    /// List this one of the function's files.
    File(usize),
    /// Ask for the folder that holds the source.
    FindFolder,
}

/// The listing of one profile's functions.
#[derive(Debug, Default)]
pub struct SourceView {
    making: Slot<Listing>,
    /// View, function and file that the listing was last asked for.
    wanted: Option<(u64, GroupId, usize)>,
    file: usize,
    /// Folders that a person chose, the last one first.
    folders: Vec<PathBuf>,
}

impl SourceView {
    /// Looks for source in these folders, too, from the last chosen one on.
    pub fn look_in(&mut self, folders: &[PathBuf]) {
        if self.folders != folders {
            self.folders = folders.to_vec();
            self.wanted = None;
        }
    }

    /// Lists another file of the function.
    pub fn choose_file(&mut self, file: usize) {
        self.file = file;
    }

    /// Makes the listing of a function, unless it is there or under way.
    pub fn make(&mut self, shown: &Arc<Shown>, group: GroupId, tools: &Tools) {
        if self.wanted.is_some_and(|wanted| (wanted.0, wanted.1) != (shown.serial, group)) {
            self.file = 0;
        }
        let wanted = Some((shown.serial, group, self.file));
        if self.wanted == wanted {
            return;
        }
        self.wanted = wanted;
        let (shown, file, folders) = (Arc::clone(shown), self.file, self.folders.clone());
        let ticket: Ticket<Listing> = tools.submit("Looking for source lines", Priority::High, move |cancel, _| {
            Listing::new(&shown, group, file, &folders, cancel)
        });
        self.making.start(ticket);
    }

    /// Takes in what a job has made. Says whether there was something.
    pub fn take_news(&mut self) -> bool {
        self.making.poll()
    }

    /// The listing of a function in a view, when it is made.
    pub fn of(&self, serial: u64, group: GroupId) -> Option<&Arc<Listing>> {
        self.making.value().filter(|listing| listing.serial == serial && listing.group == group)
    }
}

/// Asks for the folder that holds the source.
pub fn ask_for_folder(shown: &Shown) -> Ask {
    let ask = Ask::folder("Find source folder", |folder| Command::Profiles(ProfilesCommand::SourceFolder(folder)));
    match shown.path.as_deref().and_then(std::path::Path::parent) {
        Some(folder) => ask.starting_in(folder),
        None => ask,
    }
}

impl Listing {
    fn new(shown: &Shown, group: GroupId, file: usize, folders: &[PathBuf], cancel: &Cancel) -> Result<Self, JobError> {
        let view = &shown.view;
        let lines = Lines::of_group(&view.profile, &view.groups, view.sample_type, group, cancel)?;
        let files = lines.files();
        let file = file.min(files.len().saturating_sub(1));
        let named = files.get(file).copied().unwrap_or_default();
        let mut source = None;
        // Each chosen folder is asked before what the profile itself tells.
        for chosen in folders.iter().cloned().map(Some).chain([None]) {
            let places = SourcePlaces { profile: shown.path.clone(), chosen };
            let found = profile_source(&view.profile, &lines, named, &places, cancel)?;
            let is_found = matches!(found, Source::Found(_));
            source = if source.is_none() || is_found { Some(found) } else { source };
            if is_found {
                break;
            }
        }
        let own = || lines.rows.iter().filter(|row| row.file == named);
        let most = own().fold((0, 0), |(own, total): (i64, i64), row| (own.max(row.self_value), total.max(row.total_value)));
        let source = source.unwrap_or_else(|| Source::Missing(missing()));
        let rows = match &source {
            Source::Found(text) => text.lines.clone(),
            Source::Missing(_) => own().map(without_text).collect(),
        };
        Ok(Self { serial: shown.serial, group, files, file, source, rows, most, lines })
    }

    /// Whether a line holds so much that it is worth a look: a tenth of the function, or the most of all its lines.
    pub fn is_hot(&self, line: &SourceLine) -> bool {
        let (own, total) = (line.self_value.unwrap_or(0), line.total_value.unwrap_or(0));
        total > 0 && (total == self.most.1 || own > 0 && own == self.most.0 || total >= self.lines.total_value / 10)
    }
}

fn without_text(row: &crate::profile::LineRow) -> SourceLine {
    SourceLine { number: row.line, text: String::new(), self_value: Some(row.self_value), total_value: Some(row.total_value) }
}

fn missing() -> crate::operations::SourceMissing {
    crate::operations::SourceMissing { told: String::new(), looked: Vec::new(), why: "There is no source to show.".to_owned() }
}
