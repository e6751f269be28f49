//! The flame graph: boxes, text, pointer, keyboard.

use std::sync::Arc;

use eframe::egui::{
    self, Color32, Event, EventFilter, Id, Key, Modifiers, Rect, Response, RichText, Role, ScrollArea, Sense, Stroke, StrokeKind,
    Ui, Vec2, WidgetInfo, accesskit, pos2, vec2,
};

use crate::app::theme::{BODY, SMALL, medium, palette};
use crate::app::widgets::focus_ring;
use crate::app::{Command, View};
use crate::operations::cut_name;
use crate::profile::{NodeId, Rect as Place, Tree};

use super::boxes::{Boxes, Colors, For, Of, Placed, Places, ROW, all, paint, top_of};
use super::zoom::{Direction, step};
use super::{AgainstCommand, Arranged, ProfilesCommand, Selection, Shown, menu};

/// Letters of a name in the read-out at the pointer.
const READ_OUT: usize = 300;

/// Room for the scroll bar beside the graph, in points.
const SCROLL_BAR: f32 = 11.0;

/// What is kept from frame to frame.
#[derive(Clone)]
struct Kept {
    places: Arc<Places>,
    boxes: Arc<Boxes>,
}

/// A graph to be drawn.
#[derive(Clone, Copy)]
pub struct Pane<'a> {
    /// What it is called.
    pub name: &'static str,
    /// What is drawn.
    pub of: Of<'a>,
    /// Which tree that is: the view's number, and which of its trees.
    pub tree_number: (u64, u64),
    /// The call that fills the width.
    pub root: NodeId,
    /// Whether callers stand above: rows go up from the lower edge.
    pub up: bool,
    /// What is looked at.
    pub selection: Option<Selection>,
    /// What is searched for.
    pub search: Option<&'a Arranged>,
    /// What the colours tell.
    pub colors: Colors,
    /// What a click on a call asks for.
    pub clicked: fn(&Tree, NodeId) -> ProfilesCommand,
    /// The view, for the menu of a call.
    pub shown: &'a Shown,
}

impl Pane<'_> {
    /// Where the layout of the last frame is kept.
    fn layout_id(self) -> Id {
        Id::unique(("flame graph layout", self.name))
    }

    fn is_part(self) -> bool {
        self.root != NodeId::ROOT
    }

    /// What a call is named where there is much room.
    fn read_out(self, node: NodeId) -> String {
        if node == NodeId::ROOT { "all".to_owned() } else { cut_name(self.of.view.name(self.of.tree.group(node)), READ_OUT) }
    }

    /// What was measured in a call and below it, for a screen reader.
    fn figures(self, node: NodeId) -> String {
        let total = self.of.tree.total(node);
        let plain = || format!("{}, {}", self.of.view.show(total), self.of.view.share(total));
        self.of.changes.map_or_else(plain, |changes| changes.figures(node))
    }

    /// What looks at a call.
    fn select(self, node: NodeId) -> ProfilesCommand {
        match self.of.changes {
            Some(_) => ProfilesCommand::Against(AgainstCommand::SelectNode(node)),
            None => ProfilesCommand::SelectNode(node),
        }
    }
}

/// Draws the graph into what is left of `ui`.
pub fn show(pane: Pane<'_>, ui: &mut Ui, view: View) {
    let (kept, room) = (ui.data(|data| data.get_temp::<Kept>(pane.layout_id())), ui.available_size());
    let scrolls = kept.as_ref().is_some_and(|kept| kept.places.rows() as f32 * ROW > room.y);
    let width = if scrolls { room.x - SCROLL_BAR } else { room.x };
    let places = places(pane, width, kept.as_ref());
    let outer = ui.available_rect_before_wrap();
    let mut area = ScrollArea::vertical().id_salt(pane.name).auto_shrink(false);
    let same = |kept: &Kept| (kept.places.made_for.tree, kept.places.made_for.root) == (places.made_for.tree, places.made_for.root);
    if !kept.as_ref().is_some_and(same) {
        let bottom = (places.rows() as f32 * ROW - room.y).max(0.0);
        area = area.vertical_scroll_offset(if pane.up { bottom } else { 0.0 });
    }
    let response = area
        .show_viewport(ui, |ui, viewport| {
            let size = vec2(width, (places.rows() as f32 * ROW).max(viewport.height()));
            let (rect, response) = ui.allocate_exact_size(size, Sense::click());
            let boxes = boxes(pane, ui, viewport, size.y, &places, kept.as_ref());
            let kept = Kept { places: Arc::clone(&places), boxes: Arc::clone(&boxes) };
            ui.data_mut(|data| data.insert_temp(pane.layout_id(), kept));
            paint(ui, rect, &boxes.mesh, boxes.texts.iter().map(|text| (text.text.as_str(), text.rect, text.color)));
            pointer(pane, ui, view, &response, rect, &places);
            keyboard(pane, ui, view, &response, rect);
            name_boxes(pane, ui, view, rect, &boxes);
            response
        })
        .inner;
    describe(pane, &response);
    let visible = Response { rect: outer.expand(2.0), ..response };
    focus_ring(ui, &visible, 3.0);
}

/// Where all boxes lie: as in the last frame, unless zoom or width changed.
fn places(pane: Pane<'_>, width: f32, kept: Option<&Kept>) -> Arc<Places> {
    let made_for = Placed { tree: pane.tree_number, root: pane.root, width };
    match kept {
        Some(kept) if kept.places.made_for == made_for => Arc::clone(&kept.places),
        _ => Arc::new(Places::new(made_for, pane.of.tree)),
    }
}

/// The boxes of this frame: those of the last one, unless something changed.
fn boxes(pane: Pane<'_>, ui: &Ui, viewport: Rect, height: f32, places: &Places, kept: Option<&Kept>) -> Arc<Boxes> {
    let (first, last) =
        if pane.up { (height - viewport.bottom(), height - viewport.top()) } else { (viewport.top(), viewport.bottom()) };
    let made_for = For {
        places: places.made_for,
        up_from: pane.up.then_some(height),
        rows: (first / ROW).floor().max(0.0) as u32..(last / ROW).ceil().max(0.0) as u32,
        pixels: ui.pixels_per_point(),
        dark: ui.visuals().dark_mode,
        colors: pane.colors,
        sought: pane.search.map(Arranged::sought),
        selected: pane.selection.map(|selection| selection.group),
    };
    match kept {
        Some(kept) if kept.boxes.made_for == made_for => Arc::clone(&kept.boxes),
        _ => Arc::new(Boxes::new(made_for, places, pane.of, pane.search.map(|arranged| &arranged.matches), palette(ui))),
    }
}

/// A box on the screen, in the graph that fills `rect`.
fn on_screen(place: &Place, rect: Rect, up: bool) -> Rect {
    let top = rect.top() + top_of(place.depth, up.then_some(rect.height()));
    Rect::from_min_max(pos2(rect.left() + place.x0, top), pos2(rect.left() + place.x1 - 1.0, top + ROW - 1.0))
}

/// The box of `node` when it is below the call that fills the width.
fn place_of(pane: Pane<'_>, node: NodeId, width: f32) -> Option<Place> {
    let (tree, root) = (pane.of.tree, pane.root);
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

fn pointer(pane: Pane<'_>, ui: &Ui, view: View, response: &Response, rect: Rect, places: &Places) {
    let chosen = pane.selection.and_then(|selection| selection.node).filter(|node| *node != pane.root);
    if let Some(place) = chosen.and_then(|node| place_of(pane, node, rect.width())) {
        let rect = on_screen(&place, rect, pane.up);
        ui.painter().rect_stroke(rect.expand(0.5), 2.0, Stroke::new(2.0, palette(ui).accent), StrokeKind::Middle);
    }
    menu_of(pane, ui, view, response, rect, places);
    let Some(at) = response.hover_pos() else { return };
    let Some(place) = box_at(pane, at, rect, places) else { return };
    let pointed = on_screen(place, rect, pane.up);
    ui.painter().rect_filled(pointed, 2.0, Color32::from_white_alpha(28));
    ui.painter().rect_stroke(pointed, 2.0, Stroke::new(1.0, palette(ui).text), StrokeKind::Middle);
    ui.ctx().set_cursor_icon(egui::CursorIcon::PointingHand);
    response.clone().on_hover_ui_at_pointer(|ui| read_out(pane, ui, place.node));
    if response.clicked() {
        response.request_focus();
        view.commands.send(Command::Profiles((pane.clicked)(pane.of.tree, place.node)));
    }
}

/// The box at a place on the screen.
fn box_at<'a>(pane: Pane<'_>, at: egui::Pos2, rect: Rect, places: &'a Places) -> Option<&'a Place> {
    let down = if pane.up { rect.bottom() - at.y } else { at.y - rect.top() };
    places.at(at.x - rect.left(), (down / ROW).floor().max(0.0) as u32)
}

/// The menu of the call that was clicked with the right button.
fn menu_of(pane: Pane<'_>, ui: &Ui, view: View, response: &Response, rect: Rect, places: &Places) {
    let id = pane.layout_id().with("menu");
    if response.secondary_clicked()
        && let Some(at) = response.interact_pointer_pos()
    {
        let node = box_at(pane, at, rect, places).map(|place| place.node).filter(|node| *node != NodeId::ROOT);
        ui.data_mut(|data| data.insert_temp(id, node));
    }
    if let Some(node) = ui.data(|data| data.get_temp::<Option<NodeId>>(id)).flatten() {
        match pane.of.changes {
            Some(changes) => changes.menu(response, node, view),
            None => menu::show(response, pane.shown, pane.of.tree, node, view),
        }
    }
}

/// What the box under the pointer is.
fn read_out(pane: Pane<'_>, ui: &mut Ui, node: NodeId) {
    let (Of { view, tree, changes }, palette) = (pane.of, palette(ui));
    ui.set_max_width(380.0);
    let (group, total, own) = (tree.group(node), tree.total(node), tree.self_value(node));
    let name = if node == NodeId::ROOT { all(pane.of) } else { pane.read_out(node) };
    ui.label(RichText::new(name).font(medium(BODY)).color(palette.text));
    let place = view.place(group);
    if node != NodeId::ROOT && !place.is_empty() {
        ui.label(RichText::new(place).size(SMALL).color(palette.muted));
    }
    if let Some(changes) = changes {
        changes.read_out(ui, node);
        return;
    }
    let part = |value: i64| value as f64 / tree.total(pane.root).unsigned_abs().max(1) as f64 * 100.0;
    let zoomed = |value: i64| {
        let share = crate::profile::units::percent(part(value));
        if pane.is_part() { format!(" · {share} of what is zoomed") } else { String::new() }
    };
    for (what, value) in [("Total", total), ("Self", own)] {
        let figures = format!("{what}  {} · {} of all{}", view.show(value), view.share(value), zoomed(value));
        ui.label(RichText::new(figures).color(palette.text));
    }
}

fn keyboard(pane: Pane<'_>, ui: &mut Ui, view: View, response: &Response, rect: Rect) {
    let filter = EventFilter { horizontal_arrows: true, vertical_arrows: true, tab: false, escape: false };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    if !response.has_focus() {
        return;
    }
    let (root, selected) = (pane.root, pane.selection.and_then(|selection| selection.node));
    let send = |command| view.commands.send(Command::Profiles(command));
    let least = (pane.of.tree.total(root).unsigned_abs() as f64 / f64::from(rect.width().max(1.0))).ceil() as u64;
    let arrows = [
        (Key::ArrowUp, if pane.up { Direction::Down } else { Direction::Up }),
        (Key::ArrowDown, if pane.up { Direction::Up } else { Direction::Down }),
        (Key::ArrowLeft, Direction::Left),
        (Key::ArrowRight, Direction::Right),
    ];
    for (key, direction) in arrows {
        if !ui.input_mut(|input| input.consume_key(Modifiers::NONE, key)) {
            continue;
        }
        if let Some(node) = step(pane.of.tree, root, selected, direction, least) {
            send(pane.select(node));
            if let Some(place) = place_of(pane, node, rect.width()) {
                ui.scroll_to_rect(on_screen(&place, rect, pane.up), None);
            }
        }
    }
    if let Some(node) = selected.filter(|_| ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter))) {
        send((pane.clicked)(pane.of.tree, node));
    }
    let copied = ui.input(|input| input.events.iter().any(|event| matches!(event, Event::Copy)));
    if let Some(node) = selected.filter(|_| copied) {
        ui.ctx().copy_text(menu::stack_text(pane.of.view, pane.of.tree, node));
    }
}

/// Gives the boxes with text a name for screen readers.
fn name_boxes(pane: Pane<'_>, ui: &Ui, view: View, rect: Rect, boxes: &Boxes) {
    let clip = ui.clip_rect();
    let asked = ui.input(|input| input.events.iter().any(|event| matches!(event, Event::AccessKitActionRequest(_))));
    for text in &boxes.texts {
        let id = ui.scope_id().with(("flame box", pane.name, text.node.0));
        let place = text.rect.translate(rect.min.to_vec2()).intersect(clip);
        let told = ui.ctx().accesskit_node_builder(id, |node| {
            node.set_role(Role::Button);
            node.set_label(pane.read_out(text.node));
            node.set_description(pane.figures(text.node));
            node.set_bounds(bounds(place));
            node.add_action(accesskit::Action::Click);
        });
        if told.is_none() {
            return;
        }
        if asked && ui.input(|input| input.has_accesskit_action_request(id, accesskit::Action::Click)) {
            view.commands.send(Command::Profiles((pane.clicked)(pane.of.tree, text.node)));
        }
    }
}

/// A place as screen readers are told it.
pub fn bounds(rect: Rect) -> accesskit::Rect {
    let [x0, y0, x1, y1] = [rect.left(), rect.top(), rect.right(), rect.bottom()].map(f64::from);
    accesskit::Rect { x0, y0, x1, y1 }
}

/// What a screen reader says of the graph as a whole: the selected box.
fn describe(pane: Pane<'_>, response: &Response) {
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, pane.name));
    let words = pane.selection.and_then(|selection| selection.node);
    let words = words.map(|node| format!("{}, total {}", pane.read_out(node), pane.figures(node)));
    let words = words.unwrap_or_else(|| "Arrow keys move among the calls, Enter zooms in, Backspace goes back.".to_owned());
    response.ctx.accesskit_node_builder(response.id, |node| node.set_description(words));
}

/// Space for the graph when there is none.
pub fn nothing(ui: &mut Ui, words: &str) {
    ui.allocate_ui(Vec2::new(ui.available_width(), 60.0), |ui| {
        ui.centered_and_justified(|ui| ui.label(RichText::new(words).color(palette(ui).muted)))
    });
}
