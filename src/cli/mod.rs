//! The command line: the same work as in the window, for scripts.
//!
//! Results go to standard output, messages and progress to standard error. Exit codes: 0 done, 1 failed, 2 wrong use, 3 finished
//! and found what it was asked to look for. May use `operations` and everything below it; knows nothing of the window.

mod args;
mod cache;
mod console;
mod filter_args;
mod history;
mod history_args;
mod interrupt;
mod monitor;
mod optimize;
mod out;
mod profile;
mod profile_diff;
mod progress;
mod settings;
mod when;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use crate::jobs::{Failure, JobError};
use crate::settings::Renderer;
use args::{Command, Typed};
pub use console::attach_console;

/// What the command line asks for.
pub enum Asked {
    /// The window.
    Window(WindowArgs),
    /// A command, which has been carried out.
    Done(ExitCode),
}

/// How the window is asked for.
#[derive(Clone, Debug, Default)]
pub struct WindowArgs {
    /// Files to open in it.
    pub files: Vec<PathBuf>,
    /// What has to draw it; by the settings when not given.
    pub renderer: Option<Renderer>,
    /// Whether it has to be another one than that which is open already.
    pub new_window: bool,
}

/// Reads what was typed and carries it out, unless it asks for the window.
pub fn run(typed: impl IntoIterator<Item = OsString>) -> Asked {
    let typed = match Typed::try_parse_from(typed) {
        Ok(typed) => typed,
        Err(error) => {
            // Nowhere to print to: then the exit code alone tells.
            let _ = error.print();
            return Asked::Done(ExitCode::from(if error.use_stderr() { 2 } else { 0 }));
        }
    };
    let Some(command) = typed.command else {
        return Asked::Window(WindowArgs { files: typed.files, renderer: typed.renderer, new_window: typed.new_window });
    };
    let outcome = match command {
        Command::Optimize(args) => optimize::run(&args),
        Command::Profile(args) => profile::run(&args),
        Command::Monitor(args) => monitor::run(&args),
        Command::History(args) => history::run(args.action),
        Command::Cache(args) => cache::run(&args.action),
        Command::Settings(args) => settings::run(&args.action),
    };
    Asked::Done(outcome.unwrap_or_else(|error| report(&error)))
}

/// Says on standard error why a command failed and what to do next.
fn report(error: &anyhow::Error) -> ExitCode {
    if let Some(io) = error.downcast_ref::<std::io::Error>() {
        // The reader of a pipe went away, as `head` does: nothing is wrong.
        if io.kind() == std::io::ErrorKind::BrokenPipe {
            return ExitCode::SUCCESS;
        }
    }
    progress::say(&format!("tachograph: {error}"));
    ExitCode::from(1)
}

/// A job's end as an error for the terminal.
fn job_error(error: JobError) -> anyhow::Error {
    match error {
        JobError::Cancelled => anyhow::anyhow!("Stopped."),
        JobError::Failed(failure) => failure.into(),
    }
}

/// Settings and where they are; a damaged settings file is told and does not stop the work.
fn load_settings() -> anyhow::Result<(crate::settings::Store, crate::settings::Settings)> {
    let store = crate::settings::Store::open().map_err(|error| Failure::from_error(&error))?;
    let loaded = store.load();
    if let Some(problem) = loaded.problem {
        progress::say(&format!("tachograph: {problem}"));
    }
    Ok((store, loaded.value))
}
