//! When the next sample is due. Knows no thread and no clock, so that it can be tested without waiting.

use std::time::Duration;

/// How long after a first reading the next one can tell rates: CPU figures need 200 ms between two readings.
pub const WARM_UP: Duration = Duration::from_millis(250);
/// The shortest interval.
pub const MIN_INTERVAL: Duration = Duration::from_millis(100);
/// The longest interval.
pub const MAX_INTERVAL: Duration = Duration::from_mins(1);

/// The nearest interval that is allowed.
pub fn clamp_interval(interval: Duration) -> Duration {
    interval.clamp(MIN_INTERVAL, MAX_INTERVAL)
}

/// The plan of the samples. Times are those of a monotonic clock that the caller reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    interval: Duration,
    due: Duration,
    last: Option<Duration>,
    paused: bool,
}

impl Schedule {
    /// The first sample is due one warm-up from `now`.
    pub fn new(interval: Duration, now: Duration) -> Self {
        Self { interval: clamp_interval(interval), due: now + WARM_UP, last: None, paused: false }
    }

    /// How long until the next sample. `None` while paused.
    pub fn wait(&self, now: Duration) -> Option<Duration> {
        (!self.paused).then(|| self.due.saturating_sub(now))
    }

    /// The interval as it is now.
    pub fn interval(&self) -> Duration {
        self.interval
    }

    /// Whether no samples are taken.
    pub fn is_paused(&self) -> bool {
        self.paused
    }

    /// Changes the interval. It counts from the last sample on: a shorter one may make the next sample due at once.
    pub fn set_interval(&mut self, interval: Duration) {
        self.interval = clamp_interval(interval);
        if let Some(last) = self.last {
            self.due = last + self.interval;
        }
    }

    /// No samples until [`Schedule::resume`].
    pub fn pause(&mut self) {
        self.paused = true;
    }

    /// Goes on, with a warm-up first.
    pub fn resume(&mut self, now: Duration) {
        self.paused = false;
        self.warm_up(now);
    }

    /// A first reading has been taken `now`: the next sample comes a warm-up later, and the interval counts from that one.
    pub fn warm_up(&mut self, now: Duration) {
        self.due = now + WARM_UP;
        self.last = None;
    }

    /// A sample was taken `now`. The next is due one interval after this one was due, so that samples do not drift; when
    /// that has gone by already, the missed ones are not made up for.
    pub fn taken(&mut self, now: Duration) {
        let on_time = self.due + self.interval > now;
        let from = if on_time { self.due } else { now };
        self.last = Some(from);
        self.due = from + self.interval;
    }
}
