//! Drawing the marks of what was done over a plot.

use eframe::egui::{Painter, Rect, Shape, Stroke, pos2};

use crate::app::theme::Palette;

use super::MonitorTab;

/// Size of a flag in points.
const WIDTH: f32 = 7.0;
const HEIGHT: f32 = 6.0;
/// How near the pointer has to be to have a mark told, in points.
const REACH: f64 = 5.0;
/// How much of its colour the stretch of a mark has, and its line.
const STRETCH: f32 = 0.12;
const LINE: f32 = 0.55;
/// The same of a flag that stands for several.
const CROWD: f32 = 0.25;

/// Draws the flags of what was done in the stretch that is shown in `frame`.
pub fn draw(tab: &MonitorTab, painter: &Painter, frame: Rect, palette: &Palette) {
    let Some(marks) = tab.marks() else { return };
    let (from, to) = (tab.end() + tab.window().from(), tab.end() + tab.window().to());
    let painter = painter.with_clip_rect(frame.intersect(painter.clip_rect()));
    for flag in marks.flags(from, to, frame.width()) {
        let color = if flag.failed { palette.bad } else { palette.muted };
        let (left, right) = (frame.left() + flag.x, frame.left() + flag.end.min(frame.width()));
        let is_one = flag.marks.len() == 1;
        if right - left > 1.5 && is_one {
            let stretch = Rect::from_x_y_ranges(left..=right, frame.y_range());
            painter.rect_filled(stretch, 0.0, color.gamma_multiply(STRETCH));
        }
        painter.vline(left + 0.5, frame.y_range(), Stroke::new(1.0, color.gamma_multiply(if is_one { LINE } else { CROWD })));
        let top = frame.top();
        let corners = vec![pos2(left, top), pos2(left + WIDTH, top + HEIGHT / 2.0), pos2(left, top + HEIGHT)];
        painter.add(Shape::convex_polygon(corners, color, Stroke::NONE));
    }
}

/// Names of what was done near this moment (seconds, now is 0) in a plot of so many seconds a point.
pub fn told(tab: &MonitorTab, moment: f64, seconds_per_point: f64) -> Vec<String> {
    tab.marks().map(|marks| marks.told(tab.end() + moment, REACH * seconds_per_point)).unwrap_or_default()
}
