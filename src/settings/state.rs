//! What the program remembers by itself: kept apart from the settings, so that resetting those keeps it.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::plots::Plots;

/// Most files that are remembered as recent.
pub const MAX_RECENT: usize = 12;

/// What the program remembers by itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct State {
    /// Files opened before, the latest first; at most [`MAX_RECENT`], each once.
    pub recent: Vec<Recent>,
    /// Name of the tab shown last.
    pub tab: Option<String>,
    /// Size of the window when it was closed.
    pub window: Option<WindowSize>,
    /// What a table was last saved as: the ending of such files.
    pub export: Option<String>,
    /// Columns of the table of processes that were chosen; `None` while none were.
    pub process_columns: Option<Vec<String>>,
    /// How the plots of the monitor are arranged.
    pub plots: Plots,
}

/// A file opened before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recent {
    /// Where it was.
    pub path: PathBuf,
    /// What it was opened as.
    pub kind: RecentKind,
    /// When it was opened last, in seconds since 1970. `None`: an older version of the program opened it.
    #[serde(default)]
    pub opened: Option<u64>,
}

/// What a recent file was opened as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RecentKind {
    /// A table: text, columnar file or workbook.
    Table,
    /// A profile.
    Profile,
    /// Something that another version of the program knows.
    #[serde(other)]
    Other,
}

/// Size of the window's inside, in points.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct WindowSize {
    /// Points from left to right.
    pub width: f32,
    /// Points from top to bottom.
    pub height: f32,
}

impl State {
    /// Puts a file first in the list of recent ones, as opened at this time (seconds since 1970).
    pub fn remember(&mut self, path: &Path, kind: RecentKind, opened: u64) {
        self.forget(path);
        self.recent.insert(0, Recent { path: path.to_path_buf(), kind, opened: Some(opened) });
        self.recent.truncate(MAX_RECENT);
    }

    /// Takes a file out of the list of recent ones, for example because it is gone.
    pub fn forget(&mut self, path: &Path) {
        self.recent.retain(|recent| recent.path != path);
    }

    /// Without what cannot be used: too many files, a file twice, a window without a sensible size.
    pub(super) fn tidied(mut self) -> Self {
        let mut recent: Vec<Recent> = Vec::new();
        for file in self.recent {
            if recent.len() < MAX_RECENT && recent.iter().all(|other| other.path != file.path) {
                recent.push(file);
            }
        }
        self.recent = recent;
        self.plots = self.plots.tidied();
        self.window = self.window.filter(|size| sensible(size.width) && sensible(size.height));
        self
    }

    /// What can be written: a file's name that is not Unicode has no place in a text file.
    pub(super) fn writable(&self) -> Self {
        let mut state = self.clone();
        state.recent.retain(|recent| recent.path.to_str().is_some());
        state
    }
}

fn sensible(points: f32) -> bool {
    (100.0..=100_000.0).contains(&points)
}
