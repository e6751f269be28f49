//! The program: a command when one was typed, else the window.

// No black console window beside the program's own; the command line borrows the one it was started from.
#![cfg_attr(all(windows, feature = "gui"), windows_subsystem = "windows")]

use std::process::ExitCode;
use std::time::Instant;

use tachograph::cli::{self, Asked};

// Faster than the system's on Windows; on Linux measured no faster, and larger (see `benches/README.md`).
#[cfg(windows)]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let started = Instant::now();
    cli::attach_console();
    match cli::run(std::env::args_os()) {
        Asked::Done(code) => code,
        Asked::Window(files) => window(files, started),
    }
}

#[cfg(feature = "gui")]
fn window(files: Vec<std::path::PathBuf>, started: Instant) -> ExitCode {
    match tachograph::app::run(tachograph::app::Options { files, started }) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("tachograph: {failure}");
            ExitCode::from(1)
        }
    }
}

#[cfg(not(feature = "gui"))]
fn window(_: Vec<std::path::PathBuf>, _: Instant) -> ExitCode {
    eprintln!("tachograph: this build has no window. Use a command; “tachograph --help” lists them.");
    ExitCode::from(2)
}
