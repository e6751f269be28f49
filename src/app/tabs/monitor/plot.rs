//! One plot of the Monitor tab.
//!
//! The stretch of time is the same for all plots because all take it from the tab's [`super::Window`], which dragging and zooming in any of them changes;
//! the cursor is linked by egui_plot. Lines are drawn from at most one pair of extremes for each pixel column.

use std::time::Duration;

use eframe::egui::{self, Id, Role, Sense, Ui, Vec2b, WidgetInfo};
use egui_plot::{FilledArea, HoverPosition, Line, PlotPoint, PlotUi, VLine};

use crate::app::theme::palette;
use crate::app::widgets::{PlotAxes, filled_line, pointed_at, time_plot};
use crate::app::{Command, View};
use crate::report::{format, local_moment, local_ticks, time_ticks};

use super::cards::{Card, bands, runs};
use super::{MonitorCommand, MonitorTab};

/// Width of the value axis in points, the same in all plots so that they line up.
const AXIS: f32 = 52.0;
/// Room under the lowest mark of the value axis, in points.
const FOOT: f32 = 7.0;
/// How much of a line's colour the band around it has.
const BAND: f32 = 0.3;
/// The plots whose cursors are linked.
const GROUP: &str = "monitor cursor";

/// Draws the plot, `height` points high with its axis. Returns the moment under the pointer (seconds, now is 0).
pub fn show(tab: &MonitorTab, card: &Card, ui: &mut Ui, view: View, height: f32) -> Option<f64> {
    let palette = palette(ui);
    let (from, to) = (tab.window().from(), tab.window().to());
    let marks = card.marks(tab, (height / 30.0).clamp(2.0, 5.0) as usize);
    let top = card.high(&marks);
    // The lowest mark's words stand beside the plot, not in the time axis below it.
    let bottom = -top * f64::from(FOOT / (height - 16.0 - FOOT).max(1.0));
    let plot_width = ui.available_width() - AXIS;
    let axes = PlotAxes { times: all_time_marks(tab, plot_width), times_height: 16.0, values: marks, values_width: AXIS };
    let plot = time_plot(ui, ("monitor", card.title), axes)
        .height(height)
        .link_cursor(Id::unique(GROUP), Vec2b::new(true, false))
        .sense(Sense::CLICK | Sense::DRAG)
        .label_formatter(|position: &HoverPosition<'_>| read_out(tab, card, position));
    let buckets = (plot_width * ui.ctx().pixels_per_point()).max(1.0) as usize;
    let dark = ui.visuals().dark_mode;
    let shown = plot.show(ui, |plot_ui| {
        plot_ui.set_plot_bounds_x(from..=to);
        plot_ui.set_plot_bounds_y(bottom..=top * 1.02);
        add_lines(tab, card, plot_ui, buckets, dark, palette);
        if let Some(then) = tab.then().moment() {
            plot_ui.vline(VLine::new("", then - tab.end()).color(palette.muted).width(1.0).allow_hover(false));
        }
        plot_ui.pointer_coordinate()
    });
    let name = format!("{} over time", card.title);
    shown.response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &name));
    let moment = shown.inner.filter(|_| shown.response.hovered()).map(|at: PlotPoint| at.x.clamp(from, to));
    let seconds_per_point = (to - from) / f64::from(plot_width.max(1.0));
    look_around(&shown.response, ui, view, moment, seconds_per_point);
    moment
}

fn add_lines(
    tab: &MonitorTab,
    card: &Card,
    plot: &mut PlotUi<'_>,
    buckets: usize,
    dark: bool,
    palette: &crate::app::theme::Palette,
) {
    let (from, to) = (tab.window().from(), tab.window().to());
    let many = card.traces.len() > 3;
    for trace in &card.traces {
        let color = palette.series_color(trace.color);
        let points = tab.points(&trace.metric, from, to + 1e-3, buckets);
        if tab.window().range().is_long() {
            for (run, band) in bands(&points, tab.end()).into_iter().enumerate() {
                if !many {
                    let area = FilledArea::new(&trace.name, &band.times, &band.least, &band.most).id((&trace.name, "band", run));
                    plot.add(area.fill_color(color.gamma_multiply(BAND)).allow_hover(false));
                }
                let line = Line::new(&trace.name, band.line).id((&trace.name, run)).color(color).allow_hover(false);
                plot.line(line.width(if many { 1.0 } else { 1.5 }));
            }
            continue;
        }
        for (run, points) in runs(&points, tab.end()).into_iter().enumerate() {
            let line = Line::new(&trace.name, points).id((&trace.name, run)).color(color).allow_hover(false);
            let line = line.width(if many && !trace.fill { 1.0 } else { 1.5 });
            plot.line(if trace.fill { filled_line(line, dark) } else { line });
        }
    }
}

/// Dragging moves the stretch of time, Ctrl and the wheel shorten or lengthen it, a double click shows all.
fn look_around(response: &egui::Response, ui: &Ui, view: View, moment: Option<f64>, seconds_per_point: f64) {
    let send = |command| view.commands.send(Command::Monitor(command));
    if response.dragged() && response.drag_delta().x != 0.0 {
        send(MonitorCommand::Pan(-f64::from(response.drag_delta().x) * seconds_per_point));
    }
    if response.double_clicked() {
        send(MonitorCommand::ShowAll);
    } else if let Some(moment) = moment.filter(|_| response.clicked()) {
        send(MonitorCommand::LookAt(moment));
    }
    let factor = ui.input(egui::InputState::zoom_delta);
    if let Some(around) = moment.filter(|_| factor != 1.0) {
        send(MonitorCommand::Zoom { factor: f64::from(factor), around });
    }
}

/// The marks of the time axis: how long ago within an hour, by the clock and the calendar beyond.
fn all_time_marks(tab: &MonitorTab, width: f32) -> Vec<(f64, String)> {
    let (from, to, end) = (tab.window().from(), tab.window().to(), tab.end());
    if !tab.window().range().is_long() {
        return time_marks(from, to, width);
    }
    let wanted = (width / 90.0).clamp(2.0, 8.0) as usize;
    local_ticks(end + from, end + to, wanted).into_iter().map(|(at, words)| (at - end, words)).collect()
}

/// The marks of the time axis that lie in the stretch.
fn time_marks(from: f64, to: f64, width: f32) -> Vec<(f64, String)> {
    let wanted = f64::from(width / 90.0).clamp(2.0, 8.0) * (-from / (to - from)).max(1.0);
    time_ticks(-from, wanted as usize).into_iter().filter(|(at, _)| *at >= from - 1e-6 && *at <= to + 1e-6).collect()
}

/// What the lines say at the sample under the pointer, and when that was.
fn read_out(tab: &MonitorTab, card: &Card, position: &HoverPosition<'_>) -> Option<String> {
    let moment = pointed_at(position).x.clamp(tab.window().from(), tab.window().to());
    let when = |at: f64| if tab.window().range().is_long() { local_moment(tab.end() + at, tab.end()) } else { when(at) };
    let Some(at) = tab.sample_near(moment) else { return Some(format!("Nothing was recorded\n{}", when(moment))) };
    let words = |trace| value(tab, card, trace, at).unwrap_or_else(|| format::NOT_AVAILABLE.to_owned());
    let values = card.traces.iter().take(12).map(|trace| format!("{}  {}", trace.name, words(trace)));
    Some(values.chain([when(at)]).collect::<Vec<_>>().join("\n"))
}

/// The value of a line at the sample nearest to `at`, for a legend. `None` where it is not known.
pub fn value(tab: &MonitorTab, card: &Card, trace: &super::Trace, at: f64) -> Option<String> {
    let value = tab.sample_near(at).and_then(|at| tab.value_near(&trace.metric, at));
    value.map(|value| match card.id {
        super::CardId::Cpu => super::cpu_percent(value),
        super::CardId::Own => format::percent_fine(value),
        _ => card.unit.show(value),
    })
}

/// `12 s before now`.
fn when(at: f64) -> String {
    match -at {
        ago if ago < 0.05 => "now".to_owned(),
        ago if ago < 10.0 => format!("{} s before now", format::grouped(ago, 1)),
        ago => format!("{} before now", format::span(Duration::from_secs_f64(ago.round()))),
    }
}

#[cfg(test)]
mod tests {
    use super::super::CardId;
    use super::super::tests::filled;
    use super::*;

    #[test]
    fn the_read_out_tells_values_and_time() {
        let tab = filled(30);
        let position = HoverPosition::Elsewhere { position: PlotPoint::new(-29.2, 0.0) };
        let text = read_out(&tab, &Card::of(&tab, CardId::Cpu), &position);
        assert_eq!(text.as_deref(), Some("all cores  50 %\nbusiest core  75 %\n29 s before now"));
    }

    #[test]
    fn time_marks_lie_in_the_stretch() {
        let all = time_marks(-300.0, 0.0, 500.0);
        assert_eq!(all.iter().map(|(_, words)| words.as_str()).collect::<Vec<_>>(), ["−5 min", "−4", "−3", "−2", "−1", "now"]);
        let part = time_marks(-200.0, -100.0, 500.0);
        assert!(part.len() >= 3 && part.iter().all(|(at, _)| (-200.0..=-100.0).contains(at)), "{part:?}");
    }
}
