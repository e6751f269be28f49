//! One function in the middle: its callers above, what it calls below.

use eframe::egui::{RichText, Ui, Vec2};

use crate::app::View;
use crate::app::theme::{SMALL, palette};
use crate::operations::cut_name;
use crate::profile::{NodeId, Tree};

use super::boxes::Of;
use super::graph::{self, Pane};
use super::{Doc, ProfilesCommand, Shown};

/// Letters of the function's name between the graphs.
const NAME: usize = 90;

/// Draws both graphs into what is left of `ui`.
pub fn show(doc: &Doc, shown: &Shown, ui: &mut Ui, view: View) {
    let Some(selection) = doc.selection() else {
        graph::nothing(ui, "Click a function in the table below to see who calls it and what it calls.");
        return;
    };
    let Some(made) = doc.sandwich() else {
        graph::nothing(ui, "Looking for callers…");
        return;
    };
    if made.callers.is_empty() {
        graph::nothing(ui, "This function is in no stack that is shown.");
        return;
    }
    let pane = |name, tree, which: u64, up| Pane {
        name,
        of: Of { view: &shown.view, tree, changes: None },
        tree_number: (shown.serial, which << 32 | u64::from(made.group.0)),
        // Below the root, which stands for everything, is the function.
        root: NodeId(1),
        up,
        selection: None,
        search: doc.arranged().map(|arranged| &**arranged).filter(|arranged| arranged.is_search()),
        colors: doc.colors(),
        clicked,
        shown,
    };
    ui.spacing_mut().item_spacing.y = 4.0;
    let half = ((ui.available_height() - 24.0) / 2.0).max(40.0);
    let size = Vec2::new(ui.available_width(), half);
    ui.push_id("callers", |ui| ui.allocate_ui(size, |ui| graph::show(pane("Callers", &made.callers, 1, true), ui, view)));
    let name = cut_name(shown.view.name(selection.group), NAME);
    let words = format!("Callers of {name} above, what it calls below. Click a call to put it in the middle.");
    ui.label(RichText::new(words).size(SMALL).color(palette(ui).hint));
    ui.push_id("callees", |ui| graph::show(pane("Callees", &made.callees, 2, false), ui, view));
}

fn clicked(tree: &Tree, node: NodeId) -> ProfilesCommand {
    ProfilesCommand::Sandwich(tree.group(node))
}
