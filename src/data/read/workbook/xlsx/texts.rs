//! The texts that the cells of a workbook share, in one buffer.

use std::io::Read;

use memchr::memmem;

use super::super::xml::{self, Scanner, Token};
use super::cursor::Cursor;
use super::pieces::{Pieces, Stop};

/// Bytes of XML that are taken apart at once.
const PIECE: usize = 1 << 18;
/// The shortest text of the list: `<si/>`.
const SHORTEST: u64 = 5;

/// Texts by number.
#[derive(Default)]
pub struct Texts {
    all: String,
    /// Where each one ends.
    ends: Vec<u32>,
}

impl Texts {
    /// Reads the list of texts.
    ///
    /// # Errors
    /// When the list is not of the plain form, claims more texts than it has room for, or cannot be read.
    pub fn read(part: impl Read) -> Result<Self, Stop> {
        let (head, mut pieces) = Pieces::open(part, b"<sst", b"<si>", b"</sst>")?;
        let mut texts = Self::default();
        let mut bytes = head.len() as u64;
        while let Some(piece) = pieces.next(PIECE)? {
            bytes += piece.len() as u64;
            texts.add(std::str::from_utf8(&piece).map_err(|_| Stop::Odd)?)?;
        }
        let claim = Cursor::new(&head).claim(b"uniqueCount=").unwrap_or_default();
        if claim > bytes / SHORTEST { Err(Stop::Odd) } else { Ok(texts) }
    }

    /// A text; `None` when there are not as many.
    pub fn get(&self, number: usize) -> Option<&str> {
        let end = *self.ends.get(number)? as usize;
        let start = number.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| *end as usize);
        self.all.get(start..end)
    }

    fn add(&mut self, piece: &str) -> Result<(), Stop> {
        let mut rest = Cursor::new(piece.as_bytes());
        loop {
            rest.skip_blanks();
            if rest.is_empty() {
                return Ok(());
            }
            if rest.eat(b"</sst>") {
                return if rest.is_empty() { Ok(()) } else { Err(Stop::Odd) };
            }
            if !rest.eat(b"<si>") {
                return Err(Stop::Odd);
            }
            if !self.add_plain(&mut rest)? {
                self.add_rich(&mut rest)?;
            }
            self.ends.push(u32::try_from(self.all.len()).map_err(|_| Stop::Odd)?);
        }
    }

    /// A text of one kind of letters; `false` when it is none, and nothing was read.
    fn add_plain(&mut self, rest: &mut Cursor<'_>) -> Result<bool, Stop> {
        let before = rest.place();
        let Some(preserve) = text_tag(rest) else { return Ok(false) };
        let text = rest.until_tag();
        if !rest.eat(b"</t></si>") {
            rest.back(before);
            return Ok(false);
        }
        let text = std::str::from_utf8(text).map_err(|_| Stop::Odd)?;
        match cooked(text, !preserve)? {
            Some(cooked) => self.all.push_str(&cooked),
            None => self.all.push_str(if preserve { text } else { trimmed(text) }),
        }
        Ok(true)
    }

    /// A text with letters of several kinds, or with its pronunciation, which is not part of it.
    fn add_rich(&mut self, rest: &mut Cursor<'_>) -> Result<(), Stop> {
        let end = memmem::find(rest.rest(), b"</si>").ok_or(Stop::Odd)?;
        let mut xml = Scanner::new(rest.rest().get(..end).unwrap_or_default());
        rest.advance(end + b"</si>".len());
        let (mut inside, mut preserve, mut spoken, mut text) = (false, false, false, String::new());
        loop {
            match xml.next().map_err(|_| Stop::Odd)? {
                Token::Open if inside => return Err(Stop::Odd),
                Token::Open if xml.name() == b"t" => {
                    inside = true;
                    preserve = xml.attribute("xml:space").map_err(|_| Stop::Odd)?.is_some_and(|value| value == "preserve");
                }
                Token::Open if xml.name().contains(&b':') => return Err(Stop::Odd),
                Token::Open => spoken |= xml.name() == b"rPh",
                Token::Close if inside => {
                    if !spoken {
                        let kept = if preserve { &text } else { trimmed(&text) };
                        self.all.push_str(&unescaped(kept)?);
                    }
                    inside = false;
                    text.clear();
                }
                Token::Close => spoken &= xml.name() != b"rPh",
                Token::Text if inside => text.push_str(decoded(&xml.text().map_err(|_| Stop::Odd)?)?),
                Token::Text => {}
                Token::End => return Ok(()),
            }
        }
    }
}

/// Reads the tag that begins a text; says whether blanks around it belong to it.
pub fn text_tag(rest: &mut Cursor<'_>) -> Option<bool> {
    if rest.eat(b"<t>") {
        return Some(false);
    }
    rest.eat(b"<t xml:space=\"preserve\">").then_some(true)
}

/// Without the blanks around it that XML does not count.
pub fn trimmed(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\r', '\n'])
}

/// A text that stands in the XML in other letters than its own; `None` when it is as it stands, but for blanks around it.
///
/// # Errors
/// When it is not certain what it says.
pub fn cooked(raw: &str, trim: bool) -> Result<Option<String>, Stop> {
    // One pass without a branch: most texts are plain.
    if !raw.bytes().fold(false, |found, byte| found | matches!(byte, b'&' | b'\r' | b'_')) {
        return Ok(None);
    }
    let text = xml::decode(raw.as_bytes()).map_err(|_| Stop::Odd)?;
    let text = decoded(&text)?;
    unescaped(if trim { trimmed(text) } else { text }).map(Some)
}

/// A text whose entities were replaced, when no control characters are in it, which readers do not agree about.
fn decoded(text: &str) -> Result<&str, Stop> {
    let odd = |letter: char| letter < ' ' && !matches!(letter, '\t' | '\n');
    if text.contains(odd) { Err(Stop::Odd) } else { Ok(text) }
}

/// Replaces `_x000D_` and the like, as Excel writes characters that XML has no room for.
fn unescaped(text: &str) -> Result<String, Stop> {
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find("_x") {
        let (before, escape) = rest.split_at(at);
        out.push_str(before);
        let code = escape.get(2..6).filter(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let code = code.filter(|_| escape.as_bytes().get(6) == Some(&b'_')).and_then(|hex| u32::from_str_radix(hex, 16).ok());
        match code {
            // Half of a character needs its other half.
            Some(code) => out.push(char::from_u32(code).ok_or(Stop::Odd)?),
            None => out.push('_'),
        }
        rest = escape.get(if code.is_some() { 7 } else { 1 }..).unwrap_or_default();
    }
    out.push_str(rest);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(items: &str) -> Result<Vec<String>, Stop> {
        let xml = format!("<sst xmlns=\"x\" count=\"9\" uniqueCount=\"3\">{items}</sst>");
        let texts = Texts::read(xml.as_bytes())?;
        Ok((0..texts.ends.len()).filter_map(|number| texts.get(number).map(str::to_owned)).collect())
    }

    #[test]
    fn texts_of_all_forms() {
        let items =
            "<si><t> a &amp; b\u{e9} </t></si>\n<si><t xml:space=\"preserve\"> c </t></si><si/>".replace("<si/>", "<si></si>");
        assert_eq!(list(&items).expect("plain"), ["a & b\u{e9}", " c ", ""]);
        let rich = "<si><r><rPr><b/></rPr><t>one</t></r><r><t xml:space=\"preserve\"> two</t></r><rPh sb=\"0\" eb=\"1\"><t>wun</t></rPh></si>";
        assert_eq!(list(rich).expect("known"), ["one two"]);
        let escaped = "<si><t>a_x000D_b_x5F_x_x005F_x000D_snake_x</t></si>";
        assert_eq!(list(escaped).expect("known"), ["a\rb_x5F_x_x000D_snake_x"]);
    }

    #[test]
    fn what_is_not_certain_is_left_to_the_careful_reader() {
        for items in ["<si><t>&evil;</t></si>", "<si><t>a\rb</t></si>", "<si><t>_xD83D_</t></si>", "<x:si></x:si>", "<si><t>a"] {
            assert!(matches!(list(items), Err(Stop::Odd)), "{items}");
        }
    }
}
