//! What changed, in words, and the functions that changed most.

use eframe::egui::text::LayoutJob;
use eframe::egui::{Align, FontId, Label, Layout, RichText, TextFormat, Ui, vec2};

use crate::app::View;
use crate::app::theme::{BODY, icons, muted, palette, semibold};
use crate::app::widgets::{Card, icon_button, link, small_button, stat_row, toggle};
use crate::operations::cut_name;
use crate::profile::GroupId;
use crate::profile::compare::{ChangeRow, Kind};
use crate::profile::words::Rule;

use super::super::aside::told;
use super::super::{Command, Doc, ProfilesCommand, ViewKind};
use super::menu::{SAME_TOTAL, send};
use super::{AgainstCommand, Compared, evidence, table};

/// Changes that are listed.
const MOST: usize = 5;
/// Letters of the other side's name.
const NAME: usize = 26;
/// Letters of the selected name.
const SELECTED: usize = 160;

/// The card “Compared with …”.
pub fn show(doc: &Doc, compared: &Compared, ui: &mut Ui, view: View) {
    let card = Card::new("Compared with").note(cut_name(compared.other_name(), NAME));
    let controls = |ui: &mut Ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        if icon_button(ui, icons::X, "Stop comparing").clicked() {
            send(view, AgainstCommand::Stop);
        }
        if icon_button(ui, icons::ARROWS_LEFT_RIGHT, "Swap sides").clicked() {
            send(view, AgainstCommand::Swap);
        }
    };
    card.show_with(ui, controls, |ui| {
        ui.spacing_mut().item_spacing.y = 6.0;
        summary(compared, ui);
        sides(compared, ui);
        findings(compared, ui);
        most_changed(compared, ui, view);
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            let on = doc.against().same_total();
            let switch = toggle(ui, "Same total", on).on_hover_text(SAME_TOTAL);
            ui.label(muted(ui, "Same total")).on_hover_text(SAME_TOTAL);
            if switch.clicked() {
                send(view, AgainstCommand::SameTotal(!on));
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if doc.view() != ViewKind::Changes && small_button(ui, "All changes").clicked() {
                    view.commands.send(Command::Profiles(ProfilesCommand::View(ViewKind::Changes)));
                }
            });
        });
    });
}

/// The sentences, their beginning up to the figures set off.
fn summary(compared: &Compared, ui: &mut Ui) {
    let (palette, text) = (palette(ui), &compared.comparison.summary);
    let [new, base] = compared.comparison.table.totals;
    let color = match new.cmp(&base) {
        _ if compared.comparison.merged.normalised => palette.text,
        std::cmp::Ordering::Less => palette.accent_text,
        std::cmp::Ordering::Equal => palette.text,
        std::cmp::Ordering::Greater => palette.warn_text,
    };
    let headline = if compared.comparison.merged.normalised { 0 } else { text.find(" (").unwrap_or(0) };
    let (first, rest) = text.split_at(headline);
    let mut job = LayoutJob::default();
    job.append(first, 0.0, TextFormat::simple(semibold(BODY), color));
    job.append(rest, 0.0, TextFormat::simple(FontId::proportional(BODY), palette.text));
    ui.add(Label::new(job).wrap());
}

/// Which file is which.
fn sides(compared: &Compared, ui: &mut Ui) {
    let [new, base] = compared.names.each_ref().map(|name| cut_name(name, 40));
    let words = format!("Now: {new}. Before: {base}.");
    ui.add(Label::new(RichText::new(words).size(12.0).color(palette(ui).muted)).wrap());
}

fn findings(compared: &Compared, ui: &mut Ui) {
    // Which functions changed is listed below.
    let is_listed = |rule: Rule| matches!(rule, Rule::Worse | Rule::Better | Rule::New | Rule::Gone);
    for found in compared.findings().iter().filter(|found| !is_listed(found.rule)) {
        told(ui, found, |_| ());
    }
}

fn most_changed(compared: &Compared, ui: &mut Ui, view: View) {
    let comparison = &compared.comparison;
    let mut rows = comparison.table.rows.iter().filter(|row| row.self_change() != 0).take(MOST).peekable();
    if rows.peek().is_none() {
        return;
    }
    ui.label(RichText::new("Changed most").size(11.0).color(palette(ui).hint));
    ui.spacing_mut().item_spacing.y = 0.0;
    for row in rows {
        ui.allocate_ui_with_layout(vec2(ui.available_width(), 22.0), Layout::right_to_left(Align::Center), |ui| {
            ui.set_min_height(22.0);
            let change = RichText::new(comparison.show_change(row.self_change())).color(table::color(ui, row.self_change()));
            ui.label(change).on_hover_text(evidence::words(row));
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let letters = ((ui.available_width() / 7.0) as usize).clamp(6, 120);
                ui.set_clip_rect(ui.max_rect().intersect(ui.clip_rect()));
                let name = comparison.name(row);
                if link(ui, &cut_name(name, letters)).on_hover_text(cut_name(name, 300)).clicked() {
                    send(view, AgainstCommand::Select(row.group));
                }
            });
        });
    }
    ui.add_space(6.0);
}

/// Both sides' figures of the selected function, as rows of its card.
pub fn figures(doc: &Doc, group: GroupId, ui: &mut Ui) {
    if let (Some(compared), Some(row)) = (doc.against().compared(), doc.against().row_of(group)) {
        rows(compared, row, ui);
    }
}

/// The selected function when the open profile does not have it. Says whether there is one.
pub fn only_there(doc: &Doc, ui: &mut Ui) -> bool {
    let found = doc.against().compared().and_then(|compared| Some((compared, doc.against().chosen(None)?)));
    let Some((compared, group)) = found.filter(|_| doc.selection().is_none()) else { return false };
    let Some(row) = compared.row(group) else { return false };
    Card::new("Selected").show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        let name = compared.comparison.name(row);
        let title = RichText::new(cut_name(name, SELECTED)).monospace().strong().color(palette(ui).text);
        ui.add(Label::new(title).wrap()).on_hover_text(cut_name(name, 1000));
        let words = match row.kind() {
            Kind::Gone => "It is gone: only the older side has it.",
            Kind::New => "It is new: only the newer side has it.",
            Kind::Both => "Both sides have it.",
        };
        ui.label(muted(ui, words));
        ui.add_space(4.0);
        rows(compared, row, ui);
    });
    true
}

fn rows(compared: &Compared, row: &ChangeRow, ui: &mut Ui) {
    let comparison = &compared.comparison;
    let sides = |new: i64, base: i64| format!("{} → {}", comparison.show(base), comparison.show(new));
    let change = |change: i64, percent: String| {
        let percent = if percent.is_empty() { percent } else { format!(" · {percent}") };
        format!("{}{percent}", comparison.show_change(change))
    };
    stat_row(ui, "Self before → now", &sides(row.new.self_value, row.base.self_value));
    stat_row(ui, "Self change", &change(row.self_change(), comparison.show_self_percent(row)));
    stat_row(ui, "Total before → now", &sides(row.new.total_value, row.base.total_value));
    stat_row(ui, "Total change", &change(row.total_change(), comparison.show_total_percent(row)));
    stat_row(ui, "Verdict", &evidence::words(row)).on_hover_text(evidence::lines(comparison, row).join("\n"));
}
