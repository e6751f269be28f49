//! The right column: what the profile shows in words, and the selected function.

use eframe::egui::{Align, Label, Layout, RichText, ScrollArea, Ui, vec2};

use crate::app::theme::{GAP, icons, muted, palette};
use crate::app::widgets::{Card, Tone, finding, icon_button, link, small_button, stat_row};
use crate::app::{Command, View};
use crate::operations::{Finding, Severity, cut_name, plain_name};
use crate::profile::words::{Evidence, Place};
use crate::profile::{GroupId, units};

use super::{ProfilesCommand, ProfilesTab, Selection, Shown, against};

/// Callers and callees that are listed.
const MOST_NEIGHBOURS: usize = 5;
/// Functions and threads that are listed below a finding.
const MOST_PLACES: usize = 2;
/// Warnings that are listed.
const MOST_WARNINGS: usize = 3;
/// Letters of the selected name.
const NAME: usize = 160;

/// Draws the column.
pub fn show(tab: &ProfilesTab, shown: &Shown, ui: &mut Ui, view: View) {
    ScrollArea::vertical().id_salt("in words").auto_shrink(false).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        let comparing = tab.doc().and_then(|doc| Some((doc, doc.against().compared()?)));
        let words = |ui: &mut Ui| {
            Card::new("In words").show(ui, |ui| match tab.doc().filter(|doc| doc.has_only_times()) {
                Some(doc) => drop(ui.label(RichText::new(doc.timeline().words(&shown.view)).color(palette(ui).text))),
                None => in_words(shown, ui, view),
            });
        };
        match comparing {
            Some((doc, compared)) => against::card::show(doc, compared, ui, view),
            None => words(ui),
        }
        ui.add_space(GAP - 4.0);
        match tab.selection() {
            Some(selection) => {
                let card = Card::new("Selected");
                card.show_with(ui, |ui| copy(shown, ui, selection), |ui| selected(tab, shown, ui, view, selection));
            }
            None if tab.doc().is_some_and(|doc| against::card::only_there(doc, ui)) => {}
            None => Card::new("Selected").show(ui, |ui| {
                ui.label(muted(ui, "Click a call in the graph or a function in the table to see who calls it and what it calls."));
            }),
        }
        if comparing.is_some() {
            ui.add_space(GAP - 4.0);
            words(ui);
        }
    });
}

fn in_words(shown: &Shown, ui: &mut Ui, view: View) {
    ui.spacing_mut().item_spacing.y = 6.0;
    ui.label(RichText::new(&shown.view.summary).color(palette(ui).text));
    for found in shown.view.findings() {
        let places = found.places.iter().take(MOST_PLACES);
        told(ui, found, |ui| places.for_each(|evidence| place(shown, ui, view, evidence)));
    }
    let warnings = &shown.view.profile.warnings;
    warnings.iter().take(MOST_WARNINGS).for_each(|warning| sentence(ui, Tone::Warn, warning, &[], |_| ()));
    if let Some(more) = warnings.len().checked_sub(MOST_WARNINGS).filter(|more| *more > 0) {
        ui.label(muted(ui, format!("… and {more} more remarks on the file."))).on_hover_text(warnings.join("\n"));
    }
}

impl From<Severity> for Tone {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Good => Self::Good,
            Severity::Note => Self::Note,
            Severity::Warning => Self::Warn,
        }
    }
}

/// A finding: its sentence, its figures, what to do, and `rest` below.
pub fn told(ui: &mut Ui, found: &Finding, rest: impl FnOnce(&mut Ui)) {
    sentence(ui, found.severity.into(), &found.text, &[&found.evidence, found.advice], rest);
}

/// A function or a thread that a finding stands on, with its share: a click looks at it.
fn place(shown: &Shown, ui: &mut Ui, view: View, evidence: &Evidence) {
    let command = match evidence.place {
        Place::Function(group) => ProfilesCommand::SelectFunction(group),
        Place::Thread(thread) => {
            let asked = shown.view.asked.with(|filters| filters.threads = vec![thread]);
            ProfilesCommand::Ask(Box::new(asked))
        }
        Place::Row(_) => return,
    };
    let name = plain_name(&shown.view.profile, &shown.view.groups, evidence.place);
    ui.allocate_ui_with_layout(vec2(ui.available_width(), 18.0), Layout::right_to_left(Align::Center), |ui| {
        ui.label(RichText::new(units::percent(evidence.percent)).size(12.0).color(palette(ui).muted));
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let letters = ((ui.available_width() / 6.6) as usize).clamp(6, 120);
            if link(ui, &cut_name(&name, letters)).on_hover_text(&name).clicked() {
                view.commands.send(Command::Profiles(command));
            }
        });
    });
}

fn sentence(ui: &mut Ui, tone: Tone, text: &str, more: &[&str], rest: impl FnOnce(&mut Ui)) {
    finding(ui, tone, |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        ui.label(RichText::new(text).size(12.5).color(palette(ui).text));
        for more in more.iter().filter(|text| !text.is_empty()) {
            ui.label(RichText::new(*more).size(12.5).color(palette(ui).muted));
        }
        rest(ui);
    });
}

fn copy(shown: &Shown, ui: &mut Ui, selection: Selection) {
    if icon_button(ui, icons::COPY, "Copy name").clicked() {
        ui.ctx().copy_text(shown.view.name(selection.group).to_owned());
    }
}

fn selected(tab: &ProfilesTab, shown: &Shown, ui: &mut Ui, view: View, selection: Selection) {
    let profile = &shown.view;
    let name = profile.name(selection.group);
    ui.spacing_mut().item_spacing.y = 2.0;
    let title = RichText::new(cut_name(name, NAME)).monospace().strong().color(palette(ui).text);
    ui.add(Label::new(title).wrap()).on_hover_text(cut_name(name, 1000));
    let place = profile.place(selection.group);
    if !place.is_empty() {
        let place_text = RichText::new(&place).size(11.0).color(palette(ui).muted);
        ui.add(Label::new(place_text).truncate()).on_hover_text(&place);
    }
    ui.add_space(4.0);
    let row = profile.top.row(selection.group);
    let figures = |value: Option<i64>| {
        value.map_or_else(|| profile.show(0), |value| format!("{} · {}", profile.show(value), profile.share(value)))
    };
    stat_row(ui, "Self", &figures(row.map(|row| row.self_value)));
    stat_row(ui, "Total", &figures(row.map(|row| row.total_value)));
    if let Some(doc) = tab.doc() {
        against::card::figures(doc, selection.group, ui);
    }
    let Some(neighbours) = tab.neighbours() else { return };
    let whole = row.map_or(0, |row| row.total_value).unsigned_abs().max(1);
    list(ui, "Called by", neighbours.callers.len());
    for (caller, value) in neighbours.callers.iter().take(MOST_NEIGHBOURS) {
        neighbour(shown, ui, view, *caller, *value, whole);
    }
    list(ui, "Calls", neighbours.callees.len());
    for (callee, value) in neighbours.callees.iter().take(MOST_NEIGHBOURS) {
        neighbour(shown, ui, view, Some(*callee), *value, whole);
    }
    if let Some(node) = neighbours.largest.filter(|node| *node != tab.zoom().root()) {
        ui.add_space(6.0);
        if small_button(ui, "Zoom to its largest call").clicked() {
            view.commands.send(Command::Profiles(ProfilesCommand::Zoom(node)));
        }
    }
}

fn list(ui: &mut Ui, title: &str, count: usize) {
    ui.add_space(8.0);
    let words = match count {
        0 => format!("{title} nothing else"),
        n if n > MOST_NEIGHBOURS => format!("{title} · the first {MOST_NEIGHBOURS} of {n}"),
        _ => title.to_owned(),
    };
    ui.label(RichText::new(words).size(11.0).color(palette(ui).hint));
}

/// A function beside the selected one, and its share of that one's total.
fn neighbour(shown: &Shown, ui: &mut Ui, view: View, group: Option<GroupId>, value: i64, whole: u64) {
    let share = units::percent(value as f64 / whole as f64 * 100.0);
    ui.allocate_ui_with_layout(vec2(ui.available_width(), 22.0), Layout::right_to_left(Align::Center), |ui| {
        ui.set_min_height(22.0);
        ui.label(RichText::new(share).color(palette(ui).text)).on_hover_text(shown.view.show(value));
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let Some(group) = group else {
                ui.label(muted(ui, "where stacks begin"));
                return;
            };
            let name = shown.view.name(group);
            let letters = ((ui.available_width() / 7.0) as usize).clamp(6, 120);
            ui.set_clip_rect(ui.max_rect().intersect(ui.clip_rect()));
            if link(ui, &cut_name(name, letters)).on_hover_text(cut_name(name, 300)).clicked() {
                view.commands.send(Command::Profiles(ProfilesCommand::SelectFunction(group)));
            }
        });
    });
}
