//! The menu behind “Compare with…”.

use std::path::{Path, PathBuf};

use eframe::egui::{Popup, Ui};

use crate::app::theme::{SMALL, icons, muted};
use crate::app::widgets::{button, menu_item};
use crate::app::{Ask, Command, Filter, Tools, View};
use crate::operations::cut_name;

use super::super::{Doc, ProfilesCommand, ProfilesTab, Shown, actions};
use super::{AgainstCommand, Files, Run, Source};

/// Profiles opened before that are offered.
const MOST_RECENT: usize = 6;
/// Letters of a name.
const NAME: usize = 44;
/// What comparing shares means.
pub(super) const SAME_TOTAL: &str = "Scales the newer side so that both sides have the same total: shares of the whole are compared. For recordings of different lengths.";

/// The button with its menu.
pub fn show(tab: &ProfilesTab, ui: &mut Ui, view: View) {
    let Some(doc) = tab.doc() else { return };
    let response =
        button(ui, Some(icons::GIT_DIFF), "Compare with…").on_hover_text("See what changed from another profile to this one");
    Popup::menu(&response).show(|ui| {
        ui.set_min_width(260.0);
        others(tab, ui, view);
        ui.separator();
        how(doc, ui, view);
    });
}

/// What the open profile can be compared with.
fn others(tab: &ProfilesTab, ui: &mut Ui, view: View) {
    let open: Vec<&Doc> = tab.docs().iter().enumerate().filter(|(at, _)| *at != tab.active()).map(|(_, doc)| doc).collect();
    if !open.is_empty() {
        ui.label(muted(ui, "Open profiles").size(SMALL));
    }
    for other in open {
        let shown = other.shown();
        if menu_item(ui, icons::FLAME, &cut_name(&shown.name, NAME)) {
            let run = Run { name: shown.name.clone(), source: Source::Open(shown.view.whole.clone()) };
            send(view, AgainstCommand::With(Files::Others, vec![run]));
        }
    }
    if menu_item(ui, icons::FOLDER_OPEN, "Choose file…") {
        send(view, AgainstCommand::Choose(Files::Others));
    }
    let is_open = |path: &PathBuf| tab.docs().iter().any(|doc| doc.shown().path.as_ref() == Some(path));
    let recent: Vec<&PathBuf> = actions::recent(view).filter(|path| !is_open(path)).take(MOST_RECENT).collect();
    if !recent.is_empty() {
        ui.label(muted(ui, "Opened before").size(SMALL));
    }
    for path in recent {
        if menu_item(ui, icons::CLOCK_COUNTER_CLOCKWISE, &cut_name(&super::super::name_of(path), NAME)) {
            send(view, AgainstCommand::With(Files::Others, runs([path.clone()])));
        }
    }
}

/// How they are compared.
fn how(doc: &Doc, ui: &mut Ui, view: View) {
    let same_total = doc.against().same_total();
    let mark = if same_total { icons::CHECK_SQUARE } else { icons::SQUARE };
    let entry = ui.scope(|ui| menu_item(ui, mark, "Same total"));
    entry.response.on_hover_text(SAME_TOTAL);
    if entry.inner {
        send(view, AgainstCommand::SameTotal(!same_total));
    }
    if doc.against().compared().is_none() {
        return;
    }
    let more = [("Add a run of this side…", Files::MoreOfThis), ("Add a run of the other side…", Files::MoreOthers)];
    for (words, files) in more {
        if menu_item(ui, icons::PLUS, words) {
            send(view, AgainstCommand::Choose(files));
        }
    }
    if menu_item(ui, icons::ARROWS_LEFT_RIGHT, "Swap sides") {
        send(view, AgainstCommand::Swap);
    }
    if menu_item(ui, icons::X, "Stop comparing") {
        send(view, AgainstCommand::Stop);
    }
}

/// The question for files; several at once are several runs.
pub(super) fn ask(files: Files, shown: &Shown, tools: &Tools) -> Ask {
    let title = match files {
        Files::Others => "Compare with (several files are several runs)",
        Files::MoreOthers => "Add runs of the other side",
        Files::MoreOfThis => "Add runs of this side",
    };
    let profiles = Filter::new("Profiles", &crate::app::tabs::opened_profiles());
    let folder = shown.path.as_deref().and_then(Path::parent).unwrap_or(&tools.places.data).to_path_buf();
    Ask::open(title, vec![profiles], move |paths| {
        Command::Profiles(ProfilesCommand::Against(AgainstCommand::With(files, runs(paths))))
    })
    .starting_in(folder)
}

fn runs(paths: impl IntoIterator<Item = PathBuf>) -> Vec<Run> {
    paths.into_iter().map(|path| Run { name: super::super::name_of(&path), source: Source::File(path) }).collect()
}

pub(super) fn send(view: View, command: AgainstCommand) {
    view.commands.send(Command::Profiles(ProfilesCommand::Against(command)));
}
