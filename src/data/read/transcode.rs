//! Text of any encoding as a stream of UTF-8.

use std::io::{self, Read};

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::packing::{Packed, Unpacked};
use super::sniff::utf16_without_mark;

/// Bytes read from the file at a time.
const BLOCK: usize = 256 * 1024;

/// Finds the encoding of a file by looking at all of it: a mark, valid UTF-8, UTF-16's zeros, else what the letters suggest.
///
/// # Errors
/// When the file cannot be read.
pub fn detect(source: &Packed) -> io::Result<&'static Encoding> {
    let mut file = source.open()?;
    let mut block = vec![0; BLOCK * 4];
    let mut carry = 0;
    let mut first = true;
    loop {
        let read = read_full(&mut file, &mut block[carry..])?;
        let filled = carry + read;
        let bytes = &block[..filled];
        if std::mem::take(&mut first) {
            if let Some((encoding, _)) = Encoding::for_bom(bytes) {
                return Ok(encoding);
            }
            if let Some(big) = utf16_without_mark(&bytes[..bytes.len().min(BLOCK)]) {
                return Ok(if big { UTF_16BE } else { UTF_16LE });
            }
        }
        match std::str::from_utf8(bytes) {
            Ok(_) => carry = 0,
            // A letter may be cut by the block's end; it continues in the next one.
            Err(error) if error.error_len().is_none() && read > 0 => {
                let valid = error.valid_up_to();
                block.copy_within(valid..filled, 0);
                carry = filled - valid;
            }
            Err(_) => return guess(source),
        }
        if read == 0 {
            return Ok(UTF_8);
        }
    }
}

/// What the letters of the first 16 MiB suggest.
fn guess(source: &Packed) -> io::Result<&'static Encoding> {
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Allow);
    let mut file = source.open()?.take(16 << 20);
    let mut block = vec![0; BLOCK];
    loop {
        let read = read_full(&mut file, &mut block)?;
        detector.feed(&block[..read], read == 0);
        if read == 0 {
            return Ok(detector.guess(None, chardetng::Utf8Detection::Deny));
        }
    }
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

/// A file read as UTF-8, without its byte order mark. Bytes that are no letter of the encoding are an error, not a `?`.
pub struct Utf8Reader {
    file: Unpacked,
    /// The first bytes, which were looked at and are no mark.
    first: Vec<u8>,
    decoder: Option<Decoder>,
    raw: Vec<u8>,
    raw_at: usize,
    ended: bool,
    /// Bytes of the text in its encoding that were taken so far.
    taken: u64,
}

impl Utf8Reader {
    /// Opens a file, whose text is in `encoding`.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub fn open(source: &Packed, encoding: &'static Encoding) -> io::Result<Self> {
        let mut file = source.open()?;
        let mut first = Vec::new();
        let decoder = if encoding == UTF_8 {
            let mut mark = [0; 3];
            let read = read_full(&mut file, &mut mark)?;
            if mark.get(..read) != Some(b"\xEF\xBB\xBF") {
                first.extend_from_slice(&mark[..read]);
            }
            None
        } else {
            Some(encoding.new_decoder_with_bom_removal())
        };
        Ok(Self { file, first, decoder, raw: Vec::new(), raw_at: 0, ended: false, taken: 0 })
    }

    /// Bytes of the file itself, packed or not, that were read so far.
    pub fn taken(&self) -> u64 {
        self.file.taken()
    }

    /// Fills `out` from `from` on to at most its length; returns where the new text ends. Nothing new means the end.
    ///
    /// # Errors
    /// When the file cannot be read or holds bytes that are no text in its encoding.
    pub fn fill(&mut self, out: &mut [u8], from: usize) -> io::Result<usize> {
        if self.decoder.is_none() {
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
            let last = self.raw.is_empty();
            let Some(decoder) = &mut self.decoder else { break };
            let (result, read, written, malformed) = decoder.decode_to_utf8(&self.raw[self.raw_at..], &mut out[at..], last);
            if malformed {
                let place = self.taken - (self.raw.len() - self.raw_at) as u64;
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    format!("near byte {place} stand bytes that are no text in {}", decoder.encoding().name()),
                ));
            }
            self.raw_at += read;
            at += written;
            self.ended = last && result == CoderResult::InputEmpty;
        }
        Ok(at)
    }

    fn refill(&mut self) -> io::Result<()> {
        self.raw.resize(BLOCK, 0);
        let read = read_full(&mut self.file, &mut self.raw)?;
        self.raw.truncate(read);
        self.raw_at = 0;
        self.taken += read as u64;
        Ok(())
    }
}
