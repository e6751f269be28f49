//! The sheet of choices over the tab, and the ways that lead to it.

use eframe::egui::{Align, Button, Event, Id, Key, Label, Layout, Modal, Modifiers, RichText, Ui, UiBuilder, Vec2};

use crate::app::theme::{SMALL, icons, muted, palette, semibold};
use crate::app::widgets::{Card, button, dialog_frame, is_menu_open, link, menu_item, primary, small_button};
use crate::app::{Command, View};
use crate::jobs::{Failure, SlotState};

use super::super::model::Shown;
use super::super::{DataCommand, DataTab, work};
use super::{OpeningCommand, Sheet, Why, controls, rows, words};

/// Widest sheet, and what is left free of the window around it, in points.
const WIDTH: (f32, f32) = (920.0, 72.0);
/// Least and greatest height of the rows, and what they leave of the window's, in points.
const ROWS: (f32, f32, f32) = (200.0, 420.0, 390.0);
/// Opacity of rows that are about to be replaced.
const DIMMED: f32 = 0.45;

/// Asks for something.
pub(super) fn send(view: View, command: OpeningCommand) {
    view.commands.send(Command::Data(DataCommand::Opening(command)));
}

/// Draws the sheet when there is one, and takes in what is pasted.
pub fn show(tab: &DataTab, ui: &mut Ui, view: View) {
    match &tab.opening.sheet {
        Some(sheet) => show_sheet(sheet, ui, view),
        None => read_paste(ui, view),
    }
}

/// Text that is pasted becomes a table, unless something else is being edited.
fn read_paste(ui: &Ui, view: View) {
    if ui.ctx().text_edit_focused() || view.state.prompt.is_some() || view.state.offer.is_some() {
        return;
    }
    let command = ui.input(|input| {
        input.events.iter().find_map(|event| match event {
            Event::Paste(text) => Some(OpeningCommand::Paste(text.clone())),
            Event::PasteImage(_) => Some(OpeningCommand::NoTextToPaste),
            _ => None,
        })
    });
    if let Some(command) = command {
        send(view, command);
    }
}

fn show_sheet(sheet: &Sheet, ui: &mut Ui, view: View) {
    let size = ui.ctx().content_rect().size();
    Modal::new(Id::unique("choices")).frame(dialog_frame(ui)).show(ui.ctx(), |ui| {
        ui.set_width(WIDTH.0.min(size.x - WIDTH.1));
        let title = match sheet.why {
            Why::Change => format!("Read “{}” in another way", work::name_of(&sheet.path)),
            Why::Doubt | Why::Asked => format!("How is “{}” to be read?", work::name_of(&sheet.path)),
        };
        ui.add(Label::new(RichText::new(title).font(semibold(15.0)).color(palette(ui).text)).truncate());
        if let Some(seen) = sheet.seen() {
            ui.label(muted(ui, words::facts(&seen.preview)).size(SMALL));
            ui.add_space(2.0);
            ui.label(muted(ui, words::reason(sheet.why, &seen.preview.doubts)));
        }
        if let Some(preview) = sheet.preview() {
            ui.add_space(8.0);
            controls::show(sheet, preview, ui, view);
        }
        ui.add_space(8.0);
        let height = rows_height(sheet, ui, size.y - ROWS.2);
        first_rows(sheet, ui, height);
        ui.add_space(12.0);
        // Of a fixed id: rows that come above them meanwhile take no click away.
        let place = UiBuilder::new().scope_id(Id::unique("choices actions")).layout(Layout::right_to_left(Align::Center));
        ui.scope_builder(place, |ui| actions(sheet, ui, view));
    });
}

/// As many rows as there are, so far as there is room; never fewer than before, so that nothing below moves away from the pointer.
fn rows_height(sheet: &Sheet, ui: &Ui, room: f32) -> f32 {
    let wanted = sheet.seen().map_or(ROWS.0, |seen| rows::height(&seen.preview)).clamp(ROWS.0, ROWS.1);
    let id = Id::unique(("choices rows", sheet.number));
    let tallest = ui.data(|data| data.get_temp::<f32>(id)).map_or(wanted, |before| before.max(wanted));
    ui.data_mut(|data| data.insert_temp(id, tallest));
    tallest.min(room.max(120.0))
}

fn actions(sheet: &Sheet, ui: &mut Ui, view: View) {
    let open = primary(ui, None, "Open");
    // Enter opens, from the start on.
    let known = Id::unique("choices in focus");
    if ui.data(|data| data.get_temp::<u64>(known)) != Some(sheet.number) {
        ui.data_mut(|data| data.insert_temp(known, sheet.number));
        open.request_focus();
    }
    let free = !is_menu_open(ui.ctx()) && ui.memory(|memory| memory.focused().is_none());
    let enter = free && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter));
    if open.clicked() || enter {
        send(view, OpeningCommand::Open);
    }
    if button(ui, None, "Cancel").clicked() {
        send(view, OpeningCommand::Cancel);
    }
    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
        if sheet.is_chosen() && button(ui, None, "All as detected").clicked() {
            send(view, OpeningCommand::Reset);
        }
    });
}

fn first_rows(sheet: &Sheet, ui: &mut Ui, height: f32) {
    let size = Vec2::new(ui.available_width(), height);
    ui.allocate_ui_with_layout(size, Layout::top_down(Align::Min), |ui| {
        ui.set_min_size(size);
        match (sheet.seen.state(), sheet.seen()) {
            (SlotState::Failed { failure, .. }, _) => failed(ui, failure, sheet.preview().is_some()),
            (_, Some(seen)) => {
                ui.scope(|ui| {
                    if sheet.seen.is_pending() {
                        ui.set_opacity(DIMMED);
                    }
                    rows::show(seen, ui);
                });
            }
            (_, None) => {
                ui.label(muted(ui, "Looking at the first rows…"));
            }
        }
    });
}

/// What cannot be read so; where there is something to choose, it stands right above.
fn failed(ui: &mut Ui, failure: &Failure, choices: bool) {
    ui.add_space(16.0);
    ui.horizontal(|ui| {
        ui.label(RichText::new(icons::WARNING).color(palette(ui).warn_text));
        ui.add(Label::new(RichText::new(&failure.message).color(palette(ui).warn_text)).wrap());
    });
    if choices {
        ui.label(muted(ui, "Read so, the file makes no table. Choose something else above."));
    }
}

/// The card of the table in sight that says how it was read.
pub fn card(_: &DataTab, shown: &Shown, ui: &mut Ui, view: View) {
    let choose = |ui: &mut Ui| {
        if small_button(ui, "Reading choices…").on_hover_text("Separator, encoding, names of columns, dates, decimals").clicked()
        {
            send(view, OpeningCommand::Change);
        }
    };
    Card::new("Read as").note(words::summary(&shown.report().source)).show_with(ui, choose, |_| ());
}

/// Below the message that a text could not be opened: perhaps it can with other choices.
pub fn after_failure(tab: &DataTab, ui: &mut Ui, view: View) {
    if let Some(path) = &tab.opening.failed
        && button(ui, Some(icons::SLIDERS_HORIZONTAL), "Choose how to read it…").clicked()
    {
        send(view, OpeningCommand::Show(path.clone()));
    }
}

/// Entries of the menu beside Open….
pub fn menu(ui: &mut Ui, view: View) {
    if menu_item(ui, icons::SLIDERS_HORIZONTAL, "Open with choices…") {
        send(view, OpeningCommand::AskFile);
    }
    let paste = Button::new((RichText::new(icons::CLIPBOARD_TEXT).color(palette(ui).muted), RichText::new("Paste from Excel")));
    if ui.add(paste.shortcut_text("Ctrl+V")).accessible_name("Paste from Excel").clicked() {
        send(view, OpeningCommand::RequestPaste);
        ui.close();
    }
}

/// The same in the empty tab.
pub fn paste_link(ui: &mut Ui, view: View) {
    ui.vertical_centered(|ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        let hint = "Copy cells in Excel or LibreOffice, then press this or Ctrl+V";
        if link(ui, "Paste from Excel").on_hover_text(hint).clicked() {
            send(view, OpeningCommand::RequestPaste);
        }
        ui.label(muted(ui, "or press Ctrl+V after copying cells").size(SMALL));
    });
}
