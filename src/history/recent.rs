//! Samples as they came, in batches, until they are folded.
//!
//! A batch: number of samples (u32), number of series (u32), then for each sample its time in milliseconds (i64), for each the interval that was
//! meant, in seconds (f32), and for each series its number (u32) and its values as planes; a value that was not known is not a number.

use std::collections::BTreeMap;

use super::codec::{Rest, pack, planes, unpack};

/// One sample.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sample {
    /// Milliseconds since 1970-01-01 UTC.
    pub at: i64,
    /// Seconds between two samples, as it was meant.
    pub interval: f32,
    /// Values by the number of their series.
    pub values: BTreeMap<u32, f32>,
}

/// Samples as one row.
pub fn to_bytes(samples: &[Sample]) -> Vec<u8> {
    let mut series: Vec<u32> = samples.iter().flat_map(|sample| sample.values.keys().copied()).collect();
    series.sort_unstable();
    series.dedup();
    let mut bytes = Vec::new();
    bytes.extend((samples.len() as u32).to_le_bytes());
    bytes.extend((series.len() as u32).to_le_bytes());
    samples.iter().for_each(|sample| bytes.extend(sample.at.to_le_bytes()));
    samples.iter().for_each(|sample| bytes.extend(sample.interval.to_le_bytes()));
    for id in series {
        bytes.extend(id.to_le_bytes());
        bytes.extend(planes(samples.iter().map(|sample| sample.values.get(&id).copied().unwrap_or(f32::NAN))));
    }
    pack(&bytes)
}

/// The samples of a row; `None` when it is damaged.
pub fn from_bytes(packed: &[u8]) -> Option<Vec<Sample>> {
    let bytes = unpack(packed)?;
    let mut rest = Rest(&bytes);
    let [count, series] = [u32::from_le_bytes(rest.array()?) as usize, u32::from_le_bytes(rest.array()?) as usize];
    // Each sample has twelve bytes before the values: no number of samples is believed that the row has no room for.
    let mut times = Rest(rest.take(count.checked_mul(8)?)?);
    let mut intervals = Rest(rest.take(count.checked_mul(4)?)?);
    let sample = |_| {
        let (at, interval) = (i64::from_le_bytes(times.array()?), f32::from_le_bytes(intervals.array()?));
        Some(Sample { at, interval, values: BTreeMap::new() })
    };
    let mut samples: Vec<Sample> = (0..count).map(sample).collect::<Option<_>>()?;
    for _ in 0..series {
        let id = u32::from_le_bytes(rest.array()?);
        for (sample, value) in samples.iter_mut().zip(rest.planes(count)?).filter(|(_, value)| value.is_finite()) {
            sample.values.insert(id, value);
        }
    }
    Some(samples)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_come_back_and_what_was_not_known_stays_so() {
        let sample = |at, values: &[(u32, f32)]| Sample { at, interval: 1.0, values: values.iter().copied().collect() };
        let samples = [sample(1_000, &[(1, 4.5), (7, 0.0)]), sample(2_003, &[(1, 4.25)]), sample(3_001, &[(9, -1.0)])];
        let bytes = to_bytes(&samples);
        assert_eq!(from_bytes(&bytes).as_deref(), Some(&samples[..]));
        assert!((0..bytes.len()).all(|at| from_bytes(&bytes[..at]).is_none()));
        assert_eq!(from_bytes(&pack(&[255; 40])), None, "numbers that the row has no room for");
    }
}
