//! Drawing the Cache tab.

use eframe::egui::{self, Align, Layout, Rect, RichText, Sense, Ui, Vec2};

use crate::app::theme::{FIGURE, GAP, SMALL, icons, muted, palette, semibold};
use crate::app::widgets::{
    Answer, Card, FailureChoice, Question, button, columns, failure_panel, link, meter, search, small_button,
};
use crate::app::{Command, Tab, View};
use crate::cache::{Level, LevelStats};
use crate::report::theme::Look;
use crate::report::{Chart, format};

use super::model::{self, LevelCard, Saved};
use super::{CacheCommand, CacheTab, plot, table};

/// Height of the levels' cards in points.
const LEVELS: f32 = 128.0;
/// Rows of the table of what was saved.
const ROW: f32 = 26.0;

/// What is open, beside the tab's name in the top bar.
pub fn title(_tab: &CacheTab) -> String {
    "what was read once is not read again".to_owned()
}

/// Buttons of the top bar, added from the right.
pub fn actions(_tab: &CacheTab, ui: &mut Ui, view: View) {
    if button(ui, Some(icons::SHIELD_CHECK), "Verify").on_hover_text("Read all files and remove damaged ones").clicked() {
        send(view, CacheCommand::Verify);
    }
    if button(ui, Some(icons::BROOM), "Purge expired").on_hover_text("Remove what is too old to be used").clicked() {
        send(view, CacheCommand::Purge);
    }
}

/// The tab itself.
pub fn body(tab: &CacheTab, ui: &mut Ui, view: View) {
    if !tab.is_in_sight() {
        send(view, CacheCommand::Show);
    }
    ui.spacing_mut().item_spacing.y = GAP;
    if let Some(problem) = tab.problem() {
        match failure_panel(ui, problem, Some("Settings")) {
            Some(FailureChoice::Act) => view.commands.send(Command::ShowTab(Tab::Settings)),
            Some(FailureChoice::Close) => send(view, CacheCommand::CloseProblem),
            None => {}
        }
    }
    let middle = (ui.available_height() * 0.32).clamp(160.0, 300.0);
    columns(ui, LEVELS, &[1.0, 1.0], |index, ui| match index {
        0 => level(ui, view, Level::Memory, tab.stats().map(|stats| &stats.memory), tab.stats().is_some()),
        _ => level(ui, view, Level::File, tab.stats().and_then(|stats| stats.file.as_ref()), tab.stats().is_some()),
    });
    columns(ui, middle, &[2.0, 1.0], |index, ui| match index {
        0 => hit_rate(tab, ui),
        _ => saved(tab, ui),
    });
    entries(tab, ui, view);
    if let Some(level) = tab.asking() {
        ask(tab, ui, view, level);
    }
}

/// The charts that can be saved.
pub fn charts(tab: &CacheTab, look: Look) -> Vec<Chart> {
    tab.stats().map(|stats| model::chart(stats, tab.history(), look)).into_iter().collect()
}

fn send(view: View, command: CacheCommand) {
    view.commands.send(Command::Cache(command));
}

/// The card of a level. `is_known`: the cache was opened, so that a level without figures is one that cannot be used.
fn level(ui: &mut Ui, view: View, level: Level, stats: Option<&LevelStats>, is_known: bool) {
    ui.spacing_mut().item_spacing.y = 4.0;
    let can_clear = stats.is_some_and(|stats| stats.items > 0);
    let title = model::title(level);
    let clear = |ui: &mut Ui| {
        let button = ui
            .add_enabled_ui(can_clear, |ui| small_button(ui, "Clear…").accessible_name(format!("Clear {}", model::place(level))))
            .inner;
        if button.on_hover_text(format!("Remove everything from {}", model::place(level))).clicked() {
            send(view, CacheCommand::AskClear(level));
        }
    };
    Card::new(title).fill().show_with(ui, clear, |ui| {
        let Some(stats) = stats else {
            let words = if is_known { "not available" } else { "…" };
            ui.label(RichText::new(words).font(semibold(20.0)).color(palette(ui).muted));
            return;
        };
        let card = LevelCard::of(level, stats);
        ui.horizontal(|ui| {
            ui.set_min_height(36.0);
            match &card.rate {
                Some(rate) => {
                    ui.label(RichText::new(rate).font(semibold(FIGURE)).color(palette(ui).text));
                    ui.label(muted(ui, "hits"));
                }
                None => drop(ui.label(RichText::new("not asked yet").font(semibold(20.0)).color(palette(ui).muted))),
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.add(egui::Label::new(RichText::new(&card.asked).size(12.0).color(palette(ui).hint)).truncate());
            });
        });
        ui.add_space(2.0);
        meter(ui, ui.available_width(), 6.0, card.fill, palette(ui).series_color(model::color(level)));
        ui.add_space(2.0);
        ui.add(egui::Label::new(muted(ui, &card.facts)).truncate());
    });
}

fn hit_rate(tab: &CacheTab, ui: &mut Ui) {
    ui.spacing_mut().item_spacing.y = 4.0;
    let card = Card::new("Hit rate").note("since the start of Tachograph").fill();
    let card = match tab.stats().and_then(model::answered) {
        Some(rate) => card.figure(format::percent(rate)),
        None => card,
    };
    card.show(ui, |ui| {
        let height = (ui.available_height() - 32.0).max(60.0);
        plot::show(tab, ui, height);
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 5.0;
            for level in [Level::Memory, Level::File] {
                let (rect, _) = ui.allocate_exact_size(Vec2::splat(9.0), Sense::hover());
                let color = palette(ui).series_color(model::color(level));
                ui.painter().rect_filled(Rect::from_center_size(rect.center(), Vec2::splat(9.0)), 2.0, color);
                ui.label(RichText::new(model::legend(level)).size(SMALL).color(palette(ui).muted));
                ui.add_space(7.0);
            }
        });
    });
}

fn saved(tab: &CacheTab, ui: &mut Ui) {
    ui.spacing_mut().item_spacing.y = 0.0;
    let saved = tab.stats().map(Saved::of).filter(|saved| !saved.kinds.is_empty());
    let card = Card::new("What it saved").note("in all runs").fill();
    let card = match &saved {
        Some(saved) => card.figure(format::span(saved.total)),
        None => card,
    };
    card.show(ui, |ui| {
        let Some(saved) = saved else {
            ui.label(muted(ui, "Time that opening files again did not take. Nothing was opened twice yet."));
            return;
        };
        saved_row(ui, ["Kind", "Hits", "Saved"], true);
        egui::ScrollArea::vertical().id_salt("saved").auto_shrink(false).show(ui, |ui| {
            for (kind, hits, time) in &saved.kinds {
                saved_row(ui, [kind, &format::count(*hits), &format::span(*time)], false);
            }
        });
    });
}

fn saved_row(ui: &mut Ui, texts: [&str; 3], is_head: bool) {
    let width = ui.available_width();
    let (rect, _) = ui.allocate_exact_size(Vec2::new(width, ROW), Sense::hover());
    let palette = palette(ui);
    let (size, color) = if is_head { (SMALL, palette.hint) } else { (13.0, palette.text) };
    let [kind, hits, saved] = texts;
    let places =
        [(kind, rect.left(), Align::Min), (hits, rect.left() + width * 0.62, Align::Max), (saved, rect.right(), Align::Max)];
    for (text, x, align) in places {
        let room =
            Rect::from_x_y_ranges(if align == Align::Min { x..=x + width * 0.4 } else { x - width * 0.36..=x }, rect.y_range());
        let layout = if align == Align::Min { Layout::left_to_right(Align::Center) } else { Layout::right_to_left(Align::Center) };
        ui.scope_builder(egui::UiBuilder::new().max_rect(room).layout(layout), |ui| {
            ui.add(egui::Label::new(RichText::new(text).size(size).color(color)).truncate());
        });
    }
    ui.painter().hline(rect.x_range(), rect.bottom(), egui::Stroke::new(1.0, palette.line));
}

fn entries(tab: &CacheTab, ui: &mut Ui, view: View) {
    ui.spacing_mut().item_spacing.y = 4.0;
    let all = tab.entries().value().map(|entries| entries.len() as u64);
    let field = |ui: &mut Ui| {
        if let Some(text) = search(ui, "Search entries", "name or kind", 180.0, tab.search()) {
            send(view, CacheCommand::Search(text));
        }
        if !tab.search().trim().is_empty() {
            ui.label(muted(ui, format!("{} found", format::count(tab.rows().len() as u64))));
        }
    };
    let card = Card::new("Entries").fill();
    let card = match all {
        Some(all) => card.figure(format::count(all)),
        None => card,
    };
    card.show_with(ui, field, |ui| match all {
        Some(0) => nothing_kept(ui, view),
        _ => table::show(tab, ui, view),
    });
}

fn nothing_kept(ui: &mut Ui, view: View) {
    ui.vertical_centered(|ui| {
        ui.add_space((ui.available_height() * 0.5 - 44.0).max(4.0));
        ui.label(RichText::new("Nothing kept yet").font(semibold(15.0)).color(palette(ui).text));
        ui.label(muted(ui, "What you open in Data and Profiles is kept here, so that opening it again is quick."));
        ui.add_space(4.0);
        if link(ui, "Open a file…").clicked() {
            view.commands.send(Command::OpenDialog);
        }
    });
}

/// Asks before a level is emptied.
fn ask(tab: &CacheTab, ui: &Ui, view: View, level: Level) {
    let stats = tab.stats().and_then(|stats| if level == Level::Memory { Some(&stats.memory) } else { stats.file.as_ref() });
    let (items, bytes) = stats.map_or((0, 0), |stats| (stats.items, stats.bytes));
    let what = format!("{} ({}) will be removed.", format::counted(items, "item", "items"), format::bytes(bytes));
    let question = Question {
        title: format!("Clear {}?", model::place(level)),
        meaning: format!("{what} Your own files are not touched; opening them again takes as long as the first time."),
        answers: &[(Some(icons::TRASH), "Clear")],
        leave: "Keep",
    };
    match question.show(ui, "clear cache") {
        Some(Answer::Do(_)) => send(view, CacheCommand::Clear(level)),
        Some(Answer::Leave) => send(view, CacheCommand::KeepAll),
        None => {}
    }
}
