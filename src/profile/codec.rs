//! The tables as bytes, for a file cache: columns one behind the other, little endian, each with its length before it.
//!
//! What is read is checked wholly: lengths against the bytes that are there before anything is allocated, row numbers against
//! the tables they point into. Damaged bytes give an error, never a panic and never a profile that points nowhere.

use super::model::{FrameId, Frames, FunctionId, Functions, Profile, SampleType, Samples, StackId, StringId, Thread, ThreadId};
use super::stacks::Stacks;
use super::strings::Strings;

const MAGIC: &[u8; 8] = b"TACHPROF";
/// Raised whenever the layout or the meaning of a table changes; other versions are not read.
const VERSION: u32 = 1;

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
    let (frames, ends) = profile.stacks.parts();
    out.column(frames.iter().map(|id| id.0));
    out.column(ends.iter().copied());
    out.column(profile.samples.stack.iter().map(|id| id.0));
    out.column(profile.samples.thread.iter().map(|id| id.0));
    out.u64(profile.samples.values.len() as u64);
    for column in &profile.samples.values {
        out.wide(column.iter().map(|value| value.cast_unsigned()));
    }
    out.column(profile.threads.iter().map(|thread| thread.name.0));
    for thread in &profile.threads {
        out.option(thread.id.map(i64::cast_unsigned));
    }
    out.column(profile.sample_types.iter().flat_map(|found| [found.name.0, found.unit.0]).collect::<Vec<_>>().into_iter());
    out.header(profile);
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
    let texts = texts.copied().chain(types).chain(threads.iter().map(|thread| thread.name)).map(|id| id.0);
    let lengths = [
        [functions.system_name.len(), functions.file.len(), functions.start_line.len()].map(|len| len == functions.len()),
        [frames.line.len(), frames.address.len(), frames.inlined.len()].map(|len| len == frames.len()),
        [
            samples.thread.is_empty() || samples.thread.len() == samples.len(),
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
        && (profile.default_sample_type < sample_types.len() || profile.default_sample_type == 0)
}

fn all_below(mut ids: impl Iterator<Item = u32>, len: usize) -> bool {
    ids.all(|id| (id as usize) < len)
}

struct Writer(Vec<u8>);

impl Writer {
    fn u32(&mut self, number: u32) {
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    fn u64(&mut self, number: u64) {
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    fn option(&mut self, number: Option<u64>) {
        self.0.push(u8::from(number.is_some()));
        self.u64(number.unwrap_or(0));
    }

    fn text(&mut self, text: &str) {
        self.u64(text.len() as u64);
        self.0.extend_from_slice(text.as_bytes());
    }

    fn bytes(&mut self, bytes: impl ExactSizeIterator<Item = u8>) {
        self.u64(bytes.len() as u64);
        self.0.extend(bytes);
    }

    fn column(&mut self, numbers: impl ExactSizeIterator<Item = u32>) {
        self.u64(numbers.len() as u64);
        self.0.reserve(numbers.len() * 4);
        numbers.for_each(|number| self.u32(number));
    }

    fn wide(&mut self, numbers: impl ExactSizeIterator<Item = u64>) {
        self.u64(numbers.len() as u64);
        self.0.reserve(numbers.len() * 8);
        numbers.for_each(|number| self.u64(number));
    }

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

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*taken)
    }

    fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    /// A length whose items of `size` bytes each are all there.
    fn length(&mut self, size: usize) -> Option<usize> {
        let length = usize::try_from(self.u64()?).ok()?;
        (length.checked_mul(size)? <= self.0.len()).then_some(length)
    }

    /// A number that may be missing, handed to `make`.
    fn option<T>(&mut self, make: impl Fn(Option<u64>) -> T) -> Option<T> {
        let [is_some] = self.array()?;
        let number = self.u64()?;
        (is_some < 2).then(|| make((is_some == 1).then_some(number)))
    }

    fn signed_option<T>(&mut self, make: impl Fn(Option<i64>) -> T) -> Option<T> {
        self.option(|number| make(number.map(u64::cast_signed)))
    }

    fn text(&mut self) -> Option<String> {
        let length = self.length(1)?;
        String::from_utf8(self.take(length)?.to_vec()).ok()
    }

    fn texts(&mut self) -> Option<Vec<String>> {
        let count = self.length(8)?;
        (0..count).map(|_| self.text()).collect()
    }

    fn column<T>(&mut self, make: impl Fn(u32) -> T) -> Option<Vec<T>> {
        let count = self.length(4)?;
        let (chunks, _) = self.take(count * 4)?.as_chunks();
        Some(chunks.iter().map(|&bytes| make(u32::from_le_bytes(bytes))).collect())
    }

    fn wide<T>(&mut self, make: impl Fn(u64) -> T) -> Option<Vec<T>> {
        let count = self.length(8)?;
        let (chunks, _) = self.take(count * 8)?.as_chunks();
        Some(chunks.iter().map(|&bytes| make(u64::from_le_bytes(bytes))).collect())
    }

    fn flags(&mut self) -> Option<Vec<bool>> {
        let count = self.length(1)?;
        self.take(count)?.iter().map(|&byte| (byte < 2).then_some(byte == 1)).collect()
    }

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
        };
        let stacks = Stacks::from_parts(self.column(FrameId)?, self.column(|end| end)?)?;
        let (stack, thread) = (self.column(StackId)?, self.column(ThreadId)?);
        let types = self.length(8)?;
        let values = (0..types).map(|_| self.wide(u64::cast_signed)).collect::<Option<_>>()?;
        let threads = self.threads()?;
        let names = self.column(StringId)?;
        let (pairs, []) = names.as_chunks() else { return None };
        let sample_types = pairs.iter().map(|&[name, unit]| SampleType { name, unit }).collect();
        Some(Profile {
            format,
            strings,
            functions,
            frames,
            stacks,
            samples: Samples { stack, thread, values },
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
        })
    }

    fn threads(&mut self) -> Option<Vec<Thread>> {
        let names = self.column(StringId)?;
        names.into_iter().map(|name| self.signed_option(|id| Thread { name, id })).collect()
    }
}
