//! Drawing the timeline.

use std::sync::Arc;

use eframe::egui::{
    Align2, EventFilter, FontId, Id, Key, Modifiers, Rect, Response, RichText, Role, ScrollArea, Sense, Shape, Stroke, Ui,
    WidgetInfo, pos2, vec2,
};

use crate::app::theme::{BODY, SMALL, medium, palette};
use crate::app::widgets::{focus_ring, segmented};
use crate::app::{Command, View};
use crate::operations::cut_name;
use crate::profile::tracks::{Busy, NO_TIMES};
use crate::profile::{Scale, ThreadId, Tracks, units};
use crate::report::format;

use super::super::graph::nothing;
use super::super::sight::Look;
use super::super::text::{self, Side};
use super::super::{Doc, ProfilesCommand, Shown, axis};
use super::rows::{For, LANE, Row, Rows, THREAD, can_be_chosen};
use super::shapes::{Shapes, Wanted};
use super::{Made, TimelineCommand, strip};

/// Width of the names at the left, in points.
const NAMES: f32 = 158.0;
/// Width of the figures at the right, in points.
const FIGURES: f32 = 124.0;
/// Room for the scroll bar, in points.
const SCROLL_BAR: f32 = 11.0;
/// How near to a marker the pointer must be, in points.
const NEAR: f32 = 2.5;

/// What is kept from frame to frame.
#[derive(Clone)]
struct Kept {
    serial: u64,
    rows: Arc<Rows>,
    shapes: Option<Arc<Shapes>>,
}

/// What is drawn, and where the time lies on the screen.
struct Pane<'a> {
    doc: &'a Doc,
    shown: &'a Shown,
    tracks: &'a Tracks,
    view: View<'a>,
    scale: Scale,
    /// From the first to the last pixel of the time.
    time: Rect,
}

/// Orders of the threads, for the head of the card.
pub fn orders(doc: &Doc, ui: &mut Ui, view: View) {
    let choices = [(false, "Busiest first"), (true, "As in the file")];
    if let Some(chosen) = segmented(ui, "Order of threads", &choices, doc.timeline().as_in_file()) {
        view.commands.send(Command::Profiles(ProfilesCommand::Timeline(TimelineCommand::AsInFile(chosen))));
    }
}

/// Draws the timeline into what is left of `ui`.
pub fn show(doc: &Doc, shown: &Shown, ui: &mut Ui, view: View) {
    let Some(made) = doc.timeline().made(shown.view.sample_type) else {
        nothing(ui, "Sorting samples by time…");
        return;
    };
    let Some(tracks) = &made.tracks else {
        ui.add_space(8.0);
        ui.label(RichText::new(NO_TIMES).color(palette(ui).muted));
        return;
    };
    strip::fields(doc, shown, tracks, ui, view);
    if !tracks.has_samples && !shown.view.whole.samples.is_empty() {
        ui.label(RichText::new(NO_TIMES).size(SMALL).color(palette(ui).hint));
    }
    let outer = ui.available_rect_before_wrap();
    let time =
        outer.with_min_x(outer.left() + NAMES).with_max_x((outer.right() - FIGURES - SCROLL_BAR).max(outer.left() + NAMES + 40.0));
    let overview = time.with_max_y(time.top() + strip::height());
    strip::overview(doc, shown, made, tracks, overview, ui, view);
    let scale = Scale::new(doc.timeline().sight().seen(), time.width().into());
    let marks = Rect::from_x_y_ranges(time.x_range(), overview.bottom() + 4.0..=overview.bottom() + 4.0 + axis::HEIGHT);
    heads(ui, outer, marks);
    axis::show(ui, marks, outer.bottom(), &scale, axis::Along::Time);
    ui.add_space(marks.bottom() + 2.0 - outer.top());
    let pane = Pane { doc, shown, tracks, view, scale, time };
    all_rows(&pane, made, ui);
}

/// What stands in the columns beside the time.
fn heads(ui: &Ui, outer: Rect, marks: Rect) {
    let (font, color) = (FontId::proportional(SMALL), palette(ui).hint);
    ui.painter().text(pos2(outer.left(), marks.center().y), Align2::LEFT_CENTER, "Thread", font.clone(), color);
    let right = outer.right() - SCROLL_BAR;
    ui.painter().text(pos2(right, marks.center().y), Align2::RIGHT_CENTER, "Total · share", font, color);
}

fn all_rows(pane: &Pane<'_>, made: &Made, ui: &mut Ui) {
    let id = Id::unique("timeline rows");
    let kept = ui.data(|data| data.get_temp::<Kept>(id)).filter(|kept| kept.serial == pane.shown.serial);
    let whole = pane.tracks.range.clone();
    let range = pane.shown.view.asked.filters.range_ns.unwrap_or((whole.start, whole.end));
    let of = For { sample_type: made.sample_type, range, as_in_file: pane.doc.timeline().as_in_file() };
    let rows = Rows::kept(kept.as_ref().map(|kept| &kept.rows), of.clone(), pane.tracks);
    ScrollArea::vertical().id_salt("timeline").auto_shrink(false).show_viewport(ui, |ui, viewport| {
        let size = vec2(ui.available_width(), rows.height().max(viewport.height()));
        let (all, _) = ui.allocate_exact_size(size, Sense::hover());
        let seen = rows.within(viewport.top(), viewport.bottom());
        let wanted = Wanted {
            of,
            seen: pane.scale.from..pane.scale.to,
            rows: seen.clone(),
            width: pane.time.width(),
            pixels: ui.pixels_per_point(),
            dark: ui.visuals().dark_mode,
        };
        let old = kept.as_ref().and_then(|kept| kept.shapes.as_ref());
        let shapes = Shapes::kept(old, wanted, &rows, pane.tracks, &pane.shown.view.whole, palette(ui));
        let mut mesh = shapes.mesh.clone();
        mesh.translate(vec2(pane.time.left(), all.top()));
        ui.painter().add(Shape::mesh(mesh));
        let keep = Kept { serial: pane.shown.serial, rows: Arc::clone(&rows), shapes: Some(shapes) };
        ui.data_mut(|data| data.insert_temp(id, keep));
        for row in seen {
            if let Some((row, top, bottom)) = rows.get(row) {
                beside(pane, ui, row, all.with_min_y(all.top() + top).with_max_y(all.top() + bottom), rows.total);
            }
        }
        over_time(pane, ui, all, &rows);
    });
}

/// Name and figures of a row.
fn beside(pane: &Pane<'_>, ui: &Ui, row: &Row, place: Rect, total: u64) {
    ui.painter().hline(place.x_range(), place.top(), Stroke::new(1.0, palette(ui).line));
    match row {
        Row::Counter(counter) => counter_beside(pane, ui, *counter, place),
        Row::Thread(busy) => thread_beside(pane, ui, busy, place, total),
    }
}

fn counter_beside(pane: &Pane<'_>, ui: &Ui, counter: usize, place: Rect) {
    let Some(counter) = pane.tracks.counters.get(counter) else { return };
    let (palette, strings) = (palette(ui), &pane.shown.view.whole.strings);
    let middle = place.center().y;
    let (width, font) = (NAMES - 12.0, FontId::proportional(SMALL - 1.0));
    if let Some(track) = pane.tracks.row_of(counter.thread).filter(|_| can_be_chosen(counter.thread)) {
        text::line(ui, pos2(place.left(), middle + 14.0), width, &pane.tracks.name(track), font, palette.hint, Side::Left);
    }
    text::line(
        ui,
        pos2(place.left(), middle),
        width,
        strings.get(counter.name),
        FontId::proportional(BODY - 0.5),
        palette.text,
        Side::Left,
    );
    let most = format!("up to {}", value(counter.whole.max, strings.get(counter.unit)));
    let right = pos2(place.right() - SCROLL_BAR, middle);
    text::line(ui, right, FIGURES - 10.0, &most, FontId::proportional(BODY - 0.5), palette.muted, Side::Right);
}

fn thread_beside(pane: &Pane<'_>, ui: &Ui, busy: &Busy, place: Rect, total: u64) {
    let Some(track) = pane.tracks.tracks.get(busy.track) else { return };
    let (palette, middle) = (palette(ui), place.top() + THREAD / 2.0);
    let name = Rect::from_min_size(place.min, vec2(NAMES - 8.0, THREAD));
    let is_chosen = pane.shown.view.asked.filters.threads.contains(&track.thread);
    let share = units::percent(busy.total.unsigned_abs() as f64 / total.max(1) as f64 * 100.0);
    let words = if busy.total == 0 { "idle".to_owned() } else { format!("{} · {share}", pane.shown.view.show(busy.total)) };
    name_of(pane, ui, busy.track, track.thread, name, &words);
    let color = if is_chosen {
        palette.accent_text
    } else if busy.is_idle {
        palette.hint
    } else {
        palette.text
    };
    let process = track.process.as_deref().filter(|process| *process != track.name);
    let up = if process.is_some() { 6.0 } else { 0.0 };
    let font = FontId::proportional(BODY - 0.5);
    text::line(ui, pos2(place.left() + 4.0, middle - up), NAMES - 18.0, &track.name, font.clone(), color, Side::Left);
    if let Some(process) = process {
        let at = pos2(place.left() + 4.0, middle + 7.0);
        text::line(ui, at, NAMES - 18.0, process, FontId::proportional(SMALL - 1.0), palette.hint, Side::Left);
    }
    let (right, room) = (place.right() - SCROLL_BAR, FIGURES - 10.0);
    let fits = ui.painter().layout_no_wrap(words.clone(), font.clone(), color).size().x <= room;
    match words.split_once(" · ").filter(|_| !fits) {
        Some((total, share)) => {
            text::line(ui, pos2(right, middle - 6.0), room, total, font, color, Side::Right);
            text::line(ui, pos2(right, middle + 7.0), room, share, FontId::proportional(SMALL - 1.0), color, Side::Right);
        }
        None => text::line(ui, pos2(right, middle), room, &words, font, color, Side::Right),
    }
}

/// A thread's name is a button that lets every view show only this thread, or all again.
fn name_of(pane: &Pane<'_>, ui: &Ui, track: usize, thread: ThreadId, place: Rect, figures: &str) {
    let is_chosen = pane.shown.view.asked.filters.threads.contains(&thread);
    let response = ui.interact(place, Id::unique(("timeline thread", thread.0)), Sense::click());
    let name = pane.tracks.name(track);
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_chosen, &name));
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_description(figures));
    if is_chosen || response.hovered() {
        ui.painter().rect_filled(place.shrink2(vec2(0.0, 2.0)), 3.0, palette(ui).raised);
    }
    focus_ring(ui, &response, 3.0);
    if response.clicked() && can_be_chosen(thread) {
        let mut threads = pane.shown.view.asked.filters.threads.clone();
        let adds = ui.input(|input| input.modifiers.command);
        match threads.iter().position(|chosen| *chosen == thread) {
            Some(place) if adds || threads.len() == 1 => drop(threads.remove(place)),
            _ if adds => threads.push(thread),
            _ => threads = vec![thread],
        }
        pane.view.commands.send(Command::Profiles(ProfilesCommand::Threads(threads)));
    }
    let hint =
        if is_chosen { "Click to see all threads again." } else { "Click to see only this thread in every view; Ctrl adds it." };
    response.on_hover_text(format!("{}\n{hint}", cut_name(&name, 200)));
}

/// Pointer and keyboard over the time.
fn over_time(pane: &Pane<'_>, ui: &Ui, all: Rect, rows: &Rows) {
    let place = Rect::from_x_y_ranges(pane.time.x_range(), all.y_range());
    let response = ui.interact(place, Id::unique("timeline"), Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, "Threads over time"));
    let words = "Left and right move along the time, plus and minus zoom, Home shows all of it.";
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_description(words));
    let in_sight = place.intersect(ui.clip_rect());
    focus_ring(ui, &Response { rect: in_sight, ..response.clone() }, 3.0);
    let brushes =
        ui.input(|input| input.modifiers.shift) || ui.data(|data| data.get_temp::<i64>(response.id.with("brush"))).is_some();
    let brush = if brushes { strip::brushing(&response, place, &pane.scale, ui, pane.view) } else { None };
    strip::brushed(ui, in_sight, &pane.scale, brush.or(pane.shown.view.asked.filters.range_ns));
    move_along(pane, ui, &response, place, brushes);
    keyboard(pane, ui, &response);
    let Some(at) = response.hover_pos() else { return };
    ui.painter().vline(at.x, in_sight.y_range(), Stroke::new(1.0, palette(ui).faint));
    if !response.dragged() {
        response.on_hover_ui_at_pointer(|ui| read_out(pane, ui, at.x - place.left(), at.y - place.top(), rows));
    }
}

fn move_along(pane: &Pane<'_>, ui: &Ui, response: &Response, place: Rect, brushes: bool) {
    if response.dragged()
        && !brushes
        && let Some(look) = axis::drag(response.drag_delta().x, &pane.scale)
    {
        strip::look(pane.view, look);
    }
    if response.clicked() {
        response.request_focus();
    }
    let Some(around) = axis::pointed(response, place, &pane.scale).filter(|_| response.hovered()) else { return };
    let (zoom, sideways) = ui.input(|input| (input.zoom_delta(), input.smooth_scroll_delta().x));
    if zoom != 1.0 {
        strip::look(pane.view, Look::Zoom(f64::from(zoom), around));
    }
    if let Some(look) = axis::drag(sideways, &pane.scale).filter(|_| sideways != 0.0) {
        strip::look(pane.view, look);
    }
}

fn keyboard(pane: &Pane<'_>, ui: &Ui, response: &Response) {
    let filter = EventFilter { horizontal_arrows: true, vertical_arrows: false, tab: false, escape: false };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    if !response.has_focus() {
        return;
    }
    let seen = pane.doc.timeline().sight().seen();
    let middle = seen.start.saturating_add(axis::part(&seen, 0.5));
    let keys = [
        (Key::ArrowLeft, Look::Pan(axis::part(&seen, -0.2))),
        (Key::ArrowRight, Look::Pan(axis::part(&seen, 0.2))),
        (Key::Plus, Look::Zoom(1.5, middle)),
        (Key::Equals, Look::Zoom(1.5, middle)),
        (Key::Minus, Look::Zoom(1.0 / 1.5, middle)),
        (Key::Home, Look::All),
    ];
    for (key, look) in keys {
        if ui.input_mut(|input| input.consume_key(Modifiers::NONE, key)) {
            strip::look(pane.view, look);
        }
    }
}

/// What is under the pointer, at `x` and `y` from the corner of the rows.
fn read_out(pane: &Pane<'_>, ui: &mut Ui, x: f32, y: f32, rows: &Rows) {
    ui.set_max_width(380.0);
    let Some((row, top, _)) = rows.at(y).and_then(|row| rows.get(row)) else { return };
    let range =
        pane.scale.place(f64::from(x))..pane.scale.place(f64::from(x) + 1.0).max(pane.scale.place(f64::from(x)).saturating_add(1));
    let lines = match row {
        Row::Counter(counter) => counter_words(pane, *counter, &range),
        Row::Thread(busy) => {
            let lane = ((y - top - THREAD + 2.0) / LANE).floor();
            let marker = if lane >= 0.0 { marker_words(pane, busy.track, lane as usize, x) } else { None };
            marker.or_else(|| thread_words(pane, busy.track, &range))
        }
    };
    let mut lines = lines.unwrap_or_default().into_iter();
    let length = pane.scale.to.abs_diff(pane.scale.from);
    if let Some(title) = lines.next() {
        ui.label(RichText::new(cut_name(&title, 200)).font(medium(BODY)).color(palette(ui).text));
    }
    lines.for_each(|line| drop(ui.label(RichText::new(line).color(palette(ui).text))));
    ui.label(RichText::new(format!("at {}", axis::seconds(range.start, length))).size(SMALL).color(palette(ui).muted));
}

fn counter_words(pane: &Pane<'_>, counter: usize, range: &std::ops::Range<i64>) -> Option<Vec<String>> {
    let (counter, strings) = (pane.tracks.counters.get(counter)?, &pane.shown.view.whole.strings);
    let unit = strings.get(counter.unit);
    let found = counter.within(range.clone());
    let words = found.map_or_else(
        || "Nothing was written down yet".to_owned(),
        |found| match (value(found.min, unit), value(found.max, unit)) {
            (min, max) if min == max => max,
            (min, max) => format!("{min} to {max}"),
        },
    );
    Some(vec![strings.get(counter.name).to_owned(), words])
}

fn thread_words(pane: &Pane<'_>, track: usize, range: &std::ops::Range<i64>) -> Option<Vec<String>> {
    let activity = pane.tracks.is_time.then(|| pane.tracks.activity(track, range.clone(), 1).first().copied()).flatten();
    let words = match activity {
        Some(busy) => format!(
            "busy {} of {}",
            format::percent(f64::from(busy) * 100.0),
            format::seconds((range.end - range.start) as f64 / 1e9)
        ),
        None => format!(
            "{} in {}",
            pane.shown.view.show(pane.tracks.total(track, range.clone())),
            format::seconds((range.end - range.start) as f64 / 1e9)
        ),
    };
    Some(vec![pane.tracks.name(track), words])
}

/// The marker of a lane that is nearest to `x`.
fn marker_words(pane: &Pane<'_>, track: usize, lane: usize, x: f32) -> Option<Vec<String>> {
    let near = Scale::new(
        pane.scale.place(f64::from(x - NEAR))..pane.scale.place(f64::from(x + NEAR)).max(pane.scale.from.saturating_add(1)),
        f64::from(2.0 * NEAR),
    );
    let marks = pane.tracks.tracks.get(track)?.markers.marks(&near);
    let mark = marks.into_iter().find(|mark| mark.lane == lane)?;
    let profile = &pane.shown.view.whole;
    let marker = profile.markers.get(mark.marker as usize);
    let strings = &profile.strings;
    let length = marker.end_ns.max(marker.start_ns).abs_diff(marker.start_ns);
    let mut lines = vec![strings.get(marker.name).to_owned()];
    let told = [strings.get(marker.category), strings.get(marker.text)];
    lines.extend(told.into_iter().filter(|text| !text.is_empty()).map(|text| cut_name(text, 300)));
    if length > 0 {
        lines.push(format!("{} long", format::seconds(length as f64 / 1e9)));
    }
    if mark.count > 1 {
        lines.push(format!("and {} more here", format::count(u64::from(mark.count) - 1)));
    }
    Some(lines)
}

/// A counter's value with its unit.
pub fn value(value: f64, unit: &str) -> String {
    if units::in_smallest(unit).is_some() && value.abs() < 9e18 {
        return units::format_value(value.round() as i64, unit);
    }
    format!("{} {unit}", format::number(value)).trim_end().to_owned()
}
