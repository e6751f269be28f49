//! What the plots read: values in memory and on disk as one line, now and of an earlier period.

use crate::history::Stretch;
use crate::sampler::{GAP_INTERVALS, Metric, Point};

use super::cards::CardId;
use super::{MonitorTab, past};
use crate::settings::Cores;

/// Most pieces that a stretch is taken apart into to find its mean.
const PIECES: f64 = 20_000.0;

/// Which stretch of time is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// The one that is shown.
    Shown,
    /// The earlier one that it is compared with.
    Earlier,
}

/// What a line did over a stretch of time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    /// The smallest value.
    pub least: f64,
    /// The mean over the time that was measured.
    pub mean: f64,
    /// The largest value.
    pub most: f64,
}

impl MonitorTab {
    /// Seconds that a period lies before the shown one. `None` when nothing is compared.
    pub fn shift(&self, period: Period) -> Option<f64> {
        match period {
            Period::Shown => Some(0.0),
            Period::Earlier => self.comparison().map(|comparison| comparison.shift(self.window())),
        }
    }

    fn stretch(&self, period: Period) -> Option<&Stretch> {
        match period {
            Period::Shown => self.past.stretch(),
            Period::Earlier => self.comparison()?.past().stretch(),
        }
    }

    /// Whether this moment (seconds since 1970) lies before what is in memory.
    fn is_past(&self, time: f64) -> bool {
        self.history.span().is_none_or(|(first, _)| time < first)
    }

    /// What was read from disk, where this moment (seconds since 1970) lies before what is in memory.
    fn read(&self, period: Period, time: f64) -> Option<&Stretch> {
        self.stretch(period).filter(|_| self.is_past(time))
    }

    /// What a line shows from `from` to `to` (seconds, now is 0) on `buckets` pixels.
    pub fn points(&self, metric: &Metric, from: f64, to: f64, buckets: usize) -> Vec<Point> {
        self.points_of(Period::Shown, metric, (self.end() + from, self.end() + to), buckets)
    }

    /// What a line shows of a period, at its own times, from `from` to `to` (seconds since 1970) on `buckets` pixels.
    pub fn points_of(&self, period: Period, metric: &Metric, (from, to): (f64, f64), buckets: usize) -> Vec<Point> {
        let live = self.history.visible(metric, from, to, buckets);
        match self.read(period, from) {
            Some(stretch) => past::joined(stretch.points(metric, from, to, buckets), live, self.interval()),
            None => live,
        }
    }

    /// The smallest and the largest value of a line from `from` to `to` (seconds, now is 0), and as much earlier as a period is.
    pub fn extent(&self, period: Period, metric: &Metric, from: f64, to: f64) -> Option<(f64, f64)> {
        let shift = self.shift(period)?;
        let (from, to) = (self.end() - shift + from, self.end() - shift + to);
        let past = self.read(period, from).and_then(|stretch| stretch.extent(metric, from, to));
        let both = [past, self.history.extent(metric, from, to)].into_iter().flatten();
        let extents = both.map(|extent| (f64::from(extent.min), f64::from(extent.max)));
        extents.reduce(|one, other| (one.0.min(other.0), one.1.max(other.1)))
    }

    /// The largest value of a line from `from` to `to` (seconds, now is 0).
    pub fn largest(&self, metric: &Metric, from: f64, to: f64) -> Option<f64> {
        self.extent(Period::Shown, metric, from, to).map(|(_, most)| most)
    }

    /// The time (seconds, now is 0) of the sample nearest to `at`. `None` where nothing was recorded.
    pub fn sample_near(&self, at: f64) -> Option<f64> {
        let time = self.end() + at;
        if let Some(stretch) = self.read(Period::Shown, time) {
            let bucket = stretch.nearest(&Metric::CpuTotal, time)?;
            return Some((bucket.start + stretch.width / 2) as f64 / 1000.0 - self.end());
        }
        let (time, _) = self.history.nearest(&Metric::CpuTotal, time)?;
        Some(time - self.end()).filter(|found| (found - at).abs() <= self.near())
    }

    /// Near on the screen is near enough, when samples lie closer than pixels.
    fn near(&self) -> f64 {
        (GAP_INTERVALS * self.interval()).max((self.window.to() - self.window.from()) / 200.0)
    }

    /// The value of a line at the sample nearest to `at` (seconds, now is 0); of the past the mean around it.
    pub fn value_near(&self, metric: &Metric, at: f64) -> Option<f64> {
        self.value_of(Period::Shown, metric, at)
    }

    /// The value of a line in a period, at the moment that lies over `at` (seconds, now is 0) in the plot.
    pub fn value_of(&self, period: Period, metric: &Metric, at: f64) -> Option<f64> {
        let time = self.end() + at - self.shift(period)?;
        if let Some(stretch) = self.read(period, time) {
            return stretch.nearest(metric, time).map(|bucket| f64::from(bucket.mean));
        }
        let (found, value) = self.history.nearest(metric, time)?;
        (period == Period::Shown || (found - time).abs() <= self.near()).then_some(f64::from(value))
    }

    /// What a line did from `from` to `to` (seconds since 1970). `None` where nothing was measured.
    pub fn summary(&self, metric: &Metric, from: f64, to: f64) -> Option<Summary> {
        let first = self.history.span().map_or(f64::INFINITY, |(first, _)| first);
        let mut sum = Sum::default();
        if let Some(line) = self.read(Period::Shown, from).and_then(|stretch| stretch.lines.get(metric)) {
            let inside = |start: i64| (start as f64 / 1000.0) >= from && (start as f64 / 1000.0) < to.min(first);
            for bucket in line.buckets.iter().filter(|bucket| inside(bucket.start)) {
                sum.add(bucket.min, f64::from(bucket.mean), bucket.max, f64::from(bucket.seconds));
            }
        }
        let pieces = ((to - from) / self.interval() * 4.0).clamp(1.0, PIECES) as usize;
        for point in self.history.visible(metric, from, to, pieces).iter().filter(|point| point.start >= from && point.end <= to) {
            sum.add(point.min, f64::from(point.last), point.max, self.interval());
        }
        sum.summary()
    }

    /// Seconds between two samples, as they are taken now.
    pub(super) fn interval(&self) -> f64 {
        self.shown().map_or(1.0, |snapshot| snapshot.interval_seconds)
    }

    /// What all plots together show.
    pub(super) fn wanted(&self) -> Vec<Metric> {
        let mut wanted = vec![Metric::CpuTotal];
        for id in self.layout().plots() {
            match id {
                CardId::Cpu if self.cores() == Cores::Off => wanted.push(Metric::CpuBusiest),
                CardId::Cpu => {
                    let cores = self.newest().map_or(0, |newest| newest.cpu_per_core.len());
                    wanted.extend((0..cores).map(|core| Metric::CpuCore(core as u16)));
                }
                CardId::Memory => wanted.extend([Metric::MemoryUsed, Metric::SwapUsed]),
                CardId::Disk => wanted.extend([Metric::DiskRead, Metric::DiskWritten]),
                CardId::Network => wanted.extend([Metric::NetReceived, Metric::NetSent]),
                CardId::Own => wanted.push(Metric::OwnCpu),
                CardId::Metric(metric) => wanted.push(metric.clone()),
                CardId::Unknown(_) => {}
            }
        }
        wanted
    }
}

/// Values as they are added up.
#[derive(Default)]
struct Sum {
    extent: Option<(f64, f64)>,
    weighted: f64,
    weight: f64,
}

impl Sum {
    fn add(&mut self, least: f32, mean: f64, most: f32, weight: f64) {
        let (least, most) = (f64::from(least), f64::from(most));
        let (low, high) = self.extent.unwrap_or((least, most));
        self.extent = Some((low.min(least), high.max(most)));
        self.weighted += mean * weight;
        self.weight += weight;
    }

    fn summary(self) -> Option<Summary> {
        let (least, most) = self.extent.filter(|_| self.weight > 0.0)?;
        Some(Summary { least, mean: self.weighted / self.weight, most })
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::filled;
    use super::*;

    #[test]
    fn a_stretch_is_summed_up() {
        let tab = filled(61);
        // A whole minute of the example: the mean of 50 + 30 sin is 50.
        let (from, to) = (tab.end() - 59.0, tab.end());
        let summary = tab.summary(&Metric::CpuTotal, from, to).expect("measured");
        assert!((summary.mean - 50.0).abs() < 1e-4 && (summary.least, summary.most) == (20.0, 80.0), "{summary:?}");
        let written = tab.summary(&Metric::DiskWritten, to - 10.0, to).expect("measured");
        assert_eq!(written, Summary { least: 5e5, mean: 5e5, most: 5e5 });
        assert_eq!(tab.summary(&Metric::CpuTotal, to + 5.0, to + 9.0), None);
    }
}
