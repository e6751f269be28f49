//! The histogram of the panel: bars of its own, so that it costs its bars and nothing else.

use eframe::egui::{Rect, Role, Sense, Ui, Vec2, WidgetInfo, pos2};

use crate::app::theme::{hint, palette};
use crate::report::format;

use super::model::{Bar, Described};

/// Height of the bars in points.
const HEIGHT: f32 = 84.0;
/// The least height of a bar that is not empty.
const LEAST: f32 = 1.5;

/// Draws the bars and the words of the outer edges.
pub fn show(ui: &mut Ui, described: &Described) {
    let most = described.bars.iter().map(|bar| bar.count).max().unwrap_or(0);
    let (Some(first), Some(last)) = (described.bars.first(), described.bars.last()) else { return };
    ui.label(hint(ui, format!("{}, up to {} in a bar", described.caption, format::count(most))));
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), HEIGHT), Sense::hover());
    let name = format!("Histogram of {}: {}", described.name, format::counted(described.bars.len() as u64, "bar", "bars"));
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &name));
    let width = rect.width() / described.bars.len() as f32;
    let pointed = response.hover_pos().map(|at| ((at.x - rect.left()) / width).max(0.0) as usize);
    for (at, bar) in described.bars.iter().enumerate() {
        paint(ui, rect, width, at, bar, most, pointed == Some(at));
    }
    ui.painter().hline(rect.x_range(), rect.bottom(), eframe::egui::Stroke::new(1.0, palette(ui).line));
    if let Some(bar) = pointed.and_then(|at| described.bars.get(at)) {
        response.on_hover_text_at_pointer(words(bar));
    }
    edges(ui, &first.from, if first.from == last.to { "" } else { &last.to });
}

fn paint(ui: &Ui, area: Rect, width: f32, at: usize, bar: &Bar, most: u64, pointed: bool) {
    let palette = palette(ui);
    let part = bar.count as f32 / most.max(1) as f32;
    let height = if bar.count > 0 { (part * area.height()).max(LEAST) } else { 0.0 };
    let left = area.left() + at as f32 * width;
    let right = (left + width - 1.0).max(left + 0.5);
    if pointed {
        let column = Rect::from_min_max(pos2(left, area.top()), pos2(right, area.bottom()));
        ui.painter().rect_filled(column, 0.0, palette.raised);
    }
    let color = if pointed { palette.accent } else { palette.series_color(0) };
    let rect = Rect::from_min_max(pos2(left, area.bottom() - height), pos2(right, area.bottom()));
    ui.painter().rect_filled(rect, 1.0, color);
}

/// What the pointer shows: `10 to below 20: 1,234 rows`.
fn words(bar: &Bar) -> String {
    format!("{}: {}", bar.words, format::counted(bar.count, "row", "rows"))
}

fn edges(ui: &mut Ui, from: &str, to: &str) {
    ui.horizontal(|ui| {
        ui.label(hint(ui, from));
        ui.with_layout(eframe::egui::Layout::right_to_left(eframe::egui::Align::Center), |ui| ui.label(hint(ui, to)));
    });
}
