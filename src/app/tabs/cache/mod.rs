//! The Cache tab.

pub mod paint;

use crate::app::Tools;

/// What the Cache tab shows.
#[derive(Default)]
pub struct CacheTab {}

/// What the Cache tab can be asked for.
#[derive(Debug)]
pub enum CacheCommand {}

impl CacheTab {
    /// Does what was asked for.
    pub fn apply(&mut self, command: CacheCommand, _tools: &mut Tools) {
        match command {}
    }

    /// Takes in what its jobs have made. Says whether there was something.
    pub fn take_news(&mut self, _tools: &mut Tools) -> bool {
        false
    }
}
