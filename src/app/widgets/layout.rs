//! Dividing space.

use eframe::egui::{Align, Layout, Rect, Response, ScrollArea, Stroke, StrokeKind, Ui, UiBuilder, Vec2, pos2};

use crate::app::theme::{GAP, GRID, palette};

/// Divides `width` into pieces of these weights with [`GAP`] between them: left edge (from 0) and width of each, in points.
pub fn row_rects(width: f32, weights: &[f32]) -> Vec<(f32, f32)> {
    let total: f32 = weights.iter().sum();
    let room = (width - GAP * weights.len().saturating_sub(1) as f32).max(0.0);
    let mut left = 0.0;
    let piece = |weight: &f32| {
        let width = (room * weight / total.max(f32::EPSILON)).round();
        let at = left;
        left += width + GAP;
        (at, width)
    };
    weights.iter().map(piece).collect()
}

/// Shows pieces side by side, each `height` points high and as wide as its weight, and moves on below them.
pub fn columns(ui: &mut Ui, height: f32, weights: &[f32], mut add: impl FnMut(usize, &mut Ui)) {
    let origin = ui.cursor().min;
    for (index, (left, width)) in row_rects(ui.available_width(), weights).into_iter().enumerate() {
        let rect = Rect::from_min_size(pos2(origin.x + left, origin.y), Vec2::new(width, height));
        ui.scope_builder(UiBuilder::new().id_salt(("column", index)).max_rect(rect).layout(Layout::top_down(Align::Min)), |ui| {
            ui.shrink_clip_rect(rect.expand(2.0));
            add(index, ui);
        });
    }
    let whole = Rect::from_min_size(origin, Vec2::new(ui.available_width(), height));
    ui.advance_cursor_after_rect(whole);
}

/// Scrolls a page of text or forms whose lines are at most `width` points long.
pub fn page(ui: &mut Ui, width: f32, add: impl FnOnce(&mut Ui)) {
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        let size = Vec2::new(ui.available_width().min(width), ui.available_height());
        ui.allocate_ui_with_layout(size, Layout::top_down(Align::Min), |ui| {
            ui.spacing_mut().item_spacing.y = GRID;
            add(ui);
        });
    });
}

/// Draws the ring around a widget that has the keyboard's focus, for widgets that paint themselves.
pub fn focus_ring(ui: &Ui, response: &Response, radius: f32) {
    if response.has_focus() {
        let stroke = Stroke::new(2.0, palette(ui).accent);
        ui.painter().rect_stroke(response.rect.expand(1.0), radius, stroke, StrokeKind::Outside);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_fill_the_width_with_gaps_between() {
        assert_eq!(row_rects(1012.0, &[1.0, 1.0]), [(0.0, 500.0), (512.0, 500.0)]);
        assert_eq!(row_rects(412.0, &[1.0, 3.0]), [(0.0, 100.0), (112.0, 300.0)]);
        assert_eq!(row_rects(5.0, &[1.0, 1.0]), [(0.0, 0.0), (12.0, 0.0)]);
    }
}
