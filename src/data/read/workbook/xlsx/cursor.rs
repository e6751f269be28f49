//! A place in XML that is held as a whole.

/// Bytes, and how far they were read.
#[derive(Clone, Copy)]
pub struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    /// At the start.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// What was not read yet.
    #[inline]
    pub fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// Whether all was read.
    pub fn is_empty(&self) -> bool {
        self.at >= self.bytes.len()
    }

    /// Bytes that were read.
    #[inline]
    pub fn place(&self) -> usize {
        self.at
    }

    /// Goes back to a place.
    pub fn back(&mut self, place: usize) {
        self.at = place;
    }

    /// Passes over so many bytes.
    #[inline]
    pub fn advance(&mut self, bytes: usize) {
        self.at += bytes;
    }

    /// The next byte; zero at the end.
    #[inline]
    pub fn peek(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or_default()
    }

    /// Passes over these bytes, when they come next.
    #[inline]
    pub fn eat(&mut self, mark: &[u8]) -> bool {
        let found = self.rest().starts_with(mark);
        self.at += if found { mark.len() } else { 0 };
        found
    }

    /// Passes over blanks.
    #[inline]
    pub fn skip_blanks(&mut self) {
        while matches!(self.peek(), b' ' | b'\t' | b'\r' | b'\n') {
            self.at += 1;
        }
    }

    /// All up to the next tag.
    #[inline]
    pub fn until_tag(&mut self) -> &'a [u8] {
        self.until(b'<')
    }

    /// All up to this byte, or the end.
    #[inline]
    pub fn until(&mut self, stop: u8) -> &'a [u8] {
        let rest = self.rest();
        let end = memchr::memchr(stop, rest).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }

    /// The next attribute of a tag: name and value between its marks; `None` at the tag's end, or where there is none.
    #[inline]
    pub fn attribute(&mut self) -> Option<(&'a [u8], &'a [u8])> {
        self.skip_blanks();
        let start = self.at;
        while matches!(self.peek(), b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b':' | b'_' | b'-' | b'.') {
            self.at += 1;
        }
        let name = self.bytes.get(start..self.at)?;
        let quote = self.rest().get(1).copied().filter(|quote| matches!(quote, b'"' | b'\''))?;
        if name.is_empty() || self.peek() != b'=' {
            return None;
        }
        self.at += 2;
        let value = self.until(quote);
        self.at += 1;
        Some((name, value))
    }

    /// The number after a name that stands somewhere in the rest.
    pub fn claim(&self, name: &[u8]) -> Option<u64> {
        let at = memchr::memmem::find(self.rest(), name)? + name.len() + 1;
        let digits = self.rest().get(at..)?.iter().take_while(|byte| byte.is_ascii_digit());
        Some(digits.fold(0u64, |number, digit| number.saturating_mul(10).saturating_add(u64::from(digit - b'0'))))
    }
}

/// A whole number of up to nine digits.
#[inline]
pub fn digits(text: &[u8]) -> Option<u32> {
    if text.is_empty() || text.len() > 9 {
        return None;
    }
    text.iter().try_fold(0u32, |number, byte| byte.is_ascii_digit().then(|| number * 10 + u32::from(byte - b'0')))
}

/// Row and column of a place such as `AB12`, the first being 0; the row's digits as they stand.
#[inline]
pub fn place(text: &[u8]) -> Option<(&[u8], u32)> {
    let letters = text.iter().take_while(|byte| byte.is_ascii_uppercase()).count();
    if !(1..=3).contains(&letters) {
        return None;
    }
    let (letters, row) = text.split_at_checked(letters)?;
    let column = letters.iter().fold(0, |column, letter| column * 26 + u32::from(letter - b'A') + 1);
    Some((row, column - 1))
}
