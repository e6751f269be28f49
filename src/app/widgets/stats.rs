//! Rows of a name and a value.

use eframe::egui::{self, Align, Layout, RichText, Sense, Stroke, Ui, vec2};

use crate::app::theme::palette;

/// Name at the left, value at the right, a hairline below.
pub fn stat_row(ui: &mut Ui, name: &str, value: &str) -> egui::Response {
    let palette = palette(ui);
    let row = ui.allocate_ui_with_layout(vec2(ui.available_width(), 24.0), Layout::left_to_right(Align::Center), |ui| {
        ui.set_min_height(24.0);
        ui.label(RichText::new(name).color(palette.muted));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add(egui::Label::new(RichText::new(value).color(palette.text)).truncate());
        });
    });
    let rect = row.response.rect;
    ui.painter().hline(rect.x_range(), rect.bottom(), Stroke::new(1.0, palette.line));
    row.response.interact(Sense::hover())
}
