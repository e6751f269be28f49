//! The segmented control: one of a few choices, all in sight.

use std::sync::Arc;

use eframe::egui::{Galley, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, WidgetText, pos2};

use crate::app::theme::{BODY, CONTROL_RADIUS, medium, palette};

use super::focus_ring;

/// Height of the control in points.
const HEIGHT: f32 = 28.0;
/// Room at either side of a choice's words, in points.
const PADDING: f32 = 11.0;
/// Room between the border and the mark of the chosen one, in points.
const INSET: f32 = 2.0;

/// Shows the choices, `current` marked. Returns the one chosen now, when it is another. `name` says what is chosen: `Range`.
pub fn segmented<T: Copy + PartialEq>(ui: &mut Ui, name: &str, choices: &[(T, &str)], current: T) -> Option<T> {
    let galleys: Vec<Arc<Galley>> = choices.iter().map(|(_, text)| words(ui, text)).collect();
    let width = galleys.iter().map(|galley| galley.size().x.ceil() + 2.0 * PADDING).sum::<f32>() + 2.0 * INSET;
    let (rect, whole) = ui.allocate_exact_size(Vec2::new(width, HEIGHT), Sense::hover());
    let palette = palette(ui);
    ui.painter().rect(rect, CONTROL_RADIUS, palette.panel, Stroke::new(1.0, palette.line), StrokeKind::Inside);
    let (mut left, mut chosen) = (rect.left() + INSET, None);
    for ((value, text), galley) in choices.iter().zip(galleys) {
        let right = left + galley.size().x.ceil() + 2.0 * PADDING;
        let segment = Rect::from_min_max(pos2(left, rect.top() + INSET), pos2(right, rect.bottom() - INSET));
        let response = ui.interact(segment, whole.id.with(text), Sense::click());
        let (selected, enabled) = (*value == current, ui.is_enabled());
        response.widget_info(|| WidgetInfo::selected(Role::RadioButton, enabled, selected, text));
        ui.ctx().accesskit_node_builder(response.id, |node| node.set_description(name));
        paint(ui, &response, galley, selected);
        if response.clicked() && !selected {
            chosen = Some(*value);
        }
        left = right;
    }
    chosen
}

/// Chosen or not, a choice takes the room of the heavier weight, so that nothing moves.
fn words(ui: &Ui, text: &str) -> Arc<Galley> {
    let text = eframe::egui::RichText::new(text).font(medium(BODY));
    WidgetText::from(text).into_galley(ui, None, f32::INFINITY, eframe::egui::TextStyle::Body)
}

fn paint(ui: &Ui, response: &Response, galley: Arc<Galley>, selected: bool) {
    let (palette, rect) = (palette(ui), response.rect);
    if selected || response.hovered() {
        let fill = if selected { palette.raised } else { palette.raised.gamma_multiply(0.5) };
        ui.painter().rect_filled(rect, CONTROL_RADIUS - 2, fill);
    }
    let color = if selected { palette.text } else { palette.muted };
    let at = rect.center() - galley.size() / 2.0;
    ui.painter().galley_with_override_text_color(at, galley, color);
    focus_ring(ui, response, f32::from(CONTROL_RADIUS - 2));
}
