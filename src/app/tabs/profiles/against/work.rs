//! What jobs make of two sides.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::cache::Cache;
use crate::jobs::{Cancel, JobError, Progress};
use crate::operations::{self, Asked, Finding, ProfileComparison, ProfileView};
use crate::profile::compare::{ChangeRow, DiffTree, Layout, Options, Sides};
use crate::profile::{Filters, GroupId, Limits, Profile, Shape};
use crate::report::format;

use super::super::Shown;
use super::{Run, Source, Wanted};

/// Numbers of comparisons begin here, so that they are none of the views' own.
static NEXT: AtomicU64 = AtomicU64::new(1 << 40);

/// Two sides, compared.
#[derive(Debug)]
pub struct Compared {
    /// Number of this comparison; no two of a run have the same.
    pub serial: u64,
    /// What is compared, all files of it open.
    pub wanted: Wanted,
    /// Figures, verdicts, sentences.
    pub comparison: ProfileComparison,
    /// Both sides as one profile, for names and places; its figures are those of the newer side.
    pub shown: Shown,
    /// What the newer and the older side are called.
    pub names: [String; 2],
    /// The open profile's functions in the comparison, and the other way round.
    merged_of: Vec<Option<GroupId>>,
    open_of: Vec<Option<GroupId>>,
    /// Row of each function in the table of changes.
    rows: Vec<Option<u32>>,
    findings: Vec<Finding>,
}

/// The graph of both sides.
#[derive(Debug)]
pub struct Graph {
    /// The comparison that it belongs to.
    pub serial: u64,
    /// Whether callers are below.
    pub inverted: bool,
    /// The boxes.
    pub tree: DiffTree,
}

/// Opens the files that are not open yet.
pub(super) fn opened(
    mut wanted: Wanted,
    limits: &Limits,
    cache: &Cache,
    cancel: &Cancel,
    progress: &Progress,
) -> Result<Wanted, JobError> {
    for run in wanted.more.iter_mut().chain(&mut wanted.others) {
        if let Source::File(path) = &run.source {
            let profile = operations::open_profile(path, limits, Some(cache), cancel, progress)?.value;
            run.source = Source::Open(profile);
        }
    }
    Ok(wanted)
}

impl Compared {
    /// Compares the profile that is shown, or the part of it that is, with the others; all of them are open.
    pub(super) fn new(
        shown: &Shown,
        wanted: Wanted,
        normalised: bool,
        cancel: &Cancel,
        progress: &Progress,
    ) -> Result<Self, JobError> {
        let open = &shown.view;
        // Of what the file shows by itself the engine may find another sample type that both have; what a person chose stays.
        let row = Some(open.sample_type).filter(|row| *row != open.whole.default_sample_type);
        let own: Vec<_> = std::iter::once(&open.whole).chain(profiles(&wanted.more)).cloned().collect();
        let others: Vec<_> = profiles(&wanted.others).cloned().collect();
        let (sides, options) = if wanted.is_base {
            (Sides { new: others, base: own }, Options { normalised, new_type: None, base_type: row })
        } else {
            (Sides { new: own, base: others }, Options { normalised, new_type: row, base_type: None })
        };
        let sides = operations::same_seconds(&sides, open.asked.filters.range_ns, cancel)?;
        let whole = operations::compare_profiles(&sides, options, cancel, progress)?;
        let asked = Asked { filters: filters(open, &whole.merged.profile), ..open.asked.clone() };
        let (comparison, view) = whole.asked(&asked, cancel, progress)?;
        let (merged_of, open_of) = pairs(open, &view);
        let names = names(&shown.name, &wanted);
        let rows = rows(&comparison, view.groups.len());
        let (serial, findings) = (NEXT.fetch_add(1, Ordering::Relaxed), comparison.findings());
        let shown = Shown::new(names.join(" and "), None, view, serial);
        Ok(Self { serial, wanted, comparison, shown, names, merged_of, open_of, rows, findings })
    }

    /// The function of the comparison that is this one of the open profile.
    pub fn merged_of(&self, open: GroupId) -> Option<GroupId> {
        self.merged_of.get(open.0 as usize).copied().flatten()
    }

    /// The function of the open profile that is this one of the comparison; `None` when it is on the other side alone.
    pub fn open_of(&self, merged: GroupId) -> Option<GroupId> {
        self.open_of.get(merged.0 as usize).copied().flatten()
    }

    /// What a function of the comparison took on both sides.
    pub fn row(&self, merged: GroupId) -> Option<&ChangeRow> {
        let row = self.rows.get(merged.0 as usize).copied().flatten()?;
        self.comparison.table.rows.get(row as usize)
    }

    /// What can be said of it beside the summary.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// What the open profile is compared with, whichever side that is.
    pub fn other_name(&self) -> &str {
        let [new, base] = &self.names;
        if self.wanted.is_base { new } else { base }
    }
}

impl Graph {
    /// Makes the graph; of `last` where that differs in its layout alone.
    pub(super) fn new(
        compared: &Compared,
        inverted: bool,
        layout: Layout,
        last: Option<&Self>,
        cancel: &Cancel,
    ) -> Result<Self, JobError> {
        let tree = match last.filter(|last| (last.serial, last.inverted) == (compared.serial, inverted)) {
            Some(last) => last.tree.laid_out(layout, cancel)?,
            None => {
                let shape = if inverted { Shape::BottomUp } else { Shape::TopDown };
                compared.comparison.tree(shape, layout, cancel)?
            }
        };
        Ok(Self { serial: compared.serial, inverted, tree })
    }
}

fn profiles(runs: &[Run]) -> impl Iterator<Item = &Arc<Profile>> {
    runs.iter().filter_map(|run| match &run.source {
        Source::Open(profile) => Some(profile),
        Source::File(_) => None,
    })
}

/// The same filters for both sides: threads are the same when they are called the same.
fn filters(open: &ProfileView, merged: &Profile) -> Filters {
    let mut filters = open.asked.filters.clone();
    let name = |profile: &Profile, at: usize| profile.threads.get(at).map(|thread| profile.strings.get(thread.name).to_owned());
    let chosen: Vec<_> = filters.threads.iter().filter_map(|thread| name(&open.whole, thread.0 as usize)).collect();
    if !chosen.is_empty() {
        let threads = 0..merged.threads.len();
        let same = threads.filter(|&at| name(merged, at).is_some_and(|name| chosen.contains(&name)));
        filters.threads = same.map(|at| crate::profile::ThreadId(at as u32)).collect();
    }
    filters
}

/// Which functions are the same in the open profile and in the comparison, both ways. They are when they are called the same.
fn pairs(open: &ProfileView, merged: &ProfileView) -> (Vec<Option<GroupId>>, Vec<Option<GroupId>>) {
    let groups = |view: &ProfileView| (0..view.groups.len() as u32).map(GroupId);
    let mut by_name = HashMap::with_capacity(merged.groups.len());
    for group in groups(merged) {
        by_name.entry(merged.name(group)).or_insert(group);
    }
    let merged_of: Vec<_> = groups(open).map(|group| by_name.get(open.name(group)).copied()).collect();
    let mut open_of = vec![None; merged.groups.len()];
    for (open, merged) in groups(open).zip(&merged_of) {
        // Tables are shared with what is filtered out: what was not measured here is looked at as a function of the other side.
        if let Some(place) = merged.and_then(|merged| open_of.get_mut(merged.0 as usize)) {
            place.get_or_insert(open);
        }
    }
    (merged_of, open_of)
}

fn rows(comparison: &ProfileComparison, groups: usize) -> Vec<Option<u32>> {
    let mut rows = vec![None; groups];
    for (at, row) in comparison.table.rows.iter().enumerate() {
        if let Some(place) = rows.get_mut(row.group.0 as usize) {
            *place = Some(at as u32);
        }
    }
    rows
}

/// Names of the newer and the older side.
fn names(open: &str, wanted: &Wanted) -> [String; 2] {
    let side = |first: &str, runs: usize| match runs {
        0 | 1 => first.to_owned(),
        more => format!("{first} and {}", format::counted(more as u64 - 1, "more run", "more runs")),
    };
    let own = side(open, wanted.more.len() + 1);
    let other = side(wanted.others.first().map_or("", |run| run.name.as_str()), wanted.others.len());
    if wanted.is_base { [other, own] } else { [own, other] }
}
