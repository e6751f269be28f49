//! What has a time but no stack: asynchronous events, instants, counters.

use std::collections::HashMap;
use std::sync::Arc;

use super::event::{Event, Id, Series};
use super::tracks::Tracks;
use crate::profile::build::Builder;
use crate::profile::error::ProfileError;
use crate::profile::model::{StringId, ThreadId};
use crate::profile::timeline::Marker;

/// Process, category, number and name of something that goes on.
type Key = (Id, StringId, u64, StringId);

/// Asynchronous events that have not ended, and the counters.
#[derive(Default)]
pub(super) struct Marks {
    /// Rows of the markers that have begun, the last one last.
    open: HashMap<Key, Vec<usize>>,
    /// Rows of the counters, by process, name, number and what is counted.
    counters: HashMap<(Id, StringId, u64, StringId), usize>,
    /// Process of each counter.
    pub(super) counter_process: Vec<Id>,
}

impl Marks {
    /// Takes an asynchronous event or an instant. Its thread is told by its row in `tracks` until the end.
    pub(super) fn take(
        &mut self,
        builder: &mut Builder<'_>,
        event: &Event,
        at_ns: i64,
        tracks: &mut Tracks,
    ) -> Result<(), ProfileError> {
        let key = (event.process, event.category, event.id, event.name);
        let is_end = matches!(event.phase, b'e' | b'F');
        if is_end && let Some(row) = self.open.get_mut(&key).and_then(Vec::pop) {
            if let Some(end) = Arc::make_mut(&mut builder.profile.markers).end_ns.get_mut(row) {
                *end = at_ns;
            }
            return Ok(());
        }
        let thread = ThreadId(u32::try_from(tracks.row(event.process, event.thread)).unwrap_or(u32::MAX));
        let is_begin = matches!(event.phase, b'b' | b'S');
        if is_begin {
            self.open.entry(key).or_default().push(builder.profile.markers.len());
        }
        // Until its end is found it is open.
        let end_ns = if is_begin { i64::MAX } else { at_ns };
        // What had begun before the recording did.
        let start_ns = if is_end { i64::MIN } else { at_ns };
        let (name, category, text) = (event.name, event.category, event.own_name);
        builder.marker(Marker { name, category, text, thread, start_ns, end_ns })
    }

    /// Takes the values of a counter: one for each of its series.
    pub(super) fn take_counter(
        &mut self,
        builder: &mut Builder<'_>,
        event: &Event,
        at_ns: i64,
        series: &Series,
    ) -> Result<(), ProfileError> {
        for (name, value) in series.iter() {
            let name = builder.text(name)?;
            let key = (event.process, event.name, event.id, name);
            let row = match self.counters.get(&key) {
                Some(&row) => row,
                None => {
                    let title = title(builder.get(event.name), builder.get(name));
                    let unit = if builder.get(name) == "jsHeapSizeUsed" { "bytes" } else { "" };
                    let row = builder.counter(&title, unit, ThreadId::NONE)?;
                    self.counters.insert(key, row);
                    self.counter_process.push(event.process);
                    row
                }
            };
            builder.count(row, at_ns, value)?;
        }
        Ok(())
    }
}

/// Name of a counter's series: of both names what tells something.
fn title(counter: &str, series: &str) -> String {
    match (counter, series) {
        (counter, "value" | "") => counter.to_owned(),
        ("" | "UpdateCounters", series) => series.to_owned(),
        (counter, series) if counter == series => counter.to_owned(),
        (counter, series) => format!("{counter}: {series}"),
    }
}
