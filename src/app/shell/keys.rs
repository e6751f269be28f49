//! Keyboard shortcuts, and files dropped on the window.

use eframe::egui::{Align2, Color32, Id, Key, KeyboardShortcut, LayerId, Modifiers, Order, Ui};

use crate::app::command::Command;
use crate::app::state::View;
use crate::app::tabs::Tab;
use crate::app::theme::{palette, semibold};
use crate::app::widgets::is_menu_open;

const OPEN: KeyboardShortcut = KeyboardShortcut::new(Modifiers::COMMAND, Key::O);
const SNAPSHOT: KeyboardShortcut = KeyboardShortcut::new(Modifiers::COMMAND, Key::S);
const SETTINGS: KeyboardShortcut = KeyboardShortcut::new(Modifiers::COMMAND, Key::Comma);
const HELP: KeyboardShortcut = KeyboardShortcut::new(Modifiers::NONE, Key::F1);
const ESCAPE: KeyboardShortcut = KeyboardShortcut::new(Modifiers::NONE, Key::Escape);

/// Turns what was pressed and dropped into commands.
pub fn read(ui: &Ui, view: View) {
    let pressed = |shortcut: &KeyboardShortcut| ui.input_mut(|input| input.consume_shortcut(shortcut));
    for tab in Tab::MAIN {
        if tab.key().is_some_and(|(key, _)| pressed(&KeyboardShortcut::new(Modifiers::COMMAND, key))) {
            view.commands.send(Command::ShowTab(tab));
        }
    }
    for (shortcut, command) in [
        (OPEN, Command::OpenDialog),
        (SNAPSHOT, Command::OfferCharts),
        (SETTINGS, Command::ShowTab(Tab::Settings)),
        (HELP, Command::ShowTab(Tab::Help)),
    ] {
        if pressed(&shortcut) {
            view.commands.send(command);
        }
    }
    // Esc first belongs to an open menu and to the text field that is edited.
    let taken = is_menu_open(ui.ctx()) || ui.ctx().text_edit_focused();
    if !taken && pressed(&ESCAPE) {
        view.commands.send(Command::Escape);
    }
    read_drop(ui, view);
}

fn read_drop(ui: &Ui, view: View) {
    let paths: Vec<std::path::PathBuf> = ui.input(|input| {
        input.raw.dropped_files.iter().map(|file| file.path().to_path_buf()).filter(|path| !path.as_os_str().is_empty()).collect()
    });
    if !paths.is_empty() {
        view.commands.send(Command::Open(paths));
    }
}

/// Says that files held over the window can be dropped.
pub fn show_drop(ui: &Ui) {
    if ui.input(|input| input.raw.hovered_files.is_empty()) {
        return;
    }
    let palette = palette(ui);
    let painter = ui.ctx().layer_painter(LayerId::new(Order::Foreground, Id::unique("drop")));
    let rect = ui.ctx().content_rect();
    painter.rect_filled(rect, 0.0, Color32::from_black_alpha(160));
    painter.text(
        rect.center(),
        Align2::CENTER_CENTER,
        "Drop to open",
        semibold(28.0),
        palette.accent.lerp_to_gamma(Color32::WHITE, 0.5),
    );
}
