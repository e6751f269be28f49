//! What can be chosen for one column: whether it is shrunk, by which steps, how its cells are read, whether it is wanted at all.

use eframe::egui::{Align, Checkbox, Layout, RichText, Ui};

use crate::app::theme::{BODY, SMALL, icons, medium, muted, palette};
use crate::app::widgets::{icon_menu, menu_item, toggle};
use crate::app::{Command, View};
use crate::data::{Choice, ColumnReport, Level, Step, Steps, SuggestionKind};
use crate::report::format;

use super::model::{STEPS, Shown, step_words};
use super::types::TypeName;
use super::wanted::Wanted;
use super::{Change, DataCommand, DataTab, work};

/// Width of the switch and the menu beside a column, in points.
pub const WIDTH: f32 = 64.0;
/// Width of the menu in points.
const MENU: f32 = 250.0;

/// Draws the switch and the menu.
pub fn show(tab: &DataTab, shown: &Shown, ui: &mut Ui, view: View, column: &ColumnReport) {
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        icon_menu(ui, icons::DOTS_THREE_VERTICAL, &format!("Choices for {}", column.name), |ui| menu(tab, shown, ui, view, column));
        if let Some(on) = switch(&tab.wanted, column) {
            let hover = if on { "Keep this column as loaded" } else { "Make this column smaller" };
            if toggle(ui, &format!("Shrink {}", column.name), on).on_hover_text(hover).clicked() {
                let steps = on.then_some(Steps::NONE);
                send(view, Change::ColumnSteps(column.name.clone(), steps));
            }
        }
    });
}

fn send(view: View, change: Change) {
    view.commands.send(Command::Data(DataCommand::Change(change)));
}

/// Whether a column is shrunk; none where nothing is to be gained, or it is left out.
fn switch(wanted: &Wanted, column: &ColumnReport) -> Option<bool> {
    let kept = wanted.column_steps.get(&column.name) == Some(&Steps::NONE);
    (!column.left_out && (kept || column.step.is_some())).then_some(!kept)
}

fn menu(tab: &DataTab, shown: &Shown, ui: &mut Ui, view: View, column: &ColumnReport) {
    ui.set_width(MENU);
    ui.label(RichText::new(&column.name).font(medium(BODY)).color(palette(ui).text));
    let (name, wanted) = (&column.name, &tab.wanted);
    if column.left_out {
        if menu_item(ui, icons::PLUS, "Put it back") {
            send(view, Change::PutBack(name.clone()));
        }
        return;
    }
    if menu_item(ui, icons::EYE_SLASH, "Leave it out") {
        send(view, Change::LeaveOut(vec![name.clone()]));
    }
    blanks(wanted, shown, ui, view, name);
    readings(wanted, ui, view, column);
    ui.separator();
    ui.label(muted(ui, "Steps for this column").size(SMALL));
    steps(wanted, ui, view, column);
    if wanted.column_steps.contains_key(name) && menu_item(ui, icons::ARROW_U_UP_LEFT, "As for the whole table") {
        send(view, Change::ColumnSteps(name.clone(), None));
    }
}

fn blanks(wanted: &Wanted, shown: &Shown, ui: &mut Ui, view: View, name: &String) {
    let suggested =
        |suggestion: &crate::data::Suggestion| suggestion.kind == SuggestionKind::Blanks && suggestion.columns.contains(name);
    if wanted.read.trim.contains(name) {
        if menu_item(ui, icons::ARROW_U_UP_LEFT, "Keep blanks at the ends of its cells") {
            send(view, Change::Trim(name.clone(), false));
        }
    } else if shown.report().suggestions.iter().any(suggested)
        && menu_item(ui, icons::SCISSORS, "Cut blanks at the ends of its cells")
    {
        send(view, Change::Trim(name.clone(), true));
    }
}

/// The ways in which its cells can be read, where there are two.
fn readings(wanted: &Wanted, ui: &mut Ui, view: View, column: &ColumnReport) {
    let chosen = wanted.choices.columns.get(&column.name);
    if column.readings.is_empty() && chosen.is_none() {
        return;
    }
    ui.separator();
    ui.label(muted(ui, "Read its cells").size(SMALL));
    for reading in &column.readings {
        if ui.radio(false, &reading.words).clicked() {
            send(view, Change::Read(column.name.clone(), Some(reading.key)));
            ui.close();
        }
    }
    if let Some(chosen) = chosen.copied() {
        let _ = ui.radio(true, format!("with {}", chosen.title()));
        let other = other(chosen);
        if ui.radio(false, format!("with {}", other.title())).clicked() {
            send(view, Change::Read(column.name.clone(), Some(other)));
            ui.close();
        }
        if ui.radio(false, "as text, where there is doubt").clicked() {
            send(view, Change::Read(column.name.clone(), None));
            ui.close();
        }
    }
}

fn other(choice: Choice) -> Choice {
    match choice {
        Choice::Dmy => Choice::Mdy,
        Choice::Mdy => Choice::Dmy,
        Choice::Comma => Choice::Point,
        Choice::Point => Choice::Comma,
    }
}

fn steps(wanted: &Wanted, ui: &mut Ui, view: View, column: &ColumnReport) {
    let steps = wanted.column_steps.get(&column.name).copied().unwrap_or(wanted.steps);
    for step in STEPS {
        let mut on = steps.has(step);
        let applies = work::applies(step, wanted.level);
        let text = format!("{}{}", step.title(), gain(column, step, wanted.level));
        let response = ui.add_enabled(applies, Checkbox::new(&mut on, text)).on_hover_text(step_words(step));
        if response.accessible_name(format!("{} for {}", step.title(), column.name)).changed() {
            let steps = steps.with(step, on);
            send(view, Change::ColumnSteps(column.name.clone(), (steps != wanted.steps).then_some(steps)));
        }
    }
}

/// What a step did for the column, or would do: ` · −31 MB`, ` · Date, −4 MB possible`.
fn gain(column: &ColumnReport, step: Step, level: Level) -> String {
    let saved = column.saved_bytes();
    if column.step == Some(step) && saved != 0 {
        return format!(" · {}", format::bytes_change(-saved));
    }
    match column.possible.as_ref().filter(|gain| gain.step == step) {
        Some(gain) if work::applies(step, level) => {
            let change = gain.bytes as i64 - column.after.bytes as i64;
            format!(" · {}, {} possible", TypeName::of(&gain.kind).short, format::bytes_change(change))
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Gain, Stored};

    fn column() -> ColumnReport {
        let stored = |kind: &str, bytes| Stored { kind: kind.into(), bytes };
        ColumnReport {
            name: "paid".into(),
            before: stored("String", 30_000_000),
            after: stored("Enum(9)", 2_000_000),
            step: Some(Step::Categories),
            possible: Some(Gain { step: Step::Dates, kind: "Date".into(), bytes: 1_500_000, lossless: true }),
            ..ColumnReport::default()
        }
    }

    #[test]
    fn a_column_has_a_switch_where_something_was_gained() {
        let (start, column) = (Wanted::of("a.csv".into(), Level::Balanced), column());
        assert_eq!(switch(&start, &column), Some(true));
        assert_eq!(switch(&start.with(Change::ColumnSteps("paid".into(), Some(Steps::NONE))), &column), Some(false));
        assert_eq!(switch(&start, &ColumnReport { step: None, ..column.clone() }), None);
        assert_eq!(switch(&start, &ColumnReport { left_out: true, ..column }), None);
    }

    #[test]
    fn a_step_tells_its_gain_for_the_column() {
        let column = column();
        assert_eq!(gain(&column, Step::Categories, Level::Balanced), " · −28 MB");
        assert_eq!(gain(&column, Step::Dates, Level::Balanced), " · Date, −500 KB possible");
        assert_eq!(gain(&column, Step::Integers, Level::Balanced), "");
    }
}
