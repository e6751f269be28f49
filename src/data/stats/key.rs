//! Values as whole numbers that sort as the values do.

use super::Number;
use crate::data::column::ColumnView;
use crate::data::format::{Value, widen};

/// What the keys of a column stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keys {
    /// Whole numbers, themselves; also days and times.
    Int,
    /// Decimal numbers.
    Float,
    /// Decimal numbers of four bytes.
    Float32,
    /// No and yes.
    Bool,
}

impl Keys {
    /// Those of a column that is no text: its first value tells.
    pub fn of(view: &ColumnView<'_>) -> Self {
        match (0..view.len()).find_map(|row| view.value(row)) {
            Some(Value::Float(_)) => Self::Float,
            Some(Value::Float32(_)) => Self::Float32,
            Some(Value::Bool(_)) => Self::Bool,
            _ => Self::Int,
        }
    }

    /// The value that a key stands for.
    pub fn value(self, key: i64) -> Value<'static> {
        match self {
            Self::Int => Value::Int(key),
            Self::Float => Value::Float(float_of(key)),
            Self::Float32 => Value::Float32(float_of(key) as f32),
            Self::Bool => Value::Bool(key != 0),
        }
    }

    /// The number that a key stands for.
    pub fn number(self, key: i64) -> Number {
        match self {
            Self::Int | Self::Bool => Number::Int(key),
            Self::Float => Number::Float(float_of(key)),
            // The digits of the source, not those that four bytes add.
            Self::Float32 => Number::Float(widen(float_of(key) as f32)),
        }
    }
}

/// The key of a value; none for text and for what is not a number.
#[inline]
pub fn of_value(value: Value<'_>) -> Option<i64> {
    match value {
        Value::Int(value) => Some(value),
        Value::Float(value) => key_of(value),
        Value::Float32(value) => key_of(f64::from(value)),
        Value::Bool(value) => Some(i64::from(value)),
        Value::Text(_) => None,
    }
}

/// The bits of a number, turned so that they sort as numbers; minus zero is zero.
#[inline]
fn key_of(value: f64) -> Option<i64> {
    let bits = (value + 0.0).to_bits() as i64;
    (!value.is_nan()).then_some(turned(bits))
}

fn float_of(key: i64) -> f64 {
    f64::from_bits(turned(key) as u64)
}

/// Bits of negative numbers grow with their distance from zero; turning twice gives the bits again.
#[inline]
fn turned(bits: i64) -> i64 {
    bits ^ (((bits >> 63) as u64) >> 1) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_sort_as_their_numbers_and_come_back() {
        let numbers = [f64::NEG_INFINITY, -1e300, -2.5, -1e-310, 0.0, 1e-310, 0.1, 2.5, 1e300, f64::INFINITY];
        let keys: Vec<i64> = numbers.iter().filter_map(|number| key_of(*number)).collect();
        assert!(keys.is_sorted_by(|a, b| a < b), "{keys:?}");
        assert_eq!(keys.iter().map(|key| float_of(*key)).collect::<Vec<_>>(), numbers);
        assert_eq!((key_of(-0.0), key_of(f64::NAN)), (key_of(0.0), None));
    }
}
