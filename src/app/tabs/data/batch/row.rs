//! Drawing one file of the list.

use eframe::egui::{Align, Color32, Label, Layout, Rect, RichText, Sense, Stroke, Ui, UiBuilder, Vec2, pos2};

use crate::app::View;
use crate::app::theme::{icons, muted, palette};
use crate::app::widgets::{before_after, icon_button, left, meter, right};
use crate::jobs::Failure;
use crate::report::format;

use super::BatchCommand;
use super::model::{Figures, Row, State, saved_percent};
use super::paint::{name, send};

/// Height of a row in points: two lines.
pub const HEIGHT: f32 = 44.0;
/// Room between a cell and the next, in points.
const GUTTER: f32 = 12.0;
/// Room for the buttons at the end of a row, in points.
const BUTTONS: f32 = 84.0;
/// Room for the word of a file that failed, before its reason, in points.
const FAILED: f32 = 58.0;

/// Widths of the cells of a row in points: file, size, state, rows, memory, saving, warnings.
pub struct Widths([f32; 7]);

impl Widths {
    /// Those of a list that is so wide.
    pub fn of(width: f32) -> Self {
        let [size, state, rows, saving, warnings] = [70.0, 124.0, 78.0, 66.0, 78.0];
        let rest = (width - size - state - rows - saving - warnings - BUTTONS).max(300.0);
        let file = (rest * 0.5).floor();
        Self([file, size, state, rows, rest - file, saving, warnings])
    }

    /// Width of all of them, with the buttons.
    pub fn all(&self) -> f32 {
        self.0.iter().sum::<f32>() + BUTTONS
    }

    /// The places of the cells in a row, with room between them; the last is that of the buttons.
    pub fn cells(&self, row: Rect) -> [Rect; 8] {
        let mut left = row.left();
        let mut cell = |width: f32| {
            let rect = Rect::from_min_max(pos2(left, row.top()), pos2(left + width - GUTTER, row.bottom()));
            left += width;
            rect
        };
        let [file, size, state, rows, memory, saving, warnings] = self.0.map(&mut cell);
        [file, size, state, rows, memory, saving, warnings, cell(BUTTONS + GUTTER)]
    }
}

/// Draws the row; `most` are the bytes of the longest bar.
pub fn show(ui: &mut Ui, view: View, place: usize, row: &Row, widths: &Widths, most: u64) {
    let (rect, _) = ui.allocate_exact_size(Vec2::new(widths.all(), HEIGHT), Sense::hover());
    let [file, size, state, rows, memory, saving, warnings, buttons] = widths.cells(rect);
    ui.push_id(place, |ui| {
        let painter = ui.painter();
        painter.hline(rect.x_range(), rect.bottom(), Stroke::new(1.0, palette(ui).line));
        two_lines(ui, "file", file, |ui| file_name(ui, row));
        one_line(ui, "size", size, |ui| drop(right(ui, muted(ui, format::bytes(row.size)))));
        if has_second_line(row) {
            two_lines(ui, "state", state, |ui| state_words(ui, row));
        } else {
            one_line(ui, "state", state, |ui| state_words(ui, row));
        }
        if let State::Failed(failure) = &row.state {
            let message = Rect::from_min_max(pos2(state.left() + FAILED, state.top()), warnings.max);
            two_lines(ui, "failure", message, |ui| why(ui, failure));
        } else if let Some(figures) = &row.figures {
            one_line(ui, "rows", rows, |ui| drop(right(ui, format::count(figures.rows))));
            two_lines(ui, "memory", memory, |ui| bars(ui, figures, most));
            one_line(ui, "saving", saving, |ui| drop(right(ui, saving_words(ui, figures))));
            one_line(ui, "warnings", warnings, |ui| warnings_of(ui, figures));
        }
        one_line(ui, "buttons", buttons, |ui| controls(ui, view, place, row));
    });
}

fn one_line(ui: &mut Ui, id: &str, rect: Rect, add: impl FnOnce(&mut Ui)) {
    ui.scope_builder(UiBuilder::new().id_salt(id).max_rect(rect).layout(Layout::left_to_right(Align::Center)), |ui| {
        ui.shrink_clip_rect(rect);
        add(ui);
    });
}

fn two_lines(ui: &mut Ui, id: &str, rect: Rect, add: impl FnOnce(&mut Ui)) {
    let inner = rect.shrink2(Vec2::new(0.0, 4.0));
    ui.scope_builder(UiBuilder::new().id_salt(id).max_rect(inner).layout(Layout::top_down(Align::Min)), |ui| {
        ui.shrink_clip_rect(rect);
        ui.spacing_mut().item_spacing.y = 1.0;
        add(ui);
    });
}

fn file_name(ui: &mut Ui, row: &Row) {
    let text = name(ui, row);
    left(ui, text).on_hover_text(row.path.display().to_string());
    let folder = row.path.parent().map(|folder| folder.display().to_string()).unwrap_or_default();
    let detail = match &row.figures {
        Some(figures) => format::counted(figures.columns, "column", "columns"),
        None => folder,
    };
    left(ui, muted(ui, detail).size(12.0));
}

/// Whether there is a bar or a name below the state's words.
fn has_second_line(row: &Row) -> bool {
    let moves = || row.progress().is_some_and(|progress| progress.fraction.is_some());
    row.written || row.state == State::Pending && moves()
}

fn state_words(ui: &mut Ui, row: &Row) {
    let color = state_color(ui, row);
    left(ui, RichText::new(row.words()).color(color));
    if let Some(fraction) = row.progress().and_then(|progress| progress.fraction).filter(|_| row.state == State::Pending) {
        ui.add_space(3.0);
        meter(ui, ui.available_width(), 4.0, fraction as f32, palette(ui).accent);
    } else if let Some((target, _)) = row.target.as_ref().filter(|_| row.written) {
        left(ui, muted(ui, super::super::work::name_of(target)).size(12.0)).on_hover_text(target.display().to_string());
    }
}

fn state_color(ui: &Ui, row: &Row) -> Color32 {
    let palette = palette(ui);
    match &row.state {
        State::Failed(_) => palette.bad_text,
        State::Done if row.figures.as_ref().is_some_and(|figures| figures.differing > 0) => palette.bad_text,
        State::Done => palette.good_text,
        State::Pending if row.progress().is_some() => palette.text,
        State::Pending | State::Skipped | State::Stopped => palette.muted,
    }
}

/// What is wrong with a file, and what to do next.
fn why(ui: &mut Ui, failure: &Failure) {
    let whole = failure.to_string();
    let line = |text: RichText| Label::new(text).truncate().show_tooltip_when_elided(false).sense(Sense::hover());
    let color = palette(ui).text;
    ui.add(line(RichText::new(&failure.message).color(color))).on_hover_text(&whole);
    ui.add(line(muted(ui, &failure.next_step).size(12.0))).on_hover_text(&whole);
}

fn bars(ui: &mut Ui, figures: &Figures, most: u64) {
    ui.add_space(3.0);
    before_after(ui, ui.available_width(), 3.0, figures.before as f64, figures.after as f64, most as f64);
    ui.add_space(3.0);
    left(ui, muted(ui, format!("{} → {}", format::bytes(figures.before), format::bytes(figures.after))).size(12.0));
}

fn saving_words(ui: &Ui, figures: &Figures) -> RichText {
    let color = if figures.saved() > 0 { palette(ui).good_text } else { palette(ui).muted };
    RichText::new(format::percent_change(-saved_percent(figures.before, figures.after))).color(color)
}

fn warnings_of(ui: &mut Ui, figures: &Figures) {
    if figures.warnings == 0 {
        return;
    }
    let text = RichText::new(format::count(figures.warnings)).color(palette(ui).warn_text);
    right(ui, text).on_hover_ui(|ui| {
        figures.first_warnings.iter().for_each(|warning| drop(ui.label(warning)));
        let left = figures.warnings.saturating_sub(figures.first_warnings.len() as u64);
        if left > 0 {
            ui.label(muted(ui, format!("{} more", format::count(left))));
        }
    });
}

/// From the right: off the list, then what can be done with the file as it stands.
fn controls(ui: &mut Ui, view: View, place: usize, row: &Row) {
    let name = row.name();
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        if icon_button(ui, icons::X, &format!("Remove from the list: {name}")).clicked() {
            send(view, BatchCommand::Remove(place));
        }
        if row.state == State::Pending && icon_button(ui, icons::PROHIBIT, &format!("Skip: {name}")).clicked() {
            send(view, BatchCommand::Skip(place));
        }
        if matches!(row.state, State::Done | State::Failed(_)) && icon_button(ui, icons::TABLE, &format!("Open: {name}")).clicked()
        {
            send(view, BatchCommand::OpenRow(place));
        }
        if row.can_retry() && icon_button(ui, icons::ARROW_CLOCKWISE, &format!("Retry: {name}")).clicked() {
            send(view, BatchCommand::Retry(place));
        }
    });
}
