//! Reading and writing the settings' and the state's file.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use ron::Options;
use ron::extensions::Extensions;
use ron::ser::PrettyConfig;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::jobs::{Explain, Failure};

use super::damaged::set_aside;
use super::{Folders, NoFolders, Settings, State, WriteError, write_atomic};

const SETTINGS_FILE: &str = "settings.ron";
const STATE_FILE: &str = "recent.ron";
/// The folder of the monitor's history, within that of what is remembered.
const HISTORY: &str = "history";
/// A settings file is a few hundred bytes; what is larger than this is something else.
const LARGEST_FILE: u64 = 1024 * 1024;

/// The settings and the state on disk.
#[derive(Clone, Debug)]
pub struct Store {
    folders: Folders,
}

/// What was read, and what there is to say about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Loaded<T> {
    /// What to use: as read, or as far as it could be read, or the defaults.
    pub value: T,
    /// Set when the file was damaged, not readable or had values out of range.
    pub problem: Option<Failure>,
    /// Names in the file that this version does not know, such as `cache.redis`; they are ignored.
    pub unknown: Vec<String>,
}

/// Why settings could not be kept.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// There is no folder to keep them in.
    #[error(transparent)]
    NoFolders(#[from] NoFolders),
    /// Their folder cannot be made.
    #[error("the folder “{}” for the settings could not be made: {source}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file there is damaged and cannot be set aside, so it is not overwritten.
    #[error("the damaged file “{}” could not be set aside: {source}", path.display())]
    Aside {
        /// The damaged file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// They cannot be put into the file's format.
    #[error("the settings cannot be written as text: {0}")]
    Format(#[from] ron::Error),
    /// The file cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl Explain for SettingsError {
    fn next_step(&self) -> String {
        match self {
            Self::NoFolders(error) => error.next_step(),
            Self::Write(error) => error.next_step(),
            Self::Folder { .. } | Self::Aside { .. } => "Check that you may write in the folder above it.".into(),
            Self::Format(_) => "Choose a cache folder whose name is ordinary text.".into(),
        }
    }
}

/// Why a file could not be used.
enum Unusable {
    Unreadable(io::Error),
    Damaged(String),
}

impl Store {
    /// The store in this person's folders, or inside `TACHOGRAPH_HOME`.
    ///
    /// # Errors
    /// [`NoFolders`] when the system does not tell which folders to use.
    pub fn open() -> Result<Self, NoFolders> {
        Ok(Self::at(Folders::detect()?))
    }

    /// The store in these folders.
    pub fn at(folders: Folders) -> Self {
        Self { folders }
    }

    /// The folders in use.
    pub fn folders(&self) -> &Folders {
        &self.folders
    }

    /// The folder of what the monitor keeps; it need not exist.
    pub fn history_folder(&self) -> PathBuf {
        self.folders.state.join(HISTORY)
    }

    /// The settings' file; it need not exist.
    pub fn settings_path(&self) -> PathBuf {
        self.folders.settings.join(SETTINGS_FILE)
    }

    /// The state's file; it need not exist.
    pub fn state_path(&self) -> PathBuf {
        self.folders.state.join(STATE_FILE)
    }

    /// Folder of the cache's files: as set, else the system's.
    pub fn cache_folder(&self, settings: &Settings) -> PathBuf {
        settings.folders.cache.clone().unwrap_or_else(|| self.folders.cache.clone())
    }

    /// The settings: defaults when there is no file. A damaged file is set aside, values out of range are changed, both are reported.
    pub fn load(&self) -> Loaded<Settings> {
        let path = self.settings_path();
        let mut loaded: Loaded<Settings> = load(&path);
        let changes = loaded.value.bring_into_range();
        if !changes.is_empty() {
            loaded.problem = Some(out_of_range(&path, &changes));
        }
        loaded
    }

    /// Writes the settings, with their values brought into range. A damaged file under their name is set aside first.
    ///
    /// # Errors
    /// [`SettingsError`] when the folder or file cannot be written; the old file stands then.
    pub fn save(&self, settings: &Settings) -> Result<(), SettingsError> {
        let mut settings = settings.clone();
        settings.bring_into_range();
        save(&self.settings_path(), &settings)
    }

    /// Writes the defaults; recent files and other state stay.
    ///
    /// # Errors
    /// As [`Store::save`].
    pub fn reset(&self) -> Result<Settings, SettingsError> {
        let settings = Settings::default();
        self.save(&settings).map(|()| settings)
    }

    /// What the program remembers: nothing when there is no file. A damaged file is set aside and reported.
    pub fn load_state(&self) -> Loaded<State> {
        let loaded: Loaded<State> = load(&self.state_path());
        Loaded { value: loaded.value.tidied(), ..loaded }
    }

    /// Writes what the program remembers.
    ///
    /// # Errors
    /// As [`Store::save`].
    pub fn save_state(&self, state: &State) -> Result<(), SettingsError> {
        save(&self.state_path(), &state.writable().tidied())
    }
}

fn options() -> Options {
    // `cache: "/folder"` is what a person types, `cache: Some("/folder")` what the format wants; both are understood.
    Options::default().with_default_extension(Extensions::IMPLICIT_SOME)
}

fn load<T: DeserializeOwned + Serialize + Default>(path: &Path) -> Loaded<T> {
    match read(path) {
        Ok(None) => Loaded { value: T::default(), problem: None, unknown: Vec::new() },
        Ok(Some((value, text))) => Loaded { unknown: unknown_names(&text, &value), value, problem: None },
        Err(unusable) => Loaded { value: T::default(), problem: Some(report(path, unusable)), unknown: Vec::new() },
    }
}

/// The file's value and its text; `None` when there is no file.
fn read<T: DeserializeOwned>(path: &Path) -> Result<Option<(T, String)>, Unusable> {
    let bytes = match read_bytes(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Unusable::Unreadable(error)),
    };
    if bytes.len() as u64 > LARGEST_FILE {
        return Err(Unusable::Damaged("it is larger than 1 MB".into()));
    }
    let text = String::from_utf8(bytes).map_err(|error| Unusable::Damaged(not_text(&error)))?;
    match options().from_str(&text) {
        Ok(value) => Ok(Some((value, text))),
        Err(error) => Err(Unusable::Damaged(format!("line {}: {}", error.span.start.line, error.code))),
    }
}

fn read_bytes(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(LARGEST_FILE + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn not_text(error: &std::string::FromUtf8Error) -> String {
    let good = error.as_bytes().iter().take(error.utf8_error().valid_up_to());
    format!("line {}: it is not text in UTF-8", 1 + good.filter(|&&byte| byte == b'\n').count())
}

/// Sets a damaged file aside; one that cannot be read stays where it is.
fn report(path: &Path, unusable: Unusable) -> Failure {
    let file = path.display();
    match unusable {
        Unusable::Unreadable(error) => Failure::new(
            format!("“{file}” could not be read ({error}), so the defaults are used."),
            "Check that you may read that file, then start Tachograph again.",
        ),
        Unusable::Damaged(what) => match set_aside(path, SystemTime::now()) {
            Ok(copy) => Failure::new(
                format!("“{file}” is damaged ({what}), so the defaults are used. It was set aside as “{}”.", copy.display()),
                "Set what you need again, or mend the copy and put it back under its old name.",
            ),
            Err(error) => Failure::new(
                format!("“{file}” is damaged ({what}) and could not be set aside ({error}), so the defaults are used."),
                "Mend or move the file; until then changed settings are not kept.",
            ),
        },
    }
}

fn out_of_range(path: &Path, changes: &[String]) -> Failure {
    Failure::new(
        format!("In “{}”: {}", path.display(), changes.join(" ")),
        "Change the value in Settings or in the file; it stays in use as said until then.",
    )
}

fn save<T: Serialize + DeserializeOwned>(path: &Path, value: &T) -> Result<(), SettingsError> {
    let text = options().to_string_pretty(value, PrettyConfig::new())?;
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|source| SettingsError::Folder { path: folder.to_path_buf(), source })?;
    }
    if let Err(Unusable::Damaged(_)) = read::<T>(path) {
        set_aside(path, SystemTime::now()).map_err(|source| SettingsError::Aside { path: path.to_path_buf(), source })?;
    }
    write_atomic(path, |file| file.write_all(text.as_bytes()).and_then(|()| file.write_all(b"\n")))?;
    Ok(())
}

/// Names that stand in the file's text but not in what this version writes.
fn unknown_names<T: Serialize>(text: &str, value: &T) -> Vec<String> {
    let ours = options().to_string(value).ok();
    let (mut found, mut known) = (BTreeSet::new(), BTreeSet::new());
    let trees = ours.and_then(|ours| Some((tree(text)?, tree(&ours)?)));
    if let Some((theirs, ours)) = trees {
        names(&theirs, "", &mut found);
        names(&ours, "", &mut known);
    }
    let new: BTreeSet<String> = found.difference(&known).cloned().collect();
    // Of an unknown group only the group is told.
    new.iter().filter(|name| name.rsplit_once('.').is_none_or(|(group, _)| !new.contains(group))).cloned().collect()
}

fn tree(text: &str) -> Option<ron::Value> {
    options().from_str(text).ok()
}

fn names(value: &ron::Value, group: &str, into: &mut BTreeSet<String>) {
    let ron::Value::Map(map) = value else { return };
    for (key, value) in map.iter() {
        if let ron::Value::String(key) = key {
            let name = if group.is_empty() { key.clone() } else { format!("{group}.{key}") };
            names(value, &name, into);
            into.insert(name);
        }
    }
}
