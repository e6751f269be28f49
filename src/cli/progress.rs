//! A job with a bar on the terminal.

use std::io::{IsTerminal, Write};
use std::sync::Arc;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::jobs::{Cancel, JobError, Priority, Progress, ProgressView, Queue};
use crate::report::format;

/// How often the bar moves.
const TICK: Duration = Duration::from_millis(100);
/// The bar counts in thousandths.
const FULL: u64 = 1_000;

/// Prints a message on standard error; when nobody can read it, it is lost.
pub fn say(message: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{message}");
}

/// Runs `work` as a job, with a bar on standard error when that is a terminal and `quiet` is not set.
///
/// # Errors
/// What the job ends with; a panic in it is a failure that names `title`.
pub fn run<T: Send + 'static>(
    title: &str,
    quiet: bool,
    work: impl FnOnce(&Cancel, &Progress) -> Result<T, JobError> + Send + 'static,
) -> anyhow::Result<T> {
    let queue = Queue::new(1, Arc::new(|| {}))?;
    let ticket = queue.submit(title, Priority::High, work);
    let bar = (!quiet && std::io::stderr().is_terminal()).then(bar);
    let outcome = loop {
        if let Some(outcome) = ticket.wait_for(TICK) {
            break outcome;
        }
        if let (Some(bar), Some(job)) = (&bar, queue.jobs().first()) {
            show(bar, title, &job.progress);
        }
    };
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
    outcome.map_err(super::job_error)
}

fn bar() -> ProgressBar {
    let style = ProgressStyle::with_template("{msg} {wide_bar} {prefix}").unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(FULL).with_style(style)
}

fn show(bar: &ProgressBar, title: &str, view: &ProgressView) {
    let phase = if view.phase.is_empty() { String::new() } else { format!(" · {}", view.phase) };
    bar.set_message(format!("{title}{phase}"));
    let fraction = view.fraction.unwrap_or(0.0);
    bar.set_position((fraction * FULL as f64) as u64);
    let percent = view.fraction.map(|fraction| format::percent(fraction * 100.0)).unwrap_or_default();
    let left = view.left.map(|left| format!(" · {}", format::left(left))).unwrap_or_default();
    bar.set_prefix(format!("{percent}{left}"));
}
