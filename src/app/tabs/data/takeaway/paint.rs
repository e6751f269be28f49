//! Drawing the dialog: what a table can be saved as, what that takes, and what to know before.

use eframe::egui::{
    Align, Align2, FontId, Id, Label, Layout, Modal, Rect, Response, RichText, Role, ScrollArea, Sense, Stroke, StrokeKind, Ui,
    UiBuilder, Vec2, WidgetInfo, pos2, vec2,
};

use crate::app::tabs::data::model::Shown;
use crate::app::tabs::data::{DataCommand, DataTab};
use crate::app::theme::{BODY, CONTROL_RADIUS, SMALL, icons, medium, muted, palette, semibold};
use crate::app::widgets::{Tone, button, dialog_frame, finding, focus_ring, primary, segmented};
use crate::app::{Command, View};
use crate::jobs::{Slot, SlotState};

use super::choice::Choice;
use super::work::Expected;
use super::{Pane, TakeAway, TakeCommand, code};

/// Width of what is in the dialog, in points.
const WIDTH: f32 = 600.0;
/// Height of a format's row, in points.
const ROW: f32 = 46.0;
/// Height of a line of controls, in points.
const LINE: f32 = 30.0;
/// Room for either half, in points: the dialog stays where it is, so that no click misses, and notes that need more are scrolled.
const HEIGHT: f32 = 384.0;
/// What stands while a size is not known.
const UNKNOWN: &str = "…";

/// Draws the dialog when it is open.
pub fn show(tab: &DataTab, ui: &mut Ui, view: View) {
    let take = &tab.takeaway;
    let Some(shown) = tab.slot.value().filter(|_| take.open) else { return };
    let modal = Modal::new(Id::unique("take away")).frame(dialog_frame(ui)).show(ui.ctx(), |ui| {
        ui.set_width(WIDTH);
        ui.spacing_mut().item_spacing.y = 4.0;
        head(take, shown, ui, view);
        ui.add_space(8.0);
        match take.pane {
            Pane::File => file(take, ui, view),
            Pane::Code => code::show(take, ui, view, HEIGHT),
        }
    });
    if modal.should_close() {
        send(view, TakeCommand::Close);
    }
}

/// Asks for something.
pub fn send(view: View, command: TakeCommand) {
    view.commands.send(Command::Data(DataCommand::TakeAway(command)));
}

fn head(take: &TakeAway, shown: &Shown, ui: &mut Ui, view: View) {
    line(ui, |ui| {
        if let Some(pane) = segmented(ui, "Take away as", &[(Pane::File, "File"), (Pane::Code, "Code")], take.pane) {
            send(view, TakeCommand::Pane(pane));
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let title = format!("Export {}", shown.report().source.file);
            ui.add(Label::new(RichText::new(title).font(semibold(15.0)).color(palette(ui).text)).truncate());
        });
    });
}

/// A line of the dialog, filled from the right.
fn line(ui: &mut Ui, add: impl FnOnce(&mut Ui)) {
    ui.allocate_ui_with_layout(vec2(ui.available_width(), LINE), Layout::right_to_left(Align::Center), add);
}

fn file(take: &TakeAway, ui: &mut Ui, view: View) {
    let before = ui.cursor().top();
    for (choice, expected) in Choice::ALL.into_iter().zip(&take.expected) {
        if row(ui, choice, expected, choice == take.choice).clicked() {
            send(view, TakeCommand::Choose(choice));
        }
    }
    let expected = Choice::ALL.into_iter().zip(&take.expected).find(|(choice, _)| *choice == take.choice);
    let expected = expected.and_then(|(_, slot)| slot.value());
    ui.add_space(4.0);
    let room = (HEIGHT - (ui.cursor().top() - before)).max(0.0);
    ui.allocate_ui(vec2(ui.available_width(), room), |ui| {
        ui.set_min_height(room);
        ScrollArea::vertical().id_salt("notes").max_height(room).show(ui, |ui| {
            for note in expected.into_iter().flat_map(|expected| &expected.notes) {
                finding(ui, if note.stops { Tone::Bad } else { Tone::Warn }, |ui| {
                    ui.add(Label::new(RichText::new(&note.text).color(palette(ui).text)).wrap());
                });
            }
        });
    });
    ui.add_space(8.0);
    let possible = expected.is_none_or(|expected| !expected.stops());
    bottom(ui, view, |ui| {
        let save = ui.add_enabled_ui(possible, |ui| primary(ui, Some(icons::FLOPPY_DISK), "Save as…")).inner;
        if save.clicked() {
            send(view, TakeCommand::SaveAs);
        }
    });
}

/// The buttons at the end, from the right: the main one, then Close.
pub fn bottom(ui: &mut Ui, view: View, main: impl FnOnce(&mut Ui)) {
    line(ui, |ui| {
        main(ui);
        if button(ui, None, "Close").clicked() {
            send(view, TakeCommand::Close);
        }
    });
}

/// A format: a mark when it is chosen, its name and what it is good for, and what saving takes.
fn row(ui: &mut Ui, choice: Choice, expected: &Slot<Expected>, chosen: bool) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, chosen, choice.name()));
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_description(choice.words()));
    ground(ui, rect, &response, chosen);
    mark(ui, rect, choice, chosen);
    let inner = Rect::from_min_max(pos2(rect.left() + 72.0, rect.top()), pos2(rect.right() - 12.0, rect.bottom()));
    // What is in the row does not move what comes after it.
    let layout = Layout::right_to_left(Align::Center);
    let mut inner = ui.new_child(UiBuilder::new().id_salt(choice.name()).max_rect(inner).layout(layout));
    inner.label(muted(&inner, size(expected)));
    inner.with_layout(Layout::top_down(Align::Min), |ui| {
        ui.spacing_mut().item_spacing = Vec2::ZERO;
        ui.add_space(6.0);
        ui.label(RichText::new(choice.name()).font(medium(BODY)).color(palette(ui).text));
        ui.add(Label::new(muted(ui, choice.words()).size(SMALL)).truncate());
    });
    focus_ring(ui, &response, f32::from(CONTROL_RADIUS));
    response
}

fn size(expected: &Slot<Expected>) -> String {
    match (expected.value(), expected.state()) {
        (Some(known), _) if known.stops() => "not possible".to_owned(),
        (Some(known), _) => known.size.clone(),
        (None, SlotState::Failed { .. }) => "size not known".to_owned(),
        (None, _) => UNKNOWN.to_owned(),
    }
}

fn ground(ui: &Ui, rect: Rect, response: &Response, chosen: bool) {
    let palette = palette(ui);
    if chosen || response.hovered() {
        let fill = if chosen { palette.raised } else { palette.raised.gamma_multiply(0.5) };
        ui.painter().rect_filled(rect, CONTROL_RADIUS, fill);
    }
    if chosen {
        ui.painter().rect_stroke(rect, CONTROL_RADIUS, Stroke::new(1.0, palette.accent), StrokeKind::Inside);
    }
}

fn mark(ui: &Ui, rect: Rect, choice: Choice, chosen: bool) {
    let (palette, painter) = (palette(ui), ui.painter());
    let center = pos2(rect.left() + 18.0, rect.center().y);
    painter.circle_stroke(center, 6.5, Stroke::new(1.5, if chosen { palette.accent } else { palette.faint }));
    if chosen {
        painter.circle_filled(center, 3.5, palette.accent);
    }
    let color = if chosen { palette.accent } else { palette.muted };
    painter.text(
        pos2(rect.left() + 50.0, rect.center().y),
        Align2::CENTER_CENTER,
        choice.icon(),
        FontId::proportional(20.0),
        color,
    );
}
