//! Lines of a text, read one by one, so that the text itself is never in memory as a whole.

use std::io::{BufRead, BufReader};

use super::source::Source;
use crate::profile::error::{Place, ProfileError};

/// Lines of a source, counted.
pub(super) struct Lines<'s, 'a> {
    reader: BufReader<&'s mut Source<'a>>,
    line: Vec<u8>,
    number: u64,
}

impl<'s, 'a> Lines<'s, 'a> {
    pub(super) fn new(source: &'s mut Source<'a>) -> Self {
        Self { reader: BufReader::with_capacity(256 << 10, source), line: Vec::new(), number: 0 }
    }

    /// The next line without its end (and the first one without a byte order mark); `None` behind the last.
    pub(super) fn next(&mut self) -> Result<Option<&[u8]>, ProfileError> {
        if !self.fill()? {
            return Ok(None);
        }
        Ok(Some(&self.line))
    }

    /// Number of the line that was given last; the first is 1.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// The place of that line.
    pub(super) fn place(&self) -> Place {
        Place::Line(self.number)
    }

    fn fill(&mut self) -> Result<bool, ProfileError> {
        self.line.clear();
        // A single line of hundreds of megabytes leaves no such buffer behind.
        if self.line.capacity() > 16 << 20 {
            self.line = Vec::new();
        }
        let read = self.reader.read_until(b'\n', &mut self.line).map_err(|error| self.reader.get_ref().explain(error))?;
        if read == 0 {
            return Ok(false);
        }
        self.number += 1;
        let end = self.line.strip_suffix(b"\n").unwrap_or(&self.line);
        let end = end.strip_suffix(b"\r").unwrap_or(end).len();
        self.line.truncate(end);
        if self.number == 1 && self.line.starts_with(b"\xef\xbb\xbf") {
            self.line.drain(..3);
        }
        Ok(true)
    }
}
