//! Bins of a histogram between round edges.

use super::Number;
use super::key::Keys;
use super::runs::Run;

/// Bins at most.
pub const MOST_BINS: usize = 40;
/// Of each power of ten, the steps that people count in.
const FACTORS: [i64; 3] = [1, 2, 5];
/// Powers of ten that steps of decimal numbers lie within: beyond, numbers have no round neighbours.
const POWERS: std::ops::RangeInclusive<i32> = -290..=300;

/// A bin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bin {
    /// The least that belongs to it.
    pub from: Number,
    /// The least that belongs to the next; of a bin for one value alone, that value.
    pub to: Number,
    /// Values in it.
    pub count: u64,
}

/// Bins of whole numbers; sorted runs.
pub fn of_ints(runs: &[Run]) -> Vec<Bin> {
    let (Some((min, _)), Some((max, _))) = (runs.first(), runs.last()) else { return Vec::new() };
    let (min, max) = (i128::from(*min), i128::from(*max));
    let fits = |step: &i128| max.div_euclid(*step) - min.div_euclid(*step) < MOST_BINS as i128;
    let steps = (0..20).flat_map(|power| FACTORS.map(|factor| i128::from(factor) * 10i128.pow(power)));
    let Some(step) = steps.into_iter().find(fits) else { return Vec::new() };
    let first = min.div_euclid(step);
    let edges: Vec<i128> = (first..=max.div_euclid(step) + 1).map(|place| place * step).collect();
    counted(&edges, runs, |edge, key| *edge <= i128::from(key), |edge| Number::Int(clamped(*edge)))
}

/// The nearest whole number that has 64 bits.
pub fn clamped(value: i128) -> i64 {
    value.clamp(i64::MIN.into(), i64::MAX.into()) as i64
}

/// Bins of decimal numbers; sorted runs.
pub fn of_floats(runs: &[Run], keys: Keys) -> Vec<Bin> {
    let (Some((first, _)), Some((last, _))) = (runs.first(), runs.last()) else { return Vec::new() };
    let (min, max) = (keys.number(*first).as_f64(), keys.number(*last).as_f64());
    match edges(min, max) {
        Some(edges) => counted(&edges, runs, |edge, key| *edge <= keys.number(key).as_f64(), |edge| Number::Float(*edge)),
        None => {
            let count = runs.iter().map(|(_, count)| count).sum();
            vec![Bin { from: Number::Float(min), to: Number::Float(max), count }]
        }
    }
}

/// Round edges around two numbers, each the nearest to its decimal digits; none where there are no such.
fn edges(min: f64, max: f64) -> Option<Vec<f64>> {
    let least = (max - min) / MOST_BINS as f64;
    let power = least.log10().floor();
    if !(power.is_finite() && POWERS.contains(&(power as i32))) {
        return None;
    }
    let powers = power as i32..=power as i32 + 2;
    powers.flat_map(|power| FACTORS.map(|factor| (factor, power))).find_map(|step| {
        let (first, last) = (at_or_below(min, step)?, at_or_below(max, step)?);
        (last - first < MOST_BINS as i64).then(|| (first..=last + 1).map(|place| edge(place, step)).collect())
    })
}

/// `place` times the step. Read from its digits: a product of decimals is not the nearest number to 0.3.
fn edge(place: i64, (factor, power): (i64, i32)) -> f64 {
    format!("{}e{power}", place * factor).parse().unwrap_or(f64::NAN)
}

/// The place of the last edge at or below a value.
fn at_or_below(value: f64, step: (i64, i32)) -> Option<i64> {
    let near = (value / edge(1, step)).floor();
    if near.abs() > 1e17 {
        return None;
    }
    let near = near as i64;
    (near - 2..=near + 2).rev().find(|place| edge(*place, step) <= value)
}

/// Bins between edges in ascending order, the first at or below the first run, the last above the last.
pub fn counted<E>(edges: &[E], runs: &[Run], begins: impl Fn(&E, i64) -> bool, number: impl Fn(&E) -> Number) -> Vec<Bin> {
    let bin = |pair: &[E]| match pair {
        [from, to] => Some(Bin { from: number(from), to: number(to), count: 0 }),
        _ => None,
    };
    let mut bins: Vec<Bin> = edges.windows(2).filter_map(bin).collect();
    let mut at = 0;
    for (key, count) in runs {
        while edges.get(at + 1).is_some_and(|edge| begins(edge, *key)) && at + 1 < bins.len() {
            at += 1;
        }
        if let Some(bin) = bins.get_mut(at) {
            bin.count += count;
        }
    }
    bins
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::format::Value;
    use crate::data::stats::key::of_value;

    fn ints(bins: &[Bin]) -> Vec<(f64, f64, u64)> {
        bins.iter().map(|bin| (bin.from.as_f64(), bin.to.as_f64(), bin.count)).collect()
    }

    #[test]
    fn whole_numbers_have_whole_edges() {
        assert_eq!(ints(&of_ints(&[(3, 2), (5, 1)])), [(3.0, 4.0, 2), (4.0, 5.0, 0), (5.0, 6.0, 1)]);
        let wide = of_ints(&[(-7, 1), (0, 4), (399, 1), (400, 1)]);
        assert_eq!((wide.len(), wide[0].from, wide[0].to), (22, Number::Int(-20), Number::Int(0)));
        assert_eq!((wide[1].count, wide[20].count, wide[21].count), (4, 1, 1));
        let all = of_ints(&[(i64::MIN, 1), (i64::MAX, 1)]);
        assert!(all.len() <= MOST_BINS && all.iter().map(|bin| bin.count).sum::<u64>() == 2);
    }

    #[test]
    fn decimals_lie_in_the_bin_that_their_digits_say() {
        let runs: Vec<Run> = (0..=30).filter_map(|n| Some((of_value(Value::Float(f64::from(n) / 10.0))?, 1))).collect();
        let bins = of_floats(&runs, Keys::Float);
        assert_eq!(bins.len(), 31);
        assert!(bins.iter().all(|bin| bin.count == 1), "{bins:?}");
        assert_eq!(bins[3], Bin { from: Number::Float(0.3), to: Number::Float(0.4), count: 1 });
    }

    #[test]
    fn whatever_the_numbers_there_are_few_bins_and_each_value_is_in_one() {
        let cases = [
            (-1e308, 1e308),
            (0.0, 5e-324),
            (1e300, 1.000_000_000_000_000_2e300),
            (5.0, 5.0),
            (-1e-5, 123.456),
            (1e15, 1e15 + 1.0),
        ];
        for (min, max) in cases {
            let mut runs: Vec<Run> = [min, max].into_iter().filter_map(|v| Some((of_value(Value::Float(v))?, 1))).collect();
            runs.dedup();
            let bins = of_floats(&runs, Keys::Float);
            assert!((1..=MOST_BINS).contains(&bins.len()), "{min} {max}: {}", bins.len());
            assert_eq!(bins.iter().map(|bin| bin.count).sum::<u64>(), runs.len() as u64);
            assert!(bins[0].from.as_f64() <= min && bins[bins.len() - 1].to.as_f64() >= max, "{min} {max} {bins:?}");
        }
    }
}
