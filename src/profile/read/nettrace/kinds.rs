//! Which events are of interest, and what describes them.
//!
//! Payloads: <https://learn.microsoft.com/en-us/dotnet/fundamentals/diagnostics/runtime-events> and, of the kinds that are not
//! bound to .NET, <https://github.com/microsoft/perfview/blob/main/src/TraceEvent/EventPipe/UniversalProviders.md>.

use std::collections::HashMap;

use super::super::wire::Fault;
use super::bytes::Bytes;

/// What an event tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A thread was sampled.
    Sample,
    /// About so many bytes were allocated.
    Allocation,
    Exception,
    /// A thread had to wait for a lock.
    ContentionStop,
    /// The name of code at an address.
    Method,
    /// A binary with managed code.
    Module,
    GcStart,
    GcEnd,
    /// Sizes of the heap.
    HeapStats,
    SuspendBegin,
    RestartEnd,
    /// A sample of a machine-wide recording.
    UniversalSample,
    Mapping,
    Symbol,
    Other,
}

/// What describes a class of events.
#[derive(Clone, Copy, Debug)]
pub(super) struct Metadata {
    pub(super) kind: Kind,
    pub(super) version: u32,
}

const RUNTIME: &str = "Microsoft-Windows-DotNETRuntime";
const RUNDOWN: &str = "Microsoft-Windows-DotNETRuntimeRundown";

fn kind(provider: &str, id: u32, name: &str) -> Kind {
    match (provider, id, name) {
        ("Microsoft-DotNETCore-SampleProfiler", 0, _) => Kind::Sample,
        (RUNTIME, 1, _) => Kind::GcStart,
        (RUNTIME, 2, _) => Kind::GcEnd,
        (RUNTIME, 3, _) => Kind::RestartEnd,
        (RUNTIME, 4, _) => Kind::HeapStats,
        (RUNTIME, 9, _) => Kind::SuspendBegin,
        (RUNTIME, 10, _) => Kind::Allocation,
        (RUNTIME, 80, _) => Kind::Exception,
        (RUNTIME, 91, _) => Kind::ContentionStop,
        (RUNTIME, 143, _) | (RUNDOWN, 143 | 144, _) => Kind::Method,
        (RUNTIME, 152, _) | (RUNDOWN, 153 | 154, _) => Kind::Module,
        ("Universal.Events", _, "cpu") => Kind::UniversalSample,
        ("Universal.System", _, "ProcessMapping") => Kind::Mapping,
        ("Universal.System", _, "ProcessSymbol") => Kind::Symbol,
        _ => Kind::Other,
    }
}

/// The descriptions read so far, by number.
pub(super) type Known = HashMap<u32, Metadata>;

/// Reads a description of versions 4 and 5. What follows the names is not needed.
pub(super) fn read(payload: &[u8], known: &mut Known) -> Result<(), Fault> {
    let mut bytes = Bytes::new(payload);
    let number = bytes.u32()?;
    let provider = bytes.utf16()?;
    let id = bytes.u32()?;
    let name = bytes.utf16()?;
    bytes.skip(8)?;
    let version = bytes.u32()?;
    known.insert(number, Metadata { kind: kind(&provider, id, &name), version });
    Ok(())
}

/// Reads a block of descriptions of version 6.
pub(super) fn read_block(block: &[u8], known: &mut Known) -> Result<(), Fault> {
    let mut bytes = Bytes::new(block);
    let header = usize::from(bytes.u16()?);
    bytes.skip(header)?;
    while bytes.left() > 0 {
        let size = usize::from(bytes.u16()?);
        let mut row = Bytes::new(bytes.take(size)?);
        let number = row.varint()? as u32;
        let provider = row.utf8()?;
        let id = row.varint()? as u32;
        let name = row.utf8()?;
        let fields = row.u16()?;
        for _ in 0..fields {
            let size = usize::from(row.u16()?);
            row.skip(size)?;
        }
        let version = version(&mut row).unwrap_or(0);
        known.insert(number, Metadata { kind: kind(&provider, id, &name), version });
    }
    Ok(())
}

/// The version among what may be told of an event.
fn version(row: &mut Bytes<'_>) -> Result<u32, Fault> {
    let size = usize::from(row.u16()?);
    let mut told = Bytes::new(row.take(size)?);
    while told.left() > 0 {
        match told.u8()? {
            9 => return told.u8().map(u32::from),
            1 | 8 => told.skip(1)?,
            3 => told.skip(8)?,
            4 | 5 => drop(told.utf8()?),
            6 => drop((told.utf8()?, told.utf8()?)),
            7 => told.skip(16)?,
            _ => break,
        }
    }
    Ok(0)
}
