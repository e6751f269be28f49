//! Drawing the panel.

use eframe::egui::{Align, Label, Layout, RichText, ScrollArea, Ui, Vec2};

use crate::app::tabs::data::find::FindCommand;
use crate::app::tabs::data::{DataCommand, DataTab};
use crate::app::theme::{BODY, GAP, icons, medium, muted, palette, semibold};
use crate::app::widgets::{Card, icon_button, link, meter, stat_row};
use crate::app::{Command, View};
use crate::jobs::{Failure, SlotState};

use super::model::{Described, Line, Value};
use super::{ColumnCommand, ColumnPanel, histogram};

/// Size of the column's name in points.
const NAME: f32 = 16.0;
/// Size of the text that gives context.
const SECOND: f32 = 12.0;
/// Height of a value's row in points.
const ROW: f32 = 22.0;
/// Opacity of figures that are about to be replaced.
const DIMMED: f32 = 0.45;

/// Draws the panel into the place of the cards.
pub fn show(tab: &DataTab, ui: &mut Ui, view: View) {
    let panel = &tab.column;
    let close = |ui: &mut Ui| {
        if icon_button(ui, icons::X, "Close the column").clicked() {
            view.commands.send(Command::Data(DataCommand::Column(ColumnCommand::Close)));
        }
    };
    Card::new("Column").fill().show_with(ui, close, |ui| {
        ui.add(Label::new(RichText::new(panel.name().unwrap_or_default()).font(semibold(NAME)).color(palette(ui).text)).truncate());
        counting(panel, ui, view);
        match panel.slot.state() {
            SlotState::Failed { failure, .. } => told(ui, failure),
            _ => panel.slot.value().into_iter().for_each(|described| {
                ui.scope(|ui| {
                    if panel.slot.is_pending() {
                        ui.set_opacity(DIMMED);
                    }
                    content(ui, view, described);
                });
            }),
        }
    });
}

/// How far counting is, once it has run long enough to be told of.
fn counting(panel: &ColumnPanel, ui: &mut Ui, view: View) {
    let Some(job) = view.state.jobs.iter().find(|job| panel.job == Some(job.id)) else { return };
    ui.label(muted(ui, "Counting all rows…").size(SECOND));
    meter(ui, ui.available_width(), 4.0, job.progress.fraction.unwrap_or(0.0) as f32, palette(ui).accent);
}

fn told(ui: &mut Ui, failure: &Failure) {
    ui.label(RichText::new(&failure.message).color(palette(ui).bad_text));
    ui.label(muted(ui, &failure.next_step));
}

fn content(ui: &mut Ui, view: View, described: &Described) {
    ScrollArea::vertical().id_salt(("column", described.column)).auto_shrink(false).show(ui, |ui| {
        ui.set_width(ui.available_width());
        kind(ui, described);
        if !described.bars.is_empty() {
            ui.add_space(GAP);
            histogram::show(ui, described);
        }
        ui.add_space(GAP);
        ui.spacing_mut().item_spacing.y = 0.0;
        described.lines.iter().for_each(|line| figure(ui, line));
        if described.all_differ {
            ui.add_space(GAP);
            ui.label(muted(ui, "Every value comes once.").size(SECOND));
        }
        if !described.frequent.is_empty() {
            ui.add_space(GAP);
            ui.label(RichText::new("Most frequent").font(medium(SECOND)).color(palette(ui).muted));
            ui.add_space(4.0);
            described.frequent.iter().for_each(|value| frequent(ui, view, described, value));
        }
    });
}

fn kind(ui: &mut Ui, described: &Described) {
    ui.label(RichText::new(&described.kind).font(medium(BODY)).color(palette(ui).text));
    ui.label(muted(ui, &described.meaning).size(SECOND));
    if !described.why.is_empty() {
        ui.label(muted(ui, format!("Why: {}", described.why)).size(SECOND));
    }
}

fn figure(ui: &mut Ui, line: &Line) {
    let row = stat_row(ui, line.name, &line.figure);
    if !line.meaning.is_empty() {
        row.on_hover_text(line.meaning);
    }
}

/// A value, which leads to its rows when clicked, with its count and its share.
fn frequent(ui: &mut Ui, view: View, described: &Described, value: &Value) {
    ui.allocate_ui_with_layout(Vec2::new(ui.available_width(), ROW), Layout::right_to_left(Align::Center), |ui| {
        ui.set_min_height(ROW);
        ui.spacing_mut().item_spacing.x = 8.0;
        ui.label(muted(ui, &value.share).size(SECOND));
        ui.label(RichText::new(&value.count).color(palette(ui).text));
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| name(ui, view, described, value));
    });
    meter(ui, ui.available_width(), 3.0, value.part, palette(ui).series_color(0));
    ui.add_space(4.0);
}

fn name(ui: &mut Ui, view: View, described: &Described, value: &Value) {
    let shown: String = value.text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).take(60).collect();
    if shown.trim().is_empty() {
        let words = if value.text.is_empty() { "(empty text)" } else { "(blanks)" };
        ui.label(muted(ui, words));
        return;
    }
    ui.set_max_width(ui.available_width());
    ui.style_mut().wrap_mode = Some(eframe::egui::TextWrapMode::Truncate);
    let response = link(ui, &shown).accessible_name(format!("Find {shown}"));
    if response.on_hover_text(format!("{}\nClick to find its rows.", value.text)).clicked() {
        let command = FindCommand::Value { column: described.column, text: value.text.clone(), whole: !value.cut };
        view.commands.send(Command::Data(DataCommand::Find(command)));
    }
}
