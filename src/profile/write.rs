//! Writing a profile as pprof (<https://github.com/google/pprof/blob/main/proto/profile.proto>), packed with gzip.

use std::collections::HashMap;
use std::io::{self, Write};

use flate2::Compression;
use flate2::write::GzEncoder;

use super::model::{FrameId, Profile, SampleType, StringId, Thread};

/// Writes the profile to `out`, which it hands back when all is flushed.
///
/// # Errors
/// Those of `out`.
pub fn write_pprof<W: Write>(profile: &Profile, out: W) -> io::Result<W> {
    let mut writer =
        Writer { profile, out: GzEncoder::new(out, Compression::fast()), places: Places::default(), extra: Vec::new() };
    writer.write()?;
    writer.out.finish()
}

/// The profile as the bytes of a `.pb.gz` file.
///
/// # Errors
/// None that memory can give; kept so that callers treat both alike.
pub fn pprof_bytes(profile: &Profile) -> io::Result<Vec<u8>> {
    write_pprof(profile, Vec::new())
}

/// One message that is being put together.
#[derive(Default)]
struct Message(Vec<u8>);

impl Message {
    fn varint(&mut self, mut value: u64) {
        while value > 127 {
            self.0.push(value as u8 | 128);
            value >>= 7;
        }
        self.0.push(value as u8);
    }

    /// A number field; 0 is not written, as readers assume it.
    fn number(&mut self, field: u64, value: u64) {
        if value != 0 {
            self.varint(field << 3);
            self.varint(value);
        }
    }

    fn bytes(&mut self, field: u64, bytes: &[u8]) {
        self.varint(field << 3 | 2);
        self.varint(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
    }

    fn packed(&mut self, field: u64, values: impl ExactSizeIterator<Item = u64>) {
        let mut inner = Self(Vec::with_capacity(values.len() * 3));
        values.for_each(|value| inner.varint(value));
        self.bytes(field, &inner.0);
    }
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
    out: GzEncoder<W>,
    places: Places,
    /// Texts behind those of the profile: label keys and comments.
    extra: Vec<String>,
}

impl<W: Write> Writer<'_, W> {
    fn write(&mut self) -> io::Result<()> {
        for &sample_type in &self.profile.sample_types {
            self.field(1, &value_type(sample_type))?;
        }
        let keys = self.profile.threads.first().map(|_| (self.text("thread"), self.text("thread_id")));
        for sample in 0..self.profile.samples.len() {
            let message = self.sample(sample, keys);
            self.field(2, &message)?;
        }
        self.locations()?;
        self.functions()?;
        self.header()
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

    fn sample(&mut self, row: usize, keys: Option<(u64, u64)>) -> Message {
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
        message.packed(2, samples.values.iter().map(|column| column.get(row).copied().unwrap_or_default().cast_unsigned()));
        let thread = samples.thread.get(row).and_then(|id| self.profile.threads.get(id.0 as usize));
        if let (Some(thread), Some(keys)) = (thread, keys) {
            labels(&mut message, *thread, keys);
        }
        message
    }

    fn locations(&mut self) -> io::Result<()> {
        let frames = &self.profile.frames;
        for (row, place) in std::mem::take(&mut self.places.in_order).into_iter().enumerate() {
            let (mut message, first) = (Message::default(), place.first().map_or(0, |frame| frame.0 as usize));
            message.number(1, row as u64 + 1);
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
        let preferred = profile.sample_types.get(profile.default_sample_type);
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

/// The labels that name a sample's thread.
fn labels(message: &mut Message, thread: Thread, (name_key, id_key): (u64, u64)) {
    let mut label = |key: u64, text: u64, number: i64| {
        let mut label = Message::default();
        label.number(1, key);
        label.number(2, text);
        label.number(3, number.cast_unsigned());
        message.bytes(3, &label.0);
    };
    if thread.name.0 != 0 {
        label(name_key, u64::from(thread.name.0), 0);
    }
    if let Some(id) = thread.id {
        label(id_key, 0, id);
    }
}
