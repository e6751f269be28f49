//! A job with a bar on the terminal.

use std::io::{IsTerminal, Write};
use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::{Sender, unbounded};
use indicatif::{ProgressBar, ProgressStyle};

use super::interrupt;
use crate::history::Asker;
use crate::jobs::{Cancel, JobError, Priority, Progress, ProgressView, Queue, Watch};
use crate::operations::OperationLog;
use crate::report::format;
use crate::settings::Store;

/// How often the bar moves.
const TICK: Duration = Duration::from_millis(100);
/// The bar counts in thousandths.
const FULL: u64 = 1_000;

/// Prints a message on standard error; when nobody can read it, it is lost.
pub fn say(message: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{message}");
}

/// Runs `work` as a job, with a bar on standard error when that is a terminal and `quiet` is not set. Once Ctrl+C is listened to, it
/// cancels the job.
///
/// # Errors
/// What the job ends with; a panic in it is a failure that names `title`.
pub fn run<T: Send + 'static>(
    title: &str,
    quiet: bool,
    work: impl FnOnce(&Cancel, &Progress) -> Result<T, JobError> + Send + 'static,
) -> anyhow::Result<T> {
    let nothing_to_tell = |(): ()| Ok(());
    run_telling(title, quiet, move |cancel, progress, _| work(cancel, progress), nothing_to_tell)
}

/// The same for work that tells of its parts as they are done: `tell` is called here for each, while no bar is in the way. When it
/// fails, as when nobody reads any more, the job is cancelled.
///
/// # Errors
/// As [`run`], and what `tell` failed with.
pub fn run_telling<T: Send + 'static, N: Send + 'static>(
    title: &str,
    quiet: bool,
    work: impl FnOnce(&Cancel, &Progress, &Sender<N>) -> Result<T, JobError> + Send + 'static,
    mut tell: impl FnMut(N) -> anyhow::Result<()>,
) -> anyhow::Result<T> {
    let (send, news) = unbounded();
    let queue = match log() {
        Some(log) => Queue::watched(1, Arc::new(|| {}), log)?,
        None => Queue::new(1, Arc::new(|| {}))?,
    };
    let ticket = queue.submit(title, Priority::High, move |cancel, progress| work(cancel, progress, &send));
    let bar = (!quiet && std::io::stderr().is_terminal()).then(bar);
    let mut told = Ok(());
    let outcome = loop {
        let outcome = ticket.wait_for(TICK);
        for part in news.try_iter() {
            told = told.and_then(|()| match &bar {
                Some(bar) => bar.suspend(|| tell(part)),
                None => tell(part),
            });
        }
        if let Some(outcome) = outcome {
            break outcome;
        }
        if told.is_err() || interrupt::asked() {
            ticket.cancel();
        }
        if let (Some(bar), Some(job)) = (&bar, queue.jobs().first()) {
            show(bar, title, &job.progress);
        }
    };
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
    told?;
    outcome.map_err(super::job_error)
}

/// Where operations are logged: in the history, unless that is not to be kept. A log that cannot be written stops nothing.
fn log() -> Option<Arc<dyn Watch>> {
    let store = Store::open().ok()?;
    let keep = store.load().value.history.keep;
    let log = OperationLog::new(Asker::CommandLine);
    log.keep_in(Some(&store.history_folder()));
    keep.then(|| Arc::new(log) as Arc<dyn Watch>)
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
