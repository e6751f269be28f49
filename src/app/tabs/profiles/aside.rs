//! The right column: what the profile shows in words, and the selected function.

use eframe::egui::{Align, Label, Layout, RichText, ScrollArea, Ui, vec2};

use crate::app::theme::{GAP, icons, muted, palette};
use crate::app::widgets::{Card, Tone, finding, icon_button, link, small_button, stat_row};
use crate::app::{Command, View};
use crate::operations::{Severity, cut_name};
use crate::profile::{GroupId, units};

use super::{ProfilesCommand, ProfilesTab, Selection, Shown};

/// Callers and callees that are listed.
const MOST_NEIGHBOURS: usize = 5;
/// Warnings that are listed.
const MOST_WARNINGS: usize = 3;
/// Letters of the selected name.
const NAME: usize = 160;

/// Draws the column.
pub fn show(tab: &ProfilesTab, shown: &Shown, ui: &mut Ui, view: View) {
    ScrollArea::vertical().id_salt("in words").auto_shrink(false).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        Card::new("In words").show(ui, |ui| in_words(shown, ui));
        ui.add_space(GAP - 4.0);
        match tab.selection() {
            Some(selection) => {
                let card = Card::new("Selected");
                card.show_with(ui, |ui| copy(shown, ui, selection), |ui| selected(tab, shown, ui, view, selection));
            }
            None => Card::new("Selected").show(ui, |ui| {
                ui.label(muted(ui, "Click a call in the graph or a function in the table to see who calls it and what it calls."));
            }),
        }
    });
}

fn in_words(shown: &Shown, ui: &mut Ui) {
    ui.spacing_mut().item_spacing.y = 6.0;
    ui.label(RichText::new(&shown.view.summary).color(palette(ui).text));
    for found in shown.view.findings() {
        let tone = match found.severity {
            Severity::Good => Tone::Good,
            Severity::Note => Tone::Note,
            Severity::Warning => Tone::Warn,
        };
        sentence(ui, tone, &found.text, &found.evidence);
    }
    let warnings = &shown.view.profile.warnings;
    warnings.iter().take(MOST_WARNINGS).for_each(|warning| sentence(ui, Tone::Warn, warning, ""));
    if let Some(more) = warnings.len().checked_sub(MOST_WARNINGS).filter(|more| *more > 0) {
        ui.label(muted(ui, format!("… and {more} more remarks on the file."))).on_hover_text(warnings.join("\n"));
    }
}

fn sentence(ui: &mut Ui, tone: Tone, text: &str, evidence: &str) {
    finding(ui, tone, |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        ui.label(RichText::new(text).size(12.5).color(palette(ui).text));
        if !evidence.is_empty() {
            ui.label(RichText::new(evidence).size(12.5).color(palette(ui).muted));
        }
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
