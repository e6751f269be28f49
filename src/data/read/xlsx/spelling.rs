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
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => out.extend_from_slice(text.as_bytes()),
        DataRef::SharedString(text) => out.extend_from_slice(text.as_bytes()),
        DataRef::Bool(value) => out.extend_from_slice(if *value { b"TRUE" } else { b"FALSE" }),
        DataRef::DateTime(value) => write_date_time(out, value),
        DataRef::Error(error) => out.extend_from_slice(error.to_string().as_bytes()),
        DataRef::Empty => {}
    }
}

/// `2024-02-29`, `2024-02-29 12:30:00`, with `.mmm` where there are milliseconds; times of day and durations as `H:MM:SS`.
fn write_date_time(out: &mut Vec<u8>, value: &ExcelDateTime) {
    let serial = value.as_f64();
    // Writing into a vector cannot fail.
    if value.is_duration() || (0.0..1.0).contains(&serial) {
        let millis = (serial * 86_400_000.0).round() as i64;
        let (seconds, rest) = (millis.unsigned_abs() / 1000, millis.unsigned_abs() % 1000);
        let sign = if millis < 0 { "-" } else { "" };
        let _ = write!(out, "{sign}{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
        if rest != 0 {
            let _ = write!(out, ".{rest:03}");
        }
        return;
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
