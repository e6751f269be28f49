//! The top table: for each function, how much was measured in it (self) and in it and all that it calls (total).

use std::cmp::Reverse;

use super::graph::CallGraph;
use super::groups::{GroupId, Groups};
use super::model::{FunctionId, Profile};

/// One function's figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TopRow {
    /// The group of functions, a row of the [`Groups`] the table was made with.
    pub group: GroupId,
    /// The function that stands for the group.
    pub function: FunctionId,
    /// Measured in the function itself, in the sample type's unit. Code inlined into it counts for the inlined function.
    pub self_value: i64,
    /// Measured in the function and all it calls. A function that calls itself counts once for each sample.
    pub total_value: i64,
}

/// The top table of one sample type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Top {
    /// Functions with anything measured, largest self first, then by name: the order of `go tool pprof -top`.
    pub rows: Vec<TopRow>,
    /// Sum of all samples, each without its sign: what percentages relate to.
    pub total: i64,
}

impl Top {
    /// Adds the samples of one sample type up.
    pub fn new(profile: &Profile, groups: &Groups, sample_type: usize) -> Self {
        let rows = match &profile.graph {
            Some(graph) if !groups.of_functions().is_empty() => graph_rows(profile, graph, groups, sample_type),
            _ => Sums::of_stacks(profile, groups, sample_type).rows(groups),
        };
        let mut top = Self { rows, total: profile.total(sample_type) };
        top.sort(profile, groups);
        top
    }

    /// `value` as a percentage of all samples; 0 when nothing was measured.
    pub fn percent(&self, value: i64) -> f64 {
        if self.total == 0 { 0.0 } else { value as f64 / self.total as f64 * 100.0 }
    }

    /// The row of a group.
    pub fn row(&self, group: GroupId) -> Option<&TopRow> {
        self.rows.iter().find(|row| row.group == group)
    }

    fn sort(&mut self, profile: &Profile, groups: &Groups) {
        self.rows.sort_by(|a, b| {
            let sizes = |row: &TopRow| (Reverse(row.self_value.unsigned_abs()), Reverse(row.total_value.unsigned_abs()));
            let ((a_self, a_total), (b_self, b_total)) = (sizes(a), sizes(b));
            let names = || groups.name(profile, a.group).cmp(groups.name(profile, b.group));
            a_self.cmp(&b_self).then_with(names).then(a_total.cmp(&b_total)).then(a.group.cmp(&b.group))
        });
    }
}

/// The exact figures of a file that tells them by function. Own figures of a group add up; its total is told where the group is one
/// function. Of several functions, which may call each other, it is estimated from the stacks, and at least what is their own.
fn graph_rows(profile: &Profile, graph: &CallGraph, groups: &Groups, sample_type: usize) -> Vec<TopRow> {
    let mut sums = Sums::new(groups.len());
    let mut members = vec![0_u32; groups.len()];
    for (row, group) in groups.of_functions().iter().enumerate() {
        let (own, total) = graph.figures(sample_type, FunctionId(row as u32));
        let place = group.0 as usize;
        let figures = (sums.self_value.get_mut(place), sums.total_value.get_mut(place), members.get_mut(place));
        if let (Some(self_sum), Some(total_sum), Some(members)) = figures
            && (own, total) != (0, 0)
        {
            *self_sum = self_sum.saturating_add(own);
            *total_sum = total;
            *members += 1;
        }
    }
    if members.iter().any(|members| *members > 1) {
        let estimated = Sums::of_stacks(profile, groups, sample_type).total_value;
        let several =
            sums.total_value.iter_mut().zip(&sums.self_value).zip(estimated).zip(&members).filter(|(_, members)| **members > 1);
        several.for_each(|(((total, own), estimated), _)| *total = estimated.max(*own));
    }
    sums.rows(groups)
}

/// Running sums of each group.
struct Sums {
    self_value: Vec<i64>,
    total_value: Vec<i64>,
    /// The last sample that each group was seen in, so that recursion counts once.
    seen: Vec<u32>,
}

impl Sums {
    fn new(groups: usize) -> Self {
        Self { self_value: vec![0; groups], total_value: vec![0; groups], seen: vec![0; groups] }
    }

    /// Adds up the samples.
    fn of_stacks(profile: &Profile, groups: &Groups, sample_type: usize) -> Self {
        let mut sums = Self::new(groups.len());
        for (sample, (stack, value)) in profile.samples.iter(sample_type).enumerate() {
            if value != 0 {
                let frames = profile.stacks.get(stack).iter().map(|&frame| groups.of_frame(frame));
                sums.add(sample as u32 + 1, frames, value);
            }
        }
        sums
    }

    #[inline]
    fn add(&mut self, sample: u32, frames: impl Iterator<Item = GroupId>, value: i64) {
        let mut leaf = None;
        for group in frames {
            let row = group.0 as usize;
            if let (Some(seen), Some(total)) = (self.seen.get_mut(row), self.total_value.get_mut(row))
                && *seen != sample
            {
                *seen = sample;
                *total = total.saturating_add(value);
            }
            leaf = Some(row);
        }
        if let Some(sum) = leaf.and_then(|row| self.self_value.get_mut(row)) {
            *sum = sum.saturating_add(value);
        }
    }

    fn rows(&self, groups: &Groups) -> Vec<TopRow> {
        let sums = self.self_value.iter().zip(&self.total_value).enumerate();
        sums.filter(|(_, (self_value, total))| **self_value != 0 || **total != 0)
            .map(|(row, (&self_value, &total_value))| {
                let group = GroupId(row as u32);
                TopRow { group, function: groups.function(group), self_value, total_value }
            })
            .collect()
    }
}
