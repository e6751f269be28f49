//! A moment as it is typed: `2026-11-22T14:05`, `-2h`, `now`.

use std::str::FromStr;

use chrono::{DateTime, Local, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};

/// How to type one.
const HINT: &str = "give a time such as 2026-11-22T14:05 (here), 2026-11-22T14:05:00Z (UTC), 2026-11-22, -30m, -2h, -7d or now";
/// Times of day without a zone.
const CLOCKS: [&str; 6] =
    ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S%.f"];

/// A moment, perhaps seen from now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Milliseconds since 1970-01-01 UTC.
    At(i64),
    /// So many milliseconds before now.
    Ago(i64),
}

impl When {
    /// Milliseconds since 1970-01-01 UTC, when it is `now`.
    pub fn at(self, now: i64) -> i64 {
        match self {
            Self::At(at) => at,
            Self::Ago(ago) => now.saturating_sub(ago),
        }
    }

    fn in_zone<Z: TimeZone>(text: &str, zone: &Z) -> Result<Self, String> {
        if text == "now" {
            return Ok(Self::Ago(0));
        }
        if let Some(ago) = text.strip_prefix('-') {
            return ago_of(ago).map(Self::Ago).ok_or_else(|| HINT.into());
        }
        if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
            return Ok(Self::At(moment.timestamp_millis()));
        }
        let clock = CLOCKS.iter().find_map(|clock| NaiveDateTime::parse_from_str(text, clock).ok());
        let day = || text.parse::<NaiveDate>().ok().map(|day| day.and_time(NaiveTime::MIN));
        let local = clock.or_else(day).ok_or(HINT)?;
        // Of an hour that comes twice the first is meant.
        let moment = zone.from_local_datetime(&local).earliest();
        moment.map(|moment| Self::At(moment.timestamp_millis())).ok_or_else(|| "clocks here went past this time".into())
    }
}

impl FromStr for When {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::in_zone(text, &Local)
    }
}

/// Milliseconds of `30s`, `30m`, `2h`, `7d`, `1w`.
fn ago_of(text: &str) -> Option<i64> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let seconds = match unit {
        "s" => 1.0,
        "m" => 60.0,
        "h" => 3_600.0,
        "d" => 86_400.0,
        "w" => 604_800.0,
        _ => return None,
    };
    let is_plain = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let ago = number.parse::<f64>().ok().filter(|_| is_plain)? * seconds * 1000.0;
    // A longer time ago than there are such moments is the beginning; casts of floats saturate.
    Some(ago.round() as i64)
}

#[cfg(test)]
mod tests {
    use chrono::FixedOffset;

    use super::*;

    #[test]
    fn moments_are_of_the_clock_here_unless_they_say_otherwise() {
        let kolkata = FixedOffset::east_opt(19_800).expect("an offset");
        let at = |text: &str| When::in_zone(text, &kolkata).map(|when| when.at(10_000_000));
        let moment = Ok(1_795_273_440_000);
        for text in ["2026-11-21T20:34", "2026-11-21 20:34:00", "2026-11-21T15:04:00Z", "2026-11-21T16:04:00.000+01:00"] {
            assert_eq!(at(text), moment, "{text}");
        }
        assert_eq!(at("2026-11-21"), Ok(1_795_199_400_000));
        assert_eq!(
            [at("now"), at("-2h"), at("-1.5m"), at("-99999999999d")].map(Result::ok),
            [Some(10_000_000), Some(2_800_000), Some(9_910_000), Some(10_000_000 - 8_639_999_999_913_600_000)]
        );
        for text in ["", "-", "-h", "-2", "-2y", "--2h", "-1e3h", "14:05", "2026-11-21T25:00", "yesterday", "-π"] {
            assert!(at(text).is_err(), "{text}");
        }
    }
}
