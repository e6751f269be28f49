//! Opens the real window.

use std::path::PathBuf;
use std::time::Instant;

use eframe::egui::ViewportBuilder;
use eframe::{CreationContext, NativeOptions, Renderer, icon_data};

use crate::jobs::{Failure, Queue};
use crate::sampler::{Config, Processes, Sampler};
use crate::settings::{Settings, State, Store};

use super::TachographApp;
use super::parts::{Parts, sample_waker, waker};
use super::state::Places;

/// Set to `1`, this variable lets the program say on standard error how long after its start the first frame was there.
const TRACE_VARIABLE: &str = "TACHOGRAPH_STARTUP_TRACE";
const ICON: &[u8] = include_bytes!("../../assets/icon/tachograph-256.png");
const SIZE: [f32; 2] = [1280.0, 800.0];
const LEAST_SIZE: [f32; 2] = [960.0, 620.0];
/// Workers for long work: a job itself uses all cores where that helps.
const WORKERS: usize = 3;

/// How to begin.
#[derive(Clone, Debug)]
pub struct Options {
    /// Files to open at once.
    pub files: Vec<PathBuf>,
    /// When the program started.
    pub started: Instant,
}

/// Opens the window and returns when it is closed.
///
/// # Errors
/// When the system gives no window, or no threads.
pub fn run(options: Options) -> Result<(), Failure> {
    let kept = Kept::read();
    let size = kept.remembered.window.map_or(SIZE, |size| [size.width.max(LEAST_SIZE[0]), size.height.max(LEAST_SIZE[1])]);
    let make: eframe::AppCreator<'_> =
        Box::new(|creation| Ok(Box::new(TachographApp::new(creation, parts(creation, options, kept)?))));
    eframe::run_native("Tachograph", native_options(size), make).map_err(|error| {
        Failure::new(
            format!("The window could not be opened: {error}."),
            "Check that this computer has a screen and a graphics driver with OpenGL 2.1; the commands of “tachograph --help” work without a window.",
        )
    })
}

fn native_options(size: [f32; 2]) -> NativeOptions {
    let viewport = ViewportBuilder::default()
        .with_title("Tachograph")
        .with_app_id("tachograph")
        .with_inner_size(size)
        .with_min_inner_size(LEAST_SIZE);
    // Without its icon the window is as good.
    let viewport = match icon_data::from_png_bytes(ICON) {
        Ok(icon) => viewport.with_icon(icon),
        Err(_) => viewport,
    };
    NativeOptions {
        viewport,
        // A build that also holds the tests' wgpu would choose that one.
        renderer: Renderer::Glow,
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
fn parts(creation: &CreationContext<'_>, options: Options, kept: Kept) -> Result<Parts, std::io::Error> {
    let ctx = &creation.egui_ctx;
    let Kept { store, settings, remembered, problems } = kept;
    let places = places(store.as_ref(), &settings);
    let config = Config { interval: settings.sample_interval(), processes: Processes::All };
    Ok(Parts {
        queue: Queue::new(WORKERS, waker(ctx))?,
        sampler: Sampler::start(config, sample_waker(ctx))?,
        system_dialogs: true,
        files: options.files,
        started: std::env::var(TRACE_VARIABLE).is_ok_and(|value| value == "1").then_some(options.started),
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
        },
        None => Places { settings: None, cache: std::env::temp_dir().join("tachograph"), data: std::env::temp_dir() },
    }
}

/// Says when the first frame was there, and counts frames, when asked to.
pub(super) struct FrameTrace {
    started: Option<Instant>,
    frames: u64,
}

impl FrameTrace {
    /// Traces from `started` on; not at all without it.
    pub fn new(started: Option<Instant>) -> Self {
        Self { started, frames: 0 }
    }

    /// A frame was painted. The first one is told, then the number of frames each time it has doubled.
    pub fn painted(&mut self) {
        let Some(started) = self.started else { return };
        self.frames += 1;
        let ms = started.elapsed().as_millis();
        if self.frames == 1 {
            eprintln!("first frame after {ms} ms");
        } else if self.frames.is_power_of_two() {
            eprintln!("{} frames after {ms} ms", self.frames);
        }
    }
}
