//! What the tracks are called.

use std::collections::HashMap;

use super::super::model::{Profile, Thread, ThreadId};

/// Name of the track of what no thread is told of.
pub(super) const NO_THREAD: &str = "Without a thread";

/// Names of a profile's threads.
pub(super) struct Names<'a> {
    profile: &'a Profile,
    /// How many threads of a process share a name.
    shared: HashMap<(Option<i64>, &'a str, &'a str), usize>,
}

impl<'a> Names<'a> {
    pub(super) fn new(profile: &'a Profile) -> Self {
        let mut shared = HashMap::new();
        for thread in &profile.threads {
            *shared.entry(key(profile, thread)).or_insert(0) += 1;
        }
        Self { profile, shared }
    }

    /// The process of a thread, by name or number; `None` when neither is told.
    pub(super) fn process(&self, thread: ThreadId) -> Option<String> {
        let thread = self.profile.threads.get(thread.0 as usize)?;
        match (self.profile.strings.get(thread.process_name), thread.process_id) {
            ("", None) => None,
            ("", Some(id)) => Some(format!("Process {id}")),
            (name, _) => Some(name.to_owned()),
        }
    }

    /// A thread by name or number, with its number where others have the same name.
    pub(super) fn thread(&self, id: ThreadId) -> String {
        let Some(thread) = self.profile.threads.get(id.0 as usize) else { return NO_THREAD.into() };
        let name = self.profile.strings.get(thread.name);
        let is_shared = self.shared.get(&key(self.profile, thread)).is_some_and(|&count| count > 1);
        match (name, thread.id) {
            ("", Some(id)) => format!("Thread {id}"),
            // One that only its process tells from others.
            ("", None) => self.process(id).unwrap_or_else(|| format!("Thread without a name ({})", id.0.saturating_add(1))),
            (name, Some(id)) if is_shared => format!("{name} ({id})"),
            (name, _) => name.to_owned(),
        }
    }
}

fn key<'a>(profile: &'a Profile, thread: &Thread) -> (Option<i64>, &'a str, &'a str) {
    (thread.process_id, profile.strings.get(thread.process_name), profile.strings.get(thread.name))
}
