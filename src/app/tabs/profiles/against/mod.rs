//! The open profile compared with others: what changed, and whether that is more than chance.
//!
//! [`Against`] is the state of it beside that of [`super::Doc`]: what is compared ([`Wanted`]), what came of it ([`Compared`], made in
//! `work.rs`), the rows of the table in an order (`rows.rs`) and the graph of both sides; all without egui. `menu.rs` chooses files,
//! `table.rs`, `flame.rs` and `card.rs` draw. Figures, verdicts and sentences are those of [`crate::operations::ProfileComparison`].

pub mod card;
mod evidence;
pub mod flame;
pub mod menu;
mod rows;
mod saving;
pub mod table;
mod work;

use std::path::PathBuf;
use std::sync::Arc;

use crate::app::Tools;
use crate::app::widgets::Sort;
use crate::jobs::{Failure, JobId, Priority, Slot, SlotState};
use crate::profile::compare::{ChangeRow, Layout};
use crate::profile::{GroupId, NodeId, Profile};
use crate::report::shorten;

use super::{Selection, Shown, Zoom};
pub use flame::Changes;
pub use rows::{Column, Rows};
pub use work::{Compared, Graph};

/// What comparing can be asked for.
#[derive(Debug)]
pub enum AgainstCommand {
    /// Ask for files.
    Choose(Files),
    /// Compare with these, or with these too.
    With(Files, Vec<Run>),
    /// Compare shares of the whole, or not.
    SameTotal(bool),
    /// The newer side becomes the older one.
    Swap,
    /// Show the profile by itself again.
    Stop,
    /// Sort the table of changes by this column; again turns the order round.
    SortBy(Column),
    /// What makes the boxes wide.
    Layout(Layout),
    /// Let this box fill the graph.
    Zoom(NodeId),
    /// Look at this box.
    SelectNode(NodeId),
    /// Look at this function of the comparison.
    Select(GroupId),
    /// Ask where, and save the table of changes.
    Export,
    /// Save it here.
    Write(PathBuf),
}

/// What files are chosen for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Files {
    /// What the open profile is compared with, instead of what it was compared with before.
    Others,
    /// Further runs of that.
    MoreOthers,
    /// Further runs of the open profile's side.
    MoreOfThis,
}

/// One file of a side.
#[derive(Clone, Debug)]
pub struct Run {
    /// Its name.
    pub name: String,
    /// Where it comes from.
    pub source: Source,
}

/// Where a file of a side comes from.
#[derive(Clone, Debug)]
pub enum Source {
    /// It is open.
    Open(Arc<Profile>),
    /// It has to be opened.
    File(PathBuf),
}

/// What is compared with what.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Further runs of the open profile's side.
    pub more: Vec<Run>,
    /// The other side.
    pub others: Vec<Run>,
    /// Whether the open profile's side is the older one.
    pub is_base: bool,
}

/// Where one is in the graph of both sides: enough to come back to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    layout: Layout,
    path: Vec<GroupId>,
}

/// What came of comparing since it was last asked.
#[derive(Debug, Default)]
pub struct News {
    /// Whether there is something.
    pub came: bool,
    /// Whether a profile is compared now that was not before.
    pub begins: bool,
    /// Why it could not be compared.
    pub failure: Option<Failure>,
}

/// What the open profile is compared with.
pub struct Against {
    wanted: Option<Wanted>,
    same_total: bool,
    comparing: Slot<Compared>,
    compared: Option<Arc<Compared>>,
    job: Option<JobId>,
    graph: Slot<Graph>,
    /// What `graph` was last asked for: the comparison, whether inverted, the layout.
    graph_for: Option<(u64, bool, Layout)>,
    rows: Slot<Rows>,
    query: String,
    by_expression: bool,
    sort: Sort<Column>,
    layout: Layout,
    zoom: Zoom,
    node: Option<NodeId>,
    /// The function that is looked at when the open profile does not have it.
    chosen: Option<GroupId>,
    /// Where to be in the next graph.
    landing: Option<Vec<GroupId>>,
}

impl Default for Against {
    fn default() -> Self {
        Self {
            wanted: None,
            same_total: false,
            comparing: Slot::default(),
            compared: None,
            job: None,
            graph: Slot::default(),
            graph_for: None,
            rows: Slot::default(),
            query: String::new(),
            by_expression: false,
            sort: Sort::by(Column::Size, true),
            layout: Layout::default(),
            zoom: Zoom::default(),
            node: None,
            chosen: None,
            landing: None,
        }
    }
}

impl Against {
    /// Does what was asked for. Returns the function of the comparison that is selected by it.
    pub fn apply(&mut self, command: AgainstCommand, shown: &Arc<Shown>, tools: &mut Tools) -> Option<GroupId> {
        match command {
            AgainstCommand::Choose(files) => tools.ask(menu::ask(files, shown, tools)),
            AgainstCommand::With(files, runs) => self.with(files, runs, shown, tools),
            AgainstCommand::SameTotal(on) => {
                self.same_total = on;
                self.again(shown, tools);
            }
            AgainstCommand::Swap => {
                self.wanted.iter_mut().for_each(|wanted| wanted.is_base = !wanted.is_base);
                self.again(shown, tools);
            }
            AgainstCommand::Stop => {
                self.comparing.clear();
                *self = Self {
                    same_total: self.same_total,
                    query: std::mem::take(&mut self.query),
                    by_expression: self.by_expression,
                    ..Self::default()
                };
            }
            AgainstCommand::SortBy(column) => {
                self.sort = rows::clicked(self.sort, column);
                self.arrange(tools);
            }
            AgainstCommand::Layout(layout) => self.layout = layout,
            AgainstCommand::Zoom(node) => {
                self.zoom = Zoom::to(node);
                return self.select(node);
            }
            AgainstCommand::SelectNode(node) => return self.select(node),
            AgainstCommand::Select(group) => return Some(group),
            AgainstCommand::Export => self.ask_for_table(shown, tools),
            AgainstCommand::Write(path) => self.write_table(path, tools),
        }
        None
    }

    /// Compares once more, since the view of the open profile is another one.
    pub fn again(&mut self, shown: &Arc<Shown>, tools: &mut Tools) {
        let Some(wanted) = self.wanted.clone() else { return };
        let (shown, same_total) = (Arc::clone(shown), self.same_total);
        let (cache, limits) = (tools.cache.clone(), crate::operations::profile_limits(tools.settings));
        let title = format!("Comparing {}", shorten(&shown.name, 60));
        let ticket = tools.submit(title, Priority::High, move |cancel, progress| {
            let wanted = work::opened(wanted, &limits, cache.open(), cancel, progress)?;
            Compared::new(&shown, wanted, same_total, cancel, progress)
        });
        self.job = Some(ticket.id());
        self.comparing.start(ticket);
    }

    /// Lists the functions with this in their name.
    pub fn search(&mut self, query: &str, by_expression: bool, tools: &mut Tools) {
        query.clone_into(&mut self.query);
        self.by_expression = by_expression;
        self.arrange(tools);
    }

    /// Makes the graph of both sides, when it is not made or another one is asked for.
    pub fn make_graph(&mut self, inverted: bool, tools: &mut Tools) {
        let Some(compared) = self.compared.clone() else { return };
        let wanted = (compared.serial, inverted, self.layout);
        if self.graph_for.replace(wanted) == Some(wanted) {
            return;
        }
        let (layout, last) = (self.layout, self.graph.value().cloned());
        let ticket = tools.submit("Drawing the changes", Priority::High, move |cancel, _| {
            Graph::new(&compared, inverted, layout, last.as_deref(), cancel)
        });
        self.graph.start(ticket);
    }

    /// Takes in what its jobs have made.
    pub fn take_news(&mut self, tools: &mut Tools) -> News {
        let mut news = News { came: self.rows.poll(), ..News::default() };
        let last = self.graph.value().cloned();
        if self.graph.poll() {
            news.came = true;
            self.land(last.as_deref());
        }
        if self.comparing.poll() {
            news.came = true;
            self.job = None;
            match self.comparing.state() {
                SlotState::Ready(compared) if self.compared.as_ref().is_none_or(|last| last.serial != compared.serial) => {
                    let compared = Arc::clone(compared);
                    news.begins = self.compared.is_none();
                    self.compared_came(compared, tools);
                }
                SlotState::Failed { failure, .. } => {
                    news.failure = Some(failure.clone());
                    self.go_back();
                }
                // It was cancelled.
                _ => self.go_back(),
            }
        }
        news
    }

    /// What is compared, once it is; the last one while another is being made.
    pub fn compared(&self) -> Option<&Arc<Compared>> {
        self.compared.as_ref()
    }

    /// The job that compares.
    pub fn job(&self) -> Option<JobId> {
        self.job
    }

    /// Whether shares of the whole are compared, now or next time.
    pub fn same_total(&self) -> bool {
        self.same_total
    }

    /// The rows of the table, when they belong to what is compared.
    pub fn rows(&self) -> Option<&Arc<Rows>> {
        let serial = self.compared.as_ref()?.serial;
        self.rows.value().filter(|rows| rows.serial == serial)
    }

    /// Order of the table.
    pub fn sort(&self) -> Sort<Column> {
        self.sort
    }

    /// The graph of both sides; the last one while another is being made.
    pub fn graph(&self) -> Option<&Arc<Graph>> {
        let serial = self.compared.as_ref()?.serial;
        self.graph.value().filter(|graph| graph.serial == serial)
    }

    /// What makes the boxes wide.
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// What part of the graph is shown.
    pub fn zoom(&self) -> Zoom {
        self.zoom
    }

    /// What is looked at in the graph, of what is selected in the open profile.
    pub fn selection(&self, selection: Option<Selection>) -> Option<Selection> {
        let group = self.chosen(selection)?;
        let node = self.node.filter(|node| self.graph().is_some_and(|graph| graph.tree.tree.group(*node) == group));
        Some(Selection { group, node })
    }

    /// The function of the comparison that is looked at.
    pub fn chosen(&self, selection: Option<Selection>) -> Option<GroupId> {
        match selection {
            Some(selection) => self.compared.as_ref()?.merged_of(selection.group),
            None => self.chosen,
        }
    }

    /// What a function of the open profile took on both sides.
    pub fn row_of(&self, group: GroupId) -> Option<&ChangeRow> {
        let compared = self.compared.as_ref()?;
        compared.row(compared.merged_of(group)?)
    }

    /// The same function in the open profile.
    pub fn open_of(&self, group: GroupId) -> Option<GroupId> {
        self.compared.as_ref()?.open_of(group)
    }

    /// Looks at this function, whether the open profile has it or not; at none for `None`.
    pub fn look_at(&mut self, group: Option<GroupId>) {
        self.chosen = group;
    }

    /// Where one is, to come back to.
    pub fn place(&self) -> Place {
        let path = self.graph().map(|graph| self.zoom.groups(&graph.tree.tree)).unwrap_or_default();
        Place { layout: self.layout, path }
    }

    /// Goes there again. The graph that this needs is asked for with [`Against::make_graph`].
    pub fn go(&mut self, place: Place, inverted: bool) {
        self.layout = place.layout;
        match self.graph.value().filter(|graph| (graph.tree.layout, graph.inverted) == (place.layout, inverted)) {
            Some(graph) => self.zoom = flame::find(&graph.tree.tree, &place.path),
            None => self.landing = Some(place.path),
        }
    }

    fn with(&mut self, files: Files, runs: Vec<Run>, shown: &Arc<Shown>, tools: &mut Tools) {
        if runs.is_empty() {
            return;
        }
        let wanted = self.wanted.get_or_insert_default();
        match files {
            Files::Others => *wanted = Wanted { others: runs, ..Wanted::default() },
            Files::MoreOthers => wanted.others.extend(runs),
            Files::MoreOfThis => wanted.more.extend(runs),
        }
        self.again(shown, tools);
    }

    fn select(&mut self, node: NodeId) -> Option<GroupId> {
        self.node = Some(node);
        let graph = self.graph().filter(|_| node != NodeId::ROOT)?;
        Some(graph.tree.tree.group(node))
    }

    fn compared_came(&mut self, compared: Arc<Compared>, tools: &mut Tools) {
        self.wanted = Some(compared.wanted.clone());
        // The numbers of functions and boxes are others now.
        (self.zoom, self.node, self.chosen, self.landing) = (Zoom::default(), None, None, None);
        self.compared = Some(compared);
        self.arrange(tools);
    }

    /// What was compared before stays when something else cannot be.
    fn go_back(&mut self) {
        self.wanted = self.compared.as_ref().map(|compared| compared.wanted.clone());
        if let Some(compared) = &self.compared {
            self.same_total = compared.comparison.merged.normalised;
        }
    }

    /// A graph came instead of `last`: shows the same part of it.
    fn land(&mut self, last: Option<&Graph>) {
        let Some(graph) = self.graph.value() else { return };
        let same = last.filter(|last| (last.serial, last.inverted) == (graph.serial, graph.inverted));
        let path = self.landing.take().or_else(|| Some(self.zoom.groups(&same?.tree.tree)));
        self.zoom = flame::find(&graph.tree.tree, &path.unwrap_or_default());
        self.node = None;
    }

    fn arrange(&mut self, tools: &Tools) {
        let Some(compared) = self.compared.clone() else { return };
        let (query, by_expression, sort) = (self.query.clone(), self.by_expression, self.sort);
        let ticket = tools.submit("Sorting the changes", Priority::High, move |cancel, _| {
            cancel.check()?;
            Ok(Rows::new(&compared, &query, by_expression, sort))
        });
        self.rows.start(ticket);
    }
}
