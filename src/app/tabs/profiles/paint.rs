//! Drawing the Profiles tab.

use eframe::egui::{self, Align, ComboBox, Event, Key, Layout, RichText, Ui, UiBuilder, Vec2};

use crate::app::theme::{GAP, SMALL, icons, muted, palette, semibold};
use crate::app::widgets::{
    Card, EmptyChoice, EmptyState, FailureChoice, columns, failure_panel, link, meter, search, small_button,
};
use crate::app::{Command, View};
use crate::jobs::JobView;
use crate::operations::cut_name;
use crate::profile::NodeId;
use crate::report::theme::Look;
use crate::report::{Chart, format};

use super::{ProfilesCommand, ProfilesTab, Shown, actions, aside, graph, table};

/// Letters of a name in the path to the zoomed call.
const CRUMB: usize = 28;
/// Recent files that the empty tab offers.
const MOST_RECENT: usize = 5;

/// What is open, beside the tab's name in the top bar.
pub fn title(tab: &ProfilesTab) -> String {
    let Some(shown) = tab.shown() else { return String::new() };
    let duration = shown.view.duration_seconds().map(format::seconds);
    let samples = format::counted(shown.view.samples(), "sample", "samples");
    let parts = [Some(shown.name.clone()), Some(shown.view.profile.format.clone()), duration, Some(samples)];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// Buttons of the top bar, added from the right.
pub fn actions(tab: &ProfilesTab, ui: &mut Ui, view: View) {
    actions::show(tab, ui, view);
}

/// The tab itself.
pub fn body(tab: &ProfilesTab, ui: &mut Ui, view: View) {
    if let Some(failure) = tab.failure() {
        match failure_panel(ui, failure, Some("Open another file…")) {
            Some(FailureChoice::Close) => send(view, ProfilesCommand::CloseFailure),
            Some(FailureChoice::Act) => view.commands.send(Command::OpenDialog),
            None => {}
        }
        ui.add_space(GAP - 4.0);
    }
    let job = tab.job().and_then(|id| view.state.jobs.iter().find(|job| job.id == id));
    match (tab.shown(), job) {
        (Some(shown), job) => {
            let area = ui.available_rect_before_wrap();
            ui.scope(|ui| {
                if job.is_some() {
                    ui.disable();
                    ui.set_opacity(0.5);
                }
                profile(tab, shown, ui, view);
            });
            if let Some(job) = job {
                let place = egui::Rect::from_center_size(area.center(), Vec2::new(380.0, 96.0));
                ui.scope_builder(UiBuilder::new().max_rect(place), |ui| pending(ui, view, job));
            }
        }
        (None, Some(job)) => {
            ui.add_space((ui.available_height() * 0.5 - 80.0).max(8.0));
            let left = ((ui.available_width() - 380.0) / 2.0).max(0.0);
            ui.horizontal(|ui| {
                ui.add_space(left);
                ui.vertical(|ui| {
                    ui.set_max_width(380.0);
                    pending(ui, view, job);
                });
            });
        }
        (None, None) if tab.job().is_some() => {}
        (None, None) => empty(ui, view),
    }
    shortcuts(tab, ui, view);
}

/// The charts that can be saved.
pub fn charts(tab: &ProfilesTab, look: Look) -> Vec<Chart> {
    actions::charts(tab, look)
}

fn send(view: View, command: ProfilesCommand) {
    view.commands.send(Command::Profiles(command));
}

fn empty(ui: &mut Ui, view: View) {
    let empty = EmptyState {
        icon: icons::FLAME,
        title: "No profile open",
        sentence: "Open a profile of nearly any profiler (pprof, perf, Chrome, Firefox, Python, Java, Valgrind…), or drop it here, to see where a program spends its time and memory.",
        action: "Open…",
        sample: "Try a sample",
    };
    match empty.show(ui) {
        Some(EmptyChoice::Action) => view.commands.send(Command::OpenDialog),
        Some(EmptyChoice::Sample) => send(view, ProfilesCommand::TrySample),
        None => {}
    }
    let recent: Vec<_> = actions::recent(view).take(MOST_RECENT).collect();
    if recent.is_empty() {
        return;
    }
    ui.vertical_centered(|ui| {
        ui.add_space(18.0);
        ui.label(RichText::new("Opened before").size(SMALL).color(palette(ui).hint));
        for path in recent {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if link(ui, &cut_name(&name, 60)).on_hover_text(path.display().to_string()).clicked() {
                view.commands.send(Command::Open(vec![path.clone()]));
            }
        }
    });
}

/// The work under way, with its Cancel.
fn pending(ui: &mut Ui, view: View, job: &JobView) {
    Card::new(&job.title).show(ui, |ui| {
        let fraction = job.progress.fraction;
        meter(ui, ui.available_width(), 6.0, fraction.unwrap_or(0.0) as f32, palette(ui).accent);
        ui.horizontal(|ui| {
            let percent = fraction.map(|fraction| format!("{:.0} %", (fraction * 100.0).floor()));
            let phase = Some(job.progress.phase.clone()).filter(|phase| !phase.is_empty());
            let words = [phase, percent, job.progress.left.map(format::left)].into_iter().flatten().collect::<Vec<_>>().join(" · ");
            ui.label(muted(ui, words));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let cancel = small_button(ui, "Cancel");
                if cancel.accessible_name(format!("Cancel: {}", job.title)).clicked() {
                    view.commands.send(Command::CancelJob(job.id));
                }
            });
        });
    });
}

fn profile(tab: &ProfilesTab, shown: &Shown, ui: &mut Ui, view: View) {
    let (width, height) = (ui.available_width(), ui.available_height());
    let right = (width * 0.27).clamp(240.0, 320.0);
    columns(ui, height, &[width - right, right], |index, ui| match index {
        0 => {
            ui.spacing_mut().item_spacing.y = GAP;
            let lower = (height * 0.36).clamp(150.0, 330.0);
            ui.allocate_ui(Vec2::new(ui.available_width(), height - lower - GAP), |ui| flame(tab, shown, ui, view));
            ui.allocate_ui(Vec2::new(ui.available_width(), lower), |ui| top(tab, shown, ui, view));
        }
        _ => aside::show(tab, shown, ui, view),
    });
}

fn flame(tab: &ProfilesTab, shown: &Shown, ui: &mut Ui, view: View) {
    let total = shown.view.show(shown.view.top.total);
    ui.spacing_mut().item_spacing.y = 4.0;
    let controls = |ui: &mut Ui| {
        find(tab, shown, ui, view);
        sample_types(shown, ui, view);
    };
    Card::new("Flame graph").figure(total).fill().show_with(ui, controls, |ui| {
        crumbs(tab, shown, ui, view);
        if shown.view.tree.as_ref().is_none_or(crate::profile::Tree::is_empty) {
            graph::nothing(ui, "Nothing was measured, so there is nothing to draw.");
        } else {
            graph::show(tab, shown, ui, view);
        }
    });
}

/// The search field and the share of what it finds.
fn find(tab: &ProfilesTab, shown: &Shown, ui: &mut Ui, view: View) {
    if let Some(text) = search(ui, "Search functions", "find a function", 160.0, tab.search()) {
        send(view, ProfilesCommand::Search(text));
    }
    if let Some(arranged) = tab.arranged().filter(|arranged| arranged.is_search() && arranged.query == tab.search()) {
        let words = if arranged.rows.is_empty() { "none".to_owned() } else { shown.view.share(arranged.total) };
        let found = format::counted(arranged.rows.len() as u64, "function", "functions");
        let why = format!("{found} with this in the name: {} in them and what they call", shown.view.show(arranged.total));
        ui.label(RichText::new(words).font(semibold(13.0)).color(palette(ui).text)).on_hover_text(why);
    }
}

/// The choice of what is counted, when there is one.
fn sample_types(shown: &Shown, ui: &mut Ui, view: View) {
    let profile = &shown.view.profile;
    let words = |row: usize| match profile.sample_type(row) {
        (name, "" | "count") => cut_name(name, 30),
        (name, unit) => format!("{} · {unit}", cut_name(name, 30)),
    };
    if profile.sample_types.len() < 2 {
        ui.label(muted(ui, words(shown.view.sample_type)).size(12.0));
        return;
    }
    let list = ComboBox::from_id_salt("sample type").selected_text(words(shown.view.sample_type)).show_ui(ui, |ui| {
        for row in 0..profile.sample_types.len() {
            if ui.selectable_label(row == shown.view.sample_type, words(row)).clicked() {
                send(view, ProfilesCommand::SampleType(row));
            }
        }
    });
    list.response.accessible_name("Sample type").on_hover_text("What is counted");
}

/// The path to the zoomed call; each step can be gone back to.
fn crumbs(tab: &ProfilesTab, shown: &Shown, ui: &mut Ui, view: View) {
    ui.allocate_ui_with_layout(Vec2::new(ui.available_width(), 22.0), Layout::right_to_left(Align::Center), |ui| {
        ui.set_min_height(22.0);
        ui.spacing_mut().item_spacing.x = 4.0;
        if !tab.zoom().is_part() {
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let hint = "Callers above, what they call below, the largest at the left. Click to zoom in.";
                ui.add(egui::Label::new(RichText::new(hint).size(SMALL).color(palette(ui).hint)).truncate());
            });
            return;
        }
        if small_button(ui, "Reset").on_hover_text("Show the whole graph").clicked() {
            send(view, ProfilesCommand::Reset);
        }
        if small_button(ui, "Back").on_hover_text("Show what was shown before (Backspace)").clicked() {
            send(view, ProfilesCommand::Back);
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| path(tab, shown, ui, view));
    });
}

fn path(tab: &ProfilesTab, shown: &Shown, ui: &mut Ui, view: View) {
    let Some(tree) = &shown.view.tree else { return };
    let path = tree.path(tab.zoom().root());
    let words =
        |node: NodeId| if node == NodeId::ROOT { "all".to_owned() } else { cut_name(shown.view.name(tree.group(node)), CRUMB) };
    // The last steps that have room, about; the first is always there.
    let room = ui.available_width() - 60.0;
    let mut used = 0.0;
    let fits = path.iter().rev().take_while(|node| {
        used += words(**node).chars().count() as f32 * 6.6 + 18.0;
        used < room
    });
    let shown_steps = fits.count().max(1);
    let first = path.len() - shown_steps.min(path.len());
    ui.set_clip_rect(ui.max_rect().intersect(ui.clip_rect()));
    let arrow = |ui: &mut Ui| drop(ui.label(RichText::new(icons::CARET_RIGHT).size(10.0).color(palette(ui).hint)));
    if first > 0 {
        step(ui, view, NodeId::ROOT, "all", false);
        arrow(ui);
    }
    if first > 1 {
        ui.label(muted(ui, "…")).on_hover_text(format::counted(first as u64 - 1, "call between", "calls between"));
        arrow(ui);
    }
    for (index, node) in path.iter().enumerate().skip(first) {
        step(ui, view, *node, &words(*node), index + 1 == path.len());
        if index + 1 < path.len() {
            arrow(ui);
        }
    }
}

fn step(ui: &mut Ui, view: View, node: NodeId, words: &str, is_last: bool) {
    if is_last {
        ui.label(RichText::new(words).font(semibold(12.5)).color(palette(ui).text));
    } else if link(ui, words).accessible_name(format!("Back to {words}")).clicked() {
        send(view, ProfilesCommand::Zoom(node));
    }
}

fn top(tab: &ProfilesTab, shown: &Shown, ui: &mut Ui, view: View) {
    ui.spacing_mut().item_spacing.y = 4.0;
    let all = shown.view.top.rows.len() as u64;
    let note = match tab.arranged().filter(|arranged| arranged.is_search()) {
        Some(arranged) => format!("{} of {} functions", format::count(arranged.rows.len() as u64), format::count(all)),
        None => format::counted(all, "function", "functions"),
    };
    Card::new("Top functions").note(note).fill().show(ui, |ui| table::show(tab, shown, ui, view));
}

/// Esc and Backspace go back, wherever the keyboard's focus is, unless it is in a text field.
fn shortcuts(tab: &ProfilesTab, ui: &Ui, view: View) {
    let state = view.state;
    let free = state.prompt.is_none() && state.offer.is_none();
    if !free || !tab.zoom().is_part() || ui.ctx().any_popup_open() || ui.ctx().text_edit_focused() {
        return;
    }
    let pressed = |wanted: Key| move |event: &Event| matches!(event, Event::Key { key, pressed: true, .. } if *key == wanted);
    // Esc belongs to messages and jobs as long as there are any; egui has it only among the raw events then.
    let escape = state.jobs.is_empty() && state.notices.list().is_empty();
    let back = ui.input(|input| {
        (escape && input.raw.events.iter().any(pressed(Key::Escape))) || input.events.iter().any(pressed(Key::Backspace))
    });
    if back {
        send(view, ProfilesCommand::Back);
    }
}
