//! Numbers as text, read only when the text can be made again from the value.

/// `10^n` for every n at which it is exact in an `f64`.
pub const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];

/// Decimal digits that every `f64` keeps (`DBL_DIG` of the C standard).
pub const SAFE_DIGITS: u32 = 15;

/// Decimals up to which the short way to the shortest digits is tried.
const MOST_TRIED: usize = 6;

/// An integer written the one way that printing it gives again: no plus sign, no leading zero, no `-0`, within 64 bits.
pub fn parse_int(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, text),
    };
    match digits {
        [b'0'] if !negative => return Some(0),
        [] | [b'0', ..] => return None,
        _ if digits.len() > 19 => return None,
        _ => {}
    }
    let mut value = 0u64;
    for &byte in digits {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        // 19 digits stay below 2^64.
        value = value * 10 + u64::from(digit);
    }
    if negative { 0i64.checked_sub_unsigned(value) } else { i64::try_from(value).ok() }
}

/// A decimal number and how it was spelled.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Decimal {
    /// The value, correctly rounded, all digits of the text kept.
    pub value: f64,
    /// Digits after the point; 0 when there is no point.
    pub decimals: u8,
    /// The last of the decimals is a zero that is not alone (`1.50`, `2.00`).
    pub padded: bool,
    /// Written with an exponent, as Python prints very small and very large values.
    pub exponent: bool,
    /// More digits than every `f64` keeps; this one does, but another spelling of it need not be the same.
    pub long: bool,
}

/// A decimal number whose digits an `f64` keeps: `12`, `-0.5`, `1488.50`, `1e-05`; not `007`, `+1`, `.5`, `1.`, `1E5`, and not
/// `0.12345678901234567890`, of which digits would be lost.
pub fn parse_decimal(text: &[u8]) -> Option<Decimal> {
    let unsigned = text.strip_prefix(b"-").unwrap_or(text);
    let mut mantissa = 0u64;
    let (mut digits, mut decimals, mut point) = (0u32, 0u32, None);
    for (at, &byte) in unsigned.iter().enumerate() {
        match byte {
            b'0'..=b'9' => {
                if mantissa != 0 || byte != b'0' {
                    digits += 1;
                    mantissa = if digits <= 19 { mantissa * 10 + u64::from(byte - b'0') } else { mantissa };
                }
                decimals += u32::from(point.is_some());
            }
            b'.' if point.is_none() && at > 0 => point = Some(at),
            b'e' => return parse_exponent(text, unsigned, at),
            _ => return None,
        }
    }
    let integral = point.map_or(unsigned.len(), |at| at);
    if integral == 0 || (integral > 1 && unsigned.first() == Some(&b'0')) || (point.is_some() && decimals == 0) || decimals > 200 {
        return None;
    }
    let negative = unsigned.len() != text.len();
    let long = digits > SAFE_DIGITS;
    let value = if !long && decimals <= 22 {
        let magnitude = mantissa as f64 / POWERS[decimals as usize];
        if negative { -magnitude } else { magnitude }
    } else {
        exact_slow(text)?
    };
    let padded = decimals > 1 && unsigned.last() == Some(&b'0');
    Some(Decimal { value, decimals: decimals as u8, padded, exponent: false, long })
}

/// `d[.d…]e±dd`, the spelling of C and Python; other spellings are more likely to be codes than numbers.
fn parse_exponent(text: &[u8], unsigned: &[u8], at: usize) -> Option<Decimal> {
    let (mantissa, exponent) = (unsigned.get(..at)?, unsigned.get(at + 1..)?);
    let well_formed = match mantissa {
        [b'1'..=b'9'] => true,
        [b'1'..=b'9', b'.', rest @ ..] => rest.iter().all(u8::is_ascii_digit) && !matches!(rest, [] | [.., b'0']),
        _ => false,
    };
    let signed =
        matches!(exponent, [b'+' | b'-', rest @ ..] if (2..=3).contains(&rest.len()) && rest.iter().all(u8::is_ascii_digit));
    if !well_formed || !signed {
        return None;
    }
    Some(Decimal { value: exact_slow(text)?, decimals: 0, padded: false, exponent: true, long: false })
}

/// The value when printing it shortest gives the same digits; for texts of more than [`SAFE_DIGITS`] digits.
fn exact_slow(text: &[u8]) -> Option<f64> {
    let text = std::str::from_utf8(text).ok()?;
    let value: f64 = text.parse().ok()?;
    (value.is_finite() && significant(text) == significant(&format!("{value:e}"))).then_some(value)
}

/// Significant digits of a plain or scientific number and the power of ten of the first of them.
fn significant(text: &str) -> (String, i64) {
    let (mantissa, exponent) = text.split_once('e').map_or((text, 0), |(m, e)| (m, e.parse().unwrap_or(i64::MAX)));
    let mantissa = mantissa.trim_start_matches('-');
    let point = mantissa.find('.').unwrap_or(mantissa.len()) as i64;
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let zeros = digits.len() - digits.trim_start_matches('0').len();
    let kept = digits.trim_matches('0');
    if kept.is_empty() {
        return (String::new(), 0);
    }
    (kept.to_owned(), exponent.saturating_add(point - zeros as i64 - 1))
}

/// `value` times `10^decimals` when that is a whole number of at most [`SAFE_DIGITS`] digits and dividing it again gives `value`:
/// then these are the digits that printing gives.
fn scaled(value: f64, decimals: usize) -> Option<u64> {
    let power = POWERS.get(decimals)?;
    let scaled = (value.abs() * power).round();
    (scaled < 1e15 && scaled / power == value.abs()).then_some(scaled as u64)
}

/// Appends a [`scaled`] number.
fn write_scaled(out: &mut Vec<u8>, negative: bool, scaled: u64, decimals: usize) {
    if negative {
        out.push(b'-');
    }
    let mut buffer = itoa::Buffer::new();
    let digits = buffer.format(scaled).as_bytes();
    let (whole, fraction) = digits.split_at(digits.len().saturating_sub(decimals));
    out.extend_from_slice(if whole.is_empty() { b"0" } else { whole });
    if decimals > 0 {
        out.push(b'.');
        out.extend(std::iter::repeat_n(b'0', decimals - fraction.len()));
        out.extend_from_slice(fraction);
    }
}

/// Appends `value` as Python's `repr` does: shortest digits that give the value again, exponent below 1e-4 and from 1e16.
/// `point_zero` writes whole numbers as `12.0`, otherwise as `12`.
pub fn write_shortest(out: &mut Vec<u8>, value: f64, point_zero: bool) {
    use std::io::Write;
    let size = value.abs();
    let plain = size == 0.0 || (1e-4..1e16).contains(&size);
    let short = (0..=MOST_TRIED).find_map(|decimals| Some((scaled(value, decimals)?, decimals))).filter(|_| plain);
    // Writing into a vector cannot fail.
    if let Some((digits, decimals)) = short {
        write_scaled(out, value.is_sign_negative(), digits, decimals);
    } else if plain {
        let _ = write!(out, "{value}");
    } else {
        let text = format!("{value:e}");
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let power: i32 = exponent.parse().unwrap_or(0);
        let _ = write!(out, "{mantissa}e{}{:02}", if power < 0 { '-' } else { '+' }, power.abs());
    }
    if plain && point_zero && value.fract() == 0.0 {
        out.extend_from_slice(b".0");
    }
}

/// Appends `value` with exactly `decimals` digits after the point.
pub fn write_fixed(out: &mut Vec<u8>, value: f64, decimals: u8) {
    use std::io::Write;
    let decimals = usize::from(decimals);
    match scaled(value, decimals) {
        Some(digits) => write_scaled(out, value.is_sign_negative(), digits, decimals),
        None => drop(write!(out, "{value:.decimals$}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_only_in_their_canonical_spelling() {
        for value in [0, 1, -1, 42, 9_007_199_254_740_993, i64::MAX, i64::MIN] {
            assert_eq!(parse_int(value.to_string().as_bytes()), Some(value));
        }
        for text in
            ["", "-", "-0", "00", "007", "+1", " 1", "1 ", "1.0", "9223372036854775808", "-9223372036854775809", "1_000", "१"]
        {
            assert_eq!(parse_int(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn decimals_keep_every_digit_or_are_refused() {
        let cases = [
            ("0", 0.0),
            ("1488.50", 1488.5),
            ("-0.5", -0.5),
            ("0.1", 0.1),
            ("123456789012345", 123_456_789_012_345.0),
            ("1e-05", 1e-5),
            ("1.5e+20", 1.5e20),
        ];
        for (text, value) in cases {
            assert_eq!(parse_decimal(text.as_bytes()).map(|d| d.value), Some(value), "{text}");
        }
        assert_eq!(parse_decimal(b"0.30000000000000004").map(|d| d.value), Some(0.1 + 0.2));
        assert!(parse_decimal(b"-0.0").is_some_and(|d| d.value.is_sign_negative()));
        for text in [
            "",
            ".",
            "-",
            "007",
            "00.5",
            "+1",
            ".5",
            "1.",
            "1E5",
            "1e5",
            "12e-05",
            "1.50e-05",
            "NaN",
            "inf",
            "9007199254740993",
            "0.12345678901234567890",
            "1e+999",
        ] {
            assert_eq!(parse_decimal(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn spelling_is_told() {
        let spelled = |text: &str| parse_decimal(text.as_bytes()).map(|d| (d.decimals, d.padded));
        assert_eq!(spelled("1.50"), Some((2, true)));
        assert_eq!(spelled("1.5"), Some((1, false)));
        assert_eq!(spelled("12.0"), Some((1, false)));
        assert_eq!(spelled("12"), Some((0, false)));
    }

    #[test]
    fn shortest_is_what_python_prints() {
        // repr() of Python 3.11 for the same values.
        for (value, text) in [
            (0.1, "0.1"),
            (1e-4, "0.0001"),
            (1e-5, "1e-05"),
            (1.5e-7, "1.5e-07"),
            (1e16, "1e+16"),
            (123_456_789.0, "123456789.0"),
            (-0.0, "-0.0"),
            (1e300, "1e+300"),
            (9_999_999_999_999_998.0, "9999999999999998.0"),
        ] {
            let mut out = Vec::new();
            write_shortest(&mut out, value, true);
            assert_eq!(String::from_utf8_lossy(&out), text);
        }
    }

    #[test]
    fn the_short_way_prints_what_the_standard_library_prints() {
        let mut state = 7u64;
        let mut random = |end: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 20) % end
        };
        for round in 0..300_000 {
            let size = 10u64.pow(random(13) as u32 + 1);
            let scale = POWERS[random(8) as usize];
            let near = random(size) as f64 / scale;
            // Every third one between the decimals.
            let value = if round % 3 == 0 { f64::from_bits(near.to_bits() + random(3)) } else { near };
            let value = if round % 2 == 0 { -value } else { value };
            let decimals = random(9) as u8;
            let (mut fixed, mut shortest) = (Vec::new(), Vec::new());
            write_fixed(&mut fixed, value, decimals);
            assert_eq!(String::from_utf8_lossy(&fixed), format!("{value:.*}", usize::from(decimals)));
            if value == 0.0 || (1e-4..1e16).contains(&value.abs()) {
                write_shortest(&mut shortest, value, false);
                assert_eq!(String::from_utf8_lossy(&shortest), value.to_string());
            }
        }
    }
}
