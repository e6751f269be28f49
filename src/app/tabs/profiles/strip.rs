//! The open profiles side by side, when there are several.

use eframe::egui::{Align, Frame, Layout, Margin, RichText, Role, ScrollArea, Sense, Stroke, Ui, UiBuilder, WidgetInfo};

use crate::app::theme::{CONTROL_RADIUS, icons, palette};
use crate::app::widgets::{focus_ring, icon_button};
use crate::app::{Command, View};
use crate::report::shorten;

use super::{ProfilesCommand, ProfilesTab};

/// Letters of a name.
const NAME: usize = 32;

/// Draws a tab for each; nothing while there is only one.
pub fn show(tab: &ProfilesTab, ui: &mut Ui, view: View) {
    if tab.docs().len() < 2 {
        return;
    }
    ScrollArea::horizontal().id_salt("open profiles").auto_shrink([false, true]).show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            for (index, doc) in tab.docs().iter().enumerate() {
                one(ui, view, index, &doc.shown().name, index == tab.active());
            }
        });
    });
}

fn one(ui: &mut Ui, view: View, index: usize, name: &str, is_active: bool) {
    let palette = palette(ui);
    let fill = if is_active { palette.raised } else { palette.panel };
    let response = ui
        .scope_builder(UiBuilder::new().id_salt(("profile", index)).sense(Sense::click()), |ui| {
            let frame = Frame::new().fill(fill).stroke(Stroke::new(1.0, palette.line)).corner_radius(CONTROL_RADIUS);
            frame.inner_margin(Margin::symmetric(8, 2)).show(ui, |ui| {
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    let color = if is_active { palette.text } else { palette.muted };
                    ui.label(RichText::new(shorten(name, NAME)).color(color)).on_hover_text(name);
                    if icon_button(ui, icons::X, &format!("Close {}", shorten(name, NAME))).clicked() {
                        send(view, ProfilesCommand::Close(index));
                    }
                });
            });
        })
        .response;
    response.widget_info(|| WidgetInfo::selected(Role::Tab, true, is_active, shorten(name, NAME)));
    focus_ring(ui, &response, f32::from(CONTROL_RADIUS));
    if response.clicked() {
        send(view, ProfilesCommand::Show(index));
    }
    if response.middle_clicked() {
        send(view, ProfilesCommand::Close(index));
    }
}

fn send(view: View, command: ProfilesCommand) {
    view.commands.send(Command::Profiles(command));
}
