//! One cell of ours held against the same cell as another program has it.

use tachograph::data::{ColumnView, Spelling, Value};

/// Whether a cell is what was expected, and what it is instead.
pub fn fits(expected: Option<&str>, view: &ColumnView<'_>, row: usize, exact: bool) -> Result<(), String> {
    let mut text = Vec::new();
    let present = view.write(row, &mut text);
    let text = String::from_utf8(text).map_err(|_| "bytes that are no text".to_owned())?;
    let value = view.value(row);
    let told = || Err(format!("{} ({value:?})", if present { format!("“{text}”") } else { "nothing".into() }));
    let Some(expected) = expected else {
        return if present || value.is_some() { told() } else { Ok(()) };
    };
    let (kind, wanted) = expected.split_once(':').expect("a kind and a value");
    let equal = match kind {
        "s" => text == wanted || !exact && number(wanted).is_some() && number(&text) == number(wanted),
        "n" => number(&text) == number(wanted),
        "u" => millis_of_clock(&text) == wanted.parse().ok(),
        "b" | "e" | "d" => text == wanted,
        other => panic!("a cell of kind {other}"),
    };
    if present && equal && value.is_none_or(|value| means(value, view.spelling(), kind, wanted)) { Ok(()) } else { told() }
}

/// Whether the stored value itself, and not only its text, is what is wanted.
fn means(value: Value<'_>, spelling: Spelling, kind: &str, wanted: &str) -> bool {
    const DAY: i128 = 86_400_000_000_000;
    match (value, spelling) {
        (Value::Int(moments), Spelling::Time { style, .. }) => {
            kind != "n" && moment(wanted) == Some(i128::from(moments) * i128::from(1_000_000_000 / style.per_second()))
        }
        (Value::Int(whole), Spelling::Int { .. }) => number(wanted).is_none_or(|_| whole_of(wanted) == Some(whole)),
        (Value::Int(days), _) => kind != "n" && moment(wanted) == Some(i128::from(days) * DAY),
        (Value::Float(value), _) => number(wanted).is_none_or(|wanted| wanted == value),
        // The shortest digits of four bytes are those of the source.
        (Value::Float32(value), _) => number(wanted).is_none_or(|wanted| Some(wanted) == number(&value.to_string())),
        (Value::Bool(yes), _) => yes == ["TRUE", "True", "true", "Y", "Yes"].contains(&wanted),
        (Value::Text(text), _) => kind == "n" || kind == "u" || text == wanted.as_bytes(),
    }
}

/// A whole number, whose point is followed by zeros only.
fn whole_of(text: &str) -> Option<i64> {
    let (whole, zeros) = text.split_once('.').unwrap_or((text, ""));
    whole.parse().ok().filter(|_| zeros.bytes().all(|byte| byte == b'0'))
}

/// A decimal number, of which the standard library's own reading is the nearest; nothing for `NaN` and `inf`.
pub fn number(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e'));
    text.parse().ok().filter(|_| plain)
}

/// Nanoseconds since 1970 of `YYYY-MM-DD[ HH:MM[:SS[.f…]]][Z]`, counted by years and months. With slashes the day stands first:
/// so it is in the tables that have them.
fn moment(text: &str) -> Option<i128> {
    let text = text.strip_suffix('Z').unwrap_or(text);
    let (day, time) = text.split_once([' ', 'T']).unwrap_or((text, "00:00:00"));
    let mut parts: Vec<i128> = day.split(['-', '/']).map(|part| part.parse().ok()).collect::<Option<_>>()?;
    if day.contains('/') {
        parts.reverse();
    }
    let &[year, month, day] = &parts[..] else { return None };
    let leap = |year: i128| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = |year: i128| if leap(year) { 366 } else { 365 };
    let before: i128 = if year >= 1970 { (1970..year).map(length).sum() } else { -(year..1970).map(length).sum::<i128>() };
    let months = [31, if leap(year) { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let days = before + months.iter().take(usize::try_from(month).ok()? - 1).sum::<i128>() + day - 1;
    let (clock, fraction) = time.split_once('.').unwrap_or((time, ""));
    let parts: Vec<i128> = clock.split(':').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let seconds = parts.iter().zip([3_600, 60, 1]).map(|(part, unit)| part * unit).sum::<i128>();
    Some((days * 86_400 + seconds) * 1_000_000_000 + format!("{fraction:0<9}").parse::<i128>().ok()?)
}

/// Thousandths of a second of `H:MM:SS[.mmm]`.
fn millis_of_clock(text: &str) -> Option<i64> {
    let (clock, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let parts: Vec<i64> = clock.split(':').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let &[hours, minutes, seconds] = &parts[..] else { return None };
    Some(((hours * 60 + minutes) * 60 + seconds) * 1_000 + format!("{fraction:0<3}").parse::<i64>().ok()?)
}
