//! The table of entries.

use eframe::egui::{Align, Button, Layout, RichText, Sense, Ui, Vec2};
use egui_extras::{Column as Width, TableBuilder};

use crate::app::theme::{SMALL, icons, palette};
use crate::app::widgets::{HEADER_HEIGHT, ROW_HEIGHT, header, icon_button, left, right};
use crate::app::{Command, View};
use crate::cache::EntryView;
use crate::report::format;

use super::model::{levels, one, size};
use super::{CacheCommand, CacheTab, Column};

/// Draws the table into what is left of `ui`.
pub fn show(tab: &CacheTab, ui: &mut Ui, view: View) {
    // The columns touch, so that the lines between the rows have no gaps.
    ui.spacing_mut().item_spacing = Vec2::ZERO;
    let now = ui.input(|input| input.time);
    let table = TableBuilder::new(ui)
        .id_salt("cache entries")
        .cell_layout(Layout::left_to_right(Align::Center))
        .auto_shrink(false)
        .min_scrolled_height(0.0)
        .column(Width::remainder().at_least(140.0).clip(true));
    let table = [96.0, 110.0, 82.0, 96.0, 96.0, 64.0, 40.0]
        .into_iter()
        .fold(table, |table, width| table.column(Width::exact(width).clip(true)));
    let table = table.header(HEADER_HEIGHT, |mut row| {
        row.col(|ui| title(tab, ui, view, Column::What));
        row.col(|ui| title(tab, ui, view, Column::Kind));
        row.col(|ui| {
            level_title(ui);
        });
        [Column::Size, Column::Age, Column::Expires, Column::Hits]
            .into_iter()
            .for_each(|column| drop(row.col(|ui| title(tab, ui, view, column))));
        row.col(|_| ());
    });
    let later = tab.since_listed(now);
    table.body(|body| {
        body.rows(ROW_HEIGHT, tab.rows().len(), |mut row| {
            row.set_overline(true);
            let Some(entry) = tab.row(row.index()) else { return };
            row.col(|ui| text(ui, &entry.description, true));
            row.col(|ui| text(ui, &one(&entry.kind), false));
            row.col(|ui| text(ui, levels(entry), false));
            let (age, expires) = (entry.age + later, entry.expires_in.saturating_sub(later));
            let expires = if expires.is_zero() { "expired".to_owned() } else { format::span(expires) };
            for figure in [format::bytes(size(entry)), format::span(age), expires, format::count(entry.hits)] {
                row.col(|ui| {
                    right(ui, RichText::new(figure).color(palette(ui).text));
                });
            }
            row.col(|ui| remove(ui, view, entry));
        });
    });
}

/// A header that cannot be clicked, on one line with those that can.
fn level_title(ui: &mut Ui) {
    ui.spacing_mut().button_padding = Vec2::new(0.0, 2.0);
    ui.add(Button::new(RichText::new("Level").size(SMALL).color(palette(ui).hint)).frame(false).sense(Sense::HOVER));
}

fn title(tab: &CacheTab, ui: &mut Ui, view: View, column: Column) {
    let sort = tab.sort();
    let to_the_right = !matches!(column, Column::What | Column::Kind);
    if header(ui, column.title(), to_the_right, (sort.column == column).then_some(sort.descending)) {
        view.commands.send(Command::Cache(CacheCommand::SortBy(column)));
    }
}

fn text(ui: &mut Ui, text: &str, is_main: bool) {
    let color = if is_main { palette(ui).text } else { palette(ui).muted };
    left(ui, RichText::new(text).color(color));
}

fn remove(ui: &mut Ui, view: View, entry: &EntryView) {
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        if icon_button(ui, icons::X, &format!("Remove {}", entry.description)).clicked() {
            view.commands.send(Command::Cache(CacheCommand::Remove(entry.key, entry.description.clone())));
        }
    });
}
