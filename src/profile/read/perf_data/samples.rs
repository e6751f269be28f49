//! The records in the order of their times: what begins and ends, what is mapped where, and the samples.

use std::collections::HashMap;

use super::event_row;
use super::file::Recording;
use super::names::{Binary, Kind, Names};
use super::records::{self, Record};
use super::spaces::{Map, Spaces};
use crate::profile::build::{At, Builder};
use crate::profile::error::ProfileError;
use crate::profile::hash::NumberHash;
use crate::profile::model::{FrameId, Profile, StringId, Thread, ThreadId};
use crate::profile::read::binaries::Finder;
use crate::profile::read::bytes::Bytes;
use crate::profile::read::perf_events::Events;

/// From here on an address in a chain says whose the following ones are.
const CONTEXTS: u64 = (-4095_i64).cast_unsigned();
const KERNEL: u64 = (-128_i64).cast_unsigned();
const USER: u64 = (-512_i64).cast_unsigned();

/// What runs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    User,
    Kernel,
    /// A guest, whose memory is not known, or the machine below.
    Other,
}

#[derive(Clone, Copy, Debug, Default)]
struct Task {
    process: u32,
    name: StringId,
    /// Its row, once it has a sample under this name.
    row: Option<ThreadId>,
}

/// Fills the profile.
pub(super) struct Samples<'r, 'a> {
    recording: &'r Recording,
    builder: Builder<'a>,
    events: Events,
    spaces: Spaces,
    names: Names,
    tasks: HashMap<u32, Task, NumberHash>,
    chain: Vec<FrameId>,
    first: Option<u64>,
    last: u64,
    lost: u64,
}

impl<'r, 'a> Samples<'r, 'a> {
    pub(super) fn new(recording: &'r Recording, builder: Builder<'a>) -> Self {
        let names = Names::new(Finder::new(builder.context.folder));
        Self {
            recording,
            builder,
            events: Events::default(),
            spaces: Spaces::default(),
            names,
            tasks: HashMap::default(),
            chain: Vec::new(),
            first: None,
            last: 0,
            lost: 0,
        }
    }

    /// Takes the next record, which begins at this byte.
    pub(super) fn record(&mut self, record: Option<Record<'_>>, at: usize) -> Result<(), ProfileError> {
        let Some(record) = record else { return Ok(()) };
        self.builder.place = self.builder.context.place(at as u64);
        let body = Bytes::new(record.body, self.recording.is_big);
        let done = match record.kind {
            records::SAMPLE => return self.sample(&record, body),
            records::MMAP => self.mmap(record.misc, body, false),
            records::MMAP2 => self.mmap(record.misc, body, true),
            records::COMM => self.comm(body)?,
            records::FORK => self.fork(body)?,
            records::EXIT => self.exit(body),
            records::LOST => self.lost(body, 8),
            records::LOST_SAMPLES => self.lost(body, 0),
            records::KSYMBOL => self.patch(body),
            _ => Some(()),
        };
        if done.is_none() {
            self.builder.flaw("is a record that is too short and was left out");
        }
        self.builder.tick()?;
        let held = self.spaces.count * 96 + self.tasks.len() * 48 + self.names.memory_bytes();
        self.builder.has_room(held as u64)?;
        Ok(())
    }

    fn mmap(&mut self, misc: u16, mut body: Bytes<'_>, is_second: bool) -> Option<()> {
        const HAS_BUILD_ID: u16 = 1 << 14;
        let (process, _) = (body.u32()?, body.u32()?);
        let (start, length, offset) = (body.u64()?, body.u64()?, body.u64()?);
        let mut build_id = Vec::new();
        let mut is_executable = true;
        if is_second {
            let id = body.take(24)?;
            if misc & HAS_BUILD_ID != 0 {
                build_id = id.get(4..)?.get(..usize::from(*id.first()?).min(20))?.to_vec();
            }
            is_executable = body.u32()? & 4 != 0;
            body.u32()?;
        }
        let path = String::from_utf8_lossy(body.text()).into_owned();
        let is_kernel = mode(misc) == Mode::Kernel || process == u32::MAX;
        let binary = self.binary(path, build_id, is_kernel, is_executable.then_some(process));
        let row = self.names.binary(binary, offset);
        let map = Map { start, end: start.saturating_add(length), offset, binary: row };
        self.spaces.map((!is_kernel).then_some(process), map);
        Some(())
    }

    /// What is mapped under this path; `process` when it is code.
    fn binary(&self, path: String, mut build_id: Vec<u8>, is_kernel: bool, process: Option<u32>) -> Binary {
        let is_main = is_kernel && path.starts_with("[kernel.kallsyms]");
        let made = ["//anon", "[anon", "/dev/zero", "/anon_hugepage", "[heap]", "[stack", "/memfd:"];
        let kind = match process {
            _ if is_main => Kind::Kernel,
            Some(process) if !is_kernel && made.iter().any(|start| path.starts_with(start)) => Kind::Jit(process),
            _ => Kind::User,
        };
        let path = if is_main { "[kernel.kallsyms]".to_owned() } else { path };
        if build_id.is_empty() {
            build_id = self.recording.build_ids.get(path.as_bytes()).cloned().unwrap_or_default();
        }
        Binary { path, build_id, kind }
    }

    fn comm(&mut self, mut body: Bytes<'_>) -> Result<Option<()>, ProfileError> {
        let (Some(process), Some(thread)) = (body.u32(), body.u32()) else { return Ok(None) };
        let name = self.builder.text_bytes(body.text())?;
        self.tasks.insert(thread, Task { process, name, row: None });
        Ok(Some(()))
    }

    fn fork(&mut self, mut body: Bytes<'_>) -> Result<Option<()>, ProfileError> {
        let (Some(process), Some(parent)) = (body.u32(), body.u32()) else { return Ok(None) };
        let (Some(thread), Some(parent_thread)) = (body.u32(), body.u32()) else { return Ok(None) };
        let known = self.tasks.get(&parent_thread).or_else(|| self.tasks.get(&parent));
        let name = known.map(|task| task.name).unwrap_or_default();
        self.tasks.insert(thread, Task { process, name, row: None });
        if process != parent {
            self.spaces.fork(parent, process);
        }
        Ok(Some(()))
    }

    fn exit(&mut self, mut body: Bytes<'_>) -> Option<()> {
        let (process, _, thread) = (body.u32()?, body.u32()?, body.u32()?);
        self.tasks.remove(&thread);
        if process == thread {
            self.spaces.end(process);
        }
        Some(())
    }

    fn lost(&mut self, mut body: Bytes<'_>, before: usize) -> Option<()> {
        body.take(before)?;
        self.lost = self.lost.saturating_add(body.u64()?);
        Some(())
    }

    fn patch(&mut self, mut body: Bytes<'_>) -> Option<()> {
        const REMOVED: u16 = 1;
        let (start, length, _, flags) = (body.u64()?, body.u32()?, body.u16()?, body.u16()?);
        if flags & REMOVED == 0 {
            self.names.patch(start, u64::from(length), body.text());
        }
        Some(())
    }

    fn sample(&mut self, record: &Record<'_>, body: Bytes<'_>) -> Result<(), ProfileError> {
        let Some(event) = self.recording.events.get(event_row(self.recording, body)).filter(|event| !event.is_dummy()) else {
            return Ok(());
        };
        let Some(sample) = event.sample(body) else {
            self.builder.flaw("is a sample that is too short and was left out");
            return Ok(());
        };
        self.frames(sample.process, sample.address, sample.chain, mode(record.misc))?;
        let stack = self.builder.stack_of(self.chain.drain(..).rev())?;
        let time_ns = sample.time.map(|time| self.since_first(time));
        let thread = Some(self.thread(sample.process, sample.thread)?);
        let period = sample.period.filter(|&period| period > 0);
        self.events.sample(&mut self.builder, event.name.as_bytes(), period, stack, At { thread, time_ns })
    }

    /// The frames of a sample, the innermost first.
    fn frames(&mut self, process: u32, address: Option<u64>, chain: &[u8], mut now: Mode) -> Result<(), ProfileError> {
        let innermost = now;
        let mut chain = Bytes::new(chain, self.recording.is_big);
        while let Some(address) = chain.u64() {
            if address < CONTEXTS {
                self.frame(process, address, now)?;
            } else {
                now = match address {
                    KERNEL => Mode::Kernel,
                    USER => Mode::User,
                    _ => Mode::Other,
                };
            }
        }
        if let Some(address) = address.filter(|_| self.chain.is_empty()) {
            self.frame(process, address, innermost)?;
        }
        Ok(())
    }

    fn frame(&mut self, process: u32, address: u64, mode: Mode) -> Result<(), ProfileError> {
        let space = match mode {
            Mode::User => self.spaces.of(process),
            Mode::Kernel => Some(&self.spaces.kernel),
            Mode::Other => None,
        };
        let frame = self.names.frame(&mut self.builder, space, address, mode == Mode::Kernel)?;
        self.chain.push(frame);
        Ok(())
    }

    fn since_first(&mut self, time: u64) -> i64 {
        let first = *self.first.get_or_insert(time);
        self.last = self.last.max(time);
        i64::try_from(time.saturating_sub(first)).unwrap_or(i64::MAX)
    }

    fn thread(&mut self, process: u32, thread: u32) -> Result<ThreadId, ProfileError> {
        let task = self.tasks.get(&thread).copied().unwrap_or_default();
        if let Some(row) = task.row.filter(|_| task.process == process) {
            return Ok(row);
        }
        let name = match thread {
            // What runs when nothing does.
            0 => self.builder.text("swapper")?,
            _ => task.name,
        };
        let process_name = self.tasks.get(&process).map_or(name, |main| main.name);
        let numbers = |number: u32| Some(i64::from(number.cast_signed()));
        let row = self.builder.thread(Thread { name, id: numbers(thread), process_name, process_id: numbers(process) })?;
        self.tasks.insert(thread, Task { process, name, row: Some(row) });
        Ok(row)
    }

    /// The profile, with what is to be told of it.
    pub(super) fn finish(mut self) -> Result<Profile, ProfileError> {
        let builder = &mut self.builder;
        let warnings = &mut builder.profile.warnings;
        warnings.extend(self.recording.warnings.iter().map(|text| format!("{text}.")));
        if self.lost > 0 {
            warnings.push(format!("perf lost {} records while it recorded: figures are too small.", self.lost));
        }
        if self.recording.events.iter().any(super::Attr::copies_stacks) {
            warnings.push(COPIES.into());
        }
        let is_file = builder.context.folder.is_some();
        warnings.extend(self.names.warning().map(|text| if is_file { text } else { NO_FILE.into() }));
        if !self.recording.command_line.is_empty() {
            builder.profile.comments.push(format!("cmdline: {}", self.recording.command_line));
        }
        builder.profile.duration_ns = self.first.map(|first| self.last.saturating_sub(first));
        self.events.finish(&mut self.builder)?;
        Ok(self.builder.finish(None))
    }
}

const NO_FILE: &str = "Functions have no names: their binaries are looked for only when the recording is opened as a file.";
const COPIES: &str = "Stacks were copied while it was recorded (--call-graph dwarf) and are not walked: only the innermost call of user code is \
                      shown. Open what “perf script” prints of it, where the callers are.";

/// Who ran, from a record's header.
fn mode(misc: u16) -> Mode {
    match misc & 7 {
        1 => Mode::Kernel,
        0 | 2 => Mode::User,
        _ => Mode::Other,
    }
}
