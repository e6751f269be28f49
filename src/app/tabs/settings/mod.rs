//! The Settings page. Each change takes effect at once and is saved. `history.rs`: the monitor's history out of its database and in again.

mod history;

use std::path::Path;

use eframe::egui::{self, Align, DragValue, Layout, RichText, Ui};

use crate::app::theme::{icons, muted, palette};
use crate::app::widgets::{Card, button, icon_button, page, segmented, toggle};
use crate::app::{Command, SettingsCommand, View};
use crate::history::{Status, StatusKind};
use crate::report::format;
use crate::settings::{ProcessCpu, Renderer, Settings, Theme};

pub use history::{export as export_history, import as import_history};

/// Intervals offered, in milliseconds, with their names.
pub const INTERVALS: [(u64, &str); 8] = [
    (100, "100 ms"),
    (250, "250 ms"),
    (500, "500 ms"),
    (1000, "1 s"),
    (2000, "2 s"),
    (5000, "5 s"),
    (15_000, "15 s"),
    (60_000, "60 s"),
];

/// What people call the interface that `wgpu` uses here.
const MODERN: &str = if cfg!(windows) {
    "Direct3D 12"
} else if cfg!(target_os = "macos") {
    "Metal"
} else {
    "Vulkan"
};

/// Buttons of the top bar.
pub fn actions(ui: &mut Ui, view: View) {
    if button(ui, Some(icons::ARROW_COUNTER_CLOCKWISE), "Reset to defaults").clicked() {
        view.commands.send(Command::Settings(SettingsCommand::Reset));
    }
}

/// Draws the page.
pub fn body(ui: &mut Ui, view: View) {
    let settings = &view.state.settings;
    let mut edited = settings.clone();
    page(ui, 760.0, |ui| {
        Card::new("Look and pace").show(ui, |ui| look(ui, &mut edited));
        ui.add_space(12.0);
        Card::new("Monitor’s history").show(ui, |ui| kept_history(ui, &mut edited, view));
        ui.add_space(12.0);
        Card::new("Cache").show(ui, |ui| cache(ui, &mut edited, view));
        ui.add_space(12.0);
        Card::new("Limits for files").show(ui, |ui| limits(ui, &mut edited));
        ui.add_space(12.0);
        Card::new("Folders").show(ui, |ui| folders(ui, view));
    });
    if edited != *settings {
        view.commands.send(Command::Settings(SettingsCommand::Use(Box::new(edited))));
    }
}

fn look(ui: &mut Ui, edited: &mut Settings) {
    row(ui, "Theme", "", |ui| {
        let themes = [(Theme::System, "As the system"), (Theme::Dark, "Dark"), (Theme::Light, "Light")];
        if let Some(theme) = segmented(ui, "Theme", &themes, edited.theme) {
            edited.theme = theme;
        }
    });
    row(ui, "Drawing", "From the next start on; for a window that stays empty or flickers.", |ui| {
        let renderers = [(Renderer::Auto, "Automatic"), (Renderer::Wgpu, MODERN), (Renderer::Glow, "OpenGL")];
        if let Some(renderer) = segmented(ui, "Drawing", &renderers, edited.renderer) {
            edited.renderer = renderer;
        }
    });
    row(ui, "CPU use of a process is a share of", "One core, as engineers count it, can make more than 100 %.", |ui| {
        let shares = [(ProcessCpu::Machine, "The machine"), (ProcessCpu::Core, "One core")];
        if let Some(share) = segmented(ui, "CPU use of a process", &shares, edited.process_cpu) {
            edited.process_cpu = share;
        }
    });
    row(ui, "Monitor takes a sample every", "A shorter time shows more and costs more.", |ui| {
        interval_choice(ui, &mut edited.sample_interval_ms);
    });
}

/// A list of intervals to choose from.
pub fn interval_choice(ui: &mut Ui, interval_ms: &mut u64) {
    let name = INTERVALS
        .iter()
        .find(|(ms, _)| ms == interval_ms)
        .map_or_else(|| format!("{interval_ms} ms"), |(_, name)| (*name).to_owned());
    let list = egui::ComboBox::from_id_salt("interval").selected_text(name).width(84.0).icon(caret).show_ui(ui, |ui| {
        for (ms, name) in INTERVALS {
            ui.selectable_value(interval_ms, ms, name);
        }
    });
    list.response.accessible_name("Sample interval");
}

fn caret(ui: &Ui, rect: egui::Rect, visuals: &egui::style::WidgetVisuals, _open: bool) {
    ui.painter().text(
        rect.center(),
        egui::Align2::CENTER_CENTER,
        icons::CARET_DOWN,
        egui::FontId::proportional(12.0),
        visuals.text_color(),
    );
}

fn kept_history(ui: &mut Ui, edited: &mut Settings, view: View) {
    let status = view.state.monitor.recording();
    row(ui, "Keep what was measured", &kept(status), |ui| {
        if toggle(ui, "Keep what was measured", edited.history.keep).clicked() {
            edited.history.keep = !edited.history.keep;
        }
    });
    number(ui, "History on disk, at most", "MB", &mut edited.history.limit_mb, 10..=100_000);
    if view.state.places.history.is_some() {
        row(ui, "As a file", "CSV or Parquet, for other programs and other machines.", |ui| history::buttons(ui, view));
    }
}

/// How keeping samples goes, in words.
fn kept(status: Option<Status>) -> String {
    match status {
        None => "Off: plots reach back to the start of the program, at most 24 hours.".to_owned(),
        Some(Status { kind: StatusKind::Failing(failure), .. }) => failure.message,
        Some(Status { kind: StatusKind::ElsewhereRecorded, .. }) => {
            "Another window of Tachograph keeps it; this one shows it too.".to_owned()
        }
        Some(Status { bytes, .. }) => {
            format!("Seconds for a day, minutes for 90 days, hours for years; {} now.", format::bytes(bytes))
        }
    }
}

fn cache(ui: &mut Ui, edited: &mut Settings, view: View) {
    let cache = &mut edited.cache;
    let rows = [
        ("Memory, at most", "MB", &mut cache.memory_limit_mb, 1..=1_000_000),
        ("Entries in memory, at most", "", &mut cache.memory_items, 1..=1_000_000),
        ("An entry stays in memory for", "s", &mut cache.ttl_seconds, 1..=31_536_000),
        ("A workbook stays in memory for", "s", &mut cache.workbook_ttl_seconds, 1..=31_536_000),
        ("Disk, at most", "MB", &mut cache.file_limit_mb, 1..=100_000_000),
    ];
    rows.into_iter().for_each(|(name, unit, value, range)| number(ui, name, unit, value, range));
    row(ui, "Folder of the cache’s files", "A new folder is used from the next start on.", |ui| {
        if button(ui, None, "Choose…").clicked() {
            view.commands.send(Command::Settings(SettingsCommand::ChooseCacheFolder));
        }
    });
}

fn limits(ui: &mut Ui, edited: &mut Settings) {
    let limits = &mut edited.limits;
    number(ui, "A packed file may unpack to, at most", "MB", &mut limits.max_decompressed_mb, 1..=1_000_000);
    number(ui, "Cells in a table, at most", "", &mut limits.max_cells, 1000..=1_000_000_000_000);
    number(ui, "Reading one file may take, at most (0: no bound)", "s", &mut limits.max_read_seconds, 0..=86_400);
    number(ui, "Free memory for many files at once, at most", "%", &mut limits.batch_memory_percent, 0..=100);
}

fn folders(ui: &mut Ui, view: View) {
    let places = &view.state.places;
    if let Some(settings) = &places.settings {
        folder(ui, view, "Settings", settings);
    }
    folder(ui, view, "Cache", &places.cache);
    folder(ui, view, "Recordings and samples", &places.data);
    if let Some(history) = &places.history {
        folder(ui, view, "Monitor’s history", history);
    }
}

fn folder(ui: &mut Ui, view: View, name: &str, path: &Path) {
    let text = path.display().to_string();
    row(ui, name, &text, |ui| {
        if icon_button(ui, icons::FOLDER_OPEN, &format!("Open folder: {name}")).clicked() {
            view.commands.send(Command::ShowFolder(path.to_path_buf()));
        }
        if icon_button(ui, icons::COPY, &format!("Copy path: {name}")).clicked() {
            ui.ctx().copy_text(text.clone());
        }
    });
}

fn number(ui: &mut Ui, name: &str, unit: &str, value: &mut u64, range: std::ops::RangeInclusive<u64>) {
    row(ui, name, "", |ui| {
        let suffix = if unit.is_empty() { String::new() } else { format!(" {unit}") };
        let speed = (*value as f64 * 0.01).max(1.0);
        let drag = DragValue::new(value).range(range).speed(speed).suffix(suffix);
        ui.add(drag.custom_formatter(|value, _| format::grouped(value, 0)).custom_parser(parse)).accessible_name(name);
    });
}

/// A number as people type it, with or without separators.
fn parse(text: &str) -> Option<f64> {
    let digits: String = text.chars().filter(|c| !matches!(c, ',' | '_' | ' ' | '\u{a0}' | '\u{202f}')).collect();
    digits.parse().ok()
}

/// A setting: its name with a word of explanation, and the control at the right.
fn row(ui: &mut Ui, name: &str, why: &str, control: impl FnOnce(&mut Ui)) {
    ui.horizontal(|ui| {
        ui.set_min_height(36.0);
        let name = RichText::new(name).color(palette(ui).text);
        if why.is_empty() {
            ui.label(name);
        } else {
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = 1.0;
                ui.label(name);
                ui.label(muted(ui, why).size(12.0));
            });
        }
        ui.with_layout(Layout::right_to_left(Align::Center), control);
    });
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn numbers_are_read_as_they_are_shown() {
        assert_eq!(parse("500,000,000"), Some(5e8));
        assert_eq!(parse("4 096"), Some(4096.0));
        assert_eq!(parse("many"), None);
    }
}
