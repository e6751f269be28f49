//! The last five minutes of four figures.
//!
//! Disk and network are one figure each, what goes in and out together. The monitor keeps the two apart, and the largest sum is not the sum of the
//! largest, so these lines are kept here.

use crate::app::condition::memory_percent;
use crate::app::tabs::monitor::{cpu_percent, fullest, joined};
use crate::report::theme::Look;
use crate::report::{Chart, Kind, Lines, Unit, XAxis, format};
use crate::sampler::{Extent, MIN_INTERVAL, Point, Series, Snapshot};

/// How far back the lines reach, in seconds.
pub const STRETCH: f64 = 300.0;
/// Behind the newest sample, so that it belongs to the stretch.
const AFTER: f64 = 1e-3;
/// Points of a line in a saved chart, and its size.
const CHART_POINTS: usize = 800;
const CHART_SIZE: (f64, f64) = (760.0, 300.0);
/// An axis of rates reaches at least this far, in bytes per second: a quiet line lies at the bottom.
const LEAST_RATE: f64 = 10_000.0;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// CPU of the machine.
    Cpu,
    /// Memory in use.
    Memory,
    /// Read from and written to all disks.
    Disk,
    /// Received and sent over all networks.
    Network,
}

impl Measure {
    /// All, from the left.
    pub const ALL: [Self; 4] = [Self::Cpu, Self::Memory, Self::Disk, Self::Network];

    /// Its title, the same as in the Monitor tab.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Cpu => "CPU",
            Self::Memory => "Memory",
            Self::Disk => "Disk",
            Self::Network => "Network",
        }
    }

    /// Number of its colour among the series, as in the Monitor tab.
    pub const fn color(self) -> usize {
        match self {
            Self::Cpu | Self::Network => 0,
            Self::Memory => 3,
            Self::Disk => 2,
        }
    }

    /// Its value; `None` where the system does not tell it.
    pub fn value(self, snapshot: &Snapshot) -> Option<f64> {
        let (disk, network) = (snapshot.disk_total, snapshot.network_total);
        let sum = |one: Option<f64>, other: Option<f64>| one.into_iter().chain(other).reduce(|one, other| one + other);
        match self {
            Self::Cpu => Some(snapshot.cpu_percent.into()),
            Self::Memory => (snapshot.memory.total > 0).then_some(snapshot.memory.used as f64),
            Self::Disk => sum(disk.read_per_s, disk.written_per_s),
            Self::Network => sum(network.received_per_s, network.sent_per_s),
        }
    }

    /// A value with its unit.
    pub fn show(self, value: f64) -> String {
        match self {
            Self::Cpu => cpu_percent(value),
            _ => self.unit().show(value),
        }
    }

    /// The figure of this sample.
    pub fn figure(self, snapshot: &Snapshot) -> String {
        format::or_not_available(self.value(snapshot), |value| self.show(value))
    }

    /// Its context.
    pub fn note(self, snapshot: &Snapshot) -> String {
        let share = |(disk, used): (&crate::sampler::DiskUse, f64)| format!("{} {} full", disk.mount, format::percent(used));
        match self {
            Self::Cpu => match snapshot.cpu_per_core.len() as u64 {
                0 => String::new(),
                cores => format::counted(cores, "core", "cores"),
            },
            Self::Memory => {
                let of = |percent| format!("of {} · {}", format::bytes(snapshot.memory.total), format::percent(percent));
                memory_percent(snapshot).map(of).unwrap_or_default()
            }
            Self::Disk => fullest(snapshot).map(share).unwrap_or_default(),
            Self::Network => "in and out".to_owned(),
        }
    }

    const fn unit(self) -> Unit {
        match self {
            Self::Cpu => Unit::Percent,
            Self::Memory => Unit::Bytes,
            Self::Disk | Self::Network => Unit::BytesPerSecond,
        }
    }

    /// The upper end of its axis where it is given by the thing itself.
    fn most(self, snapshot: &Snapshot) -> Option<f64> {
        match self {
            Self::Cpu => Some(100.0),
            Self::Memory => Some(snapshot.memory.total as f64).filter(|total| *total > 0.0),
            Self::Disk | Self::Network => None,
        }
    }
}

/// The lines.
#[derive(Clone, Debug)]
pub struct Sparks {
    lines: [Series; 4],
}

impl Default for Sparks {
    fn default() -> Self {
        // As many samples as there can be in the stretch, and one before it.
        let most = (STRETCH / MIN_INTERVAL.as_secs_f64()) as usize + 2;
        Self { lines: std::array::from_fn(|_| Series::new(most)) }
    }
}

impl Sparks {
    /// Takes a sample in.
    pub fn take(&mut self, snapshot: &Snapshot) {
        for (line, measure) in self.lines.iter_mut().zip(Measure::ALL) {
            line.push(snapshot.time, measure.value(snapshot).map(|value| value as f32), snapshot.interval_seconds);
        }
    }

    /// The line on so many pixels. Times are seconds since 1970.
    pub fn points(&self, measure: Measure, pixels: usize) -> Vec<Point> {
        let line = self.line(measure);
        line.span().map(|(_, end)| line.visible(end - STRETCH, end + AFTER, pixels)).unwrap_or_default()
    }

    /// The time at the right end of the lines: that of the newest sample.
    pub fn end(&self) -> f64 {
        self.line(Measure::Cpu).span().map_or(0.0, |(_, end)| end)
    }

    /// The upper end of the axis.
    pub fn top(&self, measure: Measure, snapshot: &Snapshot) -> f64 {
        let largest = self.extent(measure).map_or(0.0, |extent| f64::from(extent.max));
        measure.most(snapshot).unwrap_or(largest.max(LEAST_RATE))
    }

    /// Smallest and largest value of the stretch, and how long that is by now: `20 % to 80 % in 5 min`. Empty where nothing is known.
    pub fn range(&self, measure: Measure) -> String {
        let line = self.line(measure);
        let (Some(extent), Some((first, end))) = (self.extent(measure), line.span()) else { return String::new() };
        let seconds = (end - first).clamp(0.0, STRETCH).round().max(1.0) as u64;
        let (least, most) = (measure.show(extent.min.into()), measure.show(extent.max.into()));
        let time = format::span(std::time::Duration::from_secs(seconds));
        if least == most { format!("{least} for {time}") } else { format!("{least} to {most} in {time}") }
    }

    /// The chart for saving.
    pub fn chart(&self, measure: Measure, snapshot: &Snapshot, look: Look) -> Chart {
        let points = joined(&self.points(measure, CHART_POINTS), self.end(), -STRETCH);
        let name = measure.title().to_owned();
        let series = vec![crate::report::Series { name: name.clone(), color: measure.color(), points, fill: true }];
        let (y_max, (width, height)) = (measure.most(snapshot), CHART_SIZE);
        let lines =
            Lines { series, x: XAxis::Ago { seconds: STRETCH }, y: measure.unit(), y_max, logarithmic: false, limits: Vec::new() };
        let (figure, subtitle) = (measure.figure(snapshot), measure.note(snapshot));
        Chart { title: name, figure, subtitle, kind: Kind::Lines(lines), width, height, look }
    }

    fn extent(&self, measure: Measure) -> Option<Extent> {
        let line = self.line(measure);
        line.span().and_then(|(_, end)| line.extent(end - STRETCH, end + AFTER))
    }

    fn line(&self, measure: Measure) -> &Series {
        let [cpu, memory, disk, network] = &self.lines;
        match measure {
            Measure::Cpu => cpu,
            Measure::Memory => memory,
            Measure::Disk => disk,
            Measure::Network => network,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sampler::example;

    fn filled(samples: &[Snapshot]) -> Sparks {
        let mut sparks = Sparks::default();
        samples.iter().for_each(|snapshot| sparks.take(snapshot));
        sparks
    }

    #[test]
    fn the_range_is_that_of_the_last_five_minutes() {
        let mut samples = example(400);
        samples[98].cpu_percent = 99.0;
        samples[99].cpu_percent = 3.0;
        let sparks = filled(&samples);
        assert_eq!(sparks.range(Measure::Cpu), "3 % to 80 % in 5 min", "301 and 300 seconds before the newest");
        // 6 GiB and 100 to 399 MiB; reading 0 to 4 MB/s and writing 0.5 MB/s; the network sends up to 0.16 MB/s beside 1.2 MB/s.
        assert_eq!(sparks.range(Measure::Memory), "6.5 GB to 6.9 GB in 5 min");
        assert_eq!(sparks.range(Measure::Disk), "500 KB/s to 4.5 MB/s in 5 min");
        assert_eq!(sparks.range(Measure::Network), "1.2 MB/s to 1.4 MB/s in 5 min");
        assert_eq!(filled(&samples[..11]).range(Measure::Cpu), "50 % to 76 % in 10 s");
        assert_eq!(filled(&samples[..1]).range(Measure::Memory), "6.4 GB for 1 s");
    }

    #[test]
    fn what_is_not_told_is_not_zero() {
        let mut samples = example(3);
        for snapshot in &mut samples {
            snapshot.disk_total = Default::default();
            snapshot.memory = Default::default();
        }
        let sparks = filled(&samples);
        assert_eq!(Measure::Disk.figure(&samples[2]), "not available");
        assert_eq!(Measure::Memory.figure(&samples[2]), "not available");
        assert_eq!((sparks.range(Measure::Disk), sparks.points(Measure::Disk, 200).len()), (String::new(), 0));
        assert_eq!(Sparks::default().range(Measure::Cpu), "");
    }

    #[test]
    fn no_more_points_than_pixels_and_no_line_over_a_gap() {
        let mut samples = example(300);
        samples[200..].iter_mut().for_each(|snapshot| snapshot.time += 30.0);
        let points = filled(&samples).points(Measure::Cpu, 100);
        assert!((80..=103).contains(&points.len()), "{}", points.len());
        assert_eq!(points.iter().filter(|point| point.gap_before).count(), 1);
    }

    #[test]
    fn the_chart_for_saving_has_the_figures_of_the_card() {
        let samples = example(16);
        let chart = filled(&samples).chart(Measure::Disk, &samples[15], Look::Light);
        assert_eq!((chart.title.as_str(), chart.figure.as_str(), chart.subtitle.as_str()), ("Disk", "2.5 MB/s", "/ 75 % full"));
        let Kind::Lines(lines) = chart.kind else { panic!("not lines") };
        assert_eq!(lines.series[0].points.len(), 16);
        assert_eq!(lines.series[0].points[15], [0.0, 2.5e6]);
    }
}
