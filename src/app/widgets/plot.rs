//! Plots over time.

use eframe::egui::{AsIdSalt, FontId, Sense, Ui, Vec2, Vec2b};
use egui_plot::{AxisHints, GridMark, HPlacement, HoverPosition, Line, Plot, PlotPoint};

use crate::app::theme::{SMALL, palette};

/// The marks of a plot's axes, each with its value and words, and the room for the words in points.
pub struct PlotAxes {
    /// Along the bottom.
    pub times: Vec<(f64, String)>,
    /// Height of the words along the bottom.
    pub times_height: f32,
    /// Along the left side; each gets a line across the plot.
    pub values: Vec<(f64, String)>,
    /// Width of the words along the left side.
    pub values_width: f32,
}

/// A plot that looks as all do: hairlines at the values, a cross at the pointer, and bounds that only the program sets.
pub fn time_plot<'a>(ui: &Ui, id: impl AsIdSalt, axes: PlotAxes) -> Plot<'a> {
    let palette = palette(ui);
    let PlotAxes { times, times_height, values, values_width } = axes;
    let (at_times, at_values) = (positions(&times), positions(&values));
    let axis = |axis: AxisHints<'a>, marks: Vec<(f64, String)>, room: f32| {
        axis.tick_label_color(palette.hint)
            .tick_label_font(FontId::proportional(SMALL - 0.5))
            .min_thickness(room)
            .label_spacing(1.0..=2.0)
            .formatter(move |mark, _| words(&marks, mark))
    };
    Plot::new(id)
        .show_background(false)
        .show_grid(Vec2b::new(false, true))
        .grid_color(palette.line)
        .grid_fade(0.0)
        .grid_spacing(4.0..=5.0)
        .show_crosshair(true)
        .show_y(false)
        .cursor_color(palette.faint)
        .allow_drag(false)
        .allow_zoom(false)
        .allow_scroll(false)
        .allow_axis_zoom_drag(false)
        .allow_boxed_zoom(false)
        .allow_double_click_reset(false)
        // Without the keyboard's focus: there is nothing to do here by keys.
        .sense(Sense::HOVER)
        .set_margin_fraction(Vec2::ZERO)
        .x_grid_spacer(move |_| at_times.clone())
        .y_grid_spacer(move |_| at_values.clone())
        .custom_x_axes(vec![axis(AxisHints::new_x(), times, times_height)])
        .custom_y_axes(vec![axis(AxisHints::new_y(), values, values_width).placement(HPlacement::Left)])
}

/// The line with a faint area below it, down to `ground`.
pub fn filled_line(line: Line<'_>, dark: bool, ground: f64) -> Line<'_> {
    line.fill(ground as f32).fill_alpha(if dark { 0.10 } else { 0.08 })
}

/// The point of the plot that the pointer is at.
pub fn pointed_at(position: &HoverPosition<'_>) -> PlotPoint {
    let (HoverPosition::NearDataPoint { position, .. } | HoverPosition::Elsewhere { position }) = position;
    *position
}

/// The marks as egui_plot wants them, each with the distance to the next.
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
