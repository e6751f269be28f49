//! One figure and its last five minutes. The line is drawn without the machinery of the Monitor's plots: it has no axes, and nothing is read off it.

use eframe::egui::{Color32, Label, Mesh, Pos2, Rect, RichText, Sense, Shape, Stroke, Ui, Vec2, pos2};

use crate::app::theme::{CARD_RADIUS, FIGURE, hint, palette, semibold};
use crate::app::widgets::{Card, clickable, outline};
use crate::app::{Command, Tab, View};
use crate::sampler::{Point, Snapshot};

use super::super::OverviewTab;
use super::super::model::{Measure, STRETCH};

/// Height of the words below the line, in points.
const FOOT: f32 = 16.0;
/// How much of the line's colour the area under it has: in the dark and in the light look.
const TINT: (f32, f32) = (0.14, 0.10);

/// Draws the card. A click leads to the Monitor tab.
pub fn show(tab: &OverviewTab, ui: &mut Ui, view: View, measure: Measure) {
    let (rect, name) = (ui.max_rect(), format!("Show {} in Monitor", measure.title()));
    let response = clickable(ui, rect, "spark", &name);
    let newest = tab.newest();
    let note = newest.map(|newest| measure.note(newest)).unwrap_or_default();
    ui.spacing_mut().item_spacing.y = 2.0;
    Card::new(measure.title()).note(note).fill().show(ui, |ui| {
        let figure = newest.map_or_else(|| "–".to_owned(), |newest| measure.figure(newest));
        let size = if newest.is_some_and(|newest| measure.value(newest).is_none()) { 20.0 } else { FIGURE - 2.0 };
        ui.add(Label::new(RichText::new(figure).font(semibold(size)).color(palette(ui).text)).truncate());
        let height = (ui.available_height() - FOOT - 2.0).max(12.0);
        let (place, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), height), Sense::hover());
        if let Some(newest) = newest {
            line(tab, ui, measure, newest, place);
        }
        ui.add(Label::new(hint(ui, tab.sparks().range(measure))).truncate());
    });
    outline(ui, &response, CARD_RADIUS);
    if response.on_hover_text("The last five minutes, from smallest to largest. Click for more.").clicked() {
        view.commands.send(Command::ShowTab(Tab::Monitor));
    }
}

/// Draws the line into `place`, at most one point of time for each pixel.
fn line(tab: &OverviewTab, ui: &Ui, measure: Measure, newest: &Snapshot, place: Rect) {
    let (sparks, palette) = (tab.sparks(), palette(ui));
    let top = sparks.top(measure, newest);
    let pixels = (place.width() * ui.ctx().pixels_per_point()).max(1.0) as usize;
    let color = palette.series_color(measure.color());
    let tint = if ui.visuals().dark_mode { TINT.0 } else { TINT.1 };
    ui.painter().hline(place.x_range(), place.bottom(), Stroke::new(1.0, palette.line));
    let end = sparks.end();
    let at = |time: f64, value: f32| {
        let right = ((time - end) / STRETCH) as f32 * place.width();
        let up = (f64::from(value) / top.max(f64::MIN_POSITIVE)).clamp(0.0, 1.0) as f32 * (place.height() - 2.0);
        pos2(place.right() + right, place.bottom() - 1.0 - up)
    };
    for run in runs(&sparks.points(measure, pixels), end - STRETCH, at) {
        ui.painter().add(area(&run, place.bottom(), color.gamma_multiply(tint)));
        ui.painter().add(Shape::line(run, Stroke::new(1.5, color)));
    }
}

/// The pieces of a line between its gaps, from the time `from` on. A point that stands for several samples gives its smallest and its largest value.
fn runs(points: &[Point], from: f64, at: impl Fn(f64, f32) -> Pos2) -> Vec<Vec<Pos2>> {
    let mut runs: Vec<Vec<Pos2>> = Vec::new();
    for point in points.iter().filter(|point| point.start >= from) {
        if point.gap_before || runs.is_empty() {
            runs.push(Vec::new());
        }
        let Some(run) = runs.last_mut() else { continue };
        if point.start < point.end {
            let middle = (point.start + point.end) / 2.0;
            run.extend([at(middle, point.min), at(middle, point.max)]);
        } else {
            run.push(at(point.end, point.last));
        }
    }
    runs
}

/// The area between a line and its bottom.
fn area(run: &[Pos2], bottom: f32, color: Color32) -> Mesh {
    let mut mesh = Mesh::default();
    for (number, point) in (0u32..).zip(run) {
        mesh.colored_vertex(*point, color);
        mesh.colored_vertex(pos2(point.x, bottom), color);
        if let Some(before) = number.checked_sub(1) {
            let (before, this) = (2 * before, 2 * number);
            mesh.add_triangle(before, before + 1, this);
            mesh.add_triangle(before + 1, this, this + 1);
        }
    }
    mesh
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(start: f64, end: f64, gap_before: bool) -> Point {
        Point { start, end, min: 1.0, max: 3.0, last: 2.0, gap_before }
    }

    #[test]
    fn a_line_begins_with_the_stretch_and_breaks_at_gaps() {
        let points = [point(-1.0, -1.0, false), point(0.0, 0.0, false), point(1.0, 3.0, false), point(9.0, 9.0, true)];
        let runs = runs(&points, 0.0, |time, value| pos2(time as f32, value));
        assert_eq!(runs, [vec![pos2(0.0, 2.0), pos2(2.0, 1.0), pos2(2.0, 3.0)], vec![pos2(9.0, 2.0)]]);
    }

    #[test]
    fn the_area_has_two_triangles_between_two_points() {
        let mesh = area(&[pos2(0.0, 1.0), pos2(2.0, 3.0), pos2(4.0, 3.0)], 9.0, Color32::RED);
        assert_eq!((mesh.vertices.len(), mesh.indices.len()), (6, 12));
        assert!(mesh.is_valid());
        assert_eq!(area(&[pos2(0.0, 1.0)], 9.0, Color32::RED).indices.len(), 0);
    }
}
