//! The rows of a block of events or (before version 6) of metadata: headers, packed or not, and payloads.

use super::super::wire::Fault;
use super::bytes::Bytes;

/// An event as it lies in its block.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row<'a> {
    /// Number of what describes it.
    pub(super) metadata: u32,
    /// Number of the thread in the system; from version 6 on its row in the table of threads.
    pub(super) thread: u64,
    pub(super) stack: u32,
    /// In ticks.
    pub(super) time: u64,
    pub(super) payload: &'a [u8],
    /// Place of the payload in the block.
    pub(super) at: usize,
}

/// The rows of a block.
pub(super) struct Rows<'a> {
    bytes: Bytes<'a>,
    packed: bool,
    version: u32,
    /// What the row before said: what a packed header leaves out.
    metadata: u32,
    thread: u64,
    stack: u32,
    time: u64,
    size: usize,
}

impl<'a> Rows<'a> {
    /// Begins behind the header of a block.
    pub(super) fn new(block: &'a [u8], version: u32) -> Result<Self, Fault> {
        let mut bytes = Bytes::new(block);
        let header = usize::from(bytes.u16()?);
        let packed = bytes.u16()? & 1 != 0;
        bytes.skip(header.checked_sub(4).ok_or_else(|| Fault::new(0, "a block's header is too short"))?)?;
        Ok(Self { bytes, packed, version, metadata: 0, thread: 0, stack: 0, time: 0, size: 0 })
    }

    /// The next row; `None` at the end.
    #[inline]
    pub(super) fn next(&mut self) -> Result<Option<Row<'a>>, Fault> {
        if self.bytes.left() == 0 {
            return Ok(None);
        }
        let header = if self.packed { self.packed_header() } else { self.plain_header() };
        header?;
        let at = self.bytes.at();
        let payload = self.bytes.take(self.size)?;
        if !self.packed && self.version < 6 {
            // Rows begin at a multiple of four; the block does.
            self.bytes.skip(((4 - self.bytes.at() % 4) % 4).min(self.bytes.left()))?;
        }
        let Self { metadata, thread, stack, time, .. } = *self;
        Ok(Some(Row { metadata: metadata & 0x7fff_ffff, thread, stack, time, payload, at }))
    }

    fn packed_header(&mut self) -> Result<(), Fault> {
        let bytes = &mut self.bytes;
        let flags = bytes.u8()?;
        if flags & 1 != 0 {
            self.metadata = bytes.varint()? as u32;
        }
        if flags & 2 != 0 {
            // Sequence number, thread that wrote it down, processor.
            for _ in 0..3 {
                bytes.varint()?;
            }
        }
        if flags & 4 != 0 {
            self.thread = bytes.varint()?;
        }
        if flags & 8 != 0 {
            self.stack = bytes.varint()? as u32;
        }
        self.time = self.time.wrapping_add(bytes.varint()?);
        if self.version >= 6 {
            // The list of labels.
            if flags & 16 != 0 {
                bytes.varint()?;
            }
        } else {
            // The activity and the one it belongs to.
            bytes.skip(16 * usize::from(flags >> 4 & 1) + 16 * usize::from(flags >> 5 & 1))?;
        }
        if flags & 128 != 0 {
            self.size = usize::try_from(bytes.varint()?).unwrap_or(usize::MAX);
        }
        Ok(())
    }

    fn plain_header(&mut self) -> Result<(), Fault> {
        let bytes = &mut self.bytes;
        bytes.skip(4)?;
        self.metadata = bytes.u32()?;
        bytes.skip(4)?;
        self.thread = bytes.u64()?;
        bytes.skip(12)?;
        self.stack = bytes.u32()?;
        self.time = bytes.u64()?;
        bytes.skip(if self.version >= 6 { 4 } else { 32 })?;
        self.size = bytes.u32()? as usize;
        Ok(())
    }
}
