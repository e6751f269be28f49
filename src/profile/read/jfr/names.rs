//! Turns the numbers of a chunk into rows of the profile's tables, each once.

use std::borrow::Cow;
use std::collections::HashMap;

use super::super::wire::Problem;
use super::input::Input;
use super::pools::{Pools, RawFrame};
use crate::profile::build::{Builder, Spot};
use crate::profile::error::ProfileError;
use crate::profile::model::{FrameId, FunctionId, Mapping, MappingId, StackId, StringId, Thread, ThreadId};

/// A stack that was looked up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub(super) stack: StackId,
    /// How many frames it has, when the recorder cut it off.
    pub(super) cut_at: Option<usize>,
    /// The file names a stack that is not there.
    pub(super) missing: bool,
}

/// How code of a frame came to be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Code {
    Java,
    Inlined,
    /// Machine code of a library: the class is its name.
    Native,
}

/// What was looked up in the pools of a chunk.
pub(super) struct Names<'a> {
    pub(super) pools: Pools<'a>,
    /// The whole chunk.
    input: Input<'a>,
    stacks: HashMap<u64, Found>,
    frames: HashMap<(u64, u32, u64), FrameId>,
    threads: HashMap<u64, Option<ThreadId>>,
    kinds: HashMap<u64, Code>,
    native_is_machine_code: bool,
    scratch: Vec<RawFrame>,
    last_thread: (u64, Option<ThreadId>),
}

impl<'a> Names<'a> {
    pub(super) fn new(pools: Pools<'a>, input: Input<'a>) -> Self {
        Self {
            native_is_machine_code: pools.has_kernel_frames(),
            pools,
            input,
            stacks: HashMap::new(),
            frames: HashMap::new(),
            threads: HashMap::new(),
            kinds: HashMap::new(),
            scratch: Vec::new(),
            last_thread: (0, None),
        }
    }

    /// The stack of a number; 0 is the empty one.
    pub(super) fn stack(&mut self, key: u64, builder: &mut Builder<'_>) -> Result<Found, Problem> {
        if let Some(&known) = self.stacks.get(&key) {
            return Ok(known);
        }
        let mut scratch = std::mem::take(&mut self.scratch);
        let truncated = self.pools.stack(key, self.input, &mut scratch)?;
        for &frame in scratch.iter().rev() {
            let frame = self.frame(frame, builder)?;
            builder.push(frame);
        }
        let cut_at = truncated.unwrap_or_default().then_some(scratch.len());
        let found = Found { stack: builder.stack()?, cut_at, missing: truncated.is_none() && key != 0 };
        // A single stack of millions of calls leaves no such list behind.
        if scratch.capacity() <= 1 << 16 {
            self.scratch = scratch;
        }
        builder.tick()?;
        self.stacks.insert(key, found);
        Ok(found)
    }

    fn frame(&mut self, raw: RawFrame, builder: &mut Builder<'_>) -> Result<FrameId, ProfileError> {
        let key = (raw.method, raw.line, raw.kind);
        if let Some(&known) = self.frames.get(&key) {
            return Ok(known);
        }
        let code = self.code(raw.kind);
        let (function, mapping) = self.function(raw.method, code == Code::Native, builder)?;
        // Of machine code, what stands in place of the line is no line.
        let line = if code == Code::Native { 0 } else { raw.line };
        let frame = builder.frame(Spot { function, line, address: 0, inlined: code == Code::Inlined, mapping })?;
        self.frames.insert(key, frame);
        Ok(frame)
    }

    fn code(&mut self, kind: u64) -> Code {
        let (pools, native) = (&self.pools, self.native_is_machine_code);
        *self.kinds.entry(kind).or_insert_with(|| match &*pools.frame_type(kind).decode() {
            b"Inlined" => Code::Inlined,
            b"C++" | b"Kernel" => Code::Native,
            b"Native" if native => Code::Native,
            _ => Code::Java,
        })
    }

    fn function(
        &self,
        method: u64,
        native: bool,
        builder: &mut Builder<'_>,
    ) -> Result<(FunctionId, Option<MappingId>), ProfileError> {
        let method = self.pools.method(method).unwrap_or_default();
        let (class, name) = (self.pools.class_name(method.class).decode(), self.pools.symbol(method.name).decode());
        let name: Cow<'_, [u8]> = if name.is_empty() { Cow::Borrowed(b"<unknown>") } else { name };
        if class.is_empty() || native {
            let mapping =
                if class.is_empty() { None } else { Some(Mapping { file: builder.text_bytes(&class)?, ..Mapping::default() }) };
            let mapping = mapping.map(|mapping| builder.mapping(mapping)).transpose()?;
            let name = builder.text_bytes(&name)?;
            return Ok((builder.function(name, StringId(0), 0)?, mapping));
        }
        let mut full: Vec<u8> = class.iter().map(|&byte| if byte == b'/' { b'.' } else { byte }).collect();
        full.push(b'.');
        full.extend_from_slice(&name);
        let name = builder.text_bytes(&full)?;
        // With the types of its arguments, which tell overloaded methods apart.
        full.extend_from_slice(&self.pools.symbol(method.descriptor).decode());
        let system_name = builder.text_bytes(&full)?;
        Ok((builder.function_of(name, system_name, StringId(0), 0)?, None))
    }

    /// The thread of a number. `None` when there is no such thread.
    pub(super) fn thread(&mut self, key: u64, builder: &mut Builder<'_>) -> Result<Option<ThreadId>, ProfileError> {
        if key == 0 {
            return Ok(None);
        }
        if self.last_thread.0 == key {
            return Ok(self.last_thread.1);
        }
        let found = match self.threads.get(&key) {
            Some(&known) => known,
            None => {
                let found = self.new_thread(key, builder)?;
                self.threads.insert(key, found);
                found
            }
        };
        self.last_thread = (key, found);
        Ok(found)
    }

    fn new_thread(&self, key: u64, builder: &mut Builder<'_>) -> Result<Option<ThreadId>, ProfileError> {
        let Some(thread) = self.pools.thread(key) else { return Ok(None) };
        let java = self.pools.text(thread.java_name).decode();
        let name = if java.is_empty() { self.pools.text(thread.os_name).decode() } else { java };
        let name = builder.text_bytes(&name)?;
        let id = Some(thread.os_id).filter(|&id| id > 0);
        builder.thread(Thread { name, id, ..Thread::default() }).map(Some)
    }
}
