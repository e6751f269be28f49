//! A batch of rows as text cells, whatever file they came from.

use std::ops::Range;

/// One cell: where its bytes are. The top bit of `len` marks a cell that is text even when empty.
#[derive(Clone, Copy, Debug)]
struct Span {
    start: u32,
    len: u32,
}

const PRESENT: u32 = 1 << 31;
/// Marks a cell that is not text in its source, but a number, a date or a yes or no.
const TYPED: u32 = 1 << 30;

/// Rows of cells, as text in UTF-8. Row-major spans into one buffer and an arena for cells that had to be rewritten.
#[derive(Debug, Default)]
pub struct Cells {
    bytes: Vec<u8>,
    arena: Vec<u8>,
    spans: Vec<Span>,
    columns: usize,
    /// Length of `bytes`; places from here on are in the arena.
    base: usize,
}

impl Cells {
    /// No rows yet, over a buffer of `base` bytes (at most 1 GiB), with `columns` cells in each row.
    pub fn new(base: usize, columns: usize) -> Self {
        Self { base, columns: columns.max(1), ..Self::default() }
    }

    /// Hands over the buffer that [`Cells::push_slice`] pointed into; its length is that given to [`Cells::new`].
    pub fn set_bytes(&mut self, bytes: Vec<u8>) {
        self.bytes = bytes;
    }

    /// Number of complete rows.
    pub fn rows(&self) -> usize {
        self.spans.len() / self.columns
    }

    /// Cells in each row.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Bytes held, to know when a batch is full.
    pub fn size(&self) -> usize {
        self.base + self.arena.len() + self.spans.len() * size_of::<Span>()
    }

    /// Adds the cell `bytes[start..end]`; `present` tells an empty text from an absent value.
    pub fn push_slice(&mut self, start: usize, end: usize, present: bool) {
        self.spans.push(Span { start: start as u32, len: (end - start) as u32 | if present { PRESENT } else { 0 } });
    }

    /// Adds a cell whose text is not in the buffer as it stands.
    pub fn push_text(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        let start = self.arena.len();
        write(&mut self.arena);
        self.spans.push(Span { start: (self.base + start) as u32, len: (self.arena.len() - start) as u32 | PRESENT });
    }

    /// Marks the cell added last as not being text in its source.
    pub fn mark_typed(&mut self) {
        if let Some(span) = self.spans.last_mut() {
            span.len |= TYPED;
        }
    }

    /// Adds an absent value.
    pub fn push_absent(&mut self) {
        self.spans.push(Span { start: 0, len: 0 });
    }

    /// Where the next row will start.
    pub fn row_start(&self) -> usize {
        self.spans.len()
    }

    /// Takes back cells until `len` are left.
    pub fn truncate(&mut self, len: usize) {
        self.spans.truncate(len);
    }

    /// Takes the blanks off the ends of the texts in a column; one of nothing but blanks becomes an absent value. Returns how many changed.
    pub fn trim(&mut self, column: usize) -> u64 {
        let mut changed = 0;
        for row in 0..self.rows() {
            let at = row * self.columns + column;
            let Some((text, span)) = self.get(row, column).zip(self.spans.get(at)) else { continue };
            let kept = within_blanks(text);
            if span.len & TYPED != 0 || kept.len() == text.len() {
                continue;
            }
            let shorter = match kept.len() {
                0 => Span { start: 0, len: 0 },
                len => Span { start: span.start + kept.start as u32, len: len as u32 | PRESENT },
            };
            if let Some(span) = self.spans.get_mut(at) {
                *span = shorter;
                changed += 1;
            }
        }
        changed
    }

    /// Whether all cells from `from` on are absent.
    pub fn absent_from(&self, from: usize) -> bool {
        self.spans.get(from..).is_some_and(|spans| spans.iter().all(|span| span.len == 0))
    }

    /// The cells of one column.
    pub fn column(&self, column: usize) -> Column<'_> {
        Column { cells: self, column }
    }

    /// Whether a cell is not text in its source.
    #[cfg(test)]
    pub fn is_typed(&self, row: usize, column: usize) -> bool {
        self.spans.get(row * self.columns + column).is_some_and(|span| span.len & TYPED != 0)
    }

    /// The text of a cell, or `None` for an absent value.
    #[inline]
    pub fn get(&self, row: usize, column: usize) -> Option<&[u8]> {
        let span = self.spans.get(row * self.columns + column)?;
        if span.len == 0 {
            return None;
        }
        let (start, len) = (span.start as usize, (span.len & !(PRESENT | TYPED)) as usize);
        let (buffer, start) = if start < self.base { (&self.bytes, start) } else { (&self.arena, start - self.base) };
        Some(buffer.get(start..start + len).unwrap_or_default())
    }
}

/// Where a text begins and ends without the blanks around it; no-break spaces are blanks too.
pub fn within_blanks(text: &[u8]) -> Range<usize> {
    let plain = |byte: Option<&u8>| byte.is_none_or(u8::is_ascii_graphic);
    if plain(text.first()) && plain(text.last()) {
        return 0..text.len();
    }
    let Ok(text) = std::str::from_utf8(text) else { return 0..text.len() };
    let start = text.len() - text.trim_start().len();
    start..start + text.trim().len()
}

/// One column of a batch.
#[derive(Clone, Copy)]
pub struct Column<'a> {
    cells: &'a Cells,
    column: usize,
}

impl<'a> Column<'a> {
    /// Number of cells.
    pub fn len(&self) -> usize {
        self.cells.rows()
    }

    /// The text of the cell in `row`, or `None` for an absent value.
    #[inline]
    pub fn get(&self, row: usize) -> Option<&'a [u8]> {
        self.cells.get(row, self.column)
    }

    /// All cells in order.
    pub fn iter(self) -> impl Iterator<Item = Option<&'a [u8]>> {
        (0..self.len()).map(move |row| self.get(row))
    }

    /// Whether the cells are text in their source, and where one is not like the first.
    pub fn blend(&self) -> Option<Blend> {
        let spans = self.cells.spans.iter().skip(self.column).step_by(self.cells.columns).map(|span| span.len).enumerate();
        let mut blend: Option<Blend> = None;
        for (row, len) in spans.filter(|(_, len)| *len != 0) {
            let typed = len & TYPED != 0;
            let blend = blend.get_or_insert(Blend { typed, first_row: row, other_row: None, texts: 0 });
            if typed != blend.typed {
                blend.other_row.get_or_insert(row);
            }
            blend.texts += usize::from(!typed);
        }
        blend
    }
}

/// Whether a column's cells are text in their source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blend {
    /// The first cell with a value is not text.
    pub typed: bool,
    /// Its row.
    pub first_row: usize,
    /// The first row in which it is the other way round.
    pub other_row: Option<usize>,
    /// Cells that are text.
    pub texts: usize,
}

impl Blend {
    /// The first row with a cell that is text.
    pub fn first_text(&self) -> Option<usize> {
        if self.typed { self.other_row } else { Some(self.first_row) }
    }
}
