//! A profile as the rules see it: what each function does, and how much of the whole was measured in stacks that have such functions.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::super::groups::{GroupId, Groups};
use super::super::model::{FrameId, Profile, StackId};
use super::super::top::Top;
use super::super::units::{self, format_value, is_bytes};
use super::category::{Category, Marks};
use super::finding::{Evidence, Place};
use super::measure::Measure;
use super::names::marks_of_groups;
use super::summary::subject;
use crate::jobs::{Cancel, Cancelled};

/// A stack with one of these waits for something in particular, not for work.
const BUSY_WAITS: Marks = Marks::of(&[Category::Lock, Category::Files, Category::Network, Category::Database]);
/// Kinds of functions that hand what they make to others, and those others.
const CARRIERS: Marks = Marks::of(&[Category::Serialisation, Category::Formatting]);
const CARRIED: Marks =
    Marks::of(&[Category::Compression, Category::Cryptography, Category::Files, Category::Network, Category::Database]);
/// Above this share of waiting the rest is looked at by itself, in percent.
const MOSTLY_IDLE: f64 = 50.0;

/// What the rules look at.
pub struct View<'a> {
    pub profile: &'a Profile,
    pub groups: &'a Groups,
    pub top: &'a Top,
    pub sample_type: usize,
    pub measure: Measure,
    /// What each group does.
    pub names: Vec<Marks>,
    /// Measured at each stack; negative sums, of differences between two profiles, count as nothing.
    pub weight: Vec<i64>,
    /// What the functions of each stack do, all together; [`Category::Waiting`] alone for a stack that waits for work.
    pub stacks: Vec<Marks>,
    /// Measured in stacks of which all is the same set.
    sums: HashMap<Marks, i64>,
    /// Measured in stacks that wait for work.
    pub waiting: i64,
    pub cancel: &'a Cancel,
}

/// Functions with what was measured for them, the largest first.
pub type Ranked = Vec<(GroupId, i64)>;

/// Who is behind what functions of some kind do.
#[derive(Debug, Default)]
pub struct Behind {
    /// The nearest callers that are the program's own.
    pub callers: Ranked,
    /// The outermost functions of the kind.
    pub functions: Ranked,
}

impl<'a> View<'a> {
    /// Looks at every function once and at every stack once.
    pub fn new(
        profile: &'a Profile,
        groups: &'a Groups,
        top: &'a Top,
        sample_type: usize,
        cancel: &'a Cancel,
    ) -> Result<Self, Cancelled> {
        let names = marks_of_groups(profile, groups, cancel)?;
        let measure = Measure::of(profile, sample_type);
        let weight = weights(profile, sample_type);
        let mut stacks = Vec::with_capacity(weight.len());
        let mut sums = HashMap::new();
        for (row, frames) in profile.stacks.iter().enumerate() {
            if row % 4096 == 0 {
                cancel.check()?;
            }
            let marks =
                if weight.get(row).is_some_and(|value| *value > 0) { of_stack(frames, groups, &names) } else { Marks::NONE };
            let sum = sums.entry(marks).or_insert(0_i64);
            *sum = sum.saturating_add(weight.get(row).copied().unwrap_or_default());
            stacks.push(marks);
        }
        let waiting = if measure == Measure::Time { sums.get(&Category::Waiting.into()).copied().unwrap_or(0) } else { 0 };
        Ok(Self { profile, groups, top, sample_type, measure, names, weight, stacks, sums, waiting, cancel })
    }

    /// What a group does.
    pub fn mark(&self, group: GroupId) -> Marks {
        self.names.get(group.0 as usize).copied().unwrap_or_default()
    }

    /// Measured in stacks that have any of these.
    pub fn sum(&self, of: Marks) -> i64 {
        self.sums.iter().filter(|(marks, _)| marks.has_any(of)).fold(0, |sum, (_, value)| sum.saturating_add(*value))
    }

    /// Measured in stacks that have any of both.
    pub fn both(&self, one: Marks, other: Marks) -> i64 {
        let have = self.sums.iter().filter(|(marks, _)| marks.has_any(one) && marks.has_any(other));
        have.fold(0, |sum, (_, value)| sum.saturating_add(*value))
    }

    /// Whether waiting for work is most of it: all else is then told as a share of the rest.
    pub fn is_idle(&self) -> bool {
        self.top.percent(self.waiting) >= MOSTLY_IDLE
    }

    /// What shares relate to: everything, or what is left without waiting where that is most of it.
    pub fn base(&self) -> i64 {
        if self.is_idle() { self.top.total.saturating_sub(self.waiting) } else { self.top.total }
    }

    /// A value as a percentage of [`View::base`].
    pub fn percent(&self, value: i64) -> f64 {
        match self.base() {
            0 => 0.0,
            base => value as f64 / base as f64 * 100.0,
        }
    }

    /// `43.2 %`; `about 43 %` where stacks are only estimated.
    pub fn share(&self, value: i64) -> String {
        let percent = self.percent(value);
        if self.profile.graph.is_some() { format!("about {percent:.0} %") } else { units::percent(percent) }
    }

    /// What a share is of: `the time`.
    pub fn whole(&self) -> String {
        let subject = match self.measure {
            Measure::Allocated if !is_bytes(self.unit()) => "all allocations".to_owned(),
            Measure::Held if !is_bytes(self.unit()) => "all objects".to_owned(),
            _ => subject(self.profile, self.sample_type),
        };
        match self.is_idle() {
            true if subject.starts_with("all") => format!("{subject} that are not waiting"),
            true => format!("{subject} that is not waiting"),
            false => subject,
        }
    }

    /// A value with its unit.
    pub fn show(&self, value: i64) -> String {
        format_value(value, self.unit()).replacen(".00 ", " ", 1)
    }

    /// Unit of the values.
    fn unit(&self) -> &str {
        self.profile.sample_type(self.sample_type).1
    }

    /// Functions to be clicked.
    pub fn evidence(&self, ranked: &[(GroupId, i64)], most: usize) -> Vec<Evidence> {
        let place =
            |&(group, value): &(GroupId, i64)| Evidence { place: Place::Function(group), value, percent: self.top.percent(value) };
        ranked.iter().take(most).map(place).collect()
    }

    /// The groups of a stack, outermost first.
    pub fn groups_of(&self, frames: &'a [FrameId]) -> impl DoubleEndedIterator<Item = GroupId> + ExactSizeIterator + Clone + 'a {
        let groups = self.groups;
        frames.iter().map(move |&frame| groups.of_frame(frame))
    }

    /// Stacks with anything measured, and how much.
    pub fn measured(&self) -> impl Iterator<Item = (StackId, &'a [FrameId], i64)> + '_ {
        let rows = self.weight.iter().enumerate().filter(|(_, value)| **value > 0);
        rows.map(|(row, value)| (StackId(row as u32), self.profile.stacks.get(StackId(row as u32)), *value))
    }

    /// Measured stacks that do not wait for work.
    pub fn busy(&self) -> impl Iterator<Item = (&'a [FrameId], i64)> + '_ {
        let waits = |stack: StackId| self.stacks.get(stack.0 as usize) == Some(&Category::Waiting.into());
        let is_busy = move |stack| self.measure != Measure::Time || !waits(stack);
        self.measured().filter(move |(stack, _, _)| is_busy(*stack)).map(|(_, frames, value)| (frames, value))
    }

    /// Measured in each function itself, without waiting for work.
    pub fn own_values(&self) -> Ranked {
        if self.profile.graph.is_some() {
            return self.top.rows.iter().map(|row| (row.group, row.self_value)).collect();
        }
        let mut sums = Sums::new(self.groups.len());
        self.busy().for_each(|(frames, value)| sums.add(self.groups_of(frames).next_back(), value));
        sums.ranked()
    }

    /// Who is behind functions of these kinds.
    ///
    /// # Errors
    /// When cancelled.
    pub fn behind(&self, kinds: Marks) -> Result<Behind, Cancelled> {
        let (mut callers, mut functions) = (Sums::new(self.groups.len()), Sums::new(self.groups.len()));
        for (n, (stack, frames, value)) in self.measured().enumerate() {
            if n % 4096 == 0 {
                self.cancel.check()?;
            }
            if !self.stacks.get(stack.0 as usize).is_some_and(|marks| marks.has_any(kinds)) {
                continue;
            }
            let Some(at) = self.groups_of(frames).position(|group| self.mark(group).has_any(kinds)) else { continue };
            let (above, from) = frames.split_at(at);
            functions.add(self.groups_of(from).next(), value);
            callers.add(self.own(above), value);
        }
        Ok(Behind { callers: callers.ranked(), functions: functions.ranked() })
    }

    /// For each function of the program's own: what was measured while it was the innermost such function.
    ///
    /// # Errors
    /// When cancelled.
    pub fn innermost(&self, weight: &[i64]) -> Result<Ranked, Cancelled> {
        let mut sums = Sums::new(self.groups.len());
        for (row, frames) in self.profile.stacks.iter().enumerate() {
            if row % 4096 == 0 {
                self.cancel.check()?;
            }
            if let Some(value) = weight.get(row).filter(|value| **value > 0) {
                sums.add(self.own(frames).or_else(|| self.groups_of(frames).next_back()), *value);
            }
        }
        Ok(sums.ranked())
    }

    /// The innermost function of the program's own; else the innermost that does nothing in particular.
    fn own(&self, frames: &'a [FrameId]) -> Option<GroupId> {
        let own = self.groups_of(frames).rev().find(|group| self.mark(*group).is_none());
        let any = || {
            let is_plain = |group: &GroupId| self.mark(*group) == Category::Library.into();
            self.groups_of(frames).rev().find(is_plain)
        };
        let entry = || self.groups_of(frames).rev().find(|group| self.mark(*group).has(Category::Entry));
        own.or_else(any).or_else(entry)
    }
}

/// What all functions of a stack do.
fn of_stack(frames: &[FrameId], groups: &Groups, names: &[Marks]) -> Marks {
    let marks = frames.iter().filter_map(|frame| names.get(groups.of_frame(*frame).0 as usize));
    let marks = marks.fold(Marks::NONE, |all, marks| all.and(*marks));
    if marks.has(Category::Idle) || marks.has(Category::Waiting) && !marks.has_any(BUSY_WAITS) {
        return Category::Waiting.into();
    }
    if marks.has_any(CARRIED) { inner(frames, groups, names) } else { marks }
}

/// What the functions of a stack do, without the kinds that only carry others: JSON that is written into a compressor is not made slow
/// by being JSON.
fn inner(frames: &[FrameId], groups: &Groups, names: &[Marks]) -> Marks {
    let marks = frames.iter().filter_map(|frame| names.get(groups.of_frame(*frame).0 as usize));
    marks.fold(Marks::NONE, |all, marks| {
        let kept = if marks.has_any(CARRIED) { all.without(CARRIERS) } else { all };
        kept.and(*marks)
    })
}

/// Measured at each stack.
pub fn weights(profile: &Profile, sample_type: usize) -> Vec<i64> {
    let mut weight = vec![0_i64; profile.stacks.len()];
    for (stack, value) in profile.samples.iter(sample_type) {
        if let Some(sum) = weight.get_mut(stack.0 as usize) {
            *sum = sum.saturating_add(value);
        }
    }
    weight.iter_mut().for_each(|value| *value = (*value).max(0));
    weight
}

/// A sum for each group.
pub struct Sums(Vec<i64>);

impl Sums {
    pub fn new(groups: usize) -> Self {
        Self(vec![0; groups])
    }

    pub fn add(&mut self, group: Option<GroupId>, value: i64) {
        if let Some(sum) = group.and_then(|group| self.0.get_mut(group.0 as usize)) {
            *sum = sum.saturating_add(value);
        }
    }

    pub fn ranked(self) -> Ranked {
        let sums = self.0.into_iter().zip(0..).filter(|(value, _)| *value > 0);
        let mut ranked: Ranked = sums.map(|(value, row)| (GroupId(row), value)).collect();
        ranked.sort_unstable_by_key(|(group, value)| (Reverse(*value), *group));
        ranked
    }
}
