//! What was found in the table and in the profiles that are open.

use std::path::Path;

use crate::app::tabs::data::{DataCommand, DataTab, Place};
use crate::app::tabs::profiles::{Doc, ProfilesCommand, ProfilesTab};
use crate::app::widgets::Tone;
use crate::app::{Command, Tab};
use crate::report::shorten;
use crate::settings::Recent;

/// Findings that are told of one file, beside what it comes to.
const MOST: usize = 3;
/// Letters of a sentence.
const LETTERS: usize = 260;

/// Where a finding leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lead {
    /// To the table, to this place of it.
    Table(Option<Place>),
    /// To this one of the open profiles.
    Profile(usize),
}

impl Lead {
    /// What goes there.
    pub fn commands(self) -> Vec<Command> {
        match self {
            Self::Table(place) => {
                let place = place.map(|place| Command::Data(DataCommand::Show(place)));
                [Command::ShowTab(Tab::Data)].into_iter().chain(place).collect()
            }
            Self::Profile(index) => {
                vec![Command::ShowTab(Tab::Profiles), Command::Profiles(ProfilesCommand::Show(index))]
            }
        }
    }

    /// The tab that it leads to.
    pub const fn tab(self) -> Tab {
        match self {
            Self::Table(_) => Tab::Data,
            Self::Profile(_) => Tab::Profiles,
        }
    }
}

/// What was found in one file.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The file's name.
    pub name: String,
    /// Sentences, the one on the whole first.
    pub found: Vec<(Tone, String, Lead)>,
}

/// What was found in all that is open; the file that was opened last comes first.
pub fn told(data: &DataTab, profiles: &ProfilesTab, recent: &[Recent]) -> Vec<Group> {
    // What is in no file, such as a recording that was not saved, is new.
    let age =
        |path: Option<&Path>| path.and_then(|path| recent.iter().position(|recent| recent.path == path)).map_or(0, |at| at + 1);
    let table = data.told().map(|told| {
        let whole = (told.tone, told.result, Lead::Table(None));
        let found = told.findings.iter().take(MOST).map(|(tone, text, place)| (*tone, shorten(text, LETTERS), Lead::Table(*place)));
        (age(Some(told.path)), Group { name: told.name, found: [whole].into_iter().chain(found).collect() })
    });
    let profiles =
        profiles.docs().iter().enumerate().map(|(index, doc)| (age(doc.shown().path.as_deref()), of_profile(index, doc)));
    let mut groups: Vec<(usize, Group)> = table.into_iter().chain(profiles).collect();
    groups.sort_by_key(|(age, _)| *age);
    groups.into_iter().map(|(_, group)| group).collect()
}

fn of_profile(index: usize, doc: &Doc) -> Group {
    let (shown, lead) = (doc.shown(), Lead::Profile(index));
    let summary = if doc.has_only_times() { doc.timeline().words(&shown.view) } else { shown.view.summary.clone() };
    let findings = shown.view.findings().iter().take(MOST);
    let found = findings.map(|found| (found.severity.into(), shorten(&found.text, LETTERS), lead));
    let whole = (Tone::Note, shorten(&summary, LETTERS), lead);
    Group { name: shown.name.clone(), found: [whole].into_iter().chain(found).collect() }
}
