//! The boxes in sight: laid out when what is in sight, size, look, search or selection change, and drawn from frame to frame as they are.

use std::ops::Range;
use std::sync::Arc;

use eframe::egui::{Color32, Mesh, Rect};

use crate::app::theme::Palette;
use crate::operations::{ProfileView, fitting_name};
use crate::profile::stack_chart::ChartRect;
use crate::profile::{BoxId, GroupId, Matches, StackChart, ThreadId};

use super::super::boxes::{Colors, LETTER, NARROWEST_LETTER, NARROWEST_TEXT, TEXT_MARGIN, colors, filled, outlined, rect, top_of};

/// What a layout was made for.
#[derive(Clone, Debug, PartialEq)]
pub struct For {
    /// Number of the view.
    pub serial: u64,
    /// The thread.
    pub thread: ThreadId,
    /// What is in sight along the axis.
    pub seen: Range<i64>,
    /// Rows in sight.
    pub rows: Range<u32>,
    /// Width in points.
    pub width: f32,
    /// Pixels of a point.
    pub pixels: f32,
    /// Whether the look is dark.
    pub dark: bool,
    /// What the colours tell.
    pub colors: Colors,
    /// What is searched for, and whether that is a regular expression.
    pub sought: Option<(String, bool)>,
    /// The function that is looked at.
    pub selected: Option<GroupId>,
}

/// A piece of text on a box.
#[derive(Clone, Debug)]
pub struct Text {
    /// What is written, not yet cut.
    pub text: String,
    /// The box, in points from the chart's upper left corner.
    pub rect: Rect,
    /// Its colour.
    pub color: Color32,
    /// Which box.
    pub id: BoxId,
}

/// The boxes in sight, in points from the chart's upper left corner.
#[derive(Clone, Debug)]
pub struct Boxes {
    /// What they were laid out for.
    pub made_for: For,
    /// All boxes as one shape.
    pub mesh: Mesh,
    /// Text on those that are wide enough.
    pub texts: Vec<Text>,
    /// Where they lie, in pixels: row by row, from left to right.
    rects: Vec<ChartRect>,
}

impl Boxes {
    /// As they were, unless something changed.
    pub fn kept(
        kept: Option<Arc<Self>>,
        made_for: For,
        chart: &StackChart,
        view: &ProfileView,
        matches: Option<&Matches>,
        palette: &Palette,
    ) -> Arc<Self> {
        match kept {
            Some(kept) if kept.made_for == made_for => kept,
            _ => Arc::new(Self::new(made_for, chart, view, matches, palette)),
        }
    }

    fn new(made_for: For, chart: &StackChart, view: &ProfileView, matches: Option<&Matches>, palette: &Palette) -> Self {
        // Boxes narrower than a pixel are put together, so the width is that in pixels.
        let rects = chart.rects(made_for.seen.clone(), made_for.rows.clone(), made_for.width * made_for.pixels);
        let mut boxes = Self { mesh: Mesh::default(), texts: Vec::new(), rects: Vec::new(), made_for };
        boxes.mesh.reserve_vertices(rects.len() * 8);
        rects.iter().for_each(|rect| boxes.add(rect, view, matches, palette));
        boxes.rects = rects;
        boxes
    }

    fn add(&mut self, chart: &ChartRect, view: &ProfileView, matches: Option<&Matches>, palette: &Palette) {
        let (rect, name) = (self.place(chart), view.name(chart.group));
        let is_dimmed = matches.is_some_and(|matches| !matches.contains(chart.group));
        let fill = self.made_for.colors.of(palette, name, self.made_for.dark);
        let (fill, color) = colors(fill, is_dimmed, palette);
        // Several calls in one place step back a little: they are no box that can be read.
        let fill = if chart.count > 1 { fill.lerp_to_gamma(palette.panel, 0.3) } else { fill };
        if self.made_for.selected == Some(chart.group) && chart.count == 1 {
            outlined(&mut self.mesh, rect, fill, palette.text);
        } else {
            filled(&mut self.mesh, rect, fill);
        }
        if chart.count == 1 && rect.width() >= NARROWEST_TEXT {
            let room = rect.width() - 2.0 * TEXT_MARGIN;
            let text = fitting_name(name, (room / LETTER) as usize).chars().take((room / NARROWEST_LETTER) as usize + 1).collect();
            self.texts.push(Text { text, rect, color, id: chart.id });
        }
    }

    /// The place of what is drawn, on whole pixels.
    pub fn place(&self, chart: &ChartRect) -> Rect {
        let pixels = self.made_for.pixels.max(0.1);
        rect(chart.x0.round() / pixels, chart.x1.round() / pixels, top_of(chart.id.row, None))
    }

    /// What is drawn at a place, in points.
    pub fn at(&self, x: f32, row: u32) -> Option<&ChartRect> {
        let x = x * self.made_for.pixels;
        let of_row = |row: u32| self.rects.partition_point(|rect| rect.id.row < row);
        let row = self.rects.get(of_row(row)..of_row(row.saturating_add(1)))?;
        let before = row.partition_point(|rect| rect.x0 <= x);
        row.get(before.checked_sub(1)?).filter(|rect| x < rect.x1.max(rect.x0 + 1.0))
    }

    /// The place of a box, when it is drawn as a box of its own or among others.
    pub fn place_of(&self, id: BoxId) -> Option<Rect> {
        let next = self.rects.partition_point(|rect| rect.id <= id);
        let found = self.rects.get(next.checked_sub(1)?)?;
        let holds = found.id.row == id.row && id.nth - found.id.nth < found.count;
        holds.then(|| self.place(found))
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::arrange::tests::view;
    use super::super::super::boxes::ROW;
    use super::*;
    use crate::app::theme::palette;
    use crate::jobs::Cancel;

    fn lay_out(text: &str, width: f32, pixels: f32) -> (ProfileView, Boxes) {
        let view = view(text);
        let chart = StackChart::new(&view.profile, &view.groups, 0, None, &Cancel::new()).expect("not cancelled");
        let made_for = For {
            serial: 1,
            thread: chart.thread,
            seen: chart.range.clone(),
            rows: 0..99,
            width,
            pixels,
            dark: true,
            colors: Colors::Modules,
            sought: None,
            selected: None,
        };
        let mut found = None;
        eframe::egui::__run_test_ui(|ui| found = Some(palette(ui)));
        let boxes = Boxes::new(made_for, &chart, &view, None, found.expect("a frame was drawn"));
        (view, boxes)
    }

    #[test]
    fn calls_lie_in_the_order_of_the_file_and_are_found_again() {
        let (view, boxes) = lay_out("main;a 25\nmain;b 50\nmain;a 25\n", 400.0, 2.0);
        let texts: Vec<_> = boxes.texts.iter().map(|text| (text.text.as_str(), text.rect.left(), text.rect.top())).collect();
        assert_eq!(texts, [("main", 0.0, 0.0), ("a", 0.0, ROW), ("b", 100.0, ROW), ("a", 300.0, ROW)]);
        let name = |x, row| boxes.at(x, row).map(|rect| view.name(rect.group).to_owned());
        assert_eq!([name(99.0, 1), name(101.0, 1), name(399.0, 1)], ["a", "b", "a"].map(|name| Some(name.to_owned())));
        assert_eq!((name(400.5, 1), name(5.0, 2)), (None, None));
        assert_eq!(boxes.place_of(BoxId { row: 1, nth: 2 }).map(|rect| rect.left()), Some(300.0));
        assert_eq!(boxes.place_of(BoxId { row: 1, nth: 3 }), None);
    }

    #[test]
    fn what_is_too_narrow_is_one_box_without_a_name() {
        let many: String = (0..10_000).map(|n| format!("main;f{n} 1\n")).collect();
        let (_, boxes) = lay_out(&many, 300.0, 1.0);
        assert!(boxes.rects.len() < 700, "{}", boxes.rects.len());
        assert_eq!(boxes.texts.len(), 1);
    }
}
