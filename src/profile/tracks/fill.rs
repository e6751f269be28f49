//! Sorts a profile's samples, counters and markers by thread and time.

use std::collections::HashMap;
use std::ops::Range;

use crate::jobs::{Cancel, Cancelled};

use super::super::model::{Profile, Samples, ThreadId};
use super::super::units;
use super::counter::CounterTrack;
use super::cover::Cover;
use super::lanes::Lanes;
use super::names::Names;
use super::points::{Points, cut};
use super::steps::{Grid, Steps};
use super::{Track, Tracks};

/// Rows between two looks at the cancel flag.
const BATCH: usize = 1 << 16;

/// Rows of a table put together by thread, those without one last.
struct ByThread {
    rows: Vec<u32>,
    /// End of each thread's rows.
    ends: Vec<usize>,
}

impl ByThread {
    /// The rows of `threads` (a column that can be empty) by thread, in their order.
    fn new(threads: &[ThreadId], rows: usize, count: usize) -> Self {
        let slot = |row: usize| threads.get(row).map_or(count, |thread| (thread.0 as usize).min(count));
        let mut ends = vec![0_usize; count + 1];
        (0..rows).for_each(|row| ends.get_mut(slot(row)).into_iter().for_each(|end| *end += 1));
        let mut next = 0;
        for end in &mut ends {
            (*end, next) = (next, next + *end);
        }
        let mut placed = vec![0_u32; rows];
        for row in 0..rows {
            if let Some(end) = ends.get_mut(slot(row)) {
                placed.get_mut(*end).into_iter().for_each(|place| *place = row as u32);
                *end += 1;
            }
        }
        Self { rows: placed, ends }
    }

    fn of(&self, thread: usize) -> &[u32] {
        let start = thread.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let end = self.ends.get(thread).copied().unwrap_or(start);
        self.rows.get(start..end).unwrap_or_default()
    }
}

/// What the tracks are made from.
struct Source<'a> {
    profile: &'a Profile,
    values: &'a [i64],
    /// Nanoseconds of a unit of the values, if they are times.
    factor: Option<f64>,
    cancel: &'a Cancel,
}

/// All tracks; `None` when nothing has a time.
pub(super) fn tracks(profile: &Profile, sample_type: usize, cancel: &Cancel) -> Result<Option<Tracks>, Cancelled> {
    let factor = units::nanoseconds(profile.sample_type(sample_type).1);
    let has_samples = profile.samples.time_ns.iter().any(|&time| time != Samples::NO_TIME);
    let counters: Vec<CounterTrack> = profile.counters.iter().filter_map(CounterTrack::new).collect();
    if !has_samples && counters.is_empty() && profile.markers.is_empty() {
        return Ok(None);
    }
    let source = Source { profile, values: profile.samples.column(sample_type), factor, cancel };
    let tracks = source.tracks()?;
    let range = whole(profile, &tracks, &counters);
    Ok(Some(Tracks { tracks, counters, range, is_time: factor.is_some(), has_samples }))
}

impl Source<'_> {
    fn tracks(&self) -> Result<Vec<Track>, Cancelled> {
        let count = self.profile.threads.len();
        let samples = ByThread::new(&self.profile.samples.thread, self.profile.samples.len(), count);
        let markers = ByThread::new(&self.profile.markers.thread, self.profile.markers.len(), count);
        let names = Names::new(self.profile);
        let mut tracks = Vec::with_capacity(count);
        for slot in self.order() {
            self.cancel.check()?;
            let (own, marks) = (samples.of(slot), markers.of(slot));
            if slot == count && own.is_empty() && marks.is_empty() {
                continue;
            }
            let thread = if slot == count { ThreadId::NONE } else { ThreadId(slot as u32) };
            let track = Track { thread, process: names.process(thread), name: names.thread(thread), ..self.track(own)? };
            tracks.push(Track { markers: self.lanes(marks), ..track });
        }
        Ok(tracks)
    }

    /// The threads with those of a process together, in the order of the file; what has no thread is last.
    fn order(&self) -> Vec<usize> {
        let mut first = HashMap::new();
        let key = |row: usize| self.profile.threads.get(row).map(|thread| (thread.process_name, thread.process_id));
        let count = self.profile.threads.len();
        for row in 0..=count {
            first.entry(key(row)).or_insert(row);
        }
        let mut order: Vec<usize> = (0..=count).collect();
        order.sort_by_key(|&row| (first.get(&key(row)).copied().unwrap_or(row), row));
        order
    }

    fn track(&self, rows: &[u32]) -> Result<Track, Cancelled> {
        let times = &self.profile.samples.time_ns;
        let (mut points, mut track, mut untimed) = (Vec::new(), Track::default(), 0_i128);
        for batch in rows.chunks(BATCH) {
            self.cancel.check()?;
            for &row in batch {
                let value = self.values.get(row as usize).copied().unwrap_or(0);
                let time = times.get(row as usize).copied().filter(|&time| time != Samples::NO_TIME);
                track.seen = widened(track.seen, time);
                // A sample of another kind has no value here.
                match time {
                    _ if value == 0 => {}
                    Some(time) => points.push((time, value)),
                    None => (track.untimed_samples, untimed) = (track.untimed_samples + 1, untimed + i128::from(value)),
                }
            }
        }
        if !points.is_sorted_by_key(|&(time, _)| time) {
            points.sort_by_key(|&(time, _)| time);
        }
        Ok(self.filled(Track { untimed: cut(untimed), ..track }, &points))
    }

    fn filled(&self, track: Track, sorted: &[(i64, i64)]) -> Track {
        let points = Points::new(sorted);
        let cover = self.factor.map(|factor| Cover::new(sorted.iter().map(|&(time, value)| (time, nanoseconds(value, factor)))));
        let grid = match &cover {
            Some(cover) => Grid::new(Steps::Busy(cover), cover.end().unwrap_or(0)),
            None => Grid::new(Steps::Values(&points), sorted.last().map_or(0, |&(time, _)| time.saturating_add(1))),
        };
        let total = cut(points.sum_before(sorted.len()));
        Track { samples: sorted.len(), total, points, cover, grid, ..track }
    }

    fn lanes(&self, rows: &[u32]) -> Lanes {
        let starts = &self.profile.markers.start_ns;
        let mut sorted = rows.to_vec();
        sorted.sort_by_key(|&row| starts.get(row as usize).copied().unwrap_or(0));
        Lanes::new(&self.profile.markers, &sorted)
    }
}

/// A range that holds one more moment.
fn widened(range: Option<(i64, i64)>, time: Option<i64>) -> Option<(i64, i64)> {
    match (range, time) {
        (Some((first, last)), Some(time)) => Some((first.min(time), last.max(time))),
        (range, time) => range.or(time.map(|time| (time, time))),
    }
}

/// A time in another unit as nanoseconds.
pub(in crate::profile) fn nanoseconds(value: i64, factor: f64) -> i64 {
    // Factors are whole numbers, so this is exact.
    value.saturating_mul(factor as i64)
}

/// From the first to behind the last of all.
fn whole(profile: &Profile, tracks: &[Track], counters: &[CounterTrack]) -> Range<i64> {
    let samples = tracks.iter().filter_map(|track| {
        let (first, last) = track.seen?;
        Some((first, last.saturating_add(1).max(track.cover.as_ref().and_then(Cover::end).unwrap_or(i64::MIN))))
    });
    let markers = profile.markers.iter().map(|marker| (marker.start_ns, marker.end_ns.max(marker.start_ns).saturating_add(1)));
    let values = counters.iter().filter_map(|counter| counter.times().map(|(first, last)| (first, last.saturating_add(1))));
    let measured = profile.duration_ns.map(|length| (0, i64::try_from(length).unwrap_or(i64::MAX)));
    let all = samples.chain(markers).chain(values).chain(measured);
    let joined = all.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
    joined.map_or(0..0, |(from, to)| from..to)
}
