//! What was found in what is open.

use eframe::egui::{RichText, ScrollArea, Ui};

use crate::app::tabs::data::DataCommand;
use crate::app::tabs::profiles::ProfilesCommand;
use crate::app::theme::{CONTROL_RADIUS, SMALL, medium, muted, palette};
use crate::app::widgets::{Card, Tone, clickable, finding, link, outline};
use crate::app::{Command, View};
use crate::report::shorten;

use super::super::model::{Group, Lead, told};

/// Letters of a file's name.
const NAME: usize = 60;

/// Draws the card.
pub fn show(ui: &mut Ui, view: View) {
    ui.spacing_mut().item_spacing.y = 6.0;
    let state = view.state;
    let groups = told(&state.data, &state.profiles, &state.remembered.recent);
    Card::new("Latest findings").fill().show(ui, |ui| {
        ScrollArea::vertical().id_salt("latest findings").auto_shrink(false).show(ui, |ui| {
            if groups.is_empty() {
                nothing(ui, view);
            }
            for (number, group) in groups.iter().enumerate() {
                ui.push_id(number, |ui| one_group(ui, view, group));
            }
        });
    });
}

fn one_group(ui: &mut Ui, view: View, group: &Group) {
    let Some((_, _, lead)) = group.found.first() else { return };
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        ui.spacing_mut().interact_size.y = 20.0;
        ui.label(muted(ui, lead.tab().icon()));
        let name = RichText::new(shorten(&group.name, NAME)).font(medium(12.0)).color(palette(ui).muted);
        ui.add(eframe::egui::Label::new(name).truncate());
    });
    for (number, (tone, text, lead)) in group.found.iter().enumerate() {
        one(ui, view, number, *tone, text, *lead);
    }
    ui.add_space(4.0);
}

fn one(ui: &mut Ui, view: View, number: usize, tone: Tone, text: &str, lead: Lead) {
    let drawn = ui.scope(|ui| {
        finding(ui, tone, |ui| ui.label(RichText::new(text).size(12.5).color(palette(ui).text)));
    });
    let name = format!("Show in {}: {text}", lead.tab().name());
    let response = clickable(ui, drawn.response.rect, number, &name);
    outline(ui, &response, CONTROL_RADIUS);
    if response.clicked() {
        lead.commands().into_iter().for_each(|command| view.commands.send(command));
    }
}

/// What could be found, with something to try.
fn nothing(ui: &mut Ui, view: View) {
    ui.add_space(4.0);
    ui.label(RichText::new("Nothing is open yet.").color(palette(ui).text));
    let words = "Of a workbook or a table you see here how much memory it takes, how much less would do, and what looks wrong in it. Of a profile you see where a program spends its time and memory.";
    ui.label(muted(ui, words));
    ui.label(muted(ui, "To see what that looks like:").size(SMALL));
    if link(ui, "Try a sample table").clicked() {
        view.commands.send(Command::Data(DataCommand::Sample));
    }
    if link(ui, "Try a sample profile").clicked() {
        view.commands.send(Command::Profiles(ProfilesCommand::TrySample));
    }
}
