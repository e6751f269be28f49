//! The status bar: the machine's state in a sentence, the running job, and what this program itself costs.

use eframe::egui::{Align, Label, Layout, RichText, Ui};

use crate::app::command::Command;
use crate::app::state::View;
use crate::app::tabs::monitor::{cpu_percent, fullest};
use crate::app::theme::{muted, palette};
use crate::app::widgets::{meter, small_button};
use crate::jobs::JobView;
use crate::report::format;
use crate::sampler::Snapshot;

/// Width of the bar of a job in points.
const BAR: f32 = 120.0;

/// Draws the bar.
pub fn show(ui: &mut Ui, view: View) {
    ui.style_mut().override_text_style = None;
    ui.horizontal_centered(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let latest = view.state.monitor.newest();
            let cost = muted(ui, latest.map(cost).unwrap_or_default()).size(12.0);
            ui.label(cost).on_hover_text("What Tachograph itself uses: CPU of the whole machine, and memory");
            ui.add_space(8.0);
            match view.state.jobs.first() {
                Some(job) => show_job(ui, view, job),
                None => drop(ui.label(muted(ui, "No jobs running").size(12.0))),
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let sentence = latest.map_or_else(|| "Taking the first sample…".to_owned(), sentence);
                ui.add(Label::new(muted(ui, sentence).size(12.0)).truncate());
            });
        });
    });
}

/// From the right: Cancel, the bar, what is done.
fn show_job(ui: &mut Ui, view: View, job: &JobView) {
    if small_button(ui, "Cancel").on_hover_text(format!("Stop: {}", job.title)).clicked() {
        view.commands.send(Command::CancelJob(job.id));
    }
    if let Some(fraction) = job.progress.fraction {
        meter(ui, BAR, 5.0, fraction as f32, palette(ui).accent);
    }
    let more = match view.state.jobs.len() {
        0 | 1 => String::new(),
        jobs => format!(" · {} more waiting", jobs - 1),
    };
    let words = RichText::new(job_words(job) + &more).size(12.0).color(palette(ui).text);
    ui.add(Label::new(words).truncate());
}

/// `Opening bills.csv · Reading · 64 % · 8 s left`.
fn job_words(job: &JobView) -> String {
    let progress = &job.progress;
    let percent = progress.fraction.map(|fraction| format!("{:.0} %", (fraction * 100.0).floor()));
    let left = progress.left.map(format::left);
    let phase = (!progress.phase.is_empty()).then(|| progress.phase.clone());
    [Some(job.title.clone()), phase, percent, left].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// What is true now, in a sentence.
fn sentence(snapshot: &Snapshot) -> String {
    let cpu = cpu_percent(f64::from(snapshot.cpu_percent));
    let memory = match snapshot.memory.total {
        0 => format::NOT_AVAILABLE.to_owned(),
        total => format::percent(snapshot.memory.used as f64 / total as f64 * 100.0),
    };
    let disk = fullest(snapshot).map(|(disk, used)| format!(" Disk {} is {} full.", disk.mount, format::percent(used)));
    format!("CPU at {cpu}, memory at {memory}.{}", disk.unwrap_or_default())
}

fn cost(snapshot: &Snapshot) -> String {
    let own = &snapshot.this_program;
    format!("Tachograph: CPU {} · {}", format::percent_fine(f64::from(own.cpu_percent)), format::bytes(own.memory))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::jobs::{JobId, ProgressView};
    use crate::sampler::example;

    #[test]
    fn the_sentence_says_what_is_true_now() {
        let snapshot = &example(1)[0];
        assert_eq!(sentence(snapshot), "CPU at 50 %, memory at 38 %. Disk / is 75 % full.");
        assert_eq!(cost(snapshot), "Tachograph: CPU 0.2 % · 101 MB");
        assert_eq!(sentence(&Snapshot::default()), "CPU at 0 %, memory at not available.");
    }

    #[test]
    fn a_job_says_only_what_it_knows() {
        let progress = ProgressView { phase: "Reading".into(), fraction: Some(0.649), left: Some(Duration::from_secs(8)) };
        let mut job = JobView { id: JobId(1), title: "Opening bills.csv".into(), running: true, progress };
        assert_eq!(job_words(&job), "Opening bills.csv · Reading · 64 % · 8 s left");
        job.progress = ProgressView { phase: String::new(), fraction: None, left: None };
        assert_eq!(job_words(&job), "Opening bills.csv");
    }
}
