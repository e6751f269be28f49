//! What the Monitor tab can be asked for, and what it does then.

use std::sync::Arc;

use crate::app::{Command, Notice, Tools};
use crate::jobs::Failure;
use crate::sampler::{Ending, ProcessId, end_process};
use crate::settings::Cores;

use super::layout::{Layout, Piece, Side};
use super::{Arrangement, CardId, Column, Compared, Comparison, MOST_PINNED, Mark, MonitorTab, Part, Past, Range, Then, Window};

/// Stretches that one can go back to.
const MOST_BEFORE: usize = 50;

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
    /// Show this stretch alone, seconds since 1970.
    ZoomTo(f64, f64),
    /// Show the stretch that is marked alone; nothing when the mark was taken back meanwhile.
    ShowMarked,
    /// Show the stretch that was shown before.
    Back,
    /// Mark a stretch between these moments, seconds since 1970; `None`: no more.
    Brush(Option<(f64, f64)>),
    /// Show each core, or not.
    Cores(Cores),
    /// Give a plot a logarithmic value axis, or a linear one.
    Logarithmic(CardId, bool),
    /// Mark in the plots what was done, or not.
    Marks(bool),
    /// This is what was done.
    TakeMarks(Arc<[Mark]>),
    /// Compare with an earlier stretch; `None`: no more.
    Compare(Option<Compared>),
    /// Arrange the plots.
    Layout(LayoutCommand),
    /// Of what can be added, offer what has this in its name.
    FindMetric(String),
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
    /// Show this column of the table, or hide it.
    ToggleColumn(Column),
    /// Show this of the details.
    ShowDetails(Part),
    /// What is on disk is another now: read again what is in sight.
    ReadAgain,
    /// Ask whether to end this process.
    AskEnd(ProcessId),
    /// Do not end it.
    LetRun,
    /// End it.
    End(ProcessId, Ending),
}

/// How the plots can be arranged.
#[derive(Clone, Debug, PartialEq)]
pub enum LayoutCommand {
    /// Show this as well.
    Add(CardId),
    /// Show this no more.
    Remove(CardId),
    /// Move this one place.
    Step(Piece, Side),
    /// Put this beside, above or below that.
    Put(Piece, Side, Piece),
    /// Make this wider by so much, or narrower with less than 1.
    Widen(Piece, f32),
    /// Make the row of this higher by so much, or lower with less than 1.
    Heighten(Piece, f32),
    /// Give the rows these heights.
    Heights(Vec<f32>),
    /// Give the pieces of this row these widths.
    Widths(usize, Vec<f32>),
    /// A border was dragged to where it is.
    Settled,
    /// As it was in the beginning.
    Standard,
}

impl MonitorTab {
    /// Does what was asked for.
    pub fn apply(&mut self, command: MonitorCommand, tools: &mut Tools) {
        match command {
            MonitorCommand::End(process, how) => {
                self.ending = None;
                end(process, how, tools);
            }
            MonitorCommand::ToggleColumn(column) => {
                self.columns.toggle(column);
                tools.remember_process_columns(self.columns.keys());
            }
            // While a border is dragged the way there is not worth keeping.
            MonitorCommand::Layout(LayoutCommand::Heights(_) | LayoutCommand::Widths(..)) => self.change(command),
            other => {
                self.change(other);
                tools.remember_plots(self.arranged());
            }
        }
    }

    /// Does what needs nothing beside the tab.
    pub(super) fn change(&mut self, command: MonitorCommand) {
        match command {
            MonitorCommand::TogglePause => {
                let end = self.end();
                self.held = if self.held.is_some() { None } else { self.newest.clone() };
                self.pass_since(end);
            }
            MonitorCommand::ShowRange(range) => self.show(Window::new(range)),
            MonitorCommand::Pan(seconds) => self.window.pan(seconds),
            MonitorCommand::Zoom { factor, around } => self.window.zoom(factor, around),
            MonitorCommand::ShowAll => {
                self.brush = None;
                self.show(Window::new(self.window.range()));
                self.then = Then::default();
            }
            MonitorCommand::LookAt(moment) => self.look_at(moment),
            MonitorCommand::LookAtNow => self.then = Then::default(),
            MonitorCommand::ZoomTo(from, to) => self.zoom_to(from, to),
            MonitorCommand::ShowMarked => {
                if let Some((from, to)) = self.brush.take() {
                    self.zoom_to(from, to);
                }
            }
            MonitorCommand::Back => {
                if let Some(window) = self.before.pop() {
                    self.window = window;
                }
            }
            MonitorCommand::Brush(brush) => self.brush = brush,
            MonitorCommand::Cores(cores) => self.cores = cores,
            MonitorCommand::Logarithmic(id, on) => self.layout.set_logarithmic(&id, on),
            MonitorCommand::Marks(on) => self.hides_marks = !on,
            MonitorCommand::TakeMarks(marks) => self.set_marks(marks),
            MonitorCommand::Compare(with) => {
                let start = self.end() + self.window.from();
                self.comparison = with.map(|with| Comparison::new(with, start)).unwrap_or_default();
            }
            MonitorCommand::Layout(command) => self.lay_out(command),
            MonitorCommand::FindMetric(text) => self.metric_search = text,
            MonitorCommand::Search(text) => self.table.search = text,
            MonitorCommand::SortBy(column) => self.table.sort_by(column),
            MonitorCommand::Arrange(arrangement) => self.table.arrangement = arrangement,
            MonitorCommand::Fold(pid) => self.table.fold(pid),
            MonitorCommand::Select(pid) => self.selected = pid,
            MonitorCommand::Pin(pid) => self.pin(pid),
            MonitorCommand::ShowDetails(part) => self.looked.part = part,
            MonitorCommand::ReadAgain => {
                self.past = Past::default();
                self.comparison.past = Past::default();
            }
            MonitorCommand::AskEnd(process) => self.ending = Some(process),
            // Ending and remembering are done by `apply`.
            MonitorCommand::LetRun | MonitorCommand::End(..) | MonitorCommand::ToggleColumn(_) => self.ending = None,
        }
        self.arrange();
    }

    /// Shows a stretch, and knows the way back to the one before.
    fn show(&mut self, window: Window) {
        let before = std::mem::replace(&mut self.window, window);
        if before != self.window {
            self.before.push(before);
            self.before.drain(..self.before.len().saturating_sub(MOST_BEFORE));
        }
    }

    fn zoom_to(&mut self, from: f64, to: f64) {
        self.brush = None;
        let mut window = self.window.clone();
        window.show_part(from - self.end(), to - self.end());
        self.show(window);
    }

    fn lay_out(&mut self, command: LayoutCommand) {
        let layout = &mut self.layout;
        match command {
            LayoutCommand::Add(id) => layout.add(id),
            LayoutCommand::Remove(id) => layout.remove(&id),
            LayoutCommand::Step(piece, side) => layout.step(&piece, side),
            LayoutCommand::Put(piece, side, target) => layout.put(&piece, side, &target),
            LayoutCommand::Widen(piece, factor) => layout.widen(&piece, factor),
            LayoutCommand::Heighten(piece, factor) => layout.heighten(&piece, factor),
            LayoutCommand::Heights(heights) => layout.set_heights(&heights),
            LayoutCommand::Widths(row, widths) => layout.set_widths(row, &widths),
            LayoutCommand::Settled => {}
            LayoutCommand::Standard => *layout = Layout::default(),
        }
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
