//! A finding: a coloured edge, a sentence, and the evidence or the action.

use eframe::egui::{Color32, CornerRadius, Frame, Margin, Rect, Ui, vec2};

use crate::app::theme::{CONTROL_RADIUS, Palette, palette};

/// What a finding or message means for the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Done, well.
    Good,
    /// To be known.
    Note,
    /// Needs a look.
    Warn,
    /// Wrong.
    Bad,
}

impl Tone {
    /// Its colour as a mark.
    pub fn mark(self, palette: &Palette) -> Color32 {
        match self {
            Self::Good => palette.good,
            Self::Note => palette.accent,
            Self::Warn => palette.warn,
            Self::Bad => palette.bad,
        }
    }

    /// Its colour as text.
    pub fn text(self, palette: &Palette) -> Color32 {
        match self {
            Self::Good => palette.good_text,
            Self::Note => palette.accent_text,
            Self::Warn => palette.warn_text,
            Self::Bad => palette.bad_text,
        }
    }
}

/// Shows `body` on a raised ground with an edge in the colour of `tone`.
pub fn finding<R>(ui: &mut Ui, tone: Tone, body: impl FnOnce(&mut Ui) -> R) -> R {
    let palette = palette(ui);
    let margin = Margin { left: 13, right: 10, top: 6, bottom: 6 };
    let frame = Frame::new().fill(palette.raised).corner_radius(CONTROL_RADIUS).inner_margin(margin).show(ui, |ui| {
        ui.set_width(ui.available_width());
        body(ui)
    });
    let rect = frame.response.rect;
    let edge = Rect::from_min_size(rect.min, vec2(3.0, rect.height()));
    let left = CornerRadius { nw: 2, sw: 2, ne: 0, se: 0 };
    ui.painter().rect_filled(edge, left, tone.mark(palette));
    frame.inner
}
