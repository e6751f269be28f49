//! Numbers in lines of callgrind: decimal, hexadecimal with `0x`, and positions relative to the ones before.

/// The next word of a line, and what is behind it.
pub(super) fn word(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let line = line.trim_ascii_start();
    if line.is_empty() {
        return None;
    }
    let end = line.iter().position(|byte| matches!(byte, b' ' | b'\t')).unwrap_or(line.len());
    line.split_at_checked(end)
}

/// A whole number; too large ones wrap around.
pub(super) fn number(word: &[u8]) -> Option<u64> {
    let (digits, radix) = match word.strip_prefix(b"0x") {
        Some(digits) => (digits, 16),
        None => (word, 10),
    };
    let mut number = 0_u64;
    for &digit in digits {
        let digit = (digit as char).to_digit(radix)?;
        number = number.wrapping_mul(u64::from(radix)).wrapping_add(u64::from(digit));
    }
    (!digits.is_empty()).then_some(number)
}

/// A cost: as [`number`], but too large ones are cut to what an `i64` holds (then the second is true). A point or a minus alone is nothing
/// measured.
pub(super) fn cost(word: &[u8]) -> Option<(i64, bool)> {
    if word == b"." || word == b"-" {
        return Some((0, false));
    }
    if word.len() < 18 {
        // No number so short is too large, but negative ones occur (memory that was given back).
        if let Some(digits) = word.strip_prefix(b"-") {
            return number(digits).and_then(|number| i64::try_from(number).ok()).map(|number| (-number, false));
        }
        return number(word).and_then(|number| i64::try_from(number).ok()).map(|number| (number, false));
    }
    let text = std::str::from_utf8(word).ok()?;
    let parsed = match text.strip_prefix("0x") {
        Some(digits) => i128::from_str_radix(digits, 16).ok()?,
        None => text.parse::<i128>().ok()?,
    };
    let cut = parsed.clamp(i128::from(i64::MIN), i128::from(i64::MAX));
    Some((cut as i64, cut != parsed))
}

/// A position: a number, `+n` or `-n` from `before`, or `*` for the same.
pub(super) fn position(word: &[u8], before: u64) -> Option<u64> {
    match word.split_first()? {
        (b'+', digits) => Some(before.wrapping_add(number(digits)?)),
        (b'-', digits) => Some(before.wrapping_sub(number(digits)?)),
        (b'*', []) => Some(before),
        _ => number(word),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_relative_or_not() {
        let told: Vec<_> =
            ["12", "0x1F", "+3", "-0x2", "*", "x", "", "+"].iter().map(|text| position(text.as_bytes(), 10)).collect();
        assert_eq!(told, [Some(12), Some(31), Some(13), Some(8), Some(10), None, None, None]);
    }

    #[test]
    fn costs_are_cut_not_wrapped() {
        let texts = ["7", "0x10", ".", "-5", "18446744073709551615", "0xffffffffffffffff", "-99999999999999999999999", "1.5"];
        let told: Vec<_> = texts.iter().map(|text| cost(text.as_bytes())).collect();
        let large = Some((i64::MAX, true));
        assert_eq!(
            told,
            [Some((7, false)), Some((16, false)), Some((0, false)), Some((-5, false)), large, large, Some((i64::MIN, true)), None]
        );
    }
}
