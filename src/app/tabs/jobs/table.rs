//! The table of operations.

use eframe::egui::{Align, Layout, RichText, Role, Sense, Ui, Vec2, WidgetInfo};
use egui_extras::{Column as Width, TableBuilder};

use crate::app::View;
use crate::app::theme::palette;
use crate::app::widgets::{HEADER_HEIGHT, ROW_HEIGHT, header, left, right};
use crate::history::{Operation, OperationResult};
use crate::report::{format, local_moment};

use super::model::{asker, kind_words, result};
use super::paint::send;
use super::{Column, JobsCommand, JobsTab, now, plot};

/// The first column, which takes what is left.
const FIRST: (Column, f32, bool) = (Column::What, 0.0, false);
/// The columns after the first, with their widths in points, and whether their texts stand at the right.
const COLUMNS: [(Column, f32, bool); 7] = [
    (Column::Kind, 130.0, false),
    (Column::When, 120.0, true),
    (Column::Took, 82.0, true),
    (Column::Bytes, 82.0, true),
    (Column::Memory, 86.0, true),
    (Column::Result, 82.0, false),
    (Column::Asker, 100.0, false),
];
/// In a table narrower than this the last column is left out; beside the details there is no room for it.
const NARROW: f32 = 860.0;

/// Draws the table into what is left of `ui`.
pub fn show(tab: &JobsTab, ui: &mut Ui, view: View) {
    // The columns touch, so that the lines between the rows have no gaps.
    ui.spacing_mut().item_spacing = Vec2::ZERO;
    let columns = if ui.available_width() < NARROW { COLUMNS.get(1..6).unwrap_or_default() } else { &COLUMNS };
    let table = TableBuilder::new(ui)
        .id_salt(("operations", columns.len()))
        .cell_layout(Layout::left_to_right(Align::Center))
        .sense(Sense::click())
        .auto_shrink(false)
        .min_scrolled_height(0.0)
        .column(Width::remainder().at_least(140.0).clip(true));
    let table = columns.iter().fold(table, |table, (_, width, _)| table.column(Width::exact(*width).clip(true)));
    let now = now();
    let table = table.header(HEADER_HEIGHT, |mut row| {
        for (column, _, to_the_right) in std::iter::once(&FIRST).chain(columns) {
            let (_, response) = row.col(|ui| title(tab, ui, view, *column, *to_the_right));
            response.widget_info(|| WidgetInfo::labeled(Role::Cell, true, column.title()));
        }
    });
    table.body(|body| {
        body.rows(ROW_HEIGHT, tab.rows(), |mut row| {
            row.set_overline(true);
            let Some(operation) = tab.row(row.index()) else { return };
            let is_selected = tab.selected() == Some(operation);
            row.set_selected(is_selected);
            for (column, _, to_the_right) in std::iter::once(&FIRST).chain(columns) {
                let (_, response) = row.col(|ui| cell(ui, operation, *column, *to_the_right, now));
                // The whole row is clicked: each of its cells says what is chosen.
                response.widget_info(|| WidgetInfo::labeled(Role::Cell, true, &operation.title));
            }
            if row.response().clicked() {
                send(view, JobsCommand::Select((!is_selected).then(|| operation.clone())));
            }
        });
    });
}

fn title(tab: &JobsTab, ui: &mut Ui, view: View, column: Column, to_the_right: bool) {
    let sort = tab.sort();
    if !to_the_right && column != Column::What {
        ui.add_space(14.0);
    }
    if header(ui, column.title(), to_the_right, (sort.column == column).then_some(sort.descending)) {
        send(view, JobsCommand::SortBy(column));
    }
}

fn cell(ui: &mut Ui, operation: &Operation, column: Column, to_the_right: bool, now: f64) {
    let palette = palette(ui);
    let color = match (column, &operation.result) {
        (Column::Result, OperationResult::Done) | (Column::Kind | Column::Asker | Column::When, _) => palette.muted,
        (Column::Result, ended) => plot::color(ended, palette),
        _ => palette.text,
    };
    let text = RichText::new(words(operation, column, now)).color(color);
    if to_the_right {
        right(ui, text);
    } else {
        ui.add_space(if column == Column::What { 0.0 } else { 14.0 });
        left(ui, text);
    }
}

/// What stands in a cell.
pub fn words(operation: &Operation, column: Column, now: f64) -> String {
    match column {
        Column::When => local_moment(operation.started, now),
        Column::What => operation.title.clone(),
        Column::Kind => kind_words(operation).to_owned(),
        Column::Took => format::seconds(operation.seconds),
        Column::Bytes => operation.bytes.map(format::bytes).unwrap_or_else(|| "–".to_owned()),
        Column::Memory => operation.memory_change().map(format::bytes_change).unwrap_or_else(|| "–".to_owned()),
        Column::Result => result(operation).to_owned(),
        Column::Asker => asker(operation).to_owned(),
    }
}
