//! Drawing the listing.

use eframe::egui::{Align, Align2, ComboBox, FontId, Label, Layout, RichText, Role, Sense, Ui, Vec2, WidgetInfo, vec2};
use egui_extras::{Column as Width, TableBuilder, TableRow};

use crate::app::theme::{SMALL, icons, palette};
use crate::app::widgets::{HEADER_HEIGHT, left, meter, right, small_button};
use crate::app::{Command, View};
use crate::operations::{Source, SourceLine, cut_name, file_name};
use crate::profile::units;

use super::super::graph::nothing;
use super::super::{Doc, ProfilesCommand, Shown};
use super::{Listing, SourceCommand};

/// Height of a line in points.
const LINE: f32 = 20.0;
/// Letters of a line that are ever laid out.
const MOST_LETTERS: usize = 400;
/// Blanks that a tab stands for.
const TAB: &str = "    ";

/// Draws the listing of the selected function into what is left of `ui`.
pub fn show(doc: &Doc, shown: &Shown, ui: &mut Ui, view: View) {
    let Some(selection) = doc.selection() else {
        nothing(ui, "Click a function in the table below to see which of its lines hold the time.");
        return;
    };
    let Some(listing) = doc.source().of(shown.serial, selection.group) else {
        nothing(ui, "Looking for source lines…");
        return;
    };
    if listing.rows.is_empty() {
        nothing(ui, "Nothing was measured in lines of this function.");
        return;
    }
    head(shown, listing, ui, view, &cut_name(shown.view.name(selection.group), 80));
    lines(shown, listing, ui);
}

/// Which function and file, and what to know about the text.
fn head(shown: &Shown, listing: &Listing, ui: &mut Ui, view: View, name: &str) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        ui.label(RichText::new(name).monospace().strong().color(palette(ui).text));
        files(shown, listing, ui, view);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if matches!(listing.source, Source::Missing(_)) && small_button(ui, "Find source folder…").clicked() {
                send(view, SourceCommand::FindFolder);
            }
            if let Source::Found(text) = &listing.source {
                let path = text.file.display().to_string();
                let words = RichText::new(file_name(&path)).size(SMALL).color(palette(ui).muted);
                ui.add(Label::new(words).truncate()).on_hover_text(path);
            }
        });
    });
    let (mut notes, is_missing) = match &listing.source {
        Source::Found(text) => (text.notes.clone(), false),
        Source::Missing(missing) => (vec![missing.sentence()], true),
    };
    notes.extend(elsewhere(shown, listing));
    if listing.lines.is_estimated {
        notes.push("The file tells calls but no stacks, so figures of lines are estimates.".to_owned());
    }
    for note in notes {
        let color = if is_missing { palette(ui).muted } else { palette(ui).warn_text };
        let words = Label::new(RichText::new(cut_name(&note, 400)).size(SMALL).color(color));
        // Where it was looked for is worth a second line.
        ui.add(if is_missing { words.wrap() } else { words.truncate() }).on_hover_text(note);
    }
}

/// What is measured in lines that are not in the text.
fn elsewhere(shown: &Shown, listing: &Listing) -> Option<String> {
    let Source::Found(text) = &listing.source else { return None };
    let own = text.elsewhere.iter().fold(0_i64, |sum, (_, own, _)| sum.saturating_add(*own));
    let told: Vec<String> = text.elsewhere.iter().take(5).map(|(line, ..)| line.to_string()).collect();
    (!told.is_empty()).then(|| format!("Not in this text: lines {}, {} in themselves.", told.join(", "), shown.view.show(own)))
}

/// The choice of the file, when the function has code in several.
fn files(shown: &Shown, listing: &Listing, ui: &mut Ui, view: View) {
    let name = |file: usize| {
        let path = listing.files.get(file).map_or("", |file| shown.view.profile.strings.get(*file));
        if path.is_empty() { "(no file told)".to_owned() } else { path.to_owned() }
    };
    if listing.files.len() < 2 {
        let path = name(listing.file);
        ui.add(Label::new(RichText::new(file_name(&path)).size(SMALL).color(palette(ui).hint)).truncate()).on_hover_text(path);
        return;
    }
    let list = ComboBox::from_id_salt("source file").selected_text(file_name(&name(listing.file)).to_owned()).show_ui(ui, |ui| {
        for file in 0..listing.files.len().min(100) {
            if ui.selectable_label(file == listing.file, cut_name(&name(file), 90)).clicked() {
                send(view, SourceCommand::File(file));
            }
        }
    });
    list.response.accessible_name("Source file");
}

fn lines(shown: &Shown, listing: &Listing, ui: &mut Ui) {
    ui.spacing_mut().item_spacing = Vec2::ZERO;
    let bar = (ui.available_width() * 0.1).clamp(40.0, 90.0);
    let hottest = listing.rows.iter().position(|line| line.total_value == Some(listing.most.1));
    let is_new = is_new(ui, listing);
    let mut table = TableBuilder::new(ui)
        .id_salt(("source", listing.serial, listing.group.0, listing.file, listing.rows.len()))
        .sense(Sense::hover())
        .cell_layout(Layout::left_to_right(Align::Center))
        .auto_shrink(false)
        .min_scrolled_height(0.0)
        .column(Width::exact(58.0).clip(true))
        .column(Width::exact(78.0).clip(true))
        .column(Width::exact(78.0).clip(true))
        .column(Width::exact(bar).clip(true))
        .column(Width::remainder().at_least(120.0).clip(true));
    // The line that holds most is in sight at first.
    if let Some(line) = hottest.filter(|_| is_new) {
        table = table.scroll_to_row(line, Some(Align::Center));
    }
    let table = table.header(HEADER_HEIGHT, |mut row| {
        for (title, is_right) in [("Line", true), ("Self", true), ("Total", true), ("", false), ("Source", false)] {
            row.col(|ui| {
                let text = RichText::new(title).size(SMALL).color(palette(ui).hint);
                let _ = if is_right { right(ui, text) } else { left(ui, text) };
            });
        }
    });
    table.body(|body| {
        body.rows(LINE, listing.rows.len(), |mut row| {
            if let Some(line) = listing.rows.get(row.index()) {
                one(shown, listing, line, &mut row);
            }
        });
    });
}

/// Whether this listing was not drawn in the last frame.
fn is_new(ui: &Ui, listing: &Listing) -> bool {
    let now = (listing.serial, listing.group, listing.file, listing.rows.len());
    let id = ui.scope_id().with("source drawn");
    ui.data_mut(|data| {
        data.get_temp::<(u64, crate::profile::GroupId, usize, usize)>(id) != Some(now) && {
            data.insert_temp(id, now);
            true
        }
    })
}

fn one(shown: &Shown, listing: &Listing, line: &SourceLine, row: &mut TableRow<'_, '_>) {
    let is_hot = listing.is_hot(line);
    row.col(|ui| {
        let number = if line.number == 0 { "–".to_owned() } else { line.number.to_string() };
        let color = if is_hot { palette(ui).warn_text } else { palette(ui).hint };
        right(ui, RichText::new(number).monospace().size(12.0).color(color));
    });
    for value in [line.self_value, line.total_value] {
        row.col(|ui| {
            let words = value.filter(|value| *value != 0).map(|value| shown.view.show(value)).unwrap_or_default();
            right(ui, RichText::new(words).color(palette(ui).text));
        });
    }
    row.col(|ui| {
        let total = line.total_value.unwrap_or(0);
        let share = total as f64 / listing.lines.total_value.max(1) as f64;
        ui.add_space(10.0);
        let width = ui.available_width() - 6.0;
        if total > 0 {
            ui.allocate_ui_with_layout(vec2(width, 5.0), Layout::left_to_right(Align::Center), |ui| {
                meter(ui, width, 5.0, share as f32, palette(ui).series_color(4));
            });
        }
    });
    row.col(|ui| text(ui, listing, line, is_hot));
    if let Some(total) = line.total_value {
        row.response().on_hover_ui(|ui| {
            let share = units::percent(total as f64 / listing.lines.total_value.max(1) as f64 * 100.0);
            let own = shown.view.show(line.self_value.unwrap_or(0));
            ui.label(format!(
                "Line {}: {} with what it calls, {share} of the function; {own} in itself",
                line.number,
                shown.view.show(total)
            ));
        });
    }
}

fn text(ui: &mut Ui, listing: &Listing, line: &SourceLine, is_hot: bool) {
    ui.add_space(8.0);
    let (mark, response) = ui.allocate_exact_size(vec2(14.0, LINE), Sense::hover());
    if is_hot {
        let font = FontId::proportional(11.0);
        ui.painter().text(mark.left_center(), Align2::LEFT_CENTER, icons::FLAME, font, palette(ui).warn_text);
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, "Hot line"));
    }
    let color = if line.total_value.is_some() { palette(ui).text } else { palette(ui).muted };
    let words: String = match &listing.source {
        Source::Found(_) => line.text.replace('\t', TAB).chars().take(MOST_LETTERS).collect(),
        Source::Missing(_) => String::new(),
    };
    left(ui, RichText::new(words).monospace().size(12.0).color(color));
}

fn send(view: View, command: SourceCommand) {
    view.commands.send(Command::Profiles(ProfilesCommand::Source(command)));
}
