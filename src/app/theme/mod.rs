//! The look of the window: colours, fonts, icons and egui's style, all from the tokens of [`crate::report::theme`].
//!
//! Painting code asks [`palette`] for colours and the functions below for fonts; it never spells out a colour or a size of its own.

mod fonts;
pub mod icons;
mod style;
mod tokens;

pub use fonts::{medium, semibold, strong};
pub use tokens::{BODY, CARD_RADIUS, CONTROL_RADIUS, FIGURE, GAP, GRID, HEADING, Palette, SMALL};

use eframe::egui::{self, Context, RichText, Theme, Ui};

use crate::report::theme::Look;
use crate::settings;

/// Gives `ctx` the fonts and both styles. To be called once, before the first frame.
pub fn install(ctx: &Context) {
    ctx.set_fonts(fonts::definitions());
    for (theme, palette) in [(Theme::Dark, &tokens::DARK), (Theme::Light, &tokens::LIGHT)] {
        ctx.set_style_of(theme, style::style(theme, palette));
    }
}

/// Lets `ctx` follow what the person chose.
pub fn choose(ctx: &Context, theme: settings::Theme) {
    ctx.set_theme(match theme {
        settings::Theme::System => egui::ThemePreference::System,
        settings::Theme::Dark => egui::ThemePreference::Dark,
        settings::Theme::Light => egui::ThemePreference::Light,
    });
}

/// The colours to paint `ui` with.
pub fn palette(ui: &Ui) -> &'static Palette {
    tokens::of(ui.visuals().dark_mode)
}

/// The look that charts made from `ctx` should have.
pub fn look(ctx: &Context) -> Look {
    if ctx.theme() == Theme::Dark { Look::Dark } else { Look::Light }
}

/// Text in the least of the readable weights: hints, axis labels.
pub fn hint(ui: &Ui, text: impl Into<String>) -> RichText {
    RichText::new(text).size(SMALL).color(palette(ui).hint)
}

/// Text that gives context.
pub fn muted(ui: &Ui, text: impl Into<String>) -> RichText {
    RichText::new(text).color(palette(ui).muted)
}
