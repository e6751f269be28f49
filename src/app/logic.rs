//! The only place that changes the state: takes in commands, samples and the ends of jobs, for at most 4 ms a frame.

use std::collections::{HashMap, VecDeque};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::Receiver;
use eframe::egui::{Context, UserAttentionType, ViewportCommand};

use crate::jobs::{Failure, JobError, JobId, JobView, Priority, Queue};
use crate::sampler::{Processes, Sampler, Snapshot};
use crate::settings::{Settings, WindowSize};

use super::command::{Command, Commands, SettingsCommand};
use super::dialogs::{Ask, Dialogs, Prompt};
use super::errands::Errands;
use super::memory::Memory;
use super::notices::Notice;
use super::state::{Offer, State};
use super::tabs::{self, Tab, Tabs};
use super::tools::Tools;
use super::{charts, theme};

/// Longest that news may keep a frame waiting; what is left comes in the next one.
const BUDGET: Duration = Duration::from_millis(4);
/// How often the bar of a running job moves.
const JOB_TICK: Duration = Duration::from_millis(200);
/// Jobs shorter than this, in seconds, do not flash up in the status bar.
const SHORT_JOB: f64 = 0.15;

/// What the app works with, beside what it shows.
pub struct Engine {
    queue: Queue,
    sampler: Sampler,
    dialogs: Dialogs,
    errands: Errands,
    memory: Memory,
    pending: VecDeque<Command>,
    seen: HashMap<JobId, f64>,
}

/// Something to take in.
enum News {
    Command(Command),
    Sample(Arc<Snapshot>),
}

impl Engine {
    /// An engine of these parts.
    pub fn new(queue: Queue, sampler: Sampler, dialogs: Dialogs, memory: Memory) -> Self {
        let (errands, pending, seen) = (Errands::default(), VecDeque::new(), HashMap::new());
        Self { queue, sampler, dialogs, errands, memory, pending, seen }
    }

    /// Takes in what has come since the last frame.
    pub fn take_in(&mut self, ctx: &Context, state: &mut State, commands: &Commands, inbox: &Receiver<Command>) {
        let deadline = Instant::now() + BUDGET;
        self.take_results(ctx, state, commands);
        while let Some(news) = self.next(inbox) {
            match news {
                News::Command(command) => self.apply(command, ctx, state, commands),
                News::Sample(snapshot) => {
                    state.overview.take_sample(&snapshot);
                    state.monitor.take_sample(snapshot);
                }
            }
            if Instant::now() > deadline {
                ctx.request_repaint();
                break;
            }
        }
        self.keep(state, ctx);
        self.watch_jobs(state, ctx);
        self.watch_samples(state, ctx);
        let size = ctx.viewport_rect().size();
        state.window = Some(WindowSize { width: size.x, height: size.y });
    }

    /// The end of the program: what is still to be kept is written.
    pub fn finish(&mut self, state: &mut State) {
        let tab = Some(state.tab.name().to_owned());
        if state.remembered.tab != tab || state.remembered.window != state.window {
            (state.remembered.tab, state.remembered.window) = (tab, state.window);
            self.memory.state_changed();
        }
        self.memory.finish(&state.settings, &state.remembered);
        // The recorder waits for who borrowed its pen.
        self.queue.jobs().iter().for_each(|job| self.queue.cancel(job.id));
    }

    /// Dialogs belong to the window of `frame`.
    pub fn belong_to(&mut self, frame: &eframe::Frame) {
        self.dialogs.belong_to(frame);
    }

    fn next(&mut self, inbox: &Receiver<Command>) -> Option<News> {
        let command = self.pending.pop_front().or_else(|| inbox.try_recv().ok());
        command.map(News::Command).or_else(|| self.sampler.receiver().try_recv().ok().map(News::Sample))
    }

    /// Results of jobs: into the slots of the tabs, and commands of errands into the queue.
    fn take_results(&mut self, ctx: &Context, state: &mut State, commands: &Commands) {
        self.pending.extend(self.errands.returned());
        let (tabs, mut tools) = self.split(ctx, state, commands);
        if tabs.take_news(&mut tools) {
            ctx.request_repaint();
        }
    }

    /// The tabs, and the tools that their logic works with: the parts of engine and state that do not overlap.
    fn split<'a>(&'a mut self, ctx: &'a Context, state: &'a mut State, commands: &'a Commands) -> (Tabs<'a>, Tools<'a>) {
        let tabs = Tabs {
            monitor: &mut state.monitor,
            data: &mut state.data,
            profiles: &mut state.profiles,
            cache: &mut state.cache,
            jobs: &mut state.log,
        };
        let tools = Tools {
            queue: &self.queue,
            commands,
            sampler: &mut self.sampler,
            cache: &state.shared_cache,
            settings: &state.settings,
            places: &state.places,
            ctx,
            tab: &mut state.tab,
            errands: &mut self.errands,
            dialogs: &mut self.dialogs,
            notices: &mut state.notices,
            remembered: &mut state.remembered,
            memory: &mut self.memory,
        };
        (tabs, tools)
    }

    fn apply(&mut self, command: Command, ctx: &Context, state: &mut State, commands: &Commands) {
        match command {
            Command::ShowTab(tab) => state.tab = tab,
            Command::Raise => raise(ctx),
            Command::Escape => self.escape(state),
            Command::CancelJob(id) => self.queue.cancel(id),
            Command::Tell(notice) => state.notices.add(notice, ctx.time()),
            Command::CloseNotice(id) => state.notices.close(id),
            Command::Prompt(prompt) => state.prompt = Some(prompt),
            Command::EditPrompt(text) => state.prompt.iter_mut().for_each(|prompt| prompt.text.clone_from(&text)),
            Command::AcceptPrompt => self.pending.extend(state.prompt.take().and_then(Prompt::accept)),
            Command::OfferCharts => offer_charts(ctx, state),
            Command::ChooseChart(chosen) => state.offer.iter_mut().for_each(|offer| offer.chosen = chosen),
            Command::Settings(command) => self.settings(command, ctx, state, commands),
            other => self.apply_with_tools(other, ctx, state, commands),
        }
    }

    /// Commands that start work, and those of the tabs.
    fn apply_with_tools(&mut self, command: Command, ctx: &Context, state: &mut State, commands: &Commands) {
        if matches!(command, Command::SaveChart(..) | Command::CopyChart(_)) {
            state.offer = None;
        }
        let (tabs, mut tools) = self.split(ctx, state, commands);
        match command {
            Command::Open(paths) => tabs.open(paths, &mut tools),
            Command::OpenProfile(path) => tabs.open_profile(path, &mut tools),
            Command::OpenDialog => tools.ask(tabs::ask_for_files(*tools.tab)),
            Command::Ask(ask) => tools.ask(ask),
            Command::ShowFolder(path) => show_folder(path, &mut tools),
            Command::SaveChart(chart, format) => charts::save(chart, format, &mut tools),
            Command::WriteChart(chart, format, path) => charts::write(chart, format, path, &mut tools),
            Command::CopyChart(chart) => charts::copy(chart, &mut tools),
            Command::CopyPicture(picture) => charts::to_clipboard(&picture, &mut tools),
            Command::Monitor(command) => tabs.monitor.apply(command, &mut tools),
            Command::Data(command) => tabs.data.apply(command, &mut tools),
            Command::Profiles(command) => tabs.profiles.apply(command, &mut tools),
            Command::Cache(command) => tabs.cache.apply(command, &mut tools),
            Command::Jobs(command) => tabs.jobs.apply(command, &mut tools),
            // Carried out by `apply`.
            _ => {}
        }
    }

    fn escape(&mut self, state: &mut State) {
        let on_top = |state: &mut State| match state.tab {
            Tab::Data => state.data.close_choices() || state.data.close_dialog(),
            Tab::Monitor => state.monitor.close_question() || state.monitor.close_brush(),
            Tab::Cache => state.cache.close_question(),
            _ => false,
        };
        let beside = |state: &mut State| match state.tab {
            Tab::Data => state.data.close_panel(),
            Tab::Monitor => state.monitor.close_details() || state.monitor.close_part(),
            Tab::Jobs => state.log.close_details(),
            _ => false,
        };
        let closed = state.offer.take().is_some()
            || state.prompt.take().is_some()
            || on_top(state)
            || state.notices.close_last()
            || beside(state);
        if let Some(job) = state.jobs.first().filter(|_| !closed) {
            self.queue.cancel(job.id);
        }
    }

    fn settings(&mut self, command: SettingsCommand, ctx: &Context, state: &mut State, commands: &Commands) {
        match command {
            SettingsCommand::Use(settings) => self.use_settings(*settings, ctx, state),
            SettingsCommand::Reset => {
                self.use_settings(Settings::default(), ctx, state);
                state.notices.add(Notice::done("All settings are the defaults again."), ctx.time());
            }
            SettingsCommand::ChooseCacheFolder => {
                let ask = ask_for_cache_folder(state);
                self.split(ctx, state, commands).1.ask(ask);
            }
            SettingsCommand::ExportHistory(path) => {
                tabs::settings::export_history(path, &mut self.split(ctx, state, commands).1);
            }
            SettingsCommand::ImportHistory(path) => {
                let (tabs, mut tools) = self.split(ctx, state, commands);
                tabs::settings::import_history(path, tabs.monitor.pen(), &mut tools);
            }
        }
    }

    fn use_settings(&mut self, mut settings: Settings, ctx: &Context, state: &mut State) {
        settings.bring_into_range();
        theme::choose(ctx, settings.theme);
        self.sampler.set_interval(settings.sample_interval());
        state.shared_cache.apply(&settings.cache);
        if let Some(ended) = state.monitor.record(&settings.history, &state.places) {
            // It writes what it has first.
            self.errands.add(self.queue.submit("Writing the history", Priority::Normal, move |_, _| {
                drop(ended);
                Ok(None)
            }));
        }
        state.log.keep_in(state.places.history.as_ref().filter(|_| settings.history.keep));
        state.settings = settings;
        self.memory.settings_changed();
    }

    fn keep(&mut self, state: &mut State, ctx: &Context) {
        if let Some(failure) = self.memory.keep(&self.queue, &state.settings, &state.remembered) {
            state.notices.add(Notice::Failed(failure), ctx.time());
        }
        if let Some(seconds) = state.notices.expire(ctx.time()) {
            ctx.request_repaint_after(Duration::from_secs_f64(seconds));
        }
    }

    /// Jobs for the status bar; while there are any, their bars move.
    fn watch_jobs(&mut self, state: &mut State, ctx: &Context) {
        let (jobs, now) = (self.queue.jobs(), ctx.time());
        self.seen.retain(|id, _| jobs.iter().any(|job| job.id == *id));
        let long = |job: &JobView, seen: &mut HashMap<JobId, f64>| now - *seen.entry(job.id).or_insert(now) >= SHORT_JOB;
        if !jobs.is_empty() {
            ctx.request_repaint_after(JOB_TICK);
        }
        state.jobs = jobs.into_iter().filter(|job| long(job, &mut self.seen)).collect();
    }

    /// The list of processes is most of the cost of a sample: for a glance it is read seldom, and while it cannot be seen seldom, for what is kept, or
    /// never.
    fn watch_samples(&mut self, state: &mut State, ctx: &Context) {
        let unseen = if state.monitor.is_recording() { Processes::Seldom } else { Processes::Off };
        self.sampler.set_processes(match state.tab {
            Tab::Monitor => Processes::All,
            Tab::Overview => Processes::Seldom,
            _ => unseen,
        });
        if state.tab == Tab::Overview {
            state.overview.arrange();
        }
        super::parts::set_samples_in_sight(ctx, matches!(state.tab, Tab::Monitor | Tab::Overview));
    }
}

/// Brings the window to the front; where the system does not allow that, it asks for attention.
fn raise(ctx: &Context) {
    for command in [
        ViewportCommand::Minimized(false),
        ViewportCommand::RequestUserAttention(UserAttentionType::Informational),
        ViewportCommand::Focus,
    ] {
        ctx.send_viewport_cmd(command);
    }
}

fn ask_for_cache_folder(state: &State) -> Ask {
    let mut settings = state.settings.clone();
    let ask = Ask::folder("Folder for the cache’s files", move |folder| {
        settings.folders.cache = Some(folder);
        Command::Settings(SettingsCommand::Use(Box::new(settings)))
    });
    ask.starting_in(&state.places.cache)
}

fn offer_charts(ctx: &Context, state: &mut State) {
    let charts = tabs::charts(state, theme::look(ctx));
    if charts.is_empty() {
        state.notices.add(Notice::done("There is no chart here to save."), ctx.time());
    } else {
        state.offer = Some(Offer { charts, chosen: 0 });
    }
}

/// Shows a folder, or the folder of a file, in the system's file manager.
fn show_folder(path: PathBuf, tools: &mut Tools) {
    tools.errand("Opening the folder", move |_, _| {
        let folder = if path.is_dir() { path.as_path() } else { path.parent().unwrap_or(&path) };
        let program = match std::env::consts::OS {
            "windows" => "explorer",
            "macos" => "open",
            _ => "xdg-open",
        };
        let failure = |reason: String| {
            let message = format!("The folder “{}” could not be shown: {reason}.", folder.display());
            JobError::Failed(Failure::new(message, "Copy its path and open it in your file manager."))
        };
        let status = std::process::Command::new(program).arg(folder).status().map_err(|error| failure(error.to_string()))?;
        // The file manager of Windows says that it failed even when it did not.
        if status.success() || cfg!(windows) { Ok(None) } else { Err(failure(format!("{program} did not find a file manager"))) }
    });
}
