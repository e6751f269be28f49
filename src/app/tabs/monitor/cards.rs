//! What each card of the Monitor tab shows: its figure, its context, its lines.

use std::borrow::Cow;
use std::sync::Arc;

use crate::report::theme::Look;
use crate::report::{Chart, Kind, Lines, Series, Unit, XAxis, format, shorten};
use crate::sampler::{DiskUse, Metric, Snapshot};
use crate::settings::Cores;

use super::{MonitorTab, lines};

/// Points of a line in a saved chart.
const CHART_BUCKETS: usize = 800;
/// Letters of a process's name in a legend.
const NAME: usize = 16;
/// Size of a saved chart in points.
const CHART_SIZE: (f64, f64) = (760.0, 300.0);

/// The cards with plots.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
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
    /// One metric that a person chose.
    Metric(Metric),
    /// What another version of this program calls so.
    Unknown(Arc<str>),
}

impl CardId {
    /// The standard ones, in the order they are shown in.
    pub const ALL: [Self; 5] = [Self::Cpu, Self::Memory, Self::Disk, Self::Network, Self::Own];

    /// How a standard one is written down; empty for the others.
    pub const fn plain_name(&self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Memory => "memory",
            Self::Disk => "disk",
            Self::Network => "network",
            Self::Own => "this program",
            Self::Metric(_) | Self::Unknown(_) => "",
        }
    }

    /// Its title.
    pub fn title(&self) -> Cow<'static, str> {
        match self {
            Self::Cpu => "CPU".into(),
            Self::Memory => "Memory".into(),
            Self::Disk => "Disk".into(),
            Self::Network => "Network".into(),
            Self::Own => "This program".into(),
            // The card of the whole CPU has the name of its metric.
            Self::Metric(Metric::CpuTotal) => "All cores".into(),
            // So has the table of them.
            Self::Metric(Metric::Processes) => "Number of processes".into(),
            Self::Metric(metric) => metric.title(),
            Self::Unknown(name) => name.strip_prefix(super::layout::METRIC).unwrap_or(name).to_owned().into(),
        }
    }
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
    pub title: Cow<'static, str>,
    /// The figure that matters.
    pub figure: String,
    /// The figure's context.
    pub note: String,
    /// What goes up.
    pub unit: Unit,
    /// The upper end of the axis where it is given by the thing itself.
    pub top: Option<f64>,
    /// Whether the value axis is logarithmic.
    pub logarithmic: bool,
    /// How many cores stand on each other, each as its share of the machine; 0 when none does.
    pub stacked: usize,
    /// The lines, drawn in this order.
    pub traces: Vec<Trace>,
}

impl Card {
    /// The card as it is now.
    pub fn of(tab: &MonitorTab, id: CardId) -> Self {
        let nothing = Snapshot::default();
        let shown = tab.shown();
        let snapshot = shown.unwrap_or(&nothing);
        let logarithmic = tab.layout().is_logarithmic(&id);
        let mut card = match id {
            CardId::Cpu => pinned(cpu(snapshot, tab.cores()), tab, Metric::ProcessCpu),
            CardId::Memory => pinned(memory(snapshot), tab, Metric::ProcessMemory),
            CardId::Disk => disk(snapshot),
            CardId::Network => network(snapshot),
            CardId::Own => own(snapshot),
            CardId::Metric(metric) => of_metric(metric, tab),
            CardId::Unknown(_) => Self { note: "another version of this program knows it".into(), ..empty(id) },
        };
        card.logarithmic = logarithmic;
        if logarithmic {
            // Heights that are no sums cannot stand on each other.
            card.stacked = 0;
        }
        if shown.is_none() {
            (card.figure, card.note) = ("–".into(), String::new());
        }
        card
    }

    /// A value of one of its lines, in words.
    pub fn show(&self, value: f64) -> String {
        match self.unit {
            Unit::Percent if self.top.is_some() => cpu_percent(value),
            Unit::Percent => format::percent_fine(value),
            unit => unit.show(value),
        }
    }

    /// How much of the value of a metric is shown: of a core that stands on others its share of the machine.
    pub fn share_of(&self, metric: &Metric) -> f64 {
        match metric {
            Metric::CpuCore(_) if self.stacked > 0 => 1.0 / self.stacked as f64,
            _ => 1.0,
        }
    }

    /// The chart for saving, up to the moment that is shown.
    pub fn chart(&self, tab: &MonitorTab, look: Look) -> Chart {
        let from = tab.window().from();
        let series = self.traces.iter().map(|trace| Series {
            name: trace.name.clone(),
            color: trace.color,
            points: lines::joined(&tab.points(&trace.metric, from, 1e-3, CHART_BUCKETS), tab.end(), from),
            fill: trace.fill,
        });
        let lines = Lines {
            series: series.collect(),
            x: XAxis::Ago { seconds: -from },
            y: self.unit,
            y_max: self.top,
            logarithmic: self.logarithmic,
            limits: Vec::new(),
        };
        let (width, height) = CHART_SIZE;
        let (title, figure, subtitle) = (self.title.to_string(), self.figure.clone(), self.note.clone());
        Chart { title, figure, subtitle, kind: Kind::Lines(lines), width, height, look }
    }
}

fn trace(name: impl Into<String>, metric: Metric, color: usize, fill: bool) -> Trace {
    Trace { name: name.into(), metric, color, fill }
}

fn cpu(snapshot: &Snapshot, shown: Cores) -> Card {
    let cores = snapshot.cpu_per_core.len();
    let load = snapshot.load.map(|[minute, ..]| format!("load {}", format::grouped(minute, 2)));
    // Where the system tells nothing of each core, there is none to count.
    let counted = (cores > 0).then(|| format::counted(cores as u64, "core", "cores"));
    let mut traces = vec![trace("all cores", Metric::CpuTotal, 0, true)];
    if shown != Cores::Off {
        let core = |core: usize| trace(format!("core {}", core + 1), Metric::CpuCore(core as u16), core + 1, false);
        traces.extend((0..cores).map(core));
    } else {
        traces.push(Trace { name: "busiest core".into(), metric: Metric::CpuBusiest, color: 1, fill: false });
    }
    Card {
        figure: cpu_percent(f64::from(snapshot.cpu_percent)),
        note: [counted, load].into_iter().flatten().collect::<Vec<_>>().join(" · "),
        unit: Unit::Percent,
        top: Some(100.0),
        stacked: if shown == Cores::Stacked { cores } else { 0 },
        traces,
        ..empty(CardId::Cpu)
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
        figure: format::bytes(memory.used),
        note: format!("of {} · {}", format::bytes(memory.total), format::percent(share)),
        unit: Unit::Bytes,
        top: (memory.total > 0).then_some(memory.total as f64),
        traces,
        ..empty(CardId::Memory)
    }
}

fn disk(snapshot: &Snapshot) -> Card {
    let total = snapshot.disk_total;
    Card {
        figure: sum(total.read_per_s, total.written_per_s),
        note: fullest(snapshot).map(|(disk, used)| format!("{} {} full", disk.mount, format::percent(used))).unwrap_or_default(),
        unit: Unit::BytesPerSecond,
        traces: vec![trace("read", Metric::DiskRead, 2, true), trace("written", Metric::DiskWritten, 5, false)],
        ..empty(CardId::Disk)
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
        figure: sum(total.received_per_s, total.sent_per_s),
        note: busiest.map(|network| network.name.clone() + &others).unwrap_or_default(),
        unit: Unit::BytesPerSecond,
        traces: vec![trace("received", Metric::NetReceived, 0, true), trace("sent", Metric::NetSent, 1, false)],
        ..empty(CardId::Network)
    }
}

fn own(snapshot: &Snapshot) -> Card {
    let own = snapshot.this_program;
    Card {
        figure: format::percent_fine(f64::from(own.cpu_percent)),
        note: format::bytes(own.memory),
        unit: Unit::Percent,
        traces: vec![trace("CPU", Metric::OwnCpu, 0, true)],
        ..empty(CardId::Own)
    }
}

fn of_metric(metric: Metric, tab: &MonitorTab) -> Card {
    let unit = unit(metric.unit());
    let is_share = matches!(metric, Metric::CpuTotal | Metric::CpuBusiest | Metric::CpuCore(_));
    let is_share = is_share || matches!(metric, Metric::DiskBusy | Metric::DeviceBusy(_) | Metric::GpuBusy(_));
    let color = match unit {
        Unit::Percent => 0,
        Unit::Bytes => 3,
        Unit::BytesPerSecond => 2,
        Unit::Celsius => 4,
        _ => 5,
    };
    let mut card = Card { unit, top: is_share.then_some(100.0), ..empty(CardId::Metric(metric.clone())) };
    card.figure = format::or_not_available(tab.value_near(&metric, 0.0), |value| card.show(value));
    card.traces = vec![trace(card.title.clone(), metric, color, true)];
    card
}

/// A card of which only the name is known.
fn empty(id: CardId) -> Card {
    Card {
        title: id.title(),
        id,
        figure: format::NOT_AVAILABLE.to_owned(),
        note: String::new(),
        unit: Unit::Number,
        top: None,
        logarithmic: false,
        stacked: 0,
        traces: Vec::new(),
    }
}

fn unit(unit: crate::sampler::Unit) -> Unit {
    use crate::sampler::Unit as Of;
    match unit {
        Of::Percent => Unit::Percent,
        Of::Bytes => Unit::Bytes,
        Of::BytesPerSecond => Unit::BytesPerSecond,
        Of::Celsius => Unit::Celsius,
        Of::Milliseconds => Unit::Milliseconds,
        Of::Megahertz => Unit::Megahertz,
        Of::Count => Unit::Number,
        Of::PerSecond => Unit::PerSecond,
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
