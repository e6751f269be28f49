//! How a column's values are spelled, so that the source's text can be made again.

use super::calendar::DateStyle;
use super::date::{TimeStyle, write_date, write_time};
use super::kind::{NULL_WORDS, WORD_PAIRS};
use super::number::{write_fixed, write_shortest};
use super::numeral::NumberStyle;

/// The spelling of a column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Format {
    /// How a value is spelled.
    pub spelling: Spelling,
    /// What stands where there is no value: nothing, or the word at this place of the list of null words.
    pub null: Option<u8>,
    /// The style of an office in which the spelling is written.
    pub style: Style,
}

/// How offices write what `spelling` says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Style {
    /// Numbers with a point, dates by ISO 8601.
    #[default]
    Plain,
    /// Numbers with a decimal comma, signs between the thousands, or as percent.
    Number(NumberStyle),
    /// Dates in another order, or with other signs.
    Date(DateStyle),
}

/// How a value is spelled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Spelling {
    /// As it is.
    #[default]
    Text,
    /// A whole number with this many zeros after the point.
    Int {
        /// 0 for no point at all.
        zeros: u8,
    },
    /// A decimal number with always as many digits after the point.
    Fixed(u8),
    /// A decimal number with the fewest digits that tell its value.
    Shortest {
        /// Whole numbers end in `.0`.
        point_zero: bool,
    },
    /// Two words, the pair at this place of the list.
    Bool(u8),
    /// `YYYY-MM-DD`.
    Date,
    /// A date and a time of day.
    Time {
        /// What is written.
        style: TimeStyle,
        /// From a workbook: midnight and whole seconds are not written.
        short: bool,
    },
    /// A date with a time of day that is always midnight; the days are stored.
    Midnight(TimeStyle),
}

/// A value as it is stored.
#[derive(Clone, Copy, Debug)]
pub enum Value<'a> {
    /// Whole number, days, or time in its column's unit.
    Int(i64),
    /// Decimal number.
    Float(f64),
    /// Decimal number of four bytes; its own shortest digits are the source's.
    Float32(f32),
    /// Yes or no.
    Bool(bool),
    /// Text in UTF-8.
    Text(&'a [u8]),
}

impl Format {
    /// Appends the text of a value; `None` is an absent one. Returns whether the source had a text there.
    pub fn write(&self, out: &mut Vec<u8>, value: Option<Value<'_>>) -> bool {
        let Some(value) = value else {
            let word = self.null.and_then(|word| NULL_WORDS.get(usize::from(word)));
            out.extend_from_slice(word.map_or(b"", |word| word.as_bytes()));
            return word.is_some();
        };
        let start = out.len();
        match (value, self.spelling) {
            (Value::Text(text), _) => out.extend_from_slice(text),
            (Value::Bool(yes), spelling) => out.extend_from_slice(bool_text(spelling, yes).as_bytes()),
            (Value::Int(days), Spelling::Date) => self.write_day(out, days as i32),
            (Value::Int(moment), Spelling::Time { style, short }) => self.write_moment(out, moment, style, short),
            (Value::Int(days), Spelling::Midnight(style)) => {
                self.write_moment(out, days.saturating_mul(86_400 * style.per_second()), style, false);
            }
            (Value::Int(number), Spelling::Int { zeros: 1.. }) => self.write_int(out, number, true),
            (Value::Int(number), _) => self.write_int(out, number, false),
            (Value::Float(number), spelling) => write_float(out, number, spelling),
            (Value::Float32(number), spelling) => write_float(out, widen(number), spelling),
        }
        if let Style::Number(style) = self.style {
            style.dress(out, start);
        }
        true
    }

    fn write_day(&self, out: &mut Vec<u8>, days: i32) {
        match self.style {
            Style::Date(style) => style.write_day(out, days),
            _ => write_date(out, days),
        }
    }

    fn write_moment(&self, out: &mut Vec<u8>, moment: i64, time: TimeStyle, short: bool) {
        match self.style {
            Style::Date(style) => style.write_moment(out, moment, time),
            _ => write_moment(out, moment, time, short),
        }
    }

    fn write_int(&self, out: &mut Vec<u8>, number: i64, point: bool) {
        out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
        if let (true, Spelling::Int { zeros }) = (point, self.spelling) {
            out.push(b'.');
            out.extend(std::iter::repeat_n(b'0', usize::from(zeros)));
        }
    }
}

/// The `f64` that has the shortest digits of an `f32`.
pub(super) fn widen(number: f32) -> f64 {
    number.to_string().parse().unwrap_or(f64::from(number))
}

fn write_float(out: &mut Vec<u8>, number: f64, spelling: Spelling) {
    match spelling {
        Spelling::Fixed(decimals) => write_fixed(out, number, decimals),
        Spelling::Shortest { point_zero } => write_shortest(out, number, point_zero),
        _ => write_shortest(out, number, false),
    }
}

fn bool_text(spelling: Spelling, yes: bool) -> &'static str {
    let pair = if let Spelling::Bool(pair) = spelling { usize::from(pair) } else { 0 };
    let (yes_word, no_word) = WORD_PAIRS.get(pair).copied().unwrap_or(("true", "false"));
    if yes { yes_word } else { no_word }
}

fn write_moment(out: &mut Vec<u8>, moment: i64, style: TimeStyle, short: bool) {
    let per_second = style.per_second();
    if short && moment.rem_euclid(86_400 * per_second) == 0 {
        write_date(out, moment.div_euclid(86_400 * per_second) as i32);
    } else if short && moment.rem_euclid(per_second) == 0 {
        write_time(out, moment.div_euclid(per_second) * 1000, TimeStyle { fraction: 0, ..style });
    } else {
        write_time(out, moment, style);
    }
}
