//! Drawing the Profiles tab.

use eframe::egui::Ui;

use crate::app::theme::icons;
use crate::app::widgets::{EmptyChoice, EmptyState};
use crate::app::{Command, View};
use crate::report::Chart;
use crate::report::theme::Look;

use super::ProfilesTab;

/// What is open, beside the tab's name in the top bar.
pub fn title(_tab: &ProfilesTab) -> String {
    String::new()
}

/// Buttons of the top bar, added from the right.
pub fn actions(_tab: &ProfilesTab, _ui: &mut Ui, _view: View) {}

/// The tab itself.
pub fn body(_tab: &ProfilesTab, ui: &mut Ui, view: View) {
    let empty = EmptyState {
        icon: icons::FLAME,
        title: "No profile open",
        sentence: "Open a profile to see where a program spends its time and memory.",
        action: "Open…",
        sample: "Try a sample",
    };
    match empty.show(ui) {
        Some(EmptyChoice::Action) => view.commands.send(Command::OpenDialog),
        Some(EmptyChoice::Sample) | None => {}
    }
}

/// The charts that can be saved.
pub fn charts(_tab: &ProfilesTab, _look: Look) -> Vec<Chart> {
    Vec::new()
}
