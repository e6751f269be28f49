//! Which lines of the source hold the time: the figures of `go tool pprof -list`.

use std::collections::HashMap;

use crate::jobs::{Cancel, Cancelled};

use super::groups::{GroupId, Groups};
use super::model::{FrameId, FunctionId, Profile, StackId, StringId};

/// Samples between two looks at the cancel flag.
const BATCH: usize = 1 << 16;
/// Stands for a frame that is not asked for.
const NO_SLOT: u32 = u32::MAX;

/// One line of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineRow {
    /// The function, as a group.
    pub group: GroupId,
    /// Source file; empty when not told.
    pub file: StringId,
    /// Line within it; 0 when not told.
    pub line: u32,
    /// Measured in the line itself: in samples whose leaf is there.
    pub self_value: i64,
    /// Measured in the line and all that it calls; a sample in which it stands several times counts once.
    pub total_value: i64,
}

/// Figures of lines, of one function or of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lines {
    /// Lines of which anything was measured, by file (in the order of its name), line and function.
    pub rows: Vec<LineRow>,
    /// Measured in all of them themselves.
    pub self_value: i64,
    /// Measured in any of them and what they call; each sample counts once, so a recursive function has less than its lines
    /// together. `go tool pprof -list` tells the sum of the lines instead: [`Lines::sum_of_lines`].
    pub total_value: i64,
    /// Sum of all samples, each without its sign: what percentages relate to.
    pub whole: i64,
    /// Whether the stacks are estimated, as the file holds calls but no stacks.
    pub is_estimated: bool,
}

impl Lines {
    /// The lines of a function, in all files that it has code in.
    ///
    /// # Errors
    /// When cancelled.
    pub fn of_group(
        profile: &Profile,
        groups: &Groups,
        sample_type: usize,
        group: GroupId,
        cancel: &Cancel,
    ) -> Result<Self, Cancelled> {
        Self::of(profile, groups, sample_type, |frame, _| groups.of_frame(frame) == group, cancel)
    }

    /// The lines of all functions of a file.
    ///
    /// # Errors
    /// When cancelled.
    pub fn of_file(
        profile: &Profile,
        groups: &Groups,
        sample_type: usize,
        file: StringId,
        cancel: &Cancel,
    ) -> Result<Self, Cancelled> {
        Self::of(profile, groups, sample_type, |_, own| own == file, cancel)
    }

    /// Whether any line has a number: else the file tells functions only.
    pub fn has_numbers(&self) -> bool {
        self.rows.iter().any(|row| row.line > 0)
    }

    /// The files of these lines, the one that holds most first.
    pub fn files(&self) -> Vec<StringId> {
        let mut files: Vec<(StringId, u64)> = Vec::new();
        for row in &self.rows {
            match files.last_mut().filter(|(file, _)| *file == row.file) {
                Some((_, most)) => *most = most.saturating_add(row.total_value.unsigned_abs()),
                None => files.push((row.file, row.total_value.unsigned_abs())),
            }
        }
        files.sort_by_key(|&(_, most)| std::cmp::Reverse(most));
        files.into_iter().map(|(file, _)| file).collect()
    }

    /// Sum of the lines' totals: the second figure in the heading of `go tool pprof -list`.
    pub fn sum_of_lines(&self) -> i64 {
        self.rows.iter().fold(0, |sum: i64, row| sum.saturating_add(row.total_value))
    }

    /// `value` as a percentage of all samples; 0 when nothing was measured.
    pub fn percent(&self, value: i64) -> f64 {
        if self.whole == 0 { 0.0 } else { value as f64 / self.whole as f64 * 100.0 }
    }

    fn of(
        profile: &Profile,
        groups: &Groups,
        sample_type: usize,
        is_wanted: impl Fn(FrameId, StringId) -> bool,
        cancel: &Cancel,
    ) -> Result<Self, Cancelled> {
        let mut sums = Sums::new(profile, groups, is_wanted);
        for (sample, (stack, value)) in profile.samples.iter(sample_type).enumerate() {
            if sample % BATCH == 0 {
                cancel.check()?;
            }
            if value != 0 {
                sums.add(sample as u32 + 1, profile, stack, value);
            }
        }
        let mut lines = sums.lines;
        lines.rows.retain(|row| row.self_value != 0 || row.total_value != 0);
        let name = |row: &LineRow| profile.strings.get(row.file);
        lines.rows.sort_by(|a, b| name(a).cmp(name(b)).then((a.line, a.group).cmp(&(b.line, b.group))));
        Ok(Self { whole: profile.total(sample_type), is_estimated: profile.graph.is_some(), ..lines })
    }
}

/// Running sums.
struct Sums {
    /// For each frame its row of `lines.rows`, or [`NO_SLOT`].
    slots: Vec<u32>,
    /// The last sample that each row was seen in.
    seen: Vec<u32>,
    lines: Lines,
}

impl Sums {
    fn new(profile: &Profile, groups: &Groups, is_wanted: impl Fn(FrameId, StringId) -> bool) -> Self {
        let (mut known, mut rows) = (HashMap::new(), Vec::new());
        let columns = profile.frames.function.iter().zip(&profile.frames.line).enumerate();
        let slots = columns.map(|(row, (&function, &line))| {
            let (frame, file) = (FrameId(row as u32), file_of(profile, function));
            if !is_wanted(frame, file) {
                return NO_SLOT;
            }
            let group = groups.of_frame(frame);
            *known.entry((group, file, line)).or_insert_with(|| {
                rows.push(LineRow { group, file, line, self_value: 0, total_value: 0 });
                rows.len() as u32 - 1
            })
        });
        let slots = slots.collect();
        Self { slots, seen: vec![0; rows.len()], lines: Lines { rows, ..Lines::default() } }
    }

    fn add(&mut self, sample: u32, profile: &Profile, stack: StackId, value: i64) {
        let (mut leaf, mut is_in) = (None, false);
        for frame in profile.stacks.get(stack) {
            let slot = self.slots.get(frame.0 as usize).copied().unwrap_or(NO_SLOT) as usize;
            leaf = self.lines.rows.get_mut(slot);
            if let (Some(row), Some(seen)) = (&mut leaf, self.seen.get_mut(slot))
                && *seen != sample
            {
                (*seen, is_in) = (sample, true);
                row.total_value = row.total_value.saturating_add(value);
            }
        }
        if let Some(row) = leaf {
            row.self_value = row.self_value.saturating_add(value);
            self.lines.self_value = self.lines.self_value.saturating_add(value);
        }
        if is_in {
            self.lines.total_value = self.lines.total_value.saturating_add(value);
        }
    }
}

fn file_of(profile: &Profile, function: FunctionId) -> StringId {
    profile.functions.file.get(function.0 as usize).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::groups::Grouping;
    use super::super::read::testing::folded;
    use super::*;

    #[test]
    fn recursion_counts_once_a_line_and_inlined_names_are_their_own() {
        let mut profile = folded("a;b;a 3\na;b 2\nc 5\n");
        let groups = Groups::new(&profile, Grouping::Name);
        let group = groups.of_frame(profile.stacks.get(StackId(0))[0]);
        std::sync::Arc::make_mut(&mut profile.frames).line = vec![7; 3];
        let lines = Lines::of_group(&profile, &groups, 0, group, &Cancel::new()).expect("not cancelled");
        let found: Vec<_> = lines.rows.iter().map(|row| (row.line, row.self_value, row.total_value)).collect();
        assert_eq!((found, lines.self_value, lines.total_value, lines.whole), (vec![(7, 3, 5)], 3, 5, 10));
        let all = Lines::of_file(&profile, &groups, 0, StringId(0), &Cancel::new()).expect("not cancelled");
        assert_eq!((all.rows.len(), all.self_value, all.total_value), (3, 10, 10));
    }
}
