//! A range of cells as text on the clipboard: as Excel and LibreOffice write it, and as CSV in which every cell stands as it is.
//!
//! Cells are separated by tabs and rows by line ends. A cell that holds a tab or a line end stands in quotation marks, with those
//! inside of it doubled. Other cells stand as they are: LibreOffice gives `"all"` for a cell with two marks in it. So marks around
//! a cell are text, unless something in it needs them, or all cells of the range have them.

use crate::jobs::{Cancel, Cancelled};

/// Rows after which it is asked whether to go on.
const CHECKED: usize = 4_096;

/// Whether text is a range of cells: a tab separates some, outside of quotation marks.
pub fn is_range(text: &str) -> bool {
    let mut cells = Cells::new(text);
    std::iter::from_fn(|| cells.next()).any(|cell| cell.end == End::Cell)
}

/// The range as CSV: as wide as its longest row, texts in quotation marks, blank cells blank.
///
/// # Errors
/// When cancelled.
pub fn to_csv(text: &str, cancel: &Cancel) -> Result<Vec<u8>, Cancelled> {
    let marked = are_marked(text, cancel)?;
    let columns = widest(text, marked, cancel)?;
    let (mut out, mut column, mut rows) = (Vec::with_capacity(text.len() + text.len() / 2), 0, 0);
    let mut cells = Cells { marked, ..Cells::new(text) };
    while let Some(cell) = cells.next() {
        cell.write(&mut out);
        column += 1;
        if cell.end == End::Cell {
            out.push(b',');
            continue;
        }
        out.extend(std::iter::repeat_n(b',', columns - column));
        out.push(b'\n');
        (column, rows) = (0, rows + 1);
        if rows % CHECKED == 0 {
            cancel.check()?;
        }
    }
    Ok(out)
}

/// Whether all cells that are not blank stand in marks.
fn are_marked(text: &str, cancel: &Cancel) -> Result<bool, Cancelled> {
    let mut cells = Cells { marked: true, ..Cells::new(text) };
    while let Some(cell) = cells.next() {
        cancel.check()?;
        if !cell.quoted && !cell.text.is_empty() {
            return Ok(false);
        }
    }
    Ok(true)
}

fn widest(text: &str, marked: bool, cancel: &Cancel) -> Result<usize, Cancelled> {
    let (mut widest, mut column, mut cells) = (0, 0, Cells { marked, ..Cells::new(text) });
    while let Some(cell) = cells.next() {
        column += 1;
        if cell.end == End::Row {
            widest = widest.max(column);
            column = 0;
            cancel.check()?;
        }
    }
    Ok(widest)
}

/// What ends a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// A tab: another cell follows in its row.
    Cell,
    /// A line end, or the end of the text.
    Row,
}

/// A cell as it stands.
#[derive(Debug)]
struct Cell<'t> {
    text: &'t str,
    /// It stood in marks, and marks in it are doubled.
    quoted: bool,
    end: End,
}

impl Cell<'_> {
    fn write(&self, out: &mut Vec<u8>) {
        if self.text.is_empty() && !self.quoted {
            return;
        }
        out.push(b'"');
        if self.quoted {
            out.extend_from_slice(self.text.as_bytes());
        } else {
            for part in self.text.split_inclusive('"') {
                out.extend_from_slice(part.as_bytes());
                if part.ends_with('"') {
                    out.push(b'"');
                }
            }
        }
        out.push(b'"');
    }
}

/// The cells of a text, in order.
struct Cells<'t> {
    rest: &'t str,
    /// A tab stood last: a cell follows, though the text may have ended.
    open: bool,
    /// Marks around a cell are no part of it, whatever it holds.
    marked: bool,
}

impl<'t> Cells<'t> {
    fn new(text: &'t str) -> Self {
        Self { rest: text, open: false, marked: false }
    }

    fn next(&mut self) -> Option<Cell<'t>> {
        if self.rest.is_empty() && !std::mem::take(&mut self.open) {
            return None;
        }
        let needed = |text: &str| self.marked || text.contains(['\t', '\n', '\r']) || text.contains("\"\"");
        let quoted = quoted(self.rest).filter(|(text, ..)| needed(text));
        let (text, quoted, after) = quoted.unwrap_or_else(|| plain(self.rest));
        let (end, rest) = match after.as_bytes() {
            [b'\t', ..] => (End::Cell, after.get(1..)),
            [b'\r', b'\n', ..] => (End::Row, after.get(2..)),
            _ => (End::Row, after.get(1..)),
        };
        (self.rest, self.open) = (rest.unwrap_or_default(), end == End::Cell);
        Some(Cell { text, quoted, end })
    }
}

fn is_end(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | b'\r')
}

/// A cell without marks around it, and what follows.
fn plain(text: &str) -> (&str, bool, &str) {
    let (cell, after) = text.split_at(text.bytes().position(is_end).unwrap_or(text.len()));
    (cell, false, after)
}

/// A cell with marks around all of it, without them, and what follows; `None` when there is none.
fn quoted(text: &str) -> Option<(&str, bool, &str)> {
    let inner = text.strip_prefix('"')?;
    let mut from = 0;
    loop {
        let mark = from + memchr::memchr(b'"', inner.as_bytes().get(from..)?)?;
        match inner.as_bytes().get(mark + 1) {
            Some(b'"') => from = mark + 2,
            Some(byte) if !is_end(*byte) => return None,
            _ => return Some((inner.get(..mark)?, true, inner.get(mark + 1..)?)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn csv(text: &str) -> String {
        String::from_utf8(to_csv(text, &Cancel::new()).expect("not cancelled")).expect("UTF-8")
    }

    #[test]
    fn a_range_becomes_csv_cell_by_cell() {
        for (text, expected) in [
            ("a\tb\r\n1\t2\r\n", "\"a\",\"b\"\n\"1\",\"2\"\n"),
            ("a\tb\n1\t2", "\"a\",\"b\"\n\"1\",\"2\"\n"),
            ("a\t\r\n\t2\r\n", "\"a\",\n,\"2\"\n"),
            ("\t\r\n\t\r\n", ",\n,\n"),
            ("a\t", "\"a\",\n"),
            ("00294\tतकनीकी स्वीकृति\n", "\"00294\",\"तकनीकी स्वीकृति\"\n"),
            ("\"two\nlines\"\tb\n", "\"two\nlines\",\"b\"\n"),
            ("\"say \"\"hi\"\"\"\tb\n", "\"say \"\"hi\"\"\",\"b\"\n"),
            ("\"tab\there\"\tb\n", "\"tab\there\",\"b\"\n"),
            // Marks that stand in a cell as they are.
            ("5\" pipe\tb\n", "\"5\"\" pipe\",\"b\"\n"),
            ("\"GSB\" layer\tb\n", "\"\"\"GSB\"\" layer\",\"b\"\n"),
            ("\"open\tb\n", "\"\"\"open\",\"b\"\n"),
            ("\"\"\tb\n", "\"\"\"\"\"\",\"b\"\n"),
            ("\"all\"\tb\n", "\"\"\"all\"\"\",\"b\"\n"),
            ("\"all\"\t\n\"are\"\t\"marked\"\n", "\"all\",\n\"are\",\"marked\"\n"),
            // Rows of several lengths are filled.
            ("a\tb\tc\n1\n2\t3\n", "\"a\",\"b\",\"c\"\n\"1\",,\n\"2\",\"3\",\n"),
        ] {
            assert_eq!(csv(text), expected, "{text:?}");
        }
        assert_eq!(csv(""), "");
    }

    #[test]
    fn a_range_of_libreoffice_becomes_csv() {
        // As LibreOffice 7.4 gives it: line ends and tabs in cells are blanks, marks are as they are.
        let text = "code\titem\tnote\tpaid\n00294\tRoad \"GSB\" layer\ttwo lines\t31.12.2024\n00017\t\"all\"\tतकनीकी स्वीकृति\t\n\ttab here\t5\" pipe\tx\"\"y\n9007199254740993\t\"\t\t'\n\ta \"b\" c\t lead\t日本, a;b\n";
        let expected = "\"code\",\"item\",\"note\",\"paid\"\n\"00294\",\"Road \"\"GSB\"\" layer\",\"two lines\",\"31.12.2024\"\n\"00017\",\"\"\"all\"\"\",\"तकनीकी स्वीकृति\",\n,\"tab here\",\"5\"\" pipe\",\"x\"\"\"\"y\"\n\"9007199254740993\",\"\"\"\",,\"'\"\n,\"a \"\"b\"\" c\",\" lead\",\"日本, a;b\"\n";
        assert_eq!(csv(text), expected);
    }

    #[test]
    fn a_range_has_tabs_between_its_cells() {
        assert!(is_range("a\tb") && is_range("a\nb\tc"));
        assert!(!is_range("a,b\n1,2\n") && !is_range("\"a\tb\"\nc\n") && !is_range(""));
    }

    #[test]
    fn making_csv_is_cancelled() {
        let cancel = Cancel::new();
        cancel.cancel();
        assert_eq!(to_csv("a\tb\n", &cancel), Err(Cancelled));
    }

    /// A cell as Excel puts it on the clipboard.
    fn excel(cell: &str) -> String {
        let needs = cell.contains(['\t', '\n']);
        if needs { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
    }

    #[test]
    fn whatever_cells_hold_comes_back() {
        let cells = ["", "a", "00294", "5\" pipe", "\"all\"", "a\nb", "\t", "\"\n\"", "x\"\"y", "क्ष\n\"", ", ;", " lead", "'"];
        let mut state = 7_u64;
        let mut pick = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            cells[(state >> 33) as usize % cells.len()]
        };
        for _ in 0..500 {
            let table: Vec<Vec<&str>> = (0..4).map(|_| (0..3).map(|_| pick()).collect()).collect();
            let rows: Vec<String> =
                table.iter().map(|row| row.iter().map(|cell| excel(cell)).collect::<Vec<_>>().join("\t")).collect();
            let quoted = |cell: &&str| if cell.is_empty() { String::new() } else { format!("\"{}\"", cell.replace('"', "\"\"")) };
            let expected: Vec<String> = table.iter().map(|row| row.iter().map(quoted).collect::<Vec<_>>().join(",")).collect();
            assert_eq!(csv(&format!("{}\r\n", rows.join("\r\n"))), format!("{}\n", expected.join("\n")), "{table:?}");
        }
    }
}
