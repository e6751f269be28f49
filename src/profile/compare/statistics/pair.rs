//! One file on each side: what chance can have done is known from the number of samples.

use super::numbers::{binomial_at_least, binomial_at_most, bisect, normal_above, normal_exceeded};
use super::{Interval, Judgement, Verdict, adjusted, shares};
use crate::jobs::{Cancel, Cancelled};

/// Two profiles whose samples are counted.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct PairTest {
    /// Samples of the newer and of the older side, all functions together.
    pub(in super::super) counts: [i64; 2],
    /// What one sample of each stands for.
    pub(in super::super) per_sample: [f64; 2],
    /// Whether shares are compared.
    pub(in super::super) normalised: bool,
}

/// One function's samples on both sides.
#[derive(Clone, Copy)]
struct Seen {
    new: f64,
    base: f64,
}

impl Seen {
    fn all(self) -> f64 {
        self.new + self.base
    }
}

impl PairTest {
    /// Judges the functions whose samples on the newer and the older side are given, sharing `budget` among them.
    pub(in super::super) fn judge(self, functions: &[[i64; 2]], budget: f64, cancel: &Cancel) -> Result<Vec<Judgement>, Cancelled> {
        let seen: Vec<Seen> =
            functions.iter().map(|[new, base]| Seen { new: (*new).max(0) as f64, base: (*base).max(0) as f64 }).collect();
        // The share must not depend on which side the samples are on, else it would favour what differs.
        let of_all = shares(&seen.iter().map(|seen| seen.all()).collect::<Vec<_>>(), budget);
        // What could not be told whatever the change leaves its share to the others.
        let testable = |(seen, share): (&Seen, &f64)| if self.least_p(*seen) <= *share { seen.all() } else { 0.0 };
        let weights: Vec<f64> = seen.iter().zip(&of_all).map(testable).collect();
        let of_testable = shares(&weights, budget);
        let mut judged = Vec::with_capacity(seen.len());
        for (at, (&seen, &share)) in seen.iter().zip(&of_testable).enumerate() {
            if at.is_multiple_of(256) {
                cancel.check()?;
            }
            judged.push(self.one(seen, share));
        }
        Ok(judged)
    }

    /// Where a sample of either side is of the newer one if nothing changed.
    fn expected(self) -> f64 {
        let [new, base] = self.per_sample;
        if new + base > 0.0 { base / (new + base) } else { 0.5 }
    }

    /// The smallest probability that any split of these samples would have.
    fn least_p(self, seen: Seen) -> f64 {
        let expected = self.expected();
        2.0 * expected.min(1.0 - expected).powf(seen.all())
    }

    fn one(self, seen: Seen, share: f64) -> Judgement {
        if share <= 0.0 {
            return Judgement { verdict: Verdict::TooFewSamples, ..Judgement::default() };
        }
        if self.narrower(seen) == 0.0 {
            // It holds all samples of both sides, so its share is 100 % on both.
            let interval = Some(Interval { change: [0; 2], percent: [0.0; 2] });
            return Judgement { verdict: Verdict::WithinNoise, p: Some(1.0), adjusted_p: Some(1.0), interval };
        }
        let level = self.level(seen, share);
        let p = self.p(seen);
        let verdict = if p <= level { Verdict::MoreThanChance } else { Verdict::WithinNoise };
        let p = self.widened(seen, p);
        let interval = Some(self.interval(seen, level, verdict));
        Judgement { verdict, p: Some(p), adjusted_p: Some(adjusted(p, share)), interval }
    }

    /// How often chance alone splits the samples at least as unevenly.
    fn p(self, seen: Seen) -> f64 {
        let (all, expected) = (seen.all(), self.expected());
        let (above, below) = (binomial_at_least(seen.new, all, expected), binomial_at_most(seen.new, all, expected));
        (2.0 * above.min(below)).min(1.0)
    }

    /// How much less than that of a binomial the spread is: with fixed numbers of samples, one that is not of this function is of another.
    fn narrower(self, seen: Seen) -> f64 {
        let [new, base] = self.counts.map(|count| count as f64);
        if self.normalised && new + base > 0.0 { (1.0 - seen.all() / (new + base)).max(0.0).sqrt() } else { 1.0 }
    }

    /// At which level the binomial is asked so that the answer is at `share`.
    fn level(self, seen: Seen, share: f64) -> f64 {
        match self.narrower(seen) {
            1.0 => share,
            narrower => 2.0 * normal_above(normal_exceeded(share / 2.0) * narrower),
        }
    }

    /// The probability that belongs to what the binomial says.
    fn widened(self, seen: Seen, p: f64) -> f64 {
        match self.narrower(seen) {
            1.0 => p,
            narrower => 2.0 * normal_above(normal_exceeded((p / 2.0).min(0.5)) / narrower),
        }
    }

    /// Where the change lies.
    fn interval(self, seen: Seen, level: f64, verdict: Verdict) -> Interval {
        let [low, high] = probable(seen, level);
        let (all, [new, base]) = (seen.all(), self.per_sample);
        let change = |p: f64| all * (new * p - base * (1.0 - p));
        let percent = |p: f64| if p >= 1.0 { f64::INFINITY } else { (new * p / (base * (1.0 - p)) - 1.0) * 100.0 };
        // How the sum of both sides may differ by chance is not in these bounds; it is in the usual ones for two counts.
        let middle = new * seen.new - base * seen.base;
        let half =
            normal_exceeded((level / 2.0).clamp(f64::MIN_POSITIVE, 0.5)) * (new * new * seen.new + base * base * seen.base).sqrt();
        let (mut least, mut most) = (change(low).min(middle - half), change(high).max(middle + half));
        if verdict == Verdict::MoreThanChance {
            // Both kinds of bounds hold; the first ones are those that the verdict stands on.
            (least, most) = if middle > 0.0 { (least.max(change(low)), most) } else { (least, most.min(change(high))) };
        }
        Interval { change: [least.round() as i64, most.round() as i64], percent: [percent(low), percent(high)] }
    }
}

/// Between which probabilities of being of the newer side the samples could split as they do (Clopper and Pearson).
fn probable(seen: Seen, level: f64) -> [f64; 2] {
    let (tail, all) = (level / 2.0, seen.all());
    let low = if seen.new <= 0.0 { 0.0 } else { bisect(0.0, 1.0, |p| binomial_at_least(seen.new, all, p) < tail) };
    let high = if seen.base <= 0.0 { 1.0 } else { bisect(0.0, 1.0, |p| binomial_at_most(seen.new, all, p) > tail) };
    [low, high]
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVEN: PairTest = PairTest { counts: [50_000, 50_000], per_sample: [10.0, 10.0], normalised: false };

    fn judge(test: PairTest, functions: &[[i64; 2]]) -> Vec<Judgement> {
        test.judge(functions, 0.05, &Cancel::new()).expect("not cancelled")
    }

    #[test]
    fn clear_changes_and_noise() {
        let judged = judge(EVEN, &[[7500, 5000], [5060, 5000], [3, 1], [0, 200], [0, 0], [37_437, 39_799]]);
        let verdicts: Vec<_> = judged.iter().map(|judged| judged.verdict).collect();
        use Verdict::{MoreThanChance, TooFewSamples, WithinNoise};
        assert_eq!(verdicts, [MoreThanChance, WithinNoise, TooFewSamples, MoreThanChance, TooFewSamples, MoreThanChance]);
    }

    #[test]
    fn intervals_hold_the_change_and_agree_with_the_verdict() {
        for split in [[7500, 5000], [5060, 5000], [5250, 5000], [5300, 5000], [5400, 5000], [0, 200], [200, 0], [90, 100]] {
            for normalised in [false, true] {
                let test = PairTest { normalised, ..EVEN };
                let judged = judge(test, &[split, [40_000, 40_000]])[0];
                let (change, interval) = ((split[0] - split[1]) * 10, judged.interval.expect("enough samples"));
                assert!((interval.change[0]..=interval.change[1]).contains(&change), "{split:?} {interval:?}");
                let holds_zero = (interval.change[0]..=interval.change[1]).contains(&0);
                assert_eq!(holds_zero, judged.verdict == Verdict::WithinNoise, "{split:?} {judged:?}");
                assert_eq!((interval.percent[0] < 0.0) && (interval.percent[1] > 0.0), holds_zero, "{split:?} {judged:?}");
                assert_eq!(judged.adjusted_p.expect("told") <= 0.05, !holds_zero, "{split:?} {judged:?}");
            }
        }
    }

    #[test]
    fn another_rate_of_sampling_is_no_change() {
        // 100 Hz against 1000 Hz: each sample of the newer side stands for ten of the other.
        let test = PairTest { counts: [5_000, 50_000], per_sample: [10.0, 1.0], normalised: false };
        let judged = judge(test, &[[1_000, 10_000], [1_500, 10_000]]);
        assert_eq!(judged[0].verdict, Verdict::WithinNoise);
        assert_eq!(judged[1].verdict, Verdict::MoreThanChance);
        let [least, most] = judged[1].interval.expect("told").percent;
        assert!(least > 20.0 && least < 50.0 && most > 50.0 && most < 80.0, "{least} {most}");
    }

    #[test]
    fn the_whole_cannot_change_its_share() {
        let judged = judge(PairTest { normalised: true, ..EVEN }, &[[50_000, 50_000]]);
        assert_eq!((judged[0].verdict, judged[0].p), (Verdict::WithinNoise, Some(1.0)));
    }
}
