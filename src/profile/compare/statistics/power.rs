//! How small a change can be told at all.

use super::SELF_BUDGET;
use super::numbers::normal_exceeded;

/// How often a real change is to be found: in 8 of 10 comparisons.
const FOUND: f64 = 0.8;

/// How far apart two sides must be, in standard errors, to be told apart in 8 of 10 comparisons: a function that holds this share of the
/// profile has this share of the error budget.
fn distance(share: f64) -> f64 {
    normal_exceeded(SELF_BUDGET * share / 2.0) + normal_exceeded(1.0 - FOUND)
}

/// The smallest growth, in percent of what it took before, of a function that holds `share` (0 to 1) of the samples, that is found in 8 of
/// 10 comparisons with `samples` on each side. `None` when even an endless one would not be.
///
/// Of two counts `x` and `(1 + d) x` the difference has the variance `(2 + d) x`; solved for `d`.
pub fn smallest_change(samples: i64, share: f64) -> Option<f64> {
    if samples <= 0 || !(share > 0.0 && share <= 1.0) {
        return None;
    }
    let (count, square) = (samples as f64 * share, distance(share).powi(2));
    let change = (square + (square * square + 8.0 * square * count).sqrt()) / (2.0 * count);
    change.is_finite().then_some(change * 100.0)
}

/// How many samples each side needs so that a growth by `percent` of a function that holds `share` of the profile is found in 8 of 10
/// comparisons.
pub fn samples_for(percent: f64, share: f64) -> Option<i64> {
    if !(percent > 0.0 && share > 0.0 && share <= 1.0) {
        return None;
    }
    let change = percent / 100.0;
    let samples = distance(share).powi(2) * (2.0 + change) / (change * change) / share;
    (samples < 9e18).then(|| samples.ceil() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_agree() {
        for (percent, share) in [(5.0, 0.1), (50.0, 0.01), (1.0, 0.5), (300.0, 0.001)] {
            let samples = samples_for(percent, share).expect("can be told");
            let back = smallest_change(samples, share).expect("can be told");
            assert!((back / percent - 1.0).abs() < 0.01, "{percent} % of {share}: {samples} samples, {back} %");
        }
        assert_eq!((smallest_change(0, 0.1), smallest_change(9, 0.0), samples_for(0.0, 0.1)), (None, None, None));
    }
}
