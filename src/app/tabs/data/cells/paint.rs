//! Painting the cells in sight.

use std::ops::Range;

use eframe::egui::text::{LayoutJob, TextWrapping};
use eframe::egui::{Color32, CursorIcon, FontId, Rect, Response, Role, Sense, Stroke, TextFormat, Ui, Vec2, WidgetInfo, pos2};

use crate::app::tabs::data::column::ColumnCommand;
use crate::app::tabs::data::grid::{self, PADDING};
use crate::app::tabs::data::model::Shown;
use crate::app::tabs::data::scroll::Position;
use crate::app::tabs::data::types::{Kind, TypeName};
use crate::app::tabs::data::{DataCommand, DataTab};
use crate::app::theme::{SMALL, medium, palette};
use crate::app::{Command, View};
use crate::data::{ColumnView, Needle};
use crate::report::format;

use super::select::Selection;

/// Size of a cell's text: of one width, and other.
const SIZES: (f32, f32) = (12.0, 12.5);
/// What is shown where a cell is blank.
const BLANK: &str = "·";
/// How strong the grounds of cells are: selected, found, spelled otherwise in the file, in the row that was gone to.
const GROUNDS: [f32; 4] = [0.26, 0.34, 0.16, 0.12];
/// Width of the edge that marks the row that was gone to, in points.
const EDGE: f32 = 3.0;

/// The parts of the preview's area.
pub struct Areas {
    /// The names.
    pub head: Rect,
    /// The numbers of the rows.
    pub numbers: Rect,
    /// The cells.
    pub cells: Rect,
    /// The bar at the right.
    pub rows_bar: Rect,
    /// The bar at the foot.
    pub columns_bar: Rect,
}

/// What paints one frame of the cells.
pub struct Painter<'a> {
    /// Where to.
    pub ui: &'a Ui,
    /// The tab.
    pub tab: &'a DataTab,
    /// The table.
    pub shown: &'a Shown,
    /// For what is clicked.
    pub view: View<'a>,
    /// Where the parts lie.
    pub areas: &'a Areas,
    /// What is in sight.
    pub position: Position,
    /// Height of a row in points.
    pub row_height: f32,
}

/// How a text is painted.
struct Style {
    font: FontId,
    color: Color32,
    right: bool,
}

/// A column while its cells are painted.
struct Across<'a> {
    column: usize,
    left: f32,
    right: f32,
    view: ColumnView<'a>,
    needle: Option<&'a Needle>,
}

impl Painter<'_> {
    /// The rows in sight, those that are cut included.
    pub fn rows(&self) -> Range<usize> {
        let page = f64::from(self.areas.cells.height() / self.row_height);
        let last = ((self.position.row + page).ceil() as usize).min(self.shown.table.rows());
        (self.position.row.floor() as usize).min(last)..last
    }

    /// Paints everything.
    pub fn paint(&self) {
        let rows = self.rows();
        let columns = self.shown.grid.between(self.position.x, self.position.x + self.areas.cells.width());
        self.grounds(&rows);
        self.lines(&rows);
        for column in columns {
            self.head(column);
            self.column(column, &rows);
        }
        rows.for_each(|row| self.number(row));
    }

    /// Where a row lies, cut or not.
    fn top(&self, row: usize) -> f32 {
        self.areas.cells.top() + ((row as f64 - self.position.row) * f64::from(self.row_height)) as f32
    }

    fn across(&self, column: usize) -> (f32, f32) {
        let (left, right) = self.shown.grid.span(column);
        let origin = self.areas.cells.left() - self.position.x;
        (origin + left, origin + right)
    }

    /// The grounds of the selected cells and of the row that was gone to.
    fn grounds(&self, rows: &Range<usize>) {
        let accent = palette(self.ui).accent;
        let painter = self.ui.painter();
        let body = painter.with_clip_rect(painter.clip_rect().intersect(self.areas.numbers.union(self.areas.cells)));
        let band = |from: usize, to: usize, left: f32, right: f32| {
            Rect::from_min_max(pos2(left, self.top(from)), pos2(right, self.top(to)))
        };
        if let Some(row) = self.tab.grid.mark.filter(|row| rows.contains(row)) {
            let whole = band(row, row + 1, self.areas.numbers.left(), self.areas.cells.right());
            body.rect_filled(whole, 0.0, accent.gamma_multiply(GROUNDS[3]));
            body.rect_filled(Rect::from_min_size(whole.min, Vec2::new(EDGE, whole.height())), 0.0, accent);
        }
        if let Some((selected, columns)) = self.selected(rows) {
            let (left, right) = (self.across(columns.start).0, self.across(columns.end.saturating_sub(1)).1);
            let body = painter.with_clip_rect(painter.clip_rect().intersect(self.areas.cells));
            body.rect_filled(band(selected.start, selected.end, left, right), 0.0, accent.gamma_multiply(GROUNDS[0]));
        }
    }

    /// The part of the selection that is in sight.
    fn selected(&self, rows: &Range<usize>) -> Option<(Range<usize>, Range<usize>)> {
        let selection: Selection = self.tab.grid.selection?;
        let chosen = selection.rows();
        let seen = chosen.start.max(rows.start)..chosen.end.min(rows.end);
        (!seen.is_empty()).then(|| (seen, selection.columns(self.shown.grid.columns())))
    }

    fn lines(&self, rows: &Range<usize>) {
        let stroke = Stroke::new(1.0, palette(self.ui).line);
        let painter = self.ui.painter();
        painter.hline(self.areas.head.x_range(), self.areas.head.bottom(), stroke);
        let body = painter.with_clip_rect(painter.clip_rect().intersect(self.areas.numbers.union(self.areas.cells)));
        for row in rows.clone() {
            body.hline(self.areas.head.x_range(), self.top(row) + self.row_height, stroke);
        }
    }

    fn head(&self, column: usize) {
        let Some(report) = self.shown.report().columns.get(column) else { return };
        let (left, right) = self.across(column);
        let rect = Rect::from_min_max(pos2(left, self.areas.head.top()), pos2(right, self.areas.head.bottom()));
        let clip = Rect::from_min_max(pos2(self.areas.cells.left(), rect.top()), self.areas.head.max);
        let open = self.tab.column.name() == Some(report.name.as_str());
        let color = if open { palette(self.ui).text } else { palette(self.ui).hint };
        let style = Style { font: medium(SMALL), color, right: self.shown.grid.kind(column) == Kind::Number };
        let (_, response) = self.text(rect, clip, (("head", column, 0), Sense::CLICK), &report.name, &style);
        if let Some(response) = response {
            let kind = &report.after.kind;
            let words = format!("{}\n{}\nClick for its figures.", report.name, TypeName::of(kind).hover(kind));
            if response.on_hover_text(words).on_hover_cursor(CursorIcon::PointingHand).clicked() {
                self.view.commands.send(Command::Data(DataCommand::Column(ColumnCommand::Open(column))));
            }
        }
    }

    fn column(&self, column: usize, rows: &Range<usize>) {
        let frame = &self.shown.table.frame;
        let Some(report) = self.shown.report().columns.get(column) else { return };
        let series = frame.columns().get(column).map(polars::prelude::Column::as_materialized_series);
        let Some(view) = series.and_then(|series| ColumnView::new(series, report.format)) else { return };
        let (left, right) = self.across(column);
        let across = Across { column, left, right, view, needle: self.tab.find.marks(column) };
        let mut buffer = Vec::new();
        for row in rows.clone() {
            self.cell(&across, row, &mut buffer);
        }
    }

    fn cell(&self, across: &Across<'_>, row: usize, buffer: &mut Vec<u8>) {
        let (palette, column) = (palette(self.ui), across.column);
        let rect = Rect::from_min_max(pos2(across.left, self.top(row)), pos2(across.right, self.top(row) + self.row_height));
        if let Some(needle) = across.needle {
            buffer.clear();
            if across.view.write(row, buffer) && needle.is_in(buffer) {
                self.ground(rect, palette.warn.gamma_multiply(GROUNDS[1]));
            }
        }
        let kind = self.shown.grid.kind(column);
        let (text, has_value) = grid::text(&across.view, row, buffer);
        let font = if kind == Kind::Text { FontId::proportional(SIZES.1) } else { FontId::monospace(SIZES.0) };
        let blank = text.is_empty();
        let color = if has_value && !blank { palette.text } else { palette.hint };
        let style = Style { font, color, right: kind == Kind::Number };
        let shown = if blank { BLANK } else { text };
        let upper = if self.tab.grid.beside.is_on() { self.beside(rect, column, row, &style) } else { rect };
        let (cut, response) = self.text(upper, self.areas.cells, (("cell", column, row), Sense::hover()), shown, &style);
        if let Some(response) = response.filter(|_| cut) {
            response.on_hover_text(text);
        }
    }

    fn ground(&self, rect: Rect, color: Color32) {
        let painter = self.ui.painter();
        let rect = rect.shrink2(Vec2::new(1.0, 1.0));
        painter.with_clip_rect(painter.clip_rect().intersect(self.areas.cells)).rect_filled(rect, 2.0, color);
    }

    /// Paints the file's text into the lower half of a cell. Gives the upper half.
    fn beside(&self, rect: Rect, column: usize, row: usize, style: &Style) -> Rect {
        let palette = palette(self.ui);
        let upper = Rect::from_min_max(rect.min, pos2(rect.right(), rect.center().y + 1.0));
        let lower = Rect::from_min_max(pos2(rect.left(), rect.center().y - 1.0), rect.max);
        let side = self.tab.grid.beside.side(row, column);
        let differs = side.is_some_and(|side| side.differs);
        let (text, color) = match side {
            None => ("…", palette.faint),
            Some(side) if differs => (side.text.as_deref().unwrap_or(BLANK), palette.warn_text),
            Some(side) => (side.text.as_deref().unwrap_or(BLANK), palette.hint),
        };
        if differs {
            self.ground(lower, palette.warn.gamma_multiply(GROUNDS[2]));
        }
        let style = Style { font: FontId::new(SMALL, style.font.family.clone()), color, right: style.right };
        let (cut, response) = self.text(lower, self.areas.cells, (("file", column, row), Sense::hover()), text, &style);
        if let (Some(response), true) = (response, cut || differs) {
            response.on_hover_text(format!("In the file: {text}"));
        }
        upper
    }

    fn number(&self, row: usize) {
        let numbers = self.areas.numbers;
        let rect = Rect::from_min_size(pos2(numbers.left(), self.top(row)), Vec2::new(numbers.width(), self.row_height));
        let gone_to = self.tab.grid.mark == Some(row) || self.tab.grid.selection.is_some_and(|selection| selection.has_row(row));
        let color = if gone_to { palette(self.ui).text } else { palette(self.ui).hint };
        let style = Style { font: FontId::monospace(SMALL), color, right: true };
        let text = format::count(row as u64 + self.shown.report().first_row);
        self.text(rect, numbers, (("number", 0, row), Sense::hover()), &text, &style);
    }

    /// Paints a text within `rect` and `clip`, one line, cut where it is too long. Returns whether it was cut, and the place that the pointer can rest on.
    fn text(
        &self,
        rect: Rect,
        clip: Rect,
        (id, sense): ((&str, usize, usize), Sense),
        text: &str,
        style: &Style,
    ) -> (bool, Option<Response>) {
        let ui = self.ui;
        let clip = clip.intersect(ui.clip_rect());
        let seen = rect.intersect(clip);
        if seen.width() <= 0.0 || seen.height() <= 0.0 {
            return (false, None);
        }
        let format = TextFormat { font_id: style.font.clone(), color: style.color, ..TextFormat::default() };
        let mut job = LayoutJob::single_section(text.to_owned(), format);
        job.wrap = TextWrapping {
            max_width: rect.width() - 2.0 * PADDING,
            max_rows: 1,
            break_anywhere: true,
            overflow_character: Some('…'),
        };
        let galley = ui.painter().layout_job(job);
        let left = if style.right { rect.right() - PADDING - galley.size().x } else { rect.left() + PADDING };
        let at = pos2(left, rect.center().y - galley.size().y * 0.5);
        let cut = galley.elided;
        ui.painter().with_clip_rect(clip).galley(at, galley, style.color);
        let response = ui.interact(seen, ui.scope_id().with(id), sense);
        response.widget_info(|| WidgetInfo::labeled(Role::Cell, true, text));
        (cut, Some(response))
    }
}
