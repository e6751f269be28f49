//! Stacks for files that tell exact figures of functions and calls, but hold no stacks themselves.

use crate::profile::build::{At, Builder, Spot};
use crate::profile::error::ProfileError;
use crate::profile::graph::{self, CallGraph, Calls};
use crate::profile::model::FunctionId;

/// Adds samples for what the functions took, with stacks estimated from who called whom.
pub(super) fn stacks(builder: &mut Builder<'_>, graph: &CallGraph) -> Result<(), ProfileError> {
    builder.has_room(graph.memory_bytes() as u64 * 3)?;
    let mut calls = Calls::new(graph.own.len());
    let values = |columns: &[Vec<i64>], row: usize| -> Vec<i64> {
        columns.iter().map(|column| column.get(row).copied().unwrap_or(0)).collect()
    };
    for row in 0..graph.own.first().map_or(0, Vec::len) {
        let function = calls.function(FunctionId(row as u32));
        calls.own(function, 0, 0, &values(&graph.own, row));
        builder.tick()?;
    }
    let edges = &graph.edges;
    for (row, ((&caller, &callee), &count)) in edges.caller.iter().zip(&edges.callee).zip(&edges.calls).enumerate() {
        let (caller, callee) = (calls.function(caller), calls.function(callee));
        let edge = calls.edge(caller, callee);
        calls.add(edge, count, &values(&edges.values, row));
        builder.tick()?;
    }
    graph::add_stacks(builder, &calls, At::default(), 1, |_| Spot::default())
}
