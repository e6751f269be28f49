//! What the plots show of the time before this run, and of what has left memory: read from disk as a job, for the stretch in sight.

use std::collections::BTreeSet;

use crate::app::Tools;
use crate::history::{Archive, Stretch};
use crate::jobs::{Failure, JobError, Priority, Slot, SlotState};
use crate::sampler::{Metric, Point};

/// Pixels that the widest plot has; the stretch is read finely enough for them.
const PIXELS: usize = 1600;
/// How much coarser than the pixels a stretch that was read may be before it is read again.
const COARSE: f64 = 2.5;
/// Of what is in sight so much more is read to either side, so that moving about finds something there.
const BESIDE: f64 = 0.5;

/// What is on disk, as far as it is in sight.
#[derive(Default)]
pub struct Past {
    stretch: Slot<Stretch>,
    /// The stretch of time that was read last or is being read, seconds since 1970.
    asked: Option<(f64, f64)>,
    /// What was read of it.
    metrics: BTreeSet<Metric>,
}

impl Past {
    /// What has been read. While something else is being read, it is that before.
    pub fn stretch(&self) -> Option<&Stretch> {
        self.stretch.value().map(AsRef::as_ref)
    }

    /// The stretch of time that was read last or is being read, seconds since 1970.
    pub fn asked(&self) -> Option<(f64, f64)> {
        self.asked
    }

    /// Why nothing could be read.
    pub fn failure(&self) -> Option<&Failure> {
        match self.stretch.state() {
            SlotState::Failed { failure, .. } => Some(failure),
            _ => None,
        }
    }

    /// Takes in what has been read. Whether anything changed.
    pub fn take_news(&mut self) -> bool {
        self.stretch.poll()
    }

    /// Whether `from` to `to` (seconds since 1970) is still to be read of one of these metrics; what is in memory, from `held` on, is not needed.
    pub fn lacks(&self, (from, to): (f64, f64), held: f64, wanted: impl FnOnce() -> Vec<Metric>) -> bool {
        let longest = (to - from) * (1.0 + 2.0 * BESIDE) * COARSE;
        let has = |asked: (f64, f64)| asked.0 <= from && asked.1 >= to.min(held) && asked.1 - asked.0 <= longest;
        from < held && !(self.asked.is_some_and(has) && wanted().iter().all(|metric| self.metrics.contains(metric)))
    }

    /// Reads `from` to `to`, and what lies beside it up to `newest`, so that nothing is missing when more has left memory.
    pub fn read(&mut self, (from, to): (f64, f64), newest: f64, archive: &Archive, metrics: Vec<Metric>, tools: &Tools) {
        let length = to - from;
        let stretch = (from - length * BESIDE, (to + length * BESIDE).min(newest).max(to));
        self.asked = Some(stretch);
        self.metrics = metrics.iter().cloned().collect();
        let pixels = (PIXELS as f64 * (stretch.1 - stretch.0) / length) as usize;
        let archive = archive.clone();
        let read = move |cancel: &_, _: &_| archive.stretch(&metrics, stretch, pixels, newest, cancel).map_err(explained);
        self.stretch.start(tools.submit("Reading the history", Priority::High, read));
    }
}

fn explained(error: crate::history::HistoryError) -> JobError {
    match error {
        crate::history::HistoryError::Cancelled(_) => JobError::Cancelled,
        other => Failure::from_error(&other).into(),
    }
}

/// Points of the past and those of this run as one line, with a gap between them where they lie too far apart.
pub fn joined(mut past: Vec<Point>, live: Vec<Point>, interval: f64) -> Vec<Point> {
    let Some(first) = live.first() else { return past };
    past.retain(|point| point.start < first.start);
    let Some(last) = past.last().copied() else { return live };
    let is_gap = first.start - last.end > interval * crate::sampler::GAP_INTERVALS;
    let joint = past.len();
    past.extend(live);
    if let Some(point) = past.get_mut(joint) {
        point.gap_before |= is_gap;
    }
    past
}
