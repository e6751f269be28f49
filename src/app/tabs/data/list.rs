//! The table of columns: what each was, what it is now, what that saves, and why.

use eframe::egui::containers::menu::MenuButton;
use eframe::egui::{Align, Button, Label, Layout, RichText, Sense, Ui, Vec2};
use egui_extras::{Column as Width, TableBuilder};

use crate::app::theme::{BODY, SMALL, hint, icons, medium, muted, palette};
use crate::app::widgets::{Card, HEADER_HEIGHT, ROW_HEIGHT, before_after, header, left, search};
use crate::app::{Command, View};
use crate::data::ColumnReport;
use crate::report::format;

use super::column::ColumnCommand;
use super::column_menu;
use super::columns::{self, Key};
use super::findings::Place;
use super::model::Shown;
use super::types::TypeName;
use super::{DataCommand, DataTab};

/// What the card takes besides its rows, in points: margins, head, header.
const AROUND: f32 = 20.0 + 28.0 + HEADER_HEIGHT + 4.0;
/// Room between a cell's text and the next cell, in points.
const GUTTER: f32 = 10.0;
/// Most of the height that the list takes from the preview.
const MOST: f32 = 0.58;
/// Rows are never fewer than these, where there are as many.
const LEAST_ROWS: f32 = 3.0;

/// Height of the card, of `all` the height that it shares with the preview.
pub fn height(shown: &Shown, all: f32) -> f32 {
    let rows = shown.report().columns.len() as f32;
    let wanted = AROUND + rows.max(1.0) * ROW_HEIGHT;
    wanted.min((all * MOST).max(AROUND + LEAST_ROWS * ROW_HEIGHT)).round()
}

/// Draws the card.
pub fn show(tab: &DataTab, shown: &Shown, ui: &mut Ui, view: View) {
    let all = shown.report().columns.len();
    let listed = tab.list.rows().len();
    let title = if listed == all {
        "Columns".to_owned()
    } else {
        format!("Columns · {} of {}", format::count(listed as u64), format::count(all as u64))
    };
    Card::new(&title).fill().show_with(ui, |ui| controls(tab, ui, view), |ui| table(tab, shown, ui, view));
}

fn controls(tab: &DataTab, ui: &mut Ui, view: View) {
    let sort = tab.list.sort();
    let palette = palette(ui);
    let caret = if sort.descending { icons::CARET_DOWN } else { icons::CARET_UP };
    let text = RichText::new(format!("Sorted by {}", sort.column.title())).size(12.0).color(palette.muted);
    let button = Button::new((text, RichText::new(caret).size(SMALL).color(palette.muted))).frame_when_inactive(false);
    let (response, _) = MenuButton::from_button(button).ui(ui, |ui| {
        ui.set_min_width(160.0);
        for key in Key::ALL {
            if ui.selectable_label(key == sort.column, key.title()).clicked() {
                view.commands.send(Command::Data(DataCommand::SortBy(key)));
                ui.close();
            }
        }
    });
    response
        .accessible_name(format!("Sorted by {}", sort.column.title()))
        .on_hover_text("Choose the order; once more turns it round");
    let width = (ui.available_width() * 0.5).clamp(90.0, 170.0);
    if let Some(filter) = search(ui, "Filter columns", "Filter", width, &tab.list.filter) {
        view.commands.send(Command::Data(DataCommand::Filter(filter)));
    }
}

/// Widths of the pieces of a row, in points.
#[derive(Clone, Copy)]
struct Widths {
    name: f32,
    from: f32,
    to: f32,
    bar: f32,
    figures: f32,
}

impl Widths {
    fn of(available: f32) -> Self {
        match available {
            ..600.0 => Self { name: 104.0, from: 62.0, to: 112.0, bar: 36.0, figures: 84.0 },
            ..720.0 => Self { name: 140.0, from: 74.0, to: 124.0, bar: 72.0, figures: 84.0 },
            ..900.0 => Self { name: 140.0, from: 74.0, to: 124.0, bar: 60.0, figures: 88.0 },
            _ => Self { name: 156.0, from: 80.0, to: 130.0, bar: 88.0, figures: 92.0 },
        }
    }
}

fn table(tab: &DataTab, shown: &Shown, ui: &mut Ui, view: View) {
    let rows = tab.list.rows();
    if rows.is_empty() {
        ui.label(hint(ui, "No column matches the filter."));
        return;
    }
    ui.spacing_mut().item_spacing = Vec2::ZERO;
    let widths = Widths::of(ui.available_width());
    let table = TableBuilder::new(ui)
        .id_salt(("columns", tab.table_number))
        .cell_layout(Layout::left_to_right(Align::Center))
        .auto_shrink(false)
        .min_scrolled_height(0.0)
        .column(Width::exact(widths.name).clip(true))
        .column(Width::exact(widths.from).clip(true))
        .column(Width::exact(widths.to).clip(true))
        .column(Width::exact(widths.bar + widths.figures).clip(true))
        .column(Width::remainder().at_least(60.0).clip(true))
        .column(Width::exact(column_menu::WIDTH).clip(true));
    let table = table.header(HEADER_HEIGHT, |mut row| {
        for (title, key) in [
            ("Column", Some(Key::Name)),
            ("From", Some(Key::Before)),
            ("To", Some(Key::After)),
            ("Bytes per row", Some(Key::Saving)),
            ("Why", None),
            ("", None),
        ] {
            row.col(|ui| {
                if !title.is_empty() {
                    head(tab, ui, view, title, key);
                }
            });
        }
    });
    let (most, report) = (columns::widest(shown.report()), shown.report());
    table.body(|body| {
        body.rows(ROW_HEIGHT, rows.len(), |mut row| {
            row.set_overline(true);
            let Some((at, column)) = rows.get(row.index()).and_then(|&at| Some((at, report.columns.get(at)?))) else { return };
            row.col(|ui| name(ui, view, at, column));
            row.col(|ui| kind(ui, &column.before.kind, palette(ui).muted));
            row.col(|ui| kind(ui, &column.after.kind, if column.left_out { palette(ui).hint } else { palette(ui).text }));
            row.col(|ui| bytes(ui, widths, column, most, report.rows));
            row.col(|ui| why(ui, column));
            row.col(|ui| column_menu::show(tab, shown, ui, view, column));
        });
    });
}

/// Keeps a cell's text away from the next cell: the cells touch, so that the lines between the rows have no gaps.
fn pad(ui: &mut Ui) {
    ui.set_max_width((ui.available_width() - GUTTER).max(0.0));
    ui.spacing_mut().item_spacing.x = 8.0;
}

fn head(tab: &DataTab, ui: &mut Ui, view: View, title: &str, key: Option<Key>) {
    pad(ui);
    let Some(key) = key else {
        // As tall as the headers that can be clicked.
        ui.spacing_mut().button_padding = Vec2::new(0.0, 2.0);
        ui.add(Button::new(hint(ui, title)).frame(false).sense(Sense::hover()));
        return;
    };
    let sort = tab.list.sort();
    if header(ui, title, false, (sort.column == key).then_some(sort.descending)) {
        view.commands.send(Command::Data(DataCommand::SortBy(key)));
    }
}

fn name(ui: &mut Ui, view: View, at: usize, column: &ColumnReport) {
    pad(ui);
    let text = RichText::new(&column.name).font(medium(BODY));
    let text = if column.left_out { text.strikethrough().color(palette(ui).hint) } else { text.color(palette(ui).text) };
    // Sensed without being a stop of the Tab key: a table may have thousands of columns.
    let response = ui
        .add(Label::new(text).truncate().show_tooltip_when_elided(false).sense(Sense::CLICK))
        .accessible_name(column.name.clone());
    let blank =
        if column.nulls > 0 { format!("\nBlank in {}.", format::counted(column.nulls, "row", "rows")) } else { String::new() };
    let unique = column
        .unique
        .map(|unique| format!("\n{}.", format::counted(unique, "different value", "different values")))
        .unwrap_or_default();
    if response.on_hover_text(format!("{}{blank}{unique}\nClick for its figures.", column.name)).clicked() {
        view.commands.send(Command::Data(DataCommand::Show(Place { column: Some(at), row: None })));
        view.commands.send(Command::Data(DataCommand::Column(ColumnCommand::Open(at))));
    }
}

fn kind(ui: &mut Ui, kind: &str, color: eframe::egui::Color32) {
    pad(ui);
    let words = TypeName::of(kind);
    let label =
        Label::new(RichText::new(&words.short).color(color)).truncate().show_tooltip_when_elided(false).sense(Sense::hover());
    ui.add(label).on_hover_text(words.hover(kind));
}

fn bytes(ui: &mut Ui, widths: Widths, column: &ColumnReport, most: u64, rows: u64) {
    pad(ui);
    let (before, after) = (column.before.bytes as f64, column.after.bytes as f64);
    before_after(ui, widths.bar, 5.0, before, after, most as f64);
    left(ui, muted(ui, columns::before_after(column, rows)).size(12.0)).on_hover_text(columns::sizes(column));
}

fn why(ui: &mut Ui, column: &ColumnReport) {
    pad(ui);
    if column.left_out {
        left(ui, hint(ui, "Left out, as you chose: neither counted nor saved."));
    } else {
        left(ui, muted(ui, columns::reason(column)));
    }
}
