//! The Data tab.

pub mod paint;

use std::path::PathBuf;

use crate::app::Tools;

/// What the Data tab shows.
#[derive(Default)]
pub struct DataTab {}

/// What the Data tab can be asked for.
#[derive(Debug)]
pub enum DataCommand {}

impl DataTab {
    /// Does what was asked for.
    pub fn apply(&mut self, command: DataCommand, _tools: &mut Tools) {
        match command {}
    }

    /// Opens a file.
    pub fn open(&mut self, _path: PathBuf, _tools: &mut Tools) {}

    /// Takes in what its jobs have made. Says whether there was something.
    pub fn take_news(&mut self, _tools: &mut Tools) -> bool {
        false
    }
}
