//! The tables as bytes, for a file cache: columns one behind the other, little endian, each with its length before it.
//!
//! What is read is checked wholly: lengths against the bytes that are there before anything is allocated, row numbers against
//! the tables they point into. Damaged bytes give an error, never a panic and never a profile that points nowhere.

mod bytes;
mod rest;

use super::model::{
    FrameId, Frames, FunctionId, Functions, MappingId, Profile, SampleType, Samples, StackId, StringId, Thread, ThreadId,
};
use super::stacks::Stacks;
use super::strings::Strings;
use bytes::{Reader, Writer};

const MAGIC: &[u8; 8] = b"TACHPROF";
/// Raised whenever the layout or the meaning of a table changes; other versions are not read.
const VERSION: u32 = 2;

/// Why bytes are no stored profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    /// They begin differently.
    #[error("not a stored profile")]
    NotAProfile,
    /// Another version of the program wrote them.
    #[error("a stored profile of version {0}, which this program does not read")]
    Version(u32),
    /// They end early, go on too long or contradict themselves.
    #[error("a stored profile that is damaged")]
    Damaged,
}

/// The profile as bytes.
pub fn encode(profile: &Profile) -> Vec<u8> {
    let mut out = Writer(Vec::with_capacity(profile.memory_bytes() + 1024));
    out.0.extend_from_slice(MAGIC);
    out.u32(VERSION);
    out.text(&profile.format);
    let (text, ends) = profile.strings.parts();
    out.text(text);
    out.column(ends.iter().copied());
    let functions = &profile.functions;
    for column in [&functions.name, &functions.system_name, &functions.file] {
        out.column(column.iter().map(|id| id.0));
    }
    out.column(functions.start_line.iter().copied());
    out.column(profile.frames.function.iter().map(|id| id.0));
    out.column(profile.frames.line.iter().copied());
    out.wide(profile.frames.address.iter().copied());
    out.bytes(profile.frames.inlined.iter().map(|&inlined| u8::from(inlined)));
    out.column(profile.frames.mapping.iter().map(|id| id.0));
    let (frames, ends) = profile.stacks.parts();
    out.column(frames.iter().map(|id| id.0));
    out.column(ends.iter().copied());
    out.column(profile.samples.stack.iter().map(|id| id.0));
    out.column(profile.samples.thread.iter().map(|id| id.0));
    out.wide(profile.samples.time_ns.iter().map(|time| time.cast_unsigned()));
    out.u64(profile.samples.values.len() as u64);
    for column in &profile.samples.values {
        out.wide(column.iter().map(|value| value.cast_unsigned()));
    }
    out.column(profile.threads.iter().map(|thread| thread.name.0));
    for thread in &profile.threads {
        out.option(thread.id.map(i64::cast_unsigned));
        out.u32(thread.process_name.0);
        out.option(thread.process_id.map(i64::cast_unsigned));
    }
    out.column(profile.sample_types.iter().flat_map(|found| [found.name.0, found.unit.0]).collect::<Vec<_>>().into_iter());
    out.header(profile);
    out.rest(profile);
    out.0
}

/// The profile that [`encode`] made bytes of.
///
/// # Errors
/// When the bytes are something else, of another version, or damaged.
pub fn decode(bytes: &[u8]) -> Result<Profile, CodecError> {
    let rest = bytes.strip_prefix(MAGIC).ok_or(CodecError::NotAProfile)?;
    let mut reader = Reader(rest);
    match reader.u32() {
        Some(VERSION) => {}
        Some(other) => return Err(CodecError::Version(other)),
        None => return Err(CodecError::Damaged),
    }
    let profile = reader.profile().filter(|_| reader.0.is_empty()).ok_or(CodecError::Damaged)?;
    if is_sound(&profile) { Ok(profile) } else { Err(CodecError::Damaged) }
}

/// Whether every row number points into its table and all columns of a table are of one length.
fn is_sound(profile: &Profile) -> bool {
    let Profile { strings, functions, frames, stacks, samples, threads, sample_types, .. } = profile;
    let texts = functions.name.iter().chain(&functions.system_name).chain(&functions.file);
    let types = sample_types.iter().chain(&profile.period_type).flat_map(|found| [found.name, found.unit]);
    let texts =
        texts.copied().chain(types).chain(threads.iter().flat_map(|thread| [thread.name, thread.process_name])).map(|id| id.0);
    let lengths = [
        [functions.system_name.len(), functions.file.len(), functions.start_line.len()].map(|len| len == functions.len()),
        [frames.line.len(), frames.address.len(), frames.inlined.len()].map(|len| len == frames.len()),
        [
            [samples.thread.len(), samples.time_ns.len()].iter().all(|&len| len == 0 || len == samples.len()),
            samples.values.len() == sample_types.len(),
            samples.values.iter().all(|column| column.len() == samples.len()),
        ],
    ];
    lengths.as_flattened().iter().all(|&good| good)
        && all_below(texts, strings.len())
        && all_below(frames.function.iter().map(|id| id.0), functions.len())
        && all_below(stacks.parts().0.iter().map(|id| id.0), frames.len())
        && all_below(samples.stack.iter().map(|id| id.0), stacks.len())
        && samples.thread.iter().all(|&id| id == ThreadId::NONE || (id.0 as usize) < threads.len())
        && rest::is_sound(profile)
        && (profile.default_sample_type < sample_types.len() || profile.default_sample_type == 0)
}

fn all_below(mut ids: impl Iterator<Item = u32>, len: usize) -> bool {
    ids.all(|id| (id as usize) < len)
}

impl Writer {
    fn header(&mut self, profile: &Profile) {
        self.u64(profile.default_sample_type as u64);
        self.option(profile.duration_ns);
        self.option(profile.time_ns.map(i64::cast_unsigned));
        self.option(profile.period.map(i64::cast_unsigned));
        self.option(profile.period_type.map(|found| u64::from(found.name.0) << 32 | u64::from(found.unit.0)));
        for texts in [&profile.comments, &profile.warnings] {
            self.u64(texts.len() as u64);
            for text in texts {
                self.text(text);
            }
        }
    }
}

impl Reader<'_> {
    fn profile(&mut self) -> Option<Profile> {
        let format = self.text()?;
        let strings = Strings::from_parts(self.text()?, self.column(|end| end)?)?;
        let functions = Functions {
            name: self.column(StringId)?,
            system_name: self.column(StringId)?,
            file: self.column(StringId)?,
            start_line: self.column(|line| line)?,
        };
        let frames = Frames {
            function: self.column(FunctionId)?,
            line: self.column(|line| line)?,
            address: self.wide(|address| address)?,
            inlined: self.flags()?,
            mapping: self.column(MappingId)?,
        };
        let stacks = Stacks::from_parts(self.column(FrameId)?, self.column(|end| end)?)?;
        let (stack, thread) = (self.column(StackId)?, self.column(ThreadId)?);
        let time_ns = self.wide(u64::cast_signed)?;
        let types = self.length(8)?;
        let values = (0..types).map(|_| self.wide(u64::cast_signed)).collect::<Option<_>>()?;
        let threads = self.threads()?;
        let names = self.column(StringId)?;
        let (pairs, []) = names.as_chunks() else { return None };
        let sample_types = pairs.iter().map(|&[name, unit]| SampleType { name, unit }).collect();
        let mut profile = Profile {
            format,
            strings: strings.into(),
            functions: functions.into(),
            frames: frames.into(),
            stacks: stacks.into(),
            samples: Samples { stack, thread, time_ns, values },
            threads,
            sample_types,
            default_sample_type: usize::try_from(self.u64()?).ok()?,
            duration_ns: self.option(|number| number)?,
            time_ns: self.signed_option(|number| number)?,
            period: self.signed_option(|number| number)?,
            period_type: self
                .option(|both| both.map(|both| SampleType { name: StringId((both >> 32) as u32), unit: StringId(both as u32) }))?,
            comments: self.texts()?,
            warnings: self.texts()?,
            ..Profile::default()
        };
        self.rest(&mut profile)?;
        Some(profile)
    }

    fn threads(&mut self) -> Option<Vec<Thread>> {
        let names = self.column(StringId)?;
        let mut thread = |name| {
            let id = self.signed_option(|id| id)?;
            let process_name = StringId(self.u32()?);
            Some(Thread { name, id, process_name, process_id: self.signed_option(|id| id)? })
        };
        names.into_iter().map(&mut thread).collect()
    }
}
