//! The question that is asked before something is done that cannot be taken back.

use eframe::egui::{Align, Frame, Id, Label, Layout, Margin, Modal, RichText, Ui};

use crate::app::theme::{muted, palette, semibold};

use super::{button, primary};

/// Width of the question in points.
const WIDTH: f32 = 420.0;

/// A question over the tab. Esc is the window's own: it closes what lies on top.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// What is asked: `Clear memory?`
    pub title: String,
    /// What that means.
    pub meaning: String,
    /// What can be done, each with its icon where it has one; the first is the main one.
    pub answers: &'a [(Option<&'a str>, &'a str)],
    /// What does nothing: `Keep`.
    pub leave: &'a str,
}

/// What was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Do this one of what can be done.
    Do(usize),
    /// Do nothing.
    Leave,
}

impl Question<'_> {
    /// Asks; `id` is that of no other question.
    pub fn show(&self, ui: &Ui, id: &str) -> Option<Answer> {
        let modal = Modal::new(Id::unique(id)).frame(dialog_frame(ui)).show(ui.ctx(), |ui| {
            ui.set_width(WIDTH);
            ui.add(Label::new(RichText::new(&self.title).font(semibold(15.0)).color(palette(ui).text)).wrap());
            ui.label(muted(ui, &self.meaning));
            ui.add_space(12.0);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| self.answers(ui)).inner
        });
        modal.inner.or_else(|| modal.should_close().then_some(Answer::Leave))
    }

    fn answers(&self, ui: &mut Ui) -> Option<Answer> {
        let mut answer = None;
        for (number, (icon, words)) in self.answers.iter().enumerate() {
            let chosen = if number == 0 { primary(ui, *icon, words) } else { button(ui, *icon, words) };
            if chosen.clicked() {
                answer = Some(Answer::Do(number));
            }
        }
        if button(ui, None, self.leave).clicked() { Some(Answer::Leave) } else { answer }
    }
}

/// The frame of a dialog inside the window.
pub fn dialog_frame(ui: &Ui) -> Frame {
    Frame::popup(ui.style()).inner_margin(Margin::same(16))
}
