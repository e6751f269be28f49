//! Two profiles compared: the table, the flame graph and the words of the window's comparison and of `profile --diff`.

use std::sync::Arc;

use crate::jobs::{Cancel, Failure, JobError, Progress};
use crate::profile::compare::statistics::{Interval, Verdict, smallest_change};
use crate::profile::compare::{ChangeRow, CompareError, Comparison, DiffTree, Kind, Layout, Merged, Options, Sides};
use crate::profile::units::{format_value, is_bytes, is_time};
use crate::profile::{Grouping, Groups, Profile, Shape};
use crate::report::format;

use super::{Finding, Severity, cut_name};
use crate::profile::words::{self, Rule};

/// Letters of a name in a sentence.
const NAME: usize = 60;
/// The share of a profile by which it is told how small a change can be seen.
const EXAMPLE_SHARE: f64 = 0.1;
/// Lengths of recordings that differ by more than this factor are worth a word.
const OTHER_LENGTH: f64 = 1.2;

/// Two sides, compared under one sample type.
#[derive(Clone, Debug)]
pub struct ProfileComparison {
    /// Both sides in one profile.
    pub merged: Merged,
    /// Which functions count as one.
    pub groups: Arc<Groups>,
    /// Functions by how much they changed.
    pub table: Comparison,
    /// What changed, in a sentence or two.
    pub summary: String,
    /// How long the first file of each side measured, in seconds, when both say so.
    durations: Option<[f64; 2]>,
}

/// Compares two sides, each of one file or of several runs.
///
/// # Errors
/// When they measure different things, in words for a person; and when cancelled.
pub fn compare_profiles(
    sides: &Sides,
    options: Options,
    cancel: &Cancel,
    progress: &Progress,
) -> Result<ProfileComparison, JobError> {
    progress.operation(super::kind::COMPARE_PROFILES, None);
    let merged = Merged::new(sides, options, cancel, progress).map_err(explained)?;
    let groups = Arc::new(Groups::new(&merged.profile, Grouping::Name));
    let seconds =
        |side: &[Arc<Profile>]| side.first().and_then(|profile| profile.duration_ns).filter(|&ns| ns > 0).map(|ns| ns as f64 / 1e9);
    let durations = seconds(&sides.new).zip(seconds(&sides.base)).map(|(new, base)| [new, base]);
    progress.phase("Comparing", 0);
    ProfileComparison::of(merged, groups, durations, cancel)
}

fn explained(error: CompareError) -> JobError {
    match error {
        CompareError::Cancelled(_) => JobError::Cancelled,
        other => Failure::from_error(&other).into(),
    }
}

impl ProfileComparison {
    fn of(merged: Merged, groups: Arc<Groups>, durations: Option<[f64; 2]>, cancel: &Cancel) -> Result<Self, JobError> {
        let table = Comparison::new(&merged, &groups, cancel)?;
        let mut comparison = Self { merged, groups, table, summary: String::new(), durations };
        comparison.summary = comparison.in_words();
        Ok(comparison)
    }

    /// The same comparison of a part of [`Merged::profile`] (one thread, only some functions), perhaps with functions grouped otherwise.
    ///
    /// # Errors
    /// When cancelled.
    pub fn of_part(&self, part: Arc<Profile>, groups: Arc<Groups>, cancel: &Cancel) -> Result<Self, JobError> {
        Self::of(self.merged.with_profile(part), groups, self.durations, cancel)
    }

    /// The flame graph of both sides.
    ///
    /// # Errors
    /// When cancelled.
    pub fn tree(&self, shape: Shape, layout: Layout, cancel: &Cancel) -> Result<DiffTree, JobError> {
        Ok(DiffTree::new(&self.merged, &self.groups, shape, layout, cancel)?)
    }

    /// Name of a row's function.
    pub fn name(&self, row: &ChangeRow) -> &str {
        match self.groups.name(&self.merged.profile, row.group) {
            "" => "(no name)",
            name => name,
        }
    }

    /// A value with its unit: `217.07 s`.
    pub fn show(&self, value: i64) -> String {
        format_value(value, &self.merged.unit).replacen(".00 ", " ", 1).replacen('-', "−", usize::from(value < 0))
    }

    /// A change with its sign and unit: `+3.10 s`, `−1.50 MB`, `0 ns`.
    pub fn show_change(&self, change: i64) -> String {
        if change > 0 { format!("+{}", self.show(change)) } else { self.show(change) }
    }

    /// A change in percent of what a function took itself before: `+12 %`; `new` and `gone` where there is none on a side, empty where it took
    /// nothing itself on either.
    pub fn show_self_percent(&self, row: &ChangeRow) -> String {
        show_percent(row.kind(), row.self_percent(), row.self_change())
    }

    /// The same of what it took with all it calls.
    pub fn show_total_percent(&self, row: &ChangeRow) -> String {
        show_percent(row.kind(), row.total_percent(), row.total_change())
    }

    /// Where a change lies: `−3.40 s to −2.80 s`.
    pub fn show_interval(&self, interval: &Interval) -> String {
        let [least, most] = interval.change.map(|change| self.show_change(change));
        format!("{least} to {most}")
    }

    /// How many functions changed by more than chance.
    pub fn more_than_chance(&self) -> usize {
        self.table.rows.iter().filter(|row| is_more_than_chance(row)).count()
    }

    /// Whether chance could be told from change for any function.
    pub fn is_judged(&self) -> bool {
        let told = [Verdict::MoreThanChance, Verdict::WithinNoise, Verdict::TooFewSamples];
        self.table.rows.iter().any(|row| told.contains(&row.self_judged.verdict))
    }

    /// By how many percent a function that holds `share` (0 to 1) of the profile must grow to be told from chance in 8 of 10 comparisons with
    /// as many samples; `None` where they are not counted, or there are several runs.
    pub fn smallest_change(&self, share: f64) -> Option<f64> {
        let [new, base] = self.merged.counts().filter(|_| self.merged.runs == [1, 1])?;
        // Of two sides the one with fewer samples decides: the harmonic mean.
        let samples = 2.0 / (1.0 / new as f64 + 1.0 / base as f64);
        smallest_change(samples as i64, share)
    }

    /// What can be said beside the summary.
    pub fn findings(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        findings.extend(self.on_runs());
        findings.extend(self.on_functions());
        findings.extend(self.on_samples());
        findings.extend(self.on_length());
        findings.extend(self.merged.notes.iter().map(|note| note_of(note.clone(), String::new())));
        findings
    }

    /// What became slower and faster, came and went, as far as it matters.
    fn on_functions(&self) -> Vec<Finding> {
        let verdict = |row: &ChangeRow| match row.self_judged.verdict {
            Verdict::MoreThanChance => words::Verdict::Real,
            // What cannot be told from chance is not told as a change.
            Verdict::WithinNoise | Verdict::TooFewSamples | Verdict::TooFewRuns => words::Verdict::Noise,
            Verdict::NotAvailable => words::Verdict::Unknown,
        };
        let change = |row: &ChangeRow| words::Change {
            self_before: row.base.self_value as f64,
            self_after: row.new.self_value as f64,
            total_before: row.base.total_value as f64,
            total_after: row.new.total_value as f64,
            verdict: verdict(row),
        };
        let rows: Vec<_> = self.table.rows.iter().map(change).collect();
        let [after, before] = self.table.totals.map(|total| total as f64);
        let (unit, normalised) = (self.merged.unit.as_str(), self.merged.normalised);
        let compared = words::Comparison { unit, before, after, normalised, verdict: words::Verdict::Unknown, rows: &rows };
        // What the whole did stands in the summary.
        let found = words::comparison_findings(&compared).into_iter().filter(|found| found.rule != Rule::Change);
        found.map(|found| self.shown(found)).collect()
    }

    /// A finding on rows of the table, as one on functions.
    fn shown(&self, found: words::Finding) -> Finding {
        let row = |place: words::Place| match place {
            words::Place::Row(row) => self.table.rows.get(row),
            _ => None,
        };
        let text = found.text.plain(|place| row(place).map(|row| self.short_name(row)).unwrap_or_default());
        let places = found.evidence.iter().filter_map(|evidence| {
            Some(words::Evidence { place: words::Place::Function(row(evidence.place)?.group), ..*evidence })
        });
        let mut finding = Finding::plain(found.rule, found.severity, text, found.figures);
        (finding.advice, finding.places) = (found.advice, places.collect());
        finding
    }

    fn on_runs(&self) -> Option<Finding> {
        let few = self.table.rows.iter().any(|row| row.self_judged.verdict == Verdict::TooFewRuns);
        let [new, base] = self.merged.runs.map(|runs| format::counted(runs as u64, "file", "files"));
        let text = "Not enough runs: with at least 3 files on each side it can be told how runs differ by chance.";
        let evidence = format!("{new} on the newer side, {base} on the older one");
        few.then(|| Finding::plain(Rule::Samples, Severity::Warning, text.into(), evidence))
    }

    fn on_samples(&self) -> Option<Finding> {
        let percent = self.smallest_change(EXAMPLE_SHARE)?;
        let [new, base] = self.merged.counts()?.map(|count| format::counted(count.unsigned_abs(), "sample", "samples"));
        let text = format!(
            "A function that holds 10 % must change by about {} to be told from chance. Runs of the same program may differ by more than that; several files on each side tell.",
            format::percent(percent)
        );
        Some(note_of(text, format!("{new} now, {base} before")))
    }

    fn on_length(&self) -> Option<Finding> {
        let [new, base] = self.durations.filter(|_| !self.merged.normalised)?;
        (new.max(base) / new.min(base) > OTHER_LENGTH).then(|| {
            let [new, base] = [new, base].map(format::seconds);
            let text = "The recordings are not equally long: compare them normalised to see what changed its share.";
            Finding::plain(Rule::Change, Severity::Warning, text.into(), format!("{new} now, {base} before"))
        })
    }

    /// One to three sentences.
    fn in_words(&self) -> String {
        let [new, base] = self.table.totals;
        match (new, base) {
            (0, 0) => return "Nothing was measured on either side.".into(),
            (_, 0) => return "Nothing was measured on the older side, so everything is new.".into(),
            (0, _) => return "Nothing was measured on the newer side, so everything is gone.".into(),
            _ => {}
        }
        let largest = self.largest();
        let first = if self.merged.normalised { self.share_words(largest) } else { self.total_words(largest) };
        [first, self.chance_words()].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// The function to be named: the one that changed most, of those that changed by more than chance where that can be told.
    fn largest(&self) -> Option<&ChangeRow> {
        let judged = self.is_judged();
        let mut rows = self.table.rows.iter().filter(|row| row.self_change() != 0);
        rows.find(|row| !judged || is_more_than_chance(row) && row.self_judged.verdict == Verdict::MoreThanChance)
    }

    /// `12.4 % less time than before (8.76 s instead of 10 s); most of it in X: −3.10 s.`
    fn total_words(&self, largest: Option<&ChangeRow>) -> String {
        let [new, base] = self.table.totals;
        let subject = match self.merged.unit.as_str() {
            unit if is_time(unit) => "time",
            unit if is_bytes(unit) => "memory",
            _ => self.merged.name.as_str(),
        };
        let percent = (new as f64 / base as f64 - 1.0) * 100.0;
        let (now, before) = (self.show(new), self.show(base));
        let first = match percent {
            // What is rounded to nothing is as before.
            same if same.abs() < 0.05 => format!("As much {subject} as before ({now})"),
            more if more > 0.0 => format!("{} more {subject} than before ({now} instead of {before})", format::percent_fine(more)),
            less => format!("{} less {subject} than before ({now} instead of {before})", format::percent_fine(-less)),
        };
        match largest {
            Some(row) => {
                format!("{first}; {} {}: {}.", self.how_much(row, new, base), self.short_name(row), self.change_words(row))
            }
            None => format!("{first}."),
        }
    }

    /// Whether a function makes up more than half of the whole change, in its direction.
    fn how_much(&self, row: &ChangeRow, new: i64, base: i64) -> &'static str {
        let (whole, part) = (new.saturating_sub(base), row.self_change());
        let is_most = whole.signum() == part.signum() && part.unsigned_abs() > whole.unsigned_abs() / 2;
        if is_most { "most of it in" } else { "the largest change in" }
    }

    fn change_words(&self, row: &ChangeRow) -> String {
        let change = self.show_change(row.self_change());
        match row.kind() {
            Kind::New => format!("{change}, it is new"),
            Kind::Gone => format!("{change}, it is gone"),
            Kind::Both => change,
        }
    }

    /// `Shares of the whole are compared: X holds 15.2 % instead of 10.1 %.`
    fn share_words(&self, largest: Option<&ChangeRow>) -> String {
        let Some(row) = largest else { return "Shares of the whole are compared.".into() };
        let share = |value: i64| format::percent_fine(self.table.percent(value));
        format!(
            "Shares of the whole are compared: {} itself holds {} instead of {}.",
            self.short_name(row),
            share(row.new.self_value),
            share(row.base.self_value)
        )
    }

    fn chance_words(&self) -> String {
        match self.more_than_chance() {
            0 if self.is_judged() => "No function differs by more than chance.".into(),
            0 => String::new(),
            1 => "One function differs by more than chance.".into(),
            count => format!("{} functions differ by more than chance.", format::count(count as u64)),
        }
    }

    fn short_name(&self, row: &ChangeRow) -> String {
        cut_name(self.name(row), NAME)
    }
}

fn is_more_than_chance(row: &ChangeRow) -> bool {
    [row.self_judged, row.total_judged].iter().any(|judged| judged.verdict == Verdict::MoreThanChance)
}

fn note_of(text: String, evidence: String) -> Finding {
    Finding::plain(Rule::Change, Severity::Note, text, evidence)
}

fn show_percent(kind: Kind, percent: Option<f64>, change: i64) -> String {
    match (kind, percent) {
        (Kind::New, _) => "new".into(),
        (Kind::Gone, _) => "gone".into(),
        (Kind::Both, Some(percent)) => format::percent_change(percent),
        // It was seen before, but nothing was in it itself.
        (Kind::Both, None) => {
            if change == 0 {
                String::new()
            } else {
                "new".into()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::{Limits, read};

    fn profile(folded: &str) -> Arc<Profile> {
        let (cancel, progress) = (Cancel::new(), Progress::new());
        read::read(folded.as_bytes(), None, "test.folded", &cancel, &progress, &Limits::default()).expect("valid").into()
    }

    fn compared(new: &str, base: &str, normalised: bool) -> ProfileComparison {
        let options = Options { normalised, ..Options::default() };
        compare_profiles(&Sides::pair(profile(new), profile(base)), options, &Cancel::new(), &Progress::new()).expect("comparable")
    }

    #[test]
    fn says_what_changed_and_whether_it_matters() {
        let (new, base) = ("main;parse 6000\nmain;draw 8001\n", "main;parse 9000\nmain;draw 8000\n");
        let found = compared(new, base, false);
        let text = "17.6 % less samples than before (14,001 instead of 17,000); most of it in parse: −3,000. 2 functions differ by more than chance.";
        assert_eq!(found.summary, text);
        let found = compared(new, base, true);
        assert!(
            found.summary.starts_with("Shares of the whole are compared: draw itself holds 57.1 % instead of 47.1 %."),
            "{}",
            found.summary
        );
        let found = compared("main;parse 905\nmain;draw 800\n", "main;parse 900\nmain;draw 807\n", false);
        assert_eq!(
            found.summary,
            "0.1 % less samples than before (1,705 instead of 1,707). No function differs by more than chance."
        );
        assert_eq!(compared("a 0\n", "b 1\n", false).summary, "Nothing was measured on the newer side, so everything is gone.");
    }

    #[test]
    fn says_how_small_a_change_can_be_told() {
        let found = compared("a 5000\nb 45000\n", "a 5000\nb 45000\n", false);
        let percent = found.smallest_change(0.1).expect("counted");
        assert!((7.0..9.0).contains(&percent), "{percent}");
        let text = "A function that holds 10 % must change by about 8 % to be told from chance.";
        let findings = found.findings();
        assert!(findings.iter().any(|finding| finding.text.starts_with(text)), "{findings:?}");
    }

    #[test]
    fn several_files_are_too_few_at_first() {
        let sides = Sides { new: vec![profile("a 5\n"), profile("a 6\n")], base: vec![profile("a 4\n")] };
        let found = compare_profiles(&sides, Options::default(), &Cancel::new(), &Progress::new()).expect("comparable");
        assert_eq!(found.findings()[0].evidence, "2 files on the newer side, 1 file on the older one");
        assert_eq!(found.table.totals, [6, 4], "the mean of the runs");
    }

    #[test]
    fn changes_are_shown_with_sign_and_unit() {
        let found = compared("main;a 5\nmain;b 1\n", "main;a 9\nc 4\n", false);
        let shown = |name: &str| {
            let row = found.table.rows.iter().find(|row| found.name(row) == name).expect("there");
            [found.show_change(row.self_change()), found.show_self_percent(row), found.show_total_percent(row)]
        };
        assert_eq!(shown("a"), ["−4", "−44 %", "−44 %"]);
        assert_eq!(shown("b"), ["+1", "new", "new"]);
        assert_eq!(shown("c"), ["−4", "gone", "gone"]);
        assert_eq!(shown("main"), ["0", "", "−33 %"]);
    }
}
