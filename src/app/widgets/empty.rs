//! What a tab shows while it has nothing: what it is for, and how to begin.

use eframe::egui::{RichText, Ui};

use crate::app::theme::{palette, semibold};

use super::{link, primary};

/// The empty state of a tab.
#[derive(Clone, Copy, Debug)]
pub struct EmptyState<'a> {
    /// From [`crate::app::theme::icons`].
    pub icon: &'a str,
    /// A few words: `No table open`.
    pub title: &'a str,
    /// One sentence: what to do and what one gets.
    pub sentence: &'a str,
    /// The main action.
    pub action: &'a str,
    /// The action that opens a sample, such as `Try a sample`; empty for none.
    pub sample: &'a str,
}

/// What was clicked on an [`EmptyState`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmptyChoice {
    /// The main action.
    Action,
    /// The sample.
    Sample,
}

impl EmptyState<'_> {
    /// Shows it in the middle of what is left of `ui`.
    pub fn show(self, ui: &mut Ui) -> Option<EmptyChoice> {
        let palette = palette(ui);
        let mut choice = None;
        ui.vertical_centered(|ui| {
            ui.add_space((ui.available_height() * 0.5 - 130.0).max(8.0));
            ui.label(RichText::new(self.icon).size(44.0).color(palette.accent));
            ui.add_space(8.0);
            ui.label(RichText::new(self.title).font(semibold(18.0)).color(palette.text));
            ui.add_space(2.0);
            ui.scope(|ui| {
                ui.set_max_width(460.0);
                ui.label(RichText::new(self.sentence).color(palette.muted));
            });
            ui.add_space(12.0);
            if primary(ui, None, self.action).clicked() {
                choice = Some(EmptyChoice::Action);
            }
            if !self.sample.is_empty() {
                ui.add_space(6.0);
                if link(ui, self.sample).clicked() {
                    choice = Some(EmptyChoice::Sample);
                }
            }
        });
        choice
    }
}
