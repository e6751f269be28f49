//! An error as a panel: what happened, what to do next.

use eframe::egui::{self, RichText, Ui};

use crate::app::theme::{BODY, icons, medium, palette};
use crate::jobs::Failure;

use super::{Tone, finding, icon_button, small_button};

/// What was clicked on a failure's panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureChoice {
    /// Close it.
    Close,
    /// The action offered.
    Act,
}

/// Shows `failure` with a button to copy it and one to close it, and `action` (such as `Open another file…`) when there is one.
pub fn failure_panel(ui: &mut Ui, failure: &Failure, action: Option<&str>) -> Option<FailureChoice> {
    let palette = palette(ui);
    let mut choice = None;
    finding(ui, Tone::Bad, |ui| {
        ui.horizontal_top(|ui| {
            ui.label(RichText::new(icons::WARNING_CIRCLE).size(16.0).color(palette.bad_text));
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Min), |ui| {
                if icon_button(ui, icons::X, "Close message").clicked() {
                    choice = Some(FailureChoice::Close);
                }
                if icon_button(ui, icons::COPY, "Copy message").clicked() {
                    ui.ctx().copy_text(failure.to_string());
                }
                ui.with_layout(egui::Layout::top_down(egui::Align::Min), |ui| {
                    ui.label(RichText::new(&failure.message).font(medium(BODY)).color(palette.text));
                    ui.label(RichText::new(&failure.next_step).color(palette.muted));
                    if action.is_some_and(|action| small_button(ui, action).clicked()) {
                        choice = Some(FailureChoice::Act);
                    }
                });
            });
        });
    });
    choice
}
