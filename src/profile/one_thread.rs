//! A part of a profile: what some of its threads did.

use super::model::{Profile, Samples, ThreadId};
use super::timeline::Markers;

impl Profile {
    /// The threads of this name or number: several can share a name, and a name can look like a number.
    pub fn threads_named(&self, wanted: &str) -> Vec<ThreadId> {
        let number = wanted.parse::<i64>().ok();
        let is_wanted = |thread: &super::Thread| self.strings.get(thread.name) == wanted || number.is_some() && thread.id == number;
        let found = self.threads.iter().enumerate().filter(|(_, thread)| is_wanted(thread));
        found.map(|(row, _)| ThreadId(row as u32)).collect()
    }

    /// The profile with only what happened on these threads. Exact figures of calls, which no thread has to itself, are left out with a
    /// warning; the samples that were estimated from them stay.
    #[must_use]
    pub fn of_threads(&self, threads: &[ThreadId]) -> Self {
        let mut profile = self.clone();
        let is_kept = |row: &usize| self.samples.thread.get(*row).is_some_and(|thread| threads.contains(thread));
        let rows: Vec<usize> = (0..self.samples.len()).filter(is_kept).collect();
        profile.samples = self.samples.only(&rows);
        profile.counters.retain(|counter| threads.contains(&counter.thread));
        profile.markers = Markers::default();
        self.markers.iter().filter(|marker| threads.contains(&marker.thread)).for_each(|marker| profile.markers.push(marker));
        if profile.graph.take().is_some() {
            profile.warnings.push("The file tells exact figures for all threads together only; those of one are estimated.".into());
        }
        profile
    }
}

impl Samples {
    /// These rows.
    fn only(&self, rows: &[usize]) -> Self {
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
    use super::super::{StringId, Thread};
    use super::*;

    #[test]
    fn only_what_some_threads_did() {
        let mut profile = folded("a;b 1\na;c 2\nb 4\n");
        let thread = |id, name| Thread { id: Some(id), name, ..Thread::default() };
        profile.threads = vec![thread(7, StringId(1)), thread(8, StringId(0))];
        profile.samples.thread = vec![ThreadId(0), ThreadId(1), ThreadId::NONE];
        let name = profile.strings.get(StringId(1)).to_owned();
        assert_eq!((profile.threads_named(&name), profile.threads_named("8")), (vec![ThreadId(0)], vec![ThreadId(1)]));
        assert_eq!((profile.threads_named("x"), profile.threads_named("9")), (vec![], vec![]));
        let part = profile.of_threads(&[ThreadId(1)]);
        assert_eq!((part.total(0), part.samples.len(), part.samples.thread), (2, 1, vec![ThreadId(1)]));
    }
}
