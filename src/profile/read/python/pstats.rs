//! Python's cProfile and profile (<https://docs.python.org/3/library/profile.html>): a dictionary, written by marshal, of each
//! function's calls, time and callers, as `pstats` loads it.
//!
//! `{(file, line, name): (primitive calls, calls, own seconds, total seconds, callers)}`, where `callers` has for each calling function
//! `(calls, primitive calls, own seconds, total seconds)` of the calls that it made (cProfile), or how many these were (profile).
//! Seconds become nanoseconds, rounded to the nearest: cProfile counts in nanoseconds, so nothing is lost.

use std::collections::HashMap;

use super::marshal::{self, Decoded};
use super::values::{NO_TEXT, ValueId, Values, line, nanoseconds};
use crate::profile::build::Builder;
use crate::profile::error::{Place, ProfileError};
use crate::profile::graph::{CallEdges, CallGraph};
use crate::profile::model::{FunctionId, Profile};
use crate::profile::read::Context;
use crate::profile::read::expand;
use crate::profile::read::head::Head;
use crate::profile::read::source::Source;

/// Bit of a type byte of marshal that says nothing of the kind.
const FLAG: u8 = 0x80;
/// How marshal writes a key of three items, the long way and the short way, and the key of one item that says that samples were taken.
const KEYS: [(u8, &[u8]); 3] = [(b'(', b"\x03\0\0\0"), (b')', b"\x03"), (b')', b"\x01\xda\x0b__sampled__")];
/// Kinds of text that a key can begin with.
const TEXTS: &[u8] = b"stuaAzZ";

/// Since Python 3.15, of `profiling.sampling`.
const SAMPLED: &str = "A sampling profiler wrote the file: its calls are counts of samples.";
const NO_TIMES: &str = "The module “profile” does not tell how much time the calls of each caller took: their parts of a function’s \
     time are estimated from how many calls there were.";

/// Whether a dictionary begins whose first key begins as a function of pstats does.
pub(super) fn is_pstats(head: &Head<'_>) -> bool {
    let Some((b'{', rest)) = head.bytes.split_first().map(|(first, rest)| (first & !FLAG, rest)) else { return false };
    if head.whole && rest == b"0" {
        return true;
    }
    let Some((kind, rest)) = rest.split_first() else { return false };
    let mut keys = KEYS.iter().filter(|(code, _)| *code == kind & !FLAG).filter_map(|(_, begin)| rest.strip_prefix(*begin));
    // Behind the marker anything can follow.
    keys.any(|key| rest.starts_with(b"\x01") || key.first().is_none_or(|text| TEXTS.contains(&(text & !FLAG))))
}

/// Reads a file of pstats.
pub(super) fn read(source: &mut Source<'_>, _: &Head<'_>, context: Context<'_>) -> Result<Profile, ProfileError> {
    let data = source.read_all()?;
    let Decoded { values, root, cut_at } = marshal::decode(&data, context)?;
    let mut reader =
        Reader { values: &values, keys: HashMap::new(), graph: CallGraph::default(), edges: CallEdges::default(), no_times: false };
    let mut builder = Builder::new("pstats", context);
    builder.sample_type("time", "nanoseconds")?;
    builder.has_room(values.memory_bytes() as u64)?;
    reader.graph.own.push(Vec::new());
    reader.graph.total.push(Vec::new());
    reader.edges.values.push(Vec::new());
    for (key, figures) in values.entries(root) {
        reader.function(&mut builder, key, figures)?;
    }
    if let Some(at) = cut_at {
        let warning = format!("The file is cut off{}: what stands before that is shown.", context.place(at));
        builder.profile.warnings.push(warning);
    }
    reader.finish(builder)
}

struct Reader<'v, 'd> {
    values: &'v Values<'d>,
    /// Functions by their keys, which stand in the file once and are referred to from then on.
    keys: HashMap<ValueId, FunctionId>,
    graph: CallGraph,
    edges: CallEdges,
    no_times: bool,
}

impl Reader<'_, '_> {
    /// Takes one function with its callers.
    fn function(&mut self, builder: &mut Builder<'_>, key: ValueId, figures: ValueId) -> Result<(), ProfileError> {
        let values = self.values;
        if array(values.items(key)).is_some_and(|[only]| values.text(only) == Some(b"__sampled__")) {
            builder.profile.comments.push(SAMPLED.into());
            return Ok(());
        }
        let (Some(function), Some([primitive, calls, own, total, callers])) =
            (self.key(builder, key)?, array(values.items(figures)))
        else {
            builder.flaw("is no function with its calls, times and callers, and was left out");
            return Ok(());
        };
        let [primitive, calls] = [primitive, calls].map(|id| count(values, id));
        let [own, total] = [own, total].map(|id| nanoseconds(values.number(id).unwrap_or(0.0)));
        self.widen(builder);
        let row = function.0 as usize;
        // A function stands there once; if not, all of what is told counts.
        add(self.graph.own.first_mut(), row, own);
        add(self.graph.total.first_mut(), row, total);
        for (column, number) in [(&mut self.graph.calls, calls), (&mut self.graph.primitive_calls, primitive)] {
            column.get_mut(row).into_iter().for_each(|sum| *sum = sum.saturating_add(number));
        }
        for (caller, figures) in values.entries(callers) {
            self.caller(builder, (function, calls, total), caller, figures)?;
        }
        Ok(())
    }

    /// Takes the calls that one function had from another.
    fn caller(
        &mut self,
        builder: &mut Builder<'_>,
        (callee, all_calls, total): (FunctionId, u64, i64),
        caller: ValueId,
        figures: ValueId,
    ) -> Result<(), ProfileError> {
        let Some(caller) = self.key(builder, caller)? else {
            builder.flaw("is no function that calls another, and was left out");
            return Ok(());
        };
        let (calls, took) = match array(self.values.items(figures)) {
            Some([calls, _, _, total]) => (count(self.values, calls), nanoseconds(self.values.number(total).unwrap_or(0.0))),
            None => {
                self.no_times = true;
                let calls = count(self.values, figures);
                (calls, (total as f64 * (calls as f64 / all_calls.max(1) as f64)).round() as i64)
            }
        };
        self.edges.caller.push(caller);
        self.edges.callee.push(callee);
        self.edges.calls.push(calls);
        self.edges.values.first_mut().into_iter().for_each(|column| column.push(took));
        if self.edges.len().is_multiple_of(4096) {
            builder.has_room((self.edges.len() * 24 + self.keys.len() * 16 + self.values.memory_bytes()) as u64)?;
        }
        builder.tick()
    }

    /// The function of a key: its file, line and name.
    fn key(&mut self, builder: &mut Builder<'_>, key: ValueId) -> Result<Option<FunctionId>, ProfileError> {
        if let Some(&known) = self.keys.get(&key) {
            return Ok(Some(known));
        }
        let Some([file, number, name]) = array(self.values.items(key)) else { return Ok(None) };
        let (Some(file), Some(text)) = (self.values.text(file), self.values.text(name)) else { return Ok(None) };
        builder.place = self.values.place(name).map_or(Place::File, |at| builder.context.place(at));
        // What Python itself is made of has this for a file.
        let file = if file == b"~" { NO_TEXT } else { builder.text_bytes(file)? };
        let name = builder.text_bytes(text)?;
        let function = builder.function(name, file, line(self.values.int(number)))?;
        self.keys.insert(key, function);
        Ok(Some(function))
    }

    /// Gives every function its row.
    fn widen(&mut self, builder: &Builder<'_>) {
        let functions = builder.function_count();
        self.graph.own.iter_mut().chain(&mut self.graph.total).for_each(|column| column.resize(functions, 0));
        self.graph.calls.resize(functions, 0);
        self.graph.primitive_calls.resize(functions, 0);
    }

    fn finish(mut self, mut builder: Builder<'_>) -> Result<Profile, ProfileError> {
        self.widen(&builder);
        if self.no_times {
            builder.profile.warnings.push(NO_TIMES.into());
        }
        self.graph.edges = self.edges;
        expand::stacks(&mut builder, &self.graph)?;
        Ok(builder.finish(Some(self.graph)))
    }
}

/// The items of a tuple that must have so many.
fn array<const N: usize>(items: &[ValueId]) -> Option<[ValueId; N]> {
    items.try_into().ok()
}

fn count(values: &Values<'_>, id: ValueId) -> u64 {
    values.int(id).and_then(|number| u64::try_from(number).ok()).unwrap_or(0)
}

fn add(column: Option<&mut Vec<i64>>, row: usize, value: i64) {
    if let Some(sum) = column.and_then(|column| column.get_mut(row)) {
        *sum = sum.saturating_add(value);
    }
}
