//! Which encoding a text is in.

use std::io::{self, Read};

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};

use super::packing::Packed;
use super::sniff::utf16_without_mark;
use super::transcode::read_full;

/// Bytes looked at together.
const BLOCK: usize = 256 * 1024;
/// Bytes of a file by which its encoding is judged when it is not in UTF-8.
const JUDGED: u64 = 16 << 20;
/// With fewer bytes beyond ASCII a guess has little to go by.
const FEW_BYTES: u64 = 4;

/// An encoding of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charset {
    /// One that the WHATWG lists.
    Known(&'static Encoding),
    /// Four bytes for each letter.
    Utf32 {
        /// The highest byte comes first.
        big: bool,
    },
}

impl Charset {
    /// The usual one.
    pub const UTF_8: Self = Self::Known(encoding_rs::UTF_8);

    /// By one of its names.
    pub fn for_label(label: &str) -> Option<Self> {
        match label.trim().to_ascii_lowercase().as_str() {
            "utf-32" | "utf-32le" | "utf32" | "utf32le" => Some(Self::Utf32 { big: false }),
            "utf-32be" | "utf32be" => Some(Self::Utf32 { big: true }),
            _ => Encoding::for_label(label.as_bytes()).map(Self::Known),
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Known(encoding) => encoding.name(),
            Self::Utf32 { big: false } => "UTF-32LE",
            Self::Utf32 { big: true } => "UTF-32BE",
        }
    }
}

/// UTF-32, with a mark or without: each group of four bytes is a letter. Tells whether the highest byte comes first.
pub fn utf32(head: &[u8]) -> Option<bool> {
    let is_letters = |read: fn([u8; 4]) -> u32| {
        let mut groups = head.chunks_exact(4).map(|group| [group[0], group[1], group[2], group[3]]);
        groups.all(|group| char::from_u32(read(group)).is_some_and(|letter| letter != '\0'))
    };
    if head.len() < 8 {
        None
    } else if is_letters(u32::from_le_bytes) {
        Some(false)
    } else {
        is_letters(u32::from_be_bytes).then_some(true)
    }
}

/// Finds the encoding of a file by looking at all of it: a mark, valid UTF-8, the zeros of UTF-16 and UTF-32, else what the
/// letters suggest.
///
/// # Errors
/// When the file cannot be read.
pub fn detect(source: &Packed) -> io::Result<Charset> {
    look(source, u64::MAX).map(|(charset, _)| charset)
}

/// The same by the first 16 MB alone, and whether it is a guess with little to go by. What comes later may make the file another
/// one for [`detect`]; the text up to there is the same in both.
///
/// # Errors
/// When the file cannot be read.
pub fn detect_start(source: &Packed) -> io::Result<(Charset, bool)> {
    look(source, JUDGED)
}

fn look(source: &Packed, most: u64) -> io::Result<(Charset, bool)> {
    let mut file = source.open()?.take(most);
    let mut block = vec![0; BLOCK * 4];
    let mut carry = 0;
    let mut first = true;
    loop {
        let read = read_full(&mut file, &mut block[carry..])?;
        let filled = carry + read;
        let bytes = &block[..filled];
        if std::mem::take(&mut first)
            && let Some(found) = by_head(&bytes[..bytes.len().min(BLOCK)])
        {
            return Ok((found, false));
        }
        match std::str::from_utf8(bytes) {
            Ok(_) => carry = 0,
            // A letter may be cut by the block's end; it continues in the next one.
            Err(error) if error.error_len().is_none() && (read > 0 || file.limit() == 0) => {
                let valid = error.valid_up_to();
                block.copy_within(valid..filled, 0);
                carry = filled - valid;
            }
            Err(_) => return guess(source),
        }
        if read == 0 {
            return Ok((Charset::UTF_8, false));
        }
    }
}

/// What a mark or zeros at the start say.
fn by_head(head: &[u8]) -> Option<Charset> {
    if let Some(big) = utf32(head) {
        return Some(Charset::Utf32 { big });
    }
    if let Some((encoding, _)) = Encoding::for_bom(head) {
        return Some(Charset::Known(encoding));
    }
    utf16_without_mark(head).map(|big| Charset::Known(if big { UTF_16BE } else { UTF_16LE }))
}

/// What the letters at the start suggest, for a text that is not wholly UTF-8. Where most letters are valid UTF-8, it is one
/// with damage in it: reading it tells where.
fn guess(source: &Packed) -> io::Result<(Charset, bool)> {
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Allow);
    let mut file = source.open()?.take(JUDGED);
    let (mut block, mut letters) = (vec![0; BLOCK], Letters::default());
    loop {
        let read = read_full(&mut file, &mut block)?;
        let bytes = &block[..read];
        letters.add(bytes);
        detector.feed(bytes, read == 0);
        if read == 0 {
            let guessed = detector.guess(None, chardetng::Utf8Detection::Deny);
            let utf8 = letters.are_utf8();
            let few = !utf8 && letters.bytes < FEW_BYTES;
            return Ok((if utf8 { Charset::UTF_8 } else { Charset::Known(guessed) }, few));
        }
    }
}

/// Letters beyond ASCII that are valid in UTF-8, and bytes that are not.
#[derive(Debug, Default)]
struct Letters {
    /// All bytes beyond ASCII.
    bytes: u64,
    valid: u64,
    invalid: u64,
}

impl Letters {
    fn add(&mut self, bytes: &[u8]) {
        self.bytes += bytes.iter().filter(|byte| !byte.is_ascii()).count() as u64;
        for chunk in bytes.utf8_chunks() {
            self.valid += chunk.valid().bytes().filter(|byte| *byte >= 0xC0).count() as u64;
            // What a block's end cuts in two is no fault of the text.
            let is_cut = || std::str::from_utf8(chunk.invalid()).is_err_and(|error| error.error_len().is_none());
            self.invalid += u64::from(!chunk.invalid().is_empty() && !is_cut());
        }
    }

    /// Texts in other encodings have far more bytes that are not valid than letters that are by chance.
    fn are_utf8(&self) -> bool {
        self.valid > 0 && self.valid >= self.invalid * 4
    }
}

/// Reads UTF-32.
pub struct Utf32 {
    big: bool,
    /// Bytes of a letter that the end of a block cut.
    carry: Vec<u8>,
    started: bool,
}

impl Utf32 {
    /// From the start of a text.
    pub fn new(big: bool) -> Self {
        Self { big, carry: Vec::with_capacity(4), started: false }
    }

    /// Decodes as many letters as there is room for. Gives the bytes read and written, whether some are no letter, and whether
    /// everything was read.
    pub fn decode(&mut self, raw: &[u8], out: &mut [u8], last: bool) -> (usize, usize, bool, bool) {
        let (mut read, mut written) = (0, 0);
        while out.len() - written >= 4 {
            let Some(byte) = raw.get(read) else { return (read, written, last && !self.carry.is_empty(), true) };
            read += 1;
            self.carry.push(*byte);
            let Ok(group) = <[u8; 4]>::try_from(self.carry.as_slice()) else { continue };
            self.carry.clear();
            let number = if self.big { u32::from_be_bytes(group) } else { u32::from_le_bytes(group) };
            let Some(letter) = char::from_u32(number) else { return (read, written, true, false) };
            // The mark is no letter of the text.
            if std::mem::replace(&mut self.started, true) || letter != '\u{FEFF}' {
                written += letter.encode_utf8(&mut out[written..]).len();
            }
        }
        (read, written, false, read == raw.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf32_is_known_and_read() {
        for big in [false, true] {
            let bytes = |letter: char| if big { u32::from(letter).to_be_bytes() } else { u32::from(letter).to_le_bytes() };
            let raw: Vec<u8> = "\u{FEFF}größe,😀\n\u{FEFF}".chars().flat_map(bytes).collect();
            assert_eq!((utf32(&raw), utf32(&raw[4..])), (Some(big), Some(big)));
            let (mut decoder, mut out, mut room) = (Utf32::new(big), Vec::new(), [0; 8]);
            let (mut at, mut step) = (0, 3);
            while at < raw.len() {
                let (read, written, malformed, _) = decoder.decode(&raw[at..(at + step).min(raw.len())], &mut room, false);
                assert!(!malformed);
                out.extend_from_slice(&room[..written]);
                (at, step) = (at + read, step % 7 + 1);
            }
            assert_eq!(String::from_utf8(out).expect("UTF-8"), "größe,😀\n\u{FEFF}");
            assert!(decoder.decode(&[0xFF; 4], &mut room, false).2);
            decoder.decode(&raw[..2], &mut room, false);
            assert!(decoder.decode(&[], &mut room, true).2, "half a letter");
        }
        assert_eq!(utf32(b"a,b\n1,2\n3,4\n"), None);
        let utf16: Vec<u8> = "a,b\n1,2\n3,4\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(utf32(&utf16), None);
    }

    #[test]
    fn damaged_utf8_is_not_taken_for_something_else() {
        let judged = |bytes: &[u8]| {
            let mut letters = Letters::default();
            letters.add(bytes);
            letters.are_utf8()
        };
        assert!(judged("José, María, Ñandú, Zoë, \u{FFFD}".as_bytes().strip_suffix(b"\xBD").expect("cut")));
        assert!(judged(&["José, María, Ñandú, Zoë".as_bytes(), b" caf\xE9 "].concat()));
        assert!(!judged(b"caf\xE9, Z\xFCrich, M\xE1laga"));
        assert!(!judged(&encoding_rs::SHIFT_JIS.encode("鉄筋,セメント,砂利,塗装工事").0));
        assert!(!judged(&encoding_rs::GB18030.encode("钢筋,水泥,砂石,油漆工程,中华人民共和国").0));
        assert!(!judged(&encoding_rs::WINDOWS_874.encode("วันนี้,ประเทศไทย,กรุงเทพมหานคร,สวัสดีครับ").0));
        assert!(!judged(&encoding_rs::WINDOWS_1251.encode("Москва,Россия,Санкт-Петербург").0));
    }
}
