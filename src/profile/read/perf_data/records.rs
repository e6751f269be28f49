//! The records of a recording, one behind the other, unpacked where they are packed.

use std::borrow::Cow;

use zstd::stream::raw::{Decoder, InBuffer, Operation, OutBuffer};

use crate::profile::read::bytes::Bytes;

pub(super) const MMAP: u32 = 1;
pub(super) const LOST: u32 = 2;
pub(super) const COMM: u32 = 3;
pub(super) const EXIT: u32 = 4;
pub(super) const FORK: u32 = 7;
pub(super) const SAMPLE: u32 = 9;
pub(super) const MMAP2: u32 = 10;
pub(super) const LOST_SAMPLES: u32 = 13;
pub(super) const KSYMBOL: u32 = 17;
pub(super) const HEADER_ATTR: u32 = 64;
pub(super) const TRACING_DATA: u32 = 66;
pub(super) const HEADER_BUILD_ID: u32 = 67;
pub(super) const AUXTRACE: u32 = 71;
pub(super) const EVENT_UPDATE: u32 = 78;
pub(super) const HEADER_FEATURE: u32 = 80;
const COMPRESSED: u32 = 81;
const COMPRESSED2: u32 = 83;

/// A record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record<'d> {
    pub(super) kind: u32,
    pub(super) misc: u16,
    /// Without its header.
    pub(super) body: &'d [u8],
    /// Where it begins in the data.
    pub(super) at: usize,
}

/// Walks through records.
pub(super) struct Records<'d> {
    data: &'d [u8],
    at: usize,
    is_big: bool,
    /// Whether the last record was cut off.
    pub(super) is_cut: bool,
}

impl<'d> Records<'d> {
    /// The records of `data` from a place on.
    pub(super) fn new(data: &'d [u8], at: usize, is_big: bool) -> Self {
        Self { data, at, is_big, is_cut: false }
    }

    /// The record at a place.
    pub(super) fn get(data: &'d [u8], at: usize, is_big: bool) -> Option<Record<'d>> {
        let mut header = Bytes::new(data.get(at..)?, is_big);
        let (kind, misc, size) = (header.u32()?, header.u16()?, header.u16()?);
        let body = header.take(usize::from(size).checked_sub(8)?)?;
        Some(Record { kind, misc, body, at })
    }
}

impl<'d> Iterator for Records<'d> {
    type Item = Record<'d>;

    fn next(&mut self) -> Option<Record<'d>> {
        if self.at >= self.data.len() {
            return None;
        }
        let Some(record) = Self::get(self.data, self.at, self.is_big) else {
            self.is_cut = true;
            return None;
        };
        // Some say how much that is no record follows them.
        let mut body = Bytes::new(record.body, self.is_big);
        let behind = match record.kind {
            AUXTRACE => body.u64().unwrap_or(0),
            TRACING_DATA => u64::from(body.u32().unwrap_or(0)).next_multiple_of(8),
            _ => 0,
        };
        let behind = usize::try_from(behind).unwrap_or(usize::MAX);
        self.at = self.at.saturating_add(record.body.len() + 8).saturating_add(behind);
        Some(record)
    }
}

/// What the packed records hold behind the plain ones, if there are any packed ones; the data as it is if not. The second value says what is
/// wrong: records that could not be unpacked are left out. `None` when it would be more than `limit` bytes.
pub(super) fn unpacked(data: &[u8], is_big: bool, limit: u64) -> Option<(Cow<'_, [u8]>, Option<&'static str>)> {
    let is_packed = |record: &Record<'_>| matches!(record.kind, COMPRESSED | COMPRESSED2);
    if !Records::new(data, 0, is_big).any(|record| is_packed(&record)) {
        return Some((Cow::Borrowed(data), None));
    }
    let (mut plain, mut packed, mut flaw) = (Vec::new(), Vec::new(), None);
    // The packed records are pieces of one stream: a record can begin in one and end in the next.
    let mut decoder = Decoder::new().ok()?;
    let mut records = Records::new(data, 0, is_big);
    while let Some(record) = records.next() {
        if !is_packed(&record) {
            plain.extend_from_slice(data.get(record.at..records.at.min(data.len())).unwrap_or_default());
        } else if flaw.is_none() {
            let content = if record.kind == COMPRESSED { record.body } else { sized(record.body, is_big) };
            flaw = unpack(&mut decoder, content, &mut packed, limit)?;
        }
    }
    plain.append(&mut packed);
    Some((Cow::Owned(plain), flaw))
}

/// What follows a length, without the zeros that fill it up.
fn sized(body: &[u8], is_big: bool) -> &[u8] {
    let mut bytes = Bytes::new(body, is_big);
    let size = bytes.u64().and_then(|size| usize::try_from(size).ok()).unwrap_or(0);
    bytes.take(size.min(bytes.len())).unwrap_or_default()
}

/// Unpacks a piece behind `out`. `None` when that grows beyond the limit, else what is wrong.
fn unpack(decoder: &mut Decoder<'_>, content: &[u8], out: &mut Vec<u8>, limit: u64) -> Option<Option<&'static str>> {
    let mut input = InBuffer::around(content);
    let mut buffer = [0; 16 << 10];
    loop {
        let before = input.pos();
        let mut output = OutBuffer::around(buffer.as_mut_slice());
        if decoder.run(&mut input, &mut output).is_err() {
            return Some(Some("Packed records are damaged: what comes behind them was left out"));
        }
        let written = output.as_slice();
        out.extend_from_slice(written);
        if out.len() as u64 > limit {
            return None;
        }
        let stands_still = input.pos() == before && written.is_empty();
        if stands_still || input.pos() >= content.len() && written.len() < (16 << 10) {
            return Some(None);
        }
    }
}
