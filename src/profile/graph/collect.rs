//! Adds up what a file says of places and calls, before it is known how many functions there are.

use std::collections::HashMap;

use crate::profile::hash::{Hash, RowIndex};
use crate::profile::model::FunctionId;

/// Most sample types of a file with calls.
pub(in crate::profile) const MOST_TYPES: usize = 64;

/// What was measured on one thread: at places of functions, and in calls between functions. Functions have numbers of their own
/// here, so that a thread costs only what it holds.
#[derive(Debug, Default)]
pub(in crate::profile) struct Calls {
    types: usize,
    pub(super) functions: Vec<FunctionId>,
    function_index: HashMap<FunctionId, u32>,
    place_index: RowIndex,
    pub(super) places: Vec<Place>,
    /// A row of `types` values for each place.
    pub(super) place_values: Vec<i64>,
    last_place: u32,
    /// The block of places that was looked for last, and its hash.
    block: [u32; 4],
    block_hash: u64,
    edge_index: RowIndex,
    pub(super) edges: Vec<Edge>,
    /// A row of `types` values for each edge.
    pub(super) edge_values: Vec<i64>,
    hash: Hash,
}

/// Where in a function something was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Its number in [`Calls::functions`].
    pub(super) function: u32,
    /// 0 when not told.
    pub(super) line: u32,
    /// 0 when not told.
    pub(super) address: u64,
}

/// Calls from one function to another, by their numbers in [`Calls::functions`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Edge {
    pub(super) caller: u32,
    pub(super) callee: u32,
    pub(super) calls: u64,
}

impl Calls {
    /// For files that measure `types` things.
    pub(in crate::profile) fn new(types: usize) -> Self {
        Self { types, last_place: u32::MAX, block: [u32::MAX; 4], ..Self::default() }
    }

    /// The number of a function here.
    pub(in crate::profile) fn function(&mut self, id: FunctionId) -> u32 {
        *self.function_index.entry(id).or_insert_with(|| {
            self.functions.push(id);
            self.functions.len() as u32 - 1
        })
    }

    /// Functions by their number here.
    pub(in crate::profile) fn functions_of(&self) -> &[FunctionId] {
        &self.functions
    }

    /// Adds what a place of a function took itself.
    pub(in crate::profile) fn own(&mut self, function: u32, line: u32, address: u64, values: &[i64]) {
        let place = Place { function, line, address };
        // Each part of a file tells the places in the same order, mostly.
        let next = self.last_place.wrapping_add(1);
        let row = if self.places.get(next as usize) == Some(&place) { next } else { self.place_row(place) };
        self.last_place = row;
        add(&mut self.place_values, row, self.types, values);
    }

    fn place_row(&mut self, place: Place) -> u32 {
        let hash = self.place_hash(place);
        let places = &self.places;
        match self.place_index.find(hash, |row| places.get(row as usize) == Some(&place)) {
            Ok(row) => row,
            Err(free) => {
                let row = self.places.len() as u32;
                self.places.push(place);
                self.place_values.resize(self.places.len() * self.types, 0);
                self.place_index.insert(free, hash, row);
                row
            }
        }
    }

    /// Places that follow each other lie beside each other in the index, as they do in the file: that is twice as fast.
    fn place_hash(&mut self, place: Place) -> u64 {
        let block = [place.function, place.line >> 4, (place.address >> 6) as u32, (place.address >> 38) as u32];
        if block != self.block {
            self.block = block;
            self.block_hash = self.hash.numbers(block.into_iter());
        }
        let within = u64::from(place.line & 15) + (place.address & 63);
        self.block_hash.wrapping_add(within << 32)
    }

    /// The row of the calls from one function to another, for [`Calls::add`].
    pub(in crate::profile) fn edge(&mut self, caller: u32, callee: u32) -> u32 {
        let hash = self.hash.numbers([caller, callee].into_iter());
        let edges = &self.edges;
        let same = |row: u32| edges.get(row as usize).is_some_and(|edge| (edge.caller, edge.callee) == (caller, callee));
        match self.edge_index.find(hash, same) {
            Ok(row) => row,
            Err(free) => {
                let row = self.edges.len() as u32;
                self.edges.push(Edge { caller, callee, calls: 0 });
                self.edge_values.resize(self.edges.len() * self.types, 0);
                self.edge_index.insert(free, hash, row);
                row
            }
        }
    }

    /// Adds to what calls took with all that they called.
    pub(in crate::profile) fn add(&mut self, edge: u32, calls: u64, values: &[i64]) {
        if let Some(edge) = self.edges.get_mut(edge as usize) {
            edge.calls = edge.calls.saturating_add(calls);
        }
        add(&mut self.edge_values, edge, self.types, values);
    }

    /// Makes room for more sample types; what is there gets 0 for them.
    pub(in crate::profile) fn widen(&mut self, types: usize) {
        for values in [&mut self.place_values, &mut self.edge_values] {
            *values = widened(values, self.types, types);
        }
        self.types = types;
    }

    /// Fills a sample type from others: the sum of each times its factor.
    pub(in crate::profile) fn derive(&mut self, sample_type: usize, terms: &[(usize, i64)]) {
        for values in [&mut self.place_values, &mut self.edge_values] {
            for row in values.chunks_exact_mut(self.types.max(1)) {
                let of = |from: usize| row.get(from).copied().unwrap_or(0);
                let sum = terms.iter().fold(0_i64, |sum, &(from, factor)| sum.saturating_add(of(from).saturating_mul(factor)));
                if let Some(slot) = row.get_mut(sample_type) {
                    *slot = sum;
                }
            }
        }
    }

    /// How many sample types there are.
    pub(in crate::profile) fn types(&self) -> usize {
        self.types
    }

    /// Bytes held.
    pub(in crate::profile) fn memory_bytes(&self) -> usize {
        self.functions.capacity() * 20
            + self.places.capacity() * size_of::<Place>()
            + self.edges.capacity() * size_of::<Edge>()
            + (self.place_values.capacity() + self.edge_values.capacity()) * 8
            + self.place_index.memory_bytes()
            + self.edge_index.memory_bytes()
    }
}

/// One row of a table of values.
pub(super) fn row(values: &[i64], row: usize, types: usize) -> &[i64] {
    values.get(row * types..(row + 1) * types).unwrap_or_default()
}

fn add(table: &mut [i64], row: u32, types: usize, values: &[i64]) {
    let at = row as usize * types;
    for (sum, value) in table.get_mut(at..at + types).unwrap_or_default().iter_mut().zip(values) {
        *sum = sum.saturating_add(*value);
    }
}

fn widened(values: &[i64], from: usize, to: usize) -> Vec<i64> {
    let rows = values.chunks_exact(from.max(1));
    let fill = || std::iter::repeat_n(0, to.saturating_sub(from));
    rows.flat_map(|row| row.iter().copied().chain(fill())).collect()
}
