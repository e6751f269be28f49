//! The cards at the left: the sheet, memory, the proof, findings, steps.

use eframe::egui::{Align, ComboBox, Label, Layout, RichText, Sense, Stroke, Ui, Vec2};

use crate::app::theme::{BODY, GAP, icons, medium, muted, palette, semibold};
use crate::app::widgets::{Card, Tone, finding, link, meter, small_button, toggle};
use crate::app::{Command, View};
use crate::report::format;

use super::findings::{Action, FIRST, Finding, Weight};
use super::model::{Gain, Shown, level_words, step_words};
use super::{Change, DataCommand, DataTab, opening, work};

/// Size of the figure that matters.
const FIGURE: f32 = 34.0;
/// Thickness of the two bars in points.
const BAR: f32 = 10.0;
/// Size of the text that gives context.
const SECOND: f32 = 12.0;
/// Height of a step's row in points.
const STEP: f32 = 26.0;

/// Draws the cards.
pub fn show(tab: &DataTab, shown: &Shown, ui: &mut Ui, view: View) {
    let cards: [fn(&DataTab, &Shown, &mut Ui, View); 6] = [sheet, memory, proof, opening::card, findings, steps];
    for card in cards {
        let before = ui.cursor().top();
        card(tab, shown, ui, view);
        if ui.cursor().top() > before {
            ui.add_space(GAP - ui.spacing().item_spacing.y);
        }
    }
}

fn sheet(tab: &DataTab, shown: &Shown, ui: &mut Ui, view: View) {
    let source = &shown.report().source;
    if source.sheets.len() < 2 {
        return;
    }
    // The first sheet comes without asking.
    let first = source.sheets.first().map(String::as_str).unwrap_or_default();
    let current = if tab.wanted.path == shown.path {
        tab.wanted.read.sheet.as_deref().unwrap_or(first)
    } else {
        source.sheet.as_deref().unwrap_or(first)
    };
    let choice = |ui: &mut Ui| {
        let width = (ui.available_width() - 150.0).clamp(80.0, 200.0);
        let combo = ComboBox::from_id_salt("sheet").selected_text(current).width(width).truncate();
        let response = combo.show_ui(ui, |ui| {
            for sheet in &source.sheets {
                if ui.selectable_label(sheet == current, sheet).clicked() && sheet != current {
                    let sheet = work::chosen_sheet(shown, sheet.clone());
                    view.commands.send(Command::Data(DataCommand::Change(Change::Sheet(sheet))));
                }
            }
        });
        response.response.accessible_name("Sheet");
    };
    let note = format!("{} in the workbook", format::count(source.sheets.len() as u64));
    Card::new("Sheet").note(note).show_with(ui, choice, |_| ());
}

fn memory(_: &DataTab, shown: &Shown, ui: &mut Ui, _: View) {
    let (memory, palette) = (&shown.memory, palette(ui));
    Card::new("Memory").show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 10.0;
            let color = if memory.smaller { palette.good_text } else { palette.text };
            ui.label(RichText::new(&memory.change).font(semibold(FIGURE)).color(color));
            ui.label(muted(ui, &memory.sizes));
        });
        for (name, size, share, color) in [
            ("as loaded", &memory.before, memory.bars[0], palette.before),
            ("optimised", &memory.after, memory.bars[1], palette.good),
        ] {
            ui.label(muted(ui, format!("{name} · {size}")).size(SECOND));
            meter(ui, ui.available_width(), BAR, share, color);
            ui.add_space(2.0);
        }
        ui.add_space(2.0);
        ui.label(muted(ui, &memory.pandas).size(SECOND));
        if let Some(left_out) = &memory.left_out {
            ui.label(muted(ui, left_out).size(SECOND));
        }
    });
}

fn proof(_: &DataTab, shown: &Shown, ui: &mut Ui, _: View) {
    let (proof, palette) = (&shown.proof, palette(ui));
    let (title, icon, color) = match proof.lossless {
        true => ("Nothing lost", icons::CHECK, palette.good_text),
        false => ("Values differ", icons::WARNING, palette.bad_text),
    };
    Card::new(title).show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            ui.label(RichText::new(icon).color(color));
            ui.add(Label::new(RichText::new(&proof.compared).font(medium(BODY)).color(color)).wrap());
        });
        ui.label(muted(ui, format!("{} Your file was not touched.", proof.spelling)).size(SECOND));
        ui.label(muted(ui, &proof.time).size(SECOND));
    });
}

fn findings(tab: &DataTab, shown: &Shown, ui: &mut Ui, view: View) {
    if shown.findings.is_empty() {
        return;
    }
    let count = format::count(shown.findings.len() as u64);
    Card::new("Look at this").figure(count).figure_size(14.0).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 6.0;
        let all = shown.findings.len();
        // One that is left is shown in the place of the words that it is left.
        let first = if tab.all_findings || all == FIRST + 1 { all } else { FIRST };
        for found in shown.findings.iter().take(first) {
            one_finding(ui, view, found);
        }
        let words = if first < all { format!("Show all {}", format::count(all as u64)) } else { "Show fewer".into() };
        if all > FIRST + 1 && link(ui, &words).clicked() {
            view.commands.send(Command::Data(DataCommand::AllFindings(!tab.all_findings)));
        }
    });
}

impl From<Weight> for Tone {
    fn from(weight: Weight) -> Self {
        match weight {
            Weight::Hint => Self::Good,
            Weight::Note => Self::Warn,
            Weight::Wrong => Self::Bad,
        }
    }
}

fn one_finding(ui: &mut Ui, view: View, found: &Finding) {
    finding(ui, found.weight.into(), |ui| {
        if !found.actions.is_empty() {
            ui.label(RichText::new(&found.text).color(palette(ui).text));
            ui.add_space(4.0);
            ui.horizontal_wrapped(|ui| {
                found.actions.iter().for_each(|action| one_action(ui, view, found, action));
                show_place(ui, view, found);
            });
            return;
        }
        // The link at the right takes its room first, so that the sentence wraps beside it.
        ui.with_layout(Layout::right_to_left(Align::Min), |ui| {
            show_place(ui, view, found);
            ui.with_layout(Layout::top_down(Align::Min), |ui| ui.label(RichText::new(&found.text).color(palette(ui).text)));
        });
    });
}

fn show_place(ui: &mut Ui, view: View, found: &Finding) {
    let Some(place) = found.place else { return };
    if link(ui, "Show").accessible_name(format!("{}: {}", place.action(), found.text)).clicked() {
        view.commands.send(Command::Data(DataCommand::Show(place)));
    }
}

fn one_action(ui: &mut Ui, view: View, found: &Finding, action: &Action) {
    let response = small_button(ui, &action.title).accessible_name(format!("{}: {}", action.title, found.text));
    if response.on_hover_text(&action.meaning).clicked() {
        view.commands.send(Command::Data(DataCommand::Change(action.change.clone())));
    }
}

fn steps(tab: &DataTab, shown: &Shown, ui: &mut Ui, view: View) {
    Card::new("Steps").show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for gain in &shown.gains {
            one_step(tab, ui, view, gain);
        }
        ui.add_space(5.0);
        ui.label(muted(ui, level_words(tab.wanted.level)).size(SECOND));
        if let Some((level, words)) = shown.next_level.as_ref().filter(|(level, _)| *level != tab.wanted.level)
            && link(ui, words).on_hover_text(level_words(*level)).clicked()
        {
            view.commands.send(Command::Data(DataCommand::Change(Change::Level(*level))));
        }
    });
}

fn one_step(tab: &DataTab, ui: &mut Ui, view: View, gain: &Gain) {
    let (palette, step) = (palette(ui), gain.step);
    let row = ui.allocate_ui_with_layout(Vec2::new(ui.available_width(), STEP), Layout::right_to_left(Align::Center), |ui| {
        ui.set_min_height(STEP);
        let on = tab.wanted.steps.has(step);
        let applies = work::applies(step, tab.wanted.level);
        ui.add_enabled_ui(applies, |ui| {
            if toggle(ui, step.title(), on && applies).on_hover_text(step_words(step)).clicked() {
                view.commands.send(Command::Data(DataCommand::Change(Change::Step(step, !on))));
            }
        });
        let color = if gain.gained { palette.text } else { palette.hint };
        ui.add_space(4.0);
        ui.label(RichText::new(&gain.text).color(color));
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            ui.add(Label::new(RichText::new(step.title()).color(palette.text)).truncate().sense(Sense::hover()))
                .on_hover_text(step_words(step));
        });
    });
    let rect = row.response.rect;
    ui.painter().hline(rect.x_range(), rect.bottom(), Stroke::new(1.0, palette.line));
}
