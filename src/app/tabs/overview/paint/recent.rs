//! Files that were opened before.

use std::time::SystemTime;

use eframe::egui::{Align, Label, Layout, Rect, RichText, ScrollArea, Sense, Stroke, Ui, Vec2, pos2};

use crate::app::theme::{CONTROL_RADIUS, SMALL, hint, icons, muted, palette};
use crate::app::widgets::{Card, clickable, outline, primary};
use crate::app::{Command, View};
use crate::report::shorten_path;
use crate::settings::Recent;

use super::super::model::{listed, open};
use super::within;

/// Height of a file's row in points.
const ROW: f32 = 42.0;
/// Room for the icon.
const ICON: f32 = 28.0;
/// Width of a letter of a folder's name, about.
const LETTER: f32 = 6.2;

/// Draws the card.
pub fn show(ui: &mut Ui, view: View) {
    ui.spacing_mut().item_spacing.y = 0.0;
    let files = &view.state.remembered.recent;
    if files.is_empty() {
        return Card::new("Recent files").fill().show(ui, |ui| nothing(ui, view));
    }
    Card::new("Recent files").note("or drop a file on this window").fill().show(ui, |ui| {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
        ScrollArea::vertical().id_salt("recent files").auto_shrink(false).show(ui, |ui| {
            for (number, file) in files.iter().enumerate() {
                row(ui, view, number, file, now);
            }
        });
    });
}

fn row(ui: &mut Ui, view: View, number: usize, recent: &Recent, now: u64) {
    let (rect, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), ROW), Sense::hover());
    let (file, palette) = (listed(recent, now), palette(ui));
    ui.push_id(number, |ui| {
        let response = clickable(ui, rect, "file", &file.spoken());
        let icon = Rect::from_min_max(rect.min, pos2(rect.left() + ICON, rect.bottom()));
        within(ui, icon, "icon", Layout::left_to_right(Align::Center), |ui| {
            ui.label(RichText::new(file.icon).size(18.0).color(palette.muted));
        });
        let (upper, lower) = rect.with_min_x(icon.right()).shrink2(Vec2::new(0.0, 4.0)).split_top_bottom_at_fraction(0.52);
        within(ui, upper, "name", Layout::right_to_left(Align::Center), |ui| {
            ui.label(hint(ui, &file.when));
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.add(Label::new(RichText::new(&file.name).color(palette.text)).truncate());
            });
        });
        within(ui, lower, "folder", Layout::left_to_right(Align::Center), |ui| {
            let letters = (ui.available_width() / LETTER) as usize;
            ui.add(Label::new(muted(ui, shorten_path(&file.folder, letters)).size(SMALL)).truncate());
        });
        ui.painter().hline(rect.x_range(), rect.top(), Stroke::new(1.0, palette.line));
        outline(ui, &response, CONTROL_RADIUS);
        if response.on_hover_text(recent.path.display().to_string()).clicked() {
            view.commands.send(open(recent));
        }
    });
}

/// What to do first.
fn nothing(ui: &mut Ui, view: View) {
    ui.spacing_mut().item_spacing.y = 6.0;
    ui.add_space(4.0);
    ui.label(RichText::new("Nothing was opened yet.").color(palette(ui).text));
    let words =
        "Open a workbook, a table or a profile, or drop it anywhere on this window. Your files are only read, never changed.";
    ui.label(muted(ui, words));
    ui.add_space(4.0);
    if primary(ui, Some(icons::FOLDER_OPEN), "Open a file…").clicked() {
        view.commands.send(Command::OpenDialog);
    }
}
