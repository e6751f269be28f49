//! egui's style made from the palette.

use eframe::egui::style::{ScrollStyle, Selection, TextCursorStyle, WidgetVisuals, Widgets};
use eframe::egui::{Color32, CornerRadius, FontFamily, FontId, Margin, Shadow, Stroke, Style, TextStyle, Theme, Visuals, vec2};

use super::{BODY, CARD_RADIUS, CONTROL_RADIUS, HEADING, Palette, SMALL, semibold};

pub(super) fn style(theme: Theme, palette: &Palette) -> Style {
    let mut style = Style { visuals: visuals(theme, palette), ..Style::default() };
    style.text_styles = [
        (TextStyle::Small, FontId::new(SMALL, FontFamily::Proportional)),
        (TextStyle::Body, FontId::new(BODY, FontFamily::Proportional)),
        (TextStyle::Button, FontId::new(BODY, FontFamily::Proportional)),
        (TextStyle::Heading, semibold(HEADING)),
        (TextStyle::Monospace, FontId::new(BODY - 1.0, FontFamily::Monospace)),
    ]
    .into();
    let spacing = &mut style.spacing;
    spacing.item_spacing = vec2(8.0, 4.0);
    spacing.button_padding = vec2(10.0, 4.0);
    spacing.interact_size = vec2(28.0, 28.0);
    spacing.menu_margin = Margin::same(4);
    spacing.window_margin = Margin::same(16);
    spacing.tooltip_width = 360.0;
    spacing.scroll = ScrollStyle { bar_width: 8.0, ..ScrollStyle::floating() };
    style.interaction.selectable_labels = false;
    style.interaction.tooltip_delay = 0.3;
    style
}

fn visuals(theme: Theme, palette: &Palette) -> Visuals {
    let base = theme.default_visuals();
    let shadow = |alpha| Shadow { offset: [0, 4], blur: 16, spread: 0, color: Color32::from_black_alpha(alpha) };
    let shadow = shadow(if theme == Theme::Dark { 120 } else { 40 });
    Visuals {
        widgets: widgets(palette),
        selection: Selection { bg_fill: palette.accent.gamma_multiply(0.35), stroke: Stroke::new(1.0, palette.accent) },
        weak_text_color: Some(palette.muted),
        hyperlink_color: palette.accent_text,
        faint_bg_color: palette.raised.gamma_multiply(0.5),
        extreme_bg_color: palette.background,
        text_edit_bg_color: Some(palette.background),
        code_bg_color: palette.raised,
        warn_fg_color: palette.warn_text,
        error_fg_color: palette.bad_text,
        window_corner_radius: CornerRadius::same(CARD_RADIUS),
        window_shadow: shadow,
        window_fill: palette.panel,
        window_stroke: Stroke::new(1.0, palette.line),
        menu_corner_radius: CornerRadius::same(CARD_RADIUS),
        panel_fill: palette.background,
        popup_shadow: shadow,
        text_cursor: TextCursorStyle { stroke: Stroke::new(2.0, palette.accent), ..base.text_cursor.clone() },
        ..base
    }
}

/// A focused widget is drawn as `active`: the ring in the accent colour is what shows the keyboard's focus.
fn widgets(palette: &Palette) -> Widgets {
    let hovered_fill = mix(palette.raised, palette.text, 0.08);
    Widgets {
        noninteractive: look(palette.panel, palette.line, palette.text),
        inactive: look(palette.raised, palette.line, palette.text),
        hovered: look(hovered_fill, palette.faint, palette.text),
        active: look(hovered_fill, palette.accent, palette.text),
        open: look(palette.raised, palette.faint, palette.text),
    }
}

fn look(fill: Color32, border: Color32, text: Color32) -> WidgetVisuals {
    WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: Stroke::new(1.0, border),
        fg_stroke: Stroke::new(1.0, text),
        corner_radius: CornerRadius::same(CONTROL_RADIUS),
        expansion: 0.0,
    }
}

/// `base` with this share of `other` in it.
pub(super) fn mix(base: Color32, other: Color32, share: f32) -> Color32 {
    base.lerp_to_gamma(other, share)
}
