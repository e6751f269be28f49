//! Drawing the Profiles tab.

use eframe::egui::{self, Align, Event, Key, Layout, Modifiers, RichText, Ui, UiBuilder, Vec2};

use crate::app::theme::{GAP, SMALL, icons, muted, palette, semibold};
use crate::app::widgets::{
    Card, EmptyChoice, EmptyState, FailureChoice, columns, failure_panel, is_menu_open, link, meter, progress_words, small_button,
};
use crate::app::{Command, View};
use crate::jobs::JobView;
use crate::operations::{ProfileView, cut_name};
use crate::profile::{NodeId, Tree};
use crate::report::theme::Look;
use crate::report::{Chart, format};

use super::boxes::Of;
use super::graph::Pane;
use super::{
    Doc, Order, ProfilesCommand, ProfilesTab, Shown, ViewKind, actions, against, aside, calls, filters, graph, sandwich, source,
    strip, table, time_order, timeline, toolbar,
};

/// Letters of a name in the path to the zoomed call.
const CRUMB: usize = 28;
/// Below this width the head of the flame graph has no room for all choices, in points.
const NARROW: f32 = 720.0;
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
    strip::show(tab, ui, view);
    match (tab.doc(), job) {
        (Some(doc), job) => {
            let area = ui.available_rect_before_wrap();
            ui.scope(|ui| {
                if job.is_some() {
                    ui.disable();
                    ui.set_opacity(0.5);
                }
                profile(tab, doc, ui, view);
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
            ui.label(muted(ui, progress_words(&job.progress)));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let cancel = small_button(ui, "Cancel");
                if cancel.accessible_name(format!("Cancel: {}", job.title)).clicked() {
                    view.commands.send(Command::CancelJob(job.id));
                }
            });
        });
    });
}

fn profile(tab: &ProfilesTab, doc: &Doc, ui: &mut Ui, view: View) {
    let shown = doc.shown();
    let (width, height) = (ui.available_width(), ui.available_height());
    let right = (width * 0.27).clamp(240.0, 320.0);
    columns(ui, height, &[width - right, right], |index, ui| match index {
        0 => {
            ui.spacing_mut().item_spacing.y = GAP - 4.0;
            toolbar::show(doc, shown, ui, view);
            views(doc, shown, ui, view);
        }
        _ => aside::show(tab, shown, ui, view),
    });
}

/// The view that was chosen, with the table of functions below it where there is room for one.
fn views(doc: &Doc, shown: &Shown, ui: &mut Ui, view: View) {
    let (width, height) = (ui.available_width(), ui.available_height());
    let lower = (height * 0.36).clamp(150.0, 330.0);
    let upper = Vec2::new(width, (height - lower - GAP).max(0.0));
    ui.spacing_mut().item_spacing.y = GAP;
    match doc.view() {
        ViewKind::Flame => {
            ui.allocate_ui(upper, |ui| flame(doc, shown, ui, view));
            ui.allocate_ui(Vec2::new(width, lower), |ui| top(doc, shown, ui, view));
        }
        ViewKind::Sandwich => {
            ui.allocate_ui(upper, |ui| sandwich_card(doc, shown, ui, view));
            ui.allocate_ui(Vec2::new(width, lower), |ui| top(doc, shown, ui, view));
        }
        ViewKind::Timeline if doc.has_only_times() => over_time(doc, shown, ui, view),
        ViewKind::Timeline => {
            ui.allocate_ui(upper, |ui| over_time(doc, shown, ui, view));
            ui.allocate_ui(Vec2::new(width, lower), |ui| top(doc, shown, ui, view));
        }
        ViewKind::Source => {
            ui.allocate_ui(upper, |ui| lines(doc, shown, ui, view));
            ui.allocate_ui(Vec2::new(width, lower), |ui| top(doc, shown, ui, view));
        }
        ViewKind::Calls => call_tree(doc, shown, ui, view),
        ViewKind::Functions => top(doc, shown, ui, view),
        ViewKind::Changes => against::table::show(doc, ui, view),
    }
}

fn call_tree(doc: &Doc, shown: &Shown, ui: &mut Ui, view: View) {
    ui.spacing_mut().item_spacing.y = 4.0;
    let controls = |ui: &mut Ui| {
        toolbar::choices(shown, ui, view);
        calls::paint::controls(ui, view);
    };
    let total = shown.view.show(shown.view.top.total);
    Card::new("Call tree").figure(total).fill().show_with(ui, controls, |ui| calls::paint::show(doc, shown, ui, view));
}

fn over_time(doc: &Doc, shown: &Shown, ui: &mut Ui, view: View) {
    ui.spacing_mut().item_spacing.y = 4.0;
    let controls = |ui: &mut Ui| {
        if !doc.has_only_times() {
            timeline::paint::orders(doc, ui, view);
            toolbar::sample_types(shown, ui, view);
        }
    };
    let figure = if doc.has_only_times() { String::new() } else { shown.view.show(shown.view.in_sight) };
    Card::new("Timeline").figure(figure).fill().show_with(ui, controls, |ui| timeline::paint::show(doc, shown, ui, view));
}

fn lines(doc: &Doc, shown: &Shown, ui: &mut Ui, view: View) {
    ui.spacing_mut().item_spacing.y = 4.0;
    let total =
        doc.selection().and_then(|selection| shown.view.top.row(selection.group)).map(|row| shown.view.show(row.total_value));
    let card = Card::new("Source").figure(total.unwrap_or_default()).fill();
    card.show_with(ui, |ui| toolbar::choices(shown, ui, view), |ui| source::paint::show(doc, shown, ui, view));
}

fn sandwich_card(doc: &Doc, shown: &Shown, ui: &mut Ui, view: View) {
    ui.spacing_mut().item_spacing.y = 4.0;
    let total =
        doc.selection().and_then(|selection| shown.view.top.row(selection.group)).map(|row| shown.view.show(row.total_value));
    let card = Card::new("Callers and callees").figure(total.unwrap_or_default()).fill();
    card.show_with(ui, |ui| toolbar::choices(shown, ui, view), |ui| sandwich::show(doc, shown, ui, view));
}

fn flame(doc: &Doc, shown: &Shown, ui: &mut Ui, view: View) {
    if let Some(compared) = doc.against().compared() {
        against::flame::show(doc, compared, ui, view);
        return;
    }
    let total = shown.view.show(shown.view.top.total);
    ui.spacing_mut().item_spacing.y = 4.0;
    let is_narrow = ui.available_width() < NARROW;
    let controls = |ui: &mut Ui| {
        toolbar::orders(doc, ui, view);
        match (is_narrow, doc.shows_time_order()) {
            (false, false) => toolbar::choices(shown, ui, view),
            (_, is_of_one_thread) => {
                toolbar::sample_types(shown, ui, view);
                if !is_narrow && is_of_one_thread {
                    filters::grouping(shown, ui, view);
                }
            }
        }
    };
    Card::new("Flame graph").figure(total).fill().show_with(ui, controls, |ui| {
        if doc.has_only_times() {
            graph::nothing(ui, "The file holds values over time but no stacks, so there is no flame graph of it. See Timeline.");
            return;
        }
        if is_narrow {
            ui.horizontal(|ui| {
                if !doc.shows_time_order() {
                    filters::threads(shown, ui, view);
                }
                filters::grouping(shown, ui, view);
            });
        }
        if doc.shows_time_order() {
            time_order::paint::show(doc, shown, ui, view);
            return;
        }
        let Some(tree) = doc.tree() else {
            graph::nothing(ui, "Turning the graph round…");
            return;
        };
        crumbs(trail(doc, shown, tree), ui, view);
        if tree.is_empty() {
            graph::nothing(ui, "Nothing was measured, so there is nothing to draw.");
            return;
        }
        let pane = Pane {
            name: "Flame graph",
            of: Of { view: &shown.view, tree, changes: None },
            tree_number: (shown.serial, doc.order() as u64),
            root: doc.zoom().root(),
            up: false,
            selection: doc.selection(),
            search: doc.arranged().map(|arranged| &**arranged).filter(|arranged| arranged.is_search()),
            colors: doc.colors(),
            clicked: |_, node| ProfilesCommand::Zoom(node),
            shown,
        };
        graph::show(pane, ui, view);
    });
}

/// The way from everything to the zoomed call.
#[derive(Clone, Copy)]
pub(super) struct Trail<'a> {
    /// The tree that is drawn.
    pub tree: &'a Tree,
    /// Names of its functions.
    pub view: &'a ProfileView,
    /// The zoomed call.
    pub root: NodeId,
    /// What is said while everything is shown.
    pub hint: &'static str,
    /// What zooms to a call.
    pub to: fn(NodeId) -> ProfilesCommand,
}

fn trail<'a>(doc: &Doc, shown: &'a Shown, tree: &'a Tree) -> Trail<'a> {
    let hint = match doc.order() {
        Order::LeftHeavy | Order::Time => "Callers above, what they call below, the largest at the left. Click to zoom in.",
        Order::Inverted => "What was running above, its callers below, the largest at the left. Click to zoom in.",
    };
    let to = |node| if node == NodeId::ROOT { ProfilesCommand::Reset } else { ProfilesCommand::Zoom(node) };
    Trail { tree, view: &shown.view, root: doc.zoom().root(), hint, to }
}

/// The path to the zoomed call; each step can be gone back to.
pub(super) fn crumbs(trail: Trail<'_>, ui: &mut Ui, view: View) {
    ui.allocate_ui_with_layout(Vec2::new(ui.available_width(), 22.0), Layout::right_to_left(Align::Center), |ui| {
        ui.set_min_height(22.0);
        ui.spacing_mut().item_spacing.x = 4.0;
        if trail.root == NodeId::ROOT {
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.add(egui::Label::new(RichText::new(trail.hint).size(SMALL).color(palette(ui).hint)).truncate());
            });
            return;
        }
        if small_button(ui, "Reset").on_hover_text("Show the whole graph").clicked() {
            send(view, (trail.to)(NodeId::ROOT));
        }
        if small_button(ui, "Back").on_hover_text("Show what was shown before (Backspace)").clicked() {
            send(view, ProfilesCommand::Back);
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| path(trail, ui, view));
    });
}

fn path(trail: Trail<'_>, ui: &mut Ui, view: View) {
    let tree = trail.tree;
    let path = tree.path(trail.root);
    let words =
        |node: NodeId| if node == NodeId::ROOT { "all".to_owned() } else { cut_name(trail.view.name(tree.group(node)), CRUMB) };
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
        step(ui, view, (trail.to)(NodeId::ROOT), "all", false);
        arrow(ui);
    }
    if first > 1 {
        ui.label(muted(ui, "…")).on_hover_text(format::counted(first as u64 - 1, "call between", "calls between"));
        arrow(ui);
    }
    for (index, node) in path.iter().enumerate().skip(first) {
        step(ui, view, (trail.to)(*node), &words(*node), index + 1 == path.len());
        if index + 1 < path.len() {
            arrow(ui);
        }
    }
}

fn step(ui: &mut Ui, view: View, to: ProfilesCommand, words: &str, is_last: bool) {
    if is_last {
        ui.label(RichText::new(words).font(semibold(12.5)).color(palette(ui).text));
    } else if link(ui, words).accessible_name(format!("Back to {words}")).clicked() {
        send(view, to);
    }
}

fn top(doc: &Doc, shown: &Shown, ui: &mut Ui, view: View) {
    ui.spacing_mut().item_spacing.y = 4.0;
    let all = shown.view.top.rows.len() as u64;
    let note = match doc.arranged().filter(|arranged| arranged.is_search()) {
        Some(arranged) => format!("{} of {} functions", format::count(arranged.rows.len() as u64), format::count(all)),
        None => format::counted(all, "function", "functions"),
    };
    Card::new("Top functions").note(note).fill().show(ui, |ui| table::show(doc, shown, ui, view));
}

/// Esc and Backspace go back, wherever the keyboard's focus is, unless it is in a text field; so do Alt and the arrows, as in a browser.
fn shortcuts(tab: &ProfilesTab, ui: &Ui, view: View) {
    let (Some(doc), state) = (tab.doc(), view.state) else { return };
    let free = state.prompt.is_none() && state.offer.is_none();
    if !free || is_menu_open(ui.ctx()) || ui.ctx().text_edit_focused() {
        return;
    }
    let alt = |key| ui.input_mut(|input| input.consume_key(Modifiers::ALT, key));
    if alt(Key::ArrowRight) {
        send(view, ProfilesCommand::Forward);
    }
    if ui.input_mut(|input| input.consume_key(Modifiers::COMMAND, Key::W)) {
        send(view, ProfilesCommand::Close(tab.active()));
    }
    let pressed = |wanted: Key| move |event: &Event| matches!(event, Event::Key { key, pressed: true, .. } if *key == wanted);
    // Esc belongs to messages and jobs as long as there are any; egui has it only among the raw events then.
    let escape = state.jobs.is_empty() && state.notices.list().is_empty() && doc.is_zoomed();
    let back = ui.input(|input| {
        (escape && input.raw.events.iter().any(pressed(Key::Escape))) || input.events.iter().any(pressed(Key::Backspace))
    });
    if back || alt(Key::ArrowLeft) {
        send(view, ProfilesCommand::Back);
    }
}
