//! Files that were opened before.

use std::path::Path;
use std::time::Duration;

use crate::app::Command;
use crate::app::theme::icons;
use crate::report::{clean, format};
use crate::settings::{Recent, RecentKind};

/// A file as it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Of its kind.
    pub icon: &'static str,
    /// Its name.
    pub name: String,
    /// Its folder.
    pub folder: String,
    /// How long ago it was opened; empty where that was not kept.
    pub when: String,
}

impl Listed {
    /// What a screen reader says of it.
    pub fn spoken(&self) -> String {
        format!("Open {}, {}", self.name, self.folder)
    }
}

/// The file as it is listed at the moment `now`, in seconds since 1970.
pub fn listed(recent: &Recent, now: u64) -> Listed {
    let name = recent.path.file_name().unwrap_or(recent.path.as_os_str());
    let folder = recent.path.parent().unwrap_or(Path::new(""));
    let when = recent.opened.map(|opened| format::ago(Duration::from_secs(now.saturating_sub(opened))));
    Listed {
        icon: icon(recent),
        name: clean(&name.to_string_lossy()),
        folder: clean(&folder.to_string_lossy()),
        when: when.unwrap_or_default(),
    }
}

/// What opens it again as what it was.
pub fn open(recent: &Recent) -> Command {
    match recent.kind {
        RecentKind::Profile => Command::OpenProfile(recent.path.clone()),
        RecentKind::Table | RecentKind::Other => Command::Open(vec![recent.path.clone()]),
    }
}

fn icon(recent: &Recent) -> &'static str {
    let ending = recent.path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    match (recent.kind, ending.as_str()) {
        (RecentKind::Profile, _) => icons::FLAME,
        (RecentKind::Table, "xlsx" | "xlsm" | "xlsb" | "xls" | "ods") => icons::FILE_XLS,
        (RecentKind::Table, "csv" | "tsv" | "tab" | "txt") => icons::FILE_CSV,
        (RecentKind::Table, _) => icons::TABLE,
        (RecentKind::Other, _) => icons::FILE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recent(path: &str, kind: RecentKind, opened: Option<u64>) -> Recent {
        Recent { path: path.into(), kind, opened }
    }

    #[test]
    fn a_file_is_told_by_name_folder_and_age() {
        let file = recent("/home/asha/बिल/2026.XLSX", RecentKind::Table, Some(1_000));
        let file = listed(&file, 1_000 + 3 * 3600);
        assert_eq!((file.name.as_str(), file.folder.as_str(), file.when.as_str()), ("2026.XLSX", "/home/asha/बिल", "3 h ago"));
        assert_eq!((file.icon, file.spoken().as_str()), (icons::FILE_XLS, "Open 2026.XLSX, /home/asha/बिल"));
        assert_eq!(listed(&recent("a.parquet", RecentKind::Table, None), 5).when, "");
        assert_eq!(listed(&recent("a.csv", RecentKind::Table, Some(9)), 5).when, "just now", "the clock was set back");
    }

    #[test]
    fn each_is_opened_as_what_it_was() {
        let profile = recent("/data/cpu", RecentKind::Profile, None);
        assert!(matches!(open(&profile), Command::OpenProfile(path) if path == Path::new("/data/cpu")));
        let table = recent("/data/a.csv", RecentKind::Table, None);
        assert!(matches!(open(&table), Command::Open(paths) if paths == [Path::new("/data/a.csv")]));
        assert_eq!(
            (icon(&profile), icon(&table), icon(&recent("x", RecentKind::Other, None))),
            (icons::FLAME, icons::FILE_CSV, icons::FILE)
        );
    }
}
