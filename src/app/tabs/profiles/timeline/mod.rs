//! The timeline of all threads: what is in sight of it, and the tracks that jobs make. `paint.rs` puts together what `strip.rs`
//! (overview and fields), `rows.rs` (what is in which row) and `shapes.rs` (what a row looks like) draw.

pub mod paint;
mod rows;
mod shapes;
mod strip;

use std::sync::Arc;

use crate::app::Tools;
use crate::jobs::{Priority, Slot, Ticket};
use crate::operations::ProfileView;
use crate::profile::Tracks;

use super::sight::{Look, Sight};

/// Sample types whose tracks are kept.
const MOST_KEPT: usize = 4;
/// Counters that a sentence tells of.
const MOST_TOLD: usize = 3;

/// The tracks of one sample type.
#[derive(Debug)]
pub struct Made {
    /// The sample type.
    pub sample_type: usize,
    /// The tracks; `None` when nothing in the profile has a time.
    pub tracks: Option<Tracks>,
}

/// What the timeline can be asked for.
#[derive(Clone, Debug)]
pub enum TimelineCommand {
    /// Another part of the time.
    Look(Look),
    /// Threads in the order of the file, or else the busiest first.
    AsInFile(bool),
}

/// The timeline of one profile.
#[derive(Debug, Default)]
pub struct Timeline {
    making: Slot<Made>,
    wanted: Option<usize>,
    kept: Vec<Arc<Made>>,
    sight: Sight,
    as_in_file: bool,
}

impl Timeline {
    /// Does what was asked for.
    pub fn apply(&mut self, command: &TimelineCommand) {
        match command {
            TimelineCommand::Look(look) => self.sight.look(look),
            TimelineCommand::AsInFile(as_in_file) => self.as_in_file = *as_in_file,
        }
    }

    /// Makes the tracks of the whole profile, unless they are there or under way.
    pub fn make(&mut self, view: &Arc<ProfileView>, tools: &Tools) {
        let sample_type = view.sample_type;
        if self.made(sample_type).is_some() || self.wanted == Some(sample_type) {
            return;
        }
        self.wanted = Some(sample_type);
        let whole = Arc::clone(&view.whole);
        let ticket: Ticket<Made> = tools.submit("Sorting samples by time", Priority::High, move |cancel, _| {
            Ok(Made { sample_type, tracks: Tracks::new(&whole, sample_type, cancel)? })
        });
        self.making.start(ticket);
    }

    /// Takes in what a job has made. Says whether there was something.
    pub fn take_news(&mut self) -> bool {
        let came = self.making.poll();
        if came {
            self.wanted = None;
        }
        if let Some(made) = self.making.value().filter(|_| came) {
            let whole = made.tracks.as_ref().map(|tracks| tracks.range.clone()).unwrap_or_default();
            self.sight = if self.kept.is_empty() { Sight::new(whole) } else { self.sight.with_whole(whole) };
            self.kept.retain(|kept| kept.sample_type != made.sample_type);
            self.kept.push(Arc::clone(made));
            if self.kept.len() > MOST_KEPT {
                self.kept.remove(0);
            }
        }
        came
    }

    /// The tracks of a sample type, when they are made.
    pub fn made(&self, sample_type: usize) -> Option<&Arc<Made>> {
        self.kept.iter().find(|made| made.sample_type == sample_type)
    }

    /// What counters say, in a sentence, of a profile that holds nothing else.
    pub fn words(&self, view: &ProfileView) -> String {
        let tracks = self.made(view.sample_type).and_then(|made| made.tracks.as_ref());
        let counters = tracks.map(|tracks| tracks.counters.as_slice()).unwrap_or_default();
        let strings = &view.whole.strings;
        let told = counters.iter().take(MOST_TOLD).map(|counter| {
            format!("{} is at most {}", strings.get(counter.name), paint::value(counter.whole.max, strings.get(counter.unit)))
        });
        let told: Vec<String> = told.collect();
        let all = if told.is_empty() { String::new() } else { format!(": {}", told.join(", ")) };
        format!("The file holds values over time, but no stacks{all}.")
    }

    /// What part of the time is in sight.
    pub fn sight(&self) -> &Sight {
        &self.sight
    }

    /// Whether threads stand in the order of the file.
    pub fn as_in_file(&self) -> bool {
        self.as_in_file
    }
}
