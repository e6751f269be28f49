//! The card of the machine's state: a word, a sentence, and five facts.

use eframe::egui::{Label, RichText, Ui};

use crate::app::condition::{BEFORE, Condition, Level};
use crate::app::theme::{BODY, SMALL, icons, muted, palette, semibold};
use crate::app::widgets::{Card, Tone, columns};

use super::super::OverviewTab;
use super::super::model::{Fact, facts};

/// Height of the card in points, and of a line of further sentences.
const HEIGHT: f32 = 138.0;
const LINE: f32 = 20.0;
/// Height of a fact.
const FACT: f32 = 38.0;
/// Size of the word, and of the sentence.
const WORD: f32 = 22.0;
const SENTENCE: f32 = 15.0;

impl From<Level> for Tone {
    fn from(level: Level) -> Self {
        match level {
            Level::Good => Self::Good,
            Level::Warn => Self::Warn,
            Level::Bad => Self::Bad,
        }
    }
}

/// Height of the card in points.
pub fn height(tab: &OverviewTab) -> f32 {
    let has_more = tab.condition().is_some_and(|condition| !condition.more.is_empty());
    HEIGHT + if has_more { LINE } else { 0.0 }
}

/// Draws it.
pub fn show(tab: &OverviewTab, ui: &mut Ui) {
    ui.spacing_mut().item_spacing.y = 4.0;
    Card::new("This computer").fill().show(ui, |ui| {
        match tab.condition() {
            Some(condition) => told(condition, ui),
            None => sentence(ui, "Measuring", icons::HOURGLASS, None, BEFORE),
        }
        ui.add_space(2.0);
        let facts = tab.newest().map(|newest| facts(newest, tab.swapped()));
        columns(ui, FACT, &[1.0; 5], |index, ui| {
            if let Some(one) = facts.as_ref().and_then(|facts| facts.get(index)) {
                fact(ui, one);
            }
        });
    });
}

fn told(condition: &Condition, ui: &mut Ui) {
    let icon = match condition.level {
        Level::Good => icons::CHECK_CIRCLE,
        Level::Warn => icons::WARNING,
        Level::Bad => icons::WARNING_OCTAGON,
    };
    sentence(ui, condition.level.word(), icon, Some(condition.level.into()), &condition.sentence);
    if !condition.more.is_empty() {
        ui.add(Label::new(muted(ui, condition.more.join(" "))).truncate());
    }
}

fn sentence(ui: &mut Ui, word: &str, icon: &str, tone: Option<Tone>, text: &str) {
    let palette = palette(ui);
    let color = tone.map_or(palette.muted, |tone| tone.text(palette));
    ui.horizontal(|ui| {
        ui.set_min_height(30.0);
        ui.label(RichText::new(icon).size(WORD).color(color));
        ui.label(RichText::new(word).font(semibold(WORD)).color(color));
        ui.add_space(4.0);
        ui.add(Label::new(RichText::new(text).size(SENTENCE).color(palette.text)).truncate());
    });
}

fn fact(ui: &mut Ui, fact: &Fact) {
    ui.spacing_mut().item_spacing.y = 2.0;
    ui.add(Label::new(muted(ui, fact.name).size(SMALL)).truncate());
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        ui.spacing_mut().interact_size.y = 20.0;
        ui.add(Label::new(RichText::new(&fact.value).font(semibold(BODY + 1.0)).color(palette(ui).text)).truncate());
        ui.add(Label::new(RichText::new(&fact.more).size(12.0).color(palette(ui).hint)).truncate());
    });
}
