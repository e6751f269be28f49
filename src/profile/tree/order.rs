//! The same tree under other values: children in another order, nothing measured anew.

use std::cmp::Reverse;

use super::{NodeId, Tree};
use crate::jobs::{Cancel, Cancelled};

impl Tree {
    /// For each node the sum of `own` in it and below. `own` has a value for each node: what is in the node itself.
    pub(in crate::profile) fn summed(&self, mut own: Vec<i64>) -> Vec<i64> {
        // Each node stands behind its parent, so going backwards every node is complete when it is handed up.
        for row in (1..own.len()).rev() {
            let value = own.get(row).copied().unwrap_or_default();
            let parent = self.parent.get(row).map_or(0, |parent| parent.0 as usize);
            if let Some(sum) = own.get_mut(parent) {
                *sum = sum.saturating_add(value);
            }
        }
        own
    }

    /// The tree with other totals, its children largest first by them; those of equal size stay as they are. The second part tells for each
    /// new row which row it was.
    ///
    /// # Errors
    /// When `cancel` is set.
    pub(in crate::profile) fn with_totals(&self, total: &[i64], cancel: &Cancel) -> Result<(Self, Vec<u32>), Cancelled> {
        let size = |row: u32| Reverse(total.get(row as usize).map_or(0, |value| value.unsigned_abs()));
        let mut was = Vec::with_capacity(self.len());
        let mut open = vec![(NodeId::ROOT, NodeId::ROOT)];
        let mut tree = Self::empty();
        while let Some((old, parent)) = open.pop() {
            if was.len().is_multiple_of(65_536) {
                cancel.check()?;
            }
            was.push(old.0);
            let node = tree.push(self.group(old), parent, total.get(old.0 as usize).copied().unwrap_or_default());
            let first = open.len();
            open.extend(self.children(old).map(|child| (child, node)));
            if let Some(children) = open.get_mut(first..) {
                if !children.is_sorted_by_key(|(child, _)| size(child.0)) {
                    children.sort_by_key(|(child, _)| size(child.0));
                }
                // The largest is taken first.
                children.reverse();
            }
        }
        tree.close();
        Ok((tree, was))
    }
}
