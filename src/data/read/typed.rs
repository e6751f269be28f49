//! What files whose columns have types already have in common: their columns come as Arrow arrays and become text cells in the
//! one spelling that workbooks' values have too, so that the rest of the engine treats all tables alike.

use polars::prelude::{ArrowDataType, ArrowTimeUnit, pf16};
use polars_arrow::array::{Array, BooleanArray, DictionaryArray, DictionaryKey, PrimitiveArray, Utf8Array, Utf8ViewArray};
use polars_arrow::match_integer_type;
use polars_arrow::offset::Offset;
use polars_arrow::types::{NativeType, i256};

use super::spell::{self, Unit};
use super::{Batch, batch_bytes};
use crate::data::DataError;
use crate::data::cells::Cells;
use crate::jobs::{Cancel, Progress};

/// A column of some rows.
pub type Values = Box<dyn Array>;

/// Digits of the longest decimals (Arrow columnar format, Decimal256).
const MOST_DIGITS: usize = 76;
/// Bytes of one cell's text; more are no table's, and would not fit into a batch.
const MOST_TEXT: usize = 256 << 20;

/// That a file has a column that is no table's.
pub fn no_cells(file: &str, kind: &str, name: &str, holds: &str) -> DataError {
    DataError::NotATable {
        file: file.into(),
        looks_like: format!("{kind} whose column “{name}” holds {holds}"),
        next_step: "Write it again with that column as text, numbers or dates, or without it.".into(),
    }
}

/// What values of a type are, where they are not written as one cell.
pub fn holds_no_cells(kind: &ArrowDataType) -> Option<&'static str> {
    use ArrowDataType as A;
    match kind {
        A::Dictionary(_, values, _) => holds_no_cells(values),
        A::Extension(extension) => holds_no_cells(&extension.inner),
        A::Null | A::Boolean | A::Utf8 | A::LargeUtf8 | A::Utf8View => None,
        A::Int8 | A::Int16 | A::Int32 | A::Int64 | A::UInt8 | A::UInt16 | A::UInt32 | A::UInt64 => None,
        A::Float16 | A::Float32 | A::Float64 => None,
        A::Decimal(..) | A::Decimal32(..) | A::Decimal64(..) | A::Decimal256(..) => None,
        A::Date32 | A::Date64 | A::Timestamp(..) | A::Time32(_) | A::Time64(_) | A::Duration(_) => None,
        A::Binary | A::LargeBinary | A::BinaryView | A::FixedSizeBinary(_) => Some("bytes"),
        A::List(_) | A::LargeList(_) | A::FixedSizeList(..) => Some("lists"),
        A::Struct(_) | A::Map(..) | A::Union(_) => Some("records"),
        A::Interval(_) => Some("intervals of the calendar"),
        A::Int128 | A::UInt128 => Some("numbers of 16 bytes"),
        A::Unknown => Some("values of an unknown type"),
    }
}

/// Writes one row's cell.
type Writer<'a> = Box<dyn Fn(&mut Cells, usize) + 'a>;

/// Gives the rows of these columns to `sink` in batches.
///
/// # Errors
/// When a column is of a type that [`holds_no_cells`] names, a text is too long, `sink` refuses, and when cancelled.
pub fn push_rows(
    file: &str,
    arrays: &[Values],
    rows: usize,
    cancel: &Cancel,
    progress: &Progress,
    sink: &mut dyn FnMut(Batch) -> Result<(), DataError>,
) -> Result<(), DataError> {
    let columns = arrays.len();
    if arrays.iter().any(|array| longest_text(array.as_ref()) > MOST_TEXT) {
        return Err(DataError::TooLarge { file: file.into(), what: "a single text has more than 256 MB".into() });
    }
    // Each digit is a byte of every cell, and a file may claim as many as it likes.
    if let Some(digits) = arrays.iter().map(|array| decimal_digits(array.dtype())).max().filter(|digits| *digits > MOST_DIGITS) {
        let problem = format!("its decimals are said to have {digits} digits after the point, where there can be {MOST_DIGITS}");
        return Err(super::refusal::damaged(file, problem));
    }
    let writers: Option<Vec<Writer<'_>>> = arrays.iter().map(|array| writer(array.as_ref())).collect();
    let writers = writers.ok_or_else(|| super::refusal::damaged(file, "a column is not of the type that it says".into()))?;
    let mut cells = Cells::new(0, columns);
    for row in 0..rows {
        writers.iter().for_each(|write| write(&mut cells, row));
        if cells.size() > batch_bytes(columns) {
            cancel.check()?;
            progress.add(cells.rows() as u64);
            sink(Batch::Cells(std::mem::replace(&mut cells, Cells::new(0, columns))))?;
        }
    }
    if cells.rows() > 0 {
        progress.add(cells.rows() as u64);
        sink(Batch::Cells(cells))?;
    }
    Ok(())
}

/// Bytes of the longest text of a column, or an upper bound of it.
fn longest_text(array: &dyn Array) -> usize {
    let any = array.as_any();
    if let Some(texts) = any.downcast_ref::<Utf8Array<i32>>() {
        most_bytes(texts)
    } else if let Some(texts) = any.downcast_ref::<Utf8Array<i64>>() {
        most_bytes(texts)
    } else if let Some(texts) = any.downcast_ref::<Utf8ViewArray>() {
        texts.views().iter().map(|view| view.length as usize).max().unwrap_or(0)
    } else if let ArrowDataType::Dictionary(key, ..) = array.dtype() {
        match_integer_type!(key, |$K| any.downcast_ref::<DictionaryArray<$K>>().map_or(0, |array| longest_text(array.values().as_ref())))
    } else {
        0
    }
}

fn most_bytes<O: Offset>(texts: &Utf8Array<O>) -> usize {
    if texts.values().len() <= MOST_TEXT { texts.values().len() } else { texts.offsets().lengths().max().unwrap_or(0) }
}

/// Digits after the point of decimals, also where they are the words of a dictionary; 0 for all else.
fn decimal_digits(kind: &ArrowDataType) -> usize {
    use ArrowDataType as A;
    match kind.to_storage() {
        A::Decimal32(_, scale) | A::Decimal64(_, scale) | A::Decimal(_, scale) | A::Decimal256(_, scale) => *scale,
        A::Dictionary(_, values, _) => decimal_digits(values),
        _ => 0,
    }
}

/// What writes the cells of a column; `None` when its type is none that becomes cells.
fn writer(array: &dyn Array) -> Option<Writer<'_>> {
    use ArrowDataType as A;
    match array.dtype().to_storage() {
        A::Null => Some(Box::new(|cells, _| cells.push_absent())),
        A::Boolean => booleans(array),
        A::Utf8 => offset_texts::<i32>(array),
        A::LargeUtf8 => offset_texts::<i64>(array),
        A::Utf8View => {
            let views = array.as_any().downcast_ref::<Utf8ViewArray>()?;
            Some(texts(move |row| views.get(row)))
        }
        A::Int8 => values(array, spell::whole::<i8>),
        A::Int16 => values(array, spell::whole::<i16>),
        A::Int32 => values(array, spell::whole::<i32>),
        A::Int64 => values(array, spell::whole::<i64>),
        A::UInt8 => values(array, spell::whole::<u8>),
        A::UInt16 => values(array, spell::whole::<u16>),
        A::UInt32 => values(array, spell::whole::<u32>),
        A::UInt64 => values(array, spell::whole::<u64>),
        // Every number of two bytes is one of four, and its digits there tell it.
        A::Float16 => values(array, |out, number: pf16| spell::small_float(out, f32::from(number))),
        A::Float32 => values(array, spell::small_float),
        A::Float64 => values(array, spell::float),
        A::Decimal32(_, scale) => decimals::<i32>(array, *scale),
        A::Decimal64(_, scale) => decimals::<i64>(array, *scale),
        A::Decimal(_, scale) => decimals::<i128>(array, *scale),
        A::Decimal256(_, scale) => {
            let scale = *scale;
            values(array, move |out, number: i256| spell::decimal(out, &number.0.to_string(), scale))
        }
        A::Dictionary(key, ..) => match_integer_type!(key, |$K| numbered::<$K>(array)),
        kind => times(array, kind),
    }
}

/// What writes the cells of a column of days, moments and spans.
fn times<'a>(array: &'a dyn Array, kind: &ArrowDataType) -> Option<Writer<'a>> {
    use ArrowDataType as A;
    match kind {
        A::Date32 => values(array, spell::day),
        A::Date64 => values(array, |out, moment| spell::moment(out, moment, Unit::MILLI, false)),
        A::Timestamp(unit, zone) => {
            let (unit, zulu) = (unit_of(*unit), zone.is_some());
            values(array, move |out, moment| spell::moment(out, moment, unit, zulu))
        }
        A::Time32(unit) => {
            let unit = unit_of(*unit);
            values(array, move |out, time: i32| spell::span(out, i64::from(time), unit))
        }
        A::Time64(unit) | A::Duration(unit) => {
            let unit = unit_of(*unit);
            values(array, move |out, span| spell::span(out, span, unit))
        }
        _ => None,
    }
}

fn unit_of(unit: ArrowTimeUnit) -> Unit {
    match unit {
        ArrowTimeUnit::Second => Unit::SECOND,
        ArrowTimeUnit::Millisecond => Unit::MILLI,
        ArrowTimeUnit::Microsecond => Unit::MICRO,
        ArrowTimeUnit::Nanosecond => Unit::NANO,
    }
}

fn values<'a, T: NativeType>(array: &'a dyn Array, write: impl Fn(&mut Vec<u8>, T) + 'a) -> Option<Writer<'a>> {
    let array = array.as_any().downcast_ref::<PrimitiveArray<T>>()?;
    Some(Box::new(move |cells, row| match array.values().get(row) {
        Some(value) if array.validity().is_none_or(|bits| bits.get_bit(row)) => {
            cells.push_text(|out| write(out, *value));
            cells.mark_typed();
        }
        _ => cells.push_absent(),
    }))
}

fn decimals<T: NativeType>(array: &dyn Array, scale: usize) -> Option<Writer<'_>> {
    values(array, move |out, number: T| spell::decimal(out, &number.to_string(), scale))
}

fn booleans(array: &dyn Array) -> Option<Writer<'_>> {
    let array = array.as_any().downcast_ref::<BooleanArray>()?;
    Some(Box::new(move |cells, row| match array.get(row) {
        Some(yes) => {
            cells.push_text(|out| spell::boolean(out, yes));
            cells.mark_typed();
        }
        None => cells.push_absent(),
    }))
}

fn offset_texts<O: Offset>(array: &dyn Array) -> Option<Writer<'_>> {
    let array = array.as_any().downcast_ref::<Utf8Array<O>>()?;
    Some(texts(move |row| array.get(row)))
}

fn texts<'a>(get: impl Fn(usize) -> Option<&'a str> + 'a) -> Writer<'a> {
    Box::new(move |cells, row| match get(row) {
        Some(text) => cells.push_text(|out| out.extend_from_slice(text.as_bytes())),
        None => cells.push_absent(),
    })
}

/// Values that are stored once and numbered.
fn numbered<K: DictionaryKey>(array: &dyn Array) -> Option<Writer<'_>> {
    let array = array.as_any().downcast_ref::<DictionaryArray<K>>()?;
    let write = writer(array.values().as_ref())?;
    Some(Box::new(move |cells, row| {
        if row < array.len() && array.is_valid(row) {
            write(cells, array.key_value(row));
        } else {
            cells.push_absent();
        }
    }))
}
