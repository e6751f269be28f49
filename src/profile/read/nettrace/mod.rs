//! Traces of .NET (`.nettrace`), as `dotnet-trace`, `dotnet-monitor` and the runtime itself write them: versions 4 and 5 (.NET Core 3
//! and newer), <https://github.com/microsoft/perfview/blob/main/src/TraceEvent/EventPipe/NetTraceFormat_v5.md>, and version 6,
//! <https://github.com/microsoft/perfview/blob/main/src/TraceEvent/EventPipe/NetTraceFormat.md>.
//!
//! A trace is a row of blocks: of events, of what describes them, of stacks as addresses. One block is in memory at a time. Methods
//! are events too, mostly at the end.

mod about;
mod bytes;
mod events;
mod kinds;
mod rows;
mod symbols;
mod trace;

use std::io::Read;

use super::Context;
use super::head::Head;
use super::source::Source;
use super::wire::Fault;
use super::wire::Problem;
use crate::profile::build::Builder;
use crate::profile::error::{Place, ProfileError};
use crate::profile::model::Profile;
use about::{about, about_6};
use bytes::Bytes;
use rows::Rows;
use trace::{ThreadInfo, Trace};

const MAGIC: &[u8] = b"Nettrace";
/// Behind the magic, of versions before 6: a text behind its length.
const OLD: &[u8] = b"\x14\0\0\0!FastSerialization.1";

/// Whether it begins as a trace does.
pub(super) fn is_nettrace(head: &Head<'_>) -> bool {
    head.starts_with(MAGIC)
}

/// Reads a trace, block by block.
pub(super) fn read(source: &mut Source<'_>, _: &Head<'_>, context: Context<'_>) -> Result<Profile, ProfileError> {
    let trace = Trace::new(Builder::new(".NET trace", context));
    let mut reader = Reader { source, trace, version: 4, at: 0, block: Vec::new(), first_fault: None };
    match reader.all() {
        Ok(()) => {}
        Err(Stop::Profile(error)) => return Err(error),
        Err(Stop::Early) => reader.cut_off()?,
        Err(Stop::Fault(fault)) => reader.note(&fault),
    }
    let Reader { mut trace, first_fault, .. } = reader;
    if let Some(error) = first_fault {
        if !trace.has_something() {
            return Err(error);
        }
        trace.builder.profile.warnings.push(format!("A part was left out: {error}."));
    }
    trace.finish()
}

/// Why reading stops.
enum Stop {
    /// The trace ends early.
    Early,
    Fault(Fault),
    Profile(ProfileError),
}

impl From<ProfileError> for Stop {
    fn from(error: ProfileError) -> Self {
        Self::Profile(error)
    }
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// Kinds of blocks of version 6.
mod block {
    pub(super) const END: u32 = 0;
    pub(super) const TRACE: u32 = 1;
    pub(super) const EVENTS: u32 = 2;
    pub(super) const METADATA: u32 = 3;
    pub(super) const SEQUENCE_POINT: u32 = 4;
    pub(super) const STACKS: u32 = 5;
    pub(super) const THREADS: u32 = 6;
}

struct Reader<'s, 'b, 'a> {
    source: &'s mut Source<'b>,
    trace: Trace<'a>,
    version: u32,
    /// Bytes read so far.
    at: u64,
    block: Vec<u8>,
    first_fault: Option<ProfileError>,
}

impl Reader<'_, '_, '_> {
    /// Reads so many bytes into `block`. What a block claims is never reserved: only what is there is read.
    fn fill(&mut self, count: usize) -> Result<(), Stop> {
        self.block.clear();
        let read = self.source.by_ref().take(count as u64).read_to_end(&mut self.block);
        self.at += self.block.len() as u64;
        if let Err(error) = read {
            match self.source.explain(error) {
                error @ ProfileError::Damaged { .. } => _ = self.first_fault.get_or_insert(error),
                error => return Err(error.into()),
            }
        }
        self.trace.builder.has_room(self.block.len() as u64)?;
        if self.block.len() < count { Err(Stop::Early) } else { Ok(()) }
    }

    fn u32(&mut self) -> Result<u32, Stop> {
        self.fill(4)?;
        Ok(Bytes::new(&self.block).u32()?)
    }

    /// A fault at the beginning of what was filled last.
    fn wrong(&self, problem: impl Into<String>) -> Stop {
        Stop::Fault(Fault { at: self.at.saturating_sub(self.block.len() as u64), problem: problem.into(), too_large: false })
    }

    fn note(&mut self, fault: &Fault) {
        let error = self.trace.builder.context.damaged(fault.at, fault.problem.clone());
        self.first_fault.get_or_insert(error);
    }

    fn cut_off(&mut self) -> Result<(), ProfileError> {
        if !self.trace.has_something() && self.first_fault.is_none() {
            self.trace.builder.place = Place::File;
            return Err(self.trace.builder.damaged("it ends before the first event"));
        }
        let remark = "The trace was not finished or is cut off. What could be read is shown; names of methods may be missing.";
        self.trace.builder.profile.warnings.push(remark.into());
        Ok(())
    }

    fn all(&mut self) -> Result<(), Stop> {
        self.fill(12)?;
        let mut bytes = Bytes::new(&self.block);
        bytes.skip(MAGIC.len())?;
        if bytes.u32()? == 0 {
            return self.blocks();
        }
        self.fill(OLD.len() - 4)?;
        if OLD.get(4..) != Some(self.block.as_slice()) {
            return Err(self.wrong("the text “!FastSerialization.1” is missing"));
        }
        while self.object()? {}
        Ok(())
    }

    /// Reads an object of versions 4 and 5; `false` at the end.
    fn object(&mut self) -> Result<bool, Stop> {
        self.fill(1)?;
        match self.block.as_slice() {
            [5] => {}
            [0 | 1] => return Ok(false),
            _ => return Err(self.wrong("an object should begin")),
        }
        self.fill(14)?;
        let mut bytes = Bytes::new(&self.block);
        let tags = (bytes.u8()?, bytes.u8()?);
        let (version, _, length) = (bytes.u32()?, bytes.u32()?, bytes.u32()? as usize);
        if tags != (5, 1) || length > 64 {
            return Err(self.wrong("an object's kind is not told"));
        }
        self.fill(length)?;
        let name = String::from_utf8_lossy(&self.block).into_owned();
        self.fill(1)?;
        if name == "Trace" {
            self.version = version.clamp(4, 5);
            self.fill(48)?;
            self.trace.about = about(&self.block).map_err(|fault| self.placed(fault))?;
        } else {
            let size = self.u32()? as usize;
            self.fill(((4 - self.at % 4) % 4) as usize)?;
            self.fill(size)?;
            let kind = match name.as_str() {
                "EventBlock" => block::EVENTS,
                "MetadataBlock" => block::METADATA,
                "StackBlock" => block::STACKS,
                "SPBlock" => block::SEQUENCE_POINT,
                _ => u32::MAX,
            };
            self.read_block(kind)?;
        }
        self.fill(1)?;
        if self.block.as_slice() == [6] { Ok(true) } else { Err(self.wrong("an object should end")) }
    }

    /// Reads the blocks of version 6.
    fn blocks(&mut self) -> Result<(), Stop> {
        self.version = self.u32()?;
        if self.version != 6 {
            return Err(self.wrong(format!("it is of version {}; versions 4 to 6 can be read", self.version)));
        }
        self.fill(4)?;
        loop {
            let header = self.u32()?;
            if header >> 24 == block::END {
                return Ok(());
            }
            self.fill((header & 0xff_ffff) as usize)?;
            self.read_block(header >> 24)?;
        }
    }

    /// Reads the block that was filled last. What is wrong within it is noted; the next block is not touched by it.
    fn read_block(&mut self, kind: u32) -> Result<(), Stop> {
        let block = std::mem::take(&mut self.block);
        let outcome = match kind {
            block::TRACE => about_6(&block).map(|about| self.trace.about = about).map_err(Stop::from),
            block::EVENTS => self.events(&block),
            block::METADATA if self.version >= 6 => kinds::read_block(&block, &mut self.trace.known).map_err(Stop::from),
            block::METADATA => self.metadata(&block),
            block::STACKS => self.trace.stack_block(&block).map_err(|problem| match problem {
                Problem::Fault => Stop::Fault(Fault::new(0, "a block of stacks is damaged")),
                Problem::Profile(error) => Stop::Profile(error),
            }),
            block::SEQUENCE_POINT => self.sequence_point(&block).map_err(Stop::from),
            block::THREADS => self.threads(&block).map_err(Stop::from),
            _ => Ok(()),
        };
        self.block = block;
        match outcome {
            Err(Stop::Fault(fault)) => {
                let fault = self.placed(fault);
                self.note(&fault);
                Ok(())
            }
            other => other,
        }
    }

    /// A fault in the block that was filled last, placed in the file.
    fn placed(&self, fault: Fault) -> Fault {
        Fault { at: self.at.saturating_sub(self.block.len() as u64) + fault.at, ..fault }
    }

    fn events(&mut self, block: &[u8]) -> Result<(), Stop> {
        let start = self.at.saturating_sub(block.len() as u64);
        let mut rows = Rows::new(block, self.version)?;
        while let Some(row) = rows.next()? {
            self.trace.builder.place = self.trace.builder.context.place(start + row.at as u64);
            match self.trace.event(&row) {
                Ok(()) => {}
                Err(Problem::Fault) => self.trace.builder.flaw("is an event that is damaged, and was left out"),
                Err(Problem::Profile(error)) => return Err(error.into()),
            }
        }
        Ok(())
    }

    fn metadata(&mut self, block: &[u8]) -> Result<(), Stop> {
        let mut rows = Rows::new(block, self.version)?;
        while let Some(row) = rows.next()? {
            kinds::read(row.payload, &mut self.trace.known)?;
            self.trace.builder.tick()?;
        }
        Ok(())
    }

    /// Numbers of stacks begin anew; from version 6 on those of threads and descriptions may as well.
    fn sequence_point(&mut self, block: &[u8]) -> Result<(), Fault> {
        self.trace.forget_stacks();
        if self.version >= 6 {
            let mut bytes = Bytes::new(block);
            bytes.skip(8)?;
            let flags = bytes.u32()?;
            if flags & 1 != 0 {
                self.trace.forget_threads();
            }
            if flags & 2 != 0 {
                self.trace.known.clear();
            }
        }
        Ok(())
    }

    fn threads(&mut self, block: &[u8]) -> Result<(), Fault> {
        let mut bytes = Bytes::new(block);
        while bytes.left() > 0 {
            let size = usize::from(bytes.u16()?);
            let mut row = Bytes::new(bytes.take(size)?);
            let index = row.varint()?;
            let mut info = ThreadInfo::default();
            while row.left() > 0 {
                match row.u8()? {
                    1 => info.name = row.utf8()?,
                    2 => info.process = Some(row.varint()?.cast_signed()),
                    3 => info.id = Some(row.varint()?.cast_signed()),
                    4 => drop((row.utf8()?, row.utf8()?)),
                    _ => break,
                }
            }
            self.trace.set_thread(index, info);
        }
        Ok(())
    }
}
