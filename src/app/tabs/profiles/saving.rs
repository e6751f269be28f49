//! Taking a profile away: its own file, its table, another format.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::app::{Ask, Command, Filter, Notice, Tools};
use crate::jobs::{Failure, JobError};
use crate::operations::{self, ComparisonPage, ProfilePage};
use crate::profile::NodeId;
use crate::profile::write::{self, Target};
use crate::report::shorten;
use crate::report::theme::Look;

use super::{Doc, Order, ProfilesCommand};

/// What is made of a profile for others to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// The flame graph, to be searched and zoomed in a browser.
    Graph,
    /// A report of one file.
    Report,
    /// All figures, for programs.
    Json,
}

impl Page {
    /// What a dialog is titled, what the file's name ends with, and its kind.
    const fn ask(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Graph => ("Save flame graph", "-flame.svg", "SVG"),
            Self::Report => ("Save report", "-report.html", "HTML"),
            Self::Json => ("Save figures", ".json", "JSON"),
        }
    }
}

impl Doc {
    pub(super) fn ask_for_page(&self, page: Page, look: Look, tools: &mut Tools) {
        let (title, ending, kind) = page.ask();
        let stem = self.shown().name.split('.').next().unwrap_or("profile");
        let filter = Filter::new(kind, &[ending.rsplit('.').next().unwrap_or(ending)]);
        let ask = Ask::save(title, format!("{stem}{ending}"), vec![filter], move |path| {
            Command::Profiles(ProfilesCommand::WritePage(path, page, look))
        });
        tools.ask(ask.starting_in(self.folder(tools)));
    }

    pub(super) fn write_page(&self, path: PathBuf, page: Page, look: Look, tools: &mut Tools) {
        let (shown, root) = (self.shown().clone(), self.zoom().root());
        // While two profiles are compared, the graph and the report are on what changed.
        let compared = self.against().compared().cloned();
        // In other orders the graph's calls are those of another tree.
        let root = if self.order() == Order::LeftHeavy { root } else { NodeId::ROOT };
        tools.errand(format!("Exporting {}", shorten(&shown.name, 60)), move |cancel, progress| {
            let part = shown.view.in_sight_words().unwrap_or_default();
            let text = match (page, &compared) {
                (Page::Graph, Some(compared)) => {
                    let (view, names) = (&compared.shown.view, compared.names.each_ref().map(String::as_str));
                    operations::comparison_flame(&compared.comparison, view, names, look, cancel)?.1
                }
                (Page::Graph, None) => {
                    operations::flame_svg(&shown.view, root, &format!("Flame graph of {}", shown.name), look, cancel)?
                }
                (Page::Report, Some(compared)) => {
                    let (view, names) = (&compared.shown.view, compared.names.each_ref().map(String::as_str));
                    let part = operations::part_words(&shown.view.asked.filters, &shown.view.whole);
                    let about = ComparisonPage { names, part: &part, made: SystemTime::now() };
                    operations::comparison_html(&compared.comparison, view, &about, cancel, progress)?
                }
                (Page::Report, None) => {
                    let about = ProfilePage { file: &shown.name, part: &part, changes: None, calls: None, made: SystemTime::now() };
                    operations::profile_html(&shown.view, &about, cancel, progress)?
                }
                (Page::Json, _) => format!("{:#}\n", operations::profile_json(&shown.view, &shown.name, 0, None)),
            };
            operations::export_page(&text, &path, cancel, progress)?;
            Ok(Command::Tell(Notice::saved(&path)))
        });
    }

    pub(super) fn write_recording(&self, path: PathBuf, tools: &mut Tools) {
        let shown = self.shown().clone();
        tools.errand("Saving the recording", move |_, progress| {
            let bytes = write::pprof_bytes(&shown.view.profile).map_err(|error| not_written(&path, &error))?;
            operations::export_profile(&bytes, &path, progress)?;
            Ok(Command::Profiles(ProfilesCommand::RecordingSaved(path)))
        });
    }

    pub(super) fn ask_for_top(&self, tools: &mut Tools) {
        let stem = self.shown().name.split('.').next().unwrap_or("profile");
        let filter = Filter::new("CSV", &["csv"]);
        let ask = Ask::save("Save top functions", format!("{stem}-functions.csv"), vec![filter], |path| {
            Command::Profiles(ProfilesCommand::WriteTop(path))
        });
        tools.ask(ask.starting_in(self.folder(tools)));
    }

    pub(super) fn write_top(&self, path: PathBuf, tools: &mut Tools) {
        let shown = self.shown().clone();
        tools.errand("Saving the top functions", move |_, progress| {
            operations::export_profile(operations::top_csv(&shown.view).as_bytes(), &path, progress)?;
            Ok(Command::Tell(Notice::saved(&path)))
        });
    }

    pub(super) fn ask_for_converted(&self, format: Target, tools: &mut Tools) {
        let ending = format.ending().trim_start_matches('.');
        // Not every dialog knows endings with a dot in them.
        let filter = Filter::new(format.name(), &[ending, ending.rsplit('.').next().unwrap_or(ending)]);
        let name = operations::converted_name(&self.shown().name, format);
        let ask = Ask::save("Convert profile", name, vec![filter], move |path| {
            Command::Profiles(ProfilesCommand::WriteConverted(path, format))
        });
        tools.ask(ask.starting_in(self.folder(tools)));
    }

    pub(super) fn write_converted(&self, path: PathBuf, format: Target, tools: &mut Tools) {
        let shown = self.shown().clone();
        // Folded stacks hold one sample type: the one that is looked at.
        let sample_type = (format == Target::Folded).then_some(shown.view.sample_type);
        tools.errand(format!("Converting {}", shorten(&shown.name, 60)), move |cancel, progress| {
            operations::convert_profile(&shown.view.profile, &path, format, sample_type, cancel, progress)?;
            Ok(Command::Tell(Notice::saved(&path)))
        });
    }

    /// Where what is saved of it is looked for first.
    fn folder(&self, tools: &Tools) -> PathBuf {
        self.shown().path.as_deref().and_then(Path::parent).unwrap_or(&tools.places.data).to_path_buf()
    }
}

pub(super) fn ask_for_recording(folder: &Path) -> Ask {
    let filter = Filter::new("Profiles", &["pb.gz", "gz"]);
    let ask = Ask::save("Save recording", "tachograph-recording.pb.gz", vec![filter], |path| {
        Command::Profiles(ProfilesCommand::WriteRecording(path))
    });
    ask.starting_in(folder)
}

pub(super) fn not_written(path: &Path, error: &std::io::Error) -> JobError {
    let message = format!("“{}” could not be written: {error}.", path.display());
    Failure::new(message, "Choose another folder, or check that the disk is not full.").into()
}
