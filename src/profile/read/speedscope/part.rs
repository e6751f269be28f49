//! One profile of the file.

use super::super::json::Json;
use super::amount::Amount;
use super::events::Span;
use super::own::Own;
use super::{BATCH, Column, Reader};
use crate::profile::build::{At, Builder};
use crate::profile::error::ProfileError;
use crate::profile::model::{StackId, StringId, Thread, ThreadId};

/// What is told of a profile so far; its keys come in any order.
#[derive(Default)]
pub(super) struct Part {
    name: StringId,
    unit: Option<String>,
    start: Option<Amount>,
    end: Option<Amount>,
    pub(super) own: Option<Own>,
    stacks: Vec<StackId>,
    weights: Option<Vec<Amount>>,
    /// Times between two events, of which the unit was not known yet.
    pub(super) spans: Vec<Span>,
    pub(super) is_evented: bool,
    is_sampled: bool,
    pub(super) column: Option<Column>,
    pub(super) thread: Option<ThreadId>,
    /// The last moment that an event names.
    pub(super) last: Option<Amount>,
}

impl Part {
    /// Power of ten of the unit, where it is known.
    pub(super) fn power(&self) -> Option<u32> {
        match &self.own {
            Some(_) => Some(0),
            None => self.unit.as_deref().map(power),
        }
    }
}

/// The file's numbers × 10^this are whole ones in our unit: times are kept in nanoseconds.
fn power(unit: &str) -> u32 {
    match unit {
        "seconds" => 9,
        "milliseconds" => 6,
        "microseconds" => 3,
        _ => 0,
    }
}

/// The number of a text; that of the empty one for any other value.
pub(super) fn text(json: &mut Json<'_, '_>, builder: &mut Builder<'_>) -> Result<StringId, ProfileError> {
    match json.maybe_text()? {
        Some(text) => builder.text(text),
        None => Ok(StringId(0)),
    }
}

impl Reader<'_, '_, '_> {
    /// Reads a profile, behind its opening bracket.
    pub(super) fn part(&mut self) -> Result<(), ProfileError> {
        let (mut part, first) = (Part::default(), self.builder.samples.len());
        let outcome = self.fields(&mut part);
        if outcome.is_err() {
            // A stack that was cut off is not to be part of the next one.
            self.builder.stack()?;
        }
        if outcome.is_ok() || self.json.is_cut() {
            self.add(&mut part)?;
            let column = part.column.map_or(0, |column| column.row);
            self.parts.push((first..self.builder.samples.len(), column));
        }
        outcome
    }

    fn fields(&mut self, part: &mut Part) -> Result<(), ProfileError> {
        while let Some(key) = self.json.next_key()? {
            match key {
                "name" => part.name = text(&mut self.json, &mut self.builder)?,
                "unit" => part.unit = self.json.maybe_text()?.map(str::to_owned),
                "startValue" => part.start = Amount::read(&mut self.json, part.power())?,
                "endValue" => part.end = Amount::read(&mut self.json, part.power())?,
                "events" => self.events(part)?,
                "samples" => self.samples(part)?,
                "weights" => self.weights(part)?,
                super::own::KEY => part.own = self.own_part()?,
                _ => self.json.skip()?,
            }
        }
        Ok(())
    }

    fn samples(&mut self, part: &mut Part) -> Result<(), ProfileError> {
        part.is_sampled = true;
        if !self.json.try_array()? {
            return Ok(());
        }
        while self.json.next_item()? {
            let stack = self.sampled_stack()?;
            part.stacks.push(stack);
            self.check(part)?;
        }
        Ok(())
    }

    fn sampled_stack(&mut self) -> Result<StackId, ProfileError> {
        if !self.json.try_array()? {
            return self.builder.stack();
        }
        loop {
            let row = match self.json.quick_row() {
                None if !self.json.next_item()? => return self.builder.stack(),
                None => self.json.maybe_row()?,
                row => row,
            };
            match row {
                Some(row) => {
                    let frame = self.frame_of(row)?;
                    self.builder.push(frame);
                }
                None => self.flaw("is no number of a frame and was left out of its stack"),
            }
        }
    }

    fn weights(&mut self, part: &mut Part) -> Result<(), ProfileError> {
        let power = part.power();
        part.weights.get_or_insert_default();
        if !self.json.try_array()? {
            return Ok(());
        }
        while self.json.next_item()? {
            let weight = self.weight(power)?;
            part.weights.get_or_insert_default().push(weight);
            self.check(part)?;
        }
        Ok(())
    }

    fn weight(&mut self, power: Option<u32>) -> Result<Amount, ProfileError> {
        let weight = match power {
            // Times have parts that can be counted; other things have not.
            Some(0) => self.json.maybe_rounded()?.map(|(whole, was_rounded)| {
                if was_rounded {
                    self.flaw("is a weight with a fraction, which was rounded to a whole number");
                }
                Amount::Exact(whole)
            }),
            power => Amount::read(&mut self.json, power)?,
        };
        Ok(weight.unwrap_or_else(|| {
            self.flaw("is a weight that is no number; it was taken as 0");
            Amount::Exact(0)
        }))
    }

    /// Looks at the cancel flag and the memory now and then.
    pub(super) fn check(&mut self, part: &Part) -> Result<(), ProfileError> {
        let (stacks, weights) = (part.stacks.len(), part.weights.as_ref().map_or(0, Vec::len));
        let kept = stacks + weights + part.spans.len();
        if kept.is_multiple_of(BATCH) {
            self.place();
            self.builder.context.cancel.check()?;
            self.builder.has_room(stacks as u64 * 4 + weights as u64 * 16 + part.spans.len() as u64 * 40)?;
        }
        Ok(())
    }

    /// Notes something about what has just been read.
    pub(super) fn flaw(&mut self, text: &'static str) {
        self.place();
        self.builder.flaw(text);
    }

    /// What the numbers of the part measure. Known as soon as its unit is.
    pub(super) fn part_column(&mut self, part: &mut Part) -> Result<Option<Column>, ProfileError> {
        if part.column.is_some() || part.power().is_none() {
            return Ok(part.column);
        }
        let power = part.power().unwrap_or(0);
        if let Some(row) = part.own.as_ref().map(|own| own.sample_type) {
            part.column = Some(Column { row, power, is_time: false });
            return Ok(part.column);
        }
        let unit = part.unit.clone().unwrap_or_default();
        let is_time = power > 0 || unit == "nanoseconds";
        let (name, unit) = match unit.as_str() {
            _ if is_time => ("time", "nanoseconds"),
            "bytes" => ("memory", "bytes"),
            // What is counted by events can be anything; stacks without a unit are counted themselves.
            "none" | "" if part.is_evented => ("weight", "count"),
            "none" | "" => ("samples", "count"),
            other => ("weight", other),
        };
        let row = self.column(name, unit)?;
        part.column = Some(Column { row, power, is_time });
        Ok(part.column)
    }

    /// The thread that the part stands for.
    pub(super) fn part_thread(&mut self, part: &mut Part) -> Result<Option<ThreadId>, ProfileError> {
        if part.thread.is_none() {
            let named = || Some(Thread { name: part.name, ..Thread::default() }).filter(|thread| thread.name.0 != 0);
            let thread = part.own.as_ref().map_or_else(named, |own| own.thread);
            part.thread = thread.map(|thread| self.builder.thread(thread)).transpose()?;
        }
        Ok(part.thread)
    }

    /// Adds what the part holds, when all of it was read.
    fn add(&mut self, part: &mut Part) -> Result<(), ProfileError> {
        self.place();
        if !part.is_evented && !part.is_sampled {
            self.builder.flaw("is the end of a profile that has neither samples nor events");
            return Ok(());
        }
        part.unit.get_or_insert_with(|| "none".to_owned());
        let Some(column) = self.part_column(part)? else { return Ok(()) };
        let thread = self.part_thread(part)?;
        let mut end = part.last.map_or(i64::MIN, |last| last.whole(column.power));
        for span in std::mem::take(&mut part.spans) {
            self.add_span(&span, column, thread)?;
        }
        if part.is_sampled {
            end = end.max(self.add_samples(part, column, thread)?);
        }
        if column.is_time {
            let start = part.start.map_or(0, |start| start.whole(column.power));
            let end = part.end.map_or(end, |told| told.whole(column.power).max(end));
            let (first, last) = self.span.unwrap_or((start, end));
            self.span = Some((first.min(start), last.max(end)));
        }
        Ok(())
    }

    /// Adds stacks with their weights; gives the moment where they end, if they are times.
    fn add_samples(&mut self, part: &mut Part, column: Column, thread: Option<ThreadId>) -> Result<i64, ProfileError> {
        let stacks = std::mem::take(&mut part.stacks);
        let mut weights = part.weights.take().unwrap_or_else(|| {
            self.builder.flaw("is the end of a profile without weights; each of its samples counts 1");
            vec![Amount::Exact(1); stacks.len()]
        });
        let below = part.own.as_mut().map(|own| std::mem::take(&mut own.below)).unwrap_or_default();
        for (row, value) in below {
            if let Some(weight) = weights.get_mut(row) {
                *weight = Amount::Exact(value);
            }
        }
        if stacks.len() != weights.len() {
            self.builder.flaw("is the end of a profile that has not as many weights as samples; what has none was left out");
        }
        if let Some(first) = part.own.as_ref().and_then(|own| self.joined(own, &stacks)) {
            let values = self.builder.samples.values.get_mut(column.row).and_then(|values| values.get_mut(first..));
            values.into_iter().flatten().zip(&weights).for_each(|(value, weight)| *value = weight.whole(column.power));
            return Ok(i64::MIN);
        }
        let mut at = part.start.map_or(0, |start| start.whole(column.power));
        let told = part.own.take().map(|own| own.times).unwrap_or_default();
        for (row, (stack, weight)) in stacks.into_iter().zip(weights).enumerate() {
            let weight = weight.whole(column.power);
            let time_ns = if column.is_time { Some(at) } else { told.get(row).copied().flatten() };
            self.add_value(stack, weight, column, At { thread, time_ns })?;
            at = at.saturating_add(weight.max(0));
        }
        Ok(at)
    }

    /// Adds a sample of one sample type.
    pub(super) fn add_value(&mut self, stack: StackId, value: i64, column: Column, at: At) -> Result<(), ProfileError> {
        self.builder.sample(stack, &[], at)?;
        if let Some(last) = self.builder.samples.values.get_mut(column.row).and_then(|values| values.last_mut()) {
            *last = value;
        }
        Ok(())
    }
}
