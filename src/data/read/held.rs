//! What polars itself would hold of a file whose columns have types already.

use polars::prelude::ArrowDataType;
use polars_arrow::array::{Array, DictionaryArray, DictionaryKey, Utf8Array, Utf8ViewArray};
use polars_arrow::bitmap::MutableBitmap;
use polars_arrow::datatypes::{DTYPE_CATEGORICAL_NEW, DTYPE_ENUM_VALUES_LEGACY, DTYPE_ENUM_VALUES_NEW, Field, IntegerType};
use polars_arrow::match_integer_type;
use polars_arrow::offset::Offset;

use super::typed::Values;
use crate::data::heap::{categories_bytes, enum_bytes, nothing_bytes, text_bytes, validity_bytes};
use crate::data::words::Words;

/// A column as polars itself would hold it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// The type's name.
    pub kind: String,
    /// Bytes in memory, the words of categories included.
    pub bytes: u64,
    /// The time zone in which the file shows its moments, when it is not UTC.
    pub zone: Option<String>,
}

/// What a file says of a column's type, where shrinking should keep to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Declared {
    /// Decimal numbers of four bytes.
    pub small_floats: bool,
    /// Texts that are stored once and numbered.
    pub categories: bool,
}

impl Declared {
    /// By the column's type.
    pub fn of(kind: &ArrowDataType) -> Self {
        let kind = kind.to_storage();
        Self {
            small_floats: matches!(kind, ArrowDataType::Float32 | ArrowDataType::Float16),
            categories: matches!(kind, ArrowDataType::Dictionary(_, values, _) if is_text(values)),
        }
    }
}

/// Sums over a table that comes piece by piece.
#[derive(Debug, Default)]
pub struct Ledger {
    columns: Vec<Column>,
    rows: usize,
    /// The words of all columns of categories, which share one table of them.
    shared: Words,
}

#[derive(Debug, Default)]
struct Column {
    nulls: bool,
    /// Bytes besides those of each row.
    more: usize,
    /// Words of an `Enum`, which are part of its type.
    words: Words,
    /// Words that no column before had.
    added: usize,
}

impl Ledger {
    /// Adds some rows of the table with these columns.
    pub fn add(&mut self, fields: &[Field], arrays: &[Values], rows: usize) {
        self.rows += rows;
        self.columns.resize_with(fields.len(), Column::default);
        for ((column, field), array) in self.columns.iter_mut().zip(fields).zip(arrays) {
            column.add(field, array.as_ref(), &mut self.shared);
        }
    }

    /// All columns, those of `fields`.
    pub fn held(&self, fields: &[Field]) -> Vec<Held> {
        let (nothing, shared) = (Column::default(), categories_bytes(self.shared.iter()));
        let held = |(at, field): (usize, &Field)| {
            let column = self.columns.get(at).unwrap_or(&nothing);
            column.held(field, self.rows, shared * column.added / self.shared.len().max(1))
        };
        fields.iter().enumerate().map(held).collect()
    }
}

impl Column {
    fn add(&mut self, field: &Field, array: &dyn Array, shared: &mut Words) {
        self.nulls |= array.null_count() > 0;
        if let ArrowDataType::Dictionary(key, ..) = array.dtype().to_storage() {
            match_integer_type!(key, |$K| {
                if let Some(array) = array.as_any().downcast_ref::<DictionaryArray<$K>>() {
                    self.add_words(array, is_enum(field), shared);
                }
            });
        } else {
            self.more += long_text_bytes(array);
        }
    }

    /// The words that occur; all there are where the list of words is part of the type.
    fn add_words<K: DictionaryKey>(&mut self, array: &DictionaryArray<K>, all: bool, shared: &mut Words) {
        let mut used = MutableBitmap::from_len_zeroed(array.values().len());
        for row in (0..array.len()).filter(|row| array.is_valid(*row)) {
            used.set(array.key_value(row), true);
        }
        let before = shared.len();
        let words = if all { &mut self.words } else { &mut *shared };
        let texts = Texts::of(array.values().as_ref());
        for at in 0..array.values().len() {
            if let (true, Some(text)) = (all || used.get(at), texts.as_ref().and_then(|texts| texts.get(at))) {
                words.number(text.as_bytes());
            }
        }
        self.added += shared.len() - before;
    }

    /// `shared` are the bytes of the words that it brought into the table of all categories.
    fn held(&self, field: &Field, rows: usize, shared: usize) -> Held {
        let kind = field.dtype.to_storage();
        let (name, per_row) = title(field, kind);
        let validity = validity_bytes(rows, self.nulls);
        let bytes = match kind {
            ArrowDataType::Null => nothing_bytes(rows),
            ArrowDataType::Boolean => rows.div_ceil(8) + validity,
            _ => rows * per_row + validity + self.more,
        };
        let words = match name {
            "Enum" => enum_bytes(self.words.iter()),
            "Categorical" => shared,
            _ => 0,
        };
        Held { kind: name.into(), bytes: (bytes + words) as u64, zone: zone(kind) }
    }
}

/// The name that polars has for a type, and the bytes of each row besides its bit of validity.
fn title(field: &Field, kind: &ArrowDataType) -> (&'static str, usize) {
    use ArrowDataType as A;
    match kind {
        A::Null => ("Null", 0),
        A::Boolean => ("Boolean", 0),
        A::Int8 => ("Int8", 1),
        A::Int16 => ("Int16", 2),
        A::Int32 => ("Int32", 4),
        A::Int64 => ("Int64", 8),
        A::UInt8 => ("UInt8", 1),
        A::UInt16 => ("UInt16", 2),
        A::UInt32 => ("UInt32", 4),
        A::UInt64 => ("UInt64", 8),
        A::Float16 => ("Float16", 2),
        A::Float32 => ("Float32", 4),
        A::Float64 => ("Float64", 8),
        A::Date32 => ("Date", 4),
        A::Date64 | A::Timestamp(..) => ("Datetime", 8),
        A::Time32(_) | A::Time64(_) => ("Time", 8),
        A::Duration(_) => ("Duration", 8),
        A::Decimal(..) | A::Decimal32(..) | A::Decimal64(..) | A::Decimal256(..) => ("Decimal", 16),
        A::Dictionary(key, values, _) if is_text(values) => {
            (if is_enum(field) { "Enum" } else { "Categorical" }, code_bytes(field, *key))
        }
        A::Dictionary(_, values, _) => title(field, values),
        _ => ("String", 16),
    }
}

fn is_text(kind: &ArrowDataType) -> bool {
    matches!(kind, ArrowDataType::Utf8 | ArrowDataType::LargeUtf8 | ArrowDataType::Utf8View)
}

fn has(field: &Field, key: &str) -> bool {
    field.metadata.as_ref().is_some_and(|notes| notes.contains_key(key))
}

fn is_enum(field: &Field) -> bool {
    has(field, DTYPE_ENUM_VALUES_NEW) || has(field, DTYPE_ENUM_VALUES_LEGACY)
}

/// Bytes of a number that stands for a word: those that the file has for polars' own categories, four for all others.
fn code_bytes(field: &Field, key: IntegerType) -> usize {
    match key {
        IntegerType::UInt8 if is_enum(field) || has(field, DTYPE_CATEGORICAL_NEW) => 1,
        IntegerType::UInt16 if is_enum(field) || has(field, DTYPE_CATEGORICAL_NEW) => 2,
        _ => 4,
    }
}

/// The zone of a column of moments, when it is another than UTC.
fn zone(kind: &ArrowDataType) -> Option<String> {
    const UTC: [&str; 8] = ["UTC", "utc", "Z", "+00:00", "-00:00", "Etc/UTC", "GMT", "Etc/GMT"];
    let ArrowDataType::Timestamp(_, Some(zone)) = kind else { return None };
    (!zone.is_empty() && !UTC.contains(&zone.as_str())).then(|| zone.to_string())
}

/// Bytes of the buffers behind the views of texts. From texts one after the other polars makes views into them from the first one
/// on that does not fit into its view.
fn long_text_bytes(array: &dyn Array) -> usize {
    let any = array.as_any();
    if let Some(texts) = any.downcast_ref::<Utf8ViewArray>() {
        text_bytes(texts) - texts.len() * 16
    } else if let Some(texts) = any.downcast_ref::<Utf8Array<i32>>() {
        after_first_long(texts)
    } else if let Some(texts) = any.downcast_ref::<Utf8Array<i64>>() {
        after_first_long(texts)
    } else {
        0
    }
}

fn after_first_long<O: Offset>(texts: &Utf8Array<O>) -> usize {
    let mut start = texts.offsets().first().to_usize();
    for length in texts.offsets().lengths() {
        if length > 12 {
            return texts.values().len() - start;
        }
        start += length;
    }
    0
}

/// Texts in any of their forms.
enum Texts<'a> {
    Small(&'a Utf8Array<i32>),
    Large(&'a Utf8Array<i64>),
    Views(&'a Utf8ViewArray),
}

impl<'a> Texts<'a> {
    fn of(array: &'a dyn Array) -> Option<Self> {
        let any = array.as_any();
        let small = any.downcast_ref().map(Self::Small);
        small.or_else(|| any.downcast_ref().map(Self::Large)).or_else(|| any.downcast_ref().map(Self::Views))
    }

    fn get(&self, at: usize) -> Option<&'a str> {
        match self {
            Self::Small(texts) => texts.get(at),
            Self::Large(texts) => texts.get(at),
            Self::Views(texts) => texts.get(at),
        }
    }
}
