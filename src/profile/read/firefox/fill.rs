//! Samples and allocations of the threads of a file.

use std::collections::HashMap;

use super::columns as c;
use super::file::{Process, Thread};
use super::payload::Allocation;
use super::resolve::Resolver;
use super::table::Table;
use crate::profile::build::{At, Builder};
use crate::profile::error::ProfileError;
use crate::profile::model::ThreadId;

/// What a file can measure: name and unit of the sample type. Those that no sample of a file has are left out.
const TYPES: [(&str, &str); 8] = [
    ("samples", "count"),
    ("time", "nanoseconds"),
    ("size", "bytes"),
    ("cpu", "nanoseconds"),
    ("js_allocations", "bytes"),
    ("native_allocations", "bytes"),
    ("native_deallocations", "bytes"),
    ("native_retained", "bytes"),
];
const SAMPLES: usize = 0;
const TIME: usize = 1;
const SIZE: usize = 2;
const CPU: usize = 3;
const JS: usize = 4;
const ALLOCATED: usize = 5;
const FREED: usize = 6;
const RETAINED: usize = 7;

/// One allocation, or something given back.
#[derive(Clone, Copy)]
struct Allocated {
    stack: Option<u32>,
    bytes: f64,
    address: Option<f64>,
    time_ms: Option<f64>,
}

/// Values of one sample, and what each of them is.
pub(super) struct Filler {
    /// Column of each of [`TYPES`].
    columns: [Option<usize>; 8],
    values: Vec<i64>,
    /// Nanoseconds (or cycles) in a unit of processor time.
    cpu_scale: f64,
    times: bool,
    /// First and last time seen, in nanoseconds.
    pub(super) span: Option<(i64, i64)>,
}

impl Filler {
    /// Finds out what the file measures, and makes the sample types.
    pub(super) fn new(processes: &[Process], builder: &mut Builder<'_>) -> Result<Self, ProfileError> {
        let meta = processes.first().map(|process| &process.meta);
        let unit = meta.map_or("", |meta| meta.cpu_unit.as_str());
        let (cpu_scale, cpu_unit) = match unit {
            "ns" => (1.0, "nanoseconds"),
            "variable CPU cycles" => (1.0, "cycles"),
            _ => (1e3, "nanoseconds"),
        };
        let times = meta.is_none_or(|meta| meta.time_unit != "bytes");
        let found = found(processes);
        let mut filler = Self { columns: [None; 8], values: Vec::new(), cpu_scale, times, span: None };
        let kinds = filler.columns.iter_mut().zip(TYPES).zip(found).enumerate();
        for (kind, ((column, (name, unit)), _)) in kinds.filter(|(_, (_, found))| *found) {
            *column = Some(builder.sample_type(name, if kind == CPU { cpu_unit } else { unit })?);
        }
        filler.values = vec![0; builder.profile.sample_types.len()];
        Ok(filler)
    }

    /// Adds the samples and allocations of a thread. `delta_ms` is when its process began.
    pub(super) fn thread(
        &mut self,
        thread: &Thread,
        id: ThreadId,
        delta_ms: f64,
        resolver: &mut Resolver<'_>,
        builder: &mut Builder<'_>,
    ) -> Result<(), ProfileError> {
        self.samples(&thread.samples, id, delta_ms, resolver, builder)?;
        let add = |kind: usize| move |allocated: &Allocated| (kind, allocated.bytes);
        let (js, native) = (allocations(thread, Allocation::Js), allocations(thread, Allocation::Native));
        for allocated in &js {
            self.allocated(*allocated, &[add(JS)(allocated)], id, delta_ms, resolver, builder)?;
        }
        let kept = retained(&native);
        for (allocated, kept) in native.iter().zip(kept) {
            let kind = if allocated.bytes < 0.0 { FREED } else { ALLOCATED };
            let both = [(kind, allocated.bytes), (RETAINED, if kept { allocated.bytes } else { 0.0 })];
            self.allocated(*allocated, &both, id, delta_ms, resolver, builder)?;
        }
        Ok(())
    }

    fn samples(
        &mut self,
        samples: &Table,
        id: ThreadId,
        delta_ms: f64,
        resolver: &mut Resolver<'_>,
        builder: &mut Builder<'_>,
    ) -> Result<(), ProfileError> {
        let (kind, scale) = kind(samples);
        let mut clock = Clock::new(samples, c::SAMPLE_TIME, c::SAMPLE_DELTA, delta_ms);
        for row in 0..samples.len() {
            let time_ms = clock.at(row);
            let Some(stack) = samples.row(c::SAMPLE_STACK, row) else { continue };
            let Some(stack) = resolver.stack(stack, builder)? else { continue };
            self.values.fill(0);
            let weight = samples.number(c::SAMPLE_WEIGHT, row).or_else(|| samples.number(c::SAMPLE_DURATION, row));
            self.set(kind, weight.unwrap_or(1.0) * scale);
            self.set(CPU, samples.number(c::SAMPLE_CPU, row).unwrap_or(0.0) * self.cpu_scale);
            let time_ns = self.time(time_ms);
            builder.sample(stack, &self.values, At { thread: Some(id), time_ns })?;
        }
        Ok(())
    }

    fn allocated(
        &mut self,
        allocated: Allocated,
        values: &[(usize, f64)],
        id: ThreadId,
        delta_ms: f64,
        resolver: &mut Resolver<'_>,
        builder: &mut Builder<'_>,
    ) -> Result<(), ProfileError> {
        let Some(stack) = allocated.stack else { return Ok(()) };
        let Some(stack) = resolver.stack(stack, builder)? else { return Ok(()) };
        self.values.fill(0);
        for &(kind, value) in values {
            self.set(kind, value);
        }
        let time_ns = self.time(allocated.time_ms.map(|time| time + delta_ms));
        builder.sample(stack, &self.values, At { thread: Some(id), time_ns })
    }

    fn set(&mut self, kind: usize, value: f64) {
        let column = self.columns.get(kind).copied().flatten();
        if let Some(slot) = column.and_then(|column| self.values.get_mut(column)) {
            // A cast of a float that is too large gives the largest integer.
            *slot = value.round() as i64;
        }
    }

    fn time(&mut self, time_ms: Option<f64>) -> Option<i64> {
        let time = nanoseconds(time_ms.filter(|_| self.times)?);
        let (first, last) = self.span.unwrap_or((time, time));
        self.span = Some((first.min(time), last.max(time)));
        Some(time)
    }
}

/// Milliseconds as nanoseconds, never the number that stands for "not told".
pub(super) fn nanoseconds(milliseconds: f64) -> i64 {
    ((milliseconds * 1e6).round() as i64).max(i64::MIN + 1)
}

/// Times of a table's rows in milliseconds: told, or told as distances.
pub(super) struct Clock<'t> {
    table: &'t Table,
    time: usize,
    delta: Option<usize>,
    now: f64,
    begin: f64,
}

impl<'t> Clock<'t> {
    pub(super) fn new(table: &'t Table, time: usize, delta: usize, begin: f64) -> Self {
        let delta = Some(delta).filter(|&delta| !table.has_values(time) && table.has_values(delta));
        Self { table, time, delta, now: begin, begin }
    }

    /// The time of a row; to be asked for each row in turn.
    pub(super) fn at(&mut self, row: usize) -> Option<f64> {
        let Some(delta) = self.delta else { return self.table.number(self.time, row).map(|time| time + self.begin) };
        self.now += self.table.number(delta, row).unwrap_or(0.0);
        Some(self.now)
    }
}

/// What the weights of samples are, and how many units of ours are in one.
fn kind(samples: &Table) -> (usize, f64) {
    match samples.weight_type.as_str() {
        "tracing-ms" => (TIME, 1e6),
        "bytes" => (SIZE, 1.0),
        _ => (SAMPLES, 1.0),
    }
}

/// Which of [`TYPES`] the file has.
fn found(processes: &[Process]) -> [bool; 8] {
    let mut found = [false; 8];
    let mut set = |kind: usize, is: bool| {
        if let Some(slot) = found.get_mut(kind) {
            *slot |= is;
        }
    };
    for thread in processes.iter().flat_map(|process| &process.threads) {
        set(kind(&thread.samples).0, thread.samples.has_values(c::SAMPLE_STACK));
        set(CPU, thread.samples.has_values(c::SAMPLE_CPU));
        set(JS, !allocations(thread, Allocation::Js).is_empty());
        let native = allocations(thread, Allocation::Native);
        set(ALLOCATED, native.iter().any(|allocated| allocated.bytes >= 0.0));
        set(FREED, native.iter().any(|allocated| allocated.bytes < 0.0));
        set(RETAINED, native.iter().any(|allocated| allocated.address.is_some()));
    }
    set(SAMPLES, true);
    let others = found.iter().skip(1).any(|&is| is);
    let any_samples = processes
        .iter()
        .flat_map(|process| &process.threads)
        .any(|thread| kind(&thread.samples).0 == SAMPLES && thread.samples.has_values(c::SAMPLE_STACK));
    if let Some(slot) = found.get_mut(SAMPLES) {
        *slot = any_samples || !others;
    }
    found
}

/// The allocations of a thread: in a table of their own, or among its markers.
fn allocations(thread: &Thread, which: Allocation) -> Vec<Allocated> {
    let table = if which == Allocation::Js { &thread.js } else { &thread.native };
    let own = (0..table.len()).map(|row| Allocated {
        stack: table.row(c::SAMPLE_STACK, row),
        bytes: table.number(c::SAMPLE_WEIGHT, row).or_else(|| table.number(c::SAMPLE_DURATION, row)).unwrap_or(0.0),
        address: table.number(c::SAMPLE_ADDRESS, row),
        time_ms: table.number(c::SAMPLE_TIME, row),
    });
    let markers = &thread.markers;
    let among = (0..markers.len())
        .map(|row| (row, markers.payload(c::MARKER_DATA, row)))
        .filter(|(_, payload)| payload.allocation == which);
    own.chain(among.map(|(row, payload)| Allocated {
        stack: (payload.stack != super::table::NONE).then_some(payload.stack),
        bytes: payload.size,
        address: Some(payload.address).filter(|address| address.is_finite()),
        time_ms: markers.number(c::MARKER_START, row).or_else(|| markers.number(c::MARKER_TIME, row)),
    }))
    .collect()
}

/// For each allocation, whether it was still there at the end.
fn retained(allocations: &[Allocated]) -> Vec<bool> {
    let mut open: HashMap<u64, usize> = HashMap::new();
    for (row, allocated) in allocations.iter().enumerate() {
        let Some(address) = allocated.address.map(f64::to_bits) else { continue };
        if allocated.bytes < 0.0 {
            open.remove(&address);
        } else {
            open.insert(address, row);
        }
    }
    let mut kept = vec![false; allocations.len()];
    for row in open.into_values() {
        if let Some(slot) = kept.get_mut(row) {
            *slot = true;
        }
    }
    kept
}
