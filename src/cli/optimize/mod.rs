//! `tachograph optimize`: what was typed becomes tasks ([`plan`]), which are done several at a time and shown in order ([`show`]).

mod json;
mod plan;
mod print;
mod show;

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use crossbeam_channel::Sender;

use crate::cache::Cache;
use crate::data::{Choices, Options, ReadOptions};
use crate::jobs::{Cancel, JobError, Progress};
use crate::operations::{
    self,
    batch::{self, Item, Room, Shrunk, Task},
};
use crate::settings::{CacheSettings, Settings};

use super::args::OptimizeArgs;
use super::{interrupt, load_settings, progress};
use plan::Entry;
use show::Show;

/// What is to be done, everything looked up.
struct Plan {
    args: OptimizeArgs,
    options: Options,
    settings: CacheSettings,
    cache: Option<Arc<Cache>>,
    memory_percent: u64,
}

/// Carries out the command. A file that fails is reported, and the others are still done.
pub fn run(args: &OptimizeArgs) -> anyhow::Result<ExitCode> {
    let (store, settings) = load_settings()?;
    let cache = (!args.no_cache).then(|| Arc::new(Cache::open(&settings.cache, &store.cache_folder(&settings))));
    let options = options(args, &settings);
    let memory_percent = settings.limits.batch_memory_percent;
    let plan = Arc::new(Plan { args: args.clone(), options, settings: settings.cache, cache, memory_percent });
    interrupt::listen();
    let looking = Arc::clone(&plan);
    let entries = progress::run("Looking at the files", args.quiet, move |cancel, _| looking.entries(cancel))?;
    let mut show = Show::new(args, &entries);
    show.known()?;
    plan.run(&entries, &mut show)?;
    show.finish()
}

fn options(args: &OptimizeArgs, settings: &Settings) -> Options {
    let read = ReadOptions {
        sheet: args.sheet.clone(),
        range: args.range,
        delimiter: args.delimiter,
        encoding: args.encoding.clone(),
        header: args.header.0,
        skip_lines: args.skip_lines,
        quote: args.quote,
        trim: args.trim.iter().cloned().collect(),
    };
    let choices = Choices { dates: args.dates, decimal: args.decimal, ..Choices::default() };
    let column_steps = args.column_steps.iter().cloned().collect();
    let leave_out = args.leave_out.iter().cloned().collect();
    Options { read, level: args.level, steps: args.steps, column_steps, choices, leave_out, ..operations::table_options(settings) }
}

/// The end of a task, with its place among all tasks.
type Ended = (usize, Result<Shrunk, JobError>);

impl Plan {
    /// Does all tasks and shows each when it is done.
    fn run(self: Arc<Self>, entries: &[Entry], show: &mut Show<'_>) -> anyhow::Result<()> {
        let (places, tasks): (Vec<usize>, Vec<Task>) = entries.iter().enumerate().filter_map(Entry::task).unzip();
        let title = match &tasks[..] {
            [] => return Ok(()),
            [one] => format!("Optimising {}", name_of(&one.file)),
            _ => "Optimising".to_owned(),
        };
        let quiet = self.args.quiet;
        let work = move |cancel: &Cancel, progress: &Progress, send: &Sender<Ended>| {
            self.batch(&tasks, send, cancel, progress);
            Ok(())
        };
        progress::run_telling(&title, quiet, work, |(at, outcome): Ended| match places.get(at) {
            Some(place) => show.ended(*place, outcome),
            None => Ok(()),
        })
    }

    fn batch(&self, tasks: &[Task], send: &Sender<Ended>, cancel: &Cancel, progress: &Progress) {
        let item =
            |task: &Task| Item { name: name_of(&task.file), need: task.memory.unwrap_or_else(|| batch::need_of(&task.file)) };
        let items: Vec<Item> = tasks.iter().map(item).collect();
        let room = Room { cores: self.options.threads, usable: &|| batch::usable_bytes(self.memory_percent) };
        let work = |at: usize, threads: usize, cancel: &Cancel, progress: &Progress| match tasks.get(at) {
            Some(task) => self.carry_out(task, threads, cancel, progress),
            None => Err(JobError::Cancelled),
        };
        // Whoever shows the results waits for the end of this.
        let mut done = |at, outcome| drop(send.send((at, outcome)));
        batch::run(&items, &room, &work, &mut done, cancel, progress);
    }

    fn carry_out(&self, task: &Task, threads: usize, cancel: &Cancel, progress: &Progress) -> Result<Shrunk, JobError> {
        let options = Options { threads, ..self.options.clone() };
        let cache = self.cache.as_deref().map(|cache| (cache, &self.settings));
        batch::shrink(task, &options, cache, cancel, progress)
    }
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
