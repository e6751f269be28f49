//! Records and cells of text with separators.

use memchr::{memchr, memchr2_iter, memchr3_iter, memrchr};

use super::RowCounts;
use crate::data::cells::Cells;

/// A record that makes no row.
#[derive(Debug, PartialEq, Eq)]
pub struct BadRecord {
    /// Its number among the records of this text, from 1.
    pub row: u64,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What can be wrong with a record.
#[derive(Debug, PartialEq, Eq)]
pub enum Fault {
    /// It has so many cells, more than the header.
    Long(usize),
    /// A quotation mark opens a cell and none closes it.
    OpenQuote,
}

/// Follows quotation marks through text that starts at a record's start; calls `at` for each line feed that ends a record
/// until it returns true.
/// Tells whether the text ends inside quotation marks.
fn record_ends(text: &[u8], delimiter: u8, mut at: impl FnMut(usize) -> bool) -> bool {
    let (mut quoted, mut skip) = (false, usize::MAX);
    for place in memchr2_iter(b'"', b'\n', text) {
        if place == skip {
            continue;
        }
        if text[place] == b'\n' {
            if !quoted && at(place) {
                return false;
            }
        } else if !quoted {
            let before = place.checked_sub(1).and_then(|p| text.get(p)).copied();
            quoted = before.is_none_or(|byte| byte == delimiter || byte == b'\n');
        } else if text.get(place + 1) == Some(&b'"') {
            skip = place + 1;
        } else {
            quoted = false;
        }
    }
    quoted
}

/// Whether text that starts at a record's start ends inside quotation marks.
pub fn ends_quoted(text: &[u8], delimiter: u8) -> bool {
    record_ends(text, delimiter, |_| false)
}

/// Where the last complete record ends; 0 when there is none.
pub fn last_record_end(text: &[u8], delimiter: u8) -> usize {
    if memchr(b'"', text).is_none() {
        return memrchr(b'\n', text).map_or(0, |place| place + 1);
    }
    let mut end = 0;
    record_ends(text, delimiter, |place| {
        end = place + 1;
        false
    });
    end
}

/// The first record that is not blank: the blank lines before it, and where it ends, if it does.
pub struct FirstRecord {
    /// Blank lines before it.
    pub blank: u64,
    /// Where it starts.
    start: usize,
    /// Where it ends, behind its line feed.
    pub end: Option<usize>,
}

impl FirstRecord {
    /// Looks for it.
    pub fn find(text: &[u8], delimiter: u8) -> Self {
        let mut found = Self { blank: 0, start: 0, end: None };
        record_ends(text, delimiter, |place| {
            // A line of nothing but separators is not blank.
            let blank = text
                .get(found.start..place)
                .is_some_and(|line| line.iter().all(|byte| *byte != delimiter && byte.is_ascii_whitespace()));
            if blank {
                found.blank += 1;
                found.start = place + 1;
            } else {
                found.end = Some(place + 1);
            }
            !blank
        });
        found
    }

    /// Its cells.
    ///
    /// # Errors
    /// When a quotation mark in it is not closed.
    pub fn names(&self, text: &[u8], delimiter: u8) -> Result<Vec<String>, BadRecord> {
        let record = text.get(self.start..self.end.unwrap_or(text.len())).unwrap_or_default();
        let most = record.iter().filter(|byte| **byte == delimiter).count() + 1;
        let (cells, _) = tokenize(record.to_vec(), delimiter, most)?;
        let absent_at_end = (0..most).rev().take_while(|column| cells.get(0, *column).is_none()).count();
        // Separators inside quotation marks were counted too; cells beyond the last separator do not exist.
        let named = if absent_at_end == most {
            most
        } else {
            most - absent_at_end + trailing_separators(record, delimiter).min(absent_at_end)
        };
        Ok((0..named).map(|column| String::from_utf8_lossy(cells.get(0, column).unwrap_or_default()).into_owned()).collect())
    }
}

/// Separators at a record's end, each of which opens one more cell without a name.
fn trailing_separators(record: &[u8], delimiter: u8) -> usize {
    let end = record.strip_suffix(b"\n").unwrap_or(record);
    let end = end.strip_suffix(b"\r").unwrap_or(end);
    end.iter().rev().take_while(|byte| **byte == delimiter).count()
}

/// The separator that splits the first records most evenly: the one with the most cells among those that give the same number
/// in nearly every record. A comma when none does.
pub fn find_delimiter(text: &[u8]) -> u8 {
    let score = |delimiter: u8| {
        let (mut counts, mut start) = (Vec::new(), 0);
        record_ends(text, delimiter, |place| {
            if place > start + 1 {
                counts.push(count_cells(&text[start..place], delimiter));
            }
            start = place + 1;
            counts.len() >= 100
        });
        let first = counts.first().copied().unwrap_or_else(|| count_cells(text, delimiter));
        let same = counts.iter().filter(|count| **count == first).count();
        match first {
            0 | 1 => 0,
            _ if same * 10 >= counts.len() * 9 => 1_000_000 + first,
            _ => first * same / counts.len(),
        }
    };
    // Of equals the last one in this list.
    [b'|', b'\t', b';', b','].into_iter().max_by_key(|delimiter| score(*delimiter)).filter(|d| score(*d) > 0).unwrap_or(b',')
}

fn count_cells(record: &[u8], delimiter: u8) -> usize {
    let mut quoted = false;
    let separates = |byte: &&u8| {
        quoted ^= **byte == b'"';
        !quoted && **byte == delimiter
    };
    1 + record.iter().filter(separates).count()
}

/// The cell that is being read.
struct Open {
    start: usize,
    /// Began with a quotation mark.
    quoted: bool,
    /// Its closing mark is still to come.
    inside: bool,
    /// Has a doubled mark inside, so that its text must be rewritten.
    doubled: bool,
    /// Where its closing mark stands.
    close: usize,
}

impl Open {
    fn at(start: usize) -> Self {
        Self { start, quoted: false, inside: false, doubled: false, close: 0 }
    }

    /// Adds the cell, which ends before `end`.
    fn push(&self, text: &[u8], end: usize, cells: &mut Cells) {
        if !self.quoted {
            cells.push_slice(self.start, end, false);
        } else if !self.doubled && !self.inside && self.close + 1 == end {
            cells.push_slice(self.start + 1, self.close, true);
        } else {
            cells.push_text(|out| unquote(&text[self.start..end], out));
        }
    }
}

/// Removes the marks around a cell and makes doubled ones single; text after the closing mark is kept, as Excel does.
fn unquote(raw: &[u8], out: &mut Vec<u8>) {
    let (mut inside, mut at) = (true, 1);
    while let Some(&byte) = raw.get(at) {
        if inside && byte == b'"' {
            if raw.get(at + 1) == Some(&b'"') {
                out.push(b'"');
                at += 1;
            } else {
                inside = false;
            }
        } else {
            out.push(byte);
        }
        at += 1;
    }
}

/// Splits whole records into rows of `columns` cells; blank lines are skipped when there are several columns. Short rows are
/// filled with absent values; their number comes with the cells.
///
/// # Errors
/// When a record has more cells than `columns` and they are not just empty, or a quotation mark is not closed.
pub fn tokenize(mut text: Vec<u8>, delimiter: u8, columns: usize) -> Result<(Cells, RowCounts), BadRecord> {
    if text.last().is_some_and(|byte| *byte != b'\n') {
        text.push(b'\n');
    }
    let mut cells = Cells::new(text.len(), columns);
    let (mut open, mut skip, mut counts) = (Open::at(0), usize::MAX, RowCounts::default());
    let mut row_start = 0;
    for place in memchr3_iter(delimiter, b'\n', b'"', &text) {
        let byte = text[place];
        if byte == b'"' {
            if place == skip {
            } else if open.inside {
                if text.get(place + 1) == Some(&b'"') {
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
        let ends_row = byte == b'\n';
        let carriage_return = ends_row && place > open.start && text[place - 1] == b'\r';
        open.push(&text, place - usize::from(carriage_return), &mut cells);
        open = Open::at(place + 1);
        if ends_row {
            end_row(&mut cells, row_start, &mut counts)?;
            row_start = cells.row_start();
        }
    }
    if open.inside {
        return Err(BadRecord { row: (row_start / cells.columns()) as u64 + 1 + counts.blank, fault: Fault::OpenQuote });
    }
    cells.set_bytes(text);
    Ok((cells, counts))
}

/// Completes a row.
fn end_row(cells: &mut Cells, row_start: usize, counts: &mut RowCounts) -> Result<(), BadRecord> {
    let (columns, found) = (cells.columns(), cells.row_start() - row_start);
    if found == 1 && columns > 1 && cells.absent_from(row_start) {
        cells.truncate(row_start);
        counts.blank += 1;
        return Ok(());
    }
    if found > columns {
        if !cells.absent_from(row_start + columns) {
            return Err(BadRecord { row: (row_start / columns) as u64 + 1 + counts.blank, fault: Fault::Long(found) });
        }
        cells.truncate(row_start + columns);
    }
    (found..columns).for_each(|_| cells.push_absent());
    counts.short += u64::from(found < columns);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str, delimiter: u8, columns: usize) -> Vec<Vec<Option<String>>> {
        let (cells, _) = tokenize(text.as_bytes().to_vec(), delimiter, columns).expect("no long row");
        let cell = |row, column| cells.get(row, column).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        (0..cells.rows()).map(|row| (0..columns).map(|column| cell(row, column)).collect()).collect()
    }

    fn some(cells: &[&str]) -> Vec<Option<String>> {
        cells.iter().map(|cell| Some((*cell).to_owned())).collect()
    }

    #[test]
    fn marks_separators_and_line_ends() {
        assert_eq!(rows("a,b\r\n\"x,1\",\"say \"\"hi\"\"\"\n", b',', 2), [some(&["a", "b"]), some(&["x,1", "say \"hi\""])]);
        assert_eq!(rows("\"two\nlines\";5\" pipe", b';', 2), [some(&["two\nlines", "5\" pipe"])]);
        assert_eq!(rows("\"a\"b,c", b',', 2), [some(&["ab", "c"])]);
    }

    #[test]
    fn absent_is_not_empty_text() {
        assert_eq!(rows(",\"\"\n", b',', 2), [[None, Some(String::new())]]);
    }

    #[test]
    fn blank_lines_are_skipped_short_rows_filled_empty_ends_dropped() {
        let (cells, counts) = tokenize(b"1,2\n\n3\n4,5,,\n".to_vec(), b',', 2).expect("fits");
        assert_eq!((cells.rows(), counts), (3, RowCounts { short: 1, blank: 1 }));
        assert_eq!(cells.get(1, 1), None);
        assert_eq!(tokenize(b"1,2\n\n3,4,5\n".to_vec(), b',', 2).err(), Some(BadRecord { row: 3, fault: Fault::Long(3) }));
    }

    #[test]
    fn a_blank_line_is_a_value_when_there_is_one_column() {
        assert_eq!(rows("1\n\n3\n", b',', 1), [[Some("1".to_owned())], [None], [Some("3".to_owned())]]);
    }

    #[test]
    fn records_end_only_outside_marks() {
        let text = b"a,\"b\nc\"\nd,e\n\"open\n";
        assert_eq!(last_record_end(text, b','), 12);
        assert_eq!(FirstRecord::find(text, b',').end, Some(8));
        assert!(ends_quoted(text, b',') && !ends_quoted(b"a,\"b\"\n5\" pipe", b','));
        assert_eq!(tokenize(text.to_vec(), b',', 2).err(), Some(BadRecord { row: 3, fault: Fault::OpenQuote }));
    }

    #[test]
    fn separators_are_found() {
        assert_eq!(find_delimiter(b"a;b;c\n1,5;2;3\n"), b';');
        assert_eq!(find_delimiter(b"a\tb\n1\t2\n"), b'\t');
        assert_eq!(find_delimiter(b"a,b\n\"x;y;z\",2\n"), b',');
        assert_eq!(find_delimiter(b"only\n1\n"), b',');
    }

    #[test]
    fn header_names() {
        let names = |text: &[u8]| FirstRecord::find(text, b',').names(text, b',');
        assert_eq!(names(b"\n\na,\"b \"\"c\"\"\",\n1,2,3\n"), Ok(["a", "b \"c\"", ""].map(String::from).into()));
        assert_eq!(names(b"one"), Ok(vec!["one".to_owned()]));
        assert_eq!(names(b",,\n"), Ok(vec![String::new(); 3]));
        assert_eq!(names(b"a,\"b\n1,2\n"), Err(BadRecord { row: 1, fault: Fault::OpenQuote }));
    }
}
