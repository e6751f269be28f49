//! Scrolling by rows. egui's scroll areas count in points as `f32`, which after some hundred thousand rows is too coarse to tell one from the next;
//! here a row number counts, as `f64`.

use eframe::egui::{self, Id, Rect, Role, Sense, Ui, Vec2, WidgetInfo, pos2};

use crate::app::theme::palette;

/// Width of a bar in points.
pub const BAR: f32 = 10.0;
/// Shortest handle in points.
const HANDLE: f32 = 28.0;

/// What a view of rows shows: its first row, which may be cut by its upper edge, and how far it is moved to the side.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Position {
    /// The first row in sight, with the part of it that is hidden.
    pub row: f64,
    /// Points hidden at the left.
    pub x: f32,
}

/// What can be scrolled over.
#[derive(Clone, Copy, Debug)]
pub struct Extent {
    /// Number of rows.
    pub rows: f64,
    /// Rows that fit.
    pub page: f64,
    /// Width of all columns in points.
    pub width: f32,
    /// Points of it that fit.
    pub view_width: f32,
}

impl Position {
    /// Within what can be scrolled over.
    pub fn within(self, extent: &Extent) -> Self {
        let row = self.row.clamp(0.0, (extent.rows - extent.page).max(0.0));
        Self { row, x: self.x.clamp(0.0, (extent.width - extent.view_width).max(0.0)).round() }
    }

    /// Moved by the wheel, when the pointer is over `area`.
    pub fn wheel(self, ui: &Ui, area: Rect, row_height: f32) -> Self {
        if !ui.rect_contains_pointer(area) {
            return self;
        }
        let delta = ui.input_mut(|input| std::mem::take(&mut input.smooth_scroll_delta));
        Self { row: self.row - f64::from(delta.y / row_height), x: self.x - delta.x }
    }

    /// Moved so far that a row and, sideways, a span of points are in sight.
    pub fn reveal(self, row: usize, sideways: Option<(f32, f32)>, extent: &Extent) -> Self {
        let (row, last) = (row as f64, row as f64 + 1.0 - extent.page);
        let x = sideways.map_or(self.x, |(left, right)| self.x.max(right - extent.view_width).min(left));
        Self { row: self.row.max(last).min(row), x }
    }
}

/// The bar at the right of `track`. Returns the first row after dragging it.
pub fn rows_bar(ui: &Ui, id: Id, track: Rect, row: f64, extent: &Extent) -> f64 {
    let most = extent.rows - extent.page;
    if most <= 0.0 {
        return row;
    }
    let length = (track.height() * (extent.page / extent.rows) as f32).max(HANDLE).min(track.height());
    let (part, response) = bar(ui, id, track, (row / most) as f32, Vec2::new(0.0, length), "Scroll rows");
    response.map_or(row, |()| f64::from(part) * most)
}

/// The bar at the foot of `track`. Returns the points hidden at the left after dragging it.
pub fn columns_bar(ui: &Ui, id: Id, track: Rect, x: f32, extent: &Extent) -> f32 {
    let most = extent.width - extent.view_width;
    if most <= 0.0 {
        return x;
    }
    let length = (track.width() * extent.view_width / extent.width).max(HANDLE).min(track.width());
    let (part, response) = bar(ui, id, track, x / most, Vec2::new(length, 0.0), "Scroll columns");
    response.map_or(x, |()| part * most)
}

/// Draws a bar with its handle after `part` of the way. `handle` is the handle's length in the bar's direction. Returns the part after dragging, and
/// whether it was dragged.
fn bar(ui: &Ui, id: Id, track: Rect, part: f32, handle: Vec2, name: &str) -> (f32, Option<()>) {
    let response = ui.interact(track, id, Sense::DRAG | Sense::CLICK);
    response.widget_info(|| WidgetInfo::labeled(Role::ScrollBar, true, name));
    let room = track.size() - handle;
    let along = |v: Vec2| if handle.x > 0.0 { v.x } else { v.y };
    let mut part = part.clamp(0.0, 1.0);
    let pointer = response.interact_pointer_pos().filter(|_| response.dragged() || response.clicked());
    if let Some(pointer) = pointer {
        let middle = along(pointer - track.min) - along(handle) * 0.5;
        part = (middle / along(room).max(1.0)).clamp(0.0, 1.0);
    }
    let (at, size) = if handle.x > 0.0 {
        (pos2(track.left() + room.x * part, track.top() + 2.0), Vec2::new(handle.x, track.height() - 4.0))
    } else {
        (pos2(track.left() + 2.0, track.top() + room.y * part), Vec2::new(track.width() - 4.0, handle.y))
    };
    let palette = palette(ui);
    let color = if response.hovered() || response.dragged() { palette.muted } else { palette.faint };
    ui.painter().rect_filled(Rect::from_min_size(at, size), egui::CornerRadius::same(3), color);
    (part, pointer.map(|_| ()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXTENT: Extent = Extent { rows: 100_000_000.0, page: 20.0, width: 2_000.0, view_width: 700.0 };

    #[test]
    fn a_position_stays_within_the_table() {
        let far = Position { row: 1e12, x: 9_000.0 }.within(&EXTENT);
        assert_eq!(far, Position { row: 99_999_980.0, x: 1_300.0 });
        assert_eq!(Position { row: -3.0, x: -5.0 }.within(&EXTENT), Position::default());
        let short = Extent { rows: 3.0, width: 100.0, ..EXTENT };
        assert_eq!(Position { row: 2.0, x: 50.0 }.within(&short), Position::default());
    }

    #[test]
    fn a_row_and_a_column_are_brought_into_sight_by_the_shortest_way() {
        let here = Position { row: 100.0, x: 300.0 };
        assert_eq!(here.reveal(110, Some((400.0, 500.0)), &EXTENT), here);
        assert_eq!(here.reveal(50, Some((200.0, 350.0)), &EXTENT), Position { row: 50.0, x: 200.0 });
        assert_eq!(here.reveal(130, Some((1_000.0, 1_100.0)), &EXTENT), Position { row: 111.0, x: 400.0 });
        assert_eq!(here.reveal(120, None, &EXTENT), Position { row: 101.0, x: 300.0 });
    }

    #[test]
    fn one_row_can_be_told_from_the_next_however_many_there_are() {
        let here = Position { row: 99_999_970.25, x: 0.0 };
        let next = Position { row: here.row + 1.0 / 26.0, ..here }.within(&EXTENT);
        assert!(next.row > here.row && next.row < here.row + 0.04);
    }
}
