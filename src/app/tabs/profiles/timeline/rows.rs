//! What is in which row of the timeline: counters first, then threads.

use std::ops::Range;
use std::sync::Arc;

use crate::profile::tracks::Busy;
use crate::profile::{ThreadId, Tracks};

/// Height of a counter's row, in points.
const COUNTER: f32 = 52.0;
/// Its height where counters are all there is, in points.
const ONLY_COUNTER: f32 = 120.0;
/// Height of a thread's row without markers, in points.
pub const THREAD: f32 = 30.0;
/// Height of a lane of markers, in points.
pub const LANE: f32 = 8.0;

/// What a row shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Row {
    /// A counter, by its place among the counters.
    Counter(usize),
    /// A thread with what it did in the range that figures are of.
    Thread(Busy),
}

/// What rows were made for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct For {
    /// The sample type.
    pub sample_type: usize,
    /// The range that figures are of.
    pub range: (i64, i64),
    /// Whether threads stand in the order of the file.
    pub as_in_file: bool,
}

/// All rows, each with its upper edge in points.
#[derive(Clone, Debug)]
pub struct Rows {
    /// What they were made for.
    pub made_for: For,
    /// Upper edge of each row, and the lower one of the last.
    tops: Vec<f32>,
    list: Vec<Row>,
    /// What all threads did in the range.
    pub total: u64,
}

impl Rows {
    /// Orders the rows: one question for each thread.
    pub fn new(made_for: For, tracks: &Tracks) -> Self {
        let mut threads = tracks.busiest(made_for.range.0..made_for.range.1);
        if !tracks.has_samples {
            // Where nothing was sampled a thread is there for its markers.
            threads.retain(|busy| tracks.tracks.get(busy.track).is_some_and(|track| !track.markers.is_empty()));
        }
        if made_for.as_in_file {
            threads.sort_by_key(|busy| busy.track);
        }
        let total = threads.iter().fold(0_u64, |sum, busy| sum.saturating_add(busy.total.unsigned_abs()));
        let counters = (0..tracks.counters.len()).map(Row::Counter);
        let list: Vec<Row> = counters.chain(threads.into_iter().map(Row::Thread)).collect();
        let mut tops = vec![0.0];
        for row in &list {
            let last = tops.last().copied().unwrap_or(0.0);
            tops.push(last + height(row, tracks));
        }
        Self { made_for, tops, list, total }
    }

    /// The rows as they were, unless something changed.
    pub fn kept(kept: Option<&Arc<Self>>, made_for: For, tracks: &Tracks) -> Arc<Self> {
        match kept {
            Some(kept) if kept.made_for == made_for => Arc::clone(kept),
            _ => Arc::new(Self::new(made_for, tracks)),
        }
    }

    /// Height of all of them.
    pub fn height(&self) -> f32 {
        self.tops.last().copied().unwrap_or(0.0)
    }

    /// The rows that reach into a range of heights.
    pub fn within(&self, from: f32, to: f32) -> Range<usize> {
        let first = self.tops.partition_point(|top| *top <= from).saturating_sub(1);
        let last = self.tops.partition_point(|top| *top < to).min(self.list.len());
        first..last.max(first)
    }

    /// A row with its upper and lower edge.
    pub fn get(&self, row: usize) -> Option<(&Row, f32, f32)> {
        Some((self.list.get(row)?, *self.tops.get(row)?, *self.tops.get(row + 1)?))
    }

    /// The row at a height.
    pub fn at(&self, y: f32) -> Option<usize> {
        let row = self.tops.partition_point(|top| *top <= y).checked_sub(1)?;
        (row < self.list.len()).then_some(row)
    }
}

fn height(row: &Row, tracks: &Tracks) -> f32 {
    match row {
        Row::Counter(_) if !tracks.has_samples => ONLY_COUNTER,
        Row::Counter(_) => COUNTER,
        Row::Thread(busy) => {
            let lanes = tracks.tracks.get(busy.track).map_or(0, |track| track.markers.len());
            THREAD + lanes as f32 * LANE
        }
    }
}

/// Whether a thread can be chosen: what no thread is told of cannot.
pub fn can_be_chosen(thread: ThreadId) -> bool {
    thread != ThreadId::NONE
}
