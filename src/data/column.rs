//! A column of a frame as plain slices, to read its cells one by one.

use polars::prelude::{DataType, Series};
use polars_arrow::array::{Array, BooleanArray, PrimitiveArray, Utf8ViewArray};
use polars_arrow::bitmap::Bitmap;

use super::format::{Format, Spelling, Value};
use super::heap::{enum_bytes, nothing_bytes, text_bytes};

/// A column: its values, which rows have one, and how they are spelled.
pub struct ColumnView<'a> {
    values: Values<'a>,
    validity: Option<&'a Bitmap>,
    format: Format,
    len: usize,
}

enum Values<'a> {
    Nothing,
    I8(&'a [i8]),
    I16(&'a [i16]),
    I32(&'a [i32]),
    I64(&'a [i64]),
    U8(&'a [u8]),
    U16(&'a [u16]),
    U32(&'a [u32]),
    F32(&'a [f32]),
    F64(&'a [f64]),
    Bool(&'a BooleanArray),
    Text(&'a Utf8ViewArray),
    Words8(&'a [u8], &'a Utf8ViewArray),
    Words16(&'a [u16], &'a Utf8ViewArray),
    Words32(&'a [u32], &'a Utf8ViewArray),
}

impl<'a> ColumnView<'a> {
    /// Looks into a series of one chunk. `None` for a type that shrinking never makes.
    pub fn new(series: &'a Series, format: Format) -> Option<Self> {
        let array: &dyn Array = series.chunks().first()?.as_ref();
        let values = Values::of(array, series.dtype())?;
        Some(Self { values, validity: array.validity(), format, len: series.len() })
    }

    /// How its values are spelled.
    pub fn spelling(&self) -> Spelling {
        self.format.spelling
    }

    /// How its texts are made.
    pub fn format(&self) -> &Format {
        &self.format
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The stored value; `None` for an absent one, and beyond the last row.
    #[inline]
    pub fn value(&self, row: usize) -> Option<Value<'a>> {
        if row >= self.len || self.validity.is_some_and(|bits| !bits.get_bit(row)) {
            return None;
        }
        let word = |words: &'a Utf8ViewArray, code: usize| words.get(code).map(|text| Value::Text(text.as_bytes()));
        match &self.values {
            Values::Nothing => None,
            Values::I8(v) => v.get(row).map(|v| Value::Int(i64::from(*v))),
            Values::I16(v) => v.get(row).map(|v| Value::Int(i64::from(*v))),
            Values::I32(v) => v.get(row).map(|v| Value::Int(i64::from(*v))),
            Values::I64(v) => v.get(row).map(|v| Value::Int(*v)),
            Values::U8(v) => v.get(row).map(|v| Value::Int(i64::from(*v))),
            Values::U16(v) => v.get(row).map(|v| Value::Int(i64::from(*v))),
            Values::U32(v) => v.get(row).map(|v| Value::Int(i64::from(*v))),
            Values::F32(v) => v.get(row).map(|v| Value::Float32(*v)),
            Values::F64(v) => v.get(row).map(|v| Value::Float(*v)),
            Values::Bool(bits) => Some(Value::Bool(bits.values().get_bit(row))),
            Values::Text(texts) => Some(Value::Text(texts.value(row).as_bytes())),
            Values::Words8(codes, words) => word(words, usize::from(*codes.get(row)?)),
            Values::Words16(codes, words) => word(words, usize::from(*codes.get(row)?)),
            Values::Words32(codes, words) => word(words, *codes.get(row)? as usize),
        }
    }

    /// The different texts of a column of categories.
    pub fn words(&self) -> Option<&'a Utf8ViewArray> {
        match &self.values {
            Values::Words8(_, words) | Values::Words16(_, words) | Values::Words32(_, words) => Some(words),
            _ => None,
        }
    }

    /// Which of [`ColumnView::words`] stands in a row; `None` for an absent value and for a column of another type.
    #[inline]
    pub fn word(&self, row: usize) -> Option<usize> {
        if row >= self.len || self.validity.is_some_and(|bits| !bits.get_bit(row)) {
            return None;
        }
        match &self.values {
            Values::Words8(codes, _) => codes.get(row).map(|code| usize::from(*code)),
            Values::Words16(codes, _) => codes.get(row).map(|code| usize::from(*code)),
            Values::Words32(codes, _) => codes.get(row).map(|code| *code as usize),
            _ => None,
        }
    }

    /// Whether its values are text, as they are or as categories.
    pub fn is_text(&self) -> bool {
        matches!(self.values, Values::Text(_)) || self.words().is_some()
    }

    /// Appends the cell's text as the source had it (or, where decimals were respelled, an equal one). Returns whether the
    /// source had a text there at all.
    #[inline]
    pub fn write(&self, row: usize, out: &mut Vec<u8>) -> bool {
        self.format.write(out, self.value(row))
    }

    /// Bytes of memory that the column really holds: values, validity bits, texts and the tables of categories.
    pub fn heap_bytes(&self) -> u64 {
        let validity = self.validity.map_or(0, |bits| bits.len().div_ceil(8));
        let values = match &self.values {
            Values::Nothing => return nothing_bytes(self.len) as u64,
            Values::I8(v) => size_of_val(*v),
            Values::I16(v) => size_of_val(*v),
            Values::I32(v) => size_of_val(*v),
            Values::I64(v) => size_of_val(*v),
            Values::U8(v) => size_of_val(*v),
            Values::U16(v) => size_of_val(*v),
            Values::U32(v) => size_of_val(*v),
            Values::F32(v) => size_of_val(*v),
            Values::F64(v) => size_of_val(*v),
            Values::Bool(bits) => bits.len().div_ceil(8),
            Values::Text(texts) => text_bytes(texts),
            Values::Words8(codes, words) => size_of_val(*codes) + enum_bytes(words.values_iter().map(str::as_bytes)),
            Values::Words16(codes, words) => size_of_val(*codes) + enum_bytes(words.values_iter().map(str::as_bytes)),
            Values::Words32(codes, words) => size_of_val(*codes) + enum_bytes(words.values_iter().map(str::as_bytes)),
        };
        (values + validity) as u64
    }
}

impl<'a> Values<'a> {
    fn of(array: &'a dyn Array, kind: &'a DataType) -> Option<Self> {
        Some(match kind {
            DataType::Null => Self::Nothing,
            DataType::Int8 => Self::I8(slice(array)?),
            DataType::Int16 => Self::I16(slice(array)?),
            DataType::Int32 | DataType::Date => Self::I32(slice(array)?),
            DataType::Int64 | DataType::Datetime(..) => Self::I64(slice(array)?),
            DataType::UInt8 => Self::U8(slice(array)?),
            DataType::UInt16 => Self::U16(slice(array)?),
            DataType::UInt32 => Self::U32(slice(array)?),
            DataType::Float32 => Self::F32(slice(array)?),
            DataType::Float64 => Self::F64(slice(array)?),
            DataType::Boolean => Self::Bool(array.as_any().downcast_ref()?),
            DataType::String => Self::Text(array.as_any().downcast_ref()?),
            DataType::Enum(words, _) => {
                let words = words.categories();
                if let Some(codes) = slice::<u8>(array) {
                    Self::Words8(codes, words)
                } else if let Some(codes) = slice::<u16>(array) {
                    Self::Words16(codes, words)
                } else {
                    Self::Words32(slice(array)?, words)
                }
            }
            _ => return None,
        })
    }
}

fn slice<T: polars_arrow::types::NativeType>(array: &dyn Array) -> Option<&[T]> {
    array.as_any().downcast_ref::<PrimitiveArray<T>>().map(|array| array.values().as_slice())
}
