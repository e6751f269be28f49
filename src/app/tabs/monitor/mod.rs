//! The Monitor tab: what the machine does now and did before, and which processes do it.
//!
//! `window.rs` which stretch of time is shown, `past.rs` what is read from disk for it, `then.rs` the processes of a minute of the past, `cards.rs` what
//! each plot shows, `processes.rs` the lines of the table: all without egui.
//! `paint.rs`, `plot.rs`, `table.rs` and `details.rs` draw them.

mod cards;
mod details;
pub mod paint;
mod past;
mod plot;
mod processes;
mod table;
mod then;
mod window;

use std::sync::Arc;

use crate::app::{Command, Notice, Places, Tools};
use crate::history::{self, Archive, Recorder, Status, StatusKind};
use crate::jobs::Failure;
use crate::report::Chart;
use crate::report::theme::Look;
use crate::sampler::{Ending, GAP_INTERVALS, History, Metric, Point, ProcessId, ProcessRow, Snapshot, end_process};
use crate::settings::{BYTES_PER_MB, HistorySettings};

pub use cards::{Card, CardId, Trace, cpu_percent, fullest};
pub use past::Past;
pub use processes::{Arrangement, Column, Line, ProcessTable};
pub use then::Then;
pub use window::{Range, Window};

/// Processes that can have a line of their own.
const MOST_PINNED: usize = 3;
/// Samples that are held in memory where older ones can be read from disk: two hours at one a second.
const HELD: usize = 7200;

/// What the Monitor tab shows. Samples are always taken in; while it is paused, what is shown stands still.
#[derive(Default)]
pub struct MonitorTab {
    history: History,
    recorder: Option<Recorder>,
    archive: Option<Archive>,
    past: Past,
    then: Then,
    /// What was said of the recording last.
    told: Status,
    newest: Option<Arc<Snapshot>>,
    held: Option<Arc<Snapshot>>,
    window: Window,
    per_core: bool,
    table: ProcessTable,
    selected: Option<u32>,
    pinned: Vec<(u32, Arc<str>)>,
    ending: Option<ProcessId>,
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
    /// Show the processes of the minute at this moment (seconds, now is 0).
    LookAt(f64),
    /// Show the processes of now.
    LookAtNow,
    /// One line per core, or not.
    PerCore(bool),
    /// Show the processes whose name or id has this in it.
    Search(String),
    /// Sort by this column; again turns the order round.
    SortBy(Column),
    /// Put the processes together so.
    Arrange(Arrangement),
    /// In the tree: show what this process started, or hide it.
    Fold(u32),
    /// Show the details of this process; `None`: of none.
    Select(Option<u32>),
    /// Have a line of its own for this process in the plots, or no more.
    Pin(u32),
    /// Ask whether to end this process.
    AskEnd(ProcessId),
    /// Do not end it.
    LetRun,
    /// End it.
    End(ProcessId, Ending),
}

impl MonitorTab {
    /// Begins or ends keeping samples on disk, as it is set. What is kept can be looked at either way. Returns the recorder that is to end.
    pub fn record(&mut self, settings: &HistorySettings, places: &Places) -> Option<Recorder> {
        let folder = places.history.as_ref()?;
        self.archive.get_or_insert_with(|| Archive::at(&folder.join(history::FILE)));
        let most_bytes = settings.limit_mb.saturating_mul(BYTES_PER_MB);
        match &self.recorder {
            Some(recorder) if settings.keep => recorder.limit(most_bytes),
            // Without a thread for it nothing is kept; everything else goes on.
            None if settings.keep => self.recorder = Recorder::start(history::Config::new(folder.clone(), most_bytes)).ok(),
            _ => return self.recorder.take(),
        }
        if self.history.is_empty() && self.recorder.is_some() {
            self.history = History::new(HELD);
        }
        None
    }

    /// Whether samples are kept on disk.
    pub fn is_recording(&self) -> bool {
        self.recorder.is_some()
    }

    /// Takes a sample in.
    pub fn take_sample(&mut self, snapshot: Arc<Snapshot>) {
        self.history.push(&snapshot);
        if let Some(recorder) = &self.recorder {
            recorder.push(&snapshot);
        }
        self.newest = Some(snapshot);
        self.arrange();
    }

    /// Takes in what has been read from disk, and has read what is in sight and not in memory. Whether anything changed.
    pub fn take_news(&mut self, tools: &mut Tools) -> bool {
        self.tell_of_recording(tools);
        let has_read = self.past.take_news();
        if let Some(failure) = self.past.failure().filter(|_| has_read) {
            tools.tell(Notice::Failed(failure.clone()));
        }
        let changed = has_read | self.then.take_news(self.archive.as_ref(), tools);
        if changed {
            self.arrange();
        }
        let (Some(archive), Some(newest)) = (&self.archive, self.newest.as_ref().map(|newest| newest.time)) else { return changed };
        let (from, to) = (self.end() + self.window.from(), self.end() + self.window.to());
        let held = self.history.span().map_or(newest, |(first, _)| first);
        if self.past.lacks((from, to), held) {
            let traces = CardId::ALL.into_iter().flat_map(|id| Card::of(self, id).traces);
            let metrics = traces.map(|trace| trace.metric).collect();
            self.past.read((from, to), newest, archive, metrics, tools);
        }
        changed
    }

    /// What was read from disk of the time in sight.
    pub fn past(&self) -> &Past {
        &self.past
    }

    /// The minute whose processes are shown instead of those of now.
    pub fn then(&self) -> &Then {
        &self.then
    }

    fn look_at(&mut self, moment: f64) {
        let (moment, end) = (self.end() + moment, self.end());
        // The minute that runs is not kept yet; its processes are those of now.
        let is_over = (moment / 60.0).floor() < (end / 60.0).floor();
        self.then = if self.archive.is_some() && is_over { Then::at(moment) } else { Then::default() };
    }

    /// The processes to be listed: those of the newest sample, or of the minute that was chosen.
    pub fn listed(&self) -> Arc<[ProcessRow]> {
        if self.then.moment().is_some() {
            return self.then.processes();
        }
        self.shown().map(|snapshot| Arc::clone(&snapshot.processes)).unwrap_or_default()
    }

    /// How keeping the samples goes; `None` while they are not kept.
    pub fn recording(&self) -> Option<Status> {
        self.recorder.as_ref().map(Recorder::status)
    }

    /// Says once that samples cannot be kept, and that a damaged history was set aside.
    fn tell_of_recording(&mut self, tools: &mut Tools) {
        let Some(status) = self.recording() else { return };
        let told = std::mem::replace(&mut self.told, status);
        if let StatusKind::Failing(failure) = &self.told.kind
            && told.kind != self.told.kind
        {
            tools.tell(Notice::Failed(failure.clone()));
        }
        if let Some(aside) = self.told.set_aside.as_ref().filter(|aside| told.set_aside.as_ref() != Some(aside)) {
            let name = aside.file_name().unwrap_or_default().to_string_lossy();
            tools.tell(Notice::done(format!(
                "The monitor’s history was damaged: it was set aside as “{name}”, and a new one begun."
            )));
        }
    }

    /// Whether this moment (seconds since 1970) lies before what is in memory.
    fn is_past(&self, time: f64) -> bool {
        self.history.span().is_none_or(|(first, _)| time < first)
    }

    /// Does what was asked for.
    pub fn apply(&mut self, command: MonitorCommand, tools: &mut Tools) {
        match command {
            MonitorCommand::End(process, how) => {
                self.ending = None;
                end(process, how, tools);
            }
            other => self.change(other),
        }
    }

    /// Does what needs nothing beside the tab.
    fn change(&mut self, command: MonitorCommand) {
        match command {
            MonitorCommand::TogglePause => self.held = if self.held.is_some() { None } else { self.newest.clone() },
            MonitorCommand::ShowRange(range) => self.window = Window::new(range),
            MonitorCommand::Pan(seconds) => self.window.pan(seconds),
            MonitorCommand::Zoom { factor, around } => self.window.zoom(factor, around),
            MonitorCommand::ShowAll => {
                self.window = Window::new(self.window.range());
                self.then = Then::default();
            }
            MonitorCommand::LookAt(moment) => self.look_at(moment),
            MonitorCommand::LookAtNow => self.then = Then::default(),
            MonitorCommand::PerCore(on) => self.per_core = on,
            MonitorCommand::Search(text) => self.table.search = text,
            MonitorCommand::SortBy(column) => self.table.sort_by(column),
            MonitorCommand::Arrange(arrangement) => self.table.arrangement = arrangement,
            MonitorCommand::Fold(pid) => self.table.fold(pid),
            MonitorCommand::Select(pid) => self.selected = pid,
            MonitorCommand::Pin(pid) => self.pin(pid),
            MonitorCommand::AskEnd(process) => self.ending = Some(process),
            // Ending is done by `apply`.
            MonitorCommand::LetRun | MonitorCommand::End(..) => self.ending = None,
        }
        self.arrange();
    }

    fn pin(&mut self, pid: u32) {
        if self.history.watched().contains(&pid) {
            self.history.unwatch(pid);
            self.pinned.retain(|(held, _)| *held != pid);
        } else if let Some(row) = self.process(pid).filter(|_| self.pinned.len() < MOST_PINNED) {
            self.pinned.push((pid, Arc::clone(&row.name)));
            self.history.watch(pid);
        }
    }

    /// Processes with a line of their own in the plots, and their names.
    pub fn pinned(&self) -> &[(u32, Arc<str>)] {
        &self.pinned
    }

    /// A process of the sample that is shown.
    pub fn process(&self, pid: u32) -> Option<&ProcessRow> {
        self.shown()?.processes.iter().find(|row| row.pid == pid)
    }

    /// The process whose details are shown.
    pub fn selected(&self) -> Option<&ProcessRow> {
        self.selected.filter(|_| self.then.moment().is_none()).and_then(|pid| self.process(pid))
    }

    /// Takes the question away whether to end a process, which then runs on. Whether there was one.
    pub fn close_question(&mut self) -> bool {
        self.ending.take().is_some()
    }

    /// Takes the details away. Whether there were any.
    pub fn close_details(&mut self) -> bool {
        self.selected.take().is_some()
    }

    /// The process of which it is asked whether to end it.
    pub fn ending(&self) -> Option<&ProcessId> {
        self.ending.as_ref()
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
    pub fn points(&self, metric: &Metric, from: f64, to: f64, buckets: usize) -> Vec<Point> {
        let (from, to) = (self.end() + from, self.end() + to);
        let live = self.history.visible(metric, from, to, buckets);
        match self.past.stretch().filter(|_| self.is_past(from)) {
            Some(stretch) => past::joined(stretch.points(metric, from, to, buckets), live, self.interval()),
            None => live,
        }
    }

    /// The largest value of a line from `from` to `to` (seconds, now is 0).
    pub fn largest(&self, metric: &Metric, from: f64, to: f64) -> Option<f64> {
        let (from, to) = (self.end() + from, self.end() + to);
        let past = self.past.stretch().filter(|_| self.is_past(from)).and_then(|stretch| stretch.extent(metric, from, to));
        let both = [past, self.history.extent(metric, from, to)].into_iter().flatten();
        both.map(|extent| f64::from(extent.max)).reduce(f64::max)
    }

    /// The time (seconds, now is 0) of the sample nearest to `at`. `None` where nothing was recorded.
    pub fn sample_near(&self, at: f64) -> Option<f64> {
        let time = self.end() + at;
        if let Some(stretch) = self.past.stretch().filter(|_| self.is_past(time)) {
            let bucket = stretch.nearest(&Metric::CpuTotal, time)?;
            return Some((bucket.start + stretch.width / 2) as f64 / 1000.0 - self.end());
        }
        let (time, _) = self.history.nearest(&Metric::CpuTotal, time)?;
        let (from, to) = (self.window.from(), self.window.to());
        // Near on the screen is near enough, when samples lie closer than pixels.
        let near = (GAP_INTERVALS * self.interval()).max((to - from) / 200.0);
        Some(time - self.end()).filter(|found| (found - at).abs() <= near)
    }

    /// The value of a line at the sample nearest to `at` (seconds, now is 0); of the past the mean around it.
    pub fn value_near(&self, metric: &Metric, at: f64) -> Option<f64> {
        let time = self.end() + at;
        if let Some(stretch) = self.past.stretch().filter(|_| self.is_past(time)) {
            return stretch.nearest(metric, time).map(|bucket| f64::from(bucket.mean));
        }
        self.history.nearest(metric, time).map(|(_, value)| f64::from(value))
    }

    /// Seconds between two samples, as they are taken now.
    fn interval(&self) -> f64 {
        self.shown().map_or(1.0, |snapshot| snapshot.interval_seconds)
    }

    fn arrange(&mut self) {
        self.table.arrange(self.listed());
    }
}

/// Ends a process as a job, and says how that went.
fn end(process: ProcessId, how: Ending, tools: &mut Tools) {
    let title = format!("Ending {}", process.name);
    tools.errand(title, move |_, _| {
        end_process(&process, how).map_err(|error| Failure::from_error(&error))?;
        let ProcessId { name, pid, .. } = &process;
        let done = match how {
            Ending::Ask => format!("{name} ({pid}) was asked to end; it may take a moment to save what it has."),
            Ending::Force => format!("{name} ({pid}) was ended."),
        };
        Ok(Command::Tell(Notice::done(done)))
    });
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
        tab.change(MonitorCommand::TogglePause);
        let end = tab.end();
        example(12).into_iter().skip(10).for_each(|snapshot| tab.take_sample(Arc::new(snapshot)));
        assert_eq!(tab.end(), end);
        assert_eq!(tab.newest().map(|snapshot| snapshot.time), Some(end + 2.0));
        tab.change(MonitorCommand::TogglePause);
        assert_eq!(tab.end(), end + 2.0);
        assert_eq!(tab.points(&Metric::CpuTotal, -60.0, 0.5, 600).len(), 12);
    }

    #[test]
    fn the_minute_that_runs_is_now() {
        let mut tab = filled(90);
        tab.archive = Some(Archive::at(std::path::Path::new("nowhere")));
        // The newest sample is 49 seconds into its minute.
        tab.change(MonitorCommand::LookAt(-5.0));
        assert_eq!(tab.then().moment(), None);
        tab.change(MonitorCommand::LookAt(-60.0));
        assert_eq!(tab.then().moment(), Some(tab.end() - 60.0));
        tab.change(MonitorCommand::ShowAll);
        assert_eq!((tab.then().moment(), tab.listed().len()), (None, 4));
    }

    #[test]
    fn the_busiest_core_is_the_largest_of_each_sample() {
        let tab = filled(16);
        // The example's fourth core takes one and a half times the mean, at most all of it: 80 % at second 15.
        assert_eq!(tab.value_near(&Metric::CpuBusiest, 0.0), Some(100.0));
        assert_eq!(tab.value_near(&Metric::CpuBusiest, -15.0), Some(75.0));
        assert_eq!(tab.value_near(&Metric::CpuTotal, -15.2), Some(50.0));
    }
}
