//! The table of processes.

use eframe::egui::{Align, Layout, RichText, Ui, Vec2};
use egui_extras::{Column as Width, TableBuilder};

use crate::app::theme::{muted, palette};
use crate::app::widgets::{HEADER_HEIGHT, ROW_HEIGHT, header, left, right};
use crate::app::{Command, View};
use crate::sampler::ProcessRow;

use super::processes::Column;
use super::{MonitorCommand, MonitorTab};

/// Draws the table into what is left of `ui`.
pub fn show(tab: &MonitorTab, ui: &mut Ui, view: View) {
    let (listed, rows) = (tab.listed(), tab.table().rows());
    if rows.is_empty() && nothing(tab, ui) {
        return;
    }
    let is_past = tab.then().moment().is_some();
    // The columns touch, so that the lines between the rows have no gaps.
    ui.spacing_mut().item_spacing = Vec2::ZERO;
    // Every text is cut to its cell as it is laid out. Cells that clip as well would each be a drawing call of their own, a hundred in a frame,
    // for which a renderer without a graphics card takes megabytes.
    let table = TableBuilder::new(ui)
        .id_salt("processes")
        .cell_layout(Layout::left_to_right(Align::Center))
        .auto_shrink(false)
        .min_scrolled_height(0.0)
        .column(Width::remainder().at_least(120.0));
    let table = Column::ALL.into_iter().skip(1).fold(table, |table, column| table.column(Width::exact(width(column)).clip(false)));
    let table = table.header(HEADER_HEIGHT, |mut row| {
        for column in Column::ALL {
            row.col(|ui| title(tab, ui, view, column));
        }
    });
    table.body(|body| {
        body.rows(ROW_HEIGHT, rows.len(), |mut row| {
            row.set_overline(true);
            let Some(process) = rows.get(row.index()).and_then(|&index| listed.get(index)) else { return };
            for column in Column::ALL {
                row.col(|ui| cell(ui, column, process, is_past));
            }
        });
    });
}

fn width(column: Column) -> f32 {
    match column {
        Column::Name => 0.0,
        Column::Pid | Column::Cpu | Column::Threads => 70.0,
        Column::Memory | Column::Handles => 86.0,
        Column::Disk => 92.0,
        Column::Running => 104.0,
    }
}

fn title(tab: &MonitorTab, ui: &mut Ui, view: View, column: Column) {
    let sort = tab.table().sort();
    if header(ui, column.title(), column != Column::Name, (sort.column == column).then_some(sort.descending)) {
        view.commands.send(Command::Monitor(MonitorCommand::SortBy(column)));
    }
}

/// Says why no process of a chosen minute is there. Whether it did.
fn nothing(tab: &MonitorTab, ui: &mut Ui) -> bool {
    let words = match tab.then().failure() {
        Some(failure) => failure.to_string(),
        None if tab.then().is_unknown() => {
            "Nothing was kept of this minute: Tachograph was not running, or it is more than 90 days ago.".to_owned()
        }
        None => return false,
    };
    ui.add_space(8.0);
    ui.label(muted(ui, words));
    true
}

fn cell(ui: &mut Ui, column: Column, process: &ProcessRow, is_past: bool) {
    let palette = palette(ui);
    let is_kept = matches!(column, Column::Name | Column::Pid | Column::Cpu | Column::Memory);
    match (column, column.text(process).filter(|_| is_kept || !is_past)) {
        (Column::Name, text) => {
            let response = left(ui, RichText::new(text.unwrap_or_default()).color(palette.text));
            if let Some(command) = &process.command {
                response.on_hover_text(command.as_ref());
            }
        }
        (Column::Pid, Some(text)) => drop(right(ui, RichText::new(text).color(palette.muted))),
        (_, Some(text)) => drop(right(ui, RichText::new(text).color(palette.text))),
        (_, None) => {
            let why = if is_past { "This is not kept." } else { "The system does not tell this." };
            right(ui, RichText::new("–").color(palette.hint)).on_hover_text(why);
        }
    }
}
