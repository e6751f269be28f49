//! The Profiles tab: where a program spends its time or memory.
//!
//! Several profiles can be open; [`Doc`] is one of them: what part of it is shown (`zoom.rs`, `steps.rs`), search and order of its table
//! (`arrange.rs`), the rows of its call tree (`calls/`): all without egui. `saving.rs` takes it away. `paint.rs` puts together what
//! `actions.rs`, `strip.rs`, `toolbar.rs`, `filters.rs`, `graph.rs`, `sandwich.rs`, `table.rs` and `aside.rs` draw; `boxes.rs` lays a graph out.
//! `against/` compares with other profiles.
//!
//! What happened when: `timeline/` (all threads), `time_order/` (the flame graph of one thread), `sight.rs` (what part of an axis is
//! seen) and `axis.rs` (its marks). `source/` lists the lines of a function.

mod actions;
mod against;
mod arrange;
mod aside;
mod axis;
mod boxes;
mod calls;
mod doc;
mod filters;
mod graph;
mod memory;
mod menu;
pub mod paint;
mod sandwich;
mod saving;
mod sight;
mod source;
mod steps;
mod strip;
mod table;
mod text;
mod time_order;
mod timeline;
mod toolbar;
mod zoom;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::app::{Command, Notice, Tools};
use crate::jobs::{Failure, JobError, JobId, Priority, Ticket};
use crate::operations::{self, Asked, Neighbours, ProfileView};
use crate::profile::write::Target;
use crate::profile::{GroupId, NodeId, ThreadId};
use crate::report::shorten;
use crate::report::theme::Look as ChartLook;
use crate::settings::{RecentKind, write_atomic};

pub use against::{Against, AgainstCommand};
pub use arrange::{Arranged, Column};
pub use boxes::Colors;
pub use calls::CallsCommand;
pub use doc::{Doc, Order, Shown, ViewKind};
pub use saving::Page;
pub use sight::Look;
pub use source::SourceCommand;
pub use time_order::TimeOrderCommand;
pub use timeline::TimelineCommand;
pub use zoom::Zoom;

/// The recorded sample that comes with the program.
const SAMPLE: &[u8] = include_bytes!("../../../../assets/samples/sample.pb.gz");
const SAMPLE_NAME: &str = "sample.pb.gz";
/// Seconds that this program can be recorded for.
pub const RECORD_SECONDS: [u32; 3] = [2, 5, 10];

/// The function that is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Selection {
    /// The function.
    pub group: GroupId,
    /// The box in the graph, when one was chosen.
    pub node: Option<NodeId>,
}

/// What the Profiles tab shows.
#[derive(Default)]
pub struct ProfilesTab {
    docs: Vec<Doc>,
    active: usize,
    /// Files that are being opened and recordings under way, in the order in which they were asked for.
    coming: Vec<(Ticket<Shown>, Work)>,
    failure: Option<Failure>,
    serial: u64,
    /// Folders in which source is looked for, the last chosen one first.
    source_folders: Vec<PathBuf>,
}

/// What a profile is being made for.
#[derive(Clone, Debug)]
enum Work {
    Open(PathBuf),
    Record,
}

/// What the Profiles tab can be asked for.
#[derive(Debug)]
pub enum ProfilesCommand {
    /// Open the sample that comes with the program.
    TrySample,
    /// Record this program for so many seconds.
    Record(u32),
    /// Say why there is no recording on this system.
    ExplainRecord,
    /// Take the failure's message away.
    CloseFailure,
    /// A file of the recent ones is not there any more.
    Gone(PathBuf),
    /// Show this one of the open profiles.
    Show(usize),
    /// Close this one of the open profiles.
    Close(usize),
    /// The recording was saved.
    RecordingSaved(PathBuf),
    /// Ask where, and save the recording.
    SaveRecording,
    /// Save it here.
    WriteRecording(PathBuf),
    /// Ask where, and save the top table.
    ExportTop,
    /// Save it here.
    WriteTop(PathBuf),
    /// Ask where, and save a page of it.
    Export(Page, ChartLook),
    /// Save it here, in this look.
    WritePage(PathBuf, Page, ChartLook),
    /// Ask where, and save the profile in this format.
    Convert(Target),
    /// Save it here.
    WriteConverted(PathBuf, Target),
    /// Show this row of the sample types.
    SampleType(usize),
    /// Look at this part of the profile, in this way.
    Ask(Box<Asked>),
    /// Whether what is searched for is a regular expression.
    SearchByExpression(bool),
    /// Let colours of boxes tell this.
    Colors(Colors),
    /// Look at the profile in this way.
    View(ViewKind),
    /// Lay the flame graph out in this order.
    Order(Order),
    /// Highlight and list the functions with this in their name.
    Search(String),
    /// Sort the table by this column; again turns the order round.
    SortBy(Column),
    /// Let this box fill the graph.
    Zoom(NodeId),
    /// Back to what was shown before.
    Back,
    /// Forward again, after having gone back.
    Forward,
    /// Show the whole graph.
    Reset,
    /// Look at this box.
    SelectNode(NodeId),
    /// Look at this function, wherever it is.
    SelectFunction(GroupId),
    /// Show callers and callees of this function.
    Sandwich(GroupId),
    /// For the call tree.
    Calls(CallsCommand),
    /// Look at this part of the time, from the first to before the second nanosecond, or at all of it.
    Range(Option<(i64, i64)>),
    /// Look at these threads, or at all of them when there is none.
    Threads(Vec<ThreadId>),
    /// For the timeline.
    Timeline(TimelineCommand),
    /// For the flame graph in the order of time.
    TimeOrder(TimeOrderCommand),
    /// For the listing of source lines.
    Source(SourceCommand),
    /// Look for source in this folder, for all profiles until the program ends.
    SourceFolder(PathBuf),
    /// For comparing.
    Against(AgainstCommand),
}

impl ProfilesTab {
    /// Does what was asked for.
    pub fn apply(&mut self, command: ProfilesCommand, tools: &mut Tools) {
        match command {
            ProfilesCommand::TrySample => try_sample(tools),
            ProfilesCommand::Record(seconds) => self.record(seconds, tools),
            ProfilesCommand::ExplainRecord => tools.tell(Notice::done(NO_RECORDING)),
            ProfilesCommand::CloseFailure => self.failure = None,
            ProfilesCommand::Gone(path) => tools.forget(&path),
            ProfilesCommand::Show(index) => self.active = index.min(self.docs.len().saturating_sub(1)),
            ProfilesCommand::Close(index) => self.close(index),
            ProfilesCommand::SourceFolder(folder) => self.look_for_source_in(folder, tools),
            command => {
                if matches!(command, ProfilesCommand::Against(_)) {
                    self.failure = None;
                }
                let serial = &mut self.serial;
                if let Some(doc) = self.docs.get_mut(self.active) {
                    doc.apply(command, serial, tools);
                }
            }
        }
    }

    /// Opens a file, in a place of its own unless it is open already.
    pub fn open(&mut self, path: PathBuf, tools: &mut Tools) {
        let (cache, limits, commands) = (tools.cache.clone(), operations::profile_limits(tools.settings), tools.commands.clone());
        let (file, serial) = (path.clone(), self.next_serial());
        let name = name_of(&path);
        let title = format!("Opening {}", shorten(&name, 60));
        let ticket = tools.submit(title, Priority::High, move |cancel, progress| {
            let opened = operations::open_profile(&file, &limits, Some(cache.open()), cancel, progress).inspect_err(|_| {
                if !file.exists() {
                    commands.send(Command::Profiles(ProfilesCommand::Gone(file.clone())));
                }
            })?;
            let view = ProfileView::new(opened.value, None, true, cancel, progress)?;
            Ok(Shown::new(name, Some(file), view, serial))
        });
        self.start(ticket, Work::Open(path));
    }

    /// Source is looked for in this folder first.
    fn look_for_source_in(&mut self, folder: PathBuf, tools: &Tools) {
        self.source_folders.retain(|known| *known != folder);
        self.source_folders.insert(0, folder);
        for doc in &mut self.docs {
            doc.look_for_source_in(&self.source_folders, tools);
        }
    }

    /// Takes in what its jobs have made. Says whether there was something.
    pub fn take_news(&mut self, tools: &mut Tools) -> bool {
        let mut came = false;
        for (ticket, work) in std::mem::take(&mut self.coming) {
            match ticket.poll() {
                None => self.coming.push((ticket, work)),
                Some(outcome) => {
                    came = true;
                    self.came(outcome, &work, tools);
                }
            }
        }
        for doc in &mut self.docs {
            let (news, failure) = doc.take_news(tools);
            came |= news;
            self.failure = failure.or(self.failure.take());
        }
        came
    }

    /// The open profiles.
    pub fn docs(&self) -> &[Doc] {
        &self.docs
    }

    /// The one in sight.
    pub fn doc(&self) -> Option<&Doc> {
        self.docs.get(self.active)
    }

    /// Row of the one in sight.
    pub fn active(&self) -> usize {
        self.active
    }

    /// The profile in sight, the last one while another is being opened.
    pub fn shown(&self) -> Option<&Arc<Shown>> {
        self.doc().map(Doc::shown)
    }

    /// The job that makes the next one.
    pub fn job(&self) -> Option<JobId> {
        let opening = self.coming.last().map(|(ticket, _)| ticket.id());
        opening.or_else(|| self.doc().and_then(Doc::job))
    }

    /// Why the last one could not be opened, until that was closed.
    pub fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }

    /// What part of the graph is shown.
    pub fn zoom(&self) -> Zoom {
        self.doc().map(Doc::zoom).unwrap_or_default()
    }

    /// The function that is looked at.
    pub fn selection(&self) -> Option<Selection> {
        self.doc().and_then(Doc::selection)
    }

    /// Callers and callees of the selected function, when they are known.
    pub fn neighbours(&self) -> Option<&Neighbours> {
        self.doc().and_then(Doc::neighbours)
    }

    /// Whether a recording is in sight that was not saved.
    pub fn has_unsaved_recording(&self) -> bool {
        self.doc().is_some_and(Doc::is_unsaved_recording)
    }

    fn next_serial(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }

    fn start(&mut self, ticket: Ticket<Shown>, work: Work) {
        self.failure = None;
        self.coming.push((ticket, work));
    }

    /// A profile was opened or recorded, or could not be.
    fn came(&mut self, outcome: Result<Shown, JobError>, work: &Work, tools: &mut Tools) {
        match outcome {
            Ok(shown) => {
                if let Work::Open(path) = work {
                    tools.remember(path, RecentKind::Profile);
                }
                let mut doc = Doc::new(shown, tools);
                doc.look_for_source_in(&self.source_folders, tools);
                self.add(doc);
            }
            Err(JobError::Failed(failure)) => self.failure = Some(failure),
            Err(JobError::Cancelled) => {}
        }
    }

    /// Shows a profile: in the place of the same file when that is open, else in one of its own.
    fn add(&mut self, doc: Doc) {
        let path = doc.shown().path.clone();
        match self.docs.iter().position(|other| path.is_some() && other.shown().path == path) {
            Some(place) => {
                self.active = place;
                self.docs.splice(place..=place, [doc]);
            }
            // In the order in which they were asked for, whichever was read first; the last of them is shown.
            None => {
                let place = self.docs.partition_point(|other| other.opened() < doc.opened());
                let is_later = self.doc().is_none_or(|shown| shown.opened() < doc.opened());
                self.docs.insert(place, doc);
                if is_later {
                    self.active = place;
                } else if place <= self.active {
                    self.active += 1;
                }
            }
        }
    }

    fn close(&mut self, index: usize) {
        if index < self.docs.len() {
            drop(self.docs.remove(index));
            let moved = if index < self.active { self.active - 1 } else { self.active };
            self.active = moved.min(self.docs.len().saturating_sub(1));
        }
    }

    fn record(&mut self, seconds: u32, tools: &mut Tools) {
        let serial = self.next_serial();
        let ticket = tools.submit(format!("Recording this program for {seconds} s"), Priority::High, move |cancel, progress| {
            let profile = operations::record_self(seconds, cancel, progress)?;
            let view = ProfileView::new(Arc::new(profile), None, true, cancel, progress)?;
            Ok(Shown::new("This program".to_owned(), None, view, serial))
        });
        self.start(ticket, Work::Record);
    }
}

/// Why there is no recording where there is none.
pub const NO_RECORDING: &str =
    "Recording this program works on Linux and macOS only. Here, open a profile that another program has made.";

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

/// Puts the sample into the program's own folder and opens it like any file.
fn try_sample(tools: &mut Tools) {
    let folder = tools.places.data.clone();
    tools.errand("Preparing the sample", move |_, _| {
        let path = folder.join(SAMPLE_NAME);
        let same = std::fs::read(&path).is_ok_and(|bytes| bytes == SAMPLE);
        if !same {
            std::fs::create_dir_all(&folder).map_err(|error| saving::not_written(&path, &error))?;
            write_atomic(&path, |file| file.write_all(SAMPLE)).map_err(|error| JobError::Failed(Failure::from_error(&error)))?;
        }
        Ok(Command::Open(vec![path]))
    });
}
