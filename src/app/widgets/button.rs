//! Buttons. An icon comes from [`crate::app::theme::icons`]; the accessible name is always the words alone.

use eframe::egui::containers::menu::MenuButton;
use eframe::egui::{self, Button, Color32, Context, CornerRadius, Popup, Response, RichText, Stroke, Ui, Vec2};

use crate::app::theme::{CONTROL_RADIUS, medium, palette};

/// Height of a button in points.
const HEIGHT: f32 = 28.0;

/// The main action of a place, filled with the accent: at most one in sight.
pub fn primary(ui: &mut Ui, icon: Option<&str>, text: &str) -> Response {
    let palette = palette(ui);
    ui.scope(|ui| {
        let widgets = &mut ui.visuals_mut().widgets;
        for (visuals, share) in [(&mut widgets.inactive, 0.0), (&mut widgets.hovered, 0.12), (&mut widgets.active, 0.12)] {
            visuals.weak_bg_fill = palette.accent.lerp_to_gamma(Color32::WHITE, share);
            visuals.bg_stroke = Stroke::new(1.0, visuals.weak_bg_fill);
            visuals.fg_stroke = Stroke::new(1.0, palette.on_accent);
        }
        widgets.active.bg_stroke = Stroke::new(2.0, palette.text);
        named(ui, icon, RichText::new(text).font(medium(crate::app::theme::BODY)), text)
    })
    .inner
}

/// Any other action.
pub fn button(ui: &mut Ui, icon: Option<&str>, text: &str) -> Response {
    ui.scope(|ui| {
        ui.visuals_mut().widgets.inactive.weak_bg_fill = palette(ui).panel;
        named(ui, icon, RichText::new(text), text)
    })
    .inner
}

fn named(ui: &mut Ui, icon: Option<&str>, label: RichText, name: &str) -> Response {
    let button = match icon {
        Some(icon) => Button::new((RichText::new(icon), label)).gap(6.0),
        None => Button::new(label),
    };
    ui.add(button.min_size(Vec2::new(HEIGHT, HEIGHT)).corner_radius(CornerRadius::same(CONTROL_RADIUS))).accessible_name(name)
}

/// An action told by its icon alone. `name` is what it does: shown when the pointer rests on it, read by screen readers.
pub fn icon_button(ui: &mut Ui, icon: &str, name: &str) -> Response {
    let face = |ui: &mut Ui| {
        let button = icon_face(ui, icon);
        ui.add(button)
    };
    ui.scope(face).inner.accessible_name(name).on_hover_text(name)
}

/// Whether a menu is open, or was until this frame: then Esc and Enter are its own.
pub fn is_menu_open(ctx: &Context) -> bool {
    // The one knows of menus drawn in this frame, the other of those that are about to be.
    ctx.any_popup_open() || Popup::is_any_open(ctx)
}

/// The menu behind an icon. `name` is what it holds.
pub fn icon_menu<R>(ui: &mut Ui, icon: &str, name: &str, content: impl FnOnce(&mut Ui) -> R) -> Option<R> {
    let (response, menu) = ui.scope(|ui| MenuButton::from_button(icon_face(ui, icon)).ui(ui, content)).inner;
    response.accessible_name(name).on_hover_text(name);
    menu.map(|menu| menu.inner)
}

/// A square button of an icon; `ui` gets the spacing that this needs.
fn icon_face<'a>(ui: &mut Ui, icon: &'a str) -> Button<'a> {
    ui.spacing_mut().button_padding = Vec2::splat(4.0);
    ui.spacing_mut().interact_size = Vec2::splat(24.0);
    Button::new(RichText::new(icon).size(15.0).color(palette(ui).muted)).frame_when_inactive(false).min_size(Vec2::splat(24.0))
}

/// A lesser action inside a card or a row.
pub fn small_button(ui: &mut Ui, text: &str) -> Response {
    ui.scope(|ui| {
        ui.spacing_mut().button_padding = Vec2::new(8.0, 2.0);
        ui.spacing_mut().interact_size.y = 22.0;
        ui.add(Button::new(RichText::new(text).size(12.0)))
    })
    .inner
}

/// An action inside a sentence.
pub fn link(ui: &mut Ui, text: &str) -> Response {
    ui.add(egui::Link::new(RichText::new(text).color(palette(ui).accent_text)))
}

/// An entry of a menu; closes the menu when chosen. Returns whether it was.
pub fn menu_item(ui: &mut Ui, icon: &str, text: &str) -> bool {
    let clicked =
        ui.add(Button::new((RichText::new(icon).color(palette(ui).muted), RichText::new(text)))).accessible_name(text).clicked();
    if clicked {
        ui.close();
    }
    clicked
}
