//! CPU profiles of V8 inside of traces: `Profile` begins one, `ProfileChunk` adds to it, `CpuProfile` (before 2018) is a whole one.

use std::collections::HashMap;

use super::event::{Event, Id};
use super::tracks::Tracks;
use crate::profile::build::Builder;
use crate::profile::error::ProfileError;
use crate::profile::read::v8::{Kinds, Nodes, Timeline};

/// The lists of one part, in the order of time.
struct Piece {
    at_ns: i64,
    timeline: Timeline,
}

/// One profile: that of a thread.
struct Recording {
    nodes: Nodes,
    pieces: Vec<Piece>,
    /// Row of the thread.
    track: usize,
}

/// All profiles of a trace.
#[derive(Default)]
pub(super) struct Profiles {
    rows: HashMap<(Id, Id, u64), usize>,
    recordings: Vec<Recording>,
    bytes: u64,
}

impl Profiles {
    /// Takes a part. `begins` says that it comes from the thread that is recorded; the others may come from another one.
    pub(super) fn take(
        &mut self,
        builder: &mut Builder<'_>,
        event: &mut Event,
        begins: bool,
        tracks: &mut Tracks,
    ) -> Result<(), ProfileError> {
        let part = event.part.take().map(|part| *part).unwrap_or_default();
        self.bytes = self.bytes.saturating_add(part.nodes.bytes() + part.timeline.bytes() + size_of::<Piece>() as u64);
        builder.has_room(self.bytes)?;
        let thread = if event.id == 0 { event.thread } else { Id::default() };
        let track = tracks.row(event.process, event.thread);
        let row = *self.rows.entry((event.process, thread, event.id)).or_insert_with(|| {
            self.recordings.push(Recording { nodes: Nodes::default(), pieces: Vec::new(), track });
            self.recordings.len() - 1
        });
        if let Some(recording) = self.recordings.get_mut(row) {
            recording.track = if begins { track } else { recording.track };
            recording.nodes.append(part.nodes);
            recording.pieces.push(Piece { at_ns: event.ts.unwrap_or(0), timeline: part.timeline });
        }
        builder.tick()
    }

    /// Whether there are samples.
    pub(super) fn is_empty(&self) -> bool {
        self.recordings.iter().flat_map(|recording| &recording.pieces).all(|piece| piece.timeline.samples.is_empty())
    }

    /// Whether time in which nothing ran is told apart.
    pub(super) fn has_idle(&self) -> bool {
        self.recordings.iter().any(|recording| recording.nodes.has_idle())
    }

    /// When the first recording began, by the clock of the trace.
    pub(super) fn start_ns(&self) -> Option<i64> {
        self.recordings.iter().flat_map(|recording| &recording.pieces).filter_map(|piece| piece.timeline.start_ns).min()
    }

    /// Adds the samples of all.
    pub(super) fn add(self, builder: &mut Builder<'_>, kinds: Kinds, tracks: &Tracks, origin_ns: i64) -> Result<(), ProfileError> {
        for mut recording in self.recordings {
            recording.nodes.join(builder)?;
            let thread = tracks.thread(builder, recording.track)?;
            let timeline = joined(recording.pieces);
            timeline.add(builder, &mut recording.nodes, kinds, Some(thread), Some(origin_ns))?;
        }
        Ok(())
    }
}

/// The lists of all pieces, one behind the other.
fn joined(mut pieces: Vec<Piece>) -> Timeline {
    pieces.sort_by_key(|piece| piece.at_ns);
    let mut all = Timeline::default();
    for Piece { mut timeline, .. } in pieces {
        let has_lines = !all.lines.is_empty() || !timeline.lines.is_empty();
        if has_lines {
            all.lines.resize(all.samples.len(), 0);
            timeline.lines.resize(timeline.samples.len(), 0);
        }
        all.samples.append(&mut timeline.samples);
        all.deltas.append(&mut timeline.deltas);
        all.lines.append(&mut timeline.lines);
        all.start_ns = all.start_ns.or(timeline.start_ns);
        all.end_ns = timeline.end_ns.or(all.end_ns);
    }
    all
}
