//! Both sides in one profile.

use std::sync::Arc;

use super::super::graph::CallGraph;
use super::super::groups::{Grouping, Groups};
use super::super::model::{FunctionId, Profile, SampleType, Samples, ThreadId};
use super::super::top::Top;
use super::counts::Counting;
use super::tables::{Placed, Tables};
use super::types::{Chosen, choose};
use super::{CompareError, Options, Sides};
use crate::jobs::{Cancel, Progress};

/// Values of fewer steps than this for each sample are not scaled one by one: rounding would change what they add up to.
const COARSE: f64 = 1000.0;

/// What a column of values of [`Merged::profile`] holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// The newer side, all its files added up.
    New,
    /// The older side, all its files added up.
    Base,
    /// Samples behind the newer side's values.
    NewCount,
    /// Samples behind the older side's values.
    BaseCount,
    /// One file, counted from 0: the newer ones, then the older ones.
    Run(usize),
}

/// Both sides in one profile, so that groups, parts and trees are made of both at once.
#[derive(Clone, Debug)]
pub struct Merged {
    /// Functions, frames and stacks of both sides; the sample types are the sides, see [`Merged::column`]. A part of it (one thread, only
    /// some functions) is compared by putting it here: [`Merged::with_profile`].
    pub profile: Arc<Profile>,
    /// What is compared: the newer side's name of it.
    pub name: String,
    /// Unit of all values.
    pub unit: String,
    /// Whether shares of the whole are compared.
    pub normalised: bool,
    /// How many files the newer and the older side have.
    pub runs: [usize; 2],
    /// What to know about the comparison, in sentences.
    pub notes: Vec<String>,
    /// What sums of each side are multiplied with to be values of one run, normalised if asked for.
    factors: [f64; 2],
    /// The same for each file by itself.
    run_factors: Vec<f64>,
    /// Samples of each whole side; `None` where they are not told.
    counts: Option<[i64; 2]>,
    /// Value of one sample of each side, normalised if asked for.
    per_sample: [f64; 2],
    has_run_columns: bool,
}

/// What becomes of one side's values.
struct Scale {
    /// For each sample, rounded: the conversion of units is part of it.
    per_sample: Vec<f64>,
    factors: [f64; 2],
    run_factors: Vec<f64>,
}

impl Merged {
    /// Puts both sides together.
    ///
    /// # Errors
    /// When the sides measure different things, when one has no profile, when they are too large together, and when cancelled.
    pub fn new(sides: &Sides, options: Options, cancel: &Cancel, progress: &Progress) -> Result<Self, CompareError> {
        progress.phase("Matching functions", 0);
        let chosen = choose(sides, options)?;
        let formats_differ = sides.all().any(|profile| Some(&profile.format) != sides.new.first().map(|first| &first.format));
        let mut tables = Tables::new(formats_differ);
        let placed = sides.all().map(|profile| tables.add(profile, cancel)).collect::<Result<Vec<_>, _>>()?;
        let mut notes = chosen.notes.clone();
        notes.extend(spelling_note(tables.looser));
        let scale = Scale::of(sides, &chosen, options.normalised);
        let counting = counting(sides, &chosen);
        let types = sample_types(&mut tables, &chosen, sides, counting.is_some()).ok_or(CompareError::TooLarge)?;
        let (graph, function_count) = (has_graph(sides), tables.function_count());
        let mut profile = tables.finish()?;
        let filling = Filling { sides, chosen: &chosen, placed: &placed, scale: &scale, counting: counting.as_deref() };
        (profile.samples, profile.sample_types) = (filling.samples(types.len(), cancel)?, types);
        profile.graph = graph.then(|| filling.graph(function_count, profile.sample_types.len()));
        profile.format = "comparison".into();
        let runs = [sides.new.len(), sides.base.len()];
        let mut merged = Self {
            profile: profile.into(),
            name: chosen.name,
            unit: chosen.unit,
            normalised: options.normalised,
            runs,
            notes,
            factors: scale.factors,
            run_factors: scale.run_factors,
            counts: None,
            per_sample: [0.0; 2],
            has_run_columns: runs != [1, 1],
        };
        merged.count(counting.is_some());
        Ok(merged)
    }

    /// The same comparison of a part of the profile. Scales stay those of the whole.
    #[must_use]
    pub fn with_profile(&self, profile: Arc<Profile>) -> Self {
        Self { profile, ..self.clone() }
    }

    /// Row of the sample types that holds a column; `None` when there is none.
    pub fn column(&self, column: Column) -> Option<usize> {
        let counted = self.counts.is_some();
        let first_run = if counted { 4 } else { 2 };
        match column {
            Column::New => Some(0),
            Column::Base => Some(1),
            Column::NewCount => counted.then_some(2),
            Column::BaseCount => counted.then_some(3),
            Column::Run(run) => (self.has_run_columns && run < self.run_factors.len()).then_some(first_run + run),
        }
    }

    /// What sums of the newer and of the older side's column are multiplied with to be shown: with several files the mean of one run.
    pub fn factors(&self) -> [f64; 2] {
        self.factors
    }

    /// What sums of a file's column are multiplied with to be compared with those of other files.
    pub fn run_factor(&self, run: usize) -> f64 {
        self.run_factors.get(run).copied().unwrap_or(1.0)
    }

    /// Samples behind the whole of each side; `None` where the files do not tell it.
    pub fn counts(&self) -> Option<[i64; 2]> {
        self.counts
    }

    /// What one sample of each side stands for, as it is shown.
    pub fn per_sample(&self) -> [f64; 2] {
        self.per_sample
    }

    /// Sums of both sides as they are shown, each sample without its sign: what percentages relate to.
    pub fn totals(&self) -> [i64; 2] {
        let [new, base] = self.factors;
        [scaled(self.profile.total(0), new), scaled(self.profile.total(1), base)]
    }

    fn count(&mut self, counted: bool) {
        let counts = [self.profile.total(2), self.profile.total(3)];
        self.counts = (counted && counts.iter().all(|&count| count > 0)).then_some(counts);
        let totals = [self.profile.total(0), self.profile.total(1)];
        for side in 0..2 {
            if let (Some(per), Some(&total), Some(&count), Some(factor)) =
                (self.per_sample.get_mut(side), totals.get(side), counts.get(side), self.factors.get(side))
            {
                *per = if count > 0 { total as f64 * factor / count as f64 } else { 0.0 };
            }
        }
    }
}

impl Scale {
    fn of(sides: &Sides, chosen: &Chosen, normalised: bool) -> Self {
        let (new_runs, base_runs) = (sides.new.len(), sides.base.len());
        let units: Vec<f64> = chosen.types.iter().map(|(_, factor)| *factor).collect();
        let sums: Vec<f64> = sides.all().zip(&chosen.types).map(|(profile, &(row, factor))| sum(profile, row) * factor).collect();
        let side = |range: std::ops::Range<usize>| sums.get(range).unwrap_or_default().iter().sum::<f64>();
        let (new_sum, base_sum) = (side(0..new_runs), side(new_runs..sums.len()));
        // As pprof has it: the newer side becomes as large as the older one, and nothing where it is nothing.
        let ratio = |of: f64, to: f64| if of == 0.0 { 0.0 } else { to / of };
        let mut scale = Self {
            per_sample: units,
            factors: [1.0 / new_runs as f64, 1.0 / base_runs as f64],
            run_factors: vec![1.0; sums.len()],
        };
        if !normalised {
            return scale;
        }
        let mean = base_sum / base_runs as f64;
        scale.run_factors = sums.iter().map(|&sum| ratio(sum, mean)).collect();
        let whole = ratio(new_sum, base_sum);
        match (sides.new.as_slice(), scale.per_sample.first_mut()) {
            ([only], Some(unit)) if base_runs == 1 && is_fine(only, new_sum, whole) => *unit *= whole,
            _ => scale.factors = [ratio(new_sum, mean), 1.0 / base_runs as f64],
        }
        scale
    }
}

/// Whether values are so large that rounding each changes nothing.
fn is_fine(profile: &Profile, sum: f64, ratio: f64) -> bool {
    sum.abs() * ratio.abs().min(1.0) >= COARSE * profile.samples.len() as f64 && profile.graph.is_none()
}

fn sum(profile: &Profile, sample_type: usize) -> f64 {
    profile.samples.column(sample_type).iter().map(|&value| i128::from(value)).sum::<i128>() as f64
}

/// A value times a factor, rounded half away from zero as pprof does; cut to what an `i64` holds.
pub(super) fn scaled(value: i64, factor: f64) -> i64 {
    // As a float it would lose its last digits.
    if factor == 1.0 { value } else { (value as f64 * factor).round() as i64 }
}

/// How each file's samples are counted; `None` unless all tell it.
fn counting(sides: &Sides, chosen: &Chosen) -> Option<Vec<Counting>> {
    sides.all().zip(&chosen.types).map(|(profile, &(row, _))| Counting::of(profile, row)).collect()
}

fn has_graph(sides: &Sides) -> bool {
    sides.all().any(|profile| profile.graph.is_some())
}

fn spelling_note(looser: usize) -> Option<String> {
    let text = match looser {
        0 => return None,
        1 => "One function was matched though its name is spelled differently (hashes, copies made by the compiler, addresses)."
            .into(),
        n => format!(
            "{n} functions were matched though their names are spelled differently (hashes, copies made by the compiler, addresses)."
        ),
    };
    Some(text)
}

fn sample_types(tables: &mut Tables, chosen: &Chosen, sides: &Sides, counted: bool) -> Option<Vec<SampleType>> {
    let mut text = |text: &str| tables.interner.intern(text);
    let (unit, count) = (text(&chosen.unit)?, text("count")?);
    // Named as in the files, so that what is said of the newer side is said of what was measured.
    let base = format!("{} before", chosen.name);
    let mut types = vec![SampleType { name: text(&chosen.name)?, unit }, SampleType { name: text(&base)?, unit }];
    if counted {
        types.extend([
            SampleType { name: text("samples")?, unit: count },
            SampleType { name: text("samples before")?, unit: count },
        ]);
    }
    if [sides.new.len(), sides.base.len()] != [1, 1] {
        let news = (1..=sides.new.len()).map(|run| format!("new {run}"));
        for name in news.chain((1..=sides.base.len()).map(|run| format!("base {run}"))) {
            types.push(SampleType { name: text(&name)?, unit });
        }
    }
    Some(types)
}

/// What the columns of values are filled from.
struct Filling<'a> {
    sides: &'a Sides,
    chosen: &'a Chosen,
    placed: &'a [Placed],
    scale: &'a Scale,
    counting: Option<&'a [Counting]>,
}

impl Filling<'_> {
    /// The columns that a file's values go to: its side's, and its own where there is one.
    fn columns(&self, run: usize) -> (usize, Option<usize>) {
        let is_pair = self.placed.len() == 2;
        let first_run = if self.counting.is_some() { 4 } else { 2 };
        (usize::from(run >= self.sides.new.len()), (!is_pair).then_some(first_run + run))
    }

    fn samples(&self, columns: usize, cancel: &Cancel) -> Result<Samples, CompareError> {
        let rows: usize = self.sides.all().map(|profile| profile.samples.len()).sum();
        let has_threads = self.sides.all().any(|profile| !profile.samples.thread.is_empty());
        let mut samples = Samples { values: vec![Vec::new(); columns], ..Samples::default() };
        samples.stack.reserve(rows);
        for (run, (profile, placed)) in self.sides.all().zip(self.placed).enumerate() {
            cancel.check()?;
            self.add(run, profile, placed, has_threads, &mut samples);
        }
        Ok(samples)
    }

    fn add(&self, run: usize, profile: &Profile, placed: &Placed, has_threads: bool, samples: &mut Samples) {
        let row_type = self.chosen.types.get(run).map_or(0, |(row, _)| *row);
        let factor = self.scale.per_sample.get(run).copied().unwrap_or(1.0);
        let (side, own) = self.columns(run);
        let counting = self.counting.and_then(|counting| counting.get(run).copied());
        for (row, (stack, value)) in profile.samples.iter(row_type).enumerate() {
            let count = counting.map_or(0, |counting| counting.count(profile, row_type, row));
            if value == 0 && count == 0 {
                continue;
            }
            samples.stack.push(placed.stack(stack));
            if has_threads {
                samples.thread.push(placed.thread(profile.samples.thread.get(row).copied().unwrap_or(ThreadId::NONE)));
            }
            let value = scaled(value, factor);
            for (at, column) in samples.values.iter_mut().enumerate() {
                let is_count = counting.is_some() && at == side + 2;
                let is_value = at == side || Some(at) == own;
                column.push(if is_count {
                    count
                } else if is_value {
                    value
                } else {
                    0
                });
            }
        }
    }

    /// Exact figures of both sides by function. Those of a side that has stacks instead are added up from them.
    fn graph(&self, functions: usize, columns: usize) -> CallGraph {
        let mut graph =
            CallGraph { own: vec![vec![0; functions]; columns], total: vec![vec![0; functions]; columns], ..CallGraph::default() };
        for (run, (profile, placed)) in self.sides.all().zip(self.placed).enumerate() {
            let (row_type, factor) =
                (self.chosen.types.get(run).map_or(0, |(row, _)| *row), self.scale.per_sample.get(run).copied());
            let groups = Groups::new(profile, Grouping::NameAndFile);
            for row in Top::new(profile, &groups, row_type).rows {
                let Some(&FunctionId(at)) = placed.functions.get(row.function.0 as usize) else { continue };
                let (side, own) = self.columns(run);
                for column in std::iter::once(side).chain(own) {
                    let figures = [(&mut graph.own, row.self_value), (&mut graph.total, row.total_value)];
                    for (table, value) in figures {
                        if let Some(sum) = table.get_mut(column).and_then(|column| column.get_mut(at as usize)) {
                            *sum = sum.saturating_add(scaled(value, factor.unwrap_or(1.0)));
                        }
                    }
                }
            }
        }
        graph
    }
}
