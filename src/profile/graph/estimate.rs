//! Makes the tables of a profile from collected calls: the exact figures, and stacks estimated from them.

use super::collect::{Calls, row};
use super::contexts::Contexts;
use super::cycles::Adjacency;
use super::shape::Shape;
use super::{CallEdges, CallGraph};
use crate::profile::build::{At, Builder, Spot};
use crate::profile::error::ProfileError;
use crate::profile::model::{FrameId, FunctionId};

/// Nodes of the estimated tree, for all threads together.
const MOST_NODES: usize = 1 << 16;
/// Nodes of a thread's tree, however many threads there are.
const FEWEST_NODES: usize = 64;
/// Most frames of all stacks together with which each place is told in each chain. With more of them, a function with many places in many
/// chains is told by line in its first and heaviest chain only, and as a whole in the others.
const MANY_FRAMES: usize = 1 << 23;
/// So many places times chains are few.
const FEW: usize = 16;
/// Most frames of the stacks that are told by line in the first chain.
const MOST_FRAMES: usize = 1 << 26;

/// What is said of stacks that are estimated.
const REMARK: &str = "The file tells what each function took and who called whom, but holds no stacks: tables are exact, \
     flame graph and tree are estimated, each caller having its part of what a function took.";

/// Exact figures of all threads together.
pub(in crate::profile) fn call_graph(builder: &Builder<'_>, threads: &[(At, Calls)]) -> Result<CallGraph, ProfileError> {
    let bytes: usize = threads.iter().map(|(_, calls)| calls.memory_bytes()).sum();
    builder.has_room(bytes as u64 * 2)?;
    if let [(_, only)] = threads {
        return Ok(figures(only, builder.function_count()));
    }
    let mut graph = figures(&merged(threads), builder.function_count());
    // A function may be called on one thread and be where another begins, so totals are those of each thread added up.
    graph.total.iter_mut().for_each(|column| column.fill(0));
    for (_, calls) in threads {
        add_totals(&mut graph, calls);
    }
    Ok(graph)
}

fn add_totals(graph: &mut CallGraph, calls: &Calls) {
    let shape = Shape::new(calls);
    for (values, function) in shape.totals().chunks_exact(shape.types.max(1)).zip(&calls.functions) {
        for (column, value) in graph.total.iter_mut().zip(values) {
            let slot = column.get_mut(function.0 as usize);
            slot.into_iter().for_each(|sum| *sum = sum.saturating_add(*value));
        }
    }
}

/// Adds samples for the calls of one of `threads` threads. `spot` gives the binary of a function, and whether it is inlined.
pub(in crate::profile) fn add_stacks(
    builder: &mut Builder<'_>,
    calls: &Calls,
    at: At,
    threads: usize,
    spot: impl Fn(FunctionId) -> Spot,
) -> Result<(), ProfileError> {
    let shape = Shape::new(calls);
    let most = (MOST_NODES / threads.max(1)).max(FEWEST_NODES);
    let contexts = Contexts::make(&shape, most, builder.context.cancel)?;
    builder.has_room((calls.memory_bytes() + contexts.share.len() * 16 + contexts.function.len() * 12) as u64)?;
    let exact = contexts.function.len() == calls.functions.len() && shape.cycles.size.iter().all(|&size| size == 1);
    if !exact && !builder.profile.warnings.iter().any(|known| known == REMARK) {
        builder.profile.warnings.push(REMARK.into());
    }
    let spots: Vec<Spot> = calls.functions.iter().map(|&function| Spot { function, ..spot(function) }).collect();
    let frames = spots.iter().map(|&spot| builder.frame(spot)).collect::<Result<Vec<_>, _>>()?;
    Stacks::new(&shape, &contexts, &spots, &frames).add(builder, at)
}

fn merged(threads: &[(At, Calls)]) -> Calls {
    let types = threads.first().map_or(0, |(_, calls)| calls.types());
    let mut all = Calls::new(types);
    for (_, calls) in threads {
        let functions: Vec<u32> = calls.functions.iter().map(|&id| all.function(id)).collect();
        let of = |function: u32| functions.get(function as usize).copied().unwrap_or(0);
        for (at, place) in calls.places.iter().enumerate() {
            all.own(of(place.function), place.line, place.address, row(&calls.place_values, at, types));
        }
        for (at, edge) in calls.edges.iter().enumerate() {
            let to = all.edge(of(edge.caller), of(edge.callee));
            all.add(to, edge.calls, row(&calls.edge_values, at, types));
        }
    }
    all
}

/// The tables of [`CallGraph`], by the rows of the profile's functions.
fn figures(calls: &Calls, functions: usize) -> CallGraph {
    let shape = Shape::new(calls);
    let rows: Vec<usize> = calls.functions.iter().map(|id| id.0 as usize).collect();
    let columns = |values: &[i64]| -> Vec<Vec<i64>> {
        let mut columns = vec![vec![0; functions]; shape.types];
        for (values, &function) in values.chunks_exact(shape.types.max(1)).zip(&rows) {
            for (column, value) in columns.iter_mut().zip(values) {
                column.get_mut(function).into_iter().for_each(|slot| *slot = *value);
            }
        }
        columns
    };
    let mut called = vec![0_u64; functions];
    for edge in &calls.edges {
        let row = rows.get(edge.callee as usize).copied().unwrap_or(0);
        called.get_mut(row).into_iter().for_each(|sum| *sum = sum.saturating_add(edge.calls));
    }
    let function = |row: u32| calls.functions.get(row as usize).copied().unwrap_or_default();
    let edges = CallEdges {
        caller: calls.edges.iter().map(|edge| function(edge.caller)).collect(),
        callee: calls.edges.iter().map(|edge| function(edge.callee)).collect(),
        calls: calls.edges.iter().map(|edge| edge.calls).collect(),
        values: (0..shape.types).map(|nth| calls.edge_values.iter().skip(nth).step_by(shape.types).copied().collect()).collect(),
    };
    let calls = if calls.edges.is_empty() { Vec::new() } else { called };
    CallGraph { own: columns(&shape.own), total: columns(&shape.totals()), calls, primitive_calls: Vec::new(), edges }
}

/// Hands what each place took to the chains of its function.
struct Stacks<'a> {
    shape: &'a Shape<'a>,
    contexts: &'a Contexts,
    spots: &'a [Spot],
    /// The frame of each function where it calls.
    frames: &'a [FrameId],
    places: Adjacency,
    /// For each chain, the shares of the chains before it of the same function.
    before: Vec<f64>,
    /// For each function, the shares of all its chains.
    sum: Vec<f64>,
    /// Chains of each function, and whether the chain is its first.
    chains: Vec<u32>,
    is_first: Vec<bool>,
}

impl<'a> Stacks<'a> {
    fn new(shape: &'a Shape<'a>, contexts: &'a Contexts, spots: &'a [Spot], frames: &'a [FrameId]) -> Self {
        let (functions, types) = (shape.calls.functions.len(), shape.types);
        let of: Vec<u32> = shape.calls.places.iter().map(|place| place.function).collect();
        let places = Adjacency::new(functions, &of);
        let (mut before, mut sum) = (Vec::with_capacity(contexts.share.len()), vec![0.0; functions * types]);
        let (mut chains, mut is_first) = (vec![0; functions], Vec::with_capacity(contexts.function.len()));
        for (&function, share) in contexts.function.iter().zip(contexts.share.chunks_exact(types.max(1))) {
            let at = function as usize * types;
            let sums = sum.get_mut(at..at + types).unwrap_or_default();
            before.extend_from_slice(sums);
            sums.iter_mut().zip(share).for_each(|(sum, share)| *sum += share);
            if let Some(count) = chains.get_mut(function as usize) {
                is_first.push(*count == 0);
                *count += 1;
            }
        }
        Self { shape, contexts, spots, frames, places, before, sum, chains, is_first }
    }

    fn add(&self, builder: &mut Builder<'_>, at: At) -> Result<(), ProfileError> {
        let is_small = self.frames_by_place(false) < MANY_FRAMES;
        let is_large = !is_small && self.frames_by_place(true) > MOST_FRAMES;
        for (node, &function) in self.contexts.function.iter().enumerate() {
            let places = self.places.of(function);
            let chains = self.chains.get(function as usize).copied().unwrap_or(0) as usize;
            let is_first = self.is_first.get(node) == Some(&true);
            let node = node as u32;
            if is_small || places.len() * chains <= FEW {
                self.add_places(builder, node, places, at)?;
            } else if is_first && !is_large {
                self.add_lines(builder, node, places, at)?;
            } else {
                let frame = self.frames.get(function as usize).copied().unwrap_or_default();
                let parts = self.parts(node, self.shape.row(&self.shape.own, function));
                self.add_one(builder, node, frame, &parts, at)?;
            }
        }
        Ok(())
    }

    /// How many frames all stacks would have with one for each place, in all chains or in the first of each function.
    fn frames_by_place(&self, first_only: bool) -> usize {
        let nodes = self.contexts.function.iter().zip(&self.contexts.depth).zip(&self.is_first);
        let nodes = nodes.filter(|(_, is_first)| !first_only || **is_first);
        nodes.fold(0, |sum: usize, ((&function, &depth), _)| sum.saturating_add(self.places.of(function).len() * depth as usize))
    }

    /// Adds a chain's part of what a function took, told by line.
    fn add_lines(&self, builder: &mut Builder<'_>, node: u32, places: &[u32], at: At) -> Result<(), ProfileError> {
        let calls = self.shape.calls;
        let mut rows: Vec<(u32, u32)> =
            places.iter().filter_map(|&row| Some((calls.places.get(row as usize)?.line, row))).collect();
        rows.sort_unstable();
        let function = self.contexts.function.get(node as usize).copied().unwrap_or(0);
        let (own, spot) =
            (self.shape.row(&self.shape.own, function), self.spots.get(function as usize).copied().unwrap_or_default());
        let parts = self.parts(node, own);
        let mut so_far = vec![0_i64; self.shape.types];
        for same in rows.chunk_by(|a, b| a.0 == b.0) {
            let before = so_far.clone();
            for &(_, place) in same {
                let values = row(&calls.place_values, place as usize, self.shape.types);
                so_far.iter_mut().zip(values).for_each(|(sum, &value)| *sum = sum.saturating_add(value));
            }
            let share = |so_far: i64, own: i64| if own == 0 { 0.0 } else { so_far as f64 / own as f64 };
            let columns = parts.iter().zip(own).zip(before.iter().zip(&so_far));
            let of_line =
                columns.map(|((&part, &own), (&from, &to))| cut(part, share(to, own)).saturating_sub(cut(part, share(from, own))));
            let of_line: Vec<i64> = of_line.collect();
            let frame = builder.frame(Spot { line: same.first().map_or(0, |first| first.0), ..spot })?;
            self.add_one(builder, node, frame, &of_line, at)?;
        }
        Ok(())
    }

    /// Adds a chain's part of what each place took.
    fn add_places(&self, builder: &mut Builder<'_>, node: u32, places: &[u32], at: At) -> Result<(), ProfileError> {
        for &place in places {
            let values = row(&self.shape.calls.place_values, place as usize, self.shape.types);
            let Some(place) = self.shape.calls.places.get(place as usize) else { continue };
            let spot = self.spots.get(place.function as usize).copied().unwrap_or_default();
            let frame = builder.frame(Spot { line: place.line, address: place.address, ..spot })?;
            self.add_one(builder, node, frame, &self.parts(node, values), at)?;
        }
        Ok(())
    }

    /// Adds a sample of a chain that ends in `leaf`.
    fn add_one(&self, builder: &mut Builder<'_>, node: u32, leaf: FrameId, parts: &[i64], at: At) -> Result<(), ProfileError> {
        if parts.iter().all(|&part| part == 0) {
            return Ok(());
        }
        builder.push(leaf);
        for caller in self.contexts.chain(node).skip(1) {
            let function = self.contexts.function.get(caller as usize).copied().unwrap_or(0);
            builder.push(self.frames.get(function as usize).copied().unwrap_or_default());
        }
        builder.reverse();
        let stack = builder.stack()?;
        builder.sample(stack, parts, at)
    }

    /// The parts of all chains of a function add up to `values`.
    fn parts(&self, node: u32, values: &[i64]) -> Vec<i64> {
        let types = self.shape.types;
        let function = self.contexts.function.get(node as usize).copied().unwrap_or(0) as usize;
        let rows = |table: &'a [f64], at: usize| table.get(at * types..(at + 1) * types).unwrap_or_default();
        let (before, share) =
            (self.before.get(node as usize * types..).unwrap_or_default(), rows(&self.contexts.share, node as usize));
        let sums = self.sum.get(function * types..).unwrap_or_default();
        let is_first = self.is_first.get(node as usize) == Some(&true);
        let columns = values.iter().zip(before).zip(share).zip(sums);
        columns
            .map(|(((&value, &before), &share), &sum)| match sum > 0.0 {
                true => cut(value, (before + share) / sum).saturating_sub(cut(value, before / sum)),
                false if is_first => value,
                false => 0,
            })
            .collect()
    }
}

/// So much of a value, in whole numbers; all of it from 1 on.
fn cut(value: i64, part: f64) -> i64 {
    if part >= 1.0 { value } else { (value as f64 * part).round() as i64 }
}
