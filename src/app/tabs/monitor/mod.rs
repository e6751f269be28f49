//! The Monitor tab: what the machine does now and did before, and which processes do it.
//!
//! `window.rs` which stretch of time is shown, `cards.rs` what each plot shows, `processes.rs` the rows of the table: all without egui.
//! `paint.rs`, `plot.rs`, `table.rs` draw them.

mod cards;
pub mod paint;
mod plot;
mod processes;
mod table;
mod window;

use std::sync::Arc;

use crate::report::Chart;
use crate::report::theme::Look;
use crate::sampler::{DEFAULT_CAPACITY, GAP_INTERVALS, History, Metric, Point, Series, Snapshot};

pub use cards::{Card, CardId, Source, Trace, cpu_percent, fullest};
pub use processes::{Column, ProcessTable};
pub use window::{Range, Window};

/// What the Monitor tab shows. Samples are always taken in; while it is paused, what is shown stands still.
pub struct MonitorTab {
    history: History,
    /// The use of the busiest logical CPU, which is another one each time.
    busiest: Series,
    newest: Option<Arc<Snapshot>>,
    held: Option<Arc<Snapshot>>,
    window: Window,
    per_core: bool,
    table: ProcessTable,
}

/// What the Monitor tab can be asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum MonitorCommand {
    /// Stand still, or go on.
    TogglePause,
    /// Show this much time, up to now.
    ShowRange(Range),
    /// Move the shown stretch by so many seconds; positive is later.
    Pan(f64),
    /// Shorten the shown stretch by this factor, keeping this moment (seconds, now is 0) where it is.
    Zoom {
        /// Above 1 shows less.
        factor: f64,
        /// What stays where it is.
        around: f64,
    },
    /// Show the whole range again.
    ShowAll,
    /// One line per core, or not.
    PerCore(bool),
    /// Show the processes whose name or id has this in it.
    Search(String),
    /// Sort by this column; again turns the order round.
    SortBy(Column),
}

impl Default for MonitorTab {
    fn default() -> Self {
        Self {
            history: History::default(),
            busiest: Series::new(DEFAULT_CAPACITY),
            newest: None,
            held: None,
            window: Window::default(),
            per_core: false,
            table: ProcessTable::default(),
        }
    }
}

impl MonitorTab {
    /// Takes a sample in.
    pub fn take_sample(&mut self, snapshot: Arc<Snapshot>) {
        self.history.push(&snapshot);
        let busiest = snapshot.cpu_per_core.iter().copied().reduce(f32::max);
        self.busiest.push(snapshot.time, busiest, snapshot.interval_seconds);
        self.newest = Some(snapshot);
        self.arrange();
    }

    /// Does what was asked for.
    pub fn apply(&mut self, command: MonitorCommand) {
        match command {
            MonitorCommand::TogglePause => self.held = if self.held.is_some() { None } else { self.newest.clone() },
            MonitorCommand::ShowRange(range) => self.window = Window::new(range),
            MonitorCommand::Pan(seconds) => self.window.pan(seconds),
            MonitorCommand::Zoom { factor, around } => self.window.zoom(factor, around),
            MonitorCommand::ShowAll => self.window = Window::new(self.window.range()),
            MonitorCommand::PerCore(on) => self.per_core = on,
            MonitorCommand::Search(text) => self.table.search = text,
            MonitorCommand::SortBy(column) => self.table.sort_by(column),
        }
        self.arrange();
    }

    /// The newest sample, paused or not.
    pub fn newest(&self) -> Option<&Snapshot> {
        self.newest.as_deref()
    }

    /// The sample that the figures show.
    pub fn shown(&self) -> Option<&Snapshot> {
        self.held.as_deref().or(self.newest())
    }

    /// Whether what is shown stands still.
    pub fn is_paused(&self) -> bool {
        self.held.is_some()
    }

    /// The stretch of time shown.
    pub fn window(&self) -> &Window {
        &self.window
    }

    /// Whether each core has a line of its own.
    pub fn per_core(&self) -> bool {
        self.per_core
    }

    /// The table of processes.
    pub fn table(&self) -> &ProcessTable {
        &self.table
    }

    /// The moment that is `now` on the axes: seconds since 1970.
    pub fn end(&self) -> f64 {
        self.shown().map_or(0.0, |snapshot| snapshot.time)
    }

    /// What a line shows from `from` to `to` (seconds, now is 0) on `buckets` pixels.
    pub fn points(&self, source: &Source, from: f64, to: f64, buckets: usize) -> Vec<Point> {
        let (from, to) = (self.end() + from, self.end() + to);
        match source {
            Source::Metric(metric) => self.history.visible(metric, from, to, buckets),
            Source::BusiestCore => self.busiest.visible(from, to, buckets),
        }
    }

    /// The largest value of a line from `from` to `to` (seconds, now is 0).
    pub fn largest(&self, source: &Source, from: f64, to: f64) -> Option<f64> {
        let (from, to) = (self.end() + from, self.end() + to);
        let extent = match source {
            Source::Metric(metric) => self.history.extent(metric, from, to),
            Source::BusiestCore => self.busiest.extent(from, to),
        };
        extent.map(|extent| f64::from(extent.max))
    }

    /// The time (seconds, now is 0) of the sample nearest to `at`. `None` where nothing was recorded.
    pub fn sample_near(&self, at: f64) -> Option<f64> {
        let (time, _) = self.history.nearest(&Metric::CpuTotal, self.end() + at)?;
        let interval = self.shown().map_or(1.0, |snapshot| snapshot.interval_seconds);
        let (from, to) = (self.window.from(), self.window.to());
        // Near on the screen is near enough, when samples lie closer than pixels.
        let near = (GAP_INTERVALS * interval).max((to - from) / 200.0);
        Some(time - self.end()).filter(|found| (found - at).abs() <= near)
    }

    /// The value of a line at the sample nearest to `at` (seconds, now is 0).
    pub fn value_near(&self, source: &Source, at: f64) -> Option<f64> {
        let value = match source {
            Source::Metric(metric) => self.history.nearest(metric, self.end() + at).map(|(_, value)| value),
            Source::BusiestCore => {
                let time = self.end() + self.sample_near(at)?;
                self.busiest.extent(time, time + 1e-3).map(|extent| extent.last)
            }
        };
        value.map(f64::from)
    }

    fn arrange(&mut self) {
        let processes = self.held.as_deref().or(self.newest.as_deref()).map(|snapshot| Arc::clone(&snapshot.processes));
        self.table.arrange(&processes.unwrap_or_default());
    }
}

/// The charts that can be saved.
pub fn charts(tab: &MonitorTab, look: Look) -> Vec<Chart> {
    CardId::ALL.into_iter().map(|id| Card::of(tab, id).chart(tab, look)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sampler::example;

    pub(super) fn filled(samples: usize) -> MonitorTab {
        let mut tab = MonitorTab::default();
        example(samples).into_iter().for_each(|snapshot| tab.take_sample(Arc::new(snapshot)));
        tab
    }

    #[test]
    fn pausing_holds_what_is_shown_and_loses_nothing() {
        let mut tab = filled(10);
        tab.apply(MonitorCommand::TogglePause);
        let end = tab.end();
        example(12).into_iter().skip(10).for_each(|snapshot| tab.take_sample(Arc::new(snapshot)));
        assert_eq!(tab.end(), end);
        assert_eq!(tab.newest().map(|snapshot| snapshot.time), Some(end + 2.0));
        tab.apply(MonitorCommand::TogglePause);
        assert_eq!(tab.end(), end + 2.0);
        assert_eq!(tab.points(&Source::Metric(Metric::CpuTotal), -60.0, 0.5, 600).len(), 12);
    }

    #[test]
    fn the_busiest_core_is_the_largest_of_each_sample() {
        let tab = filled(16);
        // The example's fourth core takes one and a half times the mean, at most all of it: 80 % at second 15.
        assert_eq!(tab.value_near(&Source::BusiestCore, 0.0), Some(100.0));
        assert_eq!(tab.value_near(&Source::BusiestCore, -15.0), Some(75.0));
        assert_eq!(tab.value_near(&Source::Metric(Metric::CpuTotal), -15.2), Some(50.0));
    }
}
