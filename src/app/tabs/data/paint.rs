//! Drawing the Data tab: the bar's buttons, and how its pieces lie.

use std::path::PathBuf;

use eframe::egui::containers::menu::MenuButton;
use eframe::egui::{Align, Button, Layout, Popup, Rect, RichText, ScrollArea, Ui, UiBuilder, Vec2, pos2};

use crate::app::theme::{BODY, GAP, SMALL, icons, medium, muted, palette};
use crate::app::widgets::{EmptyChoice, EmptyState, FailureChoice, button, failure_panel, link, menu_item, primary, segmented};
use crate::app::{Command, View};
use crate::data::{CodeFor, OutputFormat};
use crate::jobs::Failure;
use crate::report::Chart;
use crate::report::theme::Look;
use crate::settings::RecentKind;

use super::model::{LEVELS, Shown};
use super::{DataCommand, DataTab, cards, chart, list, preview, work, working};

/// Opacity of a table that is about to be replaced.
const DIMMED: f32 = 0.45;
/// Width of the cards at the left, in points: in a narrow and in a wide window.
const CARDS: (f32, f32) = (288.0, 308.0);
/// Width of the menu of formats in points.
const MENU: f32 = 360.0;
/// Recent files shown in the empty tab.
const RECENT_IN_EMPTY: usize = 6;

/// What is open, beside the tab's name in the top bar.
pub fn title(tab: &DataTab) -> String {
    match tab.slot.value() {
        Some(shown) => shown.title(),
        None if tab.slot.is_pending() => work::name_of(&tab.wanted.path),
        None => String::new(),
    }
}

/// Buttons of the top bar, added from the right.
pub fn actions(tab: &DataTab, ui: &mut Ui, view: View) {
    ui.spacing_mut().item_spacing.x = 8.0;
    if tab.slot.value().is_some() {
        export_button(ui, view);
    }
    recent_button(ui, view);
    if button(ui, Some(icons::FOLDER_OPEN), "Open…")
        .on_hover_text("Open a text table, a workbook, a Parquet or an Arrow file (Ctrl+O)")
        .clicked()
    {
        view.commands.send(Command::OpenDialog);
    }
    if tab.slot.value().is_some() || tab.slot.is_pending() {
        ui.add_space(4.0);
        level(tab, ui, view);
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
            view.commands.send(Command::Data(DataCommand::Level(level)));
        }
    });
}

fn export_button(ui: &mut Ui, view: View) {
    let response = primary(ui, Some(icons::EXPORT), "Export…");
    Popup::menu(&response).show(|ui| {
        ui.set_width(MENU);
        ui.spacing_mut().button_padding = Vec2::splat(8.0);
        ui.add_space(4.0);
        ui.horizontal(|ui| {
            ui.add_space(8.0);
            ui.label(muted(ui, "Save the table as").size(SMALL));
        });
        let parquet = "Small, keeps the types. For pandas, polars, DuckDB, Power BI.";
        let arrow = "Opens at once, keeps the types. For Python, R and Julia.";
        let xlsx = "For Excel and LibreOffice. Long ids stay whole, as text.";
        let csv = "Text that every program opens, Excel too. Larger, without types.";
        let formats = [
            ("Parquet…", parquet, OutputFormat::Parquet),
            ("Arrow…", arrow, OutputFormat::Arrow),
            ("CSV…", csv, OutputFormat::Csv),
            ("Workbook…", xlsx, OutputFormat::Xlsx),
        ];
        for (name, words, format) in formats {
            if format_choice(ui, name, words) {
                view.commands.send(Command::Data(DataCommand::AskExport(format)));
                ui.close();
            }
        }
        ui.separator();
        ui.horizontal(|ui| {
            ui.add_space(8.0);
            ui.label(muted(ui, "Copy code that loads the file with these types").size(SMALL));
        });
        for code in CodeFor::ALL {
            if menu_item(ui, icons::CODE, &format!("Copy code for {}", code.title())) {
                view.commands.send(Command::Data(DataCommand::CopyCode(code)));
            }
        }
    });
}

/// An entry of the menu with a line that says what it is good for.
fn format_choice(ui: &mut Ui, name: &str, words: &str) -> bool {
    let palette = palette(ui);
    let mut job = eframe::egui::text::LayoutJob::default();
    let format = |font, color| eframe::egui::TextFormat { font_id: font, color, ..Default::default() };
    job.append(name, 0.0, format(medium(BODY), palette.text));
    job.append(&format!("\n{words}"), 0.0, format(eframe::egui::FontId::proportional(SMALL), palette.muted));
    job.wrap.max_width = MENU - 16.0;
    ui.add(Button::new(job).min_size(Vec2::new(MENU, 44.0))).accessible_name(name.trim_end_matches('…')).clicked()
}

fn recent_button(ui: &mut Ui, view: View) {
    let files = recent(view);
    if files.is_empty() {
        return;
    }
    let response = ui
        .scope(|ui| {
            // On the same ground as the buttons beside it.
            ui.visuals_mut().widgets.inactive.weak_bg_fill = palette(ui).panel;
            let button = Button::new(RichText::new(icons::CARET_DOWN).color(palette(ui).muted)).min_size(Vec2::splat(28.0));
            MenuButton::from_button(button).ui(ui, |ui| recent_menu(ui, view, &files)).0
        })
        .inner;
    response.accessible_name("Recent tables").on_hover_text("Recent tables");
}

fn recent_menu(ui: &mut Ui, view: View, files: &[&PathBuf]) {
    ui.set_min_width(220.0);
    ui.label(muted(ui, "Recent tables").size(SMALL));
    for path in files {
        if menu_item(ui, icons::TABLE, &work::name_of(path)) {
            view.commands.send(Command::Open(vec![path.to_path_buf()]));
        }
    }
    ui.separator();
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
    ui.spacing_mut().item_spacing.y = GAP;
    if let Some(failure) = tab.failure() {
        show_failure(ui, view, failure);
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
        ScrollArea::vertical().id_salt("cards").auto_shrink(false).show(ui, |ui| {
            cards::show(tab, shown, ui, view);
        });
    });
    let upper = if tab.preview_alone { 0.0 } else { list::height(shown, right.height()) };
    if upper > 0.0 {
        within(ui, "columns", Rect::from_min_size(right.min, Vec2::new(right.width(), upper)), |ui| {
            list::show(tab, shown, ui, view);
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
    tab.slot.value().map(|shown| chart::charts(shown, look)).unwrap_or_default()
}
