//! XHProf and Tideways of PHP (<https://www.php.net/manual/en/book.xhprof.php>): what their `…_disable()` gives, written as JSON or with
//! PHP's `serialize`.
//!
//! `{"caller==>function": {"ct": calls, "wt": microseconds, "cpu": microseconds, "mu": bytes, "pmu": bytes}}`, each with all that the
//! function calls; without a caller for what is called by nothing. A function that calls itself is there as `name@1`, `name@2`…, which
//! stay functions of their own, as in XHProf's own reports.

use super::Context;
use super::expand;
use super::head::Head;
use super::json::Json;
use super::serialized::{Serialized, Token};
use super::source::Source;
use crate::profile::build::Builder;
use crate::profile::error::ProfileError;
use crate::profile::graph::CallGraph;
use crate::profile::model::{FunctionId, Profile, StringId};

/// Between caller and function.
const CALLS: &[u8] = b"==>";
/// Key, name and unit of what is measured; times are made nanoseconds.
const KINDS: [(&[u8], &str, &str, i64); 4] = [
    (b"wt", "wall", "nanoseconds", 1000),
    (b"cpu", "cpu", "nanoseconds", 1000),
    (b"mu", "memory", "bytes", 1),
    (b"pmu", "peak memory", "bytes", 1),
];

/// Whether it begins as a list of calls in one of the two writings.
pub(super) fn is_xhprof(head: &Head<'_>) -> bool {
    let calls = |head: &Head<'_>| head.has("==>") || head.has("\"main()\"");
    match head.bytes.first() {
        Some(b'a') => head.starts_with(b"a:") && head.has("s:2:\"ct\";i:") && calls(head),
        _ => head.is_json_object() && head.has_key("ct") && head.has_key("wt") && calls(head),
    }
}

/// Reads a file of XHProf.
pub(super) fn read(source: &mut Source<'_>, head: &Head<'_>, context: Context<'_>) -> Result<Profile, ProfileError> {
    let mut reader = Reader { builder: Builder::new("XHProf", context), rows: Vec::new(), has: [false; 4] };
    match head.bytes.first() {
        Some(b'a') => reader.serialized(&source.read_all()?)?,
        _ => reader.json(&mut Json::new(source)?)?,
    }
    reader.finish()
}

/// The calls of one function by another, or by nothing.
struct Row {
    caller: Option<FunctionId>,
    callee: FunctionId,
    calls: i64,
    values: [i64; 4],
}

struct Reader<'a> {
    builder: Builder<'a>,
    rows: Vec<Row>,
    /// Which kinds the file has.
    has: [bool; 4],
}

impl Reader<'_> {
    fn json(&mut self, json: &mut Json<'_, '_>) -> Result<(), ProfileError> {
        json.begin_object()?;
        while let Some(key) = json.next_key()? {
            let mut row = self.row(key.as_bytes())?;
            self.builder.place = json.place();
            if !json.try_object()? {
                self.builder.flaw("is no list of what calls took, and was left out");
                continue;
            }
            while let Some(key) = json.next_key()? {
                let kind = key.as_bytes().to_vec();
                let value = json.maybe_integer()?;
                self.value(&mut row, &kind, value.unwrap_or(0));
            }
            self.push(row)?;
        }
        Ok(())
    }

    fn serialized(&mut self, data: &[u8]) -> Result<(), ProfileError> {
        let mut items = Serialized::new(data, self.builder.context);
        items.begin()?;
        while let Some(key) = items.key()? {
            let mut row = self.row(key)?;
            self.builder.place = self.builder.context.place(items.place());
            items.begin()?;
            while let Some(kind) = items.key()? {
                if let Token::Number(value) = items.value()? {
                    self.value(&mut row, kind, value);
                }
            }
            self.push(row)?;
        }
        Ok(())
    }

    fn row(&mut self, key: &[u8]) -> Result<Row, ProfileError> {
        let (caller, callee) = match memchr::memmem::find(key, CALLS) {
            Some(at) => (key.get(..at), key.get(at + CALLS.len()..).unwrap_or_default()),
            None => (None, key),
        };
        let caller = caller.map(|name| self.function(name)).transpose()?;
        Ok(Row { caller, callee: self.function(callee)?, calls: 0, values: [0; 4] })
    }

    fn function(&mut self, name: &[u8]) -> Result<FunctionId, ProfileError> {
        let name = self.builder.text_bytes(if name.is_empty() { b"<unknown>" } else { name })?;
        self.builder.function(name, StringId(0), 0)
    }

    fn value(&mut self, row: &mut Row, key: &[u8], value: i64) {
        if key == b"ct" {
            row.calls = value;
        }
        let kinds = KINDS.iter().zip(&mut row.values).zip(&mut self.has);
        for ((&(_, _, _, factor), slot), has) in kinds.filter(|((kind, _), _)| kind.0 == key) {
            *slot = value.saturating_mul(factor);
            *has = true;
        }
    }

    fn push(&mut self, row: Row) -> Result<(), ProfileError> {
        self.rows.push(row);
        if self.rows.len().is_multiple_of(1024) {
            self.builder.has_room((self.rows.len() * (size_of::<Row>() + 48)) as u64)?;
        }
        self.builder.tick()
    }

    fn finish(mut self) -> Result<Profile, ProfileError> {
        let kinds: Vec<usize> = (0..KINDS.len()).filter(|&kind| self.has.get(kind) == Some(&true)).collect();
        for &(_, name, unit, _) in kinds.iter().filter_map(|&kind| KINDS.get(kind)) {
            self.builder.sample_type(name, unit)?;
        }
        let functions = self.builder.function_count();
        let columns = || vec![vec![0; functions]; kinds.len()];
        let mut graph = CallGraph { own: columns(), total: columns(), calls: vec![0; functions], ..CallGraph::default() };
        graph.edges.values = vec![Vec::new(); kinds.len()];
        for row in &self.rows {
            add(&mut graph, row, &kinds);
        }
        expand::stacks(&mut self.builder, &graph)?;
        Ok(self.builder.finish(Some(graph)))
    }
}

/// Adds calls to the figures of the function that was called, and takes what they took from what its caller took itself.
fn add(graph: &mut CallGraph, row: &Row, kinds: &[usize]) {
    let calls = u64::try_from(row.calls).unwrap_or(0);
    let at = |id: FunctionId| id.0 as usize;
    graph.calls.get_mut(at(row.callee)).into_iter().for_each(|sum| *sum = sum.saturating_add(calls));
    let values = || kinds.iter().map(|&kind| row.values.get(kind).copied().unwrap_or(0));
    // What a function causes by calling itself is in the first call.
    if row.caller != Some(row.callee) {
        for (nth, value) in values().enumerate() {
            let sum = |column: Option<&mut Vec<i64>>, id: FunctionId, value: i64| {
                let slot = column.and_then(|column| column.get_mut(at(id)));
                slot.into_iter().for_each(|sum| *sum = sum.saturating_add(value));
            };
            sum(graph.total.get_mut(nth), row.callee, value);
            sum(graph.own.get_mut(nth), row.callee, value);
            row.caller.into_iter().for_each(|caller| sum(graph.own.get_mut(nth), caller, value.saturating_neg()));
        }
    }
    if let Some(caller) = row.caller {
        graph.edges.caller.push(caller);
        graph.edges.callee.push(row.callee);
        graph.edges.calls.push(calls);
        graph.edges.values.iter_mut().zip(values()).for_each(|(column, value)| column.push(value));
    }
}
