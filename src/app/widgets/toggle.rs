//! The switch.

use eframe::egui::{Color32, CornerRadius, Response, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::app::theme::palette;

use super::focus_ring;

/// A switch that is on or off. `name` says what it switches; the caller acts when it was clicked.
pub fn toggle(ui: &mut Ui, name: &str, on: bool) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(26.0, 14.0), Sense::click());
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::selected(Role::Switch, enabled, on, name));
    if ui.is_rect_visible(rect) {
        let palette = palette(ui);
        let track = if on { palette.accent } else { palette.line };
        ui.painter().rect_filled(rect, CornerRadius::same(7), track);
        let x = if on { rect.right() - 7.0 } else { rect.left() + 7.0 };
        ui.painter().circle_filled(pos2(x, rect.center().y), 5.0, Color32::WHITE);
        focus_ring(ui, &response, 8.0);
    }
    response
}
