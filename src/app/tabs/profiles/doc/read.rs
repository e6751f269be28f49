//! What can be asked of an open profile by those who draw it.

use std::path::PathBuf;
use std::sync::Arc;

use crate::app::Tools;
use crate::app::widgets::Sort;
use crate::jobs::JobId;
use crate::operations::Neighbours;
use crate::profile::Tree;

use super::super::against::Against;
use super::super::calls::Calls;
use super::super::source::SourceView;
use super::super::steps::Steps;
use super::super::time_order::TimeOrder;
use super::super::timeline::Timeline;
use super::super::{Arranged, Colors, Column, Selection, Zoom};
use super::{Doc, Order, Sandwich, Shown, ViewKind};

impl Doc {
    /// Number of its first view: of two profiles the one that was asked for later has the larger.
    pub fn opened(&self) -> u64 {
        self.opened
    }

    /// What is shown.
    pub fn shown(&self) -> &Arc<Shown> {
        &self.latest
    }

    /// The job that makes it anew.
    pub fn job(&self) -> Option<JobId> {
        self.job.or_else(|| self.against.job())
    }

    /// What it is compared with.
    pub fn against(&self) -> &Against {
        &self.against
    }

    /// How it is looked at.
    pub fn view(&self) -> ViewKind {
        self.view
    }

    /// How the flame graph is laid out.
    pub fn order(&self) -> Order {
        self.order
    }

    /// What part of the graph is shown.
    pub fn zoom(&self) -> Zoom {
        self.zoom
    }

    /// Whether a part of the graph in sight fills it.
    pub fn is_zoomed(&self) -> bool {
        if self.against.compared().is_some() {
            self.against.zoom().is_part()
        } else if self.shows_time_order() {
            self.time_order.sight().is_part()
        } else {
            self.zoom.is_part()
        }
    }

    /// The function that is looked at.
    pub fn selection(&self) -> Option<Selection> {
        self.selection
    }

    /// What is searched for.
    pub fn search(&self) -> &str {
        &self.search
    }

    /// Whether what is searched for is a regular expression.
    pub fn by_expression(&self) -> bool {
        self.by_expression
    }

    /// What the colours of boxes tell.
    pub fn colors(&self) -> Colors {
        self.colors
    }

    /// Order of the table.
    pub fn sort(&self) -> Sort<Column> {
        self.sort
    }

    /// The rows of the call tree.
    pub fn calls(&self) -> &Calls {
        &self.calls
    }

    /// Where one can go back to and forward.
    pub fn steps(&self) -> &Steps {
        &self.steps
    }

    /// The tree that the flame graph draws; `None` while it is being made.
    pub fn tree(&self) -> Option<&Tree> {
        match self.order {
            Order::LeftHeavy | Order::Time => self.latest.view.tree.as_ref(),
            Order::Inverted => {
                self.inverted.value().filter(|inverted| inverted.serial == self.latest.serial).map(|inverted| &inverted.tree)
            }
        }
    }

    /// The trees around the selected function, when they are made.
    pub fn sandwich(&self) -> Option<&Arc<Sandwich>> {
        let group = self.selection?.group;
        self.sandwich.value().filter(|made| made.serial == self.latest.serial && made.group == group)
    }

    /// Rows and matches, when they belong to what is shown.
    pub fn arranged(&self) -> Option<&Arc<Arranged>> {
        self.arranged.value().filter(|arranged| arranged.serial == self.latest.serial)
    }

    /// Callers and callees of the selected function, when they are known.
    pub fn neighbours(&self) -> Option<&Neighbours> {
        let (selection, around) = (self.selection?, self.around.value()?);
        (around.serial == self.latest.serial && around.group == selection.group).then_some(&around.neighbours)
    }

    /// What all threads did when.
    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// The flame graph in the order of time.
    pub fn time_order(&self) -> &TimeOrder {
        &self.time_order
    }

    /// The lines of the selected function.
    pub fn source(&self) -> &SourceView {
        &self.source
    }

    /// Whether the file holds values over time or markers, but no stacks.
    pub fn has_only_times(&self) -> bool {
        let whole = &self.latest.view.whole;
        whole.samples.is_empty() && !(whole.counters.is_empty() && whole.markers.is_empty())
    }

    /// Whether the flame graph in the order of time is in sight.
    pub fn shows_time_order(&self) -> bool {
        self.view == ViewKind::Flame && self.order == Order::Time
    }

    /// Source is looked for in these folders.
    pub fn look_for_source_in(&mut self, folders: &[PathBuf], tools: &Tools) {
        self.source.look_in(folders);
        if let Some(selection) = self.selection.filter(|_| self.view == ViewKind::Source) {
            self.source.make(&self.latest, selection.group, tools);
        }
    }

    /// Whether it is a recording that was not saved.
    pub fn is_unsaved_recording(&self) -> bool {
        !self.recording_saved && self.latest.path.is_none()
    }
}
