//! The segmented control: one of a few choices, all in sight.

use eframe::egui::{self, Button, Frame, Margin, RichText, Role, Stroke, Ui, Vec2, WidgetInfo};

use crate::app::theme::{BODY, CONTROL_RADIUS, medium, palette};

/// Height of a choice in points.
const HEIGHT: f32 = 24.0;

/// Shows the choices, `current` marked. Returns the one chosen now, when it is another. `name` says what is chosen: `Range`.
pub fn segmented<T: Copy + PartialEq>(ui: &mut Ui, name: &str, choices: &[(T, &str)], current: T) -> Option<T> {
    let palette = palette(ui);
    let frame = Frame::new().fill(palette.panel).stroke(Stroke::new(1.0, palette.line)).corner_radius(CONTROL_RADIUS).inner_margin(Margin::same(2));
    frame
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            let mut chosen = None;
            // Laid out from the left even in a row that fills up from the right.
            ui.allocate_ui_with_layout(Vec2::new(0.0, HEIGHT), egui::Layout::left_to_right(egui::Align::Center), |ui| {
                for (value, text) in choices {
                    if segment(ui, name, text, *value == current) && *value != current {
                        chosen = Some(*value);
                    }
                }
            });
            chosen
        })
        .inner
}

fn segment(ui: &mut Ui, name: &str, text: &str, selected: bool) -> bool {
    let palette = palette(ui);
    ui.scope(|ui| {
        let visuals = ui.visuals_mut();
        visuals.widgets.inactive.bg_stroke = Stroke::NONE;
        visuals.widgets.hovered.bg_stroke = Stroke::NONE;
        let label = match selected {
            true => RichText::new(text).font(medium(BODY)).color(palette.text),
            false => RichText::new(text).color(palette.muted),
        };
        let button = Button::new(label).frame_when_inactive(selected).corner_radius(CONTROL_RADIUS - 2).min_size(Vec2::new(0.0, HEIGHT));
        let response = ui.add(button);
        let enabled = ui.is_enabled();
        response.widget_info(|| WidgetInfo::selected(Role::RadioButton, enabled, selected, text));
        ui.ctx().accesskit_node_builder(response.id, |node| node.set_description(name));
        response.clicked()
    })
    .inner
}
