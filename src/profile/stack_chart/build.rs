//! Puts samples that follow each other together into boxes.

use crate::jobs::{Cancel, Cancelled};

use super::super::groups::{GroupId, Groups};
use super::super::model::{FrameId, Profile, StackId, ThreadId};
use super::layout::Layout;
use super::{MOST_ROWS, Row, StackChart};

/// Samples between two looks at the cancel flag; a stack can have two thousand frames that count.
const BATCH: usize = 1 << 12;

/// Boxes that are being made.
struct Build<'a> {
    groups: &'a Groups,
    rows: Vec<Row>,
    /// The functions of the boxes that are still open, from the outermost.
    open: Vec<GroupId>,
    /// Where the last sample ended, and so all that is open.
    end: i64,
    boxes: usize,
    most_boxes: usize,
    /// Rows that may be used.
    limit: usize,
}

/// The chart of samples that were laid out.
pub(super) fn chart(
    profile: &Profile,
    groups: &Groups,
    thread: ThreadId,
    layout: &Layout,
    most_boxes: usize,
    cancel: &Cancel,
) -> Result<StackChart, Cancelled> {
    let mut build = Build { groups, rows: Vec::new(), open: Vec::new(), end: i64::MIN, boxes: 0, most_boxes, limit: MOST_ROWS };
    let (mut deepest, mut last) = (0, None);
    for (nth, place) in layout.places.iter().enumerate() {
        if nth % BATCH == 0 {
            cancel.check()?;
        }
        let stack = profile.samples.stack.get(place.row as usize).copied().unwrap_or(StackId(u32::MAX));
        if last != Some(stack) || place.start > build.end {
            let frames = profile.stacks.get(stack);
            deepest = deepest.max(frames.len());
            build.begin(frames, place.start);
            last = Some(stack);
        }
        build.end = place.end;
    }
    build.close(0);
    let start = layout.places.first().map_or(0, |place| place.start);
    Ok(StackChart {
        thread,
        axis: layout.axis,
        range: start..layout.places.last().map_or(start, |place| place.end),
        samples: layout.places.len(),
        untimed_samples: layout.untimed,
        interval_ns: layout.interval_ns,
        deepest,
        rows: build.rows,
    })
}

impl Build<'_> {
    /// A sample of another stack than the one before, or one behind a gap.
    fn begin(&mut self, frames: &[FrameId], start: i64) {
        let groups = self.groups;
        let wanted = || frames.iter().take(MOST_ROWS).map(|&frame| groups.of_frame(frame));
        let same =
            if start > self.end { 0 } else { self.open.iter().zip(wanted()).take_while(|(open, group)| **open == *group).count() };
        self.close(same);
        for (row, group) in wanted().enumerate().take(self.limit).skip(same) {
            self.push(row, group, start);
        }
        if self.boxes > self.most_boxes {
            self.narrow();
        }
    }

    fn push(&mut self, row: usize, group: GroupId, start: i64) {
        if row == self.rows.len() {
            self.rows.push(Row::default());
        }
        if let Some(row) = self.rows.get_mut(row) {
            row.spans.push(start, start);
            row.group.push(group);
            self.open.push(group);
            self.boxes += 1;
        }
    }

    /// Ends the open boxes from this row on.
    fn close(&mut self, from: usize) {
        let open = self.rows.get_mut(from..self.open.len()).unwrap_or_default();
        open.iter_mut().for_each(|row| row.spans.stretch(self.end));
        self.open.truncate(from);
    }

    /// Gives up the deepest rows until a quarter of the boxes is free again.
    fn narrow(&mut self) {
        while self.boxes > self.most_boxes / 4 * 3 && self.rows.len() > 1 {
            self.boxes -= self.rows.pop().map_or(0, |row| row.group.len());
        }
        self.limit = self.rows.len();
        self.open.truncate(self.limit);
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::groups::Grouping;
    use super::super::super::read::testing::folded;
    use super::super::{Axis, BoxId};
    use super::*;

    fn of(text: &str, most_boxes: usize) -> (Profile, Groups, StackChart) {
        let profile = folded(text);
        let groups = Groups::new(&profile, Grouping::Name);
        let layout = Layout::new(&profile, 0, ThreadId::NONE, &Cancel::new()).expect("not cancelled");
        let chart = chart(&profile, &groups, ThreadId::NONE, &layout, most_boxes, &Cancel::new()).expect("not cancelled");
        (profile, groups, chart)
    }

    #[test]
    fn what_follows_each_other_is_one_box() {
        let (profile, groups, chart) = of("a;b;c 5\na;b 3\na;d 2\ne 1\na;b 4\n", 100);
        let rects = chart.rects(0..15, 0..9, 150.0);
        let name = |group| groups.name(&profile, group);
        let found: Vec<_> = rects.iter().map(|rect| (name(rect.group), rect.id.row, rect.x0, rect.x1, rect.count)).collect();
        let all = [
            ("a", 0, 0.0, 100.0, 1),
            ("e", 0, 100.0, 110.0, 1),
            ("a", 0, 110.0, 150.0, 1),
            ("b", 1, 0.0, 80.0, 1),
            ("d", 1, 80.0, 100.0, 1),
            ("b", 1, 110.0, 150.0, 1),
            ("c", 2, 0.0, 50.0, 1),
        ];
        assert_eq!(found, all);
        let hit = chart.hit(4, 2).expect("a box");
        assert_eq!((chart.path(hit), chart.length(hit)), ((0..3).map(|row| BoxId { row, nth: 0 }).collect(), 5));
        assert_eq!((chart.hit(10, 1), chart.hit(5, 2), chart.axis, chart.cut()), (None, None, Axis::Value, None));
        assert_eq!(chart.children(BoxId { row: 0, nth: 0 }).map(|id| id.nth).collect::<Vec<_>>(), [0, 1]);
    }

    #[test]
    fn too_many_boxes_leave_the_deepest_rows_out() {
        let text: String = (0..50).map(|n| format!("a;b{n};c{n};d{n};e{n} 1\n")).collect();
        let (_, _, chart) = of(&text, 100);
        assert!(chart.boxes() <= 100 && chart.rows() == 2, "{} {}", chart.boxes(), chart.rows());
        assert_eq!(chart.cut().as_deref(), Some("The deepest stack has 5 frames; the first 2 are shown."));
        assert_eq!(chart.span(BoxId { row: 0, nth: 0 }), Some(0..50));
    }
}
