//! From what was typed to the tables to make, and where each goes.

use std::path::{Path, PathBuf};

use crate::data::{self, OutputFormat};
use crate::jobs::{Cancel, Failure, JobError};
use crate::operations::batch::{self, Listed, Task};

use super::Plan;

/// One line of the list that the command ends with.
#[derive(Debug)]
pub enum Entry {
    /// A table to make.
    Task(Task),
    /// A file that is no table, and why.
    LeftOut(PathBuf, String),
    /// A file or folder that failed before work on it began.
    Failed(PathBuf, Option<String>, Failure),
}

impl Entry {
    /// The file, and the sheet where one was asked for.
    pub fn file(&self) -> (&Path, Option<&str>) {
        match self {
            Self::Task(task) => (&task.file, task.sheet.as_deref()),
            Self::LeftOut(file, _) => (file, None),
            Self::Failed(file, sheet, _) => (file, sheet.as_deref()),
        }
    }

    /// The task with its place in the list.
    pub fn task((at, entry): (usize, &Self)) -> Option<(usize, Task)> {
        if let Self::Task(task) = entry { Some((at, task.clone())) } else { None }
    }
}

impl Plan {
    /// All tables of the files and folders that were typed, in order.
    ///
    /// # Errors
    /// When two results would have one name, when the folder for them cannot be made, and when cancelled.
    pub fn entries(&self, cancel: &Cancel) -> Result<Vec<Entry>, JobError> {
        let mut entries = Vec::new();
        for listed in batch::list(&self.args.files, cancel)? {
            cancel.check()?;
            match listed {
                Listed::Table(file) => self.add_tables(file, &mut entries),
                Listed::LeftOut(file, why) => entries.push(Entry::LeftOut(file, why)),
                Listed::Failed(file, failure) => entries.push(Entry::Failed(file, None, failure)),
            }
        }
        if let Some(out) = &self.args.out {
            self.give_targets(out, &mut entries)?;
        }
        if let Some(out) = &self.args.html {
            self.give_pages(out, &mut entries)?;
        }
        Ok(entries)
    }

    /// One table, or one for each sheet.
    fn add_tables(&self, file: PathBuf, entries: &mut Vec<Entry>) {
        let memory = self.args.memory_limit.map(|limit| limit << 20);
        let task = |sheet| Entry::Task(Task { file: file.clone(), sheet, target: None, code: self.args.code, html: None, memory });
        if !self.args.all_sheets || !data::read::sniff(&file).is_ok_and(data::read::Content::is_workbook) {
            return entries.push(task(self.args.sheet.clone()));
        }
        match data::sheet_names(&file, &self.options.limits) {
            // Opening it tells what is wrong with a workbook without sheets.
            Ok(names) if names.is_empty() => entries.push(task(None)),
            Ok(names) => entries.extend(names.into_iter().map(|name| task(Some(name)))),
            Err(error) => entries.push(Entry::Failed(file, None, Failure::from_error(&error))),
        }
    }

    /// Says where each result goes, and in which format. One that would replace a source fails.
    fn give_targets(&self, out: &Path, entries: &mut [Entry]) -> Result<(), Failure> {
        let by_name = out.extension().and_then(|ending| ending.to_str()).and_then(|ending| ending.parse().ok());
        let format = self.args.format.or(by_name).unwrap_or(OutputFormat::Parquet);
        let folder = self.are_several(entries) || out.is_dir() || (by_name.is_none() && self.args.format.is_none());
        let sources = self.sources(entries);
        let targets = if folder {
            let sources: Vec<_> = sources.iter().map(|(file, sheet)| (&**file, sheet.as_deref())).collect();
            let targets = batch::name_targets(&sources, out, format)?;
            make_folder(out)?;
            targets
        } else {
            vec![out.to_path_buf(); sources.len()]
        };
        let files: Vec<&Path> = sources.iter().map(|(file, _)| &**file).collect();
        let refused = batch::refuse_sources(&targets.iter().map(|target| &**target).collect::<Vec<_>>(), &files);
        let all = entries.iter_mut().filter(|entry| matches!(entry, Entry::Task(_)));
        for ((entry, target), refused) in all.zip(targets).zip(refused) {
            give(entry, target, format, refused);
        }
        Ok(())
    }

    /// Says where the report on each table goes. One that would replace a source fails.
    fn give_pages(&self, out: &Path, entries: &mut [Entry]) -> Result<(), Failure> {
        let sources = self.sources(entries);
        let pages = if self.are_several(entries) || out.is_dir() {
            let sources: Vec<_> = sources.iter().map(|(file, sheet)| (&**file, sheet.as_deref())).collect();
            let pages = batch::name_pages(&sources, out)?;
            make_folder(out)?;
            pages
        } else {
            vec![out.to_path_buf(); sources.len()]
        };
        let files: Vec<&Path> = sources.iter().map(|(file, _)| &**file).collect();
        let refused = batch::refuse_sources(&pages.iter().map(|page| &**page).collect::<Vec<_>>(), &files);
        let all = entries.iter_mut().filter(|entry| matches!(entry, Entry::Task(_)));
        for ((entry, page), refused) in all.zip(pages).zip(refused) {
            let Entry::Task(task) = entry else { continue };
            match refused.or_else(|| same_name(task, &page)) {
                None => task.html = Some(page),
                Some(failure) => *entry = Entry::Failed(task.file.clone(), task.sheet.clone(), failure),
            }
        }
        Ok(())
    }

    /// Whether results of several tables need a folder.
    fn are_several(&self, entries: &[Entry]) -> bool {
        self.args.files.len() > 1 || entries.len() > 1 || self.args.files.iter().any(|file| file.is_dir())
    }

    /// Files and sheets that results are named after.
    fn sources(&self, entries: &[Entry]) -> Vec<(PathBuf, Option<String>)> {
        tasks(entries).map(|task| (task.file.clone(), self.named(task))).collect()
    }

    /// The sheet as far as it is part of the result's name.
    fn named(&self, task: &Task) -> Option<String> {
        task.sheet.clone().filter(|_| self.args.all_sheets)
    }
}

fn tasks(entries: &[Entry]) -> impl Iterator<Item = &Task> {
    entries.iter().filter_map(|entry| if let Entry::Task(task) = entry { Some(task) } else { None })
}

fn give(entry: &mut Entry, target: PathBuf, format: OutputFormat, refused: Option<Failure>) {
    let Entry::Task(task) = entry else { return };
    let refused = refused.or_else(|| bounded_writes_parquet(task, &target, format));
    match refused {
        None => task.target = Some((target, format)),
        Some(failure) => *entry = Entry::Failed(task.file.clone(), task.sheet.clone(), failure),
    }
}

fn bounded_writes_parquet(task: &Task, target: &Path, format: OutputFormat) -> Option<Failure> {
    let refused = task.memory.is_some() && format != OutputFormat::Parquet;
    let next = || format!("Give “{}” the ending .parquet, or leave out --memory-limit.", target.display());
    refused.then(|| Failure::new("With --memory-limit a table is written as Parquet only.", next()))
}

fn same_name(task: &Task, page: &Path) -> Option<Failure> {
    let is_target = task.target.as_ref().is_some_and(|(target, _)| target == page);
    is_target.then(|| {
        Failure::new(format!("Table and report would both become “{}”.", page.display()), "Give another name to --out or --html.")
    })
}

fn make_folder(folder: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(folder).map_err(|error| {
        let message = format!("The folder “{}” could not be made: {error}.", folder.display());
        Failure::new(message, "Choose another folder for --out.")
    })
}
