//! Fills the tables of a profile for the readers: equal texts, functions, frames and stacks get one row; bounds are kept.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::error::{Place, ProfileError};
use super::graph::CallGraph;
use super::hash::{Hash, RowIndex};
use super::model::{
    FrameId, Frames, FunctionId, Functions, Mapping, MappingId, Profile, SampleType, Samples, StackId, StringId, Thread, ThreadId,
};
use super::read::Context;
use super::stacks::StacksBuilder;
use super::strings::Interner;
use super::timeline::{Counter, Marker};

/// After so many samples (or other rows) the cancel flag and the memory are looked at.
const BATCH: u32 = 1024;

/// A place in a function, as a file names it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Spot {
    pub(super) function: FunctionId,
    /// 0 when not told.
    pub(super) line: u32,
    /// 0 when not told.
    pub(super) address: u64,
    /// Whether it was inlined into the frame before it.
    pub(super) inlined: bool,
    pub(super) mapping: Option<MappingId>,
}

/// Where and when a sample was taken, as far as the file says.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct At {
    pub(super) thread: Option<ThreadId>,
    /// Nanoseconds from the beginning of measuring.
    pub(super) time_ns: Option<i64>,
}

/// What was wrong at places that were read all the same, or left out: the first place of each, and how many there are.
#[derive(Debug, Default)]
pub(super) struct Flaws(BTreeMap<&'static str, (Place, u64)>);

impl Flaws {
    /// Notes one. `text` follows the place, as in `Line 3 has no number and was left out.`
    pub(super) fn note(&mut self, text: &'static str, place: Place) {
        self.0.entry(text).or_insert((place, 0)).1 += 1;
    }

    /// A sentence for each.
    pub(super) fn sentences(&self) -> Vec<String> {
        self.0.iter().map(|(text, &(place, count))| sentence(text, place, count)).collect()
    }
}

/// What was wrong at a first place, and how many there are of it, as a sentence.
pub(super) fn sentence(text: &str, place: Place, count: u64) -> String {
    let (first, kind) = match place {
        Place::Line(line) => (format!("Line {line}"), "lines"),
        Place::Byte(at) => (format!("What is at byte {at}"), "places"),
        Place::UnpackedByte(at) => (format!("What is at byte {at} of the unpacked data"), "places"),
        Place::File => ("The file".to_owned(), "places"),
    };
    let one = kind.trim_end_matches('s');
    match (place, count) {
        (Place::File, _) | (_, 1) => format!("{first} {text}."),
        (_, 2) => format!("{first} {text} (and one more {one} like it)."),
        _ => format!("{first} {text} (and {} more {kind} like it).", count - 1),
    }
}

/// Fills a [`Profile`].
pub(super) struct Builder<'a> {
    pub(super) context: Context<'a>,
    /// Where the reader is: errors and remarks name it.
    pub(super) place: Place,
    /// Header fields; its tables are filled by [`Builder::finish`].
    pub(super) profile: Profile,
    pub(super) samples: Samples,
    interner: Interner,
    functions: Functions,
    function_index: RowIndex,
    frames: Frames,
    frame_index: RowIndex,
    stacks: StacksBuilder,
    threads: HashMap<Thread, ThreadId>,
    mappings: HashMap<Mapping, MappingId>,
    flaws: Flaws,
    hash: Hash,
    until_check: u32,
    marks_bytes: usize,
}

impl<'a> Builder<'a> {
    /// Begins a profile of a format.
    pub(super) fn new(format: &str, context: Context<'a>) -> Self {
        Self {
            context,
            place: Place::File,
            profile: Profile { format: format.into(), ..Profile::default() },
            samples: Samples::default(),
            interner: Interner::default(),
            functions: Functions::default(),
            function_index: RowIndex::default(),
            frames: Frames::default(),
            frame_index: RowIndex::default(),
            stacks: StacksBuilder::default(),
            threads: HashMap::new(),
            mappings: HashMap::new(),
            flaws: Flaws::default(),
            hash: Hash::default(),
            until_check: BATCH,
            marks_bytes: 0,
        }
    }

    /// The number of a text.
    pub(super) fn text(&mut self, text: &str) -> Result<StringId, ProfileError> {
        self.interner.intern(text).ok_or_else(|| self.full())
    }

    /// The number of a text in UTF-8; what is not becomes `�`.
    pub(super) fn text_bytes(&mut self, text: &[u8]) -> Result<StringId, ProfileError> {
        self.interner.intern_bytes(text).ok_or_else(|| self.full())
    }

    /// A text given out before.
    pub(super) fn get(&self, id: StringId) -> &str {
        self.interner.get(id)
    }

    /// The function of this name in this file; one row however often it is asked for. `line` is where it begins, 0 when not told.
    pub(super) fn function(&mut self, name: StringId, file: StringId, line: u32) -> Result<FunctionId, ProfileError> {
        self.function_of(name, StringId(0), file, line)
    }

    /// As [`Builder::function`], with the name that the linker knows.
    pub(super) fn function_of(
        &mut self,
        name: StringId,
        system_name: StringId,
        file: StringId,
        line: u32,
    ) -> Result<FunctionId, ProfileError> {
        let hash = self.hash.numbers([name.0, system_name.0, file.0, line].into_iter());
        let known = &self.functions;
        let same = |row: u32| {
            let row = row as usize;
            known.name.get(row) == Some(&name)
                && known.system_name.get(row) == Some(&system_name)
                && known.file.get(row) == Some(&file)
                && known.start_line.get(row) == Some(&line)
        };
        match self.function_index.find(hash, same) {
            Ok(row) => Ok(FunctionId(row)),
            Err(free) => {
                self.tick()?;
                let id = self.functions.push(name, system_name, file, line).filter(|id| id.0 < u32::MAX);
                let id = id.ok_or_else(|| self.full())?;
                self.function_index.insert(free, hash, id.0);
                Ok(id)
            }
        }
    }

    /// The frame of this place; one row however often it is asked for.
    pub(super) fn frame(&mut self, spot: Spot) -> Result<FrameId, ProfileError> {
        let mapping = spot.mapping.unwrap_or(MappingId::NONE);
        let Spot { function, line, address, inlined, .. } = spot;
        let numbers = [function.0, line, address as u32, (address >> 32) as u32, u32::from(inlined), mapping.0];
        let hash = self.hash.numbers(numbers.into_iter());
        let known = &self.frames;
        let same = |row: u32| {
            let row = row as usize;
            known.function.get(row) == Some(&function)
                && known.line.get(row) == Some(&line)
                && known.address.get(row) == Some(&address)
                && known.inlined.get(row) == Some(&inlined)
                && known.mapping.get(row).copied().unwrap_or(MappingId::NONE) == mapping
        };
        match self.frame_index.find(hash, same) {
            Ok(row) => Ok(FrameId(row)),
            Err(free) => {
                self.tick()?;
                let id = self.frames.push(function, line, address, inlined).filter(|id| id.0 < u32::MAX);
                let id = id.ok_or_else(|| self.full())?;
                if mapping != MappingId::NONE || !self.frames.mapping.is_empty() {
                    self.frames.mapping.resize(id.0 as usize, MappingId::NONE);
                    self.frames.mapping.push(mapping);
                }
                self.frame_index.insert(free, hash, id.0);
                Ok(id)
            }
        }
    }

    /// The frame of a function of which only the name is told.
    pub(super) fn named(&mut self, name: &[u8]) -> Result<FrameId, ProfileError> {
        let name = self.text_bytes(name)?;
        let function = self.function(name, StringId(0), 0)?;
        self.frame(Spot { function, ..Spot::default() })
    }

    /// Adds a column of values and gives its row. Samples that are there already get 0.
    pub(super) fn sample_type(&mut self, name: &str, unit: &str) -> Result<usize, ProfileError> {
        let sample_type = SampleType { name: self.text(name)?, unit: self.text(unit)? };
        self.profile.sample_types.push(sample_type);
        self.samples.values.push(vec![0; self.samples.stack.len()]);
        Ok(self.samples.values.len() - 1)
    }

    /// The thread of this name and numbers; one row however often it is asked for.
    pub(super) fn thread(&mut self, thread: Thread) -> Result<ThreadId, ProfileError> {
        if let Some(&known) = self.threads.get(&thread) {
            return Ok(known);
        }
        self.tick()?;
        let id = u32::try_from(self.profile.threads.len()).ok().filter(|&id| id < u32::MAX).ok_or_else(|| self.full())?;
        self.profile.threads.push(thread);
        self.threads.insert(thread, ThreadId(id));
        Ok(ThreadId(id))
    }

    /// The binary; one row however often it is asked for.
    pub(super) fn mapping(&mut self, mapping: Mapping) -> Result<MappingId, ProfileError> {
        if let Some(&known) = self.mappings.get(&mapping) {
            return Ok(known);
        }
        self.tick()?;
        let id = u32::try_from(self.profile.mappings.len()).ok().filter(|&id| id < u32::MAX).ok_or_else(|| self.full())?;
        self.profile.mappings.push(mapping);
        self.mappings.insert(mapping, MappingId(id));
        Ok(MappingId(id))
    }

    /// Adds a frame to the stack that is being put together, towards the leaf (or the root, see [`Builder::reverse`]).
    pub(super) fn push(&mut self, frame: FrameId) {
        self.stacks.push(frame);
    }

    /// Turns the stack that is being put together around, for formats that tell the leaf first.
    pub(super) fn reverse(&mut self) {
        self.stacks.reverse();
    }

    /// Ends the stack that is being put together.
    pub(super) fn stack(&mut self) -> Result<StackId, ProfileError> {
        // A single stack can be as large as the file.
        if self.stacks.total_frames() as u64 * 4 > self.context.limits.table_bytes {
            return Err(self.full());
        }
        self.stacks.finish_stack().ok_or_else(|| self.full())
    }

    /// The frames of a stack, root first.
    pub(super) fn frames_of(&self, stack: StackId) -> &[FrameId] {
        self.stacks.get(stack)
    }

    /// A stack from its frames, root first.
    pub(super) fn stack_of(&mut self, frames: impl IntoIterator<Item = FrameId>) -> Result<StackId, ProfileError> {
        frames.into_iter().for_each(|frame| self.stacks.push(frame));
        self.stack()
    }

    /// Adds a sample. `values` are those of the sample types in their order; what is missing is 0.
    pub(super) fn sample(&mut self, stack: StackId, values: &[i64], at: At) -> Result<(), ProfileError> {
        let row = self.samples.stack.len();
        self.samples.stack.push(stack);
        for (nth, column) in self.samples.values.iter_mut().enumerate() {
            column.push(values.get(nth).copied().unwrap_or(0));
        }
        if at.thread.is_some() || !self.samples.thread.is_empty() {
            self.samples.thread.resize(row, ThreadId::NONE);
            self.samples.thread.push(at.thread.unwrap_or(ThreadId::NONE));
        }
        if at.time_ns.is_some() || !self.samples.time_ns.is_empty() {
            self.samples.time_ns.resize(row, Samples::NO_TIME);
            self.samples.time_ns.push(at.time_ns.unwrap_or(Samples::NO_TIME));
        }
        self.tick()
    }

    /// Adds something that happened.
    pub(super) fn marker(&mut self, marker: Marker) -> Result<(), ProfileError> {
        Arc::make_mut(&mut self.profile.markers).push(marker);
        self.tick()
    }

    /// Adds a value over time that is filled later with [`Builder::count`]; gives its row.
    pub(super) fn counter(&mut self, name: &str, unit: &str, thread: ThreadId) -> Result<usize, ProfileError> {
        let (name, unit) = (self.text(name)?, self.text(unit)?);
        self.profile.counters.push(Counter { name, unit, thread, ..Counter::default() });
        self.marks_bytes += size_of::<Counter>();
        self.tick()?;
        Ok(self.profile.counters.len() - 1)
    }

    /// Adds a value to a counter. Times should rise; [`Builder::finish`] sorts those that do not.
    pub(super) fn count(&mut self, counter: usize, time_ns: i64, value: f64) -> Result<(), ProfileError> {
        if let Some(counter) = self.profile.counters.get_mut(counter) {
            counter.time_ns.push(time_ns);
            counter.value.push(value);
            self.marks_bytes += 16;
        }
        self.tick()
    }

    /// Notes what was wrong at the present place. `text` follows the place: `has no number and was left out`.
    pub(super) fn flaw(&mut self, text: &'static str) {
        self.flaws.note(text, self.place);
    }

    /// The error that something is wrong at the present place.
    pub(super) fn damaged(&self, problem: impl Into<String>) -> ProfileError {
        ProfileError::Damaged { file: self.context.file.into(), place: self.place, problem: problem.into() }
    }

    /// How many functions there are.
    pub(super) fn function_count(&self) -> usize {
        self.functions.len()
    }

    /// Looks at the cancel flag and the memory now and then; to be called for each row that a reader keeps for itself.
    pub(super) fn tick(&mut self) -> Result<(), ProfileError> {
        self.until_check -= 1;
        if self.until_check > 0 {
            return Ok(());
        }
        self.until_check = BATCH;
        self.context.cancel.check()?;
        if self.memory_bytes() as u64 > self.context.limits.table_bytes { Err(self.full()) } else { Ok(()) }
    }

    /// Whether so many bytes, kept by a reader beside the tables, would still be within bounds.
    pub(super) fn has_room(&self, bytes: u64) -> Result<(), ProfileError> {
        let sum = (self.memory_bytes() as u64).saturating_add(bytes);
        if sum > self.context.limits.table_bytes { Err(self.full()) } else { Ok(()) }
    }

    /// The error that the tables are too large.
    pub(super) fn full(&self) -> ProfileError {
        self.context.too_large(self.place)
    }

    /// The finished profile. `graph` is for files that hold calls but no stacks.
    pub(super) fn finish(self, graph: Option<CallGraph>) -> Profile {
        let mut warnings = self.flaws.sentences();
        let mut profile = Profile {
            strings: self.interner.finish().into(),
            functions: self.functions.into(),
            frames: self.frames.into(),
            stacks: self.stacks.finish().into(),
            samples: self.samples,
            graph,
            ..self.profile
        };
        profile.warnings.append(&mut warnings);
        profile.counters.iter_mut().for_each(sort);
        profile.warn_of_sums();
        profile
    }

    fn memory_bytes(&self) -> usize {
        let per_sample = 4 + self.samples.values.len() * 8;
        self.interner.memory_bytes()
            + self.stacks.memory_bytes()
            + self.functions.len() * 32
            + self.frames.len() * 40
            + self.samples.len() * per_sample
            + (self.samples.thread.len() + self.samples.time_ns.len() * 2) * 4
            + self.profile.threads.len() * 96
            + self.profile.mappings.len() * 96
            + self.profile.markers.memory_bytes()
            + self.marks_bytes
    }
}

/// Puts a counter's values into the order of their times.
fn sort(counter: &mut Counter) {
    if counter.time_ns.is_sorted() {
        return;
    }
    let mut pairs: Vec<(i64, f64)> = counter.time_ns.iter().copied().zip(counter.value.iter().copied()).collect();
    pairs.sort_by_key(|&(time, _)| time);
    (counter.time_ns, counter.value) = pairs.into_iter().unzip();
}
