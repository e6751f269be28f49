//! Drawing the Data tab: the bar's buttons, and how its pieces lie.

use std::path::PathBuf;

use eframe::egui::containers::menu::MenuButton;
use eframe::egui::{
    Align, Button, Key, KeyboardShortcut, Layout, Modifiers, Rect, RichText, ScrollArea, Ui, UiBuilder, Vec2, pos2,
};

use crate::app::theme::{BODY, GAP, SMALL, icons, medium, muted, palette};
use crate::app::widgets::{EmptyChoice, EmptyState, FailureChoice, button, failure_panel, link, menu_item, primary, segmented};
use crate::app::{Command, View};
use crate::jobs::Failure;
use crate::report::Chart;
use crate::report::theme::Look;
use crate::settings::RecentKind;

use super::batch::{self, BatchCommand};
use super::compare::{self, CompareCommand};
use super::model::{LEVELS, Shown};
use super::{Change, DataCommand, DataTab, TakeCommand, cards, chart, column, list, opening, preview, takeaway, work, working};

/// Opacity of a table that is about to be replaced.
const DIMMED: f32 = 0.45;
/// Width of the cards at the left, in points: in a narrow and in a wide window.
const CARDS: (f32, f32) = (288.0, 308.0);
/// Recent files shown in the empty tab.
const RECENT_IN_EMPTY: usize = 6;

/// What is open, beside the tab's name in the top bar.
pub fn title(tab: &DataTab) -> String {
    if tab.batch.is_in_sight() {
        return batch::paint::title(&tab.batch);
    }
    match tab.slot.value() {
        Some(shown) => shown.title(),
        None if tab.slot.is_pending() => work::name_of(&tab.wanted.path),
        None => String::new(),
    }
}

/// Buttons of the top bar, added from the right.
pub fn actions(tab: &DataTab, ui: &mut Ui, view: View) {
    ui.spacing_mut().item_spacing.x = 8.0;
    if tab.batch.is_in_sight() {
        batch::paint::export_button(&tab.batch, ui, view);
    } else if tab.slot.value().is_some() {
        export_button(ui, view);
    }
    recent_button(tab, ui, view);
    if button(ui, Some(icons::FOLDER_OPEN), "Open…")
        .on_hover_text("Open a text table, a workbook, a Parquet or an Arrow file (Ctrl+O)")
        .clicked()
    {
        view.commands.send(Command::OpenDialog);
    }
    if tab.batch.is_in_sight() {
        return;
    }
    if tab.slot.value().is_some() || tab.slot.is_pending() {
        ui.add_space(4.0);
        undo_buttons(tab, ui, view);
        level(tab, ui, view);
    }
    batch::paint::back_button(&tab.batch, ui, view);
}

/// Added from the right: redo, then undo.
fn undo_buttons(tab: &DataTab, ui: &mut Ui, view: View) {
    let steps = [
        (icons::ARROW_U_UP_RIGHT, "Redo", "Ctrl+Y", tab.history.redo_words(), DataCommand::Redo),
        (icons::ARROW_U_UP_LEFT, "Undo", "Ctrl+Z", tab.history.undo_words(), DataCommand::Undo),
    ];
    for (icon, name, keys, words, command) in steps {
        let hover =
            words.map_or_else(|| format!("Nothing to {}", name.to_lowercase()), |words| format!("{name}: {words} ({keys})"));
        let response = ui.add_enabled_ui(words.is_some(), |ui| button(ui, Some(icon), "")).inner.accessible_name(name);
        if response.on_hover_text(&hover).on_disabled_hover_text(&hover).clicked() {
            view.commands.send(Command::Data(command));
        }
    }
}

/// Ctrl+Z and Ctrl+Y, unless they belong to a text field.
fn undo_keys(ui: &Ui, view: View) {
    const UNDO: KeyboardShortcut = KeyboardShortcut::new(Modifiers::COMMAND, Key::Z);
    const REDO: [KeyboardShortcut; 2] = [
        KeyboardShortcut::new(Modifiers::COMMAND, Key::Y),
        KeyboardShortcut::new(Modifiers::COMMAND.plus(Modifiers::SHIFT), Key::Z),
    ];
    if ui.ctx().text_edit_focused() {
        return;
    }
    let pressed = |keys: &KeyboardShortcut| ui.input_mut(|input| input.consume_shortcut(keys));
    if REDO.iter().any(pressed) {
        view.commands.send(Command::Data(DataCommand::Redo));
    } else if pressed(&UNDO) {
        view.commands.send(Command::Data(DataCommand::Undo));
    }
}

/// The level, in a place of its own width: the control itself would take all that is left of a row that fills up from the right.
fn level(tab: &DataTab, ui: &mut Ui, view: View) {
    let segment = |text: &str| {
        ui.painter().layout_no_wrap(text.to_owned(), medium(BODY), palette(ui).text).size().x + 2.0 * ui.spacing().button_padding.x
    };
    let width = LEVELS.iter().map(|(_, text)| segment(text)).sum::<f32>() + 12.0;
    ui.allocate_ui_with_layout(Vec2::new(width, 30.0), Layout::left_to_right(Align::Center), |ui| {
        if let Some(level) = segmented(ui, "Level", &LEVELS, tab.wanted.level) {
            view.commands.send(Command::Data(DataCommand::Change(Change::Level(level))));
        }
    });
}

fn export_button(ui: &mut Ui, view: View) {
    if primary(ui, Some(icons::EXPORT), "Export…").clicked() {
        view.commands.send(Command::Data(DataCommand::TakeAway(TakeCommand::Open)));
    }
}

fn recent_button(tab: &DataTab, ui: &mut Ui, view: View) {
    let files = recent(view);
    let response = ui
        .scope(|ui| {
            // On the same ground as the buttons beside it.
            ui.visuals_mut().widgets.inactive.weak_bg_fill = palette(ui).panel;
            let button = Button::new(RichText::new(icons::CARET_DOWN).color(palette(ui).muted)).min_size(Vec2::splat(28.0));
            MenuButton::from_button(button).ui(ui, |ui| recent_menu(tab, ui, view, &files)).0
        })
        .inner;
    response.accessible_name("Recent tables").on_hover_text("Recent tables, and other ways to open one");
}

fn recent_menu(tab: &DataTab, ui: &mut Ui, view: View, files: &[&PathBuf]) {
    ui.set_min_width(220.0);
    if menu_item(ui, icons::FOLDER_OPEN, "Open folder…") {
        view.commands.send(Command::Data(DataCommand::Batch(BatchCommand::AskFolder)));
    }
    let can_compare = tab.slot.value().is_some() && !tab.batch.is_in_sight();
    if can_compare && menu_item(ui, icons::GIT_DIFF, "Compare with…") {
        view.commands.send(Command::Data(DataCommand::Compare(CompareCommand::Ask)));
    }
    ui.separator();
    if !files.is_empty() {
        ui.label(muted(ui, "Recent tables").size(SMALL));
    }
    for path in files {
        if menu_item(ui, icons::TABLE, &work::name_of(path)) {
            view.commands.send(Command::Open(vec![path.to_path_buf()]));
        }
    }
    if !files.is_empty() {
        ui.separator();
    }
    opening::menu(ui, view);
    if menu_item(ui, icons::FLASK, "Try a sample") {
        view.commands.send(Command::Data(DataCommand::Sample));
    }
}

/// Recent tables, the latest first.
fn recent(view: View<'_>) -> Vec<&PathBuf> {
    view.state.remembered.recent.iter().filter(|recent| recent.kind == RecentKind::Table).map(|recent| &recent.path).collect()
}

/// The tab itself.
pub fn body(tab: &DataTab, ui: &mut Ui, view: View) {
    undo_keys(ui, view);
    ui.spacing_mut().item_spacing.y = GAP;
    opening::show(tab, ui, view);
    if tab.batch.is_in_sight() {
        return batch::paint::body(&tab.batch, ui, view);
    }
    if let Some(failure) = tab.failure() {
        show_failure(ui, view, failure);
        opening::after_failure(tab, ui, view);
    }
    let area = ui.available_rect_before_wrap();
    let job = working::job(tab, view);
    match tab.slot.value() {
        Some(shown) => {
            ui.scope(|ui| {
                if job.is_some() || tab.failure().is_some() {
                    ui.set_opacity(DIMMED);
                }
                table(tab, shown, ui, view, area);
            });
        }
        None if tab.slot.is_pending() => {}
        None => empty(ui, view),
    }
    if let Some(job) = job {
        working::show(ui, view, job, area);
    }
    takeaway::paint::show(tab, ui, view);
}

fn show_failure(ui: &mut Ui, view: View, failure: &Failure) {
    let choice = ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        failure_panel(ui, failure, Some("Open another…"))
    });
    match choice.inner {
        Some(FailureChoice::Close) => view.commands.send(Command::Data(DataCommand::CloseFailure)),
        Some(FailureChoice::Act) => view.commands.send(Command::OpenDialog),
        None => {}
    }
}

/// The cards at the left, the list of columns over the preview at the right.
fn table(tab: &DataTab, shown: &Shown, ui: &mut Ui, view: View, area: Rect) {
    let cards_width = if area.width() < 950.0 { CARDS.0 } else { CARDS.1 };
    let left = Rect::from_min_size(area.min, Vec2::new(cards_width, area.height()));
    let right = Rect::from_min_max(pos2(left.right() + GAP, area.top()), area.max);
    within(ui, "cards", left, |ui| {
        if tab.column.is_open() {
            return column::paint::show(tab, ui, view);
        }
        ScrollArea::vertical().id_salt("cards").auto_shrink(false).show(ui, |ui| {
            cards::show(tab, shown, ui, view);
        });
    });
    let upper = match () {
        () if tab.preview_alone => 0.0,
        () if tab.compare.is_shown() => compare::paint::height(right.height()),
        () => list::height(shown, right.height()),
    };
    if upper > 0.0 {
        within(ui, "columns", Rect::from_min_size(right.min, Vec2::new(right.width(), upper)), |ui| {
            if tab.compare.is_shown() {
                compare::paint::show(&tab.compare, ui, view);
            } else {
                list::show(tab, shown, ui, view);
            }
        });
    }
    let top = if upper > 0.0 { right.top() + upper + GAP } else { right.top() };
    within(ui, "preview", Rect::from_min_max(pos2(right.left(), top), right.max), |ui| preview::show(tab, shown, ui, view));
}

fn within(ui: &mut Ui, name: &str, rect: Rect, add: impl FnOnce(&mut Ui)) {
    ui.scope_builder(UiBuilder::new().id_salt(name).max_rect(rect).layout(Layout::top_down(Align::Min)), |ui| {
        ui.shrink_clip_rect(rect.expand(2.0));
        ui.spacing_mut().item_spacing.y = 4.0;
        add(ui);
    });
}

fn empty(ui: &mut Ui, view: View) {
    let empty = EmptyState {
        icon: icons::TABLE,
        title: "No table open",
        sentence: "Open a workbook, a text table, a Parquet or an Arrow file to see how much memory it takes, and how much less would do. You can also drop it here.",
        action: "Open…",
        sample: "Try a sample",
    };
    match empty.show(ui) {
        Some(EmptyChoice::Action) => view.commands.send(Command::OpenDialog),
        Some(EmptyChoice::Sample) => view.commands.send(Command::Data(DataCommand::Sample)),
        None => {}
    }
    opening::paste_link(ui, view);
    let files = recent(view);
    if files.is_empty() {
        return;
    }
    ui.add_space(GAP);
    ui.vertical_centered(|ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        ui.label(muted(ui, "Recent").size(SMALL));
        for path in files.into_iter().take(RECENT_IN_EMPTY) {
            if link(ui, &work::name_of(path)).on_hover_text(path.display().to_string()).clicked() {
                view.commands.send(Command::Open(vec![path.clone()]));
            }
        }
    });
}

/// The charts that can be saved.
pub fn charts(tab: &DataTab, look: Look) -> Vec<Chart> {
    let shown = tab.slot.value().filter(|_| !tab.batch.is_in_sight());
    let column = shown.and_then(|_| tab.column.chart(look));
    column.into_iter().chain(shown.map(|shown| chart::charts(shown, look)).unwrap_or_default()).collect()
}
