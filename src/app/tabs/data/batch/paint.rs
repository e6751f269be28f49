//! Drawing the list of many files: the bar's buttons, the cards, the list.

use eframe::egui::{Align, Button, Label, Layout, Popup, RichText, ScrollArea, Sense, Stroke, Ui, UiBuilder, Vec2};

use crate::app::theme::{BODY, GAP, SMALL, hint, icons, medium, muted, palette, semibold};
use crate::app::widgets::{
    Card, HEADER_HEIGHT, before_after, button, columns, header, icon_button, menu_item, meter, primary, small_button,
};
use crate::app::{Command, View};
use crate::data::OutputFormat;
use crate::report::format;

use super::super::DataCommand;
use super::model::{Key, Row, Totals};
use super::row::{self, Widths};
use super::{Batch, BatchCommand};

/// Height of the cards in points.
const CARDS: f32 = 96.0;
/// Left-out files that the pointer shows.
const NAMED: usize = 12;

/// What is open, beside the tab's name in the top bar.
pub fn title(batch: &Batch) -> String {
    let files = format::counted(batch.list.totals().files, "file", "files");
    let folder = batch.list.folder();
    if folder.as_os_str().is_empty() { files } else { format!("{files} · {}", folder.display()) }
}

/// The button that writes all tables, for the top bar.
pub fn export_button(batch: &Batch, ui: &mut Ui, view: View) {
    let can = batch.list.totals().done > 0 && !batch.is_running();
    let response = ui.add_enabled_ui(can, |ui| primary(ui, Some(icons::EXPORT), "Export all…")).inner;
    let response = response.on_disabled_hover_text("When the files are done, their tables can be written to a folder.");
    Popup::menu(&response).show(|ui| {
        ui.set_min_width(230.0);
        ui.label(muted(ui, "Save all tables to a folder as").size(SMALL));
        let formats = [
            ("Parquet…", OutputFormat::Parquet),
            ("Arrow…", OutputFormat::Arrow),
            ("CSV…", OutputFormat::Csv),
            ("Workbooks…", OutputFormat::Xlsx),
        ];
        for (name, format) in formats {
            if menu_item(ui, icons::FOLDER, name) {
                send(view, BatchCommand::AskExport(format));
            }
        }
    });
}

/// The button that leads back from a table to the list behind it, for the top bar.
pub fn back_button(batch: &Batch, ui: &mut Ui, view: View) {
    if batch.exists() && button(ui, Some(icons::ARROW_LEFT), "Back to the list").clicked() {
        send(view, BatchCommand::Back);
    }
}

/// The cards over the list.
pub fn body(batch: &Batch, ui: &mut Ui, view: View) {
    columns(ui, CARDS, &[1.0, 1.3, 1.0], |index, ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        match index {
            0 => files(batch, ui),
            1 => memory(batch.list.totals(), ui),
            _ => time(batch, ui, view),
        }
    });
    ui.add_space(GAP - ui.spacing().item_spacing.y);
    let title = format!("Files · {}", format::count(batch.list.totals().files));
    Card::new(&title).fill().show_with(ui, |ui| controls(batch, ui, view), |ui| list(batch, ui, view));
}

fn files(batch: &Batch, ui: &mut Ui) {
    let totals = batch.list.totals();
    Card::new("Done").fill().note(totals.rest_words()).show(ui, |ui| {
        figure(ui, &totals.done_words());
        let fraction = totals.ended() as f32 / totals.files.max(1) as f32;
        meter(ui, ui.available_width(), 6.0, fraction, palette(ui).accent);
    });
}

fn memory(totals: &Totals, ui: &mut Ui) {
    let saved = totals.before as i64 - totals.after as i64;
    let note = if totals.done == 0 { String::new() } else { totals.sizes() };
    Card::new("Memory of all tables").fill().note(note).show(ui, |ui| {
        ui.horizontal(|ui| {
            figure(ui, &if totals.done == 0 { "–".to_owned() } else { totals.change() });
            if saved > 0 {
                ui.label(muted(ui, format!("{} saved", format::bytes(saved.unsigned_abs()))));
            }
        });
        let whole = totals.before.max(totals.after) as f64;
        before_after(ui, ui.available_width(), 4.0, totals.before as f64, totals.after as f64, whole);
    });
}

fn time(batch: &Batch, ui: &mut Ui, view: View) {
    let job = batch.run.as_ref().and_then(|run| view.state.jobs.iter().find(|job| job.id == run.ticket.id()));
    let left = job.and_then(|job| job.progress.left).map(format::left).unwrap_or_default();
    let totals = batch.list.totals();
    Card::new("Time").fill().note(left).show(ui, |ui| {
        figure(ui, &format::span(batch.time()));
        let rows = format::counted(totals.rows, "row", "rows");
        let warnings = format::counted(totals.warnings, "warning", "warnings");
        ui.add(Label::new(muted(ui, format!("{rows} · {warnings}")).size(12.0)).truncate());
    });
}

fn figure(ui: &mut Ui, text: &str) {
    ui.label(RichText::new(text).font(semibold(20.0)).color(palette(ui).text));
}

/// At the right end of the list's head, from the right.
fn controls(batch: &Batch, ui: &mut Ui, view: View) {
    if icon_button(ui, icons::X, "Close the list").clicked() {
        send(view, BatchCommand::Close);
    }
    if small_button(ui, "Save list…").on_hover_text("Save this list as a table for spreadsheets").clicked() {
        send(view, BatchCommand::AskList);
    }
    if small_button(ui, "Copy summary").on_hover_text("Put what became of the files on the clipboard, as text").clicked() {
        send(view, BatchCommand::CopySummary);
    }
    if batch.is_running() {
        if small_button(ui, "Stop all").clicked() {
            send(view, BatchCommand::StopAll);
        }
    } else if batch.list.totals().ended() > batch.list.totals().done
        && small_button(ui, "Retry all").on_hover_text("Do once more what failed, was skipped or stopped").clicked()
    {
        send(view, BatchCommand::RetryAll);
    }
    left_out(batch, ui);
}

/// Files of a folder that are no tables are counted; the pointer shows the first.
fn left_out(batch: &Batch, ui: &mut Ui) {
    let out = &batch.list.left_out;
    if out.is_empty() {
        return;
    }
    let words = format!("{} left out", format::counted(out.len() as u64, "other file", "other files"));
    ui.label(hint(ui, words)).on_hover_ui(|ui| {
        for (path, why) in out.iter().take(NAMED) {
            ui.label(format!("{}: {why}", super::super::work::name_of(path)));
        }
        if out.len() > NAMED {
            ui.label(format!("{} more", format::count((out.len() - NAMED) as u64)));
        }
    });
}

fn list(batch: &Batch, ui: &mut Ui, view: View) {
    ui.spacing_mut().item_spacing = Vec2::ZERO;
    let widths = Widths::of(ui.available_width() - ui.spacing().scroll.allocated_width());
    heads(batch, ui, view, &widths);
    let (order, most) = (batch.list.order(), batch.list.totals().widest);
    ScrollArea::vertical().id_salt("files of the batch").auto_shrink(false).show_rows(ui, row::HEIGHT, order.len(), |ui, shown| {
        for place in order.get(shown).unwrap_or_default() {
            let Some(row) = batch.list.row(*place) else { continue };
            row::show(ui, view, *place, row, &widths, most);
        }
    });
}

/// The names of the columns; the list is sorted by those that can be clicked.
fn heads(batch: &Batch, ui: &mut Ui, view: View, widths: &Widths) {
    let (rect, _) = ui.allocate_exact_size(Vec2::new(widths.all(), HEADER_HEIGHT), Sense::hover());
    let sort = batch.list.sort();
    let names = [
        ("File", Some(Key::Name), false),
        ("Size", Some(Key::Size), true),
        ("State", None, false),
        ("Rows", None, true),
        ("Memory before → after", None, false),
        ("Saving", Some(Key::Saving), true),
        ("Warnings", None, true),
    ];
    for (cell, (name, key, right)) in widths.cells(rect).into_iter().zip(names) {
        ui.scope_builder(UiBuilder::new().id_salt(name).max_rect(cell).layout(Layout::left_to_right(Align::Center)), |ui| {
            ui.shrink_clip_rect(cell);
            let sorted = key.filter(|key| *key == sort.column).map(|_| sort.descending);
            match key {
                Some(key) if header(ui, name, right, sorted) => send(view, BatchCommand::SortBy(key)),
                Some(_) => {}
                None => plain_head(ui, name, right),
            }
        });
    }
    ui.painter().hline(rect.x_range(), rect.bottom(), Stroke::new(1.0, palette(ui).line));
}

/// The name of a column that the list is not sorted by, as tall as one that can be clicked.
fn plain_head(ui: &mut Ui, name: &str, right: bool) {
    let layout = if right { Layout::right_to_left(Align::Center) } else { Layout::left_to_right(Align::Center) };
    ui.with_layout(layout, |ui| {
        ui.spacing_mut().button_padding = Vec2::new(0.0, 2.0);
        ui.add(Button::new(hint(ui, name)).frame(false).sense(Sense::hover()));
    });
}

pub(super) fn send(view: View, command: BatchCommand) {
    view.commands.send(Command::Data(DataCommand::Batch(command)));
}

/// The name of a file in a row.
pub(super) fn name(ui: &Ui, row: &Row) -> RichText {
    RichText::new(row.name()).font(medium(BODY)).color(palette(ui).text)
}
