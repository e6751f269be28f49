//! The table of top functions.

use eframe::egui::{Align, Button, Layout, RichText, Sense, Ui, Vec2, vec2};
use egui_extras::{Column as Width, TableBuilder, TableRow};

use crate::app::theme::{BODY, SMALL, palette};
use crate::app::widgets::{HEADER_HEIGHT, ROW_HEIGHT, header, left, meter, right};
use crate::app::{Command, View};
use crate::operations::{cut_name, file_name};
use crate::profile::TopRow;

use super::{Column, Doc, ProfilesCommand, Shown, menu};

/// Letters of a name that are ever laid out in a cell.
const MOST_LETTERS: usize = 160;

/// Draws the table into what is left of `ui`.
pub fn show(doc: &Doc, shown: &Shown, ui: &mut Ui, view: View) {
    // The columns touch, so that the lines between the rows have no gaps.
    ui.spacing_mut().item_spacing = Vec2::ZERO;
    let width = ui.available_width();
    let bar = (width * 0.18).clamp(48.0, 150.0);
    let place = (width * 0.2).clamp(80.0, 190.0);
    let table = TableBuilder::new(ui)
        .id_salt("top functions")
        .sense(Sense::click())
        .cell_layout(Layout::left_to_right(Align::Center))
        .auto_shrink(false)
        .min_scrolled_height(0.0)
        .column(Width::remainder().at_least(100.0).clip(true))
        .column(Width::exact(76.0).clip(true))
        .column(Width::exact(bar).clip(true))
        .column(Width::exact(76.0).clip(true))
        .column(Width::exact(place).clip(true));
    let table = table.header(HEADER_HEIGHT, |mut row| {
        row.col(|ui| title(doc, ui, view, Column::Name));
        row.col(|ui| title(doc, ui, view, Column::Own));
        row.col(|_| ());
        row.col(|ui| title(doc, ui, view, Column::Total));
        row.col(|ui| {
            ui.add_space(14.0);
            where_title(ui);
        });
    });
    let arranged = doc.arranged();
    let count = arranged.map_or(shown.view.top.rows.len(), |arranged| arranged.rows.len());
    table.body(|body| {
        body.rows(ROW_HEIGHT, count, |mut row| {
            row.set_overline(true);
            let index = arranged.map_or(Some(row.index()), |arranged| arranged.rows.get(row.index()).map(|&index| index as usize));
            if let Some(figures) = index.and_then(|index| shown.view.top.rows.get(index)) {
                function(doc, shown, view, figures, &mut row);
            }
        });
    });
}

/// A header that cannot be clicked, on one line with those that can.
fn where_title(ui: &mut Ui) {
    ui.spacing_mut().button_padding = Vec2::new(0.0, 2.0);
    ui.add(Button::new(RichText::new("Where").size(SMALL).color(palette(ui).hint)).frame(false).sense(Sense::HOVER));
}

fn title(doc: &Doc, ui: &mut Ui, view: View, column: Column) {
    let sort = doc.sort();
    if header(ui, column.title(), column != Column::Name, (sort.column == column).then_some(sort.descending)) {
        view.commands.send(Command::Profiles(ProfilesCommand::SortBy(column)));
    }
}

fn function(doc: &Doc, shown: &Shown, view: View, figures: &TopRow, row: &mut TableRow<'_, '_>) {
    let profile = &shown.view;
    let (name, place) = (profile.name(figures.group), profile.place(figures.group));
    row.set_selected(doc.selection().is_some_and(|selection| selection.group == figures.group));
    row.col(|ui| {
        let letters = ((ui.available_width() / 6.6) as usize).clamp(8, MOST_LETTERS);
        left(ui, RichText::new(cut_name(name, letters)).monospace().color(palette(ui).text));
    });
    row.col(|ui| figure(ui, &profile.show(figures.self_value), figures.self_value != 0));
    row.col(|ui| {
        let share = profile.top.percent(figures.self_value) / 100.0;
        ui.add_space(12.0);
        let width = ui.available_width() - 4.0;
        ui.allocate_ui_with_layout(vec2(width, 6.0), Layout::left_to_right(Align::Center), |ui| {
            meter(ui, width, 6.0, share as f32, palette(ui).series_color(4));
        });
    });
    row.col(|ui| figure(ui, &profile.show(figures.total_value), true));
    row.col(|ui| {
        ui.add_space(14.0);
        left(ui, RichText::new(file_name(&place)).monospace().size(BODY - 1.5).color(palette(ui).muted));
    });
    let response = row.response();
    if response.clicked() {
        view.commands.send(Command::Profiles(ProfilesCommand::SelectFunction(figures.group)));
    }
    menu::of_function(&response, shown, figures, view);
    response.on_hover_ui(|ui| {
        ui.set_max_width(420.0);
        ui.label(RichText::new(cut_name(name, 300)).color(palette(ui).text));
        if !place.is_empty() {
            ui.label(RichText::new(&place).size(11.0).color(palette(ui).muted));
        }
        let (own, total) = (profile.share(figures.self_value), profile.share(figures.total_value));
        ui.label(RichText::new(format!("{own} of all in itself, {total} with what it calls")).color(palette(ui).muted));
    });
}

fn figure(ui: &mut Ui, text: &str, is_something: bool) {
    let color = if is_something { palette(ui).text } else { palette(ui).hint };
    right(ui, RichText::new(text).color(color));
}
