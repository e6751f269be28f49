//! The call tree: a line for each call, opened as far as a person wants to look. No egui here.

pub mod paint;

use std::collections::HashSet;

use crate::operations::ProfileView;
use crate::profile::{NodeId, Tree};

/// Lines that are listed at most: more than anybody scrolls through.
const MOST_LINES: usize = 200_000;
/// The hot path goes on as long as the largest callee has at least this share of its caller, in percent.
const HOT: u64 = 50;

/// A line of the call tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// The call.
    pub node: NodeId,
    /// Calls above it in the tree.
    pub depth: u32,
    /// Whether it calls something.
    pub has_callees: bool,
    /// Whether what it calls is listed.
    pub is_open: bool,
}

/// What the call tree can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallsCommand {
    /// List what this call calls, or no longer.
    Toggle(NodeId),
    /// Look at this call.
    Select(NodeId),
    /// Move the selection by so many lines.
    Move(i32),
    /// Open the selected call, or go to the first it calls.
    Open,
    /// Close the selected call, or go to its caller.
    Close,
    /// Open the path below the selected call along which most was measured.
    HotPath,
    /// Close all but the outermost calls.
    CloseAll,
}

/// The lines in sight.
#[derive(Clone, Debug, Default)]
pub struct Calls {
    open: HashSet<NodeId>,
    lines: Vec<Line>,
    selected: Option<NodeId>,
    /// Grows with each move of the selection by keyboard, so that the table follows it once.
    moves: u64,
}

impl Calls {
    /// The outermost calls, and the hot path open.
    pub fn new(view: &ProfileView) -> Self {
        let mut calls = Self::default();
        if let Some(tree) = &view.tree {
            calls.open_hot_path(tree, NodeId::ROOT);
            calls.list(tree);
        }
        calls
    }

    /// Does what was asked for. Returns the call that is selected by it.
    pub fn apply(&mut self, command: CallsCommand, view: &ProfileView) -> Option<NodeId> {
        let tree = view.tree.as_ref()?;
        let before = self.selected;
        match command {
            CallsCommand::Toggle(node) => self.toggle(tree, node),
            CallsCommand::Select(node) => self.selected = Some(node),
            CallsCommand::Move(by) => self.step(by),
            CallsCommand::Open => self.open_selected(tree),
            CallsCommand::Close => self.close_selected(tree),
            CallsCommand::HotPath => {
                let from = self.selected.unwrap_or(NodeId::ROOT);
                self.selected = Some(self.open_hot_path(tree, from)).filter(|node| *node != NodeId::ROOT);
                self.list(tree);
                self.moves += 1;
            }
            CallsCommand::CloseAll => {
                self.open.clear();
                self.selected = None;
                self.list(tree);
            }
        }
        self.selected.filter(|selected| before != Some(*selected))
    }

    /// The lines, from the top.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The call that is looked at.
    pub fn selected(&self) -> Option<NodeId> {
        self.selected
    }

    /// The line of the selected call.
    pub fn selected_line(&self) -> Option<usize> {
        let selected = self.selected?;
        // Lines stand in the order of the tree's rows.
        self.lines.binary_search_by_key(&selected, |line| line.node).ok()
    }

    /// How often the keyboard moved the selection.
    pub fn moves(&self) -> u64 {
        self.moves
    }

    fn toggle(&mut self, tree: &Tree, node: NodeId) {
        if !self.open.remove(&node) {
            self.open.insert(node);
        }
        self.list(tree);
    }

    fn step(&mut self, by: i32) {
        let last = self.lines.len().saturating_sub(1);
        let at = self.selected_line().map_or(0, |line| line.saturating_add_signed(by as isize).min(last));
        self.selected = self.lines.get(at).map(|line| line.node);
        self.moves += 1;
    }

    fn open_selected(&mut self, tree: &Tree) {
        let Some(node) = self.selected else { return self.step(0) };
        let Some(first) = tree.children(node).next() else { return };
        if self.open.insert(node) {
            self.list(tree);
        } else {
            self.selected = Some(first);
        }
        self.moves += 1;
    }

    fn close_selected(&mut self, tree: &Tree) {
        let Some(node) = self.selected else { return };
        if self.open.remove(&node) {
            self.list(tree);
        } else if let Some(caller) = tree.parent(node).filter(|caller| *caller != NodeId::ROOT) {
            self.selected = Some(caller);
        }
        self.moves += 1;
    }

    /// Opens the way along which most was measured. Returns its last call.
    fn open_hot_path(&mut self, tree: &Tree, from: NodeId) -> NodeId {
        let mut node = from;
        loop {
            let whole = tree.total(node).unsigned_abs();
            let next = tree.children(node).next().filter(|child| {
                let part = tree.total(*child).unsigned_abs();
                node == NodeId::ROOT || u128::from(part) * 100 >= u128::from(whole) * u128::from(HOT)
            });
            let Some(next) = next.filter(|_| self.open.len() < MOST_LINES) else { return node };
            if node != NodeId::ROOT {
                self.open.insert(node);
            }
            node = next;
        }
    }

    /// Lists all calls whose callers are open.
    fn list(&mut self, tree: &Tree) {
        self.lines.clear();
        // The rows behind the last below each open call, outermost first.
        let (mut ends, mut node) = (Vec::new(), NodeId(1));
        while (node.0 as usize) < tree.len() && self.lines.len() < MOST_LINES {
            while ends.last().is_some_and(|end| *end <= node) {
                ends.pop();
            }
            let has_callees = tree.end(node).0 > node.0 + 1;
            let is_open = has_callees && self.open.contains(&node);
            self.lines.push(Line { node, depth: ends.len() as u32, has_callees, is_open });
            if is_open {
                ends.push(tree.end(node));
                node.0 += 1;
            } else {
                node = tree.end(node);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::arrange::tests::view;
    use super::*;

    fn listed(calls: &Calls, view: &ProfileView) -> Vec<String> {
        let tree = view.tree.as_ref().expect("tree");
        let line = |line: &Line| {
            let sign = if line.is_open {
                "-"
            } else if line.has_callees {
                "+"
            } else {
                ""
            };
            format!("{}{sign}{}", " ".repeat(line.depth as usize), view.name(tree.group(line.node)))
        };
        calls.lines().iter().map(line).collect()
    }

    const TEXT: &str = "main;load;parse 60\nmain;load;read 5\nmain;save;write 30\nidle;wait 5\n";

    #[test]
    fn the_hot_path_is_open_at_first() {
        let view = view(TEXT);
        assert_eq!(listed(&Calls::new(&view), &view), ["-main", " -load", "  parse", "  read", " +save", "+idle"]);
    }

    #[test]
    fn keys_walk_open_and_close() {
        let view = view(TEXT);
        let (mut calls, tree) = (Calls::new(&view), view.tree.as_ref().expect("tree"));
        calls.apply(CallsCommand::CloseAll, &view);
        assert_eq!(listed(&calls, &view), ["+main", "+idle"]);
        let name = |calls: &Calls| calls.selected().map(|node| view.name(tree.group(node)).to_owned());
        let mut press = |command| {
            calls.apply(command, &view);
            (name(&calls).unwrap_or_default(), calls.lines().len())
        };
        assert_eq!(press(CallsCommand::Move(1)), ("main".into(), 2));
        assert_eq!(press(CallsCommand::Move(1)), ("idle".into(), 2));
        assert_eq!(press(CallsCommand::Move(9)), ("idle".into(), 2));
        assert_eq!(press(CallsCommand::Open), ("idle".into(), 3));
        assert_eq!(press(CallsCommand::Open), ("wait".into(), 3));
        assert_eq!(press(CallsCommand::Open), ("wait".into(), 3), "it calls nothing");
        assert_eq!(press(CallsCommand::Close), ("idle".into(), 3));
        assert_eq!(press(CallsCommand::Close), ("idle".into(), 2));
        assert_eq!(press(CallsCommand::Move(-5)), ("main".into(), 2));
        assert_eq!(press(CallsCommand::HotPath), ("parse".into(), 6));
        assert_eq!(calls.selected_line(), Some(2));
    }

    #[test]
    fn a_deep_and_a_wide_tree_are_bounded() {
        let deep = view(&format!("{}end 1\n", "f;".repeat(300_000)));
        assert_eq!(Calls::new(&deep).lines().len(), MOST_LINES);
        let wide: String = (0..MOST_LINES + 10).map(|n| format!("f{n} 1\n")).collect();
        assert_eq!(Calls::new(&view(&wide)).lines().len(), MOST_LINES);
    }
}
