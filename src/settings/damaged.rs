//! Sets a file aside that cannot be understood, so that nothing a person wrote is lost.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// Renames `path` to `<stem>.damaged-YYYYMMDD-HHMMSS.<extension>` (UTC) in its folder; an existing file is never overwritten.
pub(super) fn set_aside(path: &Path, now: SystemTime) -> io::Result<PathBuf> {
    for attempt in 1..=1000 {
        let copy = aside_name(path, now, attempt);
        // Making the name first means that of two programs doing this at once each gets its own.
        // Closed at once: Windows replaces no open file.
        match File::create_new(&copy).map(drop) {
            Ok(()) => return move_over(path, copy),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::new(ErrorKind::AlreadyExists, "there are a thousand damaged copies already"))
}

fn move_over(path: &Path, copy: PathBuf) -> io::Result<PathBuf> {
    match fs::rename(path, &copy) {
        Ok(()) => Ok(copy),
        Err(error) => {
            // The name was only held free; leaving it behind empty would look like a copy.
            let _ = fs::remove_file(&copy);
            Err(error)
        }
    }
}

fn aside_name(path: &Path, now: SystemTime, attempt: u32) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let extension = path.extension().unwrap_or_default().to_string_lossy();
    let again = if attempt > 1 { format!("-{attempt}") } else { String::new() };
    path.with_file_name(format!("{stem}.damaged-{}{again}.{extension}", stamp(now)))
}

/// `YYYYMMDD-HHMMSS` in UTC.
fn stamp(now: SystemTime) -> String {
    let seconds = now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let (year, month, day) = civil(seconds / 86_400);
    let second = seconds % 86_400;
    format!("{year:04}{month:02}{day:02}-{:02}{:02}{:02}", second / 3600, second / 60 % 60, second % 60)
}

/// Year, month and day of a day counted from 1970-01-01, in the Gregorian calendar.
fn civil(mut days: u64) -> (u64, u64, u64) {
    let mut year = 1970;
    while days >= year_days(year) {
        days -= year_days(year);
        year += 1;
    }
    let february = year_days(year) - 337;
    let lengths = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 1;
    for length in lengths {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    (year, month, days + 1)
}

fn year_days(year: u64) -> u64 {
    let leap = (year.is_multiple_of(4) && !year.is_multiple_of(100)) || year.is_multiple_of(400);
    if leap { 366 } else { 365 }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// Checked with `date -u -d @SECONDS +%Y%m%d-%H%M%S`.
    #[test]
    fn stamps_are_those_of_the_calendar() {
        let known = [
            (0, "19700101-000000"),
            (951_782_399, "20000228-235959"),
            (951_782_400, "20000229-000000"),
            (1_709_251_199, "20240229-235959"),
            (1_735_689_599, "20241231-235959"),
            (1_735_689_600, "20250101-000000"),
            (4_107_542_400, "21000301-000000"),
        ];
        for (seconds, expected) in known {
            assert_eq!(stamp(UNIX_EPOCH + Duration::from_secs(seconds)), expected);
        }
    }
}
