//! The tables that few formats fill: binaries, counters, markers, calls.

use super::bytes::{Reader, Writer};
use super::{StringId, all_below};
use crate::profile::graph::{CallEdges, CallGraph};
use crate::profile::model::{FunctionId, Mapping, MappingId, Profile, ThreadId};
use crate::profile::timeline::{Counter, Markers};

/// Bytes that a mapping and an empty counter take.
const MAPPING: usize = 32;
const COUNTER: usize = 28;

impl Writer {
    pub(super) fn rest(&mut self, profile: &Profile) {
        self.u64(profile.mappings.len() as u64);
        for mapping in &profile.mappings {
            self.u32(mapping.file.0);
            self.u32(mapping.build_id.0);
            [mapping.start, mapping.end, mapping.offset].into_iter().for_each(|number| self.u64(number));
        }
        self.u64(profile.counters.len() as u64);
        for counter in &profile.counters {
            [counter.name.0, counter.unit.0, counter.thread.0].into_iter().for_each(|number| self.u32(number));
            self.wide(counter.time_ns.iter().map(|time| time.cast_unsigned()));
            self.wide(counter.value.iter().map(|value| value.to_bits()));
        }
        self.markers(&profile.markers);
        self.0.push(u8::from(profile.graph.is_some()));
        if let Some(graph) = &profile.graph {
            self.graph(graph);
        }
    }

    fn markers(&mut self, markers: &Markers) {
        for column in [&markers.name, &markers.category, &markers.text] {
            self.column(column.iter().map(|id| id.0));
        }
        self.column(markers.thread.iter().map(|id| id.0));
        for column in [&markers.start_ns, &markers.end_ns] {
            self.wide(column.iter().map(|time| time.cast_unsigned()));
        }
    }

    fn graph(&mut self, graph: &CallGraph) {
        self.columns(&graph.own);
        self.columns(&graph.total);
        self.wide(graph.calls.iter().copied());
        self.wide(graph.primitive_calls.iter().copied());
        self.column(graph.edges.caller.iter().map(|id| id.0));
        self.column(graph.edges.callee.iter().map(|id| id.0));
        self.wide(graph.edges.calls.iter().copied());
        self.columns(&graph.edges.values);
    }

    fn columns(&mut self, columns: &[Vec<i64>]) {
        self.u64(columns.len() as u64);
        columns.iter().for_each(|column| self.wide(column.iter().map(|value| value.cast_unsigned())));
    }
}

impl Reader<'_> {
    pub(super) fn rest(&mut self, profile: &mut Profile) -> Option<()> {
        let count = self.length(MAPPING)?;
        profile.mappings = (0..count).map(|_| self.mapping()).collect::<Option<_>>()?;
        let count = self.length(COUNTER)?;
        profile.counters = (0..count).map(|_| self.counter()).collect::<Option<_>>()?;
        profile.markers = self.markers()?.into();
        profile.graph = match self.take(1)? {
            [0] => None,
            [1] => Some(self.graph()?),
            _ => return None,
        };
        Some(())
    }

    fn mapping(&mut self) -> Option<Mapping> {
        let (file, build_id) = (StringId(self.u32()?), StringId(self.u32()?));
        Some(Mapping { file, build_id, start: self.u64()?, end: self.u64()?, offset: self.u64()? })
    }

    fn counter(&mut self) -> Option<Counter> {
        let (name, unit, thread) = (StringId(self.u32()?), StringId(self.u32()?), ThreadId(self.u32()?));
        Some(Counter { name, unit, thread, time_ns: self.wide(u64::cast_signed)?, value: self.wide(f64::from_bits)? })
    }

    fn markers(&mut self) -> Option<Markers> {
        Some(Markers {
            name: self.column(StringId)?,
            category: self.column(StringId)?,
            text: self.column(StringId)?,
            thread: self.column(ThreadId)?,
            start_ns: self.wide(u64::cast_signed)?,
            end_ns: self.wide(u64::cast_signed)?,
        })
    }

    fn graph(&mut self) -> Option<CallGraph> {
        Some(CallGraph {
            own: self.columns()?,
            total: self.columns()?,
            calls: self.wide(|calls| calls)?,
            primitive_calls: self.wide(|calls| calls)?,
            edges: CallEdges {
                caller: self.column(FunctionId)?,
                callee: self.column(FunctionId)?,
                calls: self.wide(|calls| calls)?,
                values: self.columns()?,
            },
        })
    }

    fn columns(&mut self) -> Option<Vec<Vec<i64>>> {
        let count = self.length(8)?;
        (0..count).map(|_| self.wide(u64::cast_signed)).collect()
    }
}

/// Whether every row number of these tables points into its table and all columns of a table are of one length.
pub(super) fn is_sound(profile: &Profile) -> bool {
    let (mappings, frames, markers) = (&profile.mappings, &profile.frames, &profile.markers);
    let counters = &profile.counters;
    let texts = mappings.iter().flat_map(|mapping| [mapping.file, mapping.build_id]);
    let texts = texts.chain(counters.iter().flat_map(|counter| [counter.name, counter.unit]));
    let texts = texts.chain(markers.name.iter().chain(&markers.category).chain(&markers.text).copied());
    let mut threads = counters.iter().map(|counter| counter.thread).chain(markers.thread.iter().copied());
    let columns = [markers.category.len(), markers.text.len(), markers.thread.len(), markers.start_ns.len(), markers.end_ns.len()];
    all_below(texts.map(|id| id.0), profile.strings.len())
        && threads.all(|id| id == ThreadId::NONE || (id.0 as usize) < profile.threads.len())
        && columns.iter().all(|&len| len == markers.len())
        && counters.iter().all(|counter| counter.time_ns.len() == counter.value.len())
        && (frames.mapping.is_empty() || frames.mapping.len() == frames.len())
        && frames.mapping.iter().all(|&id| id == MappingId::NONE || (id.0 as usize) < mappings.len())
        && profile.graph.as_ref().is_none_or(|graph| is_sound_graph(profile, graph))
}

fn is_sound_graph(profile: &Profile, graph: &CallGraph) -> bool {
    let (functions, types, edges) = (profile.functions.len(), profile.sample_types.len(), &graph.edges);
    let mut by_function = graph.own.iter().chain(&graph.total);
    by_function.all(|column| column.len() == functions)
        && [graph.own.len(), graph.total.len(), edges.values.len()].iter().all(|&len| len == types)
        && [graph.calls.len(), graph.primitive_calls.len()].iter().all(|&len| len == 0 || len == functions)
        && edges.values.iter().all(|column| column.len() == edges.len())
        && [edges.callee.len(), edges.calls.len()].iter().all(|&len| len == edges.len())
        && all_below(edges.caller.iter().chain(&edges.callee).map(|id| id.0), functions)
}
