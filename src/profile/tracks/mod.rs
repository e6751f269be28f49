//! The timeline of all threads: what each did when, with counters and markers.
//!
//! Made once for a profile and a sample type, away from the window's thread; asked anew whenever the range or the width on the
//! screen changes. A question costs pixels, not samples: values are kept as running sums, so a bin is the difference of two of them.

mod counter;
mod cover;
mod fill;
mod lanes;
mod names;
mod points;
mod steps;

use std::ops::Range;

use crate::jobs::{Cancel, Cancelled};

use super::model::{Profile, ThreadId};
pub use counter::{CounterTrack, MinMax};
use cover::Cover;
pub use lanes::{Lanes, Mark};
use points::{Points, cut};
use steps::{Bins, Grid, Steps};

/// What to say of a profile without times.
pub const NO_TIMES: &str = "The file does not tell when its samples were taken. Chrome traces, .cpuprofile, Firefox Profiler, perf, \
    JFR, nettrace, Safari, Tracy and most speedscope files do; folded stacks and most pprof files do not.";

/// Below this share of the range, or of what the busiest thread did, a thread counts as idle.
const IDLE: f64 = 0.01;

/// One thread of the timeline.
#[derive(Clone, Debug, Default)]
pub struct Track {
    /// The thread; [`ThreadId::NONE`] for what no thread is told of.
    pub thread: ThreadId,
    /// Its process; `None` when not told. Tracks of one process follow each other.
    pub process: Option<String>,
    /// Its name for people, without the process.
    pub name: String,
    /// When its first and its last sample were taken, of whatever kind; `None` when it has none with a time.
    pub seen: Option<(i64, i64)>,
    /// Samples with a time and a value other than 0 of this kind.
    pub samples: usize,
    /// Sum of their values.
    pub total: i64,
    /// Samples of which the time is not told: they are in no range.
    pub untimed_samples: usize,
    /// Sum of their values.
    pub untimed: i64,
    /// Markers, in lanes.
    pub markers: Lanes,
    points: Points,
    cover: Option<Cover>,
    grid: Grid,
}

/// All threads of a profile over time, for one sample type.
#[derive(Clone, Debug)]
pub struct Tracks {
    /// The threads, those of a process together, in the order of the file.
    pub tracks: Vec<Track>,
    /// The counters that hold values.
    pub counters: Vec<CounterTrack>,
    /// All that is told of: from the first to behind the last sample, counter or marker, and as long as was measured.
    pub range: Range<i64>,
    /// Whether activity is the share of the time in which a thread was busy, as values are times.
    pub is_time: bool,
    /// Whether samples have times; if not, only counters and markers are shown and [`NO_TIMES`] is to be said.
    pub has_samples: bool,
}

/// What a thread did in a range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Busy {
    /// Row of [`Tracks::tracks`].
    pub track: usize,
    /// Sum of the values of the samples whose time lies in the range.
    pub total: i64,
    /// How many samples these are.
    pub samples: usize,
    /// Share of the range in which it was busy, 0 to 1; `None` when values are not times.
    pub busy: Option<f64>,
    /// Whether it did next to nothing: less than 1 % of the range or, when values are not times, of the busiest thread.
    pub is_idle: bool,
}

/// How much several threads did in each part of a range.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Activities {
    /// Parts of the range.
    pub bins: usize,
    /// For each asked thread one row of `bins` values from 0 to 1: how much of the bin it was busy or, when values are not times,
    /// the share of the largest bin of all these threads.
    pub values: Vec<f32>,
    /// All of them together: how many were busy at once or, when values are not times, the share of the largest sum.
    pub together: Vec<f32>,
    /// What 1 stands for when values are not times: the value of the largest bin.
    pub largest: f64,
}

impl Activities {
    /// The values of the `nth` of the threads that were asked for.
    pub fn row(&self, nth: usize) -> &[f32] {
        let start = nth.saturating_mul(self.bins);
        self.values.get(start..start.saturating_add(self.bins)).unwrap_or_default()
    }
}

impl Tracks {
    /// Sorts samples, counters and markers by thread and time. `None` when nothing in the profile has a time: see [`NO_TIMES`].
    ///
    /// # Errors
    /// When cancelled.
    pub fn new(profile: &Profile, sample_type: usize, cancel: &Cancel) -> Result<Option<Self>, Cancelled> {
        fill::tracks(profile, sample_type, cancel)
    }

    /// Process and name of a track: `process › thread`.
    pub fn name(&self, track: usize) -> String {
        let Some(track) = self.tracks.get(track) else { return String::new() };
        match &track.process {
            Some(process) if process != &track.name => format!("{process} › {}", track.name),
            _ => track.name.clone(),
        }
    }

    /// Row of a thread.
    pub fn row_of(&self, thread: ThreadId) -> Option<usize> {
        self.tracks.iter().position(|track| track.thread == thread)
    }

    /// How much one thread did in each of `bins` parts of a range, from 0 to 1: how much of the bin it was busy or, when values are
    /// not times, the share of its own largest bin. What is wrong about a bin that holds many samples is less than an eighth of its
    /// neighbour; with few samples a bin it is exact. A range that is empty gives nothing.
    pub fn activity(&self, track: usize, range: Range<i64>, bins: usize) -> Vec<f32> {
        self.activities(&[track], range, bins).values
    }

    /// As [`Tracks::activity`] for several threads, drawn to one scale: those that are on the screen.
    pub fn activities(&self, tracks: &[usize], range: Range<i64>, bins: usize) -> Activities {
        let Some(edges) = Bins::new(&range, bins) else { return Activities::default() };
        let mut values = Vec::with_capacity(tracks.len().saturating_mul(bins));
        let mut together = vec![0.0_f32; bins];
        for track in tracks {
            let first = values.len();
            if let Some(track) = self.tracks.get(*track) {
                track.sums(edges, &mut values);
            }
            values.resize(first + bins, 0.0);
            let row = values.get(first..).unwrap_or_default();
            together.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
        }
        let largest = if self.is_time { 1.0 } else { scale(&mut values, &mut together) };
        Activities { bins, values, together, largest }
    }

    /// What each thread did in a range, the busiest first. Totals are exact: they are what a profile of only the samples whose time
    /// lies in the range adds up to.
    pub fn busiest(&self, range: Range<i64>) -> Vec<Busy> {
        let mut all: Vec<Busy> = (0..self.tracks.len()).filter_map(|row| self.busy(row, &range)).collect();
        all.sort_by(|a, b| b.total.cmp(&a.total).then(b.samples.cmp(&a.samples)).then(a.track.cmp(&b.track)));
        let most = all.first().map_or(0, |busy| busy.total);
        for busy in &mut all {
            let share = busy.busy.unwrap_or(if most > 0 { busy.total as f64 / most as f64 } else { 0.0 });
            busy.is_idle = share < IDLE;
        }
        all
    }

    /// The sum of the values of a thread's samples whose time lies in a range.
    pub fn total(&self, track: usize, range: Range<i64>) -> i64 {
        self.tracks.get(track).map_or(0, |track| cut(track.points.sum(range)))
    }

    /// Bytes held.
    pub fn memory_bytes(&self) -> usize {
        let tracks: usize = self.tracks.iter().map(Track::memory_bytes).sum();
        tracks + self.counters.iter().map(CounterTrack::memory_bytes).sum::<usize>()
    }

    fn busy(&self, row: usize, range: &Range<i64>) -> Option<Busy> {
        let track = self.tracks.get(row)?;
        let busy = track.cover.as_ref().map(|cover| {
            let covered = cover.until(range.end, &mut 0).saturating_sub(cover.until(range.start, &mut 0));
            covered as f64 / range.end.max(range.start).abs_diff(range.start).max(1) as f64
        });
        let samples = track.points.rows(range.clone()).len();
        Some(Busy { track: row, total: cut(track.points.sum(range.clone())), samples, busy, is_idle: false })
    }
}

impl Track {
    /// Adds the bins to `values`: shares of time, or sums as they are.
    fn sums(&self, bins: Bins, values: &mut Vec<f32>) {
        match &self.cover {
            Some(cover) => {
                let mut lengths = bins.edges().map(|(start, end)| end.abs_diff(start).max(1) as f64);
                self.grid.sums(Steps::Busy(cover), bins, |sum| {
                    values.push((sum / lengths.next().unwrap_or(1.0)).clamp(0.0, 1.0) as f32);
                });
            }
            None => self.grid.sums(Steps::Values(&self.points), bins, |sum| values.push(sum as f32)),
        }
    }

    fn memory_bytes(&self) -> usize {
        let text = self.name.capacity() + self.process.as_ref().map_or(0, String::capacity);
        let figures = self.points.memory_bytes() + self.grid.memory_bytes() + self.markers.memory_bytes();
        size_of::<Self>() + text + figures + self.cover.as_ref().map_or(0, Cover::memory_bytes)
    }
}

/// Makes both relate to their largest value, and gives that of the single threads.
fn scale(values: &mut [f32], together: &mut [f32]) -> f64 {
    let largest = |values: &[f32]| values.iter().fold(0.0_f32, |most, value| most.max(value.abs()));
    let (most, sum) = (largest(values), largest(together));
    for (row, most) in [(values, most), (together, sum)] {
        row.iter_mut().filter(|_| most > 0.0).for_each(|value| *value = value.abs() / most);
    }
    most.into()
}
