//! The hit rate over time.

use eframe::egui::{self, RichText, Ui};
use egui_plot::{HoverPosition, Line};

use crate::app::theme::palette;
use crate::app::widgets::{PlotAxes, filled_line, pointed_at, time_plot};
use crate::report::{Unit, format, time_ticks, value_ticks};

use super::CacheTab;
use super::model::{color, legend, lines};

/// Width of the value axis in points.
const AXIS: f32 = 44.0;

/// Draws the plot, `height` points high with its axis.
pub fn show(tab: &CacheTab, ui: &mut Ui, height: f32) {
    let palette = palette(ui);
    let (lines, range) = lines(tab.history());
    let axes = PlotAxes {
        times: time_ticks(range, ((ui.available_width() - AXIS) / 90.0).clamp(2.0, 6.0) as usize),
        times_height: 20.0,
        values: value_ticks(Unit::Percent, 0.0, 100.0, 4),
        values_width: AXIS,
    };
    let is_empty = lines.iter().all(|(_, points)| points.is_empty());
    let read_out = lines.clone();
    let plot = time_plot(ui, "cache hit rate", axes).width(ui.available_width() - 10.0).height(height).label_formatter(
        move |position: &HoverPosition<'_>| {
            let moment = pointed_at(position).x;
            let values = read_out.iter().filter_map(|(level, points)| {
                let [_, rate] = points.iter().rev().find(|[at, _]| *at <= moment)?;
                Some(format!("{}  {}", legend(*level), format::percent_fine(*rate)))
            });
            Some(values.collect::<Vec<_>>().join("\n")).filter(|text| !text.is_empty())
        },
    );
    let dark = ui.visuals().dark_mode;
    let response = plot.show(ui, |plot| {
        plot.set_plot_bounds_x(-range..=0.0);
        // A line along the bottom must be seen, too.
        plot.set_plot_bounds_y(-6.0..=102.0);
        for (level, points) in lines {
            let line = Line::new(legend(level), points).color(palette.series_color(color(level))).allow_hover(false).width(1.5);
            plot.line(if color(level) == 0 { filled_line(line, dark, 0.0) } else { line });
        }
    });
    response.response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, "Hit rate over time"));
    if is_empty {
        let words = RichText::new("Nothing asked yet").color(palette.hint);
        ui.put(response.response.rect, egui::Label::new(words));
    }
}
