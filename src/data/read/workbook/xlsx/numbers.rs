//! Numbers of a sheet: most are written in their one spelling already, so that they are neither read nor written again.

use calamine::{DataRef, ExcelDateTime, ExcelDateTimeType};

use super::pieces::Stop;
use super::scan::{Style, Value};

/// The value of a number that stands at `start`, as its style has it.
///
/// # Errors
/// When it is written as nearly no program does.
pub fn number(start: usize, text: &str, style: Style, from_1904: bool) -> Result<Value<'_>, Stop> {
    let form = Form::of(text.as_bytes()).ok_or(Stop::Odd)?;
    if style == Style::Plain && form == Form::Shortest {
        return Ok(Value::Here { start, text, typed: true });
    }
    let value = text.parse::<f64>().map_err(|_| Stop::Odd)?;
    let moment = |kind| Value::Other(DataRef::DateTime(ExcelDateTime::new(value, kind, from_1904)));
    Ok(match style {
        Style::Plain => Value::Other(DataRef::Float(value)),
        Style::Moment => moment(ExcelDateTimeType::DateTime),
        Style::Duration => moment(ExcelDateTimeType::TimeDelta),
    })
}

/// How a number is written.
#[derive(Debug, PartialEq, Eq)]
enum Form {
    /// As writing its value in the fewest digits gives it: at most 15 digits, none of them needless, and no exponent.
    Shortest,
    /// In some other way.
    Long,
}

impl Form {
    fn of(text: &[u8]) -> Option<Self> {
        let unsigned = text.strip_prefix(b"-").unwrap_or(text);
        let whole = unsigned.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (whole, rest) = unsigned.split_at_checked(whole)?;
        let point = rest.first() == Some(&b'.');
        let fraction = if point { rest.get(1..)? } else { &[] };
        let decimals = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (fraction, exponent) = if point { fraction.split_at_checked(decimals)? } else { (&[][..], rest) };
        if whole.is_empty() || (point && fraction.is_empty()) {
            return None;
        }
        match exponent {
            [] => {}
            [b'e' | b'E', b'+' | b'-', power @ ..] | [b'e' | b'E', power @ ..]
                if (1..=4).contains(&power.len()) && power.iter().all(u8::is_ascii_digit) =>
            {
                return Some(Self::Long);
            }
            _ => return None,
        }
        let zero = whole == b"0";
        let shortest = whole.len() + fraction.len() <= 15
            && (zero || !whole.starts_with(b"0"))
            && (!point || !fraction.ends_with(b"0"))
            // Smaller ones have an exponent, and there is no negative zero.
            && !(zero && (fraction.starts_with(b"000") || (!point && unsigned.len() != text.len())));
        Some(if shortest { Self::Shortest } else { Self::Long })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::number::write_shortest;

    #[test]
    fn what_is_taken_as_it_stands_is_what_writing_gives() {
        let mut state = 1u64;
        let mut random = |end: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % end
        };
        let mut taken = 0;
        for _ in 0..100_000 {
            let most = 10u64.pow(random(10) as u32);
            let whole = random(most) * if random(8) == 0 { 1_000_003 } else { 1 };
            let fraction = format!("{:09}", random(1_000_000_000) >> random(30));
            let (sign, decimals) = (["", "-"][random(2) as usize], random(10) as usize);
            let point = if decimals > 0 { "." } else { "" };
            let text = format!("{sign}{whole}{point}{}", &fraction[..decimals]);
            if Form::of(text.as_bytes()) == Some(Form::Shortest) {
                let mut written = Vec::new();
                write_shortest(&mut written, text.parse::<f64>().expect("a number") + 0.0, false);
                assert_eq!(String::from_utf8_lossy(&written), text);
                taken += 1;
            }
        }
        assert!(taken > 20_000, "{taken}");
    }

    #[test]
    fn forms() {
        let of = |text: &str| Form::of(text.as_bytes());
        for text in ["0", "7", "-7", "1.5", "-0.25", "0.001", "123456789012345", "1234567.8901234"] {
            assert_eq!(of(text), Some(Form::Shortest), "{text}");
        }
        for text in ["-0", "0.0", "-0.0", "1.50", "007", "0.0001", "1234567890123456", "1E3", "1.5e-7", "2E+10"] {
            assert_eq!(of(text), Some(Form::Long), "{text}");
        }
        for text in ["", "-", "+1", ".5", "1.", " 1", "1 ", "1,5", "1e", "1e+", "1e12345", "0x1", "NaN", "INF", "1.5.2"] {
            assert_eq!(of(text), None, "{text}");
        }
    }
}
