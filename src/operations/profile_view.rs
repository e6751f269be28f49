//! What a profile shows under one sample type: the figures of the window's Profiles tab and of the command line.

use std::sync::Arc;

use crate::jobs::{Cancel, Cancelled, JobError, Progress};
use crate::profile::units::{self, format_value};
use crate::profile::{Filters, GroupId, Grouping, Groups, Profile, Shape, Top, Tree, words};

use super::cut_name;
use super::profile_findings::{self, Finding};

/// Letters of a name in a sentence.
const NAME: usize = 60;

/// What a view is made of.
struct Tables {
    whole: Arc<Profile>,
    profile: Arc<Profile>,
    groups: Arc<Groups>,
}

/// What is asked of a profile. The default is everything, function by function, under the profile's own choice of sample type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Row of the profile's sample types; the profile's own choice when `None`.
    pub sample_type: Option<usize>,
    /// What part of it is looked at.
    pub filters: Filters,
    /// What counts as one row and one box.
    pub grouping: Grouping,
}

impl Asked {
    /// The same with other filters.
    #[must_use]
    pub fn with(&self, change: impl FnOnce(&mut Filters)) -> Self {
        let mut asked = self.clone();
        change(&mut asked.filters);
        asked
    }
}

/// One sample type of a profile, or of the part that is looked at, added up.
#[derive(Debug)]
pub struct ProfileView {
    /// The tables of what is looked at; the same as `whole` when that is everything.
    pub profile: Arc<Profile>,
    /// The tables of everything.
    pub whole: Arc<Profile>,
    /// What was asked.
    pub asked: Asked,
    /// Which functions count as one.
    pub groups: Arc<Groups>,
    /// Row of the profile's sample types.
    pub sample_type: usize,
    /// Functions by what was measured in them. Its total, and so all percentages, are of the whole.
    pub top: Top,
    /// Sum of what is looked at, signless as the total of the whole, which is `top.total`.
    pub in_sight: i64,
    /// Who calls whom; empty when it was not asked for.
    pub tree: Option<Tree>,
    /// What it shows, in a sentence or two.
    pub summary: String,
    findings: Vec<Finding>,
}

impl ProfileView {
    /// Adds up one sample type of everything; the profile's own choice when none is given.
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
        Self::of_asked(profile, Asked { sample_type, ..Asked::default() }, with_tree, cancel, progress)
    }

    /// Adds up what is asked of a profile. Nothing is copied where everything is looked at.
    ///
    /// # Errors
    /// When cancelled.
    pub fn of_asked(
        whole: Arc<Profile>,
        asked: Asked,
        with_tree: bool,
        cancel: &Cancel,
        progress: &Progress,
    ) -> Result<Self, JobError> {
        progress.phase("Filtering", 0);
        let profile = asked.filters.apply_shared(&whole, cancel)?;
        let groups = Arc::new(Groups::new(&profile, asked.grouping));
        Self::added_up(Tables { whole, profile, groups }, asked, with_tree, cancel, progress)
    }

    /// Asks something else of the same whole; what that does not change is kept.
    ///
    /// # Errors
    /// When cancelled.
    pub fn ask(&self, asked: Asked, cancel: &Cancel, progress: &Progress) -> Result<Self, JobError> {
        let whole = Arc::clone(&self.whole);
        let same_part = asked.filters == self.asked.filters;
        progress.phase("Filtering", 0);
        let profile = if same_part { Arc::clone(&self.profile) } else { asked.filters.apply_shared(&whole, cancel)? };
        // Groups are of the tables that all parts share, and of whether there are exact figures.
        let same_groups = asked.grouping == self.asked.grouping && profile.graph.is_some() == self.profile.graph.is_some();
        let groups = if same_groups { Arc::clone(&self.groups) } else { Groups::new(&profile, asked.grouping).into() };
        Self::added_up(Tables { whole, profile, groups }, asked, self.tree.is_some(), cancel, progress)
    }

    /// The same part of the profile under another sample type.
    ///
    /// # Errors
    /// When cancelled.
    pub fn with_sample_type(&self, sample_type: usize, cancel: &Cancel, progress: &Progress) -> Result<Self, JobError> {
        self.ask(Asked { sample_type: Some(sample_type), ..self.asked.clone() }, cancel, progress)
    }

    fn added_up(tables: Tables, asked: Asked, with_tree: bool, cancel: &Cancel, progress: &Progress) -> Result<Self, JobError> {
        progress.phase("Adding up", 0);
        let Tables { whole, profile, groups } = tables;
        let sample_type = asked.sample_type.unwrap_or(whole.default_sample_type);
        let mut top = Top::new(&profile, &groups, sample_type);
        let in_sight = top.total;
        if !Arc::ptr_eq(&whole, &profile) {
            top.total = whole.total(sample_type);
        }
        cancel.check()?;
        let tree = if with_tree { Some(Tree::new(&profile, &groups, sample_type, cancel)?) } else { None };
        let summary = words::summary(&profile, &groups, &top, sample_type);
        let findings = profile_findings::of(&profile, &groups, &top, sample_type, cancel)?;
        let mut view = Self { profile, whole, asked, groups, sample_type, top, in_sight, tree, summary, findings };
        if view.nothing_in_sight() {
            view.summary =
                "Nothing is in sight: no sample is left by what was asked for. Ask for less, or for something else.".into();
        }
        view.shorten_summary();
        Ok(view)
    }

    /// The tree of what is looked at in another shape: inverted, or around a function.
    ///
    /// # Errors
    /// When cancelled.
    pub fn shape(&self, shape: Shape, cancel: &Cancel) -> Result<Tree, Cancelled> {
        Tree::of_shape(&self.profile, &self.groups, self.sample_type, shape, cancel)
    }

    /// How much of the whole is looked at: `8.1 s of 240 s, 3.4 %`; `None` when it is everything.
    pub fn in_sight_words(&self) -> Option<String> {
        let told = || format!("{} of {}, {}", self.show(self.in_sight), self.show(self.top.total), self.share(self.in_sight));
        (!self.asked.filters.is_everything()).then(told)
    }

    /// Whether something was measured, but filters leave nothing of it.
    pub fn nothing_in_sight(&self) -> bool {
        self.profile.samples.is_empty() && !self.whole.samples.is_empty()
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

    /// Source file of a function; empty when not told, and for what is of several files.
    pub fn file(&self, group: GroupId) -> &str {
        self.groups.file(&self.profile, group)
    }

    /// Line of a function's beginning, or of what is a line itself, when told.
    pub fn line(&self, group: GroupId) -> Option<u32> {
        self.groups.line(&self.profile, group)
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

    /// What can be said of it beside the summary, the most serious first.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }
}
