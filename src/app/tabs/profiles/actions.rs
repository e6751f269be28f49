//! Buttons of the top bar.

use eframe::egui::containers::menu::MenuButton;
use eframe::egui::{Button, Popup, RichText, Ui, Vec2};

use crate::app::theme::{SMALL, icons, look, muted, palette};
use crate::app::widgets::{button, menu_item, primary};
use crate::app::{Command, View};
use crate::operations::{flame_chart, top_chart};
use crate::profile::write::Target;
use crate::profile::{NodeId, record};
use crate::report::theme::Look;
use crate::report::{Chart, Format, shorten};
use crate::settings::RecentKind;

use super::{AgainstCommand, Order, Page, ProfilesCommand, ProfilesTab, RECORD_SECONDS, Shown, against};

/// What the profile can be converted to.
const CONVERSIONS: [(&str, &str, Target); 3] = [
    (icons::ARROWS_LEFT_RIGHT, "Profile as pprof…", Target::Pprof),
    (icons::ARROWS_LEFT_RIGHT, "Profile as speedscope…", Target::Speedscope),
    (icons::ARROWS_LEFT_RIGHT, "Profile as folded stacks…", Target::Folded),
];

/// What others can look at.
const PAGES: [(&str, &str, Page); 3] = [
    (icons::FILE_TEXT, "Report as HTML…", Page::Report),
    (icons::FILE_CODE, "Flame graph as SVG…", Page::Graph),
    (icons::CODE, "Figures as JSON…", Page::Json),
];

/// The call that fills the graph from the outermost caller down; in another order calls have other numbers.
fn root(tab: &ProfilesTab) -> NodeId {
    tab.doc().filter(|doc| doc.order() == Order::LeftHeavy).map(|doc| doc.zoom().root()).unwrap_or_default()
}

/// Added from the right: the main one first.
pub fn show(tab: &ProfilesTab, ui: &mut Ui, view: View) {
    ui.spacing_mut().item_spacing.x = 8.0;
    if let Some(shown) = tab.shown() {
        let response = primary(ui, Some(icons::EXPORT), "Export…");
        Popup::menu(&response).show(|ui| export(tab, shown, ui, view));
    }
    recent_button(ui, view);
    if button(ui, Some(icons::FOLDER_OPEN), "Open…").on_hover_text("Open a profile (Ctrl+O)").clicked() {
        view.commands.send(Command::OpenDialog);
    }
    record(ui, view);
    against::menu::show(tab, ui, view);
    if tab.has_unsaved_recording() && button(ui, Some(icons::FLOPPY_DISK), "Save recording…").clicked() {
        send(view, ProfilesCommand::SaveRecording);
    }
}

/// The charts of what is shown.
pub fn charts(tab: &ProfilesTab, look: Look) -> Vec<Chart> {
    let Some(shown) = tab.shown() else { return Vec::new() };
    let flame = flame_chart(&shown.view, root(tab), &format!("Flame graph of {}", shown.name), look);
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
    let response = button(ui, Some(icons::RECORD), "Record");
    Popup::menu(&response).show(|ui| {
        ui.set_min_width(230.0);
        ui.label(muted(ui, "Record what Tachograph itself does").size(SMALL));
        for seconds in RECORD_SECONDS {
            if menu_item(ui, icons::TIMER, &format!("For {seconds} seconds")) {
                send(view, ProfilesCommand::Record(seconds));
            }
        }
    });
}

fn export(tab: &ProfilesTab, shown: &Shown, ui: &mut Ui, view: View) {
    ui.set_min_width(210.0);
    let look = look(ui.ctx());
    for (icon, text, page) in PAGES {
        if menu_item(ui, icon, text) {
            send(view, ProfilesCommand::Export(page, look));
        }
    }
    if menu_item(ui, icons::IMAGE, "Flame graph as PNG…") {
        let chart = flame_chart(&shown.view, root(tab), &format!("Flame graph of {}", shown.name), look);
        view.commands.send(Command::SaveChart(Box::new(chart), Format::Png));
    }
    if menu_item(ui, icons::FILE_CSV, "Top functions as CSV…") {
        send(view, ProfilesCommand::ExportTop);
    }
    if tab.doc().is_some_and(|doc| doc.against().compared().is_some()) && menu_item(ui, icons::FILE_CSV, "Changes as CSV…") {
        send(view, ProfilesCommand::Against(AgainstCommand::Export));
    }
    for (icon, text, format) in CONVERSIONS {
        if menu_item(ui, icon, text) {
            send(view, ProfilesCommand::Convert(format));
        }
    }
    if shown.path.is_none() && menu_item(ui, icons::FLOPPY_DISK, "Recording as pprof…") {
        send(view, ProfilesCommand::SaveRecording);
    }
}

fn recent_button(ui: &mut Ui, view: View) {
    if recent(view).next().is_none() {
        return;
    }
    let button = Button::new(RichText::new(icons::CARET_DOWN).color(palette(ui).muted)).min_size(Vec2::splat(28.0));
    let (response, _) = MenuButton::from_button(button).ui(ui, |ui| {
        ui.set_min_width(220.0);
        ui.label(muted(ui, "Recent profiles").size(SMALL));
        for path in recent(view) {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if menu_item(ui, icons::FLAME, &shorten(&name, 50)) {
                view.commands.send(Command::Open(vec![path.clone()]));
            }
        }
        ui.separator();
        if menu_item(ui, icons::FLASK, "Try a sample") {
            send(view, ProfilesCommand::TrySample);
        }
    });
    response.accessible_name("Recent profiles").on_hover_text("Recent profiles");
}
