//! The Profiles tab.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use eframe::egui::pos2;
use tachograph::app::Command;
use tachograph::app::tabs::profiles::{CallsCommand, Order, ProfilesCommand, ViewKind, paint};
use tachograph::jobs::{Cancel, Progress};
use tachograph::operations::{self, ProfileView};
use tachograph::profile::{Flame, Limits, Matches, NodeId, Shape};

use super::Window;

/// Nodes that are zoomed to in turn: the first of so many.
const ZOOMED: u32 = 400;

fn send(window: &Window, command: ProfilesCommand) {
    window.send(Command::Profiles(command));
}

/// Frames of the open profile.
pub fn measure(window: &mut Window, frames: usize) {
    println!("{}", paint::title(&window.app.state().profiles));
    for (order, name) in [(Order::LeftHeavy, "graph"), (Order::Inverted, "inverted")] {
        send(window, ProfilesCommand::Order(order));
        window.settle("the graph");
        window.measure(&format!("{name}: at rest"), frames, |_, _| ());
        window.measure(&format!("{name}: pointing"), frames, |window, frame| {
            window.point_at(pos2(200.0 + (frame * 7 % 700) as f32, 130.0 + (frame * 3 % 300) as f32));
        });
        window.measure(&format!("{name}: zoom"), frames, |window, frame| {
            send(window, ProfilesCommand::Zoom(NodeId(frame as u32 % ZOOMED)));
        });
        send(window, ProfilesCommand::Reset);
        window.settle("the whole");
        window.point_at(pos2(400.0, 250.0));
        window.measure(&format!("{name}: wheel"), frames, |window, frame| window.wheel(if frame % 40 < 20 { -60.0 } else { 60.0 }));
        let typed = ["a", "al", "all", "allo", "all", "al"];
        window.measure(&format!("{name}: typing a search"), frames, |window, frame| {
            send(window, ProfilesCommand::Search(typed[frame % typed.len()].to_owned()));
        });
        window.settle("the search");
        send(window, ProfilesCommand::Search(String::new()));
    }
    send(window, ProfilesCommand::View(ViewKind::Calls));
    (0..20).for_each(|_| send(window, ProfilesCommand::Calls(CallsCommand::Open)));
    window.settle("the call tree");
    window.measure("call tree: wheel", frames, |window, frame| window.wheel(if frame % 40 < 20 { -260.0 } else { 260.0 }));
    window.measure("call tree: keys", frames, |window, _| send(window, ProfilesCommand::Calls(CallsCommand::Move(1))));
    send(window, ProfilesCommand::View(ViewKind::Functions));
    window.settle("the functions");
    window.measure("functions: far leaps", frames, |window, frame| window.wheel(if frame % 2 == 0 { -2e6 } else { 2e6 }));
}

/// How long the views take to be made once the tables are there, by the clock.
pub fn jobs(path: &Path) {
    let (cancel, progress) = (Cancel::new(), Progress::new());
    let opened = operations::open_profile(path, &Limits::default(), None, &cancel, &progress).expect("the profile opens");
    let started = Instant::now();
    let view = ProfileView::new(Arc::clone(&opened.value), None, true, &cancel, &progress).expect("not cancelled");
    let tree = view.tree.as_ref().expect("a tree");
    let boxes = Flame::new(tree, NodeId::ROOT, 900.0).rects(0..u32::MAX).len();
    let ms = |started: Instant| started.elapsed().as_secs_f64() * 1e3;
    println!("tables, figures and graph of {} nodes, {boxes} boxes: {:.0} ms", tree.len(), ms(started));
    let started = Instant::now();
    let inverted = view.shape(Shape::BottomUp, &cancel).expect("not cancelled");
    let boxes = Flame::new(&inverted, NodeId::ROOT, 900.0).rects(0..u32::MAX).len();
    println!("inverted, {} nodes, {boxes} boxes: {:.0} ms", inverted.len(), ms(started));
    let started = Instant::now();
    let matches = Matches::find(&view.profile, &view.groups, "alloc");
    let total = matches.total(tree, NodeId::ROOT);
    println!("search, {} functions, {}: {:.1} ms", matches.count(), view.share(total), ms(started));
}
