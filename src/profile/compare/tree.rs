//! The flame graph of both sides: one tree over the stacks of both, with both sides' values at each node.

use std::sync::Arc;

use super::super::groups::Groups;
use super::super::model::StackId;
use super::super::tree::{NodeId, Shape, Tree};
use super::merge::{Merged, scaled};
use crate::jobs::{Cancel, Cancelled};

/// What makes a box wide.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Layout {
    /// What it takes now: what vanished has no width.
    #[default]
    New,
    /// What it took before: what vanished shows, what is new has no width.
    Base,
    /// The larger of both, for each stack: everything shows.
    Larger,
}

/// Which value of a node is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Measure {
    /// What is in the node and below it.
    #[default]
    Total,
    /// What is in the node itself.
    Own,
}

/// The tree of both sides.
///
/// [`DiffTree::tree`] is a [`Tree`] like any: its totals are the widths that the layout asks for, so [`Flame`](super::super::Flame) lays it
/// out, and everything that walks trees works on it. The sides' values stand beside it, by node.
#[derive(Clone, Debug)]
pub struct DiffTree {
    /// Functions of both sides' stacks; its totals are widths, not values to be shown.
    pub tree: Arc<Tree>,
    /// What made the boxes wide.
    pub layout: Layout,
    /// Sums of the newer side in and below each node, before [`Merged::factors`].
    new: Vec<i64>,
    /// Sums of the older side in and below each node, before [`Merged::factors`].
    base: Vec<i64>,
    factors: [f64; 2],
}

impl DiffTree {
    /// Makes the tree. To be made off the window's thread.
    ///
    /// # Errors
    /// When `cancel` is set.
    pub fn new(merged: &Merged, groups: &Groups, shape: Shape, layout: Layout, cancel: &Cancel) -> Result<Self, Cancelled> {
        let profile = &merged.profile;
        let stacks = profile.stacks.len();
        let mut sides = [vec![0_i64; stacks], vec![0_i64; stacks]];
        for (column, sums) in sides.iter_mut().enumerate() {
            for (stack, value) in profile.samples.iter(column) {
                if let Some(sum) = sums.get_mut(stack.0 as usize) {
                    *sum = sum.saturating_add(value);
                }
            }
        }
        let [new, base] = &sides;
        let is_measured =
            |row: &usize| new.get(*row).is_some_and(|value| *value != 0) || base.get(*row).is_some_and(|value| *value != 0);
        let measured = (0..stacks).filter(is_measured).map(|row| StackId(row as u32)).collect();
        // Made in the order of one side it is laid out by that side already. The larger of both is known only when the tree is there.
        let weight = if layout == Layout::Base { base.clone() } else { new.clone() };
        // A stack that the shape does not read ends nowhere.
        let ends = vec![NodeId(u32::MAX); stacks];
        let (tree, ends) = Tree::of_stacks(profile, groups, (measured, weight), ends, shape, cancel)?;
        let [new, base] = sides.map(|side| tree.summed(at_ends(&tree, &ends, &side)));
        cancel.check()?;
        let whole = Self { tree: tree.into(), layout, new, base, factors: merged.factors() };
        if layout == Layout::Larger { whole.laid_out(layout, cancel) } else { Ok(whole) }
    }

    /// The same tree with boxes as wide as another layout asks for.
    ///
    /// # Errors
    /// When `cancel` is set.
    pub fn laid_out(&self, layout: Layout, cancel: &Cancel) -> Result<Self, Cancelled> {
        let (tree, was) = self.tree.with_totals(&self.widths(layout), cancel)?;
        let moved = |side: &[i64]| was.iter().map(|&row| side.get(row as usize).copied().unwrap_or_default()).collect();
        Ok(Self { tree: tree.into(), layout, new: moved(&self.new), base: moved(&self.base), factors: self.factors })
    }

    /// What a node and all below it take, on the newer and on the older side, as it is shown.
    pub fn totals(&self, node: NodeId) -> [i64; 2] {
        self.shown(self.sums(node))
    }

    /// What a node takes itself, on the newer and on the older side, as it is shown.
    pub fn own(&self, node: NodeId) -> [i64; 2] {
        let rest = |[new, base]: [i64; 2], child| {
            let [child_new, child_base] = self.sums(child);
            [new.saturating_sub(child_new), base.saturating_sub(child_base)]
        };
        self.shown(self.tree.children(node).fold(self.sums(node), rest))
    }

    /// One value of a node, on the newer and on the older side, as it is shown.
    pub fn values(&self, node: NodeId, measure: Measure) -> [i64; 2] {
        match measure {
            Measure::Total => self.totals(node),
            Measure::Own => self.own(node),
        }
    }

    /// What a node's colour says, from -1 (vanished) over 0 (as before) to 1 (new): the change divided by the larger of both values. So a
    /// node that takes twice as much has 0.5, one that takes half as much -0.5.
    pub fn shade(&self, node: NodeId, measure: Measure) -> f32 {
        let [new, base] = self.values(node, measure).map(|value| value as f64);
        let larger = new.abs().max(base.abs());
        if larger == 0.0 { 0.0 } else { ((new - base) / larger).clamp(-1.0, 1.0) as f32 }
    }

    /// Bytes held.
    pub fn memory_bytes(&self) -> usize {
        self.tree.memory_bytes() + (self.new.capacity() + self.base.capacity()) * 8
    }

    fn sums(&self, node: NodeId) -> [i64; 2] {
        let of = |side: &[i64]| side.get(node.0 as usize).copied().unwrap_or_default();
        [of(&self.new), of(&self.base)]
    }

    fn shown(&self, [new, base]: [i64; 2]) -> [i64; 2] {
        [scaled(new, self.factors[0]), scaled(base, self.factors[1])]
    }

    /// Width of each node.
    fn widths(&self, layout: Layout) -> Vec<i64> {
        match layout {
            Layout::New => self.new.clone(),
            Layout::Base => self.base.clone(),
            Layout::Larger => self.tree.summed(self.larger_own()),
        }
    }

    /// The larger of what each node takes itself on both sides, without sign. Added up over all below a node it is never less than the
    /// larger of both totals, so boxes fit into the one they stand on.
    fn larger_own(&self) -> Vec<i64> {
        let mut own = [self.new.clone(), self.base.clone()];
        for (side, totals) in own.iter_mut().zip([&self.new, &self.base]) {
            for (row, total) in totals.iter().enumerate().skip(1) {
                let parent = self.tree.parent(NodeId(row as u32)).map_or(0, |parent| parent.0 as usize);
                if let Some(rest) = side.get_mut(parent) {
                    *rest = rest.saturating_sub(*total);
                }
            }
        }
        let [new, base] = own;
        let larger = |(new, base): (&i64, &i64)| {
            let [new, base] = self.shown([*new, *base]).map(i64::saturating_abs);
            new.max(base)
        };
        new.iter().zip(&base).map(larger).collect()
    }
}

/// The stacks' values at the nodes where they end.
fn at_ends(tree: &Tree, ends: &[NodeId], values: &[i64]) -> Vec<i64> {
    let mut own = vec![0_i64; tree.len()];
    for (end, &value) in ends.iter().zip(values) {
        if let Some(sum) = own.get_mut(end.0 as usize) {
            *sum = sum.saturating_add(value);
        }
    }
    own
}
