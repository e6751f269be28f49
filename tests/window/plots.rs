//! The plots of the monitor: added, moved, resized and remembered; a stretch of time marked; cores, logarithmic axes, comparisons, marks.

use eframe::egui::{Event, Key, Modifiers, PointerButton, Pos2, Rect, accesskit::Role, pos2};
use egui_kittest::kittest::Queryable;
use tachograph::app::Command;
use tachograph::app::tabs::monitor::{CardId, Mark, MonitorCommand, MonitorTab, Period, Piece};
use tachograph::history::{Archive, FILE};
use tachograph::jobs::Cancel;
use tachograph::sampler::{Metric, Script};
use tachograph::settings::{Cores, Folders, Store};

use crate::app_window::{
    LEAST_SIZE, SIZE, Window, click, every_control_has_a_name, folder, open, press, says, settle, show_tab, shows, type_into, until,
};
use crate::history::{DAY, NOW, fill, show, window as with_history};

fn monitor(window: &Window) -> &MonitorTab {
    &window.state().state().monitor
}

/// What stands where, row by row.
fn rows(window: &Window) -> Vec<Vec<String>> {
    let rows = monitor(window).layout().rows().iter();
    rows.map(|row| row.cells.iter().map(|cell| cell.piece.title().into_owned()).collect()).collect()
}

fn take(window: &mut Window, script: &Script, samples: usize) {
    for _ in 0..samples {
        assert!(script.step());
        window.step();
    }
    window.run();
}

fn button(at: Pos2, pressed: bool, modifiers: Modifiers) -> Event {
    Event::PointerButton { pos: at, button: PointerButton::Primary, pressed, modifiers }
}

/// Presses the pointer at one place and moves it to another.
fn begin_drag(window: &mut Window, from: Pos2, to: Pos2, modifiers: Modifiers) {
    window.event_modifiers(Event::PointerMoved(from), modifiers);
    window.step();
    window.event_modifiers(button(from, true, modifiers), modifiers);
    window.step();
    for part in 1..=4 {
        window.event_modifiers(Event::PointerMoved(from.lerp(to, part as f32 / 4.0)), modifiers);
        window.step();
    }
    window.run();
}

fn drag(window: &mut Window, from: Pos2, to: Pos2, modifiers: Modifiers) {
    begin_drag(window, from, to, modifiers);
    window.event_modifiers(button(to, false, modifiers), modifiers);
    window.run();
}

fn rect_of(window: &Window, label: &str) -> Rect {
    window.get_by_label(label).rect()
}

/// A place in the plot of a card: shares of its width and height.
fn within(window: &Window, label: &str, x: f32, y: f32) -> Pos2 {
    let rect = rect_of(window, label);
    pos2(rect.left() + x * rect.width(), rect.top() + y * rect.height())
}

/// The head of a card, left of its figure.
fn head(window: &Window, title: &str) -> Pos2 {
    let mut found = window.query_all_by(|node| node.role() == Role::Label && node.value().as_deref() == Some(title));
    found.find(|node| node.rect().left() > 150.0 && node.rect().top() > 40.0).expect("the title").rect().center()
}

#[test]
fn plots_are_added_removed_and_remembered() {
    let home = folder();
    {
        let (mut window, script) = open(home.path(), SIZE, |_| {});
        take(&mut window, &script, 3);
        let standard = [vec!["CPU", "Memory"], vec!["Disk", "Network", "This program"], vec!["Processes"]];
        assert_eq!(rows(&window), standard);
        click(&mut window, "Add plot");
        assert!(shows(&window, "Cores") && shows(&window, "Temperatures"), "in groups");
        type_into(&mut window, "Search what is measured", "core 2");
        assert!(!shows(&window, "Temperatures"));
        click(&mut window, "Add Core 2");
        assert_eq!(monitor(&window).value_near(&Metric::CpuCore(1), 0.0).map(f64::round), Some(42.0));
        press(&mut window, Modifiers::NONE, Key::Escape);
        assert!(shows(&window, "Core 2"), "the card has a title");
        click(&mut window, "Memory chart");
        click(&mut window, "Remove plot");
        click(&mut window, "Core 2 chart");
        click(&mut window, "Logarithmic scale");
        assert_eq!(rows(&window), [vec!["CPU"], vec!["Disk", "Network", "This program"], vec!["Core 2"], vec!["Processes"]]);
        settle(&mut window);
        until(&mut window, "the file", |_| Store::at(Folders::inside(home.path())).load_state().value.plots.rows.len() == 4);
    }
    let (mut window, script) = open(home.path(), SIZE, |_| {});
    take(&mut window, &script, 2);
    assert_eq!(rows(&window)[2], ["Core 2"]);
    assert!(monitor(&window).layout().is_logarithmic(&CardId::Metric(Metric::CpuCore(1))));
    click(&mut window, "How the plots are shown");
    click(&mut window, "Standard layout");
    assert_eq!(rows(&window)[0], ["CPU", "Memory"]);
    until(&mut window, "the file", |_| Store::at(Folders::inside(home.path())).load_state().value.plots.rows.is_empty());
}

#[test]
fn plots_are_moved_by_the_menu_and_by_their_heads() {
    let home = folder();
    let (mut window, script) = open(home.path(), SIZE, |_| {});
    take(&mut window, &script, 3);
    click(&mut window, "CPU chart");
    click(&mut window, "Move right");
    assert_eq!(rows(&window)[0], ["Memory", "CPU"]);
    click(&mut window, "CPU chart");
    click(&mut window, "Move down");
    assert_eq!(rows(&window)[1], ["Disk", "CPU", "Network", "This program"]);
    // To the left half of the first plot.
    let (from, to) = (head(&window, "This program"), within(&window, "Memory over time", 0.05, 0.5));
    drag(&mut window, from, to, Modifiers::NONE);
    assert_eq!(rows(&window)[..2], [vec!["This program", "Memory"], vec!["Disk", "CPU", "Network"]]);
    // The table goes above all.
    let (from, to) = (head(&window, "Processes"), rect_of(&window, "Memory over time").center_top());
    drag(&mut window, from, to, Modifiers::NONE);
    assert_eq!(rows(&window)[0], ["Processes"]);
    // Let go over nothing else it stays where it is.
    let from = head(&window, "Disk");
    drag(&mut window, from, from + eframe::egui::vec2(30.0, 8.0), Modifiers::NONE);
    assert_eq!(rows(&window)[2], ["Disk", "CPU", "Network"]);
}

#[test]
fn borders_are_dragged_and_sizes_remembered() {
    let home = folder();
    let (mut window, script) = open(home.path(), SIZE, |_| {});
    take(&mut window, &script, 3);
    let before = (rect_of(&window, "CPU over time"), rect_of(&window, "Memory over time"));
    // The plots begin and end 12 points inside of their cards.
    let border = pos2(before.0.right() + 18.0, before.0.center().y);
    drag(&mut window, border, border + eframe::egui::vec2(100.0, 0.0), Modifiers::NONE);
    let after = (rect_of(&window, "CPU over time"), rect_of(&window, "Memory over time"));
    assert!((after.0.width() - before.0.width() - 100.0).abs() < 2.0, "{before:?} {after:?}");
    assert!((after.1.width() - before.1.width() + 100.0).abs() < 2.0);
    let border = pos2(after.0.center().x, rect_of(&window, "Disk chart").top() - 16.0);
    drag(&mut window, border, border + eframe::egui::vec2(0.0, 60.0), Modifiers::NONE);
    let higher = rect_of(&window, "CPU over time");
    assert!((higher.height() - after.0.height() - 45.0).abs() < 2.0 || higher.height() > after.0.height() + 30.0, "{higher:?}");
    settle(&mut window);
    until(&mut window, "the file", |_| !Store::at(Folders::inside(home.path())).load_state().value.plots.rows.is_empty());
    click(&mut window, "CPU chart");
    click(&mut window, "Narrower");
    assert!(rect_of(&window, "CPU over time").width() < higher.width() - 50.0);
}

#[test]
fn twelve_plots_scroll_and_every_control_has_a_name() {
    let home = folder();
    let (mut window, script) = open(home.path(), LEAST_SIZE, |_| {});
    take(&mut window, &script, 3);
    let metrics = [Metric::Load, Metric::Processes, Metric::OwnMemory, Metric::OwnThreads, Metric::SampleCost];
    for metric in metrics.into_iter().chain((0..2).map(Metric::CpuCore)) {
        let add = tachograph::app::tabs::monitor::LayoutCommand::Add(CardId::Metric(metric));
        window.state().commands().send(Command::Monitor(MonitorCommand::Layout(add)));
    }
    window.run();
    assert_eq!(monitor(&window).layout().plots().count(), 12);
    every_control_has_a_name(&window, "Monitor");
    assert!(window.query_by_label("CPU over time").is_some());
    let at = rect_of(&window, "CPU over time").center();
    window.event(Event::PointerMoved(at));
    window.step();
    let modifiers = Modifiers::NONE;
    let (unit, phase) = (eframe::egui::MouseWheelUnit::Point, eframe::egui::TouchPhase::Move);
    let source = eframe::egui::MouseWheelSource::Wheel;
    window.event(Event::MouseWheel { unit, delta: eframe::egui::vec2(0.0, -4000.0), phase, source, modifiers });
    window.run();
    assert!(shows(&window, "postgres") && window.query_by_label("CPU over time").is_none(), "scrolled to the end");
}

#[test]
fn a_marked_stretch_is_shown_alone_and_left_again() {
    let home = folder();
    let (mut window, script) = open(home.path(), SIZE, |_| {});
    take(&mut window, &script, 60);
    click(&mut window, "1 min");
    let plot = |window: &Window, x| within(window, "CPU over time", x, 0.5);
    let (from, to) = (plot(&window, 0.55), plot(&window, 0.8));
    begin_drag(&mut window, from, to, Modifiers::NONE);
    let (begin, end) = monitor(&window).brush().expect("a stretch is marked");
    assert!(!monitor(&window).window().is_part() && !shows(&window, "Show all"));
    window.event(button(to, false, Modifiers::NONE));
    window.run();
    let shown = |window: &Window| (monitor(window).window().from(), monitor(window).window().to());
    let part = shown(&window);
    let now = monitor(&window).end();
    assert!((part.0 - (begin - now)).abs() < 1e-6 && (part.1 - (end - now)).abs() < 1e-6, "{part:?}");
    // Time goes on, and what is shown stays.
    take(&mut window, &script, 5);
    assert!((shown(&window).0 - (part.0 - 5.0)).abs() < 1e-6);
    // Now there is somewhere to go: dragging moves, Shift marks.
    let before = shown(&window);
    let (from, to) = (plot(&window, 0.5), plot(&window, 0.6));
    drag(&mut window, from, to, Modifiers::NONE);
    assert!(shown(&window).0 < before.0 && ((shown(&window).1 - shown(&window).0) - (before.1 - before.0)).abs() < 1e-6);
    let wide = shown(&window);
    let end = plot(&window, 0.9);
    drag(&mut window, from, end, Modifiers::SHIFT);
    assert!(shown(&window).1 - shown(&window).0 < wide.1 - wide.0);
    press(&mut window, Modifiers::ALT, Key::ArrowLeft);
    assert_eq!(shown(&window), wide);
    click(&mut window, "Back to the stretch before (Alt+Left)");
    assert_eq!(shown(&window), (-60.0, 0.0));
    // Esc ends marking, and leads out of a part.
    begin_drag(&mut window, from, to, Modifiers::NONE);
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert!(monitor(&window).brush().is_none());
    window.event(button(to, false, Modifiers::NONE));
    window.run();
    let end = plot(&window, 0.9);
    drag(&mut window, from, end, Modifiers::NONE);
    assert!(monitor(&window).window().is_part());
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert_eq!(shown(&window), (-60.0, 0.0));
}

#[test]
fn cores_are_shown_as_lines_and_stacked() {
    let home = folder();
    {
        let (mut window, script) = open(home.path(), SIZE, |_| {});
        take(&mut window, &script, 5);
        click(&mut window, "Per core");
        assert_eq!(monitor(&window).cores(), Cores::Lines);
        click(&mut window, "Stacked");
        assert_eq!(monitor(&window).cores(), Cores::Stacked);
        settle(&mut window);
        until(&mut window, "the file", |_| {
            Store::at(Folders::inside(home.path())).load_state().value.plots.cores == Cores::Stacked
        });
    }
    let (mut window, script) = open(home.path(), SIZE, |_| {});
    take(&mut window, &script, 5);
    assert_eq!(monitor(&window).cores(), Cores::Stacked);
    click(&mut window, "Per core");
    assert_eq!(monitor(&window).cores(), Cores::Off);
}

#[test]
fn what_is_switched_on_has_its_past_at_once() {
    let home = folder();
    fill(home.path());
    let (mut window, _script) = with_history(home.path(), SIZE);
    show(&mut window, "7 d");
    let past =
        |window: &Window, metric: &Metric| monitor(window).past().stretch().is_some_and(|kept| kept.lines.contains_key(metric));
    assert!(past(&window, &Metric::CpuTotal) && !past(&window, &Metric::CpuCore(3)) && !past(&window, &Metric::Load));
    click(&mut window, "Per core");
    until(&mut window, "the cores' past", |window| past(window, &Metric::CpuCore(3)));
    assert_eq!(monitor(&window).value_near(&Metric::CpuCore(3), -2.9 * DAY).map(f64::round), Some(75.0));
    click(&mut window, "Add plot");
    click(&mut window, "Add Load average");
    until(&mut window, "the past of the load", |window| past(window, &Metric::Load));
    assert_eq!(monitor(&window).value_near(&Metric::Load, -2.9 * DAY), Some(1.25));
}

#[test]
fn an_earlier_stretch_is_laid_under_the_shown_one() {
    let home = folder();
    fill(home.path());
    let (mut window, _script) = with_history(home.path(), SIZE);
    show(&mut window, "1 h");
    click(&mut window, "Compare with…");
    click(&mut window, "The stretch before");
    let read = |window: &Window| monitor(window).comparison().is_some_and(|with| with.past().stretch().is_some());
    until(&mut window, "the hour before", read);
    settle(&mut window);
    assert!(shows(&window, "compared with the stretch before"));
    let archive = Archive::at(&home.path().join("history").join(FILE));
    let end = monitor(&window).end();
    let (at, then) = (NOW - 1800.0 - end, NOW - 5400.0);
    let kept = archive.stretch(&[Metric::CpuTotal], (then - 30.0, then + 30.0), 1600, end, &Cancel::new()).expect("readable");
    let bucket = kept.nearest(&Metric::CpuTotal, then).expect("kept");
    let of = |period| monitor(&window).value_of(period, &Metric::CpuTotal, at).expect("known");
    // The samples of that history count the minutes up to 99 and begin anew.
    let (shown, earlier) = (of(Period::Shown), of(Period::Earlier));
    assert_eq!((earlier, (shown - earlier).rem_euclid(100.0)), (f64::from(bucket.mean), 60.0));
    click(&mut window, "Compare with…");
    click(&mut window, "Stop comparing");
    assert!(monitor(&window).comparison().is_none());
    click(&mut window, "Compare with…");
    type_into(&mut window, "Beginning of the earlier stretch", "2023-11-12 08:30");
    click(&mut window, "Compare");
    assert!(says(&window, "compared with the stretch from 12 Nov 08:30"));
}

#[test]
fn what_was_done_is_marked_until_it_is_switched_off() {
    let home = folder();
    let (mut window, script) = open(home.path(), SIZE, |_| {});
    take(&mut window, &script, 30);
    let end = monitor(&window).end();
    let marks = [Mark { from: end - 20.0, to: end - 17.7, name: "Opening bills.csv".into(), failed: false }];
    window.state().commands().send(Command::Monitor(MonitorCommand::TakeMarks(marks.into())));
    window.run();
    let names = |window: &Window| monitor(window).marks().map(|marks| marks.told(end - 19.0, 0.1)).unwrap_or_default();
    assert_eq!(names(&window), ["Opening bills.csv, 2.3 s"]);
    click(&mut window, "How the plots are shown");
    click(&mut window, "Marks of what was done");
    assert!(names(&window).is_empty());
    show_tab(&mut window, "Data");
    show_tab(&mut window, "Monitor");
    assert!(!monitor(&window).shows_marks());
    until(&mut window, "the file", |_| Store::at(Folders::inside(home.path())).load_state().value.plots.hide_marks);
}

#[test]
fn a_layout_of_another_version_is_shown_as_far_as_it_is_known() {
    let home = folder();
    let store = Store::at(Folders::inside(home.path()));
    let mut state = store.load_state().value;
    let card = |shows: &str| tachograph::settings::PlotCard { shows: shows.into(), ..Default::default() };
    let cards = vec![card("cpu"), card("metric neutrinos"), card("metric disk free /gone")];
    state.plots.rows = vec![tachograph::settings::PlotRow { height: 1.0, cards }];
    store.save_state(&state).expect("written");
    let (mut window, script) = open(home.path(), SIZE, |_| {});
    take(&mut window, &script, 3);
    assert_eq!(rows(&window), [vec!["CPU", "neutrinos", "Free on /gone"], vec!["Processes"]]);
    assert_eq!(crate::app_window::times(&window, "not available"), 2, "the figures of both");
    assert!(monitor(&window).layout().find(&Piece::Processes).is_some());
}
