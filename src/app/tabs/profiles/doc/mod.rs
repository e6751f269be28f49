//! One open profile: what of it is shown, and what its jobs have made.

mod read;

use std::path::PathBuf;
use std::sync::Arc;

use crate::app::{Notice, Tools};
use crate::jobs::{Cancel, Failure, JobError, JobId, Priority, Progress, Slot, SlotState};
use crate::operations::{Asked, Neighbours, ProfileView};
use crate::profile::memory::MemoryTypes;
use crate::profile::{GroupId, NodeId, Shape, Tree};
use crate::report::shorten;
use crate::settings::RecentKind;

use super::against::{Against, AgainstCommand};
use super::calls::Calls;
use super::source::{self, SourceCommand, SourceView};
use super::steps::{Step, Steps};
use super::time_order::{TimeOrder, TimeOrderCommand};
use super::timeline::Timeline;
use super::{Arranged, Colors, Column, ProfilesCommand, Selection, Zoom, saving};
use crate::app::widgets::Sort;

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
    /// Sum of each thread of the whole profile.
    thread_totals: Vec<i64>,
    tells_lines: bool,
    memory_types: MemoryTypes,
}

impl Shown {
    /// What is shown of a profile. To be made off the window's thread: it looks at every sample.
    pub fn new(name: String, path: Option<PathBuf>, view: ProfileView, serial: u64) -> Self {
        let thread_totals = view.whole.thread_totals(view.sample_type);
        let tells_lines = view.whole.frames.line.iter().any(|line| *line > 0);
        let memory_types = MemoryTypes::of(&view.whole);
        Self { name, path, view: Arc::new(view), serial, thread_totals, tells_lines, memory_types }
    }

    /// Whether the file tells lines of source.
    pub fn tells_lines(&self) -> bool {
        self.tells_lines
    }

    /// Which sample types tell of memory.
    pub fn memory_types(&self) -> &MemoryTypes {
        &self.memory_types
    }

    /// Sum of each thread of the whole profile, whatever part of it is shown.
    pub fn thread_totals(&self) -> &[i64] {
        &self.thread_totals
    }
}

/// How a profile is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ViewKind {
    /// Boxes: who calls whom, as wide as what was measured.
    #[default]
    Flame,
    /// The same as lines that can be opened.
    Calls,
    /// Callers of one function above, what it calls below.
    Sandwich,
    /// All functions as a table.
    Functions,
    /// What all threads did when.
    Timeline,
    /// The lines of one function.
    Source,
    /// What changed from another profile, as a table; only while comparing.
    Changes,
}

/// How the flame graph is laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// From the outermost caller down, the largest at the left.
    #[default]
    LeftHeavy,
    /// From what was running to its callers.
    Inverted,
    /// What ran when, on one thread.
    Time,
}

/// What calls a function and what it calls.
#[derive(Debug)]
struct Around {
    serial: u64,
    group: GroupId,
    neighbours: Neighbours,
}

/// The tree from the leaves of a view.
#[derive(Debug)]
struct Inverted {
    serial: u64,
    tree: Tree,
}

/// The trees around a function.
#[derive(Debug)]
pub struct Sandwich {
    serial: u64,
    /// The function.
    pub group: GroupId,
    /// Its callers; node 1 is the function.
    pub callers: Tree,
    /// What it calls; node 1 is the function.
    pub callees: Tree,
}

/// Where to be in a view that is being made.
#[derive(Debug, Default)]
struct Landing {
    path: Vec<GroupId>,
    selected: Option<GroupId>,
}

/// One open profile.
pub struct Doc {
    shown: Slot<Shown>,
    latest: Arc<Shown>,
    /// Number of its first view.
    opened: u64,
    job: Option<JobId>,
    landing: Landing,
    view: ViewKind,
    order: Order,
    zoom: Zoom,
    selection: Option<Selection>,
    search: String,
    by_expression: bool,
    colors: Colors,
    sort: Sort<Column>,
    arranged: Slot<Arranged>,
    around: Slot<Around>,
    inverted: Slot<Inverted>,
    sandwich: Slot<Sandwich>,
    /// The view and the function that `sandwich` was last asked for.
    sandwich_for: Option<(u64, GroupId)>,
    calls: Calls,
    steps: Steps,
    recording_saved: bool,
    timeline: Timeline,
    time_order: TimeOrder,
    source: SourceView,
    against: Against,
}

impl Doc {
    /// A profile that was just opened or recorded.
    pub fn new(shown: Shown, tools: &mut Tools) -> Self {
        let (opened, latest) = (shown.serial, Arc::new(shown));
        let mut doc = Self {
            shown: Slot::default(),
            calls: Calls::new(&latest.view),
            latest,
            opened,
            job: None,
            landing: Landing::default(),
            view: ViewKind::default(),
            order: Order::default(),
            zoom: Zoom::default(),
            selection: None,
            search: String::new(),
            by_expression: false,
            colors: Colors::default(),
            sort: Sort::by(Column::Own, true),
            arranged: Slot::default(),
            around: Slot::default(),
            inverted: Slot::default(),
            sandwich: Slot::default(),
            sandwich_for: None,
            steps: Steps::default(),
            recording_saved: false,
            timeline: Timeline::default(),
            time_order: TimeOrder::default(),
            source: SourceView::default(),
            against: Against::default(),
        };
        if doc.has_only_times() {
            doc.view = ViewKind::Timeline;
        }
        doc.make_what_is_missing(tools);
        doc.arrange(tools);
        doc
    }

    /// Does what was asked for. `serial` is the number of the last view that was made.
    pub fn apply(&mut self, command: ProfilesCommand, serial: &mut u64, tools: &mut Tools) {
        match command {
            ProfilesCommand::SaveRecording => tools.ask(saving::ask_for_recording(&tools.places.data)),
            ProfilesCommand::WriteRecording(path) => self.write_recording(path, tools),
            ProfilesCommand::RecordingSaved(path) => {
                self.recording_saved = true;
                tools.remember(&path, RecentKind::Profile);
                tools.tell(Notice::saved(&path));
            }
            ProfilesCommand::ExportTop => self.ask_for_top(tools),
            ProfilesCommand::WriteTop(path) => self.write_top(path, tools),
            ProfilesCommand::Export(page, look) => self.ask_for_page(page, look, tools),
            ProfilesCommand::WritePage(path, page, look) => self.write_page(path, page, look, tools),
            ProfilesCommand::Convert(format) => self.ask_for_converted(format, tools),
            ProfilesCommand::WriteConverted(path, format) => self.write_converted(path, format, tools),
            ProfilesCommand::Search(text) => {
                self.search = text;
                self.arrange(tools);
            }
            ProfilesCommand::SearchByExpression(on) => {
                self.by_expression = on;
                self.arrange(tools);
            }
            ProfilesCommand::Colors(colors) => self.colors = colors,
            ProfilesCommand::SortBy(column) => {
                self.sort = self.sort.clicked(column, column.largest_first());
                self.arrange(tools);
            }
            ProfilesCommand::SelectNode(node) => self.select(node, tools),
            ProfilesCommand::SelectFunction(group) => self.look_at(Some(Selection { group, node: None }), tools),
            ProfilesCommand::Back => {
                let now = self.step();
                let step = self.steps.back(now);
                self.go(step, serial, tools);
            }
            ProfilesCommand::Forward => {
                let now = self.step();
                let step = self.steps.forward(now);
                self.go(step, serial, tools);
            }
            ProfilesCommand::Calls(command) => {
                let selected = self.calls.apply(command, &self.latest.view);
                selected.into_iter().for_each(|node| self.select_in_tree(node, tools));
            }
            ProfilesCommand::Timeline(command) => self.timeline.apply(&command),
            ProfilesCommand::TimeOrder(TimeOrderCommand::Look(look)) => {
                let now = self.step();
                self.time_order.apply(&TimeOrderCommand::Look(look));
                // Only from everything: a turn of the wheel is many looks.
                if now.part.is_none() && self.time_order.part().is_some() {
                    self.steps.leave(now);
                }
            }
            ProfilesCommand::Source(SourceCommand::FindFolder) => tools.ask(source::ask_for_folder(&self.latest)),
            ProfilesCommand::Against(command) => self.compare(command, tools),
            other => self.go_on(&other, serial, tools),
        }
    }

    /// Does what leads somewhere else, from where one can go back.
    fn go_on(&mut self, command: &ProfilesCommand, serial: &mut u64, tools: &mut Tools) {
        let now = self.step();
        match *command {
            ProfilesCommand::SampleType(row) => {
                let asked = Asked { sample_type: Some(row), ..self.latest.view.asked.clone() };
                self.ask(asked, serial, tools);
            }
            ProfilesCommand::Ask(ref asked) => self.ask(asked.as_ref().clone(), serial, tools),
            ProfilesCommand::Range(range_ns) => {
                self.ask(self.latest.view.asked.with(|filters| filters.range_ns = range_ns), serial, tools);
            }
            ProfilesCommand::Threads(ref threads) => {
                self.ask(self.latest.view.asked.with(|filters| filters.threads.clone_from(threads)), serial, tools);
            }
            ProfilesCommand::TimeOrder(ref command) => {
                let group = self.time_order.apply(command);
                group.into_iter().for_each(|group| self.look_at(Some(Selection { group, node: None }), tools));
            }
            ProfilesCommand::Source(SourceCommand::Of(group)) => {
                self.view = ViewKind::Source;
                self.look_at(Some(Selection { group, node: None }), tools);
            }
            ProfilesCommand::Source(SourceCommand::File(file)) => self.source.choose_file(file),
            ProfilesCommand::Reset if self.shows_time_order() => self.time_order.go(None),
            ProfilesCommand::View(view) => self.view = view,
            ProfilesCommand::Order(order) => (self.order, self.zoom) = (order, Zoom::default()),
            ProfilesCommand::Zoom(node) => {
                // A call of the tree is no box of the order of time.
                self.order = if self.order == Order::Time { Order::LeftHeavy } else { self.order };
                self.zoom = Zoom::to(node);
                self.select(node, tools);
            }
            ProfilesCommand::Reset => self.zoom = Zoom::default(),
            ProfilesCommand::Sandwich(group) => {
                self.view = ViewKind::Sandwich;
                self.look_at(Some(Selection { group, node: None }), tools);
            }
            _ => return,
        }
        if self.step() != now || self.job.is_some() {
            self.steps.leave(now);
        }
        self.make_what_is_missing(tools);
    }

    /// Does what was asked of the comparison.
    fn compare(&mut self, command: AgainstCommand, tools: &mut Tools) {
        let now = self.step();
        let leads = matches!(command, AgainstCommand::Layout(_) | AgainstCommand::Zoom(_));
        if let Some(group) = self.against.apply(command, &self.latest, tools) {
            let open = self.against.open_of(group);
            self.look_at(open.map(|group| Selection { group, node: None }), tools);
            self.against.look_at(Some(group));
        }
        if self.against.compared().is_none() && self.view == ViewKind::Changes {
            self.view = ViewKind::default();
        }
        if leads && self.step() != now {
            self.steps.leave(now);
        }
        self.make_what_is_missing(tools);
    }

    /// Takes in what its jobs have made: whether there was something, and what failed.
    pub fn take_news(&mut self, tools: &mut Tools) -> (bool, Option<Failure>) {
        let came = self.shown.poll();
        let mut failure = None;
        if came {
            self.job = None;
            match self.shown.state() {
                SlotState::Ready(shown) => {
                    let shown = Arc::clone(shown);
                    self.shown_came(shown, tools);
                }
                SlotState::Failed { failure: why, .. } => failure = Some(why.clone()),
                _ => {}
            }
        }
        let over_time = [self.timeline.take_news(), self.time_order.take_news(), self.source.take_news()];
        let compared = self.against.take_news(tools);
        if compared.begins {
            self.view = ViewKind::Changes;
        }
        if compared.came {
            self.make_what_is_missing(tools);
        }
        let failure = failure.or(compared.failure);
        let news = [
            over_time.contains(&true),
            compared.came,
            self.arranged.poll(),
            self.around.poll(),
            self.inverted.poll(),
            self.sandwich.poll(),
        ];
        if news.contains(&true) {
            self.land();
        }
        (came || news.contains(&true), failure)
    }

    /// What is shown now, to come back to.
    fn step(&self) -> Step {
        Step {
            view: self.view,
            order: self.order,
            asked: self.latest.view.asked.clone(),
            path: self.tree().map(|tree| self.zoom.groups(tree)).unwrap_or_default(),
            selected: self.selection.map(|selection| selection.group),
            part: self.time_order.part(),
            changes: self.against.place(),
        }
    }

    /// Shows this again.
    fn go(&mut self, step: Option<Step>, serial: &mut u64, tools: &mut Tools) {
        let Some(step) = step else { return };
        (self.view, self.order, self.zoom) = (step.view, step.order, Zoom::default());
        self.against.go(step.changes, step.order == Order::Inverted);
        if self.against.compared().is_none() && self.view == ViewKind::Changes {
            self.view = ViewKind::default();
        }
        self.landing = Landing { path: step.path, selected: step.selected };
        if step.asked != self.latest.view.asked {
            self.time_order.land(step.part);
            self.ask(step.asked, serial, tools);
            return;
        }
        self.time_order.go(step.part);
        self.look_at(self.landing.selected.map(|group| Selection { group, node: None }), tools);
        self.land();
        self.make_what_is_missing(tools);
    }

    /// Zooms to where one wanted to be, as soon as the tree for it is there.
    fn land(&mut self) {
        if self.landing.path.is_empty() || self.job.is_some() {
            return;
        }
        if let Some(zoom) = self.tree().map(|tree| Zoom::find(tree, &self.landing.path)) {
            self.zoom = zoom;
            self.landing.path.clear();
        }
    }

    fn shown_came(&mut self, shown: Arc<Shown>, tools: &mut Tools) {
        self.latest = shown;
        self.calls = Calls::new(&self.latest.view);
        self.zoom = Zoom::default();
        self.land();
        let selected = self.landing.selected.take();
        self.look_at(selected.map(|group| Selection { group, node: None }), tools);
        self.arrange(tools);
        self.against.again(&self.latest, tools);
        self.make_what_is_missing(tools);
    }

    /// Looks at this part of the profile.
    fn ask(&mut self, asked: Asked, serial: &mut u64, tools: &mut Tools) {
        let shown = Arc::clone(&self.latest);
        if shown.view.asked == asked {
            return;
        }
        *serial += 1;
        let serial = *serial;
        // What counts as one has other numbers under another grouping.
        if self.landing.path.is_empty() && asked.grouping == shown.view.asked.grouping {
            let path = self.tree().map(|tree| self.zoom.groups(tree)).unwrap_or_default();
            self.landing = Landing { path, selected: self.selection.map(|selection| selection.group) };
        }
        let ticket = tools.submit(format!("Adding up {}", shorten(&shown.name, 60)), Priority::High, move |cancel, progress| {
            let view = shown.view.ask(asked, cancel, progress)?;
            Ok(Shown::new(shown.name.clone(), shown.path.clone(), view, serial))
        });
        self.job = Some(ticket.id());
        self.shown.start(ticket);
    }

    /// Makes the trees that the present view draws.
    fn make_what_is_missing(&mut self, tools: &mut Tools) {
        if self.view == ViewKind::Flame {
            self.against.make_graph(self.order == Order::Inverted, tools);
        }
        let shown = Arc::clone(&self.latest);
        match (self.view, self.selection) {
            (ViewKind::Timeline, _) => self.timeline.make(&shown.view, tools),
            (ViewKind::Flame, _) if self.order == Order::Time => self.time_order.make(&shown, tools),
            (ViewKind::Source, Some(selection)) => self.source.make(&shown, selection.group, tools),
            _ => {}
        }
        if self.view == ViewKind::Flame && self.tree().is_none() && self.order == Order::Inverted && !self.inverted.is_pending() {
            let work = move |cancel: &Cancel, _: &Progress| {
                Ok(Inverted { serial: shown.serial, tree: tree(&shown.view, Shape::BottomUp, cancel)? })
            };
            self.inverted.start(tools.submit("Turning the graph round", Priority::High, work));
            return;
        }
        let Some(Selection { group, .. }) = self.selection.filter(|_| self.view == ViewKind::Sandwich) else { return };
        let wanted = Some((shown.serial, group));
        if self.sandwich_for != wanted {
            self.sandwich_for = wanted;
            let work = move |cancel: &Cancel, _: &Progress| {
                let callers = tree(&shown.view, Shape::CallersOf(group), cancel)?;
                let callees = tree(&shown.view, Shape::CalleesOf(group), cancel)?;
                Ok(Sandwich { serial: shown.serial, group, callers, callees })
            };
            self.sandwich.start(tools.submit("Looking for callers", Priority::High, work));
        }
    }

    fn select(&mut self, node: NodeId, tools: &mut Tools) {
        let Some(tree) = self.tree() else { return };
        let selection = (node != NodeId::ROOT).then(|| Selection { group: tree.group(node), node: Some(node) });
        self.look_at(selection, tools);
    }

    /// Selects a line of the call tree.
    fn select_in_tree(&mut self, node: NodeId, tools: &mut Tools) {
        let Some(tree) = &self.latest.view.tree else { return };
        let node_in_graph = Some(node).filter(|_| self.order == Order::LeftHeavy);
        let selection = (node != NodeId::ROOT).then(|| Selection { group: tree.group(node), node: node_in_graph });
        self.look_at(selection, tools);
    }

    fn look_at(&mut self, selection: Option<Selection>, tools: &mut Tools) {
        self.selection = selection;
        self.against.look_at(None);
        let Some(Selection { group, .. }) = selection else { return };
        if self.neighbours().is_none() {
            let shown = Arc::clone(&self.latest);
            let work = move |cancel: &Cancel, _: &Progress| {
                cancel.check()?;
                Ok(Around { serial: shown.serial, group, neighbours: Neighbours::of(&shown.view, group) })
            };
            self.around.start(tools.submit("Looking for callers", Priority::High, work));
        }
        self.make_what_is_missing(tools);
    }

    /// Searches and sorts anew.
    fn arrange(&mut self, tools: &mut Tools) {
        let shown = Arc::clone(&self.latest);
        let (query, by_expression, sort) = (self.search.clone(), self.by_expression, self.sort);
        self.against.search(&query, by_expression, tools);
        let work = move |cancel: &Cancel, _: &Progress| {
            cancel.check()?;
            Ok(Arranged::new(&shown.view, shown.serial, &query, by_expression, sort))
        };
        self.arranged.start(tools.submit("Searching functions", Priority::High, work));
    }
}

fn tree(view: &ProfileView, shape: Shape, cancel: &Cancel) -> Result<Tree, JobError> {
    Ok(Tree::of_shape(&view.profile, &view.groups, view.sample_type, shape, cancel)?)
}
