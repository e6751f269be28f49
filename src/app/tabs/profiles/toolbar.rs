//! What stands above the views: which of them, back and forward, search.

use eframe::egui::{Align, ComboBox, Layout, RichText, Ui};

use crate::app::theme::{icons, muted, palette, semibold};
use crate::app::widgets::{icon_button, search, segmented};
use crate::app::{Command, View};
use crate::operations::cut_name;
use crate::report::format;

use super::{Doc, Order, ProfilesCommand, Shown, ViewKind, filters, memory};

const VIEWS: [(ViewKind, &str); 6] = [
    (ViewKind::Flame, "Graph"),
    (ViewKind::Calls, "Call tree"),
    (ViewKind::Sandwich, "Sandwich"),
    (ViewKind::Functions, "Functions"),
    (ViewKind::Timeline, "Timeline"),
    // Last, as it is offered only where lines are told.
    (ViewKind::Source, "Source"),
];
/// Room that search and filters need, in points.
const FIND: f32 = 210.0;
const ORDERS: [(Order, &str); 3] = [(Order::LeftHeavy, "Left heavy"), (Order::Inverted, "Inverted"), (Order::Time, "Time order")];

/// The row above the views.
pub fn show(doc: &Doc, shown: &Shown, ui: &mut Ui, view: View) {
    let room = ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let mut views = VIEWS.to_vec();
        if !shown.tells_lines() {
            views.pop();
        }
        if doc.against().compared().is_some() {
            views.push((ViewKind::Changes, "Changes"));
        }
        if let Some(chosen) = segmented(ui, "View", &views, doc.view()) {
            send(view, ProfilesCommand::View(chosen));
        }
        ui.add_enabled_ui(doc.steps().has_past(), |ui| {
            if icon_button(ui, icons::ARROW_LEFT, "Back").clicked() {
                send(view, ProfilesCommand::Back);
            }
        });
        ui.add_enabled_ui(doc.steps().has_future(), |ui| {
            if icon_button(ui, icons::ARROW_RIGHT, "Forward").clicked() {
                send(view, ProfilesCommand::Forward);
            }
        });
        let room = ui.available_width();
        if room >= FIND {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                filters::menu(doc, shown, ui, view);
                find(doc, shown, ui, view);
            });
        }
        room
    });
    // In a narrow window the views have a row of their own.
    if room.inner < FIND {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            filters::menu(doc, shown, ui, view);
            find(doc, shown, ui, view);
        });
    }
    memory::show(doc, shown, ui, view);
    filters::chips(shown, ui, view);
}

/// How the flame graph is laid out.
pub fn orders(doc: &Doc, ui: &mut Ui, view: View) {
    // A comparison is of no single moment.
    let offered = if doc.against().compared().is_some() { ORDERS.get(..2) } else { None };
    if let Some(chosen) = segmented(ui, "Order", offered.unwrap_or(&ORDERS), doc.order()) {
        send(view, ProfilesCommand::Order(chosen));
    }
}

/// The search field and the share of what it finds.
fn find(doc: &Doc, shown: &Shown, ui: &mut Ui, view: View) {
    let width = (ui.available_width() - 24.0).clamp(60.0, 160.0);
    if let Some(text) = search(ui, "Search functions", "find a function", width, doc.search()) {
        send(view, ProfilesCommand::Search(text));
    }
    let sign = RichText::new(".*").monospace().color(if doc.by_expression() { palette(ui).accent } else { palette(ui).hint });
    let regex = ui.selectable_label(doc.by_expression(), sign).on_hover_text("Search by a regular expression");
    if regex.accessible_name("Regular expression").clicked() {
        send(view, ProfilesCommand::SearchByExpression(!doc.by_expression()));
    }
    if let Some(arranged) = doc.arranged().filter(|arranged| arranged.is_search() && arranged.query == doc.search()) {
        if let Some(error) = &arranged.error {
            ui.label(RichText::new("not an expression").color(palette(ui).bad)).on_hover_text(error);
            return;
        }
        let words = if arranged.rows.is_empty() { "none".to_owned() } else { shown.view.share(arranged.total) };
        let found = format::counted(arranged.rows.len() as u64, "function", "functions");
        let why = format!("{found} with this in the name: {} in them and what they call", shown.view.show(arranged.total));
        ui.label(RichText::new(words).font(semibold(13.0)).color(palette(ui).text)).on_hover_text(why);
    }
}

/// What is counted, of which threads, and what is one row.
pub fn choices(shown: &Shown, ui: &mut Ui, view: View) {
    sample_types(shown, ui, view);
    filters::threads(shown, ui, view);
    filters::grouping(shown, ui, view);
}

/// The choice of what is counted, when there is one.
pub fn sample_types(shown: &Shown, ui: &mut Ui, view: View) {
    let profile = &shown.view.profile;
    // Then the row with the questions about memory has them all.
    if shown.memory_types().are_all_of(profile) {
        return;
    }
    let words = |row: usize| match profile.sample_type(row) {
        (name, "" | "count") => cut_name(name, 30),
        (name, unit) => format!("{} · {unit}", cut_name(name, 30)),
    };
    if profile.sample_types.len() < 2 {
        ui.label(muted(ui, words(shown.view.sample_type)).size(12.0));
        return;
    }
    let list = ComboBox::from_id_salt("sample type").selected_text(words(shown.view.sample_type)).show_ui(ui, |ui| {
        for row in 0..profile.sample_types.len() {
            if ui.selectable_label(row == shown.view.sample_type, words(row)).clicked() {
                send(view, ProfilesCommand::SampleType(row));
            }
        }
    });
    list.response.accessible_name("Sample type").on_hover_text("What is counted");
}

fn send(view: View, command: ProfilesCommand) {
    view.commands.send(Command::Profiles(command));
}
