//! The table of changes: for each function what it took on both sides.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::super::groups::{GroupId, Groups};
use super::super::top::Top;
use super::merge::{Column, Merged, scaled};
use super::statistics::{self, Judgement, PairTest, RunTest};
use crate::jobs::{Cancel, Cancelled};

/// What a function took on one side, in [`Merged::unit`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Measured in the function itself.
    pub self_value: i64,
    /// Measured in it and all it calls.
    pub total_value: i64,
}

/// On which side a function was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// On both.
    Both,
    /// On the newer side alone.
    New,
    /// On the older side alone.
    Gone,
}

/// One function on both sides.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChangeRow {
    /// The group of functions, a row of the [`Groups`] that the table was made with.
    pub group: GroupId,
    /// What it took on the newer side.
    pub new: Figures,
    /// What it took on the older side.
    pub base: Figures,
    /// Whether the change of its self is more than chance.
    pub self_judged: Judgement,
    /// Whether the change of its total is more than chance.
    pub total_judged: Judgement,
}

impl ChangeRow {
    /// How much more it took itself than before, in [`Merged::unit`].
    pub fn self_change(&self) -> i64 {
        self.new.self_value.saturating_sub(self.base.self_value)
    }

    /// How much more it took with all it calls.
    pub fn total_change(&self) -> i64 {
        self.new.total_value.saturating_sub(self.base.total_value)
    }

    /// The change of its self in percent of what it was; `None` when it was nothing.
    pub fn self_percent(&self) -> Option<f64> {
        percent(self.new.self_value, self.base.self_value)
    }

    /// The change of its total in percent of what it was; `None` when it was nothing.
    pub fn total_percent(&self) -> Option<f64> {
        percent(self.new.total_value, self.base.total_value)
    }

    /// On which side it was seen.
    pub fn kind(&self) -> Kind {
        match (self.new, self.base) {
            (_, Figures { self_value: 0, total_value: 0 }) => Kind::New,
            (Figures { self_value: 0, total_value: 0 }, _) => Kind::Gone,
            _ => Kind::Both,
        }
    }
}

fn percent(new: i64, base: i64) -> Option<f64> {
    (base != 0).then(|| (new as f64 - base as f64) / (base as f64).abs() * 100.0)
}

/// The table of changes, and what stands below it.
#[derive(Clone, Debug, Default)]
pub struct Comparison {
    /// Functions seen on either side, the largest change of self first, then by name: the order of `go tool pprof -top -diff_base`.
    pub rows: Vec<ChangeRow>,
    /// Sums of the newer and the older side, each sample without its sign.
    pub totals: [i64; 2],
    /// What each file's functions took, for those that ask for a single function's runs; empty with one file on each side.
    runs: RunTables,
}

/// What each file's functions took, by group.
#[derive(Clone, Debug, Default)]
pub(super) struct RunTables {
    pub(super) new: Vec<Vec<Figures>>,
    pub(super) base: Vec<Vec<Figures>>,
}

impl Comparison {
    /// Makes the table. To be made off the window's thread: it looks at every sample.
    ///
    /// # Errors
    /// When `cancel` is set.
    pub fn new(merged: &Merged, groups: &Groups, cancel: &Cancel) -> Result<Self, Cancelled> {
        let sides = [figures(merged, groups, Column::New), figures(merged, groups, Column::Base)];
        cancel.check()?;
        let mut rows = rows(&sides, groups.len());
        let runs = run_tables(merged, groups, cancel)?;
        if merged.runs == [1, 1] {
            judge_pair(merged, groups, &mut rows, cancel)?;
        } else {
            judge_runs(merged, groups, &runs, &mut rows, cancel)?;
        }
        sort(&mut rows, merged, groups);
        Ok(Self { rows, totals: merged.totals(), runs })
    }

    /// The row of a group.
    pub fn row(&self, group: GroupId) -> Option<&ChangeRow> {
        self.rows.iter().find(|row| row.group == group)
    }

    /// `value` as a percentage of the older side, or of the newer one where the older one is nothing: as `go tool pprof -diff_base`.
    pub fn percent(&self, value: i64) -> f64 {
        let [new, base] = self.totals;
        let whole = if base == 0 { new } else { base };
        if whole == 0 { 0.0 } else { value as f64 / whole as f64 * 100.0 }
    }

    /// What a function itself took in each file, and what that tells; `None` with one file on each side.
    pub fn runs_of(&self, group: GroupId) -> Option<statistics::Runs> {
        let at = group.0 as usize;
        let values = |tables: &[Vec<Figures>]| -> Option<Vec<i64>> {
            tables.iter().map(|table| table.get(at).map(|figures| figures.self_value)).collect()
        };
        let (new, base) = (values(&self.runs.new)?, values(&self.runs.base)?);
        (!new.is_empty() && !base.is_empty()).then(|| statistics::Runs::new(new, base))
    }
}

/// What the functions of a column took as it is shown, by group.
fn figures(merged: &Merged, groups: &Groups, column: Column) -> Vec<Figures> {
    let factor = match column {
        Column::New => merged.factors()[0],
        Column::Base => merged.factors()[1],
        Column::NewCount | Column::BaseCount => 1.0,
        Column::Run(run) => merged.run_factor(run),
    };
    let mut table = vec![Figures::default(); groups.len()];
    let Some(row) = merged.column(column) else { return table };
    for row in Top::new(&merged.profile, groups, row).rows {
        if let Some(figures) = table.get_mut(row.group.0 as usize) {
            *figures = Figures { self_value: scaled(row.self_value, factor), total_value: scaled(row.total_value, factor) };
        }
    }
    table
}

fn rows(sides: &[Vec<Figures>; 2], groups: usize) -> Vec<ChangeRow> {
    let [new, base] = sides;
    let of = |side: &[Figures], at: usize| side.get(at).copied().unwrap_or_default();
    let nothing = Figures::default();
    (0..groups)
        .map(|at| (GroupId(at as u32), of(new, at), of(base, at)))
        .filter(|(_, new, base)| *new != nothing || *base != nothing)
        .map(|(group, new, base)| {
            let unknown = Judgement::default();
            ChangeRow { group, new, base, self_judged: unknown, total_judged: unknown }
        })
        .collect()
}

fn sort(rows: &mut [ChangeRow], merged: &Merged, groups: &Groups) {
    rows.sort_by(|a, b| {
        let size = |row: &ChangeRow| (Reverse(row.self_change().unsigned_abs()), Reverse(row.total_change().unsigned_abs()));
        let ((a_self, a_total), (b_self, b_total)) = (size(a), size(b));
        let names = || groups.name(&merged.profile, a.group).cmp(groups.name(&merged.profile, b.group));
        a_self.cmp(&b_self).then_with(names).then(a_total.cmp(&b_total)).then(a.group.cmp(&b.group))
    });
}

fn run_tables(merged: &Merged, groups: &Groups, cancel: &Cancel) -> Result<RunTables, Cancelled> {
    let mut tables = RunTables::default();
    if merged.runs == [1, 1] {
        return Ok(tables);
    }
    let [new, base] = merged.runs;
    for run in 0..new + base {
        cancel.check()?;
        let side = if run < new { &mut tables.new } else { &mut tables.base };
        side.push(figures(merged, groups, Column::Run(run)));
    }
    Ok(tables)
}

/// One file on each side: what chance can have done is told by the number of samples.
fn judge_pair(merged: &Merged, groups: &Groups, rows: &mut [ChangeRow], cancel: &Cancel) -> Result<(), Cancelled> {
    let Some(counts) = merged.counts() else { return Ok(()) };
    let sides = [figures(merged, groups, Column::NewCount), figures(merged, groups, Column::BaseCount)];
    cancel.check()?;
    let test = PairTest { counts, per_sample: merged.per_sample(), normalised: merged.normalised };
    let of = |row: &ChangeRow, value: fn(&Figures) -> i64| {
        let count = |side: &[Figures]| side.get(row.group.0 as usize).map_or(0, value);
        [count(&sides[0]), count(&sides[1])]
    };
    let own: Vec<_> = rows.iter().map(|row| of(row, |figures| figures.self_value)).collect();
    let total: Vec<_> = rows.iter().map(|row| of(row, |figures| figures.total_value)).collect();
    let own = test.judge(&own, statistics::SELF_BUDGET, cancel)?;
    let total = test.judge(&total, statistics::TOTAL_BUDGET, cancel)?;
    put(rows, own, total);
    Ok(())
}

/// Several files on a side: what chance can have done is told by how the runs differ.
fn judge_runs(
    merged: &Merged,
    groups: &Groups,
    runs: &RunTables,
    rows: &mut [ChangeRow],
    cancel: &Cancel,
) -> Result<(), Cancelled> {
    let counts = merged.counts().map(|_| [figures(merged, groups, Column::NewCount), figures(merged, groups, Column::BaseCount)]);
    let judge = |value: fn(&Figures) -> i64, budget: f64| {
        let tests = rows.iter().map(|row| {
            let at = row.group.0 as usize;
            let values = |tables: &[Vec<Figures>]| tables.iter().map(|table| table.get(at).map_or(0, value)).collect();
            let count = |side: usize| counts.as_ref().and_then(|sides| sides.get(side)?.get(at)).map(value);
            RunTest { new: values(&runs.new), base: values(&runs.base), counts: count(0).zip(count(1)).map(|(a, b)| [a, b]) }
        });
        statistics::judge_runs(&tests.collect::<Vec<_>>(), budget, cancel)
    };
    let own = judge(|figures| figures.self_value, statistics::SELF_BUDGET)?;
    let total = judge(|figures| figures.total_value, statistics::TOTAL_BUDGET)?;
    put(rows, own, total);
    Ok(())
}

fn put(rows: &mut [ChangeRow], own: Vec<Judgement>, total: Vec<Judgement>) {
    for (row, (own, total)) in rows.iter_mut().zip(own.into_iter().zip(total)) {
        (row.self_judged, row.total_judged) = (own, total);
    }
}

impl Comparison {
    /// Rows by group, for who looks many of them up.
    pub fn by_group(&self) -> HashMap<GroupId, &ChangeRow> {
        self.rows.iter().map(|row| (row.group, row)).collect()
    }
}
