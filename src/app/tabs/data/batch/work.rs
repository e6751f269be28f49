//! The jobs of a batch: looking at files and folders, the work on many files, naming the results, saving the list. What is in the closures
//! runs on a worker's thread.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, unbounded};

use crate::app::{Command, Notice, Tools};
use crate::data::{Level, Options, OutputFormat};
use crate::jobs::{Cancel, Failure, JobError, Priority, Progress, Ticket};
use crate::operations::batch::{self, Handle, Item, Listed, Room, Shrunk, Task};
use crate::operations::table_options;
use crate::report::format;
use crate::settings::write_atomic;

use super::super::DataCommand;
use super::super::work::name_of;
use super::BatchCommand;

/// Names that one message shows.
const SHOWN: usize = 3;

/// What the given files and folders hold, each file with its size in bytes.
pub type Found = Vec<(Listed, u64)>;

/// The end of the work on a file, by its place in the run.
pub type Ended = (usize, Result<Shrunk, JobError>);

/// One go over some files of the list: a single long job.
#[derive(Debug)]
pub struct Run {
    /// The job.
    pub ticket: Ticket<()>,
    /// Brings the end of each file's work.
    pub ended: Receiver<Ended>,
    /// The rows of the list, in the order of the run.
    pub places: Vec<usize>,
    /// The handle of each.
    pub handles: Vec<Handle>,
    /// Where the results go, when they are written.
    pub folder: Option<PathBuf>,
    started: Instant,
}

impl Run {
    /// How long it has been going on.
    pub fn time(&self) -> Duration {
        self.started.elapsed()
    }
}

/// Looks at what was given.
pub fn look(paths: Vec<PathBuf>, tools: &Tools) -> Ticket<Found> {
    tools.submit("Looking at the files", Priority::High, move |cancel, _| {
        let sized = |listed: Listed| {
            let (Listed::Table(path) | Listed::LeftOut(path, _) | Listed::Failed(path, _)) = &listed;
            let size = std::fs::metadata(path).map_or(0, |file| file.len());
            (listed, size)
        };
        Ok(batch::list(&paths, cancel)?.into_iter().map(sized).collect())
    })
}

/// Begins the work on `tasks`, each with the place of its row.
pub fn start(tasks: Vec<(usize, Task)>, folder: Option<PathBuf>, level: Level, tools: &Tools) -> Run {
    let (places, tasks): (Vec<usize>, Vec<Task>) = tasks.into_iter().unzip();
    let handles: Vec<Handle> = tasks.iter().map(|_| Handle::new()).collect();
    let verb = if folder.is_some() { "Exporting" } else { "Shrinking" };
    let title = format!("{verb} {}", format::counted(tasks.len() as u64, "file", "files"));
    let (send, ended) = unbounded();
    let (held, commands) = (handles.clone(), tools.commands.clone());
    let options = Options { level, ..table_options(tools.settings) };
    let (cache, cache_settings) = (tools.cache.clone(), tools.settings.cache.clone());
    let percent = tools.settings.limits.batch_memory_percent;
    let ticket = tools.submit(title, Priority::Normal, move |cancel, progress| {
        let work = |at: usize, threads: usize, cancel: &Cancel, progress: &Progress| {
            let task = tasks.get(at).ok_or(JobError::Cancelled)?;
            let options = Options { threads, ..options.clone() };
            batch::shrink(task, &options, Some((cache.open(), &cache_settings)), cancel, progress)
        };
        let mut done = |at, outcome| {
            // A list that is gone wants no more news.
            let _ = send.send((at, outcome));
            commands.wake();
        };
        let room = Room { cores: options.threads, usable: &|| batch::usable_bytes(percent) };
        batch::run_held(&items(&tasks, cancel), &held, &room, &work, &mut done, cancel, progress);
        Ok(cancel.check()?)
    });
    Run { ticket, ended, places, handles, folder, started: Instant::now() }
}

/// The files with what each needs, which is found out by looking into it.
fn items(tasks: &[Task], cancel: &Cancel) -> Vec<Item> {
    let need = |task: &Task| if cancel.is_cancelled() { 0 } else { batch::need_of(&task.file) };
    tasks.iter().map(|task| Item { name: name_of(&task.file), need: need(task) }).collect()
}

/// Results and where each goes, by the places of their rows.
#[derive(Debug)]
pub struct Plan {
    /// The folder of all.
    pub folder: PathBuf,
    /// The format of all.
    pub format: OutputFormat,
    /// Rows and files.
    pub targets: Vec<(usize, PathBuf)>,
}

/// Names the results of `files` in `folder`; refuses when one would take the place of a file that is there. `sources` are never written.
pub fn plan(files: Vec<(usize, PathBuf)>, sources: Vec<PathBuf>, format: OutputFormat, folder: PathBuf, tools: &mut Tools) {
    tools.errand("Naming the exported files", move |_, _| {
        let named: Vec<(&Path, Option<&str>)> = files.iter().map(|(_, file)| (&**file, None)).collect();
        let targets = batch::name_targets(&named, &folder, format)?;
        let paths: Vec<&Path> = targets.iter().map(PathBuf::as_path).collect();
        let sources: Vec<&Path> = sources.iter().map(PathBuf::as_path).collect();
        if let Some(refused) = batch::refuse_sources(&paths, &sources).into_iter().flatten().next() {
            return Err(refused.into());
        }
        refuse_existing(&targets)?;
        std::fs::create_dir_all(&folder).map_err(|error| no_folder(&folder, &error))?;
        let targets = files.into_iter().map(|(place, _)| place).zip(targets).collect();
        Ok(Command::Data(DataCommand::Batch(BatchCommand::Planned(Plan { folder, format, targets }))))
    });
}

/// Many files are not written over others at one click.
fn refuse_existing(targets: &[PathBuf]) -> Result<(), Failure> {
    let there: Vec<&PathBuf> = targets.iter().filter(|target| target.exists()).collect();
    let names: Vec<String> = there.iter().take(SHOWN).map(|target| format!("“{}”", name_of(target))).collect();
    let more = if there.len() > SHOWN { "…" } else { "" };
    let first = match there.len() {
        0 => return Ok(()),
        1 => "A file is in this folder already:",
        _ => "Files are in this folder already:",
    };
    let message = format!("{first} {}{more}. Nothing was written.", names.join(", "));
    Err(Failure::new(message, "Choose another folder, or move them away first."))
}

fn no_folder(folder: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("The folder “{}” could not be made: {error}.", folder.display()), "Choose a folder that you may write in.")
}

/// Saves the list as a table for spreadsheets.
pub fn save_list(text: String, target: PathBuf, sources: Vec<PathBuf>, tools: &mut Tools) {
    tools.errand(format!("Saving {}", name_of(&target)), move |_, _| {
        let sources: Vec<&Path> = sources.iter().map(PathBuf::as_path).collect();
        if let Some(refused) = batch::refuse_sources(&[&target], &sources).into_iter().flatten().next() {
            return Err(refused.into());
        }
        write_atomic(&target, |file| file.write_all(text.as_bytes())).map_err(|error| Failure::from_error(&error))?;
        Ok(Command::Tell(Notice::saved(&target)))
    });
}
