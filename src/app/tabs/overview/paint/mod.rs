//! Drawing the Overview tab: how its cards lie. Each file here draws one of them.

mod recent;
mod running;
mod spark;
mod state;
mod told;

use eframe::egui::{Layout, Rect, ScrollArea, Ui, UiBuilder};

use crate::app::theme::{GAP, icons};
use crate::app::widgets::{button, columns};
use crate::app::{Command, View};

use super::OverviewTab;
use super::model::Measure;

/// Heights of the lines with figures: the least, and their share of the tab's height.
const SPARKS: (f32, f32) = (124.0, 0.22);
/// The least height of all together.
const LOW: f32 = 500.0;
/// A tab that is higher than this gives the lines more of what is beyond.
const HIGH: f32 = 720.0;
const SHARE_BEYOND: f32 = 0.3;
/// Widths of what runs, what was opened, and what was found.
const LOWER: [f32; 3] = [1.1, 1.0, 1.0];

/// Buttons of the top bar, added from the right.
pub fn actions(ui: &mut Ui, view: View) {
    if button(ui, Some(icons::FOLDER_OPEN), "Open…").on_hover_text("Open tables and profiles (Ctrl+O)").clicked() {
        view.commands.send(Command::OpenDialog);
    }
    if button(ui, Some(icons::CAMERA), "Snapshot").on_hover_text("Save or copy a chart (Ctrl+S)").clicked() {
        view.commands.send(Command::OfferCharts);
    }
}

/// The tab itself. Where there is too little room, as in a window whose letters were made larger, it is scrolled.
pub fn body(tab: &OverviewTab, ui: &mut Ui, view: View) {
    let height = ui.available_height();
    if height >= LOW {
        return cards(tab, ui, view, height);
    }
    ScrollArea::vertical().id_salt("overview").auto_shrink(false).show(ui, |ui| cards(tab, ui, view, LOW));
}

fn cards(tab: &OverviewTab, ui: &mut Ui, view: View, height: f32) {
    ui.spacing_mut().item_spacing.y = GAP;
    let upper = state::height(tab);
    let sparks = (height * SPARKS.1 + (height - HIGH).max(0.0) * SHARE_BEYOND).max(SPARKS.0).round();
    let lower = (height - upper - sparks - 2.0 * GAP).max(0.0);
    columns(ui, upper, &[1.0], |_, ui| state::show(tab, ui));
    columns(ui, sparks, &[1.0; 4], |index, ui| {
        if let Some(measure) = Measure::ALL.get(index) {
            spark::show(tab, ui, view, *measure);
        }
    });
    columns(ui, lower, &LOWER, |index, ui| match index {
        0 => running::show(tab, ui, view),
        1 => recent::show(ui, view),
        _ => told::show(ui, view),
    });
}

/// Draws into `place`, and leaves the place of what comes next as it is.
fn within(ui: &mut Ui, place: Rect, salt: &str, layout: Layout, add: impl FnOnce(&mut Ui)) {
    ui.scope_builder(UiBuilder::new().id_salt(salt).max_rect(place).layout(layout), add);
}
