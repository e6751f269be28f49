//! A card or a row that is clicked as a whole.

use eframe::egui::{AsIdSalt, CursorIcon, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo};

use crate::app::theme::palette;

use super::focus_ring;

/// Makes `rect` one thing to click; `name` says what that does. What lies in it is drawn afterwards, and [`outline`] after that; what can be clicked by
/// itself there still can.
pub fn clickable(ui: &mut Ui, rect: Rect, salt: impl AsIdSalt, name: &str) -> Response {
    let response = ui.interact(rect, ui.scope_id().with(salt), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    response.on_hover_cursor(CursorIcon::PointingHand)
}

/// Shows that the pointer, or the keyboard's focus, is on it.
pub fn outline(ui: &Ui, response: &Response, radius: u8) {
    if response.hovered() {
        ui.painter().rect_stroke(response.rect, radius, Stroke::new(1.0, palette(ui).faint), StrokeKind::Inside);
    }
    focus_ring(ui, response, f32::from(radius));
}
