//! The proof that nothing was lost: the source is read a second time and every cell compared with the finished column.

use super::cells::Column;
use super::column::ColumnView;
use super::format::{Spelling, Value};
use super::number::{SAFE_DIGITS, parse_decimal};

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
        let present = row < stored.len() && stored.write(row, &mut text);
        if present == cell.is_some() && text == cell.unwrap_or_default() {
            continue;
        }
        if cell.zip(value).is_some_and(|(cell, value)| same_number(cell, value)) {
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
fn same_number(cell: &[u8], value: Value<'_>) -> bool {
    let stored = match value {
        Value::Float(value) => value,
        Value::Float32(value) => value.to_string().parse().unwrap_or(f64::NAN),
        Value::Int(_) | Value::Bool(_) | Value::Text(_) => return false,
    };
    let parsed: Option<f64> = std::str::from_utf8(cell).ok().and_then(|text| text.parse().ok());
    let digits = cell.iter().filter(|byte| byte.is_ascii_digit()).count();
    parsed.is_some_and(|parsed| parsed.to_bits() == stored.to_bits()) && (digits <= SAFE_DIGITS as usize || parse_decimal(cell).is_some())
}
