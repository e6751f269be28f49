//! The bar over the preview: what to find, where, how many rows have it, and the way from one to the next.

use eframe::egui::{Align, ComboBox, Id, Key, Layout, Margin, Modifiers, RichText, TextEdit, Ui, Vec2};

use crate::app::tabs::data::model::Shown;
use crate::app::tabs::data::{DataCommand, DataTab};
use crate::app::theme::{icons, muted, palette};
use crate::app::widgets::{icon_button, toggle};
use crate::app::{Command, View};

use super::{Direction, FindCommand, Finder};

/// Height of the bar in points.
pub const HEIGHT: f32 = 30.0;
/// What the bar takes besides the field, in points.
const BESIDE: f32 = 420.0;
/// Name of all columns together.
const ALL: &str = "All columns";

/// The field's id: the keyboard goes there before the field is there.
fn field() -> Id {
    Id::unique("find in the table")
}

/// Puts the keyboard into the field.
pub fn focus(ui: &Ui) {
    ui.memory_mut(|memory| memory.request_focus(field()));
}

fn send(view: View, command: FindCommand) {
    view.commands.send(Command::Data(DataCommand::Find(command)));
}

/// Draws the bar.
pub fn show(tab: &DataTab, shown: &Shown, ui: &mut Ui, view: View) {
    let finder = &tab.find;
    ui.allocate_ui_with_layout(Vec2::new(ui.available_width(), HEIGHT), Layout::left_to_right(Align::Center), |ui| {
        ui.set_min_height(HEIGHT);
        ui.spacing_mut().item_spacing.x = 6.0;
        text(finder, ui, view);
        column(finder, shown, ui, view);
        if toggle(ui, "Whole cell", finder.whole).on_hover_text("Only cells that are exactly this").clicked() {
            send(view, FindCommand::Whole(!finder.whole));
        }
        ui.label(muted(ui, "Whole cell").size(12.0));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| steps(finder, ui, view));
    });
}

fn text(finder: &Finder, ui: &mut Ui, view: View) {
    keys(ui, view);
    let mut edited = finder.text.clone();
    let edit = TextEdit::singleline(&mut edited)
        .id(field())
        .hint_text(RichText::new("Find").color(palette(ui).hint))
        .prefix(RichText::new(icons::MAGNIFYING_GLASS).color(palette(ui).hint))
        .margin(Margin::symmetric(8, 4))
        .desired_width((ui.available_width() - BESIDE).clamp(70.0, 220.0));
    ui.add(edit).accessible_name("Find in the table");
    if edited != finder.text {
        send(view, FindCommand::Text(edited));
    }
}

/// Enter goes on, Escape closes, while the keyboard is in the field.
fn keys(ui: &Ui, view: View) {
    if !ui.memory(|memory| memory.has_focus(field())) {
        return;
    }
    for (modifiers, key, command) in [
        (Modifiers::SHIFT, Key::Enter, FindCommand::Go(Direction::Previous)),
        (Modifiers::NONE, Key::Enter, FindCommand::Go(Direction::Next)),
        (Modifiers::NONE, Key::Escape, FindCommand::Close),
    ] {
        if ui.input_mut(|input| input.consume_key(modifiers, key)) {
            send(view, command);
        }
    }
}

fn column(finder: &Finder, shown: &Shown, ui: &mut Ui, view: View) {
    let columns = &shown.report().columns;
    let name = finder.column.and_then(|at| columns.get(at)).map_or(ALL, |column| column.name.as_str());
    let combo = ComboBox::from_id_salt("find in column").selected_text(name).width(120.0).truncate();
    let response = combo.show_ui(ui, |ui| {
        if ui.selectable_label(finder.column.is_none(), ALL).clicked() && finder.column.is_some() {
            send(view, FindCommand::Column(None));
        }
        for (at, column) in columns.iter().enumerate() {
            if ui.selectable_label(finder.column == Some(at), &column.name).clicked() {
                send(view, FindCommand::Column(Some(at)));
            }
        }
    });
    response.response.accessible_name("Find in column");
}

/// The way from one row to the next, added from the right.
fn steps(finder: &Finder, ui: &mut Ui, view: View) {
    ui.spacing_mut().item_spacing.x = 2.0;
    if icon_button(ui, icons::X, "Close finding").clicked() {
        send(view, FindCommand::Close);
    }
    if icon_button(ui, icons::CARET_DOWN, "Next row that has it").clicked() {
        send(view, FindCommand::Go(Direction::Next));
    }
    if icon_button(ui, icons::CARET_UP, "Row before that has it").clicked() {
        send(view, FindCommand::Go(Direction::Previous));
    }
    ui.add_space(4.0);
    ui.label(RichText::new(words(finder, view)).size(12.0).color(palette(ui).muted));
}

/// What was found, or how far looking is.
fn words(finder: &Finder, view: View) -> String {
    let job = view.state.jobs.iter().find(|job| finder.job == Some(job.id));
    match job.map(|job| job.progress.fraction) {
        Some(Some(part)) => format!("{:.0} %", (part * 100.0).floor()),
        Some(None) => "Looking…".to_owned(),
        None => finder.words(),
    }
}
