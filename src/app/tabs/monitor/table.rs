//! The table of processes.

use eframe::egui::{Align, Layout, RichText, Role, Sense, Ui, Vec2, WidgetInfo};
use egui_extras::{Column as Width, TableBuilder};

use crate::app::theme::{SMALL, muted, palette};
use crate::app::widgets::{HEADER_HEIGHT, ROW_HEIGHT, header, left, opener, right};
use crate::app::{Command, View};
use crate::report::format;
use crate::sampler::ProcessRow;
use crate::settings::ProcessCpu;

use super::processes::{Column, Line};
use super::{MonitorCommand, MonitorTab};

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
    // Every text is cut to its cell as it is laid out. Cells that clip as well would each be a drawing call of their own, a hundred in a frame,
    // for which a renderer without a graphics card takes megabytes.
    let table = TableBuilder::new(ui)
        .id_salt("processes")
        .cell_layout(Layout::left_to_right(Align::Center))
        .auto_shrink(false)
        .min_scrolled_height(0.0)
        .sense(Sense::click())
        .column(Width::remainder().at_least(120.0));
    let table = Column::ALL.into_iter().skip(1).fold(table, |table, column| table.column(Width::exact(width(column)).clip(false)));
    let table = table.header(HEADER_HEIGHT, |mut row| {
        for column in Column::ALL {
            let (_, response) = row.col(|ui| title(tab, ui, view, column));
            response.widget_info(|| WidgetInfo::labeled(Role::Cell, true, column.title()));
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
            for column in Column::ALL {
                let (_, response) = row.col(|ui| match column {
                    Column::Name => name(ui, view, *line, process),
                    _ => cell(ui, column, process, *line, seen),
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
    let is_kept = matches!(column, Column::Name | Column::Pid | Column::Cpu | Column::Memory);
    match (column, column.text(process, seen.cpus).filter(|_| is_kept || !seen.is_past)) {
        // Many processes have no one number.
        (Column::Pid, _) if line.count > 1 => {}
        (Column::Pid, Some(text)) => drop(right(ui, RichText::new(text).color(palette.muted))),
        (_, Some(text)) => drop(right(ui, RichText::new(text).color(palette.text))),
        (_, None) => {
            let why = if seen.is_past { "This is not kept." } else { "The system does not tell this." };
            right(ui, RichText::new("–").color(palette.hint)).on_hover_text(why);
        }
    }
}
