//! The rail of tabs at the left.

use eframe::egui::{self, Label, Response, RichText, Role, Sense, Ui, Vec2, WidgetInfo, pos2};

use crate::app::command::Command;
use crate::app::state::View;
use crate::app::tabs::Tab;
use crate::app::theme::{BODY, CONTROL_RADIUS, SMALL, icons, medium, palette, semibold};
use crate::app::widgets::focus_ring;

/// Height of an entry in points.
const ENTRY: f32 = 33.0;

/// Draws the rail.
pub fn show(ui: &mut Ui, view: View) {
    ui.spacing_mut().item_spacing.y = 2.0;
    brand(ui);
    for tab in Tab::MAIN {
        entry(ui, view, tab, tab.key().map_or("", |(_, name)| name));
    }
    let pages = Tab::PAGES.len() as f32 * (ENTRY + ui.spacing().item_spacing.y) + 4.0;
    ui.add_space((ui.available_height() - pages).max(0.0));
    for tab in Tab::PAGES {
        entry(ui, view, tab, if tab == Tab::Help { "F1" } else { "" });
    }
}

fn brand(ui: &mut Ui) {
    let palette = palette(ui);
    ui.horizontal(|ui| {
        ui.set_height(32.0);
        ui.add_space(8.0);
        ui.spacing_mut().item_spacing.x = 6.0;
        ui.label(RichText::new(icons::GAUGE).size(17.0).color(palette.accent));
        ui.add(Label::new(RichText::new("Tachograph").font(semibold(14.0)).color(palette.text)));
    });
    ui.add_space(6.0);
}

fn entry(ui: &mut Ui, view: View, tab: Tab, key: &str) {
    let selected = view.state.tab == tab;
    let response = ui.allocate_response(Vec2::new(ui.available_width(), ENTRY), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Tab, true, selected, tab.name()));
    paint_entry(ui, &response, tab, key, selected);
    focus_ring(ui, &response, f32::from(CONTROL_RADIUS));
    if response.clicked() {
        view.commands.send(Command::ShowTab(tab));
    }
}

fn paint_entry(ui: &Ui, response: &Response, tab: Tab, key: &str, selected: bool) {
    let (palette, rect, painter) = (palette(ui), response.rect, ui.painter());
    if selected || response.hovered() {
        painter.rect_filled(rect, CONTROL_RADIUS, if selected { palette.raised } else { palette.raised.gamma_multiply(0.5) });
    }
    let (text, font) = if selected { (palette.text, medium(BODY)) } else { (palette.muted, egui::FontId::proportional(BODY)) };
    let icon = if selected { palette.accent } else { palette.muted };
    let middle = rect.center().y;
    painter.text(pos2(rect.left() + 18.0, middle), egui::Align2::CENTER_CENTER, tab.icon(), egui::FontId::proportional(16.0), icon);
    painter.text(pos2(rect.left() + 36.0, middle), egui::Align2::LEFT_CENTER, tab.name(), font, text);
    painter.text(
        pos2(rect.right() - 10.0, middle),
        egui::Align2::RIGHT_CENTER,
        key,
        egui::FontId::proportional(SMALL),
        palette.hint,
    );
}
