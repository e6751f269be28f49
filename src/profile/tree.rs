//! The prefix tree of all stacks: who called whom, how much was measured below each call. What flame graphs draw.

use std::cmp::Reverse;

use super::groups::{GroupId, Groups};
use super::model::{FrameId, Profile, StackId};
use crate::jobs::{Cancel, Cancelled};

mod order;

/// Row of a [`Tree`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub u32);

impl NodeId {
    /// The root of every tree: "all".
    pub const ROOT: Self = Self(0);
}

/// The tree by column, in the order of a walk: a node, then its first child with all below it, then the next child. So the
/// nodes below a node are the rows from it to its `end`, and its first child is the row after it.
///
/// Children are left heavy: largest total first, then by name. Self is not stored; it is what the children leave of the total.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tree {
    /// Group of each node; that of the root has no meaning.
    group: Vec<GroupId>,
    /// Parent of each node; the root is its own.
    parent: Vec<NodeId>,
    /// The row behind the last node below each node.
    end: Vec<u32>,
    /// Sum of the samples in and below each node.
    total: Vec<i64>,
}

/// Which way stacks are read when a tree is made of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Shape {
    /// From where a stack begins to what was running: who calls whom.
    #[default]
    TopDown,
    /// From what was running to where the stack begins: a child is the caller of its parent, and the first row adds up what was measured in
    /// each function itself.
    BottomUp,
    /// From a function to where the stack begins, with all that was measured in it and below: who calls it. Of a function that calls
    /// itself the outermost call counts.
    CallersOf(GroupId),
    /// From a function down to what was running: what it calls. Of a function that calls itself the outermost call is the first row.
    CalleesOf(GroupId),
}

impl Shape {
    /// The part of `stack` that is read, in the order in which it is read.
    fn steps<'a>(self, stack: &'a [FrameId], groups: &Groups) -> Steps<'a> {
        let outermost = |group| stack.iter().position(|&frame| groups.of_frame(frame) == group).unwrap_or(stack.len());
        match self {
            Self::TopDown => Steps::Down(stack),
            Self::BottomUp => Steps::Up(stack),
            Self::CallersOf(group) => Steps::Up(stack.get(..=outermost(group)).unwrap_or_default()),
            Self::CalleesOf(group) => Steps::Down(stack.get(outermost(group)..).unwrap_or_default()),
        }
    }
}

/// Frames in the order in which a tree takes them.
#[derive(Clone, Copy)]
enum Steps<'a> {
    Down(&'a [FrameId]),
    Up(&'a [FrameId]),
}

impl Steps<'_> {
    fn get(self, depth: usize) -> Option<FrameId> {
        match self {
            Self::Down(frames) => frames.get(depth).copied(),
            Self::Up(frames) => frames.get(frames.len().checked_sub(depth + 1)?).copied(),
        }
    }

    fn is_empty(self) -> bool {
        let (Self::Down(frames) | Self::Up(frames)) = self;
        frames.is_empty()
    }
}

/// Stacks that share their frames down to `depth`, not yet laid out.
struct Run {
    from: usize,
    to: usize,
    depth: u32,
    parent: NodeId,
    total: i64,
}

/// What the tree is made from.
struct Maker<'a> {
    profile: &'a Profile,
    groups: &'a Groups,
    shape: Shape,
    /// Stacks with anything measured; sorted run by run. The first field is the group at the run's depth + 1, 0 at the end.
    order: Vec<(u32, StackId)>,
    /// Sum of the samples of each stack.
    weight: Vec<i64>,
    /// At which node each stack ends; empty when nobody asks.
    ends: Vec<NodeId>,
    tree: Tree,
}

impl Tree {
    /// Makes the tree of one sample type, read from the outermost caller down.
    ///
    /// # Errors
    /// When `cancel` is set.
    pub fn new(profile: &Profile, groups: &Groups, sample_type: usize, cancel: &Cancel) -> Result<Self, Cancelled> {
        Self::of_shape(profile, groups, sample_type, Shape::TopDown, cancel)
    }

    /// Makes the tree of one sample type in this shape.
    ///
    /// The stacks are sorted frame by frame, as far as they are shared; most of a tree's nodes belong to one stack alone and are
    /// copied from it in one go. No hash table, no node moves once it is written.
    ///
    /// # Errors
    /// When `cancel` is set.
    pub fn of_shape(
        profile: &Profile,
        groups: &Groups,
        sample_type: usize,
        shape: Shape,
        cancel: &Cancel,
    ) -> Result<Self, Cancelled> {
        let mut weight = vec![0_i64; profile.stacks.len()];
        for (stack, value) in profile.samples.iter(sample_type) {
            if let Some(sum) = weight.get_mut(stack.0 as usize) {
                *sum = sum.saturating_add(value);
            }
        }
        let measured = weight.iter().enumerate().filter(|(_, value)| **value != 0).map(|(row, _)| StackId(row as u32)).collect();
        Self::of_stacks(profile, groups, (measured, weight), Vec::new(), shape, cancel).map(|(tree, _)| tree)
    }

    /// Makes the tree of these stacks, of which each weighs what the second list says at its number. Gives back at which node each stack ends
    /// when `ends` is as long as there are stacks; what is there already stays for stacks that are not read.
    ///
    /// # Errors
    /// When `cancel` is set.
    pub(super) fn of_stacks(
        profile: &Profile,
        groups: &Groups,
        (measured, weight): (Vec<StackId>, Vec<i64>),
        ends: Vec<NodeId>,
        shape: Shape,
        cancel: &Cancel,
    ) -> Result<(Self, Vec<NodeId>), Cancelled> {
        let is_read =
            |stack: StackId| matches!(shape, Shape::TopDown) || !shape.steps(profile.stacks.get(stack), groups).is_empty();
        let order = measured.into_iter().filter(|stack| is_read(*stack)).map(|stack| (0, stack)).collect();
        let mut maker = Maker { profile, groups, shape, order, weight, ends, tree: Self::empty() };
        maker.run(cancel)?;
        let Maker { mut tree, ends, .. } = maker;
        tree.close();
        Ok((tree, ends))
    }

    fn empty() -> Self {
        Self { group: vec![], parent: vec![], end: vec![], total: vec![] }
    }

    /// How many nodes there are, the root included.
    pub fn len(&self) -> usize {
        self.group.len()
    }

    /// Whether nothing was measured.
    pub fn is_empty(&self) -> bool {
        self.group.len() <= 1
    }

    /// The group of a node.
    pub fn group(&self, node: NodeId) -> GroupId {
        self.group.get(node.0 as usize).copied().unwrap_or_default()
    }

    /// The caller of a node; `None` for the root.
    pub fn parent(&self, node: NodeId) -> Option<NodeId> {
        self.parent.get(node.0 as usize).copied().filter(|_| node != NodeId::ROOT)
    }

    /// Measured in a node and below it.
    pub fn total(&self, node: NodeId) -> i64 {
        self.total.get(node.0 as usize).copied().unwrap_or_default()
    }

    /// Measured in a node itself.
    pub fn self_value(&self, node: NodeId) -> i64 {
        self.children(node).fold(self.total(node), |rest, child| rest.saturating_sub(self.total(child)))
    }

    /// The row behind the last node below `node`.
    pub fn end(&self, node: NodeId) -> NodeId {
        NodeId(self.end.get(node.0 as usize).copied().unwrap_or(node.0 + 1))
    }

    /// What a node calls, largest first.
    pub fn children(&self, node: NodeId) -> impl Iterator<Item = NodeId> {
        let end = self.end(node);
        std::iter::successors(Some(NodeId(node.0 + 1)), |child| Some(self.end(*child))).take_while(move |child| *child < end)
    }

    /// The nodes from the root to `node`, both included.
    pub fn path(&self, node: NodeId) -> Vec<NodeId> {
        let mut path: Vec<_> = std::iter::successors(Some(node), |node| self.parent(*node)).collect();
        path.reverse();
        path
    }

    /// Nodes above a node; the root has 0.
    pub fn depth(&self, node: NodeId) -> u32 {
        std::iter::successors(self.parent(node), |node| self.parent(*node)).count() as u32
    }

    /// Frames of the deepest stack below `node`, itself not counted.
    pub fn height(&self, node: NodeId) -> u32 {
        let (mut open, mut deepest) = (Vec::new(), 0);
        for row in node.0 + 1..self.end(node).0 {
            while open.last().is_some_and(|&end| end <= row) {
                open.pop();
            }
            open.push(self.end(NodeId(row)).0);
            deepest = deepest.max(open.len() as u32);
        }
        deepest
    }

    /// Bytes held.
    pub fn memory_bytes(&self) -> usize {
        (self.group.capacity() + self.parent.capacity() + self.end.capacity()) * 4 + self.total.capacity() * 8
    }

    fn push(&mut self, group: GroupId, parent: NodeId, total: i64) -> NodeId {
        let node = NodeId(self.group.len() as u32);
        self.group.push(group);
        self.parent.push(parent);
        self.total.push(total);
        node
    }

    /// Fills `end`: from the last node back, each one hands its end to its parent.
    fn close(&mut self) {
        self.end = (1..=self.group.len() as u32).collect();
        for row in (1..self.group.len()).rev() {
            let end = self.end.get(row).copied().unwrap_or_default();
            let parent = self.parent.get(row).map_or(0, |parent| parent.0 as usize);
            if let Some(parent_end) = self.end.get_mut(parent) {
                *parent_end = (*parent_end).max(end);
            }
        }
    }
}

impl Maker<'_> {
    fn run(&mut self, cancel: &Cancel) -> Result<(), Cancelled> {
        let total = self.order.iter().fold(0_i64, |sum, (_, stack)| sum.saturating_add(self.weight(*stack)));
        let root = self.tree.push(GroupId(0), NodeId::ROOT, total);
        let mut open = vec![];
        self.split(&Run { from: 0, to: self.order.len(), depth: 0, parent: root, total }, root, &mut open);
        let mut steps = 0_u32;
        while let Some(run) = open.pop() {
            steps += 1;
            if steps.is_multiple_of(4096) {
                cancel.check()?;
            }
            // The keys still hold the group this run shares.
            let Some(&(key, stack)) = self.order.get(run.from) else { continue };
            let node = self.tree.push(GroupId(key - 1), run.parent, run.total);
            if run.to - run.from == 1 {
                self.rest_of_stack(stack, run.depth, node, run.total);
            } else {
                self.split(&run, node, &mut open);
            }
        }
        Ok(())
    }

    fn weight(&self, stack: StackId) -> i64 {
        self.weight.get(stack.0 as usize).copied().unwrap_or_default()
    }

    /// The frames of one stack from `depth` on, each the only child of the one before.
    fn rest_of_stack(&mut self, stack: StackId, depth: u32, mut node: NodeId, total: i64) {
        let steps = self.shape.steps(self.profile.stacks.get(stack), self.groups);
        let mut depth = depth as usize;
        while let Some(frame) = steps.get(depth) {
            node = self.tree.push(self.groups.of_frame(frame), node, total);
            depth += 1;
        }
        if let Some(end) = self.ends.get_mut(stack.0 as usize) {
            *end = node;
        }
    }

    /// Sorts the stacks of a run by their next frame and opens a run for each, the largest last: it is taken first.
    fn split(&mut self, run: &Run, node: NodeId, open: &mut Vec<Run>) {
        let (stacks, groups, weight, shape) = (&self.profile.stacks, self.groups, &self.weight, self.shape);
        let Some(part) = self.order.get_mut(run.from..run.to) else { return };
        for (key, stack) in part.iter_mut() {
            let step = shape.steps(stacks.get(*stack), groups).get(run.depth as usize);
            *key = step.map_or(0, |frame| groups.of_frame(frame).0 + 1);
        }
        part.sort_unstable_by_key(|(key, _)| *key);
        let first = open.len();
        let mut from = run.from;
        for same in part.chunk_by(|a, b| a.0 == b.0) {
            let to = from + same.len();
            if same.first().is_some_and(|(key, _)| *key == 0) && !self.ends.is_empty() {
                for (_, stack) in same {
                    if let Some(end) = self.ends.get_mut(stack.0 as usize) {
                        *end = node;
                    }
                }
            } else if same.first().is_some_and(|(key, _)| *key != 0) {
                let sum =
                    |sum: i64, (_, stack): &(u32, StackId)| sum.saturating_add(weight.get(stack.0 as usize).copied().unwrap_or(0));
                open.push(Run { from, to, depth: run.depth + 1, parent: node, total: same.iter().fold(0, sum) });
            }
            from = to;
        }
        let (order, profile) = (&self.order, self.profile);
        let name = |run: &Run| {
            let group = order.get(run.from).map_or(0, |(key, _)| key.saturating_sub(1));
            (groups.name(profile, GroupId(group)), group)
        };
        let Some(opened) = open.get_mut(first..).filter(|opened| opened.len() > 1) else { return };
        opened.sort_unstable_by(|a, b| {
            let by_total = Reverse(a.total.unsigned_abs()).cmp(&Reverse(b.total.unsigned_abs()));
            by_total.then_with(|| name(a).cmp(&name(b))).reverse()
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::groups::Grouping;
    use super::super::read::testing::folded;
    use super::*;

    fn tree(text: &str) -> (Profile, Groups, Tree) {
        let profile = folded(text);
        let groups = Groups::new(&profile, Grouping::Name);
        let tree = Tree::new(&profile, &groups, 0, &Cancel::new()).expect("not cancelled");
        (profile, groups, tree)
    }

    /// Indented lines of name, self and total.
    fn printed(text: &str) -> Vec<String> {
        let (profile, groups, tree) = tree(text);
        lines(&profile, &groups, &tree)
    }

    fn lines(profile: &Profile, groups: &Groups, tree: &Tree) -> Vec<String> {
        (1..tree.len() as u32)
            .map(NodeId)
            .map(|node| {
                let indent = " ".repeat(tree.depth(node) as usize - 1);
                format!("{indent}{} {}/{}", groups.name(profile, tree.group(node)), tree.self_value(node), tree.total(node))
            })
            .collect()
    }

    #[test]
    fn children_are_left_heavy_and_ties_go_by_name() {
        let printed = printed("main;b;x 1\nmain;a 3\nmain;b 1\nmain;c;y 3\nmain 5\nidle 13\n");
        assert_eq!(printed, ["idle 13/13", "main 5/13", " a 3/3", " c 0/3", "  y 3/3", " b 1/2", "  x 1/1"]);
    }

    fn shaped(text: &str, shape: impl Fn(&Profile, &Groups) -> Shape) -> Vec<String> {
        let profile = folded(text);
        let groups = Groups::new(&profile, Grouping::Name);
        let shape = shape(&profile, &groups);
        let tree = Tree::of_shape(&profile, &groups, 0, shape, &Cancel::new()).expect("not cancelled");
        lines(&profile, &groups, &tree)
    }

    #[test]
    fn bottom_up_begins_with_what_was_running() {
        let shown = shaped("main;a;x 3\nmain;b;x 2\nmain;x 4\nmain 1\n", |_, _| Shape::BottomUp);
        assert_eq!(shown, ["x 0/9", " main 4/4", " a 0/3", "  main 3/3", " b 0/2", "  main 2/2", "main 1/1"]);
    }

    #[test]
    fn around_a_function_its_outermost_call_counts() {
        let text = "main;f;g;f;h 5\nother;f 2\nmain;f;g 1\nidle 9\n";
        let named = |name: &'static str| {
            move |profile: &Profile, groups: &Groups| {
                (0..9).map(GroupId).find(|group| groups.name(profile, *group) == name).expect("there")
            }
        };
        let callers = shaped(text, |profile, groups| Shape::CallersOf(named("f")(profile, groups)));
        assert_eq!(callers, ["f 0/8", " main 6/6", " other 2/2"]);
        let callees = shaped(text, |profile, groups| Shape::CalleesOf(named("f")(profile, groups)));
        assert_eq!(callees, ["f 2/8", " g 1/6", "  f 0/5", "   h 5/5"]);
    }

    #[test]
    fn recursion_is_a_chain() {
        assert_eq!(printed("f;f;f 2\nf;f 1\n"), ["f 0/3", " f 1/3", "  f 2/2"]);
    }

    #[test]
    fn a_walk_down_and_up_agrees() {
        let (_, _, tree) = tree("a;b;c 1\na;b;d 2\na;e 4\nf 1\n");
        assert_eq!((tree.len(), tree.total(NodeId::ROOT), tree.height(NodeId::ROOT)), (7, 8, 3));
        for row in 0..tree.len() as u32 {
            for child in tree.children(NodeId(row)) {
                assert_eq!(tree.parent(child), Some(NodeId(row)));
            }
        }
        assert_eq!(tree.children(NodeId::ROOT).map(|node| node.0).collect::<Vec<_>>(), [1, 6]);
        assert_eq!(tree.path(NodeId(4)).iter().map(|node| node.0).collect::<Vec<_>>(), [0, 1, 3, 4]);
        assert_eq!(tree.self_value(NodeId::ROOT), 0);
    }

    #[test]
    fn nothing_measured_is_a_root_alone() {
        let (_, _, tree) = tree("a;b 0\n");
        assert!(tree.is_empty());
        assert_eq!((tree.len(), tree.children(NodeId::ROOT).count(), tree.height(NodeId::ROOT)), (1, 0, 0));
    }

    #[test]
    fn a_very_deep_stack_needs_no_recursion() {
        let deep = "f;".repeat(200_000) + "g 1\n";
        let (_, _, tree) = tree(&deep);
        assert_eq!((tree.len(), tree.height(NodeId::ROOT)), (200_002, 200_001));
    }
}
