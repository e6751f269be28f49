//! SQL that makes the plain spelling of what an office wrote, of functions that PostgreSQL and DuckDB share.

use super::sql::string;
use crate::data::calendar::{DateOrder, DateStyle, MONTHS, MonthStyle};
use crate::data::date::TimeStyle;
use crate::data::numeral::{DecimalSign, Group, NumberStyle, Percent};

/// Digits with a point.
pub fn number(text: &str, style: NumberStyle) -> String {
    let mut plain = text.to_owned();
    let mut replace = |from: &str, to: &str| plain = format!("replace({plain}, {}, '{to}')", string(from));
    if style.percent != Percent::None {
        replace(style.percent.text(), "");
    }
    if style.group != Group::None {
        replace(style.group.text(), "");
    }
    if style.decimal == DecimalSign::Comma {
        replace(",", ".");
    }
    plain
}

/// `YYYY-MM-DD`, of the text of a day or of a moment.
pub fn day(text: &str, style: DateStyle) -> String {
    let separator = string(&style.separator.to_string());
    let piece = |number: usize| format!("split_part({text}, {separator}, {number})");
    let (year, month, day) = match style.order {
        DateOrder::Dmy => (format!("left({}, 4)", piece(3)), piece(2), piece(1)),
        DateOrder::Mdy => (format!("left({}, 4)", piece(3)), piece(1), piece(2)),
        // A time of day may follow.
        DateOrder::Ymd => (piece(1), piece(2), format!("split_part(split_part({}, ' ', 1), 'T', 1)", piece(3))),
    };
    let padded = |piece: String| if style.padded { piece } else { format!("lpad({piece}, 2, '0')") };
    let month = if style.month == MonthStyle::Number { padded(month) } else { month_number(&month, style.month) };
    format!("{year} || '-' || {month} || '-' || {}", padded(day))
}

/// `YYYY-MM-DD HH:MM` and what follows.
pub fn moment(text: &str, style: DateStyle, time: TimeStyle) -> String {
    let fraction = if time.fraction > 0 { usize::from(time.fraction) + 1 } else { 0 };
    let letters = 5 + if time.seconds { 3 } else { 0 } + fraction + usize::from(time.zulu);
    let after = style.half.map_or(0, |half| 2 + usize::from(half.blank));
    let mut clock = format!("right({text}, {})", letters + after);
    if after > 0 {
        clock = format!("left({clock}, {letters})");
    }
    if !style.padded_hour {
        // Before an hour of one digit stands what parts it from the date.
        clock = format!("replace(replace({clock}, ' ', '0'), 'T', '0')");
    }
    if style.half.is_some() {
        let afternoon = format!("CASE WHEN upper(right({text}, 2)) = 'PM' THEN 12 ELSE 0 END");
        let hour = format!("CAST(left({clock}, 2) AS INTEGER) % 12 + {afternoon}");
        clock = format!("lpad(CAST({hour} AS TEXT), 2, '0') || right({clock}, {})", letters - 2);
    }
    format!("{} || ' ' || {clock}", day(text, style))
}

fn month_number(piece: &str, style: MonthStyle) -> String {
    let whens: Vec<String> =
        (1..=MONTHS.len() as i32).map(|month| format!("WHEN {} THEN '{month:02}'", string(&style.name(month)))).collect();
    format!("CASE {piece} {} END", whens.join(" "))
}
