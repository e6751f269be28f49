//! The path field, for systems without a file dialog.

use eframe::egui::{self, Id, Key, Modal, Modifiers, TextEdit, Ui};

use crate::app::command::Command;
use crate::app::state::View;
use crate::app::theme::{muted, palette, semibold};
use crate::app::widgets::{button, dialog_frame, primary};

/// Draws the field when a path is asked for.
pub fn show(ui: &mut Ui, view: View) {
    let Some(prompt) = &view.state.prompt else { return };
    let modal = Modal::new(Id::unique("path")).frame(dialog_frame(ui)).show(ui.ctx(), |ui| {
        ui.set_width(480.0);
        ui.label(egui::RichText::new(&prompt.title).font(semibold(15.0)).color(palette(ui).text));
        ui.label(muted(ui, "This system has no file dialog, so type or paste the path here."));
        ui.add_space(8.0);
        let mut text = prompt.text.clone();
        let field =
            ui.add(TextEdit::singleline(&mut text).desired_width(f32::INFINITY).cursor_at_end(true)).accessible_name("Path");
        if !field.has_focus() && !field.lost_focus() {
            field.request_focus();
        }
        if text != prompt.text {
            view.commands.send(Command::EditPrompt(text));
        }
        let enter = field.lost_focus() && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter));
        ui.add_space(8.0);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let accept = ui.add_enabled_ui(!prompt.text.trim().is_empty(), |ui| primary(ui, None, "OK").clicked()).inner;
            if accept || enter {
                view.commands.send(Command::AcceptPrompt);
            }
            button(ui, None, "Cancel").clicked()
        })
        .inner
    });
    if modal.inner || modal.should_close() {
        view.commands.send(Command::Escape);
    }
}
