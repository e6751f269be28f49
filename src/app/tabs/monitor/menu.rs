//! The menus of the tab: of a card, of what can be added, of what is compared, and of how the plots are shown.

use eframe::egui::{Button, Key, Label, Popup, PopupCloseBehavior, Response, RichText, ScrollArea, TextEdit, Ui, Vec2};

use crate::app::theme::{SMALL, icons, look, muted, palette};
use crate::app::widgets::{button, icon_button, icon_menu, menu_item, search, small_button};
use crate::app::{Command, View, chart_menu};
use crate::report::local_seconds;
use crate::settings::Cores;

use super::cards::Card;
use super::compare::Compared;
use super::layout::{Piece, Side};
use super::offered::{Group, offered};
use super::{LayoutCommand, MonitorCommand, MonitorTab};

/// Width of the list of what can be added, and its largest height, in points.
const LIST: Vec2 = Vec2::new(300.0, 380.0);
/// How much a piece grows at a time.
const GROWTH: f32 = 1.25;

fn send(view: View, command: MonitorCommand) {
    view.commands.send(Command::Monitor(command));
}

fn lay_out(view: View, command: LayoutCommand) {
    send(view, MonitorCommand::Layout(command));
}

/// An entry that is on or off.
fn switch(ui: &mut Ui, on: bool, text: &str) -> bool {
    menu_item(ui, if on { icons::CHECK_SQUARE } else { icons::SQUARE }, text)
}

/// The menu of a card with a plot.
pub fn of_card(tab: &MonitorTab, ui: &mut Ui, view: View, card: &Card) {
    icon_menu(ui, icons::DOTS_THREE, &format!("{} chart", card.title), |ui| {
        if let Some(action) = chart_menu(ui) {
            view.commands.send(action.command(card.chart(tab, look(ui.ctx()))));
        }
        ui.separator();
        if switch(ui, card.logarithmic, "Logarithmic scale") {
            send(view, MonitorCommand::Logarithmic(card.id.clone(), !card.logarithmic));
        }
        ui.separator();
        let piece = Piece::Plot(card.id.clone());
        place(tab, ui, view, &piece);
        if menu_item(ui, icons::TRASH, "Remove plot") {
            lay_out(view, LayoutCommand::Remove(card.id.clone()));
        }
    });
}

/// The menu of the table of processes.
pub fn of_processes(tab: &MonitorTab, ui: &mut Ui, view: View) {
    icon_menu(ui, icons::DOTS_THREE, "Place of the processes", |ui| place(tab, ui, view, &Piece::Processes));
}

/// Moving a piece and changing its size without a pointer.
fn place(tab: &MonitorTab, ui: &mut Ui, view: View, piece: &Piece) {
    let moves = [
        (icons::ARROW_LEFT, "Move left", Side::Left),
        (icons::ARROW_RIGHT, "Move right", Side::Right),
        (icons::ARROW_UP, "Move up", Side::Above),
        (icons::ARROW_DOWN, "Move down", Side::Below),
    ];
    ui.horizontal(|ui| {
        ui.add_space(8.0);
        ui.label(muted(ui, "Move").size(SMALL));
        for (icon, name, side) in moves {
            let can = tab.layout().can_step(piece, side);
            if ui.add_enabled_ui(can, |ui| icon_button(ui, icon, name).clicked()).inner {
                lay_out(view, LayoutCommand::Step(piece.clone(), side));
                ui.close();
            }
        }
    });
    ui.horizontal(|ui| {
        ui.add_space(8.0);
        ui.label(muted(ui, "Size").size(SMALL));
        for (name, factor) in [("Wider", GROWTH), ("Narrower", 1.0 / GROWTH)] {
            if small_button(ui, name).clicked() {
                lay_out(view, LayoutCommand::Widen(piece.clone(), factor));
            }
        }
        for (name, factor) in [("Higher", GROWTH), ("Lower", 1.0 / GROWTH)] {
            if small_button(ui, name).clicked() {
                lay_out(view, LayoutCommand::Heighten(piece.clone(), factor));
            }
        }
    });
}

/// The button with the list of what can be added.
pub fn add_plot(tab: &MonitorTab, ui: &mut Ui, view: View, face: impl FnOnce(&mut Ui) -> Response) {
    let response = face(ui);
    Popup::menu(&response).close_behavior(PopupCloseBehavior::CloseOnClickOutside).show(|ui| {
        ui.set_width(LIST.x);
        ui.horizontal(|ui| {
            if let Some(text) =
                search(ui, "Search what is measured", "core, disk, temperature…", LIST.x - 40.0, tab.metric_search())
            {
                send(view, MonitorCommand::FindMetric(text));
            }
        });
        let groups = offered(tab, tab.metric_search());
        ScrollArea::vertical().max_height(LIST.y).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            ui.set_min_width(LIST.x - 8.0);
            if groups.is_empty() {
                ui.label(muted(ui, "Nothing else of this name is measured here."));
            }
            groups.iter().for_each(|group| list(tab, ui, view, group));
        });
        ui.separator();
        if menu_item(ui, icons::ARROW_COUNTER_CLOCKWISE, "Standard layout") {
            lay_out(view, LayoutCommand::Standard);
        }
    });
}

/// A group of what can be added, each with what it is at now.
fn list(tab: &MonitorTab, ui: &mut Ui, view: View, group: &Group) {
    ui.add_space(4.0);
    ui.label(muted(ui, group.name).size(SMALL));
    for (id, title) in &group.plots {
        let entry = Button::new((RichText::new(icons::PLUS).color(palette(ui).muted), RichText::new(title))).truncate();
        let response = ui.add(entry).accessible_name(format!("Add {title}"));
        if response.on_hover_text(Card::of(tab, id.clone()).figure).clicked() {
            lay_out(view, LayoutCommand::Add(id.clone()));
        }
    }
}

/// The button with the earlier periods that can be compared with.
pub fn compare(tab: &MonitorTab, ui: &mut Ui, view: View, face: impl FnOnce(&mut Ui) -> Response) {
    let response = face(ui);
    Popup::menu(&response).close_behavior(PopupCloseBehavior::CloseOnClickOutside).show(|ui| {
        ui.set_width(230.0);
        let with = tab.comparison().and_then(super::Comparison::with);
        for (compared, name) in Compared::PLAIN {
            if menu_item(ui, if with == Some(compared) { icons::CHECK } else { icons::CLOCK_COUNTER_CLOCKWISE }, name) {
                send(view, MonitorCommand::Compare(Some(compared)));
            }
        }
        ui.separator();
        from_moment(tab, ui, view);
        if with.is_some() {
            ui.separator();
            if menu_item(ui, icons::X, "Stop comparing") {
                send(view, MonitorCommand::Compare(None));
            }
        }
    });
}

/// The field for the date and time at which the earlier stretch begins.
fn from_moment(tab: &MonitorTab, ui: &mut Ui, view: View) {
    let id = ui.scope_id().with("moment");
    let mut text: String = ui.data(|data| data.get_temp(id)).unwrap_or_default();
    ui.horizontal(|ui| {
        ui.add_space(4.0);
        let hint = RichText::new("2026-11-20 14:00").color(palette(ui).hint);
        let field = TextEdit::singleline(&mut text).hint_text(hint).desired_width(130.0);
        let field = ui.add(field).accessible_name("Beginning of the earlier stretch");
        let moment = local_seconds(&text).filter(|moment| *moment < tab.end());
        let accepts = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        let clicked = ui.add_enabled_ui(moment.is_some(), |ui| small_button(ui, "Compare").clicked()).inner;
        if let Some(moment) = moment.filter(|_| clicked || accepts) {
            send(view, MonitorCommand::Compare(Some(Compared::From(moment))));
            ui.close();
        }
    });
    ui.add(Label::new(muted(ui, "Or from a date and time on").size(SMALL)));
    ui.data_mut(|data| data.insert_temp(id, text));
}

/// The menu of how the plots are shown.
pub fn shown(tab: &MonitorTab, ui: &mut Ui, view: View) {
    icon_menu(ui, icons::SLIDERS_HORIZONTAL, "How the plots are shown", |ui| {
        if switch(ui, tab.shows_marks(), "Marks of what was done") {
            send(view, MonitorCommand::Marks(!tab.shows_marks()));
        }
        ui.separator();
        for (cores, name) in
            [(Cores::Off, "Cores together"), (Cores::Lines, "Each core as a line"), (Cores::Stacked, "Cores stacked")]
        {
            if menu_item(ui, if tab.cores() == cores { icons::CHECK } else { icons::CPU }, name) {
                send(view, MonitorCommand::Cores(cores));
            }
        }
        ui.separator();
        if menu_item(ui, icons::ARROW_COUNTER_CLOCKWISE, "Standard layout") {
            lay_out(view, LayoutCommand::Standard);
        }
    });
}

/// A button of the top bar: with its words where there is room, else its icon alone.
pub fn action(ui: &mut Ui, has_room: bool, icon: &str, text: &str) -> Response {
    if has_room { button(ui, Some(icon), text) } else { icon_button(ui, icon, text) }
}
