//! What each card of the Monitor tab shows: its figure, its context, its lines.

use crate::report::theme::Look;
use crate::report::{Chart, Kind, Lines, Series, Unit, XAxis, format, shorten, value_ticks};
use crate::sampler::{DiskUse, Metric, Point, Snapshot};

use super::MonitorTab;

/// Points of a line in a saved chart.
const CHART_BUCKETS: usize = 800;
/// Letters of a process's name in a legend.
const NAME: usize = 16;
/// Size of a saved chart in points.
const CHART_SIZE: (f64, f64) = (760.0, 300.0);

/// The cards with plots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CardId {
    /// Processor.
    Cpu,
    /// Physical memory and swap.
    Memory,
    /// Disk traffic.
    Disk,
    /// Network traffic.
    Network,
    /// This program itself.
    Own,
}

impl CardId {
    /// All, in the order they are shown in.
    pub const ALL: [Self; 5] = [Self::Cpu, Self::Memory, Self::Disk, Self::Network, Self::Own];
}

/// A line of a card.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    /// Its name in the legend.
    pub name: String,
    /// What it shows.
    pub metric: Metric,
    /// Number of its colour among the series.
    pub color: usize,
    /// Whether the area under it is tinted.
    pub fill: bool,
}

/// What a card shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Card {
    /// Which one it is.
    pub id: CardId,
    /// Its title.
    pub title: &'static str,
    /// The figure that matters.
    pub figure: String,
    /// The figure's context.
    pub note: String,
    /// What goes up.
    pub unit: Unit,
    /// The upper end of the axis where it is given by the thing itself.
    pub top: Option<f64>,
    /// The lines, drawn in this order.
    pub traces: Vec<Trace>,
}

impl Card {
    /// The card as it is now.
    pub fn of(tab: &MonitorTab, id: CardId) -> Self {
        let nothing = Snapshot::default();
        let shown = tab.shown();
        let snapshot = shown.unwrap_or(&nothing);
        let mut card = match id {
            CardId::Cpu => pinned(cpu(snapshot, tab.per_core()), tab, Metric::ProcessCpu),
            CardId::Memory => pinned(memory(snapshot), tab, Metric::ProcessMemory),
            CardId::Disk => disk(snapshot),
            CardId::Network => network(snapshot),
            CardId::Own => own(snapshot),
        };
        if shown.is_none() {
            (card.figure, card.note) = ("–".into(), String::new());
        }
        card
    }

    /// The upper end of the value axis.
    pub fn high(&self, marks: &[(f64, String)]) -> f64 {
        self.top.unwrap_or_else(|| marks.last().map_or(1.0, |(value, _)| *value))
    }

    /// The marks of the value axis, about `wanted` of them.
    pub fn marks(&self, tab: &MonitorTab, wanted: usize) -> Vec<(f64, String)> {
        let window = tab.window();
        let largest = self.traces.iter().filter_map(|trace| tab.largest(&trace.metric, window.from(), window.to() + 1e-3));
        let high = self.top.unwrap_or_else(|| largest.fold(least(self.unit), f64::max));
        let mut marks = value_ticks(self.unit, 0.0, high, wanted);
        marks.retain(|(value, _)| self.top.is_none_or(|top| *value <= top));
        marks
    }

    /// The chart for saving, up to the moment that is shown.
    pub fn chart(&self, tab: &MonitorTab, look: Look) -> Chart {
        let from = tab.window().from();
        let series = self.traces.iter().map(|trace| Series {
            name: trace.name.clone(),
            color: trace.color,
            points: joined(&tab.points(&trace.metric, from, 1e-3, CHART_BUCKETS), tab.end(), from),
            fill: trace.fill,
        });
        let lines =
            Lines { series: series.collect(), x: XAxis::Ago { seconds: -from }, y: self.unit, y_max: self.top, limits: Vec::new() };
        let (width, height) = CHART_SIZE;
        let (title, figure, subtitle) = (self.title.to_owned(), self.figure.clone(), self.note.clone());
        Chart { title, figure, subtitle, kind: Kind::Lines(lines), width, height, look }
    }
}

/// The pieces of a line between its gaps: points `[seconds, value]`, now is 0. A point that stands for several samples gives its smallest
/// and its largest value at one place.
pub fn runs(points: &[Point], end: f64) -> Vec<Vec<[f64; 2]>> {
    let mut runs: Vec<Vec<[f64; 2]>> = Vec::new();
    for point in points {
        if point.gap_before || runs.is_empty() {
            runs.push(Vec::new());
        }
        let Some(run) = runs.last_mut() else { continue };
        if point.start < point.end {
            let x = (point.start + point.end) / 2.0 - end;
            run.extend([[x, f64::from(point.min)], [x, f64::from(point.max)]]);
        } else {
            run.push([point.end - end, f64::from(point.last)]);
        }
    }
    runs
}

/// A piece of a line of which each point stands for many samples.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Band {
    /// Seconds, now is 0.
    pub times: Vec<f64>,
    /// The smallest values.
    pub least: Vec<f64>,
    /// The largest values.
    pub most: Vec<f64>,
    /// Points `[seconds, value]` of the line within: means where they are known, else the last values.
    pub line: Vec<[f64; 2]>,
}

/// The pieces of a line between its gaps, each with the band of all values around it.
pub fn bands(points: &[Point], end: f64) -> Vec<Band> {
    let mut bands: Vec<Band> = Vec::new();
    for point in points {
        if point.gap_before || bands.is_empty() {
            bands.push(Band::default());
        }
        let Some(band) = bands.last_mut() else { continue };
        let time = (point.start + point.end) / 2.0 - end;
        band.times.push(time);
        band.least.push(point.min.into());
        band.most.push(point.max.into());
        band.line.push([time, point.last.into()]);
    }
    bands
}

/// The same as one list, broken by values that are not numbers, from `from` on.
fn joined(points: &[Point], end: f64, from: f64) -> Vec<[f64; 2]> {
    let mut list = Vec::new();
    for run in runs(points, end) {
        if let Some([x, _]) = run.first().filter(|_| !list.is_empty()) {
            list.push([*x, f64::NAN]);
        }
        list.extend(run);
    }
    list.retain(|[x, _]| *x >= from);
    list
}

/// An axis reaches at least this far: a quiet line lies at the bottom and not all over the card.
fn least(unit: Unit) -> f64 {
    match unit {
        Unit::BytesPerSecond => 10_000.0,
        Unit::Percent => 2.0,
        _ => 1.0,
    }
}

fn trace(name: impl Into<String>, metric: Metric, color: usize, fill: bool) -> Trace {
    Trace { name: name.into(), metric, color, fill }
}

fn cpu(snapshot: &Snapshot, per_core: bool) -> Card {
    let cores = snapshot.cpu_per_core.len();
    let load = snapshot.load.map(|[minute, ..]| format!("load {}", format::grouped(minute, 2)));
    // Where the system tells nothing of each core, there is none to count.
    let counted = (cores > 0).then(|| format::counted(cores as u64, "core", "cores"));
    let mut traces = vec![trace("all cores", Metric::CpuTotal, 0, true)];
    if per_core {
        let core = |core: usize| trace(format!("core {}", core + 1), Metric::CpuCore(core as u16), core + 1, false);
        traces.extend((0..cores).map(core));
    } else {
        traces.push(Trace { name: "busiest core".into(), metric: Metric::CpuBusiest, color: 1, fill: false });
    }
    Card {
        id: CardId::Cpu,
        title: "CPU",
        figure: cpu_percent(f64::from(snapshot.cpu_percent)),
        note: [counted, load].into_iter().flatten().collect::<Vec<_>>().join(" · "),
        unit: Unit::Percent,
        top: Some(100.0),
        traces,
    }
}

/// The card with a line for each process that was pinned.
fn pinned(mut card: Card, tab: &MonitorTab, metric: fn(u32) -> Metric) -> Card {
    let first = card.traces.len();
    let lines = tab.pinned().iter().enumerate();
    card.traces.extend(
        lines.map(|(row, (pid, name))| trace(format!("{} {pid}", shorten(name, NAME)), metric(*pid), first + row + 2, false)),
    );
    card
}

fn memory(snapshot: &Snapshot) -> Card {
    let memory = snapshot.memory;
    let share = memory.used as f64 / memory.total.max(1) as f64 * 100.0;
    let mut traces = vec![trace("used", Metric::MemoryUsed, 3, true)];
    if snapshot.swap.total > 0 {
        traces.push(trace("swap", Metric::SwapUsed, 4, false));
    }
    Card {
        id: CardId::Memory,
        title: "Memory",
        figure: format::bytes(memory.used),
        note: format!("of {} · {}", format::bytes(memory.total), format::percent(share)),
        unit: Unit::Bytes,
        top: (memory.total > 0).then_some(memory.total as f64),
        traces,
    }
}

fn disk(snapshot: &Snapshot) -> Card {
    let total = snapshot.disk_total;
    Card {
        id: CardId::Disk,
        title: "Disk",
        figure: sum(total.read_per_s, total.written_per_s),
        note: fullest(snapshot).map(|(disk, used)| format!("{} {} full", disk.mount, format::percent(used))).unwrap_or_default(),
        unit: Unit::BytesPerSecond,
        top: None,
        traces: vec![trace("read", Metric::DiskRead, 2, true), trace("written", Metric::DiskWritten, 5, false)],
    }
}

fn network(snapshot: &Snapshot) -> Card {
    let total = snapshot.network_total;
    let traffic = |n: &&crate::sampler::NetworkUse| n.received_per_s.unwrap_or(0.0) + n.sent_per_s.unwrap_or(0.0);
    let busiest = snapshot.networks.iter().max_by(|a, b| traffic(a).total_cmp(&traffic(b)));
    let others = match snapshot.networks.len() {
        0 | 1 => String::new(),
        n => format!(" and {} more", n - 1),
    };
    Card {
        id: CardId::Network,
        title: "Network",
        figure: sum(total.received_per_s, total.sent_per_s),
        note: busiest.map(|network| network.name.clone() + &others).unwrap_or_default(),
        unit: Unit::BytesPerSecond,
        top: None,
        traces: vec![trace("received", Metric::NetReceived, 0, true), trace("sent", Metric::NetSent, 1, false)],
    }
}

fn own(snapshot: &Snapshot) -> Card {
    let own = snapshot.this_program;
    Card {
        id: CardId::Own,
        title: "This program",
        figure: format::percent_fine(f64::from(own.cpu_percent)),
        note: format::bytes(own.memory),
        unit: Unit::Percent,
        top: None,
        traces: vec![trace("CPU", Metric::OwnCpu, 0, true)],
    }
}

/// The disk with the largest share in use, and that share in percent; of equal ones the first.
pub fn fullest(snapshot: &Snapshot) -> Option<(&DiskUse, f64)> {
    let disks = snapshot.disks.iter().filter(|disk| disk.total > 0).map(|disk| (disk, used(disk)));
    disks.reduce(|fullest, disk| if disk.1 > fullest.1 { disk } else { fullest })
}

fn used(disk: &DiskUse) -> f64 {
    disk.total.saturating_sub(disk.available) as f64 / disk.total.max(1) as f64 * 100.0
}

/// CPU use in whole percent: a rest below half a percent is noise of measuring, not idleness.
pub fn cpu_percent(percent: f64) -> String {
    if percent >= 99.5 { "100 %".to_owned() } else { format::percent(percent) }
}

/// Both rates together; not available when the system tells neither.
fn sum(one: Option<f64>, other: Option<f64>) -> String {
    let both = one.into_iter().chain(other).reduce(|one, other| one + other);
    format::or_not_available(both, format::rate)
}

#[cfg(test)]
mod tests {
    use super::super::tests::filled;
    use super::*;

    #[test]
    fn figures_and_context_of_a_known_sample() {
        let tab = filled(1);
        let text = |id| {
            let card = Card::of(&tab, id);
            format!("{} {} ({})", card.title, card.figure, card.note)
        };
        assert_eq!(text(CardId::Cpu), "CPU 50 % (4 cores · load 1.25)");
        assert_eq!(text(CardId::Memory), "Memory 6.4 GB (of 17.2 GB · 38 %)");
        assert_eq!(text(CardId::Disk), "Disk 4.5 MB/s (/ 75 % full)");
        assert_eq!(text(CardId::Network), "Network 1.3 MB/s (eth0)");
        assert_eq!(text(CardId::Own), "This program 0.2 % (101 MB)");
    }

    #[test]
    fn before_the_first_sample_no_figure_is_claimed() {
        let card = Card::of(&MonitorTab::default(), CardId::Memory);
        assert_eq!((card.figure.as_str(), card.note.as_str()), ("–", ""));
    }

    #[test]
    fn what_the_system_does_not_tell_is_not_zero() {
        assert_eq!(sum(None, None), "not available");
        assert_eq!(sum(None, Some(1000.0)), "1 KB/s");
    }

    #[test]
    fn a_line_breaks_where_samples_are_missing() {
        let point = |time: f64, gap_before| Point { start: time, end: time, min: 1.0, max: 1.0, last: 1.0, gap_before };
        let points = [point(1.0, false), point(2.0, false), point(9.0, true)];
        assert_eq!(runs(&points, 9.0), [vec![[-8.0, 1.0], [-7.0, 1.0]], vec![[0.0, 1.0]]]);
        let list = joined(&points, 9.0, -7.5);
        assert_eq!(list.len(), 3);
        assert!(list[1][1].is_nan());
    }

    #[test]
    fn several_samples_on_one_pixel_show_their_extremes() {
        let point = Point { start: 1.0, end: 3.0, min: 5.0, max: 7.0, last: 6.0, gap_before: false };
        assert_eq!(runs(&[point], 3.0), [vec![[-1.0, 5.0], [-1.0, 7.0]]]);
    }

    #[test]
    fn a_band_holds_all_values_and_its_line_the_means() {
        let point = |start: f64, gap_before| Point { start, end: start + 2.0, min: 5.0, max: 9.0, last: 6.0, gap_before };
        let bands = bands(&[point(0.0, false), point(2.0, false), point(90.0, true)], 100.0);
        assert_eq!(bands.iter().map(|band| band.times.len()).collect::<Vec<_>>(), [2, 1]);
        assert_eq!((bands[0].least[1], bands[0].most[1], bands[0].line[1]), (5.0, 9.0, [-97.0, 6.0]));
    }

    #[test]
    fn the_axis_ends_where_the_thing_does() {
        let tab = filled(30);
        let top = |id| {
            let card = Card::of(&tab, id);
            let marks = card.marks(&tab, 4);
            (card.high(&marks), marks.last().map(|(_, words)| words.clone()).unwrap_or_default())
        };
        assert_eq!(top(CardId::Cpu), (100.0, "100 %".into()));
        assert_eq!(top(CardId::Memory), (16.0 * 1024f64.powi(3), "15 GB".into()));
        assert_eq!(top(CardId::Disk), (4e6, "4 MB/s".into()));
    }

    #[test]
    fn the_chart_for_saving_has_the_lines_of_the_card() {
        let tab = filled(30);
        let chart = Card::of(&tab, CardId::Network).chart(&tab, Look::Light);
        let Kind::Lines(lines) = chart.kind else { panic!("not lines") };
        assert_eq!(
            lines.series.iter().map(|series| (series.name.as_str(), series.points.len())).collect::<Vec<_>>(),
            [("received", 30), ("sent", 30)]
        );
        assert_eq!(lines.x, XAxis::Ago { seconds: 300.0 });
    }
}
