//! The operations over time, a spot each.

use eframe::egui::{self, Color32, RichText, Role, Sense, Ui, WidgetInfo};
use egui_plot::{HoverPosition, MarkerShape, PlotPoint, Points};

use crate::app::View;
use crate::app::theme::{Palette, palette};
use crate::app::widgets::{PlotAxes, pointed_at, time_plot};
use crate::history::OperationResult;
use crate::report::{local_moment, local_ticks};

use super::model::{Spot, height as height_of, spots, value_marks};
use super::paint::send;
use super::{JobsCommand, JobsTab, Measure, now};

/// Width of the value axis in points.
const AXIS: f32 = 60.0;
/// Spots nearer than this to each other, in points, are drawn as one.
const GRAIN: f32 = 2.0;
/// The pointer is on a spot within so many points.
const NEAR: f64 = 9.0;
/// Radius of a spot in points.
const RADIUS: f32 = 3.0;

/// Draws the plot, `height` points high with its axis; a click on a spot shows its details.
pub fn show(tab: &JobsTab, ui: &mut Ui, view: View, height: f32) {
    let (now, period, measure) = (now(), tab.period().seconds(), tab.measure());
    let operations = tab.operations().unwrap_or_default();
    let width = ui.available_width() - AXIS;
    let places = ((width / GRAIN).max(1.0) as usize, (height / GRAIN).max(1.0) as usize);
    let spots = spots(operations, measure, now, period, places);
    let (low, high) = bounds(&spots, measure);
    let times = local_ticks(now - period, now, (width / 90.0).clamp(2.0, 8.0) as usize);
    let axes = PlotAxes {
        times: times.into_iter().map(|(at, words)| (at - now, words)).collect(),
        times_height: 16.0,
        values: value_marks(measure, low, high),
        values_width: AXIS,
    };
    let per_point = [period / f64::from(width.max(1.0)), (high - low) / f64::from((height - 16.0).max(1.0))];
    let read_out = |position: &HoverPosition<'_>| {
        let operation = operations.get(nearest(&spots, pointed_at(position), per_point)?)?;
        let value = measure.of(operation).map(|value| measure.show(value))?;
        Some(format!("{}\n{value}\n{}", operation.title, local_moment(operation.started, now)))
    };
    let plot = time_plot(ui, "operations", axes).height(height).sense(Sense::CLICK).label_formatter(read_out);
    let palette = palette(ui);
    let shown = plot.show(ui, |plot| {
        plot.set_plot_bounds_x(-period..=0.0);
        plot.set_plot_bounds_y(low..=high);
        for result in [OperationResult::Done, OperationResult::Cancelled, OperationResult::Failed(String::new())] {
            let of_result = |spot: &&Spot| operations.get(spot.at).is_some_and(|one| same(&one.result, &result));
            let points: Vec<[f64; 2]> = spots.iter().filter(of_result).map(|spot| [spot.x, spot.y]).collect();
            let points = Points::new("", points).id(format!("{result:?}")).shape(MarkerShape::Circle).radius(RADIUS);
            plot.points(points.color(color(&result, palette)).allow_hover(false));
        }
        plot.pointer_coordinate()
    });
    let name = format!("{} of operations over time", measure.title());
    shown.response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &name));
    if let Some(at) = shown.inner.filter(|_| shown.response.clicked()).and_then(|point| nearest(&spots, point, per_point)) {
        send(view, JobsCommand::Select(operations.get(at).cloned()));
    }
    if spots.is_empty() {
        let words = if operations.is_empty() { "" } else { "Nothing in this time" };
        ui.put(shown.response.rect, egui::Label::new(RichText::new(words).color(palette.hint)));
    }
}

/// The colour of operations that ended so.
pub fn color(result: &OperationResult, palette: &Palette) -> Color32 {
    match result {
        OperationResult::Done => palette.accent,
        OperationResult::Failed(_) => palette.bad,
        OperationResult::Cancelled => palette.faint,
    }
}

fn same(one: &OperationResult, other: &OperationResult) -> bool {
    std::mem::discriminant(one) == std::mem::discriminant(other)
}

/// The ends of the value axis: the spots with some room around them.
fn bounds(spots: &[Spot], measure: Measure) -> (f64, f64) {
    let (low, high) = spots.iter().fold((f64::MAX, f64::MIN), |(low, high), spot| (low.min(spot.y), high.max(spot.y)));
    let (low, high) = if low > high { (height_of(measure, 1e-3), height_of(measure, 10.0)) } else { (low, high) };
    let room = match measure {
        Measure::Memory => ((high - low) * 0.1).max(1e6),
        Measure::Time | Measure::Speed => ((high - low) * 0.08).max(0.4),
    };
    (low - room, high + room)
}

/// The spot at the pointer, as the place of its operation.
fn nearest(spots: &[Spot], pointer: PlotPoint, [x, y]: [f64; 2]) -> Option<usize> {
    let distance = |spot: &Spot| ((spot.x - pointer.x) / x).hypot((spot.y - pointer.y) / y);
    let nearest = spots.iter().min_by(|one, other| distance(one).total_cmp(&distance(other)))?;
    (distance(nearest) <= NEAR).then_some(nearest.at)
}
