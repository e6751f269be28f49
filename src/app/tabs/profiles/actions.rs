//! Buttons of the top bar.

use eframe::egui::containers::menu::MenuButton;
use eframe::egui::{Button, Color32, RichText, Stroke, Ui, Vec2};

use crate::app::theme::{BODY, icons, look, medium, palette};
use crate::app::widgets::{button, menu_item};
use crate::app::{Command, View};
use crate::operations::{flame_chart, top_chart};
use crate::profile::record;
use crate::report::{Chart, Format};
use crate::report::theme::Look;
use crate::settings::RecentKind;

use super::{ProfilesCommand, ProfilesTab, RECORD_SECONDS, Shown};

/// Added from the right: the main one first.
pub fn show(tab: &ProfilesTab, ui: &mut Ui, view: View) {
    if let Some(shown) = tab.shown().cloned() {
        menu(ui, Some(icons::EXPORT), "Export…", true, |ui| export(tab, &shown, ui, view));
    }
    if button(ui, Some(icons::FOLDER_OPEN), "Open…").on_hover_text("Open a profile (Ctrl+O)").clicked() {
        view.commands.send(Command::OpenDialog);
    }
    if tab.shown().is_some() && recent(view).next().is_some() {
        menu(ui, Some(icons::CLOCK_COUNTER_CLOCKWISE), "Recent", false, |ui| recent_menu(ui, view));
    }
    record(ui, view);
    if tab.has_unsaved_recording() && button(ui, Some(icons::FLOPPY_DISK), "Save recording…").clicked() {
        send(view, ProfilesCommand::SaveRecording);
    }
}

/// The charts of what is shown.
pub fn charts(tab: &ProfilesTab, look: Look) -> Vec<Chart> {
    let Some(shown) = tab.shown() else { return Vec::new() };
    let flame = flame_chart(&shown.view, tab.zoom().root(), &format!("Flame graph of {}", shown.name), look);
    vec![flame, top_chart(&shown.view, &format!("Top functions of {}", shown.name), look)]
}

/// Profiles that were opened before, the latest first.
pub fn recent<'a>(view: View<'a>) -> impl Iterator<Item = &'a std::path::PathBuf> {
    view.state.remembered.recent.iter().filter(|recent| recent.kind == RecentKind::Profile).map(|recent| &recent.path)
}

fn send(view: View, command: ProfilesCommand) {
    view.commands.send(Command::Profiles(command));
}

fn record(ui: &mut Ui, view: View) {
    if !record::is_available() {
        if button(ui, Some(icons::RECORD), "Record").on_hover_text(super::NO_RECORDING).clicked() {
            send(view, ProfilesCommand::ExplainRecord);
        }
        return;
    }
    menu(ui, Some(icons::RECORD), "Record", false, |ui| {
        ui.label(RichText::new("Record what Tachograph itself does").size(12.0).color(palette(ui).muted));
        for seconds in RECORD_SECONDS {
            if menu_item(ui, icons::TIMER, &format!("For {seconds} seconds")) {
                send(view, ProfilesCommand::Record(seconds));
            }
        }
    });
}

fn export(tab: &ProfilesTab, shown: &Shown, ui: &mut Ui, view: View) {
    ui.set_min_width(210.0);
    for (icon, text, format) in [(icons::FILE_CODE, "Flame graph as SVG…", Format::Svg), (icons::IMAGE, "Flame graph as PNG…", Format::Png)] {
        if menu_item(ui, icon, text) {
            let chart = flame_chart(&shown.view, tab.zoom().root(), &format!("Flame graph of {}", shown.name), look(ui.ctx()));
            view.commands.send(Command::SaveChart(Box::new(chart), format));
        }
    }
    if menu_item(ui, icons::FILE_CSV, "Top functions as CSV…") {
        send(view, ProfilesCommand::ExportTop);
    }
    if shown.path.is_none() && menu_item(ui, icons::FLOPPY_DISK, "Recording as pprof…") {
        send(view, ProfilesCommand::SaveRecording);
    }
}

fn recent_menu(ui: &mut Ui, view: View) {
    ui.set_max_width(360.0);
    for path in recent(view) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if menu_item(ui, icons::FILE, &crate::report::shorten(&name, 50)) {
            view.commands.send(Command::Open(vec![path.clone()]));
        }
    }
}

/// A button that opens a menu; `main` fills it with the accent.
fn menu(ui: &mut Ui, icon: Option<&str>, text: &str, main: bool, content: impl FnOnce(&mut Ui)) {
    let palette = palette(ui);
    ui.scope(|ui| {
        let widgets = &mut ui.visuals_mut().widgets;
        widgets.inactive.weak_bg_fill = palette.panel;
        for (visuals, share) in [(&mut widgets.inactive, 0.0), (&mut widgets.hovered, 0.12), (&mut widgets.active, 0.12), (&mut widgets.open, 0.12)]
            .into_iter()
            .filter(|_| main)
        {
            visuals.weak_bg_fill = palette.accent.lerp_to_gamma(Color32::WHITE, share);
            visuals.bg_stroke = Stroke::new(1.0, visuals.weak_bg_fill);
            visuals.fg_stroke = Stroke::new(1.0, palette.on_accent);
        }
        let words = RichText::new(text);
        let words = if main { words.font(medium(BODY)) } else { words };
        let button = Button::new((RichText::new(icon.unwrap_or_default()), words)).gap(6.0).min_size(Vec2::splat(28.0));
        // The menu itself is in the usual colours.
        let (response, _) = MenuButton::from_button(button).ui(ui, |ui| {
            ui.reset_style();
            content(ui);
        });
        response.accessible_name(text);
    });
}
