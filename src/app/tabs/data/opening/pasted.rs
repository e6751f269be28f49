//! Tables from the clipboard: each becomes a file in a folder of the program and is opened like any file. Old ones are removed.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::app::{Command, Notice, Tools};
use crate::jobs::{Cancel, Failure, JobError};
use crate::settings::write_atomic;

use super::range;

/// The folder within that for what the program makes.
const FOLDER: &str = "pasted";
/// Names of the files begin with this.
const NAME: &str = "Pasted table";
/// Bytes of text that are taken.
const MOST_BYTES: usize = 64_000_000;
/// How many of the files are kept, and for how long.
const KEPT: (usize, Duration) = (20, Duration::from_secs(30 * 86_400));

/// Whether a file was made of what was pasted.
pub fn is_pasted(path: &Path) -> bool {
    let in_folder = path.parent().and_then(Path::file_name).is_some_and(|folder| folder == FOLDER);
    in_folder && number(path).is_some()
}

/// Makes a file of pasted text and opens it; the one that is open is kept.
pub fn paste(text: String, open: PathBuf, tools: &mut Tools) {
    if let Some(failure) = refused(&text) {
        tools.tell(Notice::Failed(failure));
        return;
    }
    let folder = tools.places.data.join(FOLDER);
    tools.errand("Pasting the table", move |cancel, _| {
        let path = write(&folder, &text, cancel)?;
        clean(&folder, &[&path, &open], SystemTime::now());
        Ok(Command::Open(vec![path]))
    });
}

/// There is nothing on the clipboard that a table could be made of.
pub fn no_text() -> Failure {
    Failure::new("There is no text on the clipboard.", "Select cells in Excel or LibreOffice, press Ctrl+C, then paste here.")
}

/// Why text is no table; `None` when it may be one.
fn refused(text: &str) -> Option<Failure> {
    if text.trim().is_empty() {
        return Some(no_text());
    }
    if text.len() > MOST_BYTES {
        let size = crate::report::format::bytes(text.len() as u64);
        let message = format!("What was pasted is too large: {size}; at most 64 MB are taken from the clipboard.");
        return Some(Failure::new(message, "Save it in Excel as a workbook or CSV, and open that file."));
    }
    let one_cell = !text.trim_end().contains(['\n', '\r', '\t']);
    one_cell.then(|| {
        Failure::new(
            "What was pasted is one line without columns, and no table.",
            "Select the names of the columns and the rows below them, copy, and paste again.",
        )
    })
}

/// Writes text as the next file of the folder.
fn write(folder: &Path, text: &str, cancel: &Cancel) -> Result<PathBuf, JobError> {
    std::fs::create_dir_all(folder).map_err(|error| {
        let message = format!("The folder “{}” for pasted tables could not be made: {error}.", folder.display());
        JobError::Failed(Failure::new(message, "Free space on the drive, or save the cells as a file and open that."))
    })?;
    let csv = if range::is_range(text) { range::to_csv(text, cancel).map_err(|_| JobError::Cancelled)? } else { text.into() };
    let next = files(folder).iter().filter_map(|(path, _)| number(path)).max().map_or(1, |last| last.saturating_add(1));
    let name = if next == 1 { format!("{NAME}.csv") } else { format!("{NAME} {next}.csv") };
    let path = folder.join(name);
    write_atomic(&path, |file| file.write_all(&csv)).map_err(|error| JobError::Failed(Failure::from_error(&error)))?;
    Ok(path)
}

/// The number of a file that was made here.
fn number(path: &Path) -> Option<u64> {
    let rest = path.file_name()?.to_str()?.strip_prefix(NAME)?.strip_suffix(".csv")?;
    if rest.is_empty() { Some(1) } else { rest.strip_prefix(' ')?.parse().ok() }
}

/// The files that were made here, and when.
fn files(folder: &Path) -> Vec<(PathBuf, SystemTime)> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let made = |entry: std::fs::DirEntry| {
        let (path, data) = (entry.path(), entry.metadata().ok()?);
        (data.is_file() && number(&path).is_some()).then_some((path, data.modified().ok()?))
    };
    entries.filter_map(made).collect()
}

/// Removes old files, and those beyond the newest; what cannot be removed stays.
fn clean(folder: &Path, kept: &[&PathBuf], now: SystemTime) {
    let mut all = files(folder);
    all.sort_by_key(|(_, made)| std::cmp::Reverse(*made));
    for (at, (path, made)) in all.iter().enumerate() {
        let old = now.duration_since(*made).is_ok_and(|age| age > KEPT.1);
        if (at >= KEPT.0 || old) && !kept.contains(&path) {
            let _ = std::fs::remove_file(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<u64> {
        let mut all: Vec<u64> = files(folder).iter().filter_map(|(path, _)| number(path)).collect();
        all.sort_unstable();
        all
    }

    #[test]
    fn each_table_gets_a_name_of_its_own() {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path().join(FOLDER);
        let paths: Vec<PathBuf> = (0..3).map(|_| write(&folder, "a\tb\n1\t2\n", &Cancel::new()).expect("written")).collect();
        let name = |at: usize| paths.get(at).and_then(|path| path.file_name()).and_then(|name| name.to_str());
        assert_eq!([name(0), name(1), name(2)], ["Pasted table.csv", "Pasted table 2.csv", "Pasted table 3.csv"].map(Some));
        assert_eq!(std::fs::read_to_string(&paths[1]).expect("readable"), "\"a\",\"b\"\n\"1\",\"2\"\n");
        std::fs::remove_file(&paths[1]).expect("removed");
        let next = write(&folder, "x;y\n\"1\";2\n", &Cancel::new()).expect("written");
        assert_eq!(number(&next), Some(4), "a name is not used again while a later one is there");
        assert_eq!(std::fs::read_to_string(&next).expect("readable"), "x;y\n\"1\";2\n", "other text stays as it is");
        assert!(is_pasted(&next) && !is_pasted(Path::new("a/Pasted table.csv")) && !is_pasted(&folder.join("bills.csv")));
    }

    #[test]
    fn old_files_are_removed_and_others_left() {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path();
        let paths: Vec<PathBuf> = (0..25).map(|_| write(folder, "a\tb\n", &Cancel::new()).expect("written")).collect();
        let set = |path: &Path, days: u64| {
            let file = std::fs::File::options().write(true).open(path).expect("open");
            file.set_modified(SystemTime::now() - Duration::from_secs(days * 86_400)).expect("a time");
        };
        for (at, path) in paths.iter().enumerate() {
            set(path, 24 - at as u64);
        }
        let own = folder.join("mine.csv");
        std::fs::write(&own, "a\n").expect("written");
        set(&own, 400);
        clean(folder, &[&paths[0]], SystemTime::now());
        assert_eq!(names(folder), [vec![1], (6..=25).collect()].concat(), "the newest twenty, and the one that is open");
        set(&paths[10], 31);
        clean(folder, &[], SystemTime::now());
        let left = [1].into_iter().chain((6..=25).filter(|number| *number != 11));
        assert_eq!(names(folder), left.collect::<Vec<u64>>(), "an old one makes room");
        assert!(own.exists(), "what was not pasted is left alone");
    }

    #[test]
    fn what_is_no_table_is_refused_with_the_next_step() {
        let message = |text: &str| refused(text).map(|failure| failure.message);
        assert_eq!(message(" \n").as_deref(), Some("There is no text on the clipboard."));
        assert_eq!(message("hello\n").as_deref(), Some("What was pasted is one line without columns, and no table."));
        assert_eq!(message("a\tb"), None);
        assert_eq!(message("a\nb"), None);
        let large = message(&"a\n".repeat(40_000_000));
        let told = "What was pasted is too large: 80 MB; at most 64 MB are taken from the clipboard.";
        assert_eq!(large.as_deref(), Some(told));
    }
}
