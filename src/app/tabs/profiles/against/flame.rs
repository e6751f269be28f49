//! The flame graph of both sides: as wide as what was measured on one or on both, coloured by what changed.

use eframe::egui::{Align, Color32, Layout as Lay, Popup, Response, RichText, Sense, Ui, Vec2};

use crate::app::theme::{Palette, SMALL, icons, palette};
use crate::app::widgets::{Card, menu_item, segmented};
use crate::app::{Command, View};
use crate::operations::fitting_name;
use crate::profile::compare::{DiffTree, Layout, Measure};
use crate::profile::{GroupId, NodeId, Tree};
use crate::report::format;

use super::super::boxes::Of;
use super::super::graph::{self, Pane};
use super::super::paint::{Trail, crumbs};
use super::super::{Doc, Order, ProfilesCommand, Zoom, menu as calls_menu, toolbar};
use super::menu::send;
use super::{AgainstCommand, Compared, table};

/// Width of the card from which on there is room for the choice of what is counted, in points.
const WIDE: f32 = 700.0;
const LAYOUTS: [(Layout, &str); 3] = [(Layout::New, "Now"), (Layout::Base, "Before"), (Layout::Larger, "Both")];
/// Changes of at least these shares of the larger side have the first, second, third step of colour.
const STEPS: [f32; 3] = [0.01, 0.1, 0.5];

/// What colours a graph by what changed.
#[derive(Clone, Copy, Debug)]
pub struct Changes<'a> {
    /// What is compared.
    pub compared: &'a Compared,
    /// The values of both sides at each box.
    pub tree: &'a DiffTree,
}

impl Changes<'_> {
    /// The colour of a box.
    pub fn color(self, node: NodeId, palette: &Palette) -> Color32 {
        step_color(step(self.tree.shade(node, Measure::Total)), palette)
    }

    /// What is written on a box with room for so many letters: the change too, where that fits.
    pub fn text(self, name: &str, node: NodeId, letters: usize) -> String {
        let change = self.percent(node);
        if !change.is_empty() && name.chars().count() + change.chars().count() + 2 <= letters {
            format!("{name}  {change}")
        } else {
            fitting_name(name, letters)
        }
    }

    /// What the box of everything says.
    pub fn all(self) -> String {
        let [now, before] = self.tree.totals(NodeId::ROOT).map(|value| self.compared.comparison.show(value));
        format!("all · {now} now, {before} before")
    }

    /// Both values of a box and their change.
    pub fn figures(self, node: NodeId) -> String {
        let [now, before] = self.tree.totals(node).map(|value| self.compared.comparison.show(value));
        let percent = self.percent(node);
        let percent = if percent.is_empty() { "as before".to_owned() } else { percent };
        format!("{now} now, {before} before, {percent}")
    }

    /// `+12 %`, `new`, `gone`; empty where it is about as before.
    fn percent(self, node: NodeId) -> String {
        match self.tree.totals(node) {
            [0, 0] => String::new(),
            [_, 0] => "new".to_owned(),
            [0, _] => "gone".to_owned(),
            _ if step(self.tree.shade(node, Measure::Total)) == 0 => String::new(),
            [new, base] => format::percent_change((new as f64 / base as f64 - 1.0) * 100.0),
        }
    }

    /// What the box under the pointer took on both sides.
    pub fn read_out(self, ui: &mut Ui, node: NodeId) {
        let comparison = &self.compared.comparison;
        for (what, measure) in [("Total", Measure::Total), ("Self", Measure::Own)] {
            let [new, base] = self.tree.values(node, measure);
            let change = new.saturating_sub(base);
            let words = format!("{what}  {} now · {} before", comparison.show(new), comparison.show(base));
            ui.label(RichText::new(words).color(palette(ui).text));
            let percent = if measure == Measure::Total { self.percent(node) } else { String::new() };
            let words = [comparison.show_change(change), percent].into_iter().filter(|text| !text.is_empty());
            let color = table::color(ui, change);
            ui.label(RichText::new(words.collect::<Vec<_>>().join(" · ")).color(color));
        }
    }

    /// The menu of a box.
    pub fn menu(self, response: &Response, node: NodeId, view: View) {
        let (profile, tree) = (&self.compared.shown.view, &*self.tree.tree);
        Popup::context_menu(response).show(|ui| {
            ui.set_min_width(210.0);
            let open = self.compared.open_of(tree.group(node));
            if let Some(group) = open
                && menu_item(ui, icons::ARROWS_LEFT_RIGHT, "Callers and callees")
            {
                view.commands.send(Command::Profiles(ProfilesCommand::Sandwich(group)));
            }
            ui.separator();
            let name = || profile.name(tree.group(node)).to_owned();
            if menu_item(ui, icons::COPY, "Copy name") {
                ui.ctx().copy_text(name());
            }
            if menu_item(ui, icons::COPY, "Copy stack") {
                ui.ctx().copy_text(calls_menu::stack_text(profile, tree, node));
            }
            if menu_item(ui, icons::COPY, "Copy row") {
                ui.ctx().copy_text(format!("{}\t{}", name(), self.figures(node)));
            }
        });
    }
}

/// The card with the graph, in what is left of `ui`.
pub fn show(doc: &Doc, compared: &Compared, ui: &mut Ui, view: View) {
    ui.spacing_mut().item_spacing.y = 4.0;
    let is_wide = ui.available_width() > WIDE;
    let controls = |ui: &mut Ui| {
        toolbar::orders(doc, ui, view);
        if let Some(layout) = segmented(ui, "Width of the boxes", &LAYOUTS, doc.against().layout()) {
            send(view, AgainstCommand::Layout(layout));
        }
        if is_wide {
            toolbar::choices(doc.shown(), ui, view);
        }
    };
    Card::new("Flame graph of changes").fill().show_with(ui, controls, |ui| {
        let Some(made) = doc.against().graph() else {
            graph::nothing(ui, "Drawing the changes…");
            return;
        };
        let tree = &*made.tree.tree;
        let root = doc.against().zoom().root();
        ui.horizontal(|ui| {
            ui.with_layout(Lay::right_to_left(Align::Center), |ui| {
                legend(ui);
                crumbs(trail(doc, compared, tree, root), ui, view);
            });
        });
        if tree.is_empty() || tree.total(NodeId::ROOT) == 0 {
            graph::nothing(ui, "Nothing was measured on this side, so there is nothing to draw.");
            return;
        }
        let pane = Pane {
            name: "Flame graph",
            of: Of { view: &compared.shown.view, tree, changes: Some(Changes { compared, tree: &made.tree }) },
            tree_number: (compared.serial, u64::from(made.inverted) << 8 | made.tree.layout as u64),
            root,
            up: false,
            selection: doc.against().selection(doc.selection()),
            search: doc.against().rows().map(|rows| &rows.arranged).filter(|arranged| arranged.is_search()),
            colors: doc.colors(),
            clicked: |_, node| ProfilesCommand::Against(AgainstCommand::Zoom(node)),
            shown: &compared.shown,
        };
        graph::show(pane, ui, view);
    });
}

fn trail<'a>(doc: &Doc, compared: &'a Compared, tree: &'a Tree, root: NodeId) -> Trail<'a> {
    let hint = match (doc.against().layout(), doc.order()) {
        (Layout::New, Order::Inverted) => "What is running now above, its callers below. Click to zoom in.",
        (Layout::New, _) => "As wide as now; what vanished is not here. Click to zoom in.",
        (Layout::Base, _) => "As wide as before; what is new is not here. Click to zoom in.",
        (Layout::Larger, _) => "As wide as the larger of both; everything is here. Click to zoom in.",
    };
    let to = |node| ProfilesCommand::Against(AgainstCommand::Zoom(node));
    Trail { tree, view: &compared.shown.view, root, hint, to }
}

/// What the colours say.
fn legend(ui: &mut Ui) {
    let palette = palette(ui);
    ui.spacing_mut().item_spacing.x = 3.0;
    // Added from the right.
    let words = |ui: &mut Ui, text: &str| drop(ui.label(RichText::new(text).size(SMALL).color(palette.muted)));
    words(ui, "more");
    for step in [3, 2, 1, 0, -1, -2, -3_i8] {
        let (rect, response) = ui.allocate_exact_size(Vec2::new(12.0, 10.0), Sense::hover());
        ui.painter().rect_filled(rect, 2.0, step_color(step, palette));
        response.on_hover_text(match step {
            0 => "About as before",
            1 => "A little more: up to 10 % of what it is now",
            2 => "More: up to half of what it is now",
            3 => "Twice as much or more, or new",
            -1 => "A little less: up to 10 % of what it was",
            -2 => "Less: up to half of what it was",
            _ => "Half or less, or gone",
        });
    }
    words(ui, "less");
    ui.add_space(6.0);
}

/// The step of colour of a shade (−1 to 1): −3 to 3.
fn step(shade: f32) -> i8 {
    let size = STEPS.iter().filter(|least| shade.abs() >= **least).count() as i8;
    if shade < 0.0 { -size } else { size }
}

fn step_color(step: i8, palette: &Palette) -> Color32 {
    let colors = if step < 0 { &palette.less } else { &palette.more };
    match usize::from(step.unsigned_abs()).checked_sub(1) {
        Some(at) => colors.get(at).copied().unwrap_or(palette.flame_root),
        None => palette.flame_root,
    }
}

/// The box with these functions on its path, as far down as there is one that can be seen.
pub(super) fn find(tree: &Tree, path: &[GroupId]) -> Zoom {
    let found = Zoom::find(tree, path).root();
    let seen = tree.path(found).into_iter().rev().find(|node| tree.total(*node) != 0);
    Zoom::to(seen.unwrap_or(NodeId::ROOT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_have_seven_steps() {
        let steps = [-1.0, -0.5, -0.49, -0.1, -0.02, -0.005, 0.0, 0.009, 0.01, 0.2, 0.5, 1.0].map(step);
        assert_eq!(steps, [-3, -3, -2, -2, -1, 0, 0, 0, 1, 2, 3, 3]);
    }
}
