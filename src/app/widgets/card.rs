//! The card: a small title, the figure that matters, its context muted at the right, and a body.

use eframe::egui::{Align, Frame, Label, Layout, Margin, RichText, Stroke, Ui};

use crate::app::theme::{CARD_RADIUS, medium, palette, semibold};

/// Size of a card's title in points.
const TITLE: f32 = 12.0;

/// A card. It takes the width it is given and, with [`Card::fill`], the height too.
#[must_use = "call show"]
pub struct Card<'a> {
    title: &'a str,
    figure: Option<String>,
    figure_size: f32,
    note: Option<String>,
    fill: bool,
}

impl<'a> Card<'a> {
    /// A card with this title.
    pub fn new(title: &'a str) -> Self {
        Self { title, figure: None, figure_size: 20.0, note: None, fill: false }
    }

    /// The figure that matters, with its unit, beside the title.
    pub fn figure(mut self, figure: impl Into<String>) -> Self {
        self.figure = Some(figure.into());
        self
    }

    /// Size of the figure in points; 20 unless told otherwise. A card whose body starts with its figure puts it there instead.
    pub fn figure_size(mut self, size: f32) -> Self {
        self.figure_size = size;
        self
    }

    /// The figure's context, muted at the right.
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// Takes all the height there is.
    pub fn fill(mut self) -> Self {
        self.fill = true;
        self
    }

    /// Shows the card.
    pub fn show<R>(self, ui: &mut Ui, body: impl FnOnce(&mut Ui) -> R) -> R {
        self.show_with(ui, |_| (), body)
    }

    /// Shows the card with controls at the right end of its head; they are added from the right.
    pub fn show_with<R>(self, ui: &mut Ui, controls: impl FnOnce(&mut Ui), body: impl FnOnce(&mut Ui) -> R) -> R {
        let palette = palette(ui);
        let frame = Frame::new()
            .fill(palette.panel)
            .stroke(Stroke::new(1.0, palette.line))
            .corner_radius(CARD_RADIUS)
            .inner_margin(Margin::symmetric(12, 10));
        let frame = frame.show(ui, |ui| {
            ui.set_width(ui.available_width());
            if self.fill {
                ui.set_min_height(ui.available_height());
            }
            self.head(ui, controls);
            body(ui)
        });
        frame.inner
    }

    fn head(&self, ui: &mut Ui, controls: impl FnOnce(&mut Ui)) {
        let palette = palette(ui);
        ui.horizontal(|ui| {
            ui.set_min_height(24.0);
            ui.label(RichText::new(self.title).font(medium(TITLE)).color(palette.muted));
            if let Some(figure) = &self.figure {
                ui.label(RichText::new(figure).font(semibold(self.figure_size)).color(palette.text));
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.spacing_mut().interact_size.y = 24.0;
                controls(ui);
                if let Some(note) = &self.note {
                    ui.add(Label::new(RichText::new(note).size(12.0).color(palette.hint)).truncate());
                }
            });
        });
    }
}
