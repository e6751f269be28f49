//! What a cell says, apart from how it is spelled.

use crate::data::column::ColumnView;
use crate::data::date::{parse_date, parse_time};
use crate::data::format::{Format, Spelling, Style, Value};
use crate::data::number::{parse_decimal, parse_int};
use crate::data::numeral::Percent;

const NANOS: i128 = 1_000_000_000;
const DAY: i128 = 86_400 * NANOS;

/// What a cell says: two cells of equal value say the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Meaning {
    /// Nothing stands there.
    Blank,
    /// A number, all digits of it; `12 %` is not 12.
    Number(Digits, bool),
    /// A moment in nanoseconds since 1970, and whether it is said to be UTC. A day is its midnight.
    Moment(i128, bool),
    /// Yes or no.
    Truth(bool),
    /// Anything else, also `NA` and `-`.
    Text(Vec<u8>),
}

/// A number as its digits without zeros at either end, and the place of the point: `-12.50` is `125`, two digits before the point.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Digits {
    negative: bool,
    digits: Vec<u8>,
    /// Digits before the point.
    whole: i64,
}

impl Meaning {
    /// What stands in a row.
    pub fn of(view: &ColumnView<'_>, row: usize) -> Self {
        let (value, format) = (view.value(row), view.format());
        match (value, format.spelling) {
            (Some(Value::Bool(yes)), _) => Self::Truth(yes),
            (Some(Value::Int(days)), Spelling::Date) => Self::Moment(i128::from(days) * DAY, false),
            (Some(Value::Int(days)), Spelling::Midnight(style)) => Self::Moment(i128::from(days) * DAY, style.zulu),
            (Some(Value::Int(moment)), Spelling::Time { style, .. }) => {
                Self::Moment(i128::from(moment) * (NANOS / i128::from(style.per_second())), style.zulu)
            }
            (Some(Value::Int(_) | Value::Float(_) | Value::Float32(_)), _) => Self::of_number(format, value),
            (Some(Value::Text(text)), _) => Self::of_text(text),
            (None, _) => {
                let mut word = Vec::new();
                format.write(&mut word, None);
                if word.is_empty() { Self::Blank } else { Self::Text(word) }
            }
        }
    }

    fn of_number(format: &Format, value: Option<Value<'_>>) -> Self {
        let percent = matches!(format.style, Style::Number(style) if style.percent != Percent::None);
        let mut plain = Vec::new();
        Format { style: Style::Plain, ..*format }.write(&mut plain, value);
        Digits::of(&plain).map_or(Self::Text(plain), |digits| Self::Number(digits, percent))
    }

    /// A number, day or moment in a column that is text because of other cells is one all the same; `007` is text.
    fn of_text(text: &[u8]) -> Self {
        let first = text.first().copied();
        if first.is_none() {
            return Self::Blank;
        }
        if !first.is_some_and(|byte| byte.is_ascii_digit() || byte == b'-') {
            return Self::Text(text.to_vec());
        }
        let number = parse_int(text).is_some() || parse_decimal(text).is_some();
        let digits = Some(text).filter(|_| number).and_then(Digits::of);
        if let Some(digits) = digits {
            return Self::Number(digits, false);
        }
        let day = parse_date(text).map(|days| Self::Moment(i128::from(days) * DAY, false));
        let moment = || {
            let (moment, style) = parse_time(text)?;
            Some(Self::Moment(i128::from(moment) * (NANOS / i128::from(style.per_second())), style.zulu))
        };
        day.or_else(moment).unwrap_or_else(|| Self::Text(text.to_vec()))
    }
}

impl Digits {
    /// Of a plain number such as `-1488.50` or `1e-05`.
    fn of(text: &[u8]) -> Option<Self> {
        let (negative, rest) = text.strip_prefix(b"-").map_or((false, text), |rest| (true, rest));
        let (mantissa, exponent) = match rest.iter().position(|byte| *byte == b'e') {
            Some(at) => (rest.get(..at)?, std::str::from_utf8(rest.get(at + 1..)?).ok()?.parse::<i64>().ok()?),
            None => (rest, 0),
        };
        let point = mantissa.iter().position(|byte| *byte == b'.').unwrap_or(mantissa.len());
        let all: Vec<u8> = mantissa.iter().copied().filter(|byte| *byte != b'.').collect();
        if all.is_empty() || !all.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let leading = all.iter().take_while(|byte| **byte == b'0').count();
        let end = all.iter().rposition(|byte| *byte != b'0').map_or(leading, |at| at + 1);
        let digits = all.get(leading..end).unwrap_or_default().to_vec();
        if digits.is_empty() {
            return Some(Self::default());
        }
        Some(Self { negative, digits, whole: point as i64 - leading as i64 + exponent })
    }
}

/// How two cells stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Likeness {
    /// The same, letter for letter.
    Same,
    /// Of equal value, spelled in two ways.
    Respelled,
    /// Of different values.
    Differs,
}

/// Two columns that are held against each other.
pub struct Pair<'a> {
    /// The column of each table.
    pub views: [&'a ColumnView<'a>; 2],
    /// Both are spelled alike, so that equal values have equal texts.
    alike: bool,
}

impl<'a> Pair<'a> {
    /// A pair of columns.
    pub fn new(views: [&'a ColumnView<'a>; 2]) -> Self {
        let [a, b] = views.map(ColumnView::format);
        Self { views, alike: a.spelling == b.spelling && a.style == b.style }
    }

    /// How two of their cells stand to each other; `texts` is room to work in.
    pub fn compare(&self, rows: [usize; 2], texts: &mut [Vec<u8>; 2]) -> Likeness {
        let ([a, b], [x, y]) = (self.views, rows);
        match (a.value(x), b.value(y)) {
            (None, None) if a.format().null == b.format().null => return Likeness::Same,
            (Some(Value::Text(one)), Some(Value::Text(other))) if one == other => return Likeness::Same,
            (Some(Value::Int(one)), Some(Value::Int(other))) if self.alike => {
                return if one == other { Likeness::Same } else { Likeness::Differs };
            }
            (Some(Value::Float(one)), Some(Value::Float(other))) if self.alike && one.to_bits() == other.to_bits() => {
                return Likeness::Same;
            }
            (Some(Value::Bool(one)), Some(Value::Bool(other))) if self.alike && one == other => return Likeness::Same,
            _ => {}
        }
        self.compare_texts(rows, texts)
    }

    fn compare_texts(&self, [x, y]: [usize; 2], [one, other]: &mut [Vec<u8>; 2]) -> Likeness {
        let [a, b] = self.views;
        one.clear();
        other.clear();
        let present = [a.write(x, one), b.write(y, other)];
        if one == other {
            // A blank cell and an empty text are spelled in two ways in some files.
            return if present[0] == present[1] { Likeness::Same } else { Likeness::Respelled };
        }
        if Meaning::of(a, x) == Meaning::of(b, y) { Likeness::Respelled } else { Likeness::Differs }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_numbers_have_equal_digits_and_only_those() {
        let of = |text: &str| Digits::of(text.as_bytes()).unwrap_or_else(|| panic!("{text}"));
        for (one, other) in
            [("1.50", "1.5"), ("100", "1e2"), ("0.00001", "1e-05"), ("-0.0", "0"), ("1200", "1200.000"), ("0.10", "0.1")]
        {
            assert_eq!(of(one), of(other), "{one} {other}");
        }
        for (one, other) in [("1.5", "15"), ("9007199254740993", "9007199254740992"), ("1", "-1"), ("0.1", "0.01"), ("10", "1")] {
            assert_ne!(of(one), of(other), "{one} {other}");
        }
        assert_eq!(Digits::of(b"x"), None);
    }

    #[test]
    fn a_code_is_no_number_and_a_day_is_its_midnight() {
        let of = |text: &str| Meaning::of_text(text.as_bytes());
        assert_eq!(of("2024-12-31"), of("2024-12-31 00:00:00"));
        assert_ne!(of("2024-12-31"), of("2024-12-30"));
        assert_ne!(of("007"), of("7"));
        assert_ne!(of("-"), of(""));
        assert_eq!(of(""), Meaning::Blank);
        assert_ne!(of("NA"), Meaning::Blank);
    }
}
