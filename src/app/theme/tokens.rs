//! The tokens as egui wants them.

use eframe::egui::Color32;

use crate::report::theme::{self, Rgb, Tokens};

/// Distances are multiples of this, in points.
pub const GRID: f32 = theme::GRID;
/// Distance between cards, in points.
pub const GAP: f32 = 3.0 * theme::GRID;
/// Size of body text, in points.
pub const BODY: f32 = theme::SIZE_BODY;
/// Size of small text, in points.
pub const SMALL: f32 = theme::SIZE_SMALL;
/// Size of a tab's name, in points.
pub const HEADING: f32 = 15.0;
/// Size of the figure that matters on a card, in points.
pub const FIGURE: f32 = theme::SIZE_FIGURE;
/// Corner radius of cards, in points.
pub const CARD_RADIUS: u8 = theme::RADIUS_CARD as u8;
/// Corner radius of controls, in points.
pub const CONTROL_RADIUS: u8 = theme::RADIUS_CONTROL as u8;

/// The colours of one look; what each is for stands in [`crate::report::theme::Tokens`].
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "documented where they are defined")]
pub struct Palette {
    pub background: Color32,
    pub panel: Color32,
    pub raised: Color32,
    pub line: Color32,
    pub text: Color32,
    pub muted: Color32,
    pub hint: Color32,
    pub faint: Color32,
    pub accent: Color32,
    pub on_accent: Color32,
    pub accent_text: Color32,
    pub good: Color32,
    pub warn: Color32,
    pub bad: Color32,
    pub good_text: Color32,
    pub warn_text: Color32,
    pub bad_text: Color32,
    pub before: Color32,
    pub series: [Color32; 6],
    pub flame: [Color32; 6],
    pub on_flame: Color32,
    pub flame_root: Color32,
    pub less: [Color32; 3],
    pub more: [Color32; 3],
}

pub(super) const DARK: Palette = Palette::of(&theme::DARK);
pub(super) const LIGHT: Palette = Palette::of(&theme::LIGHT);

/// The palette of the dark or the light look.
pub(super) const fn of(dark: bool) -> &'static Palette {
    if dark { &DARK } else { &LIGHT }
}

const fn color([r, g, b]: Rgb) -> Color32 {
    Color32::from_rgb(r, g, b)
}

const fn colors([a, b, c, d, e, f]: [Rgb; 6]) -> [Color32; 6] {
    [color(a), color(b), color(c), color(d), color(e), color(f)]
}

const fn three([a, b, c]: [Rgb; 3]) -> [Color32; 3] {
    [color(a), color(b), color(c)]
}

impl Palette {
    const fn of(tokens: &Tokens) -> Self {
        Self {
            background: color(tokens.background),
            panel: color(tokens.panel),
            raised: color(tokens.raised),
            line: color(tokens.line),
            text: color(tokens.text),
            muted: color(tokens.muted),
            hint: color(tokens.hint),
            faint: color(tokens.faint),
            accent: color(tokens.accent),
            on_accent: color(tokens.on_accent),
            accent_text: color(tokens.accent_text),
            good: color(tokens.good),
            warn: color(tokens.warn),
            bad: color(tokens.bad),
            good_text: color(tokens.good_text),
            warn_text: color(tokens.warn_text),
            bad_text: color(tokens.bad_text),
            before: color(tokens.before),
            series: colors(tokens.series),
            flame: colors(tokens.flame),
            on_flame: color(tokens.on_flame),
            flame_root: color(tokens.flame_root),
            less: three(tokens.less),
            more: three(tokens.more),
        }
    }

    /// The colour of the `index`th line of a plot; after the last it starts anew.
    pub const fn series_color(&self, index: usize) -> Color32 {
        self.series[index % self.series.len()]
    }
}
