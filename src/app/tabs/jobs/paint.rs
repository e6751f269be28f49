//! Drawing the Jobs tab.

use eframe::egui::{Align, Layout, RichText, Sense, Ui, UiBuilder, Vec2};

use crate::app::theme::{GAP, SMALL, icons, muted, palette, semibold};
use crate::app::widgets::{Card, button, link, meter, search, segmented, small_button};
use crate::app::{Command, View};
use crate::history::OperationResult;
use crate::jobs::JobView;
use crate::report::theme::Look;
use crate::report::{Chart, Kind, Lines, Series, Unit, XAxis, format};

use super::model::{Measure, kind_words};
use super::{JobsCommand, JobsTab, Period, details, now, plot, table};

/// Height of a running job's row in points.
const ROW: f32 = 28.0;
/// Running jobs in sight; for more there is a bar to scroll.
const ROWS: usize = 4;
/// Width of a running job's bar in points.
const BAR: f32 = 180.0;

/// Buttons of the top bar, added from the right.
pub fn actions(tab: &JobsTab, ui: &mut Ui, view: View) {
    let is_listed = tab.rows() > 0;
    let export = ui.add_enabled_ui(is_listed, |ui| button(ui, Some(icons::EXPORT), "Export…")).inner;
    if export.on_hover_text("Save the listed operations as CSV").clicked() {
        send(view, JobsCommand::AskExport);
    }
    if let Some(period) = segmented(ui, "Period", &Period::ALL, tab.period()) {
        send(view, JobsCommand::ShowPeriod(period));
    }
}

/// The tab itself.
pub fn body(tab: &JobsTab, ui: &mut Ui, view: View) {
    ui.spacing_mut().item_spacing.y = GAP;
    running(ui, view);
    let upper = (ui.available_height() * 0.36).clamp(150.0, 320.0);
    ui.allocate_ui(Vec2::new(ui.available_width(), upper), |ui| over_time(tab, ui, view));
    log(tab, ui, view);
}

/// The chart that can be saved: what is plotted, a line for each kind.
pub fn charts(tab: &JobsTab, look: Look) -> Vec<Chart> {
    let (now, measure) = (now(), tab.measure());
    let mut lines: Vec<Series> = Vec::new();
    for operation in tab.operations().unwrap_or_default() {
        let (x, name) = ((operation.started - now).min(0.0), kind_words(operation));
        let Some(value) = measure.of(operation).filter(|_| x >= -tab.period().seconds()) else { continue };
        let place = lines.iter().position(|line| line.name == name).unwrap_or(lines.len());
        if place == lines.len() {
            lines.push(Series { name: name.to_owned(), color: place, points: Vec::new(), fill: false });
        }
        lines.iter_mut().skip(place).take(1).for_each(|line| line.points.push([x, value]));
    }
    if lines.is_empty() {
        return Vec::new();
    }
    let unit = match measure {
        Measure::Time => Unit::Seconds,
        Measure::Speed => Unit::BytesPerSecond,
        Measure::Memory => Unit::Bytes,
    };
    let x = XAxis::Ago { seconds: tab.period().seconds() };
    let kind = Kind::Lines(Lines { series: lines, x, y: unit, y_max: None, logarithmic: false, limits: Vec::new() });
    let title = format!("Operations: {}", measure.title());
    vec![Chart { title, figure: String::new(), subtitle: String::new(), kind, width: 900.0, height: 320.0, look }]
}

pub(super) fn send(view: View, command: JobsCommand) {
    view.commands.send(Command::Jobs(command));
}

/// What is being done now.
fn running(ui: &mut Ui, view: View) {
    ui.spacing_mut().item_spacing.y = 4.0;
    let jobs = &view.state.jobs;
    let card = Card::new("Running").figure(format::count(jobs.len() as u64));
    card.show(ui, |ui| {
        if jobs.is_empty() {
            ui.label(muted(ui, "Nothing runs now. What takes time shows here how far it is, and can be stopped."));
            return;
        }
        let height = ROW * jobs.len().min(ROWS) as f32;
        eframe::egui::ScrollArea::vertical().id_salt("running").max_height(height).auto_shrink([false, true]).show_rows(
            ui,
            ROW - 4.0,
            jobs.len(),
            |ui, rows| jobs.get(rows).unwrap_or_default().iter().for_each(|job| row(ui, view, job)),
        );
    });
}

fn row(ui: &mut Ui, view: View, job: &JobView) {
    ui.allocate_ui_with_layout(Vec2::new(ui.available_width(), ROW - 4.0), Layout::right_to_left(Align::Center), |ui| {
        ui.set_min_height(ROW - 4.0);
        let cancel = small_button(ui, "Cancel").accessible_name(format!("Cancel: {}", job.title));
        if cancel.on_hover_text(format!("Stop: {}", job.title)).clicked() {
            view.commands.send(Command::CancelJob(job.id));
        }
        if let Some(fraction) = job.progress.fraction {
            meter(ui, BAR, 5.0, fraction as f32, palette(ui).accent);
        }
        ui.label(muted(ui, far(job)).size(12.0));
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            ui.add(eframe::egui::Label::new(RichText::new(&job.title).color(palette(ui).text)).truncate());
        });
    });
}

/// `Reading · 64 % · 8 s left`, or that it waits.
fn far(job: &JobView) -> String {
    if !job.running {
        return "waiting".to_owned();
    }
    let progress = &job.progress;
    let percent = progress.fraction.map(|fraction| format!("{:.0} %", (fraction * 100.0).floor()));
    let phase = (!progress.phase.is_empty()).then(|| progress.phase.clone());
    [phase, percent, progress.left.map(format::left)].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn over_time(tab: &JobsTab, ui: &mut Ui, view: View) {
    ui.spacing_mut().item_spacing.y = 4.0;
    let choice = |ui: &mut Ui| {
        if let Some(measure) = segmented(ui, "Plot", &Measure::ALL, tab.measure()) {
            send(view, JobsCommand::ShowMeasure(measure));
        }
    };
    Card::new(tab.measure().title()).note("each operation where it began").fill().show_with(ui, choice, |ui| {
        let height = (ui.available_height() - 24.0).max(60.0);
        plot::show(tab, ui, view, height);
        legend(ui);
    });
}

fn legend(ui: &mut Ui) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 5.0;
        let results = [OperationResult::Done, OperationResult::Failed(String::new()), OperationResult::Cancelled];
        for (result, words) in results.iter().zip(["done", "failed", "cancelled"]) {
            let (rect, _) = ui.allocate_exact_size(Vec2::splat(9.0), Sense::hover());
            ui.painter().circle_filled(rect.center(), 3.5, plot::color(result, palette(ui)));
            ui.label(RichText::new(words).size(SMALL).color(palette(ui).muted));
            ui.add_space(7.0);
        }
    });
}

fn log(tab: &JobsTab, ui: &mut Ui, view: View) {
    ui.spacing_mut().item_spacing.y = 4.0;
    let controls = |ui: &mut Ui| {
        if let Some(text) = search(ui, "Search operations", "name or kind", 180.0, tab.search()) {
            send(view, JobsCommand::Search(text));
        }
        if let Some(only) = segmented(ui, "List", &[(false, "All"), (true, "Failed")], tab.failed_only()) {
            send(view, JobsCommand::FailedOnly(only));
        }
    };
    Card::new("Operations").figure(format::count(tab.rows() as u64)).fill().show_with(ui, controls, |ui| match tab.operations() {
        None => {
            let words = tab.failure().map_or_else(|| "Reading the log…".to_owned(), ToString::to_string);
            ui.label(muted(ui, words));
        }
        Some([]) => nothing_done(ui, view),
        Some(_) => rows(tab, ui, view),
    });
}

fn rows(tab: &JobsTab, ui: &mut Ui, view: View) {
    let whole = ui.available_rect_before_wrap();
    let Some(operation) = tab.selected() else { return table::show(tab, ui, view) };
    let left = whole.with_max_x(whole.right() - details::WIDTH - GAP);
    let right = whole.with_min_x(whole.right() - details::WIDTH);
    ui.scope_builder(UiBuilder::new().max_rect(left), |ui| table::show(tab, ui, view));
    ui.scope_builder(UiBuilder::new().max_rect(right), |ui| details::show(ui, view, operation));
}

fn nothing_done(ui: &mut Ui, view: View) {
    ui.vertical_centered(|ui| {
        ui.add_space((ui.available_height() * 0.5 - 44.0).max(4.0));
        ui.label(RichText::new("Nothing done yet").font(semibold(15.0)).color(palette(ui).text));
        ui.label(muted(
            ui,
            "What you open, export, compare or record stands here with its time and memory, also from the command line.",
        ));
        ui.add_space(4.0);
        if link(ui, "Open a file…").clicked() {
            view.commands.send(Command::OpenDialog);
        }
    });
}
