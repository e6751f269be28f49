//! Drawing the code: which program it is for, its lines in colours, a button that copies it.

use std::ops::Range;

use eframe::egui::text::LayoutJob;
use eframe::egui::{
    Align, Color32, Frame, Label, Layout, Margin, RichText, ScrollArea, Stroke, TextFormat, TextStyle, TextWrapMode, Ui, Vec2, vec2,
};

use crate::app::View;
use crate::app::theme::{BODY, CONTROL_RADIUS, icons, look, medium, muted, palette};
use crate::app::widgets::{primary, segmented};
use crate::data::CodeFor;
use crate::jobs::{Failure, SlotState};
use crate::report::capitalised;
use crate::report::syntax::Piece;
use crate::report::theme::Tokens;

use super::paint::{bottom, send};
use super::work::Code;
use super::{TakeAway, TakeCommand};

/// Opacity of code that is about to be replaced.
const DIMMED: f32 = 0.45;

/// Draws this half of the dialog, `height` points high without its buttons.
pub fn show(take: &TakeAway, ui: &mut Ui, view: View, height: f32) {
    let end = ui.cursor().top() + height;
    programs(take, ui, view);
    ui.label(muted(ui, "Loads your file with the types that were found."));
    ui.add_space(4.0);
    let palette = palette(ui);
    let frame = Frame::new().fill(palette.background).stroke(Stroke::new(1.0, palette.line)).corner_radius(CONTROL_RADIUS);
    frame.inner_margin(Margin::symmetric(12, 8)).show(ui, |ui| {
        let room = vec2(ui.available_width(), (end - ui.cursor().top() - 8.0).max(80.0));
        ui.allocate_ui_with_layout(room, Layout::top_down(Align::Min), |ui| {
            ui.set_min_size(room);
            content(take, ui);
        });
    });
    ui.add_space(8.0);
    bottom(ui, view, |ui| {
        let ready = matches!(take.code.state(), SlotState::Ready(_));
        let copy = ui.add_enabled_ui(ready, |ui| primary(ui, Some(icons::COPY), "Copy")).inner;
        if copy.clicked() {
            send(view, TakeCommand::CopyCode);
        }
    });
}

fn programs(take: &TakeAway, ui: &mut Ui, view: View) {
    let choices = CodeFor::ALL.map(|program| (program, program.title()));
    if let Some(program) = segmented(ui, "Code for", &choices, take.program) {
        send(view, TakeCommand::Program(program));
    }
}

fn content(take: &TakeAway, ui: &mut Ui) {
    match (take.code.state(), take.code.value()) {
        (SlotState::Failed { failure, .. }, _) => refused(ui, failure),
        (state, Some(code)) => {
            if matches!(state, SlotState::Pending { .. }) {
                ui.set_opacity(DIMMED);
            }
            lines(ui, code);
        }
        (_, None) => drop(ui.label(muted(ui, "…"))),
    }
}

fn refused(ui: &mut Ui, failure: &Failure) {
    let sentence = |text: RichText| Label::new(text).wrap();
    ui.add(sentence(RichText::new(capitalised(&failure.message)).font(medium(BODY)).color(palette(ui).text)));
    ui.add(sentence(muted(ui, &failure.next_step)));
}

/// Only the lines in sight are laid out; selecting goes on from one to the next.
fn lines(ui: &mut Ui, code: &Code) {
    let tokens = look(ui.ctx()).tokens();
    let height = ui.text_style_height(&TextStyle::Monospace);
    ui.spacing_mut().item_spacing = Vec2::ZERO;
    let area = ScrollArea::both().id_salt(("code", code.program.name())).auto_shrink(false);
    area.show_rows(ui, height, code.lines.len(), |ui, rows| {
        ui.style_mut().wrap_mode = Some(TextWrapMode::Extend);
        for line in code.lines.get(rows).unwrap_or_default() {
            if line.is_empty() {
                ui.allocate_space(vec2(0.0, height));
            } else {
                let job = line_job(ui, tokens, &code.text, line);
                let words = job.text.clone();
                // What can be selected counts as a control, and those have names.
                ui.add(Label::new(job).selectable(true).extend()).accessible_name(words);
            }
        }
    });
}

fn line_job(ui: &Ui, tokens: &Tokens, text: &str, line: &[(Piece, Range<usize>)]) -> LayoutJob {
    let mut job = LayoutJob::default();
    let font = TextStyle::Monospace.resolve(ui.style());
    for (piece, range) in line {
        let [red, green, blue] = piece.color(tokens);
        let color = Color32::from_rgb(red, green, blue);
        job.append(text.get(range.clone()).unwrap_or_default(), 0.0, TextFormat::simple(font.clone(), color));
    }
    job
}
