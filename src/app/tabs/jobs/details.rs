//! The details of an operation, beside the table.

use eframe::egui::{Align, Label, Layout, RichText, ScrollArea, Ui};

use crate::app::View;
use crate::app::theme::{icons, muted, palette, semibold};
use crate::app::widgets::icon_button;
use crate::history::{Operation, OperationResult};
use crate::report::format;

use super::model::{Measure, asker, kind_words, result};
use super::paint::send;
use super::{JobsCommand, now};

/// Width of the details in points.
pub const WIDTH: f32 = 320.0;

/// Draws them.
pub fn show(ui: &mut Ui, view: View, operation: &Operation) {
    let palette = palette(ui);
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if icon_button(ui, icons::X, "Close details").clicked() {
                send(view, JobsCommand::Select(None));
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let title = RichText::new(&operation.title).font(semibold(14.0)).color(palette.text);
                ui.add(Label::new(title).truncate()).on_hover_text(&operation.title);
            });
        });
    });
    ScrollArea::vertical().id_salt("operation").auto_shrink(false).show(ui, |ui| {
        for (name, value) in facts(operation) {
            ui.horizontal(|ui| {
                ui.label(muted(ui, name));
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    ui.add(Label::new(RichText::new(value).color(palette.text)).truncate());
                });
            });
        }
        if let OperationResult::Failed(message) = &operation.result {
            ui.add_space(6.0);
            ui.add(Label::new(RichText::new(message).color(palette.bad)).wrap().selectable(true));
        }
    });
}

fn facts(operation: &Operation) -> Vec<(&'static str, String)> {
    let unknown = || format::NOT_AVAILABLE.to_owned();
    let held = |which: fn((u64, u64)) -> u64| operation.memory.map(|memory| format::bytes(which(memory))).unwrap_or_else(unknown);
    vec![
        ("Kind", kind_words(operation).to_owned()),
        ("Began", crate::report::local_moment(operation.started, now())),
        ("Took", format::seconds(operation.seconds)),
        ("Result", result(operation).to_owned()),
        ("Read or written", operation.bytes.map(format::bytes_exact).unwrap_or_else(unknown)),
        ("Speed", Measure::Speed.of(operation).map(format::rate).unwrap_or_else(unknown)),
        ("Memory before", held(|memory| memory.0)),
        ("Memory after", held(|memory| memory.1)),
        ("Change", operation.memory_change().map(format::bytes_change).unwrap_or_else(unknown)),
        ("Asked for from", asker(operation).to_owned()),
    ]
}
