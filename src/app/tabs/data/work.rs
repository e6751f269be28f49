//! The jobs of the Data tab. What is in the closures runs on a worker's thread.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::app::{Command, Notice, Tools};
use crate::data::{OutputFormat, Step};
use crate::jobs::{Explain, Failure, JobError, Priority, Ticket};
use crate::operations::{export_table, open_table, table_options};
use crate::report::format;
use crate::settings::write_atomic;

use super::batch::BatchCommand;
use super::model::Shown;
use super::wanted::Wanted;
use super::{DataCommand, opening};

/// A workbook that shows all that shrinking can do.
const SAMPLE: &[u8] = include_bytes!("../../../../assets/samples/bills-sample.xlsx");
const SAMPLE_NAME: &str = "bills-sample.xlsx";

/// Opens and shrinks what is wanted; `verb` says for the status bar whether a file is opened or the one in sight made anew. With a
/// number the file is looked at first, and the person asked where it is in doubt.
pub(super) fn open(verb: &str, wanted: &Wanted, asked: Option<u64>, tools: &Tools) -> Ticket<Shown> {
    let options = wanted.options(&table_options(tools.settings));
    let (path, wanted) = (wanted.path.clone(), wanted.clone());
    let (cache, cache_settings) = (tools.cache.clone(), tools.settings.cache.clone());
    let commands = tools.commands.clone();
    tools.submit(format!("{verb} {}", name_of(&path)), Priority::High, move |cancel, progress| {
        if path.is_dir() {
            commands.send(Command::Data(DataCommand::Batch(BatchCommand::Open(vec![path]))));
            return Err(JobError::Cancelled);
        }
        if let Some(asked) = asked {
            opening::look_first(asked, &path, &options.limits, &commands, cancel, progress)?;
        }
        let opened = open_table(&path, &options, Some((cache.open(), &cache_settings)), cancel, progress);
        if opened.is_err() && !path.exists() {
            commands.send(Command::Data(DataCommand::Gone(path.clone())));
        }
        let opened = opened?;
        progress.phase("Preparing the preview", 0);
        Ok(Shown::new(wanted, &opened))
    })
}

/// A sheet as a choice: none for the first one, which comes without asking, so that both are one entry of the cache.
pub(super) fn chosen_sheet(shown: &Shown, sheet: String) -> Option<String> {
    (shown.report().source.sheets.first() != Some(&sheet)).then_some(sheet)
}

/// Writes the sample to the data folder, unless it is there already, and opens it like any file.
pub(super) fn open_sample(tools: &mut Tools) {
    let folder = tools.places.data.join("samples");
    tools.errand("Preparing the sample", move |_, _| {
        let path = folder.join(SAMPLE_NAME);
        if !is_sample(&path) {
            write_sample(&folder, &path)?;
        }
        Ok(Command::Open(vec![path]))
    });
}

/// Whether this is the sample, of which nobody needs to be asked how to read it.
pub(super) fn is_sample(path: &Path) -> bool {
    let size = || std::fs::metadata(path).is_ok_and(|file| file.len() == SAMPLE.len() as u64);
    path.file_name().is_some_and(|name| name == SAMPLE_NAME) && size()
}

fn write_sample(folder: &Path, path: &Path) -> Result<(), JobError> {
    std::fs::create_dir_all(folder).map_err(|error| {
        let message = format!("The folder “{}” for the sample could not be made: {error}.", folder.display());
        JobError::Failed(Failure::new(message, "Free space on the drive, or open a file of your own."))
    })?;
    write_atomic(path, |file| file.write_all(SAMPLE)).map_err(|error| failed(&error))
}

/// Writes the table to `target`, which must not be its own source.
pub(super) fn export(shown: &Arc<Shown>, format: OutputFormat, target: PathBuf, tools: &mut Tools) {
    let shown = Arc::clone(shown);
    tools.errand(format!("Exporting {}", name_of(&target)), move |cancel, progress| {
        if is_same_file(&shown.path, &target) {
            return Err(own_source(&target));
        }
        export_table(&shown.table, &target, format, cancel, progress)?;
        let size = std::fs::metadata(&target).map_or(0, |file| file.len());
        let text = format!("Saved “{}” ({}).", name_of(&target), format::bytes(size));
        Ok(Command::Tell(Notice::Done { text, place: Some(target) }))
    });
}

pub(super) fn is_same_file(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}

pub(super) fn own_source(target: &Path) -> JobError {
    let message = format!("“{}” is the file that this table came from; it is never overwritten.", name_of(target));
    JobError::Failed(Failure::new(message, "Choose another name for the export."))
}

/// The source's name without its ending, with the sheet where it has one.
pub(super) fn base_name(source: &Path, sheet: Option<&str>) -> String {
    let stem = source.file_stem().unwrap_or_default().to_string_lossy();
    let sheet: String =
        sheet.unwrap_or_default().chars().map(|c| if c.is_alphanumeric() || " -_".contains(c) { c } else { '-' }).collect();
    if sheet.is_empty() { stem.into_owned() } else { format!("{stem}-{sheet}") }
}

/// The name offered for an export: the source's, never its own.
pub(super) fn export_name(source: &Path, sheet: Option<&str>, format: OutputFormat) -> String {
    let base = base_name(source, sheet);
    let name = format!("{base}.{}", format.extension());
    if source.file_name().is_some_and(|own| own.to_string_lossy().eq_ignore_ascii_case(&name)) {
        return format!("{base}-optimised.{}", format.extension());
    }
    name
}

/// The file's name without its folders.
pub(super) fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

fn failed(error: &impl Explain) -> JobError {
    JobError::Failed(Failure::from_error(error))
}

/// Whether a step does something at a level.
pub(super) fn applies(step: Step, level: crate::data::Level) -> bool {
    step != Step::Floats || level == crate::data::Level::Aggressive
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_export_is_never_offered_under_the_name_of_its_source() {
        let name = |source: &str, sheet, format| export_name(Path::new(source), sheet, format);
        assert_eq!(name("a/bills.csv", None, OutputFormat::Parquet), "bills.parquet");
        assert_eq!(name("a/bills.CSV", None, OutputFormat::Csv), "bills-optimised.csv");
        assert_eq!(name("a/bills.xlsx", Some("May/June"), OutputFormat::Csv), "bills-May-June.csv");
        assert_eq!(name("a/export.txt", None, OutputFormat::Csv), "export.csv");
    }

    #[test]
    fn a_file_is_the_same_however_its_path_is_spelled() {
        let folder = tempfile::tempdir().expect("folder");
        let file = folder.path().join("a.csv");
        std::fs::write(&file, "a\n1\n").expect("written");
        assert!(is_same_file(&file, &folder.path().join(".").join("a.csv")));
        assert!(!is_same_file(&file, &folder.path().join("b.csv")));
    }
}
