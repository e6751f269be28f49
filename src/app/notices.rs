//! Messages: something was done, or something went wrong.

use std::path::{Path, PathBuf};

use crate::jobs::Failure;

/// How long a message that needs no answer stays, in seconds.
const SECONDS: f64 = 8.0;
/// More messages than this are not shown at once; the oldest goes.
const MOST: usize = 4;

/// A message.
#[derive(Clone, Debug)]
pub enum Notice {
    /// Something was done; goes by itself.
    Done {
        /// One sentence.
        text: String,
        /// The file or folder that can be shown.
        place: Option<PathBuf>,
    },
    /// Something went wrong; stays until it is closed.
    Failed(Failure),
}

impl Notice {
    /// Says that something was done.
    pub fn done(text: impl Into<String>) -> Self {
        Self::Done { text: text.into(), place: None }
    }

    /// Says that `path` was written, and offers to show it.
    pub fn saved(path: &Path) -> Self {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        Self::Done { text: format!("Saved “{name}”."), place: Some(path.to_path_buf()) }
    }
}

/// A message in sight.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Its number.
    pub id: u64,
    /// What it says.
    pub notice: Notice,
    /// When it goes, in seconds of the window's clock.
    pub until: Option<f64>,
}

/// The messages in sight, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Notices {
    list: Vec<Shown>,
    next: u64,
}

impl Notices {
    /// Adds a message; `now` is the window's clock. The same failure is not shown twice.
    pub fn add(&mut self, notice: Notice, now: f64) {
        self.list.retain(|shown| !same(&shown.notice, &notice));
        let until = matches!(notice, Notice::Done { .. }).then_some(now + SECONDS);
        self.next += 1;
        self.list.push(Shown { id: self.next, notice, until });
        if self.list.len() > MOST {
            self.list.remove(0);
        }
    }

    /// Takes one away.
    pub fn close(&mut self, id: u64) {
        self.list.retain(|shown| shown.id != id);
    }

    /// Takes the newest away; `false` when there is none.
    pub fn close_last(&mut self) -> bool {
        self.list.pop().is_some()
    }

    /// Takes away what has been there long enough. Returns in how many seconds the next one goes.
    pub fn expire(&mut self, now: f64) -> Option<f64> {
        self.list.retain(|shown| shown.until.is_none_or(|until| until > now));
        self.list.iter().filter_map(|shown| shown.until).map(|until| until - now).reduce(f64::min)
    }

    /// All, oldest first.
    pub fn list(&self) -> &[Shown] {
        &self.list
    }
}

fn same(one: &Notice, other: &Notice) -> bool {
    match (one, other) {
        (Notice::Failed(one), Notice::Failed(other)) => one == other,
        (Notice::Done { text: one, .. }, Notice::Done { text: other, .. }) => one == other,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn done_goes_by_itself_and_failures_stay() {
        let mut notices = Notices::default();
        notices.add(Notice::done("Saved."), 10.0);
        notices.add(Notice::Failed(Failure::new("No.", "Do x.")), 10.0);
        assert_eq!(notices.expire(17.0), Some(1.0));
        assert_eq!(notices.expire(18.0), None);
        assert!(matches!(notices.list(), [Shown { notice: Notice::Failed(_), .. }]));
        assert!(notices.close_last());
        assert!(!notices.close_last());
    }

    #[test]
    fn the_same_message_is_shown_once() {
        let mut notices = Notices::default();
        let failure = || Notice::Failed(Failure::new("No.", "Do x."));
        notices.add(failure(), 0.0);
        notices.add(failure(), 1.0);
        assert_eq!(notices.list().len(), 1);
    }
}
