//! The search field.

use eframe::egui::{self, Key, Margin, RichText, TextEdit, Ui};

use crate::app::theme::{icons, palette};

use super::icon_button;

/// A field to search with. Returns the new text when it was changed; Esc and the cross empty it. `name` says what is searched.
pub fn search(ui: &mut Ui, name: &str, hint: &str, width: f32, text: &str) -> Option<String> {
    let palette = palette(ui);
    let mut edited = text.to_owned();
    if !text.is_empty() && icon_button(ui, icons::X, &format!("Clear: {name}")).clicked() {
        return Some(String::new());
    }
    // The cross comes and goes before the field, which must stay the same one to keep the keyboard.
    let edit = TextEdit::singleline(&mut edited)
        .id_salt(name)
        .hint_text(RichText::new(hint).color(palette.hint))
        .prefix(RichText::new(icons::MAGNIFYING_GLASS).color(palette.hint))
        .margin(Margin::symmetric(8, 4))
        .desired_width(width - 16.0);
    let response = ui.add(edit).accessible_name(name);
    if response.has_focus() && ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, Key::Escape)) {
        edited.clear();
        response.surrender_focus();
    }
    (edited != text).then_some(edited)
}
