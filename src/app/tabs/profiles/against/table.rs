//! The table of changes.

use eframe::egui::{Align, Color32, Layout, RichText, Role, Sense, Ui, Vec2, WidgetInfo};
use egui_extras::{Column as Width, TableBuilder, TableRow};

use crate::app::View;
use crate::app::theme::palette;
use crate::app::widgets::{Card, HEADER_HEIGHT, ROW_HEIGHT, header, left, right};
use crate::operations::cut_name;
use crate::profile::compare::ChangeRow;
use crate::report::format;

use super::super::{Doc, graph, toolbar};
use super::menu::send;
use super::{AgainstCommand, Column, Compared, evidence};

/// Letters of a name that are ever laid out in a cell.
const MOST_LETTERS: usize = 160;

/// The card with the table, in what is left of `ui`.
pub fn show(doc: &Doc, ui: &mut Ui, view: View) {
    let Some(compared) = doc.against().compared() else {
        graph::nothing(ui, "Choose a profile behind “Compare with…” to see what changed.");
        return;
    };
    let all = compared.comparison.table.rows.len() as u64;
    let note = match doc.against().rows().filter(|rows| rows.arranged.is_search()) {
        Some(rows) => format!("{} of {} functions", format::count(rows.rows.len() as u64), format::count(all)),
        None => format::counted(all, "function", "functions"),
    };
    ui.spacing_mut().item_spacing.y = 4.0;
    let types = |ui: &mut Ui| toolbar::choices(doc.shown(), ui, view);
    Card::new("Changes").note(note).fill().show_with(ui, types, |ui| table(doc, compared, ui, view));
}

fn table(doc: &Doc, compared: &Compared, ui: &mut Ui, view: View) {
    // The columns touch, so that the lines between the rows have no gaps.
    ui.spacing_mut().item_spacing = Vec2::ZERO;
    let room = ui.available_width();
    let figure = (room * 0.105).clamp(72.0, 92.0);
    let table = TableBuilder::new(ui)
        .id_salt("changes")
        .sense(Sense::click())
        .cell_layout(Layout::left_to_right(Align::Center))
        .auto_shrink(false)
        .min_scrolled_height(0.0)
        .column(Width::remainder().at_least(90.0).clip(true))
        .columns(Width::exact(figure).clip(true), 4)
        .column(Width::exact(60.0).clip(true))
        .column(Width::exact(if room > 660.0 { 158.0 } else { 118.0 }).clip(true));
    let sort = doc.against().sort();
    let table = table.header(HEADER_HEIGHT, |mut row| {
        for column in Column::ALL {
            cell(&mut row, column.title(), |ui| {
                if column == Column::Verdict {
                    ui.add_space(14.0);
                }
                let is_figure = !matches!(column, Column::Name | Column::Verdict);
                if header(ui, column.title(), is_figure, (sort.column == column).then_some(sort.descending)) {
                    send(view, AgainstCommand::SortBy(column));
                }
            });
        }
    });
    let (rows, listed) = (&compared.comparison.table.rows, doc.against().rows());
    let count = listed.map_or(rows.len(), |listed| listed.rows.len());
    let chosen = doc.against().chosen(doc.selection());
    table.body(|body| {
        body.rows(ROW_HEIGHT, count, |mut row| {
            row.set_overline(true);
            let index = listed.map_or(Some(row.index()), |listed| listed.rows.get(row.index()).map(|&index| index as usize));
            if let Some(change) = index.and_then(|index| rows.get(index)) {
                row.set_selected(chosen == Some(change.group));
                function(compared, change, view, &mut row);
            }
        });
    });
}

fn function(compared: &Compared, change: &ChangeRow, view: View, row: &mut TableRow<'_, '_>) {
    let comparison = &compared.comparison;
    let name = comparison.name(change);
    cell(row, name, |ui| {
        let letters = ((ui.available_width() / 6.6) as usize).clamp(8, MOST_LETTERS);
        left(ui, RichText::new(cut_name(name, letters)).monospace().color(palette(ui).text));
    });
    let (own, total) = (change.self_change(), change.total_change());
    let (now, before) = (change.new.self_value, change.base.self_value);
    figure(row, &comparison.show_change(own), |ui| color(ui, own));
    figure(row, &comparison.show(now), |ui| plain(ui, now));
    figure(row, &comparison.show(before), |ui| plain(ui, before));
    figure(row, &comparison.show_change(total), |ui| color(ui, total));
    figure(row, &comparison.show_self_percent(change), |ui| color(ui, own));
    let verdict = evidence::words(change);
    cell(row, &verdict, |ui| {
        ui.add_space(14.0);
        left(ui, RichText::new(&verdict).color(palette(ui).muted));
    });
    let response = row.response();
    if response.clicked() {
        send(view, AgainstCommand::Select(change.group));
    }
    response.on_hover_ui(|ui| more(compared, change, ui));
}

/// What is told where the pointer rests.
fn more(compared: &Compared, change: &ChangeRow, ui: &mut Ui) {
    let (comparison, palette) = (&compared.comparison, palette(ui));
    ui.set_max_width(440.0);
    ui.label(RichText::new(cut_name(comparison.name(change), 300)).color(palette.text));
    let place = compared.shown.view.place(change.group);
    if !place.is_empty() {
        ui.label(RichText::new(place).size(11.0).color(palette.muted));
    }
    let [now, before] = [change.new, change.base].map(|side| comparison.show(side.total_value));
    ui.label(RichText::new(format!("With what it calls {now} now, {before} before")).color(palette.text));
    for line in evidence::lines(comparison, change) {
        ui.label(RichText::new(line).color(palette.muted));
    }
}

/// The colour of a change: orange for more, blue for less, which everybody can tell apart; the sign says the same.
pub fn color(ui: &Ui, change: i64) -> Color32 {
    let palette = palette(ui);
    match change.signum() {
        1 => palette.warn_text,
        -1 => palette.accent_text,
        _ => palette.hint,
    }
}

/// Nothing steps back.
fn plain(ui: &Ui, value: i64) -> Color32 {
    if value == 0 { palette(ui).hint } else { palette(ui).text }
}

fn figure(row: &mut TableRow<'_, '_>, text: &str, color: impl FnOnce(&Ui) -> Color32) {
    cell(row, text, |ui| {
        let color = color(ui);
        right(ui, RichText::new(text).color(color));
    });
}

/// A cell that can be clicked, and so needs a name.
fn cell(row: &mut TableRow<'_, '_>, name: &str, content: impl FnOnce(&mut Ui)) {
    let (_, response) = row.col(content);
    response.widget_info(|| WidgetInfo::labeled(Role::Cell, true, if name.is_empty() { "none" } else { name }));
}
