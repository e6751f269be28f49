//! The calls of a sample: the same line is the same frame, so most are found by their text alone.

use std::collections::HashMap;

use super::line::{self, Call};
use crate::profile::build::{Builder, Spot};
use crate::profile::error::ProfileError;
use crate::profile::model::{FrameId, Mapping, StackId, StringId};
use crate::profile::read::binaries::base_name;
use crate::profile::read::demangle::demangled;
use crate::profile::strings::Interner;

/// The memory of lines is given up when it has grown to this.
const MOST_BYTES: usize = 64 << 20;

/// Frames by the text of their line, and the calls of the sample that is being read.
#[derive(Default)]
pub(super) struct Calls {
    lines: Interner,
    /// Frame of each line; the empty line has none.
    frames: Vec<Option<FrameId>>,
    /// What a frame was made of, for those whose line of source follows.
    made: HashMap<FrameId, Made>,
    /// Frames by frame and line of source.
    placed: HashMap<(FrameId, StringId), FrameId>,
    stack: Vec<FrameId>,
}

#[derive(Clone, Copy)]
struct Made {
    name: StringId,
    system_name: StringId,
    spot: Spot,
}

impl Calls {
    /// Takes a line below a heading: a call, or the line of source of the last one.
    pub(super) fn line(&mut self, builder: &mut Builder<'_>, text: &[u8]) -> Result<(), ProfileError> {
        // Stacks of unbounded depth count as tables do.
        if self.stack.len().is_multiple_of(4096) {
            builder.has_room(self.stack.len() as u64 * 8)?;
        }
        let row = self.lines.intern_bytes(text).ok_or_else(|| builder.full())?.0 as usize;
        if let Some(&Some(frame)) = self.frames.get(row) {
            self.stack.push(frame);
            return Ok(());
        }
        match line::call(text) {
            Some(call) => {
                let frame = self.frame(builder, &call)?;
                self.stack.push(frame);
                self.remember(row, frame);
                Ok(())
            }
            None => self.place(builder, text),
        }
    }

    /// Ends the sample.
    pub(super) fn finish(&mut self, builder: &mut Builder<'_>) -> Result<StackId, ProfileError> {
        // perf prints the innermost call first.
        builder.stack_of(self.stack.drain(..).rev())
    }

    fn remember(&mut self, row: usize, frame: FrameId) {
        if self.lines.memory_bytes() > MOST_BYTES {
            self.lines = Interner::default();
            self.frames.clear();
            return;
        }
        self.frames.resize(self.frames.len().max(row + 1), None);
        if let Some(place) = self.frames.get_mut(row) {
            *place = Some(frame);
        }
    }

    fn frame(&mut self, builder: &mut Builder<'_>, call: &Call<'_>) -> Result<FrameId, ProfileError> {
        let raw = String::from_utf8_lossy(call.symbol);
        let (name, system_name) = match demangled(&raw) {
            Some(name) => (builder.text(&name)?, builder.text(&raw)?),
            None if raw.is_empty() => (builder.text(&unnamed(call))?, StringId(0)),
            None => (builder.text(&raw)?, StringId(0)),
        };
        let function = builder.function_of(name, system_name, StringId(0), 0)?;
        let mapping = match call.binary {
            b"" => None,
            file => {
                let file = builder.text_bytes(file)?;
                Some(builder.mapping(Mapping { file, ..Mapping::default() })?)
            }
        };
        let spot = Spot { function, line: 0, address: call.address.unwrap_or(0), inlined: call.inlined, mapping };
        let frame = builder.frame(spot)?;
        self.made.insert(frame, Made { name, system_name, spot });
        Ok(frame)
    }

    /// Gives the last call its line of source.
    fn place(&mut self, builder: &mut Builder<'_>, text: &[u8]) -> Result<(), ProfileError> {
        let (Some((file, line, inlined)), Some(last)) = (line::source_line(text), self.stack.last_mut()) else { return Ok(()) };
        if line == 0 || file == b"??" {
            return Ok(());
        }
        let key = (*last, builder.text_bytes(text)?);
        if let Some(&known) = self.placed.get(&key) {
            *last = known;
            return Ok(());
        }
        let Some(&Made { name, system_name, spot }) = self.made.get(last) else { return Ok(()) };
        let file = builder.text_bytes(file)?;
        let function = builder.function_of(name, system_name, file, 0)?;
        *last = builder.frame(Spot { function, line, inlined: spot.inlined || inlined, ..spot })?;
        self.placed.insert(key, *last);
        Ok(())
    }
}

/// A name for a call that perf has none for: by its binary and address where both are known.
fn unnamed(call: &Call<'_>) -> String {
    match (call.binary, call.address) {
        (b"", _) => "[unknown]".into(),
        (binary, Some(address)) => format!("[{}+{address:#x}]", base_name(&String::from_utf8_lossy(binary))),
        (binary, None) => format!("[{}]", base_name(&String::from_utf8_lossy(binary))),
    }
}
