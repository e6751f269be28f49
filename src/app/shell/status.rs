//! The status bar: the machine's state in a sentence, the running job, and what this program itself costs.

use eframe::egui::{Align, Label, Layout, RichText, Role, Sense, Ui, Vec2, WidgetInfo};

use crate::app::command::Command;
use crate::app::condition::{BEFORE, Level};
use crate::app::state::View;
use crate::app::theme::{SMALL, medium, muted, palette};
use crate::app::widgets::{Tone, meter, progress_words, small_button};
use crate::jobs::JobView;
use crate::report::format;
use crate::sampler::Snapshot;

/// Width of the bar of a job in points.
const BAR: f32 = 120.0;
/// How much of its colour the ground of the word has: more, and the word could not be read on it.
const PILL: f32 = 0.12;

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
                let condition = view.state.overview.condition();
                if let Some(condition) = condition {
                    pill(ui, condition.level);
                }
                let sentence = condition.map_or(BEFORE, |condition| condition.sentence.as_str());
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
    let far = Some(progress_words(&job.progress)).filter(|words| !words.is_empty());
    [Some(job.title.clone()), far].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// The machine's state in one word, on a ground of its colour.
fn pill(ui: &mut Ui, level: Level) {
    let (palette, tone) = (palette(ui), Tone::from(level));
    let words = ui.painter().layout_no_wrap(level.word().to_owned(), medium(SMALL), tone.text(palette));
    let (rect, response) = ui.allocate_exact_size(words.size() + Vec2::new(16.0, 4.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, level.word()));
    ui.painter().rect_filled(rect, rect.height() / 2.0, tone.mark(palette).gamma_multiply(PILL));
    ui.painter().galley(rect.center() - words.size() / 2.0, words, tone.text(palette));
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
    fn it_says_what_the_program_itself_costs() {
        assert_eq!(cost(&example(1)[0]), "Tachograph: CPU 0.2 % · 101 MB");
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
