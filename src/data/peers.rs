//! What a column takes in memory elsewhere: as polars' own CSV reader makes it, and as pandas holds it with object strings.

use super::heap::validity_bytes;
use super::kind::NULL_WORDS;

/// The type that polars' CSV reader gives a column when it looks at every row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EngineKind {
    /// No value seen: text.
    #[default]
    Nothing,
    /// 64-bit whole numbers.
    Int64,
    /// 64-bit decimals.
    Float64,
    /// Bits.
    Boolean,
    /// Days, from a workbook's date cells.
    Datetime,
    /// Text.
    String,
}

impl EngineKind {
    /// The type's name as polars writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Int64 => "Int64",
            Self::Float64 => "Float64",
            Self::Boolean => "Boolean",
            Self::Datetime => "Datetime",
            Self::Nothing | Self::String => "String",
        }
    }

    /// The kind of one cell: polars' patterns for booleans, decimals and whole numbers, in that order.
    pub fn of(text: &[u8]) -> Self {
        if text.eq_ignore_ascii_case(b"true") || text.eq_ignore_ascii_case(b"false") {
            return Self::Boolean;
        }
        let unsigned = text.strip_prefix(b"-").unwrap_or(text);
        if !unsigned.is_empty() && unsigned.iter().all(u8::is_ascii_digit) {
            let fits = std::str::from_utf8(text).is_ok_and(|text| text.parse::<i64>().is_ok());
            return if fits { Self::Int64 } else { Self::String };
        }
        if is_engine_float(text) { Self::Float64 } else { Self::String }
    }

    /// The kind of a column with cells of both.
    pub fn join(self, other: Self) -> Self {
        match (self, other) {
            (Self::Nothing, kind) | (kind, Self::Nothing) => kind,
            (a, b) if a == b => a,
            (Self::Int64, Self::Float64) | (Self::Float64, Self::Int64) => Self::Float64,
            _ => Self::String,
        }
    }

    /// Bytes of a column of `rows` rows; `long_text` is the bytes of its texts of more than 12 bytes.
    pub fn bytes(self, rows: usize, nulls: usize, long_text: u64) -> u64 {
        let validity = validity_bytes(rows, nulls > 0) as u64;
        let rows = rows as u64;
        validity
            + match self {
                Self::Int64 | Self::Float64 | Self::Datetime => rows * 8,
                Self::Boolean => rows.div_ceil(8),
                Self::Nothing | Self::String => rows * 16 + long_text,
            }
    }
}

/// `[-+]?` then digits with a point, an exponent, or both; `inf`; `NaN`.
fn is_engine_float(text: &[u8]) -> bool {
    let unsigned = text.strip_prefix(b"-").or_else(|| text.strip_prefix(b"+")).unwrap_or(text);
    if unsigned == b"inf" || unsigned == b"NaN" {
        return true;
    }
    let digits = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let whole = digits(unsigned);
    let Some(rest) = unsigned.get(whole..) else { return false };
    let (fraction, rest) = match rest {
        [b'.', rest @ ..] => (Some(digits(rest)), rest.get(digits(rest)..).unwrap_or_default()),
        _ => (None, rest),
    };
    let exponent = match rest {
        [] => false,
        [b'e' | b'E', power @ ..] => {
            let power = power.strip_prefix(b"-").or_else(|| power.strip_prefix(b"+")).unwrap_or(power);
            if power.is_empty() || digits(power) != power.len() {
                return false;
            }
            true
        }
        _ => return false,
    };
    match fraction {
        Some(0) => whole > 0 && !exponent,
        Some(_) => true,
        None => whole > 0 && exponent,
    }
}

/// Sums over the texts of a column.
#[derive(Clone, Copy, Debug, Default)]
pub struct TextTally {
    /// The type polars would give it.
    pub engine: EngineKind,
    /// Bytes of texts of more than 12 bytes, which do not fit into a string view.
    pub long_bytes: u64,
    /// Bytes of the Python objects: for each the pointer and `sys.getsizeof` of CPython 3.11.
    pub pandas_objects: u64,
    /// Values that are not absent to pandas.
    pub pandas_kind: EngineKind,
    /// Cells that pandas takes as absent.
    pub pandas_nulls: u64,
}

impl TextTally {
    /// Counts a text that stands in `times` cells.
    pub fn add(&mut self, text: &[u8], times: u64) {
        if self.engine != EngineKind::String {
            self.engine = self.engine.join(EngineKind::of(text));
        }
        if text.len() > 12 {
            self.long_bytes += text.len() as u64 * times;
        }
        if is_pandas_null(text) {
            self.pandas_nulls += times;
            return;
        }
        self.pandas_objects += (8 + python_str_bytes(text)) * times;
        if self.pandas_kind != EngineKind::String {
            self.pandas_kind = self.pandas_kind.join(EngineKind::of(text));
        }
    }

    /// Adds what another part of the column gave.
    pub fn join(&mut self, other: &Self) {
        self.engine = self.engine.join(other.engine);
        self.long_bytes += other.long_bytes;
        self.pandas_objects += other.pandas_objects;
        self.pandas_kind = self.pandas_kind.join(other.pandas_kind);
        self.pandas_nulls += other.pandas_nulls;
    }

    /// Counts values that are all of this kind and, as text, not longer than a string view holds.
    pub fn add_kind(&mut self, kind: EngineKind) {
        self.engine = self.engine.join(kind);
        self.pandas_kind = self.pandas_kind.join(kind);
    }

    /// The source's cells have types, and these are text: pandas does not look for numbers in them.
    pub fn keep_text(&mut self) {
        self.pandas_kind = EngineKind::String;
    }

    /// What pandas takes for a column of `rows` rows of which `blank` have no text, with `memory_usage(deep=True)`.
    pub fn pandas_bytes(&self, rows: usize, blank: usize) -> u64 {
        let (rows, absent) = (rows as u64, self.pandas_nulls + blank as u64);
        match self.pandas_kind {
            EngineKind::Nothing | EngineKind::Int64 | EngineKind::Float64 | EngineKind::Datetime => rows * 8,
            EngineKind::Boolean if absent == 0 => rows,
            // Python's True and False are one object each, counted in every cell.
            EngineKind::Boolean => rows * 8 + (rows - absent) * 28 + absent * 24,
            EngineKind::String => self.pandas_objects + absent * (8 + 24),
        }
    }
}

/// Blank, or one of the words that `read_csv` takes as absent.
fn is_pandas_null(text: &[u8]) -> bool {
    text.is_empty() || text.len() <= 4 && NULL_WORDS.iter().any(|word| *word != "-" && word.as_bytes() == text)
}

/// `sys.getsizeof` of a string in CPython 3.11: 49 bytes and one per character for ASCII, else 73, 74 or 76 bytes and one, two or
/// four per character.
fn python_str_bytes(text: &[u8]) -> u64 {
    if text.is_ascii() {
        return 49 + text.len() as u64;
    }
    let text = String::from_utf8_lossy(text);
    let (count, widest) = text.chars().fold((0, 0), |(count, widest), c| (count + 1, widest.max(c as u32)));
    match widest {
        0..=0xFF => 73 + count,
        0x100..=0xFFFF => 74 + 2 * count,
        _ => 76 + 4 * count,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polars_patterns() {
        use EngineKind::{Boolean, Float64, Int64, String};
        let cases = [
            ("02494", Int64),
            ("-5", Int64),
            ("+5", String),
            ("1.", Float64),
            (".5", Float64),
            ("+1.5e3", Float64),
            ("1e5", Float64),
            ("12E5", Float64),
            ("NaN", Float64),
            ("True", Boolean),
            ("Y", String),
            ("", String),
            ("e5", String),
            ("1.e5", String),
            ("99999999999999999999", String),
            ("2019-01-01", String),
        ];
        for (text, kind) in cases {
            assert_eq!(EngineKind::of(text.as_bytes()), kind, "{text}");
        }
    }

    #[test]
    fn python_sizes() {
        // sys.getsizeof("abc"), ("é"), ("तकनीकी"), ("😀") of CPython 3.11.
        for (text, bytes) in [("abc", 52), ("é", 74), ("तकनीकी", 86), ("😀", 80)] {
            assert_eq!(python_str_bytes(text.as_bytes()), bytes, "{text}");
        }
    }
}
