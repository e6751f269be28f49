//! Records and cells of text with separators.

use super::RowCounts;
use super::walk::{Dialect, Open, record_ends, walk};
use crate::data::cells::Cells;

/// Cells of one batch that may be there only because rows are shorter than the table is wide, in all and for each byte of text.
const MOST_FILLED: (usize, usize) = (16 << 20, 4);

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
    /// It has so many cells, more than the table has columns.
    Long(usize),
    /// A quotation mark opens a cell and none closes it.
    OpenQuote,
    /// So many short rows stand before it that filling them takes too much memory.
    Sparse,
}

/// The first record that is not blank: the blank lines before it, and where it ends, if it does.
pub struct FirstRecord {
    /// Blank lines before it.
    pub blank: u64,
    /// Where it starts.
    pub start: usize,
    /// Where it ends, behind its line feed.
    pub end: Option<usize>,
}

impl FirstRecord {
    /// Looks for it.
    pub fn find(text: &[u8], dialect: Dialect) -> Self {
        let mut found = Self { blank: 0, start: 0, end: None };
        record_ends(text, dialect, |place| {
            // A line of nothing but separators is not blank.
            let blank = text
                .get(found.start..place)
                .is_some_and(|line| line.iter().all(|byte| *byte != dialect.delimiter && byte.is_ascii_whitespace()));
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
    pub fn names(&self, text: &[u8], dialect: Dialect) -> Result<Vec<String>, BadRecord> {
        let record = text.get(self.start..self.end.unwrap_or(text.len())).unwrap_or_default();
        let most = record.iter().filter(|byte| **byte == dialect.delimiter).count() + 1;
        let (cells, _) = tokenize(record.to_vec(), dialect, most, most)?;
        let absent_at_end = (0..most).rev().take_while(|column| cells.get(0, *column).is_none()).count();
        // Separators inside quotation marks were counted too; cells beyond the last separator do not exist.
        let named = if absent_at_end == most {
            most
        } else {
            most - absent_at_end + trailing_separators(record, dialect).min(absent_at_end)
        };
        Ok((0..named).map(|column| String::from_utf8_lossy(cells.get(0, column).unwrap_or_default()).into_owned()).collect())
    }
}

/// Separators at a record's end, each of which opens one more cell without a name.
fn trailing_separators(record: &[u8], dialect: Dialect) -> usize {
    let end = record.strip_suffix(&[dialect.line_end]).unwrap_or(record);
    let end = end.strip_suffix(b"\r").unwrap_or(end);
    end.iter().rev().take_while(|byte| **byte == dialect.delimiter).count()
}

/// Adds a cell, which ends before `end`.
#[inline]
fn push(open: &Open, text: &[u8], end: usize, dialect: Dialect, cells: &mut Cells) {
    if !open.quoted {
        cells.push_slice(open.start, end, false);
    } else if !open.doubled && !dialect.escaped && open.is_clean(end) {
        cells.push_slice(open.start + 1, open.close, true);
    } else {
        cells.push_text(|out| unquote(&text[open.start..end], dialect, out));
    }
}

/// Removes the marks around a cell and makes doubled ones single; text after the closing mark is kept, as Excel does.
fn unquote(raw: &[u8], dialect: Dialect, out: &mut Vec<u8>) {
    let (mut inside, mut at) = (true, 1);
    while let Some(&byte) = raw.get(at) {
        let next = raw.get(at + 1).copied();
        let meant = inside && dialect.escaped && byte == b'\\' && (next == Some(dialect.quote) || next == Some(b'\\'));
        if meant || (inside && byte == dialect.quote && next == Some(dialect.quote)) {
            out.extend(next);
            at += 1;
        } else if inside && byte == dialect.quote {
            inside = false;
        } else {
            out.push(byte);
        }
        at += 1;
    }
}

/// Splits whole records into rows of `columns` cells, of which the header names `named`; blank lines are skipped when there are
/// several columns. Short rows are filled with absent values; they and rows longer than the header come with the cells.
///
/// # Errors
/// When a record has more cells than `columns` and they are not just empty, a quotation mark is not closed, or filling takes
/// too much memory.
pub fn tokenize(mut text: Vec<u8>, dialect: Dialect, columns: usize, named: usize) -> Result<(Cells, RowCounts), BadRecord> {
    if dialect.line_end == b'\r' && (text.ends_with(b"\r\n") || text == b"\n") {
        text.pop();
    }
    if text.last().is_some_and(|byte| *byte != dialect.line_end) {
        text.push(dialect.line_end);
    }
    let mut rows = Rows {
        cells: Cells::new(text.len(), columns),
        named,
        most: MOST_FILLED.0.max(text.len().saturating_mul(MOST_FILLED.1)),
        start: 0,
        counts: RowCounts::default(),
    };
    let mut each = |open: &Open, end: usize, ends_row: bool| {
        push(open, &text, end, dialect, &mut rows.cells);
        if ends_row { rows.end_row() } else { Ok(()) }
    };
    // The usual signs are known to the compiler, which makes a faster loop of them.
    let usual = Dialect::usual(dialect.delimiter);
    let open = if dialect == usual { walk(&text, usual, &mut each)? } else { walk(&text, dialect, &mut each)? };
    if open {
        return Err(rows.bad(Fault::OpenQuote));
    }
    rows.cells.set_bytes(text);
    Ok((rows.cells, rows.counts))
}

/// Rows being made of cells.
struct Rows {
    cells: Cells,
    /// Columns that the header names.
    named: usize,
    /// Cells up to which short rows are filled.
    most: usize,
    /// Where the row being made starts.
    start: usize,
    counts: RowCounts,
}

impl Rows {
    /// Number of the row being made, from 1.
    fn row(&self) -> u64 {
        (self.start / self.cells.columns()) as u64 + 1 + self.counts.blank
    }

    fn bad(&self, fault: Fault) -> BadRecord {
        BadRecord { row: self.row(), fault }
    }

    /// Completes a row.
    #[inline]
    fn end_row(&mut self) -> Result<(), BadRecord> {
        let (columns, found) = (self.cells.columns(), self.cells.row_start() - self.start);
        if found != columns || columns != self.named {
            self.mend_row(columns, found)?;
        }
        self.start = self.cells.row_start();
        Ok(())
    }

    /// Completes a row that is shorter or longer than the table is wide, or a row of a table wider than its header.
    fn mend_row(&mut self, columns: usize, found: usize) -> Result<(), BadRecord> {
        if found == 1 && columns > 1 && self.cells.absent_from(self.start) {
            self.cells.truncate(self.start);
            self.counts.blank += 1;
            return Ok(());
        }
        if found > columns {
            if !self.cells.absent_from(self.start + columns) {
                return Err(self.bad(Fault::Long(found)));
            }
            self.cells.truncate(self.start + columns);
        }
        let row = self.row();
        if found < self.named {
            self.counts.short.add(row);
        } else if found > self.named && !self.cells.absent_from(self.start + self.named) {
            self.counts.long.add(row);
        }
        (found..columns).for_each(|_| self.cells.push_absent());
        if found < columns && self.cells.row_start() > self.most { Err(self.bad(Fault::Sparse)) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::walk::NO_QUOTE;
    use super::*;

    fn rows_of(text: &str, dialect: Dialect, columns: usize) -> Vec<Vec<Option<String>>> {
        let (cells, _) = tokenize(text.as_bytes().to_vec(), dialect, columns, columns).expect("no long row");
        let cell = |row, column| cells.get(row, column).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        (0..cells.rows()).map(|row| (0..columns).map(|column| cell(row, column)).collect()).collect()
    }

    fn rows(text: &str, delimiter: u8, columns: usize) -> Vec<Vec<Option<String>>> {
        rows_of(text, Dialect::usual(delimiter), columns)
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
    fn other_marks_and_none() {
        let usual = Dialect::usual(b',');
        let single = Dialect { quote: b'\'', ..usual };
        assert_eq!(rows_of("'x,1','it''s \"so\"'\n", single, 2), [some(&["x,1", "it's \"so\""])]);
        let none = Dialect { quote: NO_QUOTE, ..usual };
        assert_eq!(rows_of("\"a,b\"\n\",'\n", none, 2), [some(&["\"a", "b\""]), some(&["\"", "'"])]);
        let escaped = Dialect { escaped: true, ..usual };
        let text = "\"a \\\"b\\\", c\",\"C:\\\\\"\n\"\"\"d\",\"tab\\t\"\n";
        assert_eq!(rows_of(text, escaped, 2), [some(&["a \"b\", c", "C:\\"]), some(&["\"d", "tab\\t"])]);
    }

    #[test]
    fn old_line_ends() {
        let old = Dialect { line_end: b'\r', ..Dialect::usual(b',') };
        assert_eq!(rows_of("a,\"b\rc\nd\"\re,f", old, 2), [some(&["a", "b\rc\nd"]), some(&["e", "f"])]);
        assert_eq!(rows_of("a,b\r\nc,d\r\n", old, 2), [some(&["a", "b"]), some(&["c", "d"])]);
        assert_eq!(rows_of("\n\"a\"\r\n", old, 1), [some(&["a"])]);
        assert!(rows_of("\n", old, 1).is_empty());
    }

    #[test]
    fn absent_is_not_empty_text() {
        assert_eq!(rows(",\"\"\n", b',', 2), [[None, Some(String::new())]]);
    }

    #[test]
    fn blank_lines_are_skipped_short_rows_filled_empty_ends_dropped() {
        let usual = Dialect::usual(b',');
        let (cells, counts) = tokenize(b"1,2\n\n3\n4,5,,\n".to_vec(), usual, 2, 2).expect("fits");
        assert_eq!((cells.rows(), counts.blank, counts.short.count, counts.short.first()), (3, 1, 1, &[3][..]));
        assert_eq!(cells.get(1, 1), None);
        assert_eq!(tokenize(b"1,2\n\n3,4,5\n".to_vec(), usual, 2, 2).err(), Some(BadRecord { row: 3, fault: Fault::Long(3) }));
    }

    #[test]
    fn rows_longer_than_the_header_are_told() {
        let (cells, counts) = tokenize(b"1,2\n\n3,4,5\n6,7,\n8\n9,,10\n".to_vec(), Dialect::usual(b','), 3, 2).expect("fits");
        assert_eq!((cells.rows(), counts.short.first(), counts.long.first()), (5, &[5][..], &[3, 6][..]));
        assert_eq!((cells.get(1, 2), cells.get(2, 2)), (Some(&b"5"[..]), None));
    }

    #[test]
    fn many_short_rows_of_a_wide_table_take_bounded_memory() {
        let bad = tokenize(b"1\n".repeat(10_000), Dialect::usual(b','), 60_000, 60_000).err();
        assert_eq!(bad, Some(BadRecord { row: 280, fault: Fault::Sparse }));
    }

    #[test]
    fn a_blank_line_is_a_value_when_there_is_one_column() {
        assert_eq!(rows("1\n\n3\n", b',', 1), [[Some("1".to_owned())], [None], [Some("3".to_owned())]]);
    }

    #[test]
    fn open_marks_are_faults() {
        let (text, usual) = (b"a,\"b\nc\"\nd,e\n\"open\n", Dialect::usual(b','));
        assert_eq!(FirstRecord::find(text, usual).end, Some(8));
        assert_eq!(tokenize(text.to_vec(), usual, 2, 2).err(), Some(BadRecord { row: 3, fault: Fault::OpenQuote }));
    }

    #[test]
    fn header_names() {
        let usual = Dialect::usual(b',');
        let names = |text: &[u8]| FirstRecord::find(text, usual).names(text, usual);
        assert_eq!(names(b"\n\na,\"b \"\"c\"\"\",\n1,2,3\n"), Ok(["a", "b \"c\"", ""].map(String::from).into()));
        assert_eq!(names(b"one"), Ok(vec!["one".to_owned()]));
        assert_eq!(names(b",,\n"), Ok(vec![String::new(); 3]));
        assert_eq!(names(b"a,\"b\n1,2\n"), Err(BadRecord { row: 1, fault: Fault::OpenQuote }));
    }
}
