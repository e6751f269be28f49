//! The bar with the tab's name, what is open, and its actions.

use eframe::egui::{Align, Label, Layout, RichText, Ui};

use crate::app::state::View;
use crate::app::tabs;
use crate::app::theme::{HEADING, muted, palette, semibold};

/// Draws the bar.
pub fn show(ui: &mut Ui, view: View) {
    let palette = palette(ui);
    ui.horizontal_centered(|ui| {
        ui.label(RichText::new(view.state.tab.name()).font(semibold(HEADING)).color(palette.text));
        tabs::lead(ui, view);
        // The actions take their place first, so that what is open is what gets cut.
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            tabs::actions(ui, view);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let title = tabs::title(view.state);
                if !title.is_empty() {
                    ui.add(Label::new(muted(ui, title)).truncate());
                }
            });
        });
    });
}
