//! Pictures of the Overview tab in each of its states; see `pictures.rs`.

use std::path::Path;
use std::sync::mpsc::channel;

use crate::app_window::{LEAST_SIZE, SIZE, Window, folder, press, profile_data, sample, settle, until};
use crate::overview::{busy, samples, start_with};
use crate::pictures::{DARK, FINE, LIGHT, Look, SMALL, folder_of_pictures};
use eframe::egui::{Key, Modifiers, Vec2};
use tachograph::app::Parts;
use tachograph::sampler::{ProcessRow, Snapshot};
use tachograph::settings::{RecentKind, Theme};

/// The least window that can be made smaller by hand, and a large screen.
const LEAST: Look = Look { size: Vec2::new(960.0, 620.0), name: "dark-960", ..DARK };
const LARGE: Look = Look { size: Vec2::new(2560.0, 1440.0), name: "light-2560", theme: Theme::Light, ..DARK };
const SHARP: Look = Look { size: Vec2::new(2.0 * SIZE.x, 2.0 * SIZE.y), ..FINE };
const SHARP_AND_LARGE_LETTERS: Look = Look { size: SIZE, name: "light-2x", theme: Theme::Light, ..FINE };

/// Processes as an office has them.
pub fn office(at: usize, snapshot: &mut Snapshot) {
    let swing = (at as f32 / 9.0).sin();
    let row = |pid, name: &str, cpu_percent: f32, memory: u64| ProcessRow {
        pid,
        name: name.into(),
        cpu_percent,
        memory: memory << 20,
        ..ProcessRow::default()
    };
    let browser = (0..14).map(|n| row(5320 + n, "chrome", 0.7, 360));
    let more = [
        row(9124, "soffice.bin", 18.0 + 3.0 * swing, 1_400),
        row(13388, "python3", 6.1, 612),
        row(14002, "tachograph", 0.6, 92),
        row(15000, "रिपोर्ट जनरेटर", 2.0, 240),
        row(15001, "東京都水道局請求書作成サービス.exe", 1.0, 180),
        row(15002, "systemd", 0.0, 12),
    ];
    snapshot.processes = browser.chain(more).collect();
    snapshot.process_count = Some(214);
}

fn memory(snapshot: &mut Snapshot, percent: u64) {
    let total = snapshot.memory.total;
    (snapshot.memory.used, snapshot.memory.available) = (total / 100 * percent, total / 100 * (100 - percent));
}

fn warn(at: usize, snapshot: &mut Snapshot) {
    office(at, snapshot);
    memory(snapshot, 86 + at as u64 % 7);
    snapshot.disks[1].available = snapshot.disks[1].total / 14;
}

fn bad(at: usize, snapshot: &mut Snapshot) {
    office(at, snapshot);
    memory(snapshot, 96);
    snapshot.cpu_percent = 93.0 + (at % 5) as f32;
    snapshot.disks[1].available = 512_000_000;
    snapshot.swap.used += at as u64 * 2_000_000;
    snapshot.temperatures[0].celsius = 94.0;
}

/// Begins where no name is in sight: the letters that the program's own fonts lack are added after the first frame.
fn files(parts: &mut Parts) {
    parts.remembered.tab = Some("Settings".to_owned());
    let now = std::time::SystemTime::now().duration_since(std::time::SystemTime::UNIX_EPOCH).expect("after 1970").as_secs();
    let files = [
        ("/home/asha/old.parquet", RecentKind::Table, 86_400 * 40),
        ("/srv/profiles/server.cpu.pb.gz", RecentKind::Profile, 86_400 * 3),
        ("/home/asha/a/folder/that/lies/very/deep/below/all/others/Rechnungen 2025.csv", RecentKind::Table, 3_600 * 5),
        ("/media/मेरा यूएसबी/विभाग/क्षतिग्रस्त सड़क की मरम्मत.xlsx", RecentKind::Table, 1_800),
        ("/home/asha/東京都水道局/2026年度/請求書の一覧と支払いの記録と担当者の名前.ods", RecentKind::Table, 240),
    ];
    for (path, kind, age) in files {
        parts.remembered.remember(Path::new(path), kind, now - age);
    }
}

fn put_on(look: Look, window: &mut Window) {
    look.put_on(window);
    press(window, Modifiers::COMMAND, Key::Num1);
}

#[test]
#[ignore = "makes pictures to be looked at"]
fn the_overview_in_each_state() {
    let pictures = folder_of_pictures();
    for look in [DARK, LIGHT, SMALL, SHARP, LEAST, LARGE, SHARP_AND_LARGE_LETTERS] {
        let home = folder();
        let (mut window, script) = start_with(home.path(), look.size, |_, _| (), |_| ());
        look.put_on(&mut window);
        look.take(&mut window, &pictures, "overview-before");
        samples(&mut window, &script, 20);
        look.take(&mut window, &pictures, "overview-first-start");
        for (name, change) in [("warn", warn as fn(usize, &mut Snapshot)), ("bad", bad)] {
            let home = folder();
            let (mut window, script) = start_with(home.path(), look.size, change, files);
            put_on(look, &mut window);
            samples(&mut window, &script, 119);
            look.take(&mut window, &pictures, &format!("overview-{name}"));
        }
        let home = folder();
        let (mut window, script) = start_with(home.path(), look.size, office, |parts| {
            files(parts);
            parts.files = vec![sample("bills-sample.xlsx"), profile_data("lines/cpu.pb.gz")];
        });
        put_on(look, &mut window);
        until(&mut window, "what is open", |window| {
            let state = window.state().state();
            state.data.told().is_some() && state.profiles.shown().is_some()
        });
        settle(&mut window);
        press(&mut window, Modifiers::COMMAND, Key::Num1);
        samples(&mut window, &script, 110);
        look.take(&mut window, &pictures, "overview-busy");
    }
}

#[test]
#[ignore = "makes pictures to be looked at"]
fn the_overview_with_jobs() {
    let pictures = folder_of_pictures();
    for look in [DARK, Look { size: LEAST_SIZE, ..LIGHT }] {
        let home = folder();
        let (give, take) = channel();
        let (mut window, script) = start_with(home.path(), look.size, office, move |parts| {
            files(parts);
            let titles =
                ["Opening bills_2026.xlsx", "Exporting क्षतिग्रस्त सड़क की मरम्मत.parquet", "Verifying a", "Warming b", "Reading c"];
            give.send(titles.map(|title| busy(parts, title))).expect("the test waits");
        });
        let jobs = take.recv().expect("the window was made");
        put_on(look, &mut window);
        until(&mut window, "the jobs", |window| window.state().state().jobs.len() >= 5);
        samples(&mut window, &script, 40);
        look.take(&mut window, &pictures, "overview-jobs");
        jobs.iter().for_each(|(_, ticket)| ticket.cancel());
        drop(jobs);
        settle(&mut window);
    }
}
