//! The preview: the table itself, of which only the cells in sight are looked at.

use std::ops::Range;

use eframe::egui::{Id, Pos2, Rect, Response, Role, Sense, Ui, WidgetInfo, pos2};

use crate::app::theme::{CONTROL_RADIUS, icons};
use crate::app::widgets::{Card, focus_ring, icon_button};
use crate::app::{Command, View};
use crate::report::format;

use super::cells::GridCommand;
use super::cells::controls;
use super::cells::input::{self, Hit};
use super::cells::paint::{Areas, Painter};
use super::cells::select::{Cell, Selection, Size};
use super::find::bar;
use super::grid::PADDING;
use super::model::Shown;
use super::scroll::{BAR, Extent, Position, columns_bar, rows_bar};
use super::{DataCommand, DataTab};

/// Height of a row in points: of one line, and of two.
const ROW: (f32, f32) = (24.0, 40.0);
/// Height of the names in points.
const HEAD: f32 = 24.0;

/// What the preview remembers from frame to frame.
#[derive(Clone, Copy, Debug, Default)]
struct Memory {
    position: Position,
    table: u64,
    jump: u64,
}

/// What a frame of the preview knows.
struct Look<'a> {
    tab: &'a DataTab,
    shown: &'a Shown,
    ui: &'a Ui,
    view: View<'a>,
    areas: &'a Areas,
    extent: &'a Extent,
}

/// Draws the card.
pub fn show(tab: &DataTab, shown: &Shown, ui: &mut Ui, view: View) {
    controls::keys(ui, view);
    let rows = shown.table.rows();
    let selected = controls::selected(tab, shown.grid.columns());
    let note = match () {
        () if rows == 0 => "no rows".to_owned(),
        () if !selected.is_empty() => selected,
        () => {
            let last = (shown.report().first_row + rows as u64).saturating_sub(1);
            format!("{}, last row {}", in_sight(ui, tab, shown), format::count(last))
        }
    };
    let head = |ui: &mut Ui| {
        let (icon, name) = if tab.preview_alone {
            (icons::ARROWS_IN, "Show the columns again")
        } else {
            (icons::ARROWS_OUT, "Show only the preview")
        };
        if icon_button(ui, icon, name).clicked() {
            view.commands.send(Command::Data(DataCommand::PreviewAlone(!tab.preview_alone)));
        }
        controls::show(tab, ui, view);
    };
    Card::new("Preview").note(note).fill().show_with(ui, head, |ui| {
        if tab.find.is_open() {
            bar::show(tab, shown, ui, view);
        }
        if tab.grid.beside.is_on() {
            controls::legend(tab, shown, ui, view);
        }
        table(tab, shown, ui, view);
    });
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

fn table(tab: &DataTab, shown: &Shown, ui: &mut Ui, view: View) {
    let areas = areas(shown, ui.available_rect_before_wrap());
    let row_height = if tab.grid.beside.is_on() { ROW.1 } else { ROW.0 };
    let body = areas.cells.union(areas.numbers);
    let extent = Extent {
        rows: shown.table.rows() as f64,
        page: f64::from(areas.cells.height() / row_height),
        width: shown.grid.width(),
        view_width: areas.cells.width(),
    };
    let response = ui.interact(body, ui.scope_id().with("preview"), Sense::click_and_drag());
    if response.is_pointer_button_down_on() && !response.has_focus() {
        response.request_focus();
    }
    let mut memory = load(ui, tab);
    memory.position = memory.position.wheel(ui, body.union(areas.head), row_height);
    jump(tab, shown, &mut memory, &extent);
    memory.position = memory.position.within(&extent);
    let look = Look { tab, shown, ui, view, areas: &areas, extent: &extent };
    memory.position = look.select(&response, memory.position).within(&extent);
    memory.position.row = rows_bar(ui, ui.scope_id().with("rows bar"), areas.rows_bar, memory.position.row, &extent);
    memory.position.x = columns_bar(ui, ui.scope_id().with("columns bar"), areas.columns_bar, memory.position.x, &extent);
    memory.position = memory.position.within(&extent);
    ui.data_mut(|data| {
        data.insert_temp(memory_id(), memory);
        data.insert_temp(memory_id().with("page"), extent.page);
    });
    let name = format!("Preview, {}", in_sight(ui, tab, shown));
    response.widget_info(|| WidgetInfo::labeled(Role::Table, true, &name));
    let painter = Painter { ui, tab, shown, view, areas: &areas, position: memory.position, row_height };
    read_file(tab, view, &painter.rows());
    painter.paint();
    focus_ring(ui, &response, f32::from(CONTROL_RADIUS));
}

/// Asks for the file's text of the rows in sight where it is to be shown.
fn read_file(tab: &DataTab, view: View, rows: &Range<usize>) {
    if let Some(blocks) = tab.grid.beside.lacking(rows) {
        view.commands.send(Command::Data(DataCommand::Grid(GridCommand::Read(blocks))));
    }
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

/// Goes once to the place that was asked for: where it is not in sight, it is brought well into it.
fn jump(tab: &DataTab, shown: &Shown, memory: &mut Memory, extent: &Extent) {
    let Some((number, place)) = tab.jump.filter(|(number, _)| *number != memory.jump) else { return };
    memory.jump = number;
    if let Some(row) = place.row.map(|row| row as f64) {
        let Position { row: first, .. } = memory.position;
        if row < first || row + 1.0 > first + extent.page {
            memory.position.row = row - (extent.page / 3.0).floor();
        }
    }
    if let Some((left, right)) = place.column.map(|column| shown.grid.span(column)) {
        let Position { x, .. } = memory.position;
        if left < x || right > x + extent.view_width {
            memory.position.x = left - extent.view_width / 4.0;
        }
    }
}

impl Look<'_> {
    /// Takes in what pointer and keys select. Gives the position at which the end of the selection is in sight.
    fn select(&self, grid: &Response, position: Position) -> Position {
        let (ui, old) = (self.ui, self.tab.grid.selection);
        if input::copies(ui, grid) && old.is_some() {
            self.send(GridCommand::Copy { names: false });
        }
        let pointed = input::pointer(ui, grid, old, |at| self.hit(position, at)).filter(|now| Some(*now) != old);
        // Beyond the edge the selection grows on while the pointer rests.
        let outside = pointed.is_some() && !self.is_on_cells();
        let Some(now) = pointed.or_else(|| self.keys(grid, position)) else { return position };
        self.send(GridCommand::Select(now));
        if outside {
            ui.ctx().request_repaint();
        }
        if outside || pointed.is_none() { self.revealed(now, position) } else { position }
    }

    fn keys(&self, grid: &Response, position: Position) -> Option<Selection> {
        let (shown, page) = (self.shown, (self.extent.page - 1.0).max(1.0) as i64);
        let first = Cell { row: position.row.ceil() as usize, column: shown.grid.between(position.x, position.x + 1.0).start };
        let size = Size { rows: shown.table.rows(), columns: shown.grid.columns() };
        input::keys(self.ui, grid, self.tab.grid.selection, first, page, size)
    }

    fn send(&self, command: GridCommand) {
        self.view.commands.send(Command::Data(DataCommand::Grid(command)));
    }

    fn is_on_cells(&self) -> bool {
        let at = self.ui.input(|input| input.pointer.interact_pos());
        at.is_some_and(|at| self.areas.cells.union(self.areas.numbers).contains(at))
    }

    fn revealed(&self, selection: Selection, position: Position) -> Position {
        let head = selection.head();
        let sideways = if selection.has_row(head.row) { None } else { Some(self.shown.grid.span(head.column)) };
        position.reveal(head.row, sideways, self.extent)
    }

    /// The cell at a point, or the nearest one.
    fn hit(&self, position: Position, at: Pos2) -> Option<Hit> {
        let (shown, cells) = (self.shown, self.areas.cells);
        let (last_row, last_column) = (shown.table.rows().checked_sub(1)?, shown.grid.columns().checked_sub(1)?);
        let rows = f64::from(at.y - cells.top()) / f64::from(cells.height().max(1.0)) * self.extent.page;
        let x = (at.x - cells.left() + position.x).max(0.0);
        let cell = Cell {
            row: ((position.row + rows).floor().max(0.0) as usize).min(last_row),
            column: shown.grid.between(x, x + 1.0).start.min(last_column),
        };
        Some(Hit { cell, on_number: at.x < cells.left() })
    }
}
