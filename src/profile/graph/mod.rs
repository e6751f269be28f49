//! Who called whom how often, from files that hold no stacks: callgrind, gprof, Python's pstats.
//!
//! Such a file tells exactly what each function took itself and with all it calls, and what each caller caused, but not which chain of
//! callers caused it. The exact figures are here, and tables are made from them; the samples of such a profile are estimated from them,
//! so that there is something to draw.
//!
//! A reader adds up places and calls in [`Calls`], one for each thread, and gets the tables by [`call_graph`] and the samples by
//! [`add_stacks`]; a file that tells totals itself puts them into [`CallGraph::total`] behind that.

mod collect;
mod contexts;
mod cycles;
mod estimate;
mod shape;
#[cfg(test)]
mod tests;

use super::model::FunctionId;
pub(super) use collect::{Calls, MOST_TYPES};
pub(super) use estimate::{add_stacks, call_graph};

/// Exact figures by function and by call. Rows of the first three are rows of [`super::Functions`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallGraph {
    /// For each sample type, what each function took itself.
    pub own: Vec<Vec<i64>>,
    /// For each sample type, what each function took with all that it calls; recursion counted once, as the file tells it.
    pub total: Vec<Vec<i64>>,
    /// How often each function was called; empty when the file does not say.
    pub calls: Vec<u64>,
    /// How many of these were made while the function was not running already; empty when the file does not say.
    pub primitive_calls: Vec<u64>,
    /// The calls.
    pub edges: CallEdges,
}

/// Calls from one function to another, by column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallEdges {
    /// Who called.
    pub caller: Vec<FunctionId>,
    /// Who was called.
    pub callee: Vec<FunctionId>,
    /// How often; 0 when not told.
    pub calls: Vec<u64>,
    /// For each sample type, what the called function took in these calls with all that it calls.
    pub values: Vec<Vec<i64>>,
}

impl CallEdges {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.caller.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.caller.is_empty()
    }
}

impl CallGraph {
    /// What a function took itself and with all it calls.
    pub fn figures(&self, sample_type: usize, function: FunctionId) -> (i64, i64) {
        let of = |columns: &[Vec<i64>]| {
            columns.get(sample_type).and_then(|column| column.get(function.0 as usize)).copied().unwrap_or_default()
        };
        (of(&self.own), of(&self.total))
    }

    /// Bytes held.
    pub fn memory_bytes(&self) -> usize {
        let columns = self.own.iter().chain(&self.total).chain(&self.edges.values);
        columns.map(|column| column.capacity() * 8).sum::<usize>()
            + (self.calls.capacity() + self.primitive_calls.capacity() + self.edges.calls.capacity()) * 8
            + (self.edges.caller.capacity() + self.edges.callee.capacity()) * 4
    }
}
