//! The table of changes as a file.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::app::{Ask, Command, Filter, Notice, Tools};
use crate::operations;

use super::super::{ProfilesCommand, Shown};
use super::{Against, AgainstCommand};

impl Against {
    pub(super) fn ask_for_table(&self, shown: &Shown, tools: &mut Tools) {
        let stem = shown.name.split('.').next().unwrap_or("profile");
        let filter = Filter::new("CSV", &["csv"]);
        let ask = Ask::save("Save changes", format!("{stem}-changes.csv"), vec![filter], |path| {
            Command::Profiles(ProfilesCommand::Against(AgainstCommand::Write(path)))
        });
        let folder = shown.path.as_deref().and_then(Path::parent).unwrap_or(&tools.places.data).to_path_buf();
        tools.ask(ask.starting_in(folder));
    }

    pub(super) fn write_table(&self, path: PathBuf, tools: &mut Tools) {
        let Some(compared) = self.compared().map(Arc::clone) else { return };
        tools.errand("Saving the changes", move |_, progress| {
            operations::export_profile(operations::changes_csv(&compared.comparison).as_bytes(), &path, progress)?;
            Ok(Command::Tell(Notice::saved(&path)))
        });
    }
}
