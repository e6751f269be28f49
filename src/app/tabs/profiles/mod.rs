//! The Profiles tab: where a program spends its time or memory.
//!
//! `zoom.rs` what part of the graph is shown and how the selection moves, `arrange.rs` search and order of the table:
//! both without egui. `paint.rs` puts together what `actions.rs`, `graph.rs`, `table.rs` and `aside.rs` draw; `boxes.rs` lays the graph out.

mod actions;
mod arrange;
mod aside;
mod boxes;
mod graph;
pub mod paint;
mod table;
mod zoom;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::app::{Ask, Command, Filter, Notice, Tools};
use crate::jobs::{Cancel, Failure, JobError, JobId, Priority, Progress, Slot, SlotState, Ticket};
use crate::operations::{self, Neighbours, ProfileView};
use crate::profile::write::{self, Target};
use crate::profile::{GroupId, NodeId};
use crate::report::shorten;
use crate::settings::{RecentKind, write_atomic};

pub use arrange::{Arranged, Column};
pub use zoom::Zoom;

use crate::app::widgets::Sort;

/// The recorded sample that comes with the program.
const SAMPLE: &[u8] = include_bytes!("../../../../assets/samples/sample.pb.gz");
const SAMPLE_NAME: &str = "sample.pb.gz";
/// Seconds that this program can be recorded for.
pub const RECORD_SECONDS: [u32; 3] = [2, 5, 10];

/// A profile as it is shown.
#[derive(Debug)]
pub struct Shown {
    /// Name of the file, or what was recorded.
    pub name: String,
    /// Where it was read from; `None` for a recording that is not saved.
    pub path: Option<PathBuf>,
    /// Its figures under one sample type.
    pub view: Arc<ProfileView>,
    /// Number of this view; no two views of a run have the same.
    pub serial: u64,
}

/// What calls a function and what it calls.
#[derive(Debug)]
pub struct Around {
    serial: u64,
    group: GroupId,
    neighbours: Neighbours,
}

/// The function that is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Selection {
    /// The function.
    pub group: GroupId,
    /// The box in the graph, when one was chosen.
    pub node: Option<NodeId>,
}

/// What the Profiles tab shows.
pub struct ProfilesTab {
    shown: Slot<Shown>,
    /// The work for `shown` that is under way, and what it is for.
    job: Option<(JobId, Work)>,
    failure_closed: bool,
    serial: u64,
    zoom: Zoom,
    selection: Option<Selection>,
    search: String,
    sort: Sort<Column>,
    arranged: Slot<Arranged>,
    around: Slot<Around>,
    recording_saved: bool,
}

/// What a profile is being made for.
#[derive(Clone, Debug)]
enum Work {
    Open(PathBuf),
    Record,
    /// The zoomed function with its callers, outermost first, and the selected one, to be found again.
    SampleType(Vec<GroupId>, Option<GroupId>),
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
    /// Ask where, and save the recording.
    SaveRecording,
    /// Save it here.
    WriteRecording(PathBuf),
    /// Ask where, and save the top table.
    ExportTop,
    /// Save it here.
    WriteTop(PathBuf),
    /// Ask where, and save the profile in this format.
    Convert(Target),
    /// Save it here.
    WriteConverted(PathBuf, Target),
    /// Show this row of the sample types.
    SampleType(usize),
    /// Highlight and list the functions with this in their name.
    Search(String),
    /// Sort the table by this column; again turns the order round.
    SortBy(Column),
    /// Let this box fill the graph.
    Zoom(NodeId),
    /// Back to what was zoomed before.
    Back,
    /// Show the whole graph.
    Reset,
    /// Look at this box.
    SelectNode(NodeId),
    /// Look at this function, wherever it is.
    SelectFunction(GroupId),
    /// Take the failure's message away.
    CloseFailure,
    /// A file of the recent ones is not there any more.
    Gone(PathBuf),
    /// The recording was saved.
    RecordingSaved(PathBuf),
}

impl Default for ProfilesTab {
    fn default() -> Self {
        Self {
            shown: Slot::default(),
            job: None,
            failure_closed: false,
            serial: 0,
            zoom: Zoom::default(),
            selection: None,
            search: String::new(),
            sort: Sort::by(Column::Own, true),
            arranged: Slot::default(),
            around: Slot::default(),
            recording_saved: false,
        }
    }
}

impl ProfilesTab {
    /// Does what was asked for.
    pub fn apply(&mut self, command: ProfilesCommand, tools: &mut Tools) {
        match command {
            ProfilesCommand::TrySample => try_sample(tools),
            ProfilesCommand::Record(seconds) => self.record(seconds, tools),
            ProfilesCommand::ExplainRecord => tools.tell(Notice::done(NO_RECORDING)),
            ProfilesCommand::SaveRecording => tools.ask(ask_for_recording(&tools.places.data)),
            ProfilesCommand::WriteRecording(path) => self.write_recording(path, tools),
            ProfilesCommand::RecordingSaved(path) => {
                self.recording_saved = true;
                tools.remember(&path, RecentKind::Profile);
                tools.tell(Notice::saved(&path));
            }
            ProfilesCommand::ExportTop => self.ask_for_top(tools),
            ProfilesCommand::WriteTop(path) => self.write_top(path, tools),
            ProfilesCommand::Convert(format) => self.ask_for_converted(format, tools),
            ProfilesCommand::WriteConverted(path, format) => self.write_converted(path, format, tools),
            ProfilesCommand::SampleType(row) => self.choose_sample_type(row, tools),
            ProfilesCommand::Search(text) => {
                self.search = text;
                self.arrange(tools);
            }
            ProfilesCommand::SortBy(column) => {
                self.sort = self.sort.clicked(column, column.largest_first());
                self.arrange(tools);
            }
            ProfilesCommand::Zoom(node) => {
                self.zoom.enter(node);
                self.select(node, tools);
            }
            ProfilesCommand::Back => self.zoom.back(),
            ProfilesCommand::Reset => self.zoom = Zoom::default(),
            ProfilesCommand::SelectNode(node) => self.select(node, tools),
            ProfilesCommand::SelectFunction(group) => self.look_at(Some(Selection { group, node: None }), tools),
            ProfilesCommand::CloseFailure => self.failure_closed = true,
            ProfilesCommand::Gone(path) => tools.forget(&path),
        }
    }

    /// Opens a file.
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
            Ok(Shown { name, path: Some(file), view: Arc::new(view), serial })
        });
        self.start(ticket, Work::Open(path));
    }

    /// Takes in what its jobs have made. Says whether there was something.
    pub fn take_news(&mut self, tools: &mut Tools) -> bool {
        let came = self.shown.poll();
        if came {
            self.shown_came(tools);
        }
        let (arranged, around) = (self.arranged.poll(), self.around.poll());
        came || arranged || around
    }

    /// The profile in sight, the last one while another is being opened.
    pub fn shown(&self) -> Option<&Arc<Shown>> {
        self.shown.value()
    }

    /// The job that makes the next one.
    pub fn job(&self) -> Option<JobId> {
        self.job.as_ref().map(|(id, _)| *id)
    }

    /// Why the last one could not be opened, until that was closed.
    pub fn failure(&self) -> Option<&Failure> {
        match self.shown.state() {
            SlotState::Failed { failure, .. } if !self.failure_closed => Some(failure),
            _ => None,
        }
    }

    /// What part of the graph is shown.
    pub fn zoom(&self) -> &Zoom {
        &self.zoom
    }

    /// The function that is looked at.
    pub fn selection(&self) -> Option<Selection> {
        self.selection
    }

    /// What is searched for.
    pub fn search(&self) -> &str {
        &self.search
    }

    /// Order of the table.
    pub fn sort(&self) -> Sort<Column> {
        self.sort
    }

    /// Rows and matches, when they belong to the profile in sight.
    pub fn arranged(&self) -> Option<&Arc<Arranged>> {
        let serial = self.shown()?.serial;
        self.arranged.value().filter(|arranged| arranged.serial == serial)
    }

    /// Callers and callees of the selected function, when they are known.
    pub fn neighbours(&self) -> Option<&Neighbours> {
        let (shown, selection) = (self.shown()?, self.selection?);
        let around = self.around.value()?;
        (around.serial == shown.serial && around.group == selection.group).then_some(&around.neighbours)
    }

    /// Whether a recording is in sight that was not saved.
    pub fn has_unsaved_recording(&self) -> bool {
        !self.recording_saved && self.shown().is_some_and(|shown| shown.path.is_none())
    }

    fn next_serial(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }

    fn start(&mut self, ticket: Ticket<Shown>, work: Work) {
        self.job = Some((ticket.id(), work));
        self.failure_closed = false;
        self.shown.start(ticket);
    }

    fn shown_came(&mut self, tools: &mut Tools) {
        let work = self.job.take().map(|(_, work)| work);
        let SlotState::Ready(shown) = self.shown.state() else { return };
        let shown = Arc::clone(shown);
        let is_new = shown.serial == self.serial;
        match work.filter(|_| is_new) {
            Some(Work::SampleType(path, selected)) => {
                self.zoom = shown.view.tree.as_ref().map(|tree| Zoom::find(tree, &path)).unwrap_or_default();
                self.look_at(selected.map(|group| Selection { group, node: None }), tools);
            }
            Some(work) => {
                (self.zoom, self.selection, self.recording_saved) = (Zoom::default(), None, false);
                if let Work::Open(path) = work {
                    tools.remember(&path, RecentKind::Profile);
                }
                self.search.clear();
            }
            None => return,
        }
        self.arrange(tools);
    }

    fn record(&mut self, seconds: u32, tools: &mut Tools) {
        let serial = self.next_serial();
        let ticket = tools.submit(format!("Recording this program for {seconds} s"), Priority::High, move |cancel, progress| {
            let profile = operations::record_self(seconds, cancel, progress)?;
            let view = ProfileView::new(Arc::new(profile), None, true, cancel, progress)?;
            Ok(Shown { name: "This program".to_owned(), path: None, view: Arc::new(view), serial })
        });
        self.start(ticket, Work::Record);
    }

    fn choose_sample_type(&mut self, row: usize, tools: &mut Tools) {
        let Some(shown) = self.shown().cloned().filter(|shown| shown.view.sample_type != row) else { return };
        let serial = self.next_serial();
        let path = shown.view.tree.as_ref().map(|tree| self.zoom.groups(tree)).unwrap_or_default();
        let work = Work::SampleType(path, self.selection.map(|selection| selection.group));
        let ticket = tools.submit(format!("Adding up {}", shorten(&shown.name, 60)), Priority::High, move |cancel, progress| {
            let view = shown.view.with_sample_type(row, cancel, progress)?;
            Ok(Shown { name: shown.name.clone(), path: shown.path.clone(), view: Arc::new(view), serial })
        });
        self.start(ticket, work);
    }

    fn select(&mut self, node: NodeId, tools: &mut Tools) {
        let Some(tree) = self.shown().and_then(|shown| shown.view.tree.as_ref()) else { return };
        let selection = (node != NodeId::ROOT).then(|| Selection { group: tree.group(node), node: Some(node) });
        self.look_at(selection, tools);
    }

    fn look_at(&mut self, selection: Option<Selection>, tools: &mut Tools) {
        self.selection = selection;
        let (Some(shown), Some(Selection { group, .. })) = (self.shown().cloned(), selection) else { return };
        if self.neighbours().is_some() {
            return;
        }
        let work = move |cancel: &Cancel, _: &Progress| {
            cancel.check()?;
            Ok(Around { serial: shown.serial, group, neighbours: Neighbours::of(&shown.view, group) })
        };
        self.around.start(tools.submit("Looking for callers", Priority::High, work));
    }

    /// Searches and sorts anew.
    fn arrange(&mut self, tools: &mut Tools) {
        let Some(shown) = self.shown().cloned() else { return };
        let (query, sort) = (self.search.clone(), self.sort);
        let work = move |cancel: &Cancel, _: &Progress| {
            cancel.check()?;
            Ok(Arranged::new(&shown.view, shown.serial, &query, sort))
        };
        self.arranged.start(tools.submit("Searching functions", Priority::High, work));
    }

    fn write_recording(&self, path: PathBuf, tools: &mut Tools) {
        let Some(shown) = self.shown().cloned() else { return };
        tools.errand("Saving the recording", move |_, _| {
            let bytes = write::pprof_bytes(&shown.view.profile).map_err(|error| not_written(&path, &error))?;
            operations::export_profile(&bytes, &path)?;
            Ok(Command::Profiles(ProfilesCommand::RecordingSaved(path)))
        });
    }

    fn ask_for_top(&self, tools: &mut Tools) {
        let Some(shown) = self.shown() else { return };
        let stem = shown.name.split('.').next().unwrap_or("profile");
        let filter = Filter::new("CSV", &["csv"]);
        let ask = Ask::save("Save top functions", format!("{stem}-functions.csv"), vec![filter], |path| {
            Command::Profiles(ProfilesCommand::WriteTop(path))
        });
        let folder = shown.path.as_deref().and_then(Path::parent).unwrap_or(&tools.places.data).to_path_buf();
        tools.ask(ask.starting_in(folder));
    }

    fn ask_for_converted(&self, format: Target, tools: &mut Tools) {
        let Some(shown) = self.shown() else { return };
        let ending = format.ending().trim_start_matches('.');
        // Not every dialog knows endings with a dot in them.
        let filter = Filter::new(format.name(), &[ending, ending.rsplit('.').next().unwrap_or(ending)]);
        let name = operations::converted_name(&shown.name, format);
        let ask = Ask::save("Convert profile", name, vec![filter], move |path| {
            Command::Profiles(ProfilesCommand::WriteConverted(path, format))
        });
        let folder = shown.path.as_deref().and_then(Path::parent).unwrap_or(&tools.places.data).to_path_buf();
        tools.ask(ask.starting_in(folder));
    }

    fn write_converted(&self, path: PathBuf, format: Target, tools: &mut Tools) {
        let Some(shown) = self.shown().cloned() else { return };
        // Folded stacks hold one sample type: the one that is looked at.
        let sample_type = (format == Target::Folded).then_some(shown.view.sample_type);
        tools.errand(format!("Converting {}", shorten(&shown.name, 60)), move |cancel, progress| {
            operations::convert_profile(&shown.view.profile, &path, format, sample_type, cancel, progress)?;
            Ok(Command::Tell(Notice::saved(&path)))
        });
    }

    fn write_top(&self, path: PathBuf, tools: &mut Tools) {
        let Some(shown) = self.shown().cloned() else { return };
        tools.errand("Saving the top functions", move |_, _| {
            operations::export_profile(operations::top_csv(&shown.view).as_bytes(), &path)?;
            Ok(Command::Tell(Notice::saved(&path)))
        });
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
            std::fs::create_dir_all(&folder).map_err(|error| not_written(&path, &error))?;
            write_atomic(&path, |file| file.write_all(SAMPLE)).map_err(|error| JobError::Failed(Failure::from_error(&error)))?;
        }
        Ok(Command::Open(vec![path]))
    });
}

fn ask_for_recording(folder: &Path) -> Ask {
    let filter = Filter::new("Profiles", &["pb.gz", "gz"]);
    let ask = Ask::save("Save recording", "tachograph-recording.pb.gz", vec![filter], |path| {
        Command::Profiles(ProfilesCommand::WriteRecording(path))
    });
    ask.starting_in(folder)
}

fn not_written(path: &Path, error: &std::io::Error) -> JobError {
    let message = format!("“{}” could not be written: {error}.", path.display());
    Failure::new(message, "Choose another folder, or check that the disk is not full.").into()
}
