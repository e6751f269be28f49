//! Where memory is held: the questions that a profile of memory answers, each with one click.

use eframe::egui::Ui;

use crate::app::widgets::{segmented, small_button};
use crate::app::{Command, View};
use crate::operations::Asked;
use crate::profile::Grouping;
use crate::profile::memory::{Counted, Memory};

use super::against::Files;
use super::{AgainstCommand, Doc, ProfilesCommand, Shown, filters};

const ROWS: [(Grouping, &str); 2] = [(Grouping::Name, "By function"), (Grouping::Line, "By line")];

/// The row with the questions; nothing for a profile of something else.
pub fn show(doc: &Doc, shown: &Shown, ui: &mut Ui, view: View) {
    let types = shown.memory_types();
    let Some((memory, counted)) = types.at(shown.view.sample_type).filter(|_| types.is_choice()) else { return };
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let choose = |row: Option<usize>| row.into_iter().for_each(|row| send(view, ProfilesCommand::SampleType(row)));
        let memories: Vec<(Memory, &str)> = types.memories().into_iter().map(|memory| (memory, memory.title())).collect();
        let which = ui.scope(|ui| segmented(ui, "Which memory", &memories, memory));
        which.response.on_hover_text(memory.why());
        if let Some(chosen) = which.inner {
            choose(types.row(chosen, counted));
        }
        let units: Vec<(Counted, &str)> = types.counted(memory).into_iter().map(|counted| (counted, counted.title())).collect();
        if let Some(chosen) = segmented(ui, "Counted in", &units, counted).filter(|_| units.len() > 1) {
            choose(types.row(memory, chosen));
        }
        if shown.tells_lines()
            && let Some(grouping) = segmented(ui, "Where it was asked for", &ROWS, shown.view.asked.grouping)
        {
            filters::ask(view, Asked { grouping, ..shown.view.asked.clone() });
        }
        let growth = "See what grew since an earlier profile of the same program";
        if doc.against().compared().is_none() && small_button(ui, "Growth since…").on_hover_text(growth).clicked() {
            send(view, ProfilesCommand::Against(AgainstCommand::Choose(Files::Others)));
        }
    });
}

fn send(view: View, command: ProfilesCommand) {
    view.commands.send(Command::Profiles(command));
}
