//! Drawing the Data tab.

use eframe::egui::Ui;

use crate::app::theme::icons;
use crate::app::widgets::{EmptyChoice, EmptyState};
use crate::app::{Command, View};
use crate::report::Chart;
use crate::report::theme::Look;

use super::DataTab;

/// What is open, beside the tab's name in the top bar.
pub fn title(_tab: &DataTab) -> String {
    String::new()
}

/// Buttons of the top bar, added from the right.
pub fn actions(_tab: &DataTab, _ui: &mut Ui, _view: View) {}

/// The tab itself.
pub fn body(_tab: &DataTab, ui: &mut Ui, view: View) {
    let empty = EmptyState {
        icon: icons::TABLE,
        title: "No table open",
        sentence: "Open a workbook or a text file to see how much memory it takes, and how much less would do.",
        action: "Open…",
        sample: "Try a sample",
    };
    match empty.show(ui) {
        Some(EmptyChoice::Action) => view.commands.send(Command::OpenDialog),
        Some(EmptyChoice::Sample) | None => {}
    }
}

/// The charts that can be saved.
pub fn charts(_tab: &DataTab, _look: Look) -> Vec<Chart> {
    Vec::new()
}
