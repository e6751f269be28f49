//! The one spelling of each kind of value that has a type in its file, the same for all such files and as in workbooks.

use std::io::Write;

use crate::data::date::{TimeStyle, write_date, write_time};
use crate::data::number::write_shortest;

/// Seconds of a day.
const DAY: i64 = 86_400;
/// Days from 1970-01-01 of the years 1 to 9999.
const DAYS: std::ops::RangeInclusive<i64> = -719_162..=2_932_896;

/// Parts of a second in which a column of times counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Parts of one second: 1 to 1,000,000,000.
    pub per_second: i64,
    /// Digits that they need after the point.
    pub digits: u8,
    /// Its sign.
    pub name: &'static str,
}

impl Unit {
    /// Seconds.
    pub const SECOND: Self = Self { per_second: 1, digits: 0, name: "s" };
    /// Milliseconds.
    pub const MILLI: Self = Self { per_second: 1_000, digits: 3, name: "ms" };
    /// Microseconds.
    pub const MICRO: Self = Self { per_second: 1_000_000, digits: 6, name: "µs" };
    /// Nanoseconds.
    pub const NANO: Self = Self { per_second: 1_000_000_000, digits: 9, name: "ns" };
}

/// Appends a whole number.
pub fn whole<N: itoa::Integer>(out: &mut Vec<u8>, number: N) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

/// Appends yes or no.
pub fn boolean(out: &mut Vec<u8>, yes: bool) {
    out.extend_from_slice(if yes { b"true" } else { b"false" });
}

/// Appends a decimal number with the fewest digits that tell its value; what is no number in the words that Rust has for it.
pub fn float(out: &mut Vec<u8>, number: f64) {
    if number.is_finite() {
        write_shortest(out, number, false);
    } else {
        // Writing into a vector cannot fail.
        let _ = write!(out, "{number}");
    }
}

/// Appends a decimal number of four bytes with the fewest digits that tell those.
pub fn small_float(out: &mut Vec<u8>, number: f32) {
    float(out, number.to_string().parse().unwrap_or(f64::from(number)));
}

/// Appends a number without a point as the exact decimal that it stands for, with all `scale` digits after the point.
pub fn decimal(out: &mut Vec<u8>, unscaled: &str, scale: usize) {
    let digits = unscaled.strip_prefix('-').unwrap_or(unscaled);
    if digits.len() != unscaled.len() {
        out.push(b'-');
    }
    let (whole, fraction) = digits.as_bytes().split_at(digits.len().saturating_sub(scale));
    out.extend_from_slice(if whole.is_empty() { b"0" } else { whole });
    if scale > 0 {
        out.push(b'.');
        out.extend(std::iter::repeat_n(b'0', scale - fraction.len()));
        out.extend_from_slice(fraction);
    }
}

/// Appends a day, counted from 1970-01-01.
pub fn day(out: &mut Vec<u8>, days: i32) {
    if DAYS.contains(&i64::from(days)) {
        write_date(out, days);
    } else {
        let _ = write!(out, "{days} days after 1970-01-01");
    }
}

/// Appends a moment, counted from 1970-01-01 00:00, as a workbook's moments are written: midnight and whole seconds without
/// what is zero. `zulu` tells that it is UTC.
pub fn moment(out: &mut Vec<u8>, moment: i64, unit: Unit, zulu: bool) {
    let seconds = moment.div_euclid(unit.per_second);
    if !DAYS.contains(&seconds.div_euclid(DAY)) {
        let _ = write!(out, "{moment} {} after 1970-01-01", unit.name);
    } else if moment.rem_euclid(unit.per_second) != 0 {
        write_time(out, moment, TimeStyle { t: false, seconds: true, fraction: unit.digits, zulu });
    } else if seconds.rem_euclid(DAY) != 0 {
        write_time(out, seconds * 1_000, TimeStyle { t: false, seconds: true, fraction: 0, zulu });
    } else {
        day(out, seconds.div_euclid(DAY) as i32);
    }
}

/// Appends a span or a time of day as `H:MM:SS`, with three, six or nine digits of a fraction where there is one, whatever the unit:
/// readers do not agree on the unit of a time of day.
pub fn span(out: &mut Vec<u8>, span: i64, unit: Unit) {
    let (size, per_second) = (span.unsigned_abs(), unit.per_second.unsigned_abs());
    let (seconds, rest) = (size / per_second, size % per_second * (1_000_000_000 / per_second));
    let sign = if span < 0 { "-" } else { "" };
    let _ = write!(out, "{sign}{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    let _ = match rest {
        0 => Ok(()),
        _ if rest % 1_000_000 == 0 => write!(out, ".{:03}", rest / 1_000_000),
        _ if rest % 1_000 == 0 => write!(out, ".{:06}", rest / 1_000),
        _ => write!(out, ".{rest:09}"),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelled(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn decimals_have_all_their_digits() {
        let cases =
            [("0", 2, "0.00"), ("-5", 2, "-0.05"), ("12345", 2, "123.45"), ("-100", 2, "-1.00"), ("7", 0, "7"), ("7", 3, "0.007")];
        for (unscaled, scale, text) in cases {
            assert_eq!(spelled(|out| decimal(out, unscaled, scale)), text);
        }
    }

    #[test]
    fn moments_of_every_unit() {
        // datetime.fromtimestamp of Python 3.11 for the same counts.
        assert_eq!(spelled(|out| moment(out, -1, Unit::NANO, false)), "1969-12-31 23:59:59.999999999");
        assert_eq!(spelled(|out| moment(out, 1_709_209_815, Unit::SECOND, true)), "2024-02-29 12:30:15Z");
        assert_eq!(spelled(|out| moment(out, 1_709_164_800_000, Unit::MILLI, false)), "2024-02-29");
        assert_eq!(spelled(|out| moment(out, 253_402_300_799_999_999, Unit::MICRO, false)), "9999-12-31 23:59:59.999999");
        assert_eq!(spelled(|out| moment(out, i64::MIN, Unit::SECOND, false)), "-9223372036854775808 s after 1970-01-01");
        assert_eq!(spelled(|out| moment(out, i64::MIN, Unit::NANO, false)), "1677-09-21 00:12:43.145224192");
        assert_eq!(spelled(|out| day(out, i32::MAX)), "2147483647 days after 1970-01-01");
    }

    #[test]
    fn spans_of_every_unit() {
        assert_eq!(spelled(|out| span(out, -3_661_000_001, Unit::MICRO)), "-1:01:01.000001");
        assert_eq!(spelled(|out| span(out, i64::MIN, Unit::NANO)), "-2562047:47:16.854775808");
        assert_eq!(spelled(|out| span(out, 86_400, Unit::SECOND)), "24:00:00");
        assert_eq!(spelled(|out| span(out, 500_000_000, Unit::NANO)), "0:00:00.500");
    }
}
