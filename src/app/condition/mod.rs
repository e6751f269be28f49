//! How the machine is: a word, a sentence with its figures, and how much that matters. The status bar and the Overview tab both say what stands here, so
//! that they never contradict each other. No egui here, and nothing that reads the machine: snapshots come in, words go out.
//!
//! | what is measured | needs a look | is wrong | when that has lasted |
//! |---|---|---|---|
//! | memory in use | above 85 % | above 95 %, or more than 64 MB went to swap within the last minute | a minute |
//! | each disk | above 90 % full | less than 1 GB free on one of at least 10 GB | told at once |
//! | CPU of the machine | above 80 % | – | a minute |
//! | the warmest sensor | above 90 °C | – | a minute |
//!
//! A minute has lasted when each sample since was above, without a gap between them. Disks fill slowly and a full one loses work, so they wait for nothing;
//! on one smaller than 10 GB, such as the one that starts the system, 1 GB free is the rule and not worth a word.

mod rules;

use std::collections::VecDeque;
use std::time::Duration;

use crate::sampler::{GAP_INTERVALS, Snapshot};

pub use rules::{memory_percent, warmest};

/// What stands in the place of the sentence while nothing was measured.
pub const BEFORE: &str = "Taking the first sample…";
/// How long a figure must lie above its threshold before it is told.
const HOLD: Duration = Duration::from_secs(60);

/// How much it matters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// All is well.
    #[default]
    Good,
    /// Needs a look.
    Warn,
    /// Something is wrong.
    Bad,
}

impl Level {
    /// It in one word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Good => "Normal",
            Self::Warn => "Warning",
            Self::Bad => "Problem",
        }
    }
}

/// How the machine is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Condition {
    /// How much what is said matters.
    pub level: Level,
    /// What matters most, with its figures.
    pub sentence: String,
    /// What else is above its threshold, a sentence each.
    pub more: Vec<String>,
}

/// Follows the machine from sample to sample.
#[derive(Clone, Debug, Default)]
pub struct Watch {
    newest: Option<f64>,
    cpu: Since,
    memory: Since,
    memory_nearly_all: Since,
    warmth: Since,
    /// Times, and swap in use, of the last minute and of the sample before it.
    swap: VecDeque<(f64, u64)>,
    condition: Option<Condition>,
}

/// What has lasted, for how long.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Lasting {
    cpu: Option<Duration>,
    memory: Option<Duration>,
    memory_nearly_all: Option<Duration>,
    warmth: Option<Duration>,
    /// Bytes that went to swap within [`HOLD`].
    swapped: u64,
}

impl Watch {
    /// Takes in the next sample.
    pub fn take(&mut self, snapshot: &Snapshot) {
        let step = self.newest.map_or(0.0, |newest| snapshot.time - newest);
        if step < 0.0 || step > GAP_INTERVALS * snapshot.interval_seconds {
            *self = Self::default();
        }
        let time = snapshot.time;
        self.newest = Some(time);
        let memory = rules::memory_percent(snapshot);
        self.cpu.next(f64::from(snapshot.cpu_percent) > rules::CPU, time);
        self.memory.next(memory.is_some_and(|percent| percent > rules::MEMORY), time);
        self.memory_nearly_all.next(memory.is_some_and(|percent| percent > rules::MEMORY_NEARLY_ALL), time);
        self.warmth.next(rules::warmest(snapshot).is_some_and(|sensor| f64::from(sensor.celsius) > rules::CELSIUS), time);
        self.follow_swap(time, snapshot.swap.used);
        self.condition = Some(rules::condition(snapshot, &self.lasting(time)));
    }

    /// How the machine is; `None` before the first sample.
    pub fn condition(&self) -> Option<&Condition> {
        self.condition.as_ref()
    }

    /// Bytes of swap that came into use within the last minute.
    pub fn swapped(&self) -> u64 {
        let first = self.swap.front().map_or(0, |(_, used)| *used);
        self.swap.back().map_or(0, |(_, used)| used.saturating_sub(first))
    }

    fn follow_swap(&mut self, time: f64, used: u64) {
        self.swap.push_back((time, used));
        let is_old = |at: Option<&(f64, u64)>| at.is_some_and(|(at, _)| time - at >= HOLD.as_secs_f64());
        while is_old(self.swap.get(1)) {
            self.swap.pop_front();
        }
    }

    fn lasting(&self, now: f64) -> Lasting {
        Lasting {
            cpu: self.cpu.lasting(now),
            memory: self.memory.lasting(now),
            memory_nearly_all: self.memory_nearly_all.lasting(now),
            warmth: self.warmth.lasting(now),
            swapped: self.swapped(),
        }
    }
}

/// Since when a figure lies above its threshold, in seconds since 1970.
#[derive(Clone, Copy, Debug, Default)]
struct Since(Option<f64>);

impl Since {
    fn next(&mut self, is_above: bool, time: f64) {
        self.0 = self.0.or(Some(time)).filter(|_| is_above);
    }

    /// For how long, once that is long enough to be told.
    fn lasting(self, now: f64) -> Option<Duration> {
        let lasted = Duration::try_from_secs_f64(now - self.0?).ok()?;
        (lasted >= HOLD).then_some(lasted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sampler::example;

    /// What is said after these samples, each changed.
    fn after(samples: usize, change: impl Fn(usize, &mut Snapshot)) -> Condition {
        let mut watch = Watch::default();
        for (at, mut snapshot) in example(samples).into_iter().enumerate() {
            change(at, &mut snapshot);
            watch.take(&snapshot);
        }
        watch.condition().expect("after a sample").clone()
    }

    #[test]
    fn nothing_is_said_before_the_first_sample() {
        assert_eq!(Watch::default().condition(), None);
    }

    #[test]
    fn a_threshold_counts_after_a_minute() {
        let busy = |_: usize, snapshot: &mut Snapshot| snapshot.cpu_percent = 92.0;
        assert_eq!(after(60, busy).level, Level::Good, "59 seconds lie between the first and the sixtieth");
        let condition = after(61, busy);
        assert_eq!((condition.level, condition.level.word()), (Level::Warn, "Warning"));
        // Its share is of what the example's machine does then, 50 %.
        assert_eq!(condition.sentence, "CPU at 92 % for 1 min: postgres uses 25 % of the machine.");
        let dip = after(90, |at, snapshot| snapshot.cpu_percent = if at == 40 { 80.0 } else { 92.0 });
        assert_eq!(dip.level, Level::Good, "80 % is not above 80 %");
    }

    #[test]
    fn a_gap_and_a_clock_that_was_set_back_begin_anew() {
        for jump in [600.0, -600.0] {
            let condition = after(100, |at, snapshot| {
                snapshot.cpu_percent = 92.0;
                snapshot.time += if at < 50 { 0.0 } else { jump };
            });
            assert_eq!(condition.level, Level::Good, "{jump}");
        }
    }

    #[test]
    fn swap_is_counted_over_a_minute() {
        let mut watch = Watch::default();
        for (at, mut snapshot) in example(120).into_iter().enumerate() {
            snapshot.swap.used = at as u64 * 1_000_000;
            watch.take(&snapshot);
        }
        assert_eq!(watch.swapped(), 60_000_000);
        let condition = after(61, |at, snapshot| {
            snapshot.memory.used = snapshot.memory.total / 100 * 90;
            snapshot.swap.used = at as u64 * 2_000_000;
        });
        assert_eq!(condition.level, Level::Bad);
        assert!(condition.sentence.starts_with("Memory at 90 % for 1 min, and 120 MB went to "), "{}", condition.sentence);
    }
}
