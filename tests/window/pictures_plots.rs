//! Pictures of the monitor's plots in each of their states.
//!
//! `TACHOGRAPH_PICTURES=FOLDER cargo test --test window pictures_plots:: -- --ignored`

use std::path::{Path, PathBuf};

use eframe::egui::{Event, Modifiers, PointerButton, Vec2, pos2};
use egui_kittest::kittest::Queryable;
use tachograph::app::Command;
use tachograph::app::tabs::monitor::{CardId, LayoutCommand, Mark, MonitorCommand};
use tachograph::sampler::{Metric, Script};
use tachograph::settings::Theme;

use crate::app_window::{LEAST_SIZE, SIZE, Window, click, folder, open, settle};
use crate::history::{fill, show};

struct Look {
    theme: Theme,
    size: Vec2,
    pixels_per_point: f32,
    name: &'static str,
}

const LOOKS: [Look; 4] = [
    Look { theme: Theme::Dark, size: SIZE, pixels_per_point: 1.0, name: "dark" },
    Look { theme: Theme::Light, size: SIZE, pixels_per_point: 1.0, name: "light" },
    Look { theme: Theme::Dark, size: LEAST_SIZE, pixels_per_point: 1.0, name: "dark-1024" },
    Look { theme: Theme::Dark, size: SIZE, pixels_per_point: 2.0, name: "dark-2x" },
];

fn window(home: &Path, look: &Look) -> (Window, Script) {
    let (kept, theme) = (home.join("history"), look.theme);
    let change = move |parts: &mut tachograph::app::Parts| {
        parts.places.history = Some(kept);
        parts.settings.theme = theme;
    };
    // More pixels are as many points: the harness gives the size in points.
    let (mut window, script) = open(home, look.size, change);
    window.ctx.set_theme(if look.theme == Theme::Light { eframe::egui::Theme::Light } else { eframe::egui::Theme::Dark });
    window.ctx.set_pixels_per_point(look.pixels_per_point);
    for _ in 0..110 {
        assert!(script.step());
        window.step();
    }
    window.run();
    (window, script)
}

fn send(window: &mut Window, command: MonitorCommand) {
    window.state().commands().send(Command::Monitor(command));
    window.run();
}

fn add(window: &mut Window, metrics: &[Metric]) {
    for metric in metrics {
        send(window, MonitorCommand::Layout(LayoutCommand::Add(CardId::Metric(metric.clone()))));
    }
}

fn marks(end: f64) -> Vec<Mark> {
    let names = ["Opening bills.csv", "Exporting bills.parquet", "Comparing two tables", "Recording", "Opening cpu.pb.gz"];
    let mark = |(n, name): (usize, &&str)| {
        let from = end - 285.0 + 45.0 * n as f64;
        Mark { from, to: from + [2.3, 14.0, 0.0, 40.0, 6.0][n], name: (*name).into(), failed: n == 2 }
    };
    names.iter().enumerate().map(mark).collect()
}

fn brush(window: &mut Window, from: f32, to: f32) {
    let plot = window.get_by_label("CPU over time").rect();
    let at = |share: f32| pos2(plot.left() + plot.width() * share, plot.center().y);
    window.event(Event::PointerMoved(at(from)));
    window.step();
    let modifiers = Modifiers::NONE;
    window.event(Event::PointerButton { pos: at(from), button: PointerButton::Primary, pressed: true, modifiers });
    window.step();
    for part in [0.5, 1.0] {
        window.event(Event::PointerMoved(at(from + (to - from) * part)));
        window.step();
    }
    window.run();
}

#[test]
#[ignore = "makes pictures to be looked at"]
fn the_plots_in_each_state() {
    let folder_of_pictures = PathBuf::from(std::env::var_os("TACHOGRAPH_PICTURES").expect("TACHOGRAPH_PICTURES names a folder"));
    std::fs::create_dir_all(&folder_of_pictures).expect("the folder");
    for look in &LOOKS {
        let home = folder();
        fill(home.path());
        let (mut window, _script) = window(home.path(), look);
        let take = |window: &mut Window, name: &str| {
            window.run();
            let path = folder_of_pictures.join(format!("plots-{name}-{}.png", look.name));
            window.render().expect("a picture").save(&path).expect("saved");
            println!("{}", path.display());
        };
        take(&mut window, "standard");
        let end = window.state().state().monitor.end();
        send(&mut window, MonitorCommand::TakeMarks(marks(end).into()));
        window.hover_at(window.get_by_label("Memory over time").rect().center());
        take(&mut window, "marks");
        let many = (0..10_000).map(|n| Mark { from: end - 0.03 * f64::from(n), to: end, name: "x".into(), failed: n % 900 == 0 });
        send(&mut window, MonitorCommand::TakeMarks(many.map(|mark| Mark { to: mark.from, ..mark }).collect()));
        take(&mut window, "many-marks");
        send(&mut window, MonitorCommand::TakeMarks([].into()));
        click(&mut window, "1 min");
        brush(&mut window, 0.4, 0.8);
        take(&mut window, "brush");
        window.drop_at(window.get_by_label("CPU over time").rect().center());
        window.run();
        take(&mut window, "part");
        click(&mut window, "5 min");
        click(&mut window, "Add plot");
        take(&mut window, "adding");
        click(&mut window, "Add plot");
        send(&mut window, MonitorCommand::Cores(tachograph::settings::Cores::Lines));
        take(&mut window, "cores");
        send(&mut window, MonitorCommand::Cores(tachograph::settings::Cores::Stacked));
        take(&mut window, "stacked");
        for id in [CardId::Disk, CardId::Network] {
            send(&mut window, MonitorCommand::Logarithmic(id, true));
        }
        click(&mut window, "Disk chart");
        take(&mut window, "logarithmic");
        click(&mut window, "Disk chart");
        show(&mut window, "24 h");
        take(&mut window, "day-stacked");
        send(&mut window, MonitorCommand::Cores(tachograph::settings::Cores::Off));
        click(&mut window, "Compare with…");
        take(&mut window, "compare-menu");
        click(&mut window, "A day earlier");
        settle(&mut window);
        window.hover_at(window.get_by_label("CPU over time").rect().center());
        take(&mut window, "compared");
        window.remove_cursor();
        let added =
            [Metric::Load, Metric::CpuCore(0), Metric::CpuCore(3), Metric::OwnMemory, Metric::SampleCost, Metric::Processes];
        add(&mut window, &added);
        add(&mut window, &[Metric::Temperature("coretemp Package id 0".into())]);
        settle(&mut window);
        take(&mut window, "twelve");
    }
}
