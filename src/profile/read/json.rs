//! JSON read piece by piece (<https://www.rfc-editor.org/rfc/rfc8259>): a file of a gigabyte needs no more memory than its longest text, and
//! depth costs none.
//!
//! The caller walks: [`Json::begin_object`] and [`Json::next_key`] until it is `None`, [`Json::begin_array`] and [`Json::next_item`] until it is
//! false; between them each value is read or skipped. A comma too many or too few is let pass, as other viewers do.

use std::io::{self, Read};

use super::decimal;
use super::source::Source;
use crate::profile::error::{Place, ProfileError};

/// Read at once.
const CHUNK: usize = 256 << 10;
/// Longest text or number that is taken.
const LONGEST: usize = 64 << 20;

/// What kind of value stands next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Object,
    Array,
    Text,
    Number,
    /// `true`, `false`.
    Bool,
    Null,
}

/// A walk through a JSON document.
pub(super) struct Json<'s, 'a> {
    source: &'s mut Source<'a>,
    /// The part of the document that is in memory, up to `filled`; the next byte of it is at `at`.
    buffer: Vec<u8>,
    at: usize,
    filled: usize,
    /// Bytes of the document before the buffer.
    before: u64,
    cut: bool,
    /// The last text without its escapes.
    plain: String,
}

impl<'s, 'a> Json<'s, 'a> {
    /// At the beginning of the document, behind a byte order mark.
    pub(super) fn new(source: &'s mut Source<'a>) -> Result<Self, ProfileError> {
        let mut json = Self { source, buffer: vec![0; CHUNK], at: 0, filled: 0, before: 0, cut: false, plain: String::new() };
        while json.filled < 3 && json.more()? {}
        if json.rest(0).starts_with(b"\xef\xbb\xbf") {
            json.at = 3;
        }
        Ok(json)
    }

    /// The place of the next byte, for messages.
    pub(super) fn place(&self) -> Place {
        let at = self.before + self.at as u64;
        if self.source.is_unpacked() { Place::UnpackedByte(at) } else { Place::Byte(at) }
    }

    /// Whether the last error came because the document ends there: it was cut off.
    pub(super) fn is_cut(&self) -> bool {
        self.cut
    }

    /// What kind of value stands next.
    pub(super) fn kind(&mut self) -> Result<Kind, ProfileError> {
        match self.peek()? {
            Some(b'{') => Ok(Kind::Object),
            Some(b'[') => Ok(Kind::Array),
            Some(b'"') => Ok(Kind::Text),
            Some(b'-' | b'0'..=b'9' | b'N' | b'I') => Ok(Kind::Number),
            Some(b't' | b'f') => Ok(Kind::Bool),
            Some(b'n') => Ok(Kind::Null),
            _ => Err(self.unexpected("a value")),
        }
    }

    /// Steps into an object.
    pub(super) fn begin_object(&mut self) -> Result<(), ProfileError> {
        self.expect(b'{', "an object")
    }

    /// Steps into an array.
    pub(super) fn begin_array(&mut self) -> Result<(), ProfileError> {
        self.expect(b'[', "a list")
    }

    /// Steps into an object, if one stands next; any other value is skipped.
    pub(super) fn try_object(&mut self) -> Result<bool, ProfileError> {
        self.try_into(Kind::Object)
    }

    /// Steps into an array, if one stands next; any other value is skipped.
    pub(super) fn try_array(&mut self) -> Result<bool, ProfileError> {
        self.try_into(Kind::Array)
    }

    /// The next key of the object; `None` at its end, which is stepped out of.
    pub(super) fn next_key(&mut self) -> Result<Option<&str>, ProfileError> {
        loop {
            match self.peek()? {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    return Ok(None);
                }
                Some(b'"') => break,
                _ => return Err(self.unexpected("a key or the end of an object")),
            }
        }
        let (end, escaped) = self.scan_text()?;
        let colon = self.scan_blanks(end + 1)?;
        if self.byte(colon) != Some(b':') {
            return Err(self.unexpected("a key with a colon"));
        }
        let start = self.at + 1;
        self.at += colon + 1;
        Ok(Some(self.taken(start, start + end - 1, escaped)))
    }

    /// Whether the array has another item; at its end it is stepped out of.
    pub(super) fn next_item(&mut self) -> Result<bool, ProfileError> {
        loop {
            match self.peek()? {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(false);
                }
                Some(_) => return Ok(true),
                None => return Err(self.unexpected("an item or the end of a list")),
            }
        }
    }

    /// A text.
    pub(super) fn text(&mut self) -> Result<&str, ProfileError> {
        if self.peek()? != Some(b'"') {
            return Err(self.unexpected("a text"));
        }
        let (end, escaped) = self.scan_text()?;
        let start = self.at + 1;
        self.at += end + 1;
        Ok(self.taken(start, start + end - 1, escaped))
    }

    /// A text; `None` for any other value, which is skipped.
    pub(super) fn maybe_text(&mut self) -> Result<Option<&str>, ProfileError> {
        if self.kind()? == Kind::Text {
            return self.text().map(Some);
        }
        self.skip()?;
        Ok(None)
    }

    /// A number, also one written as a text; `None` for any other value, which is skipped.
    pub(super) fn maybe_number(&mut self) -> Result<Option<f64>, ProfileError> {
        let general = |text: &[u8]| std::str::from_utf8(text).ok()?.parse().ok();
        self.number_as(|text| decimal::short(text).or_else(|| general(text)).filter(|number: &f64| number.is_finite()))
    }

    /// A number × 10^`power` as a whole number, rounded only behind that, cut to what an `i64` holds. `None` for any other value, which
    /// is skipped.
    pub(super) fn maybe_scaled(&mut self, power: u32) -> Result<Option<i64>, ProfileError> {
        self.number_as(|text| decimal::scaled(text, power))
    }

    /// As [`Json::maybe_scaled`] with no power, and whether that took a fraction away.
    pub(super) fn maybe_rounded(&mut self) -> Result<Option<(i64, bool)>, ProfileError> {
        self.number_as(|text| {
            let fraction = memchr::memchr(b'.', text).and_then(|at| text.get(at + 1..)).unwrap_or_default();
            Some((decimal::scaled(text, 0)?, fraction.iter().any(|&byte| byte != b'0')))
        })
    }

    /// A whole number; as [`Json::maybe_scaled`] with no power.
    pub(super) fn maybe_integer(&mut self) -> Result<Option<i64>, ProfileError> {
        self.maybe_scaled(0)
    }

    /// A whole number that is the row of a table; `None` for any other value and for negative ones.
    pub(super) fn maybe_row(&mut self) -> Result<Option<u32>, ProfileError> {
        Ok(self.maybe_integer()?.and_then(|number| u32::try_from(number).ok()))
    }

    /// The next item of a list of rows, if it stands there as such lists usually do: a few digits with a comma or the end of the list
    /// behind them. `None` says nothing but that [`Json::next_item`] has to be asked.
    #[inline]
    pub(super) fn quick_row(&mut self) -> Option<u32> {
        let rest = self.rest(0);
        let mut at = usize::from(rest.first() == Some(&b','));
        at += usize::from(rest.get(at) == Some(&b' '));
        let (start, mut row) = (at, 0_u32);
        while let Some(digit @ b'0'..=b'9') = rest.get(at) {
            // Nine digits cannot be too large.
            if at - start == 9 {
                return None;
            }
            row = row * 10 + u32::from(digit - b'0');
            at += 1;
        }
        if at == start || !matches!(rest.get(at), Some(b',' | b']')) {
            return None;
        }
        self.at += at;
        Some(row)
    }

    /// `true` or `false`; `None` for any other value, which is skipped.
    pub(super) fn maybe_bool(&mut self) -> Result<Option<bool>, ProfileError> {
        let kind = self.kind()?;
        let is_true = self.byte(0) == Some(b't');
        self.skip()?;
        Ok((kind == Kind::Bool).then_some(is_true))
    }

    /// Steps over a value, whatever it is.
    pub(super) fn skip(&mut self) -> Result<(), ProfileError> {
        let mut depth = 0_u64;
        loop {
            match self.peek()? {
                Some(b'{' | b'[') => {
                    self.at += 1;
                    depth += 1;
                }
                Some(b'}' | b']') if depth > 0 => {
                    self.at += 1;
                    depth -= 1;
                }
                Some(b',' | b':') if depth > 0 => {
                    self.at += 1;
                    continue;
                }
                Some(b'"') => {
                    let (end, _) = self.scan_text()?;
                    self.at += end + 1;
                }
                Some(b',' | b':' | b'}' | b']') | None => return Err(self.unexpected("a value")),
                Some(_) => {
                    let end = self.scan_word()?;
                    self.at += end;
                }
            }
            if depth == 0 {
                return Ok(());
            }
        }
    }

    fn number_as<T>(&mut self, parse: impl Fn(&[u8]) -> Option<T>) -> Result<Option<T>, ProfileError> {
        match self.kind()? {
            Kind::Text => Ok(parse(self.text()?.trim().as_bytes())),
            Kind::Number => {
                let end = self.scan_word()?;
                let start = self.at;
                self.at += end;
                let word = self.buffer.get(start..start + end).unwrap_or_default();
                Ok(parse(word))
            }
            _ => self.skip().map(|()| None),
        }
    }

    fn try_into(&mut self, kind: Kind) -> Result<bool, ProfileError> {
        let is = self.kind()? == kind;
        if is {
            self.at += 1;
        } else {
            self.skip()?;
        }
        Ok(is)
    }

    fn expect(&mut self, byte: u8, what: &str) -> Result<(), ProfileError> {
        if self.peek()? != Some(byte) {
            return Err(self.unexpected(what));
        }
        self.at += 1;
        Ok(())
    }

    /// The next byte that is no blank.
    fn peek(&mut self) -> Result<Option<u8>, ProfileError> {
        loop {
            while let Some(&byte) = self.buffer.get(self.at).filter(|_| self.at < self.filled) {
                if !byte.is_ascii_whitespace() {
                    return Ok(Some(byte));
                }
                self.at += 1;
            }
            if !self.more()? {
                return Ok(None);
            }
        }
    }

    /// The byte so far behind the next one, if it is in memory.
    fn byte(&self, offset: usize) -> Option<u8> {
        self.rest(offset).first().copied()
    }

    fn rest(&self, offset: usize) -> &[u8] {
        self.buffer.get(self.at.saturating_add(offset)..self.filled).unwrap_or_default()
    }

    /// Where the text that begins at the next byte ends: how far behind it the closing quotation mark is; and whether there are escapes.
    fn scan_text(&mut self) -> Result<(usize, bool), ProfileError> {
        let (mut offset, mut escaped) = (1, false);
        loop {
            let rest = self.rest(offset);
            match memchr::memchr2(b'"', b'\\', rest) {
                Some(found) if rest.get(found) == Some(&b'"') => return Ok((offset + found, escaped)),
                Some(found) => {
                    escaped = true;
                    offset += found + 2;
                }
                None => {
                    offset = offset.max(self.filled - self.at);
                    self.more_or("the end of a text")?;
                }
            }
        }
    }

    /// How far behind the next byte the first one is, from `offset` on, that is no blank.
    fn scan_blanks(&mut self, mut offset: usize) -> Result<usize, ProfileError> {
        loop {
            match self.byte(offset) {
                Some(byte) if byte.is_ascii_whitespace() => offset += 1,
                Some(_) => return Ok(offset),
                None => self.more_or("a colon")?,
            }
        }
    }

    /// Length of the number or word that begins at the next byte; at least 1.
    fn scan_word(&mut self) -> Result<usize, ProfileError> {
        const fn is_end(byte: u8) -> bool {
            byte.is_ascii_whitespace() || matches!(byte, b',' | b':' | b'}' | b']' | b'{' | b'[' | b'"')
        }
        let mut offset = 0;
        loop {
            // The bytes of numbers, which most words are, are told by one comparison.
            let is_end = |byte: &u8| !matches!(byte, b'-'..=b'9') && is_end(*byte);
            match self.rest(offset).iter().position(is_end) {
                Some(found) => return Ok((offset + found).max(1)),
                None => {
                    offset = self.filled - self.at;
                    if !self.more()? {
                        return Ok(offset.max(1));
                    }
                }
            }
        }
    }

    /// The text in this range of the buffer.
    fn taken(&mut self, start: usize, end: usize, escaped: bool) -> &str {
        let raw = self.buffer.get(start..end).unwrap_or_default();
        if !escaped && let Ok(text) = std::str::from_utf8(raw) {
            return text;
        }
        self.plain.clear();
        unescape(&String::from_utf8_lossy(raw), &mut self.plain);
        &self.plain
    }

    fn more_or(&mut self, what: &str) -> Result<(), ProfileError> {
        if self.more()? {
            return Ok(());
        }
        self.cut = true;
        Err(self.damaged(format!("it is cut off: {what} is missing")))
    }

    /// Reads on; false at the end. What is before the next byte is given up.
    fn more(&mut self) -> Result<bool, ProfileError> {
        self.before += self.at as u64;
        self.buffer.copy_within(self.at..self.filled, 0);
        self.filled -= self.at;
        self.at = 0;
        if self.filled > LONGEST {
            return Err(self.damaged(format!("a text is longer than {} MB", LONGEST >> 20)));
        }
        if self.buffer.len() < self.filled + CHUNK / 2 {
            self.buffer.resize(self.filled.saturating_mul(2).max(CHUNK), 0);
        }
        let room = self.buffer.get_mut(self.filled..).unwrap_or_default();
        match self.source.read(room) {
            Ok(read) => {
                self.filled += read;
                Ok(read > 0)
            }
            Err(error) => {
                self.cut = error.kind() == io::ErrorKind::UnexpectedEof;
                Err(self.source.explain(error))
            }
        }
    }

    /// The error that something else stands there.
    pub(super) fn unexpected(&mut self, what: &str) -> ProfileError {
        match self.byte(0) {
            Some(byte) if byte.is_ascii_graphic() => self.damaged(format!("{what} is expected there, not “{}”", byte as char)),
            Some(byte) => self.damaged(format!("{what} is expected there, not byte {byte}")),
            None => {
                self.cut = true;
                self.damaged(format!("it is cut off: {what} is missing"))
            }
        }
    }

    /// The error that something is wrong at the next byte.
    pub(super) fn damaged(&self, problem: impl Into<String>) -> ProfileError {
        ProfileError::Damaged { file: self.source.file().into(), place: self.place(), problem: problem.into() }
    }
}

/// Puts `text` without its escapes behind `out`. Halves of surrogate pairs that stand alone become `�`.
fn unescape(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('\\') {
        out.push_str(before);
        let mut letters = behind.chars();
        match letters.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('b') => out.push('\u{8}'),
            Some('f') => out.push('\u{c}'),
            Some('u') => {
                let (letter, used) = unicode(behind.get(1..).unwrap_or_default());
                out.push(letter);
                rest = behind.get(1 + used..).unwrap_or_default();
                continue;
            }
            Some(other) => out.push(other),
            None => {}
        }
        rest = letters.as_str();
    }
    out.push_str(rest);
}

/// The letter of `XXXX` or, as a pair, `XXXX\uXXXX`, and how many bytes it took.
fn unicode(text: &str) -> (char, usize) {
    let hex = |at: usize| text.get(at..at + 4).and_then(|digits| u32::from_str_radix(digits, 16).ok());
    let Some(first) = hex(0) else { return ('\u{fffd}', 0) };
    if let (0xd800..0xdc00, Some("\\u"), Some(second @ 0xdc00..0xe000)) = (first, text.get(4..6), hex(6)) {
        let code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
        return (char::from_u32(code).unwrap_or('\u{fffd}'), 10);
    }
    (char::from_u32(first).unwrap_or('\u{fffd}'), 4)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jobs::{Cancel, Progress};
    use crate::profile::model::Limits;
    use crate::profile::read::Context;

    /// What walking over `text` says, read in pieces of `piece` bytes.
    fn walk<T>(
        text: &[u8],
        piece: usize,
        step: impl FnOnce(&mut Json<'_, '_>) -> Result<T, ProfileError>,
    ) -> Result<T, ProfileError> {
        struct Pieces<'t>(&'t [u8], usize);
        impl Read for Pieces<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                let count = self.1.min(buffer.len());
                self.0.read(&mut buffer[..count])
            }
        }
        let (cancel, progress, limits) = (Cancel::new(), Progress::new(), Limits::default());
        let context =
            Context { file: "x.json", folder: None, cancel: &cancel, progress: &progress, limits: &limits, unpacked: false };
        let mut pieces = Pieces(text, piece);
        let (mut source, _) = Source::open(&mut pieces, None, context)?;
        step(&mut Json::new(&mut source)?)
    }

    #[test]
    fn values_of_all_kinds() {
        let text = "\u{feff} {\"a\" : [1, -2.5e1, \"x\\n\\u00e9\\ud83d\\ude00\\ud800\", null, true , {} , [ ]], \"skipped\": {\"b\": [\"]\", {\"c\": \"\\\"}\"}]}, \
             \"\\u0061b\":\"é\", \"ts\":\"12.5\",}";
        for piece in [1, 3, 7, 1 << 20] {
            walk(text.as_bytes(), piece, |json| {
                json.begin_object()?;
                assert_eq!(json.next_key()?, Some("a"));
                json.begin_array()?;
                assert!(json.next_item()?);
                assert_eq!(json.maybe_integer()?, Some(1));
                assert!(json.next_item()?);
                assert_eq!(json.maybe_number()?, Some(-25.0));
                assert!(json.next_item()?);
                assert_eq!(json.text()?, "x\né😀\u{fffd}");
                assert!(json.next_item()?);
                assert_eq!((json.kind()?, json.maybe_text()?), (Kind::Null, None));
                assert!(json.next_item()?);
                assert_eq!(json.maybe_bool()?, Some(true));
                assert!(json.next_item()? && json.try_object()?);
                assert_eq!(json.next_key()?, None);
                assert!(json.next_item()? && json.try_array()?);
                assert!(!json.next_item()? && !json.next_item()?);
                assert_eq!(json.next_key()?, Some("skipped"));
                json.skip()?;
                assert_eq!(json.next_key()?, Some("ab"));
                assert_eq!(json.text()?, "é");
                assert_eq!(json.next_key()?, Some("ts"));
                assert_eq!(json.maybe_scaled(3)?, Some(12_500));
                assert_eq!(json.next_key()?, None, "the comma too many is let pass");
                Ok(())
            })
            .expect("valid");
        }
    }

    #[test]
    fn rows_at_once_or_one_by_one() {
        let text = "[0,12, 345 ,6,\"7\",-8,999999999,1000000000, 4294967295,null,9]";
        for piece in [1, 5, 1 << 20] {
            let rows = walk(text.as_bytes(), piece, |json| {
                let mut rows = Vec::new();
                json.begin_array()?;
                loop {
                    if let Some(row) = json.quick_row() {
                        rows.push(Some(row));
                    } else if json.next_item()? {
                        rows.push(json.maybe_row()?);
                    } else {
                        return Ok(rows);
                    }
                }
            });
            let told = [
                Some(0),
                Some(12),
                Some(345),
                Some(6),
                Some(7),
                None,
                Some(999_999_999),
                Some(1_000_000_000),
                Some(u32::MAX),
                None,
                Some(9),
            ];
            assert_eq!(rows.expect("valid"), told);
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let told = |text: &str| {
            let outcome = walk(text.as_bytes(), 5, |json| {
                json.begin_object()?;
                while json.next_key()?.is_some() {
                    json.skip()?;
                }
                Ok(())
            });
            outcome.expect_err("wrong").to_string()
        };
        assert_eq!(told("[1]"), "x.json is damaged at byte 0: an object is expected there, not “[”");
        assert_eq!(told("{\"a\" 1}"), "x.json is damaged at byte 1: a key with a colon is expected there, not “\"”");
        assert_eq!(told("{\"a\": }"), "x.json is damaged at byte 6: a value is expected there, not “}”");
        assert_eq!(told("{\"a\": \"b"), "x.json is damaged at byte 6: it is cut off: the end of a text is missing");
        assert_eq!(told("{\"a\": [1, 2"), "x.json is damaged at byte 11: it is cut off: a value is missing");
    }

    #[test]
    fn depth_costs_nothing() {
        let deep = "[".repeat(3_000_000) + &"]".repeat(3_000_000);
        walk(deep.as_bytes(), 1 << 20, |json| {
            json.skip()?;
            assert!(!json.is_cut());
            Ok(())
        })
        .expect("valid");
        let open = "[{\"a\":".repeat(1_000_000);
        let outcome = walk(open.as_bytes(), 1 << 20, |json| {
            let outcome = json.skip();
            assert!(json.is_cut());
            outcome
        });
        assert!(outcome.is_err());
    }
}
