//! Search: which functions match a text, and how much of the profile is in or below them.

use super::filter::Pattern;
use super::groups::{GroupId, Groups};
use super::model::Profile;
use super::tree::{NodeId, Tree};

/// The groups whose name matches, one bit each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matches {
    bits: Vec<u64>,
    count: usize,
}

impl Matches {
    /// The groups whose name contains `query`, whatever the case of its letters. An empty query matches none.
    pub fn find(profile: &Profile, groups: &Groups, query: &str) -> Self {
        Self::of(profile, groups, &Pattern::text(query.trim()))
    }

    /// The groups whose name matches: that of a function, or whatever else is put together.
    pub fn of(profile: &Profile, groups: &Groups, pattern: &Pattern) -> Self {
        let mut found = Self { bits: vec![0; groups.len().div_ceil(64)], count: 0 };
        if pattern.as_str().is_empty() {
            return found;
        }
        for group in (0..groups.len() as u32).map(GroupId) {
            if pattern.matches(groups.name(profile, group)) {
                found.insert(group);
            }
        }
        found
    }

    /// Whether a group matches.
    #[inline]
    pub fn contains(&self, group: GroupId) -> bool {
        self.bits.get(group.0 as usize / 64).is_some_and(|bits| bits >> (group.0 % 64) & 1 == 1)
    }

    /// How many groups match.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Measured in and below matching nodes under `root` (itself included), in the tree's unit; what is below another match
    /// counts once.
    pub fn total(&self, tree: &Tree, root: NodeId) -> i64 {
        let (mut node, end, mut sum) = (root, tree.end(root), 0_i64);
        while node < end && self.count > 0 {
            if node != NodeId::ROOT && self.contains(tree.group(node)) {
                sum = sum.saturating_add(tree.total(node));
                node = tree.end(node);
            } else {
                node.0 += 1;
            }
        }
        sum
    }

    /// The first match behind `node` in the order of the tree, `None` behind the last: for a key that goes from match to match. From
    /// [`NodeId::ROOT`] it is the first of all.
    pub fn next(&self, tree: &Tree, node: NodeId) -> Option<NodeId> {
        let last = tree.len() as u32;
        self.first_of(tree, (node.0.saturating_add(1)..last).map(NodeId))
    }

    /// The last match before `node` in the order of the tree, `None` before the first. From a node behind the end it is the last of all.
    pub fn previous(&self, tree: &Tree, node: NodeId) -> Option<NodeId> {
        let end = node.0.min(tree.len() as u32);
        self.first_of(tree, (1..end).rev().map(NodeId))
    }

    /// All matching nodes in the order of the tree: one pass over it, 4 bytes for each. The place of a node in it (`binary_search`) is what
    /// "3 of 120" tells.
    pub fn nodes(&self, tree: &Tree) -> Vec<NodeId> {
        if self.count == 0 {
            return vec![];
        }
        (1..tree.len() as u32).map(NodeId).filter(|node| self.contains(tree.group(*node))).collect()
    }

    fn first_of(&self, tree: &Tree, mut nodes: impl Iterator<Item = NodeId>) -> Option<NodeId> {
        if self.count == 0 {
            return None;
        }
        nodes.find(|node| self.contains(tree.group(*node)))
    }

    fn insert(&mut self, group: GroupId) {
        if let Some(bits) = self.bits.get_mut(group.0 as usize / 64) {
            *bits |= 1 << (group.0 % 64);
            self.count += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::groups::Grouping;
    use super::super::read::testing::folded;
    use super::*;
    use crate::jobs::Cancel;

    #[test]
    fn nested_matches_count_once() {
        let profile = folded("main;Parse;lex;parse_int 5\nmain;lex 3\nmain;Übung 2\nidle 10\n");
        let groups = Groups::new(&profile, Grouping::Name);
        let tree = Tree::new(&profile, &groups, 0, &Cancel::new()).expect("not cancelled");
        let found = |query: &str| {
            let matches = Matches::find(&profile, &groups, query);
            (matches.count(), matches.total(&tree, NodeId::ROOT))
        };
        assert_eq!(found("PARSE"), (2, 5));
        assert_eq!(found("lex"), (1, 8));
        assert_eq!(found("üb"), (1, 2));
        assert_eq!(found("main"), (1, 10));
        assert_eq!(found("  "), (0, 0));
        assert_eq!(found("nothing like it, and longer than every name there is"), (0, 0));
        let lex = Matches::find(&profile, &groups, "lex");
        // Node 1 is idle: as large as main, and before it by name.
        assert_eq!((lex.total(&tree, NodeId(1)), lex.total(&tree, NodeId(2))), (0, 8));
    }
    #[test]
    fn from_match_to_match_in_the_order_of_the_tree() {
        let profile = folded("main;parse;lex 5\nmain;lex 3\nidle 1\n");
        let groups = Groups::new(&profile, Grouping::Name);
        let tree = Tree::new(&profile, &groups, 0, &Cancel::new()).expect("not cancelled");
        // 1 main, 2 parse, 3 lex, 4 lex, 5 idle.
        let matches = Matches::of(&profile, &groups, &Pattern::regex("^(lex|parse)$").expect("valid"));
        assert_eq!(matches.nodes(&tree), [2, 3, 4].map(NodeId));
        assert_eq!((matches.count(), matches.total(&tree, NodeId::ROOT)), (2, 8));
        let next = |node| matches.next(&tree, NodeId(node)).map(|node| node.0);
        assert_eq!([0, 2, 3, 4, 9].map(next), [Some(2), Some(3), Some(4), None, None]);
        let previous = |node| matches.previous(&tree, NodeId(node)).map(|node| node.0);
        assert_eq!([0, 2, 3, 4, u32::MAX].map(previous), [None, None, Some(2), Some(3), Some(4)]);
    }
}
