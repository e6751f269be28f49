//! The flame graph in the order of time: which thread, what part of its time is in sight, and the chart that a job makes.
//! `layout.rs` lays out the boxes in sight, `paint.rs` draws them.

mod layout;
pub mod paint;

use std::ops::Range;
use std::sync::Arc;

use crate::app::Tools;
use crate::jobs::{Priority, Slot, Ticket};
use crate::profile::stack_chart::Axis;
use crate::profile::{BoxId, GroupId, StackChart, ThreadId};

use super::Shown;
use super::sight::{Look, Sight};

/// Threads that are offered.
const MOST_THREADS: usize = 200;

/// The chart of one thread.
#[derive(Debug)]
pub struct Made {
    serial: u64,
    /// The boxes.
    pub chart: StackChart,
    /// Threads that did anything, the busiest first: name and sum.
    pub threads: Vec<(ThreadId, String, i64)>,
}

/// What the flame graph in the order of time can be asked for.
#[derive(Clone, Debug)]
pub enum TimeOrderCommand {
    /// This thread.
    Thread(ThreadId),
    /// Another part of the time; not something to go back from.
    Look(Look),
    /// Let this box fill the width.
    Zoom(BoxId),
    /// Look at this box.
    Select(BoxId),
}

/// The flame graph in the order of time, of one profile.
#[derive(Debug, Default)]
pub struct TimeOrder {
    making: Slot<Made>,
    /// The view and the thread that the chart was last asked for.
    wanted: Option<(u64, Option<ThreadId>)>,
    thread: Option<ThreadId>,
    sight: Sight,
    selected: Option<BoxId>,
    /// What to show of a chart that is being made.
    landing: Option<Range<i64>>,
}

impl TimeOrder {
    /// Does what was asked for. Returns the function that is looked at from now on, if that changes.
    pub fn apply(&mut self, command: &TimeOrderCommand) -> Option<GroupId> {
        match command {
            TimeOrderCommand::Thread(thread) => self.thread = Some(*thread),
            TimeOrderCommand::Look(look) => self.sight.look(look),
            TimeOrderCommand::Zoom(id) => {
                if let Some(span) = self.made().and_then(|made| made.chart.span(*id)) {
                    self.sight.look(&Look::Show(span));
                }
                return self.select(*id);
            }
            TimeOrderCommand::Select(id) => return self.select(*id),
        }
        None
    }

    fn select(&mut self, id: BoxId) -> Option<GroupId> {
        self.selected = Some(id);
        self.made().and_then(|made| made.chart.group(id))
    }

    /// Makes the chart, unless it is there or under way.
    pub fn make(&mut self, shown: &Arc<Shown>, tools: &Tools) {
        let wanted = Some((shown.serial, self.thread));
        if self.wanted == wanted {
            return;
        }
        self.wanted = wanted;
        let (shown, thread) = (Arc::clone(shown), self.thread);
        let ticket: Ticket<Made> = tools.submit("Putting calls in order of time", Priority::High, move |cancel, _| {
            let (view, serial) = (&shown.view, shown.serial);
            let threads = threads(&shown);
            // A thread that filters leave nothing of is not shown empty.
            let thread = thread.filter(|thread| threads.iter().any(|(with_samples, ..)| with_samples == thread));
            let chart = StackChart::new(&view.profile, &view.groups, view.sample_type, thread, cancel)?;
            Ok(Made { serial, chart, threads })
        });
        self.making.start(ticket);
    }

    /// Takes in what a job has made. Says whether there was something.
    pub fn take_news(&mut self) -> bool {
        let came = self.making.poll();
        if let Some(made) = self.making.value().filter(|_| came) {
            self.sight = Sight::new(made.chart.range.clone());
            self.selected = None;
            if let Some(range) = self.landing.take() {
                self.sight.look(&Look::Show(range));
            }
        }
        came
    }

    /// The chart, of whatever view it was made last.
    fn made(&self) -> Option<&Arc<Made>> {
        self.making.value()
    }

    /// The chart of a view, when it is made.
    pub fn of(&self, serial: u64) -> Option<&Arc<Made>> {
        self.made().filter(|made| made.serial == serial && !self.making.is_pending())
    }

    /// What part of the axis is in sight.
    pub fn sight(&self) -> &Sight {
        &self.sight
    }

    /// The box that is looked at.
    pub fn selected(&self) -> Option<BoxId> {
        self.selected
    }

    /// What part is in sight, to come back to; `None` when it is everything.
    pub fn part(&self) -> Option<(i64, i64)> {
        self.sight.is_part().then(|| (self.sight.seen().start, self.sight.seen().end))
    }

    /// Shows a part again.
    pub fn go(&mut self, part: Option<(i64, i64)>) {
        self.landing = None;
        self.sight.look(&part.map_or(Look::All, |(from, to)| Look::Show(from..to)));
    }

    /// Shows a part of the chart that is made next.
    pub fn land(&mut self, part: Option<(i64, i64)>) {
        self.landing = part.map(|(from, to)| from..to);
    }
}

/// Threads that did anything, the busiest first.
fn threads(shown: &Shown) -> Vec<(ThreadId, String, i64)> {
    let profile = &shown.view.profile;
    let totals = profile.thread_totals(shown.view.sample_type).into_iter().zip(0..);
    let mut threads: Vec<(ThreadId, i64)> =
        totals.filter(|(total, _)| *total != 0).map(|(total, row)| (ThreadId(row), total)).collect();
    threads.sort_by_key(|&(thread, total)| (std::cmp::Reverse(total), thread));
    threads.truncate(MOST_THREADS);
    threads.into_iter().map(|(thread, total)| (thread, profile.thread_label(thread), total)).collect()
}

/// Whether nothing tells when samples were taken.
pub fn is_without_times(chart: &StackChart) -> bool {
    chart.axis == Axis::Value
}
