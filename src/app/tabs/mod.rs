//! The tabs and pages of the window, and the plain `match`es that reach them. What a tab provides stands in [`crate::app`].

pub mod cache;
pub mod data;
pub mod help;
pub mod jobs;
pub mod monitor;
pub mod overview;
pub mod profiles;
pub mod settings;

use std::path::{Path, PathBuf};

use eframe::egui::{Key, Ui};

use crate::jobs::Cancel;
use crate::profile::{self, read::Told};
use crate::report::Chart;
use crate::report::theme::Look;

use super::command::Command;
use super::dialogs::{Ask, Filter};
use super::state::{State, View};
use super::theme::icons;
use super::tools::Tools;

/// Endings that the dialog offers for tables: those that can be opened.
const OPENED_TABLES: [&str; 16] =
    ["csv", "tsv", "tab", "txt", "xlsx", "xlsm", "xlsb", "xls", "ods", "parquet", "arrow", "arrows", "ipc", "feather", "gz", "zst"];
/// Endings of the files that go to the Data tab, which opens them or says what to do with them.
const TABLE_ENDINGS: [&str; 15] =
    ["csv", "tsv", "tab", "txt", "xlsx", "xlsm", "xlsb", "xls", "ods", "parquet", "arrow", "arrows", "ipc", "feather", "zst"];
/// Endings that few files but profiles have: what is installed offers the program for these. The dialog has those of all formats beside them.
const OPENED_PROFILES: [&str; 15] = [
    "pb",
    "gz",
    "pprof",
    "prof",
    "folded",
    "collapsed",
    "stacks",
    "cpuprofile",
    "heapprofile",
    "jfr",
    "nettrace",
    "perf",
    "lprof",
    "pstats",
    "austin",
];
/// Endings of packed files, which can hold either.
const PACKED_ENDINGS: [&str; 2] = ["zst", "zip"];

/// What the window can show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// All at a glance.
    #[default]
    Overview,
    /// Live metrics.
    Monitor,
    /// Shrinking tables.
    Data,
    /// Where a program spends its time and memory.
    Profiles,
    /// What the cache holds and did.
    Cache,
    /// What is being done, and the log of what was done.
    Jobs,
    /// The settings.
    Settings,
    /// First steps, shortcuts, version.
    Help,
}

impl Tab {
    /// The tabs in the order of the rail; Ctrl+1… shows them.
    pub const MAIN: [Self; 6] = [Self::Overview, Self::Monitor, Self::Data, Self::Profiles, Self::Cache, Self::Jobs];
    /// The pages at the end of the rail.
    pub const PAGES: [Self; 2] = [Self::Settings, Self::Help];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Monitor => "Monitor",
            Self::Data => "Data",
            Self::Profiles => "Profiles",
            Self::Cache => "Cache",
            Self::Jobs => "Jobs",
            Self::Settings => "Settings",
            Self::Help => "Help",
        }
    }

    /// The tab of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::MAIN.into_iter().chain(Self::PAGES).find(|tab| tab.name() == name)
    }

    /// Its icon.
    pub const fn icon(self) -> &'static str {
        match self {
            Self::Overview => icons::SQUARES_FOUR,
            Self::Monitor => icons::PULSE,
            Self::Data => icons::TABLE,
            Self::Profiles => icons::FLAME,
            Self::Cache => icons::STACK,
            Self::Jobs => icons::LIST_CHECKS,
            Self::Settings => icons::GEAR,
            Self::Help => icons::QUESTION,
        }
    }

    /// The key that shows it with Ctrl, and what the rail says of it.
    pub const fn key(self) -> Option<(Key, &'static str)> {
        match self {
            Self::Overview => Some((Key::Num1, "1")),
            Self::Monitor => Some((Key::Num2, "2")),
            Self::Data => Some((Key::Num3, "3")),
            Self::Profiles => Some((Key::Num4, "4")),
            Self::Cache => Some((Key::Num5, "5")),
            Self::Jobs => Some((Key::Num6, "6")),
            Self::Settings | Self::Help => None,
        }
    }
}

/// The tabs that have a state of their own, for the logic.
pub(super) struct Tabs<'a> {
    pub monitor: &'a mut monitor::MonitorTab,
    pub data: &'a mut data::DataTab,
    pub profiles: &'a mut profiles::ProfilesTab,
    pub cache: &'a mut cache::CacheTab,
    pub jobs: &'a mut jobs::JobsTab,
}

impl Tabs<'_> {
    /// Takes in what the tabs' jobs have made. Says whether there was something.
    pub fn take_news(self, tools: &mut Tools) -> bool {
        let logged = self.jobs.take_news(tools);
        if logged {
            self.monitor.set_marks(self.jobs.marks());
        }
        let news = [
            self.monitor.take_news(tools),
            self.data.take_news(tools),
            self.profiles.take_news(tools),
            self.cache.take_news(tools),
            logged,
        ];
        news.contains(&true)
    }

    /// Opens each file in the tab that its name speaks for, and shows the tab of the last one. Several tables become a list. What turns
    /// out to be a profile in the Data tab comes back as [`Command::OpenProfile`].
    pub fn open(self, paths: Vec<PathBuf>, tools: &mut Tools) {
        let shown = *tools.tab;
        let last = paths.last().map(|path| tab_of(path, shown));
        let (profiles, tables): (Vec<_>, Vec<_>) = paths.into_iter().partition(|path| tab_of(path, shown) == Tab::Profiles);
        for path in profiles {
            self.profiles.open(path, tools);
        }
        if !tables.is_empty() {
            self.data.open_all(tables, tools);
        }
        last.into_iter().for_each(|tab| tools.show(tab));
    }

    /// Opens a file as a profile.
    pub fn open_profile(self, path: PathBuf, tools: &mut Tools) {
        self.profiles.open(path, tools);
        tools.show(Tab::Profiles);
    }
}

/// Whether a file that is about to be opened as a table is a profile under a wrong name, or under none. Reads its beginning.
fn is_profile(path: &Path, cancel: &Cancel) -> bool {
    match profile::read::is_profile(path, cancel) {
        Told::Surely => true,
        Told::Likely => !TABLE_ENDINGS.contains(&last_ending(path).as_str()),
        Told::No => false,
    }
}

fn last_ending(path: &Path) -> String {
    path.extension().unwrap_or_default().to_string_lossy().to_lowercase()
}

/// Endings that the dialog offers for profiles: those of all formats that can be opened, and of packed files.
fn opened_profiles() -> Vec<&'static str> {
    let endings = profile::read::formats().flat_map(|format| format.endings);
    // A dialog looks at what is behind the last point alone.
    let mut last: Vec<&str> = endings.map(|ending| ending.rsplit('.').next().unwrap_or(ending)).collect();
    last.extend(OPENED_PROFILES.into_iter().chain(PACKED_ENDINGS));
    last.sort_unstable();
    last.dedup();
    last
}

/// The tab for a file, by the end of its name. For a name that says nothing the shown tab decides, else it is taken for a table.
fn tab_of(path: &Path, shown: Tab) -> Tab {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    let inner = name.strip_suffix(".gz").unwrap_or(&name);
    let ending = |name: &str| name.rsplit_once('.').map(|(_, ending)| ending.to_owned()).unwrap_or_default();
    let is_in = |list: &[&str]| list.contains(&ending(inner).as_str());
    match () {
        () if shown == Tab::Profiles && ending(inner) == "txt" => Tab::Profiles,
        () if is_in(&TABLE_ENDINGS) => Tab::Data,
        () if name.ends_with(".gz") || shown == Tab::Profiles || is_in(&opened_profiles()) => Tab::Profiles,
        () => Tab::Data,
    }
}

/// The question for files to open, with the kinds of the shown tab first.
pub(super) fn ask_for_files(shown: Tab) -> Ask {
    let tables = Filter::new("Tables", &OPENED_TABLES);
    let opened = opened_profiles();
    let profiles = Filter::new("Profiles", &opened);
    let both: Vec<&str> = OPENED_TABLES.into_iter().chain(opened.iter().copied()).collect();
    let filters = match shown {
        Tab::Data => vec![tables, profiles],
        Tab::Profiles => vec![profiles, tables],
        _ => vec![Filter::new("Tables and profiles", &both), tables, profiles],
    };
    Ask::open("Open", filters, Command::Open)
}

/// What is open in the shown tab, for the top bar; empty for nothing.
pub(super) fn title(state: &State) -> String {
    match state.tab {
        Tab::Data => data::paint::title(&state.data),
        Tab::Profiles => profiles::paint::title(&state.profiles),
        Tab::Cache => cache::paint::title(&state.cache),
        Tab::Jobs => "what was done, with its time and memory".to_owned(),
        Tab::Overview | Tab::Monitor | Tab::Settings | Tab::Help => String::new(),
    }
}

/// Controls right beside the shown tab's name in the top bar.
pub(super) fn lead(ui: &mut Ui, view: View) {
    if view.state.tab == Tab::Monitor {
        monitor::paint::lead(&view.state.monitor, ui, view);
    }
}

/// Buttons of the shown tab in the top bar, added from the right.
pub(super) fn actions(ui: &mut Ui, view: View) {
    let state = view.state;
    match state.tab {
        Tab::Overview => overview::paint::actions(ui, view),
        Tab::Monitor => monitor::paint::actions(&state.monitor, ui, view),
        Tab::Data => data::paint::actions(&state.data, ui, view),
        Tab::Profiles => profiles::paint::actions(&state.profiles, ui, view),
        Tab::Cache => cache::paint::actions(&state.cache, ui, view),
        Tab::Jobs => jobs::paint::actions(&state.log, ui, view),
        Tab::Settings => settings::actions(ui, view),
        Tab::Help => {}
    }
}

/// The shown tab.
pub(super) fn body(ui: &mut Ui, view: View) {
    let state = view.state;
    match state.tab {
        Tab::Overview => overview::paint::body(&state.overview, ui, view),
        Tab::Monitor => monitor::paint::body(&state.monitor, ui, view),
        Tab::Data => data::paint::body(&state.data, ui, view),
        Tab::Profiles => profiles::paint::body(&state.profiles, ui, view),
        Tab::Cache => cache::paint::body(&state.cache, ui, view),
        Tab::Jobs => jobs::paint::body(&state.log, ui, view),
        Tab::Settings => settings::body(ui, view),
        Tab::Help => help::body(ui, view),
    }
}

/// The shown tab's charts, for saving.
pub(super) fn charts(state: &State, look: Look) -> Vec<Chart> {
    match state.tab {
        Tab::Overview => overview::charts(&state.overview, look),
        Tab::Monitor => monitor::charts(&state.monitor, look),
        Tab::Data => data::paint::charts(&state.data, look),
        Tab::Profiles => profiles::paint::charts(&state.profiles, look),
        Tab::Cache => cache::paint::charts(&state.cache, look),
        Tab::Jobs => jobs::paint::charts(&state.log, look),
        Tab::Settings | Tab::Help => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_installed_offers_the_program_for_formats_that_it_opens() {
        let known: Vec<&str> = profile::read::formats().flat_map(|format| format.endings).copied().collect();
        assert!(OPENED_PROFILES.iter().all(|ending| *ending == "gz" || known.contains(ending)), "{known:?}");
        assert!(opened_profiles().is_sorted() && opened_profiles().contains(&"cpuprofile"));
    }

    #[test]
    fn the_name_tells_the_tab() {
        let tab = |name: &str| tab_of(Path::new(name), Tab::Monitor);
        assert_eq!(tab("bills.CSV"), Tab::Data);
        assert_eq!(tab("bills.csv.gz"), Tab::Data);
        assert_eq!(tab("server.cpu.pb.gz"), Tab::Profiles);
        assert_eq!(tab("cpu.gz"), Tab::Profiles);
        assert_eq!(tab("stacks.folded"), Tab::Profiles);
        assert_eq!(tab("no ending"), Tab::Data);
        assert_eq!(tab_of(Path::new("no ending"), Tab::Profiles), Tab::Profiles);
        assert_eq!(tab_of(Path::new("stacks.txt"), Tab::Profiles), Tab::Profiles);
    }
}
