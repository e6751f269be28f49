//! The lines of a card in its plot, from at most one pair of extremes for each pixel column.

use egui_plot::{FilledArea, Line, PlotUi};

use crate::app::theme::Palette;
use crate::app::widgets::filled_line;
use crate::sampler::{Metric, Point};

use super::cards::{Card, Trace};
use super::lines::{bands, runs};
use super::scale::Scale;
use super::values::Period;
use super::{MonitorTab, stack};

/// How much of a line's colour the band around it has, the area of a core, and the line of an earlier period.
const BAND: f32 = 0.3;
const CORE: f32 = 0.55;
const EARLIER: f32 = 0.5;
/// More lines than this are drawn thin and without areas.
const FEW: usize = 3;

/// The lines of a card on their way into a plot.
pub struct Drawing<'a> {
    pub tab: &'a MonitorTab,
    pub card: &'a Card,
    pub scale: &'a Scale,
    /// Pixels from left to right.
    pub buckets: usize,
    pub palette: &'a Palette,
    pub is_dark: bool,
}

impl Drawing<'_> {
    /// Adds them.
    pub fn add_to(&self, plot: &mut PlotUi<'_>) {
        if self.tab.comparison().is_some() {
            self.earlier().iter().for_each(|trace| self.add_earlier(plot, trace));
        }
        if self.card.stacked > 0 {
            self.add_cores(plot);
        }
        let is_core = |trace: &&Trace| self.card.stacked > 0 && matches!(trace.metric, Metric::CpuCore(_));
        for trace in self.card.traces.iter().filter(|trace| !is_core(trace)) {
            if self.tab.window().range().is_long() { self.add_band(plot, trace) } else { self.add_line(plot, trace) }
        }
    }

    fn points(&self, metric: &Metric) -> Vec<Point> {
        let (from, to) = (self.tab.window().from(), self.tab.window().to());
        self.tab.points(metric, from, to + 1e-3, self.buckets)
    }

    fn are_many(&self) -> bool {
        self.card.traces.len() > FEW
    }

    fn place(&self, [time, value]: [f64; 2]) -> [f64; 2] {
        [time, self.scale.place(value)]
    }

    /// A line with the area below it.
    fn add_line(&self, plot: &mut PlotUi<'_>, trace: &Trace) {
        let color = self.palette.series_color(trace.color);
        for (run, points) in runs(&self.points(&trace.metric), self.tab.end()).into_iter().enumerate() {
            let points: Vec<[f64; 2]> = points.into_iter().map(|point| self.place(point)).collect();
            let line = Line::new(&trace.name, points).id((&trace.name, run)).color(color).allow_hover(false);
            let line = line.width(if self.are_many() && !trace.fill { 1.0 } else { 1.5 });
            let is_filled = trace.fill && self.card.stacked == 0;
            plot.line(if is_filled { filled_line(line, self.is_dark, self.scale.ground) } else { line });
        }
    }

    /// A line of means, with the band of all values around it.
    fn add_band(&self, plot: &mut PlotUi<'_>, trace: &Trace) {
        let color = self.palette.series_color(trace.color);
        for (run, mut band) in bands(&self.points(&trace.metric), self.tab.end()).into_iter().enumerate() {
            if !self.are_many() {
                band.least.iter_mut().chain(&mut band.most).for_each(|value| *value = self.scale.place(*value));
                let area = FilledArea::new(&trace.name, &band.times, &band.least, &band.most).id((&trace.name, "band", run));
                plot.add(area.fill_color(color.gamma_multiply(BAND)).allow_hover(false));
            }
            let points: Vec<[f64; 2]> = band.line.into_iter().map(|point| self.place(point)).collect();
            let line = Line::new(&trace.name, points).id((&trace.name, run)).color(color).allow_hover(false);
            plot.line(line.width(if self.are_many() { 1.0 } else { 1.5 }));
        }
    }

    /// The cores as areas that add up to the whole.
    fn add_cores(&self, plot: &mut PlotUi<'_>) {
        let cores = || self.card.traces.iter().filter(|trace| matches!(trace.metric, Metric::CpuCore(_)));
        let points: Vec<_> = cores().map(|trace| self.points(&trace.metric)).collect();
        let areas = stack::areas(&self.points(&Metric::CpuTotal), &points, self.tab.end(), self.scale);
        for (trace, pieces) in cores().zip(areas) {
            let color = self.palette.series_color(trace.color).gamma_multiply(CORE);
            for (run, piece) in pieces.into_iter().enumerate() {
                let area = FilledArea::new(&trace.name, &piece.times, &piece.low, &piece.high).id((&trace.name, run));
                plot.add(area.fill_color(color).allow_hover(false));
            }
        }
    }

    /// The lines that are drawn of an earlier period too: where there are many, the first stands for all.
    fn earlier(&self) -> &[Trace] {
        self.card.traces.get(..if self.are_many() { 1 } else { self.card.traces.len() }).unwrap_or_default()
    }

    /// A fainter line of the earlier period, where it would be now.
    fn add_earlier(&self, plot: &mut PlotUi<'_>, trace: &Trace) {
        let Some(shift) = self.tab.shift(Period::Earlier) else { return };
        let (window, end) = (self.tab.window(), self.tab.end() - shift);
        let stretch = (end + window.from(), end + window.to() + 1e-3);
        let points = self.tab.points_of(Period::Earlier, &trace.metric, stretch, self.buckets);
        let is_long = window.range().is_long();
        let lines: Vec<Vec<[f64; 2]>> =
            if is_long { bands(&points, end).into_iter().map(|band| band.line).collect() } else { runs(&points, end) };
        let color = self.palette.series_color(trace.color).gamma_multiply(EARLIER);
        for (run, points) in lines.into_iter().enumerate() {
            let points: Vec<[f64; 2]> = points.into_iter().map(|point| self.place(point)).collect();
            let line = Line::new(&trace.name, points).id((&trace.name, "earlier", run)).color(color).allow_hover(false);
            plot.line(line.width(1.0));
        }
    }
}
