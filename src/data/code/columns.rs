//! What code has to know about each column.

use ::polars::prelude::DataType;

use crate::data::date::TimeStyle;
use crate::data::format::{Spelling, Style, Value};
use crate::data::kind::{NULL_WORDS, WORD_PAIRS};
use crate::data::table::Table;

/// Categories up to this many are listed in the code; more are left for the library to find.
const MOST_LISTED: usize = 200;

/// A column.
pub struct Column<'a> {
    /// Its place.
    pub at: usize,
    /// Its name in the frame.
    pub name: &'a str,
    /// It is not wanted.
    pub left_out: bool,
    /// What it holds.
    pub kind: Kind<'a>,
    /// How an office wrote its values.
    pub style: Style,
    /// The word that stands where there is no value; none when nothing stands there.
    pub null: Option<&'static str>,
    /// Some row has no value.
    pub nulls: bool,
    /// Some value is a text without letters, written `""`.
    pub empty_text: bool,
}

/// What a column holds.
pub enum Kind<'a> {
    /// No value in any row.
    Nothing,
    /// Whole numbers.
    Int {
        /// Bytes of each.
        bytes: u8,
        /// With a sign.
        signed: bool,
        /// Spelled with a point and zeros after it.
        point: bool,
    },
    /// Decimal numbers of four bytes.
    Float32,
    /// Decimal numbers.
    Float64,
    /// Yes and no, by these words.
    Bool {
        /// The word for yes.
        yes: &'static str,
        /// The word for no.
        no: &'static str,
    },
    /// Days, and how the midnight after them is written where one is.
    Date(Option<TimeStyle>),
    /// Moments.
    Time(TimeStyle),
    /// Text.
    Text,
    /// Texts that repeat, and which they are unless there are many.
    Words(Option<Vec<&'a str>>),
}

/// All columns in order.
pub fn of(table: &Table) -> Vec<Column<'_>> {
    let views = table.views();
    let columns = table.frame.columns().iter().zip(&table.report.columns).zip(&views).enumerate();
    columns
        .map(|(at, ((column, report), view))| {
            let kind = kind(column.dtype(), report.format.spelling);
            let is_text = matches!(kind, Kind::Text | Kind::Words(_));
            let empty = |row| matches!(view.value(row), Some(Value::Text(b"")));
            Column {
                at,
                name: &report.name,
                left_out: report.left_out,
                style: report.format.style,
                null: report.format.null.and_then(|word| NULL_WORDS.get(usize::from(word))).copied(),
                nulls: report.nulls > 0,
                empty_text: is_text && (0..view.len()).any(empty),
                kind,
            }
        })
        .collect()
}

fn kind(kind: &DataType, spelling: Spelling) -> Kind<'_> {
    let point = matches!(spelling, Spelling::Int { zeros: 1.. });
    let int = |bytes, signed| Kind::Int { bytes, signed, point };
    match kind {
        DataType::Null => Kind::Nothing,
        DataType::Int8 => int(1, true),
        DataType::Int16 => int(2, true),
        DataType::Int32 => int(4, true),
        DataType::Int64 => int(8, true),
        DataType::UInt8 => int(1, false),
        DataType::UInt16 => int(2, false),
        DataType::UInt32 => int(4, false),
        DataType::Float32 => Kind::Float32,
        DataType::Float64 => Kind::Float64,
        DataType::Boolean => {
            let pair = if let Spelling::Bool(pair) = spelling { usize::from(pair) } else { 0 };
            let (yes, no) = WORD_PAIRS.get(pair).copied().unwrap_or(("true", "false"));
            Kind::Bool { yes, no }
        }
        DataType::Date => Kind::Date(if let Spelling::Midnight(style) = spelling { Some(style) } else { None }),
        DataType::Datetime(..) => match spelling {
            Spelling::Time { style, .. } => Kind::Time(style),
            _ => Kind::Text,
        },
        DataType::Enum(words, _) => {
            let words = words.categories();
            let listed = words.len() <= MOST_LISTED && words.values_iter().all(|word| !word.contains('\0'));
            Kind::Words(listed.then(|| words.values_iter().collect()))
        }
        _ => Kind::Text,
    }
}

impl Column<'_> {
    /// Whether its texts and its name have only letters that are the same in Latin-1 and windows-1252.
    pub fn is_latin(&self, table: &Table) -> bool {
        let latin = |text: &str| text.chars().all(|letter| u32::from(letter) < 256);
        let views = table.views();
        let Some(view) = views.get(self.at) else { return false };
        latin(self.name)
            && (0..view.len()).all(|row| match view.value(row) {
                Some(Value::Text(text)) => std::str::from_utf8(text).is_ok_and(latin),
                _ => true,
            })
    }
}
