//! Texts, addresses and call chains of a recording, each named by its number, from 1 on.

use std::collections::HashSet;

use super::Numbers;
use crate::profile::build::{Builder, Spot};
use crate::profile::error::ProfileError;
use crate::profile::model::{FrameId, Mapping, StringId};

/// What allocates for C++: its caller is shown instead, as heaptrack does.
const OPERATOR_NEW: [&[u8]; 4] = [
    b"operator new(unsigned long)",
    b"operator new[](unsigned long)",
    b"operator new(unsigned int)",
    b"operator new[](unsigned int)",
];

/// The tables.
#[derive(Default)]
pub(super) struct Tables {
    texts: Vec<StringId>,
    /// Frames of each address, the innermost of what was inlined there first, and where those of each end.
    frames: Vec<FrameId>,
    ends: Vec<u32>,
    /// Address and caller's chain of each chain; both 0 for none.
    traces: Vec<(u32, u32)>,
    /// Numbers of the texts of [`OPERATOR_NEW`] and of addresses in these functions.
    new_texts: HashSet<u64>,
    new_addresses: HashSet<u32>,
}

impl Tables {
    pub(super) fn is_empty(&self) -> bool {
        self.traces.is_empty() && self.frames.is_empty()
    }

    /// Bytes held.
    pub(super) fn memory_bytes(&self) -> u64 {
        let words = self.texts.capacity() + self.frames.capacity() + self.ends.capacity() + self.traces.capacity() * 2;
        (words + self.new_addresses.capacity() * 4) as u64 * 4
    }

    /// A text; from version 3 on its length stands before it.
    pub(super) fn text(&mut self, builder: &mut Builder<'_>, line: &[u8], version: u64) -> Result<(), ProfileError> {
        let mut text = line;
        if version >= 3 {
            let mut numbers = Numbers(line);
            let length = numbers.next().and_then(|length| usize::try_from(length).ok());
            text = match length.and_then(|length| numbers.0.get(..length)) {
                Some(text) => text,
                None => {
                    builder.flaw("has a text of another length than it says");
                    numbers.0
                }
            };
        }
        let id = builder.text_bytes(text)?;
        self.texts.push(id);
        if OPERATOR_NEW.contains(&text) {
            self.new_texts.insert(self.texts.len() as u64);
        }
        builder.tick()
    }

    /// The text of a number; empty for none.
    fn get(&self, number: u64) -> StringId {
        let row = number.checked_sub(1).and_then(|row| usize::try_from(row).ok());
        row.and_then(|row| self.texts.get(row).copied()).unwrap_or_default()
    }

    /// An address with its binary, and function, file and line of what lies there, the innermost first.
    pub(super) fn address(&mut self, builder: &mut Builder<'_>, line: &[u8]) -> Result<(), ProfileError> {
        let mut numbers = Numbers(line);
        let address = numbers.next().unwrap_or(0);
        let module = self.get(numbers.next().unwrap_or(0));
        let mapping = match module {
            StringId(0) => None,
            file => Some(builder.mapping(Mapping { file, ..Mapping::default() })?),
        };
        let mut of_first = || numbers.next().unwrap_or(0);
        // Without a file the function stands alone.
        let mut present = (of_first(), of_first(), of_first());
        if self.new_texts.contains(&present.0) {
            self.new_addresses.insert(self.ends.len() as u32 + 1);
        }
        loop {
            let caller = place(&mut numbers);
            let line = u32::try_from(present.2).unwrap_or(0);
            let frame =
                self.frame(builder, Spot { line, address, inlined: caller.is_some(), mapping, ..Spot::default() }, present)?;
            self.frames.push(frame);
            match caller {
                Some(caller) => present = caller,
                None => break,
            }
        }
        self.ends.push(u32::try_from(self.frames.len()).map_err(|_| builder.full())?);
        Ok(())
    }

    fn frame(&self, builder: &mut Builder<'_>, spot: Spot, (name, file, _): (u64, u64, u64)) -> Result<FrameId, ProfileError> {
        let name = match self.get(name) {
            StringId(0) => builder.text(&format!("0x{:x}", spot.address))?,
            name => name,
        };
        let function = builder.function(name, self.get(file), 0)?;
        builder.frame(Spot { function, ..spot })
    }

    /// A call chain: an address, and the chain that called it.
    pub(super) fn trace(&mut self, line: &[u8]) -> bool {
        let mut numbers = Numbers(line);
        let mut next = || numbers.next().and_then(|number| u32::try_from(number).ok());
        let (address, parent) = (next(), next());
        // A chain that is not there yet would make a circle possible.
        let known = parent.filter(|&parent| parent as usize <= self.traces.len());
        let mut trace = (address.unwrap_or(0), known.unwrap_or(0));
        while self.new_addresses.contains(&trace.0) {
            trace = self.get_trace(trace.1);
        }
        self.traces.push(trace);
        address.is_some() && known.is_some()
    }

    fn get_trace(&self, number: u32) -> (u32, u32) {
        let row = (number as usize).checked_sub(1);
        row.and_then(|row| self.traces.get(row).copied()).unwrap_or_default()
    }

    /// Begins the stack of a chain.
    pub(super) fn push_stack(&self, builder: &mut Builder<'_>, trace: u32) -> Result<(), ProfileError> {
        let (mut address, mut parent) = self.get_trace(trace);
        if address == 0 {
            let frame = builder.named(b"??")?;
            builder.push(frame);
        }
        while address != 0 {
            self.frames_of(address).iter().for_each(|&frame| builder.push(frame));
            (address, parent) = self.get_trace(parent);
        }
        builder.reverse();
        Ok(())
    }

    fn frames_of(&self, address: u32) -> &[FrameId] {
        let end = |row: usize| self.ends.get(row).map_or(0, |&end| end as usize);
        let row = address as usize - 1;
        let start = row.checked_sub(1).map_or(0, end);
        self.frames.get(start..end(row)).unwrap_or_default()
    }
}

/// Numbers of function and file, and the line.
fn place(numbers: &mut Numbers<'_>) -> Option<(u64, u64, u64)> {
    Some((numbers.next()?, numbers.next()?, numbers.next()?))
}
