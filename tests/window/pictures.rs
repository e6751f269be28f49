//! Pictures of the Data and the Profiles tab in each of their states, for whoever judges how it looks and for the guide. Nothing is compared here: the pictures are made
//! to be looked at.
//!
//! `TACHOGRAPH_PICTURES=FOLDER cargo test --test window pictures:: -- --ignored`

use std::fmt::Write;
use std::path::{Path, PathBuf};

use crate::app_window::{
    LEAST_SIZE, SIZE, Window, click, folder, give_path, open, press, profile_data, sample, says, settle, show_tab, times, until,
};
use eframe::egui::epaint::text::{FontInsert, FontPriority, InsertFontFamily};
use eframe::egui::{FontData, FontFamily, Key, MissingGlyphPolicy, Modifiers, Vec2, accesskit::Role};
use egui_kittest::kittest::Queryable;
use tachograph::app::tabs::profiles::ProfilesCommand;
use tachograph::app::{Command, SettingsCommand};
use tachograph::profile::Pattern;
use tachograph::settings::Theme;

/// How a picture is made.
#[derive(Clone, Copy)]
pub struct Look {
    pub theme: Theme,
    pub size: Vec2,
    pub pixels_per_point: f32,
    pub name: &'static str,
}

pub const DARK: Look = Look { theme: Theme::Dark, size: SIZE, pixels_per_point: 1.0, name: "dark" };
pub const LIGHT: Look = Look { theme: Theme::Light, name: "light", ..DARK };
pub const SMALL: Look = Look { size: LEAST_SIZE, name: "dark-1024", ..DARK };
const LOOKS: [Look; 3] = [DARK, LIGHT, SMALL];
pub const FINE: Look = Look { pixels_per_point: 2.0, name: "dark-2x", ..DARK };

impl Look {
    /// Lets a window look so.
    pub fn put_on(self, window: &mut Window) {
        let mut settings = window.state().state().settings.clone();
        settings.theme = self.theme;
        window.state().commands().send(Command::Settings(SettingsCommand::Use(Box::new(settings))));
        window.ctx.set_pixels_per_point(self.pixels_per_point);
        window.ctx.set_missing_glyph_policy(MissingGlyphPolicy::Tofu);
        add_japanese(window);
        window.run();
    }

    /// Puts a picture of the window into `folder`.
    pub fn take(self, window: &mut Window, folder: &Path, name: &str) {
        window.run();
        let picture = window.render().expect("a picture");
        let path = folder.join(format!("{name}-{}.png", self.name));
        picture.save(&path).expect("saved");
        println!("{}", path.display());
    }
}

/// The folder for pictures, which is made.
pub fn folder_of_pictures() -> PathBuf {
    let folder = PathBuf::from(std::env::var_os("TACHOGRAPH_PICTURES").expect("TACHOGRAPH_PICTURES names a folder"));
    std::fs::create_dir_all(&folder).expect("the folder");
    folder
}

/// The window itself takes what its own fonts lack from the system's; without a screen that is done here.
fn add_japanese(window: &Window) {
    let found = std::process::Command::new("fc-match").args(["-f", "%{file}", ":lang=ja"]).output();
    let Some(bytes) = found.ok().and_then(|found| std::fs::read(String::from_utf8(found.stdout).ok()?).ok()) else { return };
    let family = |family| InsertFontFamily { family, priority: FontPriority::Lowest };
    let families =
        [FontFamily::Proportional, FontFamily::Monospace, FontFamily::Name("medium".into()), FontFamily::Name("semibold".into())];
    window.ctx.add_font(FontInsert::new("Japanese", FontData::from_owned(bytes), families.map(family).into()));
}

struct Studio {
    home: tempfile::TempDir,
    look: Look,
    folder: PathBuf,
}

impl Studio {
    fn window(&self, files: &[PathBuf]) -> Window {
        self.window_at("Data", files)
    }

    fn window_at(&self, tab: &str, files: &[PathBuf]) -> Window {
        let (mut window, _) = open(self.home.path(), self.look.size, |_| ());
        self.look.put_on(&mut window);
        show_tab(&mut window, tab);
        if !files.is_empty() {
            window.state().commands().send(Command::Open(files.to_vec()));
        }
        window
    }

    fn take(&self, window: &mut Window, name: &str) {
        self.look.take(window, &self.folder, name);
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.home.path().join(name);
        std::fs::write(&path, text).expect("written");
        path
    }

    fn opened(&self, path: &Path, what: &str) -> Window {
        let mut window = self.window(&[path.to_path_buf()]);
        let asked = |window: &Window| window.query_by_role_and_label(Role::Button, "Open").is_some();
        until(&mut window, "the table", |window| asked(window) || says(window, what));
        if asked(&window) {
            self.take(&mut window, "choosing");
            click(&mut window, "Open");
            until(&mut window, "the table", |window| says(window, what));
        }
        window
    }
}

/// Bills as an office keeps them: all that is told of a table in one.
fn office() -> String {
    let mut text = "Rechnung;Datum;Bezahlt;Artikel;Betrag;Währung;Alt;Bemerkung\n".to_owned();
    for n in 0..20_000_u32 {
        let (day, month) = (n % 12 + 1, n % 11 + 1);
        let item = ["Zement", " Kies", "Sand ", "zement"][n as usize % 4];
        let amount = if n == 4_711 { "auf Anfrage".into() } else { format!("{}.{:03},{:02}", n % 9 + 1, n % 1_000, n % 100) };
        let note = if n % 500 == 0 { "geprüft" } else { "" };
        let _ = writeln!(text, "{:07};{day:02}.{month:02}.2025;{day:02}/{month:02}/2025;{item};{amount};EUR;;{note}", 40_000 + n);
    }
    text
}

fn scripts() -> String {
    let mut text = "विभाग,部署名,कार्य का विवरण,金額,दिनांक\n".to_owned();
    for n in 0..5_000_u32 {
        let office = ["उदयपुर", "अलवर", "कोटा"][n as usize % 3];
        let part = ["東京都水道局", "大阪府", "北海道開発局"][n as usize % 3];
        let work = ["तकनीकी स्वीकृति", "क्षतिग्रस्त सड़क की मरम्मत", "श्रमिक भुगतान"][n as usize % 3];
        let _ = writeln!(text, "{office},{part},{work},{}.50,2025-{:02}-{:02}", n * 3, n % 12 + 1, n % 28 + 1);
    }
    text
}

fn wide() -> String {
    let names: Vec<String> = (1..=300).map(|at| format!("measurement_{at:03}_with_a_long_name")).collect();
    let mut text = names.join(",") + "\n";
    for row in 0..2_000_u32 {
        let cells: Vec<String> = (0..300).map(|at| ((row * 7 + at * 13) % (at + 2)).to_string()).collect();
        let _ = writeln!(text, "{}", cells.join(","));
    }
    text
}

#[test]
#[ignore = "makes pictures to be looked at"]
fn the_data_tab_in_each_state() {
    let folder_of_pictures = folder_of_pictures();
    for look in LOOKS {
        let studio = Studio { home: folder(), look, folder: folder_of_pictures.clone() };
        studio.take(&mut studio.window(&[]), "nothing-open");
        let mut window = studio.opened(&sample("bills-sample.xlsx"), "values compared");
        studio.take(&mut window, "result");
        click(&mut window, "Export…");
        until(&mut window, "the sizes", |window| times(window, "…") == 0);
        studio.take(&mut window, "export");
        press(&mut window, Modifiers::NONE, Key::Escape);
        let mut window = studio.opened(&studio.file("Rechnungen 2025.csv", &office()), "values compared");
        studio.take(&mut window, "warnings");
        click(&mut window, "Choices for Artikel");
        studio.take(&mut window, "column-menu");
        press(&mut window, Modifiers::NONE, Key::Escape);
        let name = window.query_all_by(|node| node.role() == Role::Label && node.label().as_deref() == Some("Datum")).next();
        name.expect("the column").click();
        window.run();
        until(&mut window, "the figures", |window| says(window, "Most frequent"));
        studio.take(&mut window, "column");
        studio.take(&mut studio.opened(&studio.file("कार्य सूची 東京.csv", &scripts()), "values compared"), "scripts");
        studio.take(&mut studio.opened(&studio.file("wide.csv", &wide()), "values compared"), "wide");
        studio.take(&mut studio.opened(&studio.file("empty.csv", ""), "is empty"), "error");
        let mut files: Vec<PathBuf> = (1..10).map(|n| studio.file(&format!("division {n}.csv"), &scripts())).collect();
        files.push(studio.file("broken.xlsx", "PK\u{3}\u{4} no workbook"));
        let mut window = studio.window(&files);
        until(&mut window, "the list", |window| says(window, "Failed") && !says(window, "Waiting") && !says(window, "Reading"));
        studio.take(&mut window, "batch");
        let mut window = studio.window(&[studio.file("large.csv", &office().repeat(20))]);
        until(&mut window, "the panel", |window| {
            says(window, " % · ") || says(window, "Reading") || says(window, "values compared")
        });
        studio.take(&mut window, "working");
    }
}

/// Names as C++ compilers and scripts of other countries give them.
fn long_names() -> String {
    let map = "std::unordered_map<std::basic_string<char, std::char_traits<char>, std::allocator<char> >, acme::billing::Invoice, ";
    let name = format!("{map}{}>::operator[](std::string const&)", "std::hash<std::string>, std::equal_to<void> ".repeat(8));
    format!("main;{name} 40\nmain;{name};メモリ確保 20\nmain;कार्य::चलाओ 15\nmain;идти;запись 10\nmain;x 5\n")
}

/// What perf script says of 64 threads, each less busy than the one before.
fn many_threads() -> String {
    let mut text = String::new();
    for moment in 0..400_u32 {
        for thread in (0..64).filter(|thread| moment % (thread + 1) == 0) {
            let second = f64::from(moment) / 100.0;
            let _ = writeln!(
                text,
                "worker-{thread} 100/{} {second:.6}: 10000 cycles:\n\t1000 work{} (program)\n\t2000 main (program)\n",
                200 + thread,
                thread % 7
            );
        }
    }
    text
}

fn profile_open(studio: &Studio, files: &[PathBuf]) -> Window {
    let mut window = studio.window_at("Profiles", files);
    until(&mut window, "the profiles", |window| window.state().state().profiles.docs().len() == files.len());
    settle(&mut window);
    window
}

#[test]
#[ignore = "makes pictures to be looked at"]
fn the_profiles_tab_in_each_state() {
    let folder_of_pictures = folder_of_pictures();
    for look in [DARK, LIGHT, SMALL, FINE] {
        let studio = Studio { home: folder(), look, folder: folder_of_pictures.clone() };
        studio.take(&mut studio.window_at("Profiles", &[]), "profile-nothing-open");
        let mut window = profile_open(&studio, &[sample("sample.pb.gz")]);
        studio.take(&mut window, "profile-graph");
        for (view, name) in [("Inverted", "inverted"), ("Call tree", "calls"), ("Functions", "functions")] {
            click(&mut window, view);
            settle(&mut window);
            studio.take(&mut window, &format!("profile-{name}"));
        }
        let view = window.state().state().profiles.shown().expect("a profile").view.clone();
        let load = view.top.rows.iter().find(|row| view.name(row.group) == "main.load").expect("a function").group;
        window.state().commands().send(Command::Profiles(ProfilesCommand::Sandwich(load)));
        settle(&mut window);
        studio.take(&mut window, "profile-sandwich");
        studio.take(&mut profile_open(&studio, &[profile_data("go-heap.pb.gz")]), "profile-memory");
        click(&mut window, "Filter…");
        studio.take(&mut window, "profile-filter-menu");
        press(&mut window, Modifiers::NONE, Key::Escape);
        let asked = window.state().state().profiles.shown().expect("a profile").view.asked.with(|filters| {
            filters.focus = Pattern::typed("json", false).expect("a pattern");
            filters.hide_system = true;
        });
        window.state().commands().send(Command::Profiles(ProfilesCommand::Ask(Box::new(asked))));
        settle(&mut window);
        studio.take(&mut window, "profile-part");
        let mut window = profile_open(&studio, &[studio.file("threads.txt", &many_threads())]);
        click(&mut window, "Timeline");
        settle(&mut window);
        studio.take(&mut window, "profile-64-threads");
        let mut window = profile_open(&studio, &[sample("sample.pb.gz"), studio.file("long names.folded", &long_names())]);
        studio.take(&mut window, "profile-long-names");
        window.state().commands().send(Command::Open(vec![studio.file("cut.pb.gz", "\u{1f}")]));
        until(&mut window, "the failure", |window| window.state().state().profiles.failure().is_some());
        studio.take(&mut window, "profile-error");
    }
}

/// Puts text into the field with this name, and takes it.
fn enter(window: &mut Window, field: &str, text: &str) {
    window.get_by_label(field).focus();
    window.run();
    press(window, Modifiers::COMMAND, Key::A);
    window.get_by_label(field).type_text(text);
    window.run();
    press(window, Modifiers::NONE, Key::Enter);
    settle(window);
}

#[test]
#[ignore = "makes pictures to be looked at"]
fn the_profiles_tab_over_time() {
    let folder_of_pictures = folder_of_pictures();
    for look in [DARK, LIGHT, SMALL, Look { size: SIZE * 2.0, ..FINE }] {
        let studio = Studio { home: folder(), look, folder: folder_of_pictures.clone() };
        for (name, file) in [
            ("perf", "perf/two.tid.script.txt.gz"),
            ("firefox", "web/crate.processed.json.gz"),
            ("viztracer", "js/viztracer.json.gz"),
            ("memory", "python/memory.dat"),
            ("plain", "python/memory-plain.dat"),
        ] {
            let mut window = profile_open(&studio, &[profile_data(file)]);
            if name != "plain" {
                click(&mut window, "Time order");
                settle(&mut window);
                studio.take(&mut window, &format!("time-order-{name}"));
            }
            if name != "plain" {
                click(&mut window, "Timeline");
                settle(&mut window);
            }
            studio.take(&mut window, &format!("timeline-{name}"));
            if name == "perf" {
                enter(&mut window, "From", "0.1");
                enter(&mut window, "To", "0.25");
                studio.take(&mut window, "timeline-range");
            }
        }
        let mut window = profile_open(&studio, &[sample("sample.pb.gz")]);
        click(&mut window, "Time order");
        settle(&mut window);
        studio.take(&mut window, "time-order-without-times");
        click(&mut window, "Timeline");
        settle(&mut window);
        studio.take(&mut window, "timeline-without-times");
        window.query_all_by(|node| node.value().as_deref() == Some("crypto/sha256.block")).next().expect("a row").click();
        settle(&mut window);
        click(&mut window, "Source");
        settle(&mut window);
        studio.take(&mut window, "source-missing");
        let mut window = profile_open(&studio, &[profile_data("lines/cpu.pb.gz")]);
        window.query_all_by(|node| node.value().as_deref() == Some("main.fib")).next().expect("a row").click();
        settle(&mut window);
        click(&mut window, "Source");
        settle(&mut window);
        click(&mut window, "Find source folder…");
        give_path(&mut window, &profile_data("lines/source"));
        settle(&mut window);
        studio.take(&mut window, "source-found");
    }
}

/// A profile compared with an older one: what changed as a table and as a graph.
#[test]
#[ignore = "makes pictures to be looked at"]
fn the_profiles_tab_while_comparing() {
    let folder_of_pictures = folder_of_pictures();
    let data = |name: &str| Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/profiles/compare").join(name);
    for look in [DARK, LIGHT, SMALL, Look { size: 2.0 * SIZE, ..FINE }] {
        let studio = Studio { home: folder(), look, folder: folder_of_pictures.clone() };
        let mut window = profile_open(&studio, &[data("cpu-old.pb.gz"), data("cpu-new.pb.gz")]);
        settle(&mut window);
        click(&mut window, "Compare with…");
        studio.take(&mut window, "compare-menu");
        let open = window.state().state().profiles.shown().expect("shown").name.clone();
        let other = if open == "cpu-new.pb.gz" { "cpu-old.pb.gz" } else { "cpu-new.pb.gz" };
        window.query_all_by_role_and_label(Role::Button, other).next().expect("an entry").click();
        settle(&mut window);
        window.query_all_by(|node| node.value().as_deref() == Some("main.fib")).last().expect("a row").hover();
        window.run();
        std::thread::sleep(std::time::Duration::from_millis(700));
        window.run();
        studio.take(&mut window, "compare-changes");
        window.query_all_by(|node| node.value().as_deref() == Some("main.bubble")).last().expect("a row").click();
        settle(&mut window);
        click(&mut window, "Graph");
        for layout in ["Before", "Both"] {
            settle(&mut window);
            click(&mut window, layout);
        }
        settle(&mut window);
        window.query_all_by_role_and_label(Role::Button, "main.hashNew").next().expect("a box").hover();
        window.run();
        std::thread::sleep(std::time::Duration::from_millis(700));
        window.run();
        studio.take(&mut window, "compare-graph");
        click(&mut window, "Stop comparing");
        window.state().commands().send(Command::Open(vec![data("heap-old.pb.gz")]));
        until(&mut window, "the third profile", |window| window.state().state().profiles.docs().len() == 3);
        settle(&mut window);
        click(&mut window, "Compare with…");
        window.query_all_by_role_and_label(Role::Button, "cpu-new.pb.gz").next().expect("an entry").click();
        until(&mut window, "the refusal", |window| window.state().state().profiles.failure().is_some());
        settle(&mut window);
        studio.take(&mut window, "compare-refused");
    }
}
