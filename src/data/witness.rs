//! Whether a text in the style of an office says what is stored, found in another way than reading and writing go: the parts are
//! split off anew, numbers are parsed by the standard library, days are counted from the year 1.

use super::calendar::{DateOrder, DateStyle, MONTHS};
use super::date::TimeStyle;
use super::format::{Format, Spelling, Style, Value};
use super::numeral::NumberStyle;

/// Days of a year before each month.
const BEFORE: [i64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
/// 1970-01-01, counted from 0001-01-01.
const EPOCH: i64 = 719_162;

/// Whether `text` says `value` as the column writes it. Plain spellings have checks of their own: for these it is true.
pub fn says(text: &[u8], value: Value<'_>, format: &Format) -> bool {
    let Ok(text) = std::str::from_utf8(text) else { return false };
    match (format.style, format.spelling, value) {
        (Style::Plain, ..) => true,
        (Style::Number(style), _, value) => plain_number(text, style).is_some_and(|plain| is_number(&plain, value)),
        (Style::Date(style), Spelling::Date, Value::Int(days)) => moment(text, style, 1) == Some(days * 86_400),
        (Style::Date(style), Spelling::Midnight(_), Value::Int(days)) => moment(text, style, 1) == Some(days * 86_400),
        (Style::Date(style), Spelling::Time { style: time, .. }, Value::Int(stored)) => {
            moment(text, style, TimeStyle::per_second(time)) == Some(stored)
        }
        (Style::Date(_), ..) => false,
    }
}

/// Digits, a minus and a point, as the standard library reads them.
fn plain_number(text: &str, style: NumberStyle) -> Option<String> {
    let number = text.strip_suffix(style.percent.text())?;
    let plain: String = number.split(style.group.text()).collect::<String>();
    let plain = if style.group.text().is_empty() { number.to_owned() } else { plain };
    Some(plain.replace(style.decimal.sign(), "."))
}

fn is_number(plain: &str, value: Value<'_>) -> bool {
    match value {
        Value::Int(stored) => {
            let (whole, fraction) = plain.split_once('.').unwrap_or((plain, ""));
            whole.parse() == Ok(stored) && fraction.bytes().all(|digit| digit == b'0')
        }
        other => super::verify::same_number(plain.as_bytes(), other),
    }
}

/// Runs of digits and runs of letters.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for word in text.split(|letter: char| !letter.is_ascii_alphanumeric()) {
        let digits = word.bytes().take_while(u8::is_ascii_digit).count();
        let (first, rest) = word.split_at(digits);
        // `31T09` is a day, a letter and an hour.
        let letters = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
        let (second, third) = rest.split_at(letters);
        words.extend([first, second, third].into_iter().filter(|word| !word.is_empty()));
    }
    words
}

/// Units since 1970-01-01 00:00.
fn moment(text: &str, style: DateStyle, per_second: i64) -> Option<i64> {
    let words = words(text);
    let (date, clock) = words.split_at_checked(3)?;
    let &[first, second, third] = date else { return None };
    let [year, month, day] = match style.order {
        DateOrder::Dmy => [third, second, first],
        DateOrder::Mdy => [third, first, second],
        DateOrder::Ymd => [first, second, third],
    };
    let named = MONTHS.iter().position(|name| name.eq_ignore_ascii_case(month)).map(|at| at as i64 + 1);
    let (year, month, day) = (year.parse::<i64>().ok()?, named.or_else(|| month.parse().ok())?, day.parse::<i64>().ok()?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let past = year - 1;
    let before = BEFORE.get(usize::try_from(month - 1).ok()?)? + i64::from(leap && month > 2);
    let days = past * 365 + past / 4 - past / 100 + past / 400 + before + day - 1 - EPOCH;
    (days * 86_400).checked_mul(per_second)?.checked_add(time_of_day(clock, per_second)?)
}

/// Units since midnight.
fn time_of_day(words: &[&str], per_second: i64) -> Option<i64> {
    let mut numbers = words.iter().filter(|word| word.bytes().all(|byte| byte.is_ascii_digit()));
    let mut next = || numbers.next().map_or(Some(0), |word| word.parse::<i64>().ok());
    let (hour, minute, second) = (next()?, next()?, next()?);
    let fraction = numbers.next().copied().unwrap_or("0");
    let has = |half: &str| words.iter().any(|word| word.eq_ignore_ascii_case(half));
    let hour = match (has("am"), has("pm")) {
        (true, _) => hour % 12,
        (_, true) => hour % 12 + 12,
        _ => hour,
    };
    let parts = fraction.parse::<i64>().ok()? * per_second / 10i64.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    Some((hour * 3600 + minute * 60 + second) * per_second + if fraction == "0" { 0 } else { parts })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::calendar::{DateForms, DayOrder};
    use crate::data::numeral::{DecimalSign, NumberForms};

    #[test]
    fn another_value_is_found() {
        let number = NumberForms::of(b"1.234,50").and_then(|forms| forms.style(DecimalSign::Comma)).expect("a style");
        let format = Format { style: Style::Number(number), spelling: Spelling::Fixed(2), null: None };
        assert!(says(b"1.234,50", Value::Float(1234.5), &format));
        assert!(!says(b"1.234,50", Value::Float(1.2345), &format));
        assert!(!says(b"1.234,50", Value::Int(1234), &format));
        assert!(says(b"-1.234,00", Value::Int(-1234), &format));
        let forms = DateForms::of(b"03/04/2024").expect("a date");
        let dated =
            |order| Format { style: Style::Date(forms.style(Some(order)).expect("a style")), spelling: Spelling::Date, null: None };
        assert!(says(b"03/04/2024", Value::Int(19_816), &dated(DayOrder::Dmy)));
        assert!(!says(b"03/04/2024", Value::Int(19_816), &dated(DayOrder::Mdy)));
        assert!(says(b"03/04/2024", Value::Int(19_786), &dated(DayOrder::Mdy)));
        let forms = DateForms::of(b"3-Apr-2024 12:05:00.25 am").expect("a moment");
        let time = forms.time().expect("a time");
        let format = Format {
            style: Style::Date(forms.style(None).expect("a style")),
            spelling: Spelling::Time { style: time, short: false },
            null: None,
        };
        let right = 19_816 * 86_400_000 + 300_250;
        assert!(says(b"3-Apr-2024 12:05:00.25 am", Value::Int(right), &format));
        assert!(!says(b"3-Apr-2024 12:05:00.25 pm", Value::Int(right), &format));
    }

    #[test]
    fn every_day_of_four_centuries_is_counted_alike() {
        let forms = DateForms::of(b"31.12.2024").expect("a date");
        let style = forms.style(None).expect("a style");
        let format = Format { style: Style::Date(style), spelling: Spelling::Date, null: None };
        for days in -719_162..-719_162 + 146_097 {
            let mut text = Vec::new();
            style.write_day(&mut text, days);
            assert!(says(&text, Value::Int(i64::from(days)), &format), "{}", String::from_utf8_lossy(&text));
        }
    }
}
