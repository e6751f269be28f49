//! Drawing the comparison with a second file, in the place of the list of columns.

use eframe::egui::containers::menu::MenuButton;
use eframe::egui::{Align, Button, Label, Layout, RichText, Sense, Ui, Vec2};
use egui_extras::{Column as Width, TableBuilder};

use crate::app::theme::{BODY, SMALL, hint, icons, medium, muted, palette};
use crate::app::widgets::{
    Card, HEADER_HEIGHT, ROW_HEIGHT, icon_button, left, link, meter, right, segmented, small_button, toggle,
};
use crate::app::{Command, View};
use crate::data::compare::{By, ColumnChange};
use crate::report::format;

use super::super::DataCommand;
use super::super::findings::Place;
use super::super::work::name_of;
use super::model::{Compared, Entry, changes};
use super::{Compare, CompareCommand, What};

/// Share of the height that the comparison takes from the preview.
const SHARE: f32 = 0.62;
/// Room between a cell's text and the next cell, in points.
const GUTTER: f32 = 10.0;
/// Names of the columns of figures.
const FIGURES: [&str; 2] = ["Cells differ", "Spelled otherwise"];

/// Height of the card, of `all` the height that it shares with the preview.
pub fn height(all: f32) -> f32 {
    (all * SHARE).round()
}

/// Draws the card.
pub fn show(compare: &Compare, ui: &mut Ui, view: View) {
    let name = compare.other.as_deref().map(name_of).unwrap_or_default();
    let title = format!("Compared with {name}");
    Card::new(&title).fill().show_with(ui, |ui| controls(compare, ui, view), |ui| content(compare, ui, view));
}

fn content(compare: &Compare, ui: &mut Ui, view: View) {
    if let Some(failure) = compare.failure() {
        ui.label(RichText::new(&failure.message).color(palette(ui).bad_text));
        ui.label(muted(ui, &failure.next_step));
        return;
    }
    if compare.slot.is_pending() {
        pending(compare, ui, view);
    }
    if let Some(compared) = compare.slot.value() {
        found(compare, compared, ui, view);
    }
}

/// At the right end of the card's head, from the right.
fn controls(compare: &Compare, ui: &mut Ui, view: View) {
    if icon_button(ui, icons::X, "Close the comparison").clicked() {
        send(view, CompareCommand::Close);
    }
    let Some(compared) = compare.slot.value() else { return };
    let text = RichText::new(compared.by_words()).size(12.0).color(palette(ui).muted);
    let caret = RichText::new(icons::CARET_DOWN).size(SMALL).color(palette(ui).muted);
    let (response, _) = MenuButton::from_button(Button::new((text, caret)).frame_when_inactive(false)).ui(ui, |ui| {
        ui.set_min_width(180.0);
        ways(compared, ui, view);
    });
    response
        .accessible_name(compared.by_words())
        .on_hover_text("Choose which rows belong together: those with the same value in a column, or those in the same place");
}

/// The ways in which rows can be found.
fn ways(compared: &Compared, ui: &mut Ui, view: View) {
    let key = compared.found.key.as_ref();
    if ui.selectable_label(key.is_none(), "By their order").clicked() {
        send(view, CompareCommand::By(By::Order));
        ui.close();
    }
    for name in &compared.found.keys {
        if ui.selectable_label(key == Some(name), format!("By {name}")).clicked() {
            send(view, CompareCommand::By(By::Key(name.clone())));
            ui.close();
        }
    }
}

fn pending(compare: &Compare, ui: &mut Ui, view: View) {
    let job = view.state.jobs.iter().find(|job| compare.job == Some(job.id));
    let phase = job.map(|job| job.progress.phase.clone()).filter(|phase| !phase.is_empty());
    ui.horizontal(|ui| {
        ui.label(muted(ui, format!("{}…", phase.unwrap_or_else(|| "Comparing".to_owned()))));
        meter(ui, 160.0, 6.0, job.and_then(|job| job.progress.fraction).unwrap_or_default() as f32, palette(ui).accent);
        if small_button(ui, "Cancel").accessible_name("Cancel the comparison").clicked() {
            send(view, CompareCommand::Cancel);
        }
    });
}

fn found(compare: &Compare, compared: &Compared, ui: &mut Ui, view: View) {
    for (at, sentence) in compared.sentences.iter().enumerate() {
        let text = RichText::new(sentence);
        ui.add(Label::new(if at < 2 { text.font(medium(BODY)).color(palette(ui).text) } else { text.color(palette(ui).muted) }));
    }
    ui.add_space(2.0);
    let lists = lists(compared);
    ui.horizontal(|ui| {
        let lists: Vec<(What, &str)> = lists.iter().map(|(what, text)| (*what, text.as_str())).collect();
        if let Some(what) = segmented(ui, "Listed", &lists, compare.view) {
            send(view, CompareCommand::List(what));
        }
        if compare.view == What::Columns {
            ui.add_space(8.0);
            if toggle(ui, "All columns", compare.all_columns).clicked() {
                send(view, CompareCommand::AllColumns(!compare.all_columns));
            }
            ui.label(muted(ui, "Those without a change too").size(12.0));
        }
    });
    ui.add_space(2.0);
    match compare.view {
        What::Differences => entries(&compared.differences, compared, ui, view),
        What::Spellings => entries(&compared.spellings, compared, ui, view),
        What::Columns => columns(compare, compared, ui),
    }
}

/// The lists that have something in them.
fn lists(compared: &Compared) -> Vec<(What, String)> {
    let counted = |name: &str, all: u64| format!("{name} · {}", format::count(all));
    let found = &compared.found;
    let differ = found.differing_cells() + found.only.iter().sum::<u64>();
    let mut lists = vec![(What::Columns, counted("Columns", compared.changed.len() as u64))];
    if !compared.spellings.is_empty() {
        lists.insert(0, (What::Spellings, counted("Spellings", found.respelled_cells())));
    }
    if !compared.differences.is_empty() {
        lists.insert(0, (What::Differences, counted("Differences", differ)));
    }
    lists
}

/// A table of plain cells: names of its columns and their widths in points, 0 for what is left. Those of figures stand at the right.
fn table(ui: &mut Ui, id: &str, heads: &[(&str, f32)], rows: usize, mut cell: impl FnMut(usize, usize, &mut Ui)) {
    ui.spacing_mut().item_spacing = Vec2::ZERO;
    let table = TableBuilder::new(ui)
        .id_salt(id)
        .cell_layout(Layout::left_to_right(Align::Center))
        .auto_shrink(false)
        .min_scrolled_height(0.0);
    let table = heads.iter().fold(table, |table, (_, width)| {
        table.column(if *width > 0.0 { Width::exact(*width).clip(true) } else { Width::remainder().at_least(80.0).clip(true) })
    });
    let table = table.header(HEADER_HEIGHT, |mut row| {
        for (head, _) in heads {
            row.col(|ui| {
                pad(ui);
                let text = hint(ui, *head);
                let at_the_right = FIGURES.contains(head);
                drop(if at_the_right { right(ui, text) } else { left(ui, text) });
            });
        }
    });
    table.body(|body| {
        body.rows(ROW_HEIGHT, rows, |mut row| {
            row.set_overline(true);
            let at = row.index();
            for column in 0..heads.len() {
                row.col(|ui| {
                    pad(ui);
                    cell(at, column, ui);
                });
            }
        });
    });
}

fn pad(ui: &mut Ui) {
    ui.set_max_width((ui.available_width() - GUTTER).max(0.0));
}

fn entries(list: &[Entry], compared: &Compared, ui: &mut Ui, view: View) {
    let texts = ((ui.available_width() - 90.0 - 130.0 - 84.0 - 16.0) / 2.0).max(90.0);
    let [one, other] = &compared.names;
    let heads = [("Row", 90.0), ("Column", 130.0), (one.as_str(), texts), (other.as_str(), texts), ("", 0.0)];
    table(ui, "differences", &heads, list.len(), |at, column, ui| {
        let Some(entry) = list.get(at) else { return };
        match column {
            0 => drop(left(ui, muted(ui, &entry.row))),
            1 => drop(left(ui, RichText::new(&entry.column).font(medium(BODY)).color(palette(ui).text))),
            2 | 3 => {
                let text = entry.texts.get(column - 2).map(String::as_str).unwrap_or_default();
                ui.add(Label::new(RichText::new(one_line(text)).color(palette(ui).text)).truncate().sense(Sense::hover()));
            }
            _ => show_row(entry, ui, view),
        }
    });
}

fn one_line(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

fn show_row(entry: &Entry, ui: &mut Ui, view: View) {
    let Some((row, column)) = entry.place else { return };
    let name = format!("Show row {}, {}", entry.row, entry.column);
    if link(ui, "Show row").accessible_name(name).on_hover_text("Go there in the preview").clicked() {
        view.commands.send(Command::Data(DataCommand::Show(Place { column, row: Some(row) })));
    }
}

fn columns(compare: &Compare, compared: &Compared, ui: &mut Ui) {
    let all = &compared.found.columns;
    let listed: Vec<&ColumnChange> = match compare.all_columns {
        true => all.iter().collect(),
        false => compared.changed.iter().filter_map(|at| all.get(*at)).collect(),
    };
    if listed.is_empty() {
        ui.label(hint(ui, "No column has changed in anything."));
        return;
    }
    let mut heads = vec![("Column", 130.0), ("Cells differ", 88.0), ("Spelled otherwise", 118.0), ("What changed", 0.0)];
    if compared.found.respelled_cells() == 0 {
        heads.remove(2);
    }
    table(ui, "changed columns", &heads, listed.len(), |at, column, ui| {
        let Some(change) = listed.get(at) else { return };
        // The last one is the last also where the one before is left out.
        match if column + 1 == heads.len() { 3 } else { column } {
            0 => drop(left(ui, RichText::new(&change.name).font(medium(BODY)).color(palette(ui).text))),
            1 => drop(right(ui, figure(ui, change.differing))),
            2 => drop(right(ui, figure(ui, change.respelled))),
            _ => {
                let words = changes(change, &compared.names);
                let text = if words.is_empty() { "–".to_owned() } else { words.join("; ") };
                ui.add(Label::new(muted(ui, text)).truncate().show_tooltip_when_elided(false).sense(Sense::hover()))
                    .on_hover_text(words.join("\n"));
            }
        }
    });
}

fn figure(ui: &Ui, number: u64) -> RichText {
    if number == 0 { hint(ui, "0") } else { RichText::new(format::count(number)).color(palette(ui).text) }
}

fn send(view: View, command: CompareCommand) {
    view.commands.send(Command::Data(DataCommand::Compare(command)));
}
