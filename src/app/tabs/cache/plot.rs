//! The hit rate over time.

use eframe::egui::{self, FontId, RichText, Ui, Vec2b};
use egui_plot::{AxisHints, GridMark, HPlacement, HoverPosition, Line, Plot};

use crate::app::theme::{SMALL, palette};
use crate::report::{Unit, format, time_ticks, value_ticks};

use super::CacheTab;
use super::model::{color, legend, lines};

/// Width of the value axis in points.
const AXIS: f32 = 44.0;

/// Draws the plot, `height` points high with its axis.
pub fn show(tab: &CacheTab, ui: &mut Ui, height: f32) {
    let palette = palette(ui);
    let (lines, range) = lines(tab.history());
    let marks = value_ticks(Unit::Percent, 0.0, 100.0, 4);
    let times = time_ticks(range, ((ui.available_width() - AXIS) / 90.0).clamp(2.0, 6.0) as usize);
    let font = FontId::proportional(SMALL - 0.5);
    let axis = |axis: AxisHints<'static>| axis.tick_label_color(palette.hint).tick_label_font(font.clone());
    let (values, moments) = (positions(&marks), positions(&times));
    let is_empty = lines.iter().all(|(_, points)| points.is_empty());
    let read_out = lines.clone();
    let plot = Plot::new("cache hit rate")
        .width(ui.available_width() - 10.0)
        .height(height)
        .show_background(false)
        .show_grid(Vec2b::new(false, true))
        .grid_color(palette.line)
        .grid_fade(0.0)
        .grid_spacing(4.0..=5.0)
        .show_crosshair(true)
        // Without the keyboard's focus: there is nothing to do here by keys.
        .sense(egui::Sense::HOVER)
        .show_y(false)
        .cursor_color(palette.faint)
        .allow_drag(false)
        .allow_zoom(false)
        .allow_scroll(false)
        .allow_axis_zoom_drag(false)
        .allow_boxed_zoom(false)
        .allow_double_click_reset(false)
        .set_margin_fraction(egui::Vec2::ZERO)
        .x_grid_spacer(move |_| moments.clone())
        .y_grid_spacer(move |_| values.clone())
        .custom_x_axes(vec![
            axis(AxisHints::new_x()).min_thickness(20.0).label_spacing(1.0..=2.0).formatter(move |mark, _| words(&times, mark)),
        ])
        .custom_y_axes(vec![
            axis(AxisHints::new_y())
                .min_thickness(AXIS)
                .label_spacing(1.0..=2.0)
                .placement(HPlacement::Left)
                .formatter(move |mark, _| words(&marks, mark)),
        ])
        .label_formatter(move |position: &HoverPosition<'_>| {
            let (HoverPosition::NearDataPoint { position, .. } | HoverPosition::Elsewhere { position }) = position;
            let values = read_out.iter().filter_map(|(level, points)| {
                let [_, rate] = points.iter().rev().find(|[at, _]| *at <= position.x)?;
                Some(format!("{}  {}", legend(*level), format::percent_fine(*rate)))
            });
            Some(values.collect::<Vec<_>>().join("\n")).filter(|text| !text.is_empty())
        });
    let dark = ui.visuals().dark_mode;
    let response = plot.show(ui, |plot| {
        plot.set_plot_bounds_x(-range..=0.0);
        // A line along the bottom must be seen, too.
        plot.set_plot_bounds_y(-6.0..=102.0);
        for (level, points) in lines {
            let line = Line::new(legend(level), points).color(palette.series_color(color(level))).allow_hover(false).width(1.5);
            plot.line(if color(level) == 0 { line.fill(0.0).fill_alpha(if dark { 0.10 } else { 0.08 }) } else { line });
        }
    });
    response.response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, "Hit rate over time"));
    if is_empty {
        let words = RichText::new("Nothing asked yet").color(palette.hint);
        ui.put(response.response.rect, egui::Label::new(words));
    }
}

fn positions(marks: &[(f64, String)]) -> Vec<GridMark> {
    let step = match marks {
        [(one, _), (next, _), ..] => next - one,
        _ => 1.0,
    };
    marks.iter().map(|(value, _)| GridMark { value: *value, step_size: step }).collect()
}

fn words(marks: &[(f64, String)], mark: GridMark) -> String {
    marks.iter().find(|(value, _)| *value == mark.value).map(|(_, words)| words.clone()).unwrap_or_default()
}
