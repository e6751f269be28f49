//! The dialog in which a chart of the tab is chosen and saved or copied.

use eframe::egui::{self, Id, Modal, Role, Ui, WidgetInfo};

use crate::app::charts::ChartAction;
use crate::app::command::Command;
use crate::app::state::View;
use crate::app::theme::{icons, muted, palette, semibold};
use crate::app::widgets::{button, dialog_frame, primary};
use crate::report::Format;

/// Draws the dialog when charts are offered.
pub fn show(ui: &mut Ui, view: View) {
    let Some(offer) = &view.state.offer else { return };
    let modal = Modal::new(Id::unique("charts")).frame(dialog_frame(ui)).show(ui.ctx(), |ui| {
        ui.set_width(380.0);
        ui.label(egui::RichText::new("Save a chart").font(semibold(15.0)).color(palette(ui).text));
        ui.label(muted(ui, "As it stands now, as a picture or as figures."));
        ui.add_space(8.0);
        for (index, chart) in offer.charts.iter().enumerate() {
            choice(ui, view, index, &chart.title, index == offer.chosen);
        }
        ui.add_space(12.0);
        let chosen = ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), actions).inner;
        if let Some((action, chart)) = chosen.zip(offer.charts.get(offer.chosen)) {
            view.commands.send(action.command(chart.clone()));
        }
    });
    if modal.should_close() {
        view.commands.send(Command::Escape);
    }
}

fn choice(ui: &mut Ui, view: View, index: usize, title: &str, chosen: bool) {
    ui.visuals_mut().widgets.inactive.bg_stroke.color = palette(ui).faint;
    let response = ui.radio(chosen, title);
    response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, chosen, title));
    if response.clicked() {
        view.commands.send(Command::ChooseChart(index));
    }
}

fn actions(ui: &mut Ui) -> Option<ChartAction> {
    let mut action = None;
    if primary(ui, Some(icons::IMAGE), "Save PNG…").clicked() {
        action = Some(ChartAction::Save(Format::Png));
    }
    for (text, format) in [("SVG…", Format::Svg), ("CSV…", Format::Csv)] {
        if button(ui, None, text).clicked() {
            action = Some(ChartAction::Save(format));
        }
    }
    if button(ui, Some(icons::COPY), "Copy picture").clicked() {
        action = Some(ChartAction::Copy);
    }
    action
}
