//! The controls of the sheet of choices: each shows what holds now, and what was detected where that is another.

use eframe::egui::{Align, ComboBox, DragValue, Label, Layout, RichText, TextEdit, TextWrapMode, Ui, Vec2};

use crate::app::View;
use crate::app::theme::{SMALL, hint, palette};
use crate::app::widgets::{link, small_button, toggle};
use crate::data::{Doubt, Preview};

use super::paint::send;
use super::{OpeningCommand, Setting, Sheet, words};

/// Height of a control's row, width of its name and of the control itself, in points.
const ROW: f32 = 32.0;
const NAME: f32 = 128.0;
const CONTROL: f32 = 164.0;
/// Most lines that can be left out above the table.
const MOST_LINES: u64 = 1_000_000;

/// What a control says beside itself.
enum Note {
    /// What it shows was found out.
    Detected,
    /// It was chosen; this was found out, and the choice can be taken back.
    Chosen(String, Setting),
    /// Each column tells for itself.
    None,
    /// Nothing tells; only a person can know.
    Open,
}

/// Draws the controls that the file has, in two columns.
pub fn show(sheet: &Sheet, preview: &Preview, ui: &mut Ui, view: View) {
    let text = preview.source.delimiter.is_some();
    let all: [(bool, Control); 9] = [
        (preview.source.sheets.len() > 1, sheets),
        (!preview.source.sheets.is_empty(), cells),
        (text, separator),
        (text, first_row),
        (text, encoding),
        (text, lines),
        (text, quotes),
        (true, decimals),
        (true, dates),
    ];
    let shown: Vec<Control> = all.into_iter().filter(|(there, _)| *there).map(|(_, control)| control).collect();
    ui.spacing_mut().item_spacing.y = 0.0;
    for pair in shown.chunks(2) {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 16.0;
            let width = (ui.available_width() - 16.0) / 2.0;
            for control in pair {
                ui.allocate_ui_with_layout(Vec2::new(width, ROW), Layout::left_to_right(Align::Center), |ui| {
                    ui.set_min_size(Vec2::new(width, ROW));
                    ui.spacing_mut().item_spacing.x = 8.0;
                    control(sheet, preview, ui, view);
                });
            }
        });
    }
}

type Control = fn(&Sheet, &Preview, &mut Ui, View);

fn set(view: View, setting: Setting) {
    send(view, OpeningCommand::Set(setting));
}

/// A control with its name before it and its note behind it.
fn row(ui: &mut Ui, view: View, name: &str, note: Note, control: impl FnOnce(&mut Ui)) {
    ui.allocate_ui_with_layout(Vec2::new(NAME, ROW), Layout::left_to_right(Align::Center), |ui| {
        ui.set_min_width(NAME);
        ui.add(Label::new(RichText::new(name).color(palette(ui).muted)).truncate());
    });
    ui.allocate_ui_with_layout(Vec2::new(CONTROL, ROW), Layout::left_to_right(Align::Center), |ui| {
        ui.set_min_width(CONTROL);
        control(ui);
    });
    match note {
        Note::Detected => {
            ui.label(hint(ui, "detected"));
        }
        Note::None => {}
        Note::Open => {
            ui.label(RichText::new("please choose").size(SMALL).color(palette(ui).warn_text));
        }
        Note::Chosen(detected, back) => {
            ui.style_mut().wrap_mode = Some(TextWrapMode::Truncate);
            let known = !detected.is_empty();
            let text = if known { format!("Detected: {detected}") } else { "As detected".to_owned() };
            let full = if known { format!("{name} as detected: {detected}") } else { format!("{name} as detected") };
            let response = link(ui, &text).accessible_name(full);
            if response.on_hover_text("Take this again").clicked() {
                set(view, back);
            }
        }
    }
}

fn note(chosen: bool, detected: impl Into<String>, back: Setting) -> Note {
    let detected = detected.into();
    match chosen {
        true => Note::Chosen(detected, back),
        false if detected.is_empty() => Note::None,
        false => Note::Detected,
    }
}

/// `text` where anything was found out about the file.
fn where_known(preview: &Preview, text: String) -> String {
    if preview.detected.encoding.is_some() { text } else { String::new() }
}

/// A list to choose from. Gives what was chosen now.
fn combo<T: Clone + PartialEq>(ui: &mut Ui, name: &str, shown: &str, offered: &[(T, String)], current: Option<&T>) -> Option<T> {
    let mut chosen = None;
    let combo = ComboBox::from_id_salt(name).selected_text(shown).width(CONTROL).truncate();
    let response = combo.show_ui(ui, |ui| {
        for (value, title) in offered {
            if ui.selectable_label(current == Some(value), title).clicked() {
                chosen = Some(value.clone());
            }
        }
    });
    response.response.accessible_name(name);
    chosen
}

fn named<T: Clone>(offered: &[(T, &str)]) -> Vec<(T, String)> {
    offered.iter().map(|(value, title)| (value.clone(), (*title).to_owned())).collect()
}

fn sheets(sheet: &Sheet, preview: &Preview, ui: &mut Ui, view: View) {
    let detected = preview.detected.sheet.clone().unwrap_or_default();
    let current = preview.source.sheet.clone().unwrap_or_default();
    let filled = if preview.filled_sheets.is_empty() { &preview.source.sheets } else { &preview.filled_sheets };
    let offered: Vec<(String, String)> = filled.iter().map(|name| (name.clone(), name.clone())).collect();
    row(ui, view, "Sheet to read", note(sheet.read.sheet.is_some(), detected, Setting::Sheet(None)), |ui| {
        if let Some(name) = combo(ui, "Sheet to read", &current, &offered, Some(&current)) {
            set(view, Setting::Sheet(Some(name)));
        }
    });
}

fn cells(sheet: &Sheet, _: &Preview, ui: &mut Ui, view: View) {
    let note = match sheet.read.range {
        Some(_) => Note::Chosen("all".into(), Setting::Cells(String::new())),
        None => Note::None,
    };
    row(ui, view, "Cells to read", note, |ui| {
        let mut edited = sheet.cells.clone();
        let field =
            TextEdit::singleline(&mut edited).desired_width(CONTROL - 16.0).char_limit(24).hint_text("All, or a part: B2:F100");
        ui.add(field).accessible_name("Cells to read");
        if edited != sheet.cells {
            set(view, Setting::Cells(edited));
        }
    });
}

fn separator(sheet: &Sheet, preview: &Preview, ui: &mut Ui, view: View) {
    let detected = preview.detected.delimiter.map(words::separator_name).unwrap_or_default();
    let current = sheet.read.delimiter.or_else(|| preview.source.delimiter.and_then(|sign| u8::try_from(sign).ok()));
    let mut offered: Vec<(Option<u8>, String)> = words::SEPARATORS.map(|(sign, name)| (Some(sign), name.to_owned())).into();
    offered.push((None, "Another sign…".to_owned()));
    let shown = match &sheet.other {
        Some(_) => "Another sign…".to_owned(),
        None => current.map(|sign| words::separator_name(char::from(sign))).unwrap_or_default(),
    };
    let chosen = sheet.read.delimiter.is_some() || sheet.other.is_some();
    row(ui, view, "Separator", note(chosen, detected, Setting::Delimiter(None)), |ui| {
        let narrow = if sheet.other.is_some() { 40.0 } else { 0.0 };
        ui.scope(|ui| {
            ui.set_max_width(CONTROL - narrow);
            match combo(ui, "Separator", &shown, &offered, Some(&current)) {
                Some(Some(sign)) => set(view, Setting::Delimiter(Some(sign))),
                Some(None) => set(view, Setting::Other(String::new())),
                None => {}
            }
        });
        if let Some(text) = &sheet.other {
            let mut edited = text.clone();
            let field = TextEdit::singleline(&mut edited).desired_width(20.0).char_limit(1);
            ui.add(field).accessible_name("Sign that separates");
            if edited != *text {
                set(view, Setting::Other(edited));
            }
        }
    });
}

fn first_row(sheet: &Sheet, preview: &Preview, ui: &mut Ui, view: View) {
    let detected = where_known(preview, if preview.detected.header { "yes" } else { "no" }.to_owned());
    let on = sheet.read.header.unwrap_or(!preview.source.headless);
    row(ui, view, "First row has names", note(sheet.read.header.is_some(), detected, Setting::Header(None)), |ui| {
        if toggle(ui, "First row has names", on).clicked() {
            set(view, Setting::Header(Some(!on)));
        }
        ui.label(RichText::new(if on { "Names of columns" } else { "Data" }).color(palette(ui).text));
    });
}

fn encoding(sheet: &Sheet, preview: &Preview, ui: &mut Ui, view: View) {
    let detected = preview.detected.encoding.clone().unwrap_or_default();
    let current = sheet.read.encoding.clone().or_else(|| preview.source.encoding.clone()).unwrap_or_default();
    let mut offered = named(&words::ENCODINGS.map(|(name, title)| (name.to_owned(), title)));
    if !detected.is_empty() && !offered.iter().any(|(name, _)| name.eq_ignore_ascii_case(&detected)) {
        offered.insert(0, (detected.clone(), detected.clone()));
    }
    let back = note(sheet.read.encoding.is_some(), words::encoding_name(&detected), Setting::Encoding(None));
    row(ui, view, "Encoding", back, |ui| {
        let shown = if current.is_empty() { "Not known" } else { words::encoding_name(&current) };
        if let Some(name) = combo(ui, "Encoding", shown, &offered, Some(&current)) {
            set(view, Setting::Encoding(Some(name)));
        }
    });
}

fn lines(sheet: &Sheet, preview: &Preview, ui: &mut Ui, view: View) {
    let detected = where_known(preview, preview.detected.skipped_lines.to_string());
    let now = sheet.read.skip_lines.unwrap_or(preview.skipped_lines);
    row(ui, view, "Leave out above", note(sheet.read.skip_lines.is_some(), detected, Setting::SkipLines(None)), |ui| {
        let mut lines = now;
        let suffix = if now == 1 { " line" } else { " lines" };
        ui.add(DragValue::new(&mut lines).range(0..=MOST_LINES).speed(0.05).suffix(suffix))
            .accessible_name("Lines to leave out above");
        for (sign, step) in [("−", now.saturating_sub(1)), ("+", now + 1)] {
            let name = if sign == "+" { "One line more" } else { "One line less" };
            if small_button(ui, sign).accessible_name(name).clicked() {
                lines = step.min(MOST_LINES);
            }
        }
        if lines != now {
            set(view, Setting::SkipLines(Some(lines)));
        }
    });
}

fn quotes(sheet: &Sheet, preview: &Preview, ui: &mut Ui, view: View) {
    let detected = where_known(preview, words::quote_name(preview.detected.quote));
    let shown = match sheet.read.quote {
        Some(quote) => words::title_of(&words::QUOTES, &quote).to_owned(),
        None => words::quote_name(preview.source.quote),
    };
    row(ui, view, "Marks around text", note(sheet.read.quote.is_some(), detected, Setting::Quote(None)), |ui| {
        if let Some(quote) = combo(ui, "Marks around text", &shown, &named(&words::QUOTES), sheet.read.quote.as_ref()) {
            set(view, Setting::Quote(Some(quote)));
        }
    });
}

/// What is shown where nothing was chosen and the columns do not say one thing.
fn unclear(is_open: bool) -> String {
    if is_open { "Not clear".to_owned() } else { "As in each column".to_owned() }
}

/// The note of a choice that the columns may leave open.
fn note_of_columns(chosen: bool, told: bool, is_open: bool, detected: &str, back: Setting) -> Note {
    match (chosen, told) {
        (true, _) => Note::Chosen(detected.to_lowercase(), back),
        _ if is_open => Note::Open,
        (false, true) => Note::Detected,
        (false, false) => Note::None,
    }
}

fn decimals(sheet: &Sheet, preview: &Preview, ui: &mut Ui, view: View) {
    let title = |sign| words::title_of(&words::DECIMALS, &sign).to_owned();
    let open = preview.doubts.iter().any(|doubt| matches!(doubt, Doubt::Numbers { .. }));
    let detected = preview.detected.decimal.filter(|_| !open).map_or_else(|| unclear(open), title);
    let (chosen, shown) = (sheet.choices.decimal, sheet.choices.decimal.map_or_else(|| detected.clone(), title));
    let told = preview.detected.decimal.is_some();
    let note = note_of_columns(chosen.is_some(), told, open, &detected, Setting::Decimal(None));
    row(ui, view, "Decimals", note, |ui| {
        if let Some(sign) = combo(ui, "Decimals", &shown, &named(&words::DECIMALS), chosen.as_ref()) {
            set(view, Setting::Decimal(Some(sign)));
        }
    });
}

fn dates(sheet: &Sheet, preview: &Preview, ui: &mut Ui, view: View) {
    let title = |order| words::title_of(&words::DATES, &order).to_owned();
    let open = preview.doubts.iter().any(|doubt| matches!(doubt, Doubt::Dates { .. }));
    // What other columns say does not settle those that are in doubt.
    let detected = preview.detected.dates.filter(|_| !open).map_or_else(|| unclear(open), title);
    let (chosen, shown) = (sheet.choices.dates, sheet.choices.dates.map_or_else(|| detected.clone(), title));
    let told = preview.detected.dates.is_some();
    let note = note_of_columns(chosen.is_some(), told, open, &detected, Setting::Dates(None));
    row(ui, view, "Dates", note, |ui| {
        if let Some(order) = combo(ui, "Dates", &shown, &named(&words::DATES), chosen.as_ref()) {
            set(view, Setting::Dates(Some(order)));
        }
    });
}
