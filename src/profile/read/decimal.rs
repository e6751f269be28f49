//! Numbers as texts: decimal ones made whole without losing digits, hexadecimal ones.

/// A decimal number (`-12.5`, `1e3`) × 10^`power`, rounded half away from zero only behind that, cut to what an `i64` holds. `None` when
/// it is no number.
pub(super) fn scaled(text: &[u8], power: u32) -> Option<i64> {
    plain(text, power).or_else(|| any(text, power))
}

/// The usual case, at once: few digits, with or without a point, of which none is lost. `None` for all else.
fn plain(text: &[u8], power: u32) -> Option<i64> {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let (mut number, mut left) = (0_i64, None);
    if digits.len() > 18 || !digits.last()?.is_ascii_digit() {
        return None;
    }
    for &byte in digits {
        match (byte, left) {
            (b'0'..=b'9', Some(0)) => return None,
            (b'0'..=b'9', _) => {
                number = number * 10 + i64::from(byte - b'0');
                left = left.map(|left: u32| left - 1);
            }
            (b'.', None) => left = Some(power),
            _ => return None,
        }
    }
    let number = number.checked_mul(10_i64.checked_pow(left.unwrap_or(power))?)?;
    Some(if digits.len() < text.len() { -number } else { number })
}

fn any(text: &[u8], power: u32) -> Option<i64> {
    let (negative, digits) = match text.split_first()? {
        (b'-', rest) => (true, rest),
        (b'+', rest) => (false, rest),
        _ => (false, text),
    };
    let (digits, exponent) = match memchr::memchr2(b'e', b'E', digits) {
        Some(at) => (digits.get(..at)?, std::str::from_utf8(digits.get(at + 1..)?).ok()?.parse::<i64>().ok()?),
        None => (digits, 0),
    };
    let (whole, fraction) = match memchr::memchr(b'.', digits) {
        Some(at) => (digits.get(..at)?, digits.get(at + 1..)?),
        None => (digits, &[][..]),
    };
    let all = || whole.iter().chain(fraction);
    if whole.is_empty() && fraction.is_empty() || !all().all(u8::is_ascii_digit) {
        return None;
    }
    // So many of the digits stand before the point of the result.
    let kept = i64::try_from(whole.len()).ok()?.saturating_add(exponent).saturating_add(i64::from(power));
    Some(with_sign(negative, rounded(all().map(|digit| digit - b'0'), kept)))
}

/// A number of at most 15 digits without an exponent: exactly what reading it in the general way gives, but sooner. `None` for any other.
pub(super) fn short(text: &[u8]) -> Option<f64> {
    const POWERS: [f64; 16] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
    let (negative, digits) = match text.split_first()? {
        (b'-', rest) => (true, rest),
        _ => (false, text),
    };
    if digits.len() > 16 || !digits.first()?.is_ascii_digit() {
        return None;
    }
    let (mut sum, mut point) = (0_u64, None);
    for (at, byte) in digits.iter().enumerate() {
        match byte {
            b'0'..=b'9' => sum = sum * 10 + u64::from(byte - b'0'),
            b'.' if point.is_none() => point = Some(at),
            _ => return None,
        }
    }
    let fraction = point.map_or(0, |point| digits.len() - point - 1);
    if digits.len() - usize::from(point.is_some()) > 15 {
        return None;
    }
    // Both numbers are exact, so that the division rounds once, as it should.
    let number = sum as f64 / POWERS.get(fraction)?;
    Some(if negative { -number } else { number })
}

/// A number of hexadecimal digits alone, small or large ones; `None` beyond 64 bits.
pub(super) fn hex(digits: &[u8]) -> Option<u64> {
    let plain = !digits.is_empty() && digits.iter().all(u8::is_ascii_hexdigit);
    u64::from_str_radix(std::str::from_utf8(digits).ok().filter(|_| plain)?, 16).ok()
}

/// The whole number of the first `kept` digits (zeros behind the last), rounded by the next; at most 2^63.
fn rounded(digits: impl Iterator<Item = u8>, kept: i64) -> u64 {
    const MOST: u64 = i64::MAX as u64 + 1;
    let (mut number, mut taken) = (0_u64, 0_i64);
    for digit in digits {
        if taken >= kept {
            return if taken == kept { number + u64::from(digit >= 5) } else { number };
        }
        number = number.saturating_mul(10).saturating_add(u64::from(digit)).min(MOST);
        taken += 1;
    }
    while taken < kept && (1..MOST).contains(&number) {
        number = number.saturating_mul(10).min(MOST);
        taken += 1;
    }
    number.min(MOST)
}

fn with_sign(negative: bool, number: u64) -> i64 {
    match i64::try_from(number) {
        Ok(number) if negative => -number,
        Ok(number) => number,
        Err(_) if negative => i64::MIN,
        Err(_) => i64::MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_numbers_are_those_of_the_general_way() {
        for text in ["0", "-0", "12", "0.1", "123456.789012", "999999999999999", "0.00000000000001", "-7.25", "1."] {
            let general: f64 = text.parse().expect("a number");
            assert_eq!(short(text.as_bytes()).map(f64::to_bits), Some(general.to_bits()), "{text}");
        }
        for text in ["", "-", ".5", "1e3", "1.2.3", "1234567890123456", "12345678901234.56", "NaN", "+1"] {
            assert_eq!(short(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn the_usual_case_is_the_same() {
        for text in
            ["0", "-0", "7", "-12.50", "999999999999999999", "0.123456789", "1234567.1234567890", "-.5", "..5", "5-", "1.", "", "-"]
        {
            for power in [0, 1, 3, 9, 20, 4_000_000_000] {
                let quick = plain(text.as_bytes(), power);
                assert!(quick.is_none() || quick == any(text.as_bytes(), power), "{text} × 10^{power}: {quick:?}");
            }
        }
        assert_eq!((plain(b"-12.5", 3), plain(b"12.55", 1), plain(b"8", 0)), (Some(-12_500), None, Some(8)));
    }

    #[test]
    fn hexadecimal_digits_alone() {
        let read = ["7f", "DEADbeef", "ffffffffffffffff", "0000000000000000001"].map(|text| hex(text.as_bytes()));
        assert_eq!(read, [Some(0x7f), Some(0xdead_beef), Some(u64::MAX), Some(1)]);
        assert!(["", "0x7f", "+7", "-7", "7g", "10000000000000000"].iter().all(|text| hex(text.as_bytes()).is_none()));
    }

    #[test]
    fn digits_are_not_lost() {
        for (text, power, expected) in [
            ("1697012345678901.234", 3, Some(1_697_012_345_678_901_234)),
            ("12.5", 0, Some(13)),
            ("-12.5", 0, Some(-13)),
            ("12.4999", 0, Some(12)),
            ("0.0004", 3, Some(0)),
            ("0.0005", 3, Some(1)),
            ("1.5e3", 0, Some(1500)),
            ("15e-1", 0, Some(2)),
            ("1E2", 2, Some(10_000)),
            ("5e-3", 0, Some(0)),
            (".5", 1, Some(5)),
            ("+7.", 0, Some(7)),
            ("9223372036854775807", 0, Some(i64::MAX)),
            ("9223372036854775808", 0, Some(i64::MAX)),
            ("-9223372036854775808", 0, Some(i64::MIN)),
            ("1e999999999999", 9, Some(i64::MAX)),
            ("-1e300", 0, Some(i64::MIN)),
            ("1e-999999999999", 9, Some(0)),
            ("0e999999999999", 9, Some(0)),
            ("", 0, None),
            ("-", 0, None),
            (".", 0, None),
            ("1.2.3", 0, None),
            ("1e", 0, None),
            ("NaN", 0, None),
            ("0x10", 0, None),
        ] {
            assert_eq!(scaled(text.as_bytes(), power), expected, "{text} × 10^{power}");
        }
    }
}
