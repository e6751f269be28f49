//! The controls in the preview's head: go to a row, find, copy, the file's text beside; and the keys for them.

use eframe::egui::{Id, Key, KeyboardShortcut, Margin, Modifiers, RichText, TextEdit, Ui};

use crate::app::tabs::data::find::{Direction, FindCommand, bar};
use crate::app::tabs::data::model::Shown;
use crate::app::tabs::data::{DataCommand, DataTab};
use crate::app::theme::{hint, icons, muted, palette};
use crate::app::widgets::{icon_button, icon_menu, menu_item};
use crate::app::{Command, View};
use crate::report::format;

use super::GridCommand;

const FIND: KeyboardShortcut = KeyboardShortcut::new(Modifiers::COMMAND, Key::F);
const GO: KeyboardShortcut = KeyboardShortcut::new(Modifiers::COMMAND, Key::G);
const NEXT: KeyboardShortcut = KeyboardShortcut::new(Modifiers::NONE, Key::F3);
const PREVIOUS: KeyboardShortcut = KeyboardShortcut::new(Modifiers::SHIFT, Key::F3);
/// Width of the field for a row, in points.
const FIELD: f32 = 106.0;

fn field() -> Id {
    Id::unique("go to row")
}

fn send(view: View, command: GridCommand) {
    view.commands.send(Command::Data(DataCommand::Grid(command)));
}

fn find(view: View, command: FindCommand) {
    view.commands.send(Command::Data(DataCommand::Find(command)));
}

/// Turns the keys that work anywhere in the tab into commands.
pub fn keys(ui: &Ui, view: View) {
    let pressed = |shortcut: &KeyboardShortcut| ui.input_mut(|input| input.consume_shortcut(shortcut));
    if pressed(&FIND) {
        find(view, FindCommand::Open);
        bar::focus(ui);
    }
    if pressed(&GO) {
        ui.memory_mut(|memory| memory.request_focus(field()));
    }
    if pressed(&PREVIOUS) {
        find(view, FindCommand::Go(Direction::Previous));
    }
    if pressed(&NEXT) {
        find(view, FindCommand::Go(Direction::Next));
    }
}

/// Draws the controls, added from the right.
pub fn show(tab: &DataTab, ui: &mut Ui, view: View) {
    let on = tab.grid.beside.is_on();
    let name = if on { "Hide the file’s text" } else { "Show the file’s text beside the table" };
    let response = ui.scope(|ui| {
        if on {
            ui.visuals_mut().widgets.inactive.weak_bg_fill = palette(ui).raised;
        }
        icon_button(ui, icons::FILE_TEXT, name)
    });
    if response.inner.clicked() {
        send(view, GridCommand::Beside(!on));
    }
    icon_menu(ui, icons::COPY, "Copy the selected cells", |ui| {
        ui.set_min_width(200.0);
        if menu_item(ui, icons::COPY, "Copy cells") {
            send(view, GridCommand::Copy { names: false });
        }
        if menu_item(ui, icons::TABLE, "Copy with the columns’ names") {
            send(view, GridCommand::Copy { names: true });
        }
        ui.label(hint(ui, "Drag over cells, or press Shift and an arrow. Ctrl+A: all."));
    });
    if icon_button(ui, icons::MAGNIFYING_GLASS, "Find in the table (Ctrl+F)").clicked() {
        find(view, FindCommand::Open);
        bar::focus(ui);
    }
    row(tab, ui, view);
}

/// The field for a row's number.
fn row(tab: &DataTab, ui: &mut Ui, view: View) {
    if ui.memory(|memory| memory.has_focus(field())) && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter)) {
        send(view, GridCommand::Go);
    }
    let mut edited = tab.grid.go.clone();
    let edit = TextEdit::singleline(&mut edited)
        .id(field())
        .hint_text(RichText::new("Go to row…").color(palette(ui).hint))
        .margin(Margin::symmetric(6, 3))
        .desired_width(FIELD - 12.0);
    ui.add(edit).on_hover_text("A row’s number as it stands at the left, then Enter (Ctrl+G)").accessible_name("Go to row");
    if edited != tab.grid.go {
        send(view, GridCommand::GoText(edited));
    }
}

/// What the two lines of a cell are, over the cells; how far reading the file is, or why it could not be read.
pub fn legend(tab: &DataTab, shown: &Shown, ui: &mut Ui, view: View) {
    let beside = &tab.grid.beside;
    if let Some(failure) = beside.failure() {
        ui.label(RichText::new(failure.to_string()).size(12.0).color(palette(ui).bad_text));
        return;
    }
    let job = view.state.jobs.iter().find(|job| beside.job() == Some(job.id));
    let words = match job.map(|job| job.progress.fraction.unwrap_or(0.0)) {
        Some(part) => format!("Reading “{}” for the rows in sight: {:.0} %", shown.report().source.file, (part * 100.0).floor()),
        None => {
            format!("Above: as kept here. Below: as in “{}”, coloured where it is spelled otherwise.", shown.report().source.file)
        }
    };
    ui.label(muted(ui, words).size(12.0));
}

/// `3 rows × 2 columns selected`; empty for one cell or none.
pub fn selected(tab: &DataTab, columns: usize) -> String {
    let Some(selection) = tab.grid.selection else { return String::new() };
    let (rows, columns) = (selection.rows().len() as u64, selection.columns(columns).len() as u64);
    if rows * columns < 2 {
        return String::new();
    }
    format!("{} × {} selected", format::counted(rows, "row", "rows"), format::counted(columns, "column", "columns"))
}
