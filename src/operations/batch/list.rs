//! The tables that files and folders stand for.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::data::{DataError, read};
use crate::jobs::{Cancel, Cancelled, Failure};

/// What one of the given files, or one in a given folder, is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listed {
    /// To be opened as a table. A file that was named by a person is always one, so that opening it tells what is wrong with it.
    Table(PathBuf),
    /// Left out, and why: half a sentence.
    LeftOut(PathBuf, String),
    /// A folder that cannot be looked into.
    Failed(PathBuf, Failure),
}

/// Looks at files and folders in the given order. A folder stands for the tables directly in it, sorted by name; what is no table
/// there is left out. So is a file that came before, under whatever name.
///
/// # Errors
/// When cancelled.
pub fn list(paths: &[PathBuf], cancel: &Cancel) -> Result<Vec<Listed>, Cancelled> {
    let mut all = Vec::new();
    for path in paths {
        cancel.check()?;
        if path.is_dir() { in_folder(path, cancel, &mut all)? } else { all.push(Listed::Table(path.clone())) }
    }
    let mut seen = HashSet::new();
    Ok(all.into_iter().map(|listed| once(listed, &mut seen)).collect())
}

fn in_folder(folder: &Path, cancel: &Cancel, all: &mut Vec<Listed>) -> Result<(), Cancelled> {
    match names(folder) {
        Ok(files) => {
            for file in files {
                cancel.check()?;
                all.push(look(file));
            }
        }
        Err(source) => {
            let error = DataError::Read { file: folder.display().to_string(), source };
            all.push(Listed::Failed(folder.into(), Failure::from_error(&error)));
        }
    }
    Ok(())
}

/// All that lies directly in a folder, sorted.
fn names(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = std::fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()?;
    files.sort();
    Ok(files)
}

/// What a thing in a folder is. One that should be a table and is damaged counts as a table: opening it tells why it is none.
fn look(file: PathBuf) -> Listed {
    let why = if is_hidden(file.file_name().unwrap_or_default()) {
        "it is hidden".to_owned()
    } else if file.is_dir() {
        "it is a folder".to_owned()
    } else if file.exists() && !file.is_file() {
        // Looking into a pipe would wait for whoever writes to it.
        "it is a device or pipe".to_owned()
    } else {
        match read::sniff(&file) {
            Err(DataError::NotATable { looks_like, .. }) => format!("it looks like {looks_like}"),
            Err(DataError::Empty { .. }) => "it is empty".to_owned(),
            _ => return Listed::Table(file),
        }
    };
    Listed::LeftOut(file, why)
}

/// Hidden files are not meant by who names a folder; among them are the marks that office programs put beside open workbooks.
fn is_hidden(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    name.starts_with('.') || name.starts_with("~$")
}

fn once(listed: Listed, seen: &mut HashSet<PathBuf>) -> Listed {
    match listed {
        Listed::Table(file) if file.canonicalize().is_ok_and(|whole| !seen.insert(whole)) => {
            Listed::LeftOut(file, "it came before".to_owned())
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_stands_for_the_tables_in_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        let files: [(&str, &[u8]); 6] = [
            ("b.csv", b"a\n1\n"),
            ("a.txt", b"a\n2\n"),
            ("c.pdf", b"%PDF-1.7"),
            ("d.csv", b""),
            (".e.csv", b"a\n1\n"),
            ("f.xlsx", b"PK\x03\x04 and no more"),
        ];
        files.iter().for_each(|(name, content)| std::fs::write(at(name), content).expect("written"));
        std::fs::create_dir(at("g")).expect("made");
        let out = |name: &str, why: &str| Listed::LeftOut(at(name), why.into());
        let found = list(&[at("b.csv"), folder.path().into(), at("missing")], &Cancel::new()).expect("not cancelled");
        assert_eq!(
            found,
            [
                Listed::Table(at("b.csv")),
                out(".e.csv", "it is hidden"),
                Listed::Table(at("a.txt")),
                out("b.csv", "it came before"),
                out("c.pdf", "it looks like a PDF document"),
                out("d.csv", "it is empty"),
                Listed::Table(at("f.xlsx")),
                out("g", "it is a folder"),
                Listed::Table(at("missing")),
            ]
        );
    }
}
