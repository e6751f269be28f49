//! XML taken apart into tags and text, one at a time, in bounded memory.

use std::io::{self, BufRead};

/// The longest tag or text; longer ones are no table's.
const LONGEST: usize = 32 << 20;

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    /// An element begins; see [`Scanner::name`] and [`Scanner::attribute`].
    Open,
    /// An element ends; see [`Scanner::name`].
    Close,
    /// Text; see [`Scanner::text`].
    Text,
    /// Nothing more.
    End,
}

/// Reads UTF-8 XML. An element without content gives [`Token::Open`] and [`Token::Close`] like any other. Nothing but the five names of
/// the standard and numbers is taken for an entity, so that none can grow.
pub struct Scanner<R> {
    input: R,
    /// The tag between its brackets, or the text.
    raw: Vec<u8>,
    /// The text is as it stands, without entities.
    literal: bool,
    /// The element that began also ends here.
    close_next: bool,
    /// Elements that are open.
    depth: u64,
}

impl<R: BufRead> Scanner<R> {
    /// Over a document from its start.
    pub fn new(input: R) -> Self {
        Self { input, raw: Vec::new(), literal: false, close_next: false, depth: 0 }
    }

    /// What comes next.
    ///
    /// # Errors
    /// When the input cannot be read, breaks off, or is no XML.
    pub fn next(&mut self) -> io::Result<Token> {
        if std::mem::take(&mut self.close_next) {
            self.depth -= 1;
            return Ok(Token::Close);
        }
        loop {
            self.raw.clear();
            self.literal = false;
            let first = self.input.fill_buf()?.first().copied();
            match first {
                None if self.depth > 0 => return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "its XML breaks off")),
                None => return Ok(Token::End),
                Some(b'<') => {
                    self.input.consume(1);
                    if let Some(token) = self.tag()? {
                        return Ok(token);
                    }
                }
                Some(_) => {
                    self.until(b'<', false)?;
                    return Ok(Token::Text);
                }
            }
        }
    }

    /// The rest of a tag whose bracket was read; `None` for what carries no content.
    fn tag(&mut self) -> io::Result<Option<Token>> {
        self.until(b'>', true)?;
        if self.raw.starts_with(b"!--") {
            self.extend_until(b"--", 5)?;
            return Ok(None);
        }
        if self.raw.starts_with(b"![CDATA[") {
            self.extend_until(b"]]", 10)?;
            let end = self.raw.len() - 2;
            self.raw.truncate(end);
            self.raw.drain(..8);
            self.literal = true;
            return Ok(Some(Token::Text));
        }
        match self.raw.first() {
            Some(b'?' | b'!') => return Ok(None),
            Some(b'/') => {
                self.raw.drain(..1);
                self.depth = self.depth.checked_sub(1).ok_or_else(|| invalid("its XML ends an element that did not begin"))?;
                return Ok(Some(Token::Close));
            }
            _ => {}
        }
        // A bracket may stand between quotation marks.
        let (mut quote, mut looked) = (None, 0);
        loop {
            quote = open_quote(quote, self.raw.get(looked..).unwrap_or_default());
            if quote.is_none() {
                break;
            }
            looked = self.raw.len();
            self.raw.push(b'>');
            self.until(b'>', true)?;
        }
        if self.raw.last() == Some(&b'/') {
            self.raw.pop();
            self.close_next = true;
        }
        self.depth += 1;
        Ok(Some(Token::Open))
    }

    /// Reads on while what was read, which ended in `>`, does not end with `mark` and is shorter than `least`.
    fn extend_until(&mut self, mark: &[u8], least: usize) -> io::Result<()> {
        while self.raw.len() < least || !self.raw.ends_with(mark) {
            self.raw.push(b'>');
            self.until(b'>', true)?;
        }
        Ok(())
    }

    /// Adds all up to `stop`, which is left where it is unless `take`n, when it must be there.
    fn until(&mut self, stop: u8, take: bool) -> io::Result<()> {
        loop {
            let some = self.input.fill_buf()?;
            if some.is_empty() {
                return if take { Err(io::Error::new(io::ErrorKind::UnexpectedEof, "its XML breaks off")) } else { Ok(()) };
            }
            let found = memchr::memchr(stop, some);
            let end = found.unwrap_or(some.len());
            self.raw.extend_from_slice(some.get(..end).unwrap_or_default());
            self.input.consume(end + usize::from(take && found.is_some()));
            if self.raw.len() > LONGEST {
                return Err(invalid("one of its texts is longer than 32 MB"));
            }
            if found.is_some() {
                return Ok(());
            }
        }
    }

    /// The element's name.
    pub fn name(&self) -> &[u8] {
        let end = self.raw.iter().position(u8::is_ascii_whitespace).unwrap_or(self.raw.len());
        self.raw.get(..end).unwrap_or_default()
    }

    /// An attribute of the element that began.
    ///
    /// # Errors
    /// When it is no text.
    pub fn attribute(&self, name: &str) -> io::Result<Option<String>> {
        let mut rest = self.raw.get(self.name().len()..).unwrap_or_default();
        while let Some(equals) = memchr::memchr(b'=', rest) {
            let key = rest.get(..equals).unwrap_or_default().trim_ascii();
            let after = rest.get(equals + 1..).unwrap_or_default().trim_ascii_start();
            let Some((quote @ (b'"' | b'\''), value)) = after.split_first() else {
                return Err(invalid("one of its attributes has no value"));
            };
            let end = memchr::memchr(*quote, value).ok_or_else(|| invalid("one of its attributes has no end"))?;
            if key == name.as_bytes() {
                return decode(value.get(..end).unwrap_or_default()).map(Some);
            }
            rest = value.get(end + 1..).unwrap_or_default();
        }
        Ok(None)
    }

    /// The text, its entities replaced.
    ///
    /// # Errors
    /// When it is no text, or has an entity that is not known.
    pub fn text(&self) -> io::Result<String> {
        if self.literal { utf8(&self.raw).map(str::to_owned) } else { decode(&self.raw) }
    }
}

/// The quotation mark that is open at the end of a piece of a tag, when `open` was at its start.
fn open_quote(mut open: Option<u8>, piece: &[u8]) -> Option<u8> {
    for byte in piece {
        match (open, byte) {
            (None, b'"' | b'\'') => open = Some(*byte),
            (Some(quote), byte) if quote == *byte => open = None,
            _ => {}
        }
    }
    open
}

fn utf8(bytes: &[u8]) -> io::Result<&str> {
    std::str::from_utf8(bytes).map_err(|_| invalid("its XML holds bytes that are no text"))
}

/// A text with its entities replaced: the five of the standard, and numbers.
///
/// # Errors
/// When it is no text, or has another entity.
pub fn decode(bytes: &[u8]) -> io::Result<String> {
    let text = utf8(bytes)?;
    // As the standard has it, a line ends in a line feed alone.
    let text = if text.contains('\r') { text.replace("\r\n", "\n").into() } else { std::borrow::Cow::Borrowed(text) };
    let mut rest = &*text;
    let mut out = String::with_capacity(rest.len());
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let unknown = || invalid("its XML has an entity that is not known");
        let (name, after) = after.split_once(';').ok_or_else(unknown)?;
        out.push(match name {
            "lt" => '<',
            "gt" => '>',
            "amp" => '&',
            "quot" => '"',
            "apos" => '\'',
            _ => {
                let number = name.strip_prefix('#').ok_or_else(unknown)?;
                let code = match number.strip_prefix('x') {
                    Some(hex) => u32::from_str_radix(hex, 16),
                    None => number.parse(),
                };
                code.ok().and_then(char::from_u32).ok_or_else(unknown)?
            }
        });
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

fn invalid(reason: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn events(xml: &str) -> Vec<String> {
        // A small buffer, so that each piece is read in parts.
        let mut scanner = Scanner::new(io::BufReader::with_capacity(3, xml.as_bytes()));
        let mut out = Vec::new();
        loop {
            out.push(match scanner.next() {
                Ok(Token::Open) => {
                    let name = String::from_utf8_lossy(scanner.name()).into_owned();
                    format!("+{name}{:?}", scanner.attribute("x").unwrap().unwrap_or_default())
                }
                Ok(Token::Close) => format!("-{}", String::from_utf8_lossy(scanner.name())),
                Ok(Token::Text) => scanner.text().unwrap_or_else(|error| error.to_string()),
                Ok(Token::End) => return out,
                Err(error) => {
                    out.push(error.to_string());
                    return out;
                }
            });
        }
    }

    #[test]
    fn tags_texts_and_what_is_skipped() {
        let xml = "<?xml version='1.0'?><!DOCTYPE a><a y=\"'\" x='1 &gt; 0 > \"'>b &amp; &#233;&#xE9;<!-- > <c> --><d/><![CDATA[<&>]]></a>";
        assert_eq!(events(xml), ["+a\"1 > 0 > \\\"\"", "b & éé", "+d\"\"", "-d", "<&>", "-a"]);
    }

    #[test]
    fn damage_is_told() {
        assert_eq!(events("<a><b>"), ["+a\"\"", "+b\"\"", "its XML breaks off"]);
        assert_eq!(events("<a>&evil;</a>")[1], "its XML has an entity that is not known");
        assert_eq!(events("</a>"), ["its XML ends an element that did not begin"]);
        assert_eq!(events("<a x"), ["its XML breaks off"]);
    }
}
