//! What surrounds the tabs: rail, top bar, status bar, messages, dialogs inside the window, keyboard shortcuts, files dropped on it.

mod keys;
mod messages;
mod offer;
mod prompt;
mod rail;
mod status;
mod top_bar;

use eframe::egui::{CentralPanel, Frame, Margin, Panel, Stroke, Ui};

use super::command::Commands;
use super::state::{State, View};
use super::tabs;
use super::theme::{GAP, palette};

/// Width of the rail in points.
const RAIL: f32 = 148.0;
/// Height of the top bar in points.
const TOP: f32 = 40.0;
/// Height of the status bar in points.
const STATUS: f32 = 28.0;

/// Draws the window.
pub fn show(state: &State, commands: &Commands, ui: &mut Ui) {
    let view = View { state, commands };
    keys::read(ui, view);
    let palette = palette(ui);
    let bar = |margin| Frame::new().fill(palette.panel).inner_margin(margin);
    let line = Stroke::new(1.0, palette.line);
    let status =
        Panel::bottom("status").exact_size(STATUS).resizable(false).show_separator_line(false).frame(bar(Margin::symmetric(12, 0)));
    let status = status.show(ui, |ui| status::show(ui, view)).response.rect;
    let rail = Panel::left("rail").exact_size(RAIL).resizable(false).show_separator_line(false).frame(bar(Margin::symmetric(8, 8)));
    let rail = rail.show(ui, |ui| rail::show(ui, view)).response.rect;
    let top_frame = Frame::new().inner_margin(Margin::symmetric(14, 0));
    let top = Panel::top("top").exact_size(TOP).resizable(false).show_separator_line(false).frame(top_frame);
    let top = top.show(ui, |ui| top_bar::show(ui, view)).response.rect;
    let body = Frame::new().inner_margin(Margin::symmetric(14, GAP as i8));
    CentralPanel::default_margins().frame(body).show(ui, |ui| {
        // The tabs' scroll positions and the like are their own.
        ui.push_id(state.tab.name(), |ui| tabs::body(ui, view));
    });
    let painter = ui.painter();
    painter.hline(status.x_range(), status.top(), line);
    painter.vline(rail.right(), rail.y_range(), line);
    painter.hline(top.x_range(), top.bottom(), line);
    messages::show(ui, view, status.top());
    prompt::show(ui, view);
    offer::show(ui, view);
    keys::show_drop(ui);
}
