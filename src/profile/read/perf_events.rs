//! What perf counts: a column of values for each event, filled from its text and from its recordings alike.

use crate::profile::build::{At, Builder};
use crate::profile::error::ProfileError;
use crate::profile::model::{SampleType, StackId};

/// One event and the column of its values.
struct Event {
    name: Vec<u8>,
    has_period: bool,
}

/// The events seen so far; the row of an event is that of its sample type.
#[derive(Default)]
pub(super) struct Events {
    events: Vec<Event>,
    last: usize,
    values: Vec<i64>,
}

impl Events {
    /// Adds a sample of an event: as much as its period says, else 1.
    pub(super) fn sample(
        &mut self,
        builder: &mut Builder<'_>,
        name: &[u8],
        period: Option<u64>,
        stack: StackId,
        at: At,
    ) -> Result<(), ProfileError> {
        let row = self.row(builder, name, period.is_some())?;
        self.values.resize(self.events.len(), 0);
        let value = period.map_or(1, |period| i64::try_from(period).unwrap_or(i64::MAX));
        if let Some(place) = self.values.get_mut(row) {
            *place = value;
        }
        builder.sample(stack, &self.values, at)?;
        if let Some(place) = self.values.get_mut(row) {
            *place = 0;
        }
        Ok(())
    }

    fn row(&mut self, builder: &mut Builder<'_>, name: &[u8], has_period: bool) -> Result<usize, ProfileError> {
        if self.events.get(self.last).is_some_and(|event| event.name == name) {
            return Ok(self.last);
        }
        if let Some(known) = self.events.iter().position(|event| event.name == name) {
            self.last = known;
            return Ok(known);
        }
        // Each column is as long as all samples.
        builder.has_room(builder.samples.len() as u64 * 8)?;
        self.events.push(Event { name: name.to_vec(), has_period });
        self.last = builder.sample_type(&String::from_utf8_lossy(name), unit(name, has_period))?;
        Ok(self.last)
    }

    /// Names the columns for people: a single event is also counted by its samples.
    pub(super) fn finish(self, builder: &mut Builder<'_>) -> Result<(), ProfileError> {
        let samples = SampleType { name: builder.text("samples")?, unit: builder.text("count")? };
        let [event] = self.events.as_slice() else {
            if self.events.is_empty() {
                builder.sample_type("samples", "count")?;
            }
            return Ok(());
        };
        let count = builder.samples.len();
        if event.has_period {
            builder.has_room(count as u64 * 8)?;
            builder.profile.sample_types.insert(0, samples);
            builder.samples.values.insert(0, vec![1; count]);
            builder.profile.default_sample_type = 1;
        } else if let Some(only) = builder.profile.sample_types.first_mut() {
            *only = samples;
            if !event.name.is_empty() {
                builder.profile.comments.push(format!("event: {}", String::from_utf8_lossy(&event.name)));
            }
        }
        Ok(())
    }
}

/// Periods of the clocks are nanoseconds, of all others what the event counts. Without periods only samples are counted.
fn unit(event: &[u8], has_period: bool) -> &'static str {
    let base = event.split(|&byte| byte == b':').next().unwrap_or_default();
    match (has_period, base) {
        (false, _) => "samples",
        (true, b"cpu-clock" | b"task-clock") => "nanoseconds",
        (true, _) => "count",
    }
}
