//! The menu behind a call: copy it, see what is around it.

use eframe::egui::{Popup, Response, Ui};

use crate::app::theme::icons;
use crate::app::widgets::menu_item;
use crate::app::{Command, View};
use crate::operations::ProfileView;
use crate::profile::{GroupId, Grouping, NodeId, TopRow, Tree};

use super::filters::Part;
use super::{ProfilesCommand, Shown, SourceCommand};

/// What is copied of a call.
type Text = fn(&ProfileView, &Tree, NodeId) -> String;

const COPIES: [(&str, Text); 3] = [("Copy name", name_text), ("Copy stack", stack_text), ("Copy row", row_text)];

/// Offers the menu of a call on a right click on `response`.
pub fn show(response: &Response, shown: &Shown, tree: &Tree, node: NodeId, view: View) {
    Popup::context_menu(response).show(|ui| items(ui, shown, tree, node, view));
}

/// What can be done with a call.
pub fn items(ui: &mut Ui, shown: &Shown, tree: &Tree, node: NodeId, view: View) {
    ui.set_min_width(210.0);
    let profile = &shown.view;
    if menu_item(ui, icons::ARROWS_LEFT_RIGHT, "Callers and callees") {
        view.commands.send(Command::Profiles(ProfilesCommand::Sandwich(tree.group(node))));
    }
    source_lines(ui, shown, tree.group(node), view);
    parts(ui, shown, shown.view.name(tree.group(node)), view);
    ui.separator();
    for (words, text) in COPIES {
        if menu_item(ui, icons::COPY, words) {
            ui.ctx().copy_text(text(profile, tree, node));
        }
    }
}

/// Offers the menu of a function in a table on a right click on `response`.
pub fn of_function(response: &Response, shown: &Shown, row: &TopRow, view: View) {
    Popup::context_menu(response).show(|ui| {
        ui.set_min_width(210.0);
        let profile = &shown.view;
        if menu_item(ui, icons::ARROWS_LEFT_RIGHT, "Callers and callees") {
            view.commands.send(Command::Profiles(ProfilesCommand::Sandwich(row.group)));
        }
        source_lines(ui, shown, row.group, view);
        parts(ui, shown, profile.name(row.group), view);
        ui.separator();
        if menu_item(ui, icons::COPY, "Copy name") {
            ui.ctx().copy_text(profile.name(row.group).to_owned());
        }
        if menu_item(ui, icons::COPY, "Copy row") {
            let (own, total) = (profile.show(row.self_value), profile.show(row.total_value));
            ui.ctx().copy_text(format!("{}\t{own}\t{total}\t{}", profile.name(row.group), profile.share(row.total_value)));
        }
    });
}

/// Where the file tells lines, those of a function.
fn source_lines(ui: &mut Ui, shown: &Shown, group: GroupId, view: View) {
    if shown.tells_lines() && menu_item(ui, icons::CODE, "Source lines") {
        view.commands.send(Command::Profiles(ProfilesCommand::Source(SourceCommand::Of(group))));
    }
}

/// Looking at a part of the profile by one function.
fn parts(ui: &mut Ui, shown: &Shown, name: &str, view: View) {
    // Only names of functions are matched.
    if !matches!(shown.view.asked.grouping, Grouping::Name | Grouping::NameAndFile) {
        return;
    }
    for (icon, words, part) in [
        (icons::CROSSHAIR, "Only stacks with this", Part::Focus),
        (icons::PROHIBIT, "Without stacks with this", Part::Ignore),
        (icons::EYE_SLASH, "Hide this function", Part::Hide),
        (icons::ARROW_LINE_DOWN, "Show from here", Part::ShowFrom),
    ] {
        if menu_item(ui, icon, words) {
            let asked = part.asked(&shown.view, name);
            view.commands.send(Command::Profiles(ProfilesCommand::Ask(Box::new(asked))));
        }
    }
}

fn name_text(view: &ProfileView, tree: &Tree, node: NodeId) -> String {
    view.name(tree.group(node)).to_owned()
}

/// The calls from the outermost to this one, a line each.
pub fn stack_text(view: &ProfileView, tree: &Tree, node: NodeId) -> String {
    let path = tree.path(node).into_iter().filter(|node| *node != NodeId::ROOT);
    path.map(|node| view.name(tree.group(node))).collect::<Vec<_>>().join("\n")
}

/// Name, self, total and share, as cells of a row.
pub fn row_text(view: &ProfileView, tree: &Tree, node: NodeId) -> String {
    let (name, total) = (view.name(tree.group(node)), tree.total(node));
    format!("{name}\t{}\t{}\t{}", view.show(tree.self_value(node)), view.show(total), view.share(total))
}

#[cfg(test)]
mod tests {
    use super::super::arrange::tests::view;
    use super::*;

    #[test]
    fn a_call_is_copied_as_text() {
        let view = view("main;load;parse 3\nmain 1\n");
        let tree = view.tree.as_ref().expect("tree");
        assert_eq!(name_text(&view, tree, NodeId(2)), "load");
        assert_eq!(stack_text(&view, tree, NodeId(3)), "main\nload\nparse");
        assert_eq!(row_text(&view, tree, NodeId(1)), "main\t1\t4\t100 %");
    }
}
