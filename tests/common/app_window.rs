//! The window as a person and a screen reader find it, for the tests that drive it: accessible names, keys, typed text. Samples come from a script and
//! the clock is the test's own.

#![allow(
    clippy::expect_used,
    clippy::panic,
    dead_code,
    reason = "a test stops at the first surprise, and not every one uses all of this"
)]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use eframe::egui::{
    Key, Modifiers, OutputCommand, Vec2,
    accesskit::{Action, Role},
};
use egui_kittest::kittest::{AccessKitNode, NodeT, Queryable};
use egui_kittest::{Harness, Node};
use tachograph::app::{Parts, Places, TachographApp, sample_waker, waker};
use tachograph::history::Asker;
use tachograph::jobs::{Cancel, Progress, Queue, Watch};
use tachograph::operations::{self, OperationLog};
use tachograph::profile::{Limits, Profile};
use tachograph::sampler::{Config, Sampler, Script, example};
use tachograph::settings::{Folders, Store};

pub type Window = Harness<'static, TachographApp>;

/// Size of a window in points, where the test is not about it.
pub const SIZE: Vec2 = Vec2::new(1280.0, 800.0);
/// The least that a window can have.
pub const LEAST_SIZE: Vec2 = Vec2::new(1024.0, 700.0);
/// Workers of the window's queue.
const WORKERS: usize = 2;

/// A folder that goes away with the test.
pub fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder for the test")
}

/// A file of the samples that the program brings with it.
pub fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/samples").join(name)
}

/// A window of this size, its settings in `home`, and the script that gives it up to 120 samples. It begins where the one before it in this `home`
/// ended, the first one in the Monitor tab.
pub fn open(home: &Path, size: Vec2, change: impl FnOnce(&mut Parts) + 'static) -> (Window, Script) {
    let (give, take) = std::sync::mpsc::channel();
    let store = Store::at(Folders::inside(home));
    let window = Harness::builder().with_size(size).with_max_steps(30).build_eframe(move |creation| {
        let ctx = &creation.egui_ctx;
        let (sampler, script) = Sampler::scripted(example(120), Config::default(), sample_waker(ctx)).expect("a thread");
        give.send(script).expect("the test waits");
        let places = Places {
            settings: Some(store.settings_path()),
            cache: store.folders().cache.clone(),
            data: store.folders().data.clone(),
            history: None,
        };
        let log = Arc::new(OperationLog::new(Asker::Window));
        let mut parts = Parts {
            settings: store.load().value,
            remembered: store.load_state().value,
            problems: Vec::new(),
            store: Some(store),
            places,
            queue: Queue::watched(WORKERS, waker(ctx), Arc::clone(&log) as Arc<dyn Watch>).expect("threads"),
            log,
            sampler,
            system_dialogs: false,
            files: Vec::new(),
            started: None,
        };
        parts.remembered.tab.get_or_insert_with(|| "Monitor".to_owned());
        change(&mut parts);
        TachographApp::new(creation, parts)
    });
    (window, take.recv().expect("the window was made"))
}

/// A window that was started with these files.
pub fn open_files(home: &Path, size: Vec2, files: Vec<PathBuf>) -> Window {
    open(home, size, move |parts| parts.files = files).0
}

/// Steps until `done`, while jobs run on their own threads; fails after a minute.
pub fn until(window: &mut Window, what: &str, done: impl Fn(&Window) -> bool) {
    for _ in 0..6000 {
        window.step();
        if done(window) {
            window.run();
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("{what} did not come about; on screen: {:?}", on_screen(window));
}

/// All texts on screen, and the names of all controls.
fn on_screen(window: &Window) -> Vec<String> {
    let said = |node: &Node<'_>| node.value().or_else(|| node.accesskit_node().label()).filter(|text| !text.is_empty());
    window.query_all_by(|_| true).filter_map(|node| said(&node)).collect()
}

/// Until no job runs and all of its news was taken in.
pub fn settle(window: &mut Window) {
    for _ in 0..20 {
        window.step();
        std::thread::sleep(Duration::from_millis(5));
    }
    until(window, "the end of all jobs", |window| window.state().state().jobs.is_empty());
}

/// A window that was started with these profiles, when all of them are open.
pub fn open_profiles(home: &Path, files: &[impl AsRef<Path>]) -> Window {
    let paths = files.iter().map(|file| file.as_ref().to_path_buf()).collect();
    let mut window = open_files(home, SIZE, paths);
    until(&mut window, "the profiles", |window| window.state().state().profiles.docs().len() == files.len());
    settle(&mut window);
    window
}

/// A file of the recorded profiles.
pub fn profile_data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/profiles").join(name)
}

/// A profile as the engine opens it by itself.
pub fn profile(path: &Path) -> Arc<Profile> {
    operations::open_profile(path, &Limits::default(), None, &Cancel::new(), &Progress::new()).expect("opens").value
}

/// The texts on screen that say this, whole.
fn texts<'a>(window: &'a Window, text: &'a str) -> impl Iterator<Item = Node<'a>> + 'a {
    window.query_all_by(move |node| node.value().as_deref() == Some(text))
}

/// Whether a text is on screen, whole.
pub fn shows(window: &Window, text: &str) -> bool {
    texts(window, text).next().is_some()
}

/// How often a text is on screen, whole.
pub fn times(window: &Window, text: &str) -> usize {
    texts(window, text).count()
}

/// Whether a text on screen has this part.
pub fn says(window: &Window, part: &str) -> bool {
    window.query_all_by(|node| node.value().is_some_and(|value| value.contains(part))).next().is_some()
}

/// How far down the uppermost text is that says this, in points.
pub fn top(window: &Window, text: &str) -> f32 {
    let tops = texts(window, text).map(|node| node.rect().top());
    tops.reduce(f32::min).unwrap_or_else(|| panic!("{text} is not on screen: {window:?}"))
}

/// Clicks the one control with this name; a text or a cell that says the same is not one.
pub fn click(window: &mut Window, name: &str) {
    let is_control =
        |node: &AccessKitNode<'_>| !matches!(node.role(), Role::Label | Role::Cell) && node.label().as_deref() == Some(name);
    let mut found = window.query_all_by(is_control);
    let control = found.next().unwrap_or_else(|| panic!("no control {name}: {window:?}"));
    assert!(found.next().is_none(), "{name} is the name of two controls");
    control.click();
    drop(found);
    window.run();
}

/// Clicks the one control of this kind with this name.
pub fn click_role(window: &mut Window, role: Role, name: &str) {
    window.get_by_role_and_label(role, name).click();
    window.run();
}

pub fn show_tab(window: &mut Window, name: &str) {
    click_role(window, Role::Tab, name);
    assert_eq!(window.state().state().tab.name(), name);
}

pub fn press(window: &mut Window, modifiers: Modifiers, key: Key) {
    window.key_press_modifiers(modifiers, key);
    window.run();
}

/// Puts the keyboard into the field with this name.
pub fn focus(window: &mut Window, name: &str) {
    window.get_by_label(name).focus();
    window.run();
}

/// Types into the field with this name, all at once.
pub fn type_into(window: &mut Window, name: &str, text: &str) {
    focus(window, name);
    window.get_by_label(name).type_text(text);
    window.run();
}

/// Waits until the window asks for a path, and gives it this one.
pub fn give_path(window: &mut Window, path: &Path) {
    until(window, "the path field", |window| window.query_by_label("Path").is_some());
    window.get_by_label("Path").set_text_value_accesskit(&path.display().to_string());
    window.run();
    click(window, "OK");
}

/// Steps until something was put on the clipboard, and gives it.
pub fn copied(window: &mut Window, ask: impl FnOnce(&mut Window)) -> String {
    ask(window);
    for _ in 0..3_000 {
        let commands = &window.output().platform_output.commands;
        if let Some(text) = commands.iter().find_map(|command| match command {
            OutputCommand::CopyText(text) => Some(text.clone()),
            _ => None,
        }) {
            window.run();
            return text;
        }
        std::thread::sleep(Duration::from_millis(5));
        window.step();
    }
    panic!("nothing was copied: {window:?}");
}

/// Fails at a control that a screen reader has no name for.
pub fn every_control_has_a_name(window: &Window, place: &str) {
    for node in window.query_all_by(|node| node.data().supports_action(Action::Click) && node.role() != Role::ScrollBar) {
        let (name, role) = (node.accesskit_node().label(), node.accesskit_node().role());
        assert!(name.is_some_and(|name| !name.trim().is_empty()), "{place}: a {role:?} without a name at {:?}", node.rect());
    }
}
