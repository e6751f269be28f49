//! The records that the parts of a binary workbook (.xlsb) are made of: a type, a length, and the bytes.

use std::io::{self, BufRead, Read};

use super::MAX_ROWS;

/// The longest record; a cell's text and formula have at most 32,767 characters and 16,384 bytes.
const LONGEST: usize = 8 << 20;

/// Reads records one by one.
pub struct Records<R> {
    input: R,
    /// Bytes of the record that was read.
    pub body: Vec<u8>,
}

impl<R: BufRead> Records<R> {
    /// Over a part from its start.
    pub fn new(input: R) -> Self {
        Self { input, body: Vec::new() }
    }

    /// The type of the next record, or `None` at the end.
    ///
    /// # Errors
    /// When the part breaks off, or claims a record longer than any is.
    pub fn next(&mut self) -> io::Result<Option<u16>> {
        if self.input.fill_buf()?.is_empty() {
            return Ok(None);
        }
        let low = self.byte()?;
        let kind = if low & 0x80 == 0 { u16::from(low) } else { u16::from(low & 0x7F) | u16::from(self.byte()? & 0x7F) << 7 };
        let mut len = 0;
        for shift in [0, 7, 14, 21] {
            let some = self.byte()?;
            len |= usize::from(some & 0x7F) << shift;
            if some & 0x80 == 0 {
                break;
            }
        }
        if len > LONGEST {
            return Err(io::Error::new(io::ErrorKind::InvalidData, format!("it claims a record of {len} bytes")));
        }
        self.body.clear();
        self.input.by_ref().take(len as u64).read_to_end(&mut self.body)?;
        if self.body.len() < len {
            return Err(breaks_off());
        }
        Ok(Some(kind))
    }

    fn byte(&mut self) -> io::Result<u8> {
        let mut byte = [0];
        self.input.read_exact(&mut byte).map_err(|_| breaks_off())?;
        Ok(byte[0])
    }

    /// Four bytes of the record as a number.
    pub fn number(&self, at: usize) -> Option<u32> {
        self.body.get(at..at + 4).and_then(|bytes| bytes.try_into().ok()).map(u32::from_le_bytes)
    }

    /// A text of the record, after its length.
    pub fn text(&self, at: usize) -> Option<String> {
        let len = usize::try_from(self.number(at)?).ok()?.checked_mul(2)?;
        let units = self.body.get(at + 4..)?.get(..len)?.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
        Some(char::decode_utf16(units).map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER)).collect())
    }
}

fn breaks_off() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "it breaks off")
}

/// Begins a row.
pub const ROW: u16 = 0x00;
/// Ends the cells of a sheet.
pub const END_OF_CELLS: u16 = 0x92;

/// Reads all records of a part: none is longer than it can be, and in a sheet no row lies beyond the last one that there can be.
pub fn check_records(part: impl BufRead, sheet: bool) -> io::Result<()> {
    let mut records = Records::new(part);
    while let Some(kind) = records.next()? {
        if sheet && kind == END_OF_CELLS {
            // What follows is not read by anyone, only measured.
            io::copy(&mut records.input, &mut io::sink())?;
            break;
        }
        if sheet && kind == ROW && records.number(0).is_none_or(|row| row >= MAX_ROWS) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "it has a row beyond the last one that there can be"));
        }
    }
    Ok(())
}
