//! Bins of days and times, with the edges of a clock and a calendar.

use super::Number;
use super::bins::{Bin, MOST_BINS, clamped, counted};
use super::runs::Run;
use crate::data::date::{civil_from_days, days_from_civil};

/// Steps below a day, in seconds.
const CLOCK: [i128; 15] = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 10_800, 21_600];
/// Steps in months.
const MONTHS: [i32; 13] = [1, 3, 6, 12, 24, 60, 120, 240, 600, 1_200, 2_400, 6_000, 12_000];
/// Days of a week; 1970-01-01 was a Thursday, weeks begin on Mondays.
const WEEK: (i128, i128) = (7, 3);
const DAY: i128 = 86_400;

/// A distance between edges.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// So many units, counted from so many units before 1970-01-01.
    Fixed(i128, i128),
    /// So many months, counted from the year 0.
    Months(i32),
}

/// Bins of days, or of times with so many units in a second; sorted runs.
pub fn of_times(runs: &[Run], per_second: Option<i64>) -> Vec<Bin> {
    let (Some((min, _)), Some((max, _))) = (runs.first(), runs.last()) else { return Vec::new() };
    let day = per_second.map_or(1, |units| DAY * i128::from(units));
    let edges = steps(per_second, day).into_iter().find_map(|step| step.edges(i128::from(*min), i128::from(*max), day));
    counted(&edges.unwrap_or_default(), runs, |edge, key| *edge <= i128::from(key), |edge| Number::Int(clamped(*edge)))
}

/// All steps, the smallest first.
fn steps(per_second: Option<i64>, day: i128) -> Vec<Step> {
    let mut all = Vec::new();
    if let Some(units) = per_second.map(i128::from) {
        let parts = (0..9).flat_map(|power| [1, 2, 5].map(|factor| factor * 10i128.pow(power))).filter(|step| *step < units);
        all.extend(parts.chain(CLOCK.map(|seconds| seconds * units)).chain([DAY / 2 * units]).map(|step| Step::Fixed(step, 0)));
    }
    all.extend([Step::Fixed(day, 0), Step::Fixed(WEEK.0 * day, WEEK.1 * day)]);
    all.extend(MONTHS.map(Step::Months));
    all
}

impl Step {
    /// Edges around two times, unless that makes too many bins.
    fn edges(self, min: i128, max: i128, day: i128) -> Option<Vec<i128>> {
        let (first, last) = (self.place(min, day)?, self.place(max, day)?);
        (last - first < MOST_BINS as i128).then(|| (first..=last + 1).map(|place| self.edge(place, day)).collect())
    }

    /// Number of the step that a time lies in.
    fn place(self, time: i128, day: i128) -> Option<i128> {
        match self {
            Self::Fixed(step, before) => Some((time + before).div_euclid(step)),
            Self::Months(months) => {
                let days = i32::try_from(time.div_euclid(day)).ok().filter(|days| days.abs() < 400_000_000)?;
                let (year, month, _) = civil_from_days(days);
                Some(i128::from((year * 12 + month - 1).div_euclid(months)))
            }
        }
    }

    /// Where a step begins.
    fn edge(self, place: i128, day: i128) -> i128 {
        match self {
            Self::Fixed(step, before) => place * step - before,
            Self::Months(months) => {
                let month = i32::try_from(place).unwrap_or(0).saturating_mul(months);
                i128::from(days_from_civil(month.div_euclid(12), month.rem_euclid(12) + 1, 1)) * day
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::date::parse_date;

    fn day(text: &str) -> i64 {
        parse_date(text.as_bytes()).expect("a date").into()
    }

    fn froms(bins: &[Bin]) -> Vec<i64> {
        bins.iter().map(|bin| bin.from.as_f64() as i64).collect()
    }

    #[test]
    fn days_become_days_weeks_months_and_years() {
        let bins = |from: &str, to: &str| of_times(&[(day(from), 1), (day(to), 2)], None);
        assert_eq!(froms(&bins("2024-02-28", "2024-03-01")), [day("2024-02-28"), day("2024-02-29"), day("2024-03-01")]);
        let weeks = bins("2024-01-03", "2024-04-01");
        assert_eq!((weeks[0].from, weeks[0].to), (Number::Int(day("2024-01-01")), Number::Int(day("2024-01-08"))));
        let months = bins("2023-01-15", "2024-12-31");
        assert_eq!((months.len(), months[1].from), (24, Number::Int(day("2023-02-01"))));
        assert_eq!((months[23].count, months[23].to), (2, Number::Int(day("2025-01-01"))));
        let years = bins("1990-05-05", "2020-05-05");
        assert_eq!((years.len(), years[0].from), (31, Number::Int(day("1990-01-01"))));
        assert!((1..=MOST_BINS).contains(&bins("0001-01-01", "9999-12-31").len()));
    }

    #[test]
    fn times_become_minutes_and_hours() {
        let second = |seconds: i64| day("2024-01-01") * 86_400_000 + seconds * 1_000;
        let bins = of_times(&[(second(0), 1), (second(1_799), 1)], Some(1_000));
        assert_eq!((bins.len(), bins[1].from), (30, Number::Int(second(60))));
        let bins = of_times(&[(second(3_600), 1), (second(86_400 + 60), 1)], Some(1_000));
        assert_eq!((bins.len(), bins[0].from), (24, Number::Int(second(3_600))));
        let far = of_times(&[(i64::MIN, 1), (i64::MAX, 1)], Some(1_000_000_000));
        assert!((1..=MOST_BINS).contains(&far.len()), "{}", far.len());
    }
}
