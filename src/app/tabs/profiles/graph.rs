//! The flame graph: boxes, text, pointer, keyboard.

use std::sync::Arc;

use eframe::egui::text::{LayoutJob, TextWrapping};
use eframe::egui::{
    self, Color32, Event, EventFilter, FontId, Id, Key, Modifiers, Rect, Response, RichText, Role, ScrollArea, Sense, Shape,
    Stroke, StrokeKind, Ui, Vec2, WidgetInfo, accesskit, pos2, vec2,
};

use crate::app::theme::{BODY, SMALL, medium, palette};
use crate::app::widgets::focus_ring;
use crate::app::{Command, View};
use crate::operations::cut_name;
use crate::profile::{NodeId, Rect as Place};

use super::boxes::{Boxes, For, Places, ROW, TEXT_MARGIN, all};
use super::zoom::{Direction, step};
use super::{ProfilesCommand, ProfilesTab, Shown};

/// Letters of a name in the read-out at the pointer.
const READ_OUT: usize = 300;

/// Room for the scroll bar beside the graph, in points.
const SCROLL_BAR: f32 = 11.0;

/// Where the layout of the last frame is kept.
fn layout_id() -> Id {
    Id::unique("flame graph layout")
}

/// What is kept from frame to frame.
#[derive(Clone)]
struct Kept {
    places: Arc<Places>,
    boxes: Arc<Boxes>,
}

/// Draws the graph into what is left of `ui`.
pub fn show(tab: &ProfilesTab, shown: &Shown, ui: &mut Ui, view: View) {
    let (kept, room) = (ui.data(|data| data.get_temp::<Kept>(layout_id())), ui.available_size());
    let scrolls = kept.as_ref().is_some_and(|kept| kept.places.rows() as f32 * ROW > room.y);
    let width = if scrolls { room.x - SCROLL_BAR } else { room.x };
    let places = places(tab, shown, width, kept.as_ref());
    let outer = ui.available_rect_before_wrap();
    let mut area = ScrollArea::vertical().id_salt("flame graph").auto_shrink(false);
    let same = |kept: &Kept| (kept.places.made_for.0, kept.places.made_for.1) == (places.made_for.0, places.made_for.1);
    if !kept.as_ref().is_some_and(same) {
        area = area.vertical_scroll_offset(0.0);
    }
    let response = area
        .show_viewport(ui, |ui, viewport| {
            let size = vec2(width, (places.rows() as f32 * ROW).max(viewport.height()));
            let (rect, response) = ui.allocate_exact_size(size, Sense::click());
            let boxes = boxes(tab, shown, ui, viewport, &places, kept.as_ref());
            let kept = Kept { places: Arc::clone(&places), boxes: Arc::clone(&boxes) };
            ui.data_mut(|data| data.insert_temp(layout_id(), kept));
            paint(ui, rect, &boxes);
            pointer(tab, shown, ui, view, &response, rect, &places);
            keyboard(tab, shown, ui, view, &response, rect);
            name_boxes(shown, ui, view, rect, &boxes);
            response
        })
        .inner;
    describe(tab, shown, &response);
    let visible = Response { rect: outer.expand(2.0), ..response };
    focus_ring(ui, &visible, 3.0);
}

/// Where all boxes lie: as in the last frame, unless zoom or width changed.
fn places(tab: &ProfilesTab, shown: &Shown, width: f32, kept: Option<&Kept>) -> Arc<Places> {
    let made_for = (shown.serial, tab.zoom().root(), width);
    match kept {
        Some(kept) if kept.places.made_for == made_for => Arc::clone(&kept.places),
        _ => Arc::new(Places::new(made_for, &shown.view)),
    }
}

/// The boxes of this frame: those of the last one, unless something changed.
fn boxes(tab: &ProfilesTab, shown: &Shown, ui: &Ui, viewport: Rect, places: &Places, kept: Option<&Kept>) -> Arc<Boxes> {
    let arranged = tab.arranged().filter(|arranged| arranged.is_search());
    let (serial, root, width) = places.made_for;
    let made_for = For {
        serial,
        root,
        width,
        rows: (viewport.top() / ROW).floor().max(0.0) as u32..(viewport.bottom() / ROW).ceil().max(0.0) as u32,
        pixels: ui.pixels_per_point(),
        dark: ui.visuals().dark_mode,
        query: arranged.map(|arranged| arranged.query.clone()).unwrap_or_default(),
        selected: tab.selection().map(|selection| selection.group),
    };
    match kept {
        Some(kept) if kept.boxes.made_for == made_for => Arc::clone(&kept.boxes),
        _ => Arc::new(Boxes::new(made_for, places, &shown.view, arranged.map(|arranged| &arranged.matches), palette(ui))),
    }
}

fn paint(ui: &Ui, rect: Rect, boxes: &Boxes) {
    let (painter, origin) = (ui.painter(), rect.min.to_vec2());
    let mut mesh = boxes.mesh.clone();
    mesh.translate(origin);
    painter.add(Shape::mesh(mesh));
    let font = FontId::proportional(SMALL);
    for text in &boxes.texts {
        let mut job = LayoutJob::simple_singleline(text.text.clone(), font.clone(), text.color);
        job.wrap = TextWrapping::truncate_at_width(text.rect.width() - 2.0 * TEXT_MARGIN + 1.0);
        let galley = painter.layout_job(job);
        let middle = text.rect.center().y - galley.size().y / 2.0;
        painter.galley(pos2(text.rect.left() + TEXT_MARGIN, middle) + origin, galley, text.color);
    }
}

/// A box on the screen, in the graph that fills `rect`.
fn on_screen(place: &Place, rect: Rect) -> Rect {
    let top = rect.top() + place.depth as f32 * ROW;
    Rect::from_min_max(pos2(rect.left() + place.x0, top), pos2(rect.left() + place.x1 - 1.0, top + ROW - 1.0))
}

/// The box of `node` when it is below `root`.
fn place_of(tab: &ProfilesTab, shown: &Shown, node: NodeId, width: f32) -> Option<Place> {
    let (tree, root) = (shown.view.tree.as_ref()?, tab.zoom().root());
    if !(root..tree.end(root)).contains(&node) {
        return None;
    }
    let scale = width / tree.total(root).unsigned_abs().max(1) as f32;
    let (mut x0, path) = (0.0, tree.path(node));
    let below = path.iter().position(|step| *step == root)?;
    for pair in path.get(below..)?.windows(2) {
        let [caller, callee] = pair else { continue };
        let before =
            tree.children(*caller).take_while(|child| child != callee).map(|child| tree.total(child).unsigned_abs()).sum::<u64>();
        x0 += before as f32 * scale;
    }
    let wide = tree.total(node).unsigned_abs() as f32 * scale;
    Some(Place { node, depth: (path.len() - 1 - below) as u32, x0, x1: x0 + wide })
}

fn pointer(tab: &ProfilesTab, shown: &Shown, ui: &Ui, view: View, response: &Response, rect: Rect, places: &Places) {
    let chosen = tab.selection().and_then(|selection| selection.node).filter(|node| *node != tab.zoom().root());
    if let Some(place) = chosen.and_then(|node| place_of(tab, shown, node, rect.width())) {
        let rect = on_screen(&place, rect);
        ui.painter().rect_stroke(rect.expand(0.5), 2.0, Stroke::new(2.0, palette(ui).accent), StrokeKind::Middle);
    }
    let Some(at) = response.hover_pos() else { return };
    let row = ((at.y - rect.top()) / ROW).floor().max(0.0) as u32;
    let Some(place) = places.at(at.x - rect.left(), row) else { return };
    let pointed = on_screen(place, rect);
    ui.painter().rect_filled(pointed, 2.0, Color32::from_white_alpha(28));
    ui.painter().rect_stroke(pointed, 2.0, Stroke::new(1.0, palette(ui).text), StrokeKind::Middle);
    ui.ctx().set_cursor_icon(egui::CursorIcon::PointingHand);
    response.clone().on_hover_ui_at_pointer(|ui| read_out(tab, shown, ui, place.node));
    if response.clicked() {
        response.request_focus();
        view.commands.send(Command::Profiles(ProfilesCommand::Zoom(place.node)));
    }
}

/// What the box under the pointer is.
fn read_out(tab: &ProfilesTab, shown: &Shown, ui: &mut Ui, node: NodeId) {
    let (view, palette) = (&shown.view, palette(ui));
    let Some(tree) = &view.tree else { return };
    ui.set_max_width(380.0);
    let (group, total, own) = (tree.group(node), tree.total(node), tree.self_value(node));
    let name = if node == NodeId::ROOT { all(view) } else { cut_name(view.name(group), READ_OUT) };
    ui.label(RichText::new(name).font(medium(BODY)).color(palette.text));
    let place = view.place(group);
    if node != NodeId::ROOT && !place.is_empty() {
        ui.label(RichText::new(place).size(SMALL).color(palette.muted));
    }
    let root = tab.zoom().root();
    let part = |value: i64| value as f64 / tree.total(root).unsigned_abs().max(1) as f64 * 100.0;
    let zoomed = |value: i64| {
        let share = crate::profile::units::percent(part(value));
        if tab.zoom().is_part() { format!(" · {share} of what is zoomed") } else { String::new() }
    };
    for (what, value) in [("Total", total), ("Self", own)] {
        let figures = format!("{what}  {} · {} of all{}", view.show(value), view.share(value), zoomed(value));
        ui.label(RichText::new(figures).color(palette.text));
    }
}

fn keyboard(tab: &ProfilesTab, shown: &Shown, ui: &mut Ui, view: View, response: &Response, rect: Rect) {
    let filter = EventFilter { horizontal_arrows: true, vertical_arrows: true, tab: false, escape: false };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    let Some(tree) = shown.view.tree.as_ref().filter(|_| response.has_focus()) else { return };
    let (root, selected) = (tab.zoom().root(), tab.selection().and_then(|selection| selection.node));
    let send = |command| view.commands.send(Command::Profiles(command));
    let least = (tree.total(root).unsigned_abs() as f64 / f64::from(rect.width().max(1.0))).ceil() as u64;
    let arrows = [
        (Key::ArrowUp, Direction::Up),
        (Key::ArrowDown, Direction::Down),
        (Key::ArrowLeft, Direction::Left),
        (Key::ArrowRight, Direction::Right),
    ];
    for (key, direction) in arrows {
        if !ui.input_mut(|input| input.consume_key(Modifiers::NONE, key)) {
            continue;
        }
        if let Some(node) = step(tree, root, selected, direction, least) {
            send(ProfilesCommand::SelectNode(node));
            if let Some(place) = place_of(tab, shown, node, rect.width()) {
                ui.scroll_to_rect(on_screen(&place, rect), None);
            }
        }
    }
    if let Some(node) = selected.filter(|_| ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter))) {
        send(ProfilesCommand::Zoom(node));
    }
}

/// Gives the boxes with text a name for screen readers.
fn name_boxes(shown: &Shown, ui: &Ui, view: View, rect: Rect, boxes: &Boxes) {
    let clip = ui.clip_rect();
    let asked = ui.input(|input| input.events.iter().any(|event| matches!(event, Event::AccessKitActionRequest(_))));
    for text in &boxes.texts {
        let id = ui.scope_id().with(("flame box", text.node.0));
        let place = text.rect.translate(rect.min.to_vec2()).intersect(clip);
        let told = ui.ctx().accesskit_node_builder(id, |node| {
            let (group, total) =
                shown.view.tree.as_ref().map_or_else(Default::default, |tree| (tree.group(text.node), tree.total(text.node)));
            let name = if text.node == NodeId::ROOT { "all".to_owned() } else { cut_name(shown.view.name(group), READ_OUT) };
            node.set_role(Role::Button);
            node.set_label(name);
            node.set_description(format!("{} · {}", shown.view.show(total), shown.view.share(total)));
            node.set_bounds(bounds(place));
            node.add_action(accesskit::Action::Click);
        });
        if told.is_none() {
            return;
        }
        if asked && ui.input(|input| input.has_accesskit_action_request(id, accesskit::Action::Click)) {
            view.commands.send(Command::Profiles(ProfilesCommand::Zoom(text.node)));
        }
    }
}

fn bounds(rect: Rect) -> accesskit::Rect {
    let [x0, y0, x1, y1] = [rect.left(), rect.top(), rect.right(), rect.bottom()].map(f64::from);
    accesskit::Rect { x0, y0, x1, y1 }
}

/// What a screen reader says of the graph as a whole: the selected box.
fn describe(tab: &ProfilesTab, shown: &Shown, response: &Response) {
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, "Flame graph"));
    let selected = tab.selection().and_then(|selection| selection.node).zip(shown.view.tree.as_ref());
    let words = selected.map(|(node, tree)| {
        let total = tree.total(node);
        format!(
            "{}, total {}, {}",
            cut_name(shown.view.name(tree.group(node)), READ_OUT),
            shown.view.show(total),
            shown.view.share(total)
        )
    });
    let words = words.unwrap_or_else(|| "Arrow keys move among the calls, Enter zooms in, Backspace goes back.".to_owned());
    response.ctx.accesskit_node_builder(response.id, |node| node.set_description(words));
}

/// Space for the graph when there is none.
pub fn nothing(ui: &mut Ui, words: &str) {
    ui.allocate_ui(Vec2::new(ui.available_width(), 60.0), |ui| {
        ui.centered_and_justified(|ui| ui.label(RichText::new(words).color(palette(ui).muted)))
    });
}
