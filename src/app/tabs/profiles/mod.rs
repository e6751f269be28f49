//! The Profiles tab.

pub mod paint;

use std::path::PathBuf;

use crate::app::Tools;

/// What the Profiles tab shows.
#[derive(Default)]
pub struct ProfilesTab {}

/// What the Profiles tab can be asked for.
#[derive(Debug)]
pub enum ProfilesCommand {}

impl ProfilesTab {
    /// Does what was asked for.
    pub fn apply(&mut self, command: ProfilesCommand, _tools: &mut Tools) {
        match command {}
    }

    /// Opens a file.
    pub fn open(&mut self, _path: PathBuf, _tools: &mut Tools) {}

    /// Takes in what its jobs have made. Says whether there was something.
    pub fn take_news(&mut self, _tools: &mut Tools) -> bool {
        false
    }
}
