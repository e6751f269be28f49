//! The panel over the tab while a table is being made: what is done, how far it is, and how to stop it.

use eframe::egui::{Frame, Label, Layout, Margin, Rect, RichText, Role, Sense, Stroke, Ui, UiBuilder, Vec2, WidgetInfo};

use crate::app::theme::{BODY, CARD_RADIUS, medium, muted, palette};
use crate::app::widgets::{button, meter};
use crate::app::{Command, View};
use crate::jobs::{JobView, ProgressView};
use crate::report::format;

use super::{DataCommand, DataTab};

const SIZE: Vec2 = Vec2::new(380.0, 124.0);

/// The job that makes the table, once it has run long enough to be told of.
pub fn job<'a>(tab: &DataTab, view: View<'a>) -> Option<&'a JobView> {
    view.state.jobs.iter().find(|job| tab.job == Some(job.id))
}

/// Draws the panel in the middle of `area`.
pub fn show(ui: &mut Ui, view: View, job: &JobView, area: Rect) {
    let palette = palette(ui);
    let rect = Rect::from_center_size(area.center(), Vec2::new(SIZE.x.min(area.width()), SIZE.y));
    // What lies under it must not be clicked through it.
    let ground = ui.interact(rect, ui.scope_id().with("working"), Sense::CLICK | Sense::DRAG);
    ground.widget_info(|| WidgetInfo::labeled(Role::Group, true, "Progress"));
    ui.scope_builder(UiBuilder::new().id_salt("working panel").max_rect(rect), |ui| {
        let frame = Frame::new().fill(palette.panel).stroke(Stroke::new(1.0, palette.faint)).corner_radius(CARD_RADIUS);
        frame.shadow(ui.visuals().popup_shadow).inner_margin(Margin::same(16)).show(ui, |ui| content(ui, view, job));
    });
}

fn content(ui: &mut Ui, view: View, job: &JobView) {
    let palette = palette(ui);
    ui.set_width(ui.available_width());
    ui.add(Label::new(RichText::new(format!("{}…", job.title)).font(medium(BODY)).color(palette.text)).truncate());
    ui.add_space(4.0);
    meter(ui, ui.available_width(), 6.0, job.progress.fraction.unwrap_or(0.0) as f32, palette.accent);
    ui.add_space(4.0);
    ui.horizontal(|ui| {
        ui.label(muted(ui, words(&job.progress)));
        ui.with_layout(Layout::right_to_left(eframe::egui::Align::Center), |ui| {
            if button(ui, None, "Cancel").accessible_name(format!("Cancel: {}", job.title)).clicked() {
                view.commands.send(Command::Data(DataCommand::Cancel));
            }
        });
    });
}

/// `Reading · 64 % · 8 s left`.
fn words(progress: &ProgressView) -> String {
    let phase = if progress.phase.is_empty() { "Waiting for its turn" } else { &progress.phase };
    let percent = progress.fraction.map(|fraction| format!("{:.0} %", (fraction * 100.0).floor()));
    [Some(phase.to_owned()), percent, progress.left.map(format::left)].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_panel_says_what_is_known() {
        let progress = ProgressView { phase: "Reading".into(), fraction: Some(0.649), left: Some(Duration::from_secs(8)) };
        assert_eq!(words(&progress), "Reading · 64 % · 8 s left");
        assert_eq!(words(&ProgressView { phase: String::new(), fraction: None, left: None }), "Waiting for its turn");
    }
}
