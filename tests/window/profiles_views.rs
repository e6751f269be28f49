//! The views of a profile, driven by clicks and keys: who calls a function, what is under it, what is where in a part of it. What stands on screen
//! is held against what the engine says of the same file.

use std::path::Path;

use crate::app_window::{
    Window, click, click_role, folder, open_profiles, press, profile, profile_data, sample, says, settle, shows, type_into,
};
use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT, Queryable};
use tachograph::app::Command;
use tachograph::app::tabs::profiles::Colors;
use tachograph::jobs::{Cancel, Progress};
use tachograph::operations::{Asked, ProfileView};
use tachograph::profile::{Filters, GroupId, Grouping, NodeId, Pattern, Shape, Tree};

/// What the engine makes of a file by itself.
fn engine(path: &Path, asked: Asked) -> ProfileView {
    let (cancel, progress) = (Cancel::new(), Progress::new());
    ProfileView::of_asked(profile(path), asked, true, &cancel, &progress).expect("not cancelled")
}

fn group(view: &ProfileView, name: &str) -> GroupId {
    view.top.rows.iter().find(|row| view.name(row.group) == name).expect("there").group
}

/// Name and total of each box that an image of this name holds, as a screen reader is told them.
fn boxes(window: &Window, name: &str) -> Vec<(String, String)> {
    let graph = window.get_by_role_and_label(Role::Image, name).rect();
    let found = window.query_all_by(|node| node.role() == Role::Button && node.data().description().is_some());
    let inside = found.filter(|node| graph.expand(1.0).contains_rect(node.rect()));
    let told = inside.map(|node| {
        let node = node.accesskit_node();
        (node.label().unwrap_or_default(), node.data().description().unwrap_or_default().to_owned())
    });
    told.collect()
}

/// What a box says of a value.
fn figures(view: &ProfileView, value: i64) -> String {
    format!("{}, {}", view.show(value), view.share(value))
}

/// The first calls below `node`, as boxes say them.
fn below(view: &ProfileView, tree: &Tree, node: NodeId, most: usize) -> Vec<(String, String)> {
    let children = tree.children(node).take(most);
    children.map(|child| (view.name(tree.group(child)).to_owned(), figures(view, tree.total(child)))).collect()
}

fn select(window: &mut Window, name: &str) {
    type_into(window, "Search functions", name);
    settle(window);
    window.query_all_by(|node| node.role() == Role::Label && node.value().as_deref() == Some(name)).last().expect("a row").click();
    settle(window);
}

#[test]
fn who_calls_a_function_and_what_it_calls_stands_around_it() {
    let home = folder();
    let mut window = open_profiles(home.path(), &[sample("sample.pb.gz")]);
    let expected = engine(&sample("sample.pb.gz"), Asked::default());
    click_role(&mut window, Role::RadioButton, "Sandwich");
    assert!(says(&window, "Click a function in the table"), "{window:?}");
    let name = "encoding/json.(*Decoder).Decode";
    select(&mut window, name);
    let (cancel, group) = (Cancel::new(), group(&expected, name));
    for (image, shape) in [("Callers", Shape::CallersOf(group)), ("Callees", Shape::CalleesOf(group))] {
        let tree = expected.shape(shape, &cancel).expect("not cancelled");
        let (shown, wanted) = (boxes(&window, image), below(&expected, &tree, NodeId(1), 2));
        assert!(!wanted.is_empty());
        for expected in wanted {
            assert!(shown.contains(&expected), "{image}: {expected:?} of {shown:?}");
        }
    }
    // A click on a caller puts it into the middle, and there is a way back.
    let caller = boxes(&window, "Callers").into_iter().find(|(label, _)| label == "main.load").expect("the caller");
    window
        .query_all_by(|node| node.label() == Some(caller.0.clone()) && node.role() == Role::Button)
        .next()
        .expect("a box")
        .click();
    settle(&mut window);
    assert!(says(&window, "Callers of main.load above"), "{window:?}");
    click(&mut window, "Back");
    settle(&mut window);
    assert!(says(&window, &format!("Callers of {name} above")));
    click(&mut window, "Forward");
    settle(&mut window);
    assert!(says(&window, "Callers of main.load above"));
}

#[test]
fn the_graph_from_the_leaves_begins_with_what_was_running() {
    let home = folder();
    let mut window = open_profiles(home.path(), &[profile_data("go-cpu.pb.gz")]);
    let expected = engine(&profile_data("go-cpu.pb.gz"), Asked::default());
    click(&mut window, "Inverted");
    settle(&mut window);
    let shown = boxes(&window, "Flame graph");
    let tree = expected.shape(Shape::BottomUp, &Cancel::new()).expect("not cancelled");
    let wanted = below(&expected, &tree, NodeId::ROOT, 3);
    for (row, wanted) in expected.top.rows.iter().zip(wanted) {
        assert_eq!(wanted.1, figures(&expected, row.self_value), "what was running is what functions took themselves");
        assert!(shown.contains(&wanted), "{wanted:?} of {shown:?}");
    }
}

#[test]
fn what_is_under_a_call_is_listed_as_it_is_opened() {
    let home = folder();
    let path = home.path().join("small.folded");
    std::fs::write(&path, "main;load;parse 60\nmain;load;read 5\nmain;save;write 30\nidle;wait 5\n").expect("written");
    let mut window = open_profiles(home.path(), &[path]);
    click(&mut window, "Call tree");
    settle(&mut window);
    assert!(shows(&window, "parse") && !shows(&window, "write"), "the hot path is open: {window:?}");
    click(&mut window, "Open save");
    assert!(shows(&window, "write"));
    click(&mut window, "Close main");
    assert!(!shows(&window, "parse") && shows(&window, "idle"));
    click(&mut window, "Close all");
    for (key, seen) in [(Key::ArrowDown, "main"), (Key::ArrowRight, "load"), (Key::H, "parse")] {
        press(&mut window, Modifiers::NONE, key);
        settle(&mut window);
        assert!(shows(&window, seen), "{seen}: {window:?}");
    }
    let state = window.state().state();
    let (shown, selection) = (state.profiles.shown().expect("a profile"), state.profiles.selection().expect("a call"));
    assert_eq!(shown.view.name(selection.group), "parse");
    assert!(shows(&window, "60 · 60.0 %"), "the selected call's figures stand beside: {window:?}");
}

#[test]
fn a_part_is_looked_at_and_everything_again() {
    let home = folder();
    let file = sample("sample.pb.gz");
    let mut window = open_profiles(home.path(), std::slice::from_ref(&file));
    let top = |window: &Window| window.state().state().profiles.shown().expect("a profile").view.top.clone();
    let everything = top(&window);
    click(&mut window, "Filter…");
    type_into(&mut window, "Focus pattern", "json");
    click(&mut window, "Apply");
    settle(&mut window);
    let focus = Filters { focus: Some(Pattern::text("json")), ..Filters::default() };
    let expected = engine(&file, Asked { filters: focus, ..Asked::default() });
    assert_eq!(top(&window), expected.top);
    assert!(shows(&window, "Focus: json"), "{window:?}");
    assert!(shows(&window, &expected.in_sight_words().expect("a part")), "{window:?}");
    press(&mut window, Modifiers::NONE, Key::Escape);
    click(&mut window, "No longer: Focus: json");
    settle(&mut window);
    assert_eq!(top(&window), everything);
    press(&mut window, Modifiers::ALT, Key::ArrowLeft);
    settle(&mut window);
    assert_eq!(top(&window), expected.top, "the part can be gone back to");
}

#[test]
fn a_wrong_expression_is_told_beside_its_field() {
    let home = folder();
    let mut window = open_profiles(home.path(), &[sample("sample.pb.gz")]);
    click(&mut window, "Regular expression");
    type_into(&mut window, "Search functions", "json|flate");
    settle(&mut window);
    assert!(shows(&window, "encoding/json.(*Decoder).Decode") || says(&window, "compress/flate"), "{window:?}");
    type_into(&mut window, "Search functions", "(");
    settle(&mut window);
    assert!(shows(&window, "not an expression"), "{window:?}");
}

#[test]
fn rows_are_functions_files_or_modules() {
    let home = folder();
    let file = sample("sample.pb.gz");
    let mut window = open_profiles(home.path(), std::slice::from_ref(&file));
    click(&mut window, "Group by");
    click(&mut window, "Module");
    settle(&mut window);
    let expected = engine(&file, Asked { grouping: Grouping::Module, ..Asked::default() });
    for row in expected.top.rows.iter().take(4) {
        assert!(shows(&window, expected.name(row.group)) && shows(&window, &expected.show(row.self_value)), "{window:?}");
    }
}

#[test]
fn several_profiles_stand_side_by_side() {
    let home = folder();
    let (first, second) = (sample("sample.pb.gz"), profile_data("go-heap.pb.gz"));
    let mut window = open_profiles(home.path(), &[first.clone(), second]);
    let name = |window: &Window| window.state().state().profiles.shown().map(|shown| shown.name.clone()).unwrap_or_default();
    assert_eq!(name(&window), "go-heap.pb.gz");
    click_role(&mut window, Role::Tab, "sample.pb.gz");
    assert_eq!(name(&window), "sample.pb.gz");
    click(&mut window, "Close go-heap.pb.gz");
    assert_eq!((window.state().state().profiles.docs().len(), name(&window).as_str()), (1, "sample.pb.gz"));
    // A file that is open is not opened twice.
    window.state().commands().send(Command::Open(vec![first]));
    settle(&mut window);
    assert_eq!(window.state().state().profiles.docs().len(), 1);
    press(&mut window, Modifiers::COMMAND, Key::W);
    assert!(window.state().state().profiles.shown().is_none() && shows(&window, "No profile open"));
}

#[test]
fn boxes_are_coloured_by_module_or_by_function() {
    let home = folder();
    let mut window = open_profiles(home.path(), &[sample("sample.pb.gz")]);
    let colors = |window: &Window| window.state().state().profiles.doc().expect("a profile").colors();
    assert_eq!(colors(&window), Colors::Modules);
    click(&mut window, "Filter…");
    click(&mut window, "Colour by function");
    assert_eq!(colors(&window), Colors::Functions);
    click(&mut window, "Colour by function");
    assert_eq!(colors(&window), Colors::Modules);
}

#[test]
fn escape_closes_a_menu_and_nothing_else() {
    let home = folder();
    let mut window = open_profiles(home.path(), &[sample("sample.pb.gz")]);
    let is_part = |window: &Window| window.state().state().profiles.zoom().is_part();
    window.query_all_by_role_and_label(Role::Button, "main.load").next().expect("a box").click();
    settle(&mut window);
    for menu in ["Filter…", "Compare with…", "Export…", "Sample type"] {
        let entries = |window: &Window| window.query_all_by(|node| !node.role().eq(&Role::Label)).count();
        let before = entries(&window);
        click(&mut window, menu);
        assert!(entries(&window) > before, "{menu} is open");
        press(&mut window, Modifiers::NONE, Key::Escape);
        assert!(entries(&window) <= before && is_part(&window), "{menu} is closed, and the graph is zoomed as it was");
    }
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert!(!is_part(&window));
}
