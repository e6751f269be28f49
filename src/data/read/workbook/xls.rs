//! Workbooks of Excel 97–2003 (.xls): what the library will make room for is found out before it is asked to.
//!
//! It holds all sheets at once, each as a full rectangle around its cells, and follows chains of blocks as long as they lead on.

use std::ops::Range;

use crate::data::DataError;
use crate::data::read::Limits;
use crate::data::read::refusal::damaged;
use crate::data::reason::grouped;

/// Rows and columns of the format itself.
const MAX_ROWS: u32 = 65_536;
const MAX_COLUMNS: u32 = 256;
/// Places around the cells of all sheets up to which there is no harm.
const SMALL: u64 = 1 << 24;
/// Places for each cell above that; in real workbooks few are blank.
const MAX_SPREAD: u64 = 32;

const END_OF_CHAIN: u32 = 0xFFFF_FFFE;
/// Numbers of blocks from here on have a meaning of their own.
const RESERVED: u32 = 0xFFFF_FFFA;

/// Checks the bytes of a file.
///
/// # Errors
/// When it breaks off, contradicts itself or asks for too much memory.
pub fn check(file: &str, bytes: &[u8], limits: &Limits) -> Result<(), DataError> {
    let broken = || damaged(file, "its parts contradict each other".into());
    let stream = Blocks::new(bytes).and_then(|blocks| blocks.workbook()).ok_or_else(broken)?;
    let found = Sheets::of(&stream).ok_or_else(broken)?;
    if found.protected {
        return Err(DataError::Password { file: file.into() });
    }
    let most = limits.max_cells.min(SMALL.max(found.cells.saturating_mul(MAX_SPREAD)));
    if found.places > most {
        let [places, cells] = [found.places, found.cells].map(|count| grouped(count.into()));
        let what = format!("its sheets spread {cells} cells over {places} places");
        return Err(DataError::TooLarge { file: file.into(), what });
    }
    Ok(())
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at.checked_add(2)?).and_then(|some| some.try_into().ok()).map(u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at.checked_add(4)?).and_then(|some| some.try_into().ok()).map(u32::from_le_bytes)
}

fn all_u32(bytes: &[u8]) -> Vec<u32> {
    bytes.chunks_exact(4).filter_map(|some| some.try_into().ok().map(u32::from_le_bytes)).collect()
}

/// A file of blocks that form streams (MS-CFB).
struct Blocks<'a> {
    bytes: &'a [u8],
    size: usize,
    /// The block that follows each.
    next: Vec<u32>,
    directory: Vec<u8>,
    small: Vec<u8>,
    small_next: Vec<u32>,
}

impl<'a> Blocks<'a> {
    /// `None` when it is no such file, or a chain of blocks in it has no end.
    fn new(bytes: &'a [u8]) -> Option<Self> {
        let size = match u16_at(bytes, 30)? {
            9 => 512,
            12 => 4096,
            _ => return None,
        };
        let mut blocks = Self { bytes, size, next: Vec::new(), directory: Vec::new(), small: Vec::new(), small_next: Vec::new() };
        let mut lists = all_u32(bytes.get(76..512)?);
        let (mut list, mut left) = (u32_at(bytes, 68)?, bytes.len() / size + 1);
        while list < RESERVED {
            left = left.checked_sub(1)?;
            lists.extend(all_u32(blocks.block(list)?));
            list = lists.pop()?;
        }
        for list in lists.into_iter().filter(|list| *list < RESERVED) {
            blocks.next.extend(all_u32(blocks.block(list)?));
            if blocks.next.len() > bytes.len() {
                return None;
            }
        }
        blocks.directory = blocks.stream(u32_at(bytes, 48)?, u64::MAX)?;
        let lists = u64::from(u32_at(bytes, 64)?);
        if lists > 0 {
            let (start, len) = blocks.entry(0)?;
            blocks.small = blocks.stream(start, len)?;
            let lists = blocks.stream(u32_at(bytes, 60)?, lists * size as u64)?;
            blocks.small_next = all_u32(&lists);
        }
        Some(blocks)
    }

    fn block(&self, number: u32) -> Option<&'a [u8]> {
        let start = (number as usize).checked_add(1)?.checked_mul(self.size)?;
        let end = start.checked_add(self.size)?.min(self.bytes.len());
        self.bytes.get(start..end)
    }

    fn stream(&self, start: u32, len: u64) -> Option<Vec<u8>> {
        chain(start, len, &self.next, self.bytes.len() / self.size + 2, |number| self.block(number))
    }

    /// Where the stream of a place in the directory begins, and its length.
    fn entry(&self, place: usize) -> Option<(u32, u64)> {
        let entry = self.directory.get(place * 128..place * 128 + 128)?;
        let high = if self.size == 512 { 0 } else { u32_at(entry, 124)? };
        Some((u32_at(entry, 116)?, u64::from(u32_at(entry, 120)?) | u64::from(high) << 32))
    }

    /// The stream that holds the sheets.
    fn workbook(&self) -> Option<Vec<u8>> {
        let named = |name: &str| {
            let wanted: Vec<u16> = name.to_ascii_lowercase().encode_utf16().chain([0]).collect();
            self.directory.chunks_exact(128).position(|entry| {
                let letters = entry.chunks_exact(2).map(|pair| u16::from(pair[0].to_ascii_lowercase()) | u16::from(pair[1]) << 8);
                letters.take(wanted.len()).eq(wanted.iter().copied())
            })
        };
        let (start, len) = self.entry(named("Workbook").or_else(|| named("Book"))?)?;
        if len < 4096 {
            let small = |number: u32| {
                let start = (number as usize).checked_mul(64)?;
                self.small.get(start..self.small.len().min(start + 64))
            };
            chain(start, len, &self.small_next, self.small.len() / 64 + 2, small)
        } else {
            self.stream(start, len)
        }
    }
}

/// The blocks that follow each other from `start` on, at most `len` bytes and `most` blocks of them.
fn chain<'a>(start: u32, len: u64, next: &[u32], most: usize, block: impl Fn(u32) -> Option<&'a [u8]>) -> Option<Vec<u8>> {
    let (mut out, mut number, mut left) = (Vec::new(), start, most);
    while number != END_OF_CHAIN && (out.len() as u64) < len {
        left = left.checked_sub(1)?;
        out.extend_from_slice(block(number)?);
        if out.len() as u64 >= len {
            break;
        }
        number = *next.get(number as usize)?;
    }
    out.truncate(usize::try_from(len).unwrap_or(usize::MAX));
    Some(out)
}

/// What the sheets hold.
#[derive(Debug, Default)]
struct Sheets {
    cells: u64,
    /// Places of the rectangles around them.
    places: u64,
    /// The records are encrypted, and nothing else was looked at.
    protected: bool,
}

/// A record: its type and its bytes.
type Record<'a> = (u16, &'a [u8]);

/// The record at a place, and where the next one begins.
fn record(stream: &[u8], at: usize) -> Option<(Record<'_>, usize)> {
    let end = at.checked_add(4 + usize::from(u16_at(stream, at + 2)?))?;
    Some(((u16_at(stream, at)?, stream.get(at + 4..end)?), end))
}

const BEGIN: u16 = 0x0809;
const END: u16 = 0x000A;

impl Sheets {
    /// `None` when the records break off or lie outside of what the format has.
    fn of(stream: &[u8]) -> Option<Self> {
        const SHEET: u16 = 0x0085;
        const PASSWORD: u16 = 0x002F;
        let (mut at, mut starts) = (0, Vec::new());
        while at < stream.len() {
            let ((kind, body), next) = record(stream, at)?;
            match kind {
                PASSWORD => return Some(Self { protected: true, ..Self::default() }),
                SHEET => starts.push(u32_at(body, 0)? as usize),
                END => break,
                _ => {}
            }
            at = next;
        }
        starts.sort_unstable();
        let count = starts.len();
        starts.dedup();
        if starts.len() < count {
            return None;
        }
        let (mut found, mut looked) = (Self::default(), 0);
        for start in starts {
            looked += found.add_sheet(stream, start)?.len();
            // Sheets follow each other; where they overlap, somebody wants to keep us busy.
            if looked > stream.len() * 2 {
                return None;
            }
        }
        Some(found)
    }

    /// Looks at the records of a sheet; gives where they are.
    fn add_sheet(&mut self, stream: &[u8], start: usize) -> Option<Range<usize>> {
        let (mut values, mut formulas) = (Corners::default(), Corners::default());
        let (mut at, mut begun, mut depth) = (start, false, 0u32);
        while at < stream.len() {
            let ((kind, body), next) = record(stream, at)?;
            at = next;
            match kind {
                BEGIN if begun => depth += 1,
                BEGIN => begun = true,
                END if depth == 0 => break,
                END => depth -= 1,
                _ if depth > 0 => {}
                // Bounds, for which room is made.
                0x0200 => {
                    let (first, last) = match body.len() {
                        10 => (u32::from(u16_at(body, 0)?), u32::from(u16_at(body, 2)?)),
                        _ => (u32_at(body, 0)?, u32_at(body, 4)?),
                    };
                    if first > last.max(1) - 1 && last != 0 || last > MAX_ROWS {
                        return None;
                    }
                }
                0x0203 | 0x0204 | 0x00D6 | 0x0205 | 0x027E | 0x00FD => values.add(body)?,
                0x00BD => {
                    values.add(body)?;
                    let (first, last) = (u16_at(body, 2)?, u16_at(body, body.len().checked_sub(2)?)?);
                    values.widen(u32::from(last))?;
                    self.cells += u64::from(last.checked_sub(first)?);
                }
                0x0006 => {
                    values.add(body)?;
                    formulas.add(body)?;
                }
                _ => {}
            }
        }
        self.cells += values.cells;
        self.places += values.places() + formulas.places();
        Some(start..at)
    }
}

/// The rectangle around cells.
#[derive(Default)]
struct Corners {
    cells: u64,
    first: (u32, u32),
    last: (u32, u32),
}

impl Corners {
    /// Adds the cell that a record begins with.
    fn add(&mut self, body: &[u8]) -> Option<()> {
        let (row, column) = (u32::from(u16_at(body, 0)?), u32::from(u16_at(body, 2)?));
        if self.cells == 0 {
            (self.first, self.last) = ((row, column), (row, column));
        }
        self.cells += 1;
        self.first = (self.first.0.min(row), self.first.1.min(column));
        self.last.0 = self.last.0.max(row);
        self.widen(column)
    }

    fn widen(&mut self, column: u32) -> Option<()> {
        self.last.1 = self.last.1.max(column);
        (column < MAX_COLUMNS).then_some(())
    }

    fn places(&self) -> u64 {
        if self.cells == 0 { 0 } else { u64::from(self.last.0 - self.first.0 + 1) * u64::from(self.last.1 - self.first.1 + 1) }
    }
}
