//! A chunk: its header and its events, one behind the other.

use std::collections::HashMap;

use super::super::wire::Fault;
use super::input::Input;

/// Bytes of a chunk's header.
pub(super) const HEADER: usize = 68;
pub(super) const MAGIC: &[u8] = b"FLR\0";

/// Number of the class of metadata events, and of checkpoint events (which hold the pools).
const METADATA: u64 = 0;
const CHECKPOINT: u64 = 1;

/// Classes of events; a recording has some hundreds.
const MAX_CLASSES: usize = 1 << 14;

/// What the header of a chunk says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Header {
    pub(super) major: u16,
    pub(super) minor: u16,
    /// Bytes of the chunk; 0 when it was never finished.
    pub(super) size: u64,
    /// Place of the metadata event in the chunk.
    pub(super) metadata: u64,
    /// When the chunk begins, in nanoseconds since 1970.
    pub(super) start_ns: i64,
    pub(super) duration_ns: i64,
    pub(super) clock: Clock,
    /// Whether the recorder was still writing to it.
    pub(super) is_open: bool,
    pub(super) compressed: bool,
}

/// Turns ticks into nanoseconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    /// The moment of `start_ticks`, in nanoseconds from the beginning of measuring.
    pub(super) start_ns: i64,
    start_ticks: i64,
    ticks_per_ns: f64,
}

impl Header {
    /// `None` unless it begins as a chunk does.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; HEADER] = bytes.first_chunk()?;
        if !bytes.starts_with(MAGIC) {
            return None;
        }
        let long = |at: usize| bytes.get(at..at + 8).map_or(0, |word| word.iter().fold(0, |sum, &byte| sum << 8 | u64::from(byte)));
        let version = long(0) as u32;
        let ticks_per_ns = long(56) as f64 / 1e9;
        let ticks_per_ns = if ticks_per_ns > 0.0 { ticks_per_ns } else { 1.0 };
        Some(Self {
            major: (version >> 16) as u16,
            minor: version as u16,
            size: long(8),
            metadata: long(24),
            start_ns: long(32).cast_signed(),
            duration_ns: long(40).cast_signed(),
            clock: Clock { start_ns: 0, start_ticks: long(48).cast_signed(), ticks_per_ns },
            is_open: bytes.get(64).is_some_and(|&state| state != 0),
            compressed: bytes.get(67).is_some_and(|flags| flags & 1 != 0),
        })
    }
}

impl Clock {
    /// A span of ticks in nanoseconds, cut to whole ones as `jfr` does.
    pub(super) fn span(&self, ticks: u64) -> i64 {
        (ticks.cast_signed() as f64 / self.ticks_per_ns) as i64
    }

    /// A moment in nanoseconds from the beginning of measuring.
    pub(super) fn time(&self, ticks: u64) -> i64 {
        let since = ticks.cast_signed().wrapping_sub(self.start_ticks);
        self.start_ns.saturating_add((since as f64 / self.ticks_per_ns) as i64)
    }
}

/// An event as it lies in the chunk.
#[derive(Clone, Copy, Debug)]
pub(super) struct Event<'a> {
    /// Number of its class.
    pub(super) class: u64,
    /// Its fields.
    pub(super) payload: Input<'a>,
    /// Its place in the chunk.
    pub(super) at: usize,
}

/// The events of a chunk, from front to back.
pub(super) struct Events<'a> {
    input: Input<'a>,
    /// The whole chunk.
    chunk: Input<'a>,
}

impl<'a> Events<'a> {
    pub(super) fn new(chunk: Input<'a>) -> Self {
        let mut input = chunk;
        input.seek(HEADER);
        Self { input, chunk }
    }

    /// The next event; `None` at the end. Behind a fault there is nothing more.
    #[inline]
    pub(super) fn next(&mut self) -> Result<Option<Event<'a>>, Fault> {
        if self.input.left() == 0 {
            return Ok(None);
        }
        let at = self.input.at();
        let size = self.input.int()? as usize;
        let class = self.input.long()?;
        let payload = self.input;
        let end = at.saturating_add(size);
        if end < payload.at() || end - at > self.input.left() + (payload.at() - at) {
            let left = self.chunk.left().saturating_sub(at);
            return Err(Fault::new(
                at,
                format!("an event says it is {size} bytes long, but {left} are left in its part of the recording"),
            ));
        }
        self.input.seek(end);
        Ok(Some(Event { class, payload: payload.until(end), at }))
    }
}

/// What a first look at the events of a chunk finds.
#[derive(Debug, Default)]
pub(super) struct Survey {
    /// Place of the metadata event that counts.
    pub(super) metadata: Option<usize>,
    pub(super) checkpoints: Vec<usize>,
    /// How many events of each class there are.
    pub(super) counts: HashMap<u64, u64>,
    /// Where the events stop making sense.
    pub(super) fault: Option<Fault>,
}

impl Survey {
    /// Looks at all events. The header's word on the metadata counts where it is right; else the last such event does.
    ///
    /// Checkpoints also name each other, by distances; all of them are events of the chunk, so nothing needs to be followed.
    pub(super) fn new(chunk: Input<'_>, header: &Header) -> Self {
        let mut survey = Self::default();
        let mut events = Events::new(chunk);
        let mut last = (u64::MAX, 0_u64);
        loop {
            match events.next() {
                Ok(Some(Event { class: METADATA, at, .. })) => {
                    let told = survey.metadata.is_some_and(|at| at as u64 == header.metadata);
                    if !told {
                        survey.metadata = Some(at);
                    }
                }
                Ok(Some(Event { class: CHECKPOINT, at, .. })) => survey.checkpoints.push(at),
                // Events of a class often follow each other.
                Ok(Some(event)) if event.class == last.0 => last.1 += 1,
                Ok(Some(event)) => {
                    survey.add(last);
                    last = (event.class, 1);
                }
                Ok(None) => break,
                Err(fault) => {
                    survey.fault = Some(fault);
                    break;
                }
            }
        }
        survey.add(last);
        survey
    }

    fn add(&mut self, (class, count): (u64, u64)) {
        // Of more classes than any recording has, the first count.
        if count > 0 && (self.counts.len() < MAX_CLASSES || self.counts.contains_key(&class)) {
            *self.counts.entry(class).or_default() += count;
        }
    }
}

/// The payload of the event at a place.
pub(super) fn event_at<'a>(chunk: Input<'a>, at: usize) -> Result<Input<'a>, Fault> {
    let mut events = Events::new(chunk);
    events.input.seek(at);
    let event = events.next()?.ok_or_else(|| Fault::new(at, "an event is missing"))?;
    Ok(event.payload)
}
