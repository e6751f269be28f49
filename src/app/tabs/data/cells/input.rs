//! Selecting cells with the pointer and the keys. Nothing is kept here: what was done comes back as another selection.

use eframe::egui::{Event, EventFilter, Key, Modifiers, Pos2, Response, Ui};

use super::select::{Cell, Selection, Size, Step};

/// What lies under the pointer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The cell, or the nearest one.
    pub cell: Cell,
    /// The pointer is on the row's number.
    pub on_number: bool,
}

/// The selection after what the pointer did: a press begins one, or extends it with Shift; dragging extends it.
pub fn pointer(ui: &Ui, grid: &Response, selection: Option<Selection>, hit: impl Fn(Pos2) -> Option<Hit>) -> Option<Selection> {
    let (pressed, down, shift) =
        ui.input(|input| (input.pointer.primary_pressed(), input.pointer.primary_down(), input.modifiers.shift));
    if !(down && grid.is_pointer_button_down_on()) {
        return None;
    }
    let found = hit(ui.input(|input| input.pointer.interact_pos())?)?;
    match selection {
        Some(selection) if !pressed || shift => Some(selection.to(found.cell)),
        _ if !pressed => None,
        _ if found.on_number => Some(Selection::row(found.cell.row)),
        _ => Some(Selection::cell(found.cell)),
    }
}

/// The selection after the keys of the grid that has the focus. Without one the first key selects `first`.
pub fn keys(ui: &Ui, grid: &Response, selection: Option<Selection>, first: Cell, page: i64, size: Size) -> Option<Selection> {
    if !grid.has_focus() || size.rows == 0 || size.columns == 0 {
        return None;
    }
    let filter = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(grid.id, filter));
    let mut now = selection;
    if ui.input_mut(|input| input.consume_key(Modifiers::COMMAND, Key::A)) {
        now = Selection::all(size);
    }
    for (key, step) in [
        (Key::ArrowDown, Step::By(1, 0)),
        (Key::ArrowUp, Step::By(-1, 0)),
        (Key::ArrowRight, Step::By(0, 1)),
        (Key::ArrowLeft, Step::By(0, -1)),
        (Key::PageDown, Step::By(page, 0)),
        (Key::PageUp, Step::By(-page, 0)),
        (Key::Home, Step::First),
        (Key::End, Step::Last),
    ] {
        for (modifiers, extends) in [(Modifiers::SHIFT, true), (Modifiers::NONE, false)] {
            for _ in 0..ui.input_mut(|input| input.count_and_consume_key(modifiers, key)) {
                now = Some(after(now, step, extends, first, size));
            }
        }
    }
    now.filter(|_| now != selection)
}

fn after(now: Option<Selection>, step: Step, extends: bool, first: Cell, size: Size) -> Selection {
    match (now, step) {
        (Some(now), _) => now.moved(step, extends, size),
        (None, Step::By(..)) => Selection::cell(first),
        (None, _) => Selection::cell(first).moved(step, false, size),
    }
}

/// Whether the person asked to copy while the grid has the focus.
pub fn copies(ui: &Ui, grid: &Response) -> bool {
    grid.has_focus() && ui.input(|input| input.events.iter().any(|event| matches!(event, Event::Copy)))
}
