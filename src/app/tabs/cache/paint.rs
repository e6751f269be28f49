//! Drawing the Cache tab.

use eframe::egui::Ui;

use crate::app::theme::icons;
use crate::app::widgets::{EmptyChoice, EmptyState};
use crate::app::{Command, View};
use crate::report::Chart;
use crate::report::theme::Look;

use super::CacheTab;

/// What is open, beside the tab's name in the top bar.
pub fn title(_tab: &CacheTab) -> String {
    String::new()
}

/// Buttons of the top bar, added from the right.
pub fn actions(_tab: &CacheTab, _ui: &mut Ui, _view: View) {}

/// The tab itself.
pub fn body(_tab: &CacheTab, ui: &mut Ui, view: View) {
    let empty = EmptyState {
        icon: icons::STACK,
        title: "Nothing kept yet",
        sentence: "What you open in Data and Profiles is kept here, so that opening it again is quick.",
        action: "Open…",
        sample: "Try a sample",
    };
    match empty.show(ui) {
        Some(EmptyChoice::Action) => view.commands.send(Command::OpenDialog),
        Some(EmptyChoice::Sample) | None => {}
    }
}

/// The charts that can be saved.
pub fn charts(_tab: &CacheTab, _look: Look) -> Vec<Chart> {
    Vec::new()
}
