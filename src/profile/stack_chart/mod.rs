//! The flame graph in the order of time: which stacks followed each other on one thread.
//!
//! A box is a run of samples one after the other whose stacks share their beginning. Boxes are kept by row, in order, so that what
//! is on the screen is found by searches: drawing costs pixels. Made once, away from the window's thread.

mod build;
mod layout;

use std::ops::Range;

use crate::jobs::{Cancel, Cancelled};

use super::groups::{GroupId, Groups};
use super::model::{Profile, ThreadId};
use super::spans::{Scale, Spans};

/// Rows at most; deeper frames are left out and told by [`StackChart::deepest`].
pub const MOST_ROWS: usize = 2_000;
/// Boxes at most, 20 bytes each (640 MB): beyond, the deepest rows are left out.
pub const MOST_BOXES: usize = 32_000_000;

/// What lies along the chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis {
    /// Nanoseconds from the beginning of measuring.
    Time,
    /// The sum of all values before, in the order of the file: it does not tell when its samples were taken.
    Value,
}

/// One box: a row, and which box of the row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BoxId {
    /// Row, the outermost functions are in row 0.
    pub row: u32,
    /// Place in the row, from the left.
    pub nth: u32,
}

/// What is drawn in one place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChartRect {
    /// The box; the first one when several are put together.
    pub id: BoxId,
    /// Its function, as a group.
    pub group: GroupId,
    /// How many boxes it stands for. More than one are each narrower than a pixel and a half, and to be drawn as one without a name.
    pub count: u32,
    /// Left edge in pixels.
    pub x0: f32,
    /// Right edge in pixels.
    pub x1: f32,
}

/// The boxes of one row.
#[derive(Clone, Debug, Default)]
struct Row {
    spans: Spans,
    group: Vec<GroupId>,
}

/// A flame graph in the order of time.
#[derive(Clone, Debug)]
pub struct StackChart {
    /// The thread shown; [`ThreadId::NONE`] for the samples that name none.
    pub thread: ThreadId,
    /// What lies along it.
    pub axis: Axis,
    /// From the first to behind the last box, along the axis.
    pub range: Range<i64>,
    /// Samples shown.
    pub samples: usize,
    /// Samples of the thread that are left out as their time is not told, while that of others is.
    pub untimed_samples: usize,
    /// Usual time between two samples; `None` when it is not known or samples tell how long they took.
    pub interval_ns: Option<i64>,
    /// Frames of the deepest stack.
    pub deepest: usize,
    rows: Vec<Row>,
}

impl StackChart {
    /// The chart of one thread, or of the one with the most of `sample_type`. Of samples that measure time each is as long as it says,
    /// of others as long as it is to the next, unless more than two usual intervals lie between them: then nothing ran.
    ///
    /// # Errors
    /// When cancelled.
    pub fn new(
        profile: &Profile,
        groups: &Groups,
        sample_type: usize,
        thread: Option<ThreadId>,
        cancel: &Cancel,
    ) -> Result<Self, Cancelled> {
        let thread = thread.unwrap_or_else(|| busiest(profile, sample_type));
        let layout = layout::Layout::new(profile, sample_type, thread, cancel)?;
        build::chart(profile, groups, thread, &layout, MOST_BOXES, cancel)
    }

    /// Rows that hold boxes.
    pub fn rows(&self) -> u32 {
        self.rows.len() as u32
    }

    /// Boxes in all rows.
    pub fn boxes(&self) -> usize {
        self.rows.iter().map(|row| row.group.len()).sum()
    }

    /// What is not shown, as a sentence; `None` when all is.
    pub fn cut(&self) -> Option<String> {
        let (rows, deepest) = (self.rows.len(), self.deepest);
        (rows < deepest).then(|| format!("The deepest stack has {deepest} frames; the first {rows} are shown."))
    }

    /// The boxes of some rows within a range that fills `width` pixels: row by row, from left to right, at most two a pixel.
    pub fn rects(&self, range: Range<i64>, rows: Range<u32>, width: f32) -> Vec<ChartRect> {
        let scale = Scale::new(range, width.into());
        let last = (rows.end as usize).min(self.rows.len());
        let shown = self.rows.get(rows.start as usize..last).unwrap_or_default().iter().zip(rows.start..);
        shown.flat_map(|(row, depth)| row.rects(depth, &scale)).collect()
    }

    /// The box at a place along the axis.
    pub fn hit(&self, at: i64, row: u32) -> Option<BoxId> {
        let nth = self.rows.get(row as usize)?.spans.at(at)?;
        Some(BoxId { row, nth: nth as u32 })
    }

    /// The function of a box, as a group.
    pub fn group(&self, id: BoxId) -> Option<GroupId> {
        self.rows.get(id.row as usize)?.group.get(id.nth as usize).copied()
    }

    /// Where a box begins and ends along the axis.
    pub fn span(&self, id: BoxId) -> Option<Range<i64>> {
        let (start, end) = self.rows.get(id.row as usize)?.spans.get(id.nth as usize)?;
        Some(start..end)
    }

    /// How long a box is: nanoseconds, or the sum of its values.
    pub fn length(&self, id: BoxId) -> u64 {
        self.span(id).map_or(0, |span| span.end.abs_diff(span.start))
    }

    /// The boxes around a box, from the outermost to itself.
    pub fn path(&self, id: BoxId) -> Vec<BoxId> {
        let Some(span) = self.span(id) else { return Vec::new() };
        (0..id.row).filter_map(|row| self.hit(span.start, row)).chain([id]).collect()
    }

    /// The boxes that lie upon a box, from left to right.
    pub fn children(&self, id: BoxId) -> impl Iterator<Item = BoxId> + use<> {
        let row = id.row.saturating_add(1);
        let spans = self.rows.get(row as usize).zip(self.span(id));
        let within = spans.map_or(0..0, |(above, span)| above.spans.within(span));
        within.map(move |nth| BoxId { row, nth: nth as u32 })
    }

    /// Bytes held.
    pub fn memory_bytes(&self) -> usize {
        self.rows.iter().map(|row| size_of::<Row>() + row.spans.memory_bytes() + row.group.capacity() * 4).sum()
    }
}

impl Row {
    fn rects(&self, row: u32, scale: &Scale) -> Vec<ChartRect> {
        let seen = self.spans.visible(scale).into_iter();
        seen.map(|seen| ChartRect {
            id: BoxId { row, nth: seen.spans.start as u32 },
            group: self.group.get(seen.spans.start).copied().unwrap_or_default(),
            count: seen.spans.len() as u32,
            x0: seen.x0,
            x1: seen.x1,
        })
        .collect()
    }
}

/// The thread with the most, or what has no thread when there is none.
fn busiest(profile: &Profile, sample_type: usize) -> ThreadId {
    let totals = profile.thread_totals(sample_type);
    let most =
        totals.iter().enumerate().filter(|(_, total)| **total > 0).max_by_key(|&(row, &total)| (total, std::cmp::Reverse(row)));
    most.map_or(ThreadId::NONE, |(row, _)| ThreadId(row as u32))
}
