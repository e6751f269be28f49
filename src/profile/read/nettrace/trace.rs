//! What a trace tells, put together: samples keep their addresses until the end, where most traces tell the names.

use std::collections::HashMap;

use super::super::wire::Problem;
use super::about::About;
use super::bytes::Bytes;
use super::kinds::Known;
use super::symbols::Symbols;
use crate::profile::build::{At, Builder, Spot};
use crate::profile::error::ProfileError;
use crate::profile::model::{FrameId, Mapping, MappingId, Profile, SampleType, StackId, StringId, Thread, ThreadId};
use crate::profile::stacks::{Stacks, StacksBuilder};

/// The columns of values: name, unit.
const COLUMNS: [(&str, &str); 7] = [
    ("samples", "count"),
    ("managed", "count"),
    ("alloc_samples", "count"),
    ("alloc_space", "bytes"),
    ("exceptions", "count"),
    ("contentions", "count"),
    ("contention", "nanoseconds"),
];
/// Rows of [`COLUMNS`] that kinds of samples begin with.
pub(super) const SAMPLES: usize = 0;
pub(super) const ALLOCATIONS: usize = 2;
pub(super) const EXCEPTIONS: usize = 4;
pub(super) const CONTENTIONS: usize = 5;

/// A sample whose stack has no names yet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Raw {
    pub(super) stack: StackId,
    pub(super) thread: ThreadId,
    pub(super) process: i64,
    pub(super) time_ns: i64,
    /// Its first column; the value is of that, the second of the one behind it.
    pub(super) column: usize,
    pub(super) values: [i64; 2],
}

/// A thread as events name it.
#[derive(Clone, Debug, Default)]
pub(super) struct ThreadInfo {
    pub(super) name: String,
    pub(super) id: Option<i64>,
    pub(super) process: Option<i64>,
}

/// Fills the tables.
pub(super) struct Trace<'a> {
    pub(super) builder: Builder<'a>,
    pub(super) about: About,
    pub(super) known: Known,
    /// Threads by their number in the trace, from version 6 on.
    threads: HashMap<u64, ThreadInfo>,
    thread_rows: HashMap<u64, (ThreadId, i64)>,
    /// Stacks by their number in the present stretch of the trace.
    pub(super) stacks: HashMap<u32, StackId>,
    /// Stacks of rows of `addresses`.
    pub(super) raw_stacks: StacksBuilder,
    addresses: Vec<u64>,
    address_rows: HashMap<u64, u32>,
    pub(super) samples: Vec<Raw>,
    pub(super) symbols: Symbols,
    pub(super) modules: HashMap<u64, (StringId, i64)>,
    pub(super) collections: HashMap<u32, (i64, StringId)>,
    pub(super) suspended_ns: Option<i64>,
    pub(super) heap: Option<usize>,
    pub(super) last_ns: i64,
}

impl<'a> Trace<'a> {
    pub(super) fn new(builder: Builder<'a>) -> Self {
        Self {
            builder,
            about: About::default(),
            known: Known::new(),
            threads: HashMap::new(),
            thread_rows: HashMap::new(),
            stacks: HashMap::new(),
            raw_stacks: StacksBuilder::default(),
            addresses: Vec::new(),
            address_rows: HashMap::new(),
            samples: Vec::new(),
            symbols: Symbols::default(),
            modules: HashMap::new(),
            collections: HashMap::new(),
            suspended_ns: None,
            heap: None,
            last_ns: 0,
        }
    }

    /// Whether anything of interest was read.
    pub(super) fn has_something(&self) -> bool {
        !self.samples.is_empty() || !self.known.is_empty()
    }

    /// Forgets the stacks told so far: the numbers of the next ones begin anew.
    pub(super) fn forget_stacks(&mut self) {
        self.stacks.clear();
    }

    /// Forgets the threads told so far.
    pub(super) fn forget_threads(&mut self) {
        self.threads.clear();
        self.thread_rows.clear();
    }

    /// Notes what a number of a thread stands for from here on.
    pub(super) fn set_thread(&mut self, key: u64, info: ThreadInfo) {
        self.thread_rows.remove(&key);
        self.threads.insert(key, info);
    }

    /// Reads a block of stacks. Addresses lie leaf first.
    pub(super) fn stack_block(&mut self, block: &[u8]) -> Result<(), Problem> {
        let mut bytes = Bytes::new(block);
        let first = bytes.u32()?;
        for nth in 0..bytes.u32()? {
            let size = bytes.u32()? as usize;
            let mut stack = Bytes::new(bytes.take(size)?);
            while stack.left() >= self.about.pointer {
                let address = stack.address(self.about.pointer)?;
                let row = self.address(address);
                self.raw_stacks.push(FrameId(row));
                if row.is_multiple_of(1 << 16) {
                    self.check_room()?;
                }
            }
            self.raw_stacks.reverse();
            let stack = self.raw_stacks.finish_stack().ok_or_else(|| self.builder.full())?;
            self.stacks.insert(first.wrapping_add(nth), stack);
            self.builder.tick()?;
        }
        Ok(self.check_room()?)
    }

    pub(super) fn check_room(&self) -> Result<(), ProfileError> {
        let rows = self.addresses.len() * 32 + self.stacks.len() * 16 + self.samples.len() * size_of::<Raw>();
        let own = (rows + self.raw_stacks.memory_bytes()) as u64 + self.symbols.memory_bytes();
        self.builder.has_room(own)
    }

    fn address(&mut self, address: u64) -> u32 {
        let addresses = &mut self.addresses;
        *self.address_rows.entry(address).or_insert_with(|| {
            addresses.push(address);
            addresses.len() as u32 - 1
        })
    }

    /// Nanoseconds from the beginning of measuring.
    pub(super) fn time(&self, ticks: u64) -> i64 {
        (ticks.wrapping_sub(self.about.start_ticks).cast_signed() as f64 / self.about.ticks_per_ns) as i64
    }

    /// The thread of a number and its process.
    pub(super) fn thread(&mut self, key: u64) -> Result<(ThreadId, i64), ProfileError> {
        if let Some(&known) = self.thread_rows.get(&key) {
            return Ok(known);
        }
        let own = ThreadInfo { id: i64::try_from(key).ok(), ..ThreadInfo::default() };
        let info = self.threads.get(&key).cloned().unwrap_or(own);
        let process_id = info.process.or(Some(self.about.process).filter(|&process| process > 0));
        let name = self.builder.text(&info.name)?;
        let row = self.builder.thread(Thread { name, id: info.id, process_id, ..Thread::default() })?;
        let process = info.process.unwrap_or(self.about.process);
        self.thread_rows.insert(key, (row, process));
        Ok((row, process))
    }

    /// Looks all names up and fills the tables.
    pub(super) fn finish(mut self) -> Result<Profile, ProfileError> {
        self.symbols.sort();
        let rows = self.columns()?;
        let raw_stacks = std::mem::take(&mut self.raw_stacks).finish();
        let samples = std::mem::take(&mut self.samples);
        let (mut stacks, mut frames) = (HashMap::new(), HashMap::new());
        let mut values = vec![0; self.builder.samples.values.len()];
        for raw in samples {
            let stack = match stacks.get(&(raw.process, raw.stack)) {
                Some(&stack) => stack,
                None => {
                    let stack = self.stack(&raw, &raw_stacks, &mut frames)?;
                    stacks.insert((raw.process, raw.stack), stack);
                    stack
                }
            };
            values.fill(0);
            for (column, value) in (raw.column..).zip(raw.values) {
                let row = rows.get(column).copied().flatten();
                row.into_iter().for_each(|row| values.iter_mut().skip(row).take(1).for_each(|to| *to = value));
            }
            self.builder.sample(stack, &values, At { thread: Some(raw.thread), time_ns: Some(raw.time_ns) })?;
        }
        self.header()?;
        Ok(self.builder.finish(None))
    }

    /// The rows of the columns that samples need.
    fn columns(&mut self) -> Result<Vec<Option<usize>>, ProfileError> {
        let mut needed = [false; COLUMNS.len()];
        for raw in &self.samples {
            let second = raw.column + usize::from(raw.column != EXCEPTIONS);
            needed.iter_mut().enumerate().filter(|(at, _)| (raw.column..=second).contains(at)).for_each(|(_, to)| *to = true);
        }
        // A profile has at least one.
        if self.samples.is_empty() {
            needed[SAMPLES] = true;
        }
        let row = |((name, unit), needed)| if needed { self.builder.sample_type(name, unit).map(Some) } else { Ok(None) };
        COLUMNS.into_iter().zip(needed).map(row).collect()
    }

    fn stack(
        &mut self,
        raw: &Raw,
        raw_stacks: &Stacks,
        frames: &mut HashMap<(i64, FrameId), FrameId>,
    ) -> Result<StackId, ProfileError> {
        for &row in raw_stacks.get(raw.stack) {
            let frame = match frames.get(&(raw.process, row)) {
                Some(&frame) => frame,
                None => {
                    let frame = self.frame(raw.process, row)?;
                    frames.insert((raw.process, row), frame);
                    frame
                }
            };
            self.builder.push(frame);
        }
        self.builder.stack()
    }

    fn frame(&mut self, process: i64, row: FrameId) -> Result<FrameId, ProfileError> {
        let address = self.addresses.get(row.0 as usize).copied().unwrap_or(0);
        let (name, system_name, mapping) = match self.symbols.at(process, address) {
            Some(code) => (code.name, code.system_name, self.mapping(code.module)?),
            None => (self.builder.text("<unknown>")?, StringId(0), None),
        };
        let function = self.builder.function_of(name, system_name, StringId(0), 0)?;
        self.builder.frame(Spot { function, address, mapping, ..Spot::default() })
    }

    fn mapping(&mut self, module: u64) -> Result<Option<MappingId>, ProfileError> {
        let file = self.modules.get(&module).map(|&(file, _)| file).filter(|&file| file != StringId(0));
        file.map(|file| self.builder.mapping(Mapping { file, ..Mapping::default() })).transpose()
    }

    fn header(&mut self) -> Result<(), ProfileError> {
        self.builder.profile.time_ns = self.about.time_ns;
        self.builder.profile.duration_ns = u64::try_from(self.last_ns).ok().filter(|&duration| duration > 0);
        if self.about.period_ns > 0 {
            let (name, unit) = (self.builder.text("samples")?, self.builder.text("nanoseconds")?);
            self.builder.profile.period = Some(self.about.period_ns);
            self.builder.profile.period_type = Some(SampleType { name, unit });
        }
        Ok(())
    }
}
