//! Markers of one thread in lanes, so that none hides another.

use super::super::spans::{Scale, Spans};
use super::super::timeline::Markers;

/// Lanes of a thread at most. What finds no free one shares the last.
const MOST_LANES: usize = 8;

/// Markers that do not overlap.
#[derive(Clone, Debug, Default)]
struct Lane {
    spans: Spans,
    /// The first marker of each span.
    first: Vec<u32>,
    /// How many markers there are before each span: only in a shared lane are they not as many as spans.
    before: Vec<u32>,
}

/// Markers of one thread.
#[derive(Clone, Debug, Default)]
pub struct Lanes {
    lanes: Vec<Lane>,
    count: u32,
}

/// What is drawn in one place of a lane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mark {
    /// Lane, the first is 0.
    pub lane: usize,
    /// The marker, a row of the profile's; the first of them when several are put together.
    pub marker: u32,
    /// How many markers it stands for: those narrower than a pixel are put together.
    pub count: u32,
    /// Left edge in pixels.
    pub x0: f32,
    /// Right edge in pixels; equal to the left one for what has no length, which is to be drawn a pixel wide.
    pub x1: f32,
}

impl Lanes {
    /// From rows of markers in the order of their beginnings.
    pub(super) fn new(markers: &Markers, sorted: &[u32]) -> Self {
        let mut lanes = Self { lanes: Vec::new(), count: sorted.len() as u32 };
        for &row in sorted {
            let marker = markers.get(row as usize);
            lanes.add(row, marker.start_ns, marker.end_ns.max(marker.start_ns));
        }
        lanes
    }

    fn add(&mut self, row: u32, start: i64, end: i64) {
        let is_free = |lane: &Lane| lane.spans.end().is_none_or(|last| last <= start);
        let free = self.lanes.iter().position(is_free);
        if free.is_none() && self.lanes.len() < MOST_LANES {
            self.lanes.push(Lane::default());
        }
        let lane = free.unwrap_or(self.lanes.len().saturating_sub(1));
        if let Some(lane) = self.lanes.get_mut(lane) {
            lane.add(row, start, end);
        }
    }

    /// How many lanes there are.
    pub fn len(&self) -> usize {
        self.lanes.len()
    }

    /// Whether there is no marker.
    pub fn is_empty(&self) -> bool {
        self.lanes.is_empty()
    }

    /// How many markers there are.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// What is seen of them, at most two a pixel and lane.
    pub fn marks(&self, scale: &Scale) -> Vec<Mark> {
        let lanes = self.lanes.iter().enumerate();
        lanes.flat_map(|(row, lane)| lane.marks(row, scale)).collect()
    }

    /// The marker of a lane that holds a moment; one that has no length only at its very beginning.
    pub fn at(&self, lane: usize, time_ns: i64) -> Option<u32> {
        let lane = self.lanes.get(lane)?;
        lane.first
            .get(lane.spans.within(time_ns..time_ns.saturating_add(1)).start)
            .copied()
            .filter(|_| !lane.spans.within(time_ns..time_ns.saturating_add(1)).is_empty())
    }

    pub(super) fn memory_bytes(&self) -> usize {
        self.lanes.iter().map(|lane| lane.spans.memory_bytes() + (lane.first.capacity() + lane.before.capacity()) * 4).sum()
    }
}

impl Lane {
    /// Adds a marker. One that overlaps the last joins it.
    fn add(&mut self, row: u32, start: i64, end: i64) {
        let count = self.before.last().copied().unwrap_or(0);
        if self.spans.end().is_some_and(|last| last > start) {
            self.spans.stretch(end);
            self.before.pop();
        } else {
            if self.before.is_empty() {
                self.before.push(0);
            }
            self.spans.push(start, end);
            self.first.push(row);
        }
        self.before.push(count.saturating_add(1));
    }

    fn marks(&self, lane: usize, scale: &Scale) -> Vec<Mark> {
        let count = |row: usize| self.before.get(row).copied().unwrap_or(0);
        let seen = self.spans.visible(scale).into_iter();
        seen.map(|seen| Mark {
            lane,
            marker: self.first.get(seen.spans.start).copied().unwrap_or(0),
            count: count(seen.spans.end) - count(seen.spans.start),
            x0: seen.x0,
            x1: seen.x1,
        })
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::timeline::Marker;
    use super::*;

    fn lanes(of: &[(i64, i64)]) -> Lanes {
        let mut markers = Markers::default();
        of.iter().for_each(|&(start_ns, end_ns)| markers.push(Marker { start_ns, end_ns, ..Marker::default() }));
        Lanes::new(&markers, &(0..of.len() as u32).collect::<Vec<_>>())
    }

    fn found(lanes: &Lanes, scale: &Scale) -> Vec<(usize, u32, u32)> {
        lanes.marks(scale).iter().map(|mark| (mark.lane, mark.marker, mark.count)).collect()
    }

    #[test]
    fn what_overlaps_lies_in_another_lane() {
        let lanes = lanes(&[(0, 50), (10, 20), (20, 30), (25, 60), (50, 50), (70, 71), (71, 72)]);
        let scale = Scale::new(0..100, 100.0);
        assert_eq!(found(&lanes, &scale), [(0, 0, 1), (0, 4, 1), (0, 5, 1), (0, 6, 1), (1, 1, 1), (1, 2, 1), (2, 3, 1)]);
        assert_eq!(found(&lanes, &Scale::new(0..100, 10.0)), [(0, 0, 1), (0, 4, 1), (0, 5, 2), (1, 1, 1), (1, 2, 1), (2, 3, 1)]);
        assert_eq!((lanes.at(0, 49), lanes.at(0, 50), lanes.at(0, 51), lanes.at(9, 0)), (Some(0), Some(4), None, None));
    }

    #[test]
    fn lanes_are_bounded_and_nothing_is_lost() {
        let many: Vec<(i64, i64)> = (0..1000).map(|row| (row, 5000 - row)).collect();
        let lanes = lanes(&many);
        let marks = lanes.marks(&Scale::new(0..5000, 5000.0));
        assert_eq!((lanes.len(), marks.len()), (MOST_LANES, MOST_LANES));
        assert_eq!(marks.iter().map(|mark| mark.count).sum::<u32>(), 1000);
        assert_eq!(marks.last().map(|mark| (mark.marker, mark.count)), Some((7, 993)));
    }
}
