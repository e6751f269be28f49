//! Flame graphs as files that can be searched and zoomed: which calls of a tree go into them.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use crate::jobs::{Cancel, JobError};
use crate::profile::units::{percent, scale};
use crate::profile::{GroupId, NodeId, Tree};
use crate::report::theme::Look;
use crate::report::{Flame, FlameNode, FlameTree, Kind, Measure, format, interactive_flame, shorten};

use super::{ProfileView, fitting_name, flame_chart, frame_color};

/// Calls that a file holds at most, the largest of the profile.
pub const MOST_CALLS: usize = 20_000;
/// Letters of one name.
const NAME: usize = 400;
/// Letters of a name that is short enough for most boxes.
const SHORT: usize = 28;
/// Bytes of all names together: a page of generated names stays small enough to be mailed.
const MOST_NAME_BYTES: usize = 640_000;

/// The flame graph below `root` as an SVG file of its own: the picture of [`flame_chart`] that a browser also searches and zooms. It holds the
/// largest calls, up to [`MOST_CALLS`], and says what it leaves out.
///
/// # Errors
/// When cancelled.
pub fn flame_svg(view: &ProfileView, root: NodeId, title: &str, look: Look, cancel: &Cancel) -> Result<String, JobError> {
    let made;
    let tree = match &view.tree {
        Some(tree) => tree,
        None => {
            made = Tree::new(&view.profile, &view.groups, view.sample_type, cancel)?;
            &made
        }
    };
    let calls = flame_tree(view, tree, root, None, cancel)?;
    let mut chart = flame_chart(view, root, title, look);
    chart.kind = Kind::Flame(boxes(view, &calls, 1.0 / chart.width));
    Ok(interactive_flame(&chart, &calls))
}

/// The calls that are at least this wide (0 to 1), as a plain picture.
pub(super) fn boxes(view: &ProfileView, calls: &FlameTree, narrowest: f64) -> Flame {
    calls.boxes(narrowest, |value| format!("{} · {}", view.show(value), view.share(value)))
}

/// How calls changed.
#[derive(Clone, Copy)]
pub(super) struct Steps<'a> {
    /// As a step of colour.
    pub step: &'a dyn Fn(NodeId) -> i8,
    /// By how much, where that is told of calls.
    pub by: Option<&'a dyn Fn(NodeId) -> i64>,
}

/// The largest calls of `tree` below `root`, as a page holds them, with how each one changed where that is told.
pub(super) fn flame_tree(
    view: &ProfileView,
    tree: &Tree,
    root: NodeId,
    steps: Option<Steps<'_>>,
    cancel: &Cancel,
) -> Result<FlameTree, JobError> {
    let chosen = largest(view, tree, root, cancel)?;
    let mut filled = fill(view, tree, root, &chosen.nodes);
    let calls = u64::from(tree.end(root).0.saturating_sub(root.0).saturating_sub(1));
    filled.calls = calls;
    if let Some(Steps { step, by }) = steps {
        filled.changes = chosen.nodes.iter().map(|node| step(*node)).collect();
        filled.differences = by.map_or_else(Vec::new, |by| chosen.nodes.iter().map(|node| by(*node)).collect());
    }
    if let Some(next) = chosen.next {
        let held = format::count(chosen.nodes.len().saturating_sub(1) as u64);
        let share = percent(view.top.percent(tree.total(next)));
        filled.left_out = format!("The largest {held} of {} calls; each of the others has at most {share}.", format::count(calls));
    }
    Ok(filled)
}

/// Calls that are held, in the order of the tree, and the largest that is not.
struct Chosen {
    nodes: Vec<NodeId>,
    next: Option<NodeId>,
}

/// Takes the largest calls, each one after its caller. Siblings are sorted, so each one that is taken makes only its first child and its
/// next sibling candidates.
fn largest(view: &ProfileView, tree: &Tree, root: NodeId, cancel: &Cancel) -> Result<Chosen, JobError> {
    let size = |node: NodeId| (tree.total(node).unsigned_abs(), Reverse(node));
    let (mut heap, mut nodes) = (BinaryHeap::from([(size(root), tree.end(root))]), Vec::new());
    let mut names = Names::default();
    while let Some(((_, Reverse(node)), parent_end)) = heap.pop() {
        if nodes.len() > MOST_CALLS || !(node == root || names.has_room(view, tree.group(node))) {
            nodes.sort_unstable();
            return Ok(Chosen { nodes, next: Some(node) });
        }
        if nodes.len().is_multiple_of(4096) {
            cancel.check()?;
        }
        nodes.push(node);
        let (first, end) = (NodeId(node.0.saturating_add(1)), tree.end(node));
        if first < end {
            heap.push((size(first), end));
        }
        if node != root && end < parent_end {
            heap.push((size(end), parent_end));
        }
    }
    nodes.sort_unstable();
    Ok(Chosen { nodes, next: None })
}

/// The names that are needed so far.
#[derive(Default)]
struct Names {
    seen: HashMap<GroupId, ()>,
    bytes: usize,
}

impl Names {
    /// Whether the name of one more call still fits.
    fn has_room(&mut self, view: &ProfileView, group: GroupId) -> bool {
        if self.seen.insert(group, ()).is_none() {
            let name = view.name(group);
            // Signs of markup take six letters; then the short name beside a long one, quotation marks and commas.
            let signs = name.bytes().take(NAME * 4).filter(|byte| matches!(byte, b'<' | b'>' | b'&')).count();
            self.bytes += name.len().min(NAME * 4) + 5 * signs + if name.len() > SHORT { SHORT + 12 } else { 4 };
        }
        self.bytes <= MOST_NAME_BYTES
    }
}

fn fill(view: &ProfileView, tree: &Tree, root: NodeId, chosen: &[NodeId]) -> FlameTree {
    let unit = scale(view.unit());
    let mut filled = FlameTree {
        root: root_label(view, tree, root),
        total: view.top.total,
        measure: Measure { steps: unit.steps.to_vec(), factor: unit.factor, suffix: unit.suffix },
        ..FlameTree::default()
    };
    let (mut rows, mut open) = (HashMap::new(), Vec::<(NodeId, usize)>::new());
    for (row, &node) in chosen.iter().enumerate() {
        while open.last().is_some_and(|(end, _)| *end <= node) {
            open.pop();
        }
        let group = tree.group(node);
        let name = if node == root { 0 } else { *rows.entry(group).or_insert_with(|| add_name(view, group, &mut filled)) };
        let total = tree.total(node);
        if let Some(caller) = open.last().and_then(|(_, caller)| filled.nodes.get_mut(*caller)) {
            caller.left_out = caller.left_out.saturating_sub(total);
        }
        let below = total.saturating_sub(tree.self_value(node));
        filled.nodes.push(FlameNode { depth: open.len() as u32, name, total, left_out: below });
        open.push((tree.end(node), row));
    }
    filled
}

fn root_label(view: &ProfileView, tree: &Tree, root: NodeId) -> String {
    let total = view.show(tree.total(root));
    if root == NodeId::ROOT {
        format!("all · {total}")
    } else {
        format!("{} · {total}", shorten(view.name(tree.group(root)), NAME))
    }
}

/// Adds a function; gives its row.
fn add_name(view: &ProfileView, group: GroupId, filled: &mut FlameTree) -> u32 {
    let name = shorten(view.name(group), NAME);
    filled.colors.push(frame_color(view.name(group)));
    filled.short.push(fitting_name(&name, SHORT));
    filled.names.push(name);
    filled.names.len() as u32 - 1
}
