//! Smallest, largest, mean, standard deviation and quantiles.

use super::Number;
use super::key::Keys;
use super::runs::Run;

/// The shares of which quantiles are given.
pub const QUANTILES: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

/// How numbers spread.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The smallest.
    pub min: Number,
    /// The largest.
    pub max: Number,
    /// The mean. Whole numbers are added without rounding, others with a compensated sum.
    pub mean: f64,
    /// The standard deviation of a sample, whose divisor is one less than the number of values, as in pandas; none for one value.
    pub deviation: Option<f64>,
    /// Below or at which the shares of [`QUANTILES`] lie. Where one falls between two values it lies on the straight line between
    /// them (type 7 of Hyndman and Fan, the default of pandas and NumPy).
    pub quantiles: [Number; 5],
}

impl Spread {
    /// Of sorted runs; none for none.
    pub fn of(runs: &[Run], keys: Keys) -> Option<Self> {
        let ((first, _), (last, _)) = (runs.first()?, runs.last()?);
        let values: u64 = runs.iter().map(|(_, count)| count).sum();
        let (mean, squares) = if keys == Keys::Int { int_moments(runs, values) } else { float_moments(runs, keys, values) };
        let deviation = (values > 1).then(|| (squares / (values - 1) as f64).sqrt());
        let ends = ends(runs);
        let quantiles = QUANTILES.map(|share| quantile(runs, &ends, keys, share).unwrap_or(keys.number(*first)));
        Some(Self { min: keys.number(*first), max: keys.number(*last), mean, deviation, quantiles })
    }
}

/// Mean, and sum of the squared distances from it.
fn int_moments(runs: &[Run], values: u64) -> (f64, f64) {
    let sum: i128 = runs.iter().map(|(key, count)| i128::from(*key) * i128::from(*count)).sum();
    // Distances are taken from the whole number below the mean, so that ids of 19 digits lose none.
    let whole = sum.div_euclid(i128::from(values.max(1)));
    let part = (sum - whole * i128::from(values)) as f64 / values as f64;
    let mut squares = Sum::default();
    for (key, count) in runs {
        let distance = (i128::from(*key) - whole) as f64 - part;
        squares.add_times(distance * distance, *count);
    }
    (whole as f64 + part, squares.total())
}

fn float_moments(runs: &[Run], keys: Keys, values: u64) -> (f64, f64) {
    let mut sum = Sum::default();
    runs.iter().for_each(|(key, count)| sum.add_times(keys.number(*key).as_f64(), *count));
    let mean = sum.total() / values as f64;
    let (mut squares, mut rest) = (Sum::default(), Sum::default());
    for (key, count) in runs {
        let distance = keys.number(*key).as_f64() - mean;
        squares.add_times(distance * distance, *count);
        rest.add_times(distance, *count);
    }
    // The mean was rounded: what the distances do not sum up to zero by.
    (mean, (squares.total() - rest.total() * rest.total() / values as f64).max(0.0))
}

/// A sum that keeps what each addition rounds away (Neumaier).
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    sum: f64,
    lost: f64,
}

impl Sum {
    fn add(&mut self, value: f64) {
        let sum = self.sum + value;
        let lost = if self.sum.abs() >= value.abs() { (self.sum - sum) + value } else { (value - sum) + self.sum };
        self.lost += lost;
        self.sum = sum;
    }

    /// `value` so many times.
    fn add_times(&mut self, value: f64, count: u64) {
        if count == 1 {
            return self.add(value);
        }
        let product = value * count as f64;
        self.add(product);
        self.add(value.mul_add(count as f64, -product));
    }

    fn total(self) -> f64 {
        // Beyond the largest number the rest says nothing.
        if self.sum.is_finite() { self.sum + self.lost } else { self.sum }
    }
}

/// Number of values up to the end of each run.
fn ends(runs: &[Run]) -> Vec<u64> {
    runs.iter()
        .scan(0, |end, (_, count)| {
            *end += count;
            Some(*end)
        })
        .collect()
}

fn quantile(runs: &[Run], ends: &[u64], keys: Keys, share: f64) -> Option<Number> {
    let last = ends.last()?.checked_sub(1)?;
    let place = last as f64 * share;
    let below = (place.floor() as u64).min(last);
    let at = |value: u64| runs.get(ends.partition_point(|end| *end <= value)).map(|(key, _)| *key);
    let (low, high) = (at(below)?, at((below + 1).min(last))?);
    let part = place - place.floor();
    Some(if part == 0.0 || low == high { keys.number(low) } else { between(keys.number(low), keys.number(high), part) })
}

/// Rounded as NumPy rounds it: from the nearer end.
fn between(low: Number, high: Number, part: f64) -> Number {
    let distance = match (low, high) {
        (Number::Int(low), Number::Int(high)) => (i128::from(high) - i128::from(low)) as f64,
        _ => high.as_f64() - low.as_f64(),
    };
    Number::Float(if part >= 0.5 { high.as_f64() - distance * (1.0 - part) } else { low.as_f64() + distance * part })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_beyond_what_decimals_hold_stay_exact() {
        let big = 9_007_199_254_740_993i64;
        let spread = Spread::of(&[(big, 1), (big + 2, 1)], Keys::Int).expect("values");
        assert_eq!((spread.min, spread.max), (Number::Int(big), Number::Int(big + 2)));
        assert_eq!(spread.deviation, Some(2f64.sqrt()));
        let ends = Spread::of(&[(i64::MIN, 1_000_000), (i64::MAX, 1_000_000)], Keys::Int).expect("values");
        assert_eq!(ends.mean, -0.5);
    }

    #[test]
    fn known_figures() {
        // statistics.stdev and numpy.quantile of 1, 2, 2, 4.
        let spread = Spread::of(&[(1, 1), (2, 2), (4, 1)], Keys::Int).expect("values");
        assert_eq!((spread.mean, spread.deviation), (2.25, Some(1.258_305_739_211_791_6)));
        let quantiles =
            [Number::Float(1.15), Number::Float(1.75), Number::Int(2), Number::Float(2.5), Number::Float(3.699_999_999_999_999_3)];
        assert_eq!(spread.quantiles, quantiles);
        let one = Spread::of(&[(7, 1)], Keys::Int).expect("a value");
        assert_eq!((one.mean, one.deviation, one.quantiles), (7.0, None, [Number::Int(7); 5]));
        assert_eq!(Spread::of(&[], Keys::Int), None);
    }

    #[test]
    fn what_rounding_takes_away_comes_back() {
        let mut sum = Sum::default();
        [1.0, 1e100, 1.0, -1e100].into_iter().for_each(|value| sum.add(value));
        assert_eq!(sum.total(), 2.0);
        let mut sum = Sum::default();
        sum.add_times(0.1, 10);
        assert_eq!(sum.total(), 1.0);
    }
}
