//! Days and times as reports write them.

use std::time::{SystemTime, UNIX_EPOCH};

const DAY: u64 = 86_400;

/// A moment to the minute, the same wherever it is read: `2026-11-21 15:04 UTC`. What lies before 1970 is told as its first minute.
pub fn moment(time: SystemTime) -> String {
    let seconds = time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let (year, month, day) = civil(seconds / DAY);
    let (hour, minute) = (seconds % DAY / 3_600, seconds % 3_600 / 60);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02} UTC")
}

/// Year, month and day of so many days after 1970-01-01. Years are counted from March, so that the day that leap years add is their last.
fn civil(days: u64) -> (u64, u64, u64) {
    // 719,468 days lie between 0000-03-01 and 1970-01-01; 146,097 are 400 years.
    let days = days + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (era * 400 + year + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn moments_are_those_of_the_calendar() {
        // As `date -u -d @N` tells them.
        let cases = [
            (0, "1970-01-01 00:00 UTC"),
            (951_782_399, "2000-02-28 23:59 UTC"),
            (951_782_400, "2000-02-29 00:00 UTC"),
            (1_709_251_199, "2024-02-29 23:59 UTC"),
            (1_735_689_599, "2024-12-31 23:59 UTC"),
            (4_107_542_400, "2100-03-01 00:00 UTC"),
            (1_795_273_440, "2026-11-21 15:04 UTC"),
        ];
        for (seconds, text) in cases {
            assert_eq!(moment(UNIX_EPOCH + Duration::from_secs(seconds)), text);
        }
        assert_eq!(moment(UNIX_EPOCH - Duration::from_secs(1)), "1970-01-01 00:00 UTC");
    }
}
