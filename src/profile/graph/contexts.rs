//! Chains of callers, guessed from a call graph: a tree of functions in which each node has a share of what its function took.
//!
//! Without stacks nobody knows which caller's caller caused what a function took, so each caller gets its part of it and hands that on to its
//! own callers in proportion. The heaviest chains are made first, until there are enough of them; what the others would have had goes to those that
//! are there. A function stands once in a chain: the functions of a circle are put below the one that was called from outside, each on
//! the shortest way.

use std::collections::BinaryHeap;

use super::collect::row;
use super::shape::Shape;
use crate::jobs::{Cancel, Cancelled};

/// Stands for "no parent".
pub(super) const NONE: u32 = u32::MAX;
/// Deepest chain; what lies deeper is put at this depth.
const DEEPEST: u32 = 500;
/// Share of everything below which a chain is not made for its own sake.
const LIGHTEST: f64 = 1e-6;
/// Calls that are looked at in making chains, and most that wait for it.
const MOST_STEPS: usize = 1 << 25;
const MOST_WAITING: usize = 1 << 20;
/// A function that takes so much more (its 64th part) than what calls of it took was also called from where the file does not look.
const UNSEEN: i64 = 64;

/// The tree, by column; parents stand before their children.
pub(super) struct Contexts {
    pub(super) function: Vec<u32>,
    pub(super) parent: Vec<u32>,
    pub(super) depth: Vec<u32>,
    /// For each node a row of `types` shares of what the function took. They add up to anything above 0; only their ratio counts.
    pub(super) share: Vec<f64>,
}

/// A chain that may be made: a call below a node, or a circle that is called from nowhere (its number, `parent` is [`NONE`]).
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Waiting {
    /// Bits of a positive float, which are ordered as it is.
    weight: u64,
    /// Earlier ones go first among equals.
    order: std::cmp::Reverse<u32>,
    parent: u32,
    what: u32,
}

struct Maker<'a> {
    shape: &'a Shape<'a>,
    made: Contexts,
    waiting: BinaryHeap<Waiting>,
    /// Sum of each sample type.
    sums: Vec<f64>,
    /// Nodes of each circle so far, whether it has any.
    has_node: Vec<bool>,
    /// The turn in which each function was last put into the tree.
    turn: Vec<u32>,
    turns: u32,
    /// A function of each circle to begin with when the circle is called from nowhere.
    entry: Vec<u32>,
    steps: usize,
    most: usize,
}

impl Contexts {
    /// Makes about `most` nodes, more only so that each function has one.
    pub(super) fn make(shape: &Shape<'_>, most: usize, cancel: &Cancel) -> Result<Self, Cancelled> {
        let mut maker = Maker::new(shape, most);
        maker.begin();
        while let Some(next) = maker.waiting.pop() {
            if maker.made.function.len() >= maker.most || maker.steps > MOST_STEPS {
                break;
            }
            cancel.check()?;
            maker.take(&next);
        }
        maker.waiting = BinaryHeap::new();
        maker.complete();
        Ok(maker.made)
    }

    /// The chain of a node, leaf first, by node.
    pub(super) fn chain(&self, node: u32) -> impl Iterator<Item = u32> + '_ {
        std::iter::successors(Some(node), |&node| self.parent.get(node as usize).copied().filter(|&parent| parent != NONE))
    }
}

impl<'a> Maker<'a> {
    fn new(shape: &'a Shape<'a>, most: usize) -> Self {
        let (functions, cycles) = (shape.calls.functions.len(), shape.cycles.size.len());
        let mut sums = vec![0.0; shape.types];
        for values in shape.own.chunks_exact(shape.types.max(1)) {
            sums.iter_mut().zip(values).for_each(|(sum, &value)| *sum += value.max(0) as f64);
        }
        let made = Contexts { function: vec![], parent: vec![], depth: vec![], share: vec![] };
        let (has_node, turn, entry) = (vec![false; cycles], vec![0; functions], heaviest(shape));
        Self { shape, made, waiting: BinaryHeap::new(), sums, has_node, turn, turns: 0, entry, steps: 0, most }
    }

    /// Circles that are called from nowhere, as far as the file says.
    fn begin(&mut self) {
        for cycle in 0..self.shape.cycles.size.len() as u32 {
            let unseen = self.unseen(cycle);
            let weight = self.weight(unseen.iter().map(|&value| value as f64));
            if weight > 0.0 {
                self.wait(weight, NONE, cycle);
            }
        }
    }

    /// What a circle took for calls that the file does not have.
    fn unseen(&self, cycle: u32) -> Vec<i64> {
        let (spent, entered) = (self.shape.row(&self.shape.spent, cycle), self.shape.row(&self.shape.entered, cycle));
        let called = self.shape.has_caller.get(cycle as usize) == Some(&true);
        let more = |(&spent, &entered): (&i64, &i64)| {
            let more = spent.saturating_sub(entered).max(0);
            if called && more <= spent / UNSEEN { 0 } else { more }
        };
        spent.iter().zip(entered).map(more).collect()
    }

    /// The largest part of any sample type.
    fn weight(&self, values: impl Iterator<Item = f64>) -> f64 {
        let parts = values.zip(&self.sums).map(|(value, &sum)| if sum > 0.0 { value / sum } else { 0.0 });
        parts.fold(0.0, f64::max).min(1.0)
    }

    fn wait(&mut self, weight: f64, parent: u32, what: u32) {
        if self.waiting.len() < MOST_WAITING {
            let order = std::cmp::Reverse(self.waiting.len() as u32);
            self.waiting.push(Waiting { weight: weight.to_bits(), order, parent, what });
        }
    }

    fn take(&mut self, next: &Waiting) {
        let (entry, share) = if next.parent == NONE {
            let entry = self.entry.get(next.what as usize).copied().unwrap_or_default();
            (entry, self.shares(next.what, &self.unseen(next.what), None))
        } else {
            let Some(edge) = self.shape.calls.edges.get(next.what as usize) else { return };
            let values = row(&self.shape.calls.edge_values, next.what as usize, self.shape.types);
            (edge.callee, self.shares(self.shape.cycles.of(edge.callee), values, Some(next.parent)))
        };
        let size = self.shape.cycles.size(self.shape.cycles.of(entry)) as usize;
        let begun = self.has_node.get(self.shape.cycles.of(entry) as usize) == Some(&true);
        if !begun || self.made.function.len() + size <= self.most {
            self.open(next.parent, entry, &share);
        }
    }

    /// What part of a circle's work was done for calls that took `values`, made at `parent`.
    fn shares(&self, cycle: u32, values: &[i64], parent: Option<u32>) -> Vec<f64> {
        let (entered, unseen) = (self.shape.row(&self.shape.entered, cycle), self.unseen(cycle));
        let whole = entered.iter().zip(&unseen).map(|(&entered, &unseen)| entered.max(0) as f64 + unseen as f64);
        let parts = values.iter().zip(whole).map(|(&value, whole)| if whole > 0.0 { value.max(0) as f64 / whole } else { 0.0 });
        match parent.map(|parent| self.share_of(parent)) {
            Some(share) => parts.zip(share).map(|(part, share)| part * share).collect(),
            None => parts.collect(),
        }
    }

    fn share_of(&self, node: u32) -> &[f64] {
        let at = node as usize * self.shape.types;
        self.made.share.get(at..at + self.shape.types).unwrap_or_default()
    }

    /// Puts a circle into the tree, `entry` below `parent` and the others below it, each behind the shortest way.
    fn open(&mut self, parent: u32, entry: u32, share: &[f64]) {
        self.turns += 1;
        let cycle = self.shape.cycles.of(entry);
        if let Some(has) = self.has_node.get_mut(cycle as usize) {
            *has = true;
        }
        let (shape, mut queue, mut at) = (self.shape, vec![(entry, parent)], 0);
        self.reach(entry);
        while let Some(&(function, parent)) = queue.get(at) {
            at += 1;
            let node = self.node(function, parent, share);
            for &edge in shape.out.of(function) {
                self.steps += 1;
                let Some(callee) = shape.calls.edges.get(edge as usize).map(|edge| edge.callee) else { continue };
                if shape.cycles.of(callee) != cycle {
                    self.offer(node, edge, share);
                } else if self.reach(callee) {
                    queue.push((callee, node));
                }
            }
        }
    }

    /// Whether a function is met for the first time in this turn.
    fn reach(&mut self, function: u32) -> bool {
        let turn = self.turns;
        self.turn.get_mut(function as usize).is_some_and(|last| std::mem::replace(last, turn) != turn)
    }

    fn node(&mut self, function: u32, parent: u32, share: &[f64]) -> u32 {
        let made = &mut self.made;
        let depth_of = |node: u32| made.depth.get(node as usize).copied().unwrap_or(0);
        let deep = parent != NONE && depth_of(parent) >= DEEPEST;
        let parent = if deep { made.parent.get(parent as usize).copied().unwrap_or(NONE) } else { parent };
        let depth = if parent == NONE { 1 } else { depth_of(parent) + 1 };
        made.function.push(function);
        made.parent.push(parent);
        made.depth.push(depth);
        made.share.extend_from_slice(share);
        made.function.len() as u32 - 1
    }

    /// Lets a call out of a circle wait, when it is heavy enough.
    fn offer(&mut self, node: u32, edge: u32, share: &[f64]) {
        let values = row(&self.shape.calls.edge_values, edge as usize, self.shape.types);
        let weight = self.weight(values.iter().zip(share).map(|(&value, share)| value as f64 * share));
        if weight >= LIGHTEST {
            self.wait(weight, node, edge);
        }
    }

    /// Gives each function that is in no chain one, below the first caller that is.
    fn complete(&mut self) {
        let whole = vec![1.0; self.shape.types];
        for cycle in 0..self.shape.cycles.size.len() {
            if self.has_node.get(cycle) == Some(&false) && self.shape.has_caller.get(cycle) == Some(&false) {
                self.open(NONE, self.entry.get(cycle).copied().unwrap_or_default(), &whole);
            }
        }
        let mut seen = vec![false; self.shape.calls.functions.len()];
        let mut node = 0;
        while let Some(&function) = self.made.function.get(node) {
            if seen.get_mut(function as usize).is_some_and(|seen| !std::mem::replace(seen, true)) {
                self.complete_below(node as u32, function, &whole);
            }
            node += 1;
        }
        self.waiting = BinaryHeap::new();
    }

    fn complete_below(&mut self, node: u32, function: u32, whole: &[f64]) {
        let shape = self.shape;
        for &edge in shape.out.of(function) {
            let Some(callee) = shape.calls.edges.get(edge as usize).map(|edge| edge.callee) else { continue };
            if self.has_node.get(shape.cycles.of(callee) as usize) == Some(&false) {
                self.open(node, callee, whole);
            }
        }
    }
}

/// The function of each circle that takes most of the first sample type.
fn heaviest(shape: &Shape<'_>) -> Vec<u32> {
    let mut spent: Vec<i64> = shape.own.iter().step_by(shape.types.max(1)).copied().collect();
    for (at, edge) in shape.calls.edges.iter().enumerate() {
        let value = row(&shape.calls.edge_values, at, shape.types).first().copied().unwrap_or(0);
        if let Some(sum) = spent.get_mut(edge.caller as usize) {
            *sum = sum.saturating_add(value);
        }
    }
    let mut heaviest = vec![(NONE, i64::MIN); shape.cycles.size.len()];
    for (function, &spent) in spent.iter().enumerate() {
        if let Some(best) = heaviest.get_mut(shape.cycles.of(function as u32) as usize)
            && (best.0 == NONE || spent > best.1)
        {
            *best = (function as u32, spent);
        }
    }
    heaviest.into_iter().map(|(function, _)| function).collect()
}
