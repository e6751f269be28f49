//! The Monitor tab: what the machine does now and did before, and which processes do it.
//!
//! Without egui: `window.rs` which stretch of time is shown, `past.rs` what is read from disk for it, `values.rs` what lines say of it, `compare.rs` the
//! earlier stretch it is compared with, `then.rs` the processes of a minute of the past, `layout/` what stands where, `cards.rs` what each plot shows,
//! `offered.rs` what can be added, `scale.rs`, `lines.rs` and `stack.rs` how values become lines, `marks.rs` what was done, `processes.rs` the lines of the
//! table, `columns.rs` what stands in them, `looked.rs` what is asked of the process that was chosen. `command.rs` changes all this.
//!
//! `paint.rs` draws the tab, `arrange.rs` its pieces where they stand, `plot.rs` a plot with the lines of `drawing.rs`, `flags.rs` and `brush.rs` over them
//! and the words of `told.rs`, `menu.rs` the menus of a card and of the top bar, `table.rs`, `details.rs` and `open.rs` the processes.

mod arrange;
mod brush;
mod cards;
mod columns;
mod command;
mod compare;
mod details;
mod drawing;
mod flags;
mod layout;
mod lines;
mod looked;
mod marks;
mod menu;
mod offered;
mod open;
pub mod paint;
mod past;
mod plot;
mod processes;
mod scale;
mod stack;
mod table;
mod then;
mod told;
mod values;
mod window;

use std::sync::Arc;

use crate::app::tabs::Tab;
use crate::app::{Notice, Places, Tools};
use crate::history::{self, Archive, Pen, Recorder, Status, StatusKind};
use crate::report::Chart;
use crate::report::theme::Look;
use crate::sampler::{History, ProcessId, ProcessRow, Snapshot};
use crate::settings::{BYTES_PER_MB, Cores, HistorySettings, Plots};

pub use cards::{Card, CardId, Trace, cpu_percent, fullest};
pub use columns::{Column, Columns};
pub use command::{LayoutCommand, MonitorCommand};
pub use compare::{Compared, Comparison};
pub use layout::{Layout, Piece, Side};
pub use lines::joined;
pub use looked::{Looked, Part};
pub use marks::{Mark, Marks};
pub use past::Past;
pub use processes::{Arrangement, Line, ProcessTable, programs};
pub use then::Then;
pub use values::{Period, Summary};
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
    /// Stretches that were shown before, the last one at the end.
    before: Vec<Window>,
    brush: Option<(f64, f64)>,
    layout: Layout,
    cores: Cores,
    hides_marks: bool,
    marks: Marks,
    comparison: Comparison,
    /// What is looked for among what can be added.
    metric_search: String,
    table: ProcessTable,
    selected: Option<u32>,
    pinned: Vec<(u32, Arc<str>)>,
    ending: Option<ProcessId>,
    columns: Columns,
    looked: Looked,
    /// CPU time of the longest frame since the newest sample, milliseconds.
    frame_ms: Option<f32>,
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

    /// What the recorder writes with, for who else wants to write.
    pub fn pen(&self) -> Option<Pen> {
        self.recorder.as_ref().map(Recorder::pen)
    }

    /// Whether samples are kept on disk.
    pub fn is_recording(&self) -> bool {
        self.recorder.is_some()
    }

    /// Takes in how much CPU time a frame of the window took, in seconds.
    pub fn take_frame(&mut self, seconds: f32) {
        let millis = seconds * 1000.0;
        self.frame_ms = Some(self.frame_ms.map_or(millis, |longest| longest.max(millis)));
    }

    /// Takes a sample in.
    pub fn take_sample(&mut self, mut snapshot: Arc<Snapshot>) {
        if self.frame_ms.is_some() {
            // The sampler has let go of it: nothing is copied.
            Arc::make_mut(&mut snapshot).this_program.frame_ms = self.frame_ms.take();
        }
        self.history.push(&snapshot);
        if let Some(recorder) = &self.recorder {
            recorder.push(&snapshot);
        }
        let end = self.end();
        self.newest = Some(snapshot);
        self.pass_since(end);
        self.arrange();
    }

    /// Takes in what has been read from disk, and has read what is in sight and not in memory. Whether anything changed.
    pub fn take_news(&mut self, tools: &mut Tools) -> bool {
        self.tell_of_recording(tools);
        let has_looked = *tools.tab == Tab::Monitor && {
            let selected = self.selected().map(|row| self.process_id(row));
            self.looked.take_news(selected, self.end(), tools)
        };
        let mut changed = has_looked | self.then.take_news(self.archive.as_ref(), tools);
        for past in [&mut self.past, &mut self.comparison.past] {
            let has_read = past.take_news();
            changed |= has_read;
            if let Some(failure) = past.failure().filter(|_| has_read) {
                tools.tell(Notice::Failed(failure.clone()));
            }
        }
        if changed {
            self.arrange();
        }
        self.read_past(tools);
        changed
    }

    /// What is shown of the past stays where it was, although now is no longer `end`.
    fn pass_since(&mut self, end: f64) {
        let passed = self.end() - end;
        if end > 0.0 && passed > 0.0 {
            self.window.pass(passed);
            self.before.iter_mut().for_each(|window| window.pass(passed));
        }
    }

    /// Reads what is in sight and neither in memory nor read yet.
    fn read_past(&mut self, tools: &Tools) {
        let (Some(archive), Some(newest)) = (self.archive.clone(), self.newest.as_ref().map(|newest| newest.time)) else { return };
        let (from, to) = (self.end() + self.window.from(), self.end() + self.window.to());
        let held = self.history.span().map_or(newest, |(first, _)| first);
        if self.past.lacks((from, to), held, || self.wanted()) {
            self.past.read((from, to), newest, &archive, self.wanted(), tools);
        }
        let Some(shift) = self.shift(Period::Earlier) else { return };
        let earlier = (from - shift, to - shift);
        if self.comparison.past.lacks(earlier, held, || self.wanted()) {
            self.comparison.past.read(earlier, newest, &archive, self.wanted(), tools);
        }
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

    /// This process of the sample that is shown, told from others that may get its number.
    fn process_id(&self, row: &ProcessRow) -> ProcessId {
        let started = (self.end() - row.run_time_seconds as f64).max(0.0) as u64;
        ProcessId { pid: row.pid, name: Arc::clone(&row.name), started }
    }

    /// What is asked only of the process whose details are shown.
    pub fn looked(&self) -> &Looked {
        &self.looked
    }

    /// The columns of the table.
    pub fn columns(&self) -> &Columns {
        &self.columns
    }

    /// Shows the columns that were chosen before, if any were.
    pub fn use_columns(&mut self, keys: Option<&[String]>) {
        self.columns = keys.map(Columns::of_keys).unwrap_or_default();
    }

    /// Shows the whole range again. Whether only a part of it was shown.
    pub fn close_part(&mut self) -> bool {
        let closes = self.window.is_part();
        if closes {
            self.change(MonitorCommand::ShowAll);
        }
        closes
    }

    /// Ends marking a stretch of time. Whether one was being marked.
    pub fn close_brush(&mut self) -> bool {
        self.brush.take().is_some()
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

    /// The stretch shown before, if there was one.
    pub fn before(&self) -> Option<&Window> {
        self.before.last()
    }

    /// The stretch that is being marked, seconds since 1970.
    pub fn brush(&self) -> Option<(f64, f64)> {
        self.brush.map(|(one, other)| (one.min(other), one.max(other)))
    }

    /// What stands where.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// How each core is shown.
    pub fn cores(&self) -> Cores {
        self.cores
    }

    /// What was done, as far as it is to be shown.
    pub fn marks(&self) -> Option<&Marks> {
        Some(&self.marks).filter(|marks| !self.hides_marks && !marks.is_empty())
    }

    /// Whether what was done is marked in the plots.
    pub fn shows_marks(&self) -> bool {
        !self.hides_marks
    }

    /// Puts marks of what was done into the plots, instead of those there are.
    pub fn set_marks(&mut self, marks: Arc<[Mark]>) {
        self.marks = Marks::new(marks);
    }

    /// The earlier stretch that the shown one is compared with.
    pub fn comparison(&self) -> Option<&Comparison> {
        Some(&self.comparison).filter(|comparison| comparison.with().is_some())
    }

    /// What is looked for among what can be added.
    pub fn metric_search(&self) -> &str {
        &self.metric_search
    }

    /// Arranges the plots as it was written down.
    pub fn arrange_as(&mut self, plots: &Plots) {
        (self.layout, self.cores, self.hides_marks) = (Layout::read(&plots.rows), plots.cores, plots.hide_marks);
    }

    /// How the plots are arranged, to be written down.
    pub fn arranged(&self) -> Plots {
        Plots { rows: self.layout.written(), cores: self.cores, hide_marks: self.hides_marks }
    }

    /// The table of processes.
    pub fn table(&self) -> &ProcessTable {
        &self.table
    }

    /// The moment that is `now` on the axes: seconds since 1970.
    pub fn end(&self) -> f64 {
        self.shown().map_or(0.0, |snapshot| snapshot.time)
    }

    fn arrange(&mut self) {
        self.table.arrange(self.listed());
    }
}

/// The charts that can be saved.
pub fn charts(tab: &MonitorTab, look: Look) -> Vec<Chart> {
    tab.layout.plots().map(|id| Card::of(tab, id.clone()).chart(tab, look)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sampler::{Metric, example};

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

    #[test]
    fn a_sample_has_the_longest_frame_before_it() {
        let mut tab = filled(1);
        assert_eq!(tab.newest().and_then(|snapshot| snapshot.this_program.frame_ms), None);
        [0.004, 0.25, 0.003].into_iter().for_each(|seconds| tab.take_frame(seconds));
        let more = example(3).into_iter().skip(1);
        let told = more.map(|snapshot| {
            tab.take_sample(Arc::new(snapshot));
            tab.history.latest(&Metric::FrameTime)
        });
        assert_eq!(told.collect::<Vec<_>>(), [Some(250.0), None]);
    }
}
