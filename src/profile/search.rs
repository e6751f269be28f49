//! Search: which functions match a text, and how much of the profile is in or below them.

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
        let query = query.trim().to_lowercase();
        let mut found = Self { bits: vec![0; groups.len().div_ceil(64)], count: 0 };
        if query.is_empty() {
            return found;
        }
        for group in (0..groups.len() as u32).map(GroupId) {
            if contains(groups.name(profile, group), &query) {
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

    fn insert(&mut self, group: GroupId) {
        if let Some(bits) = self.bits.get_mut(group.0 as usize / 64) {
            *bits |= 1 << (group.0 % 64);
            self.count += 1;
        }
    }
}

/// Whether `name` contains `query`, which is in lower case. Plain ASCII, the usual, needs no copy.
fn contains(name: &str, query: &str) -> bool {
    if name.is_ascii() {
        return name.as_bytes().windows(query.len()).any(|part| part.eq_ignore_ascii_case(query.as_bytes()));
    }
    name.to_lowercase().contains(query)
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
}
