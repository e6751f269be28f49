//! What the order of several runs tells, whatever their distribution.

use super::numbers::normal_above;

/// With more runs than this the normal approximation is as good as counting all orders.
const FEW: usize = 40;
/// How often runs are drawn anew for the interval of the medians' difference.
const DRAWS: usize = 2000;

/// A function's runs on both sides.
#[derive(Clone, Debug, PartialEq)]
pub struct Runs {
    /// What it took in each of the newer files.
    pub new: Vec<i64>,
    /// What it took in each of the older files.
    pub base: Vec<i64>,
    /// How much more the middle newer run took than the middle older one.
    pub median_change: f64,
    /// Where 95 of 100 such differences lie when the runs are drawn anew from themselves (bootstrap); `None` below three runs on a side.
    pub median_interval: Option<[f64; 2]>,
    /// How often chance alone orders the runs at least as clearly (Mann and Whitney).
    pub mann_whitney: f64,
    /// From -1 (every newer run took less than every older one) to 1 (more): Cliff's delta.
    pub cliffs_delta: f64,
}

impl Runs {
    /// Looks at the runs of both sides.
    pub fn new(new: Vec<i64>, base: Vec<i64>) -> Self {
        let (median_change, median_interval) = (median(&new) - median(&base), bootstrap(&new, &base));
        let (mann_whitney, cliffs_delta) = (mann_whitney(&new, &base), cliffs_delta(&new, &base));
        Self { new, base, median_change, median_interval, mann_whitney, cliffs_delta }
    }
}

fn median(values: &[i64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let at = |place: usize| sorted.get(place).copied().unwrap_or(0) as f64;
    if sorted.is_empty() { 0.0 } else { (at((sorted.len() - 1) / 2) + at(sorted.len() / 2)) / 2.0 }
}

/// The middle 95 % of the differences of medians of runs drawn with repetition. The draws are always the same, so the result is too.
fn bootstrap(new: &[i64], base: &[i64]) -> Option<[f64; 2]> {
    if new.len() < 3 || base.len() < 3 {
        return None;
    }
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut draw = |from: &[i64]| -> Vec<i64> {
        from.iter()
            .map(|_| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                from.get((state % from.len() as u64) as usize).copied().unwrap_or(0)
            })
            .collect()
    };
    let mut differences: Vec<f64> = (0..DRAWS).map(|_| median(&draw(new)) - median(&draw(base))).collect();
    differences.sort_by(f64::total_cmp);
    let at = |part: f64| differences.get((part * (DRAWS - 1) as f64).round() as usize).copied();
    Some([at(0.025)?, at(0.975)?])
}

/// How much more often a newer run took more than an older one than less, of all pairs: from -1 to 1.
pub fn cliffs_delta(new: &[i64], base: &[i64]) -> f64 {
    let sum: i64 = new.iter().flat_map(|a| base.iter().map(move |b| (a > b) as i64 - (a < b) as i64)).sum();
    let pairs = new.len() * base.len();
    if pairs == 0 { 0.0 } else { sum as f64 / pairs as f64 }
}

/// How often chance alone orders two sides at least as clearly: of all ways to choose which runs are the newer ones, how many have a sum of
/// ranks as far from the middle. Exact, equal values included, for up to 40 runs; beyond by the normal approximation.
pub fn mann_whitney(new: &[i64], base: &[i64]) -> f64 {
    if new.is_empty() || base.is_empty() {
        return 1.0;
    }
    let ranks = doubled_ranks(new, base);
    let of_new: usize = ranks.iter().take(new.len()).sum();
    // The mean of the doubled ranks' sum is n × (n + m + 1).
    let middle = (new.len() * (ranks.len() + 1)) as f64;
    let distance = (of_new as f64 - middle).abs();
    if ranks.len() > FEW { approximate(&ranks, new.len(), distance) } else { exact(&ranks, new.len(), middle, distance) }
}

/// Twice the rank of each value, the newer ones first; equal ones share the mean of theirs, so it is whole.
fn doubled_ranks(new: &[i64], base: &[i64]) -> Vec<usize> {
    let all: Vec<i64> = new.iter().chain(base).copied().collect();
    let rank = |value: &i64| {
        let (below, same) = (all.iter().filter(|other| *other < value).count(), all.iter().filter(|other| *other == value).count());
        2 * below + same + 1
    };
    all.iter().map(rank).collect()
}

/// Counts the ways to choose `chosen` of the ranks by their sum.
fn exact(ranks: &[usize], chosen: usize, middle: f64, distance: f64) -> f64 {
    let most: usize = ranks.iter().sum();
    let mut ways = vec![vec![0.0_f64; most + 1]; chosen + 1];
    if let Some(none) = ways.first_mut().and_then(|sums| sums.first_mut()) {
        *none = 1.0;
    }
    for &rank in ranks {
        for count in (1..=chosen).rev() {
            let (fewer, these) = ways.split_at_mut(count);
            let (Some(fewer), Some(these)) = (fewer.last(), these.first_mut()) else { continue };
            for (sum, ways) in these.iter_mut().enumerate().skip(rank) {
                *ways += fewer.get(sum - rank).copied().unwrap_or(0.0);
            }
        }
    }
    let sums = ways.last().map(Vec::as_slice).unwrap_or_default();
    let all: f64 = sums.iter().sum();
    let far = sums.iter().enumerate().filter(|(sum, _)| (*sum as f64 - middle).abs() >= distance - 0.5).map(|(_, ways)| ways);
    if all > 0.0 { (far.sum::<f64>() / all).min(1.0) } else { 1.0 }
}

/// With the variance of the ranks as they are, equal ones included.
fn approximate(ranks: &[usize], chosen: usize, distance: f64) -> f64 {
    let (count, chosen) = (ranks.len() as f64, chosen as f64);
    let mean = ranks.iter().sum::<usize>() as f64 / count;
    let spread = ranks.iter().map(|&rank| (rank as f64 - mean).powi(2)).sum::<f64>() / (count - 1.0);
    let error = (spread * chosen * (count - chosen) / count).sqrt();
    if error > 0.0 { (2.0 * normal_above((distance - 1.0).max(0.0) / error)).min(1.0) } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_are_counted_exactly() {
        let p = mann_whitney(&[4, 5, 6], &[1, 2, 3]);
        assert!((p - 2.0 / 20.0).abs() < 1e-12, "{p}");
        assert!((mann_whitney(&[1, 2, 3, 4, 5], &[6, 7, 8, 9, 10]) - 2.0 / 252.0).abs() < 1e-12);
        assert_eq!(mann_whitney(&[1, 1], &[1, 1, 1]), 1.0);
        assert_eq!(mann_whitney(&[], &[1]), 1.0);
        // Of the 6 ways to choose two of 1, 2, 2, 3 the largest and the smallest sum are as far: {2, 3} twice and {1, 2} twice.
        assert!((mann_whitney(&[2, 3], &[1, 2]) - 4.0 / 6.0).abs() < 1e-12);
    }

    #[test]
    fn many_runs_come_near_the_exact_figure() {
        let (new, base): (Vec<i64>, Vec<i64>) = ((0..20).map(|n| n * 3 + 14).collect(), (0..20).map(|n| n * 3).collect());
        let ranks = doubled_ranks(&new, &base);
        let distance = (ranks.iter().take(20).sum::<usize>() as f64 - 20.0 * 41.0).abs();
        let (exact, near) = (mann_whitney(&new, &base), approximate(&ranks, 20, distance));
        assert!((exact / near - 1.0).abs() < 0.1, "{exact} {near}");
    }

    #[test]
    fn medians_and_delta() {
        let runs = Runs::new(vec![10, 12, 11], vec![1, 2, 3, 100]);
        assert_eq!((runs.median_change, runs.cliffs_delta), (8.5, 0.5));
        let [low, high] = runs.median_interval.expect("enough runs");
        assert!(low < 8.5 && high >= 8.5, "{low} {high}");
        assert_eq!(Runs::new(vec![1], vec![2]).median_interval, None);
    }
}
