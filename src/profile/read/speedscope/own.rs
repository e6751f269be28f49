//! What this program adds to such files when it writes them (see `write/speedscope.rs`), so that it can read all of it again: the kinds
//! of values, which thread a profile is of, when its samples were taken.

use super::Reader;
use super::part::text;
use crate::profile::error::ProfileError;
use crate::profile::model::{SampleType, StackId, Thread};

/// The key under which it stands, in the file and in each profile; other programs pass over it.
pub(super) const KEY: &str = "tachograph";

/// What is told of one profile.
#[derive(Default)]
pub(super) struct Own {
    pub(super) sample_type: usize,
    pub(super) thread: Option<Thread>,
    /// When each sample was taken, in nanoseconds from the beginning of measuring.
    pub(super) times: Vec<Option<i64>>,
    /// Values below 0 with the numbers of their samples; among the weights, where the format does not allow them, they are 0.
    pub(super) below: Vec<(usize, i64)>,
    /// The profile of which this one repeats the samples, with values of another sample type.
    same_samples_as: Option<u32>,
}

impl Reader<'_, '_, '_> {
    /// What is told of the whole file.
    pub(super) fn own_header(&mut self) -> Result<(), ProfileError> {
        if !self.json.try_object()? {
            return Ok(());
        }
        self.is_own = true;
        while let Some(key) = self.json.next_key()? {
            match key {
                "sampleTypes" => self.own_types()?,
                "timeNs" => self.builder.profile.time_ns = self.json.maybe_integer()?,
                "durationNs" => {
                    self.builder.profile.duration_ns = self.json.maybe_integer()?.and_then(|length| u64::try_from(length).ok());
                }
                "period" => self.builder.profile.period = self.json.maybe_integer()?,
                "periodType" => self.builder.profile.period_type = self.own_type()?,
                "comments" => self.own_comments()?,
                _ => self.json.skip()?,
            }
        }
        Ok(())
    }

    fn own_types(&mut self) -> Result<(), ProfileError> {
        if !self.json.try_array()? {
            return Ok(());
        }
        while self.json.next_item()? {
            let found = self.own_type()?.unwrap_or_default();
            let (name, unit) = (self.builder.get(found.name).to_owned(), self.builder.get(found.unit).to_owned());
            if self.builder.profile.sample_types.len() >= super::MOST_COLUMNS {
                self.place();
                return Err(self.builder.damaged(format!("it holds more than {} kinds of values", super::MOST_COLUMNS)));
            }
            self.builder.sample_type(&name, &unit)?;
        }
        Ok(())
    }

    /// A pair of name and unit.
    fn own_type(&mut self) -> Result<Option<SampleType>, ProfileError> {
        if !self.json.try_array()? {
            return Ok(None);
        }
        let (mut found, mut nth) = (SampleType::default(), 0);
        while self.json.next_item()? {
            let id = text(&mut self.json, &mut self.builder)?;
            match nth {
                0 => found.name = id,
                1 => found.unit = id,
                _ => {}
            }
            nth += 1;
        }
        Ok(Some(found))
    }

    fn own_comments(&mut self) -> Result<(), ProfileError> {
        if !self.json.try_array()? {
            return Ok(());
        }
        while self.json.next_item()? {
            if let Some(text) = self.json.maybe_text()? {
                let text = text.to_owned();
                // Kept as text of its own, and so counted here.
                self.builder.has_room(text.len() as u64)?;
                self.builder.profile.comments.push(text);
            }
        }
        Ok(())
    }

    /// What is told of one profile.
    pub(super) fn own_part(&mut self) -> Result<Option<Own>, ProfileError> {
        if !self.json.try_object()? {
            return Ok(None);
        }
        let (mut own, mut sample_type) = (Own::default(), None);
        while let Some(key) = self.json.next_key()? {
            match key {
                "sampleType" => sample_type = self.json.maybe_row()?.map(|row| row as usize),
                "thread" => own.thread = self.own_thread()?,
                "timesNs" => self.own_times(&mut own.times)?,
                "below" => self.own_below(&mut own.below)?,
                "sameSamplesAs" => own.same_samples_as = self.json.maybe_row()?,
                _ => self.json.skip()?,
            }
        }
        own.sample_type = sample_type.unwrap_or(usize::MAX);
        Ok(Some(own).filter(|own| own.sample_type < self.builder.profile.sample_types.len()))
    }

    fn own_thread(&mut self) -> Result<Option<Thread>, ProfileError> {
        if !self.json.try_object()? {
            return Ok(None);
        }
        let mut thread = Thread::default();
        while let Some(key) = self.json.next_key()? {
            match key {
                "name" => thread.name = text(&mut self.json, &mut self.builder)?,
                "id" => thread.id = self.json.maybe_integer()?,
                "process" => thread.process_name = text(&mut self.json, &mut self.builder)?,
                "processId" => thread.process_id = self.json.maybe_integer()?,
                _ => self.json.skip()?,
            }
        }
        Ok(Some(thread))
    }

    fn own_times(&mut self, times: &mut Vec<Option<i64>>) -> Result<(), ProfileError> {
        if !self.json.try_array()? {
            return Ok(());
        }
        while self.json.next_item()? {
            times.push(self.json.maybe_integer()?);
            if times.len().is_multiple_of(super::BATCH) {
                self.place();
                self.builder.has_room(times.len() as u64 * 16)?;
            }
        }
        Ok(())
    }

    fn own_below(&mut self, below: &mut Vec<(usize, i64)>) -> Result<(), ProfileError> {
        if !self.json.try_array()? {
            return Ok(());
        }
        while self.json.next_item()? {
            let (mut row, mut value) = (None, None);
            if self.json.try_array()? {
                while self.json.next_item()? {
                    match row {
                        None => row = self.json.maybe_row()?,
                        Some(_) => value = self.json.maybe_integer()?,
                    }
                }
            }
            if let (Some(row), Some(value)) = (row, value) {
                below.push((row as usize, value));
            }
            if below.len().is_multiple_of(super::BATCH) {
                self.place();
                self.builder.has_room(below.len() as u64 * 16)?;
            }
        }
        Ok(())
    }

    /// The first sample of the profile that this one repeats, if it really does.
    pub(super) fn joined(&self, own: &Own, stacks: &[StackId]) -> Option<usize> {
        let (rows, _) = self.parts.get(own.same_samples_as? as usize)?;
        (self.builder.samples.stack.get(rows.clone())? == stacks).then_some(rows.start)
    }
}
