//! What a frame of the window costs with a real file. A table: scrolling the preview, sorting and filtering the columns, typing into the field that
//! finds. A profile: zooming, panning, searching and pointing in its views, and how long these take to be made.
//!
//! `cargo bench --bench frames -- TABLE|PROFILE [FRAMES]`
//!
//! Drives the window without a screen. A frame is the logic, the drawing and the triangles that come of it; what the graphics card or its
//! stand-in does with them is not in it. On Linux the figures are processor time of this thread as the kernel counts it, elsewhere the clock's.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a measurement stops at the first surprise")]

mod profile;
mod table;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use eframe::App;
use eframe::egui::{
    Context, Event, FullOutput, Modifiers, MouseWheelSource, MouseWheelUnit, Pos2, RawInput, Rect, TouchPhase, Vec2, pos2,
};
use tachograph::app::{Command, Parts, Places, TachographApp, sample_waker, waker};
use tachograph::history::Asker;
use tachograph::jobs::Queue;
use tachograph::operations::OperationLog;
use tachograph::sampler::{Config, Sampler, Script, example};
use tachograph::settings::{Settings, State};

const SIZE: Vec2 = Vec2::new(1280.0, 800.0);
/// A place over the values of a table, and over the functions of a profile.
const PREVIEW: Pos2 = pos2(900.0, 650.0);
/// Longest wait for a file or a search.
const PATIENCE: Duration = Duration::from_secs(300);

fn main() {
    let mut words = std::env::args().skip(1).filter(|word| !word.starts_with("--"));
    let Some(file) = words.next().map(PathBuf::from) else {
        println!("frames: no file was named (cargo bench --bench frames -- TABLE|PROFILE [FRAMES])");
        return;
    };
    let frames: usize = words.next().and_then(|word| word.parse().ok()).unwrap_or(400);
    let mut window = Window::open(file.clone());
    window.settle("the file");
    let measured = if kernel_time().is_some() { "processor time" } else { "time" };
    println!("{frames} frames each, {} × {} points; {measured}", SIZE.x, SIZE.y);
    println!("{:<28}{:>12}{:>12}{:>12}", "", "median ms", "95 % ms", "most ms");
    if window.app.state().profiles.shown().is_some() {
        profile::measure(&mut window, frames);
        profile::jobs(&file);
    } else {
        table::measure(&mut window, frames);
        table::jobs(&file);
    }
}

/// The window without a screen.
struct Window {
    ctx: Context,
    app: TachographApp,
    frame: eframe::Frame,
    events: Vec<Event>,
    started: Instant,
    // Ends with the window.
    _script: Script,
    _folder: tempfile::TempDir,
}

impl Window {
    fn open(table: PathBuf) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let ctx = Context::default();
        let creation = eframe::CreationContext::_new_kittest(ctx.clone());
        let (sampler, script) = Sampler::scripted(example(120), Config::default(), sample_waker(&ctx)).expect("a thread");
        let parts = Parts {
            settings: Settings::default(),
            remembered: State::default(),
            problems: Vec::new(),
            store: None,
            places: Places { settings: None, cache: folder.path().join("cache"), data: folder.path().join("data"), history: None },
            queue: Queue::new(2, waker(&ctx)).expect("threads"),
            log: Arc::new(OperationLog::new(Asker::Window)),
            sampler,
            system_dialogs: false,
            files: vec![table],
            started: None,
        };
        let app = TachographApp::new(&creation, parts);
        let (frame, events) = (eframe::Frame::_new_kittest(), vec![Event::PointerMoved(PREVIEW)]);
        Self { ctx, app, frame, events, started: Instant::now(), _script: script, _folder: folder }
    }

    fn send(&self, command: Command) {
        self.app.commands().send(command);
    }

    fn point_at(&mut self, at: Pos2) {
        self.events.push(Event::PointerMoved(at));
    }

    fn wheel(&mut self, points: f32) {
        let delta = Vec2::new(0.0, points);
        let (unit, source, phase, modifiers) = (MouseWheelUnit::Point, MouseWheelSource::Wheel, TouchPhase::Move, Modifiers::NONE);
        self.events.push(Event::MouseWheel { unit, delta, phase, source, modifiers });
    }

    /// One frame, to its triangles.
    fn step(&mut self) -> usize {
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, SIZE)),
            time: Some(self.started.elapsed().as_secs_f64()),
            events: std::mem::take(&mut self.events),
            focused: true,
            ..RawInput::default()
        };
        let (app, frame, ctx) = (&mut self.app, &mut self.frame, self.ctx.clone());
        let mut output: FullOutput = ctx.run_ui(input, |ui| {
            app.logic(&ctx, frame);
            app.ui(ui, frame);
        });
        // Nothing takes the letters: there is no screen.
        output.textures_delta.clear();
        ctx.tessellate(output.shapes, output.pixels_per_point).len()
    }

    /// Steps until no job runs any more.
    fn settle(&mut self, what: &str) {
        let (start, mut quiet) = (Instant::now(), 0);
        while quiet < 40 {
            self.step();
            std::thread::sleep(Duration::from_millis(10));
            quiet = if self.app.state().jobs.is_empty() { quiet + 1 } else { 0 };
            assert!(start.elapsed() < PATIENCE, "{what} did not come");
        }
    }

    fn measure(&mut self, name: &str, frames: usize, mut act: impl FnMut(&mut Self, usize)) {
        let mut times: Vec<f64> = Vec::with_capacity(frames);
        for frame in 0..frames {
            act(self, frame);
            let before = Meter::now();
            let triangles = self.step();
            times.push(before.elapsed_ms());
            assert!(triangles > 0, "nothing was drawn");
        }
        times.sort_by(f64::total_cmp);
        let at = |share: f64| times[((times.len() - 1) as f64 * share).round() as usize];
        println!("{name:<28}{:>12.2}{:>12.2}{:>12.2}", at(0.5), at(0.95), at(1.0));
    }
}

/// Processor time of this thread where the system tells, else the clock.
enum Meter {
    Kernel(u64),
    Clock(Instant),
}

impl Meter {
    fn now() -> Self {
        kernel_time().map_or_else(|| Self::Clock(Instant::now()), Self::Kernel)
    }

    fn elapsed_ms(&self) -> f64 {
        match self {
            Self::Kernel(before) => kernel_time().unwrap_or(*before).saturating_sub(*before) as f64 / 1e6,
            Self::Clock(before) => before.elapsed().as_secs_f64() * 1e3,
        }
    }
}

/// Nanoseconds that this thread was on a processor. The kernel brings the figure up to date when the thread offers to give way.
fn kernel_time() -> Option<u64> {
    std::thread::yield_now();
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_whitespace().next()?.parse().ok()
}
