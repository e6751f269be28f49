//! Writing a profile as pprof (<https://github.com/google/pprof/blob/main/proto/profile.proto>), packed with gzip.

use std::collections::HashMap;
use std::io::{self, BufWriter, Write};

use flate2::Compression;
use flate2::write::GzEncoder;

use super::Steps;
use super::message::Message;
use crate::profile::model::{FrameId, Mapping, MappingId, Profile, SampleType, Samples, StringId, Thread};

/// Writes samples with their values of these sample types.
pub(super) fn write<W: Write>(profile: &Profile, types: &[usize], out: W, steps: Steps<'_>) -> io::Result<W> {
    // Packing begins anew with each piece it is given, so small ones cost more than the packing itself.
    let out = BufWriter::with_capacity(64 << 10, GzEncoder::new(out, Compression::fast()));
    let mut writer = Writer { profile, types, out, steps, places: Places::default(), extra: Vec::new() };
    writer.write()?;
    writer.out.into_inner().map_err(io::IntoInnerError::into_error)?.finish()
}

/// Locations: a frame and all that was inlined into it, the innermost first.
#[derive(Default)]
struct Places {
    /// Ids of the usual locations, of one frame, by its number; 0 is none yet.
    single: Vec<u64>,
    longer: HashMap<Vec<FrameId>, u64>,
    in_order: Vec<Vec<FrameId>>,
}

impl Places {
    /// The location's id, from 1.
    fn id(&mut self, frames: &[FrameId]) -> u64 {
        let next = self.in_order.len() as u64 + 1;
        let id = match frames {
            [frame] => {
                let row = frame.0 as usize;
                self.single.resize(self.single.len().max(row + 1), 0);
                self.single.get_mut(row).map_or(next, |id| {
                    *id = if *id == 0 { next } else { *id };
                    *id
                })
            }
            longer => match self.longer.get(longer) {
                Some(&id) => id,
                None => *self.longer.entry(longer.to_vec()).or_insert(next),
            },
        };
        if id == next {
            self.in_order.push(frames.to_vec());
        }
        id
    }
}

struct Writer<'a, W: Write> {
    profile: &'a Profile,
    types: &'a [usize],
    out: BufWriter<GzEncoder<W>>,
    steps: Steps<'a>,
    places: Places,
    /// Texts behind those of the profile: label keys and comments.
    extra: Vec<String>,
}

/// Texts of label keys.
struct Keys {
    thread: u64,
    thread_id: u64,
    process: u64,
    process_id: u64,
    time: u64,
    nanoseconds: u64,
}

impl<W: Write> Writer<'_, W> {
    fn write(&mut self) -> io::Result<()> {
        for &row in self.types {
            let sample_type = self.profile.sample_types.get(row).copied().unwrap_or_default();
            self.field(1, &value_type(sample_type))?;
        }
        let keys = self.keys();
        for sample in 0..self.profile.samples.len() {
            let message = self.sample(sample, keys.as_ref());
            self.field(2, &message)?;
            self.steps.step()?;
        }
        self.mappings()?;
        self.locations()?;
        self.functions()?;
        self.header()
    }

    /// Texts of the labels, if any sample needs them.
    fn keys(&mut self) -> Option<Keys> {
        let samples = &self.profile.samples;
        (!samples.thread.is_empty() || !samples.time_ns.is_empty()).then(|| Keys {
            thread: self.text("thread"),
            thread_id: self.text("thread_id"),
            process: self.text("process"),
            process_id: self.text("process_id"),
            time: self.text("time_ns"),
            nanoseconds: self.text("nanoseconds"),
        })
    }

    fn field(&mut self, number: u64, message: &Message) -> io::Result<()> {
        let mut outer = Message::default();
        outer.bytes(number, &message.0);
        self.out.write_all(&outer.0)
    }

    /// Number of a text that the profile's own do not have.
    fn text(&mut self, text: &str) -> u64 {
        self.extra.push(text.to_string());
        (self.profile.strings.len() + self.extra.len() - 1) as u64
    }

    fn sample(&mut self, row: usize, keys: Option<&Keys>) -> Message {
        let samples = &self.profile.samples;
        let (mut message, mut ids, mut open) = (Message::default(), Vec::new(), Vec::new());
        let stack = samples.stack.get(row).map_or(&[][..], |&stack| self.profile.stacks.get(stack));
        for &frame in stack.iter().rev() {
            open.push(frame);
            if !self.profile.frames.inlined.get(frame.0 as usize).is_some_and(|&inlined| inlined) {
                ids.push(self.places.id(&open));
                open.clear();
            }
        }
        if !open.is_empty() {
            ids.push(self.places.id(&open));
        }
        message.packed(1, ids.into_iter());
        let value = |&row_of_type: &usize| samples.column(row_of_type).get(row).copied().unwrap_or_default().cast_unsigned();
        message.packed(2, self.types.iter().map(value));
        let Some(keys) = keys else { return message };
        let thread = samples.thread.get(row).and_then(|id| self.profile.threads.get(id.0 as usize));
        if let Some(thread) = thread {
            thread_labels(&mut message, *thread, keys);
        }
        if let Some(&time) = samples.time_ns.get(row).filter(|&&time| time != Samples::NO_TIME) {
            label(&mut message, keys.time, Say::Number(time, keys.nanoseconds));
        }
        message
    }

    fn mappings(&mut self) -> io::Result<()> {
        for (row, &Mapping { file, build_id, start, end, offset }) in self.profile.mappings.iter().enumerate() {
            let mut message = Message::default();
            for (field, value) in [(1, row as u64 + 1), (2, start), (3, end), (4, offset)] {
                message.number(field, value);
            }
            message.number(5, u64::from(file.0));
            message.number(6, u64::from(build_id.0));
            // Functions, files, lines and inlined calls are known as far as they ever will be.
            (7..=10).for_each(|field| message.number(field, 1));
            self.field(3, &message)?;
        }
        Ok(())
    }

    fn locations(&mut self) -> io::Result<()> {
        let frames = &self.profile.frames;
        for (row, place) in std::mem::take(&mut self.places.in_order).into_iter().enumerate() {
            let (mut message, first) = (Message::default(), place.first().map_or(0, |frame| frame.0 as usize));
            message.number(1, row as u64 + 1);
            let mapping = frames.mapping.get(first).filter(|&&mapping| mapping != MappingId::NONE);
            message.number(2, mapping.map_or(0, |mapping| u64::from(mapping.0) + 1));
            message.number(3, frames.address.get(first).copied().unwrap_or(0));
            for frame in place {
                let at = frame.0 as usize;
                let mut line = Message::default();
                line.number(1, frames.function.get(at).map_or(0, |id| u64::from(id.0) + 1));
                line.number(2, frames.line.get(at).map_or(0, |&line| u64::from(line)));
                message.bytes(4, &line.0);
            }
            self.field(4, &message)?;
        }
        Ok(())
    }

    fn functions(&mut self) -> io::Result<()> {
        let functions = &self.profile.functions;
        for row in 0..functions.len() {
            let text = |column: &[StringId]| column.get(row).map_or(0, |id| u64::from(id.0));
            let mut message = Message::default();
            message.number(1, row as u64 + 1);
            message.number(2, text(&functions.name));
            message.number(3, text(&functions.system_name));
            message.number(4, text(&functions.file));
            message.number(5, functions.start_line.get(row).map_or(0, |&line| u64::from(line)));
            self.field(5, &message)?;
        }
        Ok(())
    }

    fn header(&mut self) -> io::Result<()> {
        let profile = self.profile;
        let comments: Vec<_> = profile.comments.iter().map(|comment| self.text(comment)).collect();
        let mut rest = Message::default();
        for row in 0..profile.strings.len() {
            rest.bytes(6, profile.strings.get(StringId(row as u32)).as_bytes());
        }
        self.extra.iter().for_each(|text| rest.bytes(6, text.as_bytes()));
        rest.number(9, profile.time_ns.unwrap_or(0).cast_unsigned());
        rest.number(10, profile.duration_ns.unwrap_or(0));
        if let Some(period_type) = profile.period_type {
            rest.bytes(11, &value_type(period_type).0);
        }
        rest.number(12, profile.period.unwrap_or(0).cast_unsigned());
        for comment in comments {
            rest.number(13, comment);
        }
        let preferred = Some(profile.default_sample_type).filter(|row| self.types.contains(row));
        let preferred = preferred.and_then(|row| profile.sample_types.get(row));
        rest.number(14, preferred.map_or(0, |found| u64::from(found.name.0)));
        self.out.write_all(&rest.0)
    }
}

fn value_type(found: SampleType) -> Message {
    let mut message = Message::default();
    message.number(1, u64::from(found.name.0));
    message.number(2, u64::from(found.unit.0));
    message
}

/// What a label says.
#[derive(Clone, Copy)]
enum Say {
    Text(StringId),
    /// A number and the text of its unit.
    Number(i64, u64),
}

fn label(message: &mut Message, key: u64, say: Say) {
    let mut label = Message::default();
    label.number(1, key);
    match say {
        Say::Text(text) => label.number(2, u64::from(text.0)),
        Say::Number(number, unit) => {
            // Readers take a label without a number as one of text.
            label.always(3, number.cast_unsigned());
            label.number(4, unit);
        }
    }
    message.bytes(3, &label.0);
}

/// The labels that name a sample's thread and process.
fn thread_labels(message: &mut Message, thread: Thread, keys: &Keys) {
    for (key, name) in [(keys.thread, thread.name), (keys.process, thread.process_name)] {
        if name.0 != 0 {
            label(message, key, Say::Text(name));
        }
    }
    for (key, id) in [(keys.thread_id, thread.id), (keys.process_id, thread.process_id)] {
        if let Some(id) = id {
            label(message, key, Say::Number(id, 0));
        }
    }
}
