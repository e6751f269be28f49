//! Markers and counters.

use std::collections::HashMap;

use super::columns as c;
use super::file::{Counted, Process, Thread};
use super::fill::{Clock, nanoseconds};
use super::payload::{Allocation, End, Payload, beginning};
use super::resolve::Resolver;
use super::table::NONE;
use crate::profile::build::Builder;
use crate::profile::error::ProfileError;
use crate::profile::model::{StringId, ThreadId};
use crate::profile::timeline::Marker;

/// The phases of a marker, as numbers.
const INSTANT: u32 = 0;
const INTERVAL: u32 = 1;
const START: u32 = 2;
const STOP: u32 = 3;

/// Markers of one thread; ends that stand alone are joined by their name.
pub(super) struct Marks<'b, 'a> {
    builder: &'b mut Builder<'a>,
    open: HashMap<StringId, Vec<Marker>>,
    last_ns: i64,
}

impl<'b, 'a> Marks<'b, 'a> {
    pub(super) fn new(builder: &'b mut Builder<'a>) -> Self {
        Self { builder, open: HashMap::new(), last_ns: i64::MIN + 1 }
    }

    /// Adds the markers of a thread.
    pub(super) fn thread(
        &mut self,
        thread: &Thread,
        id: ThreadId,
        delta_ms: f64,
        resolver: &Resolver<'_>,
        categories: &[StringId],
    ) -> Result<(), ProfileError> {
        let table = &thread.markers;
        for row in 0..table.len() {
            let payload = table.payload(c::MARKER_DATA, row);
            if payload.allocation != Allocation::None {
                continue;
            }
            let time = |column| table.number(column, row).map(|time| nanoseconds(time + delta_ms));
            let told = |time: f64| Some(time).filter(|time| time.is_finite()).map(|time| nanoseconds(time + delta_ms));
            let only = time(c::MARKER_TIME);
            let phase = table.row(c::MARKER_PHASE, row).unwrap_or(match payload.which_end {
                End::Start => START,
                End::Stop => STOP,
                End::Neither if payload.end.is_finite() => INTERVAL,
                End::Neither => INSTANT,
            });
            let start = time(c::MARKER_START).or(told(payload.start)).or(only);
            let end = time(c::MARKER_END).or(told(payload.end)).or(only);
            let category = table.row(c::MARKER_CATEGORY, row).and_then(|row| categories.get(row as usize)).copied();
            let name = resolver.text(table.row(c::MARKER_NAME, row));
            let text = self.text(&payload, resolver)?;
            let marker = Marker { name, category: category.unwrap_or_default(), text, thread: id, start_ns: 0, end_ns: 0 };
            self.add(marker, phase, start, end)?;
        }
        self.close()
    }

    /// What a marker tells, with the text that it names by number.
    fn text(&mut self, payload: &Payload, resolver: &Resolver<'_>) -> Result<StringId, ProfileError> {
        let value = resolver.text(Some(payload.value));
        if payload.value == NONE || value.0 == 0 {
            return Ok(payload.text);
        }
        let rest = self.builder.get(payload.text);
        let comma = if rest.is_empty() { "" } else { ", " };
        let text = format!("{}: {}{comma}{rest}", self.builder.get(payload.key), beginning(self.builder.get(value)));
        self.builder.text(&text)
    }

    fn add(&mut self, marker: Marker, phase: u32, start: Option<i64>, end: Option<i64>) -> Result<(), ProfileError> {
        let at = |start_ns: i64, end_ns: i64| Marker { start_ns, end_ns: end_ns.max(start_ns), ..marker };
        let (start, end) = match (phase, start, end) {
            (START, Some(start), _) => {
                self.last_ns = self.last_ns.max(start);
                self.open.entry(marker.name).or_default().push(at(start, start));
                return self.builder.has_room(self.open.len() as u64 * 64);
            }
            (STOP, _, Some(end)) => {
                // What has no beginning began before measuring did.
                let opened = self.open.get_mut(&marker.name).and_then(Vec::pop);
                (opened.map_or(end.min(0), |opened| opened.start_ns), end)
            }
            (INTERVAL, Some(start), Some(end)) => (start, end),
            (_, Some(start), _) => (start, start),
            (_, None, Some(end)) => (end, end),
            _ => return Ok(()),
        };
        self.last_ns = self.last_ns.max(end);
        self.builder.marker(at(start, end))
    }

    /// What has no end lasted until the end.
    fn close(&mut self) -> Result<(), ProfileError> {
        let mut left: Vec<Marker> = std::mem::take(&mut self.open).into_values().flatten().collect();
        left.sort_unstable_by_key(|marker| (marker.start_ns, marker.name));
        for marker in left {
            self.builder.marker(Marker { end_ns: self.last_ns.max(marker.start_ns), ..marker })?;
        }
        Ok(())
    }
}

/// Adds the counters of a process.
pub(super) fn counters(process: &Process, delta_ms: f64, builder: &mut Builder<'_>) -> Result<(), ProfileError> {
    process.counters.iter().try_for_each(|counted| counter(counted, delta_ms, builder))
}

fn counter(counted: &Counted, delta_ms: f64, builder: &mut Builder<'_>) -> Result<(), ProfileError> {
    // Memory is told as what was added since the last time.
    let is_sum = counted.category.eq_ignore_ascii_case("memory");
    let unit = match counted.category.to_ascii_lowercase().as_str() {
        "memory" | "bandwidth" => "bytes",
        "power" => "pWh",
        _ => "",
    };
    let name = builder.get(counted.name).to_owned();
    let owner =
        builder.profile.threads.iter().position(|thread| thread.process_id.is_some() && thread.process_id == counted.process);
    let thread = owner.and_then(|row| u32::try_from(row).ok()).map_or(ThreadId::NONE, ThreadId);
    let id = builder.counter(&name, unit, thread)?;
    let mut clock = Clock::new(&counted.samples, c::COUNT_TIME, c::COUNT_DELTA, delta_ms);
    let mut sum = 0.0;
    for row in 0..counted.samples.len() {
        let (Some(time), Some(count)) = (clock.at(row), counted.samples.number(c::COUNT_COUNT, row)) else { continue };
        sum = if is_sum { sum + count } else { count };
        builder.count(id, nanoseconds(time), sum)?;
    }
    Ok(())
}
