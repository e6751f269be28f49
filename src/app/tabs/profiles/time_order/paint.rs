//! Drawing the flame graph in the order of time: boxes, text, pointer, keyboard.

use std::sync::Arc;

use eframe::egui::{
    self, Align, Color32, ComboBox, Event, EventFilter, Id, Key, Layout, Modifiers, Rect, Response, RichText, Role, ScrollArea,
    Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, accesskit, vec2,
};

use crate::app::theme::{BODY, SMALL, medium, palette};
use crate::app::widgets::{focus_ring, small_button};
use crate::app::{Command, View};
use crate::operations::cut_name;
use crate::profile::stack_chart::ChartRect;
use crate::profile::{BoxId, Scale, StackChart, units};
use crate::report::format;

use super::super::boxes::{ROW, paint};
use super::super::graph::{bounds, nothing};
use super::super::sight::Look;
use super::super::{Arranged, Doc, ProfilesCommand, Shown, axis, menu};
use super::layout::{Boxes, For};
use super::{Made, TimeOrderCommand, is_without_times};

/// Room for the scroll bar beside the chart, in points.
const SCROLL_BAR: f32 = 11.0;
/// Letters of a name in the read-out at the pointer.
const READ_OUT: usize = 300;

/// A chart to be drawn.
struct Pane<'a> {
    doc: &'a Doc,
    shown: &'a Shown,
    chart: &'a StackChart,
    search: Option<&'a Arranged>,
    along: axis::Along<'a>,
    scale: Scale,
    view: View<'a>,
}

/// Draws the chart into what is left of `ui`.
pub fn show(doc: &Doc, shown: &Shown, ui: &mut Ui, view: View) {
    let Some(made) = doc.time_order().of(shown.serial) else {
        nothing(ui, "Putting calls in order of time…");
        return;
    };
    head(doc, shown, made, ui, view);
    let chart = &made.chart;
    if chart.rows() == 0 {
        nothing(ui, "Nothing was measured, so there is nothing to draw.");
        return;
    }
    let along = if is_without_times(chart) { axis::Along::Value(shown.view.unit()) } else { axis::Along::Time };
    let room = ui.available_size();
    let scrolls = chart.rows() as f32 * ROW > room.y - axis::HEIGHT;
    let width = if scrolls { room.x - SCROLL_BAR } else { room.x };
    let scale = Scale::new(doc.time_order().sight().seen(), width.into());
    let marks = Rect::from_min_size(ui.cursor().min, vec2(width, axis::HEIGHT));
    axis::show(ui, marks, marks.bottom(), &scale, along);
    ui.add_space(axis::HEIGHT);
    let search = doc.arranged().map(|arranged| &**arranged).filter(|arranged| arranged.is_search());
    let pane = Pane { doc, shown, chart, search, along, scale, view };
    boxes(&pane, width, ui);
}

/// What is shown of which thread, and the way back to all of it.
fn head(doc: &Doc, shown: &Shown, made: &Made, ui: &mut Ui, view: View) {
    ui.allocate_ui_with_layout(Vec2::new(ui.available_width(), 24.0), Layout::right_to_left(Align::Center), |ui| {
        ui.set_min_height(24.0);
        ui.spacing_mut().item_spacing.x = 6.0;
        if doc.time_order().sight().is_part() {
            if small_button(ui, "Reset").on_hover_text("Show the whole time (Home)").clicked() {
                send(view, ProfilesCommand::Reset);
            }
            if small_button(ui, "Back").on_hover_text("Show what was shown before (Backspace)").clicked() {
                send(view, ProfilesCommand::Back);
            }
        }
        threads(shown, made, ui, view);
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let hint = match made.chart.cut() {
                _ if is_without_times(&made.chart) => {
                    "The file tells no times: calls stand in the order of the file, as wide as what was measured.".to_owned()
                }
                Some(cut) => cut,
                None => "What ran when, callers above. Click or turn the wheel to zoom in, drag to move.".to_owned(),
            };
            ui.add(egui::Label::new(RichText::new(hint).size(SMALL).color(palette(ui).hint)).truncate());
        });
    });
}

/// The choice of the thread, when there are several.
fn threads(shown: &Shown, made: &Made, ui: &mut Ui, view: View) {
    let name = |wanted| made.threads.iter().find(|(thread, ..)| *thread == wanted).map(|(_, name, _)| name.as_str());
    let Some(now) = name(made.chart.thread).filter(|_| made.threads.len() > 1) else { return };
    let list = ComboBox::from_id_salt("thread of the time order").selected_text(cut_name(now, 26)).width(150.0).show_ui(ui, |ui| {
        for (thread, name, total) in &made.threads {
            let words = format!("{} · {}", cut_name(name, 50), shown.view.show(*total));
            if ui.selectable_label(*thread == made.chart.thread, words).clicked() {
                send(view, ProfilesCommand::TimeOrder(TimeOrderCommand::Thread(*thread)));
            }
        }
    });
    list.response.accessible_name("Thread in order of time").on_hover_text("The thread that is shown");
}

fn boxes(pane: &Pane<'_>, width: f32, ui: &mut Ui) {
    let (id, outer) = (Id::unique("time order"), ui.available_rect_before_wrap());
    wheel(pane, ui, outer);
    let response = ScrollArea::vertical()
        .id_salt(("time order", pane.shown.serial, pane.chart.thread.0))
        .auto_shrink(false)
        .show_viewport(ui, |ui, viewport| {
            let size = vec2(width, (pane.chart.rows() as f32 * ROW).max(viewport.height()));
            let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
            let response = ui.interact(rect, id, Sense::click_and_drag());
            let kept = ui.data(|data| data.get_temp::<Arc<Boxes>>(id));
            let matches = pane.search.map(|arranged| &arranged.matches);
            let boxes = Boxes::kept(kept, made_for(pane, ui, viewport, width), pane.chart, &pane.shown.view, matches, palette(ui));
            ui.data_mut(|data| data.insert_temp(id, Arc::clone(&boxes)));
            paint(ui, rect, &boxes.mesh, boxes.texts.iter().map(|text| (text.text.as_str(), text.rect, text.color)));
            pointer(pane, ui, &response, rect, &boxes);
            keyboard(pane, ui, &response, rect);
            name_boxes(pane, ui, rect, &boxes);
            response
        })
        .inner;
    describe(pane, &response);
    focus_ring(ui, &Response { rect: outer.expand(2.0), ..response }, 3.0);
}

fn made_for(pane: &Pane<'_>, ui: &Ui, viewport: Rect, width: f32) -> For {
    For {
        serial: pane.shown.serial,
        thread: pane.chart.thread,
        seen: pane.scale.from..pane.scale.to,
        rows: (viewport.top() / ROW).floor().max(0.0) as u32..(viewport.bottom() / ROW).ceil().max(0.0) as u32,
        width,
        pixels: ui.pixels_per_point(),
        dark: ui.visuals().dark_mode,
        colors: pane.doc.colors(),
        sought: pane.search.map(Arranged::sought),
        selected: pane.doc.selection().map(|selection| selection.group),
    }
}

/// The wheel zooms where the pointer is; with Shift it moves along, with the pointer beside the boxes it scrolls.
fn wheel(pane: &Pane<'_>, ui: &Ui, outer: Rect) {
    let inside = outer.with_max_x(outer.left() + pane.scale.width as f32);
    let Some(at) =
        ui.input(|input| input.pointer.hover_pos()).filter(|at| inside.contains(*at) && ui.rect_contains_pointer(inside))
    else {
        return;
    };
    let around = pane.scale.place(f64::from(at.x - outer.left()));
    let (delta, zoom) = ui.input(|input| (input.smooth_scroll_delta(), input.zoom_delta()));
    if zoom != 1.0 {
        look(pane.view, Look::Zoom(f64::from(zoom), around));
    }
    if let Some(asked) = axis::wheel(delta.y, around) {
        look(pane.view, asked);
    }
    if let Some(asked) = axis::drag(delta.x, &pane.scale).filter(|_| delta.x != 0.0) {
        look(pane.view, asked);
    }
    if delta != Vec2::ZERO {
        // Else the same turn would scroll the rows, too.
        ui.input_mut(|input| input.smooth_scroll_delta = Vec2::ZERO);
    }
}

fn pointer(pane: &Pane<'_>, ui: &Ui, response: &Response, rect: Rect, boxes: &Boxes) {
    if let Some(place) = pane.doc.time_order().selected().and_then(|id| boxes.place_of(id)) {
        let place = place.translate(rect.min.to_vec2());
        ui.painter().rect_stroke(place.expand(0.5), 2.0, Stroke::new(2.0, palette(ui).accent), StrokeKind::Middle);
    }
    if response.dragged() {
        let delta = response.drag_delta();
        if let Some(asked) = axis::drag(delta.x, &pane.scale).filter(|_| delta.x != 0.0) {
            look(pane.view, asked);
        }
        ui.scroll_with_delta(vec2(0.0, delta.y));
        return;
    }
    menu_of(pane, ui, response, rect, boxes);
    let Some(at) = response.hover_pos() else { return };
    let Some(found) = at_pointer(at, rect, boxes) else { return };
    let pointed = boxes.place(found).translate(rect.min.to_vec2());
    ui.painter().rect_filled(pointed, 2.0, Color32::from_white_alpha(28));
    ui.painter().rect_stroke(pointed, 2.0, Stroke::new(1.0, palette(ui).text), StrokeKind::Middle);
    ui.ctx().set_cursor_icon(egui::CursorIcon::PointingHand);
    response.clone().on_hover_ui_at_pointer(|ui| read_out(pane, ui, found));
    if response.clicked() {
        response.request_focus();
        // What is too narrow to be told apart is looked at from nearer.
        match found.count {
            1 => command(pane.view, TimeOrderCommand::Zoom(found.id)),
            _ => look(pane.view, Look::Zoom(8.0, pane.scale.place(f64::from(at.x - rect.left())))),
        }
    }
}

fn at_pointer(at: egui::Pos2, rect: Rect, boxes: &Boxes) -> Option<&ChartRect> {
    boxes.at(at.x - rect.left(), ((at.y - rect.top()) / ROW).floor().max(0.0) as u32)
}

/// The menu of the call that was clicked with the right button.
fn menu_of(pane: &Pane<'_>, ui: &Ui, response: &Response, rect: Rect, boxes: &Boxes) {
    let id = response.id.with("menu");
    if response.secondary_clicked()
        && let Some(at) = response.interact_pointer_pos()
    {
        let group = at_pointer(at, rect, boxes).map(|found| found.group);
        ui.data_mut(|data| data.insert_temp(id, group));
    }
    let group = ui.data(|data| data.get_temp::<Option<crate::profile::GroupId>>(id)).flatten();
    if let Some(row) = group.and_then(|group| pane.shown.view.top.row(group)) {
        menu::of_function(response, pane.shown, row, pane.view);
    }
}

/// What the box under the pointer is.
fn read_out(pane: &Pane<'_>, ui: &mut Ui, found: &ChartRect) {
    ui.set_max_width(380.0);
    let palette = palette(ui);
    let Some(span) = pane.chart.span(found.id) else { return };
    if found.count > 1 {
        let words = format!("{} calls too short to be told apart here", format::count(found.count.into()));
        ui.label(RichText::new(words).font(medium(BODY)).color(palette.text));
        ui.label(RichText::new("Zoom in to see them.").color(palette.muted));
        return;
    }
    ui.label(RichText::new(cut_name(pane.shown.view.name(found.group), READ_OUT)).font(medium(BODY)).color(palette.text));
    let place = pane.shown.view.place(found.group);
    if !place.is_empty() {
        ui.label(RichText::new(place).size(SMALL).color(palette.muted));
    }
    let length = span.end.abs_diff(span.start);
    let seen = pane.scale.to.abs_diff(pane.scale.from);
    let share = units::percent(length as f64 / seen.max(1) as f64 * 100.0);
    let of = if share.is_empty() || length > seen { String::new() } else { format!(" · {share} of what is in sight") };
    ui.label(RichText::new(format!("{}{of}", pane.along.length(length))).color(palette.text));
    if !is_without_times(pane.chart) {
        let words = format!("from {} to {}", axis::seconds(span.start, seen), axis::seconds(span.end, seen));
        ui.label(RichText::new(words).color(palette.muted));
    }
}

fn keyboard(pane: &Pane<'_>, ui: &Ui, response: &Response, rect: Rect) {
    let filter = EventFilter { horizontal_arrows: true, vertical_arrows: true, tab: false, escape: false };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    if !response.has_focus() {
        return;
    }
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    let selected = pane.doc.time_order().selected();
    for key in [Key::ArrowUp, Key::ArrowDown, Key::ArrowLeft, Key::ArrowRight] {
        if let Some(id) = Some(key).filter(|key| pressed(*key)).and_then(|key| step(pane, selected, key)) {
            command(pane.view, TimeOrderCommand::Select(id));
            let top = rect.top() + id.row as f32 * ROW;
            ui.scroll_to_rect(Rect::from_x_y_ranges(rect.x_range(), top..=top + ROW), None);
        }
    }
    if let Some(id) = selected.filter(|_| pressed(Key::Enter)) {
        command(pane.view, TimeOrderCommand::Zoom(id));
    }
    let seen = pane.scale.from..pane.scale.to;
    let middle = seen.start.saturating_add(axis::part(&seen, 0.5));
    for (key, asked) in [
        (Key::Plus, Look::Zoom(1.5, middle)),
        (Key::Equals, Look::Zoom(1.5, middle)),
        (Key::Minus, Look::Zoom(1.0 / 1.5, middle)),
        (Key::PageUp, Look::Pan(axis::part(&seen, -0.5))),
        (Key::PageDown, Look::Pan(axis::part(&seen, 0.5))),
        (Key::Home, Look::All),
    ] {
        if pressed(key) {
            look(pane.view, asked);
        }
    }
    let copied = ui.input(|input| input.events.iter().any(|event| matches!(event, Event::Copy)));
    if let Some(id) = selected.filter(|_| copied) {
        let names = pane.chart.path(id).into_iter().filter_map(|id| pane.chart.group(id)).map(|group| pane.shown.view.name(group));
        ui.ctx().copy_text(names.collect::<Vec<_>>().join("\n"));
    }
}

/// Where the selection moves: to caller, first call within, and the calls before and after it on the same level.
fn step(pane: &Pane<'_>, from: Option<BoxId>, key: Key) -> Option<BoxId> {
    let chart = pane.chart;
    let is_seen = |id: &BoxId| chart.span(*id).is_some_and(|span| span.start < pane.scale.to && span.end > pane.scale.from);
    let Some(id) = from.filter(is_seen) else {
        return chart.rects(pane.scale.from..pane.scale.to, 0..1, pane.scale.width as f32).first().map(|rect| rect.id);
    };
    let beside = |nth: u32| BoxId { nth, ..id };
    match key {
        Key::ArrowUp => chart.path(id).into_iter().rev().nth(1),
        Key::ArrowDown => chart.children(id).find(is_seen),
        Key::ArrowLeft => id.nth.checked_sub(1).map(beside).filter(is_seen),
        _ => id.nth.checked_add(1).map(beside).filter(is_seen),
    }
}

/// Gives the boxes with text a name for screen readers.
fn name_boxes(pane: &Pane<'_>, ui: &Ui, rect: Rect, boxes: &Boxes) {
    let clip = ui.clip_rect();
    let asked = ui.input(|input| input.events.iter().any(|event| matches!(event, Event::AccessKitActionRequest(_))));
    for text in &boxes.texts {
        let id = ui.scope_id().with(("time order box", text.id.row, text.id.nth));
        let place = text.rect.translate(rect.min.to_vec2()).intersect(clip);
        let group = pane.chart.group(text.id).unwrap_or_default();
        let told = ui.ctx().accesskit_node_builder(id, |node| {
            node.set_role(Role::Button);
            node.set_label(cut_name(pane.shown.view.name(group), READ_OUT));
            node.set_description(pane.along.length(pane.chart.length(text.id)));
            node.set_bounds(bounds(place));
            node.add_action(accesskit::Action::Click);
        });
        if told.is_none() {
            return;
        }
        if asked && ui.input(|input| input.has_accesskit_action_request(id, accesskit::Action::Click)) {
            command(pane.view, TimeOrderCommand::Zoom(text.id));
        }
    }
}

/// What a screen reader says of the chart as a whole: the selected box.
fn describe(pane: &Pane<'_>, response: &Response) {
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, "Flame graph"));
    let selected = pane.doc.time_order().selected().and_then(|id| Some((id, pane.chart.group(id)?)));
    let words = selected.map_or_else(
        || "Arrow keys move among the calls, Enter zooms in, Backspace goes back.".to_owned(),
        |(id, group)| {
            let name = cut_name(pane.shown.view.name(group), READ_OUT);
            format!("{name}, {}", pane.along.length(pane.chart.length(id)))
        },
    );
    response.ctx.accesskit_node_builder(response.id, |node| node.set_description(words));
}

fn look(view: View, look: Look) {
    command(view, TimeOrderCommand::Look(look));
}

fn command(view: View, command: TimeOrderCommand) {
    send(view, ProfilesCommand::TimeOrder(command));
}

fn send(view: View, command: ProfilesCommand) {
    view.commands.send(Command::Profiles(command));
}
