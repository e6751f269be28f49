//! Several files on each side: what chance can have done is told by how the runs of one side differ.

use super::numbers::{student_beyond, student_exceeded};
use super::rank::mann_whitney;
use super::{Interval, Judgement, Verdict, adjusted, shares};
use crate::jobs::{Cancel, Cancelled};

/// Fewer runs than this on a side do not tell how much runs differ.
const LEAST_RUNS: usize = 3;

/// One function in each file.
#[derive(Clone, Debug)]
pub(in super::super) struct RunTest {
    /// What it took in each of the newer files.
    pub(in super::super) new: Vec<i64>,
    /// What it took in each of the older files.
    pub(in super::super) base: Vec<i64>,
    /// Samples behind all newer and all older files' values, where they are counted.
    pub(in super::super) counts: Option<[i64; 2]>,
}

/// Mean and variance of the mean of logarithms.
#[derive(Clone, Copy)]
struct Logs {
    mean: f64,
    variance: f64,
    freedom: f64,
}

/// Judges functions, sharing `budget` among them by what they take.
pub(in super::super) fn judge_runs(tests: &[RunTest], budget: f64, cancel: &Cancel) -> Result<Vec<Judgement>, Cancelled> {
    let size = |test: &RunTest| mean(&test.new).abs() + mean(&test.base).abs();
    let shares = shares(&tests.iter().map(size).collect::<Vec<_>>(), budget);
    let mut judged = Vec::with_capacity(tests.len());
    for (at, (test, share)) in tests.iter().zip(shares).enumerate() {
        if at.is_multiple_of(256) {
            cancel.check()?;
        }
        judged.push(test.judge(share));
    }
    Ok(judged)
}

impl RunTest {
    fn judge(&self, share: f64) -> Judgement {
        if self.new.len() < LEAST_RUNS || self.base.len() < LEAST_RUNS {
            return Judgement { verdict: Verdict::TooFewRuns, ..Judgement::default() };
        }
        if share <= 0.0 {
            return Judgement { verdict: Verdict::WithinNoise, p: Some(1.0), adjusted_p: Some(1.0), interval: None };
        }
        let [new_count, base_count] = self.counts.map_or([None; 2], |counts| counts.map(Some));
        match (logs(&self.new, new_count), logs(&self.base, base_count)) {
            (Some(new), Some(base)) => self.by_logs(new, base, share),
            _ => self.by_ranks(share),
        }
    }

    /// Welch's test of the logarithms: runs differ by a factor rather than by an amount.
    fn by_logs(&self, new: Logs, base: Logs, share: f64) -> Judgement {
        let (difference, variance) = (new.mean - base.mean, new.variance + base.variance);
        if variance <= 0.0 {
            // Every run of a side is exactly as the others: what differs is no chance.
            return judged(if difference == 0.0 { 1.0 } else { 0.0 }, share, Some(self.interval(difference, 0.0)));
        }
        let error = variance.sqrt();
        let freedom = variance * variance / (new.variance.powi(2) / new.freedom + base.variance.powi(2) / base.freedom);
        let p = student_beyond(difference / error, freedom);
        judged(p, share, Some(self.interval(difference, error * student_exceeded(share, freedom))))
    }

    fn interval(&self, difference: f64, half: f64) -> Interval {
        let factors = [difference - half, difference + half].map(f64::exp);
        let base = mean(&self.base);
        Interval {
            change: factors.map(|factor| ((factor - 1.0) * base).round() as i64),
            percent: factors.map(|factor| (factor - 1.0) * 100.0),
        }
    }

    /// What is nothing in some runs has no logarithm: only the order counts.
    fn by_ranks(&self, share: f64) -> Judgement {
        judged(mann_whitney(&self.new, &self.base), share, None)
    }
}

fn judged(p: f64, share: f64, interval: Option<Interval>) -> Judgement {
    let verdict = if p <= share { Verdict::MoreThanChance } else { Verdict::WithinNoise };
    Judgement { verdict, p: Some(p), adjusted_p: Some(adjusted(p, share)), interval }
}

fn mean(values: &[i64]) -> f64 {
    if values.is_empty() { 0.0 } else { values.iter().map(|&value| value as f64).sum::<f64>() / values.len() as f64 }
}

/// `None` when a value has no logarithm.
fn logs(values: &[i64], count: Option<i64>) -> Option<Logs> {
    if values.iter().any(|&value| value <= 0) {
        return None;
    }
    let logs: Vec<f64> = values.iter().map(|&value| (value as f64).ln()).collect();
    let (runs, freedom) = (logs.len() as f64, logs.len() as f64 - 1.0);
    let mean = logs.iter().sum::<f64>() / runs;
    let spread = logs.iter().map(|log| (log - mean).powi(2)).sum::<f64>() / freedom;
    // Few runs can lie close together by luck, but a run's value is not more exact than its samples allow.
    let least = count.filter(|&count| count > 0).map_or(0.0, |count| runs / count as f64);
    // Values that differ only by how logarithms are rounded do not differ.
    let spread = if spread < 1e-24 { 0.0 } else { spread };
    Some(Logs { mean, variance: spread.max(least) / runs, freedom })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(new: &[i64], base: &[i64], counts: Option<[i64; 2]>) -> Verdict {
        let test = RunTest { new: new.to_vec(), base: base.to_vec(), counts };
        let rest = RunTest { new: vec![9000; new.len()], base: vec![9000; base.len()], counts: None };
        judge_runs(&[test, rest], 0.05, &Cancel::new()).expect("not cancelled")[0].verdict
    }

    #[test]
    fn what_differs_more_than_its_runs_do() {
        use Verdict::{MoreThanChance, TooFewRuns, WithinNoise};
        assert_eq!(verdict(&[1100, 1105, 1098, 1102, 1099], &[1000, 1003, 997, 1001, 999], None), MoreThanChance);
        assert_eq!(verdict(&[1100, 900, 1000, 1050, 960], &[1000, 930, 1080, 1010, 990], None), WithinNoise);
        assert_eq!(verdict(&[1100, 1105], &[1000, 1003, 997], None), TooFewRuns);
        assert_eq!(verdict(&[500; 3], &[501; 3], None), MoreThanChance, "exact figures");
        assert_eq!(verdict(&[500; 3], &[500; 3], None), WithinNoise);
        assert_eq!(verdict(&[22; 3], &[20; 3], Some([66, 60])), WithinNoise, "as close as luck has it");
        assert_eq!(verdict(&[0, 0, 0], &[50, 60, 70], None), WithinNoise, "three runs cannot tell it by their order");
    }
}
