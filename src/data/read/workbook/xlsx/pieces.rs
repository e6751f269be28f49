//! A part of a workbook, unfolded and cut into pieces of whole elements, which other threads take apart.

use std::io::{self, Read};

use memchr::memmem;

/// The head of a part is no longer than this.
const LONGEST_HEAD: usize = 1 << 20;
/// The longest element that a piece is made of: all columns of a row fit, filled with texts of ordinary length.
const LONGEST: usize = 8 << 20;

/// Why the quick way ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Something that the careful reader has to judge.
    Odd,
    /// A cell in this row lies outside the bounds that the sheet declares.
    Outside(u32),
    /// All that was asked for has been seen.
    Enough,
}

impl From<io::Error> for Stop {
    /// The careful reader finds the words for it.
    fn from(_: io::Error) -> Self {
        Self::Odd
    }
}

/// The part of a workbook after its head.
pub struct Pieces<R> {
    input: R,
    buffer: Vec<u8>,
    /// Begins an element; never the first bytes of another one's name.
    mark: &'static [u8],
    /// Ends the elements.
    end: &'static [u8],
    finished: bool,
}

impl<R: Read> Pieces<R> {
    /// Reads the head up to the tag that begins with `tag`, such as `<sheetData`; gives it with the tag.
    ///
    /// # Errors
    /// When the head is not of the plain form, or cannot be read.
    pub fn open(input: R, tag: &[u8], mark: &'static [u8], end: &'static [u8]) -> Result<(Vec<u8>, Self), Stop> {
        let mut pieces = Self { input, buffer: Vec::new(), mark, end, finished: false };
        let mut goal = 1 << 14;
        loop {
            let more = pieces.fill(goal)?;
            let begun = memmem::find(&pieces.buffer, tag);
            let ended =
                begun.and_then(|at| pieces.buffer.get(at..).and_then(|rest| memchr::memchr(b'>', rest)).map(|end| at + end));
            if let Some(at) = ended {
                let rest = pieces.buffer.split_off(at + 1);
                let head = std::mem::replace(&mut pieces.buffer, rest);
                pieces.finished = head.ends_with(b"/>");
                return if is_plain(&head) { Ok((head, pieces)) } else { Err(Stop::Odd) };
            }
            if !more || goal > LONGEST_HEAD {
                return Err(Stop::Odd);
            }
            goal *= 4;
        }
    }

    /// Reads until there are `goal` bytes; `false` at the end.
    fn fill(&mut self, goal: usize) -> io::Result<bool> {
        let lacking = goal.saturating_sub(self.buffer.len());
        self.buffer.reserve_exact(lacking);
        (&mut self.input).take(lacking as u64).read_to_end(&mut self.buffer)?;
        Ok(self.buffer.len() >= goal)
    }

    /// The next piece: whole elements of about `goal` bytes together; the last one holds the end, too.
    ///
    /// # Errors
    /// When the part cannot be read, or an element is longer than any real one.
    pub fn next(&mut self, mut goal: usize) -> Result<Option<Vec<u8>>, Stop> {
        if self.finished {
            io::copy(&mut self.input, &mut io::sink())?;
            return Ok(None);
        }
        let most = goal + LONGEST;
        loop {
            let more = self.fill(goal)?;
            let window = self.buffer.get(..goal).unwrap_or(&self.buffer);
            let last = memmem::rfind(window, self.mark).unwrap_or_default();
            if let Some(end) = window.get(last..).and_then(|tail| memmem::find(tail, self.end)) {
                self.finished = true;
                self.buffer.truncate(last + end + self.end.len());
                return Ok(Some(std::mem::take(&mut self.buffer)));
            }
            if last > 0 {
                let rest = self.buffer.split_off(last);
                return Ok(Some(std::mem::replace(&mut self.buffer, rest)));
            }
            if !more || goal >= most {
                return Err(Stop::Odd);
            }
            goal = (goal * 2).min(most);
        }
    }
}

/// Whether a head is in UTF-8 and has nothing in it that hides tags.
fn is_plain(head: &[u8]) -> bool {
    let declared = memmem::find(head, b"encoding=").and_then(|at| head.get(at + 10..)?.get(..5));
    declared.is_none_or(|name| name.eq_ignore_ascii_case(b"utf-8")) && memmem::find(head, b"<!").is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(xml: &str, goal: usize) -> Result<Vec<String>, Stop> {
        let (head, mut pieces) = Pieces::open(xml.as_bytes(), b"<sheetData", b"<row ", b"</sheetData>")?;
        let mut all = vec![String::from_utf8_lossy(&head).into_owned()];
        while let Some(piece) = pieces.next(goal)? {
            all.push(String::from_utf8_lossy(&piece).into_owned());
        }
        Ok(all)
    }

    #[test]
    fn pieces_are_whole_rows() {
        let xml = "<worksheet><sheetData><row r=\"1\">one</row><row r=\"2\"/> <row r=\"3\">three</row></sheetData><rowBreaks/>";
        let rows = ["<row r=\"1\">one</row>", "<row r=\"2\"/> ", "<row r=\"3\">three</row></sheetData>"];
        let all = cut(xml, 26).expect("plain");
        assert_eq!((all[0].as_str(), &all[1..]), ("<worksheet><sheetData>", &rows.map(String::from)[..]));
        assert_eq!(cut(xml, 1 << 10).expect("plain")[1], rows.concat());
        assert_eq!(cut("<worksheet><sheetData/></worksheet>", 24).expect("plain").len(), 1);
    }

    #[test]
    fn what_is_not_plain_is_left_to_the_careful_reader() {
        for xml in [
            "<worksheet></worksheet>",
            "<worksheet><sheetData><row r=\"1\">",
            "<worksheet><!-- <sheetData> --><sheetData></sheetData>",
            "<?xml version=\"1.0\" encoding=\"windows-1252\"?><worksheet><sheetData></sheetData>",
        ] {
            assert!(matches!(cut(xml, 24), Err(Stop::Odd)), "{xml}");
        }
        let endless = format!("<worksheet><sheetData><row r=\"1\">{}", "x".repeat(LONGEST + 1000));
        assert!(matches!(cut(&endless, 24), Err(Stop::Odd)));
    }
}
