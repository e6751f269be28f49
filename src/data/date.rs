//! Dates and times in the ISO 8601 spellings that sort and cannot be misread.

/// How a column of times is spelled. The same for every cell of a column, so that the text can be made again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TimeStyle {
    /// Between date and time: `T` rather than a blank.
    pub t: bool,
    /// Seconds are written.
    pub seconds: bool,
    /// Digits of the fraction of a second, 0 to 9.
    pub fraction: u8,
    /// A `Z` for UTC at the end.
    pub zulu: bool,
}

/// Seconds of a day.
const DAY: i64 = 86_400;

impl TimeStyle {
    /// Units of the stored value in a second: the coarsest of milliseconds, microseconds and nanoseconds that holds the fraction.
    pub fn per_second(self) -> i64 {
        match self.fraction {
            0..=3 => 1_000,
            4..=6 => 1_000_000,
            _ => 1_000_000_000,
        }
    }

    /// Appends what follows the hour: minutes, and seconds and their fraction where they are written. `second` is of the day,
    /// `parts` of the second in the style's units.
    pub fn write_rest(self, out: &mut Vec<u8>, second: i32, parts: i64) {
        out.push(b':');
        two(out, second / 60 % 60);
        if self.seconds {
            out.push(b':');
            two(out, second % 60);
        }
        if self.fraction > 0 {
            use std::io::Write;
            let digits = parts / (self.per_second() / 10i64.pow(u32::from(self.fraction)));
            let _ = write!(out, ".{digits:0width$}", width = usize::from(self.fraction));
        }
        if self.zulu {
            out.push(b'Z');
        }
    }
}

/// Days since 1970-01-01 of a date of the proleptic Gregorian calendar, years 1 to 9999, written `YYYY-MM-DD`.
pub fn parse_date(text: &[u8]) -> Option<i32> {
    let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text else { return None };
    let (year, month, day) = (pair(y1, y2)? * 100 + pair(y3, y4)?, pair(m1, m2)?, pair(d1, d2)?);
    is_day(year, month, day).then(|| days_from_civil(year, month, day))
}

/// Whether the calendar has this day.
pub fn is_day(year: i32, month: i32, day: i32) -> bool {
    (1..=9999).contains(&year) && (1..=12).contains(&month) && day >= 1 && day <= month_days(year, month)
}

/// Time since 1970-01-01 00:00 in the units of the style, and the style: `YYYY-MM-DD HH:MM[:SS[.f…]][Z]`, or with a `T`.
pub fn parse_time(text: &[u8]) -> Option<(i64, TimeStyle)> {
    let (date, rest) = text.split_at_checked(10)?;
    let days = i64::from(parse_date(date)?);
    let (rest, zulu) = rest.strip_suffix(b"Z").map_or((rest, false), |rest| (rest, true));
    let (&[between, h1, h2, b':', m1, m2], rest) = rest.split_first_chunk()? else { return None };
    let t = match between {
        b'T' => true,
        b' ' => false,
        _ => return None,
    };
    let (hour, minute) = (pair(h1, h2)?, pair(m1, m2)?);
    let (second, fraction) = match rest {
        [] => (None, &[][..]),
        [b':', s1, s2] => (Some(pair(*s1, *s2)?), &[][..]),
        [b':', s1, s2, b'.', fraction @ ..] if (1..=9).contains(&fraction.len()) => (Some(pair(*s1, *s2)?), fraction),
        _ => return None,
    };
    if hour > 23 || minute > 59 || second.is_some_and(|s| s > 59) {
        return None;
    }
    let style = TimeStyle { t, seconds: second.is_some(), fraction: fraction.len() as u8, zulu };
    let per_second = style.per_second();
    let mut parts = 0i64;
    for &digit in fraction {
        parts = parts * 10 + i64::from(digit.is_ascii_digit().then(|| digit - b'0')?);
    }
    parts *= per_second / 10i64.pow(u32::from(style.fraction));
    let seconds = days * DAY + i64::from(hour * 3600 + minute * 60 + second.unwrap_or(0));
    // The product alone may leave 64 bits where the sum does not.
    let value = i128::from(seconds) * i128::from(per_second) + i128::from(parts);
    Some((i64::try_from(value).ok()?, style))
}

/// Appends a date as `YYYY-MM-DD`.
pub fn write_date(out: &mut Vec<u8>, days: i32) {
    let (year, month, day) = civil_from_days(days);
    two(out, year / 100);
    two(out, year % 100);
    out.push(b'-');
    two(out, month);
    out.push(b'-');
    two(out, day);
}

/// Appends a time in its column's spelling.
pub fn write_time(out: &mut Vec<u8>, value: i64, style: TimeStyle) {
    let per_second = style.per_second();
    let (seconds, parts) = (value.div_euclid(per_second), value.rem_euclid(per_second));
    write_date(out, i32::try_from(seconds.div_euclid(DAY)).unwrap_or(0));
    let second = seconds.rem_euclid(DAY) as i32;
    out.push(if style.t { b'T' } else { b' ' });
    two(out, second / 3600);
    style.write_rest(out, second, parts);
}

fn pair(tens: u8, ones: u8) -> Option<i32> {
    let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
    (tens <= 9 && ones <= 9).then(|| i32::from(tens * 10 + ones))
}

/// Appends a number of two digits.
pub fn two(out: &mut Vec<u8>, value: i32) {
    let value = value.clamp(0, 99) as u8;
    out.extend_from_slice(&[b'0' + value / 10, b'0' + value % 10]);
}

fn month_days(year: i32, month: i32) -> i32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01; counts years from March, as Howard Hinnant's paper on calendar algorithms explains.
pub fn days_from_civil(year: i32, month: i32, day: i32) -> i32 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The inverse of [`days_from_civil`].
pub fn civil_from_days(days: i32) -> (i32, i32, i32) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * of_year + 2) / 153;
    let month = if month_index < 10 { month_index + 3 } else { month_index - 9 };
    let year = year_of_era + era * 400 + i32::from(month <= 2);
    (year, month, of_year - (153 * month_index + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date_text(days: i32) -> String {
        let mut out = Vec::new();
        write_date(&mut out, days);
        String::from_utf8_lossy(&out).into_owned()
    }

    #[test]
    fn known_days_and_every_day_of_four_centuries() {
        assert_eq!(parse_date(b"1970-01-01"), Some(0));
        assert_eq!(parse_date(b"2000-02-29"), Some(11_016));
        assert_eq!(parse_date(b"2026-11-21"), Some(20_778));
        assert_eq!(parse_date(b"0001-01-01"), Some(-719_162));
        for days in -719_162..-719_162 + 146_097 {
            assert_eq!(parse_date(date_text(days).as_bytes()), Some(days));
        }
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "",
            "2019-02-29",
            "2019-13-01",
            "2019-00-10",
            "2019-1-01",
            "2019/01/01",
            "0000-01-01",
            "2019-01-01 ",
            "01-02-2019",
            "2100-02-29",
        ] {
            assert_eq!(parse_date(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn times_come_back_as_they_stood() {
        for text in [
            "2019-07-17 17:06:23",
            "2013-01-01T10:00:00Z",
            "1969-12-31 23:59",
            "2024-02-29T00:00:00.000001",
            "2024-02-29 12:00:00.5",
            "1999-12-31 23:59:59.999999999Z",
        ] {
            let (value, style) = parse_time(text.as_bytes()).unwrap_or_else(|| panic!("{text}"));
            let mut out = Vec::new();
            write_time(&mut out, value, style);
            assert_eq!(String::from_utf8_lossy(&out), text);
        }
        for text in [
            "2019-07-17",
            "2019-07-17 24:00:00",
            "2019-07-17 23:60",
            "2019-07-17 23:59:60",
            "2019-07-17 7:06",
            "2019-07-17 17:06:23.",
            "2019-07-17 17:06:23.1234567890",
            "9999-12-31 00:00:00.000000001",
        ] {
            assert_eq!(parse_time(text.as_bytes()), None, "{text}");
        }
    }
}
