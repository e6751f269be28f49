//! What is known of one process, beside the table; and the question before it is ended.

use std::time::Duration;

use eframe::egui::{Align, Label, Layout, RichText, ScrollArea, Ui};

use crate::app::theme::{SMALL, icons, muted, palette, semibold};
use crate::app::widgets::{Answer, Question, button, icon_button, segmented};
use crate::app::{Command, View};
use crate::report::format;
use crate::sampler::{Ending, ProcessId, ProcessRow};
use crate::settings::ProcessCpu;

use super::columns::disk;
use super::open::{files, threads};
use super::{MOST_PINNED, MonitorCommand, MonitorTab, Part};

/// Height of a fact in points.
const FACT: f32 = 18.0;
/// Width of the panel in points.
pub const WIDTH: f32 = 330.0;

fn send(view: View, command: MonitorCommand) {
    view.commands.send(Command::Monitor(command));
}

/// Draws the details of `process`.
pub fn show(tab: &MonitorTab, ui: &mut Ui, view: View, process: &ProcessRow) {
    ui.spacing_mut().item_spacing.y = 4.0;
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if icon_button(ui, icons::X, "Close details (Esc)").clicked() {
                send(view, MonitorCommand::Select(None));
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let name = RichText::new(process.name.as_ref()).font(semibold(15.0)).color(palette(ui).text);
                ui.add(Label::new(name).truncate());
            });
        });
    });
    ui.horizontal(|ui| actions(tab, ui, view, process));
    if let Some(part) = segmented(ui, "Details", &Part::ALL, tab.looked().part) {
        send(view, MonitorCommand::ShowDetails(part));
    }
    let cpus = match view.state.settings.process_cpu {
        ProcessCpu::Machine => tab.shown().map_or(1, |snapshot| snapshot.cpu_per_core.len().max(1)),
        ProcessCpu::Core => 1,
    };
    match tab.looked().part {
        Part::Facts => all_facts(tab, ui, process),
        Part::Threads => threads(ui, tab.looked(), cpus as f64),
        Part::Files => files(ui, tab.looked()),
    }
}

fn all_facts(tab: &MonitorTab, ui: &mut Ui, process: &ProcessRow) {
    ScrollArea::vertical().id_salt("process details").auto_shrink(false).show(ui, |ui| {
        ui.spacing_mut().interact_size.y = FACT;
        for (name, value) in facts(tab, process) {
            ui.horizontal(|ui| {
                ui.label(muted(ui, name).size(SMALL));
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    ui.add(Label::new(RichText::new(value).size(SMALL).color(palette(ui).text)).truncate());
                });
            });
        }
        let Some(command) = &process.command else { return };
        ui.add_space(4.0);
        ui.horizontal(|ui| {
            ui.label(muted(ui, "Command line").size(SMALL));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if icon_button(ui, icons::COPY, "Copy command line").clicked() {
                    ui.ctx().copy_text(command.to_string());
                }
            });
        });
        ui.add(Label::new(RichText::new(command.as_ref()).size(SMALL).color(palette(ui).text)).wrap());
    });
}

fn actions(tab: &MonitorTab, ui: &mut Ui, view: View, process: &ProcessRow) {
    let is_pinned = tab.pinned().iter().any(|(pid, _)| *pid == process.pid);
    let (icon, words) = if is_pinned { (icons::PUSH_PIN_SLASH, "Unpin") } else { (icons::PUSH_PIN, "Pin to plots") };
    let can_pin = is_pinned || tab.pinned().len() < MOST_PINNED;
    let pin = ui.add_enabled_ui(can_pin, |ui| button(ui, Some(icon), words)).inner;
    let pin = pin.on_disabled_hover_text(format!("At most {MOST_PINNED} processes have a line of their own."));
    if pin.clicked() {
        send(view, MonitorCommand::Pin(process.pid));
    }
    if button(ui, Some(icons::X_CIRCLE), "End process…").clicked() {
        send(view, MonitorCommand::AskEnd(tab.process_id(process)));
    }
}

/// Names and values; what the system does not tell is said to be not available.
fn facts(tab: &MonitorTab, process: &ProcessRow) -> Vec<(&'static str, String)> {
    let count = |count: Option<u32>| format::or_not_available(count, |count| format::count(u64::from(count)));
    let parent = process.parent.map(|parent| match tab.process(parent) {
        Some(row) => format!("{} ({parent})", row.name),
        None => parent.to_string(),
    });
    let cores = tab.shown().map_or(1, |snapshot| snapshot.cpu_per_core.len().max(1));
    let percent = f64::from(process.cpu_percent);
    let cpu =
        format!("{} of the machine, {} of one core", format::percent_fine(percent), format::percent_fine(percent * cores as f64));
    let looked = tab.looked();
    let unknown = if looked.is_being_read() { "…" } else { format::NOT_AVAILABLE };
    let folder = looked.details().and_then(|details| details.folder.as_deref()).unwrap_or(unknown);
    vec![
        ("PID", process.pid.to_string()),
        ("Started by", parent.unwrap_or_else(|| "–".to_owned())),
        ("User", process.user.as_deref().unwrap_or(format::NOT_AVAILABLE).to_owned()),
        ("Running for", format::span(Duration::from_secs(process.run_time_seconds.max(1)))),
        ("CPU", cpu),
        ("Memory", format::bytes(process.memory)),
        ("Address space", format::or_not_available(process.virtual_memory, format::bytes)),
        ("Read and written", format::or_not_available(disk(process), format::rate)),
        ("Threads", count(process.threads)),
        (super::Column::Handles.title(), count(process.handles)),
        ("Working folder", folder.to_owned()),
    ]
}

/// Asks whether to end the process.
pub fn ask(ui: &Ui, view: View, process: &ProcessId) {
    let ProcessId { name, pid, .. } = process;
    let answers: Vec<(Option<&str>, &str)> = Ending::ALL.iter().map(|how| (None, words(*how))).collect();
    let question = Question {
        title: format!("End {name} ({pid})?"),
        meaning: "What it has not saved can be lost, and what needs it may stop working.".to_owned(),
        answers: &answers,
        leave: "Let it run",
    };
    match question.show(ui, "end process") {
        Some(Answer::Do(number)) => {
            let how = Ending::ALL.get(number).map(|how| MonitorCommand::End(process.clone(), *how));
            how.into_iter().for_each(|command| send(view, command));
        }
        Some(Answer::Leave) => send(view, MonitorCommand::LetRun),
        None => {}
    }
}

const fn words(how: Ending) -> &'static str {
    match how {
        Ending::Ask => "Ask it to end",
        Ending::Force => "End at once",
    }
}
