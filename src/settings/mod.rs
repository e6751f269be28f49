//! What a person can set, the folders the program uses, and how files are written without ever leaving half of one.
//!
//! Plain values: read from disk, brought into range once at the edge, then handed down. Uses only [`crate::jobs`], for the
//! words of its errors.

mod atomic;
mod check;
mod damaged;
mod folders;
mod model;
mod plots;
mod state;
mod store;

pub use atomic::{AtomicFile, WriteError, remove_stale_temporaries, write_atomic};
pub use folders::{Folders, HOME_VARIABLE, NoFolders};
pub use model::{
    BYTES_PER_MB, CacheSettings, DataSettings, FolderSettings, HistorySettings, LimitSettings, ProcessCpu, Renderer, Settings,
    Theme,
};
pub use plots::{Cores, MAX_IN_ROW, PlotCard, PlotRow, Plots};
pub use state::{MAX_RECENT, Recent, RecentKind, State, WindowSize};
pub use store::{Loaded, SettingsError, Store};
