//! What a profile shows under one sample type: the figures of the window's Profiles tab and of the command line.

use std::sync::Arc;

use crate::jobs::{Cancel, JobError, Progress};
use crate::profile::units::{self, format_value};
use crate::profile::{GroupId, Grouping, Groups, Profile, Top, Tree, words};
use crate::report::format;

use super::cut_name;

/// Fewer samples than this say little.
const FEW_SAMPLES: i64 = 100;
/// Letters of a name in a sentence.
const NAME: usize = 60;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// All well.
    Good,
    /// To be known.
    Note,
    /// Needs a look.
    Warning,
}

impl Severity {
    /// Its name in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Note => "note",
            Self::Warning => "warning",
        }
    }
}

/// Something true of a profile, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// A sentence.
    pub text: String,
    /// The figures it stands on; empty when they are in the sentence.
    pub evidence: String,
}

/// One sample type of a profile, added up.
#[derive(Debug)]
pub struct ProfileView {
    /// The tables.
    pub profile: Arc<Profile>,
    /// Which functions count as one.
    pub groups: Arc<Groups>,
    /// Row of the profile's sample types.
    pub sample_type: usize,
    /// Functions by what was measured in them.
    pub top: Top,
    /// Who calls whom; empty when it was not asked for.
    pub tree: Option<Tree>,
    /// What it shows, in a sentence or two.
    pub summary: String,
}

impl ProfileView {
    /// Adds up one sample type; the profile's own choice when none is given.
    ///
    /// # Errors
    /// When cancelled.
    pub fn new(
        profile: Arc<Profile>,
        sample_type: Option<usize>,
        with_tree: bool,
        cancel: &Cancel,
        progress: &Progress,
    ) -> Result<Self, JobError> {
        let groups = Groups::new(&profile, Grouping::Name);
        let sample_type = sample_type.unwrap_or(profile.default_sample_type);
        Self::of(profile, groups.into(), sample_type, with_tree, cancel, progress)
    }

    /// The same profile under another sample type.
    ///
    /// # Errors
    /// When cancelled.
    pub fn with_sample_type(&self, sample_type: usize, cancel: &Cancel, progress: &Progress) -> Result<Self, JobError> {
        let (profile, groups) = (Arc::clone(&self.profile), Arc::clone(&self.groups));
        Self::of(profile, groups, sample_type, self.tree.is_some(), cancel, progress)
    }

    fn of(
        profile: Arc<Profile>,
        groups: Arc<Groups>,
        sample_type: usize,
        with_tree: bool,
        cancel: &Cancel,
        progress: &Progress,
    ) -> Result<Self, JobError> {
        progress.phase("Adding up", 0);
        let top = Top::new(&profile, &groups, sample_type);
        cancel.check()?;
        let tree = if with_tree { Some(Tree::new(&profile, &groups, sample_type, cancel)?) } else { None };
        let summary = words::summary(&profile, &groups, &top, sample_type);
        let mut view = Self { profile, groups, sample_type, top, tree, summary };
        view.shorten_summary();
        Ok(view)
    }

    /// Generated names can be longer than all the rest of the sentence.
    fn shorten_summary(&mut self) {
        let names = self
            .top
            .rows
            .iter()
            .map(|row| self.name(row.group))
            .filter(|name| name.chars().count() > NAME && self.summary.contains(*name));
        let longest = names.max_by_key(|name| name.len()).map(|name| (name.to_owned(), cut_name(name, NAME)));
        if let Some((name, short)) = longest {
            self.summary = self.summary.replace(&name, &short);
            self.shorten_summary();
        }
    }

    /// Unit of the values.
    pub fn unit(&self) -> &str {
        self.profile.sample_type(self.sample_type).1
    }

    /// A value with its unit: `217.07 s`.
    pub fn show(&self, value: i64) -> String {
        let text = format_value(value, self.unit());
        // Whole numbers need no zeros behind the point.
        text.replacen(".00 ", " ", 1)
    }

    /// A value's share of everything: `90.3 %`.
    pub fn share(&self, value: i64) -> String {
        units::percent(self.top.percent(value))
    }

    /// Name of a function.
    pub fn name(&self, group: GroupId) -> &str {
        match self.groups.name(&self.profile, group) {
            "" => "(no name)",
            name => name,
        }
    }

    /// Where a function is: file and line; empty when not told.
    pub fn place(&self, group: GroupId) -> String {
        match (self.file(group), self.line(group)) {
            (file, Some(line)) if !file.is_empty() => format!("{file}:{line}"),
            (file, _) => file.to_owned(),
        }
    }

    /// Source file of a function; empty when not told.
    pub fn file(&self, group: GroupId) -> &str {
        self.profile.function_file(self.groups.function(group))
    }

    /// Line of a function's beginning, when told.
    pub fn line(&self, group: GroupId) -> Option<u32> {
        let line = self.profile.functions.start_line.get(self.groups.function(group).0 as usize).copied();
        line.filter(|&line| line > 0)
    }

    /// How many samples were taken, or, where the file does not count them, how many records it holds.
    pub fn samples(&self) -> u64 {
        let records = self.profile.samples.len() as u64;
        self.profile.sample_count().map_or(records, |count| u64::try_from(count).unwrap_or(0))
    }

    /// How long was measured, in seconds, when the file says so.
    pub fn duration_seconds(&self) -> Option<f64> {
        self.profile.duration_ns.filter(|&ns| ns > 0).map(|ns| ns as f64 / 1e9)
    }

    /// Name and sum of each thread; without those that nothing was measured on.
    pub fn threads(&self) -> Vec<(String, i64)> {
        let totals = self.profile.thread_totals(self.sample_type);
        let named = self.profile.threads.iter().zip(totals).filter(|(_, total)| *total != 0);
        named.map(|(thread, total)| (self.profile.strings.get(thread.name).to_owned(), total)).collect()
    }

    /// What can be said of it beside the summary.
    pub fn findings(&self) -> Vec<Finding> {
        let finding = |severity, text: String, evidence: String| Finding { severity, text, evidence };
        let mut findings = Vec::new();
        findings.extend(self.one_thread());
        match self.profile.sample_count() {
            Some(count) if count < FEW_SAMPLES => {
                let text = "Few samples: record for longer before you trust small differences.".to_owned();
                findings.push(finding(Severity::Warning, text, format::counted(self.samples(), "sample", "samples")));
            }
            Some(count) => {
                // Twice the standard error of a share of a half, the largest there is: 2 × √(¼ ÷ n).
                let points = 100.0 / (count as f64).sqrt();
                let points = format::grouped(points.max(0.1), usize::from(points < 0.95));
                let text =
                    format!("{} samples: shares are exact to about ±{points} percentage points.", format::count(self.samples()));
                findings.push(finding(Severity::Good, text, String::new()));
            }
            None => {}
        }
        findings
    }

    /// Whether nearly all of it is on one of several threads.
    fn one_thread(&self) -> Option<Finding> {
        let threads = self.threads();
        let (name, most) = threads.iter().max_by_key(|(_, total)| *total)?;
        let share = self.top.percent(*most);
        (threads.len() > 1 && share >= 90.0).then(|| Finding {
            severity: Severity::Note,
            text: format!("One thread does nearly all the work: {}.", if name.is_empty() { "it has no name" } else { name }),
            evidence: format!(
                "{} of {} on {}",
                self.show(*most),
                self.show(self.top.total),
                format::counted(threads.len() as u64, "thread", "threads")
            ),
        })
    }
}
