//! How the calls of one thread hang together: circles, what enters each from outside, what each takes.

use super::collect::{Calls, row};
use super::cycles::{Adjacency, Cycles};

/// What follows from [`Calls`]. Tables of values have a row of `types` numbers for each function or circle.
pub(super) struct Shape<'a> {
    pub(super) calls: &'a Calls,
    pub(super) types: usize,
    /// Calls by who calls.
    pub(super) out: Adjacency,
    pub(super) cycles: Cycles,
    /// What each function took itself.
    pub(super) own: Vec<i64>,
    /// What calls from outside into each circle took.
    pub(super) entered: Vec<i64>,
    /// What the functions of each circle took themselves, and what they called outside of it.
    pub(super) spent: Vec<i64>,
    /// Whether there is a call into the circle from outside.
    pub(super) has_caller: Vec<bool>,
}

impl<'a> Shape<'a> {
    pub(super) fn new(calls: &'a Calls) -> Self {
        let (functions, types) = (calls.functions.len(), calls.types());
        let caller: Vec<u32> = calls.edges.iter().map(|edge| edge.caller).collect();
        let callee: Vec<u32> = calls.edges.iter().map(|edge| edge.callee).collect();
        let out = Adjacency::new(functions, &caller);
        let cycles = Cycles::find(functions, &out, &callee);
        let count = cycles.size.len();
        let own = vec![0; functions * types];
        let (entered, spent) = (vec![0; count * types], vec![0; count * types]);
        let mut shape = Self { calls, types, out, cycles, own, entered, spent, has_caller: vec![false; count] };
        shape.add_places();
        shape.add_edges();
        shape
    }

    fn add_places(&mut self) {
        for (at, place) in self.calls.places.iter().enumerate() {
            let values = row(&self.calls.place_values, at, self.types);
            add(&mut self.own, place.function, self.types, values);
            add(&mut self.spent, self.cycles.of(place.function), self.types, values);
        }
    }

    fn add_edges(&mut self) {
        for (at, edge) in self.calls.edges.iter().enumerate() {
            let (from, to) = (self.cycles.of(edge.caller), self.cycles.of(edge.callee));
            if from == to {
                continue;
            }
            let values = row(&self.calls.edge_values, at, self.types);
            add(&mut self.spent, from, self.types, values);
            add(&mut self.entered, to, self.types, values);
            if let Some(has) = self.has_caller.get_mut(to as usize) {
                *has = true;
            }
        }
    }

    /// Values of a function or circle in one of the tables.
    pub(super) fn row<'t>(&self, table: &'t [i64], at: u32) -> &'t [i64] {
        row(table, at as usize, self.types)
    }

    /// What a circle took, with all that it calls: what calls into it took or, when nothing calls it, what it spent.
    pub(super) fn cycle_total(&self, cycle: u32) -> &[i64] {
        let called = self.has_caller.get(cycle as usize) == Some(&true);
        self.row(if called { &self.entered } else { &self.spent }, cycle)
    }

    /// What each function took with all that it calls. For a function that is called that is what calls of it took, by others than
    /// itself; in a circle no more than the whole circle took, since a call there is counted again in each call around it.
    pub(super) fn totals(&self) -> Vec<i64> {
        let mut called = vec![0; self.own.len()];
        for (at, edge) in self.calls.edges.iter().enumerate().filter(|(_, edge)| edge.caller != edge.callee) {
            add(&mut called, edge.callee, self.types, row(&self.calls.edge_values, at, self.types));
        }
        let mut totals = Vec::with_capacity(self.own.len());
        for function in 0..self.calls.functions.len() as u32 {
            let (cycle, own) = (self.cycles.of(function), self.row(&self.own, function));
            let (limits, called) = (self.cycle_total(cycle), self.row(&called, function));
            let alone = self.cycles.size(cycle) == 1;
            let values = limits.iter().zip(called).zip(own);
            totals.extend(values.map(|((&limit, &called), &own)| if alone { limit } else { called.min(limit) }.max(own)));
        }
        totals
    }
}

fn add(table: &mut [i64], at: u32, types: usize, values: &[i64]) {
    let at = at as usize * types;
    for (sum, value) in table.get_mut(at..at + types).unwrap_or_default().iter_mut().zip(values) {
        *sum = sum.saturating_add(*value);
    }
}
