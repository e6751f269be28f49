//! The first rows of a file in the sheet of choices; only the cells in sight are painted.

use eframe::egui::text::{LayoutJob, TextWrapping};
use eframe::egui::{Color32, FontId, Frame, Rect, Role, ScrollArea, Sense, Stroke, TextFormat, Ui, Vec2, WidgetInfo, pos2};

use crate::app::theme::{CONTROL_RADIUS, SMALL, medium, palette};
use crate::data::{Look, Preview};
use crate::report::format;

use super::super::grid::PADDING;
use super::look::Seen;
use super::words;

/// Height of a row, and of the names with what is in the column, in points.
const ROW: f32 = 24.0;
const HEAD: f32 = 38.0;
/// Size of a cell's text: of one width, and other.
const SIZES: (f32, f32) = (12.0, 12.5);
/// What is shown where a cell is blank.
const BLANK: &str = "·";

/// Draws the rows, with their numbers and the names above.
pub fn show(seen: &Seen, ui: &mut Ui) {
    let frame = Frame::new().fill(palette(ui).background).stroke(Stroke::new(1.0, palette(ui).line)).corner_radius(CONTROL_RADIUS);
    frame.show(ui, |ui| {
        let numbers = numbers_width(&seen.preview);
        let size = Vec2::new(numbers + seen.grid.width(), HEAD + seen.preview.rows.len() as f32 * ROW);
        ScrollArea::both().id_salt("first rows").auto_shrink(false).show_viewport(ui, |ui, viewport| {
            ui.set_min_size(size);
            Painter { ui, seen, origin: ui.max_rect().min, viewport, numbers }.paint();
        });
    });
}

/// Height that all rows take, in points.
pub fn height(preview: &Preview) -> f32 {
    HEAD + preview.rows.len() as f32 * ROW + 4.0
}

fn numbers_width(preview: &Preview) -> f32 {
    let last = preview.first_row + preview.rows.len() as u64;
    format::count(last).chars().count() as f32 * 7.3 + 2.0 * PADDING
}

struct Painter<'a> {
    ui: &'a Ui,
    seen: &'a Seen,
    /// Where the first name would stand, scrolled away or not.
    origin: eframe::egui::Pos2,
    viewport: Rect,
    numbers: f32,
}

/// How a text is painted.
struct Style {
    font: FontId,
    color: Color32,
    right: bool,
    role: Role,
}

impl Painter<'_> {
    fn paint(&self) {
        let columns = self.seen.grid.between(self.viewport.left() - self.numbers, self.viewport.right() - self.numbers);
        let first = ((self.viewport.top() / ROW).floor().max(0.0) as usize).min(self.seen.preview.rows.len());
        let last = ((self.viewport.bottom() - HEAD) / ROW).ceil().max(0.0) as usize;
        for row in first..last.min(self.seen.preview.rows.len()) {
            self.row(row, columns.clone());
        }
        self.head(columns);
    }

    fn top(&self, row: usize) -> f32 {
        self.origin.y + HEAD + row as f32 * ROW
    }

    fn across(&self, column: usize) -> (f32, f32) {
        let (left, right) = self.seen.grid.span(column);
        (self.origin.x + self.numbers + left, self.origin.x + self.numbers + right)
    }

    fn row(&self, row: usize, columns: std::ops::Range<usize>) {
        let (palette, top) = (palette(self.ui), self.top(row));
        let line = Stroke::new(1.0, palette.line);
        self.ui.painter().hline(self.ui.clip_rect().x_range(), top + ROW, line);
        let number = format::count(row as u64 + self.seen.preview.first_row);
        let place = Rect::from_min_max(pos2(self.origin.x, top), pos2(self.origin.x + self.numbers, top + ROW));
        let style = Style { font: FontId::monospace(SMALL), color: palette.hint, right: true, role: Role::RowHeader };
        self.text(place, ("number", row, 0), &number, &style);
        for column in columns {
            let cell = self.seen.preview.rows.get(row).and_then(|row| row.get(column)).and_then(Option::as_deref);
            self.cell(row, column, cell.unwrap_or_default());
        }
    }

    fn cell(&self, row: usize, column: usize, text: &str) {
        let (palette, (left, right)) = (palette(self.ui), self.across(column));
        let number = self.seen.preview.columns.get(column).is_some_and(|column| column.look == Look::Number);
        let place = Rect::from_min_max(pos2(left, self.top(row)), pos2(right, self.top(row) + ROW));
        let font = if number { FontId::monospace(SIZES.0) } else { FontId::proportional(SIZES.1) };
        let color = if text.is_empty() { palette.hint } else { palette.text };
        let style = Style { font, color, right: number, role: Role::Cell };
        self.text(place, ("cell", row, column), if text.is_empty() { BLANK } else { text }, &style);
    }

    /// The names stay in sight.
    fn head(&self, columns: std::ops::Range<usize>) {
        let palette = palette(self.ui);
        let top = self.origin.y + self.viewport.top();
        let clip = self.ui.clip_rect();
        let band = Rect::from_min_max(pos2(clip.left(), top), pos2(clip.right(), top + HEAD));
        self.ui.painter().rect_filled(band, 0.0, palette.raised);
        for at in columns {
            let Some(column) = self.seen.preview.columns.get(at) else { continue };
            let ((left, right), middle) = (self.across(at), top + HEAD * 0.52);
            let number = column.look == Look::Number;
            let name = Rect::from_min_max(pos2(left, top + 2.0), pos2(right, middle));
            let color = if self.seen.preview.source.headless { palette.hint } else { palette.text };
            let style = Style { font: medium(SMALL + 1.0), color, right: number, role: Role::ColumnHeader };
            self.text(name, ("name", at, 0), &column.name, &style);
            let below = Rect::from_min_max(pos2(left, middle), pos2(right, top + HEAD - 2.0));
            let color = if column.readings.is_empty() { palette.hint } else { palette.warn_text };
            let style = Style { font: FontId::proportional(SMALL), color, right: number, role: Role::Label };
            self.text(below, ("look", at, 0), words::look(column), &style);
        }
    }

    /// Paints a text on one line, cut where it is too long; then the pointer shows all of it.
    fn text(&self, rect: Rect, id: (&str, usize, usize), text: &str, style: &Style) {
        let seen = rect.intersect(self.ui.clip_rect());
        if seen.width() <= 0.0 || seen.height() <= 0.0 {
            return;
        }
        let line: String = text.chars().take(300).map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
        let format = TextFormat { font_id: style.font.clone(), color: style.color, ..TextFormat::default() };
        let mut job = LayoutJob::single_section(line, format);
        let max_width = rect.width() - 2.0 * PADDING;
        job.wrap = TextWrapping { max_width, max_rows: 1, break_anywhere: true, overflow_character: Some('…') };
        let galley = self.ui.painter().layout_job(job);
        let left = if style.right { rect.right() - PADDING - galley.size().x } else { rect.left() + PADDING };
        let (at, cut) = (pos2(left, rect.center().y - galley.size().y * 0.5), galley.elided);
        self.ui.painter().galley(at, galley, style.color);
        let response = self.ui.interact(seen, self.ui.scope_id().with(id), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(style.role, true, text));
        if cut {
            response.on_hover_text(text);
        }
    }
}
