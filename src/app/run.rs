//! Opens the real window.

use std::cell::RefCell;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use eframe::egui::ViewportBuilder;
use eframe::{CreationContext, NativeOptions, icon_data};

use crate::history::Asker;
use crate::jobs::{Failure, Queue, Watch, catch_quietly, print_panics_again};
use crate::operations::OperationLog;
use crate::sampler::{Config, Processes, Sampler};
use crate::settings::{Renderer, Settings, State, Store};

use super::first_window::{self, FirstWindow, Start};
use super::parts::{Parts, sample_waker, waker};
use super::state::Places;
use super::{TachographApp, graphics};

/// Set to `1`, this variable lets the program say on standard error how long after its start the first frame was there.
const TRACE_VARIABLE: &str = "TACHOGRAPH_STARTUP_TRACE";
/// The program's name for the desktop, which finds the icon and groups windows by it.
const APP_ID: &str = "org.tachograph.Tachograph";
const ICON: &[u8] = include_bytes!("../../assets/icon/tachograph-128.png");
const SIZE: [f32; 2] = [1280.0, 800.0];
const LEAST_SIZE: [f32; 2] = [960.0, 620.0];
/// Workers for long work: a job itself uses all cores where that helps.
const WORKERS: usize = 3;

/// How to begin.
#[derive(Clone, Debug)]
pub struct Options {
    /// Files to open at once.
    pub files: Vec<PathBuf>,
    /// What has to draw the window; `None`: as the settings say.
    pub renderer: Option<Renderer>,
    /// Whether to open a window beside one that is open already.
    pub new_window: bool,
    /// When the program started.
    pub started: Instant,
}

/// Opens the window and returns when it is closed; or gives the files to the window that is open already, and returns at once.
///
/// # Errors
/// When nothing draws a window here, or the system gives no threads.
pub fn run(options: Options) -> Result<(), Failure> {
    let kept = Kept::read();
    let first = match &kept.store {
        Some(store) if !options.new_window => match first_window::claim(&store.folders().state, &options.files) {
            Start::Given => return Ok(()),
            Start::First(first) => Some(first),
            Start::Alone => None,
        },
        _ => None,
    };
    let size = kept.remembered.window.map_or(SIZE, |size| [size.width.max(LEAST_SIZE[0]), size.height.max(LEAST_SIZE[1])]);
    let order = graphics::order(options.renderer, kept.settings.renderer);
    let beginning = RefCell::new(Some(Beginning { options, kept, first }));
    let mut reasons = Vec::new();
    for renderer in order {
        match catch_quietly(|| open(renderer, size, &beginning)).unwrap_or_else(Err) {
            Ok(()) => return Ok(()),
            // It was open: this is no beginning that another way of drawing could save.
            Err(reason) if beginning.borrow().is_none() => return Err(ended(&reason)),
            Err(reason) => reasons.push((renderer, reason)),
        }
    }
    Err(graphics::no_window(&reasons))
}

/// What the app begins with, until one way of drawing has begun.
struct Beginning {
    options: Options,
    kept: Kept,
    first: Option<FirstWindow>,
}

/// Opens the window in this way and returns when it is closed.
fn open(renderer: eframe::Renderer, size: [f32; 2], beginning: &RefCell<Option<Beginning>>) -> Result<(), String> {
    let make: eframe::AppCreator<'_> = Box::new(|creation| {
        let Beginning { options, kept, first } = beginning.take().ok_or("the window was begun twice")?;
        print_panics_again();
        let app = TachographApp::new(creation, parts(creation, options, kept, renderer)?).on_cleared_ground();
        if let Some(first) = first {
            first.listen(app.commands().clone())?;
        }
        Ok(Box::new(app))
    });
    eframe::run_native("Tachograph", native_options(renderer, size), make).map_err(|error| error.to_string())
}

fn ended(reason: &str) -> Failure {
    Failure::new(
        format!("The window had to close: {reason}."),
        "Start Tachograph again; if it happens again, choose another way of drawing with --renderer wgpu or --renderer glow.",
    )
}

fn native_options(renderer: eframe::Renderer, size: [f32; 2]) -> NativeOptions {
    let viewport = ViewportBuilder::default()
        .with_title("Tachograph")
        .with_app_id(APP_ID)
        .with_inner_size(size)
        .with_min_inner_size(LEAST_SIZE);
    // Without its icon the window is as good.
    let viewport = match icon_data::from_png_bytes(ICON) {
        Ok(icon) => viewport.with_icon(icon),
        Err(_) => viewport,
    };
    NativeOptions {
        viewport,
        renderer,
        wgpu_options: graphics::wgpu_options(),
        // Nothing here has a gradient that could show bands, and without a graphics card dithering every pixel is a fifth of a frame.
        dithering: false,
        ..NativeOptions::default()
    }
}

/// What was kept from the last time: two files of a few hundred bytes, read before there is a window that could wait for them.
#[derive(Default)]
struct Kept {
    store: Option<Store>,
    settings: Settings,
    remembered: State,
    problems: Vec<Failure>,
}

impl Kept {
    fn read() -> Self {
        let store = match Store::open() {
            Ok(store) => store,
            Err(error) => return Self { problems: vec![Failure::from_error(&error)], ..Self::default() },
        };
        let (settings, state) = (store.load(), store.load_state());
        let problems = settings.problem.into_iter().chain(state.problem).collect();
        Self { store: Some(store), settings: settings.value, remembered: state.value, problems }
    }
}

/// What the app works with on this machine.
fn parts(
    creation: &CreationContext<'_>,
    options: Options,
    kept: Kept,
    renderer: eframe::Renderer,
) -> Result<Parts, std::io::Error> {
    let ctx = &creation.egui_ctx;
    let started = std::env::var(TRACE_VARIABLE).is_ok_and(|value| value == "1").then_some(options.started);
    if started.is_some() {
        eprintln!("drawn with {}", graphics::name(renderer));
    }
    let Kept { store, settings, remembered, problems } = kept;
    let places = places(store.as_ref(), &settings);
    let log = Arc::new(OperationLog::new(Asker::Window));
    let config = Config { interval: settings.sample_interval(), processes: Processes::All };
    Ok(Parts {
        queue: Queue::watched(WORKERS, waker(ctx), Arc::clone(&log) as Arc<dyn Watch>)?,
        log,
        sampler: Sampler::start(config, sample_waker(ctx))?,
        system_dialogs: true,
        files: options.files,
        started,
        settings,
        remembered,
        problems,
        store,
        places,
    })
}

fn places(store: Option<&Store>, settings: &Settings) -> Places {
    match store {
        Some(store) => Places {
            settings: Some(store.settings_path()),
            cache: store.cache_folder(settings),
            data: store.folders().data.clone(),
            history: Some(store.history_folder()),
        },
        None => {
            Places { settings: None, cache: std::env::temp_dir().join("tachograph"), data: std::env::temp_dir(), history: None }
        }
    }
}

/// Says when the first frame was there, and counts frames, when asked to.
pub(super) struct FrameTrace {
    started: Option<Instant>,
    frames: u64,
    table: u64,
}

impl FrameTrace {
    /// Traces from `started` on; not at all without it.
    pub fn new(started: Option<Instant>) -> Self {
        Self { started, frames: 0, table: 0 }
    }

    /// A frame was painted; `table` is the number of the table in it, and how long that took to open. The first frame is told, the first one of each
    /// table, and the number of frames each time it has doubled.
    pub fn painted(&mut self, table: Option<(u64, Duration)>) {
        let Some(started) = self.started else { return };
        self.frames += 1;
        let ms = started.elapsed().as_millis();
        if let Some((number, took)) = table.filter(|(number, _)| *number != self.table) {
            self.table = number;
            eprintln!("table shown after {ms} ms, opened in {:.1} ms", took.as_secs_f64() * 1000.0);
        }
        if self.frames == 1 {
            eprintln!("first frame after {ms} ms");
        } else if self.frames.is_power_of_two() {
            eprintln!("{} frames after {ms} ms", self.frames);
        }
    }
}
