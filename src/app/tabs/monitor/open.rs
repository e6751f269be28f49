//! What the process that is looked at has open, and its threads.

use eframe::egui::{Align, Label, Layout, RichText, ScrollArea, Ui};

use crate::app::theme::{SMALL, muted, palette};
use crate::report::format;
use crate::sampler::{FileKind, OpenFile, OpenFiles, ProcessDetails, ThreadRow};

use super::Looked;

/// Height of a row in points.
const ROW: f32 = 18.0;

/// Threads with their names and CPU use, which is shown divided by `cpus`.
pub fn threads(ui: &mut Ui, looked: &Looked, cpus: f64) {
    let Some(threads) = told(ui, looked, |details| details.threads.as_ref()) else { return };
    rows(ui, "threads of a process", threads, |ui, thread| {
        let percent = thread.cpu_percent_of_one.map(|percent| format::percent_fine(f64::from(percent) / cpus));
        row(ui, &thread.name, &percent.unwrap_or_else(|| "–".to_owned())).on_hover_text(words(thread));
    });
}

fn words(thread: &ThreadRow) -> String {
    format!("Thread {}, {} of CPU time so far", thread.id, format::seconds(thread.cpu_time.as_secs_f64()))
}

/// Open files, how many of each kind first.
pub fn files(ui: &mut Ui, looked: &Looked) {
    let Some(files) = told(ui, looked, |details| details.files.as_ref()) else { return };
    ui.label(muted(ui, counts(files)).size(SMALL));
    rows(ui, "files of a process", &files.list, |ui, file| {
        row(ui, &file.name, name(file)).on_hover_text(file.name.as_ref());
    });
}

fn name(file: &OpenFile) -> &'static str {
    FileKind::ALL.iter().find(|(kind, ..)| *kind == file.kind).map_or("", |(_, one, _)| one)
}

/// Such as `3 files · 1 socket`.
fn counts(files: &OpenFiles) -> String {
    let told = |(kind, one, many): &(FileKind, &str, &str)| {
        let count = files.count(*kind) as u64;
        (count > 0).then(|| format::counted(count, one, many))
    };
    let mut told: Vec<String> = FileKind::ALL.iter().filter_map(told).collect();
    if files.has_more {
        told.push("and more".to_owned());
    }
    if told.is_empty() { "none".to_owned() } else { told.join(" · ") }
}

/// What is told of the process; else it is said that it is being read, or not available.
fn told<'a, T>(ui: &mut Ui, looked: &'a Looked, get: impl Fn(&'a ProcessDetails) -> Option<&'a T>) -> Option<&'a T> {
    let told = looked.details().and_then(get);
    if told.is_none() {
        let words = if looked.is_being_read() { "…" } else { format::NOT_AVAILABLE };
        ui.label(muted(ui, words).size(SMALL)).on_hover_text("Linux tells this, and only of programs of your own.");
    }
    told
}

/// Draws the rows that are in sight.
fn rows<T>(ui: &mut Ui, id: &str, list: &[T], mut draw: impl FnMut(&mut Ui, &T)) {
    ui.spacing_mut().interact_size.y = ROW;
    ScrollArea::vertical().id_salt(id).auto_shrink(false).show_rows(ui, ROW, list.len(), |ui, seen| {
        for one in list.get(seen).unwrap_or_default() {
            draw(ui, one);
        }
    });
}

/// Words at the left, cut where they are too long, and a figure at the right.
fn row(ui: &mut Ui, words: &str, figure: &str) -> eframe::egui::Response {
    let color = palette(ui).text;
    let response = ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.label(muted(ui, figure).size(SMALL));
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.add(Label::new(RichText::new(words).size(SMALL).color(color)).truncate())
            })
            .inner
        })
        .inner
    });
    response.inner
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_counted_in_words() {
        let file = |number, kind| OpenFile { number, kind, name: "x".into() };
        let list = vec![file(0, FileKind::Pipe), file(3, FileKind::File), file(4, FileKind::File)];
        assert_eq!(counts(&OpenFiles { list, has_more: false }), "2 files · 1 pipe");
        assert_eq!(counts(&OpenFiles::default()), "none");
        assert_eq!(counts(&OpenFiles { list: vec![file(0, FileKind::Socket)], has_more: true }), "1 socket · and more");
    }
}
