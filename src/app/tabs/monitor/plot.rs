//! One plot of the Monitor tab.
//!
//! The stretch of time is the same for all plots because all take it from the tab's [`super::Window`], which dragging and zooming in any of them changes;
//! the cursor is linked by egui_plot. Lines are drawn from at most one pair of extremes for each pixel column.

use eframe::egui::{self, Id, Pos2, Role, Sense, Ui, Vec2b, WidgetInfo};
use egui_plot::{HoverPosition, PlotPoint, VLine};

use crate::app::theme::palette;
use crate::app::widgets::{PlotAxes, pointed_at, time_plot};
use crate::app::{Command, View};
use crate::report::{local_ticks, time_ticks};

use super::cards::Card;
use super::drawing::Drawing;
use super::scale::Scale;
use super::told::Told;
use super::{MonitorCommand, MonitorTab, brush, flags};

/// Width of the value axis in points, the same in all plots so that they line up.
const AXIS: f32 = 52.0;
/// Room under the lowest mark of the value axis, in points.
const FOOT: f32 = 7.0;
/// The plots whose cursors are linked.
const GROUP: &str = "monitor cursor";

/// Draws the plot, `height` points high with its axis. Returns the moment under the pointer (seconds, now is 0).
pub fn show(tab: &MonitorTab, card: &Card, ui: &mut Ui, view: View, height: f32) -> Option<f64> {
    let palette = palette(ui);
    let (from, to) = (tab.window().from(), tab.window().to());
    let scale = Scale::of(tab, card, (height / 30.0).clamp(2.0, 5.0) as usize);
    let room = scale.top - scale.ground;
    // The lowest mark's words stand beside the plot, not in the time axis below it.
    let bottom = scale.ground - room * f64::from(FOOT / (height - 16.0 - FOOT).max(1.0));
    let top = scale.top + room * 0.02;
    let plot_width = (ui.available_width() - AXIS).max(1.0);
    let times = all_time_marks(tab, plot_width);
    let axes = PlotAxes { times, times_height: 16.0, values: scale.marks.clone(), values_width: AXIS };
    let seconds_per_point = (to - from) / f64::from(plot_width);
    let told = Told { tab, card, scale: &scale, seconds_per_point };
    let plot = time_plot(ui, ("monitor", &card.id), axes)
        .height(height)
        .link_cursor(Id::unique(GROUP), Vec2b::new(true, false))
        .sense(Sense::CLICK | Sense::DRAG)
        .label_formatter(|position: &HoverPosition<'_>| told.at(pointed_at(position).x));
    let buckets = (plot_width * ui.ctx().pixels_per_point()).max(1.0) as usize;
    let drawing = Drawing { tab, card, scale: &scale, buckets, palette, is_dark: ui.visuals().dark_mode };
    let shown = plot.show(ui, |plot_ui| {
        plot_ui.set_plot_bounds_x(from..=to);
        plot_ui.set_plot_bounds_y(bottom..=top);
        drawing.add_to(plot_ui);
        if let Some(then) = tab.then().moment() {
            plot_ui.vline(VLine::new("", then - tab.end()).color(palette.muted).width(1.0).allow_hover(false));
        }
        plot_ui.pointer_coordinate()
    });
    let name = format!("{} over time", card.title);
    shown.response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &name));
    let frame = *shown.transform.frame();
    flags::draw(tab, ui.painter(), frame, palette);
    brush::draw(tab, ui.painter(), frame, |moment| shown.transform.position_from_point_x(moment), palette);
    let moment = shown.inner.filter(|_| shown.response.hovered()).map(|at: PlotPoint| at.x.clamp(from, to));
    let at = |at: Pos2| shown.transform.value_from_position(at).x.clamp(from, to);
    if !brush::follow(tab, &shown.response, ui, view, at, seconds_per_point) {
        look_around(&shown.response, ui, view, moment, seconds_per_point);
    }
    moment
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_marks_lie_in_the_stretch() {
        let all = time_marks(-300.0, 0.0, 500.0);
        assert_eq!(all.iter().map(|(_, words)| words.as_str()).collect::<Vec<_>>(), ["−5 min", "−4", "−3", "−2", "−1", "now"]);
        let part = time_marks(-200.0, -100.0, 500.0);
        assert!(part.len() >= 3 && part.iter().all(|(at, _)| (-200.0..=-100.0).contains(at)), "{part:?}");
    }
}
