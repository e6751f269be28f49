//! Looks for a file: in the folder that was chosen, as the profile tells it, around the profile.

use std::cmp::Reverse;
use std::fs;
use std::path::{Path, PathBuf};

use crate::jobs::{Cancel, Cancelled};

use super::{SourcePlaces, folder, place};

/// Folders around the profile's that are looked in.
const AROUND: usize = 8;
/// Entries of the chosen folder and of those in it that are looked at.
const MOST_ENTRIES: usize = 200_000;
/// Folders within folders of the chosen one.
const MOST_DEPTH: usize = 40;

/// The file for a told path. `looked` gets where it was looked for.
pub(super) fn find(
    told: &str,
    places: &SourcePlaces,
    looked: &mut Vec<String>,
    cancel: &Cancel,
) -> Result<Option<PathBuf>, Cancelled> {
    let Some(parts) = place::parts(told) else { return Ok(None) };
    if let Some(chosen) = &places.chosen {
        let found = in_folder(chosen, &parts, looked, cancel)?;
        if found.is_some() {
            return Ok(found);
        }
    }
    if let Some(path) = place::whole(told) {
        looked.push(path.display().to_string());
        if is_file(&path) {
            return Ok(Some(path));
        }
    }
    cancel.check()?;
    Ok(places.profile.as_deref().and_then(|file| around(file, &parts, looked)))
}

/// In the folder of the profile and those around it. The longest end of the path decides, then the nearest folder; further out than
/// the profile's own folder a bare name is no evidence.
fn around(profile: &Path, parts: &[&str], looked: &mut Vec<String>) -> Option<PathBuf> {
    let folder = folder(profile)?;
    let folders: Vec<&Path> = folder.ancestors().filter(|folder| !folder.as_os_str().is_empty()).take(AROUND).collect();
    looked.push(format!("{} and {} folders around it", folder.display(), folders.len().saturating_sub(1)));
    let tried = (0..parts.len()).flat_map(|skip| {
        let is_name = skip + 1 == parts.len() && parts.len() > 1;
        let end = parts.get(skip..).unwrap_or_default();
        folders.iter().take(if is_name { 1 } else { AROUND }).map(move |folder| folder.join(end.iter().collect::<PathBuf>()))
    });
    tried.into_iter().find(|path| is_file(path))
}

/// In a chosen folder: at the ends of the path, else wherever in it a file of this name shares most of the path.
fn in_folder(chosen: &Path, parts: &[&str], looked: &mut Vec<String>, cancel: &Cancel) -> Result<Option<PathBuf>, Cancelled> {
    // The real folder, so that what only seems to lie in it can be told.
    let Ok(root) = fs::canonicalize(chosen) else {
        looked.push(format!("{}, which cannot be opened", chosen.display()));
        return Ok(None);
    };
    let direct = place::below(&root, parts).find(|path| is_within(path, &root));
    let Some(name) = parts.last() else { return Ok(None) };
    // A longer end of the path may still be found further within than a short one at the folder itself.
    let (walked, is_whole) = Walk::new(&root, name).run(cancel)?;
    let whole = if is_whole { "" } else { ", as far as its first 200,000 entries" };
    looked.push(format!("{} and all folders in it{whole}", chosen.display()));
    let all = direct.into_iter().chain(walked);
    Ok(all.max_by_key(|path| (place::shared(path, parts), Reverse(path.components().count()), Reverse(path.clone()))))
}

/// Whether it is a file that really lies in the folder, not behind a link that leads out of it.
fn is_within(path: &Path, root: &Path) -> bool {
    is_file(path) && fs::canonicalize(path).is_ok_and(|real| real.starts_with(root))
}

/// A plain file: reading a device or a pipe could wait for ever.
fn is_file(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| found.is_file())
}

/// A walk through folders, links left out, bounded.
struct Walk<'a> {
    name: &'a str,
    open: Vec<(PathBuf, usize)>,
    found: Vec<PathBuf>,
    left: usize,
    is_whole: bool,
}

impl<'a> Walk<'a> {
    fn new(root: &Path, name: &'a str) -> Self {
        Self { name, open: vec![(root.to_owned(), 0)], found: Vec::new(), left: MOST_ENTRIES, is_whole: true }
    }

    /// The files of the name, and whether all folders were looked at.
    fn run(mut self, cancel: &Cancel) -> Result<(Vec<PathBuf>, bool), Cancelled> {
        while let Some((folder, depth)) = self.open.pop() {
            cancel.check()?;
            // A folder that may not be read holds nothing for us.
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                if self.left == 0 {
                    return Ok((self.found, false));
                }
                self.left -= 1;
                self.look(&entry, depth);
            }
        }
        Ok((self.found, self.is_whole))
    }

    fn look(&mut self, entry: &fs::DirEntry, depth: usize) {
        // The kind of a link is that of the link itself here.
        let Ok(kind) = entry.file_type() else { return };
        if kind.is_file() && entry.file_name() == self.name {
            self.found.push(entry.path());
        } else if kind.is_dir() && entry.file_name() != ".git" {
            match depth < MOST_DEPTH {
                true => self.open.push((entry.path(), depth + 1)),
                false => self.is_whole = false,
            }
        }
    }
}
