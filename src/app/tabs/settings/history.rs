//! The monitor's history as a file: asked for on the page, done as jobs.

use std::path::PathBuf;

use eframe::egui::Ui;

use crate::app::tabs::monitor::MonitorCommand;
use crate::app::theme::icons;
use crate::app::widgets::button;
use crate::app::{Ask, Command, Filter, Notice, SettingsCommand, Tools, View};
use crate::history::Pen;
use crate::jobs::Failure;
use crate::operations::{self, HistoryFormat, HistoryImport, HistoryPart};
use crate::report::format;

/// Buttons for both ways, added from the right.
pub fn buttons(ui: &mut Ui, view: View) {
    if button(ui, Some(icons::DOWNLOAD_SIMPLE), "Import history…").clicked() {
        let then =
            |paths: Vec<PathBuf>| Command::Settings(SettingsCommand::ImportHistory(paths.into_iter().next().unwrap_or_default()));
        let exported = Filter::new("Exported history", &["parquet", "csv"]);
        view.commands.send(Command::Ask(Ask::open("Import history", vec![exported], then)));
    }
    if button(ui, Some(icons::EXPORT), "Export history…").clicked() {
        let filters = vec![Filter::new("Parquet", &["parquet"]), Filter::new("CSV", &["csv"])];
        let then = |path| Command::Settings(SettingsCommand::ExportHistory(path));
        view.commands.send(Command::Ask(Ask::save("Export history", "history.parquet", filters, then)));
    }
}

/// Writes all that is kept to `path`, of each moment what is finest.
pub fn export(path: PathBuf, tools: &mut Tools) {
    let Some(folder) = tools.places.history.clone() else { return };
    let Some(kind) = HistoryFormat::of(&path) else {
        tools.tell(Notice::Failed(unknown_format(&path)));
        return;
    };
    tools.errand(format!("Exporting {}", name(&path)), move |cancel, progress| {
        let (archive, all) = (operations::history_in(&folder), HistoryPart::default());
        let exported = operations::export_history(&archive, &all, (&path, kind), cancel, progress)?;
        let text = match exported.rows {
            // When it begins and ends has no room in a message.
            1.. => format!("Saved “{}”: {}.", name(&path), format::counted(exported.rows, "row", "rows")),
            0 => operations::exported_words(&path, &exported),
        };
        Ok(Command::Tell(Notice::Done { text, place: Some(path) }))
    });
}

fn unknown_format(path: &std::path::Path) -> Failure {
    let message = format!("The history cannot be written to “{}”: its ending does not say the format.", name(path));
    Failure::new(message, "Choose a name that ends in .parquet or .csv.")
}

/// Merges an exported file into what is kept; the recorder's samples wait meanwhile.
pub fn import(path: PathBuf, pen: Option<Pen>, tools: &mut Tools) {
    let Some(folder) = tools.places.history.clone() else { return };
    let (limits, commands) = (operations::table_limits(tools.settings), tools.commands.clone());
    tools.errand(format!("Importing {}", name(&path)), move |cancel, progress| {
        let import = HistoryImport { file: path.clone(), folder, pen };
        let imported = operations::import_history(&import, &limits, cancel, progress)?;
        commands.send(Command::Monitor(MonitorCommand::ReadAgain));
        let text = operations::imported_words(&path, &imported);
        Ok(Command::Tell(Notice::Done { text, place: Some(path) }))
    });
}

fn name(path: &std::path::Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
