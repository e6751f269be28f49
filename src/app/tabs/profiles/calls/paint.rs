//! Drawing the call tree.

use eframe::egui::{Align, Event, EventFilter, Id, Key, Layout, Modifiers, RichText, Role, Sense, Ui, Vec2, WidgetInfo};
use egui_extras::{Column as Width, TableBuilder, TableRow};

use crate::app::theme::{SMALL, palette};
use crate::app::widgets::{HEADER_HEIGHT, ROW_HEIGHT, focus_ring, is_menu_open, left, meter, opener, right, small_button};
use crate::app::{Command, View};
use crate::operations::{cut_name, file_name};
use crate::profile::Tree;

use super::super::{Doc, ProfilesCommand, Shown, menu};
use super::{CallsCommand, Line};

/// Width of one level, in points.
const INDENT: f32 = 14.0;
/// Levels that are indented; deeper ones stand below each other, with their depth told.
const MOST_INDENTS: u32 = 24;
/// Letters of a name that are ever laid out in a line.
const MOST_LETTERS: usize = 200;

/// The buttons above the tree.
pub fn controls(ui: &mut Ui, view: View) {
    if small_button(ui, "Close all").on_hover_text("Show only the outermost calls").clicked() {
        send(view, CallsCommand::CloseAll);
    }
    if small_button(ui, "Hot path").on_hover_text("Open the way along which most was measured (H)").clicked() {
        send(view, CallsCommand::HotPath);
    }
}

/// Draws the tree into what is left of `ui`.
pub fn show(doc: &Doc, shown: &Shown, ui: &mut Ui, view: View) {
    let Some(tree) = shown.view.tree.as_ref().filter(|tree| !tree.is_empty()) else {
        super::super::graph::nothing(ui, "Nothing was measured, so there is nothing to list.");
        return;
    };
    let area = ui.available_rect_before_wrap();
    let whole = ui.interact(area, ui.scope_id().with("call tree"), Sense::focusable_noninteractive());
    whole.widget_info(|| WidgetInfo::labeled(Role::Tree, true, "Call tree"));
    focus_ring(ui, &whole, 3.0);
    keyboard(doc, shown, ui, view, whole.id);
    ui.spacing_mut().item_spacing = Vec2::ZERO;
    let calls = doc.calls();
    let follow = has_moved(ui, whole.id, calls.moves());
    let mut table = TableBuilder::new(ui)
        .id_salt(("call tree", shown.serial))
        .sense(Sense::click())
        .cell_layout(Layout::left_to_right(Align::Center))
        .auto_shrink(false)
        .min_scrolled_height(0.0)
        .column(Width::remainder().at_least(160.0).clip(true))
        .column(Width::exact(86.0).clip(true))
        .column(Width::exact(64.0).clip(true))
        .column(Width::exact(96.0).clip(true))
        .column(Width::exact(86.0).clip(true));
    if let Some(line) = calls.selected_line().filter(|_| follow) {
        table = table.scroll_to_row(line, None);
    }
    let table = table.header(HEADER_HEIGHT, |mut row| {
        for (title, is_right) in [("Call", false), ("Total", true), ("%", true), ("", false), ("Self", true)] {
            row.col(|ui| {
                let text = RichText::new(title).size(SMALL).color(palette(ui).hint);
                let _ = if is_right { right(ui, text) } else { left(ui, text) };
            });
        }
    });
    table.body(|body| {
        body.rows(ROW_HEIGHT, calls.lines().len(), |mut row| {
            row.set_overline(true);
            if let Some(line) = calls.lines().get(row.index()) {
                call(doc, shown, tree, view, *line, &mut row);
            }
        });
    });
}

/// Whether the keyboard has moved the selection since the table last followed it.
fn has_moved(ui: &Ui, id: Id, moves: u64) -> bool {
    let followed = ui.data_mut(|data| std::mem::replace(data.get_temp_mut_or_default::<u64>(id), moves));
    moves > 0 && followed != moves
}

fn call(doc: &Doc, shown: &Shown, tree: &Tree, view: View, line: Line, row: &mut TableRow<'_, '_>) {
    let (profile, group) = (&shown.view, tree.group(line.node));
    let (total, own) = (tree.total(line.node), tree.self_value(line.node));
    let matches = doc.arranged().is_some_and(|arranged| arranged.is_search() && arranged.matches.contains(group));
    row.set_selected(doc.calls().selected() == Some(line.node));
    row.col(|ui| {
        ui.add_space(line.depth.min(MOST_INDENTS) as f32 * INDENT);
        let is_open = line.has_callees.then_some(line.is_open);
        if opener(ui, is_open, &cut_name(profile.name(group), 80)) {
            send(view, CallsCommand::Toggle(line.node));
        }
        if line.depth > MOST_INDENTS {
            ui.label(RichText::new(format!("{}· ", line.depth)).size(SMALL).color(palette(ui).hint));
        }
        let letters = ((ui.available_width() / 6.6) as usize).clamp(8, MOST_LETTERS);
        let name = RichText::new(cut_name(profile.name(group), letters)).monospace();
        left(ui, if matches { name.strong().color(palette(ui).accent) } else { name.color(palette(ui).text) });
    });
    row.col(|ui| drop(right(ui, RichText::new(profile.show(total)).color(palette(ui).text))));
    row.col(|ui| drop(right(ui, RichText::new(profile.share(total)).color(palette(ui).muted))));
    row.col(|ui| {
        ui.add_space(10.0);
        let (width, share) = (ui.available_width() - 6.0, profile.top.percent(total) / 100.0);
        meter(ui, width, 5.0, share as f32, palette(ui).series_color(4));
    });
    row.col(|ui| {
        let color = if own == 0 { palette(ui).hint } else { palette(ui).text };
        right(ui, RichText::new(profile.show(own)).color(color));
    });
    let response = row.response();
    if response.clicked() {
        send(view, CallsCommand::Select(line.node));
    }
    if response.double_clicked() && line.has_callees {
        send(view, CallsCommand::Toggle(line.node));
    }
    menu::show(&response, shown, tree, line.node, view);
    response.on_hover_ui(|ui| {
        ui.set_max_width(420.0);
        ui.label(RichText::new(cut_name(profile.name(group), 300)).color(palette(ui).text));
        let place = profile.place(group);
        if !place.is_empty() {
            ui.label(RichText::new(file_name(&place)).size(SMALL).color(palette(ui).muted));
        }
    });
}

fn keyboard(doc: &Doc, shown: &Shown, ui: &Ui, view: View, id: Id) {
    let filter = EventFilter { horizontal_arrows: true, vertical_arrows: true, tab: false, escape: false };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
    if ui.ctx().text_edit_focused() || is_menu_open(ui.ctx()) {
        return;
    }
    let keys = [
        (Key::ArrowUp, CallsCommand::Move(-1)),
        (Key::ArrowDown, CallsCommand::Move(1)),
        (Key::PageUp, CallsCommand::Move(-20)),
        (Key::PageDown, CallsCommand::Move(20)),
        (Key::Home, CallsCommand::Move(i32::MIN)),
        (Key::End, CallsCommand::Move(i32::MAX)),
        (Key::ArrowRight, CallsCommand::Open),
        (Key::ArrowLeft, CallsCommand::Close),
        (Key::H, CallsCommand::HotPath),
    ];
    for (key, command) in keys {
        if ui.input_mut(|input| input.consume_key(Modifiers::NONE, key)) {
            send(view, command);
        }
    }
    let copied = ui.input(|input| input.events.iter().any(|event| matches!(event, Event::Copy)));
    if let Some((node, tree)) = doc.calls().selected().zip(shown.view.tree.as_ref()).filter(|_| copied) {
        ui.ctx().copy_text(menu::row_text(&shown.view, tree, node));
    }
}

fn send(view: View, command: CallsCommand) {
    view.commands.send(Command::Profiles(ProfilesCommand::Calls(command)));
}
