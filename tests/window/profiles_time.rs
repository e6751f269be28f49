//! What happened when, in the Profiles tab: timeline, flame graph in the order of time, source lines. Driven by what a person and a screen reader find;
//! what stands on screen is held against what the engine says of the same file.

use std::path::Path;
use std::sync::Arc;

use crate::app_window::{
    LEAST_SIZE, Window, click, folder, give_path, open_files, open_profiles, press, profile, profile_data, says, settle, shows,
    until,
};
use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT, Queryable};
use tachograph::app::tabs::profiles::{Doc, Order, ViewKind};
use tachograph::jobs::{Cancel, Progress};
use tachograph::operations::{Asked, ProfileView};
use tachograph::profile::tracks::NO_TIMES;
use tachograph::profile::{BoxId, Filters, Lines, StackChart, ThreadId, Tracks};

fn choose(window: &mut Window, name: &str) {
    click(window, name);
    settle(window);
}

fn doc(window: &Window) -> &Doc {
    window.state().state().profiles.doc().expect("a profile")
}

/// What the engine makes of a part of a file by itself.
fn engine(path: &Path, filters: Filters) -> ProfileView {
    let asked = Asked { filters, ..Asked::default() };
    ProfileView::of_asked(profile(path), asked, true, &Cancel::new(), &Progress::new()).expect("not cancelled")
}

fn tracks(view: &ProfileView) -> Tracks {
    Tracks::new(&view.whole, view.sample_type, &Cancel::new()).expect("not cancelled").expect("times")
}

/// How far down the thread of this name stands, and what is told of it.
fn thread(window: &Window, name: &str) -> (f32, String) {
    let node = window.get_by_role_and_label(Role::Button, name);
    (node.rect().top(), node.accesskit_node().description().unwrap_or_default())
}

/// Puts a moment into one of the fields for the range.
fn enter(window: &mut Window, field: &str, seconds: &str) {
    window.get_by_label(field).focus();
    window.run();
    press(window, Modifiers::COMMAND, Key::A);
    window.get_by_label(field).type_text(seconds);
    window.run();
    press(window, Modifiers::NONE, Key::Enter);
    settle(window);
}

#[test]
fn the_busiest_thread_stands_first() {
    for name in ["perf/two.tid.script.txt.gz", "speedscope/viewer.speedscope.json.gz"] {
        let home = folder();
        let mut window = open_profiles(home.path(), &[profile_data(name)]);
        choose(&mut window, "Timeline");
        let view = engine(&profile_data(name), Filters::default());
        let tracks = tracks(&view);
        let busiest = tracks.busiest(tracks.range.clone());
        let busy: Vec<_> = busiest.iter().filter(|busy| busy.total > 0).collect();
        assert!(busiest.len() >= 2 && !busy.is_empty(), "{name}");
        let tops: Vec<f32> = busy.iter().map(|busy| thread(&window, &tracks.name(busy.track)).0).collect();
        assert!(tops.windows(2).all(|pair| pair[0] < pair[1]), "{name}: {tops:?}");
        let told = thread(&window, &tracks.name(busy[0].track)).1;
        assert!(told.starts_with(&view.show(busy[0].total)), "{name}: {told}");
        choose(&mut window, "As in the file");
        let (first, second) = (thread(&window, &tracks.name(0)).0, thread(&window, &tracks.name(1)).0);
        assert!(first < second, "{name}");
    }
}

#[test]
fn what_happened_between_two_moments_is_shown_by_every_view() {
    let (home, path) = (folder(), profile_data("perf/two.tid.script.txt.gz"));
    let mut window = open_profiles(home.path(), &[&path]);
    choose(&mut window, "Timeline");
    enter(&mut window, "From", "0.1");
    enter(&mut window, "To", "0.25");
    let range_ns = Some((100_000_000, 250_000_000));
    let (all, part) = (engine(&path, Filters::default()), engine(&path, Filters { range_ns, ..Filters::default() }));
    let shown = Arc::clone(window.state().state().profiles.shown().expect("a profile"));
    assert_eq!(shown.view.asked.filters.range_ns, range_ns);
    assert_eq!(shown.view.top.rows, part.top.rows);
    assert!(part.in_sight > 0 && part.in_sight < all.in_sight);
    for row in part.top.rows.iter().take(3) {
        for text in [part.name(row.group).to_owned(), part.show(row.self_value), part.show(row.total_value)] {
            assert!(shows(&window, &text), "{text} is not on screen: {window:?}");
        }
    }
    let tracks = tracks(&all);
    let first = tracks.busiest(100_000_000..250_000_000)[0];
    assert!(thread(&window, &tracks.name(first.track)).1.starts_with(&all.show(first.total)));
    choose(&mut window, "Call tree");
    assert!(shows(&window, part.name(part.top.rows[0].group)));
    choose(&mut window, "Timeline");
    choose(&mut window, "All of the time");
    let shown = window.state().state().profiles.shown().expect("a profile");
    assert_eq!((&shown.view.top.rows, shown.view.in_sight), (&all.top.rows, all.in_sight));
    choose(&mut window, "Back");
    assert_eq!(window.state().state().profiles.shown().expect("a profile").view.asked.filters.range_ns, range_ns);
}

#[test]
fn a_click_on_a_thread_shows_only_that_and_another_all() {
    let (home, path) = (folder(), profile_data("perf/two.tid.script.txt.gz"));
    let mut window = open_profiles(home.path(), &[&path]);
    choose(&mut window, "Timeline");
    let all = engine(&path, Filters::default());
    let tracks = tracks(&all);
    let second = tracks.busiest(tracks.range.clone())[1];
    let id = tracks.tracks[second.track].thread;
    choose(&mut window, &tracks.name(second.track));
    let part = engine(&path, Filters { threads: vec![id], ..Filters::default() });
    let rows = |window: &Window| window.state().state().profiles.shown().expect("a profile").view.top.rows.clone();
    assert_eq!(rows(&window), part.top.rows);
    assert_ne!(part.top.rows, all.top.rows);
    choose(&mut window, &tracks.name(second.track));
    assert_eq!(rows(&window), all.top.rows);
}

#[test]
fn the_keyboard_zooms_and_moves_along_the_time() {
    let home = folder();
    let mut window = open_profiles(home.path(), &[profile_data("js/py-spy.json.gz")]);
    choose(&mut window, "Timeline");
    window.get_by_role_and_label(Role::Image, "Threads over time").focus();
    window.run();
    let whole = doc(&window).timeline().sight().whole();
    press(&mut window, Modifiers::NONE, Key::Plus);
    press(&mut window, Modifiers::NONE, Key::ArrowRight);
    let seen = doc(&window).timeline().sight().seen();
    assert!(seen.start > whole.start && seen.end < whole.end && doc(&window).timeline().sight().is_part(), "{seen:?} {whole:?}");
    press(&mut window, Modifiers::NONE, Key::Home);
    assert_eq!(doc(&window).timeline().sight().seen(), whole);
}

/// The chart of the busiest thread.
fn chart(view: &ProfileView) -> StackChart {
    StackChart::new(&view.profile, &view.groups, view.sample_type, None, &Cancel::new()).expect("not cancelled")
}

/// Boxes at least `least` of 700 points wide whose name no other box of that width has.
fn wide(view: &ProfileView, chart: &StackChart, least: f32) -> Vec<(BoxId, String)> {
    let rects = chart.rects(chart.range.clone(), 0..12, 700.0);
    let named: Vec<_> = rects
        .into_iter()
        .filter(|rect| rect.count == 1 && rect.x1 - rect.x0 >= 30.0)
        .map(|rect| (rect.id, view.name(rect.group).to_owned(), rect.x1 - rect.x0))
        .collect();
    let is_alone = |name: &str| named.iter().filter(|(_, other, _)| other == name).count() == 1;
    named.iter().filter(|(_, name, width)| *width >= least && is_alone(name)).map(|(id, name, _)| (*id, name.clone())).collect()
}

#[test]
fn the_time_order_shows_calls_one_after_the_other_and_zooms() {
    for name in ["js/viztracer.json.gz", "js/py-spy.json.gz"] {
        let home = folder();
        let mut window = open_profiles(home.path(), &[profile_data(name)]);
        choose(&mut window, "Time order");
        assert_eq!((doc(&window).view(), doc(&window).order()), (ViewKind::Flame, Order::Time));
        let view = engine(&profile_data(name), Filters::default());
        let chart = chart(&view);
        assert_eq!(doc(&window).time_order().sight().seen(), chart.range, "{name}");
        let boxes = wide(&view, &chart, 60.0);
        assert!(!boxes.is_empty(), "{name}");
        let left = |window: &Window, name: &str| window.get_by_role_and_label(Role::Button, name).rect().left();
        for (one, next) in boxes.iter().zip(boxes.iter().skip(1)).filter(|(one, next)| one.0.row == next.0.row) {
            assert!(left(&window, &one.1) < left(&window, &next.1), "{name}: {one:?} {next:?}");
        }
        let (id, label) = boxes.iter().find(|(id, _)| chart.span(*id) != Some(chart.range.clone())).expect("a part").clone();
        window.get_by_role_and_label(Role::Button, &label).click();
        settle(&mut window);
        assert_eq!(Some(doc(&window).time_order().sight().seen()), chart.span(id), "{name}");
        let selected = window.state().state().profiles.selection().map(|selection| selection.group);
        assert_eq!(selected, chart.group(id));
        press(&mut window, Modifiers::NONE, Key::Backspace);
        assert_eq!(doc(&window).time_order().sight().seen(), chart.range, "{name}: back");
        window.get_by_role_and_label(Role::Image, "Flame graph").focus();
        window.run();
        press(&mut window, Modifiers::NONE, Key::ArrowUp);
        assert_eq!(doc(&window).time_order().selected().map(|id| id.row), Some(id.row.saturating_sub(1)), "{name}");
    }
}

#[test]
fn a_file_without_times_says_so_and_shows_its_own_order() {
    let home = folder();
    let path = home.path().join("small.folded");
    std::fs::write(&path, "main;load 60\nmain;save 25\nmain;load 15\n").expect("written");
    let mut window = open_profiles(home.path(), &[&path]);
    choose(&mut window, "Timeline");
    assert!(says(&window, NO_TIMES), "{window:?}");
    choose(&mut window, "Graph");
    choose(&mut window, "Time order");
    assert!(says(&window, "The file tells no times"), "{window:?}");
    let lefts: Vec<f32> = window.query_all_by_role_and_label(Role::Button, "load").map(|node| node.rect().left()).collect();
    let save = window.get_by_role_and_label(Role::Button, "save").rect().left();
    assert!(lefts.len() == 2 && lefts[0] < save && save < lefts[1], "{lefts:?} {save}");
    // No line is told, so no listing is offered.
    assert!(window.query_by_role_and_label(Role::RadioButton, "Source").is_none());
}

#[test]
fn source_lines_are_those_of_the_engine_and_their_text_is_found() {
    let home = folder();
    // Away from its source.
    let path = home.path().join("cpu.pb.gz");
    std::fs::copy(profile_data("lines/cpu.pb.gz"), &path).expect("a copy");
    let mut window = open_profiles(home.path(), &[&path]);
    let view = engine(&path, Filters::default());
    let group = view.top.rows.iter().find(|row| view.name(row.group) == "main.fib").expect("listed").group;
    window.query_all_by(|node| node.value().as_deref() == Some("main.fib")).next().expect("a row").click();
    settle(&mut window);
    choose(&mut window, "Source");
    let lines = Lines::of_group(&view.profile, &view.groups, view.sample_type, group, &Cancel::new()).expect("not cancelled");
    assert!(lines.rows.len() >= 5);
    let agrees = |window: &Window| {
        for row in &lines.rows {
            assert!(shows(window, &row.line.to_string()), "line {}: {window:?}", row.line);
            for value in [row.self_value, row.total_value].into_iter().filter(|value| *value != 0) {
                assert!(shows(window, &view.show(value)), "{} of line {}", view.show(value), row.line);
            }
        }
    };
    agrees(&window);
    assert!(says(&window, "was not found"), "{window:?}");
    click(&mut window, "Find source folder…");
    give_path(&mut window, &profile_data("lines/source"));
    settle(&mut window);
    agrees(&window);
    assert!(shows(&window, "    left := fib(n - 1)"), "{window:?}");
    assert!(window.query_all_by_role_and_label(Role::Image, "Hot line").count() >= 1);
}

#[test]
fn values_over_time_without_stacks_open_as_a_timeline() {
    let home = folder();
    for name in ["python/memory-plain.dat", "python/memory-children.dat"] {
        let mut window = open_files(home.path(), LEAST_SIZE, vec![profile_data(name)]);
        until(&mut window, name, |window| window.state().state().profiles.shown().is_some());
        settle(&mut window);
        assert_eq!(doc(&window).view(), ViewKind::Timeline, "{name}");
        assert!(window.query_by_role_and_label(Role::Image, "Threads over time").is_some(), "{name}: {window:?}");
        let profile = profile(&profile_data(name));
        assert!(profile.samples.is_empty() && !profile.counters.is_empty(), "{name}");
        assert!(says(&window, "is at most "), "{name}: {window:?}");
        choose(&mut window, "Graph");
        assert!(says(&window, "See Timeline"), "{name}: {window:?}");
    }
}

#[test]
fn what_has_no_thread_cannot_be_chosen() {
    let home = folder();
    let path = profile_data("python/memory.dat");
    let mut window = open_profiles(home.path(), &[&path]);
    let profile = crate::app_window::profile(&path);
    let tracks = Tracks::new(&profile, 0, &Cancel::new()).expect("not cancelled").expect("times");
    let Some(row) = tracks.row_of(ThreadId::NONE) else { return };
    choose(&mut window, &tracks.name(row));
    assert!(window.state().state().profiles.shown().expect("a profile").view.asked.filters.is_everything());
}

/// 1,000,000 samples of 64 threads, as speedscope writes them.
fn large(path: &Path) {
    use std::fmt::Write;
    let names: Vec<String> = (0..500).map(|frame| format!("{{\"name\":\"module{}::call{frame}\"}}", frame % 9)).collect();
    let mut text = String::from("{\"$schema\":\"https://www.speedscope.app/file-format-schema.json\",\"shared\":{\"frames\":[");
    text += &names.join(",");
    text += "]},\"profiles\":[";
    let mut random = 7_u64;
    for thread in 0..64 {
        let mut samples: Vec<String> = Vec::new();
        for sample in 0..15_625 {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let (deep, leaf) = ((random >> 60) as usize, (random >> 33) as usize % 500);
            let outer = (0..deep).map(|depth| (sample / (400 >> depth.min(7)) + depth * 31) % 500);
            let stack: Vec<String> = outer.chain([leaf]).map(|frame| frame.to_string()).collect();
            samples.push(format!("[{}]", stack.join(",")));
        }
        let comma = if thread > 0 { "," } else { "" };
        let (stacks, weights) = (samples.join(","), vec!["1000"; 15_625].join(","));
        write!(
            text,
            "{comma}{{\"type\":\"sampled\",\"name\":\"worker {thread}\",\"unit\":\"microseconds\",\"startValue\":0,\"endValue\":15625000,\
             \"samples\":[{stacks}],\"weights\":[{weights}]}}"
        )
        .expect("written");
    }
    std::fs::write(path, text + "]}").expect("written");
}

/// The longest and the usual of some frames, in milliseconds.
fn frames(window: &mut Window, mut before: impl FnMut(&Window)) -> (f64, f64) {
    let mut times: Vec<f64> = (0..60)
        .map(|_| {
            before(window);
            let start = std::time::Instant::now();
            window.step();
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    (times[30], times[59])
}

#[test]
#[ignore = "measures; a million samples are written and read first"]
fn a_frame_costs_what_is_on_screen() {
    use tachograph::app::Command;
    use tachograph::app::tabs::profiles::{Look, ProfilesCommand, TimeOrderCommand, TimelineCommand};
    let home = folder();
    let path = home.path().join("large.speedscope.json");
    large(&path);
    let mut window = open_profiles(home.path(), &[&path]);
    let told = |what: &str, (usual, most): (f64, f64)| println!("{what:<28}{usual:>10.2} ms usual {most:>10.2} ms most");
    let send = |window: &Window, command| window.state().commands().send(Command::Profiles(command));
    told("left heavy, at rest", frames(&mut window, |_| ()));
    for (name, is_timeline) in [("Timeline", true), ("Time order", false)] {
        if !is_timeline {
            choose(&mut window, "Graph");
        }
        choose(&mut window, name);
        told(&format!("{name}, at rest"), frames(&mut window, |_| ()));
        let look = |look| match is_timeline {
            true => ProfilesCommand::Timeline(TimelineCommand::Look(look)),
            false => ProfilesCommand::TimeOrder(TimeOrderCommand::Look(look)),
        };
        told(&format!("{name}, zooming"), frames(&mut window, |window| send(window, look(Look::Zoom(1.1, 8_000_000_000)))));
        told(&format!("{name}, moving"), frames(&mut window, |window| send(window, look(Look::Pan(100_000)))));
    }
}
