//! The window. Everything with egui in it lives here, and nothing below knows of it.
//!
//! Uses all other parts except `cli`.
//!
//! # How it flows
//!
//! ```text
//! person → App::ui (draws, only reads the State) → Command → App::logic (the only place that changes the State)
//!        → queue.submit(…) on a named worker thread → Ticket / Slot → App::logic takes it in (at most 4 ms a frame) → App::ui
//! ```
//!
//! - `ui` gets the [`State`] by `&` and a [`View`]; what a person does becomes a [`Command`] sent with `view.commands`. Text fields edit a copy
//!   and send it when it changed.
//! - `logic` gets `&mut State` and [`Tools`]: the queue, errands, dialogs, notices. Files, processes, the network and long loops are only touched in the
//!   closures it submits. Parts are never waited for.
//! - The window repaints on news: input, a command, a sample (once per interval), a job's start and end, and every 200 ms while a job runs, for its bar.
//!   Nothing asks for a repaint because of a clock, and nothing is animated at rest.
//!
//! # Map
//!
//! | file | what is in it |
//! |---|---|
//! | `run.rs` | opens the real window: size, icon, what it needs from the machine; `graphics.rs`: what draws it; `first_window.rs`: later starts |
//! | `parts.rs` | [`Parts`]: what the app is given, so that tests can give it something else |
//! | `state.rs` | [`State`]: all that is shown; [`View`]: what drawing may see beside it |
//! | `command.rs` | [`Command`]: everything a person can ask for; [`Commands`]: its queue |
//! | `logic.rs` | the loop that takes in news, and what each command does |
//! | `tools.rs` | [`Tools`], what the logic of a tab works with; `errands.rs`, `dialogs.rs`, `notices.rs`, `charts.rs`, `memory.rs`: its parts |
//! | `condition/` | how the machine is, in a word and a sentence: thresholds, and since when they are crossed |
//! | `shell/` | rail, top bar, status bar, notices, dialogs inside the window, keyboard shortcuts |
//! | `theme/`, `widgets/` | colours, fonts, icons; cards, buttons, tables… |
//! | `tabs/<tab>/` | `mod.rs` its state, commands and logic; `model.rs` what it shows, without egui and with tests; `paint.rs` the drawing |
//!
//! # A tab
//!
//! Each tab is a folder with a struct for its state (a field of [`State`]), an enum for its commands (a variant of [`Command`]) and these functions,
//! which [`tabs`] calls by a plain `match` on [`tabs::Tab`]; a tab that has nothing to say in one of them leaves it as it is:
//!
//! | in `mod.rs`, changes the state | |
//! |---|---|
//! | `fn apply(&mut self, command: DataCommand, tools: &mut Tools)` | does what one of its commands asks |
//! | `fn open(&mut self, path: PathBuf, tools: &mut Tools)` | opens a file that was dropped, chosen, or given on the command line |
//! | `fn take_news(&mut self, tools: &mut Tools) -> bool` | takes in what its [`crate::jobs::Slot`]s have (`slot.poll()`); says whether there was something |
//! | in `paint.rs`, draws | |
//! | `fn title(tab: &DataTab) -> String` | what is open, beside the tab's name in the top bar; empty for nothing |
//! | `fn actions(tab: &DataTab, ui, view)` | buttons of the top bar, added from the right: the main one first, with `widgets::primary` |
//! | `fn body(tab: &DataTab, ui, view)` | the rest |
//! | `fn charts(tab: &DataTab, look) -> Vec<Chart>` | the charts that Ctrl+S offers |
//!
//! Long work: `self.slot.start(tools.submit("Opening bills.csv", Priority::High, move |cancel, progress| …))`, taken in by `take_news`, drawn by a `match` on
//! `slot.state()`: `Pending { previous }` still shows the previous value, dimmed (`ui.set_opacity(0.5)`). Work that only ends in a message or another
//! command is an errand: `tools.errand("Exporting bills.parquet", move |cancel, progress| Ok(Command::Tell(Notice::saved(path))))`. A file is
//! asked for with `tools.ask(Ask::save(…, |path| Command::Data(DataCommand::Export(path))))`.

mod charts;
mod command;
mod condition;
mod dialogs;
mod errands;
mod first_window;
mod graphics;
mod logic;
mod memory;
mod notices;
mod parts;
mod run;
mod shared_cache;
mod shell;
mod state;
pub mod tabs;
mod tell;
pub mod theme;
mod tools;
pub mod widgets;

pub use charts::{ChartAction, chart_menu};
pub use command::{Command, Commands, SettingsCommand};
pub use dialogs::{Ask, Filter};
pub use notices::Notice;
pub use parts::{Parts, sample_waker, waker};
pub use run::{Options, run};
pub use shared_cache::SharedCache;
pub use state::{Places, State, View};
pub use tabs::Tab;
pub use tell::tell;
pub use tools::Tools;

use crossbeam_channel::Receiver;
use eframe::egui::{self, Context, Ui};
use eframe::{CreationContext, Frame};

use logic::Engine;

/// The window's program: what it shows, what it works with, and the commands on their way from one to the other.
pub struct TachographApp {
    state: State,
    engine: Engine,
    commands: Commands,
    inbox: Receiver<Command>,
    frames: run::FrameTrace,
    paints_ground: bool,
}

impl TachographApp {
    /// The app in a window that is about to open; `parts` is what it works with.
    pub fn new(creation: &CreationContext<'_>, parts: Parts) -> Self {
        let ctx = &creation.egui_ctx;
        theme::install(ctx);
        theme::choose(ctx, parts.settings.theme);
        let (commands, inbox) = Commands::new(waker(ctx));
        let frames = run::FrameTrace::new(parts.started);
        let files = parts.files.clone();
        let (state, engine) = parts.split(&commands);
        if !files.is_empty() {
            commands.send(Command::Open(files));
        }
        Self { state, engine, commands, inbox, frames, paints_ground: true }
    }

    /// The same in a window that is cleared to [`eframe::App::clear_color`] before each frame, as a real one is: its ground need not be painted, which
    /// is a quarter of a frame without a graphics card.
    pub fn on_cleared_ground(self) -> Self {
        Self { paints_ground: false, ..self }
    }

    /// What is shown now.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The way to tell the app something.
    pub fn commands(&self) -> &Commands {
        &self.commands
    }
}

/// Widest texture in pixels. The one with the letters is as wide as allowed and grows downwards: a very wide one begins with millions of empty pixels,
/// held once by egui and once by the driver.
const WIDEST_TEXTURE: usize = 2048;

impl eframe::App for TachographApp {
    fn raw_input_hook(&mut self, _ctx: &Context, input: &mut egui::RawInput) {
        input.max_texture_side = Some(input.max_texture_side.map_or(WIDEST_TEXTURE, |side| side.min(WIDEST_TEXTURE)));
    }

    fn logic(&mut self, ctx: &Context, frame: &mut Frame) {
        self.engine.belong_to(frame);
        frame.info().cpu_usage.iter().for_each(|seconds| self.state.monitor.take_frame(*seconds));
        self.engine.take_in(ctx, &mut self.state, &self.commands, &self.inbox);
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut Frame) {
        if self.paints_ground {
            ui.painter().rect_filled(ui.max_rect(), 0.0, ui.visuals().panel_fill);
        }
        shell::show(&self.state, &self.commands, ui);
        self.frames.painted(self.state.data.opened());
    }

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        visuals.panel_fill.to_normalized_gamma_f32()
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        self.engine.finish(&mut self.state);
    }
}
