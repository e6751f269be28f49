//! What a chart shows, as plain data.

use super::format;
use super::theme::Look;

/// A chart, ready to be drawn by any [`super::Exporter`].
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// What it is about: `Memory`.
    pub title: String,
    /// The figure that matters, with its unit: `13.1 GB`. Empty for none.
    pub figure: String,
    /// Context of the figure: `of 16 GB · 82 %`. Empty for none.
    pub subtitle: String,
    /// The marks.
    pub kind: Kind,
    /// Width in points.
    pub width: f64,
    /// Least height in points. Bars and flame graphs with many rows make the picture higher.
    pub height: f64,
    /// Dark or light.
    pub look: Look,
}

/// The kinds of charts.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// Lines over time or over a number.
    Lines(Lines),
    /// Pairs of horizontal bars: before over after.
    Bars(Bars),
    /// A flame graph.
    Flame(Flame),
    /// A histogram.
    Bins(Bins),
}

/// Lines over a common axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Lines {
    /// The lines, drawn in this order.
    pub series: Vec<Series>,
    /// What lies along.
    pub x: XAxis,
    /// What goes up.
    pub y: Unit,
    /// The upper end of the axis, such as 100 % or all memory. `None`: from the data.
    pub y_max: Option<f64>,
    /// Whether that axis is logarithmic.
    pub logarithmic: bool,
    /// Lines that should not be crossed.
    pub limits: Vec<Limit>,
}

/// One line.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Its name in the legend.
    pub name: String,
    /// Number of its colour in [`super::theme::Tokens::series`].
    pub color: usize,
    /// Its points `[x, y]`, x growing. A y that is not a number breaks the line: nothing was measured there.
    pub points: Vec<[f64; 2]>,
    /// Whether the area under it is tinted.
    pub fill: bool,
}

/// A level to be compared with.
#[derive(Clone, Debug, PartialEq)]
pub struct Limit {
    /// Where it lies, in the unit of the y axis.
    pub value: f64,
    /// Its name in the legend: `alert line 85 %`.
    pub name: String,
}

/// The horizontal axis of [`Lines`].
#[derive(Clone, Debug, PartialEq)]
pub enum XAxis {
    /// x is in seconds, 0 is now, the past is negative.
    Ago {
        /// How far back the axis begins, in seconds.
        seconds: f64,
    },
    /// x is a number of this unit; the axis spans the data.
    Number {
        /// What it counts.
        unit: Unit,
        /// Its name: `rows`.
        name: String,
    },
}

/// What a number of a chart is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// 0 to 100.
    Percent,
    /// Bytes.
    Bytes,
    /// Bytes in a second.
    BytesPerSecond,
    /// Things.
    Count,
    /// Seconds.
    Seconds,
    /// A bare number.
    Number,
    /// How often in a second.
    PerSecond,
    /// Degrees Celsius.
    Celsius,
    /// Thousandths of a second.
    Milliseconds,
    /// Megahertz.
    Megahertz,
}

impl Unit {
    /// `value` with its unit, for a person.
    pub fn show(self, value: f64) -> String {
        match self {
            Self::Percent => format::percent(value),
            Self::Bytes if value < 0.0 => format!("−{}", format::bytes(-value as u64)),
            Self::Bytes => format::bytes(value as u64),
            Self::BytesPerSecond => format::rate(value),
            Self::Count => format::grouped(value, 0),
            Self::Seconds => format::seconds(value),
            Self::Number => format::number(value),
            Self::PerSecond => format!("{}/s", format::number(value)),
            Self::Celsius => format!("{} °C", format::grouped(value, 0)),
            Self::Milliseconds => format::seconds(value / 1000.0),
            Self::Megahertz => format!("{} MHz", format::grouped(value, 0)),
        }
    }

    /// The unit's name in a table's head.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Percent => "%",
            Self::Bytes => "bytes",
            Self::BytesPerSecond => "bytes/s",
            Self::Count => "count",
            Self::Seconds => "s",
            Self::Number => "",
            Self::PerSecond => "per second",
            Self::Celsius => "°C",
            Self::Milliseconds => "ms",
            Self::Megahertz => "MHz",
        }
    }
}

/// Pairs of horizontal bars on one scale.
#[derive(Clone, Debug, PartialEq)]
pub struct Bars {
    /// The pairs, from above.
    pub rows: Vec<Bar>,
    /// What the lengths are.
    pub unit: Unit,
    /// Names of the two bars of a pair: `["as loaded", "optimised"]`.
    pub names: [String; 2],
}

/// One pair of bars.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// Its name, at the left.
    pub label: String,
    /// The grey bar.
    pub before: f64,
    /// The green bar under it.
    pub after: f64,
}

/// Upright bars side by side: how many values lie between two edges.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Bins {
    /// The bars, from the left.
    pub bars: Vec<BinBar>,
    /// What lies along: `amount`.
    pub name: String,
}

/// A bar of a histogram.
#[derive(Clone, Debug, PartialEq)]
pub struct BinBar {
    /// Its left edge in words.
    pub from: String,
    /// Its right edge in words, which belongs to the next bar.
    pub to: String,
    /// Values in it.
    pub count: f64,
}

/// A flame graph, laid out: the root above.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Flame {
    /// The rectangles, in any order.
    pub rects: Vec<FlameRect>,
}

/// A frame of a flame graph.
#[derive(Clone, Debug, PartialEq)]
pub struct FlameRect {
    /// Left edge, 0 to 1 of the width.
    pub x: f64,
    /// Width, 0 to 1.
    pub width: f64,
    /// Row, 0 for the root.
    pub depth: u32,
    /// Number of its colour in [`super::theme::Tokens::flame`]; `None` for the neutral colour of the root.
    pub color: Option<usize>,
    /// How it changed against a base, from −3 (much less) over 0 (as before) to 3 (much more): then its colour tells that. `None` where
    /// nothing is compared.
    pub change: Option<i8>,
    /// What is written on it.
    pub label: String,
    /// Its value in words, shown by a viewer when the pointer rests on it: `217 s · 90.3 %`.
    pub detail: String,
}
