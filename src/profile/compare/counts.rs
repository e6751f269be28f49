//! How many samples stand behind a profile's values: what chance can have done to them depends on it.

use super::super::model::Profile;
use super::super::units::{in_smallest, is_time};

/// Beyond so many samples a column is no count of samples but something else that is called so, such as microseconds in folded stacks.
const MOST: i64 = 100_000_000;
/// With so many different stacks, values that are all multiples of one number are no counts.
const ENOUGH_ROWS: usize = 8;

/// How the samples behind the values of a sample type are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Counting {
    /// Another column, or the same, counts them.
    Column(usize),
    /// Each stands for so much of the value.
    Period(i64),
}

impl Counting {
    /// How the samples of a type are counted; `None` when the profile does not tell, or its values are no sums of samples.
    pub(super) fn of(profile: &Profile, sample_type: usize) -> Option<Self> {
        // Exact figures are no samples.
        if profile.graph.is_some() {
            return None;
        }
        let (name, unit) = profile.sample_type(sample_type);
        let column = if is_samples(name) { Some(sample_type) } else { samples_column(profile).filter(|_| is_time(unit)) };
        let found = match column {
            Some(column) => Some(Self::Column(column)).filter(|_| are_counts(profile.samples.column(column))),
            None => period(profile, sample_type)
                .filter(|&period| are_multiples(profile.samples.column(sample_type), period))
                .map(Self::Period),
        };
        found.filter(|counting| (1..=MOST).contains(&counting.total(profile, sample_type)))
    }

    /// The samples behind one row.
    pub(super) fn count(self, profile: &Profile, sample_type: usize, row: usize) -> i64 {
        let value = |column: usize| profile.samples.column(column).get(row).copied().unwrap_or(0);
        match self {
            Self::Column(column) => value(column),
            Self::Period(period) => value(sample_type).checked_div(period).unwrap_or(0),
        }
    }

    fn total(self, profile: &Profile, sample_type: usize) -> i64 {
        (0..profile.samples.len()).fold(0, |sum, row| sum.saturating_add(self.count(profile, sample_type, row)))
    }
}

fn is_samples(name: &str) -> bool {
    name.eq_ignore_ascii_case("samples") || name.eq_ignore_ascii_case("sample")
}

fn samples_column(profile: &Profile) -> Option<usize> {
    (0..profile.sample_types.len()).find(|&row| is_samples(profile.sample_type(row).0))
}

/// What one sample stands for, in the sample type's unit.
fn period(profile: &Profile, sample_type: usize) -> Option<i64> {
    let period = profile.period.filter(|&period| period > 0)?;
    let unit = profile.strings.get(profile.period_type?.unit);
    let of_type = profile.sample_type(sample_type).1;
    let steps = in_smallest(unit)? / in_smallest(of_type)?;
    let period = period as f64 * steps;
    // Only time is sampled so that each sample counts the same; memory is not.
    (is_time(of_type) && is_time(unit) && (1.0..1e15).contains(&period)).then_some(period.round() as i64)
}

/// Whether a column counts: nothing negative, and not all of it multiples of a number, as milliseconds in nanoseconds would be.
fn are_counts(values: &[i64]) -> bool {
    let measured = values.iter().filter(|&&value| value != 0);
    let divisor = measured.clone().fold(0, |divisor, &value| common_divisor(divisor, value));
    values.iter().all(|&value| value >= 0) && (divisor <= 1 || measured.take(ENOUGH_ROWS).count() < ENOUGH_ROWS)
}

fn are_multiples(values: &[i64], period: i64) -> bool {
    values.iter().all(|&value| value >= 0 && value.checked_rem(period) == Some(0))
}

fn common_divisor(a: i64, b: i64) -> i64 {
    let (mut a, mut b) = (a.saturating_abs(), b.saturating_abs());
    while let Some(rest) = a.checked_rem(b) {
        (a, b) = (b, rest);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::super::super::model::{SampleType, StringId};
    use super::super::super::read::testing::folded;
    use super::super::testing::with_types;
    use super::*;

    #[test]
    fn samples_count_and_other_figures_do_not() {
        let plain = folded("a;b 3\na 1\n");
        assert_eq!(Counting::of(&plain, 0), Some(Counting::Column(0)));
        let micros: String = (1..20).map(|n| format!("f{n} {}\n", n * 1000)).collect();
        assert_eq!(Counting::of(&folded(&micros), 0), None, "all thousands");
        assert_eq!(Counting::of(&folded("a 900000000\nb 1\n"), 0), None, "too many");
        assert_eq!(Counting::of(&folded("a 5\nb -1\n"), 0), None, "a difference");
        assert_eq!(Counting::of(&folded("a 0\n"), 0), None);
    }

    #[test]
    fn a_period_counts_where_all_values_are_multiples_of_it() {
        let mut profile = with_types(&[("cpu", "nanoseconds")]);
        profile.period = Some(10);
        profile.period_type = Some(SampleType { name: StringId(1), unit: StringId(2) });
        profile.samples.stack = vec![Default::default(); 2];
        profile.samples.values = vec![vec![30, 50]];
        assert_eq!(Counting::of(&profile, 0), Some(Counting::Period(10)));
        assert_eq!(Counting::Period(10).count(&profile, 0, 1), 5);
        profile.samples.values = vec![vec![30, 55]];
        assert_eq!(Counting::of(&profile, 0), None);
    }
}
