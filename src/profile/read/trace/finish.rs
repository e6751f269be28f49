//! Puts together what was read of a trace.

use std::sync::Arc;

use super::Trace;
use super::marks::Marks;
use super::slices::{Paths, Target, add, pair};
use super::tracks::Tracks;
use crate::profile::build::Builder;
use crate::profile::error::ProfileError;
use crate::profile::model::{Profile, ThreadId};
use crate::profile::read::v8::Kinds;

impl Trace {
    /// The finished profile. A CPU profile comes first, the durations beside it are columns of their own.
    pub(super) fn finish(self, mut builder: Builder<'_>) -> Result<Profile, ProfileError> {
        let starts = [self.span.map(|(first, _)| first), self.profiles.start_ns(), self.samples.start_ns()];
        let origin = starts.into_iter().flatten().min().unwrap_or(0);
        let Self { mut tracks, marks, profiles, samples, span, .. } = self;
        let has_samples = !profiles.is_empty() || !samples.is_empty();
        if has_samples {
            let kinds = Kinds::new(&mut builder, profiles.has_idle())?;
            if !profiles.is_empty() {
                profiles.add(&mut builder, kinds, &tracks, origin)?;
            }
            if !samples.is_empty() {
                samples.add(&mut builder, kinds, &tracks, origin)?;
            }
        }
        if !has_samples || tracks.tracks.iter().any(|track| !track.marks.is_empty()) {
            let time = builder.sample_type("time", "nanoseconds")?;
            let calls = builder.sample_type("calls", "count")?;
            builder.profile.default_sample_type = if has_samples { builder.profile.default_sample_type } else { time };
            add_slices(&mut builder, &mut tracks, time, calls, origin)?;
        }
        let end = span.map_or(origin, |(_, last)| last);
        finish_marks(&mut builder, &tracks, &marks, origin, end)?;
        builder.profile.duration_ns = duration(&builder, end.saturating_sub(origin));
        Ok(builder.finish(None))
    }
}

/// From the first event to the last sample or event.
fn duration(builder: &Builder<'_>, events_ns: i64) -> Option<u64> {
    let last_sample = builder.samples.time_ns.iter().max().copied().unwrap_or(0);
    u64::try_from(events_ns.max(last_sample)).ok().filter(|&duration| duration > 0)
}

fn add_slices(
    builder: &mut Builder<'_>,
    tracks: &mut Tracks,
    time: usize,
    calls: usize,
    origin_ns: i64,
) -> Result<(), ProfileError> {
    let mut paths = Paths::default();
    for row in 0..tracks.tracks.len() {
        let mut marks = tracks.tracks.get_mut(row).map(|track| std::mem::take(&mut track.marks)).unwrap_or_default();
        pair(builder, &mut marks);
        if !marks.is_empty() {
            let thread = tracks.thread(builder, row)?;
            add(builder, &mut paths, &mut marks, Target { time, calls, thread, origin_ns })?;
        }
    }
    Ok(())
}

/// Moves markers and counters to the beginning of the trace and gives them their threads, which have all been named now.
fn finish_marks(
    builder: &mut Builder<'_>,
    tracks: &Tracks,
    marks: &Marks,
    origin_ns: i64,
    end_ns: i64,
) -> Result<(), ProfileError> {
    let mut threads = std::mem::take(&mut Arc::make_mut(&mut builder.profile.markers).thread);
    for thread in &mut threads {
        *thread = if *thread == ThreadId::NONE { *thread } else { tracks.thread(builder, thread.0 as usize)? };
    }
    let markers = Arc::make_mut(&mut builder.profile.markers);
    markers.thread = threads;
    let shift = |time: &mut i64| *time = time.saturating_sub(origin_ns);
    markers.start_ns.iter_mut().filter(|start| **start == i64::MIN).for_each(|start| *start = origin_ns);
    markers.end_ns.iter_mut().filter(|end| **end == i64::MAX).for_each(|end| *end = end_ns);
    markers.start_ns.iter_mut().chain(&mut markers.end_ns).for_each(shift);
    builder.profile.counters.iter_mut().flat_map(|counter| &mut counter.time_ns).for_each(shift);
    name_counters(builder, tracks, marks)
}

/// Says of which process each counter is, where there are several.
fn name_counters(builder: &mut Builder<'_>, tracks: &Tracks, marks: &Marks) -> Result<(), ProfileError> {
    if marks.counter_process.windows(2).all(|pair| matches!(pair, [one, other] if one == other)) {
        return Ok(());
    }
    for (row, &process) in marks.counter_process.iter().enumerate() {
        let Some(name) = builder.profile.counters.get(row).map(|counter| counter.name) else { continue };
        let name = format!("{} ({})", builder.get(name), tracks.process(builder, process));
        let name = builder.text(&name)?;
        if let Some(counter) = builder.profile.counters.get_mut(row) {
            counter.name = name;
        }
    }
    Ok(())
}
