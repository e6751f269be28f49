//! The pieces of the tab where they stand: drawn there, moved by their heads, made larger by the borders between them.
//!
//! The layout is only read here; what a person drags becomes a command like all else.

use eframe::egui::{
    Align, Align2, CursorIcon, LayerId, Layout as Flow, Order, Pos2, Rect, Response, ScrollArea, Sense, Stroke, StrokeKind, Ui,
    UiBuilder, pos2, vec2,
};

use crate::app::theme::{CARD_RADIUS, GAP, medium, palette};
use crate::app::widgets::row_rects;
use crate::app::{Command, View};

use super::layout::{LEAST_WIDTH, Layout, Piece, Side};
use super::{LayoutCommand, MonitorCommand, MonitorTab};

/// Height of the head by which a piece is moved, in points.
const HEAD: f32 = 36.0;

/// A piece and where it stands.
struct Place<'a> {
    piece: &'a Piece,
    row: usize,
    at: usize,
    rect: Rect,
}

fn send(view: View, command: LayoutCommand) {
    view.commands.send(Command::Monitor(MonitorCommand::Layout(command)));
}

/// Draws all pieces with `draw`, on what is left of `ui`; where that is too low for them it scrolls.
pub fn show(tab: &MonitorTab, ui: &mut Ui, view: View, mut draw: impl FnMut(&Piece, &mut Ui)) {
    let heights = tab.layout().heights(ui.available_height(), GAP);
    let total = heights.iter().sum::<f32>() + GAP * heights.len().saturating_sub(1) as f32;
    if total <= ui.available_height() + 1.0 {
        return board(tab.layout(), ui, view, &heights, &mut draw);
    }
    ScrollArea::vertical().id_salt("plots").auto_shrink(false).show(ui, |ui| board(tab.layout(), ui, view, &heights, &mut draw));
}

fn board(layout: &Layout, ui: &mut Ui, view: View, heights: &[f32], draw: &mut impl FnMut(&Piece, &mut Ui)) {
    let whole = Rect::from_min_size(ui.cursor().min, vec2(ui.available_width(), 0.0));
    let places = places(layout, whole, heights);
    for place in &places {
        let builder = UiBuilder::new().id_salt(place.piece.name()).max_rect(place.rect).layout(Flow::top_down(Align::Min));
        ui.scope_builder(builder, |ui| {
            ui.shrink_clip_rect(place.rect.expand(2.0));
            if ui.is_rect_visible(place.rect) {
                let head = Rect::from_min_size(place.rect.min, vec2(place.rect.width(), HEAD));
                // Before all else in the card, so that its controls lie above it.
                let head = ui.interact(head, ui.scope_id().with("move"), Sense::DRAG);
                draw(place.piece, ui);
                carry(&head, ui, view, place, &places);
            }
        });
    }
    borders(ui, view, &places, heights);
    let bottom = places.iter().map(|place| place.rect.bottom()).fold(whole.top(), f32::max);
    ui.advance_cursor_after_rect(Rect::from_min_max(whole.min, pos2(whole.right(), bottom)));
}

fn places<'a>(layout: &'a Layout, whole: Rect, heights: &[f32]) -> Vec<Place<'a>> {
    let mut top = whole.top();
    let mut places = Vec::new();
    for (row, (cells, height)) in layout.rows().iter().zip(heights).enumerate() {
        let widths: Vec<f32> = cells.cells.iter().map(|cell| cell.width).collect();
        for (at, (cell, (left, width))) in cells.cells.iter().zip(row_rects(whole.width(), &widths)).enumerate() {
            let rect = Rect::from_min_size(pos2(whole.left() + left, top), vec2(width, *height));
            places.push(Place { piece: &cell.piece, row, at, rect });
        }
        top += height + GAP;
    }
    places
}

/// Follows the pointer that carries a piece, and shows where it would go.
fn carry(head: &Response, ui: &Ui, view: View, own: &Place, places: &[Place]) {
    if head.hovered() && !head.dragged() {
        ui.ctx().set_cursor_icon(CursorIcon::Grab);
    }
    if !head.dragged() && !head.drag_stopped() {
        return;
    }
    let Some(pointer) = ui.input(|input| input.pointer.interact_pos()) else { return };
    let target = places.iter().find(|place| place.rect.expand(GAP / 2.0).contains(pointer) && place.piece != own.piece);
    let target = target.map(|place| (place, side(place.rect, pointer)));
    if head.drag_stopped() {
        if let Some((place, side)) = target {
            send(view, LayoutCommand::Put(own.piece.clone(), side, place.piece.clone()));
        }
        return;
    }
    ui.ctx().set_cursor_icon(CursorIcon::Grabbing);
    let palette = palette(ui);
    let painter = ui.ctx().layer_painter(LayerId::new(Order::Foreground, ui.scope_id().with("carried")));
    if let Some((place, side)) = target {
        let there = half(place.rect, side);
        painter.rect(there, CARD_RADIUS, palette.accent.gamma_multiply(0.18), Stroke::new(2.0, palette.accent), StrokeKind::Inside);
    }
    painter.rect_stroke(own.rect, CARD_RADIUS, Stroke::new(1.0, palette.accent), StrokeKind::Inside);
    painter.text(pointer + vec2(12.0, 4.0), Align2::LEFT_TOP, own.piece.title(), medium(12.0), palette.text);
}

/// The edge of a rectangle that a point in it is nearest to, in relation to its size.
fn side(rect: Rect, point: Pos2) -> Side {
    let (x, y) = ((point.x - rect.left()) / rect.width().max(1.0), (point.y - rect.top()) / rect.height().max(1.0));
    let distances = [(x, Side::Left), (1.0 - x, Side::Right), (y, Side::Above), (1.0 - y, Side::Below)];
    distances.into_iter().min_by(|one, other| one.0.total_cmp(&other.0)).map_or(Side::Below, |(_, side)| side)
}

fn half(rect: Rect, side: Side) -> Rect {
    let middle = rect.center();
    match side {
        Side::Left => rect.with_max_x(middle.x),
        Side::Right => rect.with_min_x(middle.x),
        Side::Above => rect.with_max_y(middle.y),
        Side::Below => rect.with_min_y(middle.y),
    }
}

/// The borders between the pieces, by which they are made larger.
fn borders(ui: &Ui, view: View, places: &[Place], heights: &[f32]) {
    for (left, right) in places.iter().zip(places.iter().skip(1)).filter(|(left, right)| left.row == right.row) {
        let gap = Rect::from_min_max(left.rect.right_top(), right.rect.left_bottom());
        if let Some(pointer) = border(ui, view, gap, (left.row, left.at), CursorIcon::ResizeHorizontal) {
            let mut widths: Vec<f32> =
                places.iter().filter(|place| place.row == left.row).map(|place| place.rect.width()).collect();
            if divide(&mut widths, left.at, pointer.x - left.rect.left() - GAP / 2.0, [LEAST_WIDTH; 2]) {
                send(view, LayoutCommand::Widths(left.row, widths));
            }
        }
    }
    for (upper, lower) in places.iter().zip(places.iter().skip(1)).filter(|(upper, lower)| upper.row != lower.row) {
        let (left, right) = places
            .iter()
            .fold((f32::MAX, f32::MIN), |(left, right), place| (left.min(place.rect.left()), right.max(place.rect.right())));
        let gap = Rect::from_min_max(pos2(left, upper.rect.bottom()), pos2(right, lower.rect.top()));
        if let Some(pointer) = border(ui, view, gap, (upper.row, usize::MAX), CursorIcon::ResizeVertical) {
            let mut heights = heights.to_vec();
            let least = [upper, lower].map(|place| place.piece.least_height());
            if divide(&mut heights, upper.row, pointer.y - upper.rect.top() - GAP / 2.0, least) {
                send(view, LayoutCommand::Heights(heights));
            }
        }
    }
}

/// A border; where the pointer drags it to.
fn border(ui: &Ui, view: View, gap: Rect, at: (usize, usize), icon: CursorIcon) -> Option<Pos2> {
    let response = ui.interact(gap, ui.scope_id().with(("border", at)), Sense::DRAG);
    if response.hovered() || response.dragged() {
        ui.ctx().set_cursor_icon(icon);
        let color = if response.dragged() { palette(ui).accent } else { palette(ui).faint };
        let size = if gap.width() > gap.height() { vec2(28.0, 3.0) } else { vec2(3.0, 28.0) };
        ui.painter().rect_filled(Rect::from_center_size(gap.center(), size), 1.5, color);
    }
    if response.drag_stopped() {
        send(view, LayoutCommand::Settled);
    }
    response.interact_pointer_pos().filter(|_| response.dragged())
}

/// Gives the piece at `at` this size, and takes that from the next one, as far as both keep their least. Whether that changes anything that can be seen.
fn divide(sizes: &mut [f32], at: usize, size: f32, least: [f32; 2]) -> bool {
    let Some([one, next]) = sizes.get_mut(at..at + 2) else { return false };
    let (both, before) = (*one + *next, *one);
    let size = size.min(both - least[1]).max(least[0]).min(both);
    (*one, *next) = (size, both - size);
    (size - before).abs() >= 1.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_edge_is_the_side() {
        let rect = Rect::from_min_size(pos2(100.0, 100.0), vec2(400.0, 200.0));
        let at = |x, y| side(rect, pos2(x, y));
        assert_eq!(
            [at(110.0, 200.0), at(480.0, 210.0), at(300.0, 105.0), at(320.0, 290.0)],
            [Side::Left, Side::Right, Side::Above, Side::Below]
        );
        assert_eq!(half(rect, Side::Right), Rect::from_min_max(pos2(300.0, 100.0), pos2(500.0, 300.0)));
    }

    #[test]
    fn both_sides_of_a_border_keep_their_least() {
        let divided = |size| {
            let mut sizes = [300.0, 200.0, 50.0];
            divide(&mut sizes, 0, size, [150.0, 100.0]);
            sizes
        };
        assert_eq!(
            [divided(320.0), divided(20.0), divided(900.0)],
            [[320.0, 180.0, 50.0], [150.0, 350.0, 50.0], [400.0, 100.0, 50.0]]
        );
    }
}
