//! What tables have in common: sortable headers, right-aligned figures. The rows themselves come from `egui_extras::TableBuilder`, whose
//! `body.rows(ROW_HEIGHT, …)` makes only those in sight, and whose `row.set_overline(true)` draws the hairlines.

use eframe::egui::{self, Align, Align2, Button, FontId, Label, Layout, RichText, Role, Sense, Ui, Vec2, WidgetInfo};

use crate::app::theme::{SMALL, icons, palette};

/// Height of a row in points.
pub const ROW_HEIGHT: f32 = 26.0;
/// Height of the header in points.
pub const HEADER_HEIGHT: f32 = 24.0;
/// Width of the arrow that opens a row, in points.
const OPENER: f32 = 18.0;

/// Which column a table is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort<C> {
    /// The column.
    pub column: C,
    /// Largest first.
    pub descending: bool,
}

impl<C: Copy + PartialEq> Sort<C> {
    /// Sorted by this column.
    pub fn by(column: C, descending: bool) -> Self {
        Self { column, descending }
    }

    /// The order after a click on the header of `column`: turned round when it was sorted by it, else `first_descending`.
    pub fn clicked(self, column: C, first_descending: bool) -> Self {
        let descending = if self.column == column { !self.descending } else { first_descending };
        Self { column, descending }
    }
}

/// A header that can be clicked. `sorted` is the direction (largest first?) when the table is sorted by it. Returns whether it was clicked.
pub fn header(ui: &mut Ui, text: &str, align_right: bool, sorted: Option<bool>) -> bool {
    let palette = palette(ui);
    let layout = if align_right { Layout::right_to_left(Align::Center) } else { Layout::left_to_right(Align::Center) };
    ui.with_layout(layout, |ui| {
        ui.spacing_mut().button_padding = Vec2::new(0.0, 2.0);
        let color = if sorted.is_some() { palette.text } else { palette.hint };
        let arrow = match sorted {
            Some(true) => icons::CARET_DOWN,
            Some(false) => icons::CARET_UP,
            None => "",
        };
        let title = RichText::new(text).size(SMALL).color(color);
        let button =
            if arrow.is_empty() { Button::new(title) } else { Button::new((title, RichText::new(arrow).size(SMALL).color(color))) };
        let response = ui.add(button.gap(3.0).frame(false));
        let label = match sorted {
            Some(true) => format!("{text}, sorted, largest first"),
            Some(false) => format!("{text}, sorted, smallest first"),
            None => text.to_owned(),
        };
        response.widget_info(|| WidgetInfo::labeled(Role::ColumnHeader, true, &label));
        response.clicked()
    })
    .inner
}

/// The arrow that opens and closes a row of a tree; an empty place where there is nothing to open (`None`). Returns whether it was clicked.
pub fn opener(ui: &mut Ui, is_open: Option<bool>, name: &str) -> bool {
    let (rect, response) = ui.allocate_exact_size(Vec2::new(OPENER, ROW_HEIGHT), Sense::click());
    let Some(is_open) = is_open else { return false };
    let (icon, verb) = if is_open { (icons::CARET_DOWN, "Close") } else { (icons::CARET_RIGHT, "Open") };
    let color = if response.hovered() { palette(ui).text } else { palette(ui).muted };
    ui.painter().text(rect.center(), Align2::CENTER_CENTER, icon, FontId::proportional(12.0), color);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("{verb} {name}")));
    response.clicked()
}

/// A figure, right-aligned.
pub fn right(ui: &mut Ui, text: impl Into<RichText>) -> egui::Response {
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| ui.add(Label::new(text.into()).truncate())).inner
}

/// A text, left-aligned, cut with `…` where it is too long.
pub fn left(ui: &mut Ui, text: impl Into<RichText>) -> egui::Response {
    ui.add(Label::new(text.into()).truncate())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_click_turns_the_order_round() {
        let sort = Sort::by('a', true).clicked('b', false);
        assert_eq!(sort, Sort::by('b', false));
        assert_eq!(sort.clicked('b', false), Sort::by('b', true));
    }
}
