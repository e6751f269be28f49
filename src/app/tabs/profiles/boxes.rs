//! The graph laid out: made when zoom, scroll position, size, look, search or selection change, and drawn from frame to frame as it is.

use std::ops::Range;

use eframe::egui::text::{LayoutJob, TextWrapping};
use eframe::egui::{Color32, FontId, Mesh, Pos2, Rect, Shape, Ui, pos2};

use crate::app::theme::{Palette, SMALL};
use crate::operations::{ProfileView, fitting_name, frame_color};
use crate::profile::{Flame, GroupId, Matches, NodeId, Rect as Place, Tree};

use super::against::Changes;

/// Height of a row with the gap below it, in points.
pub const ROW: f32 = 22.0;
/// Narrower boxes have no text, in points.
pub const NARROWEST_TEXT: f32 = 34.0;
/// Distance of the text from the box's edges, in points.
pub const TEXT_MARGIN: f32 = 5.0;
/// Width of a usual letter at the size of the text, in points: names that are about as wide as their box or wider are shortened.
pub const LETTER: f32 = 5.8;
/// Width of the narrowest letter, in points: no more letters are laid out than could fit.
pub const NARROWEST_LETTER: f32 = 2.6;
/// Shades of one colour, so that neighbours of one module can be told apart.
const SHADES: usize = 5;

/// What a layout was made for.
#[derive(Clone, Debug, PartialEq)]
pub struct For {
    /// What all boxes were laid out for.
    pub places: Placed,
    /// Height of the graph in points when rows go up from its lower edge.
    pub up_from: Option<f32>,
    /// Rows in sight.
    pub rows: Range<u32>,
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

/// What all boxes are laid out for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placed {
    /// Which tree: the view's number, and which of its trees.
    pub tree: (u64, u64),
    /// The node that fills the graph.
    pub root: NodeId,
    /// Width in points.
    pub width: f32,
}

/// Where all boxes lie that are wide enough to be drawn, in sight or not: made anew only when zoom or width change.
#[derive(Clone, Debug)]
pub struct Places {
    /// What they were laid out for.
    pub made_for: Placed,
    /// Row by row, each from left to right.
    list: Vec<Place>,
}

impl Places {
    /// Walks the tree as far as boxes can be seen.
    pub fn new(made_for: Placed, tree: &Tree) -> Self {
        let mut list = Flame::new(tree, made_for.root, made_for.width).rects(0..u32::MAX);
        list.sort_by_key(|place| place.depth);
        Self { made_for, list }
    }

    /// How many rows there are.
    pub fn rows(&self) -> u32 {
        self.list.last().map_or(0, |place| place.depth + 1)
    }

    /// The boxes of these rows.
    fn in_rows(&self, rows: &Range<u32>) -> &[Place] {
        let at = |row: u32| self.list.partition_point(|place| place.depth < row);
        self.list.get(at(rows.start)..at(rows.end)).unwrap_or_default()
    }

    /// The box at `x` in `row`.
    pub fn at(&self, x: f32, row: u32) -> Option<&Place> {
        let boxes = self.in_rows(&(row..row.saturating_add(1)));
        let before = boxes.partition_point(|place| place.x0 <= x);
        boxes.get(before.checked_sub(1)?).filter(|place| x < place.x1)
    }
}

/// A tree, and the view that it belongs to.
#[derive(Clone, Copy, Debug)]
pub struct Of<'a> {
    /// Names and figures.
    pub view: &'a ProfileView,
    /// Who calls whom.
    pub tree: &'a Tree,
    /// What changed, where two sides are compared: it colours the boxes.
    pub changes: Option<Changes<'a>>,
}

/// A piece of text on a box.
#[derive(Clone, Debug)]
pub struct Text {
    /// What is written, not yet cut.
    pub text: String,
    /// The box, in points from the graph's upper left corner.
    pub rect: Rect,
    /// Its colour.
    pub color: Color32,
    /// The box's node.
    pub node: NodeId,
}

/// The boxes in sight, in points from the graph's upper left corner.
#[derive(Clone, Debug)]
pub struct Boxes {
    /// What they were laid out for.
    pub made_for: For,
    /// All boxes as one shape.
    pub mesh: Mesh,
    /// Text on those that are wide enough.
    pub texts: Vec<Text>,
}

impl Boxes {
    /// Lays out the boxes in sight.
    pub fn new(made_for: For, places: &Places, of: Of<'_>, matches: Option<&Matches>, palette: &Palette) -> Self {
        let places = places.in_rows(&made_for.rows);
        let mut boxes = Self { mesh: Mesh::default(), texts: Vec::new(), made_for };
        boxes.mesh.reserve_vertices(places.len() * 8);
        for place in places {
            boxes.add(place, of, matches, palette);
        }
        boxes
    }

    fn add(&mut self, place: &Place, of: Of<'_>, matches: Option<&Matches>, palette: &Palette) {
        let (view, rect) = (of.view, rect_of(place, self.made_for.pixels, self.made_for.up_from));
        let group = Some(of.tree.group(place.node)).filter(|_| place.node != NodeId::ROOT);
        let name = group.map_or("", |group| view.name(group));
        let is_dimmed = matches.is_some_and(|matches| !group.is_some_and(|group| matches.contains(group)));
        let fill = match group {
            None => palette.flame_root,
            Some(_) => match of.changes {
                Some(changes) => changes.color(place.node, palette),
                None => self.made_for.colors.of(palette, name, self.made_for.dark),
            },
        };
        let (fill, color) = colors(fill, is_dimmed, palette);
        let color = if group.is_none() && !is_dimmed { palette.text } else { color };
        if group.is_some() && group == self.made_for.selected && place.node != self.made_for.places.root {
            outlined(&mut self.mesh, rect, fill, palette.text);
        } else {
            filled(&mut self.mesh, rect, fill);
        }
        if rect.width() >= NARROWEST_TEXT {
            let room = rect.width() - 2.0 * TEXT_MARGIN;
            let most = (room / NARROWEST_LETTER) as usize + 1;
            let text = match (group, of.changes) {
                (None, _) => all(of),
                (_, Some(changes)) => changes.text(name, place.node, (room / LETTER) as usize).chars().take(most).collect(),
                (_, None) => fitting_name(name, (room / LETTER) as usize).chars().take(most).collect(),
            };
            self.texts.push(Text { text, rect, color, node: place.node });
        }
    }
}

/// What the box of everything says.
pub fn all(of: Of<'_>) -> String {
    of.changes.map_or_else(|| format!("all · {}", of.view.show(of.tree.total(NodeId::ROOT))), Changes::all)
}

/// Top of a row in points, from the graph's upper edge.
pub fn top_of(row: u32, up_from: Option<f32>) -> f32 {
    let down = row as f32 * ROW;
    up_from.map_or(down, |height| height - down - ROW)
}

/// The box on whole pixels.
fn rect_of(place: &Place, pixels: f32, up_from: Option<f32>) -> Rect {
    let snap = |x: f32| (x * pixels).round() / pixels;
    rect(snap(place.x0), snap(place.x1), top_of(place.depth, up_from))
}

/// A box between two edges, with a hair to its right neighbour and the row below.
pub fn rect(x0: f32, x1: f32, top: f32) -> Rect {
    let gap = if x1 - x0 > 3.0 { 1.0 } else { (x1 - x0) * 0.3 };
    Rect::from_min_max(pos2(x0, top), pos2((x1 - gap).max(x0 + 0.6), top + ROW - 1.0))
}

/// Colours of a box and of its text; what does not match a search steps back.
pub fn colors(fill: Color32, is_dimmed: bool, palette: &Palette) -> (Color32, Color32) {
    if is_dimmed { (fill.lerp_to_gamma(palette.panel, 0.78), palette.hint) } else { (fill, palette.on_flame) }
}

/// Draws boxes and their texts, which are cut where they are too long, into the place of a graph.
pub fn paint<'a>(ui: &Ui, place: Rect, mesh: &Mesh, texts: impl Iterator<Item = (&'a str, Rect, Color32)>) {
    let (painter, origin) = (ui.painter(), place.min.to_vec2());
    let mut mesh = mesh.clone();
    mesh.translate(origin);
    painter.add(Shape::mesh(mesh));
    let font = FontId::proportional(SMALL);
    for (text, rect, color) in texts {
        let mut job = LayoutJob::simple_singleline(text.to_owned(), font.clone(), color);
        job.wrap = TextWrapping::truncate_at_width(rect.width() - 2.0 * TEXT_MARGIN + 1.0);
        let galley = painter.layout_job(job);
        let middle = rect.center().y - galley.size().y / 2.0;
        painter.galley(pos2(rect.left() + TEXT_MARGIN, middle) + origin, galley, color);
    }
}

/// What colours tell where nothing is compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Colors {
    /// What belongs together: functions of a module have its colour, in shades of their own.
    #[default]
    Modules,
    /// What is the same: each function has a colour of its own.
    Functions,
}

impl Colors {
    /// The colour of a function. Shades go away from the text's colour, so it stays readable.
    pub fn of(self, palette: &Palette, name: &str, dark: bool) -> Color32 {
        let own = name.bytes().fold(5381_u32, |hash, byte| hash.wrapping_mul(33) ^ u32::from(byte)) as usize;
        let index = match self {
            Self::Modules => frame_color(name),
            // The last bits choose the shade.
            Self::Functions => own / SHADES,
        };
        let color = palette.flame.get(index % palette.flame.len()).copied().unwrap_or(palette.flame_root);
        let away = if dark { Color32::BLACK } else { Color32::WHITE };
        color.lerp_to_gamma(away, (own % SHADES) as f32 * 0.055)
    }
}

/// A box, its corners cut by a point where it is wide enough.
pub fn filled(mesh: &mut Mesh, rect: Rect, color: Color32) {
    if rect.width() < 5.0 {
        mesh.add_colored_rect(rect, color);
        return;
    }
    let (l, r, t, b, c) = (rect.left(), rect.right(), rect.top(), rect.bottom(), 1.0);
    let corners = [(l + c, t), (r - c, t), (r, t + c), (r, b - c), (r - c, b), (l + c, b), (l, b - c), (l, t + c)];
    let first = mesh.vertices.len() as u32;
    corners.into_iter().for_each(|(x, y)| mesh.colored_vertex(Pos2::new(x, y), color));
    (1..corners.len() as u32 - 1).for_each(|i| mesh.add_triangle(first, first + i, first + i + 1));
}

/// A box with a line around it.
pub fn outlined(mesh: &mut Mesh, rect: Rect, fill: Color32, line: Color32) {
    filled(mesh, rect, line);
    if rect.width() > 4.0 {
        filled(mesh, rect.shrink(1.5), fill);
    }
}

#[cfg(test)]
mod tests {
    use super::super::arrange::tests::view;
    use super::*;
    use crate::app::theme::palette;

    fn of_look(dark: bool) -> &'static Palette {
        let mut found = None;
        eframe::egui::__run_test_ui(|ui| {
            ui.visuals_mut().dark_mode = dark;
            found = Some(palette(ui));
        });
        found.expect("a frame was drawn")
    }

    fn made_for(width: f32, rows: Range<u32>) -> For {
        let places = Placed { tree: (1, 0), root: NodeId::ROOT, width };
        For { places, up_from: None, rows, pixels: 1.0, dark: true, colors: Colors::Modules, sought: None, selected: None }
    }

    fn lay_out(made_for: For, view: &ProfileView, matches: Option<&Matches>, dark: bool) -> Boxes {
        let of = Of { view, tree: view.tree.as_ref().expect("tree"), changes: None };
        let places = Places::new(made_for.places, of.tree);
        Boxes::new(made_for, &places, of, matches, of_look(dark))
    }

    #[test]
    fn the_box_under_the_pointer_is_the_one_that_is_drawn_there() {
        let view = view("main;a 75\nmain;b 20\nidle 5\n");
        let places = Places::new(made_for(400.0, 0..9).places, view.tree.as_ref().expect("tree"));
        assert_eq!(places.rows(), 3);
        let name =
            |x, row| places.at(x, row).map(|place| view.name(view.tree.as_ref().expect("tree").group(place.node)).to_owned());
        assert_eq!(
            [name(0.0, 2), name(299.5, 2), name(300.5, 2), name(379.0, 1), name(381.0, 1)],
            ["a", "a", "b", "main", "idle"].map(|name| Some(name.to_owned()))
        );
        assert_eq!([name(390.0, 2), name(-1.0, 1), name(401.0, 1), name(0.0, 3)], [const { None }; 4]);
    }

    #[test]
    fn boxes_lie_where_the_profile_says() {
        let view = view("main;a 75\nmain;b 25\n");
        let boxes = lay_out(made_for(400.0, 0..9), &view, None, true);
        let texts: Vec<_> =
            boxes.texts.iter().map(|text| (text.text.as_str(), text.rect.left(), text.rect.right(), text.rect.top())).collect();
        let expected = [
            ("all · 100", 0.0, 399.0, 0.0),
            ("main", 0.0, 399.0, ROW),
            ("a", 0.0, 299.0, 2.0 * ROW),
            ("b", 300.0, 399.0, 2.0 * ROW),
        ];
        assert_eq!(texts, expected);
        assert!(boxes.mesh.is_valid() && boxes.mesh.vertices.len() == 4 * 8);
    }

    #[test]
    fn rows_can_go_up_from_the_lower_edge() {
        let view = view("main;a 75\nmain;b 25\n");
        let boxes = lay_out(For { up_from: Some(5.0 * ROW), ..made_for(400.0, 0..9) }, &view, None, true);
        let tops: Vec<_> = boxes.texts.iter().map(|text| text.rect.top() / ROW).collect();
        assert_eq!(tops, [4.0, 3.0, 2.0, 2.0]);
    }

    #[test]
    fn only_rows_in_sight_are_laid_out() {
        let deep: String = (0..500).map(|n| format!("f{n};")).collect();
        let view = view(&format!("{deep}g 1\n"));
        let boxes = lay_out(made_for(300.0, 490..502), &view, None, false);
        assert_eq!(boxes.texts.len(), 12);
        assert_eq!(boxes.texts.last().map(|text| text.text.as_str()), Some("g"));
    }

    #[test]
    fn what_does_not_match_steps_back() {
        let view = view("main;a 75\nmain;b 25\n");
        let matches = Matches::find(&view.profile, &view.groups, "b");
        let boxes = lay_out(made_for(400.0, 0..9), &view, Some(&matches), true);
        let bright: Vec<_> =
            boxes.texts.iter().filter(|text| text.color == of_look(true).on_flame).map(|text| text.text.as_str()).collect();
        assert_eq!(bright, ["b"]);
    }

    #[test]
    fn functions_of_a_module_differ_in_colour_where_that_is_asked_for() {
        let palette = of_look(true);
        let of = |colors: Colors| ["json.parse", "json.read", "json.write"].map(|name| colors.of(palette, name, true));
        // Far apart: not only in their shade.
        let far = |a: Color32, b: Color32| a.to_array().into_iter().zip(b.to_array()).any(|(a, b)| a.abs_diff(b) > 60);
        let ([a, b, c], [x, y, z]) = (of(Colors::Modules), of(Colors::Functions));
        assert!(!far(a, b) && !far(b, c) && (far(x, y) || far(y, z)), "{a:?} {b:?} {c:?} {x:?} {y:?} {z:?}");
    }

    #[test]
    fn no_text_is_laid_out_that_could_not_fit() {
        let view = view(&format!("{} 1\n", "x".repeat(5000)));
        let boxes = lay_out(made_for(200.0, 0..9), &view, None, true);
        assert!(boxes.texts[1].text.len() <= 100);
    }
}
