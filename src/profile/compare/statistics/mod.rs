//! What is more than chance: for each function an interval of its change and a verdict, such that all the verdicts of a comparison together
//! call chance a change in less than 5 of 100 comparisons.
//!
//! Formulas, assumptions, limits and sources are told in `docs/profile-statistics.md`.

mod numbers;
mod pair;
mod power;
mod rank;
mod runs;

pub(super) use pair::PairTest;
pub use power::{samples_for, smallest_change};
pub use rank::{Runs, cliffs_delta, mann_whitney};
pub(super) use runs::{RunTest, judge_runs};

/// What part of the chance of one false alarm is spent on what functions take themselves.
pub const SELF_BUDGET: f64 = 0.025;
/// What part of it is spent on what they take with all they call. With [`SELF_BUDGET`] it makes 3 %: so that there are less than 5 % also
/// where samples are a little less regular than assumed.
pub const TOTAL_BUDGET: f64 = 0.005;
/// What [`Judgement::adjusted_p`] is held against.
const SHOWN_LEVEL: f64 = 0.05;

/// Whether a change is more than chance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Chance alone makes such a change, for any of the functions, in less than 5 of 100 comparisons.
    MoreThanChance,
    /// Chance alone makes such changes too.
    WithinNoise,
    /// Too few samples: no change of it whatever could be told from chance.
    TooFewSamples,
    /// Too few files: from three on each side on it can be told how runs differ by chance.
    TooFewRuns,
    /// The files do not tell how many samples stand behind their values.
    #[default]
    NotAvailable,
}

impl Verdict {
    /// Its name in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::MoreThanChance => "more_than_chance",
            Self::WithinNoise => "within_noise",
            Self::TooFewSamples => "too_few_samples",
            Self::TooFewRuns => "too_few_runs",
            Self::NotAvailable => "not_available",
        }
    }

    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::MoreThanChance => "more than chance",
            Self::WithinNoise => "within noise",
            Self::TooFewSamples => "too few samples",
            Self::TooFewRuns => "not enough runs",
            Self::NotAvailable => "not available",
        }
    }
}

/// Where a change lies, at the same level as the verdict: it leaves 0 out where the verdict is [`Verdict::MoreThanChance`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The least and the most that a function takes more than before, in the unit of the values.
    pub change: [i64; 2],
    /// The same in percent of what it took before; the most is infinite when it may have been nothing before.
    pub percent: [f64; 2],
}

/// What is known of one change.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Judgement {
    /// Whether it is more than chance.
    pub verdict: Verdict,
    /// How often chance alone makes a change at least as large, for this function alone: what counts for who asks about this one function
    /// and had chosen it before. `None` where it is not available.
    pub p: Option<f64>,
    /// The same for all functions together, at most: up to 5 % it is more than chance.
    pub adjusted_p: Option<f64>,
    /// Where the change lies.
    pub interval: Option<Interval>,
}

/// Splits a budget among functions in proportion to their weight: how likely a false alarm each may be. What is large gets most of it,
/// because that is where a change matters and can be told.
pub(super) fn shares(weights: &[f64], budget: f64) -> Vec<f64> {
    let sum: f64 = weights.iter().sum();
    weights.iter().map(|weight| if sum > 0.0 { budget * weight / sum } else { 0.0 }).collect()
}

/// `p` as it counts among all: up to 5 % exactly where it is up to this function's share of the budget.
pub(super) fn adjusted(p: f64, share: f64) -> f64 {
    if share > 0.0 { (p / share * SHOWN_LEVEL).min(1.0) } else { 1.0 }
}
