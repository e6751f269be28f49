//! The one spelling of each value of a workbook.

use std::io::Write;

use calamine::{DataRef, ExcelDateTime};

use crate::data::number::write_shortest;

/// Whether a cell is text in the workbook.
pub fn is_text(value: &DataRef<'_>) -> bool {
    matches!(value, DataRef::String(_) | DataRef::SharedString(_) | DataRef::Error(_))
}

/// Writes a value in its one spelling.
pub fn write_cell(out: &mut Vec<u8>, value: &DataRef<'_>) {
    match value {
        DataRef::Int(value) => out.extend_from_slice(itoa::Buffer::new().format(*value).as_bytes()),
        // A negative zero is nothing that a person typed.
        DataRef::Float(value) => write_shortest(out, *value + 0.0, false),
        DataRef::String(text) => out.extend_from_slice(text.as_bytes()),
        DataRef::DateTimeIso(text) => write_iso_moment(out, text),
        DataRef::DurationIso(text) => write_iso_duration(out, text),
        DataRef::SharedString(text) => out.extend_from_slice(text.as_bytes()),
        DataRef::Bool(value) => out.extend_from_slice(if *value { b"TRUE" } else { b"FALSE" }),
        DataRef::DateTime(value) => write_date_time(out, value),
        DataRef::Error(error) => out.extend_from_slice(error.to_string().as_bytes()),
        DataRef::Empty => {}
    }
}

/// The day after 9999-12-31, and durations that thousandths of a second count exactly.
const END_OF_DATES: f64 = 2_958_466.0;
const END_OF_DURATIONS: f64 = 1e8;

/// `2024-02-29`, `2024-02-29 12:30:00`, with `.mmm` where there are milliseconds; times of day and durations as `H:MM:SS`.
fn write_date_time(out: &mut Vec<u8>, value: &ExcelDateTime) {
    let serial = value.as_f64();
    let told = if value.is_duration() { serial.abs() < END_OF_DURATIONS } else { (0.0..END_OF_DATES).contains(&serial) };
    if !told {
        // No date or time says this; Excel shows signs for it.
        return write_shortest(out, serial + 0.0, false);
    }
    // Writing into a vector cannot fail.
    if value.is_duration() || (0.0..1.0).contains(&serial) {
        return write_duration(out, (serial * 86_400_000.0).round() as i64);
    }
    let (year, month, day, hour, minute, second, milli) = value.to_ymd_hms_milli();
    let _ = write!(out, "{year:04}-{month:02}-{day:02}");
    if (hour, minute, second, milli) != (0, 0, 0, 0) {
        let _ = write!(out, " {hour:02}:{minute:02}:{second:02}");
        if milli != 0 {
            let _ = write!(out, ".{milli:03}");
        }
    }
}

fn write_duration(out: &mut Vec<u8>, millis: i64) {
    let (seconds, rest) = (millis.unsigned_abs() / 1000, millis.unsigned_abs() % 1000);
    let sign = if millis < 0 { "-" } else { "" };
    let _ = write!(out, "{sign}{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if rest != 0 {
        let _ = write!(out, ".{rest:03}");
    }
}

/// `2024-02-29T12:30:15.250` as the same moment from a serial number is written; anything else as it stands.
fn write_iso_moment(out: &mut Vec<u8>, text: &str) {
    let (date, time) = text.split_once('T').unwrap_or((text, ""));
    out.extend_from_slice(date.as_bytes());
    let (seconds, fraction) = time.split_once('.').unwrap_or((time, ""));
    let fraction = fraction.trim_end_matches('0');
    if (seconds, fraction) != ("00:00:00", "") && !time.is_empty() {
        let _ = write!(out, " {seconds}");
        if !fraction.is_empty() {
            let _ = write!(out, ".{fraction:0<3}");
        }
    }
}

/// `PT09H05M00S` as the same duration from a serial number is written; anything else as it stands.
fn write_iso_duration(out: &mut Vec<u8>, text: &str) {
    match iso_millis(text) {
        Some(millis) => write_duration(out, millis),
        None => out.extend_from_slice(text.as_bytes()),
    }
}

/// Days, hours, minutes and seconds in thousandths of a second; `None` when there are more digits, or other parts.
fn iso_millis(text: &str) -> Option<i64> {
    let (sign, rest) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let mut rest = rest.strip_prefix('P')?;
    let mut millis = 0i64;
    while !rest.is_empty() {
        if let Some(time) = rest.strip_prefix('T') {
            rest = time;
            continue;
        }
        let end = rest.find(|letter: char| letter.is_ascii_alphabetic())?;
        let unit: i64 = match rest.as_bytes().get(end)? {
            b'D' => 86_400_000,
            b'H' => 3_600_000,
            b'M' => 60_000,
            b'S' => 1_000,
            _ => return None,
        };
        let (whole, fraction) = rest.get(..end)?.split_once(['.', ',']).unwrap_or((rest.get(..end)?, ""));
        millis = millis.checked_add(whole.parse::<i64>().ok()?.checked_mul(unit)?)?;
        let fraction = fraction.trim_end_matches('0');
        if !fraction.is_empty() {
            let digits = u32::try_from(fraction.len()).ok().filter(|digits| unit == 1_000 && *digits <= 3)?;
            millis = millis.checked_add(fraction.parse::<i64>().ok()?.checked_mul(10i64.pow(3 - digits))?)?;
        }
        rest = rest.get(end + 1..)?;
    }
    Some(sign * millis)
}

#[cfg(test)]
mod tests {
    use calamine::ExcelDateTimeType;

    use super::*;

    #[test]
    fn numbers_that_are_no_date_stay_numbers() {
        let spelled = |serial, kind| {
            let mut out = Vec::new();
            write_cell(&mut out, &DataRef::DateTime(ExcelDateTime::new(serial, kind, false)));
            String::from_utf8_lossy(&out).into_owned()
        };
        let date = |serial| spelled(serial, ExcelDateTimeType::DateTime);
        assert_eq!([date(-5.25), date(2_958_465.0), date(2_958_466.5)], ["-5.25", "9999-12-31", "2958466.5"]);
        let duration = |serial| spelled(serial, ExcelDateTimeType::TimeDelta);
        assert_eq!([duration(-1.5), duration(1e12)], ["-36:00:00", "1000000000000"]);
    }

    #[test]
    fn iso_texts_are_spelled_as_serial_numbers_are() {
        let moment = |text: &str| {
            let mut out = Vec::new();
            write_cell(&mut out, &DataRef::DateTimeIso(text.into()));
            String::from_utf8_lossy(&out).into_owned()
        };
        let duration = |text: &str| {
            let mut out = Vec::new();
            write_cell(&mut out, &DataRef::DurationIso(text.into()));
            String::from_utf8_lossy(&out).into_owned()
        };
        assert_eq!(moment("2024-02-29"), "2024-02-29");
        assert_eq!(moment("2024-02-29T00:00:00"), "2024-02-29");
        assert_eq!(moment("2024-02-29T12:30:15"), "2024-02-29 12:30:15");
        assert_eq!(moment("2024-02-29T12:30:15.250000000"), "2024-02-29 12:30:15.250");
        assert_eq!(duration("PT09H05M00S"), "9:05:00");
        assert_eq!(duration("PT255H10M10.5S"), "255:10:10.500");
        assert_eq!(duration("-P1DT1H"), "-25:00:00");
        assert_eq!(duration("PT00H00M00.0000001S"), "PT00H00M00.0000001S");
        assert_eq!(duration("P1Y"), "P1Y");
    }
}
