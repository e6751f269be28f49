//! Asking for files and folders.
//!
//! The system's dialogs (rfd) block, so each runs on a thread of its own, outside of the queue: an open dialog neither takes a worker from the jobs nor
//! looks like one in the status bar. That is allowed on all systems: on Linux the dialog is another process (the desktop portal, or zenity), on
//! Windows any thread may show one, on macOS rfd itself moves it to the main thread, whose event loop runs.
//!
//! Where Linux has neither portal nor zenity, rfd would answer as if the person had cancelled; then a field inside the window asks for the path.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::jobs::{Priority, Queue, Ticket, Waker};

use super::command::Command;

/// What to do with the paths that were chosen.
pub struct Then(Box<dyn FnOnce(Vec<PathBuf>) -> Command + Send>);

impl fmt::Debug for Then {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Then(…)")
    }
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Files,
    Save { name: String },
    Folder,
}

/// A kind of files that a dialog offers: its name for a person, and endings without the dot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// `Tables`.
    pub name: String,
    /// `["csv", "xlsx"]`.
    pub endings: Vec<String>,
}

impl Filter {
    /// Files with these endings.
    pub fn new(name: &str, endings: &[&str]) -> Self {
        Self { name: name.to_owned(), endings: endings.iter().map(|&ending| ending.to_owned()).collect() }
    }
}

/// A question for a file or folder.
#[derive(Debug)]
pub struct Ask {
    title: String,
    kind: Kind,
    filters: Vec<Filter>,
    start: Option<PathBuf>,
    then: Then,
}

impl Ask {
    /// Asks for files to open.
    pub fn open(title: &str, filters: Vec<Filter>, then: impl FnOnce(Vec<PathBuf>) -> Command + Send + 'static) -> Self {
        Self { title: title.to_owned(), kind: Kind::Files, filters, start: None, then: Then(Box::new(then)) }
    }

    /// Asks where to save; `name` is the name offered.
    pub fn save(
        title: &str,
        name: impl Into<String>,
        filters: Vec<Filter>,
        then: impl FnOnce(PathBuf) -> Command + Send + 'static,
    ) -> Self {
        Self { title: title.to_owned(), kind: Kind::Save { name: name.into() }, filters, start: None, then: first(then) }
    }

    /// Asks for a folder.
    pub fn folder(title: &str, then: impl FnOnce(PathBuf) -> Command + Send + 'static) -> Self {
        Self { title: title.to_owned(), kind: Kind::Folder, filters: Vec::new(), start: None, then: first(then) }
    }

    /// Begins in this folder.
    pub fn starting_in(mut self, folder: impl Into<PathBuf>) -> Self {
        self.start = Some(folder.into());
        self
    }

    fn prompt(self) -> Prompt {
        let start = self.start.unwrap_or_default();
        let text = match &self.kind {
            Kind::Save { name } => start.join(name).display().to_string(),
            Kind::Files | Kind::Folder => start.display().to_string(),
        };
        Prompt { title: self.title, text, then: self.then }
    }
}

fn first(then: impl FnOnce(PathBuf) -> Command + Send + 'static) -> Then {
    Then(Box::new(|paths| then(paths.into_iter().next().unwrap_or_default())))
}

/// A path asked for with a field inside the window.
#[derive(Debug)]
pub struct Prompt {
    /// What it is for: `Open`.
    pub title: String,
    /// What stands in the field.
    pub text: String,
    then: Then,
}

impl Prompt {
    /// What to do with the path in the field; `None` while it is empty.
    pub fn accept(self) -> Option<Command> {
        let text = self.text.trim().trim_matches('"');
        (!text.is_empty()).then(|| (self.then.0)(vec![full(text)]))
    }
}

/// The path meant: `~` is the home folder, others are seen from the folder the program was started in.
fn full(text: &str) -> PathBuf {
    let home = text.strip_prefix("~/").zip(std::env::home_dir()).map(|(rest, home)| home.join(rest));
    let path = home.unwrap_or_else(|| PathBuf::from(text));
    std::path::absolute(&path).unwrap_or(path)
}

/// Opens dialogs, one at a time.
pub struct Dialogs {
    system: bool,
    waker: Waker,
    thread: Option<Queue>,
    busy: Arc<AtomicBool>,
    parent: Option<rfd::FileDialog>,
}

impl Dialogs {
    /// With `system`, the system's dialogs where there are any; else always the field inside the window.
    pub fn new(system: bool, waker: Waker) -> Self {
        Self { system, waker, thread: None, busy: Arc::default(), parent: None }
    }

    /// Dialogs belong to this window from now on, where the system keeps them before it.
    pub fn belong_to(&mut self, frame: &eframe::Frame) {
        if cfg!(windows) && self.parent.is_none() {
            self.parent = Some(rfd::FileDialog::new().set_parent(frame));
        }
    }

    /// Asks. `None` while another dialog is open, or when the system refuses the thread.
    pub fn open(&mut self, ask: Ask) -> Option<Ticket<Option<Command>>> {
        if self.busy.swap(true, Ordering::Relaxed) {
            return None;
        }
        let (system, busy) = (self.system, Busy(Arc::clone(&self.busy)));
        let parent = self.parent.clone().unwrap_or_default();
        let work = move || {
            let _busy = busy;
            if system && available() { show(parent, ask) } else { Some(Command::Prompt(ask.prompt())) }
        };
        let thread = self.thread()?;
        Some(thread.submit("Choosing a file", Priority::High, move |_, _| Ok(work())))
    }

    fn thread(&mut self) -> Option<&Queue> {
        if self.thread.is_none() {
            self.thread = Queue::new(1, Arc::clone(&self.waker)).ok();
        }
        self.thread.as_ref()
    }
}

impl Drop for Dialogs {
    /// A dialog that is still open would hold up the end of the program: its thread is left to end with the process.
    fn drop(&mut self) {
        if self.busy.load(Ordering::Relaxed) {
            std::mem::forget(self.thread.take());
        }
    }
}

/// Set back when the dialog is over, even by a panic.
struct Busy(Arc<AtomicBool>);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

fn show(parent: rfd::FileDialog, ask: Ask) -> Option<Command> {
    let dialog =
        ask.filters.iter().fold(parent.set_title(&ask.title), |dialog, filter| dialog.add_filter(&filter.name, &filter.endings));
    let dialog = match &ask.start {
        Some(folder) => dialog.set_directory(folder),
        None => dialog,
    };
    let paths = match &ask.kind {
        Kind::Files => dialog.add_filter("All files", &["*"]).pick_files(),
        Kind::Save { name } => dialog.set_file_name(name).save_file().map(|path| vec![with_ending(path, &ask.filters)]),
        Kind::Folder => dialog.pick_folder().map(|path| vec![path]),
    };
    paths.filter(|paths| !paths.is_empty()).map(|paths| (ask.then.0)(paths))
}

/// The path with the first ending that was offered, when it has none: not every system adds it.
fn with_ending(path: PathBuf, filters: &[Filter]) -> PathBuf {
    match filters.first().and_then(|filter| filter.endings.first()) {
        Some(ending) if path.extension().is_none() => path.with_extension(ending),
        _ => path,
    }
}

/// Whether the system can show a dialog at all.
#[cfg(any(windows, target_os = "macos"))]
fn available() -> bool {
    true
}

/// Whether a desktop portal that shows files answers on the session bus, or zenity is there.
#[cfg(not(any(windows, target_os = "macos")))]
fn available() -> bool {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let bus = set("DBUS_SESSION_BUS_ADDRESS").is_some()
        || set("XDG_RUNTIME_DIR").is_some_and(|folder| PathBuf::from(folder).join("bus").exists());
    let data = set("XDG_DATA_DIRS").unwrap_or_else(|| "/usr/local/share:/usr/share".into());
    let portal =
        std::env::split_paths(&data).any(|folder| folder.join("dbus-1/services/org.freedesktop.portal.Desktop.service").exists());
    let zenity = set("PATH").is_some_and(|paths| std::env::split_paths(&paths).any(|folder| is_program(&folder.join("zenity"))));
    (bus && portal) || zenity
}

#[cfg(not(any(windows, target_os = "macos")))]
fn is_program(path: &std::path::Path) -> bool {
    path.is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ending_is_added_only_where_there_is_none() {
        let filters = [Filter::new("Pictures", &["png", "svg"])];
        assert_eq!(with_ending("a/cpu".into(), &filters), PathBuf::from("a/cpu.png"));
        assert_eq!(with_ending("a/cpu.svg".into(), &filters), PathBuf::from("a/cpu.svg"));
        assert_eq!(with_ending("a/cpu".into(), &[]), PathBuf::from("a/cpu"));
    }

    #[test]
    fn the_field_offers_the_name_and_gives_the_path_back() {
        let ask = Ask::save("Save", "cpu.png", Vec::new(), Command::ShowFolder).starting_in("/pictures");
        let mut prompt = ask.prompt();
        assert!(prompt.text.ends_with("cpu.png"), "{}", prompt.text);
        prompt.text = " \"/pictures/other.png\" ".into();
        let Some(Command::ShowFolder(path)) = prompt.accept() else { panic!("no command") };
        assert!(path.ends_with("pictures/other.png"));
    }

    #[test]
    fn an_empty_field_is_no_answer() {
        let prompt = Ask::open("Open", Vec::new(), Command::Open).prompt();
        assert!(prompt.accept().is_none());
    }
}
