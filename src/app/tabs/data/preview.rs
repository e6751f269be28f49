//! The preview: the table itself, of which only the cells in sight are looked at.

use eframe::egui::text::{LayoutJob, TextWrapping};
use eframe::egui::{Color32, FontId, Id, Rect, Response, Role, Sense, Stroke, TextFormat, Ui, Vec2, WidgetInfo, pos2};

use crate::app::theme::{CONTROL_RADIUS, SMALL, icons, medium, palette};
use crate::app::widgets::{Card, focus_ring, icon_button};
use crate::app::{Command, View};
use crate::data::ColumnView;
use crate::report::format;

use super::grid::{self, PADDING};
use super::model::Shown;
use super::scroll::{BAR, Extent, Position, columns_bar, rows_bar};
use super::types::{Kind, TypeName};
use super::{DataCommand, DataTab};

/// Height of a row in points.
const ROW: f32 = 24.0;
/// Height of the names in points.
const HEAD: f32 = 24.0;
/// Size of a cell's text: of one width, and other.
const SIZES: (f32, f32) = (12.0, 12.5);
/// What is shown where a cell is blank.
const BLANK: &str = "·";

/// What the preview remembers from frame to frame.
#[derive(Clone, Copy, Debug, Default)]
struct Memory {
    position: Position,
    table: u64,
    jump: u64,
}

/// The parts of the preview's area.
struct Areas {
    head: Rect,
    numbers: Rect,
    cells: Rect,
    rows_bar: Rect,
    columns_bar: Rect,
}

/// Draws the card.
pub fn show(tab: &DataTab, shown: &Shown, ui: &mut Ui, view: View) {
    let rows = shown.table.rows();
    let note = if rows == 0 {
        "no rows".to_owned()
    } else {
        format!(
            "{}, last row {}",
            in_sight(ui, tab, shown),
            format::count((shown.report().first_row + rows as u64).saturating_sub(1))
        )
    };
    let controls = |ui: &mut Ui| {
        let (icon, name) = if tab.preview_alone {
            (icons::ARROWS_IN, "Show the columns again")
        } else {
            (icons::ARROWS_OUT, "Show only the preview")
        };
        if icon_button(ui, icon, name).clicked() {
            view.commands.send(Command::Data(DataCommand::PreviewAlone(!tab.preview_alone)));
        }
    };
    Card::new("Preview").note(note).fill().show_with(ui, controls, |ui| table(tab, shown, ui));
}

fn memory_id() -> Id {
    Id::unique("data preview")
}

fn load(ui: &Ui, tab: &DataTab) -> Memory {
    let memory: Memory = ui.data(|data| data.get_temp(memory_id())).unwrap_or_default();
    if memory.table == tab.table_number { memory } else { Memory { table: tab.table_number, ..Memory::default() } }
}

/// `rows 2–21`, as a spreadsheet counts.
fn in_sight(ui: &Ui, tab: &DataTab, shown: &Shown) -> String {
    let (rows, before) = (shown.table.rows(), shown.report().first_row);
    let (first, page): (f64, f64) =
        (load(ui, tab).position.row, ui.data(|data| data.get_temp(memory_id().with("page"))).unwrap_or(1.0));
    let last = ((first + page).floor() as usize).min(rows);
    format!("rows {}–{}", format::count(first.floor() as u64 + before), format::count((last as u64 + before).saturating_sub(1)))
}

fn table(tab: &DataTab, shown: &Shown, ui: &mut Ui) {
    let areas = areas(shown, ui.available_rect_before_wrap());
    let whole = areas.head.union(areas.cells).union(areas.numbers);
    let extent = Extent {
        rows: shown.table.rows() as f64,
        page: f64::from(areas.cells.height() / ROW),
        width: shown.grid.width(),
        view_width: areas.cells.width(),
    };
    let response = ui.interact(whole, ui.scope_id().with("preview"), Sense::click());
    if response.clicked() {
        response.request_focus();
    }
    let mut memory = load(ui, tab);
    memory.position = memory.position.wheel(ui, whole, ROW).keys(ui, &response, &extent);
    jump(tab, shown, &mut memory, &extent);
    memory.position = memory.position.within(&extent);
    memory.position.row = rows_bar(ui, ui.scope_id().with("rows bar"), areas.rows_bar, memory.position.row, &extent);
    memory.position.x = columns_bar(ui, ui.scope_id().with("columns bar"), areas.columns_bar, memory.position.x, &extent);
    memory.position = memory.position.within(&extent);
    ui.data_mut(|data| {
        data.insert_temp(memory_id(), memory);
        data.insert_temp(memory_id().with("page"), extent.page);
    });
    let name = format!("Preview, {}", in_sight(ui, tab, shown));
    response.widget_info(|| WidgetInfo::labeled(Role::Table, true, &name));
    Painter { ui, shown, areas: &areas, position: memory.position }.paint();
    focus_ring(ui, &response, f32::from(CONTROL_RADIUS));
}

fn areas(shown: &Shown, area: Rect) -> Areas {
    let digits = format::count(shown.table.rows() as u64 + 1).chars().count();
    let left = area.left() + digits as f32 * 7.3 + 2.0 * PADDING;
    let (right, bottom) = (area.right() - BAR, area.bottom() - BAR);
    let top = area.top() + HEAD;
    Areas {
        head: Rect::from_min_max(area.min, pos2(right, top)),
        numbers: Rect::from_min_max(pos2(area.left(), top), pos2(left, bottom)),
        cells: Rect::from_min_max(pos2(left, top), pos2(right, bottom)),
        rows_bar: Rect::from_min_max(pos2(right, top), pos2(area.right(), bottom)),
        columns_bar: Rect::from_min_max(pos2(left, bottom), pos2(right, area.bottom())),
    }
}

/// Goes once to the place that was asked for, and brings it well into sight.
fn jump(tab: &DataTab, shown: &Shown, memory: &mut Memory, extent: &Extent) {
    let Some((number, place)) = tab.jump.filter(|(number, _)| *number != memory.jump) else { return };
    memory.jump = number;
    if let Some(row) = place.row {
        memory.position.row = row as f64 - (extent.page / 3.0).floor();
    }
    if let Some(column) = place.column {
        memory.position.x = shown.grid.span(column).0 - extent.view_width / 4.0;
    }
}

struct Painter<'a> {
    ui: &'a Ui,
    shown: &'a Shown,
    areas: &'a Areas,
    position: Position,
}

/// How a text is painted.
struct Style {
    font: FontId,
    color: Color32,
    right: bool,
}

impl Painter<'_> {
    fn paint(&self) {
        let areas = self.areas;
        let columns = self.shown.grid.between(self.position.x, self.position.x + areas.cells.width());
        let first = self.position.row.floor() as usize;
        let last = ((self.position.row + f64::from(areas.cells.height() / ROW)).ceil() as usize).min(self.shown.table.rows());
        self.lines(first, last);
        for column in columns {
            self.head(column);
            self.column(column, first, last);
        }
        for row in first..last {
            self.number(row);
        }
    }

    /// Where a row lies, cut or not.
    fn top(&self, row: usize) -> f32 {
        self.areas.cells.top() + ((row as f64 - self.position.row) * f64::from(ROW)) as f32
    }

    fn across(&self, column: usize) -> (f32, f32) {
        let (left, right) = self.shown.grid.span(column);
        let origin = self.areas.cells.left() - self.position.x;
        (origin + left, origin + right)
    }

    fn lines(&self, first: usize, last: usize) {
        let stroke = Stroke::new(1.0, palette(self.ui).line);
        let painter = self.ui.painter();
        painter.hline(self.areas.head.x_range(), self.areas.head.bottom(), stroke);
        let body = painter.with_clip_rect(painter.clip_rect().intersect(self.areas.numbers.union(self.areas.cells)));
        for row in first..last {
            body.hline(self.areas.head.x_range(), self.top(row) + ROW, stroke);
        }
    }

    fn head(&self, column: usize) {
        let Some(report) = self.shown.report().columns.get(column) else { return };
        let (left, right) = self.across(column);
        let rect = Rect::from_min_max(pos2(left, self.areas.head.top()), pos2(right, self.areas.head.bottom()));
        let clip = Rect::from_min_max(pos2(self.areas.cells.left(), rect.top()), self.areas.head.max);
        let color = palette(self.ui).hint;
        let style = Style { font: medium(SMALL), color, right: self.shown.grid.kind(column) == Kind::Number };
        let (_, response) = self.text(rect, clip, ("head", column, 0), &report.name, &style);
        if let Some(response) = response {
            let kind = &report.after.kind;
            response.on_hover_text(format!("{}\n{}", report.name, TypeName::of(kind).hover(kind)));
        }
    }

    fn column(&self, column: usize, first: usize, last: usize) {
        let frame = &self.shown.table.frame;
        let Some(report) = self.shown.report().columns.get(column) else { return };
        let series = frame.columns().get(column).map(polars::prelude::Column::as_materialized_series);
        let Some(view) = series.and_then(|series| ColumnView::new(series, report.format)) else { return };
        let (left, right) = self.across(column);
        let mut buffer = Vec::new();
        for row in first..last {
            let rect = Rect::from_min_size(pos2(left, self.top(row)), Vec2::new(right - left, ROW));
            self.cell(rect, column, row, &view, &mut buffer);
        }
    }

    fn cell(&self, rect: Rect, column: usize, row: usize, view: &ColumnView<'_>, buffer: &mut Vec<u8>) {
        let palette = palette(self.ui);
        let kind = self.shown.grid.kind(column);
        let (text, has_value) = grid::text(view, row, buffer);
        let font = if kind == Kind::Text { FontId::proportional(SIZES.1) } else { FontId::monospace(SIZES.0) };
        let blank = text.is_empty();
        let color = if has_value && !blank { palette.text } else { palette.hint };
        let style = Style { font, color, right: kind == Kind::Number };
        let (cut, response) = self.text(rect, self.areas.cells, ("cell", column, row), if blank { BLANK } else { text }, &style);
        if let Some(response) = response.filter(|_| cut) {
            response.on_hover_text(text);
        }
    }

    fn number(&self, row: usize) {
        let rect = Rect::from_min_size(pos2(self.areas.numbers.left(), self.top(row)), Vec2::new(self.areas.numbers.width(), ROW));
        let style = Style { font: FontId::monospace(SMALL), color: palette(self.ui).hint, right: true };
        self.text(rect, self.areas.numbers, ("number", 0, row), &format::count(row as u64 + self.shown.report().first_row), &style);
    }

    /// Paints a text within `rect` and `clip`, one line, cut where it is too long. Returns whether it was cut, and the place that the pointer can rest on.
    fn text(&self, rect: Rect, clip: Rect, id: (&str, usize, usize), text: &str, style: &Style) -> (bool, Option<Response>) {
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
        let response = ui.interact(seen, ui.scope_id().with(id), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Cell, true, text));
        (cut, Some(response))
    }
}
