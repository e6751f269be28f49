//! Where cells and records of a text table begin and end.

use memchr::{memchr, memchr2_iter, memchr3_iter, memrchr};

/// The quotation mark of a table that has none: a byte that no UTF-8 text holds.
pub const NO_QUOTE: u8 = 0xFF;

/// The signs by which a text table is taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// What separates cells.
    pub delimiter: u8,
    /// What stands around cells that hold separators or line ends, doubled inside; [`NO_QUOTE`] where nothing does.
    pub quote: u8,
    /// Inside such cells a backslash stands before a mark that is part of the text, and before a backslash.
    pub escaped: bool,
    /// What ends a record: a line feed, or a carriage return alone, as on old Macintosh computers.
    pub line_end: u8,
}

impl Dialect {
    /// As RFC 4180 and Excel have it, with this separator.
    pub fn usual(delimiter: u8) -> Self {
        Self { delimiter, quote: b'"', escaped: false, line_end: b'\n' }
    }
}

/// The cell that is being read.
pub struct Open {
    /// Where it starts, at its quotation mark when it has one.
    pub start: usize,
    /// Began with a quotation mark.
    pub quoted: bool,
    /// Its closing mark is still to come.
    pub inside: bool,
    /// Has a doubled or escaped mark inside, so that its text must be rewritten.
    pub doubled: bool,
    /// Where its closing mark stands.
    pub close: usize,
}

impl Open {
    fn at(start: usize) -> Self {
        Self { start, quoted: false, inside: false, doubled: false, close: 0 }
    }

    /// Whether it has marks around all of it, given where it ends.
    pub fn is_clean(&self, end: usize) -> bool {
        self.quoted && !self.inside && self.close + 1 == end
    }
}

/// Follows text that starts at a record's start. Calls `each` with every cell, the place before which it ends, and whether its
/// record ends with it. Tells whether the text ends inside quotation marks.
///
/// # Errors
/// The first one that `each` gives.
#[inline(always)]
pub fn walk<E>(text: &[u8], dialect: Dialect, mut each: impl FnMut(&Open, usize, bool) -> Result<(), E>) -> Result<bool, E> {
    let Dialect { delimiter, quote, escaped, line_end } = dialect;
    let old = line_end == b'\r';
    // Behind a carriage return a line feed may still come, in a text whose line ends are mixed.
    let behind = |place: usize| place + usize::from(old && text.get(place) == Some(&b'\n'));
    let (mut open, mut skip) = (Open::at(behind(0)), usize::MAX);
    for place in memchr3_iter(delimiter, line_end, quote, text) {
        let byte = text[place];
        if byte == quote {
            if place == skip {
            } else if open.inside {
                if escaped && is_escaped(text, place) {
                    open.doubled = true;
                } else if text.get(place + 1) == Some(&quote) {
                    (open.doubled, skip) = (true, place + 1);
                } else {
                    (open.inside, open.close) = (false, place);
                }
            } else if place == open.start {
                (open.quoted, open.inside) = (true, true);
            }
            continue;
        }
        if open.inside {
            continue;
        }
        let ends_row = byte == line_end;
        let carriage_return = ends_row && !old && place > open.start && text[place - 1] == b'\r';
        each(&open, place - usize::from(carriage_return), ends_row)?;
        open = Open::at(if ends_row { behind(place + 1) } else { place + 1 });
    }
    Ok(open.inside)
}

/// Whether an odd number of backslashes stands before a mark.
fn is_escaped(text: &[u8], place: usize) -> bool {
    let before = text.get(..place).unwrap_or_default();
    before.iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1
}

/// Follows quotation marks through text that starts at a record's start; calls `at` for each line end that ends a record
/// until it returns true.
/// Tells whether the text ends inside quotation marks.
pub fn record_ends(text: &[u8], dialect: Dialect, mut at: impl FnMut(usize) -> bool) -> bool {
    let Dialect { delimiter, quote, escaped, line_end } = dialect;
    let (mut quoted, mut skip) = (false, usize::MAX);
    for place in memchr2_iter(quote, line_end, text) {
        if place == skip {
            continue;
        }
        if text[place] == line_end {
            if !quoted && at(place) {
                return false;
            }
        } else if !quoted {
            let before = place.checked_sub(1).and_then(|p| text.get(p)).copied();
            quoted = before.is_none_or(|byte| byte == delimiter || byte == line_end || (byte == b'\n' && line_end == b'\r'));
        } else if escaped && is_escaped(text, place) {
        } else if text.get(place + 1) == Some(&quote) {
            skip = place + 1;
        } else {
            quoted = false;
        }
    }
    quoted
}

/// Whether text that starts at a record's start ends inside quotation marks.
pub fn ends_quoted(text: &[u8], dialect: Dialect) -> bool {
    record_ends(text, dialect, |_| false)
}

/// Where the last complete record ends; 0 when there is none.
pub fn last_record_end(text: &[u8], dialect: Dialect) -> usize {
    if memchr(dialect.quote, text).is_none() {
        return memrchr(dialect.line_end, text).map_or(0, |place| place + 1);
    }
    let mut end = 0;
    record_ends(text, dialect, |place| {
        end = place + 1;
        false
    });
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_end_only_outside_marks() {
        let (text, usual) = (b"a,\"b\nc\"\nd,e\n\"open\n", Dialect::usual(b','));
        assert_eq!(last_record_end(text, usual), 12);
        assert!(ends_quoted(text, usual) && !ends_quoted(b"a,\"b\"\n5\" pipe", usual));
        let single = Dialect { quote: b'\'', ..usual };
        assert_eq!(last_record_end(b"'a\nb',\"\nc\n'd\n", single), 10);
        let none = Dialect { quote: NO_QUOTE, ..usual };
        assert_eq!(last_record_end(b"a,\"b\nc,\"d\ne", none), 10);
        let escaped = Dialect { escaped: true, ..usual };
        assert_eq!(last_record_end(b"\"a\\\"\nb\"\n\"c\\\\\"\n", escaped), 14);
        assert!(ends_quoted(b"\"a\\\"\n", escaped) && !ends_quoted(b"\"a\\\\\"\n", escaped));
        let old = Dialect { line_end: b'\r', ..usual };
        assert_eq!(last_record_end(b"a\r\"b\rc\"\rd\n", old), 8);
    }
}
