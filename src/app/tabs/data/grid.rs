//! Layout of the preview: how wide each column is, which ones lie in a range, and a cell's text.

use std::ops::{Range, RangeInclusive};

use crate::data::{ColumnView, Table};

use super::types::Kind;

/// Rows looked at for the width of a column: the first ones, and as many spread over the rest.
const SAMPLE: usize = 80;
/// Narrowest and widest column, in points.
const WIDTHS: Range<f32> = 52.0..280.0;
/// Room at the sides of a cell's text, in points.
pub const PADDING: f32 = 8.0;
/// Points that an ordinary letter takes: of one width, of the text face, of a header.
const LETTER: [f32; 3] = [7.3, 6.9, 6.8];
/// Bytes of a cell that are looked at; no cell is wide enough for more.
const CELL_BYTES: usize = 600;

/// Letters as wide as two: of East Asia, and pictures.
const WIDE: [RangeInclusive<char>; 8] = [
    '\u{1100}'..='\u{115F}',
    '\u{2E80}'..='\u{A4CF}',
    '\u{AC00}'..='\u{D7A3}',
    '\u{F900}'..='\u{FAFF}',
    '\u{FE30}'..='\u{FE6F}',
    '\u{FF00}'..='\u{FF60}',
    '\u{FFE0}'..='\u{FFE6}',
    '\u{1F300}'..='\u{1FAFF}',
];

/// Where the columns of the preview lie.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Grid {
    kinds: Vec<Kind>,
    /// Left edge of each column, and the right edge of the last.
    edges: Vec<f32>,
}

impl Grid {
    /// The layout for a table, from its names and some of its rows.
    pub fn of(table: &Table) -> Self {
        let (rows, mut buffer) = (table.rows(), Vec::new());
        let mut grid = Self { kinds: Vec::new(), edges: vec![0.0] };
        for (view, report) in table.views().iter().zip(&table.report.columns) {
            let kind = Kind::of(&report.before.kind, &report.after.kind);
            let letter = LETTER[usize::from(kind == Kind::Text)];
            let cells = sample(rows).map(|row| units(text(view, row, &mut buffer).0) * letter).fold(0.0, f32::max);
            let width = cells.max(units(&report.name) * LETTER[2]) + 2.0 * PADDING;
            grid.push(kind, width);
        }
        grid
    }

    /// The layout for columns of which the kind and the longest text, in letters, are known.
    pub fn of_letters(columns: impl Iterator<Item = (Kind, f32)>) -> Self {
        let mut grid = Self { kinds: Vec::new(), edges: vec![0.0] };
        columns.for_each(|(kind, letters)| grid.push(kind, letters * LETTER[0] + 2.0 * PADDING));
        grid
    }

    fn push(&mut self, kind: Kind, width: f32) {
        let left = self.width();
        self.kinds.push(kind);
        self.edges.push(left + width.clamp(WIDTHS.start, WIDTHS.end).ceil());
    }

    /// Number of columns.
    pub fn columns(&self) -> usize {
        self.kinds.len()
    }

    /// Width of all columns, in points.
    pub fn width(&self) -> f32 {
        self.edges.last().copied().unwrap_or(0.0)
    }

    /// How a column's values stand.
    pub fn kind(&self, column: usize) -> Kind {
        self.kinds.get(column).copied().unwrap_or(Kind::Text)
    }

    /// Left and right edge of a column.
    pub fn span(&self, column: usize) -> (f32, f32) {
        let edge = |at: usize| self.edges.get(at).copied().unwrap_or(self.width());
        (edge(column), edge(column + 1))
    }

    /// The columns of which something lies between `from` and `to`.
    pub fn between(&self, from: f32, to: f32) -> Range<usize> {
        let first = self.edges.partition_point(|edge| *edge <= from).saturating_sub(1);
        let end = self.edges.partition_point(|edge| *edge < to).min(self.columns());
        first.min(end)..end
    }
}

/// The first rows, and as many spread evenly over all.
fn sample(rows: usize) -> impl Iterator<Item = usize> {
    let step = (rows / SAMPLE).max(1);
    (0..rows.min(SAMPLE)).chain((0..SAMPLE).map(move |n| n * step).take_while(move |row| *row < rows))
}

/// Width of a text in ordinary letters: those of East Asia take two.
pub fn units(text: &str) -> f32 {
    let wide = |letter: char| WIDE.iter().any(|range| range.contains(&letter));
    text.chars().map(|letter| if wide(letter) { 2.0 } else { 1.0 }).sum()
}

/// A cell's text as one line, cut where no cell is wide enough for it, and whether the table holds a value there.
pub fn text<'a>(view: &ColumnView<'_>, row: usize, buffer: &'a mut Vec<u8>) -> (&'a str, bool) {
    buffer.clear();
    view.write(row, buffer);
    buffer.truncate(CELL_BYTES);
    for byte in buffer.iter_mut().filter(|byte| byte.is_ascii_control()) {
        *byte = b' ';
    }
    let whole = match std::str::from_utf8(buffer) {
        Ok(text) => text.len(),
        Err(error) => error.valid_up_to(),
    };
    let text = buffer.get(..whole).and_then(|bytes| std::str::from_utf8(bytes).ok());
    (text.unwrap_or_default(), view.value(row).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid() -> Grid {
        let mut grid = Grid { kinds: Vec::new(), edges: vec![0.0] };
        for width in [100.0, 10.0, 1_000.0] {
            grid.push(Kind::Text, width);
        }
        grid
    }

    #[test]
    fn columns_are_neither_too_narrow_nor_too_wide() {
        let grid = grid();
        assert_eq!([grid.span(0), grid.span(1), grid.span(2)], [(0.0, 100.0), (100.0, 152.0), (152.0, 432.0)]);
        assert_eq!((grid.columns(), grid.width()), (3, 432.0));
    }

    #[test]
    fn only_columns_in_sight_are_found() {
        let grid = grid();
        assert_eq!(grid.between(0.0, 99.0), 0..1);
        assert_eq!(grid.between(99.0, 101.0), 0..2);
        assert_eq!(grid.between(100.0, 152.0), 1..2);
        assert_eq!(grid.between(120.0, 5_000.0), 1..3);
        assert_eq!(grid.between(9_000.0, 9_100.0), 3..3);
        assert_eq!(Grid::default().between(0.0, 100.0), 0..0);
    }

    #[test]
    fn east_asian_letters_are_wide() {
        assert_eq!(units("abc"), 3.0);
        assert_eq!(units("日本"), 4.0);
    }

    #[test]
    fn rows_for_the_width_come_from_everywhere() {
        assert_eq!(sample(0).count(), 0);
        assert_eq!(sample(3).max(), Some(2));
        assert_eq!(sample(1_000_000).max(), Some(79 * 12_500));
    }
}
