//! PHP's `serialize` (<https://www.php.net/manual/en/function.serialize.php>), as far as lists of numbers by name go. Objects are refused.

use super::Context;
use crate::profile::error::ProfileError;

/// A value that is not a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// Whole; others are cut to that.
    Number(i64),
    /// A text, or nothing.
    Other,
}

/// A walk through serialised lists.
pub(super) struct Serialized<'d, 'c> {
    data: &'d [u8],
    at: usize,
    context: Context<'c>,
}

impl<'d, 'c> Serialized<'d, 'c> {
    pub(super) fn new(data: &'d [u8], context: Context<'c>) -> Self {
        Self { data, at: 0, context }
    }

    /// Where the next byte is.
    pub(super) fn place(&self) -> u64 {
        self.at as u64
    }

    /// Steps into a list: `a:3:{`. How many it says to hold does not matter.
    pub(super) fn begin(&mut self) -> Result<(), ProfileError> {
        self.expect(b"a:")?;
        self.until(b':')?;
        self.expect(b"{")
    }

    /// The next key of the list, `s:4:"main";` or `i:4;`; `None` at its end, which is stepped out of.
    pub(super) fn key(&mut self) -> Result<Option<&'d [u8]>, ProfileError> {
        match self.data.get(self.at) {
            Some(b'}') => {
                self.at += 1;
                Ok(None)
            }
            Some(b's') => self.text().map(Some),
            Some(b'i') => {
                self.expect(b"i:")?;
                self.until(b';').map(Some)
            }
            _ => Err(self.unexpected("a key or the end of a list")),
        }
    }

    /// A value that is not a list.
    pub(super) fn value(&mut self) -> Result<Token, ProfileError> {
        match self.data.get(self.at) {
            Some(b's') => self.text().map(|_| Token::Other),
            Some(b'N') => self.expect(b"N;").map(|()| Token::Other),
            Some(b'i' | b'd' | b'b') => {
                self.at += 1;
                self.expect(b":")?;
                let text = self.until(b';')?;
                Ok(super::decimal::scaled(text, 0).map_or(Token::Other, Token::Number))
            }
            _ => Err(self.unexpected("a number")),
        }
    }

    fn text(&mut self) -> Result<&'d [u8], ProfileError> {
        self.expect(b"s:")?;
        let len = self.until(b':')?;
        let len = std::str::from_utf8(len).ok().and_then(|len| len.parse::<usize>().ok());
        self.expect(b"\"")?;
        let end = len.and_then(|len| self.at.checked_add(len));
        let text = end.and_then(|end| self.data.get(self.at..end)).ok_or_else(|| self.unexpected("a text of the length told"))?;
        self.at += text.len();
        self.expect(b"\";")?;
        Ok(text)
    }

    /// What stands before the next such byte, which is stepped over.
    fn until(&mut self, byte: u8) -> Result<&'d [u8], ProfileError> {
        let rest = self.data.get(self.at..).unwrap_or_default();
        let len = memchr::memchr(byte, rest).ok_or_else(|| self.unexpected("more"))?;
        self.at += len + 1;
        Ok(rest.get(..len).unwrap_or_default())
    }

    fn expect(&mut self, bytes: &[u8]) -> Result<(), ProfileError> {
        if !self.data.get(self.at..).is_some_and(|rest| rest.starts_with(bytes)) {
            return Err(self.unexpected(&format!("“{}”", String::from_utf8_lossy(bytes))));
        }
        self.at += bytes.len();
        Ok(())
    }

    fn unexpected(&self, what: &str) -> ProfileError {
        let problem = if self.at >= self.data.len() { "the data ends there, where" } else { "something else stands where" };
        self.context.damaged(self.at as u64, format!("{problem} {what} should be"))
    }
}
