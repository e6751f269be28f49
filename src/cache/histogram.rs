//! Durations in buckets that grow with the value, so that a long run takes no more memory than a short one.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Buckets per doubling: what is told is at most an eighth above the true value.
const PER_DOUBLING: u64 = 8;
const PER_DOUBLING_BITS: u32 = 3;

/// How long something took, many times.
///
/// Below 8 ns each nanosecond is a bucket of its own; from there on each doubling is divided into 8 equal buckets.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Histogram {
    buckets: BTreeMap<u64, u64>,
    total_nanos: u64,
}

impl Histogram {
    /// Adds one duration.
    pub fn record(&mut self, duration: Duration) {
        let nanos = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        let count = self.buckets.entry(bucket(nanos)).or_default();
        *count = count.saturating_add(1);
        self.total_nanos = self.total_nanos.saturating_add(nanos);
    }

    /// Adds all durations of another histogram.
    pub fn merge(&mut self, other: &Self) {
        for (&bucket, &more) in &other.buckets {
            let count = self.buckets.entry(bucket).or_default();
            *count = count.saturating_add(more);
        }
        self.total_nanos = self.total_nanos.saturating_add(other.total_nanos);
    }

    /// How many durations there are.
    pub fn count(&self) -> u64 {
        self.buckets.values().fold(0, |sum, &count| sum.saturating_add(count))
    }

    /// The mean duration, exact. `None` without any.
    pub fn mean(&self) -> Option<Duration> {
        self.total_nanos.checked_div(self.count()).map(Duration::from_nanos)
    }

    /// The duration that the given share (0 to 1) of all did not exceed, by nearest rank: the upper end of its bucket, at most
    /// an eighth above the true value. `None` without any.
    pub fn quantile(&self, share: f64) -> Option<Duration> {
        let count = self.count();
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Between 0 and the count.
        let rank = ((share.clamp(0.0, 1.0) * count as f64).ceil() as u64).clamp(1, count.max(1));
        let mut passed = 0_u64;
        let found = self.buckets.iter().find(|&(_, &count)| {
            passed = passed.saturating_add(count);
            passed >= rank
        });
        found.map(|(&bucket, _)| Duration::from_nanos(upper_end(bucket)))
    }
}

fn bucket(nanos: u64) -> u64 {
    if nanos < PER_DOUBLING {
        return nanos;
    }
    let doubling = nanos.ilog2();
    let part = (nanos >> (doubling - PER_DOUBLING_BITS)) & (PER_DOUBLING - 1);
    u64::from(doubling - PER_DOUBLING_BITS + 1) * PER_DOUBLING + part
}

/// The largest number of nanoseconds that falls into a bucket.
fn upper_end(bucket: u64) -> u64 {
    if bucket < PER_DOUBLING {
        return bucket;
    }
    let shift = u32::try_from(bucket / PER_DOUBLING - 1).unwrap_or(u32::MAX);
    let next = u128::from(PER_DOUBLING + bucket % PER_DOUBLING + 1).checked_shl(shift).unwrap_or(u128::MAX);
    u64::try_from(next - 1).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_join_without_gap() {
        let mut from = 0;
        for number in 0..=bucket(u64::MAX) {
            let to = upper_end(number);
            assert_eq!((bucket(from), bucket(to)), (number, number));
            assert!((to - from) <= from / 8, "bucket {number}: {from} to {to}");
            from = to.wrapping_add(1);
        }
        assert_eq!(from, 0, "the last bucket ends with the last number");
    }

    #[test]
    fn mean_is_exact_and_quantiles_are_bucket_ends() {
        let mut histogram = Histogram::default();
        assert_eq!((histogram.count(), histogram.mean(), histogram.quantile(0.5)), (0, None, None));
        (1..=100).for_each(|micros| histogram.record(Duration::from_micros(micros)));
        assert_eq!((histogram.count(), histogram.mean()), (100, Some(Duration::from_nanos(50_500))));
        // 50 µs lies in 49,152..=53,247 ns, 99 µs in 98,304..=106,495 ns, 1 µs in 960..=1,023 ns.
        assert_eq!(histogram.quantile(0.5), Some(Duration::from_nanos(53_247)));
        assert_eq!(histogram.quantile(0.99), Some(Duration::from_nanos(106_495)));
        assert_eq!(histogram.quantile(0.0), Some(Duration::from_nanos(1023)));
        let mut twice = histogram.clone();
        twice.merge(&histogram);
        assert_eq!((twice.count(), twice.mean(), twice.quantile(0.5)), (200, histogram.mean(), histogram.quantile(0.5)));
    }
}
