//! What Austin measures: the sample types of its modes, and the samples.

use crate::profile::build::{At, Builder};
use crate::profile::error::ProfileError;
use crate::profile::model::{SampleType, StackId, StringId, Thread, ThreadId};

/// What is measured. Times are microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Mode {
    #[default]
    Wall,
    Cpu,
    /// Bytes, negative for what was given back.
    Memory,
    /// Time, idle or not, and bytes.
    Full,
    /// Time, kilobytes taken and given back: version 1.
    OldFull,
}

/// The figures of a sample. In memory mode only `memory` is told, in the modes of time only `time`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Figures {
    pub(super) time: i64,
    pub(super) is_idle: bool,
    pub(super) taken: i64,
    pub(super) given_back: i64,
}

impl Figures {
    /// With a number of bytes that is negative for what was given back.
    pub(super) fn with_memory(self, bytes: i64) -> Self {
        Self { taken: bytes.max(0), given_back: bytes.min(0).saturating_neg(), ..self }
    }
}

/// Fills the profile.
pub(super) struct Metrics<'a> {
    pub(super) builder: Builder<'a>,
    pub(super) mode: Mode,
    has_types: bool,
    /// The thread of the last sample, by what it was made of.
    last: Option<(Vec<u8>, ThreadId)>,
}

impl<'a> Metrics<'a> {
    pub(super) fn new(builder: Builder<'a>) -> Self {
        Self { builder, mode: Mode::Wall, has_types: false, last: None }
    }

    /// Takes what the head or the end of a file says, such as `mode: wall`.
    pub(super) fn remark(&mut self, key: &str, value: &str) -> Result<(), ProfileError> {
        let sampled = SampleType { name: self.builder.text("wall")?, unit: self.builder.text("microseconds")? };
        let profile = &mut self.builder.profile;
        match (key, value) {
            ("mode", "cpu") => self.mode = Mode::Cpu,
            ("mode", "memory") => self.mode = Mode::Memory,
            ("mode", "full") => self.mode = Mode::Full,
            ("mode", _) => self.mode = Mode::Wall,
            ("interval", _) => {
                profile.period = value.parse().ok();
                profile.period_type = Some(sampled);
            }
            ("duration", _) => profile.duration_ns = value.parse().ok().and_then(|us: u64| us.checked_mul(1000)),
            ("austin" | "python" | "command", _) if profile.comments.len() < 64 => profile.comments.push(format!("{key}: {value}")),
            _ => {}
        }
        Ok(())
    }

    /// Adds a sample.
    pub(super) fn sample(&mut self, stack: StackId, figures: Figures, thread: Option<ThreadId>) -> Result<(), ProfileError> {
        self.types()?;
        let Figures { time, is_idle, taken, given_back } = figures;
        let busy = if is_idle { 0 } else { time };
        let values = match self.mode {
            Mode::Wall | Mode::Cpu => [time, 0, 0, 0],
            Mode::Memory => [taken, given_back, 0, 0],
            Mode::Full => [busy, time, taken, given_back],
            Mode::OldFull => [time, taken, given_back, 0],
        };
        self.builder.sample(stack, &values, At { thread, time_ns: None })
    }

    /// The thread of these numbers; one that is no number is a name. `key` is equal for equal threads.
    pub(super) fn thread(&mut self, key: &[u8], process: Option<i64>, thread: &str) -> Result<ThreadId, ProfileError> {
        if let Some((_, id)) = self.last.as_ref().filter(|(last, _)| last == key) {
            return Ok(*id);
        }
        let digits = thread.trim_start_matches("0x");
        let id = thread.parse().ok().or_else(|| i64::from_str_radix(digits, 16).ok());
        let name = if id.is_none() { self.builder.text(thread)? } else { StringId(0) };
        let row = self.builder.thread(Thread { name, id, process_id: process, process_name: StringId(0) })?;
        self.last = Some((key.to_vec(), row));
        Ok(row)
    }

    /// Adds the sample types of the mode, once.
    pub(super) fn types(&mut self) -> Result<(), ProfileError> {
        if std::mem::replace(&mut self.has_types, true) {
            return Ok(());
        }
        let (time, bytes) = ("microseconds", "bytes");
        let types: &[(&str, &str)] = match self.mode {
            Mode::Wall => &[("wall", time)],
            Mode::Cpu => &[("cpu", time)],
            Mode::Memory => &[("allocated", bytes), ("freed", bytes)],
            Mode::Full => &[("cpu", time), ("wall", time), ("allocated", bytes), ("freed", bytes)],
            Mode::OldFull => &[("wall", time), ("allocated", bytes), ("freed", bytes)],
        };
        for (name, unit) in types {
            self.builder.sample_type(name, unit)?;
        }
        Ok(())
    }
}
