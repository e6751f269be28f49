//! Everything a person can ask the window for.

use std::path::PathBuf;

use crossbeam_channel::{Receiver, Sender, unbounded};

use crate::jobs::{JobId, Waker};
use crate::report::{Chart, Format, Picture};
use crate::settings::Settings;

use super::dialogs::{Ask, Prompt};
use super::notices::Notice;
use super::tabs::Tab;
use super::tabs::cache::CacheCommand;
use super::tabs::data::DataCommand;
use super::tabs::jobs::JobsCommand;
use super::tabs::monitor::MonitorCommand;
use super::tabs::profiles::ProfilesCommand;

/// What the window can be asked for. Made by drawing code, by shortcuts and by the ends of jobs; carried out by `logic` alone.
#[derive(Debug)]
pub enum Command {
    /// Open these files, each in the tab that knows its kind.
    Open(Vec<PathBuf>),
    /// Open this file as a profile, whatever its name is.
    OpenProfile(PathBuf),
    /// Bring the window to the front.
    Raise,
    /// Ask for files to open.
    OpenDialog,
    /// Show this tab or page.
    ShowTab(Tab),
    /// Close what lies on top: the menu, the dialog, the last message; else cancel the running job.
    Escape,
    /// Stop this job.
    CancelJob(JobId),
    /// Show a message.
    Tell(Notice),
    /// Take the message with this number away.
    CloseNotice(u64),
    /// Show this folder, or the folder of this file, in the system's file manager.
    ShowFolder(PathBuf),
    /// Ask for a file or folder.
    Ask(Ask),
    /// Ask for a path with a field inside the window, because the system has no dialog.
    Prompt(Prompt),
    /// The text in that field was edited.
    EditPrompt(String),
    /// The path in that field is the one.
    AcceptPrompt,
    /// Offer the shown tab's charts for saving and copying.
    OfferCharts,
    /// Of the offered charts, this one.
    ChooseChart(usize),
    /// Ask where, and save this chart there.
    SaveChart(Box<Chart>, Format),
    /// Save this chart to this file.
    WriteChart(Box<Chart>, Format, PathBuf),
    /// Draw this chart and put it on the clipboard.
    CopyChart(Box<Chart>),
    /// Put this picture on the clipboard.
    CopyPicture(Box<Picture>),
    /// Change the settings.
    Settings(SettingsCommand),
    /// For the Monitor tab.
    Monitor(MonitorCommand),
    /// For the Data tab.
    Data(DataCommand),
    /// For the Profiles tab.
    Profiles(ProfilesCommand),
    /// For the Cache tab.
    Cache(CacheCommand),
    /// For the Jobs tab.
    Jobs(JobsCommand),
}

/// Changes of the settings; each takes effect at once and is saved.
#[derive(Debug)]
pub enum SettingsCommand {
    /// These from now on; values out of range are brought into it.
    Use(Box<Settings>),
    /// Ask for the folder of the cache's files.
    ChooseCacheFolder,
    /// The defaults again. Recent files stay.
    Reset,
    /// Write the monitor's history to this file.
    ExportHistory(PathBuf),
    /// Merge this exported file into the monitor's history.
    ImportHistory(PathBuf),
}

/// The way of commands to the logic: cheap to clone, usable from any thread; sending one wakes the window.
#[derive(Clone)]
pub struct Commands {
    sender: Sender<Command>,
    waker: Waker,
}

impl Commands {
    /// A queue of commands and its end; `waker` is called after each.
    pub fn new(waker: Waker) -> (Self, Receiver<Command>) {
        let (sender, receiver) = unbounded();
        (Self { sender, waker }, receiver)
    }

    /// Asks for something.
    pub fn send(&self, command: Command) {
        // The window that would have done it is gone: then nobody waits for it.
        let _ = self.sender.send(command);
        self.wake();
    }

    /// Wakes the window.
    pub fn wake(&self) {
        (self.waker)();
    }
}
