//! Makes the tables of a profile from what stands in a file.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};

use super::{Dump, Method};
use crate::profile::build::{At, Builder, Spot};
use crate::profile::error::{Place, ProfileError};
use crate::profile::graph::CallGraph;
use crate::profile::model::{FunctionId, Profile, SampleType, StringId};

const NO_RAW: &str = "The profile was taken without “raw: true”, so it holds no stacks: tables are exact, flame graph and tree are estimated, \
     each method shown below one caller.";

/// Makes the profile.
pub(super) fn fill(dump: Dump, builder: Builder<'_>) -> Result<Profile, ProfileError> {
    let mut filler = Filler { builder, dump, functions: HashMap::new(), time: None };
    filler.types()?;
    let graph = if filler.dump.raw.is_empty() { Some(filler.graph()?) } else { None };
    if graph.is_none() {
        filler.stacks()?;
    }
    filler.header();
    Ok(filler.builder.finish(graph))
}

struct Filler<'a> {
    builder: Builder<'a>,
    dump: Dump,
    /// Function of each method, and its number of microseconds in a sample where time was not told.
    functions: HashMap<i64, FunctionId>,
    /// Row of the sample type that is a time.
    time: Option<usize>,
}

impl Filler<'_> {
    fn types(&mut self) -> Result<(), ProfileError> {
        self.builder.place = Place::File;
        self.builder.sample_type("samples", "count")?;
        if matches!(self.dump.mode.as_str(), "wall" | "cpu") {
            self.time = Some(self.builder.sample_type(&self.dump.mode, "nanoseconds")?);
        }
        let unit = if self.time.is_some() { "nanoseconds" } else { "count" };
        let scale = if self.time.is_some() { 1000 } else { 1 };
        let mode = if self.dump.mode.is_empty() { "events" } else { &self.dump.mode };
        if self.dump.interval > 0 {
            self.builder.profile.period = Some(self.dump.interval.saturating_mul(scale));
            let period_type = SampleType { name: self.builder.text(mode)?, unit: self.builder.text(unit)? };
            self.builder.profile.period_type = Some(period_type);
        }
        Ok(())
    }

    /// The function of a method.
    fn function(&mut self, number: i64) -> Result<FunctionId, ProfileError> {
        if let Some(&known) = self.functions.get(&number) {
            return Ok(known);
        }
        let known = self.dump.frames.get(&number).map(|method| (method.name, method.file, method.line));
        let (name, file, line) = match known {
            Some(method) => method,
            None => (self.builder.text("<unknown>")?, StringId(0), 0),
        };
        let function = self.builder.function(name, file, line)?;
        self.functions.insert(number, function);
        Ok(function)
    }

    /// Adds all stacks of `raw`.
    fn stacks(&mut self) -> Result<(), ProfileError> {
        let (mut at, mut sample, mut now) = (0_usize, 0_usize, 0_i64);
        while let Some(&length) = self.dump.raw.get(at) {
            let end = usize::try_from(length).ok().and_then(|length| at.checked_add(length)?.checked_add(1));
            let Some((end, &count)) = end.and_then(|end| Some((end, self.dump.raw.get(end)?))) else {
                self.builder.flaw("has a stack that is longer than the list of stacks; it was left out");
                break;
            };
            for place in at + 1..end {
                self.push(place)?;
            }
            let stack = self.builder.stack()?;
            let time = self.elapsed(sample, count);
            let values = [count, time.unwrap_or(count.saturating_mul(self.dump.interval)).saturating_mul(1000)];
            let at_time = time.map(|_| now.saturating_add(self.first_delta(sample)).saturating_mul(1000));
            let values = values.get(..=usize::from(self.time.is_some())).unwrap_or_default();
            self.builder.sample(stack, values, At { thread: None, time_ns: at_time })?;
            now = now.saturating_add(time.unwrap_or(0));
            sample = sample.saturating_add(usize::try_from(count).unwrap_or(0));
            at = end + 1;
        }
        self.duration(now)
    }

    fn push(&mut self, place: usize) -> Result<(), ProfileError> {
        let number = self.dump.raw.get(place).copied().unwrap_or(-1);
        let function = self.function(number)?;
        let line = self.dump.lines.get(place).and_then(|&line| u32::try_from(line).ok()).unwrap_or(0);
        let frame = self.builder.frame(Spot { function, line, ..Spot::default() })?;
        self.builder.push(frame);
        Ok(())
    }

    /// Microseconds of the next samples, where the file tells them.
    fn elapsed(&self, first: usize, count: i64) -> Option<i64> {
        let end = first.checked_add(usize::try_from(count).ok()?)?;
        let deltas = self.dump.deltas.get(first..end)?;
        Some(deltas.iter().fold(0, |sum: i64, delta| sum.saturating_add(*delta)))
    }

    fn first_delta(&self, sample: usize) -> i64 {
        self.dump.deltas.get(sample).copied().unwrap_or(0)
    }

    fn duration(&mut self, microseconds: i64) -> Result<(), ProfileError> {
        let length = u64::try_from(microseconds.saturating_mul(1000)).ok().filter(|&length| length > 0);
        self.builder.profile.duration_ns = length;
        self.builder.tick()
    }

    /// Exact figures of a file without stacks, and a sample for what each method took itself, on an estimated stack.
    fn graph(&mut self) -> Result<CallGraph, ProfileError> {
        let mut methods: Vec<(i64, Method)> = std::mem::take(&mut self.dump.frames).into_iter().collect();
        methods.sort_unstable_by_key(|(number, _)| *number);
        for (number, method) in &methods {
            let function = self.builder.function(method.name, method.file, method.line)?;
            self.functions.insert(*number, function);
        }
        let types = self.builder.profile.sample_types.len();
        let mut graph = CallGraph::default();
        let columns = vec![vec![0_i64; self.builder.function_count()]; types];
        (graph.own, graph.total, graph.edges.values) = (columns.clone(), columns, vec![Vec::new(); types]);
        let callers = callers(&methods);
        for (number, method) in &methods {
            self.method(*number, method, &callers, &mut graph)?;
        }
        self.builder.profile.warnings.push(NO_RAW.into());
        Ok(graph)
    }

    fn method(&mut self, number: i64, method: &Method, callers: &Callers, graph: &mut CallGraph) -> Result<(), ProfileError> {
        let Some(&function) = self.functions.get(&number) else { return Ok(()) };
        let scales = [1, self.dump.interval.saturating_mul(1000)];
        let row = function.0 as usize;
        for (nth, scale) in scales.iter().enumerate() {
            add(graph.own.get_mut(nth), row, method.own.saturating_mul(*scale));
            add(graph.total.get_mut(nth), row, method.total.saturating_mul(*scale));
        }
        for (callee, count) in &method.edges {
            let Some(&callee) = self.functions.get(callee) else { continue };
            graph.edges.caller.push(function);
            graph.edges.callee.push(callee);
            graph.edges.calls.push(0);
            for (column, scale) in graph.edges.values.iter_mut().zip(scales) {
                column.push(count.saturating_mul(scale));
            }
        }
        if method.own == 0 {
            return Ok(());
        }
        let mut next = Some(number);
        while let Some(at) = next {
            let function = self.function(at)?;
            let frame = self.builder.frame(Spot { function, ..Spot::default() })?;
            self.builder.push(frame);
            next = callers.get(&at).copied();
        }
        self.builder.reverse();
        let stack = self.builder.stack()?;
        let values = scales.map(|scale| method.own.saturating_mul(scale));
        self.builder.sample(stack, values.get(..graph.own.len()).unwrap_or_default(), At::default())
    }

    fn header(&mut self) {
        if self.dump.missed > 0 && self.dump.mode != "object" {
            let missed = self.dump.missed;
            self.builder
                .profile
                .comments
                .push(format!("{missed} samples were missed, beside {} that were taken.", self.dump.samples));
        }
    }
}

/// For each method the one that it is shown below; none for those where something begins.
type Callers = HashMap<i64, i64>;

/// A tree of the calls that most samples were in, grown from the methods that nobody calls.
fn callers(methods: &[(i64, Method)]) -> Callers {
    let by_number: HashMap<i64, &Method> = methods.iter().map(|(number, method)| (*number, method)).collect();
    let called: HashSet<i64> = methods.iter().flat_map(|(_, method)| &method.edges).map(|&(callee, _)| callee).collect();
    // Those that are called come last, the largest first: one of them is a beginning only when no other way leads there.
    let mut begins: Vec<&(i64, Method)> = methods.iter().collect();
    begins.sort_by_key(|(number, method)| (called.contains(number), Reverse(method.total)));
    let (mut callers, mut placed, mut calls) = (Callers::new(), HashSet::new(), BinaryHeap::new());
    for (begin, _) in begins {
        let mut next = Some((*begin, None));
        while let Some((method, caller)) = next {
            if placed.insert(method) {
                callers.extend(caller.map(|caller| (method, caller)));
                let edges = by_number.get(&method).map_or(&[][..], |method| method.edges.as_slice());
                calls.extend(edges.iter().map(|&(callee, count)| (count, callee, method)));
            }
            next = calls.pop().map(|(_, callee, caller)| (callee, Some(caller)));
        }
    }
    callers
}

/// Adds to a cell.
fn add(column: Option<&mut Vec<i64>>, row: usize, value: i64) {
    if let Some(cell) = column.and_then(|column| column.get_mut(row)) {
        *cell = cell.saturating_add(value);
    }
}
