//! Messages, over the lower right corner of the tab.

use eframe::egui::{self, Align2, Area, Frame, Id, Order, Stroke, Ui, vec2};

use crate::app::command::Command;
use crate::app::notices::{Notice, Shown};
use crate::app::state::View;
use crate::app::theme::{CONTROL_RADIUS, icons, palette};
use crate::app::widgets::{FailureChoice, Tone, failure_panel, finding, icon_button, link};

/// Width of a message in points.
const WIDTH: f32 = 420.0;

/// Draws the messages above `bottom`.
pub fn show(ui: &mut Ui, view: View, bottom: f32) {
    let list = view.state.notices.list();
    if list.is_empty() {
        return;
    }
    let rect = ui.ctx().content_rect();
    let offset = vec2(-14.0, bottom - rect.bottom() - 12.0);
    let area = Area::new(Id::unique("messages")).anchor(Align2::RIGHT_BOTTOM, offset).order(Order::Middle).movable(false);
    area.show(ui.ctx(), |ui| {
        ui.set_width(WIDTH);
        for shown in list {
            let palette = palette(ui);
            let frame =
                Frame::new().corner_radius(CONTROL_RADIUS).stroke(Stroke::new(1.0, palette.line)).shadow(ui.visuals().popup_shadow);
            frame.show(ui, |ui| message(ui, view, shown));
            ui.add_space(4.0);
        }
    });
}

fn message(ui: &mut Ui, view: View, shown: &Shown) {
    match &shown.notice {
        Notice::Failed(failure) => {
            if failure_panel(ui, failure, None) == Some(FailureChoice::Close) {
                view.commands.send(Command::CloseNotice(shown.id));
            }
        }
        Notice::Done { text, place } => finding(ui, Tone::Good, |ui| {
            ui.horizontal(|ui| {
                ui.label(egui::RichText::new(icons::CHECK_CIRCLE).size(16.0).color(palette(ui).good_text));
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    if icon_button(ui, icons::X, "Close message").clicked() {
                        view.commands.send(Command::CloseNotice(shown.id));
                    }
                    if let Some(place) = place.as_ref().filter(|_| link(ui, "Show in folder").clicked()) {
                        view.commands.send(Command::ShowFolder(place.clone()));
                    }
                    ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                        ui.add(egui::Label::new(text).truncate());
                    });
                });
            });
        }),
    }
}
