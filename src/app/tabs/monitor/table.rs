//! The table of processes.

use eframe::egui::{Align, Checkbox, Layout, RichText, Role, ScrollArea, Sense, Ui, Vec2, WidgetInfo};
use egui_extras::{Column as Width, TableBuilder};

use crate::app::theme::{SMALL, icons, muted, palette};
use crate::app::widgets::{HEADER_HEIGHT, ROW_HEIGHT, header, icon_menu, left, opener, right};
use crate::app::{Command, View};
use crate::report::format;
use crate::sampler::ProcessRow;
use crate::settings::ProcessCpu;

use super::columns::Column;
use super::processes::Line;
use super::{MonitorCommand, MonitorTab};

/// Least width of columns that take what is left, in points.
const LEAST: f32 = 120.0;
/// Between a figure and words beside it, in points.
const TEXT_MARGIN: f32 = 16.0;
/// How much further in what a process started stands, in points; and how deep that goes.
const INDENT: f32 = 16.0;
const DEEPEST: usize = 12;

/// Draws the table into what is left of `ui`.
pub fn show(tab: &MonitorTab, ui: &mut Ui, view: View) {
    let Some(snapshot) = tab.shown() else { return };
    let lines = tab.table().lines();
    if lines.is_empty() && nothing(tab, ui) {
        return;
    }
    let seen = Seen {
        is_past: tab.then().moment().is_some(),
        cpus: match view.state.settings.process_cpu {
            ProcessCpu::Machine => 1.0,
            ProcessCpu::Core => snapshot.cpu_per_core.len().max(1) as f64,
        },
    };
    // The columns touch, so that the lines between the rows have no gaps.
    ui.spacing_mut().item_spacing = Vec2::ZERO;
    let needed: f32 = tab.columns().shown().iter().map(|column| width(*column).unwrap_or(LEAST)).sum();
    if needed <= ui.available_width() {
        return rows(tab, ui, view, seen);
    }
    let size = Vec2::new(needed, ui.available_height());
    ScrollArea::horizontal().id_salt("all columns").auto_shrink(false).show(ui, |ui| {
        ui.allocate_ui_with_layout(size, Layout::top_down(Align::Min), |ui| rows(tab, ui, view, seen));
    });
}

/// Draws header and rows.
fn rows(tab: &MonitorTab, ui: &mut Ui, view: View, seen: Seen) {
    let (lines, columns) = (tab.table().lines(), tab.columns().shown());
    // Every text is cut to its cell as it is laid out. Cells that clip as well would each be a drawing call of their own, a hundred in a frame,
    // for which a renderer without a graphics card takes megabytes.
    let table = TableBuilder::new(ui)
        .id_salt(("processes", columns.len()))
        .cell_layout(Layout::left_to_right(Align::Center))
        .auto_shrink(false)
        .min_scrolled_height(0.0)
        .sense(Sense::click());
    let table = columns.iter().fold(table, |table, column| {
        table.column(width(*column).map_or_else(|| Width::remainder().at_least(LEAST), |width| Width::exact(width).clip(false)))
    });
    let table = table.header(HEADER_HEIGHT, |mut row| {
        for column in columns {
            let (_, response) = row.col(|ui| title(tab, ui, view, *column));
            response.widget_info(|| WidgetInfo::labeled(Role::Cell, true, column.title()));
            response.context_menu(|ui| choices(tab, ui, view));
        }
    });
    table.body(|body| {
        body.rows(ROW_HEIGHT, lines.len(), |mut row| {
            row.set_overline(true);
            let Some(line) = lines.get(row.index()) else { return };
            let Some(process) = tab.table().all().get(line.row) else { return };
            let can_be_chosen = line.count == 1 && !seen.is_past;
            let is_chosen = can_be_chosen && tab.selected().is_some_and(|selected| selected.pid == process.pid);
            row.set_selected(is_chosen);
            for column in columns {
                let (_, response) = row.col(|ui| match column {
                    Column::Name => name(ui, view, *line, process),
                    _ => cell(ui, *column, process, *line, seen),
                });
                // The whole row is clicked: each of its cells says what is chosen.
                response.widget_info(|| WidgetInfo::labeled(Role::Cell, can_be_chosen, process.name.as_ref()));
            }
            if can_be_chosen && row.response().clicked() {
                send(view, MonitorCommand::Select((!is_chosen).then_some(process.pid)));
            }
        });
    });
}

/// How what stands in the cells is to be taken.
#[derive(Clone, Copy)]
struct Seen {
    /// They are processes of a minute that was chosen.
    is_past: bool,
    /// CPU use is shown multiplied by this.
    cpus: f64,
}

fn send(view: View, command: MonitorCommand) {
    view.commands.send(Command::Monitor(command));
}

/// Width of a column in points; `None` where it takes what is left.
fn width(column: Column) -> Option<f32> {
    Some(match column {
        Column::Name | Column::Command => return None,
        Column::Pid | Column::Cpu | Column::Threads | Column::Parent => 70.0,
        Column::Memory | Column::Handles => 86.0,
        Column::Disk | Column::User => 92.0,
        Column::Running => 104.0,
    })
}

fn title(tab: &MonitorTab, ui: &mut Ui, view: View, column: Column) {
    let sort = tab.table().sort();
    ui.add_space(if column.is_text() && column != Column::Name { TEXT_MARGIN } else { 0.0 });
    if header(ui, column.title(), !column.is_text(), (sort.column == column).then_some(sort.descending)) {
        send(view, MonitorCommand::SortBy(column));
    }
    if column == Column::Name {
        ui.add_space(2.0);
        icon_menu(ui, icons::DOTS_THREE, "Columns", |ui| choices(tab, ui, view));
    }
}

/// All columns, each with a tick where it is shown.
fn choices(tab: &MonitorTab, ui: &mut Ui, view: View) {
    ui.spacing_mut().item_spacing.y = 4.0;
    for column in Column::ALL {
        let mut on = tab.columns().shown().contains(&column);
        let tick = ui.add_enabled(column != Column::Name, Checkbox::new(&mut on, column.title()));
        if tick.changed() {
            send(view, MonitorCommand::ToggleColumn(column));
        }
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

/// The name, further in the deeper it stands in the tree, and how many processes it stands for.
fn name(ui: &mut Ui, view: View, line: Line, process: &ProcessRow) {
    let palette = palette(ui);
    ui.add_space(line.depth.min(DEEPEST) as f32 * INDENT);
    if line.depth > 0 || line.is_open.is_some() {
        let started = format!("what {} {} started", process.name, process.pid);
        if opener(ui, line.is_open, &started) {
            send(view, MonitorCommand::Fold(process.pid));
        }
    }
    let response = left(ui, RichText::new(process.name.as_ref()).color(palette.text));
    if let Some(command) = &process.command {
        response.on_hover_text(command.as_ref());
    }
    if line.count > 1 {
        ui.add_space(6.0);
        ui.label(muted(ui, format!("{} processes", format::count(line.count as u64))).size(SMALL));
    }
}

fn cell(ui: &mut Ui, column: Column, process: &ProcessRow, line: Line, seen: Seen) {
    let palette = palette(ui);
    match (column, column.text(process, seen.cpus).filter(|_| column.is_kept() || !seen.is_past)) {
        // Many processes have no one number.
        (Column::Pid | Column::Parent, _) if line.count > 1 => {}
        (_, None) if line.count > 1 && !column.adds_up() => {}
        (Column::Pid | Column::Parent, Some(text)) => drop(right(ui, RichText::new(text).color(palette.muted))),
        (_, Some(text)) if column.is_text() => {
            ui.add_space(TEXT_MARGIN);
            left(ui, RichText::new(&text).color(palette.muted)).on_hover_text(text);
        }
        (_, Some(text)) => drop(right(ui, RichText::new(text).color(palette.text))),
        (_, None) => {
            let why = if seen.is_past { "This is not kept." } else { "The system does not tell this." };
            let dash = RichText::new("–").color(palette.hint);
            let response = if column.is_text() {
                ui.add_space(TEXT_MARGIN);
                left(ui, dash)
            } else {
                right(ui, dash)
            };
            response.on_hover_text(why);
        }
    }
}
