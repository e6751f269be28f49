//! What the code for pandas and for polars has in common.

use std::fmt::Write;

use super::columns::Column;
use crate::data::calendar::{DateOrder, DateStyle, MonthStyle};
use crate::data::date::TimeStyle;
use crate::data::format::Style;

/// The names of columns that are left out, as literals with commas.
pub fn left_out(columns: &[Column<'_>]) -> String {
    columns.iter().filter(|column| column.left_out).map(|column| string(column.name)).collect::<Vec<_>>().join(", ")
}

/// A string literal. Whatever cannot be seen, or changes the direction of what is seen, is written as its number.
pub fn string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if letter.is_control() || is_hidden(letter) => {
                // Writing into a string cannot fail.
                let _ = write!(out, "\\u{:04x}", u32::from(letter));
            }
            _ => out.push(letter),
        }
    }
    out.push('"');
    out
}

/// A quotation mark as a string literal that is easy to read.
pub fn mark_literal(mark: char) -> String {
    if mark == '"' { "'\"'".into() } else { string(&mark.to_string()) }
}

/// Letters without a shape: marks of direction and of line ends, joiners, the byte order mark. All are below `U+FFFF`.
fn is_hidden(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// The name in Python of an encoding that the WHATWG names.
pub fn encoding(name: &str) -> Option<&'static str> {
    Some(match name {
        "UTF-8" => "utf-8-sig",
        "UTF-16LE" => "utf-16",
        "UTF-16BE" => "utf-16-be",
        "Shift_JIS" => "cp932",
        "EUC-JP" => "euc_jp",
        "ISO-2022-JP" => "iso2022_jp",
        "EUC-KR" => "cp949",
        "Big5" => "big5hkscs",
        "GBK" | "gb18030" => "gb18030",
        "windows-874" => "cp874",
        "windows-1250" => "cp1250",
        "windows-1251" => "cp1251",
        "windows-1252" => "cp1252",
        "windows-1253" => "cp1253",
        "windows-1254" => "cp1254",
        "windows-1255" => "cp1255",
        "windows-1256" => "cp1256",
        "windows-1257" => "cp1257",
        "windows-1258" => "cp1258",
        "ISO-8859-2" => "iso8859_2",
        "ISO-8859-3" => "iso8859_3",
        "ISO-8859-4" => "iso8859_4",
        "ISO-8859-5" => "iso8859_5",
        "ISO-8859-6" => "iso8859_6",
        "ISO-8859-7" => "iso8859_7",
        "ISO-8859-8" | "ISO-8859-8-I" => "iso8859_8",
        "ISO-8859-10" => "iso8859_10",
        "ISO-8859-13" => "iso8859_13",
        "ISO-8859-14" => "iso8859_14",
        "ISO-8859-15" => "iso8859_15",
        "ISO-8859-16" => "iso8859_16",
        "KOI8-R" => "koi8_r",
        "KOI8-U" => "koi8_u",
        "IBM866" => "cp866",
        "macintosh" => "mac_roman",
        "x-mac-cyrillic" => "mac_cyrillic",
        _ => return None,
    })
}

/// The pattern of a column of days, or of moments: `fraction` is how the library writes a fraction of a second with its point.
pub fn time_pattern(style: Style, time: Option<TimeStyle>, fraction: &str) -> String {
    let date = if let Style::Date(style) = style { date_pattern(style) } else { "%Y-%m-%d".into() };
    let Some(time) = time else { return date };
    let half = if let Style::Date(style) = style { style.half } else { None };
    let between = if time.t { 'T' } else { ' ' };
    let hour = if half.is_some() { "%I" } else { "%H" };
    let seconds = if time.seconds { ":%S" } else { "" };
    let fraction = if time.fraction > 0 { fraction } else { "" };
    let zulu = if time.zulu { "Z" } else { "" };
    let half = half.map_or("", |half| if half.blank { " %p" } else { "%p" });
    format!("{date}{between}{hour}:%M{seconds}{fraction}{zulu}{half}")
}

fn date_pattern(style: DateStyle) -> String {
    let month = if style.month == MonthStyle::Number { "%m" } else { "%b" };
    let parts = match style.order {
        DateOrder::Dmy => ["%d", month, "%Y"],
        DateOrder::Mdy => [month, "%d", "%Y"],
        DateOrder::Ymd => ["%Y", month, "%d"],
    };
    parts.join(&style.separator.to_string())
}

/// The unit in which moments are stored.
pub fn time_unit(style: TimeStyle) -> &'static str {
    match style.per_second() {
        1_000 => "ms",
        1_000_000 => "us",
        _ => "ns",
    }
}

#[cfg(test)]
mod tests {
    use super::string;

    #[test]
    fn nothing_breaks_out_of_a_literal() {
        assert_eq!(string("a\"); import os #\\"), r#""a\"); import os #\\""#);
        assert_eq!(string("a\r\n\t\0\u{7f}\u{85}"), r#""a\r\n\t\u0000\u007f\u0085""#);
        assert_eq!(string("भुगतान 😀 \u{202e}x\u{2028}"), "\"भुगतान 😀 \\u202ex\\u2028\"");
    }
}
