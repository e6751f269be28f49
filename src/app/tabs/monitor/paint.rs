//! Drawing the Monitor tab.

use eframe::egui::{Align, Id, Key, Label, Layout, Modifiers, PointerButton, Rect, RichText, Sense, Ui, UiBuilder, Vec2};

use crate::app::tabs::settings::interval_choice;
use crate::app::theme::{GAP, SMALL, icons, muted, palette};
use crate::app::widgets::{Card as Frame, icon_button, link, search, segmented, toggle};
use crate::app::{Command, SettingsCommand, View};
use crate::report::{format, local_moment};
use crate::settings::Cores;

use super::cards::{Card, CardId, Trace};
use super::layout::Piece;
use super::{Arrangement, Comparison, MonitorCommand, MonitorTab, Range, arrange, details, menu, plot, table, told};

/// Room that the actions of the top bar need for their words, in points.
const ROOM: f32 = 440.0;
/// And for those of comparing too.
const MORE_ROOM: f32 = 540.0;
/// Height of a legend in points.
const LEGEND: f32 = 20.0;
/// The moment under the pointer in any of the plots, from one frame to the next.
const CURSOR: &str = "monitor moment";

/// Range and interval, beside the tab's name.
pub fn lead(tab: &MonitorTab, ui: &mut Ui, view: View) {
    ui.add_space(4.0);
    if let Some(range) = segmented(ui, "Range", &Range::ALL, tab.window().range()) {
        view.commands.send(Command::Monitor(MonitorCommand::ShowRange(range)));
    }
    ui.add_space(4.0);
    ui.label(muted(ui, "every"));
    let mut settings = view.state.settings.clone();
    interval_choice(ui, &mut settings.sample_interval_ms);
    if settings != view.state.settings {
        view.commands.send(Command::Settings(SettingsCommand::Use(Box::new(settings))));
    }
}

/// Buttons of the top bar.
pub fn actions(tab: &MonitorTab, ui: &mut Ui, view: View) {
    // A part that is shown has a way out of it, which needs room too.
    let room = ui.available_width() - if tab.window().is_part() { 90.0 } else { 0.0 };
    // What is compared with stands beside the button.
    let (has_room, has_more) = (room >= ROOM, room >= MORE_ROOM && tab.comparison().is_none());
    menu::add_plot(tab, ui, view, |ui| menu::action(ui, has_room, icons::PLUS, "Add plot"));
    if menu::action(ui, has_room, icons::CAMERA, "Snapshot").on_hover_text("Save or copy a chart (Ctrl+S)").clicked() {
        view.commands.send(Command::OfferCharts);
    }
    let (icon, text) = if tab.is_paused() { (icons::PLAY, "Resume") } else { (icons::PAUSE, "Pause") };
    if menu::action(ui, has_room, icon, text).clicked() {
        view.commands.send(Command::Monitor(MonitorCommand::TogglePause));
    }
    menu::compare(tab, ui, view, |ui| menu::action(ui, has_more, icons::CLOCK_COUNTER_CLOCKWISE, "Compare with…"));
    menu::shown(tab, ui, view);
    if tab.window().is_part() && link(ui, "Show all").clicked() {
        view.commands.send(Command::Monitor(MonitorCommand::ShowAll));
    }
    if tab.before().is_some() && icon_button(ui, icons::ARROW_LEFT, "Back to the stretch before (Alt+Left)").clicked() {
        view.commands.send(Command::Monitor(MonitorCommand::Back));
    }
    if tab.is_paused() {
        ui.add(Label::new(muted(ui, "standing still, still recording")).truncate());
    } else if let Some(with) = tab.comparison().and_then(Comparison::with) {
        ui.add(Label::new(muted(ui, format!("compared with {}", with.name(tab.end())))).truncate());
    }
}

/// Alt+Left and a mouse's own button lead back to the stretch before.
fn read_keys(tab: &MonitorTab, ui: &Ui, view: View) {
    let is_typing = ui.ctx().text_edit_focused();
    let back = ui.input_mut(|input| {
        input.pointer.button_pressed(PointerButton::Extra1) || (!is_typing && input.consume_key(Modifiers::ALT, Key::ArrowLeft))
    });
    if back && tab.before().is_some() {
        view.commands.send(Command::Monitor(MonitorCommand::Back));
    }
}

/// The tab.
pub fn body(tab: &MonitorTab, ui: &mut Ui, view: View) {
    read_keys(tab, ui, view);
    let cursor_id = Id::unique(CURSOR);
    let before: Option<f64> = ui.data_mut(|data| data.remove_temp(cursor_id));
    let mut cursor = None;
    ui.spacing_mut().item_spacing.y = GAP;
    arrange::show(tab, ui, view, |piece, ui| match piece {
        Piece::Plot(id) => cursor = cursor.or(card(tab, ui, view, id, before)),
        Piece::Processes => processes(tab, ui, view),
    });
    if let Some(moment) = cursor {
        ui.data_mut(|data| data.insert_temp(cursor_id, moment));
    }
    if cursor != before {
        // The legends above the plot under the pointer have not seen it yet.
        ui.ctx().request_repaint();
    }
}

/// One card with its plot. Returns the moment under the pointer.
fn card(tab: &MonitorTab, ui: &mut Ui, view: View, id: &CardId, cursor: Option<f64>) -> Option<f64> {
    ui.spacing_mut().item_spacing.y = 4.0;
    let card = Card::of(tab, id.clone());
    let menu = |ui: &mut Ui| menu::of_card(tab, ui, view, &card);
    Frame::new(&card.title).figure(card.figure.clone()).note(card.note.clone()).fill().show_with(ui, menu, |ui| {
        let height = (ui.available_height() - LEGEND - 4.0).max(40.0);
        let moment = plot::show(tab, &card, ui, view, height);
        legend(tab, &card, ui, view, cursor);
        moment
    })
}

/// The lines' colours and names, with their values at the moment under the pointer.
fn legend(tab: &MonitorTab, card: &Card, ui: &mut Ui, view: View, cursor: Option<f64>) {
    ui.allocate_ui_with_layout(Vec2::new(ui.available_width(), LEGEND), Layout::right_to_left(Align::Center), |ui| {
        ui.set_min_height(LEGEND);
        match card.id {
            CardId::Cpu => per_core(tab, ui, view),
            CardId::Own => cost(tab, ui),
            _ => {}
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 5.0;
            // With a line per core there is no room for all their names; the read-out has them.
            let traces = if card.traces.len() > 3 { card.traces.get(..1).unwrap_or_default() } else { &card.traces };
            for trace in traces {
                entry(tab, card, ui, trace, cursor);
            }
        });
    });
}

fn entry(tab: &MonitorTab, card: &Card, ui: &mut Ui, trace: &Trace, cursor: Option<f64>) {
    let palette = palette(ui);
    let (rect, _) = ui.allocate_exact_size(Vec2::splat(9.0), Sense::hover());
    ui.painter().rect_filled(Rect::from_center_size(rect.center(), Vec2::splat(9.0)), 2.0, palette.series_color(trace.color));
    let value = told::value(tab, card, trace, cursor.unwrap_or(0.0)).unwrap_or_else(|| "–".into());
    ui.label(RichText::new(&trace.name).size(SMALL).color(palette.muted));
    ui.label(RichText::new(value).size(SMALL).color(palette.text));
    ui.add_space(7.0);
}

fn per_core(tab: &MonitorTab, ui: &mut Ui, view: View) {
    let cores = tab.cores();
    let choice = |ui: &mut Ui, name: &str, words: &str, on: bool, then: Cores| {
        if toggle(ui, name, on).clicked() {
            view.commands.send(Command::Monitor(MonitorCommand::Cores(then)));
        }
        ui.label(muted(ui, words).size(SMALL));
    };
    choice(ui, "Per core", "per core", cores != Cores::Off, if cores == Cores::Off { Cores::Lines } else { Cores::Off });
    if cores != Cores::Off {
        let is_stacked = cores == Cores::Stacked;
        choice(ui, "Stacked", "stacked", is_stacked, if is_stacked { Cores::Lines } else { Cores::Stacked });
    }
}

fn cost(tab: &MonitorTab, ui: &mut Ui) {
    let Some(snapshot) = tab.shown() else { return };
    let own = &snapshot.this_program;
    let threads = own.threads.map(|threads| format::counted(u64::from(threads), "thread", "threads"));
    let sample = format!("{} a sample", format::seconds(own.sample_cost_ms / 1000.0));
    let frame = own.frame_ms.map(|millis| format!("{} a frame", format::seconds(f64::from(millis) / 1000.0)));
    let words: Vec<String> = threads.filter(|_| frame.is_none()).into_iter().chain([sample]).chain(frame).collect();
    ui.label(muted(ui, words.join(" · ")).size(SMALL)).on_hover_text(
        "Threads of Tachograph, how long it takes to read the machine’s figures once, and CPU time of the longest frame drawn since then",
    );
}

fn processes(tab: &MonitorTab, ui: &mut Ui, view: View) {
    ui.spacing_mut().item_spacing.y = 4.0;
    let count = tab.shown().and_then(|snapshot| snapshot.process_count);
    let listed = tab.table().lines().len() as u64;
    let figure = count.map_or_else(|| format::count(listed), |count| format::count(u64::from(count)));
    let then = tab.then().moment().map(|moment| local_moment((moment / 60.0).floor() * 60.0, tab.end()));
    let found = &tab.table().search;
    let field = |ui: &mut Ui| {
        menu::of_processes(tab, ui, view);
        if then.is_some() && link(ui, "Back to now").clicked() {
            view.commands.send(Command::Monitor(MonitorCommand::LookAtNow));
        }
        if let Some(text) = search(ui, "Search processes", "name or id", 180.0, found) {
            view.commands.send(Command::Monitor(MonitorCommand::Search(text)));
        }
        if then.is_none()
            && let Some(arrangement) = segmented(ui, "Processes as", &Arrangement::ALL, tab.table().arrangement)
        {
            view.commands.send(Command::Monitor(MonitorCommand::Arrange(arrangement)));
        }
        if !found.is_empty() && tab.table().arrangement != Arrangement::Tree {
            ui.label(muted(ui, format!("{} found", format::count(listed))));
        }
    };
    let card = match &then {
        Some(then) => Frame::new("Processes that used most").figure(then.clone()).note("in this minute".to_owned()),
        None => Frame::new("Processes").figure(figure),
    };
    card.fill().show_with(ui, field, |ui| {
        let whole = ui.available_rect_before_wrap();
        let Some(process) = tab.selected() else { return table::show(tab, ui, view) };
        let left = whole.with_max_x(whole.right() - details::WIDTH - GAP);
        let right = whole.with_min_x(whole.right() - details::WIDTH);
        ui.scope_builder(UiBuilder::new().max_rect(left), |ui| table::show(tab, ui, view));
        ui.scope_builder(UiBuilder::new().max_rect(right), |ui| details::show(tab, ui, view, process));
    });
    if let Some(process) = tab.ending() {
        details::ask(ui, view, process);
    }
}
