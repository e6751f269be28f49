//! Text of any encoding as a stream of UTF-8.

use std::io::{self, Read};

use encoding_rs::{CoderResult, Decoder};

use super::charset::{Charset, Utf32};
use super::packing::{Packed, Unpacked};

/// Bytes read from the file at a time.
const BLOCK: usize = 256 * 1024;

/// Bytes that are no text in the encoding of their file.
#[derive(Debug, thiserror::Error)]
#[error("line {line} holds bytes that are no text in {encoding}")]
pub struct NoText {
    /// The line, from 1.
    pub line: u64,
    /// The encoding's name.
    pub encoding: &'static str,
}

/// Reads until `buffer` is full or the input ends.
pub fn read_full(input: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match input.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// How the text of a file becomes UTF-8.
enum Decode {
    /// It is.
    Not,
    Known(Decoder),
    Utf32(Utf32),
}

/// A file read as UTF-8, without its byte order mark. Bytes that are no letter of the encoding are an error, not a `?`.
pub struct Utf8Reader {
    file: Unpacked,
    /// The first bytes, which were looked at and are no mark.
    first: Vec<u8>,
    charset: Charset,
    decode: Decode,
    raw: Vec<u8>,
    raw_at: usize,
    ended: bool,
    /// Line feeds and carriage returns of the text so far.
    line_ends: (u64, u64),
}

impl Utf8Reader {
    /// Opens a file, whose text is in `charset`. That of UTF-8 is given as it stands, valid or not.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub fn open(source: &Packed, charset: Charset) -> io::Result<Self> {
        let mut file = source.open()?;
        let mut first = Vec::new();
        let decode = match charset {
            known if known == Charset::UTF_8 => {
                let mut mark = [0; 3];
                let read = read_full(&mut file, &mut mark)?;
                if mark.get(..read) != Some(b"\xEF\xBB\xBF") {
                    first.extend_from_slice(&mark[..read]);
                }
                Decode::Not
            }
            Charset::Known(encoding) => Decode::Known(encoding.new_decoder_with_bom_removal()),
            Charset::Utf32 { big } => Decode::Utf32(Utf32::new(big)),
        };
        Ok(Self { file, first, charset, decode, raw: Vec::new(), raw_at: 0, ended: false, line_ends: (0, 0) })
    }

    /// Bytes of the file itself, packed or not, that were read so far.
    pub fn taken(&self) -> u64 {
        self.file.taken()
    }

    /// Fills `out` from `from` on to at most its length; returns where the new text ends. Nothing new means the end.
    ///
    /// # Errors
    /// When the file cannot be read, or holds bytes that are no text in its encoding: then the error holds a [`NoText`].
    pub fn fill(&mut self, out: &mut [u8], from: usize) -> io::Result<usize> {
        if matches!(self.decode, Decode::Not) {
            let kept = self.first.len().min(out.len() - from);
            let start = from + kept;
            out[from..start].copy_from_slice(&self.first[..kept]);
            self.first.drain(..kept);
            return Ok(start + read_full(&mut self.file, &mut out[start..])?);
        }
        let mut at = from;
        // A letter may need four bytes of room.
        while !self.ended && out.len() - at >= 8 {
            if self.raw_at == self.raw.len() {
                self.refill()?;
            }
            let (raw, last) = (&self.raw[self.raw_at..], self.raw.is_empty());
            let (read, written, malformed, emptied) = match &mut self.decode {
                Decode::Not => break,
                Decode::Known(decoder) => {
                    let (result, read, written, malformed) = decoder.decode_to_utf8(raw, &mut out[at..], last);
                    (read, written, malformed, result == CoderResult::InputEmpty)
                }
                Decode::Utf32(decoder) => decoder.decode(raw, &mut out[at..], last),
            };
            self.count_lines(&out[at..at + written], malformed);
            if malformed {
                let line = self.line_ends.0.max(self.line_ends.1) + 1;
                return Err(io::Error::new(io::ErrorKind::InvalidData, NoText { line, encoding: self.charset.name() }));
            }
            self.raw_at += read;
            at += written;
            self.ended = last && emptied;
        }
        Ok(at)
    }

    /// Counts line ends in new text; where it is malformed, in that before the first sign that stands for what is missing.
    fn count_lines(&mut self, text: &[u8], malformed: bool) {
        let sound = if malformed { memchr::memmem::find(text, "\u{FFFD}".as_bytes()).unwrap_or(text.len()) } else { text.len() };
        let text = text.get(..sound).unwrap_or_default();
        self.line_ends.0 += memchr::memchr_iter(b'\n', text).count() as u64;
        self.line_ends.1 += memchr::memchr_iter(b'\r', text).count() as u64;
    }

    fn refill(&mut self) -> io::Result<()> {
        self.raw.resize(BLOCK, 0);
        let read = read_full(&mut self.file, &mut self.raw)?;
        self.raw.truncate(read);
        self.raw_at = 0;
        Ok(())
    }
}
