//! Where the program keeps its files, by the conventions of each system.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use directories::ProjectDirs;

use crate::jobs::Explain;

/// Name of the file that, lying beside the program, makes it keep everything in the folder [`PORTABLE_FOLDER`] beside itself.
const PORTABLE_FILE: &str = "portable.txt";
const PORTABLE_FOLDER: &str = "settings";

/// Name of the environment variable that puts everything into one folder: portable use, tests.
pub const HOME_VARIABLE: &str = "TACHOGRAPH_HOME";

/// The folders the program uses. None of them needs to exist yet.
///
/// | | Linux | Windows | macOS |
/// |---|---|---|---|
/// | settings | `~/.config/tachograph` | `%APPDATA%\Tachograph\config` | `~/Library/Application Support/Tachograph` |
/// | state | `~/.local/state/tachograph` | `%LOCALAPPDATA%\Tachograph\data` | the same |
/// | cache | `~/.cache/tachograph` | `%LOCALAPPDATA%\Tachograph\cache` | `~/Library/Caches/Tachograph` |
/// | data | `~/.local/share/tachograph` | `%LOCALAPPDATA%\Tachograph\data` | the same as settings |
///
/// With `TACHOGRAPH_HOME` set: that folder, with `cache` and `data` inside it. With a file `portable.txt` beside the program: the folder
/// `settings` beside it, so that it can live on a stick.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folders {
    /// The settings file.
    pub settings: PathBuf,
    /// What the program remembers by itself, such as recent files.
    pub state: PathBuf,
    /// What can be made again.
    pub cache: PathBuf,
    /// What the program makes and a person may want to keep, such as recordings.
    pub data: PathBuf,
}

/// The system does not tell where this person's files belong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the system does not tell which folder is this person's home")]
pub struct NoFolders;

impl Explain for NoFolders {
    fn next_step(&self) -> String {
        format!("Set the environment variable {HOME_VARIABLE} to a folder that Tachograph may use.")
    }
}

impl Folders {
    /// The folders of this person on this system, those beside a portable program, or those inside `TACHOGRAPH_HOME`.
    ///
    /// # Errors
    /// [`NoFolders`] when there is neither that variable nor a home folder.
    pub fn detect() -> Result<Self, NoFolders> {
        match std::env::var_os(HOME_VARIABLE).filter(|value| !value.is_empty()) {
            Some(home) => Ok(Self::inside(&absolute(home))),
            None => match std::env::current_exe().ok().and_then(|program| portable(&program)) {
                Some(home) => Ok(Self::inside(&home)),
                None => Self::of_system(),
            },
        }
    }

    /// Everything inside one folder.
    pub fn inside(home: &Path) -> Self {
        Self { settings: home.to_path_buf(), state: home.to_path_buf(), cache: home.join("cache"), data: home.join("data") }
    }

    fn of_system() -> Result<Self, NoFolders> {
        let project = ProjectDirs::from("", "", "Tachograph").ok_or(NoFolders)?;
        Ok(Self {
            settings: project.config_dir().to_path_buf(),
            state: project.state_dir().unwrap_or(project.data_local_dir()).to_path_buf(),
            cache: project.cache_dir().to_path_buf(),
            data: project.data_local_dir().to_path_buf(),
        })
    }
}

/// The folder for everything when `program` is a portable one.
fn portable(program: &Path) -> Option<PathBuf> {
    let folder = program.parent()?;
    folder.join(PORTABLE_FILE).is_file().then(|| folder.join(PORTABLE_FOLDER))
}

/// `path` seen from the folder the program was started in, so that a later change of folder does not move it.
fn absolute(path: OsString) -> PathBuf {
    let path = PathBuf::from(path);
    std::path::absolute(&path).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::portable;

    #[test]
    fn a_portable_program_keeps_everything_beside_itself() {
        let folder = tempfile::tempdir().expect("a folder");
        let program = folder.path().join("tachograph.exe");
        assert_eq!(portable(&program), None);
        std::fs::write(folder.path().join("portable.txt"), "").expect("written");
        assert_eq!(portable(&program), Some(folder.path().join("settings")));
    }
}
