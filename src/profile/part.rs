//! Parts of a profile: its threads by name, its time from beginning to end, other samples with the same tables.

use std::sync::Arc;

use super::model::{Profile, Samples, ThreadId};
use super::stacks::Stacks;

impl Profile {
    /// The threads of this name or number: several can share a name, and a name can look like a number.
    pub fn threads_named(&self, wanted: &str) -> Vec<ThreadId> {
        let number = wanted.parse::<i64>().ok();
        let is_wanted = |thread: &super::Thread| self.strings.get(thread.name) == wanted || number.is_some() && thread.id == number;
        let found = self.threads.iter().enumerate().filter(|(_, thread)| is_wanted(thread));
        found.map(|(row, _)| ThreadId(row as u32)).collect()
    }

    /// A thread for people: `worker (4711)`, `worker`, `4711` or `(no name)`.
    pub fn thread_label(&self, id: ThreadId) -> String {
        let thread = self.threads.get(id.0 as usize).copied().unwrap_or_default();
        match (self.strings.get(thread.name), thread.id) {
            ("", Some(id)) => id.to_string(),
            ("", None) => "(no name)".to_owned(),
            (name, Some(id)) => format!("{name} ({id})"),
            (name, None) => name.to_owned(),
        }
    }

    /// From the first to behind the last time that samples, counters and markers tell, in nanoseconds from the beginning of measuring:
    /// the range of [`super::Filters::range_ns`] that holds all of them. `None` when no time is told.
    pub fn time_span(&self) -> Option<(i64, i64)> {
        let samples = self.samples.time_ns.iter().copied().filter(|time| *time != Samples::NO_TIME);
        let counters = self.counters.iter().flat_map(|counter| counter.time_ns.iter().copied());
        let markers = self.markers.start_ns.iter().chain(&self.markers.end_ns).copied();
        let widen = |(first, last): (i64, i64), time: i64| (first.min(time), last.max(time));
        let (first, last) = samples.chain(counters).chain(markers).fold((i64::MAX, i64::MIN), widen);
        (first <= last).then(|| (first, last.saturating_add(1)))
    }

    /// The same profile with other samples, at these stacks. What is large is shared, not copied.
    #[must_use]
    pub(super) fn with_samples(&self, samples: Samples, stacks: Arc<Stacks>) -> Self {
        Self {
            format: self.format.clone(),
            strings: Arc::clone(&self.strings),
            functions: Arc::clone(&self.functions),
            frames: Arc::clone(&self.frames),
            stacks,
            samples,
            threads: self.threads.clone(),
            mappings: self.mappings.clone(),
            counters: self.counters.clone(),
            markers: Arc::clone(&self.markers),
            graph: self.graph.clone(),
            sample_types: self.sample_types.clone(),
            comments: self.comments.clone(),
            warnings: self.warnings.clone(),
            ..*self
        }
    }
}

impl Samples {
    /// These rows.
    pub(super) fn only(&self, rows: &[usize]) -> Self {
        Self {
            stack: pick(&self.stack, rows),
            thread: pick(&self.thread, rows),
            time_ns: pick(&self.time_ns, rows),
            values: self.values.iter().map(|column| pick(column, rows)).collect(),
        }
    }
}

fn pick<T: Copy>(column: &[T], rows: &[usize]) -> Vec<T> {
    rows.iter().filter_map(|&row| column.get(row).copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::read::testing::folded;
    use super::super::{Counter, StringId, Thread};
    use super::*;

    #[test]
    fn threads_by_name_and_number() {
        let mut profile = folded("a;b 1\na;c 2\nb 4\n");
        let thread = |id, name| Thread { id, name, ..Thread::default() };
        profile.threads = vec![thread(Some(7), StringId(1)), thread(Some(8), StringId(0)), thread(None, StringId(0))];
        let name = profile.strings.get(StringId(1)).to_owned();
        assert_eq!((profile.threads_named(&name), profile.threads_named("8")), (vec![ThreadId(0)], vec![ThreadId(1)]));
        assert_eq!((profile.threads_named("x"), profile.threads_named("9")), (vec![], vec![]));
        assert_eq!(
            [0, 1, 2].map(|row| profile.thread_label(ThreadId(row))),
            [format!("{name} (7)"), "8".into(), "(no name)".into()]
        );
    }

    #[test]
    fn the_span_holds_all_that_tells_a_time() {
        let mut profile = folded("a 1\nb 2\n");
        assert_eq!(profile.time_span(), None);
        profile.samples.time_ns = vec![Samples::NO_TIME, 5];
        assert_eq!(profile.time_span(), Some((5, 6)));
        profile.counters = vec![Counter { time_ns: vec![-3, 9], value: vec![0.0, 1.0], ..Counter::default() }];
        assert_eq!(profile.time_span(), Some((-3, 10)));
    }
}
