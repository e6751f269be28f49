//! All that the window shows.

use std::path::PathBuf;

use crate::jobs::JobView;
use crate::report::Chart;
use crate::settings::{self, Settings};

use super::command::Commands;
use super::dialogs::Prompt;
use super::notices::Notices;
use super::shared_cache::SharedCache;
use super::tabs::Tab;
use super::tabs::cache::CacheTab;
use super::tabs::data::DataTab;
use super::tabs::jobs::JobsTab;
use super::tabs::monitor::MonitorTab;
use super::tabs::overview::OverviewTab;
use super::tabs::profiles::ProfilesTab;

/// What the window shows. Only `logic` changes it.
pub struct State {
    /// The tab or page in sight.
    pub tab: Tab,
    /// The size of the window's inside.
    pub window: Option<settings::WindowSize>,
    /// The settings in use.
    pub settings: Settings,
    /// Recent files, and what else is remembered by itself.
    pub remembered: settings::State,
    /// Folders and files of this program.
    pub places: Places,
    /// Jobs that run or wait, as of this frame.
    pub jobs: Vec<JobView>,
    /// Messages.
    pub notices: Notices,
    /// The path that is asked for inside the window.
    pub prompt: Option<Prompt>,
    /// The charts that are offered for saving.
    pub offer: Option<Offer>,
    /// The cache, for its figures.
    pub shared_cache: SharedCache,
    /// The Overview tab.
    pub overview: OverviewTab,
    /// The Monitor tab.
    pub monitor: MonitorTab,
    /// The Data tab.
    pub data: DataTab,
    /// The Profiles tab.
    pub profiles: ProfilesTab,
    /// The Cache tab.
    pub cache: CacheTab,
    /// The Jobs tab.
    pub log: JobsTab,
}

/// Where this program keeps its files.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// The settings' file. `None` when the system tells no folder for it: then nothing is kept.
    pub settings: Option<PathBuf>,
    /// The folder of the cache's files.
    pub cache: PathBuf,
    /// The folder for what the program makes.
    pub data: PathBuf,
    /// The folder of what the monitor keeps. `None`: nothing is kept.
    pub history: Option<PathBuf>,
}

/// Charts offered for saving, and the one that is chosen.
pub struct Offer {
    /// The charts.
    pub charts: Vec<Chart>,
    /// Number of the chosen one.
    pub chosen: usize,
}

/// What drawing code sees beside its own tab.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// Everything.
    pub state: &'a State,
    /// Where to send what the person asks for.
    pub commands: &'a Commands,
}
