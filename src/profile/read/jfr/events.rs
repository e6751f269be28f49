//! Turns events into samples, values over time and marks.

use std::collections::HashMap;

use super::chunk::{Clock, Event};
use super::input::Text;
use super::kinds::{COUNTERS, KINDS, Measure, counter_unit};
use super::layout::Value;
use super::marks;
use super::meta::Unit;
use super::names::Names;
use super::plan::{self, Plan, Plans, Use, role};
use crate::profile::build::{At, Builder};
use crate::profile::error::ProfileError;
use crate::profile::model::ThreadId;
use crate::profile::read::wire::Problem;
use crate::profile::timeline::Marker;

/// Columns of a kind of samples.
const MAX_COLUMNS: usize = 2;

/// What the recording's settings say of a chunk.
#[derive(Debug, Default)]
pub(super) struct Settings {
    /// Nanoseconds between two samples, by the name of the event.
    pub(super) periods: HashMap<String, i64>,
    /// What async-profiler sampled by: `cpu`, `wall`, `cycles`.
    pub(super) engine_event: Option<String>,
}

/// What goes on from chunk to chunk.
#[derive(Default)]
pub(super) struct Recording {
    /// The column of values of each column of each kind.
    columns: HashMap<(usize, usize), usize>,
    /// The row of each counter of each thread.
    counters: HashMap<(usize, ThreadId), usize>,
    values: Vec<i64>,
    text: String,
    /// Samples whose stacks the recorder cut off, and how deep it went.
    cut: u64,
    depth: usize,
}

/// What most events tell.
#[derive(Clone, Copy, Default)]
struct Fields {
    start: u64,
    duration: u64,
    thread: u64,
    stack: u64,
}

/// The other fields of an event that are of interest, as the plan lists them.
type Told<'a> = [Value<'a>; 24];

impl Recording {
    /// Makes the columns for the kinds of samples that a chunk holds.
    pub(super) fn columns(&mut self, plans: &Plans, settings: &Settings, builder: &mut Builder<'_>) -> Result<(), ProfileError> {
        for (kind, about) in KINDS.iter().enumerate().filter(|&(kind, _)| plans.has_kind(kind)) {
            for (nth, column) in about.columns.iter().enumerate() {
                let known = self.columns.contains_key(&(kind, nth));
                let is_told = match column.measure {
                    Measure::Count => true,
                    Measure::Field(_) => plans.has_field(kind, nth),
                    Measure::Period => period(kind, settings).is_some(),
                };
                if known || !is_told {
                    continue;
                }
                let by_wall = column.name == "cpu" && settings.engine_event.as_deref() == Some("wall");
                let row = builder.sample_type(if by_wall { "wall" } else { column.name }, column.unit)?;
                self.columns.insert((kind, nth), row);
            }
        }
        Ok(())
    }

    /// The rows of the columns of each kind.
    pub(super) fn rows(&self) -> Vec<[usize; MAX_COLUMNS]> {
        let of = |kind: usize| std::array::from_fn(|nth| self.columns.get(&(kind, nth)).copied().unwrap_or(usize::MAX));
        (0..KINDS.len()).map(of).collect()
    }

    /// The column to show first.
    pub(super) fn first_column(&self) -> usize {
        let mut kinds = KINDS.iter().enumerate();
        let shown = kinds.find_map(|(kind, about)| self.columns.get(&(kind, about.shown)).or_else(|| self.columns.get(&(kind, 0))));
        shown.copied().unwrap_or(0)
    }

    /// What is to be told of stacks that are not whole.
    pub(super) fn cut_stacks(&self) -> Option<String> {
        let (cut, depth) = (self.cut, self.depth);
        let samples = if cut == 1 { "1 sample".to_owned() } else { format!("{cut} samples") };
        let text = format!("The recorder kept only the innermost {depth} calls of {samples}; what called them is missing.");
        (cut > 0).then_some(text)
    }

    /// Takes an event in.
    pub(super) fn event<'a>(
        &mut self,
        event: &Event<'a>,
        plan: &Plan,
        chunk: &mut Chunk<'_, 'a>,
        builder: &mut Builder<'_>,
    ) -> Result<(), Problem> {
        if let Use::Sample(kind) = plan.usage {
            return self.sample(kind, event, plan, chunk, builder);
        }
        let (mut fields, mut told) = (Fields::default(), [Value::Item; 24]);
        let mut payload = event.payload;
        plan.layout.read(&mut payload, |role, value| {
            if !fields.take(role, value) {
                let at = usize::from(role.saturating_sub(role::FIRST));
                told.iter_mut().skip(at).take(1).for_each(|to| *to = value);
            }
            Ok(())
        })?;
        match plan.usage {
            Use::Counter => self.counter(plan, &fields, &told, chunk, builder),
            _ => self.marker(plan, &fields, &told, chunk, builder),
        }
    }

    fn sample<'a>(
        &mut self,
        kind: usize,
        event: &Event<'a>,
        plan: &Plan,
        chunk: &mut Chunk<'_, 'a>,
        builder: &mut Builder<'_>,
    ) -> Result<(), Problem> {
        let (mut fields, mut told) = (Fields::default(), [0_u64; MAX_COLUMNS]);
        let mut payload = event.payload;
        plan.layout.read(&mut payload, |role, value| {
            if let (false, Value::Number(number)) = (fields.take(role, value), value) {
                let at = usize::from(role.saturating_sub(role::FIRST));
                told.iter_mut().skip(at).take(1).for_each(|to| *to = number);
            }
            Ok(())
        })?;
        let found = chunk.names.stack(fields.stack, builder)?;
        let thread = chunk.names.thread(fields.thread, builder)?;
        if let Some(depth) = found.cut_at {
            self.cut += 1;
            self.depth = self.depth.max(depth);
        }
        if found.missing {
            builder.flaw("is an event whose stack is not in the file; it counts without one");
        }
        self.values.clear();
        self.values.resize(builder.samples.values.len(), 0);
        let (columns, rows) =
            (KINDS.get(kind).map_or(&[][..], |kind| kind.columns), chunk.rows.get(kind).unwrap_or(&[usize::MAX; MAX_COLUMNS]));
        for (nth, (column, &row)) in columns.iter().zip(rows).enumerate() {
            let value = match column.measure {
                Measure::Count => 1,
                Measure::Period => chunk.periods.get(kind).copied().unwrap_or(0),
                Measure::Field(_) => measured(plan, &told, nth, &chunk.clock),
            };
            self.values.iter_mut().skip(row).take(1).for_each(|to| *to = value);
        }
        let at = At { thread, time_ns: Some(chunk.clock.time(fields.start)) };
        Ok(builder.sample(found.stack, &self.values, at)?)
    }

    fn counter<'a>(
        &mut self,
        plan: &Plan,
        fields: &Fields,
        told: &Told<'a>,
        chunk: &mut Chunk<'_, 'a>,
        builder: &mut Builder<'_>,
    ) -> Result<(), Problem> {
        let thread = chunk.names.thread(fields.thread, builder)?.unwrap_or(ThreadId::NONE);
        for (told, &value) in plan.told.iter().zip(told) {
            let value = match value {
                Value::Number(number) => number.cast_signed() as f64,
                Value::Float(number) if told.unit == Unit::Percent => number * 100.0,
                Value::Float(number) => number,
                Value::Text(_) | Value::Item => continue,
            };
            let key = (told.row, thread);
            let row = match self.counters.get(&key) {
                Some(&row) => row,
                None => {
                    let name = COUNTERS.get(told.row).map_or("", |(_, _, name)| name);
                    let row = builder.counter(name, counter_unit(told.unit), thread)?;
                    self.counters.insert(key, row);
                    row
                }
            };
            builder.count(row, chunk.clock.time(fields.start), value)?;
        }
        Ok(())
    }

    fn marker<'a>(
        &mut self,
        plan: &Plan,
        fields: &Fields,
        told: &Told<'a>,
        chunk: &mut Chunk<'_, 'a>,
        builder: &mut Builder<'_>,
    ) -> Result<(), Problem> {
        if plan.needs_length && fields.duration == 0 {
            return Ok(());
        }
        self.text.clear();
        for (told, &value) in plan.told.iter().zip(told) {
            marks::describe(&mut self.text, told, value, chunk);
        }
        let thread = chunk.names.thread(fields.thread, builder)?.unwrap_or(ThreadId::NONE);
        let start_ns = chunk.clock.time(fields.start);
        let marker = Marker {
            name: builder.text(&plan.label)?,
            category: builder.text(&plan.category)?,
            text: builder.text(&self.text)?,
            thread,
            start_ns,
            end_ns: start_ns.saturating_add(chunk.clock.span(fields.duration).max(0)),
        };
        Ok(builder.marker(marker)?)
    }
}

/// What is needed to read the events of a chunk.
pub(super) struct Chunk<'c, 'a> {
    pub(super) names: &'c mut Names<'a>,
    pub(super) clock: Clock,
    /// Nanoseconds between two samples, by kind.
    pub(super) periods: Vec<i64>,
    /// Columns of values, by kind; `usize::MAX` for what is not told.
    pub(super) rows: Vec<[usize; MAX_COLUMNS]>,
}

/// Nanoseconds between two samples of a kind, where the settings say so and it is sampled by time.
pub(super) fn period(kind: usize, settings: &Settings) -> Option<i64> {
    if settings.engine_event.as_deref().is_some_and(|event| !matches!(event, "cpu" | "itimer" | "ctimer" | "wall")) {
        return None;
    }
    KINDS.get(kind)?.events.iter().find_map(|event| settings.periods.get(*event)).copied()
}

/// What a field says of a column.
fn measured(plan: &Plan, told: &[u64; MAX_COLUMNS], nth: usize, clock: &Clock) -> i64 {
    let field = plan.told.iter().zip(told).find(|(field, _)| field.row == nth);
    field.map_or(0, |(field, &number)| in_unit(field, number, clock))
}

impl Fields {
    /// Takes a value in that most events have; `false` for others.
    #[inline]
    fn take(&mut self, role: u8, value: Value<'_>) -> bool {
        let Value::Number(number) = value else { return false };
        match role {
            role::START => self.start = number,
            role::DURATION => self.duration = number,
            role::THREAD => self.thread = number,
            role::STACK => self.stack = number,
            _ => return false,
        }
        true
    }
}

/// A number in nanoseconds, if it is a span of time, or as it stands.
pub(super) fn in_unit(told: &plan::Told, number: u64, clock: &Clock) -> i64 {
    match told.unit {
        Unit::Ticks => clock.span(number),
        Unit::Nanoseconds(factor) => number.cast_signed().saturating_mul(factor),
        Unit::None | Unit::Bytes | Unit::Percent => number.cast_signed(),
    }
}

impl<'a> Chunk<'_, 'a> {
    /// A text, looked up where it is in the pool.
    pub(super) fn text(&self, text: Text<'a>) -> Text<'a> {
        self.names.pools.text(text)
    }
}
