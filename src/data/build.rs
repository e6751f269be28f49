//! Series from plain vectors, without copying them.

use std::sync::Arc;

use polars::error::PolarsResult;
use polars::prelude::{
    BooleanChunked, ChunkedArray, DataType, FrozenCategories, Int32Chunked, Int64Chunked, IntoSeries, PlSmallStr,
    PolarsNumericType, Series, StringChunked, TimeUnit, UInt8Type, UInt16Type, UInt32Type,
};
use polars_arrow::array::{BooleanArray, Utf8ViewArray, View};
use polars_arrow::bitmap::Bitmap;
use polars_arrow::datatypes::ArrowDataType;

use super::validity::Validity;
use super::words::Words;

/// Text of more than this many bytes is split over several buffers.
const BUFFER: usize = 1 << 30;

fn bitmap(validity: Validity) -> Option<Bitmap> {
    let rows = validity.len();
    validity.into_bits().map(|bits| Bitmap::from_u8_vec(bits, rows))
}

/// A column of numbers.
pub fn numbers<T>(name: &str, values: Vec<T::Native>, validity: Validity) -> Series
where
    T: PolarsNumericType,
    ChunkedArray<T>: IntoSeries,
{
    ChunkedArray::<T>::from_vec_validity(name.into(), values, bitmap(validity)).into_series()
}

/// A column of days.
pub fn dates(name: &str, days: Vec<i32>, validity: Validity) -> Series {
    Int32Chunked::from_vec_validity(name.into(), days, bitmap(validity)).into_date().into_series()
}

/// A column of moments, `per_second` units to the second.
pub fn times(name: &str, moments: Vec<i64>, validity: Validity, per_second: i64) -> Series {
    let unit = match per_second {
        1_000 => TimeUnit::Milliseconds,
        1_000_000 => TimeUnit::Microseconds,
        _ => TimeUnit::Nanoseconds,
    };
    Int64Chunked::from_vec_validity(name.into(), moments, bitmap(validity)).into_datetime(unit, None).into_series()
}

/// A column of bits.
pub fn booleans(name: &str, values: &[bool], validity: Validity) -> Series {
    let mut bits = vec![0u8; values.len().div_ceil(8)];
    for (row, yes) in values.iter().enumerate() {
        bits[row / 8] |= u8::from(*yes) << (row % 8);
    }
    let array = BooleanArray::new(ArrowDataType::Boolean, Bitmap::from_u8_vec(bits, values.len()), bitmap(validity));
    BooleanChunked::with_chunk(name.into(), array).into_series()
}

/// A column without values.
pub fn nothing(name: &str, rows: usize) -> Series {
    Series::full_null(PlSmallStr::from(name), rows, &DataType::Null)
}

/// A column of numbered texts.
///
/// # Errors
/// When the library refuses the categories.
pub fn categories(name: &str, codes: Vec<u32>, words: &Words, validity: Validity) -> PolarsResult<Series> {
    coded(name, codes, &frozen(words)?, validity)
}

/// Texts in the order of their numbers, as the frame library has them.
///
/// # Errors
/// When the library refuses them.
pub fn frozen(words: &Words) -> PolarsResult<Arc<FrozenCategories>> {
    let texts: Vec<&str> = words.iter().map(|word| std::str::from_utf8(word).unwrap_or_default()).collect();
    FrozenCategories::new(texts)
}

/// A column of texts that were numbered before.
///
/// # Errors
/// When the library refuses the numbers.
pub fn coded(name: &str, codes: Vec<u32>, frozen: &Arc<FrozenCategories>, validity: Validity) -> PolarsResult<Series> {
    let kind = DataType::from_frozen_categories(Arc::clone(frozen));
    let codes = match kind.cat_physical()?.max_categories() {
        most if most <= 1 << 8 => numbers::<UInt8Type>(name, narrow(&codes), validity),
        most if most <= 1 << 16 => numbers::<UInt16Type>(name, narrow(&codes), validity),
        _ => numbers::<UInt32Type>(name, codes, validity),
    };
    Series::from_cats_and_dtype(&codes, &kind, true)
}

fn narrow<T: TryFrom<u32> + Default>(codes: &[u32]) -> Vec<T> {
    codes.iter().map(|code| T::try_from(*code).unwrap_or_default()).collect()
}

/// Gathers texts for [`TextBuilder::finish`] without wasted room.
pub struct TextBuilder {
    views: Vec<View>,
    full: Vec<Vec<u8>>,
    buffer: Vec<u8>,
    left: usize,
    validity: Validity,
}

impl TextBuilder {
    /// For `rows` texts, whose long ones have `long_bytes` bytes together.
    pub fn new(rows: usize, long_bytes: u64) -> Self {
        let left = usize::try_from(long_bytes).unwrap_or(usize::MAX);
        let buffer = Vec::with_capacity(left.min(BUFFER));
        Self { views: Vec::with_capacity(rows), full: Vec::new(), buffer, left, validity: Validity::default() }
    }

    /// Adds a row.
    pub fn push(&mut self, text: Option<&[u8]>) {
        self.validity.push(text.is_some());
        let text = text.unwrap_or_default();
        if text.len() > 12 {
            if self.buffer.len() + text.len() > BUFFER.max(text.len()) {
                let next = Vec::with_capacity(self.left.min(BUFFER));
                self.full.push(std::mem::replace(&mut self.buffer, next));
            }
            self.left = self.left.saturating_sub(text.len());
            self.views.push(View::new_from_bytes(text, self.full.len() as u32, self.buffer.len() as u32));
            self.buffer.extend_from_slice(text);
        } else {
            self.views.push(View::new_inline(text));
        }
    }

    /// The column.
    ///
    /// # Errors
    /// When a text is not UTF-8.
    pub fn finish(mut self, name: &str) -> PolarsResult<Series> {
        if !self.buffer.is_empty() {
            self.full.push(self.buffer);
        }
        let buffers: Vec<_> = self.full.into_iter().map(Into::into).collect();
        let array = Utf8ViewArray::try_new(ArrowDataType::Utf8View, self.views.into(), buffers.into(), bitmap(self.validity))?;
        Ok(StringChunked::with_chunk(name.into(), array).into_series())
    }
}
