//! A part of two sides compared, and the page on what is looked at of them.

use std::sync::Arc;
use std::time::SystemTime;

use crate::jobs::{Cancel, Failure, JobError, Progress};
use crate::profile::compare::statistics::Verdict as Judged;
use crate::profile::compare::{ChangeRow, DiffTree, Layout, Measure, Sides};
use crate::profile::{Filters, Grouping, NodeId, Profile, Shape};
use crate::report::theme::Look;
use crate::report::{Chart, Kind, interactive_flame};

use super::profile_flame::{Steps, boxes, flame_tree};
use super::{Asked, Change, Changes, ProfileComparison, ProfilePage, ProfileView, Shaded, Verdict, flame_chart, profile_html};

/// What a page on a comparison tells of itself.
#[derive(Clone, Copy, Debug)]
pub struct ComparisonPage<'a> {
    /// What the newer and the older side are called, without folders.
    pub names: [&'a str; 2],
    /// Which part of both is shown, in words; empty for all of it.
    pub part: &'a str,
    /// The moment that the page tells of itself.
    pub made: SystemTime,
}

/// The same seconds of all files, each by its own clock. Both sides together have no common time, so this is done before they are compared.
///
/// # Errors
/// When one does not say when its samples were taken, and when cancelled.
pub fn same_seconds(sides: &Sides, range_ns: Option<(i64, i64)>, cancel: &Cancel) -> Result<Sides, JobError> {
    let Some(range) = range_ns else { return Ok(sides.clone()) };
    let filters = Filters { range_ns: Some(range), ..Filters::default() };
    let cut = |side: &[Arc<Profile>]| side.iter().map(|profile| cut(profile, &filters, cancel)).collect::<Result<Vec<_>, _>>();
    Ok(Sides { new: cut(&sides.new)?, base: cut(&sides.base)? })
}

fn cut(profile: &Arc<Profile>, filters: &Filters, cancel: &Cancel) -> Result<Arc<Profile>, JobError> {
    if profile.samples.time_ns.is_empty() {
        let message =
            "One of the profiles does not say when its samples were taken, so the same seconds of both cannot be compared.";
        return Err(Failure::new(message.to_owned(), "Compare all of the time.").into());
    }
    Ok(filters.apply_shared(profile, cancel)?)
}

/// What part is looked at, for a person: `focus json, range 10–20 s`; empty when it is everything. `profile` has the threads.
pub fn part_words(filters: &Filters, profile: &Profile) -> String {
    let word = |(name, value): (&str, String)| {
        let name = name.replace('_', " ");
        if value == "yes" { name } else { format!("{name} {value}") }
    };
    filters.told(profile).into_iter().map(word).collect::<Vec<_>>().join(", ")
}

impl ProfileComparison {
    /// The part that is asked for of both sides, with functions put together as asked; and both sides as one profile, for names and places,
    /// with the figures of the newer side. Shares stay those of the whole. The sample type and the seconds asked for are left aside: what is
    /// compared was chosen before (see [`same_seconds`]).
    ///
    /// # Errors
    /// When cancelled.
    pub fn asked(self, asked: &Asked, cancel: &Cancel, progress: &Progress) -> Result<(Self, ProfileView), JobError> {
        let filters = Filters { range_ns: None, ..asked.filters.clone() };
        let is_whole = filters.is_everything() && asked.grouping == Grouping::Name;
        let asked = Asked { sample_type: Some(0), filters, grouping: asked.grouping };
        let view = ProfileView::of_asked(Arc::clone(&self.merged.profile), asked, false, cancel, progress)?;
        let comparison = if is_whole { self } else { self.of_part(Arc::clone(&view.profile), Arc::clone(&view.groups), cancel)? };
        Ok((comparison, view))
    }

    /// What a page tells of the changes.
    pub fn changes(&self, base: &str) -> Changes {
        let rows = self.table.rows.iter().map(|row| self.change(row)).collect();
        Changes { base: base.to_owned(), summary: self.summary.clone(), rows }
    }

    fn change(&self, row: &ChangeRow) -> Change {
        let judged = &row.self_judged;
        let verdict = match judged.verdict {
            Judged::MoreThanChance if row.self_change() < 0 => Verdict::Less,
            Judged::MoreThanChance => Verdict::More,
            Judged::WithinNoise => Verdict::WithinNoise,
            _ => Verdict::NotTold,
        };
        let evidence = match (&judged.interval, judged.verdict) {
            (Some(interval), _) => format!("self {}", self.show_interval(interval)),
            (None, few @ (Judged::TooFewSamples | Judged::TooFewRuns)) => few.words().to_owned(),
            (None, _) => String::new(),
        };
        Change {
            name: self.name(row).to_owned(),
            self_base: row.base.self_value,
            self_new: row.new.self_value,
            total_base: row.base.total_value,
            total_new: row.new.total_value,
            verdict,
            evidence,
        }
    }
}

/// The page on a comparison: that of the newer side, its boxes coloured by what changed in each call, with the table of changes. `view` is of
/// the same part, as [`ProfileComparison::asked`] gives it.
///
/// # Errors
/// When figures of the newer side are not those of its file (the mean of several, or scaled), and when cancelled.
pub fn comparison_html(
    comparison: &ProfileComparison,
    view: &ProfileView,
    about: &ComparisonPage<'_>,
    cancel: &Cancel,
    progress: &Progress,
) -> Result<String, JobError> {
    has_own_figures(comparison)?;
    let [new, base] = about.names;
    let changes = comparison.changes(base);
    let down = comparison.tree(Shape::TopDown, Layout::New, cancel)?;
    let up = comparison.tree(Shape::BottomUp, Layout::New, cancel)?;
    let (down_shade, up_shade) = (|node: NodeId| down.shade(node, Measure::Total), |node: NodeId| up.shade(node, Measure::Total));
    let (down_by, up_by) = (|node| difference(&down, node), |node| difference(&up, node));
    let calls = [
        Shaded { tree: &down.tree, shade: &down_shade, difference: &down_by },
        Shaded { tree: &up.tree, shade: &up_shade, difference: &up_by },
    ];
    let file = format!("{new} compared with {base}");
    let page = ProfilePage { file: &file, part: about.part, changes: Some(&changes), calls: Some(calls), made: about.made };
    profile_html(view, &page, cancel, progress)
}

/// The flame graph of the newer side, its boxes coloured by what changed in each call: as a chart for a picture, and as an SVG file of its own that a
/// browser searches and zooms. What is gone has no box. `view` is of the same part, as [`ProfileComparison::asked`] gives it.
///
/// # Errors
/// When figures of the newer side are not those of its file (the mean of several, or scaled), and when cancelled.
pub fn comparison_flame(
    comparison: &ProfileComparison,
    view: &ProfileView,
    names: [&str; 2],
    look: Look,
    cancel: &Cancel,
) -> Result<(Chart, String), JobError> {
    has_own_figures(comparison)?;
    let tree = comparison.tree(Shape::TopDown, Layout::New, cancel)?;
    let (shade, by) = (|node: NodeId| tree.shade(node, Measure::Total), |node| difference(&tree, node));
    let calls = Shaded { tree: &tree.tree, shade: &shade, difference: &by };
    let steps = Steps { step: &|node| calls.step(node), by: Some(&by) };
    let mut flame = flame_tree(view, &tree.tree, NodeId::ROOT, Some(steps), cancel)?;
    let legend = "Orange takes more than before, blue less, grey as before; what is gone has no box.";
    flame.left_out = format!("{legend} {}", flame.left_out).trim_end().to_owned();
    let [now, before] = comparison.table.totals.map(|total| comparison.show(total));
    let [new, base] = names;
    let mut chart = flame_chart(view, NodeId::ROOT, &format!("{new} compared with {base}"), look);
    chart.figure = now;
    chart.subtitle = format!("{} · {before} before", comparison.merged.name);
    chart.kind = Kind::Flame(boxes(view, &flame, 1.0 / chart.width));
    let svg = interactive_flame(&chart, &flame);
    Ok((chart, svg))
}

/// How much more a call takes than before.
fn difference(tree: &DiffTree, node: NodeId) -> i64 {
    let [new, base] = tree.totals(node);
    new.saturating_sub(base)
}

/// Figures that are shown are those of the newer file.
fn has_own_figures(comparison: &ProfileComparison) -> Result<(), JobError> {
    if comparison.merged.factors().first() == Some(&1.0) {
        return Ok(());
    }
    let message = "The figures of one newer file are shown, and here they are the mean of several or scaled.";
    Err(Failure::new(message.to_owned(), "Compare one newer file without normalising, or save the changes as CSV.").into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::compare_profiles;
    use crate::profile::compare::Options;
    use crate::profile::{Limits, read};

    #[test]
    fn a_page_says_why_nothing_was_tested() {
        let (cancel, progress) = (Cancel::new(), Progress::new());
        let profile = |folded: &str| {
            let profile = read::read(folded.as_bytes(), None, "test.folded", &cancel, &progress, &Limits::default());
            Arc::new(profile.expect("valid"))
        };
        let sides = Sides::pair(profile("main;a 3\nmain;b 9000\n"), profile("main;a 1\nmain;b 9900\n"));
        let compared = compare_profiles(&sides, Options::default(), &cancel, &progress).expect("comparable");
        let rows = compared.changes("old").rows;
        let told = |name: &str| rows.iter().find(|row| row.name == name).map(|row| (row.verdict, row.evidence.as_str()));
        assert_eq!(told("a"), Some((Verdict::NotTold, "too few samples")));
        let (verdict, evidence) = told("b").expect("there");
        assert!(verdict == Verdict::Less && evidence.starts_with("self −"), "{verdict:?} {evidence}");
    }
}
