//! Moments and marks of axes as the clock on the wall tells them.

use chrono::{DateTime, Datelike, Days, Local, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone};

/// Names of the months, short.
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/// Steps of hours that divide a day.
const HOURS: [u32; 5] = [1, 2, 3, 6, 12];
const DAYS: [u64; 4] = [1, 2, 7, 14];
const MONTH_STEPS: [u32; 4] = [1, 2, 3, 6];
const HOUR: f64 = 3600.0;
const DAY: f64 = 24.0 * HOUR;
/// An axis never has more marks.
const MOST: usize = 200;

/// A moment (seconds since 1970) by the local clock, as short as it can be told from `now`: `14:05:09` today, `14 Nov 14:05` this year, `14 Nov 2025
/// 14:05` before.
pub fn local_moment(at: f64, now: f64) -> String {
    told(&Local, at, now)
}

/// Marks of a time axis from `from` to `to` (seconds since 1970), at most about `wanted` of them, at full hours, days or months of the local clock.
/// Each with its place (seconds since 1970) and its words: `14:00`, `14 Nov`, `Nov`, `2026`.
pub fn local_ticks(from: f64, to: f64, wanted: usize) -> Vec<(f64, String)> {
    ticks(&Local, from, to, wanted)
}

/// The moment (seconds since 1970) that is meant by `2026-11-21 15:04`, with seconds or without a time of day too, on the local clock. `None` for
/// what is no such moment.
pub fn local_seconds(text: &str) -> Option<f64> {
    meant(&Local, text)
}

fn meant<Z: TimeZone>(zone: &Z, text: &str) -> Option<f64> {
    let text = text.trim();
    let with_time =
        ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"].into_iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok());
    let moment = with_time.or_else(|| Some(NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_time(NaiveTime::MIN)))?;
    // Of an hour that comes twice the first is meant.
    Some(zone.from_local_datetime(&moment).earliest()?.timestamp() as f64)
}

fn in_zone<Z: TimeZone>(zone: &Z, at: f64) -> Option<NaiveDateTime> {
    Some(DateTime::from_timestamp(at.floor() as i64, 0)?.with_timezone(zone).naive_local())
}

fn told<Z: TimeZone>(zone: &Z, at: f64, now: f64) -> String {
    let (Some(at), Some(now)) = (in_zone(zone, at), in_zone(zone, now)) else { return super::format::NOT_AVAILABLE.to_owned() };
    if at.date() == now.date() {
        return at.format("%H:%M:%S").to_string();
    }
    let year = if at.year() == now.year() { String::new() } else { format!(" {}", at.year()) };
    format!("{} {}{year} {}", at.day(), month(at.date()), at.format("%H:%M"))
}

fn month(date: NaiveDate) -> &'static str {
    MONTHS.get(date.month0() as usize).copied().unwrap_or_default()
}

/// What lies between two marks.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    Hours(u32),
    Days(u64),
    Months(u32),
    Years(i32),
}

impl Step {
    /// The shortest step of which at most `wanted` fit into so many seconds.
    fn for_length(seconds: f64, wanted: usize) -> Self {
        let least = seconds / wanted.max(1) as f64;
        let hours = HOURS.into_iter().find(|hours| f64::from(*hours) * HOUR >= least).map(Self::Hours);
        let days = || DAYS.into_iter().find(|days| *days as f64 * DAY >= least).map(Self::Days);
        let months = || MONTH_STEPS.into_iter().find(|months| f64::from(*months) * 28.0 * DAY >= least).map(Self::Months);
        hours.or_else(days).or_else(months).unwrap_or(Self::Years((least / (365.0 * DAY)).ceil() as i32))
    }

    /// The mark at or before a moment. Weeks begin on Monday.
    fn before(self, at: NaiveDateTime) -> Option<NaiveDateTime> {
        let date = at.date();
        let day = |date: NaiveDate| date.and_time(NaiveTime::MIN);
        match self {
            Self::Hours(hours) => date.and_hms_opt(chrono::Timelike::hour(&at) / hours * hours, 0, 0),
            Self::Days(days) => {
                let back = (date.num_days_from_ce() - 1).rem_euclid(days as i32);
                Some(day(date.checked_sub_days(Days::new(back as u64))?))
            }
            Self::Months(months) => Some(day(NaiveDate::from_ymd_opt(date.year(), date.month0() / months * months + 1, 1)?)),
            Self::Years(years) => Some(day(NaiveDate::from_ymd_opt(date.year().div_euclid(years) * years, 1, 1)?)),
        }
    }

    fn after(self, mark: NaiveDateTime) -> Option<NaiveDateTime> {
        match self {
            Self::Hours(hours) => mark.checked_add_signed(TimeDelta::hours(hours.into())),
            Self::Days(days) => mark.checked_add_days(Days::new(days)),
            Self::Months(months) => mark.checked_add_months(Months::new(months)),
            Self::Years(years) => mark.checked_add_months(Months::new(12 * years.unsigned_abs())),
        }
    }

    fn words(self, mark: NaiveDateTime) -> String {
        let date = mark.date();
        match self {
            Self::Hours(_) if mark.time() != NaiveTime::MIN => mark.format("%H:%M").to_string(),
            Self::Hours(_) | Self::Days(_) => format!("{} {}", date.day(), month(date)),
            Self::Months(_) if date.month() != 1 => month(date).to_owned(),
            Self::Months(_) | Self::Years(_) => date.year().to_string(),
        }
    }
}

fn ticks<Z: TimeZone>(zone: &Z, from: f64, to: f64, wanted: usize) -> Vec<(f64, String)> {
    let step = Step::for_length(to - from, wanted);
    let mut marks = Vec::new();
    let mut next = in_zone(zone, from).and_then(|at| step.before(at));
    while let Some(mark) = next.filter(|_| marks.len() < MOST) {
        // An hour that is left out when clocks go forward has no mark; of one that comes twice the first is marked.
        let at = zone.from_local_datetime(&mark).earliest().map(|at| at.timestamp() as f64);
        if at.is_some_and(|at| at > to) {
            break;
        }
        marks.extend(at.filter(|at| *at >= from).map(|at| (at, step.words(mark))));
        next = step.after(mark);
    }
    marks
}

#[cfg(test)]
mod tests {
    use chrono::{FixedOffset, Utc};

    use super::*;

    /// 2026-11-21 15:04:00 UTC, a Saturday.
    const AT: f64 = 1_795_273_440.0;

    fn words<Z: TimeZone>(zone: &Z, from: f64, to: f64, wanted: usize) -> Vec<String> {
        ticks(zone, from, to, wanted).into_iter().map(|(_, words)| words).collect()
    }

    #[test]
    fn moments_are_told_from_now() {
        let kolkata = FixedOffset::east_opt(19_800).expect("an offset");
        assert_eq!(told(&Utc, AT, AT + 60.0), "15:04:00");
        assert_eq!(told(&kolkata, AT, AT + 60.0), "20:34:00");
        assert_eq!(told(&Utc, AT - 7.0 * DAY, AT), "14 Nov 15:04");
        assert_eq!(told(&Utc, AT - 365.0 * DAY, AT), "21 Nov 2025 15:04");
        assert_eq!(told(&Utc, f64::NAN, 1e300), "not available");
    }

    #[test]
    fn moments_are_understood_as_people_write_them() {
        let kolkata = FixedOffset::east_opt(19_800).expect("an offset");
        assert_eq!(meant(&Utc, " 2026-11-21 15:04 "), Some(AT));
        assert_eq!(meant(&kolkata, "2026-11-21 20:34:05"), Some(AT + 5.0));
        assert_eq!(meant(&Utc, "2026-11-21"), Some(AT - 15.0 * HOUR - 240.0));
        assert_eq!((meant(&Utc, "2026-02-30"), meant(&Utc, "yesterday"), meant(&Utc, "")), (None, None, None));
    }

    #[test]
    fn marks_lie_where_the_calendar_has_them() {
        assert_eq!(
            words(&Utc, AT - DAY, AT, 5),
            ["18:00", "22 Nov", "06:00", "12:00"].map(|w| if w == "22 Nov" { "21 Nov" } else { w })
        );
        assert_eq!(words(&Utc, AT - 7.0 * DAY, AT, 7)[..2], ["15 Nov", "16 Nov"]);
        assert_eq!(words(&Utc, AT - 30.0 * DAY, AT, 5), ["26 Oct", "2 Nov", "9 Nov", "16 Nov"], "Mondays");
        assert_eq!(words(&Utc, AT - 365.0 * DAY, AT, 8), ["2026", "Mar", "May", "Jul", "Sep", "Nov"]);
        assert_eq!(words(&Utc, AT - 3650.0 * DAY, AT, 5), ["2018", "2020", "2022", "2024", "2026"]);
        let kolkata = FixedOffset::east_opt(19_800).expect("an offset");
        let (place, midnight) = ticks(&kolkata, AT - DAY, AT, 2).remove(0);
        assert_eq!((midnight.as_str(), place.rem_euclid(DAY)), ("21 Nov", DAY - 19_800.0));
        assert!(ticks(&Utc, 1e300, 2e300, 5).is_empty() && ticks(&Utc, -1e18, 1e18, 5).len() <= MOST);
    }
}
