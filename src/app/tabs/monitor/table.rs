//! The table of processes.

use eframe::egui::{Align, Layout, RichText, Ui, Vec2};
use egui_extras::{Column as Width, TableBuilder};

use crate::app::theme::palette;
use crate::app::widgets::{HEADER_HEIGHT, ROW_HEIGHT, header, left, right};
use crate::app::{Command, View};
use crate::sampler::ProcessRow;

use super::processes::Column;
use super::{MonitorCommand, MonitorTab};

/// Draws the table into what is left of `ui`.
pub fn show(tab: &MonitorTab, ui: &mut Ui, view: View) {
    let Some(snapshot) = tab.shown() else { return };
    let rows = tab.table().rows();
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
            let Some(process) = rows.get(row.index()).and_then(|&index| snapshot.processes.get(index)) else { return };
            for column in Column::ALL {
                row.col(|ui| cell(ui, column, process));
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

fn cell(ui: &mut Ui, column: Column, process: &ProcessRow) {
    let palette = palette(ui);
    match (column, column.text(process)) {
        (Column::Name, text) => {
            let response = left(ui, RichText::new(text.unwrap_or_default()).color(palette.text));
            if let Some(command) = &process.command {
                response.on_hover_text(command.as_ref());
            }
        }
        (Column::Pid, Some(text)) => drop(right(ui, RichText::new(text).color(palette.muted))),
        (_, Some(text)) => drop(right(ui, RichText::new(text).color(palette.text))),
        (_, None) => drop(right(ui, RichText::new("–").color(palette.hint)).on_hover_text("The system does not tell this.")),
    }
}
