//! Makes a profile of what is looked at.

use std::sync::Arc;

use super::super::model::{Profile, Samples, StackId, ThreadId};
use super::super::timeline::{Counter, Markers};
use super::Filters;
use super::marks::marks;
use super::stacks::Cutter;
use crate::jobs::{Cancel, Cancelled};

/// After so many samples the cancel flag is looked at.
const BATCH: usize = 4096;

impl Filters {
    /// The part of `profile` that is looked at, as a profile: its samples in their order, with their threads and times. All tables that
    /// do not change are shared. Where nothing is left, or a pattern matches nothing, its warnings say so. Exact figures of calls
    /// ([`Profile::graph`]), which no part has to itself, are left out with a warning; the samples that were estimated from them are what
    /// is filtered.
    ///
    /// # Errors
    /// When `cancel` is set.
    pub fn apply(&self, profile: &Profile, cancel: &Cancel) -> Result<Profile, Cancelled> {
        if self.is_everything() {
            return Ok(profile.clone());
        }
        let (marks, warnings) = marks(profile, self, cancel)?;
        let mut cutter = Cutter::new(profile, self, marks, cancel)?;
        let (rows, stacks) = self.samples(profile, &mut cutter, cancel)?;
        let samples = Samples { stack: stacks, ..profile.samples.only(&rows) };
        let stacks = cutter.finish().map_or_else(|| Arc::clone(&profile.stacks), Arc::new);
        let mut part = profile.with_samples(samples, stacks);
        self.cut_timeline(&mut part);
        if part.graph.take().is_some() {
            part.warnings
                .push("The file tells exact figures for everything together only; those of a part of it are estimated.".into());
        }
        part.warnings.extend(warnings);
        if part.samples.is_empty() && !profile.samples.is_empty() {
            part.warnings.push("Nothing is in sight: no sample is left by what was asked for.".into());
        }
        Ok(part)
    }

    /// As [`Filters::apply`]; the same profile when everything is looked at.
    ///
    /// # Errors
    /// When `cancel` is set.
    pub fn apply_shared(&self, profile: &Arc<Profile>, cancel: &Cancel) -> Result<Arc<Profile>, Cancelled> {
        if self.is_everything() { Ok(Arc::clone(profile)) } else { self.apply(profile, cancel).map(Arc::new) }
    }

    /// The samples that are looked at, with their stacks as they are looked at.
    fn samples(
        &self,
        profile: &Profile,
        cutter: &mut Cutter<'_>,
        cancel: &Cancel,
    ) -> Result<(Vec<usize>, Vec<StackId>), Cancelled> {
        let threads = self.wanted_threads(profile);
        let (mut rows, mut stacks) = (Vec::new(), Vec::new());
        for (row, &stack) in profile.samples.stack.iter().enumerate() {
            if row.is_multiple_of(BATCH) {
                cancel.check()?;
            }
            let thread = profile.samples.thread.get(row).copied().unwrap_or(ThreadId::NONE);
            let time = profile.samples.time_ns.get(row).copied().unwrap_or(Samples::NO_TIME);
            if is_wanted(threads.as_deref(), thread)
                && self.is_in_range(time)
                && let Some(stack) = cutter.cut(stack)
            {
                rows.push(row);
                stacks.push(stack);
            }
        }
        Ok((rows, stacks))
    }

    /// For each thread whether it is looked at; `None` when all are.
    fn wanted_threads(&self, profile: &Profile) -> Option<Vec<bool>> {
        let wanted = |row: u32| self.threads.contains(&ThreadId(row));
        (!self.threads.is_empty()).then(|| (0..profile.threads.len() as u32).map(wanted).collect())
    }

    fn is_in_range(&self, time: i64) -> bool {
        self.range_ns.is_none_or(|(from, to)| time != Samples::NO_TIME && (from..to).contains(&time))
    }

    /// Leaves out of counters and markers what is of other threads and times.
    fn cut_timeline(&self, part: &mut Profile) {
        if self.threads.is_empty() && self.range_ns.is_none() {
            return;
        }
        let threads = self.wanted_threads(part);
        part.counters.retain(|counter| is_wanted(threads.as_deref(), counter.thread));
        part.counters.iter_mut().for_each(|counter| self.cut_counter(counter));
        let mut markers = Markers::default();
        let lasts = |start: i64, end: i64| self.range_ns.is_none_or(|(from, to)| start < to && (end > from || start >= from));
        let wanted = part.markers.iter().filter(|marker| is_wanted(threads.as_deref(), marker.thread));
        wanted.filter(|marker| lasts(marker.start_ns, marker.end_ns)).for_each(|marker| markers.push(marker));
        part.markers = markers.into();
        if let (Some((from, to)), Some(duration)) = (self.range_ns, part.duration_ns) {
            let end = i64::try_from(duration).map_or(to, |end| end.min(to));
            part.duration_ns = Some(end.saturating_sub(from.max(0)).try_into().unwrap_or(0));
        }
    }

    fn cut_counter(&self, counter: &mut Counter) {
        let Some((from, to)) = self.range_ns else { return };
        let first = counter.time_ns.partition_point(|time| *time < from);
        let end = counter.time_ns.partition_point(|time| *time < to).max(first);
        counter.time_ns = counter.time_ns.get(first..end).unwrap_or_default().to_vec();
        counter.value = counter.value.get(first..end).unwrap_or_default().to_vec();
    }
}

/// Whether something of this thread is looked at.
fn is_wanted(threads: Option<&[bool]>, thread: ThreadId) -> bool {
    threads.is_none_or(|threads| threads.get(thread.0 as usize).is_some_and(|wanted| *wanted))
}
