//! The program: a command when one was typed, else the window.

// No black console window beside the program's own; the command line borrows the one it was started from.
#![cfg_attr(all(windows, feature = "gui"), windows_subsystem = "windows")]

use std::process::ExitCode;
use std::time::Instant;

use tachograph::cli::{self, Asked, WindowArgs};

// Faster than the system's on Windows; on Linux measured no faster, and larger (see `benches/README.md`).
#[cfg(windows)]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let started = Instant::now();
    let console = cli::attach_console();
    match cli::run(std::env::args_os()) {
        Asked::Done(code) => code,
        Asked::Window(args) => window(args, started, console),
    }
}

#[cfg(feature = "gui")]
fn window(args: WindowArgs, started: Instant, console: bool) -> ExitCode {
    let WindowArgs { files, renderer, new_window } = args;
    match tachograph::app::run(tachograph::app::Options { files, renderer, new_window, started }) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("tachograph: {failure}");
            tachograph::app::tell(&failure, console);
            ExitCode::from(1)
        }
    }
}

#[cfg(not(feature = "gui"))]
fn window(_: WindowArgs, _: Instant, _: bool) -> ExitCode {
    eprintln!("tachograph: this build has no window. Use a command; “tachograph --help” lists them.");
    ExitCode::from(2)
}
