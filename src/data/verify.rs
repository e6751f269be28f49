//! The proof that nothing was lost: the source is read a second time and every cell compared with the finished column.

use super::cells::Column;
use super::column::ColumnView;
use super::format::{Spelling, Style, Value};
use super::number::{SAFE_DIGITS, parse_decimal};
use super::witness::says;

/// Differences kept with their place; the others are only counted.
const KEPT: usize = 100;

/// What a comparison found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Cells compared.
    pub values: u64,
    /// Cells whose value differs from the source.
    pub mismatches: u64,
    /// Cells of equal value whose text would be spelled in another way.
    pub respelled: u64,
    /// The first cells that differ.
    pub differing: Vec<Difference>,
}

/// A cell that differs from the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Place of the column.
    pub column: usize,
    /// Row of the table, the first being 0.
    pub row: usize,
    /// The source's text.
    pub source: String,
    /// What is stored.
    pub stored: String,
}

impl Comparison {
    /// So many cells, all equal.
    pub fn equal(values: u64) -> Self {
        Self { values, ..Self::default() }
    }

    /// Adds what another part of the table gave.
    pub fn add(&mut self, other: Self) {
        self.values += other.values;
        self.mismatches += other.mismatches;
        self.respelled += other.respelled;
        let room = KEPT.saturating_sub(self.differing.len());
        self.differing.extend(other.differing.into_iter().take(room));
    }
}

/// Compares cells of the source with the rows of a finished column from `first_row` on.
pub fn compare(source: Column<'_>, stored: &ColumnView<'_>, column: usize, first_row: usize) -> Comparison {
    let mut found = Comparison { values: source.len() as u64, ..Comparison::default() };
    let mut text = Vec::new();
    let plain = stored.format().style == Style::Plain;
    for (offset, cell) in source.iter().enumerate() {
        let row = first_row + offset;
        let value = stored.value(row);
        match (cell, value) {
            (None, None) if row < stored.len() => continue,
            (Some(cell), Some(Value::Text(stored))) if cell == stored => continue,
            (Some(cell), Some(Value::Float(value))) if is_spelling_of(cell, value, stored.spelling()) => continue,
            _ => {}
        }
        text.clear();
        let lacking = row >= stored.len();
        let present = !lacking && stored.write(row, &mut text);
        let said = plain || cell.zip(value).is_none_or(|(cell, value)| says(cell, value, stored.format()));
        if !lacking && present == cell.is_some() && text == cell.unwrap_or_default() && said {
            continue;
        }
        let is_respelled = |(cell, value)| match stored.format().style {
            Style::Plain => same_number(cell, value),
            Style::Number(_) => said,
            Style::Date(_) => false,
        };
        if cell.zip(value).is_some_and(is_respelled) {
            found.respelled += 1;
            continue;
        }
        found.mismatches += 1;
        if found.differing.len() < KEPT {
            let lossy = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            found.differing.push(Difference { column, row, source: lossy(cell.unwrap_or_default()), stored: lossy(&text) });
        }
    }
    found
}

/// Whether the texts that a column gives for these rows say what it holds. Needed where not the cells but fingerprints of their
/// texts are compared; plain spellings have one text for each value.
pub fn says_all(stored: &ColumnView<'_>, rows: std::ops::Range<usize>) -> bool {
    let mut text = Vec::new();
    stored.format().style == Style::Plain
        || rows.into_iter().all(|row| {
            text.clear();
            stored.write(row, &mut text);
            stored.value(row).is_none_or(|value| says(&text, value, stored.format()))
        })
}

/// Whether a text is what writing the number would give, found without writing it: it has the column's form, parses to the
/// number, and has so few digits that no other text of this form does (`DBL_DIG` of the C standard).
fn is_spelling_of(cell: &[u8], value: f64, spelling: Spelling) -> bool {
    let Some(shape) = Shape::of(cell) else { return false };
    let form = match spelling {
        Spelling::Fixed(decimals) => shape.decimals == usize::from(decimals),
        // Outside this range the shortest spelling has an exponent.
        Spelling::Shortest { point_zero } => {
            let whole = value.fract() == 0.0;
            let ends = if whole { (shape.decimals == 1) == point_zero && shape.decimals <= 1 } else { !shape.padded };
            ends && (value == 0.0 || (1e-4..1e15).contains(&value.abs()))
        }
        _ => false,
    };
    form && std::str::from_utf8(cell).is_ok_and(|text| text.parse::<f64>().is_ok_and(|parsed| parsed.to_bits() == value.to_bits()))
}

/// The form of a plain decimal number of at most [`SAFE_DIGITS`] digits without needless zeros before the point.
struct Shape {
    decimals: usize,
    /// Ends in a zero after the point.
    padded: bool,
}

impl Shape {
    fn of(text: &[u8]) -> Option<Self> {
        let unsigned = text.strip_prefix(b"-").unwrap_or(text);
        let whole = unsigned.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let fraction = match unsigned.get(whole..)? {
            [] => &[][..],
            [b'.', fraction @ ..] if !fraction.is_empty() && fraction.iter().all(u8::is_ascii_digit) => fraction,
            _ => return None,
        };
        let leads = whole > 1 && unsigned.first() == Some(&b'0');
        let fits = whole > 0 && !leads && whole + fraction.len() <= SAFE_DIGITS as usize;
        fits.then_some(Self { decimals: fraction.len(), padded: fraction.last() == Some(&b'0') })
    }
}

/// Whether a text says the same number as is stored. The value comes from the standard library's parser, not from the one that
/// the conversion used; up to [`SAFE_DIGITS`] digits equal values mean equal digits, beyond that the digits are compared.
pub fn same_number(cell: &[u8], value: Value<'_>) -> bool {
    let stored = match value {
        Value::Float(value) => value,
        Value::Float32(value) => value.to_string().parse().unwrap_or(f64::NAN),
        Value::Int(_) | Value::Bool(_) | Value::Text(_) => return false,
    };
    let parsed: Option<f64> = std::str::from_utf8(cell).ok().and_then(|text| text.parse().ok());
    let digits = cell.iter().filter(|byte| byte.is_ascii_digit()).count();
    parsed.is_some_and(|parsed| parsed.to_bits() == stored.to_bits())
        && (digits <= SAFE_DIGITS as usize || parse_decimal(cell).is_some())
}

#[cfg(test)]
mod tests {
    use polars::prelude::{NamedFrom, Series};

    use super::*;
    use crate::data::format::Format;
    use crate::data::number::{write_fixed, write_shortest};
    use crate::data::read::cells_of;

    fn compared(source: &str, stored: &Series, spelling: Spelling) -> Comparison {
        let cells = cells_of(source);
        let view = ColumnView::new(stored, Format { spelling, ..Format::default() }).expect("a type that shrinking makes");
        compare(cells.column(0), &view, 0, 0)
    }

    #[test]
    fn every_difference_is_found() {
        let ints = Series::new("x".into(), [1i64, 2, 3]);
        assert_eq!(compared("1\n2\n3\n", &ints, Spelling::Int { zeros: 0 }), Comparison::equal(3));
        let found = compared("1\n02\n4\n", &ints, Spelling::Int { zeros: 0 });
        assert_eq!((found.values, found.mismatches, found.respelled), (3, 2, 0));
        let places: Vec<_> = found.differing.iter().map(|cell| (cell.row, cell.source.as_str(), cell.stored.as_str())).collect();
        assert_eq!(places, [(1, "02", "2"), (2, "4", "3")]);
        let gaps = Series::new("x".into(), [Some("a"), None, Some("")]);
        assert_eq!(compared("a\n\n\"\"\n", &gaps, Spelling::Text), Comparison::equal(3));
        assert_eq!(compared("a\n\"\"\nb\n", &gaps, Spelling::Text).mismatches, 2);
        // A row that the table lacks.
        assert_eq!(compared("1\n2\n3\n\n", &ints, Spelling::Int { zeros: 0 }).mismatches, 1);
    }

    #[test]
    fn another_spelling_of_the_same_number_is_no_difference() {
        let floats = Series::new("x".into(), [1.5, 2.0, 0.1]);
        let shortest = Spelling::Shortest { point_zero: false };
        let found = compared("1.50\n2.0\n0.1\n", &floats, shortest);
        assert_eq!((found.mismatches, found.respelled), (0, 2));
        let found = compared("1.51\n2\n0.10000000000000001\n", &floats, shortest);
        assert_eq!((found.mismatches, found.respelled), (2, 0), "a digit that the table does not hold is a difference");
    }

    #[test]
    fn the_short_way_to_compare_agrees_with_writing() {
        let mut state = 1u64;
        let mut random = |end: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % end
        };
        let mut agreed = 0;
        for _ in 0..200_000 {
            let most = 10u64.pow(random(9) as u32 + 1);
            let (whole, fraction, digits) = (random(most), random(10_000_000), random(8) as usize);
            let fraction = &format!("{fraction:07}")[..digits.min(7)];
            let sign = if random(4) == 0 { "-" } else { "" };
            let text = if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") };
            let value: f64 = text.parse().expect("a number");
            let decimals = random(6) as u8;
            for spelling in
                [Spelling::Fixed(decimals), Spelling::Shortest { point_zero: true }, Spelling::Shortest { point_zero: false }]
            {
                let mut written = Vec::new();
                match spelling {
                    Spelling::Shortest { point_zero } => write_shortest(&mut written, value, point_zero),
                    _ => write_fixed(&mut written, value, decimals),
                }
                let short = is_spelling_of(text.as_bytes(), value, spelling);
                let few_digits = text.bytes().filter(u8::is_ascii_digit).count() <= 15;
                assert_eq!(short, few_digits && written == text.as_bytes(), "{text} {spelling:?}");
                agreed += u64::from(short);
                assert!(!is_spelling_of(text.as_bytes(), value + 1.0, spelling));
            }
        }
        assert!(agreed > 100_000, "{agreed}");
    }
}
