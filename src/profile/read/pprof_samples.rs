//! Second walk over pprof data: the samples.

use std::collections::HashMap;

use super::Context;
use super::pprof::damaged;
use super::pprof_tables::{Raw, Tables};
use super::wire::{Fault, Wire};
use crate::profile::error::ProfileError;
use crate::profile::model::{FrameId, Profile, Samples, StackId, Thread, ThreadId};
use crate::profile::stacks::StacksBuilder;

/// After so many samples the cancel flag and the memory are looked at.
const BATCH: usize = 1024;

/// Label keys under which writers put a thread's name, and its number: pprof-rs, py-spy, dd-trace, gperftools.
const NAME_KEYS: [&str; 3] = ["thread", "thread_name", "thread name"];
const ID_KEYS: [&str; 4] = ["thread_id", "thread id", "tid", "native_thread_id"];
/// The same for its process.
const PROCESS_KEYS: [&str; 2] = ["process", "process_name"];
const PROCESS_ID_KEYS: [&str; 3] = ["process_id", "pid", "process id"];
/// Nanoseconds from the beginning of measuring, as this program writes them.
const TIME_KEY: &str = "time_ns";

/// What a label key says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Key {
    ThreadName,
    ThreadId,
    ProcessName,
    ProcessId,
    Time,
    Other,
}

/// Fills the samples' tables.
pub(super) struct Reader<'a> {
    tables: Tables,
    context: Context<'a>,
    stacks: StacksBuilder,
    samples: Samples,
    threads: Vec<Thread>,
    thread_rows: HashMap<Thread, ThreadId>,
    /// What each of the file's strings says as a label key.
    keys: HashMap<u64, Key>,
    values: Vec<i64>,
    profile: Profile,
}

impl<'a> Reader<'a> {
    /// Ready to read the samples of a file with these tables.
    pub(super) fn new(raw: &Raw<'_>, tables: Tables, context: Context<'a>) -> Self {
        let mut samples = Samples { values: vec![Vec::new(); tables.sample_types.len()], ..Samples::default() };
        // A sample is at least two bytes in the file, so this room is no more than twelve times the file.
        samples.stack.reserve_exact(raw.samples);
        samples.values.iter_mut().take(4).for_each(|column| column.reserve_exact(raw.samples));
        let profile = Profile {
            format: "pprof".into(),
            time_ns: Some(raw.time_ns).filter(|&time| time != 0),
            duration_ns: u64::try_from(raw.duration_ns).ok().filter(|&duration| duration != 0),
            period: Some(raw.period).filter(|&period| period != 0),
            ..Profile::default()
        };
        let stacks = StacksBuilder::default();
        Self {
            tables,
            context,
            stacks,
            samples,
            threads: vec![],
            thread_rows: HashMap::new(),
            keys: HashMap::new(),
            values: vec![],
            profile,
        }
    }

    /// Reads all samples of `data`.
    pub(super) fn samples(&mut self, data: &[u8]) -> Result<(), ProfileError> {
        self.context.progress.phase("Reading samples", data.len() as u64);
        let (mut wire, mut ticked) = (Wire::new(data), 0);
        while let Some(field) = wire.field().map_err(|fault| damaged(fault, self.context))? {
            if field.number != 2 {
                continue;
            }
            let sample = field.message().and_then(|message| self.sample(field.at, message));
            sample.map_err(|fault| damaged(fault, self.context))?;
            if self.samples.len().is_multiple_of(BATCH) {
                self.context.progress.add((wire.at() - ticked) as u64);
                ticked = wire.at();
                self.check_batch(field.at)?;
            }
        }
        Ok(())
    }

    /// The profile, when all samples were read.
    pub(super) fn finish(self) -> Profile {
        let Tables {
            interner,
            functions,
            frames,
            mappings,
            sample_types,
            default_sample_type,
            period_type,
            comments,
            warnings,
            ..
        } = self.tables;
        let mut profile = Profile {
            strings: interner.finish().into(),
            functions: functions.into(),
            frames: frames.into(),
            stacks: self.stacks.finish().into(),
            samples: self.samples,
            threads: self.threads,
            mappings,
            sample_types,
            default_sample_type,
            period_type,
            comments,
            warnings,
            ..self.profile
        };
        profile.warn_of_sums();
        profile
    }

    fn check_batch(&self, at: usize) -> Result<(), ProfileError> {
        self.context.cancel.check()?;
        let per_sample = 16 + 8 * self.samples.values.len();
        if (self.stacks.memory_bytes() + self.samples.len() * per_sample) as u64 > self.context.limits.table_bytes {
            return Err(self.context.too_large(self.context.place(at as u64)));
        }
        Ok(())
    }

    fn sample(&mut self, at: usize, mut message: Wire<'_>) -> Result<(), Fault> {
        self.values.clear();
        let (mut thread, mut time) = (Thread::default(), None);
        while let Some(field) = message.field()? {
            match field.number {
                1 => self.locations(&field)?,
                2 => {
                    let values = &mut self.values;
                    field.numbers(|value| {
                        values.push(value.cast_signed());
                        Ok(())
                    })?;
                }
                3 => self.label(field.message()?, &mut thread, &mut time, field.at)?,
                _ => {}
            }
        }
        // The file lists the leaf first.
        self.stacks.reverse();
        let stack = self.stacks.finish_stack().ok_or_else(|| Fault::new(at, "it holds more than 4 billion frames"))?;
        self.push(at, stack, thread, time)
    }

    fn locations(&mut self, field: &super::wire::Field<'_>) -> Result<(), Fault> {
        let Self { tables, stacks, .. } = self;
        let (locations, at) = (&tables.locations, field.at);
        // Inlining lets one byte of the file stand for thousands of frames, so a single stack can be too large.
        let most = usize::try_from(self.context.limits.table_bytes / 4).unwrap_or(usize::MAX);
        field.numbers(|id| match locations.get(id) {
            Some((_, count)) if stacks.total_frames() + count as usize > most => Err(Fault::too_large(at)),
            Some((first, 1)) => {
                stacks.push(FrameId(first));
                Ok(())
            }
            Some((first, count)) => {
                (first..first + count).for_each(|frame| stacks.push(FrameId(frame)));
                Ok(())
            }
            None => Err(Fault::new(at, format!("location {id} is named, but the file does not have it"))),
        })
    }

    fn push(&mut self, at: usize, stack: StackId, thread: Thread, time: Option<i64>) -> Result<(), Fault> {
        let (found, expected) = (self.values.len(), self.samples.values.len());
        if found != expected {
            return Err(Fault::new(at, format!("a sample has {found} values, but the file names {expected} sample types")));
        }
        for (column, value) in self.samples.values.iter_mut().zip(&self.values) {
            column.push(*value);
        }
        if thread != Thread::default() || !self.threads.is_empty() {
            let row = self.thread_row(thread);
            self.samples.thread.resize(self.samples.stack.len(), ThreadId::NONE);
            self.samples.thread.push(row);
        }
        if time.is_some() || !self.samples.time_ns.is_empty() {
            self.samples.time_ns.resize(self.samples.stack.len(), Samples::NO_TIME);
            self.samples.time_ns.push(time.unwrap_or(Samples::NO_TIME));
        }
        self.samples.stack.push(stack);
        Ok(())
    }

    fn thread_row(&mut self, thread: Thread) -> ThreadId {
        if thread == Thread::default() {
            return ThreadId::NONE;
        }
        let threads = &mut self.threads;
        *self.thread_rows.entry(thread).or_insert_with(|| {
            threads.push(thread);
            ThreadId(threads.len() as u32 - 1)
        })
    }

    /// Takes thread, process and time out of a label; other labels are not kept.
    fn label(&mut self, mut message: Wire<'_>, thread: &mut Thread, time: &mut Option<i64>, at: usize) -> Result<(), Fault> {
        let (mut key, mut text, mut number) = (0, 0, None);
        while let Some(field) = message.field()? {
            match field.number {
                1 => key = field.number()?,
                2 => text = field.signed()?,
                3 => number = Some(field.signed()?),
                _ => {}
            }
        }
        let key = self.key(key, at)?;
        if key == Key::Other {
            return Ok(());
        }
        let text = self.tables.string(text, at)?;
        let number = || self.tables.interner.get(text).parse().ok().or(number);
        match key {
            Key::ThreadName => thread.name = text,
            Key::ProcessName => thread.process_name = text,
            Key::ThreadId => thread.id = number().or(thread.id),
            Key::ProcessId => thread.process_id = number().or(thread.process_id),
            Key::Time => *time = number(),
            Key::Other => {}
        }
        Ok(())
    }

    fn key(&mut self, key: u64, at: usize) -> Result<Key, Fault> {
        if let Some(&known) = self.keys.get(&key) {
            return Ok(known);
        }
        let name = self.tables.interner.get(self.tables.string(key.cast_signed(), at)?);
        let meaning = match name {
            name if NAME_KEYS.contains(&name) => Key::ThreadName,
            name if ID_KEYS.contains(&name) => Key::ThreadId,
            name if PROCESS_KEYS.contains(&name) => Key::ProcessName,
            name if PROCESS_ID_KEYS.contains(&name) => Key::ProcessId,
            TIME_KEY => Key::Time,
            _ => Key::Other,
        };
        self.keys.insert(key, meaning);
        Ok(meaning)
    }
}
