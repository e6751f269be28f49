//! The tables of a profile: plain columns, joined by typed row numbers.

use std::sync::Arc;

use super::graph::CallGraph;
use super::stacks::Stacks;
use super::strings::Strings;
use super::timeline::{Counter, Markers};

/// Row of [`Strings`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StringId(pub u32);
/// Row of [`Functions`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FunctionId(pub u32);
/// Row of [`Frames`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FrameId(pub u32);
/// Row of [`Stacks`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StackId(pub u32);
/// Row of [`Profile::threads`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ThreadId(pub u32);
/// Row of [`Profile::mappings`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MappingId(pub u32);

impl MappingId {
    /// Stands for "the file does not say" in [`Frames::mapping`].
    pub const NONE: Self = Self(u32::MAX);
}

impl ThreadId {
    /// Stands for "the file does not say" in [`Samples::thread`].
    pub const NONE: Self = Self(u32::MAX);
}

/// One profile: what was sampled, where, how often. Large tables are shared, so a part of a profile costs only what differs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Profile {
    /// Name of the format it was read from, such as `pprof`.
    pub format: String,
    /// All text.
    pub strings: Arc<Strings>,
    /// What code is named.
    pub functions: Arc<Functions>,
    /// Places in functions.
    pub frames: Arc<Frames>,
    /// Chains of frames.
    pub stacks: Arc<Stacks>,
    /// What was measured at which stack.
    pub samples: Samples,
    /// Threads that samples name; empty when the file names none.
    pub threads: Vec<Thread>,
    /// Binaries and libraries that frames name; empty when the file names none.
    pub mappings: Vec<Mapping>,
    /// Values over time.
    pub counters: Vec<Counter>,
    /// What happened when.
    pub markers: Arc<Markers>,
    /// Exact figures of a file that holds calls but no stacks. The samples are then estimated from it.
    pub graph: Option<CallGraph>,
    /// What each column of [`Samples::values`] measures.
    pub sample_types: Vec<SampleType>,
    /// Row of `sample_types` that a reader wants to see first.
    pub default_sample_type: usize,
    /// How long was measured, in nanoseconds; `None` when the file does not say.
    pub duration_ns: Option<u64>,
    /// When measuring began, in nanoseconds since 1970 (UTC); `None` when the file does not say.
    pub time_ns: Option<i64>,
    /// Events between two samples, in `period_type`; `None` when the file does not say.
    pub period: Option<i64>,
    /// What `period` counts.
    pub period_type: Option<SampleType>,
    /// Remarks that the file carries.
    pub comments: Vec<String>,
    /// What could not be read as it stood, for a person, with its place.
    pub warnings: Vec<String>,
}

/// What a column of values measures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SampleType {
    /// Such as `cpu` or `inuse_space`.
    pub name: StringId,
    /// Such as `nanoseconds`, `bytes` or `count`.
    pub unit: StringId,
}

/// A thread of the profiled program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Thread {
    /// Its name; empty when it has none.
    pub name: StringId,
    /// Its number in the operating system, when told.
    pub id: Option<i64>,
    /// Name of the process it belongs to; empty when not told.
    pub process_name: StringId,
    /// Number of that process, when told.
    pub process_id: Option<i64>,
}

/// A binary or library that was loaded into the profiled program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Mapping {
    /// Its file; empty when not told.
    pub file: StringId,
    /// What tells this build of it from others; empty when not told.
    pub build_id: StringId,
    /// First address; 0 when not told.
    pub start: u64,
    /// The address behind the last; 0 when not told.
    pub end: u64,
    /// Place in the file that is at `start`.
    pub offset: u64,
}

/// Functions, by column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Functions {
    /// Name for people.
    pub name: Vec<StringId>,
    /// Name as the linker knows it; empty when not told.
    pub system_name: Vec<StringId>,
    /// Source file; empty when not told.
    pub file: Vec<StringId>,
    /// Line of the function's beginning; 0 when not told.
    pub start_line: Vec<u32>,
}

/// Frames, by column: a place in a function. A call that the compiler inlined is a frame of its own, so stacks, tables and
/// trees need not know of inlining.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frames {
    /// The function.
    pub function: Vec<FunctionId>,
    /// Line within the file; 0 when not told.
    pub line: Vec<u32>,
    /// Machine address; 0 when not told. All frames inlined at one address have it.
    pub address: Vec<u64>,
    /// Whether the compiler inlined it into the frame before it in the stack (its caller).
    pub inlined: Vec<bool>,
    /// The binary it lies in, [`MappingId::NONE`] for those of which it is not told; empty when no frame names one.
    pub mapping: Vec<MappingId>,
}

/// Samples, by column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Samples {
    /// Where.
    pub stack: Vec<StackId>,
    /// On which thread; empty when no sample names one, [`ThreadId::NONE`] for those that do not.
    pub thread: Vec<ThreadId>,
    /// When: at what time it was taken or, if it measures time, began; in nanoseconds from the beginning of measuring. Empty when no
    /// sample tells it, [`Samples::NO_TIME`] for those that do not.
    pub time_ns: Vec<i64>,
    /// How much: one column for each sample type, each as long as `stack`.
    pub values: Vec<Vec<i64>>,
}

/// Bounds on what a file may ask for, against damaged and malicious ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes after unpacking.
    pub unpacked_bytes: u64,
    /// Bytes of the tables that the file fills.
    pub table_bytes: u64,
}

impl Default for Limits {
    /// 4 GiB unpacked, 8 GiB of tables.
    fn default() -> Self {
        Self { unpacked_bytes: 4 << 30, table_bytes: 8 << 30 }
    }
}

impl Functions {
    /// Adds a function; `None` when 4 billion are held.
    pub fn push(&mut self, name: StringId, system_name: StringId, file: StringId, start_line: u32) -> Option<FunctionId> {
        let id = u32::try_from(self.name.len()).ok()?;
        self.name.push(name);
        self.system_name.push(system_name);
        self.file.push(file);
        self.start_line.push(start_line);
        Some(FunctionId(id))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.name.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.name.is_empty()
    }
}

impl Frames {
    /// Adds a frame; `None` when 4 billion are held.
    pub fn push(&mut self, function: FunctionId, line: u32, address: u64, inlined: bool) -> Option<FrameId> {
        let id = u32::try_from(self.function.len()).ok()?;
        self.function.push(function);
        self.line.push(line);
        self.address.push(address);
        self.inlined.push(inlined);
        Some(FrameId(id))
    }

    /// One frame for each of `count` functions, of formats that tell names only.
    pub(super) fn plain(&mut self, count: usize) {
        self.function = (0..count).map(|row| FunctionId(row as u32)).collect();
        self.line = vec![0; count];
        self.address = vec![0; count];
        self.inlined = vec![false; count];
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.function.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.function.is_empty()
    }
}

impl Samples {
    /// Stands for "the file does not say" in [`Samples::time_ns`].
    pub const NO_TIME: i64 = i64::MIN;

    /// How many there are.
    pub fn len(&self) -> usize {
        self.stack.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.stack.is_empty()
    }

    /// Values of one sample type; empty when there is no such type.
    pub fn column(&self, sample_type: usize) -> &[i64] {
        self.values.get(sample_type).map_or(&[], Vec::as_slice)
    }

    /// Stack and value of each sample, for one sample type.
    pub fn iter(&self, sample_type: usize) -> impl Iterator<Item = (StackId, i64)> {
        self.stack.iter().copied().zip(self.column(sample_type).iter().copied())
    }
}

impl Profile {
    /// A sample type's name and unit.
    pub fn sample_type(&self, sample_type: usize) -> (&str, &str) {
        let found = self.sample_types.get(sample_type).copied().unwrap_or_default();
        (self.strings.get(found.name), self.strings.get(found.unit))
    }

    /// Row of the sample type of this name.
    pub fn sample_type_named(&self, name: &str) -> Option<usize> {
        self.sample_types.iter().position(|found| self.strings.get(found.name) == name)
    }

    /// Sum of a sample type's values, each counted without its sign, as `go tool pprof` does: what percentages relate to.
    pub fn total(&self, sample_type: usize) -> i64 {
        self.samples.column(sample_type).iter().fold(0, |sum: i64, value| sum.saturating_add(value.saturating_abs()))
    }

    /// How many samples were taken, where the file counts them: the sum of the type named `samples`.
    pub fn sample_count(&self) -> Option<i64> {
        self.sample_type_named("samples").map(|row| self.total(row))
    }

    /// Sum per thread of a sample type's values (signless as in [`Profile::total`]), in the order of `threads`.
    pub fn thread_totals(&self, sample_type: usize) -> Vec<i64> {
        let mut totals = vec![0_i64; self.threads.len()];
        for (thread, value) in self.samples.thread.iter().zip(self.samples.column(sample_type)) {
            if let Some(total) = totals.get_mut(thread.0 as usize) {
                *total = total.saturating_add(value.saturating_abs());
            }
        }
        totals
    }

    /// Adds a warning for each sample type whose sum is beyond what an `i64` holds: it is shown cut to that.
    pub(super) fn warn_of_sums(&mut self) {
        for row in 0..self.sample_types.len() {
            let sum: i128 = self.samples.column(row).iter().map(|&value| i128::from(value).abs()).sum();
            if sum > i128::from(i64::MAX) {
                let (name, _) = self.sample_type(row);
                self.warnings.push(format!("The values of “{name}” add up to more than 9.2 × 10^18; sums are cut to that."));
            }
        }
        if self.samples.is_empty() {
            self.warnings.push("The file holds no samples.".into());
        }
    }

    /// A function's name.
    pub fn function_name(&self, id: FunctionId) -> &str {
        self.functions.name.get(id.0 as usize).map_or("", |&name| self.strings.get(name))
    }

    /// A function's source file; empty when not told.
    pub fn function_file(&self, id: FunctionId) -> &str {
        self.functions.file.get(id.0 as usize).map_or("", |&file| self.strings.get(file))
    }

    /// Bytes that the tables hold.
    pub fn memory_bytes(&self) -> usize {
        let functions = self.functions.name.capacity() + self.functions.system_name.capacity() + self.functions.file.capacity();
        let frames = self.frames.function.capacity() * 4 + self.frames.line.capacity() * 4 + self.frames.address.capacity() * 8;
        let values: usize = self.samples.values.iter().map(|column| column.capacity() * 8).sum();
        let texts = self.comments.iter().chain(&self.warnings).map(|text| text.capacity() + size_of::<String>()).sum::<usize>();
        self.strings.memory_bytes()
            + (functions + self.functions.start_line.capacity()) * 4
            + frames
            + self.frames.inlined.capacity()
            + self.stacks.memory_bytes()
            + self.frames.mapping.capacity() * 4
            + (self.samples.stack.capacity() + self.samples.thread.capacity()) * 4
            + self.samples.time_ns.capacity() * 8
            + values
            + self.threads.capacity() * size_of::<Thread>()
            + self.mappings.capacity() * size_of::<Mapping>()
            + self.counters.iter().map(Counter::memory_bytes).sum::<usize>()
            + self.markers.memory_bytes()
            + self.graph.as_ref().map_or(0, CallGraph::memory_bytes)
            + self.sample_types.capacity() * size_of::<SampleType>()
            + texts
    }
}
