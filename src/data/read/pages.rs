//! What the pages of a Parquet file say of themselves, checked before the library makes room for it: it believes any number.
//!
//! A page begins with a header in Thrift's compact protocol
//! (<https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md>).

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::ops::Range;

use super::Limits;
use super::refusal::damaged;
use crate::data::DataError;

/// A page that unfolds to more than this many times its size is made to do harm; a column of one value reaches some hundreds.
const MAX_RATIO: u64 = 1_000;
/// Unfolding up to here is harmless at any ratio.
const SMALL: u64 = 256 << 20;
/// Things within things in a header; there are three. In the description at a file's end there are about a dozen.
const DEEPEST: u32 = 8;
const DEEPEST_AT_END: u32 = 32;
/// Bytes behind that description: its length, and the file's mark.
const TAIL: u64 = 8;

/// The pages of one column in one row group.
#[derive(Clone, Debug)]
pub struct Chunk {
    /// Bytes of the file.
    pub place: Range<u64>,
    /// Values that it says to have, up to which the library reads.
    pub values: u64,
    /// Rows of the group.
    pub rows: u64,
}

/// Checks the pages of all columns.
///
/// # Errors
/// When a page claims more values than its group has rows or more bytes than there are, unfolds to more than `limits`, or has no header.
pub fn check(file: &str, input: File, chunks: &[Chunk], limits: &Limits) -> Result<(), DataError> {
    let length = input.metadata().map_err(|source| DataError::Read { file: file.into(), source })?.len();
    let mut headers = Headers { input: BufReader::new(input), at: 0, deepest: DEEPEST };
    for chunk in chunks {
        if chunk.place.start > chunk.place.end || chunk.place.end > length {
            return Err(damaged(file, "one of its columns lies outside of it".into()));
        }
        headers.check(chunk, limits).map_err(|error| match error.kind() {
            _ if error.raw_os_error().is_some() => DataError::Read { file: file.into(), source: error },
            io::ErrorKind::UnexpectedEof => damaged(file, "one of its pages breaks off".into()),
            _ => damaged(file, error.to_string()),
        })?;
    }
    Ok(())
}

/// Checks that the description at the end of a file has as many things in its lists as it says: the library makes room for them before it looks.
///
/// # Errors
/// When it breaks off within a list, or goes deeper than any real one does.
pub fn check_description(file: &str, mut input: File) -> Result<(), DataError> {
    let read = |source| DataError::Read { file: file.into(), source };
    let length = input.metadata().map_err(read)?.len();
    let Some(end) = length.checked_sub(TAIL) else { return Ok(()) };
    let mut bytes = [0; 4];
    input.seek(SeekFrom::Start(end)).and_then(|_| input.read_exact(&mut bytes)).map_err(read)?;
    // The library says what is wrong with a length that cannot be.
    let Some(start) = end.checked_sub(u64::from(u32::from_le_bytes(bytes))) else { return Ok(()) };
    input.seek(SeekFrom::Start(start)).map_err(read)?;
    let mut description = Headers { input: BufReader::new(input), at: start, deepest: DEEPEST_AT_END };
    description.skip(STRUCT, end, 0).map_err(|error| match error.raw_os_error() {
        Some(_) => DataError::Read { file: file.into(), source: error },
        None => damaged(file, "the description of its columns at its end breaks off or is none".into()),
    })
}

/// What a header says of its page.
#[derive(Debug, Default, PartialEq, Eq)]
struct Header {
    /// Bytes once unpacked, and as they are in the file.
    unpacked: i64,
    packed: i64,
    /// Values of a page of data, and of a dictionary.
    data: i64,
    words: i64,
}

const INT: u8 = 5;
const STRUCT: u8 = 12;

struct Headers<R> {
    input: R,
    /// Bytes from the start of the file.
    at: u64,
    /// Things within things that there may be.
    deepest: u32,
}

impl<R: BufRead + Seek> Headers<R> {
    fn check(&mut self, chunk: &Chunk, limits: &Limits) -> io::Result<()> {
        let (rows, end) = (chunk.rows, chunk.place.end);
        self.input.seek(SeekFrom::Start(chunk.place.start))?;
        self.at = chunk.place.start;
        let mut seen = 0;
        // What stands behind the last value is not read by anyone.
        while seen < chunk.values.max(rows) && self.at < end {
            let header = self.header(end)?;
            let [unpacked, packed, data, words] = [header.unpacked, header.packed, header.data, header.words].map(u64::try_from);
            let (Ok(unpacked), Ok(packed), Ok(data), Ok(words)) = (unpacked, packed, data, words) else {
                return Err(invalid("one of its pages has a size below zero"));
            };
            if data > rows || words > unpacked {
                return Err(invalid("one of its pages claims more values than there are"));
            }
            if packed > end.saturating_sub(self.at) {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if unpacked > limits.unfolding(packed, SMALL, MAX_RATIO) {
                return Err(invalid("one of its pages unfolds to more than any real one does"));
            }
            self.pass(packed, end)?;
            seen += data;
        }
        Ok(())
    }

    /// Reads the header of a page, which ends before `end`.
    fn header(&mut self, end: u64) -> io::Result<Header> {
        let (mut header, mut field) = (Header::default(), 0);
        while let Some(kind) = self.field(&mut field, end)? {
            match (field, kind) {
                (2, INT) => header.unpacked = self.number(end)?,
                (3, INT) => header.packed = self.number(end)?,
                (5 | 8, STRUCT) => header.data = self.first_number(end)?,
                (7, STRUCT) => header.words = self.first_number(end)?,
                _ => self.skip(kind, end, 0)?,
            }
        }
        Ok(header)
    }

    /// The first field of a structure, which is a number in all that are looked at.
    fn first_number(&mut self, end: u64) -> io::Result<i64> {
        let (mut number, mut field) = (0, 0);
        while let Some(kind) = self.field(&mut field, end)? {
            match (field, kind) {
                (1, INT) => number = self.number(end)?,
                _ => self.skip(kind, end, 1)?,
            }
        }
        Ok(number)
    }

    /// The next field's type, its number in `field`; `None` at the end of the structure.
    fn field(&mut self, field: &mut i64, end: u64) -> io::Result<Option<u8>> {
        let byte = self.byte(end)?;
        if byte == 0 {
            return Ok(None);
        }
        *field = match byte >> 4 {
            0 => self.number(end)?,
            more => field.saturating_add(i64::from(more)),
        };
        Ok(Some(byte & 15))
    }

    fn byte(&mut self, end: u64) -> io::Result<u8> {
        if self.at >= end {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let mut byte = [0];
        self.input.read_exact(&mut byte)?;
        self.at += 1;
        Ok(byte[0])
    }

    fn varint(&mut self, end: u64) -> io::Result<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte(end)?;
            number |= u64::from(byte & 127) << shift;
            if byte < 128 {
                return Ok(number);
            }
        }
        Err(invalid("one of its pages has a number that is too long"))
    }

    /// A number with its sign in the lowest bit; the library takes 32 bits of it.
    fn number(&mut self, end: u64) -> io::Result<i64> {
        let number = self.varint(end)?;
        let number = (number >> 1).cast_signed() ^ -(number & 1).cast_signed();
        i32::try_from(number).map(i64::from).map_err(|_| invalid("one of its pages has a number that is too large"))
    }

    fn pass(&mut self, bytes: u64, end: u64) -> io::Result<()> {
        if bytes > end.saturating_sub(self.at) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.at += bytes;
        self.input.seek_relative(i64::try_from(bytes).unwrap_or(i64::MAX))
    }

    fn skip(&mut self, kind: u8, end: u64, depth: u32) -> io::Result<()> {
        if depth > self.deepest {
            return Err(invalid("the header of one of its pages has no end"));
        }
        match kind {
            // Yes or no is in the type itself.
            1 | 2 => Ok(()),
            3 => self.pass(1, end),
            4..=6 => self.varint(end).map(drop),
            7 => self.pass(8, end),
            8 => {
                let length = self.varint(end)?;
                self.pass(length, end)
            }
            9 | 10 => self.skip_list(end, depth),
            STRUCT => {
                let mut field = 0;
                while let Some(kind) = self.field(&mut field, end)? {
                    self.skip(kind, end, depth + 1)?;
                }
                Ok(())
            }
            _ => Err(invalid("the header of one of its pages is none")),
        }
    }

    fn skip_list(&mut self, end: u64, depth: u32) -> io::Result<()> {
        let head = self.byte(end)?;
        let length = match head >> 4 {
            15 => self.varint(end)?,
            few => u64::from(few),
        };
        for _ in 0..length {
            // In a list, yes or no takes a byte.
            self.skip(if head & 15 <= 2 { 3 } else { head & 15 }, end, depth + 1)?;
        }
        Ok(())
    }
}

fn invalid(reason: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    /// Checks one page of two rows: the header, then `body` bytes.
    fn checked(header: &[u8], body: usize) -> Result<(), String> {
        let bytes = [header, &vec![0; body]].concat();
        let chunk = Chunk { place: 0..bytes.len() as u64, values: 2, rows: 2 };
        let limits = Limits { max_unpacked_bytes: 1 << 30, max_cells: 100, ..Limits::default() };
        Headers { input: Cursor::new(bytes), at: 0, deepest: DEEPEST }.check(&chunk, &limits).map_err(|error| error.to_string())
    }

    #[test]
    fn what_a_page_claims_is_held_against_what_there_is() {
        // Type 0, 4 bytes, 4 packed, {2 values, encoding 0, encoding 3, encoding 3}.
        let good = [0x15, 0, 0x15, 8, 0x15, 8, 0x2C, 0x15, 4, 0x15, 0, 0x15, 6, 0x15, 6, 0, 0];
        assert_eq!(checked(&good, 4), Ok(()));
        assert_eq!(checked(&good, 3).unwrap_err(), "unexpected end of file");
        let with = |at: usize, byte: u8| {
            let mut changed = good;
            changed[at] = byte;
            checked(&changed, 4).unwrap_err()
        };
        assert_eq!(with(8, 6), "one of its pages claims more values than there are");
        assert_eq!(with(8, 3), "one of its pages has a size below zero");
        assert_eq!(with(5, 10), "unexpected end of file");
        assert_eq!(with(3, 7), "one of its pages has a size below zero");
        assert_eq!(with(13, 0x1B), "the header of one of its pages is none");
        // 2,147,483,646 bytes unpacked.
        let mut bomb = good.to_vec();
        bomb.splice(3..4, [0xFC, 0xFF, 0xFF, 0xFF, 0x0F]);
        assert_eq!(checked(&bomb, 4).unwrap_err(), "one of its pages unfolds to more than any real one does");
    }
}
