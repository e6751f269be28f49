//! What runs on the machine, and what this program itself works on.

use eframe::egui::{Align, Label, Layout, Rect, RichText, Sense, Stroke, Ui, UiBuilder, Vec2, pos2};

use crate::app::tabs::monitor::{Arrangement, Column, MonitorCommand};
use crate::app::theme::{CONTROL_RADIUS, SMALL, hint, muted, palette};
use crate::app::widgets::{Card, clickable, meter, outline, progress_words, small_button};
use crate::app::{Command, Tab, View};
use crate::jobs::JobView;
use crate::report::{format, shorten};
use crate::sampler::Snapshot;
use crate::settings::ProcessCpu;

use super::super::OverviewTab;
use super::super::model::Program;
use super::within;

/// Programs that are shown: five, more where there is much room, fewer where there is too little.
const LEAST: usize = 5;
const MOST: usize = 12;
/// Height of a program's row: the least, and the most.
const ROW: (f32, f32) = (30.0, 56.0);
/// Width of a figure and its bar.
const FIGURE: f32 = 76.0;
/// Height of the line above the rows, of the one above the jobs, and of a job.
const HEAD: f32 = 18.0;
const JOB: f32 = 52.0;
/// Jobs that are shown.
const MOST_JOBS: usize = 3;

/// Draws the card.
pub fn show(tab: &OverviewTab, ui: &mut Ui, view: View) {
    ui.spacing_mut().item_spacing.y = 0.0;
    let newest = tab.newest();
    let card = Card::new("Running here").fill();
    let card = match newest {
        Some(newest) => card.note(count(newest) + &tab.running().age(newest)),
        None => card,
    };
    card.show(ui, |ui| {
        let jobs = view.state.jobs.len().min(MOST_JOBS);
        let room = ui.available_height() - jobs as f32 * JOB - 3.0 * HEAD;
        let place = Rect::from_min_size(ui.cursor().min, Vec2::new(ui.available_width(), room.max(0.0) + HEAD));
        ui.scope_builder(UiBuilder::new().id_salt("programs").max_rect(place), |ui| match newest {
            Some(newest) if !tab.running().programs().is_empty() => programs(tab, newest, ui, view, room),
            _ => drop(ui.label(muted(ui, "Reading the list of processes…"))),
        });
        ui.advance_cursor_after_rect(place);
        all_jobs(ui, view);
    });
}

fn count(newest: &Snapshot) -> String {
    newest.process_count.map(|count| format::counted(u64::from(count), "process", "processes") + " · ").unwrap_or_default()
}

fn programs(tab: &OverviewTab, newest: &Snapshot, ui: &mut Ui, view: View, room: f32) {
    let fitting = |height: f32| (room / height) as usize;
    let wanted = fitting(ROW.1).clamp(LEAST, MOST).min(fitting(ROW.0)).max(1);
    let height = (room / wanted as f32).clamp(ROW.0, ROW.1).floor();
    head(ui);
    for program in tab.running().programs().iter().take(wanted) {
        row(newest, ui, view, program, height);
    }
}

/// Where the two figures of a row stand.
fn figures(row: Rect) -> [Rect; 2] {
    let at = |right: f32| Rect::from_min_max(pos2(right - FIGURE, row.top()), pos2(right, row.bottom()));
    [at(row.right() - FIGURE - 12.0), at(row.right())]
}

fn head(ui: &mut Ui) {
    let (rect, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), HEAD), Sense::hover());
    for (place, name) in figures(rect).into_iter().zip(["CPU", "Memory"]) {
        within(ui, place, name, Layout::right_to_left(Align::Center), |ui| drop(ui.label(hint(ui, name))));
    }
}

/// A program: its name and how many processes it has, its share of the CPU and its memory.
fn row(newest: &Snapshot, ui: &mut Ui, view: View, program: &Program, height: f32) {
    let (rect, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), height), Sense::hover());
    let name = shorten(&program.row.name, 80);
    ui.push_id(program.row.name.as_ref(), |ui| {
        let response = clickable(ui, rect, "program", &format!("Show {name} in Monitor"));
        let [cpu, memory] = figures(rect);
        let left = Rect::from_min_max(rect.min, pos2(cpu.left() - 8.0, rect.bottom()));
        within(ui, left, "name", Layout::left_to_right(Align::Center), |ui| title(ui, &name, program.count));
        let total = newest.memory.total.max(1) as f32;
        figure(ui, cpu, Column::Cpu.text(&program.row, cpus(newest, view)), program.row.cpu_percent / 100.0, 0);
        figure(ui, memory, Column::Memory.text(&program.row, 1.0), program.row.memory as f32 / total, 3);
        ui.painter().hline(rect.x_range(), rect.top(), Stroke::new(1.0, palette(ui).line));
        outline(ui, &response, CONTROL_RADIUS);
        if response.clicked() {
            find(view, program);
        }
    });
}

/// What a processor's use is multiplied by, as it is set for the Monitor's table.
fn cpus(newest: &Snapshot, view: View) -> f64 {
    match view.state.settings.process_cpu {
        ProcessCpu::Machine => 1.0,
        ProcessCpu::Core => newest.cpu_per_core.len().max(1) as f64,
    }
}

fn title(ui: &mut Ui, name: &str, count: usize) {
    ui.spacing_mut().item_spacing.x = 6.0;
    let many = (count > 1).then(|| format!("× {}", format::count(count as u64)));
    let room = if many.is_some() { ui.available_width() - 34.0 } else { ui.available_width() };
    ui.scope(|ui| {
        ui.set_max_width(room.max(20.0));
        ui.add(Label::new(RichText::new(name).color(palette(ui).text)).truncate());
    });
    if let Some(many) = many {
        ui.add(Label::new(hint(ui, many)).truncate());
    }
}

/// A figure over its bar.
fn figure(ui: &mut Ui, place: Rect, text: Option<String>, share: f32, color: usize) {
    let text = text.unwrap_or_else(|| format::NOT_AVAILABLE.to_owned());
    let place = Rect::from_center_size(place.center(), Vec2::new(place.width(), 23.0));
    let color = palette(ui).series_color(color);
    ui.scope_builder(UiBuilder::new().id_salt(place.left() as i32).max_rect(place).layout(Layout::top_down(Align::Max)), |ui| {
        ui.spacing_mut().item_spacing.y = 3.0;
        ui.add(Label::new(RichText::new(text).color(palette(ui).text)).truncate());
        meter(ui, ui.available_width(), 3.0, share.clamp(0.0, 1.0), color);
    });
}

/// Shows the program in the Monitor's table, as it is now.
fn find(view: View, program: &Program) {
    let send = |command| view.commands.send(Command::Monitor(command));
    view.commands.send(Command::ShowTab(Tab::Monitor));
    if view.state.monitor.is_paused() {
        send(MonitorCommand::TogglePause);
    }
    send(MonitorCommand::LookAtNow);
    send(MonitorCommand::Arrange(Arrangement::List));
    send(MonitorCommand::Search(program.row.name.to_string()));
    send(MonitorCommand::Select((program.count == 1).then_some(program.row.pid)));
}

/// What this program itself works on.
fn all_jobs(ui: &mut Ui, view: View) {
    let jobs = &view.state.jobs;
    let words = match jobs.len().checked_sub(MOST_JOBS) {
        _ if jobs.is_empty() => "nothing under way".to_owned(),
        Some(more) if more > 0 => format!("{} more waiting", format::count(more as u64)),
        _ => String::new(),
    };
    let (rect, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), 2.0 * HEAD), Sense::hover());
    ui.painter().hline(rect.x_range(), rect.top(), Stroke::new(1.0, palette(ui).line));
    within(ui, rect, "jobs", Layout::left_to_right(Align::Center), |ui| {
        ui.label(muted(ui, "Jobs of Tachograph").size(SMALL));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| ui.label(hint(ui, words)));
    });
    jobs.iter().take(MOST_JOBS).for_each(|job| one_job(ui, view, job));
}

fn one_job(ui: &mut Ui, view: View, job: &JobView) {
    let (rect, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), JOB), Sense::hover());
    ui.scope_builder(UiBuilder::new().id_salt(job.id.0).max_rect(rect).layout(Layout::top_down(Align::Min)), |ui| {
        ui.spacing_mut().item_spacing.y = 3.0;
        ui.with_layout(Layout::right_to_left(Align::Min), |ui| {
            ui.set_max_height(22.0);
            if small_button(ui, "Cancel").accessible_name(format!("Cancel: {}", job.title)).clicked() {
                view.commands.send(Command::CancelJob(job.id));
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.add(Label::new(RichText::new(&job.title).color(palette(ui).text)).truncate());
            });
        });
        meter(ui, ui.available_width(), 4.0, job.progress.fraction.unwrap_or(0.0) as f32, palette(ui).accent);
        let words = if job.running { progress_words(&job.progress) } else { "waiting for its turn".to_owned() };
        ui.add(Label::new(hint(ui, words)).truncate());
    });
}
