//! What the app is given to work with.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use eframe::egui::{Context, Id, ViewportId};

use crate::jobs::{Failure, Queue, Waker};
use crate::operations::OperationLog;
use crate::sampler::Sampler;
use crate::settings::{self, Settings, Store};

use super::command::Commands;
use super::dialogs::Dialogs;
use super::logic::Engine;
use super::memory::Memory;
use super::notices::{Notice, Notices};
use super::shared_cache::SharedCache;
use super::state::{Places, State};
use super::tabs::Tab;
use super::tabs::jobs::JobsTab;

/// Not zero, because egui answers a request without delay with two frames, and a sample needs only one.
const AT_ONCE: Duration = Duration::from_millis(1);

/// How old the sentence of the status bar may get while nothing else moves: each frame costs a processor without a graphics card some milliseconds.
const STATUS_BAR: Duration = Duration::from_secs(5);

/// What the app is given, by `run` from the machine, by tests as they like.
pub struct Parts {
    /// The settings to begin with.
    pub settings: Settings,
    /// Recent files.
    pub remembered: settings::State,
    /// What went wrong when they were read; shown as messages.
    pub problems: Vec<Failure>,
    /// Where to keep them. `None`: they are not kept.
    pub store: Option<Store>,
    /// Folders of this program.
    pub places: Places,
    /// Workers for long work, made with [`waker`] and watched by the log.
    pub queue: Queue,
    /// Takes in what the workers did for a person.
    pub log: Arc<OperationLog>,
    /// Where the snapshots come from, made with [`sample_waker`].
    pub sampler: Sampler,
    /// Whether to use the system's dialogs; `false` asks for paths inside the window.
    pub system_dialogs: bool,
    /// Files to open at once.
    pub files: Vec<PathBuf>,
    /// When the program started, for the start-up trace. `None` for no trace.
    pub started: Option<Instant>,
}

/// Wakes the window of `ctx`, from any thread.
pub fn waker(ctx: &Context) -> Waker {
    let ctx = ctx.clone();
    Arc::new(move || ctx.request_repaint())
}

/// Wakes the window for a sample: at once while samples are in sight, else every five seconds, for what the status bar says.
pub fn sample_waker(ctx: &Context) -> Waker {
    let ctx = ctx.clone();
    Arc::new(move || {
        let in_sight = ctx.data(|data| data.get_temp(in_sight_id())).unwrap_or(true);
        let delay = if in_sight { AT_ONCE } else { STATUS_BAR };
        ctx.request_repaint_after_for(delay, ViewportId::ROOT);
    })
}

/// Tells the waker above whether samples are in sight.
pub(super) fn set_samples_in_sight(ctx: &Context, in_sight: bool) {
    ctx.data_mut(|data| data.insert_temp(in_sight_id(), in_sight));
}

fn in_sight_id() -> Id {
    Id::unique("samples in sight")
}

impl Parts {
    /// The state to begin with, and the engine.
    pub(super) fn split(self, commands: &Commands) -> (State, Engine) {
        let shared_cache = SharedCache::new(self.settings.cache.clone(), self.places.cache.clone());
        let log = JobsTab::new(self.log, self.places.history.as_ref());
        log.keep_in(self.places.history.as_ref().filter(|_| self.settings.history.keep));
        let mut notices = Notices::default();
        self.problems.into_iter().for_each(|failure| notices.add(Notice::Failed(failure), 0.0));
        let state = State {
            tab: self.remembered.tab.as_deref().and_then(Tab::named).unwrap_or_default(),
            window: None,
            settings: self.settings,
            remembered: self.remembered,
            places: self.places,
            jobs: Vec::new(),
            notices,
            prompt: None,
            offer: None,
            shared_cache,
            overview: Default::default(),
            monitor: Default::default(),
            data: Default::default(),
            profiles: Default::default(),
            cache: Default::default(),
            log,
        };
        let mut state = state;
        state.monitor.arrange_as(&state.remembered.plots);
        state.monitor.record(&state.settings.history, &state.places);
        state.monitor.use_columns(state.remembered.process_columns.as_deref());
        let wake = commands.clone();
        let dialogs = Dialogs::new(self.system_dialogs, Arc::new(move || wake.wake()));
        (state, Engine::new(self.queue, self.sampler, dialogs, Memory::new(self.store)))
    }
}
